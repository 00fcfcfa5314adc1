// node:stream, its promises and its consumers: the readable-stream package, with the
// adapters to Web streams and what Node 20 added since.

import {
  ArrayPrototypePush, FunctionPrototypeCall, JSONParse, ObjectAssign, ObjectDefineProperty, ObjectKeys, ReflectDeleteProperty, SymbolAsyncIterator, SymbolIterator, Symbol_, TypeError_,
  TypedArrayPrototypeGetLength, TypedArrayPrototypeGetSymbolToStringTag, TypedArrayPrototypeSet, Uint8Array_, ArrayBufferIsView, own, setOwn, then, uncurryThis, withResolvers, hide,
} from "../primordials.ts";
import "./stream_deps.ts"; // before readable-stream
import Stream from "readable-stream/lib/stream.js";
import { register } from "../modules.ts";
import { named } from "../globals.ts";
import { tidy } from "./names.ts";
import { nextTick } from "../timers.ts";
import { invalidArgType } from "./errors.ts";
import { viewBytes, wrap } from "./buffer.ts";
import { bufferBytes, blobOf, exact, join } from "../web/blob.ts";
import { ReadableStream, ReadableStreamDefaultReader, WritableStream, WritableStreamDefaultWriter, isReadableStream } from "../web/streams.ts";

export const { Readable, Writable, Duplex, Transform, PassThrough, pipeline, finished, destroy, compose, addAbortSignal } = Stream as any;
export { Stream };
const promises: any = Stream.promises;

// asBuffer turns what a Web stream gives into what Node's streams take.
function asBuffer(chunk: any): any {
  if (typeof chunk !== "object" || chunk === null) return chunk;
  const b = ArrayBufferIsView(chunk) ? viewBytes(chunk) : bufferBytes(chunk);
  return b === undefined ? chunk : wrap(b);
}

function asBytes(chunk: any): any {
  if (TypedArrayPrototypeGetSymbolToStringTag(chunk) !== "Uint8Array") return chunk;
  const copy = new Uint8Array_(TypedArrayPrototypeGetLength(chunk));
  TypedArrayPrototypeSet(copy, chunk);
  return copy;
}

const getReader = uncurryThis((ReadableStream as any).prototype.getReader);
const readerRead = uncurryThis((ReadableStreamDefaultReader as any).prototype.read);
const readerCancel = uncurryThis((ReadableStreamDefaultReader as any).prototype.cancel);
const getWriter = uncurryThis((WritableStream as any).prototype.getWriter);
const writerWrite = uncurryThis((WritableStreamDefaultWriter as any).prototype.write);
const writerClose = uncurryThis((WritableStreamDefaultWriter as any).prototype.close);
const writerAbort = uncurryThis((WritableStreamDefaultWriter as any).prototype.abort);

function isWritableStream(v: any): boolean {
  return v instanceof WritableStream;
}

// readWeb gives read() its next chunk of a reader.
function readWeb(self: any, reader: any): void {
  void then(readerRead(reader), (r: any) => {
    self.push(r.done ? null : self.readableObjectMode ? r.value : asBuffer(r.value));
  }, (e) => destroy(self, e));
}

function readableFromWeb(stream: any, options: any = {}): any {
  if (!isReadableStream(stream)) throw invalidArgType("readableStream", "ReadableStream", stream);
  const reader = getReader(stream);
  let ended = false;
  return new Readable({
    objectMode: options.objectMode, highWaterMark: options.highWaterMark, encoding: options.encoding, signal: options.signal,
    read(this: any) {
      void then(readerRead(reader), (r: any) => {
        if (r.done) ended = true;
        this.push(r.done ? null : this.readableObjectMode ? r.value : asBuffer(r.value));
      }, (e) => {
        ended = true;
        destroy(this, e);
      });
    },
    destroy(error: any, cb: any) {
      if (ended) return cb(error);
      void then(readerCancel(reader, error), () => cb(error), () => cb(error));
    },
  });
}

