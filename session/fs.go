package session

import (
	"io/fs"

	"github.com/buntime/buntime/hostfuncs"
)

// FS returns the files of a session of a tenant ("": any) as of the last commit
// before the call, read-only. A file that was written or deleted since reads as
// an error or as it is now. If the session cannot be had, each operation
// returns the reason: ErrNotFound, ErrDeleting, ErrClosed. If it goes later,
// reading a file does; names and sizes are those of the call.
func (m *Manager) FS(tenant, id string) fs.FS {
	var files *hostfuncs.Workspace
	err := m.view(tenant, id, func(tree *hostfuncs.Tree, _ *hostfuncs.Workspace) error {
		stored, err := m.cfg.Store.Workspace(id)
		if err != nil {
			return storeError(err)
		}
		read := hostfuncs.ContentFunc(func(path string, p []byte, off int64) (int, error) {
			n, err := content(stored).ReadFileAt(path, p, off)
			return n, storeError(err)
		})
		// Read-only and with its names shared, it holds nothing to release.
		files = hostfuncs.NewWorkspace(hostfuncs.Config{ReadOnly: true, Base: hostfuncs.Base{Tree: tree, Content: read}})
		return nil
	})
	if err != nil {
		return noFS{err}
	}
	return hostfuncs.IOFS(files, hostfuncs.Root)
}

// noFS is a file system that cannot be had.
type noFS struct{ err error }

func (f noFS) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: f.err}
}
