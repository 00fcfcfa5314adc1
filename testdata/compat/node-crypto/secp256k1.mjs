import crypto from 'node:crypto';
const t = (n, f) => { try { console.log(n, f()); } catch (e) { console.log(n, e.name, e.code, e.message.split('\n')[0]); } };
t('keys', () => JSON.stringify(crypto.generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey.asymmetricKeyDetails));
t('ecdh', () => { const e = crypto.createECDH('secp256k1'); e.setPrivateKey('11'.repeat(32), 'hex'); return e.getPublicKey('hex', 'compressed'); });
t('sign', () => { const k = crypto.generateKeyPairSync('ec', { namedCurve: 'secp256k1' }); return crypto.verify('sha256', Buffer.from('d'), k.publicKey, crypto.sign('sha256', Buffer.from('d'), k.privateKey)); });
