// fs.ReadStream and fs.WriteStream: node:stream's Readable and Writable over a descriptor.

import { ArrayPrototypePush, FunctionPrototypeCall, MathMin, ObjectDefineProperty, ObjectSetPrototypeOf, ReflectApply, Symbol_, TypedArrayPrototypeGetLength, setOwn, then, hide } from "../primordials.ts";
import { nextTick } from "../timers.ts";
import { pathOfURL } from "../url.ts";
import { newBuffer, normalizeEncoding, subBytes, wrap } from "./buffer.ts";
import { invalidArgType, invalidArgValue, outOfRange, validateBoolean, validateFunction, validateInteger } from "./errors.ts";
import * as f from "./fs_common.ts";
import { later } from "./later.ts";
import { Readable, Writable, finished } from "./stream.ts";

const kState: any = Symbol_("state") as any;

// State is what a stream of a file has beside what its base class keeps.
interface State {
  own: any; // options.fs: a program's functions instead of ours; null for ours
  handle: any; // the FileHandle it reads or writes through, or null
  busy: boolean; // an operation is under way: closing waits for it
  idle: ((e?: unknown) => void) | null; // what waits
  flush: boolean;
}

function getter(o: any, key: string, get: (this: any) => any, set?: (this: any, v: any) => void): void {
  ObjectDefineProperty(o, key, { __proto__: null, get, set, configurable: true, enumerable: false } as any);
}

// prepare reads what both kinds of stream take, and returns the options of the base class.
function prepare(self: any, path: any, options: any, flags: string, used: string[]): any {
  if (options === null || options === undefined) options = {};
  else if (typeof options === "string") options = { encoding: options };
  else if (typeof options !== "object") throw invalidArgType("options", ["string", "object"], options);
  const o: any = { ...options };
  if (o.encoding && (typeof o.encoding !== "string" || normalizeEncoding(o.encoding) === undefined)) throw invalidArgValue("encoding", o.encoding, "is invalid encoding");
  const own = o.fs ?? null;
  for (let i = 0; own !== null && i < used.length; i++) if (own[used[i]!] !== undefined || used[i] === "open") validateFunction(own[used[i]!], `options.fs.${used[i]}`);
  const st: State = { __proto__: null, own, handle: null, busy: false, idle: null, flush: false } as any;
  hide(self, kState, st);
  if (o.fd === undefined || o.fd === null) {
    setOwn(self, "fd", null);
    setOwn(self, "path", pathOfURL(path) ?? path);
    setOwn(self, "flags", o.flags === undefined ? flags : o.flags);
    setOwn(self, "mode", o.mode === undefined ? 0o666 : o.mode);
    f.pathArg(self.path);
  } else if (typeof o.fd === "number") setOwn(self, "fd", f.fdArg(o.fd));
  else if (typeof o.fd === "object" && typeof o.fd.fd === "number") {
    st.handle = o.fd;
    setOwn(self, "fd", f.fdArg(o.fd.fd));
    o.fd.on("close", () => self.close());
  } else throw invalidArgType("options.fd", ["number", "FileHandle"], o.fd);
  if (o.autoClose !== undefined && o.autoClose !== null) o.autoDestroy = o.autoClose;
  return o;
}

function construct(this: any, ready: (e?: any) => void): void {
  const st: State = this[kState];
  if (typeof this.fd === "number") {
    ready();
    return;
  }
  const proto = this instanceof Readable ? rp : wp;
  if (this.open !== proto.open) {
    // A program put its own open() in place: it sets fd and emits "open" or "error".
    const emit = this.emit;
    this.emit = function (this: any, ...args: any[]): any {
      if (args[0] === "open") {
        this.emit = emit;
        ready();
        return ReflectApply(emit, this, args);
      }
      if (args[0] === "error") {
        this.emit = emit;
        ready(args[1]);
        return false;
      }
      return ReflectApply(emit, this, args);
    };
    this.open();
    return;
  }
  const opened = (e: any, fd: any): void => {
    if (e) {
      ready(e);
      return;
    }
    this.fd = fd;
    ready();
    this.emit("open", fd);
    this.emit("ready");
  };
  if (st.own !== null) {
    st.own.open(this.path, this.flags, this.mode, opened);
    return;
  }
  attempt(() => f.open(this.path, this.flags, this.mode), opened);
}

