// run: bun test ./main.ts
import { test, describe, expect, beforeEach, afterAll } from "bun:test";
const log = (...a: any[]) => console.log(...a);
const gate = () => { let open!: () => void; const p = new Promise<void>((ok) => { open = ok; }); return { p, open }; };
const a = gate();
(test as any).concurrent("waits for the second", async () => { log("1 in"); await a.p; log("1 out"); });
(test as any).concurrent("opens", async () => { log("2 in"); a.open(); await 1; log("2 out"); });
test("serial after", () => { log("3"); });
const b = gate();
(describe as any).concurrent("group", () => {
  test("waits", async () => { log("4 in"); await b.p; log("4 out"); });
  test("opens", async () => { log("5 in"); b.open(); });
  (test as any).serial("serial", () => { log("6"); });
});
(test as any).concurrent.each([1, 2])("each %i", async (n: number) => { log("each", n); });
(test as any).concurrent.skip("skipped", () => log("never"));
(test as any).concurrent("fails", async () => { await 1; expect(1).toBe(2); });
afterAll(() => log("end"));
