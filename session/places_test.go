package session

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"
)

// A tenant alone gets half of the places; who comes next finds one as long as
// there are any.
func TestPlacesAreShared(t *testing.T) {
	p := newPlaces(16, 100, time.Minute)
	for i, want := range []int{8, 4, 2, 1, 1} {
		tenant := fmt.Sprint(i)
		for n := 0; ; n++ {
			h, r, err := p.enter(tenant)
			if err != nil {
				t.Fatal(err)
			}
			if r == nil {
				continue
			}
			if n != want {
				t.Errorf("tenant %d got %d places, want %d", i, n, want)
			}
			if !p.leave(h, r, false) {
				t.Error("it had an answer")
			}
			break
		}
	}
	if p.free != 0 || p.waiting != 0 || len(p.queued) != 0 {
		t.Errorf("left: free %d, waiting %d, queued %d", p.free, p.waiting, len(p.queued))
	}
}

// A place goes to the tenant that holds fewest, in it to who waits longest.
func TestPlacesOrder(t *testing.T) {
	p := newPlaces(4, 100, time.Minute)
	var held []*holder
	must := func(tenant string, waits bool) *placeRequest {
		t.Helper()
		h, r, err := p.enter(tenant)
		if err != nil || (r != nil) != waits {
			t.Fatalf("%s: waits %v, %v", tenant, r != nil, err)
		}
		held = append(held, h)
		return r
	}
	must("a", false)
	must("a", false)
	must("b", false)
	must("c", false)
	order := []*placeRequest{must("a", true), must("b", true), must("d", true), must("d", true)}
	got := func(i int) bool { return len(order[i].answer) == 1 }
	for step, want := range [][]bool{
		{false, false, true, false}, // a gave one: d has none
		{false, false, true, true},  // d again: it gave its one
	} {
		p.give(held[[]int{0, 6}[step]])
		for i, w := range want {
			if got(i) != w {
				t.Errorf("step %d: request %d has an answer: %v, want %v", step, i, got(i), w)
			}
		}
	}
}

// When the queue is full, a tenant that has less in it than another takes that
// one's last place there; who has most is refused itself.
func TestPlacesQueueIsBounded(t *testing.T) {
	p := newPlaces(1, 3, time.Minute)
	if _, r, err := p.enter("runs"); r != nil || err != nil {
		t.Fatal(r, err)
	}
	var greedy []*placeRequest
	for range 3 {
		_, r, err := p.enter("greedy")
		if err != nil || r == nil {
			t.Fatal(r, err)
		}
		greedy = append(greedy, r)
	}
	var busy *BusyError
	if _, _, err := p.enter("greedy"); !errors.As(err, &busy) || busy.Queue || busy.Retry <= 0 {
		t.Errorf("the greedy one's fourth: %v", err)
	}
	if _, r, err := p.enter("late"); err != nil || r == nil {
		t.Fatal(r, err)
	}
	select {
	case err := <-greedy[2].answer:
		if !errors.As(err, &busy) {
			t.Errorf("the greedy one's last: %v", err)
		}
	default:
		t.Error("nobody left for who came late")
	}
	if _, _, err := p.enter("late"); !errors.As(err, &busy) {
		t.Errorf("2 and 1 wait, and another of the second: %v", err)
	}
	if waiting, refused := p.counts(); waiting != 3 || refused != 3 {
		t.Errorf("%d wait, %d were refused", waiting, refused)
	}
}

