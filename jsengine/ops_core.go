package jsengine

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"github.com/buntime/buntime/jsengine/wire"
)

// version is what guests see as the runtime's version.
const version = "0.1.0"

// coreOps are the operations of the process itself. What a program was given is
// read when the guest first asks for it.
func coreOps() []Op {
	return []Op{
		{Name: "process.argv", Sync: func(c *Call) (any, error) {
			return append([]string{}, c.Process.program.Args...), nil
		}},
		{Name: "process.env", Sync: func(c *Call) (any, error) {
			return c.Process.program.Env, nil
		}},
		{Name: "process.execArgv", Sync: func(c *Call) (any, error) { return append([]string{}, c.Process.program.ExecArgv...), nil }},
		// process.preload: kinds and names, one after the other.
		{Name: "process.preload", Sync: func(c *Call) (any, error) {
			list := []string{}
			for _, l := range c.Process.program.Preload {
				list = append(list, l.Kind, l.Name)
			}
			return list, nil
		}},
		{Name: "process.cwd", Sync: func(c *Call) (any, error) { return c.Process.program.Dir, nil }},
		{Name: "process.entry", Sync: func(c *Call) (any, error) { return c.Process.entryPath(), nil }},
		{Name: "process.input", Sync: func(c *Call) (any, error) {
			if in := c.Process.program.Input; in != nil {
				return string(in), nil
			}
			return wire.Undefined{}, nil
		}},
		// Apart from process.info, whose numbers cost what they are: what a program prints must cost the same in every run.
		{Name: "process.node", Sync: func(c *Call) (any, error) { return c.Process.program.Node, nil }},
		{Name: "process.info", Sync: func(c *Call) (any, error) {
			p := c.Process
			return wire.Object{
				{Key: "version", Value: version},
				{Key: "unnamed", Value: p.program.Unnamed},
				{Key: "memoryLimit", Value: p.program.Limits.Memory},
				{Key: "startTime", Value: float64(p.started.UnixMicro()) / 1e3},
			}, nil
		}},
		{Name: "process.memory", Sync: func(c *Call) (any, error) {
			p := c.Process
			return wire.Object{
				{Key: "used", Value: int64(p.in.Size())},
				{Key: "limit", Value: p.program.Limits.Memory},
			}, nil
		}},
		{Name: "process.cpu", Sync: func(c *Call) (any, error) {
			p := c.Process
			used := p.in.CPUTime()
			if p.program.Clock != nil { // the only time that such a program has
				used = max(0, p.now().Sub(p.started))
			}
			return float64(used.Milliseconds()) * 1e3, nil // coarse, as every clock of a guest
		}},
		{Name: "host.names", Sync: func(c *Call) (any, error) {
			return slices.Sorted(maps.Keys(c.Process.program.Funcs)), nil
		}},
		// host.call (name, JSON text) → JSON text
		{Name: "host.call", Async: func(ctx context.Context, c *Call) (any, error) {
			name, err := c.String(0, "name")
			if err != nil {
				return nil, err
			}
			arg := "null"
			if c.Has(1) {
				if arg, err = c.String(1, "argument"); err != nil {
					return nil, err
				}
			}
			f, ok := c.Process.program.Funcs[name]
			if !ok {
				return nil, &JSError{Name: "TypeError", Message: "host." + name + " is not a function"}
			}
			out, err := f(ctx, json.RawMessage(arg))
			if err != nil {
				if _, hidden := wireError(err); hidden && ctx.Err() == nil {
					// The embedder's own words: what a host function says is for its guest.
					return nil, &JSError{Message: err.Error()}
				}
				return nil, err
			}
			if out == nil {
				return wire.Undefined{}, nil
			}
			return string(out), nil
		}},
	}
}
