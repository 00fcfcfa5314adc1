package jsengine

import (
	"errors"
	"io"
	"io/fs"
	"math"
	"os"
	"path"
	"strings"
	"time"

	"github.com/buntime/buntime/jsengine/wire"
)

const (
	// maxFDs bounds the files one process holds open.
	maxFDs = 1024
	// firstFD follows the standard streams, which the runtime library serves itself.
	firstFD = 3
	// maxRead bounds the bytes of one crossing, and so what the host holds for one
	// read; the runtime library loops for more.
	maxRead = 4 << 20
	// fsBase is the fuel of an operation whatever its size; on top comes a unit per
	// 64 bytes moved and a few per directory entry or name in a path.
	fsBase    = 50
	fsPerName = 4
	// fsPiece is how many bytes one call of Files moves.
	fsPiece = 256 << 10
	// fewNames is how many names a Files may have for what goes through them to
	// take no longer than a slice.
	fewNames = 1000
)

// Linux's numbers for open flags, which node:fs gives guests on every platform.
const (
	oWronly    = 0o1
	oRdwr      = 0o2
	oCreat     = 0o100
	oExcl      = 0o200
	oTrunc     = 0o1000
	oAppend    = 0o2000
	oDirectory = 0o200000
	oNofollow  = 0o400000
)

// FileStat is what a fs.FileInfo of Files may have beside its methods, to tell a
// guest what stat(2) does.
type FileStat interface {
	Ino() uint64
	Nlink() uint64
	AccessTime() time.Time
	ChangeTime() time.Time
}

// openFile is one open file of a process.
type openFile struct {
	file     File
	pos      int64 // of reads and writes that name no position
	path     string
	readable bool
	writable bool
	append   bool
}

// fdTable holds a process's open files by descriptor. It is used by the
// goroutine that runs the guest only; the process closes it at its end.
type fdTable struct {
	files map[int]*openFile
	next  int // every descriptor from firstFD below it is in use
}

func (t *fdTable) add(f *openFile) (int, error) {
	if len(t.files) >= maxFDs {
		return 0, &Errno{Code: "EMFILE"}
	}
	if t.files == nil {
		t.files = make(map[int]*openFile)
	}
	fd := max(t.next, firstFD)
	for t.files[fd] != nil {
		fd++
	}
	t.files[fd] = f
	t.next = fd + 1
	return fd, nil
}

func (t *fdTable) get(fd int64) (*openFile, error) {
	if fd >= 0 && fd <= math.MaxInt32 {
		if f := t.files[int(fd)]; f != nil {
			return f, nil
		}
	}
	return nil, &Errno{Code: "EBADF"}
}

func (t *fdTable) close(fd int64) error {
	f, err := t.get(fd)
	if err != nil {
		return err
	}
	delete(t.files, int(fd))
	t.next = min(t.next, int(fd))
	return f.file.Close()
}

// closeAll closes what the guest left open. What closing reports concerns nobody any more.
func (t *fdTable) closeAll() {
	for fd, f := range t.files {
		_ = f.file.Close()
		delete(t.files, fd)
	}
}

// fsCall is a Call on the workspace, with what its errors are to name.
type fsCall struct {
	*Call
	files   Files
	syscall string
	shown   string // the path as the guest wrote it
	dest    string
	given   int // paths
}

// fail gives an error of Files the system call and the paths that the guest used.
func (c *fsCall) fail(err error) error {
	var e *Errno
	if !errors.As(err, &e) {
		return err
	}
	out := *e
	out.Syscall, out.Path, out.Dest, out.given = c.syscall, c.shown, c.dest, c.given
	return &out
}

// opened says that opening worked: what fails now is another system call, on a descriptor, which has no path.
func (c *fsCall) opened(syscall string) { c.syscall, c.shown, c.given = syscall, "", 0 }

// namer is a Files that knows at once how many names it has.
type namer interface{ Names() int64 }

// names is how many names the workspace has, or -1 if it cannot tell.
func (c *fsCall) names() int64 {
	if n, ok := c.files.(namer); ok {
		return n.Names()
	}
	return -1
}

// through runs f, which may go through all names of the workspace: if they are
// many, or on a disk, in a turn of its own.
func (c *fsCall) through(f func()) {
	if n := c.names(); 0 <= n && n <= fewNames {
		f()
		return
	}
	c.Process.Work(f)
}

