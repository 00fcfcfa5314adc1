// Command notices writes the licences of everything that a buntime binary
// contains: the Go modules linked on any platform we release for, Go itself,
// the engine's source, the C library it is compiled with, and the npm packages
// in the guest's runtime library. It reads what the build has fetched and
// needs no network.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
)

// platforms are those that dist builds for.
var platforms = []string{"linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64"}

// component is one thing that a binary contains.
type component struct {
	name string
	dir  string // holds its licence files
}

func main() {
	out := flag.String("o", "", "file to write")
	build := flag.String("build", "build/engine", "where the engine's source and compiler were unpacked")
	flag.Parse()
	if err := run(*out, *build); err != nil {
		fmt.Fprintln(os.Stderr, "notices:", err)
		os.Exit(1)
	}
}

func run(out, build string) error {
	if out == "" {
		return errors.New("-o is missing")
	}
	parts, err := goModules()
	if err != nil {
		return err
	}
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return fmt.Errorf("go env GOROOT: %w", err)
	}
	parts = append(parts, component{"Go standard library", strings.TrimSpace(string(goroot))})
	zig, err := one(filepath.Join(build, "venv", "lib", "python*", "site-packages", "ziglang"))
	if err != nil {
		return err
	}
	parts = append(parts,
		component{"compiler-rt of Zig", zig},
		component{"wasi-libc", filepath.Join(zig, "lib", "libc", "wasi")},
		component{"cloudlibc, in wasi-libc", filepath.Join(zig, "lib", "libc", "wasi", "libc-bottom-half", "cloudlibc")})
	engine, err := os.ReadFile(filepath.Join(build, "src", "quickjs.c"))
	if err != nil {
		return fmt.Errorf("%w: run make engine first", err)
	}
	npm, err := npmPackages("jsengine/runtime")
	if err != nil {
		return err
	}
	parts = append(parts, npm...)
	sort.Slice(parts, func(i, j int) bool { return parts[i].name < parts[j].name })

	var buf bytes.Buffer
	buf.WriteString("buntime contains the following third-party software.\n")
	section := func(name, text string) {
		fmt.Fprintf(&buf, "\n%s\n%s\n\n%s\n", strings.Repeat("=", 78), name, text)
	}
	text, err := firstComment(engine)
	if err != nil {
		return fmt.Errorf("QuickJS-ng: %w", err)
	}
	section("QuickJS-ng", text)
	for _, p := range parts {
		text, err := licence(p.dir)
		if err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		section(p.name, text)
	}
	if old, err := os.ReadFile(out); err == nil && bytes.Equal(old, buf.Bytes()) {
		return nil // keep the build cache warm
	}
	return os.WriteFile(out, buf.Bytes(), 0o644)
}

// one returns the only match of a pattern.
func one(pattern string) (string, error) {
	m, err := filepath.Glob(pattern)
	if err != nil {
		return "", err
	}
	if len(m) != 1 {
		return "", fmt.Errorf("%d matches of %s: run make engine first", len(m), pattern)
	}
	return m[0], nil
}

// firstComment returns the comment that a C file begins with: its licence.
func firstComment(source []byte) (string, error) {
	head, _, ok := bytes.Cut(source, []byte("*/"))
	head, found := bytes.CutPrefix(head, []byte("/*"))
	if !ok || !found || !bytes.Contains(head, []byte("Permission is hereby granted")) {
		return "", errors.New("its source does not begin with its licence")
	}
	var lines []string
	for _, line := range strings.Split(string(head), "\n") {
		lines = append(lines, strings.TrimPrefix(strings.TrimPrefix(strings.TrimSpace(line), "*"), " "))
	}
	return strings.TrimSpace(strings.Join(lines, "\n")), nil
}

// goModules lists the modules that cmd/buntime links on any platform.
func goModules() ([]component, error) {
	seen := map[string]string{}
	for _, p := range platforms {
		goos, goarch, _ := strings.Cut(p, "/")
		// -e: the file that this command writes is embedded, and may be missing.
		cmd := exec.Command("go", "list", "-e", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}\t{{.Dir}}{{end}}{{end}}", "./cmd/buntime")
		cmd.Env = append(os.Environ(), "GOOS="+goos, "GOARCH="+goarch, "CGO_ENABLED=0")
		cmd.Stderr = os.Stderr
		text, err := cmd.Output()
		if err != nil {
			return nil, fmt.Errorf("list the dependencies for %s: %w", p, err)
		}
		for _, line := range strings.Split(string(text), "\n") {
			if name, dir, ok := strings.Cut(line, "\t"); ok {
				seen[name] = dir
			}
		}
	}
	var parts []component
	for name, dir := range seen {
		parts = append(parts, component{name, dir})
	}
	return parts, nil
}

// npmPackages lists the packages of a lockfile that are not for development.
func npmPackages(dir string) ([]component, error) {
	text, err := os.ReadFile(filepath.Join(dir, "package-lock.json"))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var lock struct {
		Packages map[string]struct {
			Version string
			Dev     bool
		}
	}
	if err := json.Unmarshal(text, &lock); err != nil {
		return nil, fmt.Errorf("package-lock.json: %w", err)
	}
	var parts []component
	for path, p := range lock.Packages {
		if path != "" && !p.Dev {
			parts = append(parts, component{strings.TrimPrefix(path, "node_modules/") + " " + p.Version, filepath.Join(dir, path)})
		}
	}
	return parts, nil
}

// licence returns the licence files in dir. A package of npm without one has at least
// said in its package.json what it is under, and whose it is.
func licence(dir string) (string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	var texts []string
	for _, e := range entries {
		upper := strings.ToUpper(e.Name())
		for _, prefix := range []string{"LICENSE", "LICENCE", "COPYING", "NOTICE"} {
			if strings.HasPrefix(upper, prefix) && e.Type().IsRegular() {
				text, err := os.ReadFile(filepath.Join(dir, e.Name()))
				if err != nil {
					return "", err
				}
				texts = append(texts, strings.TrimSpace(string(text)))
				break
			}
		}
	}
	if len(texts) == 0 {
		var pkg struct{ License, Author string }
		text, err := os.ReadFile(filepath.Join(dir, "package.json"))
		if err == nil {
			err = json.Unmarshal(text, &pkg)
		}
		if err != nil || pkg.License == "" || pkg.Author == "" {
			return "", fmt.Errorf("no licence in %s", dir)
		}
		return fmt.Sprintf("%s, by %s, as its package.json says; it has no licence file.", pkg.License, pkg.Author), nil
	}
	return strings.Join(texts, "\n\n"), nil
}
