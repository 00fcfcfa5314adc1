// Package share bounds what all tenants together hold of something, so that those
// who took most of it do not shut out those who come.
package share

import (
	"sync"
	"sync/atomic"
)

// A Pool is what there is of something. Its last eighth is only for tenants that
// hold at most a quarter of what is left after, as in the budget of all guests.
// Safe for concurrent use.
type Pool struct {
	limit int64 // immutable
	used  atomic.Int64

	mu       sync.Mutex
	accounts map[string]*account // guarded by mu; of the tenants that have a Part in use
}

// account is what a tenant holds.
type account struct {
	tenant string
	held   atomic.Int64
	parts  int // guarded by Pool.mu
}

// NewPool returns a Pool of limit.
func NewPool(limit int64) *Pool {
	return &Pool{limit: limit, accounts: make(map[string]*account)}
}

// Used returns what is held.
func (p *Pool) Used() int64 { return p.used.Load() }

// Part returns a Part of a tenant, of nothing yet.
func (p *Pool) Part(tenant string) *Part { return &Part{pool: p, tenant: tenant} }

func (p *Pool) take(a *account, n int64) bool {
	for {
		before := p.used.Load()
		used := before + n
		if used > p.limit-p.limit/8 && a.held.Load()+n > (p.limit-used)/4 {
			return false
		}
		if p.used.CompareAndSwap(before, used) {
			a.held.Add(n)
			return true
		}
	}
}

// A Part is what is held of a Pool for one purpose of a tenant. Whoever made it
// must Release it. Safe for concurrent use.
type Part struct {
	pool   *Pool
	tenant string

	mu      sync.Mutex
	account *account // guarded by mu; nil until something is held
	held    int64    // guarded by mu
}

// Take adds n, or gives back if it is negative. False says that there is no room
// for it; then nothing changes.
func (x *Part) Take(n int64) bool { return x.change(n, true) }

// Note is Take for what is there already: it is never refused, but others are for
// it.
func (x *Part) Note(n int64) { x.change(n, false) }

func (x *Part) change(n int64, refuse bool) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	p := x.pool
	if x.account == nil {
		if n <= 0 {
			return true
		}
		p.mu.Lock()
		a := p.accounts[x.tenant]
		if a == nil {
			a = &account{tenant: x.tenant}
			p.accounts[x.tenant] = a
		}
		a.parts++
		p.mu.Unlock()
		x.account = a
	}
	if n = max(n, -x.held); n > 0 && refuse {
		if !p.take(x.account, n) {
			return false
		}
	} else {
		p.used.Add(n)
		x.account.held.Add(n)
	}
	x.held += n
	return true
}

// Release gives back all. The Part holds nothing then.
func (x *Part) Release() {
	x.mu.Lock()
	defer x.mu.Unlock()
	a := x.account
	if a == nil {
		return
	}
	p := x.pool
	p.used.Add(-x.held)
	a.held.Add(-x.held)
	p.mu.Lock()
	if a.parts--; a.parts == 0 {
		delete(p.accounts, a.tenant)
	}
	p.mu.Unlock()
	x.account, x.held = nil, 0
}
