package wasmhost

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// taker is a guest of a tenant, as far as the turns are concerned.
func taker(t *turns, tenant string) *waiter {
	return &waiter{ready: make(chan struct{}, 1), tenant: t.join(tenant)}
}

// world runs takers on turns by a clock of its own: each slice takes as long as
// its tenant's cost says.
type world struct {
	*turns
	now     time.Duration
	running map[*waiter]time.Duration // until when
	cost    func(*waiter) time.Duration
	used    map[string]time.Duration
}

func newWorld(turns int, cost func(*waiter) time.Duration) *world {
	return &world{turns: newTurns(turns), running: map[*waiter]time.Duration{}, cost: cost, used: map[string]time.Duration{}}
}

// start has w ask for a turn.
func (w *world) start(x *waiter) {
	if w.take(x) {
		w.running[x] = w.now + w.cost(x)
	}
}

// step ends the slice that ends first, and returns whose it was. The guest goes
// on, unless stays says that it gives its turn up.
func (w *world) step(stays func(*waiter) bool) *waiter {
	var x *waiter
	for y, end := range w.running {
		if x == nil || end < w.running[x] || end == w.running[x] && y.tenant.name < x.tenant.name {
			x = y
		}
	}
	end := w.running[x]
	ran := w.cost(x)
	w.now = end
	w.used[x.tenant.name] += ran
	next := x
	if stays == nil || stays(x) {
		if other := w.slice(x, ran); other != nil {
			next = other
		}
	} else {
		next = w.give(x, ran)
	}
	delete(w.running, x)
	if next != nil {
		w.running[next] = w.now + w.cost(next)
	}
	return x
}

func each(cost time.Duration) func(*waiter) time.Duration {
	return func(*waiter) time.Duration { return cost }
}

// Busy tenants get the same, whatever the number of their guests, what their
// slices take, and how many run at once.
func TestTurnsSharesAreEqual(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		turns, tenants := 1+r.IntN(4), 2+r.IntN(6)
		costs := map[string]time.Duration{}
		w := newWorld(turns, func(x *waiter) time.Duration { return costs[x.tenant.name] })
		guests := make([]int, tenants)
		for i := range tenants {
			name := fmt.Sprint(i)
			costs[name] = time.Duration(50 + r.IntN(200))
			guests[i] = turns + r.IntN(30) // enough for all turns
			for range guests[i] {
				w.start(taker(w.turns, name))
			}
		}
		const long = 1_000_000
		for w.now < long {
			w.step(nil)
		}
		fair := time.Duration(long * turns / tenants)
		for name, used := range w.used {
			// Of what tenants have at a time nobody is charged for yet.
			if diff := (used - fair).Abs(); diff > time.Duration(turns*tenants)*250 {
				t.Errorf("%d turns, guests %v, slices of %v: tenant %s got %v, fair is %v", turns, guests, costs, name, used, fair)
			}
		}
	}
}

// Who cannot use its share leaves it to others, and saves nothing up by that.
func TestTurnsLeftOverShares(t *testing.T) {
	w := newWorld(4, each(100))
	w.start(taker(w.turns, "one guest"))
	for range 8 {
		w.start(taker(w.turns, "many"))
	}
	for w.now < 100_000 {
		w.step(nil)
	}
	if one, many := w.used["one guest"], w.used["many"]; one < 99_000 || many < 297_000 {
		t.Errorf("one guest got %v of 100µs, many got %v of 300µs", one, many)
	}
	// Now it comes back with many, too: not with what it did not use before.
	var back []*waiter
	for range 8 {
		back = append(back, taker(w.turns, "one guest"))
	}
	before := w.used["one guest"]
	for _, x := range back {
		w.start(x)
	}
	for w.now < 200_000 {
		w.step(nil)
	}
	if got := w.used["one guest"] - before; got < 200_000 {
		t.Errorf("it got %v of 400µs", got)
	}
}

// A tenant that slept gets the next turn before those that ran meanwhile, as
// often as it comes.
func TestTurnsSleeperIsNext(t *testing.T) {
	w := newWorld(1, each(200))
	for i := range 4 {
		for range 1 + 5*i {
			w.start(taker(w.turns, fmt.Sprint("busy ", i)))
		}
	}
	sleeper := taker(w.turns, "sleeper")
	for range 100 {
		for range 10 {
			w.step(nil)
		}
		w.start(sleeper)
		w.step(nil) // of whoever runs
		if _, ok := w.running[sleeper]; !ok {
			t.Fatalf("at %v another is next", w.now)
		}
		w.step(func(*waiter) bool { return false })
	}
}

