// ref: node
// What the runtime says of a call, a construction, an iteration and a read that cannot be: programs show
// these words to people, and packages match on them.
const say = (f) => { try { f(); console.log('no error'); } catch (e) { console.log(e.name + ': ' + e.message); } };
let x, nul = null, num = 5, str = 's', obj = { a: { b: {} }, n: null, list: [1, 2], 'x y': 1, fn() { return {}; } }, i = 1, key = 'k';
const sym = Symbol('sy');
class A { #p = 1; m() { return this.nope(); } p() { return this.#p(); } static s() { return this.q(); } }
class B extends A { t() { return super.none(); } }

say(() => { for (const v of x); });
say(() => { for (const v of nul); });
say(() => { for (const v of num); });
say(() => { for (const v of obj); });
say(() => { for (const v of obj.a.b); });
say(() => { for (const v of undefined); });
say(() => { for (const v of obj.fn()); });
say(() => { for (const v of { a: 1 }); });
say(() => { const [a] = x; });
say(() => { const [a] = nul; });
say(() => { const [a] = num; });
say(() => { const [a] = obj; });
say(() => { const [a] = obj.a.b; });
say(() => { const [a] = undefined; });
say(() => { const [a] = null; });
say(() => { const [a] = {}; });
say(() => { let a; [a] = x; });
say(() => { (([a]) => a)(); });
say(() => { (([a]) => a)(null); });
say(() => { (([a]) => a)(5); });
say(() => { (([a]) => a)({}); });
say(() => { const [[a]] = [nul]; });
say(() => { const { a: [b] } = {}; });
say(() => [...x]);
say(() => [...nul]);
say(() => [...num]);
say(() => [...obj]);
say(() => [...obj.n]);
say(() => [1, ...undefined]);
say(() => Math.max(...x));
say(() => Math.max(...num));
say(() => Math.max(...obj));
say(() => Math.max(1, ...x));
say(() => new Date(...x));
say(() => [...(function* () { yield* x; })()]);
say(() => [...(function* () { yield* num; })()]);
say(() => new Map(5));
say(() => new Map([1]));
say(() => new Set({}));
say(() => new Set(5));
say(() => new WeakSet(true));
say(() => Object.fromEntries(5));
say(() => Object.fromEntries());
say(() => Object.fromEntries(null));
say(() => Array.from({ [Symbol.iterator]: 1 }));
say(() => new Uint8Array({ [Symbol.iterator]: 1 }));
say(() => { for (const v of { [Symbol.iterator]: 1 }); });
say(() => { for (const v of { [Symbol.iterator]() { return 1; } }); });
say(() => { for (const v of { [Symbol.iterator]() { return {}; } }); });
say(() => { for (const v of { [Symbol.iterator]: () => ({ next: () => 1 }) }); });
await Promise.all(5).catch((e) => console.log(e.message));
await Promise.race().catch((e) => console.log(e.message));
await Promise.all(null).catch((e) => console.log(e.message));
await (async () => { for await (const v of x); })().catch((e) => console.log(e.message));
await (async () => { for await (const v of num); })().catch((e) => console.log(e.message));
