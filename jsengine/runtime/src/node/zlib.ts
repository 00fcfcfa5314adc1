// node:zlib on Go's codecs: in one step, in the background, and as streams.

import {
  ArrayBufferIsView, ArrayPrototypePush, Error_, FunctionPrototypeCall, NumberIsNaN, ObjectDefineProperty, ObjectFreeze, ObjectKeys, ObjectSetPrototypeOf, RangeError_, ReflectConstruct, TypedArrayPrototypeGetLength, TypedArrayPrototypeSet, TypedArrayPrototypeSubarray, Uint8Array_,
  SafeWeakMap, SafeWeakSet, StringPrototypeSlice, own, plain, setOwn, then, uncurryThis, hide,
} from "../primordials.ts";
import { OP } from "buntime:ops";
import { register } from "../modules.ts";
import { named } from "../globals.ts";
import { Transform } from "./stream.ts";
import { nextTick } from "../timers.ts";
import { bufferBytes, join } from "../web/blob.ts";
import { decodeWith } from "../web/fetch.ts";
import { makeReadable, ReadableStream, ReadableStreamDefaultReader } from "../web/streams.ts";
import { coded, invalidArgType, outOfRange, validateFunction } from "./errors.ts";
import { Buffer, bytesArg, kMaxLength, viewBytes, wrap } from "./buffer.ts";

