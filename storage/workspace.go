package storage

import (
	"context"
	"io/fs"
	"iter"
	"time"
)

// Kind says what an entry of a workspace is.
type Kind uint8

// The kinds of entries. Zero is invalid.
const (
	KindFile Kind = iota + 1
	KindDir
	KindSymlink
)

// Bounds of names, as the HTTP contract has them.
const (
	MaxPath      = 4096 // bytes of a path
	MaxComponent = 255  // bytes of one name in it
	MaxDepth     = 128  // names in a path
)

// Entry describes one file, directory or symbolic link.
type Entry struct {
	Path     string // relative to the workspace, as in fs.ValidPath; never "."
	Kind     Kind
	Mode     fs.FileMode // permission bits
	Size     int64       // bytes of content; 0 unless a file
	Modified time.Time   // UTC
	Target   string      // of a symbolic link
}

// Change is one step of a set that is committed together. Steps apply in
// order.
//
// Delete removes Path and, if it is a directory, everything below it; a Path
// that does not exist is no error. Otherwise the entry is created or replaced.
// A file replaces a file or a link; a directory over a directory changes its
// mode and time only; other replacements need a Delete before. Missing parent
// directories are created with mode 0755.
type Change struct {
	Path     string
	Delete   bool
	Kind     Kind
	Mode     fs.FileMode
	Modified time.Time
	Target   string // symbolic link: at most MaxPath bytes, not empty
	Content  []byte // file: the whole content; the caller must not change it until Commit returns
	From     string // file: take the content of the file that had this path before the set (rename, copy, chmod); Content must be nil
}

// Workspace is a handle on one session's files. It holds no resources and is
// safe for concurrent use.
//
// Reads see the last commit and never wait for a Commit that is under way.
type Workspace struct {
	store *Store
	id    string
}

// Workspace returns the files of a session. Errors: ErrNotFound.
func (s *Store) Workspace(id string) (*Workspace, error) { panic("unbuilt") }

// Entries returns all entries in byte order of their paths. The slice is
// shared and must not be changed.
func (w *Workspace) Entries() ([]Entry, error) { panic("unbuilt") }

// Lookup returns one entry; links are not followed. Errors: ErrNotFound.
func (w *Workspace) Lookup(path string) (Entry, error) { panic("unbuilt") }

// Read returns up to n bytes of a file from off: fewer only at its end, none
// at or past it. Errors: ErrNotFound (also if path is no regular file),
// ErrInvalid for a negative off or n, ErrCorrupt.
func (w *Workspace) Read(path string, off int64, n int) ([]byte, error) { panic("unbuilt") }

// ReadAll returns a file's content.
func (w *Workspace) ReadAll(path string) ([]byte, error) { panic("unbuilt") }

// Commit applies changes as a set: after it returns nil they are durable, and
// after an error or a crash either all of them are visible or none is. Commits
// of one session run one after another. A context that ends before the set is
// decided abandons it.
//
// Errors: ErrInvalid (nothing was changed), ErrNotFound, ErrNoSpace.
func (w *Workspace) Commit(ctx context.Context, changes []Change) error { panic("unbuilt") }

// Snapshot returns the workspace as of the last commit. The caller must Close
// it; until then its content stays readable whatever is committed (but not
// after EraseSession).
func (w *Workspace) Snapshot() (*Snapshot, error) { panic("unbuilt") }

// Snapshot is an immutable view of a workspace, safe for concurrent use. Only
// reads of content can fail.
type Snapshot struct{}

// Close releases the snapshot. It may be called twice.
func (v *Snapshot) Close() { panic("unbuilt") }

// Len returns the number of entries.
func (v *Snapshot) Len() int { panic("unbuilt") }

// Files returns the number of regular files, and the bytes of their content.
func (v *Snapshot) Files() (n int, bytes int64) { panic("unbuilt") }

// Lookup returns one entry; links are not followed.
func (v *Snapshot) Lookup(path string) (Entry, bool) { panic("unbuilt") }

// ReadDir returns the entries directly in a directory in byte order; "."
// stands for the root. It costs time by their number, not the workspace's.
func (v *Snapshot) ReadDir(path string) []Entry { panic("unbuilt") }

// All yields every entry in byte order of the paths.
func (v *Snapshot) All() iter.Seq[Entry] { panic("unbuilt") }

// Entries is All as a slice, made once, shared, and not to be changed.
func (v *Snapshot) Entries() []Entry { panic("unbuilt") }

// Read is as Workspace.Read, on this snapshot.
func (v *Snapshot) Read(path string, off int64, n int) ([]byte, error) { panic("unbuilt") }
