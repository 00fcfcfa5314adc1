package meter

import (
	"bytes"
	"errors"
	"fmt"
)

// Implementation limits, from the WebAssembly JavaScript interface, which is
// what toolchains stay within. wazero has hardly any of its own: a declared but
// tiny-to-encode million of locals would cost it, not us, the memory.
// https://webassembly.github.io/spec/js-api/#limits
const (
	maxModule   = 1 << 30
	maxItems    = 1_000_000 // types, imports, functions, globals, exports, data segments
	maxElems    = 10_000_000
	maxParams   = 1_000
	maxLocals   = 50_000
	maxBody     = 7_654_321
	maxLabels   = 65_520
	maxSections = 10_000

	// maxNesting bounds open blocks: a switch of n cases nests n, but wazero takes
	// time with the square of nested loops (5,000 for 2 s).
	maxNesting = 5_000
)

const header = "\x00asm\x01\x00\x00\x00"

// Section numbers of the binary format.
const (
	sectionCustom = iota
	sectionType
	sectionImport
	sectionFunction
	sectionTable
	sectionMemory
	sectionGlobal
	sectionExport
	sectionStart
	sectionElem
	sectionCode
	sectionData
	sectionDataCount
	sectionTag
)

// order ranks the sections as they must follow each other, from 1.
var order = [...]int{
	sectionType: 1, sectionImport: 2, sectionFunction: 3, sectionTable: 4, sectionMemory: 5, sectionTag: 6,
	sectionGlobal: 7, sectionExport: 8, sectionStart: 9, sectionElem: 10, sectionDataCount: 11, sectionCode: 12,
	sectionData: 13,
}

// Decode decodes a whole module, function bodies included, and checks all of its
// form: encodings, lengths, counts, nesting, and every index of a type, function
// or global, since the rewriting extends those spaces and must not make an
// invalid index valid. It does not check types, labels, or indices of other
// spaces.
//
// The result aliases module, which must not change while it is in use.
func Decode(module []byte) (*Module, error) {
	m, err := decode(module)
	if err != nil {
		return nil, fmt.Errorf("meter: decode module: %w", err)
	}
	return m, nil
}

func decode(module []byte) (*Module, error) {
	if len(module) > maxModule {
		return nil, errors.New("too long")
	}
	if !bytes.HasPrefix(module, []byte(header)) {
		return nil, errors.New("not a WebAssembly 1 module")
	}
	d := decoder{m: new(Module)}
	r := reader{b: module, off: len(header)}
	rank := 0
	for n := 0; r.left() > 0; n++ {
		if n == maxSections {
			return nil, errors.New("too many sections")
		}
		id := r.byte()
		s := reader{b: r.bytes(r.u32())}
		if r.err != nil {
			return nil, r.err
		}
		if int(id) >= len(order) {
			return nil, fmt.Errorf("unknown section %d", id)
		}
		if id == sectionCustom {
			name := s.name()
			d.m.Customs = append(d.m.Customs, Custom{Name: name, Data: s.b[s.off:], After: rank})
			s.off = len(s.b)
		} else {
			if order[id] <= rank {
				return nil, fmt.Errorf("section %d is out of order", id)
			}
			rank = order[id]
			d.section(int(id), &s)
		}
		if s.err == nil && s.left() > 0 {
			s.fail(errors.New("section is longer than its content"))
		}
		if s.err != nil {
			return nil, fmt.Errorf("section %d: %w", id, s.err)
		}
	}
	return d.m, d.check()
}

// decoder decodes sections in their order, so that each finds what it refers to,
// except for function types: every section may use all of them.
type decoder struct {
	m *Module

	globals   []GlobalType // all decoded so far
	functions uint32       // imported and declared
	bodies    int          // decoded
}

