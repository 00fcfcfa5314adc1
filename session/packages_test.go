package session

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/buntime/buntime/hostfuncs"
	"github.com/buntime/buntime/internal/npmtest"
	"github.com/buntime/buntime/npm"
	"github.com/buntime/buntime/storage"
)

func (f *fixture) command(tenant, id, line string) *Result {
	f.t.Helper()
	r, err := f.Execute(f.t.Context(), tenant, id, &Execution{Command: line, IsCommand: true})
	if err != nil {
		f.t.Fatalf("%s: %v", line, err)
	}
	return r
}

func (f *fixture) tenantSession(tenant string) string {
	f.t.Helper()
	i, err := f.Create(f.t.Context(), CreateOptions{Tenant: tenant})
	if err != nil {
		f.t.Fatal(err)
	}
	return i.ID
}

func greeter(reg *npmtest.Registry) {
	reg.Add(
		npmtest.Package{Manifest: npmtest.Object{"name": "greet", "version": "1.2.3", "main": "lib/index.js", "bin": "cli.js", "dependencies": npmtest.Object{"word": "^1.0.0"}},
			Files: map[string]string{"lib/index.js": "module.exports = n => require('word') + ' ' + n", "cli.js": "console.log(require('./lib/index.js')(process.argv[2]))"}},
		npmtest.Package{Manifest: npmtest.Object{"name": "word", "version": "1.0.0"}, Files: map[string]string{"index.js": "module.exports = 'hello'"}},
	)
}

// A package installed in one session is there after a restart, is read from the
// store by others, and can be changed by none but its own session.
func TestPackages(t *testing.T) {
	reg := npmtest.New()
	t.Cleanup(reg.Close)
	greeter(reg)
	dir := t.TempDir()
	withRegistry := func(c *Config) { c.Packages = npm.Config{Registry: reg.URL} }
	f := open(t, dir, withRegistry)
	a, b := f.tenantSession("t"), f.tenantSession("other")
	r := f.command("t", a, "bun add greet")
	if r.ExitCode != 0 || !strings.Contains(r.Stdout, "installed greet@1.2.3") {
		t.Fatalf("bun add: %+v", r)
	}
	if got := strings.Join(r.Written, " "); got != "bun.lock node_modules/.package-lock.json package.json" {
		t.Errorf("written: %s", got)
	}
	use := "import greet from 'greet'; console.log(greet('world'))"
	if got := f.exec(a, use).Stdout; got != "hello world\n" {
		t.Errorf("it prints %q", got)
	}
	reg.Requests()
	if r := f.command("other", b, "npm i greet"); r.ExitCode != 0 {
		t.Fatalf("npm i: %+v", r)
	}
	if list := reg.Requests(); len(list) != 0 {
		t.Errorf("the second install asked for %v", list)
	}
	f.exec(a, "import fs from 'node:fs'; fs.writeFileSync('node_modules/word/index.js', 'module.exports = \"changed\"')")
	if got := f.exec(a, use).Stdout; got != "changed world\n" {
		t.Errorf("changed, it prints %q", got)
	}
	check := func(f *fixture) {
		t.Helper()
		r := f.command("other", b, "npx greet you")
		if r.ExitCode != 0 || r.Stdout != "hello you\n" {
			t.Errorf("npx in the other session: %+v", r)
		}
		if got := f.exec(a, use).Stdout; got != "changed world\n" {
			t.Errorf("in its own session it prints %q", got)
		}
	}
	check(f)
	f.stop()
	f = open(t, dir, withRegistry)
	check(f)
	if err := f.Delete(t.Context(), "t", a); err != nil {
		t.Fatal(err)
	}
	if r := f.command("other", b, "npm rm greet"); r.ExitCode != 0 || !strings.Contains(r.Stdout, "removed 2 packages") {
		t.Errorf("npm rm: %+v", r)
	}
	if r := f.command("other", b, "npx -p greet greet again"); r.ExitCode != 0 || r.Stdout != "hello again\n" {
		t.Errorf("npx of what is not installed: %+v", r)
	}
}

