// The records of readable streams (default and byte), and the algorithms that work on them.

import {
  ArrayBufferPrototypeTransfer, ArrayPrototypePush, ArrayPrototypeShift, NumberIsNaN, PromiseReject, PromiseResolve, RangeError_, TypeError_,
  TypedArrayPrototypeGetBuffer, TypedArrayPrototypeGetByteLength, TypedArrayPrototypeGetByteOffset, TypedArrayPrototypeGetLength,
  TypedArrayPrototypeGetSymbolToStringTag, TypedArrayPrototypeSet, DataViewPrototypeGetBuffer, DataViewPrototypeGetByteLength, DataViewPrototypeGetByteOffset,
  Uint8Array_, then,
} from "../primordials.ts";
import { coded } from "../node/errors.ts";
import { type Fn, type Deferred, deferred, quiet, resolved, rejected, when, invalidState } from "./stream_base.ts";

export interface ReadRequest {
  chunk(v: any): void;
  close(v?: any): void;
  error(e: any): void;
}

export class Readable {
  state: "readable" | "closed" | "errored" = "readable";
  error: any = undefined;
  reader: Reader | undefined = undefined;
  ctrl: DefaultCtrl | ByteCtrl = undefined as any;
  disturbed = false;
  obj: any = undefined;
}

export class Reader {
  stream: Readable | undefined = undefined;
  closed: Deferred = undefined as any;
  requests: any[] = []; // ReadRequest; with byob, they wait for the pull-intos
  byob = false;
}

export class DefaultCtrl {
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

export interface PullInto {
  buffer: ArrayBuffer;
  offset: number;
  length: number;
  filled: number;
  min: number;
  element: number;
  make: (buffer: ArrayBuffer, offset: number, bytes: number) => any;
  kind: "default" | "byob" | "none";
}

// ByobRequest is the first view that waits, while the source may fill it.
export class ByobRequest {
  ctrl: ByteCtrl | undefined;
  view: any;
  obj: any = null; // the ReadableStreamBYOBRequest, if anybody asked for it
  constructor(ctrl: ByteCtrl, view: any) {
    this.ctrl = ctrl;
    this.view = view;
  }
}

export class ByteCtrl {
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
  request: ByobRequest | null = null; // what is out for the first view that waits
  pull: (() => Promise<any>) | undefined = undefined;
  cancel: ((reason: any) => Promise<any>) | undefined = undefined;
}

export function canCloseOrEnqueue(c: DefaultCtrl | ByteCtrl): boolean {
  return !c.closeRequested && c.stream.state === "readable";
}

export function desiredSize(c: DefaultCtrl | ByteCtrl): number | null {
  if (c.stream.state === "errored") return null;
  if (c.stream.state === "closed") return 0;
  return c.hwm - c.total;
}

function waiting(s: Readable): boolean {
  return s.reader !== undefined && s.reader.requests.length > 0;
}

export function shouldPull(c: DefaultCtrl | ByteCtrl): boolean {
  if (!c.started || !canCloseOrEnqueue(c)) return false;
  return waiting(c.stream) || desiredSize(c)! > 0;
}

export function callPull(c: DefaultCtrl | ByteCtrl): void {
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

export function errorCtrl(c: DefaultCtrl | ByteCtrl, e: any): void {
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

export function enqueueDefault(c: DefaultCtrl, chunk: any): void {
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

export function closeDefault(c: DefaultCtrl): void {
  c.closeRequested = true;
  if (c.queue.length === 0) {
    forget(c);
    closeReadable(c.stream);
  }
}

export function bytesOf(view: any): Uint8Array {
  const tag = TypedArrayPrototypeGetSymbolToStringTag(view);
  if (tag !== undefined) return new Uint8Array_(TypedArrayPrototypeGetBuffer(view), TypedArrayPrototypeGetByteOffset(view), TypedArrayPrototypeGetByteLength(view));
  return new Uint8Array_(DataViewPrototypeGetBuffer(view), DataViewPrototypeGetByteOffset(view), DataViewPrototypeGetByteLength(view));
}

// taken returns the bytes of a view in a buffer that its old owner has no more.
export function taken(view: any): Uint8Array {
  const b = bytesOf(view);
  const offset = TypedArrayPrototypeGetByteOffset(b), n = TypedArrayPrototypeGetLength(b);
  return new Uint8Array_(ArrayBufferPrototypeTransfer(TypedArrayPrototypeGetBuffer(b)), offset, n);
}

function dropRequest(c: ByteCtrl): void {
  if (c.request === null) return;
  c.request.ctrl = undefined;
  c.request.view = null;
  c.request = null;
}

export function enqueueByte(c: ByteCtrl, view: any): void {
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
export function fill(c: ByteCtrl, p: PullInto): boolean {
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

export function closeByte(c: ByteCtrl): void {
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

export function respond(c: ByteCtrl, n: number): void {
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

export function respondInternal(c: ByteCtrl, n: number): void {
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
      commit(c.stream, p);
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

export function drained(c: ByteCtrl): void {
  if (c.total === 0 && c.closeRequested) {
    forget(c);
    closeReadable(c.stream);
  } else callPull(c);
}

// read asks a stream for its next chunk.
export function read(r: Reader, req: ReadRequest): void {
  const s = r.stream!;
  s.disturbed = true;
  if (s.state === "closed") req.close();
  else if (s.state === "errored") req.error(s.error);
  else pullSteps(s.ctrl, req);
}

// nextChunk is what a reader reads next, in a box of its own: null at the stream's end.
export function nextChunk(r: Reader): Promise<{ value: any } | null> {
  const d = deferred();
  read(r, { chunk: (value) => d.resolve({ __proto__: null, value }), close: () => d.resolve(null), error: (e) => d.reject(e) });
  return d.promise;
}

export function cancelReadable(s: Readable, reason: any): Promise<any> {
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
export function described(s: Readable): string {
  return `ReadableStream { locked: ${s.reader !== undefined}, state: '${s.state}', supportsBYOB: ${s.ctrl instanceof ByteCtrl} }`;
}

export function acquire(s: Readable, byob = false): Reader {
  if (s.reader !== undefined) throw invalidState("ReadableStream is locked");
  if (byob && !(s.ctrl instanceof ByteCtrl)) throw coded(TypeError_, "ERR_INVALID_ARG_VALUE", `The argument 'stream' must be a byte stream. Received ${described(s)}`);
  const r = new Reader();
  r.byob = byob;
  r.stream = s;
  s.reader = r;
  r.closed = s.state === "readable" ? deferred() : s.state === "closed" ? resolved() : rejected(s.error);
  return r;
}

export function release(r: Reader): void {
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

// start lets a stream pull once p, what its source's start returned, is fulfilled.
export function start(c: DefaultCtrl | ByteCtrl, p: Promise<any>): void {
  when(
    p,
    () => {
      c.started = true;
      callPull(c);
    },
    (e) => errorCtrl(c, e),
  );
}
