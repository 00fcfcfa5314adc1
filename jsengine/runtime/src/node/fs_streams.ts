// fs.ReadStream and fs.WriteStream, on a small stream base of their own.

import {
  ArrayPrototypePush, ArrayPrototypeShift, Error_, FunctionPrototypeCall, ObjectDefineProperty, ObjectSetPrototypeOf, PromiseReject, PromiseResolve,
  SymbolAsyncDispose, SymbolAsyncIterator, Symbol_, TypeError_, TypedArrayPrototypeGetLength, Uint8Array_, setOwn, withResolvers,
} from "../primordials.ts";
import { EventEmitter } from "./events.ts";
import { nextTick } from "../timers.ts";
import { later } from "./later.ts";
import * as f from "./fs_common.ts";
import { pathOfURL } from "../url.ts";
import { abortError, coded, invalidArgType, validateFunction, validateInteger, outOfRange } from "./errors.ts";
import { decode, encode, normalizeEncoding, viewBytes, wrap } from "./buffer.ts";

const kState: any = Symbol_("state") as any;

function state(s: any): any {
  return s[kState];
}

function hide(o: any, key: PropertyKey, value: unknown): void {
  ObjectDefineProperty(o, key, { __proto__: null, value, writable: true, configurable: true, enumerable: false } as any);
}

function getter(o: any, key: string, get: (this: any) => any): void {
  ObjectDefineProperty(o, key, { __proto__: null, get, configurable: true, enumerable: false } as any);
}

// The fields of both kinds of stream. fd is a number, null (not open yet) or a FileHandle's.
function common(self: any, path: any, options: any, flags: any): any {
  FunctionPrototypeCall(EventEmitter, self);
  if (options === null || options === undefined) options = {};
  else if (typeof options === "string") options = { encoding: options };
  else if (typeof options !== "object") throw invalidArgType("options", ["string", "Object"], options);
  const o: any = { __proto__: null, ...options };
  if (o.encoding && (typeof o.encoding !== "string" || normalizeEncoding(o.encoding) === undefined)) throw coded(TypeError_, "ERR_INVALID_ARG_VALUE", `The argument 'encoding' is invalid encoding. Received '${o.encoding}'`);
  const fromHandle = o.fd !== null && typeof o.fd === "object" && typeof o.fd.fd === "number";
  const st: any = { __proto__: null, destroyed: false, closed: false, ended: false, error: null, autoClose: o.autoClose !== false, emitClose: o.emitClose !== false, handle: fromHandle ? o.fd : null };
  hide(self, kState, st);
  setOwn(self, "fd", o.fd == null ? null : fromHandle ? o.fd.fd : f.fdArg(o.fd));
  if (self.fd === null) setOwn(self, "path", pathOfURL(path) ?? path);
  setOwn(self, "flags", o.flags === undefined ? flags : o.flags);
  setOwn(self, "mode", o.mode === undefined ? 0o666 : o.mode);
  if (self.fd === null) f.pathArg(path);
  const signal = o.signal;
  if (signal !== undefined) {
    if (signal === null || typeof signal !== "object" || !("aborted" in signal)) throw invalidArgType("options.signal", "AbortSignal", signal);
    const abort = () => self.destroy(abortError(signal.reason));
    if (signal.aborted) nextTick(abort);
    else signal.addEventListener("abort", abort, { __proto__: null, once: true });
  }
  return o;
}

function openLater(self: any, ready: () => void): void {
  later(() => {
    if (state(self).destroyed) return;
    if (self.fd === null) {
      try {
        self.fd = f.open(self.path, self.flags, self.mode);
      } catch (e) {
        self.destroy(e);
        return;
      }
      self.emit("open", self.fd);
    }
    self.emit("ready");
    ready();
  });
}

