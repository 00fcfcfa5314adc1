import http from 'node:http';
const base = process.env.COMPAT_URL;
const get = (...a) => new Promise((f, r) => http.get(...a, res => { let s = ''; res.setEncoding('utf8'); res.on('data', c => s += c); res.on('end', () => { res.text = s; f(res); }); }).on('error', r));
let r = await get(base + '/text'); console.log(r.statusCode, r.statusMessage, r.headers['content-type'], r.httpVersion, r.httpVersionMajor, r.httpVersionMinor, r.complete, JSON.stringify(r.text), r.constructor.name);
r = await get(new URL('/json', base)); console.log(JSON.parse(r.text).n);
const u = new URL(base); r = await get({ hostname: u.hostname, port: u.port, path: '/echo?a=1', headers: { 'X-Test': 'one', Accept: ['a', 'b'] } }); console.log(r.text.trim());
r = await get(base + '/echo', { headers: { Authorization: 'Bearer x', cookie: ['a=1', 'b=2'] } }); console.log(r.text.trim());
r = await get({ host: u.hostname, port: +u.port, path: '/echo', auth: 'user:pass' }); console.log(r.text.trim());
r = await get(base + '/status/404'); console.log(r.statusCode, r.statusMessage); r = await get(base + '/redirect'); console.log(r.statusCode, r.headers.location);
r = await get(base + '/gzip'); console.log(r.headers['content-encoding'], r.statusCode);
r = await get(base + '/cookies'); console.log(JSON.stringify(r.headers['set-cookie']), JSON.stringify(r.rawHeaders.filter((x, i, a) => (a[i - (i % 2)] || '').toLowerCase() === 'set-cookie')), JSON.stringify(r.headersDistinct['set-cookie']));
r = await get(base + '/slow'); console.log(JSON.stringify(r.text));
r = await get(base + '/status/204'); console.log(r.statusCode, JSON.stringify(r.text));
for (const a of [['not a url'], ['ftp://x/'], [{ path: '/a b' }], [{ method: 'BAD METHOD' }], [{ protocol: 'https:' }], [{ headers: { 'bad name': 1 } }], [{ headers: { ok: 'a\nb' } }], [{ hostname: 5 }], [{ method: 5 }], [{ headers: { x: undefined } }], [{ agent: 5 }]]) try { http.request(...a).on('error', () => {}).destroy(); console.log('ok'); } catch (e) { console.log(e.name, e.code, e.message); }
await new Promise(f => http.get('http://127.0.0.1:1/').on('error', e => { console.log(e.code === 'ECONNREFUSED' || e.code === 'ERR_CAPABILITY_DENIED'); f(); }));
