package session

import (
	"context"
	"slices"
	"sync"
	"time"
)

// maxIdleTenants bounds the tenants that are remembered without a reason, so
// that the next execution of one makes nothing new.
const maxIdleTenants = 1024

// places bounds how many executions are under way at once, over all sessions,
// and how many wait to be.
//
// A tenant may take a place while it holds fewer than are free: one alone gets
// half of them, and there is one left for who comes next as long
// as there are any. A place that becomes free goes to the
// tenant that holds fewest of those that wait. Who comes when the queue is full
// takes the room of the last one of the tenant that has most in it.
type places struct {
	queue int           // immutable; executions that may wait
	wait  time.Duration // immutable; how long one waits at most

	mu      sync.Mutex
	free    int                // guarded by mu
	waiting int                // guarded by mu; over all tenants
	refused int64              // guarded by mu; so far
	closed  bool               // guarded by mu
	holders map[string]*holder // guarded by mu; by tenant
	queued  []*holder          // guarded by mu; those that wait, who waits longest first
}

// holder is what places know of a tenant.
type holder struct {
	tenant  string
	held    int             // guarded by places.mu
	waiting []*placeRequest // guarded by places.mu; longest first
}

// placeRequest is one execution that waits for a place.
type placeRequest struct {
	answer chan error // capacity 1: nil hands a place over
}

func newPlaces(total, queue int, wait time.Duration) *places {
	return &places{free: total, queue: queue, wait: wait, holders: make(map[string]*holder)}
}

// take waits for a place for an execution of tenant. The caller must give it
// back.
//
// Errors: *BusyError, ErrClosed, ctx's.
func (p *places) take(ctx context.Context, tenant string) (*holder, error) {
	h, r, err := p.enter(tenant)
	if r == nil {
		return h, err
	}
	timer := time.NewTimer(p.wait)
	defer timer.Stop()
	select {
	case err := <-r.answer:
		return h, err
	case <-timer.C:
		err = &BusyError{Retry: 5 * time.Second}
	case <-ctx.Done():
		err = ctx.Err()
	}
	if p.leave(h, r, ctx.Err() == nil) {
		return nil, err
	}
	// The answer came at this very moment: a place is passed on.
	if <-r.answer == nil {
		p.give(h)
	}
	return nil, err
}

// enter takes a place that tenant may have at once, or joins the queue.
func (p *places) enter(tenant string) (*holder, *placeRequest, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, nil, ErrClosed
	}
	h := p.holders[tenant]
	if h == nil {
		h = &holder{tenant: tenant}
		p.holders[tenant] = h
	}
	if len(h.waiting) == 0 && h.held < p.free {
		h.held++
		p.free--
		return h, nil, nil
	}
	if p.waiting >= p.queue && !p.displaceLocked(h) {
		p.refused++
		p.forgetLocked(h)
		return nil, nil, busyPlaces()
	}
	r := &placeRequest{answer: make(chan error, 1)}
	if h.waiting = append(h.waiting, r); len(h.waiting) == 1 {
		p.queued = append(p.queued, h)
	}
	p.waiting++
	return h, r, nil
}

// displaceLocked refuses the last one of the tenant that has most in the queue,
// if those are more than h would have there.
func (p *places) displaceLocked(h *holder) bool {
	longest := h
	for _, x := range p.queued {
		if len(x.waiting) > len(longest.waiting) {
			longest = x
		}
	}
	last := len(longest.waiting) - 1
	if last <= len(h.waiting) {
		return false
	}
	r := longest.waiting[last]
	p.removeLocked(longest, last)
	p.refused++
	r.answer <- busyPlaces()
	return true
}

// leave takes r out of the queue; false if it was answered before.
func (p *places) leave(h *holder, r *placeRequest, refused bool) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	i := slices.Index(h.waiting, r)
	if i < 0 {
		return false
	}
	if refused {
		p.refused++
	}
	p.removeLocked(h, i)
	p.forgetLocked(h)
	return true
}

// give ends an execution that holds a place.
func (p *places) give(h *holder) {
	p.mu.Lock()
	defer p.mu.Unlock()
	h.held--
	p.free++
	p.handLocked()
	p.forgetLocked(h)
}

// handLocked hands free places to those that wait and may have one.
func (p *places) handLocked() {
	for len(p.queued) > 0 {
		h := slices.MinFunc(p.queued, func(a, b *holder) int { return a.held - b.held })
		if h.held >= p.free {
			return
		}
		r := h.waiting[0]
		p.removeLocked(h, 0)
		h.held++
		p.free--
		r.answer <- nil
	}
}

// removeLocked takes the request at i of h out of the queue.
func (p *places) removeLocked(h *holder, i int) {
	h.waiting = slices.Delete(h.waiting, i, i+1)
	p.waiting--
	if len(h.waiting) == 0 {
		j := slices.Index(p.queued, h)
		p.queued = slices.Delete(p.queued, j, j+1)
	}
}

// forgetLocked drops a tenant that has nothing here, if there are many.
func (p *places) forgetLocked(h *holder) {
	if h.held == 0 && len(h.waiting) == 0 && len(p.holders) > maxIdleTenants {
		delete(p.holders, h.tenant)
	}
}

// close answers who waits, and who comes from now on, with ErrClosed.
func (p *places) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for _, h := range p.queued {
		for _, r := range h.waiting {
			r.answer <- ErrClosed
		}
		h.waiting = nil
	}
	p.queued, p.waiting = nil, 0
}

// counts returns who waits now and who was refused so far.
func (p *places) counts() (waiting int, refused int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.waiting, p.refused
}

func busyPlaces() error { return &BusyError{Retry: time.Second} }
