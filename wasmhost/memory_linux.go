package wasmhost

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	// keepDirty is how many written pages a reset makes whole by copying. They
	// stay with the instance, ready for its next use, which spares it the page
	// faults; more are given back to the system, so that an idle instance holds
	// at most so many.
	keepDirty = 128

	// shedEvery is at which reset the pages that its use did not write are given
	// back, so that an instance of a short program does not copy for ever what a
	// long one wrote. To look for them takes as long as to copy them.
	shedEvery = 64
)

// Bits of an entry of /proc/self/pagemap:
// https://docs.kernel.org/admin-guide/mm/pagemap.html
const (
	pagemapFile    = 1 << 61 // a page of the file, not of ours
	pagemapSwapped = 1 << 62
	pagemapPresent = 1 << 63
)

// pages gives memories what they share on this system: the descriptor of
// /proc/self/pagemap, which is opened once because a process that becomes
// undumpable cannot open it again, though it may go on reading.
type pages struct {
	pagemap *os.File
	fd      int  // of pagemap
	size    int  // of a page of the system
	scans   bool // the system has PAGEMAP_SCAN (Linux 6.7)
	counts  bool // the system counts a thread's page faults; see watch
	scratch sync.Pool
}

// scratch is what finding written pages needs.
type scratch struct {
	entries []uint64 // as read from pagemap
	regions [keepDirty + 1]pageRegion
	arg     scanArg
	ranges  []pageRange
}

// scanArg is struct pm_scan_arg, pageRegion struct page_region:
// https://docs.kernel.org/admin-guide/mm/pagemap.html
type scanArg struct {
	size, flags, start, end, walkEnd, vec, vecLen, maxPages,
	inverted, mask, anyOf, returned uint64
}

type pageRegion struct{ start, end, categories uint64 }

const (
	pagemapScan = 0xc0606610 // _IOWR('f', 16, struct pm_scan_arg)

	scanFile    = 1 << 2
	scanPresent = 1 << 3
	scanSwapped = 1 << 4
)

func openPages() (*pages, error) {
	f, err := os.Open("/proc/self/pagemap")
	if err != nil {
		return nil, fmt.Errorf("open pagemap: %w", err)
	}
	p := &pages{pagemap: f, fd: int(f.Fd()), size: os.Getpagesize(), scans: true}
	p.scratch.New = func() any { return new(scratch) }
	if p.probe() == nil {
		return p, nil
	}
	p.scans = false
	if err := p.probe(); err != nil {
		f.Close()
		return nil, err
	}
	return p, nil
}

func (p *pages) close() error { return p.pagemap.Close() }

// probe checks that pagemap tells written pages of a private file mapping, and
// of the anonymous memory after it, from those that were only read.
func (p *pages) probe() error {
	img, err := newMappedImage(make([]byte, wasmPage))
	if err != nil {
		return err
	}
	defer img.close()
	m := memory{image: img, mapped: true, start: wasmPage}
	if err := m.mapReservation(2 * wasmPage); err != nil {
		return err
	}
	defer m.unmap()
	if !m.makeWritable(2 * wasmPage) {
		return fmt.Errorf("memory cannot grow")
	}
	runtime.LockOSThread()
	before := threadFaults()
	m.base[0] = 1
	p.counts = threadFaults() != before
	runtime.UnlockOSThread()
	m.base[wasmPage] = 1
	runtime.KeepAlive(m.base[p.size])
	s := p.scratch.Get().(*scratch)
	defer p.scratch.Put(s)
	ranges, few, err := p.written(m.base[:2*wasmPage], s)
	if err != nil {
		return err
	}
	if want := []pageRange{{0, p.size}, {wasmPage, wasmPage + p.size}}; !few || !slices.Equal(ranges, want) {
		return fmt.Errorf("pagemap does not tell written pages")
	}
	return nil
}

// written finds the pages of mem that are private to it; few is false, and
// ranges say nothing, if there are more than keepDirty. They are valid as long
// as s.
func (p *pages) written(mem []byte, s *scratch) (ranges []pageRange, few bool, err error) {
	if p.scans {
		return p.scan(mem, s)
	}
	entries, err := p.read(mem, &s.entries)
	if err != nil {
		return nil, false, err
	}
	n := 0
	s.ranges = s.ranges[:0]
	for i := 0; i < len(entries); i++ {
		if !dirty(entries[i]) {
			continue
		}
		from := i
		for i++; i < len(entries) && dirty(entries[i]); i++ {
		}
		if n += i - from; n > keepDirty {
			return nil, false, nil
		}
		s.ranges = append(s.ranges, pageRange{from * p.size, i * p.size})
	}
	return s.ranges, true, nil
}

