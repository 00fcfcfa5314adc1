package storage

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/dgraph-io/badger/v4"
	"go.uber.org/zap"
)

// ResourceLimits are what a session was created with. storage only keeps them.
type ResourceLimits struct {
	MemoryMB int     `json:"memory"`  // MiB of linear memory beyond the image
	CPU      float64 `json:"cpu"`     // sustained share of cores
	TimeoutS int     `json:"timeout"` // seconds per execution
	DiskMB   int     `json:"disk"`    // MiB of file content
}

// Usage is what a session has spent.
type Usage struct {
	CPUMs       float64 `json:"cpuMs"`
	Fuel        int64   `json:"fuel"`
	DiskBytes   int64   `json:"diskBytes"`   // content of the workspace's files; kept by storage
	MemoryBytes int64   `json:"memoryBytes"` // as the caller defines it (peak or last)
	Executions  int64   `json:"executions"`
}

// Session is one session's record. Everything but ID, CreatedAt, ExpiresAt and
// a keyed hash of Tenant is readable with the session's key only.
type Session struct {
	ID         string          // 1 to 64 of [A-Za-z0-9_-]
	Tenant     string          // owner, 1 to 255 bytes
	CreatedAt  time.Time       // orders Sessions, to the millisecond
	ExpiresAt  time.Time       // see Store.Expired; zero: never
	LastActive time.Time       // see Store.UpdateUsage
	Metadata   json.RawMessage // the client's, with Egress at most 512 KiB; nil if none
	Egress     json.RawMessage // policy as the caller encodes it; nil if none
	Limits     ResourceLimits
	Usage      Usage
	FilesCount int // regular files in the workspace; kept by storage
}

// maxSessionJSON bounds the raw JSON of a session in bytes.
const maxSessionJSON = 512 << 10

func validTenant(tenant string) error {
	if tenant == "" || len(tenant) > 255 {
		return fmt.Errorf("%w tenant name", ErrInvalid)
	}
	return nil
}

func (sess *Session) validate() error {
	if !validID(sess.ID) {
		return fmt.Errorf("%w session id", ErrInvalid)
	}
	if len(sess.Metadata)+len(sess.Egress) > maxSessionJSON {
		return fmt.Errorf("session: %w", ErrTooLarge)
	}
	return validTenant(sess.Tenant)
}

// counts are how many sessions each tenant has, counted when first asked for.
// Writers of sessions hold the read side over the write and the change, so
// that a count sees all or nothing of them.
type counts struct {
	sync.RWMutex
	mu       sync.Mutex
	byTenant map[tag]int // guarded by mu; the zero tag counts all
}

func (c *counts) init() { c.byTenant = map[tag]int{} }

func (c *counts) add(tenant tag, n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, t := range []tag{tenant, {}} {
		if _, counted := c.byTenant[t]; counted {
			c.byTenant[t] += n
		}
	}
}

// tenantTag stands for a tenant in keys; all tenants together are the zero tag.
func (s *Store) tenantTag(tenant string) tag {
	if tenant == "" {
		return tag{}
	}
	return blind(s.ring.Blind, "tenant", tenant)
}

