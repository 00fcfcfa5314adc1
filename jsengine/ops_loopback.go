package jsengine

import (
	"context"
	"errors"
	"io"
	"math"
	"syscall"

	"github.com/buntime/buntime/jsengine/wire"
)

// connectionFuel is the fuel of a connection, and pieceFuel of each piece that is
// read from or written to one, beside a unit for each 64 bytes.
const (
	connectionFuel = 2000
	pieceFuel      = 100
)

// loopback is the interface that p's servers listen on: the execution's, or its own
// and its workers'. The goroutine that runs the guest only.
func (p *Process) loopback() *Loopback {
	if p.program.Loopback == nil {
		p.program.Loopback = &Loopback{}
	}
	return p.program.Loopback
}

// acceptor is how what connects to p's servers comes to it.
func (p *Process) acceptor() *acceptor {
	if p.state.acceptor == nil {
		pid := 0
		if pr := p.program.Processes; pr != nil {
			if self := pr.Self(); self != nil {
				pid = self.PID()
			}
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		p.state.acceptor = newAcceptor(pid)
	}
	return p.state.acceptor
}

// listen takes what connects to c's first argument, a port or the path of a socket, with the group that is its third;
// see Loopback.listen.
func (c *Call) listen() (int, error) {
	p := c.Process
	group, err := c.String(2, "group")
	if err != nil {
		return 0, err
	}
	if path, ok := c.arg(0).(string); ok {
		files, err := p.Files()
		if err != nil {
			return 0, err
		}
		p.Charge(fsBase)
		n, err := p.loopback().bind(files, path, p.acceptor(), group)
		return n, connectionError(err)
	}
	port, err := c.Int(0, "port")
	if err != nil {
		return 0, err
	}
	if port < 0 || port > math.MaxUint16 {
		return 0, rangeError("port", ">= 0 && <= 65535")
	}
	n, err := p.loopback().listen(int(port), p.acceptor(), group)
	return n, connectionError(err)
}

// unlisten takes no more of what listen returned, which is c's first argument.
func (c *Call) unlisten() (int, error) {
	n, err := c.Int(0, "port")
	if err != nil {
		return 0, err
	}
	c.Process.loopback().unlisten(c.Process.program.Files, int(n), c.Process.acceptor())
	return int(n), nil
}

// reached is the number of what listens on the port, or at the path of a socket, that is c's first argument.
func (c *Call) reached() (int, error) {
	if path, ok := c.arg(0).(string); ok {
		files, err := c.Process.Files()
		if err != nil {
			return 0, err
		}
		c.Process.Charge(fsBase)
		n, err := c.Process.loopback().Socket(files, path)
		return n, connectionError(err)
	}
	port, err := c.Int(0, "port")
	if err != nil {
		return 0, err
	}
	if port < 1 || port > math.MaxUint16 {
		return 0, connectionError(syscall.ECONNREFUSED)
	}
	return int(port), nil
}

// unlisten ends all that p listens on.
func (p *Process) unlisten() {
	if p.state.acceptor != nil {
		p.program.Loopback.leave(p.state.acceptor)
	}
}

// arrived is a connection as the guest has it: {connection, port, remotePort}.
func (p *Process) arrived(r arrival) (any, error) {
	p.state.owed.Add(connectionFuel)
	id, err := p.connection(r.conn)
	if err != nil {
		return nil, err
	}
	return object("connection", float64(id), "port", r.port, "remotePort", r.conn.remote), nil
}

// connection gives c, which p owns from now on, a number.
func (p *Process) connection(c *LoopbackConn) (int64, error) {
	id, ok := p.state.connections.add(c, maxLoopback)
	if !ok {
		_ = c.Close() // never fails
		return 0, connectionError(syscall.ENOBUFS)
	}
	return id, nil
}

// connectionError is what the guest gets for what befell a connection; nil for nil.
func connectionError(err error) error {
	code := "ECONNRESET"
	var no *Errno
	switch {
	case err == nil:
		return nil
	case errors.As(err, &no):
		code = no.Code
	case errors.Is(err, syscall.ECONNREFUSED):
		code = "ECONNREFUSED"
	case errors.Is(err, syscall.EADDRINUSE):
		code = "EADDRINUSE"
	case errors.Is(err, syscall.ENOBUFS):
		code = "ENOBUFS"
	case errors.Is(err, syscall.EPIPE):
		code = "EPIPE"
	}
	return &JSError{Message: code, Code: code}
}

// connected returns the connection whose number is c's first argument. Errors: the
// guest's own.
func (c *Call) connected() (*LoopbackConn, error) {
	id, err := c.Int(0, "connection")
	if err != nil {
		return nil, err
	}
	if conn := c.Process.state.connections.get(id); conn != nil {
		return conn, nil
	}
	return nil, connectionError(syscall.EPIPE)
}

// toSend returns the connection and the bytes that c's arguments are.
func (c *Call) toSend() (*LoopbackConn, []byte, error) {
	conn, err := c.connected()
	if err != nil {
		return nil, nil, err
	}
	data, err := c.Data(1, "data")
	return conn, data, err
}

// loopbackOps are the operations behind node:net where the other end is in another
// program of the execution. What listens is accepted with those of inboundOps.
func loopbackOps() []Op {
	return []Op{
		// net.connect (port, or the absolute path of a socket) → [number, the port of this end].
		{Name: "net.connect", Sync: func(c *Call) (any, error) {
			port, err := c.reached()
			if err != nil {
				return nil, err
			}
			conn, err := c.Process.loopback().Dial(port)
			if err != nil {
				return nil, connectionError(err)
			}
			c.Process.state.owed.Add(connectionFuel)
			id, err := c.Process.connection(conn)
			if err != nil {
				return nil, err
			}
			return []any{float64(id), float64(conn.local)}, nil
		}},
		// net.read (number) → bytes, or null at the end.
		{Name: "net.read", Async: func(ctx context.Context, c *Call) (any, error) {
			conn, err := c.connected()
			if err != nil {
				return nil, err
			}
			data, err := conn.in.take(ctx)
			switch {
			case errors.Is(err, io.EOF):
				return nil, nil
			case err != nil:
				return nil, connectionError(err)
			}
			c.Process.state.owed.Add(pieceFuel + int64(len(data))/64)
			return data, nil
		}},
		// net.put (number, bytes) → how many of them went at once.
		{Name: "net.put", Sync: func(c *Call) (any, error) {
			conn, data, err := c.toSend()
			if err != nil {
				return nil, err
			}
			c.Process.Charge(pieceFuel + int64(len(data))/64)
			n, err := conn.out.put(data)
			if err != nil {
				return nil, connectionError(err)
			}
			return float64(n), nil
		}},
		// net.write (number, bytes) settles when they are on their way; of none, when there is room for more.
		{Name: "net.write", Async: func(ctx context.Context, c *Call) (any, error) {
			conn, data, err := c.toSend()
			if err != nil {
				return nil, err
			}
			c.Process.state.owed.Add(pieceFuel + int64(len(data))/64)
			if len(data) == 0 {
				err = conn.out.room(ctx)
			} else {
				_, err = conn.out.write(ctx, data)
			}
			if err != nil {
				return nil, connectionError(err)
			}
			return wire.Undefined{}, nil
		}},
		// net.end (number): nothing more is written.
		{Name: "net.end", Sync: func(c *Call) (any, error) {
			conn, err := c.connected()
			if err != nil {
				return wire.Undefined{}, nil // it is closed
			}
			return wire.Undefined{}, conn.CloseWrite()
		}},
		// net.close (number): it is gone.
		{Name: "net.close", Sync: func(c *Call) (any, error) {
			id, err := c.Int(0, "connection")
			if err != nil {
				return nil, err
			}
			if conn := c.Process.state.connections.take(id); conn != nil {
				return wire.Undefined{}, conn.Close()
			}
			return wire.Undefined{}, nil
		}},
	}
}
