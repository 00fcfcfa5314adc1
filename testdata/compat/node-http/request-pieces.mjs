// A request's body goes out as it is written, and the answer may come before its end.
import http from 'node:http'
import { Readable } from 'node:stream'
const server = http.createServer((req, res) => {
  const { 'transfer-encoding': coding, 'content-length': length } = req.headers
  if (req.url === '/echo') {
    req.on('data', (d) => res.write(String(d).toUpperCase())).on('end', () => res.end('!'))
  } else if (req.url === '/early') {
    res.statusCode = 413
    res.end('too large')
  } else if (req.url === '/gone') {
    req.on('data', (d) => console.log('part', String(d)))
    req.on('aborted', () => console.log('aborted'))
    req.on('error', (e) => console.log('server', e.code))
    req.on('close', () => {
      console.log('closed', req.complete)
      server.close()
    })
  } else if (req.url === '/head') {
    res.end(JSON.stringify([req.method, coding, length]))
  } else {
    const parts = []
    req.on('data', (d) => parts.push(String(d))).on('end', () => res.end(JSON.stringify([coding, length, parts])))
  }
}).listen(0, '127.0.0.1', async () => {
  const common = { port: server.address().port, host: '127.0.0.1', method: 'POST' }
  const talk = (options, send) => new Promise((resolve) => {
    const req = http.request({ ...common, ...options }, (res) => {
      res.setEncoding('utf8')
      res.on('data', (d) => console.log(d)).on('end', resolve)
    })
    send(req)
  })
  await talk({}, (r) => { r.write('a'); r.write('b'); r.end() })
  await talk({}, (r) => { r.write('a'); setTimeout(() => r.end('b'), 20) })
  await talk({}, (r) => Readable.from(['a', 'b']).pipe(r))
  await talk({}, (r) => r.end('only'))
  await talk({}, (r) => { r.flushHeaders(); setTimeout(() => r.end('late'), 20) })
  await talk({ headers: { 'content-length': 4 } }, (r) => { r.write('ab'); setTimeout(() => r.end('cd'), 20) })
  for (const method of ['GET', 'DELETE', 'POST']) await talk({ method, path: '/head' }, (r) => r.flushHeaders())

  await new Promise((resolve) => {
    const req = http.request({ ...common, path: '/echo' }, (res) => {
      let n = 0
      res.setEncoding('utf8')
      res.on('data', (d) => {
        console.log('echo', d)
        n++
        if (n === 1) req.write('two')
        if (n === 2) req.end('three')
      }).on('end', resolve)
    })
    req.write('one')
  })
  await new Promise((resolve) => {
    const req = http.request({ ...common, path: '/early' }, (res) => {
      console.log(res.statusCode)
      res.resume().on('end', () => {
        req.write('more')
        req.end('last', resolve)
      })
    })
    req.write('first')
  })
  const req = http.request({ ...common, path: '/gone' })
  req.on('error', (e) => console.log('client', e.code))
  req.write('part')
  setTimeout(() => req.destroy(), 20)
})
