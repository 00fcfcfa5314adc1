package jsengine

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"runtime/debug"
	"time"

	"github.com/tetratelabs/wazero/api"
	"go.uber.org/zap"

	"github.com/buntime/buntime/jsengine/wire"
	"github.com/buntime/buntime/wasmhost"
)

// Operations of the host import below those of allOps, as in shim.c.
const (
	opFetch   = 0
	opCancel  = 1
	opWrite   = 2
	opRandom  = 3
	opResolve = 4
	opLoad    = 5
	opPromise = 6
	opFirst   = 16
	opAsync   = 0x40000000
)

const (
	// maxArgs bounds the arguments of one operation, in bytes on the wire.
	maxArgs = 128 << 20
	// maxPending bounds the operations a process has in the background.
	maxPending = 4096
	// chargeBase and chargeShift are the fuel of one operation: a crossing, and
	// one unit for 64 bytes either way.
	chargeBase  = 8
	chargeShift = 6
	// hostPiece is how many bytes an operation moves before it looks whether the
	// slice is over: some ten microseconds.
	hostPiece = 64 << 10
)

// imageTime is the clock while an image is made, so that images are the same.
const imageTime = 1_700_000_000_000_000_000

// hostImports are the functions the engine's module imports: ours, and the few
// of WASI that its C library needs, which can do nothing.
func hostImports() []wasmhost.Import {
	const (
		i32 = api.ValueTypeI32
		i64 = api.ValueTypeI64
	)
	sig := func(t ...api.ValueType) []api.ValueType { return t }
	const wasi = "wasi_snapshot_preview1"
	const errnoBadf, errnoInval = 8, 28
	refuse := func(in *wasmhost.Instance, stack []uint64) { stack[0] = errnoBadf }
	return []wasmhost.Import{
		{Module: "buntime", Name: "host", Params: sig(i32, i32, i32, i32, i32), Results: sig(i32), Func: hostCall},
		{Module: "buntime", Name: "atomic", Params: sig(i32, i32, i32, i64, i64), Results: sig(i64), Func: atomicCall},
		{Module: wasi, Name: "clock_time_get", Params: sig(i32, i64, i32), Results: sig(i32), Func: func(in *wasmhost.Instance, stack []uint64) {
			b, ok := in.View(uint32(stack[2]), 8)
			if !ok {
				stack[0] = errnoInval
				return
			}
			now := uint64(imageTime)
			if p, ok := in.State().(*Process); ok {
				now = p.clock(uint32(stack[0]) == 0) // the upper half of an i32 may be anything
			}
			binary.LittleEndian.PutUint64(b, now)
			stack[0] = 0
		}},
		{Module: wasi, Name: "clock_res_get", Params: sig(i32, i32), Results: sig(i32), Func: refuse},
		{Module: wasi, Name: "random_get", Params: sig(i32, i32), Results: sig(i32), Func: func(in *wasmhost.Instance, stack []uint64) {
			b, ok := in.View(uint32(stack[0]), uint32(stack[1]))
			if !ok {
				stack[0] = errnoInval
				return
			}
			if p, ok := in.State().(*Process); ok {
				in.Charge(int64(len(b)) >> 3)
				p.fill(b)
			} else {
				clear(b) // while an image is made
			}
			stack[0] = 0
		}},
		{Module: wasi, Name: "fd_close", Params: sig(i32), Results: sig(i32), Func: refuse},
		{Module: wasi, Name: "fd_write", Params: sig(i32, i32, i32, i32), Results: sig(i32), Func: refuse},
		{Module: wasi, Name: "fd_read", Params: sig(i32, i32, i32, i32), Results: sig(i32), Func: refuse},
		{Module: wasi, Name: "fd_seek", Params: sig(i32, i64, i32, i32), Results: sig(i32), Func: refuse},
		{Module: wasi, Name: "fd_fdstat_get", Params: sig(i32, i32), Results: sig(i32), Func: refuse},
		{Module: wasi, Name: "fd_fdstat_set_flags", Params: sig(i32, i32), Results: sig(i32), Func: refuse},
		{Module: wasi, Name: "fd_prestat_get", Params: sig(i32, i32), Results: sig(i32), Func: refuse},
		{Module: wasi, Name: "fd_prestat_dir_name", Params: sig(i32, i32, i32), Results: sig(i32), Func: refuse},
		{Module: wasi, Name: "environ_get", Params: sig(i32, i32), Results: sig(i32), Func: refuse},
		{Module: wasi, Name: "environ_sizes_get", Params: sig(i32, i32), Results: sig(i32), Func: refuse},
		{Module: wasi, Name: "proc_exit", Params: sig(i32), Func: func(in *wasmhost.Instance, stack []uint64) {
			panic("the engine called proc_exit")
		}},
	}
}

// clock is the guest's clock in nanoseconds: since 1970, or since the program
// started. It is coarse, so that guests cannot time each other finely.
func (p *Process) clock(wall bool) uint64 {
	const grain = 100 * time.Microsecond
	now := p.now()
	if wall {
		return uint64(max(0, now.Truncate(grain).UnixNano()))
	}
	return uint64(max(0, now.Sub(p.started)).Truncate(grain))
}

