package jsengine

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var updateOwn = flag.Bool("update-own", false, "write the golden files of testdata/own, which no other runtime can")

// TestRuntimeGolden runs the programs of runtime/testdata and compares what they
// print with files recorded from other runtimes: console from bun 1.4.5, node
// from Node 20; own is what only this one can say.
func TestRuntimeGolden(t *testing.T) {
	for _, dir := range []string{"console", "node", "own"} {
		programs, err := filepath.Glob(filepath.Join("runtime", "testdata", dir, "*js"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range programs {
			base := strings.TrimSuffix(file, filepath.Ext(file))
			t.Run(filepath.ToSlash(strings.TrimPrefix(base, filepath.Join("runtime", "testdata")+string(filepath.Separator))), func(t *testing.T) {
				code, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				_, out, errOut := run(t, Program{Code: string(code), Language: "js", Env: map[string]string{"GIVEN": "1"}, Args: []string{"arg"}})
				golden(t, base+".golden", out, errOut, dir == "own")
				if _, err := os.Stat(base + ".errors"); err == nil {
					golden(t, base+".errors", errOut, "", dir == "own")
				}
			})
		}
	}
}

// golden compares got with a file, line by line.
func golden(t *testing.T, file, got, hint string, own bool) {
	t.Helper()
	if own && *updateOwn {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := string(b)
	if got == want {
		return
	}
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := 0; i < len(g) || i < len(w); i++ {
		var a, b string
		if i < len(g) {
			a = g[i]
		}
		if i < len(w) {
			b = w[i]
		}
		if a != b {
			t.Errorf("%s:%d: got %q, want %q (%d lines, want %d; stderr %q)", file, i+1, a, b, len(g), len(w), hint)
			return
		}
	}
}