const constants: any = { __proto__: null, Z_NO_FLUSH: 0, Z_PARTIAL_FLUSH: 1, Z_SYNC_FLUSH: 2, Z_FULL_FLUSH: 3, Z_FINISH: 4, Z_BLOCK: 5, Z_OK: 0, Z_STREAM_END: 1, Z_NEED_DICT: 2, Z_ERRNO: -1, Z_STREAM_ERROR: -2, Z_DATA_ERROR: -3, Z_MEM_ERROR: -4, Z_BUF_ERROR: -5, Z_VERSION_ERROR: -6, Z_NO_COMPRESSION: 0, Z_BEST_SPEED: 1, Z_BEST_COMPRESSION: 9, Z_DEFAULT_COMPRESSION: -1, Z_FILTERED: 1, Z_HUFFMAN_ONLY: 2, Z_RLE: 3, Z_FIXED: 4, Z_DEFAULT_STRATEGY: 0, ZLIB_VERNUM: 4880, DEFLATE: 1, INFLATE: 2, GZIP: 3, GUNZIP: 4, DEFLATERAW: 5, INFLATERAW: 6, UNZIP: 7, BROTLI_DECODE: 8, BROTLI_ENCODE: 9, Z_MIN_WINDOWBITS: 8, Z_MAX_WINDOWBITS: 15, Z_DEFAULT_WINDOWBITS: 15, Z_MIN_CHUNK: 64, Z_MAX_CHUNK: Infinity, Z_DEFAULT_CHUNK: 16384, Z_MIN_MEMLEVEL: 1, Z_MAX_MEMLEVEL: 9, Z_DEFAULT_MEMLEVEL: 8, Z_MIN_LEVEL: -1, Z_MAX_LEVEL: 9, Z_DEFAULT_LEVEL: -1, BROTLI_OPERATION_PROCESS: 0, BROTLI_OPERATION_FLUSH: 1, BROTLI_OPERATION_FINISH: 2, BROTLI_OPERATION_EMIT_METADATA: 3, BROTLI_PARAM_MODE: 0, BROTLI_MODE_GENERIC: 0, BROTLI_MODE_TEXT: 1, BROTLI_MODE_FONT: 2, BROTLI_DEFAULT_MODE: 0, BROTLI_PARAM_QUALITY: 1, BROTLI_MIN_QUALITY: 0, BROTLI_MAX_QUALITY: 11, BROTLI_DEFAULT_QUALITY: 11, BROTLI_PARAM_LGWIN: 2, BROTLI_MIN_WINDOW_BITS: 10, BROTLI_MAX_WINDOW_BITS: 24, BROTLI_LARGE_MAX_WINDOW_BITS: 30, BROTLI_DEFAULT_WINDOW: 22, BROTLI_PARAM_LGBLOCK: 3, BROTLI_MIN_INPUT_BLOCK_BITS: 16, BROTLI_MAX_INPUT_BLOCK_BITS: 24, BROTLI_PARAM_DISABLE_LITERAL_CONTEXT_MODELING: 4, BROTLI_PARAM_SIZE_HINT: 5, BROTLI_PARAM_LARGE_WINDOW: 6, BROTLI_PARAM_NPOSTFIX: 7, BROTLI_PARAM_NDIRECT: 8, BROTLI_DECODER_RESULT_ERROR: 0, BROTLI_DECODER_RESULT_SUCCESS: 1, BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT: 2, BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT: 3, BROTLI_DECODER_PARAM_DISABLE_RING_BUFFER_REALLOCATION: 0, BROTLI_DECODER_PARAM_LARGE_WINDOW: 1, BROTLI_DECODER_NO_ERROR: 0, BROTLI_DECODER_SUCCESS: 1, BROTLI_DECODER_NEEDS_MORE_INPUT: 2, BROTLI_DECODER_NEEDS_MORE_OUTPUT: 3, BROTLI_DECODER_ERROR_FORMAT_EXUBERANT_NIBBLE: -1, BROTLI_DECODER_ERROR_FORMAT_RESERVED: -2, BROTLI_DECODER_ERROR_FORMAT_EXUBERANT_META_NIBBLE: -3, BROTLI_DECODER_ERROR_FORMAT_SIMPLE_HUFFMAN_ALPHABET: -4, BROTLI_DECODER_ERROR_FORMAT_SIMPLE_HUFFMAN_SAME: -5, BROTLI_DECODER_ERROR_FORMAT_CL_SPACE: -6, BROTLI_DECODER_ERROR_FORMAT_HUFFMAN_SPACE: -7, BROTLI_DECODER_ERROR_FORMAT_CONTEXT_MAP_REPEAT: -8, BROTLI_DECODER_ERROR_FORMAT_BLOCK_LENGTH_1: -9, BROTLI_DECODER_ERROR_FORMAT_BLOCK_LENGTH_2: -10, BROTLI_DECODER_ERROR_FORMAT_TRANSFORM: -11, BROTLI_DECODER_ERROR_FORMAT_DICTIONARY: -12, BROTLI_DECODER_ERROR_FORMAT_WINDOW_BITS: -13, BROTLI_DECODER_ERROR_FORMAT_PADDING_1: -14, BROTLI_DECODER_ERROR_FORMAT_PADDING_2: -15, BROTLI_DECODER_ERROR_FORMAT_DISTANCE: -16, BROTLI_DECODER_ERROR_DICTIONARY_NOT_SET: -19, BROTLI_DECODER_ERROR_INVALID_ARGUMENTS: -20, BROTLI_DECODER_ERROR_ALLOC_CONTEXT_MODES: -21, BROTLI_DECODER_ERROR_ALLOC_TREE_GROUPS: -22, BROTLI_DECODER_ERROR_ALLOC_CONTEXT_MAP: -25, BROTLI_DECODER_ERROR_ALLOC_RING_BUFFER_1: -26, BROTLI_DECODER_ERROR_ALLOC_RING_BUFFER_2: -27, BROTLI_DECODER_ERROR_ALLOC_BLOCK_TYPE_TREES: -30, BROTLI_DECODER_ERROR_UNREACHABLE: -31 };

const codes: any = {};
{
  const list: [string, number][] = [["Z_OK", 0], ["Z_STREAM_END", 1], ["Z_NEED_DICT", 2], ["Z_ERRNO", -1], ["Z_STREAM_ERROR", -2], ["Z_DATA_ERROR", -3], ["Z_MEM_ERROR", -4], ["Z_BUF_ERROR", -5], ["Z_VERSION_ERROR", -6]];
  for (let i = 0; i < list.length; i++) setOwn(codes, list[i]![0], list[i]![1]);
  for (let i = 0; i < list.length; i++) setOwn(codes, `${list[i]![1]}`, list[i]![0]);
}