// attempt calls back in the next turn with what a synchronous function does then.
function attempt(run: () => any, cb: (e: any, value?: any) => void): void {
  later(() => {
    let value: any;
    try {
      value = run();
    } catch (e) {
      cb(e);
      return;
    }
    cb(null, value);
  });
}

// work is an operation that closing the stream waits for.
function work(self: any, start: (cb: (e: any, value?: any) => void) => void, cb: (e: any, value?: any) => void): void {
  const st: State = self[kState];
  st.busy = true;
  start((e, value) => {
    st.busy = false;
    const waiting = st.idle;
    if (waiting !== null) {
      st.idle = null;
      cb(e, value);
      waiting(e);
    } else cb(e, value);
  });
}

function destroy(this: any, error: any, cb: (e?: any) => void): void {
  const st: State = this[kState];
  if (st.busy) {
    st.idle = (e) => release(this, error ?? e, cb);
    return;
  }
  release(this, error, cb);
}

// release closes the descriptor.
function release(self: any, error: any, cb: (e?: any) => void): void {
  const st: State = self[kState];
  const fd = self.fd;
  self.fd = null;
  if (typeof fd !== "number") {
    cb(error);
    return;
  }
  if (st.own !== null && st.own.close !== undefined) {
    st.own.close(fd, (e: any) => cb(e || error));
    return;
  }
  if (st.handle !== null) {
    // The handle is closed from now on, though its descriptor is closed later.
    const { handle } = st;
    void then(st.flush ? then(handle.sync(), () => handle.close()) : handle.close(), () => cb(error), (e) => cb(e || error));
    return;
  }
  attempt(() => {
    if (st.flush) f.fsync(fd);
    f.close(fd);
  }, (e) => cb(e || error));
}

// ReadStream is callable without new, as in Node.
export const ReadStream: any = function ReadStream(this: any, path: any, options?: any): any {
  if (!(this instanceof ReadStream)) return new (ReadStream as any)(path, options);
  const self: any = this;
  const o = prepare(self, path, options, "r", ["open", "read", "close"]);
  if (o.highWaterMark === undefined) o.highWaterMark = 65536;
  setOwn(self, "start", o.start);
  setOwn(self, "end", o.end ?? Infinity);
  setOwn(self, "pos", o.start);
  setOwn(self, "bytesRead", 0);
  if (o.start !== undefined) validateInteger(o.start, "start", 0);
  if (self.end !== Infinity) {
    validateInteger(self.end, "end", 0);
    if (o.start !== undefined && o.start > self.end) throw outOfRange("start", `<= "end" (here: ${self.end})`, o.start);
  }
  const encoding = o.encoding;
  o.encoding = undefined;
  FunctionPrototypeCall(Readable, self, o);
  if (encoding) self.setEncoding(encoding);
  return undefined;
};
ObjectSetPrototypeOf(ReadStream.prototype, Readable.prototype);
ObjectSetPrototypeOf(ReadStream, Readable);

