// node:v8: values in V8's serialization format, version 15, as Node 20 writes it.

import {
  ArrayBufferPrototypeGetByteLength, ArrayBuffer_, ArrayPrototypePush, Array_, BigInt64Array_, BigIntPrototypeToString, BigIntPrototypeValueOf, BigInt_, BigUint64Array_,
  BooleanPrototypeValueOf, DataViewPrototypeGetFloat64, DataViewPrototypeSetFloat64, DataView_, DatePrototypeGetTime, Date_, Error_, EvalError_, Float32Array_,
  Float64Array_, FunctionPrototypeCall, FunctionPrototypeToString, Int16Array_, Int32Array_, Int8Array_, MapPrototypeSet, Map_, MathCeil, MathFloor, NumberIsInteger, NumberPrototypeValueOf, Number_, ObjectDefineProperty,
  ObjectGetPrototypeOf, ObjectHasOwn, ObjectKeys, ObjectPrototypePropertyIsEnumerable, Object_, RangeError_, ReferenceError_, RegExpPrototypeGetFlags,
  RegExpPrototypeGetSource, RegExp_, SafeMap, SetPrototypeAdd, Set_, StringPrototypeCharCodeAt, StringPrototypePadStart, StringPrototypeValueOf,
  SymbolPrototypeToString, SyntaxError_, TypeError_, TypedArrayPrototypeGetBuffer, TypedArrayPrototypeGetLength, TypedArrayPrototypeGetSymbolToStringTag, TypedArrayPrototypeSet, URIError_, Uint16Array_,
  Uint32Array_, Uint8Array_, Uint8ClampedArray_, setOwn,
} from "../primordials.ts";
import { OP } from "buntime:ops";
import { register } from "../modules.ts";
import { Buffer, viewBytes, wrap } from "./buffer.ts";
import { coded, validateFunction, validateObject, validateString } from "./errors.ts";
import { tidy } from "./names.ts";
import { after, before, made, onPromises, resolved } from "./promise_hooks.ts";
import { refuse } from "./unavailable.ts";

const version = 15;
const maxDepth = 1000; // of nested values: the parser and the writer recurse

const tag = (c: string): number => StringPrototypeCharCodeAt(c, 0);
const T = {
  padding: 0, undefined: tag("_"), null: tag("0"), true: tag("T"), false: tag("F"), int32: tag("I"), uint32: tag("U"), double: tag("N"), bigint: tag("Z"),
  latin1: tag('"'), utf16: tag("c"), utf8: tag("S"), ref: tag("^"), object: tag("o"), objectEnd: tag("{"), dense: tag("A"), denseEnd: tag("$"), sparse: tag("a"),
  sparseEnd: tag("@"), date: tag("D"), trueObject: tag("y"), falseObject: tag("x"), numberObject: tag("n"), bigintObject: tag("z"), stringObject: tag("s"),
  regexp: tag("R"), map: tag(";"), mapEnd: tag(":"), set: tag("'"), setEnd: tag(","), buffer: tag("B"), view: tag("V"), host: tag("\\"), error: tag("r"), hole: tag("-"),
};

const errorTags: [name: string, letter: number, Class: any][] = [
  ["EvalError", tag("E"), EvalError_], ["RangeError", tag("R"), RangeError_], ["ReferenceError", tag("F"), ReferenceError_], ["SyntaxError", tag("S"), SyntaxError_],
  ["TypeError", tag("T"), TypeError_], ["URIError", tag("U"), URIError_],
];

// What Node's default serializer numbers views as.
const viewClasses: any[] = [
  Int8Array_, Uint8Array_, Uint8ClampedArray_, Int16Array_, Uint16Array_, Int32Array_, Uint32Array_, Float32Array_, Float64Array_, DataView_, Buffer, BigInt64Array_, BigUint64Array_,
];
const viewNames = [
  "Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array", "Int32Array", "Uint32Array", "Float32Array", "Float64Array", "DataView", "FastBuffer",
  "BigInt64Array", "BigUint64Array",
];
const viewSizes = [1, 1, 1, 2, 2, 4, 4, 4, 8, 1, 1, 8, 8];

