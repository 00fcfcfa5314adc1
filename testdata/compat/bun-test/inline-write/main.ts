// run: bun test ./main.ts
import { test, expect } from "bun:test"; import fs from "node:fs";
test("writes", () => { expect({ a: 1, b: "two" }).toMatchInlineSnapshot(); expect("str").toMatchInlineSnapshot(); expect([1]).toMatchInlineSnapshot(); });
process.on("exit", () => console.log(fs.readFileSync("main.ts", "utf8")));