// charge puts n bytes moved on the guest's bill.
func (c *fsCall) charge(n int) { c.Process.Charge(int64(n+63) / 64) }

// chargePath puts the names of a path, each of which is looked for, on the guest's bill.
func (c *fsCall) chargePath(p string) { c.Process.Charge(int64(strings.Count(p, "/")) * fsPerName) }

// look is a step of what goes along a path: it looks for each name of p once more. It
// returns false if the guest has to end.
func (c *fsCall) look(p string) bool {
	c.chargePath(p)
	return c.Process.in.Checkpoint()
}

// fsOp makes an operation out of one that wants the workspace. Relative paths
// never come here: a path crosses as [absolute, as the guest wrote it].
func fsOp(name, syscall string, fn func(c *fsCall) (any, error)) Op {
	return Op{Name: "fs." + name, Sync: func(call *Call) (any, error) {
		files, err := call.Process.Files()
		if err != nil {
			return nil, err
		}
		call.Process.Charge(fsBase)
		c := &fsCall{Call: call, files: files, syscall: syscall}
		v, err := fn(c)
		if err != nil {
			return nil, c.fail(err)
		}
		return v, nil
	}}
}

// path returns the absolute path in argument i; argument i+1, if a string, is how errors show it.
func (c *fsCall) path(i int) (string, error) {
	p, err := c.String(i, "path")
	if err != nil {
		return "", err
	}
	c.shown = p
	c.given++
	c.chargePath(p)
	if s, ok := c.arg(i + 1).(string); ok {
		c.shown = s
	}
	if p == nullPath {
		c.files = nullDevice{c.files}
	}
	return p, nil
}

// paths returns the two absolute paths in arguments 0 and 2.
func (c *fsCall) paths() (from, to string, err error) {
	if to, err = c.path(2); err != nil {
		return "", "", err
	}
	c.dest = c.shown
	from, err = c.path(0)
	return from, to, err
}

func (c *fsCall) file(i int) (*openFile, error) {
	fd, err := c.Int(i, "fd")
	if err != nil {
		return nil, err
	}
	return c.Process.state.fds.get(fd)
}

// mode returns argument i as permission bits.
func (c *fsCall) mode(i int) (fs.FileMode, error) {
	m, err := c.Int(i, "mode")
	if err != nil {
		return 0, err
	}
	mode := fs.FileMode(m & 0o777)
	if m&0o4000 != 0 {
		mode |= fs.ModeSetuid
	}
	if m&0o2000 != 0 {
		mode |= fs.ModeSetgid
	}
	if m&0o1000 != 0 {
		mode |= fs.ModeSticky
	}
	return mode, nil
}

// time returns argument i, seconds since 1970.
func (c *fsCall) time(i int) (time.Time, error) {
	s, err := c.Float(i, "time")
	if err != nil {
		return time.Time{}, err
	}
	if math.IsNaN(s) || math.Abs(s) > 1e12 {
		return time.Time{}, &Errno{Code: "EINVAL"}
	}
	sec := math.Floor(s)
	return time.Unix(int64(sec), int64(math.Round((s-sec)*1e6))*1e3), nil
}

func goFlags(f int64) int {
	flag := os.O_RDONLY
	switch {
	case f&oRdwr != 0:
		flag = os.O_RDWR
	case f&oWronly != 0:
		flag = os.O_WRONLY
	}
	for _, m := range []struct {
		linux int64
		host  int
	}{{oCreat, os.O_CREATE}, {oExcl, os.O_EXCL}, {oTrunc, os.O_TRUNC}, {oAppend, os.O_APPEND}} {
		if f&m.linux != 0 {
			flag |= m.host
		}
	}
	return flag
}

// open opens a path with Linux's flags.
func (c *fsCall) open(p string, flags int64, perm fs.FileMode) (*openFile, error) {
	if flags&oNofollow != 0 {
		if info, err := c.files.Lstat(p); err == nil && info.Mode()&fs.ModeSymlink != 0 {
			return nil, &Errno{Code: "ELOOP"}
		}
	}
	if flags&oDirectory != 0 {
		info, err := c.files.Stat(p)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			return nil, &Errno{Code: "ENOTDIR"}
		}
	}
	f, err := c.files.Open(p, goFlags(flags), perm)
	if err != nil {
		return nil, err
	}
	return &openFile{
		file: f, path: p,
		readable: flags&oWronly == 0,
		writable: flags&(oWronly|oRdwr) != 0,
		append:   flags&oAppend != 0,
	}, nil
}

