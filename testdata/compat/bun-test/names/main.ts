// run: bun test -t "in (one|two)" ./main.ts
import { test, describe, beforeAll, beforeEach } from "bun:test";
const log = (...a: any[]) => console.log(...a);
describe("in", () => { beforeAll(() => log("all")); beforeEach(() => log("each")); test("one", () => log("one")); test("three", () => log("three")); describe("two", () => { test("deep", () => log("deep")); }); });
describe("other", () => { beforeAll(() => log("never")); test("one", () => log("never")); });
test.only("in two only", () => log("only"));
