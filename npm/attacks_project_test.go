package npm

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path"
	"strings"
	"sync"
	"testing"

	"github.com/buntime/buntime/hostfuncs"
	"github.com/buntime/buntime/internal/npmtest"
)

// attackLock installs from lockfiles that lie.
func attackLock(t *testing.T, a attack) {
	w := newWorld(t, Config{})
	good, other := npmtest.Simple("good", "1.0.0", nil), npmtest.Simple("other", "1.0.0", nil)
	if a.Make == "script" {
		good.Manifest["scripts"] = obj{"postinstall": "echo ran"}
	}
	w.reg.Add(good, other)
	var asked requests
	foreign := httptest.NewServer(&asked)
	defer foreign.Close()
	w.open(w.reg.Host(), strings.TrimPrefix(foreign.URL, "http://"))
	w.write("package.json", obj{"name": "x", "version": "1.0.0", "dependencies": obj{"good": "^1.0.0"}})
	w.must("npm install --package-lock-only")
	var lock obj
	if err := json.Unmarshal([]byte(w.read(lockName)), &lock); err != nil {
		t.Fatal(err)
	}
	packages := lock["packages"].(obj)
	entry := packages["node_modules/good"].(obj)
	said := entry["integrity"].(string)
	sum := sha512Of(other.Archive()).String()
	moved := obj{"version": "1.0.0", "resolved": entry["resolved"], "integrity": said}
	line, name, text := "npm ci", lockName, ""
	bun := func(key, tuple string) {
		name = bunName
		text = `{"lockfileVersion": 1, "workspaces": {"": {"name": "x", "dependencies": {"good": "^1.0.0"}}}, "packages": {` + fmt.Sprintf("%q: %s", key, tuple) + `}}`
	}
	switch a.Make {
	case "host":
		entry["resolved"] = foreign.URL + "/bad.tgz"
	case "shape":
		entry["resolved"] = foreign.URL + "/good/-/good-1.0.0.tgz"
	case "private":
		entry["resolved"] = "http://169.254.169.254/latest/meta-data"
	case "missing":
		delete(entry, "integrity")
	case "other":
		entry["integrity"] = sum
	case "sha1":
		entry["integrity"] = "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk="
	case "name":
		entry["integrity"], entry["resolved"] = sum, w.reg.URL+"other/-/other-1.0.0.tgz"
	case "version":
		w.write("package.json", obj{"name": "x", "version": "1.0.0", "dependencies": obj{"good": "^2.0.0"}})
	case "extra":
		packages["node_modules/other"] = obj{"version": "1.0.0", "resolved": w.reg.URL + "other/-/other-1.0.0.tgz", "integrity": sum}
	case "climb":
		packages["node_modules/../../good"] = moved
	case "nowhere":
		packages["lib/good"] = moved
	case "bin":
		packages["node_modules/.bin"] = moved
	case "link":
		packages["node_modules/l"] = obj{"resolved": "../../etc", "link": true}
	case "linkin":
		packages["node_modules/l"] = obj{"resolved": "node_modules/good/lib", "link": true}
	case "script":
	case "v1":
		lock["lockfileVersion"] = 1
	case "v99":
		lock["lockfileVersion"] = 99
	case "huge":
		text = strings.Repeat(" ", 64<<20)
	case "deep":
		text = `{"lockfileVersion": 3, "packages": ` + strings.Repeat("[", 100_000)
	case "count":
		var b strings.Builder
		for i := range 100_000 {
			fmt.Fprintf(&b, `,"node_modules/p%d":{"version":"1.0.0"}`, i)
		}
		text = `{"lockfileVersion": 3, "packages": {"":{}` + b.String() + `}}`
	case "conflict":
		text = "<<<<<<< ours\n" + w.read(lockName) + "=======\n>>>>>>> theirs\n"
	case "lockb":
		name, text = bunBinary, "#!/usr/bin/env bun\nbun-lockfile-format-v0\n"
	case "bunclimb":
		bun("../../good", `["good@1.0.0", "", {}, "`+said+`"]`)
	case "bunmissing":
		bun("good", `["good@1.0.0", "", {}]`)
	case "bunhost":
		bun("good", `["good@1.0.0", "`+foreign.URL+`/bad.tgz", {}, "`+said+`"]`)
	case "bunregistry":
		bun("good", `["good@1.0.0", "`+foreign.URL+`/", {}, "`+said+`"]`)
	case "bunprivate":
		bun("good", `["good@1.0.0", "http://169.254.169.254/latest/meta-data.tgz", {}, "`+said+`"]`)
	case "bunother":
		bun("good", `["good@1.0.0", "", {}, "`+sum+`"]`)
	case "bunname":
		bun("good", `["../good@1.0.0", "", {}, "`+said+`"]`)
	case "bunnested":
		bun("good/../../x", `["good@1.0.0", "", {}, "`+said+`"]`)
	case "bunbin":
		bun(".bin", `["good@1.0.0", "", {}, "`+said+`"]`)
	case "bunorphan":
		bun("nobody/good", `["good@1.0.0", "", {}, "`+said+`"]`)
	case "bunlink":
		bun("good", `["good@file:../../etc"]`)
	case "bunworkspace":
		bun("good", `["good@workspace:../../etc"]`)
	case "bunarchive":
		bun("good", `["good@file:../../etc/good.tgz", {}, "`+said+`"]`)
	case "bundeep":
		bun(strings.Repeat("good/", 1000)+"good", `["good@1.0.0", "", {}, "`+said+`"]`)
	case "bunarrays":
		bun("good", strings.Repeat("[", 100_000)+strings.Repeat("]", 100_000))
	case "buncount":
		var b strings.Builder
		for i := range 100_000 {
			fmt.Fprintf(&b, `"p%d": ["p%d@1.0.0", "", {}, %q], `, i, i, said)
		}
		bun("good", `["good@1.0.0", "", {}, "`+said+`"], `+strings.TrimSuffix(b.String(), ", "))
	case "bunpatch":
		bun("good", `["good@1.0.0", "", {}, "`+said+`"]}, "patchedDependencies": {"good@1.0.0": "../../etc/passwd"`)
	case "bungit":
		bun("good", `["good@git+https://host.invalid/good.git#0123456", {}, "0123456"]`)
	default:
		t.Fatalf("a lockfile of no sort %q", a.Make)
	}
	if text == "" {
		b, err := json.MarshalIndent(lock, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		text = string(b)
	}
	if name != lockName {
		if err := w.ws.Unlink(path.Join("/workspace", lockName)); err != nil {
			t.Fatal(err)
		}
	}
	w.write(name, text)
	switch a.Code {
	case "not asked", "not run", "not installed":
		w.must(line)
		want := "node_modules/good = good@1.0.0\npackage-lock.json\npackage.json\n"
		if name == bunName {
			want = "bun.lock\nnode_modules/good = good@1.0.0\npackage.json\n"
		}
		if got := w.tree(); got != want || len(w.ran) != 0 {
			t.Errorf("%v was run, there is\n%s", w.ran, got)
		}
	default:
		a.refused(w, line)
		if a.Make != "version" { // which it brings up to date
			a.refused(w, "npm install")
		}
	}
	if list := asked.take(); len(list) != 0 {
		t.Errorf("the other host was asked: %v", list)
	}
}

// requests notes what a server was asked, and with what credentials. It has one
// archive.
type requests struct {
	archive []byte
	mu      sync.Mutex
	list    []npmtest.Request // guarded by mu
}

func (s *requests) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.list = append(s.list, npmtest.Request{Path: r.URL.Path, Auth: r.Header.Get("Authorization")})
	s.mu.Unlock()
	_, _ = w.Write(s.archive) // the client may go away
}

