package shell

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/buntime/buntime/jsengine"
)

// errTexts are Linux's texts for the codes of errors.
var errTexts = map[string]string{
	"ECONNREFUSED": "Connection refused", "ENETUNREACH": "Network is unreachable", "ENOBUFS": "No buffer space available",
	"ENOENT": "No such file or directory", "EACCES": "Permission denied", "EPERM": "Operation not permitted", "EEXIST": "File exists",
	"ENOTDIR": "Not a directory", "EISDIR": "Is a directory", "ENOTEMPTY": "Directory not empty", "EINVAL": "Invalid argument",
	"ENOSPC": "No space left on device", "EDQUOT": "Disk quota exceeded", "EFBIG": "File too large", "ENOMEM": "Cannot allocate memory",
	"EROFS": "Read-only file system", "EXDEV": "Invalid cross-device link", "ELOOP": "Too many levels of symbolic links",
	"ENAMETOOLONG": "File name too long", "EBADF": "Bad file descriptor", "EMFILE": "Too many open files", "EBUSY": "Device or resource busy",
	"EIO": "Input/output error", "EPIPE": "Broken pipe", "EMLINK": "Too many links", "ENXIO": "No such device or address",
}

// errText is what a tool says of an error.
func errText(err error) string {
	var no *jsengine.Errno
	if errors.As(err, &no) {
		if s, ok := errTexts[no.Code]; ok {
			return s
		}
		return no.Code
	}
	if errors.Is(err, ErrPipe) {
		return "Broken pipe"
	}
	return "Input/output error" // the texts of other errors are the host's
}

func errCode(err error) string {
	var no *jsengine.Errno
	if errors.As(err, &no) {
		return no.Code
	}
	return ""
}

func errno(code string) error { return &jsengine.Errno{Code: code} }

// deviceInfo describes a file below /dev.
type deviceInfo struct {
	name string
	dir  bool
}

func (d deviceInfo) Name() string { return d.name }
func (d deviceInfo) Size() int64  { return 0 }
func (d deviceInfo) Mode() fs.FileMode {
	if d.dir {
		return fs.ModeDir | 0o755
	}
	return fs.ModeDevice | fs.ModeCharDevice | 0o666
}
func (d deviceInfo) ModTime() time.Time { return time.Unix(0, 0) }
func (d deviceInfo) IsDir() bool        { return d.dir }
func (d deviceInfo) Sys() any           { return nil }

// devices are the files below /dev that exist.
var devices = map[string]device{"null": devNull, "zero": devZero, "random": devRandom, "urandom": devRandom, "full": devFull}

// dev looks at a path below /dev: a device, or a descriptor of the shell.
func (sh *shell) dev(p string) (dev device, fd int, isDev, isFD bool) {
	if !strings.HasPrefix(p, "/dev/") {
		return 0, 0, false, false
	}
	p = path.Clean(p)[len("/dev"):]
	if p == "" {
		return 0, 0, false, false
	}
	p = p[1:]
	if d, ok := devices[p]; ok {
		return d, 0, true, false
	}
	switch p {
	case "stdin":
		return 0, 0, false, true
	case "stdout":
		return 0, 1, false, true
	case "stderr":
		return 0, 2, false, true
	}
	if s, ok := strings.CutPrefix(p, "fd/"); ok {
		if n, err := strconv.Atoi(s); err == nil {
			return 0, n, false, true
		}
	}
	return 0, 0, false, false
}

// workspaceMask is the umask that the workspace itself has.
const workspaceMask = 0o022

// mkdir makes a directory with the mode that the umask leaves.
func (sh *shell) mkdir(abs string, perm fs.FileMode) error {
	perm &^= sh.mask
	err := sh.sys.cfg.Files.Mkdir(abs, perm)
	if err == nil && perm&workspaceMask != 0 {
		_ = sh.sys.cfg.Files.Chmod(abs, perm)
	}
	return err
}

// mkdirAll makes a directory and those it is in that do not exist, as mkdir does.
func (sh *shell) mkdirAll(abs string) error {
	var made []string
	for dir := path.Clean(abs); dir != "/"; dir = path.Dir(dir) {
		if _, err := sh.sys.cfg.Files.Stat(dir); err == nil {
			break
		}
		made = append(made, dir)
	}
	err := sh.sys.cfg.Files.MkdirAll(abs, 0o777&^sh.mask)
	if err == nil && sh.mask != workspaceMask {
		for _, dir := range made {
			_ = sh.sys.cfg.Files.Chmod(dir, 0o777&^sh.mask)
		}
	}
	return err
}

