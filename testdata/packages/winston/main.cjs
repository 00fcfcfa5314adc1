const winston = require('winston')
const { Writable } = require('node:stream')
const fs = require('node:fs')
const { combine, timestamp, printf, json, errors, splat, label, colorize, uncolorize, simple, metadata, prettyPrint, ms } = winston.format
const lines = []
const sink = new Writable({ objectMode: false, write(c, e, cb) { lines.push(String(c).trim()); cb() } })
const secret = winston.format((i) => i.secret ? false : i)
const log = winston.createLogger({
  level: 'debug', defaultMeta: { service: 's' }, format: combine(secret(), errors({ stack: false }), splat(), label({ label: 'L' }), timestamp({ format: () => 'T' }), json()),
  transports: [new winston.transports.Stream({ stream: sink, level: 'info' }), new winston.transports.File({ filename: 'out/app.log', format: printf((i) => `${i.level}: ${i.message}`) })],
})
log.info('hello %s %d', 'world', 5, { extra: [1] })
log.debug('only in the file')
log.warn({ message: 'object', a: 1 })
log.error(new Error('broken'))
log.info('hidden', { secret: 1 })
log.child({ req: 7 }).info('child')
log.log('silly', 'never')
console.log(log.isLevelEnabled('debug'), log.isDebugEnabled(), log.isSillyEnabled(), Object.keys(log.levels).join())
const custom = winston.createLogger({ levels: { bad: 0, good: 1 }, level: 'good', transports: [new winston.transports.Console({ format: combine(metadata(), uncolorize(), simple()), stderrLevels: ['nothing'] })] })
custom.good('custom', { k: 'v' })
custom.bad('very')
winston.addColors({ good: 'green' })
console.log(JSON.stringify(colorize({ all: true, colors: { info: 'blue' } }).transform({ [Symbol.for('level')]: 'info', level: 'info', message: 'm', [Symbol.for('message')]: 'm' }, {})))
log.on('finish', () => setTimeout(() => {
  console.log(lines.join('\n'))
  console.log(fs.readFileSync('out/app.log', 'utf8'))
}, 50))
log.end()
