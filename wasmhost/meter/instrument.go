package meter

import (
	"errors"
	"fmt"
	"strconv"
)

const (
	// pointWeight is the number of instructions that a metered point may stand
	// for before it costs another unit. It only shows in code that no compiler
	// writes: without it, a module could hide any amount of work in one unit.
	pointWeight = 1 << 16

	// leafWeight is the number of instructions up to which a function that does
	// not call goes unmetered, but for its loops; its callers bear it.
	leafWeight = 64

	defaultMaxTable = 1 << 20
)

var (
	errGlobal = errors.New("mutable and of a type that a host cannot restore")
	errWait   = errors.New("memory.atomic.wait cannot be metered")
)

// instrumenter rewrites one module.
type instrumenter struct {
	m *Module
	o Options

	hook   uint32 // index of the hook import: functions from there on move up by 1
	fuel   uint32 // index of the fuel global
	tables []Table

	types   map[string]uint32    // injected types, to type index
	helpers map[helperKey]uint32 // to function index
	charge  []byte               // the instructions of a metered point that costs 1
	result  Result
}

func instrument(module []byte, o Options) (*Result, error) {
	m, err := decode(module)
	if err != nil {
		return nil, err
	}
	if o.HookModule == "" {
		o.HookModule = "buntime"
	}
	if o.HookName == "" {
		o.HookName = "fuel_hook"
	}
	if o.FuelExport == "" {
		o.FuelExport = defaultFuelExport
	}
	if o.GlobalPrefix == "" {
		o.GlobalPrefix = "buntime.g"
	}
	if o.MaxTable == 0 {
		o.MaxTable = defaultMaxTable
	}
	in := &instrumenter{m: m, o: o, types: make(map[string]uint32), helpers: make(map[helperKey]uint32)}
	if err := in.describe(); err != nil {
		return nil, err
	}
	if err := in.capTables(); err != nil {
		return nil, err
	}
	if err := in.addGlobals(); err != nil {
		return nil, err
	}
	in.addHook()
	if err := in.rewriteBodies(); err != nil {
		return nil, err
	}
	in.m.Customs = in.names()
	in.result.Module = m.Encode()
	return &in.result, nil
}

// describe fills in what the result says of the module as given.
func (in *instrumenter) describe() error {
	for i := range in.m.Imports {
		imp := &in.m.Imports[i]
		// With it in reach, a guest could refill its own fuel.
		if imp.Module == in.o.HookModule && imp.Name == in.o.HookName {
			return fmt.Errorf("imports the reserved name %q %q", imp.Module, imp.Name)
		}
		in.result.Imports = append(in.result.Imports, ImportInfo{Module: imp.Module, Name: imp.Name, Kind: imp.Kind})
	}
	memories := in.m.memories()
	switch len(memories) {
	case 0:
	case 1:
		in.result.HasMemory = true
		in.result.MemoryMin, in.result.MemoryMax = memories[0].Min, 1<<16
		if memories[0].HasMax {
			in.result.MemoryMax = min(memories[0].Max, 1<<16)
		}
	default:
		return errors.New("several memories")
	}
	return nil
}

// capTables bounds how far the module's tables can grow.
func (in *instrumenter) capTables() error {
	for i := range in.m.Tables {
		l := &in.m.Tables[i].Limits
		if l.Min > in.o.MaxTable {
			return fmt.Errorf("table of %d entries, above the limit of %d", l.Min, in.o.MaxTable)
		}
		if !l.HasMax || l.Max > in.o.MaxTable {
			l.HasMax, l.Max = true, in.o.MaxTable
		}
	}
	in.tables = in.m.tables()
	return nil
}

