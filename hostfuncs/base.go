// Package hostfuncs is what a guest may ask of the host: files in a workspace,
// and fetch, each granted or denied.
//
// Files live in a Workspace: a copy-on-write view of a Base with quotas, whose
// changes are collected for an atomic commit. Dir is a folder of the host for
// programs that are run from one. Fetcher is the network behind a Policy that
// is decided on the address dialled. It knows nothing of JavaScript, HTTP
// servers or stores: it implements jsengine.Files and jsengine.Net.
package hostfuncs

import (
	"errors"
	"io/fs"
	"time"
)

// Kind is what an entry of a workspace is.
type Kind uint8

const (
	KindFile Kind = iota
	KindDir
	KindSymlink
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

// Tree is an immutable snapshot of a workspace's names. It is safe for
// concurrent use and shares structure with the trees it was derived from.
type Tree struct{}

// NewTree builds a Tree. Missing parent directories are made up (0755, time of
// the entry). Errors: *PathError for a path that is not canonical or is a child
// of something else than a directory; an entry given twice.
func NewTree(entries []Entry) (*Tree, error) { return nil, errors.ErrUnsupported }

// Len returns the number of entries, Bytes the sum of the files' sizes.
func (t *Tree) Len() int     { return 0 }
func (t *Tree) Bytes() int64 { return 0 }

// Lookup returns the entry at path, and whether there is one.
func (t *Tree) Lookup(path string) (Entry, bool) { return Entry{}, false }

// Entries returns all entries, parents before their children.
func (t *Tree) Entries() []Entry { return nil }

// Apply returns the tree that t becomes when changes are committed.
func (t *Tree) Apply(changes []Change) (*Tree, error) { return nil, errors.ErrUnsupported }

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

// Change is one difference between a Workspace and its Base.
type Change struct {
	Entry       // what the path is now; of a deleted one only Path and Kind
	Delete bool // the path is gone
	// MetaOnly: the file's content is as in the Base, at the same path; only
	// Mode or Modified changed.
	MetaOnly bool
}

// Data returns the file's whole content: Size bytes, the caller's.
func (c *Change) Data() ([]byte, error) { return nil, errors.ErrUnsupported }