interface Kind {
  name: string; // of the class
  mode: string; // of the host's codec
  brotli: boolean; // its flushes are Brotli's, as Zstandard's are
}

const kinds: Kind[] = [
  { name: "Deflate", mode: "deflate", brotli: false }, { name: "Inflate", mode: "inflate", brotli: false }, { name: "Gzip", mode: "gzip", brotli: false }, { name: "Gunzip", mode: "gunzip", brotli: false },
  { name: "DeflateRaw", mode: "deflateRaw", brotli: false }, { name: "InflateRaw", mode: "inflateRaw", brotli: false }, { name: "Unzip", mode: "unzip", brotli: false },
  { name: "BrotliCompress", mode: "brotli", brotli: true }, { name: "BrotliDecompress", mode: "unbrotli", brotli: true },
  // Node 20 has no Zstandard. Packages for later ones take it as given, so it is there by its names, but in no list of them.
  { name: "ZstdCompress", mode: "zstd", brotli: true }, { name: "ZstdDecompress", mode: "unzstd", brotli: true },
];
const isZstd = (name: string): boolean => name[0] === "Z" && name[1] === "s";
{
  const list: [string, number][] = [["e_continue", 0], ["e_flush", 1], ["e_end", 2], ["c_compressionLevel", 100], ["c_windowLog", 101], ["c_checksumFlag", 201], ["d_windowLogMax", 100], ["CLEVEL_DEFAULT", 3]];
  const more = plain();
  for (let i = 0; i < list.length; i++) more[`ZSTD_${list[i]![0]}`] = list[i]![1];
  ObjectSetPrototypeOf(constants, ObjectFreeze(more));
}

function ranged(o: any, name: string, min: number, max: number, dflt: number): number {
  const v = o[name];
  if (v === undefined || NumberIsNaN(v)) return dflt;
  if (typeof v !== "number") throw invalidArgType(`options.${name}`, "number", v);
  if (v < min || v > max) throw outOfRange(`options.${name}`, max === Infinity ? `>= ${min}` : `>= ${min} and <= ${max}`, v);
  return v;
}

interface Options {
  host: any;
  flush: number;
  finishFlush: number;
  max: number;
  chunk: number;
}

function optionsOf(k: Kind, o: any): Options {
  o ??= plain();
  const h: any = plain();
  const chunk = ranged(o, "chunkSize", 64, Infinity, 16384);
  const flush = ranged(o, "flush", 0, k.brotli ? 3 : 5, 0);
  const finishFlush = ranged(o, "finishFlush", 0, k.brotli ? 3 : 5, k.brotli ? 2 : 4);
  const max = ranged(o, "maxOutputLength", 1, kMaxLength, kMaxLength);
  if (k.brotli) {
    if (o.params !== undefined && o.params !== null) {
      const keys = ObjectKeys(o.params);
      for (let i = 0; i < keys.length; i++) {
        const p = +keys[i]!;
        const v = o.params[keys[i]!];
        const zstd = isZstd(k.name);
        if (NumberIsNaN(p) || p < 0 || p > (zstd ? 1000 : 9)) {
          throw zstd ? coded(RangeError_, "ERR_ZSTD_INVALID_PARAM", `${keys[i]} is not a valid zstd parameter`) : coded(RangeError_, "ERR_BROTLI_INVALID_PARAM", `${keys[i]} is not a valid Brotli parameter`);
        }
        if (typeof v !== "number" && typeof v !== "boolean") throw invalidArgType("options.params[key]", "number", v);
        if (zstd) {
          if (k.mode === "zstd" && p === 100) h.level = +v;
        } else if (p === 1) h.quality = +v;
        else if (p === 2) h.lgwin = +v;
      }
    }
    if (finishFlush !== 2) h.finishFlush = 2;
  } else {
    const inflate = k.mode === "inflate" || k.mode === "gunzip" || k.mode === "unzip";
    if (!(inflate && (o.windowBits === 0 || o.windowBits === undefined))) ranged(o, "windowBits", k.mode === "gzip" ? 9 : 8, 15, 15);
    const level = ranged(o, "level", -1, 9, -1);
    h.level = level - (level % 1);
    ranged(o, "memLevel", 1, 9, 8);
    h.strategy = ranged(o, "strategy", 0, 4, 0);
    if (o.dictionary !== undefined) {
      const d = typeof o.dictionary === "object" && o.dictionary !== null ? (ArrayBufferIsView(o.dictionary) ? viewBytes(o.dictionary) : bufferBytes(o.dictionary)) : undefined;
      if (d === undefined) throw invalidArgType("options.dictionary", ["Buffer", "TypedArray", "DataView", "ArrayBuffer"], o.dictionary);
      h.dictionary = d;
    }
    if (finishFlush !== 4) h.finishFlush = finishFlush;
  }
  return { host: h, flush, finishFlush, max, chunk };
}

