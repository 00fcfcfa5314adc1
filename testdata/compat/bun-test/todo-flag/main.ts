// run: bun test --todo ./main.ts
import { test, expect } from "bun:test";
test.todo("passes", () => { console.log("passes"); });
test.todo("fails", () => { console.log("fails"); expect(1).toBe(2); });
test.todo("nothing");
test("normal", () => console.log("normal"));
