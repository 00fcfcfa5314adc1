package shell

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"math/bits"
	"reflect"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode/utf8"
	"unsafe"

	"github.com/itchyny/gojq"
)

// gojq looks at its context between its instructions, and at nothing else: one
// instruction may make a value of any size or compare two for hours. A jqMeter
// stands before each function that an instruction calls, bills the work, and
// refuses what is too much for one step. What a program keeps is measured from
// its roots whenever it may have doubled, as a collector would.
//
// gojq has no options for that. So the meter reads and writes fields of its that
// are not exported, by reflection, and refuses to run when they are not as expected.
type jqMeter struct {
	j      *jqRun
	ctx    jqContext
	env    jqRoots
	fresh  int64 // bytes that may have been made since held was measured
	held   int64 // of the budget
	walked int64 // nodes, for the function that is called

	iterated [8]uintptr // the ends of what gojq made of containers to iterate over them, of late
	next     int        // of iterated
	patterns map[[2]string]*jqPattern
}

const (
	// jqStep is the fuel of one instruction.
	jqStep = 8
	// jqStepBytes is what an instruction makes at most, save what the meter knows of.
	jqStepBytes = 32
	// jqMeasure is how much may be made before it is measured what is kept.
	jqMeasure = 8 << 20
	// maxJQStep bounds the units of one function, which nothing can stop.
	maxJQStep = 200 << 20
	// maxJQDigits bounds numbers that are not floats: their operations take time
	// in the square of their digits.
	maxJQDigits = 20_000
)

// jqContext is told of each instruction.
type jqContext struct {
	context.Context
	m *jqMeter
}

// Done implements context.Context. The meter ends the tool by itself.
func (c *jqContext) Done() <-chan struct{} {
	c.m.step()
	return nil
}

// jqRoots is where a run of gojq keeps its values.
type jqRoots struct {
	stack, paths, scopes, forks reflect.Value
	top                         *int // of the stack; -1: empty
	values                      *[]any
	iterating                   reflect.Type // of what is left of a container
}

// at is the value of a block of a stack.
func (r *jqRoots) at(stack reflect.Value, i int) *any {
	return (*any)(unsafe.Pointer(stack.Index(i).Field(0).UnsafeAddr()))
}

// newJQMeter returns a meter for the runs of one jq, one after the other.
func newJQMeter(j *jqRun) *jqMeter {
	m := &jqMeter{j: j, patterns: map[[2]string]*jqPattern{}}
	m.ctx = jqContext{j.t.context(), m}
	return m
}

var errJQLayout = errors.New("this jq was built with a library that it cannot meter")

// structField returns a field of a struct, if it has the kind.
func structField(v reflect.Value, name string, kind reflect.Kind) (reflect.Value, error) {
	if f := v.FieldByName(name); f.IsValid() && f.Kind() == kind && f.CanAddr() {
		return f, nil
	}
	return reflect.Value{}, fmt.Errorf("%w: %s", errJQLayout, name)
}

// peek is a field as a pointer to its type.
func peek[T any](v reflect.Value) (*T, error) {
	if v.Type() != reflect.TypeFor[T]() || !v.CanAddr() {
		return nil, errJQLayout
	}
	return (*T)(unsafe.Pointer(v.UnsafeAddr())), nil
}

// calls are the functions that code calls, in gojq's own words for a call: the
// function, how many arguments it has, and its name.
func calls(code *gojq.Code) (list []*any, steps int, err error) {
	codes, err := structField(reflect.ValueOf(code).Elem(), "codes", reflect.Slice)
	if err != nil {
		return nil, 0, err
	}
	for i := range codes.Len() {
		v, err := structField(codes.Index(i).Elem(), "v", reflect.Interface)
		if err != nil {
			return nil, 0, err
		}
		p, err := peek[any](v)
		if err != nil {
			return nil, 0, err
		}
		call, ok := (*p).([3]any)
		if !ok {
			continue
		}
		_, ok1 := call[0].(func(any, []any) any)
		_, ok2 := call[2].(string)
		if !ok1 || !ok2 {
			return nil, 0, errJQLayout
		}
		list = append(list, p)
	}
	return list, codes.Len(), nil
}

