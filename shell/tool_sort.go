package shell

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"slices"
	"sort"
	"strconv"
	"strings"
)

// sortKey is -k F[.C][OPTS][,F[.C][OPTS]].
type sortKey struct {
	f1, c1, f2, c2 int // from 1; f2 0: to the end of the line
	opts           sortOpts
	own            bool // has options of its own
}

type sortOpts struct {
	numeric, general, human, month, version, fold, dict, print bool
	blanks1, blanks2, reverse                                  bool
}

func (o *sortOpts) set(c byte) bool {
	switch c {
	case 'n':
		o.numeric = true
	case 'g':
		o.general = true
	case 'h':
		o.human = true
	case 'M':
		o.month = true
	case 'V':
		o.version = true
	case 'f':
		o.fold = true
	case 'd':
		o.dict = true
	case 'i':
		o.print = true
	case 'b':
		o.blanks1, o.blanks2 = true, true
	case 'r':
		o.reverse = true
	default:
		return false
	}
	return true
}

func parseSortKey(s string) (k sortKey, ok bool) {
	pos := func(s string) (f, c int, rest string, ok bool) {
		i := 0
		for i < len(s) && s[i] >= '0' && s[i] <= '9' {
			i++
		}
		f, err := strconv.Atoi(s[:i])
		if err != nil {
			return 0, 0, "", false
		}
		if i < len(s) && s[i] == '.' {
			j := i + 1
			for j < len(s) && s[j] >= '0' && s[j] <= '9' {
				j++
			}
			c, _ = strconv.Atoi(s[i+1 : j])
			i = j
		}
		return f, c, s[i:], true
	}
	from, to, has := strings.Cut(s, ",")
	var rest string
	if k.f1, k.c1, rest, ok = pos(from); !ok || k.f1 < 1 {
		return k, false
	}
	for _, c := range []byte(rest) {
		k.own = true
		if c == 'b' {
			k.opts.blanks1 = true
		} else if !k.opts.set(c) {
			return k, false
		}
	}
	if has {
		if k.f2, k.c2, rest, ok = pos(to); !ok || k.f2 < 1 {
			return k, false
		}
		for _, c := range []byte(rest) {
			k.own = true
			if c == 'b' {
				k.opts.blanks2 = true
			} else if !k.opts.set(c) {
				return k, false
			}
		}
	}
	return k, true
}

type sorter struct {
	t      *tool
	keys   []sortKey
	opts   sortOpts
	sep    string
	stable bool
	unique bool
}

// fieldAt is where field n (from 1) begins in s.
func (s *sorter) fieldAt(line string, n int) int {
	i := 0
	for ; n > 1 && i <= len(line); n-- {
		if s.sep != "" {
			j := strings.Index(line[i:], s.sep)
			if j < 0 {
				return len(line)
			}
			i += j + len(s.sep)
			continue
		}
		for i < len(line) && (line[i] == ' ' || line[i] == '\t') {
			i++
		}
		for i < len(line) && line[i] != ' ' && line[i] != '\t' {
			i++
		}
	}
	return min(i, len(line))
}

func (s *sorter) fieldEnd(line string, n int) int {
	i := s.fieldAt(line, n)
	if s.sep != "" {
		if j := strings.Index(line[i:], s.sep); j >= 0 {
			return i + j
		}
		return len(line)
	}
	for i < len(line) && (line[i] == ' ' || line[i] == '\t') {
		i++
	}
	for i < len(line) && line[i] != ' ' && line[i] != '\t' {
		i++
	}
	return i
}

func (s *sorter) extract(line string, k *sortKey, o *sortOpts) string {
	from := s.fieldAt(line, k.f1)
	if o.blanks1 {
		for from < len(line) && (line[from] == ' ' || line[from] == '\t') {
			from++
		}
	}
	if k.c1 > 1 {
		from = min(from+k.c1-1, len(line))
	}
	to := len(line)
	if k.f2 > 0 {
		if k.c2 == 0 {
			to = s.fieldEnd(line, k.f2)
		} else {
			to = s.fieldAt(line, k.f2)
			if o.blanks2 {
				for to < len(line) && (line[to] == ' ' || line[to] == '\t') {
					to++
				}
			}
			to = min(to+k.c2, len(line))
		}
	}
	if to < from {
		return ""
	}
	return line[from:to]
}

// number reads the number at the start of s, as sort -n does.
func number(s string) float64 {
	s = strings.TrimLeft(s, " \t")
	i := 0
	if i < len(s) && s[i] == '-' {
		i++
	}
	for i < len(s) && (s[i] >= '0' && s[i] <= '9' || s[i] == '.' || s[i] == ',') {
		i++
	}
	n, _ := strconv.ParseFloat(strings.ReplaceAll(s[:i], ",", ""), 64)
	return n
}

