// run: bun test ./main.ts
import { test, describe, expect, it } from "bun:test";
const log = (...a: any[]) => console.log(...a);
test.each([[1, 2, 3], [4, 5, 9]])("%i + %i = %i", (a, b, c) => { log(a, b, c); expect(a + b).toBe(c); });
test.each([1, "two", null, undefined, { a: 1 }])("one %p", (...v) => { log(v.length, v[0]); });
test.each([{ a: 1, b: { c: 2 } }])("object $a $b.c %#", ({ a, b }) => { log(a, b.c); });
test.each`a | b | sum
${1} | ${2} | ${3}
${4} | ${5} | ${9}`("$a + $b = $sum", ({ a, b, sum }: any) => { log("template", a, b, sum); });
describe.each([["x", 1], ["y", 2]])("group %s", (s, n) => { test("in", () => { log(s, n); }); test.each([7, 8])("nested %d", (v) => { log(s, v); }); });
it.each([[1, (done: any) => 0]])("functions %p", (n, f) => { log(n, typeof f); });
test.skip.each([1, 2])("skipped %i", () => { log("never"); });
test.todo.each?.([1])?.("todo %i", () => { log("never"); });
test.failing.each?.([1, 2])?.("failing %i", (n) => { log("failing", n); throw new Error("x"); });
test.if(false).each?.([1])?.("if %i", () => { log("never"); });
test.each([])("nothing", () => { log("never"); });
try { (test as any).each(5); log("ok"); } catch (e: any) { log(e.name, e.message); }
try { (test as any).each(); log("ok"); } catch (e: any) { log(e.name, e.message); }
test.each([[1, 2]])("fails %i", (a, b) => { expect(a).toBe(b); });
