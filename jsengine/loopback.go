package jsengine

import (
	"cmp"
	"context"
	"io"
	"net"
	"net/netip"
	"os"
	"slices"
	"sync"
	"syscall"
	"time"
)

const (
	// maxLoopback bounds the connections that are open at once on one Loopback.
	maxLoopback = 256
	// loopbackBuffer is how many bytes are on their way in one direction of a
	// connection before its writer waits.
	loopbackBuffer = 32 << 10
	// anyPort is where the ports begin that a program gets which asks for any.
	anyPort, anyPorts = 40000, 20000
	// clientPort is where those of clients begin, which are only names.
	clientPort, clientPorts = 50000, 10000
)

// Loopback is the loopback interface of one execution: on what one of its programs
// listens, the others reach it, and the tools beside them. Nothing from outside does,
// and nothing of the host is on it. The zero value is ready; it is safe for
// concurrent use. Whoever opened an end of a connection closes it; what a program
// opened ends with the program.
type Loopback struct {
	// Charge is told how much host memory connections hold more (or, negative,
	// less). An error refuses the connection. It may be nil, and is set before use.
	Charge func(delta int64) error

	mu      sync.Mutex
	ports   map[int]*port // guarded by mu; on which somebody listens
	used    bool          // guarded by mu; somebody listened
	open    int           // guarded by mu; connections with an end that is not closed
	any     int           // guarded by mu; ports that were given to who asked for any
	clients int           // guarded by mu; ports that clients had
}

// port is a port on which a program listens, or several of a group do.
type port struct {
	group     string      // "": it is one program's
	acceptors []*acceptor // at least one; the first gets the next connection
}

// IsLocal reports whether a host's name, in lower case and IPv6 without brackets, is that
// of the machine on which a guest believes to be.
func IsLocal(host string) bool {
	switch host {
	case "localhost", "127.0.0.1", "0.0.0.0", "::1", "::":
		return true
	}
	return false
}

// acceptor is how one program gets what connects to its ports.
type acceptor struct {
	queue chan arrival // has room for all connections that can be open
	pid   int          // of its process; 0: it has none
}

// arrival is a connection to a port.
type arrival struct {
	port int
	conn *LoopbackConn
}

// Listening reports whether a program listens on port.
func (l *Loopback) Listening(port int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.ports[port] != nil
}

// Listener is a port on which a process listens.
type Listener struct{ Port, PID int }

// Listeners returns who listens, by port. PID is 0 for a program that is no process.
func (l *Loopback) Listeners() []Listener {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := make([]Listener, 0, len(l.ports))
	for n, p := range l.ports {
		for _, a := range p.acceptors {
			all = append(all, Listener{n, a.pid})
		}
	}
	slices.SortFunc(all, func(a, b Listener) int { return cmp.Or(a.Port-b.Port, a.PID-b.PID) })
	return all
}

// Used reports whether any program ever listened.
func (l *Loopback) Used() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.used
}

// Dial connects to the program that listens on port, at once: like that of a kernel
// the connection waits for the program to take it. The caller must Close it. Errors:
// syscall.ECONNREFUSED if nobody listens, syscall.ENOBUFS if 256 connections are open
// or there is no memory for another.
func (l *Loopback) Dial(port int) (*LoopbackConn, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := l.ports[port]
	switch {
	case p == nil:
		return nil, syscall.ECONNREFUSED
	case l.open >= maxLoopback, l.Charge != nil && l.Charge(2*loopbackBuffer) != nil:
		return nil, syscall.ENOBUFS
	}
	l.open++
	mine := clientPort + l.clients%clientPorts
	l.clients++
	there, back := &stream{}, &stream{}
	ends := &pair{l: l, ends: 2}
	client := &LoopbackConn{in: back, out: there, local: mine, remote: port, pair: ends}
	first := p.acceptors[0]
	if n := len(p.acceptors) - 1; n > 0 {
		copy(p.acceptors, p.acceptors[1:])
		p.acceptors[n] = first
	}
	first.queue <- arrival{port, &LoopbackConn{in: there, out: back, local: port, remote: mine, pair: ends}}
	return client, nil
}

// listen gives a what connects to number (0: any that is free), and returns the number.
// Those of a group that is not "" have it together, and connections in turn. Errors:
// syscall.EADDRINUSE.
func (l *Loopback) listen(number int, a *acceptor, group string) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if number == 0 {
		for range anyPorts {
			number = anyPort + l.any%anyPorts
			l.any++
			if l.ports[number] == nil {
				break
			}
		}
	}
	if p := l.ports[number]; p != nil {
		if group == "" || p.group != group || slices.Contains(p.acceptors, a) {
			return 0, syscall.EADDRINUSE
		}
		p.acceptors = append(p.acceptors, a)
		return number, nil
	}
	if l.ports == nil {
		l.ports = map[int]*port{}
	}
	l.ports[number], l.used = &port{group, []*acceptor{a}}, true
	return number, nil
}

