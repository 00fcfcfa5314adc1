package api

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/buntime/buntime/session"
)

// quick makes the server's patience short, so that tests need little.
func quick(c *Config) {
	c.HeaderTimeout = 200 * time.Millisecond
	c.BodyTimeout = 200 * time.Millisecond
	c.LargeTimeout = 300 * time.Millisecond
	c.IdleTimeout = 200 * time.Millisecond
}

// Who announces a small body has no longer to send it than on any route,
// although the route takes large ones.
func TestSlowSmallBody(t *testing.T) {
	s := newServer(t, options{api: func(c *Config) { c.BodyTimeout, c.LargeTimeout = 200*time.Millisecond, time.Hour }})
	head := "POST /api/run HTTP/1.1\r\nHost: x\r\nX-API-Key: " + rootKey + "\r\nContent-Type: application/json\r\n"
	c := s.raw(head + "Content-Length: 20\r\n\r\n{")
	s.want(s.response(c, bufio.NewReader(c), "POST"), 408, "request_timeout")
}

// Two lengths in one request are refused, and nothing of it is taken for the next.
func TestTwoLengths(t *testing.T) {
	s := newServer(t, options{})
	for name, lengths := range map[string]string{
		"number first": "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
		"chunks first": "transfer-encoding: chunked\r\ncontent-length: 12\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			s := *s
			s.t = t
			c := s.raw("POST /api/run HTTP/1.1\r\nHost: x\r\nX-API-Key: " + rootKey + "\r\n" + lengths +
				"\r\nc\r\n{\"code\":\"1\"}\r\n0\r\n\r\nGET /api/health HTTP/1.1\r\nHost: x\r\n\r\n")
			br := bufio.NewReader(c)
			s.want(s.response(c, br, "POST"), 400, "invalid_request")
			if rest, _ := io.ReadAll(br); len(rest) > 0 {
				t.Errorf("answered more: %q", rest)
			}
		})
	}
}

