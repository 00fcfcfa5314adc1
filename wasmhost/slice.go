package wasmhost

import (
	"context"
	"runtime"
	"time"
)

const (
	firstUnits = 8 << 10
	minUnits   = 64

	// maxUnits bounds what a slice costs when the guest's next units are dearer
	// than its last: a unit can touch pages for the first time, at a thousand
	// times the price of an iteration of an empty loop.
	maxUnits = 64 << 10

	// A guest with much memory to touch for the first time gets no more than
	// maxUnitsGrown.
	muchGrown     = 4 << 20
	maxUnitsGrown = 4 << 10

	// nobodyRan is how long runtime.Gosched takes, at most, when no goroutine but
	// the caller is ready.
	nobodyRan = 1500 * time.Nanosecond
)

// sliceMeter finds how many units of fuel last as long as a slice should.
type sliceMeter struct{ units int64 }

func (s *sliceMeter) reset() { s.units = firstUnits }

// adapt sets the length of the next slice after one that spent units in ran.
func (s *sliceMeter) adapt(spent int64, ran, target time.Duration, most int64) {
	want := int64(float64(spent) * float64(target) / float64(max(ran, 1)))
	s.units = max(min(want, 4*s.units, most), minUnits)
}

// grant returns the guest's next slice, within its fuel. Used is what it spent
// so far. How the total is sliced depends on time; where it ends does not: the
// last slice ends exactly where the fuel does.
func (in *Instance) grant(used int64) int64 {
	in.slice = max(min(in.meter.units, in.limit-used), 0)
	in.granted = used + in.slice
	in.charged = 0
	return in.slice
}

// hook is what a guest calls when its slice is spent: left is the counter, below
// zero. It returns the counter to go on with, or false if the guest has to end.
func (in *Instance) hook(left int64) (int64, bool) {
	in.memory.unwatch() // the goroutine may wait
	in.hooks++
	ran := in.pause()
	used := in.granted - left
	if in.stop == nil {
		in.stop = in.check(used)
	}
	if in.stop == nil {
		most := int64(maxUnits)
		if in.memory.size-in.memory.start > muchGrown {
			most = maxUnitsGrown
		}
		in.meter.adapt(in.slice-left-in.charged, ran, in.host.cfg.Slice, most)
		in.host.giveWay(in.host.turns)
		if in.pace != nil {
			if d := in.pace(in.cpu); d > 0 {
				in.stop = in.sleep(d)
			}
		}
		if in.stop == nil {
			in.stop = in.pass()
		}
	}
	if in.stop != nil {
		return 0, false
	}
	in.resume()
	in.memory.watch()
	return in.grant(used), true
}

// giveWay lets other goroutines run while there are any: Go's collector, timers
// and requests wait for this. It takes no longer than a slice, give or take
// what one of them runs at a stretch, so that guests get half of the processors
// at least.
//
// While a turn is free, so is a processor, and others run there: to give way
// would wake its thread for nothing, which costs a seventh of a guest's time.
func (h *Host) giveWay(t *turns) {
	if h.spare && !t.full() {
		return
	}
	begin := h.now()
	for at := begin; ; {
		runtime.Gosched()
		now := h.now()
		if now-at < nobodyRan || now-begin >= h.cfg.Slice {
			h.poller.poll(now, t.full)
			return
		}
		at = now
	}
}

// check returns why the guest has to end, or nil.
func (in *Instance) check(used int64) error {
	if used > in.limit {
		return ErrFuel
	}
	if err := in.payPool(used); err != nil {
		return err
	}
	if in.host.closing.Load() {
		return ErrClosed
	}
	for _, lv := range in.levels[:in.depth] {
		if err := lv.done(in.host); err != nil {
			return err
		}
	}
	if fn := in.levels[in.depth-1].current; fn.native != nil && len(*fn.native)-keepStack > maxStack {
		return &TrapError{Reason: "stack overflow"}
	}
	return in.settle()
}

// done returns ctx's error. It looks at the clock itself, as the timer that ends
// ctx may come late while guests hold every processor.
func (lv *level) done(h *Host) error {
	if !lv.armed {
		lv.armed = true
		lv.deadline = 1<<63 - 1
		if at, ok := lv.ctx.Deadline(); ok {
			lv.deadline = at.Sub(h.epoch)
		}
	}
	if err := lv.ctx.Err(); err != nil {
		return err
	}
	if h.now() < lv.deadline {
		return nil
	}
	// Let the caller find ctx done when it sees the error, unless it is of a kind
	// that states a deadline and does not keep it.
	select {
	case <-lv.ctx.Done():
		return lv.ctx.Err()
	case <-time.After(time.Second):
		return context.DeadlineExceeded
	}
}

// pass lets others take their turns, if they used less. On an error the instance
// holds none.
func (in *Instance) pass() error {
	in.holding = false
	if err := in.host.turns.pass(in.Context(), &in.waiter, in.bill()); err != nil {
		return err
	}
	in.holding = true
	return nil
}

