// node:buffer. A Buffer is a Uint8Array with another prototype; conversions to and
// from text are the bridge's.

import {
  ArrayBufferIsView, ArrayBufferPrototypeGetByteLength, ArrayIsArray, ArrayPrototypePush, BigInt_, Error_, Float32Array_,
  Float64Array_, FunctionPrototypeCall, MathFloor, MathTrunc, NumberIsNaN, NumberPrototypeToString, Number_, ObjectDefineProperty, ObjectKeys, ObjectSetPrototypeOf, RangeError_,
  NumberMAX_SAFE_INTEGER, SharedArrayBufferPrototypeGetByteLength, StringPrototypeIsWellFormed, StringPrototypeSlice, StringPrototypeToLowerCase,
  StringPrototypeToWellFormed, SymbolFor,
  SymbolToPrimitive, TypeError_, TypedArrayPrototypeFill, TypedArrayPrototypeGetBuffer, TypedArrayPrototypeGetByteLength,
  TypedArrayPrototypeGetByteOffset, TypedArrayPrototypeGetLength, TypedArrayPrototypeGetSymbolToStringTag, TypedArrayPrototypeIndexOf,
  TypedArrayPrototypeLastIndexOf, TypedArrayPrototypeSet, Uint8Array_, DataViewPrototypeGetBuffer, DataViewPrototypeGetByteLength,
  DataViewPrototypeGetByteOffset, globalObject, setOwn, hide,
} from "../primordials.ts";
import { tidy } from "./names.ts";
import { builtin, register } from "../modules.ts";
import { defineGlobal, named } from "../globals.ts";
import { inspect as inspectNode } from "./inspect.ts";
import { coded, invalidArgType, invalidArgValue, outOfRange, validateInteger, validateNumber } from "./errors.ts";
import * as codec from "./codec.ts";
import { blobAt, Blob, File } from "../web/blob.ts";

export const kMaxLength = 4294967296; // linear memory has 4 GB
const kStringMaxLength = 536870888;

export type Encoding = "utf8" | "utf16le" | "latin1" | "ascii" | "base64" | "base64url" | "hex";

// normalizeEncoding returns Node's name of an encoding, or undefined if it is none.
export function normalizeEncoding(enc: unknown): Encoding | undefined {
  switch (enc) {
    case undefined: case null: case "": case "utf8": case "utf-8": return "utf8";
    case "hex": case "base64": case "base64url": case "latin1": case "ascii": case "utf16le": return enc;
    case "binary": return "latin1";
    case "ucs2": case "ucs-2": case "utf-16le": return "utf16le";
  }
  const low = StringPrototypeToLowerCase(`${enc as any}`);
  return low === enc ? undefined : normalizeEncoding(low);
}

function encodingOf(enc: unknown): Encoding {
  const e = normalizeEncoding(enc);
  if (e === undefined) throw coded(TypeError_, "ERR_UNKNOWN_ENCODING", `Unknown encoding: ${typeof enc === "object" ? builtin("node:util")!.inspect(enc, { depth: 0 }) : (enc as any)}`);
  return e;
}

// encodingNamed is encodingOf for the methods where nothing but undefined stands for UTF-8.
function encodingNamed(enc: unknown): Encoding {
  if (enc === null || enc === "") throw coded(TypeError_, "ERR_UNKNOWN_ENCODING", `Unknown encoding: ${enc}`);
  return encodingOf(enc);
}

// encode turns text into fresh bytes.
export function encode(s: string, enc: Encoding): Uint8Array {
  switch (enc) {
    case "utf8": return codec.utf8Encode(s);
    case "utf16le": return codec.utf16Encode(s);
    case "latin1": case "ascii": return codec.latin1Encode(s);
    case "base64": case "base64url": return codec.base64Decode(s);
    case "hex": return codec.hexDecode(s);
  }
}

// decode turns a range of bytes into text.
export function decode(b: Uint8Array, enc: Encoding, start = 0, end: number = TypedArrayPrototypeGetLength(b)): string {
  if (end <= start) return "";
  switch (enc) {
    case "utf8": return codec.utf8Decode(b, start, end);
    case "utf16le": return codec.utf16Decode(b, start, end);
    case "latin1": return codec.latin1Decode(b, start, end);
    case "ascii": return codec.asciiDecode(b, start, end);
    case "base64": return codec.base64Encode(b, start, end, false);
    case "base64url": return codec.base64Encode(b, start, end, true);
    case "hex": return codec.hexEncode(b, start, end);
  }
}

class FastBuffer extends Uint8Array_ {}

// A Uint8Array's own length, whatever properties a guest put on it.
const len: (b: any) => number = TypedArrayPrototypeGetLength;

function isBytes(v: unknown): v is Uint8Array {
  return TypedArrayPrototypeGetSymbolToStringTag(v) === "Uint8Array";
}

// isAnyArrayBuffer reports ArrayBuffers and SharedArrayBuffers by their slots.
function bufferLength(v: any): number {
  try {
    return ArrayBufferPrototypeGetByteLength(v);
  } catch {
    try {
      return SharedArrayBufferPrototypeGetByteLength(v);
    } catch {
      return -1;
    }
  }
}

