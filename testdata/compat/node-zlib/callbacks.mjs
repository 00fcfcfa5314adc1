import zlib from 'node:zlib';
import { promisify } from 'node:util';
const order = [];
zlib.gzip('x', (e, z) => order.push('gzip ' + e + ' ' + Buffer.isBuffer(z))); order.push('sync');
await new Promise(f => setTimeout(f, 20)); console.log(order.join('; '));
for (const [c, d] of [['gzip', 'gunzip'], ['deflate', 'inflate'], ['deflateRaw', 'inflateRaw'], ['brotliCompress', 'brotliDecompress'], ['gzip', 'unzip']]) {
  const z = await promisify(zlib[c])('callback ' + c); console.log(c, String(await promisify(zlib[d])(z)));
  console.log(c, 'with options', String(await promisify(zlib[d])(await promisify(zlib[c])(Buffer.from('opt'), {}), { chunkSize: 64 })));
}
for (const f of ['gunzip', 'inflate', 'inflateRaw', 'brotliDecompress', 'unzip']) await new Promise(r => zlib[f](Buffer.from('garbage garbage'), (e, b) => { console.log(f, e.name, e.code, e.errno, e.message, b); r(); }));
await new Promise(r => zlib.gunzip(zlib.gzipSync(Buffer.alloc(5000)), { maxOutputLength: 64 }, (e, b) => { console.log(e.name, e.code, e.message, b); r(); }));
for (const args of [['x'], ['x', {}], [5, () => {}], ['x', { level: 99 }, () => {}]]) try { zlib.gzip(...args); console.log('no throw'); } catch (e) { console.log(e.name, e.code, e.message); }
console.log((await Promise.all(Array.from({ length: 20 }, (_, i) => promisify(zlib.deflate)('job ' + i).then(z => zlib.inflateSync(z).toString())))).join());
