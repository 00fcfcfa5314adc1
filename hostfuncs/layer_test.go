package hostfuncs

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

func layer(t testing.TB, files map[string]string, ref any) *Layer {
	t.Helper()
	var entries []Entry
	for p, s := range files {
		entries = append(entries, Entry{Path: p, Mode: 0o644, Size: int64(len(s)), Modified: time.Unix(1, 0)})
	}
	l, err := NewLayer(entries, memContent(files), ref)
	must(t, err)
	return l
}

// describe lists changes in a line each.
func describe(t *testing.T, list []Change) string {
	t.Helper()
	var b strings.Builder
	for _, c := range list {
		switch {
		case c.Delete:
			fmt.Fprintf(&b, "delete %s\n", c.Path)
		case c.Kind == KindDir:
			fmt.Fprintf(&b, "dir %s\n", c.Path)
		case c.Layer != nil:
			fmt.Fprintf(&b, "%s = %v:%s\n", c.Path, c.Layer.Ref(), c.From)
		default:
			data, err := contentOf(&c)
			must(t, err)
			fmt.Fprintf(&b, "%s = %q\n", c.Path, data)
		}
	}
	return b.String()
}

func TestLayer(t *testing.T) {
	w := NewWorkspace(Config{Base: based(t, map[string]string{"m/old/index.js": "old", "m/old/gone.js": "gone"})})
	l := layer(t, map[string]string{"index.js": "new", "lib/a.js": "a", "lib/b.js": "b"}, "L")
	must(t, w.RemoveAll("/workspace/m/old"), w.Graft("/workspace/m/old", l, 0o755), w.Graft("/workspace/m/two", l, 0o755))
	for p, want := range map[string]string{"/workspace/m/old/index.js": "new", "/workspace/m/two/lib/b.js": "b"} {
		got, err := w.ReadFile(p)
		must(t, err)
		if string(got) != want {
			t.Errorf("%s reads %q, want %q", p, got, want)
		}
	}
	if n := w.Entries(); n != 11 {
		t.Errorf("%d entries, want 11", n)
	}
	if n := w.DiskUsed(); n != 2*l.Bytes() {
		t.Errorf("%d bytes used, want %d", n, 2*l.Bytes())
	}
	// What is written, moved and removed is this workspace's alone.
	must(t,
		w.WriteFile("/workspace/m/two/lib/a.js", []byte("changed"), os.O_WRONLY|os.O_TRUNC, 0),
		w.Rename("/workspace/m/two/lib/b.js", "/workspace/m/two/c.js"),
		w.Unlink("/workspace/m/two/index.js"),
		w.Chmod("/workspace/m/old/index.js", 0o755),
		w.Mkdir("/workspace/m/old/node_modules", 0o755))
	want := `delete m/old/gone.js
dir m
m/old/index.js = L:index.js
dir m/old/lib
m/old/lib/a.js = L:lib/a.js
m/old/lib/b.js = L:lib/b.js
dir m/old/node_modules
dir m/two
m/two/c.js = L:lib/b.js
dir m/two/lib
m/two/lib/a.js = "changed"
`
	for path, from := range map[string]string{
		"/workspace/m/old/index.js": "index.js", "/workspace/m/old/lib/a.js": "lib/a.js", "/workspace/m/two/c.js": "lib/b.js",
		"/workspace/m/two/lib/a.js": "", "/workspace/m/two/lib": "", "/workspace/m/two/index.js": "",
	} {
		if l, got, ok := w.Source(path); got != from || ok != (from != "") || (l != nil) != ok {
			t.Errorf("the source of %s is %q of %v, %v", path, got, l, ok)
		}
	}
	got := describe(t, w.Changes())
	got = strings.Replace(got, "dir m/old\n", "", 1) // its time may differ
	if got != want {
		t.Errorf("changes:\n%s\nwant\n%s", got, want)
	}
	next, err := w.Rebase()
	must(t, err)
	if next.Len() != 11 {
		t.Errorf("%d entries after a commit: %v", next.Len(), next.Entries())
	}
	other := NewWorkspace(Config{})
	must(t, other.Graft("/workspace/x", l, 0o755))
	if data, err := other.ReadFile("/workspace/x/lib/a.js"); err != nil || string(data) != "a" {
		t.Errorf("another workspace reads %q, %v", data, err)
	}
	must(t, other.RemoveAll("/workspace/x"))
	if other.DiskUsed() != 0 || other.Entries() != 0 {
		t.Errorf("removed, it still counts: %d bytes, %d entries", other.DiskUsed(), other.Entries())
	}
}

// A layer is refused where it does not fit, whole.
func TestLayerBounds(t *testing.T) {
	l := layer(t, map[string]string{"a/b/c": strings.Repeat("x", 100), "d": "y"}, nil)
	full := NewWorkspace(Config{Quota: Quota{Bytes: 100}})
	wantCode(t, "over the bytes", full.Graft("/workspace/m", l, 0o755), "ENOSPC")
	if used, limit, hit := full.DiskRefused(); used != 101 || limit != 100 || !hit {
		t.Errorf("refused %d of %d, %v", used, limit, hit)
	}
	few := NewWorkspace(Config{Quota: Quota{Entries: 4}})
	wantCode(t, "over the entries", few.Graft("/workspace/m", l, 0o755), "EDQUOT")
	broke := NewWorkspace(Config{Charge: func(n int64) error {
		if n > 0 {
			return fmt.Errorf("no memory")
		}
		return nil
	}})
	wantCode(t, "over the memory", broke.Graft("/workspace/m", l, 0o755), "ENOMEM")
	w := NewWorkspace(Config{})
	deep := "/workspace" + strings.Repeat("/d", MaxDepth-2)
	must(t, w.MkdirAll(deep, 0o755), w.MkdirAll("/workspace/there", 0o755))
	for path, code := range map[string]string{deep + "/m": "ENAMETOOLONG", "/workspace/there": "EEXIST", "/m": "EROFS", "/workspace/no/m": "ENOENT"} {
		wantCode(t, path, w.Graft(path, l, 0o755), code)
	}
	ro := NewWorkspace(Config{ReadOnly: true})
	wantCode(t, "read-only", ro.Graft("/workspace/m", l, 0o755), "EROFS")
	for _, w := range []*Workspace{full, few, broke, ro} {
		if w.DiskUsed() != 0 || w.Entries() != 0 {
			t.Errorf("refused, it counts: %d bytes, %d entries", w.DiskUsed(), w.Entries())
		}
	}
	empty, err := NewLayer(nil, nil, nil)
	must(t, err, w.Graft("/workspace/empty", empty, 0o755))
	if list, err := w.ReadDir("/workspace/empty"); err != nil || len(list) != 0 {
		t.Errorf("an empty layer lists %v, %v", list, err)
	}
	for _, e := range [][]Entry{
		{{Path: "l", Kind: KindSymlink, Target: "d"}}, {{Path: "../x"}}, {{Path: "/x"}}, {{Path: "a"}, {Path: "a"}}, {{Path: "a"}, {Path: "a/b"}}, {{Path: "x", Size: -1}},
	} {
		if _, err := NewLayer(e, nil, nil); err == nil {
			t.Errorf("a layer of %+v", e)
		}
	}
	if slices.ContainsFunc(empty.root.kids, func(*node) bool { return true }) || emptyDir.layer != nil {
		t.Error("the empty tree belongs to a layer")
	}
}
