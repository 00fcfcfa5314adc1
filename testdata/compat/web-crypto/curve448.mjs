// Ed448 and X448 in Web Crypto, and RSA-PSS without a salt.
const { subtle } = globalThis.crypto;
const show = async (label, f) => {
  try { console.log(label, await f()); } catch (e) { console.log(label, e.name, e.message); }
};
const hex = (b) => Buffer.from(b).toString('hex');
const jwk = {
  Ed448: { kty: 'OKP', crv: 'Ed448', d: 'bIKlYsuAjRDWMr6JyFE-v2ySnzTd-oyfY8mWDvbjSKNSjIo_zC8ETjmj_FuUSS-PAy51SaIAmPlb', x: 'X9dEm1m0Yf0s54fsYWrUah2hNCSFpw4fig6nXYDpZ3jt8SR2m0bHBhvWeD3x5Q9s0foavq_oJWGA' },
  X448: { kty: 'OKP', crv: 'X448', d: 'mo9JJdFRn1d1z0awS1gA1O6e6LrovFVl1JjCjdnJuvV0qUGXRIlzkQBjgqbxJ6sdmsLYwKWYcms', x: 'mwj3zDG34-Z9ItWuoSEHSic70rg94Jxj-qc9LCLF2bvINmRyQdlT1AxbEtqIEg1TF3-A5TLEH6A' },
};
const other = { kty: 'OKP', crv: 'X448', d: 'HDBqesKg4uCZCylEcMujOeZFN3KwdYEdj60NHWknwSC7XuiXKw0-ITdMnJIbCdGwNm8QtlFzmS0', x: 'PreoKbDNIPW8_AtZm2_sz22kYnEHvbDU80W0MCfYuXL8PjT7QjKhPKcG3LV67D2uB73BxnvzNgk' };
const pub = (k) => ({ kty: k.kty, crv: k.crv, x: k.x });
for (const [name, uses, publicUses] of [['Ed448', ['sign'], ['verify']], ['X448', ['deriveBits', 'deriveKey'], []]]) {
  const k = await subtle.importKey('jwk', jwk[name], name, true, uses);
  const p = await subtle.importKey('jwk', pub(jwk[name]), { name }, true, publicUses);
  await show(`${name} keys`, () => JSON.stringify([k.type, k.algorithm, k.usages, k.extractable, p.type, p.algorithm, p.usages]));
  await show(`${name} pkcs8`, async () => hex(await subtle.exportKey('pkcs8', k)));
  await show(`${name} spki`, async () => hex(await subtle.exportKey('spki', p)));
  await show(`${name} raw`, async () => hex(await subtle.exportKey('raw', p)));
  await show(`${name} raw of private`, () => subtle.exportKey('raw', k));
  await show(`${name} jwk`, async () => JSON.stringify(Object.entries(await subtle.exportKey('jwk', k)).sort()));
  await show(`${name} public jwk`, async () => JSON.stringify(Object.entries(await subtle.exportKey('jwk', p)).sort()));
  await show(`${name} back`, async () => [hex(await subtle.exportKey('raw', await subtle.importKey('raw', await subtle.exportKey('raw', p), name, true, publicUses))) === hex(await subtle.exportKey('raw', p)), (await subtle.importKey('pkcs8', await subtle.exportKey('pkcs8', k), name, true, uses)).type, (await subtle.importKey('spki', await subtle.exportKey('spki', p), name, true, publicUses)).type].join());
  await show(`${name} generate`, async () => { const g = await subtle.generateKey(name, true, [...uses, ...publicUses]); return JSON.stringify([g.publicKey.usages, g.privateKey.usages, g.publicKey.algorithm]); });
  await show(`${name} generate for nothing`, () => subtle.generateKey(name, true, []));
  await show(`${name} wrong usage`, () => subtle.generateKey(name, true, ['encrypt']));
  await show(`${name} short raw`, () => subtle.importKey('raw', new Uint8Array(32), name, true, publicUses));
  await show(`${name} other crv`, () => subtle.importKey('jwk', { ...jwk[name], crv: 'Ed25519' }, name, true, uses));
  await show(`${name} other x`, () => subtle.importKey('jwk', { ...jwk[name], x: other.x }, name, true, uses));
  await show(`${name} as 25519`, async () => subtle.importKey('spki', await subtle.exportKey('spki', p), name === 'Ed448' ? 'Ed25519' : 'X25519', true, publicUses));
}
const ed = await subtle.importKey('jwk', jwk.Ed448, 'Ed448', true, ['sign']);
const edPub = await subtle.importKey('jwk', pub(jwk.Ed448), 'Ed448', true, ['verify']);
const text = new TextEncoder().encode('text');
await show('sign', async () => hex(await subtle.sign('Ed448', ed, text)));
await show('sign empty context', async () => (await subtle.sign({ name: 'Ed448', context: new Uint8Array(0) }, ed, text)).byteLength);
await show('sign with context', () => subtle.sign({ name: 'Ed448', context: new Uint8Array(1) }, ed, text));
await show('verify', async () => subtle.verify('Ed448', edPub, await subtle.sign('Ed448', ed, text), text));
await show('verify other', async () => subtle.verify('Ed448', edPub, await subtle.sign('Ed448', ed, text), new Uint8Array(3)));
await show('verify short', async () => subtle.verify('Ed448', edPub, new Uint8Array(3), text));
await show('verify with private', async () => subtle.verify('Ed448', ed, new Uint8Array(114), text));
const a = await subtle.importKey('jwk', jwk.X448, 'X448', true, ['deriveBits', 'deriveKey']);
const b = await subtle.importKey('jwk', pub(other), 'X448', true, []);
await show('bits', async () => hex(await subtle.deriveBits({ name: 'X448', public: b }, a, 448)));
await show('fewer bits', async () => hex(await subtle.deriveBits({ name: 'X448', public: b }, a, 96)));
await show('all bits', async () => hex(await subtle.deriveBits({ name: 'X448', public: b }, a, null)));
await show('too many bits', () => subtle.deriveBits({ name: 'X448', public: b }, a, 456));
await show('key', async () => hex(await subtle.exportKey('raw', await subtle.deriveKey({ name: 'X448', public: b }, a, { name: 'AES-GCM', length: 256 }, true, ['encrypt']))));
await show('mixed', async () => subtle.deriveBits({ name: 'X448', public: (await subtle.generateKey('X25519', true, ['deriveBits'])).publicKey }, a, 128));
await show('wrong name', () => subtle.deriveBits({ name: 'X25519', public: b }, a, 128));
const { publicKey, privateKey } = await subtle.generateKey({ name: 'RSA-PSS', modulusLength: 1024, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' }, true, ['sign', 'verify']);
for (const [s, v] of [[0, 0], [0, 32], [32, 32], [32, 0], [20, 20], [94, 94]]) await show(`pss ${s} verified as ${v}`, async () => subtle.verify({ name: 'RSA-PSS', saltLength: v }, publicKey, await subtle.sign({ name: 'RSA-PSS', saltLength: s }, privateKey, text), text));
