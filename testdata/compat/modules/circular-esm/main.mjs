console.log("main start");
import { a, getB, early } from "./a.mjs";
import { b, getA, tdz } from "./b.mjs";
console.log(a, b, getA(), getB(), early, tdz);
const ns = await import("./self.mjs"); console.log(ns.me === ns, ns.again.v);
console.log((await import("./three/one.mjs")).order.join());
try { await import("./throws1.mjs"); } catch (e) { console.log(e.name, e.message.includes("before initialization") || e.message); }
try { await import("./throws1.mjs"); } catch (e) { console.log(e.name); }
try { await import("./throws2.mjs"); } catch (e) { console.log(e.name); }
