process.env.DEBUG = 'app:*,-app:noise,other'
process.env.DEBUG_HIDE_DATE = '1'
process.env.DEBUG_COLORS = 'no'
const debug = require('debug')
const lines = []
debug.log = (...a) => lines.push(require('node:util').format(...a))
const a = debug('app:one'), noise = debug('app:noise'), off = debug('none')
a('hello %s %d %j', 'world', 5, { x: 1 })
a('object %o', { nested: { deep: [1, 2] } })
a('multi\nline %O', { a: 1 })
a(new Error('err').message, 1, null)
noise('never'); off('never')
console.log(lines)
console.log(a.enabled, noise.enabled, off.enabled, a.namespace, debug.enabled('app:two'), debug.enabled('other'), a.extend('sub').namespace, a.extend('x', '/').namespace)
off.enabled = true
off('now')
console.log(lines.at(-1))
console.log(debug.disable(), a.enabled)
debug.enable('*,-x:*')
console.log(debug.enabled('x:y'), debug.enabled('y'), debug.names?.length)
debug.formatters.h = (v) => v.toString('hex')
a.log = (...x) => console.log('own', ...x)
a('hex %h %%', Buffer.from('hi'))
console.log(typeof a.color, typeof debug.humanize, debug.humanize(90_000), debug.coerce(new Error('e')).includes('e'), debug.selectColor('app:one') === debug.selectColor('app:one'))
a.destroy()
