package wasmhost

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/buntime/buntime/wasmhost/meter"
)

// I1: a reset instance equals its image, byte for byte: memory and its length,
// globals, table.
func TestI1ResetEqualsTheImage(t *testing.T) {
	backends(t, func(t *testing.T, cfg Config) {
		h := newHost(t, cfg)
		i := newImage(t, h, guestModule(func(m *meter.Module) { m.Memories[0].Min = 16 }))
		pages := i.Size() / wasmPage
		image := bytes.Clone(i.data.view)
		rapid.Check(t, func(rt *rapid.T) {
			grow := rapid.IntRange(0, 40).Draw(rt, "grow")
			in, err := i.Get(context.Background(), InstanceConfig{Memory: int64(grow) * wasmPage})
			if err != nil {
				rt.Fatal(err)
			}
			if _, err := in.Call(context.Background(), fnGrow, uint64(grow)); err != nil {
				rt.Fatal(err)
			}
			size := uint64(in.Size())
			for range rapid.IntRange(0, 60).Draw(rt, "writes") {
				at := rapid.Uint64Range(0, size-1).Draw(rt, "at")
				export, args := fnPoke, []uint64{at, 0xa5}
				if rapid.Bool().Draw(rt, "long") {
					n := rapid.Uint64Range(0, min(size-at, 300<<10)).Draw(rt, "length")
					export, args = fnFill, []uint64{at, 0x5a, n}
				}
				if _, err := in.Call(context.Background(), export, args...); err != nil {
					rt.Fatal(err)
				}
			}
			if rapid.Bool().Draw(rt, "globals") {
				if _, err := in.Call(context.Background(), fnSetGlobals, 12345); err != nil {
					rt.Fatal(err)
				}
			}
			in.Release()
			if in.image.host.Stats().Idle == 0 {
				rt.Fatal("instance was not kept")
			}
			// The next use gets the same instance.
			next, err := i.Get(context.Background(), InstanceConfig{Memory: int64(grow) * wasmPage})
			if err != nil {
				rt.Fatal(err)
			}
			defer next.Release()
			if next != in {
				rt.Fatal("another instance came back")
			}
			if err := next.verify(); err != nil {
				rt.Fatal(err)
			}
			// View would say that the test may write.
			view, ok := next.mod.Memory().Read(0, next.Size())
			if !ok || !bytes.Equal(view, image) {
				rt.Fatal("memory differs from the image")
			}
			if !bytes.Equal(i.data.view, image) {
				rt.Fatal("the image changed")
			}
			if got, err := next.Call(context.Background(), fnTable, 1); err != nil || got != 22 {
				rt.Fatalf("table entry = %d, %v", got, err)
			}
			if got, err := next.Call(context.Background(), fnGrow, uint64(grow)); err != nil || got != uint64(pages) {
				rt.Fatalf("memory starts with %d pages, %v", got, err)
			}
			grown, ok := next.View(uint32(len(image)), uint32(grow*wasmPage))
			if !ok || len(bytes.Trim(grown, "\x00")) > 0 {
				rt.Fatal("regrown memory is not zero")
			}
		})
	})
}

// A break of I1 is noticed where resets are verified.
func TestI1VerifyDropsWhatDiffers(t *testing.T) {
	backends(t, func(t *testing.T, cfg Config) {
		var mu sync.Mutex
		var reports []error
		cfg.VerifyResets = 1
		cfg.Report = func(err error) { mu.Lock(); defer mu.Unlock(); reports = append(reports, err) }
		h := newHost(t, cfg)
		i := newImage(t, h, guestModule())
		in := get(t, i, InstanceConfig{})
		call(t, in, fnPoke, 1, 1)
		in.Release()
		if s := h.Stats(); s.Mismatches != 0 || s.Idle != 1 {
			t.Fatalf("a good reset: %+v", s)
		}
		in = get(t, i, InstanceConfig{})
		honest := in.image
		wrong := *honest
		wrong.globals = append([]uint64{1}, honest.globals[1:]...)
		wrong.data = &imageData{length: honest.data.length, view: bytes.Clone(honest.data.view), pages: honest.data.pages}
		wrong.data.view[77] ^= 1
		in.image = &wrong
		in.Release()
		if s := h.Stats(); s.Mismatches != 1 || s.Idle != 0 {
			t.Errorf("a bad reset: %+v", s)
		}
		if len(reports) != 1 {
			t.Errorf("reports: %v", reports)
		}
	})
}

