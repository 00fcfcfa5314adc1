package jsengine

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
)

// TestColumns holds positions to what V8 says of the same programs.
func TestColumns(t *testing.T) {
	tests := []struct{ code, want string }{
		{"null.x", "1:6"},
		{"throw new Error('a')", "1:7"},
		{"const f = () => { throw new Error('b') }; f()", "1:25 1:43"},
		{"\n  undefinedName", "2:3"},
		{"function g(o) { return o.a.b.c }\ng({})", "1:28 2:1"},
		{"  [1].map(x => x.y.z)", "1:20 1:7"},
		{"class A { constructor() { throw new TypeError('n') } }; new A()", "1:33 1:57"},
		{"class A { constructor() { throw new TypeError('n') } }; new A", "1:33 1:57"},
		{"undefinedName", "1:1"},
		{"const o = {}; o.f(1, 2, [3])", "1:17"},
		{"const o = {a: null}; o.a.b(1)", "1:26"},
		{"const o = {}; o['x']['y']", "1:21"},
		{"const o = null; o[0]", "1:18"},
		{"(function () { throw new Error('q') })()", "1:22 1:39"},
		{"const o = {m() { throw new Error('m') }}; o.m(...[1, 2])", "1:24 1:45"},
		{"const a = [() => { throw new RangeError('r') }]; a[0](1)", "1:26 1:54"},
		{"x()", "1:1"},
		{"null?.x; null.y", "1:15"},
		{"new (class { #p = 1; f(o) { return o.#p } })().f({})", "1:38 1:48"},
		{"JSON.parse('{')", "1:6"},
		{"await Promise.reject(new Error('p'))", "1:22"},
		{"1n + 1", "1:4"},
		{"class B { constructor() { throw new Error('s') } } class C extends B { constructor() { super(1) } } new C(1)", "1:33 1:88 1:101"},
		{"const f = (a, b) => a.b(b); f(1, f)", "1:23 1:29"},
		{"Symbol() + ''", "1:10"},
		{"[3].forEach(function cb(v) { v.q.r })", "1:34 1:5"},
		{"let s\nif (s ===\n    1n * 2)\n  s", "3:8"},
	}
	for _, tt := range tests {
		_, _, errOut := run(t, Program{Code: tt.code, Language: "js"})
		var got []string
		for line := range strings.Lines(errOut) {
			if _, at, ok := strings.Cut(line, "[eval].js:"); ok {
				got = append(got, strings.TrimRight(at, ")\n"))
			}
		}
		if g := strings.Join(got, " "); g != tt.want {
			t.Errorf("%q: at %s, want %s", tt.code, g, tt.want)
		}
	}
}

