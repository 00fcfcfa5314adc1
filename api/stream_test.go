package api

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/buntime/buntime/session"
)

// got is one event of a stream.
type got struct{ name, data string }

// next returns the next event, false at the end of the stream.
func next(t *testing.T, r *bufio.Reader) (e got, ok bool) {
	t.Helper()
	for {
		line, err := r.ReadString('\n')
		if err == io.EOF && line == "" {
			return e, false
		}
		if err != nil {
			t.Fatal(err)
		}
		line = strings.TrimSuffix(line, "\n")
		switch name, value, _ := strings.Cut(line, ": "); {
		case line == "" && e.name != "":
			return e, true
		case name == "event":
			e.name = value
		case name == "data":
			e.data = value
		case line != "" && name != "":
			t.Fatalf("line %q", line)
		}
	}
}

// stream asks for a stream on a connection of its own and returns its answer.
func (s *server) stream(path, body, headers string) (*http.Response, io.Closer) {
	s.t.Helper()
	c := s.send(path, body, headers)
	rs, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return rs, c
}

// all returns what a stream printed, by output, and its last event.
func all(t *testing.T, rs *http.Response) (printed map[string]string, last got) {
	t.Helper()
	if rs.StatusCode != 200 || rs.Header.Get("Content-Type") != "text/event-stream" || rs.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("status %d, headers %v", rs.StatusCode, rs.Header)
	}
	printed = map[string]string{}
	r := bufio.NewReader(rs.Body)
	for {
		e, ok := next(t, r)
		if !ok {
			return printed, last
		}
		if last.name != "" {
			t.Fatalf("%v behind the last event", e)
		}
		if e.name == "result" || e.name == "error" {
			last = e
			continue
		}
		var d struct{ Text string }
		if err := json.Unmarshal([]byte(e.data), &d); err != nil || d.Text == "" {
			t.Fatalf("%v: %v", e, err)
		}
		printed[e.name] += d.Text
	}
}

// What a program prints comes as events, and behind them what would be the body of
// an answer without a stream.
func TestStream(t *testing.T) {
	s := newServer(t, options{})
	id := s.create()
	quote := func(code string) string { b, _ := json.Marshal(code); return string(b) }
	for _, tt := range []struct{ name, path, fields, stdout, stderr, last, want string }{
		{"code", "/run", `"code":"console.log('a'); console.error('b'); console.log('c'); export default 1"`, "a\nc\n", "b\n", "result", `"result":1`},
		{"nothing printed", "/run", `"code":"export default 2"`, "", "", "result", `"result":2`},
		{"in a session", "/execute", `"sessionId":"` + id + `","command":"echo a; echo b >&2; exit 3"`, "a\n", "b\n", "result", `"exitCode":3`},
		{"an uncaught error", "/run", `"code":"console.log('a'); throw new RangeError('no')"`, "a\n", "*", "result", `"exitCode":1`},
		{"lines of the format itself", "/run", `"code":` + quote(`console.log('event: result\ndata: {}\n\n: \r\n')`), "event: result\ndata: {}\n\n: \r\n\n", "", "result", `"exitCode":0`},
		{"characters in parts", "/run", `"code":` + quote(`for (const b of new TextEncoder().encode('€😀é')) process.stdout.write(Uint8Array.of(b)); process.stdout.write(Uint8Array.of(0xf0, 0x9f))`), "€😀é\ufffd", "", "result", `"stdout":"€😀é�"`},
		{"fuel", "/run", `"code":"console.log('a'); for(;;);","fuel":10000000`, "a\n", "", "result", `"kind":"fuel"`},
		{"memory", "/run", `"code":"console.log('a'); const a = []; for(;;) a.push(new Uint8Array(1e6).fill(1))"`, "a\n", "*", "error", `"stdout":"a\n"`},
		{"memory, nothing printed", "/run", `"code":"const a = []; for(;;) a.push(new Uint8Array(1e6).fill(1))"`, "", "*", "error", `"kind":"memory"`},
		{"more than is kept", "/run", `"code":"for (let i = 0; i < 40; i++) console.log('x'.repeat(1e5))"`, "*", "", "result", `"truncated":{"stdout":true`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rs, _ := s.stream(tt.path, "{"+tt.fields+`,"stream":true}`, "")
			printed, last := all(t, rs)
			if tt.stdout != "*" && printed["stdout"] != tt.stdout || tt.stderr != "*" && printed["stderr"] != tt.stderr {
				t.Errorf("printed %q", printed)
			}
			if last.name != tt.last || !strings.Contains(last.data, strings.ReplaceAll(tt.want, "\n", `\n`)) {
				t.Errorf("last %v, want %s with %s", last.name, tt.last, tt.want)
				if len(last.data) < 2000 {
					t.Log(last.data)
				}
			}
			var body struct {
				Stdout string
				Error  struct {
					RequestID string
					Details   struct{ Stdout string }
				}
			}
			if err := json.Unmarshal([]byte(last.data), &body); err != nil {
				t.Fatal(err)
			}
			if out := body.Stdout + body.Error.Details.Stdout; out != printed["stdout"] {
				t.Errorf("the last event has a stdout of %d bytes, the others of %d", len(out), len(printed["stdout"]))
			}
		})
	}
}

