package wasmhost

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"unsafe"
)

// sharing is a host, an image of guests that call f with their State's help, and
// where shared memory can be in them.
func sharing(t *testing.T) (*Host, *Image, uint64) {
	h := newHost(t, Config{})
	if h.SharePage() == 0 {
		t.Skip("guests cannot share memory here")
	}
	i := newImage(t, h, guestModule())
	return h, i, uint64(i.Size())
}

// inHost runs f in an import that the guest calls, and returns its error.
func inHost(t *testing.T, in *Instance, f func() error) error {
	t.Helper()
	var err error
	in.state = hostFunc(func(*Instance, uint64) uint64 {
		err = f()
		return 0
	})
	if _, callErr := in.Call(context.Background(), fnHost, 0); err == nil {
		err = callErr
	}
	return err
}

func newShared(t *testing.T, h *Host, tenant string, n int) *Shared {
	t.Helper()
	s, err := h.NewShared(tenant, n)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// sharer is an instance with 16 pages more than its image.
func sharer(t *testing.T, i *Image, tenant string, pool Pool) *Instance {
	t.Helper()
	in := get(t, i, InstanceConfig{Memory: 16 * wasmPage, Tenant: tenant, Pool: pool})
	call(t, in, fnGrow, 16)
	return in
}

// I1, I3, I10: what instances share is theirs alone, is charged once, and nothing of it
// is left behind, however they end.
func TestI1SharedMemory(t *testing.T) {
	ends := map[string]func(t *testing.T, in *Instance, at uint64){
		"released": func(*testing.T, *Instance, uint64) {},
		"unshared": func(t *testing.T, in *Instance, at uint64) {
			if err := inHost(t, in, func() error { in.Unshare(uint32(at)); return nil }); err != nil {
				t.Error(err)
			}
			if got := call(t, in, fnPeek, at+5); got != 0 {
				t.Errorf("the place holds %d after Unshare", got)
			}
			call(t, in, fnPoke, at+6, 5)
		},
		"trapped": func(t *testing.T, in *Instance, _ uint64) {
			var trap *TrapError
			if _, err := in.Call(context.Background(), fnTrap); !errors.As(err, &trap) {
				t.Errorf("error %v", err)
			}
		},
		"cancelled while it waits": func(t *testing.T, in *Instance, _ uint64) {
			ctx, cancel := context.WithCancel(context.Background())
			in.state = hostFunc(func(in *Instance, _ uint64) uint64 {
				in.Block(func() {
					cancel()
					<-ctx.Done()
				})
				return 0
			})
			if _, err := in.Call(ctx, fnHost, 0); !errors.Is(err, context.Canceled) {
				t.Errorf("error %v", err)
			}
		},
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			h, i, at := sharing(t)
			image := bytes.Clone(i.data.view)
			sharer(t, i, "", nil).Release() // what a first use leaves is there
			before, maps, fds := h.Stats(), mappings(t), descriptors(t)

			a, b := sharer(t, i, "one", nil), sharer(t, i, "one", nil)
			apart := h.Stats().Held
			n := 2 * h.SharePage()
			call(t, a, fnPoke, at+5, 77)
			s := newShared(t, h, "one", n)
			if err := inHost(t, a, func() error { return a.Publish(uint32(at), s) }); err != nil {
				t.Fatal(err)
			}
			if err := inHost(t, b, func() error { return b.Share(uint32(at)+wasmPage, s) }); err != nil {
				t.Fatal(err)
			}
			s.Release()
			if got := call(t, b, fnPeek, at+wasmPage+5); got != 77 {
				t.Errorf("the other sees %d, want what was there", got)
			}
			call(t, b, fnPoke, at+wasmPage+6, 78)
			if got := call(t, a, fnPeek, at+6); got != 78 {
				t.Errorf("the first sees %d, want what the other wrote", got)
			}
			if held := h.Stats().Held; held != apart-int64(n) {
				t.Errorf("held %d, and %d before: want %d less, for it is there once", held, apart, n)
			}
			end(t, a, at)
			a.Release()
			if b.dead {
				t.Fatal("the other ended as well")
			}
			if got := call(t, b, fnPeek, at+wasmPage+6); got != 78 {
				t.Errorf("the other sees %d after the first ended", got)
			}
			b.Release()

			if s := h.Stats(); s.Live != before.Live || s.Held != before.Held || s.Idle >= before.Idle+2 {
				t.Errorf("left: %+v, before %+v", s, before)
			}
			if n := descriptors(t); n != fds {
				t.Errorf("%d descriptors, %d before", n, fds)
			}
			h.mu.Lock()
			if h.sharing != 0 || len(h.sharingOf) != 0 {
				t.Errorf("%d mappings are counted: %v", h.sharing, h.sharingOf)
			}
			h.mu.Unlock()
			next := get(t, i, InstanceConfig{Memory: 16 * wasmPage, Tenant: "two"})
			if view, _ := next.mod.Memory().Read(0, next.Size()); !bytes.Equal(view, image) {
				t.Error("the next use does not equal the image")
			}
			call(t, next, fnGrow, 16)
			for _, place := range []uint64{at + 5, at + 6, at + wasmPage + 5, at + wasmPage + 6} {
				if got := call(t, next, fnPeek, place); got != 0 {
					t.Errorf("the next use finds %d", got)
				}
			}
			next.Release()
			if n := mappings(t); n > maps {
				t.Errorf("%d mappings, %d before", n, maps)
			}
			text, err := os.ReadFile("/proc/self/maps")
			if err != nil || bytes.Contains(text, []byte("/dev/zero")) { // what the system calls them
				t.Errorf("shared memory is still mapped: %v", err)
			}
		})
	}
}

