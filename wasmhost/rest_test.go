package wasmhost

import "testing"

// Rest gives back a guest's native stack and leaves all else as it was; inside a
// call it does nothing.
func TestRest(t *testing.T) {
	h := newHost(t, Config{})
	i := newImage(t, h, guestModule())
	in := get(t, i, InstanceConfig{State: hostFunc(func(in *Instance, v uint64) uint64 {
		_ = in.Rest()
		return v + 1
	})})
	call(t, in, fnPoke, 64, 9)
	used := in.FuelUsed()
	_ = in.Rest()
	if len(in.levels) != 0 {
		t.Error("something is left of the levels")
	}
	if got := in.FuelUsed(); got != used {
		t.Errorf("fuel %d became %d", used, got)
	}
	if got := call(t, in, fnPeek, 64); got&0xff != 9 {
		t.Errorf("memory became %d", got)
	}
	if got := call(t, in, fnHost, 4); got != 5 {
		t.Errorf("a call that rests inside returned %d", got)
	}
	_ = in.Rest()
	in.Release()
	if got := h.Stats(); got.Held != 0 || got.Idle != 1 {
		t.Errorf("%+v", got)
	}
}