// TestStack holds what error.stack says to V8's form.
func TestStack(t *testing.T) {
	const js = "/workspace/[eval].js"
	tests := map[string]struct{ code, out string }{
		"error":                     {`function f() { return new Error("x") } console.log(f().stack)`, "Error: x\n    at f (" + js + ":1:23)\n    at <anonymous> (" + js + ":1:52)\n"},
		"no message":                {`console.log(new TypeError().stack)`, "TypeError\n    at <anonymous> (" + js + ":1:13)\n"},
		"of the engine":             {`try { null.x } catch (e) { console.log(e.stack) }`, "TypeError: Cannot read properties of null (reading 'x')\n    at <anonymous> (" + js + ":1:12)\n"},
		"of the host":               {`try { await import("nope") } catch (e) { console.log(e.stack.split("\n")[0]) }`, "ResolveMessage: Cannot find package 'nope' imported from " + js + "\n"},
		"of the parser":             {`try { eval("1 +") } catch (e) { console.log(/^SyntaxError: .+\n    at /.test(e.stack)) }`, "true\n"},
		"of the runtime":            {`try { Buffer.from({}) } catch (e) { console.log(e.stack.startsWith("TypeError: The first argument"), e.stack.endsWith("\n    at <anonymous> (` + js + `:1:14)")) }`, "true true\n"},
		"DOMException":              {`console.log(new DOMException("m", "AbortError").stack)`, "AbortError: m\n    at <anonymous> (" + js + ":1:13)\n"},
		"a subclass":                {`class X extends Error {} X.prototype.name = "X"; console.log(new X("m").stack)`, "X: m\n    at <anonymous> (" + js + ":1:62)\n"},
		"a subclass of a subclass":  {`class X extends Error { constructor(m) { super(m) } } class Y extends X {} const f = () => new Y("m"); console.log(f().stack)`, "Error: m\n    at f (" + js + ":1:92)\n    at <anonymous> (" + js + ":1:116)\n"},
		"made by a constructor":     {`class X extends Error { constructor() { super(); this.e = new Error("m") } } console.log(new X().e.stack)`, "Error: m\n    at X (" + js + ":1:59)\n    at <anonymous> (" + js + ":1:90)\n"},
		"an argument of its class":  {`class X extends Error { constructor(m, o) { super(m, o) } static of() { return new X("b", {cause: new X("a")}) } } console.log(X.of().cause.stack)`, "Error: a\n    at of (" + js + ":1:99)\n    at <anonymous> (" + js + ":1:130)\n"},
		"name set later":            {`class X extends Error { constructor(m) { super(m); this.name = "X" } } console.log(new X("m").stack.split("\n")[0])`, "X: m\n"},
		"read before and after":     {`const e = new Error("m"); e.message = "n"; const s = e.stack; e.name = "X"; console.log(s.split("\n")[0], e.stack === s)`, "Error: n true\n"},
		"captured of an error":      {`class X extends Error { constructor(m) { super(m); Error.captureStackTrace(this, X); this.name = "X" } } console.log(new X("m").stack)`, "X: m\n    at <anonymous> (" + js + ":1:118)\n"},
		"captured and set":          {`const e = new Error("m"); e.stack = "x"; Error.captureStackTrace(e); e.name = "X"; console.log(e.stack.split("\n")[0])`, "Error: m\n"},
		"name is no string":         {`class X extends Error {} X.prototype.name = 5; console.log(new X("m").stack.split("\n")[0])`, "5: m\n"},
		"name is empty":             {`class X extends Error {} X.prototype.name = ""; console.log(new X("m").stack.split("\n")[0])`, "m\n"},
		"name is an object":         {`class X extends Error {} X.prototype.name = {toString() { for (;;); }}; console.log(new X("m").stack.split("\n")[0])`, "Error: m\n"},
		"name is a getter":          {`class X extends Error {} Object.defineProperty(X.prototype, "name", {get() { for (;;); }}); console.log(new X("m").stack.split("\n")[0])`, "Error: m\n"},
		"message is a getter":       {`class X extends Error {} Object.defineProperty(X.prototype, "message", {get() { for (;;); }}); console.log(new X().stack.split("\n")[0])`, "Error\n"},
		"a proxy as prototype":      {`class X extends Error {} Object.setPrototypeOf(X.prototype, new Proxy({}, {get() { for (;;); }, getPrototypeOf() { for (;;); }})); const e = new X("m"); console.log(Object.getOwnPropertyNames(e))`, "[ \"message\" ]\n"},
		"capture of a proxy":        {`const o = new Proxy({}, {defineProperty: (t, k, d) => { t[k] = d.value; return true }, get(t, k) { if (k !== "stack") for (;;); return t[k] }}); Error.captureStackTrace(o); console.log(o.stack.split("\n")[0])`, "Error\n"},
		"capture":                   {`const o = {}; Error.captureStackTrace(o); console.log(o.stack)`, "Error\n    at <anonymous> (" + js + ":1:21)\n"},
		"capture, named":            {`const o = {name: "N", message: "m"}; Error.captureStackTrace(o); console.log(o.stack.split("\n")[0])`, "N: m\n"},
		"capture from":              {`function a() { const o = {}; Error.captureStackTrace(o, a); return o.stack } console.log(a())`, "Error\n    at <anonymous> (" + js + ":1:90)\n"},
		"limit of none":             {`Error.stackTraceLimit = 0; const e = new Error("x"); console.log(e.stack); console.log(e)`, "Error: x\n[Error: x]\n"},
		"long message":              {`const m = "y".repeat(1e6); const s = new Error(m).stack; console.log(s.length > 1e6, s.startsWith("Error: yyy"))`, "true true\n"},
		"wide message":              {`console.log(new Error("\u4f60\ud800").stack.slice(0, 9) === "Error: \u4f60\ud800")`, "true\n"},
		"a throw of no error":       {`try { throw 5 } catch (e) { console.log(e) } try { throw null } catch (e) { console.log(e) }`, "5\nnull\n"},
		"printed once":              {`console.log(new Error("x"))`, "Error: x\n    at <anonymous> (" + js + ":1:13)\n"},
		"printed with what is now":  {`const e = new Error("x"); e.name = "N"; e.message = "y"; console.log(e)`, "N: y\n    at <anonymous> (" + js + ":1:11)\n"},
		"printed, captured early":   {`class V extends Error { constructor(m) { super(m); Error.captureStackTrace(this, V); this.name = "V" } } console.log(new V("m"))`, "V: m\n    at <anonymous> (" + js + ":1:118)\n"},
		"printed, lines like one":   {`const e = new Error("x\n    at y"); console.log(e)`, "Error: x\n    at y\n    at <anonymous> (" + js + ":1:11)\n"},
		"printed, stack of its own": {`const e = new Error("x"); e.stack = "mine: x\n    at z"; console.log(e)`, "mine: x\n    at z\n"},
		"prepared":                  {`Error.prepareStackTrace = (e, s) => [e.message, s.length, s[0].getLineNumber(), s[0].getColumnNumber()].join(); console.log(new Error("x").stack)`, "x,1,1,125\n"},
		"natives of the guest":      {`console.log([1].map(() => new Error().stack.includes("at map (native)"))[0])`, "true\n"},
		"natives of the runtime":    {`const u = new URLSearchParams("a=1"); u.forEach(() => console.log(new Error("x").stack))`, "Error: x\n    at <anonymous> (" + js + ":1:67)\n    at <anonymous> (" + js + ":1:41)\n"},
		"natives, prepared":         {`Error.prepareStackTrace = (e, s) => s.map(c => c.isNative()).join(); process.on("x", () => console.log(new Error().stack)); process.emit("x")`, "false,false\n"},
		"natives in a tick":         {`process.nextTick(() => console.log(new Error("x").stack))`, "Error: x\n    at <anonymous> (" + js + ":1:36)\n"},
		"natives of a template":     {"const o = {toString() { return new Error('x').stack }}; console.log(`${o}`)", "Error: x\n    at toString (" + js + ":1:32)\n    at <anonymous> (" + js + ":1:72)\n"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r, out, errOut := run(t, Program{Code: tt.code, Language: "js", Limits: Limits{Fuel: 1e8}})
			if out != tt.out || r.ExitCode != 0 {
				t.Errorf("printed %q, want %q; exit code %d, stderr %q", out, tt.out, r.ExitCode, errOut)
			}
		})
	}
}

