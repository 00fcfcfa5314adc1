package jsengine_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/buntime/buntime/jsengine"
)

// signal is a standard output that tells when the program has printed a line.
type signal struct{ line chan string }

func (s signal) Write(p []byte) (int, error) {
	s.line <- strings.TrimSpace(string(p))
	return len(p), nil
}

// inbound runs a program that prints one line when it listens, and returns how to
// reach it; the program ends with the test.
func inbound(t *testing.T, code string) (*jsengine.Inbound, chan string) {
	t.Helper()
	in := &jsengine.Inbound{}
	ctx, cancel := context.WithCancel(t.Context())
	out := signal{make(chan string, 64)}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, err := jsengine.SharedEngine().Run(ctx, &jsengine.Program{
			Code: code, Language: "js", Inbound: in, Stdout: out,
			Limits: jsengine.Limits{Timeout: time.Minute},
		})
		if err != nil && !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	}()
	t.Cleanup(func() {
		cancel()
		<-done
	})
	if got := <-out.line; got != "ready" {
		t.Fatalf("printed %q", got)
	}
	return in, out.line
}

func TestInbound(t *testing.T) {
	in, _ := inbound(t, `
		import http from "node:http";
		Bun.serve({ port: 8001, async fetch(req, server) { return new Response(req.method + " " + new URL(req.url).pathname + " " + await req.text() + " " + server.requestIP(req).address, { status: 201, headers: { "x-a": "1" } }) } });
		http.createServer((req, res) => { res.setHeader("x-b", req.headers["x-in"]); req.pipe(res) }).listen(8002, () => console.log("ready"));`)
	for _, c := range []struct {
		port   int
		want   string
		status int
		header [2]string
	}{
		{8001, "POST /p body 192.0.2.1", 201, [2]string{"x-a", "1"}},
		{8002, "body", 200, [2]string{"x-b", "given"}},
	} {
		r, err := in.Serve(t.Context(), &jsengine.InboundRequest{
			Port: c.port, Method: "POST", Target: "/p?q=1", Header: [][2]string{{"Host", "example.com"}, {"X-In", "given"}},
			Body: strings.NewReader("body"), Remote: "192.0.2.1:1234",
		})
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		if err := r.Body.Close(); err != nil {
			t.Error(err)
		}
		found := false
		for _, h := range r.Header {
			found = found || h == c.header
		}
		if string(body) != c.want || r.Status != c.status || !found {
			t.Errorf("port %d: %d %q %v", c.port, r.Status, body, r.Header)
		}
	}
	if _, err := in.Serve(t.Context(), &jsengine.InboundRequest{Port: 9, Method: "GET", Target: "/"}); !errors.Is(err, jsengine.ErrNotListening) {
		t.Errorf("a port that nobody listens on: %v", err)
	}
}

// Bodies stream: what the program writes comes while it has not ended, and what it
// has not read yet is not asked of the client.
func TestInboundStreams(t *testing.T) {
	in, _ := inbound(t, `
		import http from "node:http";
		http.createServer(async (req, res) => { for await (const c of req) res.write(c.toString().toUpperCase()); res.end("!") }).listen(8003, () => console.log("ready"));`)
	pr, pw := io.Pipe()
	defer pw.Close()
	type answer struct {
		r   *jsengine.InboundResponse
		err error
	}
	got := make(chan answer, 1)
	go func() {
		r, err := in.Serve(t.Context(), &jsengine.InboundRequest{Port: 8003, Method: "POST", Target: "/", Header: [][2]string{{"Host", "x"}}, Body: pr, Remote: "192.0.2.1:1"})
		got <- answer{r, err}
	}()
	var a answer
	for i, piece := range []string{"one", "two"} {
		if _, err := io.WriteString(pw, piece); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			if a = <-got; a.err != nil {
				t.Fatal(a.err)
			}
		}
		b := make([]byte, 3)
		if _, err := io.ReadFull(a.r.Body, b); err != nil || !bytes.EqualFold(b, []byte(piece)) {
			t.Fatalf("%q, %v", b, err)
		}
	}
	if err := pw.Close(); err != nil {
		t.Fatal(err)
	}
	if rest, err := io.ReadAll(a.r.Body); string(rest) != "!" || err != nil {
		t.Errorf("%q, %v", rest, err)
	}
}

// A client that goes away aborts its request in the program, and one that the
// program leaves without an answer gets an error.
func TestInboundGone(t *testing.T) {
	in, lines := inbound(t, `
		Bun.serve({ port: 8004, async fetch(req) {
			if (req.url.endsWith("/exit")) process.exit(0);
			req.signal.addEventListener("abort", () => console.log("aborted"));
			console.log("in hand");
			await new Promise(() => {});
		} });
		console.log("ready");`)
	ctx, cancel := context.WithCancel(t.Context())
	failed := make(chan error, 1)
	go func() {
		_, err := in.Serve(ctx, &jsengine.InboundRequest{Port: 8004, Method: "GET", Target: "/", Header: [][2]string{{"Host", "x"}}})
		failed <- err
	}()
	if got := <-lines; got != "in hand" {
		t.Fatal(got)
	}
	cancel()
	if err := <-failed; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if got := <-lines; got != "aborted" {
		t.Error(got)
	}
	if _, err := in.Serve(t.Context(), &jsengine.InboundRequest{Port: 8004, Method: "GET", Target: "/exit", Header: [][2]string{{"Host", "x"}}}); !errors.Is(err, jsengine.ErrNotListening) {
		t.Errorf("a program that ended: %v", err)
	}
}
