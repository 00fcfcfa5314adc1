// Package wasmhost compiles a WebAssembly module once and runs each use of it
// in a fresh, metered instance: a copy-on-write view of an image that was taken
// after the module's start-up code ran.
//
// It knows nothing of JavaScript, HTTP or storage: callers bring module bytes
// and host functions, and get results or errors. Bodies are rewritten by
// wasmhost/meter, so that every guest comes back to Go at short intervals
// whatever it executes.
package wasmhost

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

const (
	defaultSlice = 200 * time.Microsecond

	// maxIdle is how many reset instances an image keeps.
	maxIdle = 128

	// maxTenants is how many accounts are kept that may be charged for nothing.
	maxTenants = 128

	// mappingsEach is how many mappings an instance can hold: the image, what
	// was grown, and the rest of its reservation.
	mappingsEach = 3

	// sharedMappings is how many mappings a piece of shared memory makes of one: it
	// and what is after it.
	sharedMappings = 2

	// unknownShared is how many pieces there may be where the system does not tell.
	unknownShared = 1024

	// spareMappings are left to the rest of the process: Go's own runtime
	// dies when it cannot map.
	spareMappings = 4096
)

// Config describes a Host. A zero field means its default.
type Config struct {
	// CacheDir keeps compiled native code between starts; "" keeps none. What was not loaded
	// for 60 days goes when there is new code to keep. A
	// folder in it is made with mode 0700 and must belong to the process's user.
	CacheDir string
	// CacheKey authenticates every file of CacheDir, at least 16 bytes; required
	// with CacheDir. Files are native code: who can write them with this key
	// runs code as this process.
	CacheKey []byte
	// Budget bounds, over all guests at once, the bytes they hold: what their
	// memories grew by, the pages of their images that they wrote, native stacks,
	// and 64 KiB each, and what Holdings hold. Idle instances are in it, and make room when it is needed.
	// The last eighth, at most 256 MiB, is for tenants that hold at most a quarter
	// of what is left of it. Default: half of
	// UsableMemory, at least 32 MiB; 2 GiB where that is unknown.
	Budget int64
	// Slice is how long a guest runs before it returns to Go; default 200 µs.
	Slice time.Duration
	// Turns is how many guests run at once; default GOMAXPROCS.
	Turns int
	// Portable copies images instead of mapping them, as on platforms without
	// memfd, mmap and pagemap, where it is always so.
	Portable bool
	// NoSharing refuses to share memory between guests.
	NoSharing bool
	// VerifyResets is the share, 0 to 1, of resets after which the whole memory
	// is compared with its image; a mismatch drops the instance and is reported.
	VerifyResets float64
	// Report receives what the host finds wrong with itself (a reset that did
	// not verify, a cache file that was refused); nil ignores it. It must be safe
	// for concurrent use and return soon.
	Report func(error)
}

// Host compiles modules and runs their instances. It is safe for concurrent use.
type Host struct {
	cfg    Config // immutable, defaults filled in
	epoch  time.Time
	cache  *diskCache
	pages  *pages // nil: portable
	budget budget
	idle   account // of the instances in pools
	turns  *turns
	works  *turns // of what Work runs
	spare  bool   // a free turn means a free processor
	poller *poller
	most   int // instances that may exist, by the system's mappings

	mostShared int // mappings of shared memory that may exist, by the system's

	closing atomic.Bool  // running guests end at their next slice
	longest atomic.Int64 // Stats.LongestSlice

	mu        sync.Mutex
	busy      int                 // guarded by mu; instances lent and images in the making
	exist     int                 // guarded by mu; instances lent, idle and in the making
	drained   chan struct{}       // closed, under mu, when busy is 0 while closing
	modules   []*Module           // guarded by mu
	images    []*Image            // guarded by mu
	tenants   map[string]*account // guarded by mu; by name
	sharing   int                 // guarded by mu; mappings of shared memory
	sharingOf map[string]int      // guarded by mu; of which by tenant
	stats     Stats               // guarded by mu; Idle, Waiting, the bytes and LongestSlice are elsewhere

	closeOnce sync.Once
	closeErr  error
}

// Stats counts what a Host did and holds.
type Stats struct {
	Live       int    // instances that callers hold
	Idle       int    // reset instances that wait for use
	Waiting    int    // guests that wait for a turn
	Budget     int64  // Config.Budget
	Held       int64  // bytes of it that the instances lent and Holdings hold
	Kept       int64  // bytes of it that idle instances hold
	Created    uint64 // instances made
	Reused     uint64 // instances taken from a pool
	Dropped    uint64 // instances freed at their release
	Mismatches uint64 // resets that did not verify
	// LongestSlice is the longest time for which a guest ran without coming
	// back to Go, host calls and what the system took in between included.
	LongestSlice time.Duration
}

