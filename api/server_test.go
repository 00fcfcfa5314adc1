package api

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/buntime/buntime/hostfuncs"
	"github.com/buntime/buntime/jsengine"
	"github.com/buntime/buntime/jsengine/transform"
	"github.com/buntime/buntime/session"
	"github.com/buntime/buntime/storage"
)

const rootKey = "btk_root_key_of_the_tests"

// engine is shared by all tests: opening it compiles the engine.
var engine *jsengine.Engine

func TestMain(m *testing.M) {
	transform.MaybeServe() // this binary is its own transformer
	code := func() int {
		ctx := context.Background()
		pool, err := transform.New(transform.Config{Workers: 1})
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer pool.Close()
		if engine, err = jsengine.Open(ctx, jsengine.Config{Transformer: pool}); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer engine.Close()
		if dir := os.Getenv("BUNTIME_TEST_SERVE"); dir != "" {
			serveForTest(dir)
		}
		return m.Run()
	}()
	if code == 0 {
		if err := goleak.Find(leakOptions...); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// leakOptions name goroutines that are not ours and never end.
var leakOptions = []goleak.Option{
	goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.updateServerDate.func1"),     // the process's one clock
	goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.(*workerPool).Start.func2"),  // sleeps 10 s, then sees that the pool is stopped
	goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.(*HostClient).connsCleaner"), // the benchmarks' client, for 10 s
	goleak.IgnoreTopFunction("github.com/golang/glog.(*fileSink).flushDaemon"),
	goleak.IgnoreTopFunction("go.opencensus.io/stats/view.(*worker).start"),
	goleak.IgnoreAnyFunction("github.com/dgraph-io/ristretto/v2/z.(*AllocatorPool).freeupAllocators"),
}

// clock is a clock that tests put forward.
type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

func (c *clock) advance(d time.Duration) { c.ahead.Add(int64(d)) }

// options change what newServer starts.
type options struct {
	dir     string        // of the data; default a new one
	ahead   time.Duration // of the clock
	session func(*session.Config)
	api     func(*Config)
	log     *bytes.Buffer // gets the log as JSON lines
}

// server is a whole server on loopback, and a client of it.
type server struct {
	t     testing.TB
	url   string
	addr  string
	dir   string
	clock *clock
	store *storage.Store
	mgr   *session.Manager
	api   *Server
	stop  func()
}

var masterKey = bytes.Repeat([]byte{7}, storage.MasterKeySize)

// newServer starts a server; the test's end stops it.
func newServer(t testing.TB, o options) *server {
	t.Helper()
	s := &server{t: t, dir: o.dir, clock: &clock{}}
	s.clock.advance(o.ahead)
	if s.dir == "" {
		s.dir = t.TempDir()
	}
	log := zap.NewNop()
	if o.log != nil {
		log = zap.New(zapcore.NewCore(zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig()), &lockedWriter{w: o.log}, zap.DebugLevel))
	}
	ctx := context.Background()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var err error
	s.store, err = storage.Open(ctx, storage.Config{Dir: s.dir, MasterKey: masterKey, Now: s.clock.now, Log: log})
	check(err)
	keys, _, err := session.OpenKeys(ctx, s.store, rootKey, s.clock.now)
	check(err)
	policy, err := hostfuncs.ServerPolicy("public", nil)
	check(err)
	sc := session.Config{Store: s.store, Engine: engine, Policy: policy, Now: s.clock.now, Log: log, Sweep: 50 * time.Millisecond}
	if o.session != nil {
		o.session(&sc)
	}
	s.mgr, err = session.New(sc)
	check(err)
	ac := Config{Sessions: s.mgr, Keys: keys, Store: s.store, Version: "1.2.3", Now: s.clock.now, Log: log}
	if o.api != nil {
		o.api(&ac)
	}
	s.api, err = New(ac)
	check(err)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	s.addr = ln.Addr().String()
	s.url = "http://" + s.addr
	served := make(chan error, 1)
	go func() { served <- s.api.Serve(ln) }()
	var once sync.Once
	s.stop = func() {
		once.Do(func() {
			ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
			defer cancel()
			client.CloseIdleConnections()
			if err := s.api.Shutdown(ctx); err != nil {
				t.Errorf("shut the server down: %v", err)
			}
			if err := <-served; err != nil {
				t.Errorf("serve: %v", err)
			}
			if err := s.mgr.Close(ctx); err != nil {
				t.Errorf("close the manager: %v", err)
			}
			if err := s.store.Close(); err != nil {
				t.Errorf("close the store: %v", err)
			}
		})
	}
	t.Cleanup(s.stop)
	return s
}

type lockedWriter struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *lockedWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

func (l *lockedWriter) Sync() error { return nil }

var client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}

// reply is a response, read whole.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// json returns the field at a path like "error.code" of the body.
func (r reply) get(path string) any {
	var v any
	if json.Unmarshal(r.body, &v) != nil {
		return nil
	}
	for name := range strings.SplitSeq(path, ".") {
		m, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = m[name]
	}
	return v
}

