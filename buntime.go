// Package buntime embeds a sandbox for JavaScript and TypeScript that nobody
// trusts in a Go program.
//
// A [Runtime] holds the engine. [Runtime.Run] runs one [Program] in a fresh
// sandbox, which can do only what the program grants: its host functions, its
// files and the addresses in [Allow]. A [Session] adds files that persist,
// encrypted.
//
//	rt, err := buntime.Open(ctx, buntime.Config{})
//	defer rt.Close()
//	res, err := rt.Run(ctx, buntime.Program{Source: `export default 6 * 7`})
package buntime

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"github.com/buntime/buntime/hostfuncs"
	"github.com/buntime/buntime/jsengine"
	"github.com/buntime/buntime/jsengine/transform"
)

// Errors that callers branch on. They come wrapped, so use errors.Is.
var (
	// ErrOverloaded reports that there is no room for another sandbox now.
	ErrOverloaded = jsengine.ErrOverloaded
	// ErrClosed reports a Runtime that is closed or closing.
	ErrClosed = jsengine.ErrClosed
	// ErrNoTransformer reports TypeScript or JSX in a program that has no
	// process to transform it in: call [MaybeTransformer] first thing in main,
	// or set [Config.Transformer].
	ErrNoTransformer = errors.New("buntime: TypeScript and JSX are transformed in a child process: call buntime.MaybeTransformer() first thing in main, or set Config.Transformer to the path of a buntime binary")
)

// LimitError reports the limit that ended a program: Kind is "time" (Used and
// Limit in milliseconds), "fuel" (units), "memory" or "disk" (bytes).
type LimitError = jsengine.LimitError

// DeniedError reports a program that ended because it used a capability that it
// was not granted: Capability, Target, and what to grant.
type DeniedError = jsengine.DeniedError

// reexecutable is whether MaybeTransformer was called, so that running this
// executable again gives a transformer and not a second host program.
var reexecutable atomic.Bool

// MaybeTransformer makes this process a transformer of TypeScript, and does not
// return, if a Runtime of this same executable started it as one. Otherwise it
// only notes that this executable can be used so. Call it first thing in main
// (and in TestMain, for tests).
func MaybeTransformer() {
	transform.MaybeServe()
	reexecutable.Store(true)
}

// Config describes a Runtime. The zero value works.
type Config struct {
	// Transformer is the path of a buntime binary (or of any program that calls
	// MaybeTransformer) which transforms TypeScript. Default: this executable,
	// if it called MaybeTransformer.
	Transformer string
	// CacheDir keeps the compiled engine between starts (made 0700 if missing;
	// default none: compiling takes about half a second). CacheKey
	// authenticates it: required with CacheDir, at least 16 bytes, secret.
	CacheDir string
	CacheKey []byte
	// Data is the directory of sessions; default a temporary one, which Close
	// removes. MasterKey opens it: 32 bytes; default a key file in Data.
	Data      string
	MasterKey []byte
	// Memory bounds what all sandboxes hold together, in bytes: linear memory,
	// written pages of the image, native stacks, 64 KiB each, and what the host
	// holds for them: files that they wrote, output, transfers. Default half of
	// the machine's, or of the limit of the control group the process is in; at
	// least 16 MiB.
	Memory int64
	// NoSharedMemory lets no program share a SharedArrayBuffer with its workers.
	NoSharedMemory bool
	// Programs bounds how many programs run at once by Run: what comes above it
	// gets ErrOverloaded at once. Default 256 for each of GOMAXPROCS.
	Programs int
	// Log gets our own faults and warnings; default none.
	Log *zap.Logger
}

// Runtime runs programs. It is safe for concurrent use.
type Runtime struct {
	cfg       Config
	engine    *jsengine.Engine
	transform *transform.Pool // nil: no TypeScript
	running   atomic.Int64    // programs of Run

	mu     sync.Mutex
	closed bool   // guarded by mu
	store  *store // guarded by mu; nil until a session is asked for

	closing  sync.Once
	closeErr error // valid once closing is done
}

