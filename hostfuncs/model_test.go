package hostfuncs

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/buntime/buntime/jsengine"
	"golang.org/x/sys/unix"
	"pgregory.net/rapid"
)

// memContent is what a store holds of files: path to content.
type memContent map[string]string

func (m memContent) ReadFileAt(path string, p []byte, off int64) (int, error) {
	s, ok := m[path]
	if !ok {
		return 0, fmt.Errorf("no content for %q", path)
	}
	return strings.NewReader(s).ReadAt(p, off)
}

// commit applies changes as a store does.
func (m memContent) commit(changes []Change) (memContent, error) {
	next := memContent{}
	for k, v := range m {
		next[k] = v
	}
	for i := range changes {
		c := &changes[i]
		if c.Delete || c.Kind != KindFile {
			delete(next, c.Path)
			continue
		}
		if c.From != "" {
			next[c.Path] = m[c.From]
			continue
		}
		data, err := contentOf(c)
		if err != nil {
			return nil, err
		}
		next[c.Path] = data
	}
	return next, nil
}

// contentOf is the whole content of a file that changed.
func contentOf(c *Change) (string, error) {
	data, err := io.ReadAll(io.NewSectionReader(c, 0, c.Size))
	if err == nil && int64(len(data)) < c.Size {
		err = io.ErrUnexpectedEOF
	}
	return string(data), err
}

// errnoOf is the errno name of an error of either side.
func errnoOf(err error) string {
	var e *jsengine.Errno
	var se syscall.Errno
	switch {
	case err == nil:
		return ""
	case errors.Is(err, io.EOF):
		return "EOF"
	case errors.As(err, &e):
		return e.Code
	case errors.As(err, &se):
		return unix.ErrnoName(se)
	case strings.Contains(err.Error(), "negative offset"):
		return "EINVAL"
	}
	return err.Error()
}

type openPair struct {
	ours jsengine.File
	real *os.File
}

// modelMachine drives a Workspace and a real folder alike.
type modelMachine struct {
	w       *Workspace
	dir     string // the real folder
	content memContent
	held    int64 // charged
	files   []openPair
}

func (m *modelMachine) real(path string) string {
	return m.dir + strings.TrimPrefix(path, Root)
}

var modelNames = []string{"a", "b", "c", "d.txt"}

func drawPath(t *rapid.T, label string) string {
	n := rapid.IntRange(1, 4).Draw(t, label+" depth")
	path := Root
	for range n {
		path += "/" + rapid.SampledFrom(modelNames).Draw(t, label)
	}
	return path
}

func (m *modelMachine) same(t *rapid.T, op string, ours, real error) {
	t.Helper()
	if a, b := errnoOf(ours), errnoOf(real); a != b {
		t.Fatalf("%s: ours %q, real %q", op, a, b)
	}
}

func (m *modelMachine) Mkdir(t *rapid.T) {
	p := drawPath(t, "path")
	mode := rapid.SampledFrom([]fs.FileMode{0o755, 0o700, 0o777}).Draw(t, "mode")
	m.same(t, "mkdir "+p, m.w.Mkdir(p, mode), syscall.Mkdir(m.real(p), uint32(mode)))
}

func (m *modelMachine) Unlink(t *rapid.T) {
	p := drawPath(t, "path")
	m.same(t, "unlink "+p, m.w.Unlink(p), syscall.Unlink(m.real(p)))
}

func (m *modelMachine) Rmdir(t *rapid.T) {
	p := drawPath(t, "path")
	m.same(t, "rmdir "+p, m.w.Rmdir(p), syscall.Rmdir(m.real(p)))
}

func (m *modelMachine) RemoveAll(t *rapid.T) {
	p := drawPath(t, "path")
	ours, real := m.w.RemoveAll(p), os.RemoveAll(m.real(p))
	if (ours == nil) != (real == nil) {
		m.same(t, "rm "+p, ours, real)
	}
}

func (m *modelMachine) Rename(t *rapid.T) {
	from, to := drawPath(t, "from"), drawPath(t, "to")
	m.same(t, "rename "+from+" "+to, m.w.Rename(from, to), syscall.Rename(m.real(from), m.real(to)))
}

func (m *modelMachine) Link(t *rapid.T) {
	from, to := drawPath(t, "from"), drawPath(t, "to")
	m.same(t, "link "+from+" "+to, m.w.Link(from, to), syscall.Link(m.real(from), m.real(to)))
}

