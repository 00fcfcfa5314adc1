package jsengine

import (
	"context"
	"errors"
	"net"
	"sync"
	"syscall"
	"testing"
)

// Datagrams come whole, in order, to who may get them, until there is no room.
func TestDatagrams(t *testing.T) {
	var held, limit int64 = 0, 1 << 40
	l := &Loopback{Charge: func(delta int64) error {
		if delta > 0 && held+delta > limit {
			return errors.New("no room")
		}
		held += delta
		return nil
	}}
	bind := func(port int, v4, v6, shared bool) *datagrams {
		t.Helper()
		s, err := l.bindDatagrams(port, v4, v6, shared)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	wants := func(s *datagrams, want ...string) {
		t.Helper()
		for _, w := range want {
			if d, err := s.next(); err != nil || string(d.data) != w {
				t.Errorf("got %q, %v, want %q", d.data, err, w)
			}
		}
		if d, err := s.next(); err != nil || d.data != nil {
			t.Errorf("got %q, %v, want nothing", d.data, err)
		}
	}
	four, six, both, from := bind(9, true, false, false), bind(9, false, true, false), bind(10, true, true, false), bind(0, true, false, false)
	for _, to := range []struct {
		port int
		v6   bool
	}{{9, false}, {9, true}, {10, false}, {10, true}, {11, false}, {-1, true}} {
		from.send(to.port, to.v6, []byte("a"))
		from.send(to.port, to.v6, []byte{})
	}
	wants(four, "a", "")
	wants(six, "a", "")
	wants(both, "a", "", "a", "")
	for _, taken := range []struct{ v4, v6, shared bool }{{true, false, false}, {false, true, true}, {true, true, false}} {
		if _, err := l.bindDatagrams(10, taken.v4, taken.v6, taken.shared); !errors.Is(err, syscall.EADDRINUSE) {
			t.Errorf("%+v: %v", taken, err)
		}
	}
	// Of those that share a port the last gets it.
	first, second := bind(12, true, false, true), bind(12, true, false, true)
	from.send(12, false, []byte("second"))
	second.close()
	second.close()
	from.send(12, false, []byte("first"))
	wants(first, "first")
	// What there is no room for is lost.
	before := held
	for range 100 {
		from.send(9, false, make([]byte, maxDatagram))
	}
	if n := held - before; n != 3*(maxDatagram+datagramCost) || n > datagramBuffer {
		t.Errorf("%d bytes wait", n)
	}
	limit = held
	from.send(10, false, []byte("x"))
	wants(both)
	if _, err := l.bindDatagrams(0, true, false, false); !errors.Is(err, syscall.ENOBUFS) {
		t.Errorf("without memory: %v", err)
	}
	limit = 1 << 40
	all := []*datagrams{four, six, both, from, first}
	for len(all) < maxDatagramSockets {
		all = append(all, bind(0, true, true, false))
	}
	if _, err := l.bindDatagrams(0, true, false, false); !errors.Is(err, syscall.ENOBUFS) {
		t.Errorf("one more: %v", err)
	}
	for _, s := range all {
		s.close()
	}
	if held != 0 || len(l.udp) != 0 || l.udpSockets != 0 {
		t.Errorf("%d bytes, %d ports, %d sockets are left", held, len(l.udp), l.udpSockets)
	}
	if _, err := four.receive(t.Context()); !errors.Is(err, net.ErrClosed) {
		t.Errorf("of a closed one: %v", err)
	}
}

// Who waits gets all that comes, and is told of the end.
func TestDatagramsHammer(t *testing.T) {
	l := &Loopback{}
	to, err := l.bindDatagrams(9, true, false, false)
	if err != nil {
		t.Fatal(err)
	}
	got := make(chan int)
	go func() {
		n := 0
		for {
			if _, err := to.receive(t.Context()); err != nil {
				got <- n
				return
			}
			n++
		}
	}()
	var senders sync.WaitGroup
	for range 4 {
		senders.Go(func() {
			s, err := l.bindDatagrams(0, true, false, false)
			if err != nil {
				t.Error(err)
				return
			}
			defer s.close()
			for range 100 {
				s.send(9, false, []byte("x"))
			}
		})
	}
	senders.Wait()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	other, err := l.bindDatagrams(0, true, false, false)
	if err != nil {
		t.Fatal(err)
	}
	defer other.close()
	if _, err := other.receive(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	to.close()
	if n := <-got; n > 400 {
		t.Errorf("%d came of 400", n)
	}
}
