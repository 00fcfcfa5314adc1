// Package shell runs command lines of a POSIX shell with most of bash, in this
// process and against a workspace only.
//
// The language is interpreted here, on the syntax trees of mvdan.cc/sh, and the
// tools are Go functions on the workspace: no file, variable, user or process
// of the host is reachable, because nothing here ever asks the host for one. A
// Budget bounds and bills all that one command line does. Programs that are not
// tools (node, bun, npm) are the caller's: see Config.Programs.
package shell

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/buntime/buntime/jsengine"

	"mvdan.cc/sh/v3/syntax"
)

// Reader is a standard input. It returns io.EOF at the end and may block until
// ctx ends.
type Reader interface {
	ReadContext(ctx context.Context, b []byte) (int, error)
}

// Writer is a standard output. It returns ErrPipe when nobody reads any more
// and may block until ctx ends.
type Writer interface {
	WriteContext(ctx context.Context, b []byte) (int, error)
}

// Config is what the programs of one command line share.
type Config struct {
	Files jsengine.Files // safe for concurrent use
	Net   jsengine.Net   // of curl; nil: denied
	// Loopback is where the programs' servers are; nil: nowhere.
	Loopback *jsengine.Loopback
	Budget   *Budget
	// Programs are commands by name beside the shell's own. They run on the
	// goroutine of the command, may run at once, and return when ctx ends.
	Programs map[string]func(ctx context.Context, p *Program) int
	Now      func() time.Time // default time.Now
	Random   func([]byte)     // fills with random bytes; required
	// Report is told of faults of this package; may be nil.
	Report func(err error)
	// Failed is told of the error that ends everything; may be nil.
	Failed func(err error)
}

// Program is one start of a program of Config.Programs.
type Program struct {
	Args    []string // the name first
	Env     []string // NAME=value
	Dir     string   // absolute
	Stdin   Reader
	Stdout  Writer
	Stderr  Writer
	Process *Process
	With    any // what Start.With is
}

// Start says what to run: a command line, or the words of one command.
type Start struct {
	Line string   // for the shell to read, if Argv is nil
	Argv []string // program and arguments, as execve takes them
	File string   // the program, if it is not Argv[0]
	Name string   // $0 of Line; default "bash"
	Args []string // $1… of Line
	Env  []string // NAME=value; the last of a name counts
	Dir  string   // absolute; default /workspace
	// Stdin, Stdout and Stderr may be nil: nothing to read, nobody who reads.
	Stdin  Reader
	Stdout Writer
	Stderr Writer
	Depth  int             // how many programs and shells this one is inside of
	Parent int             // the process that starts it; 0: none
	Ready  <-chan struct{} // closed when the program may begin; nil: at once
	With   any             // for the program that Argv names, if it is one of Config.Programs
}

const (
	// maxProcesses bounds the processes of one command line at once.
	maxProcesses = 64
	// maxDepth bounds how deep functions, substitutions, subshells, eval and
	// scripts may nest, and so the stack.
	maxDepth = 400
	// maxScript bounds a text that the parser is given.
	maxScript = 64 << 10
)

// System runs the programs of one command line. It is safe for concurrent use.
type System struct {
	cfg    Config
	ctx    context.Context // ends with Close and at the first limit
	cancel context.CancelCauseFunc

	heldMatch int64 // see the constant

	pids  atomic.Int64
	count atomic.Int64 // processes that exist
	full  atomic.Bool  // a write found no room

	mu    sync.Mutex
	procs map[int]*Process // guarded by mu
	err   error            // guarded by mu; the limit that ended everything
	wg    sync.WaitGroup   // goroutines
}

// firstPID is the first process id: nobody's but ours.
const firstPID = 100

// NewSystem returns a System that ends with ctx. The caller must Close it.
func NewSystem(ctx context.Context, cfg Config) *System {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Report == nil {
		cfg.Report = func(error) {}
	}
	s := &System{cfg: cfg, procs: map[int]*Process{}, heldMatch: heldMatch}
	s.ctx, s.cancel = context.WithCancelCause(ctx)
	s.pids.Store(firstPID - 1)
	return s
}

// Close ends all processes and waits for them.
func (s *System) Close() {
	s.cancel(context.Canceled)
	s.wg.Wait()
}

// NoSpace reports whether a write of the shell or of a tool found no room in the
// workspace.
func (s *System) NoSpace() bool { return s.full.Load() }

