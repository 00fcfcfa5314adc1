// The Streams Standard: readable streams (default and byte), writable and transform
// streams, pipes and tees.
//
// Each public object holds a record, reachable only through a private field; the
// algorithms work on records. Promises are the engine's own and are awaited through
// own(), so a replaced Promise.prototype.then changes nothing here.

import {
  ArrayBufferIsView, ArrayBufferPrototypeGetByteLength, ArrayBufferPrototypeTransfer, ArrayPrototypePush, ArrayPrototypeShift, DataView_, FunctionPrototypeCall, ReflectApply,
  MathFloor, NumberIsNaN, ObjectGetPrototypeOf, ObjectSetPrototypeOf, PromiseReject, PromiseResolve, RangeError_, SymbolAsyncIterator,
  SymbolIterator, TypeError_, TypedArrayPrototypeGetBuffer, TypedArrayPrototypeGetByteLength, TypedArrayPrototypeGetByteOffset, TypedArrayPrototypeGetLength,
  TypedArrayPrototypeGetSymbolToStringTag, TypedArrayPrototypeSet, DataViewPrototypeGetBuffer, DataViewPrototypeGetByteLength, DataViewPrototypeGetByteOffset,
  Uint8Array_, globalObject, own, then, withResolvers,
} from "../primordials.ts";
import { defineGlobals, webInterface } from "../globals.ts";
import { register } from "../modules.ts";
import { coded } from "../node/errors.ts";
import { inspectAs } from "../inspect.ts";
import { bufferBytes } from "./blob.ts";

type Fn = (...args: any[]) => any;

interface Deferred {
  promise: Promise<any>;
  resolve: (v?: any) => void;
  reject: (e?: any) => void;
}

function deferred(): Deferred {
  return withResolvers<any>();
}

function quiet(d: Deferred): Deferred {
  host.markHandled(d.promise);
  return d;
}

function resolved(v?: any): Deferred {
  const d = deferred();
  d.resolve(v);
  return d;
}

function rejected(e: any): Deferred {
  const d = quiet(deferred());
  d.reject(e);
  return d;
}

// when runs one of two functions once p has settled.
function when(p: Promise<any>, ok: (v: any) => void, bad: (e: any) => void): void {
  void then(p, ok, bad);
}

// invoke calls what a guest gave, and makes a promise of whatever comes of it.
async function invoke(fn: Fn | undefined, self: any, ...args: any[]): Promise<any> {
  if (fn === undefined) return undefined;
  const v = ReflectApply(fn, self, args);
  return v !== null && typeof v === "object" ? await v : v;
}

function member(o: any, key: string): Fn | undefined {
  const fn = o?.[key];
  if (fn === undefined) return undefined;
  if (typeof fn !== "function") throw new TypeError_(`${key} is not a function`);
  return fn;
}

function invalidState(message: string): Error {
  return coded(TypeError_, "ERR_INVALID_STATE", `Invalid state: ${message}`);
}

function illegal(): Error {
  return coded(TypeError_, "ERR_ILLEGAL_CONSTRUCTOR", "Illegal constructor");
}

function highWaterMark(strategy: any, dflt: number): number {
  const v = strategy?.highWaterMark;
  if (v === undefined) return dflt;
  const n = +v;
  if (NumberIsNaN(n) || n < 0) throw new RangeError_(`The property 'strategy.highWaterMark' is invalid. Received ${n}`);
  return n;
}

function sizeOf(strategy: any): Fn | undefined {
  const size = member(strategy, "size");
  return size === undefined ? undefined : (chunk: any) => FunctionPrototypeCall(size, undefined, chunk);
}

// internal marks calls of constructors that guests may not call.
const internal: any = { __proto__: null };

// ---- Readable ----

interface ReadRequest {
  chunk(v: any): void;
  close(v?: any): void;
  error(e: any): void;
}

class Readable {
  state: "readable" | "closed" | "errored" = "readable";
  error: any = undefined;
  reader: Reader | undefined = undefined;
  ctrl: DefaultCtrl | ByteCtrl = undefined as any;
  disturbed = false;
  obj: any = undefined;
}

class Reader {
  stream: Readable | undefined = undefined;
  closed: Deferred = undefined as any;
  requests: any[] = []; // ReadRequest; with byob, they wait for the pull-intos
  byob = false;
}

class DefaultCtrl {
  stream: Readable = undefined as any;
  obj: any = undefined;
  queue: { value: any; size: number }[] = [];
  total = 0;
  started = false;
  closeRequested = false;
  pulling = false;
  pullAgain = false;
  hwm = 1;
  size: Fn | undefined = undefined;
  pull: (() => Promise<any>) | undefined = undefined;
  cancel: ((reason: any) => Promise<any>) | undefined = undefined;
}

interface PullInto {
  buffer: ArrayBuffer;
  offset: number;
  length: number;
  filled: number;
  min: number;
  element: number;
  make: (buffer: ArrayBuffer, offset: number, bytes: number) => any;
  kind: "default" | "byob" | "none";
}

class ByteCtrl {
  stream: Readable = undefined as any;
  obj: any = undefined;
  queue: Uint8Array[] = [];
  total = 0;
  started = false;
  closeRequested = false;
  pulling = false;
  pullAgain = false;
  hwm = 0;
  auto: number | undefined = undefined;
  into: PullInto[] = [];
  request: any = null; // the ReadableStreamBYOBRequest that is out
  pull: (() => Promise<any>) | undefined = undefined;
  cancel: ((reason: any) => Promise<any>) | undefined = undefined;
}

let rs: (x: any) => Readable;
let isReadable: (x: any) => boolean;
let br: (x: any) => { ctrl: ByteCtrl | undefined; view: any };

function canCloseOrEnqueue(c: DefaultCtrl | ByteCtrl): boolean {
  return !c.closeRequested && c.stream.state === "readable";
}

function desiredSize(c: DefaultCtrl | ByteCtrl): number | null {
  if (c.stream.state === "errored") return null;
  if (c.stream.state === "closed") return 0;
  return c.hwm - c.total;
}

function waiting(s: Readable): boolean {
  return s.reader !== undefined && s.reader.requests.length > 0;
}

function shouldPull(c: DefaultCtrl | ByteCtrl): boolean {
  if (!c.started || !canCloseOrEnqueue(c)) return false;
  return waiting(c.stream) || desiredSize(c)! > 0;
}

function callPull(c: DefaultCtrl | ByteCtrl): void {
  if (!shouldPull(c)) return;
  if (c.pulling) {
    c.pullAgain = true;
    return;
  }
  c.pulling = true;
  if (c.pull === undefined) {
    c.pulling = false;
    return;
  }
  when(
    c.pull(),
    () => {
      c.pulling = false;
      if (c.pullAgain) {
        c.pullAgain = false;
        callPull(c);
      }
    },
    (e) => errorCtrl(c, e),
  );
}

function clear(c: DefaultCtrl | ByteCtrl): void {
  c.queue = [];
  c.total = 0;
  if (c instanceof ByteCtrl) dropRequest(c);
}

function forget(c: DefaultCtrl | ByteCtrl): void {
  c.pull = undefined;
  c.cancel = undefined;
  if (c instanceof DefaultCtrl) c.size = undefined;
}

function errorCtrl(c: DefaultCtrl | ByteCtrl, e: any): void {
  if (c.stream.state !== "readable") return;
  clear(c);
  if (c instanceof ByteCtrl) c.into = [];
  forget(c);
  errorReadable(c.stream, e);
}

