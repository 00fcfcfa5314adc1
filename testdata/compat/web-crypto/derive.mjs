// crypto.subtle: PBKDF2, HKDF, deriveBits, deriveKey.
const hex = (b) => Buffer.from(b).toString('hex');
const te = new TextEncoder();
const t = async (label, fn) => { try { console.log(label, await fn()); } catch (e) { console.log(label, e.name, e.message.slice(0, 60)); } };
const pass = await crypto.subtle.importKey('raw', te.encode('password'), 'PBKDF2', false, ['deriveBits', 'deriveKey']);
for (const hash of ['SHA-1', 'SHA-256', 'SHA-512']) await t('pbkdf2 ' + hash, async () => hex(await crypto.subtle.deriveBits({ name: 'PBKDF2', salt: te.encode('salt'), iterations: 1000, hash }, pass, 256)));
await t('zero iterations', () => crypto.subtle.deriveBits({ name: 'PBKDF2', salt: te.encode('salt'), iterations: 0, hash: 'SHA-256' }, pass, 256));
await t('odd length', () => crypto.subtle.deriveBits({ name: 'PBKDF2', salt: te.encode('salt'), iterations: 1, hash: 'SHA-256' }, pass, 9));
await t('null length', () => crypto.subtle.deriveBits({ name: 'PBKDF2', salt: te.encode('salt'), iterations: 1, hash: 'SHA-256' }, pass, null));
await t('deriveKey', async () => { const k = await crypto.subtle.deriveKey({ name: 'PBKDF2', salt: te.encode('salt'), iterations: 10, hash: 'SHA-256' }, pass, { name: 'AES-GCM', length: 256 }, true, ['encrypt']); return [k.algorithm, hex(await crypto.subtle.exportKey('raw', k))]; });
await t('deriveKey hmac', async () => { const k = await crypto.subtle.deriveKey({ name: 'PBKDF2', salt: te.encode('salt'), iterations: 10, hash: 'SHA-256' }, pass, { name: 'HMAC', hash: 'SHA-1', length: 160 }, true, ['sign']); return hex(await crypto.subtle.exportKey('raw', k)); });
await t('extractable', () => crypto.subtle.importKey('raw', te.encode('x'), 'PBKDF2', true, ['deriveBits']));
const ikm = await crypto.subtle.importKey('raw', te.encode('input'), 'HKDF', false, ['deriveBits', 'deriveKey']);
for (const hash of ['SHA-1', 'SHA-256', 'SHA-384']) await t('hkdf ' + hash, async () => hex(await crypto.subtle.deriveBits({ name: 'HKDF', salt: te.encode('salt'), info: te.encode('info'), hash }, ikm, 512)));
await t('hkdf too long', () => crypto.subtle.deriveBits({ name: 'HKDF', salt: new Uint8Array(), info: new Uint8Array(), hash: 'SHA-256' }, ikm, 255 * 256 + 8));
await t('no info', () => crypto.subtle.deriveBits({ name: 'HKDF', salt: new Uint8Array(), hash: 'SHA-256' }, ikm, 256));
await t('key', () => [ikm.type, ikm.algorithm, ikm.usages, ikm.extractable]);
