import { v1, v3, v4, v5, v6, v7, parse, stringify, validate, version, NIL, MAX, v1ToV6, v6ToV1 } from 'uuid'
console.log(v3('hello.example.com', v3.DNS), v5('hello', v5.URL), v5('x', '1b671a64-40d5-491e-99b0-da01ff1f3341'))
const random = Uint8Array.from({ length: 16 }, (_, i) => i * 7)
console.log(v4({ random }), v7({ random, msecs: 1700000000000, seq: 5 }), v1({ random, msecs: 1700000000000, nsecs: 12, node: [1, 2, 3, 4, 5, 6], clockseq: 0x1234 }), v6({ random, msecs: 1700000000000, nsecs: 0, node: [1, 2, 3, 4, 5, 6], clockseq: 1 }))
const id = v4()
console.log(validate(id), version(id), id.length, id !== v4(), version(v7()), version(v1()), v7() < v7())
console.log(validate('not'), validate(NIL), validate(MAX), NIL, MAX, stringify(parse(id)) === id)
console.log(parse('6ec0bd7f-11c0-43da-975e-2a8ad9ebae0b'), v1ToV6('92f62d9e-22c4-11ef-97e9-325096b39f47'), v6ToV1('1ef22c49-2f62-6d9e-97e9-325096b39f47'))
const buf = new Uint8Array(18)
v4({ random }, buf, 2)
console.log(Buffer.from(buf).toString('hex'))
for (const f of [() => parse('bad'), () => version('bad'), () => stringify([1]), () => v5('a', 'b'), () => v4({ random: [1] })]) try { f(); console.log('no error') } catch (e) { console.log(e.name, e.message) }
