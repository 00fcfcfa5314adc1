package jsengine

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// testEngine is shared by the tests: opening one takes half a second.
var testEngine *Engine

func TestMain(m *testing.M) {
	// A random program is run in a dozen ways; -rapid.checks asks for more of them.
	for name, value := range map[string]string{"rapid.checks": "30", "rapid.shrinktime": "5s"} {
		if err := flag.Set(name, value); err != nil {
			panic(err)
		}
	}
	dir, err := os.MkdirTemp("", "jsengine-test-")
	if err != nil {
		panic(err)
	}
	cacheDir = dir
	e, err := Open(context.Background(), Cached(Config{}))
	if err != nil {
		panic(err)
	}
	testEngine = e
	code := m.Run()
	if err := errors.Join(e.Close(), os.RemoveAll(dir)); err != nil {
		panic(err)
	}
	if code == 0 {
		if err := goleak.Find(); err != nil {
			panic(err)
		}
	}
	os.Exit(code)
}

func run(t testing.TB, p Program) (*Result, string, string) {
	t.Helper()
	var out, errOut bytes.Buffer
	p.Stdout, p.Stderr = &out, &errOut
	r, err := testEngine.Run(t.Context(), &p)
	if err != nil {
		t.Fatalf("Run: %v (stderr %q)", err, errOut.String())
	}
	return r, out.String(), errOut.String()
}

// TestOutOfMemoryIsSaid: however a program used up its memory, its error can be made and printed.
func TestOutOfMemoryIsSaid(t *testing.T) {
	for name, code := range map[string]string{
		"empty objects": "const a = []; for (;;) a.push({})",
		"short texts":   "const a = []; for (;;) a.push('x'.repeat(20) + a.length)",
		"long arrays":   "const a = []; for (;;) a.push(new Array(1e5).fill(1))",
	} {
		for _, mb := range []int64{16, 17, 20, 24, 32} {
			t.Run(fmt.Sprintf("%s, %d MB", name, mb), func(t *testing.T) {
				r, _, stderr := run(t, Program{Code: code, Language: "js", Limits: Limits{Memory: mb << 20}})
				if r.Limit == nil || r.Limit.Kind != "memory" {
					t.Errorf("limit %+v, want memory", r.Limit)
				}
				if !strings.Contains(stderr, "InternalError: out of memory") {
					t.Errorf("stderr %q does not say that memory ran out", stderr)
				}
			})
		}
	}
}

