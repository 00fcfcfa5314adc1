// Writable streams.

import {
  ArrayPrototypePush, ArrayPrototypeShift, FunctionPrototypeCall, NumberIsNaN, PromiseReject, PromiseResolve, RangeError_, TypeError_, globalObject, attempt,
} from "../primordials.ts";
import { coded } from "../node/errors.ts";
import {
  type Fn, type Deferred, deferred, quiet, resolved, rejected, when, invoke, member, invalidState, illegal, highWaterMark, sizeOf, internal,
} from "./stream_base.ts";

const AbortController_: any = class {
  #c: any = undefined;
  get signal(): any {
    return (this.#c ??= new globalObject.AbortController()).signal;
  }
  abort(reason: any): void {
    (this.#c ??= new globalObject.AbortController()).abort(reason);
  }
};

export class Writable {
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

export let ws: (x: any) => Writable;
export let isWritable: (x: any) => boolean;

export function closing(s: Writable): boolean {
  return s.closeRequest !== undefined || s.inFlightClose !== undefined;
}

function startErroring(s: Writable, reason: any): void {
  s.state = "erroring";
  s.error = reason;
  if (s.writer !== undefined) s.writer.ready = failed(s.writer.ready, reason);
  if (s.inFlight === undefined && s.inFlightClose === undefined && s.ctrl.started) finishErroring(s);
}

// failed is d, rejected with e, or another that is if d has settled.
function failed(d: Deferred, e: any): Deferred {
  if (host.promiseState(d.promise)?.[0] !== "pending") return rejected(e);
  quiet(d).reject(e);
  return d;
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
  if (s.writer !== undefined) s.writer.closed = failed(s.writer.closed, s.error);
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

export function errorWrite(c: WriteCtrl, e: any): void {
  if (c.stream.state !== "writable") return;
  forgetWrite(c);
  startErroring(c.stream, e);
}

export function abortWritable(s: Writable, reason: any): Promise<any> {
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

export function closeWritable(s: Writable): Promise<any> {
  if (s.state === "closed" || s.state === "errored") return PromiseReject(invalidState("WritableStream is closed"));
  if (closing(s)) return PromiseReject(invalidState("Failure closing WritableStream"));
  const d = deferred();
  s.closeRequest = d;
  if (s.writer !== undefined && s.backpressure && s.state === "writable") s.writer.ready.resolve(undefined);
  ArrayPrototypePush(s.ctrl.queue, { value: closeMark, size: 0 });
  advance(s.ctrl);
  return d.promise;
}

export function acquireWriter(s: Writable): Writer {
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

// bound is the stream of a writer that holds one.
function bound(w: Writer): Writable {
  if (w.stream === undefined) throw invalidState("Writer is not bound to a WritableStream");
  return w.stream;
}

export function releaseWriter(w: Writer): void {
  const s = w.stream;
  if (s === undefined) return;
  const e = invalidState("Writer has been released");
  w.ready = failed(w.ready, e);
  w.closed = failed(w.closed, e);
  s.writer = undefined;
  w.stream = undefined;
}

export function writeChunk(w: Writer, chunk: any): Promise<any> {
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

export function makeWritable(sink: Sink, hwm: number, size: Fn | undefined, started: Promise<any>): any {
  const s = new Writable();
  const c = new WriteCtrl();
  c.stream = s;
  s.ctrl = c;
  c.hwm = hwm;
  c.size = size;
  const obj = new WritableStream(internal, s);
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
    return attempt(() => {
      if (this.#s.writer !== undefined) throw invalidState("WritableStream is locked");
      return abortWritable(this.#s, reason);
    });
  }
  close(): Promise<void> {
    return attempt(() => {
      if (this.#s.writer !== undefined) throw invalidState("WritableStream is locked");
      return closeWritable(this.#s);
    });
  }
  getWriter(): any {
    return new WritableStreamDefaultWriter(internal, acquireWriter(this.#s));
  }
}

export let writerOf: (x: any) => Writer;

export class WritableStreamDefaultWriter {
  #w: Writer;
  static {
    writerOf = (x) => x.#w;
  }
  constructor(stream: any, w?: any) {
    if (stream === internal) {
      this.#w = w;
      return;
    }
    if (!isWritable(stream)) throw coded(TypeError_, "ERR_INVALID_ARG_TYPE", 'The "stream" argument must be an instance of WritableStream');
    this.#w = acquireWriter(ws(stream));
  }
  get closed(): Promise<void> {
    return attempt(() => this.#w.closed.promise);
  }
  get ready(): Promise<void> {
    return attempt(() => this.#w.ready.promise);
  }
  get desiredSize(): number | null {
    return writeDesired(bound(this.#w));
  }
  abort(reason?: any): Promise<void> {
    return attempt(() => abortWritable(bound(this.#w), reason));
  }
  close(): Promise<void> {
    return attempt(() => closeWritable(bound(this.#w)));
  }
  releaseLock(): void {
    releaseWriter(this.#w);
  }
  write(chunk?: any): Promise<void> {
    return attempt(() => {
      bound(this.#w);
      return writeChunk(this.#w, chunk);
    });
  }
}

export let writeController: (x: any) => WriteCtrl;

export class WritableStreamDefaultController {
  #c: WriteCtrl;
  static {
    writeController = (x) => x.#c;
  }
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
