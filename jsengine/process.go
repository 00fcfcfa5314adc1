package jsengine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"path"
	"sync"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"github.com/buntime/buntime/jsengine/resolve"
	"github.com/buntime/buntime/jsengine/wire"
	"github.com/buntime/buntime/wasmhost"
)

// Process is one running program. One goroutine owns it; Async operations may
// only use what says it is safe for them.
type Process struct {
	engine  *Engine
	program *Program
	ctx     context.Context // ends with the process
	in      *wasmhost.Instance
	guest   guest
	started time.Time // by the guest's clock
	state   opsState  // what fs, fetch and crypto hold for the guest; closed at the end
	input   input
	stdout  output
	stderr  output
	buf     []byte            // scratch of answer
	kept    []byte            // an answer that waits for opFetch
	holding *wasmhost.Holding // what is in the host's memory for the program
	modules *resolve.Resolver // nil until needed
	// prepared are transformed CommonJS sources that require will soon ask for.
	prepared     map[string]*source
	preparedSize int64  // bytes of prepared
	promised     []byte // what compiledSource is to answer
	installs     int    // packages that were asked for
	noEntry      bool   // that the entry module is in no file
	entryID      string // the entry module's path; "" until asked for
	// crossing is how many bytes of arguments the operation in hand came with.
	crossing int64
	// doubtful: the code may be TypeScript, and there is no transformer.
	doubtful bool
	// retry: the code was not transformed, but is if the engine cannot parse it.
	retry bool

	fam     *family           // nil: the program never had workers
	box     mailbox           // guarded by fam.mu
	shared  sharedTable       // the goroutine that runs the guest only
	waiters waiters           // safe for concurrent use
	worker  *worker           // what p is, or nil
	workers map[int32]*worker // that p started and did not hear the end of; the goroutine that runs the guest only
	pacing  *pacing           // nil: full speed

	mu         sync.Mutex
	denied     *DeniedError                 // guarded by mu; the last refusal
	pending    map[int32]context.CancelFunc // guarded by mu
	held       int64                        // guarded by mu; bytes of arguments of pending
	done       [][]byte                     // guarded by mu; completions that wait for the loop
	delivered  int64                        // guarded by mu; what they are charged
	wake       chan struct{}                // one slot: done is not empty
	background sync.WaitGroup
}

// Files is the workspace, or a DeniedError.
func (p *Process) Files() (Files, error) {
	if p.program.Files == nil {
		return nil, &DeniedError{Capability: "files", Grant: "give the program a workspace"}
	}
	return p.program.Files, nil
}

// Net is the network, or a DeniedError that names target.
func (p *Process) Net(target string) (Net, error) {
	if p.program.Net == nil {
		return nil, &DeniedError{Capability: "net", Target: target, Grant: "allow this host and port"}
	}
	return p.program.Net, nil
}

// Block runs f, which waits for something outside the guest, without holding a
// turn. Only for Sync operations.
func (p *Process) Block(f func()) {
	p.state.children.open()
	p.in.Block(f)
}

// Work runs f, which computes for the guest for long, in a turn of its own. Only
// for Sync operations; f may not run if the guest's end comes first.
func (p *Process) Work(f func()) { p.in.Work(f) }

// Charge puts units of host work on the guest's bill; it takes effect at once.
// About one unit for 64 bytes moved is the engine's own rate. Only for Sync
// operations: what Async ones return is charged when it is delivered.
func (p *Process) Charge(units int64) { p.in.Charge(units) }

// output is one of a program's standard streams, cut at its limit.
type output struct {
	w         io.Writer
	left      atomic.Int64
	lock      lock // of all else: children write to it as well, and whoever does may wait for who reads it
	truncated bool // read freely once nobody writes any more
}

// TruncationMarker ends a stream that was cut.
const TruncationMarker = "\n[output truncated]\n"