// statList is a file's metadata in the order that the runtime library reads it.
func statList(info fs.FileInfo) []any {
	const blockSize = 4096
	ino, nlink := uint64(0), uint64(1)
	mtime := info.ModTime()
	atime, ctime := mtime, mtime
	if st, ok := info.(FileStat); ok {
		ino, nlink, atime, ctime = st.Ino(), st.Nlink(), st.AccessTime(), st.ChangeTime()
	}
	m := info.Mode()
	mode := int64(m.Perm())
	switch {
	case m.IsDir():
		mode |= 0o040000
	case m&fs.ModeSymlink != 0:
		mode |= 0o120000
	case m&fs.ModeSocket != 0:
		mode |= 0o140000
	case m&fs.ModeCharDevice != 0:
		mode |= 0o020000
	default:
		mode |= 0o100000
	}
	for bit, linux := range map[fs.FileMode]int64{fs.ModeSetuid: 0o4000, fs.ModeSetgid: 0o2000, fs.ModeSticky: 0o1000} {
		if m&bit != 0 {
			mode |= linux
		}
	}
	size := info.Size()
	out := []any{
		int64(1), mode, int64(nlink), int64(0), int64(0), int64(0), int64(blockSize),
		int64(ino), size, (size + 511) / 512,
	}
	for _, t := range []time.Time{atime, mtime, ctime, ctime} {
		out = append(out, t.Unix(), int64(t.Nanosecond()))
	}
	for i, v := range out {
		out[i] = float64(v.(int64))
	}
	return out
}

// direntType is the number that node:fs's constants have for a kind of file.
func direntType(m fs.FileMode) int32 {
	switch {
	case m.IsDir():
		return 2
	case m&fs.ModeSymlink != 0:
		return 3
	case m&fs.ModeSocket != 0:
		return 5
	}
	return 1
}

// readAt fills at most n bytes from off and returns them; fewer at the end of the file.
func (c *fsCall) readAt(f *openFile, n, off int64) ([]byte, error) {
	if !f.readable {
		return nil, &Errno{Code: "EBADF"}
	}
	info, err := f.file.Stat()
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return nil, &Errno{Code: "EISDIR"}
	}
	n = min(n, maxRead, max(info.Size()-off, 0))
	if n <= 0 {
		return []byte{}, nil
	}
	c.charge(int(n)) // before copying: a guest must not read what it cannot pay for
	buf := make([]byte, n)
	for got := 0; ; {
		more, err := f.file.ReadAt(buf[got:min(got+fsPiece, len(buf))], off+int64(got))
		if got += more; errors.Is(err, io.EOF) || got == len(buf) {
			return buf[:got], nil
		}
		if err != nil {
			return nil, err
		}
		c.Process.checkpoint()
	}
}

// writeAt writes all of data at off, or at the end if the file was opened for appending,
// and returns how much, and where that ends.
func (c *fsCall) writeAt(f *openFile, data []byte, off int64) (n int, end int64, err error) {
	if !f.writable {
		return 0, off, &Errno{Code: "EBADF"}
	}
	c.charge(len(data))
	if f.append {
		info, err := f.file.Stat()
		if err != nil {
			return 0, off, err
		}
		off = info.Size()
	}
	if off < 0 || off > math.MaxInt64-int64(len(data)) {
		return 0, off, &Errno{Code: "EINVAL"}
	}
	if len(data) > fsPiece {
		if err := fits(f.file, off+int64(len(data))); err != nil {
			return 0, off, err
		}
	}
	for {
		more, err := f.file.WriteAt(data[n:min(n+fsPiece, len(data))], off+int64(n))
		if n += more; n > 0 && err != nil || n == len(data) {
			return n, off + int64(n), nil // a short write tells its count, as write(2) does; the next one fails
		}
		if err != nil {
			return 0, off, err
		}
		c.Process.checkpoint()
	}
}