// addGlobals exports the mutable globals and appends the fuel.
func (in *instrumenter) addGlobals() error {
	taken := make(map[string]bool, len(in.m.Exports))
	for i := range in.m.Exports {
		taken[in.m.Exports[i].Name] = true
	}
	export := func(name string, index uint32) error {
		if taken[name] {
			return fmt.Errorf("exports the reserved name %q", name)
		}
		in.m.Exports = append(in.m.Exports, Export{Name: name, Kind: ExternGlobal, Index: index})
		return nil
	}
	globals := in.m.globalTypes()
	for i, g := range globals {
		if !g.Mutable {
			continue
		}
		if !g.Type.IsNumeric() {
			return fmt.Errorf("global %d: %w", i, errGlobal)
		}
		name := in.o.GlobalPrefix + strconv.Itoa(i)
		if err := export(name, uint32(i)); err != nil {
			return err
		}
		in.result.Globals = append(in.result.Globals, Global{Name: name, Type: g.Type})
	}
	in.fuel = uint32(len(globals))
	in.m.Globals = append(in.m.Globals, GlobalDef{
		GlobalType: GlobalType{Type: I64, Mutable: true},
		Init:       []byte{opI64Const, 0, opEnd},
	})
	return export(in.o.FuelExport, in.fuel)
}

// addHook appends the hook to the imports, which moves the module's own
// functions up, and follows them everywhere but in bodies.
func (in *instrumenter) addHook() {
	m := in.m
	in.hook = m.imported(ExternFunc)
	typ := in.addType(Type{Params: []ValueType{I64}, Results: []ValueType{I64}})
	m.Imports = append(m.Imports, Import{Module: in.o.HookModule, Name: in.o.HookName, Kind: ExternFunc, Type: typ})

	for i := range m.Exports {
		if m.Exports[i].Kind == ExternFunc {
			m.Exports[i].Index = in.moved(m.Exports[i].Index)
		}
	}
	if m.Start != nil {
		*m.Start = in.moved(*m.Start)
	}
	for i := range m.Globals {
		m.Globals[i].Init = in.movedExpression(m.Globals[i].Init)
	}
	for i := range m.Tables {
		m.Tables[i].Init = in.movedExpression(m.Tables[i].Init)
	}
	for i := range m.Elems {
		e := &m.Elems[i]
		e.Offset = in.movedExpression(e.Offset)
		for j := range e.Funcs {
			e.Funcs[j] = in.moved(e.Funcs[j])
		}
		for j := range e.Exprs {
			e.Exprs[j] = in.movedExpression(e.Exprs[j])
		}
	}
	for i := range m.Datas {
		m.Datas[i].Offset = in.movedExpression(m.Datas[i].Offset)
	}
}

// addType returns the index of a function type for what is injected. It is
// never one of the module's own: to search them for each helper could take long.
func (in *instrumenter) addType(t Type) uint32 {
	key := fmt.Sprint(t)
	index, ok := in.types[key]
	if !ok {
		index = uint32(len(in.m.Types))
		in.types[key] = index
		in.m.Types = append(in.m.Types, t)
	}
	return index
}

// moved is the index that a function has once the hook is imported.
func (in *instrumenter) moved(function uint32) uint32 {
	if function >= in.hook {
		return function + 1
	}
	return function
}

// movedExpression is a constant expression, nil for none, with moved functions.
func (in *instrumenter) movedExpression(x []byte) []byte {
	if x == nil {
		return nil
	}
	w := writer{b: make([]byte, 0, len(x)+1)}
	r := reader{b: x}
	for i := (instruction{}); r.left() > 0; {
		r.next(&i)
		if i.op == opRefFunc {
			w.raw(opRefFunc)
			w.u32(in.moved(i.a))
			continue
		}
		w.raw(x[i.start:i.end]...)
	}
	return w.b
}

func (in *instrumenter) rewriteBodies() error {
	refuel := in.addRefuel()
	var w writer
	in.writeCharge(&w, 1, refuel)
	in.charge = w.b

	given := len(in.m.Funcs) - 1 // without refuel
	for i := range given {
		body, err := in.rewrite(&in.m.Funcs[i], refuel)
		if err != nil {
			return fmt.Errorf("body %d: %w", i, err)
		}
		in.m.Funcs[i].Body = body
	}
	return nil
}