func (p *Process) now() time.Time {
	if p.program.Clock != nil {
		return p.program.Clock()
	}
	return time.Now()
}

// hostCall is the import "host": op, ptr, len, out, cap. It returns the length
// of the answer at out, or the negative of the length it needs. Everything it is
// given may be wrong on purpose.
func hostCall(in *wasmhost.Instance, stack []uint64) {
	op, ptr, n, out, room := int32(stack[0]), uint32(stack[1]), uint32(stack[2]), uint32(stack[3]), uint32(stack[4])
	p, ok := in.State().(*Process)
	if !ok {
		p = &Process{in: in, holding: new(wasmhost.Holding)} // the image is being made: no operation is allowed
		stack[0] = uint64(uint32(p.answer(nil, &JSError{Message: "host operations are not available while the image is made"}, out, room)))
		return
	}
	stack[0] = uint64(uint32(p.hostCall(op, ptr, n, out, room)))
}

func (p *Process) hostCall(op int32, ptr, n, out, room uint32) int32 {
	switch op {
	case opFetch:
		answer := p.kept
		p.kept = nil
		_ = p.holding.Charge(-int64(len(answer)))
		view, ok := p.in.View(out, room)
		if !ok || len(answer) > len(view) {
			return 0
		}
		return p.copy(view, answer)
	case opRandom:
		view, ok := p.in.View(out, room)
		if !ok {
			return 0
		}
		p.in.Charge(chargeBase + int64(room)>>3)
		p.fill(view)
		return 0
	}
	p.in.Charge(chargeBase + int64(n)>>chargeShift)
	data, ok := p.in.View(ptr, n)
	if !ok || n > maxArgs {
		return p.answer(nil, &JSError{Name: "RangeError", Message: "arguments of a host operation are too large"}, out, room)
	}
	var pause func()
	if n > hostPiece {
		pause = p.checkpoint
		if p.holding.Charge(int64(n)) != nil {
			return p.answer(nil, errNoRoom, out, room)
		}
		defer p.holding.Charge(-int64(n))
	}
	args, err := wire.DecodeArgs(data, pause)
	if err != nil {
		return p.answer(nil, &JSError{Name: "TypeError", Message: "malformed arguments of a host operation"}, out, room)
	}
	p.crossing = int64(n)
	v, err := p.dispatch(op, args)
	return p.answer(v, err, out, room)
}

// checkpoint lets others go on within a long operation. Whether the guest has to
// end is asked for when it returns to it: what is begun is finished.
func (p *Process) checkpoint() { p.in.Checkpoint() }

// copy copies all of from, in pieces.
func (p *Process) copy(to, from []byte) int32 {
	n := 0
	for len(from)-n > hostPiece {
		n += copy(to[n:], from[n:n+hostPiece])
		p.in.Checkpoint()
	}
	return int32(n + copy(to[n:], from[n:]))
}

// fill makes b random, in pieces, until the guest has to end.
func (p *Process) fill(b []byte) {
	for len(b) > hostPiece && p.in.Checkpoint() {
		p.state.random(b[:hostPiece])
		b = b[hostPiece:]
	}
	p.state.random(b[:min(len(b), hostPiece)])
}

func (p *Process) dispatch(op int32, args []any) (any, error) {
	c := &Call{Process: p, Args: args}
	switch op {
	case opCancel:
		id, err := c.Int(0, "id")
		if err != nil {
			return nil, err
		}
		p.mu.Lock()
		cancel := p.pending[int32(id)]
		p.mu.Unlock()
		if cancel != nil {
			cancel()
		}
		return wire.Undefined{}, nil
	case opWrite:
		return p.write(c)
	case opResolve:
		return p.resolve(c)
	case opLoad:
		return p.load(c)
	case opPromise:
		return p.compiledSource()
	}
	async := op&opAsync != 0
	i := int(op&^opAsync) - opFirst
	if i < 0 || i >= len(p.engine.ops) {
		return nil, &JSError{Name: "RangeError", Message: "unknown host operation"}
	}
	o := &p.engine.ops[i]
	switch {
	case async && o.Async != nil:
		return p.start(o, c)
	case !async && o.Sync != nil:
		return o.Sync(c)
	}
	return nil, &JSError{Name: "RangeError", Message: fmt.Sprintf("%s cannot be called that way", o.Name)}
}

