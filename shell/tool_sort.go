package shell

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"regexp"
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
	numeric, general, human, month, version, random, fold, dict, print bool
	blanks1, blanks2, reverse                                          bool
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
	case 'R':
		o.random = true
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
	seed   [8]byte // of -R
}

// hash is where -R puts a text: those that are equal are together.
func (s *sorter) hash(text string) uint64 {
	h := fnv.New64a()
	h.Write(s.seed[:])
	io.WriteString(h, text)
	return h.Sum64()
}

// fieldAt is where field n (from 1) begins in s.
func (s *sorter) fieldAt(line string, n int) int {
	i := 0
	for ; n > 1 && i < len(line); n-- {
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
		from += min(k.c1-1, len(line)-from)
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
			to += min(k.c2, len(line)-to)
		}
	}
	if to < from {
		return ""
	}
	return line[from:to]
}

// decimal is the number at the start of a text, as sort -n reads it: of any length,
// without an exponent, and 0 if there is none.
type decimal struct {
	negative       bool
	whole, decimal string // digits without zeros at the outer ends
	unit           byte   // what comes after
}

func decimalOf(s string) (d decimal) {
	s, negative := strings.CutPrefix(strings.TrimLeft(s, " \t"), "-")
	digits := func() string {
		i := 0
		for i < len(s) && isDigit(s[i]) {
			i++
		}
		text := s[:i]
		s = s[i:]
		return text
	}
	d.whole = strings.TrimLeft(digits(), "0")
	if strings.HasPrefix(s, ".") {
		s = s[1:]
		d.decimal = strings.TrimRight(digits(), "0")
	}
	d.negative = negative && d.whole+d.decimal != ""
	if s != "" {
		d.unit = s[0]
	}
	return d
}

func (d decimal) compare(e decimal) int {
	if d.negative != e.negative {
		if d.negative {
			return -1
		}
		return 1
	}
	c := cmp.Or(cmp.Compare(len(d.whole), len(e.whole)), strings.Compare(d.whole, e.whole), strings.Compare(d.decimal, e.decimal))
	if d.negative {
		return -c
	}
	return c
}

// magnitude is the order of the unit, as K, of a number that is not 0, negative if the
// number is.
func (d decimal) magnitude() int {
	if d.whole+d.decimal == "" {
		return 0
	}
	order := strings.IndexByte(" KMGTPEZYRQ", d.unit)
	if d.unit == 'k' {
		order = 1
	}
	if order = max(order, 0); d.negative {
		return -order
	}
	return order
}

// generalForm is a number as sort -g reads it.
var generalForm = regexp.MustCompile(`(?i)^[+-]?(?:0x(?:[0-9a-f]+\.?[0-9a-f]*|\.[0-9a-f]+)(?:p[+-]?[0-9]+)?|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?|inf(?:inity)?|nan)`)

// maxGeneral is how much of a text sort -g looks at.
const maxGeneral = 64

// generalNumber is the number at the start of a text as sort -g reads it, and the order of
// its kind: what is none comes first, then what is "nan".
func generalNumber(s string) (kind int, f float64) {
	s = strings.TrimLeft(s, " \t")
	text := strings.ToLower(generalForm.FindString(s[:min(len(s), maxGeneral)]))
	switch {
	case text == "":
		return 0, 0
	case strings.HasSuffix(text, "nan"):
		return 1, 0
	}
	if strings.Contains(text, "0x") && !strings.Contains(text, "p") {
		text += "p0"
	}
	n, _ := strconv.ParseFloat(text, 64) // out of range: infinite
	return 2, n
}

// month is the number of the month whose name a text begins with, or 0.
func month(s string) int {
	s = strings.TrimLeft(s, " \t")
	if len(s) < 3 {
		return 0
	}
	if i := strings.Index("   JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC", strings.ToUpper(s[:3])); i > 0 && i%3 == 0 {
		return i / 3
	}
	return 0
}

