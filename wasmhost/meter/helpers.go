package meter

import (
	"errors"
	"math"
)

const (
	// pieceShift is the size of the pieces that bulk operations run in.
	pieceShift = 18 // 256 KiB

	// unitShift is how many bytes of a bulk operation a unit pays for.
	unitShift = 6 // 64 bytes

	// entryShift is the size of a table's entry, as wazero keeps it.
	entryShift = 3 // 8 bytes
)

// helperKey names a helper function: the operation it stands for and the
// indices in it.
type helperKey struct {
	op   int
	a, b uint32
}

// helperFor is the helper that replaces an instruction.
func helperFor(i *instruction) (helperKey, bool) {
	switch i.op {
	case opMemoryGrow, opMemoryInit, opMemoryCopy, opMemoryFill, opTableInit, opTableCopy, opTableGrow, opTableFill:
		return helperKey{op: i.op, a: i.a, b: i.b}, true
	}
	return helperKey{}, false
}

// addFunction appends a function and returns its index. The hook must be
// imported already.
func (in *instrumenter) addFunction(t Type, locals []Locals, body []byte) uint32 {
	in.m.Funcs = append(in.m.Funcs, Func{Type: in.addType(t), Locals: locals, Body: body})
	return in.hook + uint32(len(in.m.Funcs))
}

// addRefuel adds the function that metered points call when fuel is short. It
// keeps them small.
func (in *instrumenter) addRefuel() uint32 {
	var w writer
	w.raw(opGlobalGet)
	w.u32(in.fuel)
	w.raw(opCall)
	w.u32(in.hook)
	w.raw(opGlobalSet)
	w.u32(in.fuel)
	w.raw(opEnd)
	return in.addFunction(Type{}, nil, w.b)
}

// helper returns the index of a helper function, which it adds if it is new.
func (in *instrumenter) helper(key helperKey, refuel uint32) (uint32, error) {
	if index, ok := in.helpers[key]; ok {
		return index, nil
	}
	b := bulk{in: in, refuel: refuel, key: key}
	var t Type
	three := []ValueType{I32, I32, I32}
	switch key.op {
	case opMemoryGrow, opMemoryCopy, opMemoryFill, opMemoryInit:
		if !in.result.HasMemory || key.op != opMemoryInit && key.a != 0 || key.b != 0 {
			return 0, errors.New("unknown memory")
		}
		b.dst, b.src = []byte{opMemorySize, 0}, []byte{opMemorySize, 0}
		b.sizeShift = 16
		b.pieceShift, b.unitShift = pieceShift, unitShift
	default:
		dst, src := key.a, key.b
		if key.op == opTableInit {
			dst = key.b
		}
		if int64(dst) >= int64(len(in.tables)) || key.op == opTableCopy && int64(src) >= int64(len(in.tables)) {
			return 0, errors.New("unknown table")
		}
		table := in.tables[dst]
		b.dst, b.src = encodeOp(opTableSize, dst), encodeOp(opTableSize, src)
		b.value = table.Type
		b.most = math.MaxUint32
		if table.Limits.HasMax {
			b.most = table.Limits.Max
		}
		b.pieceShift, b.unitShift = pieceShift-entryShift, unitShift-entryShift
	}
	locals := []Locals{{Count: 1, Type: I32}}
	switch key.op {
	case opMemoryGrow:
		t = Type{Params: []ValueType{I32}, Results: []ValueType{I32}}
		b.op = []byte{opMemoryGrow, 0}
		b.most, b.unitShift = 1<<16, 0
		b.grow(0)
	case opTableGrow:
		t = Type{Params: []ValueType{b.value, I32}, Results: []ValueType{I32}}
		b.op = encodeOp(opTableGrow, key.a)
		b.grow(1)
	case opMemoryFill:
		t = Type{Params: three}
		b.op = encodeOp(opMemoryFill, 0)
		b.fill()
	case opTableFill:
		t = Type{Params: []ValueType{I32, b.value, I32}}
		b.op = encodeOp(opTableFill, key.a)
		b.fill()
	case opMemoryCopy, opTableCopy:
		t = Type{Params: three}
		b.op = encodeOp(key.op, key.a, key.b)
		b.copy()
	case opMemoryInit, opTableInit:
		t = Type{Params: three}
		b.op = encodeOp(key.op, key.a, key.b)
		b.init()
	}
	index := in.addFunction(t, locals, b.w.b)
	in.helpers[key] = index
	return index, nil
}

// encodeOp encodes an instruction of the miscellaneous prefix.
func encodeOp(op int, immediates ...uint32) []byte {
	w := writer{}
	w.raw(prefixMisc)
	w.u32(uint32(op & 0xff))
	for _, v := range immediates {
		w.u32(v)
	}
	return w.b
}

// bulk writes the body of a helper.
//
// Those that work in pieces take three parameters, of which the third is the
// length in bytes or entries, and have one local for the piece. They find out
// first whether the operation is out of bounds, before anything is written or
// charged, and if so let the original trap, with its own error.
type bulk struct {
	in     *instrumenter
	refuel uint32
	key    helperKey
	w      writer

	op                    []byte    // the original
	dst, src              []byte    // instructions for the sizes of what it works on
	sizeShift             uint32    // from such a size to bytes
	pieceShift, unitShift uint32    // of the length
	value                 ValueType // of the table's entries
	most                  uint32    // what a grow beyond must fail at
}

const (
	first  = 0 // destination
	second = 1 // source, or the value of a fill
	third  = 2 // length
	piece  = 3 // local
)

