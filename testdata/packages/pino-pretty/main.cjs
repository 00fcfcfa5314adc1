// run: bash -c 'for how in end exit throw; do echo "= $how"; node main.cjs $how 2>/dev/null; done; node main.cjs file; cat out.txt; echo "{\"level\":30,\"msg\":\"piped\"}" | node node_modules/pino-pretty/bin.js'
const pino = require('pino')
const how = process.argv[2]
if (how === 'file') {
  const pretty = require('pino-pretty')
  const log = pino({ base: null, timestamp: false }, pretty({ colorize: false, sync: true, messageFormat: '{msg} of {what}', ignore: 'what' }))
  log.info({ what: 'it', nested: { a: [1, 2] } }, 'told')
  log.error({ err: Object.assign(new Error('bad'), { stack: 'Error: bad\n    at there' }) }, 'failed')
  const both = pino({ base: null, timestamp: false }, pino.transport({ targets: [{ target: 'pino-pretty', options: { destination: 'out.txt', colorize: false } }] }))
  for (let i = 0; i < 5; i++) both.warn('line %d', i)
} else {
  // A thread prints; none of it is lost at the end.
  const log = pino({ base: null, timestamp: false, level: 'debug', transport: { target: 'pino-pretty', options: { colorize: false } } })
  for (let i = 0; i < 50; i++) log.info({ i }, 'message')
  log.debug('last')
  if (how === 'exit') process.exit(0)
  if (how === 'throw') setTimeout(() => { log.fatal('before'); throw new Error('thrown') }, 300)
}
