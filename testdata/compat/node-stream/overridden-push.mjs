// A subclass sees what its stream passes on in a push of its own.
import http from 'node:http'
import zlib from 'node:zlib'
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import { once } from 'node:events'
import { Transform } from 'node:stream'
const counted = (Base) => class extends Base {
  passed = 0
  push(chunk, encoding) {
    if (chunk) this.passed += chunk.length
    return super.push(chunk, encoding)
  }
}
for (const name of ['DeflateRaw', 'Gzip', 'BrotliCompress']) {
  const stream = new (counted(zlib[name]))()
  let size = 0
  stream.on('data', (d) => { size += d.length })
  stream.write('hello '.repeat(100))
  stream.end()
  await once(stream, 'end')
  console.log(name, size > 0, stream.passed === size)
}
const inflate = new (counted(zlib.InflateRaw))()
inflate.resume().end(zlib.deflateRawSync('x'.repeat(1000)))
await once(inflate, 'end')
console.log('InflateRaw', inflate.passed)
const upper = new (counted(Transform))({ transform(c, _, done) { done(null, String(c).toUpperCase()) } })
upper.resume().end('abc')
await once(upper, 'end')
console.log('Transform', upper.passed)
const file = new (counted(fs.ReadStream))(process.argv[1])
let read = 0
file.on('data', (d) => { read += d.length })
await once(file, 'end')
console.log('ReadStream', read > 0, file.passed === read)
const hash = createHash('md5')
const push = hash.push
hash.push = function (chunk) {
  if (chunk) console.log('Hash', chunk.length)
  return push.apply(this, arguments)
}
hash.resume().end('x')
await once(hash, 'end')
class Message extends counted(http.IncomingMessage) {}
const server = http.createServer({ IncomingMessage: Message }, (req, res) => {
  req.resume().on('end', () => res.end(`${req.passed}`))
}).listen(0, '127.0.0.1', async () => {
  const answer = await fetch(`http://127.0.0.1:${server.address().port}`, { method: 'POST', body: 'twelve bytes' })
  console.log('IncomingMessage', await answer.text())
  server.close()
})
