package meter

import (
	"errors"
	"fmt"
	"unicode/utf8"
)

var (
	errEnd    = errors.New("unexpected end")
	errNumber = errors.New("malformed number")
)

// reader reads the primitives of the binary format. The first error sticks, and
// after it everything reads as zero.
type reader struct {
	b   []byte
	off int
	err error
}

func (r *reader) fail(err error) {
	if r.err == nil {
		r.err = err
		r.off = len(r.b)
	}
}

func (r *reader) failf(format string, args ...any) { r.fail(fmt.Errorf(format, args...)) }

func (r *reader) left() int { return len(r.b) - r.off }

func (r *reader) byte() byte {
	if r.off >= len(r.b) {
		r.fail(errEnd)
		return 0
	}
	r.off++
	return r.b[r.off-1]
}

// peek is the next byte, 0 at the end.
func (r *reader) peek() byte {
	if r.off >= len(r.b) {
		return 0
	}
	return r.b[r.off]
}

func (r *reader) bytes(n uint32) []byte {
	if uint64(n) > uint64(r.left()) {
		r.fail(errEnd)
		return nil
	}
	r.off += int(n)
	return r.b[r.off-int(n) : r.off : r.off]
}

func (r *reader) u32() uint32 {
	// One byte is what nearly every number has.
	if r.off < len(r.b) && r.b[r.off] < 0x80 {
		r.off++
		return uint32(r.b[r.off-1])
	}
	var v uint32
	for shift := 0; shift < 35; shift += 7 {
		b := r.byte()
		if shift == 28 && b > 0x0f {
			r.fail(errNumber)
			return 0
		}
		v |= uint32(b&0x7f) << shift
		if b < 0x80 {
			return v
		}
	}
	r.fail(errNumber)
	return 0
}

// signed reads a signed number of the given width in bits.
func (r *reader) signed(bits int) int64 {
	var v int64
	for shift := 0; ; shift += 7 {
		b := r.byte()
		if r.err != nil {
			return 0
		}
		if rest := bits - shift; rest < 7 {
			// Unused bits must repeat the sign.
			if top := int8(b<<1) >> rest; b >= 0x80 || top != 0 && top != -1 {
				r.fail(errNumber)
				return 0
			}
		}
		v |= int64(b&0x7f) << shift
		if b < 0x80 {
			if b&0x40 != 0 && shift+7 < 64 {
				v |= -1 << (shift + 7)
			}
			return v
		}
	}
}

// count reads the length of a vector whose elements take at least size bytes
// each, and refuses one that the rest of the input cannot hold, or above limit.
func (r *reader) count(size, limit int) int {
	n := r.u32()
	if uint64(n)*uint64(size) > uint64(r.left()) {
		r.fail(errEnd)
		return 0
	}
	if uint64(n) > uint64(limit) {
		r.failf("count %d is over the limit of %d", n, limit)
		return 0
	}
	return int(n)
}

func (r *reader) name() string {
	b := r.bytes(r.u32())
	if !utf8.Valid(b) {
		r.fail(errors.New("name is not UTF-8"))
		return ""
	}
	return string(b)
}

func (r *reader) valueType() ValueType {
	b := r.byte()
	switch t := ValueType(b); t {
	case I32, I64, F32, F64, V128, FuncRef, ExternRef, ExnRef:
		return t
	case refNull, ref:
		return t | ValueType(r.heapType())<<8
	default:
		r.failf("unknown value type %#x", b)
		return 0
	}
}

// heapType reads an abstract heap type as its byte, a type index as firstIndex
// and it.
func (r *reader) heapType() uint64 {
	switch b := r.peek(); ValueType(b) {
	case FuncRef, ExternRef, ExnRef:
		r.off++
		return uint64(b)
	}
	index := r.signed(33)
	if index < 0 {
		r.failf("unknown heap type %d", index)
		return 0
	}
	return uint64(index) + firstIndex
}
