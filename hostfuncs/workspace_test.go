package hostfuncs

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"github.com/buntime/buntime/jsengine"
)

func wantCode(t testing.TB, what string, err error, code string) {
	t.Helper()
	if got := errnoOf(err); got != code {
		t.Errorf("%s: %v, want %q", what, err, code)
	}
}

func must(t testing.TB, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

// based returns a Base with these files.
func based(t testing.TB, files map[string]string) Base {
	t.Helper()
	var entries []Entry
	for p, s := range files {
		entries = append(entries, Entry{Path: p, Mode: 0o644, Size: int64(len(s)), Modified: time.Unix(1, 0)})
	}
	tree, err := NewTree(entries)
	must(t, err)
	return Base{Tree: tree, Content: memContent(files)}
}

func TestHostilePaths(t *testing.T) {
	w := NewWorkspace(Config{Base: based(t, map[string]string{"a/f": "x"})})
	long := strings.Repeat("x", MaxComponent)
	for path, code := range map[string]string{
		"": "ENOENT", "a/f": "EINVAL", "/etc/passwd": "ENOENT", "/workspace/../etc/passwd": "ENOENT", "/workspace/../../../etc/passwd": "ENOENT",
		"/workspace/a/f\x00.txt": "EINVAL", "/workspace/\xff": "EINVAL", "/proc/self/environ": "ENOENT", "/workspace/a/f/": "ENOTDIR",
		"/workspace/a/f/..": "ENOTDIR", "/workspace/a/f/x": "ENOTDIR", "/workspace/" + long + "x": "ENAMETOOLONG", "/workspace/" + long: "ENOENT",
		"/workspace/" + strings.Repeat("a/", MaxPath/2): "ENAMETOOLONG", "/workspace/a/../a/./f": "", "//workspace///a//f": "", "/../workspace/a/f": "",
		"/..": "EISDIR", "/": "EISDIR", "/workspace": "EISDIR", "/tmp": "EISDIR", "/workspace/a/..": "EISDIR",
	} {
		_, err := w.ReadFile(path)
		wantCode(t, fmt.Sprintf("read %.60q", path), err, code)
	}
	for path, code := range map[string]string{
		"/etc/passwd": "ENOENT", "/x": "EROFS", "/workspace/../x": "EROFS", "/workspace": "EISDIR", "/workspace/new/": "EISDIR", "/workspace/a/f/": "ENOTDIR",
		"/workspace/no/x": "ENOENT", "/tmp/../../x": "EROFS", "/tmp/x": "", "/workspace/..//tmp/y": "",
	} {
		wantCode(t, fmt.Sprintf("write %q", path), w.WriteFile(path, nil, 0, 0o644), code)
	}
	for path, code := range map[string]string{"/workspace": "EBUSY", "/": "EBUSY", "/tmp": "EBUSY", "/workspace/.": "EINVAL", "/workspace/a/..": "EINVAL", "/etc": ""} {
		wantCode(t, "rm "+path, w.RemoveAll(path), code)
	}
	for path, code := range map[string]string{"/workspace": "EBUSY", "/tmp/": "EBUSY", "/workspace/a/.": "EINVAL", "/workspace/a/..": "ENOTEMPTY", "/workspace/a": "ENOTEMPTY", "/workspace/a/f": "ENOTDIR"} {
		wantCode(t, "rmdir "+path, w.Rmdir(path), code)
	}
	for path, code := range map[string]string{"/x": "EROFS", "/workspace": "EEXIST", "/": "EEXIST", "/workspace/a/": "EEXIST", "/workspace/new/": ""} {
		wantCode(t, "mkdir "+path, w.Mkdir(path, 0o755), code)
	}
	for _, tt := range [][3]string{
		{"/workspace", "/tmp/w", "EBUSY"}, {"/workspace/a", "/tmp", "EBUSY"}, {"/workspace/a/f", "/x", "EROFS"}, {"/workspace/a/f", "/tmp/f", "EXDEV"},
		{"/workspace/a", "/workspace/a/b", "EINVAL"}, {"/workspace/a/.", "/workspace/b", "EBUSY"}, {"/workspace/a/f", "/workspace/g/", "ENOTDIR"},
		{"/workspace/none", "/workspace/x", "ENOENT"}, {"/workspace/a/f", "/workspace/a", "ENOTEMPTY"}, {"/etc/passwd", "/workspace/p", "ENOENT"},
	} {
		wantCode(t, "rename "+tt[0]+" "+tt[1], w.Rename(tt[0], tt[1]), tt[2])
	}
	list, err := w.ReadDir("/")
	if err != nil || len(list) != 2 || list[0].Name() != "tmp" || list[1].Name() != "workspace" {
		t.Errorf("/ holds %v, %v", list, err)
	}
}

// TestErrnoNamesWhatWasAsked: the error is what a guest is shown.
func TestErrnoNamesWhatWasAsked(t *testing.T) {
	w := NewWorkspace(Config{})
	_, err := w.Open("/workspace/x", os.O_RDONLY, 0)
	if err.Error() != "ENOENT: no such file or directory, open '/workspace/x'" {
		t.Error(err)
	}
	err = w.Rename("/workspace/x", "/workspace/y")
	if err.Error() != "ENOENT: no such file or directory, rename '/workspace/x' -> '/workspace/y'" {
		t.Error(err)
	}
}

func TestSymlinksStayInside(t *testing.T) {
	w := NewWorkspace(Config{})
	must(t, w.MkdirAll("/workspace/a/b", 0o755), w.Mkdir("/workspace/in", 0o755), w.WriteFile("/workspace/f", []byte("f"), 0, 0o644))
	for target, code := range map[string]string{ // made in /workspace/a/b
		"x": "", "../../f": "", "../../a/b/../../f": "", "/workspace/f": "", "/tmp/x": "", "./../x": "", "/workspace/a/../f": "",
		"../../..": "EACCES", "../../../etc/passwd": "EACCES", "../../../workspace/f": "EACCES", "/etc/passwd": "EACCES", "/": "EACCES", "/workspace/..": "EACCES",
		"/workspace/../etc": "EACCES", "/proc/self/root": "EACCES", "//etc": "EACCES", "x/../../../../etc": "EACCES", "/workspacex": "EACCES", "/./..": "EACCES",
		"": "ENOENT", "a\x00b": "EINVAL", strings.Repeat("x", MaxPath): "ENAMETOOLONG",
	} {
		wantCode(t, fmt.Sprintf("symlink %.40q", target), w.Symlink(target, "/workspace/a/b/l"), code)
		if code == "" {
			must(t, w.Unlink("/workspace/a/b/l"))
		}
	}

	// A link that was inside and is moved to where its target is not.
	must(t, w.Symlink("../../f", "/workspace/a/b/up"))
	data, err := w.ReadFile("/workspace/a/b/up")
	if err != nil || string(data) != "f" {
		t.Errorf("%q, %v", data, err)
	}
	must(t, w.Rename("/workspace/a/b/up", "/workspace/up"))
	_, err = w.ReadFile("/workspace/up")
	wantCode(t, "moved link", err, "EACCES")
	wantCode(t, "through a moved link", w.WriteFile("/workspace/up/x", nil, 0, 0o644), "EACCES")

	// Each target is fine by its text; together they climb.
	must(t, w.Symlink("/workspace", "/workspace/a/root"), w.Symlink("root/..", "/workspace/a/climb"))
	_, err = w.ReadDir("/workspace/a/climb")
	wantCode(t, "links that climb together", err, "EACCES")

	must(t, w.Symlink("loop2", "/workspace/loop1"), w.Symlink("loop1", "/workspace/loop2"))
	_, err = w.Stat("/workspace/loop1")
	wantCode(t, "loop", err, "ELOOP")
	prev := "f"
	for i := range 41 {
		must(t, w.Symlink(prev, fmt.Sprintf("/workspace/c%d", i)))
		prev = fmt.Sprintf("c%d", i)
	}
	_, err = w.Stat("/workspace/c39")
	wantCode(t, "40 links", err, "")
	_, err = w.Stat("/workspace/c40")
	wantCode(t, "41 links", err, "ELOOP")

	// A base is not trusted either.
	tree, err := NewTree([]Entry{{Path: "evil", Kind: KindSymlink, Target: "/etc"}, {Path: "evil2", Kind: KindSymlink, Target: "../../etc/passwd"}})
	must(t, err)
	w = NewWorkspace(Config{Base: Base{Tree: tree}})
	for _, p := range []string{"/workspace/evil", "/workspace/evil/passwd", "/workspace/evil2"} {
		_, err := w.Stat(p)
		wantCode(t, p, err, "EACCES")
	}
}

func TestQuotas(t *testing.T) {
	var held int64
	w := NewWorkspace(Config{
		Base: based(t, map[string]string{"old": strings.Repeat("x", 1000)}), Quota: Quota{Bytes: 10_000, Entries: 10, Tmp: 5000},
		Charge: func(d int64) error { held += d; return nil },
	})
	if _, _, hit := w.DiskRefused(); hit || w.DiskUsed() != 1000 {
		t.Errorf("at first: used %d, hit %v", w.DiskUsed(), hit)
	}
	p := "/workspace/f"
	must(t, w.WriteFile(p, make([]byte, 9000), 0, 0o644))
	wantCode(t, "one byte more", w.WriteFile(p, []byte("x"), os.O_WRONLY|os.O_APPEND, 0), "ENOSPC")
	if used, limit, hit := w.DiskRefused(); used != 10_001 || limit != 10_000 || !hit {
		t.Errorf("refused: %d of %d, %v", used, limit, hit)
	}
	for _, size := range []int64{9001, 1 << 40, 1<<63 - 1} {
		wantCode(t, "truncate", w.Truncate(p, size), "ENOSPC")
	}
	f, err := w.Open(p, os.O_RDWR, 0)
	must(t, err)
	for _, off := range []int64{9000, 1 << 40, 1<<62 - 1, 1<<63 - 2} {
		if _, err := f.WriteAt([]byte("x"), off); errnoOf(err) != "ENOSPC" && errnoOf(err) != "EFBIG" {
			t.Errorf("write at %d: %v", off, err)
		}
	}
	wantCode(t, "link counts again", w.Link(p, "/workspace/g"), "ENOSPC")
	must(t, w.Unlink(p))
	if w.DiskUsed() != 10_000 {
		t.Errorf("unlinked but open: %d used", w.DiskUsed())
	}
	wantCode(t, "still full", w.WriteFile("/workspace/h", make([]byte, 1), 0, 0o644), "ENOSPC")
	must(t, f.Close(), w.Unlink("/workspace/old"))
	if w.DiskUsed() != 0 {
		t.Errorf("emptied: %d used", w.DiskUsed())
	}

	must(t, w.RemoveAll("/workspace/h"))
	for i := range 10 {
		must(t, w.Mkdir(fmt.Sprintf("/workspace/d%d", i), 0o755))
	}
	wantCode(t, "mkdir", w.Mkdir("/workspace/d10", 0o755), "EDQUOT")
	wantCode(t, "create", w.WriteFile("/workspace/d0/x", nil, 0, 0o644), "EDQUOT")
	wantCode(t, "symlink", w.Symlink("x", "/workspace/l"), "EDQUOT")
	if used, limit, hit := w.EntriesRefused(); used != 11 || limit != 10 || !hit {
		t.Errorf("entries refused: %d of %d, %v", used, limit, hit)
	}
	must(t, w.WriteFile("/tmp/x", make([]byte, 5000), 0, 0o644))
	wantCode(t, "/tmp", w.WriteFile("/tmp/y", make([]byte, 1), 0, 0o644), "ENOSPC")
	if held <= 0 {
		t.Errorf("%d bytes charged", held)
	}
	w.Release()
	if held != 0 {
		t.Errorf("%d bytes charged after Release", held)
	}
}

// TestMemoryFollowsContent: what is charged is what is held, and a file that
// says it is large but is not costs nothing.
func TestMemoryFollowsContent(t *testing.T) {
	var held, limit int64 = 0, 1 << 20
	reads := 0
	big := strings.Repeat("0123456789abcdef", 10<<20/16)
	base := based(t, map[string]string{"big": big})
	inner := base.Content
	base.Content = ContentFunc(func(path string, p []byte, off int64) (int, error) {
		reads += len(p)
		return inner.ReadFileAt(path, p, off)
	})
	w := NewWorkspace(Config{Base: base, Charge: func(d int64) error {
		if held+d > limit {
			return errors.New("no room")
		}
		held += d
		return nil
	}})
	must(t, w.WriteFile("/workspace/sparse", nil, 0, 0o644), w.Truncate("/workspace/sparse", 900<<20))
	f, err := w.Open("/workspace/big", os.O_RDWR, 0)
	must(t, err)
	if reads != 0 {
		t.Errorf("%d bytes read before use", reads)
	}
	_, err = f.WriteAt([]byte("X"), 5<<20+1)
	must(t, err)
	if held > 2*chunkSize || reads > 2*chunkSize {
		t.Errorf("one byte in 10 MiB holds %d, read %d", held, reads)
	}
	data, err := w.ReadFile("/workspace/big")
	if want := big[:5<<20+1] + "X" + big[5<<20+2:]; err != nil || string(data) != want {
		t.Errorf("content differs, %v", err)
	}
	wantCode(t, "over the memory limit", w.WriteFile("/workspace/more", make([]byte, 2<<20), 0, 0o644), "ENOMEM")
	before := held
	must(t, w.Unlink("/workspace/more"))
	if held >= before {
		t.Errorf("unlink gave nothing back: %d, before %d", held, before)
	}
	must(t, f.Truncate(0), f.Close())
	if held > 3*inodeCost {
		t.Errorf("%d held by empty files", held)
	}
	reads = 0
	must(t, w.WriteFile("/workspace/other", []byte("small"), 0, 0o644))
	if reads != 0 {
		t.Error("writing a new file read the base")
	}
}

// I3: a file that was long holds no more than one that never was: what it is charged
// is content, and its table of chunks grows with its length.
func TestI3FilesThatWereLong(t *testing.T) {
	heap := func() int64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	var held int64
	w := NewWorkspace(Config{Charge: func(delta int64) error { held += delta; return nil }})
	before := heap()
	for i := range 200 {
		f, err := w.Open(fmt.Sprintf("/workspace/f%d", i), os.O_RDWR|os.O_CREATE, 0o644)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteAt([]byte("x"), 1000<<20); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(f.Truncate(1), f.Close()); err != nil {
			t.Fatal(err)
		}
	}
	if grew := heap() - before; grew > held+4<<20 {
		t.Errorf("the files hold %d bytes, and %d are charged", grew, held)
	}
	w.Release()
}

func TestLimits(t *testing.T) {
	w := NewWorkspace(Config{Files: 2, MaxRead: 100, Base: based(t, map[string]string{"f": strings.Repeat("x", 101), "g": "x"})})
	a, err := w.Open("/workspace/f", os.O_RDONLY, 0)
	must(t, err)
	_, err = w.Open("/workspace/f", os.O_RDONLY, 0)
	must(t, err)
	_, err = w.Open("/workspace/f", os.O_RDONLY, 0)
	wantCode(t, "third file", err, "EMFILE")
	must(t, a.Close())
	wantCode(t, "closed twice", a.Close(), "EBADF")
	_, err = w.ReadFile("/workspace/f")
	wantCode(t, "too large to read whole", err, "EFBIG")

	// What a client could not name cannot be made, by no way round.
	deep := Root + strings.Repeat("/d", MaxDepth)
	must(t, w.MkdirAll(deep, 0o755))
	wantCode(t, "too deep", w.Mkdir(deep+"/d", 0o755), "ENAMETOOLONG")
	must(t, w.Mkdir("/workspace/x", 0o755))
	wantCode(t, "moved too deep", w.Rename("/workspace/d", "/workspace/x/d"), "ENAMETOOLONG")
	wantCode(t, "linked too deep", w.Link("/workspace/g", deep+"/g"), "ENAMETOOLONG")
	// Too long, through a link that makes the path short.
	long := "/" + strings.Repeat("n", 200)
	must(t, w.MkdirAll(Root+strings.Repeat(long, 20), 0o755), w.Symlink(strings.TrimPrefix(strings.Repeat(long, 20), "/"), "/workspace/short"))
	wantCode(t, "too long", w.Mkdir("/workspace/short"+long+"n", 0o755), "ENAMETOOLONG")
	must(t, w.Mkdir("/workspace/short/fits", 0o755))
}

func TestReadOnly(t *testing.T) {
	w := NewWorkspace(Config{ReadOnly: true, Base: based(t, map[string]string{"d/f": "x"})})
	f, err := w.Open("/workspace/d/f", os.O_RDONLY|os.O_CREATE, 0o644)
	must(t, err)
	defer f.Close()
	_, err = w.Open("/workspace/d/f", os.O_RDWR, 0)
	wantCode(t, "open for writing", err, "EROFS")
	_, err = w.Open("/workspace/d/f", os.O_RDONLY|os.O_TRUNC, 0)
	wantCode(t, "open truncating", err, "EROFS")
	p := "/workspace/d/f"
	for what, err := range map[string]error{
		"write": w.WriteFile("/workspace/new", nil, 0, 0o644), "mkdir": w.Mkdir("/workspace/new", 0o755), "unlink": w.Unlink(p), "rename": w.Rename(p, "/workspace/g"),
		"rmdir": w.Rmdir("/workspace/d"), "rm": w.RemoveAll("/workspace/d"), "link": w.Link(p, "/workspace/g"), "symlink": w.Symlink("x", "/workspace/g"),
		"chmod": w.Chmod(p, 0), "utime": w.Chtimes(p, time.Now(), time.Now()), "lutime": w.Lchtimes(p, time.Now(), time.Now()), "truncate": w.Truncate(p, 0),
	} {
		wantCode(t, what, err, "EROFS")
	}
	if w.Changes() != nil || w.Written() != nil {
		t.Error("changes")
	}
	must(t, w.WriteFile("/tmp/x", []byte("x"), 0, 0o644))
}

// TestChanges: each way to change something, as it is committed.
func TestChanges(t *testing.T) {
	files := map[string]string{"a/x": "ax", "a/y": "ay", "b/z": "bz", "f": "f"}
	for name, tt := range map[string]struct {
		do      func(*Workspace) error
		want    []string // "-path" deleted, "+path" put, "~path" metadata only
		written []string
	}{
		"nothing":          {func(w *Workspace) error { _, err := w.ReadFile("/workspace/f"); return err }, nil, nil},
		"in /tmp":          {func(w *Workspace) error { return w.WriteFile("/tmp/x", []byte("x"), 0, 0o644) }, nil, nil},
		"write":            {func(w *Workspace) error { return w.WriteFile("/workspace/f", []byte("g"), 0, 0o644) }, []string{"+f"}, []string{"f"}},
		"create":           {func(w *Workspace) error { return w.WriteFile("/workspace/a/n", nil, 0, 0o644) }, []string{"~a", "+a/n"}, []string{"a/n"}},
		"chmod":            {func(w *Workspace) error { return w.Chmod("/workspace/f", 0o600) }, []string{"~f"}, nil},
		"unlink":           {func(w *Workspace) error { return w.Unlink("/workspace/a/x") }, []string{"-a/x", "~a"}, nil},
		"rm":               {func(w *Workspace) error { return w.RemoveAll("/workspace/a") }, []string{"-a/y", "-a/x", "-a"}, nil},
		"rename file":      {func(w *Workspace) error { return w.Rename("/workspace/f", "/workspace/g") }, []string{"-f", "+g"}, []string{"g"}},
		"rename directory": {func(w *Workspace) error { return w.Rename("/workspace/a", "/workspace/c") }, []string{"-a/y", "-a/x", "-a", "+c", "+c/x", "+c/y"}, []string{"c/x", "c/y"}},
		"there and back": {func(w *Workspace) error {
			return errors.Join(w.Rename("/workspace/a", "/workspace/c"), w.Rename("/workspace/c", "/workspace/a"))
		}, nil, nil},
		"swap": {func(w *Workspace) error {
			return errors.Join(w.Rename("/workspace/a", "/workspace/t"), w.Rename("/workspace/b", "/workspace/a"), w.Rename("/workspace/t", "/workspace/b"))
		}, []string{"-b/z", "-a/y", "-a/x", "+a", "+a/z", "+b", "+b/x", "+b/y"}, []string{"a/z", "b/x", "b/y"}},
		"directory becomes file": {func(w *Workspace) error {
			return errors.Join(w.RemoveAll("/workspace/a"), w.WriteFile("/workspace/a", []byte("x"), 0, 0o644))
		}, []string{"-a/y", "-a/x", "+a"}, []string{"a"}},
		"file becomes directory": {func(w *Workspace) error {
			return errors.Join(w.Unlink("/workspace/f"), w.Mkdir("/workspace/f", 0o755), w.WriteFile("/workspace/f/n", nil, 0, 0o644))
		}, []string{"+f", "+f/n"}, []string{"f/n"}},
		"created and gone": {func(w *Workspace) error {
			return errors.Join(w.WriteFile("/workspace/n", nil, 0, 0o644), w.Unlink("/workspace/n"))
		}, nil, nil},
		"hard link": {func(w *Workspace) error { return w.Link("/workspace/f", "/workspace/g") }, []string{"+g"}, []string{"g"}},
		"symlink":   {func(w *Workspace) error { return w.Symlink("f", "/workspace/l") }, []string{"+l"}, nil},
		"directory replaced by another": {func(w *Workspace) error {
			return errors.Join(w.RemoveAll("/workspace/b"), w.Mkdir("/workspace/b", 0o755))
		}, []string{"-b/z", "+b"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			base := based(t, files)
			w := NewWorkspace(Config{Base: base})
			must(t, tt.do(w))
			changes := w.Changes()
			var got []string
			for _, c := range changes {
				switch {
				case c.Delete:
					got = append(got, "-"+c.Path)
				case c.MetaOnly:
					got = append(got, "~"+c.Path)
				default:
					got = append(got, "+"+c.Path)
				}
			}
			// Directories' times change with what they hold; the root has no record.
			// A directory that is new in its place is put, not merely touched.
			norm := func(list []string) string { return strings.Join(list, " ") }
			if name == "swap" || name == "directory replaced by another" {
				for i := range got {
					if got[i] == "~a" || got[i] == "~b" {
						got[i] = "+" + got[i][1:]
					}
				}
			}
			if norm(got) != norm(tt.want) {
				t.Errorf("changes %v, want %v", got, tt.want)
			}
			if w := w.Written(); !slices.Equal(w, tt.written) {
				t.Errorf("written %v, want %v", w, tt.written)
			}
			tree, err := w.Rebase()
			must(t, err)
			content, err := base.Content.(memContent).commit(changes)
			must(t, err)
			next := NewWorkspace(Config{Base: Base{Tree: tree, Content: content}})
			compare(t, w, next, Root)
		})
	}
}

// compare reports where two workspaces differ below path.
func compare(t *testing.T, a, b *Workspace, path string) {
	t.Helper()
	la, errA := a.ReadDir(path)
	lb, errB := b.ReadDir(path)
	if errA != nil || errB != nil || len(la) != len(lb) {
		t.Fatalf("%s: %v, %v; %v, %v", path, la, lb, errA, errB)
	}
	for i := range la {
		p := path + "/" + la[i].Name()
		ia, _ := la[i].Info()
		ib, _ := lb[i].Info()
		if ia.Name() != ib.Name() || ia.Mode() != ib.Mode() || ia.Size() != ib.Size() || !ia.ModTime().Equal(ib.ModTime()) {
			t.Errorf("%s: %v, %v", p, fs.FormatFileInfo(ia), fs.FormatFileInfo(ib))
		}
		if ia.IsDir() {
			compare(t, a, b, p)
		} else if ia.Mode().IsRegular() {
			da, errA := a.ReadFile(p)
			db, errB := b.ReadFile(p)
			if errA != nil || errB != nil || string(da) != string(db) {
				t.Errorf("%s: %q, %q; %v, %v", p, da, db, errA, errB)
			}
		}
	}
}

// TestBrokenBase: content that is not what its entry says is EIO, and no more.
// A socket is a name while the execution lasts: nothing is read from it, and nothing of it is committed.
func TestSockets(t *testing.T) {
	w := NewWorkspace(Config{Base: based(t, map[string]string{"a/f": "x", "b": "y"}), Quota: Quota{Entries: 6}})
	must(t, w.Socket("/workspace/a/s", 0o777), w.Unlink("/workspace/b"), w.Socket("/workspace/b", 0o777), w.Link("/workspace/b", "/workspace/c"))
	for _, p := range []string{"/workspace/a/s", "/workspace/c"} {
		fi, err := w.Stat(p)
		if err != nil || fi.Mode() != fs.ModeSocket|0o755 || fi.Size() != 0 {
			t.Errorf("%s: %v, %v", p, fi, err)
		}
		wantCode(t, "again", w.Socket(p, 0o777), "EEXIST")
		_, err = w.ReadFile(p)
		wantCode(t, "read", err, "ENXIO")
		_, err = w.Open(p, os.O_WRONLY, 0)
		wantCode(t, "open", err, "ENXIO")
		_, err = w.Open(p, oDirectory, 0)
		wantCode(t, "open a directory", err, "ENOTDIR")
		wantCode(t, "write", w.WriteFile(p, []byte("x"), 0, 0o644), "ENXIO")
		wantCode(t, "truncate", w.Truncate(p, 5), "ENXIO")
		_, err = w.ReadDir(p)
		wantCode(t, "list", err, "ENOTDIR")
		wantCode(t, "below", w.Socket(p+"/x", 0o777), "ENOTDIR")
	}
	wantCode(t, "nowhere", w.Socket("/workspace/no/s", 0o777), "ENOENT")
	wantCode(t, "a folder", w.Socket("/workspace/s/", 0o777), "ENOENT")
	wantCode(t, "outside", w.Socket("/s", 0o777), "EROFS")
	wantCode(t, "dangling", errors.Join(w.Symlink("none", "/workspace/l"), w.Socket("/workspace/l", 0o777)), "EEXIST")
	wantCode(t, "over quota", w.Socket("/workspace/t", 0o777), "EDQUOT")
	var got []string
	for _, c := range w.Changes() {
		got = append(got, fmt.Sprint(c.Path, " ", c.Delete))
	}
	if want := []string{"b true", "a false", "l false"}; !slices.Equal(got, want) {
		t.Errorf("changes are %q, want %q", got, want)
	}
	tree, err := w.Rebase()
	must(t, err)
	if _, ok := tree.Lookup("b"); ok || tree.Len() != 3 {
		t.Errorf("%d entries are committed", tree.Len())
	}
}

func TestBrokenBase(t *testing.T) {
	tree, err := NewTree([]Entry{{Path: "f", Size: 200_000}})
	must(t, err)
	for name, content := range map[string]Content{
		"none":  nil,
		"error": ContentFunc(func(string, []byte, int64) (int, error) { return 0, errors.New("secret host detail") }),
		"short": ContentFunc(func(_ string, p []byte, _ int64) (int, error) { return min(len(p), 10), io.EOF }),
	} {
		w := NewWorkspace(Config{Base: Base{Tree: tree, Content: content}})
		_, err := w.ReadFile("/workspace/f")
		wantCode(t, name+" read", err, "EIO")
		f, err := w.Open("/workspace/f", os.O_RDWR, 0)
		must(t, err)
		_, err = f.WriteAt([]byte("x"), 5)
		wantCode(t, name+" write", err, "EIO")
		_, err = f.ReadAt(make([]byte, 10), 100_000)
		wantCode(t, name+" readAt", err, "EIO")
		var no *jsengine.Errno
		if !errors.As(err, &no) || strings.Contains(no.Error(), "secret") {
			t.Errorf("%s: %v", name, err)
		}
		must(t, f.Truncate(0), f.Close())
	}
}

func TestNewTree(t *testing.T) {
	for name, entries := range map[string][]Entry{
		"twice": {{Path: "a"}, {Path: "a"}}, "empty": {{Path: ""}}, "dots": {{Path: "a/../b"}}, "absolute": {{Path: "/a"}}, "up": {{Path: "../a"}},
		"below a file": {{Path: "a"}, {Path: "a/b"}}, "slash": {{Path: "a/"}}, "NUL": {{Path: "a\x00"}}, "not UTF-8": {{Path: "\xff"}},
		"negative": {{Path: "a", Size: -1}}, "kind": {{Path: "a", Kind: 9}}, "deep": {{Path: strings.Repeat("a/", MaxDepth) + "a"}},
	} {
		if _, err := NewTree(entries); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	tree, err := NewTree([]Entry{{Path: "a/b/c", Size: 3}, {Path: "a.txt", Size: 1}, {Path: "a-b/c", Size: 2}})
	must(t, err)
	var got []string
	for _, e := range tree.Entries() {
		got = append(got, e.Path)
		if back, ok := tree.Lookup(e.Path); !ok || back != e {
			t.Errorf("Lookup(%q) = %v, %v", e.Path, back, ok)
		}
	}
	if want := "a a/b a/b/c a-b a-b/c a.txt"; strings.Join(got, " ") != want || tree.Bytes() != 6 || tree.Len() != 6 {
		t.Errorf("%v, %d bytes, %d entries", got, tree.Bytes(), tree.Len())
	}
}

func TestIOFS(t *testing.T) {
	files := map[string]string{"a/x": "ax", "a/b/c/y": "y", "f.txt": strings.Repeat("f", 3*chunkSize+5), "empty": ""}
	w := NewWorkspace(Config{Base: based(t, files)})
	must(t, w.WriteFile("/workspace/new", []byte("new"), 0, 0o644), w.Mkdir("/workspace/dir", 0o755), w.Symlink("a/x", "/workspace/link"))
	if err := fstest.TestFS(IOFS(w, Root), "a/x", "a/b/c/y", "f.txt", "empty", "new", "dir", "link"); err != nil {
		t.Error(err)
	}
	dir := t.TempDir()
	must(t, os.CopyFS(dir, IOFS(NewWorkspace(Config{Base: based(t, files)}), Root)))
	d, err := OpenDir(dir, DirConfig{})
	must(t, err)
	defer d.Close()
	if err := fstest.TestFS(IOFS(d, Root), "a/x", "a/b/c/y", "f.txt"); err != nil {
		t.Error(err)
	}
	base, err := FSBase(os.DirFS(dir))
	must(t, err)
	if err := fstest.TestFS(IOFS(NewWorkspace(Config{Base: base}), Root), "a/x", "a/b/c/y", "f.txt"); err != nil {
		t.Error(err)
	}
	if _, err := IOFS(w, Root).Open("nope"); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	must(t, syscall.Mkfifo(dir+"/pipe", 0o644))
	if _, err := FSBase(os.DirFS(dir)); err == nil {
		t.Error("a FIFO in a Base")
	}
	if _, err := FSBase(fstest.MapFS{"a": {Data: []byte("x")}, "b\xff": {}}); err == nil {
		t.Error("a name that is not UTF-8")
	}
}

// TestWorkspaceHammer uses one workspace from many goroutines, for -race.
func TestWorkspaceHammer(t *testing.T) {
	w := NewWorkspace(Config{Base: based(t, map[string]string{"a/x": strings.Repeat("x", 2*chunkSize)})})
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 50 {
				p := fmt.Sprintf("/workspace/a/%d", (g+i)%5)
				w.WriteFile(p, make([]byte, i*100), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
				w.ReadFile("/workspace/a/x")
				w.Rename(p, p+"r")
				w.ReadDir("/workspace/a")
				w.Changes()
				if f, err := w.Open("/workspace/a/x", os.O_RDWR, 0); err == nil {
					f.WriteAt([]byte("y"), int64(i))
					f.ReadAt(make([]byte, 10), chunkSize)
					f.Close()
				}
				w.RemoveAll(p + "r")
			}
		})
	}
	wg.Wait()
}