// I3: no guest holds more than its cap.
func TestI3Cap(t *testing.T) {
	backends(t, func(t *testing.T, cfg Config) {
		h := newHost(t, cfg)
		i := newImage(t, h, guestModule())
		in := get(t, i, InstanceConfig{Memory: 10*wasmPage + 1})
		defer in.Release()
		before := h.Stats().Held
		for _, step := range []struct{ pages, want, peak, refused uint64 }{
			{11, 0xffffffff, 0, 11},
			{4, guestPages, 4, 11},
			{6, guestPages + 4, 10, 11},
			{1, 0xffffffff, 10, 11},
			{0, guestPages + 10, 10, 11},
			{500, 0xffffffff, 10, 510},
			{20, 0xffffffff, 10, 510},
		} {
			if got := call(t, in, fnGrow, step.pages); got != step.want {
				t.Errorf("grow(%d) = %d, want %d", step.pages, got, step.want)
			}
			if got := in.MemoryPeak(); got != int64(step.peak)*wasmPage {
				t.Errorf("after grow(%d): peak %d, want %d pages", step.pages, got, step.peak)
			}
			if got := in.RefusedGrowth(); got != int64(step.refused)*wasmPage {
				t.Errorf("after grow(%d): refused %d, want %d pages", step.pages, got, step.refused)
			}
		}
		if held := h.Stats().Held - before; held != 10*wasmPage {
			t.Errorf("charged %d, want %d", held, 10*wasmPage)
		}
	})
}

// I5: any fault ends that guest alone.
func TestI5FaultsEndOneGuest(t *testing.T) {
	backends(t, func(t *testing.T, cfg Config) {
		i := newImage(t, newHost(t, cfg), guestModule())
		other := get(t, i, InstanceConfig{})
		defer other.Release()
		tests := map[string]struct {
			export int
			args   []uint64
			want   string
		}{
			"unreachable":       {fnTrap, nil, "unreachable"},
			"out of bounds":     {fnPeek, []uint64{1 << 31}, "out of bounds memory access"},
			"fill too far":      {fnFill, []uint64{1, 1, guestPages * wasmPage}, ""}, // whatever the rewriter says
			"divide by zero":    {fnDivide, []uint64{1, 0}, "integer divide by zero"},
			"table":             {fnTable, []uint64{9}, "invalid table access"},
			"endless recursion": {fnRecurse, []uint64{1 << 31}, "stack overflow"},
		}
		for name, tt := range tests {
			t.Run(name, func(t *testing.T) {
				in := get(t, i, InstanceConfig{})
				_, err := in.Call(context.Background(), tt.export, tt.args...)
				var trap *TrapError
				if !errors.As(err, &trap) || tt.want != "" && trap.Reason != tt.want {
					t.Errorf("got %v, want a trap %q", err, tt.want)
				}
				if got := call(t, other, fnAdd, 1, 2); got != 3 {
					t.Errorf("another guest got %d, want 3", got)
				}
				in.Release()
				next := get(t, i, InstanceConfig{})
				defer next.Release()
				if next == in {
					t.Error("the dead instance came back")
				}
				call(t, next, fnAdd, 1, 2)
			})
		}
	})
}

