package jsengine

import (
	"context"
	"encoding/json"
	"sync"
	"testing"
	"time"
)

// live are programs that wait in their event loops.
type live struct {
	cancel context.CancelFunc
	ended  sync.WaitGroup
}

// waiting starts n programs in e that call a function of the host and then wait
// for a timer. It returns when all of them called; the caller must end them.
func waiting(t testing.TB, e *Engine, n int) *live {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	l := &live{cancel: cancel}
	called := make(chan struct{}, n)
	p := Program{
		Code:     "setTimeout(() => {}, 3_000_000); await host.ready()",
		Language: "js",
		Limits:   Limits{Timeout: time.Hour},
		Funcs: map[string]HostFunc{"ready": func(context.Context, json.RawMessage) (json.RawMessage, error) {
			called <- struct{}{}
			return json.RawMessage("1"), nil
		}},
	}
	for range n {
		l.ended.Go(func() {
			r, err := e.Run(ctx, &p)
			if ctx.Err() == nil {
				t.Errorf("a sandbox ended: %+v, %v", r, err)
				cancel()
			}
		})
	}
	for range n {
		select {
		case <-called:
		case <-ctx.Done():
			l.ended.Wait()
			t.FailNow()
		}
	}
	return l
}

func (l *live) end() {
	l.cancel()
	l.ended.Wait()
}
