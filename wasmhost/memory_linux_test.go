package wasmhost

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/buntime/buntime/wasmhost/meter"
)

// A written page that was swapped out is not present.
func TestSilentSwappedPagesAreDirty(t *testing.T) {
	tests := map[string]struct {
		entry uint64
		want  bool
	}{
		"never touched":       {0, false},
		"read":                {pagemapPresent | pagemapFile, false},
		"written":             {pagemapPresent, true},
		"written and swapped": {pagemapSwapped, true},
		"swapped, of a file":  {pagemapSwapped | pagemapFile, false},
		"other bits":          {1<<55 | 1<<56 | 0xfff, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if got := dirty(tt.entry); got != tt.want {
				t.Errorf("dirty(%#x) = %v, want %v", tt.entry, got, tt.want)
			}
		})
	}
}

// An undumpable process may not open its pagemap, but reads one that it has.
func TestSilentUndumpableProcess(t *testing.T) {
	h := newHost(t, Config{VerifyResets: 1})
	i := newImage(t, h, guestModule())
	if err := unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := unix.Prctl(unix.PR_SET_DUMPABLE, 1, 0, 0, 0); err != nil {
			t.Error(err)
		}
	}()
	in := get(t, i, InstanceConfig{})
	call(t, in, fnPoke, 1, 1)
	in.Release()
	if s := h.Stats(); s.Idle != 1 || s.Mismatches != 0 {
		t.Errorf("not reset: %+v", s)
	}
}

// Nothing changes an image: it is sealed, and no child process inherits it.
func TestSilentImageIsSealed(t *testing.T) {
	h := newHost(t, Config{})
	i := newImage(t, h, guestModule())
	fd := int(i.data.file.Fd())
	if _, err := unix.Pwrite(fd, []byte("x"), 0); err == nil {
		t.Error("an image can be written")
	}
	if err := unix.Ftruncate(fd, 0); err == nil {
		t.Error("an image can be cut")
	}
	if _, err := unix.Mmap(fd, 0, wasmPage, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED); err == nil {
		t.Error("an image can be mapped to be written")
	}
	for name, fd := range map[string]int{"image": fd, "pagemap": h.pages.fd} {
		if flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0); err != nil || flags&unix.FD_CLOEXEC == 0 {
			t.Errorf("%s is inherited: %v", name, err)
		}
	}
	out, err := exec.Command("ls", "-l", "/proc/self/fd").CombinedOutput()
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(out, []byte("memfd")) || bytes.Contains(out, []byte("pagemap")) {
		t.Errorf("a child process has:\n%s", out)
	}
}

// What a use wrote, in whatever pattern, is gone, in small and in long runs.
func TestResetPatterns(t *testing.T) {
	h := newHost(t, Config{VerifyResets: 1})
	i := newImage(t, h, guestModule())
	all := uint64(i.Size() / h.pages.size)
	for _, step := range []uint64{1, 2, 3, 7, all} {
		t.Run(fmt.Sprint(step), func(t *testing.T) {
			for range 3 {
				in := get(t, i, InstanceConfig{})
				for p := uint64(0); p < all; p += step {
					call(t, in, fnPoke, p*uint64(h.pages.size)+5, 1)
				}
				in.Release()
			}
		})
	}
	if s := h.Stats(); s.Mismatches != 0 || s.Dropped != 1 {
		t.Errorf("%+v", s)
	}
}

// mappings counts those of this process that are ours: memfds, and what lies in
// reservations.
func mappings(t *testing.T) int {
	t.Helper()
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		t.Fatal(err)
	}
	return strings.Count(string(maps), "buntime-image")
}

func descriptors(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, e := range entries {
		target, err := os.Readlink("/proc/self/fd/" + e.Name())
		if err == nil && (strings.Contains(target, "memfd") || strings.Contains(target, "pagemap")) {
			n++
		}
	}
	return n
}

// virtual is the address space of this process in bytes.
func virtual(t *testing.T) int64 {
	t.Helper()
	data, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Fatal(err)
	}
	var pages int64
	if _, err := fmt.Fscan(bytes.NewReader(data), &pages); err != nil {
		t.Fatal(err)
	}
	return pages * int64(os.Getpagesize())
}

