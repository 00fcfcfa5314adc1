// crypto.subtle and CryptoKey, with the checks and errors of Node 20. Keys are the
// guest's own memory: a secret as it is, a pair's halves as the host's operations
// take them (SPKI, PKCS #8). The host does the cryptography and keeps nothing.

import {
  ArrayBufferIsView, ArrayPrototypeIncludes, ArrayPrototypePush, JSONParse, JSONStringify, MathCeil, MathTrunc, NumberIsFinite, Number_, ObjectDefineProperty, ObjectKeys, RangeError_,
  StringPrototypeRepeat, StringPrototypeSlice, StringPrototypeToLowerCase, StringPrototypeToUpperCase, String_, SymbolIterator, TypeError_, TypedArrayPrototypeGetLength, TypedArrayPrototypeGetSymbolToStringTag,
  TypedArrayPrototypeSlice, Uint8Array_, iterate, plain, setOwn, then, attempt, isObject,
} from "../primordials.ts";
import { OP } from "buntime:ops";
import { DOMException } from "../errors.ts";
import { defineGlobals, named, webInterface } from "../globals.ts";
import { inspectAs } from "../inspect.ts";
import { coded } from "../node/errors.ts";
import { laterCall } from "../node/later.ts";
import { cloneable, crosses } from "../structured-clone.ts";
import { bufferBytes, exact } from "./blob.ts";

// ---- keys ----

// Handle is what a key is: bytes, and what the host says about them.
export interface Handle {
  kind: "secret" | "public" | "private";
  der: Uint8Array;
  info: any; // {type, modulusLength, publicExponent, namedCurve}
}

// Algorithm is a normalized algorithm, or a key's: hash is a name, numbers and bytes are as in the standard.
type Algorithm = Record<string, any>;

interface Key {
  handle: Handle;
  algorithm: Algorithm;
  usages: string[];
  extractable: boolean;
}

const made: any = { __proto__: null };
let keyOf: (k: any) => Key | undefined;

function illegal(): Error {
  return coded(TypeError_, "ERR_ILLEGAL_CONSTRUCTOR", "Illegal constructor");
}

function wrongThis(name: string): Error {
  return coded(TypeError_, "ERR_INVALID_THIS", `Value of "this" must be of type ${name}`);
}

