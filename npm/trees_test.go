package npm

import (
	"encoding/json"
	"errors"
	"flag"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/buntime/buntime/hostfuncs"
	"github.com/buntime/buntime/internal/npmtest"
)

var update = flag.Bool("update", false, "record what the real npm does")

// refusal begins what npm says when it makes no tree.
const refusal = "npm error code "

// madeUp is a project and a registry of testdata/trees.
type madeUp struct {
	Project    obj                          `json:"project"`
	Packages   []obj                        `json:"packages"`
	Tags       map[string]map[string]string `json:"tags"`
	Workspaces map[string]obj               `json:"workspaces"`
}

func loadTrees(t *testing.T) map[string]madeUp {
	t.Helper()
	names, err := filepath.Glob("testdata/trees/*.json")
	if err != nil || len(names) == 0 {
		t.Fatal("no trees", err)
	}
	out := map[string]madeUp{}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var m madeUp
		if err := json.Unmarshal(b, &m); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		out[strings.TrimSuffix(filepath.Base(name), ".json")] = m
	}
	return out
}

func (m madeUp) publish(reg *npmtest.Registry) {
	for _, p := range m.Packages {
		list := npmtest.Package{Manifest: p, Files: map[string]string{}}
		if bundled, ok := p["bundleDependencies"].([]any); ok {
			for _, name := range bundled {
				list.Files["node_modules/"+name.(string)+"/package.json"] = `{"name":"` + name.(string) + `","version":"1.0.0"}`
			}
		}
		for _, name := range []string{"cli.js", "bin/b.js", "c.js"} {
			if p["bin"] != nil {
				list.Files[name] = "#!/usr/bin/env node\n"
			}
		}
		reg.Add(list)
	}
	for name, tags := range m.Tags {
		for tag, v := range tags {
			reg.Tag(name, tag, v)
		}
	}
}

// otherInBun are the trees that the real Bun makes otherwise, and why.
var otherInBun = map[string]string{
	"deprecated": "it takes the newest version, deprecated or not", "peer-root": "it takes the newest for the project, whatever a peer asks for",
}

// TestTrees makes trees that the real npm and Bun made: their lockfiles are ours,
// byte for byte.
func TestTrees(t *testing.T) {
	for name, m := range loadTrees(t) {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, Config{})
			m.publish(w.reg)
			golden := filepath.Join("testdata/trees", name)
			if *update {
				record(t, w, m, golden)
			}
			want := readGolden(t, golden+".lock")
			m.write(w)
			if strings.HasPrefix(want, refusal) {
				if code := w.run("npm install"); code != 1 || !strings.HasPrefix(w.err.String(), "Resolving dependencies\n"+want) {
					t.Errorf("exit %d: %s, npm's: %s", code, w.err.String(), want)
				}
			} else {
				w.must("npm install --package-lock-only")
				got := w.lock("package-lock.json")
				if got != want {
					t.Errorf("package-lock.json:\n%s\nnpm's:\n%s\n%s", got, want, w.err.String())
				}
				w.stays("npm ci", "npm install", "package-lock.json")
			}
			w.workspace(hostfuncs.Config{})
			m.write(w)
			w.must("bun install")
			if name == "ladder" { // the real Bun finds no end; links between packages are nothing for bun.lock
				w.stays("bun ci", "bun install", "package-lock.json")
				return
			}
			same := otherInBun[name] == ""
			if got, want := w.lock("bun.lock"), readGolden(t, golden+".bun"); (got == want) != same {
				t.Errorf("bun.lock:\n%s\nBun's (the same: %t):\n%s\n%s", got, same, want, w.err.String())
			}
			w.stays("bun ci", "bun install", "bun.lock")
		})
	}
}

func readGolden(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// lock is a lockfile as golden files have it.
func (w *world) lock(name string) string {
	w.t.Helper()
	return strings.ReplaceAll(w.read(name), w.reg.URL, "REGISTRY/")
}

// stays checks that a lockfile stays as it is when it is installed from: so does the
// tree.
func (w *world) stays(ci, install, file string) {
	w.t.Helper()
	lock := w.read(file)
	w.must(ci)
	tree := w.tree()
	w.must(install)
	if again := w.read(file); again != lock {
		w.t.Errorf("%s after an install from it:\n%s\nwas\n%s", file, again, lock)
	}
	if now := w.tree(); now != tree {
		w.t.Errorf("%s made\n%s\n%s had made\n%s", install, now, ci, tree)
	}
	if out := w.out.String(); !strings.Contains(out, "up to date") && !strings.Contains(out, "no changes") {
		w.t.Errorf("a second install did something: %s", out)
	}
}

func (m madeUp) write(w *world) {
	w.write("package.json", m.Project)
	for dir, p := range m.Workspaces {
		w.write(dir+"/package.json", p)
	}
}

// record lets the real npm and Bun make the tree.
func record(t *testing.T, w *world, m madeUp, golden string) {
	t.Helper()
	dir := t.TempDir()
	put := func(name string, v any) error {
		b, err := json.MarshalIndent(v, "", "  ")
		full := filepath.Join(dir, name)
		return errors.Join(err, os.MkdirAll(filepath.Dir(full), 0o755), os.WriteFile(full, append(b, '\n'), 0o644))
	}
	errs := []error{put("package.json", m.Project)}
	for _, name := range slices.Sorted(maps.Keys(m.Workspaces)) {
		errs = append(errs, put(name+"/package.json", m.Workspaces[name]))
	}
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("npm", "install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund", "--registry", w.reg.URL, "--cache", filepath.Join(dir, ".cache"))
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "npm_config_userconfig=/dev/null", "NO_UPDATE_NOTIFIER=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		line, _, _ := strings.Cut(string(out), "\n")
		if !strings.HasPrefix(line, refusal) {
			t.Fatalf("npm: %v\n%s", err, out)
		}
		if err := os.WriteFile(golden+".lock", []byte(line+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	keep := func(file, ending string) {
		b, err := os.ReadFile(filepath.Join(dir, file))
		if err == nil {
			err = errors.Join(os.WriteFile(golden+ending, []byte(strings.ReplaceAll(string(b), w.reg.URL, "REGISTRY/")), 0o644), os.Remove(filepath.Join(dir, file)))
		}
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
	}
	keep("package-lock.json", ".lock")
	cmd = exec.Command("bun", "install", "--lockfile-only")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "npm_config_registry="+w.reg.URL, "BUN_INSTALL_CACHE_DIR="+filepath.Join(dir, ".cache"))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Logf("bun: %v\n%s", err, out)
	}
	keep("bun.lock", ".bun")
}
