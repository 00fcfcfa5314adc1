package wasmhost

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"unsafe"
)

// ErrNoSharing reports a Host whose guests cannot share memory: the system has no
// means for it, or Config.NoSharing says so.
var ErrNoSharing = errors.New("wasmhost: guests cannot share memory here")

// SharingLimitError reports that the host, or a tenant, shares as much memory
// between guests, by count of mappings, as the system's limit allows it.
type SharingLimitError struct {
	Limit int // mappings that one tenant may have
}

func (e *SharingLimitError) Error() string {
	return fmt.Sprintf("wasmhost: too much memory is shared between guests: a tenant may have %d mappings", e.Limit)
}

// Shared is memory that several instances of one tenant have in their linear
// memories at once. It begins zero. It has no name and no descriptor: an instance
// gets it by Share alone.
//
// Its bytes are charged to the tenant once, however many instances have it, as
// long as anyone does. Safe for concurrent use.
type Shared struct {
	host *Host
	held *Holding
	pool Pool   // is charged for it, too; nil: none
	mem  []byte // the host's own mapping, of whole pages

	// Used is for those that share it: how much of it is in use. The host does not
	// look at it.
	Used atomic.Int64

	refs atomic.Int32
}

// region is a part of a memory that is a Shared's.
type region struct {
	pageRange
	of *Shared
}

// SharePage is what the place and length of shared memory must be multiples of; 0
// where guests cannot share memory.
func (h *Host) SharePage() int {
	if h.cfg.Portable || h.cfg.NoSharing {
		return 0
	}
	return os.Getpagesize()
}

// NewShared makes memory that instances of a tenant can share: n bytes, a multiple
// of SharePage and no more than a linear memory may have. The caller must Release it.
//
// Errors: ErrNoSharing, ErrBudget, *SharingLimitError, *MappingLimitError.
func (h *Host) NewShared(tenant string, n int) (*Shared, error) {
	page := h.SharePage()
	if page == 0 {
		return nil, ErrNoSharing
	}
	if n <= 0 || n%page != 0 || n > maxPages*wasmPage {
		return nil, errors.New("wasmhost: size of shared memory is out of range")
	}
	s := &Shared{host: h, held: h.Hold(tenant)}
	if err := s.held.Charge(int64(n)); err != nil {
		return nil, err
	}
	err := h.takeMapping(tenant)
	if err == nil {
		if s.mem, err = newSharedMemory(n); err != nil {
			h.giveMapping(tenant)
		}
	}
	if err != nil {
		s.held.Release()
		return nil, err
	}
	s.refs.Store(1)
	return s, nil
}

// takeMapping counts one more mapping of shared memory.
func (h *Host) takeMapping(tenant string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	each := h.mostShared / 4
	if h.sharing >= h.mostShared || h.sharingOf[tenant] >= each {
		return &SharingLimitError{Limit: each}
	}
	h.sharing++
	h.sharingOf[tenant]++
	return nil
}

func (h *Host) giveMapping(tenant string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.sharing--
	if h.sharingOf[tenant]--; h.sharingOf[tenant] == 0 {
		delete(h.sharingOf, tenant)
	}
}

// Size is its length in bytes.
func (s *Shared) Size() int { return len(s.mem) }

// Release gives it up; with the last one who has it, it is gone.
func (s *Shared) Release() {
	if s.refs.Add(-1) > 0 {
		return
	}
	size := int64(s.Size())
	freeSharedMemory(s.mem)
	s.mem = nil
	s.host.giveMapping(s.held.tenant)
	s.held.Release()
	if s.pool != nil {
		_ = s.pool.Hold(-size) // giving back cannot fail
	}
}

// overlap returns the region that has a byte of n at ptr, or nil.
func (m *memory) overlap(ptr, n int) *region {
	for i := range m.shared {
		if r := &m.shared[i]; ptr < r.to && r.from < ptr+n {
			return r
		}
	}
	return nil
}

