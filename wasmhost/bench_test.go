package wasmhost

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// benchBackends runs a benchmark once for each way to keep memory.
func benchBackends(b *testing.B, run func(b *testing.B, h *Host)) {
	for _, portable := range []bool{false, true} {
		b.Run(map[bool]string{false: "fast", true: "portable"}[portable], func(b *testing.B) {
			run(b, newHost(b, Config{Portable: portable}))
		})
	}
}

// BenchmarkFresh is one use of a fresh sandbox: get, one call, release.
func BenchmarkFresh(b *testing.B) {
	benchBackends(b, func(b *testing.B, h *Host) {
		i := newImage(b, h, guestModule())
		ctx := context.Background()
		b.ReportAllocs()
		for b.Loop() {
			in, err := i.Get(ctx, InstanceConfig{})
			if err != nil {
				b.Fatal(err)
			}
			if _, err := in.Call(ctx, fnPoke, 1, 1); err != nil {
				b.Fatal(err)
			}
			in.Release()
		}
	})
}

// BenchmarkInstantiate makes instances that no pool has, and frees them.
func BenchmarkInstantiate(b *testing.B) {
	benchBackends(b, func(b *testing.B, h *Host) {
		i := newImage(b, h, guestModule())
		b.ReportAllocs()
		for b.Loop() {
			a, err := h.lend()
			if err != nil {
				b.Fatal(err)
			}
			in, err := i.fresh(i.data.length, a)
			if err != nil {
				b.Fatal(err)
			}
			in.drop()
		}
	})
}

// BenchmarkReset is the reset alone, after a use that wrote pages of the image
// and, grown, beyond it.
func BenchmarkReset(b *testing.B) {
	for _, tt := range []struct {
		image, written int // pages: 64 KiB, 4 KiB
		grown          int // pages of 64 KiB, all touched
	}{
		{4, 1, 0}, {32, 18, 0}, {1024, 18, 0}, {32, 100, 0}, {32, 300, 0}, {32, 18, 1}, {32, 18, 16}, {32, 18, 112},
	} {
		b.Run(fmt.Sprintf("image=%dKiB/written=%d/grown=%dKiB", tt.image*64, tt.written, tt.grown*64), func(b *testing.B) {
			h := newHost(b, Config{})
			m, err := h.Compile(b.Context(), guestModule(), guestImports)
			if err != nil {
				b.Fatal(err)
			}
			start, err := m.Start(b.Context(), StartConfig{}, guestExports[:]...)
			if err != nil {
				b.Fatal(err)
			}
			call(b, start, fnGrow, uint64(tt.image-guestPages))
			call(b, start, fnFill, 0x1000, 7, uint64(tt.image-guestPages)*wasmPage)
			s, err := start.Snapshot()
			if err != nil {
				b.Fatal(err)
			}
			start.Release()
			i, err := h.NewImage(b.Context(), s, guestImports, guestExports[:])
			if err != nil {
				b.Fatal(err)
			}
			in := get(b, i, InstanceConfig{Memory: 64 << 20})
			defer in.Release()
			var spent time.Duration
			n := 0
			for b.Loop() {
				// Every second page, so that they are no run.
				for k := range tt.written {
					call(b, in, fnPoke, uint64(k*2%(tt.image*16)*4096), 1)
				}
				if tt.grown > 0 {
					call(b, in, fnGrow, uint64(tt.grown))
					call(b, in, fnTouch, uint64(tt.image*wasmPage), uint64(tt.grown*16))
				}
				start := time.Now()
				if !in.reset() {
					b.Fatal("not reset")
				}
				spent += time.Since(start)
				n++
			}
			b.ReportMetric(float64(spent.Nanoseconds())/float64(n), "reset-ns/op")
		})
	}
}