// scan is written by one call that returns nothing but what was written.
func (p *pages) scan(mem []byte, s *scratch) (ranges []pageRange, few bool, err error) {
	start := uint64(uintptr(unsafe.Pointer(&mem[0])))
	a := &s.arg
	*a = scanArg{
		size: uint64(unsafe.Sizeof(*a)), start: start, end: start + uint64(len(mem)),
		vec: uint64(uintptr(unsafe.Pointer(&s.regions[0]))), vecLen: uint64(len(s.regions)), maxPages: keepDirty + 1,
		// Not the file's, and there.
		inverted: scanFile, mask: scanFile, anyOf: scanPresent | scanSwapped,
	}
	for {
		n, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(p.fd), pagemapScan, uintptr(unsafe.Pointer(a)))
		if errno == unix.EINTR {
			continue
		}
		if errno != 0 {
			return nil, false, fmt.Errorf("scan pagemap: %w", errno)
		}
		s.ranges = s.ranges[:0]
		total := 0
		for _, r := range s.regions[:n] {
			total += int(r.end-r.start) / p.size
			s.ranges = append(s.ranges, pageRange{int(r.start - start), int(r.end - start)})
		}
		return s.ranges, total <= keepDirty, nil
	}
}

// count returns the bytes in pages of mem that are private to it, however many.
func (p *pages) count(mem []byte, s *scratch) (int, error) {
	n := 0
	err := p.each(mem, s, func(r pageRange) { n += r.to - r.from })
	return n, err
}

// each calls f for the runs of pages of mem that are private to it, in order.
func (p *pages) each(mem []byte, s *scratch, f func(r pageRange)) error {
	if !p.scans {
		entries, err := p.read(mem, &s.entries)
		for i, e := range entries {
			if dirty(e) {
				f(pageRange{i * p.size, (i + 1) * p.size})
			}
		}
		return err
	}
	for done := 0; done < len(mem); {
		ranges, _, err := p.scan(mem[done:], s)
		if err != nil {
			return err
		}
		for _, r := range ranges {
			f(pageRange{done + r.from, done + r.to})
		}
		if len(ranges) == 0 {
			break
		}
		done += int(s.arg.walkEnd - s.arg.start)
	}
	return nil
}

func dirty(entry uint64) bool {
	return entry&(pagemapPresent|pagemapSwapped) != 0 && entry&pagemapFile == 0
}

// read returns one entry for each page of mem, using scratch.
func (p *pages) read(mem []byte, scratch *[]uint64) ([]uint64, error) {
	n := len(mem) / p.size
	if cap(*scratch) < n {
		*scratch = make([]uint64, n)
	}
	entries := (*scratch)[:n]
	if n == 0 {
		return entries, nil
	}
	raw := unsafe.Slice((*byte)(unsafe.Pointer(&entries[0])), 8*n)
	off := int64(uintptr(unsafe.Pointer(&mem[0]))) / int64(p.size) * 8
	for len(raw) > 0 {
		k, err := unix.Pread(p.fd, raw, off)
		if err == unix.EINTR {
			continue
		}
		if err != nil || k == 0 {
			return nil, fmt.Errorf("read pagemap: %d bytes: %w", k, err)
		}
		raw, off = raw[k:], off+int64(k)
	}
	return entries, nil
}

