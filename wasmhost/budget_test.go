package wasmhost

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/buntime/buntime/wasmhost/meter"
)

const mib = 1 << 20

// I3: all guests together hold no more than the budget: growth beyond it fails in
// the guest that asks, and another tenant's small guest finds room all the same.
func TestI3Budget(t *testing.T) {
	backends(t, func(t *testing.T, cfg Config) {
		cfg.Budget = 16 * mib // of which 2 are spare
		h := newHost(t, cfg)
		i := newImage(t, h, guestModule())
		const each = instanceBytes + guestPages*wasmPage
		var live []*Instance
		take := func(tenant string) (*Instance, error) {
			in, err := i.Get(context.Background(), InstanceConfig{Memory: 1 << 30, Tenant: tenant})
			if err == nil {
				live = append(live, in)
			}
			return in, err
		}
		must := func(tenant string) *Instance {
			t.Helper()
			in, err := take(tenant)
			if err != nil {
				t.Fatal(err)
			}
			return in
		}
		a, b := must("hog"), must("hog")
		if got := call(t, a, fnGrow, 12*16); got != guestPages {
			t.Fatalf("first guest: grow = %d", got)
		}
		if got := call(t, b, fnGrow, 2*16); got != 0xffffffff {
			t.Errorf("second guest grew past the budget: %d", got)
		}
		if got := b.RefusedGrowth(); got != 2*mib {
			t.Errorf("refused %d, want %d", got, 2*mib)
		}
		if got := call(t, b, fnGrow, 16); got != guestPages {
			t.Errorf("second guest: grow = %d", got)
		}
		must("hog")
		if _, err := take("hog"); !errors.Is(err, ErrBudget) {
			t.Errorf("one more of the same tenant: %v, want ErrBudget", err)
		}
		if held, want := h.Stats().Held, int64(13*mib+3*each); held != want {
			t.Errorf("charged %d, want %d", held, want)
		}

		// The spare part is for who holds little, and only while there is some.
		other := must("other")
		if got := call(t, other, fnGrow, 16); got != 0xffffffff {
			t.Errorf("a tenant grew over its quarter of the spare part: %d", got)
		}
		if got := call(t, other, fnAdd, 1, 2); got != 3 {
			t.Errorf("another tenant's guest returns %d", got)
		}
		if _, err := take("other"); !errors.Is(err, ErrBudget) {
			t.Errorf("a second guest of the other tenant: %v, want ErrBudget", err)
		}

		// What is given back can be had again; an idle instance makes room.
		b.Release()
		if s := h.Stats(); s.Idle != 1 || s.Kept != each {
			t.Errorf("after a release: %+v", s)
		}
		if got := call(t, a, fnGrow, 14); got != guestPages+12*16 {
			t.Errorf("after a release: grow = %d", got)
		}
		if s := h.Stats(); s.Idle != 0 || s.Kept != 0 {
			t.Errorf("the idle instance is still there: %+v", s)
		}
		for _, in := range live {
			in.Release()
		}
		if s := h.Stats(); s.Held != 0 || s.Live != 0 || s.Kept != int64(s.Idle)*each {
			t.Errorf("at the end: %+v", s)
		}
		for _, a := range h.tenants {
			if a.live != 0 || a.held.Load() != 0 {
				t.Errorf("%q is charged %d bytes for %d instances", a.tenant, a.held.Load(), a.live)
			}
		}
	})
}

// Accounts of tenants that have nothing are forgotten.
func TestAccountsAreForgotten(t *testing.T) {
	h := newHost(t, Config{})
	i := newImage(t, h, guestModule())
	for k := range 2 * maxTenants {
		get(t, i, InstanceConfig{Tenant: fmt.Sprint(k)}).Release()
	}
	if n := len(h.tenants); n > maxTenants+1 {
		t.Errorf("%d accounts are kept", n)
	}
}

