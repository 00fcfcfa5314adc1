package jsengine

import (
	"context"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/buntime/buntime/jsengine/wire"
	"github.com/buntime/buntime/wasmhost"
)

// Processes starts programs beside a program, in the same workspace, and lets it
// reach those that run. It is safe for concurrent use.
type Processes interface {
	// Start starts a program and returns at once. The program ends with ctx at the
	// latest. Errors are *Errno: ENOENT, EACCES, EAGAIN when too many run.
	Start(ctx context.Context, s Spawn) (Child, error)
	// Find returns the process with a number, or nil. A negative one means the process
	// and all that it started, which get a signal together.
	Find(pid int) Child
	// Self is the process that the program is itself; nil if it has no number.
	Self() Self
	// Which returns where a program is found by its name, or "".
	Which(name, dir, path string) string
	// Pipe returns an empty pipe.
	Pipe() Pipe
}

// Spawn says what to start.
type Spawn struct {
	File    string
	Args    []string // the name that the program is called by first
	Env     []string // NAME=value
	Dir     string   // absolute
	Stdin   InputStream
	Stdout  OutputStream
	Stderr  OutputStream
	Channel *Channel // of messages; nil: none
	// Ready is closed when the program may begin; nil: at once.
	Ready <-chan struct{}
}

// OutputStream is a standard output.
type OutputStream interface {
	// WriteContext returns an error when nobody reads any more, and waits for the
	// reader until ctx ends.
	WriteContext(ctx context.Context, b []byte) (int, error)
}

// Pipe carries bytes; what it holds is bounded.
type Pipe interface {
	InputStream
	OutputStream
	// Readable reports that a read would not wait.
	Readable() bool
	CloseRead()
	CloseWrite()
}

// Child is a process.
type Child interface {
	PID() int
	Done() <-chan struct{} // closed when it ended
	// Status returns the exit code, and the signal that ended it or 0. Valid once Done is closed.
	Status() (code, signal int)
	// Signal sends a signal; 0 only asks. It returns false if the process ended before.
	Signal(n int) bool
}

// Self is the process that a program is.
type Self interface {
	Child
	Parent() int
	// Handle says that a signal no longer ends the process: notify is told of it.
	Handle(n int, notify func(signal int))
	Unhandle(n int)
}

const (
	// maxChildren bounds the children of one program that run, and maxKnown those
	// whose output was not read to its end.
	maxChildren = 32
	maxKnown    = 256
	// pipeHolds is what a pipe may hold.
	pipeHolds = 64 << 10
	// maxSpawnText bounds arguments and environment of one program, as Linux does.
	maxSpawnText = 1 << 20
	maxSpawnArgs = 8192
	// maxChannel bounds what waits in one direction of a Channel.
	maxChannel = 4 << 20
	// spawnFuel is what a start costs beside what the program takes.
	spawnFuel = 20_000
	// maxSyncOutput bounds what a synchronous call collects.
	maxSyncOutput = 64 << 20
	// maxSignals bounds the signals that wait for the program.
	maxSignals = 32
)

// Channel carries messages between two programs, in both directions. What waits is
// charged to the one that started the other.
type Channel struct {
	held    *wasmhost.Holding
	mu      sync.Mutex
	queue   [2][]any // guarded by mu; what side i has not received
	bytes   [2]int64 // guarded by mu; of queue
	changed chan struct{}
	closed  bool // guarded by mu

	advanced bool // messages are structured clones; else JSON
}

func newChannel(held *wasmhost.Holding, advanced bool) *Channel {
	return &Channel{held: held, changed: make(chan struct{}), advanced: advanced}
}

// messageCost is what a message costs beside its bytes.
const messageCost = 64

func (c *Channel) wakeLocked() {
	close(c.changed)
	c.changed = make(chan struct{})
}

// send queues a message for the other side. It reports whether there was room.
func (c *Channel) send(from int, m any, size int64) (ok, open bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	to := 1 - from
	if c.closed {
		return false, false
	}
	if c.bytes[to]+size > maxChannel || c.held.Charge(size+messageCost) != nil {
		return false, true
	}
	c.queue[to] = append(c.queue[to], m)
	c.bytes[to] += size + messageCost
	c.wakeLocked()
	return true, true
}

