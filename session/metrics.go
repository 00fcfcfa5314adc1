package session

import "sync/atomic"

// stats are the counters behind Stats.
type stats struct {
	waiting, running atomic.Int64
	created, erased  atomic.Int64
	fuel, cpuNs      atomic.Int64
	made             atomic.Int64
	byEnd            [len(ends)]atomic.Int64
}

// ends are the ways an execution can end, as Stats names them.
var ends = [...]string{"ok", "exit", "time", "fuel", "memory", "disk", "refused", "cancelled"}

const (
	endOK = iota
	endExit
	endTime
	endFuel
	endMemory
	endDisk
	endRefused
	endCancelled
)

// Stats are a manager's counters since it started, for a metrics endpoint.
type Stats struct {
	Running  int64            // executions under way
	Waiting  int64            // requests that wait for their turn on a session
	Queued   int64            // executions that wait for a place among all
	Refused  int64            // executions that got no place
	Sessions int64            // sessions that exist
	Held     int64            // sessions with something of theirs in memory
	Memory   int64            // bytes of host memory that guests' files and transfers hold
	Guests   int64            // bytes of Budget that sandboxes in use hold
	Kept     int64            // bytes of Budget that idle sandboxes hold until it is needed
	Budget   int64            // bytes that all sandboxes may hold together
	Created  int64            // sessions made
	Erased   int64            // sessions deleted or expired
	Fuel     int64            // units spent
	CPUNanos int64            // of guests
	Made     int64            // results of compiling and scanning files of packages that were stored for everyone
	Ends     map[string]int64 // executions by how they ended: ok, exit (code not 0), time, fuel, memory, disk, refused (ours), cancelled (by its client, or as its session or the manager ended)
}

// Busy reports whether a program runs, or waits for something.
func (m *Manager) Busy() bool { return m.stats.running.Load() > 0 }

// Stats returns the manager's counters.
func (m *Manager) Stats() Stats {
	s := Stats{
		Running: m.stats.running.Load(), Waiting: m.stats.waiting.Load(), Memory: m.memory.Used(),
		Created: m.stats.created.Load(), Erased: m.stats.erased.Load(),
		Fuel: m.stats.fuel.Load(), CPUNanos: m.stats.cpuNs.Load(), Made: m.stats.made.Load(), Ends: make(map[string]int64, len(ends)),
	}
	for i, name := range ends {
		s.Ends[name] = m.stats.byEnd[i].Load()
	}
	queued, refused := m.places.counts()
	s.Queued, s.Refused = int64(queued), refused
	e := m.cfg.Engine.Stats()
	s.Guests, s.Kept, s.Budget = e.Held, e.Kept, e.Budget
	m.mu.Lock()
	s.Held = int64(len(m.live))
	m.mu.Unlock()
	if m.cfg.Store != nil {
		if n, err := m.cfg.Store.CountSessions(""); err == nil {
			s.Sessions = int64(n)
		}
	}
	return s
}
