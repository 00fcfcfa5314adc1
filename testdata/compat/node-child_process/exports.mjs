import * as cp from 'node:child_process';
import cp2 from 'child_process';
console.log(Object.keys(cp).filter(k => k !== 'module.exports').sort().join());
console.log(cp2.exec === cp.exec, cp.default === cp2, typeof cp.ChildProcess);
for (const k of ['exec', 'execFile', 'execFileSync', 'execSync', 'fork', 'spawn', 'spawnSync']) console.log(k, cp[k].name, cp[k].length);
for (const [n, f] of [['exec', () => cp.exec(1)], ['spawn', () => cp.spawn()], ['spawn2', () => cp.spawn('')], ['spawn3', () => cp.spawn('ls', 'x')], ['execFile', () => cp.execFile(null)], ['execSync', () => cp.execSync()], ['nul', () => cp.spawn('a\0b')], ['opts', () => cp.spawn('ls', [], 1)], ['cwd', () => cp.spawn('ls', [], { cwd: 1 })], ['timeout', () => cp.spawnSync('ls', [], { timeout: -1 })], ['maxBuffer', () => cp.spawnSync('ls', [], { maxBuffer: -1 })], ['signal', () => cp.spawnSync('ls', [], { killSignal: 'SIGNOPE' })], ['stdio', () => cp.spawn('ls', [], { stdio: 'bogus' })], ['uid', () => cp.spawn('ls', [], { uid: 'x' })], ['fork', () => cp.fork()], ['abort', () => cp.spawn('ls', [], { signal: 1 })]]) {
  try { f(); console.log(n, 'no error'); } catch (e) { console.log(n, e.name, e.code, e.message.split('\n')[0]); }
}
const c = cp.spawn('true');
console.log(c instanceof cp.ChildProcess, typeof c.pid, c.killed, c.exitCode, c.signalCode, c.spawnfile, c.spawnargs.join(), c.connected, c.stdio.length);
console.log(c.stdin === c.stdio[0], c.stdout === c.stdio[1], c.stderr === c.stdio[2]);
c.on('exit', (...a) => console.log('exit', ...a)).on('close', (...a) => console.log('close', ...a)).on('spawn', () => console.log('spawn'));
