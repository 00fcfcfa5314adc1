const sab = new SharedArrayBuffer(32);
const a = new Int32Array(sab);
const w = new Worker(new URL("./worker.ts", import.meta.url).href);
const heard = (): Promise<any> => new Promise((f) => (w.onmessage = (e) => f(e.data)));
const closed = new Promise((f) => w.addEventListener("close", f));

// alone, and within other values
w.postMessage({ sab, view: new Uint8Array(sab, 4, 4), list: [sab] });
console.log(await heard());
console.log("here", a[0], a[1]);

// the worker waits until it is woken
w.postMessage("wait");
while (Atomics.load(a, 3) === 0) Atomics.wait(a, 7, 0, 1);
let woken = 0;
while ((woken = Atomics.notify(a, 2)) === 0) Atomics.wait(a, 7, 0, 1);
console.log("woken", woken);
console.log(await heard());

// a growable one
const grows = new SharedArrayBuffer(8, { maxByteLength: 4096 });
w.postMessage(grows);
console.log(await heard());
console.log("here", grows.byteLength, new Uint8Array(grows)[4095]);

// both count
w.postMessage("count");
for (let i = 0; i < 1000; i++) Atomics.add(a, 6, 1);
console.log(await heard());
console.log("counted", a[6]);
w.postMessage("end");
await closed;
console.log("closed");
