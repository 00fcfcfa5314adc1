import crypto from 'node:crypto';
// RSA-PSS: keys with and without parameters, salts, digests of MGF1, and the paddings of RSA.
const t = (n, f) => { try { console.log(n, f()); } catch (e) { console.log(n, e.name, e.code, e.message.split('\n')[0]); } };
const show = (k) => JSON.stringify({ type: k.asymmetricKeyType, ...k.asymmetricKeyDetails, publicExponent: `${k.asymmetricKeyDetails.publicExponent}` });
const text = Buffer.from('text');
const gen = (o) => crypto.generateKeyPairSync('rsa-pss', { modulusLength: 1024, ...o });
const { RSA_PKCS1_PSS_PADDING: padding, RSA_PKCS1_PADDING, RSA_NO_PADDING, RSA_PSS_SALTLEN_DIGEST, RSA_PSS_SALTLEN_MAX_SIGN, RSA_PSS_SALTLEN_AUTO } = crypto.constants;
const full = gen({ hashAlgorithm: 'sha256', mgf1HashAlgorithm: 'sha512', saltLength: 20 });
const free = gen();
t('full', () => [show(full.publicKey), show(full.privateKey)].join(' '));
t('free', () => [show(free.publicKey), show(free.privateKey)].join(' '));
t('only the hash', () => show(gen({ hashAlgorithm: 'sha384' }).publicKey));
t('only mgf1', () => show(gen({ mgf1HashAlgorithm: 'sha256' }).publicKey));
t('only the salt', () => show(gen({ saltLength: 0 }).publicKey));
t('exponent', () => show(gen({ publicExponent: 3 }).publicKey));
t('sha1', () => show(gen({ hashAlgorithm: 'sha1', mgf1HashAlgorithm: 'sha1', saltLength: 20 }).publicKey));
for (const o of [{ hashAlgorithm: 'nothing' }, { mgf1HashAlgorithm: 'nothing' }, { saltLength: -1 }, { saltLength: '1' }, { hashAlgorithm: 5 }, { modulusLength: '1' }, { hash: 'sha256' }]) t(`option ${JSON.stringify(o)}`, () => show(gen(o).publicKey));
for (const k of [full, free]) {
  const name = k === full ? 'full' : 'free';
  t(`${name} pem`, () => [k.publicKey.export({ format: 'pem', type: 'spki' }).split('\n')[0], k.privateKey.export({ format: 'pem', type: 'pkcs8' }).split('\n')[0]].join());
  t(`${name} back`, () => [crypto.createPublicKey(k.publicKey.export({ format: 'pem', type: 'spki' })).equals(k.publicKey), crypto.createPrivateKey(k.privateKey.export({ format: 'pem', type: 'pkcs8' })).equals(k.privateKey), crypto.createPublicKey(k.privateKey).equals(k.publicKey)].join());
  t(`${name} back details`, () => show(crypto.createPrivateKey({ key: k.privateKey.export({ format: 'der', type: 'pkcs8' }), format: 'der', type: 'pkcs8' })) === show(k.privateKey));
  t(`${name} jwk`, () => k.publicKey.export({ format: 'jwk' }));
  t(`${name} pkcs1`, () => k.publicKey.export({ format: 'pem', type: 'pkcs1' }));
  t(`${name} sign`, () => crypto.verify('sha256', text, k.publicKey, crypto.sign('sha256', text, k.privateKey)));
  t(`${name} sign null`, () => crypto.verify(null, text, k.publicKey, crypto.sign(null, text, k.privateKey)));
  t(`${name} sign sha1`, () => crypto.verify('sha1', text, k.publicKey, crypto.sign('sha1', text, k.privateKey)));
  t(`${name} sign salt 30`, () => crypto.verify('sha256', text, { key: k.publicKey, saltLength: 30 }, crypto.sign('sha256', text, { key: k.privateKey, saltLength: 30 })));
  t(`${name} sign salt 10`, () => crypto.verify('sha256', text, { key: k.publicKey, saltLength: 10 }, crypto.sign('sha256', text, { key: k.privateKey, saltLength: 10 })));
  t(`${name} pkcs1 padding`, () => crypto.sign('sha256', text, { key: k.privateKey, padding: RSA_PKCS1_PADDING }).length);
  t(`${name} Sign`, () => crypto.createVerify('sha256').update(text).verify(k.publicKey, crypto.createSign('sha256').update(text).sign(k.privateKey)));
  t(`${name} encrypt`, () => crypto.publicEncrypt(k.publicKey, text).length);
}
t('other key', () => crypto.verify('sha256', text, full.publicKey, crypto.sign('sha256', text, free.privateKey)));
// Key files of OpenSSL: sha256, mgf1 with sha256, salt 32.
const rsa = crypto.generateKeyPairSync('rsa', { modulusLength: 1024 });
// Salts over a plain RSA key.
for (const s of [0, 1, 20, 32, 94, 95, RSA_PSS_SALTLEN_DIGEST, RSA_PSS_SALTLEN_MAX_SIGN]) for (const v of [s, RSA_PSS_SALTLEN_AUTO, RSA_PSS_SALTLEN_DIGEST, 0]) {
  t(`salt ${s} verified as ${v}`, () => crypto.verify('sha256', text, { key: rsa.publicKey, padding, saltLength: v }, crypto.sign('sha256', text, { key: rsa.privateKey, padding, saltLength: s })));
}
t('default salt', () => crypto.verify('sha256', text, { key: rsa.publicKey, padding, saltLength: 94 }, crypto.sign('sha256', text, { key: rsa.privateKey, padding })));
t('sha512 needs room', () => crypto.sign('sha512', text, { key: rsa.privateKey, padding, saltLength: RSA_PSS_SALTLEN_DIGEST }).length);
t('salt of a string', () => crypto.sign('sha256', text, { key: rsa.privateKey, padding, saltLength: '1' }));
t('forged', () => { const s = crypto.sign('sha256', text, { key: rsa.privateKey, padding, saltLength: 0 }); s[5] ^= 1; return crypto.verify('sha256', text, { key: rsa.publicKey, padding, saltLength: 0 }, s); });
t('deterministic', () => { const o = { key: rsa.privateKey, padding, saltLength: 0 }; return crypto.sign('sha256', text, o).equals(crypto.sign('sha256', text, o)); });
// No padding at all.
const block = Buffer.alloc(128, 7);
block[0] = 0;
t('none encrypt', () => crypto.privateDecrypt({ key: rsa.privateKey, padding: RSA_NO_PADDING }, crypto.publicEncrypt({ key: rsa.publicKey, padding: RSA_NO_PADDING }, block)).equals(block));
t('none sign', () => crypto.publicDecrypt({ key: rsa.publicKey, padding: RSA_NO_PADDING }, crypto.privateEncrypt({ key: rsa.privateKey, padding: RSA_NO_PADDING }, block)).equals(block));
t('none short', () => crypto.publicEncrypt({ key: rsa.publicKey, padding: RSA_NO_PADDING }, text).length);
t('none long', () => crypto.publicEncrypt({ key: rsa.publicKey, padding: RSA_NO_PADDING }, Buffer.alloc(129, 1)).length);
t('none too large', () => crypto.publicEncrypt({ key: rsa.publicKey, padding: RSA_NO_PADDING }, Buffer.alloc(128, 255)).length);
t('oaep hashes', () => crypto.privateDecrypt({ key: rsa.privateKey, oaepHash: 'sha256' }, crypto.publicEncrypt({ key: rsa.publicKey, oaepHash: 'sha256' }, text)).toString());
