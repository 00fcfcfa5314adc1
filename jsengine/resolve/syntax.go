package resolve

import "bytes"

// Syntax is what a source's words say about what kind of module it is.
type Syntax struct {
	ESM      bool // has import or export declarations, or import.meta
	Await    bool // waits outside of any function, as far as brackets tell
	CommonJS bool // uses require, module or exports, which it does not declare
	// Require, Dirname and Filename say that the source uses the name and
	// declares none outside of its functions.
	Require, Dirname, Filename bool
}

// commonJS are the names that CommonJS gives a module.
const (
	useRequire = 1 << iota
	useModule
	useExports
	useDirname
	useFilename
)

var commonJS = map[string]int{"require": useRequire, "module": useModule, "exports": useExports, "__dirname": useDirname, "__filename": useFilename}

// Scan looks at the words of JavaScript. It does not parse: what it says of odd
// sources may be wrong, what it says of ordinary ones is not.
func Scan(src []byte) Syntax {
	var out Syntax
	used, declared := 0, 0
	const (
		none        = iota
		pattern     // of a const, let or var: names in it are declared
		initialiser // after its =
		importing   // an import declaration's names
	)
	state := none
	awaitDeclared := false
	s := &scanner{src: src}
	depth := func() int { return len(s.stack) }
	// ended ends a declaration that no semicolon ends, before the token at start:
	// a name follows a whole operand.
	ended := func(start int) {
		if s.last < 0 || !endsOperand(s.src[s.last]) {
			return
		}
		switch before := s.wordAt(s.last); state {
		case pattern:
			if before != "const" && before != "let" && before != "var" {
				state = none
			}
		case initialiser:
			if !expects[before] && bytes.IndexByte(s.src[s.last:start], '\n') >= 0 {
				state = none
			}
		}
	}
	s.word = func(start, end int) {
		if !s.alone(start) {
			return
		}
		if depth() == 0 {
			ended(start)
		}
		w := string(src[start:min(end, start+12)])
		switch w {
		case "import":
			save := s.pos
			c := s.space()
			if c == '.' {
				s.pos++
				if s.space(); s.nameIs("meta") {
					out.ESM = true
				}
			} else if c != '(' && c != ':' && c != ',' && c != '=' && depth() == 0 {
				out.ESM = true
				state = importing
			}
			s.pos = save
			return
		case "export":
			if depth() == 0 {
				save := s.pos
				c := s.space()
				if c == '{' || c == '*' || isNameStart(c) {
					out.ESM = true
				}
				s.pos = save
			}
			return
		case "const", "let", "var":
			if depth() == 0 {
				state = pattern
			}
			return
		case "from":
			if state == importing {
				state = none
			}
		case "await":
			if state == pattern {
				awaitDeclared = true
			} else if depth() == 0 && !awaitDeclared {
				out.Await = true
			}
			return
		}
		name := commonJS[w]
		if name == 0 || end-start > 12 {
			return
		}
		before := s.wordAt(s.last)
		switch {
		case state == importing, state == pattern && !s.isKey(end):
			declared |= name
		case (before == "function" || before == "class") && depth() == 0:
			declared |= name
		default:
			used |= name
		}
	}
	s.punct = func(c byte) {
		switch {
		case c == '=' && state == pattern && depth() == 0 && s.at(1) != '>' && s.at(1) != '=':
			state = initialiser
		case c == ',' && state == initialiser && depth() == 0:
			state = pattern
		case c == ';' && depth() == 0:
			state = none
		case (c == '(' || c == '[' || c == '{') && depth() == 1 && state == pattern:
			ended(s.pos)
		}
	}
	s.run()
	free := used &^ declared
	out.CommonJS = free&(useRequire|useModule|useExports) != 0
	out.Require = free&useRequire != 0
	out.Dirname = free&useDirname != 0
	out.Filename = free&useFilename != 0
	return out
}

// endsOperand reports whether an operand may end with c.
func endsOperand(c byte) bool {
	return isNamePart(c) || c == ')' || c == ']' || c == '}' || c == '\'' || c == '"' || c == '`'
}

// nameIs reports whether the name at pos is w.
func (s *scanner) nameIs(w string) bool {
	return s.nameEnd(s.pos)-s.pos == len(w) && string(s.src[s.pos:s.pos+len(w)]) == w
}

// isKey reports whether the name that ends at end is a property's: {name: x}.
func (s *scanner) isKey(end int) bool {
	save := s.pos
	s.pos = end
	c := s.space()
	s.pos = save
	return c == ':'
}
