package session

import (
	"bytes"
	"context"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/buntime/buntime/hostfuncs"
	"github.com/buntime/buntime/npm"
	"github.com/buntime/buntime/shell"
)

const (
	// maxFiltered bounds the packages whose scripts run at once.
	maxFiltered = 16
	// maxFilteredLine is how long a line of a script's output is shown as one.
	maxFilteredLine = 32 << 10
)

// filtered is a package whose script `bun run --filter` runs.
type filtered struct {
	npm.Workspace
	waits int         // for so many others, which it depends on
	then  []*filtered // wait for this one
}

// bunFilter runs a script in the workspaces that are meant: at once, but a package
// only after those that it depends on.
func (l *line) bunFilter(ctx context.Context, p *shell.Program, name string, args []string, how bunRun) int {
	manifests := chargedFiles{packageFiles: packageFiles{l.r.ws}, ctx: ctx, budget: l.budget}
	all, err := npm.Workspaces(&manifests, hostfuncs.Root, p.Dir)
	defer func() { _ = l.budget.Hold(-manifests.held) }()
	if manifests.failed != nil {
		if ctx.Err() == nil {
			p.Process.System().Fail(manifests.failed)
		}
		return 137
	}
	if err != nil {
		print(ctx, p.Stderr, "error: %v\n", err)
		return 1
	}
	var chosen []npm.Workspace
	for _, w := range all {
		if how.workspaces || matchesFilters(p.Dir, w, how.filters) {
			chosen = append(chosen, w)
		}
	}
	shown := make([]string, len(how.filters))
	for i, f := range how.filters {
		shown[i] = `"` + f + `"`
	}
	if len(chosen) == 0 {
		what := "filter"
		if len(shown) > 1 {
			what += "s"
		}
		if how.workspaces {
			print(ctx, p.Stderr, "error: No workspace packages found\n")
		} else {
			print(ctx, p.Stderr, "error: No workspace packages matched the %s %s\n", what, strings.Join(shown, ", "))
		}
		return 1
	}
	have := slices.DeleteFunc(slices.Clone(chosen), func(w npm.Workspace) bool { return w.Scripts[name] == "" })
	switch {
	case how.ifPresent:
	case how.workspaces && len(have) < len(chosen):
		for _, w := range slices.Backward(chosen) {
			if w.Scripts[name] == "" {
				print(ctx, p.Stderr, "error: Missing '%s' script at '%s'\n", name, w.Dir)
				return 1
			}
		}
	case len(have) == 0 && len(chosen) == 1:
		print(ctx, p.Stderr, "error: Script %q not found in package %q\n", name, chosen[0].Name)
		return 1
	case len(have) == 0:
		print(ctx, p.Stderr, "error: Script %q not found in %d packages matching %s\n", name, len(chosen), strings.Join(shown, ", "))
		return 1
	}
	return l.runFiltered(ctx, p, inOrder(have), name, args)
}

// chargedFiles is a workspace of which a program of the line reads manifests: they
// are held, with what they are parsed to, until it gives held back.
type chargedFiles struct {
	packageFiles
	ctx    context.Context
	budget *shell.Budget
	held   int64
	failed error // why the first that was refused was
}

// ReadFile implements npm.Files.
func (f *chargedFiles) ReadFile(name string) ([]byte, error) {
	info, err := f.Stat(name)
	if err != nil {
		return nil, err
	}
	if f.failed == nil {
		f.failed = f.charge(info.Size())
	}
	if f.failed != nil {
		return nil, f.failed
	}
	return f.packageFiles.ReadFile(name)
}

func (f *chargedFiles) charge(size int64) error {
	if err := f.ctx.Err(); err != nil {
		return err
	}
	if err := f.budget.Spend(size * jsonFuel); err != nil {
		return err
	}
	if err := f.budget.Hold(3 * size); err != nil {
		return err
	}
	f.held += 3 * size
	return nil
}

// matchesFilters reports whether a package is meant: by a pattern of its name or,
// if that begins with a dot or slash, its folder, and by none that begins with "!".
func matchesFilters(dir string, w npm.Workspace, filters []string) bool {
	fits, wanted := false, false
	for _, f := range filters {
		pattern, not := strings.CutPrefix(f, "!")
		ok := pattern == "*" || pattern == "**"
		switch {
		case ok:
		case strings.HasPrefix(pattern, "."), strings.HasPrefix(pattern, "/"):
			if !path.IsAbs(pattern) {
				pattern = path.Join(dir, pattern)
			}
			ok, _ = path.Match(path.Clean(pattern), w.Dir)
		default:
			ok, _ = path.Match(pattern, w.Name)
		}
		if not && ok {
			return false
		}
		wanted = wanted || !not
		fits = fits || ok
	}
	return fits || !wanted
}

