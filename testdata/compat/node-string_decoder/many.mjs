// Random cuts of text must decode to the text, in every encoding.
import { StringDecoder } from 'node:string_decoder';
let seed = 1; const rnd = n => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) % n;
const chars = ['a', 'é', '€', '😀', 'ß', '漢', '\u0000', '\n', '𝒳', '\ufeff'];
for (const enc of ['utf8', 'utf16le', 'base64', 'base64url', 'hex', 'latin1', 'ascii']) {
  let bad = 0, parts = 0;
  for (let round = 0; round < 200; round++) {
    let s = ''; for (let i = rnd(20); i >= 0; i--) s += chars[rnd(chars.length)];
    const b = Buffer.from(s, enc === 'utf16le' ? 'utf16le' : 'utf8'); const d = new StringDecoder(enc); let out = '';
    for (let at = 0; at < b.length;) { const n = 1 + rnd(4); out += d.write(b.subarray(at, at + n)); at += n; parts++; }
    out += d.end(); if (out !== b.toString(enc)) bad++;
  }
  console.log(enc, parts, bad);
}
// Invalid bytes: the same number of replacement characters as a whole decode has.
let differ = 0; for (let round = 0; round < 300; round++) { const b = Buffer.alloc(rnd(12)); for (let i = 0; i < b.length; i++) b[i] = 0x80 + rnd(0x80); const d = new StringDecoder('utf8'); let out = ''; for (let i = 0; i < b.length; i++) out += d.write(b.subarray(i, i + 1)); out += d.end(); if (out !== b.toString()) differ++; }
console.log('differ', differ);
