// What creates something can be called with new, as OpenPGP.js does.
import crypto from 'node:crypto';
const key = Buffer.alloc(16), iv = Buffer.alloc(16, 1);
const c = new crypto.createCipheriv('aes-128-cfb', key, iv);
const text = Buffer.concat([c.update('words'), c.final()]);
const d = new crypto.createDecipheriv('aes-128-cfb', key, iv);
console.log(text.toString('hex'), String(Buffer.concat([d.update(text), d.final()])), c instanceof crypto.Cipheriv);
console.log(new crypto.createHash('sha1').update('a').digest('hex'), new crypto.createHmac('md5', 'k').update('a').digest('hex'));
console.log(new crypto.createSign('sha256') instanceof crypto.Sign, new crypto.createVerify('sha256') instanceof crypto.Verify, new crypto.createECDH('prime256v1') instanceof crypto.ECDH);
console.log(new crypto.getDiffieHellman('modp14') instanceof crypto.DiffieHellmanGroup, new crypto.createDiffieHellmanGroup('modp14').getPrime().length, new crypto.createDiffieHellman('0b', 'hex') instanceof crypto.DiffieHellman);
for (const f of [crypto.createCipheriv, crypto.createDecipheriv, crypto.createECDH, crypto.createSign]) console.log(f.name, f.length, Object.hasOwn(f, 'prototype'));
