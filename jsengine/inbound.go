package jsengine

import (
	"context"
	"errors"
	"io"
	"sync"

	"github.com/buntime/buntime/jsengine/wire"
)

// ErrNotListening reports a request to a program that listens on no such port, or
// that ended before it answered.
var ErrNotListening = errors.New("jsengine: the program does not listen")

const (
	// maxInbound bounds the requests that one program has in hand.
	maxInbound = 256
	// inboundFuel is the fuel of one request, whatever its size.
	inboundFuel = 2000
)

// Inbound delivers requests from outside to the servers of one program: give it
// to Program.Inbound before the program runs. The zero value is ready; it is for
// one run, and safe for concurrent use.
type Inbound struct {
	mu     sync.Mutex
	ports  map[int]bool    // guarded by mu; on which the program listens
	open   map[int64]*call // guarded by mu; requests in hand
	last   int64           // guarded by mu
	queue  chan *call      // made by init
	closed chan struct{}   // made by init; closed when the program ended
}

// InboundRequest is a request from outside.
type InboundRequest struct {
	Port   int // of the program's servers
	Method string
	Target string // path and query
	Header [][2]string
	Body   io.Reader // nil: none. It is read while the program asks for it, and a read must end when Serve's ctx does.
	Remote string    // the client's address, as the program may see it
}

// InboundResponse is a program's answer. The caller must close Body, which ends
// the request if the program has not ended it yet.
type InboundResponse struct {
	Status     int
	StatusText string
	Header     [][2]string
	Body       io.ReadCloser
}

// call is one request in hand.
type call struct {
	in     *Inbound
	id     int64
	ctx    context.Context
	cancel context.CancelFunc
	req    *InboundRequest
	head   chan *InboundResponse // one slot
	pipe   *io.PipeWriter
	body   *io.PipeReader
	readMu sync.Mutex // one read of the request's body at a time
}

// init makes what servers need; a program without them needs none of it.
func (in *Inbound) init() {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.queue == nil {
		in.queue = make(chan *call, maxInbound)
		in.closed = make(chan struct{})
		in.ports, in.open = map[int]bool{}, map[int64]*call{}
	}
}

// Serve delivers a request and returns the head of the answer once the program
// gave it; its body comes as the program writes it, 64 KiB ahead at most.
//
// Errors: ErrNotListening, ErrOverloaded if the program has 256 requests in hand,
// one wrapping ctx.Err. Cancelling ctx aborts the request in the program.
func (in *Inbound) Serve(ctx context.Context, req *InboundRequest) (*InboundResponse, error) {
	in.mu.Lock()
	switch {
	case !in.ports[req.Port]:
		in.mu.Unlock()
		return nil, ErrNotListening
	case len(in.open) >= maxInbound:
		in.mu.Unlock()
		return nil, ErrOverloaded
	}
	in.last++
	c := &call{in: in, id: in.last, req: req, head: make(chan *InboundResponse, 1)}
	c.ctx, c.cancel = context.WithCancel(ctx)
	c.body, c.pipe = io.Pipe()
	in.open[c.id] = c
	in.mu.Unlock()
	// There is room for all that are open, but not for those whose clients went away
	// before the program took them.
	for queue := in.queue; ; {
		select {
		case queue <- c:
			queue = nil
		case head := <-c.head:
			if head == nil {
				return nil, ErrNotListening
			}
			return head, nil
		case <-in.closed:
			c.end()
			return nil, ErrNotListening
		case <-ctx.Done():
			c.end()
			return nil, ctx.Err()
		}
	}
}

// end forgets the call; whoever reads or writes for it gets an error.
func (c *call) end() {
	c.in.mu.Lock()
	delete(c.in.open, c.id)
	c.in.mu.Unlock()
	c.cancel()
	_ = c.pipe.CloseWithError(ErrNotListening) // never fails
	_ = c.body.CloseWithError(io.ErrClosedPipe)
}

// inboundBody is an answer's body for who called Serve.
type inboundBody struct {
	*io.PipeReader
	c *call
}

func (b inboundBody) Close() error {
	b.c.end()
	return nil
}

// finish ends all calls: the program is over.
func (in *Inbound) finish() {
	in.mu.Lock()
	in.ports = nil
	open := make([]*call, 0, len(in.open))
	for _, c := range in.open {
		open = append(open, c)
	}
	used := in.queue != nil
	in.mu.Unlock()
	if !used {
		return
	}
	close(in.closed)
	for _, c := range open {
		c.end()
	}
}

