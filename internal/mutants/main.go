// Command mutants breaks the product on purpose, one small change at a time,
// and shows that a test fails for each. It is how we know that the tests of
// the invariants (ARCHITECTURE.md) can fail.
//
// The changes stand in mutants.json: files, the texts to replace (each of which
// must occur exactly once), what to put there, and the package and tests that
// must then fail. Each test is run without a break first, and must pass. The
// tree is not touched: go's -overlay substitutes the files. A break in what the
// engine is built from (C, TypeScript, the recipe) is built in a folder of its
// own, with the compiler that lies in build/, and the overlay substitutes the
// results.
package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

//go:embed mutants.json
var table []byte

const (
	workers     = 2
	testTimeout = "120s" // a break that hangs its test is killed by this
	enginePath  = "jsengine/engine"

	// rapidQuiet keeps package rapid, where a test uses it, from writing what
	// made a test fail into the tree.
	rapidQuiet = "rapid.nofailfile"
)

// mutant is one break and the tests that must notice.
type mutant struct {
	Invariant string `json:"invariant"` // I1 … I12
	What      string `json:"what"`      // the break, in words
	Edits     []edit `json:"edits"`     // each in another file, or after the one before
	Package   string `json:"package"`   // ./path
	Run       string `json:"run"`       // go test's -run
}

// edit replaces one text in a file.
type edit struct {
	File string `json:"file"`
	Old  string `json:"old"`
	New  string `json:"new"`
}

func (m mutant) name() string { return m.Invariant + ": " + m.What }

// ofEngine reports whether the engine is built from one of the files, so that
// it has to be built again.
func (m mutant) ofEngine() bool {
	return slices.ContainsFunc(m.Edits, func(e edit) bool {
		return strings.HasPrefix(e.File, "jsengine/runtime/") || strings.HasSuffix(e.File, ".c") || strings.HasPrefix(e.File, enginePath+"/build/")
	})
}

// in reports whether the mutant's name or one of its files contains text.
func (m mutant) in(text string) bool {
	return strings.Contains(m.name(), text) || slices.ContainsFunc(m.Edits, func(e edit) bool { return strings.Contains(e.File, text) })
}

func main() {
	only := flag.String("only", "", "run the mutants whose invariant, description or file contains this")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *only); err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, only string) error {
	var list []mutant
	dec := json.NewDecoder(bytes.NewReader(table))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&list); err != nil {
		return fmt.Errorf("mutants.json: %w", err)
	}
	list = slices.DeleteFunc(list, func(m mutant) bool { return !m.in(only) })
	if len(list) == 0 {
		return fmt.Errorf("no mutant matches %q", only)
	}
	root, err := os.Getwd()
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(root, "internal", "mutants", "mutants.json")); err != nil {
		return errors.New("run this in the module's root")
	}
	tmp, err := os.MkdirTemp("", "mutants")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)

	began := time.Now()
	r := &runner{root: root, tmp: tmp}
	// What has to be built takes longest: it goes first.
	slices.SortStableFunc(list, func(a, b mutant) int {
		switch {
		case a.ofEngine() == b.ofEngine():
			return 0
		case a.ofEngine():
			return -1
		}
		return 1
	})
	failed := r.all(ctx, list)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if len(failed) > 0 {
		return fmt.Errorf("%d of %d mutants live: a test is missing or cannot fail:\n  %s", len(failed), len(list), strings.Join(failed, "\n  "))
	}
	fmt.Printf("all %d mutants were killed (%.0f s)\n", len(list), time.Since(began).Seconds())
	return nil
}

// runner checks mutants, some at once.
type runner struct {
	root, tmp string

	mu      sync.Mutex
	healthy map[string]*health // guarded by mu; by package, and by package and -run
	failed  []string           // guarded by mu
}

// health is the outcome of something that is done once, without a break.
type health struct {
	once sync.Once
	err  error
}

