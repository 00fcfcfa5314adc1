import { Worker, isMainThread, parentPort } from "node:worker_threads";
import { fileURLToPath } from "node:url";
if (isMainThread) {
  const self = fileURLToPath(import.meta.url);
  const workers = Array.from({ length: 3 }, () => new Worker(self));
  const results = await Promise.all(workers.map((w, i) => new Promise((r, j) => { w.once("message", r); w.once("error", j); w.postMessage(10 + i); })));
  console.log(results);
  console.log(await Promise.all(workers.map((w) => w.terminate())));
} else {
  const fib = (n) => (n < 2 ? n : fib(n - 1) + fib(n - 2));
  parentPort.on("message", (n) => parentPort.postMessage(fib(n)));
}