// newMappedImage puts data into a sealed memfd that no child process inherits.
func newMappedImage(data []byte) (_ *imageData, err error) {
	fd, err := unix.MemfdCreate("buntime-image", unix.MFD_CLOEXEC|unix.MFD_ALLOW_SEALING|unix.MFD_NOEXEC_SEAL)
	if err == unix.EINVAL { // before Linux 6.3
		fd, err = unix.MemfdCreate("buntime-image", unix.MFD_CLOEXEC|unix.MFD_ALLOW_SEALING)
	}
	if err != nil {
		return nil, fmt.Errorf("memfd_create: %w", err)
	}
	img := &imageData{length: len(data), file: os.NewFile(uintptr(fd), "image")}
	defer func() {
		if err != nil {
			img.close()
		}
	}()
	if err := img.file.Truncate(int64(len(data))); err != nil {
		return nil, fmt.Errorf("size image: %w", err)
	}
	if _, err := img.file.WriteAt(data, 0); err != nil {
		return nil, fmt.Errorf("write image: %w", err)
	}
	seals := unix.F_SEAL_SEAL | unix.F_SEAL_SHRINK | unix.F_SEAL_GROW | unix.F_SEAL_WRITE
	if _, err := unix.FcntlInt(uintptr(fd), unix.F_ADD_SEALS, seals); err != nil {
		return nil, fmt.Errorf("seal image: %w", err)
	}
	if len(data) > 0 {
		if img.view, err = unix.Mmap(fd, 0, len(data), unix.PROT_READ, unix.MAP_SHARED); err != nil {
			return nil, mappingError("map image", err)
		}
	}
	return img, nil
}

func (d *imageData) closeMapped() error {
	var err error
	if d.view != nil {
		err = unix.Munmap(d.view)
		d.view = nil
	}
	if e := d.file.Close(); err == nil {
		err = e
	}
	return err
}

// mapReservation reserves room bytes of address space that cannot be touched and
// maps the image over their start.
func (m *memory) mapReservation(room int) error {
	room = max(room, wasmPage)
	addr, err := unix.MmapPtr(-1, 0, nil, uintptr(room), unix.PROT_NONE, unix.MAP_PRIVATE|unix.MAP_ANON|unix.MAP_NORESERVE)
	if err != nil {
		return mappingError("reserve memory", err)
	}
	m.base = unsafe.Slice((*byte)(addr), room)
	if m.start == 0 {
		return nil
	}
	if err := m.mapImage(pageRange{0, m.start}); err != nil {
		m.unmap()
		return mappingError("map image", err)
	}
	m.writable = m.start
	return nil
}

// A memory's own pages.
const (
	privateProt  = unix.PROT_READ | unix.PROT_WRITE
	privateFlags = unix.MAP_PRIVATE | unix.MAP_FIXED | unix.MAP_NORESERVE
)

// mapImage maps what the image has of r over its place.
func (m *memory) mapImage(r pageRange) error {
	_, err := unix.MmapPtr(int(m.image.file.Fd()), int64(r.from), unsafe.Pointer(&m.base[r.from]), uintptr(r.to-r.from), privateProt, privateFlags)
	return err
}

func (m *memory) unmap() {
	if m.base == nil {
		return
	}
	// It fails only for arguments that are not a mapping's.
	if err := unix.MunmapPtr(unsafe.Pointer(&m.base[0]), uintptr(len(m.base))); err != nil {
		panic("wasmhost: unmap a memory: " + err.Error())
	}
	m.base = nil
}

// makeWritable lets the first n bytes be touched. What was never touched, or
// dropped by a reset, reads zero.
func (m *memory) makeWritable(n int) bool {
	if n <= m.writable {
		return true
	}
	if n > len(m.base) || unix.Mprotect(m.base[m.writable:n], unix.PROT_READ|unix.PROT_WRITE) != nil {
		return false
	}
	m.writable = n
	return true
}

// threadFaults is how often the calling thread has got a page from the system
// since it started. Its goroutine must be locked to it.
func threadFaults() int64 {
	const rusageThread = 1
	var u unix.Rusage
	// It fails only for arguments that do not exist.
	_, _, _ = unix.RawSyscall(unix.SYS_GETRUSAGE, rusageThread, uintptr(unsafe.Pointer(&u)), 0)
	return int64(u.Minflt) + int64(u.Majflt)
}

// watch begins a time in which everything that is written to the memory is
// written by the calling goroutine, which stays on its thread until unwatch. A
// page that becomes the memory's own meanwhile is a fault of that thread: if
// there was none, own is still true.
func (m *memory) watch() {
	if !m.sure || m.watched {
		return
	}
	runtime.LockOSThread()
	m.watched, m.faults = true, threadFaults()
}

// unwatch ends what watch began, if it did begin.
func (m *memory) unwatch() {
	if !m.watched {
		return
	}
	if threadFaults() != m.faults {
		m.sure = false
	}
	m.watched = false
	runtime.UnlockOSThread()
}

