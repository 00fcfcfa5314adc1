package npm

import (
	"path"
	"slices"
)

// The tree is what npm calls one: each node has a folder of further nodes, and a
// dependency is met by the nearest of its name on the way up.

// depType is why a node wants another.
type depType uint8

const (
	depProd depType = iota
	depDev
	depOptional
	depPeer
	depPeerOptional
	depWorkspace
)

func (t depType) peer() bool     { return t == depPeer || t == depPeerOptional }
func (t depType) optional() bool { return t == depOptional || t == depPeerOptional }

// node is a package in its place.
type node struct {
	tree *tree
	name string // of its folder; of a dependency's alias
	m    *manifest

	parent   *node            // in whose node_modules it is; nil: a top
	around   *node            // of a top: the project that its folder is in
	children map[string]*node // in its node_modules

	edges []*edge // by name, as npm orders them

	link  *node  // it is a link to that folder of the workspace
	dir   string // of a top: its path in the workspace
	ws    bool   // of a top: one of the project's workspaces
	local string // of an archive in the workspace: its path

	resolved  string // where its archive is
	integrity string
	bundled   bool  // it comes in the archive of what it is in
	failed    error // it could not be loaded

	overrides *overrides
	source    *node // of a virtual root: the node it stands for

	// What keeps it, once the tree is done.
	reached  bool
	dev      bool // only development dependencies do
	optional bool // only optional ones
	devOpt   bool // only one or the other
	peer     bool // only peer dependencies
}

// edge is a dependency of a node.
type edge struct {
	from *node
	name string
	typ  depType
	spec spec
	err  error // the specifier cannot be understood
}

// tree is a root and all that is below it.
type tree struct {
	root   *node
	byName map[string][]*edge // all edges, by what they want
	nodes  int
	edges  int
	work   int64 // look-ups so far: what building the tree cost
}

func newTree() *tree { return &tree{byName: map[string][]*edge{}} }

func (n *node) isTop() bool  { return n.parent == nil }
func (n *node) isRoot() bool { return n.parent == nil && n.around == nil && n.source == nil }

// mine reports whether the project's own author wrote the node.
func (n *node) mine() bool { return n.isRoot() || n.ws }

// up is where a look-up goes on.
func (n *node) up() *node {
	if n.parent != nil {
		return n.parent
	}
	return n.around
}

// target is the node, or what it is a link to.
func (n *node) target() *node {
	if n.link != nil {
		return n.link
	}
	return n
}

func (n *node) resolve(name string) *node {
	for ; n != nil; n = n.up() {
		n.tree.work++
		if c := n.children[name]; c != nil {
			return c
		}
	}
	return nil
}

func (n *node) descendsFrom(a *node) bool {
	for ; n != nil; n = n.up() {
		if n == a {
			return true
		}
	}
	return false
}

func (n *node) depth() int {
	d := 0
	for ; n.parent != nil; n = n.parent {
		d++
	}
	return d
}

// location is the node's path in the project, as lockfiles have it: "" for the
// root.
func (n *node) location() string {
	if n.parent == nil {
		if n.around == nil {
			return ""
		}
		return below(n.tree.root.dir, n.dir)
	}
	return path.Join(n.parent.location(), "node_modules", n.name)
}

func (n *node) edge(name string) *edge {
	i, ok := slices.BinarySearchFunc(n.edges, name, func(e *edge, name string) int { return localeCompare(e.name, name) })
	if !ok {
		return nil
	}
	return n.edges[i]
}

// kids returns the children in npm's order.
func (n *node) kids() []*node {
	out := make([]*node, 0, len(n.children))
	for _, c := range n.children {
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b *node) int { return localeCompare(a.name, b.name) })
	return out
}

// id names the node in messages.
func (n *node) id() string {
	if n.m.Name != n.name && n.m.Name != "" {
		return n.name + "@npm:" + n.m.id()
	}
	if n.m.Version == "" {
		return n.name
	}
	return n.name + "@" + n.m.Version
}

