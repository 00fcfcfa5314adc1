// Command release writes what a release consists of:
//
//	module/            the complete module tree, tracked files and generated ones,
//	                   that a release tag is made from, so that `go get` works
//	                   without the engine's build
//	buntime-OS-ARCH    a static binary for each platform
//	SHA256SUMS         of the binaries
package main

import (
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

var platforms = []string{"linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64"}

// generated lists what the build makes, the repository ignores, and the Go
// packages embed.
var generated = []string{
	"jsengine/engine/*.gen.*",
	"cmd/buntime/THIRD_PARTY_NOTICES.txt",
}

func main() {
	out := flag.String("o", "dist", "folder to write")
	version := flag.String("version", "dev", "the version that the binaries report")
	only := flag.Bool("module-only", false, "write the module tree alone")
	flag.Parse()
	if err := run(*out, *version, *only); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

func run(out, version string, moduleOnly bool) error {
	out, err := filepath.Abs(out)
	if err != nil {
		return err
	}
	module := filepath.Join(out, "module")
	if err := os.RemoveAll(module); err != nil {
		return err
	}
	tracked, err := exec.Command("git", "ls-files", "-z").Output()
	if err != nil {
		return fmt.Errorf("git ls-files: %w", err)
	}
	files := strings.Split(strings.TrimSuffix(string(tracked), "\x00"), "\x00")
	for _, pattern := range generated {
		m, err := filepath.Glob(pattern)
		if err != nil {
			return err
		}
		if len(m) == 0 {
			return fmt.Errorf("%s is missing: run make build first", pattern)
		}
		files = append(files, m...)
	}
	for _, f := range files {
		if err := copyFile(f, filepath.Join(module, filepath.FromSlash(f))); err != nil {
			return err
		}
	}
	// A release commits what the repository ignores.
	if err := os.Remove(filepath.Join(module, ".gitignore")); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if moduleOnly {
		return nil
	}
	sums, err := os.Create(filepath.Join(out, "SHA256SUMS"))
	if err != nil {
		return err
	}
	defer sums.Close()
	for _, p := range platforms {
		goos, goarch, _ := strings.Cut(p, "/")
		name := "buntime-" + goos + "-" + goarch
		fmt.Println("building", name)
		cmd := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w -X main.version="+version, "-o", filepath.Join(out, name), "./cmd/buntime")
		cmd.Dir = module
		cmd.Env = append(os.Environ(), "GOOS="+goos, "GOARCH="+goarch, "CGO_ENABLED=0")
		cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("build for %s: %w", p, err)
		}
		sum, err := hash(filepath.Join(out, name))
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(sums, "%s  %s\n", sum, name); err != nil {
			return err
		}
	}
	return sums.Close()
}

func copyFile(from, to string) error {
	info, err := os.Lstat(from)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is not a regular file", from)
	}
	src, err := os.Open(from)
	if err != nil {
		return err
	}
	defer src.Close()
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	dst, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, info.Mode().Perm())
	if err != nil {
		return err
	}
	_, err = io.Copy(dst, src)
	return errors.Join(err, dst.Close())
}

func hash(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return fmt.Sprintf("%x", h.Sum(nil)), nil
}