func BenchmarkNewWorkspace(b *testing.B) {
	for _, n := range []int{0, 100_000} {
		b.Run(fmt.Sprintf("entries=%d", n), func(b *testing.B) {
			entries := make([]Entry, n)
			for i := range entries {
				entries[i] = Entry{Path: fmt.Sprintf("d%d/f%d", i%1000, i), Size: 10}
			}
			tree, err := NewTree(entries)
			must(b, err)
			b.ReportAllocs()
			for b.Loop() {
				w := NewWorkspace(Config{Base: Base{Tree: tree}})
				if w.Changes() != nil {
					b.Fatal("changes")
				}
				w.Release()
			}
		})
	}
}

func BenchmarkWrite(b *testing.B) {
	for _, size := range []int{64, 64 << 10, 1 << 20} {
		b.Run(fmt.Sprintf("bytes=%d", size), func(b *testing.B) {
			w, data := NewWorkspace(Config{}), make([]byte, size)
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				must(b, w.WriteFile("/workspace/f", data, 0, 0o644))
			}
		})
	}
}

// BenchmarkCommitOne is one written file among 100,000: what Changes and Rebase
// cost.
func BenchmarkCommitOne(b *testing.B) {
	entries := make([]Entry, 100_000)
	for i := range entries {
		entries[i] = Entry{Path: fmt.Sprintf("d%d/f%d", i%1000, i), Size: 10}
	}
	tree, err := NewTree(entries)
	must(b, err)
	b.ReportAllocs()
	for b.Loop() {
		w := NewWorkspace(Config{Base: Base{Tree: tree}, Quota: Quota{Entries: 1 << 20}})
		must(b, w.WriteFile("/workspace/d5/new", []byte("x"), 0, 0o644))
		_, err := w.Rebase()
		must(b, err)
	}
}

