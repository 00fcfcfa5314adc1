package wasmhost

import (
	"context"
	"time"
)

// Instance is one running guest. One goroutine owns it: its methods are not
// safe for concurrent use.
type Instance struct{}

// Call runs export (its place in NewImage's or Start's list) and returns its
// result, 0 if it has none. Inside an Import it calls back into the guest.
//
// Errors: ErrFuel, ErrBudget, ErrClosed, ErrDead, one wrapping ctx.Err,
// *TrapError, *InternalError. After any error the instance is dead.
func (in *Instance) Call(ctx context.Context, export int, args ...uint64) (uint64, error) {
	return 0, nil
}

// Release resets the instance and returns it to its image's pool, or frees it.
// The caller must not use it afterwards.
func (in *Instance) Release() {}

// State returns what InstanceConfig or StartConfig gave.
func (in *Instance) State() any { return nil }

// View returns n bytes of linear memory at ptr, or false if they are not all
// inside it. It aliases the guest's memory until the next Call or return into
// the guest; it must not be used afterwards.
func (in *Instance) View(ptr, n uint32) ([]byte, bool) { return nil, false }

// Size is the length of linear memory in bytes.
func (in *Instance) Size() uint32 { return 0 }

// Charge puts units of host work on the guest's bill. It takes effect at once:
// an exhausted guest ends at its next metered point or at the return of the
// import that charged it.
func (in *Instance) Charge(units int64) {}

// FuelUsed is the fuel spent since Get, in units.
func (in *Instance) FuelUsed() int64 { return 0 }

// CPUTime is the time since Get during which the guest held a turn.
func (in *Instance) CPUTime() time.Duration { return 0 }

// MemoryPeak is the most linear memory held since Get, in bytes beyond the image.
func (in *Instance) MemoryPeak() int64 { return 0 }

// RefusedGrowth is the largest linear memory, in bytes beyond the image, that
// the guest asked for since Get and was refused; 0 if it was refused nothing.
func (in *Instance) RefusedGrowth() int64 { return 0 }

// Block runs f, which waits for something outside the guest, without holding a
// turn. It may only be called from inside an Import, and f must not call into
// the guest nor touch a View.
func (in *Instance) Block(f func()) { f() }
