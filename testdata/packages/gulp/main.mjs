// The command, with tasks that come after each other and at once.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
mkdirSync('src');
writeFileSync('src/a.txt', 'one');
writeFileSync('src/b.txt', 'two');
writeFileSync('gulpfile.js', `const { src, dest, series, parallel } = require('gulp');
const { Transform } = require('node:stream');
const upper = () => new Transform({ objectMode: true, transform(f, _, cb) { f.contents = Buffer.from(String(f.contents).toUpperCase()); cb(null, f); } });
const copy = () => src('src/*.txt').pipe(upper()).pipe(dest('out'));
const say = (what) => Object.assign(async () => console.log(what), { displayName: what });
exports.default = series(say('first'), parallel(copy, say('beside')), say('last'));
`);
const run = spawnSync('npx', ['gulp'], { encoding: 'utf8' });
console.log(run.status, run.stdout.replace(/\[[\d:]+\]|after .*|~?\/\S*/g, '').split('\n').map((line) => line.trim()).filter((line) => !/copy|beside/.test(line)).join('\n'));
console.log(readFileSync('out/a.txt', 'utf8'), readFileSync('out/b.txt', 'utf8'));
console.log(spawnSync('npx', ['gulp', '--tasks-simple'], { encoding: 'utf8' }).stdout);
