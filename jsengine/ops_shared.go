package jsengine

import (
	"container/list"
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/buntime/buntime/jsengine/wire"
	"github.com/buntime/buntime/wasmhost"
)

const (
	// maxSharedBuffers bounds the buffers that the threads of a program share, as in
	// structured-clone.ts.
	maxSharedBuffers = 128
	// notifyCost is the fuel of waking one who waits.
	notifyCost = 16
)

// Operations of the import "atomic" beyond wasmhost's, as in atomics.c.
const (
	atomicPage = 16 + iota
	atomicPublish
	atomicTake
	atomicSize
	atomicUsed
	atomicMost
	atomicMap
	atomicDrop
	atomicGrow
	atomicWait
	atomicSleep
	atomicNotify
)

// Why shared memory is refused, as in structured-clone.ts.
const (
	errSharedSystem  = -1 - iota // this system cannot, or the server does not allow it
	errSharedCount               // maxSharedBuffers
	errSharedHost                // so much is shared already by everyone, or by the tenant
	errSharedMemory              // there is no room
	errSharedUnknown             // no such number
)

// How a wait ended, as in atomics.c.
const (
	waitOK = iota
	waitNotEqual
	waitTimedOut
)

// sharedBuffer is a SharedArrayBuffer's memory that several threads of a program
// have, or one and what is on its way to others.
type sharedBuffer struct {
	mem  *wasmhost.Shared // how long the buffer is, too
	most int64            // greatest length; -1: it cannot grow
	refs int              // guarded by family.mu; mappedBuffers and envelopes that have it
}

// mappedBuffer is what a thread knows of one by a number of its own.
type mappedBuffer struct {
	*sharedBuffer
	mapped bool
	ptr    uint32 // where, if mapped
}

// sharedTable is what a thread has of shared memory. Only the goroutine that runs the
// guest uses it.
type sharedTable struct {
	last    int32
	buffers map[int32]*mappedBuffer
}

// buffersLocked returns the buffers that a message's numbers name, and makes the message
// one who has them. What p names and does not have is left out. Precondition: mu is held.
func (f *family) buffersLocked(p *Process, numbers []any) []*sharedBuffer {
	var list []*sharedBuffer
	for _, n := range numbers {
		number, _ := n.(int32)
		if m := p.shared.buffers[number]; m != nil {
			m.refs++
			list = append(list, m.sharedBuffer)
		}
	}
	return list
}

// freeBuffersLocked gives up what a message has. Precondition: mu is held.
func (f *family) freeBuffersLocked(list []*sharedBuffer) {
	for _, b := range list {
		if b.refs--; b.refs == 0 {
			delete(f.buffers, b)
			b.mem.Release()
		}
	}
}

// takeBuffersLocked gives p what a message has, and returns p's numbers for it.
// Precondition: mu is held.
func (f *family) takeBuffersLocked(p *Process, list []*sharedBuffer) []any {
	numbers := make([]any, 0, len(list))
	for _, b := range list {
		numbers = append(numbers, p.addShared(&mappedBuffer{sharedBuffer: b}))
	}
	return numbers
}

func (p *Process) addShared(m *mappedBuffer) int32 {
	t := &p.shared
	if t.buffers == nil {
		t.buffers = map[int32]*mappedBuffer{}
	}
	t.last++
	t.buffers[t.last] = m
	return t.last
}

// leaveShared gives up all that p has. What is mapped stays so until its instance is gone.
func (p *Process) leaveShared() {
	p.leaveWaits()
	f := p.fam
	f.mu.Lock()
	defer f.mu.Unlock()
	for number := range p.shared.buffers {
		p.forgetSharedLocked(number)
	}
}

func (p *Process) forgetSharedLocked(number int32) {
	m := p.shared.buffers[number]
	delete(p.shared.buffers, number)
	p.fam.freeBuffersLocked([]*sharedBuffer{m.sharedBuffer})
}

// atomicCall is the import "atomic": op, place, n, v, w. Everything it is given may be
// wrong on purpose.
func atomicCall(in *wasmhost.Instance, stack []uint64) {
	p, ok := in.State().(*Process)
	if !ok {
		stack[0] = 0 // while an image is made nothing is shared
		return
	}
	stack[0] = uint64(p.atomic(int32(stack[0]), uint32(stack[1]), uint32(stack[2]), stack[3], stack[4]))
}