// Sleeping earns nothing: who comes back shares with the others from then on.
func TestTurnsSleepEarnsNothing(t *testing.T) {
	w := newWorld(1, each(100))
	w.start(taker(w.turns, "busy"))
	for w.now < 1_000_000 {
		w.step(nil)
	}
	w.start(taker(w.turns, "late"))
	before := w.used["busy"]
	for w.now < 1_100_000 {
		w.step(nil)
	}
	if got := w.used["busy"] - before; got < 49_000 {
		t.Errorf("who ran alone before got %v of 100µs", got)
	}
}

// A tenant that leaves and comes back for each short program owes what they used.
func TestTurnsDebtOutlivesItsGuests(t *testing.T) {
	w := newWorld(1, func(x *waiter) time.Duration {
		if x.tenant.name == "busy" {
			return 100
		}
		return 300
	})
	w.start(taker(w.turns, "busy"))
	x := taker(w.turns, "restless")
	w.start(x)
	for w.now < 1_000_000 {
		y := w.step(func(y *waiter) bool { return y != x })
		if y == x {
			w.leave(x.tenant)
			x = taker(w.turns, "restless")
			w.start(x)
		}
	}
	if got := w.used["busy"]; got < 490_000 {
		t.Errorf("the other one got %v of 1ms", got)
	}
}

// Tenants that are gone leave nothing behind for long, and never much.
func TestTurnsForgetTenants(t *testing.T) {
	w := newWorld(1, each(100))
	// Nobody waits for what they use: they owe nothing.
	for i := range 100 {
		x := taker(w.turns, fmt.Sprint("lonely ", i))
		w.start(x)
		w.step(func(*waiter) bool { return false })
		w.leave(x.tenant)
	}
	if n := len(w.tenants); n != 0 {
		t.Errorf("%d tenants are remembered", n)
	}
	// All come at once, and each goes in debt.
	var all []*waiter
	for i := range 5 * maxOwing {
		all = append(all, taker(w.turns, fmt.Sprint("crowd ", i)))
	}
	for _, x := range all {
		w.start(x)
	}
	for range all {
		x := w.step(func(*waiter) bool { return false })
		w.leave(x.tenant)
		if n := len(w.owing); n > maxOwing {
			t.Fatalf("%d tenants without guests are remembered", n)
		}
	}
	if len(w.tenants) != 0 || len(w.owing) != 0 || len(w.queue) != 0 || w.free != w.total {
		t.Errorf("at the end: %d tenants, %d owe, %d wait, %d of %d turns free", len(w.tenants), len(w.owing), len(w.queue), w.free, w.total)
	}
}

// Who stops waiting leaves the queue, and a turn that comes in that moment goes
// on to the next.
func TestTurnsCancelledWaiterLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newTurns(1)
		a, b, c := taker(q, "a"), taker(q, "b"), taker(q, "c")
		if err := q.acquire(t.Context(), a); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		gone := make(chan error)
		go func() { gone <- q.acquire(ctx, b) }()
		synctest.Wait()
		got := make(chan error)
		go func() { got <- q.acquire(t.Context(), c) }()
		synctest.Wait()
		cancel()
		if err := <-gone; !errors.Is(err, context.Canceled) {
			t.Errorf("it waited for %v", err)
		}
		if n := q.waiting.Load(); n != 1 || b.tenant.active != 0 {
			t.Errorf("%d wait, and of the one that left are %d active", n, b.tenant.active)
		}
		q.release(a, 1)
		if err := <-got; err != nil {
			t.Error(err)
		}

		// Handed over, and cancelled before it looked.
		if q.take(b) {
			t.Fatal("a turn was free")
		}
		next := q.give(c, 1)
		if next != b {
			t.Fatal("the turn went elsewhere")
		}
		if q.take(a) {
			t.Fatal("a turn was free")
		}
		b.ready <- struct{}{}
		if q.quit(b) {
			t.Error("it left a queue in which it was not")
		}
		<-b.ready
		q.release(b, 0)
		<-a.ready
		q.release(a, 0)
		if q.free != 1 || q.waiting.Load() != 0 {
			t.Errorf("%d turns free, %d wait", q.free, q.waiting.Load())
		}
	})
}

// BenchmarkTurns is what a use of an instance pays for its turns: nobody waits.
func BenchmarkTurns(b *testing.B) {
	t := newTurns(2)
	w := &waiter{ready: make(chan struct{}, 1)}
	ctx := context.Background()
	b.Run("use", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			w.tenant = t.join("tenant")
			if err := t.acquire(ctx, w); err != nil {
				b.Fatal(err)
			}
			t.release(w, 10*time.Microsecond)
			t.leave(w.tenant)
		}
	})
	w.tenant = t.join("tenant")
	b.Run("turn", func(b *testing.B) {
		for b.Loop() {
			if err := t.acquire(ctx, w); err != nil {
				b.Fatal(err)
			}
			t.release(w, 10*time.Microsecond)
		}
	})
}