// writeCharge writes a metered point.
func (in *instrumenter) writeCharge(w *writer, units uint32, refuel uint32) {
	w.raw(opGlobalGet)
	w.u32(in.fuel)
	w.raw(opI64Const)
	w.signed(int64(units))
	w.raw(opI64Sub, opGlobalSet)
	w.u32(in.fuel)
	in.writeCheck(w, refuel)
}

// writeCheck writes a call of refuel if the fuel is below zero. A branch over the
// call gives wazero fewer basic blocks than an if does.
func (in *instrumenter) writeCheck(w *writer, refuel uint32) {
	w.raw(opBlock, 0x40, opGlobalGet)
	w.u32(in.fuel)
	w.raw(opI64Const, 0, opI64GeS, opBrIf, 0, opCall)
	w.u32(refuel)
	w.raw(opEnd)
}

// costs are the units of a function's metered points.
type costs struct {
	entry uint32   // 0: the entry is no metered point
	loops []uint32 // in the order of their headers
}

// weigh finds the costs of f's points. Each is charged for the instructions from
// there on that are not behind a loop header of their own, of which an execution
// passes every one at most once.
func weigh(f *Func) costs {
	var (
		c      costs
		calls  bool
		weight = []uint64{0} // of the entry and the loops, in the order of c.loops, after it
		region = []int{0}    // index into weight for each open block
	)
	for _, l := range f.Locals {
		weight[0] += uint64(l.Count) // they are set to zero
	}
	r := reader{b: f.Body}
	for i := (instruction{}); r.left() > 0; {
		r.next(&i)
		here := region[len(region)-1]
		weight[here]++
		switch i.op {
		case opCall, opCallIndirect, opCallRef, opReturnCall, opReturnCallIndirect, opReturnCallRef:
			calls = true
			weight[here] += leafWeight
		case opLoop:
			region = append(region, len(weight))
			weight = append(weight, 0)
		case opBlock, opIf, opTryTable:
			region = append(region, here)
		case opEnd:
			region = region[:len(region)-1]
		}
	}
	unit := func(weight uint64) uint32 { return 1 + uint32(weight/pointWeight) }
	if calls || weight[0] > leafWeight {
		c.entry = unit(weight[0])
	}
	for _, w := range weight[1:] {
		c.loops = append(c.loops, unit(w))
	}
	return c
}

// rewrite returns f's body with metered points, moved functions, and calls of
// helpers in place of operations whose cost depends on an operand.
func (in *instrumenter) rewrite(f *Func, refuel uint32) ([]byte, error) {
	c := weigh(f)
	w := writer{b: make([]byte, 0, len(f.Body)+len(f.Body)/8+len(in.charge)*(1+len(c.loops)))}
	point := func(units uint32) {
		if units == 1 {
			w.raw(in.charge...)
			return
		}
		in.writeCharge(&w, units, refuel)
	}
	if c.entry > 0 {
		point(c.entry)
	}
	copied := 0 // of the body
	r := reader{b: f.Body}
	for i := (instruction{}); r.left() > 0; {
		r.next(&i)
		switch i.op {
		case opLoop:
			w.raw(f.Body[copied:i.end]...)
			copied = i.end
			point(c.loops[0])
			c.loops = c.loops[1:]
			continue
		case opCall, opReturnCall, opRefFunc:
			w.raw(f.Body[copied:i.start]...)
			copied = i.end
			w.raw(byte(i.op))
			w.u32(in.moved(i.a))
			continue
		case opWait32, opWait64:
			return nil, errWait
		case opDataDrop:
			in.result.PassiveSegments = true
		case opMemoryInit:
			in.result.PassiveSegments = true
		case opTableSet, opElemDrop, opTableInit, opTableCopy, opTableGrow, opTableFill:
			in.result.WritesTables = true
		}
		key, ok := helperFor(&i)
		if !ok {
			continue
		}
		helper, err := in.helper(key, refuel)
		if err != nil {
			return nil, err
		}
		w.raw(f.Body[copied:i.start]...)
		copied = i.end
		w.raw(opCall)
		w.u32(helper)
	}
	w.raw(f.Body[copied:]...)
	return w.b, nil
}
