// Bun.file and Bun.write: files as blobs, and sinks that write them.

import {
  ArrayIsArray, ArrayPrototypePush, Error_, JSONStringify, ObjectDefineProperty, StringPrototypeLastIndexOf, StringPrototypeSlice, StringPrototypeStartsWith, StringPrototypeToLowerCase, TypeError_, TypedArrayPrototypeGetLength,
  TypedArrayPrototypeSet, Uint8Array_, own,
} from "../primordials.ts";
import { inspectAs } from "../inspect.ts";
import { Blob, blobSource, bufferBytes, isBlob, join, printed, sourceKey, type Bytes } from "../web/blob.ts";
import { bodyBytes, isBody } from "../web/fetch.ts";
import { decodeForm } from "../web/formdata.ts";
import { isReadableStream } from "../web/streams.ts";
import * as f from "../node/fs_common.ts";
import { isURL } from "../url.ts";
import { laterCall } from "../node/later.ts";
import { wrap } from "../node/buffer.ts";
import { coded, invalidArgType, received } from "../node/errors.ts";
import { badInput, streamPieces } from "./input.ts";

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

ObjectDefineProperty(Blob.prototype, "formData", {
  __proto__: null, writable: true, enumerable: true, configurable: true,
  value: {
    formData(this: any): Promise<any> {
      return laterCall((b) => {
        const src = blobSource(b);
        const type = b.type;
        if (!StringPrototypeStartsWith(type, "multipart/form-data") && !StringPrototypeStartsWith(type, "application/x-www-form-urlencoded")) throw new Error_("Invalid encoding");
        return decodeForm(src.read(0, src.size()), type);
      }, [this]);
    },
  }.formData,
} as any);

class BunFile extends Blob {
  #target: string | number;
  #seen = false; // whether it was a file when it was looked at
  constructor(k: any, target: any, options: any) {
    if (k !== sourceKey) throw coded(TypeError_, "ERR_ILLEGAL_CONSTRUCTOR", "Illegal constructor");
    super(sourceKey, { type: options?.type ?? (typeof target === "number" ? "application/octet-stream" : mimeOf(target)), lazy: true }, new FileBytes(target));
    this.#target = target;
  }
  get name(): string | undefined {
    return typeof this.#target === "string" ? this.#target : undefined;
  }
  get size(): number {
    if (typeof this.#target === "string" && !this.#seen) this.#seen = f.stat(this.#target, { throwIfNoEntry: false })?.isFile() ?? false;
    return blobSource(this).size();
  }
  get lastModified(): number {
    const st = typeof this.#target === "number" ? f.fstat(this.#target) : f.stat(this.#target, { throwIfNoEntry: false });
    this.#seen ||= st?.isFile() ?? false;
    return st === undefined ? 0 : st.mtimeMs - (st.mtimeMs % 1);
  }
  // exists is what was seen when something of the file was first asked for, as in Bun: what was seen once is not looked for again.
  exists(): Promise<boolean> {
    const t = this.#target;
    return laterCall(() => {
      if (typeof t === "number") return true;
      if (!this.#seen) this.#seen = f.stat(t, { throwIfNoEntry: false })?.isFile() ?? false;
      return this.#seen;
    }, []);
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
// targetOf is the path or descriptor of a file, undefined for anything else.
export const targetOf = BunFile.target;
delete (BunFile as any).target;
ObjectDefineProperty(BunFile, "name", { __proto__: null, value: "Blob", configurable: true } as any);
inspectAs(BunFile, "FileRef", (b) => printed(typeof targetOf(b) === "number" ? `FileRef (fd: ${targetOf(b)})` : `FileRef (${JSONStringify(targetOf(b))})`, [["type", b.type]]));

// noFolder reports whether an error may be that of a path whose folder is absent.
const noFolder = (e: any): boolean => e !== null && typeof e === "object" && (e.code === "ENOENT" || e.code === "ENOTDIR");

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
        // As Bun's, a sink writes over what the file has and does not shorten it.
        const flags = 0o101; // O_WRONLY | O_CREAT
        try {
          this.#fd = f.open(this.#target, flags);
        } catch (e) {
          if (!noFolder(e)) throw e;
          make(this.#target);
          this.#fd = f.open(this.#target, flags);
        }
      }
    }
    return this.#fd;
  }
  write(chunk: any): number {
    if (this.#ended) return 0;
    const b = typeof chunk === "string" ? host.utf8Encode(chunk) : bufferBytes(chunk);
    if (b === undefined) throw badInput("write() expects a string, ArrayBufferView, or ArrayBuffer");
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
    return f.writeBytes(fd, all, null);
  }
  end(error?: any): number {
    if (this.#ended) return 0;
    const n = host.classOf(error) === "Error" ? 0 : this.flush();
    this.#ended = true;
    if (this.#fd > 2 && typeof this.#target === "string") f.close(this.#fd);
    return n;
  }
  start(options?: any): void {
    if (options?.highWaterMark > 0) this.#hwm = options.highWaterMark;
  }
  ref(): void {}
  unref(): void {}
}

export function file(path: any, options?: any): BunFile {
  if (typeof path === "number") return new BunFile(sourceKey, f.fdArg(path), options);
  if (targetOf(path) !== undefined) return path;
  const b = typeof path === "object" && path !== null ? bufferBytes(path) : undefined;
  if (b === undefined && typeof path !== "string" && !isURL(path)) throw badInput("Expected file path string or file descriptor");
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

export async function write(dest: any, data: any, options?: any): Promise<number> {
  if (dest === undefined || dest === null) throw badInput(`The "destination" argument must be of type path, file descriptor, or Blob.${received(dest)}`);
  const target = targetOf(dest) ?? (typeof dest === "number" ? f.fdArg(dest) : f.pathArg(dest));
  const bytes = await own(dataOf(data));
  return await own(laterCall(() => {
    const n = typeof bytes === "string" ? host.utf8Length(bytes) : TypedArrayPrototypeGetLength(bytes);
    const o = options?.mode !== undefined ? { mode: options.mode } : undefined;
    if (typeof target === "number") return f.writeBytes(target, bytes, null);
    try {
      f.writeFile(target, bytes, o);
    } catch (e) {
      if (!noFolder(e) || options?.createPath === false) throw e;
      make(target);
      f.writeFile(target, bytes, o);
    }
    return n;
  }, []));
}


let standard: BunFile[] | undefined;

// standardFile is Bun.stdin, Bun.stdout or Bun.stderr.
export function standardFile(fd: number): BunFile {
  return (standard ??= [new BunFile(sourceKey, 0, undefined), new BunFile(sourceKey, 1, undefined), new BunFile(sourceKey, 2, undefined)])[fd]!;
}
