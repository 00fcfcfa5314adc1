import { inspect } from "node:util";
const show = (v) => (v === undefined ? "undefined" : typeof v === "string" ? v : typeof v === "bigint" ? `${v}n` : typeof v === "symbol" ? String(v) : typeof v === "function" ? `function ${v.name}` : Object.is(v, -0) ? "-0" : typeof v === "number" ? String(v) : JSON.stringify(v));
const fail = (e) => `! ${e?.name} ${e?.code} ${e?.message}`;
const t = (name, f) => { let s; try { s = show(f()); } catch (e) { s = fail(e); } console.log(`${name}: ${s}`); };
const i = (v, o) => console.log(inspect(v, o));
const deep = { a: { b: { c: { d: { e: 1 } } } }, l: [[[[1]]]], m: new Map([["k", { x: { y: 1 } }]]) };
i(deep, { depth: 0 }); i(deep, { depth: 1 }); i(deep, { depth: 4 }); i(deep, { depth: null }); i(deep, { depth: Infinity });
i({ a: 1, b: 2, c: 3 }, { compact: false }); i({ a: { b: 1 } }, { compact: 0 }); i({ a: { b: { c: {} } } }, { compact: 1 }); i(deep, { compact: true }); i([1, [2, [3]]], { compact: false });
i({ b: 1, a: 2, c: { z: 1, y: 2 } }, { sorted: true }); i({ b: 1, a: 2 }, { sorted: (x, y) => (x < y ? 1 : -1) }); i(new Set(["b", "a"]), { sorted: true }); i(new Map([["b", 1], ["a", 2]]), { sorted: true });
i({ get a() { return { x: 1 }; }, get t() { throw new Error("bad"); }, set s(v) {} , get n() { return 5; }, set n(v) {} }, { getters: true }); i({ get a() { return 1; }, set a(v) {}, get b() { return 2; } }, { getters: "get" }); i({ get a() { return 1; }, set a(v) {}, get b() { return 2; } }, { getters: "set" });
i("x".repeat(30), { maxStringLength: 10 }); i(["abcdef"], { maxStringLength: 3 }); i("abc", { maxStringLength: 0 });
i(Array.from({ length: 10 }, (_, k) => k), { maxArrayLength: 3 }); i(new Set([1, 2, 3, 4]), { maxArrayLength: 2 }); i(new Map([[1, 1], [2, 2]]), { maxArrayLength: 1 }); i(new Uint8Array(9), { maxArrayLength: 4 }); i([1, 2], { maxArrayLength: 0 });
i([1, 2], { showHidden: true }); i({ a: 1 }, { showHidden: true }); i(Object.defineProperty({}, "h", { value: 1 }), { showHidden: true }); i(new Map([[1, 2]]), { showHidden: true }); i(new Uint8Array(2), { showHidden: true }); i(Buffer.from("a").buffer.constructor, { showHidden: false });
i(new Proxy({ a: 1 }, { get() {} }), { showProxy: true }); i(new Proxy([1], {}), { showProxy: false }); i(new Proxy(class Q {}, {}), { showProxy: 1 });
i(1234567.891, { numericSeparator: true }); i([1000, 123456n, -1234.5678, 100], { numericSeparator: true });
i({ a: "x".repeat(50), b: "y".repeat(50) }); i({ a: "x".repeat(50), b: "y".repeat(50) }, { breakLength: 200 }); i({ a: 1, b: { c: 2 } }, { breakLength: 3 }); i(["a", "b"], { breakLength: Infinity });
i({ [inspect.custom]() { return "custom"; } }, { customInspect: false });
const c = { a: 1, s: "t", n: null, u: undefined, b: true, d: new Date(0), r: /x/, y: Symbol("y"), g: 5n, f() {}, k: class K {}, m: new Map([["a", 1]]), o: [1], e: [,], w: { deep: { er: { than: {} } } } };
i(c, { colors: true }); i(["it's"], { colors: true }); i({ "a-b": 1, [Symbol("z")]: 2 }, { colors: true }); i(Object(1), { colors: true }); i(Promise.resolve(1), { colors: true }); i((() => { const q = {}; q.q = q; return q; })(), { colors: true });
console.log(inspect({ a: { b: 1 } }, false, 0)); console.log(inspect({ a: 1 }, true)); console.log(inspect({ a: 1 }, false, 2, true)); console.log(inspect({ a: { b: { c: {} } } }, { depth: -1 }));
try { inspect({}, { depth: "x" }); console.log("no error"); } catch (e) { console.log(e.message); }
inspect.defaultOptions = { depth: 0 }; i({ a: {} }); i({ a: { b: 1 } });
try { inspect.defaultOptions = null; } catch (e) { console.log(e.code, e.message); }
try { inspect.defaultOptions = "x"; } catch (e) { console.log(e.code, e.message); }
