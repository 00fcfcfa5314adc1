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
const imageMagic = "buntime image 2\n"

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
	// The text is an expression: a function that takes the bridge. It is compiled
	// in an instance of its own, so that the image has nothing of the parser's.
	source := append(append([]byte("(function (host) {\n"), bundle...), "\n})\x00"...)
	g, err := startGuest(ctx, m)
	if err != nil {
		return nil, err
	}
	defer g.in.Release()
	if err := g.step(ctx, callCompile, source); err != nil {
		return nil, err
	}
	code, err := g.value()
	if err != nil {
		return nil, err
	}
	if g, err = startGuest(ctx, m); err != nil {
		return nil, err
	}
	in := g.in
	defer in.Release()
	if err := g.step(ctx, callBundle, code); err != nil {
		return nil, err
	}
	if err := g.step(ctx, callFreeze, nil); err != nil {
		return nil, err
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

// startGuest makes an instance of the engine's module with an empty context.
func startGuest(ctx context.Context, m *wasmhost.Module) (guest, error) {
	in, err := m.Start(ctx, wasmhost.StartConfig{Memory: 256 << 20}, exportCall)
	if err != nil {
		return guest{}, err
	}
	addr, err := in.Call(ctx, 0, callInit, 0, 0)
	if err == nil && int64(addr) < 0 {
		err = errGuestMemory
	}
	if err != nil {
		in.Release()
		return guest{}, err
	}
	return guest{in: in, shared: uint32(addr)}, nil
}

// step is call for making an image, where a failure leaves its text.
func (g *guest) step(ctx context.Context, op uint64, data []byte) error {
	r, err := g.call(ctx, op, data)
	if err == nil && int64(r) < 0 {
		text, _ := g.value()
		err = fmt.Errorf("jsengine: make the image: step %d: %s", op, text)
	}
	return err
}

// openImage takes an image file apart.
func openImage(data []byte) (imageHeader, *wasmhost.Snapshot, error) {
	var h imageHeader
	bad := errors.New("jsengine: the image is not one of this version: build it again")
	rest, ok := bytes.CutPrefix(data, []byte(imageMagic))
	if !ok || len(rest) < 4 {
		return h, nil, bad
	}
	n := int(binary.LittleEndian.Uint32(rest))
	rest = rest[4:]
	if n > len(rest) || json.Unmarshal(rest[:n], &h) != nil {
		return h, nil, bad
	}
	s, err := wasmhost.UnmarshalSnapshot(rest[n:])
	if err != nil {
		return h, nil, fmt.Errorf("jsengine: open the image: %w", err)
	}
	return h, s, nil
}
