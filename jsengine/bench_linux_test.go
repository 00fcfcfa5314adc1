package jsengine

import (
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
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
	for b.Loop() {
		reportLive(b, 300)
	}
	b.ReportMetric(0, "ns/op")
}

// BenchmarkDensity is BenchmarkMemoryPerInstance with 10,000 live sandboxes, and
// reports what the whole process holds with them as well.
func BenchmarkDensity(b *testing.B) {
	for b.Loop() {
		start := time.Now()
		h := reportLive(b, 10_000)
		b.ReportMetric(time.Since(start).Seconds(), "s/all")
		b.ReportMetric(float64(h.private+h.tables)/(1<<20), "private-MB")
		b.ReportMetric(float64(h.mappings), "mappings")
		b.ReportMetric(float64(h.descriptors), "descriptors")
	}
	b.ReportMetric(0, "ns/op")
}

// reportLive opens an Engine, has n sandboxes run a line and wait for a timer,
// reports what each holds, and closes it all. It returns what the process held.
func reportLive(b *testing.B, n int) holding {
	b.Helper()
	e, err := Open(b.Context(), Config{})
	if err != nil {
		b.Fatal(err)
	}
	if _, err := e.Run(b.Context(), &Program{Code: "1", Language: "js"}); err != nil { // what the first run alone needs
		b.Fatal(err)
	}
	before := held(b)
	live := waiting(b, e, n)
	for charged := int64(-1); charged != e.Stats().Held; time.Sleep(200 * time.Millisecond) { // until all are back in their loops
		charged = e.Stats().Held
	}
	after := held(b)
	charged := e.Stats().Held
	live.end()
	if err := e.Close(); err != nil {
		b.Fatal(err)
	}
	each := func(after, before int64) float64 { return float64(after-before) / float64(n) / 1024 }
	b.ReportMetric(each(after.private, before.private), "private-KB/instance")
	b.ReportMetric(each(after.heap, before.heap), "heap-KB/instance")
	b.ReportMetric(each(after.stacks, before.stacks), "stacks-KB/instance")
	b.ReportMetric(each(after.images, before.images), "image-KB/instance")
	b.ReportMetric(each(after.tables, before.tables), "tables-KB/instance")
	b.ReportMetric(each(charged, 0), "charged-KB/instance")
	b.ReportMetric(float64(after.mappings-before.mappings)/float64(n), "mappings/instance")
	return after
}

// holding is what a process holds for itself, in bytes, and how many mappings and
// descriptors.
type holding struct {
	private, heap, stacks, images, tables int64
	mappings, descriptors                 int64
}

func held(t testing.TB) holding {
	t.Helper()
	runtime.GC()
	debug.FreeOSMemory()
	var ms runtime.MemStats
	runtime.ReadMemStats(&ms)
	h := holding{heap: int64(ms.HeapAlloc), stacks: int64(ms.StackInuse)}
	smaps, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		t.Fatal(err)
	}
	image := false
	for line := range strings.Lines(string(smaps)) {
		name, rest, _ := strings.Cut(line, ":")
		if strings.Contains(name, "-") { // an address: the next mapping
			image = strings.Contains(line, "memfd:buntime-image")
			h.mappings++
			continue
		}
		if name != "Anonymous" {
			continue
		}
		kb, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		h.private += kb << 10
		if image {
			h.images += kb << 10
		}
	}
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if f := strings.Fields(line); f[0] == "VmPTE:" {
			kb, err := strconv.ParseInt(f[1], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			h.tables = kb << 10
		}
	}
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	h.descriptors = int64(len(entries))
	return h
}
