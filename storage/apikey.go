package storage

import (
	"cmp"
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/dgraph-io/badger/v4"
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
	Name      string // at most 1 KiB
	Tenant    string
	Hash      [HashSize]byte // SHA-256 of the secret
	CreatedAt time.Time
	ExpiresAt time.Time // zero: never
	LastUsed  time.Time // zero: never; may lose up to 5 s in a crash
	Old       []OldHash // still honoured after rotations, at most 16
}

// maxOld bounds how many rotated secrets of a key are honoured at once.
const maxOld = 16

// apiKeys are all keys. They are few and live in memory, with the disk behind.
type apiKeys struct {
	change sync.Mutex // orders changes, held over their writes

	mu     sync.RWMutex
	byID   map[string]*APIKey         // guarded by mu; values are immutable
	byHash map[[HashSize]byte]*APIKey // guarded by mu; old hashes too
	used   map[string]time.Time       // guarded by mu; not yet written
}

// set puts k in the place of the key with its id, or removes that.
func (a *apiKeys) set(id string, k *APIKey) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if old := a.byID[id]; old != nil {
		delete(a.byHash, old.Hash)
		for _, o := range old.Old {
			delete(a.byHash, o.Hash)
		}
		delete(a.byID, id)
	}
	if k == nil {
		delete(a.used, id)
		return
	}
	a.byID[id] = k
	a.byHash[k.Hash] = k
	for _, o := range k.Old {
		a.byHash[o.Hash] = k
	}
}

func (a *apiKeys) get(id string) *APIKey {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.byID[id]
}

func (a *apiKeys) taken(hash [HashSize]byte) bool {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.byHash[hash] != nil
}

func apiKeyKey(id string) []byte { return append([]byte{preAPIKey}, id...) }

func apiKeyLabel(id string) label { return label{kind: kindAPIKey, name: id, last: true} }

func (s *Store) loadKeys() error {
	s.keys.byID = map[string]*APIKey{}
	s.keys.byHash = map[[HashSize]byte]*APIKey{}
	s.keys.used = map[string]time.Time{}
	return s.view(func(txn *badger.Txn) error {
		return scan(txn, []byte{preAPIKey}, func(item *badger.Item) (bool, error) {
			id := string(item.Key()[1:])
			err := item.Value(func(b []byte) error {
				plain, err := s.system.open(apiKeyLabel(id), b)
				if err != nil {
					return fmt.Errorf("API key: %w", err)
				}
				k := &APIKey{}
				if err := json.Unmarshal(plain, k); err != nil || k.ID != id {
					return fmt.Errorf("API key: %w", ErrCorrupt)
				}
				s.keys.set(id, k)
				return nil
			})
			return true, err
		})
	})
}

// storeKey writes a key and then shows it. keys.change is held.
func (s *Store) storeKey(k *APIKey) error {
	plain, err := json.Marshal(k)
	if err != nil {
		return fmt.Errorf("%w API key: %w", ErrInvalid, err)
	}
	if err := s.write(entry{key: apiKeyKey(k.ID), value: s.system.seal(nil, apiKeyLabel(k.ID), plain)}); err != nil {
		return err
	}
	s.keys.set(k.ID, k)
	return nil
}

// CreateKey stores a new key, durably. Errors: ErrExists (id or hash),
// ErrInvalid.
func (s *Store) CreateKey(ctx context.Context, k APIKey) error {
	if err := s.enter(); err != nil {
		return err
	}
	defer s.leave()
	if err := ctx.Err(); err != nil {
		return err
	}
	if !validID(k.ID) || len(k.Name) > 1024 || len(k.Old) > maxOld {
		return fmt.Errorf("%w API key", ErrInvalid)
	}
	if err := validTenant(k.Tenant); err != nil {
		return err
	}
	s.keys.change.Lock()
	defer s.keys.change.Unlock()
	if s.keys.get(k.ID) != nil || s.keys.taken(k.Hash) {
		return ErrExists
	}
	for _, o := range k.Old {
		if s.keys.taken(o.Hash) {
			return ErrExists
		}
	}
	k.Old = slices.Clone(k.Old)
	return s.storeKey(&k)
}

// KeyByHash returns the key whose current secret, or one within its grace
// time, has this hash and which has not expired at now. It reads memory only
// and compares in constant time. Errors: ErrNotFound.
func (s *Store) KeyByHash(hash [HashSize]byte, now time.Time) (APIKey, error) {
	if err := s.enter(); err != nil {
		return APIKey{}, err
	}
	defer s.leave()
	s.keys.mu.RLock()
	defer s.keys.mu.RUnlock()
	// What the map's timing tells is about a hash whose preimage is 256 random
	// bits; the comparisons that decide are constant in time.
	k := s.keys.byHash[hash]
	if k == nil || !k.ExpiresAt.IsZero() && !now.Before(k.ExpiresAt) {
		return APIKey{}, ErrNotFound
	}
	ok := subtle.ConstantTimeCompare(k.Hash[:], hash[:])
	for _, o := range k.Old {
		if now.Before(o.Until) {
			ok |= subtle.ConstantTimeCompare(o.Hash[:], hash[:])
		}
	}
	if ok != 1 {
		return APIKey{}, ErrNotFound
	}
	return s.keys.copyLocked(k), nil
}

// copyLocked is a key with its latest use, for the caller to keep.
func (a *apiKeys) copyLocked(k *APIKey) APIKey {
	c := *k
	c.Old = slices.Clone(k.Old)
	if at, ok := a.used[k.ID]; ok {
		c.LastUsed = at
	}
	return c
}

