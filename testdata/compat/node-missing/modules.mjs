const show = (v) => (v === undefined ? "undefined" : typeof v === "string" ? v : typeof v === "bigint" ? `${v}n` : typeof v === "symbol" ? String(v) : typeof v === "function" ? `function ${v.name}` : Object.is(v, -0) ? "-0" : typeof v === "number" ? String(v) : JSON.stringify(v));
const fail = (e) => `! ${e?.name} ${e?.code} ${e?.message}`;
const ta = async (name, f) => { let s; try { s = show(await f()); } catch (e) { s = fail(e); } console.log(`${name}: ${s}`); };
for (const name of ["cluster", "dgram", "domain", "inspector", "repl", "trace_events", "wasi", "http2"]) await ta(name, async () => typeof (await import(`node:${name}`)).default);
await ta("unknown", () => import("node:nope"));
await ta("test only prefixed", () => import("test").catch((e) => e.code));