func (s *sorter) compare(a, b string, o *sortOpts) int {
	s.t.sh.spend(20 + int64(min(len(a), len(b)))/64)
	switch {
	case o.numeric || o.human || o.random:
		s.t.sh.spend(int64(len(a)+len(b)) / 16)
	case o.general:
		s.t.sh.spend(100 + 10*int64(min(len(a), maxGeneral)+min(len(b), maxGeneral)))
	}
	var c int
	switch {
	case o.numeric:
		c = decimalOf(a).compare(decimalOf(b))
	case o.general:
		kindA, x := generalNumber(a)
		kindB, y := generalNumber(b)
		c = cmp.Or(cmp.Compare(kindA, kindB), cmp.Compare(x, y))
	case o.human:
		x, y := decimalOf(a), decimalOf(b)
		c = cmp.Or(cmp.Compare(x.magnitude(), y.magnitude()), x.compare(y))
	case o.month:
		c = month(a) - month(b)
	case o.random:
		c = cmp.Compare(s.hash(a), s.hash(b))
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
			s.opts.set(map[string]byte{"numeric": 'n', "general-numeric": 'g', "human-numeric": 'h', "month": 'M', "version": 'V', "random": 'R'}[o.value])
		case "m", "T", "S", "x":
		default:
			s.opts.set(o.name[0])
		}
	}
	t.sh.sys.cfg.Random(s.seed[:])
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
	opts, names, bad := getopt(t.args, "cdDf:is:uw:z", map[string]string{"count": "c", "repeated": "d", "all-repeated?": "D", "group?": "g", "skip-fields=": "f", "ignore-case": "i", "skip-chars=": "s", "unique": "u", "check-chars=": "w", "zero-terminated": "z"})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	var count, repeated, all, alone, unique, fold bool
	groups := "" // where -D and --group put empty lines
	skipF, skipC, width := 0, 0, -1
	delim := byte('\n')
	for _, o := range opts {
		n, err := strconv.Atoi(o.value)
		if errors.Is(err, strconv.ErrRange) && n > 0 {
			err = nil
		}
		if what := map[string]string{"f": "fields to skip", "s": "bytes to skip", "w": "bytes to compare"}[o.name]; what != "" && (err != nil || n < 0) {
			t.say("%s: invalid number of %s", o.value, what)
			return 1
		}
		switch o.name {
		case "c":
			count = true
		case "d":
			repeated = true
		case "D":
			all, groups = true, cmp.Or(o.value, "none")
			if !slices.Contains([]string{"none", "prepend", "separate"}, groups) {
				return t.usage(1, "invalid argument %s for '--all-repeated'", quoteName(o.value))
			}
		case "g":
			all, alone, groups = true, true, cmp.Or(o.value, "separate")
			if !slices.Contains([]string{"prepend", "append", "separate", "both"}, groups) {
				return t.usage(1, "invalid argument %s for '--group'", quoteName(o.value))
			}
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
	n, printed := 0, false
	begin := func() { // a group of which all lines are printed
		if groups == "prepend" || groups == "both" || groups != "none" && printed {
			t.out.WriteByte(delim)
		}
		printed = true
		t.out.Write(prev)
		t.out.WriteByte(delim)
	}
	flush := func() {
		if alone && n == 1 {
			begin()
		}
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
					begin()
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
	if printed && (groups == "append" || groups == "both") {
		t.out.WriteByte(delim)
	}
	return t.code
}

func shuf(t *tool) int {
	opts, names, bad := getopt(t.args, "ei:n:o:rz", map[string]string{"echo": "e", "input-range=": "i", "head-count=": "n", "output=": "o", "repeat": "r", "zero-terminated": "z", "random-source=": "x"})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	var list []string
	limit, fromArgs, ranged, repeat, out, delim := -1, false, false, false, "", byte('\n')
	lo, hi := 0, 0
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
			var err1, err2 error
			lo, err1 = strconv.Atoi(a)
			hi, err2 = strconv.Atoi(b)
			if err1 != nil || err2 != nil || hi < lo {
				t.say("invalid input range: %s", quoteName(o.value))
				return 1
			}
			ranged = true
		case "o":
			out = o.value
		case "r":
			repeat = true
		case "z":
			delim = 0
		}
	}
	switch {
	case ranged && (repeat || limit >= 0 && limit <= hi-lo):
	case ranged:
		for i := lo; i-1 != hi; i++ {
			t.hold(32)
			t.sh.spend(5)
			list = append(list, strconv.Itoa(i))
		}
	case fromArgs:
		list = names
	default:
		t.inputs(names, func(f *file) {
			l, _ := t.allLines(f, delim)
			list = append(list, l...)
		})
	}
	if out != "" {
		_, end, err := t.printTo(out, os.O_TRUNC)
		if err != nil {
			t.say("%s: %s", out, errText(err))
			return 1
		}
		defer end()
	}
	below := func(n uint64) uint64 {
		var b [8]byte
		t.sh.sys.cfg.Random(b[:])
		return binary.BigEndian.Uint64(b[:]) % n
	}
	put := func(s string) {
		t.out.WriteString(s)
		t.out.WriteByte(delim)
	}
	size, item := uint64(len(list)), func(i uint64) string { return list[i] }
	if ranged {
		size, item = uint64(hi-lo)+1, func(i uint64) string { return strconv.Itoa(lo + int(i)) }
	}
	switch {
	case repeat:
		if size == 0 && limit != 0 {
			t.say("no lines to repeat")
			return 1
		}
		for n := 0; n != limit; n++ {
			t.sh.spend(10)
			put(item(below(size)))
		}
		return t.code
	case ranged && list == nil: // few of a range, of which only what moved is kept
		moved := map[uint64]uint64{}
		at := func(i uint64) uint64 {
			if n, ok := moved[i]; ok {
				return n
			}
			return i
		}
		for i := range uint64(limit) {
			t.hold(64)
			t.sh.spend(100)
			j := i + below(size-i)
			n := at(j)
			moved[j] = at(i)
			put(item(n))
		}
		return t.code
	}
	list = slices.Clone(list)
	for i := len(list) - 1; i > 0; i-- {
		j := below(uint64(i) + 1)
		list[i], list[j] = list[j], list[i]
	}
	if limit >= 0 && limit < len(list) {
		list = list[:limit]
	}
	for _, s := range list {
		put(s)
	}
	return t.code
}
