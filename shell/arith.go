package shell

import (
	"math"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// arith evaluates an arithmetic expression.
func (sh *shell) arith(x syntax.ArithmExpr) int64 {
	sh.spend(5)
	switch x := x.(type) {
	case nil:
		return 0
	case *syntax.Word:
		return sh.arithWord(x)
	case *syntax.ParenArithm:
		return sh.arith(x.X)
	case *syntax.UnaryArithm:
		switch x.Op {
		case syntax.Inc, syntax.Dec:
			old := sh.arith(x.X)
			n := old + 1
			if x.Op == syntax.Dec {
				n = old - 1
			}
			sh.assign(x.X, n)
			if x.Post {
				return old
			}
			return n
		}
		v := sh.arith(x.X)
		switch x.Op {
		case syntax.Not:
			return truth(v == 0)
		case syntax.BitNegation:
			return ^v
		case syntax.Minus:
			return -v
		}
		return v
	case *syntax.BinaryArithm:
		return sh.binary(x)
	}
	sh.arithError("syntax error in expression")
	return 0
}

func truth(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// arithError ends the command that the expression is part of.
func (sh *shell) arithError(msg string) {
	sh.complain("%s", msg)
	panic(discard{1})
}

func (sh *shell) binary(x *syntax.BinaryArithm) int64 {
	switch x.Op {
	case syntax.Assgn:
		v := sh.arith(x.Y)
		sh.assign(x.X, v)
		return v
	case syntax.AndArit:
		return truth(sh.arith(x.X) != 0 && sh.arith(x.Y) != 0)
	case syntax.OrArit:
		return truth(sh.arith(x.X) != 0 || sh.arith(x.Y) != 0)
	case syntax.Comma:
		sh.arith(x.X)
		return sh.arith(x.Y)
	case syntax.TernQuest:
		branches, ok := x.Y.(*syntax.BinaryArithm)
		if !ok || branches.Op != syntax.TernColon {
			sh.arithError("`:' expected for conditional expression")
		}
		if sh.arith(x.X) != 0 {
			return sh.arith(branches.X)
		}
		return sh.arith(branches.Y)
	}
	if op, ok := assignOps[x.Op]; ok {
		a := sh.arith(x.X)
		v := sh.operate(op, a, sh.arith(x.Y))
		sh.assign(x.X, v)
		return v
	}
	a := sh.arith(x.X)
	return sh.operate(x.Op, a, sh.arith(x.Y))
}

var assignOps = map[syntax.BinAritOperator]syntax.BinAritOperator{
	syntax.AddAssgn: syntax.Add, syntax.SubAssgn: syntax.Sub, syntax.MulAssgn: syntax.Mul, syntax.QuoAssgn: syntax.Quo,
	syntax.RemAssgn: syntax.Rem, syntax.AndAssgn: syntax.And, syntax.OrAssgn: syntax.Or, syntax.XorAssgn: syntax.Xor,
	syntax.ShlAssgn: syntax.Shl, syntax.ShrAssgn: syntax.Shr,
}

func (sh *shell) operate(op syntax.BinAritOperator, a, b int64) int64 {
	switch op {
	case syntax.Add:
		return a + b
	case syntax.Sub:
		return a - b
	case syntax.Mul:
		return a * b
	case syntax.Quo, syntax.Rem:
		if b == 0 {
			sh.arithError("division by 0")
		}
		if a == math.MinInt64 && b == -1 {
			if op == syntax.Quo {
				return a
			}
			return 0
		}
		if op == syntax.Quo {
			return a / b
		}
		return a % b
	case syntax.Pow:
		if b < 0 {
			sh.arithError("exponent less than 0")
		}
		n := int64(1)
		for ; b > 0; b >>= 1 {
			if b&1 != 0 {
				n *= a
			}
			a *= a
		}
		return n
	case syntax.Eql:
		return truth(a == b)
	case syntax.Neq:
		return truth(a != b)
	case syntax.Gtr:
		return truth(a > b)
	case syntax.Lss:
		return truth(a < b)
	case syntax.Geq:
		return truth(a >= b)
	case syntax.Leq:
		return truth(a <= b)
	case syntax.And:
		return a & b
	case syntax.Or:
		return a | b
	case syntax.Xor:
		return a ^ b
	case syntax.Shl:
		return a << (uint64(b) & 63)
	case syntax.Shr:
		return a >> (uint64(b) & 63)
	}
	sh.arithError("syntax error: operator expected")
	return 0
}

// target returns what an assignment in an expression is to.
func (sh *shell) target(x syntax.ArithmExpr) (name string, index syntax.ArithmExpr, ok bool) {
	w, isWord := x.(*syntax.Word)
	if !isWord || len(w.Parts) != 1 {
		return "", nil, false
	}
	switch p := w.Parts[0].(type) {
	case *syntax.Lit:
		if isName(p.Value) {
			return p.Value, nil, true
		}
	case *syntax.ParamExp:
		if p.Short && p.Index != nil && !p.Dollar.IsValid() {
			return p.Param.Value, p.Index, true
		}
		if name := sh.literal(w); isName(name) {
			return name, nil, true
		}
	}
	return "", nil, false
}

func (sh *shell) assign(x syntax.ArithmExpr, n int64) {
	name, index, ok := sh.target(x)
	if !ok {
		sh.arithError("attempted assignment to non-variable")
	}
	s := strconv.FormatInt(n, 10)
	if index == nil {
		sh.set(name, s)
		return
	}
	v := sh.own(name)
	if v.kind == kindMap {
		sh.putKey(v, sh.subscript(v, index), s)
		return
	}
	sh.putIndex(v, sh.arith(index), s)
}

func (sh *shell) arithWord(w *syntax.Word) int64 {
	if len(w.Parts) == 1 {
		switch p := w.Parts[0].(type) {
		case *syntax.Lit:
			return sh.operandValue(p.Value)
		case *syntax.ParamExp:
			if p.Short && p.Index != nil && !p.Dollar.IsValid() {
				return sh.arithText(sh.parameter(p.Param.Value, p.Index).one())
			}
		}
	}
	return sh.arithText(sh.literal(w))
}

// operandValue is the value of a number or of a variable.
func (sh *shell) operandValue(s string) int64 {
	if s == "" {
		return 0
	}
	if s[0] >= '0' && s[0] <= '9' {
		return sh.number(s)
	}
	if isName(s) {
		v, ok := sh.get(s)
		if !ok && sh.nounset {
			sh.unbound(s)
		}
		return sh.arithText(v)
	}
	sh.arithError(s + ": syntax error: operand expected (error token is \"" + s + "\")")
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

// maxArith bounds how deep expressions in variables may refer to others.
const maxArith = 64

// arithText evaluates the text of an expression, as a variable holds it.
func (sh *shell) arithText(s string) int64 {
	s = strings.TrimSpace(s)
	if s == "" {
		return 0
	}
	digits := s
	if s[0] == '-' || s[0] == '+' {
		digits = s[1:]
	}
	if digits != "" && digits[0] >= '1' && digits[0] <= '9' && len(digits) < 19 && strings.Trim(digits, "0123456789") == "" {
		n, _ := strconv.ParseInt(s, 10, 64) // such a number is one
		return n
	}
	sh.arithDepth++
	defer func() { sh.arithDepth-- }()
	if sh.arithDepth > maxArith {
		sh.arithError(clip(s) + ": expression recursion level exceeded (error token is \"" + clip(s) + "\")")
	}
	if isName(s) {
		v, ok := sh.get(s)
		if !ok && sh.nounset {
			sh.unbound(s)
		}
		return sh.arithText(v)
	}
	if err := parsable(s); err != "" {
		sh.arithError(err)
	}
	sh.spend(int64(len(s)) * 10)
	x, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Arithmetic(strings.NewReader(s))
	if err != nil || x == nil {
		sh.arithError(clip(s) + ": syntax error: invalid arithmetic operator (error token is \"" + clip(s) + "\")")
	}
	return sh.arith(x)
}

// clip bounds a text that a message quotes.
func clip(s string) string {
	if len(s) > 100 {
		return strings.ToValidUTF8(s[:100], "") + "…"
	}
	return s
}
