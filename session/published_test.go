package session

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/buntime/buntime/hostfuncs"
	"github.com/buntime/buntime/internal/npmtest"
	"github.com/buntime/buntime/jsengine"
	"github.com/buntime/buntime/npm"
)

// withWorkspace opens a session's workspace as an execution does.
func (f *fixture) withWorkspace(id string, do func(*hostfuncs.Workspace, jsengine.Published)) {
	f.t.Helper()
	l := f.use(id)
	defer f.release(l)
	held := f.Hold("t")
	defer held.Release()
	ws, stored, err := f.Manager.open(l, Limits{DiskMB: 100}, held, nil)
	if err != nil {
		f.t.Fatal(err)
	}
	defer ws.Release()
	do(ws, f.published.in(ws, stored))
}

// TestPublishedFiles: which files of a session count as the same for everyone: those
// of a package that was fetched without credentials, as it was published, in its
// place. All else may tell of its tenant.
func TestPublishedFiles(t *testing.T) {
	reg, secret := npmtest.New(), npmtest.New()
	t.Cleanup(reg.Close)
	t.Cleanup(secret.Close)
	greeter(reg)
	secret.Token = "token"
	secret.Add(npmtest.Package{Manifest: npmtest.Object{"name": "@acme/own", "version": "1.0.0"}, Files: map[string]string{"index.js": "module.exports = 1"}})
	dir := t.TempDir()
	withRegistry := func(c *Config) {
		policy, err := hostfuncs.ServerPolicy("none", nil)
		if err != nil {
			t.Fatal(err)
		}
		if policy, err = policy.Open(secret.Host()); err != nil {
			t.Fatal(err)
		}
		c.Policy, c.Packages = policy, npm.Config{Registry: reg.URL}
	}
	f := open(t, dir, withRegistry)
	id := f.tenantSession("t")
	rc := fmt.Sprintf("@acme:registry=%s\n//%s/:_authToken=token\n", secret.URL, secret.Host())
	if _, err := f.Execute(t.Context(), "t", id, &Execution{Code: "0", Files: []File{{Path: ".npmrc", Content: []byte(rc)}}}); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"bun add greet @acme/own alias@npm:word@1.0.0",
		"cp -r node_modules/word copied && mkdir -p sub/node_modules && cp -r node_modules/word sub/node_modules/word",
		"mv node_modules/greet/lib/index.js node_modules/greet/lib/moved.js && echo 'module.exports = 2' >> node_modules/greet/cli.js",
	} {
		if r := f.command("t", id, line); r.ExitCode != 0 {
			t.Fatalf("%s: %+v", line, r)
		}
	}
	const modules = "/workspace/node_modules/"
	want := map[string]bool{
		modules + "word/index.js":                      true,
		modules + "word/package.json":                  true,
		modules + "greet/package.json":                 true,
		modules + "greet/lib/moved.js":                 false, // not where it was published
		modules + "greet/cli.js":                       false, // changed
		modules + "alias/index.js":                     false, // under a name of the tenant's
		modules + "@acme/own/index.js":                 false, // fetched with credentials
		modules + "@acme/own/package.json":             false,
		modules + "none/index.js":                      false,
		modules + "word":                               false,
		"/workspace/copied/index.js":                   false,
		"/workspace/sub/node_modules/word/index.js":    false,
		"/workspace/.npmrc":                            false,
		"/tmp/node_modules/word/index.js":              false,
		modules + "../node_modules/word/index.js":      false,
		modules + "word/../word/index.js":              false,
		"/workspace/sub/../node_modules/word/index.js": false,
	}
	check := func(f *fixture) {
		t.Helper()
		f.withWorkspace(id, func(_ *hostfuncs.Workspace, pub jsengine.Published) {
			for name, ok := range want {
				if got := pub.File(name) != nil; got != ok {
					t.Errorf("%s: %v", name, got)
				}
			}
		})
	}
	check(f)
	// Within one command line the packages are layers that were not committed yet.
	k, err := f.packages.Get(t.Context(), "", wordIntegrity(t, f, id))
	if err != nil || k == nil {
		t.Fatal(k, err)
	}
	f.withWorkspace(f.tenantSession("t"), func(ws *hostfuncs.Workspace, pub jsengine.Published) {
		if err := (packageFiles{ws}).MkdirAll("/workspace/node_modules", 0o755); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"word", "other"} {
			if err := (packageFiles{ws}).Place(modules+name, k); err != nil {
				t.Fatal(err)
			}
		}
		if pub.File(modules+"word/index.js") == nil || pub.File(modules+"other/index.js") != nil {
			t.Error("layers are taken for something else")
		}
		if err := ws.WriteFile(modules+"word/index.js", []byte("1"), os.O_WRONLY, 0); err != nil {
			t.Fatal(err)
		}
		if pub.File(modules+"word/index.js") != nil {
			t.Error("a file that was written counts as published")
		}
	})
	f.stop()
	check(open(t, dir, withRegistry))
}

