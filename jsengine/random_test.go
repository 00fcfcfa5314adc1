package jsengine_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/buntime/buntime/hostfuncs"
	"github.com/buntime/buntime/internal/jsgen"
	"github.com/buntime/buntime/jsengine"
	"github.com/buntime/buntime/wasmhost"
)

// The tests of this file run random programs. To run more of them than go test
// does: go test ./jsengine -run Random -rapid.checks 10000

// outcome is all that a program's run shows.
type outcome struct {
	exit           int
	value          string
	stdout, stderr string
	files          string
	limit          string
	fuel, memory   int64
}

// same compares what every way to run a program must agree on.
func (o outcome) same(p outcome) bool {
	o.fuel, p.fuel, o.memory, p.memory = 0, 0, 0, 0
	return o == p
}

func (o outcome) String() string {
	return fmt.Sprintf("exit code %d, limit %q, fuel %d, memory %d, value %s\nstdout:\n%s\nstderr:\n%s\nfiles:\n%s", o.exit, o.limit, o.fuel, o.memory, o.value, o.stdout, o.stderr, o.files)
}

// randomRun is one way to run a program.
type randomRun struct {
	runner  jsengine.Runner
	collect bool                                // always
	fuel    int64                               // limit
	files   func(jsengine.Files) jsengine.Files // wraps the workspace; may be nil
}

type failer interface {
	Helper()
	Fatalf(string, ...any)
}

func (r randomRun) run(t testing.TB, f failer, code string) outcome {
	f.Helper()
	w := hostfuncs.NewWorkspace(hostfuncs.Config{})
	defer w.Release()
	var stdout, stderr bytes.Buffer
	p := &jsengine.Program{
		Code: code, Language: "js", Files: w, Stdout: &stdout, Stderr: &stderr, Seed: &[32]byte{1},
		Limits: jsengine.Limits{Fuel: r.fuel, Timeout: time.Minute},
	}
	if r.files != nil {
		p.Files = r.files(w)
	}
	if r.collect {
		p.CollectAlways()
	}
	res, err := r.runner.Run(t.Context(), p)
	if err != nil {
		f.Fatalf("run: %v\nstderr %s\n%s", err, stderr.String(), code)
	}
	o := outcome{exit: res.ExitCode, value: string(res.Value), stdout: stdout.String(), stderr: stderr.String(), files: dump(w), fuel: res.Fuel, memory: res.MemoryPeak}
	if res.Limit != nil {
		o.limit = res.Limit.Kind
	}
	return o
}

// dump lists a workspace: names, kinds, modes, contents and targets.
func dump(files jsengine.Files) string {
	var b strings.Builder
	var walk func(string)
	walk = func(dir string) {
		list, err := files.ReadDir(dir)
		if err != nil {
			fmt.Fprintf(&b, "%s: %v\n", dir, err)
			return
		}
		for _, e := range list {
			name := path.Join(dir, e.Name())
			info, err := files.Lstat(name)
			if err != nil {
				fmt.Fprintf(&b, "%s: %v\n", name, err)
				continue
			}
			fmt.Fprintf(&b, "%s %v", name, info.Mode())
			switch {
			case info.IsDir():
				b.WriteByte('\n')
				walk(name)
			case info.Mode()&fs.ModeSymlink != 0:
				target, err := files.Readlink(name)
				fmt.Fprintf(&b, " %q %v\n", target, err)
			default:
				data, err := files.ReadFile(name)
				fmt.Fprintf(&b, " %q %v\n", data, err)
			}
		}
	}
	walk("/workspace")
	return b.String()
}

// recorder notes a workspace's states: after each call that may change it.
type recorder struct {
	jsengine.Files
	states []string
}

func record(w jsengine.Files) *recorder {
	r := &recorder{Files: w}
	r.note()
	return r
}

func (r *recorder) note() { r.states = append(r.states, dump(r.Files)) }

// Names is what a workspace's operations are charged by.
func (r *recorder) Names() int64 { return r.Files.(*hostfuncs.Workspace).Names() }

func (r *recorder) Open(p string, flag int, perm fs.FileMode) (jsengine.File, error) {
	defer r.note()
	f, err := r.Files.Open(p, flag, perm)
	if err != nil {
		return nil, err
	}
	return &recordedFile{f, r}, nil
}
func (r *recorder) Mkdir(p string, perm fs.FileMode) error {
	defer r.note()
	return r.Files.Mkdir(p, perm)
}
func (r *recorder) MkdirAll(p string, perm fs.FileMode) error {
	defer r.note()
	return r.Files.MkdirAll(p, perm)
}
func (r *recorder) Unlink(p string) error        { defer r.note(); return r.Files.Unlink(p) }
func (r *recorder) Rmdir(p string) error         { defer r.note(); return r.Files.Rmdir(p) }
func (r *recorder) RemoveAll(p string) error     { defer r.note(); return r.Files.RemoveAll(p) }
func (r *recorder) Rename(from, to string) error { defer r.note(); return r.Files.Rename(from, to) }
func (r *recorder) Link(from, to string) error   { defer r.note(); return r.Files.Link(from, to) }
func (r *recorder) Symlink(to, p string) error   { defer r.note(); return r.Files.Symlink(to, p) }
func (r *recorder) Chmod(p string, m fs.FileMode) error {
	defer r.note()
	return r.Files.Chmod(p, m)
}
func (r *recorder) Truncate(p string, n int64) error { defer r.note(); return r.Files.Truncate(p, n) }
func (r *recorder) WriteFile(p string, data []byte, flag int, perm fs.FileMode) error {
	defer r.note()
	return r.Files.WriteFile(p, data, flag, perm)
}

