package wasmhost

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/tetratelabs/wazero/api"
)

// Instance is one running guest. One goroutine owns it: its methods are not
// safe for concurrent use. What they report is of the present use, from Get (or
// Start) to Release.
type Instance struct {
	host   *Host
	module *Module
	image  *Image // nil: made by Start

	mod     api.Module
	memory  *memory
	globals []api.MutableGlobal // every mutable one of the module, but the fuel
	fuel    api.MutableGlobal   // what is left of the slice
	exports []export
	context callContext // what wazero passes on to imports
	waiter  waiter
	worker  Worker // for a turn of Work

	levels []*level // one for each depth of nesting that was needed so far
	depth  int      // calls in progress; above 0 frames of the guest are live

	account *account // is charged for the instance; guarded by Host.mu while idle
	held    int64    // bytes charged to account
	stacks  int64    // of which for native stacks

	// Of the present use:
	state   any
	pace    func(cpu time.Duration) time.Duration // see InstanceConfig.Pace
	pool    Pool                                  // see InstanceConfig.Pool
	pooled  int64                                 // bytes held of pool
	paid    int64                                 // fuel that pool was told of
	limit   int64                                 // of fuel
	granted int64                                 // fuel given in slices so far
	slice   int64                                 // of which the present slice
	charged int64                                 // host work charged to the present slice
	meter   sliceMeter
	since   time.Duration // when the guest got its turn, or last accounted for it
	cpu     time.Duration
	settled time.Duration // cpu at the last settle
	unpaid  time.Duration // of cpu: its tenant was not charged for it yet
	hooks   int64         // slices that ended
	holding bool          // a turn
	blocked bool          // inside Block
	stop    error         // why the guest has to end
	dead    bool
	leaving bool // Release was called while frames of the guest are live
	gone    bool // released
	touched bool // some of the guest's code may have run
}

// level is what one depth of nesting needs: wazero's functions cannot be
// entered again while they run.
type level struct {
	functions []function // by export
	current   *function
	// stack carries arguments and results. It lives as long as the level, since
	// wazero keeps only its address while the guest runs.
	stack    []uint64
	ctx      context.Context
	deadline time.Duration // of ctx, as Host.now counts; valid once armed
	armed    bool
}

// function is an export bound for one level.
type function struct {
	api.Function
	native *[]byte // its native stack; nil if the engine has none
}

// export is a function that Call can address.
type export struct {
	name            string
	params, results int
}

// callContext carries an instance through wazero to the imports. It is never
// done: guests end through the fuel hook only.
type callContext struct {
	context.Context
	in *Instance
}

type instanceKey struct{}

func (c *callContext) Value(key any) any {
	if key == (instanceKey{}) {
		return c.in
	}
	return nil
}

// newInstance makes an instance that is not instantiated yet.
func newInstance(m *Module, i *Image, mem *memory, exports []export, a *account) *Instance {
	in := &Instance{host: m.host, module: m, image: i, memory: mem, exports: exports, account: a}
	mem.owner = in
	in.context = callContext{Context: context.Background(), in: in}
	in.waiter.ready = make(chan struct{}, 1)
	return in
}

// bind looks up what instances are driven by, once they are instantiated.
func (in *Instance) bind(mod api.Module) error {
	in.mod = mod
	for _, g := range in.module.result.Globals {
		global, ok := mod.ExportedGlobal(g.Name).(api.MutableGlobal)
		if !ok {
			return fmt.Errorf("wasmhost: global %q is missing", g.Name)
		}
		in.globals = append(in.globals, global)
	}
	fuel, ok := mod.ExportedGlobal(fuelExport).(api.MutableGlobal)
	if !ok {
		return fmt.Errorf("wasmhost: global %q is missing", fuelExport)
	}
	in.fuel = fuel
	return nil
}

