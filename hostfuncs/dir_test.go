package hostfuncs

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/buntime/buntime/jsengine"
)

// hostDir makes a folder with something outside it that must not be reached.
func hostDir(t *testing.T) (inside, outside string) {
	t.Helper()
	top := t.TempDir()
	inside, outside = top+"/in", top+"/out"
	must(t, os.MkdirAll(inside+"/sub/deep", 0o755), os.Mkdir(outside, 0o755), os.WriteFile(outside+"/secret", []byte("secret"), 0o644),
		os.WriteFile(inside+"/f", []byte("content"), 0o644), os.WriteFile(inside+"/sub/g", []byte("g"), 0o644),
		os.Symlink("f", inside+"/ok"), os.Symlink("../f", inside+"/sub/ok"), os.Symlink("sub", inside+"/dirlink"),
		os.Symlink("../out/secret", inside+"/out"), os.Symlink(outside, inside+"/outdir"), os.Symlink(outside+"/secret", inside+"/abs"),
		os.Symlink(inside+"/f", inside+"/absin"), os.Symlink("loop", inside+"/loop"), os.Symlink("/dev/zero", inside+"/devlink"),
		os.Symlink("/proc/self/environ", inside+"/proc"), os.Symlink("sub/../../out/secret", inside+"/climb"))
	return inside, outside
}

func openDir(t *testing.T, dir string, cfg DirConfig) *Dir {
	t.Helper()
	d, err := OpenDir(dir, cfg)
	must(t, err)
	t.Cleanup(func() { d.Close() })
	return d
}

// leakless checks an error's text for the host's paths.
func leakless(t *testing.T, err error, host string) {
	t.Helper()
	if err != nil && (strings.Contains(err.Error(), host) || strings.Contains(err.Error(), filepath.Dir(host))) {
		t.Errorf("the error names the host's folder: %v", err)
	}
}

func TestDirReads(t *testing.T) {
	in, _ := hostDir(t)
	d := openDir(t, in, DirConfig{})
	for path, want := range map[string]string{ // "!code"
		"f": "content", "sub/g": "g", "ok": "content", "sub/ok": "content", "dirlink/g": "g", "sub/../f": "content",
		"out": "!EACCES", "outdir/secret": "!EACCES", "abs": "!EACCES", "absin": "!EACCES", "climb": "!EACCES", "devlink": "!EACCES", "proc": "!EACCES",
		"loop": "!ELOOP", "none": "!ENOENT", "f/x": "!ENOTDIR", "sub": "!EISDIR", "../out/secret": "!ENOENT", "sub/../../../out/secret": "!ENOENT",
		"f\x00": "!EINVAL", "\xff": "!EINVAL", strings.Repeat("x", 256): "!ENAMETOOLONG", strings.Repeat("x/", 200): "!ENAMETOOLONG",
	} {
		data, err := d.ReadFile(Root + "/" + path)
		leakless(t, err, in)
		if code, ok := strings.CutPrefix(want, "!"); ok {
			wantCode(t, fmt.Sprintf("read %.40q", path), err, code)
		} else if err != nil || string(data) != want {
			t.Errorf("%s: %q, %v", path, data, err)
		}
	}
	for path, want := range map[string]string{"": "/workspace", "sub/ok": "/workspace/f", "dirlink/deep": "/workspace/sub/deep", "out": "!EACCES", "abs": "!EACCES", "loop": "!ELOOP", "none": "!ENOENT"} {
		got, err := d.Realpath(Root + "/" + path)
		leakless(t, err, in)
		if code, ok := strings.CutPrefix(want, "!"); ok {
			wantCode(t, "realpath "+path, err, code)
		} else if err != nil || got != want {
			t.Errorf("realpath %s: %q, %v", path, got, err)
		}
	}
	for path, want := range map[string]string{"ok": "f", "sub/ok": "../f", "out": "!EACCES", "abs": "!EACCES", "outdir": "!EACCES", "f": "!EINVAL"} {
		got, err := d.Readlink(Root + "/" + path)
		leakless(t, err, in)
		if code, ok := strings.CutPrefix(want, "!"); ok {
			wantCode(t, "readlink "+path, err, code)
		} else if err != nil || got != want {
			t.Errorf("readlink %s: %q, %v", path, got, err)
		}
	}
	list, err := d.ReadDir(Root + "/sub")
	if err != nil || len(list) != 3 || list[0].Name() != "deep" || list[2].Type() != fs.ModeSymlink {
		t.Errorf("%v, %v", list, err)
	}
	_, err = d.ReadDir(Root + "/outdir")
	wantCode(t, "list outside", err, "EACCES")
	_, err = d.ReadDir(Root + "/f")
	wantCode(t, "list a file", err, "ENOTDIR")
	list, err = d.ReadDir("/")
	if err != nil || len(list) != 2 {
		t.Errorf("/: %v, %v", list, err)
	}
	fi, err := d.Stat(Root + "/ok")
	if err != nil || fi.Name() != "ok" || fi.Size() != 7 || fi.Sys() != nil {
		t.Errorf("%v, %v", fi, err)
	}
	for what, err := range map[string]error{
		"write": d.WriteFile(Root+"/f", nil, 0, 0o644), "create": d.WriteFile(Root+"/n", nil, 0, 0o644), "mkdir": d.Mkdir(Root+"/n", 0o755),
		"mkdirAll": d.MkdirAll(Root+"/n/m", 0o755), "unlink": d.Unlink(Root + "/f"), "rmdir": d.Rmdir(Root + "/sub/deep"), "rm": d.RemoveAll(Root + "/sub"),
		"rename": d.Rename(Root+"/f", Root+"/g"), "link": d.Link(Root+"/f", Root+"/g"), "symlink": d.Symlink("f", Root+"/g"), "chmod": d.Chmod(Root+"/f", 0),
		"utime": d.Chtimes(Root+"/f", time.Now(), time.Now()), "lutime": d.Lchtimes(Root+"/ok", time.Now(), time.Now()), "truncate": d.Truncate(Root+"/f", 0),
	} {
		wantCode(t, "read-only "+what, err, "EROFS")
	}
	must(t, d.MkdirAll(Root+"/sub", 0o755), d.WriteFile("/tmp/x", []byte("x"), 0, 0o644))
	wantCode(t, "across", d.Rename("/tmp/x", Root+"/x"), "EXDEV")
	f, err := d.Open(Root+"/f", os.O_RDONLY|os.O_CREATE, 0o644)
	must(t, err, f.Close())
}

