package wasmhost

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"github.com/buntime/buntime/wasmhost/meter"
)

const (
	hookModule  = "buntime"
	hookName    = "fuel_hook"
	fuelExport  = "buntime.fuel"
	globals     = "buntime.g"
	startExport = "_initialize"

	defaultStartMemory = 256 << 20
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
type Module struct {
	host    *Host
	result  *meter.Result
	runtime wazero.Runtime // of this module alone, with its imports
	starts  bool           // instantiating it may run its code

	mu  sync.Mutex
	raw wazero.CompiledModule // guarded by mu; nil until Start needs it
}

// StartConfig describes the instance that an image is made from.
type StartConfig struct {
	Memory int64 // cap of linear memory in bytes; default 256 MiB
	State  any   // what Instance.State returns
}

// Compile checks and instruments wasm, whose native code is made, or taken from
// the cache on disk, when Start needs it. Imports must cover everything the module
// imports; only functions can be imported.
func (h *Host) Compile(ctx context.Context, wasm []byte, imports []Import) (*Module, error) {
	result, err := meter.Instrument(wasm, meter.Options{
		HookModule: hookModule, HookName: hookName, FuelExport: fuelExport, GlobalPrefix: globals,
	})
	if err != nil {
		return nil, fmt.Errorf("wasmhost: instrument module: %w", err)
	}
	if err := h.hold(); err != nil {
		return nil, err
	}
	defer h.letGo()
	m, err := h.newModule(ctx, result, imports)
	if err != nil {
		return nil, err
	}
	m.starts = true
	if result.WritesTables { // then it matters: see Snapshot
		decoded, err := meter.Decode(wasm)
		m.starts = err != nil || decoded.Start != nil
	}
	return m, nil
}

// newModule makes the module of an instrumented one. Precondition: the host is
// held open.
func (h *Host) newModule(ctx context.Context, result *meter.Result, imports []Import) (*Module, error) {
	for _, want := range result.Imports {
		if want.Kind != meter.ExternFunc {
			return nil, fmt.Errorf("wasmhost: module imports %q %q, which is not a function", want.Module, want.Name)
		}
		found := false
		for _, im := range imports {
			found = found || im.Module == want.Module && im.Name == want.Name
		}
		if !found {
			return nil, fmt.Errorf("wasmhost: module imports %q %q, which is not provided", want.Module, want.Name)
		}
	}
	m := &Module{host: h, result: result}
	m.runtime = wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfig().WithCompilationCache(h.cache.wazero))
	if err := m.provide(ctx, imports); err != nil {
		return nil, errors.Join(fmt.Errorf("wasmhost: provide imports: %w", err), m.runtime.Close(ctx))
	}
	h.mu.Lock()
	h.modules = append(h.modules, m)
	h.mu.Unlock()
	return m, nil
}

// provide makes the modules that m imports from.
func (m *Module) provide(ctx context.Context, imports []Import) error {
	builders := map[string]wazero.HostModuleBuilder{}
	define := func(module, name string, params, results []api.ValueType, f api.GoModuleFunc) {
		if builders[module] == nil {
			builders[module] = m.runtime.NewHostModuleBuilder(module)
		}
		builders[module].NewFunctionBuilder().WithGoModuleFunction(f, params, results).Export(name)
	}
	for _, im := range imports {
		if im.Module == hookModule && im.Name == hookName || im.Func == nil {
			return fmt.Errorf("import %q %q cannot be provided", im.Module, im.Name)
		}
		define(im.Module, im.Name, im.Params, im.Results, func(ctx context.Context, _ api.Module, stack []uint64) {
			if in := instanceOf(ctx); !in.callImport(im.Func, stack) {
				panic(errStopped)
			}
		})
	}
	i64 := []api.ValueType{api.ValueTypeI64}
	define(hookModule, hookName, i64, i64, func(ctx context.Context, _ api.Module, stack []uint64) {
		left, ok := instanceOf(ctx).hook(int64(stack[0]))
		if !ok {
			panic(errStopped)
		}
		stack[0] = uint64(left)
	})
	for _, b := range builders {
		if _, err := b.Instantiate(ctx); err != nil {
			return err
		}
	}
	return nil
}

// instanceOf finds the instance whose guest calls an import.
func instanceOf(ctx context.Context) *Instance {
	if c, ok := ctx.(*callContext); ok {
		return c.in
	}
	return ctx.Value(instanceKey{}).(*Instance) // during instantiation
}

// compile compiles module, on every processor.
func (m *Module) compile(ctx context.Context, module []byte) (wazero.CompiledModule, error) {
	ctx = experimental.WithCompilationWorkers(ctx, runtime.GOMAXPROCS(0))
	compiled, err := m.host.cache.compile(ctx, m.runtime, module)
	if err != nil {
		return nil, fmt.Errorf("wasmhost: compile module: %w", err)
	}
	return compiled, nil
}

