package resolve

import (
	"unicode"
	"unicode/utf8"
)

// scanner walks over JavaScript source without parsing it: it knows strings,
// templates, comments and regular expressions, and calls word at each name that
// may matter. It looks at each byte a bounded number of times.
type scanner struct {
	src  []byte
	pos  int
	last int // of the token before pos; -1: none
	// stack has where each open ( [ { begins, and the token before it.
	stack     []bracket
	division  bool // the last / was a division
	lastClose bracket
	failed    bool
	word      func(start, end int) // may move pos on
	punct     func(c byte)
}

type bracket struct {
	char   byte // ( [ {, or ` for the ${ of a template
	before int  // the token before it
	class  bool // the { of a class body
}

// run scans all of the source. It returns false for brackets that do not match
// or a literal that does not end.
func (s *scanner) run() bool {
	s.last = -1
	if len(s.src) > 1 && s.src[0] == '#' && s.src[1] == '!' {
		s.line()
	}
	for s.pos < len(s.src) && !s.failed {
		c := s.src[s.pos]
		switch {
		case isSpace(c):
			s.pos++
			continue
		case c == '/' && s.at(1) == '/':
			s.line()
			continue
		case c == '/' && s.at(1) == '*':
			s.block()
			continue
		case isNameStart(c):
			start := s.pos
			s.pos = s.nameEnd(start)
			if start == 0 || !isNamePart(s.src[start-1]) {
				s.word(start, s.pos)
			}
			s.last = max(start, s.pos-1)
			if s.pos == start {
				s.pos++ // a byte that is in no name
			}
			continue
		}
		at := s.pos
		switch c {
		case '(', '[', '{':
			s.stack = append(s.stack, bracket{char: c, before: s.last, class: c == '{' && s.isClass()})
			if len(s.stack) > maxBrackets {
				s.failed = true
			}
		case ')', ']', '}':
			if len(s.stack) == 0 {
				return false
			}
			s.lastClose = s.stack[len(s.stack)-1]
			s.stack = s.stack[:len(s.stack)-1]
			if s.lastClose.char == '`' {
				if c != '}' {
					return false
				}
				s.pos++
				s.template()
				s.last = s.pos - 1
				continue
			}
		case '\'', '"':
			s.str(c)
			s.last = s.pos - 1
			continue
		case '`':
			s.pos++
			s.template()
			s.last = s.pos - 1
			continue
		case '/':
			if s.regexAllowed() {
				s.division = false
				s.regex()
				s.last = s.pos - 1
				continue
			}
			s.division = true
		default:
			if c >= '0' && c <= '9' {
				// Numbers are taken whole, so that 1e5 has no name in it.
				for s.pos < len(s.src) && (isNamePart(s.src[s.pos]) || s.src[s.pos] == '.') {
					s.pos++
				}
				s.last = s.pos - 1
				continue
			}
		}
		if s.punct != nil {
			s.punct(c)
		}
		s.pos = max(s.pos, at) + 1
		s.last = at
	}
	return !s.failed && len(s.stack) == 0
}

// maxBrackets bounds the nesting that is followed.
const maxBrackets = 100_000

func (s *scanner) at(n int) byte {
	if s.pos+n < len(s.src) {
		return s.src[s.pos+n]
	}
	return 0
}

func isSpace(c byte) bool {
	return c == ' ' || c >= '\t' && c <= '\r'
}

func isNameStart(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '$' || c == '\\' || c >= utf8.RuneSelf
}

func isNamePart(c byte) bool { return isNameStart(c) || c >= '0' && c <= '9' }

// nameEnd is where the name that begins at start ends; start itself if none does.
func (s *scanner) nameEnd(start int) int {
	i := start
	for i < len(s.src) {
		c := s.src[i]
		switch {
		case c >= utf8.RuneSelf:
			r, n := utf8.DecodeRune(s.src[i:])
			if r == utf8.RuneError || !unicode.In(r, unicode.L, unicode.Nl, unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc) && r != '\u200c' && r != '\u200d' {
				return i
			}
			i += n
		case c == '\\':
			if i+1 >= len(s.src) || s.src[i+1] != 'u' {
				return i
			}
			i += 2
			if i < len(s.src) && s.src[i] == '{' {
				for i < len(s.src) && s.src[i] != '}' && s.src[i] != '\n' {
					i++
				}
				i = min(i+1, len(s.src))
			}
		case isNamePart(c):
			i++
		default:
			return i
		}
	}
	return i
}

func (s *scanner) line() {
	for s.pos < len(s.src) && s.src[s.pos] != '\n' && s.src[s.pos] != '\r' {
		s.pos++
	}
}

