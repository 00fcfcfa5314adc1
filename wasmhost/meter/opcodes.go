package meter

// immediate is what follows an opcode.
type immediate byte

const (
	immUnknown  immediate = iota // no such instruction
	immNone                      //
	immBlock                     // block type
	immLabel                     // label, and what else is a number of no interest: local, tag
	immTable                     // table
	immLabels                    // br_table
	immFunc                      // function
	immType                      // type
	immIndirect                  // type, table
	immGlobal                    // global
	immMemArg                    // alignment, perhaps memory, offset
	immMemory                    // memory
	immMemories                  // two memories
	immI32                       // constant
	immI64
	immBytes4     // constant
	immBytes8     //
	immBytes16    //
	immLanes      // 16 lanes
	immLane       // lane
	immMemLane    // memory argument, lane
	immHeap       // heap type
	immTypes      // types of select
	immTry        // block type, catch clauses
	immData       // data segment
	immDataMemory // data segment, memory
	immElem       // element segment
	immElemTable  // element segment, table
	immTables     // two tables
	immZero       // a zero byte
)

// Opcodes that mean something to the rewriter. Those behind a prefix have it in
// the second byte.
const (
	opUnreachable        = 0x00
	opBlock              = 0x02
	opLoop               = 0x03
	opIf                 = 0x04
	opElse               = 0x05
	opEnd                = 0x0b
	opBr                 = 0x0c
	opBrIf               = 0x0d
	opBrTable            = 0x0e
	opReturn             = 0x0f
	opCall               = 0x10
	opCallIndirect       = 0x11
	opReturnCall         = 0x12
	opReturnCallIndirect = 0x13
	opCallRef            = 0x14
	opReturnCallRef      = 0x15
	opDrop               = 0x1a
	opSelect             = 0x1b
	opSelectTyped        = 0x1c
	opTryTable           = 0x1f
	opLocalGet           = 0x20
	opLocalSet           = 0x21
	opLocalTee           = 0x22
	opGlobalGet          = 0x23
	opGlobalSet          = 0x24
	opTableSet           = 0x26
	opMemorySize         = 0x3f
	opMemoryGrow         = 0x40
	opI32Const           = 0x41
	opI64Const           = 0x42
	opF32Const           = 0x43
	opF64Const           = 0x44
	opI32Eqz             = 0x45
	opI32LtU             = 0x49
	opI32LeU             = 0x4d
	opI64LtS             = 0x53
	opI64GtU             = 0x56
	opI32Add             = 0x6a
	opI32Sub             = 0x6b
	opI32Mul             = 0x6c
	opI32Or              = 0x72
	opI64Add             = 0x7c
	opI64Sub             = 0x7d
	opI64Mul             = 0x7e
	opI64Shl             = 0x86
	opI64ShrU            = 0x88
	opI64ExtendI32U      = 0xad
	opRefNull            = 0xd0
	opRefFunc            = 0xd2
	opBrOnNull           = 0xd5
	opBrOnNonNull        = 0xd6

	prefixMisc   = 0xfc
	prefixVector = 0xfd
	prefixAtomic = 0xfe

	opMemoryInit = prefixMisc<<8 | 8
	opDataDrop   = prefixMisc<<8 | 9
	opMemoryCopy = prefixMisc<<8 | 10
	opMemoryFill = prefixMisc<<8 | 11
	opTableInit  = prefixMisc<<8 | 12
	opElemDrop   = prefixMisc<<8 | 13
	opTableCopy  = prefixMisc<<8 | 14
	opTableGrow  = prefixMisc<<8 | 15
	opTableSize  = prefixMisc<<8 | 16
	opTableFill  = prefixMisc<<8 | 17

	opV128Const = prefixVector<<8 | 12

	opWait32 = prefixAtomic<<8 | 1
	opWait64 = prefixAtomic<<8 | 2
)

// opcodes maps each opcode to what follows it, by prefix.
type opcodes [256]immediate

func (o *opcodes) set(imm immediate, from, to int) {
	for i := from; i <= to; i++ {
		o[i] = imm
	}
}

