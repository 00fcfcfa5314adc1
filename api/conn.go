package api

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/google/uuid"

	"github.com/buntime/buntime/session"
)

const (
	// lingerTime bounds how long is read, and thrown away, what still comes of a
	// request that was refused before its end: closing at once would reset the
	// connection, and the client would lose the answer.
	lingerTime = time.Second

	// refusals bounds how many connections over the limit are told so at once;
	// the others are closed without a word.
	refusals = 16

	// acceptPause is how long nothing is accepted where the system has no room for
	// another connection: until one that is open ends.
	acceptPause = 100 * time.Millisecond
)

// A listener bounds how many connections are open at once. One more is answered
// with 503 and closed.
type listener struct {
	net.Listener
	most    int64
	plain   bool // HTTP without TLS: a refusal can be said
	open    atomic.Int64
	refused func(requestID string, remote net.Addr)
	failed  func(error) // told the first of what came of acceptances in a row
	poller  poller

	refusing chan struct{}
	pending  sync.WaitGroup // goroutines that refuse
}

func newListener(ln net.Listener, most int, plain bool, busy func() bool, refused func(string, net.Addr), failed func(error)) *listener {
	return &listener{Listener: ln, most: int64(most), plain: plain, poller: poller{busy: busy}, refused: refused, failed: failed, refusing: make(chan struct{}, refusals)}
}

// Accept waits while the system has no room for another connection: fasthttp stops
// serving at any error, and who opens connections must not be able to end the server.
func (l *listener) Accept() (net.Conn, error) {
	for paused := false; ; {
		c, err := l.Listener.Accept()
		switch {
		case err == nil:
		case isOne(err, syscall.ECONNABORTED, syscall.ECONNRESET): // it is gone
			continue
		case isOne(err, syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM):
			if !paused {
				l.failed(err)
			}
			paused = true
			time.Sleep(acceptPause)
			continue
		default:
			return nil, err
		}
		paused = false
		if l.open.Add(1) <= l.most {
			return &conn{Conn: c, listener: l, polled: newPolled(c)}, nil
		}
		l.open.Add(-1)
		l.refuse(c)
	}
}

func isOne(err error, of ...syscall.Errno) bool {
	return slices.ContainsFunc(of, func(no syscall.Errno) bool { return errors.Is(err, no) })
}

// refuse answers a connection over the limit, without waiting for what it asks.
func (l *listener) refuse(c net.Conn) {
	select {
	case l.refusing <- struct{}{}:
	default:
		c.Close()
		return
	}
	l.pending.Go(func() {
		defer func() { <-l.refusing }()
		id := uuid.NewString()
		l.refused(id, c.RemoteAddr())
		if l.plain {
			e := &Error{Code: CodeOverloaded, Message: "too many connections", Retry: time.Second}
			c.SetDeadline(time.Now().Add(lingerTime))
			if _, err := c.Write(rawResponse(e, id)); err == nil {
				drain(c)
			}
		}
		c.Close()
	})
}

// Close stops accepting and waits for refusals under way.
func (l *listener) Close() error {
	err := l.Listener.Close()
	l.pending.Wait()
	return err
}

// A conn is a connection that counts against its listener's limit and can close
// without losing its last response.
type conn struct {
	net.Conn
	listener *listener
	linger   atomic.Bool
	once     sync.Once
	polled   *polled

	// Read ahead by watch; whoever reads the connection owns them.
	ahead    []byte
	aheadErr error // after ahead
}

// Close closes the connection; after lingerOn, not before the client had a
// moment to read the last response.
func (c *conn) Close() error {
	if c.linger.Load() {
		drain(c.Conn)
	}
	err := c.Conn.Close()
	c.once.Do(func() { c.listener.open.Add(-1) })
	return err
}

// lingerOn makes the Close of a connection that fasthttp serves linger.
func lingerOn(nc net.Conn) {
	if c := connOf(nc); c != nil {
		c.linger.Store(true)
	}
}

// drain tells the peer that nothing more is sent and throws away what it still
// sends, for a moment.
func drain(c net.Conn) {
	if w, ok := c.(interface{ CloseWrite() error }); ok {
		w.CloseWrite()
	}
	c.SetReadDeadline(time.Now().Add(lingerTime))
	buf := make([]byte, 16<<10)
	for {
		if _, err := c.Read(buf); err != nil {
			return
		}
	}
}

