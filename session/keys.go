package session

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/buntime/buntime/storage"
)

// RootTenant owns what the root key makes. No other key belongs to it.
const RootTenant = "root"

const (
	keyPrefix = "btk_"
	keyLength = len(keyPrefix) + 43 // 32 bytes in base64url

	// rootSetting is where the store keeps the hash of a generated root key.
	rootSetting = "root-key-sha256"
)

// Principal is who a request comes from.
type Principal struct {
	KeyID  string // "root" for the root key
	Tenant string // whose sessions it makes
	Root   bool   // may see all tenants and manage keys
}

// Sees is the tenant argument of the Manager's methods for what p may see.
func (p Principal) Sees() string {
	if p.Root {
		return ""
	}
	return p.Tenant
}

// Key describes an API key. The secret is shown once and not kept.
type Key struct {
	ID        string
	Name      string
	Tenant    string
	CreatedAt time.Time
	ExpiresAt time.Time // zero: never
	LastUsed  time.Time // zero: never
}

// Keys are the API keys of a server. It is safe for concurrent use.
type Keys struct {
	store *storage.Store
	root  [sha256.Size]byte
	now   func() time.Time
}

// OpenKeys returns the keys in store. root is the root key; if it is "", the one
// that an earlier start generated stays valid, and if there is none, one is
// generated, whose hash is stored, and returned, to be shown once. now may be
// nil.
func OpenKeys(ctx context.Context, store *storage.Store, root string, now func() time.Time) (k *Keys, generated string, err error) {
	k = &Keys{store: store, now: now}
	if k.now == nil {
		k.now = time.Now
	}
	if root != "" {
		for _, c := range root {
			if c <= ' ' || c > '~' {
				return nil, "", errors.New("session: the root key must be printable ASCII without spaces")
			}
		}
		k.root = sha256.Sum256([]byte(root))
		return k, "", nil
	}
	stored, err := store.Setting(rootSetting)
	switch {
	case err == nil && len(stored) == len(k.root):
		copy(k.root[:], stored)
		return k, "", nil
	case err == nil:
		return nil, "", errors.New("session: the stored hash of the root key is malformed")
	case !errors.Is(err, storage.ErrNotFound):
		return nil, "", fmt.Errorf("read the hash of the root key: %w", err)
	}
	generated = newSecret()
	k.root = sha256.Sum256([]byte(generated))
	if err := store.PutSetting(ctx, rootSetting, k.root[:]); err != nil {
		return nil, "", fmt.Errorf("store the hash of the root key: %w", err)
	}
	return k, generated, nil
}

// newSecret returns a new key's secret.
func newSecret() string {
	var b [32]byte
	rand.Read(b[:])
	return keyPrefix + base64.RawURLEncoding.EncodeToString(b[:])
}

// Authenticate returns who a secret belongs to. Errors: ErrKeyNotFound for one
// that is unknown, revoked or expired.
func (k *Keys) Authenticate(secret string) (Principal, error) {
	hash := sha256.Sum256([]byte(secret))
	if subtle.ConstantTimeCompare(hash[:], k.root[:]) == 1 {
		return Principal{KeyID: "root", Tenant: RootTenant, Root: true}, nil
	}
	if len(secret) != keyLength || !strings.HasPrefix(secret, keyPrefix) {
		return Principal{}, ErrKeyNotFound
	}
	now := k.now()
	key, err := k.store.KeyByHash(hash, now)
	if errors.Is(err, storage.ErrNotFound) {
		return Principal{}, ErrKeyNotFound
	}
	if err != nil {
		return Principal{}, fmt.Errorf("look up key: %w", err)
	}
	k.store.TouchKey(key.ID, now)
	return Principal{KeyID: key.ID, Tenant: key.Tenant}, nil
}

// Create makes a key. tenant "" stands for a new tenant; expires zero for never.
// The secret is returned once. Errors: *InvalidError.
func (k *Keys) Create(ctx context.Context, name, tenant string, expires time.Time) (Key, string, error) {
	now := k.now().UTC().Truncate(time.Millisecond)
	switch {
	case tenant == RootTenant:
		return Key{}, "", &InvalidError{Field: "tenant", Reason: "is reserved"}
	case !expires.IsZero() && !expires.After(now):
		return Key{}, "", &InvalidError{Field: "expiresAt", Reason: "must be in the future"}
	case tenant == "":
		tenant = NewID("ten_")
	}
	secret := newSecret()
	stored := storage.APIKey{
		ID: NewID("key_"), Name: name, Tenant: tenant, Hash: sha256.Sum256([]byte(secret)), CreatedAt: now, ExpiresAt: expires,
	}
	if err := k.store.CreateKey(ctx, stored); err != nil {
		return Key{}, "", fmt.Errorf("create key: %w", storeError(err))
	}
	return describe(stored), secret, nil
}

// List returns all keys in order of creation.
func (k *Keys) List() ([]Key, error) {
	stored, err := k.store.Keys()
	if err != nil {
		return nil, fmt.Errorf("list keys: %w", storeError(err))
	}
	keys := make([]Key, len(stored))
	for i := range stored {
		keys[i] = describe(stored[i])
	}
	return keys, nil
}

// Delete revokes a key at once. Errors: ErrKeyNotFound.
func (k *Keys) Delete(ctx context.Context, id string) error {
	if err := k.store.DeleteKey(ctx, id); err != nil {
		return keyError("delete", id, err)
	}
	return nil
}

// Rotate gives a key a new secret, which is returned once; those before stay valid
// for grace at most. Errors: ErrKeyNotFound.
func (k *Keys) Rotate(ctx context.Context, id string, grace time.Duration) (Key, string, error) {
	secret := newSecret()
	var until time.Time
	if grace > 0 {
		until = k.now().Add(grace)
	}
	stored, err := k.store.RotateKey(ctx, id, sha256.Sum256([]byte(secret)), until)
	if err != nil {
		return Key{}, "", keyError("rotate", id, err)
	}
	return describe(stored), secret, nil
}

func keyError(verb, id string, err error) error {
	if errors.Is(err, storage.ErrNotFound) {
		return ErrKeyNotFound
	}
	return fmt.Errorf("%s key %.80q: %w", verb, id, storeError(err))
}

func describe(k storage.APIKey) Key {
	return Key{ID: k.ID, Name: k.Name, Tenant: k.Tenant, CreatedAt: k.CreatedAt, ExpiresAt: k.ExpiresAt, LastUsed: k.LastUsed}
}
