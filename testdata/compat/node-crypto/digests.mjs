import crypto from 'node:crypto';
// Digests beyond SHA-2 and SHA-3: extendable output, BLAKE2, SM3 and MD5 with SHA-1.
const t = (n, f) => { try { console.log(n, f()); } catch (e) { console.log(n, e.name, e.code, e.message.split('\n')[0]); } };
const h = (a, o) => (text) => crypto.createHash(a, o).update(text).digest('hex');
const long = 'abcdefghij'.repeat(1000);
for (const a of ['shake128', 'SHAKE256', 'blake2b512', 'BLAKE2s256', 'md5-sha1', 'MD5-SHA1', 'sm3', 'SM3', 'RSA-SM3', 'sha512-224', 'sha512-256', 'ripemd160']) {
  t(`${a} known`, () => crypto.getHashes().includes(a));
  t(`${a} empty`, () => h(a)(''));
  t(`${a} long`, () => h(a)(long));
}
for (const n of [0, 1, 16, 32, 200]) for (const a of ['shake128', 'shake256']) t(`${a} ${n}`, () => h(a, { outputLength: n })('text'));
for (const n of [-1, 1.5, '5', 2 ** 32, null]) t(`shake128 ${n}`, () => h('shake128', { outputLength: n })('text'));
for (const n of [0, 5, 32, 33]) t(`sha256 ${n}`, () => h('sha256', { outputLength: n })('text'));
t('xof long output', () => h('sha256')(crypto.createHash('shake256', { outputLength: 100000 }).update('text').digest()));
t('xof copy', () => { const a = crypto.createHash('shake128', { outputLength: 10 }).update('te'); const b = a.copy(); const c = a.copy({ outputLength: 20 }); return [a.update('xt'), b.update('xt'), c.update('xt')].map((x) => x.digest('hex')).join(); });
for (const a of ['sm3', 'blake2b512', 'md5-sha1']) t(`${a} copy`, () => { const x = crypto.createHash(a).update(long); const y = x.copy(); x.update('1'); y.update('2'); return [x.digest('hex').slice(0, 20), y.digest('hex').slice(0, 20)].join(); });
for (const a of ['sm3', 'blake2b512', 'blake2s256', 'md5-sha1', 'sha3-256', 'shake128']) t(`hmac ${a}`, () => crypto.createHmac(a, 'key').update('text').digest('hex'));
for (const a of ['sm3', 'blake2b512', 'blake2s256']) t(`pbkdf2 ${a}`, () => crypto.pbkdf2Sync('password', 'salt', 2, 20, a).toString('hex'));
for (const a of ['sm3', 'blake2s256']) t(`hkdf ${a}`, () => Buffer.from(crypto.hkdfSync(a, 'key', 'salt', 'info', 20)).toString('hex'));
for (const a of ['md4', 'mdc2', 'whirlpool', 'keccak-256', 'sha256x', '']) t(`${a} unknown`, () => h(a)('text'));
// Signatures over digests that the names RSA-… stand for.
const { privateKey, publicKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 1024 });
for (const a of ['RSA-SHA3-256', 'RSA-RIPEMD160', 'RSA-SM3', 'md5-sha1', 'blake2b512', 'shake256']) t(`rsa ${a}`, () => crypto.verify(a, Buffer.from('text'), publicKey, crypto.sign(a, Buffer.from('text'), privateKey)));
const ec = crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' });
for (const a of ['sm3', 'blake2b512', 'blake2s256', 'ripemd160', 'md5-sha1', 'shake256']) t(`ec ${a}`, () => crypto.verify(a, Buffer.from('text'), ec.publicKey, crypto.sign(a, Buffer.from('text'), ec.privateKey)));
