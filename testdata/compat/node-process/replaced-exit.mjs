// Packages hear of a program's end by methods of process that they replace.
import { spawnSync } from 'node:child_process';
const head = `
const { emit, reallyExit } = process;
process.emit = function (event, ...args) { if (!event.endsWith('Listener')) console.log('emit', event, ...args); return emit.call(this, event, ...args); };
process.reallyExit = function (code) { console.log('really', code); return reallyExit.call(this, code); };
`;
for (const code of ['1', 'process.exit()', 'process.exit(3)', 'process.exitCode = 4', "process.on('exit', () => console.log('heard')); process.exit(5)", "process.on('exit', () => { process.exitCode = 6; })", "process.once('beforeExit', () => setTimeout(() => console.log('late'), 1))"]) {
  const r = spawnSync(process.execPath, ['-e', head + code], { encoding: 'utf8' });
  console.log(code, r.status, r.stderr);
  console.log(r.stdout);
}
