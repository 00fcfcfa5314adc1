import zlib from 'node:zlib';
// Streams made by other implementations, and checksums.
const h = s => Buffer.from(s, 'hex'), b = s => Buffer.from(s, 'base64');
console.log(zlib.crc32('hello'), zlib.crc32(Buffer.from('hello')), zlib.crc32(''), zlib.crc32('world', zlib.crc32('hello ')), zlib.crc32('hello world'));
for (const a of [[5], [null], ['x', 'y'], ['x', -1], ['x', 2 ** 32]]) try { console.log(zlib.crc32(...a)); } catch (e) { console.log(e.name, e.code, e.message); }
console.log(zlib.gunzipSync(h('1f8b0808000000000003612e74787400cb48cdc9c907008' + '6a6103605000000')).toString());
console.log(zlib.gunzipSync(b('H4sIAAAAAAAAA8tIzcnJVyjPL8pJAQCFEUoNCwAAAA==')).toString());
console.log(zlib.inflateSync(b('eJzLSM3JyVcozy/KSQEAGgsEXQ==')).toString());
console.log(zlib.inflateRawSync(b('y0jNyclXKM8vykkBAA==')).toString());
console.log(zlib.brotliDecompressSync(b('CwWAaGVsbG8gd29ybGQD')).toString());
console.log(zlib.brotliDecompressSync(h('06')).length, zlib.brotliDecompressSync(h('3b')).length);
console.log(zlib.inflateRawSync(h('010500faff68656c6c6f')).toString(), zlib.inflateRawSync(h('0300')).length);
const big = Buffer.alloc(1 << 20, 'abc'); for (const f of ['gzip', 'deflate', 'deflateRaw']) { const z = zlib[f + 'Sync'](big); console.log(f, z.length < 5000, zlib[{ gzip: 'gunzip', deflate: 'inflate', deflateRaw: 'inflateRaw' }[f] + 'Sync'](z).equals(big)); }
const bz = zlib.brotliCompressSync(big); console.log('brotli', bz.length < 200, zlib.brotliDecompressSync(bz).equals(big));
try { console.log(zlib.gunzipSync(Buffer.concat([zlib.gzipSync('trail'), Buffer.from('garbage')])).toString()); } catch (e) { console.log(e.code, e.errno, e.message); }
