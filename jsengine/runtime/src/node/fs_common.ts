// What node:fs's synchronous calls, callbacks, promises and streams share: how
// arguments are read, Stats and Dirent, and each operation once.

import {
  ArrayBufferIsView, ArrayIsArray, ArrayPrototypePush, BigInt_, DateNow, DatePrototypeGetTime, Date_, Error_, FunctionPrototypeCall,
  MathTrunc, NumberIsNaN, ObjectSetPrototypeOf, ParseInt, RangeError_, SafeSet, RegExpPrototypeExec, StringPrototypeEndsWith, StringPrototypeIncludes, StringPrototypeIndexOf, StringPrototypeSlice,
  StringPrototypeStartsWith, Symbol_, TypedArrayPrototypeGetLength, TypedArrayPrototypeSet, own, setOwn,
} from "../primordials.ts";
import { OP } from "buntime:ops";
import { cwd, isWorker } from "../process.ts";
import { coded, invalidArgType, invalidArgValue, outOfRange, validateFunction, validateInteger, validateBoolean } from "./errors.ts";
import { decode, encode, newBuffer, normalizeEncoding, subBytes, viewBytes, wrap } from "./buffer.ts";
import { pathOfURL } from "../url.ts";
import { posix } from "./path.ts";
import { laterCall } from "./later.ts";

export const constants = {
  __proto__: null,
  UV_FS_SYMLINK_DIR: 1, UV_FS_SYMLINK_JUNCTION: 2, O_RDONLY: 0, O_WRONLY: 1, O_RDWR: 2, UV_DIRENT_UNKNOWN: 0, UV_DIRENT_FILE: 1, UV_DIRENT_DIR: 2,
  UV_DIRENT_LINK: 3, UV_DIRENT_FIFO: 4, UV_DIRENT_SOCKET: 5, UV_DIRENT_CHAR: 6, UV_DIRENT_BLOCK: 7, S_IFMT: 61440, S_IFREG: 32768, S_IFDIR: 16384,
  S_IFCHR: 8192, S_IFBLK: 24576, S_IFIFO: 4096, S_IFLNK: 40960, S_IFSOCK: 49152, O_CREAT: 64, O_EXCL: 128, UV_FS_O_FILEMAP: 0, EXTENSIONLESS_FORMAT_JAVASCRIPT: 0, EXTENSIONLESS_FORMAT_WASM: 1, O_NOCTTY: 256,
  O_TRUNC: 512, O_APPEND: 1024, O_DIRECTORY: 65536, O_NOATIME: 262144, O_NOFOLLOW: 131072, O_SYNC: 1052672, O_DSYNC: 4096, O_DIRECT: 16384,
  O_NONBLOCK: 2048, S_IRWXU: 448, S_IRUSR: 256, S_IWUSR: 128, S_IXUSR: 64, S_IRWXG: 56, S_IRGRP: 32, S_IWGRP: 16, S_IXGRP: 8, S_IRWXO: 7,
  S_IROTH: 4, S_IWOTH: 2, S_IXOTH: 1, F_OK: 0, R_OK: 4, W_OK: 2, X_OK: 1, UV_FS_COPYFILE_EXCL: 1, COPYFILE_EXCL: 1, UV_FS_COPYFILE_FICLONE: 2,
  COPYFILE_FICLONE: 2, UV_FS_COPYFILE_FICLONE_FORCE: 4, COPYFILE_FICLONE_FORCE: 4,
} as any;

// The most that one crossing reads; jsengine's maxRead.
const CHUNK = 4 << 20;

// pathArg reads a path argument as Node does: string, Buffer or file: URL, without NUL.
export function pathArg(p: any, name = "path"): string {
  let s: string;
  if (typeof p === "string") s = p;
  else {
    const b = p !== null && typeof p === "object" && ArrayBufferIsView(p) ? viewBytes(p) : undefined;
    if (b !== undefined) s = decode(b, "utf8");
    else {
      const url = pathOfURL(p);
      if (url === undefined) throw invalidArgType(name, ["string", "Buffer", "URL"], p);
      s = url;
    }
  }
  if (StringPrototypeIncludes(s, "\0")) throw invalidArgValue(name, s, "must be a string, Uint8Array, or URL without null bytes");
  return s;
}

// absolute puts the working directory before a relative path. It resolves nothing: that is the host's.
export function absolute(p: string): string {
  if (p.length > 0 && p[0] === "/") return p;
  if (p === "") return "";
  const dir = cwd();
  return dir === "/" ? `/${p}` : `${dir}/${p}`;
}

// fdArg checks a file descriptor.
export function fdArg(fd: any, name = "fd"): number {
  validateInteger(fd, name, 0, 2147483647);
  return fd;
}

const { join: joinPath, resolve: resolvePath } = posix;

const flagNames = {
  __proto__: null,
  r: 0, rs: 1052672, sr: 1052672, "r+": 2, "rs+": 1052674, "sr+": 1052674,
  w: 577, wx: 705, xw: 705, "w+": 578, "wx+": 706, "xw+": 706,
  a: 1089, ax: 1217, xa: 1217, as: 1053761, sa: 1053761, "a+": 1090, "ax+": 1218, "xa+": 1218, "as+": 1053762, "sa+": 1053762,
} as any;

