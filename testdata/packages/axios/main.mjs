import axios, { AxiosError } from 'axios'
import http from 'node:http'
const server = http.createServer((req, res) => {
  let body = ''
  req.on('data', (d) => body += d).on('end', () => {
    if (req.url === '/404') { res.statusCode = 404; return res.end('{"why":"gone"}') }
    if (req.url === '/hop') { res.writeHead(302, { location: '/landed' }); return res.end() }
    if (req.url === '/slow') return setTimeout(() => res.end('late'), 500)
    res.setHeader('content-type', 'application/json')
    res.end(JSON.stringify({ method: req.method, url: req.url, type: req.headers['content-type'], auth: req.headers.authorization, accept: req.headers.accept, x: req.headers['x-test'], body }))
  })
})
server.listen(0, '127.0.0.1', async () => {
  const client = axios.create({ baseURL: `http://127.0.0.1:${server.address().port}`, headers: { 'X-Test': 'yes' } })
  client.interceptors.request.use((c) => { c.params = { ...c.params, traced: 1 }; return c })
  client.interceptors.response.use((r) => { r.data.seen = true; return r })
  const g = await client.get('/get', { params: { a: [1, 2], b: 'x y' }, auth: { username: 'u', password: 'p' } })
  console.log(g.status, g.statusText, g.headers['content-type'], g.data)
  console.log((await client.post('/post', { n: 1 })).data)
  console.log((await client.put('/put', new URLSearchParams({ k: 'v' }))).data)
  console.log((await client.get('/hop')).data.url)
  await client.get('/404').catch((e) => console.log(e instanceof AxiosError, e.code, e.message, e.response.status, e.response.data))
  await client.get('/slow', { timeout: 20 }).catch((e) => console.log(e.code, e.message))
  const c = new AbortController()
  const p = client.get('/slow', { signal: c.signal })
  c.abort()
  await p.catch((e) => console.log(axios.isCancel(e), e.code, e.message))
  console.log((await client.get('/any', { responseType: 'arraybuffer', transformResponse: (d) => ({ bytes: d.length > 0 }) })).data)
  await axios.get('http://127.0.0.1:1/').catch((e) => console.log(axios.isAxiosError(e), e.response))
  server.closeAllConnections?.()
  server.close(() => console.log('closed'))
})
