package hostfuncs

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
	"unicode/utf8"

	"golang.org/x/sys/unix"

	"github.com/buntime/buntime/jsengine"
)

// DirConfig bounds a Dir. A zero field means its default.
type DirConfig struct {
	Writable bool  // changes go to the host's folder at once
	MaxFile  int64 // bytes a file may grow to; default 1 GiB; over it EFBIG
	MaxGrown int64 // bytes all changes together may add, 4 KiB for a new name; default 1 GiB; over it ENOSPC
	MaxRead  int64 // bytes that one ReadFile may return; default 256 MiB; over it EFBIG
	Files    int   // open files at once; default 1024; over it EMFILE
	Tmp      int64 // bytes of /tmp, which is in memory; default 64 MiB
}

const (
	nameCost   = 4096    // what a new name counts against MaxGrown
	maxEntries = 100_000 // names of one directory
)

// Dir is a folder of the host as /workspace, and /tmp in memory. It implements
// jsengine.Files. Paths are cleaned by their text first, so that ".." never
// follows a symbolic link. Links in the folder are followed while they are
// relative and stay in it; what leads out is refused (EACCES), as are devices,
// FIFOs and sockets, which are never opened and never waited for. Links between
// /workspace and /tmp do not resolve. No error names a host path.
//
// Safe for concurrent use.
type Dir struct {
	cfg  DirConfig
	root *os.Root
	rest *Workspace // "/" and /tmp

	mu     sync.Mutex
	open   map[*dirFile]struct{} // guarded by mu
	grown  int64                 // guarded by mu
	full   refusal               // guarded by mu
	closed bool                  // guarded by mu
}

var _ jsengine.Files = (*Dir)(nil)

// OpenDir opens the host's folder dir. The caller must Close it. Errors are for
// the owner of the host: they name dir.
func OpenDir(dir string, cfg DirConfig) (*Dir, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	for v, d := range map[*int64]int64{&cfg.MaxFile: 1 << 30, &cfg.MaxGrown: 1 << 30, &cfg.MaxRead: defaultMaxRead} {
		if *v == 0 {
			*v = d
		}
	}
	if cfg.Files == 0 {
		cfg.Files = defaultFiles
	}
	return &Dir{
		cfg: cfg, root: root, open: map[*dirFile]struct{}{},
		rest: NewWorkspace(Config{ReadOnly: true, Quota: Quota{Tmp: cfg.Tmp}, Files: cfg.Files, MaxRead: cfg.MaxRead}),
	}, nil
}

// Close closes the folder and the files still open in it. It may be called
// twice.
func (d *Dir) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return nil
	}
	d.closed = true
	err := d.root.Close()
	for f := range d.open {
		err = errors.Join(err, f.f.Close())
	}
	clear(d.open)
	d.rest.Release()
	return err
}

// DiskRefused is like Workspace.DiskRefused, for DirConfig.MaxGrown and Tmp.
func (d *Dir) DiskRefused() (used, limit int64, hit bool) {
	d.mu.Lock()
	r := d.full
	d.mu.Unlock()
	if r.hit {
		return r.used, r.limit, true
	}
	return d.rest.DiskRefused()
}

// route returns the name of a guest path in the folder, and whether it is in
// the folder at all. code is "" or an errno.
func route(guest string) (name string, here bool, code string) {
	if code := checkGuestPath(guest); code != "" {
		return "", false, code
	}
	clean := path.Clean(guest)
	if clean == Root {
		return ".", true, ""
	}
	name, here = strings.CutPrefix(clean, Root+"/")
	if !here {
		return "", false, ""
	}
	parts := strings.Split(name, "/")
	if CheckParts(parts) != nil {
		return "", true, "ENAMETOOLONG"
	}
	return name, true, ""
}

// errEscape is how os.Root words a path that leads out; it has no value for it.
const errEscape = "path escapes from parent"

// codeOf is the errno for an error of os. Nothing of its text is kept.
func codeOf(err error) string {
	var no syscall.Errno
	var ours *jsengine.Errno
	switch {
	case err == nil:
		return ""
	case errors.As(err, &ours):
		return ours.Code
	case errors.As(err, &no):
		if name := unix.ErrnoName(no); name != "" {
			return name
		}
	case strings.HasSuffix(err.Error(), errEscape):
		return "EACCES"
	case errors.Is(err, fs.ErrClosed):
		return "EBADF"
	case errors.Is(err, fs.ErrNotExist):
		return "ENOENT"
	case errors.Is(err, fs.ErrInvalid):
		return "EINVAL"
	}
	return "EIO"
}

