package jsengine

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/evanw/esbuild/pkg/api"
)

// plainPrograms are ordinary JavaScript that must not need the child process.
var plainPrograms = []string{
	"1+1",
	"console.log(1+1)",
	"await 0; export default 1",
	"x !== y",
	"const o = {a: 1, b: {c: [2]}, 'd': 3, type: 4, as: 5}; console.log(o.type, o.as)",
	"const x = a ? b : c",
	"const x = a ? (b) : c; let y = (d)",
	"const x = a ? f(b) : c; [1].map(x => x)",
	"const s = `a${1 + `b${2}`}c ${{a: 1}.a}`",
	"// a comment with @ in it: let x: number\nlet x = 1 // as any",
	"/* let x: number = 1 as any <T>() */ let x = 1",
	"const r = /[/<:]as type/gi.test('x'), q = 4 / 2 / 1",
	"if (a) /x: number/.exec(b)",
	"for (let i = 0; i < 10; i++) console.log(i)",
	"for (let i = 0; i < list.length; i++) { n += list[i] }",
	"while (a < b && c > d) a++",
	"const big = a << 3 | b >> 2",
	"class A extends B { #p = 1; static q = 2; r; constructor() { super(); this.r = 3 } get s() { return this.#p } static { this.t = 1 } *u() {} async v() {} }",
	"async function f({a, b = 1}, [c] = [2], ...d) { for await (const x of y) await x }\nfunction* g() { yield* h() }",
	"label: for (;;) { break label }",
	"switch (a) { case 'x': break; case (1): b; default: c }",
	"import fs from 'node:fs'; fs.writeFileSync('a', 'b')",
	"import {readFile, writeFile as w} from 'node:fs/promises'\nconst a = await readFile('x')\nawait w('y', a)",
	"import * as path from 'node:path'; console.log(path.join('a', 'b'))",
	"import data from './d.json' with { type: 'json' }; console.log(data.x)",
	"import './side.js'",
	"const m = await import('./m.js'); console.log(import.meta.url)",
	"export {a as b} from './c.js'; export * from './d.js'; export * as e from './f.js'",
	"a ??= b?.c?.[0]?.(1) ?? 2; x = y ?.5 : 1",
	"const type = 1, module = {exports: {}}; module.exports = type; for (const type of [1]);",
	"try { throw new Error('x') } catch { } finally { }",
	"if (!x) return_(!y); const z = !0, w = !(a)",
	"const o = {async a() {}, *b() {}, get c() { return 1 }, set c(v) {}, [d]: 1, ...e, f, 'g'() {}}",
	"const re = s.replace(/\\/[\\]/]`/, '') + a.if(b) / 2",
	"1n + 0xffn; 1e-5; .5; 1_000; 5..toString()",
	"const f = async (a) => ({b: a}), g = a => b => c",
}

// typedPrograms must go to esbuild: it makes something else of them, or may.
var typedPrograms = []string{
	"a < b > (c)",
	"f<T>(x)",
	"f<T>`x`",
	"new Foo<Bar>",
	"const x = <T>y",
	"const x = <T,>(y) => y",
	"f(a < b, c > (d))",
	"x!",
	"x!.y",
	"type X = 1",
	"type\nX = 1",
	"import x from 'y'",
	"import x from 'y'; const f = x => x.y",
	"import x from 'y'; { let x = 1; x.y }",
	"import {x, z} from 'y'; x.a",
	"import {x as z} from 'y'; x.a",
	"import x from 'y'; ({x() { }, a: 1})",
	"import x from 'y'; class A { x(a) { } }",
	"import x from 'y'; f(function (x) { x.a })",
	"import x from 'y'; a.x.b",
	"import x from 'y'; '`${x.a}`'",
	"import x from 'y'; /x.a/",
	"import x from 'y'; // x.a",
	"import type X from 'y'",
	"import {type X} from 'y'",
	"import x = require('y')",
	"export {x}",
	"export type {x} from 'y'",
	"enum A { B }",
	"declare const x",
	"abstract\nclass A {}",
	"namespace A { }",
	"x as y",
	"x\nas\ny",
	"x satisfies y",
	"a ? (b) : c => d",
	"a ? (b) : (c) => d",
	"a ? async (b) : c => d",
	"a ? (b, c = (d)) : e => f",
	"class A { readonly\nx = 1 }",
	"class A { accessor\nx = 1 }",
	"@d class A {}",
	"'unterminated",
	"`unterminated ${",
	"/unterminated",
	"a\u00a0as\u00a0b",
	"// x\u2028 type X = 1",
	"}",
	"(]",
	"\\u0061s",
	"{} /a/g",
	"a++ / 2 / b",
	"a<<T>(x) => y>(z)",
}

