package shell

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// A pattern of the shell is a text in which a backslash makes the character
// after it an ordinary one: quoted parts of a word arrive so.

// maxPattern bounds the text of a pattern: the cost of a match is its length
// times that of what is matched.
const maxPattern = 4 << 10

// hasMeta reports whether a pattern is more than a literal text.
func hasMeta(p string, ext bool) bool {
	for i := 0; i < len(p); i++ {
		switch p[i] {
		case '\\':
			i++
		case '*', '?':
			return true
		case '[':
			if strings.IndexByte(p[i+1:], ']') > 0 {
				return true
			}
		case '+', '@', '!':
			if ext && i+1 < len(p) && p[i+1] == '(' {
				return true
			}
		}
	}
	return false
}

// unescape returns the text that a pattern without meta characters matches.
func unescape(p string) string {
	if strings.IndexByte(p, '\\') < 0 {
		return p
	}
	var b strings.Builder
	for i := 0; i < len(p); i++ {
		if p[i] == '\\' && i+1 < len(p) {
			i++
		}
		b.WriteByte(p[i])
	}
	return b.String()
}

// escapePattern makes a text match itself.
func escapePattern(s string) string {
	if !strings.ContainsAny(s, `*?[]\()|+@!^-`) {
		return s
	}
	var b strings.Builder
	for _, c := range []byte(s) {
		switch c {
		case '*', '?', '[', ']', '\\', '(', ')', '|', '+', '@', '!', '^', '-':
			b.WriteByte('\\')
		}
		b.WriteByte(c)
	}
	return b.String()
}

// glob is a compiled pattern.
type glob struct {
	literal string // if re is nil and not is nil
	re      *regexp.Regexp
	not     *notGlob
	size    int
}

// notGlob is a pattern around !(…).
type notGlob struct{ before, inner, after *regexp.Regexp }

// globMode says how a pattern matches.
type globMode struct {
	fold  bool // letters of either case
	ext   bool // extended operators
	slash bool // no wildcard matches a slash
}

// glob compiles a pattern.
func (sh *shell) glob(p string, m globMode) *glob {
	if !m.fold && !hasMeta(p, m.ext) {
		return &glob{literal: unescape(p), size: 1}
	}
	if len(p) > maxPattern {
		sh.complain("pattern of %d bytes is longer than %d", len(p), maxPattern)
		panic(discard{1})
	}
	if m.ext {
		if i, j := findNot(p); i >= 0 {
			return &glob{size: len(p), not: &notGlob{
				sh.compileGlob(p[:i], m, true), sh.compileGlob("@"+p[i+1:j], m, true), sh.compileGlob(p[j:], m, true),
			}}
		}
	}
	return &glob{re: sh.compileGlob(p, m, true), size: len(p)}
}

// patternMemory is what a compiled pattern holds, about, beside a multiple of its length.
const patternMemory = 2 << 10

// glob compiles a pattern, which is held until the tool ends.
func (t *tool) glob(p string, m globMode) *glob {
	g := t.sh.glob(p, m)
	if g.re != nil {
		t.hold(patternMemory + int64(len(p))*100)
	}
	return g
}

// globs compiles patterns, which are held until the tool ends.
func (t *tool) globs(patterns []string, m globMode) []*glob {
	t.hold(int64(len(patterns)) * 64)
	list := make([]*glob, len(patterns))
	for i, p := range patterns {
		list[i] = t.glob(p, m)
	}
	return list
}

// findNot returns where the first !(…) is, from its ! to behind its ).
func findNot(p string) (from, to int) {
	for i := 0; i+1 < len(p); i++ {
		switch {
		case p[i] == '\\':
			i++
		case p[i] == '!' && p[i+1] == '(':
			depth := 0
			for j := i + 1; j < len(p); j++ {
				switch p[j] {
				case '\\':
					j++
				case '(':
					depth++
				case ')':
					if depth--; depth == 0 {
						return i, j + 1
					}
				}
			}
			return -1, -1
		}
	}
	return -1, -1
}

func (sh *shell) compileGlob(p string, m globMode, whole bool) *regexp.Regexp {
	expr := globExpr(p, m)
	if whole {
		expr = "^(?:" + expr + ")$"
	}
	flags := "(?s)"
	if m.fold {
		flags = "(?si)"
	}
	re, err := sh.compile(flags + expr)
	if err != nil {
		re = regexp.MustCompile("^" + regexp.QuoteMeta(unescape(p)) + "$")
	}
	return re
}

// compileCost is what a byte of an expression costs to compile, about.
const compileCost = 150

// compile is regexp.Compile, billed.
func (sh *shell) compile(expr string) (*regexp.Regexp, error) {
	sh.spend(int64(len(expr)) * compileCost)
	return regexp.Compile(expr)
}

// mustCompile is compile for an expression made of one that compiled.
func (sh *shell) mustCompile(expr string) *regexp.Regexp {
	re, err := sh.compile(expr)
	if err != nil {
		panic(err)
	}
	return re
}

