package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// peer is one kind of sandbox that is measured, and how.
type peer struct {
	name string
	how  string // one line: what a fresh sandbox is, and what serves it

	// host is the command of its host (host.go), nil where it has none.
	host []string
	// server is another command for HTTP and ready times; nil: host.
	server []string
	// path of a fresh sandbox for each request; "" if HTTP is not measured.
	path string
	// what its host measures
	fresh, cpu, live, ready bool
	// keep is how many sandboxes are held at once for their memory.
	keep int
	// outside: its host cannot tell its processor time, so that is read here.
	outside bool
	// restart: each load gets a new server, since it never gives up what it made.
	restart bool
	// own: it is buntime, with its own API.
	own bool
	// session: each connection has a session.
	session bool
	// missing says why it cannot be had here; "" if it can.
	missing string
}

const (
	ours   = "buntime"
	native = "QuickJS-ng, native"
	cold   = "workerd, new id"
	warm   = "workerd, same id"
	qjsWeb = "quickjs-emscripten, context"
	onV8   = "buntime's engine.wasm on V8"
	inGoja = "goja"
)

// peers are all kinds of sandbox, ours first, with what fetched found.
func (b *bench) peers() ([]*peer, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	mjs := func(name string) string { return filepath.Join(b.root, "bench", "peers", name) }
	inGo := func(args ...string) []string { return append([]string{self, "host"}, args...) }
	inNode := func(args ...string) []string {
		return append([]string{b.tools.node, "--no-warnings", "--expose-gc", "--no-node-snapshot", mjs("host.mjs")}, args...)
	}
	process := func(run, cpu []string) []string {
		r, err1 := json.Marshal(run)
		c, err2 := json.Marshal(cpu)
		if err := errors.Join(err1, err2); err != nil {
			panic(err) // strings always have a JSON form
		}
		return inGo("process", string(r), string(c), b.scratch)
	}
	t := &b.tools
	serve := func(data string) []string {
		return []string{b.binary, "serve", "--listen", "127.0.0.1:0", "--data", filepath.Join(b.scratch, data), "--log-level", "warn"}
	}
	return []*peer{
		{name: ours, how: "a sandbox from the image, `POST /run` of `buntime serve`",
			host: inGo(ours), server: serve("run"), path: "/run", fresh: true, cpu: true, live: true, ready: true, keep: 300, own: true},
		{name: "buntime, in a session", how: "`POST /execute` of `buntime serve`, a session for each connection",
			server: serve("execute"), path: "/execute", own: true, session: true},
		{name: cold, how: "a dynamic worker of a new id each time, in one workerd; a new one for each load, since it keeps them all",
			host: []string{t.workerd, "serve", "--experimental", "--control-fd=1", mjs("workerd.capnp")}, path: "/cold", cpu: true, live: true, ready: true, keep: 100, outside: true, restart: true, missing: t.missing.workerd},
		{name: warm, how: "one dynamic worker, kept: not fresh",
			host: []string{t.workerd, "serve", "--experimental", "--control-fd=1", mjs("workerd.capnp")}, path: "/warm", missing: t.missing.workerd},
		{name: "isolated-vm", how: "a new isolate and context in one Node process",
			host: inNode("isolated-vm"), path: "/run", fresh: true, cpu: true, live: true, ready: true, keep: 100, missing: t.missing.isolatedVM},
		{name: "quickjs-emscripten, instance", how: "a new instance of its module, compiled once, in one Node process",
			host: inNode("quickjs-instance"), path: "/run", fresh: true, live: true, ready: true, keep: 100, missing: t.missing.quickjs},
		{name: qjsWeb, how: "a new runtime and context in one instance, in one Node process: a shared memory",
			host: inNode("quickjs-context"), path: "/run", fresh: true, cpu: true, live: true, keep: 100, missing: t.missing.quickjs},
		{name: inGoja, how: "a new runtime in one Go process: no wall, no limit on memory",
			host: inGo(inGoja), path: "/run", fresh: true, cpu: true, live: true, ready: true, keep: 300},
		{name: "modernc.org/quickjs", how: "a new VM in one Go process: no wall",
			host: inGo("modernc.org/quickjs"), path: "/run", fresh: true, cpu: true, live: true, keep: 100},
		{name: "node process", how: "`node -e`, started by a Go server",
			host: process([]string{t.node, "-e", "PROGRAM"}, []string{t.node, mjs("cpu.mjs"), "PROGRAM"}), path: "/run", fresh: true, cpu: true, live: true, keep: 4, missing: t.missing.node},
		{name: "bun process", how: "`bun -e`, started by a Go server",
			host: process([]string{t.bun, "-e", "PROGRAM"}, []string{t.bun, mjs("cpu.mjs"), "PROGRAM"}), path: "/run", fresh: true, cpu: true, live: true, keep: 4, missing: t.missing.bun},
		{name: "deno process", how: "`deno run -` without permissions, started by a Go server",
			host: process([]string{t.deno, "run", "--quiet", "--no-config", "--no-lock", "--ext=js", "-"}, []string{t.deno, "run", "--quiet", "--no-config", "--no-lock", "--allow-all", mjs("cpu.mjs"), "PROGRAM"}), path: "/run", fresh: true, cpu: true, live: true, keep: 4, missing: t.missing.deno},
		{name: "bwrap + node", how: "`node -e` in new namespaces with a read-only root, as the container's stand-in, started by a Go server",
			host: process(append(t.walls(), "-e", "PROGRAM"), nil), path: "/run", fresh: true, live: true, keep: 4, missing: t.missing.bwrap},
		{name: native, how: "the engine's pinned source, unchanged, compiled with `" + t.nativeFlags + "`; a process for each program",
			host: process(nil, []string{t.native, "PROGRAM"}), cpu: true, missing: t.missing.native},
		{name: onV8, how: "the module that we build, in Node; a function in one instance for each program",
			host: inNode("engine", filepath.Join(b.root, "jsengine", "engine", "engine.gen.wasm")), cpu: true, missing: t.missing.node},
	}, nil
}

