package wasmhost

import (
	"container/heap"
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// maxOwing bounds the tenants that are remembered only for what they owe.
const maxOwing = 1024

// turns lets at most a fixed number of guests run at once. A turn goes to the
// tenant that used least, and in it to the guest that waits longest.
//
// This is start-time fair queueing. A tenant's virtual time grows by what its
// guests run. The floor is the virtual time of the tenant that was last given a
// slice, and never falls. Who had no guest that runs or waits comes back just
// before the floor, or at its own time if that is later: it has saved up
// nothing, but need not wait behind those who ran meanwhile either.
type turns struct {
	total   int          // immutable
	waiting atomic.Int32 // guests in the queue, to be read without mu

	mu      sync.Mutex
	free    int                // guarded by mu; above 0 only while the queue is empty
	tenants map[string]*tenant // guarded by mu; those with instances, and owing's
	queue   tenantHeap         // guarded by mu; those with waiters
	owing   tenantHeap         // guarded by mu; those without instances whose time is above the floor
	floor   time.Duration      // guarded by mu
	latest  time.Duration      // guarded by mu; no tenant's time is above it
	entries uint64             // guarded by mu; into the queue so far
}

// tenant is what the turns know of a tenant.
type tenant struct {
	name        string
	instances   int           // guarded by turns.mu
	active      int           // guarded by turns.mu; instances that have a turn or wait for one
	time        time.Duration // guarded by turns.mu; virtual
	first, last *waiter       // guarded by turns.mu; who waits, longest first
	entered     uint64        // guarded by turns.mu; the queue, after so many others
	place       int           // guarded by turns.mu; in queue or owing
}

// waiter is one place in the queue. Its instance owns it and uses it again.
type waiter struct {
	ready      chan struct{} // capacity 1: receives when a turn is handed over
	tenant     *tenant       // whose turns it takes
	queued     bool          // guarded by turns.mu
	prev, next *waiter       // guarded by turns.mu
}

func newTurns(n int) *turns {
	return &turns{total: n, free: n, tenants: make(map[string]*tenant)}
}

// join counts one more instance of a tenant.
func (t *turns) join(name string) *tenant {
	t.mu.Lock()
	defer t.mu.Unlock()
	x := t.tenants[name]
	switch {
	case x == nil:
		x = &tenant{name: name}
		t.tenants[name] = x
	case x.instances == 0:
		heap.Remove(&t.owing, x.place)
	}
	x.instances++
	return x
}

// leave counts one instance of x less, which has no turn. A tenant is forgotten
// with its last, unless it used more than others: then what it owes is kept,
// until others have caught up.
func (t *turns) leave(x *tenant) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if x.instances--; x.instances > 0 {
		return
	}
	if x.time <= t.floor {
		delete(t.tenants, x.name)
		return
	}
	heap.Push(&t.owing, x)
	if len(t.owing) > maxOwing {
		t.forgiveLocked()
	}
}

// forgiveLocked forgets the tenant that owes least.
func (t *turns) forgiveLocked() {
	delete(t.tenants, heap.Pop(&t.owing).(*tenant).name)
}

// acquire waits for a turn. On an error, which is ctx's, w holds none.
func (t *turns) acquire(ctx context.Context, w *waiter) error {
	if t.take(w) {
		return nil
	}
	return t.wait(ctx, w)
}

// pass ends a slice of w, in which it ran for so long. It gives w's turn to the
// tenant that used least by now, if that has who waits, and queues up again for
// another. On an error, which is ctx's, w holds none.
func (t *turns) pass(ctx context.Context, w *waiter, ran time.Duration) error {
	next := t.slice(w, ran)
	if next == nil {
		return nil
	}
	next.ready <- struct{}{}
	return t.wait(ctx, w)
}

// release ends a turn of w, which ran for so long since it was last charged.
func (t *turns) release(w *waiter, ran time.Duration) {
	if next := t.give(w, ran); next != nil {
		next.ready <- struct{}{}
	}
}

func (t *turns) wait(ctx context.Context, w *waiter) error {
	select {
	case <-w.ready:
		return nil
	case <-ctx.Done():
	}
	if t.quit(w) {
		return ctx.Err()
	}
	// The turn was handed over in the same moment: pass it on.
	<-w.ready
	t.release(w, 0)
	return ctx.Err()
}