func TestCloseLeavesNothing(t *testing.T) {
	maps, fds, space := mappings(t), descriptors(t), virtual(t)
	for range 3 {
		h, err := New(Config{})
		if err != nil {
			t.Fatal(err)
		}
		i := newImage(t, h, guestModule())
		var live []*Instance
		for k := range 40 {
			in := get(t, i, InstanceConfig{Memory: 1 << 20})
			call(t, in, fnGrow, 3)
			if k%2 == 0 {
				if _, err := in.Call(context.Background(), fnTrap); err == nil {
					t.Fatal("trap succeeded")
				}
			}
			live = append(live, in)
		}
		if mappings(t) < 40 {
			t.Fatalf("only %d mappings of images: the test counts wrong", mappings(t))
		}
		for _, in := range live {
			in.Release()
		}
		if err := h.Close(); err != nil {
			t.Fatal(err)
		}
		if err := h.Close(); err != nil {
			t.Errorf("second Close = %v", err)
		}
	}
	if n := mappings(t); n != maps {
		t.Errorf("%d mappings are left", n-maps)
	}
	if n := descriptors(t); n != fds {
		t.Errorf("%d descriptors are left", n-fds)
	}
	// Each instance reserved 256 MiB; Go's own heap may have grown.
	if n := virtual(t) - space; n > 200<<20 {
		t.Errorf("%d bytes of address space are left", n)
	}
}

// The kernel calls too many mappings "out of memory"; so do we not.
func TestCrashMappingErrorIsNamed(t *testing.T) {
	if err := mappingError("map", unix.EINVAL); !strings.Contains(err.Error(), "invalid argument") {
		t.Errorf("got %v", err)
	}
	if err := mappingError("map", unix.ENOMEM); strings.Contains(err.Error(), "max_map_count") {
		t.Errorf("far from the limit: %v", err)
	}
	if maxMappings() < 1000 {
		t.Errorf("vm.max_map_count reads %d", maxMappings())
	}
}

// An instance too many for the system's mappings is an error that says what to
// raise, and there is room again when another is freed.
func TestMappingLimit(t *testing.T) {
	h := newHost(t, Config{})
	if h.cfg.Portable {
		t.Fatal("nothing is mapped")
	}
	if limit := maxMappings(); h.most*mappingsEach > limit || h.most < limit/2/mappingsEach {
		t.Errorf("%d instances may exist, the system allows %d mappings", h.most, limit)
	}
	i := newImage(t, h, guestModule()) // which leaves one idle
	h.most = 3
	var live []*Instance
	for range h.most {
		live = append(live, get(t, i, InstanceConfig{}))
	}
	_, err := i.Get(t.Context(), InstanceConfig{})
	var limit *MappingLimitError
	if !errors.As(err, &limit) || limit.Limit != maxMappings() || !strings.Contains(err.Error(), "sysctl -w vm.max_map_count=") {
		t.Errorf("one too many: %v", err)
	}
	if s := h.Stats(); s.Live != h.most {
		t.Errorf("after a refusal: %+v", s)
	}
	if _, err := live[0].Call(t.Context(), fnTrap); err == nil { // so that it is freed
		t.Fatal("trap succeeded")
	}
	live[0].Release()
	live[0] = get(t, i, InstanceConfig{})
	for _, in := range live {
		in.Release()
	}
}

