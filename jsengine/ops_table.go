package jsengine

import "sync"

// table keeps what a guest has open under the number that the guest calls it by.
// The zero value is empty. It is safe for concurrent use.
type table[T any] struct {
	mu     sync.Mutex
	open   map[int64]T // guarded by mu
	last   int64       // guarded by mu
	closed bool        // guarded by mu; it takes nothing any more
}

// add gives v a number, and reports whether there was room: not if limit are open
// or the table is closed.
func (t *table[T]) add(v T, limit int) (int64, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed || len(t.open) >= limit {
		return 0, false
	}
	if t.open == nil {
		t.open = make(map[int64]T)
	}
	t.last++
	t.open[t.last] = v
	return t.last, true
}

// get returns what has a number, or the zero value.
func (t *table[T]) get(id int64) T {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.open[id]
}

// take forgets what has a number and returns it, or the zero value.
func (t *table[T]) take(id int64) T {
	t.mu.Lock()
	defer t.mu.Unlock()
	v := t.open[id]
	delete(t.open, id)
	return v
}

// close closes the table and returns what was in it, which is the caller's to end.
func (t *table[T]) close() map[int64]T {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := t.open
	t.open, t.closed = nil, true
	return all
}
