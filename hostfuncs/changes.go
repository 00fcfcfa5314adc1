package hostfuncs

import (
	"slices"
	"strings"
)

// Changes returns what differs from the Base, to be committed as a set: first
// what is to be deleted, children before parents; then the rest, parents before
// children. A path appears at most once; an entry replaces whatever is at its
// path. It costs nothing if nothing changed, else the size of the directories
// that did.
func (w *Workspace) Changes() []Change {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.changesLocked()
}

func (w *Workspace) changesLocked() []Change {
	if !w.dirty {
		return nil
	}
	d := diff{w: w}
	d.dir(w.workspace.root, "", w.workspace.root.node)
	slices.SortFunc(d.gone, func(a, b Change) int { return strings.Compare(b.Path, a.Path) })
	slices.SortFunc(d.put, func(a, b Change) int { return strings.Compare(a.Path, b.Path) })
	return append(d.gone, d.put...)
}

// Written returns the regular files in /workspace that are new at their path or
// whose content was written: sorted, relative to /workspace. What a Layer brought
// nobody wrote.
func (w *Workspace) Written() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []string
	for _, c := range w.changesLocked() {
		if c.Kind == KindFile && !c.Delete && !c.MetaOnly && c.Layer == nil {
			out = append(out, c.Path)
		}
	}
	return out
}

// Rebase returns the tree after Changes are committed: the next Base's.
func (w *Workspace) Rebase() (*Tree, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.cfg.Base.Tree.Apply(w.changesLocked())
}

// diff collects changes. Everywhere, base is what the Base has at the path, or
// nil.
type diff struct {
	w    *Workspace
	gone []Change
	put  []Change
}

// dir compares what is below a directory.
func (d *diff) dir(in *inode, path string, base *node) {
	for name, kid := range in.kids {
		var b *node
		if base != nil {
			b = base.child(name)
		}
		switch {
		case kid != nil && kid.kind != KindSocket: // which ends with the execution
			d.entry(kid, join(path, name), b)
		case b != nil:
			d.delete(b)
		}
	}
	if in.node == base {
		return // what no inode stands for is as it was
	}
	if in.node != nil {
		for _, n := range in.node.kids {
			if _, ok := in.kids[n.name()]; !ok {
				var b *node
				if base != nil {
					b = base.child(n.name())
				}
				d.moved(n, join(path, n.name()), b)
			}
		}
	}
	if base != nil {
		for _, b := range base.kids {
			if _, ok := in.kids[b.name()]; !ok && (in.node == nil || in.node.child(b.name()) == nil) {
				d.delete(b)
			}
		}
	}
}

// entry compares what has an inode.
func (d *diff) entry(in *inode, path string, base *node) {
	same := base != nil && in.node == base
	below := base
	if base != nil && base.Kind != KindDir {
		below = nil
	}
	if below != nil && in.kind != KindDir {
		for _, k := range below.kids {
			d.delete(k)
		}
	}
	c := Change{Entry: Entry{Path: path, Kind: in.kind, Mode: in.mode, Modified: in.mtime, Target: in.target}, w: d.w, in: in}
	if in.kind == KindFile {
		c.Size = in.size
		if in.node != nil && !in.changed {
			c.From, c.Layer = in.node.Path, in.node.layer
		}
	}
	meta := same && in.mode == base.Mode && in.mtime.Equal(base.Modified)
	switch {
	case same && !in.changed && meta:
	case same && !in.changed || in.kind == KindDir && below != nil:
		c.MetaOnly = true
		if !meta {
			d.put = append(d.put, c)
		}
	default:
		d.put = append(d.put, c)
	}
	if in.kind == KindDir {
		d.dir(in, path, below)
	}
}

// moved is entry for what is still as the Base has it, but at another path.
func (d *diff) moved(n *node, path string, base *node) {
	c := Change{Entry: n.Entry, w: d.w, at: n}
	c.Path = path
	if n.Kind == KindFile {
		c.From, c.Layer = n.Path, n.layer
	}
	d.put = append(d.put, c)
	if base == nil {
		base = emptyDir
	}
	for _, b := range base.kids {
		if n.child(b.name()) == nil {
			d.delete(b)
		}
	}
	for _, k := range n.kids {
		d.moved(k, join(path, k.name()), base.child(k.name()))
	}
}

// delete notes that b and all below it are gone.
func (d *diff) delete(b *node) {
	d.gone = append(d.gone, Change{Entry: Entry{Path: b.Path, Kind: b.Kind}, Delete: true})
	for _, k := range b.kids {
		d.delete(k)
	}
}

func join(dir, name string) string {
	if dir == "" {
		return name
	}
	return dir + "/" + name
}
