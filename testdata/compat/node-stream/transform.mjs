import { Transform, PassThrough, Duplex, duplexPair } from 'node:stream';
const text = async s => { let o = ''; for await (const c of s) o += c; return o; };
const up = new Transform({ transform(c, e, cb) { cb(null, String(c).toUpperCase()); }, flush(cb) { this.push('!'); cb(null, '?'); } });
up.write('ab'); up.end('cd'); console.log(await text(up));
const ob = new Transform({ objectMode: true, transform(c, e, cb) { for (let i = 0; i < c; i++) this.push({ i }); cb(); } }); ob.write(2); ob.end(1); console.log(JSON.stringify(await ob.toArray()));
const mix = new Transform({ readableObjectMode: true, transform(c, e, cb) { cb(null, c.length); } }); mix.write('four'); mix.end(); console.log(JSON.stringify(await mix.toArray()), mix.readableObjectMode, mix.writableObjectMode);
const er = new Transform({ transform(c, e, cb) { cb(new Error('t')); } }); er.on('error', e => console.log('error', e.message)); er.write('x'); await new Promise(f => er.on('close', f));
const fe = new Transform({ transform(c, e, cb) { cb(); }, flush(cb) { cb(new Error('flush')); } }); fe.on('error', e => console.log(e.message)); fe.resume(); fe.end(); await new Promise(f => fe.on('close', f));
const ni = new Transform(); ni.on('error', e => console.log(e.code, e.message)); try { ni.write('x'); } catch (e) { console.log('thrown', e.code, e.message); }
class Rev extends Transform { _transform(c, e, cb) { this.push(Buffer.from(c).reverse()); cb(); } }
const rv = new Rev(); rv.end('abc'); console.log(await text(rv));
function Old(o) { if (!(this instanceof Old)) return new Old(o); Transform.call(this, o); } Object.setPrototypeOf(Old.prototype, Transform.prototype); Old.prototype._transform = function (c, e, cb) { cb(null, c); };
const ol = Old(); ol.end('old style'); console.log(await text(ol));
const pt = new PassThrough({ highWaterMark: 2 }); console.log(pt.write('abc'), pt.writableHighWaterMark, pt.readableHighWaterMark); pt.end(); console.log(await text(pt));
const hw = new Duplex({ readableHighWaterMark: 5, writableHighWaterMark: 7 }); console.log(hw.readableHighWaterMark, hw.writableHighWaterMark);
const [a, b] = duplexPair(); a.on('data', d => console.log('a got', String(d))); b.on('data', d => { console.log('b got', String(d)); b.write('pong'); }); a.write('ping'); await new Promise(f => setTimeout(f, 5));
const bp = new Transform({ highWaterMark: 1, transform(c, e, cb) { cb(null, c); } }); let n = 0; while (bp.write('x') && n < 10) n++; console.log('writes before false', n, bp.writableNeedDrain); bp.resume(); await new Promise(f => bp.on('drain', f)); console.log('drained');
try { new Transform({ transform: 1 }); console.log('ok'); } catch (e) { console.log(e.name); }
