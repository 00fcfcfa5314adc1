import Fastify from 'fastify'
const app = Fastify()
app.addHook('onRequest', async (req) => { req.started = true })
app.decorate('answer', 42)
app.get('/', async () => ({ hello: 'world', answer: app.answer }))
app.post('/items/:id', {
  schema: {
    params: { type: 'object', properties: { id: { type: 'integer' } } },
    body: { type: 'object', required: ['name'], properties: { name: { type: 'string', minLength: 2 }, n: { type: 'number', default: 1 } }, additionalProperties: false },
    response: { 201: { type: 'object', properties: { id: { type: 'integer' }, name: { type: 'string' } } } },
  },
}, async (req, reply) => { reply.code(201); return { id: req.params.id, name: req.body.name + req.body.n, hidden: 1 } })
app.get('/fail', async () => { const e = new Error('not now'); e.statusCode = 503; throw e })
app.register(async (scope) => { scope.get('/who', async (req) => ({ url: req.url, started: req.started })) }, { prefix: '/v1' })
const show = (r) => console.log(r.statusCode, r.headers['content-type'], r.payload ?? r.body)
show(await app.inject('/'))
show(await app.inject({ method: 'POST', url: '/items/7', payload: { name: 'bolt', junk: 1 } }))
show(await app.inject({ method: 'POST', url: '/items/x', payload: { name: 'bolt' } }))
show(await app.inject({ method: 'POST', url: '/items/7', payload: { name: 'b' } }))
show(await app.inject('/fail'))
show(await app.inject('/nope'))
show(await app.inject('/v1/who?a=1'))
const address = await app.listen({ port: 0, host: '127.0.0.1' })
const r = await fetch(address + '/items/3', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"name":"nut","n":2}' })
console.log(r.status, await r.text())
await app.close()
console.log('closed')
