package api

import (
	"crypto/tls"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
)

const (
	// lingerTime bounds how long is read, and thrown away, what still comes of a
	// request that was refused before its end: closing at once would reset the
	// connection, and the client would lose the answer.
	lingerTime = time.Second

	// refusals bounds how many connections over the limit are told so at once;
	// the others are closed without a word.
	refusals = 16
)

// A listener bounds how many connections are open at once. One more is answered
// with 503 and closed.
type listener struct {
	net.Listener
	most    int64
	plain   bool // HTTP without TLS: a refusal can be said
	open    atomic.Int64
	refused func(requestID string, remote net.Addr)

	refusing chan struct{}
	pending  sync.WaitGroup // goroutines that refuse
}

func newListener(ln net.Listener, most int, plain bool, refused func(string, net.Addr)) *listener {
	return &listener{Listener: ln, most: int64(most), plain: plain, refused: refused, refusing: make(chan struct{}, refusals)}
}

func (l *listener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if l.open.Add(1) <= l.most {
			return &conn{Conn: c, listener: l}, nil
		}
		l.open.Add(-1)
		l.refuse(c)
	}
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
	if t, ok := nc.(*tls.Conn); ok {
		nc = t.NetConn()
	}
	if c, ok := nc.(*conn); ok {
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