// matches reports whether two nodes are the same package.
func (n *node) matches(o *node) bool {
	if n == o {
		return true
	}
	a, b := n.target(), o.target()
	switch {
	case n.name != o.name || n.failed != nil || o.failed != nil || (n.link == nil) != (o.link == nil):
		return false
	case n.link != nil:
		return a.dir == b.dir
	case n.local != "" || o.local != "":
		return n.local == o.local
	case a.integrity != "" && b.integrity != "":
		return a.integrity == b.integrity
	}
	return a.m.Name == b.m.Name && a.m.Version == b.m.Version
}

// setEdges makes the node's dependencies edges; those of development only if dev
// is set.
func (n *node) setEdges(legacyPeer, dev bool) error {
	m := n.m
	if err := m.check(); err != nil {
		return err
	}
	list := map[string]*edge{}
	add := func(deps stringMap, typ func(string) depType) {
		for name, raw := range deps {
			list[name] = &edge{from: n, name: name, typ: typ(name), spec: spec{raw: raw}}
		}
	}
	always := func(t depType) func(string) depType { return func(string) depType { return t } }
	// npm's order: what comes later wins.
	if dev {
		add(m.DevDependencies, always(depDev))
	}
	if !legacyPeer {
		add(m.PeerDependencies, func(name string) depType {
			if m.PeerOptional[name] {
				return depPeerOptional
			}
			return depPeer
		})
		for name := range m.PeerOptional {
			if m.PeerDependencies[name] == "" && list[name] == nil {
				list[name] = &edge{from: n, name: name, typ: depPeerOptional, spec: spec{raw: "*"}}
			}
		}
	}
	add(m.Dependencies, always(depProd))
	add(m.OptionalDependencies, always(depOptional))
	if legacyPeer {
		for name := range m.PeerDependencies {
			if e := list[name]; e != nil && e.typ.peer() {
				delete(list, name)
			}
		}
	}
	n.edges = make([]*edge, 0, len(list))
	for _, e := range list {
		raw := e.spec.raw
		if n.overrides != nil {
			raw = n.overrides.specOf(e.name, raw)
		}
		if raw, e.err = m.fromCatalog(e.name, raw); e.err == nil {
			e.spec, e.err = parseSpec(e.name, raw)
		}
		if e.err != nil {
			e.err = about(e.name+" of "+cut(m.id(), 100), e.err)
		}
		n.edges = append(n.edges, e)
	}
	n.sortEdges()
	return nil
}

func (n *node) sortEdges() {
	slices.SortFunc(n.edges, func(a, b *edge) int { return localeCompare(a.name, b.name) })
}

// addEdges makes the edges of n known to its tree.
func (t *tree) addEdges(n *node) {
	n.tree = t
	t.nodes++
	for _, e := range n.edges {
		t.byName[e.name] = append(t.byName[e.name], e)
	}
	t.edges += len(n.edges)
}

// attach puts a node, and what it has, into p's node_modules.
func (t *tree) attach(p, n *node) {
	n.parent = p
	if p.children == nil {
		p.children = map[string]*node{}
	}
	p.children[n.name] = n
	t.own(n)
}

func (t *tree) own(n *node) {
	t.addEdges(n)
	for _, c := range n.children {
		t.own(c)
	}
}

// detach takes a node with all below it out of the tree.
func (t *tree) detach(n *node) {
	if n.parent == nil || n.parent.children[n.name] != n {
		return
	}
	delete(n.parent.children, n.name)
	t.disown(n)
}

func (t *tree) disown(n *node) {
	t.nodes--
	t.edges -= len(n.edges)
	for _, e := range n.edges {
		t.byName[e.name] = slices.DeleteFunc(t.byName[e.name], func(o *edge) bool { return o == e })
	}
	for _, c := range n.children {
		t.disown(c)
	}
	n.tree = nil
}

// in returns the edges that lead to n.
func (n *node) in() []*edge {
	var out []*edge
	if n.tree == nil {
		return nil
	}
	for _, e := range n.tree.byName[n.name] {
		if e.to() == n {
			out = append(out, e)
		}
	}
	return out
}

