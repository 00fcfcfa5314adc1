package jsengine

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/buntime/buntime/internal/scoped"
)

// mapFiles are the files of a workspace that programs only import from.
type mapFiles struct {
	Files
	fs fstest.MapFS
}

func filesOf(texts map[string]string) mapFiles {
	m := fstest.MapFS{}
	for name, text := range texts {
		m["workspace/"+name] = &fstest.MapFile{Data: []byte(text), Mode: 0o644}
	}
	return mapFiles{fs: m}
}

func (f mapFiles) errno(err error, op, name string) error {
	if err != nil {
		return &Errno{Code: "ENOENT", Syscall: op, Path: name}
	}
	return nil
}

func (f mapFiles) Stat(name string) (fs.FileInfo, error) {
	i, err := f.fs.Stat(strings.TrimPrefix(name, "/"))
	return i, f.errno(err, "stat", name)
}

func (f mapFiles) ReadFile(name string) ([]byte, error) {
	b, err := f.fs.ReadFile(strings.TrimPrefix(name, "/"))
	return b, f.errno(err, "open", name)
}

func (f mapFiles) Realpath(name string) (string, error) {
	_, err := f.Stat(name)
	return name, err
}

// withCompiled gives testEngine empty caches of so many bytes for what programs
// import, until the test ends.
func withCompiled(t *testing.T, size int64) {
	before, scans := testEngine.compiled, testEngine.scans
	testEngine.compiled, testEngine.scans = scoped.New[compiled](size), scoped.New[any](size)
	t.Cleanup(func() { testEngine.compiled, testEngine.scans = before, scans })
}

// compiledOf is what is kept of a source that goes by name.
func compiledOf(p *Program, kind moduleKind, name, text string) (compiled, bool) {
	s := &source{text: []byte(text)}
	return testEngine.compiled.Get(p.Scope, scoped.KeyOf(testEngine.module, kind.String(), name, s.key(), ""))
}

// long is a source with text that is long enough to be compiled by itself.
func long(text string) string { return text + "\n//" + strings.Repeat(" padding", minCompiled/8) }

