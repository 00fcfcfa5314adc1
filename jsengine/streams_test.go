package jsengine

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"time"

	"github.com/buntime/buntime/wasmhost"
)

// stuckPipe is a standard output that nobody reads.
type stuckPipe struct {
	ctx     context.Context // of the program
	writing chan struct{}
}

func (w stuckPipe) Write(b []byte) (int, error) { return w.WriteContext(w.ctx, b) }

func (w stuckPipe) WriteContext(ctx context.Context, b []byte) (int, error) {
	select {
	case w.writing <- struct{}{}:
	default:
	}
	<-ctx.Done()
	return 0, ctx.Err()
}

// fakeChildren are Processes whose only program is a Go function.
type fakeChildren struct {
	Processes
	run func(ctx context.Context, s Spawn)
}

type fakeChild struct {
	cancel context.CancelFunc
	done   chan struct{}
}

func (f fakeChildren) Self() Self { return nil }

func (f fakeChildren) Start(ctx context.Context, s Spawn) (Child, error) {
	ctx, cancel := context.WithCancel(ctx)
	c := &fakeChild{cancel, make(chan struct{})}
	go func() {
		defer close(c.done)
		f.run(ctx, s)
	}()
	return c, nil
}

func (c *fakeChild) PID() int              { return 7 }
func (c *fakeChild) Done() <-chan struct{} { return c.done }
func (c *fakeChild) Status() (int, int)    { return 0, 0 }
func (c *fakeChild) Signal(int) bool       { c.cancel(); return true }

