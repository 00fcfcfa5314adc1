package npm

import (
	"slices"
)

// Where a package goes is decided as npm's Arborist decides it, so that a
// lockfile of either is the other's.

// verdict is whether a package can be somewhere.
type verdict uint8

const (
	conflict verdict = iota
	placeable
	replace
	keep
)

// deepest returns the farthest up that a package may have to stay, from start:
// the first place that does not want name as a peer.
func deepest(start *node, name string) *node {
	for n := start; n != nil; n = n.up() {
		if n.up() == nil {
			return n
		}
		if e := n.edge(name); e == nil || !e.typ.peer() {
			return n
		}
	}
	return start
}

// check is the question whether dep can be in target's node_modules, to meet an
// edge.
type check struct {
	dep, target *node
	edge        *edge
	above       *check  // of what dep is a peer
	peers       []*node // on the way here
	dedupe      bool
	explicit    bool

	self verdict // of dep alone
	all  verdict // of dep and its peers
}

func newCheck(c check) *check {
	if c.above != nil {
		c.peers = append(slices.Clone(c.above.peers), c.above.dep)
	}
	c.all = c.decide()
	return &c
}

func (c *check) entry() *edge {
	for c.above != nil {
		c = c.above
	}
	return c.edge
}

func (c *check) decide() verdict {
	own := c.target.edge(c.dep.name)
	current := c.target.children[c.dep.name]
	if c.dep.failed != nil {
		c.self = placeable
		if current != nil {
			c.self = replace
		}
		return c.self
	}
	if own != nil && own.typ.peer() && !c.target.isTop() {
		return conflict
	}
	if own != nil && own != c.edge && !own.satisfiedBy(c.dep) {
		return conflict
	}
	if current != nil {
		return c.decideCurrent(current)
	}
	// What the name leads to from here now may be wanted by something below.
	if c.target != c.entry().from {
		if seen := c.target.resolve(c.dep.name); seen != nil {
			for _, e := range seen.in() {
				if e.from.descendsFrom(c.target) && e.valid() && !e.satisfiedBy(c.dep) {
					return conflict
				}
			}
		}
	}
	return c.withPeers(placeable)
}

func (c *check) decideCurrent(current *node) verdict {
	dep := c.dep
	if dep.matches(current) && c.edge.satisfiedBy(current) {
		c.self = keep
		if c.explicit {
			c.self = replace
		}
		return c.self
	}
	cur, next := current.target().m.Version, dep.target().m.Version
	newer := cur != "" && next != "" && compareVersions(next, cur) >= 0
	if newer && dep.canReplace(current, nil) {
		if v := c.withPeers(replace); v != conflict {
			return v
		}
	}
	if c.edge.satisfiedBy(current) && (!c.explicit || c.dedupe) {
		c.self = keep
		return keep
	}
	if c.dedupe && !newer && dep.canReplace(current, nil) {
		if v := c.withPeers(replace); v != conflict {
			return v
		}
	}
	start := c.edge.from
	for a := c; a != nil; a = a.above {
		start = a.edge.from
	}
	if c.target != deepest(start, dep.name) {
		c.self = conflict
		return conflict // it could be deeper: leave this one alone
	}
	if !c.edge.typ.peer() && c.target == c.edge.from {
		return c.withPeers(replace)
	}
	if c.above == nil && !c.edge.typ.peer() {
		c.self = conflict
		return conflict
	}
	// Can every set of peers that current is part of go, or go deeper?
	can := true
	for _, set := range peerSets(current) {
		if set.entry == c.edge || set.entry == c.entry() {
			continue
		}
		entryNode := set.entry.to()
		if entryNode == nil || dep.parent == nil {
			continue
		}
		rep := dep.parent.children[entryNode.name]
		if rep != nil && rep.canReplace(entryNode, dep.parent.children) {
			continue
		}
		if rep == nil && clobbers(entryNode, dep) {
			continue
		}
		for n := range set.nodes {
			d := deepest(set.entry.from, n.name)
			if d == c.target || c.target.descendsFrom(d) {
				can = false
				break
			}
		}
	}
	if can {
		return c.withPeers(replace)
	}
	c.self = conflict
	return conflict
}

// clobbers reports whether what dep brings meets the peers of entry too.
func clobbers(entry, dep *node) bool {
	walk, seen := []*node{entry}, map[*node]bool{entry: true}
	for i := 0; i < len(walk); i++ {
		for _, e := range walk[i].edges {
			if !e.typ.peer() || !e.valid() {
				continue
			}
			rep := dep.parent.children[e.name]
			if rep == nil {
				if to := e.to(); to != nil && !seen[to] {
					seen[to] = true
					walk = append(walk, to)
				}
				continue
			}
			if !e.satisfiedBy(rep) {
				return false
			}
		}
	}
	return true
}

