package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/valyala/fasthttp"
	"golang.org/x/sys/unix"
)

// request is what a load sends, and how it knows a right answer.
type request struct {
	url    string
	header map[string]string
	body   string
	// check returns an error for a body that is not what the program gives.
	check func(body []byte) error
}

// loaded is what one load measured.
type loaded struct {
	took    []time.Duration // of each request
	elapsed time.Duration
}

func (l loaded) rate() float64 { return float64(len(l.took)) / l.elapsed.Seconds() }

// answerMost is how long an answer may keep the client waiting for its next part.
const answerMost = 30 * time.Second

// drive sends requests for the time given, one after another on each of
// connections that stay open: requests[i] on the i-th, or the last. It checks
// the status and the body of each answer. What starts within the time is
// counted, and all of what it takes.
func drive(ctx context.Context, requests []request, connections int, during time.Duration) (loaded, error) {
	clients := make([]*client, connections)
	defer func() {
		for _, c := range clients {
			if c != nil {
				c.conn.Close()
			}
		}
	}()
	for i := range clients {
		var err error
		if clients[i], err = dial(ctx, requests[min(i, len(requests)-1)]); err != nil {
			return loaded{}, err
		}
	}
	took, errs := make([][]time.Duration, connections), make([]error, connections)
	start := time.Now()
	var all sync.WaitGroup
	for i, c := range clients {
		all.Go(func() {
			for begun := time.Now(); begun.Sub(start) < during && ctx.Err() == nil; {
				if errs[i] = c.do(); errs[i] != nil {
					return
				}
				now := time.Now()
				took[i] = append(took[i], now.Sub(begun))
				begun = now
			}
		})
	}
	all.Wait()
	l := loaded{took: slices.Concat(took...), elapsed: time.Since(start)}
	return l, cmp.Or(append(errs, ctx.Err())...)
}

// client is one connection that sends one request again and again. It waits in the
// kernel, which wakes its thread up when there is something to read: through Go's
// poller it would come later, and take more of the processors that the servers need.
type client struct {
	conn     *os.File
	raw      []byte // the whole request
	r        *bufio.Reader
	response fasthttp.Response
	check    func([]byte) error
}

func dial(ctx context.Context, rq request) (*client, error) {
	u, err := url.Parse(rq.url)
	if err != nil {
		return nil, err
	}
	raw := fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n", u.RequestURI(), u.Host, len(rq.body))
	for name, value := range rq.header {
		raw = fmt.Appendf(raw, "%s: %s\r\n", name, value)
	}
	var d net.Dialer
	tcp, err := d.DialContext(ctx, "tcp", u.Host)
	if err != nil {
		return nil, err
	}
	defer tcp.Close()
	conn, err := tcp.(*net.TCPConn).File()
	if err != nil {
		return nil, err
	}
	fd := int(conn.Fd()) // which blocks from now on
	for _, option := range []int{unix.SO_RCVTIMEO, unix.SO_SNDTIMEO} {
		if err := unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, option, &unix.Timeval{Sec: int64(answerMost.Seconds())}); err != nil {
			return nil, errors.Join(err, conn.Close())
		}
	}
	return &client{
		conn:  conn,
		raw:   append(append(raw, "\r\n"...), rq.body...),
		r:     bufio.NewReaderSize(conn, 64<<10),
		check: rq.check,
	}, nil
}

func (c *client) do() error {
	if _, err := c.conn.Write(c.raw); err != nil {
		return err
	}
	if err := c.response.Read(c.r); err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	if code := c.response.StatusCode(); code != fasthttp.StatusOK {
		return fmt.Errorf("status %d: %.300s", code, c.response.Body())
	}
	return c.check(c.response.Body())
}
