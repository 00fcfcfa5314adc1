import { describe, test } from "bun:test";
test("not this", () => console.log("never")); test.only("this", () => console.log("only this")); describe.only("group", () => { test("in only group", () => console.log("in only group")); }); describe("other", () => { test.only("nested only", () => console.log("nested only")); test("not", () => console.log("never")); });
