package storage

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/dgraph-io/badger/v4"
	"go.uber.org/zap"
)

// Bounds of idempotency records.
const (
	MaxRecord      = 32 << 20 // bytes of one
	MaxRecords     = 10_000   // of one tenant
	MaxRecordBytes = 64 << 20 // bytes of one tenant's
)

// RecordKey is what a client repeats to get its first response again.
type RecordKey struct {
	Tenant string
	Route  string
	Key    string // the Idempotency-Key header
}

func (k RecordKey) tag(t *tenant) tag { return blind(t.key.blinding, "record", k.Route, k.Key) }

// recordInfo is the sealed header of an idempotency record.
type recordInfo struct {
	set     uint64
	size    int64
	expires int64 // ms
	session string
}

func (r recordInfo) marshal() []byte {
	b := binary.BigEndian.AppendUint64(nil, r.set)
	b = binary.BigEndian.AppendUint64(b, uint64(r.size))
	b = binary.BigEndian.AppendUint64(b, uint64(r.expires))
	return append(b, r.session...)
}

func decodeRecordInfo(b []byte) (r recordInfo, err error) {
	if len(b) < 24 {
		return r, fmt.Errorf("record header: %w", ErrCorrupt)
	}
	r.set = binary.BigEndian.Uint64(b)
	size, expires := binary.BigEndian.Uint64(b[8:]), binary.BigEndian.Uint64(b[16:])
	r.session = string(b[24:])
	if size > MaxRecord || expires > math.MaxInt64 || r.session != "" && !validID(r.session) {
		return r, fmt.Errorf("record header: %w", ErrCorrupt)
	}
	r.size, r.expires = int64(size), int64(expires)
	return r, nil
}

func (r recordInfo) slip(name tag) slip {
	return slip{name: name, size: r.size, set: r.set, expires: time.UnixMilli(r.expires)}
}

func recordPath(prefix byte, t, name tag) []byte {
	return append(append([]byte{prefix}, t[:]...), name[:]...)
}

func bodyKey(t, name tag, set uint64) []byte {
	return binary.BigEndian.AppendUint64(recordPath(preBody, t, name), set)
}

// PutRecord keeps data for ttl under key, durably. With session set, it is
// sealed by that session's key and dies with it, yet is found by key alone: a
// response that holds anything of a session (that of its creation too) must be
// bound to it. When the tenant has more than MaxRecords or MaxRecordBytes, its
// oldest go. Errors: ErrTooLarge, ErrInvalid, ErrNotFound for an unknown
// session, ErrNoSpace.
func (s *Store) PutRecord(ctx context.Context, key RecordKey, session string, data []byte, ttl time.Duration) error {
	if err := s.enter(); err != nil {
		return err
	}
	defer s.leave()
	if err := ctx.Err(); err != nil {
		return err
	}
	if len(data) > MaxRecord {
		return fmt.Errorf("record: %w", ErrTooLarge)
	}
	if ttl < time.Second {
		return fmt.Errorf("%w record life", ErrInvalid)
	}
	t, err := s.tenant(key.Tenant, true)
	if err != nil {
		return err
	}
	seal := t.key
	if session != "" {
		l, err := s.acquire(session)
		if err != nil {
			return err
		}
		defer s.live.release(l)
		seal = l.key
	}
	name := key.tag(t)
	now := s.cfg.Now()
	info := recordInfo{
		set: binary.BigEndian.Uint64(randomBytes(8)), size: int64(len(data)),
		expires: now.Add(ttl).UnixMilli(), session: session,
	}

	sh := &t.records
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if err := s.loadRecords(t); err != nil {
		return err
	}
	var body, final []entry
	base := bodyKey(t.tag, name, info.set)
	_ = seal.sealChunks(label{kind: kindRecord, name: string(name[:]), gen: info.set}, data, func(i uint32, env []byte) error {
		body = append(body, entry{key: chunkKey(base, i), value: env, ttl: ttl})
		return nil
	})
	header := t.key.seal(nil, label{kind: kindRecordHeader, name: string(name[:]), last: true}, info.marshal())
	final = append(final, entry{key: recordPath(preRecord, t.tag, name), value: header, ttl: ttl})
	if session != "" {
		link := append(sessionKey(preLink, session), recordPath(preRecord, t.tag, name)[1:]...)
		final = append(final, entry{key: link, ttl: ttl})
	}
	// If the record replaces one of another session's, that session's link now
	// leads to this one: erasing that session drops it early, which is harmless.
	if all := slices.Concat(body, final); s.fits(all...) {
		err = s.write(all...)
	} else if err = s.writeBatch(body); err == nil {
		err = s.write(final...)
	}
	if err != nil {
		sh.loaded = false // look again what is there
		return err
	}
	var gone []entry
	for _, d := range sh.put(info.slip(name), MaxRecords, MaxRecordBytes, now) {
		if d.name != name {
			gone = append(gone, entry{key: recordPath(preRecord, t.tag, d.name), delete: true})
		}
		base := bodyKey(t.tag, d.name, d.set)
		for i := range max(chunks(d.size), 1) {
			gone = append(gone, entry{key: chunkKey(base, i), delete: true})
		}
	}
	if len(gone) > 0 {
		if err := s.writeBatch(gone); err != nil {
			s.log.Warn("drop old records", zap.Error(err)) // they expire
		}
	}
	return nil
}

