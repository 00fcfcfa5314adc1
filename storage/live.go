package storage

import (
	"container/list"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// Bounds of what is kept in memory of sessions that nobody uses.
const (
	maxIdle        = 1024
	maxIdleEntries = 200_000 // about 40 MB
)

// live is a session in memory: its key, its record, and its workspace once
// somebody asked for it.
type live struct {
	id string

	refs   int           // guarded by liveSessions
	idle   *list.Element // guarded by liveSessions; nil while refs > 0
	weight int           // guarded by liveSessions; entries counted while idle

	mu     sync.Mutex             // orders loading and changes of the record
	record atomic.Pointer[record] // nil until loaded; records are immutable
	key    *dataKey               // set before record
	dirty  bool                   // guarded by mu; the record is newer than on disk

	gone atomic.Bool // erased; set with mu and writer held

	writer  chan struct{} // holds a token while a Commit or a sweep is under way
	loading sync.Mutex
	state   atomic.Pointer[state] // the workspace as of the last commit; nil until loaded

	readers struct {
		sync.Mutex
		n      int     // open snapshots
		parked []chore // what they keep from being deleted
	}
}

// record is a session's record with the part of it that is not sealed.
type record struct {
	Session
	slot   uint32
	tenant tag
	gen    uint64 // counts what was written
}

func (r *record) created() int64 { return max(r.CreatedAt.UnixMilli(), 0) }

// expires is when the session is due in milliseconds; 0 is never.
func (r *record) expires() int64 {
	if r.ExpiresAt.IsZero() {
		return 0
	}
	return max(milliCeil(r.ExpiresAt), 1)
}

// recordHeader starts a stored session record. What is needed to finish an
// erasure without the session's key is here; it says nothing of content:
//
//	generation 8 | slot 4 | tenant tag 16 | created ms 8 | expires ms 8
const recordHeader = 8 + 4 + len(tag{}) + 8 + 8

func (r *record) header() []byte {
	b := make([]byte, 0, recordHeader)
	b = binary.BigEndian.AppendUint64(b, r.gen)
	b = binary.BigEndian.AppendUint32(b, r.slot)
	b = append(b, r.tenant[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(r.created()))
	return binary.BigEndian.AppendUint64(b, uint64(r.expires()))
}

// publicRecord is what recordHeader holds.
type publicRecord struct {
	gen              uint64
	slot             uint32
	tenant           tag
	created, expires int64
}

func parseRecordHeader(b []byte) (p publicRecord, err error) {
	if len(b) < recordHeader {
		return p, fmt.Errorf("session record: %w", ErrCorrupt)
	}
	p.gen = binary.BigEndian.Uint64(b)
	p.slot = binary.BigEndian.Uint32(b[8:])
	copy(p.tenant[:], b[12:])
	p.created = int64(binary.BigEndian.Uint64(b[28:]))
	p.expires = int64(binary.BigEndian.Uint64(b[36:]))
	if p.created < 0 || p.expires < 0 {
		return p, fmt.Errorf("session record: %w", ErrCorrupt)
	}
	return p, nil
}

// sessionBody is the sealed part of a session record.
type sessionBody struct {
	Tenant     string          `json:"tenant"`
	CreatedAt  time.Time       `json:"createdAt"`
	ExpiresAt  time.Time       `json:"expiresAt"`
	LastActive time.Time       `json:"lastActive"`
	Metadata   json.RawMessage `json:"metadata,omitempty"`
	Egress     json.RawMessage `json:"egress,omitempty"`
	Limits     ResourceLimits  `json:"limits"`
	Usage      Usage           `json:"usage"`
}

func (r *record) marshal(key *dataKey) ([]byte, error) {
	body, err := json.Marshal(sessionBody{
		Tenant: r.Tenant, CreatedAt: r.CreatedAt, ExpiresAt: r.ExpiresAt, LastActive: r.LastActive,
		Metadata: r.Metadata, Egress: r.Egress, Limits: r.Limits, Usage: r.Usage,
	})
	if err != nil {
		return nil, fmt.Errorf("%w session: %w", ErrInvalid, err)
	}
	h := r.header()
	return key.seal(h, label{kind: kindSession, name: string(h), gen: r.gen, last: true}, body), nil
}

func parseRecord(id string, b []byte, key *dataKey) (*record, error) {
	p, err := parseRecordHeader(b)
	if err != nil {
		return nil, err
	}
	plain, err := key.open(label{kind: kindSession, name: string(b[:recordHeader]), gen: p.gen, last: true}, b[recordHeader:])
	if err != nil {
		return nil, fmt.Errorf("session record: %w", err)
	}
	var body sessionBody
	if err := json.Unmarshal(plain, &body); err != nil {
		return nil, fmt.Errorf("session record: %w", ErrCorrupt)
	}
	r := &record{slot: p.slot, tenant: p.tenant, gen: p.gen, Session: Session{
		ID: id, Tenant: body.Tenant, CreatedAt: body.CreatedAt, ExpiresAt: body.ExpiresAt, LastActive: body.LastActive,
		Metadata: body.Metadata, Egress: body.Egress, Limits: body.Limits, Usage: body.Usage,
	}}
	if string(r.header()) != string(b[:recordHeader]) {
		return nil, fmt.Errorf("session record: %w", ErrCorrupt)
	}
	return r, nil
}

// liveSessions are the sessions in memory. Those in use are shared by all who
// use them; idle ones wait to be used again, up to a bound.
type liveSessions struct {
	sync.Mutex
	byID    map[string]*live
	idle    list.List // of *live, the longest idle first
	entries int       // sum of the weights of idle
}

func (s *liveSessions) init() { s.byID = map[string]*live{} }

// take returns the session of an id with a reference, which release gives
// back. It may be one that does not exist: its record is nil then.
func (s *liveSessions) take(id string) *live {
	s.Lock()
	defer s.Unlock()
	l := s.byID[id]
	if l == nil {
		l = &live{id: id, writer: make(chan struct{}, 1)}
		s.byID[id] = l
	}
	s.useLocked(l)
	return l
}

// use takes another reference on a session that is in use.
func (s *liveSessions) use(l *live) {
	s.Lock()
	defer s.Unlock()
	s.useLocked(l)
}

func (s *liveSessions) useLocked(l *live) {
	l.refs++
	if l.idle != nil {
		s.idle.Remove(l.idle)
		s.entries -= l.weight
		l.idle = nil
	}
}

func (s *liveSessions) release(l *live) {
	s.Lock()
	defer s.Unlock()
	if l.refs--; l.refs > 0 {
		return
	}
	if l.record.Load() == nil || l.gone.Load() {
		s.forgetLocked(l)
		return
	}
	l.weight = 0
	if st := l.state.Load(); st != nil {
		l.weight = st.weight()
	}
	l.idle = s.idle.PushBack(l)
	s.entries += l.weight
	for s.idle.Len() > maxIdle || s.entries > maxIdleEntries {
		oldest := s.idle.Front().Value.(*live)
		s.useLocked(oldest)
		oldest.refs--
		s.forgetLocked(oldest)
	}
}

// forget makes later calls load the session anew.
func (s *liveSessions) forget(l *live) {
	s.Lock()
	defer s.Unlock()
	s.forgetLocked(l)
}

func (s *liveSessions) forgetLocked(l *live) {
	if s.byID[l.id] == l {
		delete(s.byID, l.id)
	}
}

func (s *Store) sessionTag(id string) tag { return blind(s.ring.Blind, "session", id) }

// acquire returns an existing session, loaded, with a reference that
// s.live.release gives back.
func (s *Store) acquire(id string) (*live, error) {
	if !validID(id) {
		return nil, ErrNotFound
	}
	l := s.live.take(id)
	if err := s.load(l); err != nil {
		s.live.release(l)
		return nil, err
	}
	return l, nil
}

func (s *Store) load(l *live) error {
	if l.record.Load() == nil {
		l.mu.Lock()
		defer l.mu.Unlock()
	}
	if l.gone.Load() {
		return ErrNotFound
	}
	if l.record.Load() != nil {
		return nil
	}
	b, err := s.get(recordKeyOf(l.id))
	if err != nil {
		return err
	}
	p, err := parseRecordHeader(b)
	if err != nil {
		return err
	}
	raw, err := s.slots.get(p.slot, s.sessionTag(l.id))
	if err != nil {
		return err
	}
	key := useDataKey(raw, "session "+l.id, s.ring.plain)
	r, err := parseRecord(l.id, b, key)
	if err != nil {
		return err
	}
	l.key = key
	l.record.Store(r)
	return nil
}

// flush writes the records that UpdateUsage changed.
func (s *Store) flush() error {
	s.live.Lock()
	var dirty []*live
	for _, l := range s.live.byID {
		if l.refs > 0 {
			dirty = append(dirty, l)
		}
	}
	s.live.Unlock()
	var errs []error
	for _, l := range dirty {
		if err := s.flushOne(l); err != nil && !errors.Is(err, ErrNotFound) {
			errs = append(errs, err)
		}
	}
	return errors.Join(append(errs, s.flushKeys())...)
}

func (s *Store) flushOne(l *live) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.dirty {
		return nil
	}
	if !l.gone.Load() {
		r := *l.record.Load()
		r.gen++
		b, err := r.marshal(l.key)
		if err != nil {
			return err
		}
		if err := s.write(entry{key: recordKeyOf(l.id), value: b}); err != nil {
			return err // stays dirty, and is tried again
		}
		l.record.Store(&r)
	}
	l.dirty = false
	s.live.release(l) // the reference that UpdateUsage took
	return nil
}