export function flagsArg(flags: any, dflt: number): number {
  if (flags == null) return dflt;
  if (typeof flags === "number") {
    validateInteger(flags, "flags", -2147483648, 2147483647);
    return flags;
  }
  const f = typeof flags === "string" ? flagNames[flags] : undefined;
  if (f === undefined) throw invalidArgValue("flags", flags);
  return f;
}

const octal = /^[0-7]+$/;

export function modeArg(mode: any, name: string, dflt?: number): number {
  if (mode == null && dflt !== undefined) return dflt;
  if (typeof mode === "string") {
    if (RegExpPrototypeExec(octal, mode) === null) throw invalidArgValue(name, mode, "must be a 32-bit unsigned integer or an octal string");
    mode = ParseInt(mode, 8);
  }
  validateInteger(mode, name, 0, 4294967295);
  return mode & 0o7777;
}

// optionsArg turns "an encoding or options" into options.
export function optionsArg(options: any, dflt: any): any {
  if (options == null || typeof options === "function") return dflt;
  if (typeof options === "string") options = { __proto__: null, ...dflt, encoding: options };
  else if (typeof options !== "object") throw invalidArgType("options", ["string", "object"], options);
  else options = { __proto__: null, ...dflt, ...options };
  encodingArg(options.encoding);
  const signal = options.signal;
  if (signal !== undefined && (signal === null || typeof signal !== "object" || !("aborted" in signal))) throw invalidArgType("options.signal", "AbortSignal", signal);
  return options;
}

function encodingArg(enc: any): void {
  if (enc && enc !== "buffer" && (typeof enc !== "string" || normalizeEncoding(enc) === undefined)) {
    throw invalidArgValue("encoding", enc, "is invalid encoding");
  }
}

// text gives bytes (which nobody else holds) as an encoding asks: a Buffer if it is none.
export function text(bytes: Uint8Array, enc: any): any {
  if (!enc || enc === "buffer") return wrap(bytes);
  return decode(bytes, normalizeEncoding(enc)!);
}

// named gives a path or name as an encoding asks.
export function named(s: string, enc: any): any {
  if (enc === "buffer") return wrap(encode(s, "utf8"));
  if (!enc || enc === "utf8" || enc === "utf-8") return s;
  return decode(encode(s, "utf8"), normalizeEncoding(enc)!);
}

export function dataArg(data: any, name: string, enc?: any): string | Uint8Array {
  if (typeof data === "string") {
    const e = normalizeEncoding(enc) ?? "utf8";
    return e === "utf8" ? data : encode(data, e);
  }
  const b = data !== null && typeof data === "object" && ArrayBufferIsView(data) ? viewBytes(data) : undefined;
  if (b === undefined) throw invalidArgType(name, ["string", "Buffer", "TypedArray", "DataView"], data);
  return b;
}

function secondsArg(t: any): number {
  if (typeof t === "string" && +t == (t as any)) t = +t;
  if (typeof t === "number" && !NumberIsNaN(t) && t !== Infinity && t !== -Infinity) return t < 0 ? DateNow() / 1000 : t;
  if (host.classOf(t) === "Date") return DatePrototypeGetTime(t) / 1000;
  throw invalidArgType("time", ["Date", "an Time in seconds"], t); // as Node words it
}

// Stats, as Node's: numbers and Dates are own properties.
export class Stats {
  dev: any = 0; mode: any = 0; nlink: any = 0; uid: any = 0; gid: any = 0; rdev: any = 0; blksize: any = 0; ino: any = 0; size: any = 0; blocks: any = 0;
  atimeMs: any = 0; mtimeMs: any = 0; ctimeMs: any = 0; birthtimeMs: any = 0;
  constructor(dev?: any, mode?: any, nlink?: any, uid?: any, gid?: any, rdev?: any, blksize?: any, ino?: any, size?: any, blocks?: any, atimeMs?: any, mtimeMs?: any, ctimeMs?: any, birthtimeMs?: any) {
    this.dev = dev; this.mode = mode; this.nlink = nlink; this.uid = uid; this.gid = gid; this.rdev = rdev; this.blksize = blksize; this.ino = ino; this.size = size;
    this.blocks = blocks; this.atimeMs = atimeMs; this.mtimeMs = mtimeMs; this.ctimeMs = ctimeMs; this.birthtimeMs = birthtimeMs;
    setOwn(this, "atime", new Date_(dateMs(atimeMs)));
    setOwn(this, "mtime", new Date_(dateMs(mtimeMs)));
    setOwn(this, "ctime", new Date_(dateMs(ctimeMs)));
    setOwn(this, "birthtime", new Date_(dateMs(birthtimeMs)));
  }
}

function dateMs(ms: any): number {
  return MathTrunc(+ms + 0.5);
}