// CreateSession stores a new session with an empty workspace and a fresh data
// key, durably. FilesCount and Usage.DiskBytes are ignored. Errors: ErrExists,
// ErrInvalid, ErrTooLarge, ErrNoSpace.
func (s *Store) CreateSession(ctx context.Context, sess Session) error {
	if err := s.enter(); err != nil {
		return err
	}
	defer s.leave()
	if err := sess.validate(); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	l := s.live.take(sess.ID)
	defer s.live.release(l)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.record.Load() != nil || l.gone.Load() {
		return ErrExists
	}
	for _, key := range [][]byte{recordKeyOf(sess.ID), append(sessionKey(preTodo, sess.ID), todoErase)} {
		if _, err := s.get(key); err == nil {
			return ErrExists
		} else if !errors.Is(err, ErrNotFound) {
			return err
		}
	}

	raw := newDataKey()
	key := useDataKey(raw, "session "+sess.ID, s.ring.plain)
	sess.FilesCount, sess.Usage.DiskBytes = 0, 0
	r := &record{Session: sess, tenant: s.tenantTag(sess.Tenant)}
	var err error
	if r.slot, err = s.putKey(s.sessionTag(sess.ID), raw); err != nil {
		return err
	}
	body, err := r.marshal(key)
	if err != nil {
		return err
	}
	empty := &state{}
	entries := []entry{
		{key: recordKeyOf(sess.ID), value: body},
		{key: orderKey(r.tenant, r.created(), sess.ID)},
		{key: orderKey(tag{}, r.created(), sess.ID)},
		empty.headEntry(sess.ID, key),
	}
	if at := r.expires(); at > 0 {
		entries = append(entries, entry{key: expiryKey(at, sess.ID)})
	}
	s.counts.RLock()
	defer s.counts.RUnlock()
	if err := s.write(entries...); err != nil {
		// The slot stays taken: the session may be there. If not, the next
		// Open frees the slot.
		return err
	}
	s.counts.add(r.tenant, 1)
	l.key = key
	l.state.Store(empty)
	l.record.Store(r)
	return nil
}

// Session returns a session, expired or not: expiry is the caller's decision.
// Errors: ErrNotFound, ErrCorrupt.
func (s *Store) Session(id string) (Session, error) {
	if err := s.enter(); err != nil {
		return Session{}, err
	}
	defer s.leave()
	return s.session(id)
}

func (s *Store) session(id string) (Session, error) {
	l, err := s.acquire(id)
	if err != nil {
		return Session{}, err
	}
	defer s.live.release(l)
	return s.describe(l)
}

// describe is a session's record with the totals of its workspace.
func (s *Store) describe(l *live) (Session, error) {
	sess := l.record.Load().Session
	if st := l.state.Load(); st != nil {
		sess.FilesCount, sess.Usage.DiskBytes = st.files, st.bytes
		return sess, nil
	}
	b, err := s.get(sessionKey(preHead, l.id))
	if err != nil {
		return Session{}, missing(l, "head", err)
	}
	head, err := parseHead(b, l.key)
	if err != nil {
		return Session{}, err
	}
	sess.FilesCount, sess.Usage.DiskBytes = head.files, head.bytes
	return sess, nil
}

// missing makes a record of a session that should be there and is not ErrCorrupt,
// unless the session was erased meanwhile.
func missing(l *live, what string, err error) error {
	switch {
	case l.gone.Load():
		return ErrNotFound
	case errors.Is(err, ErrNotFound):
		return fmt.Errorf("%s of a session is missing: %w", what, ErrCorrupt)
	}
	return err
}

// Sessions returns up to limit sessions of a tenant in order of creation,
// after skipping offset, and how many there are. An empty tenant stands for
// all. One that is damaged is left out, and logged: it does not hide the others.
func (s *Store) Sessions(tenant string, offset, limit int) (list []Session, total int, err error) {
	if err := s.enter(); err != nil {
		return nil, 0, err
	}
	defer s.leave()
	if offset < 0 || limit < 0 {
		return nil, 0, fmt.Errorf("%w page", ErrInvalid)
	}
	t := s.tenantTag(tenant)
	prefix := append([]byte{preOrder}, t[:]...)
	var ids []string
	err = s.view(func(txn *badger.Txn) error {
		return scan(txn, prefix, func(item *badger.Item) (bool, error) {
			if total >= offset && len(ids) < limit {
				ids = append(ids, string(item.Key()[len(prefix)+8:]))
			}
			total++
			return true, nil
		})
	})
	if err != nil {
		return nil, 0, err
	}
	for _, id := range ids {
		sess, err := s.session(id)
		if errors.Is(err, ErrNotFound) {
			continue // erased since
		}
		if errors.Is(err, ErrCorrupt) {
			s.log.Error("a session is left out of a list", zap.String("session", id), zap.Error(err))
			continue
		}
		if err != nil {
			return nil, 0, err
		}
		list = append(list, sess)
	}
	return list, total, nil
}

