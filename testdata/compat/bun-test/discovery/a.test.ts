import { test } from "bun:test"; test("a", () => console.log("a.test.ts"));