// beyond is how many bytes of r lie beyond the image: what growth was charged for.
func (m *memory) beyond(r pageRange) int { return max(r.to-max(r.from, m.start), 0) }

// Share puts s into the instance's memory at ptr, in place of what is there. The
// instance is charged for the place no longer. From then on it is never used again
// after this use, and no View of the place is given: others write to it.
//
// Errors: ErrNoSharing, *SharingLimitError, ErrBudget, after which the instance is
// dead, or one that says that s cannot be there.
func (in *Instance) Share(ptr uint32, s *Shared) error {
	m := in.memory
	r := region{pageRange{int(ptr), int(ptr) + s.Size()}, s}
	switch {
	case in.host.SharePage() == 0 || m.image == nil:
		return ErrNoSharing
	case s.host != in.host || in.waiter.tenant == nil || in.waiter.tenant.name != s.held.tenant:
		return errors.New("wasmhost: shared memory of another tenant")
	case r.from%in.host.SharePage() != 0 || r.to > m.size || m.overlap(r.from, s.Size()) != nil:
		return errors.New("wasmhost: shared memory does not fit there")
	}
	if err := in.host.takeMapping(s.held.tenant); err != nil {
		return err
	}
	m.exclusive = true
	if err := m.mapShared(r); err != nil {
		// There may be nothing at all in the place by now.
		in.host.giveMapping(s.held.tenant)
		in.end(ErrBudget)
		return ErrBudget
	}
	s.refs.Add(1)
	m.shared = append(m.shared, r)
	n := m.beyond(r.pageRange)
	m.elsewhere += n
	_ = in.charge(in.held - int64(n)) // giving back cannot fail
	_ = in.holdPool(in.poolShare(m.size))
	return nil
}

// Publish makes what is in the instance's memory at ptr the contents of s, which
// nobody has yet, and shares it there. The instance's Pool is charged for s from
// then on, as long as anyone has it. Only inside an Import.
//
// Errors: those of Share.
func (in *Instance) Publish(ptr uint32, s *Shared) error {
	m, n, page := in.memory, s.Size(), in.host.SharePage()
	if int(ptr)+n > m.size {
		return errors.New("wasmhost: shared memory does not fit there")
	}
	from, zeros := m.base[ptr:int(ptr)+n], make([]byte, page)
	for at := 0; at < n; at += page {
		// What stays zero takes no memory.
		if b := from[at : at+page]; !bytes.Equal(b, zeros) {
			copy(s.mem[at:], b)
		}
		if at%(64<<10) == 0 && !in.Checkpoint() {
			return in.stop
		}
	}
	if err := in.Share(ptr, s); err != nil {
		return err
	}
	if in.pool == nil {
		return nil
	}
	if in.pool.Hold(int64(n)) != nil { // others took what Share gave back
		in.refuse(int64(m.size))
		return in.stop
	}
	s.pool = in.pool
	return nil
}

// refuse ends the guest because its pool has no room for a memory of n bytes.
func (in *Instance) refuse(n int64) {
	in.memory.refused, in.memory.poolRefused = max(in.memory.refused, n), true
	in.end(&TrapError{Reason: "out of memory"})
}

// Unshare puts memory of the instance's own in the place of the Shared at ptr; what
// it holds is not defined. It does nothing if none begins there. The instance has to
// end if there is no room for it.
func (in *Instance) Unshare(ptr uint32) {
	m := in.memory
	for i, r := range m.shared {
		if r.from != int(ptr) {
			continue
		}
		m.shared = append(m.shared[:i], m.shared[i+1:]...)
		if m.mapPrivate(r.pageRange) != nil {
			in.end(ErrBudget)
		}
		in.letGo(r)
		n := m.beyond(r.pageRange)
		m.elsewhere -= n
		if in.charge(in.held+int64(n)) != nil {
			in.end(ErrBudget)
		}
		if !in.holdPool(in.poolShare(m.size)) {
			in.refuse(int64(m.size))
		}
		return
	}
}