// CountSessions returns how many sessions a tenant has; an empty tenant stands
// for all. It costs no reads after a tenant's first call.
func (s *Store) CountSessions(tenant string) (int, error) {
	if err := s.enter(); err != nil {
		return 0, err
	}
	defer s.leave()
	t := s.tenantTag(tenant)
	s.counts.mu.Lock()
	n, counted := s.counts.byTenant[t]
	s.counts.mu.Unlock()
	if counted {
		return n, nil
	}
	s.counts.Lock()
	defer s.counts.Unlock()
	n = 0
	err := s.view(func(txn *badger.Txn) error {
		return scan(txn, append([]byte{preOrder}, t[:]...), func(*badger.Item) (bool, error) {
			n++
			return true, nil
		})
	})
	if err != nil {
		return 0, err
	}
	s.counts.mu.Lock()
	defer s.counts.mu.Unlock()
	s.counts.byTenant[t] = n
	return n, nil
}

// UpdateSession lets fn change a session's ExpiresAt, LastActive, Metadata,
// Egress, Limits and Usage and stores the result durably; changes of other
// fields are ignored. An error of fn is returned as it is and nothing is
// stored. Updates of one session are serialized. fn must not call the store.
func (s *Store) UpdateSession(ctx context.Context, id string, fn func(*Session) error) error {
	if err := s.enter(); err != nil {
		return err
	}
	defer s.leave()
	if err := ctx.Err(); err != nil {
		return err
	}
	l, err := s.acquire(id)
	if err != nil {
		return err
	}
	defer s.live.release(l)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.gone.Load() {
		return ErrNotFound
	}
	old := l.record.Load()
	sess, err := s.describe(l)
	if err != nil {
		return err
	}
	if err := fn(&sess); err != nil {
		return err
	}
	r := *old
	r.gen++
	r.ExpiresAt, r.LastActive, r.Metadata = sess.ExpiresAt, sess.LastActive, sess.Metadata
	r.Egress, r.Limits, r.Usage = sess.Egress, sess.Limits, sess.Usage
	if err := r.Session.validate(); err != nil {
		return err
	}
	body, err := r.marshal(l.key)
	if err != nil {
		return err
	}
	entries := []entry{{key: recordKeyOf(id), value: body}}
	if from, to := old.expires(), r.expires(); from != to {
		if from > 0 {
			entries = append(entries, entry{key: expiryKey(from, id), delete: true})
		}
		if to > 0 {
			entries = append(entries, entry{key: expiryKey(to, id)})
		}
	}
	if err := s.write(entries...); err != nil {
		return err
	}
	l.record.Store(&r)
	return nil
}

// UpdateUsage lets fn change a session's LastActive and Usage in memory, where
// Session sees it at once; it reaches the disk within 5 s or at Close. fn must
// not call the store.
func (s *Store) UpdateUsage(id string, fn func(*Session)) error {
	if err := s.enter(); err != nil {
		return err
	}
	defer s.leave()
	l, err := s.acquire(id)
	if err != nil {
		return err
	}
	defer s.live.release(l)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.gone.Load() {
		return ErrNotFound
	}
	r := *l.record.Load()
	sess := r.Session
	fn(&sess)
	r.LastActive, r.Usage = sess.LastActive, sess.Usage
	l.record.Store(&r)
	if !l.dirty {
		l.dirty = true
		s.live.use(l) // until flushed
	}
	return nil
}

// EraseSession destroys a session: when it returns, its key is overwritten on
// disk and no record of it can be decrypted by anyone. The space is reclaimed
// in the background. It waits for a running Commit of the session; calls on
// its workspace return ErrNotFound from then on. Errors: ErrNotFound.
//
// If it fails half way or the process dies, the next Open finishes it.
func (s *Store) EraseSession(ctx context.Context, id string) error {
	return s.erase(ctx, id, func(publicRecord) bool { return true })
}

