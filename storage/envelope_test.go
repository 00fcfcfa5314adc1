package storage

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
)

func testSealer() *sealer { return useDataKey(newDataKey(), "session a", false).sealer }

func TestEnvelopeTampered(t *testing.T) {
	s := testSealer()
	l := label{kind: kindContent, name: "n", gen: 3, chunk: 1, last: true}
	plain := []byte("forty bytes of plaintext, more or less..")
	env := s.seal(nil, l, plain)
	if got, err := s.open(l, env); err != nil || !bytes.Equal(got, plain) {
		t.Fatalf("open = %q, %v", got, err)
	}
	for i := range env {
		for bit := range 8 {
			bad := bytes.Clone(env)
			bad[i] ^= 1 << bit
			if _, err := s.open(l, bad); !errors.Is(err, ErrCorrupt) {
				t.Fatalf("byte %d, bit %d flipped: %v", i, bit, err)
			}
		}
		if _, err := s.open(l, env[:i]); !errors.Is(err, ErrCorrupt) {
			t.Fatalf("cut to %d bytes: %v", i, err)
		}
	}
	if _, err := s.open(l, append(bytes.Clone(env), 0)); !errors.Is(err, ErrCorrupt) {
		t.Errorf("a byte more: %v", err)
	}
}

func TestEnvelopeMoved(t *testing.T) {
	raw := newDataKey()
	s := useDataKey(raw, "session a", false)
	l := label{kind: kindContent, name: "name", gen: 3, chunk: 1}
	env := s.seal(nil, l, []byte("x"))
	last := bytes.Clone(env)
	last[1] = flagLast
	tests := map[string]struct {
		sealer *dataKey
		label  label
		env    []byte
	}{
		"kind":            {s, label{kind: kindDelta, name: "name", gen: 3, chunk: 1}, env},
		"name":            {s, label{kind: kindContent, name: "names", gen: 3, chunk: 1}, env},
		"generation":      {s, label{kind: kindContent, name: "name", gen: 4, chunk: 1}, env},
		"chunk":           {s, label{kind: kindContent, name: "name", gen: 3, chunk: 0}, env},
		"last":            {s, label{kind: kindContent, name: "name", gen: 3, chunk: 1, last: true}, env},
		"claimed as last": {s, label{kind: kindContent, name: "name", gen: 3, chunk: 1, last: true}, last},
		"session":         {useDataKey(raw, "session b", false), l, env},
		"key":             {useDataKey(newDataKey(), "session a", false), l, env},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := tt.sealer.open(tt.label, tt.env)
			wantErr(t, err, ErrCorrupt)
		})
	}
}

func TestChunks(t *testing.T) {
	s := testSealer()
	l := label{kind: kindBase, gen: 1}
	for _, size := range []int{0, 1, chunkSize - 1, chunkSize, chunkSize + 1, 3 * chunkSize} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			data := bytes.Repeat([]byte{'x'}, size)
			var envs [][]byte
			_ = s.sealChunks(l, data, func(i uint32, env []byte) error { envs = append(envs, env); return nil })
			open := func(envs [][]byte) ([]byte, error) {
				return s.openChunks(l, 1<<20, func(i uint32) ([]byte, error) {
					if int(i) >= len(envs) {
						return nil, ErrNotFound
					}
					return envs[i], nil
				})
			}
			if got, err := open(envs); err != nil || !bytes.Equal(got, data) {
				t.Errorf("%d bytes, %v", len(got), err)
			}
			if _, err := open(envs[:len(envs)-1]); err == nil {
				t.Error("opens without its last chunk")
			}
			if len(envs) > 2 {
				envs[0], envs[1] = envs[1], envs[0]
				if _, err := open(envs); !errors.Is(err, ErrCorrupt) {
					t.Errorf("chunks swapped: %v", err)
				}
			}
		})
	}
}