// watch puts the meter before each function that code calls.
func (m *jqMeter) watch(code *gojq.Code) error {
	list, steps, err := calls(code)
	if err != nil {
		return err
	}
	m.j.t.sh.spend(int64(steps) * 20)
	for _, p := range list {
		call := (*p).([3]any)
		name, f := call[2].(string), call[0].(func(any, []any) any)
		if name == "localtime" || name == "strflocaltime" {
			// The host's time zone is nobody's business.
			if f, err = inUTC(name); err != nil {
				return err
			}
		}
		call[0] = m.call(name, f)
		*p = call
	}
	return nil
}

// inUTC is gojq's function for UTC in place of one for the host's time zone.
func inUTC(name string) (func(any, []any) any, error) {
	text := map[string]string{"localtime": "gmtime", "strflocaltime": `strftime("")`}[name]
	q, err := gojq.Parse(text)
	if err != nil {
		return nil, err
	}
	code, err := gojq.Compile(q)
	if err != nil {
		return nil, err
	}
	list, _, err := calls(code)
	if err != nil || len(list) != 1 {
		return nil, errors.Join(errJQLayout, err)
	}
	return (*list[0]).([3]any)[0].(func(any, []any) any), nil
}

// run starts code. The meter knows of everything that the run keeps.
func (m *jqMeter) run(code *gojq.Code, v any, vars []any) (gojq.Iter, error) {
	it := code.RunWithContext(&m.ctx, v, vars...)
	env := reflect.ValueOf(it)
	if env.Kind() != reflect.Pointer || env.Elem().Kind() != reflect.Struct {
		return nil, errJQLayout
	}
	env = env.Elem()
	var r jqRoots
	var errs [6]error
	data := func(name string) (reflect.Value, error) {
		p, err := structField(env, name, reflect.Pointer)
		if err != nil {
			return p, err
		}
		return structField(p.Elem(), "data", reflect.Slice)
	}
	r.stack, errs[0] = data("stack")
	r.paths, errs[1] = data("paths")
	r.scopes, errs[2] = data("scopes")
	r.forks, errs[3] = structField(env, "forks", reflect.Slice)
	values, err := structField(env, "values", reflect.Slice)
	if err == nil {
		r.values, err = peek[[]any](values)
	}
	errs[4] = err
	top, err := structField(env, "stack", reflect.Pointer)
	if err == nil {
		if top, err = structField(top.Elem(), "index", reflect.Int); err == nil {
			r.top, err = peek[int](top)
		}
	}
	errs[5] = err
	if err := errors.Join(errs[:]...); err != nil {
		return nil, err
	}
	block, pair := r.stack.Type().Elem(), r.paths.Type().Elem().Field(0).Type
	if block.Field(0).Type != reflect.TypeFor[any]() || pair.Kind() != reflect.Struct || pair.NumField() != 2 ||
		pair.Field(0).Type != reflect.TypeFor[any]() || pair.Field(1).Type != reflect.TypeFor[any]() {
		return nil, errJQLayout
	}
	r.iterating = reflect.SliceOf(pair)
	m.env = r
	return it, nil
}

// release gives back what a run held. Precondition: it ended.
func (m *jqMeter) release() {
	m.env = jqRoots{}
	m.j.t.unhold(m.held)
	m.held, m.fresh = 0, 0
}

// step bills one instruction.
func (m *jqMeter) step() {
	units := int64(jqStep)
	if m.env.top != nil {
		units += m.operands()
	}
	m.j.t.sh.spend(units)
	m.make(jqStepBytes)
}

// operands bills what gojq made of a container to iterate over it, and what an
// index into a long text takes: neither is a call.
func (m *jqMeter) operands() (units int64) {
	top := *m.env.top
	for i := top; i >= max(top-1, 0); i-- {
		switch v := (*m.env.at(m.env.stack, i)).(type) {
		case nil, bool, int, float64:
		case string:
			units += int64(len(v)) / 16
		default:
			if reflect.TypeOf(v) != m.env.iterating {
				continue
			}
			rest := reflect.ValueOf(v)
			size := int64(rest.Len()) * int64(m.env.iterating.Elem().Size())
			end := rest.Pointer() + uintptr(size)
			if slices.Contains(m.iterated[:], end) {
				continue
			}
			m.iterated[m.next%len(m.iterated)] = end
			m.next++
			m.make(size)
			units += size / 8
		}
	}
	return units
}

