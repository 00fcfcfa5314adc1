package main

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
)

// process is `buntime serve` in a process of its own.
type process struct {
	testServer
	cmd  *exec.Cmd
	out  *readyWriter // standard output
	wait func() error // may be called again
}

// readyWriter collects output, and closes ready when the server's line is whole.
type readyWriter struct {
	mu    sync.Mutex
	buf   bytes.Buffer  // guarded by mu
	url   string        // guarded by mu
	ready chan struct{} // closed when url is set
}

func (w *readyWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.buf.Write(p)
	if m := readyLine.FindSubmatch(w.buf.Bytes()); m != nil && w.url == "" {
		w.url = string(m[1])
		close(w.ready)
	}
	return len(p), nil
}

func (w *readyWriter) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.buf.String()
}

// startProcess starts a server on data, with more environment variables (the
// root key is testRootKey unless they say otherwise), and waits until it is
// ready. It is killed at the end of the test.
func startProcess(t testing.TB, data string, env []string, flags ...string) *process {
	t.Helper()
	env = append([]string{"BUNTIME_ROOT_KEY=" + testRootKey}, env...)
	env = slices.DeleteFunc(env, func(e string) bool { return slices.Contains(env, unkeyed) && strings.HasPrefix(e, "BUNTIME_ROOT_KEY=") })
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return startExecutable(t, exe, data, env, flags...)
}

// startExecutable is startProcess of a file.
func startExecutable(t testing.TB, exe, data string, env []string, flags ...string) *process {
	t.Helper()
	p, err := launchExecutable(exe, "", data, env, flags)
	if err != nil {
		t.Fatal(err)
	}
	p.t = t
	t.Cleanup(p.kill)
	return p
}

// unkeyed, as an environment variable of startProcess, means that no root key is
// given.
const unkeyed = "BUNTIME_TEST_UNKEYED=1"

// launch starts a server in a working directory and waits until it is ready. The
// caller must kill it.
func launch(dir, data string, env, flags []string) (*process, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return launchExecutable(exe, dir, data, env, flags)
}

func launchExecutable(exe, dir, data string, env, flags []string) (*process, error) {
	p := &process{testServer: testServer{key: testRootKey, logs: &syncBuffer{}}, out: &readyWriter{ready: make(chan struct{})}}
	p.cmd = exec.Command(exe, append([]string{"serve", "--listen", "127.0.0.1:0", "--data", data}, flags...)...)
	p.cmd.Dir = dir
	p.cmd.Env = append(append(os.Environ(), asCommand+"=1"), env...)
	p.cmd.Stdout, p.cmd.Stderr = p.out, p.logs
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	ended := make(chan struct{})
	var waitErr error
	go func() {
		defer close(ended)
		waitErr = p.cmd.Wait()
	}()
	p.wait = func() error {
		<-ended
		http.DefaultClient.CloseIdleConnections()
		return waitErr
	}
	select {
	case <-p.out.ready:
		p.url = p.out.url
		return p, nil
	case <-ended:
		return nil, fmt.Errorf("the server did not start: %w\n%s%s", waitErr, p.out, p.logs)
	}
}

// kill is kill -9.
func (p *process) kill() {
	_ = p.cmd.Process.Kill() // it may have ended
	_ = p.wait()
}

// end ends the process with a signal that it handles, and checks that it
// calls that a success.
func (p *process) end(sig os.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(sig); err != nil {
		p.t.Fatal(err)
	}
	if err := p.wait(); err != nil {
		p.t.Fatalf("after %v: %v\n%s", sig, err, p.logs)
	}
}

// read returns a file of a session.
func (s *testServer) read(session, path string) string {
	s.t.Helper()
	status, body := s.raw("GET", fmt.Sprintf("/files/read?sessionId=%s&path=%s", session, path), nil)
	if status != http.StatusOK {
		s.t.Errorf("read %s: %d %s", path, status, body)
	}
	return string(body)
}