class BigIntStats {
  dev: any; mode: any; nlink: any; uid: any; gid: any; rdev: any; blksize: any; ino: any; size: any; blocks: any;
  atimeMs: any; mtimeMs: any; ctimeMs: any; birthtimeMs: any; atimeNs: any; mtimeNs: any; ctimeNs: any; birthtimeNs: any;
  atime: any; mtime: any; ctime: any; birthtime: any;
  constructor(r: number[]) {
    const b = (i: number) => BigInt_(r[i]!);
    this.dev = b(0); this.mode = b(1); this.nlink = b(2); this.uid = b(3); this.gid = b(4); this.rdev = b(5); this.blksize = b(6); this.ino = b(7); this.size = b(8); this.blocks = b(9);
    const ns = (i: number) => b(i) * 1000000000n + b(i + 1);
    const a = ns(10), m = ns(12), c = ns(14), d = ns(16);
    this.atimeMs = a / 1000000n; this.mtimeMs = m / 1000000n; this.ctimeMs = c / 1000000n; this.birthtimeMs = d / 1000000n;
    this.atimeNs = a; this.mtimeNs = m; this.ctimeNs = c; this.birthtimeNs = d;
    this.atime = new Date_(ms(r, 10)); this.mtime = new Date_(ms(r, 12)); this.ctime = new Date_(ms(r, 14)); this.birthtime = new Date_(ms(r, 16));
  }
}

// As in Node, the questions about the kind of a file are inherited, and ask the class how it compares modes.
function StatsBase(): void {}
const fileKinds: [string, number][] = [["isDirectory", 0o040000], ["isFile", 0o100000], ["isBlockDevice", 0o060000], ["isCharacterDevice", 0o020000], ["isSymbolicLink", 0o120000], ["isFIFO", 0o010000], ["isSocket", 0o140000]];
for (let i = 0; i < fileKinds.length; i++) {
  const name = fileKinds[i]![0], want = fileKinds[i]![1];
  setOwn(StatsBase.prototype, name, { [name](this: any): boolean { return this._checkModeProperty(want); } }[name]);
}
ObjectSetPrototypeOf(Stats.prototype, StatsBase.prototype);
ObjectSetPrototypeOf(BigIntStats.prototype, StatsBase.prototype);
setOwn(Stats.prototype, "isFile", StatsBase.prototype.isFile);
setOwn(Stats.prototype, "_checkModeProperty", function _checkModeProperty(this: any, want: number): boolean { return (this.mode & 0o170000) === want; });
setOwn(BigIntStats.prototype, "_checkModeProperty", function _checkModeProperty(this: any, want: number): boolean { return (+`${this.mode}` & 0o170000) === want; });

function ms(r: number[], i: number): number {
  return r[i]! * 1000 + r[i + 1]! / 1e6;
}

function stats(r: number[], bigint: boolean): any {
  if (bigint) return new BigIntStats(r);
  return new Stats(r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7], r[8], r[9], ms(r, 10), ms(r, 12), ms(r, 14), ms(r, 16));
}

// noStats are those of a file that is not there, for watchFile.
export function noStats(bigint: boolean): any {
  return stats([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], bigint);
}

const kType: unique symbol = Symbol_("type") as any;

export class Dirent {
  name: any = "";
  parentPath: any = "";
  path: any = "";
  [kType] = 0;
  constructor(name: any, type: number, path: any) {
    this.name = name;
    this.parentPath = path;
    this.path = path;
    this[kType] = type;
  }
  isDirectory(): boolean { return this[kType] === 2; }
  isFile(): boolean { return this[kType] === 1; }
  isBlockDevice(): boolean { return this[kType] === 7; }
  isCharacterDevice(): boolean { return this[kType] === 6; }
  isSymbolicLink(): boolean { return this[kType] === 3; }
  isFIFO(): boolean { return this[kType] === 4; }
  isSocket(): boolean { return this[kType] === 5; }
}

// errno is a system error that has no host operation behind it.
export function errno(code: string, no: number, message: string, syscall: string, path?: string): any {
  const e: any = new Error_(`${code}: ${message}, ${syscall}${path === undefined ? "" : ` '${path}'`}`);
  setOwn(e, "errno", no);
  setOwn(e, "code", code);
  setOwn(e, "syscall", syscall);
  if (path !== undefined) setOwn(e, "path", path);
  return e;
}

function systemError(code: string, what: string, ctx: { code: string; message: string; path: string; syscall: string; errno: number; dest?: string }): any {
  const e = coded(Error_, code, `${what}: ${ctx.syscall} returned ${ctx.code} (${ctx.message}) ${ctx.path}${ctx.dest === undefined ? "" : ` => ${ctx.dest}`}`);
  setOwn(e, "name", "SystemError");
  setOwn(e, "info", { __proto__: null, ...ctx });
  setOwn(e, "errno", ctx.errno);
  setOwn(e, "syscall", ctx.syscall);
  setOwn(e, "path", ctx.path);
  return e;
}

// The standard streams are descriptors too.
function readStdin(max: number): Uint8Array {
  return host.sync(OP["stdin.readSync"]!, max);
}

// nextInput is the next piece of standard input, of at most length bytes; others run until it comes.
export function nextInput(length: number): Promise<Uint8Array> {
  return host.async(OP["stdin.read"]!, length > CHUNK ? CHUNK : length);
}

