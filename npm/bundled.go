package npm

import (
	"cmp"
	"context"
	"path"
	"slices"
)

// maxBundled bounds the package.json files of all that one archive bundles, in bytes.
const maxBundled = 16 << 20

// bundlers are the nodes whose archives have packages that are not known yet.
func (b *builder) bundlers() []*node {
	var out []*node
	b.each(func(n *node) {
		if n.link != nil || n.failed != nil || n.bundled || len(n.m.Bundled) == 0 && !n.m.BundleAll {
			return
		}
		for _, k := range n.children {
			if k.bundled {
				return
			}
		}
		out = append(out, n)
	})
	return out
}

// unbundle makes nodes of what comes in the archives that were fetched, and, if only
// the lockfile is written, of those that were not. Errors: ELIMIT, those of a fetch.
func (j *job) unbundle(ctx context.Context) error {
	for _, n := range j.b.bundlers() {
		p := j.pkgs[n]
		if p == nil && !j.opt.lockOnly {
			continue // it was there
		}
		if p == nil {
			var err error
			if p, _, err = j.fetchNode(ctx, n, n.fromURL()); err != nil {
				return err
			}
		}
		if err := j.b.bundled(ctx, n, p); err != nil {
			return about(n.id(), err)
		}
	}
	return nil
}

// bundled makes nodes of the packages in p, which is n's. What is no package, or
// nothing bundled needs, is nobody's.
func (b *builder) bundled(ctx context.Context, n *node, p *Package) error {
	type found struct {
		names []string
		file  File
	}
	var list []found
	for _, f := range p.Files {
		dir, base := path.Split(f.Path)
		if base != "package.json" || dir == "" {
			continue
		}
		if at, err := parsePlace(path.Clean(dir)); err == nil && at.top == "" && len(at.names) > 0 {
			list = append(list, found{at.names, f})
		}
	}
	slices.SortStableFunc(list, func(x, y found) int { return cmp.Compare(len(x.names), len(y.names)) }) // parents first
	total := int64(0)
	for _, f := range list {
		if err := ctx.Err(); err != nil {
			return err
		}
		at := n
		for _, name := range f.names[:len(f.names)-1] {
			if at = at.children[name]; at == nil || !at.bundled {
				break
			}
		}
		last := f.names[len(f.names)-1]
		if at == nil || at != n && !at.bundled || at.children[last] != nil {
			continue
		}
		if total += f.file.Size; total > maxBundled || b.tree.nodes >= b.max || at.depth() >= maxNesting {
			return fail("ELIMIT", "", "it bundles more than %d packages, deeper than %d, or with package.json files of more than %d bytes", b.max, maxNesting, maxBundled)
		}
		m, err := p.manifestIn(f.file)
		if err != nil || m.Name == "" || m.Version == "" {
			continue
		}
		k := &node{name: last, m: m, bundled: true, overrides: at.overrides.inside(last, m.Version)}
		if err := k.setEdges(b.set.legacyPeer, false); err != nil {
			return err
		}
		b.tree.attach(at, k)
	}
	for changed := true; changed; {
		if err := cmp.Or(ctx.Err(), b.overworked()); err != nil {
			return err
		}
		changed = false
		for _, k := range n.children {
			if k.bundled && !n.m.bundles(k.name) && len(k.in()) == 0 {
				b.tree.detach(k)
				changed = true
			}
		}
	}
	n.flagBundled()
	return nil
}

// flagBundled says of what n bundles that it is kept for what n is. What others are
// kept for stays as it was before the archive was looked into, as with npm.
func (n *node) flagBundled() {
	list := []*node{n}
	for i := 0; i < len(list); i++ {
		x := list[i]
		for _, e := range x.edges {
			if to := e.to(); to != nil && to.bundled && !to.reached {
				to.reached, to.dev, to.devOpt = true, x.dev, x.devOpt
				to.optional, to.peer = x.optional || e.typ.optional(), x.peer || e.typ.peer()
				list = append(list, to)
			}
		}
	}
}

// bundleAsBun makes nodes of what archives bundle as Bun's lockfile has it: not as
// they come, but as a registry has them. Errors are the registry's.
func (b *builder) bundleAsBun(ctx context.Context) error {
	for _, n := range b.bundlers() {
		if err := b.bundle(ctx, n, n); err != nil {
			return err
		}
		n.flagBundled()
	}
	return nil
}

// bundle gives what a node needs, of home only what it bundles, its place in home.
func (b *builder) bundle(ctx context.Context, home, from *node) error {
	for _, e := range from.edges {
		if from == home && !home.m.bundles(e.name) || e.typ.peer() || !e.spec.registry() {
			continue
		}
		if to := e.to(); to != nil && to != home && to.descendsFrom(home) && e.satisfiedBy(to) {
			continue
		}
		n, err := b.fromSpec(ctx, e, home)
		if err == nil && n.failed != nil && !e.typ.optional() {
			err = n.failed
		}
		if err != nil {
			return err
		}
		if n.failed != nil || n.link != nil {
			continue
		}
		at := home
		if home.children[n.name] != nil {
			at = from
		}
		if b.tree.nodes >= b.max || at.depth() >= maxNesting {
			return fail("ELIMIT", home.id(), "it bundles more than %d packages, or deeper than %d", b.max, maxNesting)
		}
		n.bundled = true
		b.tree.attach(at, n)
		if err := b.bundle(ctx, home, n); err != nil {
			return err
		}
	}
	return nil
}

// spreadBundled makes what only bundled packages need bundled as well: Bun's
// lockfile does not say so of it. If drop is set, all of that goes: it is what a
// registry has, where npm has what comes in the archives. Errors: ELIMIT, ctx's.
func (b *builder) spreadBundled(ctx context.Context, drop bool) error {
	var all []*node
	for changed := true; changed; {
		if err := cmp.Or(ctx.Err(), b.overworked()); err != nil {
			return err
		}
		changed = false
		all = all[:0]
		b.each(func(n *node) {
			if in := n.in(); !n.bundled && !n.parent.isTop() && len(in) > 0 && !slices.ContainsFunc(in, func(e *edge) bool { return !e.from.bundled }) {
				n.bundled, changed = true, true
			}
			if n.bundled {
				all = append(all, n)
			}
		})
	}
	for _, n := range all {
		if drop && n.tree != nil {
			b.tree.detach(n)
		}
	}
	return nil
}
