package shell

import (
	"context"
	"slices"
	"testing"
	"time"
)

// owing notes what was owed at each turn that was taken.
type owing struct {
	owed   *[]time.Duration
	closed *int
}

func (w owing) Pause(_ context.Context, owed time.Duration) error {
	*w.owed = append(*w.owed, owed)
	return nil
}
func (owing) Release() {}
func (w owing) Close() { *w.closed++ }

// A turn is taken for work that has gone on for a while, of one goroutine or of many
// short ones together, and looked at again while it is held.
func TestTurn(t *testing.T) {
	defer func(n int64) { freeWork = n }(freeWork)
	freeWork = 100_000
	const unit = 2 * time.Nanosecond
	for name, tt := range map[string]struct {
		processes, steps int
		units            int64 // of each step
		waits            bool  // after each step
		want             []time.Duration
	}{
		"a short one":    {1, 1, 99_999, false, nil},
		"a long one":     {1, 7, 40_000, false, []time.Duration{120_000 * unit, 0, 0, 0, 0}},
		"one that ends":  {3, 1, 40_000, false, []time.Duration{120_000 * unit}},
		"many short":     {9, 1, 30_000, false, []time.Duration{120_000 * unit, 120_000 * unit}},
		"one that waits": {1, 6, 60_000, true, []time.Duration{120_000 * unit, 120_000 * unit, 120_000 * unit}},
	} {
		t.Run(name, func(t *testing.T) {
			var owed []time.Duration
			closed, made := 0, 0
			b := NewBudget(BudgetConfig{Worker: func() Worker { made++; return owing{&owed, &closed} }})
			for range tt.processes {
				var turn turn
				for range tt.steps {
					if err := turn.take(t.Context(), b, tt.units); err != nil {
						t.Fatal(err)
					}
					if tt.waits {
						turn.release()
					}
				}
				turn.close(b)
			}
			if !slices.Equal(owed, tt.want) {
				t.Errorf("owed %v, want %v", owed, tt.want)
			}
			if closed != made {
				t.Errorf("%d workers made, %d closed", made, closed)
			}
		})
	}
}