function standard(p: string): number {
  if (!StringPrototypeStartsWith(p, "/dev/")) return -1;
  return p === "/dev/stdin" ? 0 : p === "/dev/stdout" ? 1 : p === "/dev/stderr" ? 2 : -1;
}

export function open(path: any, flags?: any, mode?: any): number {
  const p = pathArg(path);
  const f = flagsArg(flags, 0);
  const m = modeArg(mode, "mode", 0o666);
  const std = standard(p);
  return std >= 0 ? std : host.sync(OP["fs.open"]!, absolute(p), p, f, m);
}

export function close(fd: any): void {
  fdArg(fd);
  if (fd > 2) host.sync(OP["fs.close"]!, fd);
}

// readInto reads at most length bytes at a position (null: the current one) and returns how many.
export function readInto(fd: number, to: Uint8Array, offset: number, length: number, position: number | bigint | null): number {
  let total = 0;
  while (total < length) {
    const want = length - total > CHUNK ? CHUNK : length - total;
    let got: Uint8Array;
    if (fd === 0) got = readStdin(want);
    else if (fd <= 2) throw errno("EBADF", -9, "bad file descriptor", "read");
    else got = host.sync(OP["fs.read"]!, fd, want, position === null ? -1 : +`${position}` + total);
    const n = TypedArrayPrototypeGetLength(got);
    if (n === 0) break;
    TypedArrayPrototypeSet(to, got, offset + total);
    total += n;
    if (n < want) break;
  }
  return total;
}

// readSome returns a fresh piece of at most length bytes, without a copy.
export function readSome(fd: number, length: number, position: number): Uint8Array {
  if (fd === 0) return readStdin(length);
  if (fd <= 2) throw errno("EBADF", -9, "bad file descriptor", "read");
  return host.sync(OP["fs.read"]!, fd, length > CHUNK ? CHUNK : length, position);
}

export interface ReadArgs { buffer: any; bytes: Uint8Array; offset: number; length: number; position: number | bigint | null }

// readArgs reads (buffer, offset, length, position), (buffer, options), or (options) where that is allowed.
export function readArgs(buffer: any, offset: any, length: any, position: any, owned: boolean): ReadArgs {
  if (owned && (buffer == null || (typeof buffer === "object" && !ArrayBufferIsView(buffer)))) {
    const o = buffer ?? {};
    buffer = o.buffer ?? newBuffer(16384);
    offset = o.offset;
    length = o.length;
    position = o.position;
  }
  const bytes = buffer !== null && typeof buffer === "object" && ArrayBufferIsView(buffer) ? viewBytes(buffer)! : undefined;
  if (bytes === undefined) throw invalidArgType("buffer", ["Buffer", "TypedArray", "DataView"], buffer);
  if (offset !== null && typeof offset === "object") {
    const o = offset;
    offset = o.offset;
    length = o.length;
    position = o.position;
  }
  const n = TypedArrayPrototypeGetLength(bytes);
  if (offset == null) offset = 0;
  else validateInteger(offset, "offset", 0);
  if (length == null) length = n - offset;
  else validateInteger(length, "length");
  if (length !== 0 && n === 0) throw invalidArgValue("buffer", buffer, "is empty and cannot be written");
  if (length < 0) throw outOfRange("length", ">= 0", length);
  if (length > n - offset) throw outOfRange("length", `<= ${n - offset}`, length);
  if (position == null || position === -1 || position === -1n) position = null;
  else if (typeof position === "bigint") {
    if (position < -1n || position > 9223372036854775807n) throw outOfRange("position", `>= -1 && <= 9223372036854775807`, position);
  } else {
    if (typeof position !== "number") throw invalidArgType("position", ["bigint", "integer"], position);
    validateInteger(position, "position", -1);
  }
  return { buffer, bytes, offset, length, position };
}

export function read(fd: any, buffer: any, offset?: any, length?: any, position?: any): number {
  fdArg(fd);
  const a = readArgs(buffer, offset, length, position, false);
  return a.length === 0 ? 0 : readInto(fd, a.bytes, a.offset, a.length, a.position);
}

// writeBytes writes all of data and returns its length in bytes.
export function writeBytes(fd: number, data: string | Uint8Array, position: number | null): number {
  if (fd === 1 || fd === 2) {
    // A thread writes to the descriptors itself; only its process.stdout is its parent's to print.
    if (isWorker()) host.sync(OP["worker.write"]!, fd, data);
    else host.write(fd, data);
    return typeof data === "string" ? host.utf8Length(data) : TypedArrayPrototypeGetLength(data);
  }
  if (fd === 0) throw errno("EBADF", -9, "bad file descriptor", "write");
  return host.sync(OP["fs.write"]!, fd, data, position === null ? -1 : position);
}

