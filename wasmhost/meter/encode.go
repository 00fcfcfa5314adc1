package meter

// Encode encodes m, each number in its shortest form except inside expressions
// and bodies, which stay as they are. Sections without content are left out.
//
// Decoding the result and encoding that gives the same bytes.
func (m *Module) Encode() []byte {
	w := &writer{b: []byte(header)}
	customs := m.Customs
	section := func(id int, content func(*writer)) {
		for len(customs) > 0 && customs[0].After < order[id] {
			w.custom(&customs[0])
			customs = customs[1:]
		}
		if content != nil {
			w.b = append(w.b, byte(id))
			w.sized(content)
		}
	}
	list := func(id, n int, content func(*writer)) {
		if n == 0 {
			section(id, nil)
			return
		}
		section(id, content)
	}
	list(sectionType, len(m.Types), m.encodeTypes)
	list(sectionImport, len(m.Imports), m.encodeImports)
	list(sectionFunction, len(m.Funcs), func(w *writer) {
		w.u32(uint32(len(m.Funcs)))
		for i := range m.Funcs {
			w.u32(m.Funcs[i].Type)
		}
	})
	list(sectionTable, len(m.Tables), func(w *writer) {
		w.u32(uint32(len(m.Tables)))
		for i := range m.Tables {
			if m.Tables[i].Init != nil {
				w.raw(0x40, 0)
			}
			w.table(&m.Tables[i])
			w.raw(m.Tables[i].Init...)
		}
	})
	list(sectionMemory, len(m.Memories), func(w *writer) {
		w.u32(uint32(len(m.Memories)))
		for _, l := range m.Memories {
			w.limits(l)
		}
	})
	list(sectionTag, len(m.Tags), func(w *writer) {
		w.u32(uint32(len(m.Tags)))
		for _, t := range m.Tags {
			w.raw(0)
			w.u32(t)
		}
	})
	list(sectionGlobal, len(m.Globals), func(w *writer) {
		w.u32(uint32(len(m.Globals)))
		for i := range m.Globals {
			w.global(m.Globals[i].GlobalType)
			w.raw(m.Globals[i].Init...)
		}
	})
	list(sectionExport, len(m.Exports), func(w *writer) {
		w.u32(uint32(len(m.Exports)))
		for i := range m.Exports {
			w.name(m.Exports[i].Name)
			w.raw(byte(m.Exports[i].Kind))
			w.u32(m.Exports[i].Index)
		}
	})
	if m.Start != nil {
		section(sectionStart, func(w *writer) { w.u32(*m.Start) })
	}
	list(sectionElem, len(m.Elems), m.encodeElems)
	if m.DataCount != nil {
		section(sectionDataCount, func(w *writer) { w.u32(*m.DataCount) })
	}
	list(sectionCode, len(m.Funcs), m.encodeCode)
	list(sectionData, len(m.Datas), m.encodeDatas)
	for i := range customs {
		w.custom(&customs[i])
	}
	return w.b
}

func (m *Module) encodeTypes(w *writer) {
	n := 0
	for i := range m.Types {
		if m.Types[i].Group >= 0 {
			n++
		}
	}
	w.u32(uint32(n))
	for i := range m.Types {
		t := &m.Types[i]
		if t.Group > 0 {
			w.raw(0x4e)
			w.u32(uint32(t.Group))
		}
		w.raw(0x60)
		for _, types := range [][]ValueType{t.Params, t.Results} {
			w.u32(uint32(len(types)))
			for _, v := range types {
				w.valueType(v)
			}
		}
	}
}

func (m *Module) encodeImports(w *writer) {
	w.u32(uint32(len(m.Imports)))
	for i := range m.Imports {
		imp := &m.Imports[i]
		w.name(imp.Module)
		w.name(imp.Name)
		w.raw(byte(imp.Kind))
		switch imp.Kind {
		case ExternFunc:
			w.u32(imp.Type)
		case ExternTable:
			w.table(&imp.Table)
		case ExternMemory:
			w.limits(imp.Memory)
		case ExternGlobal:
			w.global(imp.Global)
		case ExternTag:
			w.raw(0)
			w.u32(imp.Type)
		}
	}
}

