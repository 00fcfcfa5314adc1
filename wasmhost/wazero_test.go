package wasmhost

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/buntime/buntime/wasmhost/meter"
)

// The tests of this file are named for what wazero does not survive: TestCrash
// for what ends the process, TestSilent for what corrupts without an error.

func TestCrashCloseWhileAGuestRuns(t *testing.T) {
	backends(t, func(t *testing.T, cfg Config) {
		h := newHost(t, cfg)
		i := newImage(t, h, guestModule())
		in := get(t, i, InstanceConfig{Fuel: someSeconds})
		ended := make(chan error)
		go func() {
			_, err := in.Call(context.Background(), fnForever)
			// Close waits for this: the memory is still there.
			if _, ok := in.View(0, in.Size()); !ok {
				err = errors.New("memory is gone")
			}
			in.Release()
			ended <- err
		}()
		closed := make(chan error)
		go func() { closed <- h.Close() }()
		if err := <-ended; !errors.Is(err, ErrClosed) {
			t.Errorf("Call = %v, want ErrClosed", err)
		}
		if err := <-closed; err != nil {
			t.Errorf("Close = %v", err)
		}
		if _, err := i.Get(context.Background(), InstanceConfig{}); !errors.Is(err, ErrClosed) {
			t.Errorf("Get after Close = %v, want ErrClosed", err)
		}
	})
}

// Closing, resetting and shrinking happen when no frame of the guest is live.
func TestCrashReleaseInsideAnImport(t *testing.T) {
	backends(t, func(t *testing.T, cfg Config) {
		h := newHost(t, cfg)
		i := newImage(t, h, guestModule())
		in := get(t, i, InstanceConfig{Memory: 8 * wasmPage, State: hostFunc(func(in *Instance, v uint64) uint64 {
			call(t, in, fnGrow, 8)
			call(t, in, fnPoke, (guestPages+7)*wasmPage, 5)
			in.Release()
			if s := h.Stats(); s.Live != 1 || s.Idle != 0 {
				t.Errorf("released while frames are live: %+v", s)
			}
			return call(t, in, fnPeek, (guestPages+7)*wasmPage)
		})})
		if got := call(t, in, fnHost, 1); got != 5 {
			t.Errorf("got %d from grown memory, want 5", got)
		}
		if s := h.Stats(); s.Live != 0 || s.Idle != 1 {
			t.Errorf("not released after the call: %+v", s)
		}
		in = get(t, i, InstanceConfig{})
		defer in.Release()
		if got := call(t, in, fnSize); got != guestPages {
			t.Errorf("next use starts with %d pages, want %d", got, guestPages)
		}
	})
}

func TestCrashAllocationRefusedAtStart(t *testing.T) {
	backends(t, func(t *testing.T, cfg Config) {
		cfg.Budget = wasmPage
		h := newHost(t, cfg)
		m, err := h.Compile(context.Background(), guestModule(), guestImports)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := m.Start(context.Background(), StartConfig{}); !errors.Is(err, ErrBudget) {
			t.Errorf("Start beyond the budget = %v, want ErrBudget", err)
		}
		if _, err := m.Start(context.Background(), StartConfig{Memory: wasmPage}); err == nil {
			t.Error("Start with less memory than the module needs succeeded")
		}
		if s := h.Stats(); s.Live != 0 || s.Held != 0 {
			t.Errorf("refused instances are still counted: %+v", s)
		}
	})
}

func TestCrashTooManyMappings(t *testing.T) {
	h := newHost(t, Config{})
	i := newImage(t, h, guestModule())
	h.most = 3
	var held []*Instance
	for range 3 {
		held = append(held, get(t, i, InstanceConfig{}))
	}
	_, err := i.Get(context.Background(), InstanceConfig{})
	var limit *MappingLimitError
	if !errors.As(err, &limit) || !strings.Contains(err.Error(), "vm.max_map_count") {
		t.Errorf("Get beyond the limit = %v, want a MappingLimitError that names vm.max_map_count", err)
	}
	for _, in := range held {
		in.Release()
	}
	get(t, i, InstanceConfig{}).Release()
}

