// ref: node
// What the runtime says of a call, a construction, an iteration and a read that cannot be: programs show
// these words to people, and packages match on them.
const say = (f) => { try { f(); console.log('no error'); } catch (e) { console.log(e.name + ': ' + e.message); } };
let x, nul = null, num = 5, str = 's', obj = { a: { b: {} }, n: null, list: [1, 2], 'x y': 1, fn() { return {}; } }, i = 1, key = 'k';
const sym = Symbol('sy');
class A { #p = 1; m() { return this.nope(); } p() { return this.#p(); } static s() { return this.q(); } }
class B extends A { t() { return super.none(); } }

say(() => Object.keys());
say(() => Object.keys(null));
say(() => Object.entries(undefined));
say(() => Object.assign(null));
say(() => Object.getPrototypeOf(undefined));
say(() => Object.getOwnPropertyNames(null));
say(() => Object.setPrototypeOf({}, 1));
say(() => Object.setPrototypeOf(null, {}));
say(() => Object.create(1));
say(() => Object.defineProperty(1, 'a', {}));
say(() => Object.defineProperty({}, 'a', 1));
say(() => Object.defineProperty({}, 'a', { get: 1 }));
say(() => Object.defineProperty({}, 'a', { get() {}, value: 1 }));
say(() => Object.defineProperty(Object.freeze({}), 'a', { value: 1 }));
say(() => Object.defineProperty(Object.freeze({ a: 1 }), 'a', { value: 2 }));
say(() => { Object.freeze(obj.list).push(1); });
say(() => { Object.freeze({ a: 1 }).a = 2; });
say(() => { Object.freeze({ a: 1 }).b = 2; });
say(() => { delete Object.freeze({ a: 1 }).a; });
say(() => { ({ get a() { return 1; } }).a = 2; });
say(() => { 'abc'.length = 1; });
say(() => { 'abc'[0] = 'x'; });
say(() => { str.foo = 1; });
say(() => { sym = 1; });
