// Bun's digests, identifiers and tokens.

import {
  ArrayPrototypeIndexOf, ArrayPrototypePush, DateNow, Error_, MathFloor, ObjectDefineProperty, RegExpPrototypeExec, StringPrototypeReplace, StringPrototypeToLowerCase,
  TypeError_, TypedArrayPrototypeGetLength, TypedArrayPrototypeSet, Uint8Array_,
} from "../primordials.ts";
import { named } from "../globals.ts";
import { digestText, hasher, uuidText, uuidv7 } from "../crypto.ts";
import { bufferBytes } from "../web/blob.ts";
import { decode, encode, normalizeEncoding, wrap } from "../node/buffer.ts";
import { coded } from "../node/errors.ts";
import { badInput, inputBytes } from "./input.ts";

const algorithms = ["blake2b256", "blake2b512", "blake2s256", "md4", "md5", "ripemd160", "sha1", "sha224", "sha256", "sha384", "sha512", "sha512-224", "sha512-256", "sha3-224", "sha3-256", "sha3-384", "sha3-512", "shake128", "shake256"];
const sizes = [32, 64, 32, 16, 16, 20, 20, 28, 32, 48, 64, 28, 32, 28, 32, 48, 64, 16, 32];
const aliases: any = { __proto__: null, "sha-1": "sha1", "sha-224": "sha224", "sha-256": "sha256", "sha-384": "sha384", "sha-512": "sha512", "sha-512/224": "sha512-224", "sha-512/256": "sha512-256", "sha512_256": "sha512-256", "sha512_224": "sha512-224", rmd160: "ripemd160" };
// What the host calls those that Node does not have.
const hosts: any = { __proto__: null, blake2b256: "bun-blake2b256", md4: "bun-md4" };

const key: any = { __proto__: null };

function nameOf(algorithm: any): string {
  if (typeof algorithm !== "string") throw badInput("algorithm must be a string");
  let name = StringPrototypeToLowerCase(algorithm);
  name = aliases[name] ?? name;
  if (ArrayPrototypeIndexOf(algorithms, name) < 0) throw badInput(`Unsupported algorithm ${algorithm}`);
  return name;
}

function dataOf(data: any, enc?: any): Uint8Array {
  if (typeof data === "string" && enc !== undefined) return encode(data, normalizeEncoding(enc) ?? "utf8");
  const b = inputBytes(data);
  if (b === undefined) throw badInput("input must be a string, ArrayBuffer, ArrayBufferView or Blob");
  return b;
}

// output is a digest as it was asked for: a text, in a buffer that was given, or as bytes.
function output(sum: Uint8Array, enc: any, least: number, bytes: (b: Uint8Array) => any): any {
  if (enc === undefined) return bytes(sum);
  if (typeof enc === "string") {
    if (normalizeEncoding(enc) === undefined) throw coded(TypeError_, "ERR_INVALID_ARG_VALUE", `Unknown encoding: ${enc}`);
    return digestText(sum, enc);
  }
  const into = bufferBytes(enc);
  if (into === undefined) throw badInput("digest() takes an encoding or a TypedArray");
  if (TypedArrayPrototypeGetLength(into) < least) throw badInput(`TypedArray must be at least ${least} bytes`);
  TypedArrayPrototypeSet(into, sum);
  return enc;
}

