package shell

import (
	"bytes"
	"regexp"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// backrefs matches an expression that has back-references or looks around, which Go's own
// engine has not, by trying one way after another. Each step is billed.
type backrefs struct {
	sh    *shell
	root  backNode
	names []string // of the groups, the whole match first
}

// backNode matches at a place of the text and goes on with k from where it ends.
type backNode func(m *backMatch, at int, k func(int) bool) bool

// backMatch is one search.
type backMatch struct {
	sh    *shell
	text  []byte
	caps  []int
	depth int
	steps int
}

const (
	// backMark is the start of the name of the group that stands for a reference, which is
	// empty, or for what looks around. The number of the group that is meant, or a letter of
	// lookMarks, comes behind it.
	backMark = "backreference_"
	// maxBehind bounds how far back a look goes, in bytes.
	maxBehind = 256
	// maxBackText bounds a text that is searched, maxBackSteps the steps of a search, which
	// may be exponential, and maxBackDepth how deep it goes, and so the stack.
	maxBackText  = 64 << 10
	maxBackSteps = 5_000_000
	maxBackDepth = 20_000
)

// backGroup is what stands for the n-th reference of an expression, to a group.
func backGroup(group byte, n int) string {
	return "(?P<" + backMark + string(group) + "_" + strconv.Itoa(n) + ">)"
}

type lookMark struct {
	text   string
	letter byte
}

// lookMarks are the letters of the groups that look ahead or back, for what is not there if
// they are capital, and of those that keep what they took first.
var lookMarks = []lookMark{{"(?=", 'a'}, {"(?!", 'A'}, {"(?<=", 'b'}, {"(?<!", 'B'}, {"(?>", 't'}}

// perlClasses are Perl's sets that Go has not, outside of brackets.
var perlClasses = map[byte]string{'h': `[\t ]`, 'H': `[^\t ]`, 'N': `[^\n]`, 'R': `(?:\r\n|[\n\v\f\r])`}

// perlMarks writes what Go's own syntax has not of Perl's as groups that backMark names.
func perlMarks(expr string) string {
	expr, spaced := spacedOut(expr)
	var b strings.Builder
	inSet, n := false, 0
	atom := 0        // where what a quantifier would be for begins
	var opened []int // the brackets that are open
	one := func() {  // something begins that a quantifier may be for
		if !inSet {
			atom = b.Len()
		}
	}
	for i := 0; i < len(expr); i++ {
		switch c := expr[i]; {
		case c == '\\' && i+1 < len(expr):
			one()
			i++
			if d := expr[i]; d >= '1' && d <= '9' && !inSet {
				n++
				b.WriteString(backGroup(d, n))
				continue
			}
			if set := perlClasses[expr[i]]; set != "" && (!inSet || expr[i] == 'h') {
				if inSet {
					set = set[1 : len(set)-1]
				}
				b.WriteString(set)
				continue
			}
			b.WriteByte('\\')
			b.WriteByte(expr[i])
			if end := strings.IndexByte(expr[i:], '}'); end > 0 && strings.IndexByte("xpP", expr[i]) >= 0 && strings.HasPrefix(expr[i+1:], "{") {
				b.WriteString(expr[i+1 : i+end+1])
				i += end
			}
			continue
		case strings.HasPrefix(expr[i:], "(?#") && !inSet && strings.IndexByte(expr[i:], ')') > 0:
			i += strings.IndexByte(expr[i:], ')')
			continue
		case spaced && !inSet && isBlank(c):
			continue
		case spaced && !inSet && c == '#':
			if i += strings.IndexByte(expr[i:]+"\n", '\n'); i >= len(expr) {
				return b.String()
			}
			continue
		case c == '(' && !inSet:
			opened = append(opened, b.Len())
			if j := slices.IndexFunc(lookMarks, func(m lookMark) bool { return strings.HasPrefix(expr[i:], m.text) }); j >= 0 {
				n++
				b.WriteString(strings.TrimSuffix(backGroup(lookMarks[j].letter, n), ")"))
				i += len(lookMarks[j].text) - 1
				continue
			}
			if strings.HasPrefix(expr[i:], "(?") {
				b.WriteString("(?")
				i++
				continue
			}
		case c == ')' && !inSet && len(opened) > 0:
			atom = opened[len(opened)-1]
			opened = opened[:len(opened)-1]
		case c == '[' && !inSet:
			one()
			inSet = true
			if strings.HasPrefix(expr[i+1:], "]") || strings.HasPrefix(expr[i+1:], "^]") {
				j := strings.IndexByte(expr[i:], ']')
				b.WriteString(expr[i : i+j])
				i += j
			}
		case c == ']':
			inSet = false
		case !inSet:
			size := quantifier(expr[i:])
			if size == 0 {
				one()
				break
			}
			b.WriteString(expr[i : i+size])
			if i += size - 1; strings.HasPrefix(expr[i+1:], "+") { // it keeps what it took
				n++
				taken := b.String()
				b.Reset()
				b.WriteString(taken[:atom] + strings.TrimSuffix(backGroup('t', n), ")") + taken[atom:] + ")")
				i++
			}
			continue
		}
		b.WriteByte(expr[i])
	}
	return b.String()
}

// quantifier is the length of the quantifier that an expression begins with, or 0.
func quantifier(expr string) int {
	switch expr[0] {
	case '*', '+', '?':
		return 1
	case '{':
		end := strings.IndexByte(expr, '}')
		if end > 1 && strings.Trim(expr[1:end], "0123456789,") == "" && isDigit(expr[1]) {
			return end + 1
		}
	}
	return 0
}

// spacedOut reports whether an expression begins with the flag x, by which blanks do not
// count, and returns it without that.
func spacedOut(expr string) (rest string, spaced bool) {
	flags, ok := strings.CutPrefix(expr, "(?")
	end := strings.IndexByte(flags, ')')
	if !ok || end < 1 || strings.Trim(flags[:end], "imsx") != "" || !strings.Contains(flags[:end], "x") {
		return expr, false
	}
	others := strings.ReplaceAll(flags[:end], "x", "")
	if others != "" {
		others = "(?" + others + ")"
	}
	return others + flags[end+1:], true
}

// newBackrefs compiles what re is written as, or returns nil if a reference is to no group.
func newBackrefs(sh *shell, re *regexp.Regexp) *backrefs {
	tree, err := syntax.Parse(re.String(), syntax.Perl)
	if err != nil {
		return nil
	}
	c := backCompiler{groups: map[int]int{}}
	b := &backrefs{sh: sh, names: []string{""}}
	for i, name := range re.SubexpNames() {
		if i > 0 && !strings.HasPrefix(name, backMark) {
			c.groups[i] = len(b.names)
			b.names = append(b.names, name)
		}
	}
	c.count = len(b.names)
	b.root = c.node(tree)
	if c.bad {
		return nil
	}
	return b
}

type backCompiler struct {
	groups map[int]int // those of the expression by those of the tree
	count  int
	bad    bool
}

func (c *backCompiler) node(re *syntax.Regexp) backNode {
	if one := runeTest(re); one != nil {
		return func(m *backMatch, at int, k func(int) bool) bool {
			m.step()
			n := one(m.text, at)
			return n > 0 && k(at+n)
		}
	}
	switch re.Op {
	case syntax.OpNoMatch:
		return func(*backMatch, int, func(int) bool) bool { return false }
	case syntax.OpLiteral:
		lit, fold := string(re.Rune), re.Flags&syntax.FoldCase != 0
		return func(m *backMatch, at int, k func(int) bool) bool {
			m.step()
			n := prefixed(m.text[at:], lit, fold)
			return n >= 0 && k(at+n)
		}
	case syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText, syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		op := re.Op
		return func(m *backMatch, at int, k func(int) bool) bool { return m.holds(op, at) && k(at) }
	case syntax.OpCapture:
		if rest, ok := strings.CutPrefix(re.Name, backMark); ok && !isDigit(rest[0]) {
			return look(rest[0], c.node(re.Sub[0]))
		} else if ok {
			return c.reference(int(rest[0]-'0'), re.Flags&syntax.FoldCase != 0)
		}
		inner, g := c.node(re.Sub[0]), c.groups[re.Cap]
		return func(m *backMatch, at int, k func(int) bool) bool {
			return inner(m, at, func(end int) bool {
				from, to := m.caps[2*g], m.caps[2*g+1]
				m.caps[2*g], m.caps[2*g+1] = at, end
				if k(end) {
					return true
				}
				m.caps[2*g], m.caps[2*g+1] = from, to
				return false
			})
		}
	case syntax.OpStar:
		return c.repeat(re, 0, -1)
	case syntax.OpPlus:
		return c.repeat(re, 1, -1)
	case syntax.OpQuest:
		return c.repeat(re, 0, 1)
	case syntax.OpRepeat:
		return c.repeat(re, re.Min, re.Max)
	case syntax.OpConcat:
		all := func(_ *backMatch, at int, k func(int) bool) bool { return k(at) }
		for i := len(re.Sub) - 1; i >= 0; i-- {
			first, rest := c.node(re.Sub[i]), all
			all = func(m *backMatch, at int, k func(int) bool) bool {
				return first(m, at, func(end int) bool { return rest(m, end, k) })
			}
		}
		return all
	case syntax.OpAlternate:
		var ways []backNode
		for _, sub := range re.Sub {
			ways = append(ways, c.node(sub))
		}
		return func(m *backMatch, at int, k func(int) bool) bool {
			for _, way := range ways {
				m.step()
				if way(m, at, k) {
					return true
				}
			}
			return false
		}
	}
	return func(_ *backMatch, at int, k func(int) bool) bool { return k(at) }
}

func (c *backCompiler) reference(group int, fold bool) backNode {
	if group >= c.count {
		c.bad = true
	}
	return func(m *backMatch, at int, k func(int) bool) bool {
		from, to := m.caps[2*group], m.caps[2*group+1]
		if from < 0 {
			return false
		}
		m.sh.spend(int64(to-from) / 16)
		m.step()
		n := prefixed(m.text[at:], string(m.text[from:to]), fold)
		return n >= 0 && k(at+n)
	}
}

// look is a group of lookMarks.
func look(kind byte, inner backNode) backNode {
	return func(m *backMatch, at int, k func(int) bool) bool {
		m.deeper()
		defer func() { m.depth-- }()
		m.sh.spend(int64(len(m.caps)) / 4)
		caps := slices.Clone(m.caps)
		end := -1
		switch kind {
		case 'b', 'B':
			for from := at; from >= max(0, at-maxBehind) && end < 0; from-- {
				if m.step(); from < len(m.text) && !utf8.RuneStart(m.text[from]) {
					continue
				}
				if inner(m, from, func(to int) bool { return to == at }) {
					end = at
				}
			}
		default:
			inner(m, at, func(to int) bool { end = to; return true })
		}
		ok := end >= 0
		if kind != 't' {
			ok, end = ok != (kind < 'a'), at
		}
		if ok && k(end) {
			return true
		}
		copy(m.caps, caps)
		return false
	}
}

func (c *backCompiler) repeat(re *syntax.Regexp, least, most int) backNode {
	lazy := re.Flags&syntax.NonGreedy != 0
	if one := runeTest(re.Sub[0]); one != nil && !lazy {
		return func(m *backMatch, at int, k func(int) bool) bool {
			ends := []int{at}
			for most < 0 || len(ends) <= most {
				m.step()
				n := one(m.text, at)
				if n <= 0 {
					break
				}
				at += n
				ends = append(ends, at)
			}
			for i := len(ends) - 1; i >= least; i-- {
				m.step()
				if k(ends[i]) {
					return true
				}
			}
			return false
		}
	}
	inner := c.node(re.Sub[0])
	return func(m *backMatch, at int, k func(int) bool) bool {
		var from func(at, n int) bool
		from = func(at, n int) bool {
			m.deeper()
			defer func() { m.depth-- }()
			more := func() bool {
				return (most < 0 || n < most) && inner(m, at, func(end int) bool {
					return (end > at || n < least) && from(end, n+1)
				})
			}
			if lazy {
				return n >= least && k(at) || more()
			}
			return more() || n >= least && k(at)
		}
		return from(at, 0)
	}
}

// runeTest is the length of the one character that re matches at a place, or 0; nil if
// re is not of one character.
func runeTest(re *syntax.Regexp) func(text []byte, at int) int {
	var is func(r rune) bool
	switch {
	case re.Op == syntax.OpAnyChar:
		is = func(rune) bool { return true }
	case re.Op == syntax.OpAnyCharNotNL:
		is = func(r rune) bool { return r != '\n' }
	case re.Op == syntax.OpCharClass:
		ranges := re.Rune
		is = func(r rune) bool {
			for i := 0; i+1 < len(ranges); i += 2 {
				if ranges[i] <= r && r <= ranges[i+1] {
					return true
				}
			}
			return false
		}
	case re.Op == syntax.OpLiteral && len(re.Rune) == 1:
		c, fold := re.Rune[0], re.Flags&syntax.FoldCase != 0
		is = func(r rune) bool { return r == c || fold && unicode.ToLower(r) == unicode.ToLower(c) }
	default:
		return nil
	}
	return func(text []byte, at int) int {
		if at >= len(text) {
			return 0
		}
		r, n := utf8.DecodeRune(text[at:])
		if !is(r) {
			return 0
		}
		return n
	}
}

// prefixed is the length of what text begins with, if that is lit, or -1.
func prefixed(text []byte, lit string, fold bool) int {
	if len(text) < len(lit) {
		return -1
	}
	if string(text[:len(lit)]) == lit || fold && strings.EqualFold(string(text[:len(lit)]), lit) {
		return len(lit)
	}
	return -1
}

// step counts and bills one step.
func (m *backMatch) step() {
	if m.steps++; m.steps > maxBackSteps {
		m.costly()
	}
	m.sh.spend(2)
}

func (m *backMatch) deeper() {
	if m.depth++; m.depth > maxBackDepth {
		m.costly()
	}
	m.step()
}

func (m *backMatch) costly() {
	m.sh.complain("regular expression with back-references is too costly for a line of %d bytes", len(m.text))
	panic(stopped{2})
}

// holds reports whether an assertion is true at a place.
func (m *backMatch) holds(op syntax.Op, at int) bool {
	before, after := byte('\n'), byte('\n')
	if at > 0 {
		before = m.text[at-1]
	}
	if at < len(m.text) {
		after = m.text[at]
	}
	switch op {
	case syntax.OpBeginText:
		return at == 0
	case syntax.OpEndText:
		return at == len(m.text)
	case syntax.OpBeginLine:
		return before == '\n'
	case syntax.OpEndLine:
		return after == '\n'
	}
	edge := isNameByte(before) != isNameByte(after)
	return edge == (op == syntax.OpWordBoundary)
}

// from is the first match at or after a place, or nil.
func (b *backrefs) from(text []byte, at int, _ bool) []int {
	m := &backMatch{sh: b.sh, text: text, caps: make([]int, 2*len(b.names))}
	if len(text) > maxBackText {
		m.costly()
	}
	for ; at <= len(text); at++ {
		if at < len(text) && !utf8.RuneStart(text[at]) {
			continue
		}
		for i := range m.caps {
			m.caps[i] = -1
		}
		if b.root(m, at, func(end int) bool { m.caps[0], m.caps[1] = at, end; return true }) {
			return m.caps
		}
	}
	return nil
}

// What follows is of regexp.Regexp, for expressions with back-references too.

// NumSubexp is the number of groups.
func (re *regex) NumSubexp() int {
	if re.back == nil {
		return re.Regexp.NumSubexp()
	}
	return len(re.back.names) - 1
}

// SubexpIndex is the group of a name.
func (re *regex) SubexpIndex(name string) int {
	if re.back == nil {
		return re.Regexp.SubexpIndex(name)
	}
	for i, n := range re.back.names {
		if n == name && n != "" {
			return i
		}
	}
	return -1
}

// SubexpNames are the names of the groups, of which the first is the whole match.
func (re *regex) SubexpNames() []string {
	if re.back == nil {
		return re.Regexp.SubexpNames()
	}
	return re.back.names
}

// FindAllStringSubmatchIndex is FindAllSubmatchIndex of a string.
func (re *regex) FindAllStringSubmatchIndex(text string, n int) [][]int {
	if re.own(len(text)) == nil {
		return re.Regexp.FindAllStringSubmatchIndex(text, n)
	}
	return re.FindAllSubmatchIndex([]byte(text), n)
}

// FindSubmatchIndex is the first match and its groups.
func (re *regex) FindSubmatchIndex(text []byte) []int {
	m := re.own(len(text))
	if m == nil {
		return re.Regexp.FindSubmatchIndex(text)
	}
	return m.from(text, 0, true)
}

// FindStringSubmatchIndex is FindSubmatchIndex of a string.
func (re *regex) FindStringSubmatchIndex(text string) []int {
	m := re.own(len(text))
	if m == nil {
		return re.Regexp.FindStringSubmatchIndex(text)
	}
	return m.from([]byte(text), 0, true)
}

// FindIndex is the first match.
func (re *regex) FindIndex(text []byte) []int {
	m := re.own(len(text))
	if m == nil {
		return re.Regexp.FindIndex(text)
	}
	found := m.from(text, 0, false)
	return found[:min(2, len(found))]
}

// Match reports whether there is a match.
func (re *regex) Match(text []byte) bool {
	m := re.own(len(text))
	if m == nil {
		return re.Regexp.Match(text)
	}
	return m.from(text, 0, false) != nil
}

// MatchString is Match of a string.
func (re *regex) MatchString(text string) bool {
	m := re.own(len(text))
	if m == nil {
		return re.Regexp.MatchString(text)
	}
	return m.from([]byte(text), 0, false) != nil
}

// FindAllSubmatchIndex are the matches that do not overlap, at most n if n is not negative.
func (re *regex) FindAllSubmatchIndex(text []byte, n int) (all [][]int) {
	m := re.own(len(text))
	if m == nil {
		return re.Regexp.FindAllSubmatchIndex(text, n)
	}
	text = bytes.Clone(text)
	for at, last := 0, -1; at <= len(text) && (n < 0 || len(all) < n); {
		found := m.from(text, at, true)
		if found == nil {
			break
		}
		if found[0] < found[1] || found[0] != last {
			all = append(all, found)
		}
		last = found[1]
		if at = found[1]; found[0] == found[1] {
			_, k := utf8.DecodeRune(text[at:])
			at += max(k, 1)
		}
	}
	return all
}