// make says that n bytes may be made.
func (m *jqMeter) make(n int64) {
	if m.fresh += n; m.fresh > max(jqMeasure, m.held) {
		m.measure(n)
	}
}

// measure holds what the run keeps, and n bytes more.
func (m *jqMeter) measure(n int64) {
	t := m.j.t
	live := m.live() + n
	if live > m.held {
		t.hold(live - m.held)
	} else {
		t.unhold(m.held - live)
	}
	m.held, m.fresh = live, 0
}

// live is how many bytes the run keeps, about.
func (m *jqMeter) live() int64 {
	w := jqWalk{m: m, seen: map[uintptr]struct{}{}}
	r := &m.env
	if r.top == nil {
		return 0
	}
	for i := range r.stack.Len() {
		w.add(*r.at(r.stack, i))
	}
	for i := range r.paths.Len() {
		pair := r.paths.Index(i).Field(0)
		for k := range 2 {
			w.add(*(*any)(unsafe.Pointer(pair.Field(k).UnsafeAddr())))
		}
	}
	for _, v := range *r.values {
		w.add(v)
	}
	w.bytes += int64(cap(*r.values)) * 16
	for _, s := range []reflect.Value{r.stack, r.paths, r.scopes, r.forks} {
		w.bytes += int64(s.Cap()) * int64(s.Type().Elem().Size())
	}
	w.drain()
	return w.bytes
}

// jqWalk finds what is reached from values, each once.
type jqWalk struct {
	m     *jqMeter
	seen  map[uintptr]struct{} // by address and length
	todo  []any
	bytes int64
}

// first reports whether a part of memory was not met before.
func (w *jqWalk) first(at unsafe.Pointer, n int) bool {
	met := len(w.seen)
	// Lists that share memory begin at different words, or have other lengths.
	w.seen[uintptr(at)^uintptr(n)<<48] = struct{}{}
	return len(w.seen) > met
}

func (w *jqWalk) add(v any) {
	switch v := v.(type) {
	case nil, bool, int, float64:
		w.bytes += 8
	case string:
		if len(v) < 64 || w.first(unsafe.Pointer(unsafe.StringData(v)), len(v)) {
			w.bytes += 16 + int64(len(v))
		}
	default:
		w.todo = append(w.todo, v)
	}
}

// mapEntry is what an entry of an object takes, about.
const mapEntry = 64

func (w *jqWalk) drain() {
	for nodes := 0; len(w.todo) > 0; {
		v := w.todo[len(w.todo)-1]
		w.todo = w.todo[:len(w.todo)-1]
		w.m.j.t.sh.spend(10)
		switch v := v.(type) {
		case []any:
			if cap(v) == 0 || !w.first(unsafe.Pointer(unsafe.SliceData(v)), len(v)) {
				continue
			}
			nodes += len(v)
			w.bytes += 24 + int64(cap(v))*16
			for _, x := range v {
				w.add(x)
			}
		case map[string]any:
			if !w.first(reflect.ValueOf(v).UnsafePointer(), 0) {
				continue
			}
			nodes += len(v)
			w.bytes += 48 + int64(len(v))*mapEntry
			for k, x := range v {
				w.bytes += int64(len(k))
				w.add(x)
			}
		case *big.Int:
			w.bytes += 48 + int64(v.BitLen())/8
		case json.Number:
			w.bytes += 16 + int64(len(v))
		default:
			r := reflect.ValueOf(v)
			switch {
			case r.Type() == w.m.env.iterating:
				// What is iterated holds its values: those that are left are of it.
				if !w.first(r.UnsafePointer(), r.Len()) {
					continue
				}
				nodes += r.Len()
				w.bytes += int64(r.Cap()) * int64(r.Type().Elem().Size())
				for i := range r.Len() {
					w.add(*(*any)(unsafe.Pointer(r.Index(i).Field(1).UnsafeAddr())))
				}
			case r.Kind() == reflect.Map || r.Kind() == reflect.Slice:
				w.bytes += int64(r.Len()) * 32
			default:
				w.bytes += 64
			}
		}
		if nodes > 1000 {
			w.m.j.t.sh.spend(int64(nodes) * 4)
			nodes = 0
		}
	}
}

// jqSize is what a function may have to read of a value.
type jqSize struct {
	nodes, bytes int64
	container    bool
}