// all checks every mutant, prints what becomes of it, and returns those alive.
func (r *runner) all(ctx context.Context, list []mutant) []string {
	queue := make(chan int, len(list))
	for i := range list {
		queue <- i
	}
	close(queue)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for i := range queue {
				m := list[i]
				start := time.Now()
				err := r.check(ctx, m, filepath.Join(r.tmp, fmt.Sprint(i)))
				if ctx.Err() != nil {
					return
				}
				r.mu.Lock()
				if err != nil {
					fmt.Printf("ALIVE  %-72s %v\n", m.name(), err)
					r.failed = append(r.failed, m.name())
				} else {
					fmt.Printf("killed %-72s by %s %s (%.1f s)\n", m.name(), m.Package, m.Run, time.Since(start).Seconds())
				}
				r.mu.Unlock()
			}
		})
	}
	wg.Wait()
	return r.failed
}

// once runs f the first time it is called with name, and returns what came of it.
func (r *runner) once(name string, f func() error) error {
	r.mu.Lock()
	if r.healthy == nil {
		r.healthy = make(map[string]*health)
	}
	h := r.healthy[name]
	if h == nil {
		h = new(health)
		r.healthy[name] = h
	}
	r.mu.Unlock()
	h.once.Do(func() { h.err = f() })
	return h.err
}

// check returns nil when the tests pass as things are and fail with the break
// in place. It passes nothing off as such: a mutant that does not compile, or
// that no test is named for, is an error.
func (r *runner) check(ctx context.Context, m mutant, dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	binary := filepath.Join(r.tmp, strings.NewReplacer(".", "root", "/", "-").Replace(m.Package)+".test")
	err := r.once(m.Package, func() error { return r.compile(ctx, m.Package, binary, nil) })
	if err != nil {
		return fmt.Errorf("without the break: %w", err)
	}
	err = r.once(m.Package+" "+m.Run, func() error {
		out, err := r.test(ctx, m, binary)
		switch {
		case err != nil:
			return fmt.Errorf("%s %s fails without the break: %w\n%s", m.Package, m.Run, err, out)
		case bytes.Contains(out, []byte("no tests to run")):
			return fmt.Errorf("no test of %s is named %s", m.Package, m.Run)
		}
		return nil
	})
	if err != nil {
		return err
	}
	replace, err := r.apply(ctx, m, dir)
	if err != nil {
		return err
	}
	binary = filepath.Join(dir, "broken.test")
	defer os.Remove(binary)
	if err := r.compile(ctx, m.Package, binary, replace); err != nil {
		return err
	}
	if _, err := r.test(ctx, m, binary); err == nil {
		return fmt.Errorf("%s %s passes", m.Package, m.Run)
	} else if exit := (*exec.ExitError)(nil); !errors.As(err, &exit) {
		return err
	}
	return nil
}

// compile makes pkg's test binary, with some files replaced.
func (r *runner) compile(ctx context.Context, pkg, binary string, replace map[string]string) error {
	args, err := overlay(replace, binary+".json")
	if err != nil {
		return err
	}
	args = append(append([]string{"test", "-c", "-vet=off", "-o", binary}, args...), pkg)
	if out, err := r.goTool(ctx, args...); err != nil {
		return fmt.Errorf("does not compile: %w\n%s", err, out)
	}
	return nil
}

// test runs m's tests in a test binary.
func (r *runner) test(ctx context.Context, m mutant, binary string) ([]byte, error) {
	args := []string{"-test.run", m.Run, "-test.timeout", testTimeout}
	code, err := os.ReadFile(binary)
	if err != nil {
		return nil, err
	}
	if bytes.Contains(code, []byte(rapidQuiet)) {
		args = append(args, "-"+rapidQuiet)
	}
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Dir = filepath.Join(r.root, filepath.FromSlash(m.Package))
	return cmd.CombinedOutput()
}

func (r *runner) goTool(ctx context.Context, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = r.root
	cmd.Env = append(os.Environ(), "GOFLAGS="+os.Getenv("GOFLAGS")+" -p=1")
	return cmd.CombinedOutput()
}

