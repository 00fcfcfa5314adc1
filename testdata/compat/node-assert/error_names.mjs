// The properties of an AssertionError are in Node's order.
import assert from "node:assert";
for (const check of [() => assert.strictEqual(1, 2), () => assert.deepStrictEqual({ a: 1 }, { a: 2 }), () => assert.fail("f"), () => assert.throws(() => {}), () => assert(0, "m")]) {
  try {
    check();
  } catch (e) {
    console.log(Object.getOwnPropertyNames(e).filter((name) => name !== "stack" && name !== "message"), Object.keys(e));
    console.log(e.name, e.stack.split("\n")[0]);
  }
}
