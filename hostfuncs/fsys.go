package hostfuncs

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"

	"github.com/buntime/buntime/jsengine"
)

// FSBase returns fsys as the Base of a Workspace: its names are read now, its
// files when the guest reads them. Errors: more than 100,000 entries; a name that
// breaks a rule of paths (*PathError); what is neither a regular file nor a
// directory nor a symbolic link; or one of fsys.
func FSBase(fsys fs.FS) (Base, error) {
	var entries []Entry
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || name == "." {
			return err
		}
		if len(entries) == defaultEntries {
			return fmt.Errorf("file system has more than %d entries", defaultEntries)
		}
		fi, err := d.Info()
		if err != nil {
			return err
		}
		e := Entry{Path: name, Mode: fi.Mode().Perm(), Modified: fi.ModTime()}
		switch {
		case fi.Mode().IsRegular():
			e.Size = fi.Size()
		case fi.IsDir():
			e.Kind = KindDir
		case fi.Mode()&fs.ModeSymlink != 0:
			e.Kind = KindSymlink
			if e.Target, err = fs.ReadLink(fsys, name); err != nil {
				return err
			}
		default:
			return fmt.Errorf("%s is a %v: only files, directories and symbolic links can be in a workspace", name, fi.Mode().Type())
		}
		entries = append(entries, e)
		return nil
	})
	if err != nil {
		return Base{}, err
	}
	tree, err := NewTree(entries)
	if err != nil {
		return Base{}, err
	}
	return Base{Tree: tree, Content: ContentFunc(func(name string, p []byte, off int64) (int, error) {
		f, err := fsys.Open(name)
		if err != nil {
			return 0, err
		}
		defer f.Close()
		if r, ok := f.(io.ReaderAt); ok {
			return r.ReadAt(p, off)
		}
		if _, err := io.CopyN(io.Discard, f, off); err != nil {
			return 0, err
		}
		return io.ReadFull(f, p)
	})}, nil
}

// IOFS returns the directory root of files (an absolute guest path) as an
// fs.FS that also has ReadDir, ReadFile, Stat, Lstat and ReadLink. It is as safe
// for concurrent use as files is.
func IOFS(files jsengine.Files, root string) fs.FS { return ioFS{files, root} }

type ioFS struct {
	files jsengine.Files
	root  string
}

var (
	_ fs.ReadDirFS  = ioFS{}
	_ fs.ReadFileFS = ioFS{}
	_ fs.ReadLinkFS = ioFS{}
)

// pathError words an error of files as io/fs does.
func pathError(op, name string, err error) error {
	var no *jsengine.Errno
	if errors.As(err, &no) {
		switch no.Code {
		case "ENOENT":
			err = fs.ErrNotExist
		case "EEXIST":
			err = fs.ErrExist
		case "EACCES", "EPERM", "EROFS":
			err = fs.ErrPermission
		case "EBADF":
			err = fs.ErrClosed
		case "EINVAL", "ENAMETOOLONG":
			err = fs.ErrInvalid
		}
	}
	return &fs.PathError{Op: op, Path: name, Err: err}
}

func (f ioFS) at(op, name string) (string, error) {
	if !fs.ValidPath(name) {
		return "", &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	return path.Join(f.root, name), nil
}

// Open implements fs.FS.
func (f ioFS) Open(name string) (fs.File, error) {
	p, err := f.at("open", name)
	if err != nil {
		return nil, err
	}
	h, err := f.files.Open(p, os.O_RDONLY, 0)
	if err != nil {
		return nil, pathError("open", name, err)
	}
	fi, err := h.Stat()
	if err != nil {
		return nil, errors.Join(pathError("stat", name, err), h.Close())
	}
	open := &ioFile{file: h, info: named{fi, path.Base(name)}, name: name}
	if fi.IsDir() {
		return &ioDir{ioFile: open, fs: f}, nil
	}
	return open, nil
}

// named is a file's description under the name it was asked for.
type named struct {
	fs.FileInfo
	name string
}

func (n named) Name() string { return n.name }

// ReadDir implements fs.ReadDirFS.
func (f ioFS) ReadDir(name string) ([]fs.DirEntry, error) {
	p, err := f.at("readdir", name)
	if err != nil {
		return nil, err
	}
	list, err := f.files.ReadDir(p)
	if err != nil {
		return nil, pathError("readdir", name, err)
	}
	return list, nil
}

// ReadFile implements fs.ReadFileFS.
func (f ioFS) ReadFile(name string) ([]byte, error) {
	p, err := f.at("open", name)
	if err != nil {
		return nil, err
	}
	data, err := f.files.ReadFile(p)
	if err != nil {
		return nil, pathError("read", name, err)
	}
	return data, nil
}

func (f ioFS) stat(name string, look func(string) (fs.FileInfo, error)) (fs.FileInfo, error) {
	p, err := f.at("stat", name)
	if err != nil {
		return nil, err
	}
	fi, err := look(p)
	if err != nil {
		return nil, pathError("stat", name, err)
	}
	return named{fi, path.Base(name)}, nil
}

// Stat implements fs.StatFS.
func (f ioFS) Stat(name string) (fs.FileInfo, error) { return f.stat(name, f.files.Stat) }

// Lstat implements fs.ReadLinkFS.
func (f ioFS) Lstat(name string) (fs.FileInfo, error) { return f.stat(name, f.files.Lstat) }

// ReadLink implements fs.ReadLinkFS.
func (f ioFS) ReadLink(name string) (string, error) {
	p, err := f.at("readlink", name)
	if err != nil {
		return "", err
	}
	target, err := f.files.Readlink(p)
	if err != nil {
		return "", pathError("readlink", name, err)
	}
	return target, nil
}

// ioFile is an open regular file.
type ioFile struct {
	file jsengine.File
	info fs.FileInfo
	name string
	off  int64
}

func (f *ioFile) Stat() (fs.FileInfo, error) { return f.info, nil }

func (f *ioFile) Read(p []byte) (int, error) {
	n, err := f.ReadAt(p, f.off)
	f.off += int64(n)
	if n > 0 && err == io.EOF {
		err = nil
	}
	return n, err
}

func (f *ioFile) ReadAt(p []byte, off int64) (int, error) {
	n, err := f.file.ReadAt(p, off)
	if err != nil && err != io.EOF {
		err = pathError("read", f.name, err)
	}
	return n, err
}

func (f *ioFile) Seek(off int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		off += f.off
	case io.SeekEnd:
		off += f.info.Size()
	}
	if off < 0 {
		return 0, &fs.PathError{Op: "seek", Path: f.name, Err: fs.ErrInvalid}
	}
	f.off = off
	return off, nil
}

func (f *ioFile) Close() error {
	if err := f.file.Close(); err != nil {
		return pathError("close", f.name, err)
	}
	return nil
}

// ioDir is an open directory.
type ioDir struct {
	*ioFile
	fs   ioFS
	list []fs.DirEntry // what is still to be read
	read bool          // list was read
}

func (d *ioDir) ReadDir(n int) ([]fs.DirEntry, error) {
	if !d.read {
		list, err := d.fs.ReadDir(d.name)
		if err != nil {
			return nil, err
		}
		d.list, d.read = list, true
	}
	if n <= 0 {
		out := d.list
		d.list = nil
		return out, nil
	}
	if len(d.list) == 0 {
		return nil, io.EOF
	}
	n = min(n, len(d.list))
	out := d.list[:n:n]
	d.list = d.list[n:]
	return out, nil
}