// write writes s, or what of it there is room for, in pieces between which it
// calls pause, if that is not nil. It reports whether the writer keeps what it gets
// and had no room: any other error is of a reader that went away, or ctx's, which do not end
// the program.
func (o *output) write(ctx context.Context, s string, pause func()) (overloaded bool) {
	if o.w == nil || o.lock.take(ctx) != nil {
		return false
	}
	defer o.lock.free()
	if o.truncated {
		return false
	}
	tail := ""
	if left := o.left.Load(); int64(len(s)) > left {
		n := left
		for n > 0 && n > left-4 && s[n]&0xc0 == 0x80 { // not inside a code point
			n--
		}
		s, tail = s[:n], TruncationMarker
		o.truncated = true
	}
	o.left.Add(-int64(len(s)))
	for len(s) > hostPiece {
		if errors.Is(o.put(ctx, s[:hostPiece]), ErrOverloaded) {
			return true
		}
		s = s[hostPiece:]
		if pause != nil {
			pause()
		}
	}
	return errors.Is(o.put(ctx, s+tail), ErrOverloaded)
}

// put writes s to the writer.
func (o *output) put(ctx context.Context, s string) (err error) {
	if w, ok := o.w.(BlockingWriter); ok {
		_, err = w.WriteContext(ctx, []byte(s))
	} else {
		_, err = io.WriteString(o.w, s)
	}
	return err
}

// print writes s to a standard stream. It ends the program if its reader keeps what
// it reads and has no room.
func (p *Process) print(o *output, s string) {
	if _, ok := o.w.(BlockingWriter); ok { // keeps no more than it is read of
		p.Block(func() { o.write(p.ctx, s, nil) })
		return
	}
	if o != &p.stdout && o != &p.stderr { // whose own thread may be in the middle of writing, and wait for its turn
		overloaded := false
		p.Block(func() { overloaded = o.write(p.ctx, s, nil) })
		if overloaded {
			p.in.Overload()
		}
		return
	}
	if o.write(p.ctx, s, p.checkpoint) {
		p.in.Overload()
	}
}

// write is host.write(fd, data).
func (p *Process) write(c *Call) (any, error) { return p.writeTo(p, c) }

// writeTo writes to a standard stream of a program: p, or who started the threads of which p is one.
func (p *Process) writeTo(of *Process, c *Call) (any, error) {
	var o *output
	switch c.arg(0) {
	case int32(1):
		o = &of.stdout
	case int32(2):
		o = &of.stderr
	default:
		return nil, ArgError("fd", "1 or 2")
	}
	switch v := c.arg(1).(type) {
	case string:
		p.in.Charge(int64(len(v)) >> 3)
		p.print(o, v)
	case []byte:
		p.in.Charge(int64(len(v)) >> 3)
		// One byte more than there is room for says that it is too much.
		p.print(o, string(v[:min(int64(len(v)), o.left.Load()+1)]))
	default:
		return nil, ArgError("data", "of type string or a view of an ArrayBuffer")
	}
	return wire.Undefined{}, nil
}

// seed gives the guest its randomness: the program's seed, or the system's.
func (p *Process) seed() []byte {
	if s := p.program.Seed; s != nil {
		src := rand.NewChaCha8(*s)
		p.state.rand = func(b []byte) { _, _ = src.Read(b) } // never fails
	}
	b := make([]byte, 8)
	p.state.random(b)
	return b
}

// gcThreshold is how many bytes a guest may allocate before its collector runs.
func (p *Process) gcThreshold(memory int64) int32 {
	return int32(min(max(memory/8, 256<<10), 16<<20))
}

// entryPath is the path that the entry module goes by.
func (p *Process) entryPath() string {
	if p.entryID != "" {
		return p.entryID
	}
	switch name := p.program.Entry; {
	case name == "":
		p.entryID = path.Join(p.program.Dir, "[eval].js")
	case p.program.Code != "":
		p.entryID = name
	default:
		if p.entryID = p.resolver().Main(name); p.entryID == "" {
			p.entryID, p.noEntry = name, p.program.Files != nil
		}
		p.in.Charge(p.resolver().Work() * lookRate)
	}
	return p.entryID
}

