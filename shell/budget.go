package shell

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/buntime/buntime/jsengine"
)

// Budget is what all programs of one command line may use together. It is safe
// for concurrent use.
type Budget struct {
	cfg BudgetConfig

	fuel     atomic.Int64 // spent
	own      atomic.Int64 // of fuel, for the shell's own work
	held     atomic.Int64
	reserved atomic.Int64 // of held, charged elsewhere
	free     atomic.Int64 // of own, without a turn, by processes that ended
	peak     atomic.Int64

	mu      sync.Mutex
	charged int64 // guarded by mu; of the host, a multiple of chargeStep
}

// BudgetConfig bounds a Budget.
type BudgetConfig struct {
	Fuel   int64 // units; 0: no limit
	Memory int64 // bytes held at once; 0: 64 MiB
	// Charge is told how much host memory is held more (or, negative, less). An
	// error refuses it. May be nil.
	Charge func(delta int64) error
	// Worker makes what gives turns to one goroutine that works; nil: all run at once.
	Worker func() Worker
	// Pace is told of processor time that the shell's own work took, about, and
	// returns how long to sleep. May be nil.
	Pace func(cpu time.Duration) time.Duration
}

// Worker gives turns to one goroutine that works. Pause takes one, after work that
// owed that much processor time, or lets another have it first; an error is ctx's.
// Release gives it back before the goroutine waits for something, Close at its end.
type Worker interface {
	Pause(ctx context.Context, owed time.Duration) error
	Release()
	Close()
}

const (
	defaultMemory = 64 << 20
	// chargeStep is how much host memory is charged at once: the host's own
	// account is shared by all sessions.
	chargeStep = 256 << 10
	// perUnit is the processor time of a unit of fuel, about.
	perUnit = 2 * time.Nanosecond
)

// NewBudget returns a Budget of which nothing is spent.
func NewBudget(cfg BudgetConfig) *Budget {
	if cfg.Memory <= 0 {
		cfg.Memory = defaultMemory
	}
	return &Budget{cfg: cfg}
}

// FuelUsed returns the units spent.
func (b *Budget) FuelUsed() int64 { return b.fuel.Load() }

// MemoryPeak returns the most bytes held at once.
func (b *Budget) MemoryPeak() int64 { return b.peak.Load() }

// CPUTime returns the processor time that the shell's own work took, about: what
// programs took is not in it.
func (b *Budget) CPUTime() time.Duration { return time.Duration(b.own.Load()) * perUnit }

// FuelLeft returns the units that are left, and whether they are limited at all.
func (b *Budget) FuelLeft() (units int64, limited bool) {
	if b.cfg.Fuel <= 0 {
		return 0, false
	}
	return max(b.cfg.Fuel-b.fuel.Load(), 0), true
}

// MemoryLeft returns the bytes that are not held.
func (b *Budget) MemoryLeft() int64 { return max(b.cfg.Memory-b.held.Load(), 0) }

// Spend takes units of fuel. It returns a *jsengine.LimitError when they are
// more than was left; they are spent all the same.
func (b *Budget) Spend(units int64) error {
	used := b.fuel.Add(units)
	if b.cfg.Fuel > 0 && used > b.cfg.Fuel {
		return &jsengine.LimitError{Kind: "fuel", Used: used, Limit: b.cfg.Fuel}
	}
	return nil
}

// bill is Spend for the shell's own work.
func (b *Budget) bill(units int64) error {
	b.own.Add(units)
	return b.Spend(units)
}

// pace returns how long to sleep after the shell's own work of units.
func (b *Budget) pace(units int64) time.Duration {
	if b.cfg.Pace == nil {
		return 0
	}
	return b.cfg.Pace(time.Duration(units) * perUnit)
}

// Hold takes bytes of memory, or gives them back if n is negative. It returns
// a *jsengine.LimitError, or the error of the host, when there are not as many;
// then nothing is taken.
func (b *Budget) Hold(n int64) error {
	held := b.held.Add(n)
	if n > 0 && held > b.cfg.Memory {
		b.held.Add(-n)
		return &jsengine.LimitError{Kind: "memory", Used: held, Limit: b.cfg.Memory}
	}
	b.notePeak(held)
	if err := b.recharge(); err != nil {
		b.held.Add(-n)
		return err
	}
	return nil
}

// recharge makes what the host is charged cover what is held.
func (b *Budget) recharge() error {
	if b.cfg.Charge == nil {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	want := (b.held.Load() - b.reserved.Load() + chargeStep - 1) / chargeStep * chargeStep
	if want <= b.charged && want > b.charged-8*chargeStep {
		return nil // not each small step down
	}
	if err := b.cfg.Charge(want - b.charged); err != nil {
		return err
	}
	b.charged = want
	return nil
}

// Close gives back what the host was charged. Precondition: nothing runs any more.
func (b *Budget) Close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.cfg.Charge != nil && b.charged > 0 {
		_ = b.cfg.Charge(-b.charged) // less is never refused
	}
	b.charged = 0
}

// Reserve is Hold for memory that the host is charged for elsewhere.
func (b *Budget) Reserve(n int64) error {
	held := b.held.Add(n)
	if n > 0 && held > b.cfg.Memory {
		b.held.Add(-n)
		return &jsengine.LimitError{Kind: "memory", Used: held, Limit: b.cfg.Memory}
	}
	b.notePeak(held)
	b.reserved.Add(n)
	return nil
}

func (b *Budget) notePeak(held int64) {
	for {
		peak := b.peak.Load()
		if held <= peak || b.peak.CompareAndSwap(peak, held) {
			return
		}
	}
}