// Open starts the engine. The caller must Close the Runtime.
func Open(ctx context.Context, cfg Config) (_ *Runtime, err error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	rt := &Runtime{cfg: cfg}
	if rt.cfg.Log == nil {
		rt.cfg.Log = zap.NewNop()
	}
	if rt.cfg.Programs == 0 {
		rt.cfg.Programs = 256 * runtime.GOMAXPROCS(0)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, rt.Close())
		}
	}()
	ec := jsengine.Config{CacheDir: cfg.CacheDir, CacheKey: cfg.CacheKey, Budget: cfg.Memory, NoSharing: cfg.NoSharedMemory, Log: rt.cfg.Log}
	if cfg.Transformer != "" || reexecutable.Load() {
		if rt.transform, err = transform.New(transform.Config{Command: cfg.Transformer}); err != nil {
			return nil, fmt.Errorf("buntime: %w", err)
		}
		ec.Transformer = rt.transform
	}
	if rt.engine, err = jsengine.Open(ctx, ec); err != nil {
		return nil, fmt.Errorf("buntime: open the engine: %w", err)
	}
	if cfg.Data != "" {
		if _, err := rt.sessions(ctx); err != nil {
			return nil, err
		}
	}
	return rt, nil
}

// Bounds of a Config.
const (
	minMemory   = 16 << 20
	minCacheKey = 16
	masterKey   = 32
)

// check finds what no Config can have, and names the field.
func (c *Config) check() error {
	switch n := len(c.MasterKey); {
	case c.Memory != 0 && c.Memory < minMemory:
		return fmt.Errorf("buntime: Config.Memory is %d bytes, at least %d", c.Memory, minMemory)
	case c.Programs < 0:
		return fmt.Errorf("buntime: Config.Programs is %d, below 0, which is its default", c.Programs)
	case c.CacheDir != "" && len(c.CacheKey) < minCacheKey:
		return fmt.Errorf("buntime: Config.CacheKey has %d bytes, at least %d with a CacheDir", len(c.CacheKey), minCacheKey)
	case n != 0 && n != masterKey:
		return fmt.Errorf("buntime: Config.MasterKey has %d bytes, not %d", n, masterKey)
	case c.Transformer != "":
		if _, err := exec.LookPath(c.Transformer); err != nil {
			return fmt.Errorf("buntime: Config.Transformer: %w", err)
		}
	}
	return nil
}

// Close ends running programs with ErrClosed, waits for them, and frees
// everything. It waits for host functions too, whose contexts end, so it must not
// be called from inside one. It may be called twice, and each call returns when
// all is closed.
func (rt *Runtime) Close() error {
	rt.closing.Do(func() { rt.closeErr = rt.close() })
	return rt.closeErr
}

func (rt *Runtime) close() error {
	rt.mu.Lock()
	rt.closed = true
	st := rt.store
	rt.mu.Unlock()
	var errs []error
	if st != nil {
		errs = append(errs, st.stop())
	}
	if rt.engine != nil {
		errs = append(errs, rt.engine.Close())
	}
	if st != nil {
		errs = append(errs, st.close())
	}
	if rt.transform != nil {
		errs = append(errs, rt.transform.Close())
	}
	return errors.Join(errs...)
}