func (p *Process) atomic(op int32, ptr, n uint32, v, w uint64) int64 {
	p.in.Charge(chargeBase)
	if op < atomicPage {
		old, _ := p.in.Atomic(wasmhost.Atomic(op), ptr, n, v, w)
		return int64(old)
	}
	switch op {
	case atomicPage:
		return int64(p.engine.host.SharePage())
	case atomicPublish:
		return p.publish(ptr, n, int64(v), int64(w))
	case atomicWait:
		return p.waitAt(ptr, n, v, math.Float64frombits(w))
	case atomicSleep:
		p.pause(nil, math.Float64frombits(w))
		return waitTimedOut
	case atomicNotify:
		return p.notify(ptr, int64(v))
	}
	number := int32(n)
	m := p.shared.buffers[number]
	if m == nil {
		return errSharedUnknown
	}
	switch op {
	case atomicTake:
		return p.takeShared(number, m)
	case atomicSize:
		return int64(m.mem.Size())
	case atomicUsed:
		return m.mem.Used.Load()
	case atomicMost:
		return m.most
	case atomicMap:
		return p.mapShared(ptr, m)
	case atomicDrop:
		if m.mapped {
			p.in.Unshare(m.ptr)
		}
		p.fam.mu.Lock()
		defer p.fam.mu.Unlock()
		p.forgetSharedLocked(number)
		return 0
	case atomicGrow:
		return m.grow(int64(v))
	}
	return errSharedUnknown
}

// publish makes n bytes at ptr memory that other threads can have.
func (p *Process) publish(ptr, n uint32, used, most int64) int64 {
	size := int64(n)
	if used < 0 || used > size || most < -1 || most > size || most >= 0 && used > most {
		return errSharedUnknown
	}
	if p.engine.host.SharePage() == 0 {
		return errSharedSystem
	}
	f := p.family()
	p.joinPool()
	p.Charge(size >> chargeShift)
	mem, err := p.engine.host.NewShared(p.program.Tenant, int(n))
	if err != nil {
		return sharedError(err)
	}
	mem.Used.Store(used)
	b := &sharedBuffer{mem: mem, most: most, refs: 1}
	if !f.keep(b) {
		mem.Release()
		return errSharedCount
	}
	if err := p.in.Publish(ptr, mem); err != nil {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.freeBuffersLocked([]*sharedBuffer{b})
		return sharedError(err)
	}
	return int64(p.addShared(&mappedBuffer{sharedBuffer: b, mapped: true, ptr: ptr}))
}

// keep makes b one of the program's, unless it has too many.
func (f *family) keep(b *sharedBuffer) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.buffers) >= maxSharedBuffers {
		return false
	}
	if f.buffers == nil {
		f.buffers = map[*sharedBuffer]struct{}{}
	}
	f.buffers[b] = struct{}{}
	return true
}

// sharedError is err as atomics.c passes it on.
func sharedError(err error) int64 {
	var limit *wasmhost.SharingLimitError
	var mappings *wasmhost.MappingLimitError
	switch {
	case errors.Is(err, wasmhost.ErrNoSharing):
		return errSharedSystem
	case errors.As(err, &limit), errors.As(err, &mappings):
		return errSharedHost
	case errors.Is(err, wasmhost.ErrBudget):
		return errSharedMemory
	}
	return errSharedUnknown
}

// takeShared returns the number that p has mapped m under, if it has under another,
// which m's is given up for.
func (p *Process) takeShared(number int32, m *mappedBuffer) int64 {
	for other, o := range p.shared.buffers {
		if o.sharedBuffer == m.sharedBuffer && o.mapped && other != number {
			p.fam.mu.Lock()
			defer p.fam.mu.Unlock()
			p.forgetSharedLocked(number)
			return int64(other)
		}
	}
	return int64(number)
}

func (p *Process) mapShared(ptr uint32, m *mappedBuffer) int64 {
	if m.mapped {
		return errSharedUnknown
	}
	if err := p.in.Share(ptr, m.mem); err != nil {
		return sharedError(err)
	}
	m.mapped, m.ptr = true, ptr
	return 0
}

// grow makes the buffer longer; -1 if it is longer already, or may not be so long.
func (b *sharedBuffer) grow(n int64) int64 {
	for {
		used := b.mem.Used.Load()
		if n < used || n > b.most {
			return -1
		}
		if b.mem.Used.CompareAndSwap(used, n) {
			return 0
		}
	}
}

// place is where threads wait.
type place struct {
	mem *wasmhost.Shared
	at  int
}

// parked is a thread, or a promise of one, that waits at a place.
type parked struct {
	place
	woken func()        // is called by who notifies it, with parking.mu held; once
	elem  *list.Element // guarded by parking.mu; in the place's list; nil: it does not wait
	came  uint64        // guarded by parking.mu; a number greater than of all that came before
}

// parking is where the threads of a program wait. It is safe for concurrent use. Whatever
// waits, what it does takes the time of those that it is about.
type parking struct {
	mu    sync.Mutex
	lists map[place]*list.List // guarded by mu; of *parked, who waits longest first; none is empty
	came  uint64               // guarded by mu; of who came last
}