// fits finds out whether a file may become size bytes long. A quota refuses a write
// as a whole, also one that is done in pieces.
func fits(f File, size int64) error {
	info, err := f.Stat()
	if err != nil || info.Size() >= size || info.Mode()&fs.ModeDevice != 0 {
		return err
	}
	if err := f.Truncate(size); err != nil {
		return err
	}
	return f.Truncate(info.Size())
}

// writeAll is Files.WriteFile in pieces.
func (c *fsCall) writeAll(p string, data []byte, flags int64, perm fs.FileMode) (err error) {
	if len(data) <= fsPiece {
		c.charge(len(data))
		return c.files.WriteFile(p, data, goFlags(flags), perm)
	}
	f, err := c.open(p, flags, perm)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.file.Close()) }()
	for off := 0; off < len(data); {
		n, _, err := c.writeAt(f, data[off:], int64(off))
		if err != nil {
			return err
		}
		off += n
	}
	return nil
}

// fsOps are the operations behind the runtime library's fs. They are all
// synchronous: a workspace is in memory, or a folder of one machine, and is
// used by one goroutine at a time.
func fsOps() []Op {
	return []Op{
		fsOp("open", "open", func(c *fsCall) (any, error) {
			p, err := c.path(0)
			if err != nil {
				return nil, err
			}
			flags, err := c.Int(2, "flags")
			if err != nil {
				return nil, err
			}
			perm, err := c.mode(3)
			if err != nil {
				return nil, err
			}
			f, err := c.open(p, flags, perm)
			if err != nil {
				return nil, err
			}
			fd, err := c.Process.state.fds.add(f)
			if err != nil {
				return nil, errors.Join(err, f.file.Close())
			}
			return int32(fd), nil
		}),
		fsOp("close", "close", func(c *fsCall) (any, error) {
			fd, err := c.Int(0, "fd")
			if err != nil {
				return nil, err
			}
			return wire.Undefined{}, c.Process.state.fds.close(fd)
		}),
		// read (fd, length, position or -1) → bytes, at most maxRead of them.
		fsOp("read", "read", func(c *fsCall) (any, error) {
			f, err := c.file(0)
			if err != nil {
				return nil, err
			}
			n, err := c.Int(1, "length")
			if err != nil {
				return nil, err
			}
			pos, err := c.Int(2, "position")
			if err != nil {
				return nil, err
			}
			off := pos
			if pos < 0 {
				off = f.pos
			}
			b, err := c.readAt(f, n, off)
			if err == nil && pos < 0 {
				f.pos += int64(len(b))
			}
			return b, err
		}),
		// write (fd, data, position or -1) → bytes written.
		fsOp("write", "write", func(c *fsCall) (any, error) {
			f, err := c.file(0)
			if err != nil {
				return nil, err
			}
			data, err := c.Data(1, "buffer")
			if err != nil {
				return nil, err
			}
			pos, err := c.Int(2, "position")
			if err != nil {
				return nil, err
			}
			off := pos
			if pos < 0 {
				off = f.pos
			}
			n, end, err := c.writeAt(f, data, off)
			if err == nil && pos < 0 {
				f.pos = end
			}
			return float64(n), err
		}),
		fsOp("fstat", "fstat", func(c *fsCall) (any, error) {
			f, err := c.file(0)
			if err != nil {
				return nil, err
			}
			info, err := f.file.Stat()
			if err != nil {
				return nil, err
			}
			return statList(info), nil
		}),
		fsOp("ftruncate", "ftruncate", func(c *fsCall) (any, error) {
			f, err := c.file(0)
			if err != nil {
				return nil, err
			}
			n, err := c.Int(1, "len")
			if err != nil {
				return nil, err
			}
			if !f.writable {
				return nil, &Errno{Code: "EINVAL"}
			}
			return wire.Undefined{}, f.file.Truncate(max(n, 0))
		}),
		fsOp("fsync", "fsync", func(c *fsCall) (any, error) {
			f, err := c.file(0)
			if err != nil {
				return nil, err
			}
			return wire.Undefined{}, f.file.Sync()
		}),
		fsOp("fchmod", "fchmod", func(c *fsCall) (any, error) {
			f, err := c.file(0)
			if err != nil {
				return nil, err
			}
			m, err := c.mode(1)
			if err != nil {
				return nil, err
			}
			return wire.Undefined{}, c.files.Chmod(f.path, m)
		}),
		fsOp("futimes", "futime", func(c *fsCall) (any, error) {
			f, err := c.file(0)
			if err != nil {
				return nil, err
			}
			return c.chtimes(f.path, 1, c.files.Chtimes)
		}),
		// readFile (path, shown, flags) → all bytes, or null if they are more than one crossing takes.
		fsOp("readFile", "open", func(c *fsCall) (any, error) {
			p, err := c.path(0)
			if err != nil {
				return nil, err
			}
			flags, err := c.Int(2, "flags")
			if err != nil {
				return nil, err
			}
			f, err := c.open(p, flags, 0o666)
			if err != nil {
				return nil, err
			}
			b, err := c.readAll(f)
			return b, errors.Join(err, f.file.Close())
		}),
		// writeFile (path, shown, data, flags, mode).
		fsOp("writeFile", "open", func(c *fsCall) (any, error) {
			p, err := c.path(0)
			if err != nil {
				return nil, err
			}
			data, err := c.Data(2, "data")
			if err != nil {
				return nil, err
			}
			flags, err := c.Int(3, "flags")
			if err != nil {
				return nil, err
			}
			perm, err := c.mode(4)
			if err != nil {
				return nil, err
			}
			err = c.writeAll(p, data, flags, perm)
			var e *Errno
			if errors.As(err, &e) && (e.Code == "ENOSPC" || e.Code == "EDQUOT" || e.Code == "EFBIG") {
				c.opened("write")
			}
			return wire.Undefined{}, err
		}),
		// stat (path, shown, follow, quiet) → list, or undefined if quiet and there is no such file.
		fsOp("stat", "stat", func(c *fsCall) (any, error) {
			p, err := c.path(0)
			if err != nil {
				return nil, err
			}
			follow, err := c.Bool(2, "follow")
			if err != nil {
				return nil, err
			}
			quiet, err := c.Bool(3, "quiet")
			if err != nil {
				return nil, err
			}
			var info fs.FileInfo
			if follow {
				info, err = c.files.Stat(p)
			} else {
				c.syscall = "lstat"
				info, err = c.files.Lstat(p)
			}
			if err != nil {
				var e *Errno
				if quiet && errors.As(err, &e) && (e.Code == "ENOENT" || e.Code == "ENOTDIR") {
					return wire.Undefined{}, nil
				}
				return nil, err
			}
			return statList(info), nil
		}),
		fsOp("access", "access", func(c *fsCall) (any, error) {
			p, err := c.path(0)
			if err != nil {
				return nil, err
			}
			want, err := c.Int(2, "mode")
			if err != nil {
				return nil, err
			}
			info, err := c.files.Stat(p)
			if err != nil {
				return nil, err
			}
			if perm := int64(info.Mode().Perm()); perm&(want<<6) != want<<6 {
				return nil, &Errno{Code: "EACCES"}
			}
			return wire.Undefined{}, nil
		}),
		// mkdir (path, shown, mode, recursive) → undefined, or the first folder that recursive made.
		fsOp("mkdir", "mkdir", func(c *fsCall) (any, error) {
			p, err := c.path(0)
			if err != nil {
				return nil, err
			}
			perm, err := c.mode(2)
			if err != nil {
				return nil, err
			}
			recursive, err := c.Bool(3, "recursive")
			if err != nil {
				return nil, err
			}
			if !recursive {
				return wire.Undefined{}, c.files.Mkdir(p, perm)
			}
			return c.mkdirAll(p, perm)
		}),
		fsOp("mkdtemp", "mkdtemp", func(c *fsCall) (any, error) {
			p, err := c.path(0)
			if err != nil {
				return nil, err
			}
			c.shown += "XXXXXX"
			const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
			for range 100 {
				var raw [6]byte
				c.Process.state.random(raw[:])
				for i := range raw {
					raw[i] = letters[int(raw[i])%len(letters)]
				}
				err = c.files.Mkdir(p+string(raw[:]), 0o700)
				var e *Errno
				if errors.As(err, &e) && e.Code == "EEXIST" {
					continue
				}
				return string(raw[:]), err
			}
			return nil, err
		}),
		// readdir (path, shown) → [name, type, name, type, …], sorted by name.
		fsOp("readdir", "scandir", func(c *fsCall) (any, error) {
			p, err := c.path(0)
			if err != nil {
				return nil, err
			}
			var out []any
			c.through(func() {
				var entries []fs.DirEntry
				entries, err = c.files.ReadDir(p)
				out = make([]any, 0, 2*len(entries))
				for _, e := range entries {
					out = append(out, e.Name(), direntType(e.Type()))
				}
			})
			if err != nil {
				return nil, err
			}
			c.Process.Charge(int64(len(out)/2) * fsPerName)
			return out, nil
		}),
		// rm (path, shown, recursive, force) → true if nothing was done because it is a folder.
		fsOp("rm", "rm", func(c *fsCall) (any, error) {
			p, err := c.path(0)
			if err != nil {
				return nil, err
			}
			recursive, err := c.Bool(2, "recursive")
			if err != nil {
				return nil, err
			}
			force, err := c.Bool(3, "force")
			if err != nil {
				return nil, err
			}
			info, err := c.files.Lstat(p)
			if err != nil {
				var e *Errno
				if force && errors.As(err, &e) && e.Code == "ENOENT" {
					return wire.Undefined{}, nil
				}
				c.syscall = "lstat"
				return nil, err
			}
			if !info.IsDir() {
				return wire.Undefined{}, c.files.Unlink(p)
			}
			if !recursive {
				return true, nil
			}
			before := c.names()
			c.through(func() { err = c.files.RemoveAll(p) })
			c.Process.Charge((before - c.names()) * fsPerName)
			return wire.Undefined{}, err
		}),
		fsOp("rmdir", "rmdir", func(c *fsCall) (any, error) {
			p, err := c.path(0)
			if err != nil {
				return nil, err
			}
			return wire.Undefined{}, c.files.Rmdir(p)
		}),
		fsOp("unlink", "unlink", func(c *fsCall) (any, error) {
			p, err := c.path(0)
			if err != nil {
				return nil, err
			}
			return wire.Undefined{}, c.files.Unlink(p)
		}),
		fsOp("rename", "rename", func(c *fsCall) (any, error) {
			from, to, err := c.paths()
			if err != nil {
				return nil, err
			}
			// A folder's names are gone through, for none may become too long.
			c.Process.Charge(c.names() / 16)
			c.through(func() { err = c.files.Rename(from, to) })
			return wire.Undefined{}, err
		}),
		fsOp("link", "link", func(c *fsCall) (any, error) {
			from, to, err := c.paths()
			if err != nil {
				return nil, err
			}
			return wire.Undefined{}, c.files.Link(from, to)
		}),
		// symlink (target, undefined, path, shown): the target is text, not resolved.
		fsOp("symlink", "symlink", func(c *fsCall) (any, error) {
			target, p, err := c.paths()
			if err != nil {
				return nil, err
			}
			return wire.Undefined{}, c.files.Symlink(target, p)
		}),
		fsOp("readlink", "readlink", func(c *fsCall) (any, error) {
			p, err := c.path(0)
			if err != nil {
				return nil, err
			}
			return c.files.Readlink(p)
		}),
		fsOp("realpath", "realpath", func(c *fsCall) (any, error) {
			p, err := c.path(0)
			if err != nil {
				return nil, err
			}
			if s, ok := c.arg(2).(string); ok {
				c.syscall = s // "lstat": Node's own walk says that
			}
			real, err := c.files.Realpath(p)
			if err != nil && c.syscall == "lstat" {
				c.shown = c.missing(p)
			}
			return real, err
		}),
		fsOp("chmod", "chmod", func(c *fsCall) (any, error) {
			p, err := c.path(0)
			if err != nil {
				return nil, err
			}
			m, err := c.mode(2)
			if err != nil {
				return nil, err
			}
			return wire.Undefined{}, c.files.Chmod(p, m)
		}),
		// utimes (path, shown, atime, mtime, follow), in seconds.
		fsOp("utimes", "utime", func(c *fsCall) (any, error) {
			p, err := c.path(0)
			if err != nil {
				return nil, err
			}
			follow, err := c.Bool(4, "follow")
			if err != nil {
				return nil, err
			}
			if !follow {
				c.syscall = "lutime"
				return c.chtimes(p, 2, c.files.Lchtimes)
			}
			return c.chtimes(p, 2, c.files.Chtimes)
		}),
		fsOp("truncate", "open", func(c *fsCall) (any, error) {
			p, err := c.path(0)
			if err != nil {
				return nil, err
			}
			n, err := c.Int(2, "len")
			if err != nil {
				return nil, err
			}
			if p == nullPath {
				c.opened("ftruncate")
			}
			return wire.Undefined{}, c.files.Truncate(p, max(n, 0))
		}),
		// copyFile (from, shown, to, shown, exclusive).
		fsOp("copyFile", "copyfile", func(c *fsCall) (any, error) {
			from, to, err := c.paths()
			if err != nil {
				return nil, err
			}
			exclusive, err := c.Bool(4, "exclusive")
			if err != nil {
				return nil, err
			}
			return wire.Undefined{}, c.copyFile(from, to, exclusive)
		}),
	}
}

