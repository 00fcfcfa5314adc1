// The global crypto, and node:crypto's randomness and digests.

import {
  ArrayBufferIsView, ArrayPrototypePush, MathFloor, NumberIsSafeInteger, StringPrototypeSlice, TypeError_, TypedArrayPrototypeGetByteLength,
  TypedArrayPrototypeGetLength, TypedArrayPrototypeGetSymbolToStringTag, TypedArrayPrototypeSet, TypedArrayPrototypeSlice, Uint8Array_, Error_, RangeError_, FunctionPrototypeCall, ObjectSetPrototypeOf, ObjectDefineProperty, setOwn, hide,
} from "./primordials.ts";
import { OP } from "buntime:ops";
import { defineGlobal, defineGlobals, named, webInterface } from "./globals.ts";
import { tidy } from "./node/names.ts";
import { register } from "./modules.ts";
import { DOMException } from "./errors.ts";
import { coded, invalidArgType, outOfRange, validateFunction, validateInteger, validateNumber, validateString } from "./node/errors.ts";
import { bytesArg, decode, newBuffer, normalizeEncoding, viewBytes, wrap } from "./node/buffer.ts";
import { bufferBytes } from "./web/blob.ts";
import { later } from "./node/later.ts";
import { Transform } from "./node/stream.ts";
import { callable, handleOf, nodeCrypto } from "./node/crypto.ts";
import { subtle } from "./web/subtle.ts";

function uuid(): string {
  const b = new Uint8Array_(16);
  host.random(b);
  b[6] = (b[6]! & 15) | 64;
  b[8] = (b[8]! & 63) | 128;
  return uuidText(b);
}

function uuidText(b: Uint8Array): string {
  const h = host.hexEncode(b);
  const cut = (i: number, j: number): string => StringPrototypeSlice(h, i, j);
  return `${cut(0, 8)}-${cut(8, 12)}-${cut(12, 16)}-${cut(16, 20)}-${cut(20, 32)}`;
}

const key: any = { __proto__: null };

function illegal(): Error {
  return coded(TypeError_, "ERR_ILLEGAL_CONSTRUCTOR", "Illegal constructor");
}

class Crypto {
  #own = true;
  constructor(k: any) {
    if (k !== key) throw illegal();
  }
  get subtle(): any {
    void this.#own;
    return subtle;
  }
  getRandomValues(view: any): any {
    void this.#own;
    const tag = TypedArrayPrototypeGetSymbolToStringTag(view);
    if (tag === undefined || tag === "Float32Array" || tag === "Float64Array" || tag === "Float16Array") throw new DOMException("The data argument must be an integer-type TypedArray", "TypeMismatchError");
    if (TypedArrayPrototypeGetByteLength(view) > 65536) throw new DOMException(`The requested length exceeds 65,536 bytes`, "QuotaExceededError");
    host.random(view);
    return view;
  }
  randomUUID(): string {
    void this.#own;
    return uuid();
  }
}
named(webInterface(Crypto, "Crypto"), "Crypto", 0);
const crypto = new Crypto(key);

defineGlobal("crypto", crypto);
defineGlobals({ Crypto });

// ---- node:crypto ----

function randomBytes(size: number, cb?: any): any {
  validateNumber(size, "size", 0, 2147483647);
  if (cb !== undefined) validateFunction(cb, "callback");
  const b = newBuffer(size);
  host.random(b);
  if (cb === undefined) return b;
  later(() => cb(null, b));
  return undefined;
}

function randomFillSync(view: any, offset: any = 0, size?: any): any {
  const b = viewBytes(view);
  if (b === undefined) throw invalidArgType("buf", ["ArrayBuffer", "ArrayBufferView"], view);
  const n = TypedArrayPrototypeGetLength(b);
  validateInteger(offset, "offset", 0, n);
  if (size === undefined) size = n - offset;
  else {
    validateInteger(size, "size", 0);
    if (size + offset > n) throw outOfRange("size + offset", `<= ${n}`, size + offset);
  }
  const fresh = new Uint8Array_(size);
  host.random(fresh);
  TypedArrayPrototypeSet(b, fresh, offset);
  return view;
}

