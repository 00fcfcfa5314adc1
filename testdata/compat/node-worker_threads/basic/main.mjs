import { Worker } from "node:worker_threads";
import { once } from "node:events";
const w = new Worker(new URL("./worker.mjs", import.meta.url), { workerData: { n: 5, d: new Date(0), m: new Map([[1, 2]]) }, env: { A: "b" }, argv: ["x", "y"], name: "mine" });
w.on("online", () => console.log("online"));
w.on("message", (m) => { console.log("message", JSON.stringify(m)); if (m.ready) w.postMessage({ ask: 1 }); if (m.answer) w.postMessage("stop"); });
w.on("error", (e) => console.log("error", e.message));
const [code] = await once(w, "exit");
console.log("exit", code, w.threadId);
