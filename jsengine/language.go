package jsengine

import (
	"slices"
	"strings"
)

// maxPlain bounds what plainJS looks at, in bytes.
const maxPlain = 256 << 10

// plainJS reports whether code means the same as JavaScript and as TypeScript,
// given that it is JavaScript at all: the engine says that when it parses it. It
// splits the code into tokens and looks for what both languages take, but each
// in its own way: calls with type arguments, arrow functions with a result type
// inside of `a ? (b) : c`, TypeScript's words, imports that nothing uses. When in
// doubt it says no. typed reports whether something in it may be meant as a type.
//
// What differs even so is what Function.prototype.toString shows: the program's
// own text, and not esbuild's.
func plainJS(code string) (plain, typed bool) {
	if len(code) > maxPlain {
		return false, true
	}
	t := tokenizer{code: code}
	if !t.run() {
		return false, true
	}
	return t.judge(), t.typed
}

type tokenKind uint8

const (
	tokWord tokenKind = iota
	tokPrivate
	tokNumber
	tokString // a template is one for each of its pieces
	tokRegExp
	tokPunct
)

// Kinds of parentheses.
const (
	parenGroup  = iota // around an expression, or an arrow function's parameters
	parenCall          // after what is called, or a function's parameters
	parenHeader        // of if, while, for, with
)

type token struct {
	kind  tokenKind
	paren uint8  // of "(" and ")": its kind
	match int32  // of "(": the index of its ")"; 0 if there is none
	text  string // as in the code
}

func (t token) is(punct string) bool { return t.kind == tokPunct && t.text == punct }
func (t token) word(w string) bool   { return t.kind == tokWord && t.text == w }

type tokenizer struct {
	code  string
	toks  []token
	open  []int32 // indexes of brackets that are open; those of "${" too
	typed bool
}

// puncts are JavaScript's punctuators without "/", the longest first.
var puncts = []string{
	">>>=", "...", "===", "!==", "**=", "<<=", ">>=", ">>>", "&&=", "||=", "??=",
	"=>", "==", "!=", "<=", ">=", "&&", "||", "??", "?.", "++", "--", "+=", "-=", "*=", "%=", "&=", "|=", "^=", "<<", ">>", "**",
	"{", "}", "(", ")", "[", "]", ";", ",", "<", ">", "+", "-", "*", "%", "&", "|", "^", "!", "~", "?", ":", "=", ".",
}

// operatorWords are words after which an expression begins.
var operatorWords = map[string]bool{
	"return": true, "typeof": true, "case": true, "in": true, "instanceof": true, "delete": true, "void": true, "throw": true,
	"new": true, "yield": true, "await": true, "else": true, "do": true, "default": true, "extends": true,
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isWordByte(c byte) bool {
	return c == '_' || c == '$' || isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80
}

// spaces are what separates words beyond ASCII: with one of these outside of a
// string the code is left to esbuild.
var spaces = []string{
	"\u0085", "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006", "\u2007", "\u2008", "\u2009", "\u200a",
	"\u2028", "\u2029", "\u202f", "\u205f", "\u3000", "\ufeff", "\u200b", "\u200c", "\u200d", "\u180e",
}

func hasSpace(s string) bool {
	return slices.ContainsFunc(spaces, func(sp string) bool { return strings.Contains(s, sp) })
}

// at is the token i back from the end: 1 is the last. Before the first it is ";".
func (t *tokenizer) at(i int) token {
	if i > len(t.toks) {
		return token{kind: tokPunct, text: ";"}
	}
	return t.toks[len(t.toks)-i]
}

func (t *tokenizer) emit(kind tokenKind, text string) {
	t.toks = append(t.toks, token{kind: kind, text: text})
}

// run splits the code; false if it cannot tell how.
func (t *tokenizer) run() bool {
	code := t.code
	i := 0
	if strings.HasPrefix(code, "#!") {
		return false
	}
	for i < len(code) {
		c := code[i]
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
		case isDigit(c), c == '.' && i+1 < len(code) && isDigit(code[i+1]):
			i = t.number(i)
		case isWordByte(c):
			j := i
			ascii := true
			for j < len(code) && isWordByte(code[j]) {
				ascii = ascii && code[j] < 0x80
				j++
			}
			if !ascii && hasSpace(code[i:j]) {
				return false
			}
			t.emit(tokWord, code[i:j])
			i = j
		case c == '#':
			j := i + 1
			for j < len(code) && isWordByte(code[j]) {
				j++
			}
			if hasSpace(code[i:j]) {
				return false
			}
			t.emit(tokPrivate, code[i:j])
			i = j
		case c == '\'' || c == '"':
			j := i + 1
			for j < len(code) && code[j] != c && code[j] != '\n' && code[j] != '\r' {
				if code[j] == '\\' {
					j++
				}
				j++
			}
			if j >= len(code) || code[j] != c {
				return false
			}
			t.emit(tokString, code[i:j+1])
			i = j + 1
		case c == '`':
			i++
			if i = t.template(i); i < 0 {
				return false
			}
		case c == '/':
			if i = t.slash(i); i < 0 {
				return false
			}
		default:
			if i = t.punct(i); i < 0 {
				return false
			}
		}
	}
	return len(t.open) == 0
}

