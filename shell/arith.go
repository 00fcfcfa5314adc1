package shell

import (
	"math"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// arith evaluates an arithmetic expression. As in bash its text is expanded first and
// what comes out is the expression: operators may come from variables.
func (sh *shell) arith(x syntax.ArithmExpr) int64 {
	return sh.arithOf(sh.expression(x), false)
}

// expression is the text of an arithmetic expression, expanded.
func (sh *shell) expression(x syntax.ArithmExpr) string {
	w, ok := x.(*syntax.Word)
	switch {
	case !ok: // of none
		return ""
	case len(w.Parts) == 1:
		if lit, ok := w.Parts[0].(*syntax.Lit); ok {
			return lit.Value
		}
	}
	e := expander{sh: sh, ifs: sh.ifs()}
	e.parts(w.Parts, true)
	return e.cur.text()
}

// arithIndex evaluates a subscript of an array.
func (sh *shell) arithIndex(x syntax.ArithmExpr) int64 {
	w, _ := x.(*syntax.Word)
	if w != nil && len(w.Parts) == 1 {
		if lit, ok := w.Parts[0].(*syntax.Lit); ok {
			return sh.arithOf(lit.Value, false)
		}
	}
	return sh.arithOf(sh.literal(w), false)
}

func truth(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// arithError ends the command that the expression is part of.
func (sh *shell) arithError(msg string) {
	sh.complain("%s%s", sh.arithFor, msg)
	panic(discard{1})
}

// maxArith bounds how deep expressions in variables may refer to others, and
// maxOperands how deep one may nest.
const (
	maxArith    = 64
	maxOperands = 1000
)

// arithText evaluates the text of an expression, as a variable holds it.
func (sh *shell) arithText(s string) int64 { return sh.arithOf(s, true) }

// arithOf evaluates the text of an expression. If it was not expanded yet, the keys of
// maps in it are.
func (sh *shell) arithOf(s string, expand bool) int64 {
	if sh.spend(5); len(s) < 19 {
		if n, err := strconv.ParseInt(s, 10, 64); err == nil && (n == 0 && len(s) == 1 || n != 0 && s[0] > '0') {
			return n // such a number is one
		}
	}
	sh.arithDepth++
	defer func() { sh.arithDepth-- }()
	s = strings.TrimLeft(s, " \t\n")
	if s == "" {
		return 0
	}
	if sh.arithDepth > maxArith {
		sh.arithError(clip(s) + ": expression recursion level exceeded (error token is \"" + clip(s) + "\")")
	}
	if len(s) > maxScript {
		sh.arithError(clip(s) + ": expression is too long")
	}
	e := expression{sh: sh, text: s, expand: expand}
	e.next()
	if e.tok == arithEnd {
		return 0
	}
	n := e.comma()
	if e.tok != arithEnd {
		e.fail("syntax error in expression")
	}
	return n
}

// arithToken is one of an expression: an operator, or one of these.
type arithToken int16

const (
	arithEnd arithToken = iota
	arithNumber
	arithName
	arithPreInc
	arithPreDec
	arithAssign // with an operator: op
)

// Operators of two characters are the first with the second beside it.
func two(a, b byte) arithToken { return arithToken(a)<<7 | arithToken(b) }

// expression is an arithmetic expression that is being evaluated, as bash does it:
// while it is read.
type expression struct {
	sh     *shell
	text   string
	expand bool

	at    int        // behind tok
	start int        // of the last token
	tok   arithToken // read last
	last  arithToken // before it
	op    arithToken // of arithAssign
	value int64      // of arithNumber
	ref   reference
	skip  int // > 0: nothing is evaluated
	depth int
}

// reference is a variable or an element in an expression.
type reference struct {
	name  string
	sub   string // its subscript, if it has one
	has   bool
	known bool // key is what sub says
	key   string
}

// fail ends the evaluation.
func (e *expression) fail(msg string) {
	e.sh.arithError(clip(e.text) + ": " + msg + " (error token is \"" + clip(e.text[min(e.start, len(e.text)):]) + "\")")
}

func (e *expression) deeper() {
	if e.depth++; e.depth > maxOperands {
		e.fail("expression recursion level exceeded")
	}
}

func isOperator(t arithToken) bool {
	return t > arithAssign && (t > 127 || strings.IndexByte("=><+-*/%!()&|^~?:,", byte(t)) >= 0) || t >= arithPreInc && t <= arithAssign
}

// next reads a token.
func (e *expression) next() {
	e.sh.spend(2)
	s, i := e.text, e.at
	for i < len(s) && (s[i] == ' ' || s[i] == '\t' || s[i] == '\n') {
		i++
	}
	was := e.tok
	e.last = was
	if i == len(s) {
		e.tok, e.at = arithEnd, i
		return
	}
	e.start = i
	c := s[i]
	switch {
	case c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z':
		j := i + 1
		for j < len(s) && isNameByte(s[j]) {
			j++
		}
		e.ref = reference{name: s[i:j]}
		if j < len(s) && s[j] == '[' {
			end := (&scan{sh: e.sh, text: s}).closes(j)
			if end < 0 {
				e.sh.arithError(clip(s[i:]) + ": bad array subscript (error token is \"" + clip(s[i:]) + "\")")
			}
			e.ref.sub, e.ref.has = s[j+1:end], true
			j = end + 1
		}
		e.tok, e.at = arithName, j
		return
	case c >= '0' && c <= '9':
		j := i + 1
		for j < len(s) && (isNameByte(s[j]) || s[j] == '#' || s[j] == '@') {
			j++
		}
		e.tok, e.at = arithNumber, j
		e.value = e.sh.number(s[i:j])
		return
	case c >= 0x80 || strings.IndexByte("=><+-*/%!()&|^~?:,", c) < 0:
		if was == arithEnd || isOperator(was) && was != ')' {
			e.fail("syntax error: operand expected")
		}
		e.fail("syntax error: invalid arithmetic operator")
	}
	e.tok, e.at = arithToken(c), i+1
	d := byte(0)
	if i+1 < len(s) {
		d = s[i+1]
	}
	switch t := two(c, d); t {
	case two('<', '<'), two('>', '>'):
		e.tok, e.at = t, i+2
		if i+2 < len(s) && s[i+2] == '=' {
			e.tok, e.op, e.at = arithAssign, t, i+3
		}
	case two('*', '*'), two('=', '='), two('!', '='), two('<', '='), two('>', '='), two('&', '&'), two('|', '|'):
		e.tok, e.at = t, i+2
	case two('+', '+'), two('-', '-'):
		j := i + 2
		for j < len(s) && (s[j] == ' ' || s[j] == '\t' || s[j] == '\n') {
			j++
		}
		if j < len(s) && isNameByte(s[j]) && (s[j] < '0' || s[j] > '9') {
			e.tok, e.at = arithPreInc, i+2
			if c == '-' {
				e.tok = arithPreDec
			}
		}
	default:
		if d == '=' && strings.IndexByte("*/%+-&^|", c) >= 0 {
			e.tok, e.op, e.at = arithAssign, arithToken(c), i+2
		}
	}
}

func isNameByte(c byte) bool {
	return c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9'
}

func (e *expression) comma() int64 {
	v := e.assign()
	for e.tok == ',' {
		e.next()
		v = e.assign()
	}
	return v
}

func (e *expression) assign() int64 {
	e.deeper()
	defer func() { e.depth-- }()
	v := e.cond()
	if e.tok != '=' && e.tok != arithAssign {
		return v
	}
	if e.last != arithName {
		e.fail("attempted assignment to non-variable")
	}
	tok, op, ref := e.tok, e.op, e.ref
	e.next()
	right := e.assign()
	if tok == arithAssign {
		right = e.operate(op, v, right)
	}
	e.set(&ref, right)
	return right
}

func (e *expression) cond() int64 {
	e.deeper()
	defer func() { e.depth-- }()
	v := e.binary(0)
	if e.tok != '?' {
		return v
	}
	branch := func(taken bool, read func() int64) int64 {
		if !taken {
			e.skip++
			defer func() { e.skip-- }()
		}
		if e.next(); e.tok == arithEnd || e.tok == ':' {
			e.fail("expression expected")
		}
		return read()
	}
	yes := branch(v != 0, e.comma)
	if e.tok != ':' {
		e.fail("`:' expected for conditional expression")
	}
	no := branch(v == 0, e.cond)
	e.last = ':'
	if v != 0 {
		return yes
	}
	return no
}

// levels are the binary operators, those that bind the least first.
var levels = [...][]arithToken{
	{two('|', '|')}, {two('&', '&')}, {'|'}, {'^'}, {'&'}, {two('=', '='), two('!', '=')},
	{'<', '>', two('<', '='), two('>', '=')}, {two('<', '<'), two('>', '>')}, {'+', '-'}, {'*', '/', '%'},
}

func (e *expression) level() int {
	for i, ops := range levels {
		for _, op := range ops {
			if e.tok == op {
				return i
			}
		}
	}
	return -1
}

// binary reads operators that bind at least as much as those of a level.
func (e *expression) binary(level int) int64 {
	v := e.power()
	for {
		at := e.level()
		if at < level {
			return v
		}
		op := e.tok
		skips := at == 0 && v != 0 || at == 1 && v == 0
		if skips {
			e.skip++
		}
		e.next()
		right := e.binary(at + 1)
		if skips {
			e.skip--
		}
		v = e.operate(op, v, right)
		e.last = arithNumber // nothing that is assigned to
	}
}

func (e *expression) power() int64 {
	e.deeper()
	defer func() { e.depth-- }()
	v := e.unary()
	for e.tok == two('*', '*') {
		e.next()
		v = e.operate(two('*', '*'), v, e.power())
		e.last = arithNumber
	}
	return v
}

func (e *expression) unary() int64 {
	op := e.tok
	switch op {
	case '!', '~', '-', '+':
		e.deeper()
		defer func() { e.depth-- }()
		e.next()
		v := e.unary()
		e.last = arithNumber
		switch op {
		case '!':
			return truth(v == 0)
		case '~':
			return ^v
		case '-':
			return -v
		}
		return v
	}
	return e.operand()
}

func (e *expression) operand() int64 {
	switch e.tok {
	case arithPreInc, arithPreDec:
		d := int64(1)
		if e.tok == arithPreDec {
			d = -1
		}
		e.next()
		ref := e.ref
		v := e.get(&ref) + d
		e.set(&ref, v)
		e.tok = arithNumber
		e.next()
		return v
	case '(':
		e.next()
		v := e.comma()
		if e.tok != ')' {
			e.fail("missing `)'")
		}
		e.next()
		return v
	case arithNumber:
		v := e.value
		e.next()
		return v
	case arithName:
		return e.variable()
	}
	e.fail("syntax error: operand expected")
	return 0
}

// variable is the value of what was read, which may change after it.
func (e *expression) variable() int64 {
	rest := strings.TrimLeft(e.text[e.at:], " \t\n")
	if len(rest) > 0 && rest[0] == '=' && (len(rest) == 1 || rest[1] != '=') { // assigned to
		e.next()
		return 0
	}
	v := e.get(&e.ref)
	ref := e.ref
	if strings.HasPrefix(rest, "++") || strings.HasPrefix(rest, "--") {
		d := int64(1)
		if rest[0] == '-' {
			d = -1
		}
		e.set(&ref, v+d)
		e.at, e.tok = len(e.text)-len(rest)+2, arithNumber
	}
	e.next()
	if e.tok == '=' || e.tok == arithAssign {
		e.ref = ref
	}
	return v
}

// find finds the key of an element.
func (e *expression) find(r *reference, v *variable) {
	if r.known || !r.has {
		return
	}
	r.known, r.key = true, r.sub
	isMap := v != nil && v.kind == kindMap
	if (e.expand || !isMap) && strings.ContainsAny(r.sub, "$`\"'\\") {
		w, err := e.sh.indexWord(r.sub)
		if err != nil {
			e.fail("bad array subscript")
		}
		r.key = e.sh.literal(w)
	}
	if !isMap {
		r.key = strconv.FormatInt(e.sh.arithOf(r.key, e.expand), 10)
	}
}

// get is the value of a variable or of an element.
func (e *expression) get(r *reference) int64 {
	if e.skip > 0 {
		return 0
	}
	sh := e.sh
	if !r.has {
		s, ok := sh.get(r.name)
		if !ok && sh.nounset {
			sh.unbound(r.name)
		}
		return sh.arithText(s)
	}
	v := sh.lookup(r.name)
	e.find(r, v)
	if v == nil {
		if sh.nounset {
			sh.unbound(r.name + "[" + r.sub + "]")
		}
		return 0
	}
	s, ok := sh.element(v, r.key)
	if !ok && sh.nounset {
		sh.unbound(r.name + "[" + r.sub + "]")
	}
	return sh.arithText(s)
}

// set assigns to a variable or to an element.
func (e *expression) set(r *reference, n int64) {
	if e.skip > 0 {
		return
	}
	s := strconv.FormatInt(n, 10)
	if !r.has {
		e.sh.set(r.name, s)
		return
	}
	e.find(r, e.sh.lookup(r.name))
	e.sh.setElement(e.sh.resolve(r.name), r.key, s, false)
}

func (e *expression) operate(op arithToken, a, b int64) int64 {
	switch op {
	case '+':
		return a + b
	case '-':
		return a - b
	case '*':
		return a * b
	case '/', '%':
		if b == 0 {
			if e.skip > 0 {
				return 0
			}
			e.fail("division by 0")
		}
		if a == math.MinInt64 && b == -1 {
			if op == '/' {
				return a
			}
			return 0
		}
		if op == '/' {
			return a / b
		}
		return a % b
	case two('*', '*'):
		if b < 0 {
			if e.skip > 0 {
				return 0
			}
			e.fail("exponent less than 0")
		}
		n := int64(1)
		for ; b > 0; b >>= 1 {
			if b&1 != 0 {
				n *= a
			}
			a *= a
		}
		return n
	case two('=', '='):
		return truth(a == b)
	case two('!', '='):
		return truth(a != b)
	case '>':
		return truth(a > b)
	case '<':
		return truth(a < b)
	case two('>', '='):
		return truth(a >= b)
	case two('<', '='):
		return truth(a <= b)
	case '&':
		return a & b
	case '|':
		return a | b
	case '^':
		return a ^ b
	case two('<', '<'):
		return a << (uint64(b) & 63)
	case two('>', '>'):
		return a >> (uint64(b) & 63)
	case two('&', '&'):
		return truth(a != 0 && b != 0)
	case two('|', '|'):
		return truth(a != 0 || b != 0)
	}
	e.fail("syntax error: operator expected")
	return 0
}

// number reads a constant: decimal, 0x, 0 and base#.
func (sh *shell) number(s string) int64 {
	if base, digits, ok := strings.Cut(s, "#"); ok {
		b, err := strconv.Atoi(base)
		if err != nil || b < 2 || b > 64 || digits == "" {
			sh.arithError(s + ": invalid arithmetic base (error token is \"" + s + "\")")
		}
		var n int64
		for _, c := range []byte(digits) {
			d := int64(99)
			switch {
			case c >= '0' && c <= '9':
				d = int64(c - '0')
			case c >= 'a' && c <= 'z':
				d = int64(c-'a') + 10
			case c >= 'A' && c <= 'Z':
				d = int64(c-'A') + 10
				if b > 36 {
					d += 26
				}
			case c == '@':
				d = 62
			case c == '_':
				d = 63
			}
			if d >= int64(b) {
				sh.arithError(s + ": value too great for base (error token is \"" + s + "\")")
			}
			n = n*int64(b) + d
		}
		return n
	}
	base := 10
	digits := s
	if len(s) > 1 && s[0] == '0' {
		base, digits = 8, s[1:]
		if s[1]|0x20 == 'x' {
			base, digits = 16, s[2:]
		}
	}
	n, err := strconv.ParseUint(digits, base, 64)
	if err != nil {
		if strings.Trim(digits, "0123456789abcdefABCDEF") == "" && base != 8 || strings.Trim(digits, "01234567") == "" {
			var v uint64 // wraps around
			for _, c := range []byte(digits) {
				d := uint64(c - '0')
				if c >= 'a' {
					d = uint64(c-'a') + 10
				} else if c >= 'A' {
					d = uint64(c-'A') + 10
				}
				v = v*uint64(base) + d
			}
			return int64(v)
		}
		sh.arithError(s + ": value too great for base (error token is \"" + s + "\")")
	}
	return int64(n)
}

// clip bounds a text that a message quotes.
func clip(s string) string {
	if len(s) > 100 {
		return strings.ToValidUTF8(s[:100], "") + "…"
	}
	return s
}