// writeBatch applies entries in as many transactions as it takes. After an error
// some may have been written.
func (s *Store) writeBatch(entries []entry) error {
	give, err := s.roomFor(entries)
	if err != nil {
		return err
	}
	defer give()
	batch := s.db.NewWriteBatch()
	batch.SetMaxPendingTxns(2)
	defer batch.Cancel()
	for _, e := range entries {
		var err error
		if e.delete {
			err = batch.Delete(e.key)
		} else {
			err = batch.SetEntry(e.badger())
		}
		if err != nil {
			return storeError("write", err)
		}
	}
	return storeError("write", batch.Flush())
}

// loadRecords fills a tenant's shelf of records, which is locked.
func (s *Store) loadRecords(t *tenant) error {
	if t.records.loaded {
		return nil
	}
	type found struct {
		slip
		version uint64
	}
	var list []found
	prefix := append([]byte{preRecord}, t.tag[:]...)
	err := s.view(func(txn *badger.Txn) error {
		return scan(txn, prefix, func(item *badger.Item) (bool, error) {
			key := item.Key()
			if len(key) != len(prefix)+len(tag{}) {
				return true, nil
			}
			name := tag(key[len(prefix):])
			err := item.Value(func(b []byte) error {
				// One that does not open is not found either, and expires.
				if info, err := s.openInfo(t, name, b); err == nil {
					list = append(list, found{info.slip(name), item.Version()})
				}
				return nil
			})
			return true, storeError("read", err)
		})
	})
	if err != nil {
		return err
	}
	slices.SortFunc(list, func(a, b found) int { return cmp.Compare(a.version, b.version) })
	sh := &t.records
	sh.items, sh.bytes = nil, 0
	sh.order.Init()
	for _, f := range list {
		sh.put(f.slip, math.MaxInt, math.MaxInt64, time.Time{})
	}
	sh.loaded = true
	return nil
}

func (s *Store) openInfo(t *tenant, name tag, b []byte) (recordInfo, error) {
	plain, err := t.key.open(label{kind: kindRecordHeader, name: string(name[:]), last: true}, b)
	if err != nil {
		return recordInfo{}, fmt.Errorf("record header: %w", err)
	}
	return decodeRecordInfo(plain)
}

// Record returns what PutRecord kept. Errors: ErrNotFound, also when the
// record expired, was dropped, or its session was erased; ErrCorrupt.
func (s *Store) Record(key RecordKey) ([]byte, error) {
	if err := s.enter(); err != nil {
		return nil, err
	}
	defer s.leave()
	t, err := s.tenant(key.Tenant, false)
	if err != nil {
		return nil, err
	}
	name := key.tag(t)
	var data []byte
	err = s.view(func(txn *badger.Txn) error {
		b, err := txnGet(txn, recordPath(preRecord, t.tag, name))
		if err != nil {
			return err
		}
		info, err := s.openInfo(t, name, b)
		if err != nil {
			return err
		}
		if s.cfg.Now().UnixMilli() >= info.expires {
			return ErrNotFound
		}
		seal := t.key
		if info.session != "" {
			l, err := s.acquire(info.session)
			if err != nil {
				return err
			}
			defer s.live.release(l)
			seal = l.key
		}
		base := bodyKey(t.tag, name, info.set)
		data, err = seal.openChunks(label{kind: kindRecord, name: string(name[:]), gen: info.set}, info.size, func(i uint32) ([]byte, error) {
			return txnGet(txn, chunkKey(base, i))
		})
		if err == nil && int64(len(data)) != info.size {
			return fmt.Errorf("record: %w", ErrCorrupt)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return data, nil
}

// forgetRecords takes the records of an erased session, given by the keys of
// their headers, off their tenants' shelves.
func (s *Store) forgetRecords(headers [][]byte) {
	for _, k := range headers {
		if len(k) != 1+2*len(tag{}) {
			continue
		}
		s.tenants.Lock()
		t := s.tenants.byTag[tag(k[1:])]
		s.tenants.Unlock()
		if t != nil {
			t.records.mu.Lock()
			t.records.take(tag(k[1+len(tag{}):]))
			t.records.mu.Unlock()
		}
	}
}
