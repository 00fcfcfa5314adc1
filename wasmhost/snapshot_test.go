package wasmhost

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"testing"

	"github.com/buntime/buntime/wasmhost/meter"
)

func TestSnapshotRoundTrip(t *testing.T) {
	tests := map[string]*Snapshot{
		"nothing":      {memory: []byte{}},
		"zeros":        {memory: make([]byte, 3*wasmPage)},
		"globals":      {code: meter.Result{Module: []byte{1, 2}, Globals: make([]meter.Global, 3)}, memory: []byte{}, globals: []uint64{0, 1, 1 << 63}},
		"first byte":   {memory: append([]byte{1}, make([]byte, wasmPage-1)...)},
		"last byte":    {memory: append(make([]byte, wasmPage-1), 1)},
		"all":          {memory: bytes.Repeat([]byte{7}, 2*wasmPage)},
		"some in both": {memory: append(append(make([]byte, wasmPage), bytes.Repeat([]byte{7}, 5000)...), make([]byte, wasmPage-5000)...)},
	}
	for name, s := range tests {
		t.Run(name, func(t *testing.T) {
			data, err := s.MarshalBinary()
			if err != nil {
				t.Fatal(err)
			}
			got, err := UnmarshalSnapshot(data)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got.code.Module, s.code.Module) || !bytes.Equal(got.memory, s.memory) || len(got.globals) != len(s.globals) {
				t.Error("decoded snapshot differs")
			}
			again, err := got.MarshalBinary()
			if err != nil || !bytes.Equal(again, data) {
				t.Errorf("encodes to other bytes: %v", err)
			}
			for n := range data {
				if _, err := UnmarshalSnapshot(data[:n]); err == nil {
					t.Fatalf("accepted the first %d of %d bytes", n, len(data))
				}
				if n > 300 {
					break
				}
			}
		})
	}
}

// sealed appends the checksum that UnmarshalSnapshot checks first.
func sealed(body []byte) []byte {
	sum := sha256.Sum256(body)
	return append(body, sum[:]...)
}

func TestSnapshotMalformed(t *testing.T) {
	head := func(globals int, numbers ...uint64) []byte {
		facts, err := json.Marshal(meter.Result{Globals: make([]meter.Global, globals)})
		if err != nil {
			t.Fatal(err)
		}
		out := binary.LittleEndian.AppendUint64([]byte(snapshotMagic), uint64(len(facts)))
		out = binary.LittleEndian.AppendUint64(append(out, facts...), 0)
		for _, n := range numbers {
			out = binary.LittleEndian.AppendUint64(out, n)
		}
		return out
	}
	tests := map[string][]byte{
		"empty":               nil,
		"header only":         head(0),
		"code too long":       binary.LittleEndian.AppendUint64([]byte(snapshotMagic), 1<<60),
		"nothing of the code": make([]byte, len(snapshotMagic)+32),
		"globals cut":         head(3, 1, 0),
		"memory too long":     head(0, 1<<33),
		"memory of part page": head(0, 4096),
		"run beyond":          append(head(0, wasmPage, wasmPage, chunk), make([]byte, chunk)...),
		"run overflows":       append(head(0, wasmPage, chunk, 1<<64-chunk), make([]byte, chunk)...),
		"run unaligned":       append(head(0, wasmPage, 1, chunk), make([]byte, chunk)...),
		"run of nothing":      head(0, wasmPage, 0, 0),
		"run cut":             append(head(0, wasmPage, 0, 2*chunk), make([]byte, chunk)...),
		"half a run":          head(0, wasmPage, 0),
		"runs out of order":   append(append(append(head(0, wasmPage, 2*chunk, chunk), make([]byte, chunk)...), append(binary.LittleEndian.AppendUint64(nil, 0), binary.LittleEndian.AppendUint64(nil, chunk)...)...), make([]byte, chunk)...),
	}
	for name, body := range tests {
		t.Run(name, func(t *testing.T) {
			if _, err := UnmarshalSnapshot(sealed(body)); err == nil {
				t.Error("accepted")
			}
		})
	}
}

func FuzzUnmarshalSnapshot(f *testing.F) {
	s := &Snapshot{memory: append(make([]byte, wasmPage), bytes.Repeat([]byte{7}, wasmPage)...), code: meter.Result{Globals: make([]meter.Global, 2)}, globals: []uint64{1, 2}}
	data, err := s.MarshalBinary()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data[:len(data)-sha256.Size])
	f.Add([]byte(snapshotMagic))
	f.Fuzz(func(t *testing.T, body []byte) {
		data := sealed(bytes.Clone(body))
		s, err := UnmarshalSnapshot(data)
		if err != nil {
			return
		}
		again, err := s.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		// Runs may have been stated that are zero: they are not encoded again.
		if len(again) > len(data) {
			t.Errorf("%d bytes decode to what takes %d", len(data), len(again))
		}
		back, err := UnmarshalSnapshot(again)
		if err != nil || !bytes.Equal(back.memory, s.memory) {
			t.Errorf("does not survive another round: %v", err)
		}
	})
}

