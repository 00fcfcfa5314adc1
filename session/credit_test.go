package session

import (
	"testing"
	"time"
)

// A session runs at full speed for its burst, then at its share, and earns the
// burst again while it rests.
func TestCreditSpend(t *testing.T) {
	start := time.Unix(1_000_000, 0)
	type step struct {
		after, cpu, sleep time.Duration
	}
	tests := map[string]struct {
		share float64
		steps []step
	}{
		"a burst at full speed":  {0.25, []step{{0, burst, 0}}},
		"then it owes":           {0.25, []step{{0, burst, 0}, {0, time.Second, 4 * time.Second}}},
		"little is not worth it": {0.25, []step{{0, burst + pause - 1, 0}, {0, 1, 4 * pause}}},
		"a sleep pays":           {0.25, []step{{0, burst + time.Second, 4 * time.Second}, {4 * time.Second, time.Second, 4 * time.Second}}},
		"a small share":          {0.05, []step{{0, burst, 0}, {0, time.Second, 20 * time.Second}}},
		"it earns while running": {0.5, []step{{0, 0, 0}, {2 * burst, 2 * burst, 2 * burst}}},
		"it earns up to a burst": {0.5, []step{{0, burst, 0}, {1000 * time.Hour, burst, 0}, {0, time.Second, 2 * time.Second}}},
		"a clock set back":       {0.5, []step{{0, burst, 0}, {-time.Hour, time.Second, 2 * time.Second}}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			c, now := &credit{left: burst}, start
			for i, s := range tt.steps {
				now = now.Add(s.after)
				if got := c.spend(s.cpu, tt.share, now); got != s.sleep {
					t.Errorf("step %d: sleep %v, want %v", i, got, s.sleep)
				}
			}
		})
	}
}

// A session that spent its credit sleeps, whole programs on end, while one with
// a processor of its own does not; and its credit comes back with time.
func TestCreditHoldsASession(t *testing.T) {
	f := open(t, t.TempDir(), nil)
	id := f.create()
	spin := func() *Result {
		t.Helper()
		r, err := f.Execute(t.Context(), "", id, &Execution{Code: "for (;;);", Timeout: time.Second})
		if err != nil || !r.TimedOut {
			t.Fatalf("%+v, %v", r, err)
		}
		return r
	}
	f.credit(id).spend(burst+time.Hour, 0.25, f.cfg.Now())
	if r := spin(); r.CPUTime > 500*time.Millisecond {
		t.Errorf("without credit it ran for %v of a second", r.CPUTime)
	}
	if n := len(f.credits); n != 1 {
		t.Errorf("%d credits", n)
	}
	f.ahead.Store(int64(10 * time.Hour))
	f.forgetCredits()
	if n := len(f.credits); n != 0 {
		t.Errorf("%d credits are kept that are full", n)
	}
}

// The processor time of a command line is that of its programs and of the shell's
// own work, and what a program starts is charged to its session's credit once.
func TestCreditOfProcesses(t *testing.T) {
	f := open(t, t.TempDir(), nil)
	id := f.create()
	r := f.command("t", id, "seq 200000 | sort -r | tail -n 1")
	if r.Stdout != "1\n" || r.CPUTime < time.Millisecond {
		t.Errorf("sorting took %v of the processor: %+v", r.CPUTime, r)
	}
	i, err := f.Get(t.Context(), "t", id)
	if err != nil || i.Usage.CPUMs < 1 {
		t.Errorf("the session used %v ms, %v", i.Usage.CPUMs, err)
	}
	id = f.create()
	r = f.exec(id, `import { execSync } from "node:child_process"; execSync("node -e 'for (let i = 0; i < 3e7; i++);'; seq 200000 | sort -r | tail -n 1")`)
	if spent := burst - f.credit(id).left; spent > r.CPUTime*5/4 {
		t.Errorf("%v of credit were spent for %v", spent, r.CPUTime)
	}
}

// What a commit takes of the processor is its session's, holes of files included.
func TestCreditOfCommits(t *testing.T) {
	f := open(t, t.TempDir(), nil)
	id := f.create()
	r := f.exec(id, `import fs from "node:fs"; fs.writeFileSync("a", ""); fs.truncateSync("a", 30e6)`)
	if spent, want := burst-f.credit(id).left, r.CPUTime+30e6*commitTime*9/10; spent < want {
		t.Errorf("%v of credit were spent, want %v", spent, want)
	}
}
