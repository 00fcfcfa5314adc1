// Bun's functions on streams and on buffers.

import {
  ArrayPrototypePush, ArrayPrototypeSlice, JSONParse, ObjectDefineProperty, StringPrototypeCharCodeAt, StringPrototypeSlice, TypeError_, TypedArrayPrototypeGetLength, TypedArrayPrototypeIndexOf, TypedArrayPrototypeSet, Uint8Array_, own,
} from "../primordials.ts";
import { Blob, blobOf, bufferBytes, exact, join } from "../web/blob.ts";
import { decodeForm } from "../web/formdata.ts";
import { ReadableStream, readChunks } from "../web/streams.ts";
import { viewBytes } from "../node/buffer.ts";
import { badInput, checkStream, inputBytes, streamPieces } from "./input.ts";

// A stream that ends in a single piece is a copy of it: joined bytes are fresh ones.
async function bytesOf(s: any): Promise<Uint8Array> {
  const b = join(await own(streamPieces(s)));
  const copy = new Uint8Array_(TypedArrayPrototypeGetLength(b));
  TypedArrayPrototypeSet(copy, b);
  return copy;
}

export const readers = {
  async readableStreamToArray(stream: any): Promise<any[]> {
    checkStream(stream);
    const out: any[] = [];
    await own(readChunks(stream, (c) => {
      ArrayPrototypePush(out, c);
    }));
    return out;
  },
  async readableStreamToArrayBuffer(stream: any): Promise<ArrayBuffer> {
    return exact(await own(bytesOf(stream)));
  },
  async readableStreamToBytes(stream: any): Promise<Uint8Array> {
    return await own(bytesOf(stream));
  },
  async readableStreamToBlob(stream: any): Promise<Blob> {
    return blobOf(await own(bytesOf(stream)), "");
  },
  async readableStreamToText(stream: any): Promise<string> {
    return host.utf8Decode(join(await own(streamPieces(stream))));
  },
  async readableStreamToJSON(stream: any): Promise<any> {
    return JSONParse(host.utf8Decode(join(await own(streamPieces(stream)))));
  },
  async readableStreamToFormData(stream: any, boundary?: any): Promise<any> {
    const view = boundary === undefined || typeof boundary === "string" ? undefined : inputBytes(boundary, false);
    if (boundary !== undefined && typeof boundary !== "string" && view === undefined) throw badInput("boundary must be a string or ArrayBufferView");
    const name = view === undefined ? boundary : host.utf8Decode(view);
    return decodeForm(join(await own(streamPieces(stream))), name === undefined ? "application/x-www-form-urlencoded" : `multipart/form-data; boundary="${name}"`);
  },
};

// Bun gives streams the readers of a body.
const methods: any = {
  text(this: any): Promise<string> {
    return readers.readableStreamToText(this);
  },
  json(this: any): Promise<any> {
    return readers.readableStreamToJSON(this);
  },
  bytes(this: any): Promise<Uint8Array> {
    return readers.readableStreamToBytes(this);
  },
  blob(this: any): Promise<Blob> {
    return readers.readableStreamToBlob(this);
  },
};
for (const name of ["text", "json", "bytes", "blob"]) {
  ObjectDefineProperty(ReadableStream.prototype, name, { __proto__: null, value: methods[name], writable: true, enumerable: true, configurable: true } as any);
}

// ArrayBufferSink collects what is written to it.
export class ArrayBufferSink {
  #pieces: Uint8Array[] = [];
  #size = 0;
  #stream = false;
  #view = false;
  start(options?: any): void {
    this.#pieces = [];
    this.#size = 0;
    this.#stream = options?.stream === true;
    this.#view = options?.asUint8Array === true;
  }
  write(chunk: any): number {
    const b = inputBytes(chunk, false);
    if (b === undefined) throw badInput("write() expects a string, ArrayBufferView, or ArrayBuffer");
    const n = TypedArrayPrototypeGetLength(b);
    const copy = new Uint8Array_(n);
    TypedArrayPrototypeSet(copy, b);
    ArrayPrototypePush(this.#pieces, copy);
    this.#size += n;
    return n;
  }
  #take(): Uint8Array | ArrayBuffer {
    const all = join(this.#pieces);
    this.#pieces = [];
    this.#size = 0;
    return this.#view ? all : exact(all);
  }
  flush(): number | Uint8Array | ArrayBuffer {
    return this.#stream ? this.#take() : 0;
  }
  end(): Uint8Array | ArrayBuffer {
    return this.#take();
  }
}

export function concatArrayBuffers(buffers: any, maxLength: any = Infinity, asUint8Array: any = false): ArrayBuffer | Uint8Array {
  if (buffers === null || typeof buffers !== "object") throw new TypeError_("Expected an array of ArrayBuffer or TypedArray");
  const list: any[] = ArrayPrototypeSlice(buffers);
  let n = 0;
  const pieces: Uint8Array[] = [];
  for (let i = 0; i < list.length; i++) {
    const b = bufferBytes(list[i]);
    if (b === undefined) throw new TypeError_("Expected TypedArray");
    ArrayPrototypePush(pieces, b);
    n += TypedArrayPrototypeGetLength(b);
  }
  if (+maxLength < n) n = +maxLength > 0 ? +maxLength - (+maxLength % 1) : 0;
  const out = new Uint8Array_(n);
  for (let i = 0, at = 0; i < pieces.length && at < n; i++) {
    let p = pieces[i]!;
    const left = n - at;
    if (TypedArrayPrototypeGetLength(p) > left) {
      const cut = new Uint8Array_(left);
      for (let j = 0; j < left; j++) cut[j] = p[j]!;
      p = cut;
    }
    TypedArrayPrototypeSet(out, p, at);
    at += TypedArrayPrototypeGetLength(p);
  }
  return asUint8Array === true ? out : exact(out);
}

// indexOfLine is where the next line feed of a buffer is, from offset on; -1 if there is none.
export function indexOfLine(buffer: any, offset: any = 0): number {
  const b = viewBytes(buffer);
  const from = +offset;
  if (b === undefined || !(from >= 0) || from >= TypedArrayPrototypeGetLength(b)) return -1;
  return TypedArrayPrototypeIndexOf(b, 10, from);
}

const entities: any = { __proto__: null, 34: "&quot;", 38: "&amp;", 39: "&#x27;", 60: "&lt;", 62: "&gt;" };

export function escapeHTML(value: any): string {
  if (typeof value === "symbol") throw new TypeError_("Cannot convert a symbol to a string");
  const s = `${value}`;
  let out = "";
  let from = 0;
  for (let i = 0; i < s.length; i++) {
    const e = entities[StringPrototypeCharCodeAt(s, i)];
    if (e === undefined) continue;
    out += StringPrototypeSlice(s, from, i) + e;
    from = i + 1;
  }
  return from === 0 ? s : out + StringPrototypeSlice(s, from);
}
