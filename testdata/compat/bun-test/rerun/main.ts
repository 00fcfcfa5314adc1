// run: bun test --rerun-each 2 ./main.ts
import { test, beforeAll } from "bun:test";
let n = 0;
beforeAll(() => console.log("beforeAll"));
test("a", () => console.log("a", ++n));
test("b", () => console.log("b", ++n));
