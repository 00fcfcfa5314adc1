package wasmhost

import (
	"bytes"
	"context"
	"testing"

	"pgregory.net/rapid"

	"github.com/buntime/buntime/wasmhost/meter"
)

// A use that goes on from a delta is as if it had done itself what was done before.
func TestDelta(t *testing.T) {
	backends(t, func(t *testing.T, cfg Config) {
		cfg.VerifyResets = 1
		h := newHost(t, cfg)
		i := newImage(t, h, guestModule(func(m *meter.Module) { m.Memories[0].Min = 16 }))
		other := newImage(t, h, guestModule())
		rapid.Check(t, func(rt *rapid.T) {
			grow := rapid.IntRange(0, 8).Draw(rt, "grow")
			use := func(in *Instance) {
				if _, err := in.Call(context.Background(), fnGrow, uint64(grow)); err != nil {
					rt.Fatal(err)
				}
			}
			from, err := i.Get(context.Background(), InstanceConfig{Memory: 8 * wasmPage})
			if err != nil {
				rt.Fatal(err)
			}
			use(from)
			size := uint64(from.Size())
			for range rapid.IntRange(0, 40).Draw(rt, "writes") {
				at := rapid.Uint64Range(0, size-1).Draw(rt, "at")
				n := rapid.Uint64Range(1, min(size-at, 20<<10)).Draw(rt, "length")
				if _, err := from.Call(context.Background(), fnFill, at, rapid.Uint64Range(0, 255).Draw(rt, "byte"), n); err != nil {
					rt.Fatal(err)
				}
			}
			d := from.Capture(1 << 30)
			if d == nil {
				rt.Fatal("nothing captured")
			}
			view, _ := from.mod.Memory().Read(0, from.Size())
			want, fuel, peak := bytes.Clone(view), from.FuelUsed(), from.MemoryPeak()
			from.Release()

			to, err := i.Get(context.Background(), InstanceConfig{Memory: 8 * wasmPage, Fuel: fuel + 1000})
			if err != nil {
				rt.Fatal(err)
			}
			if !to.Apply(d) {
				rt.Fatal("not applied")
			}
			if view, _ := to.mod.Memory().Read(0, to.Size()); !bytes.Equal(view, want) {
				rt.Error("memory differs")
			}
			if to.FuelUsed() != fuel || to.MemoryPeak() != peak {
				rt.Errorf("fuel %d, peak %d, want %d, %d", to.FuelUsed(), to.MemoryPeak(), fuel, peak)
			}
			if to.Apply(d) {
				rt.Error("applied twice")
			}
			if _, err := to.Call(context.Background(), fnAdd, 1, 2); err != nil {
				rt.Error(err)
			}
			to.Release()

			for name, c := range map[string]InstanceConfig{
				"too little fuel":   {Memory: 8 * wasmPage, Fuel: fuel - 1},
				"too little memory": {Memory: int64(grow-1) * wasmPage},
			} {
				if c.Fuel < 0 || c.Memory < 0 || fuel == 1 && c.Fuel == 0 && name == "too little fuel" {
					continue
				}
				in, err := i.Get(context.Background(), c)
				if err != nil {
					rt.Fatal(err)
				}
				if in.Apply(d) {
					rt.Errorf("%s: applied", name)
				}
				if err := in.verify(); err != nil || in.FuelUsed() != 0 || in.RefusedGrowth() != 0 {
					rt.Errorf("%s: something changed: %v", name, err)
				}
				in.Release()
			}
			foreign, err := other.Get(context.Background(), InstanceConfig{Memory: 64 * wasmPage})
			if err != nil {
				rt.Fatal(err)
			}
			if foreign.Apply(d) {
				rt.Error("applied to another image")
			}
			foreign.Release()
		})
		if s := h.Stats(); s.Mismatches != 0 {
			t.Errorf("%+v", s)
		}
	})
}

// What a delta cannot say is not captured.
func TestCaptureRefuses(t *testing.T) {
	i := newImage(t, newHost(t, Config{}), guestModule())
	in := get(t, i, InstanceConfig{})
	call(t, in, fnPoke, 1, 1)
	if in.Capture(grain) == nil || in.Capture(grain-1) != nil {
		t.Error("the bound does not hold")
	}
	call(t, in, fnSetGlobals, 5)
	if in.Capture(1<<20) != nil {
		t.Error("captured with other globals")
	}
	in.Release()
	in = get(t, i, InstanceConfig{State: hostFunc(func(in *Instance, v uint64) uint64 {
		if in.Capture(1<<20) != nil {
			t.Error("captured inside a call")
		}
		return v
	})})
	call(t, in, fnHost, 1)
	if _, err := in.Call(t.Context(), fnTrap); err == nil || in.Capture(1<<20) != nil {
		t.Error("captured after a fault")
	}
	in.Release()
}
