const { test, expect } = require("bun:test"); test("b", () => { console.log("b_test.js"); expect(1).toBe(1); });