func (m *modelMachine) Symlink(t *rapid.T) {
	p := drawPath(t, "path")
	// Climbing targets have a table of their own: the real folder has no wall.
	target := strings.TrimPrefix(drawPath(t, "target"), Root+"/")
	m.same(t, "symlink "+p, m.w.Symlink(target, p), syscall.Symlink(target, m.real(p)))
}

func (m *modelMachine) Chmod(t *rapid.T) {
	p := drawPath(t, "path")
	mode := rapid.SampledFrom([]fs.FileMode{0o644, 0o600, 0o755}).Draw(t, "mode")
	m.same(t, "chmod "+p, m.w.Chmod(p, mode), syscall.Chmod(m.real(p), uint32(mode)))
}

func (m *modelMachine) Chtimes(t *rapid.T) {
	p := drawPath(t, "path")
	at := time.Unix(int64(rapid.IntRange(1, 1e9).Draw(t, "time")), 0)
	m.same(t, "utime "+p, m.w.Chtimes(p, at, at), os.Chtimes(m.real(p), at, at))
	ours, err := m.w.Stat(p)
	if err == nil && !ours.ModTime().Equal(at) {
		t.Fatalf("mtime of %s = %v, want %v", p, ours.ModTime(), at)
	}
}

func (m *modelMachine) Lchtimes(t *rapid.T) {
	p := drawPath(t, "path")
	at := time.Unix(int64(rapid.IntRange(1, 1e9).Draw(t, "time")), 0)
	ts := unix.NsecToTimespec(at.UnixNano())
	m.same(t, "lutime "+p, m.w.Lchtimes(p, at, at), unix.UtimesNanoAt(unix.AT_FDCWD, m.real(p), []unix.Timespec{ts, ts}, unix.AT_SYMLINK_NOFOLLOW))
	ours, err := m.w.Lstat(p)
	if err == nil && !ours.ModTime().Equal(at) {
		t.Fatalf("own mtime of %s = %v, want %v", p, ours.ModTime(), at)
	}
}

// drawSize draws sizes around the bounds of chunks.
func drawSize(t *rapid.T, label string) int64 {
	return rapid.OneOf(
		rapid.Int64Range(0, 20),
		rapid.Int64Range(chunkSize-3, chunkSize+3),
		rapid.Int64Range(0, 5*chunkSize),
	).Draw(t, label)
}

func drawData(t *rapid.T) []byte {
	n := int(drawSize(t, "length"))
	return bytes.Repeat([]byte{byte(rapid.IntRange('a', 'z').Draw(t, "byte"))}, n)
}

func (m *modelMachine) Truncate(t *rapid.T) {
	p, size := drawPath(t, "path"), drawSize(t, "size")
	m.same(t, "truncate "+p, m.w.Truncate(p, size), syscall.Truncate(m.real(p), size))
}

func (m *modelMachine) WriteFile(t *rapid.T) {
	p, data := drawPath(t, "path"), drawData(t)
	flag := rapid.SampledFrom([]int{
		os.O_WRONLY | os.O_CREATE | os.O_TRUNC, os.O_WRONLY | os.O_CREATE | os.O_APPEND,
		os.O_WRONLY | os.O_CREATE | os.O_EXCL, os.O_WRONLY, os.O_RDWR | os.O_CREATE,
	}).Draw(t, "flag")
	ours := m.w.WriteFile(p, data, flag, 0o666)
	f, real := os.OpenFile(m.real(p), flag, 0o666)
	if real == nil {
		if _, err := f.Write(data); err != nil {
			t.Fatal(err)
		}
		f.Close()
	}
	m.same(t, "write "+p, ours, real)
}

func (m *modelMachine) ReadFile(t *rapid.T) {
	p := drawPath(t, "path")
	ours, err := m.w.ReadFile(p)
	real, realErr := os.ReadFile(m.real(p))
	m.same(t, "read "+p, err, realErr)
	if !bytes.Equal(ours, real) {
		t.Fatalf("%s: %d bytes, want %d", p, len(ours), len(real))
	}
}