// overlay writes go's list of replaced files to name and returns the flags for it.
func overlay(replace map[string]string, name string) ([]string, error) {
	if len(replace) == 0 {
		return nil, nil
	}
	list, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return nil, err
	}
	return []string{"-overlay", name}, os.WriteFile(name, list, 0o600)
}

// apply writes the broken files, and what is made from them, below dir. It
// returns which files stand for which.
func (r *runner) apply(ctx context.Context, m mutant, dir string) (map[string]string, error) {
	replace := make(map[string]string)
	for i, e := range m.Edits {
		path := filepath.Join(r.root, filepath.FromSlash(e.File))
		from := path
		if before, ok := replace[path]; ok {
			from = before
		}
		src, err := os.ReadFile(from)
		if err != nil {
			return nil, err
		}
		if n := bytes.Count(src, []byte(e.Old)); n != 1 {
			return nil, fmt.Errorf("%s holds the text to replace %d times, want once: %q", e.File, n, e.Old)
		}
		replace[path] = filepath.Join(dir, fmt.Sprint(i)+"-"+filepath.Base(path))
		if err := os.WriteFile(replace[path], bytes.Replace(src, []byte(e.Old), []byte(e.New), 1), 0o600); err != nil {
			return nil, err
		}
	}
	if m.ofEngine() {
		return replace, r.engine(ctx, dir, replace)
	}
	return replace, nil
}

// engine builds the engine in a copy of what it is built from, with the files
// replaced, and adds what stands for the embedded results.
func (r *runner) engine(ctx context.Context, dir string, replace map[string]string) error {
	tree := filepath.Join(dir, "tree")
	for _, part := range []string{"jsengine", "wasmhost", filepath.Join("build", "engine")} {
		if err := copyTree(filepath.Join(r.root, part), filepath.Join(tree, part)); err != nil {
			return fmt.Errorf("copy the engine's sources: %w", err)
		}
	}
	if err := copyFile(filepath.Join(r.root, "go.mod"), filepath.Join(tree, "go.mod")); err != nil {
		return err
	}
	for path, broken := range replace {
		rel, err := filepath.Rel(r.root, path)
		if err == nil {
			err = copyFile(broken, filepath.Join(tree, rel))
		}
		if err != nil {
			return err
		}
	}
	tool := filepath.Join(dir, "build-engine")
	flags, err := overlay(replace, tool+".json")
	if err != nil {
		return err
	}
	args := append([]string{"build", "-o", tool}, flags...)
	if out, err := r.goTool(ctx, append(args, "./"+enginePath+"/build")...); err != nil {
		return fmt.Errorf("does not compile: %w\n%s", err, out)
	}
	cmd := exec.CommandContext(ctx, tool, "-update")
	cmd.Dir = tree
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("the engine does not build: %w\n%s", err, out)
	}
	results, err := filepath.Glob(filepath.Join(tree, filepath.FromSlash(enginePath), "engine.gen.*"))
	if err != nil || len(results) == 0 {
		return errors.New("the engine's results are missing")
	}
	for _, file := range results {
		replace[filepath.Join(r.root, filepath.FromSlash(enginePath), filepath.Base(file))] = file
	}
	return nil
}

// linked are folders of the engine's build that are used as they are: the
// compiler, its cache, and installed packages.
var linked = []string{"venv", "zig-cache", "node_modules"}

// copyTree copies the files of a folder, and links those folders in it that are
// only used.
func copyTree(from, to string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		switch {
		case d.IsDir() && slices.Contains(linked, d.Name()):
			if err := os.Symlink(path, target); err != nil {
				return err
			}
			return filepath.SkipDir
		case d.IsDir():
			return os.MkdirAll(target, 0o700)
		case d.Type().IsRegular():
			return copyFile(path, target)
		}
		return nil
	})
}

func copyFile(from, to string) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o600)
}
