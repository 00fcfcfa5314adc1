const { Worker, isMainThread, parentPort, threadId, workerData } = require("worker_threads");
if (isMainThread) {
  const w = new Worker(__filename, { workerData: { level: 1 } });
  w.on("message", (m) => console.log(m));
  w.on("exit", (c) => console.log("exit", c));
} else {
  parentPort.postMessage(`level ${workerData.level}`);
  if (workerData.level < 2) {
    const w = new Worker(__filename, { workerData: { level: workerData.level + 1 } });
    w.on("message", (m) => parentPort.postMessage(m));
  }
}
