package shell

import (
	"math/big"
)

// The functions of bc -l. They reckon with integers that stand for their value
// times ten to the power of w, with more digits than are asked for, and cut.

// bcFunctions are by name and number of arguments.
var bcFunctions = map[string]struct {
	args int
	f    func(m *bcMath, args []bcNum) bcNum
}{
	"a": {1, func(m *bcMath, x []bcNum) bcNum { return m.atan(x[0]) }},
	"c": {1, func(m *bcMath, x []bcNum) bcNum { return m.sine(x[0], 1) }},
	"e": {1, func(m *bcMath, x []bcNum) bcNum { return m.exp(x[0]) }},
	"j": {2, func(m *bcMath, x []bcNum) bcNum { return m.bessel(x[0], x[1]) }},
	"l": {1, func(m *bcMath, x []bcNum) bcNum { return m.log(x[0]) }},
	"s": {1, func(m *bcMath, x []bcNum) bcNum { return m.sine(x[0], 0) }},
}

// bcGuard is how many digits more are reckoned with.
const bcGuard = 20

// mulAt is a product of two that stand for w digits.
func (m *bcMath) mulAt(a, b *big.Int, w int) *big.Int { return m.quo(m.mul(a, b), m.ten(w)) }

func (m *bcMath) divAt(a, b *big.Int, w int) *big.Int { return m.quo(m.mul(a, m.ten(w)), b) }

// small divides by an integer of the machine.
func (m *bcMath) small(a *big.Int, n int64) *big.Int { return m.quo(a, big.NewInt(n)) }

// cut is what a result of w digits is at bc's scale.
func (m *bcMath) cut(n *big.Int, w int) bcNum { return m.at(bcNum{n, w}, m.scale) }

// size is the whole part of what is not negative, if it is below limit.
func (m *bcMath) size(x bcNum, limit int64, why string) int64 {
	n := m.at(x, 0).n
	if !n.IsInt64() || n.Int64() >= limit {
		bcFail("%s", why)
	}
	return n.Int64()
}

func (x bcNum) abs() bcNum { return bcNum{new(big.Int).Abs(x.n), x.scale} }

func (m *bcMath) exp(x bcNum) bcNum {
	y := x.abs()
	if x.n.Sign() < 0 && m.compare(y, bcInt(int64(m.scale+1)*3)) > 0 {
		return bcNum{new(big.Int), m.scale}
	}
	whole := m.size(y, 1_000_000, "the argument of e is too large")
	halves := big.NewInt(whole).BitLen() + 8
	w := m.scale + int(whole)/2 + halves + bcGuard
	f := new(big.Int).Rsh(m.at(y, w).n, uint(halves))
	sum := new(big.Int).Set(m.ten(w))
	term := sum
	for i := int64(1); term.Sign() != 0; i++ {
		term = m.small(m.mulAt(term, f, w), i)
		sum = new(big.Int).Add(sum, term)
	}
	for range halves {
		sum = m.mulAt(sum, sum, w)
	}
	if x.n.Sign() < 0 {
		return m.div(bcInt(1), bcNum{sum, w}, m.scale)
	}
	return m.cut(sum, w)
}

func (m *bcMath) log(x bcNum) bcNum {
	if x.n.Sign() <= 0 { // as bc has it, for want of another answer
		return m.div(bcNum{new(big.Int).Sub(big.NewInt(1), m.ten(m.scale)), 0}, bcInt(1), m.scale)
	}
	w := m.scale + 2*bcGuard
	negative := m.compare(x, bcInt(1)) < 0
	if negative {
		x = m.div(bcInt(1), x, w)
	}
	y, one := m.at(x, w), m.ten(w)
	near := new(big.Int).Add(one, m.small(one, 20))
	twice := uint(1)
	for y.n.Cmp(near) > 0 {
		y = m.root(y, w)
		twice++
	}
	z := m.divAt(new(big.Int).Sub(y.n, one), new(big.Int).Add(y.n, one), w)
	square := m.mulAt(z, z, w)
	sum := new(big.Int)
	for i := int64(1); z.Sign() != 0; i += 2 {
		sum.Add(sum, m.small(z, i))
		z = m.mulAt(z, square, w)
	}
	sum.Lsh(sum, twice)
	if negative {
		sum.Neg(sum)
	}
	return m.cut(sum, w)
}