// New makes a Host. The caller must Close it.
func New(cfg Config) (*Host, error) {
	if cfg.Budget < 0 || cfg.Slice < 0 || cfg.Turns < 0 || cfg.VerifyResets < 0 || cfg.VerifyResets > 1 {
		return nil, errors.New("wasmhost: a field of Config is out of range")
	}
	if cfg.Budget == 0 {
		cfg.Budget = defaultBudget()
	}
	if cfg.Slice == 0 {
		cfg.Slice = defaultSlice
	}
	if cfg.Turns == 0 {
		cfg.Turns = runtime.GOMAXPROCS(0)
	}
	if cfg.Report == nil {
		cfg.Report = func(error) {}
	}
	h := &Host{cfg: cfg, epoch: time.Now(), turns: newTurns(cfg.Turns), works: newTurns(cfg.Turns), drained: make(chan struct{}), tenants: map[string]*account{}, sharingOf: map[string]int{}}
	h.budget.limit, h.budget.spare = cfg.Budget, min(cfg.Budget/8, maxSpare)
	h.most, h.mostShared = int(^uint(0)>>1), unknownShared
	var err error
	if h.cache, err = openCache(cfg.CacheDir, cfg.CacheKey, cfg.Report); err != nil {
		return nil, err
	}
	if !cfg.Portable {
		// Whatever is missing, copying does the same, slower.
		if h.pages, err = openPages(); err != nil {
			h.cfg.Portable = true
		} else if limit := maxMappings(); limit > 0 {
			forSharing := limit / 8
			h.most = max(limit-forSharing-spareMappings, limit/2) / mappingsEach
			h.mostShared = forSharing / sharedMappings
		}
	}
	h.spare = cfg.Turns <= runtime.GOMAXPROCS(0)
	h.poller = newPoller(cfg.Turns)
	return h, nil
}

// Turns is how many guests run at once.
func (h *Host) Turns() int { return h.cfg.Turns }

// Stats reports the host's counters.
func (h *Host) Stats() Stats {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := h.stats
	for _, i := range h.images {
		s.Idle += len(i.idle)
	}
	s.Waiting = int(h.turns.waiting.Load())
	s.LongestSlice = time.Duration(h.longest.Load())
	s.Budget = h.budget.limit
	s.Kept = h.idle.held.Load()
	s.Held = h.budget.used.Load() - s.Kept
	return s
}

// Close ends running guests at their next slice with ErrClosed, waits until
// every instance is released, and frees everything. It may be called twice, and
// not from inside an Import.
func (h *Host) Close() error {
	h.closeOnce.Do(func() { h.closeErr = h.close() })
	return h.closeErr
}

func (h *Host) close() error {
	h.mu.Lock()
	h.closing.Store(true)
	if h.busy == 0 {
		close(h.drained)
	}
	h.mu.Unlock()
	<-h.drained

	// Nothing is lent and nothing can be any more: all else is ours alone.
	var errs []error
	for _, i := range h.images {
		for _, in := range i.idle {
			errs = append(errs, in.free())
		}
		i.idle = nil
	}
	for _, m := range h.modules {
		errs = append(errs, m.runtime.Close(context.Background()))
	}
	for _, i := range h.images {
		errs = append(errs, i.data.close())
	}
	errs = append(errs, h.cache.close(), h.poller.close())
	if h.pages != nil {
		errs = append(errs, h.pages.close())
	}
	return errors.Join(errs...)
}

// hold keeps Close waiting until letGo.
func (h *Host) hold() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closing.Load() {
		return ErrClosed
	}
	h.busy++
	return nil
}

func (h *Host) letGo() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.letGoLocked()
}

// letGoLocked is letGo. Precondition: h.mu is held.
func (h *Host) letGoLocked() {
	h.busy--
	if h.busy == 0 && h.closing.Load() {
		close(h.drained)
	}
}

// lend counts one more instance, yet to be made, with a caller of no tenant, or
// reports why there cannot be.
func (h *Host) lend() (*account, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.lendLocked(true, "")
}

// lendLocked counts one more instance with a caller and returns the account of
// its tenant; fresh says that it is yet to be made. Precondition: h.mu is held.
func (h *Host) lendLocked(fresh bool, tenant string) (*account, error) {
	if h.closing.Load() {
		return nil, ErrClosed
	}
	if fresh {
		if h.exist >= h.most {
			return nil, &MappingLimitError{Limit: maxMappings()}
		}
		h.exist++
		h.stats.Created++
	} else {
		h.stats.Reused++
	}
	h.stats.Live++
	h.busy++
	return h.accountLocked(tenant), nil
}

// lost counts one instance less, that a caller had for a and that exists no
// longer.
func (h *Host) lost(a *account) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.exist--
	h.stats.Dropped++
	h.returnedLocked(a)
}

// returnedLocked undoes lendLocked. Precondition: h.mu is held.
func (h *Host) returnedLocked(a *account) {
	h.stats.Live--
	h.forgetLocked(a)
	h.letGoLocked()
}

// noteSlice keeps the longest slice. Of two at once either may be lost.
func (h *Host) noteSlice(ran time.Duration) {
	if int64(ran) > h.longest.Load() {
		h.longest.Store(int64(ran))
	}
}

// mismatch reports a reset that did not verify.
func (h *Host) mismatch(err error) {
	h.mu.Lock()
	h.stats.Mismatches++
	h.mu.Unlock()
	h.cfg.Report(err)
}

// now is the time since the host began, from the monotonic clock.
func (h *Host) now() time.Duration { return time.Since(h.epoch) }

// roundUp returns n rounded up to whole WebAssembly pages, at most maxPages.
func roundUp(n int64) int {
	return int(min((n+wasmPage-1)/wasmPage, maxPages) * wasmPage)
}

// internal wraps a fault of ours whose text must not travel.
func internal(format string, args ...any) *InternalError {
	return &InternalError{Detail: fmt.Sprintf(format, args...)}
}