func (m *Module) encodeElems(w *writer) {
	w.u32(uint32(len(m.Elems)))
	for i := range m.Elems {
		e := &m.Elems[i]
		passive, explicit, exprs := e.Flags&1 != 0, e.Flags&2 != 0, e.Flags&4 != 0
		w.u32(e.Flags)
		if !passive {
			if explicit {
				w.u32(e.Table)
			}
			w.raw(e.Offset...)
		}
		if passive || explicit {
			if exprs {
				w.valueType(e.Type)
			} else {
				w.raw(0)
			}
		}
		if exprs {
			w.u32(uint32(len(e.Exprs)))
			for _, x := range e.Exprs {
				w.raw(x...)
			}
			continue
		}
		w.u32(uint32(len(e.Funcs)))
		for _, f := range e.Funcs {
			w.u32(f)
		}
	}
}

func (m *Module) encodeCode(w *writer) {
	w.u32(uint32(len(m.Funcs)))
	for i := range m.Funcs {
		f := &m.Funcs[i]
		w.sized(func(w *writer) {
			w.u32(uint32(len(f.Locals)))
			for _, l := range f.Locals {
				w.u32(l.Count)
				w.valueType(l.Type)
			}
			w.raw(f.Body...)
		})
	}
}

func (m *Module) encodeDatas(w *writer) {
	w.u32(uint32(len(m.Datas)))
	for i := range m.Datas {
		s := &m.Datas[i]
		w.u32(s.Flags)
		if s.Flags == 2 {
			w.u32(s.Memory)
		}
		w.raw(s.Offset...)
		w.u32(uint32(len(s.Init)))
		w.raw(s.Init...)
	}
}

// writer writes the primitives of the binary format.
type writer struct{ b []byte }

func (w *writer) raw(b ...byte) { w.b = append(w.b, b...) }

func (w *writer) u32(v uint32) {
	for ; v >= 0x80; v >>= 7 {
		w.b = append(w.b, byte(v)|0x80)
	}
	w.b = append(w.b, byte(v))
}

func (w *writer) signed(v int64) {
	for {
		b := byte(v & 0x7f)
		v >>= 7
		if v == 0 && b&0x40 == 0 || v == -1 && b&0x40 != 0 {
			w.b = append(w.b, b)
			return
		}
		w.b = append(w.b, b|0x80)
	}
}

func (w *writer) name(s string) {
	w.u32(uint32(len(s)))
	w.b = append(w.b, s...)
}

// sized writes what content writes behind its length.
func (w *writer) sized(content func(*writer)) {
	// Bodies and sections are written where they end up, behind room for the
	// longest length, and moved back.
	const room = 5
	start := len(w.b)
	w.b = append(w.b, make([]byte, room)...)
	content(w)
	n := len(w.b) - start - room
	length := writer{b: w.b[start:start]}
	length.u32(uint32(n))
	copy(w.b[start+len(length.b):], w.b[start+room:])
	w.b = w.b[:start+len(length.b)+n]
}

func (w *writer) custom(c *Custom) {
	w.raw(sectionCustom)
	w.sized(func(w *writer) {
		w.name(c.Name)
		w.raw(c.Data...)
	})
}

func (w *writer) valueType(t ValueType) {
	w.raw(byte(t))
	if heap := uint64(t) >> 8; heap >= firstIndex {
		w.signed(int64(heap - firstIndex))
	} else if heap != 0 {
		w.raw(byte(heap))
	}
}

func (w *writer) limits(l Limits) {
	var flags byte
	if l.HasMax {
		flags |= 1
	}
	if l.Shared {
		flags |= 2
	}
	w.raw(flags)
	w.u32(l.Min)
	if l.HasMax {
		w.u32(l.Max)
	}
}

func (w *writer) table(t *Table) {
	w.valueType(t.Type)
	w.limits(t.Limits)
}

func (w *writer) global(t GlobalType) {
	w.valueType(t.Type)
	if t.Mutable {
		w.raw(1)
	} else {
		w.raw(0)
	}
}