func (b *bulk) get(local byte) { b.w.raw(opLocalGet, local) }
func (b *bulk) set(local byte) { b.w.raw(opLocalSet, local) }

func (b *bulk) i32(v int32) {
	b.w.raw(opI32Const)
	b.w.signed(int64(v))
}

func (b *bulk) i64(v int64) {
	b.w.raw(opI64Const)
	b.w.signed(v)
}

// end leaves the sum of a start and the length in 64 bits.
func (b *bulk) end(start byte) {
	b.get(start)
	b.w.raw(opI64ExtendI32U)
	b.get(third)
	b.w.raw(opI64ExtendI32U, opI64Add)
}

// outside leaves whether start plus length lies beyond a size.
func (b *bulk) outside(start byte, size []byte) {
	b.end(start)
	b.w.raw(size...)
	b.w.raw(opI64ExtendI32U)
	if b.sizeShift > 0 {
		b.i64(int64(b.sizeShift))
		b.w.raw(opI64Shl)
	}
	b.w.raw(opI64GtU)
}

// trap runs the original if the condition on the stack holds. It does not come
// back.
func (b *bulk) trap() {
	b.w.raw(opIf, 0x40)
	b.get(first)
	b.get(second)
	b.get(third)
	b.w.raw(b.op...)
	b.w.raw(opUnreachable, opEnd)
}

// pieces repeats what step writes, with the length of the next piece in the
// local, until the length is down to zero. It is subtracted before.
func (b *bulk) pieces(step func()) {
	b.w.raw(opLoop, 0x40)
	// piece = min(length, 1 << pieceShift)
	b.get(third)
	b.i32(1 << b.pieceShift)
	b.get(third)
	b.i32(1 << b.pieceShift)
	b.w.raw(opI32LtU, opSelect)
	b.set(piece)
	// The piece is paid for before it runs: at least a unit, rounded up.
	b.w.raw(opGlobalGet)
	b.w.u32(b.in.fuel)
	b.get(piece)
	b.w.raw(opI64ExtendI32U)
	b.i64(1<<b.unitShift - 1)
	b.w.raw(opI64Add)
	b.i64(int64(b.unitShift))
	b.w.raw(opI64ShrU)
	b.get(piece)
	b.w.raw(opI32Eqz, opI64ExtendI32U, opI64Add)
	b.w.raw(opI64Sub, opGlobalSet)
	b.w.u32(b.in.fuel)
	b.in.writeCheck(&b.w, b.refuel)

	b.get(third)
	b.get(piece)
	b.w.raw(opI32Sub)
	b.set(third)
	step()
	b.get(third)
	b.w.raw(opBrIf, 0)
	b.w.raw(opEnd, opEnd)
}

// advance adds the piece to a parameter.
func (b *bulk) advance(local byte) {
	b.get(local)
	b.get(piece)
	b.w.raw(opI32Add)
	b.set(local)
}

func (b *bulk) fill() {
	b.outside(first, b.dst)
	b.trap()
	b.pieces(func() {
		b.get(first)
		b.get(second)
		b.get(piece)
		b.w.raw(b.op...)
		b.advance(first)
	})
}

func (b *bulk) copy() {
	b.outside(first, b.dst)
	b.outside(second, b.src)
	b.w.raw(opI32Or)
	b.trap()
	b.pieces(func() {
		// Overlapping ranges: from the start if that never writes what is still to
		// be read, else from the end.
		b.get(first)
		b.get(second)
		b.w.raw(opI32LeU, opIf, 0x40)
		b.get(first)
		b.get(second)
		b.get(piece)
		b.w.raw(b.op...)
		b.advance(first)
		b.advance(second)
		b.w.raw(opElse)
		b.get(first)
		b.get(third)
		b.w.raw(opI32Add)
		b.get(second)
		b.get(third)
		b.w.raw(opI32Add)
		b.get(piece)
		b.w.raw(b.op...)
		b.w.raw(opEnd)
	})
}

func (b *bulk) init() {
	b.outside(first, b.dst)
	b.end(second)
	b.i64(1<<32 - 1)
	b.w.raw(opI64GtU, opI32Or)
	b.trap()
	// No instruction tells how long a segment is, and it may have been dropped:
	// an empty one at the end of the range traps if that lies beyond.
	b.i32(0)
	b.get(second)
	b.get(third)
	b.w.raw(opI32Add)
	b.i32(0)
	b.w.raw(b.op...)
	b.pieces(func() {
		b.get(first)
		b.get(second)
		b.get(piece)
		b.w.raw(b.op...)
		b.advance(first)
		b.advance(second)
	})
}

// grow writes the body for an operation that grows by its last parameter, delta.
// What cannot succeed is not charged by length.
func (b *bulk) grow(delta byte) {
	b.w.raw(opGlobalGet)
	b.w.u32(b.in.fuel)
	b.get(delta)
	b.w.raw(opI64ExtendI32U)
	b.i64(1<<b.unitShift - 1)
	b.w.raw(opI64Add)
	b.i64(int64(b.unitShift))
	b.w.raw(opI64ShrU)
	b.i64(1)
	// 0 < delta <= most, by wrapping
	b.get(delta)
	b.i32(1)
	b.w.raw(opI32Sub)
	b.i32(int32(b.most))
	b.w.raw(opI32LtU, opSelect)
	b.w.raw(opI64Sub, opGlobalSet)
	b.w.u32(b.in.fuel)
	b.in.writeCheck(&b.w, b.refuel)
	for local := range delta + 1 {
		b.get(local)
	}
	b.w.raw(b.op...)
	b.w.raw(opEnd)
}