func (r reply) str(path string) string { s, _ := r.get(path).(string); return s }

func (r reply) String() string { return fmt.Sprintf("%d %.600s", r.status, r.body) }

// do sends a request. body is nil, a string, bytes, or what JSON can hold.
// headers are pairs; "key" stands for X-API-Key, and without one the root key
// is sent. An empty value drops a header.
func (s *server) do(method, path string, body any, headers ...string) reply {
	s.t.Helper()
	r, err := s.try(method, path, body, headers...)
	if err != nil {
		s.t.Fatalf("%s %s: %v", method, path, err)
	}
	return r
}

func (s *server) try(method, path string, body any, headers ...string) (reply, error) {
	var rd io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		rd = strings.NewReader(b)
	case []byte:
		rd = bytes.NewReader(b)
	case io.Reader:
		rd = b
	default:
		data, err := json.Marshal(b)
		if err != nil {
			return reply{}, err
		}
		rd = bytes.NewReader(data)
	}
	rq, err := http.NewRequest(method, s.url+"/api"+path, rd)
	if err != nil {
		return reply{}, err
	}
	rq.Header.Set("X-API-Key", rootKey)
	if rd != nil {
		rq.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		name := headers[i]
		if name == "key" {
			name = "X-API-Key"
		}
		if headers[i+1] == "" {
			rq.Header.Del(name)
		} else {
			rq.Header.Set(name, headers[i+1])
		}
	}
	rs, err := client.Do(rq)
	if err != nil {
		return reply{}, err
	}
	defer rs.Body.Close()
	data, err := io.ReadAll(rs.Body)
	return reply{rs.StatusCode, rs.Header, data}, err
}

// want fails the test unless a reply has the status and, for an error, the code,
// and is an envelope as the contract has it.
func (s *server) want(r reply, status int, code string) {
	s.t.Helper()
	if r.status != status {
		s.t.Errorf("status %d, want %d: %.600s", r.status, status, r.body)
		return
	}
	if code == "" {
		return
	}
	if got := r.str("error.code"); got != code {
		s.t.Errorf("code %q, want %q: %.600s", got, code, r.body)
	}
	s.envelope(r)
}

// envelope fails the test unless a reply is an error as the contract has it.
func (s *server) envelope(r reply) {
	s.t.Helper()
	var e struct {
		Error *struct {
			Code    string          `json:"code"`
			Message string          `json:"message"`
			Details *map[string]any `json:"details"`
		} `json:"error"`
		RequestID string `json:"requestId"`
	}
	d := json.NewDecoder(bytes.NewReader(r.body))
	d.DisallowUnknownFields()
	if err := d.Decode(&e); err != nil || e.Error == nil || e.Error.Message == "" || e.Error.Details == nil {
		s.t.Errorf("not an error envelope (%v): %.600s", err, r.body)
	}
	if e.RequestID == "" || e.RequestID != r.header.Get("X-Request-Id") {
		s.t.Errorf("request id %q, header %q", e.RequestID, r.header.Get("X-Request-Id"))
	}
	if statuses[e.Error.Code] != r.status {
		s.t.Errorf("code %q with status %d", e.Error.Code, r.status)
	}
}

// create makes a session and returns its id.
func (s *server) create(headers ...string) string {
	s.t.Helper()
	r := s.do("POST", "/sessions/create", nil, headers...)
	if r.status != 200 {
		s.t.Fatalf("create session: %s", r)
	}
	return r.str("sessionId")
}

// key makes an API key of a tenant and returns its secret and id.
func (s *server) key(tenant string) (secret, id string) {
	s.t.Helper()
	r := s.do("POST", "/keys", map[string]any{"name": "of a test", "tenant": tenant})
	if r.status != 200 {
		s.t.Fatalf("create key: %s", r)
	}
	return r.str("key"), r.str("id")
}

// raw opens a connection and sends text on it.
func (s *server) raw(text string) net.Conn {
	s.t.Helper()
	c, err := net.Dial("tcp", s.addr)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { c.Close() })
	if _, err := io.WriteString(c, text); err != nil {
		s.t.Fatal(err)
	}
	return c
}

// response reads one response from a connection, the answer to method.
func (s *server) response(c net.Conn, br *bufio.Reader, method string) reply {
	s.t.Helper()
	c.SetReadDeadline(time.Now().Add(20 * time.Second))
	rs, err := http.ReadResponse(br, &http.Request{Method: method})
	if err != nil {
		s.t.Fatalf("read response: %v", err)
	}
	defer rs.Body.Close()
	body, err := io.ReadAll(rs.Body)
	if err != nil {
		s.t.Fatalf("read response body: %v", err)
	}
	return reply{rs.StatusCode, rs.Header, body}
}

// say sends text on a new connection and returns the response.
func (s *server) say(text string) reply {
	s.t.Helper()
	c := s.raw(text)
	return s.response(c, bufio.NewReader(c), strings.SplitN(text, " ", 2)[0])
}