func (m *modelMachine) Open(t *rapid.T) {
	if len(m.files) > 5 {
		return
	}
	p := drawPath(t, "path")
	flag := rapid.SampledFrom([]int{os.O_RDONLY, os.O_RDWR, os.O_WRONLY}).Draw(t, "access")
	for _, f := range []int{os.O_CREATE, os.O_EXCL, os.O_TRUNC, syscall.O_NOFOLLOW, syscall.O_DIRECTORY} {
		if rapid.IntRange(0, 3).Draw(t, "flag") == 0 {
			flag |= f
		}
	}
	if flag&os.O_CREATE == 0 {
		flag &^= os.O_EXCL // means nothing alone
	}
	if flag&os.O_CREATE != 0 {
		flag &^= syscall.O_DIRECTORY // kernels differ
	}
	ours, err := m.w.Open(p, flag, 0o666)
	real, realErr := os.OpenFile(m.real(p), flag, 0o666)
	m.same(t, fmt.Sprintf("open %s %#x", p, flag), err, realErr)
	if err == nil {
		m.files = append(m.files, openPair{ours, real})
	}
}

func (m *modelMachine) drawFile(t *rapid.T) (openPair, int) {
	if len(m.files) == 0 {
		t.Skip("no file open")
	}
	i := rapid.IntRange(0, len(m.files)-1).Draw(t, "file")
	return m.files[i], i
}

func (m *modelMachine) ReadAt(t *rapid.T) {
	f, _ := m.drawFile(t)
	a := make([]byte, 1+drawSize(t, "length")) // os.File.ReadAt of nothing checks nothing
	b := slices.Clone(a)
	off := drawSize(t, "offset")
	n, err := f.ours.ReadAt(a, off)
	k, realErr := f.real.ReadAt(b, off)
	m.same(t, "readAt", err, realErr)
	if n != k || !bytes.Equal(a, b) {
		t.Fatalf("readAt %d: got %d bytes, want %d (or their content)", off, n, k)
	}
}

func (m *modelMachine) WriteAt(t *rapid.T) {
	f, _ := m.drawFile(t)
	data, off := drawData(t), drawSize(t, "offset")
	if len(data) == 0 {
		return
	}
	_, err := f.ours.WriteAt(data, off)
	_, realErr := f.real.WriteAt(data, off)
	m.same(t, "writeAt", err, realErr)
}

func (m *modelMachine) TruncateOpen(t *rapid.T) {
	f, _ := m.drawFile(t)
	size := drawSize(t, "size")
	m.same(t, "ftruncate", f.ours.Truncate(size), f.real.Truncate(size))
}

func (m *modelMachine) StatOpen(t *rapid.T) {
	f, _ := m.drawFile(t)
	ours, err := f.ours.Stat()
	real, realErr := f.real.Stat()
	m.same(t, "fstat", err, realErr)
	if ours.IsDir() != real.IsDir() || !ours.IsDir() && ours.Size() != real.Size() {
		t.Fatalf("fstat: %v, want %v", fs.FormatFileInfo(ours), fs.FormatFileInfo(real))
	}
}

func (m *modelMachine) Close(t *rapid.T) {
	f, i := m.drawFile(t)
	m.same(t, "close", f.ours.Close(), f.real.Close())
	m.files = slices.Delete(m.files, i, i+1)
}