// letGo gives up a region that is mapped no longer.
func (in *Instance) letGo(r region) {
	in.host.giveMapping(r.of.held.tenant)
	r.of.Release()
}

// poolShare is what the instance's pool is to hold for a memory of size bytes.
func (in *Instance) poolShare(size int) int64 {
	return int64(size - in.memory.start - in.memory.elsewhere)
}

// SharedAt returns the Shared that has all of n bytes at ptr, and their place in
// it; nil if none has.
func (in *Instance) SharedAt(ptr, n uint32) (*Shared, int) {
	r := in.memory.overlap(int(ptr), int(n))
	if r == nil || int(ptr) < r.from || int(ptr)+int(n) > r.to {
		return nil, 0
	}
	return r.of, int(ptr) - r.from
}

// Atomic is an operation of Instance.Atomic.
type Atomic int

// What Instance.Atomic does with old, the value in memory, v and w.
const (
	AtomicLoad            Atomic = iota // old
	AtomicStore                         // v
	AtomicAdd                           // old + v
	AtomicSub                           // old - v
	AtomicAnd                           // old & v
	AtomicOr                            // old | v
	AtomicXor                           // old ^ v
	AtomicExchange                      // v
	AtomicCompareExchange               // w where old is v
)

func (op Atomic) apply(old, v, w uint64) uint64 {
	switch op {
	case AtomicStore, AtomicExchange:
		return v
	case AtomicAdd:
		return old + v
	case AtomicSub:
		return old - v
	case AtomicAnd:
		return old & v
	case AtomicOr:
		return old | v
	case AtomicXor:
		return old ^ v
	case AtomicCompareExchange:
		if old == v {
			return w
		}
	}
	return old
}

// Atomic does op on the integer of width bytes (1, 2, 4 or 8), little-endian, at ptr
// and returns what was there. All such operations of all instances that share it
// have one order. It returns false, and does nothing, unless the integer lies in
// shared memory at a multiple of its width.
func (in *Instance) Atomic(op Atomic, ptr, width uint32, v, w uint64) (old uint64, ok bool) {
	if width == 0 || width > 8 || width&(width-1) != 0 || ptr%width != 0 || op < AtomicLoad || op > AtomicCompareExchange {
		return 0, false
	}
	if s, _ := in.SharedAt(ptr, width); s == nil {
		return 0, false
	}
	return atomicAt(unsafe.Pointer(&in.memory.base[ptr]), op, width, v, w), true
}

// Load is AtomicLoad at a place in s; 0 where there is no such integer.
func (s *Shared) Load(at int, width uint32) uint64 {
	if at < 0 || width != 4 && width != 8 || at%int(width) != 0 || at > s.Size()-int(width) {
		return 0
	}
	return atomicAt(unsafe.Pointer(&s.mem[at]), AtomicLoad, width, 0, 0)
}

// atomicAt is Atomic for memory that is there, on a little-endian machine.
func atomicAt(p unsafe.Pointer, op Atomic, width uint32, v, w uint64) uint64 {
	if width == 8 {
		x := (*atomic.Uint64)(p)
		for {
			old := x.Load()
			if op == AtomicLoad || x.CompareAndSwap(old, op.apply(old, v, w)) {
				return old
			}
		}
	}
	// Smaller ones by the aligned word that they are in.
	shift := uint(uintptr(p)&3) * 8
	x := (*atomic.Uint32)(unsafe.Pointer(uintptr(p) &^ 3))
	mask := uint32(1<<(8*width) - 1)
	v, w = v&uint64(mask), w&uint64(mask)
	for {
		word := x.Load()
		old := uint64(word >> shift & mask)
		if op == AtomicLoad {
			return old
		}
		now := word&^(mask<<shift) | uint32(op.apply(old, v, w))&mask<<shift
		if x.CompareAndSwap(word, now) {
			return old
		}
	}
}
