package meter

import "math"

const (
	// pointWeight is the number of instructions that a metered point may stand
	// for before it costs another unit. It only shows in code that no compiler
	// writes: without it, a module could hide any amount of work in one unit.
	pointWeight = 1 << 16

	// lightWeight is the number of instructions up to which a function, with all
	// that it calls, goes unmetered but for loops; its callers bear it.
	lightWeight = 512

	// callWeight is what a call counts for beside what it calls.
	callWeight = 64

	// uncheckedWeight is the number of instructions up to which a function, with
	// what it calls, may run without a look at the fuel between two loop headers.
	uncheckedWeight = 1 << 14
)

// points are the metered points of a function.
type points struct {
	entry uint32   // units; 0: the entry is no metered point
	check bool     // the entry looks at the fuel, too
	loops []uint32 // units, in the order of the headers

	weight  uint64   // instructions, each counted once
	parts   []uint64 // those of the entry and of each loop, without what has a point of its own
	leaves  bool     // it calls what is not known, or the host
	callees []callee // one for each direct call
}

// callee is a function that is called directly.
type callee struct {
	function uint32 // index into Module.Funcs
	part     int    // of the caller's parts: where it is called
}

// points finds the metered points of the first n of the module's own functions.
//
// Every entry takes fuel. To look at it costs more, since wazero then has a
// branch and a call that values have to survive: an entry does so only where it
// must, so that no more than some thousand instructions run between two looks.
func (in *instrumenter) points(n int) []points {
	all := make([]points, n)
	imported := in.hook
	for i := range all {
		all[i] = weigh(&in.m.Funcs[i], imported)
	}
	in.markCallable(all, imported)
	breakCycles(all)
	return all
}

// weigh finds the costs of f's points. Each is charged for the instructions from
// there on that are not behind a loop header of their own, of which an execution
// passes every one at most once.
func weigh(f *Func, imported uint32) points {
	var (
		p      points
		weight = []uint64{0}
		region = []int{0} // index into weight for each open block
	)
	for _, l := range f.Locals {
		weight[0] += uint64(l.Count) // they are set to zero
	}
	r := reader{b: f.Body}
	for i := (instruction{}); r.left() > 0; {
		r.next(&i)
		here := region[len(region)-1]
		weight[here]++
		switch i.op {
		case opCall, opReturnCall:
			if i.a >= imported {
				p.callees = append(p.callees, callee{i.a - imported, here})
			} else {
				p.leaves = true
			}
			weight[here] += callWeight
		case opCallIndirect, opCallRef, opReturnCallIndirect, opReturnCallRef:
			p.leaves = true
			weight[here] += callWeight
		case opLoop:
			region = append(region, len(weight))
			weight = append(weight, 0)
		case opBlock, opIf, opTryTable:
			region = append(region, here)
		case opEnd:
			region = region[:len(region)-1]
		}
	}
	for _, w := range weight {
		p.weight += w
	}
	p.parts = weight
	return p
}

// markCallable makes the entries look that something else than a direct call can
// reach: what is exported or can get into a table or a reference. So every cycle
// of calls that is not all direct has one that looks.
func (in *instrumenter) markCallable(all []points, imported uint32) {
	mark := func(function uint32) { // as it stands in bodies
		if function >= imported && function-imported < uint32(len(all)) {
			all[function-imported].check = true
		}
	}
	expression := func(x []byte) { // whose functions have moved already
		r := reader{b: x}
		for i := (instruction{}); r.left() > 0; {
			if r.next(&i); i.op == opRefFunc {
				mark(i.a - 1)
			}
		}
	}
	m := in.m
	for i := range m.Exports {
		if m.Exports[i].Kind == ExternFunc {
			mark(m.Exports[i].Index - 1)
		}
	}
	if m.Start != nil {
		mark(*m.Start - 1)
	}
	for i := range m.Globals {
		expression(m.Globals[i].Init)
	}
	for i := range m.Tables {
		expression(m.Tables[i].Init)
	}
	for i := range m.Elems {
		for _, f := range m.Elems[i].Funcs {
			mark(f - 1)
		}
		for _, x := range m.Elems[i].Exprs {
			expression(x)
		}
	}
	for i := range all {
		r := reader{b: m.Funcs[i].Body}
		for i := (instruction{}); r.left() > 0; {
			if r.next(&i); i.op == opRefFunc {
				mark(i.a)
			}
		}
	}
}

// breakCycles makes entries look so that every cycle of direct calls has one
// that does, and that what runs without a look stays below uncheckedWeight, and
// sets what each point costs, since that depends on what is called. It follows
// calls depth first; how deep they nest is the module's choice, so it keeps its
// own stack.
func breakCycles(all []points) {
	const (
		unseen = iota
		open
		done
	)
	state := make([]uint8, len(all))
	type frame struct{ function, next int }
	var stack []frame
	for root := range all {
		if state[root] != unseen {
			continue
		}
		state[root] = open
		stack = append(stack, frame{function: root})
		for len(stack) > 0 {
			top := &stack[len(stack)-1]
			p := &all[top.function]
			if top.next < len(p.callees) {
				function := int(p.callees[top.next].function)
				top.next++
				switch state[function] {
				case unseen:
					state[function] = open
					stack = append(stack, frame{function: function})
				case open:
					all[function].check = true
				}
				continue
			}
			// Whatever it calls is weighed by now, or looks.
			light := !p.leaves
			for _, c := range p.callees {
				called := &all[c.function]
				if state[c.function] != done || called.entry > 0 {
					light = false
				} else {
					p.parts[c.part] += called.parts[0]
				}
				if !called.check {
					p.weight = min(p.weight+called.weight, math.MaxUint32)
				}
			}
			most := uint64(lightWeight)
			if p.check { // what reaches it by a table counts no more than a call
				most = callWeight
			}
			light = light && p.parts[0] <= most
			if p.weight > uncheckedWeight {
				p.check = true
			}
			p.charge(light)
			state[top.function] = done
			stack = stack[:len(stack)-1]
		}
	}
}

// charge sets what p's points cost.
func (p *points) charge(light bool) {
	unit := func(weight uint64) uint32 { return 1 + uint32(weight/pointWeight) }
	if !light {
		p.entry = unit(p.parts[0])
	}
	for _, weight := range p.parts[1:] {
		p.loops = append(p.loops, unit(weight))
	}
}
