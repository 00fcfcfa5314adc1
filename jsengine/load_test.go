package jsengine

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/buntime/buntime/internal/scoped"
)

// outcome is all that a run's caller sees of it, but for times.
type outcome struct {
	exit           int
	out, err       string
	value          string
	fuel, peak     int64
	limit          LimitError
	uncaught       string
	failed, denied bool
}

func outcomeOf(t *testing.T, p Program) outcome {
	t.Helper()
	var out, errOut bytes.Buffer
	p.Stdout, p.Stderr = &out, &errOut
	r, err := testEngine.Run(t.Context(), &p)
	if r == nil {
		return outcome{failed: true, err: err.Error()}
	}
	o := outcome{exit: r.ExitCode, out: out.String(), err: errOut.String(), value: string(r.Value),
		fuel: r.Fuel, peak: r.MemoryPeak, uncaught: r.UncaughtCode, failed: err != nil, denied: r.Denied != nil}
	if r.Limit != nil {
		o.limit = *r.Limit
	}
	return o
}

// withLoaded gives testEngine an empty cache of so many bytes until the test ends.
func withLoaded(t *testing.T, size int64) {
	before := testEngine.loaded
	testEngine.loaded = scoped.New[loaded](size)
	t.Cleanup(func() { testEngine.loaded = before })
}

// keptOf is what is kept of p, whose code goes by the default name.
func keptOf(p *Program) (loaded, bool) {
	return testEngine.loaded.Get(p.Scope, loadedKey(p, "/workspace/[eval].js", ""))
}

// stripper is a Transformer for one type annotation, which it takes with its line.
type stripper struct{}

func (stripper) Transform(_ context.Context, req TransformRequest) (TransformResult, error) {
	code := strings.ReplaceAll(string(req.Source), "type N = number\n", "")
	if strings.Contains(code, "%%") {
		return TransformResult{}, &SyntaxError{Message: "unexpected %", File: req.Path, Line: 1, Column: 1}
	}
	// Each line comes from the one after it.
	return TransformResult{Code: []byte(code), Map: []byte(`{"version":3,"sources":["a.ts"],"names":[],"mappings":"AACA;AACA;AACA"}`)}, nil
}

// TestLoadedIsTheSame runs programs often enough to be loaded from what is kept
// of them, with and without room to keep it: nothing else may change.
func TestLoadedIsTheSame(t *testing.T) {
	testEngine.cfg.Transformer = stripper{}
	t.Cleanup(func() { testEngine.cfg.Transformer = nil })
	large := "export const a = [" + strings.Repeat("() => `${1}` + /x/g.source,\n", 5_000) + "]; export default a.length"
	tests := map[string]struct {
		p     Program
		fails bool // its code is no module: nothing is kept
	}{
		"value":          {p: Program{Code: "export default 1+1"}},
		"empty":          {p: Program{Code: ""}},
		"stack":          {p: Program{Code: "function f() {\n  throw new Error('here')\n}\n\nf()"}},
		"caught stack":   {p: Program{Code: "try { null.x } catch (e) { console.log(e.stack) }"}},
		"source":         {p: Program{Code: "class A { #p = 1; static { } get p() { return this.#p } }\nfunction  f ( a,b ) { return a }\nconsole.log(A, A.toString(), f.toString(), new A().p)"}},
		"meta":           {p: Program{Code: "console.log(import.meta.url, import.meta.main, import.meta.filename, import.meta.input)", Input: []byte(`{"a":1}`)}},
		"await":          {p: Program{Code: "await 0; setTimeout(() => console.log('late'), 1); export default Promise.resolve([1])"}},
		"templates":      {p: Program{Code: "const t = (s) => s; const f = () => t`a${1}b`; console.log(f() === f(), f().raw, `${1}x${'y'}`)"}},
		"constants":      {p: Program{Code: "console.log(123456789012345678901234567890n, 1e300, 'é', '\\u{1f600}', /a+/giu.exec('caat'), Symbol.for('x').description)"}},
		"builtin import": {p: Program{Code: "import fs, { readFileSync } from 'node:fs'; import * as p from 'path'; console.log(typeof readFileSync, fs.readFileSync === readFileSync, p.join('a', 'b'))"}},
		"cannot import":  {p: Program{Code: "import './nothing.js'"}},
		"random":         {p: Program{Code: "console.log(Math.random(), crypto.randomUUID())", Seed: &[32]byte{1}}},
		"left behind":    {p: Program{Code: "console.log(typeof left, [].left); globalThis.left = 1; Array.prototype.left = 2; import.meta.left = 3"}},
		"large":          {p: Program{Code: large}},
		"no room":        {p: Program{Code: large, Limits: Limits{Memory: 1 << 20}}, fails: true},
		"hardly room":    {p: Program{Code: large, Limits: Limits{Memory: 8 << 20}}},
		"syntax error":   {p: Program{Code: "\n let let = 1"}, fails: true},
		"early error":    {p: Program{Code: "export default 1; export default 2"}, fails: true},
		"typescript":     {p: Program{Code: "type N = number\nthrow new Error('typed')", Language: "ts"}},
		"perhaps typed":  {p: Program{Code: "type N = number\nconsole.log(new Error('typed').stack)", Language: "auto"}},
		"not parsed":     {p: Program{Code: "%%", Language: "ts"}, fails: true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if tt.p.Language == "" {
				tt.p.Language = "js"
			}
			withLoaded(t, 0)
			want := outcomeOf(t, tt.p)
			for _, room := range []int64{64 << 20, 0} {
				withLoaded(t, room)
				for i := range 4 {
					if got := outcomeOf(t, tt.p); got != want {
						t.Fatalf("run %d with %d bytes of cache:\n%+v\nwant\n%+v", i, room, got, want)
					}
				}
				kept, _ := keptOf(&tt.p)
				if hit := kept.delta != nil; hit != (room > 0 && !tt.fails) {
					t.Errorf("with %d bytes of cache: kept is %v", room, hit)
				}
			}
		})
	}
}

