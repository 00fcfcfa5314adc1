// The classes of readable streams, their tees, and the readable streams that the runtime itself makes.

import {
  ArrayBufferIsView, ArrayBufferPrototypeGetByteLength, ArrayBufferPrototypeTransfer, ArrayPrototypePush, DataView_, FunctionPrototypeCall, MathFloor,
  ObjectGetPrototypeOf, ObjectSetPrototypeOf, PromiseResolve, RangeError_, SymbolAsyncIterator, SymbolIterator, TypeError_,
  TypedArrayPrototypeGetBuffer, TypedArrayPrototypeGetByteOffset, TypedArrayPrototypeGetLength, TypedArrayPrototypeGetSymbolToStringTag,
  TypedArrayPrototypeSet, Uint8Array_, globalObject, own, attempt, hide, isObject,
} from "../primordials.ts";
import { webInterface } from "../globals.ts";
import { coded } from "../node/errors.ts";
import { bufferBytes } from "./blob.ts";
import { type Deferred, deferred, quiet, when, invoke, member, invalidState, illegal, highWaterMark, sizeOf, internal } from "./stream_base.ts";
import {
  type ReadRequest, Readable, Reader, DefaultCtrl, type PullInto, ByobRequest, ByteCtrl, canCloseOrEnqueue, desiredSize, callPull, errorCtrl, enqueueDefault, closeDefault,
  bytesOf, taken, enqueueByte, fill, closeByte, respond, respondInternal, drained, read, nextChunk, cancelReadable, acquire, release, start,
} from "./readable_state.ts";
import { ws, isWritable } from "./writable.ts";
import { pipe } from "./pipe.ts";

export let rs: (x: any) => Readable;
export let isReadable: (x: any) => boolean;

// control joins a stream and its controller.
export function control(s: Readable, c: DefaultCtrl | ByteCtrl): void {
  c.stream = s;
  s.ctrl = c;
  c.obj = c instanceof ByteCtrl ? new ReadableByteStreamController(internal, c) : new ReadableStreamDefaultController(internal, c);
}

// directStream is Bun's kind of stream: pull is called once, writes, and the stream ends when it is done.
function directStream(s: Readable, src: any): any {
  const pull = member(src, "pull"), cancel = member(src, "cancel");
  const c = new DefaultCtrl();
  c.hwm = 0;
  control(s, c);
  const end = (): void => {
    if (canCloseOrEnqueue(c)) closeDefault(c);
  };
  const sink = {
    start(): void {},
    write(chunk: any): number {
      if (!canCloseOrEnqueue(c)) return 0;
      const b = typeof chunk === "string" ? host.utf8Encode(chunk) : bufferBytes(chunk);
      if (b === undefined) throw coded(TypeError_, "ERR_INVALID_ARG_TYPE", "write() expects a string, ArrayBufferView, or ArrayBuffer");
      enqueueDefault(c, copyOf(b));
      return TypedArrayPrototypeGetLength(b);
    },
    flush(): number {
      return 0;
    },
    end,
    close: end,
    error(e: any): void {
      errorCtrl(c, e);
    },
  };
  let begun = false;
  if (pull) c.pull = async () => {
    if (begun) return;
    begun = true;
    await own(invoke(pull, src, sink));
    end();
  };
  if (cancel) c.cancel = (reason) => invoke(cancel, src, reason);
  c.started = true;
  return s.obj;
}

// Source is what the runtime's own streams come from.
export interface Source {
  start?: (c: SourceController) => void; // called at once
  pull?: (c: SourceController) => any; // what it returns is awaited
  cancel?: (reason: any) => any;
}

// SourceController is the runtime's own side of a stream it makes.
export interface SourceController {
  enqueue(chunk: any): void;
  close(): void;
  error(e: any): void;
}

