// run: bun test ./main.ts
import { test, expect, afterAll } from "bun:test"; import fs from "node:fs";
class K { a = 1; } const t = (name: string, f: () => any) => { try { f(); console.log(name, "pass"); } catch (e: any) { console.log(name, "fail", e.message.split("\n")[0]); } };
test("first", () => { expect({ a: 1, b: [1, "two", null, undefined], c: { d: new Date(0), e: /x/g } }).toMatchSnapshot(); expect("string").toMatchSnapshot(); expect("multi\nline `tick` ${x} \\").toMatchSnapshot("with hint"); expect(new Map([["k", 1]])).toMatchSnapshot(); expect(new Set([1])).toMatchSnapshot(); expect([]).toMatchSnapshot(); expect({}).toMatchSnapshot(); expect(new K()).toMatchSnapshot(); expect(new Error("e")).toMatchSnapshot(); expect(() => {}).toMatchSnapshot(); expect(5n).toMatchSnapshot(); expect(Symbol("s")).toMatchSnapshot(); });
test("second", () => { expect({ id: Math.random(), n: 1 }).toMatchSnapshot({ id: expect.any(Number) }); t("property matcher no", () => expect({ id: "x" }).toMatchSnapshot({ id: expect.any(Number) })); expect(() => { throw new Error("thrown message"); }).toThrowErrorMatchingSnapshot(); });
test("existing", () => { t("same", () => expect(1).toMatchSnapshot()); t("differs", () => expect({ x: 2 }).toMatchSnapshot()); });
test("inline", () => { t("inline same", () => expect({ a: 1 }).toMatchInlineSnapshot(`
    {
      "a": 1,
    }
  `)); t("inline differs", () => expect(1).toMatchInlineSnapshot(`2`)); t("inline string", () => expect("s").toMatchInlineSnapshot(`"s"`)); t("inline error", () => expect(() => { throw new Error("m"); }).toThrowErrorMatchingInlineSnapshot(`"m"`)); });
process.on("exit", () => { for (const l of fs.readFileSync("__snapshots__/main.ts.snap", "utf8").split("\n")) console.log("|" + l); });
