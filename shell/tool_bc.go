package shell

import (
	"fmt"
	"maps"
	"math/big"
	"strconv"
	"strings"
)

// bcMachine runs a program of bc.
type bcMachine struct {
	bcMath
	parse   *bcParser
	stdin   *lines
	library bool
	vars    map[string]bcNum
	arrays  map[string]bcArray
	funcs   map[string]*bcFunc
	ibase   int
	obase   int
	last    bcNum
	depth   int
	temp    int64 // memory held for what a line has not reckoned to its end
	width   int   // of a line in print; 0: no end
	col     int
	where   string // the function that runs
}

type bcArray map[int64]bcNum

const (
	// maxBcDepth bounds the parts of a program that run inside of one another.
	maxBcDepth = 40_000
	// bcCallBytes is what a call takes beside its values.
	bcCallBytes = 8 << 10
	// bcPlaceBytes is what the place of a value takes.
	bcPlaceBytes = 64
	maxBcIndex   = 1<<24 - 1
	maxBcBase    = 1<<31 - 1
	maxBcWidth   = 1 << 20
	// bcBig are the bytes from which on a number in between is accounted for.
	bcBig = 2 << 10
)

// bcFlow is how a statement ended.
type bcFlow int

const (
	bcGoes bcFlow = iota
	bcBreak
	bcContinue
	bcReturn
)

func bcTool(t *tool) int {
	opts, names, bad := getopt(t.args, "ilqsw", map[string]string{"interactive": "i", "mathlib": "l", "quiet": "q", "standard": "s", "warn": "w"})
	if bad != "" {
		return t.usage(1, "%s", bad)
	}
	m := &bcMachine{
		bcMath: bcMath{t: t, tens: map[int]*big.Int{}}, vars: map[string]bcNum{}, arrays: map[string]bcArray{}, funcs: map[string]*bcFunc{},
		ibase: 10, obase: 10, last: bcInt(0), width: 70, where: "(main)",
	}
	for _, o := range opts {
		if o.name == "l" {
			m.library, m.scale = true, 20
		}
	}
	if n, err := strconv.Atoi(t.sh.value("BC_LINE_LENGTH")); err == nil && (n == 0 || n > 2 && n < maxBcWidth) {
		m.width = n
	}
	m.stdin = t.lines(t.in)
	for _, name := range append(names, "-") {
		from, shown := m.stdin, "(standard_in)"
		if name != "-" {
			f, err := t.open(name)
			if err != nil {
				fmt.Fprintf(t.err, "File %s is unavailable.\n", name)
				return 1
			}
			defer f.close()
			from, shown = t.lines(f), name
		}
		if m.run(from, shown) {
			break
		}
	}
	return t.code
}

// run runs a program to its end; true: it said to end all.
func (m *bcMachine) run(from *lines, name string) (ended bool) {
	t := m.t
	m.parse = &bcParser{t: t, name: name, fill: func() (string, bool) {
		_ = t.out.Flush() // what it prints may be waited for
		line, ok := from.next()
		if len(line) > 0 {
			t.hold(int64(len(line)))
		}
		return string(line), ok
	}}
	for !m.parse.ended {
		if m.line() {
			return true
		}
	}
	return false
}

// line reads and runs what runs at once. Its errors end it alone.
func (m *bcMachine) line() (ended bool) {
	running := false
	defer func() {
		switch r := recover().(type) {
		case nil:
		case bcQuit:
			ended = true
		case bcError:
			_ = m.t.out.Flush()
			if running {
				fmt.Fprintf(m.t.err, "Runtime error (func=%s): %s\n", m.where, r.text)
			} else {
				fmt.Fprintf(m.t.err, "%s %d: %s\n", m.parse.name, m.parse.n, r.text)
				m.parse.skip()
			}
		default:
			panic(r)
		}
		m.t.unhold(m.temp)
		m.temp, m.depth, m.where = 0, 0, "(main)"
	}()
	body, f, ok := m.parse.line()
	switch {
	case !ok:
		return false
	case f != nil:
		m.funcs[f.name] = f
		return false
	}
	running = true
	m.exec(body)
	return false
}

