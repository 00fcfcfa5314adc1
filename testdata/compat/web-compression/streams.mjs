// CompressionStream and DecompressionStream: gzip, deflate, deflate-raw.
import zlib from 'node:zlib';
const t = async (label, fn) => { try { console.log(label, await fn()); } catch (e) { console.log(label, e?.name); } };
const through = async (bytes, s) => new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(s)).arrayBuffer());
const text = 'compress me, '.repeat(500);
for (const f of ['gzip', 'deflate', 'deflate-raw']) {
  await t(f, async () => { const z = await through(text, new CompressionStream(f)); return [z.length < 300, new TextDecoder().decode(await through(z, new DecompressionStream(f))) === text]; });
  await t(f + ' empty', async () => (await through(await through('', new CompressionStream(f)), new DecompressionStream(f))).length);
}
await t('from node', async () => new TextDecoder().decode(await through(zlib.gzipSync('abc'), new DecompressionStream('gzip'))));
await t('to node', async () => zlib.inflateRawSync(await through('xyz', new CompressionStream('deflate-raw'))).toString());
await t('bad format', () => new CompressionStream('lzma'));
await t('no format', () => new DecompressionStream());
await t('garbage', () => through('not gzip at all', new DecompressionStream('gzip')));
await t('truncated', async () => through((await through(text, new CompressionStream('gzip'))).slice(0, 40), new DecompressionStream('gzip')));
await t('bad chunk', async () => { const s = new CompressionStream('gzip'); const w = s.writable.getWriter(); s.readable.getReader().read().catch(() => {}); w.closed.catch(() => {}); await w.write('a string'); });
await t('chunks', async () => { const s = new DecompressionStream('gzip'); const z = zlib.gzipSync(text); const w = s.writable.getWriter(); (async () => { for (let i = 0; i < z.length; i += 7) await w.write(z.subarray(i, i + 7)); await w.close(); })(); return (await new Response(s.readable).text()) === text; });
const s = new CompressionStream('gzip');
console.log(s.readable instanceof ReadableStream, s.writable instanceof WritableStream, Object.prototype.toString.call(s));
