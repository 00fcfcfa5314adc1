package hostfuncs

import (
	"io/fs"
	"time"

	"github.com/buntime/buntime/jsengine"
)

// Quota bounds a Workspace. A zero field means its default.
type Quota struct {
	Bytes   int64 // of all files in /workspace; default 1 GiB
	Entries int64 // names in /workspace, and names in /tmp; default 100,000
	Tmp     int64 // bytes of /tmp; default 64 MiB
}

// Config describes a Workspace. The zero value is an empty one.
type Config struct {
	Base     Base
	Quota    Quota
	ReadOnly bool             // /workspace cannot be changed (EROFS); /tmp can
	Now      func() time.Time // default time.Now
	Files    int              // open files at once; default 1024; over it EMFILE
	MaxRead  int64            // bytes that one ReadFile may return; default 256 MiB; over it EFBIG
	// Charge is told how much host memory the workspace holds more (or, negative,
	// less). An error refuses growth: the guest sees ENOMEM. May be nil.
	Charge func(delta int64) error
}

// Workspace is the files of one execution: /workspace, copy-on-write over a
// Base, and /tmp in memory. It implements jsengine.Files. Safe for concurrent
// use.
type Workspace struct{}

var _ jsengine.Files = (*Workspace)(nil)

// NewWorkspace returns a Workspace. It costs the same however large the Base is.
// Nothing needs closing; Release gives back what was charged.
func NewWorkspace(cfg Config) *Workspace { return &Workspace{} }

// Release gives back all memory that was charged. The workspace is empty after.
func (w *Workspace) Release() {}

// Changes returns what differs from the Base, to be committed as a set: what is
// to be deleted first, children before parents; then the rest, parents before
// children. A path appears at most once. It costs nothing if nothing changed.
func (w *Workspace) Changes() []Change { return nil }

// Written returns the regular files in /workspace that were created or whose
// content was written and that still exist: sorted, relative to /workspace.
func (w *Workspace) Written() []string { return nil }

// Rebase returns the tree after Changes were committed: the next Base.
func (w *Workspace) Rebase() (*Tree, error) { return nil, nil }

// DiskUsed returns the bytes that count against Quota.Bytes now.
func (w *Workspace) DiskUsed() int64 { return 0 }

// DiskRefused reports whether a write was refused for a quota in bytes, with the
// use it would have made and the limit (of the first refusal).
func (w *Workspace) DiskRefused() (used, limit int64, hit bool) { return 0, 0, false }

// EntriesRefused is DiskRefused for the quota in entries.
func (w *Workspace) EntriesRefused() (used, limit int64, hit bool) { return 0, 0, false }

func (w *Workspace) Open(path string, flag int, perm fs.FileMode) (jsengine.File, error) {
	return nil, nil
}
func (w *Workspace) Stat(path string) (fs.FileInfo, error)             { return nil, nil }
func (w *Workspace) Lstat(path string) (fs.FileInfo, error)            { return nil, nil }
func (w *Workspace) ReadDir(path string) ([]fs.DirEntry, error)        { return nil, nil }
func (w *Workspace) Mkdir(path string, perm fs.FileMode) error         { return nil }
func (w *Workspace) MkdirAll(path string, perm fs.FileMode) error      { return nil }
func (w *Workspace) Unlink(path string) error                          { return nil }
func (w *Workspace) Rmdir(path string) error                           { return nil }
func (w *Workspace) RemoveAll(path string) error                       { return nil }
func (w *Workspace) Rename(from, to string) error                      { return nil }
func (w *Workspace) Link(from, to string) error                        { return nil }
func (w *Workspace) Symlink(target, path string) error                 { return nil }
func (w *Workspace) Readlink(path string) (string, error)              { return "", nil }
func (w *Workspace) Chmod(path string, mode fs.FileMode) error         { return nil }
func (w *Workspace) Chtimes(path string, atime, mtime time.Time) error { return nil }
func (w *Workspace) Truncate(path string, size int64) error            { return nil }
func (w *Workspace) Realpath(path string) (string, error)              { return "", nil }
func (w *Workspace) ReadFile(path string) ([]byte, error)              { return nil, nil }
func (w *Workspace) WriteFile(path string, data []byte, flag int, perm fs.FileMode) error {
	return nil
}
