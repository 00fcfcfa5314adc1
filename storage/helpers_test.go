package storage

import (
	"testing"

	"github.com/dgraph-io/badger/v4"
)

// keysOf returns the stored keys with a prefix.
func keysOf(t testing.TB, s *Store, prefix ...byte) (keys [][]byte) {
	t.Helper()
	err := s.view(func(txn *badger.Txn) error {
		return scan(txn, prefix, func(item *badger.Item) (bool, error) {
			keys = append(keys, item.KeyCopy(nil))
			return true, nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func countKeys(t testing.TB, s *Store, prefix byte) int { return len(keysOf(t, s, prefix)) }

// todo returns the notes of work that is left.
func (s *Store) todo(t testing.TB) [][]byte { return keysOf(t, s, preTodo) }
