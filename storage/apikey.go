package storage

import (
	"context"
	"time"
)

// HashSize is the size of an API key's hash: SHA-256 of the secret.
const HashSize = 32

// OldHash is a secret's hash that a rotation replaced, honoured until Until.
type OldHash struct {
	Hash  [HashSize]byte
	Until time.Time
}

// APIKey is one key. The secret itself is never stored.
type APIKey struct {
	ID        string // unique, 1 to 64 of [A-Za-z0-9_-]
	Name      string
	Tenant    string
	Hash      [HashSize]byte // SHA-256 of the secret
	CreatedAt time.Time
	ExpiresAt time.Time // zero: never
	LastUsed  time.Time // zero: never; may lose up to 5 s in a crash
	Old       []OldHash // still honoured after rotations
}

// CreateKey stores a new key, durably. Errors: ErrExists (id or hash).
func (s *Store) CreateKey(ctx context.Context, k APIKey) error { panic("unbuilt") }

// KeyByHash returns the key whose current secret, or one within its grace
// time, has this hash and which has not expired at now. It reads memory only
// and compares in constant time. Errors: ErrNotFound.
func (s *Store) KeyByHash(hash [HashSize]byte, now time.Time) (APIKey, error) { panic("unbuilt") }

// Keys returns all keys in order of creation.
func (s *Store) Keys() ([]APIKey, error) { panic("unbuilt") }

// DeleteKey revokes a key with its old secrets at once. Errors: ErrNotFound.
func (s *Store) DeleteKey(ctx context.Context, id string) error { panic("unbuilt") }

// RotateKey replaces a key's secret; the one before stays valid until
// graceUntil (zero or past: not at all). Errors: ErrNotFound, ErrExists (hash).
func (s *Store) RotateKey(ctx context.Context, id string, hash [HashSize]byte, graceUntil time.Time) (APIKey, error) {
	panic("unbuilt")
}

// TouchKey notes in memory that a key was used; it reaches the disk within 5 s
// or at Close. An unknown id is ignored.
func (s *Store) TouchKey(id string, at time.Time) { panic("unbuilt") }

// PutSetting stores a small named value of the server itself (at most 64 KiB),
// sealed and durable, such as the hash of the root key.
func (s *Store) PutSetting(ctx context.Context, name string, value []byte) error { panic("unbuilt") }

// Setting returns a value stored by PutSetting. Errors: ErrNotFound.
func (s *Store) Setting(name string) ([]byte, error) { panic("unbuilt") }
