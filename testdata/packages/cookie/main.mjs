import * as cookie from 'cookie'
import { CookieJar, Cookie } from 'tough-cookie'
console.log(cookie.parse ? cookie.parse('a=1; b="two words"; c=%20x; d; a=2; e=f=g; __proto__=p') : cookie.parseCookie('a=1; b="two words"; c=%20x; d; a=2; e=f=g; __proto__=p'))
const serialize = cookie.serialize ?? cookie.stringifySetCookie
console.log(serialize('n', 'v w;', { httpOnly: true, secure: true, maxAge: 60, domain: 'example.com', path: '/x', sameSite: 'lax', priority: 'high', partitioned: true, expires: new Date(0) }))
console.log(serialize('n', 'x', { encode: (v) => v.toUpperCase(), sameSite: true }))
for (const [n, v, o] of [['a b', 'x'], ['n', 'x', { maxAge: 1.5 }], ['n', 'x', { domain: 'a;b' }], ['n', 'x', { sameSite: 'odd' }], ['n', 'x', { expires: 5 }]]) try { console.log(serialize(n, v, o)) } catch (e) { console.log(e.name, e.message) }
const jar = new CookieJar()
const now = new Date('2024-01-01')
for (const c of ['a=1; Path=/; HttpOnly', 'b=2; Domain=example.com; Secure', 'c=3; Path=/deep; Max-Age=100', 'old=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT']) await jar.setCookie(c, 'https://www.example.com/deep/x', { now })
console.log(await jar.getCookieString('https://www.example.com/deep/y', { now }), '|', await jar.getCookieString('http://api.example.com/', { now }), '|', await jar.getCookieString('https://api.example.com/', { now }))
await jar.setCookie('x=1; Domain=other.com', 'https://example.com/').catch((e) => console.log(e.message))
await jar.setCookie('x=1; Domain=com', 'https://example.com/').catch((e) => console.log(e.message))
const c = Cookie.parse('k=v; Path=/p; SameSite=Strict; Custom=1')
console.log(c.key, c.value, c.path, c.sameSite, c.extensions, c.cookieString(), jar.serializeSync().cookies.map((x) => x.key))
