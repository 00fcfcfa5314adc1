package wasmhost

import (
	"sync"
	"sync/atomic"
	"time"
)

const (
	// instanceBytes is what an instance holds of the host beside its memory: Go's
	// heap, its first native stack, and the page tables of its memory.
	// BenchmarkDensity of package jsengine measures them.
	instanceBytes = 64 << 10

	// startBytes are set aside, from the start of a use, for pages of the image
	// and native stack that nobody has counted yet.
	startBytes = 256 << 10

	// settleEvery is how long a guest must have run before it is settled where it
	// gives up its turn often: a page that is written for the first time takes half
	// a microsecond and more, so what it writes meanwhile is little.
	settleEvery = 20 * time.Microsecond

	// maxSpare bounds the part of the budget that is for who holds little.
	maxSpare = 256 << 20
)

// budget bounds what all guests of a host hold: what their memories grew by,
// the pages of their images that they wrote, native stacks and instanceBytes, and
// what is held for them elsewhere.
type budget struct {
	limit int64
	spare int64 // of limit, for accounts that hold little
	used  atomic.Int64
}

// account is the part of a budget that one tenant holds.
type account struct {
	tenant string
	held   atomic.Int64
	live   int // guarded by Host.mu; instances and holdings it is charged for
}

// take reserves n bytes for a. If they are not to be had it returns how many
// must come free before, else 0.
//
// The spare part is only for accounts that hold at most a quarter of what is left
// after: so there is always something left for a tenant that has nothing yet.
func (b *budget) take(a *account, n int64) (missing int64) {
	// Not add and undo: a large request would be in the way of small ones.
	for {
		before := b.used.Load()
		used := before + n
		if used > b.limit-b.spare && a.held.Load()+n > (b.limit-used)/4 {
			return used - (b.limit - b.spare)
		}
		if b.used.CompareAndSwap(before, used) {
			a.held.Add(n)
			return 0
		}
	}
}

func (b *budget) give(a *account, n int64) {
	b.used.Add(-n)
	a.held.Add(-n)
}

// plenty reports whether n more bytes leave half of the budget free.
func (b *budget) plenty(n int64) bool { return b.used.Load()+n <= b.limit/2 }

// charge makes total what the instance is charged for, or, where the budget has
// no room for that, changes nothing and returns ErrBudget.
func (in *Instance) charge(total int64) error {
	n := total - in.held
	switch {
	case n < 0:
		in.host.budget.give(in.account, -n)
	case n > 0:
		for {
			missing := in.host.budget.take(in.account, n)
			if missing == 0 {
				break
			}
			if !in.host.reclaim(missing) {
				return ErrBudget
			}
		}
	}
	in.held = total
	return nil
}

// move makes a the account that is charged for the instance. Precondition:
// Host.mu is held.
func (in *Instance) move(a *account) {
	in.account.held.Add(-in.held)
	a.held.Add(in.held)
	in.account = a
}

// settle charges the guest for what it holds by now. Where the budget has plenty
// left, that is all of its image, which spares counting the pages it wrote. It is
// called before a guest gives up its turn, so that no more guests than there are
// turns hold what they were not charged for.
func (in *Instance) settle() error {
	in.settled = in.cpu
	image := int64(in.memory.start)
	if !in.host.budget.plenty(image) {
		image = in.memory.written()
	}
	return in.recharge(image, 0)
}

// recharge charges the instance for what it holds, image bytes of written pages
// among it, or for least if that is more.
func (in *Instance) recharge(image, least int64) error {
	stacks := in.nativeStacks()
	if err := in.charge(max(instanceBytes+image+stacks+in.memory.grown(), least)); err != nil {
		return err
	}
	in.stacks = stacks
	return nil
}

// nativeStacks are the bytes of native stack beyond wazero's first.
func (in *Instance) nativeStacks() int64 {
	var n int
	for _, lv := range in.levels {
		for i := range lv.functions {
			if s := lv.functions[i].native; s != nil {
				n += max(len(*s)-firstStack, 0)
			}
		}
	}
	return int64(n)
}

// reclaim frees idle instances, the oldest first, that hold n bytes of the
// budget or more. It frees none and returns false if all together hold less.
func (h *Host) reclaim(n int64) bool {
	var freed []*Instance
	h.mu.Lock()
	if h.idle.held.Load() >= n {
		for _, i := range h.images {
			k := 0
			for ; k < len(i.idle) && n > 0; k++ {
				freed = append(freed, i.idle[k])
				n -= i.idle[k].held
			}
			i.idle = append(i.idle[:0], i.idle[k:]...)
			clear(i.idle[len(i.idle):cap(i.idle)])
		}
	}
	h.exist -= len(freed)
	h.stats.Dropped += uint64(len(freed))
	h.mu.Unlock()
	for _, in := range freed {
		in.discard()
	}
	return len(freed) > 0
}

// Holding is memory of the process that is held for a tenant beside its guests:
// buffers, files, requests. It is part of the budget. Safe for concurrent use. The
// zero Holding is of no Host and charges nobody.
type Holding struct {
	host   *Host
	tenant string

	mu      sync.Mutex
	account *account // guarded by mu; nil until something is charged
	held    int64    // guarded by mu
}

// Hold returns a Holding of a tenant, as InstanceConfig names it, of nothing yet.
// The caller must Release it, before the Host is closed.
func (h *Host) Hold(tenant string) *Holding { return &Holding{host: h, tenant: tenant} }

// Charge adds delta bytes to what is held, or, if it is negative, gives them back.
// The error is ErrBudget, if there is no room for them; then nothing changes.
func (x *Holding) Charge(delta int64) error { return x.charge(delta, true) }

// Note is Charge for what is there already: it is never refused, but others are
// for it.
func (x *Holding) Note(delta int64) { _ = x.charge(delta, false) }

func (x *Holding) charge(delta int64, refuse bool) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.account == nil {
		if delta <= 0 || x.host == nil {
			return nil
		}
		x.host.mu.Lock()
		x.account = x.host.accountLocked(x.tenant)
		x.host.mu.Unlock()
	}
	b := &x.host.budget
	delta = max(delta, -x.held)
	if delta <= 0 || !refuse {
		b.give(x.account, -delta)
	} else {
		for {
			missing := b.take(x.account, delta)
			if missing == 0 {
				break
			}
			if !x.host.reclaim(missing) {
				return ErrBudget
			}
		}
	}
	x.held += delta
	return nil
}

// Release gives back all that is held. The Holding holds nothing then.
func (x *Holding) Release() {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.account == nil {
		return
	}
	x.host.budget.give(x.account, x.held)
	x.host.mu.Lock()
	x.host.forgetLocked(x.account)
	x.host.mu.Unlock()
	x.account, x.held = nil, 0
}

// accountLocked counts one more user of a tenant's account and returns that.
// Precondition: h.mu is held.
func (h *Host) accountLocked(tenant string) *account {
	a := h.tenants[tenant]
	if a == nil {
		a = &account{tenant: tenant}
		h.tenants[tenant] = a
	}
	a.live++
	return a
}

// forgetLocked undoes accountLocked. Precondition: h.mu is held.
func (h *Host) forgetLocked(a *account) {
	if a.live--; a.live == 0 && len(h.tenants) > maxTenants {
		delete(h.tenants, a.tenant)
	}
}
