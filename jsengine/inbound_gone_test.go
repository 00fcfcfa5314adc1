package jsengine

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"
)

// Clients that go away while a program takes no request keep no later one from
// going away, too.
func TestInboundGone(t *testing.T) {
	in := &Inbound{}
	in.init()
	in.ports[80] = true
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range maxInbound + 10 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
			if _, err := in.Serve(ctx, &InboundRequest{Port: 80}); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("served: %v", err)
			}
			cancel()
		}
	}()
	select {
	case <-done:
	case <-time.After(20 * time.Second):
		t.Fatal("a request waits for ever")
	}
	if len(in.open) != 0 {
		t.Errorf("%d requests are in hand", len(in.open))
	}
}

// I11: who accepts without listening gets an error, and not the host's log a panic.
func TestI11AcceptWithoutListening(t *testing.T) {
	p := newProcess(t)
	for _, o := range p.engine.ops {
		if o.Name != "serve.accept" {
			continue
		}
		_, err := p.runAsync(t.Context(), &o, &Call{Process: p})
		if _, hidden := wireError(err); err == nil || hidden {
			t.Errorf("accepting: %v", err)
		}
	}
}

// stuckSocket is a WebSocket whose other end does not read.
type stuckSocket struct {
	WebSocket
	released chan struct{}
	once     *sync.Once
}

func (s stuckSocket) Write(bool, []byte) error {
	<-s.released
	return errors.New("released")
}

func (s stuckSocket) Release() { s.once.Do(func() { close(s.released) }) }

// A program that ends does not wait for the other end of a WebSocket to read.
func TestI12WebSocketWritesEnd(t *testing.T) {
	p := newProcess(t)
	id, _ := p.state.sockets.add(stuckSocket{released: make(chan struct{}), once: new(sync.Once)}, 1)
	for _, o := range p.engine.ops {
		if o.Name != "ws.write" {
			continue
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			_, _ = o.Async(ctx, &Call{Process: p, Args: []any{int32(id), "x"}})
		}()
		cancel()
		select {
		case <-ended:
		case <-time.After(5 * time.Second):
			t.Error("it still writes")
		}
	}
}
