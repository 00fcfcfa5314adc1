import { spawn, spawnSync } from 'node:child_process';
import os from 'node:os';
const end = c => new Promise(r => c.on('close', (code, sig) => r([code, sig])));
for (const s of ['SIGTERM', 'SIGKILL', 'SIGINT', 'SIGHUP', 'SIGUSR2', 9, 15]) { const c = spawn('sleep', ['5']); const p = end(c); console.log(s, c.kill(s), await p); }
let c = spawn('sleep', ['5']); try { c.kill('SIGNOPE'); } catch (e) { console.log(e.code, e.message); } console.log(c.kill(0)); c.kill(); await end(c); console.log(c.kill(0));
c = spawn('sh', ['-c', 'trap "echo caught; exit 3" TERM; echo ready; while :; do sleep 0.01; done']); c.stdout.on('data', d => { if (String(d).includes('ready')) c.kill(); else console.log(String(d).trim()); }); console.log(await end(c));
c = spawn('node', ['-e', 'process.on("SIGTERM",()=>{console.log("node caught");process.exit(6)});console.log("ready");setInterval(()=>{},1000)']); c.stdout.on('data', d => { if (String(d).includes('ready')) c.kill(); else console.log(String(d).trim()); }); console.log(await end(c));
c = spawn('node', ['-e', 'console.log("ready");setInterval(()=>{},1000)']); c.stdout.on('data', () => c.kill()); console.log(await end(c));
c = spawn('sleep', ['5']); try { process.kill(c.pid, 'SIGTERM'); console.log(await end(c)); } catch (e) { console.log(e.code); c.kill(); }
console.log(spawnSync('sh', ['-c', 'kill -TERM $$']).signal, spawnSync('node', ['-e', 'process.kill(process.pid,"SIGTERM");setTimeout(()=>{},1000)']).signal, spawnSync('node', ['-e', 'process.exit(300)']).status, spawnSync('node', ['-e', 'process.abort()']).signal);
console.log(os.constants.signals.SIGTERM);
