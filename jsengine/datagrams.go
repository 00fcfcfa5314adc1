package jsengine

import (
	"context"
	"net"
	"slices"
	"syscall"
)

const (
	// maxDatagramSockets bounds the UDP sockets of one Loopback.
	maxDatagramSockets = 256
	// datagramBuffer is how many bytes wait for a socket before what comes is lost, as by default on Linux.
	datagramBuffer = 208 << 10
	// datagramCost is what a datagram, or a socket, counts beside the bytes in it.
	datagramCost = 256
	// maxDatagram is how many bytes one has at most.
	maxDatagram = 65507
)

// datagrams is a UDP socket of a Loopback. What is sent to its port waits for it; what
// there is no room for is lost. Whoever bound it closes it.
type datagrams struct {
	l      *Loopback
	port   int
	v4, v6 bool          // whether it gets what is sent to 127.0.0.1, to ::1
	shared bool          // others that are may have the port; the last gets what is sent
	ready  chan struct{} // has room for one: something came, or it was closed
	queue  []datagram    // guarded by l.mu
	held   int           // guarded by l.mu; bytes, with datagramCost for each
	closed bool          // guarded by l.mu
}

// datagram is what was sent, from a port to one of the machine's addresses.
type datagram struct {
	data []byte
	from int
	v6   bool
}

// bindDatagrams returns a socket on port (0: any that is free). Errors:
// syscall.EADDRINUSE, syscall.ENOBUFS over 256 sockets or without memory.
func (l *Loopback) bindDatagrams(port int, v4, v6, shared bool) (*datagrams, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if port == 0 {
		for range anyPorts {
			port = anyPort + l.any%anyPorts
			l.any++
			if len(l.udp[port]) == 0 {
				break
			}
		}
	}
	taken := func(s *datagrams) bool { return (s.v4 && v4 || s.v6 && v6) && !(s.shared && shared) }
	switch {
	case slices.ContainsFunc(l.udp[port], taken):
		return nil, syscall.EADDRINUSE
	case l.udpSockets >= maxDatagramSockets, l.charge(datagramCost) != nil:
		return nil, syscall.ENOBUFS
	}
	if l.udp == nil {
		l.udp = map[int][]*datagrams{}
	}
	s := &datagrams{l: l, port: port, v4: v4, v6: v6, shared: shared, ready: make(chan struct{}, 1)}
	l.udp[port] = append(l.udp[port], s)
	l.udpSockets++
	return s, nil
}

// send sends b, which it keeps, to a port of 127.0.0.1 or ::1. It is lost if nobody
// gets it.
func (s *datagrams) send(port int, v6 bool, b []byte) {
	s.l.mu.Lock()
	defer s.l.mu.Unlock()
	for _, to := range slices.Backward(s.l.udp[port]) {
		if v6 && !to.v6 || !v6 && !to.v4 {
			continue
		}
		if cost := len(b) + datagramCost; to.held+cost <= datagramBuffer && s.l.charge(int64(cost)) == nil {
			to.held += cost
			to.queue = append(to.queue, datagram{b, s.port, v6})
			to.wake()
		}
		return
	}
}

// wake tells receive. The caller holds l.mu.
func (s *datagrams) wake() {
	select {
	case s.ready <- struct{}{}:
	default:
	}
}

// receive waits for the next datagram. It is called by one goroutine at a time. Errors:
// net.ErrClosed, that of ctx.
func (s *datagrams) receive(ctx context.Context) (datagram, error) {
	for {
		if d, err := s.next(); err != nil || d.data != nil {
			return d, err
		}
		select {
		case <-s.ready:
		case <-ctx.Done():
			return datagram{}, ctx.Err()
		}
	}
}

// next is the datagram that came first, or none.
func (s *datagrams) next() (d datagram, err error) {
	s.l.mu.Lock()
	defer s.l.mu.Unlock()
	switch {
	case s.closed:
		return d, net.ErrClosed
	case len(s.queue) == 0:
		return d, nil
	}
	d = s.queue[0]
	s.queue = slices.Delete(s.queue, 0, 1)
	s.free(len(d.data) + datagramCost)
	return d, nil
}

// free gives back what n bytes were charged. The caller holds l.mu.
func (s *datagrams) free(n int) {
	s.held -= n
	_ = s.l.charge(-int64(n)) // giving back is not refused
}

// close unbinds s, and drops what was not received. It may be called twice.
func (s *datagrams) close() {
	s.l.mu.Lock()
	defer s.l.mu.Unlock()
	if s.closed {
		return
	}
	s.closed, s.queue = true, nil
	s.free(s.held)
	_ = s.l.charge(-datagramCost) // nor is this
	if s.l.udp[s.port] = slices.DeleteFunc(s.l.udp[s.port], func(o *datagrams) bool { return o == s }); len(s.l.udp[s.port]) == 0 {
		delete(s.l.udp, s.port)
	}
	s.l.udpSockets--
	s.wake()
}
