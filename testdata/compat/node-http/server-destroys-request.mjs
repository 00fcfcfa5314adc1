// A server that destroys a request breaks off the connection: no answer comes.
import http from 'node:http'
const server = http.createServer((req, res) => {
  res.on('close', () => console.log('answer closed', res.writableFinished))
  if (req.url === '/at-once') req.destroy()
  if (req.url === '/later') req.once('data', () => setImmediate(() => req.destroy()))
  if (req.url === '/answered') {
    res.writeHead(413, { connection: 'close' })
    res.end('too large', () => req.destroy())
  }
}).listen(0, '127.0.0.1', async () => {
  const send = (method, path, body) => new Promise((resolve) => {
    const req = http.request({ port: server.address().port, host: '127.0.0.1', method, path }, (res) => {
      let text = ''
      res.on('data', (d) => { text += d })
      res.on('error', () => {})
      res.on('close', () => { console.log(path, res.statusCode, text); resolve() })
    })
    req.on('error', (e) => { console.log(method, path, e.code); resolve() })
    if (body === 'pieces') {
      req.write('a')
      req.write('b')
      return
    }
    req.end(body)
  })
  await send('GET', '/at-once')
  await send('POST', '/at-once', 'body')
  await send('POST', '/at-once', 'pieces')
  await send('POST', '/later', 'pieces')
  await send('POST', '/answered', 'body')
  server.close(() => console.log('closed'))
})
