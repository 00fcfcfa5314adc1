import { finished, Readable, Writable, PassThrough, addAbortSignal, compose, Duplex } from 'node:stream';
import { finished as fp } from 'node:stream/promises';
const w = () => new Writable({ write(c, e, cb) { cb(); } });
const p = s => fp(s).then(() => 'ok', e => e.code ?? e.message);
let s = w(); s.end(); console.log(await p(s));
s = w(); s.destroy(); console.log(await p(s));
s = w(); s.on('error', () => {}); s.destroy(new Error('boom')); console.log(await p(s));
let r = Readable.from(['a']); r.resume(); console.log(await p(r));
r = new Readable({ read() {} }); setTimeout(() => r.destroy(), 1); console.log(await p(r));
const d = new PassThrough(); d.end('x'); setTimeout(() => d.resume(), 1); console.log(await p(d));
const h = new PassThrough(); const hp = fp(h, { readable: false }); h.end(); console.log(await hp);
const already = w(); already.end(); await new Promise(f => already.on('close', f)); console.log('already', await p(already));
await new Promise(f => { const c = finished(Readable.from([]).resume(), e => { console.log('cb', e); f(); }); console.log(typeof c); });
const cl = new Readable({ read() {} }); const cleanup = finished(cl, () => console.log('never')); cleanup(); cl.destroy();
try { finished({}, () => {}); } catch (e) { console.log(e.code, e.message); }
try { finished(cl); } catch (e) { console.log(e.code, e.message); }
const ac = new AbortController(); const fa = fp(new Readable({ read() {} }), { signal: ac.signal }).catch(e => console.log(e.name, e.code, e.message)); ac.abort(); await fa;
const as = addAbortSignal(AbortSignal.abort('why'), new Readable({ read() {} })); as.on('error', e => console.log(e.name, e.message, e.cause)); await new Promise(f => as.on('close', f));
try { addAbortSignal('x', cl); } catch (e) { console.log(e.code, e.message); }
try { addAbortSignal(ac.signal, {}); } catch (e) { console.log(e.code, e.message); }
const c = compose(async function* (src) { for await (const x of src) yield String(x).toUpperCase(); }, new PassThrough({ objectMode: true })); c.end('composed'); console.log((await c.toArray()).join(), c instanceof Duplex);
const df = Duplex.from(async function* (src) { for await (const x of src) yield x + '!'; }); df.end('df'); console.log((await df.toArray()).join());
const dp = Duplex.from(Promise.resolve('prom')); console.log((await dp.toArray()).join());
const drw = Duplex.from({ readable: Readable.from(['r']), writable: w() }); console.log((await drw.toArray()).join());
