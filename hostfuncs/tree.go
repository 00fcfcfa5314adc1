package hostfuncs

import (
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"time"
)

// Kind is what an entry of a workspace is.
type Kind uint8

const (
	KindFile Kind = iota
	KindDir
	KindSymlink
	KindSocket // only while an execution lasts: none is in a Tree
)

// Entry describes one name of a Tree.
type Entry struct {
	Path     string // canonical, relative to /workspace
	Kind     Kind
	Mode     fs.FileMode // permission bits
	Size     int64       // of a file; bytes
	Modified time.Time
	Target   string // of a symbolic link
}

// Content reads what the files of a Tree hold.
type Content interface {
	// ReadFileAt fills p from byte off of the file at path. It returns less than
	// len(p) only with an error (io.EOF at the end of the file).
	ReadFileAt(path string, p []byte, off int64) (int, error)
}

// ContentFunc is a function as Content.
type ContentFunc func(path string, p []byte, off int64) (int, error)

// ReadFileAt implements Content.
func (f ContentFunc) ReadFileAt(path string, p []byte, off int64) (int, error) {
	return f(path, p, off)
}

// Base is what a Workspace starts from. The zero value is empty. Content is
// read on first use, never before.
type Base struct {
	Tree    *Tree
	Content Content
}

// Tree is an immutable snapshot of a workspace's names. It is safe for
// concurrent use and shares structure with the trees it was derived from. The
// nil Tree is empty.
type Tree struct{ root *node }

// node is one entry of a Tree, with sums over what is below it.
type node struct {
	Entry
	kids    []*node // by name; only of directories
	count   int     // entries below
	bytes   int64   // of files, itself included
	height  int     // levels below
	longest int     // bytes of the longest path below, each name with its slash
	text    int64   // bytes of all such paths, and of links' targets, its own among them
	layer   *Layer  // whose it is; nil: the Tree's own, with content in the Base
}

// emptyDir is the root of an empty Tree. It is never changed.
var emptyDir = &node{Entry: Entry{Kind: KindDir, Mode: 0o755}}

func (n *node) name() string { return n.Path[strings.LastIndexByte(n.Path, '/')+1:] }

// child returns the entry called name, or nil.
func (n *node) child(name string) *node {
	i, ok := slices.BinarySearchFunc(n.kids, name, func(k *node, name string) int {
		return strings.Compare(k.name(), name)
	})
	if !ok {
		return nil
	}
	return n.kids[i]
}

// sum fills in what is derived from the children.
func (n *node) sum() {
	n.count, n.bytes, n.height, n.longest, n.text = 0, n.Size, 0, 0, int64(len(n.Target))
	for _, k := range n.kids {
		n.count += 1 + k.count
		n.bytes += k.bytes
		n.height = max(n.height, 1+k.height)
		n.longest = max(n.longest, 1+len(k.name())+k.longest)
		n.text += int64(1+k.count)*int64(1+len(k.name())) + k.text
	}
}

func (t *Tree) top() *node {
	if t == nil || t.root == nil {
		return emptyDir
	}
	return t.root
}

// NewTree builds a Tree. Parent directories that are missing are made up (0755,
// with the time of the entry). Errors: *PathError for a path that is not
// canonical, is there twice, or lies below something that is not a directory; a
// negative size.
func NewTree(entries []Entry) (*Tree, error) {
	e := edit{dir: newEditDir(emptyDir)}
	sorted := slices.Clone(entries)
	slices.SortFunc(sorted, func(a, b Entry) int { return strings.Compare(a.Path, b.Path) })
	for i, entry := range sorted {
		if i > 0 && sorted[i-1].Path == entry.Path {
			return nil, &PathError{Path: entry.Path, Rule: "is there twice"}
		}
		if err := e.put(entry); err != nil {
			return nil, err
		}
	}
	return &Tree{root: e.dir.build("")}, nil
}

// Len returns the number of entries.
func (t *Tree) Len() int { return t.top().count }

// Weight is Len, where entries with long paths or targets are as many as they are in
// memory: of 256 bytes each.
func (t *Tree) Weight() int { return max(t.top().count, int(t.top().text/textPerEntry)) }

// Bytes returns the sum of the files' sizes.
func (t *Tree) Bytes() int64 { return t.top().bytes }

// find returns the node at path, or nil.
func (t *Tree) find(path string) *node {
	n := t.top()
	for path != "" && n != nil {
		var name string
		name, path, _ = strings.Cut(path, "/")
		n = n.child(name)
	}
	return n
}

// Lookup returns the entry at a canonical path, and whether there is one.
func (t *Tree) Lookup(path string) (Entry, bool) {
	if path == "" {
		return Entry{}, false
	}
	n := t.find(path)
	if n == nil {
		return Entry{}, false
	}
	return n.Entry, true
}

// Entries returns all entries, parents before their children, by name.
func (t *Tree) Entries() []Entry {
	out := make([]Entry, 0, t.Len())
	var walk func(*node)
	walk = func(n *node) {
		for _, k := range n.kids {
			out = append(out, k.Entry)
			walk(k)
		}
	}
	walk(t.top())
	return out
}

