// ref: node
// What the runtime says of a call, a construction, an iteration and a read that cannot be: programs show
// these words to people, and packages match on them.
const say = (f) => { try { f(); console.log('no error'); } catch (e) { console.log(e.name + ': ' + e.message); } };
let x, nul = null, num = 5, str = 's', obj = { a: { b: {} }, n: null, list: [1, 2], 'x y': 1, fn() { return {}; } }, i = 1, key = 'k';
const sym = Symbol('sy');
class A { #p = 1; m() { return this.nope(); } p() { return this.#p(); } static s() { return this.q(); } }
class B extends A { t() { return super.none(); } }

say(() => x());
say(() => num());
say(() => nul());
say(() => obj.c());
say(() => obj.a.b.c());
say(() => obj.a.b());
say(() => obj[key]());
say(() => obj['x y']());
say(() => obj.list[0]());
say(() => obj.list[i]());
say(() => obj[sym]());
say(() => obj.fn().g());
say(() => obj.fn()());
say(() => obj.fn(1, i ? 2 : 3)());
say(() => x(i ? 1 : 2, obj.fn()));
say(() => obj.c(i && 2, [1, 2], { a: i }, () => 1));
say(() => ({}).c());
say(() => [].c());
say(() => (function () {}).c());
say(() => (() => 1)()());
say(() => 1());
say(() => 'text'());
say(() => 'text'.c());
say(() => true());
say(() => null());
say(() => undefined());
say(() => new A().nope());
say(() => new A().m());
say(() => new A().p());
say(() => A.s());
say(() => new B().t());
say(() => Math.nope(1));
say(() => globalThis.nope());
say(() => console.nope('x'));
say(() => JSON.parse('{}').a());
say(() => obj?.c());
say(() => obj.a?.b.c());
say(() => obj.a.b?.());
say(() => (i ? x : x)());
say(() => (x || nul)());
say(() => (0, obj.c)());
say(() => obj.c``);
say(() => x`a${1}`);
say(() => x(...[1, 2]));
say(() => obj.c(...[1, 2]));
say(() => Math.max.apply(null)());
say(() => (i + 1)());
say(() => { let f = 1; f(); });
say(() => { const f = {}; return (() => f())(); });
say((...a) => a());
say(function () { arguments(); });
say(() => { for (const cb of [1]) cb(); });
say(() => { try { obj.deep(); } finally { i = 1; } });
{ let y; say(() => (y = 5)()); }
say(() => this());
say(() => typeof obj());
say(() => (void 0)());
say(() => { (async () => 1)().nope(); });
say(() => eval('x()'));
say(() => new Function('a', 'return a.b.c()')({ b: {} }));
say(() => import.meta.nope());
say(() => process.nope.x());
