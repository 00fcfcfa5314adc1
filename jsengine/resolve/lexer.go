package resolve

import (
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// Exports are the names that a CommonJS module exports, as far as its source
// shows them, in the order of their first appearance.
type Exports struct {
	Names     []string
	Reexports []string // specifiers of modules whose names are exported as well
}

// CommonJSExports finds what ES modules may import from a CommonJS module by
// name: the forms of assignment that Node recognises, wherever they stand. ok is
// false for what is no CommonJS: an ES module, or brackets that do not match; it
// exports no names then.
func CommonJSExports(src []byte) (e Exports, ok bool) {
	l := &exportLexer{names: map[string]bool{}}
	l.scanner = scanner{src: src}
	l.word = l.atWord
	if !l.run() || l.esm {
		return Exports{}, false
	}
	l.out.Reexports = append(l.reexports, l.stars...)
	if l.assigned != "" {
		l.out.Reexports = append(l.out.Reexports, l.assigned)
	}
	l.out.Reexports = append(l.out.Reexports, l.spread...)
	return l.out, true
}

type exportLexer struct {
	scanner
	out       Exports
	names     map[string]bool
	esm       bool
	reexports []string          // by __export and the like
	stars     []string          // by Object.keys(x).forEach
	assigned  string            // by the last module.exports = require(…)
	spread    []string          // by ...require(…) in the last object
	required  map[string]string // variable → specifier, outside of brackets
}

func (l *exportLexer) add(name string) {
	if !l.names[name] {
		l.names[name] = true
		l.out.Names = append(l.out.Names, name)
	}
}

// try runs f and goes back to where it began if f fails.
func (l *exportLexer) try(f func() bool) bool {
	save := l.pos
	if f() {
		return true
	}
	l.pos = save
	return false
}

// is moves over the given words and punctuation, with space between them. A
// word may be followed by no further letters.
func (l *exportLexer) is(parts ...string) bool {
	for _, p := range parts {
		l.space()
		if l.pos+len(p) > len(l.src) || string(l.src[l.pos:l.pos+len(p)]) != p {
			return false
		}
		end := l.pos + len(p)
		if isNamePart(p[len(p)-1]) && end < len(l.src) && isNamePart(l.src[end]) {
			return false
		}
		l.pos = end
	}
	return true
}

// name moves over any name.
func (l *exportLexer) name() (string, bool) {
	l.space()
	if l.pos >= len(l.src) || !isNameStart(l.src[l.pos]) {
		return "", false
	}
	end := l.nameEnd(l.pos)
	if end == l.pos {
		return "", false
	}
	s := string(l.src[l.pos:end])
	l.pos = end
	return s, true
}

// literal moves over a string and decodes it.
func (l *exportLexer) literal() (string, bool) {
	c := l.space()
	if c != '"' && c != '\'' {
		return "", false
	}
	start := l.pos
	l.str(c)
	if l.failed {
		l.failed = false
		return "", false
	}
	return decodeString(l.src[start+1 : l.pos-1])
}

func (l *exportLexer) atWord(start, end int) {
	// The rest looks further than the word; what it does not recognise is
	// scanned as if nothing had been tried.
	w := l.src[start:end]
	if len(w) < 6 || len(w) > 23 {
		return
	}
	switch string(w) {
	case "import":
		if l.alone(start) {
			l.try(func() bool {
				if c := l.space(); c == '.' {
					l.pos++
					l.space()
					l.esm = l.esm || l.nameIs("meta")
				} else if c != '(' && len(l.stack) == 0 && (c == '{' || c == '*' || c == '"' || c == '\'' || isNameStart(c)) {
					l.esm = true
				}
				return false
			})
		}
	case "export":
		if l.alone(start) && len(l.stack) == 0 {
			l.try(func() bool {
				c := l.space()
				l.esm = l.esm || c == '{' || c == '*' || isNameStart(c)
				return false
			})
		}
	case "exports":
		if l.alone(start) {
			l.assignment(false)
		}
	case "module":
		if l.alone(start) {
			l.try(func() bool { return l.is(".", "exports") && l.assignment(true) })
		}
	case "Object":
		if l.alone(start) {
			if !l.try(l.define) && len(l.stack) == 0 {
				l.try(l.babel)
			}
		}
	case "__export", "__exportStar":
		l.try(func() bool {
			if !l.is("(") {
				return false
			}
			spec, ok := l.require()
			if ok {
				l.reexports = append(l.reexports, spec)
			}
			return ok
		})
		l.pos = end
	case "require":
		if len(l.stack) == 0 && l.alone(start) {
			l.remember(start)
		}
	}
}

// assignment follows exports, or module.exports if whole.
func (l *exportLexer) assignment(whole bool) bool {
	save := l.pos
	switch l.space() {
	case '.':
		l.pos++
		if name, ok := l.name(); ok && l.assigns() {
			l.add(decodeName(name))
		}
	case '[':
		l.pos++
		if name, ok := l.literal(); ok && l.is("]") && l.assigns() {
			l.add(name)
		}
	case '=':
		if whole && l.at(1) != '=' {
			l.pos++
			l.assigned, l.spread, l.reexports = "", nil, nil
			if l.space() == '{' {
				l.pos++
				l.object()
			} else if spec, ok := l.require(); ok {
				l.assigned = spec
			}
		}
	}
	// What is assigned may have more of these in it.
	l.pos = save
	return true
}

// assigns reports whether an = follows.
func (l *exportLexer) assigns() bool { return l.space() == '=' }

// require moves over require("…").
func (l *exportLexer) require() (string, bool) {
	if !l.is("require", "(") {
		return "", false
	}
	spec, ok := l.literal()
	return spec, ok && l.is(")")
}

// object reads the keys of an object that module.exports is set to, up to the
// first value that is no name.
func (l *exportLexer) object() {
	for {
		switch c := l.space(); {
		case c == '.':
			if !l.is("...") {
				return
			}
			if !l.try(func() bool {
				spec, ok := l.require()
				if ok {
					l.spread = append(l.spread, spec)
				}
				return ok
			}) {
				if _, ok := l.name(); !ok {
					return
				}
			}
		case c == '"' || c == '\'':
			name, ok := l.literal()
			if !ok || !l.is(":") {
				return
			}
			if _, ok := l.name(); !ok {
				return
			}
			l.add(name)
		default:
			name, ok := l.name()
			if !ok {
				return
			}
			if l.try(func() bool { return l.is(":") }) {
				if _, ok := l.name(); !ok {
					return
				}
			}
			l.add(decodeName(name))
		}
		if l.space() != ',' {
			return
		}
		l.pos++
	}
}

// exportsName moves over exports or module.exports.
func (l *exportLexer) exportsName() bool {
	return l.try(func() bool { return l.is("exports") }) || l.is("module", ".", "exports")
}

// define is Object.defineProperty(exports, "a", {…}) with a value, or a getter
// that returns a variable or a property of one.
func (l *exportLexer) define() bool {
	if !l.is(".", "defineProperty", "(") || !l.exportsName() || !l.is(",") {
		return false
	}
	name, ok := l.literal()
	if !ok || !l.is(",", "{") {
		return false
	}
	l.try(func() bool { return l.is("enumerable", ":", "true", ",") })
	if l.try(func() bool { return l.is("value", ":") }) {
		l.add(name)
		return false // what the value is may have more in it
	}
	if !l.is("get") {
		return false
	}
	if l.try(func() bool { return l.is(":", "function") }) {
		l.try(func() bool { _, ok := l.name(); return ok })
	}
	if !l.is("(", ")", "{", "return") {
		return false
	}
	if _, ok := l.name(); !ok {
		return false
	}
	if l.try(func() bool { return l.is(".") }) {
		if _, ok := l.name(); !ok {
			return false
		}
	} else if l.try(func() bool { return l.is("[") }) {
		if _, ok := l.literal(); !ok || !l.is("]") {
			return false
		}
	}
	l.try(func() bool { return l.is(";") })
	if !l.is("}") {
		return false
	}
	l.try(func() bool { return l.is(",") })
	if !l.is("}", ")") {
		return false
	}
	l.add(name)
	return false // nothing in it can be anything else; brackets are counted by the scanner
}

// remember keeps which variable a require outside of brackets is assigned to:
// var x = require("…"), or var x = _interopRequireWildcard(require("…")).
func (l *exportLexer) remember(start int) {
	end := l.last
	save := l.pos
	l.pos = start
	spec, ok := l.require()
	l.pos = save
	if !ok {
		return
	}
	l.bind(end, spec)
}

// bind notes `name =` that ends at position end.
func (l *exportLexer) bind(end int, spec string) {
	if end < 0 || l.src[end] != '=' {
		return
	}
	for end--; end >= 0 && isSpace(l.src[end]); end-- {
	}
	i := end + 1
	for i > 0 && end-i < 256 && isNamePart(l.src[i-1]) {
		i--
	}
	if i > end {
		return
	}
	if l.required == nil {
		l.required = map[string]string{}
	}
	l.required[string(l.src[i:end+1])] = spec
}

// babel is the loop by which transpilers copy all exports of another module:
//
//	Object.keys(x).forEach(function (k) {
//	  if (k === "default" || k === "__esModule") return;
//	  if (k in exports && exports[k] === x[k]) return;
//	  exports[k] = x[k];   // or Object.defineProperty(exports, k, {… return x[k] …})
//	});
func (l *exportLexer) babel() bool {
	if !l.is(".", "keys", "(") {
		return false
	}
	from, ok := l.name()
	if !ok || !l.is(")", ".", "forEach", "(", "function", "(") {
		return false
	}
	k, ok := l.name()
	if !ok || !l.is(")", "{", "if", "(", k) {
		return false
	}
	isDefault := func() bool {
		s, ok := l.literal()
		return ok && s == "default"
	}
	if l.try(func() bool { return l.is("===") && isDefault() }) {
		if l.try(func() bool { return l.is("||", k, "===") }) {
			if s, ok := l.literal(); !ok || s != "__esModule" {
				return false
			}
		}
		if !l.is(")", "return") {
			return false
		}
		l.try(func() bool { return l.is(";") })
		// What is there already may be left alone, in one of two ways.
		l.try(func() bool {
			if !l.is("if", "(", k, "in", "exports", "&&", "exports", "[", k, "]", "===", from, "[", k, "]", ")", "return") {
				return false
			}
			l.try(func() bool { return l.is(";") })
			return true
		})
		l.try(func() bool {
			if !l.is("if", "(", "Object", ".", "prototype", ".", "hasOwnProperty", ".", "call", "(") {
				return false
			}
			if _, ok := l.name(); !ok || !l.is(",", k, ")", ")", "return") {
				return false
			}
			l.try(func() bool { return l.is(";") })
			return true
		})
	} else {
		if !l.is("!==") || !isDefault() {
			return false
		}
		l.try(func() bool {
			if !l.is("&&", "!") {
				return false
			}
			if l.try(func() bool {
				return l.is("Object", ".", "prototype", ".", "hasOwnProperty", ".", "call", "(", "exports", ",", k, ")")
			}) {
				return true
			}
			return l.is("exports", ".", "hasOwnProperty", "(", k, ")")
		})
		if !l.is(")") {
			return false
		}
	}
	if !l.copies(from, k) {
		return false
	}
	l.try(func() bool { return l.is(";") })
	if !l.is("}", ")") {
		return false
	}
	if spec, ok := l.required[from]; ok {
		l.stars = append(l.stars, spec)
	}
	return false
}

// copies is exports[k] = x[k], or a property that gets x[k].
func (l *exportLexer) copies(from, k string) bool {
	if l.try(func() bool { return l.exportsName() && l.is("[", k, "]", "=", from, "[", k, "]") }) {
		return true
	}
	if !l.is("Object", ".", "defineProperty", "(") || !l.exportsName() || !l.is(",", k, ",", "{", "enumerable", ":", "true", ",", "get") {
		return false
	}
	if l.try(func() bool { return l.is(":", "function") }) {
		l.try(func() bool { _, ok := l.name(); return ok })
	}
	if !l.is("(", ")", "{", "return", from, "[", k, "]") {
		return false
	}
	l.try(func() bool { return l.is(";") })
	if !l.is("}") {
		return false
	}
	l.try(func() bool { return l.is(",") })
	return l.is("}", ")")
}

// decodeName decodes the escapes of a name.
func decodeName(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' {
			if d, ok := decodeString([]byte(s)); ok {
				return d
			}
			break
		}
	}
	return s
}

