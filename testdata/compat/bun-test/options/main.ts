// run: bun test ./main.ts
import { test, expect, describe, beforeEach, afterEach, onTestFinished, afterAll } from "bun:test";
const log = (...a: any[]) => console.log(...a);
let n = 0;
beforeEach(() => { log("beforeEach"); });
afterEach(() => { log("afterEach"); });
test("retry", () => { log("try", ++n); expect(n).toBe(3); }, { retry: 5 });
let r = 0;
test("repeats", () => { log("repeat", ++r); }, { repeats: 2 });
test("retry never enough", () => { log("never"); throw new Error("x"); }, { retry: 2 });
test("timeout", async () => { log("slow starts"); await Bun.sleep(2000); log("slow ends"); }, 20);
test("timeout option", async () => { log("slow 2"); await Bun.sleep(2000); log("slow 2 ends"); }, { timeout: 20 });
test("options second", { retry: 1 }, () => { log("second"); });
test("finished", () => { onTestFinished(() => log("finished")); log("body"); });
test("done", (done) => { setTimeout(() => { log("done"); done(); }, 1); });
test("done with an error", (done) => { done(new Error("no")); });
test("rejects", async () => { await 1; throw new Error("later"); });
try { (test as any)("bad", { retry: 1, repeats: 1 }, () => {}); log("both ok"); } catch (e: any) { log(e.name, e.message); }
for (const args of [[], ["only a name"], [5, () => {}], ["x", 5], [() => {}], ["x", () => {}, "y"], ["x", () => {}, { timeout: "x" }], ["x", () => {}, { retry: -1 }], ["x", () => {}, { repeats: 1.5 }]] as any[]) try { (test as any).skip(...args); log("ok", args.length); } catch (e: any) { log(args.length, e.name, e.message); }
afterAll(() => log("end"));