// viewBytes returns a Uint8Array over the bytes of a view or buffer, or undefined.
export function viewBytes(v: any): Uint8Array | undefined {
  if (v === null || typeof v !== "object") return undefined;
  const tag = TypedArrayPrototypeGetSymbolToStringTag(v);
  if (tag === "Uint8Array") return v;
  if (tag !== undefined) return new Uint8Array_(TypedArrayPrototypeGetBuffer(v), TypedArrayPrototypeGetByteOffset(v), TypedArrayPrototypeGetByteLength(v));
  if (ArrayBufferIsView(v)) return new Uint8Array_(DataViewPrototypeGetBuffer(v), DataViewPrototypeGetByteOffset(v), DataViewPrototypeGetByteLength(v));
  return bufferLength(v) >= 0 ? new Uint8Array_(v) : undefined;
}

// wrap makes a Buffer over the same memory as bytes that nobody else uses.
export function wrap(u: Uint8Array): any {
  return new FastBuffer(TypedArrayPrototypeGetBuffer(u), TypedArrayPrototypeGetByteOffset(u), TypedArrayPrototypeGetLength(u));
}

function allocate(n: number): any {
  return new FastBuffer(n);
}

function validateSize(n: unknown): asserts n is number {
  validateNumber(n, "size", 0, kMaxLength);
}

export const Buffer: any = function Buffer(arg: any, encodingOrOffset?: any, length?: any): any {
  if (typeof arg === "number") {
    if (typeof encodingOrOffset === "string") throw invalidArgType("string", "string", arg);
    return alloc(arg);
  }
  return from(arg, encodingOrOffset, length);
};
Buffer.prototype = FastBuffer.prototype;
named(Buffer, "Buffer", 3);
ObjectSetPrototypeOf(Buffer, Uint8Array_);
hide(FastBuffer.prototype, "constructor", Buffer);

function from(value: any, encodingOrOffset?: any, length?: any): any {
  if (typeof value === "string") return wrap(encode(value, encodingOf(typeof encodingOrOffset === "string" && encodingOrOffset !== "" ? encodingOrOffset : "utf8")));
  if (typeof value === "object" && value !== null) {
    const total = ArrayBufferIsView(value) ? -1 : bufferLength(value);
    if (total >= 0) {
      let off = +encodingOrOffset;
      if (encodingOrOffset === undefined || NumberIsNaN(off)) off = 0;
      if (off > total) throw coded(RangeError_, "ERR_BUFFER_OUT_OF_BOUNDS", '"offset" is outside of buffer bounds');
      let n = total - off;
      if (length !== undefined) {
        const want = +length;
        if (want > 0) {
          if (want > n) throw coded(RangeError_, "ERR_BUFFER_OUT_OF_BOUNDS", '"length" is outside of buffer bounds');
          n = want;
        } else n = 0;
      }
      return new FastBuffer(value, off, n);
    }
    const prim = value.valueOf && value.valueOf();
    if (prim != null && prim !== value && (typeof prim === "string" || typeof prim === "object")) return from(prim, encodingOrOffset, length);
    const b = fromObject(value);
    if (b !== undefined) return b;
    const toPrimitive = value[SymbolToPrimitive];
    if (typeof toPrimitive === "function") {
      const p = value[SymbolToPrimitive]("string");
      if (typeof p === "string") return from(p, encodingOrOffset);
    }
  }
  throw invalidArgType("first argument", ["string", "Buffer", "ArrayBuffer", "Array", "an Array-like Object"], value);
}

function fromObject(o: any): any {
  if (o.length !== undefined || bufferLength(o.buffer) >= 0) {
    if (typeof o.length !== "number") return allocate(0);
    return fromArrayLike(o);
  }
  if (o.type === "Buffer" && ArrayIsArray(o.data)) return fromArrayLike(o.data);
  return undefined;
}

function fromArrayLike(o: any): any {
  if (isBytes(o)) {
    const b = allocate(len(o));
    TypedArrayPrototypeSet(b, o);
    return b;
  }
  const n = o.length > 0 ? MathTrunc(o.length) : 0;
  validateSize(n);
  const b = allocate(n);
  for (let i = 0; i < n; i++) b[i] = o[i];
  return b;
}

function define(o: any, names: string, value: any): void {
  ObjectDefineProperty(o, names, { __proto__: null, value, writable: true, configurable: true, enumerable: true } as any);
}