// number takes a number and all that sticks to it.
func (t *tokenizer) number(i int) int {
	code, j := t.code, i
	hex := strings.HasPrefix(code[i:], "0x") || strings.HasPrefix(code[i:], "0X")
	for j < len(code) && (isWordByte(code[j]) || code[j] == '.' && (j+1 == len(code) || code[j+1] != '.')) {
		e := code[j]|0x20 == 'e' && !hex
		j++
		if e && j < len(code) && (code[j] == '+' || code[j] == '-') {
			j++
		}
	}
	t.emit(tokNumber, code[i:j])
	return j
}

// template takes a piece of a template, from behind its "`" or "}".
func (t *tokenizer) template(i int) int {
	code := t.code
	for j := i; j < len(code); j++ {
		switch {
		case code[j] == '\\':
			j++
		case code[j] == '`':
			t.emit(tokString, code[i:j])
			return j + 1
		case code[j] == '$' && j+1 < len(code) && code[j+1] == '{':
			t.emit(tokString, code[i:j])
			t.open = append(t.open, int32(len(t.toks)))
			t.emit(tokPunct, "${")
			return j + 2
		}
	}
	return -1
}

// slash takes a comment, a regular expression or a division.
func (t *tokenizer) slash(i int) int {
	code := t.code
	rest := code[i:]
	switch {
	case strings.HasPrefix(rest, "//"):
		n := strings.IndexAny(rest, "\n\r")
		if n < 0 {
			n = len(rest)
		}
		if strings.Contains(rest[:n], "\u2028") || strings.Contains(rest[:n], "\u2029") {
			return -1
		}
		return i + n
	case strings.HasPrefix(rest, "/*"):
		n := strings.Index(rest[2:], "*/")
		if n < 0 {
			return -1
		}
		return i + n + 4
	}
	last := t.at(1)
	regex := false
	switch last.kind {
	case tokWord:
		if last.text == "of" || last.text == "let" || last.text == "async" {
			return -1
		}
		regex = operatorWords[last.text] && !t.at(2).is(".") && !t.at(2).is("?.")
	case tokPunct:
		switch last.text {
		case ")":
			regex = last.paren == parenHeader
		case "]":
		case "}", "++", "--":
			return -1
		default:
			regex = true
		}
	}
	if !regex {
		n := 1
		if strings.HasPrefix(rest, "/=") {
			n = 2
		}
		t.emit(tokPunct, rest[:n])
		return i + n
	}
	class := false
	for j := i + 1; j < len(code) && code[j] != '\n' && code[j] != '\r'; j++ {
		switch code[j] {
		case '\\':
			j++
			if j < len(code) && (code[j] == '\n' || code[j] == '\r') {
				return -1
			}
		case '[':
			class = true
		case ']':
			class = false
		case '/':
			if class {
				continue
			}
			for j++; j < len(code) && isWordByte(code[j]); j++ {
			}
			if hasSpace(code[i:j]) {
				return -1
			}
			t.emit(tokRegExp, code[i:j])
			return j
		}
	}
	return -1
}

// punct takes a punctuator.
func (t *tokenizer) punct(i int) int {
	rest := t.code[i:]
	text := ""
	for _, p := range puncts {
		if strings.HasPrefix(rest, p) {
			text = p
			break
		}
	}
	if text == "?." && len(rest) > 2 && isDigit(rest[2]) {
		text = "?"
	}
	n := i + len(text)
	switch text {
	case "": // "@", "\\" and what is nothing
		return -1
	case "(":
		t.open = append(t.open, int32(len(t.toks)))
		t.toks = append(t.toks, token{kind: tokPunct, text: text, paren: t.parenKind()})
		return n
	case "[", "{":
		t.open = append(t.open, int32(len(t.toks)))
	case ")", "]", "}":
		if len(t.open) == 0 {
			return -1
		}
		at := t.open[len(t.open)-1]
		t.open = t.open[:len(t.open)-1]
		opened := &t.toks[at]
		switch opened.text + text {
		case "()":
			opened.match = int32(len(t.toks))
			t.toks = append(t.toks, token{kind: tokPunct, text: text, paren: opened.paren})
			return n
		case "[]", "{}":
		case "${}":
			t.emit(tokPunct, text)
			return t.template(n)
		default:
			return -1
		}
	}
	t.emit(tokPunct, text)
	return n
}