export class CryptoKey {
  #key: Key;
  #algorithm: any; // what the guest sees; it may change it
  #usages: string[] | undefined;
  static {
    keyOf = (k) => (k !== null && typeof k === "object" && #key in k ? k.#key : undefined);
  }
  constructor(mark: any, key: any) {
    if (mark !== made) throw illegal();
    this.#key = key;
  }
  get type(): string {
    if (!(#key in this)) throw wrongThis("CryptoKey");
    return this.#key.handle.kind;
  }
  get extractable(): boolean {
    if (!(#key in this)) throw wrongThis("CryptoKey");
    return this.#key.extractable;
  }
  get algorithm(): any {
    if (!(#key in this)) throw wrongThis("CryptoKey");
    return (this.#algorithm ??= shown(this.#key.algorithm));
  }
  get usages(): string[] {
    if (!(#key in this)) throw wrongThis("CryptoKey");
    return (this.#usages ??= copyOf(this.#key.usages));
  }
}
named(webInterface(CryptoKey, "CryptoKey"), "CryptoKey", 0);
inspectAs(CryptoKey, "CryptoKey", (v) => {
  const key = keyOf(v)!;
  return { type: key.handle.kind, extractable: key.extractable, algorithm: shown(key.algorithm), usages: key.usages };
});
cloneable((v) => {
  const key = keyOf(v);
  return key === undefined ? undefined : () => new CryptoKey(made, key);
});
crosses({
  name: "CryptoKey",
  write: keyOf! as (v: object) => unknown,
  read: (key) => new CryptoKey(made, key),
});

function copyOf(list: string[]): string[] {
  const out: string[] = [];
  for (let i = 0; i < list.length; i++) ArrayPrototypePush(out, list[i]);
  return out;
}

// shown is a key's algorithm as the guest sees it.
function shown(a: Algorithm): any {
  const out = {};
  const keys = ObjectKeys(a);
  for (let i = 0; i < keys.length; i++) {
    const k = keys[i]!;
    setOwn(out, k, k === "hash" ? { name: a[k] } : k === "publicExponent" ? TypedArrayPrototypeSlice(a[k]) : a[k]);
  }
  return out;
}

function newKey(handle: Handle, algorithm: Algorithm, usages: string[], extractable: boolean): any {
  return new CryptoKey(made, { handle, algorithm, usages, extractable });
}

// cryptoKeyHandle is what a CryptoKey is for node:crypto, or undefined.
export function cryptoKeyHandle(k: any): Handle | undefined {
  return keyOf(k)?.handle;
}

function secret(bytes: Uint8Array): Handle {
  return { kind: "secret", der: TypedArrayPrototypeSlice(bytes), info: plain() };
}

function handle(k: any): Handle {
  return { kind: k.kind, der: k.der, info: k };
}

// ---- conversions of WebIDL, with Node's words ----

interface Context {
  prefix: string;
  context: string;
}

function refuse(message: string, c: Context, code = "ERR_INVALID_ARG_TYPE"): Error {
  return coded(TypeError_, code, `${c.prefix}: ${c.context}${c.context === "" ? "" : " "}${message}`);
}

const ordinals = ["", "1st", "2nd", "3rd", "4th", "5th", "6th", "7th"];

function toText(v: any, c: Context): string {
  if (typeof v === "symbol") throw refuse("is a Symbol and cannot be converted to a string.", c);
  return String_(v);
}

function toNumber(v: any, bits: number, enforce: boolean, c: Context): number {
  if (typeof v === "bigint") throw refuse("is a BigInt and cannot be converted to a number.", c);
  if (typeof v === "symbol") throw refuse("is a Symbol and cannot be converted to a number.", c);
  let x = Number_(v);
  const limit = 2 ** bits;
  if (enforce) {
    if (!NumberIsFinite(x)) throw refuse("is not a finite number.", c);
    x = MathTrunc(x);
    if (x < 0 || x > limit - 1) throw refuse(`is outside the expected range of 0 to ${limit - 1}.`, c, "ERR_OUT_OF_RANGE");
    return x;
  }
  if (!NumberIsFinite(x)) return 0;
  x = MathTrunc(x) % limit;
  return x < 0 ? x + limit : x + 0;
}

// toBytes is a view of a BufferSource's memory.
function toBytes(v: any, c: Context): Uint8Array {
  if (ArrayBufferIsView(v)) {
    if (host.classOf(host.buffer(v)![0]) === "SharedArrayBuffer") throw refuse("is a view on a SharedArrayBuffer, which is not allowed.", c);
  } else if (host.classOf(v) !== "ArrayBuffer") throw refuse("is not instance of ArrayBuffer, Buffer, TypedArray, or DataView.", c);
  return bufferBytes(v)!;
}

function toKey(v: any, c: Context): Key {
  const k = keyOf(v);
  if (k === undefined) throw refuse("is not of type CryptoKey.", c);
  return k;
}

function toList<T>(v: any, c: Context, each: (v: any, c: Context) => T): T[] {
  if (!isObject(v) || typeof v[SymbolIterator] !== "function") throw refuse("can not be converted to sequence.", c);
  const items: any[] = iterate(v);
  const out: T[] = [];
  for (let i = 0; i < items.length; i++) ArrayPrototypePush(out, each(items[i], { prefix: c.prefix, context: `${c.context}, index ${i}` }));
  return out;
}

const formats = ["raw", "pkcs8", "spki", "jwk"];
const allUsages = ["encrypt", "decrypt", "sign", "verify", "deriveKey", "deriveBits", "wrapKey", "unwrapKey"];

function oneOf(list: string[], name: string): (v: any, c: Context) => string {
  return (v, c) => {
    const s = String_(v);
    if (!ArrayPrototypeIncludes(list, s)) throw refuse(`value '${s}' is not a valid enum value of type ${name}.`, c, "ERR_INVALID_ARG_VALUE");
    return s;
  };
}
const toFormat = oneOf(formats, "KeyFormat");
const toUsage = oneOf(allUsages, "KeyUsage");

// A dictionary is its members in the order in which they are read: name, kind, whether it is required.
type Member = [name: string, kind: string, required: boolean];

const dictionaries: Record<string, Member[]> = plain();
function dictionary(name: string, ...members: Member[]): void {
  dictionaries[name] = members;
}
// Those of parameters leave out the name, which is read once.
dictionary("Algorithm", ["name", "text", true]);
dictionary("RsaHashedKeyGenParams", ["hash", "hash", true], ["modulusLength", "u32", true], ["publicExponent", "exponent", true]);
dictionary("RsaHashedImportParams", ["hash", "hash", true]);
dictionary("EcKeyGenParams", ["namedCurve", "text", true]);
dictionary("EcKeyImportParams", ["namedCurve", "text", true]);
dictionary("AesKeyGenParams", ["length", "u16", true]);
dictionary("AesDerivedKeyParams", ["length", "u16", true]);
dictionary("HmacKeyGenParams", ["hash", "hash", true], ["length", "u32", false]);
dictionary("HmacImportParams", ["hash", "hash", true], ["length", "u32", false]);
dictionary("RsaPssParams", ["saltLength", "u32", true]);
dictionary("RsaOaepParams", ["label", "bytes", false]);
dictionary("Ed448Params", ["context", "bytes", false]);
dictionary("EcdsaParams", ["hash", "hash", true]);
dictionary("HkdfParams", ["hash", "hash", true], ["info", "bytes", true], ["salt", "bytes", true]);
dictionary("Pbkdf2Params", ["hash", "hash", true], ["iterations", "u32", true], ["salt", "bytes", true]);
dictionary("AesCbcParams", ["iv", "bytes", true]);
dictionary("AesGcmParams", ["additionalData", "bytes", false], ["iv", "bytes", true], ["tagLength", "u8", false]);
dictionary("AesCtrParams", ["counter", "bytes", true], ["length", "u8", true]);
dictionary("EcdhKeyDeriveParams", ["public", "key", true]);
dictionary("RsaOtherPrimesInfo", ["d", "text", false], ["r", "text", false], ["t", "text", false]);
dictionary("JsonWebKey", ["alg", "text", false], ["crv", "text", false], ["d", "text", false], ["dp", "text", false], ["dq", "text", false], ["e", "text", false], ["ext", "bool", false], ["k", "text", false], ["key_ops", "texts", false],
  ["kty", "text", false], ["n", "text", false], ["oth", "primes", false], ["p", "text", false], ["q", "text", false], ["qi", "text", false], ["use", "text", false], ["x", "text", false], ["y", "text", false]);

function toDictionary(v: any, name: string, c: Context): any {
  if (v !== undefined && v !== null && !isObject(v)) throw refuse("can not be converted to a dictionary", c);
  const out = plain();
  const members = dictionaries[name]!;
  for (let i = 0; i < members.length; i++) {
    const key = members[i]![0], kind = members[i]![1], required = members[i]![2];
    const value = v === undefined || v === null ? undefined : v[key];
    if (value !== undefined) out[key] = toMember(value, kind, { prefix: c.prefix, context: `'${key}' of '${name}'${c.context === "" ? "" : ` (${c.context})`}` });
    else if (required) throw refuse(`can not be converted to '${name}' because '${key}' is required in '${name}'.`, c, "ERR_MISSING_OPTION");
  }
  return out;
}

function toMember(v: any, kind: string, c: Context): any {
  switch (kind) {
    case "text":
      return toText(v, c);
    case "bool":
      return !!v;
    case "u8":
      return toNumber(v, 8, true, c);
    case "u16":
      return toNumber(v, 16, true, c);
    case "u32":
      return toNumber(v, 32, true, c);
    case "bytes":
      return TypedArrayPrototypeSlice(toBytes(v, c));
    case "exponent":
      if (TypedArrayPrototypeGetSymbolToStringTag(v) !== "Uint8Array") throw refuse("is not an Uint8Array object.", c);
      return TypedArrayPrototypeSlice(toBytes(v, c));
    case "key":
      return toKey(v, c);
    case "texts":
      return toList(v, c, toText);
    case "primes":
      return toList(v, c, (p, pc) => toDictionary(p, "RsaOtherPrimesInfo", pc));
    default: // "hash": an algorithm, looked up when all members are read
      return isObject(v) ? v : toText(v, c);
  }
}

// ---- algorithms ----

const rsa = ["RSASSA-PKCS1-v1_5", "RSA-PSS", "RSA-OAEP"];
const aes = ["AES-CTR", "AES-CBC", "AES-GCM", "AES-KW"];

// What each operation takes: the dictionary of its parameters, or "" for none.
const supported: Record<string, Record<string, string>> = plain();
function support(op: string, names: string[], params: string): void {
  supported[op] ??= plain();
  for (let i = 0; i < names.length; i++) supported[op]![names[i]!] = params;
}
support("digest", ["SHA-1", "SHA-256", "SHA-384", "SHA-512"], "");
support("generateKey", rsa, "RsaHashedKeyGenParams");
support("generateKey", ["ECDSA", "ECDH"], "EcKeyGenParams");
support("generateKey", aes, "AesKeyGenParams");
support("generateKey", ["HMAC"], "HmacKeyGenParams");
support("generateKey", ["Ed25519", "X25519", "Ed448", "X448"], "");
support("sign", ["RSASSA-PKCS1-v1_5", "HMAC", "Ed25519"], "");
support("sign", ["RSA-PSS"], "RsaPssParams");
support("sign", ["Ed448"], "Ed448Params");
support("sign", ["ECDSA"], "EcdsaParams");
supported.verify = supported.sign!;
support("importKey", rsa, "RsaHashedImportParams");
support("importKey", ["ECDSA", "ECDH"], "EcKeyImportParams");
support("importKey", ["HMAC"], "HmacImportParams");
support("importKey", ["HKDF", "PBKDF2", "AES-CTR", "AES-CBC", "AES-GCM", "AES-KW", "Ed25519", "X25519", "Ed448", "X448"], "");
support("deriveBits", ["HKDF"], "HkdfParams");
support("deriveBits", ["PBKDF2"], "Pbkdf2Params");
support("deriveBits", ["ECDH", "X25519", "X448"], "EcdhKeyDeriveParams");
support("encrypt", ["RSA-OAEP"], "RsaOaepParams");
support("encrypt", ["AES-CBC"], "AesCbcParams");
support("encrypt", ["AES-GCM"], "AesGcmParams");
support("encrypt", ["AES-CTR"], "AesCtrParams");
supported.decrypt = supported.encrypt!;
support("get key length", aes, "AesDerivedKeyParams");
support("get key length", ["HMAC"], "HmacImportParams");
support("get key length", ["HKDF", "PBKDF2"], "");
support("wrapKey", ["AES-KW"], "");

const normalizing: Context = { prefix: "Failed to normalize algorithm", context: "passed algorithm" };

function unknown(): Error {
  return new DOMException("Unrecognized algorithm name", "NotSupportedError");
}

// find is the name as it is registered for op, or undefined.
function find(name: string, op: string): string | undefined {
  const upper = StringPrototypeToUpperCase(name);
  const names = ObjectKeys(supported[op]!);
  for (let i = 0; i < names.length; i++) if (StringPrototypeToUpperCase(names[i]) === upper) return names[i];
  return undefined;
}

function normalize(algorithm: any, op: string): Algorithm {
  if (typeof algorithm === "string") algorithm = { __proto__: null, name: algorithm };
  const name = find(toDictionary(algorithm, "Algorithm", normalizing).name, op);
  if (name === undefined) throw unknown();
  const params = supported[op]![name]!;
  if (params === "") return { __proto__: null, name } as any;
  const out = toDictionary(algorithm, params, normalizing);
  out.name = name;
  if (out.hash !== undefined) out.hash = normalize(out.hash, "digest").name;
  return out;
}

// hostHash is the host's name of a digest: sha256 for SHA-256.
function hostHash(name: string): string {
  return `sha${StringPrototypeSlice(name, 4)}`;
}

function blockBits(hash: string): number {
  return hash === "SHA-1" || hash === "SHA-256" ? 512 : 1024;
}

const curves: Record<string, string> = { __proto__: null, "P-256": "prime256v1", "P-384": "secp384r1", "P-521": "secp521r1" } as any;
const pointBytes: Record<string, number> = { __proto__: null, "P-256": 65, "P-384": 97, "P-521": 133 } as any;

// ---- errors ----

function failed(cause: unknown): Error {
  return because("The operation failed for an operation-specific reason", "OperationError", cause);
}

function because(message: string, name: string, cause: unknown): Error {
  const e = new DOMException(message, name);
  ObjectDefineProperty(e, "cause", { __proto__: null, value: cause, writable: true, configurable: true } as any);
  return e;
}

function access(message: string): Error {
  return new DOMException(message, "InvalidAccessError");
}

function dataError(message: string, cause?: unknown): Error {
  return cause === undefined ? new DOMException(message, "DataError") : because(message, "DataError", cause);
}

// work asks the host at once and settles with the bytes it returns in a later turn.
function work(fn: () => Uint8Array): Promise<ArrayBuffer> {
  return laterCall(() => exact(asked(fn)), []);
}

function asked<T>(fn: () => T): T {
  try {
    return fn();
  } catch (e) {
    throw failed(e);
  }
}

// ---- usages ----

function has(usages: string[], usage: string): boolean {
  return ArrayPrototypeIncludes(usages, usage);
}

function checkUsages(usages: string[], allowed: string[], what: string): void {
  for (let i = 0; i < usages.length; i++) if (!has(allowed, usages[i]!)) throw new DOMException(`Unsupported key usage for ${what} key`, "SyntaxError");
}

// among is which of the wanted are in usages.
function among(usages: string[], wanted: string[]): string[] {
  const out: string[] = [];
  for (let i = 0; i < wanted.length; i++) if (has(usages, wanted[i]!)) ArrayPrototypePush(out, wanted[i]);
  return out;
}

function distinct(usages: string[]): string[] {
  const out: string[] = [];
  for (let i = 0; i < usages.length; i++) if (!has(out, usages[i]!)) ArrayPrototypePush(out, usages[i]);
  return out;
}

// pairUsages is what the two halves of a pair may do.
function pairUsages(name: string): [publics: string[], privates: string[]] {
  switch (name) {
    case "RSA-OAEP":
      return [["encrypt", "wrapKey"], ["decrypt", "unwrapKey"]];
    case "ECDH":
    case "X25519":
    case "X448":
      return [[], ["deriveKey", "deriveBits"]];
  }
  return [["verify"], ["sign"]];
}

// ---- generateKey ----

const maxMadeBits = 4096;

function generate(a: Algorithm, extractable: boolean, usages: string[]): Promise<any> {
  const name = a.name as string;
  if (name === "HMAC") {
    const length = a.length ?? blockBits(a.hash);
    if (length % 8 !== 0) throw coded(TypeError_, "ERR_INVALID_ARG_VALUE", `The property 'algorithm.length' must be a multiple of 8. Received ${length}`);
    checkUsages(usages, ["sign", "verify"], "an HMAC");
    return generated(length, { __proto__: null, name, length, hash: a.hash } as any, extractable, usages);
  }
  if (has(aes, name)) {
    if (a.length !== 128 && a.length !== 192 && a.length !== 256) throw new DOMException("AES key length must be 128, 192, or 256 bits", "OperationError");
    checkUsages(usages, aesUsages(name), "an AES");
    return generated(a.length, { __proto__: null, name, length: a.length } as any, extractable, usages);
  }
  const may = pairUsages(name);
  const publics = may[0], privates = may[1];
  let algorithm: Algorithm;
  let pair: Promise<any>;
  if (has(rsa, name)) {
    const exponent = exponentOf(a.publicExponent);
    if (exponent === undefined) throw new DOMException("The publicExponent must be equivalent to an unsigned 32-bit value", "OperationError");
    checkUsages(usages, name === "RSA-OAEP" ? ["encrypt", "decrypt", "wrapKey", "unwrapKey"] : ["sign", "verify"], "a RSA");
    if (a.modulusLength > maxMadeBits) throw new DOMException(`RSA keys of more than ${maxMadeBits} bits are not made in this sandbox`, "OperationError");
    algorithm = { __proto__: null, name, modulusLength: a.modulusLength, publicExponent: a.publicExponent, hash: a.hash } as any;
    pair = host.async(OP["crypto.keyGenerateAsync"]!, "rsa", { __proto__: null, modulusLength: a.modulusLength, publicExponent: exponent });
  } else {
    if (a.namedCurve !== undefined && curves[a.namedCurve] === undefined) throw new DOMException("Unrecognized namedCurve", "NotSupportedError");
    checkUsages(usages, join(publics, privates), `an ${name}`);
    algorithm = a.namedCurve === undefined ? ({ __proto__: null, name } as any) : ({ __proto__: null, name, namedCurve: a.namedCurve } as any);
    pair = laterCall(() => host.sync(OP["crypto.keyGenerate"]!, a.namedCurve === undefined ? StringPrototypeToLowerCase(name) : "ec", { __proto__: null, namedCurve: a.namedCurve }), []);
  }
  return then(pair, (keys) => {
    const own = among(usages, privates);
    if (own.length === 0) throw new DOMException("Usages cannot be empty when creating a key.", "SyntaxError");
    const publicKey = newKey(handle(keys[0]), algorithm, among(usages, publics), true), privateKey = newKey(handle(keys[1]), algorithm, own, extractable);
    return a.namedCurve === undefined && a.hash === undefined ? { __proto__: null, privateKey, publicKey } : { __proto__: null, publicKey, privateKey };
  }, (e) => {
    throw failed(e);
  });
}

function join(a: string[], b: string[]): string[] {
  const out = copyOf(a);
  for (let i = 0; i < b.length; i++) ArrayPrototypePush(out, b[i]);
  return out;
}

function generated(bits: number, algorithm: Algorithm, extractable: boolean, usages: string[]): Promise<any> {
  return laterCall(() => {
    if (bits === 0) throw failed(new DOMException("Zero-length key is not supported", "OperationError"));
    const bytes = new Uint8Array_(bits / 8);
    host.random(bytes);
    if (usages.length === 0) throw new DOMException("Usages cannot be empty when creating a key.", "SyntaxError");
    return newKey({ kind: "secret", der: bytes, info: plain() }, algorithm, distinct(usages), extractable);
  }, []);
}

function aesUsages(name: string): string[] {
  return name === "AES-KW" ? ["wrapKey", "unwrapKey"] : ["encrypt", "decrypt", "wrapKey", "unwrapKey"];
}

// exponentOf is a big-endian number of at most 32 bits, or undefined.
function exponentOf(b: Uint8Array): number | undefined {
  let n = 0;
  for (let i = 0; i < TypedArrayPrototypeGetLength(b); i++) {
    n = n * 256 + b[i]!;
    if (n >= 2 ** 32) return undefined;
  }
  return n;
}

function exponentBytes(n: number): Uint8Array {
  const out: number[] = [];
  for (let v = n; v > 0; v = MathTrunc(v / 256)) ArrayPrototypePush(out, v % 256);
  const bytes = new Uint8Array_(out.length);
  for (let i = 0; i < out.length; i++) bytes[i] = out[out.length - 1 - i]!;
  return bytes;
}

// ---- importKey ----

// importing makes a key of its encoding; data is bytes, or a JsonWebKey.
function importing(format: string, data: any, a: Algorithm, extractable: boolean, usages: string[]): any {
  const name = a.name as string;
  let key: any;
  if (name === "HMAC") key = importSecret(format, data, a, extractable, usages, "HMAC");
  else if (has(aes, name)) key = importSecret(format, data, a, extractable, usages, "AES");
  else if (name === "HKDF" || name === "PBKDF2") key = importMaterial(format, data, name, extractable, usages);
  else key = importPair(format, data, a, extractable, usages);
  const k = keyOf(key)!;
  if (k.handle.kind !== "public" && k.usages.length === 0) throw new DOMException(`Usages cannot be empty when importing a ${k.handle.kind} key.`, "SyntaxError");
  return key;
}

function importMaterial(format: string, data: any, name: string, extractable: boolean, usages: string[]): any {
  if (extractable) throw new DOMException(`${name} keys are not extractable`, "SyntaxError");
  checkUsages(usages, ["deriveKey", "deriveBits"], `a ${name}`);
  if (format !== "raw") throw new DOMException(`Unable to import ${name} key with format ${format}`, "NotSupportedError");
  return newKey(secret(data), { __proto__: null, name } as any, usages, false);
}

function importSecret(format: string, data: any, a: Algorithm, extractable: boolean, usages: string[], family: "HMAC" | "AES"): any {
  const isHMAC = family === "HMAC";
  checkUsages(usages, isHMAC ? ["sign", "verify"] : aesUsages(a.name), `an ${family}`);
  let bytes: Uint8Array;
  if (format === "raw") {
    bytes = data;
    if (isHMAC && (TypedArrayPrototypeGetLength(bytes) === 0 || a.length === 0)) throw dataError("Zero-length key is not supported");
    if (isHMAC && a.length !== undefined && a.length !== TypedArrayPrototypeGetLength(bytes) * 8) throw dataError("Invalid key length");
  } else if (format === "jwk") {
    checkJWK(data, "oct", isHMAC ? "sig" : "enc", extractable, usages);
    if (typeof data.k !== "string") throw dataError("Invalid keyData");
    bytes = host.base64Decode(data.k);
  } else throw new DOMException(`Unable to import ${family} key with format ${format}`, isHMAC ? "Error" : "NotSupportedError");
  const length = TypedArrayPrototypeGetLength(bytes) * 8;
  if (!isHMAC && length !== 128 && length !== 192 && length !== 256) throw dataError("Invalid key length");
  if (format === "jwk" && data.alg !== undefined && data.alg !== (isHMAC ? `HS${StringPrototypeSlice(a.hash, 4)}` : aesAlg(a.name, length))) throw dataError('JWK "alg" does not match the requested algorithm');
  return newKey(secret(bytes), isHMAC ? ({ __proto__: null, name: "HMAC", hash: a.hash, length } as any) : ({ __proto__: null, name: a.name, length } as any), usages, extractable);
}

function aesAlg(name: string, length: number): string {
  return `A${length}${StringPrototypeSlice(name, 4)}`;
}

// checkJWK checks what all JSON Web Keys have in common.
function checkJWK(jwk: any, kty: string, use: string, extractable: boolean, usages: string[]): void {
  if (!jwk.kty) throw dataError("Invalid keyData");
  if (jwk.kty !== kty) throw dataError('Invalid JWK "kty" Parameter');
  if (usages.length > 0 && jwk.use !== undefined && jwk.use !== use) throw dataError('Invalid JWK "use" Parameter');
  if (jwk.key_ops !== undefined) {
    const ops: string[] = jwk.key_ops;
    for (let i = 0; i < ops.length; i++) if (has(allUsages, ops[i]!) && ArrayPrototypeIncludes(ops, ops[i], i + 1)) throw dataError("Duplicate key operation");
    for (let i = 0; i < usages.length; i++) if (!has(ops, usages[i]!)) throw dataError("Key operations and usage mismatch");
  }
  if (jwk.ext === false && extractable) throw dataError('JWK "ext" Parameter and extractable mismatch');
}

// hashOfAlg is the digest that a JSON Web Key's algorithm of RSA names.
function hashOfAlg(alg: string): string {
  switch (alg) {
    case "RS1":
    case "PS1":
    case "RSA-OAEP":
      return "SHA-1";
    case "RS256":
    case "PS256":
    case "RSA-OAEP-256":
      return "SHA-256";
    case "RS384":
    case "PS384":
    case "RSA-OAEP-384":
      return "SHA-384";
    case "RS512":
    case "PS512":
    case "RSA-OAEP-512":
      return "SHA-512";
  }
  return "";
}

// okpBytes are the bytes of a public key, by the names of the curves that are algorithms.
const okpBytes: any = { __proto__: null, Ed25519: 32, X25519: 32, Ed448: 57, X448: 56 };

function importPair(format: string, data: any, a: Algorithm, extractable: boolean, usages: string[]): any {
  const name = a.name as string;
  const family = has(rsa, name) ? "RSA" : a.namedCurve !== undefined ? "EC" : "OKP";
  if (family === "EC" && curves[a.namedCurve] === undefined) throw new DOMException("Unrecognized namedCurve", "NotSupportedError");
  const may = pairUsages(name);
  const allow = (isPublic: boolean): void => checkUsages(usages, may[isPublic ? 0 : 1], family === "RSA" ? `an ${name}` : `a ${name}`);
  let h: Handle;
  switch (format) {
    case "spki":
    case "pkcs8":
      allow(format === "spki");
      h = decoded(() => host.sync(OP["webcrypto.key"]!, format, data));
      break;
    case "raw":
      if (family === "RSA") throw new DOMException("Unable to import RSA key with format raw", "NotSupportedError");
      allow(true);
      if (family === "OKP" && TypedArrayPrototypeGetLength(data) !== okpBytes[name]) throw dataError(`${name} raw keys must be exactly ${okpBytes[name]}-bytes`);
      h = decoded(() => host.sync(OP["webcrypto.key"]!, "raw", data, a.namedCurve ?? name));
      break;
    default:
      h = importJWK(data, a, family, extractable, usages, allow);
  }
  const info = h.info;
  if (info.type !== (family === "RSA" ? "rsa" : family === "EC" ? "ec" : StringPrototypeToLowerCase(name))) throw dataError("Invalid key type");
  if (family === "EC" && info.namedCurve !== curves[a.namedCurve]) throw dataError("Named curve mismatch");
  let algorithm: any;
  if (family === "RSA") algorithm = { __proto__: null, name, modulusLength: info.modulusLength, publicExponent: exponentBytes(info.publicExponent), hash: a.hash };
  else if (family === "EC") algorithm = { __proto__: null, name, namedCurve: a.namedCurve };
  else algorithm = { __proto__: null, name };
  return newKey(h, algorithm, usages, extractable);
}

function importJWK(jwk: any, a: Algorithm, family: string, extractable: boolean, usages: string[], allow: (isPublic: boolean) => void): Handle {
  const name = a.name as string;
  if (!jwk.kty) throw dataError("Invalid keyData");
  if (jwk.kty !== family) throw dataError('Invalid JWK "kty" Parameter');
  if (family === "EC" && jwk.crv !== a.namedCurve) throw dataError('JWK "crv" does not match the requested algorithm');
  if (family === "OKP" && jwk.crv !== name) throw dataError('JWK "crv" Parameter and algorithm name mismatch');
  const isPublic = jwk.d === undefined;
  if (family !== "OKP") allow(isPublic);
  checkJWK(jwk, family, name === "RSA-OAEP" || name === "ECDH" || name === "X25519" || name === "X448" ? "enc" : "sig", extractable, usages);
  if (jwk.alg !== undefined) {
    let fits = true;
    if (family === "RSA") fits = hashOfAlg(jwk.alg) === a.hash;
    else if (name === "ECDSA") fits = jwk.alg === (a.namedCurve === "P-521" ? "ES512" : `ES${StringPrototypeSlice(a.namedCurve, 2)}`);
    else if (name === "Ed25519" || name === "Ed448") fits = jwk.alg === name || jwk.alg === "EdDSA";
    if (!fits) throw dataError('JWK "alg" does not match the requested algorithm');
  }
  if (family === "OKP") {
    if (!isPublic && jwk.x === undefined) throw dataError("Invalid JWK");
    allow(isPublic);
  }
  const h = decoded(() => host.sync(OP["crypto.keyImport"]!, isPublic ? "public" : "private", jwk, "jwk"));
  if (family === "OKP" && !isPublic) {
    // The host takes the public half from the private one: the key must say the same.
    if (host.base64Encode(raw(handle(host.sync(OP["crypto.keyPublic"]!, h.der)), okpBytes[name]), true) !== jwk.x) throw dataError("Invalid keyData");
  }
  return h;
}

// decoded is the key that the host reads.
function decoded(read: () => any): Handle {
  try {
    return handle(read());
  } catch (e) {
    throw dataError("Invalid keyData", e);
  }
}

// raw is a public key's point: the end of its encoding.
function raw(h: Handle, size: number): Uint8Array {
  return TypedArrayPrototypeSlice(h.der, TypedArrayPrototypeGetLength(h.der) - size);
}

// ---- exportKey ----

function exporting(format: string, k: Key): any {
  if (!k.extractable) throw new DOMException("key is not extractable", "InvalidAccessException");
  const name = k.algorithm.name as string;
  const h = k.handle;
  if (format === "jwk") return exportJWK(k);
  if (format === "raw") {
    if (h.kind === "secret") return exact(TypedArrayPrototypeSlice(h.der));
    if (h.kind === "public" && !has(rsa, name)) return exact(raw(h, pointBytes[k.algorithm.namedCurve] ?? okpBytes[name]));
    throw access(`Unable to export a raw ${name} ${h.kind} key`);
  }
  if (h.kind === (format === "spki" ? "public" : "private")) return exact(TypedArrayPrototypeSlice(h.der));
  throw access(`Unable to export a ${format === "spki" ? "raw" : "pkcs8"} ${name} ${h.kind} key`);
}

function exportJWK(k: Key): any {
  const name = k.algorithm.name as string;
  const out: any = { key_ops: copyOf(k.usages), ext: k.extractable };
  const hash = k.algorithm.hash === undefined ? "" : StringPrototypeSlice(k.algorithm.hash, 4);
  if (k.handle.kind === "secret") {
    setOwn(out, "kty", "oct");
    setOwn(out, "k", host.base64Encode(k.handle.der, true));
    setOwn(out, "alg", name === "HMAC" ? `HS${hash}` : aesAlg(name, k.algorithm.length));
    return out;
  }
  const jwk = asked(() => host.sync(OP["crypto.keyExport"]!, k.handle.kind, k.handle.der, "jwk"));
  const keys = ObjectKeys(jwk);
  for (let i = 0; i < keys.length; i++) setOwn(out, keys[i]!, jwk[keys[i]!]);
  if (name === "RSASSA-PKCS1-v1_5") setOwn(out, "alg", `RS${hash}`);
  else if (name === "RSA-PSS") setOwn(out, "alg", `PS${hash}`);
  else if (name === "RSA-OAEP") setOwn(out, "alg", hash === "1" ? name : `${name}-${hash}`);
  else if (name === "Ed25519" || name === "Ed448") setOwn(out, "alg", name);
  return out;
}

// jwkText is a JSON Web Key as text, whatever the guest made of toJSON.
function jwkText(jwk: any): string {
  let out = "{";
  const keys = ObjectKeys(jwk);
  for (let i = 0; i < keys.length; i++) {
    const v = jwk[keys[i]!];
    out += `${i > 0 ? "," : ""}"${keys[i]}":`;
    if (typeof v !== "object") out += JSONStringify(v);
    else {
      out += "[";
      for (let j = 0; j < v.length; j++) out += `${j > 0 ? "," : ""}${JSONStringify(v[j])}`;
      out += "]";
    }
  }
  return `${out}}`;
}

// ---- encrypt, decrypt and wrapping ----

const tagLengths = [32, 64, 96, 104, 112, 120, 128];

// cipher encrypts or decrypts, now.
function cipher(decrypt: boolean, a: Algorithm, k: Key, data: Uint8Array, usage: string): Uint8Array {
  if (k.algorithm.name !== a.name || !has(k.usages, usage)) throw access("The requested operation is not valid for the provided key");
  const h = k.handle;
  switch (a.name) {
    case "RSA-OAEP":
      if (h.kind !== (decrypt ? "private" : "public")) throw access("The requested operation is not valid for the provided key");
      return asked(() => host.sync(OP["crypto.rsa"]!, decrypt ? "privateDecrypt" : "publicEncrypt", h.der, data, { __proto__: null, padding: 4, oaepHash: hostHash(k.algorithm.hash), oaepLabel: a.label }));
    case "AES-GCM": {
      const bits = a.tagLength ?? 128;
      if (!ArrayPrototypeIncludes(tagLengths, bits)) throw new DOMException(`${bits} is not a valid AES-GCM tag length`, "OperationError");
      if (decrypt && TypedArrayPrototypeGetLength(data) < bits / 8) throw new DOMException("The provided data is too small.", "OperationError");
      return asked(() => host.sync(OP["webcrypto.aes"]!, "gcm", decrypt, h.der, a.iv, data, bits, a.additionalData));
    }
    case "AES-CBC":
      if (TypedArrayPrototypeGetLength(a.iv) !== 16) throw new DOMException("algorithm.iv must contain exactly 16 bytes", "OperationError");
      return asked(() => host.sync(OP["webcrypto.aes"]!, "cbc", decrypt, h.der, a.iv, data, 0));
    case "AES-CTR":
      if (TypedArrayPrototypeGetLength(a.counter) !== 16) throw new DOMException("algorithm.counter must contain exactly 16 bytes", "OperationError");
      if (a.length === 0 || a.length > 128) throw new DOMException("AES-CTR algorithm.length must be between 1 and 128", "OperationError");
      return asked(() => host.sync(OP["webcrypto.aes"]!, "ctr", decrypt, h.der, a.counter, data, a.length));
    case "AES-KW":
      return asked(() => host.sync(OP["webcrypto.aes"]!, "kw", decrypt, h.der, new Uint8Array_(0), data, 0));
  }
  throw unknown();
}

// normalizeWrap is the algorithm of wrapKey and unwrapKey: one that wraps, or else one that encrypts.
function normalizeWrap(algorithm: any): Algorithm {
  try {
    return normalize(algorithm, "wrapKey");
  } catch {
    return normalize(algorithm, "encrypt");
  }
}

// ---- sign and verify ----

function signing(a: Algorithm, k: Key, data: Uint8Array, signature: Uint8Array | undefined): Promise<any> {
  const usage = signature === undefined ? "sign" : "verify";
  if (!has(k.usages, usage) || a.name !== k.algorithm.name) throw access(`Unable to use this key to ${usage}`);
  const h = k.handle;
  if (a.name === "HMAC") {
    const mac = (): Uint8Array => host.sync(OP["crypto.hmac"]!, hostHash(k.algorithm.hash), h.der, data);
    return signature === undefined ? work(mac) : laterCall(() => equal(asked(mac), signature), []);
  }
  const kind = signature === undefined ? "private" : "public";
  if (h.kind !== kind) throw access(`Key must be a ${kind} key`);
  let hash: string | undefined;
  const options: any = plain();
  if (a.name === "ECDSA") {
    hash = hostHash(a.hash);
    options.dsaEncoding = "ieee-p1363";
  } else if (a.name === "Ed448") {
    if (a.context !== undefined && TypedArrayPrototypeGetLength(a.context) > 0) throw new DOMException("Non zero-length context is not yet supported.", "NotSupportedError");
  } else if (a.name === "Ed25519") {
    options.smallOrder = false;
  } else {
    hash = hostHash(k.algorithm.hash);
    options.padding = 1;
    if (a.name === "RSA-PSS") {
      options.padding = 6;
      options.saltLength = a.saltLength;
      if (a.saltLength > MathCeil((k.algorithm.modulusLength - 1) / 8) - digestBytes(k.algorithm.hash) - 2) throw failed(coded(RangeError_, "ERR_OUT_OF_RANGE", "The value of \"algorithm.saltLength\" is out of range"));
    }
  }
  if (signature === undefined) return work(() => host.sync(OP["crypto.sign"]!, h.der, hash, data, options));
  return laterCall(() => asked(() => host.sync(OP["crypto.verify"]!, h.der, hash, data, options, signature)), []);
}

function digestBytes(hash: string): number {
  return hash === "SHA-1" ? 20 : Number_(StringPrototypeSlice(hash, 4)) / 8;
}

// equal compares in a time that does not depend on the bytes.
function equal(a: Uint8Array, b: Uint8Array): boolean {
  const n = TypedArrayPrototypeGetLength(a);
  if (n !== TypedArrayPrototypeGetLength(b)) return false;
  let diff = 0;
  for (let i = 0; i < n; i++) diff |= a[i]! ^ b[i]!;
  return diff === 0;
}

// ---- deriveBits ----

function deriving(a: Algorithm, k: Key, length: number | null): Promise<Uint8Array> {
  if (a.name === "ECDH" || a.name === "X25519" || a.name === "X448") return agreeing(a, k, length);
  if (a.name === "PBKDF2" && a.iterations === 0) throw new DOMException("iterations cannot be zero", "OperationError");
  if (length === 0) return laterCall(() => new Uint8Array_(0), []);
  if (length === null) throw new DOMException("length cannot be null", "OperationError");
  if (length % 8 !== 0) throw new DOMException("length must be a multiple of 8", "OperationError");
  if (a.name === "HKDF") {
    if (TypedArrayPrototypeGetLength(a.info) > 1024) throw failed(coded(RangeError_, "ERR_OUT_OF_RANGE", 'The value of "info" is out of range. It must not contain more than 1024 bytes.'));
    return laterCall(() => asked(() => host.sync(OP["crypto.hkdf"]!, hostHash(a.hash), k.handle.der, a.salt, a.info, length / 8)), []);
  }
  return then(host.async(OP["crypto.pbkdf2Async"]!, hostHash(a.hash), k.handle.der, a.salt, a.iterations, length / 8), (b) => b, (e) => {
    throw failed(e);
  });
}

function agreeing(a: Algorithm, k: Key, length: number | null): Promise<Uint8Array> {
  const other: Key = a.public;
  if (other.handle.kind !== "public") throw access("algorithm.public must be a public key");
  if (k.handle.kind !== "private") throw access("baseKey must be a private key");
  const name = other.algorithm.name;
  if (name !== "ECDH" && name !== "X25519" && name !== "X448") throw access("Keys must be ECDH, X25519, or X448 keys");
  if (name !== k.algorithm.name) throw access("The public and private keys must be of the same type");
  if (other.algorithm.namedCurve !== k.algorithm.namedCurve) throw access("Named curve mismatch");
  return laterCall(() => {
    const bits: Uint8Array = asked(() => host.sync(OP["crypto.dh"]!, k.handle.der, other.handle.der));
    if (length === null) return bits;
    const n = MathCeil(length / 8);
    if (TypedArrayPrototypeGetLength(bits) < n) throw new DOMException("derived bit length is too small", "OperationError");
    const out = TypedArrayPrototypeSlice(bits, 0, n);
    if (length % 8 !== 0) out[n - 1] &= 0xff00 >> length % 8;
    return out;
  }, []);
}

// keyLength is how many bits deriveKey has to derive, or null if the algorithm takes what there is.
function keyLength(a: Algorithm): number | null {
  if (has(aes, a.name)) {
    if (a.length !== 128 && a.length !== 192 && a.length !== 256) throw new DOMException("Invalid key length", "OperationError");
    return a.length;
  }
  if (a.name !== "HMAC") return null;
  if (a.length === undefined) return blockBits(a.hash);
  if (a.length !== 0) return a.length;
  throw new DOMException("Invalid key length", "OperationError");
}

// ---- the interface ----

// Arguments converts a method's arguments, by their places.
class Arguments {
  prefix: string;
  constructor(name: string) {
    this.prefix = `Failed to execute '${name}' on 'SubtleCrypto'`;
  }
  at(i: number): Context {
    return { prefix: this.prefix, context: `${ordinals[i]} argument` };
  }
  algorithm(v: any, i: number): any {
    return isObject(v) ? v : toText(v, this.at(i));
  }
  bytes(v: any, i: number): Uint8Array {
    return toBytes(v, this.at(i));
  }
  key(v: any, i: number): Key {
    return toKey(v, this.at(i));
  }
  format(v: any, i: number): string {
    return toFormat(v, this.at(i));
  }
  usages(v: any, i: number): string[] {
    return toList(v, this.at(i), toUsage);
  }
  keyData(format: string, v: any, i: number): any {
    return format === "jwk" ? toDictionary(v, "JsonWebKey", this.at(i)) : this.bytes(v, i);
  }
}

// held is bytes, which has nothing if a getter of the algorithm detached its memory.
function held(bytes: Uint8Array): Uint8Array {
  return bufferBytes(bytes)!;
}

let isSubtle: (v: any) => boolean;

// run calls a method's body: what it throws, the promise is rejected with.
function run(self: any, name: string, given: number, required: number, body: (args: Arguments) => Promise<any>): Promise<any> {
  return attempt(() => {
    if (!isSubtle(self)) throw wrongThis("SubtleCrypto");
    const args = new Arguments(name);
    if (given < required) throw refuse(`${required} arguments required, but only ${given} present.`, { prefix: args.prefix, context: "" }, "ERR_MISSING_ARGS");
    return body(args);
  });
}

export class SubtleCrypto {
  #own = true;
  static {
    isSubtle = (v) => v !== null && typeof v === "object" && #own in v;
  }
  constructor(mark: any) {
    if (mark !== made) throw illegal();
  }
  encrypt(algorithm: any, key: any, data: any): Promise<ArrayBuffer> {
    return run(this, "encrypt", arguments.length, 3, (args) => {
      algorithm = args.algorithm(algorithm, 1);
      const k = args.key(key, 2);
      const bytes = args.bytes(data, 3);
      const a = normalize(algorithm, "encrypt");
      return laterCall(() => exact(cipher(false, a, k, held(bytes), "encrypt")), []);
    });
  }
  decrypt(algorithm: any, key: any, data: any): Promise<ArrayBuffer> {
    return run(this, "decrypt", arguments.length, 3, (args) => {
      algorithm = args.algorithm(algorithm, 1);
      const k = args.key(key, 2);
      const bytes = args.bytes(data, 3);
      const a = normalize(algorithm, "decrypt");
      return laterCall(() => exact(cipher(true, a, k, held(bytes), "decrypt")), []);
    });
  }
  sign(algorithm: any, key: any, data: any): Promise<ArrayBuffer> {
    return run(this, "sign", arguments.length, 3, (args) => {
      algorithm = args.algorithm(algorithm, 1);
      const k = args.key(key, 2);
      const bytes = args.bytes(data, 3);
      return signing(normalize(algorithm, "sign"), k, held(bytes), undefined);
    });
  }
  verify(algorithm: any, key: any, signature: any, data: any): Promise<boolean> {
    return run(this, "verify", arguments.length, 4, (args) => {
      algorithm = args.algorithm(algorithm, 1);
      const k = args.key(key, 2);
      const given = args.bytes(signature, 3);
      const bytes = args.bytes(data, 4);
      return signing(normalize(algorithm, "verify"), k, held(bytes), held(given));
    });
  }
  digest(algorithm: any, data: any): Promise<ArrayBuffer> {
    return run(this, "digest", arguments.length, 2, (args) => {
      algorithm = args.algorithm(algorithm, 1);
      const bytes = args.bytes(data, 2);
      const a = normalize(algorithm, "digest");
      return work(() => host.sync(OP["crypto.hash"]!, hostHash(a.name), held(bytes)));
    });
  }
  generateKey(algorithm: any, extractable: any, keyUsages: any): Promise<any> {
    return run(this, "generateKey", arguments.length, 3, (args) => {
      algorithm = args.algorithm(algorithm, 1);
      const usages = args.usages(keyUsages, 3);
      return generate(normalize(algorithm, "generateKey"), !!extractable, usages);
    });
  }
  deriveKey(algorithm: any, baseKey: any, derivedKeyAlgorithm: any, extractable: any, keyUsages: any): Promise<any> {
    return run(this, "deriveKey", arguments.length, 5, (args) => {
      algorithm = args.algorithm(algorithm, 1);
      const k = args.key(baseKey, 2);
      derivedKeyAlgorithm = args.algorithm(derivedKeyAlgorithm, 3);
      const usages = args.usages(keyUsages, 5);
      const a = normalize(algorithm, "deriveBits");
      const target = normalize(derivedKeyAlgorithm, "importKey");
      if (!has(k.usages, "deriveKey")) throw access("baseKey does not have deriveKey usage");
      if (k.algorithm.name !== a.name) throw access("Key algorithm mismatch");
      const length = keyLength(normalize(derivedKeyAlgorithm, "get key length"));
      return then(deriving(a, k, length), (bits) => importing("raw", bits, target, !!extractable, usages));
    });
  }
  deriveBits(algorithm: any, baseKey: any, length: any = null): Promise<ArrayBuffer> {
    return run(this, "deriveBits", arguments.length, 2, (args) => {
      algorithm = args.algorithm(algorithm, 1);
      const k = args.key(baseKey, 2);
      const bits = length === null ? null : toNumber(length, 32, false, args.at(3));
      const a = normalize(algorithm, "deriveBits");
      if (!has(k.usages, "deriveBits")) throw access("baseKey does not have deriveBits usage");
      if (k.algorithm.name !== a.name) throw access("Key algorithm mismatch");
      return then(deriving(a, k, bits), exact);
    });
  }
  importKey(format: any, keyData: any, algorithm: any, extractable: any, keyUsages: any): Promise<any> {
    return run(this, "importKey", arguments.length, 4, (args) => {
      format = args.format(format, 1);
      const data = args.keyData(format, keyData, 2);
      algorithm = args.algorithm(algorithm, 3);
      const usages = args.usages(keyUsages, 5);
      const a = normalize(algorithm, "importKey");
      return laterCall(() => importing(format, format === "jwk" ? data : held(data), a, !!extractable, usages), []);
    });
  }
  exportKey(format: any, key: any): Promise<any> {
    return run(this, "exportKey", arguments.length, 2, (args) => {
      format = args.format(format, 1);
      const k = args.key(key, 2);
      return laterCall(() => exporting(format, k), []);
    });
  }
  wrapKey(format: any, key: any, wrappingKey: any, wrapAlgorithm: any): Promise<ArrayBuffer> {
    return run(this, "wrapKey", arguments.length, 4, (args) => {
      format = args.format(format, 1);
      const k = args.key(key, 2);
      const by = args.key(wrappingKey, 3);
      const a = normalizeWrap(args.algorithm(wrapAlgorithm, 4));
      return laterCall(() => {
        const exported = exporting(format, k);
        let data: Uint8Array;
        if (format === "jwk") {
          const text = jwkText(exported);
          // AES-KW takes whole blocks of 8 bytes.
          data = host.utf8Encode(a.name === "AES-KW" ? text + StringPrototypeRepeat(" ", (8 - (text.length % 8)) % 8) : text);
        } else data = new Uint8Array_(exported);
        return exact(cipher(false, a, by, data, "wrapKey"));
      }, []);
    });
  }
  unwrapKey(format: any, wrappedKey: any, unwrappingKey: any, unwrapAlgorithm: any, unwrappedKeyAlgorithm: any, extractable: any, keyUsages: any): Promise<any> {
    return run(this, "unwrapKey", arguments.length, 7, (args) => {
      format = args.format(format, 1);
      const bytes = args.bytes(wrappedKey, 2);
      const by = args.key(unwrappingKey, 3);
      const how = args.algorithm(unwrapAlgorithm, 4);
      const target = args.algorithm(unwrappedKeyAlgorithm, 5);
      const usages = args.usages(keyUsages, 7);
      const a = normalizeWrap(how);
      return laterCall(() => {
        let data: any = cipher(true, a, by, held(bytes), "unwrapKey");
        if (format === "jwk") {
          try {
            data = JSONParse(host.utf8Decode(data, true));
          } catch {
            throw dataError("Invalid wrapped JWK key");
          }
        }
        const importArgs = new Arguments("importKey");
        return importing(format, importArgs.keyData(format, data, 2), normalize(target, "importKey"), !!extractable, usages);
      }, []);
    });
  }
}
webInterface(SubtleCrypto, "SubtleCrypto");
named(SubtleCrypto, "SubtleCrypto", 0);
named(SubtleCrypto.prototype.deriveBits, "deriveBits", 2);

export const subtle = new SubtleCrypto(made);

defineGlobals({ CryptoKey, SubtleCrypto });