// Err returns the limit that ended everything: a *jsengine.LimitError or the
// error of Budget's Charge; or nil.
func (s *System) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// Fail ends all processes because of err, which Err returns from then on,
// unless something ended them before. The context of each has ended when it
// returns: what waits for a process that failed does not go on.
func (s *System) Fail(err error) {
	s.mu.Lock()
	first := s.err == nil && s.ctx.Err() == nil
	if first {
		s.err = err
	}
	s.cancel(err)
	for _, p := range s.procs {
		p.stop(err)
	}
	s.mu.Unlock()
	if first && s.cfg.Failed != nil {
		s.cfg.Failed(err)
	}
}

// Process is a running program of a System.
type Process struct {
	sys    *System
	pid    int
	parent int
	depth  int
	root   context.Context // it ends with, whatever signals it gets
	ctx    context.Context // of its goroutine; another once a signal ended it

	done  chan struct{} // closed when it ended
	ended func()        // is called then, by its goroutine; may be nil

	turn turn // of the goroutine that runs it

	began time.Time
	// What it is a job for (nil: it is none), and its number among those of the shell that
	// started it, which sets both and alone asks.
	job    *syntax.Stmt
	number int
	shell  bool // its tools seem to be processes of their own

	mu      sync.Mutex
	args    []string                // guarded by mu; what it runs, the name first
	cancel  context.CancelCauseFunc // guarded by mu; of ctx
	last    bool                    // guarded by mu; a signal ended it, and it runs its EXIT trap
	status  int                     // guarded by mu; valid once done
	signal  int                     // guarded by mu; that ended it; 0: none
	pending []int                   // guarded by mu; signals that a handler waits for
	handled map[int]bool            // guarded by mu; signals that do not end it: true runs a handler, false ignores
	notify  func(signal int)        // guarded by mu; is told of pending ones; may be nil
}

// signalError is the cause of a context that a signal ended.
type signalError struct{ n int }

func (e *signalError) Error() string { return signalName(e.n) }

// Which returns where a program is found by its name, or "".
func (s *System) Which(name, dir, paths string) string {
	p := &Process{sys: s, ctx: s.ctx, done: make(chan struct{})}
	defer p.turn.close(s.cfg.Budget)
	var found lookup
	p.guard(func() int {
		sh := newShell(p, Start{Dir: dir, Env: []string{"PATH=" + paths}})
		defer sh.release()
		found = sh.lookPath(name)
		return 0
	})
	if found.status != 0 {
		return ""
	}
	return found.path
}

// PID returns the process's number.
func (p *Process) PID() int { return p.pid }

// Parent returns the number of the process that started p, or 1.
func (p *Process) Parent() int { return p.parent }

// Depth returns how many programs p is inside of.
func (p *Process) Depth() int { return p.depth }

// System returns the system that p is a process of.
func (p *Process) System() *System { return p.sys }

// Done is closed when the process ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// Status returns the exit code, and the number of the signal that ended the
// process, or 0. Valid once Done is closed.
func (p *Process) Status() (code, signal int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.status, p.signal
}

// Handle says that signal n no longer ends p: it is passed to notify.
func (p *Process) Handle(n int, notify func(signal int)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.notify = notify
	p.handle(n, true)
}

func (p *Process) handle(n int, run bool) {
	if p.handled == nil {
		p.handled = map[int]bool{}
	}
	p.handled[n] = run
}

// handles reports whether signal n does not end p.
func (p *Process) handles(n int) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, handled := p.handled[n]
	return handled
}

// handlers are what handle set, for setHandlers.
func (p *Process) handlers() map[int]bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return maps.Clone(p.handled)
}

func (p *Process) setHandlers(handled map[int]bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.handled = handled
}

// Unhandle undoes Handle.
func (p *Process) Unhandle(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.handled, n)
}

// Signal sends signal n; 0 only asks whether the process exists. It returns
// false if it does not.
func (p *Process) Signal(n int) bool {
	select {
	case <-p.done:
		return false
	default:
	}
	if n == 0 {
		return true
	}
	p.mu.Lock()
	run, handled := p.handled[n]
	if handled && n != sigKill {
		if run && !slices.Contains(p.pending, n) {
			p.pending = append(p.pending, n)
		}
		notify := p.notify
		p.mu.Unlock()
		if run && notify != nil {
			notify(n)
		}
		return true
	}
	if n == sigChld || n == sigCont || n == sigUrg || n == sigWinch { // they end nothing
		p.mu.Unlock()
		return true
	}
	if p.signal == 0 || p.last || n == sigKill {
		p.signal = n
	}
	p.mu.Unlock()
	p.stop(&signalError{n})
	if n == sigKill {
		for _, q := range p.below() {
			if q.isLast() { // it does not end with p's context any more
				q.stop(&signalError{n})
			}
		}
	}
	return true
}

