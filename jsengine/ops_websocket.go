package jsengine

import (
	"context"
	"errors"

	"github.com/buntime/buntime/jsengine/wire"
)

// maxSockets bounds the WebSockets that one process has open.
const maxSockets = 16

// WebSocketNet is a Net that has WebSockets, too.
type WebSocketNet interface {
	// DialWebSocket opens a ws: or wss: URL. The caller must Release what it returns.
	DialWebSocket(ctx context.Context, url string, protocols []string) (WebSocket, error)
}

// WebSocket is an open connection. One goroutine reads, any may do the rest.
type WebSocket interface {
	Protocol() string
	// Read returns the next message. Its error is a *WebSocketClose.
	Read() (text bool, data []byte, err error)
	Write(text bool, data []byte) error
	// Close begins the end: Read returns it.
	Close(code int, reason string)
	// Release frees the connection at once.
	Release()
}

// WebSocketClose is how a WebSocket ended.
type WebSocketClose struct {
	Code   int
	Reason string
	Clean  bool
}

func (e *WebSocketClose) Error() string { return "the WebSocket is closed" }

func (c *Call) socket() (WebSocket, int64, error) {
	id, err := c.Int(0, "socket")
	if err != nil {
		return nil, 0, err
	}
	if s := c.Process.state.sockets.get(id); s != nil {
		return s, id, nil
	}
	return nil, 0, &JSError{Name: "TypeError", Message: "WebSocket is not open"}
}

// websocketOps are the operations behind WebSocket.
func websocketOps() []Op {
	return []Op{
		// ws.open (url, protocols) → [number, protocol]
		{Name: "ws.open", Async: func(ctx context.Context, c *Call) (any, error) {
			url, err := c.String(0, "url")
			if err != nil {
				return nil, err
			}
			list, err := c.Array(1, "protocols")
			if err != nil {
				return nil, err
			}
			protocols := make([]string, len(list))
			for i, v := range list {
				p, ok := v.(string)
				if !ok || len(p) > 256 || len(list) > 64 {
					return nil, ArgError("protocols", "a list of at most 64 short strings")
				}
				protocols[i] = p
			}
			net, err := c.Process.Net(url)
			if err != nil {
				return nil, err
			}
			w, ok := net.(WebSocketNet)
			if !ok {
				return nil, &DeniedError{Capability: "net", Target: url, Grant: "this network has no WebSockets"}
			}
			c.Process.state.owed.Add(fetchBase)
			s, err := w.DialWebSocket(ctx, url, protocols)
			if err != nil {
				return nil, err
			}
			id, ok := c.Process.state.sockets.add(s, maxSockets)
			if !ok {
				s.Release()
				return nil, &JSError{Name: "TypeError", Message: "too many open WebSockets"}
			}
			return []any{id, s.Protocol()}, nil
		}},
		// ws.read (number) → text or bytes; at the end [code, reason, clean], after which the number is gone
		{Name: "ws.read", Async: func(ctx context.Context, c *Call) (any, error) {
			s, id, err := c.socket()
			if err != nil {
				return nil, err
			}
			defer context.AfterFunc(ctx, s.Release)()
			text, data, err := s.Read()
			var end *WebSocketClose
			if errors.As(err, &end) {
				if s := c.Process.state.sockets.take(id); s != nil {
					s.Release()
				}
				return []any{int64(end.Code), end.Reason, end.Clean}, nil
			}
			if err != nil {
				return nil, err
			}
			c.Process.state.owed.Add(100 + int64(len(data))>>4)
			if text {
				return string(data), nil
			}
			return data, nil
		}},
		// ws.write (number, text or bytes)
		{Name: "ws.write", Async: func(ctx context.Context, c *Call) (any, error) {
			s, _, err := c.socket()
			if err != nil {
				return nil, err
			}
			// The other end may not read: a program that ends does not wait for it.
			defer context.AfterFunc(ctx, s.Release)()
			data, err := c.Data(1, "data")
			if err != nil {
				return nil, err
			}
			_, text := c.arg(1).(string)
			c.Process.state.owed.Add(100 + int64(len(data))>>4)
			return wire.Undefined{}, s.Write(text, data)
		}},
		// ws.close (number, code or 0, reason)
		{Name: "ws.close", Async: func(ctx context.Context, c *Call) (any, error) {
			s, _, err := c.socket()
			if err != nil {
				return nil, err
			}
			defer context.AfterFunc(ctx, s.Release)()
			code, err := c.Int(1, "code")
			if err != nil {
				return nil, err
			}
			reason, err := c.String(2, "reason")
			if err != nil || len(reason) > 123 {
				return nil, ArgError("reason", "a string of at most 123 bytes")
			}
			s.Close(int(code), reason)
			return wire.Undefined{}, nil
		}},
	}
}