const rp: any = ReadStream.prototype;
hide(rp, "_construct", construct);
hide(rp, "_destroy", destroy);
hide(rp, "open", function open(): void {});
hide(rp, "_read", function _read(this: any, n: number): void {
  const left = this.pos !== undefined ? this.end - this.pos + 1 : this.end - this.bytesRead + 1;
  n = MathMin(left, n);
  if (n <= 0) {
    this.push(null);
    return;
  }
  const st: State = this[kState];
  const fd = this.fd, pos = this.pos;
  work(this, (cb) => {
    if (st.own !== null && st.own.read !== undefined) st.own.read(fd, newBuffer(n), 0, n, pos, (e: any, got: number, b: any) => cb(e, e ? undefined : subBytes(b, 0, got)));
    else if (fd === 0) void then(f.nextInput(n), (bytes) => cb(null, bytes), cb);
    else attempt(() => f.readSome(fd, n, pos === undefined ? -1 : pos), cb);
  }, (e, bytes) => {
    if (e) {
      this.destroy(e);
      return;
    }
    const got = TypedArrayPrototypeGetLength(bytes);
    if (got === 0) {
      this.push(null);
      return;
    }
    if (pos !== undefined) this.pos += got;
    this.bytesRead += got;
    this.push(wrap(bytes));
  });
});
hide(rp, "close", function close(this: any, cb?: any): void {
  finished(this, cb ?? (() => {}));
  this.destroy();
});
getter(rp, "autoClose", function (this: any) { return this._readableState.autoDestroy; }, function (v) { this._readableState.autoDestroy = v; });
getter(rp, "pending", function (this: any) { return this.fd === null; });

export const WriteStream: any = function WriteStream(this: any, path: any, options?: any): any {
  if (!(this instanceof WriteStream)) return new (WriteStream as any)(path, options);
  const self: any = this;
  const o = prepare(self, path, options, "w", ["open", "write", "writev", "close"]);
  o.decodeStrings = true;
  const st: State = self[kState];
  if (o.flush !== undefined && o.flush !== null) {
    validateBoolean(o.flush, "options.flush");
    st.flush = o.flush;
  }
  if (o.start !== undefined) validateInteger(o.start, "start", 0);
  setOwn(self, "start", o.start);
  setOwn(self, "pos", o.start);
  setOwn(self, "bytesWritten", 0);
  if (st.own !== null && st.own.writev === undefined) o.writev = null;
  const encoding = o.encoding;
  FunctionPrototypeCall(Writable, self, o);
  if (encoding) self.setDefaultEncoding(encoding);
  return undefined;
};
ObjectSetPrototypeOf(WriteStream.prototype, Writable.prototype);
ObjectSetPrototypeOf(WriteStream, Writable);

const wp: any = WriteStream.prototype;
hide(wp, "_construct", construct);
hide(wp, "_destroy", destroy);
hide(wp, "open", function open(): void {});

// put writes buffers one after the other, at the stream's position.
function put(self: any, list: any[], cb: (e?: any) => void): void {
  const st: State = self[kState];
  const fd = self.fd;
  let pos = self.pos;
  work(self, (done) => {
    if (st.own !== null) {
      if (list.length === 1) st.own.write(fd, list[0], 0, list[0].length, pos, done);
      else st.own.writev(fd, list, pos, done);
      return;
    }
    attempt(() => {
      let total = 0;
      for (let i = 0; i < list.length; i++) {
        const n = f.writeBytes(fd, list[i], pos === undefined ? null : pos);
        total += n;
        if (pos !== undefined) pos += n;
      }
      return total;
    }, done);
  }, (e, n) => {
    if (e) {
      cb(e);
      return;
    }
    self.bytesWritten += n;
    if (self.pos !== undefined) self.pos += n;
    cb();
  });
}
hide(wp, "_write", function _write(this: any, chunk: any, _: any, cb: any): void {
  put(this, [chunk], cb);
});
hide(wp, "_writev", function _writev(this: any, chunks: any[], cb: any): void {
  const list: any[] = [];
  for (let i = 0; i < chunks.length; i++) ArrayPrototypePush(list, chunks[i].chunk);
  put(this, list, cb);
});
hide(wp, "close", function close(this: any, cb?: any): void {
  if (cb) {
    if (this.closed) {
      nextTick(cb);
      return;
    }
    this.on("close", cb);
  }
  if (!this.autoClose) this.on("finish", this.destroy);
  this.end();
});
hide(wp, "destroySoon", Writable.prototype.end);
getter(wp, "autoClose", function (this: any) { return this._writableState.autoDestroy; }, function (v) { this._writableState.autoDestroy = v; });
getter(wp, "pending", function (this: any) { return this.fd === null; });
