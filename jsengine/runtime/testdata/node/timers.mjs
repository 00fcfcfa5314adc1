const log = (...v) => console.log(...v);
const step = (f, ms) => new Promise((done) => setTimeout(() => { f(); setTimeout(done, ms); }, 1));
// Inside a callback: ticks, then microtasks, then ticks that those queued.
await step(() => {
  Promise.resolve().then(() => { log("micro"); process.nextTick(() => log("tick in micro")); });
  process.nextTick((x) => { log("tick", x); process.nextTick(() => log("tick in tick")); Promise.resolve().then(() => log("micro in tick")); }, "arg");
  queueMicrotask(() => log("queued"));
}, 5);
await step(() => {
  setImmediate((x) => { log("immediate", x); setImmediate(() => log("immediate 3")); process.nextTick(() => log("tick in immediate")); Promise.resolve().then(() => log("micro in immediate")); }, "i");
  setImmediate(() => log("immediate 2"));
}, 20);
// Due times, then order of creation.
await step(() => {
  setTimeout(() => log("60"), 60);
  setTimeout(() => log("20"), 20);
  setTimeout(() => log("0"), 0);
  setTimeout((a, b, ...rest) => log("args", a, b, rest.length), 1, 1, "two", 3, 4);
  setTimeout(() => log("-5"), -5);
  setTimeout(() => log("NaN"), NaN);
  setTimeout(() => log("20 second"), 20);
}, 120);
const cleared = setTimeout(() => log("never"), 1); clearTimeout(cleared); clearTimeout(cleared); clearTimeout(undefined); clearTimeout(null); clearTimeout({}); clearTimeout("x");
const im = setImmediate(() => log("never immediate")); clearImmediate(im);
const byNumber = setTimeout(() => log("never by number"), 5); clearTimeout(+byNumber); const byString = setTimeout(() => log("never by string"), 5); clearTimeout(`${byString}`);
let n = 0; const iv = setInterval((x) => { log("interval", x, ++n); if (n === 3) clearInterval(iv); }, 5, "x");
await step(() => {}, 60);
const un = setTimeout(() => log("unref'd runs: something else keeps the loop"), 50); log(un.hasRef(), un.unref() === un, un.hasRef(), un.ref().hasRef()); un.unref();
setTimeout(() => log("never: unref'd"), 60_000).unref();
await step(() => {}, 100);
const re = setTimeout(() => log("refreshed"), 400); setTimeout(() => re.refresh(), 200); setTimeout(() => log("before it"), 500);
await step(() => {}, 900);
await step(() => { const both = setTimeout(() => log("cleared by its twin"), 30); setTimeout(() => clearTimeout(both), 1); }, 60);
for (const f of [() => setTimeout("code"), () => setInterval(), () => setImmediate({}), () => process.nextTick(5)]) try { f(); } catch (e) { log(e.name, e.code, e.message); }
import { setTimeout as sleep, setInterval as every, setImmediate as soon } from "node:timers/promises";
log(await sleep(1, "slept"), await soon("soon"));
const ac = new AbortController(); setTimeout(() => ac.abort(), 1); try { await sleep(60_000, null, { signal: ac.signal }); } catch (e) { log(e.name, e.code, e.message); }
let k = 0; for await (const v of every(1, "v")) { log("every", v); if (++k === 2) break; }
log(typeof setTimeout(() => {}, 0)[Symbol.toPrimitive]);
