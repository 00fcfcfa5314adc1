import zlib from 'node:zlib';
const input = Buffer.from('The quick brown fox jumps over the lazy dog. '.repeat(50) + 'ünïcödé €');
for (const [c, d] of [['gzipSync', 'gunzipSync'], ['deflateSync', 'inflateSync'], ['deflateRawSync', 'inflateRawSync'], ['brotliCompressSync', 'brotliDecompressSync']]) {
  const z = zlib[c](input); console.log(c, Buffer.isBuffer(z), z.length < input.length, zlib[d](z).equals(input));
  for (const v of ['text', new Uint8Array([1, 2, 3]), new Uint16Array([1, 2]), new ArrayBuffer(4), new DataView(new ArrayBuffer(3)), Buffer.alloc(0)]) console.log(c, zlib[d](zlib[c](v)).toString('hex'));
}
console.log(zlib.unzipSync(zlib.gzipSync('a')).toString(), zlib.unzipSync(zlib.deflateSync('b')).toString());
const g = zlib.gzipSync('x'); console.log(g.subarray(0, 4).toString('hex'), g.readUInt32LE(g.length - 4)); const d = zlib.deflateSync('x'); console.log((d[0] * 256 + d[1]) % 31, d[0] & 15);
for (const level of [-1, 0, 1, 5, 9]) { const z = zlib.gzipSync(input, { level }); console.log('level', level, zlib.gunzipSync(z).equals(input), level === 0 ? z.length > input.length : z.length < 300); }
for (const strategy of [0, 1, 2, 3, 4]) console.log('strategy', strategy, zlib.inflateSync(zlib.deflateSync(input, { strategy })).equals(input));
console.log(zlib.inflateSync(zlib.deflateSync(input, { windowBits: 9, memLevel: 1, chunkSize: 64 })).equals(input));
for (const [p, v] of [['BROTLI_PARAM_QUALITY', 1], ['BROTLI_PARAM_QUALITY', 11], ['BROTLI_PARAM_LGWIN', 16], ['BROTLI_PARAM_MODE', 1], ['BROTLI_PARAM_SIZE_HINT', input.length]]) console.log(p, v, zlib.brotliDecompressSync(zlib.brotliCompressSync(input, { params: { [zlib.constants[p]]: v } })).equals(input));
const dict = Buffer.from('quick brown fox lazy dog'); const zd = zlib.deflateSync('the lazy dog', { dictionary: dict }); console.log(zlib.inflateSync(zd, { dictionary: dict }).toString());
for (const f of [() => zlib.inflateSync(zd), () => zlib.inflateSync(zd, { dictionary: Buffer.from('other') })]) try { f(); } catch (e) { console.log(e.code, e.errno, e.message); }
console.log(zlib.inflateRawSync(zlib.deflateRawSync('raw dict lazy dog', { dictionary: dict }), { dictionary: dict }).toString());
const multi = Buffer.concat([zlib.gzipSync('one'), zlib.gzipSync('two')]); console.log(zlib.gunzipSync(multi).toString());
console.log(zlib.gunzipSync(Buffer.concat([zlib.gzipSync('one'), Buffer.alloc(10)])).toString());
const info = zlib.gzipSync('x', { info: true }); console.log(Object.keys(info).join(), info.buffer.length > 0, info.engine.constructor.name);
