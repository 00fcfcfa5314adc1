import { test } from "bun:test"; test("pick", () => console.log("never"));
