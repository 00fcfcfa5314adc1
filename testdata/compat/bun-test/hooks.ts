// run: bun test ./hooks.ts
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, test } from "bun:test";
const log = (s: string) => console.log(s);
beforeAll(() => log("beforeAll top")); afterAll(() => log("afterAll top")); beforeEach(() => log(" beforeEach top")); afterEach(() => log(" afterEach top"));
log("collecting");
describe("outer", () => {
  log("in outer"); beforeAll(async () => { await null; log("beforeAll outer"); }); afterAll(() => log("afterAll outer")); beforeEach(() => log("  beforeEach outer")); afterEach(() => log("  afterEach outer"));
  it("one", () => log("   one")); describe("inner", () => { beforeAll(() => log("beforeAll inner")); beforeEach((done) => { log("   beforeEach inner"); done(); }); test("two", async () => { await Bun.sleep(1); log("    two"); }); afterAll(() => log("afterAll inner")); }); it("three", (done) => { setTimeout(() => { log("   three"); done(); }, 1); }); it("fails", () => { log("   fails"); throw new Error("x"); }); test.skip("skipped", () => log("never")); test.todo("todo"); test.todo("todo with", () => log("never")); test.failing("failing", () => { log("   failing"); expect(1).toBe(2); }); test.if(false)("if false", () => log("never")); test.if(true)("if true", () => log("   if true")); test.skipIf(true)("skipIf", () => log("never")); test.todoIf(false)("todoIf", () => log("   todoIf ran"));
});
test.each([[1, 2, 3], [4, 5, 9]])("add %i + %i = %i", (a, b, c) => log(`each ${a} ${b} ${c} ${a + b === c}`)); test.each([{ n: 1 }, { n: 2 }])("object $n", ({ n }) => log(`object ${n}`)); test.each(["a", "b"])("string %s", (s) => log(`string ${s}`)); describe.each([["x"], ["y"]])("describe %s", (v) => { test("t", () => log(`describe.each ${v}`)); });
describe.skip("skipped group", () => { log("collected anyway?"); test("never", () => log("never")); }); describe("after", () => { test("last", () => log("last")); }); describe.todo("todo group"); describe.if(false)("no", () => { test("never", () => log("never")); });
test("timeout", async () => { await Bun.sleep(1000); log("never"); }, 20); test("options", () => log("options"), { timeout: 500 }); test("retry", () => { (globalThis as any).tries = ((globalThis as any).tries ?? 0) + 1; log("try"); if ((globalThis as any).tries < 3) throw new Error("again"); }, { retry: 3 }); test("repeats", () => log("repeat"), { repeats: 2 });