// flat is the size of a value without those in it.
func flat(v any) jqSize {
	switch v := v.(type) {
	case string:
		return jqSize{1, int64(len(v)), false}
	case json.Number:
		return jqSize{1, int64(len(v)), false}
	case *big.Int:
		return jqSize{1, int64(v.BitLen() / 3), false}
	case []any:
		return jqSize{1 + int64(len(v)), int64(len(v)) * 16, true}
	case map[string]any:
		return jqSize{1 + int64(len(v)), int64(len(v)) * mapEntry, true}
	}
	return jqSize{1, 8, false}
}

// tree is the size of a value with all in it, as often as it is in it.
func (m *jqMeter) tree(v any, depth int) jqSize {
	if depth > maxJQDepth {
		m.refuse("a value deeper than %d", maxJQDepth)
	}
	s := flat(v)
	each := func(x any) {
		switch x := x.(type) {
		case []any, map[string]any:
			t := m.tree(x, depth+1)
			s.nodes += t.nodes
			s.bytes += t.bytes
		default:
			s.bytes += flat(x).bytes
		}
		if m.walked++; m.walked%1024 == 0 {
			m.j.t.sh.spend(4096)
			m.bound(8 * m.walked)
		}
	}
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			each(x)
		}
	case map[string]any:
		for k, x := range v {
			s.bytes += int64(len(k))
			each(x)
		}
	}
	m.bound(s.nodes + s.bytes/8)
	return s
}

// refuse ends jq because of what one step of it would take.
func (m *jqMeter) refuse(format string, args ...any) {
	m.j.t.say("error: too much for one step: "+format, args...)
	panic(stopped{5})
}

// bound refuses work that cannot be stopped.
func (m *jqMeter) bound(units int64) {
	if units > maxJQStep || units < 0 {
		m.refuse("work of more than %d units of fuel", int64(maxJQStep))
	}
}

// product is a·b, or a number that is refused.
func product(a, b int64) int64 {
	if hi, lo := bits.Mul64(uint64(a), uint64(b)); hi == 0 && lo < 1<<62 {
		return int64(lo)
	}
	return 1 << 62
}

// call is f, billed.
func (m *jqMeter) call(name string, f func(any, []any) any) func(any, []any) any {
	switch name {
	case "_match":
		return m.match
	case "now":
		return func(any, []any) any { return float64(m.j.t.sh.sys.cfg.Now().UnixMicro()) / 1e6 }
	}
	return func(x any, args []any) any {
		m.walked = 0
		units, bytes := m.cost(name, x, args)
		m.bound(units)
		m.j.t.sh.spend(units)
		if bytes > 512 {
			m.make(bytes)
		}
		return f(x, args)
	}
}

