package wasmhost

import (
	"context"
	"sync"
	"sync/atomic"
)

// turns lets at most a fixed number of guests run at once and hands the turn on
// first come, first served.
type turns struct {
	waiting atomic.Int32 // length of the queue, to be read without mu

	mu          sync.Mutex
	free        int     // guarded by mu; above 0 only while the queue is empty
	first, last *waiter // guarded by mu; the queue, oldest first
}

// waiter is one place in the queue. Its instance owns it and uses it again.
type waiter struct {
	ready      chan struct{} // capacity 1: receives when a turn is handed over
	queued     bool          // guarded by turns.mu
	prev, next *waiter       // guarded by turns.mu
}

func newTurns(n int) *turns { return &turns{free: n} }

// acquire waits for a turn. On an error, which is ctx's, w holds none.
func (t *turns) acquire(ctx context.Context, w *waiter) error {
	t.mu.Lock()
	if t.free > 0 {
		t.free--
		t.mu.Unlock()
		return nil
	}
	t.pushLocked(w)
	t.mu.Unlock()
	return t.wait(ctx, w)
}

// pass gives w's turn to who waits longest and queues up again for another. On
// an error, which is ctx's, w holds none; without anyone waiting it does nothing.
func (t *turns) pass(ctx context.Context, w *waiter) error {
	t.mu.Lock()
	next := t.popLocked()
	if next == nil {
		t.mu.Unlock()
		return nil
	}
	t.pushLocked(w)
	t.mu.Unlock()
	next.ready <- struct{}{}
	return t.wait(ctx, w)
}

// release ends a turn.
func (t *turns) release() {
	t.mu.Lock()
	next := t.popLocked()
	if next == nil {
		t.free++
	}
	t.mu.Unlock()
	if next != nil {
		next.ready <- struct{}{}
	}
}

func (t *turns) wait(ctx context.Context, w *waiter) error {
	select {
	case <-w.ready:
		return nil
	case <-ctx.Done():
	}
	t.mu.Lock()
	if w.queued {
		t.removeLocked(w)
		t.mu.Unlock()
		return ctx.Err()
	}
	t.mu.Unlock()
	// The turn was handed over in the same moment: pass it on.
	<-w.ready
	t.release()
	return ctx.Err()
}

func (t *turns) pushLocked(w *waiter) {
	w.queued, w.prev, w.next = true, t.last, nil
	if t.last == nil {
		t.first = w
	} else {
		t.last.next = w
	}
	t.last = w
	t.waiting.Add(1)
}

func (t *turns) popLocked() *waiter {
	w := t.first
	if w != nil {
		t.removeLocked(w)
	}
	return w
}

func (t *turns) removeLocked(w *waiter) {
	if w.prev == nil {
		t.first = w.next
	} else {
		w.prev.next = w.next
	}
	if w.next == nil {
		t.last = w.prev
	} else {
		w.next.prev = w.prev
	}
	w.queued, w.prev, w.next = false, nil, nil
	t.waiting.Add(-1)
}
