console.log(typeof Bun.spawn, typeof Bun.spawnSync, typeof Bun.which, typeof Bun.$);
const p = Bun.spawn(['echo', 'hi']);
console.log(typeof p.pid, p.exitCode, p.signalCode, p.killed, p.stdin, p.stdout instanceof ReadableStream, p.stderr, typeof p.kill, typeof p.ref, typeof p.unref, typeof p.resourceUsage, p.exited instanceof Promise);
console.log(await p.exited, p.exitCode, p.killed, await new Response(p.stdout).text());
for (const [n, f] of [['none', () => (Bun as any).spawn()], ['empty', () => Bun.spawn([])], ['num', () => (Bun as any).spawn(1)], ['enoent', () => Bun.spawn(['nosuch_cmd'])], ['sync', () => Bun.spawnSync(['nosuch_cmd'])]] as any) try { f(); console.log(n, 'ok'); } catch (e: any) { console.log(n, e.name, e.code); }
console.log(Bun.which('nosuch_cmd'), Bun.which('sh') !== null, Bun.which('bun') !== null, Bun.which('x', { PATH: '' }));
const r = p.resourceUsage(); console.log(typeof r?.maxRSS, typeof r?.cpuTime?.user);