// npm init and create run the package that makes a project of a template.
func TestTemplates(t *testing.T) {
	reg := npmtest.New()
	t.Cleanup(reg.Close)
	for _, name := range []string{"create-app", "@org/create", "@org/create-app"} {
		for _, version := range []string{"1.0.0", "2.0.0"} {
			reg.Add(npmtest.Package{Manifest: npmtest.Object{"name": name, "version": version, "bin": "cli.js"},
				Files: map[string]string{"cli.js": "console.log('" + name + "', '" + version + "', ...process.argv.slice(2))"}})
		}
	}
	f := open(t, t.TempDir(), func(c *Config) { c.Packages = npm.Config{Registry: reg.URL} })
	id := f.tenantSession("t")
	for _, c := range []struct{ command, want string }{
		{"npm create app mine -- --template x -- y", "create-app 2.0.0 mine --template x -- y\n"},
		{"npm init app@1 mine --yes", "create-app 1.0.0 mine\n"},
		{"npm init -y create-app@latest", "create-app 2.0.0\n"},
		{"npm create @org; npm create @org@1.0.0; npm init @org/app@1 -- -y", "@org/create 2.0.0\n@org/create 1.0.0\n@org/create-app 1.0.0 -y\n"},
		{"bun create app@1 mine --template x", "create-app 1.0.0 mine --template x\n"},
		{"bun create @org/app", "@org/create-app 2.0.0\n"},
		{"npm init -y > /dev/null && test -f package.json && echo made", "made\n"},
	} {
		if r := f.command("t", id, c.command); r.Stdout != c.want || r.ExitCode != 0 {
			t.Errorf("%s: %q, want %q; %+v", c.command, r.Stdout, c.want, r)
		}
	}
}

// What does not fit the store is the session's own copy.
func TestPackagesWithoutRoom(t *testing.T) {
	reg := npmtest.New()
	t.Cleanup(reg.Close)
	greeter(reg)
	dir := t.TempDir()
	store, err := storage.Open(t.Context(), storage.Config{Dir: dir, MasterKey: key, ParcelBytes: 1})
	if err != nil {
		t.Fatal(err)
	}
	m, err := New(Config{Store: store, Engine: engine, Packages: npm.Config{Registry: reg.URL}})
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{t: t, Manager: m, store: store}
	t.Cleanup(f.stop)
	id := f.tenantSession("t")
	if r := f.command("t", id, "npm install greet"); r.ExitCode != 0 {
		t.Fatalf("%+v", r)
	}
	if got := f.exec(id, "import greet from 'greet'; console.log(greet('copy'))").Stdout; got != "hello copy\n" {
		t.Errorf("it prints %q", got)
	}
}

// The disk's quota counts packages in full, and a tree that does not fit leaves
// nothing behind.
func TestPackagesQuota(t *testing.T) {
	reg := npmtest.New()
	t.Cleanup(reg.Close)
	reg.Add(npmtest.Package{Manifest: npmtest.Object{"name": "big", "version": "1.0.0"}, Files: map[string]string{"blob": strings.Repeat("0123456789abcdef", 3<<16)}})
	f := open(t, t.TempDir(), func(c *Config) { c.Packages = npm.Config{Registry: reg.URL} })
	i, err := f.Create(t.Context(), CreateOptions{Tenant: "t", Limits: Limits{DiskMB: 1}})
	if err != nil {
		t.Fatal(err)
	}
	r := f.command("t", i.ID, "npm install big")
	if r.ExitCode != 1 || !strings.Contains(r.Stderr, "ENOSPC") {
		t.Errorf("%+v", r)
	}
	if got := f.exec(i.ID, "import fs from 'node:fs'; console.log(fs.readdirSync('.').length)").Stdout; got != "0\n" {
		t.Errorf("it left %s names", got)
	}
}