const (
	// watchAfter is how long a program runs before its client is watched: most
	// have ended by then.
	watchAfter = 100 * time.Millisecond

	// maxAhead bounds what is kept of requests that a client sends while its
	// program runs. One that sent so much is watched no more.
	maxAhead = 4 << 10
)

// Read reads what watch read ahead, then from the connection.
func (c *conn) Read(b []byte) (int, error) {
	if len(c.ahead) > 0 {
		n := copy(b, c.ahead)
		c.ahead = c.ahead[n:]
		return n, nil
	}
	if c.aheadErr != nil {
		return 0, c.aheadErr
	}
	return c.listener.poller.read(c.Conn, c.polled, b)
}

// Write writes to the connection: what is read next is another request, or more
// of the body of the same one.
func (c *conn) Write(b []byte) (int, error) {
	if c.polled != nil {
		c.polled.answered.Store(true)
	}
	return c.Conn.Write(b)
}

// watch calls gone, on another goroutine, if the peer closes the connection or
// it breaks. Until stop has returned, nobody else may read from it. After stop
// gone is not called any more, and reading has no deadline.
func (c *conn) watch(gone func()) (stop func()) {
	var (
		mu      sync.Mutex
		stopped bool // guarded by mu
		done    = make(chan struct{})
	)
	timer := time.AfterFunc(watchAfter, func() {
		defer close(done)
		mu.Lock()
		over := stopped
		if !over {
			c.Conn.SetReadDeadline(time.Time{}) // that of the request, which is here
		}
		mu.Unlock()
		if !over && c.readAhead() {
			gone()
		}
	})
	return func() {
		if timer.Stop() {
			return
		}
		mu.Lock()
		stopped = true
		c.Conn.SetReadDeadline(time.Unix(1, 0)) // ends a read under way
		mu.Unlock()
		<-done
		c.Conn.SetReadDeadline(time.Time{})
	}
}

// readAhead keeps what comes, and reports whether the connection ended.
func (c *conn) readAhead() bool {
	buf := make([]byte, maxAhead)
	for len(c.ahead) < maxAhead {
		n, err := c.Conn.Read(buf[:maxAhead-len(c.ahead)])
		c.ahead = append(c.ahead, buf[:n]...)
		switch {
		case errors.Is(err, os.ErrDeadlineExceeded):
			return false
		case err != nil:
			c.aheadErr = err
			return true
		}
	}
	return false
}

// clientWatch watches whether the client of a request is still there.
type clientWatch struct {
	cancel context.CancelFunc
	stop   func()
	gone   atomic.Bool
}

// watched returns a context that ends also when the client of rq closes its
// connection. The caller must cancel it, and stop the watch, once, before anybody
// else reads from the connection.
func watched(rq *request) (context.Context, *clientWatch) {
	w := &clientWatch{stop: func() {}}
	ctx, cancel := context.WithCancel(rq.ctx)
	w.cancel = cancel
	if c := connOf(rq.http.Conn()); c != nil {
		w.stop = c.watch(func() {
			w.gone.Store(true)
			cancel()
		})
	}
	return ctx, w
}

// why returns the reason behind err, after stop. The connection of a client that is
// gone serves no other request.
func (w *clientWatch) why(rq *request, err error) error {
	if !w.gone.Load() {
		return err
	}
	rq.close = true
	if err == nil {
		return nil
	}
	return &Error{Code: CodeRequestTimeout, Message: "the client closed the connection"}
}

// whileThere calls f with a context that ends also when the client of rq closes
// its connection: nobody waits for the result then. A request with an
// Idempotency-Key goes on, because its client may come back for the answer.
func whileThere(rq *request, f func(context.Context) (*session.Result, error)) (*session.Result, error) {
	if len(rq.http.Request.Header.Peek(idempotencyHeader)) > 0 {
		return f(rq.ctx)
	}
	ctx, w := watched(rq)
	defer w.cancel()
	res, err := f(ctx)
	w.stop()
	return res, w.why(rq, err)
}

// connOf returns the connection below one that fasthttp serves; nil if it is
// not of our listener.
func connOf(nc net.Conn) *conn {
	if t, ok := nc.(*tls.Conn); ok {
		nc = t.NetConn()
	}
	c, _ := nc.(*conn)
	return c
}
