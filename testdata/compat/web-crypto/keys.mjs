// crypto.subtle: encodings of keys, and modes of ciphers at their edges.
const S = crypto.subtle, te = new TextEncoder(), hex = (b) => Buffer.from(b).toString('hex'), data = te.encode('hello'), bytes = new Uint8Array(32).map((_, i) => i);
const t = async (label, fn) => { try { console.log(label, await fn()); } catch (e) { console.log(label, e.name, e.code, e.message); } };
const pub = ({ d, ...rest }) => rest;
const ec = { kty: 'EC', crv: 'P-256', x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4', y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM', d: '870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE' };
const ed = { kty: 'OKP', crv: 'Ed25519', d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' };
const rsa = { kty: 'RSA', e: 'AQAB', n: 'sXchDaQebHnPiGvyDOAT4saGEUetSyo9MKLOoWFsueri23bOdgWp4Dy1WlUzewbgBHod5pcM9H95GQRV3JDXboIRROSBigeC5yjU1hGzHHyXss8UDprecbAYxknTcQkhslANGRUZmdTOQ5qTRsLAt6BTYuyvVRdhS8exSZEy_c4gs_7svlJJQ4H9_NxsiIoLwAEk7-Q3UXERGYw_75IDrGA84-lA_-Ct4eTlXHBIY2EaV7t7LjJaynVJCpkv4LKjTTAumiGUIuQhrNhZLuF_RJLqHpM2kgWFLU7-VTdL1VbC2tejvcI2BlMkEpk1BzBZI0KQB0GaDWFLN-aEAw3vRw' };
for (const [label, jwk] of Object.entries({ pair: ec, public: pub(ec), 'no x': { ...ec, x: undefined }, 'not a point': { ...pub(ec), x: 'AQ' }, 'wrong d': { ...ec, d: 'AQ' }, curve: { ...ec, crv: 'P-384' }, use: { ...ec, use: 'enc' }, alg: { ...ec, alg: 'ES384' }, ops: { ...ec, key_ops: ['verify'] } })) {
  for (const [name, usage] of [['ECDSA', jwk.d ? 'sign' : 'verify'], ['ECDH', 'deriveBits']]) await t(`EC ${label} ${name}`, async () => {
    const k = await S.importKey('jwk', jwk, { name, namedCurve: 'P-256' }, true, [usage]);
    return [k.type, k.usages, Object.keys(await S.exportKey('jwk', k)).join(), hex(await S.exportKey(k.type === 'public' ? 'spki' : 'pkcs8', k))];
  });
}
for (const [label, jwk] of Object.entries({ pair: ed, public: pub(ed), 'wrong x': { ...ed, x: ed.d }, 'no x': { ...ed, x: undefined }, curve: { ...ed, crv: 'X25519' }, 'alg EdDSA': { ...ed, alg: 'EdDSA' }, alg: { ...ed, alg: 'ES256' }, 'short x': { ...pub(ed), x: 'AQ' } })) {
  await t(`OKP ${label}`, async () => S.exportKey('jwk', await S.importKey('jwk', jwk, 'Ed25519', true, [jwk.d ? 'sign' : 'verify'])));
}
for (const [label, jwk] of Object.entries({ public: rsa, alg: { ...rsa, alg: 'RS256' }, 'other alg': { ...rsa, alg: 'RS1' }, 'no n': { ...rsa, n: undefined }, private: { ...rsa, d: 'AQ' } })) {
  await t(`RSA ${label}`, async () => { const k = await S.importKey('jwk', jwk, { name: 'RSA-PSS', hash: 'SHA-256' }, true, jwk.d ? ['sign'] : ['verify']); return [k.algorithm.modulusLength, k.algorithm.publicExponent, (await S.exportKey('jwk', k)).alg]; });
}
const ecKey = await S.importKey('jwk', ec, { name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign']), ecPublic = await S.importKey('jwk', pub(ec), { name: 'ECDSA', namedCurve: 'P-256' }, true, ['verify']);
const pkcs8 = await S.exportKey('pkcs8', ecKey), raw = await S.exportKey('raw', ecPublic);
await t('another curve', () => S.importKey('pkcs8', pkcs8, { name: 'ECDSA', namedCurve: 'P-384' }, true, ['sign']));
await t('another type', () => S.importKey('pkcs8', pkcs8, 'Ed25519', true, ['sign']));
await t('pkcs8 as spki', () => S.importKey('spki', pkcs8, { name: 'ECDSA', namedCurve: 'P-256' }, true, ['verify']));
await t('compressed', async () => hex(await S.exportKey('raw', await S.importKey('raw', new Uint8Array([2 + (new Uint8Array(raw)[64] & 1), ...new Uint8Array(raw).slice(1, 33)]), { name: 'ECDH', namedCurve: 'P-256' }, true, []))));
await t('spki of a private key', () => S.exportKey('spki', ecKey));
await t('raw of a private key', () => S.exportKey('raw', ecKey));
await t('pkcs8 of a public key', () => S.exportKey('pkcs8', ecPublic));
const gcm = await S.importKey('raw', bytes, 'AES-GCM', true, ['encrypt', 'decrypt', 'wrapKey', 'unwrapKey']);
for (const tagLength of [32, 64, 96, 104, 112, 120, 128]) for (const iv of [bytes.slice(0, 12), bytes]) await t(`tag of ${tagLength}, nonce of ${iv.length}`, async () => {
  const p = { name: 'AES-GCM', iv, tagLength, additionalData: data };
  const c = new Uint8Array(await S.encrypt(p, gcm, data)), out = [hex(c), hex(await S.decrypt(p, gcm, c))];
  c[c.length - 1] ^= 1;
  return [...out, await S.decrypt(p, gcm, c).then(() => 'accepted', (e) => e.name)];
});
const ctr = await S.importKey('raw', bytes, 'AES-CTR', true, ['encrypt']);
for (const [fill, length, size] of [[255, 8, 70], [254, 1, 30], [255, 1, 33], [250, 3, 70], [0, 128, 70], [255, 64, 70], [255, 128, 40], [255, 32, 300001], [0, 1, 32], [0, 1, 33]]) await t(`counter of ${length} from ${fill}, ${size} bytes`, async () => hex(await S.digest('SHA-256', await S.encrypt({ name: 'AES-CTR', counter: new Uint8Array(16).fill(fill), length }, ctr, new Uint8Array(size)))));
for (const length of [0, 129, 256]) await t(`counter of ${length}`, () => S.encrypt({ name: 'AES-CTR', counter: new Uint8Array(16), length }, ctr, data));
await t('much', async () => hex(await S.digest('SHA-256', await S.encrypt({ name: 'AES-GCM', iv: bytes }, gcm, new Uint8Array(300001)))));
const kw = await S.importKey('raw', bytes, 'AES-KW', true, ['wrapKey', 'unwrapKey']);
await t('wrapped jwk', async () => { const w = await S.wrapKey('jwk', gcm, kw, 'AES-KW'); return [hex(w), hex(await S.exportKey('raw', await S.unwrapKey('jwk', w, kw, 'AES-KW', 'AES-GCM', true, ['encrypt'])))]; });
await t('wrapped and changed', async () => { const w = new Uint8Array(await S.wrapKey('raw', gcm, kw, 'AES-KW')); w[0] ^= 1; return S.unwrapKey('raw', w, kw, 'AES-KW', 'AES-GCM', true, ['encrypt']); });
await t('wrapped and short', () => S.unwrapKey('raw', new Uint8Array(8), kw, 'AES-KW', 'AES-GCM', true, ['encrypt']));
await t('not jwk', async () => S.unwrapKey('jwk', await S.wrapKey('raw', gcm, kw, 'AES-KW'), kw, 'AES-KW', 'AES-GCM', true, ['encrypt']));
const a = await S.importKey('jwk', ec, { name: 'ECDH', namedCurve: 'P-256' }, true, ['deriveBits']), b = await S.importKey('jwk', pub(ec), { name: 'ECDH', namedCurve: 'P-256' }, true, []);
for (const length of [null, 0, 8, 9, 15, 256, 264]) await t(`shared ${length}`, async () => hex(await S.deriveBits({ name: 'ECDH', public: b }, a, length)));
await t('two private keys', () => S.deriveBits({ name: 'ECDH', public: a }, a, 8));
await t('a point of low order', async () => S.deriveBits({ name: 'X25519', public: await S.importKey('raw', new Uint8Array(32), 'X25519', true, []) }, (await S.generateKey('X25519', true, ['deriveBits'])).privateKey, 256));
const { KeyObject, createHmac, createPublicKey, sign, verify } = await import('node:crypto');
await t('clone', () => { const c = structuredClone(gcm); return [c !== gcm, c instanceof CryptoKey, c.algorithm, c.usages]; });
await t('KeyObject', () => { const k = KeyObject.from(gcm); return [k.type, k.symmetricKeySize, k.export().toString('hex'), createHmac('sha256', gcm).update('x').digest('hex')]; });
await t('KeyObject of a private key', () => createPublicKey(KeyObject.from(a)).export({ format: 'jwk' }));
await t('KeyObject of nothing', () => KeyObject.from({}));
await t('node:crypto', async () => { const k = await S.importKey('jwk', ed, 'Ed25519', true, ['sign']), s = sign(null, data, k); return [s.toString('hex'), verify(null, data, createPublicKey(k), s)]; });
