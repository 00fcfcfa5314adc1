import crypto from 'node:crypto';
// What OpenSSL has beyond what most programs use.
const t = (n, f) => { try { console.log(n, f()); } catch (e) { console.log(n, e.name, e.code, e.message.split('\n')[0]); } };
for (const a of ['shake128', 'shake256', 'blake2b512', 'blake2s256', 'md5-sha1', 'sm3']) t(a, () => crypto.createHash(a).update('abc').digest('hex'));
t('xof', () => crypto.createHash('shake128', { outputLength: 8 }).update('x').digest('hex')); t('not xof', () => crypto.createHash('sha256', { outputLength: 5 }));
for (const a of ['aes-256-ocb', 'aes-128-ccm']) t(a, () => { const c = crypto.createCipheriv(a, Buffer.alloc(a.includes('128') ? 16 : 32, 'k'), Buffer.alloc(12, 'i'), { authTagLength: 16 }); c.setAAD(Buffer.from('header'), { plaintextLength: 5 }); return c.update('plain', 'utf8', 'hex') + c.final('hex') + c.getAuthTag().toString('hex'); });
for (const [type, opt] of [['ed448', {}], ['x448', {}], ['rsa-pss', { modulusLength: 1024, hashAlgorithm: 'sha256', mgf1HashAlgorithm: 'sha256', saltLength: 32 }], ['dh', { group: 'modp5' }], ['dsa', { modulusLength: 1024, divisorLength: 160 }]]) t(type, () => crypto.generateKeyPairSync(type, opt).privateKey.asymmetricKeyType);
t('pss without salt', () => { const k = crypto.generateKeyPairSync('rsa', { modulusLength: 1024 }); const o = { padding: crypto.constants.RSA_PKCS1_PSS_PADDING, saltLength: 0 }; return crypto.verify('sha256', Buffer.from('d'), { key: k.publicKey, ...o }, crypto.sign('sha256', Buffer.from('d'), { key: k.privateKey, ...o })); });
