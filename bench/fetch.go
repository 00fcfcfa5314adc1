package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
)

// tools are the peers' programs, with why those that are missing are.
type tools struct {
	node, bun, deno, workerd, bwrap, native string
	nativeFlags                             string
	versions                                []string // of each peer: "node 24.1.0"
	missing                                 struct{ node, isolatedVM, quickjs, bun, deno, workerd, bwrap, native string }
}

// fetch brings the peers here. What cannot be had or does not run is marked as
// missing; it fails only where a file cannot be written.
func (b *bench) fetch(ctx context.Context) error {
	t := &b.tools
	modules := filepath.Join(b.root, "bench", "node_modules")
	b.say("fetching the peers that npm has (node, bun, deno, workerd, isolated-vm, quickjs-emscripten)")
	npm := ""
	if _, err := b.output(ctx, filepath.Join(b.root, "bench"), "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"); err != nil {
		npm = "npm ci failed: " + err.Error()
	}
	// program finds one in a package for this platform, and asks for its version.
	program := func(name, file string) (string, string) {
		if npm != "" {
			return "", npm
		}
		file = filepath.Join(modules, file)
		out, err := b.output(ctx, b.scratch, file, "--version")
		if err != nil {
			return "", "it does not run: " + err.Error()
		}
		// "v24.1.0", "deno 2.9.6 (stable, …"
		version, _, _ := strings.Cut(strings.TrimPrefix(out, name+" "), " ")
		t.versions = append(t.versions, name+" "+strings.TrimPrefix(strings.TrimSpace(version), "v"))
		return file, ""
	}
	arch := map[string]string{"amd64": "x64"}[runtime.GOARCH]
	if arch == "" {
		arch = runtime.GOARCH
	}
	goos := runtime.GOOS
	workerdArch, bunArch, denoPlatform := arch, arch, goos+"-"+arch
	if arch == "x64" {
		workerdArch = "64"
	}
	if arch == "arm64" {
		bunArch = "aarch64"
	}
	if goos == "linux" {
		denoPlatform += "-glibc"
	}
	t.node, t.missing.node = program("node", fmt.Sprintf("node-%s-%s/bin/node", goos, arch))
	t.bun, t.missing.bun = program("bun", fmt.Sprintf("@oven/bun-%s-%s/bin/bun", goos, bunArch))
	t.deno, t.missing.deno = program("deno", fmt.Sprintf("@deno/%s/deno", denoPlatform))
	t.workerd, t.missing.workerd = program("workerd", fmt.Sprintf("@cloudflare/workerd-%s-%s/bin/workerd", goos, workerdArch))
	inNode := func(name string) string {
		if t.missing.node != "" {
			return "it needs Node: " + t.missing.node
		}
		out, err := b.output(ctx, filepath.Join(b.root, "bench"), t.node, "-e", fmt.Sprintf("require(%q); console.log(JSON.parse(fs.readFileSync('node_modules/%s/package.json')).version)", name, name))
		if err != nil {
			return "it does not load: " + err.Error()
		}
		t.versions = append(t.versions, name+" "+strings.TrimSpace(out))
		return ""
	}
	t.missing.isolatedVM = inNode("isolated-vm")
	t.missing.quickjs = inNode("quickjs-emscripten")
	t.missing.bwrap = b.fetchBwrap(ctx)
	b.say("compiling QuickJS-ng natively")
	if err := b.compileNative(ctx); err != nil {
		t.missing.native = err.Error()
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if strings.HasSuffix(m.Path, "/goja") || m.Path == "modernc.org/quickjs" {
				t.versions = append(t.versions, m.Path+" "+m.Version)
			}
		}
	}
	return ctx.Err()
}

