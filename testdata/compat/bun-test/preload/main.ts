// run: bun test --preload ./setup.ts ./main.ts
import { test, expect } from "bun:test";
test("reads what setup made", () => { console.log((globalThis as any).made); expect(1).toBeMine(); });
