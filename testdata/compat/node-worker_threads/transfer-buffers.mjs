// What a buffer held arrives with it, whoever sends it.
import { MessageChannel, Worker } from 'node:worker_threads'
import { once } from 'node:events'
const code = `
const { parentPort, workerData } = require('node:worker_threads')
const seen = (m) => m instanceof ArrayBuffer ? ['ArrayBuffer', m.byteLength, m.resizable, [...new Uint8Array(m)]] : ArrayBuffer.isView(m) ? [m.constructor.name, m.byteOffset, m.length, [...m]] : m
parentPort.postMessage({ workerData: seen(workerData) })
parentPort.on('message', (m) => {
  const shown = Array.isArray(m) ? m.map(seen) : m.port ? Object.keys(m) : seen(m)
  if (Array.isArray(m)) shown.push(m[0] === m[1].buffer)
  if (m.port) {
    const u = new Uint8Array([5, 6, 7])
    m.port.postMessage(u, [u.buffer])
    return
  }
  const back = new Float64Array([0.5, 1.5])
  parentPort.postMessage({ shown, back }, [back.buffer])
  if (back.length !== 0) throw new Error('still here')
})`
const data = new Uint8Array([1, 2, 3])
const worker = new Worker(code, { eval: true, workerData: data, transferList: [data.buffer] })
console.log(JSON.stringify((await once(worker, 'message'))[0]), data.length)
const send = async (message, list) => {
  worker.postMessage(message, list)
  const [answer] = await once(worker, 'message')
  console.log(JSON.stringify(answer.shown), [...answer.back].join())
}
const a = new Uint8Array([1, 2, 3, 4])
await send(a, [a.buffer])
console.log(a.length, a.buffer.byteLength)
const b = new Uint16Array([1, 2, 3, 4]).subarray(1, 3)
await send(b, [b.buffer])
const c = new Uint8Array([9, 8])
await send([c.buffer, c], [c.buffer])
const d = new ArrayBuffer(2, { maxByteLength: 8 })
new Uint8Array(d).set([3, 4])
await send(d, [d])
const e = new ArrayBuffer(4)
await send('not in the message', [e])
console.log(e.byteLength)
const { port1, port2 } = new MessageChannel()
worker.postMessage({ port: port2 }, [port2])
console.log(JSON.stringify((await once(port1, 'message'))[0]))
port1.close()
await worker.terminate()
