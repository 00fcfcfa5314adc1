package wire

import (
	"bytes"
	"encoding/binary"
	"errors"
	"testing"
)

// TestValues: a message of more values than the bound is refused, before they
// are all decoded.
func TestValues(t *testing.T) {
	if args, err := DecodeArgs(bytes.Repeat([]byte{tagTrue}, MaxValues), nil); err != nil || len(args) != MaxValues {
		t.Errorf("%d arguments, %v", len(args), err)
	}
	long := bytes.Repeat([]byte{tagTrue}, 64<<20)
	if _, err := DecodeArgs(long, nil); !errors.Is(err, ErrMalformed) {
		t.Errorf("64 Mi arguments: %v", err)
	}
	array := binary.LittleEndian.AppendUint32([]byte{tagArray}, MaxValues)
	if _, err := Decode(append(array, long[:MaxValues]...)); !errors.Is(err, ErrMalformed) {
		t.Errorf("an array of %d: %v", MaxValues, err)
	}
}
