package storage

import (
	"bytes"
	"testing"
)

// Attack returns all that one who has the master key and a copy of dir can read:
// every key and value of Badger's files, old versions too, and what opens of
// them with any key that opens. The sessions are those whose ids are known.
func Attack(t *testing.T, dir string, master []byte, tenant string, sessions ...string) []byte {
	t.Helper()
	owners := map[string]tagOf{"tenant " + tenant: func(r *ring) tag { return blind(r.Blind, "tenant key", tenant) }}
	for _, id := range sessions {
		owners["session "+id] = func(r *ring) tag { return blind(r.Blind, "session", id) }
	}
	a := attack(t, dir, master, owners)
	read := bytes.Join(a.open(), []byte{'\n'})
	for _, p := range a.pairs {
		read = append(append(read, p.key...), p.value...)
	}
	return read
}

// Damage makes the record of a session one that nothing can read.
func Damage(t *testing.T, s *Store, id string) {
	t.Helper()
	s.setRaw(t, recordKeyOf(id), []byte("damaged"))
}
