package shell

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// awkKind is what a value of awk is taken for.
type awkKind uint8

const (
	awkUnset  awkKind = iota // both "" and 0
	awkNum                   // a number
	awkStr                   // a string
	awkStrNum                // a string of the input that looks like a number
)

// awkValue is a scalar of awk.
type awkValue struct {
	s    string
	n    float64
	kind awkKind
	part bool // s is a piece of a longer string, which it would keep alive
}

func awkNumber(n float64) awkValue { return awkValue{n: n, kind: awkNum} }
func awkString(s string) awkValue  { return awkValue{s: s, kind: awkStr} }

func awkBool(b bool) awkValue {
	if b {
		return awkValue{n: 1, kind: awkNum}
	}
	return awkValue{kind: awkNum}
}

// awkInput is a string that came from outside: it may be meant as a number.
func awkInput(s string) awkValue {
	if n, ok := awkLooksNumeric(s); ok {
		return awkValue{s: s, n: n, kind: awkStrNum, part: true}
	}
	return awkValue{s: s, kind: awkStr, part: true}
}

// awkLooksNumeric reports whether all of s, but for blanks, is a number.
func awkLooksNumeric(s string) (float64, bool) {
	t := strings.Trim(s, " \t\n\r\f\v")
	if t == "" || t[0] > '9' {
		return 0, false
	}
	n, used := awkPrefix(t)
	return n, used == len(t)
}

// awkPrefix reads the decimal number that s begins with, and how long it is.
func awkPrefix(s string) (n float64, used int) {
	i := 0
	if i < len(s) && (s[i] == '+' || s[i] == '-') {
		i++
	}
	digits := 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
		digits++
	}
	if digits == i && digits > 0 && digits < 16 && (i == len(s) || s[i] != '.' && s[i]|0x20 != 'e') {
		whole := 0
		for _, c := range []byte(s[:i]) {
			whole = whole*10 + int(c-'0')
		}
		return float64(whole), i
	}
	if i < len(s) && s[i] == '.' {
		i++
		for i < len(s) && s[i] >= '0' && s[i] <= '9' {
			i++
			digits++
		}
	}
	if digits == 0 {
		return 0, 0
	}
	if i < len(s) && s[i]|0x20 == 'e' {
		j := i + 1
		if j < len(s) && (s[j] == '+' || s[j] == '-') {
			j++
		}
		if j < len(s) && s[j] >= '0' && s[j] <= '9' {
			for j < len(s) && s[j] >= '0' && s[j] <= '9' {
				j++
			}
			i = j
		}
	}
	n, _ = strconv.ParseFloat(s[:i], 64) // out of range is infinite
	return n, i
}

func (v awkValue) num() float64 {
	if v.kind != awkStr {
		return v.n
	}
	n, _ := awkPrefix(strings.TrimLeft(v.s, " \t\n\r\f\v"))
	return n
}

func (v awkValue) truth() bool {
	if v.kind == awkStr {
		return v.s != ""
	}
	return v.n != 0
}

// str is v as a string, a number that is not whole as format says.
func (a *awk) str(v awkValue, format string) string {
	if v.kind == awkNum {
		return a.numText(v.n, format)
	}
	return v.s
}

func (a *awk) numText(n float64, format string) string {
	switch {
	case math.IsNaN(n):
		if math.Signbit(n) {
			return "-nan"
		}
		return "+nan"
	case math.IsInf(n, 0):
		if n < 0 {
			return "-inf"
		}
		return "+inf"
	case n == math.Trunc(n):
		if math.Abs(n) < 1e15 {
			return strconv.FormatInt(int64(n), 10)
		}
		return strconv.FormatFloat(n, 'f', 0, 64)
	case format == "%.6g":
		return fmt.Sprintf("%.6g", n)
	}
	return a.format(format, []awkValue{awkNumber(n)})
}

// text is the usual string of v.
func (a *awk) text(v awkValue) string { return a.str(v, a.convfmt) }

// compare returns less than, equal to or greater than zero.
func (a *awk) compare(x, y awkValue) int {
	if x.kind != awkStr && y.kind != awkStr {
		switch {
		case x.n < y.n:
			return -1
		case x.n > y.n:
			return 1
		case x.n == y.n:
			return 0
		}
		return 1 // not a number
	}
	s, t := a.text(x), a.text(y)
	a.t.sh.spend(int64(min(len(s), len(t))) / 64)
	return strings.Compare(s, t)
}

// awkCell is an element of an array.
type awkCell struct {
	key        string
	v          awkValue
	sub        *awkArray // instead of v
	prev, next *awkCell  // in the order they came
}

// awkArray is an array. Its elements are gone through in the order they came.
type awkArray struct {
	cells       map[string]*awkCell
	first, last *awkCell
}

// awkCellSize is what an element takes besides its strings, about.
const awkCellSize = 176

func newAwkArray() *awkArray { return &awkArray{cells: map[string]*awkCell{}} }

// at returns the element of a key, which it makes if there is none.
func (a *awk) at(x *awkArray, key string) *awkCell {
	c := x.cells[key]
	if c == nil {
		a.account(awkCellSize + int64(len(key)))
		c = &awkCell{key: strings.Clone(key), prev: x.last}
		x.cells[c.key] = c
		if x.last == nil {
			x.first = c
		} else {
			x.last.next = c
		}
		x.last = c
	}
	return c
}

func (a *awk) remove(x *awkArray, key string) {
	c := x.cells[key]
	if c == nil {
		return
	}
	delete(x.cells, key)
	if c.prev == nil {
		x.first = c.next
	} else {
		c.prev.next = c.next
	}
	if c.next == nil {
		x.last = c.prev
	} else {
		c.next.prev = c.prev
	}
	a.account(-awkCellSize - int64(len(key)) - int64(len(c.v.s)))
	if c.sub != nil {
		a.clear(c.sub)
	}
}

func (a *awk) clear(x *awkArray) {
	for c := x.first; c != nil; c = c.next {
		a.t.sh.spend(10)
		a.account(-awkCellSize - int64(len(c.key)) - int64(len(c.v.s)))
		if c.sub != nil {
			a.clear(c.sub)
		}
	}
	*x = awkArray{cells: map[string]*awkCell{}}
}

// awkVar is a variable: a scalar, an array, or neither yet.
type awkVar struct {
	v    awkValue
	arr  *awkArray
	from *awkVar // of an argument that is neither: what the caller gave
}

// store puts a value where it stays, in its own memory.
func (a *awk) store(to *awkValue, v awkValue) {
	if v.part {
		if len(v.s) > 0 {
			v.s = strings.Clone(v.s)
		}
		v.part = false
	}
	a.account(int64(len(v.s) - len(to.s)))
	*to = v
}

// account keeps the book of what variables hold.
func (a *awk) account(n int64) {
	a.live += n
	if a.live > a.paid {
		step := max(a.live-a.paid, 64<<10)
		a.t.hold(step)
		a.paid += step
	} else if a.paid-a.live > 1<<20 {
		a.t.unhold(a.paid - a.live)
		a.paid = a.live
	}
}

// array is the array of a variable; one that is neither yet becomes one.
func (a *awk) array(x *awkVar, name string) *awkArray {
	if x.arr == nil {
		if x.v.kind != awkUnset {
			a.fatal("attempt to use scalar `%s' as an array", name)
		}
		if x.from != nil {
			x.arr = a.array(x.from, name)
		} else {
			x.arr = newAwkArray()
		}
	}
	return x.arr
}