// sameForTypeScript reports whether TypeScript makes of code what JavaScript
// makes of it, or whether it is not JavaScript.
func sameForTypeScript(code string) (same bool, ts, js string) {
	o := api.TransformOptions{
		Target: api.ESNext, Supported: map[string]bool{"decorators": false}, Charset: api.CharsetUTF8, LogLevel: api.LogLevelSilent,
		TsconfigRaw: `{"compilerOptions":{"target":"esnext","useDefineForClassFields":true}}`,
	}
	o.Loader = api.LoaderJS
	j := api.Transform(code, o)
	if len(j.Errors) > 0 {
		return true, "", ""
	}
	o.Loader = api.LoaderTS
	t := api.Transform(code, o)
	if len(t.Errors) > 0 {
		return false, t.Errors[0].Text, string(j.Code)
	}
	return string(t.Code) == string(j.Code), string(t.Code), string(j.Code)
}

func TestPlainJS(t *testing.T) {
	for _, code := range plainPrograms {
		if plain, _ := plainJS(code); !plain {
			t.Errorf("not plain: %q", code)
		}
		if same, ts, js := sameForTypeScript(code); !same {
			t.Errorf("%q: TypeScript makes\n%s\nand JavaScript\n%s", code, ts, js)
		}
	}
	for _, code := range typedPrograms {
		if plain, _ := plainJS(code); plain {
			t.Errorf("plain: %q", code)
		}
	}
	// What is plain to the tokens, but no JavaScript, is tried by the engine first.
	for _, code := range []string{"let x: number = 1", "function f(a?: string): void {}", "let a: {b: c}"} {
		plain, typed := plainJS(code)
		if !plain || !typed {
			t.Errorf("%q: plain %v, typed %v; want both", code, plain, typed)
		}
	}
	if plain, typed := plainJS("let let = 1"); !plain || typed {
		t.Error("let let = 1 looks typed")
	}
	if plain, _ := plainJS(strings.Repeat(" ", maxPlain+1)); plain {
		t.Error("a very long program was looked at")
	}
}

// TestPlainMixes joins parts of all programs: whatever is plain must be the same
// in both languages.
func TestPlainMixes(t *testing.T) {
	programs := append(append([]string{}, plainPrograms...), typedPrograms...)
	n := 0
	for _, a := range programs {
		for _, b := range programs {
			for _, sep := range []string{"\n", ";", " ? ", "(", " as "} {
				code := a + sep + b
				if plain, _ := plainJS(code); !plain {
					continue
				}
				n++
				if same, ts, js := sameForTypeScript(code); !same {
					t.Fatalf("%q: TypeScript makes\n%s\nand JavaScript\n%s", code, ts, js)
				}
			}
		}
	}
	if n < 1000 {
		t.Errorf("only %d mixes were plain", n)
	}
}

// I12: before a program runs nothing ends what looks at its code, so that takes time
// in proportion to it, however many names it imports.
func TestI12ManyImportsArePlain(t *testing.T) {
	var names, uses strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&names, "a%x,", i)
		fmt.Fprintf(&uses, "+a%x", i)
	}
	code := "import {" + names.String() + "} from 'x'; 0" + uses.String()
	if len(code) > maxPlain {
		t.Fatalf("%d bytes are too many to be looked at", len(code))
	}
	began := time.Now()
	if plain, _ := plainJS(code); !plain {
		t.Error("not plain")
	}
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("looking at %d bytes took %v", len(code), took)
	}
	for _, missing := range []string{"+a0+", "+a4e1f"} {
		if plain, _ := plainJS(strings.Replace(code, missing, "+", 1)); plain {
			t.Errorf("plain without %q", missing)
		}
	}
}

func FuzzPlainJS(f *testing.F) {
	for _, code := range append(append([]string{}, plainPrograms...), typedPrograms...) {
		f.Add(code)
	}
	f.Fuzz(func(t *testing.T, code string) {
		if len(code) > 2000 {
			return
		}
		if plain, _ := plainJS(code); !plain {
			return
		}
		if same, ts, js := sameForTypeScript(code); !same {
			t.Fatalf("TypeScript makes\n%s\nand JavaScript\n%s", ts, js)
		}
	})
}
