// crypto.subtle: conversions and refusals of arguments, for every method.
const S = crypto.subtle, te = new TextEncoder(), data = te.encode('hello'), bytes = new Uint8Array(32).map((_, i) => i);
const t = async (label, fn) => { try { console.log(label, await fn()); } catch (e) { console.log(label, e.name, e.code, e.message); } };
for (const m of ['encrypt', 'decrypt', 'sign', 'verify', 'digest', 'generateKey', 'deriveKey', 'deriveBits', 'importKey', 'exportKey', 'wrapKey', 'unwrapKey']) {
  await t(`${m} ${S[m].length} no arguments`, () => S[m]());
}
await t('this', () => S.digest.call({}, 'SHA-1', data));
await t('rejects', () => S.digest().catch(() => {}) instanceof Promise);
const hmac = await S.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, true, ['sign']);
const gcm = await S.importKey('raw', bytes, 'aes-gcm', true, ['encrypt', 'wrapKey', 'unwrapKey']);
for (const v of [undefined, 1, 'rot13', {}, Symbol('s'), 10n, { name: 'HMAC' }, { name: 'HMAC', hash: 'md5' }, { name: 'ECDSA' }, { name: 'ECDSA', namedCurve: 'x' }, { name: 'HMAC', hash: 'SHA-1', length: -1 }, { name: 'AES-GCM', length: 65537 }, { name: 'RSA-PSS', hash: 'SHA-1', modulusLength: 2048, publicExponent: [3] }]) {
  const label = typeof v === 'object' ? JSON.stringify(v) : String(v);
  await t('generateKey ' + label, () => S.generateKey(v, true, ['sign']));
  await t('importKey ' + label, () => S.importKey('raw', bytes, v, true, ['sign']));
  await t('sign ' + label, () => S.sign(v, hmac, data));
}
await t('format', () => S.importKey('pem', bytes, 'AES-GCM', true, ['encrypt']));
await t('usages', () => S.importKey('raw', bytes, 'AES-GCM', true, 'encrypt'));
await t('usage', () => S.importKey('raw', bytes, 'AES-GCM', true, ['encrypt', 'eat']));
await t('key', () => S.sign('HMAC', {}, data));
await t('data', () => S.sign('HMAC', hmac, [1]));
await t('shared', () => S.digest('SHA-1', new Uint8Array(new SharedArrayBuffer(2))));
await t('iv', () => S.encrypt({ name: 'AES-GCM', iv: 'x' }, gcm, data));
await t('iv of 7', () => S.encrypt({ name: 'AES-GCM', iv: new Uint8Array(7) }, gcm, data));
await t('iv of 129', () => S.encrypt({ name: 'AES-GCM', iv: new Uint8Array(129) }, gcm, data));
await t('tagLength', () => S.encrypt({ name: 'AES-GCM', iv: bytes, tagLength: 256 }, gcm, data));
await t('usage of wrap', () => S.decrypt({ name: 'AES-GCM', iv: bytes }, gcm, data));
await t('wrap with kw', () => S.wrapKey('raw', hmac, gcm, 'AES-KW'));
await t('jwk', () => S.importKey('jwk', bytes, 'AES-GCM', true, ['encrypt']));
await t('jwk of a string', () => S.importKey('jwk', 'x', 'AES-GCM', true, ['encrypt']));
for (const jwk of [{ kty: 'RSA' }, { kty: 'oct' }, { kty: 'oct', k: 'AA' }, { kty: 'oct', k: 'AAECAwQFBgcICQoLDA0ODw', use: 'sig' }, { kty: 'oct', k: 'AAECAwQFBgcICQoLDA0ODw', key_ops: ['decrypt'] }, { kty: 'oct', k: 'AAECAwQFBgcICQoLDA0ODw', key_ops: ['encrypt', 'encrypt'] }, { kty: 'oct', k: 'AAECAwQFBgcICQoLDA0ODw', ext: false }, { kty: 'oct', k: 'AAECAwQFBgcICQoLDA0ODw', alg: 'A256GCM' }, { kty: 'oct', k: 'AAECAwQFBgcICQoLDA0ODw', key_ops: 1 }]) {
  await t('jwk ' + JSON.stringify(jwk), async () => (await S.importKey('jwk', jwk, 'AES-GCM', true, ['encrypt'])).algorithm);
}
for (const name of ['type', 'extractable', 'algorithm', 'usages']) await t('getter ' + name, () => Object.getOwnPropertyDescriptor(CryptoKey.prototype, name).get.call({}));
await t('new CryptoKey', () => new CryptoKey());
await t('new SubtleCrypto', () => new SubtleCrypto());
console.log(CryptoKey.length, SubtleCrypto.length, Crypto.length, Object.keys(CryptoKey.prototype), Object.keys(Crypto.prototype));
