import { md5, sha1, sha256, sha512, sha3, blake2b, blake3, crc32, adler32, xxhash64, xxhash3, ripemd160, sm3, whirlpool, keccak, createSHA256, createHMAC, pbkdf2, scrypt, argon2id, bcrypt, bcryptVerify } from "hash-wasm";

const text = "The quick brown fox jumps over the lazy dog";
for (const [name, f] of Object.entries({ md5, sha1, sha256, sha512, sha3, blake2b, blake3, crc32, adler32, xxhash64, xxhash3, ripemd160, sm3, whirlpool, keccak })) console.log(name, await f(text), await f(new Uint8Array(300)));
const h = await createSHA256();
h.init();
for (let i = 0; i < 50; i++) h.update(`chunk ${i}`);
console.log(h.digest("hex"), h.blockSize, h.digestSize);
const mac = await createHMAC(createSHA256(), "key");
console.log(mac.init().update(text).digest());
const salt = new Uint8Array(16).fill(7);
console.log(await pbkdf2({ password: "p", salt, iterations: 50, hashLength: 32, hashFunction: createSHA256() }));
console.log(await scrypt({ password: "p", salt, costFactor: 64, blockSize: 8, parallelism: 1, hashLength: 32 }));
console.log(await argon2id({ password: "p", salt, iterations: 2, parallelism: 1, memorySize: 64, hashLength: 32 }));
const hash = await bcrypt({ password: "p", salt, costFactor: 4 });
console.log(hash, await bcryptVerify({ password: "p", hash }), await bcryptVerify({ password: "q", hash }));
