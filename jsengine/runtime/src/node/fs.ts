// node:fs and node:fs/promises.

import {
  ArrayBufferIsView, ArrayPrototypePush, ArrayPrototypeShift, Error_, FunctionPrototypeCall, ObjectAssign, ObjectDefineProperty,
  ObjectSetPrototypeOf, PromiseReject, PromiseResolve, ReflectApply, StringPrototypeIndexOf, StringPrototypeSlice,
  SymbolAsyncDispose, SymbolAsyncIterator, SymbolDispose, SymbolFor, SymbolIterator, TypedArrayPrototypeGetLength, TypedArrayPrototypeSet, own, setOwn, then,
} from "../primordials.ts";
import { tidy } from "./names.ts";
import { named } from "../globals.ts";
import { builtin, register } from "../modules.ts";
import { abortError, coded, invalidArgType, validateFunction, validateInteger } from "./errors.ts";
import { normalizeEncoding } from "./buffer.ts";
import { EventEmitter } from "./events.ts";
import { later, laterCall } from "./later.ts";
import * as f from "./fs_common.ts";
import { ReadStream, WriteStream } from "./fs_streams.ts";
import { asyncWatch, unwatchFile, watch, watchFile } from "./fs_watch.ts";
import { promisifyArgs } from "./util.ts";
import { Blob } from "../web/blob.ts";
import { ReadableStream } from "../web/streams.ts";

const promisifyCustom = SymbolFor("nodejs.util.promisify.custom");

// early reports errors that callback functions throw instead of passing on: bad arguments.
function early(e: any): boolean {
  return e === null || typeof e !== "object" || typeof e.syscall !== "string";
}

// callback makes the form that calls back out of a synchronous function. give calls with the result.
function callback(fn: any, give?: (cb: any, result: any, args: any[]) => void): any {
  return (...args: any[]) => {
    const cb = args[args.length - 1];
    validateFunction(typeof cb === "function" || args.length > fn.length ? cb : undefined, "cb");
    args.length--;
    let result: any;
    let error: any = null;
    try {
      result = ReflectApply(fn, undefined, args);
    } catch (e) {
      if (early(e)) throw e;
      error = e;
    }
    later(() => {
      if (error !== null) cb(error);
      else if (give !== undefined) give(cb, result, args);
      else if (result === undefined) cb(null);
      else cb(null, result);
    });
  };
}

// signalled is for what takes options.signal.
function signalled(fn: any): any {
  return named((...args: any[]) => {
    const signal = optionOf(args, "signal");
    if (signal?.aborted) throw abortError(signal.reason);
    return ReflectApply(fn, undefined, args);
  }, fn.name, fn.length);
}

function optionOf(args: any[], key: string): any {
  for (let i = 1; i < args.length; i++) {
    const o = args[i];
    if (o !== null && typeof o === "object" && !ArrayBufferIsView(o) && o[key] !== undefined) return o[key];
  }
  return undefined;
}

function promised(fn: any): any {
  return (...args: any[]) => laterCall(fn, args);
}

const simple: [string, any][] = [
  ["access", f.access], ["appendFile", f.appendFile], ["chmod", f.chmod], ["chown", f.chown], ["lchown", f.lchown], ["copyFile", f.copyFile], 
  ["link", f.link], ["lstat", f.lstat], ["lutimes", f.lutimes], ["mkdir", f.mkdir], ["mkdtemp", f.mkdtemp], ["readdir", f.readdir],
  ["readFile", f.readFile], ["readlink", f.readlink], ["rename", f.rename], ["rm", f.rm], ["rmdir", f.rmdir], ["stat", f.stat], ["statfs", f.statfs],
  ["symlink", f.symlink], ["truncate", f.truncate], ["unlink", f.unlink], ["utimes", f.utimes], ["writeFile", f.writeFile],
];
const descriptors: [string, any][] = [
  ["close", f.close], ["fchmod", f.fchmod], ["fchown", f.fchown], ["fdatasync", f.fsync], ["fstat", f.fstat], ["fsync", f.fsync], ["ftruncate", f.ftruncate],
  ["futimes", f.futimes], ["open", f.open],
];

const fs: any = {};
const promises: any = {};

function name<F extends Function>(fn: F, n: string): F {
  ObjectDefineProperty(fn, "name", { __proto__: null, value: n, configurable: true } as any);
  return fn;
}

