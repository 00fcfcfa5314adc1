import * as tar from 'tar'
import fs from 'node:fs'
import path from 'node:path'
import os from 'node:os'
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 't-'))
fs.mkdirSync(path.join(dir, 'in/sub'), { recursive: true })
fs.writeFileSync(path.join(dir, 'in/a.txt'), 'alpha'.repeat(1000))
fs.writeFileSync(path.join(dir, 'in/sub/b.txt'), 'beta')
const file = path.join(dir, 'x.tgz')
await tar.c({ gzip: true, file, cwd: dir, portable: true }, ['in'])
const names = []
await tar.t({ file, onReadEntry: (e) => names.push(`${e.path} ${e.size} ${e.type}`) })
console.log(names.sort().join('\n'))
fs.mkdirSync(path.join(dir, 'out'))
await tar.x({ file, cwd: path.join(dir, 'out'), strip: 1, filter: (p) => !p.endsWith('b.txt') })
console.log(fs.readdirSync(path.join(dir, 'out')).sort().join(), fs.readFileSync(path.join(dir, 'out/a.txt')).length)
tar.c({ sync: true, file: path.join(dir, 'y.tar'), cwd: dir, portable: true }, ['in/sub'])
tar.x({ sync: true, file: path.join(dir, 'y.tar'), cwd: path.join(dir, 'out') })
console.log(fs.readFileSync(path.join(dir, 'out/in/sub/b.txt'), 'utf8'))
tar.x({ sync: true, file, cwd: path.join(dir, 'out') })
console.log(fs.readFileSync(path.join(dir, 'out/in/a.txt')).length)
fs.rmSync(dir, { recursive: true })
