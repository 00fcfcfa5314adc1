// A let, const or class is not there before its declaration ran, whatever the way to it.
import { eq, throws } from "./assert.mjs";

const tdz = (f, what) => {
  try {
    f();
  } catch (e) {
    return eq(e.name, "ReferenceError", what);
  }
  throw new Error(`no error: ${what}`);
};

tdz(() => { x; let x = 1; }, "a use before");
tdz(() => { x = 1; let x; }, "an assignment before");
tdz(() => { x++; let x = 1; }, "an increment before");
tdz(() => { typeof x; let x; }, "typeof");
tdz(() => { let x = x + 1; }, "its own initializer");
tdz(() => { const { a = x, x } = {}; }, "a default that comes before");
tdz(() => { let { x, y } = { y: x }; }, "the value that a pattern takes apart");
tdz(() => { let [x = x] = []; }, "its own default");
tdz(() => { for (let x of [x]); }, "what a loop goes over");
tdz(() => { for (const { x } of [{ x: x }]); }, "what a loop with a pattern goes over");
tdz(() => { for (let x in { a: x }); }, "the keys of what");
tdz(() => { for (let x = x; ; ); }, "the start of a loop");
tdz(() => { class x extends x {} }, "its own heritage");
tdz(() => { new x(); class x {} }, "a class before");
tdz(() => { (() => x)(); let x = 1; }, "a closure that runs before");
tdz(() => { const f = (a = x, x) => a; f(); }, "a parameter's default");
tdz(() => { switch (1) { case 0: let x = 1; break; case 1: x; } }, "a case that another declares in");
tdz(() => { switch (1) { case 0: let x = 1; default: return x; } }, "a default case");
tdz(() => { for (let i = 0; i < 2; i++) { if (i) x; let x = 1; } }, "the second time around");
tdz(() => { for (let i = 0; ; i++) { if (i === 1) { x; } let x = i; if (x > 5) break; } }, "after it was there in the time before");
tdz(() => { l: { if (1) break l; } { x; let x; } }, "behind a label");
tdz(() => { try { throw 1; } catch { x; } let x; }, "in a handler");
tdz(() => { try { return; } finally { x; } let x; }, "in a finally block");
tdz(() => { { try { null.x; let x = 1; } finally { (() => { x; let x; })(); } } }, "within a finally block");
tdz(() => { eval("x"); let x = 1; }, "direct eval");
tdz(() => { const g = function* () { yield x; let x = 1; }; g().next(); }, "a generator");
tdz(() => { let f = () => x; { f(); } let x = 2; }, "a closure called from a block");
tdz(() => { while (true) { var f; if (f) f(); f = () => x; let y = 1; if (y > 1) { } else { f(); } let x; } }, "a closure of a loop");

// What ran is there.
const ways = (n) => {
  const out = [];
  for (let i = 0; i < n; i++) {
    let x = i, y;
    try {
      if (i % 3 === 1) throw i;
      x += 10;
      y = x;
    } catch (e) {
      x = e * 100;
      y = -x;
    } finally {
      x++;
      const z = x * 2;
      out.push(z);
    }
    switch (i % 4) {
      case 0: { let w = x; out.push(w); break; }
      case 1: let v = y; out.push(v);
      case 2: v = x; out.push(v, x--); break;
      default: out.push(typeof y);
    }
    x **= 1;
    out.push(x, y);
  }
  return out.join();
};
tdz(() => { switch (2) { case 1: let x = 1; case 2: x = 3; } }, "an assignment in a later case");
throws(() => ways(3), "ReferenceError");
eq(ways(2), "22,11,11,10,202,-100,101,101,100,-100");

const closures = [];
for (let i = 0; i < 3; i++) { let j = i; j *= 2; closures.push(() => [i, j++]); i += 0; }
eq(closures.map((f) => f().join("")).join(), "00,12,24");
eq(closures.map((f) => f().join("")).join(), "01,13,25");

// The top level of a module, and what others see of it.
let top = 0;
for (let i = 0; i < 10; i++) { top += i; top++; top = top - 1; }
eq(top, 45);
const see = () => later;
throws(see, "ReferenceError");
let later = 7;
later++;
eq(see(), 8);
function* gen() { let a = yield 1; a += yield a; try { yield a; } finally { a = 0; yield a; } }
const g = gen();
g.next();
eq([g.next(5).value, g.next(6).value, g.return(9).value, g.next().value].join(), "5,11,0,9");
class Base { constructor() { this.b = 1; } }
class Derived extends Base { constructor(early) { if (early) this.a = 1; super(); this.a = 2; const f = () => this.a; this.c = f(); } }
eq(new Derived(false).c, 2);
throws(() => new Derived(true), "ReferenceError");
class Late extends Base { constructor(n) { for (let i = 0; i < n; i++) super(); this.n = n; } }
eq(new Late(1).n, 1);
throws(() => new Late(0), "ReferenceError");
throws(() => new Late(2), "ReferenceError");

console.log("ok");