// makeReadable makes a ReadableStream of the runtime's own. bytes makes a byte stream.
export function makeReadable(source: Source, bytes = false, hwm = bytes ? 0 : 1): any {
  const s = new Readable();
  const obj = new ReadableStream(internal, s);
  const pub: SourceController = {
    enqueue: (v) => {
      const c = s.ctrl;
      if (!canCloseOrEnqueue(c)) return;
      if (c instanceof ByteCtrl) enqueueByte(c, v);
      else enqueueDefault(c, v);
    },
    close: () => {
      const c = s.ctrl;
      if (!canCloseOrEnqueue(c)) return;
      if (c instanceof ByteCtrl) {
        closeByte(c);
        if (c.into.length > 0 && s.state === "closed") respondInternal(c, 0);
      } else closeDefault(c);
    },
    error: (e) => errorCtrl(s.ctrl, e),
  };
  const c = bytes ? new ByteCtrl() : new DefaultCtrl();
  c.hwm = hwm;
  control(s, c);
  if (source.pull !== undefined) c.pull = () => invoke(source.pull, undefined, pub);
  if (source.cancel !== undefined) c.cancel = (reason) => invoke(source.cancel, undefined, reason);
  c.started = true;
  source.start?.(pub);
  callPull(c);
  return obj;
}

