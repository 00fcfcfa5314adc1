import yargs from 'yargs'
const make = () => yargs().scriptName('tool').exitProcess(false).version('1.2.3').locale('en').wrap(80)
  .option('verbose', { alias: 'v', type: 'count', describe: 'more' }).option('size', { choices: ['s', 'm'], default: 's', group: 'Looks:' })
  .option('n', { type: 'number', coerce: (x) => x * 2 }).option('list', { type: 'array' }).option('deep.key', { type: 'string' })
  .command(['add <x> [rest..]', 'a'], 'adds things', (y) => y.positional('x', { type: 'number' }).option('force', { type: 'boolean' }), (a) => console.log('add', a.x, a.rest, a.force))
  .command('later', false, {}, async () => { await null; console.log('later') })
  .command('fail', 'fails', {}, () => { throw new Error('command failed') })
  .middleware((a) => { a.stamped = true }).check((a) => { if (a.n === 26) throw new Error('n must not be 13'); return true })
  .implies('list', 'n').conflicts('force', 'list').demandCommand(1, 'say what').strict().example('$0 add 1', 'adds one').epilogue('the end')
const run = async (...args) => {
  console.log('$', ...args)
  let out = ''
  try {
    const r = await make().parse(args, {}, (e, argv, text) => { out = text; if (e) console.log('error', e.message) })
    console.log(JSON.stringify(r))
  } catch (e) { console.log('thrown', e.message) }
  if (out) console.log(out)
}
await run('add', '1', 'b', 'c', '--force', '-vvv', '--deep.key=z')
await run('a', '2', '-n', '4', '--list', 'x', 'y', '--no-force')
await run('later', '--size', 'm')
await run('--help')
await run('add', '--help')
await run('--version')
await run()
await run('later', '--size', 'xl')
await run('later', '--unknown')
await run('later', '-n', '13')
await run('later', '--list', 'a')
await run('fail')
console.log(yargs(['--a.b', '1', '--flag', '--', 'x', '-y']).parserConfiguration({ 'populate--': true }).parseSync())
