package shell

import (
	"bytes"
	"regexp/syntax"
	"slices"
	"unicode/utf8"
)

// heldMatch bounds what Go's own engine is asked for: the bytes of a text times the size
// of an expression. It takes up to 20 ns for each, in which nothing stops it.
const heldMatch = 1 << 18

// pike matches as Go's regexp does, state by state, but bills each step and lets others
// have the turn between two of them. It is for texts and expressions that are large.
type pike struct {
	sh      *shell
	prog    *syntax.Prog
	prefix  []byte // that each match begins with, if it is not empty
	longest bool
	groups  int // the whole match counts as one

	text     []byte
	size     int // of the captures that are asked for
	now, new pikeList
	match    []int
	steps    int64
}

// pikeList has the states in which a search is, the preferred ones first.
type pikeList struct {
	dense  []uint32 // instructions
	sparse []uint32 // where in dense an instruction is
	caps   []int    // of the states in dense, size for each
}

// newPike makes one for an expression that Go has compiled.
func newPike(sh *shell, re *regex) *pike {
	tree, err := syntax.Parse(re.String(), syntax.Perl)
	if err != nil {
		panic(err) // it was compiled
	}
	prog, err := syntax.Compile(tree.Simplify())
	if err != nil {
		panic(err)
	}
	prefix, _ := re.LiteralPrefix()
	sh.spend(int64(len(prog.Inst)) * 20)
	return &pike{sh: sh, prog: prog, prefix: []byte(prefix), longest: re.longest, groups: re.Regexp.NumSubexp() + 1}
}

// from is the first match at or after at and, if groups is true, its groups.
func (p *pike) from(text []byte, at int, groups bool) []int {
	p.text, p.size = text, 2
	if groups {
		p.size = 2 * p.groups
	}
	held := p.sh.heldTemp
	defer p.sh.freeRoom(held)
	n := len(p.prog.Inst)
	p.sh.room(int64(n) * int64(16+16*p.size))
	for _, l := range []*pikeList{&p.now, &p.new} {
		*l = pikeList{dense: make([]uint32, 0, n), sparse: make([]uint32, n), caps: make([]int, 0, n*p.size)}
	}
	defer func() { p.text, p.now, p.new = nil, pikeList{}, pikeList{} }()
	p.match = nil
	start := make([]int, p.size)
	before := rune(-1)
	if at > 0 {
		before, _ = utf8.DecodeLastRune(text[:at])
	}
	for {
		if len(p.now.dense) == 0 {
			if p.match != nil {
				break
			}
			if len(p.prefix) > 0 { // nothing begins before it
				i := bytes.Index(text[at:], p.prefix)
				if p.bill(int64(len(text)-at) / 64); i < 0 {
					break
				}
				if i > 0 {
					at += i
					before, _ = utf8.DecodeLastRune(text[:at])
				}
			}
		}
		here, width := rune(-1), 0
		if at < len(text) {
			here, width = utf8.DecodeRune(text[at:])
		}
		context := syntax.EmptyOpContext(before, here)
		if p.match == nil {
			for i := range start {
				start[i] = -1
			}
			start[0] = at
			p.add(&p.now, uint32(p.prog.Start), at, context, start)
		}
		after := rune(-1)
		if at+width < len(text) {
			after, _ = utf8.DecodeRune(text[at+width:])
		}
		p.step(at, here, width, syntax.EmptyOpContext(here, after))
		if width == 0 {
			break
		}
		p.now, p.new = p.new, p.now
		p.new.dense, p.new.caps = p.new.dense[:0], p.new.caps[:0]
		before = here
		at += width
	}
	p.sh.spend(p.steps * 4)
	p.steps = 0
	return p.match
}

// bill counts steps, and spends them now and then.
func (p *pike) bill(n int64) {
	if p.steps += n; p.steps >= 256 {
		p.sh.spend(p.steps * 4)
		p.steps = 0
	}
}

// step goes on from each state with what stands at at.
func (p *pike) step(at int, here rune, width int, context syntax.EmptyOp) {
	for i, pc := range p.now.dense {
		p.bill(1)
		caps := p.now.caps[i*p.size : (i+1)*p.size]
		if p.longest && p.match != nil && caps[0] > p.match[0] {
			continue // it began later than what is found
		}
		inst := &p.prog.Inst[pc]
		switch inst.Op {
		case syntax.InstMatch:
			if !p.longest || p.match == nil || caps[0] < p.match[0] || at > p.match[1] {
				p.match = append(p.match[:0], caps...)
				p.match[1] = at
			}
			if !p.longest {
				return // those behind it are less preferred
			}
		case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
			if width > 0 && inst.MatchRune(here) {
				p.add(&p.new, inst.Out, at+width, context, caps)
			}
		}
	}
}

// add brings a search into a state, and into all that it leads to without a character.
func (p *pike) add(l *pikeList, pc uint32, at int, context syntax.EmptyOp, caps []int) {
	for {
		p.bill(1)
		if j := l.sparse[pc]; j < uint32(len(l.dense)) && l.dense[j] == pc {
			return
		}
		l.sparse[pc] = uint32(len(l.dense))
		l.dense = append(l.dense, pc)
		l.caps = append(l.caps, caps...)
		inst := &p.prog.Inst[pc]
		switch inst.Op {
		case syntax.InstAlt, syntax.InstAltMatch:
			p.add(l, inst.Out, at, context, caps)
			pc = inst.Arg
		case syntax.InstEmptyWidth:
			if syntax.EmptyOp(inst.Arg)&^context != 0 {
				return
			}
			pc = inst.Out
		case syntax.InstNop:
			pc = inst.Out
		case syntax.InstCapture:
			if k := int(inst.Arg); k > 1 && k < p.size {
				p.bill(int64(p.size) / 16)
				caps = slices.Clone(caps)
				caps[k] = at
			}
			pc = inst.Out
		default:
			return
		}
	}
}
