// What fetch rejects with, and where its stack says that it was called.
import http from 'node:http';
async function ask(url, init) { const r = await fetch(url, init); return r.text(); }
async function outer(url, init) { return await ask(url, init); }
const plain = (s) => String(s).replaceAll(/127.0.0.1:\d+/g, '127.0.0.1:N');
const t = async (name, url, init) => {
  try { console.log(name, await outer(url, init)); } catch (e) {
    console.log(name, '|', e.name, '|', plain(e.message), '|', e.code, '|', Object.keys(e).join());
    const c = e.cause;
    if (c !== undefined) console.log(' cause:', c.name, '|', plain(c.message), '|', c.code, '|', c.errno, '|', c.syscall, '|', c.address);
    if (init?.signal === undefined) console.log(' stack:', e.stack.split('\n')[0] === `${e.name}: ${e.message}`, /at (async )?ask \(/.test(e.stack), /at (async )?outer \(/.test(e.stack));
  }
};
const server = http.createServer((q, r) => {
  if (q.url === '/redirect') { r.writeHead(302, { location: '/x' }); r.end(); } else if (q.url === '/loop') { r.writeHead(302, { location: '/loop' }); r.end(); } else q.socket.destroy();
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const base = `http://127.0.0.1:${server.address().port}`;
await t('closed', `${base}/`);
await t('redirect', `${base}/redirect`, { redirect: 'error' });
await t('loop', `${base}/loop`);
await new Promise((done) => { server.close(done); server.closeAllConnections(); });
const never = http.createServer();
await new Promise((done) => never.listen(0, '127.0.0.1', done));
const nobody = `http://127.0.0.1:${never.address().port}`;
await new Promise((done) => never.close(done));
await t('refused', `${nobody}/`);
await t('scheme', 'ftp://host/');
await t('data', 'data:;base64,****');
await t('url', 'nope');
await t('credentials', 'http://user:pass@host/');
await t('method', 'http://host/', { method: 'TRACE' });
await t('body', 'http://host/', { body: 'x' });
await t('aborted', `${base}/`, { signal: AbortSignal.abort() });
await t('own reason', `${base}/`, { signal: AbortSignal.abort(new RangeError('mine')) });