// I3: a guest that only writes pages of its image ends with ErrBudget when there
// are too many of them, wherever it gives up its turn, and what all of them have
// for themselves stays within the budget.
func TestI3WrittenPages(t *testing.T) {
	const (
		guests = 60
		pages  = 32 // 2 MiB, in units of WebAssembly's pages
	)
	everyPage := func(ctx context.Context, in *Instance) error {
		_, err := in.Call(ctx, fnTouch, 0, pages*16)
		return err
	}
	// Each writes every page and then, having said so, waits for ctx to end.
	tests := map[string]func(ctx context.Context, in *Instance, waits func()) error{
		"for its next slice": func(ctx context.Context, in *Instance, waits func()) error {
			if err := everyPage(ctx, in); err != nil {
				return err
			}
			in.pace = func(time.Duration) time.Duration {
				waits()
				return time.Hour
			}
			_, err := in.Call(ctx, fnForever)
			return err
		},
		"in a call of the host": func(ctx context.Context, in *Instance, waits func()) error {
			in.state = hostFunc(func(in *Instance, _ uint64) uint64 {
				in.Block(func() {
					if in.stop == nil {
						waits()
						<-ctx.Done()
					}
				})
				return 0
			})
			if err := everyPage(ctx, in); err != nil {
				return err
			}
			_, err := in.Call(ctx, fnHost, 1)
			return err
		},
		"between two calls": func(ctx context.Context, in *Instance, waits func()) error {
			if err := everyPage(ctx, in); err != nil {
				return err
			}
			if err := in.Rest(); err != nil {
				return err
			}
			waits()
			<-ctx.Done()
			return ctx.Err()
		},
	}
	for name, run := range tests {
		t.Run(name, func(t *testing.T) {
			h := newHost(t, Config{Budget: 40 * mib})
			if h.cfg.Portable {
				t.Skip("an instance has a copy of all of its image here")
			}
			i := newImage(t, h, guestModule(func(m *meter.Module) { m.Memories[0].Min = pages }))
			var (
				wg       sync.WaitGroup
				mu       sync.Mutex
				ended    int // guarded by mu
				waiting  int // guarded by mu
				instance [guests]*Instance
			)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			for k := range instance {
				instance[k] = get(t, i, InstanceConfig{Fuel: someSeconds})
			}
			for _, in := range instance {
				wg.Go(func() {
					err := run(ctx, in, func() {
						mu.Lock()
						waiting++
						mu.Unlock()
					})
					if errors.Is(err, context.Canceled) {
						return
					}
					if !errors.Is(err, ErrBudget) {
						t.Errorf("a guest ended with %v, want ErrBudget", err)
					}
					in.Release() // gives back what it wrote
					mu.Lock()
					ended++
					mu.Unlock()
				})
			}
			eventually(t, "every guest waits or ended", func() bool {
				mu.Lock()
				defer mu.Unlock()
				return waiting+ended == guests
			})
			if waiting < 5 || ended < 5 {
				t.Errorf("%d guests wait and %d ended: the budget is not what decides", waiting, ended)
			}
			var written int64
			for _, in := range instance {
				if !in.gone {
					written += in.memory.written()
				}
			}
			if least := int64(waiting) * pages * wasmPage; written < least {
				t.Fatalf("%d bytes are written, want %d: the test counts wrong", written, least)
			}
			if written > h.cfg.Budget {
				t.Errorf("guests that wait hold %d bytes, the budget is %d", written, h.cfg.Budget)
			}
			if s := h.Stats(); s.Held < written || s.Held+s.Kept > s.Budget {
				t.Errorf("%d bytes are written, charged are %+v", written, s)
			}
			cancel()
			wg.Wait()
			for _, in := range instance {
				in.Release()
			}
			if s := h.Stats(); s.Held != 0 || s.Live != 0 {
				t.Errorf("at the end: %+v", s)
			}
			in := get(t, i, InstanceConfig{})
			defer in.Release()
			if err := everyPage(t.Context(), in); err != nil {
				t.Errorf("a guest afterwards: %v", err)
			}
		})
	}
}

// I3: idle instances are charged for the pages that they keep.
func TestI3IdleInstances(t *testing.T) {
	h := newHost(t, Config{})
	if h.cfg.Portable {
		t.Skip("an instance has a copy of all of its image here")
	}
	i := newImage(t, h, guestModule(func(m *meter.Module) { m.Memories[0].Min = 32 }))
	for _, pages := range []uint64{1, keepDirty - 8, keepDirty + 50} {
		in := get(t, i, InstanceConfig{Memory: mib})
		call(t, in, fnGrow, 1)
		call(t, in, fnTouch, 0, pages-1)
		call(t, in, fnPoke, 32*wasmPage, 1)
		in.Release()
		has := in.memory.written()
		if pages <= keepDirty && has < int64(pages)*int64(h.pages.size) {
			t.Errorf("%d pages written: %d bytes are kept, too few", pages, has)
		}
		if s := h.Stats(); s.Held != 0 || s.Kept < instanceBytes+has || s.Kept > instanceBytes+max(has, startBytes)+keepStack {
			t.Errorf("%d pages written, %d bytes kept: %+v", pages, has, s)
		}
	}
	if kept := i.idle[0].memory.kept; kept != 0 {
		t.Errorf("a reset that drops all says that it kept %d bytes", kept)
	}
}

