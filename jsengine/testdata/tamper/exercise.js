import fs, { readFileSync, writeFileSync, appendFileSync, existsSync, readdirSync, statSync, mkdirSync, renameSync, rmSync, openSync, writeSync, closeSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve, basename } from "node:path";
import { format, inspect } from "node:util";
import { Buffer } from "node:buffer";
import { EventEmitter } from "node:events";
// What it uses itself it takes before, and calls by syntax alone.
const { log, error, table } = console;
const require = import.meta.require;
const { nextTick, exit, on } = process;
const after = setTimeout, every = setInterval, stop = clearInterval, soon = setImmediate, micro = queueMicrotask;
const [get, clone, url, encoder, decoder, listen, abort, file, headers, response] = [fetch, structuredClone, URL, TextEncoder, TextDecoder, EventTarget, AbortController, Bun.file, Headers, Response];
const NewPromise = Promise, NewError = Error, call = Reflect.apply, reject = Promise.reject;
const samples = [1.5, "text", true, null, undefined, 12n, Symbol("s"), [1, [2, "b"], , 3], { a: { b: { c: [1] } } }, new Map([[1, { x: "y" }]]), new Set([1]), /re/g, new Date(0), new Uint8Array(3), Buffer.from("buf"),
	() => 1, class A {}, new Error("shown").message, new Proxy({ p: 1 }, {}), new URL("http://h/p?q=1").href, Promise.resolve(7), new WeakMap(), Object.create(null), new (class B { x = 1 })()];
const nested = { a: [1, { b: new Map([[1, 2]]) }], s: new Set([1]) }, same = host.same;
const bytes = new Uint8Array([104, 105]), emitter = new EventEmitter(), target = new EventTarget(), controller = new AbortController();
const add = emitter.on, emit = emitter.emit, addListener = target.addEventListener, dispatch = target.dispatchEvent, event = new CustomEvent("x", { detail: 5 });
const encode = new TextEncoder(), encodeIt = encode.encode, decode = new TextDecoder(), decodeIt = decode.decode, cancel = controller.abort, signal = controller.signal, listenSignal = signal.addEventListener;
const file1 = Bun.file("/workspace/a.txt"), text = file1.text, response1 = new Response("body"), responseText = response1.text;
//WALK
call(on, process, ["exit", (code) => {
	log("exit", code);
	for (let i = 0; i < called.length; i++) log("called", called[i]);
}]);
log(total);
for (let i = 0; i < samples.length; i++) log(samples[i]);
log("%s %d %i %f %j %o %O %%", "s", 1, 2, 3.5, { a: 1 }, [1], { b: 2 }, "rest");
error("to stderr", { a: [1] });
table([{ a: 1 }]);
writeFileSync("/workspace/new.txt", "new");
appendFileSync("/workspace/new.txt", bytes);
log(readFileSync("/workspace/new.txt", "utf8"), existsSync("/workspace/none"), statSync("/workspace/a.txt").size);
try {
	readFileSync("/workspace/none");
} catch (e) {
	log(e.code, e.message, e.errno, e.syscall);
}
try {
	readFileSync(5n);
} catch (e) {
	log(e.code, e.message);
}
mkdirSync("/workspace/d/e", { __proto__: null, recursive: true });
renameSync("/workspace/new.txt", "/workspace/d/e/f");
log(readdirSync("/workspace/d/e"));
rmSync("/workspace/d/e/f");
const fd = openSync("/workspace/h", "w");
writeSync(fd, "handle");
closeSync(fd);
log(await readFile("/workspace/h", "utf8"));
await writeFile("/workspace/i", "promised");
log(await call(text, file1, []), await call(responseText, response1, []));
log(join("a", "..", "b"), resolve("/x", "y"), basename("/a/b.c", ".c"), format("%s", "f"), inspect({ a: [1] }));
try {
	await get("http://127.0.0.1:1/");
} catch (e) {
	log(e.name, e.code, e.message, e.cause?.code);
}
const other = await import("./other.mjs");
log(other.seen, other.json);
log(require("./common.cjs").c);
try {
	await import("./none.mjs");
} catch (e) {
	log(e.code);
}
call(add, emitter, ["x", (v) => log("emitted", v)]);
call(emit, emitter, ["x", 1]);
call(addListener, target, ["x", (e) => log("event", e === event)]);
call(dispatch, target, [event]);
call(listenSignal, signal, ["abort", () => log("aborted")]);
call(cancel, controller, []);
log(call(decodeIt, decode, [call(encodeIt, encode, ["é"])]));
log(clone(nested));
log(await new NewPromise((done) => after(done, 1, "timer")));
let n = 0;
await new NewPromise((done) => {
	const t = every(() => {
		if (++n === 2) {
			stop(t);
			done();
		}
	}, 1);
});
await new NewPromise((done) => soon(done));
await new NewPromise((done) => nextTick(done));
await new NewPromise((done) => micro(done));
log(await same({ a: [n] }));
//END
