import { pipeline, Readable, Writable, Transform, PassThrough } from 'node:stream';
import { pipeline as pp } from 'node:stream/promises';
import { promisify } from 'node:util';
const sink = out => new Writable({ write(c, e, cb) { out.push(String(c)); cb(); } });
const up = () => new Transform({ transform(c, e, cb) { cb(null, String(c).toUpperCase()); } });
const cb = (...s) => new Promise(f => pipeline(...s, (e, v) => { console.log('done', e?.code ?? e?.message ?? e, v); f(); }));
let out = []; await cb(Readable.from(['a', 'b']), up(), sink(out)); console.log(out.join());
out = []; await cb([Readable.from(['x']), sink(out)]); console.log(out.join());
await cb(Readable.from(['a']), async function* (s) { for await (const c of s) yield c + c; }, async s => { let t = ''; for await (const c of s) t += c; return t; });
await cb(async function* () { yield 'gen'; }, async s => { let t = ''; for await (const c of s) t += c; return t; });
await cb(Readable.from(['a']), new Transform({ transform(c, e, k) { k(new Error('mid')); } }), sink([]));
await cb(new Readable({ read() { this.destroy(new Error('start')); } }), sink([]));
await cb(new Readable({ read() { if (!this.once2) { this.once2 = true; this.push('x'); setTimeout(() => this.destroy(), 1); } } }), sink([]));
out = []; console.log(await pp(Readable.from(['p']), up(), sink(out)), out.join());
try { await pp(Readable.from(['p']), new Transform({ transform(c, e, k) { k(new Error('mid2')); } }), sink([])); } catch (e) { console.log('rejected', e.message); }
const ac = new AbortController(); const slow = new Readable({ read() {} }); setTimeout(() => ac.abort(), 2); try { await pp(slow, sink([]), { signal: ac.signal }); } catch (e) { console.log(e.name, e.code, slow.destroyed); }
const ne = sink([]); await pp(Readable.from(['e']), ne, { end: false }); console.log('end:false', ne.writableEnded);
for (const args of [[], [Readable.from([])], [Readable.from([]), () => {}]]) try { pipeline(...args); console.log('no error'); } catch (e) { console.log(e.name, e.code, e.message); }
console.log(await promisify(pipeline)(Readable.from(['z']), new PassThrough(), async s => { let n = 0; for await (const _ of s) n++; return n; }));
try { await pp(Readable.from([1]), x => 5); } catch (e) { console.log(e.code, e.message); }
console.log(await pp('iterable', async function (s) { let t = ''; for await (const c of s) t += c; return t; }));
