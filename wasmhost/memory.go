package wasmhost

import "github.com/tetratelabs/wazero/experimental"

const (
	// The core specification fixes WebAssembly's pages at 64 KiB:
	// https://www.w3.org/TR/wasm-core-1/#memory-instances
	wasmPage = 64 << 10

	// maxPages is the longest memory we allow. wazero's Memory.Size overflows at
	// 65,536 pages, and shrinking asks for one page more than there are.
	maxPages = 65534

	// declaredPages is the maximum that stripped modules declare: wazero checks
	// it before it asks the allocator, which alone knows an instance's cap.
	declaredPages = maxPages + 1

	// keepGrown is how much of what was grown, in bytes, a reset may leave with an
	// instance that is copied, made zero.
	keepGrown = 256 << 10
)

// memory backs one instance's linear memory. Its instance's owner uses it; wazero
// calls Reallocate and Free on the same goroutine.
type memory struct {
	owner  *Instance  // is charged for it
	image  *imageData // nil: the module starts from its own data
	mapped bool       // base is a reservation of address space, else a Go slice

	// base is, mapped, the whole reservation, of which the first writable bytes
	// can be touched; else the backing array, in use up to its length.
	base     []byte
	writable int

	size        int   // length of the linear memory
	start       int   // length that reset goes back to
	limit       int   // longest length allowed, set by begin
	peak        int   // longest length since begin
	refused     int64 // largest length refused since begin
	poolRefused bool  // it was the pool that refused, once at least
	kept        int64 // bytes of pages of its own that the last reset left with it

	// own are the pages of the image's part that the memory has for itself, in
	// order, while sure says that there are no others and that it has not grown:
	// then a reset need not look for them, however large the image is.
	own  []pageRange
	sure bool
	// resets counts those since pages that had not been written were given back.
	resets int
	// above are the bytes of its own pages beyond the image that a reset left with
	// it, end where they end.
	above int64
	end   int
	// watched says that the owner's goroutine stays on its thread, faults how many
	// pages that thread had got when it began to.
	watched bool
	faults  int64

	// shared are the parts that other instances have as well, elsewhere how many
	// bytes of them lie beyond the image: who holds those is charged for them.
	shared    []region
	elsewhere int
	exclusive bool // something was shared: the memory is of no use to another

	shrinking bool // the next Reallocate puts the length back to start
}

// pageRange is a run of pages, in bytes from the start of the memory, or of what
// was asked about.
type pageRange struct{ from, to int }

// exposed says that somebody may write n bytes at ptr while nobody watches.
func (m *memory) exposed(ptr, n int) {
	for _, r := range m.own {
		if r.from <= ptr && ptr+n <= r.to {
			return
		}
	}
	m.sure = false
}

var _ experimental.LinearMemory = (*memory)(nil)

// newMemory reserves what an instance needs: room bytes of address space, with
// the image at its start. Without an image the memory starts empty.
func newMemory(h *Host, image *imageData, room int) (*memory, error) {
	m := &memory{image: image, mapped: !h.cfg.Portable, limit: room}
	if image != nil {
		m.start, m.size = image.length, image.length
	}
	if !m.mapped {
		m.base = make([]byte, m.start)
		if image != nil {
			copy(m.base, image.view)
		}
		return m, nil
	}
	if err := m.mapReservation(room); err != nil {
		return nil, err
	}
	return m, nil
}

// Allocate makes m its own experimental.MemoryAllocator.
func (m *memory) Allocate(_, _ uint64) experimental.LinearMemory { return m }

// fits reports whether the memory can grow to limit.
func (m *memory) fits(limit int) bool { return !m.mapped || limit <= len(m.base) }

// begin sets the cap for one use, in bytes of linear memory.
func (m *memory) begin(limit int) {
	m.limit, m.peak, m.refused, m.poolRefused = limit, m.size, 0, false
}

