import { eq, throws } from "./assert.mjs";
class A {
  #p = 1;
  static #s = 2;
  static made = 0;
  static { A.made = A.#s * 10; }
  field = this.#p + 1;
  ["computed" + 1]() { return super.toString === Object.prototype.toString; }
  get p() { return this.#p; }
  set p(v) { this.#p = v; }
  #m() { return this.#p; }
  callPrivate() { return this.#m(); }
  static has(o) { return #p in o; }
  static async *gen() { yield 1; }
}
const a = new A();
a.p = 5;
eq([a.p, a.field, A.made, a.computed1(), a.callPrivate(), A.has(a), A.has({})], [5, 2, 20, true, 5, true, false]);
throws(() => A(), "TypeError");
class B extends A { constructor() { super(); this.t = new.target === B; } get p() { return super.p + 1; } }
eq([new B().p, new B().t, B.made], [2, true, 20]);
class C extends null { static x = 1; }
eq(C.x, 1);
const { x, ...rest } = { x: 1, y: 2, z: 3 };
eq([x, rest], [1, { y: 2, z: 3 }]);
const [p = 9, , ...q] = [undefined, 1, 2, 3];
eq([p, q], [9, [2, 3]]);
function f({ a: { b = 1 } = {} } = {}, ...more) { return [b, more.length]; }
eq(f(undefined, 1, 2), [1, 2]);
function* g() { const r = yield 1; try { yield r; } finally { yield "f"; } }
const it = g();
eq([it.next().value, it.next("r").value, it.return("z").value, it.next()], [1, "r", "f", { value: "z", done: true }]);
const o = { __proto__: { inherited: 1 }, get g() { return 2; }, async *m() {}, [Symbol.toPrimitive]: () => 42 };
eq([o.inherited, o.g, +o, `${o}`], [1, 2, 42, "42"]);
const tag = (s, ...v) => s.raw.join("|") + v.join();
eq(tag`a\n${1}b${2}`, "a\\n|b|1,2");
let n = null;
n ??= 3; n ||= 4; n &&= n + 1;
eq([n, null?.x, undefined?.[0], n?.toFixed?.(1)], [4, undefined, undefined, "4.0"]);
outer: for (let i = 0; ; i++) for (;;) { if (i < 3) continue outer; eq(i, 3); break outer; }
const fs = [];
for (let i = 0; i < 2; i++) fs.push(() => i);
eq(fs.map((f) => f()), [0, 1]);
const proxy = new Proxy({}, { get: (t, k) => k, has: () => true, ownKeys: () => ["k"], getOwnPropertyDescriptor: () => ({ value: 1, enumerable: true, configurable: true }) });
eq([proxy.zz, "q" in proxy, Object.keys(proxy)], ["zz", true, ["k"]]);
eq(Reflect.construct(Array, [2], A) instanceof A, true);
eq(Symbol.for("s") === Symbol.for("s") && Symbol("d").description, "d");
eq(2 ** 3 ** 2, 512);
eq(((a, b = a) => [a, b])(1), [1, 1]);
console.log("ok");
