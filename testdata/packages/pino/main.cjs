const pino = require('pino')
const out = []
const dest = { write: (s) => out.push(s.trim()) }
const base = { base: { app: 'x' }, timestamp: false }
const log = pino({ ...base, level: 'debug', redact: { paths: ['password', 'user.*.token', 'list[0].k'], censor: '***' }, serializers: { req: (r) => r.url, err: (e) => ({ type: e.name, message: e.message }) } }, dest)
log.info('hello %s %d %j', 'world', 5, { a: 1 })
log.warn({ password: 'p', user: { a: { token: 't', ok: 1 } }, list: [{ k: 1 }, { k: 2 }] }, 'redacted')
log.error(new TypeError('bad'), 'failed')
log.debug({ req: { url: '/x' }, big: 10n, u: undefined, n: null, nan: NaN, d: new Date(0), f() {} })
log.trace('never')
const child = log.child({ mod: 'c' }, { level: 'warn', serializers: { mod: (m) => m.toUpperCase() }, msgPrefix: '[c] ' })
child.info('not this'); child.fatal('this')
const circle = { name: 'round' }; circle.self = circle
log.info(circle, 'circular "quoted"\n\u2028')
log.level = 'silent'; log.fatal('not this either')
console.log(out.join('\n'))
out.length = 0
const fancy = pino({ base: null, timestamp: () => ',"time":"T"', messageKey: 'm', errorKey: 'e', nestedKey: 'data', customLevels: { note: 35 }, formatters: { level: (l, n) => ({ l, n }), log: (o) => ({ ...o, extra: 1 }), bindings: (b) => ({ b }) }, mixin: (o, l) => ({ mixed: l }), hooks: { logMethod(args, method) { args[0] = args[0] + '!'; method.apply(this, args) } } }, dest)
fancy.note('noted'); fancy.child({ k: 1 }).info('kid')
const { multistream } = pino
const two = []
const multi = pino(base, multistream([{ stream: dest }, { level: 'error', stream: { write: (s) => two.push(s.trim()) } }]))
multi.info('one'); multi.error('both')
console.log(out.join('\n'), two.length, log.isLevelEnabled('error'), Object.keys(pino.levels.values).join(), child.bindings())
const fs = require('node:fs')
const file = pino({ ...base, base: undefined }, pino.destination({ dest: 'p.log', sync: true }))
file.info('to a file'); file.flush()
console.log(fs.readFileSync('p.log', 'utf8').trim())