// TestWritten holds both ways to find written pages to the same answer.
func TestWritten(t *testing.T) {
	h := newHost(t, Config{})
	if h.cfg.Portable {
		t.Fatal("no pagemap")
	}
	const size = 40 * wasmPage
	img, err := newMappedImage(bytes.Repeat([]byte{3}, size/2))
	if err != nil {
		t.Fatal(err)
	}
	defer img.close()
	random := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{0, 1, 2, 40, keepDirty, keepDirty + 1, 300} {
		m := memory{image: img, mapped: true, start: size / 2}
		if err := m.mapReservation(size); err != nil {
			t.Fatal(err)
		}
		if !m.makeWritable(size) {
			t.Fatal("memory cannot grow")
		}
		want := map[int]bool{}
		for len(want) < n {
			p := random.IntN(size / h.pages.size)
			m.base[p*h.pages.size] = 7
			want[p] = true
		}
		runtime.KeepAlive(m.base[random.IntN(size/2)]) // reading is no write
		for _, scans := range []bool{h.pages.scans, false} {
			p := pages{fd: h.pages.fd, size: h.pages.size, scans: scans}
			ranges, few, err := p.written(m.base, new(scratch))
			if err != nil {
				t.Fatal(err)
			}
			if few != (n <= keepDirty) {
				t.Errorf("%d pages, scans %v: few = %v", n, scans, few)
			}
			if !few {
				continue
			}
			got := 0
			for _, r := range ranges {
				for at := r.from; at < r.to; at += p.size {
					if got++; !want[at/p.size] {
						t.Errorf("%d pages, scans %v: page %d was not written", n, scans, at/p.size)
					}
				}
			}
			if got != n {
				t.Errorf("%d pages, scans %v: found %d", n, scans, got)
			}
		}
		m.unmap()
	}
}

// TestOwnPages holds resets that look for no pages to the image, whoever wrote
// pages that the instance did not have before, and whenever.
func TestOwnPages(t *testing.T) {
	h := newHost(t, Config{VerifyResets: 1})
	if h.cfg.Portable || !h.pages.counts {
		t.Skip("this system does not count a thread's page faults")
	}
	i := newImage(t, h, guestModule(func(m *meter.Module) { m.Memories[0].Min = 16 }))
	page := uint64(0)
	fresh := func() uint64 { // of a page that no use wrote
		page++
		return page * uint64(h.pages.size)
	}
	view := func(in *Instance, at uint64) {
		b, ok := in.View(uint32(at), 1)
		if !ok {
			t.Fatal("no view")
		}
		b[0]++
	}
	uses := map[string]struct {
		use  func(in *Instance)
		sure bool // nothing was written but what was known
	}{
		"nothing":               {func(*Instance) {}, true},
		"what it has":           {func(in *Instance) { call(t, in, fnPoke, 1, 2) }, true},
		"a view of what it has": {func(in *Instance) { view(in, 3) }, true},
		"in a call":             {func(in *Instance) { call(t, in, fnPoke, fresh(), 1) }, false},
		"many pages":            {func(in *Instance) { call(t, in, fnTouch, fresh(), 20); page += 20 }, false},
		"grown":                 {func(in *Instance) { call(t, in, fnGrow, 1); call(t, in, fnPoke, 16*wasmPage, 1) }, false},
		"a view":                {func(in *Instance) { view(in, fresh()) }, false},
		"a view in an import": {func(in *Instance) {
			in.state = hostFunc(func(in *Instance, v uint64) uint64 { view(in, fresh()); return v })
			call(t, in, fnHost, 1)
		}, false},
		"around a wait": {func(in *Instance) {
			in.state = hostFunc(func(in *Instance, v uint64) uint64 {
				view(in, fresh())
				in.Block(func() { runtime.Gosched() })
				view(in, 3)
				return v
			})
			call(t, in, fnHost, 1)
		}, false},
		"after a wait": {func(in *Instance) {
			in.state = hostFunc(func(in *Instance, v uint64) uint64 {
				in.Block(func() { runtime.Gosched() })
				view(in, fresh())
				return v
			})
			call(t, in, fnHost, 1)
		}, false},
		"in a nested call": {func(in *Instance) {
			in.state = hostFunc(func(in *Instance, v uint64) uint64 { call(t, in, fnPoke, fresh(), 1); return v })
			call(t, in, fnHost, 1)
		}, false},
	}
	for name, tt := range uses {
		t.Run(name, func(t *testing.T) {
			// A first use of an instance finds what it has.
			in := get(t, i, InstanceConfig{})
			call(t, in, fnPoke, 1, 1)
			in.memory.sure = false
			in.Release()
			for range 2 {
				in := get(t, i, InstanceConfig{Memory: 4 * wasmPage})
				tt.use(in)
				if got := in.memory.sure; got && !tt.sure {
					t.Error("what was written is not known")
				}
				in.Release()
			}
		})
	}
	if s := h.Stats(); s.Mismatches != 0 || s.Dropped != 1 { // what the image was made from
		t.Errorf("%+v", s)
	}
}

