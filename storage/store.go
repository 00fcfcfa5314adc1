package storage

import (
	"context"
	"time"

	"go.uber.org/zap"
)

// Config says where data lives and what opens it.
type Config struct {
	// Dir is the data directory; made (0700) if missing.
	Dir string
	// KeyFile holds the master key; default "master.key" in Dir. It is made
	// (0600) when the directory is new. Ignored if MasterKey is set.
	KeyFile string
	// MasterKey is the 32-byte master key itself; see ParseMasterKey.
	MasterKey []byte
	// Log gets warnings; nil for none. Nothing of a guest is ever logged.
	Log *zap.Logger
	// Now is the clock for expiry of records; default time.Now.
	Now func() time.Time
	// Plaintext switches all encryption off, so that a test can show that its
	// search for a plaintext marker finds one. For tests only: Open refuses it
	// in any binary that is not a test's.
	Plaintext bool
}

// Store is an open data directory. It is safe for concurrent use.
type Store struct{}

// Open opens the data directory, making it if it is missing or empty, and
// starts the store's background work. The caller must Close it.
//
// Errors: ErrLocked, ErrWrongKey, ErrFormat, ErrCorrupt; each reads as one
// line.
func Open(ctx context.Context, cfg Config) (*Store, error) { panic("unbuilt") }

// Close writes what is buffered, stops the background work, waits for it, and
// releases the directory. It may be called twice.
func (s *Store) Close() error { panic("unbuilt") }

// Ready reports whether the store can write: it has written within the last 5
// seconds, or does so now.
func (s *Store) Ready(ctx context.Context) error { panic("unbuilt") }
