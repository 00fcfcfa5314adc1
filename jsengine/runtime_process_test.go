package jsengine

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

func TestRuntimeEnds(t *testing.T) {
	const at = "(/workspace/[eval].js:"
	tests := map[string]struct {
		code string
		exit int
		out  string
		err  string
	}{
		"error": {
			code: `function f() { throw new TypeError("bad") }` + "\n  f()",
			exit: 1, err: "1 | function f() { throw new TypeError(\"bad\") }\n                         ^\nTypeError: bad\n    at f " + at + "1:22)\n    at <anonymous> " + at + "2:3)\n",
		},
		"cause and own properties": {
			code: `throw Object.assign(new Error("a", {cause: new RangeError("b")}), {code: "E1"})`, exit: 1,
			err: "1 | throw Object.assign(new Error(\"a\", {cause: new RangeError(\"b\")}), {code: \"E1\"})\n                        ^\nError: a\n    at <anonymous> " + at + "1:21) {\n  code: \"E1\",\n  [cause]: RangeError: b\n      at <anonymous> " + at + "1:44),\n}\n",
		},
		"aggregate": {
			code: `const e = new AggregateError([1, "two"], "all"); delete e.stack; e.stack = ""; throw e`, exit: 1,
			err: "[AggregateError: all] {\n  [errors]: [ 1, \"two\" ],\n}\n",
		},
		"not an error":                {code: `throw {a: 1}`, exit: 1, err: "Uncaught {\n  a: 1,\n}\n"},
		"a string":                    {code: `throw "x"`, exit: 1, err: "Uncaught \"x\"\n"},
		"undefined":                   {code: `throw undefined`, exit: 1, err: "Uncaught undefined\n"},
		"cannot be printed":           {code: `throw {get [Symbol.for("nodejs.util.inspect.custom")]() { throw 1 }}`, exit: 1, err: "Uncaught exception that cannot be printed\n"},
		"stack is a getter":           {code: `const e = new Error("m"); Object.defineProperty(e, "stack", {get() { throw 1 }}); throw e`, exit: 1, err: "[Error: m]\n"},
		"cause is a cycle":            {code: `const e = new Error("m"); e.stack = ""; e.cause = e; throw e`, exit: 1, err: "[Error: m] {\n  [cause]: [Circular],\n}\n"},
		"rejection":                   {code: `Promise.reject(new Error("r")).stack; setTimeout(() => console.log("never"), 1000)`, exit: 1, err: "1 | Promise.reject(new Error(\"r\")).stack; setTimeout(() => console.log(\"never\"), 1000)\n                   ^\nError: r\n    at <anonymous> " + at + "1:16)\n"},
		"rejection handled in time":   {code: `const p = Promise.reject(1); queueMicrotask(() => p.catch(() => console.log("ok")))`, out: "ok\n"},
		"rejection handled by a tick": {code: `const p = Promise.reject(1); process.nextTick(() => p.catch(() => console.log("ok")))`, out: "ok\n"},
		"in a timer":                  {code: `setTimeout(() => { throw 1 }); setTimeout(() => console.log("never"), 50)`, exit: 1, err: "Uncaught 1\n"},
		"in a tick":                   {code: `process.nextTick(() => { throw 1 })`, exit: 1, err: "Uncaught 1\n"},
		"in a microtask":              {code: `queueMicrotask(() => { throw 1 })`, exit: 1, err: "Uncaught 1\n"},
		"in a listener":               {code: `const t = new EventTarget(); t.addEventListener("x", () => { throw 1 }); t.dispatchEvent(new Event("x")); console.log("never")`, exit: 1, err: "Uncaught 1\n"},
		"reportError":                 {code: `reportError(1); console.log("never")`, exit: 1, err: "Uncaught 1\n"},
		"exit listener after an error": {
			code: `process.on("exit", c => console.log("exit", c)); throw 1`, exit: 1, out: "exit 1\n", err: "Uncaught 1\n",
		},
		"listener takes it":             {code: `process.on("uncaughtException", (e, o) => console.log(e, o)); setTimeout(() => console.log("on"), 5); setTimeout(() => { throw 1 })`, out: "1 uncaughtException\non\n"},
		"listener throws":               {code: `process.on("uncaughtException", () => { throw 2 }); throw 1`, exit: 1, err: "Uncaught 2\n"},
		"rejection without listener":    {code: `process.on("uncaughtException", (e, o) => console.log(e, o)); Promise.reject(1)`, out: "1 unhandledRejection\n"},
		"capture":                       {code: `process.setUncaughtExceptionCaptureCallback(e => console.log("got", e)); setTimeout(() => { throw 1 })`, out: "got 1\n"},
		"exit":                          {code: `process.on("exit", c => console.log("exit", c)); try { process.exit(3) } finally { console.log("never") }`, exit: 3, out: "exit 3\n"},
		"exit in exit":                  {code: `process.on("exit", () => process.exit(5)); process.exit(3)`, exit: 5},
		"exit listener sets the code":   {code: `process.on("exit", () => { process.exitCode = 9 })`, exit: 9},
		"exit listener throws":          {code: `process.on("exit", () => { throw 1 })`, exit: 1, err: "Uncaught 1\n"},
		"exitCode":                      {code: `process.exitCode = 4`, exit: 4},
		"exit takes exitCode":           {code: `process.exitCode = 4; process.exit()`, exit: 4},
		"exit code modulo 256":          {code: `process.exit(257)`, exit: 1},
		"beforeExit once":               {code: `process.once("beforeExit", () => setTimeout(() => console.log("more"), 1)); process.on("exit", () => console.log("exit"))`, out: "more\nexit\n"},
		"unref'd timer":                 {code: `setTimeout(() => console.log("never"), 1000).unref()`},
		"pending at the end":            {code: `await new Promise(() => {})`, exit: 13, err: "unsettled top-level await"},
		"kill":                          {code: `process.kill(process.pid)`, exit: 143},
		"abort":                         {code: `process.abort()`, exit: 134},
		"host is absent":                {code: `console.log(typeof host)`, out: "undefined\n"},
		"prepareStackTrace of a guest":  {code: `Error.prepareStackTrace = (e, s) => s.length > 0 && s.every(c => !String(c.getFileName()).startsWith("buntime")); setTimeout(() => { console.log(new Error().stack) })`, out: "true\n"},
		"group, assert and a long line": {code: `console.group("g"); console.log("a\nb"); console.groupEnd(); console.assert(true); console.log("x".repeat(3))`, out: "g\n  a\nb\nxxx\n"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r, out, errOut := run(t, Program{Code: tt.code, Language: "js"})
			if r.ExitCode != tt.exit || out != tt.out {
				t.Errorf("exit %d, stdout %q; want %d, %q (stderr %q)", r.ExitCode, out, tt.exit, tt.out, errOut)
			}
			if tt.exit == 13 {
				if !regexp.MustCompile(tt.err).MatchString(errOut) {
					t.Errorf("stderr %q, want %q in it", errOut, tt.err)
				}
			} else if errOut != tt.err {
				t.Errorf("stderr %q, want %q", errOut, tt.err)
			}
		})
	}
}

