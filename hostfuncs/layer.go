package hostfuncs

import (
	"fmt"
	"io/fs"
)

// A Layer is an immutable tree of files that many workspaces can have at any
// path of theirs without a copy: an unpacked package, for one. It is safe for
// concurrent use.
type Layer struct {
	root    *node
	content Content
	ref     any
}

// NewLayer builds a Layer of entries, with paths relative to where it will be.
// Symbolic links are refused: where they lead would depend on that place. ref is
// what the owner of the content knows it by; see Ref. Errors: as of NewTree.
func NewLayer(entries []Entry, content Content, ref any) (*Layer, error) {
	for _, e := range entries {
		if e.Kind == KindSymlink {
			return nil, fmt.Errorf("entry %.120q: a layer has no symbolic links", e.Path)
		}
	}
	t, err := NewTree(entries)
	if err != nil {
		return nil, err
	}
	l := &Layer{root: t.top(), content: content, ref: ref}
	if l.root == emptyDir {
		l.root = &node{Entry: emptyDir.Entry}
	}
	l.own(l.root)
	return l, nil
}

// own makes all nodes of a tree that nobody else has the layer's.
func (l *Layer) own(n *node) {
	n.layer = l
	for _, k := range n.kids {
		l.own(k)
	}
}

// Ref returns what NewLayer was given.
func (l *Layer) Ref() any { return l.ref }

// Len returns the number of entries, and Bytes the sum of the files' sizes.
func (l *Layer) Len() int     { return l.root.count }
func (l *Layer) Bytes() int64 { return l.root.bytes }

// Graft makes path a directory with the layer's files, which are read from the
// layer until they are written. It costs the same however large the layer is;
// its entries and bytes count against the quota as if they had been written.
// Errors: as of Mkdir; ENOSPC.
func (w *Workspace) Graft(path string, l *Layer, perm fs.FileMode) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return outcome(w.graftLocked(path, l, perm), "mkdir", path)
}

// Source says where the content of the file at path comes from: from which path of
// a layer or, if layer is nil, of the Base. ok is false if there is no such file, or
// it was written. Links to directories are followed.
func (w *Workspace) Source(path string) (layer *Layer, from string, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p, code := w.walkLocked(path, false)
	if in := p.node; code == "" && in != nil && in.kind == KindFile && in.node != nil && !in.changed {
		return in.node.layer, in.node.Path, true
	}
	return nil, "", false
}

func (w *Workspace) graftLocked(path string, l *Layer, perm fs.FileMode) string {
	p, code := w.walkLocked(trimSlash(path), false)
	if code != "" {
		return code
	}
	if p.node != nil {
		return "EEXIST"
	}
	if code := writable(p.dir); code != "" {
		return code
	}
	m, root := p.dir.mount, l.root
	if _, code := boundsLocked(p.dir, p.name, &inode{kind: KindDir, node: root}); code != "" {
		return code
	}
	if n := m.entries + 1 + int64(root.count); n > m.maxEntries {
		w.entriesRefused.note(n, m.maxEntries)
		return "EDQUOT"
	}
	if root.bytes > m.limit-m.used {
		w.bytesRefused.note(m.used+root.bytes, m.limit)
		return "ENOSPC"
	}
	at := textLocked(p.dir, p.name, "")
	text := at*int64(root.count) + root.text
	if !w.textFitsLocked(m, at+text) {
		return "EDQUOT"
	}
	in, code := w.newLocked(m, KindDir, perm&^umask)
	if code != "" {
		return code
	}
	in.node, in.count = root, len(root.kids)
	w.attachLocked(p.dir, p.name, in)
	m.entries += int64(root.count)
	m.text += text
	m.used += root.bytes
	return ""
}
