// node:crypto beyond digests and randomness: keys, ciphers, signatures, derivation,
// Diffie-Hellman, primes and certificates, on Go's crypto.

import {
  ArrayBufferIsView, ArrayPrototypeIncludes, ArrayPrototypeJoin, ArrayPrototypePush, BigInt_, BigIntPrototypeToString, Error_, FunctionPrototypeCall, NumberPrototypeToString, ObjectDefineProperty,
  ObjectSetPrototypeOf, RangeError_, StringPrototypeSlice, StringPrototypeSplit, StringPrototypeToLowerCase, StringPrototypeToUpperCase, SymbolToStringTag,
  TypeError_, TypedArrayPrototypeGetLength, Uint8Array_, plain, setOwn, then, Promise_, ReflectApply, ReflectConstruct, SafeWeakMap, StringPrototypeIndexOf, SymbolFor, TypedArrayPrototypeSlice,
} from "../primordials.ts";
import { named } from "../globals.ts";
import { OP } from "buntime:ops";
import { Buffer, bytesArg, decode, normalizeEncoding, viewBytes, wrap } from "./buffer.ts";
import { bufferBytes, exact, join } from "../web/blob.ts";
import { nextTick } from "../timers.ts";
import { StringDecoder } from "./string_decoder.ts";
import { Transform, Writable } from "./stream.ts";
import { type Handle, cryptoKeyHandle } from "../web/subtle.ts";
import { brief, coded, invalidArgType, invalidArgValue, outOfRange, validateFunction, validateInteger, validateObject, validateString } from "./errors.ts";

const int31 = 0x7fffffff; // the largest of what OpenSSL takes as an int

const binary = ["string", "ArrayBuffer", "Buffer", "TypedArray", "DataView"];

// data is bytes a guest gave as text or a buffer.
function data(v: any, name: string, enc?: any, want: string[] = binary): Uint8Array {
  if (typeof v === "string") return bytesArg(v, name, enc === "buffer" ? undefined : enc);
  const b = v !== null && typeof v === "object" ? (ArrayBufferIsView(v) ? viewBytes(v) : bufferBytes(v)) : undefined;
  if (b === undefined) throw invalidArgType(name, want, v);
  return b;
}

function out(bytes: Uint8Array, enc: any): any {
  if (enc === undefined || enc === null || enc === "buffer") return wrap(bytes);
  const e = normalizeEncoding(enc);
  return e === undefined ? wrap(bytes) : decode(bytes, e);
}

// background gives a callback the result of work in the background.
function background(p: Promise<any>, cb: (e: any, v?: any) => void): void {
  void then(p, (v) => nextTick(cb, null, v), (e) => nextTick(cb, e));
}

// ---- keys ----

const secretHandle: any = { __proto__: null };

let ownHandle: (k: any) => Handle | undefined;

// handleOf is what a KeyObject or a CryptoKey holds, or undefined.
export function handleOf(k: any): Handle | undefined {
  return ownHandle(k) ?? cryptoKeyHandle(k);
}

export function isKeyObject(v: any): boolean {
  return ownHandle(v) !== undefined;
}

