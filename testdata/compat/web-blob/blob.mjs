// Blob, File, FormData, URL.createObjectURL.
const t = async (label, fn) => { try { console.log(label, await fn()); } catch (e) { console.log(label, e?.name); } };
await t('parts', async () => { const b = new Blob(['a', new Uint8Array([98]), new Blob(['c']), new ArrayBuffer(1), 5], { type: 'Text/Plain' }); return [b.size, b.type, JSON.stringify(await b.text())]; });
await t('slice', async () => { const b = new Blob(['hello world']); return [await b.slice(0, 5).text(), await b.slice(-5).text(), await b.slice(3, -3, 'x/y').text(), b.slice(3, -3, 'x/y').type, b.slice(9, 2).size]; });
await t('buffers', async () => { const b = new Blob(['ab']); return [await b.arrayBuffer(), (await new Response(b.stream()).text())]; });
await t('endings', async () => JSON.stringify(await new Blob(['a\nb\r\nc'], { endings: 'native' }).text()));
await t('bad type', () => new Blob(['x'], { type: 'é' }).type);
await t('not iterable', () => new Blob('abc'));
await t('file', async () => { const f = new File(['x'], 'a/b.txt', { type: 'text/plain', lastModified: 5 }); return [f.name, f.size, f.type, f.lastModified, f instanceof Blob, await f.text(), f.webkitRelativePath]; });
await t('file no name', () => new File(['x']));
await t('form', () => { const f = new FormData(); f.append('a', '1'); f.append('a', 2); f.set('b', 'x'); return [[...f], f.getAll('a'), f.get('none'), f.has('b'), [...f.keys()]]; });
await t('form set', () => { const f = new FormData(); f.append('a', '1'); f.append('b', '2'); f.append('a', '3'); f.set('a', 'new'); f.delete('b'); return [...f]; });
await t('form file', async () => { const f = new FormData(); f.append('f', new Blob(['x'], { type: 'a/b' })); f.append('g', new Blob(['y']), 'name.bin'); return [f.get('f') instanceof File, f.get('f').name, f.get('g').name, f.get('f').type]; });
await t('form body', async () => { const f = new FormData(); f.append('a"b', 'line\nbreak'); f.append('f', new File(['data'], 'n"q.txt', { type: 'text/plain' })); const r = new Response(f); const type = r.headers.get('content-type'); const text = await r.text(); const boundary = type.split('boundary=')[1]; return [type.startsWith('multipart/form-data; boundary='), text.replaceAll(boundary, 'B').replaceAll('\r\n', '⏎')]; });
await t('object url', async () => { const u = URL.createObjectURL(new Blob(['via url'], { type: 'text/x' })); const r = await fetch(u); const out = [u.startsWith('blob:'), await r.text(), r.headers.get('content-type')]; URL.revokeObjectURL(u); return out; });
await t('revoked', async () => { const u = URL.createObjectURL(new Blob(['x'])); URL.revokeObjectURL(u); await fetch(u); });
console.log(Object.prototype.toString.call(new Blob()), Object.prototype.toString.call(new File([], 'x')), Object.prototype.toString.call(new FormData()));
