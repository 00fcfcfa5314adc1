package jsengine

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/buntime/buntime/wasmhost"
)

// imageMagic starts an image file: four bytes of length of a JSON header follow,
// the header, and the snapshot.
const imageMagic = "buntime image 1\n"

// imageHeader says what an image belongs to.
type imageHeader struct {
	Module string   // hex SHA-256 of the engine's module
	Ops    []string // names of the operations; the place is the opcode in this image
	Shared uint32   // address of the shim's shared struct
}

// BuildImage evaluates the runtime library's bundle in a new instance of the
// engine and returns the image that sandboxes start from: the same bytes for the
// same input. Ops are the operations' names in the order the bundle knows them.
func BuildImage(ctx context.Context, module, bundle []byte, ops []string) (_ []byte, err error) {
	h, err := wasmhost.New(wasmhost.Config{})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, h.Close()) }()
	m, err := h.Compile(ctx, module, hostImports())
	if err != nil {
		return nil, err
	}
	in, err := m.Start(ctx, wasmhost.StartConfig{Memory: 256 << 20}, exportCall)
	if err != nil {
		return nil, err
	}
	defer in.Release()
	addr, err := in.Call(ctx, 0, callInit, 0, 0)
	if err != nil {
		return nil, err
	}
	g := guest{in: in, shared: uint32(addr)}
	// The text is an expression: a function that takes the bridge.
	source := append(append([]byte("(function (host) {\n"), bundle...), "\n})\x00"...)
	for _, step := range []struct {
		op   uint64
		data []byte
	}{{callBundle, source}, {callFreeze, nil}} {
		r, err := g.call(ctx, step.op, step.data)
		if err != nil {
			return nil, err
		}
		if int64(r) < 0 {
			text, _ := g.value()
			return nil, fmt.Errorf("jsengine: make the image: %s", text)
		}
	}
	s, err := in.Snapshot()
	if err != nil {
		return nil, err
	}
	snapshot, err := s.MarshalBinary()
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(module)
	header, err := json.Marshal(imageHeader{Module: hex.EncodeToString(sum[:]), Ops: ops, Shared: g.shared})
	if err != nil {
		return nil, err
	}
	out := binary.LittleEndian.AppendUint32([]byte(imageMagic), uint32(len(header)))
	out = append(out, header...)
	return append(out, snapshot...), nil
}

// openImage checks an image file against the engine's module and takes it apart.
func openImage(data, module []byte) (imageHeader, *wasmhost.Snapshot, error) {
	var h imageHeader
	bad := errors.New("jsengine: the image does not belong to this engine: build it again")
	rest, ok := bytes.CutPrefix(data, []byte(imageMagic))
	if !ok || len(rest) < 4 {
		return h, nil, bad
	}
	n := int(binary.LittleEndian.Uint32(rest))
	rest = rest[4:]
	if n > len(rest) || json.Unmarshal(rest[:n], &h) != nil {
		return h, nil, bad
	}
	sum := sha256.Sum256(module)
	if h.Module != hex.EncodeToString(sum[:]) {
		return h, nil, bad
	}
	s, err := wasmhost.UnmarshalSnapshot(rest[n:])
	if err != nil {
		return h, nil, fmt.Errorf("jsengine: open the image: %w", err)
	}
	return h, s, nil
}
