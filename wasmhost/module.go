package wasmhost

import (
	"context"

	"github.com/tetratelabs/wazero/api"
)

// Import is a host function that guests may call.
type Import struct {
	Module, Name    string
	Params, Results []api.ValueType
	// Func reads its parameters from stack and leaves its results there, like
	// wazero's GoModuleFunc. It runs on the goroutine that called the guest. A
	// panic in it ends the guest with *InternalError.
	Func func(in *Instance, stack []uint64)
}

// Module is a compiled guest. It is safe for concurrent use and lives as long
// as its Host.
type Module struct{ hash [32]byte }

// StartConfig describes the instance that an image is made from.
type StartConfig struct {
	Memory int64 // cap of linear memory in bytes; default 256 MiB
	State  any   // what Instance.State returns
}

// Compile instruments wasm and compiles it, using the cache on disk. Imports
// must cover everything the module imports; only functions can be imported.
func (h *Host) Compile(ctx context.Context, wasm []byte, imports []Import) (*Module, error) {
	return &Module{}, nil
}

// Hash is the SHA-256 of the module as given to Compile.
func (m *Module) Hash() [32]byte { return m.hash }

// Start instantiates the module from its own data segments, with its start
// function, and calls its export _initialize if it has one. Call addresses the
// module's exported functions in the order of exports. The caller must Release
// the instance.
func (m *Module) Start(ctx context.Context, cfg StartConfig, exports ...string) (*Instance, error) {
	return &Instance{}, nil
}
