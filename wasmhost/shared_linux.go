package wasmhost

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// newSharedMemory maps n bytes that other mappings can show as well. They have no
// descriptor: what maps them again is mremap, which needs this mapping.
func newSharedMemory(n int) ([]byte, error) {
	p, err := unix.MmapPtr(-1, 0, nil, uintptr(n), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED|unix.MAP_ANON|unix.MAP_NORESERVE)
	if err != nil {
		return nil, mappingError("map shared memory", err)
	}
	return unsafe.Slice((*byte)(p), n), nil
}

func freeSharedMemory(mem []byte) {
	// It fails only for arguments that are not a mapping's.
	if err := unix.MunmapPtr(unsafe.Pointer(&mem[0]), uintptr(len(mem))); err != nil {
		panic("wasmhost: unmap shared memory: " + err.Error())
	}
}

// mapShared maps r's Shared over its place. After an error nothing may be mapped
// there.
func (m *memory) mapShared(r region) error {
	// An old size of 0 makes a second mapping of the same pages: mremap(2).
	_, err := unix.MremapPtr(unsafe.Pointer(&r.of.mem[0]), 0, unsafe.Pointer(&m.base[r.from]), uintptr(r.to-r.from), unix.MREMAP_MAYMOVE|unix.MREMAP_FIXED)
	return err
}

// mapPrivate puts memory as a fresh instance has it in the place of r: the image,
// and zeros beyond. After an error nothing may be mapped there.
func (m *memory) mapPrivate(r pageRange) error {
	if r.from < m.start {
		end := min(r.to, m.start)
		if err := m.mapImage(pageRange{r.from, end}); err != nil {
			return err
		}
		r.from = end
	}
	if r.from == r.to {
		return nil
	}
	_, err := unix.MmapPtr(-1, 0, unsafe.Pointer(&m.base[r.from]), uintptr(r.to-r.from), privateProt, privateFlags|unix.MAP_ANON)
	return err
}
