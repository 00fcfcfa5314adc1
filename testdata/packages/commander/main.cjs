const { Command, Option, Argument, InvalidArgumentError } = require('commander')
const make = () => {
  const p = new Command('tool').description('a tool').version('1.2.3').exitOverride().configureOutput({ writeErr: (s) => process.stdout.write('ERR ' + s), writeOut: (s) => process.stdout.write(s) })
  p.option('-v, --verbose', 'more', (v, n) => n + 1, 0).option('-c, --config <file>', 'config', 'default.json').option('--no-color', 'plain').option('-l, --list <items...>', 'many')
  p.addOption(new Option('-s, --size <n>', 'size').choices(['s', 'm', 'l']).default('m', 'medium').env('TOOL_SIZE'))
  p.addOption(new Option('--port <n>').argParser((v) => { const n = parseInt(v, 10); if (isNaN(n)) throw new InvalidArgumentError('not a number'); return n }).conflicts('socket')).addOption(new Option('--socket <s>'))
  p.command('add').alias('a').description('adds').argument('<x>').argument('[rest...]').option('-f, --force').action((x, rest, o, cmd) => console.log('add', x, rest, o, cmd.optsWithGlobals()))
  p.command('sub', { hidden: true }).addArgument(new Argument('[kind]').choices(['a', 'b']).default('a')).action(async (k) => { await null; console.log('sub', k) })
  p.hook('preAction', (t, a) => console.log('before', a.name()))
  p.addHelpText('after', '\nExample:\n  tool add 1')
  return p
}
const run = async (...args) => { console.log('$', ...args); try { await make().parseAsync(args, { from: 'user' }) } catch (e) { console.log(e.code, e.exitCode, e.message.split('\n')[0]) } }
(async () => {
  await run('add', 'one', 'two', 'three', '-f', '-vv', '--no-color')
  await run('-l', 'x', 'y', '-s', 'l', '--port=80', 'a', '1')
  await run('sub', 'b')
  await run('--help')
  await run('add', '--help')
  await run('--version')
  await run('add')
  await run('ad', 'x')
  await run('sub', 'c')
  await run('--siz', 'l')
  await run('-s', 'xl', 'sub')
  await run('--port', 'x', 'sub')
  await run('--port', '1', '--socket', 's', 'sub')
  await run('-c')
})()
