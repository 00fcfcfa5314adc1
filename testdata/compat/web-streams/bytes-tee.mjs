// Byte streams and their tee.
const t = async (name, fn) => { try { console.log(name, await fn()); } catch (e) { console.log(name, e.name, e.message); } };
const show = (r) => `${r.done} ${r.value === undefined ? 'undefined' : `${r.value.constructor.name}[${[...new Uint8Array(r.value.buffer, r.value.byteOffset, r.value.byteLength)]}]`}`;
await t('views of both ends', async () => {
  const seen = [];
  const s = new ReadableStream({ type: 'bytes', pull(c) { const v = c.byobRequest.view; seen.push(v.byteLength); v[0] = 7; c.byobRequest.respond(1); } });
  const [a, b] = s.tee();
  const ra = a.getReader({ mode: 'byob' }), rb = b.getReader({ mode: 'byob' });
  const x = await ra.read(new Uint8Array(4)), y = await rb.read(new Uint8Array(2));
  return [seen.join(), show(x), show(y)].join(' / ');
});
await t('default and byob', async () => {
  const s = new ReadableStream({ type: 'bytes', start(c) { c.enqueue(new Uint8Array([1, 2])); c.enqueue(new Uint8Array([3, 4])); c.close(); } });
  const [a, b] = s.tee();
  const ra = a.getReader(), rb = b.getReader({ mode: 'byob' });
  return [show(await ra.read()), show(await rb.read(new Uint8Array(1))), show(await rb.read(new Uint8Array(9))), show(await ra.read()), show(await rb.read(new Uint8Array(9)))].join(' / ');
});
await t('both closed', async () => {
  let ctrl;
  const s = new ReadableStream({ type: 'bytes', start(c) { ctrl = c; } });
  const [a, b] = s.tee();
  const ra = a.getReader({ mode: 'byob' }), rb = b.getReader({ mode: 'byob' });
  const x = ra.read(new Uint8Array(1)), y = rb.read(new Uint8Array(1));
  ctrl.close();
  ctrl.byobRequest?.respond(0);
  return [show(await x), show(await y)].join(' / ');
});
await t('chunks are copies', async () => {
  const s = new ReadableStream({ type: 'bytes', start(c) { c.enqueue(new Uint8Array([1])); c.close(); } });
  const [a, b] = s.tee();
  const x = (await a.getReader().read()).value, y = (await b.getReader().read()).value;
  return x.buffer !== y.buffer;
});
await t('an error reaches both', async () => {
  let ctrl;
  const s = new ReadableStream({ start(c) { ctrl = c; } });
  const [a, b] = s.tee();
  const reads = [a.getReader().read(), b.getReader().read()];
  ctrl.error(new RangeError('gone'));
  return (await Promise.allSettled(reads)).map((r) => r.reason.message).join();
});
await t('both cancelled', async () => {
  let why;
  const s = new ReadableStream({ type: 'bytes', cancel(r) { why = r; } });
  const [a, b] = s.tee();
  await Promise.all([a.cancel('first'), b.cancel('second')]);
  return JSON.stringify(why);
});
await t('iterator', async () => {
  const it = new ReadableStream({ start(c) { c.enqueue(1); c.close(); } }).values();
  const proto = Object.getPrototypeOf(it);
  return [Object.keys(proto).sort().join(), Object.getPrototypeOf(proto) === Object.getPrototypeOf(Object.getPrototypeOf(async function* () {}).prototype)].join(' ');
});