// imports are programs whose modules are compiled by themselves.
func imports() map[string]Program {
	esm := func(code, a string) Program {
		return Program{Code: code, Files: filesOf(map[string]string{"a.mjs": long(a), "b.mjs": long("export const b = 'b'; export default class B {}"), "c.cjs": long("exports.c = require('./d.cjs').d"), "d.cjs": long("exports.d = 'd' + typeof require.main"), "t.txt": "text"})}
	}
	cjs := func(a string) Program {
		return Program{Code: "import a from './a.cjs'; console.log(a)", Files: filesOf(map[string]string{"a.cjs": long(a), "b.cjs": long("module.exports = (s) => new Error(s)")})}
	}
	large := strings.Repeat("f(() => `${1}` + /x/g.source);\n", 5_000)
	return map[string]Program{
		"value":        esm("import { a } from './a.mjs'; export default a", "export const a = 1"),
		"import":       esm("import { a } from './a.mjs'; export default a", "import B, { b } from './b.mjs'; import { c } from './c.cjs'; export const a = B.name + b + c"),
		"star":         esm("import * as a from './a.mjs'; console.log(a, Object.keys(a))", "export * from './b.mjs'; export * as ns from './b.mjs'; export { default as B } from './b.mjs'"),
		"live":         esm("import { n, inc } from './a.mjs'; inc(); export default n", "export let n = 1; export function inc() { n++ }"),
		"dynamic":      esm("console.log(await import('./a.mjs'))", "export const b = await import('./b.mjs'); export const meta = import.meta.filename"),
		"circle":       esm("import { a } from './a.mjs'; export default a()", "import * as self from './a.mjs'; export function a() { return Object.keys(self) }"),
		"attributes":   esm("import { a } from './a.mjs'; export default a", "import t from './t.txt' with { type: 'text' }; export const a = t"),
		"stack":        esm("import './a.mjs'", "function f() {\n  throw new TypeError('here')\n}\n\nf()"),
		"caught stack": esm("import './a.mjs'", "class A { #p() { return new Error('x').stack } static s = new A().#p() }\nconsole.log(A.s)"),
		"source":       esm("import './a.mjs'", "class A { #p = 1; static { } get p() { return this.#p } }\nfunction  f ( a,b ) { return a }\nconsole.log(A, A.toString(), f.toString(), new A().p, (async (x) => { await x }).toString())"),
		"templates":    esm("import './a.mjs'", "const t = (s) => s; const f = () => t`a${1}\\u0062`; console.log(f() === f(), f().raw, Object.isFrozen(f()), `${1}x${'y'}`)"),
		"constants":    esm("import './a.mjs'", "console.log(123456789012345678901234567890n, -0n, 1e300, -0, 'é', '\\u{1f600}', 'a\\0b', /a+/giu.exec('caat'), { __proto__: null, 7: 1 }, Symbol.for('x').description)"),
		"generators":   esm("import './a.mjs'", "function* g() { const x = yield 1; try { yield x } finally { yield 2 } }\nconsole.log([...g()]); for await (const x of (async function* () { yield* g() })()) console.log(x); const { a = 1, ...r } = { b: 2 }; l: for (;;) { for (;;) break l } console.log(a, r)"),
		"eval":         esm("import './a.mjs'", "const x = 1; console.log(eval('x + 1'), (0, eval)('typeof x'), new Function('return this')() === globalThis)"),
		"no syntax":    esm("import './a.mjs'", "let let = 1"),
		"no export":    esm("import { zzz } from './a.mjs'", "export const a = 1"),
		"no import":    esm("import './a.mjs'", "import './nothing.mjs'"),
		"large":        esm("import './a.mjs'", "const f = (g) => { }\n"+large),
		"hardly room":  {Code: "import './a.mjs'", Files: filesOf(map[string]string{"a.mjs": "const f = (g) => { }\n" + large}), Limits: Limits{Memory: 5 << 20}},
		"no room":      {Code: "import './a.mjs'", Files: filesOf(map[string]string{"a.mjs": "const f = (g) => { }\n" + large}), Limits: Limits{Memory: 1 << 20}},
		"common":       cjs("#!/usr/bin/env node\nmodule.exports = [typeof exports, this === exports, __filename, require('./b.cjs')('e').message, arguments.length]"),
		"common stack": cjs("throw require('./b.cjs')('thrown')"),
		"common no":    cjs("try { require('./nothing') } catch (e) { module.exports = e.code }"),
		"no common":    cjs("let let = 1; const const = 2"),
		"patched":      cjs("const M = require('module'), c = M.prototype._compile; M.prototype._compile = function (text, name) { return c.call(this, 'exports.n = ' + text.length + ';' + name.length, name) }; module.exports = require('./b.cjs')"),
		"node":         {Code: "import a, { b } from './a.cjs'; console.log(a, b)", Node: true, Files: filesOf(map[string]string{"a.cjs": long("exports.b = 1; module.exports = { ...require('./c.cjs'), b: exports.b }"), "c.cjs": long("exports.c = 2")})},
		"entry":        {Entry: "/workspace/a.mjs", Files: filesOf(map[string]string{"a.mjs": long("console.log(import.meta.main, new Error('x').stack); export default 1")})},
		"common entry": {Entry: "/workspace/a.cjs", Files: filesOf(map[string]string{"a.cjs": long("console.log(require.main === module, new Error('x').stack)")})},
		"wrong UTF-8":  cjs("module.exports = '\xff' + require('./b.cjs')('\xc3')"),
	}
}

// TestCompiledIsTheSame runs programs whose imports are kept, and not: nothing
// else may change.
func TestCompiledIsTheSame(t *testing.T) {
	for name, p := range imports() {
		t.Run(name, func(t *testing.T) {
			p.Language = "js"
			withCompiled(t, 0)
			want := outcomeOf(t, p)
			withCompiled(t, 64<<20)
			for i := range 3 {
				if got := outcomeOf(t, p); got != want {
					t.Fatalf("run %d:\n%+v\nwant\n%+v", i, got, want)
				}
			}
			if p.Limits.Memory == 0 && name != "large" { // which the collector would take long for
				p.gcAlways = true // compiles all in the guest itself
				want.fuel, want.peak = 0, 0
				got := outcomeOf(t, p)
				got.fuel, got.peak = 0, 0
				if got != want {
					t.Errorf("compiled in the guest:\n%+v\nwant\n%+v", got, want)
				}
			}
		})
	}
}

