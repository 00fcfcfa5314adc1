package npm

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/buntime/buntime/internal/npmtest"
)

// bundling is a world whose package home bundles in, which needs beside.
func bundling(t *testing.T, cfg Config, files map[string]string) *world {
	w := newWorld(t, cfg)
	w.reg.Add(npmtest.Simple("in", "1.0.0", obj{"beside": "^1.0.0"}), npmtest.Simple("in", "1.2.0", obj{"beside": "^1.0.0"}),
		npmtest.Simple("beside", "1.1.0", nil), npmtest.Simple("beside", "2.0.0", nil), npmtest.Simple("user", "1.0.0", obj{"beside": "^2.0.0"}),
		npmtest.Package{
			Manifest: obj{"name": "home", "version": "1.0.0", "dependencies": obj{"in": "^1.0.0"}, "bundleDependencies": []string{"in"}},
			Files:    files,
		})
	w.write("package.json", `{"name":"app","dependencies":{"home":"1.0.0","user":"1.0.0"}}`)
	return w
}

// TestBundled checks what lockfiles have of packages that come in the archive of
// another: as the real npm and Bun write them.
func TestBundled(t *testing.T) {
	files := map[string]string{
		"node_modules/in/package.json":                   `{"name":"in","version":"1.0.0","license":"MIT","bin":{"x":"y.js"},"dependencies":{"beside":"^1.0.0"}}`,
		"node_modules/in/node_modules/deep/package.json": `{"name":"deep","version":"3.0.0"}`,
		"node_modules/in/test/package.json":              `{"name":"fixture","version":"1.0.0"}`,
		"node_modules/beside/package.json":               `{"name":"beside","version":"1.0.1"}`,
		"node_modules/stray/package.json":                `{"name":"stray","version":"1.0.1"}`,
		"node_modules/.hidden/package.json":              `{"name":".hidden","version":"1.0.1"}`,
		"node_modules/none/package.json":                 `not JSON`,
	}
	const want = `    "node_modules/home/node_modules/beside": {
      "version": "1.0.1",
      "inBundle": true
    },
    "node_modules/home/node_modules/in": {
      "version": "1.0.0",
      "inBundle": true,
      "license": "MIT",
      "dependencies": {
        "beside": "^1.0.0"
      },
      "bin": {
        "x": "y.js"
      }
    },
    "node_modules/home/node_modules/in/node_modules/deep": {
      "version": "3.0.0",
      "extraneous": true,
      "inBundle": true
    },
    "node_modules/user"`
	for _, line := range []string{"npm install", "npm install --package-lock-only"} {
		w := bundling(t, Config{}, files)
		for range 2 { // what is there already changes nothing
			w.must(line)
			if lock := w.read("package-lock.json"); !strings.Contains(lock, want) {
				t.Errorf("%s: package-lock.json is\n%s\nwithout\n%s", line, lock, want)
			}
		}
		w.must("npm ci")
		if hidden := w.read("node_modules/.package-lock.json"); !strings.Contains(hidden, want) {
			t.Errorf("after npm ci of %s node_modules has\n%s", line, hidden)
		}
	}

	w := bundling(t, Config{}, files)
	w.must("bun install")
	lock := w.read("bun.lock")
	for _, want := range []string{
		`"home/in": ["in@1.2.0", "` + w.reg.URL + `in/-/in-1.2.0.tgz", { "dependencies": { "beside": "^1.0.0" }, "bundled": true }, "sha512-`,
		`"home/beside": ["beside@1.1.0", "` + w.reg.URL + `beside/-/beside-1.1.0.tgz", {}, "sha512-`,
	} {
		if !strings.Contains(lock, want) {
			t.Errorf("bun.lock is\n%s\nwithout\n%s", lock, want)
		}
	}
	w.must("bun install --frozen-lockfile")
	if w.must("bun add beside@2.0.0"); strings.Count(w.read("bun.lock"), `"bundled": true`) != 1 {
		t.Errorf("bun add made bun.lock\n%s", w.read("bun.lock"))
	}
	if got := w.read("node_modules/home/node_modules/beside/package.json"); got != files["node_modules/beside/package.json"] {
		t.Errorf("what is bundled was replaced by %s", got)
	}
	w.must("npm install") // which has what comes in the archive
	if lock := w.read("package-lock.json"); !strings.Contains(lock, `"node_modules/user"`) || strings.Contains(lock, "in-1.2.0.tgz") {
		t.Errorf("npm made of bun.lock\n%s", lock)
	}
}

// TestBundledLimits checks that an archive cannot bundle without end.
func TestBundledLimits(t *testing.T) {
	many, wide := map[string]string{}, map[string]string{}
	deep, at := map[string]string{}, ""
	for i := range 40 {
		many[fmt.Sprintf("node_modules/p%d/package.json", i)] = `{"name":"p","version":"1.0.0"}`
		if at += "node_modules/in/"; i < 30 {
			deep[at+"package.json"] = `{"name":"in","version":"1.0.0"}`
		}
		if i < 10 {
			wide[fmt.Sprintf("node_modules/p%d/package.json", i)] = `{"name":"p","version":"1.0.0"` + strings.Repeat(" ", 2<<20-100) + `}`
		}
	}
	for what, files := range map[string]map[string]string{"many": many, "deep": deep, "wide": wide} {
		w := bundling(t, Config{MaxPackages: 35}, files)
		if code := w.run("npm install"); code != 1 || !strings.Contains(w.err.String(), "npm error code ELIMIT") || strings.Contains(w.tree(), "node_modules") {
			t.Errorf("%s: exit %d: %s%s", what, code, w.err.String(), w.tree())
		}
	}
}

// TestBundledWork checks that what is looked for again and again among what is
// bundled ends with the work that a tree may take, and with its command.
func TestBundledWork(t *testing.T) {
	home := &node{name: "home", m: &manifest{}}
	b := &builder{tree: newTree(), set: &settings{}}
	b.tree.root = home
	stopped, stop := context.WithCancel(t.Context())
	stop()
	for what, f := range map[string]func(context.Context) error{
		"archive":  func(ctx context.Context) error { return b.bundled(ctx, home, &Package{}) },
		"lockfile": func(ctx context.Context) error { return b.spreadBundled(ctx, false) },
	} {
		b.tree.work = 0
		if err := f(t.Context()); err != nil {
			t.Errorf("%s: %v", what, err)
		}
		if err := f(stopped); !errors.Is(err, context.Canceled) {
			t.Errorf("%s, stopped: %v", what, err)
		}
		b.tree.work = maxWork + 1
		if err := f(t.Context()); codeOf(err) != "ELIMIT" {
			t.Errorf("%s, after too much work: %v", what, err)
		}
	}
}
