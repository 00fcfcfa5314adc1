import { Worker } from "node:worker_threads";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

const line = (name, v) => console.log(name, v);
const attempt = (name, f) => {
  try {
    line(name, f());
  } catch (e) {
    line(name, `${e.name} ${e.message}`);
  }
};
const sab = new SharedArrayBuffer(32);
const a = new Int32Array(sab);

line("length", [Atomics.waitAsync.name, Atomics.waitAsync.length]);
attempt("not equal", () => Atomics.waitAsync(a, 0, 1));
attempt("no time", () => Atomics.waitAsync(a, 0, 0, 0));
attempt("negative", () => Atomics.waitAsync(a, 0, 0, -5));
attempt("private buffer", () => Atomics.waitAsync(new Int32Array(4), 0, 0));
attempt("bytes", () => Atomics.waitAsync(new Uint8Array(sab), 0, 0));
attempt("index", () => Atomics.waitAsync(a, 8, 0));
{
  const r = Atomics.waitAsync(a, 0, 0, 10);
  line("keys", Object.keys(r));
  line("async", [r.async, r.value instanceof Promise]);
  const alive = setInterval(() => {}, 1000);
  line("times out", await r.value);
  clearInterval(alive);
}
const alive = setInterval(() => {}, 1000);
{
  // the same thread wakes it
  const r = Atomics.waitAsync(a, 1, 0);
  line("notify", Atomics.notify(a, 1));
  line("woken", await r.value);
}
{
  // another thread wakes it
  const r = Atomics.waitAsync(a, 2, 0);
  const w = new Worker(`const { workerData } = require("worker_threads"); const a = new Int32Array(workerData); Atomics.store(a, 2, 1); Atomics.store(a, 3, Atomics.notify(a, 2));`, { eval: true, workerData: sab });
  const exit = once(w, "exit");
  line("by a worker", await r.value);
  await exit;
  line("woken were", a[3]);
}
{
  // in order, those that wait and those that wait asynchronously in one list
  const order = [];
  const list = [1, 2, 3].map((n) => Atomics.waitAsync(a, 4, 0).value.then((v) => order.push(`${n} ${v}`)));
  line("two", Atomics.notify(a, 4, 2));
  await Promise.all(list.slice(0, 2));
  line("order", order);
  line("last", Atomics.notify(a, 4));
  await list[2];
  line("order", order);
}
{
  // with BigInt64Array
  const b = new BigInt64Array(sab);
  const r = Atomics.waitAsync(b, 3, 0n);
  line("bigint", Atomics.notify(b, 3));
  line("value", await r.value);
}
{
  const w = new Worker(`
    const { workerData, parentPort } = require("worker_threads");
    const a = new Int32Array(workerData);
    setInterval(() => {}, 1000);
    Atomics.waitAsync(a, 5, 0).value.then((v) => { parentPort.postMessage(v); setTimeout(() => process.exit(), 0); });
    parentPort.postMessage("waits");
  `, { eval: true, workerData: sab });
  const exit = once(w, "exit");
  await once(w, "message");
  line("one waits", Atomics.notify(a, 5));
  line("it says", (await once(w, "message"))[0]);
  await exit;
}
await sleep(1);
clearInterval(alive);
// Nothing keeps a program alive that waits without end.
Atomics.waitAsync(a, 7, 0).value.then(() => line("never", true));
line("end", true);
