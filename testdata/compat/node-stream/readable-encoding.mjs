import { Readable } from 'node:stream';
const euro = Buffer.from('€uro ünïcode 𝒳');
for (const enc of ['utf8', 'latin1', 'hex', 'base64', 'utf16le', 'ascii']) {
  const r = new Readable({ read() {} }); r.setEncoding(enc);
  for (const b of euro) r.push(Buffer.of(b)); r.push(null);
  let s = ''; for await (const c of r) s += c;
  console.log(enc, JSON.stringify(s), r.readableEncoding);
}
const o = new Readable({ encoding: 'utf8', read() {} }); o.push(Buffer.from('opt')); o.push(null);
for await (const c of o) console.log(typeof c, c);
const s = new Readable({ read() {} }); s.push('68656c6c6f', 'hex'); s.push('d8ssb25n', 'base64'); s.push(null);
console.log(Buffer.concat(await s.toArray()).toString());
const t = new Readable({ read() {} }); t.push(new Uint8Array([104, 105])); t.push(null); console.log(String((await t.toArray())[0]));
try { new Readable({ encoding: 'nope', read() {} }).setEncoding('nope'); } catch (e) { console.log(e.code, e.message); }
const b = new Readable({ read() {} }); b.push('abc'); b.push('def'); b.setEncoding('utf8'); b.push('ghi'); b.push(null);
console.log(JSON.stringify(b.read(4)), JSON.stringify(b.read()), b.read());
const ob = new Readable({ objectMode: true, read() {} }); ob.push({ a: 1 }); ob.push([1]); ob.push(0); ob.push(''); ob.push(false); ob.push(null);
console.log(JSON.stringify(await ob.toArray()), ob.readableObjectMode, ob.readableHighWaterMark);
