package npm

import (
	"context"
	"errors"
	"path"
	"slices"
	"strings"
	"sync"
)

// builder makes the tree that package.json asks for, starting from one that a
// lockfile or nothing gave.
type builder struct {
	reg  *registry
	set  *settings
	ws   *project
	tree *tree
	max  int
	warn func(code, format string, args ...any)

	explicit map[string]bool     // dependencies of the root to be looked up anew
	refresh  map[string]bool     // packages of which the newest that fit are wanted, where they are had anyway
	bun      bool                // peers that cannot be had, or not so, are not missed
	asBun    bool                // the lockfile will be Bun's
	used     map[string][]string // versions in use by name, newest first; only for Bun
	raise    bool                // the newest of what the project asks for
	dedupe   bool                // rather an older version than another one
	queue    []queued
	seen     map[*node]int   // how often a node was looked at
	sources  map[*node]*node // node → what brought it with its peers
	virtuals map[*node]*node // node → the virtual root of its peers
	tops     map[string]*node
	steps    int

	mu    sync.Mutex
	picks map[string]*picked // guarded by mu; by name and want
	loads sync.WaitGroup
}

// picked is a manifest being looked for.
type picked struct {
	done chan struct{}
	m    *manifest
	err  error
}

// Bounds of building one tree: look-ups, nodes looked at, and times that one is.
const (
	maxWork   = 200_000_000
	maxSteps  = 50_000
	maxVisits = 30
)

// build completes the tree. Errors: those of the registry; ERESOLVE, ELIMIT,
// EBADPLATFORM.
func (b *builder) build(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer b.loads.Wait()
	defer cancel()
	b.seen, b.sources, b.virtuals = map[*node]int{}, map[*node]*node{}, map[*node]*node{}
	b.picks = map[string]*picked{}
	b.push(b.tree.root, false)
	if b.asBun { // what workspaces need comes before what packages do
		for _, top := range b.roots()[1:] {
			b.push(top, false)
		}
	}
	b.each(func(n *node) {
		if b.refresh[n.name] {
			for _, e := range n.in() {
				b.push(e.from, false)
			}
		}
	})
	for {
		if err := b.drain(ctx); err != nil {
			return err
		}
		// The folders that links lead to come after the root's own tree.
		more := false
		for _, top := range b.roots() {
			if b.seen[top] == 0 {
				b.push(top, false)
				more = true
			}
		}
		if more {
			continue
		}
		if err := b.settle(); err != nil || !b.asBun {
			return err
		}
		return b.bundleAsBun(ctx)
	}
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, localeCompare)
	return keys
}

// overworked is an error, ELIMIT, if the tree took more look-ups than it may.
func (b *builder) overworked() error {
	if b.tree.work > maxWork {
		return fail("ELIMIT", "", "the dependencies are too many to be worked out")
	}
	return nil
}