// A stream begins while the program runs, and the program ends when nobody reads
// it any more. The connection serves other requests behind a stream that ended.
func TestStreamLive(t *testing.T) {
	s := newServer(t, options{})
	rs, c := s.stream("/run", `{"code":"console.log(1); setInterval(() => {}, 1000)","timeout":300,"stream":true}`, "")
	r := bufio.NewReader(rs.Body)
	if e, _ := next(t, r); e != (got{"stdout", `{"text":"1\n"}`}) {
		t.Fatalf("got %v", e)
	}
	c.Close()
	s.waitRunning(0)

	conn := s.send("/run", `{"code":"console.log(1)","stream":true}`, "")
	fmt.Fprintf(conn, "GET /api/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
	br := bufio.NewReader(conn)
	for _, want := range []string{"event: result", `"status":"ok"`} {
		rs, err := http.ReadResponse(br, nil)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(rs.Body)
		if err != nil || rs.StatusCode != 200 || !strings.Contains(string(body), want) {
			t.Errorf("%d %s, %v; want %s", rs.StatusCode, body, err, want)
		}
	}
}

// A program that says nothing for long has its headers by then, and a sign of life;
// what ends it later is an event.
func TestStreamQuiet(t *testing.T) {
	s := newServer(t, options{api: func(c *Config) { c.QuietTime = 50 * time.Millisecond }})
	id := s.create()
	first := s.send("/execute", `{"sessionId":"`+id+`","code":"for(;;);","language":"js","timeout":300}`, "")
	s.waitRunning(1)
	conn := s.send("/execute", `{"sessionId":"`+id+`","code":"console.log('late')","stream":true}`, "")
	rs, err := http.ReadResponse(bufio.NewReader(conn), nil) // while the other still runs
	if err != nil {
		t.Fatal(err)
	}
	r := bufio.NewReader(rs.Body)
	if line, err := r.ReadString('\n'); line != ": it goes on\n" || rs.StatusCode != 200 {
		t.Errorf("status %d, line %q, %v", rs.StatusCode, line, err)
	}
	s.want(s.do("DELETE", "/sessions/"+id, nil), 200, "")
	rest, err := io.ReadAll(r)
	if err != nil || !strings.Contains(string(rest), "event: error\ndata: {") {
		t.Errorf("the rest is %q, %v", rest, err)
	}
	first.Close()
}

// What is refused before the program starts has the status that it has without a
// stream.
func TestStreamRefused(t *testing.T) {
	s := newServer(t, options{})
	for _, tt := range []struct {
		body, path, headers string
		status              int
		code                string
	}{
		{`{"sessionId":"sess_0000000000000000000000","code":"1","stream":true}`, "/execute", "", 404, CodeSessionNotFound},
		{`{"code":"1","workingDir":"nowhere","stream":true}`, "/run", "", 400, CodeInvalidRequest},
		{`{"code":"1","stream":true}`, "/run", "Idempotency-Key: k\r\n", 400, CodeInvalidRequest},
	} {
		rs, _ := s.stream(tt.path, tt.body, tt.headers)
		body, err := io.ReadAll(rs.Body)
		if err != nil || rs.StatusCode != tt.status || !strings.Contains(string(body), `"`+tt.code+`"`) {
			t.Errorf("%s: %d %s, %v", tt.body, rs.StatusCode, body, err)
		}
	}
}

// A panic of ours ends the stream it happened in, with an error that says nothing
// of it.
func TestStreamPanics(t *testing.T) {
	res, err := guarded(t.Context(), zap.NewNop(), func(context.Context) (*session.Result, error) { panic("of ours") })
	var e *Error
	if res != nil || !errors.As(err, &e) || e.Code != CodeInternal || strings.Contains(e.Message, "of ours") {
		t.Errorf("%v, %v", res, err)
	}
}

// A client that goes away, before its program printed anything or after, is no fault
// of ours.
func TestStreamGone(t *testing.T) {
	var log bytes.Buffer
	s := newServer(t, options{log: &log})
	rs, conn := s.stream("/run", `{"code":"console.log(1); for(;;);","language":"js","timeout":300,"stream":true}`, "")
	if e, _ := next(t, bufio.NewReader(rs.Body)); e.name != "stdout" {
		t.Errorf("got %v", e)
	}
	conn.Close()
	s.waitRunning(0)
	c := s.send("/run", `{"code":"for(;;);","language":"js","timeout":300,"stream":true}`, "")
	s.waitRunning(1)
	c.Close()
	s.waitRunning(0)
	s.stop()
	if strings.Contains(log.String(), `"level":"error"`) || !strings.Contains(log.String(), CodeRequestTimeout) {
		t.Errorf("log:\n%s", log.String())
	}
}
