// Package meter decodes, encodes and rewrites WebAssembly modules, so that a
// guest counts its own fuel and its state can be captured and put back.
//
// It knows modules only as bytes: what compiles and runs them lives in wasmhost.
// All input is taken as hostile. Decoding checks every length, count, index and
// depth that the rewriting depends on, and takes memory in proportion to the
// input; typing and whatever else the rewriting does not depend on is left to
// the compiler that gets the result.
package meter

import "fmt"

// PageSize is the size of a WebAssembly page in bytes.
const PageSize = 64 << 10

const defaultFuelExport = "buntime.fuel"

// Options names what Instrument adds. A zero field means its default.
type Options struct {
	HookModule   string // module of the hook import; default "buntime"
	HookName     string // name of the hook import; default "fuel_hook"
	FuelExport   string // export of the fuel global; default "buntime.fuel"
	GlobalPrefix string // mutable global N is exported as prefix and N; default "buntime.g"
	MaxTable     uint32 // entries that each of the module's own tables may have; default 1,048,576
}

// Global is a mutable global that Instrument exported, other than the fuel.
type Global struct {
	Name string    // of its export
	Type ValueType // I32, I64, F32 or F64
}

// ImportInfo names one import of a module.
type ImportInfo struct {
	Module, Name string
	Kind         ExternKind
}

// Result is an instrumented module and what its host must know of it.
type Result struct {
	Module []byte `json:"-"`
	// Globals are the module's own mutable globals, in index order.
	Globals []Global
	// WritesTables reports that some instruction can change a table or drop an
	// element segment (table.set, grow, copy, init, fill, elem.drop), so that
	// putting back memory and globals does not put back the instance.
	WritesTables bool
	// PassiveSegments reports that data segments are used at run time
	// (memory.init, data.drop): Strip refuses the module.
	PassiveSegments bool
	// HasMemory reports a memory of the module's own or imported. MemoryMin and
	// MemoryMax are its limits in pages; MemoryMax is 65,536 if none is declared.
	HasMemory            bool
	MemoryMin, MemoryMax uint32
	// Imports are those of the module as given, without the hook.
	Imports []ImportInfo
}

// Instrument rewrites module to count fuel in an exported mutable i64 global
// that starts at 0. At each metered point the guest subtracts the cost. When it
// then finds the global below zero it calls the imported hook, of type
// (i64 fuel) -> (i64 newFuel), and stores what that returns, which must not be
// below zero. It looks at every loop header and at as many entries as keep what
// runs between two looks below some 16,000 instructions: the global may be below
// zero by that when the hook is called or an export returns.
//
// Metered points are the entries of functions, except short ones (512
// instructions with all that they call by name, 64 if a table can reach them; no
// recursion, no host), and every loop header: one unit each, and one more for
// each 65,536 instructions that the point stands for. memory.copy,
// memory.fill, memory.init and their table counterparts cost one unit for each
// 64 bytes (8 entries of a table), at least one. They run in pieces of 256 KiB,
// each paid for before it starts, after a check of all bounds: what traps has
// written nothing. memory.grow costs one unit a page, table.grow one for 8
// entries, at least one; what must fail costs one. What a module costs does not
// depend on the values that the hook returns.
//
// Custom sections other than the names are dropped, and tables of the module's
// own get a maximum.
//
// An error means that module is malformed or has what cannot be metered or
// restored: several memories, memory.atomic.wait, mutable globals of vectors or
// references, reserved names among its imports and exports, too large a table.
func Instrument(module []byte, o Options) (*Result, error) {
	result, err := instrument(module, o)
	if err != nil {
		return nil, fmt.Errorf("meter: instrument module: %w", err)
	}
	return result, nil
}

// StripOptions describes the image that a stripped module runs on.
type StripOptions struct {
	MinPages uint32 // memory minimum: the image's pages
	MaxPages uint32 // memory maximum: the cap plus one page; at most 65,536
	// Globals are the captured values of all mutable globals by export name, as
	// wazero's api.Global.Get returns them: i32 zero-extended, floats as bits.
	Globals map[string]uint64
	// FuelExport names the one mutable global that Globals may lack; default
	// "buntime.fuel".
	FuelExport string
}

// Strip rewrites an instrumented module so that instantiating it writes nothing
// into memory: data segments and the start function are gone, the memory has the
// limits of o, and mutable globals start with the values of o.
//
// It refuses a module that uses data segments at run time, imports its memory or
// a mutable global, or has a mutable global without a value, and values that no
// exported mutable global of that name can have.
func Strip(module []byte, o StripOptions) ([]byte, error) {
	stripped, err := strip(module, o)
	if err != nil {
		return nil, fmt.Errorf("meter: strip module: %w", err)
	}
	return stripped, nil
}
