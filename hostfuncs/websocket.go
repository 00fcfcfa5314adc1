package hostfuncs

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/fasthttp/websocket"

	"github.com/buntime/buntime/jsengine"
)

// maxMessage bounds one message of a WebSocket, in bytes, either way.
const maxMessage = 16 << 20

// socket is an open WebSocket of a guest. It implements jsengine.WebSocket.
type socket struct {
	f     *Fetcher
	own   bool // to a server of the execution's own, which is in no budget
	c     *websocket.Conn
	end   func() // gives its slot back
	once  sync.Once
	write sync.Mutex // one writer at a time
}

var _ jsengine.WebSocketNet = (*Fetcher)(nil)

// DialWebSocket implements jsengine.WebSocketNet: a connection counts as a request
// of the same policy and budgets as Fetch's, and takes one of its places until it
// is closed, but for one to a server of the execution's own.
func (f *Fetcher) DialWebSocket(ctx context.Context, rawURL string, protocols []string) (_ jsengine.WebSocket, err error) {
	if !f.enter() {
		return nil, context.Canceled
	}
	defer f.active.Done()
	// The URL is checked as the HTTP one that the handshake is.
	t, err := parseTarget("", "http"+strings.TrimPrefix(rawURL, "ws"))
	if err != nil {
		return nil, err
	}
	if err := f.check(t); errors.Is(err, syscall.ECONNREFUSED) {
		return nil, typeError("WebSocket connection failed")
	} else if err != nil {
		return nil, err
	}
	end := func() {}
	if !t.own {
		select {
		case f.slots <- struct{}{}:
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-f.ctx.Done():
			return nil, context.Canceled
		}
		end = func() { <-f.slots }
	}
	defer func() {
		if err != nil {
			end()
		}
	}()
	if err := f.begin(t, 0); err != nil {
		return nil, err
	}
	dial := f.dial
	if t.own {
		dial = f.dialOwn
	}
	dialer := websocket.Dialer{
		NetDialContext: dial, TLSClientConfig: f.transport.TLSClientConfig, HandshakeTimeout: dialTimeout,
		Subprotocols: protocols, ReadBufferSize: 4 << 10, WriteBufferSize: 4 << 10,
	}
	c, resp, err := dialer.DialContext(ctx, rawURL, http.Header{"Origin": nil})
	if err != nil {
		if resp != nil {
			err = errors.Join(err, resp.Body.Close())
		}
		var rule *ruleError
		if errors.As(err, &rule) {
			return nil, denied(t.hostPort(), rule.rule)
		}
		return nil, typeError("WebSocket connection failed")
	}
	c.SetReadLimit(maxMessage)
	return &socket{f: f, own: t.own, c: c, end: end}, nil
}

// Protocol returns the subprotocol that the server chose, or "".
func (s *socket) Protocol() string { return s.c.Subprotocol() }

// Read returns the next message. At the end the error is a *jsengine.WebSocketClose.
func (s *socket) Read() (text bool, data []byte, err error) {
	kind, r, err := s.c.NextReader()
	if err == nil {
		data, err = s.receive(r)
	}
	if errors.Is(err, errNoMemory) || err == nil && !s.count(&s.f.received, len(data), s.f.cfg.Budgets.Received) {
		s.Close(1009, "too much was received")
		return false, nil, &jsengine.WebSocketClose{Code: 1006}
	}
	if err != nil {
		end := &jsengine.WebSocketClose{Code: 1006}
		var closed *websocket.CloseError
		if errors.As(err, &closed) && closed.Code != 1006 {
			end.Code, end.Reason, end.Clean = closed.Code, strings.ToValidUTF8(closed.Text, "�"), true
		}
		return false, nil, end
	}
	return kind == websocket.TextMessage, data, nil
}

// errNoMemory says that the host has no room for a message.
var errNoMemory = errors.New("no memory")

// receive reads a message, whose sender may take its time: what it holds meanwhile is
// charged.
func (s *socket) receive(r io.Reader) (data []byte, err error) {
	charge := s.f.cfg.Charge
	if charge == nil {
		charge = func(int64) error { return nil }
	}
	defer func() { _ = charge(-int64(cap(data))) }() // giving back is not refused
	for {
		if len(data) == cap(data) {
			more := max(cap(data), 4<<10)
			if charge(int64(more)) != nil {
				return data, errNoMemory
			}
			data = append(make([]byte, 0, cap(data)+more), data...)
		}
		n, err := r.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		if errors.Is(err, io.EOF) {
			return data, nil
		}
		if err != nil {
			return data, err
		}
	}
}

// count adds n bytes to a budget's use, and reports whether it holds.
func (s *socket) count(used *int64, n int, limit int64) bool {
	if s.own {
		return true
	}
	s.f.mu.Lock()
	defer s.f.mu.Unlock()
	*used += int64(n)
	return *used <= limit
}

// Write sends one message.
func (s *socket) Write(text bool, data []byte) error {
	if len(data) > maxMessage || !s.count(&s.f.sent, len(data), s.f.cfg.Budgets.Sent) {
		return typeError("WebSocket message of %d bytes is over the limit of one message (%d) or of the execution", len(data), maxMessage)
	}
	kind := websocket.BinaryMessage
	if text {
		kind = websocket.TextMessage
	}
	s.write.Lock()
	defer s.write.Unlock()
	_ = s.c.SetWriteDeadline(time.Now().Add(dialTimeout))
	if err := s.c.WriteMessage(kind, data); err != nil {
		return typeError("WebSocket is not open")
	}
	return nil
}

// Close says goodbye; the answer ends Read. Code 0 is none.
func (s *socket) Close(code int, reason string) {
	message := []byte{}
	if code != 0 {
		message = websocket.FormatCloseMessage(code, reason)
	}
	_ = s.c.WriteControl(websocket.CloseMessage, message, time.Now().Add(time.Second)) // it may be gone
	_ = s.c.SetReadDeadline(time.Now().Add(5 * time.Second))                           // for the answer
}

// Release frees the connection. It may be called twice.
func (s *socket) Release() {
	s.once.Do(func() {
		_ = s.c.Close() // nobody is left to be told
		s.end()
	})
}
