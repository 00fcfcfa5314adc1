package npm

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/buntime/buntime/internal/npmtest"
)

// inWorkspaces are command lines in a project with workspaces; "cat" shows files.
var inWorkspaces = []string{
	"npm run hi -w a", "npm run -w a -w @s/b hi", "npm run hi --workspaces", "npm run hi --workspaces --include-workspace-root",
	"npm run bad --workspaces", "npm run bad -w a -w @s/b", "npm run only --workspaces", "npm run only --workspaces --if-present", "npm run hi -w packages",
	"npm run hi --workspace=./packages/a", "npm run hi -w nope", "npm run args -w a -- x y", "npm run nothing -w a", "npm run nothing --if-present",
	"npm run -w a", "npm run -w c", "npm test -w a", "npm run hi --prefix packages/a", "npm run args -w a x",
	"npm install one -w a --package-lock-only", "cat package.json packages/a/package.json package-lock.json",
	"npm install --save-dev two@1 -w @s/b -w c --package-lock-only", "cat packages/b/package.json c/package.json package-lock.json",
	"npm uninstall one -w a --package-lock-only", "cat packages/a/package.json package-lock.json",
	"npm install one --workspaces --package-lock-only", "cat packages/a/package.json c/package.json package-lock.json",
	"npm install -w c --package-lock-only", "cat package-lock.json",
}

var workspaceFiles = map[string]string{
	"package.json":            `{"name":"root","version":"1.0.0","workspaces":["packages/*","c"],"scripts":{"hi":"echo hi root"}}`,
	"packages/a/package.json": `{"name":"a","version":"1.0.0","scripts":{"hi":"echo hi a","bad":"exit 3","args":"echo"}}`,
	"packages/b/package.json": `{"name":"@s/b","version":"2.0.0","scripts":{"prehi":"echo before","hi":"echo hi b","bad":"exit 4","only":"echo only b"}}`,
	"c/package.json":          `{"name":"c","version":"3.0.0","scripts":{"hi":"echo hi c","test":"echo t","zip":"echo z","pretest":"echo p"}}`,
}