// start runs o on a goroutine of its own. The first argument is the guest's
// number for it.
func (p *Process) start(o *Op, c *Call) (any, error) {
	id, ok := c.arg(0).(int32)
	if !ok {
		return nil, ArgError("id", "an integer")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.pending) >= maxPending {
		return nil, &JSError{Message: "too many operations in the background", Code: "ERR_TOO_MANY_OPERATIONS"}
	}
	if _, taken := p.pending[id]; taken {
		return nil, &JSError{Name: "RangeError", Message: "operation number is taken"}
	}
	// Their arguments are in host memory until they end: no more than the guest
	// may have itself.
	size := p.crossing
	if p.held+size > p.program.Limits.Memory || p.holding.Charge(size) != nil {
		return nil, &JSError{Message: "operations in the background hold too much memory", Code: "ERR_TOO_MANY_OPERATIONS"}
	}
	p.held += size
	ctx, cancel := context.WithCancel(p.ctx)
	if p.pending == nil {
		p.pending = make(map[int32]context.CancelFunc)
	}
	p.pending[id] = cancel
	call := &Call{Process: p, Args: c.Args[1:]}
	p.background.Go(func() {
		defer cancel()
		// It completes also where a function of the embedding program ends its goroutine, as a
		// test's FailNow does: the guest would wait for ever.
		var v any
		err := fmt.Errorf("%s ended its goroutine", o.Name)
		defer func() {
			if ctx.Err() != nil && errors.Is(err, context.Canceled) {
				err = &JSError{Name: "AbortError", Message: "The operation was aborted", Code: "ABORT_ERR"}
			}
			p.complete(id, size, v, err)
		}()
		v, err = p.runAsync(ctx, o, call)
	})
	return wire.Undefined{}, nil
}

func (p *Process) runAsync(ctx context.Context, o *Op, c *Call) (v any, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic in %s: %v\n%s", o.Name, r, debug.Stack())
		}
	}()
	return o.Async(ctx, c)
}

// complete queues the end of operation id, whose arguments had size bytes, for
// the event loop.
func (p *Process) complete(id int32, size int64, v any, err error) {
	b := completion(id, err == nil)
	if err == nil {
		if b, err = wire.Append(b, v); err != nil {
			b = completion(id, false)
		}
	}
	if err == nil && p.holding.Charge(int64(len(b))) != nil {
		b, err = completion(id, false), errNoRoom
	}
	charged := int64(len(b))
	if err != nil {
		// Cannot fail: the error is flat.
		b, _ = wire.Append(b, p.wireError(err))
		charged = 0 // and short
	}
	binary.LittleEndian.PutUint32(b[completionHead-4:], uint32(len(b)-completionHead))
	_ = p.holding.Charge(-size)
	p.mu.Lock()
	delete(p.pending, id)
	p.held -= size
	p.done = append(p.done, b)
	p.delivered += charged
	p.mu.Unlock()
	select {
	case p.wake <- struct{}{}:
	default: // the loop will look anyway
	}
}

// errNoRoom reports that the host has no room for what an operation moves.
var errNoRoom = &JSError{Message: "the host has no memory left for this operation", Code: "ERR_MEMORY_ALLOCATION_FAILED"}

// completionHead is the size of what completion returns.
const completionHead = 11

// completion is the head of a completion: number, success and the size of the
// value that follows, which is filled in when that is known: the guest goes on
// behind a value that it has no room for.
func completion(id int32, ok bool) []byte {
	b, _ := wire.Append(nil, id)
	b, _ = wire.Append(b, ok)
	b, _ = wire.Append(b, int32(0))
	return b
}

// wireError is err for the guest; what is not for guests goes to the log.
func (p *Process) wireError(err error) *wire.Error {
	we, hidden := wireError(err)
	var denied *DeniedError
	if errors.As(err, &denied) {
		p.mu.Lock()
		p.denied = denied
		p.mu.Unlock()
	}
	// That the program's end cut an operation short is no fault.
	cut := p.ctx.Err() != nil && (errors.Is(err, p.ctx.Err()) || errors.Is(err, context.Cause(p.ctx)))
	if hidden && !cut && p.engine != nil {
		p.engine.log.Error("operation of a guest failed", zap.Error(err))
	}
	return we
}

// answer writes a result at out, or keeps it for opFetch when it has no room.
func (p *Process) answer(v any, err error, out, room uint32) int32 {
	var b []byte
	own := true
	if err == nil {
		if _, ok := v.(wire.Undefined); ok {
			return 0
		}
		if encoded, ok := v.(raw); ok {
			b, own = encoded, false
		} else {
			b, err = wire.AppendPausing(p.buf[:0], v, p.checkpoint)
		}
	}
	if err != nil {
		if b, err = wire.Append(p.buf[:0], p.wireError(err)); err != nil {
			return 0
		}
	}
	if len(b) > math.MaxInt32 {
		return 0
	}
	p.in.Charge(int64(len(b)) >> chargeShift)
	if uint32(len(b)) > room {
		p.buf = nil
		_ = p.holding.Charge(-int64(len(p.kept))) // one that was not fetched
		if p.kept = nil; p.holding.Charge(int64(len(b))) != nil {
			p.in.Overload()
			return 0
		}
		p.kept = b
		return -int32(len(b))
	}
	if own && cap(b) <= ioSize {
		p.buf = b
	}
	view, ok := p.in.View(out, uint32(len(b)))
	if !ok {
		return 0
	}
	return p.copy(view, b)
}
