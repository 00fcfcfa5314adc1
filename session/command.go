package session

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"io"
	mrand "math/rand/v2"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/buntime/buntime/jsengine"
	"github.com/buntime/buntime/shell"
)

// line is one run of a command line, or of a program and those it starts.
type line struct {
	m      *Manager
	r      runner
	x      *Execution
	base   jsengine.Program // of each program: limits, network, clock
	budget *shell.Budget
	sys    *shell.System
	ended  context.CancelCauseFunc // of a program that is no command line; or nil
	system sync.Once

	mu     sync.Mutex
	cpu    time.Duration    // guarded by mu; of programs
	last   *jsengine.Result // guarded by mu; of the program that ended last
	failed error            // guarded by mu; ours
}

// newLine prepares a run with a budget that all its programs share.
func (m *Manager) newLine(r runner, x *Execution, base jsengine.Program) *line {
	l := &line{m: m, r: r, x: x, base: base}
	l.base.Installer = &autoInstaller{l: l, dirs: map[string]string{}, failed: map[string]error{}, root: map[string]string{}}
	cfg := shell.BudgetConfig{Fuel: base.Limits.Fuel, Memory: base.Limits.Memory, Charge: r.held.Charge}
	if r.limits.CPU < 1 {
		cfg.Pace = func(cpu time.Duration) time.Duration { return r.credit.spend(cpu, r.limits.CPU, m.cfg.Now()) }
	}
	cfg.Worker = func() shell.Worker { return m.cfg.Engine.Worker(r.tenant) }
	l.budget = shell.NewBudget(cfg)
	return l
}

// guests is the budget as sandboxes use it: their memory is on the account of
// the host already.
type guests struct{ *shell.Budget }

func (g guests) Hold(n int64) error { return g.Reserve(n) }

// open returns the system in which commands run. ctx ends it.
func (l *line) open(ctx context.Context) *shell.System {
	l.system.Do(func() {
		random := func(b []byte) { _, _ = rand.Read(b) } // never fails
		if seed := l.x.Seed; seed != nil {
			src, mu := mrand.NewChaCha8(*seed), sync.Mutex{}
			random = func(b []byte) {
				mu.Lock()
				defer mu.Unlock()
				_, _ = src.Read(b) // never fails
			}
		}
		now := l.x.Clock
		if now == nil {
			now = l.m.cfg.Now
		}
		programs := map[string]func(context.Context, *shell.Program) int{
			"node": l.node, "bun": l.bun, "bunx": l.bunx, "tsx": l.tsx, "npm": l.packages, "npx": l.packages, "git": l.git,
		}
		l.sys = shell.NewSystem(ctx, shell.Config{
			Files: l.r.ws, Net: l.base.Net, Loopback: l.base.Loopback, Budget: l.budget, Programs: programs, Now: now, Random: random,
			Report: func(err error) { l.m.log(ctx).Error("shell", zap.Error(err)) },
			Failed: func(err error) {
				if l.ended != nil {
					l.ended(err)
				}
			},
		})
	})
	return l.sys
}

