// Blob and File. A blob is a source of bytes and a type; Bun.file's source is a
// file, read when asked.

import {
  ArrayBufferIsView, ArrayPrototypePush, DateNow, JSONParse, JSONStringify, MathFloor, MathTrunc, NumberIsNaN, NumberPrototypeToFixed, ObjectDefineProperty, SafeMap, StringPrototypeCharCodeAt, StringPrototypeReplace,
  StringPrototypeIndexOf, StringPrototypeSlice, SymbolIterator,
  StringPrototypeToLowerCase, TypedArrayPrototypeGetBuffer, TypedArrayPrototypeGetByteLength, TypedArrayPrototypeGetByteOffset,
  TypedArrayPrototypeGetLength, TypedArrayPrototypeGetSymbolToStringTag, TypedArrayPrototypeSet, DataViewPrototypeGetBuffer, DataViewPrototypeGetByteLength,
  DataViewPrototypeGetByteOffset, Uint8Array_, ArrayBufferPrototypeGetByteLength, ArrayBufferPrototypeGetDetached, SharedArrayBufferPrototypeGetByteLength, ObjectGetOwnPropertyDescriptor, iterateWith, uncurryThis, attempt,
} from "../primordials.ts";
import { defineGlobals, webInterface } from "../globals.ts";
import { makeReadable } from "./streams.ts";
import { laterCall } from "../node/later.ts";
import { inspectAs } from "../inspect.ts";
import { cloneable, crosses } from "../structured-clone.ts";
import { invalidArgType, invalidArgValue, missingArgs } from "../node/errors.ts";
import { asNode } from "../mode.ts";
import { URL } from "../url.ts";

// Bytes is where a blob's content comes from. Its ranges are absolute and in bounds.
export interface Bytes {
  size(): number;
  read(from: number, to: number): Uint8Array; // fresh memory; may be shorter if a file shrank
}

