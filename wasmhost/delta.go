package wasmhost

import "bytes"

// Delta is what a use of an image made of its memory, and what that took of its
// fuel, so that another use can go on from there. It is immutable and safe for
// concurrent use.
type Delta struct {
	image *Image
	size  int // length of the memory
	fuel  int64
	spans []span
	data  []byte // of all spans
}

// span is a place in memory that differs from the image.
type span struct{ at, n int }

// Bytes is about what d holds of the host's memory.
func (d *Delta) Bytes() int64 { return int64(cap(d.data) + 16*cap(d.spans)) }

// grain is how many bytes are compared at once.
const grain = 64

// Capture returns how the instance differs from its image by now, nil if by more
// than most bytes or in more than memory can say. It may be called between two
// Calls. What the guest has at its disposal then, everyone has who starts from it.
func (in *Instance) Capture(most int) *Delta {
	if in.depth > 0 || in.gone || in.dead || in.stop != nil || in.image == nil || in.module.result.WritesTables || in.memory.exclusive {
		return nil
	}
	for i, g := range in.globals {
		if g.Get() != in.image.globals[i] {
			return nil
		}
	}
	d := &Delta{image: in.image, size: in.memory.size, fuel: in.FuelUsed()}
	fits := true
	if err := in.memory.eachWritten(func(r pageRange) {
		fits = fits && d.add(in.memory, r, most)
	}); err != nil || !fits {
		return nil
	}
	d.data = bytes.Clone(d.data)
	d.spans = append([]span(nil), d.spans...)
	return d
}

// add adds what differs from the image in r; false if that is too much.
func (d *Delta) add(m *memory, r pageRange, most int) bool {
	var zeros [grain]byte
	for at := r.from; at < r.to; at += grain {
		now, was := m.base[at:at+grain], zeros[:]
		if at < m.start {
			was = m.image.view[at : at+grain]
		}
		if bytes.Equal(now, was) {
			continue
		}
		if len(d.data)+grain > most {
			return false
		}
		d.data = append(d.data, now...)
		if last := len(d.spans) - 1; last >= 0 && d.spans[last].at+d.spans[last].n == at {
			d.spans[last].n += grain
		} else {
			d.spans = append(d.spans, span{at, grain})
		}
	}
	return true
}

// Apply makes a use that ran nothing yet go on from d, as if it had done itself
// what was done before d was captured; the fuel that this took is spent. It
// changes nothing and returns false where that could not have been done in this
// use: for want of fuel or memory, or because something ran already.
func (in *Instance) Apply(d *Delta) bool {
	m := in.memory
	used := in.FuelUsed()
	if in.touched || in.gone || in.dead || in.stop != nil || in.image != d.image || d.fuel > in.limit-used || d.size > m.limit {
		return false
	}
	if d.size > m.size {
		if _, ok := in.mod.Memory().Grow(uint32((d.size - m.size) / wasmPage)); !ok {
			m.refused = 0 // nobody asked for it
			return false
		}
	}
	m.watch()
	data := d.data
	for _, s := range d.spans {
		data = data[copy(m.base[s.at:s.at+s.n], data):]
	}
	m.unwatch()
	in.granted += d.fuel
	in.touched = true
	return true
}
