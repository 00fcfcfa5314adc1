package shell

import (
	"strings"
)

// bcNode is a part of a program of bc.
type bcNode struct {
	op   string
	kids []*bcNode // an optional one may be nil
	text string    // a name, a number as it was written, a string
	num  *bcNum    // of a number, once it was read in base ten
}

// bcFunc is a function that a program defines.
type bcFunc struct {
	name    string
	params  []bcParam
	autos   []bcParam
	body    *bcNode
	nothing bool // it returns no value
}

type bcParam struct {
	name       string
	array, ref bool
}

// maxBcNesting bounds how deep the parts of a program are inside of one another.
const maxBcNesting = 200

// bcError ends the statements of the line that runs or is read.
type bcError struct{ text string }

// bcQuit ends bc when quit is read.
type bcQuit struct{}

func bcSyntax() { bcFail("syntax error") }

// bcParser reads a program line by line.
type bcParser struct {
	t      *tool
	fill   func() (string, bool) // the next line, without its end
	name   string                // of the input, for messages
	n      int                   // the line's number
	rest   string                // what of the line is still to be read
	ended  bool
	tok    string // the token that comes; "\n" ends a line, "" the input
	text   string // of a token of a class: a name "a", a number "0", a string "\""
	depth  int
	inFunc bool
	loops  int
}

var bcOperators = []string{"++", "--", "+=", "-=", "*=", "/=", "%=", "^=", "==", "<=", ">=", "!=", "&&", "||"}

var bcWords = map[string]bool{
	"auto": true, "break": true, "continue": true, "define": true, "else": true, "for": true, "halt": true, "ibase": true, "if": true,
	"last": true, "length": true, "limits": true, "obase": true, "print": true, "quit": true, "read": true, "return": true, "scale": true,
	"sqrt": true, "void": true, "while": true, "warranty": true,
}

// more brings the next line of the input.
func (p *bcParser) more() bool {
	line, ok := p.fill()
	if !ok {
		p.ended = true
		return false
	}
	p.n++
	for strings.HasSuffix(line, `\`) {
		next, ok := p.fill()
		if !ok {
			break
		}
		p.n++
		p.t.hold(int64(len(next)))
		line = line[:len(line)-1] + next
	}
	p.rest = line + "\n"
	return true
}

// next reads the next token into tok and text.
func (p *bcParser) next() {
	p.t.sh.spend(5)
	for {
		p.rest = strings.TrimLeft(p.rest, " \t\r\f\v")
		switch {
		case p.rest == "":
			if !p.more() {
				p.tok = ""
				return
			}
			continue
		case p.rest[0] == '#':
			p.rest = "\n"
		case strings.HasPrefix(p.rest, "/*"):
			p.rest = p.rest[2:]
			for {
				if i := strings.Index(p.rest, "*/"); i >= 0 {
					p.rest = p.rest[i+2:]
					break
				}
				if !p.more() {
					p.tok = ""
					return
				}
			}
			continue
		}
		break
	}
	c := p.rest[0]
	take := func(n int) string {
		s := p.rest[:n]
		p.rest = p.rest[n:]
		return s
	}
	span := func(from int, chars string) int { return len(p.rest) - len(strings.TrimLeft(p.rest[from:], chars)) }
	switch {
	case c >= 'a' && c <= 'z':
		p.text = take(span(0, "abcdefghijklmnopqrstuvwxyz0123456789_"))
		if p.tok = "a"; bcWords[p.text] {
			p.tok = p.text
		}
		return
	case c == '.' || strings.IndexByte(bcDigits, c) >= 0:
		n := span(0, bcDigits)
		if n < len(p.rest) && p.rest[n] == '.' {
			n = span(n+1, bcDigits)
		}
		p.text, p.tok = take(n), "0"
		if p.text == "." {
			p.tok = "last"
		}
		return
	case c == '"':
		p.rest = p.rest[1:]
		var b strings.Builder
		for {
			if i := strings.IndexByte(p.rest, '"'); i >= 0 {
				b.WriteString(take(i + 1)[:i])
				p.text, p.tok = b.String(), `"`
				return
			}
			b.WriteString(p.rest)
			p.t.hold(int64(len(p.rest)))
			if !p.more() {
				bcSyntax()
			}
		}
	}
	for _, op := range bcOperators {
		if strings.HasPrefix(p.rest, op) {
			p.tok = take(len(op))
			return
		}
	}
	if strings.IndexByte("+-*/%^=<>!()[]{},;&\n", c) < 0 {
		p.rest = "\n"
		bcFail("illegal character: %s", clip(string(rune(c))))
	}
	p.tok = take(1)
}

