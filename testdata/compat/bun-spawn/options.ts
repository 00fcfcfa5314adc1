const t = (p: any) => new Response(p.stdout).text();
console.log(await t(Bun.spawn(['pwd'], { cwd: '/tmp' })), await t(Bun.spawn(['sh', '-c', 'echo $A'], { env: { ...process.env, A: 'x' } })));
const done = Promise.withResolvers<void>();
Bun.spawn(['sh', '-c', 'exit 4'], { onExit(p, code, sig, err) { console.log('onExit', code, sig, err, p.exitCode); done.resolve(); } }); await done.promise;
let p = Bun.spawn(['sleep', '5']); p.kill(); console.log(await p.exited, p.signalCode, p.killed, p.exitCode);
p = Bun.spawn(['sleep', '5']); p.kill('SIGKILL'); console.log(await p.exited, p.signalCode);
p = Bun.spawn(['sleep', '5']); p.kill(2); console.log(await p.exited, p.signalCode);
p = Bun.spawn(['sleep', '5'], { timeout: 30 }); console.log(await p.exited, p.signalCode);
const ac = new AbortController(); p = Bun.spawn(['sleep', '5'], { signal: ac.signal }); ac.abort(); console.log(await p.exited, p.signalCode);
p = Bun.spawn(['sleep', '5'], { timeout: 30, killSignal: 'SIGKILL' }); console.log(await p.exited, p.signalCode);
{ await using q = Bun.spawn(['sleep', '5']); console.log(typeof q.pid); }
console.log(await t(Bun.spawn(['bun', '-e', 'console.log(process.argv.length, process.env.Q)'], { env: { ...process.env, Q: 'q' } })));
const dir = (() => { try { return Bun.spawn(['pwd'], { cwd: '/nonexistent' }); } catch (e: any) { return e.code; } })(); console.log(dir);
console.log((await Promise.all([1, 2, 3].map(async i => (await t(Bun.spawn(['echo', String(i)]))).trim()))).join());
