const show = (v) => (v === undefined ? "undefined" : typeof v === "string" ? v : typeof v === "bigint" ? `${v}n` : typeof v === "symbol" ? String(v) : typeof v === "function" ? `function ${v.name}` : Object.is(v, -0) ? "-0" : typeof v === "number" ? String(v) : JSON.stringify(v));
const fail = (e) => `! ${e?.name} ${e?.code} ${e?.message}`;
const ta = async (name, f) => { let s; try { s = show(await f()); } catch (e) { s = fail(e); } console.log(`${name}: ${s}`); };
const { AsyncLocalStorage } = require("async_hooks");
const util = require("util");
const als = new AsyncLocalStorage();
const later = (v, cb) => setTimeout(cb, 1, null, v);
const promised = util.promisify(later);
async function main() {
  await ta("promisify", () => als.run("p", async () => { await promised(1); return als.getStore(); }));
  await ta("callbackify", () => als.run("c", () => new Promise((r) => util.callbackify(async (x) => x)(1, () => r(als.getStore())))));
  await ta("timers/promises", () => als.run("t", async () => { await require("timers/promises").setTimeout(1); return als.getStore(); }));
  await ta("events.once", () => als.run("o", async () => { const { EventEmitter, once } = require("events"); const e = new EventEmitter(); setTimeout(() => e.emit("x"), 1); await once(e, "x"); return als.getStore(); }));
  await ta("stream", () => als.run("s", () => new Promise((r) => { const { Readable } = require("stream"); Readable.from(["a"]).on("data", () => r(als.getStore())); })));
  await ta("allSettled", () => als.run("a", async () => { await Promise.allSettled([Promise.reject(1), promised(2)]); return als.getStore(); }));
  await ta("class field", () => als.run("f", async () => { class A { async m() { await null; return als.getStore(); } } return new A().m(); }));
  await ta("dynamic import", () => als.run("i", async () => { await import("node:path"); return als.getStore(); }));
  await ta("abort listener", () => als.run("l", () => new Promise((r) => { const s = AbortSignal.timeout(1); s.onabort = () => r("called"); setTimeout(() => {}, 20); })));
  await ta("run returns promise", () => als.run("q", () => promised(3)));
  await ta("unhandled outside", async () => als.getStore());
}
main();
