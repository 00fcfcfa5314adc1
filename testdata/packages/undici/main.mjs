import { request, fetch, Agent, Headers, FormData, MockAgent, setGlobalDispatcher, errors } from 'undici'
import http from 'node:http'
const server = http.createServer((req, res) => {
  let n = 0
  req.on('data', (d) => n += d.length).on('end', () => {
    res.setHeader('x-method', req.method)
    res.end(JSON.stringify({ url: req.url, bytes: n, type: (req.headers['content-type'] ?? '').split(';')[0] }))
  })
})
server.listen(0, '127.0.0.1', async () => {
  const base = `http://127.0.0.1:${server.address().port}`
  const r = await request(base + '/a?b=1', { method: 'POST', body: 'hello' })
  console.log(r.statusCode, r.headers['x-method'], await r.body.json())
  const f = await fetch(base + '/f', { method: 'PUT', body: new URLSearchParams({ a: '1' }) })
  console.log(f.status, f.headers.get('x-method'), await f.json())
  const form = new FormData()
  form.set('a', 'b')
  console.log((await (await fetch(base + '/form', { method: 'POST', body: form })).json()).type)
  console.log([...new Headers([['B', '2'], ['a', '1'], ['b', '3']])])
  const agent = new Agent({ connections: 1, pipelining: 1 })
  const all = await Promise.all([1, 2, 3].map((i) => request(base + '/' + i, { dispatcher: agent }).then((r) => r.body.json())))
  console.log(all.map((a) => a.url))
  await agent.close()
  const mock = new MockAgent()
  mock.disableNetConnect()
  setGlobalDispatcher(mock)
  mock.get('http://mocked.test').intercept({ path: '/x', method: 'GET' }).reply(203, { mocked: true })
  const m = await request('http://mocked.test/x')
  console.log(m.statusCode, await m.body.json())
  await request('http://mocked.test/y').catch((e) => console.log(e.name, e.code))
  console.log(errors.RequestAbortedError.name)
  server.closeAllConnections()
  server.close(() => console.log('closed'))
})