define(Buffer, "from", from);
define(Buffer, "of", function of(...items: any[]) {
  return fromArrayLike(items);
});
function alloc(size: number, fill?: any, encoding?: any): any {
  validateSize(size);
  const b = allocate(size);
  if (fill !== undefined && fill !== 0 && size > 0) fillBytes(b, fill, 0, size, fillEncoding(fill, encoding));
  return b;
}
define(Buffer, "alloc", alloc);
const allocUnsafe = function allocUnsafe(size: number) {
  validateSize(size);
  return allocate(size);
};
define(Buffer, "allocUnsafe", allocUnsafe);
define(Buffer, "allocUnsafeSlow", function allocUnsafeSlow(size: number) {
  validateSize(size);
  return allocate(size);
});
define(Buffer, "isBuffer", function isBuffer(b: any) {
  return b instanceof FastBuffer;
});
define(Buffer, "isEncoding", function isEncoding(enc: any) {
  return typeof enc === "string" && enc.length !== 0 && normalizeEncoding(enc) !== undefined;
});
define(Buffer, "byteLength", function byteLength(s: any, encoding?: any): number {
  if (typeof s !== "string") {
    const v = viewBytes(s);
    if (v !== undefined) return len(v);
    throw invalidArgType("string", ["string", "Buffer", "ArrayBuffer"], s);
  }
  switch (normalizeEncoding(encoding)) {
    case "utf16le": return s.length * 2;
    case "latin1": case "ascii": return s.length;
    case "hex": return s.length >>> 1;
    case "base64": case "base64url": {
      let n = s.length;
      if (n > 1 && s[n - 1] === "=") n--;
      if (n > 1 && s[n - 1] === "=") n--;
      return MathFloor((n * 3) / 4);
    }
  }
  return codec.utf8Length(s);
});
define(Buffer, "compare", function compare(a: any, b: any): number {
  if (!isBytes(a)) throw invalidArgType("buf1", ["Buffer", "Uint8Array"], a);
  if (!isBytes(b)) throw invalidArgType("buf2", ["Buffer", "Uint8Array"], b);
  return codec.compare(a, b);
});
define(Buffer, "concat", function concat(list: any, length?: any) {
  if (!ArrayIsArray(list)) throw invalidArgType("list", "Array", list);
  if (list.length === 0) return allocate(0);
  if (length === undefined) {
    length = 0;
    for (let i = 0; i < list.length; i++) if (isBytes(list[i])) length += len(list[i]);
  } else validateInteger(length, "length", 0, kMaxLength);
  validateSize(length);
  const out = allocate(length);
  let at = 0;
  for (let i = 0; i < list.length; i++) {
    const b = list[i];
    if (!isBytes(b)) throw invalidArgType(`list[${i}]`, ["Buffer", "Uint8Array"], b);
    if (at >= length) continue;
    const n = len(b);
    TypedArrayPrototypeSet(out, at + n > length ? sub(b, 0, length - at) : b, at);
    at += n;
  }
  return out;
});
define(Buffer, "copyBytesFrom", function copyBytesFrom(view: any, offset?: number, length?: number) {
  const tag = TypedArrayPrototypeGetSymbolToStringTag(view);
  if (tag === undefined) throw invalidArgType("view", "TypedArray", view);
  const n = TypedArrayPrototypeGetLength(view);
  if (n === 0) return allocate(0);
  const size = TypedArrayPrototypeGetByteLength(view) / n;
  let start = 0, end = n;
  if (offset !== undefined) {
    validateInteger(offset, "offset", 0);
    if (offset >= n) return allocate(0);
    start = offset;
  }
  if (length !== undefined) {
    validateInteger(length, "length", 0);
    if (start + length < end) end = start + length;
  }
  return fromArrayLike(sub(viewBytes(view)!, start * size, end * size));
});
define(Buffer, "poolSize", 8192);

// sub is subarray without species.
function sub(b: Uint8Array, start: number, end: number): Uint8Array {
  return new Uint8Array_(TypedArrayPrototypeGetBuffer(b), TypedArrayPrototypeGetByteOffset(b) + start, end - start);
}

const proto: any = FastBuffer.prototype;

function method(name: string, fn: any): void {
  ObjectDefineProperty(fn, "name", { __proto__: null, value: name, configurable: true } as any);
  define(proto, name, fn);
}

ObjectDefineProperty(proto, "parent", { __proto__: null, enumerable: true, configurable: true, get(this: any) { return this instanceof FastBuffer ? TypedArrayPrototypeGetBuffer(this) : undefined; } } as any);
ObjectDefineProperty(proto, "offset", { __proto__: null, enumerable: true, configurable: true, get(this: any) { return this instanceof FastBuffer ? TypedArrayPrototypeGetByteOffset(this) : undefined; } } as any);

function clampIndex(v: any, n: number, dflt: number): number {
  if (v === undefined) return dflt;
  v = MathTrunc(v);
  if (v !== v || v === 0) return 0;
  if (v < 0) return v + n > 0 ? v + n : 0;
  return v < n ? v : n;
}

const subarray = function (this: any, start?: any, end?: any) {
  const n = len(this);
  const s = clampIndex(start, n, 0), e = clampIndex(end, n, n);
  return new FastBuffer(TypedArrayPrototypeGetBuffer(this), TypedArrayPrototypeGetByteOffset(this) + s, e > s ? e - s : 0);
};
method("subarray", subarray);
define(proto, "slice", function slice(this: any, start?: any, end?: any) {
  return FunctionPrototypeCall(subarray, this, start, end);
});

