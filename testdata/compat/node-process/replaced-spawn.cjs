// Packages change the environment of all programs that a program starts, by inner functions that they replace.
const { ChildProcess, spawn, spawnSync, execFileSync, exec } = require('child_process');
const b = process.binding('spawn_sync');
const seen = [];
const wrap = (fn, name) => function (o) {
  seen.push([name, o.args.length, typeof o.file, o.envPairs.includes('GIVEN=1'), o.cwd ?? null]);
  o.envPairs = [...o.envPairs, 'ADDED=' + name];
  return fn.call(this, o);
};
b.spawn = wrap(b.spawn, 'sync');
ChildProcess.prototype.spawn = wrap(ChildProcess.prototype.spawn, 'async');
const args = ['-p', 'process.env.ADDED + process.env.GIVEN'];
const env = { ...process.env, GIVEN: '1' };
console.log(spawnSync(process.execPath, args, { env, encoding: 'utf8' }).stdout);
console.log(execFileSync(process.execPath, args, { env, input: '' }).toString());
const c = spawn(process.execPath, args, { env, stdio: ['ignore', 'inherit', 'inherit'] });
c.on('close', (code) => exec('echo "$ADDED$GIVEN"', { env }, (e, out) => console.log(code, out, seen)));
