package shell

import (
	"bytes"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// fmtWord is a word of a paragraph, and the best way to break from it on.
type fmtWord struct {
	text  string
	space int // after it
	width int
	next  int // the word that begins the next line
	line  int // the width of the line that begins here
	cost  int
}

// What a choice of line ends costs, beside the square of what a line is away
// from the goal.
const (
	fmtLineCost  = 4900
	fmtOrphan    = 22500 // the last word of a sentence at a line's begin, by its width
	fmtWidow     = 40000 // the first word of one at a line's end, by its width
	fmtSentence  = 2500  // less, where a sentence ends with its line
	fmtMidPeriod = 360_000
)

func fmtTool(t *tool) int {
	args := slices.Clone(t.args)
	if len(args) > 0 && len(args[0]) > 1 && args[0][0] == '-' && args[0][1] >= '0' && args[0][1] <= '9' {
		args[0] = "-w" + args[0][1:]
	}
	opts, names, bad := getopt(args, "g:suw:", map[string]string{"goal=": "g", "split-only": "s", "uniform-spacing": "u", "width=": "w"})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	width, goal, alone, uniform := 75, 0, false, false
	for _, o := range opts {
		switch o.name {
		case "g", "w":
			n, err := strconv.Atoi(o.value)
			if err != nil || n < 1 || n > 2500 {
				t.say("invalid width: %s", quoteName(o.value))
				return 1
			}
			if o.name == "g" {
				goal = n
			} else {
				width = n
			}
		case "s":
			alone = true
		case "u":
			uniform = true
		}
	}
	if goal == 0 {
		goal = width * 187 / 200
	}
	t.inputs(names, func(f *file) {
		var words []fmtWord
		indent, held := "", int64(0)
		flush := func() {
			t.fill(words, indent, width, goal)
			words = nil
			t.unhold(held)
			held = 0
		}
		l := t.lines(f)
		for line, ok := l.next(); ok; line, ok = l.next() {
			rest := bytes.TrimLeft(line, " \t")
			lead := string(line[:len(line)-len(rest)])
			if alone || len(rest) == 0 || lead != indent {
				flush()
			}
			if len(rest) == 0 {
				t.out.WriteByte('\n')
				continue
			}
			indent = lead
			for len(rest) > 0 {
				n := bytes.IndexAny(rest, " \t")
				if n < 0 {
					n = len(rest)
				}
				w := fmtWord{text: string(rest[:n]), space: 1, width: utf8.RuneCount(rest[:n])}
				t.hold(int64(n) + 96)
				held += int64(n) + 96
				after := bytes.TrimLeft(rest[n:], " \t")
				switch {
				case len(after) == 0 && endsSentence(w.text):
					w.space = 2
				case len(after) > 0 && !(uniform && !endsSentence(w.text)):
					w.space = len(rest) - n - len(after)
					if uniform {
						w.space = min(w.space, 2)
					}
				}
				words = append(words, w)
				rest = after
			}
		}
		flush()
	})
	return t.code
}

func endsSentence(s string) bool {
	s = strings.TrimRight(s, `"')]`)
	return s != "" && strings.IndexByte(".?!", s[len(s)-1]) >= 0
}

// fill prints a paragraph with the line ends that cost the least.
func (t *tool) fill(words []fmtWord, indent string, width, goal int) {
	n := len(words)
	lead := utf8.RuneCountInString(indent)
	for i := n - 1; i >= 0; i-- {
		w := &words[i]
		w.cost = math.MaxInt
		line := lead + w.width
		for j := i + 1; ; j++ {
			t.sh.spend(1)
			c := 0
			if j < n {
				c = 100 * (goal - line) * (goal - line)
				if words[j].next < n {
					d := line - words[j].line
					c += 50 * d * d
				}
				c += words[j].cost
			}
			if c < w.cost {
				w.cost, w.next, w.line = c, j, line
			}
			if j == n {
				break
			}
			if line += words[j-1].space + words[j].width; line >= width {
				break
			}
		}
		w.cost += fmtLineCost
		final := func(k int) bool { return k == n-1 || words[k].space > 1 && endsSentence(words[k].text) }
		switch {
		case i > 0 && final(i-1):
			w.cost -= fmtSentence
		case i > 0 && endsSentence(words[i-1].text):
			w.cost += fmtMidPeriod
		case i > 1 && final(i-2):
			w.cost += fmtWidow / (words[i-1].width + 2)
		}
		if final(i) {
			w.cost += fmtOrphan / (w.width + 2)
		}
	}
	for i := 0; i < n; i = words[i].next {
		t.out.WriteString(indent)
		for j := i; j < words[i].next; j++ {
			t.out.WriteString(words[j].text)
			if j+1 < words[i].next {
				t.sh.spend(1 + int64(words[j].space)/16)
				t.out.WriteString(strings.Repeat(" ", words[j].space))
			}
		}
		t.out.WriteByte('\n')
	}
}

func tsort(t *tool) int {
	if len(t.args) > 1 {
		return t.usage(1, "extra operand %s", quoteName(t.args[1]))
	}
	type node struct {
		after  []string
		before int
		done   bool
	}
	nodes := map[string]*node{}
	at := func(s string) *node {
		if nodes[s] == nil {
			t.hold(int64(len(s)) + 160)
			nodes[s] = &node{}
		}
		return nodes[s]
	}
	name, from, odd := "-", "", false
	t.inputs(t.args, func(f *file) {
		name = f.name
		l := t.lines(f)
		for line, ok := l.next(); ok; line, ok = l.next() {
			for word := range strings.FieldsSeq(string(line)) {
				t.sh.spend(10)
				at(word)
				if odd && from != word {
					t.hold(32)
					at(from).after = append(at(from).after, word)
					at(word).before++
				}
				from, odd = word, !odd
			}
		}
	})
	if odd {
		t.say("%s: input contains an odd number of tokens", name)
		return 1
	}
	all := make([]string, 0, len(nodes))
	t.hold(int64(len(nodes)) * 32)
	for s := range nodes {
		all = append(all, s)
	}
	t.sh.spend(int64(len(all)) * 20)
	slices.Sort(all)
	var queue []string
	for _, s := range all {
		if nodes[s].before == 0 {
			queue = append(queue, s)
		}
	}
	for left := 0; ; left++ {
		for len(queue) > 0 {
			s := queue[0]
			queue = queue[1:]
			nodes[s].done = true
			t.out.WriteString(s + "\n")
			for _, next := range slices.Backward(nodes[s].after) {
				t.sh.spend(10)
				if nodes[next].before--; nodes[next].before == 0 {
					queue = append(queue, next)
				}
			}
		}
		for left < len(all) && nodes[all[left]].done {
			left++
		}
		if left == len(all) {
			return t.code
		}
		t.fail("%s: input contains a loop:", name)
		t.say("%s", all[left])
		nodes[all[left]].before = 0 // what still comes before it is in the loop
		queue = append(queue, all[left])
		for _, n := range nodes {
			t.sh.spend(2)
			n.after = slices.DeleteFunc(n.after, func(s string) bool { t.sh.spend(1); return s == all[left] })
		}
	}
}

func factor(t *tool) int {
	one := func(s string) {
		n, err := strconv.ParseUint(strings.TrimPrefix(s, "+"), 10, 64)
		if err != nil {
			if strings.Trim(s, "0123456789") == "" && s != "" {
				t.fail("%s is too large", quoteName(s))
			} else {
				t.fail("%s is not a valid positive integer", quoteName(s))
			}
			return
		}
		t.out.WriteString(strconv.FormatUint(n, 10) + ":")
		for p := uint64(2); n > 1; n /= p {
			if new(big.Int).SetUint64(n).ProbablyPrime(0) { // exact for 64 bits
				p = n
			}
			for n%p != 0 {
				if p += 1 + p&1; p&1023 == 1 {
					t.sh.spend(512)
				}
			}
			t.out.WriteString(" " + strconv.FormatUint(p, 10))
		}
		t.out.WriteByte('\n')
	}
	if len(t.args) > 0 {
		for _, a := range t.args {
			one(a)
		}
		return t.code
	}
	l := t.lines(t.in)
	for line, ok := l.next(); ok; line, ok = l.next() {
		for w := range strings.FieldsSeq(string(line)) {
			one(w)
		}
	}
	return t.code
}

// chunks is split -n: the parts of a whole input, each a list of pieces of it.
func (t *tool) chunks(b []byte, kind string, n int, delim byte) [][]byte {
	out := make([][]byte, n)
	size := max(len(b)/n, 1)
	at := 0
	for i := range out {
		end := min((i+1)*size, len(b))
		if i == n-1 {
			end = len(b)
		}
		if kind == "l" && end > at && end < len(b) { // a line goes where it begins
			if j := bytes.IndexByte(b[end-1:], delim); j >= 0 {
				end += j
			} else {
				end = len(b)
			}
		}
		end = max(end, at)
		out[i], at = b[at:end], end
	}
	return out
}