// readAll returns the whole of f, or nil if it is more than maxRead.
func (c *fsCall) readAll(f *openFile) (any, error) {
	info, err := f.file.Stat()
	if err != nil {
		return nil, err
	}
	c.opened("read")
	if info.Size() > maxRead {
		return nil, nil
	}
	return c.readAt(f, maxRead, 0)
}

// chtimes sets the times of p, which are the arguments from i on.
func (c *fsCall) chtimes(p string, i int, set func(path string, atime, mtime time.Time) error) (any, error) {
	atime, err := c.time(i)
	if err != nil {
		return nil, err
	}
	mtime, err := c.time(i + 1)
	if err != nil {
		return nil, err
	}
	return wire.Undefined{}, set(p, atime, mtime)
}

// mkdirAll makes p and its parents, and returns the topmost folder it made.
func (c *fsCall) mkdirAll(p string, perm fs.FileMode) (any, error) {
	var first any = wire.Undefined{}
	for dir := p; ; {
		if !c.look(dir) {
			return nil, errStopped
		}
		info, err := c.files.Stat(dir)
		if err == nil {
			if dir == p && !info.IsDir() {
				return nil, &Errno{Code: "EEXIST"}
			}
			if !info.IsDir() {
				return nil, &Errno{Code: "ENOTDIR"}
			}
			break
		}
		var e *Errno
		if !errors.As(err, &e) || e.Code != "ENOENT" {
			return nil, err
		}
		if _, link := c.files.Lstat(dir); link == nil {
			return nil, err // a symbolic link to nothing is there: nothing is made where it leads
		}
		first = dir
		parent := path.Dir(strings.TrimRight(dir, "/"))
		if parent == dir || dir == "" {
			break
		}
		dir = parent
	}
	return first, c.files.MkdirAll(p, perm)
}

