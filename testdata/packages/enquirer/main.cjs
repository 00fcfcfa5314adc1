// run: printf 'Bob\r' | node main.cjs
const { prompt } = require('enquirer')
const { PassThrough, Writable } = require('node:stream')
const wait = (ms) => new Promise((r) => setTimeout(r, ms))
async function ask(question, keys) {
  const stdin = Object.assign(new PassThrough(), { isTTY: true, isRaw: false, setRawMode() {} })
  let drawn = ''
  const stdout = new Writable({ write(c, e, cb) { drawn += c; cb() } })
  const answer = prompt({ name: 'a', stdin, stdout, ...question })
  for (const k of keys) { await wait(20); stdin.write(k) }
  try { console.log(await answer, JSON.stringify(drawn)) } catch (e) { console.log('cancelled', e, JSON.stringify(drawn)) }
}
(async () => {
  console.log(await prompt({ type: 'input', name: 'name', message: 'Name?' }))
  await ask({ type: 'confirm', message: 'Sure?' }, ['y'])
  await ask({ type: 'numeral', message: 'Number?' }, ['1', '2', '\r'])
  await ask({ type: 'select', message: 'Which?', choices: ['one', { name: 'two', disabled: true }, 'three'] }, ['\x1b[B', '\r'])
  await ask({ type: 'multiselect', message: 'Many?', choices: ['x', 'y', 'z'] }, [' ', '\x1b[B', ' ', '\r'])
  await ask({ type: 'toggle', message: 'On?', enabled: 'on', disabled: 'off' }, ['\x1b[D', '\r'])
  await ask({ type: 'password', message: 'Secret?' }, ['s', 't', '\r'])
  await ask({ type: 'list', message: 'List?' }, ['a', ',', 'b', '\r'])
  await ask({ type: 'form', message: 'Form?', choices: [{ name: 'x', message: 'X' }, { name: 'y', message: 'Y', initial: 'z' }] }, ['a', '\t', 'b', '\r'])
  await ask({ type: 'input', message: 'Edit?' }, ['a', 'c', '\x1b[D', 'b', '\r'])
  await ask({ type: 'input', message: 'Gone?' }, ['a', '\x03'])
})()
