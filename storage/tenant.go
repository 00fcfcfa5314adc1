package storage

import (
	"encoding/binary"
	"errors"
	"fmt"
	"sync"

	"github.com/dgraph-io/badger/v4"
)

// tenant is a tenant's key, which seals what belongs to no session, with the
// index of its records.
type tenant struct {
	tag     tag
	key     *dataKey
	records shelf
}

// tenants are those used since Open. There are as many as API keys have.
type tenants struct {
	sync.Mutex // held over the making of a key, so that there is one
	byTag      map[tag]*tenant
}

func (t *tenants) init() { t.byTag = map[tag]*tenant{} }

// tenant returns a tenant by name. If it has no key yet, it gets one, or, not
// asked to, ErrNotFound.
func (s *Store) tenant(name string, make bool) (*tenant, error) {
	if err := validTenant(name); err != nil {
		return nil, err
	}
	t := s.tenantTag(name)
	s.tenants.Lock()
	defer s.tenants.Unlock()
	if known := s.tenants.byTag[t]; known != nil {
		return known, nil
	}
	var raw [dataKeySize]byte
	owner := blind(s.ring.Blind, "tenant key", name)
	record := append([]byte{preTenant}, t[:]...)
	b, err := s.get(record)
	switch {
	case err == nil && len(b) != 4:
		return nil, fmt.Errorf("tenant record: %w", ErrCorrupt)
	case err == nil:
		if raw, err = s.slots.get(binary.BigEndian.Uint32(b), owner); err != nil {
			return nil, fmt.Errorf("key of a tenant: %w", missingKey(err))
		}
	case !errors.Is(err, ErrNotFound) || !make:
		return nil, err
	default:
		raw = newDataKey()
		slot, err := s.putKey(owner, raw)
		if err != nil {
			return nil, err
		}
		if err := s.write(entry{key: record, value: binary.BigEndian.AppendUint32(nil, slot)}); err != nil {
			return nil, err
		}
	}
	known := &tenant{tag: t, key: useDataKey(raw, "tenant "+name, s.ring.plain)}
	s.tenants.byTag[t] = known
	return known, nil
}

// missingKey makes an empty slot that a record names ErrCorrupt.
func missingKey(err error) error {
	if errors.Is(err, ErrNotFound) {
		return ErrCorrupt
	}
	return err
}

// orphans are the slots in use whose owner's record is not in txn, taken when
// nobody else uses the store.
type orphans struct {
	txn  *badger.Txn
	used map[uint32]bool
}

func (s *Store) newOrphans() *orphans {
	return &orphans{txn: s.db.NewTransaction(false), used: s.slots.used()}
}

// free burns the slots that no record names: a crash came between key and
// record. None of them can have been taken since.
func (o *orphans) free(s *Store) error {
	defer o.txn.Discard()
	for _, prefix := range []byte{preSession, preTenant} {
		err := scan(o.txn, []byte{prefix}, func(item *badger.Item) (bool, error) {
			err := item.Value(func(b []byte) error {
				if prefix == preTenant && len(b) == 4 {
					delete(o.used, binary.BigEndian.Uint32(b))
				} else if p, err := parseRecordHeader(b); err == nil {
					delete(o.used, p.slot)
				}
				return nil
			})
			return s.closing.Err() == nil, storeError("read", err)
		})
		if err != nil || s.closing.Err() != nil {
			return err
		}
	}
	for i := range o.used {
		if s.closing.Err() != nil {
			return nil
		}
		if err := s.slots.burn(i); err != nil {
			return err
		}
		s.slots.release(i)
	}
	return nil
}
