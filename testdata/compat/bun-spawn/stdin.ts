const t = (p: any) => new Response(p.stdout).text();
console.log(await t(Bun.spawn(['cat'], { stdin: new TextEncoder().encode('bytes') })));
console.log(await t(Bun.spawn(['cat'], { stdin: new Blob(['blob']) })));
console.log(await t(Bun.spawn(['cat'], { stdin: new Response('response') })));
await Bun.write('in.txt', 'from file'); console.log(await t(Bun.spawn(['cat'], { stdin: Bun.file('in.txt') })));
console.log(await t(Bun.spawn(['cat'], { stdin: new ReadableStream({ start(c) { c.enqueue('str'); c.enqueue('eam'); c.close(); } }) })));
const p = Bun.spawn(['cat'], { stdin: 'pipe' }); p.stdin.write('w1 '); p.stdin.write(new TextEncoder().encode('w2')); p.stdin.flush(); p.stdin.end(); console.log(await t(p), typeof p.stdin);
console.log(await t(Bun.spawn(['cat'], { stdin: null })), await t(Bun.spawn(['cat'], { stdin: 'ignore' })), await t(Bun.spawn(['cat'])));
const q = Bun.spawn(['sh', '-c', 'read a; echo "got $a"'], { stdin: 'pipe' }); q.stdin.write('line\n'); await q.stdin.end(); console.log(await t(q));