// runs says what p runs, until the returned function is called.
func (p *Process) runs(args []string) (before func()) {
	if p.shell {
		return func() {}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	old := p.args
	p.args = args
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.args = old
	}
}

// starts says what p runs once it comes to it, if that is known.
func (p *Process) starts(args []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if args != nil && len(p.args) == 1 && p.args[0] == "bash" {
		p.args = args
	}
}

// stop ends p's context.
func (p *Process) stop(cause error) {
	p.mu.Lock()
	cancel := p.cancel
	p.mu.Unlock()
	cancel(cause)
}

func (p *Process) isLast() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.last
}

// below returns the processes that p started, those that these started and so on.
func (p *Process) below() []*Process {
	s := p.sys
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []*Process
	for _, q := range s.procs {
		for up := s.procs[q.parent]; up != nil; up = s.procs[up.parent] {
			if up == p {
				all = append(all, q)
				break
			}
		}
	}
	return all
}

// signalAll sends signal n to p and to all below it, as to a process group.
func (p *Process) signalAll(n int) bool {
	all := append(p.below(), p)
	// Who handles it knows it before what it waits for ends; and as a process ends with
	// what started it, the last started ends first.
	slices.SortFunc(all, func(a, b *Process) int {
		if x, y := truth(a.handles(n)), truth(b.handles(n)); x != y {
			return int(y - x)
		}
		return b.pid - a.pid
	})
	sent := false
	for _, q := range all {
		sent = q.Signal(n) && q == p || sent
	}
	return sent
}

// endedBy returns the signal that ended p, if it was one and p may still run an EXIT
// trap; or 0.
func (p *Process) endedBy() int {
	var sig *signalError
	if p.ctx.Err() == nil || p.root.Err() != nil || !errors.As(context.Cause(p.ctx), &sig) {
		return 0
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.signal == 0 || p.signal == sigKill {
		return 0
	}
	return p.signal
}

// revive gives p, which a signal ended, another context to run its EXIT trap in; another
// signal ends that. It is called by p's goroutine.
func (p *Process) revive() {
	ctx, cancel := context.WithCancelCause(context.WithValue(p.root, processKey{}, p))
	p.mu.Lock()
	p.ctx, p.cancel, p.last = ctx, cancel, true
	killed := p.signal == sigKill
	p.mu.Unlock()
	if killed {
		cancel(&signalError{sigKill})
	}
	if p.sys.ctx.Err() != nil {
		cancel(context.Cause(p.sys.ctx))
	}
}

// takeSignal returns a signal that waits for a handler in traps, or 0.
func (p *Process) takeSignal(traps map[string]string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	i := slices.IndexFunc(p.pending, func(n int) bool { return traps[signals[n]] != "" })
	if i < 0 {
		return 0
	}
	n := p.pending[i]
	p.pending = slices.Delete(p.pending, i, i+1)
	return n
}

// Find returns the process with a number, or nil.
func (s *System) Find(pid int) *Process {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.procs[pid]
}

// SignalGroup sends signal n to the process with a number and to all that it started,
// and those, as to a process group. It returns false if there is no such process.
func (s *System) SignalGroup(pid, n int) bool {
	p := s.Find(pid)
	return p != nil && p.signalAll(n)
}

//lint:ignore ST1005 what a guest reads, in the words of the real tool
var errTooMany = errors.New("Resource temporarily unavailable")

// newProcess makes a process that ends with ctx.
func (s *System) newProcess(ctx context.Context, parent, depth int) (*Process, error) {
	if s.count.Add(1) > maxProcesses {
		s.count.Add(-1)
		return nil, errTooMany
	}
	p := &Process{sys: s, pid: int(s.pids.Add(1)), parent: parent, depth: depth, done: make(chan struct{}), began: s.cfg.Now(), args: []string{"bash"}}
	p.root = ctx
	if up, ok := ctx.Value(processKey{}).(*Process); ok && up.sys == s {
		p.root = up.root
	}
	p.ctx, p.cancel = context.WithCancelCause(context.WithValue(ctx, processKey{}, p))
	s.mu.Lock()
	s.procs[p.pid] = p
	if s.ctx.Err() != nil {
		p.stop(context.Cause(s.ctx))
	}
	s.mu.Unlock()
	return p, nil
}

// end says how a process ended.
func (p *Process) end(status int) {
	s := p.sys
	p.turn.close(s.cfg.Budget)
	s.mu.Lock()
	delete(s.procs, p.pid)
	s.mu.Unlock()
	p.mu.Lock()
	p.status = status
	if p.signal != 0 {
		if p.ctx.Err() != nil && (status == 128+p.signal || p.signal == sigKill) {
			p.status = 128 + p.signal
		} else {
			p.signal = 0 // it had ended already
		}
	}
	p.mu.Unlock()
	p.stop(nil)
	s.count.Add(-1)
	close(p.done)
	if p.ended != nil {
		p.ended()
	}
}

// stopped is how a process is unwound: by panic, up to its first frame, where
// it ends with a status.
type stopped struct{ status int }

// guard runs f, which returns a status, as the body of p: whatever f panics
// with ends p alone. What f waited for may have been told to end before f saw that
// it is too, so its end is looked for once more.
func (p *Process) guard(f func() int) (status int) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case stopped:
			status = r.status
		default:
			p.sys.cfg.Report(fmt.Errorf("shell: panic: %v\n%s", r, debug.Stack()))
			status = 134
		}
	}()
	status = f()
	p.check()
	return status
}

