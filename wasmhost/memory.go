package wasmhost

import (
	"sync/atomic"

	"github.com/tetratelabs/wazero/experimental"
)

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
)

// budget bounds what all guests of a host hold beyond their images.
type budget struct {
	limit int64
	used  atomic.Int64
}

// take reserves n bytes, or reports that they are not to be had.
func (b *budget) take(n int64) bool {
	if b.used.Add(n) > b.limit {
		b.used.Add(-n)
		return false
	}
	return true
}

func (b *budget) give(n int64) { b.used.Add(-n) }

// memory backs one instance's linear memory. Its instance's owner uses it; wazero
// calls Reallocate and Free on the same goroutine.
type memory struct {
	budget *budget
	image  *imageData // nil: the module starts from its own data
	mapped bool       // base is a reservation of address space, else a Go slice

	// base is, mapped, the whole reservation, of which the first writable bytes
	// can be touched; else the backing array, in use up to its length.
	base     []byte
	writable int

	size    int   // length of the linear memory
	start   int   // length that reset goes back to
	limit   int   // longest length allowed, set by begin
	peak    int   // longest length since begin
	refused int64 // largest length refused since begin
	held    int64 // bytes taken from the budget

	shrinking bool // the next Reallocate puts the length back to start
}

var _ experimental.LinearMemory = (*memory)(nil)

// newMemory reserves what an instance needs: room bytes of address space, with
// the image at its start. Without an image the memory starts empty.
func newMemory(h *Host, image *imageData, room int) (*memory, error) {
	m := &memory{budget: &h.budget, image: image, mapped: !h.cfg.Portable, limit: room}
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
	m.limit, m.peak, m.refused = limit, m.size, 0
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
	// The image's own part is not charged: it is there before the guest runs.
	grown := int64(max(n, m.start) - max(m.size, m.start))
	if !m.budget.take(grown) {
		m.refused = max(m.refused, int64(n))
		return nil
	}
	if !m.extend(n) {
		m.budget.give(grown)
		m.refused = max(m.refused, int64(n))
		return nil
	}
	m.held += grown
	m.size = n
	m.peak = max(m.peak, n)
	return m.base[:n:n]
}

// extend makes n bytes usable, those beyond the present length zero.
func (m *memory) extend(n int) bool {
	if m.mapped {
		return m.makeWritable(n)
	}
	old := len(m.base)
	if n <= cap(m.base) {
		m.base = m.base[:n]
		clear(m.base[old:])
		return true
	}
	// Doubling keeps a guest that grows page by page from copying each time.
	grown := make([]byte, n, min(max(n, 2*old), max(n, m.limit)))
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
		copy(m.base[:m.start], m.image.view)
	}
	m.budget.give(m.held)
	m.held = 0
	return nil
}

// Free implements experimental.LinearMemory. Nothing may use the memory, nor
// any view of it, afterwards.
func (m *memory) Free() {
	if m.mapped {
		m.unmap()
	}
	m.budget.give(m.held)
	m.base, m.held, m.size = nil, 0, 0
}
