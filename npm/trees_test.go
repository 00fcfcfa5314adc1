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

// TestTrees makes trees that the real npm made: its lockfiles are ours, byte for
// byte.
func TestTrees(t *testing.T) {
	for name, m := range loadTrees(t) {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, Config{})
			m.publish(w.reg)
			golden := filepath.Join("testdata/trees", name+".lock")
			if *update {
				record(t, w, m, golden)
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			m.write(w)
			if strings.HasPrefix(string(want), refusal) {
				if code := w.run("npm install"); code != 1 || !strings.HasPrefix(w.err.String(), "Resolving dependencies\n"+string(want)) {
					t.Errorf("exit %d: %s, npm's: %s", code, w.err.String(), want)
				}
				return
			}
			w.must("npm install --package-lock-only")
			got := strings.ReplaceAll(w.read("package-lock.json"), w.reg.URL, "REGISTRY/")
			if got != string(want) {
				t.Errorf("package-lock.json:\n%s\nnpm's:\n%s\n%s", got, want, w.err.String())
			}
			// Installed from the lockfile, it stays as it is.
			w.must("npm ci")
			w.must("npm install")
			if again := strings.ReplaceAll(w.read("package-lock.json"), w.reg.URL, "REGISTRY/"); again != got {
				t.Errorf("package-lock.json after an install from it:\n%s\nwas\n%s", again, got)
			}
			if !strings.Contains(w.out.String(), "up to date") {
				t.Errorf("a second install did something: %s", w.out.String())
			}
			before := w.tree()
			w.workspace(hostfuncs.Config{})
			m.write(w)
			w.must("bun install")
			if name == "ladder" { // links between packages, which bun.lock cannot say
				if now := w.tree(); now != before {
					t.Errorf("without the lockfile:\n%s\nwith it:\n%s", now, before)
				}
				return
			}
			before = strings.Replace(before, "package-lock.json\n", "", 1)
			if now := strings.Replace(w.tree(), "bun.lock\n", "", 1); now != before {
				t.Errorf("without the lockfile:\n%s\nwith it:\n%s", now, before)
			}
			// And from bun.lock, which stays as it is.
			text := w.read("bun.lock")
			w.must("bun ci")
			if now := strings.Replace(w.tree(), "bun.lock\n", "", 1); now != before {
				t.Errorf("from bun.lock:\n%s\nwithout it:\n%s", now, before)
			}
			w.must("bun install")
			if now := w.read("bun.lock"); now != text {
				t.Errorf("bun.lock after an install from it:\n%s\nwas\n%s", now, text)
			}
		})
	}
}

func (m madeUp) write(w *world) {
	w.write("package.json", m.Project)
	for dir, p := range m.Workspaces {
		w.write(dir+"/package.json", p)
	}
}

// record lets the real npm make the tree.
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
		if err := os.WriteFile(golden, []byte(line+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	b, err := os.ReadFile(filepath.Join(dir, "package-lock.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(golden, []byte(strings.ReplaceAll(string(b), w.reg.URL, "REGISTRY/")), 0o644); err != nil {
		t.Fatal(err)
	}
}