func TestRuntimeHostFunctions(t *testing.T) {
	double := func(_ context.Context, arg json.RawMessage) (json.RawMessage, error) {
		return append(append([]byte("["), arg...), ']'), nil
	}
	fail := func(context.Context, json.RawMessage) (json.RawMessage, error) {
		return nil, &JSError{Name: "RangeError", Message: "no", Code: "E_NO"}
	}
	_, out, errOut := run(t, Program{
		Code: `console.log(Object.keys(host), Object.isFrozen(host));
			console.log(await host.double({ a: 1 }), await host.double());
			try { await host.fail(1) } catch (e) { console.log(e instanceof RangeError, e.message, e.code) }
			try { await host.double(() => 1) } catch (e) { console.log(e.name) }
			Promise.prototype.then = () => console.log("tampered"); JSON.parse = JSON.stringify = () => 0;
			console.log(await host.double([2]));`,
		Language: "js",
		Funcs:    map[string]HostFunc{"double": double, "fail": fail},
	})
	want := "[ \"double\", \"fail\" ] true\n[\n  {\n    a: 1,\n  }\n] [ null ]\ntrue no E_NO\nTypeError\n[\n  [ 2 ]\n]\n"
	if out != want {
		t.Errorf("got %q, want %q (stderr %q)", out, want, errOut)
	}
}

