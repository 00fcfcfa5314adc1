package jsengine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/buntime/buntime/wasmhost"
)

// needsSharing skips a test where the system gives guests no memory to share: any but
// Linux, and Linux without its page map.
func needsSharing(t *testing.T) {
	t.Helper()
	if testEngine.host.SharePage() == 0 {
		t.Skip("guests cannot share memory here")
	}
}

// I10: a thread reaches a shared buffer by a number that it was given, and no other.
func TestI10SharedNumbers(t *testing.T) {
	needsSharing(t)
	const page, other = 4096 << 4, 4096 << 6
	a, b, stranger := newProcess(t), newProcess(t), newProcess(t)
	b.fam = a.family()
	b.fam.join(b, 1)
	stranger.family()
	size := uint32(testEngine.host.SharePage())
	number := a.atomic(atomicPublish, page, size, 8, ^uint64(0))
	if number <= 0 {
		t.Fatalf("published as %d", number)
	}
	for name, p := range map[string]*Process{"a thread that was not given it": b, "another program": stranger} {
		for n := range uint32(4) {
			for _, op := range []int32{atomicTake, atomicSize, atomicUsed, atomicMost, atomicMap, atomicDrop, atomicGrow} {
				if r := p.atomic(op, page, n, 16, 0); r != errSharedUnknown {
					t.Errorf("%s: operation %d of number %d gives %d", name, op, n, r)
				}
			}
		}
		if list := p.fam.buffersLocked(p, []any{int32(1), int32(0), "1", nil, 1.0}); list != nil {
			t.Errorf("%s sends it on", name)
		}
	}
	a.atomic(wasmStore, page, 4, 41, 0)
	given := a.fam.buffersLocked(a, []any{int32(number), int32(number + 1)})
	if len(given) != 1 {
		t.Fatalf("%d buffers are sent", len(given))
	}
	got := a.fam.takeBuffersLocked(b, given)[0].(int32)
	if r := b.atomic(atomicMap, other, uint32(got), 0, 0); r != 0 {
		t.Fatalf("mapped: %d", r)
	}
	if r := b.atomic(atomicMap, other+4096, uint32(got), 0, 0); r != errSharedUnknown {
		t.Errorf("mapped twice: %d", r)
	}
	if r := b.atomic(int32(wasmhost.AtomicAdd), other, 4, 1, 0); r != 41 {
		t.Errorf("the other thread finds %d", r)
	}
	if r := a.atomic(int32(wasmhost.AtomicLoad), page, 4, 0, 0); r != 42 {
		t.Errorf("the first thread finds %d", r)
	}
	if r := a.atomic(atomicMap, page, uint32(number), 0, 0); r != errSharedUnknown {
		t.Errorf("what was published is mapped again: %d", r)
	}
	// Both have it, and who gives it up does not take it from the other.
	a.atomic(atomicDrop, 0, uint32(number), 0, 0)
	if r := b.atomic(int32(wasmhost.AtomicLoad), other, 4, 0, 0); r != 42 || len(a.fam.buffers) != 1 {
		t.Errorf("after the first gave it up: %d, %d buffers", r, len(a.fam.buffers))
	}
	b.atomic(atomicDrop, 0, uint32(got), 0, 0)
	if len(a.fam.buffers) != 0 {
		t.Errorf("%d buffers are left", len(a.fam.buffers))
	}
}

const wasmStore = int32(wasmhost.AtomicStore)

// I1, I3: threads that wait when their program is cancelled leave nothing: no sandbox that
// could be used again, no memory that is held or mapped.
func TestSharedMemoryEnds(t *testing.T) {
	needsSharing(t)
	before := testEngine.Stats()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	out := &awaited{lines: 4, full: cancel}
	_, err := testEngine.Run(ctx, &Program{
		Code: `import { Worker } from "node:worker_threads";
const s = new SharedArrayBuffer(1 << 20), code = "const { workerData } = require('worker_threads'); console.log('waits'); Atomics.wait(new Int32Array(workerData), 0, 0)";
new Int32Array(s)[1] = 1;
for (let i = 0; i < 4; i++) new Worker(code, { eval: true, workerData: s });`,
		Language: "js", Node: true, Tenant: "one", Stdout: out, Limits: Limits{Timeout: time.Minute, Memory: 64 << 20},
	})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("ended with %v", err)
	}
	after := testEngine.Stats()
	if after.Live != before.Live || after.Held > before.Held {
		t.Errorf("%d sandboxes are left, %d bytes", after.Live-before.Live, after.Held-before.Held)
	}
	if maps, err := os.ReadFile("/proc/self/maps"); err != nil || strings.Contains(string(maps), "/dev/zero") { // what the system calls them
		t.Errorf("shared memory is still mapped: %v", err)
	}
}

