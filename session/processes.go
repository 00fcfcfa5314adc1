package session

import (
	"context"
	"errors"
	"time"

	"github.com/buntime/buntime/jsengine"
	"github.com/buntime/buntime/shell"
)

// processes lets a program of a line start others. It implements jsengine.Processes.
type processes struct {
	l    *line
	ctx  context.Context // of the line
	self *shell.Process  // nil: the program is none of the line's processes
}

// Start implements jsengine.Processes.
func (p *processes) Start(ctx context.Context, s jsengine.Spawn) (jsengine.Child, error) {
	st := shell.Start{
		File: s.File, Argv: s.Args, Env: s.Env, Dir: s.Dir, With: s.Channel, Ready: s.Ready,
		Stdin: reader(s.Stdin), Stdout: p.writer(s.Stdout), Stderr: p.writer(s.Stderr),
	}
	if len(st.Argv) == 0 {
		st.Argv = []string{s.File}
	}
	if p.self != nil {
		st.Depth, st.Parent = p.self.Depth()+1, p.self.PID()
	}
	c, err := p.l.open(p.ctx).Go(ctx, st)
	switch {
	case err == nil:
		return c, nil
	case errors.Is(err, shell.ErrNotFound):
		return nil, &jsengine.Errno{Code: "ENOENT"}
	case errors.Is(err, shell.ErrPermission):
		return nil, &jsengine.Errno{Code: "EACCES"}
	}
	return nil, &jsengine.Errno{Code: "EAGAIN"}
}

// reader is a standard input as the shell has it: nil stays nil.
func reader(in jsengine.InputStream) shell.Reader {
	if in == nil {
		return nil
	}
	return in
}

// writer is a standard output. That the host has no room for it ends the line.
func (p *processes) writer(out jsengine.OutputStream) shell.Writer {
	if out == nil {
		return nil
	}
	if pipe, ok := out.(*shell.Pipe); ok {
		return pipe
	}
	return held{out, p.l}
}

type held struct {
	jsengine.OutputStream
	l *line
}

func (h held) WriteContext(ctx context.Context, b []byte) (int, error) {
	n, err := h.OutputStream.WriteContext(ctx, b)
	if errors.Is(err, jsengine.ErrOverloaded) {
		h.l.sys.Fail(err)
	}
	return n, err
}

// group is a process with all that it started.
type group struct {
	*shell.Process
}

func (g group) Signal(n int) bool { return g.System().SignalGroup(g.PID(), n) }

// Find implements jsengine.Processes. The negative number of a process means its group.
func (p *processes) Find(pid int) jsengine.Child {
	if pid < -1 {
		if c := p.l.open(p.ctx).Find(-pid); c != nil {
			return group{c}
		}
		return nil
	}
	if c := p.l.open(p.ctx).Find(pid); c != nil {
		return c
	}
	return nil
}

// Self implements jsengine.Processes.
func (p *processes) Self() jsengine.Self {
	if p.self == nil {
		return nil
	}
	return p.self
}

// Which implements jsengine.Processes.
func (p *processes) Which(name, dir, path string) string {
	return p.l.open(p.ctx).Which(name, dir, path)
}

// Pipe implements jsengine.Processes.
func (p *processes) Pipe() jsengine.Pipe { return shell.NewPipe() }

// elsewhere is the processor time of what a program started, whose credit was
// charged for it as it ran.
func (l *line) elsewhere() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.cpu + l.budget.CPUTime()
}

// main runs a program that is no command line, with those that it starts.
func (l *line) main(ctx context.Context, p *jsengine.Program) (*jsengine.Result, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	l.ended = cancel
	p.Pool = guests{l.budget}
	p.Processes, p.Installer = &processes{l: l, ctx: ctx}, l.base.Installer
	res, err := l.m.cfg.Engine.Run(ctx, p)
	if l.sys == nil { // it started none
		return res, err
	}
	l.sys.Close()
	if res == nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	res.Fuel, res.MemoryPeak = l.budget.FuelUsed(), l.budget.MemoryPeak()
	res.CPUTime += l.cpu + l.budget.CPUTime()
	var limit *jsengine.LimitError
	switch fault := l.sys.Err(); {
	case l.failed != nil:
		return res, l.failed
	case errors.As(fault, &limit):
		res.Limit, err = limit, nil
		res.ExitCode = 137
		if limit.Kind == "fuel" {
			res.ExitCode = 124
		}
	case fault != nil: // the host has no room
		return res, jsengine.ErrOverloaded
	}
	return res, err
}
