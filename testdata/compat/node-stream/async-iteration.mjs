import { Readable, PassThrough } from 'node:stream';
import { on, once } from 'node:events';
const r = Readable.from(['a', 'b', 'c']); const it = r[Symbol.asyncIterator]();
console.log(JSON.stringify(await it.next()), JSON.stringify(await it.next()), JSON.stringify(await it.return()), r.destroyed);
const e = new Readable({ read() { this.push('1'); this.destroy(new Error('iter')); } });
try { for await (const x of e) console.log(String(x)); } catch (x) { console.log('caught', x.message); }
const pre = new Readable({ read() {} }); pre.destroy(); try { for await (const _ of pre); console.log('done'); } catch (x) { console.log(x.code, x.message); }
const p = new PassThrough(); (async () => { for (let i = 0; i < 3; i++) { p.write('w' + i); await new Promise(f => setTimeout(f, 1)); } p.end(); })();
for await (const c of p) console.log(String(c));
const b = Readable.from([1, 2, 3]); for await (const x of b) { if (x === 2) break; } console.log('break destroys', b.destroyed);
const t = Readable.from([1, 2]); try { for await (const x of t) throw new Error('body'); } catch (x) { console.log(x.message, t.destroyed); }
const o = new Readable({ read() {} }); setTimeout(() => { o.push('ev'); o.push(null); }, 1); const [c] = await once(o, 'data'); console.log(String(c));
const par = Readable.from(['x', 'y']); const i2 = par[Symbol.asyncIterator](); const both = await Promise.all([i2.next(), i2.next(), i2.next()]); console.log(JSON.stringify(both));
const two = Readable.from(['only']); console.log(two.readableDidRead); for await (const _ of two); console.log(two.readableDidRead); let again = 0; for await (const _ of two) again++; console.log('again', again);
async function* lines(s) { let rest = ''; for await (const c of s) { const parts = (rest + c).split('\n'); rest = parts.pop(); yield* parts; } if (rest) yield rest; }
for await (const l of lines(Readable.from(['one\ntw', 'o\nthree']))) console.log(l);
