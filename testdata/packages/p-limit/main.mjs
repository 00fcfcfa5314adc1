import pLimit, { limitFunction } from 'p-limit'
const limit = pLimit(2)
let running = 0, most = 0
const order = []
const task = async (n) => { most = Math.max(most, ++running); await new Promise((r) => setTimeout(r, n)); running--; order.push(n); return n * 2 }
const all = [60, 5, 20, 10].map((n) => limit(task, n))
console.log(limit.activeCount, limit.pendingCount)
await Promise.resolve()
await Promise.resolve()
console.log(limit.activeCount, limit.pendingCount)
console.log(await Promise.all(all), most, order)
await limit(async () => { throw new Error('bad') }).catch((e) => console.log(e.message))
await limit(() => { throw new Error('sync') }).catch((e) => console.log(e.message))
console.log(await limit(() => 'plain'), await limit((...a) => a, 1, 2), await limit.map([1, 2, 3], async (x, i) => x * i))
const f = limitFunction(task, { concurrency: 1 })
most = 0
console.log(await Promise.all([f(2), f(1)]), most)
const one = pLimit(1)
const never = []
one(() => task(5)); one(async () => never.push(1))
one.clearQueue()
await new Promise((r) => setTimeout(r, 20))
console.log(never, one.activeCount, one.pendingCount, one.concurrency)
one.concurrency = 5
console.log(one.concurrency)
for (const bad of [0, -1, 1.5, 'a']) try { pLimit(bad) } catch (e) { console.log(e.name, e.message) }
