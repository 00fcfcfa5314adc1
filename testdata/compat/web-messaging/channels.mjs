// MessageChannel, MessagePort, MessageEvent, BroadcastChannel, structuredClone with transfer.
const t = async (label, fn) => { try { console.log(label, await fn()); } catch (e) { console.log(label, e?.name, e?.message); } };
const next = (p) => new Promise((ok) => { p.onmessage = (e) => ok(e); });
await t('message', async () => { const { port1, port2 } = new MessageChannel(); port1.postMessage({ a: [1, new Date(0)], m: new Map([[1, 2]]) }); const e = await next(port2); port1.close(); return [e.data, e instanceof MessageEvent, e.type]; });
await t('order', async () => { const { port1, port2 } = new MessageChannel(); const got = []; port2.addEventListener('message', (e) => got.push(e.data)); port1.postMessage(1); port1.postMessage(2); port2.start(); await new Promise((r) => setTimeout(r, 20)); port1.close(); return got; });
await t('transfer', async () => { const { port1, port2 } = new MessageChannel(); const b = new Uint8Array([1, 2, 3]); port1.postMessage(b, [b.buffer]); const e = await next(port2); port1.close(); return [b.byteLength, e.data]; });
await t('transfer a port', async () => { const a = new MessageChannel(); const b = new MessageChannel(); a.port1.postMessage('here', [b.port2]); const e = await next(a.port2); const got = next(e.ports[0]); b.port1.postMessage('through'); const r = (await got).data; a.port1.close(); b.port1.close(); return [e.ports.length, r]; });
await t('not cloneable', async () => { const { port1 } = new MessageChannel(); try { port1.postMessage(() => 1); } finally { port1.close(); } });
await t('async', async () => { const { port1, port2 } = new MessageChannel(); let got = 'not yet'; port2.onmessage = () => { got = 'got'; }; port1.postMessage(1); const now = got; await new Promise((r) => setTimeout(r, 10)); port1.close(); return [now, got]; });
await t('broadcast', async () => { const a = new BroadcastChannel('c'), b = new BroadcastChannel('c'), other = new BroadcastChannel('d'); let wrong = 0; other.onmessage = () => wrong++; a.onmessage = () => wrong++; const p = next(b); a.postMessage({ hi: 1 }); const e = await p; a.close(); b.close(); other.close(); return [e.data, wrong, a.name]; });
await t('broadcast closed', () => { const a = new BroadcastChannel('c'); a.close(); a.postMessage(1); });
await t('clone', () => { const o = { d: new Date(1), r: /x/gi, s: new Set([1]), e: new RangeError('m'), big: 5n, u: undefined, n: null }; o.self = o; const c = structuredClone(o); return [c.self === c, c.d.getTime(), c.r.flags, [...c.s], c.e.name, c.e.message, c.big, 'u' in c]; });
await t('clone transfer', () => { const b = new ArrayBuffer(4); const c = structuredClone(b, { transfer: [b] }); return [b.byteLength, c.byteLength]; });
await t('clone function', () => structuredClone(() => 1));
await t('clone symbol', () => structuredClone(Symbol('x')));
await t('clone twice', () => { const b = new ArrayBuffer(4); structuredClone(b, { transfer: [b] }); return structuredClone(b); });
await t('clone class', () => { class A { x = 1; get y() { return 2; } } const c = structuredClone(new A()); return [c.constructor.name, c]; });