export function write(fd: any, buffer: any, offset?: any, length?: any, position?: any): number {
  fdArg(fd);
  if (typeof buffer === "string") {
    // (fd, text, position, encoding)
    const enc = length;
    if (enc !== undefined && enc !== null && normalizeEncoding(enc) === undefined) throw invalidArgValue("encoding", enc, "is invalid encoding");
    return writeBytes(fd, dataArg(buffer, "buffer", enc), typeof offset === "number" ? offset : null);
  }
  const bytes = buffer !== null && typeof buffer === "object" && ArrayBufferIsView(buffer) ? viewBytes(buffer)! : undefined;
  if (bytes === undefined) throw invalidArgType("buffer", ["string", "Buffer", "TypedArray", "DataView"], buffer);
  if (offset !== null && typeof offset === "object") {
    const o = offset;
    offset = o.offset;
    length = o.length;
    position = o.position;
  }
  const n = TypedArrayPrototypeGetLength(bytes);
  if (offset == null) offset = 0;
  else validateInteger(offset, "offset", 0);
  if (typeof length !== "number") length = n - offset;
  if (offset > n) throw outOfRange("offset", `<= ${n}`, offset);
  if (length > n - offset) throw outOfRange("length", `<= ${n - offset}`, length);
  if (length < 0) throw outOfRange("length", ">= 0", length);
  return writeBytes(fd, subBytes(bytes, offset, offset + length), typeof position === "number" && position >= 0 ? position : null);
}

function viewsArg(list: any): Uint8Array[] {
  if (!ArrayIsArray(list)) throw invalidArgType("buffers", "ArrayBufferView[]", list);
  const out: Uint8Array[] = [];
  for (let i = 0; i < list.length; i++) {
    const b = list[i] !== null && typeof list[i] === "object" && ArrayBufferIsView(list[i]) ? viewBytes(list[i]) : undefined;
    if (b === undefined) throw invalidArgType("buffers", "ArrayBufferView[]", list);
    ArrayPrototypePush(out, b);
  }
  return out;
}

export function readv(fd: any, buffers: any, position?: any): number {
  fdArg(fd);
  const list = viewsArg(buffers);
  let total = 0;
  for (let i = 0; i < list.length; i++) {
    const want = TypedArrayPrototypeGetLength(list[i]!);
    const n = readInto(fd, list[i]!, 0, want, typeof position === "number" ? position + total : null);
    total += n;
    if (n < want) break;
  }
  return total;
}

export function writev(fd: any, buffers: any, position?: any): number {
  fdArg(fd);
  const list = viewsArg(buffers);
  let total = 0;
  for (let i = 0; i < list.length; i++) total += writeBytes(fd, list[i]!, typeof position === "number" ? position + total : null);
  return total;
}

// readRest reads from a descriptor's position to its end.
function readRest(fd: number): Uint8Array {
  const pieces: Uint8Array[] = [];
  let total = 0;
  for (;;) {
    const b = readSome(fd, CHUNK, -1);
    const n = TypedArrayPrototypeGetLength(b);
    if (n === 0) break;
    ArrayPrototypePush(pieces, b);
    total += n;
  }
  if (pieces.length === 1) return pieces[0]!;
  const out = newBuffer(total);
  for (let i = 0, at = 0; i < pieces.length; i++) {
    TypedArrayPrototypeSet(out, pieces[i]!, at);
    at += TypedArrayPrototypeGetLength(pieces[i]!);
  }
  return out;
}

// readAll returns a file's bytes; path may be a descriptor.
export function readAll(path: any, flags: number): Uint8Array {
  if (typeof path === "number") return readRest(fdArg(path));
  const p = pathArg(path);
  if (standard(p) === 0) return readRest(0);
  const b = host.sync(OP["fs.readFile"]!, absolute(p), p, flags);
  if (b !== null) return b;
  const fd = open(p, flags);
  try {
    return readRest(fd);
  } finally {
    close(fd);
  }
}

const readDefaults = { __proto__: null, encoding: null, flag: "r" };

export function readFile(path: any, options?: any): any {
  const o = optionsArg(options, readDefaults);
  return text(readAll(path, flagsArg(o.flag, 0)), o.encoding);
}

const writeDefaults = { __proto__: null, encoding: "utf8", mode: 0o666, flag: "w", flush: false };
const appendDefaults = { __proto__: null, encoding: "utf8", mode: 0o666, flag: "a", flush: false };

export function writeFile(path: any, data: any, options?: any): void {
  writeWith(path, data, optionsArg(options, writeDefaults));
}

export function appendFile(path: any, data: any, options?: any): void {
  const o = optionsArg(options, appendDefaults);
  if (!o.flag) o.flag = "a";
  writeWith(path, data, o);
}

function writeWith(path: any, data: any, o: any): void {
  if (o.flush !== undefined && o.flush !== null) validateBoolean(o.flush, "options.flush");
  const bytes = dataArg(data, "data", o.encoding);
  if (typeof path === "number") {
    writeBytes(fdArg(path), bytes, null);
    return;
  }
  const p = pathArg(path);
  const std = standard(p);
  if (std > 0) {
    writeBytes(std, bytes, null);
    return;
  }
  host.sync(OP["fs.writeFile"]!, absolute(p), p, bytes, flagsArg(o.flag, 577), modeArg(o.mode, "mode", 0o666));
}

export function stat(path: any, options?: any): any {
  const p = pathArg(path);
  const r = host.sync(OP["fs.stat"]!, absolute(p), p, true, options?.throwIfNoEntry === false);
  return r === undefined ? undefined : stats(r, options?.bigint === true);
}