// keep holds memory for a number while others are reckoned; it returns what to
// give to drop.
func (m *bcMachine) keep(n int64) int64 {
	if n < bcBig {
		return 0
	}
	m.t.hold(n)
	m.temp += n
	return n
}

func (m *bcMachine) drop(n int64) {
	if n > 0 {
		m.t.unhold(n)
		m.temp -= n
	}
}

func (m *bcMachine) deeper() {
	m.t.sh.spend(30)
	if m.depth++; m.depth > maxBcDepth {
		bcFail("more than %d parts run inside one another", maxBcDepth)
	}
}

// write prints, and breaks long lines.
func (m *bcMachine) write(s string) {
	m.t.sh.spend(int64(len(s)))
	for i := range len(s) {
		if s[i] == '\n' {
			m.col = 0
		} else if m.col++; m.width > 0 && m.col == m.width-1 {
			m.t.out.WriteString("\\\n")
			m.col = 1
		}
		m.t.out.WriteByte(s[i])
	}
}

// bcEscape replaces the escapes that print knows.
var bcEscape = strings.NewReplacer(`\a`, "\a", `\b`, "\b", `\f`, "\f", `\n`, "\n", `\q`, `"`, `\r`, "\r", `\t`, "\t", `\\`, `\`)

func (m *bcMachine) exec(s *bcNode) (bcFlow, bcNum) {
	m.deeper()
	defer func() { m.depth-- }()
	var none bcNum
	switch s.op {
	case "list":
		for _, k := range s.kids {
			if flow, v := m.exec(k); flow != bcGoes {
				return flow, v
			}
		}
	case "string":
		m.write(s.text)
	case "show":
		v := m.value(s.kids[0])
		if v.n == nil {
			return bcGoes, none // a function that returns nothing
		}
		m.write(m.text(v, m.obase) + "\n")
		m.setLast(v)
	case "quiet":
		m.value(s.kids[0])
	case "print":
		for _, k := range s.kids {
			if k.op == "string" {
				m.write(bcEscape.Replace(k.text))
				continue
			}
			v := m.eval(k)
			m.write(m.text(v, m.obase))
			m.setLast(v)
		}
	case "if":
		branch := s.kids[1]
		if m.eval(s.kids[0]).zero() {
			branch = s.kids[2]
		}
		if branch != nil {
			return m.exec(branch)
		}
	case "while":
		return m.loop(s.kids[0], s.kids[1], nil)
	case "for":
		if s.kids[0] != nil {
			m.eval(s.kids[0])
		}
		return m.loop(s.kids[1], s.kids[3], s.kids[2])
	case "break":
		return bcBreak, none
	case "continue":
		return bcContinue, none
	case "return":
		if s.kids[0] != nil {
			return bcReturn, m.eval(s.kids[0])
		}
		return bcReturn, bcInt(0)
	case "halt":
		panic(bcQuit{})
	case "limits":
		m.write(fmt.Sprintf("BC_BASE_MAX     = %d\nBC_DIM_MAX      = %d\nBC_SCALE_MAX    = %d\nNumber of digits = %d\n", maxBcBase, maxBcIndex+1, maxBcScale, maxBcDigits))
	}
	return bcGoes, none
}

func (m *bcMachine) loop(cond, body, after *bcNode) (bcFlow, bcNum) {
	for cond == nil || !m.eval(cond).zero() {
		m.t.sh.spend(10)
		flow, v := m.exec(body)
		if flow == bcBreak {
			break
		}
		if flow == bcReturn {
			return flow, v
		}
		if after != nil {
			m.eval(after)
		}
	}
	return bcGoes, bcNum{}
}

func (m *bcMachine) setLast(v bcNum) {
	m.t.hold(v.bytes())
	m.t.unhold(m.last.bytes())
	m.last = v
}

// eval is the value of an expression.
func (m *bcMachine) eval(x *bcNode) bcNum {
	v := m.value(x)
	if v.n == nil {
		bcFail("void expression with %s", x.text)
	}
	return v
}

// value is eval, or nothing for a function that returns nothing.
func (m *bcMachine) value(x *bcNode) bcNum {
	m.deeper()
	defer func() { m.depth-- }()
	switch x.op {
	case "num":
		if m.ibase != 10 {
			return m.bcMath.parse(x.text, m.ibase)
		}
		if x.num == nil {
			v := m.bcMath.parse(x.text, 10)
			m.t.hold(v.bytes())
			x.num = &v
		}
		return *x.num
	case "group":
		return m.eval(x.kids[0])
	case "var", "item":
		return m.load(x, m.index(x))
	case "array":
		bcFail("%s[] is an array", x.text)
	case "neg":
		v := m.eval(x.kids[0])
		return bcNum{new(big.Int).Neg(v.n), v.scale}
	case "!":
		return bcBool(m.eval(x.kids[0]).zero())
	case "length":
		return bcInt(int64(m.length(m.eval(x.kids[0]))))
	case "scale":
		return bcInt(int64(m.eval(x.kids[0]).scale))
	case "sqrt":
		return m.sqrt(m.eval(x.kids[0]))
	case "read":
		return m.read()
	case "call":
		return m.call(x)
	case "pre++", "pre--", "post++", "post--":
		place := x.kids[0]
		at := m.index(place)
		old := m.load(place, at)
		now := m.reckon(x.op[len(x.op)-1:], old, bcInt(1))
		m.store(place, at, now)
		if strings.HasPrefix(x.op, "pre") {
			return m.load(place, at)
		}
		return old
	}
	if op, ok := strings.CutPrefix(x.op, "set"); ok {
		place := x.kids[0]
		at := m.index(place)
		v := m.eval(x.kids[1])
		if op != "" {
			v = m.reckon(op, m.load(place, at), v)
		}
		m.store(place, at, v)
		return m.load(place, at)
	}
	a := m.eval(x.kids[0])
	held := m.keep(a.bytes())
	b := m.eval(x.kids[1])
	defer m.drop(held)
	switch x.op {
	case "||":
		return bcBool(!a.zero() || !b.zero())
	case "&&":
		return bcBool(!a.zero() && !b.zero())
	case "<":
		return bcBool(m.compare(a, b) < 0)
	case ">":
		return bcBool(m.compare(a, b) > 0)
	case "<=":
		return bcBool(m.compare(a, b) <= 0)
	case ">=":
		return bcBool(m.compare(a, b) >= 0)
	case "==":
		return bcBool(m.compare(a, b) == 0)
	case "!=":
		return bcBool(m.compare(a, b) != 0)
	}
	held += m.keep(b.bytes())
	return m.reckon(x.op, a, b)
}

// index is the place of an item in its array; 0 for a variable.
func (m *bcMachine) index(x *bcNode) int64 {
	if x.op != "item" {
		return 0
	}
	n := m.at(m.eval(x.kids[0]), 0).n
	if !n.IsInt64() || n.Int64() < 0 || n.Int64() > maxBcIndex {
		bcFail("Array %s subscript out of bounds.", x.text)
	}
	return n.Int64()
}

func (m *bcMachine) load(x *bcNode, at int64) bcNum {
	v := m.vars[x.text]
	if x.op == "item" {
		v = m.arrays[x.text][at]
	} else {
		switch x.text {
		case "scale":
			return bcInt(int64(m.scale))
		case "ibase":
			return bcInt(int64(m.ibase))
		case "obase":
			return bcInt(int64(m.obase))
		case "last":
			return m.last
		}
	}
	if v.n == nil {
		return bcInt(0)
	}
	return v
}

func (m *bcMachine) store(x *bcNode, at int64, v bcNum) {
	// special is for the variables that bc itself looks at.
	special := func(least, most int) int {
		n := m.at(v, 0).n
		switch {
		case n.Sign() < 0 || n.IsInt64() && n.Int64() < int64(least):
			m.t.say("Runtime warning: %s too small, set to %d", x.text, least)
			return least
		case !n.IsInt64() || n.Int64() > int64(most):
			m.t.say("Runtime warning: %s too large, set to %d", x.text, most)
			return most
		}
		return int(n.Int64())
	}
	var old bcNum
	if x.op == "item" {
		a := m.arrays[x.text]
		if a == nil {
			a = bcArray{}
			m.arrays[x.text] = a
		}
		old = a[at]
		a[at] = v
	} else {
		switch x.text {
		case "scale":
			m.scale = special(0, maxBcScale)
			return
		case "ibase":
			m.ibase = special(2, 16)
			return
		case "obase":
			m.obase = special(2, maxBcBase)
			return
		case "last":
			m.setLast(v)
			return
		}
		old = m.vars[x.text]
		m.vars[x.text] = v
	}
	m.t.hold(v.bytes() + bcPlaceBytes)
	if old.n != nil {
		m.t.unhold(old.bytes() + bcPlaceBytes)
	}
}

// read takes a number from the next line of standard input.
func (m *bcMachine) read() bcNum {
	_ = m.t.out.Flush()
	b, _ := m.stdin.next()
	s := strings.TrimSpace(string(b))
	s, negative := strings.CutPrefix(s, "-")
	if s == "" || strings.Trim(s, bcDigits+".") != "" || strings.Count(s, ".") > 1 {
		return bcInt(0)
	}
	v := m.bcMath.parse(s, m.ibase)
	if negative {
		v.n.Neg(v.n)
	}
	return v
}

func (a bcArray) bytes() (n int64) {
	for _, v := range a {
		n += v.bytes() + bcPlaceBytes
	}
	return n
}

// call runs a function of the program or of the library. While it runs, the
// names of its parameters and what is auto are its own.
func (m *bcMachine) call(x *bcNode) bcNum {
	f := m.funcs[x.text]
	if f == nil {
		lib, ok := bcFunctions[x.text]
		if !ok || !m.library {
			bcFail("Function %s not defined.", x.text)
		}
		if len(x.kids) != lib.args {
			bcFail("Parameter number mismatch")
		}
		args := make([]bcNum, lib.args)
		for i, k := range x.kids {
			args[i] = m.eval(k)
		}
		return lib.f(&m.bcMath, args)
	}
	if len(x.kids) != len(f.params) {
		bcFail("Parameter number mismatch")
	}
	vars, arrays := map[string]bcNum{}, map[string]bcArray{}
	own := map[string]bool{} // arrays that are no other's
	var kept int64
	for i, p := range f.params {
		k := x.kids[i]
		if p.array != (k.op == "array") {
			bcFail("Parameter type mismatch, parameter %s.", p.name)
		}
		if !p.array {
			vars[p.name] = m.eval(k)
			kept += m.keep(vars[p.name].bytes())
			continue
		}
		a := m.arrays[k.text]
		if a == nil {
			a = bcArray{}
			m.arrays[k.text] = a
		}
		if own[p.name] = !p.ref; !p.ref {
			m.t.sh.spend(int64(len(a)) * 20)
			kept += m.keep(a.bytes())
			a = maps.Clone(a)
		}
		arrays[p.name] = a
	}
	for _, p := range f.autos {
		if p.array {
			arrays[p.name], own[p.name] = bcArray{}, true
		} else {
			vars[p.name] = bcInt(0)
		}
	}
	m.drop(kept)
	m.t.hold(bcCallBytes)
	m.t.sh.spend(int64(len(vars)+len(arrays)) * 20)
	for name, v := range vars {
		m.t.hold(v.bytes() + bcPlaceBytes)
		vars[name], m.vars[name] = m.vars[name], v
	}
	for name, a := range arrays {
		if own[name] {
			m.t.hold(a.bytes())
		}
		arrays[name], m.arrays[name] = m.arrays[name], a
	}
	where := m.where
	m.where = f.name
	defer func() {
		m.where = where
		m.t.unhold(bcCallBytes)
		for name, v := range vars {
			m.t.unhold(m.vars[name].bytes() + bcPlaceBytes)
			m.vars[name] = v
			if v.n == nil {
				delete(m.vars, name)
			}
		}
		for name, a := range arrays {
			if own[name] {
				m.t.unhold(m.arrays[name].bytes())
			}
			m.arrays[name] = a
		}
	}()
	_, v := m.exec(f.body)
	switch {
	case f.nothing:
		return bcNum{}
	case v.n == nil:
		return bcInt(0)
	}
	return v
}