// TestWorkspaces runs command lines as the real npm does: what they print and
// leave is testdata/workspaces.golden.
func TestWorkspaces(t *testing.T) {
	const golden = "testdata/workspaces.golden"
	w := newWorld(t, Config{})
	w.reg.Add(npmtest.Simple("one", "1.0.0", obj{"two": "^1.0.0"}), npmtest.Simple("two", "1.2.0", nil), npmtest.Simple("two", "2.0.0", nil))
	if *update {
		if err := os.WriteFile(golden, []byte(recordWorkspaces(t, w)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range workspaceFiles {
		w.write(name, text+"\n")
	}
	w.env.Run = func(_ context.Context, r Run) int {
		words := append(strings.Fields(r.Script), r.Args...)
		switch words[0] {
		case "echo":
			fmt.Fprintln(&w.out, strings.Join(words[1:], " "))
		case "exit":
			return int(words[1][0] - '0')
		}
		return 0
	}
	var got strings.Builder
	for _, line := range inWorkspaces {
		if files, ok := strings.CutPrefix(line, "cat "); ok {
			for name := range strings.FieldsSeq(files) {
				shown(&got, "cat "+name, w.read(name), "", 0, w.reg.URL, "/workspace")
			}
			continue
		}
		code := w.run(line)
		shown(&got, line, w.out.String(), w.err.String(), code, w.reg.URL, "/workspace")
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got.String() != string(want) {
		t.Errorf("%s", difference(got.String(), string(want)))
	}
}

// difference shows where two texts part.
func difference(got, want string) string {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range a {
		if i >= len(b) || a[i] != b[i] {
			from := max(0, i-8)
			return fmt.Sprintf("line %d is\n%s\nwant\n%s", i+1, strings.Join(a[from:min(len(a), i+4)], "\n"), strings.Join(b[from:min(len(b), i+4)], "\n"))
		}
	}
	return "it ends early"
}

// shown adds what a command did, without what is not the same each time: blank
// lines, times, progress.
func shown(b *strings.Builder, line, out, errs string, code int, registry, root string) {
	fmt.Fprintf(b, "$ %s\n", line)
	for text := range strings.Lines(out + errs) {
		switch {
		case strings.TrimSpace(text) == "", strings.Contains(text, "complete log"), strings.HasPrefix(text, "npm warn"),
			strings.HasPrefix(text, "up to date"), strings.HasPrefix(text, "added "), strings.HasPrefix(text, "removed "), strings.HasPrefix(text, "changed "),
			strings.HasPrefix(text, "Resolv"), strings.HasPrefix(text, "npm error code E"):
			continue
		}
		b.WriteString(strings.ReplaceAll(strings.ReplaceAll(text, registry, "REGISTRY/"), root, "/workspace"))
	}
	if code != 0 {
		fmt.Fprintf(b, "[exit %d]\n", code)
	}
}

func recordWorkspaces(t *testing.T, w *world) string {
	dir := t.TempDir()
	for name, text := range workspaceFiles {
		full := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(full), 0o755), os.WriteFile(full, []byte(text+"\n"), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	var b strings.Builder
	for _, line := range inWorkspaces {
		if files, ok := strings.CutPrefix(line, "cat "); ok {
			for name := range strings.FieldsSeq(files) {
				text, err := os.ReadFile(filepath.Join(dir, name))
				if err != nil {
					t.Fatal(err)
				}
				shown(&b, "cat "+name, string(text), "", 0, w.reg.URL, dir)
			}
			continue
		}
		words := strings.Fields(line)
		var out, errs bytes.Buffer
		cmd := exec.Command(words[0], words[1:]...)
		cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &errs
		cmd.Env = append(os.Environ(), "npm_config_userconfig=/dev/null", "NO_UPDATE_NOTIFIER=1", "npm_config_registry="+w.reg.URL,
			"npm_config_cache="+filepath.Join(t.TempDir(), ".cache"), "npm_config_audit=false", "npm_config_fund=false", "npm_config_ignore_scripts=false")
		var exit *exec.ExitError
		if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
			t.Fatal(err)
		}
		shown(&b, line, out.String(), errs.String(), cmd.ProcessState.ExitCode(), w.reg.URL, dir)
	}
	return b.String()
}

// TestInstallOfOneWorkspace checks that what the other workspaces need stays as it
// is, and that an install of all finds what is not as it should be.
func TestInstallOfOneWorkspace(t *testing.T) {
	w := newWorld(t, Config{})
	for _, v := range []string{"1.0.0", "2.0.0"} {
		w.reg.Add(npmtest.Simple("one", v, obj{"two": v}), npmtest.Simple("two", v, nil), npmtest.Simple("three", v, nil))
	}
	w.write("package.json", `{"name":"root","workspaces":["a","b"],"dependencies":{"three":"1.0.0"}}`)
	w.write("a/package.json", `{"name":"a","version":"1.0.0"}`)
	w.write("b/package.json", `{"name":"b","version":"1.0.0","dependencies":{"one":"1.0.0"}}`)
	check := func(line string, want ...string) {
		t.Helper()
		w.must(line)
		var got []string
		for at := range strings.Lines(w.tree()) {
			if name, ok := strings.CutPrefix(strings.TrimSpace(at), "node_modules/"); ok && strings.Contains(name, " = ") {
				got = append(got, name)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s left %q, want %q", line, got, want)
		}
	}
	check("npm install", "one = one@1.0.0", "three = three@1.0.0", "two = two@1.0.0")
	w.write("b/package.json", `{"name":"b","version":"1.0.0","dependencies":{"one":"2.0.0"}}`)
	check("npm install -w a", "one = one@1.0.0", "three = three@1.0.0", "two = two@1.0.0")
	if hidden := w.read("node_modules/.package-lock.json"); strings.Contains(hidden, "node_modules/one") || !strings.Contains(hidden, "node_modules/three") {
		t.Errorf("what is said to be there is not what it should be: %s", hidden)
	}
	check("npm install", "one = one@2.0.0", "three = three@1.0.0", "two = two@2.0.0")
	check("npm ci -w a")
	check("npm install -w b", "one = one@2.0.0", "two = two@2.0.0")
	check("npm install -w a --include-workspace-root", "one = one@2.0.0", "three = three@1.0.0", "two = two@2.0.0")
}
