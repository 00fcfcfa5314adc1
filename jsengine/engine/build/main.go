// Command build makes the JavaScript engine: it fetches pinned source and a
// pinned compiler through pip, compiles the shim (which includes the engine's
// source), rewrites its branches, checks the module's hash, bundles the runtime
// library, makes the image that sandboxes start from, and bundles the program of
// the command git. The results lie in
// jsengine/engine, embedded and never committed.
//
//	go run ./jsengine/engine/build            build what is out of date
//	go run ./jsengine/engine/build -update    and accept the module's new hash
//
// What was fetched stays in build/: a second run needs no network, and one whose
// inputs did not change does nothing.
package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/buntime/buntime/jsengine"
	"github.com/buntime/buntime/jsengine/engine"
	"github.com/buntime/buntime/wasmhost/meter"
)

func main() {
	update := flag.Bool("update", false, "accept the hash of the module that was built")
	flag.Parse()
	if err := run(context.Background(), *update); err != nil {
		fmt.Fprintln(os.Stderr, "engine:", err)
		os.Exit(1)
	}
}

// builder knows where things are, relative to the module's root.
type builder struct {
	root, work string // root of the Go module; build/engine below it
	update     bool
}

func run(ctx context.Context, update bool) error {
	root, err := moduleRoot()
	if err != nil {
		return err
	}
	b := &builder{root: root, work: filepath.Join(root, "build", "engine"), update: update}
	if err := os.MkdirAll(b.work, 0o755); err != nil {
		return err
	}
	// Two builds at once would overwrite each other's files.
	unlock, err := lock(filepath.Join(b.work, "lock"))
	if err != nil {
		return err
	}
	defer unlock()
	module, err := b.module(ctx)
	if err != nil {
		return err
	}
	if err := b.npm(ctx, b.path("runtime")); err != nil {
		return err
	}
	if err := b.image(ctx, module); err != nil {
		return err
	}
	return b.git(ctx)
}

// lock waits for the file's lock; the caller must call the function it returns.
func lock(name string) (func(), error) {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return func() { _ = f.Close() }, nil // closing unlocks
}

// moduleRoot is the folder of go.mod, at or above the working directory.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if text, err := os.ReadFile(filepath.Join(dir, "go.mod")); err == nil && bytes.HasPrefix(text, []byte("module github.com/buntime/buntime\n")) {
			return dir, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", errors.New("run this inside the buntime module")
		}
		dir = up
	}
}

func (b *builder) path(elem ...string) string {
	return filepath.Join(append([]string{b.root, "jsengine"}, elem...)...)
}

// A stamp records the hash of all inputs of a step beside its output.

// digest hashes the named strings and files, in order.
func digest(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return hex.EncodeToString(h.Sum(nil))
}

func digestBytes(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func digestFiles(files []string) (string, error) {
	var parts []string
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			return "", err
		}
		parts = append(parts, filepath.Base(f), string(data))
	}
	return digest(parts...), nil
}

func (b *builder) fresh(stamp, want string, outputs ...string) bool {
	got, err := os.ReadFile(filepath.Join(b.work, stamp))
	if err != nil || string(got) != want {
		return false
	}
	for _, o := range outputs {
		if _, err := os.Stat(o); err != nil {
			return false
		}
	}
	return true
}

func (b *builder) stamp(name, value string) error {
	return os.WriteFile(filepath.Join(b.work, name), []byte(value), 0o644)
}

func (b *builder) say(format string, args ...any) {
	fmt.Printf("engine: "+format+"\n", args...)
}

// ownSources are our files in the engine, in jsengine/engine.
var ownSources = []string{"shim.c", "json.c", "paths.c", "regexp.c", "scan.c", "words.c", "malloc.c", "fast.c", "keep.c", "bigint.c", "strings.c", "text.c", "arrays.c", "elements.c", "sort.c", "clone.c", "functions.c", "known.c", "atomics.c", "wasm.c", "wasmrun.c"}

// makers are the sources of what makes modules and images: this program and what
// rewrites modules.
func (b *builder) makers() ([]string, error) {
	var files []string
	for _, folder := range []string{b.path("engine", "build"), b.path("..", "wasmhost", "meter")} {
		found, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil {
			return nil, err
		}
		files = append(files, found...)
	}
	return slices.DeleteFunc(files, func(f string) bool { return strings.HasSuffix(f, "_test.go") }), nil
}