// I2: who writes where another writes that waits for a reader waits without a turn, and
// its end ends the wait.
func TestI2OutputWaitsWithoutTurn(t *testing.T) {
	e := TunedEngine(t, func(c *wasmhost.Config) { c.Turns = 1 })
	ctx, cancel := context.WithCancel(t.Context())
	out := stuckPipe{ctx, make(chan struct{}, 1)}
	ended := make(chan error, 1)
	go func() {
		_, err := e.Run(ctx, &Program{
			Code: `import { spawn } from "node:child_process"; import { setTimeout } from "node:timers/promises";
spawn("fake", { stdio: "inherit" });
await setTimeout(100); // it waits in the middle of writing
process.stdout.write(Buffer.from("mine"));`,
			Language: "js", Stdout: out,
			Processes: fakeChildren{run: func(ctx context.Context, s Spawn) { _, _ = s.Stdout.WriteContext(ctx, []byte("its")) }},
		})
		ended <- err
	}()
	<-out.writing
	time.Sleep(300 * time.Millisecond) // and so does the program
	short, stop := context.WithTimeout(t.Context(), 5*time.Second)
	defer stop()
	if r, err := e.Run(short, &Program{Code: "export default 1", Language: "js"}); err != nil || string(r.Value) != "1" {
		t.Errorf("another program: %+v, %v", r, err)
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// silent is a standard input on which nothing comes.
type silent struct{}

func (silent) ReadContext(ctx context.Context, _ []byte) (int, error) {
	<-ctx.Done()
	return 0, ctx.Err()
}

// A child that shares its parent's streams ends when it is killed, also while its parent
// reads, or another writes that waits.
func TestKilledAtSharedStreams(t *testing.T) {
	for name, wait := range map[string]func(ctx context.Context, s Spawn){
		"reading": func(ctx context.Context, s Spawn) { _, _ = s.Stdin.ReadContext(ctx, make([]byte, 1)) },
		"writing": func(ctx context.Context, s Spawn) { _, _ = s.Stdout.WriteContext(ctx, []byte("x")) },
	} {
		t.Run(name, func(t *testing.T) {
			var errs bytes.Buffer
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			r, err := testEngine.Run(ctx, &Program{
				Code: `import { spawn } from "node:child_process"; import { setTimeout } from "node:timers/promises";
process.stdin.on("data", () => {});
const children = [1, 2].map(() => spawn("fake", { stdio: "inherit" }));
await setTimeout(200);
for (const c of children) {
	c.kill();
	await new Promise(resolve => c.on("exit", resolve));
}
process.exit(0);`,
				Language: "js", Stream: silent{}, Stdout: stuckPipe{ctx, make(chan struct{}, 1)}, Stderr: &errs,
				Processes: fakeChildren{run: wait},
			})
			if err != nil || r.ExitCode != 0 {
				t.Errorf("%+v, %v, %s", r, err, errs.String())
			}
		})
	}
}

func TestLock(t *testing.T) {
	var l lock
	if err := l.take(t.Context()); err != nil {
		t.Fatal(err)
	}
	short, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if err := l.take(short); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a lock that another has: %v", err)
	}
	n, done := 0, make(chan struct{})
	const many = 20
	for range many {
		go func() {
			if l.take(t.Context()) == nil {
				n++
				l.free()
			}
			done <- struct{}{}
		}()
	}
	l.free()
	for range many {
		<-done
	}
	if n != many {
		t.Errorf("%d of %d had it", n, many)
	}
}

var _ BlockingWriter = stuckPipe{}

// I3: messages between programs that nobody received yet are charged.
func TestI3MessagesAreCharged(t *testing.T) {
	e := TunedEngine(t, func(*wasmhost.Config) {})
	const many, size = 3, 1_000_000
	waiting := func(c *Channel) int {
		c.mu.Lock()
		defer c.mu.Unlock()
		return len(c.queue[1])
	}
	var errs bytes.Buffer
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	r, err := e.Run(ctx, &Program{
		Code: `import { spawn } from "node:child_process";
const child = spawn("fake", { stdio: ["ignore", "ignore", "ignore", "ipc"] });
for (let i = 0; i < 3; i++) child.send("x".repeat(1e6));
await new Promise(resolve => child.on("exit", resolve));`,
		Language: "js", Stderr: &errs,
		Processes: fakeChildren{run: func(ctx context.Context, s Spawn) {
			for waiting(s.Channel) < many && ctx.Err() == nil {
				time.Sleep(time.Millisecond)
			}
			time.Sleep(200 * time.Millisecond) // until the program waits
			full := e.Stats().Held
			for range many {
				if _, ok, err := s.Channel.receive(ctx, 1); !ok {
					t.Errorf("no message: %v", err)
				}
			}
			if gave := full - e.Stats().Held; gave < many*size {
				t.Errorf("%d bytes were held for %d messages of %d", gave, many, size)
			}
		}},
	})
	if err != nil || r.ExitCode != 0 {
		t.Errorf("%+v, %v, %s", r, err, errs.String())
	}
	if held := e.Stats().Held; held != 0 {
		t.Errorf("%d bytes are left", held)
	}
}

// I3: who waits for the output of a child holds as much as a read does, and is charged.
func TestI3WaitingReadsAreCharged(t *testing.T) {
	e := TunedEngine(t, func(*wasmhost.Config) {})
	p := newProcess(t)
	p.holding = e.host.Hold("")
	defer p.holding.Release()
	reading, ended := make(chan struct{}), make(chan struct{})
	p.state.children.add(&child{Child: &fakeChild{func() {}, ended}, out: [3]Pipe{1: pipeOf{reading}}, cancel: func() {}, holding: p.holding})
	defer close(ended)
	for _, o := range p.engine.ops {
		if o.Name == "proc.read" {
			ctx, cancel := context.WithCancel(t.Context())
			go func() {
				<-reading
				if held := e.Stats().Held; held < maxStdin {
					t.Errorf("%d bytes are held for a read of %d", held, maxStdin)
				}
				cancel()
			}()
			_, _ = o.Async(ctx, &Call{Process: p, Args: []any{int32(1), int32(1)}})
		}
	}
	if held := e.Stats().Held; held != 0 {
		t.Errorf("%d bytes are left", held)
	}
}

// pipeOf is a pipe in which nothing is; who reads says so.
type pipeOf struct{ reading chan struct{} }

func (p pipeOf) ReadContext(ctx context.Context, _ []byte) (int, error) {
	close(p.reading)
	<-ctx.Done()
	return 0, ctx.Err()
}
func (pipeOf) WriteContext(context.Context, []byte) (int, error) { return 0, nil }
func (pipeOf) Readable() bool                                    { return false }
func (pipeOf) CloseRead()                                        {}
func (pipeOf) CloseWrite()                                       {}