// open opens a file of the workspace, a device or a descriptor. The caller
// drops what it gets.
func (sh *shell) open(name string, flags int, perm fs.FileMode) (*desc, error) {
	if name == "" {
		return nil, errno("ENOENT")
	}
	sh.spend(200)
	p := sh.abs(name)
	dev, fd, isDev, isFD := sh.dev(p)
	switch {
	case isDev:
		return newDesc(deviceStream{dev, sh.sys.cfg.Random}, name), nil
	case isFD:
		d := sh.fds[fd]
		if d == nil {
			return nil, errno("ENOENT")
		}
		return d.dup(), nil
	case strings.HasPrefix(p, "/dev/tcp/"):
		host, port, _ := strings.Cut(p[len("/dev/tcp/"):], "/")
		conn, err := sh.dialTCP(host, port)
		if err != nil {
			return nil, err
		}
		return newDesc(connStream{conn}, name), nil
	case strings.HasPrefix(p, "/dev/"):
		return nil, errno("ENOENT")
	}
	loose := false // there is more to allow than the workspace's own mask does
	if flags&os.O_CREATE != 0 && perm&^sh.mask&workspaceMask != 0 {
		_, err := sh.sys.cfg.Files.Lstat(p)
		loose = err != nil
	}
	f, err := sh.sys.cfg.Files.Open(p, flags, perm&^sh.mask)
	if err != nil {
		return nil, err
	}
	if loose {
		_ = sh.sys.cfg.Files.Chmod(p, perm&^sh.mask)
	}
	acc := flags & (os.O_WRONLY | os.O_RDWR)
	if acc != os.O_RDONLY {
		if info, err := f.Stat(); err == nil && info.IsDir() {
			_ = f.Close()
			return nil, errno("EISDIR")
		}
	} else if info, err := f.Stat(); err == nil && info.IsDir() {
		return newDesc(dirStream{f}, name), nil
	}
	return newDesc(&fileStream{
		file: f, append: flags&os.O_APPEND != 0, readable: acc != os.O_WRONLY, writable: acc != os.O_RDONLY,
	}, name), nil
}

func (sh *shell) stat(name string) (fs.FileInfo, error)  { return sh.info(name, true) }
func (sh *shell) lstat(name string) (fs.FileInfo, error) { return sh.info(name, false) }

func (sh *shell) info(name string, follow bool) (fs.FileInfo, error) {
	if name == "" {
		return nil, errno("ENOENT")
	}
	sh.spend(50)
	p := sh.abs(name)
	if strings.HasPrefix(p, "/dev/") || p == "/dev" {
		_, fd, isDev, isFD := sh.dev(p)
		switch {
		case p == "/dev" || p == "/dev/" || p == "/dev/fd":
			return deviceInfo{path.Base(p), true}, nil
		case isDev, isFD && sh.fds[fd] != nil:
			return deviceInfo{path.Base(p), false}, nil
		}
		return nil, errno("ENOENT")
	}
	if follow {
		return sh.sys.cfg.Files.Stat(p)
	}
	return sh.sys.cfg.Files.Lstat(p)
}

func (sh *shell) readDir(name string) ([]fs.DirEntry, error) {
	p := sh.abs(name)
	if name == "" {
		p = sh.dir
	}
	sh.spend(100)
	list, err := sh.sys.cfg.Files.ReadDir(p)
	sh.spend(int64(len(list)) * 10)
	return list, err
}

// fileID tells files apart: two names of one file have the same.
func fileID(info fs.FileInfo) (uint64, bool) {
	if st, ok := info.(jsengine.FileStat); ok {
		return st.Ino(), true
	}
	return 0, false
}

// sameInode reports whether two names are of one file.
func sameInode(a, b fs.FileInfo) bool {
	i, ok1 := fileID(a)
	j, ok2 := fileID(b)
	return ok1 && ok2 && i == j
}

// dirStream is an open directory, which cannot be read as a file.
type dirStream struct{ f jsengine.File }

func (d dirStream) read(context.Context, []byte) (int, error)  { return 0, errno("EISDIR") }
func (d dirStream) write(context.Context, []byte) (int, error) { return 0, errno("EBADF") }
func (d dirStream) close()                                     { _ = d.f.Close() }