// What Work runs holds no turn of the guests, takes its own by the same rules, and
// is on the guest's bill.
func TestWork(t *testing.T) {
	h := newHost(t, Config{Turns: 1})
	i := newImage(t, h, guestModule())
	var at, most atomic.Int32
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			in := get(t, i, InstanceConfig{Tenant: "works", State: hostFunc(func(in *Instance, v uint64) uint64 {
				in.Work(func() {
					if n := at.Add(1); n > most.Load() {
						most.Store(n)
					}
					other := get(t, i, InstanceConfig{Tenant: "other"})
					defer other.Release()
					v = call(t, other, fnAdd, v, 1)
					for until := h.now() + time.Millisecond; h.now() < until; {
						runtime.Gosched()
					}
					at.Add(-1)
				})
				return v
			})})
			defer in.Release()
			if got := call(t, in, fnHost, 1); got != 2 {
				t.Errorf("got %d, want 2", got)
			}
			if cpu := in.CPUTime(); cpu < time.Millisecond {
				t.Errorf("a millisecond of work is %v of CPU time", cpu)
			}
		})
	}
	wg.Wait()
	if most.Load() != 1 {
		t.Errorf("%d worked at once, want 1", most.Load())
	}

	// The guest's end comes first.
	ctx, cancel := context.WithCancel(context.Background())
	in := get(t, i, InstanceConfig{State: hostFunc(func(in *Instance, v uint64) uint64 {
		holds := waiter{ready: make(chan struct{}, 1), tenant: h.works.join("holds")}
		if err := h.works.acquire(context.Background(), &holds); err != nil {
			t.Error(err)
		}
		time.AfterFunc(time.Millisecond, cancel)
		in.Work(func() { t.Error("it worked") })
		h.works.release(&holds, 0)
		h.works.leave(holds.tenant)
		return v
	})})
	defer in.Release()
	if _, err := in.Call(ctx, fnHost, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled while it waits to work: %v", err)
	}
	for name, turns := range map[string]*turns{"turns": h.turns, "works": h.works} {
		if turns.free != 1 || turns.waiting.Load() != 0 {
			t.Errorf("%s: %d free, %d wait", name, turns.free, turns.waiting.Load())
		}
	}
}

// Work of a tenant outside its guests takes turns as its guests' does: at a pause,
// who used less gets the turn first. An end of ctx ends it there, or before it began.
func TestHostWork(t *testing.T) {
	h := newHost(t, Config{Turns: 1, Slice: time.Microsecond})
	var order []string // guarded by the one turn
	running := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := h.Work(t.Context(), "much", func(pause func() error) error {
			close(running)
			for h.works.waiting.Load() == 0 {
				runtime.Gosched()
			}
			time.Sleep(time.Millisecond)
			err := pause()
			order = append(order, "much")
			return err
		}); err != nil {
			t.Error(err)
		}
	})
	wg.Go(func() {
		<-running
		if err := h.Work(t.Context(), "little", func(func() error) error {
			order = append(order, "little")
			return nil
		}); err != nil {
			t.Error(err)
		}
	})
	wg.Wait()
	if want := []string{"little", "much"}; !slices.Equal(order, want) {
		t.Errorf("order %q, want %q", order, want)
	}

	// cancelled is an end of ctx while another has the turn.
	cancelled := func(waits func(ctx context.Context) error) error {
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			for h.works.waiting.Load() == 0 {
				runtime.Gosched()
			}
			cancel()
		}()
		return waits(ctx)
	}
	if err := h.Work(t.Context(), "holds", func(func() error) error {
		return cancelled(func(ctx context.Context) error {
			return h.Work(ctx, "waits", func(func() error) error { t.Error("it worked"); return nil })
		})
	}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled before it began: %v", err)
	}
	err := cancelled(func(ctx context.Context) error {
		return h.Work(ctx, "ends", func(pause func() error) error {
			other := waiter{ready: make(chan struct{}, 1), tenant: h.works.join("other")}
			defer h.works.leave(other.tenant)
			if h.works.take(&other) {
				t.Error("two turns")
			}
			time.Sleep(time.Millisecond)
			err := pause() // the other has the turn now, and keeps it
			<-other.ready
			h.works.release(&other, 0)
			return err
		})
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled at a pause: %v", err)
	}
	if h.works.free != 1 || h.works.waiting.Load() != 0 || len(h.works.queue) != 0 {
		t.Errorf("at the end: %d free, %d wait", h.works.free, h.works.waiting.Load())
	}
}