// TestDirSpecialFiles: what is not a file is never opened, so nothing waits.
func TestDirSpecialFiles(t *testing.T) {
	in, _ := hostDir(t)
	must(t, syscall.Mkfifo(in+"/fifo", 0o666))
	l, err := net.Listen("unix", in+"/sock")
	must(t, err)
	defer l.Close()
	special := []string{"fifo", "sock"}
	if err := syscall.Mknod(in+"/null", syscall.S_IFCHR|0o666, 1<<8|3); err == nil {
		special = append(special, "null")
	} else if !errors.Is(err, syscall.EPERM) {
		t.Fatal(err)
	}
	must(t, os.Symlink("fifo", in+"/fifolink"))
	for _, cfg := range []DirConfig{{}, {Writable: true}} {
		d := openDir(t, in, cfg)
		for _, name := range append(special, "fifolink") {
			p := Root + "/" + name
			for _, flag := range []int{os.O_RDONLY, os.O_WRONLY, os.O_RDWR, os.O_RDWR | os.O_CREATE, os.O_WRONLY | os.O_TRUNC} {
				_, err := d.Open(p, flag, 0o644)
				wantCode(t, fmt.Sprintf("open %s %#x", name, flag), err, "EACCES")
			}
			_, err := d.ReadFile(p)
			wantCode(t, "read "+name, err, "EACCES")
			_, err = d.ReadDir(p)
			wantCode(t, "list "+name, err, "ENOTDIR")
			lo := &jsengine.Loopback{}
			_, err = lo.Socket(d, p)
			wantCode(t, "connect "+name, err, "ECONNREFUSED")
			if cfg.Writable {
				_, err = lo.ListenSocket(d, p, 0)
				if !errors.Is(err, syscall.EADDRINUSE) {
					t.Errorf("listen %s: %v", name, err)
				}
				_, err = lo.ListenSocket(d, p+".new", 0)
				wantCode(t, "listen", err, "ENOTSUP")
				wantCode(t, "write "+name, d.WriteFile(p, []byte("x"), 0, 0o644), "EACCES")
				wantCode(t, "truncate "+name, d.Truncate(p, 0), "EACCES")
				wantCode(t, "chmod "+name, d.Chmod(p, 0o600), "EACCES")
			}
			if fi, err := d.Lstat(p); err != nil || fi.Mode().IsRegular() {
				t.Errorf("lstat %s: %v, %v", name, fi, err)
			}
		}
	}
}