// unlisten takes a port from a, if it is a's.
func (l *Loopback) unlisten(number int, a *acceptor) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.unlistenLocked(number, a)
}

func (l *Loopback) unlistenLocked(number int, a *acceptor) {
	p := l.ports[number]
	if p == nil {
		return
	}
	p.acceptors = slices.DeleteFunc(p.acceptors, func(b *acceptor) bool { return b == a })
	if len(p.acceptors) == 0 {
		delete(l.ports, number)
	}
}

// leave takes all ports from a, and closes what it did not take.
func (l *Loopback) leave(a *acceptor) {
	l.mu.Lock()
	for number := range l.ports {
		l.unlistenLocked(number, a)
	}
	l.mu.Unlock()
	for { // nothing comes any more
		select {
		case r := <-a.queue:
			_ = r.conn.Close() // never fails
		default:
			return
		}
	}
}

// Listen listens on port (0: any that is free) for a tool beside the programs, which
// runs in the process pid. The caller must Close it, and with it goes what was not
// accepted. Errors: syscall.EADDRINUSE.
func (l *Loopback) Listen(port, pid int) (net.Listener, error) {
	a := &acceptor{queue: make(chan arrival, maxLoopback), pid: pid}
	port, err := l.listen(port, a, "")
	if err != nil {
		return nil, err
	}
	return &loopbackListener{l: l, a: a, port: port, done: make(chan struct{})}, nil
}

// loopbackListener is the net.Listener of a tool.
type loopbackListener struct {
	l    *Loopback
	a    *acceptor
	port int
	done chan struct{} // closed by Close
	once sync.Once
}

// Accept implements net.Listener. The error is net.ErrClosed.
func (n *loopbackListener) Accept() (net.Conn, error) {
	select {
	case <-n.done:
		return nil, net.ErrClosed
	default:
	}
	select {
	case r := <-n.a.queue:
		return r.conn, nil
	case <-n.done:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener. It may be called twice.
func (n *loopbackListener) Close() error {
	n.once.Do(func() {
		close(n.done)
		n.l.leave(n.a)
	})
	return nil
}

// Addr implements net.Listener.
func (n *loopbackListener) Addr() net.Addr { return addr(n.port) }

// pair is what the two ends of a connection share.
type pair struct {
	l    *Loopback
	ends int // guarded by l.mu; those that are not closed
}

func (p *pair) closed() {
	p.l.mu.Lock()
	defer p.l.mu.Unlock()
	if p.ends--; p.ends > 0 {
		return
	}
	p.l.open--
	if p.l.Charge != nil {
		_ = p.l.Charge(-2 * loopbackBuffer) // giving back is not refused
	}
}

// LoopbackConn is one end of a connection of a Loopback. Its methods may be called at
// once.
type LoopbackConn struct {
	in, out       *stream
	local, remote int // ports
	pair          *pair
	once          sync.Once
}

var _ net.Conn = (*LoopbackConn)(nil)

// ReadContext is Read that ctx ends as well.
func (c *LoopbackConn) ReadContext(ctx context.Context, b []byte) (int, error) {
	return c.in.read(ctx, b)
}

// WriteContext is Write that ctx ends as well.
func (c *LoopbackConn) WriteContext(ctx context.Context, b []byte) (int, error) {
	return c.out.write(ctx, b)
}

// Read implements net.Conn. Errors: io.EOF, net.ErrClosed, os.ErrDeadlineExceeded.
func (c *LoopbackConn) Read(b []byte) (int, error) { return c.ReadContext(context.Background(), b) }

// Write implements net.Conn: it waits while 32 KiB are on their way. Errors:
// syscall.EPIPE if the other end is closed, net.ErrClosed, os.ErrDeadlineExceeded.
func (c *LoopbackConn) Write(b []byte) (int, error) { return c.WriteContext(context.Background(), b) }

// CloseWrite says that nothing more is written. The other end still is heard. The
// error is nil.
func (c *LoopbackConn) CloseWrite() error {
	c.out.end()
	return nil
}

// Close implements net.Conn. It may be called twice; the error is nil.
func (c *LoopbackConn) Close() error {
	c.once.Do(func() {
		c.in.abandon()
		c.out.end()
		c.pair.closed()
	})
	return nil
}

func addr(port int) net.Addr {
	return net.TCPAddrFromAddrPort(netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), uint16(port)))
}

// LocalAddr implements net.Conn: 127.0.0.1 and a port that is nobody else's name.
func (c *LoopbackConn) LocalAddr() net.Addr { return addr(c.local) }

// RemoteAddr implements net.Conn.
func (c *LoopbackConn) RemoteAddr() net.Addr { return addr(c.remote) }

