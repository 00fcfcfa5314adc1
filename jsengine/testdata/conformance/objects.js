// What an object literal defines, in order, whatever was made before it.
import { eq } from "./assert.mjs";

const make = (n) => ({ a: n, b: n + 1, c: n + 2 });
const show = (o) => Reflect.ownKeys(o).map((k) => { const d = Object.getOwnPropertyDescriptor(o, k); return `${String(k)}:${"value" in d ? d.value : "get"}${d.writable ? "w" : ""}${d.enumerable ? "e" : ""}${d.configurable ? "c" : ""}`; }).join();
for (let i = 0; i < 5; i++) {
  const o = make(i);
  eq(show(o), `a:${i}wec,b:${i + 1}wec,c:${i + 2}wec`);
  switch (i) {
    case 1: delete o.b; o.b = 9; eq(show(o), "a:1wec,c:3wec,b:9wec"); break;
    case 2: Object.freeze(o); break;
    case 3: Object.defineProperty(o, "a", { enumerable: false }); eq(show(o), "a:3wc,b:4wec,c:5wec"); break;
    case 4: Object.setPrototypeOf(o, { d: 1 }); o.d = 2; eq(show(o), "a:4wec,b:5wec,c:6wec,d:2wec");
  }
}
for (let i = 0; i < 3; i++) {
  eq(show({ a: 1, a: 2 }), "a:2wec");
  eq(show({ a: 1, get b() { return 1; }, b: 2 }), "a:1wec,b:2wec");
  eq(show({ a: 1, get a() { return 1; } }), "a:getec");
  eq(show({ ...{ a: 1, b: 2 }, b: 3, c: 4 }), "a:1wec,b:3wec,c:4wec");
  eq(show({ b: 1, 1: 2, 0: 3, [`b`]: 4, a: 5 }), "0:3wec,1:2wec,b:4wec,a:5wec");
  const p = { __proto__: { set a(v) { throw v; } }, a: 1, b: 2 };
  eq(show(p), "a:1wec,b:2wec");
  eq(show({ __proto__: null, a: 1 }), "a:1wec");
  eq(show({ a: 1, __proto__: Array.prototype, b: 2 }), "a:1wec,b:2wec");
  eq(show({ "0": 1, __proto__: null }), "0:1wec");
  class A { a = i; b = 1; c = { a: this.a, b: this.b }; }
  eq(show(new A().c), `a:${i}wec,b:1wec`);
}
const many = () => ({ a: 1, b: 2, c: 3, d: 4, e: 5, f: 6, g: 7, h: 8, i: 9, j: 10, k: 11, l: 12, m: 13, n: 14, o: 15, p: 16, q: 17 });
for (let i = 0; i < 40; i++) eq(Object.values(many()).join(), "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17");
Object.prototype.z = 1;
eq(show({ z: 2, a: 1 }), "z:2wec,a:1wec");
delete Object.prototype.z;

// Integers that the next instruction takes.
const n = (x) => [x + 1, x - 1, x * 3, x % 3, x & 6, x | 6, x ^ 6, x << 2, x >> 1, x >>> 1, x < 2, x <= 2, x > 2, x >= 2, x == 2, x != 2, x === 2, x !== 2, x * 0, x / 2, x ** 2].map((v) => (Object.is(v, -0) ? "-0" : v)).join();
eq(n(2), "3,1,6,2,2,6,4,8,1,1,false,true,false,true,true,false,true,false,0,1,4");
eq(n(-2), "-1,-3,-6,-2,6,-2,-8,-8,-1,2147483647,true,true,false,false,false,true,false,true,-0,-1,4");
eq(n(2147483647), "2147483648,2147483646,6442450941,1,6,2147483647,2147483641,-4,1073741823,1073741823,false,false,true,true,false,true,false,true,0,1073741823.5,4611686014132420600");
eq(n(-2147483648), "-2147483647,-2147483649,-6442450944,-2,0,-2147483642,-2147483642,0,-1073741824,1073741824,true,true,false,false,false,true,false,true,-0,-1073741824,4611686018427388000");
eq(n(2.5), "3.5,1.5,7.5,2.5,2,6,4,8,1,1,false,false,true,true,false,true,false,true,0,1.25,6.25");
eq(n("2"), "21,1,6,2,2,6,4,8,1,1,false,true,false,true,true,false,false,true,0,1,4");
let i = 0;
for (let a = 5; a > 0; a--) i++;
for (let a = -3; a < 200; a++) if (a & 1) i++;
eq(i, 107);
eq(("a" + "b".repeat(300)).concat("c").charCodeAt(301), 99);

console.log("ok");
