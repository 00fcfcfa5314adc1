package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// reference runs programs with the real runtimes. The caller must close it.
type reference struct {
	tools  string // a directory that has bun
	server *httptest.Server
}

// newReference installs the real Bun below root and finds the real Node.
func newReference(ctx context.Context, root string) (*reference, error) {
	npm := exec.CommandContext(ctx, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent")
	npm.Dir = root
	if out, err := npm.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("install bun: npm ci: %w\n%s", err, out)
	}
	arch := map[string]string{"amd64": "x64", "arm64": "aarch64"}[runtime.GOARCH]
	tools, err := filepath.Abs(filepath.Join(root, "node_modules", "@oven", "bun-"+runtime.GOOS+"-"+arch, "bin"))
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(tools, "bun")); err != nil {
		return nil, fmt.Errorf("no bun for this machine: %w", err)
	}
	version, err := exec.CommandContext(ctx, "node", "--version").Output()
	if err != nil {
		return nil, fmt.Errorf("node: %w", err)
	}
	if !strings.HasPrefix(string(version), "v20.") {
		return nil, fmt.Errorf("the golden files are Node 20's, and node here is %s", bytes.TrimSpace(version))
	}
	return &reference{tools: tools, server: httptest.NewServer(handler())}, nil
}

func (r *reference) close() { r.server.Close() }

// run returns what the real runtime prints, in an empty directory that has the
// program's files and nothing of this machine's environment but PATH.
func (r *reference) run(ctx context.Context, p *program) (_ string, err error) {
	files, err := p.files()
	if err != nil {
		return "", err
	}
	home, err := os.MkdirTemp("", "compat-")
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(home)) }()
	dir := filepath.Join(home, "workspace")
	for name, content := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return "", err
		}
		if err := os.WriteFile(file, content, 0o644); err != nil {
			return "", err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "bash", "-c", "exec "+p.command)
	cmd.Dir = dir
	cmd.Env = []string{"PATH=" + r.tools + string(filepath.ListSeparator) + os.Getenv("PATH"), "HOME=" + home, "TMPDIR=/tmp"}
	for k, v := range environment(r.server.URL) {
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
	return printed(stdout.String(), cmd.ProcessState.ExitCode(), r.server.URL, "http://compat", dir, "/workspace"), nil
}
