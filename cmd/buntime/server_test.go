package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"go.uber.org/goleak"

	"github.com/buntime/buntime/jsengine/transform"
)

// TestMain also makes this binary the command itself: under the name buntime,
// for scripts, and with asCommand in the environment.
func TestMain(m *testing.M) {
	transform.MaybeServe()
	if os.Getenv(asCommand) != "" {
		os.Exit(run(testContext(), os.Args, os.Stdin, os.Stdout, os.Stderr))
	}
	if filepath.Base(os.Args[0]) != "buntime" {
		for _, e := range os.Environ() {
			if name, _, _ := strings.Cut(e, "="); strings.HasPrefix(name, "BUNTIME_") {
				os.Unsetenv(name)
			}
		}
	}
	testscript.Main(leakChecked{m}, map[string]func(){"buntime": main})
}

// Of a child process that is the command.
const (
	asCommand   = "BUNTIME_TEST_COMMAND"
	asPlaintext = "BUNTIME_TEST_PLAINTEXT" // encryption is off
	asLater     = "BUNTIME_TEST_LATER"     // its clock is ahead by this duration
)

// testContext carries the hooks that the environment names.
func testContext() context.Context {
	h := hooks{plaintext: os.Getenv(asPlaintext) != ""}
	if d, err := time.ParseDuration(os.Getenv(asLater)); err == nil {
		h.now = func() time.Time { return time.Now().Add(d) }
	}
	return context.WithValue(context.WithValue(context.Background(), ownProcess{}, true), hooksKey{}, h)
}

// leakChecked fails a run whose tests pass but leave goroutines behind.
type leakChecked struct{ m *testing.M }

func (l leakChecked) Run() int {
	code := l.m.Run()
	// fasthttp's cleaner sees that its server has stopped after up to ten seconds
	// of sleep, and its clock runs as long as the process.
	ignore := []goleak.Option{
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.(*workerPool).Start.func2"),
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.updateServerDate.func1"),
	}
	if err := goleak.Find(ignore...); code == 0 && err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

const testRootKey = "btk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// testServer is `buntime serve`, in this process, on loopback.
type testServer struct {
	t    testing.TB
	url  string
	key  string     // root
	stop func() int // ends it as SIGTERM would and returns the exit code
	logs *syncBuffer
}

// syncBuffer is a bytes.Buffer for several goroutines.
type syncBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

var readyLine = regexp.MustCompile(`serves (\S+)/api`)

// startServer runs `buntime serve` with more flags and waits until it is ready.
func startServer(t testing.TB, data string, flags ...string) *testServer {
	t.Helper()
	t.Setenv("BUNTIME_ROOT_KEY", testRootKey)
	ctx, cancel := context.WithCancel(context.Background())
	out, in := io.Pipe()
	logs := &syncBuffer{}
	done := make(chan int, 1)
	args := append([]string{"buntime", "serve", "--listen", "127.0.0.1:0", "--data", data}, flags...)
	go func() {
		code := run(ctx, args, strings.NewReader(""), in, logs)
		in.Close()
		done <- code
	}()
	s := &testServer{t: t, key: testRootKey, logs: logs}
	s.stop = sync.OnceValue(func() int {
		cancel()
		code := <-done
		http.DefaultClient.CloseIdleConnections()
		return code
	})
	t.Cleanup(func() { s.stop() })
	var seen []byte
	buf := make([]byte, 4096)
	for s.url == "" {
		n, err := out.Read(buf)
		seen = append(seen, buf[:n]...)
		if m := readyLine.FindSubmatch(seen); m != nil {
			s.url = string(m[1])
		} else if err != nil {
			t.Fatalf("the server did not start: %s%s", seen, logs)
		}
	}
	go io.Copy(io.Discard, out) // ends when the server closes it
	return s
}

// call sends a request with the root key, as JSON, and decodes the answer.
func (s *testServer) call(method, path string, body any) (int, map[string]any) {
	s.t.Helper()
	status, raw := s.raw(method, path, body)
	var v map[string]any
	if err := json.Unmarshal(raw, &v); err != nil {
		s.t.Fatalf("%s %s: %d %.300q: %v", method, path, status, raw, err)
	}
	return status, v
}

func (s *testServer) raw(method, path string, body any) (int, []byte) {
	s.t.Helper()
	var r io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			s.t.Fatal(err)
		}
		r = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.url+"/api"+path, r)
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+s.key)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return resp.StatusCode, raw
}

// session makes a session and returns its id.
func (s *testServer) session(body any) string {
	s.t.Helper()
	status, v := s.call("POST", "/sessions/create", body)
	id, _ := v["sessionId"].(string)
	if status != http.StatusOK || id == "" {
		s.t.Fatalf("create: %d %v", status, v)
	}
	return id
}