// Commit ends the execution and starts the next one over what was committed.
func (m *modelMachine) Commit(t *rapid.T) {
	for _, f := range m.files {
		f.ours.Close()
		f.real.Close()
	}
	m.files = nil
	changes := m.w.Changes()
	content, err := m.content.commit(changes)
	if err != nil {
		t.Fatal(err)
	}
	tree, err := m.w.Rebase()
	if err != nil {
		t.Fatal(err)
	}
	used, entries, counted := m.w.DiskUsed(), m.w.Entries(), m.w.workspace.text
	m.w.Release()
	if m.held != 0 {
		t.Fatalf("%d bytes still charged after Release", m.held)
	}
	again, err := NewTree(tree.Entries())
	if err != nil {
		t.Fatal(err)
	}
	text := int64(0)
	for _, e := range tree.Entries() {
		text += int64(1 + len(e.Path) + len(e.Target))
	}
	if counted != text || tree.top().text != text {
		t.Fatalf("workspace counts %d bytes of paths, tree %d, want %d", counted, tree.top().text, text)
	}
	if tree.Len() != again.Len() || tree.Bytes() != again.Bytes() || tree.Bytes() != used || int64(tree.Len()) != entries {
		t.Fatalf("tree has %d entries, %d bytes; rebuilt %d, %d; workspace %d, %d", tree.Len(), tree.Bytes(), again.Len(), again.Bytes(), entries, used)
	}
	m.content = content
	m.start(tree)
	// A commit makes each hard link a file of its own.
	err = filepath.WalkDir(m.dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil || info.Sys().(*syscall.Stat_t).Nlink == 1 {
			return err
		}
		if d.Type() == fs.ModeSymlink {
			target, err := os.Readlink(p)
			return errors.Join(err, os.Remove(p), os.Symlink(target, p))
		}
		data, err := os.ReadFile(p)
		return errors.Join(err, os.Remove(p), os.WriteFile(p, data, info.Mode()), os.Chmod(p, info.Mode()))
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (m *modelMachine) start(tree *Tree) {
	m.w = NewWorkspace(Config{
		Base:   Base{Tree: tree, Content: m.content},
		Charge: func(delta int64) error { m.held += delta; return nil },
	})
}

// Check compares everything.
func (m *modelMachine) Check(t *rapid.T) {
	var walk func(path string)
	var names, bytes int64
	walk = func(path string) {
		ours, err := m.w.ReadDir(path)
		real, realErr := os.ReadDir(m.real(path))
		m.same(t, "scandir "+path, err, realErr)
		list := func(d []fs.DirEntry) (s []string) {
			for _, e := range d {
				s = append(s, e.Type().String()+e.Name())
			}
			return s
		}
		if !slices.Equal(list(ours), list(real)) {
			t.Fatalf("%s holds %q, want %q", path, list(ours), list(real))
		}
		for _, e := range real {
			names++
			p := path + "/" + e.Name()
			a, err := m.w.Lstat(p)
			b, realErr := os.Lstat(m.real(p))
			m.same(t, "lstat "+p, err, realErr)
			if a.Mode() != b.Mode() || !a.IsDir() && a.Size() != b.Size() {
				t.Fatalf("%s: %v, want %v", p, fs.FormatFileInfo(a), fs.FormatFileInfo(b))
			}
			switch {
			case e.IsDir():
				walk(p)
			case e.Type() == fs.ModeSymlink:
				a, err := m.w.Readlink(p)
				b, realErr := os.Readlink(m.real(p))
				m.same(t, "readlink "+p, err, realErr)
				if a != b {
					t.Fatalf("%s -> %q, want %q", p, a, b)
				}
				ra, err := m.w.Realpath(p)
				rb, realErr := filepath.EvalSymlinks(m.real(p))
				if (err == nil) != (realErr == nil) || err == nil && m.real(ra) != rb {
					t.Fatalf("realpath %s = %q, %v; want %q, %v", p, ra, err, rb, realErr)
				}
			default:
				bytes += b.Size()
				if a.(interface{ Nlink() uint64 }).Nlink() != uint64(b.Sys().(*syscall.Stat_t).Nlink) {
					t.Fatalf("%s: links differ", p)
				}
				data, err := m.w.ReadFile(p)
				want, realErr := os.ReadFile(m.real(p))
				m.same(t, "read "+p, err, realErr)
				if string(data) != string(want) {
					t.Fatalf("%s: content differs", p)
				}
			}
		}
	}
	walk(Root)
	if got := m.w.Entries(); got != names {
		t.Fatalf("%d entries counted, want %d", got, names)
	}
	if got := m.w.DiskUsed(); got < bytes || len(m.files) == 0 && got != bytes {
		t.Fatalf("%d bytes counted, want %d", got, bytes)
	}
}

func TestWorkspaceModel(t *testing.T) {
	defer syscall.Umask(syscall.Umask(umask))
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "model")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		m := &modelMachine{dir: dir, content: memContent{
			"a/b/c": strings.Repeat("base", chunkSize/2), "a/d.txt": "x", "b": strings.Repeat("y", chunkSize),
		}}
		entries := []Entry{{Path: "a", Kind: KindDir, Mode: 0o755}, {Path: "c", Kind: KindSymlink, Mode: 0o777, Target: "a/b"}, {Path: "a/c", Kind: KindDir, Mode: 0o755}}
		for p, s := range m.content {
			entries = append(entries, Entry{Path: p, Mode: 0o644, Size: int64(len(s))})
			if err := errors.Join(os.MkdirAll(filepath.Dir(dir+"/"+p), 0o755), os.WriteFile(dir+"/"+p, []byte(s), 0o644)); err != nil {
				t.Fatal(err)
			}
		}
		if err := errors.Join(os.MkdirAll(dir+"/a/c", 0o755), os.Symlink("a/b", dir+"/c")); err != nil {
			t.Fatal(err)
		}
		tree, err := NewTree(entries)
		if err != nil {
			t.Fatal(err)
		}
		m.start(tree)
		defer func() {
			for _, f := range m.files {
				f.real.Close()
			}
		}()
		actions := rapid.StateMachineActions(m)
		t.Repeat(actions)
	})
}