// Program is one run. Source or Entry is required; every other field may be
// zero.
type Program struct {
	// Source is an ES module: top-level await, import, TypeScript. The value
	// of its `export default`, awaited, is the result.
	Source string
	// Entry is the path in the workspace of the module to run, instead of
	// Source.
	Entry string
	// Language of Source: "js", "ts", "jsx", "tsx", or "" and "auto" for what
	// TypeScript (else TSX) makes of it.
	Language string
	// Args are process.argv after the entry; Env is process.env; Dir the working
	// directory, one of the workspace that exists, default /workspace.
	Args []string
	Env  map[string]string
	Dir  string
	// Input is the guest's import.meta.input: anything that encoding/json
	// encodes; nil is undefined.
	Input any
	// Stdin is the standard input.
	Stdin []byte
	// Stdout and Stderr receive output as it is made, up to Limits.Output, by one
	// Write at a time for each; the program waits for it. Its errors are ignored.
	// Default: output is kept in the Result.
	Stdout, Stderr io.Writer
	// Host has the functions of the guest's globalThis.host.
	Host Host
	// Allow is what else the guest may reach; zero is nothing.
	Allow Allow
	// FS is a read-only file system that the workspace starts as; Files are
	// written over it, by path, each file once. The guest changes neither: what it
	// wrote is in the Result. A Session has its own files, which Files are written
	// over for good, and takes no FS.
	FS    fs.FS
	Files map[string][]byte
	// Limits bound the run.
	Limits Limits
	// Seed and Clock, if set, are the randomness and time of the guest: with both,
	// the same program with the same inputs runs the same again. Two things are
	// the system's all the same: what the host draws for keys of elliptic curves,
	// signatures and padding, and SQLite's random() and 'now'. Clock may be called
	// on several goroutines at once.
	Seed  *[32]byte
	Clock func() time.Time
}

// Allow names what a guest may reach beyond its sandbox.
type Allow struct {
	// Net lists what fetch may reach. "host" and "*.domain" are names, at any
	// port but at public addresses only, and "public" is all of those.
	// "host:port", "IP:port" and "IP" open exactly that, private addresses
	// included.
	Net []string
}

// Limits bound a run. A zero field means its default, never "unbounded"; one below
// zero is an error.
type Limits struct {
	Memory  int64         // bytes of linear memory beyond the base image; default 64 MiB
	Fuel    int64         // units of CPU, deterministic; default none: Timeout bounds it
	Timeout time.Duration // wall clock; default 30 s
	Disk    int64         // bytes of files in the workspace, those of FS and Files included, above which the guest writes no more; default 64 MiB
	Output  int64         // bytes of each of stdout and stderr; default 1 MiB
}

// Result is how a program ended.
type Result struct {
	ExitCode int
	// Value is `export default` as JSON; nil if there is none. See Decode.
	Value json.RawMessage
	// Stdout and Stderr are what was printed, up to Limits.Output, unless the
	// program had writers for it.
	Stdout, Stderr []byte
	// Truncated is whether output over the limit was dropped.
	StdoutTruncated, StderrTruncated bool
	// Written lists the files written, relative to /workspace; Files holds
	// their contents (not for a Session, which keeps them).
	Written []string
	Files   map[string][]byte

	Fuel       int64         // units spent
	CPUTime    time.Duration // while the guest ran
	WallTime   time.Duration
	MemoryPeak int64 // bytes of linear memory beyond the base image
}

// Decode stores the program's exported value in v, as json.Unmarshal does. It
// is an error if there is none.
func (r *Result) Decode(v any) error {
	if r == nil || r.Value == nil {
		return errors.New("buntime: the program exported no value that is JSON")
	}
	if err := json.Unmarshal(r.Value, v); err != nil {
		return fmt.Errorf("buntime: decode the exported value: %w", err)
	}
	return nil
}

// Run runs p in a fresh sandbox.
//
// A program that exits non-zero is not an error. Errors: *LimitError,
// *DeniedError (an uncaught one), ErrOverloaded, ErrClosed, ErrNoTransformer, or
// one wrapping ctx.Err. The result is not nil once the guest started, also with
// an error, and is the caller's; with ErrOverloaded there may have been no room for
// all of its Files.
func (rt *Runtime) Run(ctx context.Context, p Program) (*Result, error) {
	if rt.running.Add(1) > int64(rt.cfg.Programs) {
		rt.running.Add(-1)
		return nil, fmt.Errorf("%w: %d programs run already", ErrOverloaded, rt.cfg.Programs)
	}
	defer rt.running.Add(-1)
	held := rt.engine.Hold("")
	defer held.Release()
	files, err := p.workspace(held)
	if err != nil {
		return nil, err
	}
	defer files.Release()
	res, runErr := rt.run(ctx, p, files, held)
	if res == nil {
		return nil, runErr
	}
	res.Written = files.Written()
	res.Files = make(map[string][]byte, len(res.Written))
	for _, name := range res.Written {
		// Charged before it is copied, until it is the caller's: a file of nothing but
		// zeros took no memory so far.
		info, err := files.Stat("/workspace/" + name)
		if err == nil && held.Charge(info.Size()) != nil {
			err = ErrOverloaded
		}
		var data []byte
		if err == nil {
			data, err = files.ReadFile("/workspace/" + name)
		}
		if err != nil {
			return res, errors.Join(runErr, fmt.Errorf("buntime: read what the guest wrote: %w", err))
		}
		res.Files[name] = data
	}
	return res, runErr
}

