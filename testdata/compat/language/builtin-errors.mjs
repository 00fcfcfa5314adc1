// ref: node
// What the runtime says of a call, a construction, an iteration and a read that cannot be: programs show
// these words to people, and packages match on them.
const say = (f) => { try { f(); console.log('no error'); } catch (e) { console.log(e.name + ': ' + e.message); } };
let x, nul = null, num = 5, str = 's', obj = { a: { b: {} }, n: null, list: [1, 2], 'x y': 1, fn() { return {}; } }, i = 1, key = 'k';
const sym = Symbol('sy');
class A { #p = 1; m() { return this.nope(); } p() { return this.#p(); } static s() { return this.q(); } }
class B extends A { t() { return super.none(); } }

say(() => 'a' in str);
say(() => 'a' in x);
say(() => obj instanceof 5);
say(() => obj instanceof {});
say(() => obj instanceof (() => 1));
say(() => 1n + 1);
say(() => +1n);
say(() => `${sym}`);
say(() => +sym);
say(() => BigInt(1.5));
say(() => BigInt('x'));
say(() => +{ valueOf: () => ({}), toString: () => ({}) });
say(() => `${Object.create(null)}`);
say(() => [].reduce((a, b) => a));
say(() => [1].map(5));
say(() => [1].forEach());
say(() => [1].map({}));
say(() => [1].filter('f'));
say(() => [1].sort(5));
say(() => [1].reduce(null));
say(() => new Map().forEach(1));
say(() => new Promise(1));
say(() => new Promise());
say(() => Promise.resolve.call(1));
say(() => Map.prototype.get.call({}, 1));
say(() => Set.prototype.has.call(1, 1));
say(() => Date.prototype.getTime.call({}));
say(() => new WeakMap().set(1, 1));
say(() => new WeakRef(1));
say(() => Symbol.prototype.toString.call(1));
say(() => Function.prototype.call.call(1));
say(() => Function.prototype.apply.call(obj, 1));
say(() => Math.max.apply(null, 1));
say(() => new Proxy(1, {}));
say(() => 'x'.repeat(-1));
say(() => new Array(-1));
say(() => (1).toFixed(101));
say(() => (1).toString(99));
say(() => (1).toPrecision(0));
say(() => 'a'.normalize('x'));
say(() => new Date(NaN).toISOString());
say(() => String.fromCodePoint(-1));
say(() => 'x'.startsWith(/x/));
say(() => 'x'.matchAll(/x/));
say(() => decodeURIComponent('%'));
say(() => structuredClone(() => 1));
say(() => new (class extends A { constructor() { this.a = 1; } })());
say(() => new (class extends A { constructor() { super(); super(); } })());
say(() => new (class extends A { constructor() { return 1; } })());
say(() => A.prototype.p.call({}));
say(() => undefinedName);
say(() => undefinedName());
say(() => { undefinedName = 1; });
say(() => { early; let early; });