func (b *builder) drain(ctx context.Context) error {
	for len(b.queue) > 0 {
		q := b.queue[0]
		n := q.n
		b.queue = b.queue[1:]
		if b.seen[n] > 0 && !q.again || n.tree != b.tree {
			continue
		}
		b.seen[n]++
		if b.steps++; b.steps > maxSteps || b.tree.work > maxWork || b.seen[n] > maxVisits {
			return fail("ELIMIT", cut(n.m.id(), 100), "the dependencies contradict each other too often to be worked out")
		}
		if err := b.step(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

// queued is a node to be looked at, with what the queue is kept sorted by.
type queued struct {
	n        *node
	depth    int
	location string
	again    bool
}

// push queues a node, behind those of the same place.
func (b *builder) push(n *node, again bool) {
	q := queued{n, n.depth(), n.location(), again}
	i, _ := slices.BinarySearchFunc(b.queue, q, func(have, q queued) int {
		d := have.depth - q.depth
		if d == 0 {
			d = localeCompare(have.location, q.location)
		}
		if d == 0 {
			return -1
		}
		return d
	})
	b.queue = slices.Insert(b.queue, i, q)
}

// step meets what n needs and does not have.
func (b *builder) step(ctx context.Context, n *node) error {
	problems := b.problems(n)
	for _, e := range problems {
		if e.err == nil && e.spec.registry() {
			b.look(ctx, e.spec, 0)
		}
	}
	type task struct {
		e   *edge
		dep *node
	}
	var tasks []task
	for _, e := range problems {
		source := b.sources[n]
		if source == nil {
			source = n
		}
		required := map[*node]bool{e.from: true}
		var dep *node
		var parent *node
		if e.typ.peer() {
			parent = b.virtual(source, true)
			if ve := parent.edge(e.name); ve != nil && ve.to() != nil && ve.valid() && e.satisfiedBy(ve.to()) {
				dep = ve.to()
			}
		}
		if dep == nil {
			var err error
			if dep, err = b.fromEdge(ctx, e, parent, nil, required, 0); err != nil {
				return err
			}
		}
		tasks = append(tasks, task{e, dep})
	}
	for _, t := range tasks {
		if t.e.from.tree != b.tree {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		p := &placer{b: b, dep: t.dep, edge: t.e, dedupe: b.dedupe, again: map[*node]bool{}, explicit: n.isRoot() && b.explicit[t.e.name], refresh: b.refresh[t.e.name]}
		if err := p.place(); err != nil {
			return err
		}
		for _, placed := range p.done {
			if placed.tree == b.tree {
				b.push(placed, false)
			}
		}
		for again := range p.again {
			if again.tree == b.tree {
				b.push(again, true)
			}
		}
		if n.isRoot() {
			delete(b.explicit, t.e.name)
		}
	}
	return nil
}

// problems returns the edges of n that must be met.
func (b *builder) problems(n *node) []*edge {
	var out []*edge
	for _, e := range n.edges {
		if n.m.bundles(e.name) && !n.isRoot() {
			continue
		}
		to := e.to()
		switch {
		case to != nil && to.failed != nil:
		case n.isRoot() && b.explicit[e.name], b.refresh[e.name]:
			out = append(out, e)
		case to == nil && e.typ != depPeerOptional, to != nil && !e.valid():
			out = append(out, e)
		}
	}
	return out
}

// virtual returns a root that has the same dependencies as n, for a package to
// be tried in with its peers.
func (b *builder) virtual(n *node, reuse bool) *node {
	if v := b.virtuals[n]; v != nil && reuse {
		return v
	}
	src := n
	if n.source != nil {
		src = n.source
	}
	v := &node{name: n.name, m: n.m, dir: n.dir, source: src, overrides: n.overrides, tree: newTree()}
	v.tree.root = v
	for _, e := range n.edges {
		c := *e
		c.from = v
		v.edges = append(v.edges, &c)
	}
	v.tree.addEdges(v)
	for _, k := range n.kids() {
		if k.link != nil {
			v.tree.attach(v, &node{name: k.name, m: k.m, link: k.link})
		}
	}
	b.virtuals[n] = v
	return v
}

// fromEdge returns a node for what an edge wants, with its peers, in a virtual
// root.
func (b *builder) fromEdge(ctx context.Context, e *edge, parent *node, second *edge, required map[*node]bool, depth int) (*node, error) {
	if depth > maxPeers {
		return nil, fail("ELIMIT", cut(e.name, 80), "peer dependencies are deeper than %d", maxPeers)
	}
	if parent == nil {
		parent = b.virtual(e.from, false)
	}
	n, err := b.fromSpec(ctx, e, parent)
	if err != nil {
		return nil, err
	}
	if second != nil && n.failed == nil && !second.satisfiedBy(n) {
		other, err := b.fromSpec(ctx, second, parent)
		if err != nil {
			return nil, err
		}
		if other.failed == nil && e.satisfiedBy(other) {
			n = other
		}
	}
	if n.tree == parent.tree {
		return n, nil // a workspace that is there
	}
	if old := parent.children[n.name]; old != nil {
		parent.tree.detach(old)
	}
	parent.tree.attach(parent, n)
	if required[e.from] && e.typ != depPeerOptional {
		required[n] = true
	}
	return n, b.peers(ctx, n, required, depth)
}

// peers loads the peers of n beside it.
func (b *builder) peers(ctx context.Context, n *node, required map[*node]bool, depth int) error {
	root := n.parent
	lenient := b.bun || !root.source.mine() && !b.set.strictPeer
	for _, e := range n.edges {
		own := root.edge(e.name)
		switch {
		case !e.typ.peer(), e.to() != nil && e.valid():
			continue
		case e.typ == depPeerOptional && own == nil && e.to() == nil:
			continue // nothing it could contradict
		}
		if e.to() == nil {
			if own == nil {
				if _, err := b.fromEdge(ctx, e, root, nil, required, depth+1); err != nil {
					return err
				}
				continue
			}
			if _, err := b.fromEdge(ctx, own, root, e, required, depth+1); err != nil {
				return err
			}
			if e.valid() || lenient || !required[n] {
				continue
			}
			return b.peerConflict(e, own)
		}
		current := e.to()
		alone, err := b.fromEdge(ctx, e, b.virtual(root.source, false), nil, map[*node]bool{}, depth+1)
		if err != nil {
			return err
		}
		if alone.failed == nil && alone.canReplace(current, nil) {
			if _, err := b.fromEdge(ctx, e, root, nil, required, depth+1); err != nil {
				return err
			}
			continue
		}
		if lenient || !required[n] {
			continue
		}
		return b.peerConflict(e, own)
	}
	return nil
}

func (b *builder) peerConflict(e, own *edge) error {
	has := "another version is in use"
	if own != nil {
		has = "the project asks for " + cut(own.spec.raw, 60)
	} else if to := e.to(); to != nil {
		has = to.id() + " is in use"
	}
	return fail("ERESOLVE", "", "the dependencies contradict each other: %s needs %s %q as a peer, but %s", cut(e.from.id(), 100), e.name, cut(e.spec.raw, 60), has)
}

// fromSpec returns a new node for what an edge asks for. What cannot be loaded
// is a node that failed: perhaps nobody needs it.
func (b *builder) fromSpec(ctx context.Context, e *edge, parent *node) (*node, error) {
	failed := func(err error) (*node, error) {
		if ctx.Err() != nil || codeOf(err) == "" || codeOf(err) == "ELIMIT" {
			return nil, err
		}
		return &node{name: e.name, m: &manifest{Name: e.name}, failed: err}, nil
	}
	if e.err != nil {
		return failed(e.err)
	}
	if top := b.ws.workspace(e.name); top != nil && b.tops[top.dir] != nil {
		n := &node{name: e.name, m: b.tops[top.dir].m, link: b.tops[top.dir]}
		if e.satisfiedBy(n) {
			if k := parent.children[e.name]; k != nil && k.link == n.link {
				return k, nil
			}
			return n, nil
		}
	}
	local := e.from
	if local.source != nil {
		local = local.source
	}
	var n *node
	switch e.spec.kind {
	case kindWorkspace:
		return failed(fail("EWORKSPACE", e.name, "there is no workspace that is %q", cut(e.spec.raw, 60)))
	case kindFolder, kindArchive:
		if !local.isTop() {
			return failed(fail("EPATH", e.name, "%q: only the project itself can have dependencies on its folders", cut(e.spec.raw, 60)))
		}
		abs, err := joinInside(b.ws.root, local.dir, e.spec.want)
		if err != nil {
			return failed(about(e.name, err))
		}
		if e.spec.kind == kindFolder {
			top, err := b.top(abs)
			if err != nil {
				return failed(about(e.name, err))
			}
			return &node{name: e.name, m: top.m, link: top}, nil
		}
		p, sum, err := b.ws.archive(ctx, b.reg, abs)
		if err != nil {
			return failed(about(e.name, err))
		}
		n = &node{name: e.name, m: p, local: abs, integrity: sum}
	case kindRemote:
		p, sum, err := b.ws.remote(ctx, b.reg, e.spec.want)
		if err != nil {
			return failed(about(e.name, err))
		}
		n = &node{name: e.name, m: p, resolved: e.spec.want, integrity: sum}
	default:
		m, err := b.pick(ctx, b.shared(e))
		if err != nil {
			return failed(err)
		}
		b.use(m)
		n = &node{name: e.name, m: m, resolved: m.Tarball, integrity: m.Integrity}
	}
	n.overrides = e.from.overrides.inside(e.name, n.m.Version)
	if err := n.setEdges(b.set.legacyPeer, false); err != nil {
		return failed(err)
	}
	return n, nil
}

// copyOf returns a node like one of a virtual root, for the tree.
func (b *builder) copyOf(dep *node) *node {
	n := &node{
		name: dep.name, m: dep.m, link: dep.link, local: dep.local, resolved: dep.resolved,
		integrity: dep.integrity, failed: dep.failed, overrides: dep.overrides,
	}
	for _, e := range dep.edges {
		c := *e
		c.from = n
		n.edges = append(n.edges, &c)
	}
	if dep.parent != nil && dep.parent.source != nil {
		b.sources[n] = dep.parent.source
	}
	if top := n.link; top != nil && top.isTop() && top.tree == nil {
		b.tree.addEdges(top)
	}
	return n
}

// top returns the node of a folder of the workspace.
func (b *builder) top(dir string) (*node, error) {
	if dir == b.tree.root.dir {
		return b.tree.root, nil
	}
	if n := b.tops[dir]; n != nil {
		return n, nil
	}
	m, err := b.ws.manifestOf(dir)
	if err != nil {
		return nil, err
	}
	name := m.Name
	if name == "" {
		name = path.Base(dir)
	}
	m.catalogs = b.ws.manifest.catalogs
	n := &node{name: name, m: m, dir: dir, overrides: b.tree.root.overrides}
	if inside(b.tree.root.dir, dir) {
		n.around = b.tree.root
	}
	if err := n.setEdges(b.set.legacyPeer, true); err != nil {
		return nil, err
	}
	if len(b.tops) >= maxWorkspaces {
		return nil, fail("ELIMIT", "", "more than %d folders of the workspace are packages", maxWorkspaces)
	}
	b.tops[dir] = n
	return n, nil
}

// use notes that a version is in use.
func (b *builder) use(m *manifest) {
	if !b.bun {
		return
	}
	list := b.used[m.Name]
	i, found := slices.BinarySearchFunc(list, m.Version, func(have, v string) int { return compareVersions(v, have) })
	if !found {
		b.used[m.Name] = slices.Insert(list, i, m.Version)
	}
}

// shared returns what an edge asks for: as Bun has it, rather a version that is in
// use than a newer one. What the project itself asks for is not found so when it is
// updated.
func (b *builder) shared(e *edge) spec {
	s := e.spec
	if s.kind != kindRange || b.raise && e.from.mine() {
		return s
	}
	i := slices.IndexFunc(b.used[s.name], func(v string) bool { return satisfies(v, s.want) })
	if i >= 0 {
		s.want = b.used[s.name][i]
	}
	return s
}

func pickKey(s spec) string { return s.name + "\x00" + s.want }

// pick returns the manifest for a specifier; calls for one share the work.
func (b *builder) pick(ctx context.Context, s spec) (*manifest, error) {
	p := b.look(ctx, s, 0)
	select {
	case <-p.done:
		return p.m, p.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// look begins to look for a manifest, and then for what it depends on: most of
// that will be asked for.
func (b *builder) look(ctx context.Context, s spec, depth int) *picked {
	b.mu.Lock()
	defer b.mu.Unlock()
	key := pickKey(s)
	if p := b.picks[key]; p != nil {
		return p
	}
	p := &picked{done: make(chan struct{})}
	b.picks[key] = p
	ahead := len(b.picks) < 2*b.max && depth < maxNesting
	b.loads.Go(func() {
		p.m, p.err = b.reg.pick(ctx, s)
		close(p.done)
		if p.err != nil || !ahead {
			return
		}
		for _, deps := range []stringMap{p.m.Dependencies, p.m.OptionalDependencies, p.m.PeerDependencies} {
			for name, raw := range deps {
				if p.m.PeerOptional[name] || p.m.bundles(name) {
					continue
				}
				if s, err := parseSpec(name, raw); err == nil && s.registry() && ctx.Err() == nil {
					b.look(ctx, s, depth+1)
				}
			}
		}
	})
	return p
}

// settle drops what nobody needs and fails for what is needed and could not be
// had.
func (b *builder) settle() error {
	b.flag()
	var failed []*node
	b.each(func(n *node) {
		if n.failed != nil {
			failed = append(failed, n)
		}
	})
	slices.SortFunc(failed, func(x, y *node) int { return strings.Compare(x.location(), y.location()) })
	for _, n := range failed {
		if n.tree == nil {
			continue
		}
		if b.bun && codeOf(n.failed) == "ETARGET" && !slices.ContainsFunc(n.in(), func(e *edge) bool { return !e.typ.peer() }) {
			b.warn("ETARGET", "%s", n.failed)
			b.tree.detach(n)
			continue
		}
		if !n.optional && n.reached {
			if to := n.in(); len(to) > 0 && !to[0].from.isRoot() {
				var e *Error
				if errors.As(n.failed, &e) && !strings.Contains(e.Message, " (needed by ") {
					c := *e
					c.Message += " (needed by " + cut(to[0].from.id(), 100) + ")"
					return &c
				}
			}
			return n.failed
		}
		b.dropOptional(n)
	}
	b.flag()
	var loose []*node
	b.each(func(n *node) {
		if !n.reached && !n.bundled {
			loose = append(loose, n)
		}
	})
	for _, n := range loose {
		b.tree.detach(n)
	}
	var bad error
	b.each(func(n *node) {
		if why := n.m.platformError(); why != "" && !n.optional && n.link == nil && bad == nil {
			bad = fail("EBADPLATFORM", n.m.id(), "it is for %s", why)
		}
	})
	return bad
}

// dropOptional removes an optional dependency that failed, and all that cannot
// be without it.
func (b *builder) dropOptional(n *node) {
	set, list := map[*node]bool{n: true}, []*node{n}
	for i := 0; i < len(list); i++ {
		for _, e := range list[i].in() {
			if !e.typ.optional() && !e.from.isTop() && !set[e.from] {
				set[e.from] = true
				list = append(list, e.from)
			}
		}
	}
	for d := range gather(list, func(e *edge) bool { return e.valid() && !set[e.to()] }) {
		if d.tree != nil && !d.isTop() {
			b.tree.detach(d)
		}
	}
	for _, d := range list {
		if d.tree != nil && !d.isTop() {
			b.tree.detach(d)
		}
	}
}

// roots are the project and the folders that links of it lead to, by path.
func (b *builder) roots() []*node {
	out := []*node{b.tree.root}
	for _, dir := range sortedKeys(b.tops) {
		if top := b.tops[dir]; top.tree != nil {
			out = append(out, top)
		}
	}
	return out
}

// walk calls fn for every node.
func (b *builder) walk(fn func(*node)) {
	for _, top := range b.roots() {
		top.walk(fn)
	}
}

// each calls fn for every node but the tops.
func (b *builder) each(fn func(*node)) {
	b.walk(func(n *node) {
		if !n.isTop() {
			fn(n)
		}
	})
}

// flag works out what keeps each node.
func (b *builder) flag() {
	reach := func(skip func(depType) bool) map[*node]bool {
		seen := map[*node]bool{b.tree.root: true}
		list := []*node{b.tree.root}
		for i := 0; i < len(list); i++ {
			n := list[i]
			if n.link != nil && !seen[n.link] {
				seen[n.link] = true
				list = append(list, n.link)
			}
			for _, e := range n.edges {
				to := e.to()
				if to == nil || seen[to] || skip(e.typ) || !e.valid() && to.failed == nil && !keepsInvalid(e) {
					continue
				}
				seen[to] = true
				list = append(list, to)
			}
		}
		return seen
	}
	isDev := func(t depType) bool { return t == depDev }
	all := reach(func(depType) bool { return false })
	noDev := reach(isDev)
	noOptional := reach(depType.optional)
	neither := reach(func(t depType) bool { return isDev(t) || t.optional() })
	noPeer := reach(depType.peer)
	b.walk(func(n *node) {
		n.reached = all[n]
		n.dev, n.optional, n.peer = !noDev[n], !noOptional[n], !noPeer[n]
		n.devOpt = !neither[n] && !n.dev && !n.optional
	})
}

// keepsInvalid reports whether an edge keeps what it leads to though it does not
// fit: a peer that could not be met otherwise.
func keepsInvalid(e *edge) bool { return e.typ.peer() }