func (s *requests) take() []npmtest.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := s.list
	s.list = nil
	return list
}

// attackTree installs trees that never end, or ought not to.
func attackTree(t *testing.T, a attack) {
	cfg := Config{}
	if a.Make == "chain" {
		cfg.MaxPackages = 500 // a request for each
	}
	w := newWorld(t, cfg)
	add := func(name, version string, dependencies obj) { w.reg.Add(npmtest.Simple(name, version, dependencies)) }
	project := obj{"name": "x", "version": "1.0.0", "dependencies": obj{"a": "1"}}
	want := ""
	switch a.Make {
	case "cycle":
		add("a", "1.0.0", obj{"b": "1"})
		add("b", "1.0.0", obj{"a": "1"})
		want = "node_modules/a = a@1.0.0\nnode_modules/b = b@1.0.0\n"
	case "self":
		add("a", "1.0.0", obj{"a": "1"})
		want = "node_modules/a = a@1.0.0\n"
	case "ladder":
		add("a", "2.0.0", obj{"b": "1"})
		add("a", "1.0.0", obj{"b": "2"})
		add("b", "2.0.0", obj{"a": "2"})
		add("b", "1.0.0", obj{"a": "1"})
		want = "node_modules/a = a@1.0.0\n"
	case "chain":
		for i := range 10_000 {
			add(fmt.Sprintf("c%d", i), "1.0.0", obj{fmt.Sprintf("c%d", i+1): "1"})
		}
		add("a", "1.0.0", obj{"c0": "1"})
	case "wide":
		wide := obj{}
		for i := range 100_000 {
			wide[fmt.Sprintf("c%d", i)] = "1"
		}
		add("a", "1.0.0", wide)
	case "doubling": // each version is below others of both names, so that none is shared
		for i := range 40 {
			next := obj{"a": fmt.Sprint(i + 2), "b": fmt.Sprint(i + 2)}
			add("b", fmt.Sprintf("%d.0.0", i+1), next)
			add("a", fmt.Sprintf("%d.0.0", i+1), next)
		}
		project["dependencies"] = obj{"a": "1", "b": "1"}
	case "alias":
		add("a", "1.0.0", obj{"a": "npm:a@1"})
		want = "node_modules/a = a@1.0.0\n"
	case "peers":
		for i := range 5 {
			w.reg.Add(npmtest.Package{Manifest: obj{"name": fmt.Sprintf("p%d", i), "version": "1.0.0", "peerDependencies": obj{fmt.Sprintf("p%d", (i+1)%5): "1"}}})
			want += fmt.Sprintf("node_modules/p%d = p%d@1.0.0\n", i, i)
		}
		project["dependencies"] = obj{"p0": "1"}
	case "optional":
		project["optionalDependencies"] = obj{"nowhere": "1"}
		add("a", "1.0.0", nil)
		want = "node_modules/a = a@1.0.0\n"
	case "overrides":
		add("a", "1.0.0", nil)
		project["overrides"] = obj{"b": "$c", "c": "$b"}
	case "proto":
		names := obj{}
		for _, name := range []string{"constructor", "hasownproperty", "prototype", "tostring", "valueof"} {
			names[name] = "1"
			add(name, "1.0.0", nil)
			want += "node_modules/" + name + " = " + name + "@1.0.0\n"
		}
		project["dependencies"] = names
	default:
		t.Fatalf("a tree of no sort %q", a.Make)
	}
	w.write("package.json", project)
	if a.Code != "ok" {
		a.refused(w, "npm install")
		return
	}
	w.must("npm install")
	if got := w.tree(); !strings.HasPrefix(got, want) {
		t.Errorf("there is\n%swant\n%s", got, want)
	}
	w.must("npm ci")
}