// TestLoadedSpendsTheSame ends programs at every kind of place by their fuel.
func TestLoadedSpendsTheSame(t *testing.T) {
	p := Program{Code: "let n = 0; for (let i = 0; i < 1000; i++) n += i; export default n", Language: "js"}
	withLoaded(t, 0)
	whole := outcomeOf(t, p).fuel
	for _, fuel := range []int64{1, whole / 100, whole / 10, whole / 2, whole - 1, whole, whole + 1} {
		p.Limits.Fuel = fuel
		withLoaded(t, 0)
		want := outcomeOf(t, p)
		if over := fuel < whole; over != (want.limit.Kind == "fuel") {
			t.Fatalf("with %d of %d: %+v", fuel, whole, want)
		}
		withLoaded(t, 1<<20)
		p := p
		p.Limits.Fuel = 0
		for range 3 {
			outcomeOf(t, p)
		}
		if kept, _ := keptOf(&p); kept.delta == nil {
			t.Fatal("nothing is kept")
		}
		p.Limits.Fuel = fuel
		if got := outcomeOf(t, p); got != want {
			t.Errorf("with %d of %d:\n%+v\nwant\n%+v", fuel, whole, got, want)
		}
	}
}

// TestLoadedKeepsScopesApart: what one tenant ran makes nothing faster, or in any
// way different, for another.
func TestLoadedKeepsScopesApart(t *testing.T) {
	withLoaded(t, 1<<20)
	a, b := Program{Code: "export default 'secret'", Language: "js", Scope: "tenant/a"}, Program{Code: "export default 'secret'", Language: "js", Scope: "tenant/b"}
	for range 3 {
		outcomeOf(t, a)
	}
	if kept, _ := keptOf(&a); kept.delta == nil {
		t.Fatal("nothing is kept")
	}
	if _, seen := keptOf(&b); seen {
		t.Error("a scope sees what another ran")
	}
	other := a
	other.Code += " "
	if _, seen := keptOf(&other); seen {
		t.Error("other code is taken for the same")
	}
	other = a
	other.Language = "ts"
	if _, seen := keptOf(&other); seen {
		t.Error("another language is taken for the same")
	}
	testEngine.Forget("tenant/a")
	if _, seen := keptOf(&a); seen {
		t.Error("a scope that is gone is not forgotten")
	}
}

// TestLoadedIsOfNoProgram looks at what is kept: an instance that goes on from it
// is one in which nothing ran.
func TestLoadedIsOfNoProgram(t *testing.T) {
	withLoaded(t, 1<<20)
	p := Program{Code: "console.log('" + fmt.Sprintf("%x", 0xfeedface) + "'); globalThis.a = 'ran'.repeat(1000)", Language: "js", Seed: &[32]byte{7}}
	var kept loaded
	for range 5 {
		outcomeOf(t, p)
		if k, _ := keptOf(&p); k.delta != nil {
			if kept.delta != nil && k.delta != kept.delta {
				t.Error("what is kept was taken again")
			}
			kept = k
		}
	}
	pr := freshProcess(t, p.Code, defaultMemory)
	defer pr.in.Release()
	if !pr.in.Apply(kept.delta) {
		t.Fatal("not applied")
	}
	view, _ := pr.in.View(0, pr.in.Size())
	if !bytes.Contains(view, []byte("feedface")) {
		t.Error("the code is not in it: the test shows nothing")
	}
	if bytes.Contains(view, []byte("ranranran")) {
		t.Error("the program ran in it")
	}
}
