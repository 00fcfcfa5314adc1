package jsengine

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/buntime/buntime/jsengine/wire"
	"github.com/buntime/buntime/wasmhost"
)

// newProcess is a process that has not run anything, for driving it by hand.
func newProcess(t testing.TB) *Process {
	t.Helper()
	p := &Process{
		holding: new(wasmhost.Holding),
		engine:  testEngine, wake: make(chan struct{}, 1),
		program: &Program{Dir: "/workspace", Limits: Limits{Memory: 16 << 20}},
		stdout:  output{w: io.Discard},
		stderr:  output{w: io.Discard},
	}
	p.stdout.left.Store(1 << 16)
	p.stderr.left.Store(1 << 16)
	p.started = p.now()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	p.ctx = ctx
	in, err := testEngine.image.Get(ctx, wasmhost.InstanceConfig{Memory: 16 << 20, State: p})
	if err != nil {
		t.Fatal(err)
	}
	p.in = in
	p.guest = guest{in: in, shared: testEngine.shared}
	t.Cleanup(func() {
		cancel()
		p.background.Wait()
		p.state.close()
		in.Release()
	})
	return p
}

// An operation that the end of its program cuts short, whatever ends that, is no
// fault of the host's: the log is not the guests' to fill. Others are.
func TestCutOperationsAreNoFault(t *testing.T) {
	core, logs := observer.New(zap.WarnLevel)
	before := testEngine.log
	testEngine.log = zap.New(core)
	t.Cleanup(func() { testEngine.log = before })
	for name, cause := range map[string]error{"time": context.DeadlineExceeded, "cancelled": nil, "a signal": errors.New("signal")} {
		ctx, cancel := context.WithCancelCause(t.Context())
		_, err := testEngine.Run(ctx, &Program{
			Code: "await host.wait()", Language: "js", Stdout: io.Discard, Stderr: io.Discard,
			Funcs: map[string]HostFunc{"wait": func(ctx context.Context, _ json.RawMessage) (json.RawMessage, error) {
				cancel(cause)
				<-ctx.Done()
				return nil, context.Cause(ctx)
			}},
		})
		if err == nil || logs.Len() > 0 {
			t.Errorf("%s: error %v, logged %v", name, err, logs.TakeAll())
		}
	}
	newProcess(t).wireError(context.DeadlineExceeded) // of something else's time
	if logs.Len() != 1 {
		t.Errorf("a fault is not logged: %v", logs.All())
	}
}

// FuzzHostCall gives the host import whatever a guest that owns its memory could:
// any opcode, pointers and lengths, and any bytes where the arguments should be.
func FuzzHostCall(f *testing.F) {
	args, _ := wire.Append(nil, "/workspace/a")
	for op := range int32(64) {
		f.Add(op, uint32(0), uint32(len(args)), uint32(1<<20), uint32(4096), args)
		f.Add(op|opAsync, uint32(0), uint32(len(args)), uint32(1<<20), uint32(4096), append([]byte{4, 1, 0, 0, 0}, args...))
	}
	f.Add(int32(opRandom), uint32(0), uint32(0), uint32(0xfffff000), uint32(0xffffffff), []byte{})
	f.Add(int32(opWrite), uint32(0xffffffff), uint32(0xffffffff), uint32(0), uint32(0), []byte{})
	f.Add(int32(-1), uint32(0), uint32(0), uint32(0), uint32(0), []byte{})
	f.Fuzz(func(t *testing.T, op int32, ptr, n, out, room uint32, data []byte) {
		p := newProcess(t)
		if b, ok := p.in.View(ptr, uint32(len(data))); ok {
			copy(b, data)
		}
		r := p.hostCall(op, ptr, n, out, room)
		if r > 0 && uint32(r) > room {
			t.Errorf("answer of %d bytes in room for %d", r, room)
		}
		if r < 0 {
			p.hostCall(opFetch, 0, 0, out, uint32(-r))
		}
	})
}

