package main

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/buntime/buntime/internal/rates"
	"github.com/buntime/buntime/jsengine/transform"
)

func TestMain(m *testing.M) {
	transform.MaybeServe()
	os.Exit(m.Run())
}

func TestSuite(t *testing.T) {
	s, err := open(t.Context(), "testdata/checkout")
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	tests, err := s.find([]string{"language"}, regexp.MustCompile(""))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	rates.Each(t.Context(), tests, 2, s.run, func(tt *test, why string) {
		if tt.area() != "language/area" {
			t.Errorf("%s: area %q", tt.path, tt.area())
		}
		got[strings.TrimPrefix(tt.path, "language/area/")] = why
	})
	want := map[string]string{
		"passes.js": "", "sloppy.js": "", "strict.js": "", "raw.js": "", "async.js": "", "module.js": "", "realms.js": "",
		"agents.js": "", "agents-async.js": "", "negative-early.js": "", "negative-runtime.js": "", "module-resolution.js": "",
		"fails.js":         "runtime: Test262Error: as it should",
		"only-sloppy.js":   "strict: runtime: Test262Error: strict",
		"negative-late.js": "SyntaxError of phase runtime, not SyntaxError of phase parse: SyntaxError: too late",
		"negative-none.js": "no error, but a TypeError of phase runtime",
		"async-fails.js":   "not complete: \"Test262:AsyncTestFailure:no\"",
		"async-never.js":   "not complete: \"\"",
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if why, ok := got[name]; !ok || why != want[name] {
			t.Errorf("%s: %q, want %q", name, why, want[name])
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d tests, want %d: %v", len(got), len(want), got)
	}
}

func TestParse(t *testing.T) {
	tt := parse("a/b/c.js", "// x\n/*---\nfeatures:\n  - one\n  - two\nincludes: [a.js, b.js]\nnegative:\n  phase: parse\n  type: SyntaxError\nflags: []\ninfo: |\n  features: [no]\n---*/\n")
	if !slices.Equal(tt.features, []string{"one", "two"}) || !slices.Equal(tt.includes, []string{"a.js", "b.js"}) || tt.phase != "parse" || tt.errType != "SyntaxError" || len(tt.flags) != 0 {
		t.Errorf("%+v", tt)
	}
}
