package resolve

import (
	"fmt"
	"io/fs"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
)

// mapFiles are files by their absolute paths.
type mapFiles fstest.MapFS

func (m mapFiles) Stat(p string) (fs.FileInfo, error) {
	return fstest.MapFS(m).Stat(strings.Trim(p, "/"))
}
func (m mapFiles) ReadFile(p string) ([]byte, error) {
	return fstest.MapFS(m).ReadFile(strings.Trim(p, "/"))
}
func (m mapFiles) Realpath(p string) (string, error) { return p, nil }

// I12: whatever a program says that it is and asks for, the host makes no more of it
// than a path can be long, and lets others go on in between.
func TestI12LongPaths(t *testing.T) {
	stars := strings.Repeat("*", 3000)
	targets := strings.Repeat(`"./none/*",`, 5000)
	files := mapFiles{
		"w/package.json":  {Data: []byte(`{"imports": {"#a/*": "./` + stars + `", "#b/*": "other/` + stars + `", "#c/*": "./c/*.js"}}`)},
		"w/tsconfig.json": {Data: []byte(`{"compilerOptions": {"paths": {"many/*": [` + strings.TrimSuffix(targets, ",") + `]}}}`)},
		"w/c/d.js":        {},
	}
	deep, long := "/"+strings.Repeat("a/", 4000)+"x.js", strings.Repeat("x", 40_000)
	for name, tt := range map[string]struct{ specifier, from string }{
		"a deep referrer":           {"nothing", deep},
		"a deep referrer, relative": {"./nothing", deep},
		"a map's target":            {"#a/" + long, "/w/x.js"},
		"a map's package":           {"#b/" + long, "/w/x.js"},
		"a package":                 {long, "/w/x.js"},
		"a scoped package":          {"@a/" + long, "/w/x.js"},
		"a path":                    {"./" + strings.Repeat("a/", 20_000), "/w/x.js"},
	} {
		for _, rules := range []Rules{Bun, Node} {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			r := New(files, rules)
			if m, err := r.Import(tt.specifier, tt.from, "", true); err == nil {
				t.Errorf("%s: an import finds %v", name, m)
			}
			if m, err := r.Require(tt.specifier, tt.from, nil, nil, nil); err == nil {
				t.Errorf("%s: a require finds %v", name, m)
			}
			_, _ = r.Type(tt.from, true)
			r.ConfigOf(tt.from)
			r.Missing(tt.specifier, tt.from, &Error{Code: "MODULE_NOT_FOUND"})
			runtime.ReadMemStats(&after)
			if made := (after.TotalAlloc - before.TotalAlloc) >> 20; made > 10 {
				t.Errorf("%s: the host made %d MiB of it", name, made)
			}
		}
	}
	r := New(files, Bun)
	pauses := 0
	r.Pause = func() bool { pauses++; return pauses < 10 }
	if m, err := r.Import("#c/d", "/w/x.js", "", true); err != nil || m.Path != "/w/c/d.js" {
		t.Errorf("%v, %v", m, err)
	}
	if m, err := r.Import("many/x", "/w/x.js", "", true); err == nil || pauses < 100 {
		t.Errorf("%v after %d pauses", m, pauses)
	}
}

func TestCommonJSExports(t *testing.T) {
	for name, c := range map[string]struct{ src, names, reexports string }{
		"dot":       {"exports.a = 1; exports.b = exports.c = 2;", "a b c", ""},
		"object":    {"module.exports = { a, b, 'c': 3, d: 4, e() {} };", "a b", ""},
		"call":      {"module.exports = { a: f(), b: 1, c };", "a", ""},
		"spread":    {"module.exports = { ...require('./x'), ...y, b };", "b", "./x"},
		"getter":    {"Object.defineProperty(exports, 'a', { enumerable: true, get: function () { return q.p; } })", "a", ""},
		"comments":  {"/* exports.no = 1 */ exports /**/ . a = 1; 'exports.n = 1'; `exports.n = 1 ${exports.t = 1}`; /exports.n = 1/", "a t", ""},
		"regex":     {"x = a / exports.b; if (1) /exports.c = '/.test(x); exports.d = 1", "d", ""},
		"compare":   {"exports.a == 1; exports.c += 1; foo.exports.d = 1", "a", ""},
		"twice":     {"module.exports = require('a'); module.exports = require('b')", "", "b"},
		"star":      {"__exportStar(require('a'), exports); tslib.__exportStar(require('b'), exports)", "", "a b"},
		"babel":     {"var _r = require('r'); Object.keys(_r).forEach(function (k) { if (k === 'default' || k === '__esModule') return; if (k in exports && exports[k] === _r[k]) return; Object.defineProperty(exports, k, { enumerable: true, get: function () { return _r[k]; } }); });", "", "r"},
		"escape":    {`exports['a\n\u{1F600}'] = 1; exports['\ud800'] = 2`, "a\n😀", ""},
		"esbuild":   {"0 && (module.exports = { a, b, ...require('c') });", "a b", "c"},
		"ES module": {"exports.a = 1; export {}", "", ""},
		"broken":    {"}{ exports.a = 1", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			e, _ := CommonJSExports([]byte(c.src))
			if got := strings.Join(e.Names, " "); got != c.names {
				t.Errorf("names %q, want %q", got, c.names)
			}
			if got := strings.Join(e.Reexports, " "); got != c.reexports {
				t.Errorf("reexports %q, want %q", got, c.reexports)
			}
		})
	}
}

