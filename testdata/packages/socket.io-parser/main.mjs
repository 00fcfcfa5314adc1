import { Encoder, Decoder, PacketType, protocol, isPacketValid } from 'socket.io-parser'
import { encodePacket, decodePacket, encodePayload, decodePayload } from 'engine.io-parser'
console.log(protocol, Object.keys(PacketType).filter((k) => isNaN(k)))
const encoder = new Encoder(), got = []
const through = (packet) => {
  const parts = encoder.encode(packet)
  console.log(parts.map((p) => typeof p === 'string' ? p : Buffer.from(p).toString('hex')))
  const decoder = new Decoder()
  decoder.on('decoded', (p) => { got.push(p.type); console.log(p) })
  for (const p of parts) decoder.add(p)
  decoder.destroy()
}
through({ type: PacketType.CONNECT, nsp: '/', data: { token: 'x' } })
through({ type: PacketType.EVENT, nsp: '/admin', id: 12, data: ['hello', 1, { a: [true, null] }] })
through({ type: PacketType.ACK, nsp: '/', id: 3, data: [] })
through({ type: PacketType.EVENT, nsp: '/', data: ['bin', { buf: Buffer.from([1, 2, 3]), deep: [new Uint8Array([4]).buffer] }] })
through({ type: PacketType.CONNECT_ERROR, nsp: '/', data: { message: 'no' } })
through({ type: PacketType.DISCONNECT, nsp: '/x' })
for (const bad of ['9', '2/nsp', '2{"a"', '51-["x",{"_placeholder":true,"num":9}]', '2["connect"]']) {
  const d = new Decoder()
  try { d.add(bad); console.log('took', bad) } catch (e) { console.log(bad, e.message) }
}
console.log(new Encoder((k, v) => typeof v === 'bigint' ? String(v) : v).encode({ type: 2, nsp: '/', data: ['n', 5n] }), isPacketValid({ type: 2, nsp: '/', data: ['x'] }), isPacketValid({ type: 99 }))
encodePacket({ type: 'message', data: 'x' }, true, (s) => console.log(s, decodePacket(s)))
encodePayload([{ type: 'open', data: '{}' }, { type: 'ping' }, { type: 'message', data: Buffer.from('bin') }], (s) => console.log(JSON.stringify(s), decodePayload(s, 'nodebuffer')))
