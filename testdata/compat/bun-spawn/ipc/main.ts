const done = Promise.withResolvers<void>();
const c = Bun.spawn(['bun', 'child.ts'], { ipc(m, sub) { console.log('parent got', m); if (m === 'ready') sub.send({ q: [1, 2] }); else { sub.disconnect(); done.resolve(); } }, stdout: 'inherit' });
await done.promise; console.log(await c.exited, typeof c.send, typeof c.disconnect);
