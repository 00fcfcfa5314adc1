// The Bun global and the "bun" module.

import {
  ArrayIsArray, ArrayPrototypePush, DateNow, JSONParse, JSONStringify, MathFloor, ObjectDefineProperty, StringPrototypeLastIndexOf, StringPrototypeReplace, StringPrototypeSlice,
  StringPrototypeToLowerCase, TypeError_, TypedArrayPrototypeGetLength, TypedArrayPrototypeSet, Uint8Array_, own, withResolvers,
} from "../primordials.ts";
import { OP } from "buntime:ops";
import { defineGlobal, named } from "../globals.ts";
import { tidy } from "../node/names.ts";
import { resolveSync } from "../cjs.ts";
import { builtin, register } from "../modules.ts";
import { bunVersion, entryPath, process } from "../process.ts";
import { custom, inspect, inspectAs } from "../inspect.ts";
import { setTimeout } from "../timers.ts";
import { Blob, bufferBytes, blobSource, exact, isBlob, join, printed, sourceKey, type Bytes } from "../web/blob.ts";
import { bodyBytes, isBody } from "../web/fetch.ts";
import { isReadableStream, readChunks } from "../web/streams.ts";
import * as f from "../node/fs_common.ts";
import { laterCall } from "../node/later.ts";
import { decode, encode, normalizeEncoding, wrap } from "../node/buffer.ts";
import { coded, invalidArgType, validateString } from "../node/errors.ts";
import { deepEqual } from "../node/deep_equal.ts";
import { serve } from "./serve.ts";
import { digestText, hasher, uuidText, uuidv7 } from "../crypto.ts";

const text = ";charset=utf-8";
const mimes: any = {
  __proto__: null,
  txt: "text/plain" + text, text: "text/plain" + text, log: "text/plain" + text, md: "text/markdown", csv: "text/csv", html: "text/html" + text, htm: "text/html" + text,
  css: "text/css" + text, js: "text/javascript" + text, mjs: "text/javascript" + text, cjs: "text/javascript" + text, jsx: "text/javascript" + text, ts: "text/javascript" + text,
  tsx: "text/javascript" + text, mts: "text/javascript" + text, cts: "text/javascript" + text, json: "application/json" + text, xml: "application/xml",
  svg: "image/svg+xml", png: "image/png", jpg: "image/jpeg", jpeg: "image/jpeg", gif: "image/gif", webp: "image/webp", avif: "image/avif", ico: "image/x-icon", bmp: "image/bmp",
  mp3: "audio/mpeg", wav: "audio/wav", ogg: "audio/ogg", mp4: "video/mp4", webm: "video/webm", pdf: "application/pdf", zip: "application/zip", gz: "application/gzip", tar: "application/x-tar",
  wasm: "application/wasm", woff: "font/woff", woff2: "font/woff2", ttf: "font/ttf", otf: "font/otf", toml: "application/toml", yaml: "text/yaml", yml: "text/yaml",
};

function mimeOf(path: string): string {
  const dot = StringPrototypeLastIndexOf(path, ".");
  return (dot >= 0 && mimes[StringPrototypeToLowerCase(StringPrototypeSlice(path, dot + 1))]) || "application/octet-stream";
}

// FileBytes is a file's content, read when it is asked for.
class FileBytes implements Bytes {
  target: string | number;
  constructor(target: string | number) {
    this.target = target;
  }
  size(): number {
    if (typeof this.target === "number") return this.target <= 2 ? 0 : f.fstat(this.target).size;
    return f.stat(this.target, { throwIfNoEntry: false })?.size ?? 0;
  }
  read(from: number, to: number): Uint8Array {
    if (this.target === 0) return f.readAll(0, 0);
    if (from === 0 && to >= this.size()) return f.readAll(this.target, 0);
    const fd = typeof this.target === "number" ? this.target : f.open(this.target);
    try {
      const out = new Uint8Array_(to - from);
      const n = f.readInto(fd, out, 0, to - from, from);
      if (n === to - from) return out;
      const short = new Uint8Array_(n);
      for (let i = 0; i < n; i++) short[i] = out[i]!;
      return short;
    } finally {
      if (typeof this.target !== "number") f.close(fd);
    }
  }
}