// decodeString decodes a string literal's content; ok is false for what has a
// lone surrogate, or no meaning.
func decodeString(b []byte) (string, bool) {
	out := make([]byte, 0, len(b))
	var high rune // half of a pair
	put := func(r rune) bool {
		if high != 0 {
			if r = utf16.DecodeRune(high, r); r == utf8.RuneError {
				return false
			}
			high = 0
		} else if r >= 0xd800 && r < 0xdc00 {
			high = r
			return true
		}
		if !utf8.ValidRune(r) {
			return false
		}
		out = utf8.AppendRune(out, r)
		return true
	}
	for i := 0; i < len(b); {
		if b[i] != '\\' {
			r, n := utf8.DecodeRune(b[i:])
			if !put(r) {
				return "", false
			}
			i += n
			continue
		}
		i++
		if i >= len(b) {
			return "", false
		}
		c := b[i]
		i++
		digits := func(n int) (rune, bool) {
			if i+n > len(b) {
				return 0, false
			}
			v, err := strconv.ParseUint(string(b[i:i+n]), 16, 32)
			i += n
			return rune(v), err == nil
		}
		r, ok := rune(c), true
		switch c {
		case 'n':
			r = '\n'
		case 't':
			r = '\t'
		case 'r':
			r = '\r'
		case 'b':
			r = '\b'
		case 'f':
			r = '\f'
		case 'v':
			r = '\v'
		case '\n':
			continue
		case '\r':
			if i < len(b) && b[i] == '\n' {
				i++
			}
			continue
		case 'x':
			r, ok = digits(2)
		case 'u':
			if i < len(b) && b[i] == '{' {
				n := 0
				for i+1+n < len(b) && b[i+1+n] != '}' {
					n++
				}
				i++
				if n == 0 || n > 8 {
					return "", false
				}
				r, ok = digits(n)
				i++
			} else {
				r, ok = digits(4)
			}
		case '0':
			if i < len(b) && b[i] >= '0' && b[i] <= '9' {
				return "", false
			}
			r = 0
		case '1', '2', '3', '4', '5', '6', '7', '8', '9':
			return "", false
		default:
			if c >= utf8.RuneSelf {
				var n int
				r, n = utf8.DecodeRune(b[i-1:])
				i += n - 1
			}
		}
		if !ok || !put(r) {
			return "", false
		}
	}
	return string(out), high == 0
}
