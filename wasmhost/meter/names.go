package meter

// Subsections of the name section that hold function indices.
const (
	namesModule    = 0
	namesFunctions = 1
	namesLocals    = 2 // by function
	namesLabels    = 3 // by function
)

// names returns the custom sections of the instrumented module: its names, for
// traces. Others describe code that is no longer there (debug information,
// relocations, hints) or nothing a host asks for, and are dropped, as are names
// that are malformed, which have no meaning.
func (in *instrumenter) names() []Custom {
	for i := range in.m.Customs {
		c := &in.m.Customs[i]
		if c.Name != "name" {
			continue
		}
		if data, ok := in.movedNames(c.Data); ok {
			return []Custom{{Name: "name", Data: data, After: order[sectionData]}}
		}
		return nil
	}
	return nil
}

// movedNames rewrites a name section.
func (in *instrumenter) movedNames(data []byte) ([]byte, bool) {
	var w writer
	r := reader{b: data}
	last := -1
	for r.left() > 0 {
		id := r.byte()
		s := reader{b: r.bytes(r.u32())}
		if r.err != nil || int(id) <= last {
			return nil, false
		}
		last = int(id)
		w.raw(id)
		w.sized(func(w *writer) {
			switch id {
			case namesModule:
				w.name(s.name())
			case namesFunctions:
				in.nameMap(&s, w, in.moved, func() { w.name(s.name()) })
			case namesLocals, namesLabels:
				in.nameMap(&s, w, in.moved, func() {
					in.nameMap(&s, w, func(i uint32) uint32 { return i }, func() { w.name(s.name()) })
				})
			default:
				w.raw(s.bytes(uint32(s.left()))...)
			}
		})
		if s.err != nil || s.left() > 0 {
			return nil, false
		}
	}
	return w.b, true
}

// nameMap copies a map from indices to what content copies.
func (in *instrumenter) nameMap(r *reader, w *writer, index func(uint32) uint32, content func()) {
	n := r.count(2, maxElems)
	w.u32(uint32(n))
	for ; n > 0 && r.err == nil; n-- {
		w.u32(index(r.u32()))
		content()
	}
}