// sleep gives up the turn for d. On an error the instance holds none.
func (in *Instance) sleep(d time.Duration) error {
	in.holding = false
	in.host.turns.release(&in.waiter, in.bill())
	ctx := in.Context()
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
		return ctx.Err()
	}
	if err := in.host.turns.acquire(ctx, &in.waiter); err != nil {
		return err
	}
	in.holding = true
	return nil
}

// resume starts the clock of a guest that holds a turn.
func (in *Instance) resume() {
	in.holding = true
	in.since = in.host.now()
}

// pause adds the time since resume, or the last pause, to what the guest used,
// and returns it.
func (in *Instance) pause() time.Duration {
	now := in.host.now()
	ran := now - in.since
	in.since = now
	in.cpu += ran
	in.unpaid += ran
	in.host.noteSlice(ran)
	return ran
}

// bill takes what the guest used and its tenant was not charged for yet.
func (in *Instance) bill() time.Duration {
	ran := in.unpaid
	in.unpaid = 0
	return ran
}

// yield gives up the turn, if the instance holds one.
func (in *Instance) yield() {
	if in.holding {
		in.pause()
		in.holding = false
		in.host.turns.release(&in.waiter, in.bill())
	}
}

// Checkpoint is for an Import that has much to do: called between pieces of it
// of some ten microseconds each, it does what the end of a slice does once the
// guest has had its time, so that others get their turns and the guest's end
// comes in time. It returns false if the guest has to end: what the import would
// return then, no guest will see. Views stay valid.
func (in *Instance) Checkpoint() bool {
	if in.stop != nil {
		return false
	}
	if in.depth == 0 || in.host.now()-in.since < in.host.cfg.Slice {
		return true // with no frame of the guest there is no slice
	}
	left, ok := in.hook(int64(in.fuel.Get()))
	if ok {
		in.fuel.Set(uint64(left))
	}
	return ok
}

// Charge puts units of host work on the guest's bill. It takes effect at once:
// an exhausted guest ends at its next metered point or at the return of the
// import that charged it. What is below 1 charges nothing.
func (in *Instance) Charge(units int64) {
	if units < 1 {
		return
	}
	// Far above any limit, far below overflow.
	units = min(units, 1<<62-in.FuelUsed())
	left := int64(in.fuel.Get()) - units
	in.fuel.Set(uint64(left))
	in.charged += units
	if in.granted-left > in.limit && in.stop == nil {
		in.stop = ErrFuel
	}
}

// Overload ends the guest with ErrBudget at the return of the import that calls
// it: the host has no room for what the guest makes it hold.
func (in *Instance) Overload() { in.end(ErrBudget) }

// FuelUsed is the fuel spent, in units. The same module with the same inputs
// spends the same, whatever the slices were.
func (in *Instance) FuelUsed() int64 { return in.granted - int64(in.fuel.Get()) }

// CPUTime is the time for which the guest held a turn.
func (in *Instance) CPUTime() time.Duration {
	if in.holding {
		return in.cpu + in.host.now() - in.since
	}
	return in.cpu
}

// Lent puts processor time on the guest's bill that another instance used for it,
// in turns of its own.
func (in *Instance) Lent(d time.Duration) { in.cpu += d }

// Block runs f, which waits for something outside the guest, without holding a
// turn; what computes is for Checkpoint or Work. It may only be called from inside an
// Import, and f must not call into the guest nor touch a View. When Block returns
// the guest may have to end, of which the import need take no notice.
func (in *Instance) Block(f func()) {
	in.memory.unwatch()
	in.yield()
	if in.cpu-in.settled >= settleEvery {
		if err := in.settle(); err != nil {
			in.end(err)
		}
	}
	in.blocked = true
	defer func() {
		in.blocked = false
		// What f returned because the context ended must not reach the guest.
		err := in.Context().Err()
		if err == nil {
			err = in.host.turns.acquire(in.Context(), &in.waiter)
		}
		if err != nil {
			in.end(err)
			return
		}
		in.resume()
		in.memory.watch()
	}()
	f()
}

// Work runs f, which computes for the guest for longer than a slice and has no
// place for a Checkpoint, by the rules of Block. F has a turn of its own: as many
// work at once as guests may run, by the same fairness, and its time is the
// guest's. F does not run if the guest's end comes first. With no frame of the guest
// there is no turn, and f is just run.
func (in *Instance) Work(f func()) {
	if in.depth == 0 {
		f()
		return
	}
	in.Block(func() {
		in.worker.host, in.worker.tenant = in.host, in.waiter.tenant.name
		if in.worker.Pause(in.Context(), 0) != nil {
			return
		}
		defer func() {
			ran := in.worker.release()
			in.cpu += ran
			in.unpaid += ran
		}()
		f()
	})
}