func TestRun(t *testing.T) {
	tests := map[string]struct {
		code   string
		out    string
		err    string // part of standard error; "-" means none
		exit   int
		value  string
		limits Limits
		limit  string
	}{
		"prints":                        {code: "console.log(1+1)", out: "2\n", err: "-"},
		"export default":                {code: "export default {a: [1, 'x']}", value: `{"a":[1,"x"]}`},
		"export default undefined":      {code: "export default undefined"},
		"export default function":       {code: "export default () => 1"},
		"export default not JSON":       {code: "export default 1n"},
		"JSON tampered with":            {code: "JSON.stringify = () => 'no'; export default [1]", value: "[1]"},
		"top-level await":               {code: "await 0; console.log('a'); await new Promise(r => setTimeout(r, 1)); console.log('b')", out: "a\nb\n"},
		"microtasks before timers":      {code: "setTimeout(() => console.log(2)); queueMicrotask(() => console.log(1)); console.log(0)", out: "0\n1\n2\n"},
		"uncaught error":                {code: "\n  null.x", exit: 1, err: "TypeError"},
		"its own line":                  {code: "\n\n  throw new Error('here')", exit: 1, err: "/workspace/[eval].js:3"},
		"uncaught in a timer":           {code: "setTimeout(() => { throw new Error('late') })", exit: 1, err: "late"},
		"unhandled rejection":           {code: "Promise.reject(new Error('no one'))", exit: 1, err: "no one"},
		"rejection handled in time":     {code: "const p = Promise.reject(1); queueMicrotask(() => p.catch(() => {}))", err: "-"},
		"throws null":                   {code: "throw null", exit: 1, err: "null"},
		"syntax error":                  {code: "let let = 1", exit: 1, err: "SyntaxError"},
		"process.exit":                  {code: "process.exit(3)", exit: 3},
		"exit in finally":               {code: "try { throw 1 } finally { process.exit(3) }", exit: 3, err: "-"},
		"exit skips finally":            {code: "try { process.exit(4) } finally { console.log('no') }", exit: 4},
		"exit is not caught":            {code: "try { process.exit(5) } catch { console.log('no') } console.log('no')", exit: 5},
		"exit in an async function":     {code: "async function f() { process.exit(6) } f(); console.log('no'); await 0; console.log('no')", exit: 6},
		"exit in a promise job":         {code: "Promise.resolve().then(() => process.exit(7)).then(() => console.log('no')); await new Promise(() => {})", exit: 7},
		"exit in a generator":           {code: "function* g() { try { process.exit(8) } finally { console.log('no') } } for (const x of g()) console.log('no')", exit: 8},
		"exit in a getter":              {code: "const o = {get a() { process.exit(9) }}; JSON.stringify(o); console.log('no')", exit: 9},
		"exit in a timer":               {code: "setTimeout(() => process.exit(10)); setInterval(() => {}, 1)", exit: 10},
		"exit in toString in sort":      {code: "[{toString() { process.exit(11) }}, 1, 2].sort(); console.log('no')", exit: 11},
		"exitCode":                      {code: "process.exitCode = 12", exit: 12},
		"unsettled top-level await":     {code: "await new Promise(() => {})", exit: 13, err: "top-level await"},
		"endless loop by fuel":          {code: "while (true) {}", limits: Limits{Fuel: 1e6}, exit: 124, limit: "fuel"},
		"endless loop by time":          {code: "while (true) {}", limits: Limits{Timeout: 50 * time.Millisecond}, exit: 124, limit: "time"},
		"endless microtasks":            {code: "(function f() { Promise.resolve().then(f) })()", limits: Limits{Fuel: 1e6}, exit: 124, limit: "fuel"},
		"endless await":                 {code: "while (true) await 0", limits: Limits{Fuel: 1e6}, exit: 124, limit: "fuel"},
		"endless regex":                 {code: "/(a*)*b/.test('a'.repeat(50000))", limits: Limits{Fuel: 1e6}, exit: 124, limit: "fuel"},
		"endless sort":                  {code: "new Array(1e5).fill(0).sort(() => { for (;;); })", limits: Limits{Fuel: 1e6}, exit: 124, limit: "fuel"},
		"huge bigint":                   {code: "try { 2n ** (10n ** 9n) } catch (e) { console.log(e.name) }", limits: Limits{Fuel: 1e9}, out: "RangeError\n"},
		"bigint multiplication":         {code: "let a = 3n ** 1000000n; for (;;) a * a", limits: Limits{Fuel: 1e8}, exit: 124, limit: "fuel"},
		"typed array fill":              {code: "const a = new Uint8Array(30e6); for (;;) a.fill(1)", limits: Limits{Fuel: 1e7}, exit: 124, limit: "fuel"},
		"typed array copyWithin":        {code: "const a = new Uint8Array(30e6); for (;;) a.copyWithin(0, 1)", limits: Limits{Fuel: 1e7}, exit: 124, limit: "fuel"},
		"toJSON that never returns":     {code: "export default {toJSON() { for (;;); }}", limits: Limits{Fuel: 1e6}, exit: 124, limit: "fuel"},
		"getter on the namespace":       {code: "export default new Proxy({}, {ownKeys() { for (;;); }})", limits: Limits{Fuel: 1e6}, exit: 124, limit: "fuel"},
		"exit listener that loops":      {code: "process.on('exit', () => { for (;;); })", limits: Limits{Fuel: 1e6}, exit: 124, limit: "fuel"},
		"out of memory, caught":         {code: "try { const a = []; for (;;) a.push(new Array(1e5).fill(1)) } catch (e) { console.log(e.name, e.message) }", limits: Limits{Memory: 16 << 20}, out: "InternalError out of memory\n"},
		"out of memory, not caught":     {code: "const a = []; for (;;) a.push(new Array(1e5).fill(1))", limits: Limits{Memory: 16 << 20}, exit: 1, limit: "memory", err: "out of memory"},
		"stack in a circle":             {code: "const o = {}; Object.setPrototypeOf(o, new Proxy(o, {})); console.log(Object.getOwnPropertyDescriptor(Error.prototype, 'stack').get.call(o))", out: "undefined\n"},
		"string too long":               {code: "try { 'x'.repeat(2 ** 30) } catch (e) { console.log(e.name) }", out: "RangeError\n"},
		"string over memory":            {code: "try { 'x'.repeat(2 ** 29) } catch (e) { console.log(e.message) }", out: "out of memory\n"},
		"sparse array fill":             {code: "try { new Array(2 ** 32 - 1).fill(0) } catch (e) { console.log(e.message) }", limits: Limits{Fuel: 1e9}, out: "out of memory\n"},
		"no host on globalThis":         {code: "console.log(typeof globalThis.__host, Object.getOwnPropertyNames(globalThis).filter(k => /bt_|bridge/.test(k)).length)", out: "undefined 0\n"},
		"import of nothing":             {code: "try { await import('nope') } catch (e) { console.log(e.code, e.message) }", out: "ERR_MODULE_NOT_FOUND Cannot find package 'nope' imported from /workspace/[eval].js\n"},
		"import without files":          {code: "try { await import('./a.js') } catch (e) { console.log(e.code) }", out: "ERR_CAPABILITY_DENIED\n"},
		"import of a URL":               {code: "try { await import('https://example.com/x.js') } catch (e) { console.log(e.name, e.message) }", out: "BuildMessage ENOENT reading \"https://example.com/x.js\"\nOnly file: and data: URLs and packages can be imported: fetch what the URL leads to, or install it as a package\n"},
		"import of an unknown builtin":  {code: "try { await import('node:nope') } catch (e) { console.log(e.code) }", out: "ERR_UNKNOWN_BUILTIN_MODULE\n"},
		"builtin":                       {code: "import path, {join} from 'node:path'; console.log(join('a', 'b'), path.join === join)", out: "a/b true\n"},
		"import.meta":                   {code: "console.log(import.meta.url, import.meta.dirname, import.meta.main)", out: "file:///workspace/[eval].js /workspace true\n"},
		"prepareStackTrace":             {code: "Error.prepareStackTrace = (e, s) => s.map(c => c.getFileName()).join(); console.log(new Error().stack)", out: "/workspace/[eval].js\n"},
		"runtime frames are not there":  {code: "try { Buffer.from({}) } catch (e) { console.log(/buntime|native\\)/.test(e.stack), e.stack.includes('[eval]')) }", out: "false true\n"},
		"output cut":                    {code: "for (let i = 0; i < 3000; i++) console.log('x'.repeat(100)); process.exit(2)", limits: Limits{Output: 1000}, exit: 2},
		"Math.random differs from zero": {code: "console.log(Math.random() !== Math.random())", out: "true\n"},
		"collector finds cycles":        {code: "for (let i = 0; i < 3e5; i++) { const a = {}, b = {a, big: new Array(50).fill(i)}; a.b = b } console.log('ok')", limits: Limits{Memory: 32 << 20}, out: "ok\n"},
		"image objects survive it":      {code: "Map.prototype.mine = {}; for (let i = 0; i < 2e5; i++) { const a = [Map, Promise]; a.push(a) } console.log(typeof new Map().set(1, 2).mine, [3,1].sort()[0])", limits: Limits{Memory: 16 << 20}, out: "object 1\n"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r, out, errOut := run(t, Program{Code: tt.code, Language: "js", Limits: tt.limits})
			if r.ExitCode != tt.exit {
				t.Errorf("exit code %d, want %d; stderr %q", r.ExitCode, tt.exit, errOut)
			}
			if tt.out != "" && out != tt.out {
				t.Errorf("stdout %q, want %q", out, tt.out)
			}
			if strings.Contains(out, "no\n") {
				t.Errorf("went on after its end: %q", out)
			}
			if tt.err == "-" && errOut != "" || tt.err != "-" && !strings.Contains(errOut, tt.err) {
				t.Errorf("stderr %q, want %q", errOut, tt.err)
			}
			if string(r.Value) != tt.value {
				t.Errorf("value %s, want %s", r.Value, tt.value)
			}
			kind := ""
			if r.Limit != nil {
				kind = r.Limit.Kind
			}
			if kind != tt.limit {
				t.Errorf("limit %+v, want %q", r.Limit, tt.limit)
			}
			if strings.Contains(errOut, "buntime:") {
				t.Errorf("stderr shows the runtime: %q", errOut)
			}
		})
	}
}