method("toString", function (this: any, encoding?: any, start?: any, end?: any): string {
  const n = len(this);
  if (arguments.length === 0) return decode(this, "utf8", 0, n);
  let s = start === undefined || start <= 0 ? 0 : MathTrunc(start) || 0;
  if (s >= n) return "";
  const e = end === undefined || end >= n ? n : MathTrunc(end) || 0;
  if (e <= s) return "";
  return decode(this, encodingNamed(encoding), s, e);
});
define(proto, "toLocaleString", proto.toString);
method("toJSON", function (this: any) {
  const data: number[] = [];
  const n = len(this);
  for (let i = 0; i < n; i++) ArrayPrototypePush(data, this[i]);
  return { type: "Buffer", data };
});
method("equals", function (this: any, other: any): boolean {
  if (!isBytes(other)) throw invalidArgType("otherBuffer", ["Buffer", "Uint8Array"], other);
  return this === other || (len(this) === len(other) && codec.compare(this, other) === 0);
});
method("compare", function (this: any, target: any, ts?: any, te?: any, ss?: any, se?: any): number {
  if (!isBytes(target)) throw invalidArgType("target", ["Buffer", "Uint8Array"], target);
  if (arguments.length === 1) return codec.compare(this, target);
  const range = (v: any, name: string, dflt: number, max: number): number => {
    if (v === undefined) return dflt;
    validateInteger(v, name, 0, max);
    return v;
  };
  const tn = len(target), sn = len(this);
  const a = range(ts, "targetStart", 0, kMaxLength), b = range(te, "targetEnd", tn, tn);
  const c = range(ss, "sourceStart", 0, kMaxLength), d = range(se, "sourceEnd", sn, sn);
  if (c >= d) return a >= b ? 0 : -1;
  if (a >= b) return 1;
  return codec.compare(sub(this, c, d), sub(target, a, b));
});
method("copy", function (this: any, target: any, ts?: any, ss?: any, se?: any): number {
  if (!isBytes(target)) throw invalidArgType("target", ["Buffer", "Uint8Array"], target);
  const num = (v: any, dflt: number): number => {
    if (v === undefined) return dflt;
    v = MathFloor(+v);
    return v >= -NumberMAX_SAFE_INTEGER && v <= NumberMAX_SAFE_INTEGER ? v : 0;
  };
  const tStart = num(ts, 0), sStart = num(ss, 0);
  let sEnd = num(se, len(this));
  if (tStart < 0) throw outOfRange("targetStart", ">= 0", tStart);
  if (sStart < 0 || sStart > len(this)) throw outOfRange("sourceStart", `>= 0 && <= ${len(this)}`, sStart);
  if (sEnd < 0) throw outOfRange("sourceEnd", ">= 0", sEnd);
  if (tStart >= len(target) || sStart >= sEnd) return 0;
  if (sEnd > len(this)) sEnd = len(this);
  if (sEnd - sStart > len(target) - tStart) sEnd = sStart + len(target) - tStart;
  TypedArrayPrototypeSet(target, sub(this, sStart, sEnd), tStart);
  return sEnd - sStart;
});
method("write", function (this: any, text: any, offset?: any, length?: any, encoding?: any): number {
  const n = len(this);
  let off = 0, max = n;
  if (offset === undefined) encoding = undefined; // what follows is not looked at
  else if (length === undefined && typeof offset === "string") encoding = offset;
  else {
    validateInteger(offset, "offset", 0, n);
    off = offset;
    max = n - off;
    if (typeof length === "string") encoding = length;
    else if (length !== undefined) {
      validateInteger(length, "length", 0, n);
      if (length < max) max = length;
    }
  }
  if (typeof text !== "string") throw coded(TypeError_, "ERR_INVALID_ARG_TYPE", "argument must be a string");
  return writeText(this, text, off, max, encodingOf(encoding));
});

// writeText writes at most max bytes of text, never a part of a character, and returns how many.
function writeText(b: Uint8Array, text: string, off: number, max: number, enc: Encoding): number {
  let bytes = encode(text, enc);
  let n = len(bytes);
  if (n > max) {
    n = max;
    if (enc === "utf16le") n -= n % 2;
    else if (enc === "utf8") while (n > 0 && (bytes[n]! & 0xc0) === 0x80) n--;
    bytes = sub(bytes, 0, n);
  }
  if (n > 0) TypedArrayPrototypeSet(b, bytes, off);
  return n;
}

// fillEncoding is that of a value to fill with, if it is text.
function fillEncoding(value: unknown, encoding: any): Encoding | undefined {
  if (typeof value !== "string") return undefined;
  if (encoding !== undefined && encoding !== null && typeof encoding !== "string") throw invalidArgType("encoding", "string", encoding);
  return encodingOf(encoding);
}