func (d *decoder) section(id int, r *reader) {
	m := d.m
	switch id {
	case sectionType:
		for n := r.count(1, maxItems); n > 0 && r.err == nil; n-- {
			d.types(r)
		}
	case sectionImport:
		n := r.count(4, maxItems)
		m.Imports = make([]Import, 0, n)
		for ; n > 0 && r.err == nil; n-- {
			d.oneImport(r)
		}
	case sectionFunction:
		n := r.count(1, maxItems)
		m.Funcs = make([]Func, n)
		for i := range m.Funcs {
			m.Funcs[i].Type = d.typeIndex(r)
		}
		d.functions += uint32(n)
	case sectionTable:
		for n := r.count(3, maxItems); n > 0 && r.err == nil; n-- {
			m.Tables = append(m.Tables, d.table(r))
		}
	case sectionMemory:
		for n := r.count(2, maxItems); n > 0 && r.err == nil; n-- {
			m.Memories = append(m.Memories, limits(r))
		}
	case sectionTag:
		for n := r.count(2, maxItems); n > 0 && r.err == nil; n-- {
			m.Tags = append(m.Tags, d.tag(r))
		}
	case sectionGlobal:
		for n := r.count(3, maxItems); n > 0 && r.err == nil; n-- {
			g := GlobalDef{GlobalType: d.globalType(r)}
			g.Init = d.expression(r, g.Type)
			m.Globals = append(m.Globals, g)
			d.globals = append(d.globals, g.GlobalType)
		}
	case sectionExport:
		n := r.count(3, maxItems)
		m.Exports = make([]Export, 0, n)
		for ; n > 0 && r.err == nil; n-- {
			d.export(r)
		}
	case sectionStart:
		f := d.function(r)
		m.Start = &f
	case sectionElem:
		for n := r.count(3, maxElems); n > 0 && r.err == nil; n-- {
			m.Elems = append(m.Elems, d.elem(r))
		}
	case sectionDataCount:
		n := r.u32()
		m.DataCount = &n
	case sectionCode:
		if n := r.count(1, maxItems); n != len(m.Funcs) {
			r.failf("%d bodies for %d functions", n, len(m.Funcs))
		}
		for i := range m.Funcs {
			if r.err != nil {
				return
			}
			d.body(&m.Funcs[i], r)
			d.bodies++
		}
	case sectionData:
		for n := r.count(2, maxItems); n > 0 && r.err == nil; n-- {
			m.Datas = append(m.Datas, d.data(r))
		}
	}
}

// check finds what only shows when all sections are there.
func (d *decoder) check() error {
	m := d.m
	if d.bodies != len(m.Funcs) {
		return fmt.Errorf("%d bodies for %d functions", d.bodies, len(m.Funcs))
	}
	if m.DataCount != nil && uint64(*m.DataCount) != uint64(len(m.Datas)) {
		return fmt.Errorf("%d data segments are counted, %d are there", *m.DataCount, len(m.Datas))
	}
	for i := range m.Types {
		for _, list := range [][]ValueType{m.Types[i].Params, m.Types[i].Results} {
			for _, t := range list {
				if index := typeOfHeap(uint64(t) >> 8); index != noType && uint64(index) >= uint64(len(m.Types)) {
					return fmt.Errorf("unknown type %d", index)
				}
			}
		}
	}
	names := make(map[string]struct{}, len(m.Exports))
	for i := range m.Exports {
		name := m.Exports[i].Name
		if _, twice := names[name]; twice {
			return fmt.Errorf("two exports are named %q", name)
		}
		names[name] = struct{}{}
	}
	return nil
}

func (d *decoder) types(r *reader) {
	if r.peek() != 0x4e {
		d.functionType(r, 0)
		return
	}
	r.byte()
	group := r.count(3, maxItems)
	for i := range group {
		if r.err != nil {
			return
		}
		if i == 0 {
			d.functionType(r, group)
		} else {
			d.functionType(r, -1)
		}
	}
}

func (d *decoder) functionType(r *reader, group int) {
	if b := r.byte(); b != 0x60 {
		r.failf("unknown type %#x", b)
	}
	t := Type{Group: group}
	for _, list := range []*[]ValueType{&t.Params, &t.Results} {
		for n := r.count(1, maxParams); n > 0 && r.err == nil; n-- {
			*list = append(*list, r.valueType())
		}
	}
	if len(d.m.Types) == maxItems {
		r.failf("too many types")
		return
	}
	d.m.Types = append(d.m.Types, t)
}

// valueType is a value type outside of the type section, where the types that it
// may refer to are known.
func (d *decoder) valueType(r *reader) ValueType {
	t := r.valueType()
	d.checkType(r, typeOfHeap(uint64(t)>>8))
	return t
}

