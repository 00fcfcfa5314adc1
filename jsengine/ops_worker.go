package jsengine

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"sync"
	"sync/atomic"
	"time"

	"github.com/buntime/buntime/jsengine/wire"
	"github.com/buntime/buntime/wasmhost"
)

const (
	// maxWorkers bounds the workers that run at once for one program.
	maxWorkers = 32
	// maxWorkerDepth bounds how deep workers of workers go.
	maxWorkerDepth = 8
	// maxPrinted bounds what a worker printed and its parent did not take, in bytes.
	maxPrinted = 256 << 10
	// maxWorkerInput bounds what a worker was given as standard input and did not read.
	maxWorkerInput = 1 << 20
	// workerCost is the fuel of starting a worker.
	workerCost = 200_000
)

// worker is a thread of a program: a sandbox of its own that its parent talks to.
type worker struct {
	id     int32
	depth  int
	parent *Process
	cancel context.CancelFunc
	port   *endpoint // the end that is the worker's
	data   []byte    // what the runtime library hands to it: a value on the wire
	ports  []*endpoint
	shared []*sharedBuffer
	eval   bool
	stdin  *workerInput

	// failure is the error that nothing caught in it: a value on the wire.
	failure []byte
	online  bool // its parent was told that it runs; the goroutine that runs the guest only
	fam     *family
	printed atomic.Int64
}

// thread is the number of a program's thread, 0 for its first.
func (p *Process) thread() int32 {
	if p.worker == nil {
		return 0
	}
	return p.worker.id
}

// root is the program that p is a thread of.
func (p *Process) root() *Process {
	for p.worker != nil {
		p = p.worker.parent
	}
	return p
}

// shared is what a program without a Pool and its workers use together.
type shared struct {
	fuel, memory int64 // limits; fuel 0: none
	spent, held  atomic.Int64
}

func (s *shared) Hold(n int64) error {
	if held := s.held.Add(n); n > 0 && held > s.memory {
		s.held.Add(-n)
		return errGuestMemory
	}
	return nil
}

func (s *shared) Spend(n int64) error {
	if spent := s.spent.Add(n); s.fuel > 0 && spent > s.fuel {
		return wasmhost.ErrFuel
	}
	return nil
}

// pacing makes one guest's throttle that of several.
type pacing struct {
	mu    sync.Mutex
	pace  func(time.Duration) time.Duration
	total time.Duration // guarded by mu
}

// member returns the throttle of one of them.
func (p *pacing) member() func(time.Duration) time.Duration {
	var seen time.Duration
	return func(cpu time.Duration) time.Duration {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.total += cpu - seen
		seen = cpu
		return p.pace(p.total)
	}
}

// workerOutput is a worker's standard output or error: its parent prints it. It
// implements BlockingWriter.
type workerOutput struct {
	w   *worker
	ctx context.Context
	fd  string
}

func (o *workerOutput) Write(b []byte) (int, error) { return o.WriteContext(o.ctx, b) }

// WriteContext implements BlockingWriter. Ctx is of the worker, or of what it started.
func (o *workerOutput) WriteContext(ctx context.Context, b []byte) (int, error) {
	for n := 0; n < len(b); {
		piece := b[n:min(len(b), n+hostPiece)]
		if err := o.w.print(ctx, o.fd, piece); err != nil {
			return n, err
		}
		n += len(piece)
	}
	return len(b), nil
}

