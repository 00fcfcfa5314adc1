package wasmhost

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/tetratelabs/wazero"
)

// Image is what instances start from: the stripped module and a snapshot of it.
// It is safe for concurrent use and lives as long as its Host.
type Image struct {
	host     *Host
	module   *Module
	data     *imageData
	globals  []uint64
	exports  []export
	stripped wazero.CompiledModule

	idle []*Instance // guarded by host.mu; reset, the last released last
}

// imageData holds the bytes of an image.
type imageData struct {
	length int
	view   []byte   // all of it, read only
	file   *os.File // sealed; nil: portable
	pages  *pages   // nil: portable
}

func (d *imageData) close() error {
	if d.file == nil {
		d.view = nil
		return nil
	}
	return d.closeMapped()
}

// NewImage makes an image of a snapshot, whose native code is made or taken from
// the cache on disk. Imports must cover everything the module imports. Exports are
// the functions that Instance.Call addresses by their place in this list: a few,
// as each costs every instance that calls it about 12 KB. One instance is made
// at once, so that what is wrong with the image shows here.
func (h *Host) NewImage(ctx context.Context, s *Snapshot, imports []Import, exports []string) (_ *Image, err error) {
	if err := h.hold(); err != nil {
		return nil, err
	}
	defer h.letGo()
	known := s.code
	known.Module = nil // only Start needs it
	m, err := h.newModule(ctx, &known, imports)
	if err != nil {
		return nil, err
	}
	i := &Image{host: h, module: m, globals: s.globals}
	if i.stripped, err = m.compile(ctx, s.code.Module); err != nil {
		return nil, err
	}
	if i.exports, err = exportsOf(i.stripped, exports); err != nil {
		return nil, err
	}
	if i.data, err = h.newImageData(s.memory); err != nil {
		return nil, fmt.Errorf("wasmhost: keep image: %w", err)
	}
	h.mu.Lock()
	h.images = append(h.images, i) // Close frees it from here on
	h.mu.Unlock()
	in, err := i.Get(ctx, InstanceConfig{})
	if err != nil {
		return nil, err
	}
	in.Release()
	return i, nil
}

// newImageData keeps memory, which must not change, for instances to start from.
func (h *Host) newImageData(memory []byte) (*imageData, error) {
	if h.cfg.Portable {
		return &imageData{length: len(memory), view: memory}, nil
	}
	d, err := newMappedImage(memory)
	if err != nil {
		return nil, err
	}
	d.pages = h.pages
	return d, nil
}

// Size is the length of the image's linear memory in bytes.
func (i *Image) Size() int { return i.data.length }

// InstanceConfig describes one use of an image.
type InstanceConfig struct {
	Memory int64  // bytes of linear memory beyond the image; 0 allows no growth
	Fuel   int64  // units; 0 sets no limit
	State  any    // what Instance.State returns
	Tenant string // on whose behalf: a tenant's guests share its turns. Memory: see Config.Budget

	// Pace throttles the guest: at the end of each slice it is told the CPUTime
	// so far and returns how long the guest is to sleep, without its turn, before
	// the next. nil: never.
	Pace func(cpu time.Duration) time.Duration

	// Pool is what the instance shares with others beside its own Memory and Fuel;
	// nil: nothing.
	Pool Pool
}

// Pool bounds what several instances use together. It is called on the goroutines
// that run them, so by several at once.
type Pool interface {
	// Hold takes bytes of linear memory beyond the image, or, negative, gives them
	// back, which cannot fail. An error refuses them: growth fails in the guest.
	Hold(bytes int64) error
	// Spend takes fuel that was spent since the last time. An error ends the guest
	// with ErrFuel.
	Spend(units int64) error
}

// Get returns an instance that equals the image, a pooled one if there is any.
// The caller owns it and must Release it.
//
// Errors: ErrBudget, ErrClosed, *MappingLimitError, ctx's own.
func (i *Image) Get(ctx context.Context, cfg InstanceConfig) (*Instance, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if cfg.Memory < 0 || cfg.Fuel < 0 {
		return nil, errors.New("wasmhost: a field of InstanceConfig is out of range")
	}
	beyond := min(cfg.Memory, maxPages*wasmPage) / wasmPage * wasmPage
	limit := min(i.data.length+int(beyond), maxPages*wasmPage, int(i.module.result.MemoryMax)*wasmPage)
	in, account, err := i.take(limit, cfg.Tenant)
	if err != nil {
		return nil, err
	}
	if in == nil {
		if in, err = i.fresh(limit, account); err != nil {
			return nil, err
		}
	}
	in.begin(cfg.Tenant, limit, cfg.Fuel, cfg.State)
	in.pace, in.pool = cfg.Pace, cfg.Pool
	return in, nil
}

// take lends an idle instance that can grow to limit. When there is none it
// counts a fresh one as lent, and returns the account to charge for it.
func (i *Image) take(limit int, tenant string) (*Instance, *account, error) {
	h := i.host
	h.mu.Lock()
	defer h.mu.Unlock()
	for k := len(i.idle) - 1; k >= 0; k-- {
		in := i.idle[k]
		if !in.memory.fits(limit) {
			continue
		}
		a, err := h.lendLocked(false, tenant)
		if err != nil {
			return nil, nil, err
		}
		last := len(i.idle) - 1
		copy(i.idle[k:], i.idle[k+1:])
		i.idle[last] = nil
		i.idle = i.idle[:last]
		in.move(a)
		return in, nil, nil
	}
	a, err := h.lendLocked(true, tenant)
	return nil, a, err
}

// put keeps a reset instance for its next use, or frees it.
func (i *Image) put(in *Instance) {
	h := i.host
	h.mu.Lock()
	keep := len(i.idle) < maxIdle && !h.closing.Load()
	if keep {
		i.idle = append(i.idle, in)
		a := in.account
		in.move(&h.idle)
		h.returnedLocked(a)
	}
	h.mu.Unlock()
	if !keep {
		in.drop()
	}
}

// fresh makes an instance that is counted as lent. On an error it no longer is.
func (i *Image) fresh(limit int, a *account) (*Instance, error) {
	mem, err := newMemory(i.host, i.data, room(limit))
	if err != nil {
		i.host.lost(a)
		return nil, err
	}
	in := newInstance(i.module, i, mem, i.exports, a)
	if err := in.charge(instanceBytes + mem.least()); err != nil {
		in.drop()
		return nil, err
	}
	if err := in.instantiate(i.stripped); err != nil {
		in.drop()
		return nil, err
	}
	return in, nil
}

// room is how much address space an instance that may grow to limit reserves: so
// much that the next use, with other limits, fits as well.
func room(limit int) int {
	n := 256 << 20
	for n < limit {
		n *= 2
	}
	return min(n, maxPages*wasmPage)
}