// parenKind is the kind of a "(" that comes now.
func (t *tokenizer) parenKind() uint8 {
	last := t.at(1)
	member := t.at(2).is(".") || t.at(2).is("?.")
	switch last.kind {
	case tokWord:
		switch {
		case member:
			return parenCall
		case last.text == "if" || last.text == "while" || last.text == "for" || last.text == "with",
			last.text == "await" && t.at(2).word("for"):
			return parenHeader
		case operatorWords[last.text] || last.text == "async" || last.text == "of":
			return parenGroup
		}
		return parenCall
	case tokPunct:
		if last.text == ")" || last.text == "]" || last.text == "?." {
			return parenCall
		}
		return parenGroup
	}
	return parenCall
}

// typeWords are words after which TypeScript may see something that JavaScript
// does not, if a name or the like follows.
var typeWords = map[string]bool{
	"type": true, "interface": true, "enum": true, "namespace": true, "module": true, "declare": true, "abstract": true,
	"as": true, "satisfies": true, "implements": true, "private": true, "public": true, "protected": true,
	"readonly": true, "override": true, "is": true, "keyof": true, "infer": true, "global": true, "accessor": true,
	"asserts": true, "unique": true, "out": true, "defer": true, "source": true,
}

// notTypeArgument are what cannot follow a name or number inside of type arguments.
var notTypeArgument = map[string]bool{
	";": true, ")": true, "&&": true, "||": true, "??": true, "?": true, "+": true, "-": true, "*": true, "/": true, "%": true,
	"}": true, "]": true, ":": true, "(": true,
}

// get is token i, or ";" outside.
func (t *tokenizer) get(i int) token {
	if i < 0 || i >= len(t.toks) {
		return token{kind: tokPunct, text: ";"}
	}
	return t.toks[i]
}

// judge reports whether the tokens mean the same in both languages.
func (t *tokenizer) judge() bool {
	var imported []string
	body := make(map[int]bool) // tokens of import clauses
	arrowType := false         // `(b) :` came: an arrow after it may have a result type
	for i := 0; i < len(t.toks); i++ {
		tok, prev, next := t.toks[i], t.get(i-1), t.get(i+1)
		switch tok.kind {
		case tokWord:
			if prev.is(".") || prev.is("?.") {
				continue
			}
			if typeWords[tok.text] {
				t.typed = true
				if !t.ordinary(prev, next) {
					return false
				}
			}
			switch tok.text {
			case "import":
				if next.is("(") || next.is(".") || next.kind == tokString || next.is(":") {
					continue
				}
				names, end := t.importClause(i + 1)
				if end < 0 {
					return false
				}
				for j := i; j <= end; j++ {
					body[j] = true
				}
				imported = append(imported, names...)
				i = end
			case "export":
				if !next.is("{") && !next.is("*") {
					continue
				}
				end := t.exportFrom(i + 1)
				if end < 0 {
					return false
				}
				i = end
			}
		case tokPunct:
			switch tok.text {
			case ":":
				t.typed = true
				if prev.is(")") && prev.paren == parenGroup {
					arrowType = true
				}
			case "?":
				t.typed = true
			case "=>":
				if arrowType {
					return false
				}
			case "!":
				// x! is TypeScript's.
				switch prev.kind {
				case tokPunct:
					if prev.text == ")" || prev.text == "]" || prev.text == "}" {
						return false
					}
				case tokWord:
					if !operatorWords[prev.text] {
						return false
					}
				default:
					return false
				}
			case "<<":
				if next.kind != tokNumber {
					return false
				}
			case "<":
				t.typed = true
				if !t.comparison(i) {
					return false
				}
			}
		}
	}
	return len(imported) == 0 || t.used(imported, body)
}

// ordinary reports whether one of the typeWords between prev and next is but a name.
func (t *tokenizer) ordinary(prev, next token) bool {
	switch next.kind {
	case tokWord:
		switch next.text {
		case "in", "instanceof":
			return true
		case "of":
			return prev.word("const") || prev.word("let") || prev.word("var")
		}
		return false
	case tokPunct:
		switch next.text {
		case "{", "[", "<", "*", "!":
			return false
		}
		return true
	}
	return false
}