// TestTemplates: what a template makes does not depend on what a guest does to the prototypes.
func TestTemplates(t *testing.T) {
	const code = "String.prototype.concat = () => 'no'; Object.defineProperty(Object.prototype, 'concat', {get() { return () => 'no' }});\n" +
		"const d = Object.getOwnPropertyDescriptor(String.prototype, 'concat');\n" +
		"console.log(`a${1}b${null}c${[2, 3]}` + `${'x'}` + `` + `z`, d.writable, d.configurable, 'q'.concat());\n" +
		"delete String.prototype.concat; console.log(`a${1n}`, String.raw`\\n${1}`);\n" +
		"try { `${Symbol()}` } catch (e) { console.log(e.name) }\n" +
		"console.log(`${{[Symbol.toPrimitive]: h => h}}`, `\u4f60${'\u00e9'}`.length, `${'a'.repeat(1e5)}${'b'}`.length)"
	_, out, errOut := run(t, Program{Code: code, Language: "js"})
	if want := "a1bnullc2,3xz true true no\na1 \\n1\nTypeError\nstring 2 100001\n"; out != want {
		t.Errorf("printed %q, want %q; stderr %q", out, want, errOut)
	}
}

// TestDefaultPromise: a promise as default export is waited for.
func TestDefaultPromise(t *testing.T) {
	tests := map[string]struct {
		code, value, err string
		exit             int
	}{
		"fulfilled":            {code: "export default Promise.resolve({a: 1})", value: `{"a":1}`},
		"later":                {code: "export default new Promise(r => setTimeout(r, 2, [1]))", value: "[1]"},
		"of an async function": {code: "export default (async () => { await 0; return 'x' })()", value: `"x"`},
		"of another name":      {code: "const p = Promise.resolve(7); export {p as default}", value: "7"},
		"undefined":            {code: "export default Promise.resolve()"},
		"a function":           {code: "export default Promise.resolve(() => 1)"},
		"rejected":             {code: "export default Promise.reject(new Error('no'))", exit: 1, err: "Error: no"},
		"rejected later":       {code: "export default new Promise((_, r) => setTimeout(() => r(new Error('late')), 1))", exit: 1, err: "Error: late"},
		"never":                {code: "export default new Promise(() => {})", exit: 13, err: "default export"},
		"rejected, taken":      {code: "process.on('uncaughtException', e => console.log(e)); export default new Promise((_, r) => setTimeout(r, 1, 5))"},
		"then tampered with":   {code: "Promise.prototype.then = () => { for (;;); }; export default Promise.resolve(1)", value: "1"},
		"thenable is a value":  {code: "export default {then: 1}", value: `{"then":1}`},
		"exit while it waits":  {code: "setTimeout(() => process.exit(4), 1); export default new Promise(() => {})", exit: 4},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r, _, errOut := run(t, Program{Code: tt.code, Language: "js", Limits: Limits{Fuel: 1e8}})
			if r.ExitCode != tt.exit || string(r.Value) != tt.value || !strings.Contains(errOut, tt.err) {
				t.Errorf("exit code %d, value %s, stderr %q; want %d, %s, %q", r.ExitCode, r.Value, errOut, tt.exit, tt.value, tt.err)
			}
		})
	}
}

// TestHostProperty: globalThis.host is there only for a program with functions.
func TestHostProperty(t *testing.T) {
	const code = `console.log("host" in globalThis, typeof host, Object.getOwnPropertyNames(globalThis).includes("host"))`
	if _, out, _ := run(t, Program{Code: code, Language: "js"}); out != "false undefined false\n" {
		t.Errorf("without functions: %q", out)
	}
	funcs := map[string]HostFunc{"twice": func(_ context.Context, arg json.RawMessage) (json.RawMessage, error) {
		return json.RawMessage(string(arg[:1]) + string(arg[:1])), nil
	}}
	if _, out, _ := run(t, Program{Code: code + "; console.log(await host.twice(4), Object.keys(host))", Language: "js", Funcs: funcs}); out != "true object true\n44 [ \"twice\" ]\n" {
		t.Errorf("with functions: %q", out)
	}
}
