import crypto, * as ns from 'node:crypto';
for (const k of Object.keys(crypto)) console.log(k, typeof crypto[k], typeof crypto[k] === 'function' ? crypto[k].name : '');
console.log(ns.createHash === crypto.createHash, crypto.webcrypto.subtle === crypto.subtle, globalThis.crypto === crypto.webcrypto, typeof crypto.webcrypto.getRandomValues);
for (const [k, v] of Object.entries(crypto.constants)) console.log(k, k === 'defaultCoreCipherList' || k === 'defaultCipherList' ? typeof v : v);
for (const c of ['Hash', 'Hmac', 'Cipheriv', 'Decipheriv', 'Sign', 'Verify', 'ECDH', 'KeyObject', 'X509Certificate']) console.log(c, Object.getOwnPropertyNames(crypto[c].prototype).filter(k => k !== 'constructor' && !k.startsWith('_')).sort().join());