// I12: whatever links a program makes, a path has a bounded number of names to look for.
func TestTargetsAreBounded(t *testing.T) {
	w := NewWorkspace(Config{})
	defer w.Release()
	if err := w.Symlink(".", "/tmp/l0"); err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		if err := w.Symlink(strings.Repeat("./", 2000)+fmt.Sprintf("l%d", i), fmt.Sprintf("/tmp/l%d", i+1)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Stat("/tmp/l2"); err != nil {
		t.Errorf("through targets of 8,003 bytes: %v", err)
	}
	var no *jsengine.Errno
	if _, err := w.Stat("/tmp/l3"); !errors.As(err, &no) || no.Code != "ENAMETOOLONG" {
		t.Errorf("through targets of 12,005 bytes: %v", err)
	}
}

// I3: what is kept of names after their commit is bounded, however long their paths and
// links' targets are, and whatever makes them so.
func TestTextIsBounded(t *testing.T) {
	const entries, limit = 1000, 1000 * textPerEntry
	deep := strings.Repeat("/"+strings.Repeat("d", 250), 15)
	layer := layer(t, map[string]string{"a": "", "b/c": ""}, nil)
	begin := func() *Workspace { return NewWorkspace(Config{Quota: Quota{Entries: entries}}) }
	tests := map[string]func(w *Workspace, i int) error{
		"files": func(w *Workspace, i int) error {
			return w.WriteFile(fmt.Sprintf("%s/f%d", Root+deep, i), nil, 0, 0o644)
		},
		"directories": func(w *Workspace, i int) error { return w.MkdirAll(fmt.Sprintf("%s/%d/%[2]d", Root+deep, i), 0o755) },
		"links":       func(w *Workspace, i int) error { return w.Symlink("a", fmt.Sprintf("%s/l%d", Root+deep, i)) },
		"targets": func(w *Workspace, i int) error {
			return w.Symlink(strings.Repeat("./", 2000), fmt.Sprintf(Root+"/l%d", i))
		},
		"further names": func(w *Workspace, i int) error {
			if i == 0 {
				return w.Symlink(strings.Repeat("./", 2000), Root+"/0")
			}
			return w.Link(Root+"/0", fmt.Sprintf(Root+"/%d", i))
		},
		"layers": func(w *Workspace, i int) error { return w.Graft(fmt.Sprintf("%s/l%d", Root+deep, i), layer, 0o755) },
		"moves": func(w *Workspace, i int) error {
			from := fmt.Sprintf(Root+"/%d", i)
			err := w.Mkdir(from, 0o755)
			for j := 0; j < 10 && err == nil; j++ {
				err = w.WriteFile(fmt.Sprintf("%s/%d", from, j), nil, 0, 0o644)
			}
			if err != nil {
				return err
			}
			return w.Rename(from, fmt.Sprintf("%s/m%d", Root+deep, i))
		},
	}
	for name, add := range tests {
		t.Run(name, func(t *testing.T) {
			w := begin()
			defer w.Release()
			if err := w.MkdirAll(Root+deep, 0o755); err != nil {
				t.Fatal(err)
			}
			for i := 0; ; i++ {
				if err := add(w, i); err != nil {
					wantCode(t, "too much", err, "EDQUOT")
					break
				}
			}
			if _, at, hit := w.TextRefused(); !hit || at != limit {
				t.Errorf("TextRefused says %d, %v", at, hit)
			}
			text := int64(0)
			tree, err := w.Rebase()
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range tree.Entries() {
				text += int64(1 + len(e.Path) + len(e.Target))
			}
			if text > limit || text < limit-64<<10 || text != w.workspace.text {
				t.Errorf("%d bytes of paths and targets, counted %d, limit %d", text, w.workspace.text, limit)
			}
			if weight := tree.Weight(); weight < entries*9/10 || weight > max(entries, tree.Len()) {
				t.Errorf("%d entries weigh as %d, want %d", tree.Len(), weight, entries)
			}
			// What goes makes room again.
			if err := w.RemoveAll(Root + deep[:251]); err != nil {
				t.Fatal(err)
			}
			list, err := w.ReadDir(Root)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range list {
				if err := w.RemoveAll(Root + "/" + e.Name()); err != nil {
					t.Fatal(err)
				}
			}
			if w.workspace.text != 0 || w.Entries() != 0 {
				t.Errorf("%d bytes are counted for %d entries", w.workspace.text, w.Entries())
			}
		})
	}
}

// I3: a directory that once had many entries holds what it is charged for.
func TestI3DirectoriesThatWereFull(t *testing.T) {
	w := NewWorkspace(Config{})
	defer w.Release()
	heap := func() int64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	before := heap()
	for d := range 4 {
		dir := fmt.Sprintf("/tmp/%d", d)
		must(t, w.Mkdir(dir, 0o755))
		for i := range 50_000 {
			must(t, w.Mkdir(fmt.Sprintf("%s/%d", dir, i), 0o755))
		}
		for i := range 49_999 {
			must(t, w.Rmdir(fmt.Sprintf("%s/%d", dir, i)))
		}
		must(t, w.Mkdir(dir+"/new", 0o755))
		if list, err := w.ReadDir(dir); err != nil || len(list) != 2 {
			t.Errorf("%d entries are left, %v", len(list), err)
		}
	}
	if grew := heap() - before; grew > 1<<20 {
		t.Errorf("%d bytes are held for 12 directories, of which %d are charged", grew, w.held)
	}
}