// awaited calls full when so many lines were printed.
type awaited struct {
	mu    sync.Mutex
	lines int // guarded by mu
	full  func()
}

func (a *awaited) Write(b []byte) (int, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.lines -= strings.Count(string(b), "\n"); a.lines <= 0 {
		a.full()
	}
	return len(b), nil
}

// BenchmarkAtomics is Atomics.add on an array that the thread alone has, and on one that
// others may have; and, to compare, an addition of the same array.
func BenchmarkAtomics(b *testing.B) {
	const adds = 100_000
	for _, tt := range []struct{ name, before, add string }{
		{"plain", "", "a[0] += 1"},
		{"private", "", "Atomics.add(a, 0, 1)"},
		{"shared", "Atomics.waitAsync(a, 1, 0);", "Atomics.add(a, 0, 1)"},
	} {
		b.Run(tt.name, func(b *testing.B) {
			p := Program{Language: "js", Code: fmt.Sprintf("const a = new Int32Array(new SharedArrayBuffer(8)); %s for (let i = 0; i < %d; i++) %s;", tt.before, adds, tt.add)}
			for b.Loop() {
				if r, err := testEngine.Run(b.Context(), &p); err != nil || r.ExitCode != 0 {
					b.Fatal(r, err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/adds, "ns/add")
		})
	}
}

// Who was notified hears of it, though nothing else keeps the program alive.
func TestWaitAsyncIsTold(t *testing.T) {
	needsSharing(t)
	var out strings.Builder
	r, err := testEngine.Run(t.Context(), &Program{
		Code: `const a = new Int32Array(new SharedArrayBuffer(4));
let told = 0;
process.on("exit", () => console.log(told));
const again = (n) => { told++; if (n > 0) { Atomics.waitAsync(a, 0, 0).value.then(() => again(n - 1)); Atomics.notify(a, 0); } };
for (let i = 0; i < 50; i++) Atomics.waitAsync(a, 0, 0).value.then(() => again(20));
Atomics.notify(a, 0, 25);
Atomics.notify(a, 0);`,
		Language: "js", Node: true, Stdout: &out,
	})
	if want := "1050\n"; err != nil || r.ExitCode != 0 || out.String() != want {
		t.Errorf("%v, %+v, printed %q, want %q", err, r, out.String(), want)
	}
}

// Without shared memory a buffer that is to be shared is refused by name, one that is not
// is like any other, and Atomics.wait sleeps.
func TestNoSharing(t *testing.T) {
	e, err := Open(t.Context(), Cached(Config{NoSharing: true}))
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	var out strings.Builder
	r, err := e.Run(t.Context(), &Program{
		Code: `import { Worker } from "node:worker_threads";
const s = new SharedArrayBuffer(8), a = new Int32Array(s);
console.log(Atomics.add(a, 0, 2), a[0], Atomics.wait(a, 0, 2, 1), Atomics.notify(a, 0));
for (const f of [() => new Worker("", { eval: true, workerData: s }), () => Atomics.waitAsync(a, 0, 2)]) {
  try { f() } catch (e) { console.log(e.code) }
}`,
		Language: "js", Node: true, Stdout: &out,
	})
	const refused = "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM\n"
	if want := "0 2 timed-out 0\n" + refused + refused; err != nil || r.ExitCode != 0 || out.String() != want {
		t.Errorf("%v, %+v, printed %q, want %q", err, r, out.String(), want)
	}
}
