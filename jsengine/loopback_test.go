package jsengine_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"syscall"
	"testing"

	"golang.org/x/net/nettest"

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