// begin starts a use on behalf of tenant. Limit is the longest linear memory
// allowed, in bytes.
func (in *Instance) begin(tenant string, limit int, fuel int64, state any) {
	in.memory.begin(limit)
	in.waiter.tenant = in.host.turns.join(tenant)
	in.state = state
	in.limit = fuel
	if fuel <= 0 {
		in.limit = math.MaxInt64
	}
	in.granted, in.slice, in.charged, in.cpu, in.settled, in.unpaid, in.hooks = 0, 0, 0, 0, 0, 0, 0
	in.pool, in.pooled, in.paid = nil, 0, 0
	in.meter.reset()
	in.stop, in.dead, in.leaving, in.gone, in.touched = nil, false, false, false, false
}

// Call runs export (its place in NewImage's or Start's list) and returns its
// result, 0 if it has none. Inside an Import it calls back into the guest.
//
// Errors: ErrFuel, ErrBudget, ErrClosed, ErrDead, ctx's own, *TrapError,
// *InternalError. After an error the instance is dead, unless the guest was not
// entered, because ctx was done before.
func (in *Instance) Call(ctx context.Context, export int, args ...uint64) (uint64, error) {
	if in.gone || in.dead {
		return 0, ErrDead
	}
	if in.stop != nil { // a charge since the last call
		in.end(in.stop)
		return 0, in.stop
	}
	if in.mod == nil {
		return 0, internal("wasmhost: Call from a start function")
	}
	if in.blocked {
		return 0, internal("wasmhost: Call inside Block")
	}
	if export < 0 || export >= len(in.exports) || len(args) != in.exports[export].params {
		return 0, internal("wasmhost: no export %d with %d parameters", export, len(args))
	}
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	lv, err := in.level(in.depth, export)
	if err != nil {
		return 0, err
	}
	if in.depth == 0 {
		if err := in.host.turns.acquire(ctx, &in.waiter); err != nil {
			return 0, err
		}
		in.resume()
		in.memory.watch()
		in.fuel.Set(uint64(in.grant(in.FuelUsed())))
	}
	in.touched = true
	lv.ctx, lv.armed = ctx, false
	copy(lv.stack, args)
	in.depth++
	return in.enter(lv, in.exports[export].results > 0)
}

// level returns the level at depth with export bound and current.
func (in *Instance) level(depth, export int) (*level, error) {
	if depth == len(in.levels) {
		slots := 1
		for _, e := range in.exports {
			slots = max(slots, e.params, e.results)
		}
		in.levels = append(in.levels, &level{functions: make([]function, len(in.exports)), stack: make([]uint64, slots)})
	}
	lv := in.levels[depth]
	lv.current = &lv.functions[export]
	if lv.current.Function == nil {
		fn := in.mod.ExportedFunction(in.exports[export].name)
		if fn == nil {
			return nil, internal("wasmhost: export %q is missing", in.exports[export].name)
		}
		*lv.current = function{Function: fn, native: stackOf(fn)}
	}
	return lv, nil
}

// enter runs lv's current function. The instance holds a turn before and, unless
// it waited for one in vain, after it; the outermost call gives it up.
func (in *Instance) enter(lv *level, returns bool) (result uint64, err error) {
	finished := false
	defer func() {
		if !finished { // the goroutine exits from inside an import
			in.end(internal("wasmhost: goroutine exited"))
		}
		in.depth--
		in.leave(lv)
	}()
	err = lv.current.CallWithStack(&in.context, lv.stack)
	runtime.KeepAlive(lv)
	finished = true
	if err != nil {
		in.end(fault(err))
		return 0, in.stop
	}
	if in.FuelUsed() > in.limit { // spent at points that do not look at the fuel
		in.end(ErrFuel)
		return 0, in.stop
	}
	if err := in.payPool(in.FuelUsed()); err != nil {
		in.end(err)
		return 0, in.stop
	}
	if returns {
		result = lv.stack[0]
	}
	return result, nil
}

// leave tidies up after a call: it gives up what its function holds, and the
// turn when it was the outermost.
func (in *Instance) leave(lv *level) {
	lv.ctx = nil
	if fn := lv.current; fn.native != nil && len(*fn.native) > keepStack {
		*fn = function{} // bound again, with a small stack, when needed
		if left := in.nativeStacks(); left < in.stacks {
			_ = in.charge(in.held - in.stacks + left) // giving back cannot fail
			in.stacks = left
		}
	}
	if in.depth > 0 {
		return
	}
	in.memory.unwatch()
	in.yield()
	if in.leaving {
		in.leaving = false
		in.Release()
	}
}

