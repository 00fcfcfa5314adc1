package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/buntime/buntime/jsengine"
	"github.com/buntime/buntime/jsengine/engine"
)

// TestImageIsDeterministic makes the image twice more: all three are the same bytes.
func TestImageIsDeterministic(t *testing.T) {
	module, err := engine.Module()
	if err != nil {
		t.Fatal(err)
	}
	committed, err := engine.Image()
	if err != nil {
		t.Fatal(err)
	}
	ops := jsengine.OpNames()
	for range 2 {
		bundle, err := bundleRuntime(runtimeDir(t), ops)
		if err != nil {
			t.Fatal(err)
		}
		image, err := jsengine.BuildImage(t.Context(), module, bundle, ops)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(image, committed) {
			t.Fatal("the image differs from the built one: another build of the same input, or the build is out of date")
		}
	}
}

func TestModuleIsPinned(t *testing.T) {
	module, err := engine.Module()
	if err != nil {
		t.Fatal(err)
	}
	pin, err := os.ReadFile(filepath.Join("..", "engine.sha256"))
	if err != nil {
		t.Fatal(err)
	}
	if got := digestBytes(module) + "\n"; got != string(pin) {
		t.Errorf("the module's hash is %s, the pin %s", got, pin)
	}
	if err := checkLayout(module); err != nil {
		t.Error(err)
	}
}

func TestEditsFailClosed(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.c"), []byte("one two two"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, anchor := range []string{"three", "two"} {
		if err := applyEdits(dir, []edit{{"a.c", anchor, "x"}}); err == nil {
			t.Errorf("anchor %q was taken", anchor)
		}
	}
	if err := applyEdits(dir, []edit{{"a.c", "one", "x"}}); err != nil {
		t.Error(err)
	}
	for _, r := range []rule{{"a.c", "three", "x", 1}, {"a.c", "two", "x", 1}, {"a.c", "two", "x", 3}} {
		if err := applyRules(dir, []rule{r}); err == nil {
			t.Errorf("pattern %q was taken %d times", r.pattern, r.times)
		}
	}
	if err := applyRules(dir, []rule{{"a.c", "(t)wo", "${1}en", 2}}); err != nil {
		t.Error(err)
	}
	if text, err := os.ReadFile(filepath.Join(dir, "a.c")); err != nil || string(text) != "x ten ten" {
		t.Errorf("edited to %q, %v", text, err)
	}
}

func runtimeDir(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("..", "..", "runtime"))
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
