package wasmhost

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

const (
	snapshotMagic = "buntime image 1\n"

	// chunk is the unit in which zeros are left out of an encoded snapshot.
	chunk = 4 << 10

	// maxGlobals is far above what compilers make.
	maxGlobals = 1 << 16
)

// Snapshot is an instance's linear memory and mutable globals at one moment. It
// is immutable.
type Snapshot struct {
	module  [32]byte // Module.Hash
	memory  []byte   // whole WebAssembly pages
	globals []uint64 // in the order of the module's mutable globals
}

// Snapshot copies the instance's memory and mutable globals. No call may be in
// progress. A module that can write tables has to be captured before any of it
// ran: what stands in a table cannot be read.
func (in *Instance) Snapshot() (*Snapshot, error) {
	if in.gone || in.dead {
		return nil, ErrDead
	}
	if in.depth > 0 {
		return nil, errors.New("wasmhost: snapshot of a running instance")
	}
	if in.memory.exclusive {
		return nil, errors.New("wasmhost: snapshot of an instance that shared memory")
	}
	if in.module.result.WritesTables && in.touched {
		return nil, errors.New("wasmhost: snapshot of a module that may have written its tables")
	}
	s := &Snapshot{module: in.module.hash}
	if in.module.result.HasMemory {
		view, _ := in.View(0, in.Size())
		s.memory = append(make([]byte, 0, len(view)), view...)
	}
	for _, g := range in.globals {
		s.globals = append(s.globals, g.Get())
	}
	return s, nil
}

// Size is the length of the captured linear memory in bytes.
func (s *Snapshot) Size() int { return len(s.memory) }

// MarshalBinary encodes s, the same bytes for the same snapshot: magic, hash of
// the module, number of globals and their values, length of the memory, then
// runs of chunks that are not zero (offset, length, bytes), and a SHA-256 over
// all of it, against accidents. All numbers are 64-bit, little-endian.
func (s *Snapshot) MarshalBinary() ([]byte, error) {
	var out []byte
	out = append(out, snapshotMagic...)
	out = append(out, s.module[:]...)
	out = binary.LittleEndian.AppendUint64(out, uint64(len(s.globals)))
	for _, g := range s.globals {
		out = binary.LittleEndian.AppendUint64(out, g)
	}
	out = binary.LittleEndian.AppendUint64(out, uint64(len(s.memory)))
	var zero [chunk]byte
	empty := func(at int) bool { return bytes.Equal(s.memory[at:at+chunk], zero[:]) }
	for at := 0; at < len(s.memory); at += chunk {
		if empty(at) {
			continue
		}
		from := at
		for at += chunk; at < len(s.memory) && !empty(at); at += chunk {
		}
		out = binary.LittleEndian.AppendUint64(out, uint64(from))
		out = binary.LittleEndian.AppendUint64(out, uint64(at-from))
		out = append(out, s.memory[from:at]...)
	}
	sum := sha256.Sum256(out)
	return append(out, sum[:]...), nil
}

// UnmarshalSnapshot decodes what MarshalBinary made. It accepts any bytes: what
// is not exactly a snapshot is an error. A snapshot of n bytes of memory takes
// as many to decode, of which untouched ones cost address space only.
func UnmarshalSnapshot(data []byte) (*Snapshot, error) {
	malformed := func(what string) (*Snapshot, error) {
		return nil, fmt.Errorf("wasmhost: malformed snapshot: %s", what)
	}
	if len(data) < len(snapshotMagic)+32+8+8+sha256.Size || string(data[:len(snapshotMagic)]) != snapshotMagic {
		return malformed("no header")
	}
	body, sum := data[:len(data)-sha256.Size], data[len(data)-sha256.Size:]
	if got := sha256.Sum256(body); !bytes.Equal(got[:], sum) {
		return malformed("checksum does not match")
	}
	body = body[len(snapshotMagic):]
	s := &Snapshot{module: [32]byte(body)}
	body = body[32:]
	next := func() uint64 {
		if len(body) < 8 {
			body = nil
			return math.MaxUint64 // out of every bound
		}
		n := binary.LittleEndian.Uint64(body)
		body = body[8:]
		return n
	}
	n := next()
	if n > maxGlobals || n*8 > uint64(len(body)) {
		return malformed("globals")
	}
	for range n {
		s.globals = append(s.globals, next())
	}
	size := next()
	if size > maxPages*wasmPage || size%wasmPage != 0 {
		return malformed("length of memory")
	}
	s.memory = make([]byte, size)
	var end uint64 // of the last run; a gap follows each, else the runs were one
	for first := true; len(body) > 0; first = false {
		at, length := next(), next()
		if at > size || length == 0 || length > size-at || at%chunk != 0 || length%chunk != 0 || !first && at <= end {
			return malformed("run")
		}
		if length > uint64(len(body)) {
			return malformed("run is cut short")
		}
		copy(s.memory[at:], body[:length])
		body = body[length:]
		end = at + length
	}
	return s, nil
}
