package storage

import (
	"context"
	"time"
)

// Bounds of idempotency records and caches.
const (
	MaxRecord        = 32 << 20 // bytes of one idempotency record
	MaxRecords       = 10_000   // idempotency records of one tenant
	MaxRecordBytes   = 64 << 20 // bytes of a tenant's idempotency records
	MaxCacheValue    = 1 << 20  // bytes of one cached value
	MaxCacheEntries  = 4096     // cached values of one owner
	MaxCacheBytes    = 32 << 20 // bytes of an owner's cached values
	RecordTTLDefault = 24 * time.Hour
)

// Owner says whose key seals a value: the session's if Session is set, and the
// value dies with it; else the tenant's.
type Owner struct {
	Tenant  string
	Session string
}

// RecordKey is what a client repeats to get its first response again.
type RecordKey struct {
	Tenant string
	Route  string
	Key    string // the Idempotency-Key header
}

// PutRecord keeps data for ttl under key. With session set, it is sealed by
// that session's key and dies with it, yet is found by key alone: a response
// that holds anything of a session (that of sessions/create too) must be bound
// to it. When the tenant has more than MaxRecords or MaxRecordBytes, its oldest
// go. Errors: ErrTooLarge, ErrNotFound for an unknown session.
func (s *Store) PutRecord(ctx context.Context, key RecordKey, session string, data []byte, ttl time.Duration) error {
	panic("unbuilt")
}

// Record returns what PutRecord kept. Errors: ErrNotFound, also when the
// record expired, was dropped, or its session was erased.
func (s *Store) Record(key RecordKey) ([]byte, error) { panic("unbuilt") }

// Cache is a bounded, sealed cache of one owner; the oldest values go first.
// It is safe for concurrent use.
type Cache struct{}

// Cache returns an owner's cache. Errors: ErrNotFound for an unknown session.
func (s *Store) Cache(owner Owner) (*Cache, error) { panic("unbuilt") }

// Put stores value under name in the background: it may be lost in a crash
// and is silently not kept when over MaxCacheValue. The caller must not change
// value afterwards.
func (c *Cache) Put(name string, value []byte) { panic("unbuilt") }

// Get returns the value stored under name, if it is there and authentic.
func (c *Cache) Get(name string) ([]byte, bool) { panic("unbuilt") }