// wazero puts the Go stack, with host paths, into the error of a panicking host
// function.
func TestSilentGoStackInAnError(t *testing.T) {
	backends(t, func(t *testing.T, cfg Config) {
		i := newImage(t, newHost(t, cfg), guestModule())
		panics := map[string]func(){
			"runtime error": func() { s := make([]int, i.Size()); s[i.Size()] = 1 },
			"nil pointer":   func() { var p *Instance; p.hooks++ },
			"value":         func() { panic("/secret/path") },
			"error":         func() { panic(fmt.Errorf("wasm error: %w", os.ErrNotExist)) },
			"nested":        func() { panic(&TrapError{Reason: "secret"}) },
		}
		for name, f := range panics {
			t.Run(name, func(t *testing.T) {
				in := get(t, i, InstanceConfig{State: hostFunc(func(*Instance, uint64) uint64 { f(); return 0 })})
				defer in.Release()
				_, err := in.Call(context.Background(), fnHost, 1)
				var ours *InternalError
				if !errors.As(err, &ours) {
					t.Fatalf("Call = %v, want an InternalError", err)
				}
				for _, bad := range []string{".go", "goroutine", "secret", "/"} {
					if strings.Contains(err.Error(), bad) {
						t.Errorf("error contains %q: %v", bad, err)
					}
				}
				if !strings.Contains(ours.Detail, "wazero_test.go") {
					t.Errorf("detail does not say where: %q", ours.Detail)
				}
				if _, err := in.Call(context.Background(), fnAdd, 1, 1); !errors.Is(err, ErrDead) {
					t.Errorf("next call = %v, want ErrDead", err)
				}
			})
		}
	})
}

func TestCrashGoroutineExitsInsideAnImport(t *testing.T) {
	h := newHost(t, Config{Turns: 1})
	i := newImage(t, h, guestModule())
	in := get(t, i, InstanceConfig{State: hostFunc(func(*Instance, uint64) uint64 { runtime.Goexit(); return 0 })})
	var wg sync.WaitGroup
	wg.Go(func() {
		defer in.Release()
		_, err := in.Call(context.Background(), fnHost, 1)
		t.Errorf("Call returned %v", err)
	})
	wg.Wait()
	next := get(t, i, InstanceConfig{}) // a turn is free again
	defer next.Release()
	call(t, next, fnAdd, 1, 1)
	if s := h.Stats(); s.Dropped != 2 {
		t.Errorf("dropped %d, want the started instance and the one that exited", s.Dropped)
	}
}

// wazero's functions cannot be entered again while they run.
func TestSilentReentry(t *testing.T) {
	backends(t, func(t *testing.T, cfg Config) {
		i := newImage(t, newHost(t, cfg), guestModule())
		const deepest = 30
		depth := 0
		var f hostFunc = func(in *Instance, v uint64) uint64 {
			if depth++; depth == deepest {
				return v
			}
			before := call(t, in, fnAdd, v, 1)
			inner := call(t, in, fnHost, v+1) // the same export, one level deeper
			if after := call(t, in, fnAdd, v, 1); before != v+1 || after != v+1 {
				t.Errorf("%d+1 = %d before the nested call, %d after it", v, before, after)
			}
			return inner
		}
		for range 3 {
			depth = 0
			in := get(t, i, InstanceConfig{State: f})
			if got := call(t, in, fnHost, 1); got != deepest {
				t.Errorf("got %d, want %d", got, deepest)
			}
			in.Release()
		}
	})
}

func TestReentryTrapEndsEveryLevel(t *testing.T) {
	backends(t, func(t *testing.T, cfg Config) {
		i := newImage(t, newHost(t, cfg), guestModule())
		in := get(t, i, InstanceConfig{State: hostFunc(func(in *Instance, v uint64) uint64 {
			if _, err := in.Call(context.Background(), fnTrap); err == nil {
				t.Error("nested trap succeeded")
			}
			return 1 // as if nothing had happened
		})})
		defer in.Release()
		_, err := in.Call(context.Background(), fnHost, 1)
		var trap *TrapError
		if !errors.As(err, &trap) || trap.Reason != "unreachable" {
			t.Errorf("outer call = %v, want the inner trap", err)
		}
	})
}

