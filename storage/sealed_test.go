package storage

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/dgraph-io/badger/v4"
)

// TestNoPlaintextInBadger looks below Badger's own encryption: whoever opens the
// database with the ring's keys, but not those of its owners, finds no guest's
// byte in a key or a value, of any version. It finds them when encryption is off.
func TestNoPlaintextInBadger(t *testing.T) {
	m := newMarkers()
	for _, name := range []string{"sealed", "plain"} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), name)
			s, err := Open(t.Context(), Config{Dir: dir, MasterKey: testKey, Plaintext: name == "plain"})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			if err := m.plant(t.Context(), s, "ses_a"); err != nil {
				t.Fatal(err)
			}
			if err := s.db.Sync(); err != nil {
				t.Fatal(err)
			}
			found := map[string]string{}
			txn := s.db.NewTransaction(false)
			defer txn.Discard()
			it := txn.NewIterator(badger.IteratorOptions{AllVersions: true})
			defer it.Close()
			for it.Rewind(); it.Valid(); it.Next() {
				key := it.Item().KeyCopy(nil)
				value, err := it.Item().ValueCopy(nil)
				if err != nil {
					t.Fatal(err)
				}
				for _, marker := range m.all() {
					// A keyed hash that is cut short would hold a part of the name.
					if bytes.Contains(key, []byte(marker)[:8]) || bytes.Contains(value, []byte(marker)) {
						found[marker] = string(key[:1])
					}
				}
			}
			for _, marker := range m.stored() {
				if _, ok := found[marker]; ok != (name == "plain") {
					t.Errorf("%s: found %v, in %q", marker, ok, found[marker])
				}
			}
			if name == "sealed" && len(found) > 0 {
				t.Errorf("found %v", found)
			}
		})
	}
}

// TestBadgerIsEncrypted holds Badger's own encryption to being on: without the
// ring its files tell neither keys nor session ids.
func TestBadgerIsEncrypted(t *testing.T) {
	for _, name := range []string{"sealed", "plain"} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), name)
			s, err := Open(t.Context(), Config{Dir: dir, MasterKey: testKey, Plaintext: name == "plain"})
			if err != nil {
				t.Fatal(err)
			}
			newSession(t, s, "ses_marker_zQ7vX2")
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if found := grep(t, dir, []string{"ses_marker_zQ7vX2"}); (len(found) > 0) != (name == "plain") {
				t.Errorf("found %v", found)
			}
		})
	}
}

// TestEnvelopeOfAnotherName: a value opens in its own place only, also when the
// other place has a name as long.
func TestEnvelopeOfAnotherName(t *testing.T) {
	s := useDataKey(newDataKey(), "session a", false)
	l := label{kind: kindContent, name: "name", gen: 3}
	env := s.seal(nil, l, []byte("x"))
	if _, err := s.open(l, env); err != nil {
		t.Fatal(err)
	}
	l.name = "eman"
	_, err := s.open(l, env)
	wantErr(t, err, ErrCorrupt)
}