// TestStackOverflow holds every native path that recurses to a catchable error.
func TestStackOverflow(t *testing.T) {
	tests := map[string]string{
		"functions":          "(function f() { f() })()",
		"spread":             "(function f(...a) { f(...a, 1) })()",
		"constructors":       "class A { constructor() { new A() } } new A()",
		"getters":            "const o = {get a() { return this.a }}; o.a",
		"setters":            "const o = {set a(v) { this.a = v }}; o.a = 1",
		"proxy get":          "const p = new Proxy({}, {get: (t, k, r) => r[k]}); p.x",
		"proxy chain":        "let p = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); p.x",
		"proxy isArray":      "let p = []; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); Array.isArray(p)",
		"proxy stringify":    "let p = []; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); JSON.stringify(p)",
		"proxy keys":         "let p = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); Object.keys(p)",
		"proxy delete":       "let p = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); delete p.x",
		"proxy define":       "let p = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); Object.defineProperty(p, 'x', {value: 1})",
		"proxy descriptor":   "let p = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); Object.getOwnPropertyDescriptor(p, 'x')",
		"proxy getPrototype": "let p = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); Object.getPrototypeOf(p)",
		"proxy setPrototype": "let p = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); Object.setPrototypeOf(p, null)",
		"proxy extensible":   "let p = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); Object.isExtensible(p)",
		"proxy prevent":      "let p = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); Object.preventExtensions(p)",
		"proxy apply":        "let p = () => 1; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); p()",
		"proxy construct":    "let p = class {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); new p()",
		"proxy instanceof":   "let p = class {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); ({}) instanceof p",
		"proxy species":      "let p = []; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); [].concat(p)",
		"proxy freeze":       "let p = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); Object.freeze(p)",
		"proxy for in":       "let p = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); for (const k in p);",
		"proxy set":          "let p = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); p.x = 1",
		"proxy toString":     "let p = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); Object.prototype.toString.call(p)",
		"realm of a bound":   "let f = function () {}; for (let i = 0; i < 1e5; i++) { f = f.bind(); Object.defineProperty(f, 'name', {value: ''}) } Reflect.construct(Object, [], f)",
		"realm of a proxy":   "let p = class {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {get: () => undefined}); Reflect.construct(Map, [], p)",
		"iterator concat":    "let it = [1].values(); for (let i = 0; i < 1e5; i++) it = Iterator.concat(it); it.next()",
		"iterator from":      "let it = {next: () => ({done: true})}; for (let i = 0; i < 1e5; i++) it = Iterator.from({next: it.next.bind(it)}); it.next()",
		"iterator return":    "let it = [1].values(); for (let i = 0; i < 1e5; i++) it = it.filter(x => x); it.return()",
		"proxy has":          "const p = new Proxy({}, {has: (t, k) => k in p}); 'x' in p",
		"prototype of proxy": "const p = new Proxy({}, {}); Object.setPrototypeOf(p, p); p.x",
		"JSON.parse":         "JSON.parse('['.repeat(1e5))",
		"JSON.parse object":  "JSON.parse('{\"a\":'.repeat(1e5))",
		"JSON.stringify":     "let a = []; for (let i = 0; i < 1e5; i++) a = [a]; JSON.stringify(a)",
		"toJSON":             "const o = {toJSON() { return JSON.stringify(o) }}; JSON.stringify(o)",
		"regex compile":      "new RegExp('('.repeat(1e5) + ')'.repeat(1e5))",
		"regex lookahead":    "new RegExp('(?='.repeat(2e4) + ')'.repeat(2e4)).test('a')",
		"regex class":        "new RegExp('['.repeat(1e5) + ']'.repeat(1e5), 'v')",
		"toString":           "const o = {toString() { return '' + o }}; '' + o",
		"array toString":     "let a = []; for (let i = 0; i < 1e5; i++) a = [a]; '' + a",
		"valueOf":            "const o = {valueOf() { return +o }}; +o",
		"sort":               "(function f() { [2, 1].sort(f) })()",
		"flat":               "let a = []; for (let i = 0; i < 1e5; i++) a = [a]; a.flat(Infinity)",
		"eval":               "(function f(s) { (0, eval)(s) })('eval(\"'.repeat(1)); (function g() { eval('g()') })()",
		"parser":             "eval('('.repeat(1e5))",
		"parser arrays":      "eval('['.repeat(1e5))",
		"parser unary":       "eval('-'.repeat(1e5) + '1')",
		"parser templates":   "eval('`${'.repeat(1e5))",
		"parser blocks":      "eval('{'.repeat(1e5))",
		"parser functions":   "eval('()=>'.repeat(1e5) + '1')",
		"parser destructure": "eval('let ' + '['.repeat(1e5))",
		"bind":               "let f = () => {}; for (let i = 0; i < 1e5; i++) { f = f.bind(); Object.defineProperty(f, 'name', {value: ''}) } f()",
		"instanceof":         "let f = function() {}; for (let i = 0; i < 1e5; i++) { f = f.bind(); Object.defineProperty(f, 'name', {value: ''}) } ({}) instanceof f",
		"generators":         "function* g() { yield* g() } [...g()]",
		"iterators":          "const o = {[Symbol.iterator]() { return [...o] }}; [...o]",
		"iterator helpers":   "let it = [1].values(); for (let i = 0; i < 1e5; i++) it = it.map(x => x); it.next()",
		"replace":            "(function f() { 'a'.replace('a', f) })()",
		"Reflect.apply":      "(function f() { Reflect.apply(f, null, []) })()",
		"tagged templates":   "(function f() { f`x` })()",
		"async functions":    "(async function f() { await f() })().catch(() => {}); throw new RangeError('as it should')",
		"structuredClone":    "let a = []; for (let i = 0; i < 1e5; i++) a = [a]; structuredClone(a)",
		"console":            "let a = []; for (let i = 0; i < 1e5; i++) a = {a}; console.log(a); throw new RangeError('as it should')",
		"encode to host":     "let e = {}; e.x = e; (function f() { console.log('%j', e); f() })()",
	}
	for name, code := range tests {
		t.Run(name, func(t *testing.T) {
			code := "try { " + code + "; console.log('did not throw') } catch (e) { console.log(e.name) }"
			r, out, errOut := run(t, Program{Code: code, Language: "js", Limits: Limits{Memory: 256 << 20}})
			lines := strings.Split(strings.TrimSpace(out), "\n")
			last := lines[len(lines)-1]
			if r.ExitCode != 0 || (last != "RangeError" && last != "SyntaxError" && last != "did not throw") {
				if len(out) > 300 {
					out = out[len(out)-300:]
				}
				t.Errorf("exit code %d, stdout %q, stderr %.300q", r.ExitCode, out, errOut)
			}
			t.Log(last)
		})
	}
}