function destroy(this: any, error?: any, cb?: any): any {
  const st = state(this);
  if (st.destroyed) return this;
  st.destroyed = true;
  st.error = error ?? null;
  later(() => {
    let failure = error;
    if (this.fd !== null && st.autoClose) {
      const fd = this.fd;
      this.fd = null;
      try {
        if (st.handle === null) f.close(fd);
        else st.handle.close();
      } catch (e) {
        failure ??= e;
      }
    }
    st.closed = true;
    if (typeof cb === "function") cb(failure ?? null);
    if (failure) {
      const waiting = st.waiting;
      if (waiting) {
        st.waiting = null;
        waiting.reject(failure);
      }
      this.emit("error", failure);
    }
    if (st.emitClose) this.emit("close");
  });
  return this;
}

function close(this: any, cb?: any): void {
  if (typeof cb === "function") {
    if (state(this).closed) nextTick(cb);
    else this.once("close", () => cb(null));
  }
  this.destroy();
}

// ReadStream is callable without new, as in Node.
export const ReadStream: any = function ReadStream(this: any, path: any, options?: any): any {
  if (!(this instanceof ReadStream)) return new (ReadStream as any)(path, options);
  const o = common(this, path, options, "r");
  const st = state(this);
  const start = o.start, end = o.end;
  if (start !== undefined) validateInteger(start, "start", 0);
  setOwn(this, "start", start);
  if (end === undefined) setOwn(this, "end", Infinity);
  else {
    if (end !== Infinity) validateInteger(end, "end", 0);
    setOwn(this, "end", end);
    if (start !== undefined && start > end) throw outOfRange("start", `<= "end" (here: ${end})`, start);
  }
  setOwn(this, "pos", start);
  setOwn(this, "bytesRead", 0);
  hide(this, "readableHighWaterMark", o.highWaterMark ?? 65536);
  hide(this, "readableEncoding", o.encoding ? normalizeEncoding(o.encoding) : null);
  hide(this, "readableFlowing", null);
  st.queue = [];
  st.reading = false;
  st.open = false;
  st.eof = false;
  st.rest = null;
  openLater(this, () => {
    st.open = true;
    pump(this);
  });
  return undefined;
};
ObjectSetPrototypeOf(ReadStream.prototype, EventEmitter.prototype);
ObjectSetPrototypeOf(ReadStream, EventEmitter);

// pump reads ahead by one piece, and gives what there is to those who listen.
function pump(self: any): void {
  const st = state(self);
  if (!st.open || st.reading || st.destroyed || st.ended) return;
  if (st.queue.length === 0 && !st.eof) {
    if (self.readableFlowing === false && !st.wanted) return;
    if (self.readableFlowing === null && !st.wanted) return;
    st.reading = true;
    later(() => {
      st.reading = false;
      if (st.destroyed) return;
      fill(self);
      pump(self);
    });
    return;
  }
  if (self.readableFlowing === true) {
    const chunk = ArrayPrototypeShift(st.queue);
    if (chunk !== undefined) self.emit("data", chunk);
    if (st.queue.length > 0 || st.eof) nextTick(() => pump(self));
    else pump(self);
    if (st.queue.length === 0 && st.eof) finishRead(self);
    return;
  }
  if (st.wanted) {
    st.wanted = false;
    self.emit("readable");
    if (st.eof && st.queue.length === 0) finishRead(self);
  }
}

function finishRead(self: any): void {
  const st = state(self);
  if (st.ended) return;
  st.ended = true;
  nextTick(() => {
    self.emit("end");
    if (st.autoClose) self.destroy();
  });
}

// fill puts the next piece of the file into the queue.
function fill(self: any): void {
  const st = state(self);
  try {
    let want = self.readableHighWaterMark;
    if (self.end !== Infinity) {
      const at = self.pos === undefined ? self.bytesRead : self.pos;
      if (self.end - at + 1 < want) want = self.end - at + 1;
    }
    const b = want <= 0 ? undefined : f.readSome(self.fd, want, self.pos === undefined ? -1 : self.pos);
    const n = b === undefined ? 0 : TypedArrayPrototypeGetLength(b);
    if (n === 0) {
      st.eof = true;
      if (st.rest !== null) ArrayPrototypePush(st.queue, decode(st.rest, self.readableEncoding));
      st.rest = null;
      return;
    }
    self.bytesRead += n;
    if (self.pos !== undefined) self.pos += n;
    if (self.readableEncoding === null) {
      ArrayPrototypePush(st.queue, wrap(b!));
      return;
    }
    const text = partial(st, b!, self.readableEncoding);
    if (text !== "") ArrayPrototypePush(st.queue, text);
  } catch (e) {
    self.destroy(e);
  }
}

