// Memory that is detached, or that a view lies outside of, has no bytes.
const detach = v => { structuredClone(v.buffer ?? v, { transfer: [v.buffer ?? v] }); return v; };
const t = async (name, f) => {
  try {
    const v = await f();
    console.log(name, v instanceof ArrayBuffer ? Buffer.from(v).toString('hex') : v);
  } catch (e) {
    console.log(name, e.name, e.message);
  }
};
const key = await crypto.subtle.importKey('raw', new Uint8Array(16), 'AES-GCM', false, ['encrypt', 'decrypt']);
const mac = await crypto.subtle.importKey('raw', new Uint8Array(16), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);
for (const [name, make] of [['bytes', () => new Uint8Array(3)], ['buffer', () => new ArrayBuffer(3)]]) {
  await t(`digest ${name}`, () => crypto.subtle.digest('SHA-1', detach(make())));
  await t(`encrypt ${name}`, () => crypto.subtle.encrypt({ name: 'AES-GCM', iv: new Uint8Array(12) }, key, detach(make())));
  await t(`sign ${name}`, () => crypto.subtle.sign('HMAC', mac, detach(make())));
  await t(`verify ${name}`, () => crypto.subtle.verify('HMAC', mac, detach(make()), new Uint8Array(1)));
  await t(`decode ${name}`, () => JSON.stringify(new TextDecoder().decode(detach(make()))));
}
const b = new Uint8Array([1]);
const later = crypto.subtle.digest('SHA-1', b);
detach(b);
await t('detached after the call', () => later);
const shrunk = new ArrayBuffer(8, { maxByteLength: 8 });
const outside = new Uint8Array(shrunk, 4, 4);
shrunk.resize(2);
await t('outside', () => crypto.subtle.digest('SHA-1', outside));
