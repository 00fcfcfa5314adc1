import { execa, $ } from 'execa'
console.log((await execa('echo', ['a b', '*'])).stdout)
console.log((await execa('cat', { input: 'from stdin' })).stdout)
const r = await execa('node', ['-e', 'console.log(6 * 7); console.error("e"); process.exitCode = 3'], { reject: false })
console.log(r.exitCode, r.stdout, r.stderr, r.failed)
try { await execa('false') } catch (e) { console.log(e.exitCode, e.shortMessage) }
try { await execa('no-such-command-here') } catch (e) { console.log(e.code) }
console.log((await $`echo ${'x y'} z`).stdout, (await $({ env: { K: 'v' } })`printenv K`).stdout)
console.log((await execa('printf', ['b\na\n']).pipe('sort')).stdout.split('\n').join())
for await (const line of execa('printf', ['1\n2\n'])) console.log('line', line)