function fillBytes(b: any, value: any, start: number, end: number, enc: Encoding | undefined): void {
  if (enc !== undefined) {
    if (value.length === 0) value = 0;
    else {
      const bytes = encode(value, enc);
      if (len(bytes) === 0) throw invalidArgValue("value", value);
      value = bytes;
    }
  }
  if (typeof value === "boolean") value = +value;
  const pattern = viewBytes(value);
  if (pattern === undefined) {
    TypedArrayPrototypeFill(b, value & 255, start, end);
    return;
  }
  const n = len(pattern);
  if (n === 0) throw invalidArgValue("value", value);
  if (end <= start) return;
  // Write the pattern once, then double what is there.
  let filled = n < end - start ? n : end - start;
  TypedArrayPrototypeSet(b, sub(pattern, 0, filled), start);
  while (filled < end - start) {
    const m = filled < end - start - filled ? filled : end - start - filled;
    TypedArrayPrototypeSet(b, sub(b, start, start + m), start + filled);
    filled += m;
  }
}

method("fill", function (this: any, value: any, offset?: any, end?: any, encoding?: any) {
  const n = len(this);
  if (typeof value === "string") {
    if (offset === undefined || typeof offset === "string") {
      encoding = offset;
      offset = undefined;
    } else if (typeof end === "string") {
      encoding = end;
      end = undefined;
    }
  }
  const enc = fillEncoding(value, encoding);
  if (offset === undefined) {
    offset = 0;
    end = undefined; // which is not looked at then
  } else validateInteger(offset, "offset", 0, kMaxLength);
  if (end === undefined) end = n;
  else validateInteger(end, "end", 0, n);
  if (offset >= end) return this;
  fillBytes(this, value, offset, end, enc);
  return this;
});

// searchStart is where a search for m of n bytes begins that is to begin at offset, or -1 for nowhere.
function searchStart(n: number, offset: number, m: number, forward: boolean): number {
  if (offset < 0) {
    if (offset + n >= 0) return offset + n;
    return forward || m === 0 ? 0 : -1;
  }
  if (offset + m <= n) return offset;
  if (m === 0) return n;
  return forward ? -1 : n - 1;
}

function indexOf(self: any, value: any, byteOffset: any, encoding: any, forward: boolean): number {
  if (typeof byteOffset === "string") {
    encoding = byteOffset;
    byteOffset = undefined;
  } else if (byteOffset > 0x7fffffff) byteOffset = 0x7fffffff;
  else if (byteOffset < -0x80000000) byteOffset = -0x80000000;
  let n = len(self);
  byteOffset = +byteOffset;
  if (NumberIsNaN(byteOffset)) byteOffset = forward ? 0 : n;
  byteOffset = MathTrunc(byteOffset) + 0; // not -0
  if (typeof value === "number") {
    value = (value >>> 0) & 255;
    if (byteOffset < 0) byteOffset += n;
    if (forward) return TypedArrayPrototypeIndexOf(self, value, byteOffset < 0 ? 0 : byteOffset);
    return byteOffset < 0 ? -1 : TypedArrayPrototypeLastIndexOf(self, value, byteOffset);
  }
  let needle: Uint8Array;
  let step = 1;
  if (typeof value === "string") {
    const enc = encodingNamed(encoding);
    if (enc === "utf16le") step = 2;
    needle = encode(value, enc);
  } else if (isBytes(value)) {
    needle = value;
    if (normalizeEncoding(encoding) === "utf16le") step = 2;
  } else throw invalidArgType("value", ["number", "string", "Buffer", "Uint8Array"], value);
  let m = len(needle);
  if (typeof value === "string") n -= n % step;
  let at = searchStart(n, byteOffset, m, forward);
  if (m === 0) return at;
  if (at < 0 || m < step || n < m || (forward && at + m > n)) return -1;
  // Characters lie on even bytes; half of one is none.
  n -= n % step;
  m -= m % step;
  at -= at % step;
  if (forward) {
    for (let i = at; i + m <= n; ) {
      i = TypedArrayPrototypeIndexOf(self, needle[0], i);
      if (i < 0 || i + m > n) return -1;
      if ((step === 1 || i % 2 === 0) && matches(self, needle, i, m)) return i;
      i++;
    }
    return -1;
  }
  for (let i = at > n - m ? n - m : at; i >= 0; i--) {
    i = TypedArrayPrototypeLastIndexOf(self, needle[0], i);
    if (i < 0) return -1;
    if ((step === 1 || i % 2 === 0) && matches(self, needle, i, m)) return i;
  }
  return -1;
}

function matches(b: Uint8Array, needle: Uint8Array, at: number, m: number): boolean {
  for (let j = 1; j < m; j++) if (b[at + j] !== needle[j]) return false;
  return true;
}

method("indexOf", function (this: any, value: any, byteOffset?: any, encoding?: any) {
  return indexOf(this, value, byteOffset, encoding, true);
});
method("lastIndexOf", function (this: any, value: any, byteOffset?: any, encoding?: any) {
  return indexOf(this, value, byteOffset, encoding, false);
});
method("includes", function (this: any, value: any, byteOffset?: any, encoding?: any) {
  return indexOf(this, value, byteOffset, encoding, true) !== -1;
});

