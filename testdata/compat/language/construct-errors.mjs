// ref: node
// What the runtime says of a call, a construction, an iteration and a read that cannot be: programs show
// these words to people, and packages match on them.
const say = (f) => { try { f(); console.log('no error'); } catch (e) { console.log(e.name + ': ' + e.message); } };
let x, nul = null, num = 5, str = 's', obj = { a: { b: {} }, n: null, list: [1, 2], 'x y': 1, fn() { return {}; } }, i = 1, key = 'k';
const sym = Symbol('sy');
class A { #p = 1; m() { return this.nope(); } p() { return this.#p(); } static s() { return this.q(); } }
class B extends A { t() { return super.none(); } }

say(() => new x());
say(() => new num());
say(() => new obj.a());
say(() => new obj.a.b.C(1));
say(() => new obj[key]());
say(() => new (() => 1)());
say(() => new Math.max(1));
say(() => new obj.fn());
say(() => new (obj.fn())());
say(() => new Symbol());
say(() => new Math());
say(() => A());
say(() => Reflect.construct(1, []));
say(() => Map());
say(() => Promise());
say(() => { class C extends x {} });
say(() => { class C extends num {} });
say(() => { class C extends obj {} });
say(() => { class C extends (() => 1) {} });
say(() => { const f = function () {}; f.prototype = 3; class C extends f {} });
