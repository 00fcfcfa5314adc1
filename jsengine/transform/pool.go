package transform

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"time"

	"github.com/buntime/buntime/internal/scoped"
	"github.com/buntime/buntime/jsengine"
)

// Bounds of one child process and of one request to it.
const (
	childMemory    = 2 << 30          // address space; Go's own reservations are in it
	requestCPU     = 5 * time.Second  // of processor time, by the kernel
	requestTimeout = 30 * time.Second // of wall clock, on a machine that gives it little
	childRequests  = 1000             // then a fresh process takes its place
)

// Config sizes a Pool. A zero field means its default.
type Config struct {
	// Command is the program that serves, with its arguments. It must call
	// MaybeServe first thing in main. Default: this very executable.
	Command string
	// Workers is how many children may live at once; default 2. One scope
	// never takes all of them, unless there is only one.
	Workers int
	// CacheBytes bounds the results kept in memory; default 64 MiB. One scope
	// keeps at most an eighth.
	CacheBytes int64
}

// Pool transforms in child processes, started when first needed and used again
// until they fail. It is safe for concurrent use. Close ends its children.
type Pool struct {
	command string
	slots   chan struct{} // one token a child that may run
	cache   *scoped.Cache[reply]

	mu     sync.Mutex
	idle   []*child                 // guarded by mu
	scopes map[string]chan struct{} // guarded by mu; tokens of scopes with requests
	users  map[string]int           // guarded by mu; requests a scope has
	share  int                      // children one scope may use at once
	closed bool                     // guarded by mu
	live   sync.WaitGroup           // requests under way
}

var _ jsengine.Transformer = (*Pool)(nil)

// New returns a Pool, or an error when no command is given and this
// executable's path is unknown. No process is started yet.
func New(cfg Config) (*Pool, error) {
	if cfg.Command == "" {
		var err error
		if cfg.Command, err = self(); err != nil {
			return nil, fmt.Errorf("transform: find this executable: %w", err)
		}
	}
	if cfg.Workers <= 0 {
		cfg.Workers = 2
	}
	if cfg.CacheBytes <= 0 {
		cfg.CacheBytes = 64 << 20
	}
	return &Pool{
		command: cfg.Command,
		slots:   make(chan struct{}, cfg.Workers),
		cache:   scoped.New[reply](cfg.CacheBytes),
		scopes:  make(map[string]chan struct{}),
		users:   make(map[string]int),
		share:   max(1, cfg.Workers-1),
	}, nil
}

// self names this executable: on Linux the file that this process was started from,
// whatever lies at its path since then. An upgrade may have put another there.
func self() (string, error) {
	const started = "/proc/self/exe"
	if runtime.GOOS == "linux" {
		if _, err := os.Stat(started); err == nil {
			return started, nil
		}
	}
	return os.Executable()
}

// Close ends the children and waits for requests under way, which fail. Later
// requests fail with jsengine.ErrClosed.
func (p *Pool) Close() error {
	p.mu.Lock()
	p.closed = true
	idle := p.idle
	p.idle = nil
	p.mu.Unlock()
	for _, c := range idle {
		c.kill()
	}
	p.live.Wait()
	return nil
}

// Forget drops what is cached of a scope.
func (p *Pool) Forget(scope string) { p.cache.Forget(scope) }

// Transform returns the JavaScript that req.Source stands for, with its source
// map (version 3, JSON). Results are cached by content within req.Scope.
//
// Errors: *jsengine.SyntaxError for a source that cannot be parsed, is nested
// too deeply, or takes more than its share of time or memory to parse; an
// error wrapping ctx.Err; or our own.
func (p *Pool) Transform(ctx context.Context, req jsengine.TransformRequest) (jsengine.TransformResult, error) {
	if len(req.Source) > MaxSource {
		return jsengine.TransformResult{}, &jsengine.SyntaxError{
			Message: fmt.Sprintf("source of %d bytes, at most %d can be transformed", len(req.Source), MaxSource), File: req.Path}
	}
	if len(req.Compiler) > maxCompiler {
		return jsengine.TransformResult{}, &jsengine.SyntaxError{Message: fmt.Sprintf("compiler options of %d bytes, at most %d", len(req.Compiler), maxCompiler), File: req.Path}
	}
	if _, ok := loaders[req.Loader]; !ok {
		return jsengine.TransformResult{}, fmt.Errorf("transform: unknown language %q", req.Loader)
	}
	key := scoped.KeyOf(Version, req.Loader, req.Path, req.Compiler, fmt.Sprint(req.JSXDev), string(req.Source))
	rep, ok := p.cache.Get(req.Scope, key)
	if !ok {
		var err error
		if rep, err = p.ask(ctx, req); err != nil {
			return jsengine.TransformResult{}, err
		}
		if rep.Err != errTooMuch { // a busy machine may have been the reason
			p.cache.Put(req.Scope, key, rep, int64(len(rep.Code)+len(rep.Map)))
		}
	}
	if f := rep.Err; f != nil {
		return jsengine.TransformResult{}, &jsengine.SyntaxError{Message: f.Message, File: req.Path, Line: f.Line, Column: f.Column, Text: f.Text}
	}
	return jsengine.TransformResult{Code: rep.Code, Map: rep.Map}, nil
}

