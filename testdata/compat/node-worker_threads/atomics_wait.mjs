import { Worker } from "node:worker_threads";
import { once } from "node:events";

const line = (name, v) => console.log(name, v);
const attempt = (name, f) => {
  try {
    line(name, f());
  } catch (e) {
    line(name, `${e.name} ${e.message}`);
  }
};
const start = (code, workerData) => new Worker(`const { workerData, parentPort } = require("worker_threads"); const a = new Int32Array(workerData); ${code}`, { eval: true, workerData });
const exits = (w) => once(w, "exit");

line("names", Object.getOwnPropertyNames(Atomics).sort().filter((n) => n !== "pause"));
const sab = new SharedArrayBuffer(64);
const a = new Int32Array(sab);
const b = new BigInt64Array(sab);

attempt("not equal", () => Atomics.wait(a, 0, 1));
attempt("times out", () => Atomics.wait(a, 0, 0, 5));
attempt("negative timeout", () => Atomics.wait(a, 0, 0, -1));
attempt("-Infinity", () => Atomics.wait(a, 0, 0, -Infinity));
attempt("bigint times out", () => Atomics.wait(b, 1, 0n, 1));
attempt("bigint not equal", () => Atomics.wait(b, 1, 1n, 1));
attempt("nobody to notify", () => Atomics.notify(a, 0));
attempt("notify of a private buffer", () => Atomics.notify(new Int32Array(4), 0, 1));
attempt("wait on a private buffer", () => Atomics.wait(new Int32Array(4), 0, 0, 0));
attempt("wait on bytes", () => Atomics.wait(new Uint8Array(sab), 0, 0, 0));
attempt("wait on a Uint32Array", () => Atomics.wait(new Uint32Array(sab), 0, 0, 0));
attempt("notify on bytes", () => Atomics.notify(new Uint8Array(sab), 0));
attempt("index too large", () => Atomics.wait(a, 16, 0, 0));
attempt("index negative", () => Atomics.wait(a, -1, 0, 0));
attempt("value a symbol", () => Atomics.wait(a, 0, Symbol(), 0));
attempt("timeout a symbol", () => Atomics.wait(a, 0, 0, Symbol()));
attempt("a number for a bigint", () => Atomics.wait(b, 0, 0, 0));
attempt("count negative", () => Atomics.notify(a, 0, -3));
attempt("no array", () => Atomics.wait({}, 0, 0, 0));

// main waits, a worker wakes it
{
  const w = start(`a[1] = 1; while (Atomics.notify(a, 0) === 0) Atomics.wait(a, 15, 0, 1);`, sab);
  line("woken", Atomics.wait(a, 0, 0));
  line("value", a[1]);
  await exits(w);
}

// a worker waits, main wakes it
{
  a[0] = 0;
  const w = start(`Atomics.store(a, 5, 1); Atomics.notify(a, 5); parentPort.postMessage(Atomics.wait(a, 2, 0));`, sab);
  const exit = exits(w);
  while (Atomics.load(a, 5) === 0) Atomics.wait(a, 5, 0);
  while (Atomics.notify(a, 2) === 0) Atomics.wait(a, 15, 0, 1);
  line("worker", (await once(w, "message"))[0]);
  await exit;
}

// as many as asked for, of one place alone
{
  a.fill(0);
  const workers = Array.from({ length: 3 }, () => start(`parentPort.postMessage(Atomics.wait(a, 3, 0));`, sab));
  const results = Promise.all(workers.map((w) => once(w, "message")));
  line("another place", Atomics.notify(a, 4));
  line("none", Atomics.notify(a, 3, 0));
  let one;
  while ((one = Atomics.notify(a, 3, 1)) === 0) Atomics.wait(a, 15, 0, 1);
  line("one", one);
  let woken = one;
  while (woken < 3) {
    woken += Atomics.notify(a, 3, Infinity);
    Atomics.wait(a, 15, 0, 1);
  }
  line("all", woken);
  line("results", (await results).map((m) => m[0]));
}

// a place is bytes of the buffer, whatever array and object names it
{
  a.fill(0);
  const w = start(`const v = new Int32Array(workerData, 16, 2); Atomics.store(a, 0, 1); Atomics.notify(a, 0); parentPort.postMessage(Atomics.wait(v, 1, 0));`, sab);
  while (Atomics.load(a, 0) === 0) Atomics.wait(a, 0, 0);
  let n;
  while ((n = Atomics.notify(new Int32Array(sab, 20), 0)) === 0) Atomics.wait(a, 15, 0, 1);
  line("by bytes", n);
  line("result", (await once(w, "message"))[0]);
}

// a lock and a condition
{
  a.fill(0);
  const code = `
    const lock = () => { for (;;) { if (Atomics.compareExchange(a, 0, 0, 1) === 0) return; Atomics.wait(a, 0, 1); } };
    const unlock = () => { Atomics.store(a, 0, 0); Atomics.notify(a, 0, 1); };
    for (let i = 0; i < 200; i++) { lock(); a[1] = a[1] + 1; a[2] = a[2] + a[1]; unlock(); }
  `;
  const workers = Array.from({ length: 3 }, () => start(code, sab));
  await Promise.all(workers.map(exits));
  line("under the lock", [a[0], a[1], a[2]]);
}

// terminate ends a thread that waits
{
  a.fill(0);
  const w = start(`Atomics.store(a, 0, 1); Atomics.notify(a, 0); Atomics.wait(a, 1, 0);`, sab);
  await once(w, "online");
  while (Atomics.load(a, 0) === 0) Atomics.wait(a, 0, 0);
  line("terminated", await w.terminate());
  line("nobody waits", Atomics.notify(a, 1));
}