// wazero keeps the bare address of CallWithStack's buffer while the guest runs.
func TestSilentStackBufferAcrossACollection(t *testing.T) {
	i := newImage(t, newHost(t, Config{}), guestModule())
	in := get(t, i, InstanceConfig{State: hostFunc(func(in *Instance, v uint64) uint64 {
		var junk [][]byte
		for range 200 {
			junk = append(junk, make([]byte, 8), make([]byte, 64))
		}
		runtime.GC()
		runtime.KeepAlive(junk)
		return v + 1
	})})
	defer in.Release()
	for v := range uint64(20) {
		if got := call(t, in, fnHost, v); got != v+1 {
			t.Fatalf("got %d, want %d", got, v+1)
		}
	}
}

// An instance that is dropped without Close stays in wazero's list of modules.
func TestSilentDroppedInstancesAreClosed(t *testing.T) {
	backends(t, func(t *testing.T, cfg Config) {
		h := newHost(t, cfg)
		i := newImage(t, h, guestModule())
		for range 50 {
			in := get(t, i, InstanceConfig{})
			if _, err := in.Call(context.Background(), fnTrap); err == nil {
				t.Fatal("trap succeeded")
			}
			mod := in.mod
			in.Release()
			if !mod.IsClosed() {
				t.Fatal("a trapped instance was not closed")
			}
		}
		if s := h.Stats(); s.Live != 0 || s.Held != 0 || h.exist != s.Idle {
			t.Errorf("after all are released: %+v, %d exist", s, h.exist)
		}
	})
}

// Without the shrink an allocator in the guest starts above the old end, and an
// instance grows with each use.
func TestSilentMemoryKeepsItsLength(t *testing.T) {
	backends(t, func(t *testing.T, cfg Config) {
		h := newHost(t, cfg)
		i := newImage(t, h, guestModule())
		for range 20 {
			in := get(t, i, InstanceConfig{Memory: 100 * wasmPage})
			if got := call(t, in, fnGrow, 100); got != guestPages {
				t.Fatalf("memory starts with %d pages, want %d", got, guestPages)
			}
			const last = (guestPages+100)*wasmPage - 1
			if got := call(t, in, fnPeek, last); got != 0 {
				t.Fatalf("regrown memory reads %d, want 0", got)
			}
			call(t, in, fnPoke, last, 1)
			in.Release()

			// Beyond the end is beyond the end again.
			in = get(t, i, InstanceConfig{})
			_, err := in.Call(context.Background(), fnPeek, guestPages*wasmPage)
			var trap *TrapError
			if !errors.As(err, &trap) || trap.Reason != "out of bounds memory access" {
				t.Fatalf("access beyond the shrunk memory = %v, want a trap", err)
			}
			in.Release()
		}
		if s := h.Stats(); s.Held != 0 {
			t.Errorf("%d bytes are still charged", s.Held)
		}
	})
}

// wazero's Memory.Size is 0 for a memory of 65,536 pages.
func TestSilentLongestMemory(t *testing.T) {
	h := newHost(t, Config{Budget: 8 << 30})
	i := newImage(t, h, guestModule(func(m *meter.Module) { m.Memories[0].HasMax = false }))
	if h.cfg.Portable {
		t.Skip("would copy 4 GiB")
	}
	in := get(t, i, InstanceConfig{Memory: 1 << 40})
	defer in.Release()
	if got := call(t, in, fnGrow, 65536-guestPages); got != 0xffffffff {
		t.Errorf("growing to 65,536 pages = %d, want refusal", got)
	}
	if got := call(t, in, fnGrow, maxPages-guestPages); got != guestPages {
		t.Errorf("growing to %d pages = %d, want %d", maxPages, got, guestPages)
	}
	if got := in.Size(); got != maxPages*wasmPage {
		t.Errorf("Size = %d, want %d", got, maxPages*wasmPage)
	}
	call(t, in, fnPoke, maxPages*wasmPage-1, 1)
}

// wazero checks the declared maximum before it asks the allocator.
func TestSilentDeclaredMaximum(t *testing.T) {
	backends(t, func(t *testing.T, cfg Config) {
		i := newImage(t, newHost(t, cfg), guestModule(func(m *meter.Module) { m.Memories[0].Max = guestPages + 2 }))
		in := get(t, i, InstanceConfig{Memory: 10 * wasmPage})
		if got := call(t, in, fnGrow, 3); got != 0xffffffff {
			t.Errorf("growing past the module's own maximum = %d, want refusal", got)
		}
		if got := call(t, in, fnGrow, 2); got != guestPages {
			t.Errorf("growing to the module's own maximum = %d, want %d", got, guestPages)
		}
		in.Release() // at its maximum it can still be shrunk
		in = get(t, i, InstanceConfig{})
		defer in.Release()
		if got := call(t, in, fnSize); got != guestPages {
			t.Errorf("next use starts with %d pages, want %d", got, guestPages)
		}
	})
}

