// Command mutants breaks the product on purpose, one small change at a time,
// and shows that a test fails for each. It is how we know that the tests of
// the invariants (ARCHITECTURE.md) can fail.
//
// The changes stand in mutants.json: a file, the text to replace (which must
// occur exactly once), what to put there, and the package and tests that must
// then fail. The tree is not touched: go's -overlay substitutes the file.
package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

//go:embed mutants.json
var table []byte

// mutant is one break and the test that must notice.
type mutant struct {
	Invariant string `json:"invariant"` // I1 … I12
	What      string `json:"what"`      // the break, in words
	File      string `json:"file"`
	Old       string `json:"old"`
	New       string `json:"new"`
	Package   string `json:"package"`
	Run       string `json:"run"` // go test's -run
}

func main() {
	only := flag.String("only", "", "run the mutants whose invariant or description contains this")
	flag.Parse()
	if err := run(*only); err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(1)
	}
}

func run(only string) error {
	var list []mutant
	dec := json.NewDecoder(bytes.NewReader(table))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&list); err != nil {
		return fmt.Errorf("mutants.json: %w", err)
	}
	root, err := os.Getwd()
	if err != nil {
		return err
	}
	tmp, err := os.MkdirTemp("", "mutants")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)

	var failed []string
	ran := 0
	for i, m := range list {
		name := m.Invariant + ": " + m.What
		if only != "" && !strings.Contains(name, only) {
			continue
		}
		ran++
		start := time.Now()
		if err := m.check(root, filepath.Join(tmp, fmt.Sprint(i))); err != nil {
			fmt.Printf("ALIVE  %-70s %v\n", name, err)
			failed = append(failed, name)
			continue
		}
		fmt.Printf("killed %-70s by %s %s (%.0f s)\n", name, m.Package, m.Run, time.Since(start).Seconds())
	}
	if ran == 0 {
		return fmt.Errorf("no mutant matches %q", only)
	}
	if len(failed) > 0 {
		return fmt.Errorf("%d of %d mutants live: a test is missing or cannot fail", len(failed), ran)
	}
	fmt.Printf("all %d mutants were killed\n", ran)
	return nil
}

// check returns nil when the tests fail with the break in place, and pass
// nothing off as such: a mutant that does not compile is an error.
func (m mutant) check(root, dir string) error {
	path := filepath.Join(root, filepath.FromSlash(m.File))
	src, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if n := bytes.Count(src, []byte(m.Old)); n != 1 {
		return fmt.Errorf("%s holds the text to replace %d times, want once", m.File, n)
	}
	broken := bytes.Replace(src, []byte(m.Old), []byte(m.New), 1)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	file := filepath.Join(dir, filepath.Base(path))
	if err := os.WriteFile(file, broken, 0o600); err != nil {
		return err
	}
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{path: file}})
	if err != nil {
		return err
	}
	list := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(list, overlay, 0o600); err != nil {
		return err
	}
	cmd := exec.Command("go", "test", "-overlay", list, "-count=1", "-timeout", "120s", "-run", m.Run, m.Package)
	cmd.Dir = root
	out, err := cmd.CombinedOutput()
	switch {
	case err == nil:
		return fmt.Errorf("go test -run %s %s passes", m.Run, m.Package)
	case bytes.Contains(out, []byte("[build failed]")), bytes.Contains(out, []byte("[setup failed]")):
		return fmt.Errorf("does not compile:\n%s", out)
	case bytes.Contains(out, []byte("no tests to run")):
		return fmt.Errorf("no test is named %s", m.Run)
	}
	return nil
}
