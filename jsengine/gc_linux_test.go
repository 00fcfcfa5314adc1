package jsengine

import (
	"encoding/binary"
	"os"
	"testing"
	"unsafe"

	"github.com/buntime/buntime/wasmhost"
)

// written counts the pages of a guest's image that are its own.
func written(t *testing.T, g guest) int {
	t.Helper()
	const file, present = 1 << 61, 1 << 63
	size := g.in.Size()
	view, ok := g.in.View(0, size)
	if !ok {
		t.Fatal("no view of the memory")
	}
	f, err := os.Open("/proc/self/pagemap")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	page := os.Getpagesize()
	entries := make([]byte, int(size)/page*8)
	if _, err := f.ReadAt(entries, int64(uintptr(unsafe.Pointer(unsafe.SliceData(view))))/int64(page)*8); err != nil {
		t.Fatal(err)
	}
	n := 0
	for ; len(entries) > 0; entries = entries[8:] {
		if e := binary.LittleEndian.Uint64(entries); e&present != 0 && e&file == 0 {
			n++
		}
	}
	return n
}

// TestCollectorPages: a collection in a fresh instance writes to few pages of its
// image, and to few more than a program itself did.
func TestCollectorPages(t *testing.T) {
	g := freshGuest(t)
	before := written(t, g)
	collect(t, g)
	after := written(t, g)
	t.Logf("fresh: %d pages before, %d after", before, after)
	if after-before > 40 {
		t.Errorf("a collection wrote to %d pages, more than 40", after-before)
	}

	p := &Process{engine: testEngine, program: &Program{Dir: "/workspace", Language: "js",
		Code: "const o = {a: [1, new Map([[1, {}]])], f: () => o}; globalThis.o = o; console.log(o.a); await 0"}}
	in, err := testEngine.image.Get(t.Context(), wasmhost.InstanceConfig{Memory: 64 << 20, State: p})
	if err != nil {
		t.Fatal(err)
	}
	defer in.Release()
	g = guest{in: in, shared: testEngine.shared}
	p.in, p.guest, p.ctx, p.started = in, g, t.Context(), p.now()
	if err := p.loop(t.Context(), 64<<20); err != nil {
		t.Fatal(err)
	}
	before = written(t, g)
	n := collect(t, g)
	after = written(t, g)
	t.Logf("after a program: %d pages before, %d after; %d objects", before, after, n)
	if n == 0 || n > 200 {
		t.Errorf("the collector looked at %d objects", n)
	}
	if after-before > 40 {
		t.Errorf("a collection after a program wrote to %d pages, more than 40", after-before)
	}
}