// checkType refuses the index of a type that is not there; noType is none.
func (d *decoder) checkType(r *reader, index uint32) {
	if index != noType && uint64(index) >= uint64(len(d.m.Types)) {
		r.failf("unknown type %d", index)
	}
}

func (d *decoder) typeIndex(r *reader) uint32 {
	index := r.u32()
	if uint64(index) >= uint64(len(d.m.Types)) {
		r.failf("unknown type %d", index)
	}
	return index
}

func (d *decoder) function(r *reader) uint32 {
	index := r.u32()
	if index >= d.functions {
		r.failf("unknown function %d", index)
	}
	return index
}

func (d *decoder) global(r *reader, index uint32) GlobalType {
	if uint64(index) >= uint64(len(d.globals)) {
		r.failf("unknown global %d", index)
		return GlobalType{}
	}
	return d.globals[index]
}

func (d *decoder) oneImport(r *reader) {
	i := Import{Module: r.name(), Name: r.name(), Kind: ExternKind(r.byte())}
	switch i.Kind {
	case ExternFunc:
		i.Type = d.typeIndex(r)
		d.functions++
	case ExternTable:
		i.Table = d.tableType(r)
	case ExternMemory:
		i.Memory = limits(r)
	case ExternGlobal:
		i.Global = d.globalType(r)
		d.globals = append(d.globals, i.Global)
	case ExternTag:
		i.Type = d.tag(r)
	default:
		r.failf("unknown kind of import %#x", byte(i.Kind))
	}
	d.m.Imports = append(d.m.Imports, i)
}

func limits(r *reader) Limits {
	flags := r.byte()
	if flags > 3 {
		r.failf("unknown limits %#x", flags)
	}
	l := Limits{HasMax: flags&1 != 0, Shared: flags&2 != 0, Min: r.u32()}
	if l.HasMax {
		l.Max = r.u32()
	}
	return l
}

func (d *decoder) tableType(r *reader) Table {
	t := Table{Type: d.valueType(r), Limits: limits(r)}
	if t.Type.IsNumeric() || t.Type == V128 {
		r.failf("table of no references")
	}
	if t.Limits.Shared {
		r.failf("shared table")
	}
	return t
}

func (d *decoder) table(r *reader) Table {
	if r.peek() != 0x40 {
		return d.tableType(r)
	}
	r.byte()
	if b := r.byte(); b != 0 {
		r.failf("reserved byte is %#x", b)
	}
	t := d.tableType(r)
	t.Init = d.expression(r, t.Type)
	return t
}

func (d *decoder) tag(r *reader) uint32 {
	if b := r.byte(); b != 0 {
		r.failf("unknown kind of tag %#x", b)
	}
	return d.typeIndex(r)
}

func (d *decoder) globalType(r *reader) GlobalType {
	t := GlobalType{Type: d.valueType(r)}
	switch b := r.byte(); b {
	case 0:
	case 1:
		t.Mutable = true
	default:
		r.failf("unknown mutability %#x", b)
	}
	return t
}

func (d *decoder) export(r *reader) {
	e := Export{Name: r.name(), Kind: ExternKind(r.byte())}
	switch e.Kind {
	case ExternFunc:
		e.Index = d.function(r)
	case ExternGlobal:
		e.Index = r.u32()
		d.global(r, e.Index)
	case ExternTable, ExternMemory, ExternTag:
		e.Index = r.u32()
	default:
		r.failf("unknown kind of export %#x", byte(e.Kind))
	}
	d.m.Exports = append(d.m.Exports, e)
}

// expression reads a constant expression with its end, for a value of type t.
func (d *decoder) expression(r *reader, t ValueType) []byte {
	start := r.off
	var in instruction
	for r.next(&in); r.err == nil; r.next(&in) {
		switch in.op {
		case opEnd:
			return r.b[start:r.off:r.off]
		case opI32Const, opI64Const, opF32Const, opF64Const, opV128Const:
		case opI32Add, opI32Sub, opI32Mul, opI64Add, opI64Sub, opI64Mul:
		case opRefNull:
			d.checkType(r, in.a)
			// wazero 1.12 takes null for a reference to function 0, if there is one.
			if byte(t) == ref {
				r.failf("null for a reference that is never null")
			}
		case opRefFunc:
			if in.a >= d.functions {
				r.failf("unknown function %d", in.a)
			}
		case opGlobalGet:
			// A global that can change is no constant, and Strip relies on it: what
			// it puts into one must not reach others.
			if d.global(r, in.a).Mutable {
				r.failf("constant expression reads a mutable global")
			}
		default:
			r.failf("instruction %#x in a constant expression", in.op)
		}
	}
	return nil
}

