package api

import (
	"errors"
	"io"
	"net"
	"os"
	"sync/atomic"
	"testing"
	"time"
)

// pollable is the server's end of a connection on loopback, with what is known
// of it, and the client's end.
func pollable(t *testing.T) (net.Conn, *polled, net.Conn) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	client, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	c, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	raw, err := c.(*net.TCPConn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	return c, &polled{raw: raw}, client
}

// A connection is polled only for a client that is alone, prompt and not known to
// be slower than a poll, and only while no program runs.
func TestPollDue(t *testing.T) {
	var busy atomic.Bool
	pr := &poller{busy: busy.Load}
	alone := func() *polled {
		p := &polled{prompt: true}
		for range aloneAfter {
			pr.came(p)
		}
		return p
	}
	if !pr.due(alone()) {
		t.Fatal("a prompt client alone is not polled for")
	}
	for name, change := range map[string]func(*polled){
		"not prompt":                func(p *polled) { p.prompt = false },
		"polled for in vain":        func(p *polled) { p.rest = 1 },
		"another's request between": func(p *polled) { pr.came(&polled{}); pr.came(p) },
		"another's request last":    func(*polled) { pr.came(&polled{}) },
		"a program runs":            func(*polled) { busy.Store(true) },
	} {
		busy.Store(false)
		p := alone()
		change(p)
		if pr.due(p) {
			t.Errorf("%s: it is polled for", name)
		}
	}
}

// What comes is read once, by the poll or after it, and so is the end; a poll that
// finds nothing ends, and each one more in vain keeps the connection from more.
func TestPoll(t *testing.T) {
	var busy atomic.Bool
	pr := &poller{busy: busy.Load}
	c, p, client := pollable(t)
	due := func() {
		p.answered.Store(true)
		p.prompt, p.row, p.rest = true, aloneAfter, 0
		pr.last.Store(p)
	}
	b := make([]byte, 16)
	read := func(want string) {
		t.Helper()
		if n, err := pr.read(c, p, b); err != nil || string(b[:n]) != want {
			t.Errorf("read %q, %v, want %q", b[:n], err, want)
		}
	}

	due()
	io.WriteString(client, "polled")
	read("polled")
	busy.Store(true)
	io.WriteString(client, "not polled")
	read("not polled")
	busy.Store(false)

	for _, want := range []int{1, 3, 7, 15, 31, 63, 63} {
		due()
		c.SetReadDeadline(time.Now().Add(time.Millisecond))
		if n, err := pr.read(c, p, b); n != 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("read %d, %v where nothing came", n, err)
		}
		if p.rest != want {
			t.Errorf("it rests for %d prompt requests, want %d", p.rest, want)
		}
	}
	c.SetReadDeadline(time.Time{})

	due()
	io.WriteString(client, "last")
	client.Close()
	read("last")
	due()
	if n, err := pr.read(c, p, b); n != 0 || err != io.EOF {
		t.Errorf("read %d, %v, want the end", n, err)
	}
	due()
	c.Close()
	if n, err := pr.read(c, p, b); n != 0 || !errors.Is(err, net.ErrClosed) {
		t.Errorf("read %d, %v of what is closed", n, err)
	}
}
