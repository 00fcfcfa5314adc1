package passhash

import (
	"bytes"
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/bcrypt"
)

func free(int64) bool { return true }

// The variants that golang.org/x/crypto has are the oracle.
func TestArgon2(t *testing.T) {
	for _, p := range []struct {
		passes, memory uint32
		lanes          uint8
		n              int
	}{{1, 8, 1, 32}, {1, 64, 1, 32}, {3, 100, 1, 32}, {2, 1024, 1, 16}, {2, 77, 2, 100}, {4, 256, 4, 64}, {1, 512, 3, 4}} {
		for _, password := range []string{"", "p", strings.Repeat("long", 100)} {
			salt := []byte("a salt of some length")
			for kind, want := range map[Kind][]byte{
				Argon2i:  argon2.Key([]byte(password), salt, p.passes, p.memory, p.lanes, uint32(p.n)),
				Argon2id: argon2.IDKey([]byte(password), salt, p.passes, p.memory, p.lanes, uint32(p.n)),
			} {
				got, err := Argon2(kind, []byte(password), salt, p.passes, p.memory, p.lanes, p.n, free)
				if err != nil || !bytes.Equal(got, want) {
					t.Errorf("kind %d, %+v: %x, %v, want %x", kind, p, got, err, want)
				}
			}
		}
	}
}

// What the real Bun made.
func TestArgon2d(t *testing.T) {
	salt, _ := base64.RawStdEncoding.DecodeString("sgB3i/vPueljT/IYsnJ4ANxGw9aSlKuP9P+7EkNGvKo")
	got, err := Argon2(Argon2d, []byte("pässword"), salt, 3, 100, 1, 32, free)
	if err != nil || base64.RawStdEncoding.EncodeToString(got) != "/859GlAbNj+/To4kA7AKjASU1GPQWQCidd3cd9AJ7ZI" {
		t.Errorf("%x, %v", got, err)
	}
}

func TestBcrypt(t *testing.T) {
	salt := []byte("sixteen bytes ab")
	for _, password := range []string{"", "p", "pässword", strings.Repeat("x", 71)} {
		h, err := Bcrypt([]byte(password), salt, 5, free)
		if err != nil || len(h) != 60 {
			t.Fatalf("%q, %v", h, err)
		}
		if err := bcrypt.CompareHashAndPassword([]byte(h), []byte(password)); err != nil {
			t.Errorf("%q of %q: %v", h, password, err)
		}
	}
}

// What is not paid for is not done.
func TestStopped(t *testing.T) {
	paid := func(n int) Pay {
		return func(units int64) bool {
			if units <= 0 {
				t.Errorf("a piece of %d units", units)
			}
			n--
			return n >= 0
		}
	}
	for n := range 4 {
		if _, err := Argon2(Argon2id, []byte("p"), []byte("saltsalt"), 1<<31, 1024, 1, 32, paid(n)); !errors.Is(err, ErrStopped) {
			t.Errorf("argon2 after %d pieces: %v", n, err)
		}
		if _, err := Bcrypt([]byte("p"), []byte("sixteen bytes ab"), MaxCost, paid(n)); !errors.Is(err, ErrStopped) {
			t.Errorf("bcrypt after %d pieces: %v", n, err)
		}
	}
	if _, err := Argon2(Argon2id, nil, nil, 1, 7, 1, 32, free); err == nil {
		t.Error("memory of 7 KiB")
	}
	if _, err := Bcrypt(nil, []byte("sixteen bytes ab"), 32, free); err == nil {
		t.Error("a cost of 32")
	}
}

func BenchmarkArgon2(b *testing.B) {
	for b.Loop() {
		_, _ = Argon2(Argon2id, []byte("p"), []byte("saltsalt"), 2, 65536, 1, 32, free)
	}
}

func BenchmarkBcrypt(b *testing.B) {
	for b.Loop() {
		_, _ = Bcrypt([]byte("p"), []byte("sixteen bytes ab"), 10, free)
	}
}
