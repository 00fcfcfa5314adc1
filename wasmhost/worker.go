package wasmhost

import (
	"context"
	"time"
)

// Worker computes for a tenant on one goroutine, in turns of its own: as many work at
// once as guests may run, by the same fairness. Its methods are for that goroutine
// alone.
type Worker struct {
	host   *Host
	tenant string
	waiter waiter // its tenant is nil before the first turn
	holds  bool   // a turn
	began  time.Duration
}

// Worker returns a Worker without a turn. The caller must Close it.
func (h *Host) Worker(tenant string) *Worker { return &Worker{host: h, tenant: tenant} }

// Pause takes a turn, if the worker has none; owed is the processor time that it
// used without. Who has one calls Pause now and then: after a slice another tenant
// that waits gets the turn first, and other goroutines may run. The error is ctx's:
// then there is no turn.
func (w *Worker) Pause(ctx context.Context, owed time.Duration) error {
	h := w.host
	if w.holds {
		ran := h.now() - w.began
		if ran < h.cfg.Slice {
			return nil
		}
		if err := h.works.pass(ctx, &w.waiter, ran); err != nil {
			w.holds = false
			return err
		}
		owed = 0
	} else {
		if w.waiter.tenant == nil {
			w.waiter.ready = make(chan struct{}, 1)
			w.waiter.tenant = h.works.join(w.tenant)
		}
		if err := h.works.acquire(ctx, &w.waiter); err != nil {
			return err
		}
		w.holds = true
	}
	h.giveWay(h.works)
	w.began = h.now() - owed
	return nil
}

// Release gives the turn back, if there is one: before the worker waits for
// something.
func (w *Worker) Release() { w.release() }

// release is Release. It returns how long the worker ran since it took the turn or
// last passed it on.
func (w *Worker) release() (ran time.Duration) {
	if w.holds {
		w.holds = false
		ran = w.host.now() - w.began
		w.host.works.release(&w.waiter, ran)
	}
	return ran
}

// Close gives back what the worker has. It may be used again.
func (w *Worker) Close() {
	w.Release()
	if w.waiter.tenant != nil {
		w.host.works.leave(w.waiter.tenant)
		w.waiter.tenant = nil
	}
}

// Work runs f in a turn of a Worker. F calls pause now and then. Errors: those of f,
// which returns those of pause, and that of ctx, also if it ends before f began.
func (h *Host) Work(ctx context.Context, tenant string, f func(pause func() error) error) error {
	w := h.Worker(tenant)
	defer w.Close()
	if err := w.Pause(ctx, 0); err != nil {
		return err
	}
	return f(func() error { return w.Pause(ctx, 0) })
}
