package jsengine

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"github.com/buntime/buntime/internal/scoped"
	"github.com/buntime/buntime/jsengine/engine"
	"github.com/buntime/buntime/wasmhost"
)

// Config describes an Engine. The zero value works.
type Config struct {
	CacheDir    string // compiled engine between starts; "" keeps none
	CacheKey    []byte // authenticates CacheDir; required with it
	Transformer Transformer
	Budget      int64 // bytes over all sandboxes; see wasmhost.Config
	Turns       int   // how many programs run at once; default GOMAXPROCS
	Portable    bool  // copy images instead of mapping them
	NoSharing   bool  // no SharedArrayBuffer is shared between threads
	Log         *zap.Logger
	// Loaded bounds the bytes that are kept of programs that ran before, to load
	// them faster; default 64 MiB. Each Program.Scope has an eighth of it at most.
	Loaded int64
	// Compiled bounds the bytes of bytecode that are kept of modules that programs
	// imported; default 128 MiB. Each Program.Scope has an eighth of it at most, and
	// files that are the same for everyone (Published) half.
	Compiled int64

	tune func(*wasmhost.Config) // changes what the host is made with: for tests
}

// Engine runs programs. It is safe for concurrent use.
type Engine struct {
	cfg    Config
	log    *zap.Logger
	host   *wasmhost.Host
	image  *wasmhost.Image
	shared uint32 // address of the shim's shared struct
	module string // hash of the engine's module
	ops    []Op   // by the image's opcodes
	loaded *scoped.Cache[loaded]
	// compiled is what modules became that programs imported.
	compiled *scoped.Cache[compiled]
	scans    *scoped.Cache[any] // what sources were found to say; see scanned
	running  running            // the contexts of programs
	warned   atomic.Int64       // when refused last warned, in nanoseconds of Unix time
}

const (
	defaultMemory  = 64 << 20
	defaultTimeout = 30 * time.Second
	defaultOutput  = 1 << 20

	maxScans = 8 << 20 // bytes

	warnEvery = time.Minute
)

// Open compiles the engine (or takes it from the cache) and maps the image. The
// caller must Close it.
func Open(ctx context.Context, cfg Config) (_ *Engine, err error) {
	image, err := engine.Image()
	if err != nil {
		return nil, err
	}
	if cfg.Loaded <= 0 {
		cfg.Loaded = defaultLoaded
	}
	if cfg.Compiled <= 0 {
		cfg.Compiled = defaultCompiled
	}
	e := &Engine{cfg: cfg, log: cfg.Log, loaded: scoped.New[loaded](cfg.Loaded), compiled: scoped.New[compiled](cfg.Compiled), scans: scoped.New[any](maxScans)}
	e.compiled.Widen(publishedScope)
	e.scans.Widen(publishedScope)
	if e.log == nil {
		e.log = zap.NewNop()
	}
	header, snapshot, err := openImage(image)
	if err != nil {
		return nil, err
	}
	e.shared, e.module = header.Shared, header.Module
	byName := map[string]Op{}
	for _, op := range allOps() {
		byName[op.Name] = op
	}
	for _, name := range header.Ops {
		op, ok := byName[name]
		if !ok {
			return nil, fmt.Errorf("jsengine: the image knows an operation %q that this program lacks: build the engine again", name)
		}
		e.ops = append(e.ops, op)
	}
	host := wasmhost.Config{
		CacheDir: cfg.CacheDir, CacheKey: cfg.CacheKey, Budget: cfg.Budget, Turns: cfg.Turns, Portable: cfg.Portable, NoSharing: cfg.NoSharing,
		Report: func(err error) { e.log.Error("wasmhost", zap.Error(err)) },
	}
	if cfg.tune != nil {
		cfg.tune(&host)
	}
	e.host, err = wasmhost.New(host)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, e.host.Close())
		}
	}()
	e.image, err = e.host.NewImage(ctx, snapshot, hostImports(), []string{exportCall})
	if err != nil {
		return nil, err
	}
	return e, nil
}

// Forget drops what is kept of a scope's programs and modules.
func (e *Engine) Forget(scope string) {
	e.loaded.Forget(scope)
	e.compiled.Forget(scope)
	e.scans.Forget(scope)
}

// Stats reports what all sandboxes hold together, and counts them.
func (e *Engine) Stats() wasmhost.Stats { return e.host.Stats() }

// Holding is memory that is held for a tenant.
type Holding = wasmhost.Holding

// Hold returns a Holding of a tenant: what a program's embedder keeps in memory
// for it, in the budget of all sandboxes. The caller must Release it before Close.
func (e *Engine) Hold(tenant string) *Holding { return e.host.Hold(tenant) }

// Turns is how many programs run at once.
func (e *Engine) Turns() int { return e.host.Turns() }

// Work runs f, which computes for a tenant outside any program, in turns that are
// shared fairly by tenant. F calls pause now and then, and returns its errors. Other
// errors are that of ctx.
func (e *Engine) Work(ctx context.Context, tenant string, f func(pause func() error) error) error {
	return e.host.Work(ctx, tenant, f)
}

// Worker computes for a tenant outside any program, in turns.
type Worker = wasmhost.Worker

// Worker returns a Worker of a tenant. The caller must Close it.
func (e *Engine) Worker(tenant string) *Worker { return e.host.Worker(tenant) }

// Output keeps what a program prints, as its Stdout or Stderr, in a Holding.
type Output struct {
	Held  *Holding
	bytes []byte
}

