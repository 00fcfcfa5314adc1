package jsengine_test

import (
	"strings"
	"testing"

	"github.com/buntime/buntime/jsengine"
)

// A context of node:vm has ECMAScript's builtins and what the program gives it:
// nothing of the host's, of the runtime library's or of the program's own realm.
func TestI4ContextsHaveNothingOfTheHost(t *testing.T) {
	_, out, errOut := program(t, jsengine.Program{Code: `
		import vm from "node:vm";
		const c = vm.createContext(Object.create(null), { codeGeneration: { strings: true } });
		const names = vm.runInContext("Object.getOwnPropertyNames(globalThis)", c);
		for (const n of names) if (!(n in globalThis)) console.log("only there:", n);
		for (const n of ["process", "Bun", "Buffer", "host", "require", "fetch", "setTimeout", "performance", "queueMicrotask", "DOMException", "crypto", "Intl", "URL"])
			if (names.includes(n)) console.log("there:", n);
		// Whatever is reached from its globals belongs to its realm.
		console.log(vm.runInContext(` + "`" + `
			const seen = new Set(), found = [];
			const walk = (v, path) => {
				if ((typeof v !== "object" && typeof v !== "function") || v === null || seen.has(v)) return;
				seen.add(v);
				try { if (typeof v === "function" && v.constructor("return typeof process")() !== "undefined") found.push(path); } catch {}
				for (const k of Reflect.ownKeys(v)) {
					const d = Reflect.getOwnPropertyDescriptor(v, k);
					for (const part of ["value", "get", "set"]) walk(d[part], path + "." + String(k));
				}
				walk(Reflect.getPrototypeOf(v), path + ".__proto__");
			};
			walk(globalThis, "");
			[seen.size > 500, found.join()]
		` + "`" + `, c).join(" "));
		console.log(await vm.runInContext("(async () => { try { await import('node:fs') } catch (e) { return e.code } })()", c));
		console.log(vm.runInContext("new Error('x').stack", c).includes("buntime:"));
	`})
	if want := "true \nERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING\nfalse\n"; out != want {
		t.Errorf("got %q, want %q; stderr %q", out, want, errOut)
	}
}

// Contexts that nothing refers to are collected with all they hold.
func TestContextsAreCollected(t *testing.T) {
	r, out, errOut := program(t, jsengine.Program{Limits: jsengine.Limits{Memory: 16 << 20}, Code: `
		import vm from "node:vm";
		for (let i = 0; i < 100; i++) {
			const c = vm.createContext({ big: new Array(1000).fill(i) });
			vm.runInContext("self = globalThis; f = () => big; class A {}; new A()", c);
		}
		console.log("done");
	`})
	if out != "done\n" || r.Limit != nil {
		t.Errorf("got %q, limit %v, stderr %q", out, r.Limit, errOut)
	}
}

// A timeout stops code wherever it is, and what it called outside; the program goes on.
func TestScriptTimeouts(t *testing.T) {
	_, out, errOut := program(t, jsengine.Program{Code: `
		import vm from "node:vm";
		const run = (code, globals, options) => { try { return vm.runInNewContext(code, globals, { timeout: 5, ...options }) } catch (e) { return e.code } };
		console.log(run("for (;;) try { for (;;); } catch {} finally { continue }", {}));
		console.log(run("f()", { f() { for (;;); } }));
		console.log(run("[1].map(() => { for (;;); })", {}));
		console.log(run("f()", { f: () => { vm.runInNewContext("for (;;);", {}, { timeout: 10000 }) } }));
		console.log(run("f()", { f: () => { try { vm.runInNewContext("for (;;);", {}, { timeout: 1 }) } catch (e) { return e.code + " inside" } } }, { timeout: 10000 }));
		console.log(run("(function f() { Promise.resolve().then(f) })()", {}, { microtaskMode: "afterEvaluate" }));
		console.log(run("1 + 1", {}));
	`})
	const late = "ERR_SCRIPT_EXECUTION_TIMEOUT"
	if want := strings.Join([]string{late, late, late, late, late + " inside", late, "2", ""}, "\n"); out != want {
		t.Errorf("got %q, want %q; stderr %q", out, want, errOut)
	}
}

// Objects that are made to confuse a context do no more than throw.
func TestContextsOfHostileObjects(t *testing.T) {
	_, out, errOut := program(t, jsengine.Program{Code: `
		import vm from "node:vm";
		const t = (f) => { try { console.log(String(f())) } catch (e) { console.log(e instanceof Error || e?.name !== undefined ? "threw" : "?") } };
		const trap = () => { throw new Error("trap") };
		const evil = () => vm.createContext(new Proxy({}, { has: trap, get: trap, set: trap, defineProperty: trap, getOwnPropertyDescriptor: trap }));
		t(() => vm.runInContext("a", evil()));
		t(() => vm.runInContext("var a = 1; function b() {}", evil()));
		const { proxy, revoke } = Proxy.revocable({ a: 1 }, {});
		const revoked = vm.createContext(proxy);
		t(() => vm.runInContext("a", revoked));
		revoke();
		t(() => vm.runInContext("a", revoked));
		const outer = vm.createContext({ a: "outer" }), inner = vm.createContext(vm.runInContext("globalThis", outer));
		t(() => vm.runInContext("b = a; Array = 5; b", inner));
		t(() => vm.runInContext("[b, Array]", outer));
		t(() => vm.runInContext("Object.defineProperty(globalThis, 'z', { get() { delete globalThis.z; return 'gone' }, configurable: true }); z + typeof z", outer));
		t(() => { const c = vm.createContext({}); c.c = c; vm.runInContext("globalThis.globalThis = null; this.c.d = 1", c); return c.d });
	`})
	want := "threw\nthrew\n1\nthrew\nouter\nouter,5\ngoneundefined\n1\n"
	if out != want {
		t.Errorf("got %q, want %q; stderr %q", out, want, errOut)
	}
}

// An object of globals that inherits from the global object it is for, or from that of a realm whose own inherits
// from this one, ends as endless recursion does.
func TestContextsInheritFromThemselves(t *testing.T) {
	_, out, errOut := program(t, jsengine.Program{Code: `
		import vm from "node:vm";
		const t = (f) => { try { console.log(String(f())) } catch (e) { console.log(e.message) } };
		const box = {}, g = vm.runInContext("globalThis", vm.createContext(box));
		Object.setPrototypeOf(box, g);
		for (const code of ["nope", "typeof nope", "nope = 1"]) t(() => vm.runInContext(code, box));
		t(() => "nope" in g);
		t(() => g.nope);
		t(() => { g.nope = 1 });
		t(() => vm.runInContext("var own = 5; own + Array.length", box));
		t(() => { delete g.own; return Object.keys(g).length });
		const a = vm.createContext({}), b = vm.createContext({});
		Object.setPrototypeOf(a, vm.runInContext("globalThis", b));
		Object.setPrototypeOf(b, vm.runInContext("globalThis", a));
		t(() => vm.runInContext("nope", a));
		t(() => "nope" in b);
		t(() => vm.runInContext("1 + 1", a));
	`})
	const deep = "Maximum call stack size exceeded\n"
	want := strings.Repeat(deep, 7) + "0\n" + deep + deep + "2\n"
	if out != want {
		t.Errorf("got %q, want %q; stderr %q", out, want, errOut)
	}
}