// command runs the command line x.Command to its end.
func (l *line) command(ctx context.Context, dir string) (*jsengine.Result, error) {
	began := time.Now()
	limits := l.base.Limits
	ctx, cancel := context.WithTimeoutCause(ctx, limits.Timeout, errTime)
	defer cancel()
	full := func(err error) { l.sys.Fail(err) }
	out := &cut{w: l.base.Stdout, left: limits.Output, full: full}
	errs := &cut{w: l.base.Stderr, left: limits.Output, full: full}
	sys := l.open(ctx)
	env := make([]string, 0, len(l.x.Env)+3)
	env = append(env, "HOME=/workspace", "PATH=/usr/local/bin:/usr/bin:/bin")
	for k, v := range l.x.Env {
		env = append(env, k+"="+v)
	}
	slices.Sort(env[2:])
	p, err := sys.Go(ctx, shell.Start{
		Line: l.x.Command, Env: env, Dir: dir, Args: l.x.Args, Stdin: &stdin{b: l.x.Stdin}, Stdout: out, Stderr: errs,
	})
	if err != nil {
		sys.Close()
		return nil, err
	}
	<-p.Done()
	code, _ := p.Status()
	ended := ctx.Err()
	sys.Close()
	l.mu.Lock()
	defer l.mu.Unlock()
	res := &jsengine.Result{
		ExitCode: code, StdoutTruncated: out.truncated, StderrTruncated: errs.truncated,
		Fuel: l.budget.FuelUsed(), MemoryPeak: l.budget.MemoryPeak(), CPUTime: l.cpu + l.budget.CPUTime(), WallTime: time.Since(began),
	}
	if l.last != nil {
		res.Value = l.last.Value
		if code != 0 {
			res.Denied, res.UncaughtCode = l.last.Denied, l.last.UncaughtCode
		}
	}
	if code != 0 && sys.NoSpace() {
		res.UncaughtCode = "ENOSPC"
	}
	var limit *jsengine.LimitError
	switch fault := sys.Err(); {
	case l.failed != nil:
		return res, l.failed
	case errors.As(fault, &limit):
		res.Limit = limit
		switch limit.Kind {
		case "fuel", "time":
			res.ExitCode = 124
		}
	case fault != nil: // the host has no room
		return res, jsengine.ErrOverloaded
	case errors.Is(context.Cause(ctx), errTime):
		res.Limit = &jsengine.LimitError{Kind: "time", Used: max(res.WallTime, limits.Timeout).Milliseconds(), Limit: limits.Timeout.Milliseconds()}
		res.ExitCode = 124
	case ended != nil:
		return res, ended
	}
	return res, nil
}

// errTime says that a command line took as long as it may.
var errTime = errors.New("session: out of time")

// stdin reads what the client sent.
type stdin struct {
	mu sync.Mutex
	b  []byte // guarded by mu; what is left
}

// Prompt reports that reading never waits.
func (s *stdin) Prompt() bool { return true }

func (s *stdin) ReadContext(_ context.Context, p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.b) == 0 {
		return 0, io.EOF
	}
	n := copy(p, s.b)
	s.b = s.b[n:]
	return n, nil
}

// cut is a standard stream of the whole command line: several programs write to
// it, and it ends where it is full.
type cut struct {
	mu        sync.Mutex
	w         io.Writer
	left      int64       // guarded by mu
	truncated bool        // guarded by mu
	full      func(error) // the host has no room for what is printed
}

// Prompt reports that writing never waits, as far as is known of c.w.
func (c *cut) Prompt() bool {
	switch w := c.w.(type) {
	case *jsengine.Output:
		return true
	case shell.Prompt:
		return w.Prompt()
	}
	return false
}

// WriteContext implements shell.Writer. What does not fit is dropped: a program
// goes on.
func (c *cut) WriteContext(_ context.Context, b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	total := len(b)
	if c.truncated {
		return total, nil
	}
	if int64(len(b)) > c.left {
		n := c.left
		for n > 0 && n > c.left-4 && b[n]&0xc0 == 0x80 { // not inside a code point
			n--
		}
		b = append(slices.Clip(b[:n]), jsengine.TruncationMarker...)
		c.truncated = true
	}
	c.left -= int64(len(b))
	// Other errors are of a reader that went away, which does not end a program.
	if _, err := c.w.Write(b); errors.Is(err, jsengine.ErrOverloaded) {
		c.full(err)
	}
	return total, nil
}

// pipeWriter is a program's standard stream.
type pipeWriter struct {
	ctx  context.Context
	w    shell.Writer
	gone context.CancelFunc // nobody reads any more
}

func (p *pipeWriter) Write(b []byte) (int, error) { return p.WriteContext(p.ctx, b) }

// WriteContext implements jsengine.BlockingWriter. Ctx is of the program, or of one
// that it started.
func (p *pipeWriter) WriteContext(ctx context.Context, b []byte) (int, error) {
	n, err := p.w.WriteContext(ctx, b)
	if err != nil && ctx.Err() == nil {
		p.gone()
	}
	return n, err
}

// sigPipe is the status of a program that wrote where nobody reads.
const sigPipe = 128 + 13

