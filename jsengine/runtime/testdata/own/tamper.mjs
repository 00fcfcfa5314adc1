// A guest breaks every intrinsic it can reach; the runtime must not notice.
import { join } from "node:path";
import { EventEmitter } from "node:events";
const evil = () => { throw new Error("tampered"); };
const seen = [];
let n = 0;
const real = { push(key) { seen[n++] = key; } };
const { ownKeys, getOwnPropertyDescriptor, defineProperty } = Reflect;
const protos = [Array.prototype, String.prototype, Function.prototype, Map.prototype, Set.prototype, WeakMap.prototype, RegExp.prototype, Number.prototype, Date.prototype, Uint8Array.prototype.__proto__, ArrayBuffer.prototype, Error.prototype, Symbol.prototype, BigInt.prototype, [].values().__proto__, new Map().values().__proto__];
for (let p = 0; p < protos.length; p++) {
  const keys = ownKeys(protos[p]);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i];
    if (key === "constructor" || key === "length" || key === Symbol.hasInstance) continue;
    const d = getOwnPropertyDescriptor(protos[p], key);
    if (!d.configurable) continue;
    if (typeof d.value === "function") defineProperty(protos[p], key, { value: evil, writable: true, configurable: true });
    else if (d.get) defineProperty(protos[p], key, { get: evil, configurable: true });
  }
}
const statics = [JSON, Reflect, Math, Number, Array, String, Promise, ArrayBuffer, Date, Object, Symbol];
for (let p = 0; p < statics.length; p++) {
  const keys = ownKeys(statics[p]);
  for (let i = 0; i < keys.length; i++) {
    const d = getOwnPropertyDescriptor(statics[p], keys[i]);
    if (typeof d.value === "function" && d.writable) statics[p][keys[i]] = evil;
  }
}
Promise.prototype.then = Promise.prototype.catch = Promise.prototype.finally = evil;
const names = ["value", "get", "set", "type", "args", "0", "1", "done", "next", "callback", "indent", "href", "enumerable", "code", "cause", "signal", "once"];
for (let i = 0; i < names.length; i++) {
  const key = names[i];
  defineProperty({}.__proto__, key, { __proto__: null, set() { real.push(key); }, get() { return undefined; }, configurable: true });
}
console.log("plain", 1, { a: [1, { b: new Map(), c: "x" }] }, [1, 2, 3], new URL("http://h/p?q=1").searchParams.get("q"));
console.log("%s and %d", "format", 5, new Error("e").message, Symbol("s"), 12n, /re/g, new Date(0), new Uint8Array(2));
console.table([{ x: 1 }]);
const u = new URL("../b?x=1#y", "https://u:p@h:8/a/"); u.searchParams.append("k", "v"); console.log(u.href, u.origin);
console.log(structuredClone({ list: [1, { two: 2 }], date: new Date(0) }), new TextDecoder().decode(new TextEncoder().encode("é")), btoa("x"));
const t = new EventTarget(); t.addEventListener("x", (e) => console.log("event", e.detail)); t.dispatchEvent(new CustomEvent("x", { detail: 7 }));
const c = new AbortController(); c.signal.addEventListener("abort", () => console.log("abort", c.signal.reason.name)); c.abort();
console.log(join("a", "..", "b"), process.cwd(), process.env.GIVEN);
const em = new EventEmitter(); em.once("x", (v) => console.log("emitted", v)); em.emit("x", 1);
process.nextTick((v) => console.log("tick", v), 1);
setImmediate(() => console.log("immediate"));
setTimeout((v) => { console.log("timer", v, n); }, 5, "arg");
queueMicrotask(() => console.log("micro"));
console.log(await new Promise((resolve) => setTimeout(() => resolve("awaited"), 1)));
