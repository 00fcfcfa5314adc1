package session

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"time"

	"go.uber.org/zap"

	"github.com/buntime/buntime/hostfuncs"
	"github.com/buntime/buntime/storage"
)

// FileType says what a name in a workspace is.
type FileType string

// The types of names.
const (
	TypeFile      FileType = "file"
	TypeDirectory FileType = "directory"
	TypeSymlink   FileType = "symlink"
)

// FileInfo describes a name in a workspace.
type FileInfo struct {
	Path     string // relative to /workspace
	Size     int64  // bytes; 0 unless a file
	Modified time.Time
	Type     FileType
}

// WriteFile writes a file of a session of a tenant ("": any), with the
// directories it needs, after the executions and writes that were asked for
// before. It is durable when WriteFile returns.
//
// Errors: ErrNotFound, ErrDeleting, ErrClosed, *BusyError, *InvalidError (field
// "path"), *DiskFullError, *QuotaError.
func (m *Manager) WriteFile(ctx context.Context, tenant, id string, f File) (FileInfo, error) {
	var out FileInfo
	err := m.change(ctx, tenant, id, func(ws *hostfuncs.Workspace) error {
		if err := write(ws, "path", f); err != nil {
			return err
		}
		rel, _ := hostfuncs.ParseAPIPath(f.Path)
		out = FileInfo{Path: rel, Size: int64(len(f.Content)), Modified: m.cfg.Now().UTC(), Type: TypeFile}
		return nil
	})
	return out, err
}

// DeleteFile deletes a file, link or directory, the latter with everything in
// it if recursive is set. Errors: as WriteFile, ErrFileNotFound, ErrNotEmpty.
func (m *Manager) DeleteFile(ctx context.Context, tenant, id, name string, recursive bool) error {
	rel, err := hostfuncs.ParseAPIPath(name)
	if err != nil {
		return pathError("path", err)
	}
	if rel == "" {
		return &InvalidError{Field: "path", Reason: "is the workspace itself"}
	}
	return m.change(ctx, tenant, id, func(ws *hostfuncs.Workspace) error {
		abs := path.Join(hostfuncs.Root, rel)
		info, err := ws.Lstat(abs)
		switch {
		case err != nil:
		case recursive:
			err = ws.RemoveAll(abs)
		case info.IsDir():
			err = ws.Rmdir(abs)
		default:
			err = ws.Unlink(abs)
		}
		if err != nil {
			return notFound(fileError(ws, "path", err))
		}
		return nil
	})
}

// notFound makes a path below something that is no directory one that is not
// found: for who reads or deletes it is the same.
func notFound(err error) error {
	var i *InvalidError
	if errors.As(err, &i) && strings.HasPrefix(i.Reason, "lies below") {
		return fmt.Errorf("%w: %w", ErrFileNotFound, err)
	}
	return err
}

// change lets fn change a session's workspace in its turn, and commits.
func (m *Manager) change(ctx context.Context, tenant, id string, fn func(ws *hostfuncs.Workspace) error) error {
	if err := m.begin(); err != nil {
		return err
	}
	defer m.end()
	if _, err := m.record(tenant, id); err != nil {
		return err
	}
	l := m.use(id)
	defer m.release(l)
	if err := m.take(ctx, l); err != nil {
		return err
	}
	defer l.give()
	s, err := m.record(tenant, id)
	if err != nil {
		return err
	}
	held := m.Hold(s.Tenant)
	defer held.Release()
	ws, _, err := m.open(l, s.Limits, held, nil)
	if err != nil {
		return err
	}
	defer ws.Release()
	if err := fn(ws); err != nil {
		return err
	}
	if _, err := m.commit(ctx, l, ws); err != nil {
		return err
	}
	now := m.cfg.Now().UTC().Truncate(time.Millisecond)
	if err := m.cfg.Store.UpdateUsage(id, func(s *storage.Session) { s.LastActive = now }); err != nil && !errors.Is(err, storage.ErrNotFound) {
		m.log(ctx).Warn("activity not counted", zap.String("session", id), zap.Error(err))
	}
	return nil
}

// view gives fn the workspace as of the last commit, read-only. It waits for
// nothing.
func (m *Manager) view(tenant, id string, fn func(tree *hostfuncs.Tree, ws *hostfuncs.Workspace) error) error {
	if err := m.begin(); err != nil {
		return err
	}
	defer m.end()
	if _, err := m.record(tenant, id); err != nil {
		return err
	}
	l := m.use(id)
	defer m.release(l)
	if l.isDeleting() {
		return ErrDeleting
	}
	tree, err := m.current(l)
	if err != nil {
		return err
	}
	ws := hostfuncs.NewWorkspace(hostfuncs.Config{Base: hostfuncs.Base{Tree: tree}, ReadOnly: true})
	defer ws.Release()
	return fn(tree, ws)
}