export class ReadableStream {
  #s: Readable;
  static {
    rs = (x) => x.#s;
    isReadable = (x) => x !== null && typeof x === "object" && #s in x;
  }
  constructor(source?: any, strategy?: any) {
    if (source === internal) {
      this.#s = strategy;
      this.#s.obj = this;
      return;
    }
    if (source === null) throw coded(TypeError_, "ERR_INVALID_ARG_VALUE", "The \"source\" argument must be of type object. Received null");
    const s = (this.#s = new Readable());
    s.obj = this;
    // WebIDL converts the strategy, which is a dictionary, before the source, which is any object.
    if (strategy !== undefined && strategy !== null) strategy = { highWaterMark: strategy.highWaterMark, size: strategy.size };
    const src: any = source ?? {};
    const type = src.type;
    if (type === "direct") return directStream(s, src);
    if (type !== undefined && `${type}` !== "bytes") throw coded(TypeError_, "ERR_INVALID_ARG_VALUE", `The argument 'source.type' is invalid. Received '${type}'`);
    const begin = member(src, "start"), pull = member(src, "pull"), cancel = member(src, "cancel");
    let c: DefaultCtrl | ByteCtrl;
    if (type !== undefined) {
      if (strategy?.size !== undefined) throw new RangeError_("The strategy for a byte stream cannot have a size function");
      c = new ByteCtrl();
      c.hwm = highWaterMark(strategy, 0);
      if (src.autoAllocateChunkSize !== undefined) {
        const n = +src.autoAllocateChunkSize;
        if (!(n > 0) || n === Infinity) throw new TypeError_("autoAllocateChunkSize must be greater than 0");
        c.auto = MathFloor(n);
      }
    } else {
      c = new DefaultCtrl();
      c.hwm = highWaterMark(strategy, 1);
      c.size = sizeOf(strategy);
    }
    control(s, c);
    if (pull) c.pull = () => invoke(pull, src, c.obj);
    if (cancel) c.cancel = (reason) => invoke(cancel, src, reason);
    const began = begin === undefined ? undefined : FunctionPrototypeCall(begin, src, c.obj);
    start(c, invoke(() => began, undefined));
  }

  get locked(): boolean {
    return this.#s.reader !== undefined;
  }

  cancel(reason?: any): Promise<void> {
    return attempt(() => {
      if (this.#s.reader !== undefined) throw invalidState("ReadableStream is locked");
      return cancelReadable(this.#s, reason);
    });
  }

  getReader(options?: any): any {
    const s = this.#s;
    if (options != null && typeof options !== "object" && typeof options !== "function") throw coded(TypeError_, "ERR_INVALID_ARG_TYPE", 'The "options" argument must be of type object');
    const mode = options?.mode;
    if (mode === undefined) return new ReadableStreamDefaultReader(internal, acquire(s));
    if (`${mode}` !== "byob") throw coded(TypeError_, "ERR_INVALID_ARG_VALUE", `The property 'options.mode' is invalid. Received '${mode}'`);
    return new ReadableStreamBYOBReader(internal, acquire(s, true));
  }

  pipeThrough(transform: any, options?: any): any {
    const readable = transform?.readable;
    if (!isReadable(readable)) throw coded(TypeError_, "ERR_INVALID_ARG_TYPE", 'The "transform.readable" property must be an instance of ReadableStream');
    const writable = transform.writable;
    if (!isWritable(writable)) throw coded(TypeError_, "ERR_INVALID_ARG_TYPE", 'The "transform.writable" property must be an instance of WritableStream');
    if (this.#s.reader !== undefined) throw invalidState("The ReadableStream is locked");
    if (ws(writable).writer !== undefined) throw invalidState("The WritableStream is locked");
    host.markHandled(pipe(this.#s, ws(writable), options));
    return readable;
  }

  pipeTo(dest: any, options?: any): Promise<void> {
    return attempt(() => {
      if (!isWritable(dest)) throw coded(TypeError_, "ERR_INVALID_ARG_TYPE", 'The "destination" argument must be an instance of WritableStream');
      if (this.#s.reader !== undefined) throw invalidState("The ReadableStream is locked");
      if (ws(dest).writer !== undefined) throw invalidState("The WritableStream is locked");
      return pipe(this.#s, ws(dest), options);
    });
  }

  tee(): [any, any] {
    return tee(this.#s);
  }

  values(options?: any): any {
    return iterator(acquire(this.#s), options?.preventCancel === true);
  }

  static from(iterable: any): any {
    return fromIterable(iterable);
  }
}
hide(ReadableStream.prototype, SymbolAsyncIterator, ReadableStream.prototype.values);

const AsyncIteratorPrototype = ObjectGetPrototypeOf(ObjectGetPrototypeOf(async function* () {}.prototype));

function iterator(r: Reader, preventCancel: boolean): any {
  let last: Promise<any> | undefined;
  let finished = false;
  const next = async (): Promise<any> => {
    if (finished) return { value: undefined, done: true };
    let got: { value: any } | null;
    try {
      got = await own(nextChunk(r));
    } catch (e) {
      finished = true;
      release(r);
      throw e;
    }
    if (got !== null) return { value: got.value, done: false };
    finished = true;
    release(r);
    return { value: undefined, done: true };
  };
  const end = async (value: any): Promise<any> => {
    if (finished) return { value, done: true };
    finished = true;
    const s = r.stream!;
    if (!preventCancel) {
      const p = cancelReadable(s, value);
      release(r);
      await own(p);
    } else release(r);
    return { value, done: true };
  };
  const chain = (fn: () => Promise<any>): Promise<any> => {
    last = last === undefined ? fn() : afterwards(last, fn);
    return last;
  };
  return new StreamIterator(() => chain(next), (value) => chain(() => end(value)));
}

// StreamIterator is what values() returns.
class StreamIterator {
  #next: () => Promise<any>;
  #end: (value: any) => Promise<any>;
  constructor(next: () => Promise<any>, end: (value: any) => Promise<any>) {
    this.#next = next;
    this.#end = end;
  }
  next(): Promise<any> {
    return attempt(() => this.#next());
  }
  return(value: any): Promise<any> {
    return attempt(() => this.#end(value));
  }
}
webInterface(StreamIterator, "ReadableStreamAsyncIterator");
delete (StreamIterator.prototype as any).constructor;
delete (StreamIterator.prototype as any)[Symbol.toStringTag];
ObjectSetPrototypeOf(StreamIterator.prototype, AsyncIteratorPrototype);

async function afterwards(p: Promise<any>, fn: () => Promise<any>): Promise<any> {
  try {
    await own(p);
  } catch {
    // Whoever asked for it was told.
  }
  return await own(fn());
}

function fromIterable(iterable: any): any {
  let method = iterable?.[SymbolAsyncIterator];
  if (method == null) method = iterable?.[SymbolIterator];
  if (typeof method !== "function") throw coded(TypeError_, "ERR_ARG_NOT_ITERABLE", `${typeof iterable === "object" ? "[object]" : iterable} must be iterable`);
  const it = FunctionPrototypeCall(method, iterable);
  if (!isObject(it)) throw new TypeError_("The iterator method must return an object");
  const next = it.next;
  return makeReadable({
    async pull(c) {
      const r = await FunctionPrototypeCall(next, it);
      if (r === null || typeof r !== "object") throw new TypeError_("The iterator result must be an object");
      if (r.done) c.close();
      else c.enqueue(await r.value);
    },
    async cancel(reason) {
      const ret = it.return;
      if (ret === undefined) return;
      const r = await FunctionPrototypeCall(ret, it, reason);
      if (r === null || typeof r !== "object") throw new TypeError_("The iterator result must be an object");
    },
  }, false, 0);
}

// attached is the stream of a reader that holds one.
function attached(r: Reader): Readable {
  if (r.stream === undefined) throw invalidState("The reader is not attached to a stream");
  return r.stream;
}

// results is a read whose result a program gets.
function results(d: Deferred): ReadRequest {
  return {
    chunk: (value) => d.resolve({ value, done: false }),
    close: (value) => d.resolve({ value, done: true }),
    error: (e) => d.reject(e),
  };
}

export let defaultReader: (x: any) => Reader;
export let byobReader: (x: any) => Reader;

export class ReadableStreamDefaultReader {
  #r: Reader;
  static {
    defaultReader = (x) => x.#r;
  }
  constructor(stream: any, r?: any) {
    if (stream === internal) {
      this.#r = r;
      return;
    }
    if (!isReadable(stream)) throw coded(TypeError_, "ERR_INVALID_ARG_TYPE", 'The "stream" argument must be an instance of ReadableStream');
    this.#r = acquire(rs(stream));
  }
  read(): Promise<any> {
    const d = deferred();
    try {
      attached(this.#r);
      read(this.#r, results(d));
    } catch (e) {
      d.reject(e);
    }
    return d.promise;
  }
  releaseLock(): void {
    release(this.#r);
  }
  get closed(): Promise<void> {
    return attempt(() => this.#r.closed.promise);
  }
  cancel(reason?: any): Promise<void> {
    return attempt(() => cancelReadable(attached(this.#r), reason));
  }
}

const viewClasses: any = { __proto__: null };
{
  const names = ["Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array", "Int32Array", "Uint32Array", "Float16Array", "Float32Array", "Float64Array", "BigInt64Array", "BigUint64Array"];
  for (let i = 0; i < names.length; i++) viewClasses[names[i]!] = globalObject[names[i]!];
}

function viewClass(view: any): { cls: any; element: number } {
  const tag = TypedArrayPrototypeGetSymbolToStringTag(view);
  return tag === undefined ? { cls: DataView_, element: 1 } : { cls: viewClasses[tag], element: viewClasses[tag].BYTES_PER_ELEMENT };
}

// readInto asks a byte stream to fill a view, whose buffer it takes, with min elements or more.
function readInto(r: Reader, view: any, min: number, req: ReadRequest): void {
  const s = r.stream!;
  s.disturbed = true;
  if (s.state === "errored") {
    req.error(s.error);
    return;
  }
  const c = s.ctrl as ByteCtrl;
  const { cls, element } = viewClass(view);
  const own = taken(view);
  const p: PullInto = {
    buffer: TypedArrayPrototypeGetBuffer(own), offset: TypedArrayPrototypeGetByteOffset(own), length: TypedArrayPrototypeGetLength(own), filled: 0, min: min * element, element, kind: "byob",
    make: (b, o, count) => new cls(b, o, count / element),
  };
  if (c.into.length > 0) {
    ArrayPrototypePush(c.into, p);
    ArrayPrototypePush(r.requests, req);
    return;
  }
  if (s.state === "closed") {
    req.close(p.make(p.buffer, p.offset, 0));
    return;
  }
  if (c.total > 0) {
    if (fill(c, p)) {
      drained(c);
      req.chunk(p.make(p.buffer, p.offset, p.filled));
      return;
    }
    if (c.closeRequested) {
      const e = new TypeError_("Insufficient bytes to fill elements in the given buffer");
      errorCtrl(c, e);
      req.error(e);
      return;
    }
  }
  ArrayPrototypePush(c.into, p);
  ArrayPrototypePush(r.requests, req);
  callPull(c);
}

export class ReadableStreamBYOBReader {
  #r: Reader;
  static {
    byobReader = (x) => x.#r;
  }
  constructor(stream: any, r?: any) {
    if (stream === internal) {
      this.#r = r;
      return;
    }
    if (!isReadable(stream)) throw coded(TypeError_, "ERR_INVALID_ARG_TYPE", 'The "stream" argument must be an instance of ReadableStream');
    this.#r = acquire(rs(stream), true);
  }
  read(view: any, options?: any): Promise<any> {
    const d = deferred();
    try {
      const r = this.#r;
      if (view === null || typeof view !== "object" || !ArrayBufferIsView(view)) throw coded(TypeError_, "ERR_INVALID_ARG_TYPE", 'The "view" argument must be an instance of Buffer, TypedArray, or DataView');
      const bytes = bytesOf(view);
      const n = TypedArrayPrototypeGetLength(bytes);
      if (n === 0 || ArrayBufferPrototypeGetByteLength(TypedArrayPrototypeGetBuffer(bytes)) === 0) throw invalidState("View or Viewed ArrayBuffer is zero-length or detached");
      const { element } = viewClass(view);
      const min = options?.min === undefined ? 1 : +options.min;
      if (!(min > 0)) throw coded(TypeError_, "ERR_INVALID_ARG_VALUE", "options.min must be greater than 0");
      if (min * element > n) throw new RangeError_("options.min is larger than the view");
      attached(r);
      readInto(r, view, min, results(d));
    } catch (e) {
      d.reject(e);
    }
    return d.promise;
  }
  releaseLock(): void {
    release(this.#r);
  }
  get closed(): Promise<void> {
    return attempt(() => this.#r.closed.promise);
  }
  cancel(reason?: any): Promise<void> {
    return attempt(() => cancelReadable(attached(this.#r), reason));
  }
}

export class ReadableStreamDefaultController {
  #c: DefaultCtrl;
  constructor(key: any, c?: any) {
    if (key !== internal) throw illegal();
    this.#c = c;
  }
  get desiredSize(): number | null {
    return desiredSize(this.#c);
  }
  close(): void {
    if (!canCloseOrEnqueue(this.#c)) throw invalidState("Controller is already closed");
    closeDefault(this.#c);
  }
  enqueue(chunk?: any): void {
    if (!canCloseOrEnqueue(this.#c)) throw invalidState("Controller is already closed");
    enqueueDefault(this.#c, chunk);
  }
  error(e?: any): void {
    errorCtrl(this.#c, e);
  }
}

export class ReadableByteStreamController {
  #c: ByteCtrl;
  constructor(key: any, c?: any) {
    if (key !== internal) throw illegal();
    this.#c = c;
  }
  get byobRequest(): any {
    const r = requestOf(this.#c);
    return r === null ? null : (r.obj ??= new ReadableStreamBYOBRequest(internal, r));
  }
  get desiredSize(): number | null {
    return desiredSize(this.#c);
  }
  close(): void {
    if (!canCloseOrEnqueue(this.#c)) throw invalidState("Controller is already closed");
    closeByte(this.#c);
  }
  enqueue(chunk: any): void {
    if (chunk === null || typeof chunk !== "object" || !ArrayBufferIsView(chunk)) throw coded(TypeError_, "ERR_INVALID_ARG_TYPE", 'The "chunk" argument must be an instance of Buffer, TypedArray, or DataView');
    if (TypedArrayPrototypeGetLength(bytesOf(chunk)) === 0) throw invalidState("chunk is zero-length or detached");
    if (!canCloseOrEnqueue(this.#c)) throw invalidState("Controller is already closed");
    enqueueByte(this.#c, chunk);
  }
  error(e?: any): void {
    errorCtrl(this.#c, e);
  }
}

export class ReadableStreamBYOBRequest {
  #r: ByobRequest;
  constructor(key: any, r?: any) {
    if (key !== internal) throw illegal();
    this.#r = r;
  }
  get view(): any {
    return this.#r.view;
  }
  respond(n: number): void {
    const c = this.#r.ctrl;
    if (c === undefined) throw invalidState("This BYOB request has been invalidated");
    n = +n;
    if (!(n >= 0)) throw new TypeError_("bytesWritten must be a non-negative number");
    respond(c, n);
  }
  respondWithNewView(view: any): void {
    const c = this.#r.ctrl;
    if (c === undefined) throw invalidState("This BYOB request has been invalidated");
    if (view === null || typeof view !== "object" || !ArrayBufferIsView(view)) throw coded(TypeError_, "ERR_INVALID_ARG_TYPE", 'The "view" argument must be an instance of Buffer, TypedArray, or DataView');
    respondWith(c, view);
  }
}

// requestOf is the request for the first view that waits, or null.
function requestOf(c: ByteCtrl): ByobRequest | null {
  if (c.request === null && c.into.length > 0) {
    const p = c.into[0]!;
    c.request = new ByobRequest(c, new Uint8Array_(p.buffer, p.offset + p.filled, p.length - p.filled));
  }
  return c.request;
}

// respondWith answers the first view that waits with one over the same bytes.
function respondWith(c: ByteCtrl, view: any): void {
  const b = bytesOf(view);
  const n = TypedArrayPrototypeGetLength(b);
  const p = c.into[0]!;
  if (c.stream.state === "closed" ? n !== 0 : n === 0) throw new TypeError_("The view's length does not fit the stream's state");
  if (p.offset + p.filled !== TypedArrayPrototypeGetByteOffset(b)) throw new RangeError_("The region specified by view does not match the BYOB request");
  if (ArrayBufferPrototypeGetByteLength(TypedArrayPrototypeGetBuffer(b)) !== ArrayBufferPrototypeGetByteLength(p.buffer) && ArrayBufferPrototypeGetByteLength(p.buffer) !== 0) throw new RangeError_("The buffer of view has a different capacity");
  if (p.filled + n > p.length) throw new RangeError_("The region specified by view is too large");
  p.buffer = ArrayBufferPrototypeTransfer(TypedArrayPrototypeGetBuffer(b));
  respondInternal(c, n);
}

// soon runs fn as a microtask, as the reads of a tee do: an error of the source comes before its chunk.
function soon(fn: () => void): void {
  when(PromiseResolve(undefined), fn, () => {});
}

// Branches are what the two ends of a tee share: who cancelled, and what comes of it.
class Branches {
  canceled = [false, false];
  reasons: any[] = [undefined, undefined];
  done = quiet(deferred());
  streams: any[];
  ctrls: (DefaultCtrl | ByteCtrl)[];

  constructor(s: Readable, bytes: boolean, pull: (i: number) => void) {
    const branch = (i: number): any =>
      makeReadable({
        pull: () => pull(i),
        cancel: (reason) => {
          this.canceled[i] = true;
          this.reasons[i] = reason;
          if (this.canceled[1 - i]) when(cancelReadable(s, [this.reasons[0], this.reasons[1]]), this.done.resolve, this.done.reject);
          return this.done.promise;
        },
      }, bytes, 0);
    this.streams = [branch(0), branch(1)];
    this.ctrls = [rs(this.streams[0]).ctrl, rs(this.streams[1]).ctrl];
  }

  // over says that the source has ended.
  over(): void {
    if (!this.canceled[0] || !this.canceled[1]) this.done.resolve(undefined);
  }

  fail(e: any): void {
    for (let i = 0; i < 2; i++) errorCtrl(this.ctrls[i]!, e);
    this.over();
  }
}

function copyOf(v: any): Uint8Array {
  const b = bytesOf(v);
  const out = new Uint8Array_(TypedArrayPrototypeGetLength(b));
  TypedArrayPrototypeSet(out, b);
  return out;
}

export function tee(s: Readable): [any, any] {
  if (s.ctrl instanceof ByteCtrl) return teeBytes(s);
  const r = acquire(s);
  let reading = false, again = false;
  const pull = (): void => {
    if (reading) {
      again = true;
      return;
    }
    reading = true;
    read(r, {
      chunk: (v) => soon(() => {
        again = false;
        for (let i = 0; i < 2; i++) if (!b.canceled[i] && canCloseOrEnqueue(b.ctrls[i]!)) enqueueDefault(b.ctrls[i] as DefaultCtrl, v);
        reading = false;
        if (again) pull();
      }),
      close() {
        reading = false;
        for (let i = 0; i < 2; i++) if (!b.canceled[i] && canCloseOrEnqueue(b.ctrls[i]!)) closeDefault(b.ctrls[i] as DefaultCtrl);
        b.over();
      },
      error() {
        reading = false;
      },
    });
  };
  const b = new Branches(s, false, pull);
  when(r.closed.promise, () => {}, (e) => b.fail(e));
  return [b.streams[0], b.streams[1]];
}

// teeBytes is tee of a byte stream: a view that one end waits with is filled, and copied for the other.
function teeBytes(s: Readable): [any, any] {
  let r: Reader;
  let reading = false;
  const again = [false, false];
  const use = (byob: boolean): void => {
    const mine = acquire(s, byob);
    r = mine;
    when(mine.closed.promise, () => {}, (e) => {
      if (r === mine) b.fail(e);
    });
  };
  const ctrl = (i: number): ByteCtrl => b.ctrls[i] as ByteCtrl;
  const next = (): void => {
    reading = false;
    if (again[0]) pull(0);
    else if (again[1]) pull(1);
  };
  const close = (i: number): void => {
    if (!b.canceled[i]) closeByte(ctrl(i));
  };
  const error = (): void => {
    reading = false;
  };
  const pull = (i: number): void => {
    if (reading) {
      again[i] = true;
      return;
    }
    reading = true;
    const request = requestOf(ctrl(i));
    if (request === null) {
      if (r.byob) {
        release(r);
        use(false);
      }
      read(r, {
        chunk: (v) => soon(() => {
          again[0] = again[1] = false;
          const second = b.canceled[0] || b.canceled[1] ? v : copyOf(v);
          if (!b.canceled[0]) enqueueByte(ctrl(0), v);
          if (!b.canceled[1]) enqueueByte(ctrl(1), second);
          next();
        }),
        close() {
          reading = false;
          close(0);
          close(1);
          for (let k = 0; k < 2; k++) if (ctrl(k).into.length > 0) respond(ctrl(k), 0);
          b.over();
        },
        error,
      });
      return;
    }
    if (!r.byob) {
      release(r);
      use(true);
    }
    const other = 1 - i;
    readInto(r, request.view, 1, {
      chunk: (v) => soon(() => {
        again[0] = again[1] = false;
        const copy = b.canceled[other] ? undefined : copyOf(v);
        if (!b.canceled[i]) respondWith(ctrl(i), v);
        if (copy !== undefined) enqueueByte(ctrl(other), copy);
        next();
      }),
      close(v) {
        reading = false;
        close(i);
        close(other);
        if (v !== undefined) {
          if (!b.canceled[i]) respondWith(ctrl(i), v);
          if (!b.canceled[other] && ctrl(other).into.length > 0) respond(ctrl(other), 0);
        }
        b.over();
      },
      error,
    });
  };
  const b = new Branches(s, true, pull);
  use(false);
  return [b.streams[0], b.streams[1]];
}
