package shell

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"
)

// regexMode is how a regular expression is written and what it matches.
type regexMode struct {
	extended bool // ERE; else BRE
	fold     bool
	multi    bool // ^ and $ at each line
	perl     bool // Go's own syntax, which is most of Perl's
	awk      bool // with the escapes of awk's strings, in brackets as well
}

// regex is a compiled regular expression of POSIX.
type regex struct {
	*regexp.Regexp
	size      int   // of the program, about
	rate      int64 // of a search, in units for 16 bytes
	looksBack bool  // what it matches depends on what is before: ^ or \b
	longest   bool
	sh        *shell // whose the search is
	back      *backrefs
	states    *pike
}

// maxRegex bounds the text of a regular expression.
const maxRegex = 8 << 10

const (
	// classMemory is what a class of Unicode, as \pL, holds in a compiled expression.
	classMemory = 8 << 10
	// classCost is what reading one costs.
	classCost = 10_000
)

// unicodeClasses is how many of Unicode's classes are in an expression, at most.
func unicodeClasses(expr string) int64 {
	return int64(strings.Count(expr, `\p`) + strings.Count(expr, `\P`))
}

// regex compiles an expression. The error is in words that a tool can print.
func (sh *shell) regex(expr string, m regexMode) (re *regex, bad string) {
	if len(expr) > maxRegex {
		return nil, "regular expression of " + strconv.Itoa(len(expr)) + " bytes is longer than " + strconv.Itoa(maxRegex)
	}
	sh.spend(int64(len(expr))*compileCost + int64(repeats(expr)-1)*250)
	if m.perl {
		n := unicodeClasses(expr)
		sh.room(n * classMemory)
		sh.spend(n * classCost)
	}
	text := expr
	if !m.perl {
		if text, bad = translate(expr, m.extended, m.awk); bad != "" {
			return nil, bad
		}
	} else {
		text = perlMarks(expr)
	}
	flags := "(?s"
	if m.fold {
		flags += "i"
	}
	if m.multi {
		flags = "(?m"
		if m.fold {
			flags += "i"
		}
	}
	r, err := regexp.Compile(flags + ")" + text)
	if err != nil {
		switch {
		case strings.Contains(err.Error(), "missing closing )"), strings.Contains(err.Error(), "unexpected )"):
			return nil, "Unmatched ( or \\("
		case strings.Contains(err.Error(), "missing closing ]"):
			return nil, "Unmatched [, [^, [:, [., or [="
		case strings.Contains(err.Error(), "expression nests too deeply"), strings.Contains(err.Error(), "too large"), strings.Contains(err.Error(), "repeat count"):
			return nil, "Regular expression too big"
		}
		return nil, "Invalid regular expression"
	}
	tree, err := syntax.Parse(r.String(), syntax.Perl)
	if err != nil {
		return nil, "Invalid regular expression"
	}
	re = &regex{Regexp: r, size: len(text) + repeats(text), looksBack: looksBack(tree), sh: sh}
	re.rate = searchRate(r, atStart(tree), re.size)
	if !m.perl {
		re.Longest()
	}
	if strings.Contains(text, "(?P<"+backMark) {
		if re.back = newBackrefs(sh, r); re.back == nil {
			return nil, "Invalid back reference"
		}
		re.looksBack = true
	}
	return re, ""
}

// looksBack reports whether an expression has an assertion about what is before a match.
func looksBack(x *syntax.Regexp) bool {
	switch x.Op {
	case syntax.OpBeginLine, syntax.OpBeginText, syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return true
	}
	return slices.ContainsFunc(x.Sub, looksBack)
}

// atStart reports whether an expression matches at the start of a text alone. It may
// say no where that is so.
func atStart(x *syntax.Regexp) bool {
	switch x.Op {
	case syntax.OpBeginText:
		return true
	case syntax.OpConcat, syntax.OpCapture:
		return len(x.Sub) > 0 && atStart(x.Sub[0])
	}
	return false
}

// matches are the matches of re in a text, none of which overlap. It returns at
// most n, or all if n is negative.
func (sh *shell) matches(re *regex, text []byte, n int) [][]int {
	most := len(text) + 1
	if n >= 0 {
		most = min(most, n)
	}
	sh.room(int64(most) * int64(24+16*(re.NumSubexp()+1)))
	sh.regexCost(re, len(text))
	return re.FindAllSubmatchIndex(text, n)
}

