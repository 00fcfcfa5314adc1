package session

import (
	"io/fs"
	"path"
	"time"

	"github.com/buntime/buntime/jsengine"
	"github.com/buntime/buntime/shell"
)

// programFiles is the workspace as a program of a command line sees it. The tools
// and programs of the shell seem to be files where PATH has them, so that a program
// that looks for one finds it; they have no content, and no folder lists them.
type programFiles struct {
	jsengine.Files
	sys    *shell.System
	loaded *loadedFiles // nil: nobody asks
}

// ReadFile implements jsengine.Files. It is how modules are loaded.
func (f programFiles) ReadFile(name string) ([]byte, error) {
	f.loaded.add(name)
	return f.Files.ReadFile(name)
}

// Workspace returns what f is a view of: databases lock the files of that.
func (f programFiles) Workspace() jsengine.Files { return f.Files }

// Stat implements jsengine.Files.
func (f programFiles) Stat(name string) (fs.FileInfo, error) {
	return f.orTool(name, f.Files.Stat)
}

// Lstat implements jsengine.Files.
func (f programFiles) Lstat(name string) (fs.FileInfo, error) {
	return f.orTool(name, f.Files.Lstat)
}

// Realpath implements jsengine.Files.
func (f programFiles) Realpath(name string) (string, error) {
	real, err := f.Files.Realpath(name)
	if err != nil && f.sys.Tool(name) {
		return path.Clean(name), nil
	}
	return real, err
}

// Names is how many names the workspace has, or -1 if it cannot tell: it must not be
// hidden from programs, which then would take all listings for long ones.
func (f programFiles) Names() int64 {
	if n, ok := f.Files.(interface{ Names() int64 }); ok {
		return n.Names()
	}
	return -1
}

func (f programFiles) orTool(name string, stat func(string) (fs.FileInfo, error)) (fs.FileInfo, error) {
	info, err := stat(name)
	if err != nil && f.sys.Tool(name) {
		return toolInfo(path.Base(name)), nil
	}
	return info, err
}

// toolInfo describes a tool's file by its name.
type toolInfo string

func (i toolInfo) Name() string       { return string(i) }
func (i toolInfo) Size() int64        { return 0 }
func (i toolInfo) Mode() fs.FileMode  { return 0o755 }
func (i toolInfo) ModTime() time.Time { return time.Unix(0, 0) }
func (i toolInfo) IsDir() bool        { return false }
func (i toolInfo) Sys() any           { return nil }