export function lstat(path: any, options?: any): any {
  const p = pathArg(path);
  const r = host.sync(OP["fs.stat"]!, absolute(p), p, false, options?.throwIfNoEntry === false);
  return r === undefined ? undefined : stats(r, options?.bigint === true);
}

export function fstat(fd: any, options?: any): any {
  fdArg(fd);
  const r = fd <= 2 ? [0, 0o20620, 1, 0, 0, 0, 1024, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] : host.sync(OP["fs.fstat"]!, fd);
  return stats(r, options?.bigint === true);
}

export function access(path: any, mode?: any): void {
  const p = pathArg(path);
  if (mode === undefined) mode = 0;
  else {
    // The range's error is worded by Node's native code.
    if (typeof mode === "number" && (mode < 0 || mode > 7)) throw coded(RangeError_, "ERR_OUT_OF_RANGE", "mode is out of range: >= 0 && <= 7");
    validateInteger(mode, "mode");
  }
  host.sync(OP["fs.access"]!, absolute(p), p, mode);
}

export function exists(path: any): boolean {
  try {
    const p = pathArg(path);
    return host.sync(OP["fs.stat"]!, absolute(p), p, true, true) !== undefined;
  } catch {
    return false;
  }
}

export function mkdir(path: any, options?: any): string | undefined {
  let mode: any = 0o777, recursive = false;
  if (typeof options === "number" || typeof options === "string") mode = modeArg(options, "mode");
  else if (options) {
    if (options.recursive !== undefined) {
      validateBoolean(options.recursive, "options.recursive");
      recursive = options.recursive;
    }
    if (options.mode !== undefined) mode = modeArg(options.mode, "options.mode");
  }
  const p = pathArg(path);
  const made: string | undefined = host.sync(OP["fs.mkdir"]!, absolute(p), p, mode, recursive);
  if (made === undefined || p[0] === "/") return made;
  // The first folder that was made, as far as the path went to name it.
  for (let i = 1; i <= p.length; i++) {
    if (i < p.length && p[i] !== "/") continue;
    const start = StringPrototypeSlice(p, 0, i);
    if (resolvePath(start) === made) return start;
  }
  return made;
}

export function mkdtemp(prefix: any, options?: any): any {
  const o = optionsArg(options, { __proto__: null });
  const p = pathArg(prefix, "prefix");
  return named(p + host.sync(OP["fs.mkdtemp"]!, absolute(p), p), o.encoding);
}

function join(dir: string, name: string): string {
  return dir === "" ? name : StringPrototypeEndsWith(dir, "/") ? dir + name : `${dir}/${name}`;
}

export function readdir(path: any, options?: any): any[] {
  const o = optionsArg(options, { __proto__: null });
  const p = pathArg(path);
  if (o.recursive != null) validateBoolean(o.recursive, "options.recursive");
  const out: any[] = [];
  const dirs = [""]; // relative to p, still to be read
  for (let d = 0; d < dirs.length; d++) {
    const rel = dirs[d]!;
    const dir = rel === "" ? p : join(p, rel);
    const shown = rel === "" ? p : joinPath(p, rel);
    const list = host.sync(OP["fs.readdir"]!, absolute(dir), dir);
    for (let i = 0; i < list.length; i += 2) {
      const name = list[i], type = list[i + 1];
      const inner = join(rel, name);
      ArrayPrototypePush(out, o.withFileTypes ? new Dirent(named(name, o.encoding), type, shown) : named(inner, o.encoding));
      if (o.recursive && type === 2) ArrayPrototypePush(dirs, inner);
    }
  }
  return out;
}

export function rm(path: any, options?: any): void {
  const p = pathArg(path);
  if (options != null && typeof options !== "object") throw invalidArgType("options", "object", options);
  const recursive = options?.recursive ?? false, force = options?.force ?? false;
  validateBoolean(recursive, "options.recursive");
  validateBoolean(force, "options.force");
  if (host.sync(OP["fs.rm"]!, absolute(p), p, recursive, force) === true) {
    throw systemError("ERR_FS_EISDIR", "Path is a directory", { code: "EISDIR", message: "is a directory", path: p, syscall: "rm", errno: 21 });
  }
}

export function rmdir(path: any, options?: any): void {
  const p = pathArg(path);
  if (options?.recursive) {
    // Deprecated in Node: a folder that is not there is an error, a file too.
    if (!lstat(p).isDirectory()) throw errno("ENOTDIR", -20, "not a directory", "rmdir", p);
    rm(p, { recursive: true });
    return;
  }
  host.sync(OP["fs.rmdir"]!, absolute(p), p);
}

export function unlink(path: any): void {
  const p = pathArg(path);
  host.sync(OP["fs.unlink"]!, absolute(p), p);
}

export function rename(from: any, to: any): void {
  const a = pathArg(from, "oldPath"), b = pathArg(to, "newPath");
  host.sync(OP["fs.rename"]!, absolute(a), a, absolute(b), b);
}

export function link(from: any, to: any): void {
  const a = pathArg(from, "existingPath"), b = pathArg(to, "newPath");
  host.sync(OP["fs.link"]!, absolute(a), a, absolute(b), b);
}

