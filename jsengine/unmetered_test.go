package jsengine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"github.com/buntime/buntime/jsengine/engine"
	"github.com/buntime/buntime/jsengine/wire"
	"github.com/buntime/buntime/wasmhost"
)

// Runner runs programs, as Engine does.
type Runner interface {
	Run(ctx context.Context, program *Program) (*Result, error)
}

// TunedEngine opens an engine whose host tune changes; the test closes it.
func TunedEngine(t testing.TB, tune func(*wasmhost.Config)) *Engine {
	t.Helper()
	e, err := Open(t.Context(), Cached(Config{tune: tune}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

// HostStats are those of e's host.
func (e *Engine) HostStats() wasmhost.Stats { return e.host.Stats() }

// unmetered runs programs in the engine's module as it was built: not metered,
// not stripped, each in an instance of wazero's own with the image copied in. Its
// results have no fuel. What the programs ask of the host goes to the same
// operations.
type unmetered struct {
	rt       wazero.Runtime
	compiled wazero.CompiledModule
	image    []byte
}

// UnmeteredEngine makes one; the test closes it.
func UnmeteredEngine(t testing.TB) Runner {
	t.Helper()
	module, err := engine.Module()
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	e := &unmetered{rt: wazero.NewRuntime(ctx)}
	t.Cleanup(func() {
		if err := e.rt.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	g := freshGuest(t)
	view, ok := g.in.View(0, g.in.Size())
	if !ok {
		t.Fatal("no view of the memory")
	}
	e.image = slices.Clone(view)
	builders := map[string]wazero.HostModuleBuilder{}
	for _, im := range append(hostImports(), wasmhost.Import{
		Module: "buntime", Name: "fuel_hook", Params: []api.ValueType{api.ValueTypeI64}, Results: []api.ValueType{api.ValueTypeI64},
	}) {
		f := func(context.Context, api.Module, []uint64) { panic("the engine called " + im.Name) }
		switch im.Name {
		case "atomic": // nothing is shared
			f = func(_ context.Context, _ api.Module, stack []uint64) { stack[0] = 0 }
		case "host":
			f = func(ctx context.Context, _ api.Module, stack []uint64) {
				p := ctx.Value(unmeteredKey{}).(*unmeteredProcess)
				stack[0] = uint64(uint32(p.host(int32(stack[0]), uint32(stack[1]), uint32(stack[2]), uint32(stack[3]), uint32(stack[4]))))
			}
		case "clock_time_get":
			f = func(ctx context.Context, m api.Module, stack []uint64) {
				now := uint64(imageTime) // while the module is instantiated
				if p, ok := ctx.Value(unmeteredKey{}).(*unmeteredProcess); ok {
					now = p.clock(uint32(stack[0]) == 0)
				}
				m.Memory().WriteUint64Le(uint32(stack[2]), now)
				stack[0] = 0
			}
		}
		if builders[im.Module] == nil {
			builders[im.Module] = e.rt.NewHostModuleBuilder(im.Module)
		}
		builders[im.Module].NewFunctionBuilder().WithGoModuleFunction(api.GoModuleFunc(f), im.Params, im.Results).Export(im.Name)
	}
	for _, b := range builders {
		if _, err := b.Instantiate(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if e.compiled, err = e.rt.CompileModule(ctx, module); err != nil {
		t.Fatal(err)
	}
	return e
}

type unmeteredKey struct{}

// unmeteredProcess is a process whose guest is a plain instance. The instance of
// Process itself stands in an operation of a program of its own, as an operation
// may wait or look at memory there.
type unmeteredProcess struct {
	*Process
	mod  api.Module
	call api.Function
}

// Run runs program inside an operation of a program that does nothing else.
func (e *unmetered) Run(ctx context.Context, program *Program) (r *Result, err error) {
	outer := Engine{cfg: testEngine.cfg, log: testEngine.log, host: testEngine.host, image: testEngine.image, shared: testEngine.shared, loaded: testEngine.loaded}
	outer.ops = slices.Clone(testEngine.ops)
	for i := range outer.ops {
		if outer.ops[i].Name == "process.memory" {
			outer.ops[i].Sync = func(c *Call) (any, error) {
				r, err = e.run(ctx, c.Process.in, program)
				return nil, errors.New("over") // the instance's memory is spoilt
			}
		}
	}
	_, outerErr := outer.Run(ctx, &Program{Code: "process.memoryUsage()", Language: "js", Limits: Limits{Timeout: time.Hour}})
	return r, errors.Join(err, outerErr)
}

func (e *unmetered) run(ctx context.Context, in *wasmhost.Instance, program *Program) (*Result, error) {
	pr := *program
	if pr.Dir == "" {
		pr.Dir = "/workspace"
	}
	if pr.Limits.Memory == 0 {
		pr.Limits.Memory = defaultMemory
	}
	ctx, cancel := context.WithCancel(ctx)
	p := &unmeteredProcess{Process: &Process{
		holding: new(wasmhost.Holding),
		engine:  testEngine, program: &pr, ctx: ctx, in: in, wake: make(chan struct{}, 1),
		stdout: output{w: pr.Stdout}, stderr: output{w: pr.Stderr},
	}}
	p.stdout.left.Store(defaultOutput)
	p.stderr.left.Store(defaultOutput)
	defer func() {
		cancel()
		p.background.Wait()
		p.state.close()
	}()
	p.started = p.now()
	var err error
	if p.mod, err = e.rt.InstantiateModule(ctx, e.compiled, wazero.NewModuleConfig().WithName("").WithStartFunctions("_initialize")); err != nil {
		return nil, err
	}
	defer p.mod.Close(context.Background())
	m := p.mod.Memory()
	if missing := len(e.image) - int(m.Size()); missing > 0 {
		if _, ok := m.Grow(uint32(missing >> 16)); !ok {
			return nil, errGuestMemory
		}
	}
	if int(m.Size()) != len(e.image) || !m.Write(0, e.image) {
		return nil, errors.New("the image does not fit")
	}
	p.call = p.mod.ExportedFunction(exportCall)
	if err := p.loop(context.WithValue(ctx, unmeteredKey{}, p)); err != nil {
		return nil, err
	}
	s := p.status()
	r := &Result{ExitCode: s.exitCode}
	if s.flags&flagValue != 0 {
		if v, ok := m.Read(s.valuePtr, s.valueLen); ok && json.Valid(v) {
			r.Value = slices.Clone(v)
		}
	}
	return r, nil
}

func (p *unmeteredProcess) status() status {
	b, _ := p.mod.Memory().Read(testEngine.shared, sharedSize)
	return statusOf(b)
}

// invoke passes data to an operation of bt_call.
func (p *unmeteredProcess) invoke(ctx context.Context, op uint64, data []byte) error {
	ptr := uint64(testEngine.shared + offIn)
	if len(data) > ioSize {
		r, err := p.call.Call(ctx, callAlloc, uint64(len(data)), 0)
		if err != nil {
			return err
		}
		ptr = r[0]
	}
	if !p.mod.Memory().Write(uint32(ptr), data) {
		return errCorrupt
	}
	r, err := p.call.Call(ctx, op, ptr, uint64(len(data)))
	if err == nil && r[0] != 0 {
		err = fmt.Errorf("operation %d: %d", op, int64(r[0]))
	}
	return err
}

// loop is Process.loop.
func (p *unmeteredProcess) loop(ctx context.Context) error {
	if p.program.Code != "" {
		data, err := p.loadArgs(ctx, p.entryPath(), false)
		if err != nil {
			return err
		}
		if err := p.invoke(ctx, callLoad, data); err != nil {
			return err
		}
	}
	data := p.runArgs(p.program.Limits.Memory)
	for op := uint64(callRun); ; op = callTurn {
		if err := p.invoke(ctx, op, data); err != nil {
			return err
		}
		switch s := p.status(); s.state {
		case guestDone:
			return nil
		case guestMore:
			data = p.completions()
		default:
			next, err := p.wait(ctx, s.nextTimer)
			if err != nil {
				return err
			}
			data = next
		}
	}
}

// host is Process.hostCall for the plain instance's memory. An answer goes
// through the start of the other one, where its stack does not reach.
func (p *unmeteredProcess) host(op int32, ptr, n, out, room uint32) int32 {
	m := p.mod.Memory()
	switch op {
	case opFetch:
		answer := p.kept
		p.kept = nil
		m.Write(out, answer)
		return int32(len(answer))
	case opRandom:
		view, _ := m.Read(out, room)
		p.state.random(view)
		return 0
	}
	data, ok := m.Read(ptr, n)
	if !ok {
		panic("arguments outside memory")
	}
	args, err := wire.DecodeArgs(slices.Clone(data), nil)
	if err != nil {
		panic(err)
	}
	p.crossing = int64(n)
	v, err := p.dispatch(op, args)
	r := p.answer(v, err, 0, room)
	if r > 0 {
		answer, _ := p.in.View(0, uint32(r))
		m.Write(out, answer)
	}
	return r
}
