package shell

import (
	"fmt"
	"math"
	"math/big"
	"strings"
)

// bcNum is a decimal number: n divided by ten to the power of scale.
type bcNum struct {
	n     *big.Int
	scale int
}

const (
	// maxBcDigits bounds a number, and so how long one step of reckoning with it
	// takes: nothing can interrupt that.
	maxBcDigits = 300_000
	maxBcScale  = 100_000
	// bitsPerDigit is a little more than the bits of a decimal digit.
	bitsPerDigit = 3.33
)

// bcDigits are the digits that a number is written with.
const bcDigits = "0123456789ABCDEF"

// bcMath reckons for one run of bc.
type bcMath struct {
	t     *tool
	scale int
	tens  map[int]*big.Int
}

func bcFail(format string, args ...any) { panic(bcError{fmt.Sprintf(format, args...)}) }

// room checks a number of bits that a result will have.
func (m *bcMath) room(bits float64) {
	if bits > maxBcDigits*bitsPerDigit {
		bcFail("a number of more than %d digits", maxBcDigits)
	}
}

// bill charges for a product or quotient of numbers of a and b bits.
func (m *bcMath) bill(a, b int) {
	x, y := float64(a/64+1), float64(b/64+1)
	if x < y {
		x, y = y, x
	}
	m.t.sh.spend(5 + int64(x/y*math.Pow(y, 1.6)))
}

func (m *bcMath) mul(a, b *big.Int) *big.Int {
	m.room(float64(a.BitLen() + b.BitLen()))
	m.bill(a.BitLen(), b.BitLen())
	return new(big.Int).Mul(a, b)
}

// quo is a quotient without its fraction. Precondition: b is not 0.
func (m *bcMath) quo(a, b *big.Int) *big.Int {
	m.bill(4*a.BitLen(), b.BitLen())
	return new(big.Int).Quo(a, b)
}

func (m *bcMath) ten(n int) *big.Int {
	if p := m.tens[n]; p != nil {
		return p
	}
	m.room(float64(n) * bitsPerDigit)
	m.bill(int(float64(n)*bitsPerDigit), int(float64(n)*bitsPerDigit))
	p := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
	if len(m.tens) > 100 {
		clear(m.tens)
	}
	if n < 2000 {
		m.tens[n] = p
	}
	return p
}

// at is a number with another scale; digits that it has no place for are cut.
func (m *bcMath) at(x bcNum, scale int) bcNum {
	switch {
	case scale > x.scale:
		return bcNum{m.mul(x.n, m.ten(scale-x.scale)), scale}
	case scale < x.scale:
		return bcNum{m.quo(x.n, m.ten(x.scale-scale)), scale}
	}
	return x
}

func bcInt(n int64) bcNum { return bcNum{big.NewInt(n), 0} }

func bcBool(b bool) bcNum {
	if b {
		return bcInt(1)
	}
	return bcInt(0)
}

func (x bcNum) zero() bool { return x.n.Sign() == 0 }

// bytes is the memory that a number takes.
func (x bcNum) bytes() int64 { return int64(x.n.BitLen()/8) + 64 }

// same gives two numbers the larger of their scales.
func (m *bcMath) same(a, b bcNum) (bcNum, bcNum) {
	scale := max(a.scale, b.scale)
	return m.at(a, scale), m.at(b, scale)
}

func (m *bcMath) compare(a, b bcNum) int {
	a, b = m.same(a, b)
	return a.n.Cmp(b.n)
}

// reckon is a op b.
func (m *bcMath) reckon(op string, a, b bcNum) bcNum {
	switch op {
	case "+", "-":
		a, b = m.same(a, b)
		m.t.sh.spend(5 + int64(a.n.BitLen()+b.n.BitLen())/128)
		if op == "+" {
			return bcNum{new(big.Int).Add(a.n, b.n), a.scale}
		}
		return bcNum{new(big.Int).Sub(a.n, b.n), a.scale}
	case "*":
		exact := bcNum{m.mul(a.n, b.n), a.scale + b.scale}
		return m.at(exact, min(exact.scale, max(m.scale, a.scale, b.scale)))
	case "/":
		return m.div(a, b, m.scale)
	case "%":
		q := m.div(a, b, m.scale)
		scale := max(a.scale, b.scale+m.scale)
		a, q = m.at(a, scale), m.at(bcNum{m.mul(q.n, b.n), q.scale + b.scale}, scale)
		return bcNum{new(big.Int).Sub(a.n, q.n), scale}
	}
	return m.pow(a, b)
}

func (m *bcMath) div(a, b bcNum, scale int) bcNum {
	if b.zero() {
		bcFail("Divide by zero")
	}
	x, y := a.n, b.n
	if shift := scale + b.scale - a.scale; shift >= 0 {
		x = m.mul(x, m.ten(shift))
	} else {
		y = m.mul(y, m.ten(-shift))
	}
	return bcNum{m.quo(x, y), scale}
}

