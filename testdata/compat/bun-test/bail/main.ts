// run: bun test --bail ./main.ts
import { test, expect } from "bun:test"; test("first", () => console.log("first")); test("fails", () => { expect(1).toBe(2); }); test("never", () => console.log("never"));