function addPair(n: string, fn: any): void {
  const withSignal = n === "readFile" || n === "writeFile" || n === "appendFile";
  fs[n] = name(callback(withSignal ? signalled(fn) : fn), n);
  fs[`${n}Sync`] = name((...args: any[]) => ReflectApply(fn, undefined, args), `${n}Sync`);
}

for (let i = 0; i < simple.length; i++) {
  addPair(simple[i]![0], simple[i]![1]);
  promises[simple[i]![0]] = name(promised(simple[i]![1]), simple[i]![0]);
}
for (let i = 0; i < descriptors.length; i++) addPair(descriptors[i]![0], descriptors[i]![1]);

fs.cpSync = name((src: any, dest: any, options?: any) => f.cp(src, dest, options), "cpSync");
promises.cp = name(f.cpAsync, "cp");
fs.cp = name((src: any, dest: any, options: any, cb?: any) => {
  if (typeof options === "function") {
    cb = options;
    options = undefined;
  }
  validateFunction(cb, "cb");
  const [a, b, o] = f.cpArgs(src, dest, options);
  void then(f.copyTreeAsync(a, b, o), () => cb(null), (e) => cb(e));
}, "cp");
fs.exists = name((path: any, cb: any) => {
  validateFunction(cb, "cb");
  const there = f.exists(path);
  later(() => cb(there));
}, "exists");
setOwn(fs.exists, promisifyCustom, (path: any) => laterCall(f.exists, [path]));
fs.existsSync = name((path: any) => f.exists(path), "existsSync");

// close's callback may be left out.
fs.close = name((fd: any, cb?: any) => {
  if (cb !== undefined) validateFunction(cb, "cb");
  f.fdArg(fd);
  let error: any = null;
  try {
    f.close(fd);
  } catch (e) {
    error = e;
  }
  later(() => {
    if (cb !== undefined) cb(error);
    else if (error !== null) throw error;
  });
}, "close");

fs.readSync = name((fd: any, buffer: any, offset?: any, length?: any, position?: any) => f.read(fd, buffer, offset, length, position), "readSync");
fs.read = name((fd: any, ...args: any[]) => {
  const cb = args[args.length - 1];
  validateFunction(cb, "cb");
  f.fdArg(fd);
  args.length--;
  const a = f.readArgs(args[0], args[1], args[2], args[3], true);
  if (fd === 0 && a.length > 0) {
    void then(f.nextInput(a.length), (got) => later(() => {
      TypedArrayPrototypeSet(a.bytes, got, a.offset);
      cb(null, TypedArrayPrototypeGetLength(got), a.buffer);
    }), (e) => later(() => cb(e, 0, a.buffer)));
    return;
  }
  finish(cb, () => (a.length === 0 ? 0 : f.readInto(fd, a.bytes, a.offset, a.length, a.position)), a.buffer);
}, "read");
fs.writeSync = name((fd: any, buffer: any, offset?: any, length?: any, position?: any) => f.write(fd, buffer, offset, length, position), "writeSync");
fs.write = name((fd: any, buffer: any, ...args: any[]) => {
  const cb = args[args.length - 1];
  validateFunction(cb, "cb");
  args.length--;
  finish(cb, () => f.write(fd, buffer, args[0], args[1], args[2]), buffer);
}, "write");
fs.readvSync = name((fd: any, buffers: any, position?: any) => f.readv(fd, buffers, position), "readvSync");
fs.readv = name((fd: any, buffers: any, position: any, cb?: any) => {
  if (typeof position === "function") {
    cb = position;
    position = undefined;
  }
  validateFunction(cb, "cb");
  finish(cb, () => f.readv(fd, buffers, position), buffers);
}, "readv");
fs.writevSync = name((fd: any, buffers: any, position?: any) => f.writev(fd, buffers, position), "writevSync");
fs.writev = name((fd: any, buffers: any, position: any, cb?: any) => {
  if (typeof position === "function") {
    cb = position;
    position = undefined;
  }
  validateFunction(cb, "cb");
  finish(cb, () => f.writev(fd, buffers, position), buffers);
}, "writev");

