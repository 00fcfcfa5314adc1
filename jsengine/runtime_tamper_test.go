package jsengine_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/buntime/buntime/hostfuncs"
	"github.com/buntime/buntime/jsengine"
)

// tamper replaces every method and accessor that a guest can, of every builtin's
// prototype and of the builtins themselves, by one that records its call and throws.
const tamper = `
let calls = 0;
const evil = function () { calls++; throw new Error("tampered") };
const { ownKeys, getOwnPropertyDescriptor: describe, defineProperty: define, getPrototypeOf } = Reflect;
const spoil = o => {
	if (!o) return;
	const keys = ownKeys(o);
	for (let i = 0; i < keys.length; i++) {
		const key = keys[i];
		// The engine itself calls concat for template literals, and looks up Promise's species for import().
		if (key === "constructor" || key === "prototype" || key === "concat" && o === String.prototype || key === Symbol.species) continue;
		const d = describe(o, key);
		if (!d.configurable) continue;
		if (typeof d.value === "function") define(o, key, { __proto__: null, value: evil, writable: true, configurable: true });
		else if (d.get) define(o, key, { __proto__: null, get: evil, configurable: true });
	}
};
const names = ["Object", "Function", "Array", "String", "Number", "Boolean", "Symbol", "BigInt", "Date", "RegExp", "Map", "Set", "WeakMap", "WeakSet", "WeakRef",
	"Promise", "Proxy", "Error", "TypeError", "RangeError", "AggregateError", "ArrayBuffer", "DataView", "Uint8Array", "Float64Array", "Iterator", "URL", "URLSearchParams",
	"TextEncoder", "TextDecoder", "Headers", "EventTarget", "Event", "AbortController", "AbortSignal", "Buffer"];
const objects = [JSON, Math, getPrototypeOf(Uint8Array), getPrototypeOf(Uint8Array.prototype), getPrototypeOf([].values()), getPrototypeOf(new Map().values()),
	getPrototypeOf(new Set().values()), getPrototypeOf("".matchAll(/a/g)), getPrototypeOf(function* () {}), getPrototypeOf((function* () {})()), getPrototypeOf(async () => {}),
	getPrototypeOf(getPrototypeOf((async function* () {})()))];
const all = [];
for (let i = 0; i < names.length; i++) { const f = globalThis[names[i]]; all[all.length] = f; all[all.length] = f?.prototype }
for (let i = 0; i < objects.length; i++) all[all.length] = objects[i];
all[all.length] = Reflect;
for (let i = 0; i < all.length; i++) spoil(all[i]);
`

// I10, and what DESIGN promises of the runtime library: a guest that tampers with
// every intrinsic does not change what the host's side, console, the file system
// or another module's import does, and none of its replacements is ever called
// by them.
func TestI10TamperedIntrinsics(t *testing.T) {
	w := hostfuncs.NewWorkspace(hostfuncs.Config{})
	defer w.Release()
	for name, text := range map[string]string{
		"a.txt": "content", "data.json": `{"x": [1, 2]}`, "c.cjs": "module.exports = { c: 3 }",
		"b.mjs": `import fs from "node:fs"; import { join } from "node:path"; import data from "./data.json"; export const b = fs.readFileSync(join("/workspace", "a.txt"), "utf8"), x = data.x;`,
	} {
		if err := w.WriteFile("/workspace/"+name, []byte(text), 0, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	double := func(_ context.Context, arg json.RawMessage) (json.RawMessage, error) { return arg, nil }
	_, out, errOut := program(t, jsengine.Program{
		Files: w, Env: map[string]string{"GIVEN": "1"}, Funcs: map[string]jsengine.HostFunc{"same": double},
		Code: `
			import fs from "node:fs"; import path from "node:path"; import { EventEmitter } from "node:events";
			const require = import.meta.require;
			class Kept { n = 3 }
			const day = Temporal.PlainDate.from("2026-11-29"), noon = new Date(432e5), clock = new Intl.DateTimeFormat("en-US", { timeZone: "UTC", timeStyle: "short" });
			` + tamper + `
			const lines = [];
			let stage = "";
			const at = s => { stage = s };
			process.on("exit", () => { console.log("calls", calls, stage) });
			at("console"); console.log("log", 1, [1, "a"], { a: { b: 1 } }, true, null, undefined, 12n);
			at("sync"); fs.writeFileSync("/workspace/new.txt", "new"); fs.appendFileSync("/workspace/new.txt", "er");
			console.log(fs.readFileSync("/workspace/new.txt", "utf8"), fs.existsSync("/workspace/a.txt"), fs.statSync("/workspace/a.txt").size);
			at("errors"); try { fs.readFileSync("/workspace/none") } catch (e) { console.log(e.code, e.message) }
			at("mkdir"); fs.mkdirSync("/workspace/d/e", { recursive: true }); fs.renameSync("/workspace/new.txt", "/workspace/d/f"); fs.rmSync("/workspace/d", { recursive: true });
			at("readdir"); console.log(fs.readdirSync("/workspace").length);
			at("promises"); console.log(await fs.promises.readFile("/workspace/a.txt", "utf8"));
			at("Bun.file"); console.log(await Bun.file("/workspace/a.txt").text());
			at("import"); const m = await import("./b.mjs"); console.log(m.b, m.x);
			at("require"); console.log(require("./c.cjs").c);
			at("path"); console.log(path.resolve("x", "..", "y"), path.basename("/a/b.c", ".c"));
			at("process"); console.log(process.env.GIVEN, process.cwd(), process.argv.length);
			at("emitter"); const em = new EventEmitter(); em.on("x", v => console.log("event", v)); em.emit("x", 1);
			at("timers"); console.log(await new Promise(done => setTimeout(done, 1, "timer")));
			at("tick"); await new Promise(done => process.nextTick(done));
			at("host"); console.log(await host.same({ a: [1] }));
			at("clone"); console.log(structuredClone({ a: [1, { b: 2 }] }).a[1].b, structuredClone(new Kept()).n);
			try { structuredClone(day) } catch (e) { console.log(e.name) }
			at("intl"); console.log(clock.format(noon));
			at("subtle");
			// The standard takes usages by the protocol of iteration, which is the guest's.
			const usages = list => ({ [Symbol.iterator]: () => { let i = 0; return { next: () => ({ done: i >= list.length, value: list[i++] }) } } });
			const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, usages(["sign", "verify"]));
			const signature = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, pair.privateKey, new Uint8Array(3));
			const jwk = await crypto.subtle.exportKey("jwk", pair.publicKey);
			jwk.key_ops = usages(jwk.key_ops);
			const again = await crypto.subtle.importKey("jwk", jwk, { name: "ECDSA", namedCurve: "P-256" }, true, usages(["verify"]));
			console.log(await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, again, signature, new Uint8Array(3)));
			at("end"); export default { ok: true };`,
	})
	want := `log 1 [ 1, "a" ] {
  a: {
    b: 1,
  },
} true null undefined 12n
newer true 7
ENOENT ENOENT: no such file or directory, open '/workspace/none'
4
content
content
content [ 1, 2 ]
3
/workspace/y b
1 /workspace 2
event 1
timer
{
  a: [ 1 ],
}
2 3
DataCloneError
12:00 PM
true
calls 0 end
`
	if strings.TrimSpace(out) != strings.TrimSpace(want) {
		t.Errorf("got:\n%s\nwant:\n%s\nstderr %q", out, want, errOut)
	}
}