// cost is what a function may take: units of fuel, and bytes of memory.
func (m *jqMeter) cost(name string, x any, args []any) (units, bytes int64) {
	here := flat(x)
	at := func(i int) any {
		if i < len(args) {
			return args[i]
		}
		return nil
	}
	l, r := at(0), at(1) // operands of operators
	switch name {
	case "length", "utf8bytelength", "has", "type", "_range", "startswith", "endswith", "ltrimstr", "rtrimstr", "trimstr",
		"ltrim", "rtrim", "trim", "toboolean", "_plus", "input", "input_filename", "empty", "env", "builtins", "_captures",
		"gmtime", "localtime", "mktime", "_allocator", "_break", "halt", "getpath", "not":
		return 10 + textOf(x)/8, 0
	case "keys", "reverse", "ascii_downcase", "ascii_upcase", "implode":
		return 10 + here.bytes/4, here.bytes * 4
	case "explode", "split", "fromjson":
		if s, ok := x.(string); ok && name == "fromjson" {
			m.digits(s)
		}
		return 10 + here.bytes*4, here.bytes * 48
	case "tonumber":
		if s, ok := x.(string); ok {
			m.digits(s)
		}
		return 10 + here.bytes, here.bytes
	case "strftime", "strflocaltime", "strptime":
		n := flat(l).bytes
		return 100 + here.bytes + n*1024, n * 1024
	case "jn", "yn":
		n, _ := gojq.ToInt(l)
		return product(2, max(int64(n), -int64(n), 5)), 0
	case "_index", "_slice":
		if list, ok := r.([]any); ok {
			return m.pairs(l, list)
		}
		return 10 + textOf(l)/8, 0
	case "_negate":
		return 10 + here.bytes, here.bytes
	case "_add":
		n := flat(l).bytes + flat(r).bytes
		return 10 + n/8, n
	case "_multiply", "_divide", "_modulo":
		return m.multiply(name, l, r)
	case "_subtract":
		return m.pairs(l, r)
	case "_equal", "_notequal", "_less", "_greater", "_lesseq", "_greatereq":
		a, b := flat(l), flat(r)
		if a.container && b.container && a.nodes > 1 && b.nodes > 1 {
			a, b = m.tree(l, 0), m.tree(r, 0)
			return 10 + a.nodes + b.nodes + (a.bytes+b.bytes)/8, 0
		}
		return 10 + min(a.bytes, b.bytes)/8, 0
	case "contains", "indices", "index", "rindex":
		return m.pairs(x, l)
	case "inside":
		return m.pairs(l, x)
	case "add", "join":
		return m.sum(x, flat(l).bytes)
	case "transpose":
		list, _ := x.([]any)
		widest := 0
		for _, row := range list {
			if row, ok := row.([]any); ok {
				widest = max(widest, len(row))
			}
		}
		n := product(int64(len(list)), int64(widest))
		return 10 + here.nodes + n, min(product(n, 16), 1<<60)
	case "_sort_by", "_unique_by", "_group_by", "_min_by", "_max_by": // by the keys, which are made before
		return m.sort(l)
	case "sort", "unique", "min", "max":
		return m.sort(x)
	case "setpath":
		return m.setPath(x, l, nil)
	case "_setpath":
		return m.setPath(x, l, at(2))
	}
	// What is left reads all of its operands, some of it a few times, and makes
	// no more than a text or a copy of them.
	all := m.tree(x, 0)
	for _, a := range args {
		switch a.(type) {
		case []any, map[string]any, string:
			t := m.tree(a, 0)
			all.nodes += t.nodes
			all.bytes += t.bytes
		}
	}
	if name == "delpaths" || name == "_delpaths" {
		units, _ := m.sort(l)
		return units + all.nodes*8 + all.bytes/8, all.nodes * 16
	}
	return 10 + all.nodes*8 + all.bytes, all.nodes*24 + all.bytes*6
}

// textOf is the length of v if it is a text.
func textOf(v any) int64 {
	s, _ := v.(string)
	return int64(len(s))
}

// sort is the cost of sorting a list.
func (m *jqMeter) sort(v any) (units, bytes int64) {
	s, list := m.tree(v, 0), flat(v)
	return 10 + (s.nodes*4+s.bytes/8)*int64(bits.Len64(uint64(list.nodes))), list.bytes * 4
}

// digits refuses a number that is not a float and too long.
func (m *jqMeter) digits(s string) {
	run := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			run = 0
		} else if run++; run > maxJQDigits {
			m.refuse("a number of more than %d digits", maxJQDigits)
		}
	}
}

// pairs is the cost of comparing all in a with all in b.
func (m *jqMeter) pairs(a, b any) (units, bytes int64) {
	s, ok1 := a.(string)
	t, ok2 := b.(string)
	if ok1 && ok2 {
		return 10 + product(int64(len(s)), int64(min(len(t), len(s)-len(t)+1, 64)))*4, int64(len(s)+len(t)) * 48
	}
	x, y := m.tree(a, 0), m.tree(b, 0)
	n := product(x.nodes, y.nodes+y.bytes/8)
	return 10 + n + product(y.nodes, x.bytes/8), flat(a).bytes * 2
}

func (m *jqMeter) multiply(name string, l, r any) (units, bytes int64) {
	a, b := flat(l), flat(r)
	text, ok := l.(string)
	times := r
	if !ok {
		text, ok = r.(string)
		times = l
	}
	if f, number := gojq.ToFloat64(times); ok && number {
		n := int64(min(max(f, 0), 1<<31))
		return 10 + product(n, int64(len(text)))/16, product(n, int64(len(text)))
	}
	switch {
	case ok && name == "_divide": // splits
		return 10 + a.bytes*4, a.bytes * 48
	case a.container && b.container:
		x, y := m.tree(l, 0), m.tree(r, 0)
		return 10 + x.nodes + y.nodes, x.nodes*mapEntry + y.nodes*mapEntry
	}
	if a.bytes+b.bytes > maxJQDigits {
		m.refuse("a number of more than %d digits", maxJQDigits)
	}
	return 10 + product(a.bytes, b.bytes)/16, a.bytes + b.bytes
}

