package jsengine

import (
	"bytes"
	"context"
	"errors"
	"io"
)

// maxStdin bounds the bytes of one crossing.
const maxStdin = 64 << 10

// input is a program's standard input. It is safe for concurrent use; two who
// read at once get different bytes.
type input struct {
	lock   lock // who has it may wait for who writes
	stream InputStream
}

// bytesInput is an input that is all there.
type bytesInput struct{ r *bytes.Reader }

func (b bytesInput) ReadContext(_ context.Context, p []byte) (int, error) { return b.r.Read(p) }

// readInput returns the next bytes, none at the end.
func (p *Process) readInput(ctx context.Context, n int64) ([]byte, error) {
	in := &p.input
	if err := in.lock.take(ctx); err != nil {
		return nil, err
	}
	defer in.lock.free()
	if in.stream == nil {
		if in.stream = p.program.Stream; in.stream == nil {
			in.stream = bytesInput{bytes.NewReader(p.program.Stdin)}
		}
	}
	buf := make([]byte, min(max(n, 1), maxStdin))
	k, err := in.stream.ReadContext(ctx, buf)
	if k > 0 {
		return buf[:k], nil
	}
	if err != nil && !errors.Is(err, io.EOF) && ctx.Err() == nil {
		return nil, &Errno{Code: "EIO", Syscall: "read"}
	}
	return []byte{}, ctx.Err()
}

func stdinOps() []Op {
	return []Op{
		// stdin.read (max) → bytes; none at the end. It waits.
		{Name: "stdin.read", Async: func(ctx context.Context, c *Call) (any, error) {
			n, err := c.Int(0, "length")
			if err != nil {
				return nil, err
			}
			return c.Process.readInput(ctx, n)
		}},
		// stdin.readSync (max) → bytes; none at the end. The guest waits.
		{Name: "stdin.readSync", Sync: func(c *Call) (any, error) {
			n, err := c.Int(0, "length")
			if err != nil {
				return nil, err
			}
			p := c.Process
			if p.program.Stream == nil { // it is all there
				b, err := p.readInput(p.ctx, n)
				p.Charge(int64(len(b)) / 16)
				return b, err
			}
			var b []byte
			p.Block(func() { b, err = p.readInput(p.ctx, n) })
			p.Charge(int64(len(b)) / 16)
			return b, err
		}},
	}
}
