// run: bun test --bail=2 ./main.ts
import { test, expect } from "bun:test";
for (let i = 1; i < 6; i++) test(`t${i}`, () => { console.log(i); if (i % 2 === 0) expect(1).toBe(2); });
