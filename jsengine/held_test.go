package jsengine

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/buntime/buntime/jsengine/wire"
	"github.com/buntime/buntime/wasmhost"
)

// I3: what a stream of compression makes of one chunk is charged while it grows.
func TestI3CompressedIsCharged(t *testing.T) {
	e := TunedEngine(t, func(c *wasmhost.Config) { c.Budget = 32 << 20 })
	noise := make([]byte, 40<<20)
	r := rand.NewChaCha8([32]byte{})
	_, _ = r.Read(noise) // never fails
	p := newProcess(t)
	p.program.Limits.Memory = 256 << 20
	p.holding = e.host.Hold("")
	defer p.holding.Release()
	for mode, o := range map[string]wire.Object{
		"gzip": {{Key: "level", Value: int32(1)}}, "deflate": {{Key: "level", Value: int32(0)}}, "brotli": {{Key: "quality", Value: int32(1)}}, "zstd": {{Key: "level", Value: int32(1)}},
	} {
		k, err := p.openCodec(mode, o)
		if err != nil {
			t.Fatal(mode, err)
		}
		for range 2 {
			if out, _, err := k.feed(work{p: p}, noise, flushFinish); !errors.Is(err, errNoRoom) {
				t.Errorf("%s: %d bytes in a budget of 32 MiB, %v", mode, len(out), err)
			}
		}
		p.closeCodec(k)
		if held := e.host.Stats().Held; held != 0 {
			t.Errorf("%s: %d bytes are held in the end", mode, held)
		}
	}
}

// endless is a stream that brings so many bytes and stays open.
type endless struct {
	left int
	seen func()
}

func (s *endless) ReadContext(_ context.Context, b []byte) (int, error) {
	if s.left == 0 {
		s.seen()
		return 0, io.EOF
	}
	n := min(len(b), s.left)
	s.left -= n
	return n, nil
}

// I3: what a child prints for spawnSync is charged as it is kept, with the room that it
// grows into.
func TestI3CollectedIsCharged(t *testing.T) {
	e := TunedEngine(t, func(*wasmhost.Config) {})
	holding := e.host.Hold("")
	defer holding.Release()
	k := &collector{heldBuffer: heldBuffer{holding: holding}, limit: 64 << 20}
	before, looked := e.host.Stats().Held, false
	k.read(t.Context(), &endless{left: 33<<20 + 1, seen: func() {
		looked = true
		if grew := e.host.Stats().Held - before; grew != int64(cap(k.data)) || len(k.data) != 33<<20+1 || grew > 45<<20 {
			t.Errorf("%d bytes of %d are charged for %d", grew, cap(k.data), len(k.data))
		}
	}})
	if k.take(); !looked || e.host.Stats().Held != before {
		t.Errorf("%d bytes are held in the end", e.host.Stats().Held-before)
	}
}
