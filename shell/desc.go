package shell

import (
	"context"
	"errors"
	"io"
	"sync"
	"sync/atomic"

	"github.com/buntime/buntime/jsengine"
)

// ErrPipe is what a Writer returns when nobody reads what it is given any more.
//
//lint:ignore ST1005 what a guest reads, in the words of the real shell
var ErrPipe = errors.New("Broken pipe")

// A stream is what a descriptor reads from or writes to.
type stream interface {
	read(ctx context.Context, b []byte) (int, error)
	write(ctx context.Context, b []byte) (int, error)
	close()
}

// desc is an open file description: what several descriptors, of several
// processes, may share. The last that drops it closes its stream.
type desc struct {
	stream
	refs atomic.Int32
	path string // as it was opened; for messages
}

func newDesc(s stream, path string) *desc {
	d := &desc{stream: s, path: path}
	d.refs.Store(1)
	return d
}

func (d *desc) dup() *desc {
	d.refs.Add(1)
	return d
}

func (d *desc) drop() {
	if d.refs.Add(-1) == 0 {
		d.close()
	}
}

// readable reports that a read would not wait, as far as is known.
func (d *desc) readable() bool {
	switch s := d.stream.(type) {
	case pipeReader:
		return s.Readable()
	case readStream:
		r, ok := s.r.(interface{ Readable() bool })
		return !ok || r.Readable()
	}
	return true
}

// size returns how many bytes are still to be read, if that is known.
func (d *desc) file() *fileStream {
	f, _ := d.stream.(*fileStream)
	return f
}

// fileStream is an open file of the workspace with its offset.
type fileStream struct {
	mu                         sync.Mutex
	file                       jsengine.File
	off                        int64 // guarded by mu
	append, readable, writable bool
}

func (f *fileStream) read(_ context.Context, b []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.readable {
		return 0, &jsengine.Errno{Code: "EBADF"}
	}
	if len(b) == 0 {
		return 0, nil
	}
	n, err := f.file.ReadAt(b, f.off)
	f.off += int64(n)
	if n > 0 {
		err = nil
	} else if err == nil {
		err = io.EOF
	}
	return n, err
}

func (f *fileStream) write(_ context.Context, b []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.writable {
		return 0, &jsengine.Errno{Code: "EBADF"}
	}
	if f.append {
		info, err := f.file.Stat()
		if err != nil {
			return 0, err
		}
		f.off = info.Size()
	}
	n, err := f.file.WriteAt(b, f.off)
	f.off += int64(n)
	return n, err
}

func (f *fileStream) close() { _ = f.file.Close() }

// pipeReader and pipeWriter are the ends of a pipe.
type pipeReader struct{ *Pipe }

func (p pipeReader) read(ctx context.Context, b []byte) (int, error) { return p.ReadContext(ctx, b) }
func (p pipeReader) write(context.Context, []byte) (int, error) {
	return 0, &jsengine.Errno{Code: "EBADF"}
}
func (p pipeReader) close() { p.CloseRead() }

type pipeWriter struct{ *Pipe }

func (p pipeWriter) read(context.Context, []byte) (int, error) {
	return 0, &jsengine.Errno{Code: "EBADF"}
}
func (p pipeWriter) write(ctx context.Context, b []byte) (int, error) { return p.WriteContext(ctx, b) }
func (p pipeWriter) close()                                           { p.CloseWrite() }

// readStream and writeStream are what the shell was given from outside.
type readStream struct{ r Reader }

func (s readStream) read(ctx context.Context, b []byte) (int, error) {
	mayWait(ctx, s.r)
	return s.r.ReadContext(ctx, b)
}
func (s readStream) write(context.Context, []byte) (int, error) {
	return 0, &jsengine.Errno{Code: "EBADF"}
}
func (s readStream) close() {}

type writeStream struct{ w Writer }

func (s writeStream) read(context.Context, []byte) (int, error) {
	return 0, &jsengine.Errno{Code: "EBADF"}
}
func (s writeStream) write(ctx context.Context, b []byte) (int, error) {
	mayWait(ctx, s.w)
	return s.w.WriteContext(ctx, b)
}
func (s writeStream) close() {}

// Prompt is a Reader or Writer that knows whether it never waits.
type Prompt interface{ Prompt() bool }

// mayWait gives back the turn of the process that ctx is of before a stream is used
// that may wait. A Pipe does so itself.
func mayWait(ctx context.Context, stream any) {
	switch s := stream.(type) {
	case Prompt:
		if s.Prompt() {
			return
		}
	case *Pipe, Discard:
		return
	}
	releaseTurn(ctx)
}

// bytesStream reads a here-document.
type bytesStream struct {
	mu sync.Mutex
	b  []byte // guarded by mu; what is still to be read
}

func (s *bytesStream) read(_ context.Context, b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.b) == 0 && len(b) > 0 {
		return 0, io.EOF
	}
	n := copy(b, s.b)
	s.b = s.b[n:]
	return n, nil
}

func (s *bytesStream) write(context.Context, []byte) (int, error) {
	return 0, &jsengine.Errno{Code: "EBADF"}
}
func (s *bytesStream) close() {}

// captureStream collects what a command substitution prints.
type captureStream struct {
	mu   sync.Mutex
	buf  []byte            // guarded by mu
	hold func(int64) error // is asked before it grows
}

func (s *captureStream) read(context.Context, []byte) (int, error) {
	return 0, &jsengine.Errno{Code: "EBADF"}
}

func (s *captureStream) write(_ context.Context, b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if need := len(s.buf) + len(b); need > cap(s.buf) {
		grown := max(2*cap(s.buf), need, 512)
		if err := s.hold(int64(grown - cap(s.buf))); err != nil {
			return 0, err
		}
		s.buf = append(make([]byte, 0, grown), s.buf...)
	}
	s.buf = append(s.buf, b...)
	return len(b), nil
}
func (s *captureStream) close() {}

// device is one of the few files below /dev.
type device int

const (
	devNull device = iota
	devZero
	devRandom
	devFull
)

// deviceStream reads and writes a device.
type deviceStream struct {
	dev    device
	random func([]byte)
}

func (s deviceStream) read(_ context.Context, b []byte) (int, error) {
	switch s.dev {
	case devNull:
		return 0, io.EOF
	case devRandom:
		s.random(b)
	default:
		clear(b)
	}
	return len(b), nil
}

func (s deviceStream) write(_ context.Context, b []byte) (int, error) {
	if s.dev == devFull {
		return 0, &jsengine.Errno{Code: "ENOSPC"}
	}
	return len(b), nil
}
func (s deviceStream) close() {}
