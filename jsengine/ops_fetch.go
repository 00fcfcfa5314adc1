package jsengine

import (
	"context"
	"errors"
	"io"
	"math"
	"sync"
	"syscall"

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

// end ends what reads the body.
func (b *body) end() {
	b.cancel()
	_ = b.Close() // nobody is left to be told
}

// upload is the body of a request that the guest writes piece by piece, each when
// the one before was taken.
type upload struct {
	r *io.PipeReader
	w *io.PipeWriter
}

func newUpload() *upload {
	u := &upload{}
	u.r, u.w = io.Pipe()
	return u
}

// cut ends an upload whose process is gone, on both sides.
func (u *upload) cut() {
	_ = u.w.CloseWithError(errCut) // never fails, nor does the other
	_ = u.r.CloseWithError(errCut)
}

// errCut ends the body of a request whose guest did not send all of it.
var errCut = errors.New("jsengine: the request's body ended too early")

// headers decodes argument i, [name, value, name, value, …].
func (c *Call) headers(i int) ([][2]string, error) {
	list, err := c.Array(i, "headers")
	if err != nil {
		return nil, err
	}
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
		// fetch.upload () → id of a body that fetch.start is given, fetch.write feeds and fetch.end ends.
		{Name: "fetch.upload", Sync: func(c *Call) (any, error) {
			id, ok := c.Process.state.uploads.add(newUpload(), maxBodies)
			if !ok {
				return nil, &JSError{Name: "TypeError", Message: "too many requests whose bodies are not sent yet"}
			}
			return float64(id), nil
		}},
		// fetch.write (id, bytes) → whether more is wanted, once they were taken.
		{Name: "fetch.write", Async: fetchWrite},
		// fetch.end (id, whole): nothing follows; the request fails if it was not the whole of it.
		{Name: "fetch.end", Sync: func(c *Call) (any, error) {
			id, err := c.Int(0, "id")
			if err != nil {
				return nil, err
			}
			whole, err := c.Bool(1, "whole")
			if err != nil {
				return nil, err
			}
			end := errCut
			if whole {
				end = io.EOF
			}
			if u := c.Process.state.uploads.take(id); u != nil {
				_ = u.w.CloseWithError(end) // never fails
			}
			return wire.Undefined{}, nil
		}},
		// fetch.start (method, url, headers, body or undefined, redirect, upload or undefined, close or undefined,
		// connection of net.connect or undefined) → {id, status, statusText, url, headers, redirected}. The body is read with fetch.read
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
			if b := c.Process.state.bodies.take(id); b != nil {
				b.end()
			}
			return wire.Undefined{}, nil
		}},
	}
}

func fetchStart(ctx context.Context, c *Call) (_ any, err error) {
	method, err := c.String(0, "method")
	if err != nil {
		return nil, err
	}
	url, err := c.String(1, "url")
	if err != nil {
		return nil, err
	}
	header, err := c.headers(2)
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
	if c.Has(5) {
		var id int64
		if id, err = c.Int(5, "upload"); err != nil {
			return nil, err
		}
		u := c.Process.state.uploads.get(id)
		if u == nil || req.HasBody {
			return nil, ArgError("upload", "the id of one")
		}
		req.HasBody, req.Stream = true, u.r
		// However it fails, what waits to write must not wait for ever.
		defer func() {
			if err != nil {
				_ = u.r.Close() // never fails
			}
		}()
	}
	req.Close = c.Has(6)
	if c.Has(7) {
		id, err := c.Int(7, "connection")
		if err != nil {
			return nil, err
		}
		if req.Conn = c.Process.state.connections.take(id); req.Conn == nil {
			return nil, connectionError(syscall.EPIPE)
		}
		defer func() {
			if err != nil {
				_ = req.Conn.Close() // never fails
			}
		}()
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
	id, ok := c.Process.state.bodies.add(b, maxBodies)
	if !ok {
		b.end()
		return nil, &JSError{Name: "TypeError", Message: "too many responses whose bodies are neither read nor cancelled"}
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

func fetchWrite(ctx context.Context, c *Call) (any, error) {
	id, err := c.Int(0, "id")
	if err != nil {
		return nil, err
	}
	data, err := c.Data(1, "chunk")
	if err != nil {
		return nil, err
	}
	u := c.Process.state.uploads.get(id)
	if u == nil {
		return false, nil
	}
	stop := context.AfterFunc(ctx, func() { _ = u.r.CloseWithError(errCut) })
	defer stop()
	n, err := u.w.Write(data)
	c.Process.state.owed.Add(int64(n+63) / 64)
	return err == nil, nil // whoever read has ended, and says why
}

func fetchRead(ctx context.Context, c *Call) (any, error) {
	id, err := c.Int(0, "id")
	if err != nil {
		return nil, err
	}
	bodies := &c.Process.state.bodies
	b := bodies.get(id)
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
		if bodies.take(id) == nil { // the guest ended it, meanwhile
			return nil, nil
		}
		b.end()
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		return nil, err
	}
}
