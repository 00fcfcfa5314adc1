package wire

import (
	"bytes"
	"errors"
	"testing"
)

// TestDepth: values nested to the bound are read, one level more is refused,
// however well it is formed.
func TestDepth(t *testing.T) {
	for name, level := range map[string][]byte{
		"array":  {tagArray, 1, 0, 0, 0},
		"object": {tagObject, 1, 0, 0, 0, tagLatin1, 0, 0, 0, 0},
	} {
		for levels, want := range map[int]error{MaxDepth: nil, MaxDepth + 1: ErrMalformed, 10 * MaxDepth: ErrMalformed} {
			data := append(bytes.Repeat(level, levels), tagNull)
			if _, err := Decode(data); !errors.Is(err, want) {
				t.Errorf("%s, %d levels: %v, want %v", name, levels, err, want)
			}
			if _, err := DecodeArgs(data, nil); !errors.Is(err, want) {
				t.Errorf("arguments: %s, %d levels: %v, want %v", name, levels, err, want)
			}
		}
	}
}
