// Package meter decodes, encodes and rewrites WebAssembly modules, so that a
// guest counts its own fuel and its state can be captured and put back.
//
// It knows modules only as bytes: what compiles and runs them lives in wasmhost.
// All input is taken as hostile. Decoding checks every length, count, index and
// depth that the rewriting depends on, and takes memory in proportion to the
// input; typing and whatever else the rewriting does not depend on is left to
// the compiler that gets the result.
package meter

import "errors"

// PageSize is the size of a WebAssembly page in bytes.
const PageSize = 64 << 10

// Options names what Instrument adds. A zero field means its default.
type Options struct {
	HookModule   string // module of the hook import; default "buntime"
	HookName     string // name of the hook import; default "fuel_hook"
	FuelExport   string // export of the fuel global; default "buntime.fuel"
	GlobalPrefix string // mutable global N is exported as prefix and N; default "buntime.g"
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
	Module []byte
	// Globals are the module's own mutable globals, in index order.
	Globals []Global
	// WritesTables reports that some instruction can change a table (table.set,
	// grow, copy, init, fill), so that resetting memory and globals is not enough.
	WritesTables bool
	// PassiveSegments reports that the module uses passive data segments
	// (memory.init, data.drop): Strip refuses it.
	PassiveSegments bool
	// HasMemory reports a memory of the module's own or imported. MemoryMin and
	// MemoryMax are its limits in pages; MemoryMax is 65,536 if none is declared.
	HasMemory            bool
	MemoryMin, MemoryMax uint32
	// Imports are those of the module as given, without the hook.
	Imports []ImportInfo
}

// Instrument rewrites module to count fuel in an exported mutable i64 global
// that starts at 0. At each metered point the guest subtracts the cost; when
// the global falls below zero it calls the imported hook, of type
// (i64 fuel) -> (i64 fuel), and stores what that returns.
//
// An error means that module is malformed or uses what can not be metered.
func Instrument(module []byte, o Options) (*Result, error) {
	return nil, errors.New("meter: not a module")
}

// StripOptions describes the image that a stripped module runs on.
type StripOptions struct {
	MinPages uint32 // memory minimum: the image's pages
	MaxPages uint32 // memory maximum: the cap plus one page
	// Globals are the captured values by export name, as wazero's api.Global.Get
	// returns them: i32 zero-extended, floats as their bits.
	Globals map[string]uint64
}

// Strip rewrites an instrumented module so that instantiating it writes nothing:
// data segments and the start function are gone, the memory has the limits of o,
// and the named exported mutable globals start with the values of o.
//
// It refuses modules that use passive data segments, import their memory or a
// mutable global, and names in o.Globals that are not exported mutable globals.
func Strip(module []byte, o StripOptions) ([]byte, error) {
	return nil, errors.New("meter: not a module")
}
