// run: printf 'Bob\r' | node main.mjs
import * as p from '@clack/prompts'
import { PassThrough, Writable } from 'node:stream'
const wait = (ms) => new Promise((r) => setTimeout(r, ms))
async function ask(prompt, options, keys) {
  const input = new PassThrough()
  let drawn = ''
  const output = new Writable({ write(c, e, cb) { drawn += c; cb() } })
  const answer = prompt({ input, output, ...options })
  for (const k of keys) { await wait(2); input.write(k) }
  const a = await answer
  console.log(p.isCancel(a) ? 'cancelled' : a, JSON.stringify(drawn))
}
p.intro('hello')
console.log(await p.text({ message: 'Name?' }))
const options = [{ value: 1, label: 'one', hint: 'first' }, { value: 2, label: 'two' }, { value: 3, label: 'three' }]
const [up, down, right] = ['\x1b[A', '\x1b[B', '\x1b[C']
await ask(p.text, { message: 'Text?', placeholder: 'some', validate: (s) => s?.length > 1 ? undefined : 'too short' }, ['a', '\r', 'b', '\r'])
await ask(p.confirm, { message: 'Sure?' }, [right, '\r'])
await ask(p.confirm, { message: 'Sure?' }, ['n'])
await ask(p.select, { message: 'Which?', options }, [down, down, up, '\r'])
await ask(p.multiselect, { message: 'Many?', options }, [' ', down, ' ', '\r'])
await ask(p.password, { message: 'Secret?' }, ['s', 't', '\r'])
await ask(p.text, { message: 'Gone?' }, ['a', '\x03'])
const log = p.taskLog ? 'has tasks' : ''
p.log.info('info'); p.log.warn('warn'); p.note('a note', 'Title'); p.outro(`bye ${log}`)