// wordIntegrity reads the hash of the package word from a session's lockfile.
func wordIntegrity(t *testing.T, f *fixture, id string) string {
	t.Helper()
	r := f.exec(id, "import fs from 'node:fs'; console.log(JSON.parse(fs.readFileSync('node_modules/.package-lock.json')).packages['node_modules/word'].integrity)")
	return strings.TrimSpace(r.Stdout)
}

// TestPublishedCode: what one tenant's import of a package was made into serves
// another, also after a restart, and only for the package as it is.
func TestPublishedCode(t *testing.T) {
	reg := npmtest.New()
	t.Cleanup(reg.Close)
	reg.Add(npmtest.Package{Manifest: npmtest.Object{"name": "lib", "version": "1.0.0"}, Files: map[string]string{
		"index.js": "exports.name = 'real';\n//" + strings.Repeat(" padding", 8000),
	}})
	dir := t.TempDir()
	withRegistry := func(c *Config) { c.Packages = npm.Config{Registry: reg.URL} }
	f := open(t, dir, withRegistry)
	evil, a, b := f.tenantSession("evil"), f.tenantSession("a"), f.tenantSession("b")
	for tenant, id := range map[string]string{"evil": evil, "a": a, "b": b} {
		if r := f.command(tenant, id, "bun add lib"); r.ExitCode != 0 {
			t.Fatalf("%+v", r)
		}
	}
	use := func(f *fixture, tenant, id string) string {
		t.Helper()
		r := f.command(tenant, id, `node -e "console.log(require('lib').name)"`)
		return r.Stdout + r.Stderr
	}
	stored := func(f *fixture) int64 {
		f.published.close()
		return f.Stats().Made
	}
	if r := f.command("evil", evil, "sed -i s/real/fake/ node_modules/lib/index.js"); r.ExitCode != 0 {
		t.Fatalf("%+v", r)
	}
	if got := use(f, "evil", evil); got != "fake\n" {
		t.Errorf("a tenant's own file gives %q", got)
	}
	if n := stored(f); n != 0 {
		t.Errorf("of a file of a tenant's own %d results were kept for everyone", n)
	}
	if got := use(f, "a", a); got != "real\n" {
		t.Errorf("a tenant gets %q", got)
	}
	made := stored(f)
	if made == 0 {
		t.Fatal("nothing is kept")
	}
	if got := use(f, "b", b); got != "real\n" {
		t.Errorf("another tenant gets %q", got)
	}
	if n := stored(f); n != made {
		t.Errorf("for another tenant %d results were made again", n-made)
	}
	f.stop()
	engine.Forget("\x00published")
	f = open(t, dir, withRegistry)
	if got := use(f, "b", b); got != "real\n" {
		t.Errorf("after a restart a tenant gets %q", got)
	}
	if n := stored(f); n != 0 {
		t.Errorf("after a restart %d results were made again", n)
	}
}
