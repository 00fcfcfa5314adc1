package jsengine

import (
	"context"
	"errors"
	"math"
	"time"

	"github.com/buntime/buntime/internal/scoped"
	"github.com/buntime/buntime/jsengine/wire"
	"github.com/buntime/buntime/wasmhost"
)

// compiled is the bytecode of a source, and what compiling it took. It depends on
// the source alone: an instance that equals the image made it and did nothing else.
type compiled struct {
	code []byte // as it crosses to the guest; nil: the engine cannot compile it, or not write it down
	fuel int64
	peak int64 // bytes of linear memory beyond the image

	refused bool // it wanted more memory than there was: of no use to others
}

const (
	// defaultCompiled bounds the bytecode that is kept, in bytes.
	defaultCompiled = 128 << 20
	// minCompiled is the size from which on a source is compiled in an instance of
	// its own, in bytes: for less, that takes longer than it saves.
	minCompiled = 512
)

// bytecode returns the bytecode of an ES module that goes by name, or of a CommonJS
// module's function: from what is kept of the same source in the same scope (or,
// of a published file, for everyone), or by compiling it. It is nil if the guest has to compile the source itself.
//
// The guest reads bytecode either way and pays what compiling takes, so that its
// memory and its fuel do not depend on what is kept.
func (p *Process) bytecode(name string, s *source) []byte {
	if p.program.gcAlways || s.len() < minCompiled {
		return nil
	}
	l := p.program.Limits
	room := l.Memory - (int64(p.in.Size()) - int64(p.engine.image.Size()))
	if room <= 0 {
		return nil
	}
	fuel := int64(math.MaxInt64)
	if l.Fuel > 0 {
		fuel = max(l.Fuel-p.in.FuelUsed(), 1)
	}
	var key scoped.Key
	p.long(s.len(), func() { key = scoped.KeyOf(p.engine.module, s.kind.String(), name, s.key(), string(s.maps)) })
	c, ok := p.compiledOf(s, key)
	if !ok || c.peak > room {
		var err error
		p.Block(func() { c, err = p.compileApart(p.ctx, name, s, room, fuel) })
		switch {
		case errors.Is(err, wasmhost.ErrBudget):
			p.in.Overload()
			return nil
		case errors.Is(err, wasmhost.ErrFuel):
			c.fuel = math.MaxInt64
		case err != nil: // the program's end, most likely; else it fails in the guest as well
			p.in.Charge(c.fuel)
			return nil
		case !c.refused:
			p.keepCompiled(s, key, c)
		}
	}
	if c.fuel > fuel { // how much it is, is known only if it is kept
		p.in.Charge(fuel + 1)
		return nil
	}
	p.in.Charge(c.fuel)
	return c.code
}

// compileApart compiles s in an instance with so much room and fuel.
func (p *Process) compileApart(ctx context.Context, name string, s *source, room, fuel int64) (c compiled, err error) {
	if fuel == math.MaxInt64 {
		fuel = 0 // no limit
	}
	b := make([]byte, 0, 48+len(name)+s.len()+len(s.maps))
	if b, err = s.append(appendText(b, name)); err != nil {
		return c, err
	}
	if err := p.holding.Charge(int64(len(b))); err != nil {
		return c, err
	}
	defer p.holding.Charge(-int64(len(b))) // giving back cannot fail
	cfg := wasmhost.InstanceConfig{Memory: room, Fuel: fuel, Tenant: p.program.Tenant}
	if p.program.Pace != nil {
		before := p.in.CPUTime()
		cfg.Pace = func(cpu time.Duration) time.Duration { return p.program.Pace(before + cpu) }
	}
	in, err := p.engine.image.Get(ctx, cfg)
	if err != nil {
		return c, err
	}
	defer in.Release()
	g := guest{in: in, shared: p.engine.shared}
	r, err := g.call(ctx, callCode, b)
	p.in.Lent(in.CPUTime())
	c.fuel, c.peak, c.refused = in.FuelUsed(), in.MemoryPeak(), in.RefusedGrowth() > 0
	if err == nil && r == 0 {
		c.code, err = g.code(s.kind)
	}
	return c, err
}

// code is the bytecode that callCode made, as load or compiledSource answer.
func (g *guest) code(kind moduleKind) ([]byte, error) {
	b, err := g.value()
	if err != nil {
		return nil, err
	}
	answer := make([]byte, 0, len(b)+32)
	if kind == kindESM {
		answer, _ = wire.Append(answer, int32(kindCode)) // flat values cannot fail
		answer, _ = wire.Append(answer, b)
		return wire.Append(answer, wire.Undefined{})
	}
	return wire.Append(answer, b)
}

// compiledSource is the engine's: → the bytecode that module.load promised.
func (p *Process) compiledSource() (any, error) {
	b := p.promised
	p.promised = nil
	if b == nil {
		return nil, &JSError{Name: "RangeError", Message: "no compiled function was promised"}
	}
	return raw(b), nil
}
