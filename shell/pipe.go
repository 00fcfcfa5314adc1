package shell

import (
	"context"
	"io"
	"sync"
)

// pipeSize is what a pipe holds, as Linux's.
const pipeSize = 64 << 10

// A Pipe carries bytes from its writers to its readers. What it holds is
// bounded: a writer waits for the readers, until the context it is given ends.
// Safe for concurrent use.
type Pipe struct {
	mu      sync.Mutex
	buf     []byte        // guarded by mu
	changed chan struct{} // guarded by mu; closed at the next change, nil if nobody waits
	wclosed bool          // guarded by mu; nobody will write any more
	rclosed bool          // guarded by mu; nobody will read any more
}

// NewPipe returns an empty pipe.
func NewPipe() *Pipe { return &Pipe{} }

// wait returns a channel that is closed at the next change. Precondition: p.mu is held.
func (p *Pipe) waitLocked() <-chan struct{} {
	if p.changed == nil {
		p.changed = make(chan struct{})
	}
	return p.changed
}

func (p *Pipe) changeLocked() {
	if p.changed != nil {
		close(p.changed)
		p.changed = nil
	}
}

// ReadContext reads what there is, or waits for it. It returns io.EOF when
// nobody writes any more, or ctx's error.
func (p *Pipe) ReadContext(ctx context.Context, b []byte) (int, error) {
	for {
		p.mu.Lock()
		if len(p.buf) > 0 || len(b) == 0 {
			n := copy(b, p.buf)
			p.buf = p.buf[n:]
			if len(p.buf) == 0 {
				p.buf = p.buf[:0:0]
			}
			p.changeLocked()
			p.mu.Unlock()
			return n, nil
		}
		if p.wclosed || p.rclosed {
			p.mu.Unlock()
			return 0, io.EOF
		}
		changed := p.waitLocked()
		p.mu.Unlock()
		releaseTurn(ctx)
		select {
		case <-changed:
		case <-ctx.Done():
			return 0, context.Cause(ctx)
		}
	}
}

// WriteContext writes all of b. It returns errPipe when nobody reads any more,
// or ctx's error.
func (p *Pipe) WriteContext(ctx context.Context, b []byte) (int, error) {
	n := 0
	for {
		p.mu.Lock()
		if p.rclosed || p.wclosed {
			p.mu.Unlock()
			return n, ErrPipe
		}
		if room := pipeSize - len(p.buf); room > 0 && n < len(b) {
			k := min(room, len(b)-n)
			p.buf = append(p.buf, b[n:n+k]...)
			n += k
			p.changeLocked()
		}
		if n == len(b) {
			p.mu.Unlock()
			return n, nil
		}
		changed := p.waitLocked()
		p.mu.Unlock()
		releaseTurn(ctx)
		select {
		case <-changed:
		case <-ctx.Done():
			return n, context.Cause(ctx)
		}
	}
}

// Readable reports that a read would not wait: there are bytes, or the end.
func (p *Pipe) Readable() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.buf) > 0 || p.wclosed || p.rclosed
}

// drained reports that nothing is left to be read, for now.
func (p *Pipe) drained() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.buf) == 0
}

// abandoned reports that nobody reads any more.
func (p *Pipe) abandoned() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.rclosed
}

// CloseWrite tells readers that nothing comes any more.
func (p *Pipe) CloseWrite() {
	p.mu.Lock()
	p.wclosed = true
	p.changeLocked()
	p.mu.Unlock()
}

// CloseRead tells writers that nobody reads any more.
func (p *Pipe) CloseRead() {
	p.mu.Lock()
	p.rclosed = true
	p.buf = nil
	p.changeLocked()
	p.mu.Unlock()
}
