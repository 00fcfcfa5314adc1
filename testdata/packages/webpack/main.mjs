// A build with a loader, a plugin, a part that is loaded later, and what was not used left out.
import webpack from 'webpack';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
mkdirSync('src');
writeFileSync('src/index.js', "import { used } from './lib';\nimport text from './a.txt';\nconsole.log(used(20), text, BUILD);\nimport('./later').then((m) => console.log(m.default));\n");
writeFileSync('src/lib.js', 'export const used = (n) => n * 2 + 2;\nexport const unused = () => "never seen";\n');
writeFileSync('src/later.js', 'export default "later";\n');
writeFileSync('src/a.txt', 'some text');
writeFileSync('loader.cjs', 'module.exports = (source) => `export default ${JSON.stringify(source.toUpperCase())}`;\n');
const stats = await new Promise((resolve, reject) => webpack({
  mode: 'production', target: 'node', context: process.cwd(), entry: './src/index.js', output: { path: path.resolve('dist'), filename: '[name].js', chunkFilename: 'later.js' },
  module: { rules: [{ test: /\.txt$/, use: path.resolve('loader.cjs') }] },
  plugins: [new webpack.DefinePlugin({ BUILD: JSON.stringify('build 1') })],
}, (e, s) => (e ? reject(e) : resolve(s))));
console.log(stats.hasErrors(), stats.toJson().assets.map((a) => a.name).sort().join());
console.log(readdirSync('dist').join(), readFileSync('dist/main.js', 'utf8').includes('never seen'));
const run = spawnSync('node', ['dist/main.js'], { encoding: 'utf8' });
console.log(run.status, run.stdout, run.stderr);
const failed = await new Promise((resolve) => webpack({ mode: 'development', entry: './src/none.js' }, (e, s) => resolve(s)));
console.log(failed.toJson().errors.map((e) => e.message.split('\n')[0]).join());