// withPeers is v if dep's peers can go where they must for it.
func (c *check) withPeers(v verdict) verdict {
	c.self = v
	ok := true
	for _, e := range c.dep.edges {
		to := e.to()
		if !e.typ.peer() || to == nil || to == c.dep || slices.Contains(c.peers, to) || len(c.peers) > maxPeers {
			continue
		}
		p := newCheck(check{dep: to, target: deepest(c.target, to.name), edge: e, above: c, dedupe: true})
		if p.all == conflict {
			ok = false
		}
	}
	if !ok {
		return conflict
	}
	return v
}

// maxPeers bounds chains of peer dependencies.
const maxPeers = 40

// peerSet is the peers that an edge from outside brings.
type peerSet struct {
	entry *edge
	nodes map[*node]bool
}

// peerSets returns the sets of peers that n is in.
func peerSets(n *node) []peerSet {
	union, seen := []*node{n}, map[*node]bool{n: true}
	add := func(o *node) {
		if o != nil && !seen[o] {
			seen[o] = true
			union = append(union, o)
		}
	}
	for i := 0; i < len(union); i++ {
		for _, e := range union[i].edges {
			if e.typ.peer() && e.valid() {
				add(e.to())
			}
		}
		for _, e := range union[i].in() {
			if e.typ.peer() && e.valid() {
				add(e.from)
			}
		}
	}
	var out []peerSet
	for _, p := range union {
		for _, e := range p.in() {
			if !e.valid() || e.typ.peer() && !e.from.isTop() {
				continue
			}
			sub, list := map[*node]bool{p: true}, []*node{p}
			for i := 0; i < len(list); i++ {
				for _, pe := range list[i].edges {
					if to := pe.to(); pe.typ.peer() && to != nil && !sub[to] && pe.valid() {
						sub[to] = true
						list = append(list, to)
					}
				}
			}
			if sub[n] {
				out = append(out, peerSet{e, sub})
			}
		}
	}
	return out
}

// placer puts a package and its peers into the tree.
type placer struct {
	b        *builder
	dep      *node // in a virtual root
	edge     *edge
	above    *placer
	explicit bool
	refresh  bool // though it is met
	dedupe   bool

	checked *check // where it goes
	placed  *node
	again   map[*node]bool // nodes whose edges must be looked at again
	done    []*node        // all that was placed
}

func (p *placer) top() *placer {
	for p.above != nil {
		p = p.above
	}
	return p
}

func (p *placer) place() error {
	e := p.edge
	if to := e.to(); to != nil && e.valid() && !p.explicit && !p.refresh {
		return nil
	}
	start := e.from
	if p.above != nil {
		start = p.above.placed
		if p.above.placed == nil {
			return nil
		}
	}
	if e.typ.peer() {
		// A peer goes beside what wants it.
		if up := e.from.up(); up != nil {
			start = up
		}
		if p.above == nil {
			start = deepest(start, e.name)
		}
	}
	var above *check
	if p.above != nil {
		above = p.above.checked
	}
	var alone, nearest *check
	stopped := false
	for target := start; target != nil; target = target.up() {
		if own := target.edge(e.name); !target.isTop() && own != nil && own.typ.peer() {
			continue
		}
		c := newCheck(check{dep: p.dep, edge: e, above: above, target: target, dedupe: p.dedupe, explicit: p.explicit})
		if c.self != conflict {
			alone = c
		}
		if stopped = c.all == conflict; stopped {
			break
		}
		if p.checked = c; nearest == nil {
			nearest = c
		}
		if p.dep.failed != nil {
			break
		}
	}
	if p.b.asBun && stopped && nearest != nil {
		p.checked = nearest // what cannot be at the top is where it is needed, and nowhere between
	}
	if p.checked == nil {
		if !p.b.bun && (e.from.mine() || p.b.set.strictPeer || p.top().edge.from.mine()) {
			return p.conflict()
		}
		if alone == nil {
			p.b.warn("ERESOLVE", "%s is not met: %s of %s", e.name, e.spec.raw, e.from.id())
			return nil
		}
		p.checked = alone
	}
	return p.put()
}

func (p *placer) conflict() error {
	e := p.edge
	found := "nothing that fits"
	if to := e.to(); to != nil {
		found = to.id()
	}
	return fail("ERESOLVE", "", "the dependencies contradict each other: %s needs %s %q, and the project has %s", cut(e.from.id(), 100), e.name, cut(e.spec.raw, 60), cut(found, 100))
}