// partial decodes bytes and keeps what is only the start of a character for the next ones.
export function partial(st: { rest: Uint8Array | null }, bytes: Uint8Array, enc: any): string {
  let b = bytes;
  if (st.rest !== null) {
    const r = TypedArrayPrototypeGetLength(st.rest);
    const joined = new Uint8Array_(r + TypedArrayPrototypeGetLength(b));
    for (let i = 0; i < r; i++) joined[i] = st.rest[i]!;
    for (let i = 0; i < TypedArrayPrototypeGetLength(b); i++) joined[r + i] = b[i]!;
    b = joined;
    st.rest = null;
  }
  const n = TypedArrayPrototypeGetLength(b);
  let keep = 0;
  if (enc === "utf8") {
    // Look back over at most three bytes for a lead whose character is longer than what follows it.
    for (let i = 1; i <= 3 && i <= n; i++) {
      const c = b[n - i]!;
      if ((c & 0xc0) === 0x80) continue;
      const size = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 1;
      if (size > i) keep = i;
      break;
    }
  } else if (enc === "utf16le") keep = n % 2;
  else if (enc === "base64" || enc === "base64url") keep = n % 3;
  if (keep > 0) {
    const rest = new Uint8Array_(keep);
    for (let i = 0; i < keep; i++) rest[i] = b[n - keep + i]!;
    st.rest = rest;
  }
  return decode(b, enc, 0, n - keep);
}

