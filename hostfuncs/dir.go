package hostfuncs

import (
	"errors"
	"io/fs"

	"github.com/buntime/buntime/jsengine"
)

// DirConfig bounds a Dir. A zero field means its default.
type DirConfig struct {
	Writable bool  // changes go to the host's folder at once
	MaxFile  int64 // bytes a file may grow to; default 1 GiB
	MaxGrown int64 // bytes all writes together may add; default 1 GiB
	MaxRead  int64 // bytes that one ReadFile may return; default 256 MiB
	Files    int   // open files at once; default 1024
	Tmp      int64 // bytes of /tmp, which is in memory; default 64 MiB
}

// Dir is a folder of the host as /workspace, and /tmp in memory. It implements
// jsengine.Files. Devices, FIFOs, sockets and links that lead out are refused; no
// error names a host path. Safe for concurrent use.
type Dir struct{ jsengine.Files }

// OpenDir opens the folder at path. The caller must Close it.
func OpenDir(path string, cfg DirConfig) (*Dir, error) { return nil, errors.ErrUnsupported }

// Close closes the folder and the files still open in it.
func (d *Dir) Close() error { return nil }

// FSBase returns fsys as the Base of a Workspace: its names are read now, its
// files when the guest reads them. Errors: more than 100,000 entries, a file
// that is neither regular nor a directory nor a symbolic link, or one of fsys.
func FSBase(fsys fs.FS) (Base, error) { return Base{}, errors.ErrUnsupported }

// IOFS returns the directory root of files (an absolute guest path) as an fs.FS.
func IOFS(files jsengine.Files, root string) fs.FS { return nil }
