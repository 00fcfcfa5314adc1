import { spawn, exec, execFile, ChildProcess } from 'node:child_process';
import { once, EventEmitter } from 'node:events';
import { promisify, inspect } from 'node:util';
import { pipeline } from 'node:stream/promises';
import { Writable, Readable } from 'node:stream';
let c = spawn('echo', ['x']); console.log(c instanceof EventEmitter, c.constructor.name); console.log((await once(c, 'exit')));
c = spawn('tr', ['a-z', 'A-Z']); let s = ''; await Promise.all([pipeline(Readable.from(['abc', 'def']), c.stdin), pipeline(c.stdout, new Writable({ write(d, e, cb) { s += d; cb(); } }))]); console.log(s);
console.log(await promisify(execFile)('echo', ['u'], { encoding: 'utf8' }));
const err = await promisify(exec)('exit 8').catch(e => e); console.log(err.code, err.stdout === '', err instanceof Error);
c = spawn('sh', ['-c', 'exit 0']); const order = []; for (const e of ['spawn', 'exit', 'close']) c.on(e, () => order.push(e)); await once(c, 'close'); console.log(order.join());
const chunks = []; c = spawn('sh', ['-c', 'echo 1; echo 2; echo 3']); for await (const ch of c.stdout) chunks.push(ch); console.log(Buffer.concat(chunks).toString().split('\n').length);
c = spawn('cat'); c.stdin.write('a'); c.stdin.write('b', () => c.stdin.end()); s = ''; c.stdout.on('data', d => s += d); await once(c, 'close'); console.log(s);

exec('echo one && echo two', (e, o) => { console.log(o.split('\n').length); exec('false', e => console.log(e.code, e instanceof Error)); });
