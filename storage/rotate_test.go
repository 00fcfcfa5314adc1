package storage

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// TestRotateMaster rotates, and looks at the directory as a crash after each
// step leaves it.
func TestRotateMaster(t *testing.T) {
	newKey := bytes.Repeat([]byte{8}, MasterKeySize)
	badgerPath := func(dir string) string { return filepath.Join(dir, badgerDir) }
	decide := func(t *testing.T, dir string) *ring {
		r, err := readRing(dir, testKey, false)
		if err != nil {
			t.Fatal(err)
		}
		r.addWrap()
		r.OldBadger, r.Badger = r.Badger, randomBytes(32)
		if err := r.write(dir, newKey); err != nil {
			t.Fatal(err)
		}
		return r
	}
	tests := map[string]struct {
		rotate func(t *testing.T, dir string)
		opens  []byte
		fails  []byte
	}{
		"not at all": {opens: testKey, fails: newKey, rotate: func(*testing.T, string) {}},
		"new ring half written": {opens: testKey, fails: newKey, rotate: func(t *testing.T, dir string) {
			if err := os.WriteFile(filepath.Join(dir, ringFile+nextSuffix), []byte(ringMagic), 0o600); err != nil {
				t.Fatal(err)
			}
		}},
		"decided": {opens: newKey, fails: testKey, rotate: func(t *testing.T, dir string) { decide(t, dir) }},
		"slots rewrapped": {opens: newKey, fails: testKey, rotate: func(t *testing.T, dir string) {
			if err := rewrapSlots(dir, decide(t, dir)); err != nil {
				t.Fatal(err)
			}
		}},
		"registry rewritten": {opens: newKey, fails: testKey, rotate: func(t *testing.T, dir string) {
			r := decide(t, dir)
			if err := rewrapSlots(dir, r); err != nil {
				t.Fatal(err)
			}
			if err := rekeyBadger(badgerPath(dir), r.OldBadger, r.Badger); err != nil {
				t.Fatal(err)
			}
		}},
		"wholly": {opens: newKey, fails: testKey, rotate: func(t *testing.T, dir string) {
			wantErr(t, RotateMaster(dir, testKey, newKey), nil)
		}},
		"twice": {opens: newKey, fails: testKey, rotate: func(t *testing.T, dir string) {
			wantErr(t, RotateMaster(dir, testKey, newKey), nil)
			wantErr(t, RotateMaster(dir, testKey, newKey), nil)
		}},
		"cut and called again": {opens: newKey, fails: testKey, rotate: func(t *testing.T, dir string) {
			decide(t, dir)
			wantErr(t, RotateMaster(dir, testKey, newKey), nil)
		}},
		"there and back": {opens: testKey, fails: newKey, rotate: func(t *testing.T, dir string) {
			decide(t, dir)
			wantErr(t, RotateMaster(dir, newKey, testKey), nil)
		}},
		"with a wrong key": {opens: testKey, fails: newKey, rotate: func(t *testing.T, dir string) {
			wantErr(t, RotateMaster(dir, bytes.Repeat([]byte{9}, 32), newKey), ErrWrongKey)
			wantErr(t, RotateMaster(dir, testKey[1:], newKey), ErrInvalid)
		}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := openAt(t, dir)
			commit(t, newSession(t, s, "ses_a"), file("a", "x"))
			if err := s.CreateKey(t.Context(), APIKey{ID: "k", Tenant: "acme"}); err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			before, err := readRing(dir, testKey, false)
			if err != nil {
				t.Fatal(err)
			}
			tt.rotate(t, dir)
			_, err = Open(t.Context(), Config{Dir: dir, MasterKey: tt.fails})
			wantErr(t, err, ErrWrongKey)
			for range 2 {
				s, err := Open(t.Context(), Config{Dir: dir, MasterKey: tt.opens})
				if err != nil {
					t.Fatal(err)
				}
				w, err := s.Workspace("ses_a")
				if err != nil {
					t.Fatal(err)
				}
				if got := listing(t, w); got != "a=x" {
					t.Errorf("workspace %q", got)
				}
				if keys, err := s.Keys(); err != nil || len(keys) != 1 {
					t.Errorf("keys %v, %v", keys, err)
				}
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
			}
			after, err := readRing(dir, tt.opens, false)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Equal(tt.opens, testKey) && name != "there and back" {
				return
			}
			if after.rotating() || bytes.Equal(before.Badger, after.Badger) || before.Wrap == after.Wrap {
				t.Error("the ring still has old keys")
			}
			b, err := os.ReadFile(filepath.Join(dir, slotsFile))
			if err != nil {
				t.Fatal(err)
			}
			for i := range uint32(len(b) / slotSize) {
				if _, _, err := unwrapSlot(before, i, b[i*slotSize:][:slotSize]); err == nil {
					t.Errorf("slot %d opens with a key of before", i)
				}
			}
			if err := rekeyBadger(badgerPath(dir), before.Badger, before.Badger); err == nil {
				t.Error("Badger's registry opens with its key of before")
			}
		})
	}
}

// TestRotateKeyFile rotates a key in a file, cut after each step too.
func TestRotateKeyFile(t *testing.T) {
	tests := map[string]func(t *testing.T, dir, path string){
		"wholly": func(t *testing.T, dir, path string) { wantErr(t, RotateKeyFile(dir, path), nil) },
		"twice": func(t *testing.T, dir, path string) {
			wantErr(t, RotateKeyFile(dir, path), nil)
			wantErr(t, RotateKeyFile(dir, path), nil)
		},
		"new key written": func(t *testing.T, dir, path string) {
			if err := writeFileSync(path+nextSuffix, encodeKeyFile(randomBytes(32)), os.O_TRUNC); err != nil {
				t.Fatal(err)
			}
		},
		"new key half written": func(t *testing.T, dir, path string) {
			if err := writeFileSync(path+nextSuffix, []byte("abc"), os.O_TRUNC); err != nil {
				t.Fatal(err)
			}
		},
		"file not replaced": func(t *testing.T, dir, path string) {
			old, err := readKeyFile(path)
			if err != nil {
				t.Fatal(err)
			}
			key := randomBytes(32)
			if err := writeFileSync(path+nextSuffix, encodeKeyFile(key), os.O_TRUNC); err != nil {
				t.Fatal(err)
			}
			wantErr(t, RotateMaster(dir, old, key), nil)
		},
	}
	for name, rotate := range tests {
		t.Run(name, func(t *testing.T) {
			dir, path := t.TempDir(), filepath.Join(t.TempDir(), "key")
			for i := range 3 {
				s, err := Open(t.Context(), Config{Dir: dir, KeyFile: path})
				if err != nil {
					t.Fatal(err)
				}
				if i == 0 {
					newSession(t, s, "ses_a")
				}
				if _, err := s.Session("ses_a"); err != nil {
					t.Error(err)
				}
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
				if i == 0 {
					rotate(t, dir, path)
				}
			}
		})
	}
}
