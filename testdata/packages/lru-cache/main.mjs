import { LRUCache } from 'lru-cache'
const gone = []
const c = new LRUCache({ max: 3, dispose: (v, k, why) => gone.push(`${k}=${v}:${why}`) })
c.set('a', 1).set('b', 2).set('c', 3)
c.get('a'); c.set('d', 4)
console.log([...c.keys()], [...c.values()], c.has('b'), c.peek('c'), c.size, gone)
c.set('a', 9); c.delete('c')
console.log(c.dump().map(([k, v]) => [k, v.value]), gone, c.pop())
const sized = new LRUCache({ maxSize: 10, sizeCalculation: (v) => v.length, maxEntrySize: 6 })
sized.set('x', 'aaaa').set('y', 'bbbb').set('z', 'cccc').set('big', 'ddddddd')
console.log([...sized.entries()], sized.calculatedSize)
let now = 1000
const ttl = new LRUCache({ max: 5, ttl: 100, perf: { now: () => now }, ttlResolution: 0, allowStale: false, updateAgeOnGet: false })
ttl.set('k', 'v'); ttl.set('long', 'w', { ttl: 1000 })
console.log(ttl.get('k'), ttl.getRemainingTTL('k'))
now += 150
console.log(ttl.get('k'), ttl.get('long'), ttl.purgeStale(), ttl.size, ttl.info('long').value)
let fetches = 0
const f = new LRUCache({ max: 5, fetchMethod: async (k, stale, { context }) => { fetches++; if (k === 'bad') throw new Error('no ' + k); return `${k}:${context}` } })
console.log(await Promise.all([f.fetch('q', { context: 'ctx' }), f.fetch('q', { context: 'other' })]), fetches, await f.fetch('bad').catch((e) => e.message))
const m = new LRUCache({ max: 2, memoMethod: (k) => k.repeat(2) })
console.log(m.memo('ab'), m.has('ab'), [...m.rkeys()], m.find((v) => v === 'abab'))
c.forEach((v, k) => console.log('each', k, v))
c.clear()
console.log(c.size, gone.length, c.toString())
const status = {}
m.get('none', { status })
console.log(status.get, m.set('u', undefined).has('u'))
for (const bad of [{}, { max: -1 }, { max: 1, ttl: 'x' }]) try { new LRUCache(bad) } catch (e) { console.log(e.name, e.message) }