// attackWorkspace installs into workspaces that are not what they seem, or too
// much.
func attackWorkspace(t *testing.T, a attack) {
	w := newWorld(t, Config{})
	w.reg.Add(npmtest.Simple("good", "1.0.0", nil), npmtest.Simple("old", "1.0.0", nil))
	project := obj{"name": "x", "version": "1.0.0", "dependencies": obj{"good": "1"}}
	// A link out cannot be made; one that stays inside is not followed either.
	link := func(name, out, in string) {
		at := path.Join("/workspace", name)
		if err := w.ws.Symlink(out, at); err == nil || !strings.HasPrefix(err.Error(), "EACCES") {
			t.Errorf("a link to %s: %v", out, err)
		}
		if err := w.ws.Symlink(in, at); err != nil {
			t.Fatal(err)
		}
	}
	text := ""
	ctx := t.Context()
	switch a.Make {
	case "link":
		w.write("elsewhere/file", "")
		link("node_modules", "../../../etc", "elsewhere")
	case "file":
		w.write("node_modules", "not a folder")
	case "manifest":
		link("package.json", "/etc/passwd", "nowhere")
		a.refused(w, "npm install good")
		return
	case "huge":
		text = `{"name":"x","pad":"` + strings.Repeat(" ", 2<<20) + `"}`
	case "deep":
		text = `{"name":` + strings.Repeat("[", 100_000)
	case "proto":
		text = `{"name":"x","__proto__":{"dependencies":{"evil":"1"}},"dependencies":{"good":"1"}}`
		w.write("package.json", text)
		w.must("npm install")
		if got := w.tree(); !strings.HasPrefix(got, "node_modules/good = good@1.0.0\npackage-lock") {
			t.Errorf("there is\n%s", got)
		}
		return
	case "pattern":
		project["workspaces"] = []string{"../*"}
	case "many":
		project["workspaces"] = []string{"w/*"}
		w.workspace(hostfuncs.Config{Quota: hostfuncs.Quota{Entries: 200_000}})
		for i := range 100_000 {
			if err := w.ws.MkdirAll(fmt.Sprintf("/workspace/w/%d", i), 0o755); err != nil {
				t.Fatal(err)
			}
		}
	case "quota":
		w.workspace(hostfuncs.Config{Quota: hostfuncs.Quota{Bytes: 100_000}})
		w.reg.Add(npmtest.Package{Manifest: obj{"name": "good", "version": "1.0.0"}, Files: map[string]string{"big": strings.Repeat("x", 200_000)}})
	case "cancel", "fails":
		w.write("package.json", obj{"name": "x", "version": "1.0.0", "dependencies": obj{"old": "1"}})
		w.must("npm install")
		var cancel context.CancelFunc
		ctx, cancel = context.WithCancel(ctx)
		defer cancel()
		for i := range 20 {
			w.reg.Add(npmtest.Simple(fmt.Sprintf("p%d", i), "1.0.0", nil))
			project["dependencies"].(obj)[fmt.Sprintf("p%d", i)] = "1"
		}
		w.reg.Intercept = func(out http.ResponseWriter, r *http.Request) bool {
			if !strings.HasSuffix(r.URL.Path, "/p10-1.0.0.tgz") {
				return false
			}
			if a.Make == "cancel" {
				cancel()
				<-r.Context().Done()
			} else {
				http.NotFound(out, r)
			}
			return true
		}
	case "npmrc":
		w.write(".npmrc", "# "+strings.Repeat("x", 1<<20))
	default:
		t.Fatalf("a workspace of no sort %q", a.Make)
	}
	if text == "" {
		w.write("package.json", project)
	} else {
		w.write("package.json", text)
	}
	if a.Code != "nothing changed" {
		a.refused(w, "npm install")
		return
	}
	before, lock := w.tree(), w.read(lockName)
	if code := w.client.Command(ctx, []string{"npm", "install"}, w.env); code == 0 {
		t.Error("it did not fail")
	}
	if got := w.tree(); got != before || w.read(lockName) != lock {
		t.Errorf("there is\n%swas\n%s", got, before)
	}
}