const rp: any = ReadStream.prototype;
const baseOn = EventEmitter.prototype.on;
hide(rp, "destroy", destroy);
hide(rp, "close", close);
hide(rp, "setEncoding", function (this: any, enc: any) {
  this.readableEncoding = normalizeEncoding(enc) ?? "utf8";
  return this;
});
hide(rp, "on", function (this: any, type: any, listener: any) {
  FunctionPrototypeCall(baseOn, this, type, listener);
  if (type === "data" && this.readableFlowing !== false) this.resume();
  if (type === "readable" && this.readableFlowing !== true) {
    this.readableFlowing = false;
    state(this).wanted = true;
    nextTick(() => pump(this));
  }
  return this;
});
hide(rp, "addListener", rp.on);
hide(rp, "resume", function (this: any) {
  if (this.readableFlowing !== true) {
    this.readableFlowing = true;
    nextTick(() => pump(this));
  }
  return this;
});
hide(rp, "pause", function (this: any) {
  if (this.readableFlowing !== false) {
    this.readableFlowing = false;
    this.emit("pause");
  }
  return this;
});
hide(rp, "isPaused", function (this: any) {
  return this.readableFlowing === false;
});
hide(rp, "read", function (this: any) {
  const st = state(this);
  if (st.queue.length === 0) {
    st.wanted = true;
    if (st.eof) finishRead(this);
    else nextTick(() => pump(this));
    return null;
  }
  const chunk = ArrayPrototypeShift(st.queue);
  st.wanted = true;
  nextTick(() => pump(this));
  return chunk;
});
hide(rp, "pipe", function (this: any, dest: any, options?: any) {
  this.on("data", (chunk: any) => {
    if (dest.write(chunk) === false) {
      this.pause();
      dest.once("drain", () => this.resume());
    }
  });
  if (options?.end !== false) this.once("end", () => dest.end());
  dest.emit("pipe", this);
  return dest;
});
hide(rp, "unpipe", function (this: any) {
  this.removeAllListeners("data");
  return this.pause();
});
getter(rp, "destroyed", function (this: any) { return state(this).destroyed; });
getter(rp, "closed", function (this: any) { return state(this).closed; });
getter(rp, "errored", function (this: any) { return state(this).error; });
getter(rp, "readable", function (this: any) { return !state(this).destroyed && !state(this).ended; });
getter(rp, "readableEnded", function (this: any) { return state(this).ended; });
getter(rp, "readableLength", function (this: any) {
  let n = 0;
  const q = state(this).queue;
  for (let i = 0; i < q.length; i++) n += q[i].length;
  return n;
});
getter(rp, "pending", function (this: any) { return this.fd === null; });
hide(rp, SymbolAsyncIterator, function (this: any) {
  const self = this;
  const st = state(self);
  let done = false;
  const settle = () => {
    const w = st.waiting;
    if (!w) return;
    const chunk = ArrayPrototypeShift(st.queue);
    if (chunk !== undefined) {
      st.waiting = null;
      w.resolve({ value: chunk, done: false });
    } else if (st.eof) {
      st.waiting = null;
      done = true;
      finishRead(self);
      w.resolve({ value: undefined, done: true });
    } else {
      st.wanted = true;
      nextTick(() => pump(self));
    }
  };
  self.on("readable", settle);
  const it = {
    next(): Promise<any> {
      if (done) return PromiseResolve({ value: undefined, done: true });
      if (st.destroyed) {
        done = true;
        return st.error ? PromiseReject(st.error) : PromiseResolve({ value: undefined, done: true });
      }
      if (st.waiting) return PromiseReject(new Error_("one read at a time"));
      st.waiting = withResolvers();
      if (self.listenerCount("error") === 0) self.once("error", () => {});
      const p = st.waiting.promise;
      settle();
      return p;
    },
    return(v: any): Promise<any> {
      done = true;
      self.destroy();
      return PromiseResolve({ value: v, done: true });
    },
    [SymbolAsyncIterator]() {
      return it;
    },
  };
  return it;
});
hide(rp, SymbolAsyncDispose, disposeStream);

function disposeStream(this: any): Promise<void> {
  const { promise, resolve } = withResolvers<void>();
  if (state(this).closed) resolve();
  else {
    this.once("close", () => resolve());
    this.destroy();
  }
  return promise;
}

export const WriteStream: any = function WriteStream(this: any, path: any, options?: any): any {
  if (!(this instanceof WriteStream)) return new (WriteStream as any)(path, options);
  const o = common(this, path, options, "w");
  const st = state(this);
  if (o.start !== undefined) validateInteger(o.start, "start", 0);
  setOwn(this, "start", o.start);
  setOwn(this, "pos", o.start);
  setOwn(this, "bytesWritten", 0);
  hide(this, "writableHighWaterMark", o.highWaterMark ?? 16384);
  st.encoding = o.encoding ? normalizeEncoding(o.encoding) : "utf8";
  st.queue = [];
  st.size = 0;
  st.open = false;
  st.ending = false;
  st.running = false;
  st.needDrain = false;
  openLater(this, () => {
    st.open = true;
    flush(this);
  });
  return undefined;
};
ObjectSetPrototypeOf(WriteStream.prototype, EventEmitter.prototype);
ObjectSetPrototypeOf(WriteStream, EventEmitter);

function flush(self: any): void {
  const st = state(self);
  if (!st.open || st.running || st.destroyed) return;
  st.running = true;
  later(() => {
    st.running = false;
    if (st.destroyed) return;
    const all = st.queue;
    st.queue = [];
    st.size = 0;
    const calls: any[] = [];
    for (let i = 0; i < all.length; i++) {
      try {
        const n = f.writeBytes(self.fd, all[i].bytes, self.pos === undefined ? null : self.pos);
        self.bytesWritten += n;
        if (self.pos !== undefined) self.pos += n;
      } catch (e) {
        if (all[i].cb) all[i].cb(e);
        self.destroy(e);
        return;
      }
      if (all[i].cb) ArrayPrototypePush(calls, all[i].cb);
    }
    for (let i = 0; i < calls.length; i++) calls[i](null);
    if (st.needDrain && !st.ending) {
      st.needDrain = false;
      self.emit("drain");
    }
    if (st.ending && st.queue.length === 0 && !st.ended) {
      st.ended = true;
      self.emit("finish");
      if (st.autoClose) self.destroy();
    } else if (st.queue.length > 0) flush(self);
  });
}