// outputCopies are what is in memory for a byte of output: the buffer it goes to,
// which may be twice as long, and what it becomes in an answer.
const outputCopies = 4

// Write appends b. The error is ErrOverloaded if there is no room for it.
func (o *Output) Write(b []byte) (int, error) {
	if err := o.Held.Charge(outputCopies * int64(len(b))); err != nil {
		return 0, fmt.Errorf("%w: %w", ErrOverloaded, err)
	}
	o.bytes = append(o.bytes, b...)
	return len(b), nil
}

// Bytes returns what was printed, nil if nothing was.
func (o *Output) Bytes() []byte { return o.bytes }

// Close ends running programs with ErrClosed, waits for them and frees everything.
func (e *Engine) Close() error {
	e.running.endAll() // who waits has no next slice, at which the host would end it
	return e.host.Close()
}

// running are the programs of an engine, with what ends the context of each. A context
// of the engine's that each were registered with would cost every run two allocations.
type running struct {
	mu   sync.Mutex
	over bool                            // guarded by mu; endAll was called
	ends map[*Process]context.CancelFunc // guarded by mu
}

// add has end called by endAll, or at once after it, up to remove.
func (r *running) add(p *Process, end context.CancelFunc) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.over {
		end()
		return
	}
	if r.ends == nil {
		r.ends = map[*Process]context.CancelFunc{}
	}
	r.ends[p] = end
}

func (r *running) remove(p *Process) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.ends, p)
}

func (r *running) endAll() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.over = true
	for _, end := range r.ends {
		end()
	}
}

// Run runs p to its end.
//
// process.exit ends it at the next call, loop or operation of the host, also
// where an async function swallowed it: what stands in between runs, but has no
// effect that anyone could see.
//
// Errors are only ours: one wrapping ctx.Err, ErrOverloaded, ErrNoTransformer,
// ErrClosed. The result is not nil once the guest started, also with an error.
func (e *Engine) Run(ctx context.Context, program *Program) (*Result, error) {
	began := time.Now()
	pr := *program
	l := &pr.Limits
	if l.Memory <= 0 {
		l.Memory = defaultMemory
	}
	if l.Timeout <= 0 {
		l.Timeout = defaultTimeout
	}
	if l.Output <= 0 {
		l.Output = defaultOutput
	}
	if pr.Inbound == nil {
		pr.Inbound = &Inbound{}
	}
	if pr.Dir == "" {
		pr.Dir = "/workspace"
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	p := &Process{
		engine:  e,
		program: &pr,
		stdout:  output{w: pr.Stdout},
		stderr:  output{w: pr.Stderr},
		wake:    make(chan struct{}, 1),
	}
	p.stdout.left.Store(l.Output)
	p.stderr.left.Store(l.Output)
	p.fam, p.worker, p.pacing = pr.family, pr.worker, pr.pacing
	if pr.Pace != nil {
		p.pacing = &pacing{pace: pr.Pace}
	}
	if p.pacing != nil {
		pr.Pace = p.pacing.member()
	}
	if pr.Processes != nil {
		pace := pr.Pace
		pr.Pace = func(cpu time.Duration) time.Duration {
			p.state.children.slice()
			if pace == nil {
				return 0
			}
			return pace(cpu)
		}
	}
	p.holding = e.host.Hold(pr.Tenant)
	p.started = p.now()
	in, err := e.image.Get(ctx, wasmhost.InstanceConfig{Memory: l.Memory, Fuel: l.Fuel, State: p, Tenant: pr.Tenant, Pace: pr.Pace, Pool: pr.Pool})
	if err != nil {
		return nil, e.refused(err) // the holding holds nothing yet
	}
	p.in = in
	p.guest = guest{in: in, shared: e.shared}
	if p.worker != nil {
		p.fam.join(p, p.worker.id)
	}
	limited, cancel := context.WithTimeout(ctx, l.Timeout)
	e.running.add(p, cancel)
	p.ctx = limited
	loop := p.loop(limited, l.Memory)
	p.state.children.endAll() // they may write to its streams
	r, err := p.result(loop, limited.Err(), ctx.Err(), *l)
	// Background work is the process's own: it ends with it.
	e.running.remove(p)
	cancel()
	pr.Inbound.finish()
	p.unlisten()
	p.background.Wait()
	r.StdoutTruncated, r.StderrTruncated = p.stdout.truncated, p.stderr.truncated
	p.leave(r)
	p.state.close()
	p.holding.Release()
	in.Release()
	r.WallTime = time.Since(began)
	if r.Limit != nil && r.Limit.Kind == "time" {
		r.Limit.Used = max(r.WallTime, l.Timeout).Milliseconds()
	}
	return r, err
}

// refused says in this package's words why there is no sandbox. Who runs the
// host has to know of a lack of room, but not with each request.
func (e *Engine) refused(err error) error {
	var mappings *wasmhost.MappingLimitError
	switch {
	case errors.Is(err, wasmhost.ErrClosed):
		return ErrClosed
	case errors.Is(err, wasmhost.ErrBudget), errors.As(err, &mappings):
		now := time.Now().UnixNano()
		if last := e.warned.Load(); now-last >= int64(warnEvery) && e.warned.CompareAndSwap(last, now) {
			s := e.host.Stats()
			e.log.Warn("no room for another sandbox", zap.Error(err),
				zap.Int("live", s.Live), zap.Int64("held", s.Held), zap.Int64("budget", s.Budget))
		}
		return fmt.Errorf("%w: %w", ErrOverloaded, err)
	}
	return err
}