// Apply returns the tree that t becomes when changes are committed. It costs
// the size of the directories that change. Errors: as of NewTree.
func (t *Tree) Apply(changes []Change) (*Tree, error) {
	if len(changes) == 0 {
		return t, nil
	}
	e := edit{dir: newEditDir(t.top())}
	for i := range changes {
		c := &changes[i]
		var err error
		if c.Delete {
			err = e.remove(c.Path)
		} else {
			err = e.put(c.Entry)
		}
		if err != nil {
			return nil, err
		}
	}
	return &Tree{root: e.dir.build("")}, nil
}

// edit collects changes to a tree, sharing what does not change.
type edit struct{ dir *editDir }

// editDir is a directory being changed.
type editDir struct {
	entry Entry
	old   *node               // what it was
	set   map[string]*editDir // changed or new children; nil: removed
}

func newEditDir(n *node) *editDir {
	return &editDir{entry: n.Entry, old: n, set: map[string]*editDir{}}
}

// child returns the child called name ready for changes, or nil.
func (d *editDir) child(name string) *editDir {
	if c, ok := d.set[name]; ok {
		return c
	}
	n := d.old.child(name)
	if n == nil {
		return nil
	}
	c := newEditDir(n)
	d.set[name] = c
	return c
}

// parent returns the directory that holds path, and its last name. Missing
// directories are made like made, unless made is nil.
func (e *edit) parent(path string, made *Entry) (*editDir, string, error) {
	if err := CheckRelative(path); err != nil {
		return nil, "", err
	}
	d := e.dir
	for {
		name, rest, more := strings.Cut(path, "/")
		if !more {
			return d, name, nil
		}
		c := d.child(name)
		switch {
		case c == nil && made == nil:
			return nil, "", nil
		case c == nil:
			c = newEditDir(emptyDir)
			c.entry.Modified = made.Modified
			d.set[name] = c
		case c.entry.Kind != KindDir:
			return nil, "", &PathError{Path: path, Rule: "lies below something that is not a directory"}
		}
		d, path = c, rest
	}
}

func (e *edit) put(entry Entry) error {
	if entry.Size < 0 || entry.Kind > KindSymlink {
		return fmt.Errorf("entry %.120q: size %d, kind %d", entry.Path, entry.Size, entry.Kind)
	}
	entry.Mode &= fs.ModePerm
	if entry.Kind != KindFile {
		entry.Size = 0
	}
	d, name, err := e.parent(entry.Path, &entry)
	if err != nil {
		return err
	}
	c := d.child(name)
	if c == nil || c.entry.Kind != KindDir || entry.Kind != KindDir {
		c = newEditDir(emptyDir) // what was below is gone
	}
	c.entry = entry
	d.set[name] = c
	return nil
}

func (e *edit) remove(path string) error {
	d, name, err := e.parent(path, nil)
	if err != nil || d == nil {
		return err
	}
	d.set[name] = nil
	return nil
}

// build returns the node for d at path.
func (d *editDir) build(path string) *node {
	if len(d.set) == 0 && d.entry == d.old.Entry {
		return d.old
	}
	n := &node{Entry: d.entry}
	n.Path = path
	added := make([]*node, 0, len(d.set))
	for name, c := range d.set {
		if c != nil {
			at := name
			if path != "" {
				at = path + "/" + name
			}
			added = append(added, c.build(at))
		}
	}
	slices.SortFunc(added, func(a, b *node) int { return strings.Compare(a.name(), b.name()) })
	n.kids = make([]*node, 0, len(d.old.kids)+len(added))
	for _, k := range d.old.kids {
		name := k.name()
		if _, changed := d.set[name]; changed {
			continue
		}
		for len(added) > 0 && added[0].name() < name {
			n.kids, added = append(n.kids, added[0]), added[1:]
		}
		n.kids = append(n.kids, k)
	}
	n.kids = append(n.kids, added...)
	n.sum()
	return n
}

// Change is one difference between a Workspace and its Base. It reads from the
// Workspace, which must not have been released.
type Change struct {
	Entry       // what the path is now; of a deleted one Path and Kind
	Delete bool // the path is gone
	// MetaOnly: a directory, or a file whose content is as in the Base at the
	// same path: only Mode or Modified changed.
	MetaOnly bool
	// From is the path in the Base of a file with this very content, if there is
	// one: a store can take it from there. "" says nothing. With Layer it is the
	// path in that layer.
	From  string
	Layer *Layer

	w  *Workspace
	in *inode // the content, or
	at *node  // where the base has it
}

// ReadAt implements io.ReaderAt on the file's content.
func (c *Change) ReadAt(p []byte, off int64) (int, error) {
	if c.w == nil || c.Kind != KindFile {
		return 0, io.EOF
	}
	c.w.mu.Lock()
	defer c.w.mu.Unlock()
	if c.in != nil {
		return c.w.readLocked(c.in, p, off)
	}
	return c.w.readNode(c.at, p, off)
}