class Memory implements Bytes {
  #b: Uint8Array;
  constructor(b: Uint8Array) {
    this.#b = b;
  }
  size(): number {
    return TypedArrayPrototypeGetLength(this.#b);
  }
  read(from: number, to: number): Uint8Array {
    const out = new Uint8Array_(to - from);
    TypedArrayPrototypeSet(out, view(this.#b, from, to));
    return out;
  }
}

// Range is a slice of another source.
class Range implements Bytes {
  #of: Bytes;
  #from: number;
  #to: number;
  constructor(of: Bytes, from: number, to: number) {
    this.#of = of;
    this.#from = from;
    this.#to = to;
  }
  size(): number {
    const n = this.#of.size();
    const to = this.#to < n ? this.#to : n;
    return to > this.#from ? to - this.#from : 0;
  }
  read(from: number, to: number): Uint8Array {
    return this.#of.read(this.#from + from, this.#from + to);
  }
}

function view(b: Uint8Array, from: number, to: number): Uint8Array {
  return new Uint8Array_(TypedArrayPrototypeGetBuffer(b), TypedArrayPrototypeGetByteOffset(b) + from, to - from);
}

// bufferBytes is a Uint8Array over a BufferSource's memory, or undefined if v is none.
// Of memory that is detached, or that a view lies outside of, it has nothing.
export function bufferBytes(v: any): Uint8Array | undefined {
  if (v === null || typeof v !== "object") return undefined;
  if (!ArrayBufferIsView(v)) {
    try {
      if (ArrayBufferPrototypeGetDetached(v)) return new Uint8Array_(0);
    } catch {
      try {
        SharedArrayBufferPrototypeGetByteLength(v as any);
      } catch {
        return undefined;
      }
    }
    return new Uint8Array_(v);
  }
  try {
    if (TypedArrayPrototypeGetSymbolToStringTag(v) !== undefined) return new Uint8Array_(TypedArrayPrototypeGetBuffer(v), TypedArrayPrototypeGetByteOffset(v), TypedArrayPrototypeGetByteLength(v));
    return new Uint8Array_(DataViewPrototypeGetBuffer(v), DataViewPrototypeGetByteOffset(v), DataViewPrototypeGetByteLength(v));
  } catch {
    return new Uint8Array_(0);
  }
}

// join copies pieces into one.
export function join(pieces: Uint8Array[]): Uint8Array {
  if (pieces.length === 1) return pieces[0]!;
  let n = 0;
  for (let i = 0; i < pieces.length; i++) n += TypedArrayPrototypeGetLength(pieces[i]!);
  const out = new Uint8Array_(n);
  for (let i = 0, at = 0; i < pieces.length; i++) {
    TypedArrayPrototypeSet(out, pieces[i]!, at);
    at += TypedArrayPrototypeGetLength(pieces[i]!);
  }
  return out;
}

function typeOf(t: any): string {
  const s = t === undefined ? "" : `${t}`;
  for (let i = 0; i < s.length; i++) {
    const c = StringPrototypeCharCodeAt(s, i);
    if (c < 0x20 || c > 0x7e) return "";
  }
  // Bun says the character set of its own accord.
  const full = withCharset[s];
  return full !== undefined && !asNode() ? full : StringPrototypeToLowerCase(s);
}
const utf8 = ";charset=utf-8";
const withCharset: any = {
  __proto__: null, "text/plain": "text/plain" + utf8, "text/html": "text/html" + utf8, "text/css": "text/css" + utf8, "application/json": "application/json" + utf8,
  "text/javascript": "text/javascript" + utf8, "application/javascript": "text/javascript" + utf8,
};

const CHUNK = 64 << 10;
const key: any = { __proto__: null };

let source: (b: any) => Bytes;
let brand: (b: any) => boolean;
let lazyOf: (b: any) => boolean;
let fileOf: (b: any) => [name: string, lastModified: number] | undefined; // undefined: no File
const fileKey: any = { __proto__: null };

export class Blob {
  #src: Bytes;
  #type: string;
  #lazy = false; // content comes from files
  static {
    source = (b) => b.#src;
    brand = (b) => b !== null && typeof b === "object" && #src in b;
    lazyOf = (b) => b.#lazy;
  }

  constructor(parts: any = undefined, options: any = undefined, src: any = undefined) {
    if (parts === key) {
      this.#src = src;
      this.#type = typeOf(options.type);
      this.#lazy = options.lazy === true;
      return;
    }
    const pieces: Uint8Array[] = [];
    if (parts !== undefined && (parts === null || typeof parts !== "object" || typeof parts[SymbolIterator] !== "function")) throw invalidArgType("sources", "a sequence", parts);
    if (options != null && typeof options !== "object" && typeof options !== "function") throw invalidArgType("options", "object", options);
    // WebIDL converts the parts first, each as it comes.
    const list: any[] = [];
    if (parts !== undefined) iterateWith<any>(parts, "parts", (p) => {
      ArrayPrototypePush(list, bufferBytes(p) !== undefined || brand(p) ? p : `${p}`);
    });
    const endings = options?.endings === undefined ? "transparent" : `${options.endings}`;
    if (endings !== "transparent" && endings !== "native") throw invalidArgValue("options.endings", endings);
    const type = typeOf(options?.type);
    if (list.length > 0) {
      const native = endings === "native";
      for (let i = 0; i < list.length; i++) {
        const p = list[i];
        const b = bufferBytes(p);
        if (b !== undefined) {
          const copy = new Uint8Array_(TypedArrayPrototypeGetLength(b));
          TypedArrayPrototypeSet(copy, b);
          ArrayPrototypePush(pieces, copy);
        } else if (brand(p)) ArrayPrototypePush(pieces, source(p).read(0, source(p).size()));
        else ArrayPrototypePush(pieces, host.utf8Encode(native ? StringPrototypeReplace(p, /\r\n|\r/g, "\n") : p));
      }
    }
    this.#src = new Memory(join(pieces));
    this.#type = type;
  }

  get size(): number {
    return this.#src.size();
  }
  get type(): string {
    return this.#type;
  }

  #all(): Uint8Array {
    return this.#src.read(0, this.#src.size());
  }
  #then(fn: () => any): Promise<any> {
    if (this.#lazy) return laterCall(fn, []);
    return (async () => fn())();
  }

  text(): Promise<string> {
    return attempt(() => this.#then(() => host.utf8Decode(this.#all())));
  }
  arrayBuffer(): Promise<ArrayBuffer> {
    return attempt(() => this.#then(() => exact(this.#all())));
  }
  bytes(): Promise<Uint8Array> {
    return attempt(() => this.#then(() => this.#all()));
  }
  json(): Promise<any> {
    return attempt(() => this.#then(() => JSONParse(host.utf8Decode(this.#all()))));
  }
  slice(start?: any, end?: any, type?: any): Blob {
    if (typeof start === "string") {
      type = start;
      start = end = undefined;
    } else if (typeof end === "string") {
      type = end;
      end = undefined;
    }
    const n = this.#src.size();
    const clamp = (v: any, dflt: number): number => {
      if (v === undefined) return dflt;
      v = nearest(+v);
      return v < 0 ? (v + n > 0 ? v + n : 0) : v < n ? v : n;
    };
    const from = clamp(start, 0), to = clamp(end, n);
    return new Blob(key, { type, lazy: this.#lazy }, new Range(this.#src, from, to > from ? to : from));
  }
  stream(): any {
    let at = 0;
    const src = this.#src;
    const lazy = this.#lazy;
    return makeReadable({
      pull: async (c) => {
        if (lazy) await laterCall(() => undefined, []);
        const n = src.size();
        if (at >= n) return c.close();
        const to = at + CHUNK < n ? at + CHUNK : n;
        const b = src.read(at, to);
        if (TypedArrayPrototypeGetLength(b) === 0) return c.close();
        at += TypedArrayPrototypeGetLength(b);
        c.enqueue(b);
        if (at >= n) c.close();
      },
    }, true);
  }
}
webInterface(Blob, "Blob");

// nearest is WebIDL's rounding to an integer: a half goes to the even one.
function nearest(v: number): number {
  if (NumberIsNaN(v)) return 0;
  const low = MathFloor(v), above = v - low;
  return above < 0.5 || (above === 0.5 && low % 2 === 0) || above !== above ? low : low + 1;
}

// exact returns a buffer that holds just these bytes.
export function exact(b: Uint8Array): ArrayBuffer {
  const buffer = TypedArrayPrototypeGetBuffer(b);
  if (TypedArrayPrototypeGetLength(b) === ArrayBufferPrototypeGetByteLength(buffer)) return buffer;
  const copy = new Uint8Array_(TypedArrayPrototypeGetLength(b));
  TypedArrayPrototypeSet(copy, b);
  return TypedArrayPrototypeGetBuffer(copy);
}

export class File extends Blob {
  #name: string;
  #modified: number;
  static {
    fileOf = (b) => (#name in b ? [b.#name, b.#modified] : undefined);
  }
  constructor(parts: any, name: any, options?: any) {
    if (arguments.length < 2) throw missingArgs(["fileBits", "fileName"]);
    if (parts === fileKey) super(key, { type: typeOfBlob(options.blob), lazy: lazyOf(options.blob) }, source(options.blob));
    else super(parts, options);
    this.#name = `${name}`;
    const m = options?.lastModified;
    this.#modified = m === undefined ? DateNow() : MathTrunc(+m) || 0;
  }
  get name(): string {
    return this.#name;
  }
  get lastModified(): number {
    return this.#modified;
  }
}
webInterface(File, "File");

defineGlobals({ Blob, File });

// bytesOfBlob reads all of a blob.
export function bytesOfBlob(b: Blob): Uint8Array {
  return source(b).read(0, source(b).size());
}

const typeOfBlob = uncurryThis(ObjectGetOwnPropertyDescriptor(Blob.prototype, "type")!.get!) as (b: Blob) => string;

// copyOf is a blob like b, with the same source.
function copyOf(b: Blob): Blob {
  const copy = new Blob(key, { type: typeOfBlob(b), lazy: lazyOf(b) }, source(b));
  const file = fileOf(b);
  return file === undefined ? copy : asFile(copy, file[0], file[1]);
}

// asFile is a File with a blob's source.
function asFile(b: Blob, name: string, lastModified: number): File {
  return new File(fileKey, name, { lastModified, blob: b });
}

cloneable((v) => (brand(v) ? () => copyOf(v as Blob) : undefined));
crosses({
  name: "Blob",
  write(v: any): unknown {
    if (!brand(v)) return undefined;
    const file = fileOf(v);
    return { type: typeOfBlob(v), bytes: bytesOfBlob(v), name: file?.[0], lastModified: file?.[1] };
  },
  read(m: any): object {
    const b = new Blob(key, { type: m.type }, new Memory(m.bytes));
    return m.name === undefined ? b : asFile(b, m.name, m.lastModified);
  },
});

// ---- URLs of blobs ----

const urls: Map<string, Blob> = new SafeMap();

const statics = {
  createObjectURL(obj: any): string {
    if (!brand(obj)) throw invalidArgType("obj", "Blob", obj);
    const bytes = new Uint8Array_(16);
    host.random(bytes);
    bytes[6] = (bytes[6]! & 15) | 64;
    bytes[8] = (bytes[8]! & 63) | 128;
    const h = host.hexEncode(bytes);
    const part = (i: number, j: number): string => StringPrototypeSlice(h, i, j);
    const url = `blob:${asNode() ? "nodedata:" : ""}${part(0, 8)}-${part(8, 12)}-${part(12, 16)}-${part(16, 20)}-${part(20, 32)}`;
    urls.set(url, obj);
    return url;
  },
  revokeObjectURL(url: any): void {
    if (arguments.length === 0) throw missingArgs(["url"]);
    urls.delete(`${url}`);
  },
};
ObjectDefineProperty(URL, "createObjectURL", { __proto__: null, value: statics.createObjectURL, writable: true, enumerable: true, configurable: true } as any);
ObjectDefineProperty(URL, "revokeObjectURL", { __proto__: null, value: statics.revokeObjectURL, writable: true, enumerable: true, configurable: true } as any);

// blobAt is the blob that a URL of createObjectURL stands for, if it still does.
export function blobAt(url: string): Blob | undefined {
  const hash = StringPrototypeIndexOf(url, "#");
  return urls.get(hash < 0 ? url : StringPrototypeSlice(url, 0, hash));
}

inspectAs(Blob, "Blob", (b) => printed(`Blob (${sizeText(source(b).size())})`, b.type === "" ? [] : [["type", b.type]]));
inspectAs(File, "File", (f) => printed(`File (${sizeText(source(f).size())})`, f.type === "" ? [["name", f.name], ["lastModified", f.lastModified]] : [["name", f.name], ["type", f.type], ["lastModified", f.lastModified]]));

// printed is how Bun prints blobs: without a comma at the end.
export function printed(head: string, fields: [string, unknown][]): string {
  if (fields.length === 0) return head;
  let out = `${head} {`;
  for (let i = 0; i < fields.length; i++) out += `${i > 0 ? "," : ""}\n  ${fields[i]![0]}: ${JSONStringify(fields[i]![1])}`;
  return `${out}\n}`;
}

// sizeText is a size as Bun prints it.
export function sizeText(n: number): string {
  if (n === 0) return "0 KB";
  if (n < 1000) return `${n} bytes`;
  return n < 1e6 ? `${NumberPrototypeToFixed(n / 1e3, 1)} KB` : n < 1e9 ? `${NumberPrototypeToFixed(n / 1e6, 2)} MB` : `${NumberPrototypeToFixed(n / 1e9, 2)} GB`;
}

export function isBlob(v: any): boolean {
  return brand(v);
}

// blobSource is a blob's own content.
export function blobSource(b: any): Bytes {
  return source(b);
}

export function blobOf(bytes: Uint8Array, type: string): Blob {
  return new Blob(key, { type }, new Memory(bytes));
}

// sourceKey is the first argument with which the runtime's subclasses give Blob a source of their own.
export const sourceKey = key;