export class CryptoHasher {
  #name: string;
  #d: any;
  #key: Uint8Array | undefined;
  constructor(algorithm: any, k?: any, from?: any) {
    if (algorithm === key) {
      this.#name = k;
      this.#d = from;
      return;
    }
    this.#name = nameOf(algorithm);
    if (k !== undefined && k !== null) {
      const b = inputBytes(k);
      if (b === undefined) throw badInput("key must be a string, ArrayBuffer, ArrayBufferView or Blob");
      this.#key = new Uint8Array_(TypedArrayPrototypeGetLength(b));
      TypedArrayPrototypeSet(this.#key, b);
    }
    this.#d = hasher(hosts[this.#name] ?? this.#name, this.#key);
  }
  get algorithm(): string {
    return this.#name;
  }
  get byteLength(): number {
    return sizes[ArrayPrototypeIndexOf(algorithms, this.#name)]!;
  }
  update(data: any, enc?: any): this {
    this.#d.update(dataOf(data, enc));
    return this;
  }
  digest(enc?: any): any {
    if (enc !== undefined && typeof enc !== "string") {
      const into = bufferBytes(enc);
      if (into !== undefined && TypedArrayPrototypeGetLength(into) < 64) throw badInput("TypedArray must be at least 64 bytes");
    }
    const sum = this.#d.sum();
    // A digest begins anew; a MAC is used up, and says so.
    if (this.#key === undefined) this.#d = hasher(hosts[this.#name] ?? this.#name);
    return output(sum, enc, 64, wrap);
  }
  copy(): CryptoHasher {
    const c = new CryptoHasher(key, this.#name, this.#d.copy());
    c.#key = this.#key;
    return c;
  }
  static hash(algorithm: any, data: any, enc?: any): any {
    const name = nameOf(algorithm);
    const d = hasher(hosts[name] ?? name);
    d.update(dataOf(data));
    return output(d.sum(), enc, 64, wrap);
  }
  static get algorithms(): string[] {
    const out: string[] = [];
    for (let i = 0; i < algorithms.length; i++) ArrayPrototypePush(out, algorithms[i]!);
    return out;
  }
}

// single makes the class of one digest.
function single(className: string, name: string): any {
  const size = sizes[ArrayPrototypeIndexOf(algorithms, name)]!;
  const real: string = hosts[name] ?? name;
  const cls = class {
    #d = hasher(real);
    #done = false;
    get byteLength(): number {
      void this.#d;
      return size;
    }
    update(data: any): any {
      if (this.#done) throw new Error_(`${className} hasher already digested, create a new instance to update`);
      this.#d.update(dataOf(data));
      return this;
    }
    digest(enc?: any): any {
      if (this.#done) throw new Error_(`${className} hasher already digested, create a new instance to digest again`);
      this.#done = true;
      return output(this.#d.sum(), enc, size, (b) => b);
    }
    static hash(data: any, enc?: any): any {
      const d = hasher(real);
      d.update(dataOf(data));
      return output(d.sum(), enc, size, (b) => b);
    }
  };
  ObjectDefineProperty(cls, "byteLength", { __proto__: null, value: size, enumerable: true } as any);
  return named(cls, className);
}

export const digests = {
  MD4: single("MD4", "md4"), MD5: single("MD5", "md5"), SHA1: single("SHA1", "sha1"), SHA224: single("SHA224", "sha224"), SHA256: single("SHA256", "sha256"),
  SHA384: single("SHA384", "sha384"), SHA512: single("SHA512", "sha512"), SHA512_256: single("SHA512_256", "sha512-256"),
};

export function sha(data: any, enc?: any): any {
  const d = hasher("sha512-256");
  d.update(dataOf(data));
  return output(d.sum(), enc, 32, (b) => b);
}

function uuidAs(b: Uint8Array, encoding: any): any {
  if (encoding === undefined || encoding === "hex") return uuidText(b);
  if (encoding === "buffer") return wrap(b);
  return decode(b, normalizeEncoding(encoding) ?? "base64");
}

let lastTime = -1;
let counter = 0;

// randomUUIDv7 orders by time, and within a millisecond by a counter.
export function randomUUIDv7(encoding?: any, timestamp?: any): any {
  if (encoding !== undefined && typeof encoding !== "string") {
    timestamp = encoding;
    encoding = undefined;
  }
  const given = timestamp === undefined ? undefined : +timestamp;
  if (given !== undefined && !(given >= 0)) throw badInput("Timestamp must be a positive number");
  let ms = given ?? DateNow();
  const b = uuidv7(ms);
  if (given === undefined) {
    if (ms > lastTime) {
      lastTime = ms;
      counter = ((b[6]! & 7) << 8) | b[7]!;
    } else if (++counter > 4095) {
      counter = 0;
      lastTime++;
    }
    ms = lastTime;
    const again = uuidv7(ms);
    for (let i = 0; i < 6; i++) b[i] = again[i]!;
    b[6] = 112 | (counter >> 8);
    b[7] = counter & 255;
  }
  return uuidAs(b, encoding);
}

const namespaces: any = { __proto__: null, dns: "6ba7b8109dad11d180b400c04fd430c8", url: "6ba7b8119dad11d180b400c04fd430c8", oid: "6ba7b8129dad11d180b400c04fd430c8", x500: "6ba7b8149dad11d180b400c04fd430c8" };

export function randomUUIDv5(name: any, namespace: any, encoding?: any): any {
  const space = bufferBytes(namespace);
  let ns: Uint8Array;
  if (space !== undefined) {
    if (TypedArrayPrototypeGetLength(space) !== 16) throw coded(TypeError_, "ERR_INVALID_ARG_VALUE", "Namespace must be exactly 16 bytes");
    ns = space;
  } else {
    const text = StringPrototypeToLowerCase(`${namespace}`);
    const hex = namespaces[text] ?? (RegExpPrototypeExec(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, text) === null ? undefined : StringPrototypeReplace(text, /-/g, ""));
    if (hex === undefined) throw coded(TypeError_, "ERR_INVALID_ARG_VALUE", "Invalid UUID format for namespace");
    ns = host.hexDecode(hex);
  }
  const d = hasher("sha1");
  d.update(ns);
  const b = inputBytes(name, false);
  if (b === undefined) throw badInput("name must be a string or a buffer");
  d.update(b);
  const sum = d.sum();
  const out = new Uint8Array_(16);
  for (let i = 0; i < 16; i++) out[i] = sum[i]!;
  out[6] = (out[6]! & 15) | 80;
  out[8] = (out[8]! & 63) | 128;
  return uuidAs(out, encoding);
}

// ---- tokens against forged requests ----

const day = 24 * 60 * 60 * 1000;
let ownSecret: Uint8Array | undefined; // of this program

function secretOf(v: any): Uint8Array {
  if (v === undefined) {
    if (ownSecret === undefined) {
      ownSecret = new Uint8Array_(32);
      host.random(ownSecret);
    }
    return ownSecret;
  }
  const b = inputBytes(v, false);
  if (b === undefined || TypedArrayPrototypeGetLength(b) === 0) throw badInput("secret must be a non-empty string");
  return b;
}

function put(b: Uint8Array, at: number, n: number): void {
  for (let i = 7; i >= 0; i--) {
    b[at + i] = n % 256;
    n = MathFloor(n / 256);
  }
}

function take(b: Uint8Array, at: number): number {
  let n = 0;
  for (let i = 0; i < 8; i++) n = n * 256 + b[at + i]!;
  return n;
}

// A token is when it was made, how long it holds, a nonce, and the MAC of these.
const head = 32;

function mac(secret: Uint8Array, b: Uint8Array, algorithm: any): Uint8Array {
  const name = nameOf(algorithm ?? "sha256");
  const d = hasher(hosts[name] ?? name, secret);
  const first = new Uint8Array_(head);
  for (let i = 0; i < head; i++) first[i] = b[i]!;
  d.update(first);
  return d.sum();
}

function encodingOf(o: any): any {
  const e = normalizeEncoding(o?.encoding ?? "base64url");
  if (e === undefined) throw badInput("encoding must be \"base64\", \"base64url\" or \"hex\"");
  return e;
}

export const CSRF = {
  generate(secret?: any, options?: any): string {
    const expires = options?.expiresIn === undefined ? day : +options.expiresIn;
    if (!(expires >= 0)) throw badInput("expiresIn must be a positive number");
    const b = new Uint8Array_(head);
    host.random(b);
    put(b, 0, DateNow());
    put(b, 8, MathFloor(expires));
    const sum = mac(secretOf(secret), b, options?.algorithm);
    const out = new Uint8Array_(head + TypedArrayPrototypeGetLength(sum));
    TypedArrayPrototypeSet(out, b);
    TypedArrayPrototypeSet(out, sum, head);
    return decode(out, encodingOf(options));
  },
  verify(token: any, options?: any): boolean {
    if (typeof token !== "string" || token === "") throw badInput("token must be a non-empty string");
    if (token.length > 1024) return false;
    const b = encode(token, encodingOf(options));
    const n = TypedArrayPrototypeGetLength(b);
    if (n <= head) return false;
    const sum = mac(secretOf(options?.secret), b, options?.algorithm);
    if (TypedArrayPrototypeGetLength(sum) !== n - head) return false;
    let diff = 0;
    for (let i = head; i < n; i++) diff |= b[i]! ^ sum[i - head]!;
    if (diff !== 0) return false;
    const age = DateNow() - take(b, 0);
    const most = options?.maxAge === undefined ? day : +options.maxAge;
    const expires = take(b, 8);
    return (expires === 0 || age <= expires) && age <= most;
  },
};