function finish(cb: any, run: () => number, buffer: any): void {
  let n = 0;
  let error: any = null;
  try {
    n = run();
  } catch (e) {
    if (early(e)) throw e;
    error = e;
  }
  later(() => cb(error, n, buffer));
}

// What util.promisify makes of them has both values.
const pairs: [any, string, string][] = [[fs.read, "bytesRead", "buffer"], [fs.write, "bytesWritten", "buffer"], [fs.readv, "bytesRead", "buffers"], [fs.writev, "bytesWritten", "buffers"]];
for (let i = 0; i < pairs.length; i++) ObjectDefineProperty(pairs[i]![0], promisifyArgs, { __proto__: null, value: [pairs[i]![1], pairs[i]![2]] } as any);

fs.realpathSync = name((path: any, options?: any) => f.realpath(path, options, "lstat"), "realpathSync");
setOwn(fs.realpathSync, "native", name((path: any, options?: any) => f.realpath(path, options), "realpathSync"));
fs.realpath = name(callback((path: any, options?: any) => f.realpath(path, options, "lstat")), "realpath");
setOwn(fs.realpath, "native", name(callback((path: any, options?: any) => f.realpath(path, options)), "realpath"));
promises.realpath = name(promised((path: any, options?: any) => f.realpath(path, options)), "realpath");