// receive waits for a message; ok is false at the end.
func (c *Channel) receive(ctx context.Context, side int) (m any, ok bool, err error) {
	for {
		c.mu.Lock()
		if q := c.queue[side]; len(q) > 0 {
			m, c.queue[side] = q[0], q[1:]
			if len(c.queue[side]) == 0 {
				c.queue[side] = nil
			}
			c.gaveLocked(side, sizeOf(m)+messageCost)
			c.mu.Unlock()
			return m, true, nil
		}
		closed, changed := c.closed, c.changed
		c.mu.Unlock()
		if closed {
			return nil, false, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, false, ctx.Err()
		}
	}
}

// gaveLocked takes n bytes that waited for a side off the account. Precondition: c.mu is held.
func (c *Channel) gaveLocked(side int, n int64) {
	c.bytes[side] -= n
	_ = c.held.Charge(-n) // giving back cannot fail
}

// drop forgets what a side, which has ended, did not receive.
func (c *Channel) drop(side int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.queue[side] = nil
	c.gaveLocked(side, c.bytes[side])
}

// Close ends the channel for both sides. What was sent can still be received.
func (c *Channel) Close() {
	c.mu.Lock()
	if !c.closed {
		c.closed = true
		c.wakeLocked()
	}
	c.mu.Unlock()
}

func sizeOf(m any) int64 {
	switch m := m.(type) {
	case string:
		return int64(len(m))
	case []byte:
		return int64(len(m))
	}
	return 0
}

// child is a program that the guest started.
type child struct {
	Child
	cancel  context.CancelFunc
	in      Pipe // nil: not a pipe
	out     [3]Pipe
	channel *Channel
	opened  []File // for its streams
	holding *wasmhost.Holding
	held    int64 // of holding, for the pipes
	once    sync.Once
	gone    sync.Once
}

// finish lets go of what c has open. Precondition: it ended.
func (c *child) finish() {
	c.once.Do(func() {
		c.cancel()
		for _, f := range c.opened {
			_ = f.Close()
		}
	})
}

// children holds a program's children by the guest's number. Safe for concurrent use.
type children struct {
	waiting atomic.Bool  // ready is not nil
	slices  atomic.Int64 // that the program ran since ready was made

	mu   sync.Mutex
	all  map[int64]*child // guarded by mu
	last int64            // guarded by mu

	signals chan int      // guarded by mu; that wait for the program
	ready   chan struct{} // guarded by mu; nil: nobody waits to begin
}

func (t *children) get(id int64) *child {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.all[id]
}

func (t *children) add(c *child) int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.all == nil {
		t.all = map[int64]*child{}
	}
	t.last++
	t.all[t.last] = c
	return t.last
}

// startSlices is how long a child waits at most for its parent to get on with
// what it is doing. It is counted in slices, which are of the parent's own work:
// by a clock it would be short when the machine is busy.
const startSlices = 200

// gate is closed at the end of the program's turn: what it prints right after it
// started a child comes before what the child prints, as where a start takes
// milliseconds.
func (t *children) gate() <-chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ready == nil {
		t.ready = make(chan struct{})
		t.slices.Store(0)
		t.waiting.Store(true)
	}
	return t.ready
}