// matchFrom is the first of some matches, in their order, that begins at or after at, or nil.
func matchFrom(matches [][]int, at int) []int {
	i := sort.Search(len(matches), func(i int) bool { return matches[i][0] >= at })
	if i == len(matches) {
		return nil
	}
	return matches[i]
}

// repeats is how much counted repetitions add to the program, at most.
func repeats(text string) int {
	n := 1
	for i := 0; i < len(text); i++ {
		if text[i] == '{' {
			j := i + 1
			hi := 0
			for ; j < len(text) && text[j] != '}'; j++ {
				if text[j] >= '0' && text[j] <= '9' {
					hi = hi*10 + int(text[j]-'0')
				} else {
					hi = 0
				}
			}
			n = min(n*max(hi, 1), 1<<20)
			i = j
		}
	}
	return n
}

// find returns the first match, as regexp does, billed by what it may cost.
func (sh *shell) find(re *regex, s string) []int {
	sh.regexCost(re, len(s))
	return re.FindStringSubmatchIndex(s)
}

func (sh *shell) regexCost(re *regex, text int) {
	if re.own(text) != nil {
		sh.spend(10) // it bills itself
		return
	}
	sh.spend(10 + int64(text)*re.rate/16)
}

// textRate is the searchRate of what is a text and no more.
const textRate = 4

// searchRate is what Go's engine takes for 16 bytes of a text, in units, as measured
// with expressions of 3 to 111 for a size: 0.1 ns a byte where all it looks for is a
// text or it begins with one, some 5 where it can match at the start alone, and else
// 20 to 30 for one of 10, and 500 for repetitions of 100. A text that has the first
// characters of the expression all over takes it more than that.
func searchRate(re *regexp.Regexp, atStart bool, size int) int64 {
	if first, all := re.LiteralPrefix(); all {
		return textRate
	} else if first != "" || atStart {
		return 32 + 2*int64(size)
	}
	return 128 + 8*int64(size)
}

// Longest makes the longest of the first matches the one that is found.
func (re *regex) Longest() {
	re.Regexp.Longest()
	re.longest, re.states = true, nil
}

// cost is what a search takes at most, in steps.
func (re *regex) cost(text int) int64 { return int64(text+1) * int64(re.size+1) }

// matcher is an engine of ours: it finds the first match at or after at and, if groups is
// true, its groups.
type matcher interface {
	from(text []byte, at int, groups bool) []int
}

// own is the engine that searches a text of a length, or nil if it is Go's.
func (re *regex) own(text int) matcher {
	switch {
	case re.back != nil:
		return re.back
	case re.rate == textRate: // it takes little of Go's
		return nil
	case re.cost(text) <= re.sh.sys.heldMatch:
		return nil
	case re.states == nil:
		re.states = newPike(re.sh, re)
	}
	return re.states
}