// A client that sends nothing more is told so, and let go.
func TestSlowClients(t *testing.T) {
	s := newServer(t, options{api: quick})
	head := "POST /api/sessions/create HTTP/1.1\r\nHost: x\r\nX-Request-Id: slow\r\nX-API-Key: " + rootKey + "\r\nContent-Type: application/json\r\n"
	for name, tt := range map[string]struct{ text, id string }{
		"half a request line":    {"GET /api/he", ""},
		"half the headers":       {"GET /api/health HTTP/1.1\r\nHost: x\r\nX-Re", ""},
		"no body":                {head + "Content-Length: 10\r\n\r\n", "slow"},
		"half a body":            {head + "Content-Length: 10\r\n\r\n{\"a\"", "slow"},
		"half a large body":      {head + "Content-Length: 100000\r\n\r\n" + strings.Repeat(" ", 50000), "slow"},
		"no chunk":               {head + "Transfer-Encoding: chunked\r\n\r\n", "slow"},
		"half a chunk":           {head + "Transfer-Encoding: chunked\r\n\r\n10\r\n{", "slow"},
		"a chunk, then nothing":  {head + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n", "slow"},
		"continue, then no body": {strings.Replace(head, "Host", "Expect: 100-continue\r\nHost", 1) + "Content-Length: 10\r\n\r\n", "slow"},
	} {
		t.Run(name, func(t *testing.T) {
			s := *s
			s.t = t
			c := s.raw(tt.text)
			br := bufio.NewReader(c)
			r := s.response(c, br, "POST")
			if r.status == 100 {
				r = s.response(c, br, "POST")
			}
			s.want(r, 408, "request_timeout")
			if tt.id != "" && r.header.Get("X-Request-Id") != tt.id {
				t.Errorf("request id %q", r.header.Get("X-Request-Id"))
			}
			if _, err := br.ReadByte(); err == nil {
				t.Error("the connection stays open")
			}
		})
	}
	// An idle connection is closed without a word.
	c := s.raw("GET /api/health HTTP/1.1\r\nHost: x\r\n\r\n")
	br := bufio.NewReader(c)
	s.want(s.response(c, br, "GET"), 200, "")
	if rest, err := io.ReadAll(br); len(rest) > 0 || err != nil && !strings.Contains(err.Error(), "reset") {
		t.Errorf("an idle connection ends with %q, %v", rest, err)
	}
}

// A key is checked on the headers: who has none gets an answer although nothing
// of the body ever comes, and so does who announces too much.
func TestRefusedBeforeTheBody(t *testing.T) {
	s := newServer(t, options{})
	tenantKey, _ := s.key("t")
	for name, tt := range map[string]struct {
		line, headers string
		status        int
		code          string
	}{
		"no key":        {"POST /api/run", "Content-Length: 100000000\r\n", 403, "forbidden"},
		"bad key":       {"POST /api/run", "X-API-Key: btk_x\r\nContent-Length: 5\r\n", 401, "unauthorized"},
		"chunked":       {"POST /api/run", "X-API-Key: btk_x\r\nTransfer-Encoding: chunked\r\n", 401, "unauthorized"},
		"expect":        {"POST /api/run", "X-API-Key: btk_x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n", 401, "unauthorized"},
		"not root":      {"POST /api/keys", "X-API-Key: " + tenantKey + "\r\nContent-Length: 5\r\n", 403, "forbidden"},
		"no route":      {"POST /api/nothing", "Content-Length: 5\r\n", 404, "not_found"},
		"no method":     {"PUT /api/run", "Content-Length: 5\r\n", 405, "method_not_allowed"},
		"too large":     {"POST /api/sessions/create", "X-API-Key: " + rootKey + "\r\nContent-Length: 1048577\r\n", 413, "payload_too_large"},
		"not JSON":      {"POST /api/run", "X-API-Key: " + rootKey + "\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n", 415, "unsupported_media_type"},
		"enormous":      {"POST /api/run", "X-API-Key: " + rootKey + "\r\nContent-Length: 9000000000000000000\r\n", 413, "payload_too_large"},
		"GET with body": {"GET /api/sessions", "X-API-Key: btk_x\r\nContent-Length: 5\r\n", 401, "unauthorized"},
	} {
		t.Run(name, func(t *testing.T) {
			s := *s
			s.t = t
			c := s.raw(tt.line + " HTTP/1.1\r\nHost: x\r\nX-Request-Id: early\r\n" + tt.headers + "\r\n")
			br := bufio.NewReader(c)
			r := s.response(c, br, "POST")
			s.want(r, tt.status, tt.code)
			if r.header.Get("X-Request-Id") != "early" {
				t.Errorf("request id %q", r.header.Get("X-Request-Id"))
			}
			// What comes later is not taken for a request.
			io.WriteString(c, "GET /api/health HTTP/1.1\r\nHost: x\r\n\r\n")
			if rest, _ := io.ReadAll(br); len(rest) > 0 {
				t.Errorf("then came %q", rest)
			}
		})
	}
	// Refusing leaves nothing behind.
	s.api.admittedMu.Lock()
	defer s.api.admittedMu.Unlock()
	if n := len(s.api.admitted); n != 0 {
		t.Errorf("%d requests are remembered", n)
	}
}

// The client of a refused upload gets to read why, although it was still sending.
func TestRefusalIsRead(t *testing.T) {
	s := newServer(t, options{})
	for range 20 {
		r, err := s.try("POST", "/run", bytes.Repeat([]byte(" "), 900<<10), "key", "btk_x", "Origin", s.url)
		if err != nil {
			t.Fatal(err)
		}
		s.want(r, 401, "unauthorized")
	}
}

// A body may end at its limit in any number of pieces, and the connection serves
// the next request.
func TestKeepAlive(t *testing.T) {
	s := newServer(t, options{})
	c := s.raw("")
	br := bufio.NewReader(c)
	send := func(text string) { io.WriteString(c, text) }
	auth := "Host: x\r\nX-API-Key: " + rootKey + "\r\n"
	for i := range 5 {
		send("POST /api/sessions/create HTTP/1.1\r\n" + auth + "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n")
		s.want(s.response(c, br, "POST"), 200, "")
		send("GET /api/sessions HTTP/1.1\r\n" + auth + "Content-Length: 7\r\n\r\nignored")
		s.want(s.response(c, br, "GET"), 200, "")
		send("POST /api/run HTTP/1.1\r\n" + auth + "Content-Length: 3\r\n\r\n{x}")
		s.want(s.response(c, br, "POST"), 400, "invalid_request")
		send("POST /api/sessions/create HTTP/1.1\r\n" + auth + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n")
		if r := s.response(c, br, "POST"); r.status != 100 {
			t.Fatalf("%d: %s", i, r)
		}
		send("{}")
		s.want(s.response(c, br, "POST"), 200, "")
	}
	// Two at once.
	send(strings.Repeat("GET /api/health HTTP/1.1\r\nHost: x\r\n\r\n", 2))
	s.want(s.response(c, br, "GET"), 200, "")
	s.want(s.response(c, br, "GET"), 200, "")
	// A body that says two things about its length is no body.
	send("POST /api/run HTTP/1.1\r\n" + auth + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x")
	if r := s.response(c, br, "POST"); r.status < 400 {
		t.Errorf("two lengths: %s", r)
	}
}

func TestTooManyConnections(t *testing.T) {
	s := newServer(t, options{api: func(c *Config) { c.MaxConns = 2 }})
	client.CloseIdleConnections()
	var held []net.Conn
	for range 2 {
		c := s.raw("GET /api/health HTTP/1.1\r\nHost: x\r\n\r\n")
		s.want(s.response(c, bufio.NewReader(c), "GET"), 200, "")
		held = append(held, c)
	}
	r := s.say("GET /api/health HTTP/1.1\r\nHost: x\r\n\r\n")
	s.want(r, 503, "overloaded")
	if r.header.Get("Retry-After") == "" {
		t.Errorf("headers %v", r.header)
	}
	held[0].Close()
	for { // the server notices by and by
		c := s.raw("GET /api/health HTTP/1.1\r\nHost: x\r\n\r\n")
		r := s.response(c, bufio.NewReader(c), "GET")
		c.Close()
		if r.status == 200 {
			break
		}
	}
}

func TestBodyMemory(t *testing.T) {
	s := newServer(t, options{api: func(c *Config) { c.BodyMemory = 100 << 10 }})
	s.want(s.do("POST", "/sessions/create", strings.Repeat(" ", 80<<10)+"{}"), 200, "")
	r := s.do("POST", "/sessions/create", strings.Repeat(" ", 200<<10)+"{}")
	s.want(r, 503, "overloaded")
	if n := s.api.bodies.Used(); n != 0 {
		t.Errorf("%d bytes are still counted", n)
	}
	// One that is thrown away takes none of it.
	for _, method := range []string{"GET", "OPTIONS"} {
		if r := s.do(method, "/health", strings.Repeat(" ", 1<<20), "key", ""); r.status/100 != 2 {
			t.Errorf("%s /health with a body: %s", method, r)
		}
	}
	s.want(s.do("GET", "/health", strings.Repeat(" ", 1<<20+1), "key", ""), 413, "payload_too_large")
}

// A tenant whose bodies never end leaves room for those of others.
func TestBodyMemoryIsShared(t *testing.T) {
	s := newServer(t, options{api: func(c *Config) { c.BodyMemory = 1 << 20 }})
	a, _ := s.key("a")
	b, _ := s.key("b")
	for held, refused := int64(0), false; !refused; held = s.api.bodies.Used() {
		c := s.raw("POST /api/run HTTP/1.1\r\nHost: x\r\nX-API-Key: " + a + "\r\nContent-Type: application/json\r\nContent-Length: 20000\r\n\r\n" + strings.Repeat(" ", 10_000))
		defer c.Close()
		for !refused && s.api.bodies.Used() == held {
			c.SetReadDeadline(time.Now().Add(time.Millisecond))
			n, _ := c.Read(make([]byte, 1))
			refused = n > 0
		}
	}
	s.want(s.do("POST", "/sessions/create", strings.Repeat(" ", 10_000)+"{}", "key", b), 200, "")
}

// Large bodies, of requests and of answers, are in the budget of all guests while
// they are in memory.
func TestBodiesAreHeld(t *testing.T) {
	s := newServer(t, options{session: func(c *session.Config) { c.HostMemory = 1 << 20 }})
	s.want(s.do("POST", "/sessions/create", strings.Repeat(" ", 800<<10)+"{}"), 200, "")
	r := s.exec("", `console.log("x".repeat(200000))`)
	s.want(r, 200, "")
	held := s.mgr.Hold("t") // of all that is not spare
	for end := time.Now().Add(10 * time.Second); held.Charge(7<<17) != nil; time.Sleep(time.Millisecond) {
		if time.Now().After(end) { // an answer counts a little longer than its client waits
			t.Fatal("not all was given back after the requests")
		}
	}
	s.want(s.do("POST", "/sessions/create", strings.Repeat(" ", 200<<10)+"{}"), 503, "overloaded")
	held.Release()
	s.want(s.do("POST", "/sessions/create", strings.Repeat(" ", 200<<10)+"{}"), 200, "")
}

// The names of a large object count while they are in memory, in objects that are
// open at once all together.
func TestNamesAreHeld(t *testing.T) {
	s := newServer(t, options{session: func(c *session.Config) { c.HostMemory = 4 << 20 }})
	var names strings.Builder
	for i := range 10_000 {
		fmt.Fprintf(&names, "\"%04x\":0,", i)
	}
	create := func(metadata string) reply {
		return s.do("POST", "/sessions/create", `{"metadata":{"a":`+metadata+`}}`)
	}
	object := func(last string) string { return "{" + names.String() + `"last":` + last + "}" }
	// One after another they are read, and then it is too long.
	s.want(create("["+strings.Repeat(object("0")+",", 7)+"0]"), 400, "invalid_request")
	s.want(create(object(object(object(object(object("0")))))), 503, "overloaded")
	if n := s.mgr.Stats().Memory; n != 0 {
		t.Errorf("%d bytes are still counted", n)
	}
}

// tlsServer starts a server that speaks TLS, and returns a client's configuration
// for it.
func tlsServer(t *testing.T) (*server, *tls.Config) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{"localhost"}}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert := tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
	s := newServer(t, options{api: func(c *Config) {
		c.TLS = &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS10}
	}})
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(leaf)
	return s, &tls.Config{RootCAs: roots, ServerName: "localhost"}
}