// full reports whether no turn is free.
func (t *turns) full() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.free == 0
}

// take gives w a free turn, or else a place in the queue.
func (t *turns) take(w *waiter) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	x := w.tenant
	if x.active == 0 {
		x.time = max(x.time, t.floor-1) // before those that are at the floor
	}
	x.active++
	if t.free == 0 {
		t.pushLocked(w)
		return false
	}
	t.free--
	t.riseLocked(x.time)
	return true
}

// slice is pass up to handing the turn over: it returns who gets it, nil if w
// keeps it.
func (t *turns) slice(w *waiter, ran time.Duration) *waiter {
	t.mu.Lock()
	defer t.mu.Unlock()
	x := w.tenant
	t.chargeLocked(x, ran)
	if len(t.queue) == 0 || t.queue[0].time > x.time {
		t.riseLocked(x.time)
		return nil
	}
	next := t.popLocked()
	t.pushLocked(w)
	return next
}

// give is release up to handing the turn over: it returns who gets it, nil if
// it is free.
func (t *turns) give(w *waiter, ran time.Duration) *waiter {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.chargeLocked(w.tenant, ran)
	w.tenant.active--
	if len(t.queue) > 0 {
		return t.popLocked()
	}
	if t.free++; t.free == t.total {
		t.riseLocked(t.latest) // nobody waited for what anyone used
	}
	return nil
}

// quit takes w out of the queue; false if a turn was handed over before.
func (t *turns) quit(w *waiter) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !w.queued {
		return false
	}
	t.removeLocked(w)
	w.tenant.active--
	return true
}

// chargeLocked adds to the virtual time of x.
func (t *turns) chargeLocked(x *tenant, ran time.Duration) {
	x.time += ran
	t.latest = max(t.latest, x.time)
	if x.first != nil {
		heap.Fix(&t.queue, x.place)
	}
}

// riseLocked moves the floor up, and forgets who owes nothing any more.
func (t *turns) riseLocked(to time.Duration) {
	t.floor = max(t.floor, to)
	for len(t.owing) > 0 && t.owing[0].time <= t.floor {
		t.forgiveLocked()
	}
}

// pushLocked puts w last among those of its tenant.
func (t *turns) pushLocked(w *waiter) {
	x := w.tenant
	w.queued, w.prev, w.next = true, x.last, nil
	if x.last == nil {
		x.first = w
	} else {
		x.last.next = w
	}
	x.last = w
	t.waiting.Add(1)
	if x.first == w {
		t.entries++
		x.entered = t.entries
		heap.Push(&t.queue, x)
	}
}

// popLocked takes out who gets the next turn. Precondition: someone waits.
func (t *turns) popLocked() *waiter {
	x := t.queue[0]
	w := x.first
	t.removeLocked(w)
	if x.first != nil { // behind others of the same time, until it is charged
		t.entries++
		x.entered = t.entries
		heap.Fix(&t.queue, x.place)
	}
	t.riseLocked(x.time)
	return w
}

func (t *turns) removeLocked(w *waiter) {
	x := w.tenant
	if w.prev == nil {
		x.first = w.next
	} else {
		w.prev.next = w.next
	}
	if w.next == nil {
		x.last = w.prev
	} else {
		w.next.prev = w.prev
	}
	w.queued, w.prev, w.next = false, nil, nil
	t.waiting.Add(-1)
	if x.first == nil {
		heap.Remove(&t.queue, x.place)
	}
}

// tenantHeap implements heap.Interface: the least virtual time first, and of
// equal ones who entered the queue first.
type tenantHeap []*tenant

func (h tenantHeap) Len() int { return len(h) }

func (h tenantHeap) Less(i, j int) bool {
	if h[i].time != h[j].time {
		return h[i].time < h[j].time
	}
	return h[i].entered < h[j].entered
}

func (h tenantHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].place, h[j].place = i, j
}

func (h *tenantHeap) Push(x any) {
	x.(*tenant).place = len(*h)
	*h = append(*h, x.(*tenant))
}

func (h *tenantHeap) Pop() any {
	last := len(*h) - 1
	x := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	return x
}
