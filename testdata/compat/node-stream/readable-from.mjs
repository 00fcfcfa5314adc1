import { Readable } from 'node:stream';
const all = async r => JSON.stringify((await r.toArray()).map(x => Buffer.isBuffer(x) ? 'B:' + x : x));
console.log(await all(Readable.from(['a', 'b', 1])));
console.log(await all(Readable.from('string')));
console.log(await all(Readable.from(Buffer.from('buffer'))));
console.log(await all(Readable.from(new Set([1, 2]))));
console.log(await all(Readable.from((function* () { yield 1; yield 2; })())));
console.log(await all(Readable.from((async function* () { yield 'x'; await null; yield 'y'; })())));
console.log(await all(Readable.from([Promise.resolve(1), 2])));
try { Readable.from(5); } catch (e) { console.log(e.code, e.name, e.message); }
try { Readable.from(null); } catch (e) { console.log(e.code, e.message); }
const r = Readable.from((async function* () { yield 1; throw new Error('gen'); })());
try { for await (const x of r) console.log('got', x); } catch (e) { console.log('caught', e.message, r.destroyed, r.errored?.message); }
let returned = false;
const g = (async function* () { try { yield 1; yield 2; } finally { returned = true; } })();
const rg = Readable.from(g); for await (const x of rg) { console.log(x); break; }
await new Promise(f => setTimeout(f, 5)); console.log('returned', returned, rg.destroyed);
const n = Readable.from([1, null]); try { console.log(await all(n)); } catch (e) { console.log(e.code, e.message); }
const ni = Readable.from(['a', 'b', 'c']).iterator({ destroyOnReturn: false }); for await (const x of ni) { console.log('it', x); break; }
const wrapped = new Readable().wrap(Readable.from(['w1', 'w2'], { objectMode: false })); console.log((await wrapped.toArray()).map(String).join());
console.log(Readable.from([1]).readableObjectMode, Readable.from([1]).readableHighWaterMark, Readable.isDisturbed(rg));