function input(v: any): Uint8Array {
  if (typeof v === "string") return host.utf8Encode(v);
  const b = typeof v === "object" && v !== null ? (ArrayBufferIsView(v) ? viewBytes(v) : bufferBytes(v)) : undefined;
  if (b === undefined) throw invalidArgType("buffer", ["string", "Buffer", "TypedArray", "DataView", "ArrayBuffer"], v);
  return b;
}

// ---- streams ----

interface State {
  id: number; // of the host's codec
  k: Kind;
  o: Options;
  closed: boolean;
}
const states = new SafeWeakMap<object, State>();

function init(self: any, k: Kind, options: any): void {
  const o = optionsOf(k, options);
  FunctionPrototypeCall(Transform, self, { autoDestroy: true, ...options });
  const st: State = { id: host.sync(OP["zlib.open"]!, k.mode, o.host), k, o, closed: false };
  states.set(self, st);
  hide(self, "_handle", new Handle(self, st));
  hide(self, "_chunkSize", o.chunk);
  hide(self, "_finishFlushFlag", o.finishFlush);
  hide(self, "_outOffset", 0);
  ObjectDefineProperty(self, "_outBuffer", {
    __proto__: null, configurable: true,
    get() { // made when somebody drives the stream by hand
      const b = Buffer.alloc(o.chunk);
      hide(self, "_outBuffer", b);
      return b;
    },
  } as any);
  setOwn(self, "bytesWritten", 0);
  hide(self, "_level", o.host.level);
  hide(self, "_defaultFullFlushFlag", k.brotli ? 1 : 3);
}

function ZlibBase(): void {}
ObjectSetPrototypeOf(ZlibBase.prototype, Transform.prototype);
ObjectSetPrototypeOf(ZlibBase, Transform);

function Zlib(): void {}
ObjectSetPrototypeOf(Zlib.prototype, ZlibBase.prototype);
ObjectSetPrototypeOf(Zlib, ZlibBase);

function Brotli(): void {}
ObjectSetPrototypeOf(Brotli.prototype, ZlibBase.prototype);
ObjectSetPrototypeOf(Brotli, ZlibBase);

const none = new Uint8Array_(0);