// Who waits too long, is cancelled, or is there at the end, is told so.
func TestPlacesWaitEnds(t *testing.T) {
	p := newPlaces(1, 3, time.Millisecond)
	h, err := p.take(t.Context(), "runs")
	if err != nil {
		t.Fatal(err)
	}
	var busy *BusyError
	if _, err := p.take(t.Context(), "late"); !errors.As(err, &busy) {
		t.Errorf("too long: %v", err)
	}
	p.wait = time.Hour
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.take(ctx, "late"); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if waiting, refused := p.counts(); waiting != 0 || refused != 1 {
		t.Errorf("%d wait, %d were refused", waiting, refused)
	}
	_, r, err := p.enter("late")
	if err != nil || r == nil {
		t.Fatal(r, err)
	}
	p.close()
	if err := <-r.answer; !errors.Is(err, ErrClosed) {
		t.Errorf("at the end: %v", err)
	}
	if _, err := p.take(t.Context(), "runs"); !errors.Is(err, ErrClosed) {
		t.Errorf("after the end: %v", err)
	}
	p.give(h)
}

// However takers come, go and give up, all places are free in the end.
func TestPlacesComeBack(t *testing.T) {
	const total = 8
	p := newPlaces(total, 16, time.Millisecond)
	var all sync.WaitGroup
	for i := range 64 {
		all.Go(func() {
			for n := range 200 {
				ctx, cancel := context.WithCancel(t.Context())
				if n%3 == 0 {
					go cancel()
				}
				if h, err := p.take(ctx, fmt.Sprint(i%5)); err == nil {
					p.give(h)
				}
				cancel()
			}
		})
	}
	all.Wait()
	if p.free != total || p.waiting != 0 || len(p.queued) != 0 {
		t.Errorf("free %d, waiting %d, queued %d", p.free, p.waiting, len(p.queued))
	}
	for _, h := range p.holders {
		if h.held != 0 || len(h.waiting) != 0 {
			t.Errorf("tenant %s holds %d", h.tenant, h.held)
		}
	}
}

// Tenants that come once are not kept for ever.
func TestPlacesForgetTenants(t *testing.T) {
	p := newPlaces(1, 1, time.Minute)
	for i := range 2 * maxIdleTenants {
		h, err := p.take(t.Context(), fmt.Sprint(i))
		if err != nil {
			t.Fatal(err)
		}
		p.give(h)
	}
	if n := len(p.holders); n > maxIdleTenants {
		t.Errorf("%d tenants are kept", n)
	}
}

// A program that has no place waits for one, in no one's way: a session's file
// can still be read, and a deletion ends the wait.
func TestExecuteWaitsForAPlace(t *testing.T) {
	f := open(t, t.TempDir(), func(c *Config) { c.Places, c.PlaceQueue = 1, 1 })
	home, err := f.Create(t.Context(), CreateOptions{Tenant: "b"})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var runs sync.WaitGroup
	defer runs.Wait()
	defer cancel()
	runs.Go(func() {
		_, err := f.Run(ctx, "a", &Execution{Code: "for (;;);", Language: "js"}, Limits{}, nil)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("what ran: %v", err)
		}
	})
	for f.Stats().Running != 1 {
		time.Sleep(time.Millisecond)
	}
	waited := make(chan error, 1)
	runs.Go(func() {
		_, err := f.Execute(t.Context(), "b", home.ID, &Execution{Code: "0", Language: "js"})
		waited <- err
	})
	for f.Stats().Queued != 1 {
		time.Sleep(time.Millisecond)
	}
	var busy *BusyError
	if _, err := f.Run(t.Context(), "b", &Execution{Code: "0", Language: "js"}, Limits{}, nil); !errors.As(err, &busy) || busy.Queue {
		t.Errorf("one more: %v", err)
	}
	if s := f.Stats(); s.Refused != 1 {
		t.Errorf("%d refused", s.Refused)
	}
	if err := f.Delete(t.Context(), "b", home.ID); err != nil {
		t.Error(err)
	}
	if err := <-waited; !errors.Is(err, ErrDeleting) {
		t.Errorf("who waited: %v", err)
	}
}

// BenchmarkPlaces is what taking a place costs when there are enough.
func BenchmarkPlaces(b *testing.B) {
	p := newPlaces(8, 8, time.Minute)
	b.ReportAllocs()
	for b.Loop() {
		h, err := p.take(b.Context(), "tenant")
		if err != nil {
			b.Fatal(err)
		}
		p.give(h)
	}
}
