package api

import (
	"net"
	"runtime"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// pollFor bounds how long a connection is polled for its next request, after
	// which its goroutine sleeps until it comes.
	pollFor = 50 * time.Microsecond

	// promptly is how soon after an answer the next request of a client that could
	// have been polled for comes, with the time that it takes to wake up for it.
	promptly = 2 * pollFor

	// aloneAfter is how many requests in a row one connection sends before it is
	// taken to be the only one at work.
	aloneAfter = 4

	// mostRest is how many prompt requests a connection is not polled for after
	// several polls in vain.
	mostRest = 63
)

// poller says when a connection is polled. A processor that goes to sleep takes
// some 20 µs to wake up, as long as a short program takes; so where one client
// sends a request as soon as it has the last one's answer, and no program runs
// that could use the processor, the goroutine keeps it awake for so short a wait.
type poller struct {
	busy func() bool            // programs run
	last atomic.Pointer[polled] // who got the last request
}

// polled is what a connection knows of its requests. Whoever reads the connection
// owns it, but for answered.
type polled struct {
	raw      syscall.RawConn
	answered atomic.Bool // it was written to since it was read

	row      int  // requests in a row that came to this connection, up to aloneAfter
	prompt   bool // the last request came promptly
	rest     int  // prompt requests before it is polled again
	nextRest int  // rest after the next poll in vain
}

// newPolled is nil for a connection that has no descriptor, and where polling could
// take the processor from the client or from all other goroutines.
func newPolled(c net.Conn) *polled {
	s, ok := c.(syscall.Conn)
	if !ok || runtime.GOMAXPROCS(0) < 3 {
		return nil
	}
	raw, err := s.SyscallConn()
	if err != nil {
		return nil
	}
	return &polled{raw: raw}
}

// read reads from c, whose state p is.
func (pr *poller) read(c net.Conn, p *polled, b []byte) (int, error) {
	if p == nil || !p.answered.Swap(false) {
		return c.Read(b)
	}
	start := time.Now()
	if pr.due(p) {
		if n := pr.poll(p, b, start); n > 0 {
			p.nextRest = 0
			pr.came(p)
			return n, nil
		}
		p.nextRest = min(2*p.nextRest+1, mostRest)
		p.rest = p.nextRest
	}
	n, err := c.Read(b)
	if n > 0 {
		p.prompt = time.Since(start) < promptly
		if p.prompt && p.rest > 0 {
			p.rest--
		}
		pr.came(p)
	}
	return n, err
}

func (pr *poller) due(p *polled) bool {
	return p.prompt && p.rest == 0 && p.row >= aloneAfter && pr.last.Load() == p && !pr.busy()
}

// came counts a request.
func (pr *poller) came(p *polled) {
	if pr.last.Load() != p {
		pr.last.Store(p)
		p.row = 0
	}
	p.row = min(p.row+1, aloneAfter)
}

// poll reads what comes within pollFor of start, while nobody else has a use for
// the processor. It gives 0 if nothing came; an end or an error is for who reads
// next.
func (pr *poller) poll(p *polled, b []byte, start time.Time) int {
	n := 0
	_ = p.raw.Read(func(fd uintptr) bool {
		for pr.last.Load() == p && !pr.busy() {
			var err error
			if n, err = unix.Read(int(fd), b); err != unix.EAGAIN || time.Since(start) > pollFor {
				break
			}
		}
		return true // sleeping is for who reads next
	})
	return max(n, 0)
}
