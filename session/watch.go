package session

import (
	"context"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/buntime/buntime/hostfuncs"
	"github.com/buntime/buntime/shell"
)

const (
	// watchEvery is how often the files of a program that is watched are looked at.
	watchEvery = 200 * time.Millisecond
	// watchPatience is how long a program may take to end when it is to start again.
	watchPatience = 3 * time.Second
	// maxWatched bounds the files that are watched.
	maxWatched = 2000
)

// loadedFiles are the files of the modules that a program loaded, but those of
// packages, as they were then. It is safe for concurrent use; nil records nothing.
type loadedFiles struct {
	ws *hostfuncs.Workspace

	mu    sync.Mutex
	files map[string]fileState // guarded by mu; by absolute path
}

func (f *loadedFiles) add(name string) {
	if f == nil || strings.Contains(name, "/node_modules/") {
		return
	}
	now := stateOf(f.ws.Stat(name))
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.files == nil {
		f.files = map[string]fileState{}
	}
	if len(f.files) < maxWatched {
		f.files[name] = now
	}
}

// changed reports whether one of the files is not as it was.
func (f *loadedFiles) changed() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	for name, was := range f.files {
		if stateOf(f.ws.Stat(name)) != was {
			return true
		}
	}
	return false
}

// watched is a program that starts again whenever one of its modules changes.
type watched struct {
	argv  []string
	files []string // that are watched beside its modules
	// ended and again are what is said when it ended and when it starts again; "" is nothing.
	ended func(status int) string
	again string
}

// watch runs a program again and again, until ctx ends.
func (l *line) watch(ctx context.Context, p *shell.Program, w watched) int {
	for {
		seen := &loadedFiles{ws: l.r.ws}
		for _, name := range w.files {
			seen.add(resolveEntry(p.Dir, name))
		}
		c, err := p.Process.System().Go(ctx, shell.Start{
			Argv: w.argv, Env: p.Env, Dir: p.Dir, Stdin: p.Stdin, Stdout: p.Stdout, Stderr: p.Stderr,
			Depth: p.Process.Depth() + 1, Parent: p.Process.PID(), With: seen,
		})
		if err != nil {
			print(ctx, p.Stderr, "%s: %v\n", p.Args[0], err)
			return 126
		}
		if !w.wait(ctx, p, c, seen) {
			<-c.Done()
			status, _ := c.Status()
			return status
		}
		c.Signal(15)
		select {
		case <-c.Done():
		case <-time.After(watchPatience):
			c.Signal(9)
			<-c.Done()
		}
		if w.again != "" {
			print(ctx, p.Stdout, "%s\n", w.again)
		}
	}
}

// wait returns true when a file changed and no longer changes, and false when ctx ends.
func (w watched) wait(ctx context.Context, p *shell.Program, c *shell.Process, seen *loadedFiles) bool {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	done := c.Done()
	for {
		select {
		case <-ctx.Done():
			return false
		case <-done:
			done = nil
			status, _ := c.Status()
			if text := w.ended(status); text != "" {
				print(ctx, p.Stdout, "%s\n", text)
			}
		case <-tick.C:
			if !seen.changed() {
				continue
			}
			select { // whoever writes it has the time to end
			case <-time.After(watchEvery / 2):
				return true
			case <-ctx.Done():
				return false
			}
		}
	}
}

// nodeWatch is `node --watch`: given are the arguments of node.
func (l *line) nodeWatch(ctx context.Context, p *shell.Program, given, program []string) int {
	w := watched{argv: []string{"node"}}
	for i := 0; i < len(given); i++ {
		name, value, has := strings.Cut(given[i], "=")
		switch name {
		case "--watch", "--watch-preserve-output":
		case "--watch-path":
			if !has && i+1 < len(given)-len(program) {
				i++
				value = given[i]
			}
			w.files = append(w.files, l.below(resolveEntry(p.Dir, value))...)
		default:
			if i >= len(given)-len(program) {
				w.argv = append(w.argv, given[i:]...)
				i = len(given)
				continue
			}
			w.argv = append(w.argv, given[i])
		}
	}
	what := "'" + strings.Join(program, " ") + "'"
	w.again = "Restarting " + what
	w.ended = func(status int) string {
		if status == 0 {
			return "Completed running " + what
		}
		return "Failed running " + what
	}
	return l.watch(ctx, p, w)
}

// below are the files in a folder and those in it, at most maxWatched; packages are left out.
func (l *line) below(dir string) []string {
	var all []string
	folders := []string{dir}
	for len(folders) > 0 && len(all) < maxWatched {
		dir := folders[0]
		folders = folders[1:]
		list, err := l.r.ws.ReadDir(dir)
		if err != nil {
			all = append(all, dir) // it is a file, or will be one
			continue
		}
		for _, e := range list {
			name := path.Join(dir, e.Name())
			switch {
			case e.IsDir() && e.Name() != "node_modules" && e.Name() != ".git":
				folders = append(folders, name)
			case !e.IsDir():
				all = append(all, name)
			}
		}
	}
	return all
}