function randomFill(view: any, ...args: any[]): void {
  const cb = args[args.length - 1];
  validateFunction(cb, "callback");
  randomFillSync(view, args.length > 1 ? args[0] : 0, args.length > 2 ? args[1] : undefined);
  later(() => cb(null, view));
}

function randomInt(min: any, max?: any, cb?: any): any {
  if (max === undefined || typeof max === "function") {
    cb = max;
    max = min;
    min = 0;
  }
  if (cb !== undefined) validateFunction(cb, "callback");
  if (!NumberIsSafeInteger(min)) throw invalidArgType("min", "a safe integer", min);
  if (!NumberIsSafeInteger(max)) throw invalidArgType("max", "a safe integer", max);
  if (max <= min) throw outOfRange("max", `greater than the value of "min" (${min})`, max);
  const range = max - min;
  if (range >= 281474976710656) throw outOfRange(arguments.length === 1 ? "max" : "max - min", "<= 281474976710655", range);
  const limit = 281474976710656 - (281474976710656 % range);
  const b = new Uint8Array_(6);
  let v: number;
  do {
    host.random(b);
    v = 0;
    for (let i = 0; i < 6; i++) v = v * 256 + b[i]!;
  } while (v >= limit);
  const n = min + (v % range);
  if (cb === undefined) return n;
  later(() => cb(undefined, n));
  return undefined;
}

function randomUUID(options?: any): string {
  if (options?.disableEntropyCache !== undefined && typeof options.disableEntropyCache !== "boolean") throw invalidArgType("options.disableEntropyCache", "boolean", options.disableEntropyCache);
  if (options !== undefined && (options === null || typeof options !== "object")) throw invalidArgType("options", "object", options);
  return uuid();
}

function timingSafeEqual(a: any, b: any): boolean {
  const x = viewBytes(a), y = viewBytes(b);
  if (x === undefined) throw coded(TypeError_, "ERR_INVALID_ARG_TYPE", 'The "buf1" argument must be an instance of ArrayBuffer, Buffer, TypedArray, or DataView.');
  if (y === undefined) throw coded(TypeError_, "ERR_INVALID_ARG_TYPE", 'The "buf2" argument must be an instance of ArrayBuffer, Buffer, TypedArray, or DataView.');
  const n = TypedArrayPrototypeGetLength(x);
  if (n !== TypedArrayPrototypeGetLength(y)) throw coded(RangeError_, "ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH", "Input buffers must have the same byte length");
  let diff = 0;
  for (let i = 0; i < n; i++) diff |= x[i]! ^ y[i]!;
  return diff === 0;
}

function finalized(): Error {
  return coded(Error_, "ERR_CRYPTO_HASH_FINALIZED", "Digest already called");
}