// translate writes a POSIX expression as Go's.
func translate(expr string, ere, awk bool) (out, bad string) {
	var b strings.Builder
	start := true // where * is an ordinary character
	refs := 0
	for i := 0; i < len(expr); {
		c := expr[i]
		was := start
		start = false
		switch {
		case c == '\\':
			if i+1 == len(expr) {
				return "", "Trailing backslash"
			}
			n := expr[i+1]
			i += 2
			switch {
			case awk && strings.IndexByte("abfrvxy01234567\"/", n) >= 0:
				if n == 'y' {
					b.WriteString(`\b`)
					break
				}
				text, size := awkUnescapeOne(expr[i-2:])
				b.WriteString(regexp.QuoteMeta(text))
				i += size - 2
			case !ere && (n == '(' || n == ')' || n == '|'):
				b.WriteByte(n)
				start = n != ')'
			case !ere && n == '{':
				j := strings.Index(expr[i:], `\}`)
				if j < 0 {
					return "", "Unmatched \\{"
				}
				b.WriteString(counted(expr[i : i+j]))
				i += j + 2
			case !ere && (n == '+' || n == '?'):
				if was {
					b.WriteString(`\` + string(n))
				} else {
					b.WriteByte(n)
				}
			case n == 'w' || n == 'W' || n == 's' || n == 'S' || n == 'b' || n == 'B':
				b.WriteString(`\` + string(n))
			case n == '<' && strings.HasPrefix(expr[i:], "."):
				b.WriteString(`\b\w`) // no space begins a word
				i++
			case n == '<':
				b.WriteString(`\b`)
			case n == '>':
				b.WriteString(`\b`)
			case n == '`':
				b.WriteString(`\A`)
			case n == '\'':
				b.WriteString(`\z`)
			case n == 'n':
				b.WriteString(`\n`)
			case n == 't':
				b.WriteString(`\t`)
			case n >= '1' && n <= '9':
				refs++
				b.WriteString(backGroup(n, refs))
			default:
				r, k := utf8.DecodeRuneInString(expr[i-1:])
				b.WriteString(regexp.QuoteMeta(string(r)))
				i += k - 1
			}
			continue
		case c == '[':
			set, n := posixSet(expr[i:], awk)
			if n == 0 {
				return "", "Unmatched [, [^, [:, [., or [="
			}
			b.WriteString(set)
			i += n
			continue
		case c == '*':
			if was {
				b.WriteString(`\*`)
			} else if !strings.HasSuffix(b.String(), "*") {
				b.WriteByte('*')
			}
			start = was
			i++
			continue
		case c == '^':
			if ere || was || i == 0 {
				b.WriteByte('^')
				start = true
			} else {
				b.WriteString(`\^`)
			}
			i++
			continue
		case c == '$':
			if ere || i+1 == len(expr) || strings.HasPrefix(expr[i+1:], `\)`) || strings.HasPrefix(expr[i+1:], `\|`) {
				b.WriteByte('$')
			} else {
				b.WriteString(`\$`)
			}
			i++
			continue
		case ere && (c == '(' || c == '|'):
			b.WriteByte(c)
			start = true
			i++
			continue
		case ere && c == ')':
			b.WriteByte(c)
			i++
			continue
		case ere && (c == '+' || c == '?'):
			if was {
				b.WriteString(`\` + string(c))
			} else if s := b.String(); !strings.HasSuffix(s, "+") && !strings.HasSuffix(s, "?") && !strings.HasSuffix(s, "*") || strings.HasSuffix(s, `\`+s[len(s)-1:]) {
				b.WriteByte(c)
			}
			i++
			continue
		case ere && c == '{':
			j := strings.IndexByte(expr[i:], '}')
			if j > 0 && strings.Trim(expr[i+1:i+j], "0123456789,") == "" && !was && j > 1 {
				b.WriteString(counted(expr[i+1 : i+j]))
				i += j + 1
				continue
			}
			b.WriteString(`\{`)
			i++
			continue
		case c == '.':
			b.WriteByte('.')
			i++
			continue
		}
		r, k := utf8.DecodeRuneInString(expr[i:])
		if r == utf8.RuneError && k == 1 {
			b.WriteString(`\x{FFFD}`)
		} else {
			b.WriteString(regexp.QuoteMeta(string(r)))
		}
		i += k
	}
	return b.String(), ""
}

// counted is {n,m} in Go's way.
func counted(s string) string {
	if strings.HasPrefix(s, ",") {
		s = "0" + s
	}
	return "{" + s + "}"
}

// posixSet translates a bracket expression of a regular expression.
func posixSet(p string, awk bool) (string, int) {
	i := 1
	var b strings.Builder
	b.WriteByte('[')
	if i < len(p) && p[i] == '^' {
		b.WriteByte('^')
		i++
	}
	for first := true; i < len(p); first = false {
		c := p[i]
		switch {
		case c == ']' && !first:
			b.WriteByte(']')
			return b.String(), i + 1
		case c == '[' && i+1 < len(p) && (p[i+1] == ':' || p[i+1] == '.' || p[i+1] == '='):
			end := strings.Index(p[i+2:], string(p[i+1])+"]")
			if end < 0 {
				return "", 0
			}
			name := p[i+2 : i+2+end]
			if p[i+1] == ':' {
				if !charClasses[name] {
					return "", 0
				}
				b.WriteString(classText(name))
			} else {
				for _, r := range name {
					b.WriteString(classRune(r))
				}
			}
			i += end + 4
		case c == '-' && !first && i+1 < len(p) && p[i+1] != ']':
			b.WriteByte('-')
			i++
		case awk && c == '\\' && i+1 < len(p):
			text, size := awkUnescapeOne(p[i:])
			if len(text) > 1 && text[0] == '\\' {
				text = text[1:]
			}
			for _, r := range text {
				b.WriteString(classRune(r))
			}
			i += size
		case c == '\\' && i+1 < len(p) && (p[i+1] == 'n' || p[i+1] == 't'):
			b.WriteString(p[i : i+2]) // GNU's tools take these
			i += 2
		default:
			r, k := utf8.DecodeRuneInString(p[i:])
			b.WriteString(classRune(r))
			i += k
		}
	}
	return "", 0
}