// inverse is the arc tangent of 1/n, as it stands for w digits.
func (m *bcMath) inverse(n int64, w int) *big.Int {
	term := m.small(m.ten(w), n)
	sum := new(big.Int)
	for i := int64(1); term.Sign() != 0; i += 2 {
		part := m.small(term, i)
		if i%4 == 1 {
			sum.Add(sum, part)
		} else {
			sum.Sub(sum, part)
		}
		term = m.small(term, n*n)
	}
	return sum
}

// pi stands for w digits.
func (m *bcMath) pi(w int) *big.Int {
	w += bcGuard
	a, b := m.inverse(5, w), m.inverse(239, w)
	a.Lsh(a, 4).Sub(a, b.Lsh(b, 2))
	return m.quo(a, m.ten(bcGuard))
}

func (m *bcMath) atan(x bcNum) bcNum {
	const halves = 3
	w := m.scale + bcGuard
	one := m.ten(w)
	negative := x.n.Sign() < 0
	y := x.abs()
	flip := m.compare(y, bcInt(1)) > 0
	if flip {
		y = m.div(bcInt(1), y, w)
	}
	f := m.at(y, w).n
	for range halves {
		root := m.root(bcNum{new(big.Int).Add(one, m.mulAt(f, f, w)), w}, w).n
		f = m.divAt(f, root.Add(root, one), w)
	}
	square := m.mulAt(f, f, w)
	sum := new(big.Int)
	for i := int64(1); f.Sign() != 0; i += 2 {
		if part := m.small(f, i); i%4 == 1 {
			sum.Add(sum, part)
		} else {
			sum.Sub(sum, part)
		}
		f = m.mulAt(f, square, w)
	}
	sum.Lsh(sum, halves)
	if flip {
		half := m.pi(w)
		sum.Sub(half.Rsh(half, 1), sum)
	}
	if negative {
		sum.Neg(sum)
	}
	return m.cut(sum, w)
}

// sine is the sine of x and a number of quarter turns.
func (m *bcMath) sine(x bcNum, quarters int64) bcNum {
	whole := m.length(m.at(x, 0))
	w := m.scale + whole + bcGuard
	quarter := m.pi(w)
	quarter.Rsh(quarter, 1)
	f := m.at(x, w).n
	turns := m.quo(new(big.Int).Lsh(f, 1), quarter) // twice as many as there are
	turns.Add(turns, big.NewInt(int64(turns.Sign()))).Quo(turns, big.NewInt(2))
	f = new(big.Int).Sub(f, m.mul(turns, quarter))
	kind := new(big.Int).And(turns.Add(turns, big.NewInt(quarters)), big.NewInt(3)).Int64()
	square := m.mulAt(f, f, w)
	term, i := f, int64(1)
	if kind%2 == 1 {
		term, i = m.ten(w), 0
	}
	sum := new(big.Int)
	for ; term.Sign() != 0; i += 2 {
		sum.Add(sum, term)
		term = m.small(m.mulAt(term, square, w), -(i+1)*(i+2))
	}
	if kind >= 2 {
		sum.Neg(sum)
	}
	return m.cut(sum, w)
}

// bessel is the Bessel function of an integer order.
func (m *bcMath) bessel(order, x bcNum) bcNum {
	const why = "the arguments of j are too large"
	n := m.size(order.abs(), 10_000, why)
	w := m.scale + int(m.size(x.abs(), 10_000, why)) + bcGuard
	half := new(big.Int).Quo(m.at(x, w).n, big.NewInt(2))
	term := m.ten(w)
	for i := int64(1); i <= n && term.Sign() != 0; i++ {
		term = m.small(m.mulAt(term, half, w), i)
	}
	square := m.mulAt(half, half, w)
	sum := new(big.Int)
	for i := int64(1); term.Sign() != 0; i++ {
		sum.Add(sum, term)
		term = m.small(m.mulAt(term, square, w), -i*(n+i))
	}
	if order.n.Sign() < 0 && n%2 == 1 {
		sum.Neg(sum)
	}
	return m.cut(sum, w)
}
