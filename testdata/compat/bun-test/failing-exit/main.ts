// run: bun test ./main.ts
import { test, expect } from "bun:test"; test("fails", () => { console.log("runs"); expect(1).toBe(2); }); test("passes", () => { console.log("second"); });