// park adds one who waits for the integer of width bytes at its place, unless that is
// not v: then it returns false.
func (k *parking) park(x *parked, width uint32, v uint64) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	// Who changes it and then notifies is seen here, or finds x parked.
	if width == 4 {
		v = uint64(uint32(v))
	}
	if x.mem.Load(x.at, width) != v {
		return false
	}
	if k.lists == nil {
		k.lists = map[place]*list.List{}
	}
	waiting := k.lists[x.place]
	if waiting == nil {
		waiting = list.New()
		k.lists[x.place] = waiting
	}
	k.came++
	x.came, x.elem = k.came, waiting.PushBack(x)
	return true
}

// leave takes x out and reports whether it still waited.
func (k *parking) leave(x *parked) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if x.elem == nil {
		return false
	}
	k.leaveLocked(x)
	return true
}

// leaveLocked takes x out, which waits.
func (k *parking) leaveLocked(x *parked) {
	waiting := k.lists[x.place]
	waiting.Remove(x.elem)
	x.elem = nil
	if waiting.Len() == 0 {
		delete(k.lists, x.place)
	}
}

// notifyPiece is how many are woken before others get their turns.
const notifyPiece = 256

// notify wakes up to n who wait at a place, in the order in which they came, and
// returns how many. After some it calls pause with how many those were, which returns
// false to end it; who comes meanwhile is not woken.
func (k *parking) notify(at place, n int64, pause func(woken int64) bool) (woken int64) {
	k.mu.Lock()
	last := k.came
	k.mu.Unlock()
	for {
		some := k.notifySome(at, min(n-woken, notifyPiece), last)
		woken += some
		if !pause(some) || some < notifyPiece || woken == n {
			return woken
		}
	}
}

// notifySome is notify for those who came up to last.
func (k *parking) notifySome(at place, n int64, last uint64) (woken int64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for ; woken < n && k.lists[at] != nil; woken++ {
		x := k.lists[at].Front().Value.(*parked)
		if x.came > last {
			break
		}
		k.leaveLocked(x)
		x.woken()
	}
	return woken
}

// pauseFor waits until woken is closed, ms have passed, which may be infinite, or ctx
// ends.
func pauseFor(ctx context.Context, woken <-chan struct{}, ms float64) {
	var due <-chan time.Time
	if !math.IsInf(ms, 1) {
		t := time.NewTimer(duration(ms))
		defer t.Stop()
		due = t.C
	}
	select {
	case <-woken:
	case <-due:
	case <-ctx.Done():
	}
}

// duration is a time of a guest's, which is not negative.
func duration(ms float64) time.Duration { return time.Duration(min(ms*1e6, math.MaxInt64/2)) }

// pause is pauseFor without a turn.
func (p *Process) pause(woken <-chan struct{}, ms float64) {
	if ms > 0 { // nor is it NaN
		p.Block(func() { pauseFor(p.ctx, woken, ms) })
	}
}

// placeAt is the place of an integer in shared memory, if there is one.
func (p *Process) placeAt(ptr, width uint32) (place, bool) {
	if p.fam == nil || width != 4 && width != 8 || ptr%width != 0 {
		return place{}, false
	}
	mem, at := p.in.SharedAt(ptr, width)
	return place{mem, at}, mem != nil
}

// waitAt is Atomics.wait.
func (p *Process) waitAt(ptr, width uint32, v uint64, ms float64) int64 {
	at, ok := p.placeAt(ptr, width)
	if !ok {
		return waitNotEqual
	}
	woken := make(chan struct{})
	x := &parked{place: at, woken: func() { close(woken) }}
	if !p.fam.parking.park(x, width, v) {
		return waitNotEqual
	}
	p.pause(woken, ms)
	if p.fam.parking.leave(x) {
		return waitTimedOut
	}
	return waitOK
}

func (p *Process) notify(ptr uint32, n int64) int64 {
	at, ok := p.placeAt(ptr, 4)
	if !ok {
		return 0
	}
	return p.fam.parking.notify(at, n, func(woken int64) bool {
		p.Charge(woken * notifyCost)
		return p.in.Checkpoint()
	})
}

// waiters are the promises of Atomics.waitAsync that a thread has, by number. Safe for
// concurrent use.
type waiters struct {
	mu    sync.Mutex
	last  int32           // guarded by mu
	list  map[int32]*wait // guarded by mu; who waits, or whose end was not told yet
	ended []any           // guarded by mu; [number, notified], in order
	more  chan struct{}   // one slot: ended is not empty; nil until one waits
	woken int64           // guarded by mu; how many were notified so far
}

// wait is one of them.
type wait struct {
	parked
	timer *time.Timer // nil: for ever
}

