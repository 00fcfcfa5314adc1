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

	g = ranGuest(t, "const o = {a: [1, new Map([[1, {}]])], f: () => o}; globalThis.o = o; console.log(o.a); await 0")
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

// ranGuest is a new instance, with no pages of its own yet, that has run code.
func ranGuest(t *testing.T, code string) guest {
	t.Helper()
	defer drainPool(t)()
	p := &Process{holding: new(wasmhost.Holding), engine: testEngine, program: &Program{Dir: "/workspace", Language: "js", Code: code}}
	in, err := testEngine.image.Get(t.Context(), wasmhost.InstanceConfig{Memory: 64 << 20, State: p})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(in.Release)
	g := guest{in: in, shared: testEngine.shared}
	p.in, p.guest, p.ctx, p.started = in, g, t.Context(), p.now()
	if err := p.loop(t.Context(), 64<<20); err != nil {
		t.Fatal(err)
	}
	return g
}

// TestUseWritesNothing: to hold, pass and let go of objects of the image, wherever
// in it they lie, writes to none of their pages.
func TestUseWritesNothing(t *testing.T) {
	const walk = `
		let n = 0
		// A function's prototype is made when somebody asks for it: it is no object of the image. The library's
		// functions, which say that they are native, have one as well.
		const lazy = f => typeof f === 'function' && (!/^class|native code/.test(f.toString()) || !/^[A-Z]/.test(f.name))
		function use(o, depth) {
			for (const k of Reflect.ownKeys(o)) {
				if (k === 'prototype' && lazy(o)) continue
				const d = Object.getOwnPropertyDescriptor(o, k)
				for (const v of [d.value, d.get, d.set])
					if (typeof v === 'function' || typeof v === 'object' && v) {
						n++
						if (depth > 0) use(v, depth - 1)
					}
			}
		}
		Reflect.ownKeys(console); Reflect.ownKeys(Map.prototype)
		`
	g := ranGuest(t, walk+"use(console, 0); use(Map.prototype, 0); use([], 0)")
	few := written(t, g)
	g = ranGuest(t, walk+"for (let i = 0; i < 3; i++) use(globalThis, 2); if (n < 3000) throw n")
	many := written(t, g)
	t.Logf("%d pages written by a few uses, %d by thousands", few, many)
	if many > few+15 { // what the walk itself allocates
		t.Errorf("using the image's objects wrote to %d pages, using some of them to %d", many, few)
	}
}
