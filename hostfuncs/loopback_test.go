package hostfuncs

import (
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/buntime/buntime/jsengine"
)

// own serves h at a port of l, until the returned function is called.
func own(t *testing.T, l *jsengine.Loopback, port int, h http.HandlerFunc) (url string, stop func()) {
	t.Helper()
	n, err := l.Listen(port, 0)
	if err != nil {
		t.Fatal(err)
	}
	var served sync.WaitGroup
	s := &http.Server{Handler: h, ConnState: func(_ net.Conn, state http.ConnState) { // Close does not wait for them
		switch state {
		case http.StateNew:
			served.Add(1)
		case http.StateClosed:
			served.Done()
		}
	}}
	served.Go(func() { s.Serve(n) })
	stop = sync.OnceFunc(func() {
		s.Close()
		served.Wait()
	})
	t.Cleanup(stop)
	return "http://localhost:" + strconv.Itoa(n.Addr().(*net.TCPAddr).Port), stop
}

func refusedCode(err error) string {
	var js *jsengine.JSError
	errors.As(err, &js)
	if js == nil {
		return ""
	}
	return js.Code
}

// An execution reaches its own servers whatever the policy is, by no other name than
// the machine's, and what listens on the host at the same port never.
func TestOwnServers(t *testing.T) {
	real := newServer(t, "127.0.0.1:0", hello)
	port, _ := strconv.Atoi(real.port)
	public, err := ServerPolicy("public", nil)
	if err != nil {
		t.Fatal(err)
	}
	none, _ := ParseNarrowing([]byte(`"none"`))
	for name, p := range map[string]*Policy{"nil": nil, "none": opened(t), "public": public, "narrowed": public.Narrow(none)} {
		t.Run(name, func(t *testing.T) {
			l := &jsengine.Loopback{}
			f := NewFetcher(FetcherConfig{Policy: p, Resolver: testNames, Loopback: l})
			defer f.Close()
			if _, _, err := get(t.Context(), f, real.URL); !isDenied(err) {
				t.Errorf("before it listens: %v", err)
			}
			_, stop := own(t, l, port, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "own "+r.Host) })
			for _, host := range []string{"localhost", "LOCALHOST", "127.0.0.1", "127.1", "0x7f.1", "[::1]", "0.0.0.0", "[::]"} {
				if _, body, err := get(t.Context(), f, "http://"+host+":"+real.port); err != nil || !strings.HasPrefix(body, "own ") {
					t.Errorf("%s: %q, %v", host, body, err)
				}
			}
			for _, host := range []string{"rebind.test", "mapped.test", "a.rebind.test", "127.0.0.2", "[::ffff:127.0.0.1]"} {
				if _, body, err := get(t.Context(), f, "http://"+host+":"+real.port); !isDenied(err) {
					t.Errorf("%s: %q, %v", host, body, err)
				}
			}
			if _, body, err := get(t.Context(), f, "http://localhost:"+real.port, [2]string{"Host", "a.example"}); body != "own a.example" || err != nil {
				t.Errorf("with a Host: %q, %v", body, err)
			}
			stop()
			for range 3 { // a connection that was kept is no way either
				if _, body, err := get(t.Context(), f, real.URL); refusedCode(err) != "ECONNREFUSED" {
					t.Errorf("when it is gone: %q, %v", body, err)
				}
			}
		})
	}
	if n := real.hits.Load(); n != 0 {
		t.Errorf("what listens on the host was reached %d times", n)
	}
}

// What the operator opened is reached where no own server stands in front of it.
func TestOwnServerBeforeOpening(t *testing.T) {
	real := newServer(t, "127.0.0.1:0", hello)
	port, _ := strconv.Atoi(real.port)
	l := &jsengine.Loopback{}
	f := NewFetcher(FetcherConfig{Policy: opened(t, "127.0.0.1:"+real.port), Loopback: l})
	defer f.Close()
	if _, body, err := get(t.Context(), f, real.URL); body != "hello" || err != nil {
		t.Fatalf("%q, %v", body, err)
	}
	_, stop := own(t, l, port, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "own") })
	if _, body, err := get(t.Context(), f, real.URL); body != "own" || err != nil {
		t.Errorf("%q, %v", body, err)
	}
	stop()
	if _, body, err := get(t.Context(), f, real.URL); body != "hello" || err != nil {
		t.Errorf("%q, %v", body, err)
	}
}

// A redirect of an own server leads no further than a request does, and then is in the
// budgets like one.
func TestOwnServerRedirects(t *testing.T) {
	real := newServer(t, "127.0.0.1:0", hello)
	l := &jsengine.Loopback{}
	url, _ := own(t, l, 0, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, real.URL, http.StatusFound) })
	f := NewFetcher(FetcherConfig{Policy: opened(t), Loopback: l})
	defer f.Close()
	if _, body, err := get(t.Context(), f, url); refusedCode(err) != "ECONNREFUSED" {
		t.Errorf("%q, %v", body, err)
	}
	if n := real.hits.Load(); n != 0 {
		t.Errorf("the host was reached %d times", n)
	}
	f = NewFetcher(FetcherConfig{Policy: opened(t, "127.0.0.1:"+real.port), Loopback: l, Budgets: Budgets{Requests: 1}})
	defer f.Close()
	if _, body, err := get(t.Context(), f, url, [2]string{"Host", "a.example"}); body != "hello" || err != nil {
		t.Errorf("%q, %v", body, err)
	}
	if _, body, err := get(t.Context(), f, url); !isDenied(err) {
		t.Errorf("over budget: %q, %v", body, err)
	}
}