// missing returns the part of p, a path, up to the first name that is not there.
func (c *fsCall) missing(p string) string {
	for i := 1; i < len(p); i++ {
		if p[i] != '/' {
			continue
		}
		if !c.look(p[:i]) {
			return p
		}
		if _, err := c.files.Lstat(p[:i]); err != nil {
			return p[:i]
		}
	}
	return p
}

// copyFile copies content and mode in bounded pieces.
func (c *fsCall) copyFile(from, to string, exclusive bool) (err error) {
	info, err := c.files.Stat(from)
	if err != nil {
		return err
	}
	if info.IsDir() {
		return &Errno{Code: "EISDIR"}
	}
	same := false
	if a, err := c.files.Realpath(from); err == nil {
		if b, err := c.files.Realpath(to); err == nil {
			same = a == b
		}
	}
	if same {
		if exclusive {
			return &Errno{Code: "EEXIST"}
		}
		return nil
	}
	src, err := c.files.Open(from, os.O_RDONLY, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, src.Close()) }()
	flag := os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	if exclusive {
		flag |= os.O_EXCL
	}
	dst, err := c.files.Open(to, flag, info.Mode().Perm())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, dst.Close()) }()
	const piece = 256 << 10
	buf := make([]byte, min(info.Size(), piece)+1)
	for off := int64(0); ; {
		n, err := src.ReadAt(buf, off)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if n == 0 {
			return nil
		}
		c.charge(2 * n)
		if _, err := dst.WriteAt(buf[:n], off); err != nil {
			return err
		}
		off += int64(n)
		if !c.Process.in.Checkpoint() {
			return nil
		}
	}
}
