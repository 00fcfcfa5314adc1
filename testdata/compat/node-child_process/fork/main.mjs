import { fork } from 'node:child_process';
const c = fork('./child.cjs', ['a1', 'a2'], { env: { ...process.env, CH: 'yes' } });
const first = [c.connected, typeof c.send, c.channel !== null]; // the child prints when it likes
const got = [];
c.on('message', m => { got.push(m); if (m?.ready) { console.log(...first); console.log(c.send({ n: 1, nest: { a: [1, null, 'x'] } })); c.send('str'); c.send(42); c.send(null); c.send(true); c.send('end'); } });
c.on('disconnect', () => console.log('disconnect', c.connected));
await new Promise(r => c.on('close', (code, sig) => { console.log('close', code, sig); r(); }));
console.log(JSON.stringify(got));
const d = fork('./child.cjs', { silent: true }); d.stderr.resume(); let out = ""; d.stdout.on('data', x => out += x); d.on('message', m => m.ready && d.disconnect()); await new Promise(r => d.on('exit', r)); console.log(out.trim().split('\n')[0]);
d.send('x', e => console.log(e.code)); 
const k = fork('./child.cjs', { silent: true }); k.on('message', () => k.kill()); await new Promise(r => k.on('exit', (c, s) => { console.log(c, s); r(); }));
const esm = fork('./child.mjs'); await new Promise(r => esm.on('message', m => { console.log('esm', m); r(); })); esm.disconnect(); 
const bad = fork('./nope.js', { silent: true }); bad.stdout.resume(); bad.stderr.resume(); await new Promise(r => bad.on('close', c => { console.log('bad', c); r(); }));
