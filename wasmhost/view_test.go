package wasmhost

import (
	"math"
	"testing"
)

// I11: a guest says where and how much; only what is all inside its memory is
// handed out, and no more of it.
func TestI11ViewIsBounded(t *testing.T) {
	backends(t, func(t *testing.T, cfg Config) {
		i := newImage(t, newHost(t, cfg), guestModule())
		in := get(t, i, InstanceConfig{Memory: 4 * wasmPage})
		defer in.Release()
		check := func(size uint32) {
			t.Helper()
			if in.Size() != size {
				t.Fatalf("size %d, want %d", in.Size(), size)
			}
			for _, tt := range []struct {
				ptr, n uint32
				ok     bool
			}{
				{0, 0, true}, {0, 1, true}, {0, size, true}, {size, 0, true}, {size - 1, 1, true},
				{0, size + 1, false}, {size - 1, 2, false}, {size, 1, false}, {size + 1, 0, false}, {1, size, false},
				{math.MaxUint32, 0, false}, {math.MaxUint32, 1, false}, {math.MaxUint32, math.MaxUint32, false},
				{1, math.MaxUint32, false}, {1 << 31, 1 << 31, false}, {size - 1, math.MaxUint32 - size + 2, false},
			} {
				view, ok := in.View(tt.ptr, tt.n)
				if ok != tt.ok || len(view) != int(tt.n) && ok {
					t.Errorf("View(%d, %d) = %d bytes, %v; want %v", tt.ptr, tt.n, len(view), ok, tt.ok)
				}
			}
		}
		check(guestPages * wasmPage)
		call(t, in, fnGrow, 4)
		check((guestPages + 4) * wasmPage)
	})
}
