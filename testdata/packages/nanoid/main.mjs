import { nanoid, customAlphabet, customRandom, urlAlphabet, random } from 'nanoid'
import { nanoid as weak, customAlphabet as weakAlphabet } from 'nanoid/non-secure'
console.log(nanoid().length, nanoid(5).length, nanoid(0) === '', /^[\w-]{21}$/.test(nanoid()), nanoid() !== nanoid())
const hex = customAlphabet('0123456789abcdef', 12)
console.log(hex().length, /^[0-9a-f]{12}$/.test(hex()), hex(3).length, customAlphabet('a', 4)())
let n = 0
const fixed = customRandom('abcdef', 10, (size) => Uint8Array.from({ length: size }, () => n++ % 256))
console.log(fixed(), fixed(), fixed(4))
console.log(urlAlphabet.length, new Set(urlAlphabet).size, [...urlAlphabet].sort().join(''), random(7).length, random(1) instanceof Uint8Array)
console.log(new Set(Array.from({ length: 2000 }, () => nanoid())).size, weak().length, weakAlphabet('xy', 6)().length)
const counts = {}
for (const c of Array.from({ length: 30 }, customAlphabet('abc', 100)).join('')) counts[c] = (counts[c] ?? 0) + 1
console.log(Object.keys(counts).sort().join(), Object.values(counts).every((c) => c > 800 && c < 1200))
