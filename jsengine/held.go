package jsengine

import "github.com/buntime/buntime/wasmhost"

// heldBuffer is bytes in the host's memory that grow, and are charged before they do.
type heldBuffer struct {
	holding *wasmhost.Holding
	data    []byte
	held    int64 // of holding: the capacity of data
	refused bool  // there was no room for something
}

// Write adds all of p, or nothing with errNoRoom.
func (b *heldBuffer) Write(p []byte) (int, error) {
	if need := len(b.data) + len(p); need > cap(b.data) {
		// Twice as much, but of much a quarter more: both are there while one is copied.
		room := max(need, min(2*cap(b.data), cap(b.data)+max(cap(b.data)/4, 1<<20)))
		if b.holding.Charge(int64(room)) != nil {
			b.refused = true
			return 0, errNoRoom
		}
		b.data = append(make([]byte, 0, room), b.data...)
		_ = b.holding.Charge(-b.held) // giving back cannot fail
		b.held = int64(room)
	}
	b.data = append(b.data, p...)
	return len(p), nil
}

// take empties the buffer and returns what was in it, never nil, for which the caller
// has to charge.
func (b *heldBuffer) take() []byte {
	out := b.data
	_ = b.holding.Charge(-b.held) // giving back cannot fail
	b.data, b.held = nil, 0
	if out == nil {
		out = []byte{}
	}
	return out
}
