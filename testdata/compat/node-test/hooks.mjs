// run: node hooks.mjs | grep -v "duration_ms\|node:\|location:\|stack:\|TestContext\|  Test\.\|Suite\.\|async Test\|AsyncResource"
import { after, afterEach, before, beforeEach, describe, it, test } from "node:test"; const log = (s) => console.log("log", s);
before(() => log("before")); after(() => log("after")); beforeEach(() => log("beforeEach")); afterEach(() => log("afterEach"));
describe("s", () => { before(() => log("s before")); after(() => log("s after")); beforeEach(() => log("s beforeEach")); afterEach(() => log("s afterEach")); it("1", () => log("1")); it("2", async () => { await null; log("2"); }); });
test("t", async (t) => { t.before(() => log("t before")); t.after(() => log("t after")); t.beforeEach(() => log("t beforeEach")); t.afterEach(() => log("t afterEach")); await t.test("sub", () => log("sub")); log(t.name); log(typeof t.signal); });