function errorReadable(s: Readable, e: any): void {
  s.state = "errored";
  s.error = e;
  const r = s.reader;
  if (r === undefined) return;
  quiet(r.closed).reject(e);
  const list = r.requests;
  r.requests = [];
  for (let i = 0; i < list.length; i++) list[i].error(e);
}

function closeReadable(s: Readable): void {
  s.state = "closed";
  const r = s.reader;
  if (r === undefined) return;
  r.closed.resolve(undefined);
  if (r.byob) return; // its requests end when their pull-intos are committed
  const list = r.requests;
  r.requests = [];
  for (let i = 0; i < list.length; i++) list[i].close();
}

function enqueueDefault(c: DefaultCtrl, chunk: any): void {
  if (waiting(c.stream)) (ArrayPrototypeShift(c.stream.reader!.requests) as ReadRequest).chunk(chunk);
  else {
    let size = 1;
    if (c.size !== undefined) {
      try {
        size = +c.size(chunk);
        if (NumberIsNaN(size) || size < 0 || size === Infinity) throw new RangeError_(`The argument 'size' is invalid. Received ${size}`);
      } catch (e) {
        errorCtrl(c, e);
        throw e;
      }
    }
    ArrayPrototypePush(c.queue, { value: chunk, size });
    c.total += size;
  }
  callPull(c);
}

function closeDefault(c: DefaultCtrl): void {
  c.closeRequested = true;
  if (c.queue.length === 0) {
    forget(c);
    closeReadable(c.stream);
  }
}

function bytesOf(view: any): Uint8Array {
  const tag = TypedArrayPrototypeGetSymbolToStringTag(view);
  if (tag !== undefined) return new Uint8Array_(TypedArrayPrototypeGetBuffer(view), TypedArrayPrototypeGetByteOffset(view), TypedArrayPrototypeGetByteLength(view));
  return new Uint8Array_(DataViewPrototypeGetBuffer(view), DataViewPrototypeGetByteOffset(view), DataViewPrototypeGetByteLength(view));
}

// taken returns the bytes of a view in a buffer that its old owner has no more.
function taken(view: any): Uint8Array {
  const b = bytesOf(view);
  const offset = TypedArrayPrototypeGetByteOffset(b), n = TypedArrayPrototypeGetLength(b);
  return new Uint8Array_(ArrayBufferPrototypeTransfer(TypedArrayPrototypeGetBuffer(b)), offset, n);
}

function dropRequest(c: ByteCtrl): void {
  if (c.request === null) return;
  const r = br(c.request);
  r.ctrl = undefined;
  r.view = null;
  c.request = null;
}

function enqueueByte(c: ByteCtrl, view: any): void {
  if (!canCloseOrEnqueue(c)) return;
  const bytes = taken(view);
  if (c.into.length > 0) {
    dropRequest(c);
    const first = c.into[0]!;
    first.buffer = ArrayBufferPrototypeTransfer(first.buffer);
    if (first.kind === "none") {
      if (first.filled > 0) pushBytes(c, new Uint8Array_(first.buffer, first.offset, first.filled));
      ArrayPrototypeShift(c.into);
    }
  }
  const r = c.stream.reader;
  if (r !== undefined && !r.byob && r.requests.length > 0) {
    answerFromQueue(c, r);
    if (r.requests.length === 0) pushBytes(c, bytes);
    else {
      if (c.into.length > 0) ArrayPrototypeShift(c.into); // an auto-allocated buffer that nobody filled
      (ArrayPrototypeShift(r.requests) as ReadRequest).chunk(bytes);
    }
  } else {
    pushBytes(c, bytes);
    if (r !== undefined && r.byob) commitAll(c.stream, filled(c));
  }
  callPull(c);
}

// answerFromQueue gives what is queued to the reads of a default reader that wait.
function answerFromQueue(c: ByteCtrl, r: Reader): void {
  while (c.total > 0 && r.requests.length > 0) {
    const head = ArrayPrototypeShift(c.queue);
    c.total -= TypedArrayPrototypeGetLength(head);
    const req = ArrayPrototypeShift(r.requests) as ReadRequest;
    drained(c);
    req.chunk(head);
  }
}

function pushBytes(c: ByteCtrl, b: Uint8Array): void {
  ArrayPrototypePush(c.queue, b);
  c.total += TypedArrayPrototypeGetLength(b);
}

// fill moves queued bytes into a pull-into, and reports whether it has its minimum.
function fill(c: ByteCtrl, p: PullInto): boolean {
  const most = p.length - p.filled < c.total ? p.length - p.filled : c.total;
  const after = p.filled + most;
  const aligned = after - (after % p.element);
  const ready = after >= p.min;
  let left = ready && aligned >= p.min ? aligned - p.filled : most;
  const to = new Uint8Array_(p.buffer);
  while (left > 0) {
    const head = c.queue[0]!;
    const n = TypedArrayPrototypeGetLength(head);
    const k = n < left ? n : left;
    TypedArrayPrototypeSet(to, part(head, 0, k), p.offset + p.filled);
    if (k === n) ArrayPrototypeShift(c.queue);
    else c.queue[0] = part(head, k, n);
    c.total -= k;
    p.filled += k;
    left -= k;
  }
  return ready;
}

function part(b: Uint8Array, from: number, to: number): Uint8Array {
  return new Uint8Array_(TypedArrayPrototypeGetBuffer(b), TypedArrayPrototypeGetByteOffset(b) + from, to - from);
}

function commit(s: Readable, p: PullInto): void {
  const done = s.state === "closed";
  const view = p.make(done ? ArrayBufferPrototypeTransfer(p.buffer) : p.buffer, p.offset, p.filled);
  const req = ArrayPrototypeShift(s.reader!.requests) as ReadRequest;
  if (done) req.close(p.kind === "byob" ? view : undefined);
  else req.chunk(view);
}

// filled are the pull-intos that the queue fills. They are committed when no more can be,
// since whoever waits for one may look at the others.
function filled(c: ByteCtrl): PullInto[] {
  const out: PullInto[] = [];
  while (c.into.length > 0 && c.total > 0 && fill(c, c.into[0]!)) ArrayPrototypePush(out, ArrayPrototypeShift(c.into));
  return out;
}

function commitAll(s: Readable, list: PullInto[]): void {
  for (let i = 0; i < list.length; i++) commit(s, list[i]!);
}

function closeByte(c: ByteCtrl): void {
  if (!canCloseOrEnqueue(c)) return;
  if (c.total > 0) {
    c.closeRequested = true;
    return;
  }
  if (c.into.length > 0 && c.into[0]!.filled % c.into[0]!.element !== 0) {
    const e = new TypeError_("Partial read");
    errorCtrl(c, e);
    throw e;
  }
  forget(c);
  closeReadable(c.stream);
}

function respond(c: ByteCtrl, n: number): void {
  const p = c.into[0]!;
  if (c.stream.state === "closed") {
    if (n !== 0) throw new TypeError_("bytesWritten must be 0 when the stream is closed");
  } else {
    if (n === 0) throw new TypeError_("bytesWritten must not be 0 while the stream is readable");
    if (p.filled + n > p.length) throw new RangeError_("bytesWritten is too large");
  }
  p.buffer = ArrayBufferPrototypeTransfer(p.buffer);
  respondInternal(c, n);
}

