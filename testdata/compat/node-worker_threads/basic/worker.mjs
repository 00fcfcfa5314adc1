import { parentPort, workerData, isMainThread, threadId } from "node:worker_threads";
parentPort.on("message", (m) => { if (m === "stop") { parentPort.close(); return; } parentPort.postMessage({ answer: m.ask + 1 }); });
parentPort.postMessage({ ready: true, n: workerData.n, date: workerData.d instanceof Date, map: workerData.m.get(1), isMainThread, id: typeof threadId, env: process.env.A, path: process.env.PATH === undefined, argv: process.argv.slice(2) });