// real returns the entry of a name after following links: "" for the workspace
// itself.
func real(ws *hostfuncs.Workspace, name string) (string, error) {
	rel, err := hostfuncs.ParseAPIPath(name)
	if err != nil {
		return "", pathError("path", err)
	}
	if rel == "" {
		return "", nil
	}
	abs, err := ws.Realpath(path.Join(hostfuncs.Root, rel))
	if err != nil {
		return "", notFound(fileError(ws, "path", err))
	}
	rel, err = hostfuncs.ParseAPIPath(abs)
	if err != nil { // a link into /tmp, which no client has
		return "", fmt.Errorf("%w: %w", ErrFileNotFound, err)
	}
	return rel, nil
}

// Content is an open file of a session, as it was when it was opened. It reads
// whatever is committed meanwhile. The opener must Close it.
type Content struct {
	FileInfo
	m    *Manager
	snap *storage.Snapshot
	path string // in snap
	off  int64  // of Read
	end  int64  // of Read
}

// OpenFile opens a file of a session of a tenant ("": any) as of the last
// commit. Errors: ErrNotFound, ErrDeleting, ErrClosed, ErrFileNotFound,
// *InvalidError (a directory, a bad path).
func (m *Manager) OpenFile(ctx context.Context, tenant, id, name string) (*Content, error) {
	var c *Content
	err := m.view(tenant, id, func(_ *hostfuncs.Tree, ws *hostfuncs.Workspace) error {
		rel, err := real(ws, name)
		if err != nil {
			return err
		}
		stored, err := m.cfg.Store.Workspace(id)
		if err != nil {
			return storeError(err)
		}
		snap, err := stored.Snapshot()
		if err != nil {
			return storeError(err)
		}
		e, ok := snap.Lookup(rel)
		switch {
		case rel == "" || ok && e.Kind == storage.KindDir:
			snap.Close()
			return &InvalidError{Field: "path", Reason: "is a directory"}
		case !ok || e.Kind != storage.KindFile:
			snap.Close()
			return ErrFileNotFound
		}
		asked, _ := hostfuncs.ParseAPIPath(name)
		c = &Content{
			FileInfo: FileInfo{Path: asked, Size: e.Size, Modified: e.Modified, Type: TypeFile},
			m:        m, snap: snap, path: rel, end: e.Size,
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return c, nil
}

// Section makes Read return n bytes from off.
func (c *Content) Section(off, n int64) { c.off, c.end = off, min(off+n, c.Size) }

// Read implements io.Reader.
func (c *Content) Read(p []byte) (int, error) {
	n := min(int64(len(p)), c.end-c.off)
	if n <= 0 {
		return 0, io.EOF
	}
	b, err := c.snap.Read(c.path, c.off, int(n))
	if err != nil {
		return 0, storeError(err)
	}
	if len(b) == 0 {
		return 0, io.ErrUnexpectedEOF
	}
	c.off += int64(copy(p, b))
	return len(b), nil
}

// Close releases the file.
func (c *Content) Close() error {
	c.snap.Close()
	return nil
}

// ListFiles returns up to limit names in a directory of a session of a tenant
// ("": any) as of the last commit, after skipping offset, and how many there
// are: those directly in it by name, or with recursive everything below it,
// directories before what is in them. Links are listed, not followed; the
// directory's own path may lead through some. Errors: as OpenFile.
func (m *Manager) ListFiles(ctx context.Context, tenant, id, name string, recursive bool, offset, limit int) ([]FileInfo, int, error) {
	var (
		out   = []FileInfo{}
		total int
	)
	err := m.view(tenant, id, func(tree *hostfuncs.Tree, ws *hostfuncs.Workspace) error {
		rel, err := real(ws, name)
		if err != nil {
			return err
		}
		prefix := ""
		if rel != "" {
			e, ok := tree.Lookup(rel)
			if !ok {
				return ErrFileNotFound
			}
			if e.Kind != hostfuncs.KindDir {
				return &InvalidError{Field: "path", Reason: "is not a directory"}
			}
			prefix = rel + "/"
		}
		add := func(e hostfuncs.Entry) {
			if total >= offset && len(out) < limit {
				out = append(out, FileInfo{Path: e.Path, Size: e.Size, Modified: e.Modified.UTC(), Type: types[e.Kind]})
			}
			total++
		}
		if recursive {
			for _, e := range tree.Entries() {
				if strings.HasPrefix(e.Path, prefix) {
					add(e)
				}
			}
			return nil
		}
		names, err := ws.ReadDir(path.Join(hostfuncs.Root, rel))
		if err != nil {
			return notFound(fileError(ws, "path", err))
		}
		for _, n := range names {
			if e, ok := tree.Lookup(prefix + n.Name()); ok {
				add(e)
			}
		}
		return nil
	})
	if err != nil {
		return nil, 0, err
	}
	return out, total, nil
}

var types = map[hostfuncs.Kind]FileType{
	hostfuncs.KindFile: TypeFile, hostfuncs.KindDir: TypeDirectory, hostfuncs.KindSymlink: TypeSymlink,
}
