package shell

import (
	"context"
	"io"
	"time"
)

// freeWork is how many units a goroutine works before it takes a turn: most commands
// end before, and those that come after are not held up for long. Tests lower it.
var freeWork int64 = 100_000

// turn is a goroutine's turn to work, which it takes once it has worked for a while
// and gives back before it waits for anything. The goroutine that runs the process
// owns it; while that waits for a program, whoever waits for the program may see that
// it is not held.
type turn struct {
	worker Worker // nil before the first turn
	held   bool
	units  int64 // worked without a turn since the last one was taken
}

// take is called after work of units. It waits for a turn when it is time for one, and
// lets others have it first when it is theirs. The error is ctx's.
func (t *turn) take(ctx context.Context, b *Budget, units int64) error {
	if b.cfg.Worker == nil {
		return nil
	}
	owed := time.Duration(0)
	if !t.held {
		if t.units += units + b.free.Swap(0); t.units < freeWork {
			return nil
		}
		owed, t.units = time.Duration(t.units)*perUnit, 0
		if t.worker == nil {
			t.worker = b.cfg.Worker()
		}
	}
	err := t.worker.Pause(ctx, owed)
	t.held = err == nil
	return err
}

// release gives the turn back before the goroutine waits.
func (t *turn) release() {
	if t.held {
		t.held = false
		t.worker.Release()
	}
}

// close gives back all, at the goroutine's end. What it worked without a turn is for
// the next that works: many short ones are no way around turns.
func (t *turn) close(b *Budget) {
	b.free.Add(t.units)
	if t.worker != nil {
		t.held = false
		t.worker.Close()
	}
}

// processKey is the key of a process in its context.
type processKey struct{}

// releaseTurn gives back the turn of the process that ctx is of.
func releaseTurn(ctx context.Context) {
	if p, ok := ctx.Value(processKey{}).(*Process); ok {
		p.turn.release()
	}
}

// waits reads from what may wait for the network.
type waits struct {
	p *Process
	r io.Reader
}

func (w waits) Read(b []byte) (int, error) {
	w.p.turn.release()
	return w.r.Read(b)
}
