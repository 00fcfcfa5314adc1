import crypto from 'node:crypto';
// The curve secp256k1: key objects in every encoding, signatures, ECDH.
const t = (n, f) => { try { console.log(n, f()); } catch (e) { console.log(n, e.name, e.code, e.message.split('\n')[0]); } };
const d = Buffer.from('c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721', 'hex');
const e = crypto.createECDH('secp256k1');
e.setPrivateKey(d);
const point = e.getPublicKey();
const b64u = (b) => b.toString('base64url');
const jwk = { kty: 'EC', crv: 'secp256k1', x: b64u(point.subarray(1, 33)), y: b64u(point.subarray(33)), d: b64u(d) };
const key = crypto.createPrivateKey({ key: jwk, format: 'jwk' });
const pub = crypto.createPublicKey(key);
t('curves', () => crypto.getCurves().includes('secp256k1'));
t('type', () => [key.type, key.asymmetricKeyType, JSON.stringify(key.asymmetricKeyDetails), pub.type, pub.asymmetricKeyType, JSON.stringify(pub.asymmetricKeyDetails)].join());
t('pkcs8 pem', () => key.export({ format: 'pem', type: 'pkcs8' }));
t('sec1 pem', () => key.export({ format: 'pem', type: 'sec1' }));
t('spki pem', () => pub.export({ format: 'pem', type: 'spki' }));
t('pkcs8 der', () => key.export({ format: 'der', type: 'pkcs8' }).toString('hex'));
t('sec1 der', () => key.export({ format: 'der', type: 'sec1' }).toString('hex'));
t('spki der', () => pub.export({ format: 'der', type: 'spki' }).toString('hex'));
t('private jwk', () => JSON.stringify(key.export({ format: 'jwk' })));
t('public jwk', () => JSON.stringify(pub.export({ format: 'jwk' })));
t('pkcs1', () => key.export({ format: 'pem', type: 'pkcs1' }));
for (const [format, type] of [['pem', 'pkcs8'], ['der', 'pkcs8'], ['pem', 'sec1'], ['der', 'sec1']]) {
  t(`back from ${format} ${type}`, () => crypto.createPrivateKey({ key: key.export({ format, type }), format, type }).equals(key));
}
for (const format of ['pem', 'der']) t(`back from ${format} spki`, () => crypto.createPublicKey({ key: pub.export({ format, type: 'spki' }), format, type: 'spki' }).equals(pub));
t('public of jwk', () => crypto.createPublicKey({ key: { ...jwk, d: undefined }, format: 'jwk' }).equals(pub));
t('public of private jwk', () => crypto.createPublicKey({ key: jwk, format: 'jwk' }).equals(pub));
t('public of private pem', () => crypto.createPublicKey(key.export({ format: 'pem', type: 'pkcs8' })).equals(pub));
t('encrypted', () => crypto.createPrivateKey({ key: key.export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'secret' }), passphrase: 'secret' }).equals(key));
// A compressed point in SPKI.
const compressed = crypto.ECDH.convertKey(point, 'secp256k1', undefined, undefined, 'compressed');
const spki = Buffer.concat([Buffer.from('3036301006072a8648ce3d020106052b8104000a032200', 'hex'), compressed]);
t('compressed spki', () => crypto.createPublicKey({ key: spki, format: 'der', type: 'spki' }).asymmetricKeyDetails.namedCurve);
t('not a point', () => crypto.createPublicKey({ key: { kty: 'EC', crv: 'secp256k1', x: b64u(Buffer.alloc(32, 1)), y: b64u(Buffer.alloc(32, 2)) }, format: 'jwk' }).type);
t('wrong crv', () => crypto.createPublicKey({ key: { ...jwk, crv: 'K-256' }, format: 'jwk' }).type);
// A signature of another implementation: RFC 6979, SHA-256 of "sample".
const raw = Buffer.from('432310e32cb80eb6503a26ce83cc165c783b870845fb8aad6d970889fcd7a6c8530128b6b81c548874a6305d93ed071ca6e05074d85863d4056ce89b02bfab69', 'hex');
const p1363 = { key: pub, dsaEncoding: 'ieee-p1363' };
t('verify', () => crypto.verify('sha256', Buffer.from('sample'), p1363, raw));
t('verify other text', () => crypto.verify('sha256', Buffer.from('simple'), p1363, raw));
const n = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const flipped = Buffer.concat([raw.subarray(0, 32), Buffer.from((n - BigInt('0x' + raw.subarray(32).toString('hex'))).toString(16).padStart(64, '0'), 'hex')]);
t('verify the other s', () => crypto.verify('sha256', Buffer.from('sample'), p1363, flipped));
t('verify zero', () => crypto.verify('sha256', Buffer.from('sample'), p1363, Buffer.alloc(64)));
t('verify short', () => crypto.verify('sha256', Buffer.from('sample'), p1363, raw.subarray(1)));
t('verify bad der', () => crypto.verify('sha256', Buffer.from('sample'), pub, Buffer.from('30060201010201', 'hex')));
for (const hash of ['sha1', 'sha256', 'sha512', 'sha3-256', null]) {
  t(`sign ${hash}`, () => crypto.verify(hash, Buffer.from('text'), pub, crypto.sign(hash, Buffer.from('text'), key)));
  t(`sign raw ${hash}`, () => { const s = crypto.sign(hash, Buffer.from('text'), { key, dsaEncoding: 'ieee-p1363' }); return [s.length, crypto.verify(hash, Buffer.from('text'), p1363, s)].join(); });
}
t('Sign', () => { const s = crypto.createSign('SHA256').update('te').update('xt').sign(key, 'hex'); return crypto.createVerify('SHA256').update('text').verify(pub, s, 'hex'); });
// ECDH.
for (const f of ['compressed', 'uncompressed', 'hybrid']) t(f, () => e.getPublicKey('hex', f));
for (const f of ['compressed', 'uncompressed', 'hybrid']) t(`from ${f}`, () => crypto.ECDH.convertKey(e.getPublicKey(null, f), 'secp256k1', undefined, 'hex', 'compressed'));
const other = crypto.createECDH('secp256k1');
other.setPrivateKey('22'.repeat(32), 'hex');
t('secret', () => e.computeSecret(other.getPublicKey()).toString('hex'));
t('secret of compressed', () => other.computeSecret(e.getPublicKey('base64', 'compressed'), 'base64', 'hex'));
t('diffieHellman', () => crypto.diffieHellman({ privateKey: key, publicKey: crypto.createPublicKey({ key: { kty: 'EC', crv: 'secp256k1', x: b64u(other.getPublicKey().subarray(1, 33)), y: b64u(other.getPublicKey().subarray(33)) }, format: 'jwk' }) }).toString('hex'));
t('mixed curves', () => crypto.diffieHellman({ privateKey: key, publicKey: crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey }));
t('bad point', () => e.computeSecret(Buffer.concat([Buffer.from([4]), Buffer.alloc(64, 1)])));
t('bad compressed point', () => e.computeSecret(Buffer.concat([Buffer.from([2]), Buffer.alloc(32, 255)])));
t('zero key', () => e.setPrivateKey(Buffer.alloc(32)));
t('large key', () => e.setPrivateKey(Buffer.alloc(32, 255)));
t('generateKeys', () => { const g = crypto.createECDH('secp256k1'); return [g.generateKeys().length, g.getPrivateKey().length <= 32, g.getPublicKey('hex', 'compressed').length].join(); });
t('pair', () => { const p = crypto.generateKeyPairSync('ec', { namedCurve: 'secp256k1', publicKeyEncoding: { format: 'jwk' }, privateKeyEncoding: { format: 'pem', type: 'sec1' } }); return [p.publicKey.crv, p.privateKey.split('\n')[0]].join(); });
t('Web Crypto name', () => crypto.generateKeyPairSync('ec', { namedCurve: 'K-256' }));
await new Promise((done) => crypto.generateKeyPair('ec', { namedCurve: 'secp256k1' }, (err, a, b) => done(console.log('callback', err, a.asymmetricKeyDetails.namedCurve, b.type))));
await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'secp256k1' }, true, ['sign']).catch((err) => console.log('subtle', err.name));
await crypto.subtle.importKey('spki', pub.export({ format: 'der', type: 'spki' }), { name: 'ECDSA', namedCurve: 'P-256' }, true, ['verify']).catch((err) => console.log('subtle spki', err.name));