func (p *bcParser) is(tok string) bool {
	if p.tok != tok {
		return false
	}
	p.next()
	return true
}

func (p *bcParser) want(tok string) {
	if !p.is(tok) {
		bcSyntax()
	}
}

func (p *bcParser) newlines() {
	for p.tok == "\n" {
		p.next()
	}
}

// node makes a node and accounts for it.
func (p *bcParser) node(op string, kids ...*bcNode) *bcNode {
	p.t.hold(int64(96 + len(p.text)))
	return &bcNode{op: op, kids: kids, text: p.text}
}

func (p *bcParser) deeper() {
	if p.depth++; p.depth > maxBcNesting {
		bcFail("more than %d parts inside one another", maxBcNesting)
	}
}

// line reads what runs at once: the statements up to the end of a line, or a
// function. Both are nil at an empty line. The token after it is not read yet,
// as bc runs a line before it reads on. ok is false at the end of the input.
func (p *bcParser) line() (body *bcNode, f *bcFunc, ok bool) {
	p.depth, p.inFunc, p.loops = 0, false, 0
	p.next()
	if p.tok == "" {
		return nil, nil, false
	}
	if p.tok == "define" {
		return nil, p.define(), true
	}
	body = p.node("list")
	for {
		for p.tok == ";" {
			p.next()
		}
		if p.tok != "\n" && p.tok != "" {
			body.kids = append(body.kids, p.statement())
		}
		switch p.tok {
		case ";":
		case "\n", "":
			return body, nil, true
		default:
			bcSyntax()
		}
	}
}

// skip leaves the line that is wrong.
func (p *bcParser) skip() { p.rest = "" }

func (p *bcParser) define() *bcFunc {
	p.next()
	f := &bcFunc{nothing: p.is("void")}
	p.t.hold(256)
	if p.tok != "a" {
		bcSyntax()
	}
	f.name = p.text
	p.next()
	p.want("(")
	f.params = p.names(")")
	p.want(")")
	p.newlines()
	if p.tok != "{" {
		bcSyntax()
	}
	p.next()
	p.newlines()
	p.inFunc = true
	for p.tok == "auto" {
		p.next()
		f.autos = append(f.autos, p.names("")...)
		if !p.is(";") && !p.is("\n") {
			bcSyntax()
		}
		p.newlines()
	}
	f.body = p.block()
	return f
}

// names reads the names of parameters or of what is auto.
func (p *bcParser) names(end string) (list []bcParam) {
	if p.tok == end {
		return nil
	}
	for {
		v := bcParam{ref: p.tok == "*" || p.tok == "&"}
		if v.ref {
			p.next()
		}
		if p.tok != "a" {
			bcSyntax()
		}
		v.name = p.text
		p.t.hold(64)
		p.next()
		if p.is("[") {
			p.want("]")
			v.array = true
		}
		if v.ref && !v.array {
			bcSyntax()
		}
		if list = append(list, v); len(list) > 1000 {
			bcFail("too many names")
		}
		if !p.is(",") {
			return list
		}
	}
}

// block reads statements up to a closing brace, whose next token is not read.
func (p *bcParser) block() *bcNode {
	body := p.node("list")
	for {
		for p.tok == ";" || p.tok == "\n" {
			p.next()
		}
		if p.tok == "}" {
			p.tok = ";" // as if the statement had ended
			return body
		}
		if p.tok == "" {
			bcSyntax()
		}
		body.kids = append(body.kids, p.statement())
		if p.tok != ";" && p.tok != "\n" && p.tok != "}" {
			bcSyntax()
		}
	}
}

func (p *bcParser) statement() *bcNode {
	p.deeper()
	defer func() { p.depth-- }()
	switch tok := p.tok; tok {
	case `"`:
		s := p.node("string")
		p.next()
		return s
	case "quit":
		panic(bcQuit{})
	case "break", "continue":
		if p.loops == 0 {
			bcFail("%s outside a loop", tok)
		}
		p.next()
		return p.node(tok)
	case "halt", "limits", "warranty":
		p.next()
		return p.node(tok)
	case "return":
		if !p.inFunc {
			bcFail("Return outside of a function.")
		}
		p.next()
		r := p.node("return", nil)
		if p.tok != ";" && p.tok != "\n" && p.tok != "}" {
			r.kids[0] = p.expr()
		}
		return r
	case "print":
		p.next()
		s := p.node("print")
		for {
			if p.tok == `"` {
				s.kids = append(s.kids, p.node("string"))
				p.next()
			} else {
				s.kids = append(s.kids, p.expr())
			}
			if !p.is(",") {
				return s
			}
		}
	case "{":
		p.next()
		b := p.block()
		p.next()
		return b
	case "if":
		p.next()
		p.want("(")
		s := p.node("if", p.expr(), nil, nil)
		p.want(")")
		p.newlines()
		s.kids[1] = p.statement()
		if p.is("else") {
			p.newlines()
			s.kids[2] = p.statement()
		}
		return s
	case "while":
		p.next()
		p.want("(")
		s := p.node("while", p.expr(), nil)
		p.want(")")
		s.kids[1] = p.loop()
		return s
	case "for":
		p.next()
		p.want("(")
		s := p.node("for", nil, nil, nil, nil)
		for i, end := range []string{";", ";", ")"} {
			if p.tok != end {
				s.kids[i] = p.expr()
			}
			p.want(end)
		}
		s.kids[3] = p.loop()
		return s
	}
	e := p.expr()
	if strings.HasPrefix(e.op, "set") {
		return p.node("quiet", e)
	}
	return p.node("show", e)
}

