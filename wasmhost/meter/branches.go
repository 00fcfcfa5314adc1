package meter

import "fmt"

const (
	// maxArms is how many ifs a block may get around its rest, and maxDepth how
	// deep blocks and these may nest where it gets another.
	maxArms  = 24
	maxDepth = 400
)

// Branches rewrites a module so that wazero compiles its conditional branches to
// a compare and a jump. The result computes the same.
//
// wazero joins a comparison with the branch behind it, but not if the branch goes
// where others go as well: for those it makes the result of the comparison a
// number, tests that, and goes by way of a block that it puts in between. So
//
//	br_if l, rest, end
//
// becomes an if with such a block from the start,
//
//	if, br l+1, else, rest, end, end
//
// where neither the branch nor the block that ends there has values. The rest is
// in the else since wazero forgets behind an if which bounds it has checked.
//
// An error means that module is malformed.
func Branches(module []byte) ([]byte, error) {
	m, err := decode(module)
	if err != nil {
		return nil, fmt.Errorf("meter: rewrite branches: %w", err)
	}
	signatures := m.signatures()
	for i := range m.Funcs {
		b := brancher{m: m, signatures: signatures}
		if b.rewrite(&m.Funcs[i]) {
			m.Funcs[i].Body = b.w.b
		}
	}
	return m.Encode(), nil
}

// signatures are the types of all functions, by index.
func (m *Module) signatures() []*Type {
	var all []*Type
	for i := range m.Imports {
		if m.Imports[i].Kind == ExternFunc {
			all = append(all, &m.Types[m.Imports[i].Type])
		}
	}
	for i := range m.Funcs {
		all = append(all, &m.Types[m.Funcs[i].Type])
	}
	return all
}

// brancher rewrites the branches of one function.
type brancher struct {
	m          *Module
	signatures []*Type
	w          writer
	frames     []branchFrame
	labels     labels // with the ifs around the rest of blocks
}

// branchFrame is an open block.
type branchFrame struct {
	carries         bool // branches to it carry values
	params, results int
	after           int  // height of the operand stack around it, once it ends
	height          int  // of the operand stack in it
	dead            bool // what comes now is never run
}

// rewrite tells whether it could follow the operand stack through all of f.
func (b *brancher) rewrite(f *Func) bool {
	body := f.Body
	b.w.b = make([]byte, 0, len(body)+len(body)/8)
	results := len(b.m.Types[f.Type].Results)
	b.push(branchFrame{carries: results > 0, results: results})
	copied := 0
	r := reader{b: body}
	for i := (instruction{}); r.left() > 0; {
		r.next(&i)
		top := &b.frames[len(b.frames)-1]
		pops, pushes, ok := b.effect(&i)
		if !ok {
			return false
		}
		top.height += pushes - pops
		switch i.op {
		case opBlock, opLoop, opIf:
			b.open(&i, body[i.start+1] != 0x40)
			continue
		case opElse, opEnd:
			b.w.raw(body[copied:i.start]...)
			copied = i.start
			for range b.labels.in() {
				b.w.raw(opEnd)
			}
			b.labels.close()
			f := *top
			b.frames = b.frames[:len(b.frames)-1]
			if i.op == opElse {
				f.height, f.dead = f.params, false
				b.push(f)
			} else if n := len(b.frames); n > 0 {
				b.frames[n-1].height = f.after
			}
			continue
		case opBr, opBrIf, opBrTable:
			b.w.raw(body[copied:i.start]...)
			copied = i.end
			if b.branch(&i, body[i.start+1:i.end]) != nil {
				return false
			}
		}
		switch i.op {
		case opBr, opBrTable, opReturn, opReturnCall, opReturnCallIndirect, opUnreachable:
			top.dead = true
		}
	}
	b.w.raw(body[copied:]...)
	return true
}

// open opens the frame of a block, whose type has values or none.
func (b *brancher) open(i *instruction, values bool) {
	top := &b.frames[len(b.frames)-1]
	f := branchFrame{dead: top.dead}
	if i.a != noType {
		t := &b.m.Types[i.a]
		f.params, f.results = len(t.Params), len(t.Results)
	} else if values {
		f.results = 1
	}
	f.carries = f.results > 0
	if i.op == opLoop {
		f.carries = f.params > 0
	}
	f.height = f.params
	f.after = top.height - f.params + f.results
	b.push(f)
}

func (b *brancher) push(f branchFrame) {
	b.frames = append(b.frames, f)
	b.labels.open(0)
}

// branch writes a branch.
func (b *brancher) branch(i *instruction, immediates []byte) error {
	if i.op == opBrTable {
		return b.labels.writeTable(&b.w, immediates)
	}
	label, err := b.labels.label(i.a)
	if err != nil {
		return err
	}
	top := &b.frames[len(b.frames)-1]
	if i.op == opBr || top.dead || top.height != 0 || top.results > 0 || b.frames[len(b.frames)-1-int(i.a)].carries ||
		b.labels.in() == maxArms || len(b.frames)+b.labels.put > maxDepth {
		b.w.raw(byte(i.op))
		b.w.u32(label)
		return nil
	}
	b.w.raw(opIf, 0x40, opBr)
	b.w.u32(label + 1)
	b.w.raw(opElse)
	b.labels.put++
	return nil
}

// effect is how many values an instruction takes from the operand stack and puts
// there; not ok if that is not known here.
func (b *brancher) effect(i *instruction) (pops, pushes int, ok bool) {
	switch op := i.op; {
	case op == opCall || op == opReturnCall:
		if uint64(i.a) >= uint64(len(b.signatures)) {
			return 0, 0, false
		}
		t := b.signatures[i.a]
		return len(t.Params), len(t.Results), true
	case op == opCallIndirect || op == opReturnCallIndirect:
		t := &b.m.Types[i.a]
		return len(t.Params) + 1, len(t.Results), true
	case op <= opLoop || op == opElse || op == opEnd || op == opBr || op == opReturn:
		return 0, 0, true
	case op == opIf || op == opBrIf || op == opBrTable || op == opDrop || op == opLocalSet || op == opGlobalSet:
		return 1, 0, true
	case op == opSelect || op == opSelectTyped:
		return 3, 1, true
	case op == opLocalTee || op == opMemoryGrow:
		return 1, 1, true
	case op == opLocalGet || op == opGlobalGet || op == opMemorySize || op >= opI32Const && op <= opF64Const:
		return 0, 1, true
	case op >= 0x28 && op <= 0x35: // loads
		return 1, 1, true
	case op >= 0x36 && op <= 0x3e: // stores
		return 2, 0, true
	case op == opI32Eqz || op == 0x50 || op >= 0x67 && op <= 0x69 || op >= 0x79 && op <= 0x7b ||
		op >= 0x8b && op <= 0x91 || op >= 0x99 && op <= 0x9f || op >= 0xa7 && op <= 0xc4 ||
		op >= prefixMisc<<8 && op < opMemoryInit:
		return 1, 1, true
	case op > opI32Eqz && op < 0xa7:
		return 2, 1, true
	case op == opMemoryInit || op == opMemoryCopy || op == opMemoryFill:
		return 3, 0, true
	}
	return 0, 0, false
}
