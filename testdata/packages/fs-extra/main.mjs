import fse from 'fs-extra'
import path from 'node:path'
import os from 'node:os'
const dir = await fse.mkdtemp(path.join(os.tmpdir(), 'x-'))
const at = (...p) => path.join(dir, ...p)
await fse.outputFile(at('a/b/c.txt'), 'one')
await fse.outputJson(at('a/data.json'), { x: [1] }, { spaces: 2 })
console.log(await fse.readJson(at('a/data.json')), fse.readFileSync(at('a/data.json'), 'utf8'))
await fse.copy(at('a'), at('copy'), { filter: (src) => !src.endsWith('.json') })
console.log(await fse.pathExists(at('copy/b/c.txt')), fse.pathExistsSync(at('copy/data.json')))
await fse.move(at('copy'), at('moved/deep'))
console.log((await fse.readdir(at('moved/deep'))).join(), fse.existsSync(at('copy')))
await fse.ensureDir(at('e/f')); await fse.ensureFile(at('e/g')); await fse.ensureSymlink(at('a/b/c.txt'), at('e/link'))
console.log((await fse.readdir(at('e'))).sort().join(), await fse.readFile(at('e/link'), 'utf8'))
await fse.emptyDir(at('e'))
console.log((await fse.readdir(at('e'))).length)
try { await fse.copy(at('none'), at('x')) } catch (e) { console.log(e.code) }
try { await fse.move(at('a'), at('a/b/in')) } catch (e) { console.log(e.message.replaceAll(dir, '')) }
fse.removeSync(dir)
console.log(fse.existsSync(dir))
