package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/buntime/buntime/session"
)

// lockTools are what write lockfiles, and what the real ones must say of ours.
var lockTools = []struct {
	file, write string
	accept      string // fails, or changes the file, if it is not what the real tool would install
}{
	{"package-lock.json", "npm install --package-lock-only --silent", "npm ls --all --package-lock-only && npm ci --dry-run --silent && npm install --package-lock-only --silent"},
	{"bun.lock", "bun install --lockfile-only --silent", "bun install --frozen-lockfile --ignore-scripts --silent"},
}

// checkLocks writes the lockfiles of what programs depend on, here and with the real
// npm and Bun, and prints which the real tools do not take as they are, or would have
// written otherwise. It returns an error if there are any of the first sort.
func checkLocks(ctx context.Context, o *ours, r *reference, programs []*program) error {
	refused, same, total := 0, 0, 0
	for _, p := range programs {
		if !p.packages {
			continue
		}
		manifest, err := os.ReadFile(filepath.Join(p.dir, "package.json"))
		if err != nil {
			return err
		}
		for _, tool := range lockTools {
			total++
			got, err := o.lock(ctx, manifest, tool.write, tool.file)
			if err != nil {
				return fmt.Errorf("%s: %w", p, err)
			}
			after, err := r.lock(ctx, manifest, got, tool.accept, tool.file)
			if d := difference(got, after, ""); err != nil || d != "" {
				refused++
				fmt.Printf("%s: the real tool does not take our %s: %v %s\n", p, tool.file, err, d)
			}
			want, err := r.lock(ctx, manifest, "", tool.write, tool.file)
			if err != nil {
				return fmt.Errorf("%s: %w", p, err)
			}
			if d := difference(plainURLs(got), plainURLs(want), ""); d != "" {
				fmt.Printf("%s: %s differs from the real one: %s\n", p, tool.file, d)
			} else {
				same++
			}
		}
	}
	fmt.Printf("%d lockfiles: %d are taken by the real tools, %d are what those write\n", total, total-refused, same)
	if refused > 0 {
		return errors.New("lockfiles were refused")
	}
	return nil
}

// archiveURL matches where a registry has an archive, in bun.lock.
var archiveURL = regexp.MustCompile(`", "https?://[^"]*", \{`)

// plainURLs leaves out where registries have archives: Bun does not say it of its
// default registry, which has no name here.
func plainURLs(lock string) string { return archiveURL.ReplaceAllString(lock, `", "", {`) }

// lock returns the lockfile that a command line writes here, in a folder with a
// package.json.
func (o *ours) lock(ctx context.Context, manifest []byte, command, file string) (string, error) {
	x := &session.Execution{
		Command: command + " && cat " + file, IsCommand: true, Timeout: 2 * time.Minute, Output: 4 << 20,
		Files: []session.File{{Path: "package.json", Content: manifest}},
	}
	res, err := o.manager.Run(ctx, "compat", x, session.Limits{CPU: session.MaxCPU}, nil)
	if err == nil && res.ExitCode != 0 {
		err = fmt.Errorf("%s: exit %d: %s", command, res.ExitCode, res.Stderr)
	}
	if err != nil {
		return "", err
	}
	return res.Stdout, nil
}

// lock returns the lockfile that the real tool leaves, in a folder with a
// package.json and, unless it is "", a lockfile.
func (r *reference) lock(ctx context.Context, manifest []byte, lock, command, file string) (_ string, err error) {
	files := map[string][]byte{"package.json": manifest}
	if lock != "" {
		files[file] = []byte(lock)
	}
	home, dir, err := newHome(files)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(home)) }()
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "bash", "-c", command)
	cmd.Dir = dir
	cmd.Env = r.installing(home)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%s: %w: %.600s", command, err, strings.TrimSpace(string(out)))
	}
	b, err := os.ReadFile(filepath.Join(dir, file))
	return string(b), err
}
