package jsengine_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"syscall"
	"testing"

	"golang.org/x/net/nettest"

	"github.com/buntime/buntime/hostfuncs"
	"github.com/buntime/buntime/jsengine"
)

// A connection of a Loopback is one as package net has them.
func TestLoopbackConn(t *testing.T) {
	nettest.TestConn(t, func() (c1, c2 net.Conn, stop func(), err error) {
		c1, c2, n := connection(t, &jsengine.Loopback{})
		return c1, c2, func() { c1.Close(); c2.Close(); n.Close() }, nil
	})
}

// connection returns the ends of a connection of l.
func connection(t *testing.T, l *jsengine.Loopback) (client, server net.Conn, n net.Listener) {
	t.Helper()
	n, err := l.Listen(0, 0)
	if err != nil {
		t.Fatal(err)
	}
	client, err = l.Dial(n.Addr().(*net.TCPAddr).Port)
	if err != nil {
		t.Fatal(err)
	}
	server, err = n.Accept()
	if err != nil {
		t.Fatal(err)
	}
	return client, server, n
}

func TestLoopbackPorts(t *testing.T) {
	l := &jsengine.Loopback{}
	if _, err := l.Dial(80); !errors.Is(err, syscall.ECONNREFUSED) || l.Used() || l.Listening(80) {
		t.Fatalf("nobody listens yet: %v", err)
	}
	n, err := l.Listen(80, 0)
	if err != nil || !l.Used() || !l.Listening(80) {
		t.Fatal(err)
	}
	if _, err := l.Listen(80, 0); !errors.Is(err, syscall.EADDRINUSE) {
		t.Fatalf("listening twice: %v", err)
	}
	waits, err := l.Dial(80)
	if err != nil {
		t.Fatal(err)
	}
	n.Close()
	n.Close()
	if _, err := waits.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("what was not accepted reads %v", err)
	}
	if _, err := waits.Write([]byte("x")); !errors.Is(err, syscall.EPIPE) {
		t.Errorf("what was not accepted writes %v", err)
	}
	waits.Close()
	if _, err := n.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("a closed listener: %v", err)
	}
	if _, err := l.Dial(80); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("after Close: %v", err)
	}
	if n, err := l.Listen(80, 0); err != nil || n.Close() != nil {
		t.Errorf("again: %v", err)
	}
}

// One end may say that nothing more comes, and still hears the other.
func TestLoopbackHalfClose(t *testing.T) {
	client, server, n := connection(t, &jsengine.Loopback{})
	defer n.Close()
	defer client.Close()
	defer server.Close()
	go func() {
		fmt.Fprint(client, "question")
		client.(interface{ CloseWrite() error }).CloseWrite()
	}()
	if b, err := io.ReadAll(server); string(b) != "question" || err != nil {
		t.Fatalf("%q, %v", b, err)
	}
	fmt.Fprint(server, "answer")
	server.Close()
	if b, err := io.ReadAll(client); string(b) != "answer" || err != nil {
		t.Fatalf("what was written before Close: %q, %v", b, err)
	}
}

// Connections are bounded, and so is what they hold; it is given back.
// Sockets at paths are found by what is there, and by nothing else.
func TestLoopbackSockets(t *testing.T) {
	l, files := &jsengine.Loopback{}, hostfuncs.NewWorkspace(hostfuncs.Config{})
	other := &jsengine.Loopback{}
	listen := func(path string) net.Listener {
		t.Helper()
		n, err := l.ListenSocket(files, path, 0)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	code := func(l *jsengine.Loopback, path string) string {
		n, err := l.Socket(files, path)
		var no *jsengine.Errno
		if errors.As(err, &no) {
			return no.Code
		}
		c, err := l.Dial(n)
		if err != nil {
			return err.Error()
		}
		c.Close()
		return ""
	}
	if got := code(l, "/tmp/x"); got != "ENOENT" {
		t.Errorf("nothing is there: %q", got)
	}
	n, hidden := listen("/tmp/x"), listen("\x00x")
	for _, path := range []string{"/tmp/x", "\x00x"} {
		if got := code(l, path); got != "" {
			t.Errorf("%q: %q", path, got)
		}
		if got := code(other, path); got != "ECONNREFUSED" {
			t.Errorf("of another execution: %q: %q", path, got)
		}
		if _, err := l.ListenSocket(files, path, 0); !errors.Is(err, syscall.EADDRINUSE) {
			t.Errorf("twice at %q: %v", path, err)
		}
	}
	if n.Addr().Network() != "unix" || len(l.Listeners()) != 0 || l.Listening(0) {
		t.Errorf("%v, %v", n.Addr(), l.Listeners())
	}
	// It goes where its file goes, and not where another is.
	if err := errors.Join(files.Rename("/tmp/x", "/tmp/y"), files.Symlink("y", "/tmp/link"), files.Link("/tmp/y", "/tmp/z"), files.WriteFile("/tmp/x", nil, 0, 0o644)); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{"/tmp/x": "ECONNREFUSED", "/tmp/y": "", "/tmp/z": "", "/tmp/link": "", "/tmp": "ECONNREFUSED", "/tmp/x/y": "ENOTDIR", "\x00": "ECONNREFUSED"} {
		if got := code(l, path); got != want {
			t.Errorf("%q: %q, want %q", path, got, want)
		}
	}
	n.Close()
	hidden.Close()
	for _, path := range []string{"/tmp/y", "\x00x"} {
		if got := code(l, path); got != "ECONNREFUSED" {
			t.Errorf("%q is closed: %q", path, got)
		}
	}
	if _, err := l.ListenSocket(files, "/tmp/y", 0); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("at a file that was left: %v", err)
	}
	if _, err := l.ListenSocket(files, "\x00"+strings.Repeat("x", 108), 0); !errors.Is(err, &jsengine.Errno{Code: "EINVAL"}) {
		t.Errorf("a long name: %v", err)
	}
	names := files.Names()
	for i := range 257 {
		_, err := l.ListenSocket(files, fmt.Sprintf("/tmp/many%d", i), 0)
		if i < 256 != (err == nil) || err != nil && !errors.Is(err, &jsengine.Errno{Code: "EMFILE"}) {
			t.Fatalf("socket %d: %v", i, err)
		}
	}
	if got := files.Names() - names; got != 256 {
		t.Errorf("%d files were left", got)
	}
}

func TestLoopbackBounds(t *testing.T) {
	var mu sync.Mutex
	held, limit := int64(0), int64(1<<40)
	l := &jsengine.Loopback{Charge: func(delta int64) error {
		mu.Lock()
		defer mu.Unlock()
		if delta > 0 && held+delta > limit {
			return errors.New("no room")
		}
		held += delta
		return nil
	}}
	n, err := l.Listen(9, 0)
	if err != nil {
		t.Fatal(err)
	}
	var open []net.Conn
	for {
		c, err := l.Dial(9)
		if err != nil {
			if !errors.Is(err, syscall.ENOBUFS) || len(open) != 256 {
				t.Fatalf("after %d: %v", len(open), err)
			}
			break
		}
		open = append(open, c)
	}
	if held != 256*64<<10 {
		t.Errorf("%d bytes are held", held)
	}
	for _, c := range open {
		c.Close()
		c.Close()
	}
	n.Close()
	if held != 0 {
		t.Errorf("%d bytes are held at the end", held)
	}
	n, _ = l.Listen(9, 0)
	defer n.Close()
	limit = 0
	if _, err := l.Dial(9); !errors.Is(err, syscall.ENOBUFS) {
		t.Errorf("without memory: %v", err)
	}
}
