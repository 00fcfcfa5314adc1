const show = (v: any) => (v === undefined ? "undefined" : typeof v === "string" ? v : typeof v === "bigint" ? `${v}n` : typeof v === "symbol" ? String(v) : typeof v === "function" ? `function ${v.name}` : Object.is(v, -0) ? "-0" : typeof v === "number" ? String(v) : JSON.stringify(v));
const fail = (e: any) => `! ${e?.name} ${e?.code} ${e?.message}`;
const t = (name: string, f: () => any) => { let s; try { s = show(f()); } catch (e) { s = fail(e); } console.log(`${name}: ${s}`); };
console.log(Bun.inspect.table([{ a: 1, b: 2 }, { a: 3, b: 4 }])); console.log(Bun.inspect.table([{ a: 1, b: 2 }], ["a"])); console.log(Bun.inspect.table([[1, 2], [3]])); console.log(Bun.inspect.table([1, "x"])); console.log(Bun.inspect.table({ a: { x: 1 }, b: { x: 2 } })); console.log(Bun.inspect.table([])); console.log(Bun.inspect.table([{ a: "日本", b: "é" }])); console.log(Bun.inspect.table(new Map([["k", 1]]))); console.log(Bun.inspect.table([{ n: { deep: 1 } }])); console.log(JSON.stringify(Bun.inspect.table([{ a: 1 }], { colors: true })));
t("primitive", () => Bun.inspect.table(5 as any));
console.table([{ a: 1 }]); console.table("x"); console.table([[1, 2]], ["0"]);
