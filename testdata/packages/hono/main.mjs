import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { HTTPException } from 'hono/http-exception'
import { getCookie, setCookie } from 'hono/cookie'
import { validator } from 'hono/validator'
import { serve } from '@hono/node-server'
const app = new Hono()
app.use('/api/*', cors({ origin: 'https://example.com' }))
app.use(async (c, next) => { await next(); c.header('x-route', c.req.routePath) })
app.get('/', (c) => c.text('hello'))
app.get('/users/:id{[0-9]+}', (c) => c.json({ id: Number(c.req.param('id')), q: c.req.queries('q') }))
app.get('/api/cookie', (c) => { setCookie(c, 'seen', '1', { httpOnly: true }); return c.text(getCookie(c, 'a') ?? 'none') })
app.post('/form', validator('json', (v, c) => v.name ? v : c.text('invalid', 400)), (c) => c.json(c.req.valid('json'), 201))
app.get('/stop', () => { throw new HTTPException(418, { message: 'teapot' }) })
app.get('/fail', () => { throw new Error('fail') })
app.onError((e, c) => e instanceof HTTPException ? e.getResponse() : c.json({ error: e.message }, 500))
app.notFound((c) => c.text('nothing at ' + c.req.path, 404))
app.route('/sub', new Hono().get('/deep/:a/:b?', (c) => c.json(c.req.param())))
const show = async (label, r) => console.log(label, r.status, r.headers.get('content-type'), r.headers.get('x-route'), await r.text())
await show('root', await app.request('/'))
await show('param', await app.request('/users/42?q=a&q=b'))
await show('miss', await app.request('/users/x'))
await show('post', await app.request('/form', { method: 'POST', body: '{"name":"n"}', headers: { 'content-type': 'application/json' } }))
await show('bad', await app.request('/form', { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } }))
await show('teapot', await app.request('/stop'))
await show('fail', await app.request('/fail'))
await show('sub', await app.request('/sub/deep/1/2'))
const c = await app.request('/api/cookie', { headers: { cookie: 'a=b', origin: 'https://example.com' } })
console.log(c.headers.get('access-control-allow-origin'), c.headers.getSetCookie(), await c.text())
const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, async ({ port }) => {
  await show('served', await fetch(`http://127.0.0.1:${port}/users/9`))
  await show('posted', await fetch(`http://127.0.0.1:${port}/form`, { method: 'POST', body: '{"name":"x"}', headers: { 'content-type': 'application/json' } }))
  server.close(() => console.log('closed'))
})
