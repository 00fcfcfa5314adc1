package jsengine

import (
	"context"
	"errors"
	"io"
	"math"
	"sync"

	"github.com/buntime/buntime/jsengine/wire"
)

const (
	// maxBodies bounds the responses whose bodies one process has not read to the end.
	maxBodies = 256
	// bodyChunk bounds the bytes of one read of a body.
	bodyChunk = 64 << 10
	// fetchBase is the fuel of a request whatever its size.
	fetchBase = 2000
)

// body is a response that the guest is reading.
type body struct {
	io.ReadCloser
	mu     sync.Mutex // one read at a time
	cancel context.CancelFunc
}

// bodyTable holds a process's unread responses by number.
type bodyTable struct {
	mu     sync.Mutex
	bodies map[int64]*body // guarded by mu
	last   int64           // guarded by mu
}

func (t *bodyTable) add(b *body) (int64, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.bodies) >= maxBodies {
		return 0, &JSError{Name: "TypeError", Message: "too many responses whose bodies are neither read nor cancelled"}
	}
	if t.bodies == nil {
		t.bodies = make(map[int64]*body)
	}
	t.last++
	t.bodies[t.last] = b
	return t.last, nil
}

func (t *bodyTable) get(id int64) *body {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.bodies[id]
}

// close forgets a body and ends what reads it. Closing twice is harmless.
func (t *bodyTable) close(id int64) {
	t.mu.Lock()
	b := t.bodies[id]
	delete(t.bodies, id)
	t.mu.Unlock()
	if b != nil {
		b.end()
	}
}

func (b *body) end() {
	b.cancel()
	_ = b.Close() // nobody is left to be told
}

func (t *bodyTable) closeAll() {
	t.mu.Lock()
	all := t.bodies
	t.bodies = nil
	t.mu.Unlock()
	for _, b := range all {
		b.end()
	}
}

// pairs decodes [name, value, name, value, …].
func pairs(list []any) ([][2]string, error) {
	if len(list)%2 != 0 {
		return nil, ArgError("headers", "a list of names and values")
	}
	out := make([][2]string, 0, len(list)/2)
	for i := 0; i < len(list); i += 2 {
		k, ok1 := list[i].(string)
		v, ok2 := list[i+1].(string)
		if !ok1 || !ok2 {
			return nil, ArgError("headers", "a list of names and values")
		}
		out = append(out, [2]string{k, v})
	}
	return out, nil
}

// fetchOps are the operations behind the runtime library's fetch.
func fetchOps() []Op {
	return []Op{
		// fetch.start (method, url, headers, body or undefined, redirect) →
		// {id, status, statusText, url, headers, redirected}. The body is read with fetch.read
		// and must be closed with fetch.close unless that said that it ended.
		{Name: "fetch.start", Async: fetchStart},
		// fetch.read (id) → bytes, or null at the end, after which the id is gone.
		{Name: "fetch.read", Async: fetchRead},
		// fetch.pay puts what starting and reading cost since the last time on the
		// guest's bill: operations in the background cannot, this one runs in the guest's turn.
		{Name: "fetch.pay", Sync: func(c *Call) (any, error) {
			c.Process.Charge(c.Process.state.owed.Swap(0))
			return wire.Undefined{}, nil
		}},
		// fetch.close (id): no more is wanted.
		{Name: "fetch.close", Sync: func(c *Call) (any, error) {
			id, err := c.Int(0, "id")
			if err != nil {
				return nil, err
			}
			c.Process.state.bodies.close(id)
			return wire.Undefined{}, nil
		}},
	}
}

func fetchStart(ctx context.Context, c *Call) (any, error) {
	method, err := c.String(0, "method")
	if err != nil {
		return nil, err
	}
	url, err := c.String(1, "url")
	if err != nil {
		return nil, err
	}
	list, err := c.Array(2, "headers")
	if err != nil {
		return nil, err
	}
	header, err := pairs(list)
	if err != nil {
		return nil, err
	}
	req := &FetchRequest{Method: method, URL: url, Header: header, HasBody: c.Has(3)}
	if req.HasBody {
		if req.Body, err = c.Data(3, "body"); err != nil {
			return nil, err
		}
	}
	if req.Redirect, err = c.String(4, "redirect"); err != nil {
		return nil, err
	}
	net, err := c.Process.Net(url)
	if err != nil {
		return nil, err
	}
	c.Process.state.owed.Add(fetchBase + int64(len(req.Body))/64)

	// The body outlives this call, and this call's context: it ends when the
	// process or the guest ends it. Until the headers are here, the call's context does.
	bodyCtx, cancel := context.WithCancel(c.Process.ctx)
	stop := context.AfterFunc(ctx, cancel)
	resp, err := net.Fetch(bodyCtx, req)
	if !stop() && err == nil {
		err = errors.Join(context.Cause(ctx), resp.Body.Close())
	}
	if err != nil {
		cancel()
		return nil, err
	}
	b := &body{ReadCloser: resp.Body, cancel: cancel}
	id, err := c.Process.state.bodies.add(b)
	if err != nil {
		b.end()
		return nil, err
	}
	out := make([]any, 0, 2*len(resp.Header))
	for _, h := range resp.Header {
		out = append(out, h[0], h[1])
	}
	return wire.Object{
		{Key: "id", Value: float64(id)},
		{Key: "status", Value: int32(min(max(resp.Status, 0), math.MaxInt16))},
		{Key: "statusText", Value: resp.StatusText},
		{Key: "url", Value: resp.URL},
		{Key: "headers", Value: out},
		{Key: "redirected", Value: resp.Redirected},
	}, nil
}

func fetchRead(ctx context.Context, c *Call) (any, error) {
	id, err := c.Int(0, "id")
	if err != nil {
		return nil, err
	}
	table := &c.Process.state.bodies
	b := table.get(id)
	if b == nil {
		return nil, nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	stop := context.AfterFunc(ctx, b.cancel)
	defer stop()
	if c.Process.holding.Charge(bodyChunk) != nil {
		return nil, errNoRoom
	}
	defer c.Process.holding.Charge(-bodyChunk)
	buf := make([]byte, bodyChunk)
	for {
		n, err := b.Read(buf)
		if n > 0 {
			c.Process.state.owed.Add(int64(n+63) / 64)
			return buf[:n], nil
		}
		if err == nil {
			continue
		}
		ended := table.get(id) == nil // by the guest, meanwhile
		table.close(id)
		if ended || errors.Is(err, io.EOF) {
			return nil, nil
		}
		return nil, err
	}
}