// needNativeStack skips where wazero only interprets; where it compiles, a stack
// that is not found is a failure.
func needNativeStack(t *testing.T, fn *function) {
	t.Helper()
	if fn.native != nil {
		return
	}
	if strings.Contains(runtime.GOARCH, "64") {
		t.Fatal("the native stack was not found in wazero's functions")
	}
	t.Skip("wazero has no compiler here")
}

// wazero never gives back native stack.
func TestSilentNativeStackIsGivenBack(t *testing.T) {
	h := newHost(t, Config{})
	i := newImage(t, h, guestModule())
	in := get(t, i, InstanceConfig{})
	defer in.Release()
	call(t, in, fnRecurse, 1)
	fn := &in.levels[0].functions[fnRecurse]
	needNativeStack(t, fn)
	before, charged := len(*fn.native), h.Stats().Held
	if before == 0 || before > keepStack {
		t.Fatalf("native stack of a shallow call is %d bytes", before)
	}
	call(t, in, fnRecurse, 100_000)
	if fn.Function != nil {
		t.Errorf("function kept %d bytes of native stack", len(*fn.native))
	}
	if got := call(t, in, fnRecurse, 10); got != 10 || len(*fn.native) != before {
		t.Errorf("next call returns %d on %d bytes of stack, want 10 on %d", got, len(*fn.native), before)
	}
	// What the rest of the guest is charged for may have been settled meanwhile.
	if held := h.Stats().Held; held > charged {
		t.Errorf("%d bytes are still charged", held-charged)
	}
}

func TestSilentNativeStackIsCharged(t *testing.T) {
	h := newHost(t, Config{Budget: 1 << 20})
	i := newImage(t, h, guestModule())
	in := get(t, i, InstanceConfig{})
	defer in.Release()
	call(t, in, fnRecurse, 1)
	needNativeStack(t, &in.levels[0].functions[fnRecurse])
	before := h.Stats().Held
	_, err := in.Call(context.Background(), fnRecurse, 400_000)
	if !errors.Is(err, ErrBudget) {
		t.Errorf("recursion beyond the budget = %v, want ErrBudget", err)
	}
	if held := h.Stats().Held; held > before {
		t.Errorf("%d bytes are still charged", held-before)
	}
}

// Table contents can be neither read nor reset from outside.
func TestSilentTablesThatAreWritten(t *testing.T) {
	backends(t, func(t *testing.T, cfg Config) {
		h := newHost(t, cfg)
		writes := guestModule(func(m *meter.Module) {
			// table(index) drops the entry that it called.
			m.Funcs[fnTable].Body = []byte{opLocalGet, 0, opCallIndirect, 1, 0, opLocalGet, 0, opRefNull, typeFunc, opTableSet, 0, opEnd}
			for k, e := range m.Exports { // nothing runs before the snapshot
				if e.Name == startExport {
					m.Exports = append(m.Exports[:k], m.Exports[k+1:]...)
					break
				}
			}
		})
		ctx := context.Background()
		m, err := h.Compile(ctx, writes, guestImports)
		if err != nil {
			t.Fatal(err)
		}
		start, err := m.Start(ctx, StartConfig{}, "add")
		if err != nil {
			t.Fatal(err)
		}
		defer start.Release()
		s, err := start.Snapshot()
		if err != nil {
			t.Fatal(err)
		}
		call(t, start, 0, 1, 1)
		if _, err := start.Snapshot(); err == nil {
			t.Error("snapshot of tables that may have been written succeeded")
		}
		i, err := h.NewImage(ctx, s, guestImports, guestExports[:])
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			in := get(t, i, InstanceConfig{})
			if got, err := in.Call(ctx, fnTable, 0); err != nil || got != 11 {
				t.Errorf("table entry = %d, %v, want 11", got, err)
			}
			in.Release() // alive, but its table is not the image's
		}
		if idle := h.Stats().Idle; idle != 0 {
			t.Errorf("%d instances that write tables are pooled", idle)
		}
	})
}