// The same program spends the same fuel, whatever its slices were.
func TestFuelIsDeterministic(t *testing.T) {
	programs := map[string]func(in *Instance) error{
		"loop":  func(in *Instance) error { _, err := in.Call(context.Background(), fnLoop, 300_000); return err },
		"calls": func(in *Instance) error { _, err := in.Call(context.Background(), fnTree, 14); return err },
		"bulk": func(in *Instance) error {
			_, err := in.Call(context.Background(), fnFill, 0, 1, 3<<20)
			return err
		},
		"growth": func(in *Instance) error { _, err := in.Call(context.Background(), fnGrow, 20); return err },
		"host":   func(in *Instance) error { _, err := in.Call(context.Background(), fnHost, 7); return err },
		"out of fuel": func(in *Instance) error {
			_, err := in.Call(context.Background(), fnForever)
			if !errors.Is(err, ErrFuel) {
				return fmt.Errorf("want ErrFuel, got %w", err)
			}
			return nil
		},
	}
	spent := map[string]int64{}
	for _, slice := range []time.Duration{time.Nanosecond, 20 * time.Microsecond, time.Second} {
		for _, portable := range []bool{false, true} {
			h := newHost(t, Config{Slice: slice, Portable: portable})
			i := newImage(t, h, guestModule())
			for name, run := range programs {
				in := get(t, i, InstanceConfig{Memory: 64 << 20, Fuel: 5_000_000, State: hostFunc(func(in *Instance, v uint64) uint64 {
					in.Charge(int64(v) * 1000)
					return 0
				})})
				if name == "bulk" {
					call(t, in, fnGrow, 60)
				}
				if err := run(in); err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				used := in.FuelUsed()
				if first, ok := spent[name]; !ok {
					spent[name] = used
				} else if used != first {
					t.Errorf("%s with slices of %v spent %d, first %d", name, slice, used, first)
				}
				in.Release()
			}
		}
	}
	for name, used := range spent {
		if used == 0 && name != "host" {
			t.Errorf("%s spent nothing", name)
		}
	}
	if spent["host"] < 7000 {
		t.Errorf("a charge of 7000 shows as %d", spent["host"])
	}
}

func TestFuelEndsExactly(t *testing.T) {
	backends(t, func(t *testing.T, cfg Config) {
		i := newImage(t, newHost(t, cfg), guestModule())
		in := get(t, i, InstanceConfig{})
		call(t, in, fnLoop, 5000)
		need := in.FuelUsed()
		in.Release()
		for _, tt := range []struct {
			fuel int64
			want error
		}{{need, nil}, {need + 1, nil}, {need - 1, ErrFuel}, {1, ErrFuel}} {
			in := get(t, i, InstanceConfig{Fuel: tt.fuel})
			if _, err := in.Call(context.Background(), fnLoop, 5000); !errors.Is(err, tt.want) {
				t.Errorf("with %d of %d units: %v, want %v", tt.fuel, need, err, tt.want)
			}
			in.Release()
		}
	})
}

func TestChargeEndsTheGuest(t *testing.T) {
	i := newImage(t, newHost(t, Config{}), guestModule())
	for name, units := range map[string]int64{"just beyond": 1001, "huge": 1<<63 - 1} {
		t.Run(name, func(t *testing.T) {
			went := false
			in := get(t, i, InstanceConfig{Fuel: 1000, State: hostFunc(func(in *Instance, v uint64) uint64 {
				in.Charge(-5)
				in.Charge(0)
				in.Charge(units)
				went = true
				return v
			})})
			defer in.Release()
			if _, err := in.Call(context.Background(), fnHost, 1); !errors.Is(err, ErrFuel) || !went {
				t.Errorf("Call = %v, import returned %v; want ErrFuel, true", err, went)
			}
		})
	}
	// Between two calls it takes effect before the next.
	in := get(t, i, InstanceConfig{Fuel: 1000})
	defer in.Release()
	in.Charge(1001)
	if _, err := in.Call(context.Background(), fnLoop, 1); !errors.Is(err, ErrFuel) || in.FuelUsed() != 1001 {
		t.Errorf("Call after a charge = %v with %d units used, want ErrFuel and no more than the charge, 1001", err, in.FuelUsed())
	}
}