func (s *sorter) compare(a, b string, o *sortOpts) int {
	s.t.sh.spend(2 + int64(min(len(a), len(b)))/64)
	var c int
	cmpFloat := func(x, y float64) int {
		switch {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	}
	switch {
	case o.numeric:
		c = cmpFloat(number(a), number(b))
	case o.general:
		g := func(s string) float64 {
			s = strings.TrimSpace(s)
			for j := len(s); j > 0; j-- {
				if f, err := strconv.ParseFloat(s[:j], 64); err == nil && j <= 64 {
					return f
				}
				if j > 64 {
					j = 65
				}
			}
			return math.Inf(-1)
		}
		c = cmpFloat(g(a), g(b))
	case o.human:
		h := func(s string) float64 {
			s = strings.TrimLeft(s, " \t")
			n := number(s)
			i := 0
			for i < len(s) && strings.IndexByte("-.0123456789", s[i]) >= 0 {
				i++
			}
			if i < len(s) {
				if e := strings.IndexByte("kKMGTPEZY", s[i]); e > 0 {
					n *= math.Pow(1024, float64(e))
				} else if e == 0 {
					n *= 1024
				}
			}
			return n
		}
		c = cmpFloat(h(a), h(b))
	case o.month:
		m := func(s string) int {
			s = strings.ToUpper(strings.TrimLeft(s, " \t"))
			if len(s) < 3 {
				return 0
			}
			return strings.Index("   JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC", s[:3]) / 3
		}
		c = m(a) - m(b)
	case o.version:
		switch {
		case versionLess(a, b):
			c = -1
		case versionLess(b, a):
			c = 1
		}
	default:
		if o.dict || o.fold || o.print {
			norm := func(s string) string {
				return strings.Map(func(r rune) rune {
					if o.dict && r < 128 && !inClass(byte(r), "alnum") && r != ' ' && r != '\t' {
						return -1
					}
					if o.print && r < ' ' {
						return -1
					}
					if o.fold && r >= 'a' && r <= 'z' {
						return r - 32
					}
					return r
				}, s)
			}
			s.t.sh.spend(int64(len(a)+len(b)) / 8)
			a, b = norm(a), norm(b)
		}
		c = strings.Compare(a, b)
	}
	if o.reverse {
		return -c
	}
	return c
}

func (s *sorter) lines(a, b string) int {
	if len(s.keys) == 0 {
		o := s.opts
		x, y := a, b
		if o.blanks1 {
			x, y = strings.TrimLeft(a, " \t"), strings.TrimLeft(b, " \t")
		}
		if c := s.compare(x, y, &o); c != 0 {
			return c
		}
	}
	for i := range s.keys {
		k := &s.keys[i]
		o := &k.opts
		if !k.own {
			o = &s.opts
		}
		if c := s.compare(s.extract(a, k, o), s.extract(b, k, o), o); c != 0 {
			return c
		}
	}
	if s.stable || s.unique {
		return 0
	}
	c := strings.Compare(a, b)
	if s.opts.reverse {
		return -c
	}
	return c
}

// versionLess orders as sort -V does, by the rules of Debian's versions: numbers in the
// text by their value, letters before other characters, ~ before all. What looks like the
// ending of a file's name counts only if the rest is the same, and a dot at the start
// comes first.
func versionLess(a, b string) bool { return compareVersions(a, b) < 0 }

func compareVersions(a, b string) int {
	special := func(s string) int { // "", ".", "..", those with a dot, the rest
		for i, x := range []string{"", ".", ".."} {
			if s == x {
				return i
			}
		}
		if s[0] == '.' {
			return 3
		}
		return 4
	}
	if x, y := special(a), special(b); x != y || x < 3 {
		return x - y
	}
	x, y := versionPrefix(a), versionPrefix(b)
	if c := compareRuns(a[:x], b[:y]); c != 0 || x == len(a) && y == len(b) {
		return c
	}
	return compareRuns(a, b)
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// versionPrefix is the length of a name without endings such as .tar.gz.
func versionPrefix(s string) int {
	prefix := 0
	for i := 0; i < len(s); {
		i++
		prefix = i
		for i+1 < len(s) && s[i] == '.' && (isLetter(s[i+1]) || s[i+1] == '~') {
			for i += 2; i < len(s) && (isLetter(s[i]) || isDigit(s[i]) || s[i] == '~'); i++ {
			}
		}
	}
	return prefix
}

// compareRuns compares the parts that are numbers and those that are not in turn.
func compareRuns(a, b string) int {
	order := func(s string, i int) int {
		switch {
		case i >= len(s):
			return -1
		case isDigit(s[i]):
			return 0
		case isLetter(s[i]):
			return int(s[i])
		case s[i] == '~':
			return -2
		}
		return int(s[i]) + 256
	}
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		for i < len(a) && !isDigit(a[i]) || j < len(b) && !isDigit(b[j]) {
			if x, y := order(a, i), order(b, j); x != y {
				return x - y
			}
			i++
			j++
		}
		for i < len(a) && a[i] == '0' {
			i++
		}
		for j < len(b) && b[j] == '0' {
			j++
		}
		first := 0
		for i < len(a) && isDigit(a[i]) && j < len(b) && isDigit(b[j]) {
			if first == 0 {
				first = int(a[i]) - int(b[j])
			}
			i++
			j++
		}
		switch {
		case i < len(a) && isDigit(a[i]):
			return 1
		case j < len(b) && isDigit(b[j]):
			return -1
		case first != 0:
			return first
		}
	}
	return 0
}

func sortTool(t *tool) int {
	opts, names, bad := getopt(t.args, "bcCdfghiMmno:rsS:t:T:uVzk:R", map[string]string{
		"ignore-leading-blanks": "b", "check?": "c", "dictionary-order": "d", "ignore-case": "f", "general-numeric-sort": "g",
		"human-numeric-sort": "h", "ignore-nonprinting": "i", "month-sort": "M", "merge": "m", "numeric-sort": "n", "output=": "o",
		"reverse": "r", "stable": "s", "field-separator=": "t", "unique": "u", "version-sort": "V", "zero-terminated": "z", "key=": "k",
		"parallel=": "x", "buffer-size=": "x", "sort=": "sort", "random-sort": "R", "temporary-directory=": "T", "debug": "x",
	})
	if bad != "" {
		return t.usage(2, "%s", bad)
	}
	s := sorter{t: t}
	check, quietCheck, out, delim := false, false, "", byte('\n')
	for _, o := range opts {
		switch o.name {
		case "k":
			k, ok := parseSortKey(o.value)
			if !ok {
				t.say("invalid number at field start: invalid count at start of %s", quoteName(o.value))
				return 2
			}
			s.keys = append(s.keys, k)
		case "t":
			if s.sep = o.value; s.sep == `\0` {
				s.sep = "\x00"
			}
			if len([]rune(s.sep)) != 1 {
				t.say("multi-character tab %s", quoteName(o.value))
				return 2
			}
		case "c":
			check = true
		case "C":
			check, quietCheck = true, true
		case "o":
			out = o.value
		case "s":
			s.stable = true
		case "u":
			s.unique = true
		case "z":
			delim = 0
		case "sort":
			s.opts.set(map[string]byte{"numeric": 'n', "general-numeric": 'g', "human-numeric": 'h', "month": 'M', "version": 'V'}[o.value])
		case "m", "T", "S", "x", "R":
		default:
			s.opts.set(o.name[0])
		}
	}
	var all []string
	if len(names) == 0 {
		names = []string{"-"}
	}
	for _, name := range names {
		list, _, err := t.fileLines(name, delim)
		if err != nil {
			t.say("cannot read: %s: %s", name, errText(err))
			return 2
		}
		t.hold(int64(len(list)) * 16)
		all = append(all, list...)
	}
	if check {
		for i := 1; i < len(all); i++ {
			if c := s.lines(all[i-1], all[i]); c > 0 || c == 0 && s.unique {
				if !quietCheck {
					t.say("%s:%d: disorder: %s", names[0], i+1, all[i])
				}
				return 1
			}
		}
		return 0
	}
	sort.SliceStable(all, func(i, j int) bool { return s.lines(all[i], all[j]) < 0 })
	if s.unique {
		all = slices.CompactFunc(all, func(a, b string) bool { return s.lines(a, b) == 0 })
	}
	if out != "" {
		_, end, err := t.printTo(out, os.O_TRUNC)
		if err != nil {
			t.say("open failed: %s: %s", out, errText(err))
			return 2
		}
		defer end()
	}
	for _, l := range all {
		t.out.WriteString(l)
		t.out.WriteByte(delim)
	}
	if err := t.out.Flush(); err != nil {
		t.fail("write failed: %s", errText(err))
		return 2
	}
	return t.code
}

func uniq(t *tool) int {
	opts, names, bad := getopt(t.args, "cdDf:is:uw:z", map[string]string{"count": "c", "repeated": "d", "all-repeated?": "D", "skip-fields=": "f", "ignore-case": "i", "skip-chars=": "s", "unique": "u", "check-chars=": "w", "zero-terminated": "z"})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	var count, repeated, all, unique, fold bool
	skipF, skipC, width := 0, 0, -1
	delim := byte('\n')
	for _, o := range opts {
		n, _ := strconv.Atoi(o.value)
		switch o.name {
		case "c":
			count = true
		case "d":
			repeated = true
		case "D":
			all = true
		case "u":
			unique = true
		case "i":
			fold = true
		case "f":
			skipF = n
		case "s":
			skipC = n
		case "w":
			width = n
		case "z":
			delim = 0
		}
	}
	in := "-"
	if len(names) > 0 {
		in = names[0]
	}
	f, err := t.open(in)
	if err != nil {
		t.say("%s: %s", in, errText(err))
		return 1
	}
	defer f.close()
	if len(names) > 1 {
		_, end, err := t.printTo(names[1], os.O_TRUNC)
		if err != nil {
			t.say("%s: %s", names[1], errText(err))
			return 1
		}
		defer end()
	}
	key := func(b []byte) []byte {
		for range skipF {
			b = bytes.TrimLeft(b, " \t")
			i := bytes.IndexAny(b, " \t")
			if i < 0 {
				return nil
			}
			b = b[i:]
		}
		b = b[min(skipC, len(b)):]
		if width >= 0 {
			b = b[:min(width, len(b))]
		}
		return b
	}
	equal := func(a, b []byte) bool {
		if fold {
			return bytes.EqualFold(key(a), key(b))
		}
		return bytes.Equal(key(a), key(b))
	}
	var prev []byte
	n := 0
	flush := func() {
		if n == 0 || repeated && n < 2 || unique && n > 1 || all {
			return
		}
		if count {
			fmt.Fprintf(t.out, "%7d ", n)
		}
		t.out.Write(prev)
		t.out.WriteByte(delim)
	}
	l := t.lines(f)
	l.delim = delim
	for line, ok := l.next(); ok; line, ok = l.next() {
		t.sh.spend(int64(len(line)) / 32)
		if n > 0 && equal(prev, line) {
			if all {
				if n == 1 {
					t.out.Write(prev)
					t.out.WriteByte(delim)
				}
				t.out.Write(line)
				t.out.WriteByte(delim)
			}
			n++
			continue
		}
		flush()
		if cap(prev) < len(line) {
			t.hold(int64(len(line)))
		}
		prev = append(prev[:0], line...)
		n = 1
	}
	flush()
	return t.code
}

func shuf(t *tool) int {
	opts, names, bad := getopt(t.args, "ei:n:rz", map[string]string{"echo": "e", "input-range=": "i", "head-count=": "n", "repeat": "r"})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	var list []string
	limit, fromArgs, ranged := -1, false, false
	for _, o := range opts {
		switch o.name {
		case "e":
			fromArgs = true
		case "n":
			n, err := strconv.Atoi(o.value)
			if err != nil || n < 0 {
				t.say("invalid line count: %s", quoteName(o.value))
				return 1
			}
			limit = n
		case "i":
			a, b, _ := strings.Cut(o.value, "-")
			lo, err1 := strconv.Atoi(a)
			hi, err2 := strconv.Atoi(b)
			if err1 != nil || err2 != nil || hi < lo {
				t.say("invalid input range: %s", quoteName(o.value))
				return 1
			}
			ranged = true
			for i := lo; i <= hi; i++ {
				t.hold(32)
				t.sh.spend(5)
				list = append(list, strconv.Itoa(i))
			}
		case "r":
			t.say("repeating is not supported")
			return 1
		}
	}
	switch {
	case ranged:
	case fromArgs:
		list = names
	default:
		t.inputs(names, func(f *file) {
			l, _ := t.allLines(f, '\n')
			list = append(list, l...)
		})
	}
	list = slices.Clone(list)
	var b [8]byte
	for i := len(list) - 1; i > 0; i-- {
		t.sh.sys.cfg.Random(b[:])
		n := uint64(0)
		for _, c := range b {
			n = n<<8 | uint64(c)
		}
		j := int(n % uint64(i+1))
		list[i], list[j] = list[j], list[i]
	}
	if limit >= 0 && limit < len(list) {
		list = list[:limit]
	}
	for _, s := range list {
		t.out.WriteString(s + "\n")
	}
	return t.code
}
