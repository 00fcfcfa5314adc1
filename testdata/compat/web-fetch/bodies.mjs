// Bodies, their streams, and what is refused.
const t = async (name, fn) => { try { console.log(name, await fn()); } catch (e) { console.log(name, e.name, e.message); } };
const stream = (...chunks) => new ReadableStream({ start(c) { for (const x of chunks) c.enqueue(x); c.close(); } });
const bytes = (s) => new TextEncoder().encode(s);
await t('no duplex', () => new Request('http://x/', { method: 'POST', body: stream(bytes('a')) }));
await t('full duplex', () => new Request('http://x/', { method: 'POST', body: 'x', duplex: 'full' }));
await t('half duplex', async () => new Request('http://x/', { method: 'POST', body: stream(bytes('a'), bytes('b')), duplex: 'half' }).text());
for (const m of ['text', 'arrayBuffer', 'blob', 'json', 'formData']) await t(`text chunk ${m}`, () => new Response(stream('x'))[m]());
await t('locked after', async () => { const r = new Response('x'); await r.text(); return [r.bodyUsed, r.body.locked]; });
await t('reader after', async () => { const r = new Response('x'); await r.text(); return r.body.getReader(); });
await t('request of request', async () => {
  const a = new Request('http://x/', { method: 'POST', body: 'body' });
  const before = a.body, b = new Request(a);
  return [a.bodyUsed, a.body === before, b.body === before, await b.text()].join();
});
await t('request of request, a stream', async () => {
  const a = new Request('http://x/', { method: 'POST', body: stream(bytes('one '), bytes('two')), duplex: 'half' });
  const b = new Request(a);
  return [a.bodyUsed, b.bodyUsed, await b.text()].join();
});
await t('used request', async () => { const a = new Request('http://x/', { method: 'POST', body: 'b' }); await a.text(); return new Request(a); });
await t('content type', async () => { const r = new Response(new URLSearchParams('a=b')); r.headers.delete('content-type'); return JSON.stringify((await r.blob()).type); });
for (const u of ['data:,x', 'data:text/plain;Charset=UTF-8,x', 'data:IMAGE/gif;CHARSET=x,x', 'data:text / html,x', 'data:;charset=%22x%22,x', 'data:;base64;base64,WA', 'data:x/x;base64;charset=x,WA', 'data:; charset=x,x'])
  await t(u, async () => { const r = await fetch(u); return [r.headers.get('content-type'), await r.text()].join(' | '); });
await t('data head', async () => { const r = await fetch('data:,x', { method: 'HEAD' }); return [r.status, JSON.stringify(await r.text())].join(); });
await t('data base64', () => fetch('data:;base64,****'));
await t('blob fragment', async () => (await fetch(URL.createObjectURL(new Blob(['abc'])) + '#x')).text());
await t('headers record', () => [...new Headers({ b: 1, a: '2 ' })].join('|'));
await t('headers wide name', () => new Headers({ '\u0100': 'x' }));
await t('headers symbol', () => new Headers({ [Symbol('s')]: 'x' }));
await t('file of a file', () => { const f = new FormData(); f.set('a', new File(['x'], 'n', { lastModified: 123 }), 'm'); return [f.get('a').name, f.get('a').lastModified].join(); });