// TestCompiledSpendsTheSame ends programs within and around the compiling of what
// they import.
func TestCompiledSpendsTheSame(t *testing.T) {
	p := Program{Code: "import a from './a.cjs'; let n = 0; for (let i = 0; i < 1000; i++) n += i; export default n", Language: "js",
		Files: filesOf(map[string]string{"a.cjs": strings.Repeat("module.exports = () => {};\n", 200)})}
	withCompiled(t, 0)
	whole := outcomeOf(t, p).fuel
	for i := range int64(40) {
		p.Limits.Fuel = whole * (i + 1) / 40
		withCompiled(t, 0)
		want := outcomeOf(t, p)
		withCompiled(t, 1<<20)
		p := p
		p.Limits.Fuel = 0
		outcomeOf(t, p)
		p.Limits.Fuel = whole * (i + 1) / 40
		if got := outcomeOf(t, p); got != want {
			t.Errorf("with %d of %d:\n%+v\nwant\n%+v", p.Limits.Fuel, whole, got, want)
		}
	}
}

// TestCompiledKeepsScopesApart: what one tenant imports makes nothing faster, or
// in any way different, for another, and nothing stands for another source.
func TestCompiledKeepsScopesApart(t *testing.T) {
	withCompiled(t, 1<<20)
	text := long("export const a = 'secret'")
	p := Program{Code: "import { a } from './a.mjs'; export default a", Language: "js", Scope: "tenant/a", Files: filesOf(map[string]string{"a.mjs": text})}
	if o := outcomeOf(t, p); o.value != `"secret"` {
		t.Fatalf("%+v", o)
	}
	if c, ok := compiledOf(&p, kindESM, "/workspace/a.mjs", text); !ok || c.code == nil {
		t.Fatal("nothing is kept")
	}
	if _, ok := compiledOf(&Program{Scope: "tenant/b"}, kindESM, "/workspace/a.mjs", text); ok {
		t.Error("a scope sees what another imported")
	}
	if _, ok := compiledOf(&p, kindESM, "/workspace/b.mjs", text); ok {
		t.Error("a source of another name is taken for the same")
	}
	if _, ok := compiledOf(&p, kindCJS, "/workspace/a.mjs", text); ok {
		t.Error("a source of another kind is taken for the same")
	}
	if _, ok := compiledOf(&p, kindESM, "/workspace/a.mjs", text+" "); ok {
		t.Error("another source is taken for the same")
	}
	p.Files = filesOf(map[string]string{"a.mjs": strings.Replace(text, "secret", "public", 1)})
	if o := outcomeOf(t, p); o.value != `"public"` {
		t.Errorf("after the file changed: %+v", o)
	}
	testEngine.Forget("tenant/a")
	if _, ok := compiledOf(&p, kindESM, "/workspace/a.mjs", text); ok {
		t.Error("a scope that is gone is not forgotten")
	}
}

// TestCompilingEnds: the instance that compiles ends with the program, and is on
// its bill.
func TestCompilingEnds(t *testing.T) {
	withCompiled(t, 0)
	text := "export default [" + strings.Repeat("() => {},", 20_000) + "]"
	p := Program{Code: "import './a.mjs'", Language: "js", Files: filesOf(map[string]string{"a.mjs": text}), Limits: Limits{Timeout: time.Nanosecond}}
	if o := outcomeOf(t, p); !o.failed && o.limit.Kind != "time" {
		t.Errorf("%+v", o)
	}
	p.Limits = Limits{Fuel: 3_000_000}
	if o := outcomeOf(t, p); o.limit.Kind != "fuel" {
		t.Errorf("%+v", o)
	}
	if live := testEngine.Stats().Live; live != 0 {
		t.Errorf("%d instances are in use", live)
	}
	withCompiled(t, 64<<20)
	p.Limits = Limits{}
	o := outcomeOf(t, p)
	if c, ok := compiledOf(&p, kindESM, "/workspace/a.mjs", text); !ok || o.fuel < c.fuel || c.fuel < 3_000_000 {
		t.Errorf("compiling took %d, the program paid %d, kept %t", c.fuel, o.fuel, ok)
	}
}
