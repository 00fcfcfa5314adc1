import crypto from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
for (const a of ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'sha512-224', 'sha512-256', 'sha3-224', 'sha3-256', 'sha3-384', 'sha3-512', 'ripemd160', 'rmd160', 'RSA-SHA256', 'SHA256', 'sha-1'])
  try { console.log(a, crypto.createHash(a).update('abc').digest('hex')); } catch (e) { console.log(a, e.name, e.code, e.message); }
const h = crypto.createHash('sha256'); h.update('a').update(Buffer.from('b')).update('63', 'hex'); const c = h.copy(); console.log(h.digest('base64'), c.update('more').digest('base64url'), c instanceof crypto.Hash);
for (const f of [() => h.digest(), () => h.update('x'), () => h.copy(), () => crypto.createHash('nope'), () => crypto.createHash(), () => crypto.createHash('md5').update(5), () => crypto.createHash('md5').update(null)]) try { f(); console.log('ok'); } catch (e) { console.log(e.name, e.code, e.message); }
for (const e of ['hex', 'base64', 'base64url', 'latin1', 'binary', 'buffer', undefined]) { const d = crypto.createHash('md5').update('enc').digest(e); console.log(e, typeof d, Buffer.from(d, e === 'buffer' ? undefined : e).length); }
const s = crypto.createHash('sha1'); s.write('stream'); s.end('ed'); s.on('readable', () => { const d = s.read(); if (d) console.log('stream', d.toString('hex')); }); await new Promise(f => s.on('end', f));
const p = crypto.createHash('sha1').setEncoding('hex'); await pipeline(Readable.from(['stream', 'ed']), p); console.log(p.read());
console.log(crypto.hash('sha1', 'one shot'), crypto.hash('md5', Buffer.from('x'), 'base64'));
const list = crypto.getHashes(); for (const a of ['sha256', 'md5', 'RSA-SHA512', 'sha3-256', 'RSA-MD5']) console.log(a, list.includes(a)); console.log(Array.isArray(list), list.length > 20);
console.log(crypto.createHash('sha256').update(new Uint16Array([1, 2])).update(new DataView(new ArrayBuffer(2))).digest('hex'));
console.log(crypto.createHash('sha512').update('x'.repeat(200000)).digest('hex').slice(0, 32), crypto.createHash('sha256').update('ünï', 'latin1').digest('hex').slice(0, 16));