function readableToWeb(r: any, options: any = {}): any {
  if (typeof r?._readableState !== "object") throw invalidArgType("streamReadable", "stream.Readable", r);
  const objectMode = r.readableObjectMode;
  const hwm = r.readableHighWaterMark;
  const strategy = options.strategy ?? (objectMode ? { highWaterMark: hwm } : { highWaterMark: hwm, size: (chunk: any) => TypedArrayPrototypeGetLength(chunk) });
  let over = false;
  return new (ReadableStream as any)({
    start(c: any) {
      r.pause();
      r.on("data", (chunk: any) => {
        if (!objectMode) chunk = asBytes(typeof chunk === "string" ? host.utf8Encode(chunk) : chunk);
        c.enqueue(chunk);
        if (c.desiredSize <= 0) r.pause();
      });
      finished(r, { writable: false }, (e: any) => {
        if (over) return;
        over = true;
        r.on("error", () => {});
        if (e) c.error(e);
        else c.close();
      });
    },
    pull() {
      r.resume();
    },
    cancel(reason: any) {
      over = true;
      destroy(r, reason);
    },
  }, strategy);
}

// writeWeb are the options of a Writable over a writer.
function writeWeb(writer: any): any {
  let ended = false;
  const done = (p: Promise<any>, cb: any): void => void then(p, () => cb(), (e) => {
    ended = true;
    cb(e);
  });
  return {
    write: (chunk: any, _: any, cb: any) => done(writerWrite(writer, chunk), cb),
    final: (cb: any) => {
      ended = true;
      done(writerClose(writer), cb);
    },
    destroy: (e: any, cb: any) => {
      if (ended) return cb(e);
      ended = true;
      void then(e ? writerAbort(writer, e) : writerClose(writer), () => cb(e), () => cb(e));
    },
  };
}

function writableFromWeb(stream: any, options: any = {}): any {
  if (!isWritableStream(stream)) throw invalidArgType("writableStream", "WritableStream", stream);
  const o = { highWaterMark: options.highWaterMark, objectMode: options.objectMode, decodeStrings: options.decodeStrings, signal: options.signal };
  return new Writable({ ...o, ...writeWeb(getWriter(stream)) });
}

function writableToWeb(w: any): any {
  if (typeof w?._writableState !== "object") throw invalidArgType("streamWritable", "stream.Writable", w);
  const strategy = w.writableObjectMode ? { highWaterMark: w.writableHighWaterMark } : { highWaterMark: w.writableHighWaterMark, size: (c: any) => (c === null || c === undefined ? 1 : c.byteLength ?? c.length ?? 1) };
  let drained: any;
  let closing: any;
  return new (WritableStream as any)({
    start(c: any) {
      w.on("drain", () => drained?.resolve());
      finished(w, { readable: false }, (e: any) => {
        drained?.[e ? "reject" : "resolve"](e);
        closing?.[e ? "reject" : "resolve"](e);
        w.on("error", () => {});
        if (e) c.error(e);
      });
    },
    write(chunk: any) {
      const ok = w.write(chunk);
      if (ok && !w.writableNeedDrain) return undefined;
      drained = withResolvers();
      return drained.promise;
    },
    abort(reason: any) {
      destroy(w, reason);
    },
    close() {
      closing = withResolvers();
      w.end();
      return closing.promise;
    },
  }, strategy);
}

function duplexFromWeb(pair: any, options: any = {}): any {
  const { readable, writable } = pair ?? {};
  if (!isReadableStream(readable)) throw invalidArgType("pair.readable", "ReadableStream", readable);
  if (!isWritableStream(writable)) throw invalidArgType("pair.writable", "WritableStream", writable);
  const reader = getReader(readable);
  const d: any = new Duplex({
    objectMode: options.objectMode, highWaterMark: options.highWaterMark, encoding: options.encoding, signal: options.signal, decodeStrings: options.decodeStrings ?? false,
    allowHalfOpen: options.allowHalfOpen,
    ...writeWeb(getWriter(writable)),
    read(this: any) {
      readWeb(this, reader);
    },
  });
  return d;
}

function duplexToWeb(d: any): any {
  if (typeof d?._writableState !== "object" || typeof d?._readableState !== "object") throw invalidArgType("duplex", "stream.Duplex", d);
  return { writable: writableToWeb(d), readable: readableToWeb(d) };
}

const kOther = Symbol_("other");
const kCallback = Symbol_("callback");

function side(options: any): any {
  const d = new Duplex({
    ...options,
    read(this: any) {
      const cb = this[kCallback];
      this[kCallback] = null;
      if (cb) cb();
    },
    write(this: any, chunk: any, _: any, cb: any) {
      const other = this[kOther];
      if (chunk.length === 0) nextTick(cb);
      else {
        other.push(chunk);
        other[kCallback] = cb;
      }
    },
    final(this: any, cb: any) {
      this[kOther].on("end", cb);
      this[kOther].push(null);
    },
  });
  hide(d, kCallback, null);
  return d;
}