// whole returns the module with its data segments and start function.
func (m *Module) whole(ctx context.Context) (wazero.CompiledModule, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.raw == nil {
		var err error
		if m.raw, err = m.compile(ctx, m.result.Module); err != nil {
			return nil, err
		}
	}
	return m.raw, nil
}

// Start instantiates the module with its data segments and start function, and
// calls its export _initialize if it has one. Call addresses the module's
// exported functions by their place in exports. The caller must Release the
// instance. An Import that the start function calls, unlike _initialize, has
// no access to the instance's memory, fuel or exports.
//
// Errors: what Instance.Call returns; ErrBudget; *MappingLimitError; or what is
// wrong with the module.
func (m *Module) Start(ctx context.Context, cfg StartConfig, exports ...string) (*Instance, error) {
	if cfg.Memory == 0 {
		cfg.Memory = defaultStartMemory
	}
	limit := min(roundUp(cfg.Memory), int(m.result.MemoryMax)*wasmPage)
	least := int(m.result.MemoryMin) * wasmPage
	if m.result.HasMemory && least > limit {
		return nil, fmt.Errorf("wasmhost: module needs %d bytes of memory, allowed are %d", least, limit)
	}
	account, err := m.host.lend()
	if err != nil {
		return nil, err
	}
	compiled, err := m.whole(ctx)
	var list []export
	if err == nil {
		list, err = exportsOf(compiled, append(exports[:len(exports):len(exports)], startExport))
	}
	if err != nil {
		m.host.lost(account)
		return nil, err
	}
	mem, err := newMemory(m.host, nil, limit)
	if err != nil {
		m.host.lost(account)
		return nil, err
	}
	in := newInstance(m, nil, mem, list, account)
	in.begin("", limit, 0, cfg.State)
	// wazero panics when the first allocation fails: make it here.
	if in.charge(instanceBytes) != nil || mem.Reallocate(uint64(least)) == nil {
		in.Release()
		return nil, ErrBudget
	}
	if err := in.start(ctx, compiled); err != nil {
		in.Release()
		return nil, err
	}
	return in, nil
}

// start instantiates a module that runs code while it does.
func (in *Instance) start(ctx context.Context, compiled wazero.CompiledModule) error {
	if err := in.host.turns.acquire(ctx, &in.waiter); err != nil {
		return err
	}
	in.resume()
	// For the hook a start function runs like a call.
	in.levels, in.depth = []*level{{ctx: ctx, current: new(function)}}, 1
	err := in.instantiate(compiled)
	in.levels, in.depth = nil, 0
	in.yield()
	if err != nil {
		if in.stop != nil {
			err = in.stop
		}
		in.end(err)
		return err
	}
	in.touched = in.module.starts
	last := len(in.exports) - 1
	if in.exports[last].name == "" {
		return nil
	}
	_, err = in.Call(ctx, last)
	return err
}

// instantiate makes wazero's instance on in.memory.
func (in *Instance) instantiate(compiled wazero.CompiledModule) (err error) {
	ctx := experimental.WithMemoryAllocator(&in.context, in.memory)
	mod, err := in.module.runtime.InstantiateModule(ctx, compiled, wazero.NewModuleConfig().WithName("").WithStartFunctions())
	if err != nil {
		if trap, ok := fault(err).(*TrapError); ok {
			return trap
		}
		return fmt.Errorf("wasmhost: instantiate module: %w", err)
	}
	return in.bind(mod)
}

// exportsOf resolves names of exported functions. A last name of startExport is
// left empty if the module lacks it.
func exportsOf(compiled wazero.CompiledModule, names []string) ([]export, error) {
	defined := compiled.ExportedFunctions()
	var list []export
	for i, name := range names {
		def, ok := defined[name]
		if !ok {
			if name == startExport && i == len(names)-1 {
				list = append(list, export{})
				continue
			}
			return nil, fmt.Errorf("wasmhost: module exports no function %q", name)
		}
		e := export{name: name, params: len(def.ParamTypes()), results: len(def.ResultTypes())}
		if e.results > 1 {
			return nil, fmt.Errorf("wasmhost: export %q returns %d values, one is allowed", name, e.results)
		}
		for _, t := range append(def.ParamTypes()[:e.params:e.params], def.ResultTypes()...) {
			switch t {
			case api.ValueTypeI32, api.ValueTypeI64, api.ValueTypeF32, api.ValueTypeF64:
			default:
				return nil, fmt.Errorf("wasmhost: export %q uses a type that Go cannot pass", name)
			}
		}
		list = append(list, e)
	}
	return list, nil
}