// extent is how many bytes the guest may touch or, copied, are there to grow
// into.
func (m *memory) extent() int {
	if !m.mapped {
		return cap(m.base)
	}
	return max(m.size, m.start)
}

// grown is what the memory holds beyond its image, in bytes.
func (m *memory) grown() int64 { return int64(m.extent() - m.start - m.elsewhere) }

// least is what an instance that ran little is taken to have written, in bytes of
// its image.
func (m *memory) least() int64 {
	if !m.mapped {
		return int64(m.start)
	}
	return int64(min(m.start, startBytes))
}

// written counts the bytes in pages of its own that the memory has, apart from
// grown.
func (m *memory) written() int64 {
	if !m.mapped {
		return int64(m.start)
	}
	return m.writtenMapped()
}

// eachWritten calls f for runs, in order, that hold all that was written.
func (m *memory) eachWritten(f func(r pageRange)) error {
	if m.mapped {
		return m.eachMapped(f)
	}
	f(pageRange{0, m.size})
	return nil
}

// extentFor is what extent should become for a length of n. Doubling keeps a
// guest whose memory is copied from copying it for each page that it grows.
func (m *memory) extentFor(n int) int {
	least := max(n, m.extent())
	if m.mapped || n <= cap(m.base) {
		return least
	}
	return min(max(least, 2*len(m.base)), max(least, m.limit))
}

// Reallocate implements experimental.LinearMemory: it grows the memory within
// its cap and the host's budget, or returns nil.
func (m *memory) Reallocate(size uint64) []byte {
	if m.shrinking {
		m.shrinking = false
		m.size = m.start
		if !m.mapped {
			m.base = m.base[:m.start]
		}
		return m.base[:m.start:m.start]
	}
	n := int(size)
	if n > m.limit {
		m.refused = max(m.refused, int64(n))
		return nil
	}
	if n > m.start {
		m.sure = false
	}
	if !m.owner.holdPool(m.owner.poolShare(n)) {
		m.refused = max(m.refused, int64(n))
		m.poolRefused = true
		return nil
	}
	before := m.owner.held
	extent := m.extentFor(n)
	err := m.owner.charge(before + int64(extent-m.extent()))
	if err != nil && extent > n {
		extent = n
		err = m.owner.charge(before + int64(extent-m.extent()))
	}
	if err != nil {
		_ = m.owner.holdPool(m.owner.poolShare(m.size)) // giving back cannot fail
		m.refused = max(m.refused, int64(n))
		return nil
	}
	if !m.extend(n, extent) {
		_ = m.owner.charge(before) // giving back cannot fail
		_ = m.owner.holdPool(m.owner.poolShare(m.size))
		m.refused = max(m.refused, int64(n))
		return nil
	}
	m.size = n
	m.peak = max(m.peak, n)
	return m.base[:n:n]
}

// extend makes n bytes usable, those beyond the present length zero, and extent
// what is held for them.
func (m *memory) extend(n, extent int) bool {
	if m.mapped {
		return m.makeWritable(n)
	}
	old := len(m.base)
	if n <= cap(m.base) {
		m.base = m.base[:n]
		clear(m.base[old:])
		return true
	}
	grown := make([]byte, n, extent)
	copy(grown, m.base)
	m.base = grown
	return true
}

// reset makes the bytes equal the image again, all that was grown zero. The
// length is put back by the caller through wazero.
func (m *memory) reset() error {
	if m.mapped {
		if err := m.resetMapped(); err != nil {
			return err
		}
	} else if m.image != nil {
		if m.grown() > keepGrown {
			m.base = make([]byte, m.start)
		}
		copy(m.base[:m.start], m.image.view)
		m.kept = int64(m.start)
	}
	return nil
}

// Free implements experimental.LinearMemory. Nothing may use the memory, nor
// any view of it, afterwards.
func (m *memory) Free() {
	if m.mapped {
		m.unmap()
	}
	m.base, m.size = nil, 0
}