class BunFile extends Blob {
  #target: string | number;
  constructor(k: any, target: any, options: any) {
    if (k !== sourceKey) throw coded(TypeError_, "ERR_ILLEGAL_CONSTRUCTOR", "Illegal constructor");
    super(sourceKey, { type: options?.type ?? (typeof target === "number" ? "application/octet-stream" : mimeOf(target)), lazy: true }, new FileBytes(target));
    this.#target = target;
  }
  get name(): string | undefined {
    return typeof this.#target === "string" ? this.#target : undefined;
  }
  get lastModified(): number {
    const st = typeof this.#target === "number" ? f.fstat(this.#target) : f.stat(this.#target, { throwIfNoEntry: false });
    return st === undefined ? 0 : st.mtimeMs - (st.mtimeMs % 1);
  }
  exists(): Promise<boolean> {
    const t = this.#target;
    return laterCall(() => (typeof t === "number" ? true : f.stat(t, { throwIfNoEntry: false })?.isFile() ?? false), []);
  }
  stat(): Promise<any> {
    const t = this.#target;
    return laterCall(() => (typeof t === "number" ? f.fstat(t) : f.stat(t)), []);
  }
  write(data: any, options?: any): Promise<number> {
    return write(this, data, options);
  }
  unlink(): Promise<void> {
    const t = this.#target;
    return laterCall(() => f.unlink(t), []);
  }
  delete(): Promise<void> {
    return this.unlink();
  }
  writer(options?: any): FileSink {
    return new FileSink(sourceKey, this.#target, options);
  }
  static target(b: any): string | number | undefined {
    return b !== null && typeof b === "object" && #target in b ? b.#target : undefined;
  }
}
const targetOf = BunFile.target;
delete (BunFile as any).target;
ObjectDefineProperty(BunFile, "name", { __proto__: null, value: "Blob", configurable: true } as any);
inspectAs(BunFile, "FileRef", (b) => printed(typeof targetOf(b) === "number" ? `FileRef (fd: ${targetOf(b)})` : `FileRef (${JSONStringify(targetOf(b))})`, [["type", b.type]]));

const errnoOf = (e: any): boolean => e !== null && typeof e === "object" && (e.code === "ENOENT" || e.code === "ENOTDIR");

// make creates the folders above a path.
function make(path: string): void {
  const slash = StringPrototypeLastIndexOf(path, "/");
  if (slash > 0) f.mkdir(StringPrototypeSlice(path, 0, slash), { recursive: true });
}

class FileSink {
  #target: string | number;
  #fd = -1;
  #pending: Uint8Array[] = [];
  #size = 0;
  #hwm: number;
  #total = 0;
  #ended = false;
  constructor(k: any, target: any, options?: any) {
    if (k !== sourceKey) throw coded(TypeError_, "ERR_ILLEGAL_CONSTRUCTOR", "Illegal constructor");
    this.#target = target;
    this.#hwm = options?.highWaterMark ?? 65536;
  }
  #open(): number {
    if (this.#fd < 0) {
      if (typeof this.#target === "number") this.#fd = this.#target;
      else {
        try {
          this.#fd = f.open(this.#target, "w");
        } catch (e) {
          if (!errnoOf(e)) throw e;
          make(this.#target);
          this.#fd = f.open(this.#target, "w");
        }
      }
    }
    return this.#fd;
  }
  write(chunk: any): number {
    if (this.#ended) return 0;
    const b = typeof chunk === "string" ? host.utf8Encode(chunk) : bufferBytes(chunk);
    if (b === undefined) throw new TypeError_("write() expects a string, ArrayBufferView, or ArrayBuffer");
    const n = TypedArrayPrototypeGetLength(b);
    const copy = new Uint8Array_(n);
    TypedArrayPrototypeSet(copy, b);
    ArrayPrototypePush(this.#pending, copy);
    this.#size += n;
    if (this.#size >= this.#hwm) this.flush();
    return n;
  }
  flush(): number {
    const fd = this.#open();
    if (this.#size === 0) return 0;
    const all = join(this.#pending);
    this.#pending = [];
    this.#size = 0;
    const n = f.writeBytes(fd, all, null);
    this.#total += n;
    return n;
  }
  end(error?: any): number {
    if (this.#ended) return this.#total;
    if (error === undefined) this.flush();
    this.#ended = true;
    if (this.#fd > 2 && typeof this.#target === "string") f.close(this.#fd);
    return this.#total;
  }
  start(options?: any): void {
    if (options?.highWaterMark > 0) this.#hwm = options.highWaterMark;
  }
  ref(): void {}
  unref(): void {}
}

function file(path: any, options?: any): BunFile {
  if (typeof path === "number") return new BunFile(sourceKey, f.fdArg(path), options);
  if (targetOf(path) !== undefined) return path;
  const b = typeof path === "object" && path !== null ? bufferBytes(path) : undefined;
  return new BunFile(sourceKey, b !== undefined ? f.pathArg(wrap(b)) : f.pathArg(path), options);
}

async function dataOf(data: any): Promise<Uint8Array | string> {
  if (typeof data === "string") return data;
  if (data !== null && typeof data === "object") {
    if (isBlob(data)) {
      if (targetOf(data) !== undefined) return f.readAll(targetOf(data), 0);
      return blobSource(data).read(0, blobSource(data).size());
    }
    if (isBody(data)) return await own(bodyBytes(data));
    if (isReadableStream(data)) return join(await own(streamPieces(data)));
    const b = bufferBytes(data);
    if (b !== undefined) return b;
    if (ArrayIsArray(data)) {
      const pieces: Uint8Array[] = [];
      for (let i = 0; i < data.length; i++) {
        const p = await own(dataOf(data[i]));
        ArrayPrototypePush(pieces, typeof p === "string" ? host.utf8Encode(p) : p);
      }
      return join(pieces);
    }
  }
  throw invalidArgType("data", ["string", "Buffer", "TypedArray", "Blob", "Response"], data);
}

async function write(dest: any, data: any, options?: any): Promise<number> {
  const target = targetOf(dest) ?? (typeof dest === "number" ? f.fdArg(dest) : f.pathArg(dest));
  const bytes = await own(dataOf(data));
  return await own(laterCall(() => {
    const n = typeof bytes === "string" ? host.utf8Length(bytes) : TypedArrayPrototypeGetLength(bytes);
    const o = options?.mode !== undefined ? { mode: options.mode } : undefined;
    if (typeof target === "number") return f.writeBytes(target, bytes, null);
    try {
      f.writeFile(target, bytes, o);
    } catch (e) {
      if (!errnoOf(e) || options?.createPath === false) throw e;
      make(target);
      f.writeFile(target, bytes, o);
    }
    return n;
  }, []));
}

async function streamPieces(stream: any): Promise<Uint8Array[]> {
  const pieces: Uint8Array[] = [];
  await own(readChunks(stream, (chunk) => {
    const b = typeof chunk === "string" ? host.utf8Encode(chunk) : bufferBytes(chunk);
    if (b === undefined) throw new TypeError_("a stream of strings or buffers is needed");
    ArrayPrototypePush(pieces, b);
  }));
  return pieces;
}

function sleep(ms: any): Promise<void> {
  const { promise, resolve } = withResolvers<void>();
  const delay = typeof ms === "object" && ms !== null ? +ms - DateNow() : +ms;
  setTimeout(() => resolve(), delay > 0 ? delay : 0);
  return promise;
}

function sleepSync(ms: any): void {
  if (typeof ms !== "number") throw invalidArgType("milliseconds", "number", ms);
  if (ms > 0) host.sync(OP["process.sleep"]!, ms);
}

const escapes: any = { __proto__: null, "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;" };

function bunInspect(value: any, options?: any): string {
  return inspect(value, options !== null && typeof options === "object" ? { depth: options.depth, quote: true } : { quote: true });
}
ObjectDefineProperty(bunInspect, "custom", { __proto__: null, value: custom, enumerable: true, configurable: true } as any);

class CryptoHasher {
  #name: string;
  #d: any;
  #key: Uint8Array | undefined;
  constructor(algorithm: any, k?: any) {
    validateString(algorithm, "algorithm");
    this.#name = algorithm;
    this.#key = k === undefined ? undefined : typeof k === "string" ? host.utf8Encode(k) : bufferBytes(k);
    this.#d = hasher(algorithm, this.#key);
  }
  get algorithm(): string {
    return this.#name;
  }
  update(data: any, enc?: any): this {
    const b = typeof data === "string" ? encodeText(data, enc) : isBlob(data) ? blobSource(data).read(0, blobSource(data).size()) : bufferBytes(data);
    if (b === undefined) throw invalidArgType("data", ["string", "Buffer", "TypedArray", "Blob"], data);
    this.#d.update(b);
    return this;
  }
  digest(enc?: any): any {
    const sum = this.#d.sum();
    this.#d = hasher(this.#name, this.#key);
    return enc === undefined ? sum : digestText(sum, enc);
  }
  copy(): any {
    const c = new CryptoHasher(this.#name, this.#key);
    c.#d = this.#d.copy();
    return c;
  }
  static hash(algorithm: any, data: any, enc?: any): any {
    return new CryptoHasher(algorithm).update(data).digest(enc);
  }
}

function encodeText(s: string, enc: any): Uint8Array {
  return encode(s, normalizeEncoding(enc) ?? "utf8");
}

const Bun: any = {
  file, write, sleep, sleepSync, inspect: named(bunInspect, "inspect"), CryptoHasher,
  version: bunVersion,
  version_with_sha: `v${bunVersion}`,
  revision: "0000000000000000000000000000000000000000",
  isMainThread: true,
  nanoseconds: () => MathFloor(host.now() * 1e6),
  deepEquals: (a: any, b: any, strict = false) => deepEqual(a, b, strict ? "bunStrict" : "bun"),
  escapeHTML: (v: any) => StringPrototypeReplace(`${v}`, /[&<>"']/g, (c: string) => escapes[c]),
  fileURLToPath: builtin("node:url")!.fileURLToPath,
  pathToFileURL: builtin("node:url")!.pathToFileURL,
  gc: () => 0,
  peek: named((p: any) => {
    const st = host.promiseState(p);
    return st === undefined ? p : st[0] === "pending" ? p : st[1];
  }, "peek"),
  randomUUIDv7: (encoding?: any, ms?: any) => {
    const b = uuidv7(typeof ms === "number" ? ms : DateNow());
    return encoding === undefined || encoding === "hex" ? uuidText(b) : encoding === "buffer" ? wrap(b) : decode(b, normalizeEncoding(encoding) ?? "base64");
  },
  readableStreamToArray: async (s: any) => {
    const out: any[] = [];
    await own(readChunks(s, (c) => ArrayPrototypePush(out, c)));
    return out;
  },
  readableStreamToArrayBuffer: async (s: any) => exact(join(await own(streamPieces(s)))),
  readableStreamToBytes: async (s: any) => join(await own(streamPieces(s))),
  readableStreamToBlob: async (s: any) => new Blob(await own(streamPieces(s))),
  readableStreamToText: async (s: any) => host.utf8Decode(join(await own(streamPieces(s)))),
  readableStreamToJSON: async (s: any) => JSONParse(host.utf8Decode(join(await own(streamPieces(s))))),
  concatArrayBuffers: (list: any) => {
    const pieces: Uint8Array[] = [];
    for (let i = 0; i < list.length; i++) {
      const b = bufferBytes(list[i]);
      if (b === undefined) throw invalidArgType(`list[${i}]`, ["ArrayBuffer", "TypedArray"], list[i]);
      ArrayPrototypePush(pieces, b);
    }
    const joined = join(pieces);
    const all = new Uint8Array_(TypedArrayPrototypeGetLength(joined)); // also of a single one: a copy
    TypedArrayPrototypeSet(all, joined);
    return exact(all);
  },
  which: () => null,
  resolveSync(specifier: unknown, parent: unknown): string {
    validateString(specifier, "specifier");
    validateString(parent, "parent");
    return resolveSync(specifier as string, parent as string);
  },
  async resolve(specifier: unknown, parent: unknown): Promise<string> {
    validateString(specifier, "specifier");
    validateString(parent, "parent");
    return resolveSync(specifier as string, parent as string);
  },
  serve,
};

// What belongs to an instance is read when asked for.
function lazy(name: string, get: () => any): void {
  ObjectDefineProperty(Bun, name, { __proto__: null, get, enumerable: true, configurable: true } as any);
}
lazy("env", () => process.env);
lazy("argv", () => process.argv);
lazy("main", () => entryPath());


let standard: BunFile[] | undefined;
const stream = (fd: number): BunFile => (standard ??= [new BunFile(sourceKey, 0, undefined), new BunFile(sourceKey, 1, undefined), new BunFile(sourceKey, 2, undefined)])[fd]!;
lazy("stdin", () => stream(0));
lazy("stdout", () => stream(1));
lazy("stderr", () => stream(2));

defineGlobal("Bun", Bun);
register(["bun"], () => tidy(Bun));