// errTooMuch stands for a child that died of the source it was given.
var errTooMuch = &failure{Message: "the source is nested too deeply, or takes too long or too much memory to parse"}

// ask waits for a child and has it transform.
func (p *Pool) ask(ctx context.Context, req jsengine.TransformRequest) (reply, error) {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return reply{}, jsengine.ErrClosed
	}
	p.live.Add(1)
	turn := p.scopes[req.Scope]
	if turn == nil {
		turn = make(chan struct{}, p.share)
		p.scopes[req.Scope] = turn
	}
	p.users[req.Scope]++
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		if p.users[req.Scope]--; p.users[req.Scope] == 0 {
			delete(p.users, req.Scope)
			delete(p.scopes, req.Scope)
		}
		p.mu.Unlock()
		p.live.Done()
	}()

	for _, gate := range []chan struct{}{turn, p.slots} {
		select {
		case gate <- struct{}{}:
			defer func() { <-gate }()
		case <-ctx.Done():
			return reply{}, fmt.Errorf("transform: wait for a child: %w", ctx.Err())
		}
	}
	c, err := p.take()
	if err != nil {
		return reply{}, err
	}
	rep, err := c.do(ctx, request{Loader: req.Loader, Path: req.Path, Compiler: req.Compiler, JSXDev: req.JSXDev, Source: req.Source})
	switch {
	case err == nil:
		p.give(c)
		return rep, nil
	case ctx.Err() != nil:
		return reply{}, fmt.Errorf("transform: %w", ctx.Err())
	case errors.Is(err, errChildDied):
		if p.isClosed() {
			return reply{}, jsengine.ErrClosed
		}
		return reply{Err: errTooMuch}, nil
	default:
		return reply{}, err
	}
}

func (p *Pool) isClosed() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.closed
}

// take returns an idle child, or a new one.
func (p *Pool) take() (*child, error) {
	p.mu.Lock()
	if n := len(p.idle); n > 0 {
		c := p.idle[n-1]
		p.idle = p.idle[:n-1]
		p.mu.Unlock()
		return c, nil
	}
	p.mu.Unlock()
	return startChild(p.command)
}

// give puts a child back, or ends it when it has served enough.
func (p *Pool) give(c *child) {
	p.mu.Lock()
	keep := !p.closed && c.served < childRequests
	if keep {
		p.idle = append(p.idle, c)
	}
	p.mu.Unlock()
	if !keep {
		c.kill()
	}
}

// child is one transformer process. One goroutine uses it at a time.
type child struct {
	cmd     *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
	greeted bool
	served  int
}

var (
	// errChildDied reports that a child ended, or was ended, before it answered.
	errChildDied = errors.New("transform: the child process ended")
	// errNoChild reports a program that ended, or was ended, before it said that it
	// is a transformer of this version: no source is to blame.
	errNoChild = errors.New("transform: the program is no transformer of this version")
)

func startChild(command string) (*child, error) {
	cmd := exec.Command(command, serveArg)
	cmd.Args[0] = os.Args[0] // for lists of processes
	cmd.Env = []string{"GOMAXPROCS=1", "GOTRACEBACK=none"}
	cmd.Dir = "/"
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("transform: start a child: %w", err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("transform: start a child: %w", err), in.Close())
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("transform: start a child: %w", err)
	}
	return &child{cmd: cmd, in: in, out: bufio.NewReaderSize(out, 64<<10)}, nil
}

// do sends one request and reads the reply. On any error the child is gone.
func (c *child) do(ctx context.Context, req request) (reply, error) {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { _ = c.cmd.Process.Kill() })
	rep, err := c.exchange(req)
	if !stop() {
		err = errors.Join(err, ctx.Err()) // the kill is under way, or done
	}
	if err != nil {
		c.kill()
		if !c.greeted {
			return reply{}, fmt.Errorf("%w: %s: %w", errNoChild, c.cmd.Path, err)
		}
		return reply{}, fmt.Errorf("%w: %w", errChildDied, err)
	}
	c.served++
	if len(req.Source) > 1<<20 {
		c.served = childRequests // its heap has grown: a fresh one next time
	}
	return rep, nil
}

func (c *child) exchange(req request) (reply, error) {
	if !c.greeted {
		said := make([]byte, len(greeting))
		if _, err := io.ReadFull(c.out, said); err != nil {
			return reply{}, err
		}
		if string(said) != greeting {
			return reply{}, fmt.Errorf("it said %.40q", said)
		}
		c.greeted = true
	}
	if err := writeRequest(c.in, req); err != nil {
		return reply{}, err
	}
	return readReply(c.out)
}

// kill ends the process and reaps it.
func (c *child) kill() {
	_ = c.cmd.Process.Kill() // already gone is fine
	_ = c.cmd.Wait()         // it was killed: its status says nothing
}
