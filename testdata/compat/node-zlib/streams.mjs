import zlib from 'node:zlib';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { text, buffer } from 'node:stream/consumers';
const data = Buffer.from(Array.from({ length: 5000 }, (_, i) => `line ${i}\n`).join(''));
const chunks = () => Readable.from((function* () { for (let i = 0; i < data.length; i += 1000) yield data.subarray(i, i + 1000); })());
for (const [c, d] of [['Gzip', 'Gunzip'], ['Deflate', 'Inflate'], ['DeflateRaw', 'InflateRaw'], ['BrotliCompress', 'BrotliDecompress'], ['Gzip', 'Unzip'], ['Deflate', 'Unzip']]) {
  const out = []; await pipeline(chunks(), zlib['create' + c](), zlib['create' + d](), new Writable({ write(x, e, cb) { out.push(x); cb(); } })); console.log(c, d, Buffer.concat(out).equals(data));
}
const g = zlib.createGzip(); g.write('a'); g.flush(() => console.log('flushed')); g.write('b'); g.end('c'); const z = await buffer(g); console.log(zlib.gunzipSync(z).toString(), g.bytesWritten);
const inf = zlib.createInflate(); const zd = zlib.deflateSync('byte by byte'); (async () => { for (const b of zd) { inf.write(Buffer.of(b)); await null; } inf.end(); })(); console.log(await text(inf), inf.bytesWritten === zd.length);
const gu = zlib.createGunzip(); gu.on('error', e => console.log('error', e.code, e.errno, e.message)); gu.end('bad data'); await new Promise(f => gu.on('close', f));
const tr = zlib.createGunzip(); tr.on('error', e => console.log('truncated', e.code, e.message)); tr.resume(); tr.end(z.subarray(0, 12)); await new Promise(f => tr.on('close', f));
const fl = zlib.createDeflate(); const seen = []; const in2 = zlib.createInflate(); fl.on('data', x => in2.write(x)); in2.on('data', x => seen.push(String(x))); fl.write('first'); fl.flush(zlib.constants.Z_SYNC_FLUSH); await new Promise(f => setTimeout(f, 10)); console.log('after flush', seen.join());
fl.write('second'); fl.end(); await new Promise(f => setTimeout(f, 10)); console.log(seen.join('|'));
const df = zlib.createDeflate({ level: 1 }); df.write('some'); await new Promise(f => df.params(9, zlib.constants.Z_DEFAULT_STRATEGY, e => { console.log('params', e); f(); })); df.end(data.subarray(4)); console.log(zlib.inflateSync(await buffer(df)).toString() === 'some' + data.subarray(4));
const rs = zlib.createDeflate(); console.log(typeof rs.reset, typeof rs.close, rs instanceof zlib.Deflate, rs.constructor.name, zlib.Gzip.name, new zlib.Gunzip() instanceof zlib.Gunzip); rs.close(() => console.log('closed', rs.destroyed)); await new Promise(f => rs.on('close', f));
for (const f of ['Gzip', 'Inflate', 'BrotliCompress']) try { console.log(zlib[f]({}) instanceof zlib[f]); } catch (e) { console.log(e.name, e.message); }
const md = Buffer.concat([zlib.gzipSync('multi '), zlib.gzipSync('member')]); const mg = zlib.createGunzip(); mg.write(md.subarray(0, 20)); mg.end(md.subarray(20)); console.log(await text(mg));
try { zlib.createGzip({ level: 99 }); } catch (e) { console.log(e.code, e.message); }
const aft = zlib.createGzip(); aft.on('error', e => console.log(e.code)); aft.end(); aft.write('x'); await new Promise(f => setTimeout(f, 10));
const hand = zlib.createInflate(); const hz = zlib.deflateSync('driven by hand'); hand._handle.writeSync(4, hz, 0, hz.length, hand._outBuffer, hand._outOffset, hand._chunkSize); const room = hand._writeState[0]; console.log(String(hand._outBuffer.subarray(0, hand._chunkSize - room)), hand._outBuffer === hand._outBuffer); hand.close();
const pc = zlib.createInflate(); const pb = pc._processChunk(hz, 4); console.log(Buffer.isBuffer(pb), String(pb));