function respondInternal(c: ByteCtrl, n: number): void {
  const p = c.into[0]!;
  dropRequest(c);
  if (c.stream.state === "closed") {
    if (p.kind === "none") ArrayPrototypeShift(c.into);
    const r = c.stream.reader;
    if (r !== undefined && r.byob) while (r.requests.length > 0 && c.into.length > 0) commit(c.stream, ArrayPrototypeShift(c.into));
  } else {
    p.filled += n;
    if (p.kind === "none") {
      ArrayPrototypeShift(c.into);
      if (p.filled > 0) pushBytes(c, new Uint8Array_(p.buffer, p.offset, p.filled));
      commitAll(c.stream, filled(c));
    } else if (p.filled >= p.min) {
      ArrayPrototypeShift(c.into);
      const rest = p.filled % p.element;
      if (rest > 0) {
        const copy = new Uint8Array_(rest);
        TypedArrayPrototypeSet(copy, new Uint8Array_(p.buffer, p.offset + p.filled - rest, rest));
        pushBytes(c, copy);
        p.filled -= rest;
      }
      const more = filled(c);
      if (p.kind === "default") {
        const req = ArrayPrototypeShift(c.stream.reader!.requests) as ReadRequest;
        req.chunk(p.make(p.buffer, p.offset, p.filled));
      } else commit(c.stream, p);
      commitAll(c.stream, more);
    }
  }
  callPull(c);
}

// pullSteps answers one read of a default reader.
function pullSteps(c: DefaultCtrl | ByteCtrl, req: ReadRequest): void {
  if (c instanceof DefaultCtrl) {
    if (c.queue.length > 0) {
      const head = ArrayPrototypeShift(c.queue);
      c.total -= head.size;
      if (c.total < 0) c.total = 0;
      if (c.closeRequested && c.queue.length === 0) {
        forget(c);
        closeReadable(c.stream);
      } else callPull(c);
      req.chunk(head.value);
      return;
    }
  } else {
    if (c.total > 0) {
      const head = ArrayPrototypeShift(c.queue);
      c.total -= TypedArrayPrototypeGetLength(head);
      drained(c);
      req.chunk(head);
      return;
    }
    if (c.auto !== undefined) {
      ArrayPrototypePush(c.into, {
        buffer: TypedArrayPrototypeGetBuffer(new Uint8Array_(c.auto)), offset: 0, length: c.auto, filled: 0, min: 1, element: 1, kind: "default",
        make: (b: ArrayBuffer, o: number, n: number) => new Uint8Array_(b, o, n),
      });
    }
  }
  ArrayPrototypePush(c.stream.reader!.requests, req);
  callPull(c);
}

function drained(c: ByteCtrl): void {
  if (c.total === 0 && c.closeRequested) {
    forget(c);
    closeReadable(c.stream);
  } else callPull(c);
}

// read asks a stream for its next chunk.
function read(r: Reader, req: ReadRequest): void {
  const s = r.stream!;
  s.disturbed = true;
  if (s.state === "closed") req.close();
  else if (s.state === "errored") req.error(s.error);
  else pullSteps(s.ctrl, req);
}

function cancelReadable(s: Readable, reason: any): Promise<any> {
  s.disturbed = true;
  if (s.state === "closed") return PromiseResolve(undefined);
  if (s.state === "errored") return PromiseReject(s.error);
  closeReadable(s);
  const r = s.reader;
  if (r !== undefined && r.byob) {
    const list = r.requests;
    r.requests = [];
    for (let i = 0; i < list.length; i++) list[i].close(undefined);
  }
  const c = s.ctrl;
  clear(c);
  if (c instanceof ByteCtrl) c.into = [];
  const cancel = c.cancel;
  forget(c);
  return cancel === undefined ? PromiseResolve(undefined) : then(cancel(reason), () => undefined);
}

// described is how a stream is printed.
function described(s: Readable): string {
  return `ReadableStream { locked: ${s.reader !== undefined}, state: '${s.state}', supportsBYOB: ${s.ctrl instanceof ByteCtrl} }`;
}

function acquire(s: Readable, byob = false): Reader {
  if (s.reader !== undefined) throw invalidState("ReadableStream is locked");
  if (byob && !(s.ctrl instanceof ByteCtrl)) throw coded(TypeError_, "ERR_INVALID_ARG_VALUE", `The argument 'stream' must be a byte stream. Received ${described(s)}`);
  const r = new Reader();
  r.byob = byob;
  r.stream = s;
  s.reader = r;
  r.closed = s.state === "readable" ? deferred() : s.state === "closed" ? resolved() : rejected(s.error);
  return r;
}

function release(r: Reader): void {
  const s = r.stream;
  if (s === undefined) return;
  const e = invalidState("Releasing reader");
  if (s.state === "readable") quiet(r.closed).reject(e);
  else r.closed = rejected(e);
  if (s.ctrl instanceof ByteCtrl && s.ctrl.into.length > 0) {
    s.ctrl.into[0]!.kind = "none";
    s.ctrl.into.length = 1;
  }
  s.reader = undefined;
  r.stream = undefined;
  const list = r.requests;
  r.requests = [];
  for (let i = 0; i < list.length; i++) list[i].error(e);
}

function start(c: DefaultCtrl | ByteCtrl, began: any): void {
  when(
    invoke(() => began, undefined),
    () => {
      c.started = true;
      callPull(c);
    },
    (e) => errorCtrl(c, e),
  );
}

