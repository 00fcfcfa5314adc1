package api

import (
	"net"
	"net/http"
	"testing"

	"github.com/valyala/fasthttp"
)

// Over loopback, a keep-alive connection for each client: -cpu 1,8 gives clients.
func BenchmarkRun(b *testing.B) {
	benchmark(b, "/api/run", func(*server) string { return `{"code":"1+1","language":"js"}` })
}

func BenchmarkExecute(b *testing.B) {
	benchmark(b, "/api/execute", func(s *server) string {
		return `{"sessionId":"` + s.create() + `","code":"1+1","language":"js"}`
	})
}

// benchClient is a client of s. It dials by itself: fasthttp's own dialer leaves a
// goroutine behind.
func benchClient(s *server) *fasthttp.HostClient {
	dial := func(addr string) (net.Conn, error) { return net.Dial("tcp", addr) }
	return &fasthttp.HostClient{Addr: s.addr, MaxConns: 64, Dial: dial}
}

func benchmark(b *testing.B, path string, body func(*server) string) {
	s := newServer(b, options{session: func(c *sessionConfig) { c.MaxSessions = 1000 }})
	c := benchClient(s)
	defer c.CloseIdleConnections()
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		rq, rs := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
		rq.Header.SetMethod(http.MethodPost)
		rq.SetRequestURI(s.url + path)
		rq.Header.SetContentType(jsonType)
		rq.Header.Set("X-API-Key", rootKey)
		rq.SetBodyString(body(s))
		for pb.Next() {
			if err := c.Do(rq, rs); err != nil || rs.StatusCode() != 200 {
				b.Errorf("%v: %d %s", err, rs.StatusCode(), rs.Body())
				return
			}
		}
	})
}
