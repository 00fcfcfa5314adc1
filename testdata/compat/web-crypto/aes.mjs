// crypto.subtle: AES-GCM, AES-CBC, AES-CTR, AES-KW.
const hex = (b) => Buffer.from(b).toString('hex');
const un = (s) => new Uint8Array(Buffer.from(s, 'hex'));
const t = async (label, fn) => { try { console.log(label, await fn()); } catch (e) { console.log(label, e.name, e.message.slice(0, 60)); } };
const bytes = un('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f');
const data = new TextEncoder().encode('the quick brown fox jumps over the lazy dog');
const iv16 = bytes.slice(0, 16), iv12 = bytes.slice(0, 12);
for (const size of [16, 24, 32]) {
  const raw = bytes.slice(0, size);
  for (const [name, params] of [['AES-GCM', { iv: iv12 }], ['AES-GCM', { iv: iv12, additionalData: data.slice(0, 5) }], ['AES-GCM', { iv: iv16, tagLength: 96 }], ['AES-CBC', { iv: iv16 }], ['AES-CTR', { counter: iv16, length: 64 }]]) {
    await t(`${name} ${size * 8} ${Object.keys(params)}`, async () => {
      const key = await crypto.subtle.importKey('raw', raw, name, true, ['encrypt', 'decrypt']);
      const out = await crypto.subtle.encrypt({ name, ...params }, key, data);
      const back = await crypto.subtle.decrypt({ name, ...params }, key, out);
      return hex(out) + ' ' + (hex(back) === hex(data));
    });
  }
}
const key = await crypto.subtle.importKey('raw', bytes, 'AES-GCM', true, ['encrypt', 'decrypt', 'wrapKey', 'unwrapKey']);
await t('tampered', async () => { const c = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv: iv12 }, key, data)); c[3] ^= 1; return crypto.subtle.decrypt({ name: 'AES-GCM', iv: iv12 }, key, c); });
await t('too short', () => crypto.subtle.decrypt({ name: 'AES-GCM', iv: iv12 }, key, new Uint8Array(4)));
await t('bad tag length', () => crypto.subtle.encrypt({ name: 'AES-GCM', iv: iv12, tagLength: 20 }, key, data));
await t('bad iv', async () => crypto.subtle.encrypt({ name: 'AES-CBC', iv: iv12 }, await crypto.subtle.importKey('raw', bytes, 'AES-CBC', true, ['encrypt']), data));
await t('bad padding', async () => crypto.subtle.decrypt({ name: 'AES-CBC', iv: iv16 }, await crypto.subtle.importKey('raw', bytes, 'AES-CBC', true, ['decrypt']), new Uint8Array(32)));
await t('bad size', () => crypto.subtle.importKey('raw', bytes.slice(0, 5), 'AES-GCM', true, ['encrypt']));
await t('other algorithm', () => crypto.subtle.encrypt({ name: 'AES-CBC', iv: iv16 }, key, data));
await t('no iv', () => crypto.subtle.encrypt({ name: 'AES-GCM' }, key, data));
await t('generate', async () => { const k = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, true, ['encrypt']); return [k.algorithm, k.type, k.usages]; });
await t('generate bad', () => crypto.subtle.generateKey({ name: 'AES-GCM', length: 100 }, true, ['encrypt']));
await t('jwk', () => crypto.subtle.exportKey('jwk', key));
await t('wrap', async () => { const k = await crypto.subtle.importKey('raw', bytes.slice(0, 16), 'AES-CBC', true, ['encrypt']); const w = await crypto.subtle.wrapKey('raw', k, key, { name: 'AES-GCM', iv: iv12 }); const u = await crypto.subtle.unwrapKey('raw', w, key, { name: 'AES-GCM', iv: iv12 }, 'AES-CBC', true, ['encrypt']); return [hex(w), hex(await crypto.subtle.exportKey('raw', u))]; });
await t('kw', async () => { const kek = await crypto.subtle.importKey('raw', bytes.slice(0, 16), 'AES-KW', false, ['wrapKey', 'unwrapKey']); const k = await crypto.subtle.importKey('raw', bytes.slice(16), 'AES-CBC', true, ['encrypt']); const w = await crypto.subtle.wrapKey('raw', k, kek, 'AES-KW'); return [hex(w), hex(await crypto.subtle.exportKey('raw', await crypto.subtle.unwrapKey('raw', w, kek, 'AES-KW', 'AES-CBC', true, ['encrypt'])))]; });