// directStream is Bun's kind of stream: pull is called once, writes, and the stream ends when it is done.
function directStream(s: Readable, src: any): any {
  const pull = member(src, "pull"), cancel = member(src, "cancel");
  const c = new DefaultCtrl();
  c.hwm = 0;
  c.stream = s;
  s.ctrl = c;
  c.obj = new ReadableStreamDefaultController(internal, c);
  const end = (): void => {
    if (canCloseOrEnqueue(c)) closeDefault(c);
  };
  const sink = {
    start(): void {},
    write(chunk: any): number {
      if (!canCloseOrEnqueue(c)) return 0;
      const b = typeof chunk === "string" ? host.utf8Encode(chunk) : bufferBytes(chunk);
      if (b === undefined) throw coded(TypeError_, "ERR_INVALID_ARG_TYPE", "write() expects a string, ArrayBufferView, or ArrayBuffer");
      const copy = new Uint8Array_(TypedArrayPrototypeGetLength(b));
      TypedArrayPrototypeSet(copy, b);
      enqueueDefault(c, copy);
      return TypedArrayPrototypeGetLength(copy);
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
  c.stream = s;
  s.ctrl = c;
  c.obj = bytes ? new ReadableByteStreamController(internal, c as ByteCtrl) : new ReadableStreamDefaultController(internal, c as DefaultCtrl);
  if (source.pull !== undefined) c.pull = () => invoke(source.pull, undefined, pub);
  if (source.cancel !== undefined) c.cancel = (reason) => invoke(source.cancel, undefined, reason);
  c.started = true;
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
    if (type !== undefined) {
      if (strategy?.size !== undefined) throw new RangeError_("The strategy for a byte stream cannot have a size function");
      const c = new ByteCtrl();
      c.hwm = highWaterMark(strategy, 0);
      if (src.autoAllocateChunkSize !== undefined) {
        const n = +src.autoAllocateChunkSize;
        if (!(n > 0) || n === Infinity) throw new TypeError_("autoAllocateChunkSize must be greater than 0");
        c.auto = MathFloor(n);
      }
      c.stream = s;
      s.ctrl = c;
      c.obj = new ReadableByteStreamController(internal, c);
      if (pull) c.pull = () => invoke(pull, src, c.obj);
      if (cancel) c.cancel = (reason) => invoke(cancel, src, reason);
      start(c, begin === undefined ? undefined : FunctionPrototypeCall(begin, src, c.obj));
      return;
    }
    const c = new DefaultCtrl();
    c.hwm = highWaterMark(strategy, 1);
    c.size = sizeOf(strategy);
    c.stream = s;
    s.ctrl = c;
    c.obj = new ReadableStreamDefaultController(internal, c);
    if (pull) c.pull = () => invoke(pull, src, c.obj);
    if (cancel) c.cancel = (reason) => invoke(cancel, src, reason);
    start(c, begin === undefined ? undefined : FunctionPrototypeCall(begin, src, c.obj));
  }

  get locked(): boolean {
    return this.#s.reader !== undefined;
  }

  cancel(reason?: any): Promise<void> {
    try {
      if (this.#s.reader !== undefined) return PromiseReject(invalidState("ReadableStream is locked"));
    } catch (e) {
      return PromiseReject(e);
    }
    return cancelReadable(this.#s, reason);
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
    try {
      if (!isWritable(dest)) throw coded(TypeError_, "ERR_INVALID_ARG_TYPE", 'The "destination" argument must be an instance of WritableStream');
      if (this.#s.reader !== undefined) throw invalidState("The ReadableStream is locked");
      if (ws(dest).writer !== undefined) throw invalidState("The WritableStream is locked");
      return pipe(this.#s, ws(dest), options);
    } catch (e) {
      return PromiseReject(e);
    }
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
Object.defineProperty(ReadableStream.prototype, SymbolAsyncIterator, { value: ReadableStream.prototype.values, writable: true, configurable: true, enumerable: false });

const AsyncIteratorPrototype = ObjectGetPrototypeOf(ObjectGetPrototypeOf(async function* () {}.prototype));

function iterator(r: Reader, preventCancel: boolean): any {
  let last: Promise<any> | undefined;
  let finished = false;
  const next = async (): Promise<any> => {
    if (finished) return { value: undefined, done: true };
    const d = deferred();
    read(r, {
      chunk: (v) => d.resolve({ __proto__: null, value: v }),
      close: () => d.resolve(null),
      error: (e) => d.reject(e),
    });
    let got: any;
    try {
      got = await own(d.promise);
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
    try {
      return this.#next();
    } catch (e) {
      return PromiseReject(e);
    }
  }
  return(value: any): Promise<any> {
    try {
      return this.#end(value);
    } catch (e) {
      return PromiseReject(e);
    }
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
  if (it === null || (typeof it !== "object" && typeof it !== "function")) throw new TypeError_("The iterator method must return an object");
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

export class ReadableStreamDefaultReader {
  #r: Reader;
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
      if (this.#r.stream === undefined) throw invalidState("The reader is not attached to a stream");
      read(this.#r, {
        chunk: (value) => d.resolve({ value, done: false }),
        close: () => d.resolve({ value: undefined, done: true }),
        error: (e) => d.reject(e),
      });
    } catch (e) {
      d.reject(e);
    }
    return d.promise;
  }
  releaseLock(): void {
    release(this.#r);
  }
  get closed(): Promise<void> {
    try {
      return this.#r.closed.promise;
    } catch (e) {
      return PromiseReject(e);
    }
  }
  cancel(reason?: any): Promise<void> {
    try {
      if (this.#r.stream === undefined) throw invalidState("The reader is not attached to a stream");
      return cancelReadable(this.#r.stream, reason);
    } catch (e) {
      return PromiseReject(e);
    }
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
      if (r.stream === undefined) throw invalidState("The reader is not attached to a stream");
      readInto(r, view, min, {
        chunk: (value) => d.resolve({ value, done: false }),
        close: (value) => d.resolve({ value, done: true }),
        error: (e) => d.reject(e),
      });
    } catch (e) {
      d.reject(e);
    }
    return d.promise;
  }
  releaseLock(): void {
    release(this.#r);
  }
  get closed(): Promise<void> {
    try {
      return this.#r.closed.promise;
    } catch (e) {
      return PromiseReject(e);
    }
  }
  cancel(reason?: any): Promise<void> {
    try {
      if (this.#r.stream === undefined) throw invalidState("The reader is not attached to a stream");
      return cancelReadable(this.#r.stream, reason);
    } catch (e) {
      return PromiseReject(e);
    }
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
    return requestOf(this.#c);
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
  #r: { ctrl: ByteCtrl | undefined; view: any };
  static {
    br = (x) => x.#r;
  }
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
function requestOf(c: ByteCtrl): any {
  if (c.request === null && c.into.length > 0) {
    const p = c.into[0]!;
    c.request = new ReadableStreamBYOBRequest(internal, { ctrl: c, view: new Uint8Array_(p.buffer, p.offset + p.filled, p.length - p.filled) });
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

function tee(s: Readable): [any, any] {
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
    readInto(r, br(request).view, 1, {
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

// ---- Writable ----

class Writable {
  state: "writable" | "erroring" | "errored" | "closed" = "writable";
  error: any = undefined;
  writer: Writer | undefined = undefined;
  ctrl: WriteCtrl = undefined as any;
  requests: Deferred[] = [];
  inFlight: Deferred | undefined = undefined;
  closeRequest: Deferred | undefined = undefined;
  inFlightClose: Deferred | undefined = undefined;
  pendingAbort: { d: Deferred; reason: any; wasErroring: boolean } | undefined = undefined;
  backpressure = false;
  obj: any = undefined;
}

class Writer {
  stream: Writable | undefined = undefined;
  closed: Deferred = undefined as any;
  ready: Deferred = undefined as any;
}

const closeMark: any = { __proto__: null };

class WriteCtrl {
  stream: Writable = undefined as any;
  obj: any = undefined;
  queue: { value: any; size: number }[] = [];
  total = 0;
  started = false;
  hwm = 1;
  size: Fn | undefined = undefined;
  write: ((chunk: any) => Promise<any>) | undefined = undefined;
  close: (() => Promise<any>) | undefined = undefined;
  abort: ((reason: any) => Promise<any>) | undefined = undefined;
  abortController: any = undefined;
}

let ws: (x: any) => Writable;
let isWritable: (x: any) => boolean;

function closing(s: Writable): boolean {
  return s.closeRequest !== undefined || s.inFlightClose !== undefined;
}

function startErroring(s: Writable, reason: any): void {
  s.state = "erroring";
  s.error = reason;
  if (s.writer !== undefined) rejectReady(s.writer, reason);
  if (s.inFlight === undefined && s.inFlightClose === undefined && s.ctrl.started) finishErroring(s);
}

function rejectReady(w: Writer, e: any): void {
  const st = host.promiseState(w.ready.promise);
  if (st !== undefined && st[0] === "pending") quiet(w.ready).reject(e);
  else w.ready = rejected(e);
}

function rejectClosed(w: Writer, e: any): void {
  const st = host.promiseState(w.closed.promise);
  if (st !== undefined && st[0] === "pending") quiet(w.closed).reject(e);
  else w.closed = rejected(e);
}

function finishErroring(s: Writable): void {
  s.state = "errored";
  s.ctrl.queue = [];
  s.ctrl.total = 0;
  const e = s.error;
  const list = s.requests;
  s.requests = [];
  for (let i = 0; i < list.length; i++) list[i]!.reject(e);
  const a = s.pendingAbort;
  if (a === undefined) return rejectCloseIfNeeded(s);
  s.pendingAbort = undefined;
  if (a.wasErroring) {
    a.d.reject(e);
    return rejectCloseIfNeeded(s);
  }
  const abort = s.ctrl.abort;
  forgetWrite(s.ctrl);
  when(
    abort === undefined ? PromiseResolve(undefined) : abort(a.reason),
    () => {
      a.d.resolve(undefined);
      rejectCloseIfNeeded(s);
    },
    (err) => {
      a.d.reject(err);
      rejectCloseIfNeeded(s);
    },
  );
}

function forgetWrite(c: WriteCtrl): void {
  c.write = c.close = c.abort = c.size = undefined;
}

function rejectCloseIfNeeded(s: Writable): void {
  if (s.closeRequest !== undefined) {
    s.closeRequest.reject(s.error);
    s.closeRequest = undefined;
  }
  if (s.writer !== undefined) rejectClosed(s.writer, s.error);
}

function dealWithRejection(s: Writable, e: any): void {
  if (s.state === "writable") startErroring(s, e);
  else finishErroring(s);
}

function writeDesired(s: Writable): number | null {
  if (s.state === "errored" || s.state === "erroring") return null;
  if (s.state === "closed") return 0;
  return s.ctrl.hwm - s.ctrl.total;
}

function updateBackpressure(s: Writable, on: boolean): void {
  const w = s.writer;
  if (w !== undefined && on !== s.backpressure) {
    if (on) w.ready = deferred();
    else w.ready.resolve(undefined);
  }
  s.backpressure = on;
}

function advance(c: WriteCtrl): void {
  const s = c.stream;
  if (!c.started || s.inFlight !== undefined) return;
  if (s.state === "erroring") return finishErroring(s);
  if (s.state !== "writable" || c.queue.length === 0) return;
  if (c.queue[0]!.value === closeMark) {
    s.inFlightClose = s.closeRequest;
    s.closeRequest = undefined;
    ArrayPrototypeShift(c.queue);
    c.total = 0;
    const close = c.close;
    forgetWrite(c);
    when(
      close === undefined ? PromiseResolve(undefined) : close(),
      () => {
        s.inFlightClose!.resolve(undefined);
        s.inFlightClose = undefined;
        if ((s.state as string) === "erroring") {
          s.error = undefined;
          if (s.pendingAbort !== undefined) {
            s.pendingAbort.d.resolve(undefined);
            s.pendingAbort = undefined;
          }
        }
        s.state = "closed";
        if (s.writer !== undefined) s.writer.closed.resolve(undefined);
      },
      (e) => {
        s.inFlightClose!.reject(e);
        s.inFlightClose = undefined;
        if (s.pendingAbort !== undefined) {
          s.pendingAbort.d.reject(e);
          s.pendingAbort = undefined;
        }
        dealWithRejection(s, e);
      },
    );
    return;
  }
  s.inFlight = ArrayPrototypeShift(s.requests);
  when(
    c.write === undefined ? PromiseResolve(undefined) : c.write(c.queue[0]!.value),
    () => {
      s.inFlight!.resolve(undefined);
      s.inFlight = undefined;
      const head = ArrayPrototypeShift(c.queue);
      if (head !== undefined) c.total -= head.size;
      if (c.total < 0) c.total = 0;
      if (!closing(s) && s.state === "writable") updateBackpressure(s, c.hwm - c.total <= 0);
      advance(c);
    },
    (e) => {
      if (s.state === "writable") forgetWrite(c);
      s.inFlight!.reject(e);
      s.inFlight = undefined;
      dealWithRejection(s, e);
    },
  );
}

function errorWrite(c: WriteCtrl, e: any): void {
  if (c.stream.state !== "writable") return;
  forgetWrite(c);
  startErroring(c.stream, e);
}

function abortWritable(s: Writable, reason: any): Promise<any> {
  if (s.state === "closed" || s.state === "errored") return PromiseResolve(undefined);
  s.ctrl.abortController?.abort(reason);
  if ((s.state as string) === "closed" || (s.state as string) === "errored") return PromiseResolve(undefined);
  if (s.pendingAbort !== undefined) return s.pendingAbort.d.promise;
  let was = false;
  if (s.state === "erroring") {
    was = true;
    reason = undefined;
  }
  const d = deferred();
  s.pendingAbort = { d, reason, wasErroring: was };
  if (!was) startErroring(s, reason);
  return d.promise;
}

function closeWritable(s: Writable): Promise<any> {
  if (s.state === "closed" || s.state === "errored") return PromiseReject(invalidState("WritableStream is closed"));
  if (closing(s)) return PromiseReject(invalidState("Failure closing WritableStream"));
  const d = deferred();
  s.closeRequest = d;
  if (s.writer !== undefined && s.backpressure && s.state === "writable") s.writer.ready.resolve(undefined);
  ArrayPrototypePush(s.ctrl.queue, { value: closeMark, size: 0 });
  advance(s.ctrl);
  return d.promise;
}

function acquireWriter(s: Writable): Writer {
  if (s.writer !== undefined) throw invalidState("WritableStream is locked");
  const w = new Writer();
  w.stream = s;
  s.writer = w;
  if (s.state === "writable") {
    w.ready = !closing(s) && s.backpressure ? deferred() : resolved();
    w.closed = deferred();
  } else if (s.state === "erroring") {
    w.ready = rejected(s.error);
    w.closed = deferred();
  } else if (s.state === "closed") {
    w.ready = resolved();
    w.closed = resolved();
  } else {
    w.ready = rejected(s.error);
    w.closed = rejected(s.error);
  }
  return w;
}

function releaseWriter(w: Writer): void {
  const s = w.stream;
  if (s === undefined) return;
  const e = invalidState("Writer has been released");
  rejectReady(w, e);
  rejectClosed(w, e);
  s.writer = undefined;
  w.stream = undefined;
}

function writeChunk(w: Writer, chunk: any): Promise<any> {
  const s = w.stream!;
  const c = s.ctrl;
  let size = 1;
  if (c.size !== undefined) {
    try {
      size = +c.size(chunk);
    } catch (e) {
      errorWrite(c, e);
    }
  }
  if (s !== w.stream) return PromiseReject(invalidState("Mismatched WritableStreams"));
  if (s.state === "errored") return PromiseReject(s.error);
  if (closing(s) || s.state === "closed") return PromiseReject(invalidState("WritableStream is closed"));
  if (s.state === "erroring") return PromiseReject(s.error);
  const d = deferred();
  ArrayPrototypePush(s.requests, d);
  if (NumberIsNaN(size) || size < 0 || size === Infinity) {
    errorWrite(c, new RangeError_(`The argument 'size' is invalid. Received ${size}`));
    return d.promise;
  }
  ArrayPrototypePush(c.queue, { value: chunk, size });
  c.total += size;
  if (!closing(s) && s.state === "writable") updateBackpressure(s, c.hwm - c.total <= 0);
  advance(c);
  return d.promise;
}

interface Sink {
  write?: (chunk: any) => any;
  close?: () => any;
  abort?: (reason: any) => any;
}

function makeWritable(sink: Sink, hwm: number, size: Fn | undefined, started: Promise<any>): any {
  const s = new Writable();
  const c = new WriteCtrl();
  c.stream = s;
  s.ctrl = c;
  c.hwm = hwm;
  c.size = size;
  const obj = new WritableStream(internal, s);
  c.obj = new WritableStreamDefaultController(internal, c);
  if (sink.write) c.write = (chunk) => invoke(sink.write, undefined, chunk);
  if (sink.close) c.close = () => invoke(sink.close, undefined);
  if (sink.abort) c.abort = (reason) => invoke(sink.abort, undefined, reason);
  s.backpressure = hwm <= 0;
  startWrite(c, started);
  return obj;
}

function startWrite(c: WriteCtrl, p: Promise<any>): void {
  when(
    p,
    () => {
      c.started = true;
      advance(c);
    },
    (e) => {
      c.started = true;
      dealWithRejection(c.stream, e);
    },
  );
}

export class WritableStream {
  #s: Writable;
  static {
    ws = (x) => x.#s;
    isWritable = (x) => x !== null && typeof x === "object" && #s in x;
  }
  constructor(sink?: any, strategy?: any) {
    if (sink === internal) {
      this.#s = strategy;
      this.#s.obj = this;
      return;
    }
    const s = (this.#s = new Writable());
    s.obj = this;
    const under: any = sink ?? {};
    if (under.type !== undefined) throw new RangeError_(`The property 'sink.type' is invalid. Received ${under.type}`);
    const size = sizeOf(strategy);
    const c = new WriteCtrl();
    c.hwm = highWaterMark(strategy, 1);
    c.size = size;
    c.stream = s;
    s.ctrl = c;
    const begin = member(under, "start"), write = member(under, "write"), close = member(under, "close"), abort = member(under, "abort");
    c.obj = new WritableStreamDefaultController(internal, c);
    if (write) c.write = (chunk) => invoke(write, under, chunk, c.obj);
    if (close) c.close = () => invoke(close, under);
    if (abort) c.abort = (reason) => invoke(abort, under, reason);
    s.backpressure = c.hwm <= 0;
    const began = begin === undefined ? undefined : FunctionPrototypeCall(begin, under, c.obj);
    startWrite(c, invoke(() => began, undefined));
  }
  get locked(): boolean {
    return this.#s.writer !== undefined;
  }
  abort(reason?: any): Promise<void> {
    try {
      if (this.#s.writer !== undefined) throw invalidState("WritableStream is locked");
      return abortWritable(this.#s, reason);
    } catch (e) {
      return PromiseReject(e);
    }
  }
  close(): Promise<void> {
    try {
      if (this.#s.writer !== undefined) throw invalidState("WritableStream is locked");
      return closeWritable(this.#s);
    } catch (e) {
      return PromiseReject(e);
    }
  }
  getWriter(): any {
    return new WritableStreamDefaultWriter(internal, acquireWriter(this.#s));
  }
}

export class WritableStreamDefaultWriter {
  #w: Writer;
  constructor(stream: any, w?: any) {
    if (stream === internal) {
      this.#w = w;
      return;
    }
    if (!isWritable(stream)) throw coded(TypeError_, "ERR_INVALID_ARG_TYPE", 'The "stream" argument must be an instance of WritableStream');
    this.#w = acquireWriter(ws(stream));
  }
  get closed(): Promise<void> {
    try {
      return this.#w.closed.promise;
    } catch (e) {
      return PromiseReject(e);
    }
  }
  get ready(): Promise<void> {
    try {
      return this.#w.ready.promise;
    } catch (e) {
      return PromiseReject(e);
    }
  }
  get desiredSize(): number | null {
    if (this.#w.stream === undefined) throw invalidState("Writer is not bound to a WritableStream");
    return writeDesired(this.#w.stream);
  }
  abort(reason?: any): Promise<void> {
    try {
      if (this.#w.stream === undefined) throw invalidState("Writer is not bound to a WritableStream");
      return abortWritable(this.#w.stream, reason);
    } catch (e) {
      return PromiseReject(e);
    }
  }
  close(): Promise<void> {
    try {
      if (this.#w.stream === undefined) throw invalidState("Writer is not bound to a WritableStream");
      return closeWritable(this.#w.stream);
    } catch (e) {
      return PromiseReject(e);
    }
  }
  releaseLock(): void {
    releaseWriter(this.#w);
  }
  write(chunk?: any): Promise<void> {
    try {
      if (this.#w.stream === undefined) throw invalidState("Writer is not bound to a WritableStream");
      return writeChunk(this.#w, chunk);
    } catch (e) {
      return PromiseReject(e);
    }
  }
}

export class WritableStreamDefaultController {
  #c: WriteCtrl;
  constructor(key: any, c?: any) {
    if (key !== internal) throw illegal();
    this.#c = c;
  }
  get signal(): any {
    this.#c.abortController ??= new AbortController_();
    return this.#c.abortController.signal;
  }
  error(e?: any): void {
    errorWrite(this.#c, e);
  }
}

// ---- Pipe ----

function pipe(source: Readable, dest: Writable, options: any): Promise<void> {
  // The members of a dictionary are read in the order of their names.
  const preventAbort = !!options?.preventAbort, preventCancel = !!options?.preventCancel, preventClose = !!options?.preventClose;
  const signal = options?.signal;
  if (signal !== undefined && (signal === null || typeof signal !== "object" || !("aborted" in signal))) throw coded(TypeError_, "ERR_INVALID_ARG_TYPE", 'The "options.signal" property must be an instance of AbortSignal');
  const r = acquire(source), w = acquireWriter(dest);
  source.disturbed = true;
  const d = deferred();
  let over = false;
  let last: Promise<any> = PromiseResolve(undefined);
  let onAbort: (() => void) | undefined;

  const finish = (failed: boolean, error?: any): void => {
    releaseWriter(w);
    release(r);
    if (onAbort !== undefined) signal.removeEventListener("abort", onAbort);
    if (failed) d.reject(error);
    else d.resolve(undefined);
  };
  // shutdown waits for the writes that are under way, acts, and ends the pipe.
  const shutdown = (action: (() => Promise<any>) | undefined, failed: boolean, error?: any): void => {
    if (over) return;
    over = true;
    const go = (): void => {
      if (action === undefined) return finish(failed, error);
      when(action(), () => finish(failed, error), (e) => finish(true, e));
    };
    if (dest.state === "writable" && !closing(dest)) when(last, go, go);
    else go();
  };
  const sourceErrored = (e: any): void => shutdown(preventAbort ? undefined : () => abortWritable(dest, e), true, e);
  const sourceClosed = (): void => shutdown(preventClose ? undefined : () => (closing(dest) || dest.state === "closed" ? PromiseResolve(undefined) : dest.state === "errored" ? PromiseReject(dest.error) : closeWritable(dest)), false);
  const destErrored = (e: any): void => shutdown(preventCancel ? undefined : () => cancelReadable(source, e), true, e);
  const destClosed = (): void => {
    const e = invalidState("Destination WritableStream is closed");
    shutdown(preventCancel ? undefined : () => cancelReadable(source, e), true, e);
  };

  if (signal !== undefined) {
    onAbort = () => {
      const reason = signal.reason;
      shutdown(
        async () => {
          let bad = false, err: any;
          const a = !preventAbort && dest.state === "writable" ? abortWritable(dest, reason) : undefined;
          const b = !preventCancel && source.state === "readable" ? cancelReadable(source, reason) : undefined;
          if (a !== undefined) await then(a, () => {}, (e) => { bad = true; err = e; });
          if (b !== undefined) await then(b, () => {}, (e) => { if (!bad) { bad = true; err = e; } });
          if (bad) throw err;
        },
        true,
        reason,
      );
    };
    if (signal.aborted) {
      onAbort();
      return d.promise;
    }
    signal.addEventListener("abort", onAbort);
  }

  when(r.closed.promise, sourceClosed, sourceErrored);
  when(w.closed.promise, destClosed, destErrored);
  if (source.state === "errored") sourceErrored(source.error);
  else if (dest.state === "errored" || dest.state === "erroring") destErrored(dest.error);
  else if (source.state === "closed") sourceClosed();
  else if (closing(dest) || dest.state === "closed") destClosed();

  const step = (): void => {
    if (over) return;
    read(r, {
      chunk(v) {
        // One turn later, as a reader's promise would be: a chunk is written outside of enqueue().
        last = writeLater(v);
        host.markHandled(last);
      },
      close() {},
      error() {},
    });
  };
  const writeLater = async (v: any): Promise<any> => {
    await undefined;
    if (w.stream === undefined) return;
    const p = writeChunk(w, v);
    host.markHandled(p);
    when(w.ready.promise, step, () => {});
    return await own(p);
  };
  when(w.ready.promise, step, () => {});
  return d.promise;
}

// ---- Transform ----

class Transform {
  readable: any = undefined;
  writable: any = undefined;
  r: Readable = undefined as any;
  w: Writable = undefined as any;
  backpressure = false;
  change: Deferred = undefined as any;
  transform: ((chunk: any) => Promise<any>) | undefined = undefined;
  flush: (() => Promise<any>) | undefined = undefined;
  cancel: ((reason: any) => Promise<any>) | undefined = undefined;
  finish: Deferred | undefined = undefined;
  ctrl: any = undefined;
}

function setBackpressure(t: Transform, on: boolean): void {
  if (t.change !== undefined) t.change.resolve(undefined);
  t.change = deferred();
  t.backpressure = on;
}

function forgetTransform(t: Transform): void {
  t.transform = t.flush = t.cancel = undefined;
}

function unblock(t: Transform): void {
  if (t.backpressure) setBackpressure(t, false);
}

function errorTransform(t: Transform, e: any): void {
  errorCtrl(t.r.ctrl, e);
  forgetTransform(t);
  errorWrite(t.w.ctrl, e);
  unblock(t);
}

async function transformChunk(t: Transform, chunk: any): Promise<any> {
  try {
    if (t.transform === undefined) enqueueTransform(t, chunk);
    else await own(t.transform(chunk));
  } catch (e) {
    errorTransform(t, e);
    throw e;
  }
}

function enqueueTransform(t: Transform, chunk: any): void {
  const c = t.r.ctrl as DefaultCtrl;
  if (!canCloseOrEnqueue(c)) throw invalidState("Unable to enqueue");
  try {
    enqueueDefault(c, chunk);
  } catch (e) {
    errorWrite(t.w.ctrl, e);
    unblock(t);
    throw t.r.error;
  }
  const on = !shouldPull(c);
  if (on !== t.backpressure) setBackpressure(t, true);
}

let transformOf: (s: any) => Transform;

export class TransformStream {
  #t: Transform;
  static {
    transformOf = (s) => s.#t;
  }
  constructor(transformer?: any, writableStrategy?: any, readableStrategy?: any) {
    const t = (this.#t = new Transform());
    const under: any = transformer ?? {};
    if (under.readableType !== undefined) throw new RangeError_("transformer.readableType is not supported");
    if (under.writableType !== undefined) throw new RangeError_("transformer.writableType is not supported");
    const rhwm = highWaterMark(readableStrategy, 0), rsize = sizeOf(readableStrategy);
    const whwm = highWaterMark(writableStrategy, 1), wsize = sizeOf(writableStrategy);
    const begin = member(under, "start"), transform = member(under, "transform"), flush = member(under, "flush"), cancel = member(under, "cancel");
    const started = deferred();
    t.ctrl = new TransformStreamDefaultController(internal, t);
    t.writable = makeWritable({
      async write(chunk) {
        if (t.backpressure) {
          await own(t.change.promise);
          if (t.w.state === "erroring") throw t.w.error;
        }
        await own(transformChunk(t, chunk));
      },
      async close() {
        if (t.finish !== undefined) return await own(t.finish.promise);
        t.finish = quiet(deferred());
        const f = t.flush;
        forgetTransform(t);
        try {
          if (f !== undefined) await own(f());
          if (t.r.state === "errored") throw t.r.error;
          if (canCloseOrEnqueue(t.r.ctrl)) closeDefault(t.r.ctrl as DefaultCtrl);
          t.finish.resolve(undefined);
        } catch (e) {
          errorCtrl(t.r.ctrl, e);
          t.finish.reject(e);
          throw e;
        }
      },
      async abort(reason) {
        if (t.finish !== undefined) return await own(t.finish.promise);
        t.finish = quiet(deferred());
        const f = t.cancel;
        forgetTransform(t);
        try {
          if (f !== undefined) await own(f(reason));
          if (t.r.state === "errored") throw t.r.error;
          errorCtrl(t.r.ctrl, reason);
          t.finish.resolve(undefined);
        } catch (e) {
          errorCtrl(t.r.ctrl, e);
          t.finish.reject(e);
          throw e;
        }
      },
    }, whwm, wsize, started.promise);
    t.w = ws(t.writable);
    const r = new Readable();
    t.r = r;
    t.readable = new ReadableStream(internal, r);
    const c = new DefaultCtrl();
    c.hwm = rhwm;
    c.size = rsize;
    c.stream = r;
    r.ctrl = c;
    c.obj = new ReadableStreamDefaultController(internal, c);
    c.pull = () => {
      setBackpressure(t, false);
      return t.change.promise;
    };
    c.cancel = async (reason) => {
      if (t.finish !== undefined) return await own(t.finish.promise);
      t.finish = quiet(deferred());
      const f = t.cancel;
      forgetTransform(t);
      try {
        if (f !== undefined) await own(f(reason));
        if (t.w.state === "errored") throw t.w.error;
        errorWrite(t.w.ctrl, reason);
        unblock(t);
        t.finish.resolve(undefined);
      } catch (e) {
        errorWrite(t.w.ctrl, e);
        unblock(t);
        t.finish.reject(e);
        throw e;
      }
    };
    setBackpressure(t, true);
    if (transform) t.transform = (chunk) => invoke(transform, under, chunk, t.ctrl);
    if (flush) t.flush = () => invoke(flush, under, t.ctrl);
    if (cancel) t.cancel = (reason) => invoke(cancel, under, reason);
    when(started.promise, () => {
      c.started = true;
      callPull(c);
    }, (e) => errorCtrl(c, e));
    if (begin === undefined) started.resolve(undefined);
    else {
      const began = FunctionPrototypeCall(begin, under, t.ctrl);
      when(invoke(() => began, undefined), (v) => started.resolve(v), (e) => quiet(started).reject(e));
    }
  }
  get readable(): any {
    return this.#t.readable;
  }
  get writable(): any {
    return this.#t.writable;
  }
}

export class TransformStreamDefaultController {
  #t: Transform;
  constructor(key: any, t?: any) {
    if (key !== internal) throw illegal();
    this.#t = t;
  }
  get desiredSize(): number | null {
    return desiredSize(this.#t.r.ctrl);
  }
  enqueue(chunk?: any): void {
    enqueueTransform(this.#t, chunk);
  }
  error(reason?: any): void {
    errorTransform(this.#t, reason);
  }
  terminate(): void {
    const t = this.#t;
    const c = t.r.ctrl as DefaultCtrl;
    if (canCloseOrEnqueue(c)) closeDefault(c);
    errorWrite(t.w.ctrl, invalidState("TransformStream has been terminated"));
    unblock(t);
  }
}

// transformer is the two sides of a TransformStream of the runtime's own. What transform puts waits for a reader
// if it is awaited; end is called when nothing more will come or be taken.
export function transformer(transform: (chunk: any, put: (v: any) => Promise<void>) => Promise<void>, flush: (put: (v: any) => Promise<void>) => Promise<void>, end: () => void): { readable: any; writable: any } {
  let t: Transform;
  const put = async (v: any): Promise<void> => {
    enqueueTransform(t, v);
    if (!t.backpressure) return;
    await own(t.change.promise);
    if (t.w.state === "erroring") throw t.w.error;
    if (t.r.state === "errored") throw t.r.error;
  };
  const under = {
    __proto__: null,
    transform: (chunk: any) => transform(chunk, put),
    async flush() {
      await own(flush(put));
      end();
    },
    cancel: end,
  };
  t = transformOf(new TransformStream(under));
  return { readable: t.readable, writable: t.writable };
}

// ---- Strategies and text ----

const byteSize = { size: (chunk: any) => chunk.byteLength }.size;
const countSize = { size: () => 1 }.size;

export class ByteLengthQueuingStrategy {
  #hwm: number;
  constructor(init: any) {
    if (init === null || typeof init !== "object" || init.highWaterMark === undefined) throw coded(TypeError_, "ERR_MISSING_OPTION", "init.highWaterMark is required");
    this.#hwm = +init.highWaterMark;
  }
  get highWaterMark(): number {
    return this.#hwm;
  }
  get size(): Fn {
    void this.#hwm;
    return byteSize;
  }
}

export class CountQueuingStrategy {
  #hwm: number;
  constructor(init: any) {
    if (init === null || typeof init !== "object" || init.highWaterMark === undefined) throw coded(TypeError_, "ERR_MISSING_OPTION", "init.highWaterMark is required");
    this.#hwm = +init.highWaterMark;
  }
  get highWaterMark(): number {
    return this.#hwm;
  }
  get size(): Fn {
    void this.#hwm;
    return countSize;
  }
}

const AbortController_: any = class {
  #c: any = undefined;
  get signal(): any {
    return (this.#c ??= new globalObject.AbortController()).signal;
  }
  abort(reason: any): void {
    (this.#c ??= new globalObject.AbortController()).abort(reason);
  }
};

// TextEncoderStream keeps a lone high surrogate for the next chunk.
export class TextEncoderStream {
  #t: any;
  constructor() {
    let pending = "";
    this.#t = new TransformStream({
      transform(chunk: any, c: any) {
        let s = pending + `${chunk}`;
        pending = "";
        const last = s.length > 0 ? s[s.length - 1]! : "";
        if (last >= "\ud800" && last <= "\udbff") {
          pending = last;
          let cut = "";
          for (let i = 0; i < s.length - 1; i++) cut += s[i];
          s = cut;
        }
        if (s !== "") c.enqueue(host.utf8Encode(s));
      },
      flush(c: any) {
        if (pending !== "") c.enqueue(host.utf8Encode(pending));
      },
    });
  }
  get encoding(): string {
    return "utf-8";
  }
  get readable(): any {
    return this.#t.readable;
  }
  get writable(): any {
    return this.#t.writable;
  }
}

export class TextDecoderStream {
  #t: any;
  #d: any;
  constructor(encoding: any = "utf-8", options: any = {}) {
    const d = (this.#d = new globalObject.TextDecoder(encoding, { fatal: !!options?.fatal, ignoreBOM: !!options?.ignoreBOM }));
    const decode = d.decode;
    this.#t = new TransformStream({
      transform(chunk: any, c: any) {
        const s = FunctionPrototypeCall(decode, d, chunk, { __proto__: null, stream: true });
        if (s !== "") c.enqueue(s);
      },
      flush(c: any) {
        const s = FunctionPrototypeCall(decode, d);
        if (s !== "") c.enqueue(s);
      },
    });
  }
  get encoding(): string {
    return this.#d.encoding;
  }
  get fatal(): boolean {
    return this.#d.fatal;
  }
  get ignoreBOM(): boolean {
    return this.#d.ignoreBOM;
  }
  get readable(): any {
    return this.#t.readable;
  }
  get writable(): any {
    return this.#t.writable;
  }
}

const classes = {
  ReadableStream, ReadableStreamDefaultReader, ReadableStreamBYOBReader, ReadableStreamBYOBRequest, ReadableByteStreamController,
  ReadableStreamDefaultController, TransformStream, TransformStreamDefaultController, WritableStream, WritableStreamDefaultWriter,
  WritableStreamDefaultController, ByteLengthQueuingStrategy, CountQueuingStrategy, TextEncoderStream, TextDecoderStream,
};
{
  const names = Object.keys(classes);
  for (let i = 0; i < names.length; i++) webInterface((classes as any)[names[i]!], names[i]!);
}
defineGlobals(classes);
inspectAs(ReadableStream, "ReadableStream", (s) => described(rs(s)));
register(["node:stream/web", "stream/web"], () => ({ ...classes, CompressionStream: globalObject.CompressionStream, DecompressionStream: globalObject.DecompressionStream }));

// What fetch, Blob and Bun.file need of a guest's stream.

export function isReadableStream(v: any): boolean {
  return isReadable(v);
}

export function isDisturbed(v: any): boolean {
  return rs(v).disturbed;
}

export function isLocked(v: any): boolean {
  return rs(v).reader !== undefined;
}

export function teeStream(v: any): [any, any] {
  return tee(rs(v));
}

export function cancelStream(v: any, reason: any): Promise<any> {
  return cancelReadable(rs(v), reason);
}

// lockStream takes a stream's lock and keeps it.
export function lockStream(v: any): void {
  acquire(rs(v));
}

// proxyOf is a stream of what is left in v, which it locks.
export function proxyOf(v: any): any {
  const r = acquire(rs(v));
  const s = r.stream!;
  return makeReadable({
    pull(c) {
      const d = deferred();
      read(r, {
        chunk: (value) => {
          c.enqueue(value);
          d.resolve();
        },
        close: () => {
          c.close();
          d.resolve();
        },
        error: (e) => d.reject(e),
      });
      return d.promise;
    },
    cancel: (reason) => cancelReadable(s, reason),
  }, s.ctrl instanceof ByteCtrl);
}

// nextChunk is what a reader reads next, in a box of its own: null at the stream's end.
function nextChunk(r: any): Promise<{ value: any } | null> {
  const d = deferred();
  read(r, { chunk: (value) => d.resolve({ __proto__: null, value }), close: () => d.resolve(null), error: (e) => d.reject(e) });
  return d.promise;
}

// readChunks calls take with each chunk until the stream ends, and waits for what it returns. It locks the stream.
export async function readChunks(v: any, take: (chunk: any) => Promise<void> | undefined | void): Promise<void> {
  const r = acquire(rs(v));
  for (;;) {
    const got = await own(nextChunk(r));
    if (got === null) break;
    const later = take(got.value);
    if (later !== undefined) await own(later);
  }
  release(r);
}

// chunkReader locks a stream, and reads it chunk by chunk: null at its end.
export function chunkReader(v: any): { read: () => Promise<{ value: any } | null>; cancel: (reason: any) => Promise<any> } {
  const r = acquire(rs(v));
  return { read: () => nextChunk(r), cancel: (reason) => cancelReadable(rs(v), reason) };
}

// errorStream makes a stream of the runtime's own fail.
export function errorStream(v: any, e: any): void {
  errorCtrl(rs(v).ctrl, e);
}
