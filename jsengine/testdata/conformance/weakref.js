import { eq, throws } from "./assert.mjs";
const kept = { a: 1 };
const ref = new WeakRef(kept);
eq(ref.deref().a, 1);
let gone;
(() => {
  const a = {};
  a.self = { a };
  gone = new WeakRef(a);
})();
let finalized = 0;
const registry = new FinalizationRegistry((held) => { finalized += held; });
(() => {
  const a = { x: [] };
  a.x.push(a);
  registry.register(a, 7);
  const b = {};
  registry.register(b, 100, b);
  registry.unregister(b);
})();
// Enough garbage for the collector to run. Asking for what may be gone would keep it for a turn.
for (let turn = 0; turn < 50; turn++) {
  for (let i = 0; i < 200; i++) {
    const o = { big: new Uint8Array(1000) };
    o.o = o;
  }
  await new Promise((r) => setTimeout(r));
}
eq(gone.deref(), undefined, "a cycle");
eq(finalized, 7, "finalized");
eq(ref.deref(), kept);
const weak = new WeakMap([[kept, "v"]]), set = new WeakSet([kept]);
eq(weak.get(kept), "v");
eq(set.has(kept), true);
const symbol = Symbol("s");
eq(new WeakRef(symbol).deref().description, "s");
console.log("ok");
