package session

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.uber.org/zap"

	"github.com/buntime/buntime/hostfuncs"
	"github.com/buntime/buntime/storage"
)

// Limits are what a session or a stateless run may use. See DefaultLimits and
// CheckLimits.
type Limits = storage.ResourceLimits

// Bounds of what a client may ask for.
const (
	MinTTL      = 5 * time.Minute
	MaxTTL      = 7 * 24 * time.Hour
	DefaultTTL  = 24 * time.Hour
	MaxMetadata = 16 << 10 // bytes of JSON

	MinMemory, MaxMemory   = 16, 4000  // MB
	MinCPU, MaxCPU         = 0.05, 8.0 // cores
	MinTimeout, MaxTimeout = 1, 300    // seconds
	MinDisk, MaxDisk       = 1, 5120   // MB
	MaxFuel                = 1<<53 - 1 // the largest integer that JSON's readers agree on
	MaxCode                = 10 << 20  // bytes
	MaxCommand             = 64 << 10  // bytes
	MaxFiles               = 1000      // written before an execution
	MaxFile                = 50 << 20  // bytes of a file that a client sends
	MaxEnv                 = 100       // variables
	MaxEnvValue            = 32 << 10  // bytes
	MaxWritten             = 1000      // paths named in a result
	MaxOutput              = 1 << 20   // bytes of each of stdout and stderr
)

// DefaultLimits are those of a session that does not say.
var DefaultLimits = Limits{MemoryMB: 1024, CPU: 0.25, TimeoutS: 30, DiskMB: 1024}

// State says what a session is doing.
type State string

// The states of a session.
const (
	Active State = "active" // a request came lately or is under way
	Idle   State = "idle"
)

// Info describes a session.
type Info struct {
	ID         string
	Tenant     string
	CreatedAt  time.Time
	ExpiresAt  time.Time
	LastActive time.Time
	State      State
	Files      int // regular files in the workspace
	Processes  int // programs running now
	Metadata   json.RawMessage
	Limits     Limits
	Egress     json.RawMessage
	Usage      storage.Usage
}

// CreateOptions describe a new session. A zero field means its default.
type CreateOptions struct {
	Tenant   string // owner; required
	TTL      time.Duration
	Metadata json.RawMessage // an object; default {}
	Limits   Limits
	Egress   json.RawMessage // "public", "none" or {"allow": […]}; default Config.Egress
}

// Create makes a session. Errors: *QuotaError, *InvalidError (egress), ErrClosed,
// *BusyError.
func (m *Manager) Create(ctx context.Context, o CreateOptions) (Info, error) {
	if err := m.begin(); err != nil {
		return Info{}, err
	}
	defer m.end()
	if o.TTL == 0 {
		o.TTL = DefaultTTL
	}
	if o.Metadata == nil {
		o.Metadata = json.RawMessage("{}")
	}
	if o.Egress == nil {
		o.Egress, _ = json.Marshal(m.cfg.Egress)
	}
	if _, err := hostfuncs.ParseNarrowing(o.Egress); err != nil {
		return Info{}, &InvalidError{Field: "egress", Reason: err.Error()}
	}
	fillLimits(&o.Limits)

	release, err := m.reserve(o.Tenant)
	if err != nil {
		return Info{}, err
	}
	defer release()
	now := m.cfg.Now().UTC().Truncate(time.Millisecond)
	s := storage.Session{
		ID:         NewID("ses_"),
		Tenant:     o.Tenant,
		CreatedAt:  now,
		ExpiresAt:  now.Add(o.TTL),
		LastActive: now,
		Metadata:   o.Metadata,
		Egress:     o.Egress,
		Limits:     o.Limits,
	}
	if err := m.cfg.Store.CreateSession(ctx, s); err != nil {
		return Info{}, fmt.Errorf("create session: %w", storeError(err))
	}
	m.stats.created.Add(1)
	return m.info(s), nil
}