func TestTLS(t *testing.T) {
	s, client := tlsServer(t)
	tr := &http.Transport{TLSClientConfig: client}
	defer tr.CloseIdleConnections()
	get := func() (*http.Response, error) {
		rq, _ := http.NewRequest("POST", "https://"+s.addr+"/api/sessions/create", strings.NewReader("{}"))
		rq.Header.Set("Content-Type", "application/json")
		rq.Header.Set("X-API-Key", rootKey)
		return (&http.Client{Transport: tr}).Do(rq)
	}
	rs, err := get()
	if err != nil {
		t.Fatal(err)
	}
	var body struct{ PreviewURL string }
	json.NewDecoder(rs.Body).Decode(&body)
	rs.Body.Close()
	if rs.StatusCode != 200 || rs.TLS.Version != tls.VersionTLS13 || !strings.HasPrefix(body.PreviewURL, "https://") {
		t.Errorf("status %d, TLS %x, preview %q", rs.StatusCode, rs.TLS.Version, body.PreviewURL)
	}
	tr.CloseIdleConnections()
	tr.TLSClientConfig.MaxVersion = tls.VersionTLS12
	if rs, err := get(); err == nil {
		rs.Body.Close()
		t.Error("TLS 1.2 is accepted")
	}
}

// A shutdown lets what runs finish and refuses what is new; when its time is
// over it cancels the rest, and what was written is committed.
// A server that is told to stop before it serves, or as it begins to, stops.
func TestShutdownAtOnce(t *testing.T) {
	for range 20 {
		newServer(t, options{}).stop()
	}
	s := newServer(t, options{})
	s.stop()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.api.Serve(ln); err != nil {
		t.Errorf("Serve after Shutdown = %v", err)
	}
	if _, err := ln.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("the listener is open: Accept = %v", err)
	}
}