func (m *bcMath) pow(a, b bcNum) bcNum {
	if b.scale > 0 {
		whole := m.at(b, 0)
		if m.compare(whole, b) != 0 {
			m.t.say("Runtime warning: non-zero scale in exponent")
		}
		b = whole
	}
	if b.zero() {
		return bcInt(1)
	}
	if !b.n.IsInt64() {
		bcFail("exponent too large in raise")
	}
	e := b.n.Int64()
	scale := m.scale
	if e < 0 && a.zero() {
		bcFail("Divide by zero")
	}
	if e > 0 {
		scale = int(min(int64(a.scale)*min(e, maxBcScale), int64(max(m.scale, a.scale))))
	}
	n := uint64(e)
	if e < 0 {
		n = -n
	}
	one := a.scale == 0 && a.n.BitLen() <= 1
	if !one {
		m.room(float64(n) * float64(a.n.BitLen()))
		m.room(float64(n) * float64(a.scale) * bitsPerDigit)
	} else {
		n = 2 - n%2
	}
	x := bcNum{big.NewInt(1), 0}
	for base := a; ; {
		if n&1 == 1 {
			x = bcNum{m.mul(x.n, base.n), x.scale + base.scale}
		}
		if n >>= 1; n == 0 {
			break
		}
		base = bcNum{m.mul(base.n, base.n), 2 * base.scale}
	}
	if e < 0 {
		return m.div(bcInt(1), x, scale)
	}
	return m.at(x, scale)
}

func (m *bcMath) sqrt(x bcNum) bcNum {
	if x.n.Sign() < 0 {
		bcFail("Square root of a negative number")
	}
	return m.root(x, max(m.scale, x.scale))
}

// root is the square root of what is not negative.
func (m *bcMath) root(x bcNum, scale int) bcNum {
	n := m.at(x, 2*scale).n
	m.bill(100*n.BitLen(), n.BitLen())
	return bcNum{new(big.Int).Sqrt(n), scale}
}

// length is the number of digits.
func (m *bcMath) length(x bcNum) int {
	return max(len(strings.TrimPrefix(m.digits(x.n), "-")), x.scale, 1)
}

// digits is an integer in base ten.
func (m *bcMath) digits(n *big.Int) string {
	m.bill(4*n.BitLen(), n.BitLen())
	return n.String()
}

// parse reads digits in a base. One digit alone counts as what it is.
func (m *bcMath) parse(s string, base int) bcNum {
	whole, frac, _ := strings.Cut(s, ".")
	if len(s) > maxBcDigits || len(frac) > maxBcScale {
		bcFail("a number of more than %d digits", maxBcDigits)
	}
	digits := []byte(whole + frac)
	for i, c := range digits {
		if len(digits) > 1 && strings.IndexByte(bcDigits, c) >= base {
			digits[i] = bcDigits[base-1]
		}
	}
	m.bill(4*int(float64(len(s))*bitsPerDigit), int(float64(len(s))*bitsPerDigit))
	read := base
	if len(digits) == 1 {
		read = 16
	}
	n, _ := new(big.Int).SetString("0"+string(digits), read)
	if frac == "" {
		return bcNum{n, 0}
	}
	if base == 10 {
		return bcNum{n, len(frac)}
	}
	return m.div(bcNum{n, 0}, m.pow(bcInt(int64(base)), bcInt(int64(len(frac)))), len(frac))
}

// text is a number in a base, as bc prints it.
func (m *bcMath) text(x bcNum, base int) string {
	if x.zero() {
		return "0"
	}
	sign, n := "", x.n
	if n.Sign() < 0 {
		sign, n = "-", new(big.Int).Neg(n)
	}
	if base == 10 {
		s := m.digits(n)
		if len(s) < x.scale {
			s = strings.Repeat("0", x.scale-len(s)) + s
		}
		if x.scale > 0 {
			s = s[:len(s)-x.scale] + "." + s[len(s)-x.scale:]
		}
		return sign + s
	}
	unit := m.ten(x.scale)
	m.bill(4*n.BitLen(), unit.BitLen())
	whole, frac := new(big.Int).QuoRem(n, unit, new(big.Int))
	var out strings.Builder
	out.WriteString(sign)
	width := len(fmt.Sprint(base - 1))
	digit := func(d int64) {
		if base <= 16 {
			out.WriteByte(bcDigits[d])
		} else {
			fmt.Fprintf(&out, " %0*d", width, d)
		}
	}
	if whole.Sign() != 0 {
		m.wholeDigits(whole, base, digit)
	}
	if x.scale > 0 {
		out.WriteByte('.')
		b, reached := big.NewInt(int64(base)), big.NewInt(1)
		first := base > 16
		for reached.Cmp(unit) < 0 {
			m.bill(unit.BitLen(), 64)
			m.bill(unit.BitLen(), 64)
			d, r := new(big.Int).QuoRem(frac.Mul(frac, b), unit, new(big.Int))
			frac = r
			if first { // the point is where the space would be
				first = false
				fmt.Fprintf(&out, "%0*d", width, d.Int64())
			} else {
				digit(d.Int64())
			}
			reached.Mul(reached, b)
		}
	}
	return out.String()
}

// wholeDigits gives f the digits of n, from the left.
func (m *bcMath) wholeDigits(n *big.Int, base int, f func(int64)) {
	if base <= 36 {
		m.bill(4*n.BitLen(), n.BitLen())
		for _, c := range strings.ToUpper(n.Text(base)) {
			m.t.sh.spend(2)
			f(int64(strings.IndexRune("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", c)))
		}
		return
	}
	var list []int64
	b := big.NewInt(int64(base))
	for n.Sign() != 0 {
		m.bill(n.BitLen(), 64)
		q, r := new(big.Int).QuoRem(n, b, new(big.Int))
		list = append(list, r.Int64())
		n = q
	}
	for i := len(list) - 1; i >= 0; i-- {
		f(list[i])
	}
}
