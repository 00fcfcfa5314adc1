package jsengine

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"github.com/molecule-man/go-brrr"

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

// I3: what encoders and decoders hold, of whatever parameters, is what they are charged
// for: the best of brotli hold ten times what all others do.
func TestI3EncodersAreCharged(t *testing.T) {
	p := newProcess(t)
	heap := func() int64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.GC() // what the first one left in pools
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	source := rand.New(rand.NewPCG(1, 2))
	bits, words := make([]byte, 9<<20), make([]byte, 0, 9<<20)
	for i := range bits {
		bits[i] = "ab"[source.IntN(2)]
	}
	for len(words) < cap(words)-16 {
		words = fmt.Appendf(words, "%s%d ", []string{"alpha", "beta", "gamma"}[source.IntN(3)], source.IntN(100_000))
	}
	var wide bytes.Buffer // brotli with the largest window
	w, err := brrr.NewWriterOptions(&wide, 0, brrr.WriterOptions{LGWin: 24})
	if err != nil {
		t.Fatal(err)
	}
	for range 4 {
		_, _ = w.Write(bits)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	brotli := func(quality, lgwin int32) wire.Object {
		return object("quality", quality, "lgwin", lgwin)
	}
	tests := map[string]struct {
		mode    string
		options wire.Object
		in      []byte
	}{
		"brotli 11, little":        {"brotli", brotli(11, 22), bits[:1000]},
		"brotli 11":                {"brotli", brotli(11, 22), bits[:1<<20]},
		"brotli 10, small window":  {"brotli", brotli(10, 16), bits[:1<<20]},
		"brotli 10, medium window": {"brotli", brotli(10, 18), words[:1<<20]},
		"brotli 9":                 {"brotli", brotli(9, 22), words},
		"brotli 9, medium window":  {"brotli", brotli(9, 18), words},
		"brotli 8":                 {"brotli", brotli(8, 22), words},
		"brotli 7":                 {"brotli", brotli(7, 22), words},
		"brotli 6":                 {"brotli", brotli(6, 22), words},
		"brotli 5":                 {"brotli", brotli(5, 22), words},
		"brotli 5, little":         {"brotli", brotli(5, 22), words[:300_000]},
		"brotli 4":                 {"brotli", brotli(4, 22), words},
		"brotli 3":                 {"brotli", brotli(3, 22), bits},
		"brotli 1":                 {"brotli", brotli(1, 22), bits},
		"brotli 0":                 {"brotli", brotli(0, 22), bits},
		"zstd, fast":               {"zstd", object("level", int32(1)), words},
		"zstd, better":             {"zstd", object("level", int32(7)), words},
		"zstd, best":               {"zstd", object("level", int32(22)), words},
		"deflate":                  {"deflate", nil, bits[:1<<20]},
		"unbrotli":                 {"unbrotli", nil, wide.Bytes()},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			before := heap()
			k, err := newCodec(tt.mode, tt.options, p.holding)
			if err != nil {
				t.Fatal(err)
			}
			defer k.close()
			for in := tt.in; len(in) > 0; {
				n := min(len(in), codecPiece)
				_, more, err := k.feed(work{p: p}, in[:n:n], flushNone)
				for more && err == nil {
					_, more, err = k.feed(work{p: p}, nil, flushNone)
				}
				if err != nil {
					t.Fatal(err)
				}
				in = in[n:]
			}
			if held, weight := heap()-before, k.weight(); held > weight+256<<10 {
				t.Errorf("it holds %d KB and is charged for %d", held>>10, weight>>10)
			}
			runtime.KeepAlive(k)
		})
	}
}

// I3: streams of one program hold together what the program may, or they are one.
func TestI3StreamsGrowTogether(t *testing.T) {
	p := newProcess(t)
	p.program.Limits.Memory = 64 << 20
	options := object("quality", int32(9), "lgwin", int32(22))
	feed := func(id any) error {
		for _, o := range p.engine.ops {
			if o.Name == "zlib.feed" {
				_, err := o.Sync(&Call{Process: p, Args: []any{id, make([]byte, 8<<20), int32(flushNone)}})
				return err
			}
		}
		panic("no zlib.feed")
	}
	first := p.call(t, "zlib.open", "brotli", options)
	if err := feed(first); err != nil {
		t.Errorf("one stream that holds more than the program may: %v", err)
	}
	for _, o := range p.engine.ops {
		if o.Name == "zlib.open" {
			if _, err := o.Sync(&Call{Process: p, Args: []any{"brotli", options}}); !errors.Is(err, errManyCodecs) {
				t.Errorf("another beside it: %v", err)
			}
		}
	}
	p.call(t, "zlib.close", first)
	first, second := p.call(t, "zlib.open", "deflate", wire.Object(nil)), p.call(t, "zlib.open", "brotli", options)
	if err := feed(second); !errors.Is(err, errManyCodecs) {
		t.Errorf("one that grows beyond it beside another: %v", err)
	}
	p.call(t, "zlib.close", first)
	p.call(t, "zlib.close", second)
	if held := p.state.codecs.held; held != 0 {
		t.Errorf("%d bytes are held for no stream", held)
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
