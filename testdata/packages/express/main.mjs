import express from 'express'
import http from 'node:http'
const app = express()
app.disable('x-powered-by')
app.use(express.json())
app.use((req, res, next) => { res.set('x-seen', req.method + ' ' + req.path); next() })
app.get('/', (req, res) => res.send('hello'))
app.get('/users/:id', (req, res) => res.json({ id: req.params.id, q: req.query }))
app.post('/sum', (req, res) => res.status(201).json({ sum: req.body.list.reduce((a, b) => a + b, 0) }))
const router = express.Router()
router.use((req, res, next) => { req.tag = 'routed'; next() })
router.get('/who', (req, res) => res.type('text').send(`${req.tag} ${req.baseUrl}${req.url}`))
app.use('/api', router)
app.get('/old', (req, res) => res.redirect(301, '/'))
app.get('/boom', () => { throw new Error('boom') })
app.use((req, res) => res.status(404).send('no ' + req.path))
app.use((err, req, res, next) => res.status(500).json({ error: err.message }))
const server = app.listen(0, '127.0.0.1', async () => {
  const base = `http://127.0.0.1:${server.address().port}`
  const show = async (path, init) => {
    const r = await fetch(base + path, { redirect: 'manual', ...init })
    console.log(r.status, r.headers.get('content-type'), r.headers.get('x-seen'), r.headers.get('location'), r.headers.get('etag'), await r.text())
  }
  await show('/')
  await show('/users/7?a=1&b[]=2&b[]=3')
  await show('/sum', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"list":[1,2,3]}' })
  await show('/sum', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"list":' })
  await show('/api/who?x=1')
  await show('/old')
  await show('/boom')
  await show('/missing')
  await show('/', { headers: { 'if-none-match': 'W/"5-qvTGHdzF6KLavt4PO0gs2a6pQ00"' } })
  http.request(base + '/', { method: 'HEAD' }, (res) => {
    console.log('HEAD', res.statusCode, res.headers['content-length'])
    res.resume().on('end', () => server.close(() => console.log('closed')))
  }).end()
})
