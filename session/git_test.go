package session

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

var recordGit = flag.Bool("record-git", false, "write what the git of this machine prints to testdata/git")

// The scripts of testdata/git print in a sandbox what they print with the real git,
// version 2.39.5, which recorded them.
func TestGit(t *testing.T) {
	scripts, err := filepath.Glob("testdata/git/*.sh")
	if err != nil || len(scripts) == 0 {
		t.Fatal("no scripts", err)
	}
	prelude, err := os.ReadFile("testdata/git/prelude.bash")
	if err != nil {
		t.Fatal(err)
	}
	f := open(t, t.TempDir(), nil)
	for _, script := range scripts {
		name := strings.TrimSuffix(filepath.Base(script), ".sh")
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(script)
			if err != nil {
				t.Fatal(err)
			}
			line := string(prelude) + string(text)
			golden := strings.TrimSuffix(script, ".sh") + ".want"
			if *recordGit {
				if err := os.WriteFile(golden, []byte(realGit(t, line)), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			r := f.command("t", f.create(), line)
			if got := r.Stdout + r.Stderr; got != string(want) {
				t.Errorf("%s", firstDifference(got, string(want)))
			}
		})
	}
}

// realGit runs a script with bash and git in a folder that is called /workspace in
// what it prints.
func realGit(t *testing.T, line string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("bash", "-c", line)
	cmd.Dir = dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH")}
	out, err := cmd.CombinedOutput()
	if _, ok := err.(*exec.ExitError); err != nil && !ok {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(out), dir, "/workspace")
}

// firstDifference shows where two texts part, with what stands before.
func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	n := 0
	for n < len(g) && n < len(w) && g[n] == w[n] {
		n++
	}
	part := func(lines []string) string {
		return strings.Join(lines[max(min(n-6, len(lines)), 0):min(n+6, len(lines))], "\n")
	}
	return "differs at line " + strconv.Itoa(n+1) + "\ngot:\n" + part(g) + "\n\nwant:\n" + part(w)
}

// What git does with much takes no time that grows with the square of it.
func TestGitLarge(t *testing.T) {
	f := open(t, t.TempDir(), nil)
	id := f.create()
	setup := f.command("t", id, `git init -q r && cd r && git config user.name a && git config user.email a@b
mkdir d && for i in $(seq 1500); do echo $i > d/$i; done && git add . && git commit -qm one && oid=$(git rev-parse HEAD)
for i in $(seq 1500); do echo "$oid refs/tags/v$i"; done > .git/packed-refs
git mv d e`)
	if setup.ExitCode != 0 {
		t.Fatalf("%s%s", setup.Stdout, setup.Stderr)
	}
	for line, most := range map[string]int64{ // before: 1,800 and 260 million
		"cd r; git tag | wc -l":            60e6,
		"cd r; git status -s -uno | wc -l": 150e6,
	} {
		r := f.command("t", id, line)
		if r.Stdout != "1500\n" || r.Fuel > most {
			t.Errorf("%s: %s%s, fuel %d, want at most %d", line, r.Stdout, r.Stderr, r.Fuel, most)
		}
	}
}