// sum is the cost of adding what is in x, with a text between.
func (m *jqMeter) sum(x any, between int64) (units, bytes int64) {
	var nodes, total, largest int64
	one := func(v any) {
		s := flat(v)
		if _, ok := v.(*big.Int); ok {
			largest = max(largest, s.bytes)
		}
		total += s.bytes
		nodes++
	}
	switch x := x.(type) {
	case []any:
		for _, v := range x {
			one(v)
		}
	case map[string]any:
		for _, v := range x {
			one(v)
		}
	}
	total += product(nodes, between)
	return 10 + nodes*4 + total/8 + product(nodes, largest)/8, total * 2
}

// setPath is the cost of copying what lies on a path. own is gojq's note of what
// was made for the same update, which is not copied.
func (m *jqMeter) setPath(v, path, own any) (units, bytes int64) {
	steps, _ := path.([]any)
	if len(steps) > maxJQDepth {
		m.refuse("a path longer than %d", maxJQDepth)
	}
	owned := reflect.ValueOf(own)
	mine := func(v reflect.Value) bool {
		return owned.Kind() == reflect.Map && owned.Type().Key().Kind() == reflect.Uintptr &&
			owned.MapIndex(reflect.ValueOf(v.Pointer())).IsValid()
	}
	for _, step := range steps {
		bytes += 64
		switch c := v.(type) {
		case map[string]any:
			if c != nil && !mine(reflect.ValueOf(c)) {
				bytes += int64(len(c)) * mapEntry
			}
			k, _ := step.(string)
			v = c[k]
		case []any, nil:
			list, _ := c.([]any)
			i, number := gojq.ToInt(step)
			if i < 0 {
				i += len(list)
			}
			if !mine(reflect.ValueOf(list)) || number && i >= cap(list) || !number {
				bytes += int64(2*cap(list)) * 16
			}
			switch {
			case !number:
				v = list
			case i >= 0 && i < len(list):
				v = list[i]
			default:
				if i > cap(list) {
					bytes += product(int64(i), 16)
				}
				v = nil
			}
		default:
			v = nil
		}
	}
	return 10 + min(bytes, 1<<60)/16, min(bytes, 1<<60)
}

// match is jq's _match(re; flags; test): gojq's own compiles anything, keeps it
// for ever, and takes time in the square of the text.
func (m *jqMeter) match(x any, args []any) any {
	text, ok1 := x.(string)
	expr, ok2 := args[0].(string)
	flags, ok3 := args[1].(string)
	test := args[2] == true
	if !ok1 || !ok2 || !ok3 && args[1] != nil {
		return fmt.Errorf("%s (%s) cannot be matched, as it is not a string", gojq.TypeOf(x), gojq.Preview(x))
	}
	re, err := m.pattern(expr, flags)
	if err != nil {
		return err
	}
	sh := m.j.t.sh
	global := strings.ContainsRune(flags, 'g')
	skipEmpty := strings.ContainsRune(flags, 'n')
	list := []any{}
	at, runes := 0, 0 // of the text, counted so far
	offset := func(i int) int {
		runes += utf8.RuneCountInString(text[at:i])
		at = i
		return runes
	}
	sh.regexCost(&re.regex, len(text))
	if test && !skipEmpty {
		return re.MatchString(text)
	}
	n := 1
	if global || skipEmpty {
		n = -1
	}
	var found int64 // bytes
	defer func() { m.j.t.unhold(found) }()
	hold := func(n int64) {
		m.j.t.hold(n)
		found += n
	}
	names := re.SubexpNames()
	for _, p := range m.find(re, text, n, hold) {
		if skipEmpty && p[0] == p[1] {
			continue
		}
		if test {
			return true
		}
		sh.spend(100 * int64(len(p)))
		hold(int64(len(p)) * 200)
		begin := offset(p[0])
		captures := make([]any, len(p)/2-1)
		for k := range captures {
			c := map[string]any{"name": nil, "offset": -1, "length": 0, "string": nil}
			if name := names[k+1]; name != "" {
				c["name"] = name
			}
			if from, to := p[2*k+2], p[2*k+3]; from >= 0 {
				sh.spend(int64(to-p[0]) / 8)
				c["offset"] = begin + utf8.RuneCountInString(text[p[0]:from])
				c["length"] = utf8.RuneCountInString(text[from:to])
				c["string"] = text[from:to]
			}
			captures[k] = c
		}
		list = append(list, map[string]any{
			"offset": begin, "length": utf8.RuneCountInString(text[p[0]:p[1]]), "string": text[p[0]:p[1]], "captures": captures,
		})
		if !global {
			break
		}
	}
	if test {
		return false
	}
	return list
}

