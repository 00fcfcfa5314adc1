import { Worker, MessageChannel, BroadcastChannel, receiveMessageOnPort, isMainThread, setEnvironmentData } from "node:worker_threads";
import { on, once } from "node:events";

const line = (name, v) => console.log(name, v);
const attempt = (name, f) => {
  try {
    line(name, f());
  } catch (e) {
    line(name, `${e.name} ${e.code} ${e.message}`);
  }
};
const start = (code, options) => {
  const w = new Worker(code, { eval: true, ...options });
  w.done = once(w, "exit");
  w.heard = on(w, "message");
  return w;
};
const message = async (w) => (await w.heard.next()).value[0];
const ended = async (w) => (await w.done)[0];

// workerData
{
  const sab = new SharedArrayBuffer(16);
  new Int32Array(sab)[0] = 41;
  const w = start(`const { workerData } = require("worker_threads"); const a = new Int32Array(workerData); a[0]++; a[3] = -7;`, { workerData: sab });
  line("workerData exit", await ended(w));
  line("workerData", [...new Int32Array(sab)]);
}

// postMessage, nested, with views over it
{
  const sab = new SharedArrayBuffer(32);
  const sent = { list: [sab, { deep: sab }], bytes: new Uint8Array(sab, 4, 8), big: new BigInt64Array(sab, 8, 2), view: new DataView(sab, 16), map: new Map([["k", sab]]), own: new Uint8Array([1, 2, 3]) };
  const w = start(`
    const { parentPort } = require("worker_threads");
    parentPort.once("message", (m) => {
      const shared = m.list[0];
      parentPort.postMessage({
        kind: Object.prototype.toString.call(shared),
        length: shared.byteLength,
        same: shared === m.list[1].deep && shared === m.map.get("k") && m.bytes.buffer === shared && m.big.buffer === shared && m.view.buffer === shared,
        bytes: [m.bytes.constructor.name, m.bytes.byteOffset, m.bytes.length],
        big: [m.big.constructor.name, m.big.byteOffset, m.big.length],
        view: [m.view.constructor.name, m.view.byteOffset, m.view.byteLength],
        own: m.own.buffer === shared,
      });
      m.bytes[0] = 200;
      m.big[1] = -5n;
      m.view.setFloat32(8, 1.5);
      m.own[0] = 99;
      parentPort.postMessage("written");
    });
  `);
  w.postMessage(sent);
  const seen = await message(w);
  line("nested", seen);
  await message(w);
  line("bytes", sent.bytes[0]);
  line("big", sent.big[1]);
  line("view", sent.view.getFloat32(8));
  line("not shared", sent.own[0]);
  line("nested exit", await ended(w));
}

// both directions, and back to where it came from
{
  const w = start(`
    const { parentPort } = require("worker_threads");
    const mine = new SharedArrayBuffer(8);
    const a = new Int32Array(mine);
    a[0] = 5;
    parentPort.postMessage(mine);
    parentPort.once("message", (back) => {
      const b = new Int32Array(back);
      b[0]++;
      parentPort.postMessage([a[0], b[0], back === mine]);
    });
  `);
  const theirs = await message(w);
  const a = new Int32Array(theirs);
  line("from worker", a[0]);
  a[0] = 10;
  w.postMessage(theirs);
  const back = await message(w);
  line("back", back);
  line("seen here", a[0]);
  await ended(w);
  line("after its end", a[0]);
}

// through several workers and ports
{
  const { port1, port2 } = new MessageChannel();
  const sab = new SharedArrayBuffer(4);
  const one = start(`const { workerData } = require("worker_threads"); workerData.once("message", (s) => { Atomics.add(new Int32Array(s), 0, 1); workerData.postMessage(s); workerData.close(); });`, { workerData: port1, transferList: [port1] });
  port2.postMessage(sab);
  const [again] = await once(port2, "message");
  Atomics.add(new Int32Array(again), 0, 1);
  line("by port", new Int32Array(sab)[0]);
  await ended(one);
  const two = start(`const { workerData, Worker } = require("worker_threads"); new Worker("const { workerData } = require('worker_threads'); Atomics.add(new Int32Array(workerData), 0, 40)", { eval: true, workerData });`, { workerData: sab });
  line("grandchild exit", await ended(two));
  line("grandchild", new Int32Array(sab)[0]);
}

// what does not go
attempt("transfer list", () => {
  const sab = new SharedArrayBuffer(4);
  new MessageChannel().port1.postMessage(sab, [sab]);
});
attempt("structuredClone shares", () => {
  const sab = new SharedArrayBuffer(4);
  const copy = structuredClone({ sab }).sab;
  new Uint8Array(copy)[0] = 9;
  return new Uint8Array(sab)[0];
});
attempt("structuredClone transfer", () => {
  const sab = new SharedArrayBuffer(4);
  return structuredClone(sab, { transfer: [sab] });
});
{
  const { port1, port2 } = new MessageChannel();
  const sab = new SharedArrayBuffer(4);
  port1.postMessage({ sab });
  const got = receiveMessageOnPort(port2).message.sab;
  new Uint8Array(got)[1] = 7;
  line("same thread", new Uint8Array(sab)[1]);
  port1.close();
}

// sizes
{
  const sizes = [0, 1, 4095, 4096, 4097, 65536, 1 << 20];
  const buffers = sizes.map((n) => new SharedArrayBuffer(n));
  const w = start(`const { workerData, parentPort } = require("worker_threads"); for (const b of workerData) { const a = new Uint8Array(b); if (a.length) { a[0]++; a[a.length - 1] += 2; } } parentPort.postMessage(workerData.map((b) => b.byteLength));`, { workerData: buffers });
  const lengths = await message(w);
  line("lengths", lengths);
  await ended(w);
  line("ends", buffers.map((b) => { const a = new Uint8Array(b); return [a[0], a[a.length - 1]]; }));
  line("slice", new Uint8Array(buffers[2].slice(0, 2)));
}

// many threads add to one counter
{
  const sab = new SharedArrayBuffer(16);
  const counter = new Int32Array(sab);
  const code = `const { workerData } = require("worker_threads"); const a = new Int32Array(workerData); for (let i = 0; i < 2000; i++) { Atomics.add(a, 0, 1); let old; do old = Atomics.load(a, 1); while (Atomics.compareExchange(a, 1, old, old + 3) !== old); Atomics.sub(new Uint8Array(a.buffer), 8, 1); Atomics.xor(new Uint16Array(a.buffer), 6, 0x1ff); }`;
  const workers = Array.from({ length: 4 }, () => start(code, { workerData: sab }));
  await Promise.all(workers.map(ended));
  line("counters", [...counter]);
}