// Own servers are in no budget: a server may ask another while requests to it wait.
func TestOwnServersBudgets(t *testing.T) {
	l := &jsengine.Loopback{}
	b := Budgets{Requests: 1, Concurrent: 1, Hosts: 1, Received: 10, Sent: 10}
	f := NewFetcher(FetcherConfig{Policy: opened(t), Loopback: l, Budgets: b})
	defer f.Close()
	back, _ := own(t, l, 0, func(w http.ResponseWriter, r *http.Request) { io.Copy(w, r.Body) })
	front, _ := own(t, l, 0, func(w http.ResponseWriter, r *http.Request) {
		resp, err := f.Fetch(r.Context(), &jsengine.FetchRequest{Method: "POST", URL: back, Body: make([]byte, 1<<20), HasBody: true})
		if err != nil {
			t.Error(err)
			return
		}
		defer resp.Body.Close()
		io.Copy(w, resp.Body)
	})
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if _, body, err := get(t.Context(), f, front); len(body) != 1<<20 || err != nil {
				t.Errorf("%d bytes, %v", len(body), err)
			}
		})
	}
	all.Wait()
	if n, received, sent := f.Usage(); n != 0 || received != 0 || sent != 0 {
		t.Errorf("used %d requests, %d and %d bytes", n, received, sent)
	}
}

// A connection to a socket serves one request, whatever host the URL has and the policy
// is; where a redirect leads is asked by the policy.
func TestOwnSockets(t *testing.T) {
	real := newServer(t, "127.0.0.1:0", hello)
	l, files := &jsengine.Loopback{}, NewWorkspace(Config{})
	n, err := l.ListenSocket(files, "/tmp/x", 0)
	if err != nil {
		t.Fatal(err)
	}
	var served sync.WaitGroup
	s := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/redirect" {
			http.Redirect(w, r, real.URL, http.StatusFound)
			return
		}
		b, _ := io.ReadAll(r.Body)
		io.WriteString(w, r.Host+" "+strconv.Itoa(len(b)))
	})}
	served.Go(func() { s.Serve(n) })
	defer served.Wait()
	defer s.Close()
	var held atomic.Int64
	l.Charge = func(delta int64) error { held.Add(delta); return nil }
	for name, f := range map[string]*Fetcher{"nothing": NewFetcher(FetcherConfig{Loopback: l}), "opened": NewFetcher(FetcherConfig{Loopback: l, Policy: opened(t, "127.0.0.1:"+real.port), Budgets: Budgets{Requests: 1}})} {
		ask := func(req jsengine.FetchRequest) (string, error) {
			at, err := l.Socket(files, "/tmp/x")
			if err != nil {
				t.Fatal(err)
			}
			if req.Conn, err = l.Dial(at); err != nil {
				t.Fatal(err)
			}
			r, err := f.Fetch(t.Context(), &req)
			if err != nil {
				return "", err
			}
			b, err := io.ReadAll(r.Body)
			return string(b), errors.Join(err, r.Body.Close())
		}
		for range 2 { // they are in no budget
			if body, err := ask(jsengine.FetchRequest{Method: "POST", URL: "http://example.com:81/x", Body: make([]byte, 1<<20), HasBody: true}); err != nil || body != "example.com:81 1048576" {
				t.Errorf("%s: %q, %v", name, body, err)
			}
		}
		if body, err := ask(jsengine.FetchRequest{URL: "http://example.com/", Header: [][2]string{{"Host", "named"}}}); err != nil || body != "named 0" {
			t.Errorf("%s: %q, %v", name, body, err)
		}
		body, err := ask(jsengine.FetchRequest{URL: "http://localhost/redirect", Redirect: "follow"})
		if name == "nothing" && !isDenied(err) && refusedCode(err) != "ECONNREFUSED" || name == "opened" && (err != nil || body != "hello") {
			t.Errorf("%s: a redirect: %q, %v", name, body, err)
		}
		for _, bad := range []jsengine.FetchRequest{{URL: "nonsense"}, {URL: "http://h/", Method: "TRACE"}, {URL: "https://h/"}} {
			if body, err := ask(bad); err == nil {
				t.Errorf("%s: %+v: %q", name, bad, body)
			}
		}
		f.Close()
	}
	if hits := real.hits.Load(); hits != 1 {
		t.Errorf("the host was reached %d times", hits)
	}
	s.Close()
	if n := held.Load(); n != 0 {
		t.Errorf("%d bytes are held at the end", n)
	}
}
