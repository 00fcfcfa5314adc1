// ref: node
// What the runtime says of a call, a construction, an iteration and a read that cannot be: programs show
// these words to people, and packages match on them.
const say = (f) => { try { f(); console.log('no error'); } catch (e) { console.log(e.name + ': ' + e.message); } };
let x, nul = null, num = 5, str = 's', obj = { a: { b: {} }, n: null, list: [1, 2], 'x y': 1, fn() { return {}; } }, i = 1, key = 'k';
const sym = Symbol('sy');
class A { #p = 1; m() { return this.nope(); } p() { return this.#p(); } static s() { return this.q(); } }
class B extends A { t() { return super.none(); } }

say(() => { const { a } = x; });
say(() => { const { a } = nul; });
say(() => { const { a: { b } } = obj.n; });
say(() => { const { a: { b } } = {}; });
say(() => { const {} = x; });
say(() => { const { ...r } = x; });
say(() => { const { [key]: v } = x; });
say(() => { (({ a }) => a)(); });
say(() => { (({ a }) => a)(null); });
say(() => { let a; ({ a } = x); });
say(() => x.y);
say(() => nul[key]);
say(() => x[sym]);
say(() => x[0]);
say(() => { x.y = 1; });
say(() => { nul[0] = 1; });
say(() => delete nul.a);
say(() => obj.q.r);
say(() => obj.a.b.c.d());