// Rest gives back what the instance needs only while its guest runs: wazero's
// functions with their native stacks, some tens of kilobytes. The next Call
// binds them again, in a few microseconds. It charges the instance for exactly
// what is left, the pages it wrote counted. It is for an instance that will wait
// between two calls, and does nothing inside one.
//
// The error is ErrBudget if the host has no room for what is left: then the
// instance is dead.
func (in *Instance) Rest() error {
	if in.depth > 0 || in.levels == nil {
		return nil
	}
	in.levels, in.settled = nil, in.cpu
	err := in.recharge(in.memory.written(), 0)
	if err != nil {
		in.end(err)
	}
	return err
}

// end makes the guest's end known, the first reason winning.
func (in *Instance) end(reason error) {
	if in.stop == nil {
		in.stop = reason
	}
	in.dead = true
}

// fault tells a trap of the guest from a fault of ours.
func fault(err error) error {
	for e := err; e != nil; e = errors.Unwrap(e) {
		text := e.Error()
		if text == "stack overflow" {
			return &TrapError{Reason: text}
		}
		if reason, ok := strings.CutPrefix(text, "wasm error: "); ok {
			reason, _, _ = strings.Cut(reason, "\n")
			return &TrapError{Reason: reason}
		}
	}
	return &InternalError{Detail: err.Error()}
}

// errStopped unwinds a guest that has to end. Only Instance.stop says why.
var errStopped = errors.New("wasmhost: guest stopped")

// callImport runs f for the guest and reports whether the guest may go on.
func (in *Instance) callImport(f func(*Instance, []uint64), stack []uint64) bool {
	finished := false
	defer func() {
		if finished {
			return
		}
		if r := recover(); r != nil {
			in.end(internal("panic in an import: %v\n%s", r, debug.Stack()))
		}
	}()
	f(in, stack)
	finished = true
	return in.stop == nil
}

// Release resets the instance and returns it to its image's pool, or frees it.
// The caller must not use it, nor any View of it, afterwards. Inside an Import
// it takes effect when the outermost call returns.
func (in *Instance) Release() {
	if in.gone {
		return
	}
	if in.depth > 0 {
		in.leaving = true
		return
	}
	in.gone = true
	in.leavePool()
	in.state = nil
	in.host.turns.leave(in.waiter.tenant)
	in.waiter.tenant = nil
	in.worker.Close()
	if in.image == nil || in.dead || in.module.result.WritesTables || in.memory.exclusive || !in.reset() {
		in.drop()
		return
	}
	in.image.put(in)
}

// drop frees an instance that a caller held.
func (in *Instance) drop() {
	in.discard()
	in.host.lost(in.account)
}

// discard frees the instance and reports what fails.
func (in *Instance) discard() {
	if err := in.free(); err != nil {
		in.host.cfg.Report(fmt.Errorf("wasmhost: close an instance: %w", err))
	}
}

// free closes the instance. No frame of the guest may be live.
func (in *Instance) free() error {
	in.levels = nil
	var err error
	if in.mod == nil {
		in.memory.Free()
	} else {
		err = in.mod.Close(context.Background()) // frees the memory, too
	}
	for _, r := range in.memory.shared {
		in.letGo(r)
	}
	in.memory.shared, in.memory.elsewhere = nil, 0
	_ = in.charge(0) // giving back cannot fail
	return err
}

