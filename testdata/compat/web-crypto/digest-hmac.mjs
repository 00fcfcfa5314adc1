// crypto.subtle: digest, HMAC, import and export of secret keys, errors.
const hex = (b) => Buffer.from(b).toString('hex');
const te = new TextEncoder();
const t = async (label, fn) => { try { console.log(label, await fn()); } catch (e) { console.log(label, e.name, e.message.slice(0, 60)); } };
for (const h of ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512', 'sha-256']) await t(h, async () => hex(await crypto.subtle.digest(h, te.encode('hello'))));
await t('object', async () => hex(await crypto.subtle.digest({ name: 'SHA-256' }, new ArrayBuffer(3))));
await t('md5', () => crypto.subtle.digest('MD5', te.encode('x')));
await t('bad data', () => crypto.subtle.digest('SHA-256', 'text'));
const raw = te.encode('a secret key');
for (const hash of ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512']) {
  await t('hmac ' + hash, async () => {
    const key = await crypto.subtle.importKey('raw', raw, { name: 'HMAC', hash }, true, ['sign', 'verify']);
    const s = await crypto.subtle.sign('HMAC', key, te.encode('message'));
    return [hex(s), await crypto.subtle.verify('HMAC', key, s, te.encode('message')), await crypto.subtle.verify('HMAC', key, s, te.encode('other'))];
  });
}
await t('key', async () => {
  const k = await crypto.subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return [k.type, k.extractable, k.algorithm, k.usages, k instanceof CryptoKey, Object.prototype.toString.call(k)];
});
await t('jwk', async () => crypto.subtle.exportKey('jwk', await crypto.subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, true, ['sign', 'verify'])));
await t('from jwk', async () => hex(await crypto.subtle.exportKey('raw', await crypto.subtle.importKey('jwk', { kty: 'oct', k: 'AQIDBA', alg: 'HS256', ext: true }, { name: 'HMAC', hash: 'SHA-256' }, true, ['sign']))));
await t('not extractable', async () => crypto.subtle.exportKey('raw', await crypto.subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])));
await t('no usages', () => crypto.subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, true, []));
await t('bad usage', () => crypto.subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, true, ['encrypt']));
await t('unknown usage', () => crypto.subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, true, ['fly']));
await t('usage at use', async () => crypto.subtle.sign('HMAC', await crypto.subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, true, ['verify']), raw));
await t('generate', async () => { const k = await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-512' }, true, ['sign', 'verify']); return [k.algorithm, (await crypto.subtle.exportKey('raw', k)).byteLength]; });
await t('empty', () => crypto.subtle.importKey('raw', new Uint8Array(0), { name: 'HMAC', hash: 'SHA-256' }, true, ['sign']));
await t('unknown algorithm', () => crypto.subtle.importKey('raw', raw, 'ROT13', true, ['sign']));
console.log(typeof crypto.subtle, Object.prototype.toString.call(crypto.subtle), Object.prototype.toString.call(crypto), crypto.randomUUID().length);
await t('random too many', async () => crypto.getRandomValues(new Uint8Array(65537)));
await t('random floats', async () => crypto.getRandomValues(new Float32Array(4)));
console.log(crypto.getRandomValues(new Uint32Array(4)).length);
