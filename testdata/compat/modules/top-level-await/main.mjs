console.log("main before imports? no");
import { log } from "./log.mjs"; import "./x.mjs"; import "./y.mjs"; import { later } from "./z.mjs";
log("main"); console.log(later, log.all.join());
const { default: v } = await import("./value.mjs"); console.log(v);
try { await import("./rejects.mjs"); } catch (e) { console.log(e.message); }
try { await import("./imports-rejects.mjs"); } catch (e) { console.log(e.message, globalThis.ran); }
for await (const n of (async function* () { yield 1; yield 2; })()) console.log(n);
const { a } = await import("./cyc-a.mjs"); console.log(a);
await using_(); async function using_() { console.log("function hoisted"); }
if (await Promise.resolve(true)) console.log("in if");
label: for (const x of [1, 2]) { if (x === (await 2)) break label; console.log("x", x); }