// inOrder returns packages such that each comes after those that it waits for.
// Of a circle of dependencies, one does not count.
func inOrder(list []npm.Workspace) []*filtered {
	byName := make(map[string]*filtered, len(list))
	for _, w := range list {
		byName[w.Name] = &filtered{Workspace: w}
	}
	var out []*filtered
	seen, placed := map[*filtered]bool{}, map[*filtered]bool{}
	var visit func(f *filtered)
	visit = func(f *filtered) {
		seen[f] = true
		for _, name := range f.Needs {
			to := byName[name]
			if to == nil || to == f {
				continue
			}
			if !seen[to] {
				visit(to)
			}
			if placed[to] {
				f.waits++
				to.then = append(to.then, f)
			}
		}
		placed[f] = true
		out = append(out, f)
	}
	for _, w := range list {
		if f := byName[w.Name]; !seen[f] {
			visit(f)
		}
	}
	return out
}

// runFiltered runs a script of packages, and returns the status of the first that failed.
func (l *line) runFiltered(ctx context.Context, p *shell.Program, list []*filtered, name string, args []string) int {
	type running struct {
		f     *filtered
		out   *prefixed
		steps []string
	}
	type end struct {
		*running
		status int
	}
	var lock sync.Mutex // of what is printed
	ends := make(chan end)
	var ready []*running
	offer := func(f *filtered) {
		r := &running{f: f}
		for _, step := range []string{"pre" + name, name, "post" + name} {
			if f.Scripts[step] != "" {
				r.steps = append(r.steps, step)
			}
		}
		ready = append(ready, r)
	}
	status, live := 0, 0
	failed := func(code int) {
		if status == 0 {
			status = code
		}
	}
	start := func(r *running) {
		step := r.steps[0]
		text := r.f.Scripts[step]
		if step == name {
			for _, a := range args {
				text += " " + quote(a)
			}
		}
		r.out = &prefixed{lock: &lock, w: p.Stdout, prefix: r.f.Name + " " + step + ": "}
		c, err := p.Process.System().Go(ctx, shell.Start{
			Line: text, Env: scriptEnv(p, r.f.Dir, step, r.f.Name, r.f.Version), Dir: r.f.Dir,
			Stdin: p.Stdin, Stdout: r.out, Stderr: r.out, Depth: p.Process.Depth() + 1, Parent: p.Process.PID(),
		})
		live++
		if err != nil {
			print(ctx, r.out, "%v\n", err)
			go func() { ends <- end{r, 126} }()
			return
		}
		go func() {
			<-c.Done()
			code, _ := c.Status()
			ends <- end{r, code}
		}()
	}
	for _, f := range list {
		if f.waits == 0 {
			offer(f)
		}
	}
	for len(ready) > 0 || live > 0 {
		for len(ready) > 0 && live < maxFiltered {
			r := ready[0]
			ready = ready[1:]
			start(r)
		}
		e := <-ends
		live--
		e.out.finish(ctx)
		print(ctx, e.out, "Exited with code %d\n", e.status)
		e.steps = e.steps[1:]
		if e.status != 0 {
			failed(e.status)
			for _, step := range e.steps {
				e.out.prefix = e.f.Name + " " + step + ": "
				print(ctx, e.out, "Skipped\n")
			}
			e.steps = nil
		}
		if ctx.Err() != nil {
			ready = nil
			continue
		}
		if len(e.steps) > 0 {
			ready = append([]*running{e.running}, ready...)
			continue
		}
		for _, f := range e.f.then {
			if f.waits--; f.waits == 0 {
				offer(f)
			}
		}
	}
	if ctx.Err() != nil {
		failed(137)
	}
	return status
}

// prefixed writes lines with a prefix to where others do, too.
type prefixed struct {
	lock   *sync.Mutex // also guards line
	w      shell.Writer
	prefix string
	line   []byte // the one that has no end yet
}

// WriteContext implements shell.Writer.
func (o *prefixed) WriteContext(ctx context.Context, b []byte) (int, error) {
	o.lock.Lock()
	defer o.lock.Unlock()
	n := 0
	for n < len(b) {
		rest := b[n:min(len(b), n+maxFilteredLine-len(o.line))]
		end := bytes.IndexByte(rest, '\n')
		if end >= 0 {
			rest = rest[:end]
		}
		o.line = append(o.line, rest...)
		n += len(rest)
		if end < 0 && len(o.line) < maxFilteredLine {
			continue
		}
		if end >= 0 {
			n++
		}
		if err := o.say(ctx); err != nil {
			return n, err
		}
	}
	return n, nil
}

// finish writes what has no end of line.
func (o *prefixed) finish(ctx context.Context) {
	o.lock.Lock()
	defer o.lock.Unlock()
	if len(o.line) > 0 {
		_ = o.say(ctx) // who reads may be gone
	}
}

func (o *prefixed) say(ctx context.Context) error {
	_, err := o.w.WriteContext(ctx, fmt.Appendf(nil, "%s%s\n", o.prefix, o.line))
	o.line = o.line[:0]
	return err
}
