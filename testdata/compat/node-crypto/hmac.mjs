import crypto from 'node:crypto';
for (const a of ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'sha3-256', 'ripemd160']) console.log(a, crypto.createHmac(a, 'key').update('data').digest('hex'));
console.log(crypto.createHmac('sha256', Buffer.alloc(0)).update('').digest('base64'), crypto.createHmac('sha1', 'k'.repeat(200)).update('long key').digest('hex'));
console.log(crypto.createHmac('sha256', crypto.createSecretKey('secret', 'utf8')).update('ko').digest('hex'), crypto.createHmac('sha256', new Uint8Array([1, 2])).update('u8').digest('hex'));
console.log(crypto.createHmac('sha256', '6b6579', { encoding: 'hex' }).update('enc').digest('hex'));
const h = crypto.createHmac('sha256', 'k'); h.update('x'); console.log(h.digest().length, JSON.stringify(h.digest('hex')), h instanceof crypto.Hmac);
for (const f of [() => h.update('y'), () => crypto.createHmac('nope', 'k'), () => crypto.createHmac('sha1'), () => crypto.createHmac('sha1', null), () => crypto.createHmac(5, 'k'), () => crypto.createHmac('sha1', 5), () => crypto.createHmac('sha1', 'k').update({}), () => crypto.createHmac('sha1', crypto.generateKeyPairSync('ed25519').privateKey)]) try { f(); console.log('ok'); } catch (e) { console.log(e.name, e.code, e.message); }
const s = crypto.createHmac('sha1', 'k'); s.end('streamed'); console.log((await s.toArray())[0].toString('hex'));
console.log(crypto.createHmac('sha256', 'k').update('6869', 'hex').digest('hex') === crypto.createHmac('sha256', 'k').update('hi').digest('hex'));