// Without a registry there is a clear word, and with egress "none" there is no
// way around it: not even what is cached.
func TestPackagesRefused(t *testing.T) {
	f := open(t, t.TempDir(), nil)
	id := f.tenantSession("t")
	if r := f.command("t", id, "bun add x"); r.ExitCode != 1 || !strings.Contains(r.Stderr, "no registry is configured: set --npm-registry") {
		t.Errorf("without a registry: %+v", r)
	}
	reg := npmtest.New()
	t.Cleanup(reg.Close)
	greeter(reg)
	g := open(t, t.TempDir(), func(c *Config) {
		policy, err := hostfuncs.ServerPolicy("none", nil)
		if err != nil {
			t.Fatal(err)
		}
		c.Policy, c.Packages = policy, npm.Config{Registry: reg.URL}
	})
	if r := g.command("t", g.tenantSession("t"), "bun add greet"); r.ExitCode != 0 {
		t.Errorf("the server's registry is not reached: %+v", r)
	}
	closed, err := g.Create(t.Context(), CreateOptions{Tenant: "t", Egress: []byte(`"none"`)})
	if err != nil {
		t.Fatal(err)
	}
	if r := g.command("t", closed.ID, "bun add greet"); r.ExitCode != 1 || !strings.Contains(r.Stderr, `egress is "none"`) {
		t.Errorf("egress none: %+v", r)
	}
	guest := fmt.Sprintf("try { await fetch(%q); console.log('reached') } catch (e) { console.log(e.code) }", reg.URL)
	if got := g.exec(g.tenantSession("t"), guest).Stdout; got != "ERR_CAPABILITY_DENIED\n" {
		t.Errorf("a program's own fetch of the registry: %q", got)
	}
}

func hang(_ http.ResponseWriter, r *http.Request) bool {
	<-r.Context().Done()
	return true
}

