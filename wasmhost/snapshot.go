package wasmhost

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"github.com/buntime/buntime/wasmhost/meter"
)

const (
	snapshotMagic = "buntime snapshot 2\n"

	// chunk is the unit in which zeros are left out of an encoded snapshot.
	chunk = 4 << 10
)

// Snapshot is what Start and calls made of a module: its code, metered, and the
// linear memory and mutable globals that it goes on from. It is immutable.
type Snapshot struct {
	code    meter.Result // Module is stripped
	memory  []byte       // whole WebAssembly pages
	globals []uint64     // in the order of the module's mutable globals
}

// Snapshot captures an instance that Start made. No call may be in progress. A
// module that can write tables has to be captured before any of it ran: what
// stands in a table cannot be read.
func (in *Instance) Snapshot() (*Snapshot, error) {
	if in.gone || in.dead {
		return nil, ErrDead
	}
	if in.depth > 0 || in.image != nil {
		return nil, errors.New("wasmhost: snapshot of a running instance, or one of an image")
	}
	if in.memory.exclusive {
		return nil, errors.New("wasmhost: snapshot of an instance that shared memory")
	}
	if in.module.result.WritesTables && in.touched {
		return nil, errors.New("wasmhost: snapshot of a module that may have written its tables")
	}
	s := &Snapshot{code: *in.module.result}
	if in.module.result.HasMemory {
		view, _ := in.View(0, in.Size())
		s.memory = append(make([]byte, 0, len(view)), view...)
	}
	values := make(map[string]uint64, len(in.globals))
	for i, g := range in.globals {
		s.globals = append(s.globals, g.Get())
		values[s.code.Globals[i].Name] = s.globals[i]
	}
	var err error
	s.code.Module, err = meter.Strip(s.code.Module, meter.StripOptions{
		MinPages: uint32(len(s.memory) / wasmPage), MaxPages: declaredPages, Globals: values,
	})
	if err != nil {
		return nil, fmt.Errorf("wasmhost: strip module: %w", err)
	}
	return s, nil
}

// Size is the length of the captured linear memory in bytes.
func (s *Snapshot) Size() int { return len(s.memory) }

// MarshalBinary encodes s, the same bytes for the same snapshot: magic, what is
// known of the code in JSON and the code, each after its length, the values of the
// globals, length of the memory, then runs of chunks that are not zero (offset,
// length, bytes), and a SHA-256 over all of it, against accidents. All numbers are
// 64-bit, little-endian.
func (s *Snapshot) MarshalBinary() ([]byte, error) {
	var out []byte
	out = append(out, snapshotMagic...)
	facts, err := json.Marshal(&s.code)
	if err != nil {
		return nil, fmt.Errorf("wasmhost: encode snapshot: %w", err)
	}
	for _, part := range [][]byte{facts, s.code.Module} {
		out = binary.LittleEndian.AppendUint64(out, uint64(len(part)))
		out = append(out, part...)
	}
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

// UnmarshalSnapshot decodes what MarshalBinary made; data must not change while the
// snapshot is in use. It accepts any bytes: what is not exactly a snapshot is an
// error. But whether the code is metered it does not look: who could write the
// bytes could have written this program. A snapshot of n bytes of memory takes as
// many to decode, of which untouched ones cost address space only.
func UnmarshalSnapshot(data []byte) (*Snapshot, error) {
	malformed := func(what string) (*Snapshot, error) {
		return nil, fmt.Errorf("wasmhost: malformed snapshot: %s", what)
	}
	if len(data) < len(snapshotMagic)+sha256.Size || string(data[:len(snapshotMagic)]) != snapshotMagic {
		return malformed("no header")
	}
	body, sum := data[:len(data)-sha256.Size], data[len(data)-sha256.Size:]
	if got := sha256.Sum256(body); !bytes.Equal(got[:], sum) {
		return malformed("checksum does not match")
	}
	body = body[len(snapshotMagic):]
	s := &Snapshot{}
	next := func() uint64 {
		if len(body) < 8 {
			body = nil
			return math.MaxUint64 // out of every bound
		}
		n := binary.LittleEndian.Uint64(body)
		body = body[8:]
		return n
	}
	part := func() []byte {
		n := min(next(), uint64(len(body))) // what is cut is missed below
		p := body[:n]
		body = body[n:]
		return p
	}
	facts := part()
	if json.Unmarshal(facts, &s.code) != nil {
		return malformed("what is known of the code")
	}
	if again, err := json.Marshal(&s.code); err != nil || !bytes.Equal(again, facts) {
		return malformed("what is known of the code")
	}
	s.code.Module = part()
	for range s.code.Globals {
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