// FuzzAtomic gives the import of shared memory whatever a guest could, several times
// in a row: every call is answered, and at the end nobody has anything.
func FuzzAtomic(f *testing.F) {
	call := func(op int32, ptr, n uint32, v, w uint64) []byte {
		b := binary.LittleEndian.AppendUint32(nil, uint32(op))
		b = binary.LittleEndian.AppendUint32(b, ptr)
		b = binary.LittleEndian.AppendUint32(b, n)
		b = binary.LittleEndian.AppendUint64(b, v)
		return binary.LittleEndian.AppendUint64(b, w)
	}
	const none, size = ^uint64(0), 28
	for op := range int32(atomicNotify + 2) {
		publish := call(atomicPublish, 4096, 4096, 8, none)
		f.Add(slices.Concat(publish, call(op, 4096, 4, 1, 0), call(op, 4096, 1, 1, 0)))
		f.Add(slices.Concat(publish, call(op, 8188, 8, 0, 0), call(op, 0xfffffffc, 0xffffffff, none, none)))
	}
	f.Add(slices.Concat(call(atomicPublish, 4096, 8192, 8, 8192), call(atomicPublish, 8192, 4096, 8, none), call(atomicMap, 16384, 1, 0, 0), call(atomicDrop, 0, 1, 0, 0), call(atomicPublish, 8192, 4096, 8, none), call(atomicGrow, 0, 2, 4096, 0)))
	f.Fuzz(func(t *testing.T, data []byte) {
		before := testEngine.Stats().Held
		p := newProcess(t)
		for calls := 0; len(data) >= size && calls < 32; calls++ {
			le := binary.LittleEndian
			op, w := int32(le.Uint32(data)), le.Uint64(data[20:])
			if op == atomicWait || op == atomicSleep {
				w = 0 // there is no call to wait in
			}
			p.atomic(op, le.Uint32(data[4:]), le.Uint32(data[8:]), le.Uint64(data[12:]), w)
			data = data[size:]
		}
		if p.fam == nil {
			return
		}
		p.leave(&Result{})
		p.in.Release()
		if len(p.fam.buffers) != 0 || len(p.fam.parking.lists) != 0 {
			t.Errorf("%d buffers are left, %d places", len(p.fam.buffers), len(p.fam.parking.lists))
		}
		if held := testEngine.Stats().Held; held > before {
			t.Errorf("%d bytes are held, %d before", held, before)
		}
	})
}

// FuzzShared gives the host a guest whose shared struct holds anything.
func FuzzShared(f *testing.F) {
	f.Add(make([]byte, sharedSize))
	f.Add(bytes.Repeat([]byte{0xff}, sharedSize))
	f.Fuzz(func(t *testing.T, data []byte) {
		p := newProcess(t)
		b, ok := p.in.View(testEngine.shared, sharedSize)
		if !ok {
			t.Fatal("no shared struct")
		}
		copy(b, data)
		if _, err := p.result(nil, nil, nil, Limits{Memory: 1}); err != nil && err != errCorrupt {
			t.Error(err)
		}
	})
}

// FuzzEcho runs bytes through the codec in C: what it accepts comes back as a
// value that Go decodes, and what Go encodes it accepts.
func FuzzEcho(f *testing.F) {
	for _, v := range []any{nil, wire.Undefined{}, true, 1.5, "aé😀", []byte{1}, int64(1) << 60, wire.Object{{Key: "a", Value: []any{1, "b"}}}, &wire.Error{Name: "TypeError", Message: "m", Code: "C"}} {
		b, err := wire.Append(nil, v)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) == 0 || len(data) > 1<<16 {
			return
		}
		p := newProcess(t)
		v, goErr := wire.Decode(data)
		r, err := p.guest.call(p.ctx, callEcho, data)
		if err != nil {
			t.Fatalf("the engine died of %x: %v", data, err)
		}
		if int64(r) < 0 {
			return
		}
		back, err := p.guest.value()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := wire.Decode(back); err != nil {
			t.Fatalf("%x came back as %x: %v (Go said %v, %v)", data, back, err, v, goErr)
		}
	})
}

func TestEcho(t *testing.T) {
	for _, v := range []any{
		nil, wire.Undefined{}, true, false, int32(-5), 1.5, "ascii", "aé", "a€😀", []byte("bytes"), []any{int32(1), "x", []any{}},
		wire.Object{{Key: "a", Value: int32(1)}, {Key: "é", Value: wire.Object{}}}, bytes.Repeat([]byte{7}, 100_000),
	} {
		p := newProcess(t)
		data, err := wire.Append(nil, v)
		if err != nil {
			t.Fatal(err)
		}
		r, err := p.guest.call(p.ctx, callEcho, data)
		if err != nil || int64(r) < 0 {
			t.Fatalf("%v: %d, %v", v, int64(r), err)
		}
		back, err := p.guest.value()
		if err != nil {
			t.Fatal(err)
		}
		got, err := wire.Decode(back)
		if err != nil {
			t.Fatal(err)
		}
		again, err := wire.Append(nil, got)
		if err != nil || !bytes.Equal(again, data) {
			t.Errorf("%v came back as %v (%v)", v, got, err)
		}
	}
}

func TestEncodeMap(t *testing.T) {
	// Columns of both sides are units of UTF-16.
	m := `{"version":3,"sources":["a.ts"],"mappings":"AAAA,GACE;AACA"}`
	got, err := encodeMap([]byte(m))
	if err != nil {
		t.Fatal(err)
	}
	var n []uint32
	for ; len(got) >= 4; got = got[4:] {
		n = append(n, binary.LittleEndian.Uint32(got))
	}
	want := []uint32{1, 1, 1, 1, 1, 4, 2, 3, 2, 1, 3, 3}
	if len(n) != len(want) {
		t.Fatalf("got %v, want %v", n, want)
	}
	for i := range n {
		if n[i] != want[i] {
			t.Fatalf("got %v, want %v", n, want)
		}
	}
	if _, err := encodeMap([]byte(`{"version":3,"mappings":"A!"}`)); err == nil {
		t.Error("a malformed map was taken")
	}
}