func (s *scanner) block() {
	for s.pos += 2; s.pos < len(s.src); s.pos++ {
		if s.src[s.pos] == '*' && s.at(1) == '/' {
			s.pos += 2
			return
		}
	}
}

// space moves over white space and comments and returns what follows.
func (s *scanner) space() byte {
	for s.pos < len(s.src) {
		switch c := s.src[s.pos]; {
		case isSpace(c):
			s.pos++
		case c == '/' && s.at(1) == '/':
			s.line()
		case c == '/' && s.at(1) == '*':
			s.block()
		default:
			return c
		}
	}
	return 0
}

// str moves over a string.
func (s *scanner) str(quote byte) {
	for s.pos++; s.pos < len(s.src); s.pos++ {
		switch s.src[s.pos] {
		case quote:
			s.pos++
			return
		case '\\':
			s.pos++
			if s.pos+1 < len(s.src) && s.src[s.pos] == '\r' && s.src[s.pos+1] == '\n' {
				s.pos++
			}
		case '\n', '\r':
			s.failed = true
			return
		}
	}
	s.failed = true
}

// template moves over a template's text to its end, or to a ${ in it.
func (s *scanner) template() {
	for ; s.pos < len(s.src); s.pos++ {
		switch s.src[s.pos] {
		case '`':
			s.pos++
			return
		case '\\':
			s.pos++
		case '$':
			if s.at(1) == '{' {
				s.stack = append(s.stack, bracket{char: '`', before: s.last})
				s.pos += 2
				s.last = s.pos - 1
				return
			}
		}
	}
	s.failed = true
}

func (s *scanner) regex() {
	class := false
	for s.pos++; s.pos < len(s.src); s.pos++ {
		switch s.src[s.pos] {
		case '/':
			if !class {
				s.pos++
				return
			}
		case '[':
			class = true
		case ']':
			class = false
		case '\\':
			s.pos++
		case '\n', '\r':
			s.failed = true
			return
		}
	}
	s.failed = true
}

// wordAt is the name that ends at position end, or "".
func (s *scanner) wordAt(end int) string {
	if end < 0 || !isNamePart(s.src[end]) {
		return ""
	}
	i := end
	for i > 0 && end-i < 16 && isNamePart(s.src[i-1]) {
		i--
	}
	if i > 0 && s.src[i-1] == '.' && !(i > 1 && s.src[i-2] == '.') {
		return "" // a property
	}
	return string(s.src[i : end+1])
}

// expects are words after which an expression begins.
var expects = map[string]bool{
	"await": true, "case": true, "debugger": true, "delete": true, "do": true, "else": true, "extends": true, "finally": true, "in": true,
	"instanceof": true, "new": true, "of": true, "return": true, "throw": true, "typeof": true, "void": true, "yield": true,
}

// regexAllowed reports whether a / begins a regular expression here.
func (s *scanner) regexAllowed() bool {
	if s.last < 0 {
		return true
	}
	c := s.src[s.last]
	switch {
	case c == ')':
		switch s.wordAt(s.lastClose.before) {
		case "while", "for", "if", "with":
			return true
		}
		return false
	case c == '}':
		return !s.lastClose.class && s.endsStatement(s.lastClose.before)
	case c == '/':
		return s.division
	case c == ']' || c == '\'' || c == '"' || c == '`':
		return false
	case c == '+' || c == '-':
		return s.last == 0 || s.src[s.last-1] != c // not after ++ and --
	case isNamePart(c):
		return expects[s.wordAt(s.last)]
	case c == '.':
		return s.last == 0 || s.src[s.last-1] < '0' || s.src[s.last-1] > '9'
	}
	return true
}

// endsStatement reports whether a block may begin after the token at i.
func (s *scanner) endsStatement(i int) bool {
	if i < 0 {
		return true
	}
	switch s.src[i] {
	case '>':
		return i > 0 && s.src[i-1] == '='
	case ';', ')', '{', '}':
		return true
	}
	switch s.wordAt(i) {
	case "else", "finally", "try", "do", "catch":
		return true
	}
	return false
}

// isClass reports whether the { here begins a class's body: `class` or `class
// Name` or `class … extends X` is before it.
func (s *scanner) isClass() bool {
	if s.last < 0 {
		return false
	}
	end := s.last
	for range 2 {
		w := s.wordAt(end)
		if w == "class" {
			return true
		}
		if w == "" {
			return false
		}
		end -= len(w)
		for end >= 0 && isSpace(s.src[end]) {
			end--
		}
		if n := s.wordAt(end); n == "class" || n == "extends" {
			return true
		}
	}
	return false
}

// alone reports whether the name at start is no property of something.
func (s *scanner) alone(start int) bool {
	return s.last < 0 || s.src[s.last] != '.' || s.last > 1 && s.src[s.last-1] == '.' && s.src[s.last-2] == '.'
}
