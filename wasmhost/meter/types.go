package meter

// ValueType is a value type: a byte of the binary format, or, for a reference
// with a heap type of its own, that byte (0x63 nullable, 0x64 not) with the heap
// type above it. Types compare with ==.
type ValueType uint64

// Numeric, vector and abstract reference types.
const (
	I32       ValueType = 0x7f
	I64       ValueType = 0x7e
	F32       ValueType = 0x7d
	F64       ValueType = 0x7c
	V128      ValueType = 0x7b
	FuncRef   ValueType = 0x70
	ExternRef ValueType = 0x6f
	ExnRef    ValueType = 0x69
)

const (
	refNull = 0x63 // (ref null heaptype)
	ref     = 0x64 // (ref heaptype)

	// firstIndex is the heap type of type index 0; abstract ones lie below, as
	// their byte.
	firstIndex = 0x100
)

// IsNumeric reports a type of at most 64 bits that a host can read and write.
func (t ValueType) IsNumeric() bool { return t == I32 || t == I64 || t == F32 || t == F64 }

// ExternKind is the kind of an import or export, as in the binary format.
type ExternKind byte

// What can be imported and exported.
const (
	ExternFunc ExternKind = iota
	ExternTable
	ExternMemory
	ExternGlobal
	ExternTag
)

// Module is a decoded module. Its byte slices alias the bytes it was decoded
// from, and its expressions and bodies are instruction streams in their binary
// form, with the final end, that were decoded and checked once.
type Module struct {
	Types    []Type
	Imports  []Import
	Funcs    []Func // own functions; indices start after the imported ones
	Tables   []Table
	Memories []Limits
	Tags     []uint32 // type indices
	Globals  []GlobalDef
	Exports  []Export
	Start    *uint32
	Elems    []Elem
	// DataCount is the count in the DataCount section, nil without one.
	DataCount *uint32
	Datas     []Data
	Customs   []Custom
}

// Type is a function type.
type Type struct {
	Params, Results []ValueType
	// Group is 0 for a type of its own, the group's size for the first type of a
	// recursion group, and -1 for the others of it.
	Group int
}

// Limits bound a memory in pages or a table in entries.
type Limits struct {
	Min, Max uint32
	HasMax   bool
	Shared   bool // memories only
}

// Import is one import; Kind tells which of the other fields counts.
type Import struct {
	Module, Name string
	Kind         ExternKind
	Type         uint32 // function or tag
	Table        Table  // without Init
	Memory       Limits
	Global       GlobalType
}

// Table is a table's type, and its initial value if it states one.
type Table struct {
	Type   ValueType
	Limits Limits
	Init   []byte // nil: null
}

// GlobalType is the type of a global.
type GlobalType struct {
	Type    ValueType
	Mutable bool
}

// GlobalDef is a global of the module's own.
type GlobalDef struct {
	GlobalType
	Init []byte
}

// Func is a function of the module's own.
type Func struct {
	Type   uint32
	Locals []Locals
	Body   []byte
}

// Locals are Count locals of one type.
type Locals struct {
	Count uint32
	Type  ValueType
}

// Export is one export.
type Export struct {
	Name  string
	Kind  ExternKind
	Index uint32
}

// Elem is an element segment. Flags are those of the binary format: bit 0 not
// active, bit 1 an explicit table or, if not active, declarative, bit 2 Exprs in
// place of Funcs.
type Elem struct {
	Flags  uint32
	Table  uint32
	Offset []byte
	Type   ValueType // of Exprs
	Funcs  []uint32
	Exprs  [][]byte
}

// Data is a data segment. Flags: 0 active, 1 passive, 2 active with an explicit
// memory.
type Data struct {
	Flags  uint32
	Memory uint32
	Offset []byte
	Init   []byte
}

// Custom is a custom section.
type Custom struct {
	Name string
	Data []byte
	// After is how far into the order of sections it stands: behind the section
	// with this rank, 0 for the very beginning.
	After int
}

// counts of the index spaces.
func (m *Module) imported(k ExternKind) uint32 {
	var n uint32
	for i := range m.Imports {
		if m.Imports[i].Kind == k {
			n++
		}
	}
	return n
}

// globalTypes lists the types of all globals by index.
func (m *Module) globalTypes() []GlobalType {
	var types []GlobalType
	for i := range m.Imports {
		if m.Imports[i].Kind == ExternGlobal {
			types = append(types, m.Imports[i].Global)
		}
	}
	for i := range m.Globals {
		types = append(types, m.Globals[i].GlobalType)
	}
	return types
}

// tables lists all tables by index.
func (m *Module) tables() []Table {
	var tables []Table
	for i := range m.Imports {
		if m.Imports[i].Kind == ExternTable {
			tables = append(tables, m.Imports[i].Table)
		}
	}
	return append(tables, m.Tables...)
}

// memories lists all memories by index.
func (m *Module) memories() []Limits {
	var memories []Limits
	for i := range m.Imports {
		if m.Imports[i].Kind == ExternMemory {
			memories = append(memories, m.Imports[i].Memory)
		}
	}
	return append(memories, m.Memories...)
}