// print hands what was printed to the parent, once there is room for it.
func (w *worker) print(ctx context.Context, fd string, b []byte) error {
	body, err := wire.Append(nil, b)
	if err != nil {
		return err
	}
	f := w.fam
	for {
		f.mu.Lock()
		room := f.room
		e := envelope{kind: kindOutput, target: int64(w.id), name: fd, body: body}
		if w.printed.Load()+int64(len(b)) <= maxPrinted {
			if err = f.takeLocked(&e); err == nil {
				w.printed.Add(int64(len(b)))
				f.putLocked(w.parent, e)
				f.mu.Unlock()
				return nil
			}
		}
		f.mu.Unlock()
		select {
		case <-room:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// workerInput is a worker's standard input, which its parent writes. It is an
// InputStream.
type workerInput struct {
	mu    sync.Mutex
	b     []byte        // guarded by mu
	ended bool          // guarded by mu
	more  chan struct{} // one slot
	held  *wasmhost.Holding
}

func (s *workerInput) ReadContext(ctx context.Context, p []byte) (int, error) {
	for {
		s.mu.Lock()
		n := copy(p, s.b)
		s.b = s.b[n:]
		_ = s.held.Charge(-int64(n))
		ended := s.ended && len(s.b) == 0
		s.mu.Unlock()
		switch {
		case n > 0:
			return n, nil
		case ended:
			return 0, io.EOF
		}
		select {
		case <-s.more:
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}

// write adds b; nil ends it.
func (s *workerInput) write(b []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if b == nil {
		s.ended = true
	} else {
		if len(s.b)+len(b) > maxWorkerInput {
			return &JSError{Code: "ERR_WORKER_QUEUE_FULL", Message: fmt.Sprintf("the worker did not read %d bytes of its standard input; the limit is %d", len(s.b), maxWorkerInput)}
		}
		if s.held.Charge(int64(len(b))) != nil {
			return errNoRoom
		}
		s.b = append(s.b, b...)
	}
	select {
	case s.more <- struct{}{}:
	default:
	}
	return nil
}

// sharedEnv is process.env where threads share it.
type sharedEnv struct {
	mu      sync.Mutex
	version int64             // guarded by mu; of vars, 0: none yet
	vars    map[string]string // guarded by mu
	bytes   int64             // guarded by mu
}

// maxEnv bounds it, in bytes.
const maxEnv = 1 << 20

// startWorker runs another sandbox of p's program.
func (p *Process) startWorker(c *Call) (any, error) {
	o, err := c.Object(0, "options")
	if err != nil {
		return nil, err
	}
	given, err := c.parts(1)
	if err != nil {
		return nil, err
	}
	p.Charge(workerCost)
	f := p.family()
	w := &worker{parent: p, fam: f, data: given.body, depth: 1}
	if p.worker != nil {
		w.depth = p.worker.depth + 1
	}
	pr := *p.program
	pr.family, pr.worker, pr.Loopback = f, w, p.loopback()
	pr.Code, _ = o.Get("code").(string)
	pr.Entry, _ = o.Get("entry").(string)
	if pr.Entry == "" || !path.IsAbs(pr.Entry) {
		return nil, ArgError("entry", "an absolute path")
	}
	pr.Language, _ = o.Get("language").(string)
	pr.Unnamed, pr.Input, pr.Stdin, pr.Inbound = false, nil, nil, nil
	w.eval = pr.Code != ""
	if pr.Args, err = strs(o.Get("args")); err != nil {
		return nil, err
	}
	pr.Env = map[string]string{}
	if env, ok := o.Get("env").(wire.Object); ok {
		for _, kv := range env {
			if s, ok := kv.Value.(string); ok {
				pr.Env[kv.Key] = s
			}
		}
	}
	if dir, ok := o.Get("dir").(string); ok && path.IsAbs(dir) {
		pr.Dir = dir
	}
	if mb, ok := number(o.Get("memory")); ok && mb > 0 {
		pr.Limits.Memory = min(pr.Limits.Memory, max(int64(mb*(1<<20)), 1<<20))
	}
	pr.Limits.Fuel, pr.Limits.Output = 0, 1<<62 // the pool's, the parent's
	if at, ok := p.ctx.Deadline(); ok {
		pr.Limits.Timeout = max(time.Until(at), 0) + time.Minute // the parent's ends it
	}
	p.joinPool()
	pr.Pool = p.program.Pool
	if p.pacing != nil {
		pr.Pace, pr.pacing = nil, p.pacing
	}

	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case w.depth > maxWorkerDepth:
		return nil, &JSError{Code: "ERR_WORKER_INIT_FAILED", Message: fmt.Sprintf("Worker initialization failure: workers of workers go %d deep at most", maxWorkerDepth)}
	case f.live >= maxWorkers:
		return nil, &JSError{Code: "ERR_WORKER_INIT_FAILED", Message: fmt.Sprintf("Worker initialization failure: %d workers run already, which is the limit", maxWorkers)}
	}
	mine, theirs, err := f.pairLocked()
	if err != nil {
		return nil, err
	}
	if f.held.Charge(int64(len(w.data))) != nil {
		f.ports -= 2
		return nil, errNoRoom
	}
	f.live++
	f.last++
	w.id = f.last
	w.port = theirs
	w.ports, w.shared = f.ownPortsLocked(p, given.ports), f.buffersLocked(p, given.buffers)
	number := f.adoptLocked(p, mine)
	if s := p.program.Seed; s != nil {
		seed := sha256.Sum256(binary.LittleEndian.AppendUint32(append([]byte("worker"), s[:]...), uint32(w.id)))
		pr.Seed = &seed
	}
	ctx, cancel := context.WithCancel(p.ctx)
	w.cancel = cancel
	w.stdin = &workerInput{more: make(chan struct{}, 1), held: f.held}
	w.stdin.ended, _ = o.Get("noInput").(bool)
	pr.Stream = w.stdin
	pr.Stdout, pr.Stderr = &workerOutput{w: w, ctx: ctx, fd: "1"}, &workerOutput{w: w, ctx: ctx, fd: "2"}
	if p.workers == nil {
		p.workers = map[int32]*worker{}
	}
	p.workers[w.id] = w
	p.background.Go(func() {
		defer cancel()
		w.run(ctx, &pr)
	})
	return []any{int64(w.id), number}, nil
}

func number(v any) (float64, bool) {
	switch n := v.(type) {
	case int32:
		return float64(n), true
	case float64:
		return n, true
	}
	return 0, false
}

func strs(v any) ([]string, error) {
	list, _ := v.([]any)
	out := make([]string, 0, len(list))
	for _, v := range list {
		s, ok := v.(string)
		if !ok {
			return nil, ArgError("argv", "a list of strings")
		}
		out = append(out, s)
	}
	return out, nil
}

// run is the worker's life.
func (w *worker) run(ctx context.Context, pr *Program) {
	f, p := w.fam, w.parent
	r, err := p.engine.Run(ctx, pr)
	var end error
	code := 1
	switch {
	case ctx.Err() != nil: // terminated
	case errors.Is(err, ErrOverloaded):
		end = &JSError{Code: "ERR_WORKER_OUT_OF_MEMORY", Message: "Worker terminated: the host has no room for it"}
	case err != nil:
		end = &JSError{Code: "ERR_WORKER_INIT_FAILED", Message: "Worker initialization failure: the sandbox did not start"}
	case r.Limit != nil && r.Limit.Kind == "memory":
		end = &JSError{Code: "ERR_WORKER_OUT_OF_MEMORY", Message: "Worker terminated due to reaching memory limit: JS heap out of memory"}
	case r.Limit != nil && r.Limit.Kind == "fuel":
		end = &JSError{Code: "ERR_WORKER_OUT_OF_FUEL", Message: "Worker terminated: the program is out of fuel"}
	default:
		code = r.ExitCode
	}
	body := w.failure
	if end != nil {
		body = errorRecord(end)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if r != nil {
		f.cpu += int64(r.CPUTime)
		f.fuel += r.Fuel
	}
	if w.port != nil { // it never took it
		f.shutAllLocked([]*endpoint{w.port})
	}
	f.shutAllLocked(w.ports)
	f.freeBuffersLocked(w.shared)
	_ = f.held.Charge(-int64(len(w.data)))
	// Its parent knows it until it hears the end.
	w.data, w.ports, w.shared, w.failure = nil, nil, nil, nil
	f.live--
	w.stdin.mu.Lock()
	_ = f.held.Charge(-int64(len(w.stdin.b)))
	w.stdin.b = nil
	w.stdin.mu.Unlock()
	if body != nil {
		f.tellLocked(p, envelope{kind: kindError, target: int64(w.id), body: body})
	}
	exit, _ := wire.Append(nil, int32(code)) // cannot fail
	f.tellLocked(p, envelope{kind: kindExit, target: int64(w.id), body: exit})
}

// errorRecord is an error as the runtime library packs one.
func errorRecord(err error) []byte {
	const kindOfError = 6
	e, hidden := wireError(err)
	if hidden {
		e = &wire.Error{Message: "internal error"}
	}
	name := e.Name
	if name == "" {
		name = "Error"
	}
	record := []any{int32(kindOfError), name, e.Message, nil, int32(-1), []any{}, []any{}}
	values := []any{record}
	if e.Code != "" {
		record[5], record[6] = []any{"code"}, []any{int32(1)}
		values = append(values, e.Code)
	}
	b, _ := wire.Append(nil, []any{int32(0), values}) // flat
	return b
}

// workerOf is the worker of p's that argument 0 names, or nil.
func (c *Call) workerOf() (*worker, error) {
	id, err := c.Int(0, "threadId")
	if err != nil {
		return nil, err
	}
	return c.Process.workers[int32(id)], nil
}

// workerOps are the operations behind node:worker_threads and Worker.
func workerOps() []Op {
	return []Op{
		// worker.info () → {threadId, eval} in a worker, else undefined
		{Name: "worker.info", Sync: func(c *Call) (any, error) {
			w := c.Process.worker
			if w == nil {
				return wire.Undefined{}, nil
			}
			return wire.Object{{Key: "threadId", Value: int64(w.id)}, {Key: "eval", Value: w.eval}}, nil
		}},
		// worker.data () → [port, data, ports, buffers], once
		{Name: "worker.data", Sync: func(c *Call) (any, error) {
			w := c.Process.worker
			if w == nil || w.port == nil {
				return wire.Undefined{}, nil
			}
			f := w.fam
			f.mu.Lock()
			defer f.mu.Unlock()
			number := f.adoptLocked(c.Process, w.port)
			w.port = nil
			ports := make([]any, 0, len(w.ports))
			for _, ep := range w.ports {
				ports = append(ports, f.adoptLocked(c.Process, ep))
			}
			buffers := f.takeBuffersLocked(c.Process, w.shared)
			w.ports, w.shared = nil, nil
			b := append([]byte{}, tagArray)
			b = binary.LittleEndian.AppendUint32(b, 4)
			b, _ = wire.Append(b, number) // flat values cannot fail
			b = append(b, w.data...)
			b, _ = wire.Append(b, ports)
			b, _ = wire.Append(b, buffers)
			return raw(b), nil
		}},
		// worker.start (options, data, ports, buffers) → [threadId, port]
		{Name: "worker.start", Sync: func(c *Call) (any, error) { return c.Process.startWorker(c) }},
		// worker.terminate (threadId)
		{Name: "worker.terminate", Sync: func(c *Call) (any, error) {
			w, err := c.workerOf()
			if w != nil {
				w.cancel()
			}
			return wire.Undefined{}, err
		}},
		// worker.input (threadId, bytes or undefined for the end)
		{Name: "worker.input", Sync: func(c *Call) (any, error) {
			w, err := c.workerOf()
			if w == nil {
				return wire.Undefined{}, err
			}
			var b []byte
			if c.Has(1) {
				if b, err = c.Bytes(1, "chunk"); err != nil {
					return nil, err
				}
			}
			return wire.Undefined{}, w.stdin.write(b)
		}},
		// worker.printed (threadId, bytes): so much of what it printed is taken
		{Name: "worker.printed", Sync: func(c *Call) (any, error) {
			w, err := c.workerOf()
			if w == nil {
				return wire.Undefined{}, err
			}
			n, err := c.Int(1, "length")
			if err != nil || n < 0 {
				return nil, ArgError("length", "a length")
			}
			w.printed.Add(-min(n, w.printed.Load()))
			f := c.Process.fam
			f.mu.Lock()
			defer f.mu.Unlock()
			close(f.room)
			f.room = make(chan struct{})
			return wire.Undefined{}, nil
		}},
		// worker.write (fd, data): to the program's own output or error, past its parent, which may be waiting
		{Name: "worker.write", Sync: func(c *Call) (any, error) { return c.Process.writeTo(c.Process.root(), c) }},
		// worker.ended (threadId): it is forgotten
		{Name: "worker.ended", Sync: func(c *Call) (any, error) {
			w, err := c.workerOf()
			if w != nil {
				delete(c.Process.workers, w.id)
			}
			return wire.Undefined{}, err
		}},
		// worker.fail (body): what the parent is told when this worker ends
		{Name: "worker.fail", Sync: func(c *Call) (any, error) {
			w := c.Process.worker
			if w == nil {
				return wire.Undefined{}, nil
			}
			body, err := c.body(0)
			if err != nil {
				return nil, err
			}
			if len(body) > maxPrinted {
				return nil, &JSError{Name: "RangeError", Message: "the error is too large"}
			}
			w.failure = body
			return wire.Undefined{}, nil
		}},
		// worker.online ()
		{Name: "worker.online", Sync: func(c *Call) (any, error) {
			// Once: its parent is told whether there is room or not.
			if w := c.Process.worker; w != nil && !w.online {
				w.online = true
				w.fam.tell(w.parent, envelope{kind: kindOnline, target: int64(w.id)})
			}
			return wire.Undefined{}, nil
		}},
		// env.share (variables): from now on these are those of all threads that share them
		{Name: "env.share", Sync: func(c *Call) (any, error) {
			vars, err := c.Object(0, "env")
			if err != nil {
				return nil, err
			}
			e := c.Process.family().env
			e.mu.Lock()
			defer e.mu.Unlock()
			if e.version == 0 {
				e.version, e.vars = 1, map[string]string{}
				for _, kv := range vars {
					if s, ok := kv.Value.(string); ok {
						if err := e.setLocked(kv.Key, s); err != nil {
							return nil, err
						}
					}
				}
			}
			return wire.Undefined{}, nil
		}},
		// env.get (version) → [version, variables], or undefined if that is the version
		{Name: "env.get", Sync: func(c *Call) (any, error) {
			version, err := c.Int(0, "version")
			if err != nil {
				return nil, err
			}
			e := c.Process.family().env
			e.mu.Lock()
			defer e.mu.Unlock()
			if version == e.version {
				return wire.Undefined{}, nil
			}
			return []any{e.version, maps.Clone(e.vars)}, nil
		}},
		// env.set (name, value or undefined)
		{Name: "env.set", Sync: func(c *Call) (any, error) {
			name, err := c.String(0, "name")
			if err != nil {
				return nil, err
			}
			e := c.Process.family().env
			e.mu.Lock()
			defer e.mu.Unlock()
			if !c.Has(1) {
				if old, ok := e.vars[name]; ok {
					e.bytes -= int64(len(name)+len(old)) + envelopeCost
					delete(e.vars, name)
					e.version++
				}
				return wire.Undefined{}, nil
			}
			value, err := c.String(1, "value")
			if err != nil {
				return nil, err
			}
			return wire.Undefined{}, e.setLocked(name, value)
		}},
	}
}

// setLocked sets a variable. Precondition: mu is held.
func (e *sharedEnv) setLocked(name, value string) error {
	n := int64(len(name)+len(value)) + envelopeCost
	if old, ok := e.vars[name]; ok {
		n -= int64(len(name)+len(old)) + envelopeCost
	}
	if e.bytes+n > maxEnv {
		return &JSError{Code: "ERR_OUT_OF_RANGE", Message: fmt.Sprintf("the environment that threads share is larger than %d bytes", maxEnv)}
	}
	if e.vars == nil {
		e.vars = map[string]string{}
	}
	e.bytes += n
	e.vars[name] = value
	e.version++
	return nil
}

// joinPool makes what a program uses that was alone until now what it uses together
// with its threads.
func (p *Process) joinPool() {
	if p.program.Pool == nil {
		pool := &shared{fuel: p.program.Limits.Fuel, memory: p.program.Limits.Memory}
		p.in.JoinPool(pool)
		p.program.Pool = pool
	}
}

// leave ends p's part in its family. Precondition: its workers ended.
func (p *Process) leave(r *Result) {
	f := p.fam
	if f == nil {
		return
	}
	f.leave(p, p.thread())
	p.leaveShared()
	if p.worker != nil {
		return
	}
	f.mu.Lock()
	r.Fuel += f.fuel
	r.CPUTime += time.Duration(f.cpu)
	for b := range f.buffers { // in messages of ports that nobody took
		b.mem.Release()
	}
	f.mu.Unlock()
	f.held.Release()
}