func TestContextEndsTheGuest(t *testing.T) {
	backends(t, func(t *testing.T, cfg Config) {
		h := newHost(t, cfg)
		i := newImage(t, h, guestModule())
		run := func(ctx context.Context, export int, f hostFunc) error {
			in := get(t, i, InstanceConfig{State: f, Fuel: someSeconds})
			defer in.Release()
			_, err := in.Call(ctx, export, make([]uint64, i.exports[export].params)...)
			return err
		}
		deadline, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
		defer cancel()
		if err := run(deadline, fnForever, nil); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("past the deadline: %v", err)
		}
		if deadline.Err() == nil {
			t.Error("ended with DeadlineExceeded before the context was done")
		}
		if err := run(deadline, fnAdd, nil); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("with a deadline that passed: %v", err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		time.AfterFunc(10*time.Millisecond, cancel)
		if err := run(ctx, fnForever, nil); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
		// The outer call's context counts inside a nested one, too.
		outer, cancel := context.WithCancel(context.Background())
		time.AfterFunc(10*time.Millisecond, cancel)
		err := run(outer, fnHost, func(in *Instance, v uint64) uint64 {
			if _, err := in.Call(context.Background(), fnForever); !errors.Is(err, context.Canceled) {
				t.Errorf("nested call: %v", err)
			}
			return 0
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled while nested: %v", err)
		}
		// Cancelled while blocked.
		blocked, cancel := context.WithCancel(context.Background())
		err = run(blocked, fnHost, func(in *Instance, v uint64) uint64 {
			in.Block(func() { cancel(); <-in.Context().Done() })
			return 0
		})
		// The turn was free, so the guest may go on to its end.
		if err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled while blocked: %v", err)
		}
	})
}

func TestTurns(t *testing.T) {
	h := newHost(t, Config{Turns: 1})
	i := newImage(t, h, guestModule())

	// One runs for ever, and yet another gets its turn.
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() {
		in := get(t, i, InstanceConfig{Fuel: someSeconds})
		defer in.Release()
		if _, err := in.Call(ctx, fnForever); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
	eventually(t, "it runs", func() bool {
		h.turns.mu.Lock()
		defer h.turns.mu.Unlock()
		return h.turns.free == 0
	})
	in := get(t, i, InstanceConfig{})
	for range 20 {
		call(t, in, fnLoop, 1000)
	}
	in.Release()
	cancel()
	wg.Wait()

	// Who blocks has none: what it waits for may need one.
	in = get(t, i, InstanceConfig{State: hostFunc(func(in *Instance, v uint64) uint64 {
		in.Block(func() {
			other := get(t, i, InstanceConfig{})
			defer other.Release()
			v = call(t, other, fnAdd, v, 1)
			if _, err := in.Call(context.Background(), fnAdd, 1, 1); err == nil {
				t.Error("call inside Block succeeded")
			}
		})
		return v
	})})
	defer in.Release()
	if got := call(t, in, fnHost, 1); got != 2 {
		t.Errorf("got %d, want 2", got)
	}

	// Who waits in vain has none, and the instance is not spoilt.
	ctx, cancel = context.WithCancel(context.Background())
	holds, waits := get(t, i, InstanceConfig{}), get(t, i, InstanceConfig{})
	defer waits.Release()
	entered := make(chan struct{})
	goOn := make(chan struct{})
	holds.state = hostFunc(func(*Instance, uint64) uint64 { close(entered); <-goOn; return 0 })
	wg.Go(func() { defer holds.Release(); call(t, holds, fnHost, 1) })
	<-entered
	wg.Go(func() {
		if _, err := waits.Call(ctx, fnAdd, 1, 1); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled while waiting: %v", err)
		}
	})
	eventually(t, "one waits", func() bool { return h.Stats().Waiting == 1 })
	cancel()
	eventually(t, "none waits", func() bool { return h.Stats().Waiting == 0 })
	close(goOn)
	wg.Wait()
	call(t, waits, fnAdd, 1, 1)
}