// check panics if the process is to end.
func (p *Process) check() {
	if p.ctx.Err() == nil && p.sys.ctx.Err() == nil {
		return
	}
	var sig *signalError
	if errors.As(context.Cause(p.ctx), &sig) {
		panic(stopped{128 + sig.n})
	}
	panic(stopped{137})
}

// fail ends the whole system if err is a limit, and p in any case.
func (p *Process) fail(err error) {
	p.sys.Fail(err)
	panic(stopped{137})
}

// ErrTooManyProcesses reports that as many run as may at once.
var ErrTooManyProcesses = errTooMany

// ErrNotFound reports a program that does not exist; ErrPermission one that
// may not be executed.
var (
	//lint:ignore ST1005 what a guest reads, in the words of the real tool
	ErrNotFound = errors.New("No such file or directory")
	//lint:ignore ST1005 what a guest reads, in the words of the real tool
	ErrPermission = errors.New("Permission denied")
)

// Go starts a program as a process of its own and returns at once. The process
// ends at the latest when the System is closed. Errors: ErrNotFound (also of a
// directory), ErrPermission, ErrTooManyProcesses.
func (s *System) Go(ctx context.Context, st Start) (*Process, error) {
	if st.Dir == "" {
		st.Dir = "/workspace"
	}
	if st.Depth > maxPrograms {
		return nil, errTooMany
	}
	if info, err := s.cfg.Files.Stat(st.Dir); err != nil || !info.IsDir() {
		return nil, ErrNotFound
	}
	if st.Argv != nil {
		if err := s.executable(st); err != nil {
			return nil, err
		}
	}
	ctx, stop := context.WithCancelCause(ctx)
	unlink := context.AfterFunc(s.ctx, func() { stop(context.Cause(s.ctx)) })
	p, err := s.newProcess(ctx, max(st.Parent, 1), st.Depth)
	if err != nil {
		unlink()
		stop(nil)
		return nil, err
	}
	s.wg.Add(1)
	go func() {
		defer s.wg.Done()
		defer unlink()
		defer stop(nil)
		if st.Ready != nil {
			select {
			case <-st.Ready:
			case <-p.ctx.Done():
			}
		}
		p.end(p.guard(func() int { return s.body(p, st) }))
	}()
	return p, nil
}

// body is what a process that was started from outside does.
func (s *System) body(p *Process, st Start) int {
	sh := newShell(p, st)
	defer sh.release()
	if st.Argv != nil {
		sh.with = st.With
		return sh.execArgv(st.program(), st.Argv)
	}
	sh.dashC, p.shell = true, true
	return sh.runMain(st.Line)
}

// program is the name of what Argv starts.
func (st Start) program() string {
	if st.File != "" {
		return st.File
	}
	return st.Argv[0]
}

// executable says whether a program exists, without running it.
func (s *System) executable(st Start) error {
	p := &Process{sys: s, ctx: s.ctx, done: make(chan struct{})}
	defer p.turn.close(s.cfg.Budget)
	var found lookup
	p.guard(func() int {
		sh := newShell(p, st)
		defer sh.release()
		found = sh.lookPath(st.program())
		return 0
	})
	switch found.status {
	case 0:
		return nil
	case 126:
		return ErrPermission
	}
	return ErrNotFound
}

// Discard is a standard output that nobody reads.
type Discard struct{}

// WriteContext returns len(b).
func (Discard) WriteContext(_ context.Context, b []byte) (int, error) { return len(b), nil }
