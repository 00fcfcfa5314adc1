package meter

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

func strip(module []byte, o StripOptions) ([]byte, error) {
	m, err := decode(module)
	if err != nil {
		return nil, err
	}
	if o.FuelExport == "" {
		o.FuelExport = defaultFuelExport
	}
	// Without a count of segments, decoding refuses what uses one.
	for i := 0; i < len(m.Funcs) && m.DataCount != nil; i++ {
		r := reader{b: m.Funcs[i].Body}
		for in := (instruction{}); r.left() > 0; {
			r.next(&in)
			if in.op == opMemoryInit || in.op == opDataDrop {
				return nil, errors.New("uses data segments at run time (memory.init or data.drop), which an image cannot restore")
			}
		}
	}
	m.Datas, m.DataCount, m.Start = nil, nil, nil
	if err := m.setMemory(o.MinPages, o.MaxPages); err != nil {
		return nil, err
	}
	if err := m.setGlobals(o.Globals, o.FuelExport); err != nil {
		return nil, err
	}
	return m.Encode(), nil
}

// setMemory sets the limits of the module's only memory.
func (m *Module) setMemory(low, high uint32) error {
	if low > high || high > 1<<16 {
		return fmt.Errorf("memory limits %d to %d pages are out of range", low, high)
	}
	if m.imported(ExternMemory) > 0 {
		return errors.New("imports its memory")
	}
	switch len(m.Memories) {
	case 0:
		if low > 0 {
			return fmt.Errorf("has no memory for %d pages", low)
		}
	case 1:
		m.Memories[0].Min = low
		m.Memories[0].Max, m.Memories[0].HasMax = high, true
	default:
		return errors.New("several memories")
	}
	return nil
}

// setGlobals sets the initial values of all mutable globals, by export name. The
// fuel alone may be left out.
func (m *Module) setGlobals(values map[string]uint64, fuel string) error {
	imported := m.imported(ExternGlobal)
	set := make([]bool, len(m.Globals))
	done := 0
	for i := range m.Exports {
		e := &m.Exports[i]
		if e.Kind != ExternGlobal {
			continue
		}
		value, named := values[e.Name]
		if named {
			done++
		}
		if !named && e.Name != fuel {
			continue
		}
		if e.Index < imported {
			return fmt.Errorf("global %q is imported", e.Name)
		}
		g := &m.Globals[e.Index-imported]
		if !g.Mutable {
			return fmt.Errorf("global %q is not mutable", e.Name)
		}
		set[e.Index-imported] = true
		if !named {
			continue
		}
		init, ok := constant(g.Type, value)
		if !ok {
			return fmt.Errorf("global %q cannot have the value %#x", e.Name, value)
		}
		g.Init = init
	}
	if done != len(values) {
		return errors.New("values are given for globals that are not exported")
	}
	for i := range m.Imports {
		if m.Imports[i].Kind == ExternGlobal && m.Imports[i].Global.Mutable {
			return errors.New("imports a mutable global")
		}
	}
	for i := range m.Globals {
		if m.Globals[i].Mutable && !set[i] {
			return fmt.Errorf("no value for mutable global %d", int(imported)+i)
		}
	}
	return nil
}

// constant is the expression for a value of a numeric type.
func constant(t ValueType, value uint64) ([]byte, bool) {
	var w writer
	switch t {
	case I32, F32:
		if value > math.MaxUint32 {
			return nil, false
		}
		if t == F32 {
			w.raw(opF32Const)
			w.b = binary.LittleEndian.AppendUint32(w.b, uint32(value))
			break
		}
		w.raw(opI32Const)
		w.signed(int64(int32(value)))
	case I64:
		w.raw(opI64Const)
		w.signed(int64(value))
	case F64:
		w.raw(opF64Const)
		w.b = binary.LittleEndian.AppendUint64(w.b, value)
	default:
		return nil, false
	}
	w.raw(opEnd)
	return w.b, true
}