function swap(b: any, size: number): any {
  const n = len(b);
  if (n % size !== 0) throw coded(RangeError_, "ERR_INVALID_BUFFER_SIZE", `Buffer size must be a multiple of ${size * 8}-bits`);
  for (let i = 0; i < n; i += size) {
    for (let j = 0; j < size >> 1; j++) {
      const t = b[i + j];
      b[i + j] = b[i + size - 1 - j];
      b[i + size - 1 - j] = t;
    }
  }
  return b;
}
method("swap16", function (this: any) {
  return swap(this, 2);
});
method("swap32", function (this: any) {
  return swap(this, 4);
});
method("swap64", function (this: any) {
  return swap(this, 8);
});

// Numbers. at checks an offset for size bytes, as Node words it.
function at(b: any, offset: any, size: number): number {
  if (typeof offset !== "number") throw invalidArgType("offset", "number", offset);
  const max = len(b) - size;
  if (MathFloor(offset) !== offset) throw outOfRange("offset", "an integer", offset);
  if (max < 0) throw coded(RangeError_, "ERR_BUFFER_OUT_OF_BOUNDS", "Attempt to access memory outside buffer bounds");
  if (offset < 0 || offset > max) throw outOfRange("offset", `>= 0 and <= ${max}`, offset);
  return offset;
}

function readUint(b: any, offset: number, size: number, little: boolean): number {
  let v = 0;
  if (little) for (let i = size - 1; i >= 0; i--) v = v * 256 + b[offset + i];
  else for (let i = 0; i < size; i++) v = v * 256 + b[offset + i];
  return v;
}

const pow256 = [1, 256, 65536, 16777216, 4294967296, 1099511627776, 281474976710656];

function readInt(b: any, offset: number, size: number, little: boolean): number {
  const v = readUint(b, offset, size, little);
  return v >= pow256[size]! / 2 ? v - pow256[size]! : v;
}

function writeInt(b: any, value: any, offset: any, size: number, little: boolean, min: number, max: number): number {
  value = +value;
  if (size === 1 && typeof offset !== "number") throw invalidArgType("offset", "number", offset);
  if (value > max || value < min) {
    let range = `>= ${min} and <= ${max}`;
    if (size > 4) range = min === 0 ? `>= 0 and < 2 ** ${size * 8}` : `>= -(2 ** ${size * 8 - 1}) and < 2 ** ${size * 8 - 1}`;
    throw outOfRange("value", range, value);
  }
  const o = at(b, offset, size);
  let v = MathTrunc(value) || 0;
  if (v < 0) v += pow256[size]!;
  for (let i = 0; i < size; i++) {
    b[little ? o + i : o + size - 1 - i] = v % 256;
    v = MathFloor(v / 256);
  }
  return o + size;
}

function byteLengthArg(n: any): number {
  if (n === undefined) throw invalidArgType("byteLength", "number", n);
  if (typeof n !== "number") throw invalidArgType("byteLength", "number", n);
  if (MathFloor(n) !== n) throw outOfRange("byteLength", "an integer", n);
  if (n < 1 || n > 6) throw outOfRange("byteLength", ">= 1 and <= 6", n);
  return n;
}

const f32 = new Float32Array_(1), f32b = new Uint8Array_(TypedArrayPrototypeGetBuffer(f32));
const f64 = new Float64Array_(1), f64b = new Uint8Array_(TypedArrayPrototypeGetBuffer(f64));

function readFloat(b: any, offset: any, size: number, little: boolean): number {
  const o = at(b, offset, size);
  const to = size === 4 ? f32b : f64b;
  for (let i = 0; i < size; i++) to[little ? i : size - 1 - i] = b[o + i];
  return size === 4 ? f32[0]! : f64[0]!;
}

function writeFloat(b: any, value: any, offset: any, size: number, little: boolean): number {
  const o = at(b, offset, size);
  if (size === 4) f32[0] = value;
  else f64[0] = value;
  const bytes = size === 4 ? f32b : f64b;
  for (let i = 0; i < size; i++) b[o + i] = bytes[little ? i : size - 1 - i];
  return o + size;
}

function readBig(b: any, offset: any, little: boolean, signed: boolean): bigint {
  const o = at(b, offset, 8);
  const lo = readUint(b, little ? o : o + 4, 4, little), hi = readUint(b, little ? o + 4 : o, 4, little);
  const v = (BigInt_(signed ? hi | 0 : hi) << 32n) + BigInt_(lo);
  return v;
}

function writeBig(b: any, value: any, offset: any, little: boolean, min: bigint, max: bigint, n: string): number {
  if (value > max || value < min) {
    throw outOfRange("value", min === 0n ? `>= 0n and < 2n ** 64n` : `>= -(2n ** 63n) and < 2n ** ${n}`, value);
  }
  const o = at(b, offset, 8);
  if (typeof value !== "bigint") throw new TypeError_(`Cannot mix BigInt and other types, use explicit conversions`);
  if (value < 0n) value += 18446744073709551616n;
  for (let i = 0; i < 8; i++) {
    b[little ? o + i : o + 7 - i] = Number_(value & 255n);
    value >>= 8n;
  }
  return o + 8;
}

function numeric(name: string, alias: string, fn: any): void {
  method(name, fn);
  if (alias) define(proto, alias, fn);
}

