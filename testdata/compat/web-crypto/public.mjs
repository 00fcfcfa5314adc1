// crypto.subtle: RSA, ECDSA, ECDH, Ed25519, X25519: generate, sign, verify, encrypt, export, import.
const hex = (b) => Buffer.from(b).toString('hex');
const te = new TextEncoder();
const data = te.encode('data to sign');
const t = async (label, fn) => { try { console.log(label, await fn()); } catch (e) { console.log(label, e.name, e.message.slice(0, 60)); } };
for (const [name, sign] of [['RSASSA-PKCS1-v1_5', {}], ['RSA-PSS', { saltLength: 32 }]]) {
  await t(name, async () => {
    const k = await crypto.subtle.generateKey({ name, modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' }, true, ['sign', 'verify']);
    const s = await crypto.subtle.sign({ name, ...sign }, k.privateKey, data);
    const jwk = await crypto.subtle.exportKey('jwk', k.publicKey);
    const again = await crypto.subtle.importKey('jwk', jwk, { name, hash: 'SHA-256' }, true, ['verify']);
    const spki = await crypto.subtle.exportKey('spki', k.publicKey);
    const pkcs8 = await crypto.subtle.exportKey('pkcs8', k.privateKey);
    const priv = await crypto.subtle.importKey('pkcs8', pkcs8, { name, hash: 'SHA-256' }, false, ['sign']);
    return [s.byteLength, await crypto.subtle.verify({ name, ...sign }, again, s, data), await crypto.subtle.verify({ name, ...sign }, again, s, te.encode('x')), Object.keys(jwk).sort().join(), jwk.alg, spki.byteLength, priv.type, priv.algorithm.modulusLength, k.publicKey.usages, k.privateKey.usages];
  });
}
await t('RSA-OAEP', async () => {
  const k = await crypto.subtle.generateKey({ name: 'RSA-OAEP', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' }, true, ['encrypt', 'decrypt']);
  const c = await crypto.subtle.encrypt({ name: 'RSA-OAEP', label: te.encode('l') }, k.publicKey, data);
  return [c.byteLength, hex(await crypto.subtle.decrypt({ name: 'RSA-OAEP', label: te.encode('l') }, k.privateKey, c)) === hex(data)];
});
for (const namedCurve of ['P-256', 'P-384', 'P-521']) {
  await t('ECDSA ' + namedCurve, async () => {
    const k = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve }, true, ['sign', 'verify']);
    const s = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, k.privateKey, data);
    const raw = await crypto.subtle.exportKey('raw', k.publicKey);
    const pub = await crypto.subtle.importKey('raw', raw, { name: 'ECDSA', namedCurve }, true, ['verify']);
    const jwk = await crypto.subtle.exportKey('jwk', k.privateKey);
    return [s.byteLength, raw.byteLength, await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, pub, s, data), Object.keys(jwk).sort().join(), jwk.crv];
  });
  await t('ECDH ' + namedCurve, async () => {
    const a = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve }, true, ['deriveBits']);
    const b = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve }, true, ['deriveBits']);
    const x = await crypto.subtle.deriveBits({ name: 'ECDH', public: b.publicKey }, a.privateKey, 256);
    const y = await crypto.subtle.deriveBits({ name: 'ECDH', public: a.publicKey }, b.privateKey, 256);
    return [x.byteLength, hex(x) === hex(y)];
  });
}
const rfc = { kty: 'OKP', crv: 'Ed25519', d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' };
await t('Ed25519', async () => {
  const priv = await crypto.subtle.importKey('jwk', rfc, 'Ed25519', true, ['sign']);
  const { d, ...pubJwk } = rfc;
  const pub = await crypto.subtle.importKey('jwk', pubJwk, 'Ed25519', true, ['verify']);
  const s = await crypto.subtle.sign('Ed25519', priv, data);
  return [hex(s), await crypto.subtle.verify('Ed25519', pub, s, data), hex(await crypto.subtle.exportKey('raw', pub)), hex(await crypto.subtle.exportKey('spki', pub)), hex(await crypto.subtle.exportKey('pkcs8', priv))];
});
await t('X25519', async () => {
  const a = await crypto.subtle.generateKey('X25519', true, ['deriveBits']);
  const b = await crypto.subtle.generateKey('X25519', true, ['deriveBits']);
  return hex(await crypto.subtle.deriveBits({ name: 'X25519', public: b.publicKey }, a.privateKey, 256)) === hex(await crypto.subtle.deriveBits({ name: 'X25519', public: a.publicKey }, b.privateKey, 256));
});
await t('bad curve', () => crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-128' }, true, ['sign']));
await t('bad point', () => crypto.subtle.importKey('raw', new Uint8Array(65), { name: 'ECDSA', namedCurve: 'P-256' }, true, ['verify']));
await t('no usages', () => crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, []));