// reserve takes a place for one more session of a tenant, until release.
func (m *Manager) reserve(tenant string) (release func(), err error) {
	for swept := false; ; swept = true {
		m.mu.Lock()
		n, err := m.cfg.Store.CountSessions(tenant)
		if n += m.creating[tenant]; err == nil && n < m.cfg.MaxSessions {
			m.creating[tenant]++
			m.mu.Unlock()
			break
		}
		m.mu.Unlock()
		if err != nil {
			return nil, fmt.Errorf("count sessions: %w", storeError(err))
		}
		if swept {
			return nil, &QuotaError{What: "sessions", Used: int64(n + 1), Limit: int64(m.cfg.MaxSessions)}
		}
		m.sweepAll() // what has expired does not count
	}
	return func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		if m.creating[tenant]--; m.creating[tenant] == 0 {
			delete(m.creating, tenant)
		}
	}, nil
}

// fillLimits puts the defaults where l says nothing.
func fillLimits(l *Limits) {
	if l.MemoryMB == 0 {
		l.MemoryMB = DefaultLimits.MemoryMB
	}
	if l.CPU == 0 {
		l.CPU = DefaultLimits.CPU
	}
	if l.TimeoutS == 0 {
		l.TimeoutS = DefaultLimits.TimeoutS
	}
	if l.DiskMB == 0 {
		l.DiskMB = DefaultLimits.DiskMB
	}
}

// Get returns a session of a tenant; an empty tenant stands for any. Reading is
// no activity. Errors: ErrNotFound.
func (m *Manager) Get(ctx context.Context, tenant, id string) (Info, error) {
	if err := m.begin(); err != nil {
		return Info{}, err
	}
	defer m.end()
	s, err := m.record(tenant, id)
	if err != nil {
		return Info{}, err
	}
	return m.info(s), nil
}

// record returns the stored session if the tenant may see it.
func (m *Manager) record(tenant, id string) (storage.Session, error) {
	s, err := m.cfg.Store.Session(id)
	if err != nil {
		return s, storeError(err)
	}
	if tenant != "" && s.Tenant != tenant || !s.ExpiresAt.After(m.cfg.Now()) {
		return storage.Session{}, ErrNotFound
	}
	return s, nil
}

// info describes a stored session.
func (m *Manager) info(s storage.Session) Info {
	i := Info{
		ID: s.ID, Tenant: s.Tenant, CreatedAt: s.CreatedAt, ExpiresAt: s.ExpiresAt, LastActive: s.LastActive,
		State: Idle, Files: s.FilesCount, Metadata: s.Metadata, Limits: s.Limits, Egress: s.Egress, Usage: s.Usage,
	}
	m.mu.Lock()
	l := m.live[s.ID]
	m.mu.Unlock()
	if l != nil {
		l.mu.Lock()
		i.Processes = l.running
		if l.busy {
			i.State = Active
		}
		l.mu.Unlock()
	}
	if m.cfg.Now().Sub(s.LastActive) < m.cfg.Idle {
		i.State = Active
	}
	return i
}

// List returns up to limit sessions of a tenant in order of creation, after
// skipping offset, and how many there are. An empty tenant stands for all.
// Expired sessions are neither listed nor counted.
func (m *Manager) List(ctx context.Context, tenant string, offset, limit int) ([]Info, int, error) {
	if err := m.begin(); err != nil {
		return nil, 0, err
	}
	defer m.end()
	m.sweepAll() // what has expired does not count
	list, total, err := m.cfg.Store.Sessions(tenant, offset, limit)
	if err != nil {
		return nil, 0, fmt.Errorf("list sessions: %w", storeError(err))
	}
	now := m.cfg.Now()
	out := make([]Info, 0, len(list))
	for _, s := range list {
		if s.ExpiresAt.After(now) {
			out = append(out, m.info(s))
		} else {
			total-- // expired since, or being erased at this moment
		}
	}
	return out, total, nil
}

// Update changes a session. A nil field stays.
type Update struct {
	TTL      *time.Duration  // from now
	Metadata json.RawMessage // replaces what was there
}

// Update changes a session of a tenant ("": any). Errors: ErrNotFound,
// ErrDeleting.
func (m *Manager) Update(ctx context.Context, tenant, id string, u Update) (Info, error) {
	if err := m.begin(); err != nil {
		return Info{}, err
	}
	defer m.end()
	if _, err := m.record(tenant, id); err != nil {
		return Info{}, err
	}
	l := m.use(id)
	defer m.release(l)
	if l.isDeleting() {
		return Info{}, ErrDeleting
	}
	err := m.cfg.Store.UpdateSession(ctx, id, func(s *storage.Session) error {
		now := m.cfg.Now().UTC().Truncate(time.Millisecond)
		if !s.ExpiresAt.After(now) {
			return ErrNotFound
		}
		if u.TTL != nil {
			s.ExpiresAt = now.Add(*u.TTL)
		}
		if u.Metadata != nil {
			s.Metadata = u.Metadata
		}
		s.LastActive = now
		return nil
	})
	if err != nil {
		return Info{}, storeError(err)
	}
	s, err := m.record(tenant, id)
	if err != nil {
		return Info{}, err
	}
	return m.info(s), nil
}

