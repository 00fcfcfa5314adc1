package jsengine

import (
	"context"
	"errors"
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