// The budget follows the least of what the machine and the control groups allow.
func TestUsableMemory(t *testing.T) {
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	const info = "MemTotal:       16000000 kB\nMemFree:  1 kB\nSwapTotal:       1 kB\n"
	tests := map[string]struct {
		files fstest.MapFS
		want  int64
	}{
		"nothing": {nil, 0},
		"machine": {fstest.MapFS{"proc/meminfo": file(info)}, 16000000 << 10},
		"version 2": {fstest.MapFS{
			"proc/meminfo":                    file(info),
			"proc/self/cgroup":                file("0::/a/b\n"),
			"sys/fs/cgroup/a/b/memory.max":    file("4096000\n"),
			"sys/fs/cgroup/other/memory.max":  file("1\n"),
			"sys/fs/cgroup/a/memory.max":      file("max\n"),
			"sys/fs/cgroup/a/b/memory.high":   file("1\n"),
			"sys/fs/cgroup/a/b/memory.events": file("max 1\n"),
		}, 4096000},
		"version 2, the group above": {fstest.MapFS{
			"proc/meminfo":                 file(info),
			"proc/self/cgroup":             file("0::/a/b\n"),
			"sys/fs/cgroup/a/b/memory.max": file("max\n"),
			"sys/fs/cgroup/a/memory.max":   file("8192000\n"),
		}, 8192000},
		"version 2, as a container sees it": {fstest.MapFS{
			"proc/meminfo":             file(info),
			"proc/self/cgroup":         file("0::/\n"),
			"sys/fs/cgroup/memory.max": file("8192000\n"),
		}, 8192000},
		"version 2, a path outside": {fstest.MapFS{
			"proc/self/cgroup":         file("0::/../../host\n"),
			"sys/fs/cgroup/memory.max": file("8192000\n"),
		}, 8192000},
		"version 1": {fstest.MapFS{
			"proc/meminfo":     file(info),
			"proc/self/cgroup": file("12:cpu,cpuacct:/x\n5:memory:/docker/1\n0::/\n"),
			"sys/fs/cgroup/memory/docker/1/memory.limit_in_bytes": file("4096000\n"),
			"sys/fs/cgroup/memory/memory.limit_in_bytes":          file("9223372036854771712\n"),
			"sys/fs/cgroup/memory/x/memory.limit_in_bytes":        file("1\n"),
		}, 4096000},
		"version 1, without a limit": {fstest.MapFS{
			"proc/meminfo":     file(info),
			"proc/self/cgroup": file("5:memory:/\n"),
			"sys/fs/cgroup/memory/memory.limit_in_bytes": file("9223372036854771712\n"),
		}, 16000000 << 10},
		"more than there is": {fstest.MapFS{
			"proc/meminfo":             file(info),
			"proc/self/cgroup":         file("0::/\n"),
			"sys/fs/cgroup/memory.max": file("99999999999999\n"),
		}, 16000000 << 10},
		"garbage": {fstest.MapFS{
			"proc/meminfo":             file("MemTotal: kB\nMemTotal: 99999999999999999 kB\nMemTotal: -1 kB\n\n"),
			"proc/self/cgroup":         file("0::\n::\n\nmemory\n"),
			"sys/fs/cgroup/memory.max": file("0\n"),
		}, 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := usableMemory(tt.files); got != tt.want {
				t.Errorf("got %d, want %d", got, tt.want)
			}
		})
	}
	if got := defaultBudget(); got < minBudget {
		t.Errorf("here: %d", got)
	}
}

// I3: what the host holds for guests is in the budget of all guests.
func TestI3Holding(t *testing.T) {
	h := newHost(t, Config{Budget: 16 << 20})
	i := newImage(t, h, guestModule())
	x := h.Hold("one")
	if err := x.Charge(-5); err != nil || h.Stats().Held != 0 {
		t.Errorf("giving back nothing: %v, %d held", err, h.Stats().Held)
	}
	if err := x.Charge(10 << 20); err != nil || h.Stats().Held != 10<<20 {
		t.Fatalf("charge: %v, %d held", err, h.Stats().Held)
	}
	if err := x.Charge(7 << 20); !errors.Is(err, ErrBudget) || h.Stats().Held != 10<<20 {
		t.Errorf("charge over the budget: %v, %d held", err, h.Stats().Held)
	}
	// A guest finds less room; idle instances make some.
	in := get(t, i, InstanceConfig{Tenant: "one", Memory: 32 << 20})
	if got := call(t, in, fnGrow, 6<<20/wasmPage); got != 0xffffffff {
		t.Errorf("growth beside what is held: %d", got)
	}
	x.Charge(-8 << 20)
	if got := call(t, in, fnGrow, 6<<20/wasmPage); got != guestPages {
		t.Errorf("growth after some was given back: %d", got)
	}
	in.Release()
	kept := h.Stats().Kept
	if err := x.Charge(12<<20 - kept/2); err != nil {
		t.Errorf("charge of what idle instances hold: %v", err)
	}
	// What is there already is not refused, but others are.
	y := h.Hold("two")
	y.Note(8 << 20)
	if err := h.Hold("three").Charge(1 << 20); !errors.Is(err, ErrBudget) {
		t.Errorf("charge beyond the budget: %v", err)
	}
	x.Release()
	y.Release()
	y.Release()
	if s := h.Stats(); s.Held != 0 {
		t.Errorf("%d held at the end", s.Held)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 500 {
				x := h.Hold("many")
				if x.Charge(6<<20) == nil {
					x.Charge(-1 << 20)
				}
				x.Release()
			}
		})
	}
	wg.Wait()
	if s := h.Stats(); s.Held != 0 {
		t.Errorf("%d held after all", s.Held)
	}
}