// running is a host or a server that has started.
type running struct {
	url   string
	pid   int
	stop  func()
	ready time.Duration // from its start until it answered /health
}

// startMost is how long a host may take until it is ready.
const startMost = 60 * time.Second

// start runs a command until it says where it listens and is healthy there.
// The caller must stop it.
func (b *bench) start(ctx context.Context, argv []string) (_ *running, err error) {
	ctx, cancel := context.WithTimeout(ctx, startMost)
	defer cancel()
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Dir = b.scratch
	cmd.Env = append(os.Environ(), "BUNTIME_ROOT_KEY="+rootKey)
	var stderr bytes.Buffer
	cmd.Stderr = &limited{w: &stderr, left: 4 << 10}
	stdin, err := cmd.StdinPipe() // a host ends when it closes
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	ended := make(chan struct{})
	stop := func() {
		stdin.Close()
		_ = cmd.Process.Signal(os.Interrupt) // it may have ended
		select {
		case <-ended:
		case <-time.After(5 * time.Second):
			_ = cmd.Process.Kill()
			<-ended
		}
	}
	url := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(stdout)
		for lines.Scan() {
			if u := address(lines.Text()); u != "" {
				select {
				case url <- u:
				default:
				}
			}
		}
		_ = cmd.Wait() // how it ended says no more than its output
		close(ended)
	}()
	defer func() {
		if err != nil {
			stop()
			err = fmt.Errorf("%w: %s", err, bytes.TrimSpace(stderr.Bytes()))
		}
	}()
	r := &running{pid: cmd.Process.Pid, stop: stop}
	select {
	case r.url = <-url:
	case <-ended:
		return nil, errors.New("it ended at once")
	case <-ctx.Done():
		return nil, fmt.Errorf("it is not ready: %w", ctx.Err())
	}
	for {
		if _, err = r.get(ctx, "/health"); err == nil {
			r.ready = time.Since(began)
			return r, nil
		}
		select {
		case <-ended:
			return nil, err
		case <-ctx.Done():
			return nil, err
		case <-time.After(time.Millisecond):
		}
	}
}

// address is where a line says that its process listens: buntime, the hosts, and
// workerd's messages all have their own.
func address(line string) string {
	var event struct {
		Event string
		Port  int
	}
	if json.Unmarshal([]byte(line), &event) == nil && event.Event == "listen" {
		return fmt.Sprintf("http://127.0.0.1:%d", event.Port)
	}
	for _, before := range []string{" serves ", "listening on "} {
		if _, u, ok := strings.Cut(line, before); ok {
			return u
		}
	}
	return ""
}

func (r *running) get(ctx context.Context, path string) ([]byte, error) {
	return r.do(ctx, http.MethodGet, path, "", nil)
}

func (r *running) post(ctx context.Context, path, body string) ([]byte, error) {
	return r.do(ctx, http.MethodPost, path, body, nil)
}

func (r *running) do(ctx context.Context, method, path, body string, header map[string]string) ([]byte, error) {
	rq, err := http.NewRequestWithContext(ctx, method, r.url+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	for name, value := range header {
		rq.Header.Set(name, value)
	}
	rs, err := http.DefaultClient.Do(rq)
	if err != nil {
		return nil, err
	}
	defer rs.Body.Close()
	text, err := io.ReadAll(rs.Body)
	if err == nil && rs.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: status %d: %.300s", path, rs.StatusCode, text)
	}
	return text, err
}

// limited writes the first bytes and drops the rest.
type limited struct {
	w    io.Writer
	left int
}

func (l *limited) Write(p []byte) (int, error) {
	n := min(len(p), l.left)
	l.left -= n
	if n > 0 {
		if _, err := l.w.Write(p[:n]); err != nil {
			return 0, err
		}
	}
	return len(p), nil
}

func listen() (net.Listener, error) { return net.Listen("tcp", "127.0.0.1:0") }