func (e *edge) to() *node { return e.from.resolve(e.name) }

// valid reports whether the edge needs nothing.
func (e *edge) valid() bool {
	to := e.to()
	switch {
	case to == nil:
		return e.typ.optional()
	case e.typ.peer() && e.from == to.parent && !e.from.isTop():
		return false
	}
	return e.satisfiedBy(to)
}

// satisfiedBy reports whether a node is what the edge asks for, wherever it is.
func (e *edge) satisfiedBy(n *node) bool {
	t := n.target()
	if n.name != e.name || e.err != nil || n.link != nil && n.link.tree == nil && n.link.parent != nil {
		return false
	}
	if n.failed != nil {
		return true // that is told in time
	}
	if e.typ == depWorkspace {
		return n.link != nil && n.link.ws
	}
	switch e.spec.kind {
	case kindRange:
		return n.local == "" && t.m.Name == e.spec.name && (anyVersion(e.spec.want) || satisfies(t.m.Version, e.spec.want))
	case kindTag:
		return n.link == nil && n.local == "" && t.m.Name == e.spec.name && n.resolvedByRegistry()
	case kindWorkspace:
		return n.link != nil && n.link.ws && workspaceFits(e.spec.want, t.m.Version)
	case kindFolder:
		return n.link != nil && n.link.dir == cleanFrom(e.from, e.spec.want)
	case kindArchive:
		return n.local != "" && n.local == cleanFrom(e.from, e.spec.want)
	case kindRemote:
		return n.link == nil && n.resolved == e.spec.want
	}
	return false
}

// resolvedByRegistry reports whether the node came from a registry: what else
// there is names what it is.
func (n *node) resolvedByRegistry() bool { return n.m.Version != "" }

func workspaceFits(want, v string) bool {
	return want == "" || want == "*" || want == "^" || want == "~" || satisfies(v, want)
}

// cleanFrom is the path in the workspace that a top's dependency names.
func cleanFrom(from *node, p string) string {
	for from.parent != nil {
		from = from.parent
	}
	if from.source != nil {
		from = from.source
	}
	if path.IsAbs(p) {
		return path.Clean(p)
	}
	return path.Join(from.dir, p)
}

// canReplace reports whether n could stand where o is, for all that want o.
// Dependencies between what goes with o, and from peers named in ignore, do not
// count.
func (n *node) canReplace(o *node, ignore map[string]*node) bool {
	if n.name != o.name || n.target().m.Name != o.target().m.Name {
		return false
	}
	with := gather([]*node{o}, func(e *edge) bool { return e.to() != o && e.valid() })
	for _, e := range o.in() {
		if ignore != nil && !o.isTop() && e.from.parent == o.parent && e.typ.peer() && ignore[e.from.name] != nil {
			continue
		}
		if !with[e.from] && !e.satisfiedBy(n) {
			return false
		}
	}
	return true
}

// gather returns the nodes of the set and those that it leads to by edges that
// fit, less all that something outside wants by such an edge.
func gather(set []*node, fits func(*edge) bool) map[*node]bool {
	deps := map[*node]bool{}
	list := slices.Clone(set)
	for _, n := range list {
		deps[n] = true
	}
	for i := 0; i < len(list); i++ {
		for _, e := range list[i].edges {
			if to := e.to(); to != nil && !deps[to] && fits(e) {
				deps[to] = true
				list = append(list, to)
			}
		}
	}
	for changed := true; changed && len(deps) > 0; {
		changed = false
		for n := range deps {
			for _, e := range n.in() {
				if !deps[e.from] && fits(e) {
					delete(deps, n)
					changed = true
					break
				}
			}
		}
	}
	return deps
}

// walk calls fn for a node and all below it, in npm's order.
func (n *node) walk(fn func(*node)) {
	fn(n)
	for _, c := range n.kids() {
		c.walk(fn)
	}
}
