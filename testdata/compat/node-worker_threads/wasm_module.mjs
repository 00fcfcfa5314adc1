// A WebAssembly.Module goes to a worker, in a message and in workerData, and comes back.
import { Worker, isMainThread, parentPort, workerData, MessageChannel, receiveMessageOnPort } from "node:worker_threads";
import { fileURLToPath } from "node:url";
const bytes = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 7, 1, 96, 2, 127, 127, 1, 127, 3, 2, 1, 0, 7, 7, 1, 3, 97, 100, 100, 0, 0, 10, 9, 1, 7, 0, 32, 0, 32, 1, 106, 11]);
if (isMainThread) {
  const module = new WebAssembly.Module(bytes);
  const { port1, port2 } = new MessageChannel();
  port1.postMessage({ m: module, again: module });
  const { m, again } = receiveMessageOnPort(port2).message;
  console.log("port", m instanceof WebAssembly.Module, m === module, m === again, new WebAssembly.Instance(m).exports.add(20, 22));
  const w = new Worker(fileURLToPath(import.meta.url), { workerData: { module, n: 2 } });
  w.on("message", (v) => {
    if (v.module === undefined) return console.log("worker says", v);
    console.log("back", v.module instanceof WebAssembly.Module, v.module === module, WebAssembly.Module.exports(v.module), new WebAssembly.Instance(v.module).exports.add(1, 2));
    try { w.postMessage(new WebAssembly.Instance(module)); } catch (e) { console.log(e.name, e.code, e.message); }
    try { w.postMessage(new WebAssembly.Memory({ initial: 1 })); } catch (e) { console.log(e.name, e.code, e.message); }
    w.postMessage([module, module]);
  });
  w.on("exit", (code) => console.log("exit", code));
} else {
  parentPort.postMessage(["data", workerData.module instanceof WebAssembly.Module, new WebAssembly.Instance(workerData.module).exports.add(workerData.n, 3)]);
  parentPort.once("message", ([a, b]) => parentPort.postMessage([a === b, new WebAssembly.Instance(a).exports.add(4, 5)]));
  parentPort.postMessage({ module: workerData.module });
}
