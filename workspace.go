package buntime

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"time"

	"github.com/buntime/buntime/hostfuncs"
)

// workingDir returns the absolute path of a directory of files.
func workingDir(files *hostfuncs.Workspace, dir string) (string, error) {
	rel, err := hostfuncs.ParseAPIPath(dir)
	if err != nil {
		return "", fmt.Errorf("buntime: Program.Dir: %w", err)
	}
	abs := path.Join(hostfuncs.Root, rel)
	if info, err := files.Stat(abs); err != nil || !info.IsDir() {
		return "", fmt.Errorf("buntime: Program.Dir: %q is not a directory of the workspace", dir)
	}
	return abs, nil
}

// filePath is where a file of Program.Files lies, from the workspace.
func filePath(name string) (string, error) {
	path, err := hostfuncs.ParseAPIPath(name)
	switch {
	case err != nil:
	case path == "":
		err = errors.New("names the workspace itself")
	case hostfuncs.NamesDirectory(name):
		err = errors.New("ends in a slash or dots, as a directory's")
	}
	if err != nil {
		return "", fmt.Errorf("buntime: Program.Files[%.80q]: %w", name, err)
	}
	return path, nil
}

// filesOf calls add for each of Program.Files with its path from the workspace, in
// the order of their names. Two names of one file are an error: a map has no order
// that could say which of them holds.
func filesOf(files map[string][]byte, add func(path string, data []byte)) error {
	names := make(map[string]string, len(files)) // by path
	for _, name := range slices.Sorted(maps.Keys(files)) {
		path, err := filePath(name)
		if err != nil {
			return err
		}
		if other, twice := names[path]; twice {
			return fmt.Errorf("buntime: Program.Files[%.80q]: names the same file as Program.Files[%.80q]", name, other)
		}
		names[path] = name
		add(path, files[name])
	}
	return nil
}

// withFiles returns base with files written over it, now by clock, or by the
// system's if it is nil.
func withFiles(base hostfuncs.Base, files map[string][]byte, clock func() time.Time) (hostfuncs.Base, error) {
	if len(files) == 0 {
		return base, nil
	}
	if clock == nil {
		clock = time.Now
	}
	now := clock()
	byPath := make(map[string][]byte, len(files))
	changes := make([]hostfuncs.Change, 0, len(files))
	err := filesOf(files, func(path string, data []byte) {
		byPath[path] = data
		changes = append(changes, hostfuncs.Change{Entry: hostfuncs.Entry{
			Path: path, Kind: hostfuncs.KindFile, Mode: 0o644, Size: int64(len(data)), Modified: now,
		}})
	})
	if err != nil {
		return base, err
	}
	tree, err := base.Tree.Apply(changes)
	if err != nil {
		return base, fmt.Errorf("buntime: Program.Files: %w", err)
	}
	under := base.Content
	return hostfuncs.Base{Tree: tree, Content: hostfuncs.ContentFunc(func(path string, p []byte, off int64) (int, error) {
		data, ok := byPath[path]
		switch {
		case !ok && under == nil:
			return 0, fs.ErrNotExist
		case !ok:
			return under.ReadFileAt(path, p, off)
		case off >= int64(len(data)):
			return 0, io.EOF
		}
		n := copy(p, data[off:])
		if n < len(p) {
			return n, io.EOF
		}
		return n, nil
	})}, nil
}
