package jsengine

import (
	"cmp"
	"context"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
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
	// firstSocket is where the numbers begin of Unix-domain sockets, beyond the ports.
	firstSocket = 1 << 16
	// maxListening bounds the Unix-domain sockets on which somebody listens.
	maxListening = 256
	// MaxSocketPath is how many bytes the path of a Unix-domain socket has at most, as on Linux.
	MaxSocketPath = 108
)

// Loopback is the loopback interface of one execution, and its Unix-domain sockets: on
// what one of its programs listens, the others reach it, and the tools beside them.
// Nothing from outside does, and nothing of the host is on it. The zero value is ready;
// it is safe for concurrent use. Whoever opened an end of a connection closes it; what a
// program opened ends with the program.
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
	// sockets has the numbers of the Unix-domain sockets on which somebody listens. By
	// its number such a one is a port like any other.
	sockets map[string]int // guarded by mu; by socketKey
	named   int            // guarded by mu; sockets that there were

	udp        map[int][]*datagrams // guarded by mu; by port, the last bound last
	udpSockets int                  // guarded by mu
}

// port is a port on which a program listens, or several of a group do.
type port struct {
	group     string      // "": it is one program's
	acceptors []*acceptor // at least one; the first gets the next connection
	key, path string      // of a Unix-domain socket: its key in sockets, and the path it was made at
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

func newAcceptor(pid int) *acceptor {
	return &acceptor{queue: make(chan arrival, maxLoopback), pid: pid}
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
		if n >= firstSocket {
			continue
		}
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

// socketKey is what listens at a path: of a file its number, which a file that replaces
// it does not have; of a name that begins with NUL, and is in no file system, the name.
func socketKey(path string, info fs.FileInfo) string {
	if abstract(path) {
		return path
	}
	st, ok := info.(FileStat)
	if !ok || info.Mode()&fs.ModeSocket == 0 {
		return ""
	}
	return strconv.FormatUint(st.Ino(), 10)
}

func abstract(path string) bool { return strings.HasPrefix(path, "\x00") }

// Socket returns the number, for Dial, of the Unix-domain socket at path: an absolute
// one in files, or a name that begins with NUL. Errors are *Errno: those of Stat, and
// ECONNREFUSED if nobody listens there.
func (l *Loopback) Socket(files Files, path string) (int, error) {
	var info fs.FileInfo
	if !abstract(path) {
		var err error
		if info, err = files.Stat(path); err != nil {
			return 0, err
		}
	}
	key := socketKey(path, info)
	l.mu.Lock()
	defer l.mu.Unlock()
	if n, ok := l.sockets[key]; ok {
		return n, nil
	}
	return 0, &Errno{Code: "ECONNREFUSED"}
}

// bind makes a socket of files at path, for a to listen on, and returns its number; see
// listen. Errors are *Errno: those of Files.Socket, EADDRINUSE if anything else is there,
// EMFILE if there are 256 sockets; syscall.EADDRINUSE.
func (l *Loopback) bind(files Files, path string, a *acceptor, group string) (int, error) {
	var info fs.FileInfo
	made := false
	if abstract(path) {
		if len(path) > MaxSocketPath {
			return 0, &Errno{Code: "EINVAL"}
		}
	} else {
		err := files.Socket(path, 0o777)
		if made = err == nil; !made && !errors.Is(err, &Errno{Code: "EEXIST"}) {
			return 0, err
		}
		if info, err = files.Lstat(path); err != nil {
			return 0, err
		}
	}
	n, err := l.listenAt(socketKey(path, info), path, made || abstract(path), a, group)
	if err != nil && made {
		_ = files.Unlink(path) // it is ours
	}
	return n, err
}

// listenAt is listen on the socket of a key, which is a new one or one that others listen on.
func (l *Loopback) listenAt(key, path string, isNew bool, a *acceptor, group string) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n, ok := l.sockets[key]
	switch {
	case ok:
		return l.listenLocked(n, a, group)
	case !isNew:
		return 0, syscall.EADDRINUSE
	case len(l.sockets) >= maxListening:
		return 0, &Errno{Code: "EMFILE"}
	}
	if l.sockets == nil {
		l.sockets = map[string]int{}
	}
	n = firstSocket + l.named
	l.named++
	if _, err := l.listenLocked(n, a, group); err != nil {
		return 0, err
	}
	l.sockets[key], l.ports[n].key, l.ports[n].path = n, key, path
	return n, nil
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
	case l.open >= maxLoopback, l.charge(2*loopbackBuffer) != nil:
		return nil, syscall.ENOBUFS
	}
	l.open++
	mine := clientPort + l.clients%clientPorts
	if port >= firstSocket {
		mine = port // clients have no names
	}
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
	return l.listenLocked(number, a, group)
}

func (l *Loopback) listenLocked(number int, a *acceptor, group string) (int, error) {
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
	l.ports[number], l.used = &port{group: group, acceptors: []*acceptor{a}}, true
	return number, nil
}

// charge tells Charge, if there is one. The caller holds l.mu.
func (l *Loopback) charge(delta int64) error {
	if l.Charge == nil {
		return nil
	}
	return l.Charge(delta)
}

// unlisten takes a port from a, if it is a's. If it was a Unix-domain socket of files,
// and nobody listens on it any more, the path that it was made at is removed.
func (l *Loopback) unlisten(files Files, number int, a *acceptor) {
	l.mu.Lock()
	p := l.ports[number]
	l.unlistenLocked(number, a)
	gone := p != nil && l.ports[number] == nil
	l.mu.Unlock()
	if gone && p.path != "" && !abstract(p.path) {
		_ = files.Unlink(p.path) // as of libuv: whatever became of it
	}
}

func (l *Loopback) unlistenLocked(number int, a *acceptor) {
	p := l.ports[number]
	if p == nil {
		return
	}
	p.acceptors = slices.DeleteFunc(p.acceptors, func(b *acceptor) bool { return b == a })
	if len(p.acceptors) == 0 {
		delete(l.ports, number)
		delete(l.sockets, p.key)
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
	a := newAcceptor(pid)
	port, err := l.listen(port, a, "")
	if err != nil {
		return nil, err
	}
	return &loopbackListener{l: l, a: a, port: port, done: make(chan struct{})}, nil
}

// ListenSocket is Listen on a Unix-domain socket that it makes at path, as of Socket.
// Closing leaves its file. Errors: those of Files, syscall.EADDRINUSE if anything is there.
func (l *Loopback) ListenSocket(files Files, path string, pid int) (net.Listener, error) {
	a := newAcceptor(pid)
	n, err := l.bind(files, path, a, "")
	if err != nil {
		return nil, err
	}
	return &loopbackListener{l: l, a: a, port: n, done: make(chan struct{})}, nil
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
	_ = p.l.charge(-2 * loopbackBuffer) // giving back is not refused
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
	if port >= firstSocket {
		return &net.UnixAddr{Net: "unix"}
	}
	return net.TCPAddrFromAddrPort(netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), uint16(port)))
}

// LocalAddr implements net.Conn: 127.0.0.1 and a port that is nobody else's name; of a
// Unix-domain socket nothing.
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

// room waits until something can be put. Errors: those of write.
func (s *stream) room(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		if _, err := s.putLocked(nil); err != nil || len(s.bytes) < loopbackBuffer {
			return err
		}
		if err := s.wait(ctx, &s.writeBy); err != nil {
			return err
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