func TestCrashShutdownReachesAWaitingGuest(t *testing.T) {
	h := newHost(t, Config{Turns: 1})
	i := newImage(t, h, guestModule())
	var wg sync.WaitGroup
	for range 4 {
		in := get(t, i, InstanceConfig{Fuel: someSeconds})
		wg.Go(func() {
			defer in.Release()
			if _, err := in.Call(context.Background(), fnForever); !errors.Is(err, ErrClosed) {
				t.Errorf("Call = %v, want ErrClosed", err)
			}
		})
	}
	eventually(t, "three guests wait", func() bool { return h.Stats().Waiting == 3 })
	if err := h.Close(); err != nil {
		t.Error(err)
	}
	wg.Wait()
}

// A start function runs inside wazero's instantiation, and ends all the same.
func TestCrashStartFunctions(t *testing.T) {
	backends(t, func(t *testing.T, cfg Config) {
		h := newHost(t, cfg)
		tests := map[string]struct {
			start uint32 // function index
			check func(error) bool
		}{
			"endless":    {fnForever + 1, func(err error) bool { return errors.Is(err, context.DeadlineExceeded) }},
			"trap":       {fnTrap + 1, func(err error) bool { var e *TrapError; return errors.As(err, &e) && e.Reason == "unreachable" }},
			"host panic": {fnGetGlobal + 1, func(err error) bool { var e *InternalError; return errors.As(err, &e) }},
		}
		for name, tt := range tests {
			t.Run(name, func(t *testing.T) {
				ctx, cancel := context.WithCancel(context.Background())
				defer cancel()
				if name == "endless" {
					ctx, cancel = context.WithTimeout(ctx, 50*time.Millisecond)
					defer cancel()
				}
				m, err := h.Compile(ctx, guestModule(func(m *meter.Module) {
					m.Start = &tt.start
					m.Funcs[fnGetGlobal].Type = 0
					m.Funcs[fnGetGlobal].Body = []byte{opI32Const, 1, opCall, 0, opDrop, opEnd}
				}), guestImports)
				if err != nil {
					t.Fatal(err)
				}
				_, err = m.Start(ctx, StartConfig{State: hostFunc(func(in *Instance, v uint64) uint64 { panic("x") })})
				if !tt.check(err) {
					t.Errorf("Start = %v", err)
				}
			})
		}
		if s := h.Stats(); s.Live != 0 || s.Held != 0 || h.turns.free != h.cfg.Turns {
			t.Errorf("failed starts are still counted: %+v", s)
		}
	})
}

// The measured length of slices is no clock for tests, but their number grows
// while a guest runs: whatever it executes, it comes back.
func TestI2EverythingReturnsToGo(t *testing.T) {
	backends(t, func(t *testing.T, cfg Config) {
		cfg.Slice = 50 * time.Microsecond
		i := newImage(t, newHost(t, cfg), guestModule())
		tests := map[string]struct {
			export int
			args   []uint64
			fuel   int64
		}{
			"loop":      {fnForever, nil, 5e6},
			"recursion": {fnRecurse, []uint64{1 << 30}, 1e5},
			"tree":      {fnTree, []uint64{40}, 5e6},
			"fill":      {fnFill, []uint64{0, 1, 15 << 20}, 2e5},
			"copy":      {fnCopy, []uint64{1, 0, 15 << 20}, 2e5},
			"touch":     {fnTouch, []uint64{0, 1 << 20}, 2000},
		}
		for name, tt := range tests {
			t.Run(name, func(t *testing.T) {
				in := get(t, i, InstanceConfig{Memory: 16 << 20, Fuel: tt.fuel})
				defer in.Release()
				call(t, in, fnGrow, 240)
				before := in.hooks
				for range 100 {
					if _, err := in.Call(context.Background(), tt.export, tt.args...); err != nil {
						if !errors.Is(err, ErrFuel) {
							t.Fatalf("ended with %v, want ErrFuel", err)
						}
						break
					}
				}
				// Each slice is at most maxUnits: so many are the least.
				hooks, least := in.hooks-before, in.FuelUsed()/(2*maxUnits)
				if hooks < max(least, 1) {
					t.Errorf("%d returns to Go in %d units, want at least %d", hooks, in.FuelUsed(), least)
				}
			})
		}
	})
}
