package hostfuncs

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestParseAPIPath(t *testing.T) {
	deep := strings.TrimSuffix(strings.Repeat("d/", MaxDepth), "/")
	long := strings.Repeat("x", MaxComponent)
	for path, want := range map[string]string{ // "!" is an error
		"": "", ".": "", "/workspace": "", "/workspace/": "", "a": "a", "a/b": "a/b", "./a//b/": "a/b", "a/../b": "b", "a/..": "", "/workspace/a": "a",
		"//workspace//a": "a", "/./workspace/a": "a", "workspace/a": "workspace/a", "a\\..\\b": "a\\..\\b", "\u00e9": "\u00e9", "e\u0301": "e\u0301", "...": "...", "a ": "a ",
		"a\nb": "a\nb", "~": "~", "%2e%2e/x": "%2e%2e/x", deep: deep, long: long,
		"..": "!", "../x": "!", "a/../../x": "!", "../workspace/a": "!", "/": "!", "/etc/passwd": "!", "/workspacex": "!", "/workspace/..": "!",
		"/workspace/../workspace/a": "!", "/workspace/../etc/passwd": "!", "/tmp/x": "!", "/..": "!", "a\x00b": "!", "\x00": "!", "\xff": "!", "a/\xc3/b": "!",
		deep + "/d": "!", long + "x": "!", strings.Repeat("a/", MaxPath/2) + "a": "!", strings.Repeat(long+"/", 16) + "a": "!",
	} {
		got, err := ParseAPIPath(path)
		var pe *PathError
		if want == "!" {
			if !errors.As(err, &pe) || pe.Rule == "" {
				t.Errorf("%.60q: %q, %v; want a *PathError", path, got, err)
			}
			continue
		}
		if err != nil || got != want {
			t.Errorf("%.60q: %q, %v; want %q", path, got, err, want)
		}
	}
}

// FuzzPaths: what is accepted stays inside, is canonical, and is what a
// Workspace takes for the same file.
func FuzzPaths(f *testing.F) {
	for _, s := range []string{"a/b", "../x", "/workspace/../a", "a\x00", "\xff", "//", "/workspace/./a/../b", strings.Repeat("a/", 200)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, path string) {
		got, err := ParseAPIPath(path)
		if err == nil {
			if again, err := ParseAPIPath(got); err != nil || again != got {
				t.Errorf("%q -> %q -> %q, %v", path, got, again, err)
			}
			for name := range strings.SplitSeq(got, "/") {
				if name == "." || name == ".." || name == "" && got != "" {
					t.Errorf("%q -> %q", path, got)
				}
			}
			if !utf8.ValidString(got) || strings.HasPrefix(got, "/") {
				t.Errorf("%q -> %q", path, got)
			}
		}
		// A guest may use any path: nothing but its own two trees is ever there.
		w := NewWorkspace(Config{})
		if code := errnoOf(w.WriteFile(path, []byte("x"), 0, 0o644)); code == "" {
			real, err := w.Realpath(path)
			if err != nil || !strings.HasPrefix(real, Root+"/") && !strings.HasPrefix(real, Temp+"/") {
				t.Errorf("%q was written at %q, %v", path, real, err)
			}
			if in, ok := strings.CutPrefix(real, Root+"/"); ok {
				if back, err := ParseAPIPath(in); err != nil || back != in {
					t.Errorf("a client cannot name %q: %q, %v", in, back, err)
				}
			}
		}
		if got != "" && err == nil {
			if code := errnoOf(w.MkdirAll(Root+"/"+got, 0o755)); code != "" && code != "EEXIST" && code != "ENOTDIR" {
				t.Errorf("mkdir %q: %s", got, code)
			}
		}
		dir, target := Root+"/d", path
		w.MkdirAll(dir, 0o755)
		if w.Symlink(target, dir+"/link") == nil {
			if real, err := w.Realpath(dir + "/link"); err == nil && !strings.HasPrefix(real+"/", Root+"/") && !strings.HasPrefix(real+"/", Temp+"/") {
				t.Errorf("a link to %q led to %q", target, real)
			}
		}
	})
}
