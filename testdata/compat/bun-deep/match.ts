const show = (v: any) => (v === undefined ? "undefined" : typeof v === "string" ? v : typeof v === "bigint" ? `${v}n` : typeof v === "symbol" ? String(v) : typeof v === "function" ? `function ${v.name}` : Object.is(v, -0) ? "-0" : typeof v === "number" ? String(v) : JSON.stringify(v));
const fail = (e: any) => `! ${e?.name} ${e?.code} ${e?.message}`;
const t = (name: string, f: () => any) => { let s; try { s = show(f()); } catch (e) { s = fail(e); } console.log(`${name}: ${s}`); };
const m = (n: string, a: any, b: any) => t(n, () => Bun.deepMatch(a, b));
m("subset", { a: 1 }, { a: 1, b: 2 }); m("superset", { a: 1, b: 2 }, { a: 1 }); m("nested", { a: { b: 1 } }, { a: { b: 1, c: 2 }, d: 3 }); m("array", { a: [1, 2] }, { a: [1, 2] }); m("array subset", { a: [1] }, { a: [1, 2] }); m("array objects", { a: [{ b: 1 }] }, { a: [{ b: 1, c: 2 }] }); m("undefined", { a: undefined }, {}); m("null", { a: null }, { a: null }); m("differs", { a: 1 }, { a: 2 }); m("date", { d: new Date(1) }, { d: new Date(1) }); m("map", { m: new Map([[1, 2]]) }, { m: new Map([[1, 2]]) }); m("empty", {}, { a: 1 });
m("primitive", 1, { a: 1 }); m("strings", "a", "a");