// Dir is a folder whose names were read when it was opened: they are in memory anyhow. Those below are read when their turn comes.
class Dir {
  #path: string;
  #entries: any[] = [];
  #options: any;
  #closed = false;
  constructor(path: string, options: any) {
    this.#path = path;
    this.#options = { __proto__: null, withFileTypes: true, encoding: options?.encoding };
    if (options?.recursive) this.#options.deep = true;
    this.processReadResult(path, f.readdir(path, this.#options));
  }
  get path(): string {
    return this.#path;
  }
  #check(): void {
    if (this.#closed) throw coded(Error_, "ERR_DIR_CLOSED", "Directory handle was closed");
  }
  processReadResult(_: any, entries: any[]): void {
    for (let i = 0; i < entries.length; i++) ArrayPrototypePush(this.#entries, entries[i]);
  }
  readSyncRecursive(dirent: any): void {
    const path = `${dirent.parentPath}/${dirent.name}`;
    this.processReadResult(path, f.readdir(path, this.#options));
  }
  readSync(): any {
    this.#check();
    const e = ArrayPrototypeShift(this.#entries) ?? null;
    if (e !== null && this.#options.deep && e.isDirectory()) this.readSyncRecursive(e);
    return e;
  }
  read(cb?: any): any {
    if (cb === undefined) return laterCall(() => this.readSync(), []);
    validateFunction(cb, "callback");
    this.#check();
    const e = this.readSync();
    later(() => cb(null, e));
    return undefined;
  }
  closeSync(): void {
    this.#check();
    this.#closed = true;
  }
  close(cb?: any): any {
    if (cb === undefined) return laterCall(() => this.closeSync(), []);
    validateFunction(cb, "callback");
    this.closeSync();
    later(() => cb(null));
    return undefined;
  }
  async *entries(): AsyncGenerator<any> {
    try {
      for (let e = await own(this.read()); e !== null; e = await own(this.read() as Promise<any>)) yield e;
    } finally {
      if (!this.#closed) this.closeSync();
    }
  }
  [SymbolAsyncIterator](): AsyncGenerator<any> {
    return this.entries();
  }
  [SymbolAsyncDispose as any](): Promise<void> {
    if (!this.#closed) this.closeSync();
    return PromiseResolve(undefined);
  }
  [SymbolDispose as any](): void {
    if (!this.#closed) this.closeSync();
  }
}

function opendir(path: any, options?: any): Dir {
  const o = f.optionsArg(options, { __proto__: null, encoding: "utf8" });
  const p = f.pathArg(path);
  if (o.bufferSize !== undefined) validateInteger(o.bufferSize, "options.bufferSize", 1, 4294967295);
  try {
    return new Dir(p, o);
  } catch (e: any) {
    if (e.syscall !== "scandir") throw e;
    throw f.errno(e.code, e.errno, StringPrototypeSlice(e.message, e.code.length + 2, StringPrototypeIndexOf(e.message, ", scandir")), "opendir", p);
  }
}
fs.opendirSync = name((path: any, options?: any) => opendir(path, options), "opendirSync");
fs.opendir = name(callback(opendir), "opendir");
promises.opendir = name(promised(opendir), "opendir");
fs.openAsBlob = name((path: any, options?: any) => laterCall(() => new Blob([f.readFile(path)], { type: options?.type ?? "" }), []), "openAsBlob");

fs.createReadStream = name((path: any, options?: any) => new ReadStream(path, options), "createReadStream");
fs.createWriteStream = name((path: any, options?: any) => new WriteStream(path, options), "createWriteStream");
fs.watch = watch;
fs.watchFile = watchFile;
fs.unwatchFile = unwatchFile;
promises.watch = name(asyncWatch, "watch");
fs.lchmod = fs.lchmodSync = undefined; // as in Node, where the system has none
promises.lchmod = name(() => PromiseReject(coded(Error_, "ERR_METHOD_NOT_IMPLEMENTED", "The lchmod() method is not implemented")), "lchmod");

// FileHandle is what fs.promises.open resolves to.
class FileHandle {
  #fd: number;
  #locked = false; // a web stream reads it
  #resource: any; // made when its asynchronous id is asked for
  // Each handle has its own close, as in Node, so that it can be passed on alone.
  close = (): Promise<void> => {
    if (this.#fd < 0) return PromiseResolve(undefined);
    const p = this.#run("close", f.close);
    this.#fd = -1;
    FunctionPrototypeCall(EventEmitter.prototype.emit, this, "close");
    return p;
  };
  constructor(fd: number) {
    FunctionPrototypeCall(EventEmitter, this);
    this.#fd = fd;
  }
  get fd(): number {
    return this.#fd;
  }
  getAsyncId(): number {
    this.#resource ??= new (builtin("node:async_hooks")!.AsyncResource)("FILEHANDLE");
    return this.#resource.asyncId();
  }
  #run(syscall: string, fn: any, ...args: any[]): Promise<any> {
    const fd = this.#fd;
    if (fd < 0) {
      const e = coded(Error_, "EBADF", "file closed");
      setOwn(e, "syscall", syscall);
      return PromiseReject(e);
    }
    return laterCall((...rest: any[]) => {
      const all: any[] = [fd];
      for (let i = 0; i < rest.length; i++) ArrayPrototypePush(all, rest[i]);
      return ReflectApply(fn, undefined, all);
    }, args);
  }
  appendFile(data: any, options?: any): Promise<void> {
    return this.writeFile(data, options);
  }
  chmod(mode: any): Promise<void> {
    return this.#run("fchmod", f.fchmod, mode);
  }
  chown(uid: any, gid: any): Promise<void> {
    return this.#run("fchown", f.fchown, uid, gid);
  }
  datasync(): Promise<void> {
    return this.#run("fsync", f.fsync);
  }
  sync(): Promise<void> {
    return this.#run("fsync", f.fsync);
  }
  read(buffer?: any, offset?: any, length?: any, position?: any): Promise<any> {
    return this.#run("read", (fd: number) => {
      const a = f.readArgs(buffer, offset, length, position, true);
      const bytesRead = a.length === 0 ? 0 : f.readInto(fd, a.bytes, a.offset, a.length, a.position);
      return { __proto__: null, bytesRead, buffer: a.buffer };
    });
  }
  readv(buffers: any, position?: any): Promise<any> {
    return this.#run("readv", (fd: number) => {
      return { __proto__: null, bytesRead: f.readv(fd, buffers, position), buffers };
    });
  }
  readFile(options?: any): Promise<any> {
    return this.#run("readFile", f.readFile, options);
  }
  readLines(options?: any): any {
    return builtin("node:readline")!.createInterface({ input: this.createReadStream(options), crlfDelay: Infinity });
  }
  readableWebStream(options?: any): any {
    if (this.#fd < 0) throw coded(Error_, "ERR_INVALID_STATE", "Invalid state: The FileHandle is closed");
    if (this.#locked) throw coded(Error_, "ERR_INVALID_STATE", "Invalid state: The FileHandle is locked");
    this.#locked = true;
    const fd = this.#fd;
    return new (ReadableStream as any)({
      type: options?.type,
      pull: async (c: any): Promise<void> => {
        const b: Uint8Array = await own(laterCall(f.readSome, [fd, 16384, -1]));
        if (TypedArrayPrototypeGetLength(b) > 0) c.enqueue(b);
        else {
          c.close();
          c.byobRequest?.respond(0);
        }
      },
    }, options?.type === "bytes" ? undefined : { highWaterMark: 0 });
  }
  stat(options?: any): Promise<any> {
    return this.#run("fstat", f.fstat, options);
  }
  truncate(len: any = 0): Promise<void> {
    return this.#run("ftruncate", f.ftruncate, len);
  }
  utimes(atime: any, mtime: any): Promise<void> {
    return this.#run("futimes", f.futimes, atime, mtime);
  }
  write(buffer: any, offset?: any, length?: any, position?: any): Promise<any> {
    return this.#run("write", (fd: number) => {
      return { __proto__: null, bytesWritten: f.write(fd, buffer, offset, length, position), buffer };
    });
  }
  writev(buffers: any, position?: any): Promise<any> {
    return this.#run("writev", (fd: number) => {
      return { __proto__: null, bytesWritten: f.writev(fd, buffers, position), buffers };
    });
  }
  writeFile(data: any, options?: any): Promise<void> {
    if (this.#fd < 0) return this.#run("writeFile", f.writeFile);
    return writeAny(this.#fd, data, options, false);
  }
  createReadStream(options?: any): any {
    return new ReadStream(undefined, { ...options, fd: this });
  }
  createWriteStream(options?: any): any {
    return new WriteStream(undefined, { ...options, fd: this });
  }
  [SymbolAsyncDispose as any](): Promise<void> {
    return this.close();
  }
}
ObjectSetPrototypeOf(FileHandle.prototype, EventEmitter.prototype);
ObjectSetPrototypeOf(FileHandle, EventEmitter);

// writeAny is writeFile for promises: data may also be an iterable of pieces.
async function writeAny(target: any, data: any, options: any, append: boolean): Promise<void> {
  const o = f.optionsArg(options, { __proto__: null, encoding: "utf8", mode: 0o666, flag: append ? "a" : "w" });
  if (o.signal?.aborted) throw abortError(o.signal.reason);
  const iterable = data !== null && typeof data === "object" && !ArrayBufferIsView(data) && (data[SymbolAsyncIterator] ?? data[SymbolIterator]);
  const handle = target instanceof FileHandle ? target.fd : target;
  if (!iterable) return await own(laterCall(append ? f.appendFile : f.writeFile, [handle, data, o]));
  const fd = typeof handle === "number" ? handle : f.open(handle, o.flag, o.mode);
  try {
    const it = FunctionPrototypeCall(iterable, data);
    for (;;) {
      const r = await it.next();
      if (r.done) break;
      if (o.signal?.aborted) throw abortError(o.signal.reason);
      f.writeBytes(fd, f.dataArg(r.value, "data", normalizeEncoding(o.encoding)), null);
    }
  } finally {
    if (typeof handle !== "number") f.close(fd);
  }
}

promises.open = name(promised((path: any, flags?: any, mode?: any) => new FileHandle(f.open(path, flags, mode))), "open");
promises.readFile = name(async (path: any, options?: any) => {
  if (typeof options === "object" && options?.signal?.aborted) throw abortError(options.signal.reason);
  if (path instanceof FileHandle) return await own(path.readFile(options));
  if (typeof path === "number") throw invalidArgType("path", ["string", "Buffer", "URL"], path);
  return await own(laterCall(f.readFile, [path, options]));
}, "readFile");
promises.writeFile = name((path: any, data: any, options?: any) => writeAny(path, data, options, false), "writeFile");
promises.appendFile = name((path: any, data: any, options?: any) => writeAny(path, data, options, true), "appendFile");
promises.constants = f.constants;

ObjectAssign(fs, {
  Dirent: f.Dirent, Stats: f.Stats, ReadStream, WriteStream, FileReadStream: ReadStream, FileWriteStream: WriteStream, Dir,
  F_OK: 0, R_OK: 4, W_OK: 2, X_OK: 1, constants: f.constants, promises,
  _toUnixTimestamp: (t: any) => +t,
});

const bun = (): void => {
  promises.exists ??= name(promised(f.exists), "exists");
};
register(["node:fs", "fs"], () => tidy(fs), bun);
register(["node:fs/promises", "fs/promises"], () => promises, bun);

export { fs, promises };
