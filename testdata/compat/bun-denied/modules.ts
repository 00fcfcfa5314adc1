const show = (v: any) => (v === undefined ? "undefined" : typeof v === "string" ? v : typeof v === "bigint" ? `${v}n` : typeof v === "symbol" ? String(v) : typeof v === "function" ? `function ${v.name}` : Object.is(v, -0) ? "-0" : typeof v === "number" ? String(v) : JSON.stringify(v));
const fail = (e: any) => `! ${e?.name} ${e?.code} ${e?.message}`;
const t = (name: string, f: () => any) => { let s; try { s = show(f()); } catch (e) { s = fail(e); } console.log(`${name}: ${s}`); };
const ta = async (name: string, f: () => any) => { let s; try { s = show(await f()); } catch (e) { s = fail(e); } console.log(`${name}: ${s}`); };
for (const m of ["bun:jsc", "bun:ffi", "bun:test", "bun:sqlite", "bun:nope"]) await ta(m, async () => typeof (await import(m)));
t("jsc", () => typeof require("bun:jsc").heapStats);
