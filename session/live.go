package session

import (
	"container/list"
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/buntime/buntime/hostfuncs"
	"github.com/buntime/buntime/storage"
)

// live is what is held in memory of a session that is or was lately in use.
type live struct {
	id  string
	ctx context.Context // ends when the session is deleted or the manager must end
	end context.CancelFunc

	users int           // guarded by Manager.mu
	place *list.Element // guarded by Manager.mu; in Manager.lru, when without users

	tree   atomic.Pointer[hostfuncs.Tree] // names as of the last commit; nil: not loaded
	loadMu sync.Mutex                     // held while tree is loaded or replaced

	mu       sync.Mutex
	busy     bool      // guarded by mu; someone has the turn
	waiting  []*waiter // guarded by mu; in order of arrival
	deleting bool      // guarded by mu
	dead     bool      // guarded by mu; ctx ended, but the session could not be erased
	running  int       // guarded by mu; executions that have the turn (0 or 1)
}

// A waiter waits for its turn on a session.
type waiter struct {
	turn   chan error // nil: the turn is yours. Buffered.
	erases bool       // it is refused by nobody: who runs was cancelled for it
}

// use returns the live state of a session, for the caller to release.
func (m *Manager) use(id string) *live {
	m.mu.Lock()
	defer m.mu.Unlock()
	l := m.live[id]
	if l == nil {
		l = &live{id: id}
		l.ctx, l.end = context.WithCancel(m.ctx)
		m.live[id] = l
	}
	if l.place != nil {
		m.lru.Remove(l.place)
		m.cached -= l.weight()
		l.place = nil
	}
	l.users++
	return l
}

// weight is what a session counts against Config.CachedEntries. Precondition:
// no one uses it, so that the tree does not change.
func (l *live) weight() int { return 16 + l.tree.Load().Weight() }

// release ends a use.
func (m *Manager) release(l *live) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if l.users--; l.users > 0 {
		return
	}
	l.mu.Lock()
	gone := l.deleting || l.dead
	l.mu.Unlock()
	if gone {
		m.forgetLocked(l)
		return
	}
	l.place = m.lru.PushFront(l)
	m.cached += l.weight()
	for m.cached > m.cfg.CachedEntries && m.lru.Len() > 0 {
		old := m.lru.Back().Value.(*live)
		m.lru.Remove(old.place)
		m.cached -= old.weight()
		old.place = nil
		m.forgetLocked(old)
	}
}

// forgetLocked drops what is held of a session. Precondition: m.mu is held, no
// one uses l and it is not in m.lru.
func (m *Manager) forgetLocked(l *live) {
	delete(m.live, l.id)
	l.end()
}

func (l *live) isDeleting() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.deleting
}

// take waits for the caller's turn on the session: what changes a session is
// done one after another, in order of arrival. After nil the caller must call
// give.
//
// Errors: *BusyError, ErrDeleting, ErrClosed, ctx's.
func (m *Manager) take(ctx context.Context, l *live) error {
	l.mu.Lock()
	switch {
	case l.deleting:
		l.mu.Unlock()
		return ErrDeleting
	case !l.busy:
		l.busy = true
		l.mu.Unlock()
		return nil
	case len(l.waiting) >= m.cfg.Queue:
		l.mu.Unlock()
		return &BusyError{Queue: true, Limit: m.cfg.Queue, Retry: time.Second}
	}
	w := &waiter{turn: make(chan error, 1)}
	l.waiting = append(l.waiting, w)
	l.mu.Unlock()

	m.stats.waiting.Add(1)
	defer m.stats.waiting.Add(-1)
	timer := time.NewTimer(m.cfg.QueueWait)
	defer timer.Stop()
	var err error
	select {
	case err = <-w.turn:
		return err
	case <-timer.C:
		err = &BusyError{Retry: 5 * time.Second}
	case <-ctx.Done():
		err = ctx.Err()
	case <-l.ctx.Done():
		err = l.ended()
	}
	// Leave the queue, unless the turn came at this very moment: then pass it on.
	l.mu.Lock()
	for i := range l.waiting {
		if l.waiting[i] == w {
			l.waiting = append(l.waiting[:i], l.waiting[i+1:]...)
			l.mu.Unlock()
			return err
		}
	}
	l.mu.Unlock()
	if <-w.turn == nil {
		l.give()
	}
	return err
}

// ended returns why l.ctx ended.
func (l *live) ended() error {
	if l.isDeleting() {
		return ErrDeleting
	}
	return ErrClosed
}

// give passes the turn on.
func (l *live) give() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.waiting) == 0 {
		l.busy = false
		return
	}
	w := l.waiting[0]
	l.waiting = l.waiting[1:]
	w.turn <- nil
}

// refuseWaiting answers everyone in the queue with err, but for who erases.
func (l *live) refuseWaiting(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.refuseWaitingLocked(err)
}

func (l *live) refuseWaitingLocked(err error) {
	stay := l.waiting[:0]
	for _, w := range l.waiting {
		if w.erases {
			stay = append(stay, w)
		} else {
			w.turn <- err
		}
	}
	clear(l.waiting[len(stay):])
	l.waiting = stay
}

// current returns the names of the workspace as of the last commit, which it
// loads on first use. It never waits for an execution.
func (m *Manager) current(l *live) (*hostfuncs.Tree, error) {
	if t := l.tree.Load(); t != nil {
		return t, nil
	}
	l.loadMu.Lock()
	defer l.loadMu.Unlock()
	if t := l.tree.Load(); t != nil {
		return t, nil
	}
	ws, err := m.cfg.Store.Workspace(l.id)
	if err != nil {
		return nil, storeError(err)
	}
	stored, err := ws.Entries()
	if err != nil {
		return nil, storeError(err)
	}
	entries := make([]hostfuncs.Entry, len(stored))
	for i, e := range stored {
		entries[i] = hostfuncs.Entry{Path: e.Path, Kind: kinds[e.Kind], Mode: e.Mode, Size: e.Size, Modified: e.Modified, Target: e.Target}
	}
	t, err := hostfuncs.NewTree(entries)
	if err != nil {
		return nil, fmt.Errorf("workspace of %s: %w", l.id, err)
	}
	l.tree.Store(t)
	return t, nil
}

// kinds maps the store's kinds to the workspace's, storedKinds the other way.
var (
	kinds = map[storage.Kind]hostfuncs.Kind{
		storage.KindFile: hostfuncs.KindFile, storage.KindDir: hostfuncs.KindDir, storage.KindSymlink: hostfuncs.KindSymlink,
	}
	storedKinds = map[hostfuncs.Kind]storage.Kind{
		hostfuncs.KindFile: storage.KindFile, hostfuncs.KindDir: storage.KindDir, hostfuncs.KindSymlink: storage.KindSymlink,
	}
)

// storeError says in this package's words what went wrong in the store.
func storeError(err error) error {
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return fmt.Errorf("%w: %w", ErrNotFound, err)
	case errors.Is(err, storage.ErrClosed):
		return fmt.Errorf("%w: %w", ErrClosed, err)
	case errors.Is(err, storage.ErrNoSpace):
		return fmt.Errorf("%w: %w", &BusyError{Retry: 30 * time.Second}, err)
	}
	return err
}