func (d *decoder) elem(r *reader) Elem {
	e := Elem{Flags: r.u32(), Type: FuncRef}
	if e.Flags > 7 {
		r.failf("unknown element segment %#x", e.Flags)
	}
	passive, explicit, exprs := e.Flags&1 != 0, e.Flags&2 != 0, e.Flags&4 != 0
	if !passive {
		if explicit {
			e.Table = r.u32()
		}
		e.Offset = d.expression(r, I32)
	}
	if passive || explicit {
		if exprs {
			e.Type = d.valueType(r)
		} else if b := r.byte(); b != 0 {
			r.failf("unknown kind of elements %#x", b)
		}
	}
	if exprs {
		n := r.count(2, maxElems)
		e.Exprs = make([][]byte, 0, n)
		for ; n > 0 && r.err == nil; n-- {
			e.Exprs = append(e.Exprs, d.expression(r, e.Type))
		}
		return e
	}
	n := r.count(1, maxElems)
	e.Funcs = make([]uint32, 0, n)
	for ; n > 0 && r.err == nil; n-- {
		e.Funcs = append(e.Funcs, d.function(r))
	}
	return e
}

func (d *decoder) data(r *reader) Data {
	s := Data{Flags: r.u32()}
	switch s.Flags {
	case 0:
		s.Offset = d.expression(r, I32)
	case 1:
	case 2:
		s.Memory = r.u32()
		s.Offset = d.expression(r, I32)
	default:
		r.failf("unknown data segment %#x", s.Flags)
	}
	s.Init = r.bytes(r.u32())
	return s
}

func (d *decoder) body(f *Func, code *reader) {
	size := code.u32()
	if size > maxBody {
		code.failf("body of %d bytes", size)
	}
	r := reader{b: code.bytes(size)}
	if code.err != nil {
		return
	}
	total := uint64(0)
	for n := r.count(2, maxBody); n > 0 && r.err == nil; n-- {
		l := Locals{Count: r.u32(), Type: d.valueType(&r)}
		f.Locals = append(f.Locals, l)
		total += uint64(l.Count)
	}
	if total > maxLocals {
		r.failf("%d locals", total)
	}
	f.Body = r.b[r.off:]
	d.instructions(&r)
	if r.err != nil {
		code.fail(fmt.Errorf("body %d: %w", d.bodies, r.err))
	}
}

// instructions checks a body up to the end of r.
func (d *decoder) instructions(r *reader) {
	open := []byte{opBlock} // opcodes of the blocks that are open, the body's first
	var in instruction
	for len(open) > 0 && r.err == nil {
		r.next(&in)
		switch in.op {
		case opBlock, opLoop, opIf, opTryTable:
			if len(open) > maxNesting {
				r.failf("blocks nest too deeply")
			}
			open = append(open, byte(in.op))
		case opElse:
			if open[len(open)-1] != opIf {
				r.failf("else without if")
			}
			open[len(open)-1] = opElse
		case opEnd:
			open = open[:len(open)-1]
		}
		switch in.imm {
		case immFunc:
			if in.a >= d.functions {
				r.failf("unknown function %d", in.a)
			}
		case immGlobal:
			d.global(r, in.a)
		case immBlock, immTry, immHeap:
			d.checkType(r, in.a)
		case immType, immIndirect:
			if uint64(in.a) >= uint64(len(d.m.Types)) {
				r.failf("unknown type %d", in.a)
			}
		case immData, immDataMemory:
			// Bodies come before the segments: only the count can tell.
			if d.m.DataCount == nil || in.a >= *d.m.DataCount {
				r.failf("unknown data segment %d", in.a)
			}
		}
	}
	if r.left() > 0 {
		r.failf("instructions after the end")
	}
}