// Keys returns all keys in order of creation.
func (s *Store) Keys() ([]APIKey, error) {
	if err := s.enter(); err != nil {
		return nil, err
	}
	defer s.leave()
	s.keys.mu.RLock()
	defer s.keys.mu.RUnlock()
	list := make([]APIKey, 0, len(s.keys.byID))
	for _, k := range s.keys.byID {
		list = append(list, s.keys.copyLocked(k))
	}
	slices.SortFunc(list, func(a, b APIKey) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID))
	})
	return list, nil
}

// DeleteKey revokes a key with its old secrets at once. Errors: ErrNotFound.
func (s *Store) DeleteKey(ctx context.Context, id string) error {
	if err := s.enter(); err != nil {
		return err
	}
	defer s.leave()
	if err := ctx.Err(); err != nil {
		return err
	}
	s.keys.change.Lock()
	defer s.keys.change.Unlock()
	if !validID(id) {
		return ErrNotFound
	}
	// One that is not in memory may be on disk: its revocation failed there.
	if s.keys.get(id) == nil {
		if _, err := s.get(apiKeyKey(id)); err != nil {
			return err
		}
	}
	// Revoked in memory first: a key must not outlive a disk that fails.
	s.keys.set(id, nil)
	return s.write(entry{key: apiKeyKey(id), delete: true})
}

// RotateKey replaces a key's secret; those before stay valid until graceUntil at
// most (zero or past: not at all), one that an earlier rotation replaced no longer
// than that allowed. It returns the key as it is now.
// Errors: ErrNotFound, ErrExists (hash).
func (s *Store) RotateKey(ctx context.Context, id string, hash [HashSize]byte, graceUntil time.Time) (APIKey, error) {
	if err := s.enter(); err != nil {
		return APIKey{}, err
	}
	defer s.leave()
	if err := ctx.Err(); err != nil {
		return APIKey{}, err
	}
	s.keys.change.Lock()
	defer s.keys.change.Unlock()
	old := s.keys.get(id)
	if old == nil {
		return APIKey{}, ErrNotFound
	}
	if s.keys.taken(hash) {
		return APIKey{}, ErrExists
	}
	now := s.cfg.Now()
	k := *old
	k.Old = nil
	for _, o := range append(slices.Clone(old.Old), OldHash{Hash: old.Hash, Until: graceUntil}) {
		if o.Until.After(graceUntil) {
			o.Until = graceUntil
		}
		if now.Before(o.Until) {
			k.Old = append(k.Old, o)
		}
	}
	if len(k.Old) > maxOld {
		k.Old = k.Old[len(k.Old)-maxOld:]
	}
	k.Hash = hash
	if err := s.storeKey(&k); err != nil {
		return APIKey{}, err
	}
	s.keys.mu.RLock()
	defer s.keys.mu.RUnlock()
	return s.keys.copyLocked(&k), nil
}

// TouchKey notes in memory that a key was used; it reaches the disk within 5 s
// or at Close. An unknown id is ignored.
func (s *Store) TouchKey(id string, at time.Time) {
	s.keys.mu.Lock()
	defer s.keys.mu.Unlock()
	if k := s.keys.byID[id]; k != nil && at.After(k.LastUsed) && at.After(s.keys.used[id]) {
		s.keys.used[id] = at
	}
}

// flushKeys writes what TouchKey noted.
func (s *Store) flushKeys() error {
	s.keys.change.Lock()
	defer s.keys.change.Unlock()
	s.keys.mu.Lock()
	used := s.keys.used
	s.keys.used = map[string]time.Time{}
	s.keys.mu.Unlock()
	var errs []error
	for id, at := range used {
		old := s.keys.get(id)
		if old == nil {
			continue
		}
		k := *old
		k.LastUsed = at
		if err := s.storeKey(&k); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// maxSetting bounds a setting in bytes.
const maxSetting = 64 << 10

func settingLabel(name string) label { return label{kind: kindSetting, name: name, last: true} }

func settingKey(name string) []byte { return append([]byte{preSetting}, name...) }

// PutSetting stores a small named value of the server itself, such as the hash
// of the root key: at most 64 KiB, sealed and durable. The name (1 to 64 of
// [A-Za-z0-9_-]) is not secret. Errors: ErrInvalid, ErrTooLarge.
func (s *Store) PutSetting(ctx context.Context, name string, value []byte) error {
	if err := s.enter(); err != nil {
		return err
	}
	defer s.leave()
	if err := ctx.Err(); err != nil {
		return err
	}
	if !validID(name) {
		return fmt.Errorf("%w setting name", ErrInvalid)
	}
	if len(value) > maxSetting {
		return fmt.Errorf("setting: %w", ErrTooLarge)
	}
	return s.write(entry{key: settingKey(name), value: s.system.seal(nil, settingLabel(name), value)})
}

// Setting returns a value stored by PutSetting. Errors: ErrNotFound,
// ErrCorrupt.
func (s *Store) Setting(name string) ([]byte, error) {
	if err := s.enter(); err != nil {
		return nil, err
	}
	defer s.leave()
	b, err := s.get(settingKey(name))
	if err != nil {
		return nil, err
	}
	value, err := s.system.open(settingLabel(name), b)
	if err != nil {
		return nil, fmt.Errorf("setting: %w", err)
	}
	return value, nil
}
