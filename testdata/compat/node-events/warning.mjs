import { EventEmitter } from "node:events";
process.on("warning", (w) => console.log(w.name, w.message, w.count, w.type, w.emitter === e));
const e = new EventEmitter();
for (let i = 0; i < 12; i++) e.on("many", () => {});
const z = new EventEmitter();
z.setMaxListeners(0);
for (let i = 0; i < 20; i++) z.on("x", () => {});
class Named extends EventEmitter {}
const n = new Named();
n.setMaxListeners(1);
n.on("s", () => {});
setTimeout(() => console.log("done"), 5);