func TestDirWrites(t *testing.T) {
	in, out := hostDir(t)
	d := openDir(t, in, DirConfig{Writable: true, MaxFile: 20_000, MaxGrown: 100_000, MaxRead: 10_000, Files: 2})
	must(t, d.WriteFile(Root+"/n", []byte("one"), 0, 0o666), d.WriteFile(Root+"/n", []byte("two"), os.O_WRONLY|os.O_APPEND, 0),
		d.MkdirAll(Root+"/x/y/z", 0o777), d.Rename(Root+"/n", Root+"/x/n"), d.Symlink("../n", Root+"/x/y/l"), d.Link(Root+"/x/n", Root+"/x/m"),
		d.Chmod(Root+"/x/n", 0o600), d.Chtimes(Root+"/x/n", time.Unix(1, 0), time.Unix(2, 0)), d.Truncate(Root+"/x/m", 4))
	if data, err := os.ReadFile(in + "/x/y/l"); err != nil || string(data) != "onet" {
		t.Errorf("%q, %v", data, err)
	}
	fi, err := d.Stat(Root + "/x/y/l")
	if err != nil || fi.Mode() != 0o600 || fi.(*fileInfo).Nlink() != 2 {
		t.Errorf("%v, %v", fi, err)
	}
	must(t, d.Lchtimes(Root+"/x/y/l", time.Unix(3, 0), time.Unix(4, 0)), d.Lchtimes(Root+"/x/y", time.Unix(5, 0), time.Unix(6, 0)))
	for name, want := range map[string]int64{"x/y/l": 4, "x/y": 6} {
		if fi, err := os.Lstat(in + "/" + name); err != nil || fi.ModTime().Unix() != want {
			t.Errorf("times of %s: %v, %v", name, fi, err)
		}
	}
	wantCode(t, "lutime through a link out", d.Lchtimes(Root+"/outdir/secret", time.Now(), time.Now()), "EACCES")
	for target, code := range map[string]string{"../../../out": "EACCES", "/workspace/f": "EACCES", "/etc": "EACCES", "": "ENOENT", "x\x00": "EINVAL", "../f": ""} {
		wantCode(t, "symlink "+target, d.Symlink(target, Root+"/x/link"), code)
	}
	for path, code := range map[string]string{"out": "EACCES", "outdir/new": "EACCES", "abs": "EACCES", "loop": "ELOOP", "outdir": "EACCES", "../out/secret": "ENOENT"} {
		err := d.WriteFile(Root+"/"+path, []byte("changed"), 0, 0o644)
		leakless(t, err, in)
		wantCode(t, "write "+path, err, code)
	}
	for what, err := range map[string]error{
		"mkdir": d.Mkdir(Root+"/outdir/d", 0o755), "unlink": d.Unlink(Root + "/outdir/secret"), "rename": d.Rename(Root+"/outdir/secret", Root+"/s"),
		"rename out": d.Rename(Root+"/f", Root+"/outdir/f"), "rm": d.RemoveAll(Root + "/outdir/secret"), "link": d.Link(Root+"/outdir/secret", Root+"/s"),
		"chmod": d.Chmod(Root+"/out", 0), "truncate": d.Truncate(Root+"/out", 0), "utime": d.Chtimes(Root+"/out", time.Now(), time.Now()),
	} {
		leakless(t, err, in)
		wantCode(t, what+" outside", err, "EACCES")
	}
	wantCode(t, "rm of the mount", d.RemoveAll(Root), "EBUSY")
	wantCode(t, "rmdir of the mount", d.Rmdir(Root+"/"), "EBUSY")
	wantCode(t, "link to a link out", d.Link(Root+"/out", Root+"/s"), "EPERM")
	must(t, d.RemoveAll(Root+"/outdir")) // the link, not what it leads to
	if data, err := os.ReadFile(out + "/secret"); err != nil || string(data) != "secret" {
		t.Errorf("outside: %q, %v", data, err)
	}

	f, err := d.Open(Root+"/x/n", os.O_RDWR|os.O_APPEND, 0)
	must(t, err)
	if _, err := f.WriteAt([]byte("end"), 0); err != nil {
		t.Error(err)
	}
	if data, err := d.ReadFile(Root + "/x/n"); err != nil || string(data) != "onetend" {
		t.Errorf("%q, %v", data, err)
	}
	g, err := d.Open(Root+"/x/n", os.O_RDONLY, 0)
	must(t, err)
	_, err = d.Open(Root+"/x/n", os.O_RDONLY, 0)
	wantCode(t, "third file", err, "EMFILE")
	_, err = g.WriteAt([]byte("x"), 0)
	wantCode(t, "write to a read handle", err, "EBADF")
	_, err = g.ReadAt(make([]byte, 1), -1)
	wantCode(t, "negative offset", err, "EINVAL")
	must(t, f.Close(), g.Close())
	wantCode(t, "closed twice", g.Close(), "EBADF")

	wantCode(t, "file too large", d.Truncate(Root+"/x/n", 20_001), "EFBIG")
	must(t, d.Truncate(Root+"/x/n", 20_000))
	_, err = d.ReadFile(Root + "/x/n")
	wantCode(t, "too large to read whole", err, "EFBIG")
	var full error
	for i := 0; full == nil; i++ {
		full = d.WriteFile(fmt.Sprintf("%s/x/f%d", Root, i), nil, 0, 0o644)
	}
	wantCode(t, "grown", full, "ENOSPC")
	if _, limit, hit := d.DiskRefused(); !hit || limit != 100_000 {
		t.Errorf("refused: %d, %v", limit, hit)
	}
	open, err := d.Open(Root+"/f", os.O_RDONLY, 0)
	must(t, err, d.Close(), d.Close())
	_, err = open.ReadAt(make([]byte, 1), 0)
	wantCode(t, "read after Close", err, "EBADF")
	_, err = d.Open(Root+"/f", os.O_RDONLY, 0)
	wantCode(t, "open after Close", err, "EBADF")
}
