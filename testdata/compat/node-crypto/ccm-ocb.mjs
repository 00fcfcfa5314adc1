import crypto from 'node:crypto';
// AES in the modes CCM and OCB.
const t = (n, f) => { try { console.log(n, f()); } catch (e) { console.log(n, e.name, e.code, e.message.split('\n')[0]); } };
const key = (bits) => Buffer.from('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f', 'hex').subarray(0, bits / 8);
const text = Buffer.from('The quick brown fox jumps over the lazy dog, twice.');
const aad = Buffer.from('a header that is longer than a block');
function seal(name, nonce, { tag = 16, data = text, header = aad, cut } = {}) {
  const c = crypto.createCipheriv(name, key(+name.slice(4, 7)), Buffer.alloc(nonce, 7), { authTagLength: tag });
  if (header) c.setAAD(header, { plaintextLength: data.length });
  const parts = cut === undefined ? [c.update(data)] : [c.update(data.subarray(0, cut)), c.update(data.subarray(cut))];
  parts.push(c.final());
  return { parts: parts.map((p) => p.length).join('+'), out: Buffer.concat(parts), tag: c.getAuthTag() };
}
function open(name, nonce, s, { header = aad, change } = {}) {
  const c = crypto.createDecipheriv(name, key(+name.slice(4, 7)), Buffer.alloc(nonce, 7), { authTagLength: s.tag.length });
  if (change) { s = { ...s, tag: Buffer.from(s.tag) }; s.tag[0] ^= 1; }
  c.setAuthTag(s.tag);
  if (header) c.setAAD(header, { plaintextLength: s.out.length });
  return Buffer.concat([c.update(s.out), c.final()]).toString();
}
for (const mode of ['ccm', 'ocb']) {
  for (const bits of [128, 192, 256]) {
    const name = `aes-${bits}-${mode}`;
    t(name, () => { const s = seal(name, 12); return [s.parts, s.out.toString('hex'), s.tag.toString('hex')].join(' '); });
    t(`${name} back`, () => open(name, 12, seal(name, 12)));
    t(`${name} forged`, () => open(name, 12, seal(name, 12), { change: true }));
    t(`${name} listed`, () => crypto.getCiphers().includes(name));
    t(`${name} info`, () => JSON.stringify(crypto.getCipherInfo(name)));
    t(`${name} info by lengths`, () => [7, 12, 13, 14, 15, 16].map((ivLength) => crypto.getCipherInfo(name, { ivLength }) !== undefined).join());
  }
  const name = `aes-128-${mode}`;
  for (const n of [1, 6, 7, 8, 11, 13, 14, 15, 16]) t(`${name} nonce ${n}`, () => { const s = seal(name, n); return [s.out.toString('hex').slice(0, 16), s.tag.toString('hex'), open(name, n, s) === text.toString()].join(); });
  for (const tag of [4, 5, 6, 8, 10, 12, 14, 15, 16, 17]) t(`${name} tag ${tag}`, () => { const s = seal(name, 12, { tag }); return [s.tag.toString('hex'), open(name, 12, s) === text.toString()].join(); });
  t(`${name} without tag length`, () => crypto.createCipheriv(name, key(128), Buffer.alloc(12)));
  t(`${name} decipher without tag length`, () => crypto.createDecipheriv(name, key(128), Buffer.alloc(12)));
  for (const n of [0, 1, 15, 16, 17, 32]) t(`${name} ${n} bytes`, () => { const s = seal(name, 12, { data: text.subarray(0, n) }); return [s.parts, s.out.toString('hex'), s.tag.toString('hex'), open(name, 12, s)].join(); });
  for (const n of [0, 1, 14, 16, 30, 32]) t(`${name} header ${n}`, () => { const s = seal(name, 12, { header: aad.subarray(0, n) }); return [s.tag.toString('hex'), open(name, 12, s, { header: aad.subarray(0, n) }).length].join(); });
  t(`${name} no header`, () => { const s = seal(name, 12, { header: null }); return [s.tag.toString('hex'), open(name, 12, s, { header: null }).length].join(); });
  t(`${name} long header`, () => seal(name, 12, { header: Buffer.alloc(70000, 1) }).tag.toString('hex'));
  t(`${name} pieces`, () => { const s = seal(name, 12, { cut: 5 }); return [s.parts, s.tag.toString('hex')].join(); });
  t(`${name} bad key`, () => crypto.createCipheriv(name, Buffer.alloc(15), Buffer.alloc(12), { authTagLength: 16 }));
  t(`${name} tag too early`, () => crypto.createCipheriv(name, key(128), Buffer.alloc(12), { authTagLength: 16 }).getAuthTag());
  t(`${name} tag of another length`, () => crypto.createDecipheriv(name, key(128), Buffer.alloc(12), { authTagLength: 16 }).setAuthTag(Buffer.alloc(8)));
  t(`${name} without its tag`, () => { const c = crypto.createDecipheriv(name, key(128), Buffer.alloc(12), { authTagLength: 16 }); return [c.update(text).length, c.final().length].join(); });
  t(`${name} final alone`, () => { const c = crypto.createCipheriv(name, key(128), Buffer.alloc(12), { authTagLength: 16 }); const f = c.final('hex'); return [f, c.getAuthTag().toString('hex')].join(); });
}
t('ccm without plaintextLength', () => crypto.createCipheriv('aes-128-ccm', key(128), Buffer.alloc(12), { authTagLength: 16 }).setAAD(aad));
t('ccm plaintextLength of a string', () => crypto.createCipheriv('aes-128-ccm', key(128), Buffer.alloc(12), { authTagLength: 16 }).setAAD(aad, { plaintextLength: 'x' }));
t('ccm other plaintextLength', () => { const c = crypto.createCipheriv('aes-128-ccm', key(128), Buffer.alloc(12), { authTagLength: 16 }); c.setAAD(aad, { plaintextLength: 4 }); return c.update(text, null, 'hex'); });
t('ccm too long for a nonce of 13', () => crypto.createCipheriv('aes-128-ccm', key(128), Buffer.alloc(13), { authTagLength: 16 }).update(Buffer.alloc(65536)).length);
t('ccm longest for a nonce of 13', () => crypto.createCipheriv('aes-128-ccm', key(128), Buffer.alloc(13), { authTagLength: 16 }).update(Buffer.alloc(65535)).length);
t('ccm text of update', () => { const c = crypto.createDecipheriv('aes-128-ccm', key(128), Buffer.alloc(12, 7), { authTagLength: 16 }); c.setAuthTag(Buffer.alloc(16)); return c.update(text, null, 'hex'); });
t('ocb pieces of one', () => { const c = crypto.createCipheriv('aes-128-ocb', key(128), Buffer.alloc(12, 7), { authTagLength: 16 }); let s = ''; for (const b of text) s += c.update(Buffer.from([b]), null, 'hex') + ','; return s + c.final('hex') + c.getAuthTag('hex').toString('hex'); });
t('ocb headers', () => { const c = crypto.createCipheriv('aes-128-ocb', key(128), Buffer.alloc(12, 7), { authTagLength: 16 }); c.setAAD(aad.subarray(0, 5)); c.setAAD(aad.subarray(5)); return c.update(text, null, 'hex') + c.final('hex') + c.getAuthTag().toString('hex'); });
