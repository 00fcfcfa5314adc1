package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestConformanceUpstream runs the programs of testdata/conformance in the engine
// as it is published: from the same pinned source without our edits, compiled for
// this machine, under the least of a host (testdata/plain.c). They must end as they
// do in ours.
func TestConformanceUpstream(t *testing.T) {
	root, err := moduleRoot()
	if err != nil {
		t.Fatal(err)
	}
	b := &builder{root: root, work: filepath.Join(root, "build", "engine")}
	if err := os.MkdirAll(b.work, 0o755); err != nil {
		t.Fatal(err)
	}
	unlock, err := lock(filepath.Join(b.work, "lock"))
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	host, err := filepath.Abs(filepath.Join("testdata", "plain.c"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(host)
	if err != nil {
		t.Fatal(err)
	}
	plain := filepath.Join(b.work, "plain")
	if want := digest(sourcePin, compilerPin, string(text)); !b.fresh("plain.stamp", want, plain) {
		dir := t.TempDir()
		if err := b.published(t.Context(), dir); err != nil {
			t.Fatal(err)
		}
		python, err := b.compiler(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		err = b.command(t.Context(), dir, python, "-m", "ziglang", "cc", "-O1", "-DNDEBUG", "-D_GNU_SOURCE", "-Wno-everything", "-I", ".",
			"-o", plain, host, "quickjs.c", "libregexp.c", "libunicode.c", "dtoa.c", "-lm", "-lpthread")
		if err != nil {
			t.Fatal(err)
		}
		if err := b.stamp("plain.stamp", want); err != nil {
			t.Fatal(err)
		}
	}
	programs := filepath.Join(root, "jsengine", "testdata", "conformance")
	names, err := filepath.Glob(filepath.Join(programs, "*.js"))
	if err != nil || len(names) < 10 {
		t.Fatalf("only the programs %q, %v", names, err)
	}
	for _, name := range names {
		name := filepath.Base(name)
		if name == "hosted.js" || name == "closing.js" { // what is not the engine's, and what an edit made right
			continue
		}
		t.Run(name, func(t *testing.T) {
			out, err := exec.CommandContext(t.Context(), plain, programs, name).CombinedOutput()
			if err != nil || string(out) != "ok\n" {
				t.Errorf("%v, output %q", err, out)
			}
		})
	}
}
