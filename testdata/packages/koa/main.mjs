import Koa from 'koa'
const app = new Koa()
app.silent = true
const order = []
app.use(async (ctx, next) => { order.push('in'); await next(); order.push('out'); ctx.set('X-Order', order.splice(0).join()) })
app.use(async (ctx, next) => {
  try { await next() } catch (e) { ctx.status = e.status ?? 500; ctx.body = { error: e.message, expose: e.expose } }
})
app.use(async (ctx) => {
  order.push(ctx.path)
  switch (ctx.path) {
    case '/': ctx.body = 'text'; break
    case '/json': ctx.body = { q: ctx.query, type: ctx.accepts('html', 'json'), fresh: ctx.fresh }; break
    case '/teapot': ctx.throw(418, 'short and stout'); break
    case '/cookie': ctx.cookies.set('a', '1', { httpOnly: false }); ctx.body = ctx.cookies.get('b') ?? 'none'; break
    case '/go': ctx.redirect('/json'); break
    case '/stream': ctx.type = 'application/x-lines'; ctx.body = (await import('node:stream')).Readable.from(['one\n', 'two\n']); break
  }
})
const server = app.listen(0, '127.0.0.1', async () => {
  const base = `http://127.0.0.1:${server.address().port}`
  for (const [path, headers] of [['/'], ['/json?a=1&a=2', { accept: 'application/json' }], ['/teapot'], ['/cookie', { cookie: 'b=two' }], ['/go'], ['/stream'], ['/none']]) {
    const r = await fetch(base + path, { headers, redirect: 'manual' })
    console.log(path, r.status, r.headers.get('content-type'), r.headers.get('content-length'), r.headers.get('location'), r.headers.getSetCookie(), r.headers.get('x-order'), JSON.stringify(await r.text()))
  }
  server.close(() => console.log('closed'))
})