// An image from decoded bytes, by another host, is the image.
func TestSnapshotTravels(t *testing.T) {
	backends(t, func(t *testing.T, cfg Config) {
		ctx := context.Background()
		h := newHost(t, cfg)
		m, err := h.Compile(ctx, guestModule(), guestImports)
		if err != nil {
			t.Fatal(err)
		}
		start, err := m.Start(ctx, StartConfig{}, guestExports[:]...)
		if err != nil {
			t.Fatal(err)
		}
		defer start.Release()
		call(t, start, fnGrow, 3)
		call(t, start, fnPoke, (guestPages+3)*wasmPage-1, 77)
		call(t, start, fnSetGlobals, 5)
		s, err := start.Snapshot()
		if err != nil {
			t.Fatal(err)
		}
		data, err := s.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}

		h2 := newHost(t, Config{Portable: !cfg.Portable})
		s2, err := UnmarshalSnapshot(data)
		if err != nil {
			t.Fatal(err)
		}
		i, err := h2.NewImage(ctx, s2, guestImports, guestExports[:])
		if err != nil {
			t.Fatal(err)
		}
		in := get(t, i, InstanceConfig{})
		defer in.Release()
		if got := call(t, in, fnPeek, (guestPages+3)*wasmPage-1); got != 77 {
			t.Errorf("memory reads %d, want 77", got)
		}
		if got := call(t, in, fnGetGlobal); got != 5 {
			t.Errorf("global is %d, want 5", got)
		}

		if _, err := h.NewImage(ctx, s, nil, guestExports[:]); err == nil {
			t.Error("an import that is missing was accepted")
		}
		if _, err := h.NewImage(ctx, s, guestImports, []string{"missing"}); err == nil {
			t.Error("an export that is missing was accepted")
		}
		if _, err := in.Snapshot(); err == nil {
			t.Error("an instance of an image was captured")
		}
	})
}

func TestModulesThatAreRefused(t *testing.T) {
	h := newHost(t, Config{})
	tests := map[string][]byte{
		"not a module":   []byte("#!/bin/sh"),
		"empty":          nil,
		"unknown import": guestModule(func(m *meter.Module) { m.Imports[0].Name = "other" }),
		"imported memory": guestModule(func(m *meter.Module) {
			m.Imports = append(m.Imports, meter.Import{Module: "env", Name: "memory", Kind: meter.ExternMemory, Memory: meter.Limits{Min: 1}})
			m.Memories = nil
		}),
	}
	for name, module := range tests {
		t.Run(name, func(t *testing.T) {
			if _, err := h.Compile(context.Background(), module, guestImports); err == nil {
				t.Error("accepted")
			}
		})
	}
	ill := guestModule(func(m *meter.Module) { m.Funcs[0].Body = []byte{opLocalGet, 0, opEnd, opEnd} })
	if m, err := h.Compile(context.Background(), ill, guestImports); err == nil {
		if _, err := m.Start(context.Background(), StartConfig{}); err == nil {
			t.Error("an ill-typed body was accepted")
		}
	}
}

// A module without a memory has nothing to map, and is reset all the same.
func TestModuleWithoutMemory(t *testing.T) {
	backends(t, func(t *testing.T, cfg Config) {
		h := newHost(t, cfg)
		module := guestModule(func(m *meter.Module) {
			m.Memories, m.Datas = nil, nil
			for k := range m.Funcs {
				if k != fnAdd && k != fnGetGlobal && k != fnSetGlobals && k != len(m.Funcs)-2 && k != len(m.Funcs)-1 {
					m.Funcs[k].Body = []byte{opUnreachable, opEnd}
				}
			}
			for k, e := range m.Exports {
				if e.Name == startExport {
					m.Exports = append(m.Exports[:k], m.Exports[k+1:]...)
					break
				}
			}
		})
		i := newImage(t, h, module)
		for range 2 {
			in := get(t, i, InstanceConfig{Memory: 1 << 20})
			if got := call(t, in, fnGetGlobal); got != 7 {
				t.Errorf("global is %d, want 7", got)
			}
			call(t, in, fnSetGlobals, 1)
			if _, ok := in.View(0, 1); ok || in.Size() != 0 {
				t.Error("there is a memory")
			}
			in.Release()
		}
		if h.Stats().Idle != 1 {
			t.Errorf("not pooled: %+v", h.Stats())
		}
	})
}
