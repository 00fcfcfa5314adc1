package jsengine_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/buntime/buntime/jsengine"
)

// counted counts what reaches the transformer.
type counted struct {
	esbuild
	n int
}

func (c *counted) Transform(ctx context.Context, r jsengine.TransformRequest) (jsengine.TransformResult, error) {
	c.n++
	return c.esbuild.Transform(ctx, r)
}

// TestAuto: a program's code goes to the transformer only if that may change
// something, and its fuel is that of the program whichever way it went.
func TestAuto(t *testing.T) {
	tr := &counted{}
	e, err := jsengine.Open(t.Context(), jsengine.Cached(jsengine.Config{Transformer: tr}))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	}()
	tests := map[string]struct {
		code, out, err string
		transforms     int
		exit           int
	}{
		"object literal":      {code: "const o = {a: 1, type: 2}; console.log(o.a ? o.type / 2 : `x${1}`)", out: "1\n"},
		"class":               {code: "class A { #p = 1; get p() { return this.#p } }\nconsole.log(new A().p)", out: "1\n"},
		"a used import":       {code: "import path from 'node:path'; console.log(path.join('a', 'b'))", out: "a/b\n"},
		"an unused import":    {code: "import {nothing} from 'node:path'; console.log(1)", out: "1\n", transforms: 1},
		"a type":              {code: "let x: number = 1; console.log(x)", out: "1\n", transforms: 1},
		"types":               {code: "function f(a?: string): void { console.log(a) }\nf('x')", out: "x\n", transforms: 1},
		"type arguments":      {code: "const f = <T>(a: T) => a; console.log(f<string>('x'))", out: "x\n", transforms: 1},
		"a conditional":       {code: "const f = true ? (1) : c => 2; console.log(f)", out: "1\n", transforms: 1},
		"no language at all":  {code: "let x = = 1", exit: 1, err: "SyntaxError", transforms: 2},
		"error in its place":  {code: "\n  null.x", exit: 1, err: "[eval].js:2:8"},
		"error in TypeScript": {code: "let x: any = null\n  x.y", exit: 1, err: "[eval].js:2:", transforms: 1},
		"parse error later":   {code: "console.log(1); try { new Function('let x: number') } catch (e) { console.log(e.name) }", out: "1\nSyntaxError\n"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			tr.n = 0
			var out, errOut bytes.Buffer
			p := jsengine.Program{Code: tt.code, Stdout: &out, Stderr: &errOut, Seed: new([32]byte)}
			r, err := e.Run(t.Context(), &p)
			if err != nil {
				t.Fatal(err)
			}
			if tr.n != tt.transforms {
				t.Errorf("%d transforms, want %d", tr.n, tt.transforms)
			}
			if out.String() != tt.out || r.ExitCode != tt.exit || !strings.Contains(errOut.String(), tt.err) {
				t.Errorf("exit code %d, stdout %q, stderr %q", r.ExitCode, out.String(), errOut.String())
			}
			again, err := e.Run(t.Context(), &p)
			if err != nil || again.Fuel != r.Fuel {
				t.Errorf("fuel %d, then %d (%v)", r.Fuel, again.Fuel, err)
			}
		})
	}
}

// TestTransformFuel: a transform is charged by the length of its source, against
// the program's limit.
func TestTransformFuel(t *testing.T) {
	tr := &counted{}
	e, err := jsengine.Open(t.Context(), jsengine.Cached(jsengine.Config{Transformer: tr}))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	}()
	fuel := func(pad int, limit int64) *jsengine.Result {
		r, err := e.Run(t.Context(), &jsengine.Program{Code: "// " + strings.Repeat("x", pad) + "\nlet x: number = 1", Language: "ts", Limits: jsengine.Limits{Fuel: limit}})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	short, long := fuel(0, 0), fuel(1<<20, 0)
	if d := long.Fuel - short.Fuel; d < 1024*10_000 || d > 1024*40_000 {
		t.Errorf("1 MiB more of source costs %d units", d)
	}
	if r := fuel(1<<20, 1e6); r.Limit == nil || r.Limit.Kind != "fuel" || r.ExitCode != 124 {
		t.Errorf("over the limit: %+v", r)
	}
}