// An import that works on and on ends slices: others get their turns meanwhile,
// and the guest's context and fuel end it.
func TestCheckpoint(t *testing.T) {
	h := newHost(t, Config{Turns: 1})
	i := newImage(t, h, guestModule())
	tests := map[string]struct {
		fuel   int64
		charge int64
		err    error
	}{
		"context": {fuel: someSeconds, err: context.Canceled},
		"fuel":    {fuel: 1_000_000, charge: 1, err: ErrFuel},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			entered := make(chan struct{})
			var wg sync.WaitGroup
			wg.Go(func() {
				in := get(t, i, InstanceConfig{Tenant: "works", Fuel: tt.fuel, State: hostFunc(func(in *Instance, v uint64) uint64 {
					close(entered)
					for in.Checkpoint() {
						in.Charge(tt.charge)
					}
					return v
				})})
				defer in.Release()
				if _, err := in.Call(ctx, fnHost, 1); !errors.Is(err, tt.err) {
					t.Errorf("it ended with %v, want %v", err, tt.err)
				}
			})
			<-entered
			other := get(t, i, InstanceConfig{Tenant: "other"})
			call(t, other, fnLoop, 1000)
			other.Release()
			if tt.err == context.Canceled {
				cancel()
			}
			wg.Wait()
		})
	}
}

// A guest that is told to sleep holds no turn meanwhile, and its context still
// ends it.
func TestPace(t *testing.T) {
	h := newHost(t, Config{Turns: 1})
	i := newImage(t, h, guestModule())
	ctx, cancel := context.WithCancel(context.Background())
	asleep := make(chan time.Duration, 1)
	var wg sync.WaitGroup
	wg.Go(func() {
		calls := 0
		in := get(t, i, InstanceConfig{Fuel: someSeconds, Pace: func(cpu time.Duration) time.Duration {
			switch calls++; calls {
			case 1:
				return 0
			case 2:
				return 1 // it goes on after
			case 3:
				asleep <- cpu
				return time.Hour
			}
			t.Error("it ran on")
			return 0
		}})
		defer in.Release()
		if _, err := in.Call(ctx, fnForever); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if in.CPUTime() <= 0 {
			t.Error("it used no time")
		}
	})
	if cpu := <-asleep; cpu <= 0 {
		t.Errorf("told of %v", cpu)
	}
	in := get(t, i, InstanceConfig{}) // whose use has no pace
	call(t, in, fnLoop, 1_000_000)
	in.Release()
	cancel()
	wg.Wait()
	in = get(t, i, InstanceConfig{})
	defer in.Release()
	call(t, in, fnLoop, 1_000_000)
}

// Many goroutines, few turns, every end there is.
func TestHammer(t *testing.T) {
	backends(t, func(t *testing.T, cfg Config) {
		cfg.VerifyResets = 1
		cfg.Slice = 20 * time.Microsecond
		h := newHost(t, cfg)
		i := newImage(t, h, guestModule())
		var wg sync.WaitGroup
		for g := range 8 {
			wg.Go(func() {
				r := rand.New(rand.NewPCG(1, uint64(g)))
				for range 60 {
					ctx, cancel := context.WithTimeout(context.Background(), time.Duration(r.IntN(3000))*time.Microsecond)
					in, err := i.Get(ctx, InstanceConfig{Memory: 32 * wasmPage, Fuel: 1 + r.Int64N(1e6), State: hostFunc(func(in *Instance, v uint64) uint64 {
						in.Charge(10)
						in.Block(func() { time.Sleep(time.Duration(v) * time.Microsecond) })
						return v
					})})
					if err != nil {
						cancel()
						continue
					}
					calls := [][]uint64{{fnGrow, uint64(r.IntN(40))}, {fnPoke, uint64(r.IntN(guestPages * wasmPage)), 9},
						{fnFill, 100, 3, uint64(r.IntN(200 << 10))}, {fnHost, uint64(r.IntN(100))}, {fnLoop, uint64(r.IntN(1e6))},
						{fnRecurse, uint64(r.IntN(20000))}, {fnSetGlobals, 5}, {fnTrap}, {fnForever}}
					for range 6 {
						c := calls[r.IntN(len(calls))]
						if _, err := in.Call(ctx, int(c[0]), c[1:]...); err != nil {
							break
						}
					}
					in.Release()
					cancel()
				}
			})
		}
		wg.Wait()
		if s := h.Stats(); s.Live != 0 || s.Held != 0 || s.Waiting != 0 || s.Mismatches != 0 || h.exist != s.Idle || h.turns.free != h.cfg.Turns || len(h.turns.tenants) != 0 {
			t.Errorf("at the end: %+v, %d exist, %d turns free", s, h.exist, h.turns.free)
		}
	})
}
