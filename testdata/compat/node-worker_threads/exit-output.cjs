// What a thread writes to descriptors is written while its parent waits for it at its end.
const { Worker, isMainThread, parentPort, workerData } = require("worker_threads");
const fs = require("fs");
if (isMainThread) {
  const state = new Int32Array(new SharedArrayBuffer(8));
  const w = new Worker(__filename, { workerData: state, stdout: true });
  w.once("message", () => w.unref());
  process.on("exit", () => {
    Atomics.store(state, 1, 1);
    Atomics.notify(state, 1);
    console.log("exit");
    console.log(Atomics.wait(state, 0, 0, 5000), state[0]);
  });
} else {
  parentPort.postMessage("ready");
  setTimeout(() => {
    Atomics.wait(workerData, 1, 0);
    fs.writeSync(1, "written by the thread\n");
    fs.write(1, "and later\n", () => {
      Atomics.store(workerData, 0, 7);
      Atomics.notify(workerData, 0);
    });
  }, 20);
}