// globExpr translates a pattern to a regular expression.
func globExpr(p string, m globMode) string {
	var b strings.Builder
	any := "."
	if m.slash {
		any = "[^/]"
	}
	var closers []string
	for i := 0; i < len(p); {
		c := p[i]
		if m.ext && i+1 < len(p) && p[i+1] == '(' && strings.IndexByte("?*+@!", c) >= 0 && len(closers) < 32 {
			b.WriteString("(?:")
			switch c {
			case '?':
				closers = append(closers, ")?")
			case '*':
				closers = append(closers, ")*")
			case '+':
				closers = append(closers, ")+")
			default:
				closers = append(closers, ")")
			}
			i += 2
			continue
		}
		switch c {
		case '*':
			for i < len(p) && p[i] == '*' {
				i++
			}
			if i < len(p) && p[i] == '(' && m.ext {
				i--
				b.WriteString(any + "*")
				continue
			}
			b.WriteString(any + "*")
			continue
		case '?':
			b.WriteString(any)
		case '|':
			if len(closers) > 0 {
				b.WriteByte('|')
			} else {
				b.WriteString(`\|`)
			}
		case ')':
			if n := len(closers); n > 0 {
				b.WriteString(closers[n-1])
				closers = closers[:n-1]
			} else {
				b.WriteString(`\)`)
			}
		case '[':
			if set, n := bracket(p[i:], m.slash); n > 0 {
				b.WriteString(set)
				i += n
				continue
			}
			b.WriteString(`\[`)
		case '\\':
			if i+1 < len(p) {
				i++
			}
			fallthrough
		default:
			_, n := utf8.DecodeRuneInString(p[i:])
			b.WriteString(regexp.QuoteMeta(p[i : i+n]))
			i += n
			continue
		}
		i++
	}
	for len(closers) > 0 {
		b.WriteByte(')')
		closers = closers[1:]
	}
	return b.String()
}

// bracket translates a bracket expression at the start of p, and returns its
// length, or 0 if there is none.
func bracket(p string, slash bool) (expr string, n int) {
	i := 1
	var b strings.Builder
	b.WriteByte('[')
	if i < len(p) && (p[i] == '!' || p[i] == '^') {
		b.WriteByte('^')
		if slash {
			b.WriteByte('/')
		}
		i++
	}
	first := true
	for ; i < len(p); first = false {
		switch c := p[i]; {
		case c == ']' && !first:
			b.WriteByte(']')
			return b.String(), i + 1
		case c == '[' && strings.HasPrefix(p[i+1:], ":") && strings.Contains(p[i+2:], ":]"):
			end := strings.Index(p[i+2:], ":]")
			name := p[i+2 : i+2+end]
			if !charClasses[name] {
				return "", 0
			}
			b.WriteString(classText(name))
			i += end + 4
		case c == '\\' && i+1 < len(p):
			r, k := utf8.DecodeRuneInString(p[i+1:])
			b.WriteString(classRune(r))
			i += 1 + k
		case c == '-' && !first && i+1 < len(p) && p[i+1] != ']':
			b.WriteByte('-')
			i++
		default:
			r, k := utf8.DecodeRuneInString(p[i:])
			b.WriteString(classRune(r))
			i += k
		}
	}
	return "", 0
}

// classText is a class of characters in Go's way, of all letters and not only ASCII's.
func classText(name string) string {
	return "[:" + name + ":]" + map[string]string{
		"alpha": `\p{L}\p{Nl}`, "alnum": `\p{L}\p{N}`, "word": `\p{L}\p{N}`, "upper": `\p{Lu}`, "lower": `\p{Ll}`,
		"punct": `\p{P}\p{S}`, "graph": `\p{L}\p{M}\p{N}\p{P}\p{S}`, "print": `\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}`,
	}[name]
}

var charClasses = map[string]bool{
	"alnum": true, "alpha": true, "ascii": true, "blank": true, "cntrl": true, "digit": true, "graph": true,
	"lower": true, "print": true, "punct": true, "space": true, "upper": true, "word": true, "xdigit": true,
}

// classRune writes a character inside of a class.
func classRune(r rune) string {
	switch r {
	case '[', ']', '\\', '^', '-':
		return `\` + string(r)
	}
	return string(r)
}

// engine bills a search of a text of a length, and returns what is to make it, or nil
// if Go's regexp is. What is found is at the start of the text if atStart is true.
func (sh *shell) engine(re *regexp.Regexp, size int, atStart, longest bool, text int) matcher {
	x := &regex{Regexp: re, size: size, rate: searchRate(re, atStart, size), longest: longest, sh: sh}
	sh.regexCost(x, text)
	return x.own(text)
}

// findGlob is re.FindStringIndex, billed.
func (sh *shell) findGlob(re *regexp.Regexp, size int, atStart, longest bool, s string) []int {
	if m := sh.engine(re, size, atStart, longest, len(s)); m != nil {
		return m.from([]byte(s), 0, false)
	}
	return re.FindStringIndex(s)
}

// matchGlob is re.MatchString for an expression of a whole text, billed.
func (sh *shell) matchGlob(re *regexp.Regexp, size int, s string) bool {
	if m := sh.engine(re, size, true, false, len(s)); m != nil {
		return m.from([]byte(s), 0, false) != nil
	}
	return re.MatchString(s)
}

// match reports whether the whole of s matches.
func (sh *shell) match(g *glob, s string) bool {
	switch {
	case g.not != nil:
		if len(s) > 1024 {
			sh.complain("a text of %d bytes is too long for !(…)", len(s))
			panic(discard{1})
		}
		for i := 0; i <= len(s); i++ {
			if !sh.matchGlob(g.not.before, g.size, s[:i]) {
				continue
			}
			for j := len(s); j >= i; j-- {
				if sh.matchGlob(g.not.after, g.size, s[j:]) && !sh.matchGlob(g.not.inner, g.size, s[i:j]) {
					return true
				}
			}
		}
		return false
	case g.re != nil:
		return sh.matchGlob(g.re, g.size, s)
	}
	return g.literal == s
}

// matchAny reports whether the whole of s matches one of the patterns.
func (sh *shell) matchAny(list []*glob, s string) bool {
	return slices.ContainsFunc(list, func(g *glob) bool { return sh.match(g, s) })
}