// find returns up to n matches, -1 for all. As in jq, and other than in Go, an
// empty match may follow another match at once.
func (m *jqMeter) find(re *jqPattern, text string, n int, hold func(bytes int64)) [][]int {
	if n == 1 {
		if p := re.FindStringSubmatchIndex(text); p != nil {
			return [][]int{p}
		}
		return nil
	}
	var all [][]int
	// A few at first, then all over again: nobody says before how many there are.
	for limit := 1024; ; limit *= 4 {
		hold(int64(limit-len(all)) * int64(64+32*re.NumSubexp()))
		m.j.t.sh.regexCost(&re.regex, len(text))
		if all = re.FindAllStringSubmatchIndex(text, limit); len(all) < limit {
			break
		}
	}
	if re.after == nil {
		return all
	}
	out := make([][]int, 0, len(all))
	for i, p := range all {
		out = append(out, p)
		end := p[1]
		if p[0] == end || i+1 < len(all) && all[i+1][0] == end {
			continue
		}
		_, w := utf8.DecodeLastRuneInString(text[:end])
		rest := text[end-w:]
		m.j.t.sh.regexCost(&re.regex, len(rest))
		q := re.after.FindStringSubmatchIndex(rest)
		if q == nil || q[1] != w {
			continue
		}
		q[0] = w
		for k := range q {
			if q[k] >= 0 {
				q[k] += end - w
			}
		}
		out = append(out, q)
	}
	return out
}

// jqPattern is a regular expression of jq.
type jqPattern struct {
	regex
	after *regexp.Regexp // matches a character, and an empty match after it; nil: there is none
}

// mayBeEmpty reports whether an expression has an empty match somewhere.
func mayBeEmpty(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpNoMatch, syntax.OpLiteral, syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return false
	case syntax.OpCapture, syntax.OpPlus:
		return mayBeEmpty(re.Sub[0])
	case syntax.OpRepeat:
		return re.Min == 0 || mayBeEmpty(re.Sub[0])
	case syntax.OpConcat:
		return !slices.ContainsFunc(re.Sub, func(sub *syntax.Regexp) bool { return !mayBeEmpty(sub) })
	case syntax.OpAlternate:
		return slices.ContainsFunc(re.Sub, mayBeEmpty)
	}
	return true
}

// maxJQPatterns bounds how many regular expressions are kept.
const maxJQPatterns = 64

func (m *jqMeter) pattern(expr, flags string) (*jqPattern, error) {
	key := [2]string{expr, flags}
	if re, ok := m.patterns[key]; ok {
		return re, nil
	}
	mode := regexMode{perl: true, multi: true}
	prefix := "(?-m)"
	for _, f := range flags {
		switch f {
		case 'g', 'n':
		case 'i':
			mode.fold = true
		case 's', 'm':
			prefix = "(?s-m)"
		default:
			return nil, fmt.Errorf("%s is not a valid modifier string", flags)
		}
	}
	if len(expr) > maxRegex || int64(len(expr))*int64(repeats(expr)) > 1<<20 {
		return nil, errors.New("the regular expression is too large")
	}
	compiled, bad := m.j.t.sh.regex(prefix+expr, mode)
	if bad != "" {
		return nil, fmt.Errorf("%s (at offset 0) is not a valid regex: %s", expr, bad)
	}
	m.j.t.sh.spend(int64(compiled.size) * 100)
	re := &jqPattern{regex: *compiled}
	if tree, err := syntax.Parse(compiled.String(), syntax.Perl); err == nil && compiled.back == nil && mayBeEmpty(tree) {
		// It is the same expression once more, so it compiles.
		re.after = regexp.MustCompile(`\A(?s:.)(?:` + compiled.String() + `)`)
	}
	if len(m.patterns) >= maxJQPatterns {
		clear(m.patterns)
	}
	m.patterns[key] = re
	return re, nil
}