// comparison reports whether the "<" at i cannot begin type arguments.
func (t *tokenizer) comparison(i int) bool {
	prev := t.get(i - 1)
	switch prev.kind {
	case tokPunct:
		if prev.text != ")" && prev.text != "]" {
			return false
		}
	case tokWord:
		if operatorWords[prev.text] || prev.text == "async" {
			return false
		}
	}
	j := i + 1
	if t.get(j).is("-") {
		j++
		if t.get(j).kind != tokNumber {
			return false
		}
	}
	switch t.get(j).kind {
	case tokNumber:
	case tokWord:
		for t.get(j+1).is(".") && t.get(j+2).kind == tokWord {
			j += 2
		}
	default:
		return false
	}
	next := t.get(j + 1)
	return next.kind == tokPunct && notTypeArgument[next.text]
}

// importClause reads `x, {y as z} from "m"` from token i on; it returns the names
// it binds and the index of the specifier, or -1.
func (t *tokenizer) importClause(i int) (names []string, end int) {
	first := t.get(i)
	if first.word("type") || first.word("typeof") || first.word("defer") || first.word("source") || first.word("from") {
		return nil, -1
	}
	for ; ; i++ {
		switch tok := t.get(i); {
		case tok.word("from") && t.get(i+1).kind == tokString:
			return names, i + 1
		case tok.is(","):
		case tok.kind == tokWord:
			names = append(names, tok.text)
		case tok.is("*") && t.get(i+1).word("as") && t.get(i+2).kind == tokWord:
			names = append(names, t.get(i+2).text)
			i += 2
		case tok.is("{"):
			for i++; !t.get(i).is("}"); i++ {
				n := t.get(i)
				if n.is(",") {
					continue
				}
				if n.kind != tokWord && n.kind != tokString || n.word("type") {
					return nil, -1
				}
				if t.get(i + 1).word("as") {
					i += 2
					n = t.get(i)
				}
				if n.kind != tokWord {
					return nil, -1
				}
				names = append(names, n.text)
			}
		default:
			return nil, -1
		}
	}
}

// exportFrom reads `{x as y} from "m"` or `* as x from "m"` from token i on; it
// returns the index of the specifier, or -1.
func (t *tokenizer) exportFrom(i int) int {
	if t.get(i).is("*") {
		i++
		if t.get(i).word("as") {
			i += 2
		}
	} else {
		for i++; !t.get(i).is("}"); i++ {
			if n := t.get(i); n.kind != tokWord && n.kind != tokString && !n.is(",") || n.word("type") {
				return -1
			}
		}
		i++
	}
	if t.get(i).word("from") && t.get(i+1).kind == tokString {
		return i + 1
	}
	return -1
}

// referencePuncts are what a name follows only where it is read.
var referencePuncts = map[string]bool{
	"=": true, "==": true, "===": true, "!=": true, "!==": true, "+": true, "-": true, "/": true, "%": true, "&&": true, "||": true,
	"??": true, "!": true, "~": true, "=>": true, "${": true, "+=": true, "-=": true, "&&=": true, "||=": true, "??=": true,
}

// used reports whether each of the imported names certainly occurs as a value: it
// occurs, and nowhere so that it might be a declaration of another variable.
func (t *tokenizer) used(names []string, body map[int]bool) bool {
	found := make(map[string]bool, len(names)) // of each, whether it was found
	for _, name := range names {
		found[name] = false
	}
	left := len(found)
	for i, tok := range t.toks {
		if tok.kind != tokWord || body[i] {
			continue
		}
		before, imported := found[tok.text]
		if prev := t.get(i - 1); !imported || prev.is(".") || prev.is("?.") {
			continue
		}
		if !t.reference(i) {
			return false
		}
		if !before {
			found[tok.text] = true
			left--
		}
	}
	return left == 0
}

// reference reports whether the name at i is certainly read.
func (t *tokenizer) reference(i int) bool {
	prev, next := t.get(i-1), t.get(i+1)
	switch {
	case next.kind == tokPunct && (next.text == "=>" || next.text == ":" || next.text == "++" || next.text == "--" || strings.HasSuffix(next.text, "=") &&
		next.text != "==" && next.text != "===" && next.text != "!=" && next.text != "!==" && next.text != "<=" && next.text != ">="):
		return false
	case next.is(".") || next.is("?."):
		return true
	case prev.kind == tokPunct && referencePuncts[prev.text],
		prev.kind == tokWord && operatorWords[prev.text] && prev.text != "default" && prev.text != "else" && prev.text != "do" &&
			!t.get(i-2).is(".") && !t.get(i-2).is("?."):
		return true
	case next.is("("):
		if prev.is("(") || prev.is("[") {
			return true
		}
		if prev.kind != tokPunct || prev.text == "*" {
			return false
		}
		after := t.get(int(next.match) + 1)
		return !after.is("{") && !after.is("=>") && !after.is(":")
	}
	return false
}
