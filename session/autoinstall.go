package session

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"strings"
	"sync"

	"github.com/buntime/buntime/hostfuncs"
	"github.com/buntime/buntime/jsengine"
	"github.com/buntime/buntime/npm"
)

// autoDir is where packages are that an import asked for and no project has
// installed, in /tmp: they end with the execution, and come from the store again.
const autoDir = "/tmp/.bun-install"

// maxManifest bounds what is read of a project: package.json and .npmrc, as npm's are.
// It is read on no program's account.
const maxManifest = 1 << 20

// readManifest reads a small file of a project. Errors: the workspace's,
// *largeManifest.
func readManifest(ws *hostfuncs.Workspace, name string) ([]byte, error) {
	info, err := ws.Stat(name)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxManifest {
		return nil, &largeManifest{name: path.Base(name), size: info.Size()}
	}
	return ws.ReadFile(name)
}

// largeManifest is a file of a project that is larger than maxManifest.
type largeManifest struct {
	name string
	size int64
}

func (e *largeManifest) Error() string {
	return fmt.Sprintf("%s is larger than %d bytes: it has %d", e.name, maxManifest, e.size)
}

// autoInstaller installs what programs of a line import, one after another, by the
// same client, policy and store as `bun add`. It implements jsengine.Installer.
type autoInstaller struct {
	l *line

	mu     sync.Mutex        // held over an install
	root   map[string]string // guarded by mu; what autoDir itself has: name → what was asked for
	dirs   map[string]string // guarded by mu; what was asked for → where it is
	failed map[string]error  // guarded by mu; what could not be had
}

var _ jsengine.Installer = (*autoInstaller)(nil)

// Install implements jsengine.Installer. What programs import without a version is
// in one tree, so that packages share what they depend on; a second version of a
// package has a tree of its own.
func (a *autoInstaller) Install(ctx context.Context, name, want, from string) (string, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	project, asked := a.project(path.Dir(from), name)
	if want != "" {
		asked = want
	}
	if asked == "" {
		asked = "latest"
	}
	what := name + "@" + asked
	if dir, ok := a.dirs[what]; ok {
		return dir, nil
	}
	if err, ok := a.failed[what]; ok {
		return "", err
	}
	dir := autoDir
	if other, ok := a.root[name]; want != "" || ok && other != asked {
		sum := sha256.Sum256([]byte(what))
		dir = path.Join(autoDir, hex.EncodeToString(sum[:8]))
	}
	if err := a.install(ctx, dir, what, project); err != nil {
		if ctx.Err() == nil {
			a.failed[what] = err
		}
		return "", err
	}
	if dir == autoDir {
		a.root[name] = asked
	}
	a.dirs[what] = dir
	return dir, nil
}

// install adds a package to the tree in dir.
func (a *autoInstaller) install(ctx context.Context, dir, what, project string) error {
	ws := a.l.r.ws
	if err := ws.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	// The project's registries count.
	rc, err := readManifest(ws, path.Join(project, ".npmrc"))
	if large := (*largeManifest)(nil); errors.As(err, &large) {
		return err
	}
	if err == nil {
		if err := ws.WriteFile(path.Join(dir, ".npmrc"), rc, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600); err != nil {
			return err
		}
	}
	var errs strings.Builder
	env := npm.Env{Root: dir, Dir: dir, Vars: a.l.x.Env, Stderr: &errs, Progress: func(npm.Progress) {}}
	if a.l.m.packages.command(ctx, a.l.r, a.l.x, []string{"bun", "add", "--silent", what}, env) == 0 {
		return nil
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	for line := range strings.Lines(errs.String()) {
		if text, ok := strings.CutPrefix(strings.TrimSpace(line), "error: "); ok {
			return errors.New(text)
		}
	}
	return errors.New("the package could not be installed")
}

// project returns the folder of the nearest package.json for files in dir, else the
// workspace, and what it asks for of a dependency; "" if it does not know it.
func (a *autoInstaller) project(dir, name string) (root, want string) {
	for ; dir == hostfuncs.Root || strings.HasPrefix(dir, hostfuncs.Root+"/"); dir = path.Dir(dir) {
		b, err := readManifest(a.l.r.ws, path.Join(dir, "package.json"))
		if err != nil {
			continue
		}
		var m struct {
			Dependencies, DevDependencies, OptionalDependencies, PeerDependencies map[string]string
		}
		if json.Unmarshal(b, &m) == nil {
			for _, deps := range []map[string]string{m.Dependencies, m.DevDependencies, m.OptionalDependencies, m.PeerDependencies} {
				if want = deps[name]; want != "" {
					break
				}
			}
		}
		return dir, want
	}
	return hostfuncs.Root, ""
}