// What is hashed is kept by the host under a number; small inputs wait here, so
// that a digest of one piece takes a single crossing.
class Digest {
  #name: string;
  #key: Uint8Array | undefined;
  #pieces: Uint8Array[] = [];
  #waiting = 0;
  #id = -1;
  #done = false;
  #output: number | undefined; // bytes of it, if asked
  constructor(name: string, k: Uint8Array | undefined, output?: number) {
    this.#name = name;
    this.#key = k;
    this.#output = output;
  }
  update(bytes: Uint8Array): void {
    if (this.#done) throw finalized();
    const n = TypedArrayPrototypeGetLength(bytes);
    if (this.#waiting + n <= 65536) {
      const copy = new Uint8Array_(n);
      TypedArrayPrototypeSet(copy, bytes, 0);
      ArrayPrototypePush(this.#pieces, copy);
      this.#waiting += n;
      return;
    }
    this.#send();
    host.sync(OP["crypto.hashUpdate"]!, this.#id, bytes);
  }
  #joined(): Uint8Array {
    if (this.#pieces.length === 1) return this.#pieces[0]!;
    const out = new Uint8Array_(this.#waiting);
    let at = 0;
    for (let i = 0; i < this.#pieces.length; i++) {
      const p = this.#pieces[i]!;
      const n = TypedArrayPrototypeGetLength(p);
      for (let j = 0; j < n; j++) out[at + j] = p[j]!;
      at += n;
    }
    return out;
  }
  #send(): void {
    if (this.#id < 0) this.#id = this.#output === undefined ? host.sync(OP["crypto.hashOpen"]!, this.#name, this.#key) : host.sync(OP["crypto.hashOpen"]!, this.#name, undefined, this.#output);
    if (this.#waiting > 0) host.sync(OP["crypto.hashUpdate"]!, this.#id, this.#joined());
    this.#pieces = [];
    this.#waiting = 0;
  }
  sum(): Uint8Array {
    if (this.#done) throw finalized();
    this.#done = true;
    if (this.#id < 0 && this.#output === undefined) {
      const data = this.#joined();
      return this.#key === undefined ? host.sync(OP["crypto.hash"]!, this.#name, data) : host.sync(OP["crypto.hmac"]!, this.#name, this.#key, data);
    }
    this.#send();
    return host.sync(OP["crypto.hashSum"]!, this.#id);
  }
  copy(output?: number): Digest {
    if (this.#done) throw finalized();
    this.#send();
    const d = new Digest(this.#name, this.#key, output);
    d.#id = output === undefined ? host.sync(OP["crypto.hashCopy"]!, this.#id) : host.sync(OP["crypto.hashCopy"]!, this.#id, output);
    return d;
  }
}

function text(bytes: Uint8Array, enc: any): any {
  if (enc === undefined || enc === "buffer") return wrap(bytes);
  const e = normalizeEncoding(enc);
  return e === undefined ? wrap(bytes) : decode(bytes, e);
}

// streamed makes a digest a stream too: what is written is hashed, what is read is what last returns.
function streamed(cls: any, last: (hash: any) => any): void {
  ObjectSetPrototypeOf(cls.prototype, Transform.prototype);
  ObjectSetPrototypeOf(cls, Transform);
  // The stream's own state is made when it is first used as one.
  const states = ["_readableState", "_writableState"];
  for (let i = 0; i < states.length; i++) {
    ObjectDefineProperty(cls.prototype, states[i]!, {
      __proto__: null, configurable: true,
      get(this: any) {
        FunctionPrototypeCall(Transform, this);
        return this[states[i]!];
      },
      set(this: any, v: any) {
        ObjectDefineProperty(this, states[i]!, { __proto__: null, value: v, writable: true, configurable: true, enumerable: true } as any);
      },
    } as any);
  }
  setOwn(cls.prototype, "_transform", function (this: any, chunk: any, enc: any, cb: any): void {
    this.update(chunk, enc);
    cb();
  });
  setOwn(cls.prototype, "_flush", function (this: any, cb: any): void {
    this.push(last(this)); // guest-safe: the stream is the guest's own
    cb();
  });
}

let hashLast: (hash: any) => any;

class Hash {
  #d: Digest;
  #streamed: Uint8Array | undefined; // the digest, once it was read as a stream
  #done = false;
  constructor(d: any) {
    this.#d = d;
  }
  static {
    // A stream that has ended still has its digest to give, once: hash.digest() after a pipeline.
    hashLast = (hash) => {
      hash.#streamed = hash.#d.sum();
      return text(TypedArrayPrototypeSlice(hash.#streamed), undefined);
    };
  }
  update(data: any, enc?: any): this {
    this.#d.update(bytesArg(data, "data", enc));
    return this;
  }
  digest(enc?: any): any {
    if (this.#done) throw finalized();
    const sum = this.#streamed ?? this.#d.sum();
    this.#done = true;
    return text(sum, enc);
  }
  copy(options?: any): Hash {
    return new Hash(this.#d.copy(outputLength(options)));
  }
}
streamed(Hash, hashLast);

class Hmac {
  #d: Digest;
  #done = false;
  constructor(d: any) {
    this.#d = d;
  }
  update(data: any, enc?: any): this {
    if (this.#done) throw finalized();
    this.#d.update(bytesArg(data, "data", enc));
    return this;
  }
  digest(enc?: any): any {
    // Node's second digest of an HMAC is empty.
    if (this.#done) return text(new Uint8Array_(0), enc);
    this.#done = true;
    return text(this.#d.sum(), enc);
  }
}
streamed(Hmac, (hmac) => hmac.digest());

let known: string[] | undefined;

function checkDigest(name: string): void {
  host.sync(OP["crypto.hash"]!, name, new Uint8Array_(0));
}

// outputLength is how many bytes of output are asked for, or undefined.
function outputLength(options: any): number | undefined {
  const n = options !== null && typeof options === "object" ? options.outputLength : undefined;
  if (n !== undefined) validateInteger(n, "options.outputLength", 0, 4294967295);
  return n;
}

function createHash(name: any, options?: any): Hash {
  return new Hash(hashOf(name, options));
}

function hashOf(name: any, options?: any): Digest {
  validateString(name, "algorithm");
  const n = outputLength(options);
  if (n === undefined) checkDigest(name);
  else host.sync(OP["crypto.hashSum"]!, host.sync(OP["crypto.hashOpen"]!, name, undefined, n));
  return new Digest(name, undefined, n);
}

function secretOf(k: any): Uint8Array {
  const h = handleOf(k)!;
  if (h.kind !== "secret") throw coded(TypeError_, "ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE", `Invalid key object type ${h.kind}, expected secret.`);
  return h.der;
}

function createHmac(name: any, k: any, options?: any): Hmac {
  return new Hmac(hmacOf(name, k, options));
}

function hmacOf(name: any, k: any, options?: any): Digest {
  validateString(name, "hmac");
  const bytes = typeof k === "string" ? bytesArg(k, "key", options?.encoding) : handleOf(k) !== undefined ? secretOf(k) : k !== null && typeof k === "object" && (ArrayBufferIsView(k) || bufferBytes(k) !== undefined) ? viewBytes(k) : undefined;
  if (bytes === undefined) throw invalidArgType("key", ["string", "ArrayBuffer", "Buffer", "TypedArray", "DataView", "KeyObject", "CryptoKey"], k);
  try {
    host.sync(OP["crypto.hmac"]!, name, new Uint8Array_(0), new Uint8Array_(0));
  } catch (e: any) {
    if (e?.message !== "Digest method not supported") throw e;
    throw coded(TypeError_, "ERR_CRYPTO_INVALID_DIGEST", `Invalid digest: ${name}`);
  }
  const copy = new Uint8Array_(TypedArrayPrototypeGetLength(bytes));
  TypedArrayPrototypeSet(copy, bytes, 0);
  return new Digest(name, copy);
}

// hash is crypto.hash(algorithm, data, outputEncoding): one crossing.
function hash(name: any, data: any, enc: any = "hex"): any {
  validateString(name, "algorithm");
  return text(host.sync(OP["crypto.hash"]!, name, bytesArg(data, "input")), enc);
}

function getHashes(): string[] {
  known ??= host.sync(OP["crypto.hashes"]!) as string[];
  const out: string[] = [];
  for (let i = 0; i < known.length; i++) ArrayPrototypePush(out, known[i]);
  return out;
}

const node: any = { createHash, createHmac, getHashes, hash, randomBytes, randomFill, randomFillSync, randomInt, randomUUID, timingSafeEqual, Hash: callable(Hash, "Hash", 2, (args) => [hashOf(args[0], args[1])]), Hmac: callable(Hmac, "Hmac", 3, (args) => [hmacOf(args[0], args[1], args[2])]), webcrypto: crypto, subtle, getRandomValues: (view: any) => crypto.getRandomValues(view), ...nodeCrypto };
// The module's members in Node's order.
const order = [
  "checkPrime", "checkPrimeSync", "createCipheriv", "createDecipheriv", "createDiffieHellman", "createDiffieHellmanGroup", "createECDH", "createHash", "createHmac", "createPrivateKey", "createPublicKey", "createSecretKey", "createSign", "createVerify",
  "diffieHellman", "generatePrime", "generatePrimeSync", "getCiphers", "getCipherInfo", "getCurves", "getDiffieHellman", "getHashes", "hkdf", "hkdfSync", "pbkdf2", "pbkdf2Sync", "generateKeyPair", "generateKeyPairSync", "generateKey", "generateKeySync",
  "privateDecrypt", "privateEncrypt", "publicDecrypt", "publicEncrypt", "randomBytes", "randomFill", "randomFillSync", "randomInt", "randomUUID", "scrypt", "scryptSync", "sign", "setEngine", "timingSafeEqual", "getFips", "setFips", "verify", "hash",
  "Certificate", "Cipher", "Cipheriv", "Decipher", "Decipheriv", "DiffieHellman", "DiffieHellmanGroup", "ECDH", "Hash", "Hmac", "KeyObject", "Sign", "Verify", "X509Certificate", "secureHeapUsed", "constants", "webcrypto", "subtle", "getRandomValues",
];
const ordered: any = {};
for (let i = 0; i < order.length; i++) setOwn(ordered, order[i]!, node[order[i]!]);
// Old names, which are not listed.
const old: [string, any][] = [["createCipher", node.createCipher], ["createDecipher", node.createDecipher], ["fips", 0], ["prng", randomBytes], ["pseudoRandomBytes", randomBytes], ["rng", randomBytes]];
for (let i = 0; i < old.length; i++) hide(ordered, old[i]![0], old[i]![1]);
register(["node:crypto", "crypto"], () => {
  tidy(ordered);
  // What Node makes by other functions has their names.
  const names: [string, string][] = [
    ["getCiphers", ""], ["getCurves", ""], ["getHashes", ""], ["privateDecrypt", ""], ["privateEncrypt", ""], ["publicDecrypt", ""], ["publicEncrypt", ""], ["getDiffieHellman", "createDiffieHellmanGroup"],
    ["sign", "signOneShot"], ["verify", "verifyOneShot"],
  ];
  for (let i = 0; i < names.length; i++) named(ordered[names[i]![0]], names[i]![1]);
  const lengths: [string, number][] = [["checkPrime", 1], ["checkPrimeSync", 1], ["generatePrimeSync", 1], ["randomFill", 4], ["scrypt", 4], ["scryptSync", 3], ["setEngine", 2], ["timingSafeEqual", 0]];
  for (let i = 0; i < lengths.length; i++) ObjectDefineProperty(ordered[lengths[i]![0]], "length", { __proto__: null, value: lengths[i]![1], configurable: true } as any);
  return ordered;
});

// uuidv7 orders by time: 48 bits of milliseconds, then randomness.
export function uuidv7(ms: number): Uint8Array {
  const b = new Uint8Array_(16);
  host.random(b);
  for (let i = 5; i >= 0; i--) {
    b[i] = ms % 256;
    ms = MathFloor(ms / 256);
  }
  b[6] = (b[6]! & 15) | 112;
  b[8] = (b[8]! & 63) | 128;
  return b;
}

// hasher is what Bun's CryptoHasher works with.
export function hasher(name: string, k?: Uint8Array): { update(b: Uint8Array): void; sum(): Uint8Array; copy(): any } {
  checkDigest(name);
  return new Digest(name, k);
}

export { uuidText, text as digestText };