// Delete cancels what runs in a session of a tenant ("": any), then erases it.
// When it returns nil nothing of the session can be read again. Errors:
// ErrNotFound, ErrDeleting.
func (m *Manager) Delete(ctx context.Context, tenant, id string) error {
	if err := m.begin(); err != nil {
		return err
	}
	defer m.end()
	if _, err := m.record(tenant, id); err != nil {
		return err
	}
	return m.erase(ctx, id, m.cfg.Store.EraseSession)
}

// erase ends what runs in a session, waits for it, and erases the session by a
// method of the store.
func (m *Manager) erase(ctx context.Context, id string, by func(ctx context.Context, id string) error) error {
	l := m.use(id)
	defer m.release(l)
	l.mu.Lock()
	if l.deleting {
		l.mu.Unlock()
		return ErrDeleting
	}
	l.deleting = true
	l.refuseWaitingLocked(ErrDeleting)
	// The eraser is next in line, whatever the queue's bound.
	w := &waiter{turn: make(chan error, 1), erases: true}
	if l.busy {
		l.waiting = append(l.waiting, w)
	} else {
		l.busy = true
		w.turn <- nil
	}
	l.mu.Unlock()
	l.end()
	<-w.turn // what runs was cancelled and ends within a slice
	defer l.give()
	// From here on the session is going: a client that hangs up does not stop it.
	if err := by(context.WithoutCancel(ctx), id); err != nil && !errors.Is(err, storage.ErrNotFound) {
		l.mu.Lock()
		l.deleting, l.dead = false, true
		l.mu.Unlock()
		return fmt.Errorf("erase session %s: %w", id, storeError(err))
	}
	if m.cfg.Forget != nil {
		m.cfg.Forget(sessionScope(id))
	}
	m.stats.erased.Add(1)
	return nil
}

// sweep erases expired sessions until the manager ends.
func (m *Manager) sweep() {
	tick := time.NewTicker(m.cfg.Sweep)
	defer tick.Stop()
	for {
		if m.begin() != nil {
			return
		}
		m.sweepAll()
		m.end()
		select {
		case <-tick.C:
		case <-m.ctx.Done():
			return
		}
	}
}

// sweepAll erases the sessions that have expired by now. Those that it cannot
// erase hold up no other.
func (m *Manager) sweepAll() {
	const batch = 64
	now := m.cfg.Now()
	left := make(map[string]bool)
	for m.ctx.Err() == nil {
		ids, err := m.cfg.Store.Expired(now, len(left)+batch)
		if err != nil {
			m.cfg.Log.Error("looking for expired sessions failed", zap.Error(err))
			break
		}
		ids = slices.DeleteFunc(ids, func(id string) bool { return left[id] })
		if len(ids) == 0 {
			break
		}
		for _, id := range ids {
			err := m.erase(m.ctx, id, func(ctx context.Context, id string) error { return m.cfg.Store.EraseExpired(ctx, id, now) })
			if err == nil {
				continue
			}
			left[id] = true
			// A client may delete it, or give it more time, at this moment.
			if !errors.Is(err, ErrDeleting) && !errors.Is(err, storage.ErrNotDue) {
				m.cfg.Log.Error("erasing an expired session failed", zap.String("session", id), zap.Error(err))
			}
		}
	}
	m.forgetCredits()
}

// NewID returns prefix and 20 random characters of [a-z0-9]: 103 bits.
func NewID(prefix string) string {
	const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789"
	id := make([]byte, 0, len(prefix)+20)
	id = append(id, prefix...)
	var random [32]byte
	for {
		rand.Read(random[:])
		for _, b := range random {
			if b >= 252 { // 252 is 7×36: the rest would make some letters likelier
				continue
			}
			if id = append(id, alphabet[b%36]); len(id) == len(prefix)+20 {
				return string(id)
			}
		}
	}
}
