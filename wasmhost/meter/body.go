package meter

const (
	// outlined is how many frames a metered loop has in place of one.
	outlined = 4

	// maxOutlined is how deep blocks may nest around a loop whose check is put
	// out of line. Compiling takes the square of the depth of loops, and more
	// frames make it deeper.
	maxOutlined = 200
)

// bodyWriter rewrites one function.
type bodyWriter struct {
	in     *instrumenter
	refuel uint32
	w      writer

	labels labels
	ends   []bool // of the open blocks: it is a loop with its check out of line
}

// rewrite writes body with metered points, moved functions, and calls of helpers
// in place of operations whose cost depends on an operand.
func (b *bodyWriter) rewrite(body []byte, p *points) error {
	w := &b.w
	if p.entry > 0 {
		b.in.writeTake(w, p.entry)
		if p.check {
			b.in.writeCheck(w, b.refuel)
		}
	}
	b.push(0)
	loops := p.loops
	copied := 0 // of the body
	r := reader{b: body}
	for i := (instruction{}); r.left() > 0; {
		r.next(&i)
		// What is not copied as it is goes on after the switch.
		switch i.op {
		case opBlock, opIf, opTryTable:
			if i.op == opTryTable {
				w.raw(body[copied:i.start]...)
				copied = i.end
				if err := b.catches(body[i.start:i.end]); err != nil {
					return err
				}
			}
			b.push(0)
			continue
		case opEnd:
			last := len(b.ends) - 1
			if b.ends[last] {
				w.raw(body[copied:i.end]...)
				copied = i.end
				b.endLoop()
			}
			b.labels.close()
			b.ends = b.ends[:last]
			continue
		case opLoop:
			w.raw(body[copied:i.start]...)
			copied = i.end
			b.loop(body[i.start+1:i.end], i.a, loops[0])
			loops = loops[1:]
			continue
		case opBr, opBrIf, opBrOnNull, opBrOnNonNull:
			w.raw(body[copied:i.start]...)
			copied = i.end
			w.raw(byte(i.op))
			if err := b.labels.write(w, i.a); err != nil {
				return err
			}
			continue
		case opBrTable:
			w.raw(body[copied:i.start]...)
			copied = i.end
			if err := b.labels.writeTable(w, body[i.start+1:i.end]); err != nil {
				return err
			}
			continue
		case opCall, opReturnCall, opRefFunc:
			w.raw(body[copied:i.start]...)
			copied = i.end
			w.raw(byte(i.op))
			w.u32(b.in.moved(i.a))
			continue
		case opWait32, opWait64:
			return errWait
		case opDataDrop:
			b.in.result.PassiveSegments = true
		case opMemoryInit:
			b.in.result.PassiveSegments = true
		case opTableSet, opElemDrop, opTableInit, opTableCopy, opTableGrow, opTableFill:
			b.in.result.WritesTables = true
		}
		key, ok := helperFor(&i)
		if !ok {
			continue
		}
		helper, err := b.in.helper(key, b.refuel)
		if err != nil {
			return err
		}
		w.raw(body[copied:i.start]...)
		copied = i.end
		w.raw(opCall)
		w.u32(helper)
	}
	w.raw(body[copied:]...)
	return nil
}

// push opens a block that more blocks were put around.
func (b *bodyWriter) push(more int) {
	b.labels.open(more)
	b.ends = append(b.ends, false)
}

// loop writes the head of a loop of the given block type, whose header costs
// units.
//
// A call among a loop's instructions costs even when it is never made: values
// have to survive it, and what wazero knows of the memory ends where its path
// joins the other. So the check leaves the loop, and the call comes back:
//
//	block             ;; what the loop returns
//	  loop            ;; back
//	    block         ;; out
//	      loop        ;; the loop itself
//	        fuel < 0, br_if out
//	        fuel -= units
//	        ...
//	      end
//	      br 2
//	    end
//	    call refuel
//	    br back
//	  end
//	end
//
// The check comes first, as the header is passed once more after a refuel.
func (b *bodyWriter) loop(blockType []byte, index uint32, units uint32) {
	w := &b.w
	params := index != noType && len(b.in.m.Types[index].Params) > 0
	if params || len(b.ends) > maxOutlined {
		b.push(0)
		w.raw(opLoop)
		w.raw(blockType...)
		b.in.writeCharge(w, units, b.refuel)
		return
	}
	b.push(outlined - 1)
	b.ends[len(b.ends)-1] = true
	w.raw(opBlock)
	w.raw(blockType...)
	w.raw(opLoop)
	w.raw(blockType...)
	w.raw(opBlock, 0x40, opLoop)
	w.raw(blockType...)
	w.raw(opGlobalGet)
	w.u32(b.in.fuel)
	w.raw(opI64Const, 0, opI64LtS, opBrIf, 1)
	b.in.writeTake(w, units)
}

// endLoop writes what follows the end of a loop whose check is out of line.
func (b *bodyWriter) endLoop() {
	b.w.raw(opBr, 2, opEnd, opCall)
	b.w.u32(b.refuel)
	b.w.raw(opBr, 0, opEnd, opEnd)
}

// catches writes a try_table, up to its instructions.
func (b *bodyWriter) catches(head []byte) error {
	r := reader{b: head}
	r.byte()
	r.blockType()
	b.w.raw(head[:r.off]...)
	n := r.u32()
	b.w.u32(n)
	for range n {
		kind := r.byte()
		b.w.raw(kind)
		if kind < 2 { // with a tag
			b.w.u32(r.u32())
		}
		if err := b.labels.write(&b.w, r.u32()); err != nil {
			return err
		}
	}
	return nil
}
