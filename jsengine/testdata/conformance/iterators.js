import { eq, throws } from "./assert.mjs";
function* count() { for (let i = 0; ; i++) yield i; }
eq(count().filter((x) => x % 2).map((x) => x * x).drop(1).take(3).toArray(), [9, 25, 49]);
eq([1, 2].values().flatMap((x) => [x, -x]).toArray(), [1, -1, 2, -2]);
eq(count().take(4).reduce((a, b) => a + b), 6);
eq([1, 2].values().some((x) => x > 1), true);
eq([1, 2].values().every((x) => x > 1), false);
eq([1, 2].values().find((x) => x > 1), 2);
let n = 0;
[1, 2].values().forEach((x) => { n += x; });
eq(n, 3);
eq(Iterator.from({ next: () => ({ done: true }) }).toArray(), []);
eq(Iterator.concat([1], new Set([2]), [3, 4].values()).toArray(), [1, 2, 3, 4]);
eq(Iterator.zip([[1, 2, 3], ["a", "b"]]).toArray(), [[1, "a"], [2, "b"]]);
eq(Iterator.zip([[1, 2], ["a"]], { mode: "longest", padding: [0, "-"] }).toArray(), [[1, "a"], [2, "-"]]);
throws(() => Iterator.zip([[1, 2], ["a"]], { mode: "strict" }).toArray(), "TypeError");
eq(Iterator.zipKeyed({ a: [1, 2], b: [3, 4] }).toArray().map((o) => o.a + o.b), [4, 6]);
let closed = false;
function* closing() { try { yield 1; yield 2; } finally { closed = true; } }
closing().take(1).toArray();
eq(closed, true);
eq(Symbol.iterator in Iterator.prototype, true);
console.log("ok");
