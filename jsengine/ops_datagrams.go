package jsengine

import (
	"context"
	"math"

	"github.com/buntime/buntime/jsengine/wire"
)

// datagramSocket returns the UDP socket whose number is c's first argument. Errors: the guest's own.
func (c *Call) datagramSocket() (*datagrams, error) {
	id, err := c.Int(0, "socket")
	if err != nil {
		return nil, err
	}
	if s := c.Process.state.datagrams.get(id); s != nil {
		return s, nil
	}
	return nil, &JSError{Message: "EBADF", Code: "EBADF"}
}

// datagramOps are the operations behind node:dgram. Nothing they send leaves the execution.
func datagramOps() []Op {
	return []Op{
		// udp.bind (port or 0; whether it gets what is sent to 127.0.0.1, and to ::1; whether others may have the port
		// too) → [number, port].
		{Name: "udp.bind", Sync: func(c *Call) (any, error) {
			port, err := c.Int(0, "port")
			if err != nil {
				return nil, err
			}
			if port < 0 || port > math.MaxUint16 {
				return nil, rangeError("port", ">= 0 && <= 65535")
			}
			var flags [3]bool
			for i, name := range []string{"v4", "v6", "shared"} {
				if flags[i], err = c.Bool(1+i, name); err != nil {
					return nil, err
				}
			}
			c.Process.Charge(connectionFuel)
			s, err := c.Process.loopback().bindDatagrams(int(port), flags[0], flags[1], flags[2])
			if err != nil {
				return nil, connectionError(err)
			}
			id, ok := c.Process.state.datagrams.add(s, maxDatagramSockets)
			if !ok { // it ends
				s.close()
				return nil, &JSError{Message: "EBADF", Code: "EBADF"}
			}
			return []any{float64(id), float64(s.port)}, nil
		}},
		// udp.send (number, port, whether to ::1, bytes).
		{Name: "udp.send", Sync: func(c *Call) (any, error) {
			s, err := c.datagramSocket()
			if err != nil {
				return nil, err
			}
			port, err := c.Int(1, "port")
			if err != nil {
				return nil, err
			}
			v6, err := c.Bool(2, "v6")
			if err != nil {
				return nil, err
			}
			data, err := c.Bytes(3, "data")
			if err != nil {
				return nil, err
			}
			if len(data) > maxDatagram {
				return nil, &JSError{Message: "EMSGSIZE", Code: "EMSGSIZE"}
			}
			c.Process.Charge(pieceFuel + int64(len(data))/64)
			s.send(int(port), v6, append([]byte{}, data...))
			return wire.Undefined{}, nil
		}},
		// udp.receive (number) → [bytes, the sender's port, whether it was sent to ::1].
		{Name: "udp.receive", Async: func(ctx context.Context, c *Call) (any, error) {
			s, err := c.datagramSocket()
			if err != nil {
				return nil, err
			}
			d, err := s.receive(ctx)
			if err != nil {
				return nil, err
			}
			c.Process.state.owed.Add(pieceFuel + int64(len(d.data))/64)
			return []any{d.data, float64(d.from), d.v6}, nil
		}},
		// udp.close (number).
		{Name: "udp.close", Sync: func(c *Call) (any, error) {
			id, err := c.Int(0, "socket")
			if err != nil {
				return nil, err
			}
			if s := c.Process.state.datagrams.take(id); s != nil {
				s.close()
			}
			return wire.Undefined{}, nil
		}},
	}
}