// workspace makes the files that p starts with.
func (p *Program) workspace(held *jsengine.Holding) (*hostfuncs.Workspace, error) {
	var cfg hostfuncs.Config
	if p.FS != nil {
		base, err := hostfuncs.FSBase(p.FS)
		if err != nil {
			return nil, fmt.Errorf("buntime: Program.FS: %w", err)
		}
		cfg.Base = base
	}
	cfg.Quota.Bytes = orDefault(p.Limits.Disk, 64<<20)
	cfg.Now, cfg.Charge = p.Clock, held.Charge
	base, err := withFiles(cfg.Base, p.Files, p.Clock)
	if err != nil {
		return nil, err
	}
	cfg.Base = base
	return hostfuncs.NewWorkspace(cfg), nil
}

// run runs p on files.
func (rt *Runtime) run(ctx context.Context, p Program, files *hostfuncs.Workspace, held *jsengine.Holding) (*Result, error) {
	prog, out, err := rt.program(p, held)
	if err != nil {
		return nil, err
	}
	prog.Files = files
	if prog.Dir, err = workingDir(files, p.Dir); err != nil {
		return nil, err
	}
	policy, err := hostfuncs.Grants(p.Allow.Net)
	if err != nil {
		return nil, fmt.Errorf("buntime: Allow.Net: %w", err)
	}
	prog.Loopback = &jsengine.Loopback{Charge: held.Charge}
	fetcher := hostfuncs.NewFetcher(hostfuncs.FetcherConfig{Policy: policy, Charge: held.Charge, Loopback: prog.Loopback})
	prog.Net = fetcher
	r, err := rt.engine.Run(ctx, prog)
	err = runError(errors.Join(err, fetcher.Close()))
	if r == nil {
		return nil, err
	}
	res := &Result{
		ExitCode: r.ExitCode, Value: r.Value, Stdout: out[0].Bytes(), Stderr: out[1].Bytes(),
		StdoutTruncated: r.StdoutTruncated, StderrTruncated: r.StderrTruncated,
		Fuel: r.Fuel, CPUTime: r.CPUTime, WallTime: r.WallTime, MemoryPeak: r.MemoryPeak,
	}
	limit := r.Limit
	if used, max, hit := files.DiskRefused(); hit && limit == nil && r.UncaughtCode == "ENOSPC" {
		limit = &LimitError{Kind: "disk", Used: used, Limit: max}
	}
	return res, ended(err, limit, r.Denied)
}

// runError puts an error of the engine in this package's words.
func runError(err error) error {
	if errors.Is(err, jsengine.ErrNoTransformer) {
		return ErrNoTransformer
	}
	return err
}

// ended picks the error for how a program ended.
func ended(err error, limit *LimitError, denied *DeniedError) error {
	switch {
	case err != nil:
		return err
	case limit != nil:
		return limit
	case denied != nil:
		return denied
	}
	return nil
}

// languages are what Program.Language may be.
var languages = []string{"", "auto", "js", "ts", "jsx", "tsx"}

