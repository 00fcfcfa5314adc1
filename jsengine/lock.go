package jsengine

import (
	"context"
	"sync"
)

// lock is a mutex for which a context's end ends the wait: who has it may wait for
// others for long. The zero value is free.
type lock struct {
	mu    sync.Mutex
	taken bool          // guarded by mu
	freed chan struct{} // guarded by mu; closed when it is free again; nil: nobody waits
}

// take waits for the lock. The error is ctx's, also if the lock is free: then it is
// not taken.
func (l *lock) take(ctx context.Context) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		l.mu.Lock()
		if !l.taken {
			l.taken = true
			l.mu.Unlock()
			return nil
		}
		if l.freed == nil {
			l.freed = make(chan struct{})
		}
		freed := l.freed
		l.mu.Unlock()
		select {
		case <-freed:
		case <-ctx.Done():
		}
	}
}

// free gives it back.
func (l *lock) free() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.taken = false
	if l.freed != nil {
		close(l.freed)
		l.freed = nil
	}
}