// open lets those begin that wait. It costs next to nothing if there are none.
func (t *children) open() {
	if !t.waiting.Load() {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ready != nil {
		close(t.ready)
		t.ready = nil
	}
	t.waiting.Store(false)
}

// slice counts a slice of the program.
func (t *children) slice() {
	if t.waiting.Load() && t.slices.Add(1) >= startSlices {
		t.open()
	}
}

// count is how many run, and how many the program has not let go of.
func (t *children) count() (running, known int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, c := range t.all {
		select {
		case <-c.Done():
		default:
			running++
		}
	}
	return running, len(t.all)
}

func (t *children) drop(id int64) {
	t.mu.Lock()
	c := t.all[id]
	delete(t.all, id)
	t.mu.Unlock()
	if c != nil {
		c.end()
	}
}

const sigKill = 9

// end kills c if it runs, and waits for it.
func (c *child) end() {
	c.Signal(sigKill)
	c.cancel()
	if c.in != nil {
		c.in.CloseRead()
	}
	for _, o := range c.out {
		if o != nil {
			o.CloseRead()
		}
	}
	if c.channel != nil {
		c.channel.Close()
	}
	<-c.Done()
	c.finish()
	c.gone.Do(func() {
		_ = c.holding.Charge(-c.held)
		if c.channel != nil {
			c.channel.drop(0)
			c.channel.drop(1)
		}
	})
}

// endAll ends them all: a child ends with its parent.
func (t *children) endAll() {
	t.mu.Lock()
	all := t.all
	t.all = nil
	t.mu.Unlock()
	for _, c := range all {
		c.cancel()
	}
	for _, c := range all {
		c.end()
	}
}

// processes are the Processes of the program, or a DeniedError.
func (p *Process) processes() (Processes, error) {
	if p.program.Processes == nil {
		return nil, &DeniedError{Capability: "processes", Grant: "run the program in a session, or give it a shell"}
	}
	return p.program.Processes, nil
}

// inherited is a standard stream of the program as one of its child.
type inherited struct {
	p *Process
	o *output
}

func (s inherited) ReadContext(ctx context.Context, b []byte) (int, error) {
	got, err := s.p.readInput(ctx, int64(len(b)))
	if err != nil {
		return 0, err
	}
	if len(got) == 0 {
		return 0, io.EOF
	}
	return copy(b, got), nil
}

func (s inherited) WriteContext(ctx context.Context, b []byte) (int, error) {
	if s.o.write(ctx, string(b), nil) {
		return 0, ErrOverloaded
	}
	return len(b), ctx.Err()
}

// fileStream is a file as a standard stream.
type fileStream struct {
	mu     sync.Mutex
	f      File
	pos    int64 // guarded by mu
	append bool
}

func (s *fileStream) ReadContext(_ context.Context, b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, err := s.f.ReadAt(b, s.pos)
	s.pos += int64(n)
	if n > 0 {
		err = nil
	}
	return n, err
}

func (s *fileStream) WriteContext(_ context.Context, b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.append {
		if info, err := s.f.Stat(); err == nil {
			s.pos = info.Size()
		}
	}
	n, err := s.f.WriteAt(b, s.pos)
	s.pos += int64(n)
	return n, err
}

// spawnOptions are the arguments of proc.start and proc.run, read from an object.
type spawnOptions struct {
	Spawn
	stdio [3]any
	ipc   bool
	clone bool // messages are structured clones
}

// texts reads a list of strings without NUL.
func texts(v any, name string, total *int) ([]string, error) {
	list, ok := v.([]any)
	if !ok || len(list) > maxSpawnArgs {
		return nil, ArgError(name, "a list of strings")
	}
	out := make([]string, len(list))
	for i, x := range list {
		s, ok := x.(string)
		if !ok || strings.IndexByte(s, 0) >= 0 {
			return nil, ArgError(name, "a list of strings without null bytes")
		}
		out[i] = s
		if *total += len(s) + 8; *total > maxSpawnText {
			return nil, &Errno{Code: "E2BIG"}
		}
	}
	return out, nil
}

func (c *Call) spawnOptions() (*spawnOptions, error) {
	o, err := c.Object(0, "options")
	if err != nil {
		return nil, err
	}
	s := &spawnOptions{}
	var ok bool
	if s.File, ok = o.Get("file").(string); !ok || strings.IndexByte(s.File, 0) >= 0 {
		return nil, ArgError("file", "a string without null bytes")
	}
	if s.Dir, ok = o.Get("cwd").(string); !ok || !strings.HasPrefix(s.Dir, "/") || strings.IndexByte(s.Dir, 0) >= 0 {
		return nil, ArgError("options.cwd", "an absolute path")
	}
	total := len(s.File) + len(s.Dir)
	if s.Args, err = texts(o.Get("args"), "args", &total); err != nil {
		return nil, err
	}
	if s.Env, err = texts(o.Get("env"), "options.env", &total); err != nil {
		return nil, err
	}
	list, ok := o.Get("stdio").([]any)
	if !ok || len(list) != 3 {
		return nil, ArgError("options.stdio", "a list of three")
	}
	copy(s.stdio[:], list)
	s.ipc, s.clone = o.Get("ipc") == true, o.Get("advanced") == true
	return s, nil
}

// startChild starts what o says. The caller adds the child to the table, or ends it.
func (p *Process) startChild(o *spawnOptions) (*child, error) {
	host, err := p.processes()
	if err != nil {
		return nil, err
	}
	p.Charge(spawnFuel)
	if running, known := p.state.children.count(); running >= maxChildren || known >= maxKnown {
		return nil, &Errno{Code: "EAGAIN"}
	}
	c := &child{holding: p.holding}
	ctx, cancel := context.WithCancel(p.ctx)
	c.cancel = cancel
	files := map[int64]*fileStream{}
	fail := func(err error) (*child, error) {
		_ = p.holding.Charge(-c.held)
		cancel()
		for _, f := range c.opened {
			_ = f.Close()
		}
		return nil, err
	}
	for i, what := range o.stdio {
		var in InputStream
		var out OutputStream
		switch v := what.(type) {
		case string: // pipe; anything else is to be ignored
			if v == "pipe" {
				if p.holding.Charge(pipeHolds) != nil {
					return fail(errNoRoom)
				}
				c.held += pipeHolds
				pipe := host.Pipe()
				in, out = pipe, pipe
				if i == 0 {
					c.in = pipe
				} else {
					c.out[i] = pipe
				}
			}
		case int32:
			fd := int64(v)
			switch {
			case fd == 0 && i == 0:
				in = inherited{p: p}
			case fd == 1 && i > 0:
				out = inherited{p, &p.stdout}
			case fd == 2 && i > 0:
				out = inherited{p, &p.stderr}
			case fd < firstFD:
				return fail(&Errno{Code: "EBADF"})
			default:
				s := files[fd]
				if s == nil {
					if s, err = p.streamOf(fd); err != nil {
						return fail(err)
					}
					files[fd] = s
					c.opened = append(c.opened, s.f)
				}
				in, out = s, s
			}
		}
		switch i {
		case 0:
			o.Stdin = in
		case 1:
			o.Stdout = out
		case 2:
			o.Stderr = out
		}
	}
	if o.ipc {
		c.channel = newChannel(p.holding, o.clone)
		o.Channel = c.channel
	}
	if c.Child, err = host.Start(ctx, o.Spawn); err != nil {
		return fail(err)
	}
	// Its ends of the pipes close with it.
	p.background.Go(func() {
		<-c.Done()
		if c.in != nil {
			c.in.CloseRead()
		}
		for _, out := range c.out {
			if out != nil {
				out.CloseWrite()
			}
		}
		if c.channel != nil {
			c.channel.Close()
			c.channel.drop(1)
		}
		c.finish()
	})
	return c, nil
}

// streamOf opens the file of a descriptor once more, where the descriptor is in it.
func (p *Process) streamOf(fd int64) (*fileStream, error) {
	f, err := p.state.fds.get(fd)
	if err != nil {
		return nil, err
	}
	files, err := p.Files()
	if err != nil {
		return nil, err
	}
	flag := 0
	switch {
	case f.readable && f.writable:
		flag = oRdwr
	case f.writable:
		flag = oWronly
	}
	again, err := files.Open(f.path, flag, 0)
	if err != nil {
		return nil, err
	}
	return &fileStream{f: again, pos: f.pos, append: f.append}, nil
}

func (c *Call) child() (*child, int64, error) {
	id, err := c.Int(0, "child")
	if err != nil {
		return nil, 0, err
	}
	if ch := c.Process.state.children.get(id); ch != nil {
		return ch, id, nil
	}
	return nil, 0, &Errno{Code: "ESRCH"}
}

// channel is the channel of argument 0, a child's number or 0 for the program's
// own, and which side of it the program has.
func (c *Call) channel() (*Channel, int, error) {
	id, err := c.Int(0, "child")
	if err != nil {
		return nil, 0, err
	}
	if id == 0 {
		return c.Process.program.Channel, 1, nil
	}
	if ch := c.Process.state.children.get(id); ch != nil {
		return ch.channel, 0, nil
	}
	return nil, 0, nil
}

// collector keeps what a stream brings, up to a limit.
type collector struct {
	heldBuffer
	limit int64
	over  bool
}

// read takes all of a pipe. It returns when the pipe ends, is too much, or ctx ends.
func (k *collector) read(ctx context.Context, r InputStream) {
	buf := make([]byte, 32<<10)
	for {
		n, err := r.ReadContext(ctx, buf)
		k.over = int64(n) > k.limit-int64(len(k.data)) // what came at once is kept, as by libuv
		if n > 0 {
			if _, err := k.Write(buf[:n]); err != nil {
				k.over = true
				return
			}
		}
		if err != nil || k.over {
			return
		}
	}
}

// runSync runs a program to its end and returns [pid, code, signal, stdout,
// stderr, why]: why is "" or "ETIMEDOUT" or "ENOBUFS".
func (c *Call) runSync() (any, error) {
	o, err := c.spawnOptions()
	if err != nil {
		return nil, err
	}
	var input []byte
	if c.Has(1) {
		if input, err = c.Bytes(1, "input"); err != nil {
			return nil, err
		}
	}
	timeout, err := c.Float(2, "timeout")
	if err != nil {
		return nil, err
	}
	limit, err := c.Float(3, "maxBuffer")
	if err != nil {
		return nil, err
	}
	kill, err := c.Int(4, "killSignal")
	if err != nil {
		return nil, err
	}
	p := c.Process
	ch, err := p.startChild(o)
	if err != nil {
		return nil, err
	}
	id := p.state.children.add(ch)
	most := int64(maxSyncOutput)
	if limit >= 0 && limit < float64(most) {
		most = int64(limit)
	}
	outs := [3]*collector{}
	why := ""
	p.Block(func() {
		ctx, cancel := context.WithCancel(p.ctx)
		defer cancel()
		var wg sync.WaitGroup
		if ch.in != nil {
			wg.Go(func() {
				_, _ = ch.in.WriteContext(ctx, input) // who does not read it need not
				ch.in.CloseWrite()
			})
		}
		full := make(chan struct{}, 2)
		var reads sync.WaitGroup
		for i, pipe := range ch.out {
			if pipe == nil {
				continue
			}
			k := &collector{heldBuffer: heldBuffer{holding: p.holding}, limit: most}
			outs[i] = k
			reads.Go(func() {
				k.read(ctx, pipe)
				pipe.CloseRead()
				if k.over {
					full <- struct{}{}
				}
			})
		}
		var due <-chan time.Time
		if timeout > 0 {
			t := time.NewTimer(time.Duration(min(timeout, 1e9)) * time.Millisecond)
			defer t.Stop()
			due = t.C
		}
		for done := false; !done; {
			select {
			case <-ch.Done():
				done = true
			case <-due:
				why, due = "ETIMEDOUT", nil
				ch.Signal(int(kill))
			case <-full:
				if why == "" {
					why = "ENOBUFS"
				}
				ch.Signal(int(kill))
			case <-p.ctx.Done():
				done = true
			}
		}
		for _, pipe := range ch.out {
			if pipe != nil {
				pipe.CloseWrite() // what it holds is still read
			}
		}
		reads.Wait()
		ch.end()
		if why == "" && (outs[1] != nil && outs[1].over || outs[2] != nil && outs[2].over) {
			why = "ENOBUFS"
		}
		cancel()
		wg.Wait()
	})
	code, signal := ch.Status()
	p.state.children.drop(id)
	result := []any{int64(ch.PID()), int64(code), int64(signal), nil, nil, why}
	for i, k := range outs {
		if k != nil {
			p.Charge(int64(len(k.data)) / 16)
			result[2+i] = k.take()
		}
	}
	return result, nil
}

// procOps are the operations behind child_process, Bun.spawn and Bun.$.
func procOps() []Op {
	return []Op{
		// proc.self () → [pid, parent, whether there is a channel, whether its messages are
		// structured clones]; pid 0: none
		{Name: "proc.self", Sync: func(c *Call) (any, error) {
			p := c.Process
			pid, parent := 0, 0
			if host := p.program.Processes; host != nil {
				if s := host.Self(); s != nil {
					pid, parent = s.PID(), s.Parent()
				}
			}
			ch := p.program.Channel
			return []any{int64(pid), int64(parent), ch != nil, ch != nil && ch.advanced}, nil
		}},
		// proc.start (options) → [number, pid]
		{Name: "proc.start", Sync: func(c *Call) (any, error) {
			o, err := c.spawnOptions()
			if err != nil {
				return nil, err
			}
			t := &c.Process.state.children
			o.Ready = t.gate()
			ch, err := c.Process.startChild(o)
			if err != nil {
				return nil, err
			}
			return []any{c.Process.state.children.add(ch), int64(ch.PID())}, nil
		}},
		// proc.run (options, input or null, timeout in ms, maxBuffer, signal) → [pid, code, signal, stdout, stderr, why]
		{Name: "proc.run", Sync: (*Call).runSync},
		// proc.wait (number) → [code, signal, readable]: readable is the sum of 1 << fd of
		// the pipes from which a read would not wait
		{Name: "proc.wait", Async: func(ctx context.Context, c *Call) (any, error) {
			ch, _, err := c.child()
			if err != nil {
				return nil, err
			}
			select {
			case <-ch.Done():
				code, signal := ch.Status()
				readable := 0
				for fd, pipe := range ch.out {
					if pipe != nil && pipe.Readable() {
						readable |= 1 << fd
					}
				}
				return []any{int64(code), int64(signal), int64(readable)}, nil
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		}},
		// proc.forget (number): nothing of the child is asked for any more
		{Name: "proc.forget", Sync: func(c *Call) (any, error) {
			_, id, err := c.child()
			if err == nil {
				c.Process.Block(func() { c.Process.state.children.drop(id) })
			}
			return wire.Undefined{}, nil
		}},
		// proc.signal (number, signal) → whether it ran
		{Name: "proc.signal", Sync: func(c *Call) (any, error) {
			ch, _, err := c.child()
			if err != nil {
				return false, nil
			}
			n, err := c.Int(1, "signal")
			if err != nil || n < 0 || n > 64 {
				return nil, ArgError("signal", "a number of a signal")
			}
			return ch.Signal(int(n)), nil
		}},
		// proc.kill (pid or -pid of a group, signal) → whether there is one
		{Name: "proc.kill", Sync: func(c *Call) (any, error) {
			pid, err := c.Int(0, "pid")
			if err != nil {
				return nil, err
			}
			n, err := c.Int(1, "signal")
			if err != nil || n < 0 || n > 64 {
				return nil, ArgError("signal", "a number of a signal")
			}
			host := c.Process.program.Processes
			if host == nil || pid == 0 {
				return false, nil
			}
			ch := host.Find(int(pid))
			return ch != nil && ch.Signal(int(n)), nil
		}},
		// proc.read (number, fd) → bytes; none at the end
		{Name: "proc.read", Async: func(ctx context.Context, c *Call) (any, error) {
			ch, _, err := c.child()
			if err != nil {
				return []byte{}, nil
			}
			fd, err := c.Int(1, "fd")
			if err != nil || fd < 1 || fd > 2 || ch.out[fd] == nil {
				return nil, &Errno{Code: "EBADF"}
			}
			// As of fetch.read: as many may wait as operations in the background.
			if c.Process.holding.Charge(maxStdin) != nil {
				return nil, errNoRoom
			}
			defer c.Process.holding.Charge(-maxStdin) // giving back cannot fail
			buf := make([]byte, maxStdin)
			n, err := ch.out[fd].ReadContext(ctx, buf)
			if n == 0 && err != nil {
				return []byte{}, ctx.Err()
			}
			c.Process.state.owed.Add(int64(n) / 16)
			return buf[:n], nil
		}},
		// proc.write (number, bytes)
		{Name: "proc.write", Async: func(ctx context.Context, c *Call) (any, error) {
			ch, _, err := c.child()
			if err != nil {
				return nil, &Errno{Code: "EPIPE", Syscall: "write"}
			}
			b, err := c.Bytes(1, "data")
			if err != nil {
				return nil, err
			}
			if ch.in == nil {
				return nil, &Errno{Code: "EBADF"}
			}
			c.Process.state.owed.Add(int64(len(b)) / 16)
			if _, err := ch.in.WriteContext(ctx, b); err != nil {
				if ctx.Err() != nil {
					return nil, ctx.Err()
				}
				return nil, &Errno{Code: "EPIPE", Syscall: "write"}
			}
			return wire.Undefined{}, nil
		}},
		// proc.close (number, fd): the program's end of a pipe
		{Name: "proc.close", Sync: func(c *Call) (any, error) {
			ch, _, err := c.child()
			if err != nil {
				return wire.Undefined{}, nil
			}
			fd, err := c.Int(1, "fd")
			switch {
			case err != nil:
				return nil, err
			case fd == 0 && ch.in != nil:
				ch.in.CloseWrite()
			case fd > 0 && fd < 3 && ch.out[fd] != nil:
				ch.out[fd].CloseRead()
			}
			return wire.Undefined{}, nil
		}},
		// proc.send (number or 0, text or bytes) → true; false: no room; undefined: no channel
		{Name: "proc.send", Sync: func(c *Call) (any, error) {
			ch, side, err := c.channel()
			if err != nil {
				return nil, err
			}
			if ch == nil {
				return wire.Undefined{}, nil
			}
			m := c.arg(1)
			if _, err := c.Data(1, "message"); err != nil {
				return nil, err
			}
			c.Process.Charge(sizeOf(m) / 8)
			ok, open := ch.send(side, m, sizeOf(m))
			if !open {
				return wire.Undefined{}, nil
			}
			return ok, nil
		}},
		// proc.receive (number or 0) → a message; undefined at the end
		{Name: "proc.receive", Async: func(ctx context.Context, c *Call) (any, error) {
			ch, side, err := c.channel()
			if err != nil || ch == nil {
				return wire.Undefined{}, err
			}
			m, ok, err := ch.receive(ctx, side)
			if err != nil || !ok {
				return wire.Undefined{}, err
			}
			c.Process.state.owed.Add(100 + sizeOf(m)/16)
			return m, nil
		}},
		// proc.disconnect (number or 0)
		{Name: "proc.disconnect", Sync: func(c *Call) (any, error) {
			ch, _, err := c.channel()
			if err == nil && ch != nil {
				ch.Close()
			}
			return wire.Undefined{}, err
		}},
		// proc.which (name, dir, PATH) → path or null
		{Name: "proc.which", Sync: func(c *Call) (any, error) {
			name, err := c.String(0, "name")
			if err != nil {
				return nil, err
			}
			dir, err := c.String(1, "cwd")
			if err != nil {
				return nil, err
			}
			paths, err := c.String(2, "PATH")
			if err != nil {
				return nil, err
			}
			host := c.Process.program.Processes
			if host == nil || strings.IndexByte(name, 0) >= 0 || len(name)+len(dir)+len(paths) > 64<<10 {
				return nil, nil
			}
			c.Process.Charge(int64(1000 + 100*strings.Count(paths, ":")))
			if found := host.Which(name, dir, paths); found != "" {
				return found, nil
			}
			return nil, nil
		}},
		// proc.handle (signal, on): whether a signal waits for the program, or ends it
		{Name: "proc.handle", Sync: func(c *Call) (any, error) {
			n, err := c.Int(0, "signal")
			if err != nil || n <= 0 || n > 64 {
				return nil, ArgError("signal", "a number of a signal")
			}
			on, err := c.Bool(1, "on")
			if err != nil {
				return nil, err
			}
			host := c.Process.program.Processes
			if host == nil || host.Self() == nil {
				return false, nil
			}
			if !on {
				host.Self().Unhandle(int(n))
				return true, nil
			}
			waiting := c.Process.state.signalQueue()
			host.Self().Handle(int(n), func(n int) {
				select {
				case waiting <- n:
				default: // as many as may wait do
				}
			})
			return true, nil
		}},
		// proc.nextSignal () → the number of a signal that came
		{Name: "proc.nextSignal", Async: func(ctx context.Context, c *Call) (any, error) {
			select {
			case n := <-c.Process.state.signalQueue():
				return int64(n), nil
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		}},
	}
}

// signalQueue is where signals for the program wait.
func (s *opsState) signalQueue() chan int {
	s.children.mu.Lock()
	defer s.children.mu.Unlock()
	if s.children.signals == nil {
		s.children.signals = make(chan int, maxSignals)
	}
	return s.children.signals
}