// attackCredentials looks where a tenant's token goes, and who has what it buys.
func attackCredentials(t *testing.T, a attack) {
	const token = "s3cr3t-t0k3n"
	w := newWorld(t, Config{})
	w.reg.Add(npmtest.Simple("good", "1.0.0", nil), npmtest.Simple("@own/private", "1.0.0", nil))
	foreign := &requests{archive: npmtest.Simple("good", "1.0.0", nil).Archive()}
	server := httptest.NewServer(foreign)
	defer server.Close()
	host := strings.TrimPrefix(server.URL, "http://")
	w.open(w.reg.Host(), host)
	rc := "registry=" + w.reg.URL + "\n"
	own := "//" + w.reg.Host() + "/:_authToken="
	project := obj{"name": "x", "version": "1.0.0", "dependencies": obj{"good": "1"}}
	wantToken := false // at the registry
	switch a.Make {
	case "own":
		private := npmtest.New()
		defer private.Close()
		private.Token = token
		private.Add(npmtest.Simple("@own/private", "1.0.0", nil))
		w.open(w.reg.Host(), private.Host())
		rc += "@own:registry=" + private.URL + "\n//" + private.Host() + "/:_authToken=" + token + "\n"
		project["dependencies"] = obj{"good": "1", "@own/private": "1"}
	case "tarball":
		rc += own + token
		wantToken = true
		project["dependencies"] = obj{"good": server.URL + "/good.tgz", "@own/private": "1"}
	case "redirect":
		rc += own + token
		wantToken = true
		w.reg.Intercept = func(out http.ResponseWriter, r *http.Request) bool {
			if !strings.Contains(r.URL.Path, "/-/") {
				return false
			}
			http.Redirect(out, r, server.URL+"/good.tgz", http.StatusFound)
			return true
		}
	case "path":
		rc += "//" + w.reg.Host() + "/private/:_authToken=" + token
	case "http":
		rc = "registry=https://" + w.reg.Host() + "/\n" + own + token
		project["dependencies"] = obj{"good": w.reg.URL + "good/-/good-1.0.0.tgz"}
	case "port":
		rc += "//" + host + "/:_authToken=" + token
	case "lock":
		rc += own + token
		wantToken = true
		w.write("package.json", project)
		w.must("npm install --package-lock-only")
		w.write(lockName, strings.ReplaceAll(w.read(lockName), w.reg.URL, server.URL+"/"))
	case "env":
		t.Setenv("SERVER_TOKEN", token)
		rc += own + "${SERVER_TOKEN}"
	case "store", "packument", "hash", "echo":
		attackTenants(t, a, w, rc+own+token, token)
		return
	default:
		t.Fatalf("credentials of no sort %q", a.Make)
	}
	w.reg.Requests()
	w.write(".npmrc", rc)
	w.write("package.json", project)
	w.must("npm install")
	for _, r := range w.reg.Requests() {
		if wantToken != strings.Contains(r.Auth, token) {
			t.Errorf("%s was asked for with %q", r.Path, r.Auth)
		}
	}
	for _, r := range foreign.take() {
		if r.Auth != "" || a.Make == "lock" {
			t.Errorf("another host was asked for %s with %q", r.Path, r.Auth)
		}
	}
}