// SetDeadline implements net.Conn; the error of this and the next two is nil.
func (c *LoopbackConn) SetDeadline(t time.Time) error {
	c.in.until(&c.in.readBy, t)
	c.out.until(&c.out.writeBy, t)
	return nil
}

// SetReadDeadline implements net.Conn.
func (c *LoopbackConn) SetReadDeadline(t time.Time) error {
	c.in.until(&c.in.readBy, t)
	return nil
}

// SetWriteDeadline implements net.Conn.
func (c *LoopbackConn) SetWriteDeadline(t time.Time) error {
	c.out.until(&c.out.writeBy, t)
	return nil
}

// stream is one direction of a connection.
type stream struct {
	mu              sync.Mutex
	bytes           []byte        // guarded by mu; on their way, at most loopbackBuffer
	ended           bool          // guarded by mu; nothing more is written
	abandoned       bool          // guarded by mu; nobody reads any more
	readBy, writeBy limit         // guarded by mu
	changed         chan struct{} // guarded by mu; closed when any of this changes; nil: nobody waits
}

// limit is a deadline: done is closed when it is over; nil: there is none.
type limit struct {
	done <-chan struct{}
	stop context.CancelFunc
}

func (l *limit) over() bool {
	select {
	case <-l.done:
		return true
	default:
		return false
	}
}

func (l *limit) end() {
	if l.stop != nil {
		l.stop()
	}
	*l = limit{}
}

// change wakes who waits. The caller holds s.mu.
func (s *stream) change() {
	if s.changed != nil {
		close(s.changed)
		s.changed = nil
	}
}

// wait gives s.mu back until something changed, and takes it again. Errors: that of
// ctx, os.ErrDeadlineExceeded.
func (s *stream) wait(ctx context.Context, by *limit) error {
	if s.changed == nil {
		s.changed = make(chan struct{})
	}
	changed, done := s.changed, by.done
	s.mu.Unlock()
	defer s.mu.Lock()
	select {
	case <-changed:
		return nil
	case <-done:
		return os.ErrDeadlineExceeded
	case <-ctx.Done():
		return ctx.Err()
	}
}

// read takes what is there, and waits for something. Errors: io.EOF at the end,
// net.ErrClosed if it was abandoned, those of wait.
func (s *stream) read(ctx context.Context, b []byte) (n int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(b) > 0 {
		err = s.readyLocked(ctx)
	}
	if err == nil {
		n = copy(b, s.bytes)
		s.bytes = s.bytes[:copy(s.bytes, s.bytes[n:])]
		s.change()
	}
	return n, err
}

// take is read of all that is there, in memory that is taken when there is something.
func (s *stream) take(ctx context.Context) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.readyLocked(ctx); err != nil {
		return nil, err
	}
	b := slices.Clone(s.bytes)
	s.bytes = s.bytes[:0]
	s.change()
	return b, nil
}

// readyLocked waits until there is something to read.
func (s *stream) readyLocked(ctx context.Context) error {
	for {
		switch {
		case s.abandoned:
			return net.ErrClosed
		case s.readBy.over():
			return os.ErrDeadlineExceeded
		case len(s.bytes) > 0:
			return nil
		case s.ended:
			return io.EOF
		}
		if err := s.wait(ctx, &s.readBy); err != nil {
			return err
		}
	}
}

// write returns when all of b is on its way. Errors: syscall.EPIPE if nobody reads
// it, net.ErrClosed if it was ended, those of wait.
func (s *stream) write(ctx context.Context, b []byte) (written int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		n, err := s.putLocked(b[written:])
		written += n
		if err != nil || written == len(b) {
			return written, err
		}
		if err := s.wait(ctx, &s.writeBy); err != nil {
			return written, err
		}
	}
}

// put is write of what there is room for at once.
func (s *stream) put(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.putLocked(b)
}

func (s *stream) putLocked(b []byte) (int, error) {
	switch {
	case s.ended:
		return 0, net.ErrClosed
	case s.abandoned:
		return 0, syscall.EPIPE
	case s.writeBy.over():
		return 0, os.ErrDeadlineExceeded
	}
	n := min(loopbackBuffer-len(s.bytes), len(b))
	if n > 0 {
		s.bytes = append(s.bytes, b[:n]...)
		s.change()
	}
	return n, nil
}

// end says that nothing more is written; what was is still read.
func (s *stream) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
	s.writeBy.end()
	s.change()
}

// abandon says that nobody reads any more.
func (s *stream) abandon() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.abandoned, s.bytes = true, nil
	s.readBy.end()
	s.change()
}

// until sets one of s's deadlines; the zero time is none.
func (s *stream) until(l *limit, t time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l.end()
	if !t.IsZero() && !s.ended && !s.abandoned { // else nobody waits, and nobody would free it
		ctx, stop := context.WithDeadline(context.Background(), t)
		*l = limit{ctx.Done(), stop}
	}
	s.change()
}