// Handle is what packages such as pngjs and minizlib drive by hand.
class Handle {
  #self: any;
  #state: State;
  #rest: Uint8Array = none; // of the output: what had no room yet
  constructor(self: any, state: State) {
    this.#self = self;
    this.#state = state;
  }
  // All input is taken at once; _writeState gets the room that is left in out, and 0.
  writeSync(flush: any, bytes: any, from: any, length: any, out: any, at: any, room: any): void {
    if (TypedArrayPrototypeGetLength(this.#rest) === 0) {
      this.#rest = feedAll(this.#state, bytes ? TypedArrayPrototypeSubarray(viewBytes(bytes)!, from, from + length) : none, flush);
    }
    const piece = TypedArrayPrototypeSubarray(this.#rest, 0, room);
    TypedArrayPrototypeSet(viewBytes(out)!, piece, at);
    const n = TypedArrayPrototypeGetLength(piece);
    this.#rest = TypedArrayPrototypeSubarray(this.#rest, n);
    hide(this.#self, "_writeState", [room - n, 0]);
  }
  close(): void {
    shut(this.#state);
  }
}

// feedAll returns all that comes of a chunk. Of Brotli's flushes each is the one of zlib that does as much.
function feedAll(st: State, chunk: Uint8Array, flush: number): Uint8Array {
  const parts: Uint8Array[] = [];
  let size = 0;
  for (let data = chunk; ; data = none) {
    const r: any = host.sync(OP["zlib.feed"]!, st.id, data, st.k.brotli ? flush * 2 : flush);
    ArrayPrototypePush(parts, r.out);
    size += TypedArrayPrototypeGetLength(r.out);
    if (size > st.o.max) throw coded(RangeError_, "ERR_BUFFER_TOO_LARGE", `Cannot create a Buffer larger than ${st.o.max} bytes`);
    if (!r.more) return join(parts);
  }
}

// feed passes on what comes of a chunk, a piece for each read, and then calls cb.
function feed(self: any, chunk: Uint8Array, flush: number, cb: (e?: any) => void): void {
  const st = states.get(self)!;
  const turn = (data: Uint8Array): void => {
    if (st.closed || self.destroyed) return;
    let r: any;
    try {
      r = host.sync(OP["zlib.feed"]!, st.id, data, flush);
    } catch (e) {
      cb(e);
      return;
    }
    let room = true;
    if (TypedArrayPrototypeGetLength(r.out) > 0) room = self.push(wrap(r.out)); // packages count what passes in a push of theirs
    if (!r.more) cb();
    else if (room) turn(none);
    else hide(self, "_waiting", () => turn(none));
  };
  turn(chunk);
}

function method(name: string, fn: any): void {
  setOwn(ZlibBase.prototype, name, fn);
}
const read = Transform.prototype._read;
method("_read", function (this: any, n: any): void {
  const w = this._waiting;
  if (w) {
    hide(this, "_waiting", undefined);
    nextTick(w);
    return;
  }
  FunctionPrototypeCall(read, this, n);
});
const flushes = new SafeWeakSet<any>();
method("_transform", function (this: any, chunk: any, _: any, cb: any): void {
  if (flushes.has(chunk)) {
    feed(this, none, chunk.kind ?? 2, cb);
    return;
  }
  const b = viewBytes(chunk)!;
  this.bytesWritten += TypedArrayPrototypeGetLength(b);
  const { flush } = states.get(this)!.o;
  feed(this, b, flush === 4 ? 0 : flush, cb);
});
method("_flush", function (this: any, cb: any): void {
  feed(this, none, 4, cb);
});
method("_final", function (_cb: any): void {
  _cb();
});
method("_destroy", function (this: any, e: any, cb: any): void {
  shut(states.get(this)!);
  cb(e);
});
method("flush", function (this: any, kind?: any, cb?: any): void {
  if (typeof kind === "function" || (kind === undefined && !cb)) {
    cb = kind;
    kind = 3;
  }
  if (this.writableFinished || this.destroyed) {
    if (cb) nextTick(cb);
    return;
  }
  if (this.writableEnded) {
    if (cb) this.once("end", cb);
    return;
  }
  const mark: any = wrap(new Uint8Array_(0));
  flushes.add(mark);
  setOwn(mark, "kind", states.get(this)!.k.brotli ? 2 : kind);
  this.write(mark, "", cb);
});
method("close", function (this: any, cb?: any): void {
  if (typeof cb === "function") this.once("close", cb);
  this.destroy();
});
method("reset", function (this: any): void {
  const st = states.get(this)!;
  if (st.closed) throw coded(Error_, "ERR_INTERNAL_ASSERTION", "zlib binding closed");
  host.sync(OP["zlib.close"]!, st.id);
  st.id = host.sync(OP["zlib.open"]!, st.k.mode, st.o.host);
});
method("params", function (this: any, level: any, strategy: any, cb: any): void {
  ranged({ level }, "level", -1, 9, -1);
  ranged({ strategy }, "strategy", 0, 4, 0);
  // What was written keeps its level; so does what follows.
  this.flush(2, cb);
});
ObjectDefineProperty(ZlibBase.prototype, "_closed", { __proto__: null, configurable: true, get(this: any) { return states.get(this)!.closed; } } as any);

// Without a callback, all that comes of chunk, after which the stream is closed, unless somebody took its handle's close away.
method("_processChunk", function (this: any, chunk: any, flush: any, cb?: any): any {
  const b = chunk ? viewBytes(chunk)! : none;
  if (typeof cb === "function") {
    feed(this, b, flush, cb);
    return undefined;
  }
  const out = feedAll(states.get(this)!, b, flush);
  this._handle?.close();
  this._handle = null;
  return wrap(out);
});

function shut(st: State): void {
  if (st.closed) return;
  st.closed = true;
  host.sync(OP["zlib.close"]!, st.id);
}

const classes: any = {};
const functions: any = {};
const creators: any = {};

// Done is what comes of data as a whole: what it became, and how much of it that is of.
interface Done {
  out: Uint8Array;
  taken: number;
}

function run(k: Kind, data: Uint8Array, o: Options): Done {
  return host.sync(OP["zlib.run"]!, k.mode, data, o.host, o.max);
}

for (let i = 0; i < kinds.length; i++) {
  const k = kinds[i]!;
  const cls: any = function (this: any, options?: any): any {
    if (!(this instanceof cls)) return ReflectConstruct(cls, [options]);
    init(this, k, options);
    return undefined;
  };
  named(cls, k.name, 1);
  const base = k.brotli ? Brotli : Zlib;
  ObjectSetPrototypeOf(cls.prototype, base.prototype);
  ObjectSetPrototypeOf(cls, base);
  (isZstd(k.name) ? hide : setOwn)(classes, k.name, cls);
  const short = k.name[0]! === "B" ? `brotli${k.name === "BrotliCompress" ? "Compress" : "Decompress"}` : k.mode === "zstd" ? "zstdCompress" : k.mode === "unzstd" ? "zstdDecompress" : k.mode;
  setOwn(functions, short, named((buffer: any, options: any, cb: any) => {
    if (typeof options === "function") {
      cb = options;
      options = undefined;
    }
    validateFunction(cb, "callback");
    if (typeof buffer !== "string" && (typeof buffer !== "object" || buffer === null)) throw invalidArgType("chunk", ["string", "Buffer", "TypedArray", "DataView"], buffer);
    const data = input(buffer);
    const o = optionsOf(k, options);
    void then(host.async(OP["zlib.runAsync"]!, k.mode, data, o.host, o.max), (v) => nextTick(cb, null, result(v, cls, options)), (e) => nextTick(cb, e));
  }, "asyncBufferWrapper", 3));
  setOwn(functions, `${short}Sync`, named((buffer: any, options: any) => {
    const data = input(buffer);
    return result(run(k, data, optionsOf(k, options)), cls, options);
  }, "syncBufferWrapper", 2));
  setOwn(creators, `create${k.name}`, named((options: any) => ReflectConstruct(cls, [options]), "value", 1));
}

function result(done: Done, cls: any, options: any): any {
  const buffer = wrap(done.out);
  if (!options?.info) return buffer;
  const engine: any = ReflectConstruct(cls, [options]);
  engine.bytesWritten = done.taken;
  shut(states.get(engine)!);
  return { buffer, engine };
}

function crc32(data: any, value: any = 0): number {
  if (typeof data !== "string" && !ArrayBufferIsView(data)) throw invalidArgType("data", ["Buffer", "TypedArray", "DataView", "string"], data);
  if (typeof value !== "number") throw invalidArgType("value", "number", value);
  if (value % 1 !== 0) throw outOfRange("value", "an integer", value);
  if (value < 0 || value > 4294967295) throw outOfRange("value", ">= 0 && <= 4294967295", value);
  return host.sync(OP["zlib.crc32"]!, bytesArg(data, "data"), value);
}

const zlib: any = {};
setOwn(zlib, "crc32", named(crc32, "crc32", 1));
{
  const groups = [classes, functions, creators];
  const order = ["deflate", "deflateSync", "gzip", "gzipSync", "deflateRaw", "deflateRawSync", "unzip", "unzipSync", "inflate", "inflateSync", "gunzip", "gunzipSync", "inflateRaw", "inflateRawSync", "brotliCompress", "brotliCompressSync", "brotliDecompress", "brotliDecompressSync"];
  const made = ["createDeflate", "createInflate", "createDeflateRaw", "createInflateRaw", "createGzip", "createGunzip", "createUnzip", "createBrotliCompress", "createBrotliDecompress"];
  for (let i = 0; i < groups.length; i++) {
    const keys = groups[i] === functions ? order : groups[i] === creators ? made : ObjectKeys(groups[i]);
    for (let j = 0; j < keys.length; j++) setOwn(zlib, keys[j]!, groups[i][keys[j]!]);
  }
  for (let i = 0; i < kinds.length; i++) {
    const { name } = kinds[i]!;
    if (!isZstd(name)) continue;
    const short = `z${StringPrototypeSlice(name, 1)}`;
    hide(zlib, name, classes[name]);
    hide(zlib, short, functions[short]);
    hide(zlib, `${short}Sync`, functions[`${short}Sync`]);
    hide(zlib, `create${name}`, creators[`create${name}`]);
  }
  ObjectDefineProperty(zlib, "constants", { __proto__: null, value: constants, enumerable: true } as any);
  ObjectDefineProperty(zlib, "codes", { __proto__: null, value: ObjectFreeze(codes), enumerable: true } as any);
  const keys = ObjectKeys(constants);
  for (let i = 0; i < keys.length; i++) if (keys[i]![0] === "Z") ObjectDefineProperty(zlib, keys[i]!, { __proto__: null, value: constants[keys[i]!], enumerable: false } as any);
}
register(["node:zlib", "zlib"], () => zlib);

// codecRun is one step of a host's codec, for Bun's and the Web's.
export function codecRun(mode: string, bytes: Uint8Array, options: any = plain()): Uint8Array {
  return host.sync(OP["zlib.run"]!, mode, bytes, options, kMaxLength).out;
}

// ---- decoding of answers that come from the program itself ----

const decoders: any = { __proto__: null, gzip: "gunzip", "x-gzip": "gunzip", deflate: "inflate", br: "unbrotli", zstd: "unzstd" };
const getReader = uncurryThis((ReadableStream as any).prototype.getReader);
const readerRead = uncurryThis((ReadableStreamDefaultReader as any).prototype.read);
const readerCancel = uncurryThis((ReadableStreamDefaultReader as any).prototype.cancel);

decodeWith((stream, coding) => {
  const mode = decoders[coding];
  if (mode === undefined) return stream;
  const reader = getReader(stream);
  const id = host.sync(OP["zlib.open"]!, mode, plain());
  let more = false, last = false;
  return makeReadable({
    async pull(c) {
      for (;;) {
        let data = none;
        if (!more && !last) {
          const r: any = await own(readerRead(reader));
          if (r.done) last = true;
          else data = r.value;
        } else if (!more) {
          host.sync(OP["zlib.close"]!, id);
          c.close();
          return;
        }
        const r = host.sync(OP["zlib.feed"]!, id, data, last ? 4 : 0);
        more = r.more;
        if (TypedArrayPrototypeGetLength(r.out) > 0) {
          c.enqueue(r.out);
          return;
        }
      }
    },
    cancel(reason) {
      host.sync(OP["zlib.close"]!, id);
      host.markHandled(readerCancel(reader, reason));
    },
  }, true);
});
