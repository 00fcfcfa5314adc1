package meter

import (
	"errors"
	"fmt"
	"strconv"
)

const (
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
	given := len(in.m.Funcs) - 1 // without refuel
	points := in.points(given)
	for i := range given {
		body := in.m.Funcs[i].Body
		b := bodyWriter{in: in, refuel: refuel, w: writer{b: make([]byte, 0, len(body)+len(body)/4)}}
		if err := b.rewrite(body, &points[i]); err != nil {
			return fmt.Errorf("body %d: %w", i, err)
		}
		in.m.Funcs[i].Body = b.w.b // helpers may have moved the functions
	}
	return nil
}

// writeCharge takes units from the fuel and calls refuel if that leaves less than
// nothing.
func (in *instrumenter) writeCharge(w *writer, units uint32, refuel uint32) {
	in.writeTake(w, units)
	in.writeCheck(w, refuel)
}

// writeTake takes units from the fuel.
func (in *instrumenter) writeTake(w *writer, units uint32) {
	w.raw(opGlobalGet)
	w.u32(in.fuel)
	w.raw(opI64Const)
	w.signed(int64(units))
	w.raw(opI64Sub, opGlobalSet)
	w.u32(in.fuel)
}

// writeCheck writes a call of refuel if the fuel is below zero. An if on a less
// than becomes one compare and one jump in wazero; a branch over the call does not.
func (in *instrumenter) writeCheck(w *writer, refuel uint32) {
	w.raw(opGlobalGet)
	w.u32(in.fuel)
	w.raw(opI64Const, 0, opI64LtS, opIf, 0x40, opCall)
	w.u32(refuel)
	w.raw(opEnd)
}
