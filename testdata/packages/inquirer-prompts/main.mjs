// run: printf 'y\r' | node main.mjs
import { checkbox, confirm, input, number, password, rawlist, search, select } from '@inquirer/prompts'
import { PassThrough, Writable } from 'node:stream'
console.log(await confirm({ message: 'Sure?', default: false }))
const wait = (ms) => new Promise((r) => setTimeout(r, ms))
// ask answers a prompt key by key, and shows the last that it drew.
async function ask(prompt, config, keys) {
  const stdin = new PassThrough()
  let drawn = ''
  const output = new Writable({ write(c, e, cb) { drawn += c; cb() } })
  const answer = prompt(config, { input: stdin, output })
  for (const k of keys) { await wait(2); stdin.write(k) }
  try { console.log(await answer, JSON.stringify(drawn)) } catch (e) { console.log(e.name, e.message, JSON.stringify(drawn)) }
}
const up = '\x1b[A', down = '\x1b[B', left = '\x1b[D'
await ask(input, { message: 'Name?', default: 'nobody' }, ['a', 'c', left, 'b', '\r'])
await ask(input, { message: 'Name?', default: 'nobody' }, ['\t', '\x7f', '\r'])
await ask(input, { message: 'Long?', validate: (s) => s.length > 2 || 'too short' }, ['a', '\r', 'b', 'c', '\r'])
await ask(select, { message: 'Which?', choices: [{ name: 'one', value: 1, description: 'the first' }, { name: 'two', value: 2, disabled: true }, { name: 'three', value: 3 }] }, [down, down, '\r'])
await ask(checkbox, { message: 'Many?', choices: ['x', 'y', 'z'] }, [' ', down, down, ' ', up, '\r'])
await ask(checkbox, { message: 'All?', choices: ['x', 'y'] }, ['a', 'i', 'a', '\r'])
await ask(rawlist, { message: 'Raw?', choices: ['x', 'y'] }, ['2', '\r'])
await ask(search, { message: 'Find?', source: (t) => ['apple', 'pear', 'plum'].filter((f) => f.includes(t ?? '')) }, ['p', 'l', 'u', '\r'])
await ask(number, { message: 'Number?', min: 2 }, ['1', '\r', '2', '\r'])
await ask(password, { message: 'Secret?', mask: '*' }, ['s', '\u00e9', 't', '\r'])
await ask(confirm, { message: 'No?' }, ['n', '\r'])
await ask(input, { message: 'Gone?' }, ['a', '\x03'])