func TestShutdown(t *testing.T) {
	s := newServer(t, options{})
	id, hung := s.create(), s.create()
	start := func(id, code string) chan reply {
		done := make(chan reply, 1)
		go func() {
			r, err := s.try("POST", "/execute", map[string]any{"sessionId": id, "code": code, "timeout": 300})
			if err != nil {
				t.Errorf("a request was lost: %v", err)
			}
			done <- r
		}()
		for s.do("GET", "/sessions/"+id, nil).get("activeProcesses") != 1. {
			time.Sleep(time.Millisecond)
		}
		return done
	}
	ends := start(id, `import fs from "node:fs"; fs.writeFileSync("f", "x"); await new Promise(r => setTimeout(r, 500)); console.log("done")`)
	hangs := start(hung, `import fs from "node:fs"; fs.writeFileSync("g", "y"); for (;;);`)
	var waits sync.WaitGroup
	waits.Go(func() { s.want(s.exec(hung, ``), 503, "overloaded") })
	for s.mgr.Stats().Waiting != 1 {
		time.Sleep(time.Millisecond)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 1500*time.Millisecond)
	defer cancel()
	if err := s.mgr.Close(ctx); err == nil {
		t.Error("nothing was cancelled")
	}
	if r := <-ends; r.status != 200 || r.str("stdout") != "done\n" {
		t.Errorf("what could finish: %s", r)
	}
	r := <-hangs
	s.want(r, 503, "overloaded")
	waits.Wait()
	s.want(s.exec("", ``), 503, "overloaded")
	ready := s.do("GET", "/health/ready", nil)
	s.want(ready, 503, "overloaded")
	if said := ready.str("error.message"); said != "the server is shutting down" {
		t.Errorf("not ready, since %q", said)
	}
	s.want(s.do("GET", "/health/live", nil), 200, "")
	s.stop()

	s = newServer(t, options{dir: s.dir})
	for id, path := range map[string]string{id: "f", hung: "g"} {
		if r := s.read(id, path); r.status != 200 || len(r.body) != 1 {
			t.Errorf("%s after the restart: %s", path, r)
		}
	}
}

