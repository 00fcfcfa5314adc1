const qs = require('qs')
console.log(qs.parse('a[b][c]=1&a[b][d]=2&list[]=x&list[]=y&i[1]=b&i[0]=a&dup=1&dup=2&e=&n&sp=a+b%20c&u=%C3%A9'))
console.log(qs.parse('?a.b=1&c.d.e=2', { ignoreQueryPrefix: true, allowDots: true }), qs.parse('a[b][c][d][e][f][g]=x'), qs.parse('a[100]=x'), qs.parse('a=1,2,3', { comma: true }))
console.log(qs.parse('a;b=c;d', { delimiter: ';' }), qs.parse('n&e=', { strictNullHandling: true }), qs.parse('__proto__[x]=1&hasOwnProperty=2'), qs.parse('a=1', { plainObjects: true }), qs.parse('x=1&y=2&z=3', { parameterLimit: 2 }))
console.log(qs.parse('utf8=%26%2310003%3B&a=%E9', { charset: 'iso-8859-1', charsetSentinel: true }), qs.parse('a=5&b=true', { decoder: (s, d, c, t) => t === 'value' && !isNaN(s) ? +s : d(s) }))
console.log(qs.stringify({ a: { b: { c: 'x y' } }, list: [1, 2], n: null, u: undefined, d: new Date(0), e: [], s: 'é&=' }))
for (const arrayFormat of ['indices', 'brackets', 'repeat', 'comma']) console.log(arrayFormat, qs.stringify({ a: ['b', 'c'], o: [{ x: 1 }] }, { arrayFormat, encode: false }))
console.log(qs.stringify({ a: { b: 1 }, c: null }, { allowDots: true, skipNulls: true, addQueryPrefix: true }), qs.stringify({ b: 1, a: 2 }, { sort: (x, y) => x.localeCompare(y) }), qs.stringify({ a: 1, b: 2 }, { filter: ['b'] }), qs.stringify({ a: 'b c' }, { format: 'RFC1738' }), qs.stringify({ 'a[]': 'x' }, { encodeValuesOnly: true }), qs.stringify({ e: [] }, { allowEmptyArrays: true }))
const circle = {}; circle.self = circle
for (const f of [() => qs.stringify(circle), () => qs.parse('a=1', { charset: 'x' }), () => qs.parse('a=1&b=2', { parameterLimit: 1, throwOnLimitExceeded: true }), () => qs.parse('a[b][c]=1', { depth: 1, strictDepth: true })]) try { f(); console.log('ok') } catch (e) { console.log(e.name, e.message) }
