import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
const run = (f, a, o) => new Promise(r => execFile(f, a, o, (e, out, err) => r([e, out, err])));
console.log(await run('echo', ['a b', '$X', '*'], {}));
let [e, o] = await run('nosuchfile_x', [], {}); console.log(e.code, e.errno, e.syscall, e.path, e.spawnargs, e.cmd, e.message);
[e] = await run('sh', ['-c', 'exit 2'], {}); console.log(e.code, e.cmd, e.message);
[e, o] = await run('echo', ['$X', 'y'], { shell: true, env: { ...process.env, X: 'v' } }); console.log(o);
[e, o] = await run(process.execPath, ['-p', '1+1'], {}); console.log(e, o);
[e, o] = await run('node', ['-e', 'console.log(process.argv.slice(1).join())', 'x', 'y'], {}); console.log(o);
console.log(await promisify(execFile)('printf', ['%s-%s', 'p', 'q']));
console.log(String(execFileSync('echo', ['sync'])), execFileSync('echo', ['str'], { encoding: 'utf8' }));
try { execFileSync('nosuchfile_y'); } catch (e) { console.log(e.code, e.syscall, e.path, e.message); }
try { execFileSync('sh', ['-c', 'echo out; echo err >&2; exit 9'], { stdio: 'pipe' }); } catch (e) { console.log(e.status, e.signal, String(e.stdout), String(e.stderr), e.message); }
console.log(execFileSync('cat', { input: 'fed', encoding: 'utf8' }));
await new Promise(r => execFile('echo', ['cb only'], (e, o) => r(console.log(e, o))));
await new Promise(r => execFile('true', e => r(console.log('true', e))));
await new Promise(r => execFile('false', e => r(console.log('false', e.code))));
