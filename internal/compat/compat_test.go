package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/buntime/buntime/jsengine/transform"
)

func TestMain(m *testing.M) {
	transform.MaybeServe() // this binary is its own transformer
	os.Exit(m.Run())
}

// TestCompat runs every program: one that misses.json lists must differ from its
// golden file, so that the list stays true, and every other must equal it.
func TestCompat(t *testing.T) {
	programs, err := load("../../testdata", false)
	if err != nil {
		t.Fatal(err)
	}
	compare(t, programs, "")
}

// quick are packages that take little time to fetch and to run; the command runs
// the others as well.
var quick = []string{"ajv", "chalk", "commander", "express", "fastify", "immer", "kysely", "lodash", "rxjs", "ws", "zod"}

// TestPackages installs some popular packages from npm's registry, and runs the
// programs that use them.
func TestPackages(t *testing.T) {
	registry, err := registryURL(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	all, err := load("../../testdata", true)
	if err != nil {
		t.Fatal(err)
	}
	var programs []*program
	for _, p := range all {
		if p.area == packagesArea && slices.Contains(quick, p.name) {
			programs = append(programs, p)
		}
	}
	if len(programs) != len(quick) {
		t.Fatalf("%d of the programs %q are there", len(programs), quick)
	}
	compare(t, programs, registry)
}

func compare(t *testing.T, programs []*program, registry string) {
	o, err := newOurs(t.Context(), registry, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := o.close(); err != nil {
			t.Error(err)
		}
	})
	for _, p := range programs {
		t.Run(p.String(), func(t *testing.T) {
			t.Parallel()
			r := check(context.Background(), o, p)
			switch {
			case r.why != "" && p.miss == "":
				t.Error(r.why)
			case r.why == "" && p.miss != "":
				t.Errorf("passes, though misses.json says %q", p.miss)
			}
		})
	}
}

func TestDifference(t *testing.T) {
	for _, c := range []struct{ got, want, stderr, diff string }{
		{"a\nb\n", "a\nb\n", "ignored", ""},
		{"a\nx\n", "a\nb\n", "", `line 2 is "x\n", not "b\n"`},
		{"a\n", "a\nb\n", "oops", `line 2 is "", not "b\n" (stderr: "oops")`},
		{"a", "a\n", "", `line 1 is "a", not "a\n"`},
	} {
		if d := difference(c.got, c.want, c.stderr); d != c.diff {
			t.Errorf("difference(%q, %q) = %q, want %q", c.got, c.want, d, c.diff)
		}
	}
}

func TestDocument(t *testing.T) {
	results := []result{
		{&program{area: "a", name: "one"}, ""},
		{&program{area: "a", name: "two", miss: "no such thing"}, "line 1 …"},
		{&program{area: "b", name: "three"}, "line 9 …"},
	}
	doc := document(summarise(results), results, time.Unix(0, 0))
	for _, want := range []string{
		"| a | 1 | 2 | 50.0 % |", "| b | 0 | 1 | 0.0 % |", "| all | 1 | 3 | 33.3 % |", "on 1970-01-01",
		"- `a/two`: no such thing\n", "- `b/three`: not explained: line 9 …\n",
	} {
		if !strings.Contains(doc, want) {
			t.Errorf("no %q in\n%s", want, doc)
		}
	}
}

func TestPrinted(t *testing.T) {
	for _, c := range []struct {
		out  string
		exit int
		want string
	}{
		{"at http://127.0.0.1:1/x\n", 0, "at http://compat/x\n"},
		{"", 3, "[exit 3]\n"},
		{"no newline", 1, "no newline\n[exit 1]\n"},
	} {
		if got := printed(c.out, c.exit, "http://127.0.0.1:1", "http://compat"); got != c.want {
			t.Errorf("printed(%q, %d) = %q, want %q", c.out, c.exit, got, c.want)
		}
	}
}

func TestLoadRefusesStaleMisses(t *testing.T) {
	root := t.TempDir()
	for name, text := range map[string]string{"a/p.mjs": "", "a/misses.json": `{"gone": "why"}`} {
		if err := os.MkdirAll(root+"/a", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(root+"/"+name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := loadAreas(root); err == nil || !strings.Contains(fmt.Sprint(err), `"gone"`) {
		t.Errorf("load: %v", err)
	}
}