// One line per record and nothing that is secret, whatever a client sends.
func TestLog(t *testing.T) {
	var log bytes.Buffer
	s := newServer(t, options{log: &log})
	const marker = "MARKER_of_what_is_secret"
	tenantKey, _ := s.key("logger")
	id := s.create("key", tenantKey, "X-Request-Id", "creating")
	for _, path := range []string{
		"/api/x%0a{\"level\":\"fake\"}", "/api/\u2028x", "/api/\xff\xfe", "/api/x?" + marker, "/api/" + strings.Repeat("long", 500), "/api/\x1b[31mred", "/api/\x7f\x85", "/\"quoted\"\\",
	} {
		c := s.raw("GET " + path + " HTTP/1.1\r\nHost: x\r\nX-Request-Id: bad\x0bid\r\nX-API-Key: " + marker + "\r\n\r\n")
		s.response(c, bufio.NewReader(c), "GET")
		c = s.raw("G\x1bT " + path + " HTTP/1.1\r\nHost: x\r\n\r\n")
		s.response(c, bufio.NewReader(c), "GET")
	}
	s.exec(id, `console.log("`+marker+`"); throw new Error("`+marker+`")`, "env", map[string]string{"SECRET": marker}, "input", marker)
	s.exec(id, `const x: = `+marker)
	s.do("POST", "/files/write", map[string]any{"sessionId": id, "path": marker, "content": marker})
	s.read(id, marker+"/none")
	s.do("POST", "/run", marker)
	s.do("POST", "/sessions/create", `{"metadata":{"m":"`+marker+`"},"`+marker+`":1}`, "Idempotency-Key", marker)
	s.do("GET", "/sessions/"+id, nil, "key", "btk_"+marker)
	s.do("GET", "/sessions/"+id, nil, "key", tenantKey, "X-Request-Id", "naming-me")
	s.stop()

	lines := strings.Split(strings.TrimSuffix(log.String(), "\n"), "\n")
	requests := 0
	named := false
	for _, line := range lines {
		var rec map[string]any
		if err := json.Unmarshal([]byte(line), &rec); err != nil {
			t.Fatalf("a line is no record: %v: %q", err, line)
		}
		for _, c := range line {
			if c < ' ' || c == 0x7f || c >= 0x80 && c < 0xa0 || c == 0x2028 || c == 0x2029 || c == 0xfffd {
				t.Errorf("%q in %q", c, line)
			}
		}
		if strings.Contains(line, marker) || strings.Contains(line, tenantKey) || strings.Contains(line, rootKey) {
			t.Errorf("a secret in %q", line)
		}
		if len(line) > 1500 {
			t.Errorf("a line of %d bytes", len(line))
		}
		if rec["msg"] == "request" {
			requests++
			if rec["requestId"] == nil || rec["status"] == nil || rec["path"] == nil {
				t.Errorf("a request without its id: %q", line)
			}
			if rec["requestId"] == "naming-me" {
				named = rec["tenant"] == "logger" && rec["session"] == id && rec["key"] != nil
			}
		}
	}
	if requests < 20 || !named {
		t.Errorf("%d requests logged, named %v", requests, named)
	}
}