var plainOps, miscOps, vectorOps, atomicOps = func() (plain, misc, vector, atomic opcodes) {
	plain.set(immNone, 0x00, 0x01)  // unreachable, nop
	plain.set(immBlock, 0x02, 0x04) // block, loop, if
	plain.set(immNone, 0x05, 0x05)  // else
	plain.set(immLabel, 0x08, 0x08) // throw
	plain.set(immNone, 0x0a, 0x0b)  // throw_ref, end
	plain.set(immLabel, opBr, opBrIf)
	plain[opBrTable] = immLabels
	plain[0x0f] = immNone // return
	plain[opCall] = immFunc
	plain[opCallIndirect] = immIndirect
	plain[opReturnCall] = immFunc
	plain[opReturnCallIndirect] = immIndirect
	plain[opCallRef] = immType
	plain[opReturnCallRef] = immType
	plain.set(immNone, 0x1a, 0x1b)   // drop, select
	plain[0x1c] = immTypes           // select with types
	plain[opTryTable] = immTry       //
	plain.set(immLabel, 0x20, 0x22)  // local.get, set, tee
	plain.set(immGlobal, 0x23, 0x24) // global.get, set
	plain.set(immTable, 0x25, 0x26)  // table.get, set
	plain.set(immMemArg, 0x28, 0x3e) // loads and stores
	plain.set(immMemory, 0x3f, 0x40) // memory.size, grow
	plain[opI32Const] = immI32
	plain[opI64Const] = immI64
	plain[opF32Const] = immBytes4
	plain[opF64Const] = immBytes8
	plain.set(immNone, 0x45, 0xc4) // numeric
	plain[opRefNull] = immHeap
	plain[0xd1] = immNone // ref.is_null
	plain[opRefFunc] = immFunc
	plain[0xd4] = immNone // ref.as_non_null
	plain.set(immLabel, opBrOnNull, opBrOnNonNull)

	misc.set(immNone, 0, 7) // saturating truncation
	misc[8] = immDataMemory // memory.init
	misc[9] = immData       // data.drop
	misc[10] = immMemories  // memory.copy
	misc[11] = immMemory    // memory.fill
	misc[12] = immElemTable // table.init
	misc[13] = immElem      // elem.drop
	misc[14] = immTables    // table.copy
	misc.set(immTable, 15, 17)

	vector.set(immMemArg, 0x00, 0x0b)  // loads and store
	vector[0x0c] = immBytes16          // v128.const
	vector[0x0d] = immLanes            // i8x16.shuffle
	vector.set(immNone, 0x0e, 0x14)    // swizzle, splats
	vector.set(immLane, 0x15, 0x22)    // extract and replace lane
	vector.set(immNone, 0x23, 0x53)    // comparisons, bitwise
	vector.set(immMemLane, 0x54, 0x5b) // load and store lane
	vector.set(immMemArg, 0x5c, 0x5d)  // load and zero
	vector.set(immNone, 0x5e, 0xff)    // arithmetic, but for the holes:
	for _, hole := range []byte{0x9a, 0xa2, 0xa5, 0xa6, 0xaf, 0xb0, 0xb2, 0xb3, 0xb4, 0xbb,
		0xc2, 0xc5, 0xc6, 0xcf, 0xd0, 0xd2, 0xd3, 0xd4, 0xe2, 0xee} {
		vector[hole] = immUnknown
	}

	atomic.set(immMemArg, 0x00, 0x02) // notify, wait
	atomic[0x03] = immZero            // fence
	atomic.set(immMemArg, 0x10, 0x4e) // loads, stores, read-modify-write
	return
}()

// instruction is one decoded instruction. What a and b are is said by imm.
type instruction struct {
	op         int // opcode, with its prefix in the second byte
	imm        immediate
	a, b       uint32
	start, end int // its bytes in the stream
}

