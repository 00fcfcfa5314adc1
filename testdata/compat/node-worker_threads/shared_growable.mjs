import { Worker } from "node:worker_threads";
import { once } from "node:events";

const line = (name, v) => console.log(name, v);
const attempt = (name, f) => {
  try {
    line(name, f());
  } catch (e) {
    line(name, `${e.name}`);
  }
};

// in one thread
{
  const sab = new SharedArrayBuffer(4, { maxByteLength: 16 });
  const all = new Uint8Array(sab);
  const part = new Uint8Array(sab, 2, 2);
  const view = new DataView(sab);
  line("start", [sab.growable, sab.byteLength, sab.maxByteLength, all.length, part.length, view.byteLength]);
  attempt("grow", () => sab.grow(8));
  line("grown", [sab.byteLength, all.length, part.length, view.byteLength]);
  attempt("zero", () => all[7]);
  attempt("shrink", () => sab.grow(4));
  attempt("same", () => sab.grow(8));
  attempt("too much", () => sab.grow(17));
  attempt("negative", () => sab.grow(-1));
  line("fixed", [new SharedArrayBuffer(4).growable, new SharedArrayBuffer(4).maxByteLength]);
  attempt("fixed grow", () => new SharedArrayBuffer(4).grow(4));
  attempt("less than length", () => new SharedArrayBuffer(8, { maxByteLength: 4 }));
  line("slice", new SharedArrayBuffer(4, { maxByteLength: 8 }).slice(0).growable);
  line("clone", (({ growable, byteLength, maxByteLength }) => [growable, byteLength, maxByteLength])(structuredClone(sab)));
  line("zero length", (({ growable, byteLength, maxByteLength }) => [growable, byteLength, maxByteLength])(new SharedArrayBuffer(0, { maxByteLength: 0 })));
}

// a worker grows it, this thread sees it
{
  const sab = new SharedArrayBuffer(8, { maxByteLength: 1 << 20 });
  const a = new Int32Array(sab);
  a[1] = 11;
  const w = new Worker(`
    const { workerData: sab, parentPort } = require("worker_threads");
    const a = new Int32Array(sab);
    const before = [sab.growable, sab.byteLength, sab.maxByteLength, a.length, a[1]];
    sab.grow(1 << 16);
    a[a.length - 1] = 77;
    parentPort.postMessage([before, a.length]);
    while (Atomics.notify(a, 0) === 0) Atomics.wait(a, 100, 0, 1);
  `, { eval: true, workerData: sab });
  const exit = once(w, "exit");
  line("woken", Atomics.wait(a, 0, 0));
  line("seen", [sab.byteLength, a.length, a[a.length - 1]]);
  line("worker", (await once(w, "message"))[0]);
  await exit;
}

// this thread grows it, a worker that waits sees it
{
  const sab = new SharedArrayBuffer(16, { maxByteLength: 4096 });
  const a = new Int32Array(sab);
  const w = new Worker(`
    const { workerData: sab, parentPort } = require("worker_threads");
    const a = new Int32Array(sab);
    const fixed = new Int32Array(sab, 0, 2);
    Atomics.store(a, 2, 1);
    Atomics.notify(a, 2);
    const r = Atomics.wait(a, 0, 0);
    parentPort.postMessage([r, sab.byteLength, a.length, fixed.length, a[500]]);
  `, { eval: true, workerData: sab });
  const exit = once(w, "exit");
  while (Atomics.load(a, 2) === 0) Atomics.wait(a, 2, 0);
  sab.grow(4096);
  a[500] = 5;
  while (Atomics.notify(a, 0) === 0) Atomics.wait(a, 3, 0, 1);
  line("worker saw", (await once(w, "message"))[0]);
  await exit;
}

// views of it, one that tracks and one that does not
{
  const sab = new SharedArrayBuffer(8, { maxByteLength: 32 });
  const w = new Worker(`const { workerData: m, parentPort } = require("worker_threads"); m.sab.grow(32); parentPort.postMessage([m.fixed.length, m.tracking.length, m.tracking.byteOffset, m.fixed.buffer === m.sab, m.view.byteLength]);`, {
    eval: true,
    workerData: { sab, fixed: new Uint8Array(sab, 0, 4), tracking: new Uint8Array(sab, 4), view: new DataView(sab) },
  });
  const exit = once(w, "exit");
  line("views", (await once(w, "message"))[0]);
  line("here", sab.byteLength);
  await exit;
}