function defineNumeric(): void {
  const ends = ["LE", "BE"];
  for (let k = 0; k < 2; k++) {
    const end = ends[k]!, little = k === 0;
    for (let size = 1; size <= 4; size *= 2) {
      if (size === 1 && k === 1) continue;
      const bits = size * 8, suffix = size === 1 ? "" : end;
      const umax = pow256[size]! - 1, smin = -pow256[size]! / 2, smax = pow256[size]! / 2 - 1;
      numeric(`readUInt${bits}${suffix}`, `readUint${bits}${suffix}`, function (this: any, offset = 0) {
        return readUint(this, at(this, offset, size), size, little);
      });
      numeric(`readInt${bits}${suffix}`, "", function (this: any, offset = 0) {
        return readInt(this, at(this, offset, size), size, little);
      });
      numeric(`writeUInt${bits}${suffix}`, `writeUint${bits}${suffix}`, function (this: any, value: any, offset = 0) {
        return writeInt(this, value, offset, size, little, 0, umax);
      });
      numeric(`writeInt${bits}${suffix}`, "", function (this: any, value: any, offset = 0) {
        return writeInt(this, value, offset, size, little, smin, smax);
      });
    }
    numeric(`readUInt${end}`, `readUint${end}`, function (this: any, offset: any, n: any) {
      if (offset === undefined) throw invalidArgType("offset", "number", offset);
      n = byteLengthArg(n);
      return readUint(this, at(this, offset, n), n, little);
    });
    numeric(`readInt${end}`, "", function (this: any, offset: any, n: any) {
      if (offset === undefined) throw invalidArgType("offset", "number", offset);
      n = byteLengthArg(n);
      return readInt(this, at(this, offset, n), n, little);
    });
    numeric(`writeUInt${end}`, `writeUint${end}`, function (this: any, value: any, offset: any, n: any) {
      n = byteLengthArg(n);
      return writeInt(this, value, offset, n, little, 0, pow256[n]! - 1);
    });
    numeric(`writeInt${end}`, "", function (this: any, value: any, offset: any, n: any) {
      n = byteLengthArg(n);
      return writeInt(this, value, offset, n, little, -pow256[n]! / 2, pow256[n]! / 2 - 1);
    });
    numeric(`readFloat${end}`, "", function (this: any, offset = 0) {
      return readFloat(this, offset, 4, little);
    });
    numeric(`readDouble${end}`, "", function (this: any, offset = 0) {
      return readFloat(this, offset, 8, little);
    });
    numeric(`writeFloat${end}`, "", function (this: any, value: any, offset = 0) {
      return writeFloat(this, value, offset, 4, little);
    });
    numeric(`writeDouble${end}`, "", function (this: any, value: any, offset = 0) {
      return writeFloat(this, value, offset, 8, little);
    });
    numeric(`readBigUInt64${end}`, `readBigUint64${end}`, function (this: any, offset = 0) {
      return readBig(this, offset, little, false);
    });
    numeric(`readBigInt64${end}`, "", function (this: any, offset = 0) {
      return readBig(this, offset, little, true);
    });
    numeric(`writeBigUInt64${end}`, `writeBigUint64${end}`, function (this: any, value: any, offset = 0) {
      return writeBig(this, value, offset, little, 0n, 18446744073709551615n, "64n");
    });
    numeric(`writeBigInt64${end}`, "", function (this: any, value: any, offset = 0) {
      return writeBig(this, value, offset, little, -9223372036854775808n, 9223372036854775807n, "63n");
    });
  }
  const kinds: [string, Encoding][] = [["ascii", "ascii"], ["base64", "base64"], ["base64url", "base64url"], ["latin1", "latin1"], ["hex", "hex"], ["ucs2", "utf16le"], ["utf8", "utf8"]];
  for (let i = 0; i < kinds.length; i++) {
    const enc = kinds[i]![1];
    method(`${kinds[i]![0]}Slice`, function (this: any, start: any = 0, end: any = len(this)) {
      start = MathTrunc(start) || 0;
      end = MathTrunc(end) || 0;
      if (start < 0 || end < 0 || (end > start ? end : start) > len(this)) throw coded(RangeError_, "ERR_OUT_OF_RANGE", "Index out of range");
      return decode(this, enc, start, end);
    });
    method(`${kinds[i]![0]}Write`, function (this: any, text: any, offset = 0, length?: any) {
      if (typeof text !== "string") throw coded(TypeError_, "ERR_INVALID_ARG_TYPE", "argument must be a string");
      validateInteger(offset, "offset", 0, len(this));
      const room = len(this) - offset;
      return writeText(this, text, offset, length === undefined || length > room ? room : length, enc);
    });
  }
}
defineNumeric();

let inspectMaxBytes = 50;