// A registry that does not answer ends with the command's time.
func TestPackagesTime(t *testing.T) {
	reg := npmtest.New()
	t.Cleanup(reg.Close)
	reg.Intercept = hang
	f := open(t, t.TempDir(), func(c *Config) { c.Packages = npm.Config{Registry: reg.URL} })
	r, err := f.Execute(t.Context(), "t", f.tenantSession("t"), &Execution{Command: "npm i x", IsCommand: true, Timeout: 100 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	if r.ExitCode != 124 || !r.TimedOut || r.Limit == nil || r.Limit.Kind != "time" {
		t.Errorf("%+v", r)
	}
}

// What one tenant's token bought is not another's, who knows all about it: not
// by its name, not by a lockfile with its hash, not after a restart.
func TestPackagesOfTenants(t *testing.T) {
	const token = "s3cr3t-t0k3n"
	reg := npmtest.New()
	t.Cleanup(reg.Close)
	greeter(reg)
	reg.Intercept = func(w http.ResponseWriter, r *http.Request) bool {
		if r.Header.Get("Authorization") == "Bearer "+token {
			return false
		}
		http.NotFound(w, r)
		return true
	}
	dir := t.TempDir()
	withRegistry := func(c *Config) { c.Packages = npm.Config{Registry: reg.URL} }
	f := open(t, dir, withRegistry)
	owner, stranger := f.tenantSession("owner"), f.tenantSession("stranger")
	write := fmt.Sprintf("printf '//%s/:_authToken=%s' > .npmrc", reg.Host(), token)
	r := f.command("owner", owner, write+" && npm install greet && cat package.json package-lock.json node_modules/.package-lock.json")
	if r.ExitCode != 0 || strings.Contains(r.Stdout+r.Stderr, token) {
		t.Fatalf("the owner's: %+v", r)
	}
	lock := f.command("owner", owner, "cat package-lock.json").Stdout
	check := func() {
		t.Helper()
		if r := f.command("stranger", stranger, "npm install greet"); r.ExitCode != 1 || !strings.Contains(r.Stderr, "npm error code E404") {
			t.Errorf("by its name: %+v", r)
		}
		r := f.command("stranger", stranger, "echo '{\"dependencies\": {\"greet\": \"^1.2.3\"}}' > package.json; echo '"+lock+"' > package-lock.json; npm ci")
		if r.ExitCode != 1 || !strings.Contains(r.Stderr, "npm error code E404") {
			t.Errorf("by its hash: %+v", r)
		}
		if r := f.command("stranger", stranger, "rm package.json package-lock.json; ls"); r.Stdout != "" {
			t.Errorf("it left %s", r.Stdout)
		}
	}
	check()
	reg.Requests()
	if r := f.command("owner", owner, "npm ci && npx greet you"); r.ExitCode != 0 || !strings.HasSuffix(r.Stdout, "hello you\n") || len(reg.Requests()) != 0 {
		t.Errorf("the owner's, from the store: %+v", r)
	}
	f.stop()
	f = open(t, dir, withRegistry)
	check()
}

// npm version makes a commit and a tag in a repository, and refuses where something
// is not committed.
func TestNpmVersionInRepository(t *testing.T) {
	f := open(t, t.TempDir(), nil)
	id := f.create()
	f.command("t", id, `git config --global user.name Ada; git config --global user.email ada@example.com
git init -q; npm init -y > /dev/null; echo x > x; git add .; git commit -qm first`)
	for _, tt := range []struct{ line, want string }{
		{"npm version minor && git log --format=%s && git tag && git status -s", "v1.1.0\n1.1.0\nfirst\nv1.1.0\n"},
		{"npm version patch -m 'release %s' && git log --format=%s -1 && git cat-file -t v1.1.1", "v1.1.1\nrelease 1.1.1\ntag\n"},
		{"npm version major --no-git-tag-version && git status -s", "v2.0.0\n M package.json\n"},
		{"npm version patch; echo $?", "1\n"},
		{"npm version patch --force && git tag | tail -1", "v2.0.1\nv2.0.1\n"},
	} {
		if r := f.command("t", id, tt.line); r.Stdout != tt.want {
			t.Errorf("%s\ngot:\n%s%s\nwant:\n%s", tt.line, r.Stdout, r.Stderr, tt.want)
		}
	}
}

// A package.json in which a script is looked for is bounded and paid for (I12).
// What a command reads of a project's manifests is charged to it, and bounded.
func TestManyManifests(t *testing.T) {
	f := open(t, t.TempDir(), nil)
	id := f.create()
	make := `printf '{"workspaces":["p/*"]}' > package.json; printf '{"scripts":{"x":"%*s"}}' 1000000 '' > f; for i in $(seq 18); do mkdir -p p/$i; cp f p/$i/package.json; done`
	if r := f.command("t", id, make); r.ExitCode != 0 {
		t.Fatal(r.Stderr)
	}
	const read = 2 * 9 * 1_000_000 // each twice
	r := f.command("t", id, `bun --filter '*' nosuch`)
	if r.ExitCode != 1 || !strings.Contains(r.Stderr, "more than 33554432 bytes together") {
		t.Errorf("exit %d, %s", r.ExitCode, r.Stderr)
	}
	r = f.command("t", id, `rm -r p/1?; bun --filter '*' nosuch`)
	if r.ExitCode != 1 || !strings.Contains(r.Stderr, "not found in 9 packages") {
		t.Errorf("exit %d, %s", r.ExitCode, r.Stderr)
	}
	if r.Fuel < read || r.MemoryPeak < read {
		t.Errorf("fuel %d, memory %d", r.Fuel, r.MemoryPeak)
	}
}

func TestLargeManifest(t *testing.T) {
	f := open(t, t.TempDir(), nil)
	id := f.create()
	spent := map[int]int64{}
	for _, size := range []int{1 << 10, 1<<20 - 100, 1 << 20} {
		r := f.command("t", id, fmt.Sprintf(`printf '{"scripts":{"a":"echo ran"},"x":"%%*s"}' %d '' > package.json; bun run a`, size))
		switch {
		case size < 1<<20 && r.Stdout != "ran\n":
			t.Errorf("%d bytes: %s%s", size, r.Stdout, r.Stderr)
		case size == 1<<20 && (r.ExitCode != 1 || !strings.Contains(r.Stderr, "package.json is larger than 1048576 bytes")):
			t.Errorf("%d bytes: exit %d, %s%s", size, r.ExitCode, r.Stdout, r.Stderr)
		}
		r = f.command("t", id, "bun run a")
		spent[size] = r.Fuel
	}
	if spent[1<<20-100]-spent[1<<10] < 1<<20 {
		t.Errorf("fuel by size: %v", spent)
	}
}