type recordedFile struct {
	jsengine.File
	r *recorder
}

func (f *recordedFile) WriteAt(p []byte, off int64) (int, error) {
	defer f.r.note()
	return f.File.WriteAt(p, off)
}
func (f *recordedFile) Truncate(n int64) error { defer f.r.note(); return f.File.Truncate(n) }

// engines are the ways to run that random programs are compared in.
type engines struct {
	verified *jsengine.Engine // the usual, which compares each reset instance with its image
	short    *jsengine.Engine // slices of 64 units
	portable *jsengine.Engine // images are copied
	plain    jsengine.Runner  // not metered
}

func openEngines(t testing.TB) engines {
	e := engines{
		verified: jsengine.TunedEngine(t, func(c *wasmhost.Config) { c.VerifyResets = 1 }),
		short:    jsengine.TunedEngine(t, func(c *wasmhost.Config) { c.VerifyResets, c.Slice = 1, time.Nanosecond }),
		portable: jsengine.TunedEngine(t, func(c *wasmhost.Config) { c.VerifyResets, c.Portable = 1, true }),
		plain:    jsengine.UnmeteredEngine(t),
	}
	t.Cleanup(func() {
		for _, e := range []*jsengine.Engine{e.verified, e.short, e.portable} {
			if s := e.HostStats(); s.Mismatches != 0 || s.Live != 0 || s.Held != 0 {
				t.Errorf("at the end: %+v", s)
			}
		}
	})
	return e
}

// check holds a program to the same outcome in every way to run it, and to a
// prefix of it where its fuel ends at one of the given places, in parts of 2^16.
func (e engines) check(t testing.TB, f failer, code string, kills []uint16) {
	f.Helper()
	var states *recorder
	want := randomRun{runner: e.verified, files: func(w jsengine.Files) jsengine.Files { states = record(w); return states }}.run(t, f, code)
	if want.exit != 0 && want.exit != 13 { // 13: something is awaited that never comes
		f.Fatalf("not a program that ends by itself: %v\n\n%s", want, code)
	}
	differs := func(way string, got outcome) {
		f.Helper()
		f.Fatalf("%s: got %v\n\nwant %v\n\n%s", way, got, want, code)
	}
	for way, r := range map[string]randomRun{
		"in a used instance": {runner: e.verified},
		"in short slices":    {runner: e.short},
		"in a copied image":  {runner: e.portable},
		"with just enough":   {runner: e.verified, fuel: want.fuel},
	} {
		if got := r.run(t, f, code); got != want {
			differs(way, got)
		}
	}
	for way, r := range map[string]randomRun{
		"not metered":       {runner: e.plain},
		"collecting always": {runner: e.verified, collect: true},
	} {
		if got := r.run(t, f, code); !got.same(want) {
			differs(way, got)
		}
	}
	for _, k := range kills {
		fuel := 1 + int64(float64(want.fuel-2)*float64(k)/(1<<16))
		killed := randomRun{runner: e.verified, fuel: fuel}.run(t, f, code)
		if killed.exit != 124 || killed.limit != "fuel" || killed.fuel < fuel {
			differs(fmt.Sprintf("with fuel for %d units", fuel), killed)
		}
		if !strings.HasPrefix(want.stdout, killed.stdout) || !strings.HasPrefix(want.stderr, killed.stderr) {
			differs(fmt.Sprintf("killed after %d units, output", fuel), killed)
		}
		known := false
		for _, s := range states.states {
			known = known || s == killed.files
		}
		if !known {
			differs(fmt.Sprintf("killed after %d units, a state between two operations", fuel), killed)
		}
		if again := (randomRun{runner: e.short, fuel: fuel}).run(t, f, code); !again.same(killed) {
			differs(fmt.Sprintf("killed after %d units in short slices, unlike %v", fuel, killed), again)
		}
		if got := (randomRun{runner: e.verified}).run(t, f, code); got != want {
			differs("in a new instance after a kill", got)
		}
	}
}

// I1, I2, I5, I10: how a program is run shows in nothing: not which instance it
// has, how its slices are cut, whether it is metered at all, or when its garbage
// goes. Where its fuel ends, it ends, and what it did until then is whole.
func TestRandomPrograms(t *testing.T) {
	e := openEngines(t)
	rapid.Check(t, func(rt *rapid.T) {
		seeds := rapid.SliceOfN(rapid.Uint64(), 1, 8).Draw(rt, "seeds")
		kills := rapid.SliceOfN(rapid.Uint16(), 1, 3).Draw(rt, "kills")
		e.check(t, rt, jsgen.Program(seeds), kills)
	})
}

// FuzzPrograms is TestRandomPrograms for a fuzzer.
func FuzzPrograms(f *testing.F) {
	e := openEngines(f)
	f.Add([]byte("buntime!random!!programs"), uint16(1<<15))
	f.Fuzz(func(t *testing.T, data []byte, kill uint16) {
		e.check(t, t, jsgen.Program(jsgen.Seeds(data, 12)), []uint16{kill})
	})
}