// Flags of callLoad and callRun, as in shim.c.
const (
	runHost     int32 = 1 << iota // there are functions of the host, it is a worker, or it runs as Node would
	runGCAlways                   // the collector runs at every allocation
	runNode                       // as Node would
)

func (p *Process) runFlags() int32 {
	var flags int32
	if len(p.program.Funcs) > 0 || p.worker != nil || p.program.Node {
		flags |= runHost
	}
	if p.program.gcAlways {
		flags |= runGCAlways
	}
	if p.program.Node {
		flags |= runNode
	}
	return flags
}

// runArgs is what callRun takes: name, seed, threshold, flags.
func (p *Process) runArgs(memory int64) []byte {
	name := p.entryPath()
	b := make([]byte, 0, 64+len(name))
	b = appendText(b, name)
	b, _ = wire.Append(b, p.seed()) // flat values cannot fail
	b, _ = wire.Append(b, p.gcThreshold(memory))
	b, _ = wire.Append(b, p.runFlags())
	return b
}

// loop runs the program to its end.
func (p *Process) loop(ctx context.Context, memory int64) error {
	if err := p.prepare(ctx); err != nil {
		return err
	}
	r, err := p.guest.call(ctx, callRun, p.runArgs(memory))
	for {
		p.state.children.open()
		if err != nil {
			return err
		}
		if int64(r) < 0 {
			return errCorrupt
		}
		s, err2 := p.guest.status()
		if err2 != nil {
			return err2
		}
		var next []byte
		switch s.state {
		case guestDone:
			return nil
		case guestMore:
			next = p.completions()
		default:
			if next, err = p.wait(ctx, s.nextTimer); err != nil {
				return err
			}
		}
		r, err = p.guest.call(ctx, callTurn, next)
	}
}

// completions takes what waits for the loop.
func (p *Process) completions() []byte {
	if owed := p.state.owed.Swap(0); owed > 0 {
		p.in.Charge(owed)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.done) == 0 {
		return nil
	}
	b := p.done[0]
	for _, more := range p.done[1:] {
		b = append(b, more...)
	}
	p.done = nil
	_ = p.holding.Charge(-p.delivered) // they are the guest's now
	p.delivered = 0
	return b
}