func TestScan(t *testing.T) {
	for src, want := range map[string]Syntax{
		"import a from 'a'":                                    {ESM: true},
		"import('a')":                                          {},
		"x = import.meta.url":                                  {ESM: true},
		"export default 1":                                     {ESM: true},
		"a.export = 1; ({import: 1})":                          {},
		"module.exports = 1":                                   {CommonJS: true},
		"const x = require('x')":                               {CommonJS: true, Require: true},
		"const require = createRequire(import.meta.url)":       {ESM: true},
		"import { require } from 'x'; require('y')":            {ESM: true},
		"import x, { a as require } from 'x'":                  {ESM: true},
		"const { require } = x; require('y')":                  {},
		"const a = 1, require = f()":                           {},
		"let module; module = 1":                               {},
		"function require() {}; require()":                     {},
		"import fs from 'fs'; console.log(__dirname)":          {ESM: true, Dirname: true},
		"`${require('x')}`":                                    {CommonJS: true, Require: true},
		"'require(1)' // require\n/* export {} */ ; /require/": {},
		"await f()":                                           {Await: true},
		"const await = 3; await + 1":                          {},
		"async function f() { await g() }":                    {},
		"#!/usr/bin/env node\nexports.a = __filename":         {CommonJS: true, Filename: true},
		"const s = `\nexport default 1\n`; exports.s = s":     {CommonJS: true},
		"(function (require, module, exports) {})(x)":         {CommonJS: true, Require: true},
		"var x\nmodule.exports = x":                           {CommonJS: true},
		"var s\ntry { s = require('s') } catch (e) {}":        {CommonJS: true, Require: true},
		"let a\n(function () { require('x') })()":             {CommonJS: true, Require: true},
		"let a\n{ require('x') }":                             {CommonJS: true, Require: true},
		"var a = b\nf(), require('x')":                        {CommonJS: true, Require: true},
		"var a = [1]\nf(), exports.a = a":                     {CommonJS: true},
		"var a = b,\n  require = c":                           {},
		"var a = new\nb, require = c":                         {},
		"var\nrequire = c":                                    {},
		"var a\n, require":                                    {},
		"var {\na,\nrequire\n} = c; require('x')":             {},
		"export const a = { require: 1 }, b = obj.require(1)": {ESM: true, Require: true, CommonJS: true},
	} {
		if got := Scan([]byte(src)); got != want {
			t.Errorf("%s: %+v, want %+v", src, got, want)
		}
	}
}

func TestPlainJSON(t *testing.T) {
	for src, want := range map[string]string{
		`{"a": 1, // c` + "\n}":           `{"a": 1      ` + "\n}",
		`{"a": "//", /* x */ "b": [1,],}`: `{"a": "//",         "b": [1 ] }`,
		`/**/1/***/`:                      `    1     `,
		`"a\"//"`:                         `"a\"//"`,
		`[1 /* never closed`:              `[1                `,
		`"unclosed \`:                     `"unclosed \`,
	} {
		if got := string(PlainJSON([]byte(src))); got != want {
			t.Errorf("%s: %q, want %q", src, got, want)
		}
	}
}

func TestModuleID(t *testing.T) {
	for id, want := range map[string]Module{
		"/a?b":                     {Path: "/a?b"},
		"file:///a%3F.mjs?x#y":     {Path: "/a?.mjs", Query: "?x#y"},
		"text:/a.json":             {Path: "/a.json", As: "text"},
		"json:file:///a%20b?q":     {Path: "/a b", Query: "?q", As: "json"},
		"data:text/javascript,1+1": {Data: "data:text/javascript,1+1"},
		"node:fs":                  {Builtin: "node:fs"},
		"scope:/workspace/a.ts":    {Path: "/workspace/a.ts", As: "scope"},
	} {
		if got := Parse(id); !reflect.DeepEqual(got, want) {
			t.Errorf("Parse(%q) = %+v, want %+v", id, got, want)
		}
		if got := want.ID(); got != id {
			t.Errorf("%+v.ID() = %q, want %q", want, got, id)
		}
	}
}

func FuzzCommonJSExports(f *testing.F) {
	for _, s := range []string{"exports.a = 1", "module.exports = { a, ...require('x') }", "`${`${1}`}` /x/", "Object.keys(x).forEach(function (k) {", "a = b\n/c/d"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		e, ok := CommonJSExports(src)
		if !ok && (e.Names != nil || e.Reexports != nil) {
			t.Errorf("names %v of what is no CommonJS", e)
		}
		seen := map[string]bool{}
		for _, n := range e.Names {
			if seen[n] {
				t.Errorf("%q twice", n)
			}
			seen[n] = true
		}
		Scan(src)
		if got := PlainJSON(src); len(got) != len(src) {
			t.Errorf("%d bytes of %d", len(got), len(src))
		}
	})
}

// BenchmarkCommonJSExports shows that time grows with the source's length alone,
// whatever it tries to make the lexer look ahead for.
func BenchmarkCommonJSExports(b *testing.B) {
	for name, unit := range map[string]string{"assignments": "exports.a = 1;\n", "lookahead": "Object.keys(x).forEach(function(k){", "requires": "module.exports = {...require('x'),", "comments": "exports/* */"} {
		for _, n := range []int{1000, 10_000} {
			b.Run(fmt.Sprintf("%s/units=%d", name, n), func(b *testing.B) {
				src := []byte(strings.Repeat(unit, n))
				b.SetBytes(int64(len(src)))
				for b.Loop() {
					CommonJSExports(src)
				}
			})
		}
	}
}
