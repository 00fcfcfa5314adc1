import http from 'node:http';
const server = http.createServer((req, res) => {
  if (req.url === '/json') { res.setHeader('Content-Type', 'application/json'); res.end(JSON.stringify({ method: req.method, url: req.url, host: typeof req.headers.host, x: req.headers['x-test'], v: req.httpVersion })); }
  else if (req.url === '/body') { let s = ''; req.setEncoding('utf8'); req.on('data', c => s += c); req.on('end', () => res.writeHead(201, 'Made', { 'X-A': 'b', 'x-list': ['1', '2'] }).end('got ' + s)); }
  else if (req.url === '/chunks') { res.write('one '); setTimeout(() => { res.write(Buffer.from('two ')); res.end('three'); }, 5); }
  else if (req.url === '/empty') { res.statusCode = 204; res.end(); }
  else if (req.url === '/cookies') { res.setHeader('Set-Cookie', ['a=1', 'b=2']); res.appendHeader('Set-Cookie', 'c=3'); res.end(); }
  else if (req.url === '/head') { res.setHeader('content-length', 10); res.end(); }
  else if (req.url === '/raw') { res.end(JSON.stringify(req.rawHeaders.filter((x, i) => i % 2 === 0 && x.startsWith('X')))); }
  else { res.writeHead(404); res.end('no ' + req.url); }
});
console.log(server.listening, server.address(), server instanceof http.Server);
server.listen(0, () => console.log('listening', server.listening, typeof server.address().port, server.address().port > 0)); await new Promise(f => server.on('listening', f));
const base = `http://localhost:${server.address().port}`;
let r = await fetch(base + '/json', { headers: { 'X-Test': 'yes' } }); console.log(r.status, r.headers.get('content-type'), await r.text());
r = await fetch(base + '/body', { method: 'POST', body: 'the body' }); console.log(r.status, r.statusText, r.headers.get('x-a'), r.headers.get('x-list'), await r.text());
r = await fetch(base + '/chunks'); console.log(await r.text()); r = await fetch(base + '/empty'); console.log(r.status, await r.text()); r = await fetch(base + '/nothing?q=1'); console.log(r.status, r.statusText, await r.text());
r = await fetch(base + '/cookies'); console.log(JSON.stringify(r.headers.getSetCookie())); r = await fetch(base + '/head', { method: 'HEAD' }); console.log(r.status, r.headers.get('content-length'), JSON.stringify(await r.text()));
r = await fetch(base + '/raw', { headers: { 'X-One': '1' } }); console.log((await r.json()).length <= 1);
await new Promise(f => http.get(base + '/json', res => { let s = ''; res.on('data', c => s += c); res.on('end', () => { console.log('http.get', s); f(); }); }));
await new Promise(f => { const q = http.request({ port: server.address().port, path: '/body', method: 'POST' }, res => { res.on('data', c => console.log('request', String(c))); res.on('end', f); }); q.write('in '); q.end('parts'); });
r = await fetch(`http://127.0.0.1:${server.address().port}/json`); console.log(r.status); console.log((await Promise.all(Array.from({ length: 10 }, (_, i) => fetch(base + '/n' + i).then(r => r.text())))).join());
server.close(e => console.log('closed', e)); await new Promise(f => server.on('close', f)); console.log(server.listening, server.address()); server.close(e => console.log(e.code, e.message)); await new Promise(f => setTimeout(f, 5));
try { await fetch(base + '/json'); console.log('answered'); } catch (e) { console.log(e.name); }