export class KeyObject {
  #h: Handle;
  static {
    ownHandle = (k) => (k !== null && typeof k === "object" && #h in k ? k.#h : undefined);
  }
  constructor(kind: any, handle: any) {
    if (kind !== "secret" && kind !== "public" && kind !== "private") throw invalidArgValue("type", kind);
    if (handle?.mark !== secretHandle) throw invalidArgType("handle", "object", handle);
    this.#h = { kind, der: handle.der, info: handle.info };
  }
  get type(): string {
    return this.#h.kind;
  }
  equals(other: any): boolean {
    const o = ownHandle(other);
    if (o === undefined) throw invalidArgType("otherKeyObject", "KeyObject", other);
    if (o.kind !== this.#h.kind || TypedArrayPrototypeGetLength(o.der) !== TypedArrayPrototypeGetLength(this.#h.der)) return false;
    let diff = 0;
    for (let i = 0; i < TypedArrayPrototypeGetLength(o.der); i++) diff |= o.der[i]! ^ this.#h.der[i]!;
    return diff === 0;
  }
  static from(key: any): any {
    const h = cryptoKeyHandle(key);
    if (h === undefined) throw invalidArgType("key", "CryptoKey", key);
    return objectOf(h);
  }
}
ObjectDefineProperty(KeyObject.prototype, SymbolToStringTag, { __proto__: null, value: "KeyObject", configurable: true } as any);

class SecretKeyObject extends KeyObject {
  get symmetricKeySize(): number {
    return TypedArrayPrototypeGetLength(handleOf(this)!.der);
  }
  export(options?: any): any {
    const der = handleOf(this)!.der;
    if (options !== undefined) {
      validateObject(options, "options");
      if (options.format === "jwk") return { kty: "oct", k: host.base64Encode(der, true) };
      if (options.format !== undefined && options.format !== "buffer") throw invalidArgValue("options.format", options.format);
    }
    return wrap(copy(der));
  }
}

function copy(b: Uint8Array): Uint8Array {
  return join([b, new Uint8Array_(0)]);
}

class AsymmetricKeyObject extends KeyObject {
  get asymmetricKeyType(): string {
    return handleOf(this)!.info.type;
  }
  get asymmetricKeyDetails(): any {
    const { modulusLength, publicExponent, namedCurve, divisorLength, hashAlgorithm, mgf1HashAlgorithm, saltLength } = handleOf(this)!.info;
    if (divisorLength !== undefined) return { modulusLength, divisorLength };
    if (modulusLength !== undefined) {
      const o: any = { modulusLength, publicExponent: BigInt_(publicExponent) };
      return hashAlgorithm === undefined ? o : { ...o, hashAlgorithm, mgf1HashAlgorithm, saltLength };
    }
    return namedCurve !== undefined ? { namedCurve } : {};
  }
}

function exportKey(key: any, options: any): any {
  const h = handleOf(key)!;
  validateObject(options, "options");
  if (options.format === "jwk") {
    if (options.passphrase !== undefined) throw coded(Error_, "ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS", "The selected key encoding jwk does not support encryption.");
    return host.sync(OP["crypto.keyExport"]!, h.kind, h.der, "jwk");
  }
  return encodeKey(h, options, "options");
}

function encodeKey(h: Handle, o: any, name: string): any {
  const { format, type, cipher, passphrase } = o;
  if (format !== "pem" && format !== "der") throw invalidArgValue(`${name}.format`, format);
  const rsa = h.info.type === "rsa";
  const okTypes = h.kind === "public" ? ["spki", "pkcs1"] : ["pkcs8", "pkcs1", "sec1"];
  if (!ArrayPrototypeIncludes(okTypes, type)) throw invalidArgValue(`${name}.type`, type);
  if (type === "pkcs1" && !rsa) throw coded(Error_, "ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS", "The selected key encoding pkcs1 can only be used for RSA keys.");
  if (type === "sec1" && h.info.type !== "ec") throw coded(Error_, "ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS", "The selected key encoding sec1 can only be used for EC keys.");
  let pass: any;
  if (cipher != null) {
    validateString(cipher, `${name}.cipher`);
    pass = data(passphrase, `${name}.passphrase`);
  }
  const v = host.sync(OP["crypto.keyExport"]!, h.kind, h.der, format, type, cipher ?? undefined, pass);
  return typeof v === "string" ? v : wrap(v);
}

class PublicKeyObject extends AsymmetricKeyObject {
  export(options?: any): any {
    return exportKey(this, options);
  }
}

class PrivateKeyObject extends AsymmetricKeyObject {
  export(options?: any): any {
    return exportKey(this, options);
  }
}

// keyOf is a KeyObject of what an operation returned.
function keyOf(k: any): any {
  const handle = { mark: secretHandle, der: k.der, info: k };
  return k.kind === "private" ? new PrivateKeyObject("private", handle) : new PublicKeyObject("public", handle);
}

// objectOf is a KeyObject of what a CryptoKey holds.
function objectOf(h: Handle): any {
  return h.kind === "secret" ? secretKey(h.der) : keyOf(h.info);
}

export function secretKey(bytes: Uint8Array): any {
  return new SecretKeyObject("secret", { mark: secretHandle, der: copy(bytes), info: plain() });
}

function createSecretKey(key: any, enc?: any): any {
  return secretKey(data(key, "key", enc));
}

const keyWant = ["string", "ArrayBuffer", "Buffer", "TypedArray", "DataView", "KeyObject", "CryptoKey"];

const jwkFields: any = { __proto__: null, RSA: ["n", "e"], EC: ["crv", "x", "y"], OKP: ["crv", "x"] };

const jwkCurves: any = { __proto__: null, EC: ["P-256", "secp256k1", "P-384", "P-521"], OKP: ["Ed25519", "Ed448", "X25519", "X448"] };

function importKey(kind: "public" | "private", input: any): any {
  let key = input, format: any = "pem", type: any, passphrase: any, enc: any;
  if (typeof input === "object" && input !== null && handleOf(input) === undefined && !ArrayBufferIsView(input) && bufferBytes(input) === undefined) {
    key = input.key;
    format = input.format ?? "pem";
    type = input.type;
    passphrase = input.passphrase;
    enc = input.encoding;
    if (format !== "pem" && format !== "der" && format !== "jwk") throw invalidArgValue("key.format", format);
    if (format === "jwk") {
      validateObject(key, "key.key");
      const want = jwkFields[key.kty];
      if (want === undefined) throw invalidArgValue("key.kty", key.kty);
      const curves = jwkCurves[key.kty];
      if (curves !== undefined && typeof key.crv === "string" && !ArrayPrototypeIncludes(curves, key.crv)) throw invalidArgValue("key.crv", key.crv, `must be one of: '${ArrayPrototypeJoin(curves, "', '")}'`);
      const o: any = plain();
      const all = ["kty", "n", "e", "d", "p", "q", "dp", "dq", "qi", "crv", "x", "y"];
      for (let i = 0; i < want.length; i++) if (typeof key[want[i]] !== "string") throw invalidArgType(`key.${want[i]}`, "string", key[want[i]]);
      for (let i = 0; i < all.length; i++) if (typeof key[all[i]!] === "string") o[all[i]!] = key[all[i]!];
      return keyOf(host.sync(OP["crypto.keyImport"]!, kind, o, "jwk"));
    }
    if (format === "der" && type === undefined) throw invalidArgValue("key.type", type);
  }
  const h = handleOf(key);
  if (h !== undefined) {
    if (kind === "public" && h.kind === "private") return keyOf(host.sync(OP["crypto.keyPublic"]!, h.der));
    if (h.kind !== kind) throw coded(TypeError_, "ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE", `Invalid key object type ${h.kind}, expected ${kind}.`);
    return objectOf(h);
  }
  const bytes = data(key, input === key ? "key" : "key.key", enc, keyWant);
  const pass = passphrase == null ? undefined : data(passphrase, "key.passphrase");
  const k = host.sync(OP["crypto.keyImport"]!, kind, bytes, format, type, pass);
  return keyOf(k);
}

function createPublicKey(key: any): any {
  const h = handleOf(key);
  if (h?.kind === "public") throw coded(TypeError_, "ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE", "Invalid key object type public, expected private.");
  return importKey("public", key);
}

function createPrivateKey(key: any): any {
  if (handleOf(key) !== undefined) throw invalidArgType("key", binary, key);
  return importKey("private", key);
}

const keyTypes = ["rsa", "rsa-pss", "dsa", "dh", "ec", "ed25519", "ed448", "x25519", "x448"];

// integerOption copies an option that is a number, if it is there or must be.
function integerOption(o: any, options: any, name: string, must: boolean, max: number): void {
  const v = options[name];
  if (v === undefined && !must) return;
  if (typeof v !== "number") throw invalidArgType(`options.${name}`, "number", v);
  validateInteger(v, `options.${name}`, 0, max);
  o[name] = v;
}

function digestOption(o: any, options: any, name: string, old: string): void {
  const v = options[name] ?? options[old];
  if (v === undefined) return;
  validateString(v, `options.${name}`);
  o[name] = v;
}

function notWith(option: string, other: string): Error {
  return coded(TypeError_, "ERR_INCOMPATIBLE_OPTION_PAIR", `Option "${option}" cannot be used in combination with option "${other}"`);
}

function dhOptions(o: any, options: any): void {
  const { group, prime, primeLength, generator } = options;
  if (group !== undefined) {
    if (prime !== undefined) throw notWith("group", "prime");
    if (primeLength !== undefined) throw notWith("group", "primeLength");
    if (generator !== undefined) throw notWith("group", "generator");
    validateString(group, "options.group");
    o.prime = groupPrime(group);
    return;
  }
  if (prime !== undefined) {
    if (primeLength !== undefined) throw notWith("prime", "primeLength");
    if (!ArrayBufferIsView(prime)) throw invalidArgType("options.prime", views, prime);
    o.prime = copy(viewBytes(prime)!);
  } else if (primeLength === undefined) throw coded(TypeError_, "ERR_MISSING_OPTION", "At least one of the group, prime, or primeLength options is required");
  else integerOption(o, options, "primeLength", true, int31);
  integerOption(o, options, "generator", false, int31);
}

function pairArgs(type: any, options: any): any {
  validateString(type, "type");
  if (!ArrayPrototypeIncludes(keyTypes, type)) throw coded(TypeError_, "ERR_INVALID_ARG_VALUE", `The argument 'type' must be a supported key type. Received ${brief(type)}`);
  const o: any = plain();
  if (options !== undefined) validateObject(options, "options");
  if (type === "rsa" || type === "rsa-pss" || type === "dsa" || type === "dh") validateObject(options, "options");
  if (type === "rsa" || type === "rsa-pss" || type === "dsa") integerOption(o, options, "modulusLength", true, 4294967295);
  if (type === "rsa" || type === "rsa-pss") integerOption(o, options, "publicExponent", false, 4294967295);
  if (type === "dsa") integerOption(o, options, "divisorLength", false, int31);
  if (type === "dh") dhOptions(o, options);
  if (type === "rsa-pss") {
    integerOption(o, options, "saltLength", false, int31);
    digestOption(o, options, "hashAlgorithm", "hash");
    digestOption(o, options, "mgf1HashAlgorithm", "mgf1Hash");
  }
  if (type === "ec") {
    validateObject(options, "options");
    validateString(options.namedCurve, "options.namedCurve");
    o.namedCurve = options.namedCurve;
  }
  return o;
}

function pairResult(keys: any, options: any): [any, any] {
  const one = (k: any, o: any, name: string): any => {
    const key = keyOf(k);
    if (o === undefined) return key;
    if (o.format === "jwk") return key.export({ format: "jwk" });
    return encodeKey(handleOf(key)!, o, `options.${name}`);
  };
  return [one(keys[0], options?.publicKeyEncoding, "publicKeyEncoding"), one(keys[1], options?.privateKeyEncoding, "privateKeyEncoding")];
}

function generateKeyPairSync(type: any, options?: any): any {
  const o = pairArgs(type, options);
  const r = pairResult(host.sync(OP["crypto.keyGenerate"]!, type, o), options);
  return { publicKey: r[0], privateKey: r[1] };
}

function generateKeyPair(type: any, options: any, cb?: any): void {
  if (typeof options === "function") {
    cb = options;
    options = undefined;
  }
  validateFunction(cb, "callback");
  const o = pairArgs(type, options);
  background(then(host.async(OP["crypto.keyGenerateAsync"]!, type, o), (keys) => pairResult(keys, options)), (e, r) => (e ? cb(e) : cb(null, r[0], r[1])));
}
promisified(generateKeyPair, (args: any[]) => new Promise_((ok: any, bad: any) => {
  ArrayPrototypePush(args, (e: any, publicKey: any, privateKey: any) => (e ? bad(e) : ok({ publicKey, privateKey })));
  ReflectApply(generateKeyPair, undefined, args);
}));

function generateKeySync(type: any, options: any): any {
  validateString(type, "type");
  validateObject(options, "options");
  const n = options.length;
  if (type === "aes") {
    if (n !== 128 && n !== 192 && n !== 256) throw coded(TypeError_, "ERR_INVALID_ARG_VALUE", `The property 'options.length' must be one of: 128, 192, 256. Received ${brief(n)}`);
  } else if (type === "hmac") validateInteger(n, "options.length", 8, int31);
  else throw coded(TypeError_, "ERR_INVALID_ARG_VALUE", `The argument 'type' must be a supported key type. Received ${brief(type)}`);
  const b = new Uint8Array_((n - (n % 8)) / 8);
  host.random(b);
  return secretKey(b);
}

function generateKey(type: any, options: any, cb: any): void {
  validateFunction(cb, "callback");
  const k = generateKeySync(type, options);
  nextTick(cb, null, k);
}

// ---- signatures ----

function keyInput(kind: "public" | "private", key: any): Uint8Array {
  return handleOf(importKey(kind, key))!.der;
}

function signOptions(key: any): any {
  const o: any = plain();
  if (key !== null && typeof key === "object" && handleOf(key) === undefined && !ArrayBufferIsView(key)) {
    const whole = ["padding", "saltLength"];
    for (let i = 0; i < whole.length; i++) {
      const v = key[whole[i]!];
      if (v === undefined) continue;
      if (typeof v !== "number" || v % 1 !== 0) throw invalidArgValue(`options.${whole[i]}`, v);
      o[whole[i]!] = v;
    }
    if (key.dsaEncoding !== undefined) {
      if (key.dsaEncoding !== "der" && key.dsaEncoding !== "ieee-p1363") throw invalidArgValue("options.dsaEncoding", key.dsaEncoding);
      o.dsaEncoding = key.dsaEncoding;
    }
  }
  return o;
}

const views = ["Buffer", "TypedArray", "DataView"];

function signNow(alg: any, d: any, key: any): any {
  if (alg != null) validateString(alg, "algorithm");
  const bytes = data(d, "data", undefined, binary);
  return wrap(host.sync(OP["crypto.sign"]!, keyInput("private", key), alg ?? null, bytes, signOptions(key)));
}

function verifyNow(alg: any, d: any, key: any, sig: any): boolean {
  if (alg != null) validateString(alg, "algorithm");
  const bytes = data(d, "data", undefined, binary);
  if (typeof sig === "string") throw invalidArgType("signature", views, sig);
  return host.sync(OP["crypto.verify"]!, keyInput("public", key), alg ?? null, bytes, signOptions(key), data(sig, "signature", undefined, views));
}

function either(cb: any, f: () => any): any {
  if (cb === undefined) return f();
  validateFunction(cb, "callback");
  const v = f();
  nextTick(cb, null, v);
  return undefined;
}

function sign(alg: any, d: any, key: any, cb?: any): any {
  return either(cb, () => signNow(alg, d, key));
}

function verify(alg: any, d: any, key: any, sig: any, cb?: any): any {
  return either(cb, () => verifyNow(alg, d, key, sig));
}

function checkDigest(name: any): void {
  validateString(name, "algorithm");
  try {
    host.sync(OP["crypto.hash"]!, name, new Uint8Array_(0));
  } catch {
    throw coded(TypeError_, "ERR_CRYPTO_INVALID_DIGEST", "Invalid digest");
  }
}

interface Pieces {
  alg: string;
  pieces: Uint8Array[];
}
const pieces = new SafeWeakMap<any, Pieces>();

function Sign(this: any, alg: any, options?: any): any {
  if (!(this instanceof Sign)) return new (Sign as any)(alg, options);
  checkDigest(alg);
  FunctionPrototypeCall(Writable, this, options);
  pieces.set(this, { alg, pieces: [] });
  return undefined;
}
ObjectSetPrototypeOf(Sign.prototype, Writable.prototype);
ObjectSetPrototypeOf(Sign, Writable);

Sign.prototype._write = function (this: any, chunk: any, enc: any, cb: any): void {
  this.update(chunk, enc);
  cb();
};
Sign.prototype.update = function (this: any, d: any, enc?: any): any {
  ArrayPrototypePush(pieces.get(this)!.pieces, copy(data(d, "data", enc, ["string", "Buffer", "TypedArray", "DataView"])));
  return this;
};
Sign.prototype.sign = function (this: any, key: any, enc?: any): any {
  if (!key) throw coded(Error_, "ERR_CRYPTO_SIGN_KEY_REQUIRED", "No key provided to sign");
  const p = pieces.get(this)!;
  const k = importKey("private", key);
  if (k.asymmetricKeyType === "ed25519" || k.asymmetricKeyType === "ed448") throw coded(Error_, "ERR_CRYPTO_UNSUPPORTED_OPERATION", "Unsupported crypto operation");
  return out(host.sync(OP["crypto.sign"]!, handleOf(k)!.der, p.alg, join(p.pieces), signOptions(key)), enc);
};

function Verify(this: any, alg: any, options?: any): any {
  if (!(this instanceof Verify)) return new (Verify as any)(alg, options);
  checkDigest(alg);
  FunctionPrototypeCall(Writable, this, options);
  pieces.set(this, { alg, pieces: [] });
  return undefined;
}
ObjectSetPrototypeOf(Verify.prototype, Writable.prototype);
ObjectSetPrototypeOf(Verify, Writable);
Verify.prototype._write = Sign.prototype._write;
Verify.prototype.update = Sign.prototype.update;
Verify.prototype.verify = function (this: any, key: any, sig: any, enc?: any): boolean {
  const p = pieces.get(this)!;
  return host.sync(OP["crypto.verify"]!, keyInput("public", key), p.alg, join(p.pieces), signOptions(key), data(sig, "signature", enc));
};

function rsa(what: string, kind: "public" | "private", dflt: number): any {
  return (key: any, buffer: any): any => {
    const o: any = plain();
    const opts = key !== null && typeof key === "object" && handleOf(key) === undefined && !ArrayBufferIsView(key) ? key : undefined;
    o.padding = opts?.padding ?? dflt;
    if (what === "privateDecrypt" && o.padding === 1) throw invalidArgErrorPKCS1();
    if (opts?.oaepHash !== undefined) {
      validateString(opts.oaepHash, "key.oaepHash");
      o.oaepHash = opts.oaepHash;
    }
    if (opts?.oaepLabel !== undefined) o.oaepLabel = data(opts.oaepLabel, "key.oaepLabel");
    return wrap(host.sync(OP["crypto.rsa"]!, what, keyInput(kind, key), data(buffer, "buffer", opts?.encoding), o));
  };
}

function invalidArgErrorPKCS1(): Error {
  return coded(TypeError_, "ERR_INVALID_ARG_VALUE", "RSA_PKCS1_PADDING is no longer supported for private decryption, this can be reverted with --security-revert=CVE-2023-46809");
}

// ---- ciphers ----

interface CipherState {
  id: number;
  decrypt: boolean;
  info: any;
  tag: Uint8Array | undefined;
  tagLength: number | undefined;
  done: boolean;
  decoder: any;
  enc: string | undefined;
}
const cipherStates = new SafeWeakMap<any, CipherState>();

function badCipherState(what?: string): Error {
  return coded(Error_, "ERR_CRYPTO_INVALID_STATE", what ? `Invalid state for operation ${what}` : "Invalid state");
}

function cipherOf(c: any): CipherState {
  const st = cipherStates.get(c);
  if (st === undefined) throw new TypeError_("Illegal invocation");
  return st;
}

// checkLength throws unless a length is absent or a count of bytes.
function checkLength(v: any, name: string): void {
  if (v !== undefined && (typeof v !== "number" || v % 1 !== 0 || v < 0 || v > int31)) throw invalidArgValue(name, v);
}

function openCipher(self: any, decrypt: boolean, name: any, key: any, iv: any, options: any): void {
  validateString(name, "cipher");
  const kh = handleOf(key);
  if (kh !== undefined && kh.kind !== "secret") throw coded(TypeError_, "ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE", `Invalid key object type ${kh.kind}, expected secret.`);
  const k = kh !== undefined ? kh.der : data(key, "key", undefined, ["ArrayBuffer", "Buffer", "TypedArray", "DataView", "string", "KeyObject", "CryptoKey"]);
  const v = iv === null ? new Uint8Array_(0) : data(iv, "iv");
  const info = host.sync(OP["crypto.cipherInfo"]!, name);
  if (info === undefined) throw coded(Error_, "ERR_CRYPTO_UNKNOWN_CIPHER", "Unknown cipher");
  const tagLength = options?.authTagLength;
  checkLength(tagLength, "options.authTagLength");
  const own = info.mode === "ccm" || info.mode === "ocb";
  if (own && tagLength === undefined) throw coded(TypeError_, "ERR_CRYPTO_INVALID_AUTH_TAG", `authTagLength required for ${name}`);
  if (tagLength !== undefined && !own && aead(info) && badTagLength(tagLength)) throw invalidTag(tagLength);
  const id = host.sync(OP["crypto.cipherOpen"]!, name, k, v, decrypt, tagLength ?? 16);
  FunctionPrototypeCall(Transform, self, options);
  cipherStates.set(self, { id, decrypt, info, tag: undefined, tagLength, done: false, decoder: undefined, enc: undefined });
}

function Cipheriv(this: any, name: any, key: any, iv: any, options?: any): any {
  if (!(this instanceof Cipheriv)) return new (Cipheriv as any)(name, key, iv, options);
  openCipher(this, false, name, key, iv, options);
  return undefined;
}

function Decipheriv(this: any, name: any, key: any, iv: any, options?: any): any {
  if (!(this instanceof Decipheriv)) return new (Decipheriv as any)(name, key, iv, options);
  openCipher(this, true, name, key, iv, options);
  return undefined;
}

// cipherText is output in an encoding that continues over calls.
function cipherText(st: CipherState, b: Uint8Array, enc: any, last: boolean): any {
  if (!enc || enc === "buffer") return wrap(b);
  const e = normalizeEncoding(enc);
  if (e === undefined) throw coded(TypeError_, "ERR_UNKNOWN_ENCODING", `Unknown encoding: ${enc}`);
  if (st.decoder === undefined) {
    st.decoder = new StringDecoder(e);
    st.enc = e;
  }
  if (st.enc !== e) throw coded(Error_, "ERR_INTERNAL_ASSERTION", "Cannot change encoding\nThis is caused by either a bug in Node.js or incorrect usage of Node.js internals.\nPlease open an issue with this stack trace at https://github.com/nodejs/node/issues\n");
  return last ? FunctionPrototypeCall(decoderEnd, st.decoder, b) : FunctionPrototypeCall(decoderWrite, st.decoder, b);
}
const decoderWrite = StringDecoder.prototype.write, decoderEnd = StringDecoder.prototype.end;

const cipherMethods: any = {
  _transform(this: any, chunk: any, enc: any, cb: any): void {
    let b: any;
    try {
      b = this.update(chunk, enc);
    } catch (e) {
      return cb(e);
    }
    this.push(b);
    cb();
  },
  _flush(this: any, cb: any): void {
    let b: any;
    try {
      b = this.final();
    } catch (e) {
      return cb(e);
    }
    this.push(b);
    cb();
  },
  update(this: any, d: any, inEnc?: any, outEnc?: any): any {
    const st = cipherOf(this);
    const bytes = data(d, "data", inEnc, ["string", "Buffer", "TypedArray", "DataView"]);
    if (st.done) throw new Error_("Trying to add data in unsupported state");
    return cipherText(st, host.sync(OP["crypto.cipherUpdate"]!, st.id, bytes), outEnc, false);
  },
  final(this: any, outEnc?: any): any {
    const st = cipherOf(this);
    if (st.done) throw badCipherState();
    st.done = true;
    const r = host.sync(OP["crypto.cipherFinal"]!, st.id);
    if (TypedArrayPrototypeGetLength(r.tag) > 0) st.tag = r.tag;
    return cipherText(st, r.data, outEnc, true);
  },
  setAutoPadding(this: any, on?: any): any {
    const st = cipherOf(this);
    if (st.done) throw badCipherState("setAutoPadding");
    host.sync(OP["crypto.cipherSet"]!, st.id, "padding", on === undefined ? true : !!on);
    return this;
  },
  setAAD(this: any, d: any, options?: any): any {
    const st = cipherOf(this);
    const b = data(d, "buffer", options?.encoding);
    const text = options?.plaintextLength;
    checkLength(text, "options.plaintextLength");
    if (st.done || !aead(st.info)) throw badCipherState("setAAD");
    host.sync(OP["crypto.cipherSet"]!, st.id, "aad", b, text);
    return this;
  },
};

function aead(info: any): boolean {
  return info.mode === "gcm" || info.mode === "ccm" || info.mode === "ocb" || info.name === "chacha20-poly1305";
}

function badTagLength(n: number): boolean {
  return n > 16 || (n < 12 && n !== 4 && n !== 8);
}

function invalidTag(n: number): Error {
  return coded(TypeError_, "ERR_CRYPTO_INVALID_AUTH_TAG", `Invalid authentication tag length: ${n}`);
}

function methods(cls: any, ms: any): void {
  const names = ["_transform", "_flush", "update", "final", "setAutoPadding", "getAuthTag", "setAuthTag", "setAAD"];
  ObjectSetPrototypeOf(cls.prototype, Transform.prototype);
  ObjectSetPrototypeOf(cls, Transform);
  for (let i = 0; i < names.length; i++) if (ms[names[i]!] !== undefined) setOwn(cls.prototype, names[i]!, ms[names[i]!]);
}

methods(Cipheriv, {
  ...cipherMethods,
  getAuthTag(this: any): any {
    const st = cipherOf(this);
    if (st.tag === undefined) throw badCipherState("getAuthTag");
    return wrap(copy(st.tag)).subarray(0, st.tagLength ?? 16);
  },
});
methods(Decipheriv, {
  ...cipherMethods,
  setAuthTag(this: any, tag: any, enc?: any): any {
    const st = cipherOf(this);
    const b = data(tag, "buffer", enc);
    const n = TypedArrayPrototypeGetLength(b);
    if (st.done || !aead(st.info) || st.tag !== undefined) throw badCipherState("setAuthTag");
    if (st.tagLength !== undefined ? n !== st.tagLength : badTagLength(n)) throw invalidTag(n);
    st.tag = b;
    host.sync(OP["crypto.cipherSet"]!, st.id, "tag", b);
    return this;
  },
});

function getCipherInfo(name: any, options?: any): any {
  if (typeof name !== "string" && typeof name !== "number") throw invalidArgType("nameOrNid", ["string", "number"], name);
  const k = host.sync(OP["crypto.cipherInfo"]!, `${name}`, options?.ivLength);
  if (k === undefined) return undefined;
  if (options?.keyLength !== undefined && options.keyLength !== k.key) return undefined;
  const r: any = { mode: k.mode, name: k.name, nid: k.nid };
  if (k.mode !== "stream") setOwn(r, "blockSize", k.block);
  if (k.iv > 0) setOwn(r, "ivLength", k.iv);
  setOwn(r, "keyLength", k.key);
  return r;
}

// ---- derivation ----

function digestArg(name: any): void {
  validateString(name, "digest");
  try {
    host.sync(OP["crypto.hash"]!, name, new Uint8Array_(0));
  } catch {
    throw coded(TypeError_, "ERR_CRYPTO_INVALID_DIGEST", `Invalid digest: ${name}`);
  }
}

function pbkdf2Args(password: any, salt: any, iterations: any, keylen: any, digest: any): any[] {
  validateString(digest, "digest");
  const p = data(password, "password"), s = data(salt, "salt");
  validateInteger(iterations, "iterations", 1, int31);
  validateInteger(keylen, "keylen", 0, int31);
  digestArg(digest);
  return [digest, p, s, iterations, keylen];
}

function pbkdf2Sync(password: any, salt: any, iterations: any, keylen: any, digest: any): any {
  const a = pbkdf2Args(password, salt, iterations, keylen, digest);
  return wrap(host.sync(OP["crypto.pbkdf2"]!, a[0], a[1], a[2], a[3], a[4]));
}

function pbkdf2(password: any, salt: any, iterations: any, keylen: any, digest: any, cb?: any): void {
  if (typeof digest === "function") {
    cb = digest;
    digest = undefined;
  }
  const a = pbkdf2Args(password, salt, iterations, keylen, digest);
  validateFunction(cb, "callback");
  background(host.async(OP["crypto.pbkdf2Async"]!, a[0], a[1], a[2], a[3], a[4]), (e, v) => (e ? cb(e) : cb(null, wrap(v))));
}

function scryptArgs(password: any, salt: any, keylen: any, options: any): any[] {
  const p = data(password, "password"), s = data(salt, "salt");
  validateInteger(keylen, "keylen", 0, int31);
  let N = 16384, r = 8, par = 1, maxmem = 33554432;
  if (options != null) {
    const get = (short: string, long: string, dflt: number): number => {
      const a = options[short], b = options[long];
      if (a !== undefined && b !== undefined) throw coded(Error_, "ERR_CRYPTO_SCRYPT_INVALID_PARAMETER", "Invalid scrypt parameter");
      const v = a !== undefined ? a : b;
      if (v === undefined) return dflt;
      const name = a !== undefined ? short : long;
      if (typeof v !== "number") throw invalidArgType(name, "number", v);
      if (v % 1 !== 0) throw outOfRange(name, "an integer", v);
      if (v < 0 || v > 4294967295) throw outOfRange(name, ">= 0 && <= 4294967295", v);
      return v || dflt;
    };
    N = get("N", "cost", N);
    r = get("r", "blockSize", r);
    par = get("p", "parallelization", par);
    if (options.maxmem !== undefined) {
      maxmem = options.maxmem;
      validateInteger(maxmem, "maxmem", 0);
    }
  }
  let power = N;
  while (power > 1 && power % 2 === 0) power /= 2;
  if (N < 2 || power !== 1) throw coded(RangeError_, "ERR_CRYPTO_INVALID_SCRYPT_PARAMS", "Invalid scrypt params");
  if (128 * r * (N + par + 2) > maxmem) throw coded(RangeError_, "ERR_CRYPTO_INVALID_SCRYPT_PARAMS", "Invalid scrypt params: error:030000AC:digital envelope routines::memory limit exceeded");
  return [p, s, N, r, par, keylen];
}

function scryptSync(password: any, salt: any, keylen: any, options?: any): any {
  const a = scryptArgs(password, salt, keylen, options);
  return wrap(host.sync(OP["crypto.scrypt"]!, a[0], a[1], a[2], a[3], a[4], a[5]));
}

function scrypt(password: any, salt: any, keylen: any, options: any, cb?: any): void {
  if (typeof options === "function") {
    cb = options;
    options = undefined;
  }
  const a = scryptArgs(password, salt, keylen, options);
  validateFunction(cb, "callback");
  background(host.async(OP["crypto.scryptAsync"]!, a[0], a[1], a[2], a[3], a[4], a[5]), (e, v) => (e ? cb(e) : cb(null, wrap(v))));
}

function hkdfSync(digest: any, ikm: any, salt: any, info: any, length: any): ArrayBuffer {
  validateString(digest, "digest");
  const k = handleOf(ikm)?.der ?? data(ikm, "ikm", undefined, ["string", "SecretKeyObject", "ArrayBuffer", "TypedArray", "DataView", "Buffer"]);
  const s = data(salt, "salt"), i = data(info, "info");
  if (typeof length !== "number") throw invalidArgType("length", "number", length);
  validateInteger(length, "length", 0, 4294967296);
  const n = TypedArrayPrototypeGetLength(i);
  if (n > 1024) throw outOfRange("info", "must not contain more than 1024 bytes", n);
  digestArg(digest);
  return exact(host.sync(OP["crypto.hkdf"]!, digest, k, s, i, length));
}

function hkdf(digest: any, ikm: any, salt: any, info: any, length: any, cb: any): void {
  validateFunction(cb, "callback");
  const v = hkdfSync(digest, ikm, salt, info, length);
  nextTick(cb, null, v);
}

// ---- Diffie-Hellman ----

const agreeing = ["dh", "ec", "x25519", "x448"];

function diffieHellman(options: any): any {
  validateObject(options, "options");
  const a = handleOf(options.privateKey), b = handleOf(options.publicKey);
  if (a === undefined) throw invalidArgValue("options.privateKey", options.privateKey);
  if (b === undefined) throw invalidArgValue("options.publicKey", options.publicKey);
  const ta = a.info.type, tb = b.info.type;
  if (ta !== tb || !ArrayPrototypeIncludes(agreeing, ta)) throw coded(Error_, "ERR_CRYPTO_INCOMPATIBLE_KEY", `Incompatible key types for Diffie-Hellman: ${ta} and ${tb}`);
  return wrap(host.sync(OP["crypto.dh"]!, a.der, b.der));
}

const pointFormats = ["compressed", "uncompressed", "hybrid"];

function pointFormat(format: any): string {
  if (format === undefined || format === null || format === "") return "uncompressed";
  if (!ArrayPrototypeIncludes(pointFormats, format)) throw coded(TypeError_, "ERR_CRYPTO_ECDH_INVALID_FORMAT", `Invalid ECDH format: ${format}`);
  return format;
}

function badCurve(): Error {
  return coded(TypeError_, "ERR_CRYPTO_INVALID_CURVE", "Invalid EC curve name");
}

class ECDH {
  #curve: string;
  #private: Uint8Array | undefined;
  #public: Uint8Array | undefined;
  constructor(curve: any) {
    validateString(curve, "curve");
    host.sync(OP["crypto.ecdh"]!, curve, "generate");
    this.#curve = curve;
  }
  generateKeys(enc?: any, format?: any): any {
    this.#private = host.sync(OP["crypto.ecdh"]!, this.#curve, "generate") as Uint8Array;
    this.#public = host.sync(OP["crypto.ecdh"]!, this.#curve, "public", this.#private);
    return this.getPublicKey(enc, format);
  }
  computeSecret(other: any, inEnc?: any, outEnc?: any): any {
    const b = data(other, "otherPublicKey", inEnc);
    if (this.#private === undefined) throw coded(Error_, "ERR_CRYPTO_ECDH_INVALID_PUBLIC_KEY", "Private key is not set");
    return out(host.sync(OP["crypto.ecdh"]!, this.#curve, "secret", this.#private, b), outEnc);
  }
  getPrivateKey(enc?: any): any {
    if (this.#private === undefined) throw badCurve();
    return out(copy(this.#private), enc);
  }
  getPublicKey(enc?: any, format?: any): any {
    const f = pointFormat(format);
    if (this.#public === undefined) throw badCurve();
    return out(host.sync(OP["crypto.ecdh"]!, this.#curve, "convert", this.#public, f), enc);
  }
  setPrivateKey(key: any, enc?: any): any {
    const b = copy(data(key, "privateKey", enc));
    this.#public = host.sync(OP["crypto.ecdh"]!, this.#curve, "public", b);
    this.#private = b;
    return this;
  }
  setPublicKey(key: any, enc?: any): any {
    this.#public = host.sync(OP["crypto.ecdh"]!, this.#curve, "convert", data(key, "publicKey", enc), "uncompressed");
    return this;
  }
  static convertKey(key: any, curve: any, inEnc?: any, outEnc?: any, format?: any): any {
    return out(host.sync(OP["crypto.ecdh"]!, curve, "convert", data(key, "key", inEnc), pointFormat(format)), outEnc);
  }
}

// groups are the groups of RFC 2409 and RFC 3526: 2^n - 2^(n-64) - 1 + 2^64·([2^(n-130)·π] + c).
const groups: any = { __proto__: null, modp1: [768, 149686n], modp2: [1024, 129093n], modp5: [1536, 741804n], modp14: [2048, 124476n], modp15: [3072, 1690314n], modp16: [4096, 240904n], modp17: [6144, 929484n], modp18: [8192, 4743158n] };

// scaledPi is floor(2^n · π), by Machin's formula.
function scaledPi(n: number): bigint {
  const one = 1n << BigInt_(n + 64);
  const atan = (x: bigint): bigint => {
    let term = one / x, sum = term, k = 1n;
    for (let sign = -1n; term !== 0n; sign = -sign) {
      term /= x * x;
      k += 2n;
      sum += (sign * term) / k;
    }
    return sum;
  };
  return (4n * (4n * atan(5n) - atan(239n))) >> 64n;
}

function groupPrime(name: string): Uint8Array {
  const g = groups[name];
  if (g === undefined) throw coded(Error_, "ERR_CRYPTO_UNKNOWN_DH_GROUP", "Unknown DH group");
  const n = g[0] as number;
  const big = BigInt_;
  const p = (1n << big(n)) - (1n << big(n - 64)) - 1n + (1n << 64n) * (scaledPi(n - 130) + (g[1] as bigint));
  return hexBytes(p);
}

function hexBytes(v: bigint): Uint8Array {
  const h = BigIntPrototypeToString(v, 16) as string;
  return host.hexDecode(h.length % 2 ? `0${h}` : h);
}

class DiffieHellmanBase {
  #prime: Uint8Array;
  #gen: Uint8Array;
  #private: Uint8Array | undefined;
  #public: Uint8Array | undefined;
  verifyError = 0;
  constructor(prime: Uint8Array, gen: Uint8Array) {
    this.#prime = prime;
    this.#gen = gen;
  }
  #pow(base: Uint8Array, exp: Uint8Array): Uint8Array {
    return host.sync(OP["crypto.modexp"]!, base, exp, this.#prime);
  }
  generateKeys(enc?: any): any {
    if (this.#private === undefined) {
      const b = new Uint8Array_(TypedArrayPrototypeGetLength(this.#prime));
      host.random(b);
      b[0] = b[0]! >> 1;
      this.#private = b;
    }
    this.#public = trim(this.#pow(this.#gen, this.#private));
    return out(copy(this.#public), enc);
  }
  computeSecret(other: any, inEnc?: any, outEnc?: any): any {
    const b = data(other, "otherPublicKey", inEnc);
    if (this.#private === undefined) throw coded(Error_, "ERR_CRYPTO_INVALID_STATE", "No private key");
    return out(this.#pow(b, this.#private), outEnc);
  }
  getPrime(enc?: any): any {
    return out(copy(this.#prime), enc);
  }
  getGenerator(enc?: any): any {
    return out(copy(this.#gen), enc);
  }
  getPublicKey(enc?: any): any {
    if (this.#public === undefined) throw coded(Error_, "ERR_CRYPTO_INVALID_STATE", "No public key - did you forget to generate one?");
    return out(copy(this.#public), enc);
  }
  getPrivateKey(enc?: any): any {
    if (this.#private === undefined) throw coded(Error_, "ERR_CRYPTO_INVALID_STATE", "No private key - did you forget to generate one?");
    return out(copy(this.#private), enc);
  }
  static setPrivate(d: DiffieHellmanBase, b: Uint8Array): void {
    d.#private = b;
  }
  static setPublic(d: DiffieHellmanBase, b: Uint8Array): void {
    d.#public = b;
  }
}
const { setPrivate, setPublic } = DiffieHellmanBase;
delete (DiffieHellmanBase as any).setPrivate;
delete (DiffieHellmanBase as any).setPublic;

function trim(b: Uint8Array): Uint8Array {
  let i = 0;
  const n = TypedArrayPrototypeGetLength(b);
  while (i < n - 1 && b[i] === 0) i++;
  return i === 0 ? b : viewSlice(b, i, n);
}

function viewSlice(b: Uint8Array, from: number, to: number): Uint8Array {
  return TypedArrayPrototypeSlice(b, from, to);
}

class DiffieHellmanGroup extends DiffieHellmanBase {
  constructor(name: any) {
    validateString(name, "name");
    super(groupPrime(name), new Uint8Array_([2]));
  }
}

class DiffieHellman extends DiffieHellmanBase {
  constructor(sizeOrPrime: any, keyEnc?: any, generator?: any, genEnc?: any) {
    if (keyEnc && typeof keyEnc !== "string") {
      genEnc = generator;
      generator = keyEnc;
      keyEnc = undefined;
    }
    let prime: Uint8Array;
    if (typeof sizeOrPrime === "number") {
      validateInteger(sizeOrPrime, "sizeOrKey", 0, int31);
      if (sizeOrPrime < 512) throw coded(Error_, "ERR_OSSL_DH_MODULUS_TOO_SMALL", "error:0280007E:Diffie-Hellman routines::modulus too small");
      const o: any = plain();
      o.safe = true;
      prime = host.sync(OP["crypto.prime"]!, sizeOrPrime, o);
    } else prime = copy(data(sizeOrPrime, "sizeOrKey", keyEnc, ["number", "string", "ArrayBuffer", "Buffer", "TypedArray", "DataView"]));
    let gen: Uint8Array;
    if (generator === undefined || generator === null) gen = new Uint8Array_([2]);
    else if (typeof generator === "number") gen = new Uint8Array_([generator]);
    else gen = copy(data(generator, "generator", genEnc));
    if (TypedArrayPrototypeGetLength(prime) > 1024 || TypedArrayPrototypeGetLength(gen) > 1024) throw outOfRange("sizeOrKey", "<= 8192 bits in this sandbox", TypedArrayPrototypeGetLength(prime) * 8);
    super(prime, gen);
  }
  setPrivateKey(key: any, enc?: any): any {
    setPrivate(this, copy(data(key, "privateKey", enc)));
    return this;
  }
  setPublicKey(key: any, enc?: any): any {
    setPublic(this, copy(data(key, "publicKey", enc)));
    return this;
  }
}

// ---- primes ----

function primeOptions(size: any, options: any): any {
  validateInteger(size, "size", 1, int31);
  if (options !== undefined) validateObject(options, "options");
  const o: any = plain();
  o.safe = options?.safe === true;
  if (options?.add !== undefined) o.add = typeof options.add === "bigint" ? hexBytes(options.add) : data(options.add, "options.add");
  if (options?.rem !== undefined) o.rem = typeof options.rem === "bigint" ? hexBytes(options.rem) : data(options.rem, "options.rem");
  return o;
}

function primeOut(b: Uint8Array, options: any): any {
  return options?.bigint ? BigInt_(`0x${host.hexEncode(b)}`) : exact(b);
}

function generatePrimeSync(size: any, options?: any): any {
  return primeOut(host.sync(OP["crypto.prime"]!, size, primeOptions(size, options)), options);
}

function generatePrime(size: any, options: any, cb?: any): void {
  if (typeof options === "function") {
    cb = options;
    options = undefined;
  }
  validateFunction(cb, "callback");
  background(host.async(OP["crypto.primeAsync"]!, size, primeOptions(size, options)), (e, v) => (e ? cb(e) : cb(undefined, primeOut(v, options))));
}

function candidateArg(candidate: any): Uint8Array {
  if (typeof candidate === "bigint") {
    if (candidate < 0n) throw outOfRange("candidate", ">= 0", candidate);
    return hexBytes(candidate);
  }
  return data(candidate, "candidate", undefined, ["ArrayBuffer", "TypedArray", "Buffer", "DataView", "bigint"]);
}

function checkPrimeSync(candidate: any, options?: any): boolean {
  return host.sync(OP["crypto.primeCheck"]!, candidateArg(candidate), options?.checks ?? 0);
}

function checkPrime(candidate: any, options: any, cb?: any): void {
  if (typeof options === "function") {
    cb = options;
    options = undefined;
  }
  validateFunction(cb, "callback");
  background(host.async(OP["crypto.primeCheckAsync"]!, candidateArg(candidate), options?.checks ?? 0), (e, v) => (e ? cb(e) : cb(undefined, v)));
}

// ---- certificates ----

function colons(b: Uint8Array): string {
  const h = StringPrototypeToUpperCase(host.hexEncode(b));
  const parts: string[] = [];
  for (let i = 0; i < h.length; i += 2) ArrayPrototypePush(parts, StringPrototypeSlice(h, i, i + 2));
  return ArrayPrototypeJoin(parts, ":");
}

function nameLines(list: any[]): string | undefined {
  const lines: string[] = [];
  for (let i = 0; i < list.length; i += 2) ArrayPrototypePush(lines, `${list[i]}=${list[i + 1]}`);
  return lines.length ? ArrayPrototypeJoin(lines, "\n") : undefined;
}

class X509Certificate {
  #c: any;
  constructor(buffer: any) {
    this.#c = host.sync(OP["crypto.certificate"]!, data(buffer, "buffer", undefined, ["string", "Buffer", "TypedArray", "DataView"]));
  }
  get subject(): any { return nameLines(this.#c.subject ?? []); }
  get issuer(): any { return nameLines(this.#c.issuer ?? []); }
  get subjectAltName(): any { return this.#c.altNames?.length ? ArrayPrototypeJoin(this.#c.altNames, ", ") : undefined; }
  get infoAccess(): any { return undefined; }
  get keyUsage(): any { return this.#c.usage?.length ? this.#c.usage : undefined; }
  get validFrom(): string { return this.#c.validFrom; }
  get validTo(): string { return this.#c.validTo; }
  get serialNumber(): string { return this.#c.serial; }
  get fingerprint(): string { return colons(this.#c.sha1); }
  get fingerprint256(): string { return colons(this.#c.sha256); }
  get fingerprint512(): string { return colons(this.#c.sha512); }
  get ca(): boolean { return this.#c.ca; }
  get raw(): any { return wrap(copy(this.#c.raw)); }
  get publicKey(): any { return keyOf(this.#c.key); }
  get issuerCertificate(): any { return undefined; }
  verify(key: any): boolean {
    const h = handleOf(key);
    if (h?.kind !== "public") throw invalidArgType("pkey", "KeyObject", key);
    return this.#c.digest !== "" && host.sync(OP["crypto.verify"]!, h.der, this.#c.digest, this.#c.tbs, plain(), this.#c.signature);
  }
  checkPrivateKey(key: any): boolean {
    const h = handleOf(key);
    if (h?.kind !== "private") throw invalidArgType("pkey", "KeyObject", key);
    return keyOf(host.sync(OP["crypto.keyPublic"]!, h.der)).equals(this.publicKey);
  }
  checkIssued(other: any): boolean {
    if (other === null || typeof other !== "object" || !(#c in other)) throw invalidArgType("otherCert", "X509Certificate", other);
    return host.hexEncode((other as X509Certificate).#c.rawSubject) === host.hexEncode(this.#c.rawIssuer);
  }
  #names(prefix: string): string[] {
    const list: string[] = [];
    const all = this.#c.altNames ?? [];
    for (let i = 0; i < all.length; i++) {
      const cut = StringPrototypeSplit(all[i], ":") as string[];
      if (cut[0] === prefix) ArrayPrototypePush(list, StringPrototypeSlice(all[i], prefix.length + 1));
    }
    return list;
  }
  checkHost(name: any): any {
    validateString(name, "name");
    const n = StringPrototypeToLowerCase(name);
    let list = this.#names("DNS");
    if (list.length === 0) list = this.#common();
    for (let i = 0; i < list.length; i++) {
      const p = StringPrototypeToLowerCase(list[i]!);
      if (p === n) return list[i];
      if (StringPrototypeSlice(p, 0, 2) === "*.") {
        const dot = StringPrototypeIndexOf(n, ".");
        if (dot > 0 && StringPrototypeSlice(n, dot) === StringPrototypeSlice(p, 1)) return list[i];
      }
    }
    return undefined;
  }
  #common(): string[] {
    const s = this.#c.subject ?? [];
    for (let i = 0; i < s.length; i += 2) if (s[i] === "CN") return [s[i + 1]];
    return [];
  }
  checkEmail(email: any): any {
    validateString(email, "email");
    return ArrayPrototypeIncludes(this.#names("email"), email) ? email : undefined;
  }
  checkIP(ip: any): any {
    validateString(ip, "ip");
    return ArrayPrototypeIncludes(this.#names("IP Address"), ip) ? ip : undefined;
  }
  toString(): string {
    const b = host.base64Encode(this.#c.raw);
    let s = "-----BEGIN CERTIFICATE-----\n";
    for (let i = 0; i < b.length; i += 64) s += StringPrototypeSlice(b, i, i + 64) + "\n";
    return s + "-----END CERTIFICATE-----\n";
  }
  toJSON(): string {
    return this.toString();
  }
  toLegacyObject(): any {
    const fields = (list: any[]): any => {
      const o: any = plain();
      for (let i = 0; i < list.length; i += 2) o[list[i]] = list[i + 1];
      return o;
    };
    const c = this.#c;
    const o: any = { subject: fields(c.subject ?? []), issuer: fields(c.issuer ?? []) };
    if (this.subjectAltName !== undefined) setOwn(o, "subjectaltname", this.subjectAltName);
    setOwn(o, "ca", c.ca);
    const details = c.key;
    if (details.type === "rsa") {
      setOwn(o, "modulus", StringPrototypeToUpperCase(host.hexEncode(host.base64Decode(host.sync(OP["crypto.keyExport"]!, "public", details.der, "jwk").n))));
      setOwn(o, "bits", details.modulusLength);
      setOwn(o, "exponent", `0x${NumberPrototypeToString(details.publicExponent, 16)}`);
    } else if (details.type === "ec") {
      setOwn(o, "bits", details.namedCurve === "prime256v1" ? 256 : details.namedCurve === "secp384r1" ? 384 : 521);
    }
    setOwn(o, "pubkey", wrap(copy(details.der)));
    if (details.type === "ec") {
      setOwn(o, "asn1Curve", details.namedCurve);
      setOwn(o, "nistCurve", `P-${o.bits}`);
    }
    setOwn(o, "valid_from", c.validFrom);
    setOwn(o, "valid_to", c.validTo);
    setOwn(o, "fingerprint", this.fingerprint);
    setOwn(o, "fingerprint256", this.fingerprint256);
    setOwn(o, "fingerprint512", this.fingerprint512);
    setOwn(o, "serialNumber", c.serial);
    setOwn(o, "raw", this.raw);
    return o;
  }
}

function noSpkac(): Error {
  return coded(Error_, "ERR_CRYPTO_UNSUPPORTED_OPERATION", "SPKAC is not supported in this sandbox");
}

class Certificate {
  static verifySpkac(spkac: any): boolean {
    data(spkac, "spkac");
    return false;
  }
  static exportPublicKey(): never {
    throw noSpkac();
  }
  static exportChallenge(spkac: any): any {
    data(spkac, "spkac");
    return Buffer.alloc(0);
  }
}

const cipherList = "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES256-GCM-SHA384:DHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-SHA256:DHE-RSA-AES128-SHA256:ECDHE-RSA-AES256-SHA384:DHE-RSA-AES256-SHA384:ECDHE-RSA-AES256-SHA256:DHE-RSA-AES256-SHA256:HIGH:!aNULL:!eNULL:!EXPORT:!DES:!RC4:!MD5:!PSK:!SRP:!CAMELLIA";

export const constants: any = {
  __proto__: null,
  OPENSSL_VERSION_NUMBER: 805306672, SSL_OP_ALL: 2147485776, SSL_OP_ALLOW_NO_DHE_KEX: 1024, SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION: 262144, SSL_OP_CIPHER_SERVER_PREFERENCE: 4194304, SSL_OP_CISCO_ANYCONNECT: 32768,
  SSL_OP_COOKIE_EXCHANGE: 8192, SSL_OP_CRYPTOPRO_TLSEXT_BUG: 2147483648, SSL_OP_DONT_INSERT_EMPTY_FRAGMENTS: 2048, SSL_OP_LEGACY_SERVER_CONNECT: 4, SSL_OP_NO_COMPRESSION: 131072, SSL_OP_NO_ENCRYPT_THEN_MAC: 524288,
  SSL_OP_NO_QUERY_MTU: 4096, SSL_OP_NO_RENEGOTIATION: 1073741824, SSL_OP_NO_SESSION_RESUMPTION_ON_RENEGOTIATION: 65536, SSL_OP_NO_SSLv2: 0, SSL_OP_NO_SSLv3: 33554432, SSL_OP_NO_TICKET: 16384, SSL_OP_NO_TLSv1: 67108864,
  SSL_OP_NO_TLSv1_1: 268435456, SSL_OP_NO_TLSv1_2: 134217728, SSL_OP_NO_TLSv1_3: 536870912, SSL_OP_PRIORITIZE_CHACHA: 2097152, SSL_OP_TLS_ROLLBACK_BUG: 8388608,
  ENGINE_METHOD_RSA: 1, ENGINE_METHOD_DSA: 2, ENGINE_METHOD_DH: 4, ENGINE_METHOD_RAND: 8, ENGINE_METHOD_EC: 2048, ENGINE_METHOD_CIPHERS: 64, ENGINE_METHOD_DIGESTS: 128, ENGINE_METHOD_PKEY_METHS: 512,
  ENGINE_METHOD_PKEY_ASN1_METHS: 1024, ENGINE_METHOD_ALL: 65535, ENGINE_METHOD_NONE: 0, DH_CHECK_P_NOT_SAFE_PRIME: 2, DH_CHECK_P_NOT_PRIME: 1, DH_UNABLE_TO_CHECK_GENERATOR: 4, DH_NOT_SUITABLE_GENERATOR: 8,
  RSA_PKCS1_PADDING: 1, RSA_NO_PADDING: 3, RSA_PKCS1_OAEP_PADDING: 4, RSA_X931_PADDING: 5, RSA_PKCS1_PSS_PADDING: 6, RSA_PSS_SALTLEN_DIGEST: -1, RSA_PSS_SALTLEN_MAX_SIGN: -2, RSA_PSS_SALTLEN_AUTO: -2,
  defaultCoreCipherList: cipherList, TLS1_VERSION: 769, TLS1_1_VERSION: 770, TLS1_2_VERSION: 771, TLS1_3_VERSION: 772, POINT_CONVERSION_COMPRESSED: 2, POINT_CONVERSION_UNCOMPRESSED: 4, POINT_CONVERSION_HYBRID: 6,
  defaultCipherList: cipherList,
};

function same(args: any[]): any[] {
  return args;
}

// callable is a class that can be called without new, as Node's older ones can, or, of
// a newer one, that says so in V8's words; make makes what its constructor takes of the
// arguments.
export function callable(cls: any, name: string, length: number, make: (args: any[]) => any[] = same, newer = false): any {
  const f: any = named(function (...args: any[]): any {
    if (newer && new.target === undefined) throw new TypeError_(`Class constructor ${name} cannot be invoked without 'new'`);
    return ReflectConstruct(cls, make(args), new.target === undefined ? f : new.target);
  }, name, length);
  ObjectDefineProperty(f, "prototype", { __proto__: null, value: cls.prototype, writable: false, enumerable: false } as any);
  setOwn(cls.prototype, "constructor", f);
  return f;
}

const callableECDH = callable(ECDH, "ECDH", 1);
setOwn(callableECDH, "convertKey", ECDH.convertKey);

const callableDH = callable(DiffieHellman, "DiffieHellman", 4), callableGroup = callable(DiffieHellmanGroup, "DiffieHellmanGroup", 1);
{
  // Node's two classes have the methods themselves.
  const names = ["generateKeys", "computeSecret", "getPrime", "getGenerator", "getPublicKey", "getPrivateKey"];
  for (let i = 0; i < names.length; i++) {
    setOwn(DiffieHellman.prototype, names[i]!, (DiffieHellmanBase.prototype as any)[names[i]!]);
    setOwn(DiffieHellmanGroup.prototype, names[i]!, (DiffieHellmanBase.prototype as any)[names[i]!]);
  }
}

const newerKey = callable(KeyObject, "KeyObject", 2, same, true), newerX509 = callable(X509Certificate, "X509Certificate", 1, same, true);
setOwn(newerKey, "from", KeyObject.from);

const callableCertificate = callable(Certificate, "Certificate", 0);
{
  const names = ["verifySpkac", "exportPublicKey", "exportChallenge"];
  for (let i = 0; i < names.length; i++) {
    setOwn(callableCertificate, names[i]!, (Certificate as any)[names[i]!]);
    setOwn(Certificate.prototype, names[i]!, (Certificate as any)[names[i]!]);
  }
}

// passwordCipher is Cipher or Decipher, whose key is one round of MD5 over a password.
function passwordCipher(name: string): any {
  return named(function (): never {
    throw coded(Error_, "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM", `crypto.${name} is not available in this sandbox: its keys are not safe. Use crypto.${name}iv with a key from crypto.scrypt`);
  }, name, name[0] === "c" ? 0 : 3);
}

// nodeCrypto are the members of node:crypto that this file makes.
export const nodeCrypto: any = {
  // Functions that make something can be called with new as well, as some programs do.
  checkPrime, checkPrimeSync, createCipheriv: function (a: any, b: any, c: any, d: any) { return new (Cipheriv as any)(a, b, c, d); }, createDecipheriv: function (a: any, b: any, c: any, d: any) { return new (Decipheriv as any)(a, b, c, d); },
  createDiffieHellman: function (a: any, b?: any, c?: any, d?: any) { return new DiffieHellman(a, b, c, d); }, createDiffieHellmanGroup: function (n: any) { return new DiffieHellmanGroup(n); }, createECDH: function (c: any) { return new ECDH(c); },
  createPrivateKey, createPublicKey, createSecretKey, createSign: function (a: any, o?: any) { return new (Sign as any)(a, o); }, createVerify: function (a: any, o?: any) { return new (Verify as any)(a, o); }, diffieHellman,
  generatePrime, generatePrimeSync, getCiphers: () => host.sync(OP["crypto.ciphers"]!), getCipherInfo, getCurves: () => ["prime256v1", "secp256k1", "secp384r1", "secp521r1"], getDiffieHellman: function (n: any) { return new DiffieHellmanGroup(n); },
  hkdf, hkdfSync, pbkdf2, pbkdf2Sync, generateKeyPair, generateKeyPairSync, generateKey, generateKeySync,
  privateDecrypt: rsa("privateDecrypt", "private", 4), privateEncrypt: rsa("privateEncrypt", "private", 1), publicDecrypt: rsa("publicDecrypt", "public", 1), publicEncrypt: rsa("publicEncrypt", "public", 4),
  scrypt, scryptSync, sign, verify, setEngine: () => {
    throw coded(Error_, "ERR_CRYPTO_ENGINE_UNKNOWN", "OpenSSL engines are not available in this sandbox");
  },
  getFips: () => 0, setFips: (on: any) => {
    if (on) throw coded(Error_, "ERR_CRYPTO_FIPS_UNAVAILABLE", "Cannot set FIPS mode in this sandbox");
  },
  Certificate: callableCertificate, Cipher: passwordCipher("Cipher"), Cipheriv, createCipher: passwordCipher("createCipher"), Decipher: passwordCipher("Decipher"), Decipheriv, createDecipher: passwordCipher("createDecipher"),
  DiffieHellman: callableDH, DiffieHellmanGroup: callableGroup, ECDH: callableECDH, KeyObject: newerKey, Sign, Verify, X509Certificate: newerX509,
  secureHeapUsed: () => ({ total: 0, used: 0, utilization: 0, min: 2 }), constants,
};

function promisified(fn: any, custom: (args: any[]) => any): void {
  ObjectDefineProperty(fn, SymbolFor("nodejs.util.promisify.custom"), { __proto__: null, value: (...args: any[]) => custom(args), configurable: true } as any);
}
