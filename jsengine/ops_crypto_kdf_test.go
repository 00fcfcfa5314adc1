package jsengine

import (
	"bytes"
	stdhkdf "crypto/hkdf"
	stdpbkdf2 "crypto/pbkdf2"
	"crypto/sha256"
	"errors"
	"testing"
	"time"

	"github.com/buntime/buntime/wasmhost"
)

// I2, I12: what is hashed again for each block of a derived key is paid for each time,
// and in pieces.
func TestI12DerivedKeysAreCharged(t *testing.T) {
	p := newProcess(t)
	long := bytes.Repeat([]byte("salt"), 100_000)
	const blocks = 100
	least := int64(blocks*len(long)) >> hashShift
	cost := func(f func()) int64 {
		before := p.in.FuelUsed()
		f()
		return p.in.FuelUsed() - before
	}
	if spent := cost(func() {
		got := p.call(t, "crypto.pbkdf2", "sha256", long, long, int32(2), int32(32*blocks)).([]byte)
		if want, err := stdpbkdf2.Key(sha256.New, string(long), long, 2, 32*blocks); err != nil || !bytes.Equal(got, want) {
			t.Errorf("another key by PBKDF2: %v", err)
		}
	}); spent < least || spent > 2*least {
		t.Errorf("PBKDF2 with %d bytes of salt for each of %d blocks cost %d, want some more than %d", len(long), blocks, spent, least)
	}
	for _, n := range []int{0, 1, 32, 33, 32 * blocks} {
		began := time.Now()
		spent := cost(func() {
			got := p.call(t, "crypto.hkdf", "sha256", long, long[:70], long, int32(n)).([]byte)
			want, err := stdhkdf.Key(sha256.New, long, long[:70], string(long), n)
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("another key of %d bytes by HKDF: %v", n, err)
			}
		})
		if n == 32*blocks && (spent < least || spent > 2*least) {
			t.Errorf("HKDF cost %d in %v, want some more than %d", spent, time.Since(began), least)
		}
	}
}

// I3: what scrypt works in is in the host's budget.
func TestI3ScryptIsCharged(t *testing.T) {
	e := TunedEngine(t, func(c *wasmhost.Config) { c.Budget = 24 << 20 })
	p := newProcess(t)
	p.program.Limits.Memory = 256 << 20
	p.holding = e.host.Hold("")
	defer p.holding.Release()
	if _, err := scrypt(work{p: p}, []byte("a"), []byte("b"), 32<<10, 8, 1, 32); !errors.Is(err, errNoRoom) {
		t.Errorf("32 MiB in a budget of 24: %v", err)
	}
	if _, err := scrypt(work{p: p}, []byte("a"), []byte("b"), 1<<10, 8, 1, 32); err != nil {
		t.Errorf("1 MiB in a budget of 24: %v", err)
	}
	if held := e.host.Stats().Held; held != 0 {
		t.Errorf("%d bytes are held in the end", held)
	}
}
