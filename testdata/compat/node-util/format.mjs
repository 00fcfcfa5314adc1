import { format, formatWithOptions } from "node:util";
const show = (v) => (v === undefined ? "undefined" : typeof v === "string" ? v : typeof v === "bigint" ? `${v}n` : typeof v === "symbol" ? String(v) : typeof v === "function" ? `function ${v.name}` : Object.is(v, -0) ? "-0" : typeof v === "number" ? String(v) : JSON.stringify(v));
const fail = (e) => `! ${e?.name} ${e?.code} ${e?.message}`;
const t = (name, f) => { let s; try { s = show(f()); } catch (e) { s = fail(e); } console.log(`${name}: ${s}`); };
const f = (...a) => console.log(format(...a));
f(); f(""); f("a"); f("a", "b"); f(1, 2, "3"); f({ a: 1 }); f("x", { a: "s" }); f(["s"], "t"); f(null, undefined); f(Symbol("a"));
f("%s", "str"); f("%s", 1); f("%s", -0); f("%s", 10n); f("%s", null); f("%s", undefined); f("%s", Symbol("q")); f("%s", { a: { b: { c: 1 } } }); f("%s", [1, [2, [3]]]); f("%s", () => 5); f("%s", class A {}); f("%s", new Date(0)); f("%s", { toString() { return "ts"; } }); f("%s", new (class B { toString() { return "B!"; } })()); f("%s", new (class C extends Error {})("err").message); f("%s", Object.create(null)); f("%s", new Error("e").message); f("%s", "a", "b"); f("%s"); f("%s %s", "a");
f("%d", 5); f("%d", "5.5"); f("%d", "x"); f("%d", 10n); f("%d", {}); f("%d", Symbol("d")); f("%d", null); f("%d", -0); f("%d", ""); f("%d", [5]); f("%d", true);
f("%i", 5.9); f("%i", "42px"); f("%i", "x"); f("%i", 10n); f("%i", {}); f("%i", Symbol("i")); f("%i", -5.9); f("%i", null);
f("%f", 5); f("%f", "1.5e3x"); f("%f", "x"); f("%f", Symbol("f")); f("%f", 10n); f("%f", null);
f("%j", { a: [1] }); f("%j", undefined); f("%j", () => {}); f("%j", "s"); f("%j", { toJSON() { return 5; } }); const c = {}; c.c = c; f("%j", c); try { f("%j", { toJSON() { throw new Error("tj"); } }); } catch (e) { console.log(e.message); } try { f("%j", 1n); } catch (e) { console.log(e.name); }
f("%o", { a: 1 }); f("%o", [1, 2]); f("%o", function fn() {}); f("%O", { a: { b: { c: { d: 1 } } } }); f("%O", "s"); f("%o", "s"); f("%o", 5);
f("%c", "css"); f("a%cb", "css", "after"); f("%%"); f("%%", 1); f("%%%s", "x"); f("100%", 5); f("%", 1); f("%x", 1); f("%s%", "a"); f("%S", "a"); f("a %s b %d c %j", "x", 1, {}); f("%s:%s", "a"); f("%s", "%s", "x"); f("% s", "x");
f("str", 1, [2], { a: 3 }, "s2", null); f("%s", "a", { b: 1 }, "c"); f("a\n%s", "b\nc"); f(new Error("x").message, 1); f(1.5, "a"); f("%s", 1234567); f("%s", "x".repeat(20)); f("%d", 123456789012345680000); f(-0, "%s", 1); f("%O", [[[[1]]]]); f("%s", [1, "a", null]); f("%s", { a: "x" }); f("%s", new Map([[1, { a: 1 }]])); f("%s", new Set([1])); f("%s", Object.assign(() => {}, { a: 1 })); f("%s", [new Date(0)]);
console.log(formatWithOptions({ colors: true }, "%s %O", "a", { b: 1 })); console.log(formatWithOptions({ depth: 0 }, { a: { b: 1 } })); console.log(formatWithOptions({ compact: false }, "%O", { a: 1 })); console.log(formatWithOptions({ numericSeparator: true }, "%d %s %i", 123456, 1234567n, 9999999));
t("bad options", () => formatWithOptions("x", "a")); t("null options", () => formatWithOptions(null, "a"));