// Handlers that panic answer 500, say nothing of it, and the server goes on.
func TestPanic(t *testing.T) {
	var log bytes.Buffer
	s := newServer(t, options{log: &log})
	for i := range table {
		if table[i].path == "/api/health/live" {
			old := table[i].handle
			table[i].handle = func(*Server, *request) (*response, error) { panic(fmt.Sprint("host detail in ", s.dir)) }
			defer func() { table[i].handle = old }()
		}
	}
	r := s.do("GET", "/health/live", nil, "X-Request-Id", "boom")
	s.want(r, 500, "internal")
	if string(r.body) != `{"error":{"code":"internal","message":"internal error","details":{}},"requestId":"boom"}` {
		t.Errorf("got %s", r)
	}
	s.want(s.do("GET", "/health", nil), 200, "")
	s.stop()
	if !strings.Contains(log.String(), "host detail") {
		t.Error("the panic is not in the log")
	}
}

// failingListener fails to accept with each error once, before it accepts.
type failingListener struct {
	net.Listener
	errs []error
}

func (l *failingListener) Accept() (net.Conn, error) {
	if len(l.errs) > 0 {
		err := l.errs[0]
		l.errs = l.errs[1:]
		return nil, &net.OpError{Op: "accept", Net: "tcp", Err: os.NewSyscallError("accept4", err)}
	}
	return l.Listener.Accept()
}

// Who opens connections until the process has no more files must not end the
// server: it goes on when some of them end.
func TestNoFilesForConnections(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var failed []error
	l := newListener(&failingListener{ln, []error{syscall.EMFILE, syscall.ENFILE, syscall.ECONNABORTED}}, 1, true,
		func() bool { return false }, func(string, net.Addr) {}, func(err error) { failed = append(failed, err) })
	client, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	c, err := l.Accept()
	if err != nil {
		t.Fatalf("Accept = %v", err)
	}
	c.Close()
	if len(failed) != 1 || !errors.Is(failed[0], syscall.EMFILE) {
		t.Errorf("told of %v, want the first alone", failed)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("after Close: %v, want net.ErrClosed", err)
	}
	broken := newListener(&failingListener{ln, []error{syscall.EBADF}}, 1, true, nil, nil, nil)
	if _, err := broken.Accept(); !errors.Is(err, syscall.EBADF) {
		t.Errorf("another error: %v, want EBADF", err)
	}
}
