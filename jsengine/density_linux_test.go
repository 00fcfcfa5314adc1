package jsengine

import "testing"

// Live sandboxes take two mappings each, three when the guest grew, and no
// descriptor; all is given back when they are closed (I3).
func TestDensityGivesBack(t *testing.T) {
	const n = 300
	before := held(t)
	e, err := Open(t.Context(), Cached(Config{}))
	if err != nil {
		t.Fatal(err)
	}
	empty := held(t)
	l := waiting(t, e, n)
	full := held(t)
	// Neighbours may be one mapping; Go's own heap and threads take some as well.
	if got := full.mappings - empty.mappings; got < 3*n/2 || got > 2*n+50 {
		t.Errorf("%d sandboxes take %d mappings", n, got)
	}
	if got := full.descriptors - empty.descriptors; got > 5 {
		t.Errorf("%d sandboxes take %d descriptors", n, got)
	}
	if s := e.Stats(); s.Live != n || s.Held > s.Budget {
		t.Errorf("%d sandboxes live: %+v", n, s)
	}
	l.end()
	if s := e.Stats(); s.Live != 0 || s.Held != 0 {
		t.Errorf("after their ends: %+v", s)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	after := held(t)
	if got := after.mappings - before.mappings; got > 50 {
		t.Errorf("%d mappings are left", got)
	}
	if got := after.descriptors - before.descriptors; got > 5 {
		t.Errorf("%d descriptors are left", got)
	}
}