const inspectCustom = function inspect(this: any, _depth: any, options: any): string {
  const n = len(this);
  const max = n < inspectMaxBytes ? n : inspectMaxBytes;
  let text = "";
  for (let i = 0; i < max; i++) {
    const b = this[i];
    text += (i === 0 ? "" : " ") + (b < 16 ? "0" : "") + NumberPrototypeToString(b, 16);
  }
  if (n > max) text += ` ... ${n - max} more byte${n - max > 1 ? "s" : ""}`;
  let name = "Buffer";
  const ctor = this.constructor;
  if (typeof ctor === "function" && typeof ctor.name === "string" && ctor.name !== "") name = ctor.name;
  if (options !== null && typeof options === "object") {
    const extra: any = { __proto__: null };
    const keys = ObjectKeys(this);
    let from = keys.length; // indices come first
    while (from > 0 && !(keys[from - 1]! >= "0" && keys[from - 1]! <= "9~")) from--;
    for (let i = from; i < keys.length; i++) extra[keys[i]!] = this[keys[i]!];
    if (from < keys.length) {
      const shown = inspectNode(extra, { ...options, breakLength: Infinity, compact: true });
      text += `${text === "" ? "" : ", "}${StringPrototypeSlice(shown, 27, -2)}`;
    }
  }
  return `<${name} ${text}>`;
};
hide(proto, SymbolFor("nodejs.util.inspect.custom"), inspectCustom);
define(proto, "inspect", inspectCustom);

// isUtf8 and isAscii judge bytes.
function isUtf8(v: any): boolean {
  const b = viewBytes(v);
  if (b === undefined) throw invalidArgType("input", ["ArrayBuffer", "Buffer", "TypedArray"], v);
  return codec.isUtf8(b);
}

function isAscii(v: any): boolean {
  const b = viewBytes(v);
  if (b === undefined) throw invalidArgType("input", ["ArrayBuffer", "Buffer", "TypedArray"], v);
  const n = len(b);
  for (let i = 0; i < n; i++) if (b[i]! > 127) return false;
  return true;
}

function untranscodable(code: string, errno: number): Error {
  const e = coded(Error_, code, `Unable to transcode Buffer [${code}]`);
  setOwn(e, "errno", errno);
  return e;
}

function transcode(source: any, fromEnc: any, toEnc: any): any {
  if (!isBytes(source)) throw invalidArgType("source", ["Buffer", "Uint8Array"], source);
  const n = len(source);
  if (n === 0) return allocate(0);
  const a = normalizeEncoding(fromEnc), b = normalizeEncoding(toEnc);
  if (a === undefined || b === undefined || a === "hex" || b === "hex" || a === "base64" || b === "base64") throw untranscodable("U_ILLEGAL_ARGUMENT_ERROR", 1);
  let text = decode(source, a === "ascii" ? "latin1" : a);
  // Between UTF-8 and UTF-16 what is malformed fails; else U+FFFD or ? stands for it.
  if (a === "utf8" && b === "utf16le" && !codec.isUtf8(source)) throw untranscodable("U_INVALID_CHAR_FOUND", 10);
  if (a === "utf16le" && b === "utf8" && (n < 2 || !StringPrototypeIsWellFormed(text))) throw untranscodable("U_INVALID_CHAR_FOUND", 10);
  if (a === "utf16le" && b === "utf16le") text = StringPrototypeToWellFormed(text) + (n % 2 === 0 ? "" : "\ufffd");
  if (b !== "ascii" && b !== "latin1" && (a !== "ascii" || b === "utf16le" || isAscii(source))) return wrap(encode(text, b));
  const max = a === "ascii" || b === "ascii" ? 127 : 255;
  const bytes: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const c = codec.codePoint(text, i);
    if (c > 0xffff) i++;
    if (c <= max) ArrayPrototypePush(bytes, c);
    else if (b === "utf8") ArrayPrototypePush(bytes, 0xef, 0xbf, 0xbd);
    else ArrayPrototypePush(bytes, 63);
  }
  return fromArrayLike(bytes);
}

function SlowBuffer(size: number): any {
  validateSize(size);
  return allocate(size);
}

const constants = { MAX_LENGTH: kMaxLength, MAX_STRING_LENGTH: kStringMaxLength };
defineGlobal("Buffer", Buffer);

register(["node:buffer", "buffer"], () => {
  const exports: any = {
    Buffer, SlowBuffer, transcode, isUtf8, isAscii, kMaxLength, kStringMaxLength, Blob, File, constants,
    atob: globalObject.atob, btoa: globalObject.btoa,
    resolveObjectURL: (url: any) => blobAt(`${url}`),
  };
  ObjectDefineProperty(exports, "INSPECT_MAX_BYTES", {
    __proto__: null, configurable: true, enumerable: true,
    get: () => inspectMaxBytes,
    set(v: number) {
      validateNumber(v, "INSPECT_MAX_BYTES", 0);
      inspectMaxBytes = v;
    },
  } as any);
  return tidy(exports);
});

// bytesArg accepts what Node calls string | Buffer | TypedArray | DataView.
export function bytesArg(v: any, name: string, encoding?: any): Uint8Array {
  if (typeof v === "string") return encode(v, normalizeEncoding(encoding) ?? "utf8");
  const b = viewBytes(v);
  if (b === undefined || !ArrayBufferIsView(v)) throw invalidArgType(name, ["string", "Buffer", "TypedArray", "DataView"], v);
  return b;
}

export { allocate as newBuffer, sub as subBytes };
