package storage

import (
	"fmt"
	"io/fs"
	"iter"
	"sync"
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
	Mode     fs.FileMode // permission, setuid, setgid and sticky bits
	Size     int64       // bytes of content; 0 unless a file
	Modified time.Time   // UTC
	Target   string      // of a symbolic link
}

// Workspace is a handle on one session's files. It holds no resources and is
// safe for concurrent use.
//
// Reads see the last commit and never wait for a Commit that is under way.
// Every method returns ErrNotFound once the session is erased.
type Workspace struct {
	store *Store
	id    string
}

// Workspace returns the files of a session. Errors: ErrNotFound.
func (s *Store) Workspace(id string) (*Workspace, error) {
	if err := s.enter(); err != nil {
		return nil, err
	}
	defer s.leave()
	l, err := s.acquire(id)
	if err != nil {
		return nil, err
	}
	s.live.release(l)
	return &Workspace{store: s, id: id}, nil
}

// Entries returns all entries in byte order of their paths. The slice is
// shared and must not be changed.
func (w *Workspace) Entries() ([]Entry, error) {
	v, err := w.Snapshot()
	if err != nil {
		return nil, err
	}
	defer v.Close()
	return v.Entries(), nil
}

// Lookup returns one entry; links are not followed. Errors: ErrNotFound.
func (w *Workspace) Lookup(path string) (Entry, error) {
	v, err := w.Snapshot()
	if err != nil {
		return Entry{}, err
	}
	defer v.Close()
	e, ok := v.Lookup(path)
	if !ok {
		return e, ErrNotFound
	}
	return e, nil
}

// Read returns up to n bytes of a file from off: fewer only at its end, none
// at or past it. Errors: ErrNotFound (also if path is no regular file),
// ErrInvalid for a negative off or n, ErrCorrupt.
func (w *Workspace) Read(path string, off int64, n int) ([]byte, error) {
	v, err := w.Snapshot()
	if err != nil {
		return nil, err
	}
	defer v.Close()
	return v.Read(path, off, n)
}

// ReadAll returns a file's content. Errors are those of Read.
func (w *Workspace) ReadAll(path string) ([]byte, error) {
	v, err := w.Snapshot()
	if err != nil {
		return nil, err
	}
	defer v.Close()
	return v.ReadAll(path)
}

// Snapshot returns the workspace as of the last commit. The caller must Close
// it; until then its content stays readable whatever is committed (but not
// after EraseSession).
func (w *Workspace) Snapshot() (*Snapshot, error) {
	s := w.store
	if err := s.enter(); err != nil {
		return nil, err
	}
	defer s.leave()
	l, err := s.acquire(w.id)
	if err != nil {
		return nil, err
	}
	// Counted before the state is taken: what is deleted from then on is not
	// of this state or waits.
	l.readers.Lock()
	l.readers.n++
	l.readers.Unlock()
	v := &Snapshot{store: s, live: l}
	if v.state, err = s.workspace(l); err != nil {
		v.Close()
		return nil, err
	}
	return v, nil
}

// Snapshot is an immutable view of a workspace, safe for concurrent use. Only
// reads of content can fail.
type Snapshot struct {
	store *Store
	live  *live
	state *state
	once  sync.Once
}

// Close releases the snapshot. It may be called twice.
func (v *Snapshot) Close() {
	v.once.Do(func() {
		l := v.live
		var parked []chore
		l.readers.Lock()
		if l.readers.n--; l.readers.n == 0 {
			parked, l.readers.parked = l.readers.parked, nil
		}
		l.readers.Unlock()
		v.store.chores.add(parked...)
		v.store.live.release(l)
	})
}

// Len returns the number of entries.
func (v *Snapshot) Len() int { return v.state.tree.count }

// Generation returns how many commits made this state.
func (v *Snapshot) Generation() uint64 { return v.state.gen }

// Files returns the number of regular files, and the bytes of their content.
func (v *Snapshot) Files() (n int, bytes int64) { return v.state.files, v.state.bytes }

// Lookup returns one entry; links are not followed.
func (v *Snapshot) Lookup(path string) (Entry, bool) {
	n := v.state.tree.get(path)
	if n == nil {
		return Entry{}, false
	}
	return n.Entry, true
}

// ReadDir returns the entries directly in a directory in byte order; "."
// stands for the root. It costs time by their number, not the workspace's.
func (v *Snapshot) ReadDir(path string) []Entry {
	if path == "." {
		path = ""
	}
	var list []Entry
	v.state.tree.children(path, func(n *node) bool {
		list = append(list, n.Entry)
		return true
	})
	return list
}

// All yields every entry in byte order of the paths.
func (v *Snapshot) All() iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		v.state.tree.from("", func(n *node) bool { return yield(n.Entry) })
	}
}

// Entries is All as a slice, made once, shared, and not to be changed.
func (v *Snapshot) Entries() []Entry {
	list := &v.state.list
	list.Do(func() {
		list.entries = make([]Entry, 0, v.state.tree.count)
		for e := range v.All() {
			list.entries = append(list.entries, e)
		}
	})
	return list.entries
}

// Read is as Workspace.Read, on this snapshot.
func (v *Snapshot) Read(path string, off int64, n int) ([]byte, error) {
	if off < 0 || n < 0 {
		return nil, fmt.Errorf("%w range", ErrInvalid)
	}
	if err := v.store.enter(); err != nil {
		return nil, err
	}
	defer v.store.leave()
	f := v.state.tree.get(path)
	if f == nil || f.Kind != KindFile || v.live.gone.Load() {
		return nil, ErrNotFound
	}
	n = int(min(int64(n), max(f.Size-off, 0)))
	return v.store.readContent(v.live, f, off, n)
}

// ReadAll is as Workspace.ReadAll, on this snapshot.
func (v *Snapshot) ReadAll(path string) ([]byte, error) {
	e, ok := v.Lookup(path)
	if !ok {
		return nil, ErrNotFound
	}
	return v.Read(path, 0, int(e.Size))
}