// end notes that n waits no longer.
func (w *waiters) end(n int32, notified bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	x := w.list[n]
	if x == nil { // its thread ended
		return
	}
	if x.timer != nil {
		x.timer.Stop()
	}
	if notified {
		w.woken++
	}
	w.ended = append(w.ended, []any{n, notified})
	select {
	case w.more <- struct{}{}:
	default:
	}
}

// told takes the ends that were not told yet.
func (w *waiters) told() []any {
	w.mu.Lock()
	defer w.mu.Unlock()
	ended := append([]any{}, w.ended...)
	w.ended = nil
	for _, e := range ended {
		delete(w.list, e.([]any)[0].(int32))
	}
	return ended
}

// waitAsync is Atomics.waitAsync: a number, 0 if the time is over at once, or nil if
// the integer is not v.
func (p *Process) waitAsync(at place, width uint32, v uint64, ms float64) (any, error) {
	w, parking := &p.waiters, &p.fam.parking
	w.mu.Lock()
	if len(w.list) >= maxPending {
		w.mu.Unlock()
		return nil, &JSError{Message: fmt.Sprintf("too many promises of Atomics.waitAsync wait: the limit is %d", maxPending), Code: "ERR_TOO_MANY_OPERATIONS"}
	}
	if w.list == nil {
		w.list, w.more = map[int32]*wait{}, make(chan struct{}, 1)
	}
	w.last++
	n := w.last
	x := &wait{parked: parked{place: at, woken: func() { w.end(n, true) }}}
	w.list[n] = x
	w.mu.Unlock()

	// Not with w.mu held: who notifies holds parking.mu, and ends n.
	is := parking.park(&x.parked, width, v)
	if !is || !(ms > 0) && parking.leave(&x.parked) {
		w.mu.Lock()
		delete(w.list, n)
		w.mu.Unlock()
		if !is {
			return wire.Undefined{}, nil
		}
		return int32(0), nil
	}
	if !math.IsInf(ms, 1) {
		w.mu.Lock()
		defer w.mu.Unlock()
		x.timer = time.AfterFunc(duration(ms), func() {
			if parking.leave(&x.parked) {
				w.end(n, false)
			}
		})
	}
	return n, nil
}

// leaveWaits ends all that wait.
func (p *Process) leaveWaits() {
	w := &p.waiters
	w.mu.Lock()
	list := w.list
	w.list = nil
	w.mu.Unlock()
	for _, x := range list {
		if x.timer != nil {
			x.timer.Stop()
		}
		p.fam.parking.leave(&x.parked)
	}
}

// sharedOps are the operations behind Atomics.waitAsync.
func sharedOps() []Op {
	return []Op{
		// shared.wait (place, width, value, milliseconds) → number, 0: the time is over, or undefined: the value is another
		{Name: "shared.wait", Sync: func(c *Call) (any, error) {
			p := c.Process
			ptr, err := c.Int(0, "place")
			if err != nil {
				return nil, err
			}
			width, err := c.Int(1, "width")
			if err != nil {
				return nil, err
			}
			v, err := c.Int(2, "value")
			if err != nil {
				return nil, err
			}
			ms, err := c.Float(3, "milliseconds")
			if err != nil {
				return nil, err
			}
			at, ok := p.placeAt(uint32(ptr), uint32(width))
			if !ok || ptr < 0 || ptr > math.MaxUint32 || width > 8 {
				return nil, ArgError("place", "one in shared memory")
			}
			return p.waitAsync(at, uint32(width), uint64(v), ms)
		}},
		// shared.ended () → [number, whether it was notified] of those who wait no longer, in order, once there are any
		{Name: "shared.ended", Async: func(ctx context.Context, c *Call) (any, error) {
			w := &c.Process.waiters
			w.mu.Lock()
			more := w.more
			w.mu.Unlock()
			select {
			case <-more:
				return w.told(), nil
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		}},
		// shared.woken () → how many were notified so far
		{Name: "shared.woken", Sync: func(c *Call) (any, error) {
			w := &c.Process.waiters
			w.mu.Lock()
			defer w.mu.Unlock()
			return w.woken, nil
		}},
		// shared.forget (numbers): those of a message that were not attached
		{Name: "shared.forget", Sync: func(c *Call) (any, error) {
			numbers, err := c.Array(0, "numbers")
			if err != nil {
				return nil, err
			}
			p := c.Process
			for _, n := range numbers {
				number, _ := n.(int32)
				if m := p.shared.buffers[number]; m != nil && !m.mapped {
					p.fam.mu.Lock()
					p.forgetSharedLocked(number)
					p.fam.mu.Unlock()
				}
			}
			return wire.Undefined{}, nil
		}},
	}
}
