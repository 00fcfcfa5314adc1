import { Readable, Writable, PassThrough } from 'node:stream';
const sink = () => { const out = []; const w = new Writable({ write(c, e, cb) { out.push(String(c)); cb(); } }); w.out = out; return w; };
const s1 = sink(), s2 = sink(); const src = Readable.from(['a', 'b', 'c'], { objectMode: false });
s1.on('pipe', x => console.log('pipe event', x === src)); s1.on('unpipe', x => console.log('unpipe event', x === src));
console.log(src.pipe(s1) === s1, src.listenerCount('data')); src.pipe(s2);
await Promise.all([new Promise(f => s1.on('finish', f)), new Promise(f => s2.on('finish', f))]); console.log(s1.out.join(), s2.out.join());
const ne = sink(); const r2 = Readable.from(['x'], { objectMode: false }); r2.pipe(ne, { end: false }); await new Promise(f => r2.on('end', f)); await null; console.log('not ended', ne.writableEnded);
const slow = new Writable({ highWaterMark: 1, write(c, e, cb) { setTimeout(cb, 1); } }); const big = Readable.from(['1', '2', '3', '4'], { objectMode: false }); let drains = 0; slow.on('drain', () => drains++); big.pipe(slow); await new Promise(f => slow.on('finish', f)); console.log('drains', drains > 0);
const u = new Readable({ read() {} }), us = sink(); u.pipe(us); u.push('before'); await new Promise(f => setTimeout(f, 5)); u.unpipe(us); u.push('after'); await new Promise(f => setTimeout(f, 5)); console.log(us.out.join(), u.isPaused(), u.readableFlowing);
const er = new Readable({ read() { this.destroy(new Error('src')); } }); const es = sink(); er.on('error', e => console.log('src error', e.message)); er.pipe(es); await new Promise(f => setTimeout(f, 5)); console.log('dest left open', es.destroyed);
const bad = new Writable({ write(c, e, cb) { cb(new Error('dest')); } }); const b2 = Readable.from(['x', 'y'], { objectMode: false }); bad.on('error', e => console.log('dest error', e.message)); b2.pipe(bad); await new Promise(f => setTimeout(f, 5)); console.log(b2.destroyed, b2.listenerCount('data'));
const chain = Readable.from(['q'], { objectMode: false }).pipe(new PassThrough()).pipe(new PassThrough()); console.log(String((await chain.toArray())[0]));
try { Readable.from([]).pipe(null); } catch (e) { console.log(e.name); }
const p = new PassThrough(); p.on('error', e => console.log(e.code)); const wr = new Writable({ write(c, e, cb) { cb(); } }); wr.on('error', e => console.log(e.code, e.message)); wr.pipe(sink()); await new Promise(f => setTimeout(f, 3));