// module compiles the engine, unless the one that lies there is up to date, and
// returns it.
func (b *builder) module(ctx context.Context) ([]byte, error) {
	wasm := b.path("engine", engine.ModuleFile)
	pinFile := b.path("engine", "engine.sha256")
	inputs, err := b.makers()
	if err != nil {
		return nil, err
	}
	for _, name := range ownSources {
		inputs = append(inputs, b.path("engine", name))
	}
	source, err := digestFiles(inputs)
	if err != nil {
		return nil, err
	}
	pin, _ := os.ReadFile(pinFile) // a missing pin does not match below
	want := digest(source, string(pin))
	if b.fresh("module.stamp", want, wasm) {
		return os.ReadFile(wasm)
	}
	began := time.Now()
	dir, err := b.source(ctx)
	if err != nil {
		return nil, err
	}
	zig, err := b.compiler(ctx)
	if err != nil {
		return nil, err
	}
	b.say("compiling QuickJS-ng and the shim")
	args := append([]string{"-m", "ziglang", "cc"}, compileFlags...)
	args = append(args, "-I", ".", "-o", "engine.wasm", "shim.c", "malloc.c", "libregexp.c", "libunicode.c", "dtoa.c")
	for _, name := range ownSources {
		text, err := os.ReadFile(b.path("engine", name))
		if err != nil {
			return nil, err
		}
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
			return nil, err
		}
	}
	if err := b.command(ctx, dir, zig, args...); err != nil {
		return nil, err
	}
	data, err := os.ReadFile(filepath.Join(dir, "engine.wasm"))
	if err != nil {
		return nil, err
	}
	if err := checkLayout(data); err != nil {
		return nil, err
	}
	if data, err = meter.Branches(data); err != nil {
		return nil, err
	}
	got := digestBytes(data) + "\n"
	if got != string(pin) {
		if !b.update {
			return nil, fmt.Errorf("the module's SHA-256 is %s, but engine.sha256 says %s: the build is not the pinned one; after a change of our C files or of the recipe, run again with -update", strings.TrimSpace(got), strings.TrimSpace(string(pin)))
		}
		if err := os.WriteFile(pinFile, []byte(got), 0o644); err != nil {
			return nil, err
		}
		want = digest(source, got)
	}
	if err := writeWhole(wasm, data); err != nil {
		return nil, err
	}
	b.say("module built in %.1f s, %d bytes", time.Since(began).Seconds(), len(data))
	return data, b.stamp("module.stamp", want)
}

// filesBelow lists the files of a folder and of those in it, by name.
func filesBelow(dir string) ([]string, error) {
	var files []string
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			files = append(files, p)
		}
		return err
	})
	slices.Sort(files)
	return files, err
}

// image bundles the runtime library and makes the base image.
func (b *builder) image(ctx context.Context, module []byte) error {
	runtime := b.path("runtime")
	inputs, err := filesBelow(filepath.Join(runtime, "src"))
	if err != nil {
		return err
	}
	for _, f := range []string{"package.json", "package-lock.json"} {
		if p := filepath.Join(runtime, f); exists(p) {
			inputs = append(inputs, p)
		}
	}
	inputs = append(inputs, b.path("image.go"))
	for _, name := range []string{"memory.go", "module.go", "snapshot.go"} { // metered code is in the image
		inputs = append(inputs, b.path("..", "wasmhost", name))
	}
	makers, err := b.makers()
	if err != nil {
		return err
	}
	source, err := digestFiles(append(inputs, makers...))
	if err != nil {
		return err
	}
	ops := jsengine.OpNames()
	want := digest(source, string(module), strings.Join(ops, "\n"))
	file := b.path("engine", engine.ImageFile)
	if b.fresh("image.stamp", want, file) {
		return nil
	}
	began := time.Now()
	bundle, err := bundleRuntime(runtime, ops)
	if err != nil {
		return err
	}
	image, err := jsengine.BuildImage(ctx, module, bundle, ops)
	if err != nil {
		return err
	}
	if err := writeWhole(file, image); err != nil {
		return err
	}
	b.say("image made in %.1f s: bundle %d bytes, image %d bytes", time.Since(began).Seconds(), len(bundle), len(image))
	return b.stamp("image.stamp", want)
}

// npm installs what the bundles import, if they import anything: the lockfile pins it.
// The notices read it as well, so it is there however fresh the bundles are.
func (b *builder) npm(ctx context.Context, runtime string) error {
	text, err := os.ReadFile(filepath.Join(runtime, "package.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var pkg struct {
		Dependencies map[string]string `json:"dependencies"`
	}
	if err := json.Unmarshal(text, &pkg); err != nil {
		return fmt.Errorf("package.json: %w", err)
	}
	if len(pkg.Dependencies) == 0 {
		return nil
	}
	lock, err := digestFiles([]string{filepath.Join(runtime, "package-lock.json")})
	if err != nil {
		return err
	}
	if b.fresh("npm.stamp", lock, filepath.Join(runtime, "node_modules")) {
		return nil
	}
	b.say("installing the runtime library's packages")
	if err := b.command(ctx, runtime, "npm", "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"); err != nil {
		return err
	}
	return b.stamp("npm.stamp", lock)
}

func (b *builder) command(ctx context.Context, dir, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(),
		"PIP_DISABLE_PIP_VERSION_CHECK=1",
		"ZIG_GLOBAL_CACHE_DIR="+filepath.Join(b.work, "zig-cache"),
		"ZIG_LOCAL_CACHE_DIR="+filepath.Join(b.work, "zig-cache"))
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s %s: %w\n%s", filepath.Base(name), strings.Join(args[:min(len(args), 4)], " "), err, out)
	}
	return nil
}

func exists(p string) bool {
	_, err := os.Stat(p)
	return err == nil
}

// writeWhole writes data to a file that is never there in part.
func writeWhole(name string, data []byte) error {
	tmp := name + ".tmp"
	if err := os.WriteFile(tmp, data, 0o644); err != nil {
		return err
	}
	return os.Rename(tmp, name)
}
