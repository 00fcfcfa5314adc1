package shell_test

import (
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/buntime/buntime/hostfuncs"
	"github.com/buntime/buntime/jsengine"
	"github.com/buntime/buntime/shell"
)

// A search of many files holds the lines of one at a time, and the rules of the
// directories that it is in.
func TestSearchHolds(t *testing.T) {
	for _, search := range []string{"grep -rc --include=f y d", "grep -rc -B2 --include=f y d", "rg -uc x d", "rg -c -B2 x d", "rg -Uc '0\\nx' d"} {
		t.Run(search, func(t *testing.T) {
			t.Parallel()
			s := newSystem(t.Context(), t, shell.BudgetConfig{Memory: 4 << 20}, nil)
			defer s.close()
			r := s.run(`for i in 1 2 3 4 5 6 7 8 9; do mkdir -p d/$i; { seq -s x 100000; echo x; } > d/$i/f; seq -f '[a-z]*%g?' 300 > d/$i/.ignore; done
` + search + ` | wc -l`)
			if r.stdout != "9\n" || r.code != 0 {
				t.Errorf("%+v; %v", r, s.Err())
			}
		})
	}
}

// What was read of one file is not held, but for the lines before that may be printed,
// and what is found is looked for once.
func TestSearchForgets(t *testing.T) {
	for line, want := range map[string]string{
		"seq -s a 100000 | grep -Fo a | wc -l":                                        "99999\n",
		"seq 600000 | grep -B1 599999":                                                "599998\n599999\n",
		"seq 600000 | rg -B1 599999":                                                  "599998\n599999\n",
		"yes foobar | head -100000 | grep -cwP '\\bfoo'":                              "0\n",
		"yes foobar | head -100000 | rg -w '\\bfoo'; echo 0":                          "0\n",
		"mkdir d; seq -f '[a-z]*%g?' 300 > .ignore; rg x $(yes d | head -20); echo 0": "0\n",
	} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			s := newSystem(t.Context(), t, shell.BudgetConfig{Memory: 2 << 20}, nil)
			defer s.close()
			if r := s.run(line); r.stdout != want {
				t.Errorf("%.300s; %v", fmt.Sprintf("%+v", r), s.Err())
			}
		})
	}
}

// changing is a workspace whose files are short when they are opened again.
type changing struct {
	*hostfuncs.Workspace
	opened atomic.Bool
}

func (c *changing) Open(name string, flags int, perm fs.FileMode) (jsengine.File, error) {
	if strings.HasSuffix(name, "/f") && flags == os.O_RDONLY && c.opened.Swap(true) {
		if err := c.WriteFile(name, []byte("a\nb\n"), os.O_WRONLY|os.O_TRUNC, 0); err != nil {
			return nil, err
		}
	}
	return c.Workspace.Open(name, flags, perm)
}

// A search looks at a file twice with -U, which may be another by then.
func TestSearchOfWhatChanges(t *testing.T) {
	s := newSystem(t.Context(), t, shell.BudgetConfig{}, func(c *shell.Config) { c.Files = &changing{Workspace: c.Files.(*hostfuncs.Workspace)} })
	defer s.close()
	if r := s.run("echo 'a long line' > f; rg -Uo 'long line' f; rg -U 'b' f"); r.stdout != "b\n" || r.code != 0 {
		t.Errorf("%+v", r)
	}
}

// prompt is a standard input that has all it will ever have, and says so.
type prompt struct{ input }

func (prompt) Prompt() bool { return true }

// rg searches what it is given, and the working directory if that is nothing.
func TestRipgrepInput(t *testing.T) {
	for given, want := range map[string]string{"": "f:foo in a file\n", "foo given\nbar\n": "foo given\n", "bar\n": ""} {
		s := newSystem(t.Context(), t, shell.BudgetConfig{}, nil)
		p, out, errs := s.start(shell.Start{Line: "echo foo in a file > f; rg foo", Stdin: prompt{input{strings.NewReader(given)}}})
		<-p.Done()
		if out.String() != want {
			t.Errorf("given %q, printed %q, want %q; %s", given, out, want, errs)
		}
		s.close()
	}
}