// run runs a JavaScript program as a process of a command line.
func (l *line) run(ctx context.Context, p *shell.Program, js jsengine.Program) int {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	gone := func() { cancel(shell.ErrPipe) }
	pr := l.base
	pr.Code, pr.Entry, pr.Language, pr.Args, pr.Node, pr.Mixed, pr.Unnamed = js.Code, js.Entry, js.Language, js.Args, js.Node, js.Mixed, js.Unnamed
	pr.Script, pr.ScriptName = js.Script, js.ScriptName
	pr.Env = make(map[string]string, len(p.Env))
	for _, kv := range p.Env {
		k, v, _ := strings.Cut(kv, "=")
		pr.Env[k] = v
	}
	pr.Preload, pr.ExecArgv = js.Preload, js.ExecArgv
	pr.Scope = cmp.Or(js.Scope, pr.Scope)
	if js.Node {
		pr.Preload = append(nodeOptions(pr.Env["NODE_OPTIONS"]), js.Preload...)
		slices.SortStableFunc(pr.Preload, func(a, b jsengine.Preload) int { return preloadOrder[a.Kind] - preloadOrder[b.Kind] })
	}
	pr.Channel, _ = p.With.(*jsengine.Channel)
	if pr.Env["NODE_UNIQUE_ID"] != "" && pr.Channel != nil { // a worker of a cluster, whether it knows of it or not
		pr.Preload = append(pr.Preload, jsengine.Preload{Kind: "require", Name: "node:cluster"})
	}
	pr.Dir, pr.Stdin, pr.Stream = p.Dir, nil, p.Stdin
	if js.Stream != nil || js.Stdin != nil {
		pr.Stream, pr.Stdin = js.Stream, js.Stdin
	}
	pr.Stdout, pr.Stderr = &pipeWriter{ctx, p.Stdout, gone}, &pipeWriter{ctx, p.Stderr, gone}
	pr.Limits.Output = 1 << 62 // what is printed in the end is cut, not what goes through pipes
	if at, ok := ctx.Deadline(); ok {
		pr.Limits.Timeout = max(time.Until(at), time.Millisecond)
	}
	if left, limited := l.budget.FuelLeft(); limited {
		pr.Limits.Fuel = max(left, 1)
	}
	pr.Pool = guests{l.budget}
	loaded, _ := p.With.(*loadedFiles)
	pr.Files = programFiles{Files: l.base.Files, sys: p.Process.System(), loaded: loaded}
	pr.Processes = &processes{l: l, ctx: ctx, self: p.Process}
	if l.r.limits.CPU < 1 {
		pacer := pacer{credit: l.r.credit, share: l.r.limits.CPU, now: l.m.cfg.Now}
		pr.Pace = pacer.pace
	}
	pr.Seed = nil
	if l.x.Seed != nil {
		pr.Seed = l.x.Seed
	}
	r, err := l.m.cfg.Engine.Run(ctx, &pr)
	sys := p.Process.System()
	if r != nil {
		l.mu.Lock()
		l.cpu += r.CPUTime
		l.last = r
		l.mu.Unlock()
	}
	switch {
	case err == nil:
	case errors.Is(context.Cause(ctx), shell.ErrPipe):
		return sigPipe
	case ctx.Err() != nil:
		return 137
	default:
		l.mu.Lock()
		if l.failed == nil {
			l.failed = err
		}
		l.mu.Unlock()
		sys.Fail(err)
		return 137
	}
	if r.Limit != nil && r.Limit.Kind != "time" {
		limit := *r.Limit
		switch limit.Kind {
		case "fuel":
			limit.Used, limit.Limit = max(l.budget.FuelUsed(), l.base.Limits.Fuel), l.base.Limits.Fuel
		case "memory":
			limit.Used = max(limit.Used, limit.Limit)
		}
		sys.Fail(&limit)
	}
	return r.ExitCode & 0xff
}

// preloadOrder is in what order things are loaded before a program.
var preloadOrder = map[string]int{"env": 0, "require": 1, "import": 2}

// resolveEntry is where a program's file is.
func resolveEntry(dir, file string) string {
	if path.IsAbs(file) {
		return path.Clean(file)
	}
	return path.Join(dir, file)
}
