package shell

import (
	"bufio"
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

type grepper struct {
	t                                                        *tool
	separator                                                string // between groups of lines
	color, context                                           bool
	res                                                      []*regex
	literals                                                 []string
	invert, count, list, listNot, only, quiet, number, bytes bool
	names, noNames, silent, recursive, deref, word, line     bool
	after, before, max                                       int
	include, exclude, excludeDir                             []*glob
	delim                                                    byte
	found, failed                                            bool
	depth                                                    int
	zero, text, skipBinary, skipDirs, tab, inner             bool
	label                                                    string
	lookedFor                                                *regex   // whose matches in the line in hand are in looked
	looked                                                   [][]int  // see lookedFor
	rg                                                       *ripgrep // whose search it is, and who prints what is found; or nil
}

// grepPast is what a line that is kept for -B holds beside its text.
const grepPast = 64

func grep(t *tool) int {
	args := t.args
	for i, a := range args { // -3 is -C3
		if len(a) > 1 && a[0] == '-' && strings.Trim(a[1:], "0123456789") == "" {
			args = slices.Clone(args)
			args[i] = "-C" + a[1:]
		}
	}
	opts, names, bad := getopt(args, "EFGPe:f:ivcnlLoqhHsrRwxm:A:B:C:abzyUTZId:D:", map[string]string{
		"extended-regexp": "E", "fixed-strings": "F", "basic-regexp": "G", "perl-regexp": "P", "regexp=": "e", "file=": "f",
		"ignore-case": "i", "no-ignore-case": "noi", "invert-match": "v", "count": "c", "line-number": "n", "files-with-matches": "l",
		"files-without-match": "L", "only-matching": "o", "quiet": "q", "silent": "q", "no-filename": "h", "with-filename": "H",
		"no-messages": "s", "recursive": "r", "dereference-recursive": "R", "word-regexp": "w", "line-regexp": "x", "max-count=": "m",
		"after-context=": "A", "before-context=": "B", "context=": "C", "text": "a", "byte-offset": "b", "null-data": "z",
		"include=": "include", "exclude=": "exclude", "exclude-dir=": "excludeDir", "color?": "color", "colour?": "color",
		"line-buffered": "buffered", "binary-files=": "binary", "no-group-separator": "nosep", "group-separator=": "sep", "null": "Z", "label=": "label",
		"directories=": "d", "devices=": "D", "initial-tab": "T",
	})
	if bad != "" {
		fmt.Fprintf(t.err, "%s: %s\nUsage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.\n", t.name, bad)
		return 2
	}
	g := grepper{t: t, max: -1, delim: '\n', separator: "--\n"}
	mode := regexMode{}
	fixed := t.name == "fgrep"
	mode.extended = t.name == "egrep"
	var patterns []string
	given := false
	number := func(s string) int {
		n, err := strconv.Atoi(s)
		if err != nil || n < 0 {
			t.say("%s: invalid context length argument", s)
			panic(stopped{2})
		}
		return n
	}
	for _, o := range opts {
		switch o.name {
		case "E":
			mode.extended, mode.perl, fixed = true, false, false
		case "F":
			fixed = true
		case "G":
			mode.extended, mode.perl, fixed = false, false, false
		case "P":
			mode.perl = true
		case "e":
			patterns = append(patterns, strings.Split(o.value, "\n")...)
			given = true
		case "f":
			list, _, err := t.fileLines(o.value, '\n')
			if err != nil {
				t.say("%s: %s", o.value, errText(err))
				return 2
			}
			patterns = append(patterns, list...)
			given = true
		case "i", "y":
			mode.fold = true
		case "noi":
			mode.fold = false
		case "v":
			g.invert = true
		case "c":
			g.count = true
		case "n":
			g.number = true
		case "l":
			g.list = true
		case "L":
			g.listNot = true
		case "o":
			g.only = true
		case "q":
			g.quiet = true
		case "h":
			g.noNames, g.names = true, false
		case "H":
			g.names, g.noNames = true, false
		case "s":
			g.silent = true
		case "r":
			g.recursive = true
		case "R":
			g.recursive, g.deref = true, true
		case "w":
			g.word = true
		case "x":
			g.line = true
		case "m":
			g.max = number(o.value)
		case "A":
			g.context = true
			g.after = number(o.value)
		case "B":
			g.context = true
			g.before = number(o.value)
		case "C":
			g.context = true
			g.after = number(o.value)
			g.before = g.after
		case "b":
			g.bytes = true
		case "z":
			g.delim = 0
		case "Z":
			g.zero = true
		case "a":
			g.text = true
		case "I":
			g.skipBinary = true
		case "binary":
			g.text, g.skipBinary = o.value == "text", o.value == "without-match"
		case "d":
			g.skipDirs = o.value == "skip"
			if o.value == "recurse" {
				g.recursive = true
			}
		case "T":
			g.tab = true
		case "label":
			g.label = o.value
		case "nosep":
			g.separator = ""
		case "sep":
			g.separator = o.value + "\n"
		case "color":
			g.color = o.value == "always"
		case "include":
			g.include = append(g.include, t.glob(o.value, globMode{}))
		case "exclude":
			g.exclude = append(g.exclude, t.glob(o.value, globMode{}))
		case "excludeDir":
			g.excludeDir = append(g.excludeDir, t.glob(strings.TrimSuffix(o.value, "/"), globMode{}))
		}
	}
	if !given {
		if len(names) == 0 {
			fmt.Fprintf(t.err, "Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.\n")
			return 2
		}
		patterns = strings.Split(names[0], "\n")
		names = names[1:]
	}
	if !g.compile(patterns, mode, fixed) {
		return 2
	}
	if len(names) == 0 {
		if g.recursive {
			names = []string{"."}
		} else {
			names = []string{"-"}
		}
	}
	if (len(names) > 1 || g.recursive) && !g.noNames {
		g.names = true
	}
	for _, name := range names {
		if g.recursive {
			shown := name
			g.walk(shown, true)
		} else {
			g.file(name, false)
		}
		if g.quiet && g.found {
			return 0
		}
	}
	switch {
	case g.failed && !(g.quiet && g.found):
		return 2
	case g.found:
		return 0
	}
	return 1
}

func (g *grepper) compile(patterns []string, mode regexMode, fixed bool) bool {
	t := g.t
	var parts []string
	for _, p := range patterns {
		if fixed && !mode.fold && !g.word && !g.line {
			g.literals = append(g.literals, p)
			continue
		}
		if fixed {
			p = escapeERE(p)
		} else if !mode.perl {
			var bad string
			if p, bad = translate(p, mode.extended, false); bad != "" {
				t.say("%s", bad)
				return false
			}
		}
		parts = append(parts, p)
	}
	if len(parts) == 0 {
		return true
	}
	expr := strings.Join(parts, "|")
	if len(parts) > 1 {
		expr = "(?:" + strings.Join(parts, ")|(?:") + ")"
	}
	switch {
	case g.line:
		expr = "^(?:" + expr + ")$"
	case g.word:
		expr = `(?:` + expr + `)`
	}
	leftmost := mode.perl
	if leftmost && len(parts) == 1 && !g.line {
		expr, g.inner = lookaround(expr)
	}
	mode.perl = true
	re, bad := t.sh.regex(expr, mode)
	if bad != "" {
		t.say("%s", bad)
		return false
	}
	if !leftmost {
		re.Longest()
	}
	g.res = append(g.res, re)
	return true
}

// lookaround writes a pattern of Perl that begins with (?<=…) or has \K, or ends
// with (?=…), as one whose group named m is what matches. Only there can what is
// around a match be matched with it.
func lookaround(expr string) (out string, ok bool) {
	body, before, after := expr, "", ""
	if rest, ok := strings.CutPrefix(expr, `\K`); ok {
		return lookaround(rest)
	}
	if alternatives(expr) {
		return expr, false
	}
	if strings.HasPrefix(body, "(?<=") {
		if end := closing(body); end > 0 {
			before, body = body[4:end], body[end+1:]
		}
	}
	for i := 0; i+1 < len(body); i++ {
		if body[i] == '\\' {
			if body[i+1] == 'K' {
				before, body = before+body[:i], body[i+2:]
				break
			}
			i++
		}
	}
	if i := strings.LastIndex(body, "(?="); i >= 0 && closing(body[i:]) == len(body[i:])-1 {
		body, after = body[:i], body[i+3:len(body)-1]
	}
	if before == "" && after == "" {
		return expr, false
	}
	return "(?:" + before + ")(?P<m>" + body + ")(?:" + after + ")", true
}

// alternatives reports whether expr has a | outside of brackets.
func alternatives(expr string) bool {
	for i := 0; i < len(expr); i++ {
		switch expr[i] {
		case '\\':
			i++
		case '(', '[':
			end := closing(expr[i:])
			if expr[i] == '[' {
				_, end = posixSet(expr[i:], true)
				end--
			}
			if end < 0 {
				return false
			}
			i += end
		case '|':
			return true
		}
	}
	return false
}

// closing is where the bracket that expr begins with is closed, or -1.
func closing(expr string) int {
	depth := 0
	for i := 0; i < len(expr); i++ {
		switch expr[i] {
		case '\\':
			i++
		case '[':
			if j := strings.IndexByte(expr[min(i+2, len(expr)):], ']'); j >= 0 {
				i += 2 + j
			}
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// escapeERE makes a text match itself.
func escapeERE(s string) string {
	var b strings.Builder
	for _, r := range s {
		if strings.ContainsRune(`\.+*?()|[]{}^$`, r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

func wordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80
}

// match returns the first match at or after from.
func (g *grepper) match(line []byte, from int) (lo, hi int, ok bool) {
	for _, lit := range g.literals {
		i := bytes.Index(line[from:], []byte(lit))
		looked := len(line) - from
		if i >= 0 {
			looked = i
		}
		g.t.sh.spend(4 + int64(looked)/8)
		if i >= 0 && (!ok || from+i < lo || from+i == lo && from+i+len(lit) > hi) {
			lo, hi, ok = from+i, from+i+len(lit), true
		}
	}
	g.t.sh.spend(10)
	for _, re := range g.res {
		at := from
		for at <= len(line) {
			var m []int
			// A search ends behind its match, or looks at more for a longer one.
			g.t.sh.regexCost(re, (len(line)-at)/8)
			switch {
			case g.inner:
				skipped := 0
				if at > 0 && re.looksBack {
					m = g.later(re, line, at)
				} else {
					m, skipped = re.FindSubmatchIndex(line[at:]), at
				}
				if m != nil {
					i := 2 * re.SubexpIndex("m")
					m = []int{m[i] + skipped, m[i+1] + skipped}
				}
			case at == 0:
				m = re.FindIndex(line)
			case re.looksBack:
				m = g.later(re, line, at)
			default:
				if m = re.FindIndex(line[at:]); m != nil {
					m = []int{m[0] + at, m[1] + at}
				}
			}
			if m == nil {
				g.t.sh.regexCost(re, len(line)-at)
				break
			}
			g.t.sh.regexCost(re, m[1]-at)
			if g.word && (m[0] > 0 && wordByte(line[m[0]-1]) || m[1] < len(line) && wordByte(line[m[1]])) {
				at = m[0] + 1
				continue
			}
			if !ok || m[0] < lo {
				lo, hi, ok = m[0], m[1], true
			}
			break
		}
	}
	return lo, hi, ok
}

// later returns a match at or after at of an expression that looks back.
func (g *grepper) later(re *regex, line []byte, at int) []int {
	if g.lookedFor != re {
		g.lookedFor = re
		g.looked = g.t.sh.matches(re, line, -1)
	}
	return matchFrom(g.looked, at)
}

func (g *grepper) walk(name string, top bool) {
	t := g.t
	look := t.sh.lstat
	if g.deref || top {
		look = t.sh.stat
	}
	info, err := look(name)
	if err != nil {
		if !g.silent {
			t.say("%s: %s", name, errText(err))
		}
		g.failed = true
		return
	}
	if !info.IsDir() {
		if !top && !info.Mode().IsRegular() {
			return
		}
		base := path.Base(name)
		if !top && len(g.include) > 0 && !t.sh.matchAny(g.include, base) || t.sh.matchAny(g.exclude, base) {
			return
		}
		g.file(name, true)
		return
	}
	if !top && t.sh.matchAny(g.excludeDir, path.Base(name)) {
		return
	}
	if g.depth++; g.depth > 40 {
		g.depth--
		if !g.silent {
			t.say("%s: warning: recursive directory loop", name)
		}
		return
	}
	defer func() { g.depth-- }()
	entries, err := t.sh.readDir(name)
	if err != nil {
		t.say("%s: %s", name, errText(err))
		g.failed = true
		return
	}
	for _, e := range entries {
		full := joinName(name, e.Name())
		if name == "." && len(t.args) > 0 && !slices.Contains(t.args, ".") {
			full = e.Name()
		}
		g.walk(full, false)
		if g.quiet && g.found {
			return
		}
	}
}

func (g *grepper) file(name string, quietDir bool) {
	t := g.t
	f, err := t.open(name)
	if err != nil {
		if errCode(err) == "EISDIR" {
			if quietDir || g.skipDirs {
				return
			}
			if !g.silent {
				t.say("%s: Is a directory", name)
			}
			g.failed = true
			return
		}
		if !g.silent {
			t.say("%s: %s", name, errText(err))
		}
		g.failed = true
		return
	}
	defer f.close()
	held := t.held
	defer func() { t.unhold(t.held - held) }() // the lines of this file
	shown := name
	if name == "-" {
		shown = "(standard input)"
		if g.label != "" {
			shown = g.label
		}
	}
	n, count, offset := 0, 0, int64(0)
	var past [][]byte // lines before, for -B
	pastAt := 0       // number of the first of past
	printed := 0      // number of the last line printed
	left := 0         // lines of context to come
	put := func(num int, off int64, sep byte, b []byte) {
		if g.rg != nil {
			g.rg.around(shown, num, off, b)
			return
		}
		if g.color {
			g.colored(shown, num, off, sep, b)
			return
		}
		if g.names {
			g.name(shown, sep)
		}
		if g.number {
			if g.tab {
				fmt.Fprintf(t.out, "%4d%c\t", num, sep)
			} else {
				t.out.WriteString(strconv.Itoa(num))
				t.out.WriteByte(sep)
			}
		}
		if g.bytes {
			t.out.WriteString(strconv.FormatInt(off, 10))
			t.out.WriteByte(sep)
		}
		t.out.Write(b)
		t.out.WriteByte(g.delim)
	}
	l := t.lines(f)
	l.delim = g.delim
	binary := !g.text && g.delim != 0 && l.binary()
	if binary && g.rg != nil {
		first, _ := l.r.Peek(l.r.Buffered())
		g.rg.nul = bytes.IndexByte(first, 0)
	}
	if binary && g.skipBinary {
		if g.listNot && g.rg == nil {
			g.name(shown, '\n')
			g.found = true
		} else if g.count && g.rg == nil {
			g.counted(shown, 0)
		}
		return
	}
	binary = binary && !g.count && !g.list && !g.listNot && !g.quiet
	room := t.sh.heldTemp
	for line, ok := l.next(); ok; line, ok = l.next() {
		n++
		g.lookedFor = nil
		t.sh.freeRoom(room)
		at := offset
		offset += int64(len(line)) + 1
		hit := g.hits(n, line)
		rest := g.max >= 0 && count >= g.max // only lines after the last one are left
		if rest && left == 0 {
			break
		}
		if rest || hit == g.invert {
			if left > 0 && !g.count && !g.list && !g.listNot && !g.only && !g.quiet {
				put(n, at, '-', line)
				printed = n
				left--
			} else if g.before > 0 {
				t.hold(grepPast + int64(len(line)))
				past = append(past, bytes.Clone(line))
				if len(past) == 1 {
					pastAt = n
				}
				if len(past) > g.before {
					t.unhold(grepPast + int64(len(past[0])))
					past[0] = nil
					past = past[1:]
					pastAt++
				}
			}
			continue
		}
		count++
		g.found = true
		if g.quiet {
			return
		}
		if binary {
			if g.rg != nil {
				g.rg.binaryMatch(shown)
				return
			}
			t.say("%s: binary file matches", shown)
			return
		}
		if g.rg != nil {
			g.rg.counts(line)
		}
		if g.list || g.listNot {
			break
		}
		if !g.count {
			if g.context && printed > 0 && n-len(past)-1 > printed && !g.only {
				if g.color && g.rg == nil && g.separator != "" {
					t.out.WriteString(grepColor("36", strings.TrimSuffix(g.separator, "\n")) + "\n")
				} else {
					t.out.WriteString(g.separator)
				}
			}
			for i, b := range past {
				if pastAt+i > printed {
					put(pastAt+i, 0, '-', b)
				}
				t.unhold(grepPast + int64(len(b)))
			}
			past = nil
			switch {
			case g.rg != nil:
				g.rg.line(shown, n, at, line)
			case g.only:
				if !g.invert {
					for from := 0; from <= len(line); {
						lo, hi, ok := g.match(line, from)
						if !ok {
							break
						}
						if hi == lo {
							if from++; !g.inner {
								from = hi + 1
							}
							continue
						}
						put(n, at+int64(lo), ':', line[lo:hi])
						from = hi
					}
				}
			default:
				put(n, at, ':', line)
			}
			printed = n
			left = g.after
		}
		if g.max >= 0 && count >= g.max && (left == 0 || g.count || g.only) {
			break
		}
	}
	if l.err != nil && !g.silent {
		t.say("%s: %s", name, errText(l.err))
		g.failed = true
	}
	switch {
	case g.list && count > 0, g.listNot && count == 0:
		g.name(shown, '\n')
		if g.listNot {
			g.found = true
		}
	case g.count && !g.list && !g.listNot:
		if g.rg != nil {
			g.rg.counted(shown, count)
			return
		}
		g.counted(shown, count)
	}
}

// hits reports whether line num matches.
func (g *grepper) hits(num int, line []byte) bool {
	if g.rg != nil {
		return g.rg.hits(num, line)
	}
	_, _, ok := g.match(line, 0)
	return ok
}

// grepColor is a text in a colour, as grep writes it.
func grepColor(color, s string) string { return "\x1b[" + color + "m\x1b[K" + s + "\x1b[m\x1b[K" }

// colored prints a line with what matches in it in red.
func (g *grepper) colored(shown string, num int, off int64, sep byte, b []byte) {
	var s strings.Builder
	mark := grepColor("36", string(sep))
	if g.names {
		s.WriteString(grepColor("35", shown) + mark)
	}
	if g.number {
		s.WriteString(grepColor("32", strconv.Itoa(num)) + mark)
	}
	if g.bytes {
		s.WriteString(grepColor("32", strconv.FormatInt(off, 10)) + mark)
	}
	at := 0
	for sep == ':' && !g.invert && at <= len(b) {
		lo, hi, ok := 0, len(b), true
		if !g.only {
			lo, hi, ok = g.match(b, at)
		}
		if !ok || hi == lo {
			break
		}
		s.Write(b[at:lo])
		s.WriteString(grepColor("01;31", string(b[lo:hi])))
		if at = hi; g.only {
			break
		}
	}
	s.Write(b[at:])
	s.WriteByte(g.delim)
	g.t.hold(int64(s.Len()))
	g.t.out.WriteString(s.String())
}

// name prints the name of a file, and what ends it.
func (g *grepper) name(shown string, end byte) {
	if g.zero {
		end = 0
	}
	g.t.out.WriteString(shown)
	g.t.out.WriteByte(end)
}

// counted prints how many lines of a file match.
func (g *grepper) counted(shown string, count int) {
	if g.names {
		g.name(shown, ':')
	}
	g.t.out.WriteString(strconv.Itoa(count) + "\n")
}

// findExpr is one test, action or operator of find.
type findExpr func(f *finder, name string, info fs.FileInfo, depth int) bool

type finder struct {
	t             *tool
	args          []string
	at            int
	root          string // where the one that is looked at was found
	minDepth, max int
	depthFirst    bool
	follow        bool
	extended      bool // -regextype
	basic         bool // the same; neither is as Emacs
	acted         bool // there is an action, so nothing is printed by itself
	prune, quit   bool
	now           time.Time
	batches       []*findBatch
	outs          map[string]*findOut // of -fprint and the like, by name
	bad           string
	nesting       int
	levels        int
}

// findOut is a file that an action prints to.
type findOut struct {
	*bufio.Writer
	d *desc // nil: a standard stream
}

// maxFindOuts bounds the files that the actions of one run print to.
const maxFindOuts = 256

// output opens the file that an action prints to. Several may print to one.
func (f *finder) output(name string) *bufio.Writer {
	if f.bad != "" {
		return f.t.out
	}
	if o := f.outs[name]; o != nil {
		return o.Writer
	}
	if f.outs == nil {
		f.outs = map[string]*findOut{}
	}
	if len(f.outs) >= maxFindOuts {
		f.bad = quoteName(name) + ": Too many open files"
		return f.t.out
	}
	f.t.hold(8 << 10)
	o := &findOut{}
	switch name {
	case "/dev/stdout":
		o.Writer = f.t.out
	case "/dev/stderr":
		o.Writer = bufio.NewWriter(f.t.err)
	default:
		d, err := f.t.create(name, os.O_TRUNC)
		if err != nil {
			f.bad = quoteName(name) + ": " + errText(err)
			return f.t.out
		}
		o.d, o.Writer = d, bufio.NewWriter(descWriter{f.t.sh, d})
	}
	f.outs[name] = o
	return o.Writer
}

// flushOuts writes what the actions printed.
func (f *finder) flushOuts() {
	for name, o := range f.outs {
		if err := o.Flush(); err != nil && o.Writer != f.t.out {
			f.t.fail("%s: %s", quoteName(name), errText(err))
		}
	}
}

// closeOuts closes the files that the actions print to.
func (f *finder) closeOuts() {
	for _, o := range f.outs {
		if o.d != nil {
			o.d.drop()
		}
	}
}

// findBatch collects names for -exec … +.
type findBatch struct {
	args  []string
	names []string
}

func find(t *tool) int {
	f := finder{t: t, max: 1 << 20, now: t.sh.sys.cfg.Now()}
	args := t.args
	for len(args) > 0 && (args[0] == "-L" || args[0] == "-P" || args[0] == "-H") {
		f.follow = args[0] == "-L"
		args = args[1:]
	}
	var roots []string
	for len(args) > 0 && !strings.HasPrefix(args[0], "-") && args[0] != "(" && args[0] != "!" {
		roots = append(roots, args[0])
		args = args[1:]
	}
	if len(roots) == 0 {
		roots = []string{"."}
	}
	f.args = args
	defer f.closeOuts()
	var expr findExpr
	if len(args) > 0 {
		expr = f.or()
		if f.bad == "" && f.at < len(args) {
			f.bad = "paths must precede expression: `" + args[f.at] + "'"
		}
	}
	if f.bad != "" {
		t.say("%s", f.bad)
		return 1
	}
	if expr == nil {
		expr = func(*finder, string, fs.FileInfo, int) bool { return true }
	}
	for _, r := range roots {
		f.root = r
		f.visit(r, expr, 0)
		if f.quit {
			break
		}
	}
	for _, b := range f.batches {
		f.flush(b)
	}
	f.flushOuts()
	return t.code
}

func (f *finder) flush(b *findBatch) {
	if len(b.names) == 0 {
		return
	}
	f.flushOuts()
	if f.t.command(slices.Concat(b.args, b.names)) != 0 {
		f.t.code = 1
	}
	b.names = nil
}

func (f *finder) visit(name string, expr findExpr, depth int) {
	t := f.t
	t.sh.spend(100)
	look := t.sh.lstat
	if f.follow {
		look = t.sh.stat
	}
	info, err := look(name)
	if err != nil && f.follow {
		info, err = t.sh.lstat(name)
	}
	if err != nil {
		t.fail("%s: %s", quoteName(name), errText(err))
		return
	}
	f.prune = false
	apply := func() {
		if depth >= f.minDepth {
			if expr(f, name, info, depth) && !f.acted && !f.quit {
				t.out.WriteString(name + "\n")
			}
		}
	}
	if !f.depthFirst {
		apply()
	}
	if info.IsDir() && depth < f.max && !f.prune && !f.quit {
		if f.levels++; f.levels > 200 || f.follow && f.levels > 41 {
			t.fail("%s: Too many levels of symbolic links", quoteName(name))
			f.levels--
			return
		}
		entries, err := t.sh.readDir(name)
		if err != nil {
			if errCode(err) != "ENOENT" {
				t.fail("%s: %s", quoteName(name), errText(err))
			}
		}
		for _, e := range entries {
			if f.visit(joinName(name, e.Name()), expr, depth+1); f.quit {
				break
			}
		}
		f.levels--
	}
	if f.depthFirst && !f.quit {
		apply()
	}
}

func (f *finder) peek() string {
	if f.at < len(f.args) {
		return f.args[f.at]
	}
	return ""
}

func (f *finder) or() findExpr {
	left := f.and()
	for f.bad == "" && (f.peek() == "-o" || f.peek() == "-or") {
		f.at++
		a, b := left, f.and()
		left = func(f *finder, n string, i fs.FileInfo, d int) bool { return a(f, n, i, d) || b(f, n, i, d) }
	}
	return left
}

func (f *finder) and() findExpr {
	left := f.unary()
	for f.bad == "" && f.at < len(f.args) && f.peek() != "-o" && f.peek() != "-or" && f.peek() != ")" {
		if f.peek() == "-a" || f.peek() == "-and" {
			f.at++
		}
		a, b := left, f.unary()
		left = func(f *finder, n string, i fs.FileInfo, d int) bool { return a(f, n, i, d) && !f.quit && b(f, n, i, d) }
	}
	return left
}

func (f *finder) arg() string {
	f.at++
	if f.at >= len(f.args) {
		f.bad = "missing argument to `" + f.args[len(f.args)-1] + "'"
		return ""
	}
	s := f.args[f.at]
	return s
}

func never(*finder, string, fs.FileInfo, int) bool { return false }

func (f *finder) unary() findExpr {
	if f.nesting++; f.nesting > maxNesting {
		f.bad = "expression nests too deeply"
	}
	defer func() { f.nesting-- }()
	if f.bad != "" {
		return never
	}
	switch word := f.peek(); word {
	case "!", "-not":
		f.at++
		x := f.unary()
		return func(f *finder, n string, i fs.FileInfo, d int) bool { return !x(f, n, i, d) }
	case "(":
		f.at++
		x := f.or()
		if f.peek() != ")" && f.bad == "" {
			f.bad = "invalid expression; expected to find a ')' but didn't see one."
		}
		f.at++
		return x
	default:
		x := f.primary(word)
		f.at++
		return x
	}
}

// compare reads +n, -n or n.
func (f *finder) compare(s string) func(int64) bool {
	op := byte(0)
	if s != "" && (s[0] == '+' || s[0] == '-') {
		op = s[0]
		s = s[1:]
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		f.bad = "invalid argument `" + s + "' to `" + f.args[f.at-1] + "'"
	}
	return func(v int64) bool {
		switch op {
		case '+':
			return v > n
		case '-':
			return v < n
		}
		return v == n
	}
}

func (f *finder) primary(word string) findExpr {
	t := f.t
	switch word {
	case "-name", "-iname", "-path", "-ipath", "-wholename", "-iwholename":
		arg := f.arg()
		if f.bad != "" {
			return never
		}
		g := t.glob(arg, globMode{fold: strings.HasPrefix(word, "-i")})
		whole := !strings.HasSuffix(word, "-name") && word != "-iname"
		return func(f *finder, n string, _ fs.FileInfo, _ int) bool {
			if !whole {
				n = path.Base(n)
			}
			return t.sh.match(g, n)
		}
	case "-regex", "-iregex":
		expr, extended := f.arg(), f.extended || !f.basic
		if !f.extended && !f.basic {
			expr = emacsRegex(expr)
		}
		re, bad := t.sh.regex(expr, regexMode{fold: word == "-iregex", extended: extended})
		if bad != "" {
			f.bad = bad
			return never
		}
		return func(f *finder, n string, _ fs.FileInfo, _ int) bool {
			m := t.sh.find(re, n)
			return m != nil && m[0] == 0 && m[1] == len(n)
		}
	case "-type", "-xtype":
		kinds := f.arg()
		for _, k := range strings.Split(kinds, ",") {
			if len(k) != 1 || !strings.Contains("fdlcbps", k) {
				f.bad = "Unknown argument to -type: " + kinds
				return never
			}
		}
		return func(_ *finder, n string, i fs.FileInfo, _ int) bool {
			if word == "-xtype" && i.Mode()&fs.ModeSymlink != 0 {
				if to, err := t.sh.stat(n); err == nil {
					i = to
				}
			}
			k := "f"
			switch {
			case i.IsDir():
				k = "d"
			case i.Mode()&fs.ModeSymlink != 0:
				k = "l"
			case i.Mode()&fs.ModeDevice != 0:
				k = "c"
			case i.Mode()&fs.ModeSocket != 0:
				k = "s"
			}
			return strings.Contains(kinds, k)
		}
	case "-maxdepth", "-mindepth":
		n, err := strconv.Atoi(f.arg())
		if err != nil || n < 0 {
			f.bad = "Expected a positive decimal integer argument to " + word
		}
		if word == "-maxdepth" {
			f.max = n
		} else {
			f.minDepth = n
		}
		return func(*finder, string, fs.FileInfo, int) bool { return true }
	case "-empty":
		return func(f *finder, n string, i fs.FileInfo, _ int) bool {
			if i.IsDir() {
				list, err := t.sh.readDir(n)
				return err == nil && len(list) == 0
			}
			return i.Mode().IsRegular() && i.Size() == 0
		}
	case "-size":
		s := f.arg()
		unit := int64(512)
		if s != "" {
			if k := strings.IndexByte("cwbkMG", s[len(s)-1]); k >= 0 {
				unit = []int64{1, 2, 512, 1 << 10, 1 << 20, 1 << 30}[k]
				s = s[:len(s)-1]
			}
		}
		cmp := f.compare(s)
		return func(_ *finder, _ string, i fs.FileInfo, _ int) bool {
			n := i.Size()
			if i.IsDir() {
				n = 4096
			}
			return cmp((n + unit - 1) / unit)
		}
	case "-mtime", "-mmin", "-atime", "-ctime", "-amin", "-cmin":
		arg := f.arg()
		cmp := f.compare(arg)
		unit, round := 24*time.Hour, time.Duration(0)
		if strings.HasSuffix(word, "min") {
			if unit = time.Minute; !strings.HasPrefix(arg, "-") {
				round = unit - 1 // days are those that are over, minutes those that have begun
			}
		}
		return func(f *finder, _ string, i fs.FileInfo, _ int) bool {
			return cmp(int64((f.now.Sub(i.ModTime()) + round) / unit))
		}
	case "-newer", "-anewer", "-cnewer":
		ref, err := t.sh.stat(f.arg())
		if err != nil {
			f.bad = quoteName(f.args[min(f.at, len(f.args)-1)]) + ": " + errText(err)
			return never
		}
		return func(_ *finder, _ string, i fs.FileInfo, _ int) bool { return i.ModTime().After(ref.ModTime()) }
	case "-newermt", "-newerct", "-newerat":
		s := f.arg()
		when, ok := parseDate(s, f.now, t.sh.zone())
		if !ok {
			f.bad = "I cannot figure out how to interpret " + quoteName(s) + " as a date or time"
		}
		return func(_ *finder, _ string, i fs.FileInfo, _ int) bool { return i.ModTime().After(when) }
	case "-lname", "-ilname":
		g := t.glob(f.arg(), globMode{fold: word == "-ilname"})
		return func(_ *finder, n string, i fs.FileInfo, _ int) bool {
			to, err := t.sh.sys.cfg.Files.Readlink(t.sh.abs(n))
			return i.Mode()&fs.ModeSymlink != 0 && err == nil && t.sh.match(g, to)
		}
	case "-samefile":
		ref, err := t.sh.stat(f.arg())
		if err != nil {
			f.bad = quoteName(f.args[min(f.at, len(f.args)-1)]) + ": " + errText(err)
			return never
		}
		return func(_ *finder, _ string, i fs.FileInfo, _ int) bool { return sameInode(ref, i) }
	case "-regextype":
		switch kind := f.arg(); kind {
		case "posix-extended", "egrep", "posix-egrep", "awk", "posix-awk", "gnu-awk":
			f.extended, f.basic = true, false
		case "posix-basic", "grep", "sed", "ed", "posix-minimal-basic":
			f.extended, f.basic = false, true
		case "emacs", "findutils-default":
			f.extended, f.basic = false, false
		default:
			f.bad = "Unknown regular expression type " + quoteName(kind)
		}
		return func(*finder, string, fs.FileInfo, int) bool { return true }
	case "-perm":
		s := f.arg()
		op := byte(0)
		if s != "" && (s[0] == '-' || s[0] == '/') {
			op = s[0]
			s = s[1:]
		}
		m, ok := parseMode(s, 0)
		if !ok {
			f.bad = "invalid mode `" + s + "'"
		}
		return func(_ *finder, _ string, i fs.FileInfo, _ int) bool {
			p := i.Mode().Perm()
			switch op {
			case '-':
				return p&m == m
			case '/':
				return p&m != 0
			}
			return p == m
		}
	case "-user", "-group", "-uid", "-gid":
		who := f.arg()
		return func(*finder, string, fs.FileInfo, int) bool { return who == userName || who == strconv.Itoa(userID) }
	case "-nouser", "-nogroup":
		return never
	case "-inum":
		cmp := f.compare(f.arg())
		return func(_ *finder, _ string, i fs.FileInfo, _ int) bool {
			n, ok := fileID(i)
			return ok && cmp(int64(n))
		}
	case "-readable", "-writable", "-executable":
		bit := map[string]fs.FileMode{"-readable": 0o400, "-writable": 0o200, "-executable": 0o100}[word]
		return func(_ *finder, _ string, i fs.FileInfo, _ int) bool { return i.Mode()&bit != 0 }
	case "-links":
		cmp := f.compare(f.arg())
		return func(_ *finder, _ string, i fs.FileInfo, _ int) bool { return cmp(int64(links(i))) }
	case "-true", "-noleaf", "-mount", "-xdev", "-daystart", "-follow":
		return func(*finder, string, fs.FileInfo, int) bool { return true }
	case "-false":
		return never
	case "-depth", "-d":
		f.depthFirst = true
		return func(*finder, string, fs.FileInfo, int) bool { return true }
	case "-prune":
		return func(f *finder, _ string, _ fs.FileInfo, _ int) bool { f.prune = true; return true }
	case "-print", "-print0", "-ls", "-printf", "-fprint", "-fprint0", "-fls", "-fprintf", "-delete", "-exec", "-execdir", "-quit":
		f.acted = f.acted || word != "-quit"
		return f.action(word)
	}
	f.bad = "unknown predicate `" + word + "'"
	return never
}

func (f *finder) action(word string) findExpr {
	t := f.t
	out := t.out
	if what, ok := strings.CutPrefix(word, "-f"); ok {
		out, word = f.output(f.arg()), "-"+what
	}
	switch word {
	case "-print":
		return func(_ *finder, n string, _ fs.FileInfo, _ int) bool { out.WriteString(n + "\n"); return true }
	case "-print0":
		return func(_ *finder, n string, _ fs.FileInfo, _ int) bool { out.WriteString(n + "\x00"); return true }
	case "-quit":
		return func(f *finder, _ string, _ fs.FileInfo, _ int) bool { f.quit = true; return true }
	case "-ls":
		return func(_ *finder, n string, i fs.FileInfo, _ int) bool {
			ino, _ := fileID(i)
			fmt.Fprintf(out, "%9d %6d %s %3d %-8s %-8s %8d %s %s\n", ino, (i.Size()+1023)/1024, modeString(i.Mode()), links(i), userName, userName, i.Size(), i.ModTime().In(t.sh.zone()).Format("Jan _2 15:04"), n)
			return true
		}
	case "-printf":
		format := f.arg()
		return func(f *finder, n string, i fs.FileInfo, d int) bool {
			out.WriteString(f.printf(format, n, i, d))
			return true
		}
	case "-delete":
		f.depthFirst = true
		return func(_ *finder, n string, i fs.FileInfo, _ int) bool {
			if n == "." {
				return true
			}
			var err error
			if i.IsDir() {
				err = t.sh.sys.cfg.Files.Rmdir(t.sh.abs(n))
			} else {
				err = t.sh.sys.cfg.Files.Unlink(t.sh.abs(n))
			}
			if err != nil {
				t.fail("cannot delete %s: %s", quoteName(n), errText(err))
			}
			return err == nil
		}
	}
	var args []string
	for {
		f.at++
		if f.at >= len(f.args) {
			f.bad = "missing argument to `" + word + "'"
			return never
		}
		if f.args[f.at] == ";" {
			break
		}
		if f.args[f.at] == "+" && len(args) > 0 && args[len(args)-1] == "{}" {
			b := &findBatch{args: args[:len(args)-1]}
			f.batches = append(f.batches, b)
			return func(f *finder, n string, _ fs.FileInfo, _ int) bool {
				t.hold(int64(len(n)) + 16)
				if b.names = append(b.names, n); len(b.names) >= 5000 {
					f.flush(b)
				}
				return true
			}
		}
		args = append(args, f.args[f.at])
	}
	if len(args) == 0 {
		f.bad = "invalid argument `;' to `" + word + "'"
		return never
	}
	return func(_ *finder, n string, _ fs.FileInfo, _ int) bool {
		dir := ""
		if word == "-execdir" {
			dir = path.Dir(n)
			n = "./" + path.Base(n)
		}
		f.flushOuts()
		argv := make([]string, len(args))
		for i, a := range args {
			argv[i] = strings.ReplaceAll(a, "{}", n)
		}
		if dir == "" {
			return t.command(argv) == 0
		}
		_ = t.out.Flush()
		return t.sh.subshell(func(c *shell) {
			c.dir = logical(t.sh.abs(dir))
			c.status = t.commandIn(c, argv)
		}) == 0
	}
}

func (f *finder) printf(format, name string, info fs.FileInfo, depth int) string {
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		switch c := format[i]; {
		case strings.HasPrefix(format[i:], `\c`):
			return b.String()
		case c == '\\':
			s, n := unescapeOne(format[i:], escapesC)
			b.WriteString(s)
			i += n - 1
		case c == '%' && i+1 < len(format):
			spec, at := readSpec(format[i:], nil)
			text, n := f.directive(format[i+at:], name, info, depth)
			if n == 0 || spec.tooWide() {
				b.WriteByte(c)
				continue
			}
			if spec.prec >= 0 {
				text = text[:min(spec.prec, len(text))]
			}
			f.t.sh.room(spec.room())
			b.WriteString(spec.padBytes(text))
			i += at + n - 1
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// directive is what a directive of -printf, behind its % and flags, stands for, and how long
// it is; 0 if it is none.
func (f *finder) directive(s, name string, info fs.FileInfo, depth int) (text string, n int) {
	if s == "" {
		return "", 0
	}
	switch s[0] {
	case '%':
		return "%", 1
	case 'p':
		return name, 1
	case 'f':
		return path.Base(name), 1
	case 'h':
		if i := strings.LastIndexByte(name, '/'); i >= 0 {
			return name[:i], 1
		}
		return ".", 1
	case 'H':
		return f.root, 1
	case 'P':
		return strings.TrimPrefix(strings.TrimPrefix(name, f.root), "/"), 1
	case 's':
		return strconv.FormatInt(info.Size(), 10), 1
	case 'd':
		return strconv.Itoa(depth), 1
	case 'm':
		return strconv.FormatUint(uint64(info.Mode().Perm()), 8), 1
	case 'M':
		return modeString(info.Mode()), 1
	case 'y':
		return findKind(info), 1
	case 'Y':
		if to, err := f.t.sh.stat(name); err == nil {
			return findKind(to), 1
		}
		return "N", 1
	case 'u', 'g':
		return userName, 1
	case 'U', 'G':
		return strconv.Itoa(userID), 1
	case 'n':
		return fmt.Sprint(links(info)), 1
	case 'i':
		ino, _ := fileID(info)
		return fmt.Sprint(ino), 1
	case 'b':
		return strconv.FormatInt((info.Size()+511)/512, 10), 1
	case 'k':
		return strconv.FormatInt((info.Size()+1023)/1024, 10), 1
	case 'l':
		text, _ := f.t.sh.sys.cfg.Files.Readlink(f.t.sh.abs(name))
		return text, 1
	case 't', 'a', 'c':
		return info.ModTime().In(f.t.sh.zone()).Format("Mon Jan _2 15:04:05.0000000000 2006"), 1
	case 'T', 'A', 'C':
		switch {
		case len(s) == 1:
			return "", 0
		case s[1] == '@':
			return fmt.Sprintf("%d.%010d", info.ModTime().Unix(), info.ModTime().Nanosecond()*10), 2
		}
		return strftime(info.ModTime().In(f.t.sh.zone()), "%"+s[1:2]), 2
	}
	return "", 0
}

// findKind is the letter of a kind of file.
func findKind(info fs.FileInfo) string {
	return map[byte]string{'-': "f", 'd': "d", 'l': "l", 'c': "c"}[modeString(info.Mode())[0]]
}

// emacsRegex writes a regular expression of Emacs as an extended one.
func emacsRegex(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s):
			if i++; strings.IndexByte("()|", s[i]) < 0 {
				b.WriteByte(c)
			}
			b.WriteByte(s[i])
		case c == '[':
			if _, n := posixSet(s[i:], false); n > 0 {
				b.WriteString(s[i : i+n])
				i += n - 1
				continue
			}
			b.WriteByte(c)
		case strings.IndexByte("()|{}", c) >= 0:
			b.WriteByte('\\')
			b.WriteByte(c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
