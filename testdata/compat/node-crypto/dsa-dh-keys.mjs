import crypto from 'node:crypto';
// Key objects of DSA and of classic Diffie-Hellman.
const t = (n, f) => { try { console.log(n, f()); } catch (e) { console.log(n, e.name, e.code, e.message.split('\n')[0]); } };
const show = (k) => JSON.stringify([k.type, k.asymmetricKeyType, k.asymmetricKeyDetails]);
const text = Buffer.from('text');
const dsa = crypto.generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 });
t('dsa', () => show(dsa.publicKey) + show(dsa.privateKey));
t('dsa 256', () => show(crypto.generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 256 }).publicKey));
t('dsa default', () => show(crypto.generateKeyPairSync('dsa', { modulusLength: 1024 }).publicKey));
t('dsa without length', () => crypto.generateKeyPairSync('dsa', {}));
t('dsa divisor of a string', () => crypto.generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: '1' }));
t('dsa negative divisor', () => crypto.generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: -1 }));
t('dsa pem', () => [dsa.publicKey.export({ format: 'pem', type: 'spki' }).split('\n')[0], dsa.privateKey.export({ format: 'pem', type: 'pkcs8' }).split('\n')[0]].join());
t('dsa back', () => [crypto.createPublicKey(dsa.publicKey.export({ format: 'pem', type: 'spki' })).equals(dsa.publicKey), crypto.createPrivateKey(dsa.privateKey.export({ format: 'pem', type: 'pkcs8' })).equals(dsa.privateKey), crypto.createPublicKey(dsa.privateKey).equals(dsa.publicKey)].join());
t('dsa jwk', () => dsa.publicKey.export({ format: 'jwk' }));
t('dsa pkcs1', () => dsa.publicKey.export({ format: 'pem', type: 'pkcs1' }));
t('dsa sec1', () => dsa.privateKey.export({ format: 'pem', type: 'sec1' }));
for (const a of ['sha1', 'sha256', 'sha512', null]) {
  t(`dsa sign ${a}`, () => crypto.verify(a, text, dsa.publicKey, crypto.sign(a, text, dsa.privateKey)));
  t(`dsa raw ${a}`, () => { const s = crypto.sign(a, text, { key: dsa.privateKey, dsaEncoding: 'ieee-p1363' }); return [s.length, crypto.verify(a, text, { key: dsa.publicKey, dsaEncoding: 'ieee-p1363' }, s), crypto.verify(a, Buffer.from('tixt'), { key: dsa.publicKey, dsaEncoding: 'ieee-p1363' }, s)].join(); });
}
t('dsa Sign', () => crypto.createVerify('sha256').update(text).verify(dsa.publicKey, crypto.createSign('sha256').update(text).sign(dsa.privateKey)));
t('dsa forged', () => crypto.verify('sha1', text, dsa.publicKey, Buffer.from('3006020101020101', 'hex')));
t('dsa nonsense', () => crypto.verify('sha1', text, dsa.publicKey, Buffer.from('nonsense')));
t('dsa encrypt', () => crypto.publicEncrypt(dsa.publicKey, text));
t('dsa agree', () => crypto.diffieHellman({ privateKey: dsa.privateKey, publicKey: dsa.publicKey }));
// A key that OpenSSL made.
const pem = `-----BEGIN DSA PRIVATE KEY-----
MIIBuwIBAAKBgQCPB/vEGFZx92J7+sDFeQDnTIlEyWoiZWQU91VFzsKEc4JKfOWh
`;
t('dsa broken', () => crypto.createPrivateKey(pem));
const dh = crypto.generateKeyPairSync('dh', { group: 'modp5' });
const dh2 = crypto.generateKeyPairSync('dh', { group: 'modp5' });
t('dh', () => show(dh.publicKey) + show(dh.privateKey));
t('dh agree', () => { const a = crypto.diffieHellman({ privateKey: dh.privateKey, publicKey: dh2.publicKey }), b = crypto.diffieHellman({ privateKey: dh2.privateKey, publicKey: dh.publicKey }); return [a.length, a.equals(b)].join(); });
t('dh pem', () => [dh.publicKey.export({ format: 'pem', type: 'spki' }).split('\n')[0], dh.privateKey.export({ format: 'pem', type: 'pkcs8' }).split('\n')[0]].join());
t('dh back', () => [crypto.createPublicKey(dh.publicKey.export({ format: 'pem', type: 'spki' })).equals(dh.publicKey), crypto.createPrivateKey(dh.privateKey.export({ format: 'pem', type: 'pkcs8' })).equals(dh.privateKey), crypto.createPublicKey(dh.privateKey).equals(dh.publicKey)].join());
t('dh jwk', () => dh.publicKey.export({ format: 'jwk' }));
t('dh sign', () => crypto.sign('sha256', text, dh.privateKey));
t('dh groups', () => ['modp1', 'modp2', 'modp14', 'modp15'].map((group) => crypto.generateKeyPairSync('dh', { group }).publicKey.asymmetricKeyType).join());
t('dh unknown group', () => crypto.generateKeyPairSync('dh', { group: 'modp99' }));
t('dh group of a number', () => crypto.generateKeyPairSync('dh', { group: 5 }));
t('dh prime', () => { const prime = crypto.createDiffieHellmanGroup('modp2').getPrime(); const a = crypto.generateKeyPairSync('dh', { prime }), b = crypto.generateKeyPairSync('dh', { prime, generator: 2 }); return crypto.diffieHellman({ privateKey: a.privateKey, publicKey: b.publicKey }).equals(crypto.diffieHellman({ privateKey: b.privateKey, publicKey: a.publicKey })); });
t('dh primeLength', () => crypto.generateKeyPairSync('dh', { primeLength: 512 }).publicKey.asymmetricKeyType);
t('dh both', () => crypto.generateKeyPairSync('dh', { primeLength: 512, prime: Buffer.alloc(64, 1) }));
t('dh group and prime', () => crypto.generateKeyPairSync('dh', { group: 'modp5', prime: Buffer.alloc(64, 1) }));
t('dh group and generator', () => crypto.generateKeyPairSync('dh', { group: 'modp5', generator: 2 }));
t('dh nothing', () => crypto.generateKeyPairSync('dh', {}));
t('dh mixed groups', () => crypto.diffieHellman({ privateKey: dh.privateKey, publicKey: crypto.generateKeyPairSync('dh', { group: 'modp2' }).publicKey }).length);
t('dh and x25519', () => crypto.diffieHellman({ privateKey: dh.privateKey, publicKey: crypto.generateKeyPairSync('x25519').publicKey }));
crypto.generateKeyPair('dh', { group: 'modp1', publicKeyEncoding: { format: 'pem', type: 'spki' }, privateKeyEncoding: { format: 'der', type: 'pkcs8' } }, (e, a, b) => console.log('callback', e, a.split('\n')[0], Buffer.isBuffer(b)));
