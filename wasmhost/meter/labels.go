package meter

import "errors"

var errLabel = errors.New("branch to an unknown label")

// labels counts what a rewriter puts between the blocks of a function, so that
// branches go on to the blocks that they went to.
type labels struct {
	put    int // around what is written now
	blocks []openBlock
}

// openBlock is a block of the function, whose own is the first.
type openBlock struct {
	outside, inside int // put around the block, and around what is in it
}

// open opens a block that more blocks were put around.
func (l *labels) open(more int) {
	l.blocks = append(l.blocks, openBlock{l.put, l.put + more})
	l.put += more
}

// close closes the innermost block, with all that was put around it and in it.
func (l *labels) close() {
	last := len(l.blocks) - 1
	l.put = l.blocks[last].outside
	l.blocks = l.blocks[:last]
}

// in is how many blocks were put into the innermost one, around what is written now.
func (l *labels) in() int { return l.put - l.blocks[len(l.blocks)-1].inside }

// label is the label that depth has become.
func (l *labels) label(depth uint32) (uint32, error) {
	if uint64(depth) >= uint64(len(l.blocks)) {
		return 0, errLabel
	}
	return depth + uint32(l.put-l.blocks[len(l.blocks)-1-int(depth)].inside), nil
}

// write writes the label that depth has become.
func (l *labels) write(w *writer, depth uint32) error {
	label, err := l.label(depth)
	w.u32(label)
	return err
}

// writeTable writes a br_table, whose immediates are given.
func (l *labels) writeTable(w *writer, immediates []byte) error {
	r := reader{b: immediates}
	n := r.u32()
	w.raw(opBrTable)
	w.u32(n)
	for r.left() > 0 {
		if err := l.write(w, r.u32()); err != nil {
			return err
		}
	}
	return nil
}