// reset puts back exactly what the use changed, and reports whether the
// instance equals its image again.
func (in *Instance) reset() bool {
	if err := in.memory.reset(); err != nil {
		in.host.cfg.Report(fmt.Errorf("wasmhost: reset an instance: %w", err))
		return false
	}
	if in.memory.size != in.memory.start {
		// wazero cannot shrink a memory, but it takes what its allocator returns.
		in.memory.shrinking = true
		if _, ok := in.mod.Memory().Grow(1); !ok {
			return false
		}
	}
	for i, g := range in.globals {
		g.Set(in.image.globals[i])
	}
	in.fuel.Set(0)
	if in.recharge(in.memory.kept, instanceBytes+in.memory.least()) != nil {
		return false
	}
	if share := in.host.cfg.VerifyResets; share > 0 && rand.Float64() < share {
		if err := in.verify(); err != nil {
			in.host.mismatch(err)
			return false
		}
	}
	return true
}

// verify compares the instance with its image.
func (in *Instance) verify() error {
	if size := in.Size(); int(size) != in.image.data.length {
		return fmt.Errorf("wasmhost: reset left a memory of %d bytes, the image has %d", size, in.image.data.length)
	}
	if view, _ := in.mod.Memory().Read(0, in.Size()); !bytes.Equal(view, in.image.data.view) {
		return errors.New("wasmhost: reset left memory that differs from the image")
	}
	for i, g := range in.globals {
		if g.Get() != in.image.globals[i] {
			return fmt.Errorf("wasmhost: reset left global %d changed", i)
		}
	}
	return nil
}

// State returns what InstanceConfig or StartConfig gave.
func (in *Instance) State() any { return in.state }

// Context returns the context of the innermost call in progress. It may only be
// called from inside an Import.
func (in *Instance) Context() context.Context { return in.levels[in.depth-1].ctx }

// View returns n bytes of linear memory at ptr, or false if they are not all
// inside it, or some of them are shared. It aliases the guest's memory until the next Call or return into
// the guest; it must not be used afterwards.
func (in *Instance) View(ptr, n uint32) ([]byte, bool) {
	if !in.module.result.HasMemory {
		return nil, n == 0 && ptr == 0
	}
	if in.memory.shared != nil && in.memory.overlap(int(ptr), int(n)) != nil {
		return nil, false
	}
	if in.depth == 0 {
		in.memory.exposed(int(ptr), int(n))
	}
	return in.mod.Memory().Read(ptr, n)
}

// Size is the length of linear memory in bytes.
func (in *Instance) Size() uint32 {
	if !in.module.result.HasMemory {
		return 0
	}
	return in.mod.Memory().Size()
}

// MemoryPeak is the most linear memory held, in bytes beyond the image.
func (in *Instance) MemoryPeak() int64 {
	return int64(max(in.memory.peak-in.memory.start, 0))
}

// RefusedGrowth is the largest linear memory, in bytes beyond the image, that
// the guest asked for and was refused; 0 if it was refused nothing.
func (in *Instance) RefusedGrowth() int64 {
	return max(in.memory.refused-int64(in.memory.start), 0)
}

// payPool tells the pool of the fuel spent so far.
func (in *Instance) payPool(used int64) error {
	if in.pool == nil {
		return nil
	}
	n := used - in.paid
	in.paid = used
	if in.pool.Spend(n) != nil {
		return ErrFuel
	}
	return nil
}

// holdPool makes total bytes what the instance holds of its pool.
func (in *Instance) holdPool(total int64) bool {
	if in.pool == nil || total == in.pooled {
		return true
	}
	if in.pool.Hold(total-in.pooled) != nil {
		return false
	}
	in.pooled = total
	return true
}

// leavePool settles what the instance owes its pool, at the end of a use.
func (in *Instance) leavePool() {
	if in.pool == nil {
		return
	}
	_ = in.pool.Spend(in.FuelUsed() - in.paid) // it is over
	_ = in.holdPool(0)
	in.pool = nil
}

// PoolRefused reports whether Pool refused growth since the use began.
func (in *Instance) PoolRefused() bool { return in.memory.poolRefused }

// JoinPool makes the rest of the use share pool with others: what it spent and
// holds so far counts. Only for functions of the host, once, if it has no Pool.
func (in *Instance) JoinPool(pool Pool) {
	in.pool = pool
	_ = in.payPool(in.FuelUsed()) // the next look at the fuel finds it spent
	_ = in.holdPool(in.poolShare(in.memory.size))
}
