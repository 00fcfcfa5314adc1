// Package session is the life of a session: creating it, running programs in
// it one after another, its files, its expiry, and who may see it.
//
// It joins an engine, which runs programs, to a store, which keeps files, and
// decides what each run may use. It knows nothing of HTTP.
package session

import (
	"container/list"
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/buntime/buntime/hostfuncs"
	"github.com/buntime/buntime/internal/share"
	"github.com/buntime/buntime/jsengine"
	"github.com/buntime/buntime/npm"
	"github.com/buntime/buntime/storage"
)

// Config describes a Manager. A zero field means its default.
type Config struct {
	Store  *storage.Store   // where sessions live; nil: only Run works
	Engine *jsengine.Engine // required

	// Policy is the ceiling of what guests' fetch may reach; nil: nothing.
	Policy *hostfuncs.Policy
	// Egress is what a session gets that does not say: "public" or "none".
	// Default "public". The policy bounds it all the same.
	Egress string

	MaxSessions int           // sessions of one tenant at once; default 100
	Queue       int           // requests that may wait for one session; default 32
	QueueWait   time.Duration // how long one waits at most; default 60 s
	Places      int           // executions under way at once, over all sessions and tenants; default 256 for each of the engine's turns
	PlaceQueue  int           // executions that may wait for a place, each for QueueWait at most; default 1024
	Entries     int           // files, directories and links of one session; default 100,000
	Idle        time.Duration // a session without requests for so long is idle; default 5 min
	Sweep       time.Duration // how often expired sessions are looked for; default 10 s
	// CachedEntries bounds the names of workspaces that are held in memory, over
	// all sessions that are not in use at the moment; default 500,000 (about
	// 150 MB). One with a path or target of more than 256 bytes counts as several.
	CachedEntries int
	// HostMemory bounds what guests' changed files, /tmp, fetch bodies and requests
	// hold of the host's memory, over all guests, in bytes; no tenant can take the
	// last of it. It is a part of the engine's Budget; default half of that.
	HostMemory int64

	// Packages says where packages come from.
	Packages npm.Config

	// Forget is told the scope of a session that was erased: caches drop what they
	// hold of it. May be nil.
	Forget func(scope string)

	Log *zap.Logger      // default: none
	Now func() time.Time // default time.Now
}

func (c Config) withDefaults() Config {
	def := func(p *int, v int) {
		if *p == 0 {
			*p = v
		}
	}
	defDur := func(p *time.Duration, v time.Duration) {
		if *p == 0 {
			*p = v
		}
	}
	def(&c.MaxSessions, 100)
	def(&c.Queue, 32)
	def(&c.Places, 256*c.Engine.Turns())
	def(&c.PlaceQueue, 1024)
	def(&c.Entries, 100_000)
	def(&c.CachedEntries, 500_000)
	defDur(&c.QueueWait, time.Minute)
	defDur(&c.Idle, 5*time.Minute)
	defDur(&c.Sweep, 10*time.Second)
	if c.HostMemory == 0 {
		c.HostMemory = c.Engine.Stats().Budget / 2
	}
	if c.Egress == "" {
		c.Egress = "public"
	}
	if c.Log == nil {
		c.Log = zap.NewNop()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}

// Manager runs sessions. It is safe for concurrent use.
type Manager struct {
	cfg    Config      // immutable after New
	memory *share.Pool // of Config.HostMemory
	stats  stats
	places *places // of executions
	// narrowing is what Config.Egress says.
	narrowing hostfuncs.Narrowing

	packages  *packages
	published *published

	ctx    context.Context // ends when what runs must end
	cancel context.CancelFunc

	mu       sync.Mutex
	closed   bool               // guarded by mu
	work     int                // guarded by mu; calls under way that Close waits for
	idle     chan struct{}      // guarded by mu; closed when work is 0 after closed
	live     map[string]*live   // guarded by mu
	lru      *list.List         // guarded by mu; of *live with no users, last used first
	cached   int                // guarded by mu; names held by lru
	creating map[string]int     // guarded by mu; sessions being created, by tenant
	credits  map[string]*credit // guarded by mu; of the sessions that spent some, by id
	sweeper  sync.WaitGroup     // the sweeper
}

// New starts a Manager and its sweeper. The caller must Close it, before the
// store and the engine.
func New(cfg Config) (*Manager, error) {
	if cfg.Engine == nil {
		return nil, errors.New("session: Config.Engine is missing")
	}
	m := &Manager{
		cfg:      cfg.withDefaults(),
		live:     make(map[string]*live),
		lru:      list.New(),
		creating: make(map[string]int),
		credits:  make(map[string]*credit),
		idle:     make(chan struct{}),
	}
	var err error
	if m.narrowing, err = hostfuncs.ParseNarrowing([]byte(strconv.Quote(m.cfg.Egress))); err != nil {
		return nil, fmt.Errorf("session: Config.Egress is %q, not public or none", m.cfg.Egress)
	}
	if m.packages, err = newPackages(m); err != nil {
		return nil, fmt.Errorf("session: Config.Packages: %w", err)
	}
	m.published = &published{m: m, known: map[[16]byte]*npm.Package{}}
	m.memory = share.NewPool(m.cfg.HostMemory)
	m.places = newPlaces(m.cfg.Places, m.cfg.PlaceQueue, m.cfg.QueueWait)
	m.ctx, m.cancel = context.WithCancel(context.Background())
	if m.cfg.Store != nil {
		m.sweeper.Go(m.sweep)
	}
	return m, nil
}

// Close refuses new work, lets running executions finish until ctx ends, then
// cancels them, and returns when none is left. What they wrote until then is
// committed. It may be called twice. The error is ctx's if some were cancelled.
func (m *Manager) Close(ctx context.Context) error {
	m.mu.Lock()
	if !m.closed {
		m.closed = true
		if m.work == 0 {
			close(m.idle)
		}
		// Who waits in a queue has not begun: it is told to come back.
		for _, l := range m.live {
			l.refuseWaiting(ErrClosed)
		}
		m.places.close()
	}
	m.mu.Unlock()

	var err error
	select {
	case <-m.idle:
	case <-ctx.Done():
		err = ctx.Err()
	}
	m.cancel()
	<-m.idle
	m.sweeper.Wait()
	m.published.close()
	return err
}

// begin counts a call that Close must wait for; end uncounts it.
func (m *Manager) begin() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return ErrClosed
	}
	m.work++
	return nil
}

