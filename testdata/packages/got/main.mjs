import http from 'node:http'
import got, { HTTPError } from 'got'
let failures = 0
const server = http.createServer((req, res) => {
  let body = ''
  req.on('data', (d) => { body += d }).on('end', () => {
    if (req.url === '/flaky' && failures++ < 2) { res.statusCode = 503; return res.end('no') }
    if (req.url === '/404') { res.statusCode = 404; return res.end('{"m":"none"}') }
    if (req.url === '/go') { res.writeHead(302, { location: '/here' }); return res.end() }
    res.setHeader('content-type', 'application/json')
    res.end(JSON.stringify({ method: req.method, url: req.url, type: req.headers['content-type'], x: req.headers['x-a'], body }))
  })
}).listen(0)
await new Promise((r) => server.once('listening', r))
const prefixUrl = `http://localhost:${server.address().port}`
const api = got.extend({ prefixUrl, headers: { 'x-a': '1' } })
console.log(await api('a', { searchParams: { q: 'x y' } }).json())
console.log(await api.post('b', { json: { a: [1] } }).json())
console.log(await api.put('c', { form: { a: 'é' } }).json())
try { await api('404') } catch (e) { console.log(e instanceof HTTPError, e.code, e.response.statusCode, e.response.body) }
const r = await api('go')
console.log(r.statusCode, r.redirectUrls.length, JSON.parse(r.body).url)
console.log((await api('flaky', { retry: { limit: 3, calculateDelay: ({ computedValue }) => (computedValue ? 1 : 0) } })).retryCount)
let s = ''
for await (const chunk of api.stream('s')) s += chunk
console.log(JSON.parse(s).url)
console.log((await api('buf').buffer()).length > 10)
try { await got('http://localhost:1', { retry: { limit: 0 } }) } catch (e) { console.log(e.name, e.code) }
server.close()