const wp: any = WriteStream.prototype;
hide(wp, "destroy", destroy);
hide(wp, "close", function (this: any, cb?: any) {
  if (typeof cb === "function") {
    if (state(this).closed) nextTick(cb);
    else this.once("close", () => cb(null));
  }
  this.end();
});
hide(wp, "write", function (this: any, chunk: any, encoding?: any, cb?: any) {
  if (typeof encoding === "function") {
    cb = encoding;
    encoding = undefined;
  }
  const st = state(this);
  let bytes: Uint8Array | undefined;
  if (typeof chunk === "string") bytes = encode(chunk, (encoding ? normalizeEncoding(encoding) : undefined) ?? st.encoding);
  else bytes = chunk !== null && typeof chunk === "object" ? viewBytes(chunk) : undefined;
  if (chunk === null) throw coded(TypeError_, "ERR_STREAM_NULL_VALUES", "May not write null values to stream");
  if (bytes === undefined) throw invalidArgType("chunk", ["string", "Buffer", "Uint8Array"], chunk);
  if (st.ending || st.destroyed) {
    const err = st.ending ? coded(Error_, "ERR_STREAM_WRITE_AFTER_END", "write after end") : coded(Error_, "ERR_STREAM_DESTROYED", "Cannot call write after a stream was destroyed");
    nextTick(() => {
      if (typeof cb === "function") cb(err);
      if (st.ending) this.destroy(err);
    });
    return false;
  }
  ArrayPrototypePush(st.queue, { __proto__: null, bytes, cb: typeof cb === "function" ? cb : null });
  st.size += TypedArrayPrototypeGetLength(bytes);
  flush(this);
  const room = st.size < this.writableHighWaterMark;
  if (!room) st.needDrain = true;
  return room;
});
hide(wp, "end", function (this: any, chunk?: any, encoding?: any, cb?: any) {
  if (typeof chunk === "function") {
    cb = chunk;
    chunk = undefined;
  } else if (typeof encoding === "function") {
    cb = encoding;
    encoding = undefined;
  }
  const st = state(this);
  if (chunk !== undefined && chunk !== null) this.write(chunk, encoding);
  if (typeof cb === "function") {
    validateFunction(cb, "cb");
    if (st.ended) nextTick(cb);
    else this.once("finish", cb);
  }
  st.ending = true;
  flush(this);
  return this;
});
hide(wp, "destroySoon", wp.end);
hide(wp, "cork", function () {});
hide(wp, "uncork", function () {});
hide(wp, "setDefaultEncoding", function (this: any, enc: any) {
  state(this).encoding = normalizeEncoding(enc) ?? "utf8";
  return this;
});
getter(wp, "destroyed", function (this: any) { return state(this).destroyed; });
getter(wp, "closed", function (this: any) { return state(this).closed; });
getter(wp, "errored", function (this: any) { return state(this).error; });
getter(wp, "writable", function (this: any) { return !state(this).destroyed && !state(this).ending; });
getter(wp, "writableEnded", function (this: any) { return state(this).ending; });
getter(wp, "writableFinished", function (this: any) { return state(this).ended; });
getter(wp, "writableLength", function (this: any) { return state(this).size; });
getter(wp, "writableNeedDrain", function (this: any) { return state(this).needDrain; });
getter(wp, "pending", function (this: any) { return this.fd === null; });
hide(wp, SymbolAsyncDispose, disposeStream);