// plain reports whether mode is that of a regular file or a directory.
func plain(mode fs.FileMode) bool { return mode.IsRegular() || mode.IsDir() }

// hostInfo is a file of the host, described without the host's own detail.
func hostInfo(fi fs.FileInfo, name string) *fileInfo {
	i := &fileInfo{name: name, mode: fi.Mode() &^ (fs.ModeDir | fs.ModeSymlink), size: fi.Size(), mtime: fi.ModTime(), nlink: 1}
	i.atime, i.ctime = i.mtime, i.mtime
	switch {
	case fi.IsDir():
		i.kind = KindDir
	case fi.Mode()&fs.ModeSymlink != 0:
		i.kind = KindSymlink
	}
	if st, ok := fi.Sys().(*syscall.Stat_t); ok {
		i.ino, i.nlink = st.Ino, uint64(st.Nlink)
		i.atime, i.ctime = statTimes(st)
	}
	return i
}

// grow takes n bytes from what may be added.
func (d *Dir) grow(n int64) bool {
	if n <= 0 {
		return true
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if n > d.cfg.MaxGrown-d.grown {
		d.full.note(d.grown+min(n, 1<<62), d.cfg.MaxGrown)
		return false
	}
	d.grown += n
	return true
}

// Open implements jsengine.Files, with the flags of Workspace.Open.
func (d *Dir) Open(guest string, flag int, perm fs.FileMode) (jsengine.File, error) {
	name, here, code := route(guest)
	if code == "" && !here {
		return d.rest.Open(guest, flag, perm)
	}
	if code == "" {
		var f *dirFile
		if f, code = d.openFile(name, flag, perm); code == "" {
			return f, nil
		}
	}
	return nil, fail(code, "open", guest)
}

func (d *Dir) openFile(name string, flag int, perm fs.FileMode) (*dirFile, string) {
	access := flag & (os.O_RDONLY | os.O_WRONLY | os.O_RDWR)
	// What is there is looked at before it is opened: opening a device or the end
	// of a pipe does something.
	before, err := d.root.Lstat(name)
	if err == nil && before.Mode()&fs.ModeSymlink != 0 {
		switch {
		case flag&os.O_CREATE != 0 && flag&os.O_EXCL != 0:
			return nil, "EEXIST"
		case flag&oNoFollow != 0:
			return nil, "ELOOP"
		}
		before, err = d.root.Stat(name)
	}
	switch {
	case err != nil && (codeOf(err) != "ENOENT" || flag&os.O_CREATE == 0):
		return nil, codeOf(err)
	case err == nil && !plain(before.Mode()):
		return nil, "EACCES"
	case !d.cfg.Writable && (access != os.O_RDONLY || flag&os.O_TRUNC != 0 || err != nil):
		return nil, "EROFS"
	}
	if !d.cfg.Writable {
		if flag&os.O_EXCL != 0 && flag&os.O_CREATE != 0 {
			return nil, "EEXIST"
		}
		flag &^= os.O_CREATE
	}
	if err != nil && !d.grow(nameCost) {
		return nil, "ENOSPC"
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return nil, "EBADF"
	}
	if len(d.open) >= d.cfg.Files {
		return nil, "EMFILE"
	}
	h, err := d.root.OpenFile(name, flag&^(os.O_APPEND|oNoFollow)|syscall.O_NONBLOCK, perm&fs.ModePerm&^umask)
	if err != nil {
		return nil, codeOf(err)
	}
	fi, err := h.Stat()
	if err != nil || !plain(fi.Mode()) {
		h.Close()
		return nil, "EACCES"
	}
	f := &dirFile{d: d, f: h, access: access, append: flag&os.O_APPEND != 0, name: path.Base("/" + name)}
	d.open[f] = struct{}{}
	return f, ""
}

func (d *Dir) stat(guest, call string, follow bool) (fs.FileInfo, error) {
	name, here, code := route(guest)
	if code == "" && !here {
		return d.rest.stat(guest, follow, call)
	}
	if code != "" {
		return nil, fail(code, call, guest)
	}
	look := d.root.Lstat
	if follow {
		look = d.root.Stat
	}
	fi, err := look(name)
	if err != nil {
		return nil, fail(codeOf(err), call, guest)
	}
	return hostInfo(fi, baseName(path.Clean(guest))), nil
}

// Stat implements jsengine.Files.
func (d *Dir) Stat(guest string) (fs.FileInfo, error) { return d.stat(guest, "stat", true) }

// Lstat implements jsengine.Files.
func (d *Dir) Lstat(guest string) (fs.FileInfo, error) { return d.stat(guest, "lstat", false) }

// dirEntry is a name of a host directory; its Info is looked up on demand.
type dirEntry struct {
	d     *Dir
	guest string
	mode  fs.FileMode
}

func (e *dirEntry) Name() string               { return path.Base(e.guest) }
func (e *dirEntry) IsDir() bool                { return e.mode.IsDir() }
func (e *dirEntry) Type() fs.FileMode          { return e.mode.Type() }
func (e *dirEntry) Info() (fs.FileInfo, error) { return e.d.Lstat(e.guest) }

// ReadDir implements jsengine.Files. A directory of more than 100,000 names is
// EFBIG; names that are not UTF-8 cannot be named by a guest and are left out.
func (d *Dir) ReadDir(guest string) ([]fs.DirEntry, error) {
	name, here, code := route(guest)
	if code == "" && !here {
		return d.rest.ReadDir(guest)
	}
	if code != "" {
		return nil, fail(code, "scandir", guest)
	}
	// With O_DIRECTORY nothing but a directory is opened at all.
	h, err := d.root.OpenFile(name, os.O_RDONLY|oDirectory|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, fail(codeOf(err), "scandir", guest)
	}
	defer h.Close()
	list, err := h.ReadDir(maxEntries + 1)
	if err != nil && err != io.EOF {
		return nil, fail(codeOf(err), "scandir", guest)
	}
	if len(list) > maxEntries {
		return nil, fail("EFBIG", "scandir", guest)
	}
	out := make([]fs.DirEntry, 0, len(list))
	for _, e := range list {
		if utf8.ValidString(e.Name()) {
			out = append(out, &dirEntry{d, path.Join(path.Clean(guest), e.Name()), e.Type()})
		}
	}
	slices.SortFunc(out, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return out, nil
}

// change runs a change to what is at guest: in the folder by there, else by
// rest.
func (d *Dir) change(call, guest string, there func(name string) error, rest func() error) error {
	name, here, code := route(guest)
	switch {
	case code == "" && !here:
		return rest()
	case code == "" && !d.cfg.Writable:
		code = "EROFS"
	case code == "":
		code = codeOf(there(name))
	}
	return outcome(code, call, guest)
}

// Mkdir implements jsengine.Files.
func (d *Dir) Mkdir(guest string, perm fs.FileMode) error {
	return d.change("mkdir", guest, func(name string) error {
		if !d.grow(nameCost) {
			return syscall.ENOSPC
		}
		return d.root.Mkdir(name, perm&fs.ModePerm&^umask)
	}, func() error { return d.rest.Mkdir(guest, perm) })
}

// MkdirAll implements jsengine.Files.
func (d *Dir) MkdirAll(guest string, perm fs.FileMode) error {
	if fi, err := d.Stat(guest); err == nil && fi.IsDir() {
		return nil
	}
	return d.change("mkdir", guest, func(name string) error {
		if !d.grow(nameCost * int64(1+strings.Count(name, "/"))) {
			return syscall.ENOSPC
		}
		return d.root.MkdirAll(name, perm&fs.ModePerm&^umask)
	}, func() error { return d.rest.MkdirAll(guest, perm) })
}

// Socket implements jsengine.Files. A folder of the host has no sockets of a guest's: ENOTSUP.
func (d *Dir) Socket(guest string, perm fs.FileMode) error {
	return d.change("bind", guest, func(name string) error {
		if _, err := d.root.Lstat(name); err == nil {
			return syscall.EEXIST
		}
		return &jsengine.Errno{Code: "ENOTSUP"}
	}, func() error { return d.rest.Socket(guest, perm) })
}

// Unlink implements jsengine.Files.
func (d *Dir) Unlink(guest string) error {
	return d.change("unlink", guest, func(name string) error {
		if fi, err := d.root.Lstat(name); err != nil {
			return err
		} else if fi.IsDir() {
			return syscall.EISDIR
		}
		return d.root.Remove(name)
	}, func() error { return d.rest.Unlink(guest) })
}

// Rmdir implements jsengine.Files.
func (d *Dir) Rmdir(guest string) error {
	return d.change("rmdir", guest, func(name string) error {
		if name == "." {
			return syscall.EBUSY
		}
		if fi, err := d.root.Lstat(name); err != nil {
			return err
		} else if !fi.IsDir() {
			return syscall.ENOTDIR
		}
		return d.root.Remove(name)
	}, func() error { return d.rest.Rmdir(guest) })
}

// RemoveAll implements jsengine.Files.
func (d *Dir) RemoveAll(guest string) error {
	return d.change("rm", guest, func(name string) error {
		if name == "." {
			return syscall.EBUSY
		}
		return d.root.RemoveAll(name)
	}, func() error { return d.rest.RemoveAll(guest) })
}

// both is change for two paths.
func (d *Dir) both(call, from, to string, there func(from, to string) error, rest func() error) error {
	src, a, code := route(from)
	dst, b, code2 := route(to)
	switch {
	case code != "":
	case code2 != "":
		code = code2
	case !a && !b:
		return rest()
	case a != b:
		code = "EXDEV"
	case !d.cfg.Writable:
		code = "EROFS"
	default:
		code = codeOf(there(src, dst))
	}
	if code != "" {
		return fail2(code, call, from, to)
	}
	return nil
}

// Rename implements jsengine.Files.
func (d *Dir) Rename(from, to string) error {
	return d.both("rename", from, to, func(from, to string) error {
		if from == "." || to == "." {
			return syscall.EBUSY
		}
		return d.root.Rename(from, to)
	}, func() error { return d.rest.Rename(from, to) })
}

// Link implements jsengine.Files.
func (d *Dir) Link(from, to string) error {
	return d.both("link", from, to, func(from, to string) error {
		if fi, err := d.root.Lstat(from); err != nil {
			return err
		} else if !fi.Mode().IsRegular() {
			return syscall.EPERM
		}
		if !d.grow(nameCost) {
			return syscall.ENOSPC
		}
		return d.root.Link(from, to)
	}, func() error { return d.rest.Link(from, to) })
}

// Symlink implements jsengine.Files. The target must be relative and stay in the
// folder by its text: EACCES otherwise.
func (d *Dir) Symlink(target, guest string) error {
	name, here, code := route(guest)
	switch {
	case code == "" && !here:
		return d.rest.Symlink(target, guest)
	case code != "":
	case !d.cfg.Writable:
		code = "EROFS"
	case target == "":
		code = "ENOENT"
	case checkGuestPath("/"+target) != "":
		code = "EINVAL"
	case strings.HasPrefix(target, "/"), !linkInside(strings.Split(path.Dir(Root[1:]+"/"+name), "/"), target):
		code = "EACCES"
	case !d.grow(nameCost):
		code = "ENOSPC"
	default:
		code = codeOf(d.root.Symlink(target, name))
	}
	if code != "" {
		return fail2(code, "symlink", target, guest)
	}
	return nil
}

// Readlink implements jsengine.Files. The target of a link that leads out is a
// host path, so it is EACCES.
func (d *Dir) Readlink(guest string) (string, error) {
	name, here, code := route(guest)
	if code == "" && !here {
		return d.rest.Readlink(guest)
	}
	if code == "" {
		target, err := d.root.Readlink(name)
		if code = codeOf(err); code == "" {
			if !strings.HasPrefix(target, "/") && linkInside(strings.Split(path.Dir(Root[1:]+"/"+name), "/"), target) {
				return target, nil
			}
			code = "EACCES"
		}
	}
	return "", fail(code, "readlink", guest)
}

// plainAt reports an error unless name leads to a regular file or a directory.
func (d *Dir) plainAt(name string) error {
	fi, err := d.root.Stat(name)
	if err == nil && !plain(fi.Mode()) {
		return syscall.EACCES
	}
	return err
}

// Chmod implements jsengine.Files.
func (d *Dir) Chmod(guest string, mode fs.FileMode) error {
	return d.change("chmod", guest, func(name string) error {
		if err := d.plainAt(name); err != nil {
			return err
		}
		return d.root.Chmod(name, mode&fs.ModePerm)
	}, func() error { return d.rest.Chmod(guest, mode) })
}

// Chtimes implements jsengine.Files.
func (d *Dir) Chtimes(guest string, atime, mtime time.Time) error {
	return d.change("utime", guest, func(name string) error {
		if err := d.plainAt(name); err != nil {
			return err
		}
		return d.root.Chtimes(name, atime, mtime)
	}, func() error { return d.rest.Chtimes(guest, atime, mtime) })
}

// Lchtimes implements jsengine.Files.
func (d *Dir) Lchtimes(guest string, atime, mtime time.Time) error {
	return d.change("utime", guest, func(name string) error {
		fi, err := d.root.Lstat(name)
		switch {
		case err != nil:
			return err
		case fi.Mode()&fs.ModeSymlink == 0 && !plain(fi.Mode()):
			return syscall.EACCES
		}
		parent, err := d.root.Open(path.Dir(name))
		if err != nil {
			return err
		}
		defer parent.Close()
		times := []unix.Timespec{unix.NsecToTimespec(atime.UnixNano()), unix.NsecToTimespec(mtime.UnixNano())}
		return unix.UtimesNanoAt(int(parent.Fd()), path.Base(name), times, unix.AT_SYMLINK_NOFOLLOW)
	}, func() error { return d.rest.Lchtimes(guest, atime, mtime) })
}

// Truncate implements jsengine.Files.
func (d *Dir) Truncate(guest string, size int64) error {
	return d.change("truncate", guest, func(name string) error {
		f, code := d.openFile(name, os.O_WRONLY, 0)
		if code != "" {
			return &jsengine.Errno{Code: code}
		}
		defer f.Close()
		return f.Truncate(size)
	}, func() error { return d.rest.Truncate(guest, size) })
}

// Realpath implements jsengine.Files.
func (d *Dir) Realpath(guest string) (string, error) {
	name, here, code := route(guest)
	if code == "" && !here {
		return d.rest.Realpath(guest)
	}
	if code == "" {
		if name, code = d.resolve(name); code == "" {
			return path.Join(Root, name), nil
		}
	}
	return "", fail(code, "realpath", guest)
}

// resolve follows the symbolic links in name.
func (d *Dir) resolve(name string) (string, string) {
	done, links := ".", 0
	for rest := name; rest != "" && rest != "."; {
		first, tail, _ := strings.Cut(rest, "/")
		next := path.Join(done, first)
		fi, err := d.root.Lstat(next)
		if err != nil {
			return "", codeOf(err)
		}
		if fi.Mode()&fs.ModeSymlink == 0 {
			done, rest = next, tail
			continue
		}
		if links++; links > 40 {
			return "", "ELOOP"
		}
		target, err := d.root.Readlink(next)
		if err != nil {
			return "", codeOf(err)
		}
		at := strings.Split(path.Join(Root[1:], done), "/")
		if strings.HasPrefix(target, "/") || !linkInside(at, target) {
			return "", "EACCES"
		}
		rest = path.Join(done, target, tail)
		done = "."
	}
	return done, ""
}

// ReadFile implements jsengine.Files.
func (d *Dir) ReadFile(guest string) ([]byte, error) {
	name, here, code := route(guest)
	if code == "" && !here {
		return d.rest.ReadFile(guest)
	}
	var f *dirFile
	if code == "" {
		f, code = d.openFile(name, os.O_RDONLY, 0)
	}
	if code != "" {
		return nil, fail(code, "open", guest)
	}
	defer f.Close()
	fi, err := f.f.Stat()
	switch {
	case err != nil:
		return nil, fail(codeOf(err), "read", guest)
	case fi.IsDir():
		return nil, fail("EISDIR", "read", "")
	case fi.Size() > d.cfg.MaxRead:
		return nil, fail("EFBIG", "read", guest)
	}
	// The size may lie, or change.
	data, err := io.ReadAll(io.LimitReader(f.f, d.cfg.MaxRead+1))
	switch {
	case err != nil:
		return nil, fail(codeOf(err), "read", guest)
	case int64(len(data)) > d.cfg.MaxRead:
		return nil, fail("EFBIG", "read", guest)
	}
	return data, nil
}

// WriteFile implements jsengine.Files, with the flags of Workspace.WriteFile.
func (d *Dir) WriteFile(guest string, data []byte, flag int, perm fs.FileMode) error {
	name, here, code := route(guest)
	if code == "" && !here {
		return d.rest.WriteFile(guest, data, flag, perm)
	}
	if flag == 0 {
		flag = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	}
	var f *dirFile
	if code == "" {
		f, code = d.openFile(name, flag, perm)
	}
	if code != "" {
		return fail(code, "open", guest)
	}
	defer f.Close()
	_, err := f.WriteAt(data, 0)
	return err
}

// dirFile is an open file of a Dir.
type dirFile struct {
	d      *Dir
	f      *os.File
	access int
	append bool
	name   string
	mu     sync.Mutex // orders writes, whose growth is counted
	paid   int64      // guarded by mu; the largest size that was counted
}

// ReadAt implements jsengine.File.
func (f *dirFile) ReadAt(p []byte, off int64) (int, error) {
	if f.access == os.O_WRONLY {
		return 0, fail("EBADF", "read", "")
	}
	n, err := f.f.ReadAt(p, off)
	if err != nil && err != io.EOF {
		if off < 0 {
			return 0, fail("EINVAL", "read", "")
		}
		err = fail(codeOf(err), "read", "")
	}
	return n, err
}

// room checks that the file may have this size, and pays for its growth: once, however
// often it shrinks in between, as it does for a write in pieces, which first finds out
// whether it fits as a whole.
func (f *dirFile) room(size int64, fi fs.FileInfo) string {
	switch {
	case size > f.d.cfg.MaxFile:
		return "EFBIG"
	case !f.d.grow(size - max(fi.Size(), f.paid)):
		return "ENOSPC"
	}
	f.paid = max(f.paid, size)
	return ""
}

// WriteAt implements jsengine.File.
func (f *dirFile) WriteAt(p []byte, off int64) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	fi, err := f.f.Stat()
	code := ""
	switch {
	case f.access == os.O_RDONLY:
		code = "EBADF"
	case err != nil:
		code = codeOf(err)
	case !f.append && off < 0:
		code = "EINVAL"
	default:
		if f.append {
			off = fi.Size()
		}
		if off > f.d.cfg.MaxFile {
			code = "EFBIG"
		} else {
			code = f.room(off+int64(len(p)), fi)
		}
	}
	if code != "" {
		return 0, fail(code, "write", "")
	}
	n, err := f.f.WriteAt(p, off)
	if err != nil {
		return n, fail(codeOf(err), "write", "")
	}
	return n, nil
}

// Truncate implements jsengine.File.
func (f *dirFile) Truncate(size int64) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	fi, err := f.f.Stat()
	code := codeOf(err)
	switch {
	case code != "":
	case f.access == os.O_RDONLY || size < 0:
		code = "EINVAL"
	default:
		if code = f.room(size, fi); code == "" {
			code = codeOf(f.f.Truncate(size))
		}
	}
	return outcome(code, "ftruncate", "")
}

// Stat implements jsengine.File.
func (f *dirFile) Stat() (fs.FileInfo, error) {
	fi, err := f.f.Stat()
	if err != nil {
		return nil, fail(codeOf(err), "fstat", "")
	}
	return hostInfo(fi, f.name), nil
}

// Sync implements jsengine.File.
func (f *dirFile) Sync() error {
	if err := f.f.Sync(); err != nil {
		return fail(codeOf(err), "fsync", "")
	}
	return nil
}

// Close implements jsengine.File.
func (f *dirFile) Close() error {
	f.d.mu.Lock()
	_, open := f.d.open[f]
	delete(f.d.open, f)
	f.d.mu.Unlock()
	if !open {
		return fail("EBADF", "close", "")
	}
	if err := f.f.Close(); err != nil {
		return fail(codeOf(err), "close", "")
	}
	return nil
}