// wait returns at the next completion, timer (at, by the guest's clock) or the end.
func (p *Process) wait(ctx context.Context, at float64) ([]byte, error) {
	if b := p.completions(); b != nil {
		return b, nil
	}
	var due <-chan time.Time
	if at >= 0 {
		left := at*1e6 - float64(p.now().Sub(p.started))
		if left <= 0 {
			return nil, ctx.Err()
		}
		// Never early: the guest's clock is coarse.
		t := time.NewTimer(time.Duration(min(left, math.MaxInt64/2)) + 100*time.Microsecond)
		defer t.Stop()
		due = t.C
	}
	if err := p.in.Rest(); err != nil {
		return nil, err
	}
	for {
		select {
		case <-p.wake:
			// A signal may be of completions taken before it came: a turn with nothing to do would cost the guest fuel.
			if b := p.completions(); b != nil {
				return b, nil
			}
		case <-due:
			return p.completions(), nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// result is how the program ended, given what its loop returned, but for its output,
// to which its threads may still write. The error is for what is not the guest's doing.
func (p *Process) result(loop error, timeout, outer error, l Limits) (*Result, error) {
	in := p.in
	r := &Result{
		Fuel:       in.FuelUsed(),
		CPUTime:    in.CPUTime(),
		MemoryPeak: in.MemoryPeak(),
	}
	refused := in.RefusedGrowth()
	var trap *wasmhost.TrapError
	var internal *wasmhost.InternalError
	var syntax *SyntaxError
	var js *JSError
	switch {
	case loop == nil:
		s, err := p.guest.status()
		if err != nil {
			return r, err
		}
		r.ExitCode = s.exitCode
		if s.flags&flagUncaught != 0 && s.codeLen <= 64 {
			if b, ok := in.View(s.codePtr, s.codeLen); ok {
				r.UncaughtCode = string(b)
			}
			if r.UncaughtCode == deniedCode {
				p.mu.Lock()
				r.Denied = p.denied
				p.mu.Unlock()
			}
		}
		// A promise that nothing settles any more may be one whose settling had no room.
		if s.flags&(flagOOM|flagUnsettled) != 0 && refused > 0 {
			if refused <= l.Memory && !in.PoolRefused() { // not the program's own cap: all guests together have too much
				return r, ErrOverloaded
			}
			r.Limit = &LimitError{Kind: "memory", Used: refused, Limit: l.Memory}
		}
		if p.engine.cfg.Transformer == nil && (r.UncaughtCode == noTransformerCode || s.flags&flagSyntax != 0 && p.doubtful) {
			return r, ErrNoTransformer
		}
		if s.flags&flagValue != 0 {
			if v, err := p.guest.value(); err == nil && validValue(v) {
				r.Value = v
			}
		}
		return r, nil
	case outer != nil:
		return r, outer
	case errors.As(loop, &syntax):
		r.ExitCode = 1
		if p.worker != nil {
			p.worker.failure = errorRecord(&JSError{Name: "SyntaxError", Message: syntax.Message})
			return r, nil
		}
		p.stderr.write(p.ctx, fmt.Sprintf("SyntaxError: %s\n    at %s:%d:%d\n", syntax.Message, syntax.File, syntax.Line, syntax.Column), nil)
		if syntax.Text != "" {
			p.stderr.write(p.ctx, "    "+syntax.Text+"\n", nil)
		}
		return r, nil
	case errors.As(loop, &js): // the transformer's, about the guest's source
		r.ExitCode = 1
		if p.worker != nil {
			p.worker.failure = errorRecord(js)
			return r, nil
		}
		p.stderr.write(p.ctx, js.Error()+"\n", nil)
		return r, nil
	case errors.Is(loop, wasmhost.ErrFuel):
		r.ExitCode = 124
		r.Limit = &LimitError{Kind: "fuel", Used: max(r.Fuel, l.Fuel), Limit: l.Fuel}
		return r, nil
	case timeout != nil && errors.Is(loop, context.DeadlineExceeded):
		r.ExitCode = 124
		r.Limit = &LimitError{Kind: "time", Limit: l.Timeout.Milliseconds()}
		return r, nil
	case errors.As(loop, &trap), errors.Is(loop, errCorrupt), errors.Is(loop, errGuestMemory):
		r.ExitCode = 1
		if 0 < refused && refused <= l.Memory && !in.PoolRefused() {
			return r, ErrOverloaded
		}
		if refused > 0 || errors.Is(loop, errGuestMemory) {
			r.Limit = &LimitError{Kind: "memory", Used: max(refused, r.MemoryPeak), Limit: l.Memory}
			if p.worker == nil { // its parent is told
				p.stderr.write(p.ctx, "fatal: out of memory\n", nil)
			}
			return r, nil
		}
		reason := "corrupt memory"
		if trap != nil {
			reason = trap.Reason
		}
		p.stderr.write(p.ctx, "fatal: the sandbox stopped: "+reason+"\n", nil)
		return r, nil
	case errors.Is(loop, wasmhost.ErrBudget):
		return r, ErrOverloaded
	case errors.Is(loop, wasmhost.ErrClosed), errors.Is(timeout, context.Canceled): // by Engine.Close, as outer is not done
		return r, ErrClosed
	case errors.As(loop, &internal):
		p.engine.log.Error("sandbox failed", zap.String("detail", internal.Detail))
	}
	return r, loop
}