// EraseExpired is EraseSession of a session that is still due at now, which one
// that Expired returned may no longer be. Errors: ErrNotDue too.
func (s *Store) EraseExpired(ctx context.Context, id string, now time.Time) error {
	return s.erase(ctx, id, func(p publicRecord) bool { return p.expires > 0 && p.expires <= now.UnixMilli() })
}

func (s *Store) erase(ctx context.Context, id string, due func(publicRecord) bool) error {
	if err := s.enter(); err != nil {
		return err
	}
	defer s.leave()
	if !validID(id) {
		return ErrNotFound
	}
	// A session too damaged to load can still be erased.
	l := s.live.take(id)
	defer s.live.release(l)
	select {
	case l.writer <- struct{}{}:
		defer func() { <-l.writer }()
	case <-ctx.Done():
		return ctx.Err()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.gone.Load() {
		return ErrNotFound
	}
	b, err := s.get(recordKeyOf(id))
	if err != nil {
		return err
	}
	p, err := parseRecordHeader(b)
	if err != nil {
		return err
	}
	if !due(p) {
		return ErrNotDue
	}
	todo := append(sessionKey(preTodo, id), todoErase)
	if err := s.write(entry{key: todo}); err != nil {
		return err
	}
	// Decided: whatever fails below, Open does again.
	l.gone.Store(true)
	s.counts.RLock()
	defer s.counts.RUnlock()
	if err := s.destroy(id, p); err != nil {
		return err
	}
	s.counts.add(p.tenant, -1)
	s.live.forget(l)
	s.chores.add(chore{key: todo, id: id, sort: todoErase})
	return nil
}

// destroy overwrites a session's key and then deletes what makes it a session.
func (s *Store) destroy(id string, p publicRecord) error {
	burnt, err := s.slots.burnOwned(p.slot, s.sessionTag(id))
	if err != nil {
		return err
	}
	entries := []entry{
		{key: recordKeyOf(id), delete: true},
		{key: orderKey(p.tenant, p.created, id), delete: true},
		{key: orderKey(tag{}, p.created, id), delete: true},
		{key: sessionKey(preHead, id), delete: true},
	}
	if p.expires > 0 {
		entries = append(entries, entry{key: expiryKey(p.expires, id), delete: true})
	}
	if err := s.write(entries...); err != nil {
		return err
	}
	if burnt {
		s.slots.release(p.slot)
	}
	return nil
}

// Expired returns the ids of up to max sessions whose ExpiresAt is not after
// now, those due longest first. What it finds in the index alone it drops there: an
// update that failed after it was written, or damage, leaves such entries.
func (s *Store) Expired(now time.Time, max int) ([]string, error) {
	if err := s.enter(); err != nil {
		return nil, err
	}
	defer s.leave()
	var (
		ids   []string
		stale []entry
	)
	err := s.view(func(txn *badger.Txn) error {
		return scan(txn, []byte{preExpiry}, func(item *badger.Item) (bool, error) {
			key := item.Key()
			if len(ids) >= max || len(key) < 9 {
				return false, nil
			}
			at := int64(binary.BigEndian.Uint64(key[1:]))
			if at > now.UnixMilli() {
				return false, nil
			}
			id := string(key[9:])
			b, err := txnGet(txn, recordKeyOf(id))
			if err != nil && !errors.Is(err, ErrNotFound) {
				return false, err
			}
			if p, perr := parseRecordHeader(b); err != nil || perr == nil && p.expires != at {
				stale = append(stale, entry{key: item.KeyCopy(nil), delete: true})
				return true, nil
			}
			ids = append(ids, id)
			return true, nil
		})
	})
	if err == nil && len(stale) > 0 {
		err = s.writeBatch(stale)
	}
	return ids, err
}