// attackTenants has one tenant install what another has no right to.
func attackTenants(t *testing.T, a attack, w *world, rc, token string) {
	w.reg.Intercept = func(out http.ResponseWriter, r *http.Request) bool {
		if r.Header.Get("Authorization") == "Bearer "+token {
			return false
		}
		http.NotFound(out, r)
		return true
	}
	project := obj{"name": "x", "version": "1.0.0", "dependencies": obj{"@own/private": "1"}}
	w.env.Tenant = "owner"
	w.write(".npmrc", rc)
	w.write("package.json", project)
	w.must("npm install")
	lock := w.read(lockName)
	if a.Make == "echo" {
		told := w.out.String() + w.err.String() + lock + w.read("node_modules/"+hiddenName) + w.read("package.json")
		w.reg.Intercept = func(out http.ResponseWriter, _ *http.Request) bool {
			http.Error(out, "no", http.StatusForbidden)
			return true
		}
		w.run("npm install @own/other")
		told += w.out.String() + w.err.String()
		for name := range w.store.kept {
			told += name[0] + name[1]
		}
		if strings.Contains(told, token) {
			t.Errorf("the token is told: %s", told)
		}
		return
	}
	w.env.Tenant = "stranger"
	w.workspace(hostfuncs.Config{})
	w.write("package.json", project)
	line := "npm install"
	if a.Make != "packument" {
		w.write(lockName, lock)
		line = "npm ci"
	}
	if a.Make == "hash" {
		w.open()
	}
	a.refused(w, line)
}