// fetchBwrap finds bubblewrap, or installs it as root on Debian, and tries it.
func (b *bench) fetchBwrap(ctx context.Context) (missing string) {
	t := &b.tools
	var err error
	if t.bwrap, err = exec.LookPath("bwrap"); err != nil {
		if os.Getuid() != 0 {
			return "bwrap is not installed, and only root can install it (apt-get install bubblewrap)"
		}
		b.say("installing bubblewrap")
		for _, args := range [][]string{{"update", "-qq"}, {"install", "-y", "-qq", "--no-install-recommends", "bubblewrap"}} {
			if _, err := b.output(ctx, b.scratch, "apt-get", args...); err != nil {
				return "bwrap is not installed, and apt-get cannot: " + err.Error()
			}
		}
		if t.bwrap, err = exec.LookPath("bwrap"); err != nil {
			return err.Error()
		}
	}
	if t.missing.node != "" {
		return "it needs Node: " + t.missing.node
	}
	walls := append(t.walls(), "-e", "1")
	if _, err := b.output(ctx, b.scratch, walls[0], walls[1:]...); err != nil {
		return "it does not run here: " + err.Error()
	}
	version, err := b.output(ctx, b.scratch, t.bwrap, "--version")
	if err != nil {
		return err.Error()
	}
	t.versions = append(t.versions, strings.TrimSpace(version))
	return ""
}

// walls is the command of Node in namespaces of its own, where it sees the
// system's files but cannot change any.
func (t *tools) walls() []string {
	return []string{t.bwrap, "--unshare-all", "--die-with-parent", "--new-session",
		"--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp", "--ro-bind", t.node, "/tmp/node", "/tmp/node"}
}

// compileNative compiles the driver with the engine's source as it was fetched
// for the engine, without the product's edits.
func (b *bench) compileNative(ctx context.Context) error {
	t := &b.tools
	archives, err := filepath.Glob(filepath.Join(b.root, "build", "engine", "quickjs_ng-*.tar.gz"))
	if err != nil {
		return err
	}
	if len(archives) != 1 {
		return fmt.Errorf("build/engine has %d archives of the engine's source, not one: delete it and run make build again", len(archives))
	}
	dir := filepath.Join(b.work, "quickjs")
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if err := unpack(archives[0], dir); err != nil {
		return fmt.Errorf("unpack the engine's source: %w", err)
	}
	name := strings.TrimSuffix(filepath.Base(archives[0]), ".tar.gz")
	t.versions = append(t.versions, strings.Replace(name, "_ng-", "-ng ", 1))
	compilers := [][]string{{"gcc"}, {"clang"}, {filepath.Join(b.root, "build", "engine", "venv", "bin", "python"), "-m", "ziglang", "cc"}}
	t.native = filepath.Join(b.work, "quickjs-native")
	args := []string{"-O2", "-DNDEBUG", "-D_GNU_SOURCE", "-w", "-I", dir, "-o", t.native, filepath.Join(b.root, "bench", "peers", "driver.c")}
	for _, file := range []string{"quickjs.c", "libregexp.c", "libunicode.c", "dtoa.c"} {
		args = append(args, filepath.Join(dir, file))
	}
	var errs []error
	for _, c := range compilers {
		command := append(c[1:len(c):len(c)], args...)
		if _, err := b.output(ctx, b.scratch, c[0], append(command, "-lm", "-lpthread")...); err != nil {
			errs = append(errs, err)
			continue
		}
		t.nativeFlags = strings.Join(append([]string{filepath.Base(c[0])}, c[1:]...), " ") + " -O2"
		return nil
	}
	return fmt.Errorf("no compiler: %w", errors.Join(errs...))
}

// unpack takes the C files of the engine's folder out of its source archive.
func unpack(archive, dir string) error {
	f, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for t := tar.NewReader(z); ; {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		parts := strings.Split(h.Name, "/")
		ext := path.Ext(h.Name)
		if len(parts) != 3 || parts[1] != "upstream-quickjs" || ext != ".c" && ext != ".h" {
			continue
		}
		text, err := io.ReadAll(t)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, parts[2]), text, 0o644); err != nil {
			return err
		}
	}
}

// output runs a command in a folder and returns what it prints. An error has the
// end of what it said.
func (b *bench) output(ctx context.Context, dir, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		said := bytes.TrimSpace(append(stderr.Bytes(), out...))
		err = fmt.Errorf("%s: %w: %s", filepath.Base(name), err, said[max(0, len(said)-300):])
	}
	return string(out), err
}