function notCloned(what: string): Error {
  return new Error_(`${what} could not be cloned.`);
}

class Serializer {
  #bytes: Uint8Array = new Uint8Array_(64);
  #length = 0;
  #seen: Map<object, number> = new SafeMap();
  #depth = 0;
  #viewsAsHost = false;

  #room(n: number): number {
    const at = this.#length;
    if (at + n > TypedArrayPrototypeGetLength(this.#bytes)) {
      const more = new Uint8Array_((at + n) * 2);
      TypedArrayPrototypeSet(more, this.#bytes, 0);
      this.#bytes = more;
    }
    this.#length = at + n;
    return at;
  }
  #byte(b: number): void {
    const at = this.#room(1);
    this.#bytes[at] = b;
  }
  #varint(n: number): void {
    while (n >= 128) {
      this.#byte((n % 128) | 128);
      n = (n - (n % 128)) / 128;
    }
    this.#byte(n);
  }
  #raw(b: Uint8Array): void {
    const at = this.#room(TypedArrayPrototypeGetLength(b));
    TypedArrayPrototypeSet(this.#bytes, b, at);
  }
  #double(n: number): void {
    const at = this.#room(8);
    DataViewPrototypeSetFloat64(new DataView_(TypedArrayPrototypeGetBuffer(this.#bytes)), at, n, true);
  }
  #string(s: string): void {
    for (let i = 0; i < s.length; i++) {
      if (StringPrototypeCharCodeAt(s, i) > 255) {
        // Two-byte units are aligned.
        const bytes = s.length * 2;
        let size = 1;
        for (let n = bytes; n >= 128; n = n >>> 7) size++;
        if ((this.#length + 1 + size) % 2 === 1) this.#byte(T.padding);
        this.#byte(T.utf16);
        this.#varint(bytes);
        this.#raw(host.utf16leEncode(s));
        return;
      }
    }
    this.#byte(T.latin1);
    this.#varint(s.length);
    this.#raw(host.latin1Encode(s));
  }
  #bigint(v: bigint): void {
    let hex = BigIntPrototypeToString(v < 0n ? -v : v, 16) as string;
    if (v === 0n) hex = "";
    const words = MathCeil(hex.length / 16);
    this.#varint(words * 16 + (v < 0n ? 1 : 0));
    hex = StringPrototypePadStart(hex, words * 16, "0");
    const bytes = host.hexDecode(hex);
    const n = TypedArrayPrototypeGetLength(bytes);
    const at = this.#room(n);
    for (let i = 0; i < n; i++) this.#bytes[at + i] = bytes[n - 1 - i]!;
  }
  #number(v: number): void {
    if (NumberIsInteger(v) && v >= -1073741824 && v <= 1073741823 && !(v === 0 && 1 / v < 0)) {
      this.#byte(T.int32);
      this.#varint(((v << 1) ^ (v >> 31)) >>> 0);
    } else {
      this.#byte(T.double);
      this.#double(v);
    }
  }
  #key(k: string): void {
    const n = +k;
    if (`${n}` === k && NumberIsInteger(n) && n >= 0 && n < 4294967295) {
      if (n <= 1073741823) {
        this.#byte(T.int32);
        this.#varint(n * 2);
      } else {
        this.#byte(T.double);
        this.#double(n);
      }
    } else this.#string(k);
  }
  // The properties of o that are named in keys; how many were written.
  #properties(o: any, keys: string[], from: number): number {
    let n = 0;
    for (let i = from; i < keys.length; i++) {
      const key = keys[i]!;
      if (!ObjectPrototypePropertyIsEnumerable(o, key)) continue; // a getter before it removed it
      this.#key(key);
      this.#value(o[key]);
      n++;
    }
    return n;
  }
  #value(v: any): void {
    switch (typeof v) {
      case "undefined":
        return this.#byte(T.undefined);
      case "boolean":
        return this.#byte(v ? T.true : T.false);
      case "number":
        return this.#number(v);
      case "bigint":
        this.#byte(T.bigint);
        return this.#bigint(v);
      case "string":
        return this.#string(v);
      case "symbol":
        throw this._getDataCloneError(`${SymbolPrototypeToString(v)} could not be cloned.`);
      case "function":
        throw this._getDataCloneError(`${FunctionPrototypeToString(v)} could not be cloned.`);
    }
    if (v === null) return this.#byte(T.null);
    const known = this.#seen.get(v);
    if (known !== undefined) {
      this.#byte(T.ref);
      return this.#varint(known);
    }
    const kind = host.classOf(v);
    const view = TypedArrayPrototypeGetSymbolToStringTag(v) !== undefined || kind === "DataView";
    if (view && !this.#viewsAsHost && kind !== "Float16Array") {
      // Its buffer comes first, so that views share it.
      const of = host.buffer(v)!;
      if (!this.#seen.has(of[0])) this.#value(of[0]);
      else {
        this.#byte(T.ref);
        this.#varint(this.#seen.get(of[0])!);
      }
      this.#seen.set(v, this.#seen.size);
      this.#byte(T.view);
      this.#byte(viewLetter(kind));
      this.#varint(of[1]);
      this.#varint(of[2]);
      return this.#varint(0);
    }
    this.#seen.set(v, this.#seen.size);
    if (++this.#depth > maxDepth) throw new RangeError_("Maximum call stack size exceeded");
    this.#object(v, kind, view);
    this.#depth--;
  }
  #object(v: any, kind: string, view: boolean): void {
    if (view) {
      this.#byte(T.host);
      return this.#host(v);
    }
    switch (kind) {
      case "Array":
        return this.#array(v);
      case "Date":
        this.#byte(T.date);
        return this.#double(DatePrototypeGetTime(v));
      case "Boolean":
        return this.#byte(BooleanPrototypeValueOf(v) ? T.trueObject : T.falseObject);
      case "Number":
        this.#byte(T.numberObject);
        return this.#double(NumberPrototypeValueOf(v));
      case "BigInt":
        this.#byte(T.bigintObject);
        return this.#bigint(BigIntPrototypeValueOf(v));
      case "String":
        this.#byte(T.stringObject);
        return this.#string(StringPrototypeValueOf(v));
      case "RegExp": {
        this.#byte(T.regexp);
        this.#string(RegExpPrototypeGetSource(v));
        return this.#varint(flagBits(RegExpPrototypeGetFlags(v)));
      }
      case "Map": {
        this.#byte(T.map);
        const entries = host.previewEntries(v)![0];
        for (let i = 0; i < entries.length; i++) this.#value(entries[i]);
        this.#byte(T.mapEnd);
        return this.#varint(entries.length);
      }
      case "Set": {
        this.#byte(T.set);
        const entries = host.previewEntries(v)![0];
        for (let i = 0; i < entries.length; i++) this.#value(entries[i]);
        this.#byte(T.setEnd);
        return this.#varint(entries.length);
      }
      case "ArrayBuffer": {
        const n = ArrayBufferPrototypeGetByteLength(v);
        this.#byte(T.buffer);
        this.#varint(n);
        return this.#raw(new Uint8Array_(v));
      }
      case "Error":
        return this.#error(v);
      case "Object":
      case "Arguments": {
        this.#byte(T.object);
        const n = this.#properties(v, ObjectKeys(v), 0);
        this.#byte(T.objectEnd);
        return this.#varint(n);
      }
    }
    throw this._getDataCloneError(`#<${kind}> could not be cloned.`);
  }
  #array(v: any[]): void {
    const length = v.length;
    const keys = ObjectKeys(v);
    let dense = 0;
    while (dense < length && dense < keys.length && keys[dense] === `${dense}`) dense++;
    // V8 writes an array with few holes as a dense one.
    let elements = dense;
    while (elements < keys.length && `${+keys[elements]! >>> 0}` === keys[elements]) elements++;
    if (elements * 3 >= length) {
      this.#byte(T.dense);
      this.#varint(length);
      for (let i = 0; i < length; i++) {
        if (ObjectHasOwn(v, i)) this.#value(v[i]);
        else this.#byte(T.hole);
      }
      const n = this.#properties(v, keys, elements);
      this.#byte(T.denseEnd);
      this.#varint(n);
    } else {
      this.#byte(T.sparse);
      this.#varint(length);
      const n = this.#properties(v, keys, 0);
      this.#byte(T.sparseEnd);
      this.#varint(n);
    }
    this.#varint(length);
  }
  #error(v: any): void {
    this.#byte(T.error);
    const name = `${v.name}`;
    for (let i = 0; i < errorTags.length; i++) if (errorTags[i]![0] === name) this.#byte(errorTags[i]![1]);
    if (ObjectHasOwn(v, "message")) {
      this.#byte(tag("m"));
      this.#string(`${v.message}`);
    }
    if (ObjectHasOwn(v, "cause")) {
      this.#byte(tag("c"));
      this.#value(v.cause);
    }
    if (typeof v.stack === "string") {
      this.#byte(tag("s"));
      this.#string(v.stack);
    }
    this.#byte(tag("."));
  }
  #host(v: object): void {
    const self: any = this;
    if (typeof self._writeHostObject !== "function") throw coded(TypeError_, "ERR_METHOD_NOT_IMPLEMENTED", "The _writeHostObject() method is not implemented");
    self._writeHostObject(v);
  }

  _getDataCloneError(message: string): Error {
    return new Error_(message);
  }
  writeHeader(): void {
    this.#byte(255);
    this.#byte(version);
  }
  writeValue(value: unknown): boolean {
    this.#depth = 0;
    this.#value(value);
    return true;
  }
  releaseBuffer(): any {
    const out = new Uint8Array_(this.#length);
    TypedArrayPrototypeSet(out, new Uint8Array_(TypedArrayPrototypeGetBuffer(this.#bytes), 0, this.#length), 0);
    this.#bytes = new Uint8Array_(64);
    this.#length = 0;
    this.#seen = new SafeMap();
    return wrap(out);
  }
  transferArrayBuffer(): never {
    return refuse("transferArrayBuffer of node:v8", "there is no other thread to transfer to; write the buffer as a value");
  }
  writeUint32(v: number): void {
    this.#varint(v >>> 0);
  }
  writeUint64(hi: number, lo: number): void {
    let v = (BigInt_(hi >>> 0) << 32n) | BigInt_(lo >>> 0);
    while (v >= 128n) {
      this.#byte(Number_(v & 127n) | 128);
      v >>= 7n;
    }
    this.#byte(Number_(v));
  }
  writeDouble(v: number): void {
    this.#double(+v);
  }
  writeRawBytes(source: any): void {
    const b = bytesOf(source);
    if (b === undefined) throw coded(TypeError_, "ERR_INVALID_ARG_TYPE", "source must be a TypedArray or a DataView");
    this.#raw(b);
  }
  _setTreatArrayBufferViewsAsHostObjects(v: unknown): void {
    this.#viewsAsHost = !!v;
  }
}

const viewLetters = ["b", "B", "C", "w", "W", "d", "D", "f", "F", "?", "", "q", "Q"];

function viewLetter(kind: string): number {
  for (let i = 0; i < viewNames.length; i++) if (viewNames[i] === kind) return tag(viewLetters[i]!);
  throw notCloned(`#<${kind}>`);
}

const flagLetters = ["g", "i", "m", "y", "u", "s", "", "d", "v"];

function flagBits(flags: string): number {
  let bits = 0;
  for (let i = 0; i < flags.length; i++) {
    for (let j = 0; j < flagLetters.length; j++) if (flagLetters[j] === flags[i]) bits |= 1 << j;
  }
  return bits;
}

function bytesOf(v: any): Uint8Array | undefined {
  return v !== null && typeof v === "object" && host.classOf(v) !== "ArrayBuffer" ? viewBytes(v) : undefined;
}

function badData(): Error {
  return new Error_("Unable to deserialize cloned data.");
}

class Deserializer {
  buffer: any;
  #bytes: Uint8Array;
  #at = 0;
  #version = 0;
  #refs: unknown[] = [];
  #depth = 0;

  constructor(buffer: any) {
    const b = bytesOf(buffer);
    if (b === undefined) throw coded(TypeError_, "ERR_INVALID_ARG_TYPE", "buffer must be a TypedArray or a DataView");
    this.buffer = buffer;
    this.#bytes = b;
  }
  #left(): number {
    return TypedArrayPrototypeGetLength(this.#bytes) - this.#at;
  }
  #byte(): number {
    if (this.#left() < 1) throw badData();
    return this.#bytes[this.#at++]!;
  }
  #varint(): number {
    let v = 0, scale = 1;
    for (let i = 0; i < 10; i++) {
      const b = this.#byte();
      v += (b & 127) * scale;
      if (b < 128) return v;
      scale *= 128;
    }
    throw badData();
  }
  #raw(n: number): Uint8Array {
    if (n > this.#left()) throw badData();
    const of = host.buffer(this.#bytes)!;
    const out = new Uint8Array_(of[0] as ArrayBuffer, of[1] + this.#at, n);
    this.#at += n;
    return out;
  }
  #double(): number {
    const of = host.buffer(this.#raw(8))!;
    return DataViewPrototypeGetFloat64(new DataView_(of[0] as ArrayBuffer, of[1], 8), 0, true);
  }
  #bigint(): bigint {
    const bits = this.#varint();
    const n = MathFloor((bits % 4294967296) / 2);
    const bytes = this.#raw(n);
    let hex = "";
    const reversed = new Uint8Array_(n);
    for (let i = 0; i < n; i++) reversed[i] = bytes[n - 1 - i]!;
    hex = host.hexEncode(reversed);
    const v = BigInt_(hex === "" ? 0 : `0x${hex}`);
    return bits % 2 === 1 ? -v : v;
  }
  #tag(): number {
    let t = this.#byte();
    while (t === T.padding) t = this.#byte();
    return t;
  }
  #keep<V>(v: V): V {
    ArrayPrototypePush(this.#refs, v);
    return v;
  }
  #text(t: number): string {
    switch (t) {
      case T.latin1:
        return host.latin1Decode(this.#raw(this.#varint()));
      case T.utf16:
        return host.utf16leDecode(this.#raw(this.#varint()));
      case T.utf8:
        return host.utf8Decode(this.#raw(this.#varint()));
    }
    throw badData();
  }
  // Properties into o, until the tag end; then how many there were.
  #properties(o: object, end: number): void {
    let n = 0;
    for (;;) {
      const t = this.#tag();
      if (t === end) break;
      const key = this.#value(t);
      if (typeof key !== "string" && typeof key !== "number") throw badData();
      setOwn(o, key, this.#value(this.#tag()));
      n++;
    }
    if (this.#varint() !== n) throw badData();
  }
  #value(t: number): any {
    switch (t) {
      case T.undefined:
        return undefined;
      case T.null:
        return null;
      case T.true:
        return true;
      case T.false:
        return false;
      case T.int32: {
        const n = this.#varint() >>> 0;
        return (n >>> 1) ^ -(n & 1);
      }
      case T.uint32:
        return this.#varint() >>> 0;
      case T.double:
        return this.#double();
      case T.bigint:
        return this.#bigint();
      case T.latin1:
      case T.utf16:
      case T.utf8:
        return this.#text(t);
      case T.ref: {
        const i = this.#varint();
        if (i >= this.#refs.length) throw badData();
        return this.#viewOf(this.#refs[i]);
      }
    }
    if (++this.#depth > maxDepth) throw new RangeError_("Maximum call stack size exceeded");
    const v = this.#object(t);
    this.#depth--;
    return v;
  }
  // A view follows the buffer it is of.
  #viewOf(v: any): any {
    if (this.#left() === 0 || this.#bytes[this.#at] !== T.view || v === null || typeof v !== "object" || host.classOf(v) !== "ArrayBuffer") return v;
    this.#at++;
    const letter = this.#byte();
    const offset = this.#varint(), length = this.#varint();
    if (this.#version >= 14) this.#varint();
    for (let i = 0; i < viewLetters.length; i++) {
      if (viewLetters[i] === "" || tag(viewLetters[i]!) !== letter) continue;
      const size = viewSizes[i]!;
      if (offset % size !== 0 || length % size !== 0 || offset + length > ArrayBufferPrototypeGetByteLength(v)) throw badData();
      return this.#keep(new viewClasses[i](v, offset, length / size));
    }
    throw badData();
  }
  #object(t: number): any {
    switch (t) {
      case T.object: {
        const o = this.#keep({});
        this.#properties(o, T.objectEnd);
        return o;
      }
      case T.dense: {
        const n = this.#varint();
        if (n > this.#left()) throw badData();
        const a = this.#keep(new Array_(n));
        for (let i = 0; i < n; i++) {
          const e = this.#tag();
          if (e !== T.hole) setOwn(a, i, this.#value(e));
        }
        this.#properties(a, T.denseEnd);
        if (this.#varint() !== n) throw badData();
        return a;
      }
      case T.sparse: {
        const n = this.#varint();
        if (n > 4294967295) throw badData();
        const a: any[] = this.#keep([]);
        a.length = n;
        this.#properties(a, T.sparseEnd);
        if (this.#varint() !== n) throw badData();
        return a;
      }
      case T.date:
        return this.#keep(new Date_(this.#double()));
      case T.trueObject:
        return this.#keep(Object_(true));
      case T.falseObject:
        return this.#keep(Object_(false));
      case T.numberObject:
        return this.#keep(Object_(this.#double()));
      case T.bigintObject:
        return this.#keep(Object_(this.#bigint()));
      case T.stringObject:
        return this.#keep(Object_(this.#text(this.#tag())));
      case T.regexp: {
        const source = this.#text(this.#tag());
        const bits = this.#varint();
        let flags = "";
        for (let i = 0; i < flagLetters.length; i++) if (bits & (1 << i)) flags += flagLetters[i];
        return this.#keep(new RegExp_(source, flags));
      }
      case T.map: {
        const m = this.#keep(new Map_());
        let n = 0;
        for (let e = this.#tag(); e !== T.mapEnd; e = this.#tag(), n += 2) {
          const key = this.#value(e);
          MapPrototypeSet(m, key, this.#value(this.#tag()));
        }
        if (this.#varint() !== n) throw badData();
        return m;
      }
      case T.set: {
        const s = this.#keep(new Set_());
        let n = 0;
        for (let e = this.#tag(); e !== T.setEnd; e = this.#tag(), n++) SetPrototypeAdd(s, this.#value(e));
        if (this.#varint() !== n) throw badData();
        return s;
      }
      case T.buffer: {
        const bytes = this.#raw(this.#varint());
        const b = this.#keep(new ArrayBuffer_(TypedArrayPrototypeGetLength(bytes)));
        TypedArrayPrototypeSet(new Uint8Array_(b), bytes, 0);
        return this.#viewOf(b);
      }
      case T.error:
        return this.#error();
      case T.host: {
        const at = this.#refs.length;
        this.#keep(undefined);
        const self: any = this;
        if (typeof self._readHostObject !== "function") throw coded(TypeError_, "ERR_METHOD_NOT_IMPLEMENTED", "The _readHostObject() method is not implemented");
        const v = self._readHostObject();
        this.#refs[at] = v;
        return v;
      }
    }
    throw badData();
  }
  #error(): any {
    const at = this.#refs.length;
    this.#keep(undefined);
    let Class: any = Error_, message: string | undefined, stack: string | undefined, cause: unknown, caused = false;
    for (;;) {
      const t = this.#byte();
      if (t === tag(".")) break;
      if (t === tag("m")) message = this.#text(this.#tag());
      else if (t === tag("s")) stack = this.#text(this.#tag());
      else if (t === tag("c")) {
        cause = this.#value(this.#tag());
        caused = true;
      } else {
        let known = false;
        for (let i = 0; i < errorTags.length; i++) {
          if (errorTags[i]![1] !== t) continue;
          Class = errorTags[i]![2];
          known = true;
        }
        if (!known) throw badData();
      }
    }
    const e = message === undefined ? new Class() : new Class(message);
    if (caused) ObjectDefineProperty(e, "cause", { __proto__: null, value: cause, writable: true, configurable: true } as any);
    ObjectDefineProperty(e, "stack", { __proto__: null, value: stack, writable: true, configurable: true } as any);
    this.#refs[at] = e;
    return e;
  }

  readHeader(): boolean {
    if (this.#left() > 0 && this.#bytes[this.#at] === 255) {
      this.#at++;
      this.#version = this.#varint();
      if (this.#version >= 13 && this.#version <= version) return true;
    }
    throw new Error_("Unable to deserialize cloned data due to invalid or unsupported version.");
  }
  readValue(): any {
    this.#depth = 0;
    return this.#value(this.#tag());
  }
  transferArrayBuffer(): never {
    return refuse("transferArrayBuffer of node:v8", "there is no other thread to transfer to; read the buffer as a value");
  }
  getWireFormatVersion(): number {
    return this.#version;
  }
  readUint32(): number {
    return this.#varint() >>> 0;
  }
  readUint64(): [number, number] {
    let v = 0n, shift = 0n;
    for (let i = 0; i < 10; i++) {
      const b = this.#byte();
      v |= BigInt_(b & 127) << shift;
      if (b < 128) return [Number_((v >> 32n) & 4294967295n), Number_(v & 4294967295n)];
      shift += 7n;
    }
    throw badData();
  }
  readDouble(): number {
    return this.#double();
  }
  _readRawBytes(length: number): number {
    const at = this.#at;
    this.#raw(length);
    return at;
  }
  readRawBytes(length: number): any {
    return wrap(this.#raw(length));
  }
}

class DefaultSerializer extends Serializer {
  constructor() {
    super();
    this._setTreatArrayBufferViewsAsHostObjects(true);
  }
  _writeHostObject(view: any): void {
    const kind = host.classOf(view);
    let index = -1;
    if (ObjectGetPrototypeOf(view) === Buffer.prototype) index = 10;
    else for (let i = 0; i < viewNames.length; i++) if (viewNames[i] === kind) index = i;
    if (index < 0) throw this._getDataCloneError(`#<${kind}> could not be cloned.`);
    const bytes = viewBytes(view)!;
    this.writeUint32(index);
    this.writeUint32(TypedArrayPrototypeGetLength(bytes));
    this.writeRawBytes(bytes);
  }
}

class DefaultDeserializer extends Deserializer {
  _readHostObject(): any {
    const index = this.readUint32();
    const Class = viewClasses[index];
    if (Class === undefined) throw badData();
    const length = this.readUint32();
    const bytes = this.readRawBytes(length);
    const size = viewSizes[index]!;
    if (length % size !== 0) throw badData();
    const copy = new Uint8Array_(length);
    TypedArrayPrototypeSet(copy, bytes, 0);
    return index === 10 ? wrap(copy) : new Class(TypedArrayPrototypeGetBuffer(copy), 0, length / size);
  }
}

function serialize(value: unknown): any {
  const s = new DefaultSerializer();
  s.writeHeader();
  s.writeValue(value);
  return s.releaseBuffer();
}

function deserialize(buffer: unknown): any {
  const d = new DefaultDeserializer(buffer);
  d.readHeader();
  return d.readValue();
}

// Memory is the instance's: there is one space.
function heap(): { used: number; limit: number } {
  return host.sync(OP["process.memory"]!);
}

function getHeapStatistics(): object {
  const { used, limit } = heap();
  return {
    total_heap_size: used,
    total_heap_size_executable: 0,
    total_physical_size: used,
    total_available_size: limit - used,
    used_heap_size: used,
    heap_size_limit: limit,
    malloced_memory: used,
    peak_malloced_memory: used,
    does_zap_garbage: 0,
    number_of_native_contexts: 1,
    number_of_detached_contexts: 0,
    total_global_handles_size: 0,
    used_global_handles_size: 0,
    external_memory: 0,
  };
}

function getHeapSpaceStatistics(): object[] {
  const { used, limit } = heap();
  return [{ space_name: "heap", space_size: used, space_used_size: used, space_available_size: limit - used, physical_space_size: used }];
}

function absent(name: string, why: string): () => never {
  return { [name]: (): never => refuse(`${name} of node:v8`, why) }[name]!;
}

const kinds: [name: string, type: number][] = [["init", made], ["before", before], ["after", after], ["settled", resolved]];

function createPromiseHook(callbacks: any): () => void {
  validateObject(callbacks, "callbacks");
  for (let i = 0; i < kinds.length; i++) {
    const f = callbacks[kinds[i]![0]];
    if (f !== undefined) validateFunction(f, `${kinds[i]![0]}Hook`);
  }
  const list: any[] = [callbacks.init, callbacks.before, callbacks.after, callbacks.settled];
  return onPromises((type, promise, parent) => {
    if (list[type] !== undefined) FunctionPrototypeCall(list[type], undefined, promise, parent);
  });
}

function onKind(name: string): (f: unknown) => () => void {
  return (f) => {
    validateFunction(f, `${name}Hook`);
    return createPromiseHook({ [name]: f });
  };
}

const noSnapshots = "the engine writes no snapshots of its heap; process.memoryUsage() says what is used";

// notBuilding is what Node's functions for startup snapshots throw in a program that builds none.
function notBuilding(): never {
  throw coded(Error_, "ERR_NOT_BUILDING_SNAPSHOT", "Operation cannot be invoked when not building startup snapshot");
}

register(["node:v8", "v8"], () =>
  tidy({
    Serializer,
    Deserializer,
    DefaultSerializer,
    DefaultDeserializer,
    serialize,
    deserialize,
    getHeapStatistics,
    getHeapSpaceStatistics,
    getHeapCodeStatistics: () => ({ code_and_metadata_size: 0, bytecode_and_metadata_size: 0, external_script_source_size: 0, cpu_profiler_metadata_size: 0 }),
    cachedDataVersionTag: () => 1,
    setFlagsFromString(flags: unknown): void {
      validateString(flags, "flags");
    },
    setHeapSnapshotNearHeapLimit: absent("setHeapSnapshotNearHeapLimit", noSnapshots),
    getHeapSnapshot: absent("getHeapSnapshot", noSnapshots),
    writeHeapSnapshot: absent("writeHeapSnapshot", noSnapshots),
    queryObjects: absent("queryObjects", "the engine does not list objects by their class"),
    takeCoverage: () => undefined,
    stopCoverage: () => undefined,
    startupSnapshot: {
      isBuildingSnapshot: () => 0,
      addSerializeCallback: notBuilding,
      addDeserializeCallback: notBuilding,
      setDeserializeMainFunction: notBuilding,
    },
    promiseHooks: { createHook: createPromiseHook, onInit: onKind("init"), onBefore: onKind("before"), onAfter: onKind("after"), onSettled: onKind("settled") },
    GCProfiler: class GCProfiler {
      start(): never {
        return refuse("GCProfiler of node:v8", "the engine reports nothing of its collections");
      }
      stop(): void {}
    },
  }));
