// Transform streams, the queuing strategies, and the streams between text and bytes.

import { FunctionPrototypeCall, RangeError_, TypeError_, globalObject, own } from "../primordials.ts";
import { coded } from "../node/errors.ts";
import { type Fn, type Deferred, deferred, quiet, when, invoke, member, invalidState, illegal, highWaterMark, sizeOf, internal } from "./stream_base.ts";
import { Readable, DefaultCtrl, canCloseOrEnqueue, desiredSize, shouldPull, errorCtrl, enqueueDefault, closeDefault, start } from "./readable_state.ts";
import { Writable, ws, errorWrite, makeWritable } from "./writable.ts";
import { ReadableStream, control } from "./readable.ts";

class Transform {
  obj: any = undefined;
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

// errorWritable makes the writable side fail, and lets a write that waits for room know.
function errorWritable(t: Transform, e: any): void {
  errorWrite(t.w.ctrl, e);
  if (t.backpressure) setBackpressure(t, false);
}

function errorTransform(t: Transform, e: any): void {
  errorCtrl(t.r.ctrl, e);
  forgetTransform(t);
  errorWritable(t, e);
}

// finish ends a stream: the first of close, abort and cancel does, the others wait for it. fn is what the program wants
// called; unless that made the other side fail, done ends it, and error does if anything went wrong.
async function finish(t: Transform, fn: (() => Promise<any>) | undefined, other: Readable | Writable, done: () => void, error: (e: any) => void): Promise<any> {
  if (t.finish !== undefined) return await own(t.finish.promise);
  t.finish = quiet(deferred());
  forgetTransform(t);
  try {
    if (fn !== undefined) await own(fn());
    if (other.state === "errored") throw other.error;
    done();
    t.finish.resolve(undefined);
  } catch (e) {
    error(e);
    t.finish.reject(e);
    throw e;
  }
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
    errorWritable(t, e);
    throw t.r.error;
  }
  const on = !shouldPull(c);
  if (on !== t.backpressure) setBackpressure(t, true);
}

export let transformOf: (s: any) => Transform;
export let transformOfController: (c: any) => Transform;

export class TransformStream {
  #t: Transform;
  static {
    transformOf = (s) => s.#t;
  }
  constructor(transformer?: any, writableStrategy?: any, readableStrategy?: any) {
    const t = (this.#t = new Transform());
    t.obj = this;
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
      close: () => finish(t, t.flush, t.r, () => {
        if (canCloseOrEnqueue(t.r.ctrl)) closeDefault(t.r.ctrl as DefaultCtrl);
      }, (e) => errorCtrl(t.r.ctrl, e)),
      abort(reason) {
        const f = t.cancel;
        return finish(t, f && (() => f(reason)), t.r, () => errorCtrl(t.r.ctrl, reason), (e) => errorCtrl(t.r.ctrl, e));
      },
    }, whwm, wsize, started.promise);
    t.w = ws(t.writable);
    const r = new Readable();
    t.r = r;
    t.readable = new ReadableStream(internal, r);
    const c = new DefaultCtrl();
    c.hwm = rhwm;
    c.size = rsize;
    control(r, c);
    c.pull = () => {
      setBackpressure(t, false);
      return t.change.promise;
    };
    c.cancel = (reason) => {
      const f = t.cancel;
      return finish(t, f && (() => f(reason)), t.w, () => errorWritable(t, reason), (e) => errorWritable(t, e));
    };
    setBackpressure(t, true);
    if (transform) t.transform = (chunk) => invoke(transform, under, chunk, t.ctrl);
    if (flush) t.flush = () => invoke(flush, under, t.ctrl);
    if (cancel) t.cancel = (reason) => invoke(cancel, under, reason);
    start(c, started.promise);
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
  static {
    transformOfController = (c) => c.#t;
  }
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
    errorWritable(t, invalidState("TransformStream has been terminated"));
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

const byteSize = { size: (chunk: any) => chunk.byteLength }.size;
const countSize = { size: () => 1 }.size;

function markOf(init: any): number {
  if (init === null || typeof init !== "object" || init.highWaterMark === undefined) throw coded(TypeError_, "ERR_MISSING_OPTION", "init.highWaterMark is required");
  return +init.highWaterMark;
}

export class ByteLengthQueuingStrategy {
  #hwm: number;
  constructor(init: any) {
    this.#hwm = markOf(init);
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
    this.#hwm = markOf(init);
  }
  get highWaterMark(): number {
    return this.#hwm;
  }
  get size(): Fn {
    void this.#hwm;
    return countSize;
  }
}

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