// Nothing of the bridge is in reach of a guest: no function or object of globalThis,
// however deep, has what only the bridge has.
func TestRuntimeBridgeUnreachable(t *testing.T) {
	_, out, errOut := run(t, Program{Language: "js", Code: `
		const seen = new Set(), found = [];
		const walk = (v, path) => {
			if ((typeof v !== "object" && typeof v !== "function") || v === null || seen.has(v)) return;
			seen.add(v);
			for (const name of ["sync", "classOf", "setTimers", "install", "promiseState", "uncaught"]) {
				const d = Reflect.getOwnPropertyDescriptor(v, name);
				if (d && typeof d.value === "function") found.push(path + "." + name);
			}
			for (const key of Reflect.ownKeys(v)) {
				const d = Reflect.getOwnPropertyDescriptor(v, key);
				for (const x of [d.value, d.get, d.set]) walk(x, path + "." + String(key));
			}
			walk(Object.getPrototypeOf(v), path + ".__proto__");
		};
		walk(globalThis, "globalThis");
		const { builtinModules } = import.meta.require("node:module");
		for (const name of builtinModules) walk(import.meta.require(name), name);
		console.log(seen.size > 1000, found);
	`})
	if out != "true []\n" {
		t.Errorf("got %q (stderr %q)", out, errOut)
	}
}

// The runtime library uses no syntax or method that looks an intrinsic up again
// in what a guest may have changed: see primordials.ts.
func TestRuntimeUsesPrimordials(t *testing.T) {
	rules := map[string]*regexp.Regexp{
		"for-of":                regexp.MustCompile(`\bfor (await )?\((const|let|var) .* of `),
		"array spread":          regexp.MustCompile(`\[\.\.\.|, \.\.\.[a-zA-Z.]+\]|\(\.\.\.[a-z]+\)[;,)]`),
		"array destructuring":   regexp.MustCompile(`\b(const|let|var) \[`),
		"method of a built-in":  regexp.MustCompile(`[\w\])]\.(push|shift|unshift|splice|charCodeAt|startsWith|endsWith|padStart|toLowerCase|toUpperCase|forEach|then|catch|finally|hasOwnProperty)\(`),
		"Object, JSON or Array": regexp.MustCompile(`\b(Object|JSON|Array|Reflect|Promise|Number|Math|String)\.[a-z]\w*\(`),
	}
	// Where a line may: while the image is made, or on objects of the runtime's own.
	allowed := regexp.MustCompile(`guest-safe|^\s*//|^\s*\*|= Object\.getPrototypeOf\(|Object\.defineProperty\(String\.prototype|static (parse|canParse)|s \+= String\.fromCharCode`)
	files, err := filepath.Glob(filepath.Join("runtime", "src", "*.ts"))
	if err != nil || len(files) < 10 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		if filepath.Base(file) == "primordials.ts" {
			continue
		}
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range regexp.MustCompile(`\r?\n`).Split(string(b), -1) {
			if allowed.MatchString(line) {
				continue
			}
			for name, rule := range rules {
				if m := rule.FindString(line); m != "" {
					t.Errorf("%s:%d: %s: %q", file, i+1, name, m)
				}
			}
		}
	}
}