export function duplexPair(options?: any): [any, any] {
  const a = side(options), b = side(options);
  hide(a, kOther, b);
  hide(b, kOther, a);
  return [a, b];
}

setOwn(Duplex.prototype, "destroy", Writable.prototype.destroy); // its own, as in Node
ObjectAssign(Readable, { fromWeb: named(readableFromWeb, "fromWeb", 2), toWeb: named(readableToWeb, "toWeb", 2) });
ObjectAssign(Writable, { fromWeb: named(writableFromWeb, "fromWeb", 2), toWeb: named(writableToWeb, "toWeb", 1) });
ObjectAssign(Duplex, { fromWeb: named(duplexFromWeb, "fromWeb", 2), toWeb: named(duplexToWeb, "toWeb", 1) });

function isDestroyed(stream: any): boolean | null {
  const has = (k: string): boolean => typeof stream?.[k] === "object" && stream[k] !== null;
  if (!has("_readableState") && !has("_writableState") && typeof stream?.on !== "function") return null;
  return !!(stream.destroyed || stream._writableState?.destroyed || stream._readableState?.destroyed);
}

function isWritable(stream: any): boolean | null {
  if (stream === null || typeof stream !== "object" || typeof stream.writable !== "boolean") return null;
  return !isDestroyed(stream) && stream.writable && !stream.writableEnded && !stream._writableState?.ended;
}

// The module's members in Node's order.
{
  const { isDisturbed, isErrored, isReadable, setDefaultHighWaterMark, getDefaultHighWaterMark, _isUint8Array, _uint8ArrayToBuffer } = Stream as any;
  const order: any = {
    isDestroyed, isDisturbed, isErrored, isReadable, isWritable, Readable, Writable, Duplex, Transform, PassThrough, duplexPair, pipeline, addAbortSignal, finished, destroy, compose,
    setDefaultHighWaterMark, getDefaultHighWaterMark,
  };
  const keys = ObjectKeys(Stream);
  for (let i = 0; i < keys.length; i++) if (keys[i] !== "super_") ReflectDeleteProperty(Stream, keys[i]!);
  const names = ObjectKeys(order);
  for (let i = 0; i < names.length; i++) setOwn(Stream, names[i]!, order[names[i]!]);
  ObjectDefineProperty(Stream, "promises", { __proto__: null, configurable: true, enumerable: true, get: named(() => promises, "get promises") } as any);
  setOwn(Stream, "Stream", Stream);
  setOwn(Stream, "_isArrayBufferView", named((v: any) => ArrayBufferIsView(v), "isView"));
  setOwn(Stream, "_isUint8Array", _isUint8Array);
  setOwn(Stream, "_uint8ArrayToBuffer", _uint8ArrayToBuffer);
}

// ---- consumers ----

// chunks reads anything that can be iterated to its end.
async function chunks(stream: any): Promise<Uint8Array[]> {
  const out: Uint8Array[] = [];
  const method = stream?.[SymbolAsyncIterator] ?? stream?.[SymbolIterator];
  if (typeof method !== "function") throw new TypeError_("stream is not async iterable");
  const it = FunctionPrototypeCall(method, stream);
  for (;;) {
    const r = await it.next();
    if (r.done) return out;
    const chunk = r.value;
    const b = typeof chunk === "string" ? host.utf8Encode(chunk) : bufferBytes(chunk);
    if (b === undefined) throw invalidArgType("chunk", ["string", "ArrayBuffer", "Buffer", "TypedArray", "DataView"], chunk);
    ArrayPrototypePush(out, b);
  }
}

async function bytes(stream: any): Promise<Uint8Array> {
  return join(await own(chunks(stream)));
}

const consumers: any = {
  async arrayBuffer(stream: any) {
    return exact(await own(bytes(stream)));
  },
  async blob(stream: any) {
    return blobOf(await own(bytes(stream)), "");
  },
  async buffer(stream: any) {
    return wrap(await own(bytes(stream)));
  },
  async text(stream: any) {
    return host.utf8Decode(await own(bytes(stream)));
  },
  async json(stream: any) {
    return JSONParse(host.utf8Decode(await own(bytes(stream))));
  },
};

register(["node:stream", "stream"], () => tidy(Stream));
register(["node:stream/promises", "stream/promises"], () => tidy(promises));
register(["node:stream/consumers", "stream/consumers"], () => tidy(consumers));
