import crypto from 'node:crypto';
// The curves of 448 bits: Ed448 and X448.
const t = (n, f) => { try { console.log(n, f()); } catch (e) { console.log(n, e.name, e.code, e.message.split('\n')[0]); } };
const show = (k) => JSON.stringify([k.type, k.asymmetricKeyType, k.asymmetricKeyDetails]);
const text = Buffer.from('text');
const oid = { ed448: '71', x448: '6f' };
const priv = (type, hex) => crypto.createPrivateKey({ key: Buffer.from(`3047020100300506032b65${oid[type]}043b0439${hex}`.replace('3047020100300506032b656f043b0439', '3046020100300506032b656f043a0438'), 'hex'), format: 'der', type: 'pkcs8' });
// The first key of RFC 8032, 7.4, and the keys of RFC 7748, 6.2.
const ed = priv('ed448', '6c82a562cb808d10d632be89c8513ebf6c929f34ddfa8c9f63c9960ef6e348a3528c8a3fcc2f044e39a3fc5b94492f8f032e7549a20098f95b');
const alice = priv('x448', '9a8f4925d1519f5775cf46b04b5800d4ee9ee8bae8bc5565d498c28dd9c9baf574a9419744897391006382a6f127ab1d9ac2d8c0a598726b');
const bob = priv('x448', '1c306a7ac2a0e2e0990b294470cba339e6453772b075811d8fad0d1d6927c120bb5ee8972b0d3e21374c9c921b09d1b0366f10b65173992d');
for (const [name, k] of [['ed448', ed], ['x448', alice], ['x448', bob]]) {
  const pub = crypto.createPublicKey(k);
  t(name, () => show(k) + show(pub));
  t(`${name} pkcs8`, () => k.export({ format: 'pem', type: 'pkcs8' }));
  t(`${name} spki`, () => pub.export({ format: 'pem', type: 'spki' }));
  t(`${name} der`, () => [k.export({ format: 'der', type: 'pkcs8' }).toString('hex'), pub.export({ format: 'der', type: 'spki' }).toString('hex')].join(' '));
  t(`${name} jwk`, () => JSON.stringify([k.export({ format: 'jwk' }), pub.export({ format: 'jwk' })]));
  t(`${name} back`, () => [crypto.createPrivateKey(k.export({ format: 'pem', type: 'pkcs8' })).equals(k), crypto.createPublicKey(pub.export({ format: 'pem', type: 'spki' })).equals(pub), crypto.createPrivateKey({ key: k.export({ format: 'jwk' }), format: 'jwk' }).equals(k), crypto.createPublicKey({ key: pub.export({ format: 'jwk' }), format: 'jwk' }).equals(pub)].join());
  t(`${name} sec1`, () => k.export({ format: 'pem', type: 'sec1' }));
  t(`${name} encrypted`, () => crypto.createPrivateKey({ key: k.export({ format: 'pem', type: 'pkcs8', cipher: 'aes-128-cbc', passphrase: 'secret' }), passphrase: 'secret' }).equals(k));
}
t('sign', () => crypto.sign(null, Buffer.alloc(0), ed).toString('hex'));
t('sign text', () => crypto.sign(null, text, ed).toString('hex'));
t('verify', () => crypto.verify(null, text, crypto.createPublicKey(ed), crypto.sign(null, text, ed)));
t('verify other', () => crypto.verify(null, Buffer.from('tixt'), crypto.createPublicKey(ed), crypto.sign(null, text, ed)));
t('verify short', () => crypto.verify(null, text, crypto.createPublicKey(ed), crypto.sign(null, text, ed).subarray(1)));
t('sign with a digest', () => crypto.sign('sha256', text, ed));
t('Sign', () => crypto.createSign('sha256').update(text).sign(ed));
t('x448 sign', () => crypto.sign(null, text, alice));
t('agree', () => crypto.diffieHellman({ privateKey: alice, publicKey: crypto.createPublicKey(bob) }).toString('hex'));
t('agree back', () => crypto.diffieHellman({ privateKey: bob, publicKey: crypto.createPublicKey(alice) }).toString('hex'));
t('agree with ed448', () => crypto.diffieHellman({ privateKey: ed, publicKey: crypto.createPublicKey(ed) }));
t('agree with x25519', () => crypto.diffieHellman({ privateKey: alice, publicKey: crypto.generateKeyPairSync('x25519').publicKey }));
t('agree with zero', () => crypto.diffieHellman({ privateKey: alice, publicKey: crypto.createPublicKey({ key: { kty: 'OKP', crv: 'X448', x: Buffer.alloc(56).toString('base64url') }, format: 'jwk' }) }));
t('short jwk', () => crypto.createPublicKey({ key: { kty: 'OKP', crv: 'Ed448', x: 'AAAA' }, format: 'jwk' }).type);
t('unknown crv', () => crypto.createPublicKey({ key: { kty: 'OKP', crv: 'Ed999', x: 'AAAA' }, format: 'jwk' }).type);
for (const type of ['ed448', 'x448', 'ed25519', 'x25519']) t(`pair ${type}`, () => { const { publicKey, privateKey } = crypto.generateKeyPairSync(type); return show(publicKey) + show(privateKey); });
t('pair pem', () => crypto.generateKeyPairSync('ed448', { publicKeyEncoding: { format: 'pem', type: 'spki' }, privateKeyEncoding: { format: 'der', type: 'pkcs8' } }).privateKey.length);
crypto.generateKeyPair('x448', (e, a, b) => console.log('callback', e, a.type, b.type));
