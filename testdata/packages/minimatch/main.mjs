import { minimatch, Minimatch, escape, unescape, GLOBSTAR } from 'minimatch'
const files = ['a.js', 'b.ts', 'src/a.js', 'src/x/y/b.test.ts', '.hidden', 'src/.h/c.js', 'A.JS', 'foo(1).js', 'x{1}', 'dir/', 'a+b', '!bang', '#hash', 'ab', 'abc']
const show = (p, o) => console.log(p, JSON.stringify(o ?? {}), minimatch.match(files, p, o))
for (const p of ['*.js', '**/*.js', '**', 'src/**/?.*', '*.{js,ts}', '[ab].*', '[!a]*', '[[:upper:]]*', '+(a|b).js', '!(a|b).*', '?(a)b', '*(a|b)', '@(a|src)/*', 'src/**/*.test.ts', '{a,b}{c,}', 'a.{j..k}s', '!*.js', '#hash', '\\!bang', 'foo\\(1\\).js', 'x{1}', '**/.*', '', 'src/*/**/b*', 'a{1..3}']) show(p)
show('*.js', { nocase: true }); show('*', { dot: true }); show('**/c.js', { dot: true }); show('a.js', { matchBase: true }); show('!a*', { nonegate: true }); show('#hash', { nocomment: true }); show('*.{js,ts}', { nobrace: true }); show('+(a).js', { noext: true }); show('src/**', { noglobstar: true }); show('zzz', { nonull: true }); show('!*.js', { flipNegate: true })
const m = new Minimatch('src/{a,b}/**/*.js')
console.log(m.set.length, m.match('src/a/x/y.js'), m.hasMagic(), m.negate, m.set[0].map((x) => x === GLOBSTAR ? '**' : String(x)))
console.log(minimatch.braceExpand('x{a,b{1..3},}y{01..03}'), escape('a*[b]?(c)'), unescape('a[*]'), minimatch.filter('*.ts')('q.ts'), minimatch('a/b/c', 'a/**', { partial: true }), minimatch('a', 'a/b/**', { partial: true }))
const win = minimatch.defaults({ nocase: true, windowsPathsNoEscape: true })
console.log(win('SRC\\A.js', 'src\\*.js'), win('x', 'X'))
try { minimatch('a', 'x'.repeat(70000)) } catch (e) { console.log(e.name, e.message) }
