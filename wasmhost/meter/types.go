package meter

// ValueType is a value type in its binary encoding.
type ValueType byte

// Numeric and vector types. References are only told apart by IsRef.
const (
	I32  ValueType = 0x7f
	I64  ValueType = 0x7e
	F32  ValueType = 0x7d
	F64  ValueType = 0x7c
	V128 ValueType = 0x7b
)

// ExternKind is the kind of an import or export in its binary encoding.
type ExternKind byte

// What can be imported and exported.
const (
	ExternFunc ExternKind = iota
	ExternTable
	ExternMemory
	ExternGlobal
	ExternTag
)

// Module is a decoded module.
type Module struct{}
