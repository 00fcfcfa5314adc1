// When an iterator is closed, and what waits for that.
import { eq } from "./assert.mjs";
const tick = () => new Promise((f) => setTimeout(f, 1));
const log = [];
const caught = async (f) => { try { await f(); return "none"; } catch (e) { return e.message ?? e; } };
const async = (o = {}) => Object.defineProperties({
  [Symbol.asyncIterator]() { return this; },
  n: 0,
  next(...a) { log.push("next" + a.length); return Promise.resolve({ value: this.n, done: this.n++ > 3 }); },
  async return(...a) { log.push("return" + a.length); await tick(); log.push("closed"); return {}; },
}, Object.getOwnPropertyDescriptors(o));
const took = (f) => { const l = log.splice(0).join(); return l; };

// throw, break, return, continue of an outer loop: return() is called and waited for.
eq(await caught(async () => { for await (const x of async()) { throw new Error("body"); } }), "body");
eq(took(), "next0,return0,closed");
for await (const x of async()) { if (x === 1) break; }
eq(took(), "next0,next0,return0,closed");
eq(await (async () => { for await (const x of async()) return x + 10; })(), 10);
eq(took(), "next0,return0,closed");
outer: for (const y of [1, 2]) { for await (const x of async()) { if (y === 1) continue outer; break outer; } }
eq(took(), "next0,return0,closed,next0,return0,closed");
outer2: for await (const y of async()) { for await (const x of async()) break outer2; }
eq(took(), "next0,next0,return0,closed,return0,closed");
let n = 0;
for await (const x of async()) { if (x === 1) continue; n++; }
eq([n, took()], [3, "next0,next0,next0,next0,next0"]);

// What next() throws, rejects with or gives closes nothing.
for (const next of [() => { throw new Error("n"); }, () => Promise.reject(new Error("n")), () => Promise.resolve({ get done() { throw new Error("n"); } }), () => ({ done: false, get value() { throw new Error("n"); } })]) {
  eq(await caught(async () => { for await (const x of async({ next })) ; }), "n");
  eq(took(), "");
}
eq(typeof (await caught(async () => { for await (const x of async({ next: () => 1 })) ; })), "string");
eq(took(), "");
// But it does in a later round, if the error is the body's; and in a loop that ran before.
for (let i = 0; i < 2; i++) {
  eq(await caught(async () => { for await (const x of async()) if (x === 2) throw new Error("late"); }), "late");
  eq(took(), "next0,next0,next0,return0,closed");
}

// An error of the body wins over those of return(); without one they go on.
for (const ret of [() => { throw new Error("r"); }, () => Promise.reject(new Error("r")), async () => 1, undefined, null]) {
  eq(await caught(async () => { for await (const x of async({ return: ret })) throw new Error("body"); }), "body");
}
eq(await caught(async () => { for await (const x of async({ get return() { throw new Error("g"); } })) throw new Error("body"); }), "body");
eq(await caught(async () => { for await (const x of async({ return: () => Promise.reject(new Error("r")) })) break; }), "r");
eq(await caught(async () => { for await (const x of async({ get return() { throw new Error("g"); } })) break; }), "g");
eq(typeof (await caught(async () => { for await (const x of async({ return: async () => 1 })) break; })), "string");
eq(await caught(async () => { for await (const x of async({ return: undefined })) break; }), "none");
eq(await caught(async () => { for await (const x of async()) throw 7; }), 7);
took();

// Patterns and targets in its head are the body's; finally blocks run in order.
eq(await caught(async () => { for await (const { a: { b } } of async()) ; }), await caught(async () => { const { a: { b } } = 0; }));
eq(took(), "next0,return0,closed");
const target = { set x(v) { throw new Error("set"); } };
eq(await caught(async () => { for await (target.x of async()) ; }), "set");
eq(took(), "next0,return0,closed");
eq(await caught(async () => { try { for await (const x of async()) { try { throw new Error("in"); } finally { log.push("inner"); } } } finally { log.push("outer"); } }), "in");
eq(took(), "next0,inner,return0,closed,outer");
eq(await (async () => { for await (const x of async()) { try { return 1; } finally { log.push("fin"); } } })(), 1);
eq(took(), "next0,fin,return0,closed");

// Async generators: their own finally, return() from outside, and what closes through yield and yield*.
async function* gen() { try { yield 1; yield 2; } finally { await tick(); log.push("gen"); } }
eq(await caught(async () => { for await (const x of gen()) throw new Error("body"); }), "body");
eq(took(), "gen");
async function* through() { for await (const x of gen()) yield x; }
eq(await caught(async () => { for await (const x of through()) throw new Error("body"); }), "body");
eq(took(), "gen");
for await (const x of through()) break;
eq(took(), "gen");
const it = through();
await it.next();
eq(await it.return(5), { value: 5, done: true });
eq(took(), "gen");
const thrown = through();
await thrown.next();
eq(await caught(() => thrown.throw(new Error("t"))), "t");
eq(took(), "gen");
async function* star() { yield* gen(); }
for await (const x of star()) break;
eq(took(), "gen");
eq(await caught(async () => { for await (const x of star()) throw new Error("body"); }), "body");
eq(took(), "gen");

// Over a synchronous iterator, whose return() is called too.
const sync = (o = {}) => ({ [Symbol.iterator]() { return this; }, n: 0, next() { return { value: this.n, done: this.n++ > 2 }; }, return() { log.push("sync"); return {}; }, ...o });
eq(await caught(async () => { for await (const x of sync()) throw new Error("body"); }), "body");
eq(took(), "sync");
for await (const x of sync()) break;
eq(took(), "sync");

// The synchronous ones.
eq(await caught(() => { for (const x of sync()) throw new Error("body"); }), "body");
eq(took(), "sync");
eq(await caught(() => { for (const x of sync({ return() { throw new Error("r"); } })) throw new Error("body"); }), "body");
eq(await caught(() => { for (const x of sync({ return() { throw new Error("r"); } })) break; }), "r");
eq(await caught(() => { for (const x of sync({ next() { throw new Error("n"); } })) ; }), "n");
eq(took(), "");
const [a, b] = sync();
eq([a, b, took()], [0, 1, "sync"]);
const [c, ...d] = sync();
eq([c, d, took()], [0, [1, 2], ""]);
const [] = sync();
eq(took(), "sync");
eq(await caught(() => { const [q = (() => { throw new Error("d"); })()] = sync({ next: () => ({ value: undefined, done: false }) }); }), "d");
eq(took(), "sync");
eq(await caught(() => { [target.x] = sync(); }), "set");
eq(took(), "sync");
eq(await caught(() => { const [{ p: { r } }] = sync(); }), await caught(() => { const { p: { r } } = 0; }));
eq(took(), "sync");
function* inner() { try { yield 1; yield 2; } finally { log.push("inner"); } }
function* outerStar() { try { yield* inner(); } finally { log.push("outer"); } }
for (const x of outerStar()) break;
eq(took(), "inner,outer");
const g = outerStar();
g.next();
eq(g.return(7), { value: 7, done: true });
eq(took(), "inner,outer");
console.log("ok");