// BenchmarkCall is one crossing into the guest and back, with its turn.
func BenchmarkCall(b *testing.B) {
	i := newImage(b, newHost(b, Config{}), guestModule())
	in := get(b, i, InstanceConfig{State: hostFunc(func(_ *Instance, v uint64) uint64 { return v })})
	defer in.Release()
	ctx := context.Background()
	for name, export := range map[string]int{"guest": fnPeek, "guest-host-guest": fnHost} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := in.Call(ctx, export, 1); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkMetering compares a loop and a tree of calls as we run them with the
// module as it was, and with wazero's own way to interrupt.
func BenchmarkMetering(b *testing.B) {
	programs := []struct {
		name   string
		export int
		arg    uint64
	}{{"loop", fnLoop, 1e6}, {"calls", fnTree, 18}}
	for _, p := range programs {
		b.Run(p.name+"/metered", func(b *testing.B) {
			i := newImage(b, newHost(b, Config{}), guestModule())
			in := get(b, i, InstanceConfig{})
			defer in.Release()
			for b.Loop() {
				call(b, in, p.export, p.arg)
			}
		})
		for _, done := range []bool{false, true} {
			b.Run(p.name+map[bool]string{false: "/plain", true: "/close-on-done"}[done], func(b *testing.B) {
				ctx, cancel := context.WithCancel(b.Context())
				defer cancel()
				rt := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfig().WithCloseOnContextDone(done))
				defer rt.Close(ctx)
				_, err := rt.NewHostModuleBuilder("env").NewFunctionBuilder().WithGoModuleFunction(
					api.GoModuleFunc(func(context.Context, api.Module, []uint64) {}), guestImports[0].Params, guestImports[0].Results).
					Export("host").Instantiate(ctx)
				if err != nil {
					b.Fatal(err)
				}
				mod, err := rt.Instantiate(ctx, guestModule())
				if err != nil {
					b.Fatal(err)
				}
				fn := mod.ExportedFunction(guestExports[p.export])
				for b.Loop() {
					if _, err := fn.Call(ctx, p.arg); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// BenchmarkSlices runs a guest that is hard to slice, and reports the mean and
// the longest time between two returns to Go.
func BenchmarkSlices(b *testing.B) {
	programs := map[string]struct {
		export int
		args   []uint64
	}{
		"loop":        {fnLoop, []uint64{20e6}},
		"calls":       {fnTree, []uint64{20}},
		"fill":        {fnFill, []uint64{0, 1, 60 << 20}},
		"copy":        {fnCopy, []uint64{1, 0, 60 << 20}},
		"first touch": {fnTouch, []uint64{0, 15 << 10}},
	}
	for name, p := range programs {
		b.Run(name, func(b *testing.B) {
			h := newHost(b, Config{})
			i := newImage(b, h, guestModule())
			var cpu time.Duration
			var hooks int64
			h.longest.Store(0)
			for b.Loop() {
				in := get(b, i, InstanceConfig{Memory: 64 << 20})
				call(b, in, fnGrow, 60<<20/wasmPage)
				call(b, in, fnLoop, 1e6) // so that slices are long before it starts
				before := in.cpu
				in.hooks = 0
				call(b, in, p.export, p.args...)
				cpu += in.cpu - before
				hooks += in.hooks
				in.Release()
			}
			b.ReportMetric(float64(cpu.Microseconds())/float64(max(hooks, 1)), "mean-µs/slice")
			b.ReportMetric(float64(h.Stats().LongestSlice.Microseconds()), "longest-µs")
		})
	}
}

// BenchmarkMemoryPerInstance reports what a live instance holds that wrote 18
// pages: resident private memory, and of it Go's heap.
func BenchmarkMemoryPerInstance(b *testing.B) {
	benchBackends(b, func(b *testing.B, h *Host) {
		const n = 200
		for b.Loop() {
			i := newImage(b, h, guestModule()) // with an empty pool
			heap, private := held(b)
			live := make([]*Instance, n)
			for k := range live {
				live[k] = get(b, i, InstanceConfig{})
				for p := range 18 {
					call(b, live[k], fnPoke, uint64(p*4096), 1)
				}
			}
			heap2, private2 := held(b)
			b.ReportMetric(float64(heap2-heap)/n/1024, "heap-KB/instance")
			b.ReportMetric(float64(private2-private)/n/1024, "private-KB/instance")
			for _, in := range live {
				in.Release()
			}
		}
	})
}

// held returns the live bytes of Go's heap and the anonymous resident bytes of
// the process, which include it.
func held(b *testing.B) (heap, private int64) {
	runtime.GC()
	var ms runtime.MemStats
	runtime.ReadMemStats(&ms)
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return int64(ms.HeapAlloc), 0
	}
	for line := range strings.Lines(string(status)) {
		if kb, ok := strings.CutPrefix(line, "RssAnon:"); ok {
			n, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(kb), "kB")), 10, 64)
			if err != nil {
				b.Fatal(err)
			}
			private = n << 10
		}
	}
	return int64(ms.HeapAlloc), private
}
