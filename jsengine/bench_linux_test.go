package jsengine

import (
	"context"
	"encoding/json"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unsafe"
)

// BenchmarkPages reports which part of an instance's memory programs write:
// pages of the image, and pages it grew.
func BenchmarkPages(b *testing.B) {
	// Garbage in cycles, which only the collector finds: 100 objects, and enough
	// for it to run.
	garbage := func(n string) string {
		return "for (let i = 0; i < " + n + "; i++) { const o = {}; o.o = o }"
	}
	programs := []struct{ name, code string }{
		{"empty", ""},
		{"1+1", "1+1"},
		{"value", "export default 1+1"},
		{"log", "console.log(1+1)"},
		{"await", "await 0; export default 1+1"},
		{"timer", "await new Promise(r => setTimeout(r, 0))"},
		{"garbage", garbage("100")},
		{"collected", garbage("20000")},
	}
	for _, tt := range programs {
		b.Run(tt.name, func(b *testing.B) {
			hold := drainPool(b)
			defer hold()
			var image, grown int
			for b.Loop() {
				p := freshProcess(b, tt.code, 2<<20)
				if err := p.loop(p.ctx, 2<<20); err != nil {
					b.Fatal(err)
				}
				image, grown = dirtyPages(b, p)
				spoil(p.in)
				p.in.Release()
			}
			b.ReportMetric(float64(image), "image-pages")
			b.ReportMetric(float64(grown), "grown-pages")
		})
	}
}

// dirtyPages counts the pages that p's instance has for itself.
func dirtyPages(b *testing.B, p *Process) (image, grown int) {
	b.Helper()
	view, ok := p.in.View(0, p.in.Size())
	if !ok || len(view) == 0 {
		b.Fatal("no memory")
	}
	size := os.Getpagesize()
	f, err := os.Open("/proc/self/pagemap")
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	entries := make([]uint64, len(view)/size)
	raw := unsafe.Slice((*byte)(unsafe.Pointer(&entries[0])), 8*len(entries))
	if _, err := f.ReadAt(raw, int64(uintptr(unsafe.Pointer(&view[0])))/int64(size)*8); err != nil {
		b.Fatal(err)
	}
	first := testEngine.image.Size() / size
	for i, e := range entries {
		const file, swapped, present = 1 << 61, 1 << 62, 1 << 63
		switch {
		case e&(present|swapped) == 0 || e&file != 0:
		case i < first:
			image++
		default:
			grown++
		}
	}
	return image, grown
}

// BenchmarkMemoryPerInstance reports what a live sandbox holds that ran a line
// and waits in its event loop for a timer: private memory of the process, of
// that Go's heap and stacks, and pages of the image.
func BenchmarkMemoryPerInstance(b *testing.B) {
	const n = 300
	for b.Loop() {
		e, err := Open(b.Context(), Config{})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := e.Run(b.Context(), &Program{Code: "1", Language: "js"}); err != nil { // what the first run alone needs
			b.Fatal(err)
		}
		before := held(b)
		ctx, cancel := context.WithCancel(b.Context())
		var ready, done sync.WaitGroup
		ready.Add(n)
		for range n {
			done.Go(func() {
				r, err := e.Run(ctx, &Program{
					Code:     "setTimeout(() => {}, 3_000_000); await host.ready()",
					Language: "js",
					Limits:   Limits{Timeout: time.Hour},
					Funcs: map[string]HostFunc{"ready": func(context.Context, json.RawMessage) (json.RawMessage, error) {
						ready.Done()
						return json.RawMessage("1"), nil
					}},
				})
				if ctx.Err() == nil {
					b.Errorf("a sandbox ended: %+v, %v", r, err)
				}
			})
		}
		ready.Wait()
		time.Sleep(200 * time.Millisecond) // until all are back in their loops
		after := held(b)
		cancel()
		done.Wait()
		if err := e.Close(); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(after.private-before.private)/n/1024, "private-KB/instance")
		b.ReportMetric(float64(after.heap-before.heap)/n/1024, "heap-KB/instance")
		b.ReportMetric(float64(after.stacks-before.stacks)/n/1024, "stacks-KB/instance")
		b.ReportMetric(float64(after.images-before.images)/n/1024, "image-KB/instance")
	}
	b.ReportMetric(0, "ns/op")
}

// holding is what a process holds for itself, in bytes.
type holding struct{ private, heap, stacks, images int64 }

func held(b *testing.B) holding {
	b.Helper()
	runtime.GC()
	debug.FreeOSMemory()
	var ms runtime.MemStats
	runtime.ReadMemStats(&ms)
	h := holding{heap: int64(ms.HeapAlloc), stacks: int64(ms.StackInuse)}
	smaps, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		b.Fatal(err)
	}
	image := false
	for line := range strings.Lines(string(smaps)) {
		name, rest, _ := strings.Cut(line, ":")
		if strings.Contains(name, "-") { // an address: the next mapping
			image = strings.Contains(line, "memfd:buntime-image")
			continue
		}
		if name != "Anonymous" {
			continue
		}
		kb, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
		if err != nil {
			b.Fatal(err)
		}
		h.private += kb << 10
		if image {
			h.images += kb << 10
		}
	}
	return h
}
