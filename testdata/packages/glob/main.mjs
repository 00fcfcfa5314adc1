import { glob, globSync, globStream, globIterate, Glob, hasMagic, escape } from 'glob'
import fs from 'node:fs'
for (const f of ['a.js', 'b.ts', 'src/a.js', 'src/x/y/b.test.ts', '.hidden', 'src/.h/c.js', 'src/z/d.js', 'lib/e[1].js', 'lib/f.js', 'deep/1/2/3/4/g.js']) { fs.mkdirSync('t/' + f.split('/').slice(0, -1).join('/'), { recursive: true }); fs.writeFileSync('t/' + f, f) }
fs.symlinkSync('../src', 't/lib/link')
const show = (label, list) => console.log(label, [...list].map(String).sort())
const cwd = 't'
for (const p of ['*', '**/*.js', '*.{js,ts}', 'src/**', '**/y/*', 'lib/e\\[1\\].js', 'lib/*/*.js', '*/', '!(src|lib)', '**/{1,2}', '../t/a.js', './a.js', 'none*']) show(p, await glob(p, { cwd }))
show('dot', globSync('**/*.js', { cwd, dot: true }))
show('ignore', globSync('**/*.js', { cwd, ignore: ['src/**', '**/g.js'] }))
show('nodir', globSync('*', { cwd, nodir: true })); show('mark', globSync('*', { cwd, mark: true })); show('maxDepth', globSync('**', { cwd, maxDepth: 2 }))
show('follow', globSync('lib/**/*.js', { cwd, follow: true })); show('matchBase', globSync('d.js', { cwd, matchBase: true })); show('nocase', globSync('A.JS', { cwd, nocase: true })); show('many', globSync(['*.ts', 'lib/f.js'], { cwd }))
show('types', (await glob('lib/*', { cwd, withFileTypes: true, stat: true })).map((p) => `${p.name} ${p.isFile()} ${p.isDirectory()} ${p.isSymbolicLink()} ${p.isFile() ? p.size : ''}`))
show('absolute', (await glob('a.js', { cwd, absolute: true })).map((p) => p.replace(process.cwd(), '')))
const seen = []
for await (const p of globIterate('src/*', { cwd })) seen.push(p)
show('iterate', seen)
const streamed = []
globStream('lib/*.js', { cwd }).on('data', (p) => streamed.push(p)).on('end', () => show('stream', streamed))
console.log(hasMagic('a*'), hasMagic('a'), escape('a*b?'), new Glob('a/{b,c}', {}).patterns.length)
const c = new AbortController(); c.abort(new Error('stop'))
await glob('**', { cwd, signal: c.signal }).catch((e) => console.log(e.message))