func (m *Manager) end() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.work--; m.work == 0 && m.closed {
		close(m.idle)
	}
}

// Ready reports whether requests can be served: the store can write and the
// manager is not closing.
func (m *Manager) Ready(ctx context.Context) error {
	m.mu.Lock()
	closed := m.closed
	m.mu.Unlock()
	if closed {
		return ErrClosed
	}
	if m.cfg.Store == nil {
		return nil
	}
	return m.cfg.Store.Ready(ctx)
}

// Holding is host memory that is held for a tenant. It is safe for concurrent
// use. The caller must Release it.
type Holding struct {
	part *share.Part       // of Config.HostMemory
	in   *jsengine.Holding // the engine's budget
}

// Work runs f, which computes for a tenant outside any program, in turns that are
// shared fairly by tenant. F calls pause now and then, and returns its errors. Other
// errors are that of ctx.
func (m *Manager) Work(ctx context.Context, tenant string, f func(pause func() error) error) error {
	return m.cfg.Engine.Work(ctx, tenant, f)
}

// Hold returns a Holding of nothing yet.
func (m *Manager) Hold(tenant string) *Holding {
	return &Holding{part: m.memory.Part(tenant), in: m.cfg.Engine.Hold(tenant)}
}

// Charge adds delta bytes, or gives them back if it is negative. An error says
// that there is no room for them; see hostfuncs.Config.Charge.
func (h *Holding) Charge(delta int64) error {
	if !h.part.Take(delta) {
		return errHostMemory
	}
	if err := h.in.Charge(delta); err != nil {
		h.part.Take(-delta)
		return err
	}
	return nil
}

// Note is Charge for what is there already: it is not refused, but others are.
func (h *Holding) Note(delta int64) {
	h.part.Note(delta)
	h.in.Note(delta)
}

// Release gives back all.
func (h *Holding) Release() {
	h.part.Release()
	h.in.Release()
}

var errHostMemory = errors.New("session: the host's memory for guests is spent")

// logKey is where WithLogger keeps its logger.
type logKey struct{}

// WithLogger makes log the logger of what is done for ctx: one that names the
// request.
func WithLogger(ctx context.Context, log *zap.Logger) context.Context {
	return context.WithValue(ctx, logKey{}, log)
}

func (m *Manager) log(ctx context.Context) *zap.Logger {
	if log, ok := ctx.Value(logKey{}).(*zap.Logger); ok {
		return log
	}
	return m.cfg.Log
}
