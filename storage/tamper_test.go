package storage

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
)

// raw reads and writes a value below the store's back.
func (s *Store) raw(t testing.TB, key []byte) []byte {
	t.Helper()
	b, err := s.get(key)
	if err != nil {
		t.Fatalf("%q: %v", key, err)
	}
	return b
}

func (s *Store) setRaw(t testing.TB, key, value []byte) {
	t.Helper()
	if err := s.write(entry{key: key, value: value, delete: value == nil}); err != nil {
		t.Fatal(err)
	}
}

// TestTampered moves and damages records of a workspace. Whatever is read then
// is an error or what was committed.
func TestTampered(t *testing.T) {
	a, b := strings.Repeat("a", chunkSize)+"tail a", strings.Repeat("b", chunkSize)+"tail b"
	set := []Change{file("a", a), file("b", b)}
	content := func(t *testing.T, s *Store, id, path string) []byte {
		l, err := s.acquire(id)
		if err != nil {
			t.Fatal(err)
		}
		defer s.live.release(l)
		st, err := s.workspace(l)
		if err != nil {
			t.Fatal(err)
		}
		return contentKey(id, st.tree.get(path).content)
	}
	swap := func(t *testing.T, s *Store, k1, k2 []byte) {
		v1, v2 := s.raw(t, k1), s.raw(t, k2)
		s.setRaw(t, k1, v2)
		s.setRaw(t, k2, v1)
	}
	tests := map[string]struct {
		tamper  func(t *testing.T, s *Store)
		session bool // the session itself no longer reads
		table   bool // the file table no longer reads
	}{
		"chunks swapped in a file": {tamper: func(t *testing.T, s *Store) {
			k := content(t, s, "ses_a", "a")
			swap(t, s, chunkKey(k, 0), chunkKey(k, 1))
		}},
		"chunks swapped between files": {tamper: func(t *testing.T, s *Store) {
			swap(t, s, chunkKey(content(t, s, "ses_a", "a"), 0), chunkKey(content(t, s, "ses_a", "b"), 0))
		}},
		"chunks swapped between sessions": {tamper: func(t *testing.T, s *Store) {
			swap(t, s, chunkKey(content(t, s, "ses_a", "a"), 0), chunkKey(content(t, s, "ses_b", "a"), 0))
		}},
		"last chunk dropped": {tamper: func(t *testing.T, s *Store) {
			s.setRaw(t, chunkKey(content(t, s, "ses_a", "a"), 1), nil)
		}},
		"last chunk cut": {tamper: func(t *testing.T, s *Store) {
			k := chunkKey(content(t, s, "ses_a", "a"), 1)
			v := s.raw(t, k)
			s.setRaw(t, k, v[:len(v)-1])
		}},
		"heads swapped between sessions": {table: true, session: true, tamper: func(t *testing.T, s *Store) {
			swap(t, s, sessionKey(preHead, "ses_a"), sessionKey(preHead, "ses_b"))
		}},
		"head dropped": {table: true, session: true, tamper: func(t *testing.T, s *Store) {
			s.setRaw(t, sessionKey(preHead, "ses_a"), nil)
		}},
		"head renumbered": {table: true, session: true, tamper: func(t *testing.T, s *Store) {
			k := sessionKey(preHead, "ses_a")
			v := bytes.Clone(s.raw(t, k))
			v[7]--
			s.setRaw(t, k, v)
		}},
		"file table of another session": {table: true, tamper: func(t *testing.T, s *Store) {
			swap(t, s, chunkKey(genKey(preBase, "ses_a", 1), 0), chunkKey(genKey(preBase, "ses_b", 1), 0))
		}},
		"changes of another commit": {table: true, tamper: func(t *testing.T, s *Store) {
			swap(t, s, chunkKey(genKey(preDelta, "ses_a", 2), 0), chunkKey(genKey(preDelta, "ses_a", 3), 0))
		}},
		"changes dropped": {table: true, tamper: func(t *testing.T, s *Store) {
			s.setRaw(t, chunkKey(genKey(preDelta, "ses_a", 3), 0), nil)
		}},
		"changes of the same number, never committed": {table: true, tamper: func(t *testing.T, s *Store) {
			l, err := s.acquire("ses_a")
			if err != nil {
				t.Fatal(err)
			}
			defer s.live.release(l)
			ops := appendRemove([]byte{tableVersion}, "b")
			s.setRaw(t, chunkKey(genKey(preDelta, "ses_a", 3), 0), l.key.seal(nil, label{kind: kindDelta, gen: 3, last: true}, ops))
		}},
		"session records swapped": {session: true, table: true, tamper: func(t *testing.T, s *Store) {
			swap(t, s, recordKeyOf("ses_a"), recordKeyOf("ses_b"))
		}},
		"session record of another slot": {session: true, table: true, tamper: func(t *testing.T, s *Store) {
			v := bytes.Clone(s.raw(t, recordKeyOf("ses_a")))
			v[11] ^= 1
			s.setRaw(t, recordKeyOf("ses_a"), v)
		}},
		"session record expires later": {session: true, table: true, tamper: func(t *testing.T, s *Store) {
			v := bytes.Clone(s.raw(t, recordKeyOf("ses_a")))
			v[recordHeader-1]++
			s.setRaw(t, recordKeyOf("ses_a"), v)
		}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			s := openAt(t, t.TempDir())
			for _, id := range []string{"ses_a", "ses_b"} {
				w := newSession(t, s, id)
				var many []Change // enough for a base
				for _, p := range []string{"x/1", "x/2"} {
					many = append(many, file(strings.Repeat("long/", 20)+p, ""))
				}
				for i := range 300 {
					many = append(many, file(strings.Repeat("n", 200)+string(rune('a'+i%26))+strings.Repeat("m", i/26), ""))
				}
				commit(t, w, append(many, set...)...)
				commit(t, w, file("c", "x"))
				commit(t, w, file("d", "y"))
				waitChores(t, s)
			}
			tt.tamper(t, s)
			for _, id := range []string{"ses_a", "ses_b"} {
				l := s.live.take(id)
				s.live.forget(l)
				s.live.release(l)
			}
			_, err := s.Session("ses_a")
			if tt.session {
				wantErr(t, err, ErrCorrupt)
			} else {
				wantErr(t, err, nil)
			}
			var want []string
			for _, id := range []string{"ses_a", "ses_b"} {
				if _, err := s.Session(id); err == nil {
					want = append(want, id)
				}
			}
			list, total, err := s.Sessions("", 0, 10)
			if err != nil || total != 2 || !slices.EqualFunc(list, want, func(s Session, id string) bool { return s.ID == id }) {
				t.Errorf("listed %v, %d, %v", list, total, err)
			}
			w := &Workspace{store: s, id: "ses_a"}
			got, err := w.ReadAll("a")
			wantErr(t, err, ErrCorrupt)
			if got != nil {
				t.Errorf("read %d bytes besides the error", len(got))
			}
			if _, err := w.Entries(); tt.table {
				wantErr(t, err, ErrCorrupt)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}

// TestTamperedAnywhere flips a byte in every stored value, one after the
// other, and reads everything.
func TestTamperedAnywhere(t *testing.T) {
	s := openAt(t, t.TempDir())
	w := newSession(t, s, "ses_a")
	commit(t, w, file("a", "content"), Change{Path: "l", Kind: KindSymlink, Target: "a"})
	want := listing(t, w)
	read := func() (string, error) {
		l := s.live.take("ses_a")
		s.live.forget(l)
		s.live.release(l)
		if _, err := s.Session("ses_a"); err != nil {
			return "", err
		}
		if _, err := w.ReadAll("a"); err != nil {
			return "", err
		}
		return listing(t, w), nil
	}
	n := 0
	for _, prefix := range []byte{preSession, preHead, preBase, preDelta, preContent} {
		for _, key := range keysOf(t, s, prefix) {
			good := s.raw(t, key)
			for i := range good {
				bad := bytes.Clone(good)
				bad[i] ^= 0x40
				s.setRaw(t, key, bad)
				if got, err := read(); err == nil || !errors.Is(err, ErrCorrupt) {
					t.Fatalf("%q, byte %d: %q, %v", key, i, got, err)
				}
				n++
			}
			s.setRaw(t, key, good)
		}
	}
	if got, err := read(); err != nil || got != want {
		t.Fatalf("restored: %q, %v", got, err)
	}
	if n < 500 {
		t.Errorf("only %d bytes were flipped", n)
	}
}
