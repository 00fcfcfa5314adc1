package session

import (
	"bytes"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/buntime/buntime/hostfuncs"
)

// gitServer serves the repositories below a folder by HTTP, as the real git does.
// What is below /private needs a password.
func gitServer(t *testing.T, root string) *httptest.Server {
	t.Helper()
	path, err := exec.Command("git", "--exec-path").Output()
	if err != nil {
		t.Fatal(err)
	}
	backend := &cgi.Handler{
		Stderr: io.Discard,
		Path:   filepath.Join(strings.TrimSpace(string(path)), "git-http-backend"),
		Env:    []string{"GIT_PROJECT_ROOT=" + root, "GIT_HTTP_EXPORT_ALL=1", "REMOTE_USER=ada", "HOME=" + root, "GIT_CONFIG_NOSYSTEM=1"},
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); strings.HasPrefix(r.URL.Path, "/private") && (user != "ada" || password != "secret") {
			w.Header().Set("WWW-Authenticate", `Basic realm="git"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		backend.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// realGitIn runs the real git in a folder.
func realGitIn(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=Eve", "GIT_AUTHOR_EMAIL=eve@example.com", "GIT_COMMITTER_NAME=Eve", "GIT_COMMITTER_EMAIL=eve@example.com",
	}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %q: %v\n%s", args, err, out)
	}
	return string(out)
}

// A sandbox clones, fetches and pushes by HTTP what the real git serves, and what it
// pushes is sound to the real git.
func TestGitHTTP(t *testing.T) {
	root := t.TempDir()
	work := filepath.Join(root, "work")
	for _, name := range []string{"hub.git", "private.git"} {
		realGitIn(t, root, "init", "-q", "--bare", "-b", "main", name)
		realGitIn(t, filepath.Join(root, name), "config", "http.receivepack", "true")
	}
	realGitIn(t, root, "init", "-q", "-b", "main", "work")
	for i := range 40 {
		text := strings.Repeat("line\n", 50+i)
		if err := os.WriteFile(filepath.Join(work, "file"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		realGitIn(t, work, "add", ".")
		realGitIn(t, work, "commit", "-q", "-m", "commit")
	}
	realGitIn(t, work, "tag", "-a", "v1", "-m", "one")
	realGitIn(t, work, "branch", "topic", "HEAD~5")
	realGitIn(t, work, "repack", "-q", "-a", "-d") // with deltas
	for _, name := range []string{"hub.git", "private.git"} {
		realGitIn(t, work, "push", "-q", "--tags", filepath.Join(root, name), "main", "topic")
	}
	s := gitServer(t, root)
	policy, err := hostfuncs.ServerPolicy("none", []string{strings.TrimPrefix(s.URL, "http://")})
	if err != nil {
		t.Fatal(err)
	}
	f := open(t, t.TempDir(), func(c *Config) { c.Policy = policy })
	id := f.create()
	run := func(line, want string) {
		t.Helper()
		r := f.command("t", id, "{ "+strings.ReplaceAll(line, "URL", s.URL)+"\n} 2>&1")
		if got := strings.ReplaceAll(r.Stdout+r.Stderr, s.URL, "URL"); strings.TrimSpace(got) != strings.TrimSpace(want) {
			t.Errorf("%s\ngot:\n%s\nwant:\n%s", line, got, want)
		}
	}
	run("git config --global user.name Ada; git config --global user.email ada@example.com", "")
	run("git clone URL/hub.git one", "Cloning into 'one'...")
	run("cd one; git status; git rev-list --count HEAD; git branch -a; git tag; wc -l file; git describe", `On branch main
Your branch is up to date with 'origin/main'.

nothing to commit, working tree clean
40
* main
  remotes/origin/HEAD -> origin/main
  remotes/origin/main
  remotes/origin/topic
v1
89 file
v1`)
	run("git clone -q --depth 1 URL/hub.git shallow; cd shallow; git rev-list --count HEAD; git log --format=%s; git fetch -q --unshallow; git rev-list --count HEAD", "1\ncommit\n40")
	run("git clone -q -b topic --single-branch URL/hub.git single; cd single; git branch -a; git rev-list --count HEAD", "* topic\n  remotes/origin/topic\n35")
	run("git ls-remote --heads URL/hub.git | cut -f2", "refs/heads/main\nrefs/heads/topic")
	run("cd one; echo new > new; git add new; git commit -qm new; git push 2>&1 | sed 's/[0-9a-f]\\{7\\}/OID/g'", "To URL/hub.git\n   OID..OID  main -> main")
	run("cd one; git push", "Everything up-to-date")
	realGitIn(t, work, "pull", "-q", filepath.Join(root, "hub.git"), "main")
	realGitIn(t, work, "commit", "-q", "--allow-empty", "-m", "from elsewhere")
	realGitIn(t, work, "push", "-q", filepath.Join(root, "hub.git"), "main")
	run("cd one; echo more > more; git add more; git commit -qm more; git push 2>&1 | head -3", "To URL/hub.git\n ! [rejected]        main -> main (fetch first)\nerror: failed to push some refs to 'URL/hub.git'")
	run("cd one; git pull -q --rebase; git push -q; git log --format=%s -3", "more\nfrom elsewhere\nnew")
	run("cd one; git push -q origin HEAD:refs/heads/side; git tag v2; git push -q --tags; git push -q origin --delete topic; git fetch -q --prune; git branch -r", "  origin/HEAD -> origin/main\n  origin/main\n  origin/side")
	run("mkdir bare; cd bare; git init -q; git pull -q URL/hub.git main; git log --format=%s -1; git fetch URL/hub.git side; git rev-parse --abbrev-ref HEAD; cut -f3 .git/FETCH_HEAD", "more\nmaster\nbranch 'side' of URL/hub.git")
	run("cd bare; rm -rf .git f* m* n*", "")
	run("rmdir bare; git clone URL/nothing.git; echo $?", "Cloning into 'nothing'...\nfatal: repository 'URL/nothing.git/' not found\n128")
	run("git clone URL/private.git; echo $?; ls", "Cloning into 'private'...\nfatal: could not read Username for 'URL': terminal prompts disabled\n128\none\nshallow\nsingle")
	run("echo "+strings.Replace(s.URL, "//", "//ada:secret@", 1)+" > ~/.git-credentials; git clone -q URL/private.git; ls private", "file")
	run("git clone -q "+strings.Replace(s.URL, "//", "//ada:secret@", 1)+"/private.git again; cd again; git pull -q; git rev-list --count HEAD; git remote get-url origin | grep -c secret", "40\n1")
	run("rm ~/.git-credentials; git clone -q "+strings.Replace(s.URL, "//", "//ada:wrong@", 1)+"/private.git wrong; echo $?", "fatal: Authentication failed for 'URL/private.git/'\n128")
	run("git clone http://127.0.0.1:1/x.git", "Cloning into 'x'...\nfatal: unable to access 'http://127.0.0.1:1/x.git/': access to 127.0.0.1:1 is not granted: it is none of the hosts that were allowed")
	hub := filepath.Join(root, "hub.git")
	realGitIn(t, hub, "fsck", "--strict", "--no-dangling")
	if got, want := realGitIn(t, hub, "for-each-ref", "--format=%(refname)"), "refs/heads/main\nrefs/heads/side\nrefs/tags/v1\nrefs/tags/v2\n"; got != want {
		t.Errorf("the server has\n%s, want\n%s", got, want)
	}
}

// A repository that means harm writes nothing but its files into the folder that it
// is cloned to.
func TestGitHostile(t *testing.T) {
	root := t.TempDir()
	realGitIn(t, root, "init", "-q", "-b", "main", "evil")
	evil := filepath.Join(root, "evil")
	hash := func(kind, data string) string {
		cmd := exec.Command("git", "hash-object", "-t", kind, "-w", "--stdin", "--literally")
		cmd.Dir, cmd.Stdin = evil, strings.NewReader(data)
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(string(out))
	}
	raw := func(oid string) string {
		b, err := hex.DecodeString(oid)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	blob := hash("blob", "#!/bin/sh\necho owned\n")
	file := func(name string) string { return "100755 " + name + "\x00" + raw(blob) }
	folder := func(name, tree string) string { return "40000 " + name + "\x00" + raw(hash("tree", tree)) }
	// Of the last the link gives way to the folder.
	attacks := map[string]string{
		"up":         file("../evil"),
		"far-up":     file("a/../../evil"),
		"root":       file("/tmp/evil"),
		"dots":       folder("..", file("evil")),
		"dot":        folder(".", file("evil")),
		"git":        folder(".git", folder("hooks", file("pre-commit"))),
		"git-cased":  folder(".GIT", folder("hooks", file("pre-commit"))),
		"nested-git": folder("sub", folder(".git", file("config"))),
		"link":       "120000 a\x00" + raw(hash("blob", "/tmp")) + folder("a", file("evil")),
	}
	for name, tree := range attacks {
		commit := hash("commit", "tree "+hash("tree", tree)+"\nauthor E <e@e> 1 +0000\ncommitter E <e@e> 1 +0000\n\nevil\n")
		realGitIn(t, evil, "update-ref", "refs/heads/"+name, commit)
	}
	realGitIn(t, evil, "commit", "-q", "--allow-empty", "-m", "good")
	realGitIn(t, evil, "branch", "zzzzzzzzzzzz")
	backend := gitServer(t, root)
	renamed := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		req, err := http.NewRequest(r.Method, backend.URL+r.URL.String(), r.Body)
		if err != nil {
			t.Error(err)
			return
		}
		req.Header = r.Header
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Error(err)
			return
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Type", resp.Header.Get("Content-Type"))
		w.WriteHeader(resp.StatusCode)
		_, _ = w.Write(bytes.ReplaceAll(body, []byte("refs/heads/zzzzzzzzzzzz"), []byte("refs/heads/../../../cfg")))
	}))
	t.Cleanup(renamed.Close)
	hosts := []string{strings.TrimPrefix(backend.URL, "http://"), strings.TrimPrefix(renamed.URL, "http://")}
	policy, err := hostfuncs.ServerPolicy("none", hosts)
	if err != nil {
		t.Fatal(err)
	}
	f := open(t, t.TempDir(), func(c *Config) { c.Policy = policy })
	id := f.create()
	const files = "find /workspace /tmp -not -path '*/.git/objects/*' -type f | grep -v '/.git/\\(logs\\|refs\\)/' | sort"
	if r := f.command("t", id, "git clone -q -b main "+backend.URL+"/evil/.git good && cd good && git log --format=%s"); r.Stdout != "good\n" {
		t.Errorf("the harmless branch: %s%s", r.Stdout, r.Stderr)
	}
	for name := range attacks {
		r := f.command("t", id, "cd /workspace; git clone -q -b "+name+" "+backend.URL+"/evil/.git x; echo $?; "+files+"; rm -rf x")
		refused := strings.HasPrefix(r.Stdout, "128\n") && strings.Contains(r.Stderr, "invalid path")
		if refused == (name == "link") || strings.Contains(r.Stdout, "/tmp/") || strings.Contains(r.Stdout, "workspace/evil") || strings.Contains(r.Stdout, "pre-commit") {
			t.Errorf("%s: %s%s", name, r.Stdout, r.Stderr)
		}
	}
	r := f.command("t", id, "cd /workspace; git clone -q "+renamed.URL+"/evil/.git x; echo $?; "+files)
	if !strings.HasPrefix(r.Stdout, "128\n") || strings.Contains(r.Stdout, "cfg") {
		t.Errorf("a reference that leads out: %s%s", r.Stdout, r.Stderr)
	}
}
