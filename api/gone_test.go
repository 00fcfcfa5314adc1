package api

import (
	"bufio"
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
