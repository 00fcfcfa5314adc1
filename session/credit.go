package session

import (
	"sync"
	"time"
)

const (
	// burst is the processor time that a session may use at full speed before it
	// is held to its share.
	burst = time.Minute

	// A guest in debt runs on until it owes this much: many short sleeps cost more
	// than a few long ones.
	pause = 5 * time.Millisecond

	// commitTime is the processor time that a byte of a file takes which is committed:
	// to seal it, and to write it twice. Measured: 12 ns with 200 MB.
	commitTime = 10 * time.Nanosecond
)

// A credit is the processor time that a session may use at full speed. It grows
// with the session's share of a processor, up to burst. Credits live in memory:
// a restart fills them.
type credit struct {
	mu   sync.Mutex
	left time.Duration // guarded by mu; as of at; below zero: owed
	at   time.Time     // guarded by mu; zero: nothing was spent yet
	full time.Time     // guarded by mu; when left will be burst again
}

// spend takes cpu from the credit and returns how long its session has to sleep,
// at a share above 0, until it owes nothing.
func (c *credit) spend(cpu time.Duration, share float64, now time.Time) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	if earned := now.Sub(c.at); !c.at.IsZero() && earned > 0 {
		// Bounded first, so that no clock makes it overflow.
		c.left = min(c.left+time.Duration(float64(min(earned, time.Hour))*share), burst)
	}
	c.left -= cpu
	c.at = now
	c.full = now.Add(time.Duration(float64(burst-c.left) / share))
	if c.left > -pause {
		return 0
	}
	return time.Duration(float64(-c.left) / share)
}

// credit returns that of a session.
func (m *Manager) credit(id string) *credit {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := m.credits[id]
	if c == nil {
		c = &credit{left: burst}
		m.credits[id] = c
	}
	return c
}

// forgetCredits drops the credits that are full again.
func (m *Manager) forgetCredits() {
	now := m.cfg.Now()
	m.mu.Lock()
	defer m.mu.Unlock()
	for id, c := range m.credits {
		c.mu.Lock()
		full := !now.Before(c.full)
		c.mu.Unlock()
		if l := m.live[id]; full && (l == nil || l.users == 0) {
			delete(m.credits, id)
		}
	}
}

// A pacer tells one guest when to sleep.
type pacer struct {
	credit *credit
	share  float64
	now    func() time.Time
	seen   time.Duration // of the guest's processor time, in credit already
}

// pace has the form of wasmhost.InstanceConfig.Pace.
func (p *pacer) pace(cpu time.Duration) time.Duration {
	d := cpu - p.seen
	p.seen = cpu
	return p.credit.spend(d, p.share, p.now())
}
