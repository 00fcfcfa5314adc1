package api

import (
	"bufio"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"testing"
	"time"
)

// send writes a request on a connection of its own, and answers nothing.
func (s *server) send(path, body, headers string) net.Conn {
	s.t.Helper()
	c, err := net.Dial("tcp", s.addr)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { c.Close() })
	c.SetReadDeadline(time.Now().Add(10 * time.Second)) // a lost answer fails the test
	fmt.Fprintf(c, "POST /api%s HTTP/1.1\r\nHost: localhost\r\nX-API-Key: %s\r\nContent-Type: application/json\r\n%sContent-Length: %d\r\n\r\n%s", path, rootKey, headers, len(body), body)
	return c
}

func (s *server) waitRunning(n int64) {
	for s.mgr.Stats().Running != n {
		time.Sleep(time.Millisecond)
	}
}

// A program whose client closes the connection ends, long before its timeout:
// the next in its session runs.
func TestClientGone(t *testing.T) {
	s := newServer(t, options{})
	id := s.create()
	c := s.send("/execute", fmt.Sprintf(`{"sessionId":%q,"code":"for(;;);","language":"js","timeout":300}`, id), "")
	s.waitRunning(1)
	c.Close()
	s.want(s.exec(id, `console.log("next")`), 200, "")

	c = s.send("/run", `{"code":"for(;;);","language":"js","timeout":300}`, "")
	s.waitRunning(1)
	c.Close()
	s.waitRunning(0)
}

// What a client sends while its program runs is its next request.
func TestReadAhead(t *testing.T) {
	s := newServer(t, options{})
	slow := `{"code":"await new Promise(r => setTimeout(r, 400)); export default 1","language":"js"}`
	c := s.send("/run", slow, "")
	s.waitRunning(1)
	fmt.Fprintf(c, "GET /api/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
	r := bufio.NewReader(c)
	for range 2 {
		rs, err := http.ReadResponse(r, nil)
		if err != nil {
			t.Fatal(err)
		}
		if rs.StatusCode != 200 {
			t.Errorf("got %d", rs.StatusCode)
		}
		if _, err := r.Discard(int(rs.ContentLength)); err != nil {
			t.Fatal(err)
		}
	}
}

// Under TLS records are read ahead, below what decrypts them: the next request is
// whole, also when its record comes in parts, and a client that goes is noticed.
func TestReadAheadTLS(t *testing.T) {
	s, client := tlsServer(t)
	raw, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	parts := &partWriter{Conn: raw}
	c := tls.Client(parts, client)
	defer c.Close()
	c.SetDeadline(time.Now().Add(20 * time.Second))
	post := func(path, body string) string {
		return fmt.Sprintf("POST /api%s HTTP/1.1\r\nHost: localhost\r\nX-API-Key: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", path, rootKey, len(body), body)
	}
	r := bufio.NewReader(c)
	for i := range 3 {
		fmt.Fprint(c, post("/run", `{"code":"await new Promise(r => setTimeout(r, 400)); export default 1","language":"js"}`))
		s.waitRunning(1)
		parts.cut = i * 7 // the first record as a whole, then in parts around its header
		fmt.Fprint(c, post("/run", `{"code":"export default 2","language":"js"}`))
		parts.cut = 0
		for want := 1.; want <= 2; want++ {
			rs, err := http.ReadResponse(r, nil)
			if err != nil {
				t.Fatal(err)
			}
			var v struct{ Result float64 }
			if err := json.NewDecoder(rs.Body).Decode(&v); err != nil || rs.StatusCode != 200 || v.Result != want {
				t.Errorf("status %d, result %v, %v; want %v", rs.StatusCode, v.Result, err, want)
			}
			rs.Body.Close()
		}
	}
	fmt.Fprint(c, post("/run", `{"code":"for (;;);","language":"js","timeout":300}`))
	s.waitRunning(1)
	raw.Close()
	s.waitRunning(0)
}

// partWriter sends the first cut bytes of what is written on their own.
type partWriter struct {
	net.Conn
	cut int
}

func (w *partWriter) Write(b []byte) (int, error) {
	if w.cut == 0 || w.cut >= len(b) {
		return w.Conn.Write(b)
	}
	n, err := w.Conn.Write(b[:w.cut])
	if err == nil {
		time.Sleep(150 * time.Millisecond) // so that the watch sees them apart
		var more int
		more, err = w.Conn.Write(b[w.cut:])
		n += more
	}
	return n, err
}

// With an Idempotency-Key the client may come back for the answer.
func TestClientGoneWithIdempotencyKey(t *testing.T) {
	s := newServer(t, options{})
	body := `{"code":"await new Promise(r => setTimeout(r, 500)); console.log(42)","language":"js"}`
	c := s.send("/run", body, idempotencyHeader+": k\r\n")
	s.waitRunning(1)
	c.Close()
	for {
		r := s.do("POST", "/run", body, idempotencyHeader, "k", "Content-Type", jsonType)
		if r.status == http.StatusConflict { // it still runs
			time.Sleep(time.Millisecond)
			continue
		}
		s.want(r, 200, "")
		if r.header.Get(replayedHeader) != "true" || r.get("stdout") != "42\n" {
			t.Errorf("not the first answer: %s", r)
		}
		return
	}
}