// What the guest asks for may be anything; what the host does not expect is refused
// and changes nothing.
func TestSharedMemoryIsRefused(t *testing.T) {
	h, i, at := sharing(t)
	page := uint32(h.SharePage())
	s := newShared(t, h, "one", int(2*page))
	defer s.Release()
	in, other := sharer(t, i, "one", nil), sharer(t, i, "two", nil)
	defer in.Release()
	defer other.Release()
	size := in.Size()
	first := uint32(at)
	if err := in.Share(first, s); err != nil {
		t.Fatal(err)
	}
	for name, ptr := range map[string]uint32{
		"not at a page": first + 8*page + 1, "the same place": first, "its end": first + page, "before it": first - page,
		"across the end": size - page, "at the end": size, "far beyond": 0xfffff000,
	} {
		if err := in.Share(ptr, s); err == nil {
			t.Errorf("%s: shared", name)
		}
		if err := inHost(t, in, func() error { return in.Publish(ptr, s) }); err == nil {
			t.Errorf("%s: published", name)
		}
	}
	if err := other.Share(first, s); err == nil {
		t.Error("another tenant got it")
	}
	if call(t, other, fnPoke, at, 1); call(t, in, fnPeek, at) != 0 {
		t.Error("another tenant wrote to it")
	}
	for name, n := range map[string]int{"nothing": 0, "less": -4096, "part of a page": 100, "too much": maxPages*wasmPage + 4096} {
		if _, err := h.NewShared("one", n); err == nil {
			t.Errorf("%s: made", name)
		}
	}
	for name, at := range map[string][2]uint32{"begin": {first, 1}, "end": {first + 2*page - 1, 1}, "around": {first - 1, 4 * page}, "across": {first + 2*page - 1, 2}} {
		if _, ok := in.View(at[0], at[1]); ok {
			t.Errorf("%s: a view of what others write to", name)
		}
	}
	for name, at := range map[string][2]uint32{"before": {first - 4, 4}, "after": {first + 2*page, 4}} {
		if _, ok := in.View(at[0], at[1]); !ok {
			t.Errorf("%s: no view", name)
		}
	}
	if _, err := in.Snapshot(); err == nil {
		t.Error("there is a snapshot of it")
	}
	if in.Capture(1<<30) != nil {
		t.Error("it was captured")
	}
	in.Unshare(first + page) // where none begins
	if s, _ := in.SharedAt(first, 1); s == nil {
		t.Error("it is gone")
	}
	for name, cfg := range map[string]Config{"without mappings": {Portable: true}, "not allowed": {NoSharing: true}} {
		if _, err := newHost(t, cfg).NewShared("one", 4096); !errors.Is(err, ErrNoSharing) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// In the image's part the place gets the image back.
func TestUnshareInTheImage(t *testing.T) {
	h, i, _ := sharing(t)
	in := get(t, i, InstanceConfig{Tenant: "one"})
	defer in.Release()
	s := newShared(t, h, "one", h.SharePage())
	defer s.Release()
	held := h.Stats().Held
	if err := in.Share(0, s); err != nil {
		t.Fatal(err)
	}
	if got := call(t, in, fnPeek, dataAt); got != 0 {
		t.Errorf("shared memory begins with %d", got)
	}
	call(t, in, fnPoke, dataAt, 1)
	in.Unshare(0)
	if got := call(t, in, fnPeek, dataAt); got != 'd' {
		t.Errorf("the image's byte is %d", got)
	}
	if now := h.Stats().Held; now != held {
		t.Errorf("held %d, before %d", now, held)
	}
}

// bounded is a Pool of so many bytes.
type bounded struct {
	limit int64
	held  atomic.Int64
}

func (b *bounded) Hold(n int64) error {
	if held := b.held.Add(n); n > 0 && held > b.limit {
		b.held.Add(-n)
		return errors.New("full")
	}
	return nil
}

func (b *bounded) Spend(int64) error { return nil }

// I3: shared memory is part of the pool of who made it, once, and of the budget.
func TestI3SharedMemory(t *testing.T) {
	h, i, at := sharing(t)
	pool := &bounded{limit: 40 * wasmPage}
	a, b := sharer(t, i, "one", pool), sharer(t, i, "one", pool)
	n := 4 * wasmPage
	s := newShared(t, h, "one", n)
	if err := inHost(t, a, func() error { return a.Publish(uint32(at), s) }); err != nil {
		t.Fatal(err)
	}
	if held := pool.held.Load(); held != 32*wasmPage {
		t.Errorf("the pool holds %d pages after Publish", held/wasmPage)
	}
	if err := b.Share(uint32(at), s); err != nil {
		t.Fatal(err)
	}
	if held := pool.held.Load(); held != 28*wasmPage {
		t.Errorf("the pool holds %d pages after Share", held/wasmPage)
	}
	if b.JoinPool(pool); pool.held.Load() != 28*wasmPage {
		t.Errorf("the pool holds %d pages after joining it again", pool.held.Load()/wasmPage)
	}
	// There is no room for what Unshare needs: the guest ends by its limit.
	if err := pool.Hold(12 * wasmPage); err != nil {
		t.Fatal(err)
	}
	var trap *TrapError
	err := inHost(t, b, func() error { b.Unshare(uint32(at)); return nil })
	if !errors.As(err, &trap) || !b.PoolRefused() {
		t.Errorf("unshared without room: %v", err)
	}
	b.Release()
	a.Release()
	s.Release()
	if held := pool.held.Load(); held != 12*wasmPage {
		t.Errorf("the pool holds %d pages at the end, want what the test took", held/wasmPage)
	}

	small := newHost(t, Config{Budget: 1 << 20})
	if _, err := small.NewShared("one", 2<<20); !errors.Is(err, ErrBudget) {
		t.Errorf("over the budget: %v", err)
	}
	var limit *SharingLimitError
	small.mostShared = 8
	var kept []*Shared
	for err = nil; err == nil; {
		var s *Shared
		if s, err = small.NewShared("one", small.SharePage()); err == nil {
			kept = append(kept, s)
		}
	}
	if !errors.As(err, &limit) || len(kept) != 2 {
		t.Errorf("after %d: %v", len(kept), err)
	}
	if s, err := small.NewShared("two", small.SharePage()); err != nil {
		t.Errorf("another tenant: %v", err)
	} else {
		s.Release()
	}
	for _, s := range kept {
		s.Release()
	}
	if held := small.Stats().Held; held != 0 || small.sharing != 0 {
		t.Errorf("%d bytes and %d mappings are left", held, small.sharing)
	}
}

func TestAtomic(t *testing.T) {
	h, i, at := sharing(t)
	in := sharer(t, i, "one", nil)
	defer in.Release()
	page := uint32(h.SharePage())
	s := newShared(t, h, "one", int(page))
	defer s.Release()
	if err := in.Share(uint32(at), s); err != nil {
		t.Fatal(err)
	}
	model := make([]byte, page)
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 20000 {
		width := uint32(1) << rnd.IntN(4)
		place := uint32(rnd.IntN(64)) / width * width
		op := Atomic(rnd.IntN(int(AtomicCompareExchange) + 1))
		v, w := rnd.Uint64(), rnd.Uint64()
		var cell [8]byte
		copy(cell[:width], model[place:])
		want := binary.LittleEndian.Uint64(cell[:])
		if rnd.IntN(2) == 0 {
			v = want // what compareExchange expects
		}
		mask := ^uint64(0) >> (64 - 8*width)
		binary.LittleEndian.PutUint64(cell[:], op.apply(want, v&mask, w&mask))
		copy(model[place:], cell[:width])
		if got, ok := in.Atomic(op, uint32(at)+place, width, v, w); !ok || got != want {
			t.Fatalf("operation %d of width %d: %#x, %v; want %#x", op, width, got, ok, want)
		}
		if !bytes.Equal(s.mem[:72], model[:72]) {
			t.Fatalf("after operation %d of width %d at %d: % x, want % x", op, width, place, s.mem[:72], model[:72])
		}
	}
	end := uint32(at) + page
	for name, c := range map[string]struct {
		op         Atomic
		ptr, width uint32
	}{
		"private memory": {AtomicLoad, uint32(at) + 2*page, 4}, "across the end": {AtomicStore, end - 4, 8}, "the end": {AtomicStore, end, 1},
		"not at its width": {AtomicStore, uint32(at) + 2, 4}, "no width": {AtomicStore, uint32(at), 0}, "width 3": {AtomicStore, uint32(at), 3},
		"width 16": {AtomicStore, uint32(at), 16}, "no such operation": {AtomicCompareExchange + 1, uint32(at), 4}, "negative operation": {-1, uint32(at), 4},
		"beyond the memory": {AtomicStore, 0xfffffff8, 8},
	} {
		if _, ok := in.Atomic(c.op, c.ptr, c.width, 1, 1); ok {
			t.Errorf("%s: done", name)
		}
	}
	for _, at := range []int{-4, 2, int(page), int(page) - 2} {
		if v := s.Load(at, 4); v != 0 {
			t.Errorf("Load(%d) = %d", at, v)
		}
	}
}

// Guests on several threads add to the same words, and to bytes that share one.
func TestAtomicHammer(t *testing.T) {
	h, i, at := sharing(t)
	s := newShared(t, h, "one", h.SharePage())
	defer s.Release()
	const guests, rounds = 4, 3000
	var all sync.WaitGroup
	for g := range guests {
		in := sharer(t, i, "one", nil)
		if err := in.Share(uint32(at), s); err != nil {
			t.Fatal(err)
		}
		in.state = hostFunc(func(in *Instance, _ uint64) uint64 {
			in.Atomic(AtomicAdd, uint32(at), 8, 1, 0)
			in.Atomic(AtomicAdd, uint32(at)+8, 4, ^uint64(0), 0)
			in.Atomic(AtomicAdd, uint32(at)+12+uint32(g), 1, 1, 0)
			return 0
		})
		all.Go(func() {
			defer in.Release()
			for range rounds {
				if _, err := in.Call(context.Background(), fnHost, 0); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	sum := int64(guests * rounds)
	if got := *(*int64)(unsafe.Pointer(&s.mem[0])); got != sum {
		t.Errorf("64 bits: %d, want %d", got, sum)
	}
	if got := *(*int32)(unsafe.Pointer(&s.mem[8])); int64(got) != -sum {
		t.Errorf("32 bits: %d, want %d", got, -sum)
	}
	for g := range guests {
		if got := s.mem[12+g]; got != byte(rounds&0xff) {
			t.Errorf("byte %d: %d, want %d", g, got, byte(rounds&0xff))
		}
	}
}