func (in *Inbound) get(c *Call) (*call, error) {
	id, err := c.Int(0, "request")
	if err != nil {
		return nil, err
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	if r := in.open[id]; r != nil {
		return r, nil
	}
	return nil, &JSError{Message: "the client is gone", Code: "ECONNRESET"}
}

// inbound is what the program was given, or its own: nothing comes from outside
// then, but its servers keep it alive.
func (p *Process) inbound() *Inbound {
	in := p.program.Inbound
	in.init()
	return in
}

// inboundOps are what the runtime library's servers stand on.
func inboundOps() []Op {
	return []Op{
		// serve.listen (port or 0, or the absolute path of a socket; on; whose programs share it or "") → the port, or a
		// number that stands for the path: requests and connections for it are taken, or, with that number, no more.
		{Name: "serve.listen", Sync: func(c *Call) (any, error) {
			on, err := c.Bool(1, "on")
			if err != nil {
				return nil, err
			}
			at := 0
			if on {
				at, err = c.listen()
			} else {
				at, err = c.unlisten()
			}
			if err != nil {
				return nil, err
			}
			in := c.Process.inbound()
			in.mu.Lock()
			defer in.mu.Unlock()
			if delete(in.ports, at); on && at < firstSocket { // nothing outside knows of sockets
				in.ports[at] = true
			}
			return float64(at), nil
		}},
		// serve.accept () → the next request from outside, {id, port, method, target, headers, body, remote}, or
		// connection of another program, {connection, port, remotePort}.
		{Name: "serve.accept", Async: func(ctx context.Context, c *Call) (any, error) {
			p := c.Process
			p.mu.Lock()
			a := p.state.acceptor
			p.mu.Unlock()
			if a == nil {
				return nil, &JSError{Message: "the program does not listen"}
			}
			for {
				select {
				case r := <-c.Process.inbound().queue:
					if r.ctx.Err() != nil {
						r.end()
						continue
					}
					c.Process.state.owed.Add(inboundFuel)
					header := make([]any, 0, 2*len(r.req.Header))
					for _, h := range r.req.Header {
						header = append(header, h[0], h[1])
					}
					return object("id", float64(r.id), "port", r.req.Port, "method", r.req.Method, "target", r.req.Target, "headers", header, "body", r.req.Body != nil, "remote", r.req.Remote), nil
				case r := <-a.queue:
					return c.Process.arrived(r)
				case <-ctx.Done():
					return nil, context.Canceled
				}
			}
		}},
		// serve.read (id) → bytes of the request's body, or null at its end.
		{Name: "serve.read", Async: func(ctx context.Context, c *Call) (any, error) {
			r, err := c.Process.inbound().get(c)
			if err != nil {
				return nil, err
			}
			if r.req.Body == nil {
				return nil, nil
			}
			r.readMu.Lock()
			defer r.readMu.Unlock()
			buf := make([]byte, bodyChunk)
			n, err := r.req.Body.Read(buf)
			if n > 0 {
				c.Process.state.owed.Add(int64(n+63) / 64)
				return buf[:n], nil
			}
			if errors.Is(err, io.EOF) {
				return nil, nil
			}
			if err == nil {
				return []byte{}, nil
			}
			return nil, &JSError{Message: "the client is gone", Code: "ECONNRESET"}
		}},
		// serve.head (id, status, statusText, headers).
		{Name: "serve.head", Sync: func(c *Call) (any, error) {
			r, err := c.Process.inbound().get(c)
			if err != nil {
				return nil, err
			}
			status, err := c.Int(1, "status")
			if err != nil {
				return nil, err
			}
			if status < 200 || status > 599 {
				return nil, rangeError("status", ">= 200 && <= 599")
			}
			text, err := c.String(2, "statusText")
			if err != nil {
				return nil, err
			}
			header, err := c.headers(3)
			if err != nil {
				return nil, err
			}
			select {
			case r.head <- &InboundResponse{Status: int(status), StatusText: text, Header: header, Body: inboundBody{r.body, r}}:
			default: // a second head is none
			}
			return wire.Undefined{}, nil
		}},
		// serve.write (id, bytes) settles when the client has taken them.
		{Name: "serve.write", Async: func(ctx context.Context, c *Call) (any, error) {
			r, err := c.Process.inbound().get(c)
			if err != nil {
				return nil, err
			}
			data, err := c.Data(1, "data")
			if err != nil {
				return nil, err
			}
			defer context.AfterFunc(ctx, r.end)()
			if _, err := r.pipe.Write(data); err != nil {
				return nil, &JSError{Message: "the client is gone", Code: "ECONNRESET"}
			}
			return wire.Undefined{}, nil
		}},
		// serve.end (id, failed): the answer is whole, or broken off.
		{Name: "serve.end", Sync: func(c *Call) (any, error) {
			r, err := c.Process.inbound().get(c)
			if err != nil {
				return wire.Undefined{}, nil // it was gone already
			}
			failed, err := c.Bool(1, "failed")
			if err != nil {
				return nil, err
			}
			if failed {
				select {
				case r.head <- nil:
				default:
				}
				_ = r.pipe.CloseWithError(io.ErrUnexpectedEOF)
				return wire.Undefined{}, nil
			}
			_ = r.pipe.Close()
			return wire.Undefined{}, nil
		}},
		// serve.gone (id) settles when the client of a request is gone or has its answer.
		{Name: "serve.gone", Async: func(ctx context.Context, c *Call) (any, error) {
			r, err := c.Process.inbound().get(c)
			if err != nil {
				return wire.Undefined{}, nil
			}
			select {
			case <-r.ctx.Done():
			case <-ctx.Done():
			}
			return wire.Undefined{}, nil
		}},
	}
}
