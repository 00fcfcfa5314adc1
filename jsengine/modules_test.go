package jsengine_test

import (
	"bytes"
	"context"
	"path"
	"strings"
	"testing"

	"github.com/evanw/esbuild/pkg/api"

	"github.com/buntime/buntime/hostfuncs"
	"github.com/buntime/buntime/jsengine"
)

// esbuild transforms in this process: the sources are the test's own.
type esbuild struct{}

func (esbuild) Transform(_ context.Context, r jsengine.TransformRequest) (jsengine.TransformResult, error) {
	loader := map[string]api.Loader{"ts": api.LoaderTS, "tsx": api.LoaderTSX, "jsx": api.LoaderJSX}[r.Loader]
	out := api.Transform(string(r.Source), api.TransformOptions{Loader: loader, Sourcemap: api.SourceMapExternal, Sourcefile: r.Path, Target: api.ESNext})
	if len(out.Errors) > 0 {
		m := out.Errors[0]
		return jsengine.TransformResult{}, &jsengine.SyntaxError{Message: m.Text, File: r.Path, Line: m.Location.Line, Column: m.Location.Column + 1, Text: m.Location.LineText}
	}
	return jsengine.TransformResult{Code: out.Code, Map: out.Map}, nil
}

func TestModules(t *testing.T) {
	e, err := jsengine.Open(t.Context(), jsengine.Cached(jsengine.Config{Transformer: esbuild{}}))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	}()
	files := map[string]string{
		"a.ts":         "export const a: number = 1;\n\n\nexport function fail(x: string): never {\n  throw new Error(x)\n}\n",
		"b.js":         "export * from './a.ts'; export default 'b'",
		"data.json":    `{"x": [1]}`,
		"c.cjs":        "exports.c = 1; exports.dir = __dirname; module.exports.d = require('./data.json').x",
		"cycle1.js":    "import {two} from './cycle2.js'; export const one = 1; export const get = () => two",
		"cycle2.js":    "import {one} from './cycle1.js'; export const two = 2; export const get = () => one",
		"tla.js":       "export const v = await Promise.resolve(5)",
		"dir/index.ts": "export default import.meta.dirname",
		"throws.js":    "throw new Error('at load')",
		"bad.ts":       "let x: = 1",
		"text.txt":     "hello",
		// What a module declares with using is a variable of the module.
		"disposed.js": `export const log = [];
const early = (() => { try { return read(); } catch (e) { return e.name; } })();
using first = { name: "first", [Symbol.dispose]() { log.push("first " + read()); } };
await using second = { name: "second", async [Symbol.asyncDispose]() { await 0; log.push("second " + read(), this === second); } };
using none = null;
export { early, first, none, second as default };
export function read() { return first.name + second.name; }`,
		"node_modules/p/package.json":      `{"name":"p","type":"module","exports":{".":{"require":"./no.js","import":"./esm.js"},"./sub/*":"./lib/*.js"}}`,
		"node_modules/p/esm.js":            "export default 'p esm'",
		"node_modules/p/lib/x.js":          "export default 'p x'",
		"node_modules/q/package.json":      `{"main":"./m.js"}`,
		"node_modules/q/m.js":              "module.exports = {q: 'q cjs'}",
		"node_modules/leaves/package.json": `{"exports":"./../../a.ts"}`,
	}
	tests := map[string]struct{ code, out, err string }{
		"TypeScript":        {code: "import {a} from './a'; console.log(a)", out: "1\n"},
		"using":             {code: "import second, * as d from './disposed.js'; console.log(d.log.join(), d.early, d.none, d.first.name, second.name, d.read(), Object.keys(d).join())", out: "second firstsecond,true,first firstsecond ReferenceError null first second firstsecond default,early,first,log,none,read\n"},
		"using, a function": {code: "using mine = { name: 'mine', [Symbol.dispose]() { console.log('disposed', named()) } }; try { mine = 1 } catch (e) { console.log(e.name) } console.log(named()); function named() { return mine.name }", out: "TypeError\nmine\ndisposed mine\n"},
		"re-export":         {code: "import d, {a} from './b.js'; console.log(d, a)", out: "b 1\n"},
		"js names ts":       {code: "import {a} from './a.js'; console.log(a)", out: "1\n"},
		"JSON":              {code: "import d from './data.json' with {type: 'json'}; console.log(d.x[0])", out: "1\n"},
		"JSON unmarked":     {code: "import d from './data.json'; console.log(d.x[0])", out: "1\n"},
		"text":              {code: "import d from './text.txt' with {type: 'text'}; console.log(d)", out: "hello\n"},
		"CommonJS":          {code: "import d, {c, dir} from './c.cjs'; console.log(d.d[0], c, dir)", out: "1 1 /workspace\n"},
		"cycle":             {code: "import {get} from './cycle1.js'; console.log(get())", out: "2\n"},
		"dynamic":           {code: "const m = await import('./tla.js'); console.log(m.v)", out: "5\n"},
		"one instance":      {code: "console.log(await import('./a.ts') === await import('./a'))", out: "true\n"},
		"directory":         {code: "import d from './dir'; console.log(d)", out: "/workspace/dir\n"},
		"exports":           {code: "import p from 'p'; import x from 'p/sub/x'; console.log(p, x)", out: "p esm p x\n"},
		"not exported":      {code: "try { await import('p/other') } catch (e) { console.log(e.code) }", out: "ERR_MODULE_NOT_FOUND\n"},
		"leaves package":    {code: "try { await import('leaves') } catch (e) { console.log(e.code) }", out: "ERR_MODULE_NOT_FOUND\n"},
		"CommonJS package":  {code: "import {q} from 'q'; console.log(q)", out: "q cjs\n"},
		"missing":           {code: "import './nope.js'", err: "Cannot find module './nope.js' from '/workspace/[eval].js'"},
		"no export":         {code: "import {zz} from './a.ts'; zz", err: "SyntaxError"},
		"outside":           {code: "try { await import('/etc/passwd') } catch (e) { console.log(e.code) }", out: "ERR_MODULE_NOT_FOUND\n"},
		"NUL":               {code: "try { await import('./a\\0.js') } catch (e) { console.log(e.name) }", out: "TypeError\n"},
		"throws":            {code: "import './throws.js'", err: "at load"},
		"mapped stack":      {code: "import {fail} from './a.ts'; fail('x')", err: "/workspace/a.ts:5:"},
		"syntax error":      {code: "import './bad.ts'", err: "1 | let x: = 1\n           ^\nerror: Unexpected =\n    at /workspace/bad.ts:1:8\n"},
		"own TypeScript":    {code: "interface A {\n x: number }\n\nconst f = (a: A) => {\n  null!.x }\nf({x: 1})", err: "[eval].js:5:"},
		"own syntax error":  {code: "let x: = 1", err: "SyntaxError: Unexpected \"=\"\n    at /workspace/[eval].js:1:8"},
		"TSX":               {code: "const React = {createElement: (n: string) => n}; console.log(<a b='c'/>)", out: "a\n"},
		"static NUL":        {code: "import './a\\0.js'", err: "TypeError"},
		"a guest's map":     {code: "throw new Error('x')\n//# sourceMappingURL=data:application/json;base64,e30=", err: "[eval].js:1:"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := hostfuncs.NewWorkspace(hostfuncs.Config{})
			for f, text := range files {
				f = "/workspace/" + f
				if err := w.MkdirAll(path.Dir(f), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := w.WriteFile(f, []byte(text), 0x40|1, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			var out, errOut bytes.Buffer
			r, err := e.Run(t.Context(), &jsengine.Program{Code: tt.code, Files: w, Stdout: &out, Stderr: &errOut})
			if err != nil {
				t.Fatal(err)
			}
			if out.String() != tt.out || !strings.Contains(errOut.String(), tt.err) || (r.ExitCode == 0) != (tt.err == "") {
				t.Errorf("exit code %d, stdout %q, stderr %q; want %q, %q", r.ExitCode, out.String(), errOut.String(), tt.out, tt.err)
			}
		})
	}
}

// What is kept of code that ran before has nothing of what it imports: each run
// sees its own files, and a module of CommonJS runs each time.
func TestImportsOfKeptCode(t *testing.T) {
	e, err := jsengine.Open(t.Context(), jsengine.Cached(jsengine.Config{}))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	}()
	const code = "import {m} from './m.js'; import {c} from './c.cjs'; console.log(m, c)"
	tests := []struct{ m, c, out, err string }{
		{m: "export const m = 1", c: "console.log('runs'); exports.c = 2", out: "runs\n1 2\n"},
		{m: "export const m = 3", c: "console.log('runs'); exports.c = 4", out: "runs\n3 4\n"},
		{m: "export const m = 5", c: "console.log('runs'); exports.c = 6", out: "runs\n5 6\n"},
		{m: "export const other = 5", c: "exports.c = 6", err: "SyntaxError"},
		{m: "export const m = ", c: "exports.c = 6", err: "SyntaxError"},
		{c: "exports.c = 6", err: "Cannot find module './m.js'"},
		{m: "import './[eval].js'; export const m = 7", c: "exports.c = 8", err: "Cannot find module './[eval].js'"},
		{m: "export const m = 9", c: "exports.c = 10", out: "9 10\n"},
	}
	for i, tt := range tests {
		w := hostfuncs.NewWorkspace(hostfuncs.Config{})
		for name, text := range map[string]string{"m.js": tt.m, "c.cjs": tt.c} {
			if text == "" {
				continue
			}
			if err := w.WriteFile("/workspace/"+name, []byte(text), 0x41, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		var out, errOut bytes.Buffer
		r, err := e.Run(t.Context(), &jsengine.Program{Code: code, Language: "js", Files: w, Stdout: &out, Stderr: &errOut})
		if err != nil {
			t.Fatal(err)
		}
		if out.String() != tt.out || (r.ExitCode != 0) != (tt.err != "") || !strings.Contains(errOut.String(), tt.err) {
			t.Errorf("run %d: exit %d, %q, %q, want %q, %q", i, r.ExitCode, out.String(), errOut.String(), tt.out, tt.err)
		}
		w.Release()
	}
}