export function symlink(target: any, path: any): void {
  const t = pathArg(target, "target"), p = pathArg(path);
  host.sync(OP["fs.symlink"]!, t, t, absolute(p), p);
}

export function readlink(path: any, options?: any): any {
  const o = optionsArg(options, { __proto__: null });
  const p = pathArg(path);
  return named(host.sync(OP["fs.readlink"]!, absolute(p), p), o.encoding);
}

export function realpath(path: any, options?: any, syscall = "realpath"): any {
  const o = optionsArg(options, { __proto__: null });
  const p = pathArg(path);
  return named(host.sync(OP["fs.realpath"]!, absolute(p === "" && syscall === "lstat" ? "." : p), p, syscall), o.encoding);
}

export function chmod(path: any, mode: any): void {
  const p = pathArg(path);
  const m = modeArg(mode, "mode");
  host.sync(OP["fs.chmod"]!, absolute(p), p, m);
}

export function fchmod(fd: any, mode: any): void {
  fdArg(fd);
  host.sync(OP["fs.fchmod"]!, fd, modeArg(mode, "mode"));
}

// chown checks its arguments and that the file exists. Every file here has one owner.
export function chown(path: any, uid: any, gid: any): void {
  const p = pathArg(path);
  validateInteger(uid, "uid", -1, 4294967295);
  validateInteger(gid, "gid", -1, 4294967295);
  owner(uid, gid, "chown", p);
  stat(p);
}

export function lchown(path: any, uid: any, gid: any): void {
  const p = pathArg(path);
  validateInteger(uid, "uid", -1, 4294967295);
  validateInteger(gid, "gid", -1, 4294967295);
  owner(uid, gid, "lchown", p);
  lstat(p);
}

export function fchown(fd: any, uid: any, gid: any): void {
  validateInteger(uid, "uid", -1, 4294967295);
  validateInteger(gid, "gid", -1, 4294967295);
  owner(uid, gid, "fchown");
  fstat(fd);
}

function owner(uid: number, gid: number, syscall: string, path?: string): void {
  if ((uid !== 0 && uid !== -1 && uid !== 4294967295) || (gid !== 0 && gid !== -1 && gid !== 4294967295)) throw errno("EPERM", -1, "operation not permitted", syscall, path);
}

export function utimes(path: any, atime: any, mtime: any): void {
  const p = pathArg(path);
  host.sync(OP["fs.utimes"]!, absolute(p), p, secondsArg(atime), secondsArg(mtime), true);
}

export function lutimes(path: any, atime: any, mtime: any): void {
  const p = pathArg(path);
  host.sync(OP["fs.utimes"]!, absolute(p), p, secondsArg(atime), secondsArg(mtime), false);
}

export function futimes(fd: any, atime: any, mtime: any): void {
  fdArg(fd);
  host.sync(OP["fs.futimes"]!, fd, secondsArg(atime), secondsArg(mtime));
}

export function truncate(path: any, len: any = 0): void {
  if (typeof path === "number") return ftruncate(path, len);
  const p = pathArg(path);
  validateInteger(len ?? 0, "len");
  host.sync(OP["fs.truncate"]!, absolute(p), p, len ?? 0);
}

export function ftruncate(fd: any, len: any = 0): void {
  fdArg(fd);
  validateInteger(len ?? 0, "len");
  host.sync(OP["fs.ftruncate"]!, fd, len ?? 0);
}

export function fsync(fd: any): void {
  fdArg(fd);
  if (fd > 2) host.sync(OP["fs.fsync"]!, fd);
}

export function copyFile(src: any, dest: any, mode: any = 0): void {
  const a = pathArg(src, "src"), b = pathArg(dest, "dest");
  if (mode == null) mode = 0;
  validateInteger(mode, "mode", 0, 7);
  host.sync(OP["fs.copyFile"]!, absolute(a), a, absolute(b), b, (mode & 1) !== 0);
}

const cpDefaults = { dereference: false, errorOnExist: false, force: true, preserveTimestamps: false, recursive: false, filter: undefined, mode: 0, verbatimSymlinks: false };

// cpArgs checks the arguments of cp.
export function cpArgs(src: any, dest: any, options?: any): [string, string, any] {
  if (options != null && typeof options !== "object") throw invalidArgType("options", "object", options);
  const o: any = { __proto__: null, ...cpDefaults, ...options };
  const flags = ["dereference", "errorOnExist", "force", "preserveTimestamps", "recursive", "verbatimSymlinks"];
  for (let i = 0; i < flags.length; i++) validateBoolean(o[flags[i]!], `options.${flags[i]}`);
  validateInteger(o.mode ?? 0, "mode", 0, 7);
  if (o.filter !== undefined) validateFunction(o.filter, "options.filter");
  return [pathArg(src, "src"), pathArg(dest, "dest"), o];
}

export function cp(src: any, dest: any, options?: any): void {
  const [a, b, o] = cpArgs(src, dest, options);
  copyTree(a, b, o, true);
}

export async function cpAsync(src: any, dest: any, options?: any): Promise<void> {
  const [a, b, o] = cpArgs(src, dest, options);
  await own(copyTreeAsync(a, b, o));
}

