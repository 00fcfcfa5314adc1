package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/buntime/buntime/internal/npmtest"
)

// reference runs programs with the real runtimes. The caller must close it.
type reference struct {
	path   string   // PATH: bun, node24, and what this machine has
	root   string   // of node_modules
	npm    []string // npm's settings, as variables
	server *httptest.Server
	madeUp *npmtest.Registry
}

// newReference installs the real Bun, Node 24 and better-sqlite3 below root, and
// finds the real Node 20.
func newReference(ctx context.Context, root string) (*reference, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	run := func(name string, args ...string) (string, error) {
		cmd := exec.CommandContext(ctx, name, args...)
		cmd.Dir = root
		out, err := cmd.CombinedOutput()
		if err != nil {
			return "", fmt.Errorf("%s: %w\n%s", cmd, err, out)
		}
		return strings.TrimSpace(string(out)), nil
	}
	version, err := run("node", "--version")
	if err != nil {
		return nil, err
	}
	if !strings.HasPrefix(version, "v20.") {
		return nil, fmt.Errorf("the golden files are Node 20's, and node here is %s", version)
	}
	if !newer(filepath.Join(root, "node_modules", ".package-lock.json"), filepath.Join(root, "package-lock.json")) {
		if _, err := run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"); err != nil {
			return nil, err
		}
	}
	if _, err := os.Stat(filepath.Join(root, "node_modules", "better-sqlite3", "build", "Release")); err != nil {
		prefix, err := run("node", "-p", "path.dirname(path.dirname(process.execPath))")
		if err != nil {
			return nil, err
		}
		if _, err := run("npm", "rebuild", "better-sqlite3", "--build-from-source", "--nodedir="+prefix); err != nil {
			return nil, err
		}
	}
	arch := map[string]string{"amd64": "x64", "arm64": "arm64"}[runtime.GOARCH]
	bun := filepath.Join(root, "node_modules", "@oven", "bun-"+runtime.GOOS+"-"+strings.Replace(arch, "arm64", "aarch64", 1), "bin")
	node24 := filepath.Join(root, "node_modules", "node-"+runtime.GOOS+"-"+arch, "bin", "node")
	link := filepath.Join(root, "node_modules", ".bin", "node24")
	if err := os.Symlink(node24, link); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	// npm's own links come last: node must be the machine's.
	path := strings.Join([]string{bun, os.Getenv("PATH"), filepath.Dir(link)}, string(filepath.ListSeparator))
	registry, err := registryURL(ctx)
	if err != nil {
		return nil, err
	}
	settings := []string{
		"npm_config_registry=" + registry, "npm_config_cache=" + filepath.Join(root, "node_modules", ".cache", "npm"), "npm_config_update_notifier=false",
		"npm_config_ignore_scripts=true", "npm_config_audit=false", "npm_config_fund=false",
	}
	return &reference{path: path, root: root, npm: settings, server: httptest.NewServer(handler()), madeUp: newRegistry()}, nil
}

// newer reports whether a file was written after another.
func newer(a, b string) bool {
	x, err := os.Stat(a)
	y, other := os.Stat(b)
	return err == nil && other == nil && x.ModTime().After(y.ModTime())
}

func (r *reference) close() {
	r.server.Close()
	r.madeUp.Close()
}

// newHome makes a folder, which the caller removes, and in it one with files.
func newHome(files map[string][]byte) (home, dir string, err error) {
	if home, err = os.MkdirTemp("", "compat-"); err != nil {
		return "", "", err
	}
	dir = filepath.Join(home, "workspace")
	for name, content := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err = os.MkdirAll(filepath.Dir(file), 0o755); err == nil {
			err = os.WriteFile(file, content, 0o644)
		}
		if err != nil {
			return "", "", errors.Join(err, os.RemoveAll(home))
		}
	}
	return home, dir, nil
}

// installing is the environment of the real npm and Bun when they install.
func (r *reference) installing(home string) []string {
	return append([]string{"PATH=" + r.path, "HOME=" + home, "BUN_INSTALL_CACHE_DIR=" + filepath.Join(r.root, "node_modules", ".cache", "bun")}, r.npm...)
}

// run returns what the real runtime prints, in an empty directory that has the
// program's files and nothing of this machine's environment but PATH.
func (r *reference) run(ctx context.Context, p *program) (_ string, err error) {
	files, err := p.files()
	if err != nil {
		return "", err
	}
	home, dir, err := newHome(files)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(home)) }()
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	if p.packages {
		install := exec.CommandContext(ctx, "npm", "ci", "--silent")
		install.Dir = dir
		install.Env = r.installing(home)
		if out, err := install.CombinedOutput(); err != nil {
			return "", fmt.Errorf("%s: npm ci: %w\n%s", p, err, out)
		}
	}
	cmd := exec.CommandContext(ctx, "bash", "-c", "exec "+p.command)
	cmd.Dir = dir
	cmd.Env = []string{"PATH=" + r.path, "HOME=" + home, "TMPDIR=/tmp", "NODE_PATH=" + filepath.Join(r.root, "node_modules"), "NODE_NO_WARNINGS=1"}
	for k, v := range environment(r.server.URL, r.madeUp.URL) {
		cmd.Env = append(cmd.Env, k+"="+v)
	}
	var stdout bytes.Buffer
	cmd.Stdout = &stdout
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		return "", fmt.Errorf("%s: %w", p, err)
	}
	if ctx.Err() != nil {
		return "", fmt.Errorf("%s: %w", p, ctx.Err())
	}
	return printed(stdout.String(), cmd.ProcessState.ExitCode(), r.server.URL, "http://compat", r.madeUp.URL, madeUpURL, dir, "/workspace"), nil
}