// check finds what no program can have, and names the field.
func (p *Program) check() error {
	if (p.Source == "") == (p.Entry == "") {
		return errors.New("buntime: a Program needs Source or Entry, and not both")
	}
	if !slices.Contains(languages, p.Language) {
		return fmt.Errorf("buntime: Program.Language is %.40q, not one of %q", p.Language, languages)
	}
	for name, value := range p.Env {
		if name == "" || strings.ContainsAny(name, "=\x00") || strings.Contains(value, "\x00") {
			return fmt.Errorf("buntime: Program.Env[%.80q]: a name is not empty and has no =, and neither it nor its value a NUL", name)
		}
	}
	l := &p.Limits
	for _, f := range []struct {
		name  string
		value int64
	}{{"Memory", l.Memory}, {"Fuel", l.Fuel}, {"Timeout", int64(l.Timeout)}, {"Disk", l.Disk}, {"Output", l.Output}} {
		if f.value < 0 {
			return fmt.Errorf("buntime: Limits.%s is %d, below 0, which is its default", f.name, f.value)
		}
	}
	return nil
}

// program translates p, but for what it may reach.
func (rt *Runtime) program(p Program, held *jsengine.Holding) (*jsengine.Program, [2]*jsengine.Output, error) {
	var out [2]*jsengine.Output
	if err := p.check(); err != nil {
		return nil, out, err
	}
	entry := p.Entry
	if entry != "" {
		path, err := hostfuncs.ParseAPIPath(entry)
		if err != nil {
			return nil, out, fmt.Errorf("buntime: Program.Entry: %w", err)
		}
		entry = "/workspace/" + path
	}
	var input json.RawMessage
	if p.Input != nil {
		var err error
		if input, err = json.Marshal(p.Input); err != nil {
			return nil, out, fmt.Errorf("buntime: Program.Input: %w", err)
		}
	}
	prog := &jsengine.Program{
		Code: p.Source, Entry: entry, Language: p.Language, Args: p.Args, Env: p.Env, Dir: p.Dir,
		Input: input, Stdin: p.Stdin, Stdout: p.Stdout, Stderr: p.Stderr,
		Seed: p.Seed, Clock: p.Clock,
		Limits: jsengine.Limits{Memory: p.Limits.Memory, Fuel: p.Limits.Fuel, Timeout: p.Limits.Timeout, Output: p.Limits.Output},
	}
	for i, w := range []*io.Writer{&prog.Stdout, &prog.Stderr} {
		out[i] = &jsengine.Output{Held: held}
		if *w == nil {
			*w = out[i]
		}
	}
	if len(p.Host) > 0 {
		prog.Funcs = make(map[string]jsengine.HostFunc, len(p.Host))
		for name, f := range p.Host {
			if f.call == nil {
				return nil, out, fmt.Errorf("buntime: Program.Host[%q] is empty: make it with buntime.Func", name)
			}
			prog.Funcs[name] = f.call
		}
	}
	return prog, out, nil
}

// defaultMemory is what Limits.Memory says.
const defaultMemory = 64 << 20

func orDefault(n, def int64) int64 {
	if n == 0 {
		return def
	}
	return n
}

// Host names the functions of the embedding program that a guest may call, as
// `await host.name(value)`.
type Host map[string]HostFunc

// HostFunc is one function for a guest; see [Func].
type HostFunc struct{ call jsengine.HostFunc }

// Func makes a Go function callable by guests. Its argument and its result
// cross as JSON; a guest that passes something else gets a TypeError, and one
// that calls it without an argument passes null. The context ends with the
// program. An error's text reaches the guest, as a rejection. The function may
// be called on several goroutines at once.
func Func[In, Out any](f func(context.Context, In) (Out, error)) HostFunc {
	return HostFunc{func(ctx context.Context, arg json.RawMessage) (json.RawMessage, error) {
		var in In
		if arg != nil {
			if err := json.Unmarshal(arg, &in); err != nil {
				return nil, &jsengine.JSError{Name: "TypeError", Message: fmt.Sprintf("the argument is not a %T", in), Code: "ERR_INVALID_ARG_TYPE"}
			}
		}
		out, err := f(ctx, in)
		if err != nil {
			return nil, &jsengine.JSError{Message: err.Error()}
		}
		res, err := json.Marshal(out)
		if err != nil {
			return nil, fmt.Errorf("buntime: encode what a host function returned: %w", err)
		}
		return res, nil
	}}
}
