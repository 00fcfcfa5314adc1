package wasmhost

import (
	"fmt"
	"os"
	"runtime"
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

	// keepGrown is the growth, in bytes, up to which a reset looks for written
	// pages in what was grown. More is given back without looking.
	keepGrown = 256 << 10
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
	fd      int       // of pagemap
	size    int       // of a page of the system
	entries sync.Pool // *[]uint64, scratch for reading pagemap
}

func openPages() (*pages, error) {
	f, err := os.Open("/proc/self/pagemap")
	if err != nil {
		return nil, fmt.Errorf("open pagemap: %w", err)
	}
	p := &pages{pagemap: f, fd: int(f.Fd()), size: os.Getpagesize()}
	p.entries.New = func() any { return new([]uint64) }
	if err := p.probe(); err != nil {
		f.Close()
		return nil, err
	}
	return p, nil
}

func (p *pages) close() error { return p.pagemap.Close() }

// probe checks that pagemap tells a written page of a private file mapping from
// one that was only read.
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
	m.base[0] = 1
	runtime.KeepAlive(m.base[p.size])
	entries, err := p.read(m.base[:wasmPage], new([]uint64))
	if err != nil {
		return err
	}
	if !dirty(entries[0]) || dirty(entries[1]) {
		return fmt.Errorf("pagemap does not tell written pages")
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
	_, err = unix.MmapPtr(int(m.image.file.Fd()), 0, addr, uintptr(m.start), unix.PROT_READ|unix.PROT_WRITE,
		unix.MAP_PRIVATE|unix.MAP_FIXED|unix.MAP_NORESERVE)
	if err != nil {
		m.unmap()
		return mappingError("map image", err)
	}
	m.writable = m.start
	return nil
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

func (m *memory) resetMapped() error {
	end := m.size
	if end > m.start+keepGrown || m.image == nil {
		if err := unix.Madvise(m.base[m.start:end], unix.MADV_DONTNEED); err != nil {
			return fmt.Errorf("drop grown memory: %w", err)
		}
		end = m.start
	}
	if end == 0 {
		return nil
	}
	p := m.image.pages
	scratch := p.entries.Get().(*[]uint64)
	defer p.entries.Put(scratch)
	entries, err := p.read(m.base[:end], scratch)
	if err != nil {
		return err
	}
	n := 0
	for _, e := range entries {
		if dirty(e) {
			n++
		}
	}
	if n > keepDirty {
		if err := unix.Madvise(m.base[:end], unix.MADV_DONTNEED); err != nil {
			return fmt.Errorf("drop written pages: %w", err)
		}
		return nil
	}
	for i := 0; n > 0 && i < len(entries); i++ {
		if !dirty(entries[i]) {
			continue
		}
		from := i
		for i++; i < len(entries) && dirty(entries[i]); i++ {
		}
		n -= i - from
		m.restore(from*p.size, i*p.size)
	}
	return nil
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