func (p *placer) put() error {
	c := p.checked
	v := c.all
	if v == conflict {
		v = c.self
	}
	target := c.target
	t := target.tree
	if v == keep {
		if kept := target.children[p.dep.name]; kept != nil {
			p.dedupeBelow(target, p.dep.name)
		}
		return nil
	}
	// a → b → a → … of versions that never meet: a link to the one above ends it.
	for n := target; n != nil; n = n.up() {
		if !n.isTop() && n.matches(p.dep) {
			p.placed = &node{name: p.dep.name, m: n.m, link: n}
			if old := target.children[p.dep.name]; old != nil {
				t.detach(old)
			}
			t.attach(target, p.placed)
			return nil
		}
	}
	if t.nodes >= p.b.max || t.edges > maxEdges {
		return fail("ELIMIT", "", "the tree has more than %d packages", p.b.max)
	}
	if target.depth() >= maxNesting {
		return fail("ELIMIT", "", "packages are nested deeper than %d", maxNesting)
	}
	n := p.b.copyOf(p.dep)
	p.placed = n
	if old := target.children[n.name]; old != nil {
		p.replace(target, old, n)
	} else {
		t.attach(target, n)
	}
	top := p.top()
	top.done = append(top.done, n)
	for _, e := range n.in() {
		if e != p.edge && !e.valid() {
			top.again[e.from] = true
		}
	}
	p.dedupeBelow(target, n.name)
	if n.tree == nil {
		return nil
	}
	for _, e := range slices.Clone(n.edges) {
		if !e.typ.peer() || e.to() != nil && e.valid() {
			continue
		}
		peer := p.dep.parent.children[e.name]
		if peer == nil || peer == p.dep || !e.satisfiedBy(peer) || p.depth() > maxPeers {
			continue
		}
		child := &placer{b: p.b, dep: peer, edge: e, above: p, dedupe: true}
		if err := child.place(); err != nil {
			return err
		}
		if n.tree == nil {
			return nil
		}
	}
	return nil
}

func (p *placer) depth() int {
	d := 0
	for ; p.above != nil; p = p.above {
		d++
	}
	return d
}

const (
	maxEdges   = 200_000
	maxNesting = 24 // levels of node_modules
)

// replace puts n where old was, and takes out what only old wanted.
func (p *placer) replace(target, old, n *node) {
	t := target.tree
	var olds []*node
	for _, e := range old.edges {
		if to := e.to(); to != nil && n.edge(e.name) == nil {
			for d := range gather([]*node{to}, func(x *edge) bool { return x.to() != to }) {
				olds = append(olds, d)
			}
		}
	}
	// Peers at this level that n does not meet go deeper, if they may.
	var prune []*node
	for _, e := range old.in() {
		if e.satisfiedBy(n) || !e.typ.peer() || e.from.parent != target {
			continue
		}
		for _, set := range peerSets(e.from) {
			entry := set.entry.to()
			if entry == nil || set.entry.from.mine() || deepest(set.entry.from, entry.name) == target {
				continue
			}
			for d := range gather([]*node{entry}, func(x *edge) bool { return x.to() != entry }) {
				prune = append(prune, d)
			}
		}
	}
	kids := old.children
	t.detach(old)
	t.attach(target, n)
	for _, k := range kids { // what was below stays if it is wanted
		if n.children[k.name] == nil && !k.bundled {
			t.attach(n, k)
		}
	}
	var invalid []*node
	for _, e := range n.edges {
		if to := e.to(); to != nil && !e.valid() && to.descendsFrom(n) {
			invalid = append(invalid, to)
		}
	}
	for _, d := range olds {
		if d.tree != nil {
			for x := range gather([]*node{d}, func(e *edge) bool { return e.to() != d && e.valid() }) {
				invalid = append(invalid, x)
			}
		}
	}
	for d := range gather(invalid, func(e *edge) bool { return e.from != n && e.to() != n && e.valid() }) {
		if d != n {
			t.detach(d)
		}
	}
	for _, d := range prune {
		if d.tree == nil || d == n {
			continue
		}
		for _, e := range d.in() {
			p.top().again[e.from] = true
		}
		t.detach(d)
	}
	// What lost a dependency is looked at again.
	for _, k := range kids {
		for _, e := range t.byName[k.name] {
			if !e.valid() {
				p.top().again[e.from] = true
			}
		}
	}
}

// dedupeBelow removes what lies deeper and is not needed any more, now that
// target has name.
func (p *placer) dedupeBelow(target *node, name string) {
	var list []*node
	seen := map[*node]bool{}
	for _, e := range target.tree.byName[name] {
		to := e.to()
		if to != nil && !seen[to] && to != target.children[name] && !to.isTop() && to.descendsFrom(target) {
			seen[to] = true
			list = append(list, to)
		}
	}
	slices.SortFunc(list, func(a, b *node) int { return localeCompare(a.location(), b.location()) })
	for _, n := range list {
		if n.tree == nil {
			continue
		}
		p.prune(n)
		if n.tree != nil {
			for _, k := range n.kids() {
				p.prune(k)
			}
		}
	}
}

func (p *placer) prune(n *node) {
	if !canDedupe(n, p.dedupe) {
		return
	}
	for d := range gather([]*node{n}, func(e *edge) bool { return e.to() != n && e.valid() }) {
		if d.tree != nil {
			d.tree.detach(d)
		}
	}
	if n.tree != nil {
		n.tree.detach(n)
	}
}

// canDedupe reports whether what n stands for can as well be had further up.
func canDedupe(n *node, dedupe bool) bool {
	if n.bundled || n.up() == nil || n.up().up() == nil {
		return false
	}
	if len(n.in()) == 0 {
		return true
	}
	other := n.up().up().resolve(n.name)
	switch {
	case other == nil:
		return false
	case other.matches(n):
		return true
	case !other.canReplace(n, nil):
		return false
	}
	return dedupe || compareVersions(other.target().m.Version, n.target().m.Version) >= 0
}