// TestShed: an instance keeps the pages that its uses write, and gives back those
// that only an earlier one wrote.
func TestShed(t *testing.T) {
	for _, counts := range []bool{true, false} {
		t.Run(fmt.Sprintf("faults counted=%v", counts), func(t *testing.T) { testShed(t, counts) })
	}
}

func testShed(t *testing.T, counts bool) {
	h := newHost(t, Config{VerifyResets: 1})
	if h.cfg.Portable {
		t.Fatal("no pagemap")
	}
	h.pages.counts = h.pages.counts && counts
	i := newImage(t, h, guestModule(func(m *meter.Module) { m.Memories[0].Min = 16 }))
	size := uint64(h.pages.size)
	own := func(in *Instance) (n int) {
		for _, r := range in.memory.own {
			n += (r.to - r.from) / h.pages.size
		}
		return n
	}
	use := func(pages ...uint64) (in *Instance) {
		in = get(t, i, InstanceConfig{Memory: 4 * wasmPage})
		for _, p := range pages {
			call(t, in, fnPoke, p*size+7, 1)
		}
		return in
	}
	in := get(t, i, InstanceConfig{Memory: 4 * wasmPage})
	call(t, in, fnTouch, 0, 60)
	call(t, in, fnGrow, 1)
	call(t, in, fnPoke, 16*wasmPage, 1)
	in.Release()
	most := own(in)
	if most < 60 {
		t.Fatalf("%d pages are the instance's own after it wrote 60", most)
	}
	// Every page that is written in each use stays, also between those that do not.
	for range 2 * shedEvery {
		use(1, 20, 21, 59).Release()
	}
	if got := own(in); got >= most/2 || got < 4 {
		t.Errorf("%d pages are the instance's own, of %d before", got, most)
	}
	if kept, most := in.memory.kept, int64(most/2*h.pages.size); kept >= most {
		t.Errorf("it is charged for %d bytes", kept)
	}
	last := use(2, 30, 40, 61)
	for _, p := range []uint64{1, 3, 20, 50} {
		if got := call(t, last, fnPeek, p*size+7); got != 0 {
			t.Errorf("page %d has %d", p, got)
		}
	}
	last.Release()
	if s := h.Stats(); s.Mismatches != 0 || s.Dropped != 1 || in != last {
		t.Errorf("%+v, one instance: %v", s, in == last)
	}
}

// TestResetOfALargeImage resets without a look at the image: pages that cannot be
// looked for are an error.
func TestResetOfALargeImage(t *testing.T) {
	h := newHost(t, Config{VerifyResets: 1})
	if h.cfg.Portable || !h.pages.counts {
		t.Skip("this system does not count a thread's page faults")
	}
	i := newImage(t, h, guestModule(func(m *meter.Module) { m.Memories[0].Min = 1024 }))
	real := h.pages.fd
	resetBlind := func(in *Instance) error {
		h.pages.fd = -1
		defer func() { h.pages.fd = real }()
		return in.memory.reset()
	}
	// A use may fault for Go's own heap and stacks, which counts as well.
	eventually(t, "a use without a page fault", func() bool {
		in := get(t, i, InstanceConfig{})
		defer in.Release()
		call(t, in, fnPoke, 5, 1)
		call(t, in, fnPoke, 900*wasmPage, 1)
		if !in.memory.sure {
			return false
		}
		if err := resetBlind(in); err != nil {
			t.Error(err)
		}
		in.memory.sure = false
		if err := resetBlind(in); err == nil {
			t.Error("pages were found without a way to find them: the test shows nothing")
		}
		return true
	})
}
