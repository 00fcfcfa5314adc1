// run: printf 'Bob\ry' | node main.cjs
const prompts = require('prompts')
const { PassThrough, Writable } = require('node:stream')
const wait = (ms) => new Promise((r) => setTimeout(r, ms))
async function ask(question, keys) {
  const stdin = new PassThrough()
  let drawn = ''
  const stdout = new Writable({ write(c, e, cb) { drawn += c; cb() } })
  const answer = prompts({ name: 'a', stdin, stdout, ...question })
  for (const k of keys) { await wait(2); stdin.write(k) }
  console.log(await answer, JSON.stringify(drawn))
}
(async () => {
  console.log(await prompts({ type: 'text', name: 'name', message: 'Name?' }))
  await ask({ type: 'confirm', message: 'Sure?' }, ['y'])
  await ask({ type: 'number', message: 'Number?', min: 2, max: 9 }, ['1', '2', '\x1b[A', '\r'])
  await ask({ type: 'select', message: 'Which?', choices: [{ title: 'one', value: 1 }, { title: 'two', value: 2, disabled: true }, { title: 'three', value: 3 }] }, ['\x1b[B', '\x1b[B', '\r'])
  await ask({ type: 'multiselect', message: 'Many?', choices: [{ title: 'x', value: 1 }, { title: 'y', value: 2 }] }, [' ', '\x1b[B', ' ', '\x1b[D', '\r'])
  await ask({ type: 'toggle', message: 'On?', active: 'on', inactive: 'off' }, ['\x1b[C', '\r'])
  await ask({ type: 'autocomplete', message: 'Find?', choices: [{ title: 'apple' }, { title: 'pear' }] }, ['p', 'e', '\r'])
  await ask({ type: 'password', message: 'Secret?' }, ['s', 't', '\r'])
  await ask({ type: 'list', message: 'List?', separator: ',' }, ['a,b', '\r'])
  await ask({ type: 'date', message: 'When?', mask: 'YYYY-MM-DD', initial: new Date(2020, 1, 3) }, ['\x1b[A', '\t', '\r'])
  await ask({ type: 'text', message: 'Long?', validate: (s) => s.length > 2 || 'too short' }, ['ab', '\r', 'c', '\r'])
  await ask({ type: 'text', message: 'Gone?' }, ['a', '\x03'])
  prompts.inject(['injected', new Error('ended')])
  console.log(await prompts([{ type: 'text', name: 'a', message: '' }, { type: 'text', name: 'b', message: '' }]))
})()
