package jsengine

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/buntime/buntime/jsengine/wire"
	"github.com/buntime/buntime/wasmhost"
)

// I12: a member of a gzip file that holds nothing is twenty bytes, and costs little more.
func TestI12EmptyMembers(t *testing.T) {
	p := newProcess(t)
	run := func(mode string, data []byte) []byte {
		return field(p.call(t, "zlib.run", mode, data, wire.Object(nil), float64(1<<20)).(wire.Object), "out").([]byte)
	}
	members := bytes.Repeat(run("gzip", nil), 20_000)
	began := time.Now()
	if out := run("gunzip", append(members, run("gzip", []byte("end"))...)); string(out) != "end" {
		t.Errorf("%d members became %q", 20_001, out)
	}
	if took := time.Since(began); took > 250*time.Millisecond {
		t.Errorf("%d bytes of empty members took %v", len(members), took)
	}
}

// I3: what streams of compression hold is charged, what they did not decode among it.
func TestI3CodecsAreCharged(t *testing.T) {
	e := TunedEngine(t, func(*wasmhost.Config) {})
	p := newProcess(t)
	p.holding = e.host.Hold("")
	defer p.holding.Release()
	held := func() int64 { return e.host.Stats().Held }
	before := held()
	open := func(mode string) any { return p.call(t, "zlib.open", mode, wire.Object(nil)) }
	deflate := open("deflate")
	if grew := held() - before; grew < 1<<20 {
		t.Errorf("%d bytes are held for a deflater", grew)
	}
	zeros := field(p.call(t, "zlib.run", "deflateRaw", make([]byte, 1<<20), wire.Object(nil), float64(1<<20)).(wire.Object), "out").([]byte)
	inflate := open("inflateRaw")
	opened := held()
	const more = 4 << 20
	for range 2 { // the second time while there is more
		p.call(t, "zlib.feed", inflate, append(bytes.Clone(zeros), make([]byte, more)...), int32(flushNone))
	}
	if grew := held() - opened; grew < 2*more {
		t.Errorf("%d bytes are held for %d that wait to be decoded", grew, 2*more)
	}
	p.call(t, "zlib.close", inflate)
	p.call(t, "zlib.close", deflate)
	if left := held() - before; left != 0 {
		t.Errorf("%d bytes are held for no stream", left)
	}
}

// I3: what is decompressed in one step is charged while it grows.
func TestI3DecompressedIsCharged(t *testing.T) {
	e := TunedEngine(t, func(c *wasmhost.Config) { c.Budget = 24 << 20 })
	p := newProcess(t)
	p.program.Limits.Memory = 256 << 20
	zeros := field(p.call(t, "zlib.run", "deflateRaw", make([]byte, 64<<20), wire.Object(nil), float64(1<<20)).(wire.Object), "out").([]byte)
	p.holding = e.host.Hold("")
	defer p.holding.Release()
	for _, o := range p.engine.ops {
		if o.Name != "zlib.run" || o.Sync == nil {
			continue
		}
		_, err := o.Sync(&Call{Process: p, Args: []any{"inflateRaw", zeros, wire.Object(nil), float64(128 << 20)}})
		if !errors.Is(err, errNoRoom) {
			t.Errorf("64 MiB in a budget of 24: %v", err)
		}
	}
}