// copyTreeAsync asks a filter that may answer later about everything first, then copies what it let through.
export async function copyTreeAsync(a: string, b: string, o: any): Promise<void> {
  if (o.filter !== undefined) {
    const left: Set<string> = new SafeSet();
    await own(ask(a, b, o, left));
    const { filter: _, ...rest } = o;
    o = { __proto__: null, ...rest, filter: (from: string) => !left.has(from) };
  }
  await own(laterCall(copyTree, [a, b, o, true]));
}

async function ask(a: string, b: string, o: any, left: Set<string>): Promise<void> {
  if (!(await FunctionPrototypeCall(o.filter, undefined, a, b))) {
    left.add(a);
    return;
  }
  const st = o.dereference ? stat(a, { throwIfNoEntry: false }) : lstat(a, { throwIfNoEntry: false });
  if (!st?.isDirectory() || !o.recursive) return;
  const names = readdir(a);
  for (let i = 0; i < names.length; i++) await own(ask(join(a, names[i]), join(b, names[i]), o, left));
}

function cpError(code: string, what: string, no: string, message: string, path: string): Error {
  return systemError(code, what, { code: no, message, path, syscall: "cp", errno: no === "EEXIST" ? 17 : no === "ENOTDIR" ? 20 : no === "EISDIR" ? 21 : 22 });
}

function copyTree(a: string, b: string, o: any, top: boolean): void {
  if (o.filter !== undefined && !FunctionPrototypeCall(o.filter, undefined, a, b)) return;
  const st = o.dereference ? stat(a) : lstat(a);
  const to = o.dereference ? stat(b, { throwIfNoEntry: false }) : lstat(b, { throwIfNoEntry: false });
  if (top) {
    if (st.isDirectory() && !o.recursive) {
      throw systemError("ERR_FS_EISDIR", "Path is a directory", { code: "EISDIR", message: `${a} is a directory (not copied)`, path: a, syscall: "cp", errno: 22 });
    }
    const ra = realpath(a, undefined), rb = to === undefined ? absolute(b) : realpath(b, undefined);
    if (ra === rb) throw cpError("ERR_FS_CP_EINVAL", "Invalid src or dest", "EINVAL", "src and dest cannot be the same", b);
    if (st.isDirectory() && StringPrototypeStartsWith(rb, ra + "/")) {
      throw cpError("ERR_FS_CP_EINVAL", "Invalid src or dest", "EINVAL", `cannot copy ${a} to a subdirectory of self ${b}`, b);
    }
    const slash = lastSlash(b);
    if (slash > 0) mkdir(StringPrototypeSlice(b, 0, slash), { recursive: true });
  }
  if (st.isDirectory()) {
    if (to !== undefined && !to.isDirectory()) throw cpError("ERR_FS_CP_DIR_TO_NON_DIR", "Cannot overwrite non-directory with directory", "EISDIR", `cannot overwrite non-directory ${b} with directory ${a}`, b);
    if (to === undefined) mkdir(b, { mode: st.mode & 0o777 | 0o700 });
    const names = readdir(a);
    for (let i = 0; i < names.length; i++) copyTree(join(a, names[i]), join(b, names[i]), o, false);
    if (to === undefined) chmod(b, st.mode & 0o7777);
  } else {
    if (to?.isDirectory()) throw cpError("ERR_FS_CP_NON_DIR_TO_DIR", "Cannot overwrite directory with non-directory", "ENOTDIR", `cannot overwrite directory ${b} with non-directory ${a}`, b);
    if (to !== undefined) {
      if (!o.force) {
        if (o.errorOnExist) throw cpError("ERR_FS_CP_EEXIST", "Target already exists", "EEXIST", `${b} already exists`, b);
        return;
      }
      unlink(b);
    }
    if (st.isSymbolicLink()) {
      let target = readlink(a);
      if (!o.verbatimSymlinks && target[0] !== "/") {
        const slash = lastSlash(absolute(a));
        target = join(StringPrototypeSlice(absolute(a), 0, slash), target);
      }
      symlink(target, b);
      return;
    }
    if (st.isSocket()) throw cpError("ERR_FS_CP_SOCKET", "Cannot copy a socket file", "EINVAL", `cannot copy a socket file: ${b}`, b);
    copyFile(a, b, o.mode);
  }
  if (o.preserveTimestamps) utimes(b, st.atimeMs / 1000, st.mtimeMs / 1000);
}

function lastSlash(p: string): number {
  for (let i = p.length - 1; i >= 0; i--) if (p[i] === "/") return i;
  return -1;
}

// statfs tells what one may know of the workspace: nothing is free or used by name here.
export function statfs(path: any, options?: any): any {
  try {
    stat(path);
  } catch (e: any) {
    if (e.syscall !== "stat") throw e;
    throw errno(e.code, e.errno, StringPrototypeSlice(e.message, e.code.length + 2, StringPrototypeIndexOf(e.message, ", stat")), "statfs", e.path);
  }
  const v = options?.bigint === true ? (n: number) => BigInt_(n) as any : (n: number) => n;
  return { type: v(0x01021994), bsize: v(4096), blocks: v(262144), bfree: v(262144), bavail: v(262144), files: v(100000), ffree: v(100000) };
}