func (p *bcParser) loop() *bcNode {
	p.newlines()
	p.loops++
	defer func() { p.loops-- }()
	return p.statement()
}

// bcLevels are the operators of two sides that group from the left, from the
// loosest on; between them, "!" and the comparisons, stand on their own.
var bcLevels = [][]string{{"||"}, {"&&"}, nil, {"<", ">", "<=", ">=", "==", "!="}, {"+", "-"}, {"*", "/", "%"}}

const bcSum = 4 // the level of sums, which is what is assigned

func (p *bcParser) expr() *bcNode { return p.level(0) }

func (p *bcParser) level(n int) *bcNode {
	p.deeper()
	defer func() { p.depth-- }()
	switch {
	case n == 2:
		if p.is("!") {
			return p.node("!", p.level(2))
		}
		return p.level(3)
	case n == len(bcLevels):
		return p.power()
	}
	x := p.level(n + 1)
	for {
		found := false
		for _, op := range bcLevels[n] {
			if p.tok == op {
				p.next()
				x = p.node(op, x, p.level(n+1))
				found = true
				break
			}
		}
		if !found {
			return x
		}
	}
}

func (p *bcParser) power() *bcNode {
	x := p.unary()
	if p.is("^") {
		p.deeper()
		defer func() { p.depth-- }()
		return p.node("^", x, p.power())
	}
	return x
}

func (p *bcParser) unary() *bcNode {
	if p.is("-") {
		p.deeper()
		defer func() { p.depth-- }()
		return p.node("neg", p.unary())
	}
	if p.tok == "!" {
		return p.level(2)
	}
	if p.tok == "++" || p.tok == "--" {
		op := p.tok
		p.next()
		return p.node("pre"+op, p.place(p.primary()))
	}
	x := p.primary()
	switch {
	case p.tok == "++" || p.tok == "--":
		op := p.tok
		p.place(x)
		p.next()
		return p.node("post"+op, x)
	case p.tok == "=" || len(p.tok) == 2 && p.tok[1] == '=' && strings.IndexByte("+-*/%^", p.tok[0]) >= 0:
		op := p.tok
		p.place(x)
		p.next()
		return p.node("set"+strings.TrimSuffix(op, "="), x, p.level(bcSum))
	}
	return x
}

// place wants x to be what can be assigned to.
func (p *bcParser) place(x *bcNode) *bcNode {
	if x.op != "var" && x.op != "item" {
		bcSyntax()
	}
	return x
}

func (p *bcParser) primary() *bcNode {
	tok := p.tok
	x := p.node("num")
	switch tok {
	case "0":
		p.next()
		return x
	case "(":
		p.next()
		x = p.node("group", p.expr())
		p.want(")")
		return x
	case "last", "ibase", "obase":
		x.op, x.text = "var", tok
		p.next()
		return x
	case "scale", "length", "sqrt", "read":
		p.next()
		if tok == "scale" && p.tok != "(" {
			x.op, x.text = "var", tok
			return x
		}
		p.want("(")
		x.op = tok
		if tok != "read" {
			x.kids = []*bcNode{p.expr()}
		}
		p.want(")")
		return x
	case "a":
		p.next()
		switch {
		case p.is("["):
			x.op = "item"
			if p.is("]") {
				x.op = "array"
				return x
			}
			x.kids = []*bcNode{p.expr()}
			p.want("]")
		case p.is("("):
			x.op = "call"
			for p.tok != ")" {
				if x.kids = append(x.kids, p.expr()); !p.is(",") {
					break
				}
			}
			p.want(")")
		default:
			x.op = "var"
		}
		return x
	}
	bcSyntax()
	return nil
}