// next decodes the instruction at r's offset.
func (r *reader) next(in *instruction) {
	in.start = r.off
	in.a, in.b = 0, 0
	b := r.byte()
	in.op = int(b)
	switch b {
	case prefixMisc, prefixVector, prefixAtomic:
		table := &miscOps
		if b == prefixVector {
			table = &vectorOps
		} else if b == prefixAtomic {
			table = &atomicOps
		}
		at := r.off
		sub := r.u32()
		// Of vector and atomic opcodes wazero reads a single byte: it would run the
		// rest of a longer form than needed as instructions.
		if sub > 0xff || b != prefixMisc && r.off-at != 1+int(sub>>7) {
			r.failf("unknown instruction %#x %#x", b, sub)
			return
		}
		in.op = in.op<<8 | int(sub)
		in.imm = table[sub]
	default:
		in.imm = plainOps[b]
	}
	if r.err != nil {
		return
	}
	switch in.imm {
	case immUnknown:
		r.failf("unknown instruction %#x", in.op)
	case immNone:
	case immBlock:
		in.a = r.blockType()
	case immLabel, immTable, immFunc, immType, immGlobal, immData, immElem:
		in.a = r.u32()
	case immIndirect, immElemTable, immTables:
		in.a = r.u32()
		in.b = r.u32()
	case immLabels:
		for n := r.count(1, maxLabels); n > 0; n-- {
			r.u32()
		}
		r.u32()
	case immMemArg:
		in.a = r.memArg()
	case immMemory:
		in.a = r.memoryIndex()
	case immMemories:
		in.a = r.memoryIndex()
		in.b = r.memoryIndex()
	case immDataMemory:
		in.a = r.u32()
		in.b = r.memoryIndex()
	case immI32:
		r.signed(32)
	case immI64:
		r.signed(64)
	case immBytes4:
		r.bytes(4)
	case immBytes8:
		r.bytes(8)
	case immBytes16:
		r.bytes(16)
	case immLanes:
		for _, lane := range r.bytes(16) {
			if lane >= 32 {
				r.failf("lane %d is out of range", lane)
			}
		}
	case immLane:
		r.byte()
	case immMemLane:
		in.a = r.memArg()
		r.byte()
	case immHeap:
		in.a = typeOfHeap(r.heapType())
	case immTypes:
		if n := r.byte(); n != 1 {
			r.failf("select of %d types", n)
			return
		}
		// wazero 1.12 checks select with a longer type and then skips only one
		// byte of it: the rest would run as instructions that nobody checked.
		if t := r.valueType(); t > 0xff {
			r.failf("select of a typed reference")
		}
	case immTry:
		in.a = r.blockType()
		for n := r.count(2, maxLabels); n > 0; n-- {
			switch kind := r.byte(); kind {
			case 0, 1:
				r.u32()
				r.u32()
			case 2, 3:
				r.u32()
			default:
				r.failf("unknown catch clause %#x", kind)
			}
		}
	case immZero:
		if b := r.byte(); b != 0 {
			r.failf("reserved byte is %#x", b)
		}
	}
	in.end = r.off
}

// noType stands for a block or heap type without a type index.
const noType = ^uint32(0)

// blockType reads a block type and returns its type index or noType.
func (r *reader) blockType() uint32 {
	switch b := r.peek(); {
	case b == 0x40:
		r.off++
		return noType
	case b > 0x40 && b < 0x80:
		return typeOfHeap(uint64(r.valueType()) >> 8)
	}
	index := r.signed(33)
	if index < 0 || index >= int64(noType) {
		r.failf("unknown block type %d", index)
	}
	return uint32(index)
}

// typeOfHeap is the type index of a heap type as reader.heapType returns it.
func typeOfHeap(heap uint64) uint32 {
	if heap < firstIndex {
		return noType
	}
	return uint32(min(heap-firstIndex, uint64(noType-1)))
}

// memArg reads a memory argument and returns the memory's index.
func (r *reader) memArg() (memory uint32) {
	align := r.u32()
	if align >= 64 {
		align -= 64
		memory = r.u32()
	}
	if align > 16 {
		r.failf("alignment 2^%d", align)
	}
	r.u32()
	return memory
}

// memoryIndex reads an index in its shortest form. Before there could be several
// memories it was a reserved zero byte, and wazero takes no more than a byte.
func (r *reader) memoryIndex() uint32 {
	b := r.byte()
	if b >= 0x80 {
		r.failf("memory index is too long")
	}
	return uint32(b)
}