func (m *memory) resetMapped() error {
	if !m.sure {
		if err := m.find(); err != nil {
			return err
		}
	}
	if m.resets++; m.resets >= shedEvery {
		m.resets = 0
		if err := m.shed(); err != nil {
			return err
		}
	}
	m.kept = m.above
	for _, r := range m.own {
		m.restore(r.from, r.to)
		m.kept += int64(r.to - r.from)
	}
	// What was grown is out of reach now, and is looked for when it is back.
	for n := len(m.own); n > 0 && m.own[n-1].from >= m.start; n-- {
		m.above += int64(m.own[n-1].to - m.own[n-1].from)
		m.own = m.own[:n-1]
	}
	return nil
}

// shed gives the pages of the image's part that equal the image back to the system.
func (m *memory) shed() error {
	size := m.image.pages.size
	same := func(at int) bool {
		return at < m.start && bytes.Equal(m.base[at:at+size], m.image.view[at:at+size])
	}
	var own []pageRange
	for _, r := range m.own {
		for from, to := r.from, 0; from < r.to; from = to {
			shed := same(from)
			for to = from + size; to < r.to && same(to) == shed; to += size {
			}
			if !shed {
				own = append(own, pageRange{from, to})
			} else if err := unix.Madvise(m.base[from:to], unix.MADV_DONTNEED); err != nil {
				return fmt.Errorf("give back pages: %w", err)
			}
		}
	}
	m.own = own
	return nil
}

// find makes own true, what was grown included. It gives much back to the system.
func (m *memory) find() error {
	end := max(m.size, m.end)
	m.own, m.above, m.end = m.own[:0], 0, m.start
	if end == 0 {
		return nil
	}
	s := m.image.pages.scratch.Get().(*scratch)
	defer m.image.pages.scratch.Put(s)
	ranges, few, err := m.image.pages.written(m.base[:end], s)
	if err != nil {
		return err
	}
	if few {
		m.own = append(m.own, ranges...)
		if n := len(ranges); n > 0 {
			m.end = max(m.start, ranges[n-1].to)
		}
	} else if err := unix.Madvise(m.base[:end], unix.MADV_DONTNEED); err != nil {
		return fmt.Errorf("drop written pages: %w", err)
	}
	m.sure = m.image.pages.counts
	return nil
}

// eachMapped calls f for the runs of pages in use that the memory has for itself.
func (m *memory) eachMapped(f func(r pageRange)) error {
	s := m.image.pages.scratch.Get().(*scratch)
	defer m.image.pages.scratch.Put(s)
	return m.image.pages.each(m.base[:m.size], s, f)
}

func (m *memory) writtenMapped() int64 {
	if m.image == nil {
		return 0
	}
	// Beyond what is in use there may be pages that a reset kept.
	all := m.base[:max(m.start, m.end)]
	parts := [2][]byte{all[:m.start], all[min(max(m.size, m.start), len(all)):]}
	if m.size <= m.start { // which is one part
		parts = [2][]byte{all}
	}
	s := m.image.pages.scratch.Get().(*scratch)
	defer m.image.pages.scratch.Put(s)
	n := 0
	for _, part := range parts {
		k, err := m.image.pages.count(part, s)
		if err != nil {
			return int64(len(all)) // no more can have been written
		}
		n += k
	}
	return int64(n)
}

// restore puts back the bytes between two offsets: the image's, and zeros after
// its end.
func (m *memory) restore(from, to int) {
	if from < m.start {
		from += copy(m.base[from:to], m.image.view[from:])
	}
	clear(m.base[from:to])
}

// maxMappings is the system's limit of mappings per process, 0 if unknown.
func maxMappings() int {
	text, err := os.ReadFile("/proc/sys/vm/max_map_count")
	if err != nil {
		return 0
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0
	}
	return n
}

// mappingError explains why a mapping could not be made. Out of memory is what
// the system calls too many mappings as well.
func mappingError(what string, err error) error {
	if err == unix.ENOMEM {
		limit := maxMappings()
		if maps, e := os.ReadFile("/proc/self/maps"); e == nil && limit > 0 && strings.Count(string(maps), "\n") >= limit-16 {
			return &MappingLimitError{Limit: limit}
		}
	}
	return fmt.Errorf("%s: %w", what, err)
}
