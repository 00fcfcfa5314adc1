// structuredClone, and values as they go from one sandbox to another.

import {
  AggregateError_,
  ArrayBuffer_,
  ArrayBufferPrototypeGetByteLength,
  ArrayBufferPrototypeGetDetached,
  ArrayBufferPrototypeGetMaxByteLength,
  ArrayBufferPrototypeGetResizable,
  ArrayBufferPrototypeTransfer,
  ArrayIsArray,
  ArrayPrototypeIncludes,
  ArrayPrototypePop,
  ArrayPrototypePush,
  ArrayPrototypeSplice,
  Array_,
  BigInt64Array_,
  BigIntPrototypeValueOf,
  BigUint64Array_,
  BooleanPrototypeValueOf,
  DataView_,
  DatePrototypeGetTime,
  Date_,
  Error_,
  EvalError_,
  Float16Array_,
  Float32Array_,
  Float64Array_,
  FunctionPrototypeToString,
  Int16Array_,
  Int32Array_,
  Int8Array_,
  MapPrototypeSet,
  Map_,
  NumberPrototypeValueOf,
  ObjectKeys,
  ObjectHasOwn,
  ObjectPrototypePropertyIsEnumerable,
  Object_,
  RangeError_,
  ReferenceError_,
  ReflectConstruct,
  ReflectGetOwnPropertyDescriptor,
  RegExpPrototypeGetSource,
  RegExp_,
  SafeMap,
  SafeWeakSet,
  SetPrototypeAdd,
  Set_,
  StringPrototypeIsWellFormed,
  StringPrototypeValueOf,
  SymbolPrototypeToString,
  SyntaxError_,
  TypeError_,
  TypedArrayPrototypeGetLength,
  TypedArrayPrototypeGetSymbolToStringTag,
  TypedArrayPrototypeSet,
  URIError_,
  Uint16Array_,
  Uint32Array_,
  Uint8Array_,
  Uint8ClampedArray_,
  iterate,
  plain,
  RegExpPrototypeGetFlags,
  setOwn, hide,
} from "./primordials.ts";
import { DOMException, needArgs } from "./errors.ts";
import { coded } from "./node/errors.ts";
import { defineGlobals } from "./globals.ts";
import { asNode } from "./mode.ts";

const views: Record<string, any> = plain();
views.Int8Array = Int8Array_;
views.Uint8Array = Uint8Array_;
views.Uint8ClampedArray = Uint8ClampedArray_;
views.Int16Array = Int16Array_;
views.Uint16Array = Uint16Array_;
views.Int32Array = Int32Array_;
views.Uint32Array = Uint32Array_;
views.Float16Array = Float16Array_;
views.Float32Array = Float32Array_;
views.Float64Array = Float64Array_;
views.BigInt64Array = BigInt64Array_;
views.BigUint64Array = BigUint64Array_;
views.DataView = DataView_;

const errors: Record<string, any> = plain();
errors.Error = Error_;
errors.EvalError = EvalError_;
errors.RangeError = RangeError_;
errors.ReferenceError = ReferenceError_;
errors.SyntaxError = SyntaxError_;
errors.TypeError = TypeError_;
errors.URIError = URIError_;
errors.AggregateError = AggregateError_;


let cloneModule: (v: object) => object;

// modules hands over how a WebAssembly.Module is cloned.
export function modules(clone: (v: object) => object): void {
  cloneModule = clone;
}

// Transferable is what a runtime class does with its objects in a transfer list.
interface Transferable {
  owns(v: object): boolean;
  // usable throws for an object that cannot be transferred.
  usable(v: any): void;
  // receiver makes the object that stands for v at the other end; move, once nothing can fail any more, hands over what v was.
  receiver(v: any): object;
  move(v: any, to: any): void;
}

let transferable: Transferable | null = null;

export function transferables(t: Transferable): void {
  transferable = t;
}

// cloneable says how structuredClone copies objects of a runtime class, which recognises its own by kind:
// kind(v) is called for plain-looking objects and returns undefined for those that are not its.
const recognisers: ((v: object) => (() => unknown) | undefined)[] = [];
export function cloneable(recognise: (v: object) => (() => unknown) | undefined): void {
  ArrayPrototypePush(recognisers, recognise);
}

// uncloneable makes structuredClone refuse the objects of a runtime class; name may tell what an object is called.
export function uncloneable(name: string | ((v: any) => string), owns: (v: any) => boolean): void {
  cloneable((v) => (owns(v) ? refuse(typeof name === "string" ? `#<${name}>` : name(v)) : undefined));
}

function refuse(what: string): never {
  throw new DOMException(`${what} could not be cloned.`, "DataCloneError");
}

// clone copies a value; seen maps what was met to its copy, so that cycles and sharing survive.
function clone(v: any, seen: Map<object, unknown>): any {
  switch (typeof v) {
    case "symbol":
      return refuse(SymbolPrototypeToString(v));
    case "function":
      return refuse(FunctionPrototypeToString(v));
    case "object":
      break;
    default:
      return v;
  }
  if (v === null) return null;
  const known = seen.get(v);
  if (known !== undefined) return known;
  const kind = host.classOf(v);
  const made = cloneLeaf(v, kind, seen);
  if (made !== undefined) {
    seen.set(v, made);
    return made;
  }
  switch (kind) {
    case "Map": {
      const out = new Map_();
      seen.set(v, out);
      const entries = host.previewEntries(v)![0];
      for (let i = 0; i < entries.length; i += 2) {
        const key = clone(entries[i], seen);
        MapPrototypeSet(out, key, clone(entries[i + 1], seen));
      }
      return out;
    }
    case "Set": {
      const out = new Set_();
      seen.set(v, out);
      const entries = host.previewEntries(v)![0];
      for (let i = 0; i < entries.length; i++) SetPrototypeAdd(out, clone(entries[i], seen));
      return out;
    }
    case "Error":
      return cloneError(v, seen);
    case "Array": {
      const out: unknown[] = new Array_(v.length);
      seen.set(v, out);
      copyKeys(v, out, seen);
      return out;
    }
    case "Object": {
      const out = {};
      seen.set(v, out);
      copyKeys(v, out, seen);
      return out;
    }
  }
  return refuse(`#<${kind === "Arguments" ? "Object" : kind}>`);
}

function copyKeys(from: any, to: object, seen: Map<object, unknown>): void {
  const keys = ObjectKeys(from);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    // A getter that ran before may have deleted it.
    if (ObjectPrototypePropertyIsEnumerable(from, key)) setOwn(to, key, clone(from[key], seen));
  }
}

// cloneLeaf copies what contains no other values, or undefined.
function cloneLeaf(v: any, kind: string, seen: Map<object, unknown>): object | undefined {
  switch (kind) {
    case "Boolean":
      return Object_(BooleanPrototypeValueOf(v));
    case "Number":
      return Object_(NumberPrototypeValueOf(v));
    case "BigInt":
      return Object_(BigIntPrototypeValueOf(v));
    case "String":
      return Object_(StringPrototypeValueOf(v));
    case "Date":
      return new Date_(DatePrototypeGetTime(v));
    case "RegExp":
      return new RegExp_(RegExpPrototypeGetSource(v), RegExpPrototypeGetFlags(v));
    case "ArrayBuffer":
      return cloneBuffer(v);
    case "SharedArrayBuffer":
      return v;
    case "DOMException":
      return new DOMException(v.message, v.name);
    case "DataView": {
      const b = host.buffer(v)!;
      try {
        return new DataView_(clone(b[0], seen), b[1], b[3] ? undefined : b[2]);
      } catch (e) {
        throw outOfBounds(e);
      }
    }
  }
  const name = TypedArrayPrototypeGetSymbolToStringTag(v);
  if (name !== undefined) {
    const b = host.buffer(v)!;
    try {
      return new views[name](clone(b[0], seen), b[1], b[3] ? undefined : TypedArrayPrototypeGetLength(v));
    } catch (e) {
      throw outOfBounds(e);
    }
  }
  if (kind === "WebAssembly.Module") return cloneModule(v);
  if (kind === "Object") {
    if (transferable !== null && transferable.owns(v)) throw untransferred();
    for (let i = 0; i < recognisers.length; i++) {
      const make = recognisers[i]!(v);
      if (make !== undefined) return make() as object;
    }
  }
  return undefined;
}

// outOfBounds is what a view that its buffer has become too short for fails with.
function outOfBounds(e: any): Error {
  return host.classOf(e) === "DOMException" ? e : new DOMException("A view is out of the bounds of its buffer and could not be cloned.", "DataCloneError");
}

function cloneBuffer(v: ArrayBuffer): ArrayBuffer {
  if (ArrayBufferPrototypeGetDetached(v)) throw detached();
  const length = ArrayBufferPrototypeGetByteLength(v);
  const out = ArrayBufferPrototypeGetResizable(v)
    ? new (ArrayBuffer_ as any)(length, { __proto__: null, maxByteLength: ArrayBufferPrototypeGetMaxByteLength(v) })
    : new ArrayBuffer_(length);
  TypedArrayPrototypeSet(new Uint8Array_(out), new Uint8Array_(v), 0);
  return out;
}

function cloneError(v: any, seen: Map<object, unknown>): object {
  let name = v.name;
  name = name === undefined ? "Error" : `${name}`;
  const known = errors[name] !== undefined;
  const message = ReflectGetOwnPropertyDescriptor(v, "message");
  const out: any = ReflectConstruct(errors[known && name !== "AggregateError" ? name : "Error"], []);
  seen.set(v, out);
  if (message !== undefined && ObjectHasOwn(message, "value")) hide(out, "message", `${message.value}`);
  const stack = v.stack;
  if (typeof stack === "string") hide(out, "stack", stack);
  const cause = ReflectGetOwnPropertyDescriptor(v, "cause");
  if (cause !== undefined && ObjectHasOwn(cause, "value")) hide(out, "cause", clone(cause.value, seen));
  return out;
}

function detached(): Error {
  return new DOMException("An ArrayBuffer is detached and could not be cloned.", "DataCloneError");
}

function untransferred(): Error {
  return coded(TypeError_, "ERR_MISSING_TRANSFERABLE_IN_TRANSFER_LIST", "Object that needs transfer was found in message but not listed in transferList");
}

let untransferable: WeakSet<object> | null = null;

// markUntransferable keeps v where it is: naming it in a transfer list fails, and in Node 20 has no effect.
export function markUntransferable(v: object): void {
  (untransferable ??= new SafeWeakSet()).add(v);
}

export function markedUntransferable(v: any): boolean {
  return untransferable !== null && typeof v === "object" && v !== null && untransferable.has(v);
}

// checkTransfer throws for a transfer list that is not one, and returns what of it is to be transferred;
// source is the port that sends, if any.
export function checkTransfer(transfer: unknown[], source: object | null): unknown[] {
  const out: unknown[] = [];
  for (let i = 0; i < transfer.length; i++) {
    const b: any = transfer[i];
    const port = typeof b === "object" && b !== null && transferable !== null && transferable.owns(b);
    if (markedUntransferable(b)) {
      if (asNode()) continue; // it is copied
      throw new DOMException("An object that was marked as untransferable could not be cloned.", "DataCloneError");
    }
    if (!port && host.classOf(b) !== "ArrayBuffer") {
      if (source !== null || asNode()) throw coded(TypeError_, "ERR_INVALID_TRANSFER_OBJECT", "Found invalid object in transferList");
      throw new DOMException("Value not transferable", "DataCloneError");
    }
    if (ArrayPrototypeIncludes(transfer, b, i + 1)) {
      const what = port ? "MessagePort" : "ArrayBuffer";
      throw new DOMException(source !== null ? `Transfer list contains duplicate ${what}` : `${what} occurs in the transfer list more than once`, "DataCloneError");
    }
    if (b === source) throw new DOMException("Transfer list contains source port", "DataCloneError");
    if (port) transferable!.usable(b);
    else if (ArrayBufferPrototypeGetDetached(b)) throw detached();
    ArrayPrototypePush(out, b);
  }
  return out;
}

// structuredCloneOf copies value and detaches the buffers in transfer. What stands for other objects of it
// at the receiving end is appended to ports.
export function structuredCloneOf(value: unknown, transfer: unknown[], ports: unknown[] = [], source: object | null = null): any {
  if (transfer.length === 0) {
    const plain = host.clonePlain(value);
    if (plain !== undefined) return plain;
  }
  const seen: Map<object, unknown> = new SafeMap();
  transfer = checkTransfer(transfer, source);
  const first = ports.length;
  for (let i = 0; i < transfer.length; i++) {
    if (host.classOf(transfer[i]) === "ArrayBuffer") continue;
    const r = transferable!.receiver(transfer[i]);
    seen.set(transfer[i] as object, r);
    ArrayPrototypePush(ports, r);
  }
  const out = clone(value, seen);
  // The copies are made; what was transferred becomes unusable only when nothing can fail any more.
  for (let i = 0, k = first; i < transfer.length; i++) {
    if (host.classOf(transfer[i]) !== "ArrayBuffer") transferable!.move(transfer[i], ports[k++]);
    else if (!ArrayBufferPrototypeGetDetached(transfer[i] as ArrayBuffer)) ArrayBufferPrototypeTransfer(transfer[i], 0);
  }
  return out;
}

// A record is a value that is not a primitive as it crosses to another sandbox: a list that begins with what it is.
// Values inside it are given by their number in the list of all, so that nothing nests, and cycles and sharing survive.
const PORT = 0;
const OBJECT = 1; // keys, numbers of values
const ARRAY = 2; // length, keys, numbers of values
const NUMBERS = 3; // bytes of float64: an array of numbers alone
const MAP = 4; // numbers of keys and values
const SET = 5; // numbers of values
const ERROR = 6; // name, message, stack, number of the cause, keys, numbers of values
const BOXED = 7; // the primitive's number
const DATE = 8;
const REGEXP = 9; // source, flags
const BUFFER = 10; // bytes, greatest length or -1
const VIEW = 11; // its name, number of the buffer, offset, length or undefined for that of the buffer
const DOMEXCEPTION = 12; // message, name
const WIDE = 13; // UTF-16, little-endian: a string that is not well-formed
const KEPT = 14; // class, what it is made of
const SHARED = 15; // its place in the list of shared buffers

// A Crosser is how objects of a runtime class cross. write returns undefined for what is not its.
interface Crosser {
  name: string;
  write(v: object): unknown;
  read(made: any): object;
}
const crossers: Crosser[] = [];

export function crosses(c: Crosser): void {
  ArrayPrototypePush(crossers, c);
}

// maxValues is how many values a message to another sandbox may be made of: an object is five, and two for each of its
// properties; an array of numbers alone is two. The host takes few more (wire.MaxValues).
const maxValues = 250_000;

function tooMany(): Error {
  return new DOMException(`A message to another thread could not be cloned: it is made of more than ${maxValues} values.`, "DataCloneError");
}

// Packed is a message as the host passes it on.
export interface Packed {
  values: unknown[];
  ports: number[];
  buffers: number[]; // shared, by this thread's numbers
}

// share is the number of a buffer that other threads are to have.
export function share(b: SharedArrayBuffer): number {
  const n = host.share(b);
  if (n < 0) throw unshared(n);
  return n;
}

// unshared is why memory could not be shared, as in ops_shared.go.
function unshared(n: number): Error {
  switch (n) {
    case -1:
      return coded(Error_, "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM", "A SharedArrayBuffer cannot be shared between threads: the system has no means for it, or the server does not allow it");
    case -2:
      return coded(RangeError_, "ERR_SHARED_MEMORY_LIMIT", "The threads of a program share 128 buffers already, which is the limit");
    case -3:
      return coded(RangeError_, "ERR_SHARED_MEMORY_LIMIT", "The host has no room for more shared buffers");
    case -4:
      return coded(RangeError_, "ERR_MEMORY_ALLOCATION_FAILED", "The host has no memory left for a shared buffer");
  }
  return new DOMException("A SharedArrayBuffer could not be cloned.", "DataCloneError");
}

// pack makes of a value what another sandbox can unpack. endpoint takes a port out of this sandbox and returns its number;
// it is called when nothing can fail any more.
export function pack(value: unknown, transfer: unknown[], source: object | null, endpoint: (port: any) => number, withFields = false): Packed {
  transfer = checkTransfer(transfer, source);
  const seen: Map<unknown, number> = new SafeMap();
  const values: unknown[] = [];
  const ports: object[] = [];
  for (let i = 0; i < transfer.length; i++) {
    if (host.classOf(transfer[i]) === "ArrayBuffer") continue;
    seen.set(transfer[i] as object, values.length);
    ArrayPrototypePush(values, [PORT, ports.length]);
    ArrayPrototypePush(ports, transfer[i] as object);
  }
  const buffers: number[] = [];
  const todo: [v: any, at: number][] = [];
  let weight = 2 * ports.length;
  const put = (v: any): number => {
    if (v !== null && typeof v === "object") {
      const known = seen.get(v);
      if (known !== undefined) return known;
    }
    const at = values.length;
    if (++weight > maxValues) throw tooMany();
    switch (typeof v) {
      case "symbol":
        return refuse(SymbolPrototypeToString(v));
      case "function":
        return refuse(FunctionPrototypeToString(v));
      case "string":
        ArrayPrototypePush(values, text(v));
        return at;
      case "object":
        if (v === null) break;
        seen.set(v, at);
        ArrayPrototypePush(values, null);
        ArrayPrototypePush(todo, [v, at]);
        return at;
    }
    ArrayPrototypePush(values, v);
    return at;
  };
  const root = put(value);
  while (todo.length > 0) {
    const next: [v: any, at: number] = ArrayPrototypePop(todo);
    const r = record(next[0], put, buffers, withFields && next[1] === root);
    values[next[1]] = r;
    weight += r.length;
    for (let i = 0; i < r.length; i++) if (ArrayIsArray(r[i])) weight += (r[i] as unknown[]).length;
    if (weight > maxValues) throw tooMany();
  }
  const numbers: number[] = [];
  for (let i = 0; i < ports.length; i++) ArrayPrototypePush(numbers, endpoint(ports[i]));
  for (let i = 0; i < transfer.length; i++) {
    const b: any = transfer[i];
    if (host.classOf(b) !== "ArrayBuffer" || ArrayBufferPrototypeGetDetached(b)) continue;
    const at = seen.get(b);
    if (at === undefined) ArrayBufferPrototypeTransfer(b, 0);
    else (values[at] as unknown[])[1] = new Uint8Array_(ArrayBufferPrototypeTransfer(b)); // what it held is still to cross
  }
  return { values: [root, values], ports: numbers, buffers };
}

// text is a string as it crosses: the wire carries well-formed ones.
function text(s: string): unknown {
  return StringPrototypeIsWellFormed(s) ? s : [WIDE, host.utf16leEncode(s)];
}

function texts(list: string[]): unknown[] {
  const out: unknown[] = [];
  for (let i = 0; i < list.length; i++) ArrayPrototypePush(out, text(list[i]!));
  return out;
}

// record is an object as it crosses; put gives the values in it their numbers. Shared buffers are appended to buffers.
function record(v: any, put: (v: unknown) => number, buffers: number[], withFields: boolean): unknown[] {
  const kind = host.classOf(v);
  switch (kind) {
    case "Boolean":
      return [BOXED, put(BooleanPrototypeValueOf(v))];
    case "Number":
      return [BOXED, put(NumberPrototypeValueOf(v))];
    case "BigInt":
      return [BOXED, put(BigIntPrototypeValueOf(v))];
    case "String":
      return [BOXED, put(StringPrototypeValueOf(v))];
    case "Date":
      return [DATE, DatePrototypeGetTime(v)];
    case "RegExp":
      return [REGEXP, text(RegExpPrototypeGetSource(v)), RegExpPrototypeGetFlags(v)];
    case "ArrayBuffer":
      if (ArrayBufferPrototypeGetDetached(v)) throw detached();
      return [BUFFER, new Uint8Array_(v), ArrayBufferPrototypeGetResizable(v) ? ArrayBufferPrototypeGetMaxByteLength(v) : -1];
    case "SharedArrayBuffer":
      return [SHARED, ArrayPrototypePush(buffers, share(v)) - 1];
    case "DOMException":
      return [DOMEXCEPTION, text(`${v.message}`), text(`${v.name}`)];
    case "DataView": {
      const b = host.buffer(v)!;
      return [VIEW, kind, put(b[0]), b[1], b[3] ? undefined : b[2]];
    }
    case "Map": {
      const entries = host.previewEntries(v)![0];
      const out: unknown[] = [MAP];
      for (let i = 0; i < entries.length; i++) ArrayPrototypePush(out, put(entries[i]));
      return out;
    }
    case "Set": {
      const entries = host.previewEntries(v)![0];
      const out: unknown[] = [SET];
      for (let i = 0; i < entries.length; i++) ArrayPrototypePush(out, put(entries[i]));
      return out;
    }
    case "Error":
      return errorRecord(v, put, withFields);
    case "Array": {
      const packed = numbersOf(v);
      if (packed !== undefined) return [NUMBERS, packed];
      const keys = ObjectKeys(v);
      const out = fields(v, keys, put);
      return [ARRAY, v.length, texts(keys), out];
    }
    case "Object": {
      if (transferable !== null && transferable.owns(v)) throw untransferred();
      const kept = crossed(v, put);
      if (kept !== undefined) return kept;
      for (let i = 0; i < recognisers.length; i++) if (recognisers[i]!(v) !== undefined) refuse(`#<${ownClass(v)}>`);
      const keys = ObjectKeys(v);
      const out = fields(v, keys, put);
      return [OBJECT, texts(keys), out];
    }
  }
  const name = TypedArrayPrototypeGetSymbolToStringTag(v);
  if (name !== undefined) {
    const b = host.buffer(v)!;
    return [VIEW, name, put(b[0]), b[1], b[3] ? undefined : TypedArrayPrototypeGetLength(v)];
  }
  return crossed(v, put) ?? refuse(`#<${ownClass(v)}>`);
}

// crossed is the record of an object of a runtime class.
function crossed(v: object, put: (v: unknown) => number): unknown[] | undefined {
  for (let i = 0; i < crossers.length; i++) {
    const made = crossers[i]!.write(v);
    if (made !== undefined) return [KEPT, crossers[i]!.name, put(made)];
  }
  return undefined;
}

function ownClass(v: any): string {
  const name = v.constructor?.name;
  return typeof name === "string" ? name : "Object";
}

// fields gives the values of keys their numbers; a key that a getter deleted meanwhile leaves the list.
function fields(v: any, keys: string[], put: (v: unknown) => number): number[] {
  const out: number[] = [];
  for (let i = 0; i < keys.length; ) {
    if (ObjectPrototypePropertyIsEnumerable(v, keys[i]!)) ArrayPrototypePush(out, put(v[keys[i++]!]));
    else ArrayPrototypeSplice(keys, i, 1);
  }
  return out;
}

// numbersOf is a dense array of numbers alone as bytes, or undefined for another one.
function numbersOf(v: any[]): Uint8Array | undefined {
  const n = v.length;
  if (n < 16) return undefined;
  for (let i = 0; i < n; i++) {
    const d = ReflectGetOwnPropertyDescriptor(v, i);
    if (d === undefined || typeof d.value !== "number") return undefined;
  }
  if (ObjectKeys(v).length !== n) return undefined;
  const bytes = new ArrayBuffer_(n * 8);
  const out = new Float64Array_(bytes);
  for (let i = 0; i < n; i++) out[i] = v[i]!;
  return new Uint8Array_(bytes);
}

function errorRecord(v: any, put: (v: unknown) => number, withFields: boolean): unknown[] {
  let name = v.name;
  name = name === undefined ? "Error" : `${name}`;
  const message = ReflectGetOwnPropertyDescriptor(v, "message");
  const stack = v.stack;
  const cause = ReflectGetOwnPropertyDescriptor(v, "cause");
  const keys: string[] = [];
  const out: number[] = [];
  if (withFields) {
    const all = ObjectKeys(v);
    for (let i = 0; i < all.length; i++) {
      const value = v[all[i]!];
      if (all[i] === "message" || all[i] === "stack" || all[i] === "cause" || (typeof value === "object" && value !== null) || typeof value === "function" || typeof value === "symbol") continue;
      ArrayPrototypePush(keys, all[i]!);
      ArrayPrototypePush(out, put(value));
    }
  }
  return [
    ERROR, text(name), message !== undefined && ObjectHasOwn(message, "value") ? text(`${message.value}`) : null, typeof stack === "string" ? text(stack) : null,
    cause !== undefined && ObjectHasOwn(cause, "value") ? put(cause.value) : -1, texts(keys), out,
  ];
}

// unpack makes the value of what pack made, with the shared buffers that came with it. It is what another sandbox wrote, whose
// program may have broken its own library: anything malformed is refused.
export function unpack(packed: unknown, ports: object[], buffers: number[]): unknown {
  const root: number = (packed as any)[0];
  const values: unknown[] = (packed as any)[1];
  const made: unknown[] = [];
  const n = values.length;
  // Objects first, then what is in them.
  for (let i = 0; i < n; i++) ArrayPrototypePush(made, shell(values[i] as any, ports, buffers));
  for (let i = 0; i < n; i++) {
    const r = values[i] as any;
    if (!ArrayIsArray(r)) continue;
    if (r[0] === BOXED) made[i] = Object_(made[r[1]] as any);
    else if (r[0] === VIEW) made[i] = new views[r[1]](made[r[2]], r[3], r[4]);
  }
  // A class of the library may be made of a view.
  for (let i = 0; i < n; i++) {
    const r: any = values[i];
    if (!ArrayIsArray(r) || r[0] !== KEPT) continue;
    fill(values[r[2]] as any, made[r[2]], made);
    for (let k = 0; k < crossers.length; k++) if (crossers[k]!.name === r[1]) made[i] = crossers[k]!.read(made[r[2]]);
  }
  for (let i = 0; i < n; i++) fill(values[i] as any, made[i], made);
  return made[root];
}

// shell makes the object of a record, without what is in it.
function shell(r: any, ports: object[], buffers: number[]): unknown {
  if (!ArrayIsArray(r)) return r;
  switch (r[0]) {
    case PORT:
      return ports[r[1] as number];
    case OBJECT:
      return {};
    case ARRAY:
      return new Array_(r[1] as number);
    case NUMBERS: {
      const b = host.buffer(r[1])!;
      const from = new Float64Array_(b[0] as ArrayBuffer, b[1], b[2] / 8);
      const out: number[] = [];
      for (let i = 0, n = b[2] / 8; i < n; i++) ArrayPrototypePush(out, from[i]!);
      return out;
    }
    case MAP:
      return new Map_();
    case SET:
      return new Set_();
    case ERROR: {
      const name = string(r[1]);
      const e: any = ReflectConstruct(errors[name !== "AggregateError" && errors[name] !== undefined ? name : "Error"], []);
      if (r[2] !== null) hide(e, "message", string(r[2]));
      if (r[3] !== null) hide(e, "stack", string(r[3]));
      return e;
    }
    case DATE:
      return new Date_(r[1] as number);
    case REGEXP:
      return new RegExp_(string(r[1]), r[2] as string);
    case BUFFER: {
      const b = host.buffer(r[1])!;
      if (r[2] < 0) return b[0];
      const out = new (ArrayBuffer_ as any)(b[2], { __proto__: null, maxByteLength: r[2] });
      TypedArrayPrototypeSet(new Uint8Array_(out), r[1], 0);
      return out;
    }
    case DOMEXCEPTION:
      return new DOMException(string(r[1]), string(r[2]));
    case WIDE:
      return string(r);
    case SHARED: {
      const b = host.attach(buffers[r[1]]!);
      if (typeof b === "number") throw unshared(b);
      return b;
    }
  }
  return undefined;
}

function string(v: any): string {
  return typeof v === "string" ? v : host.utf16leDecode(v[1]);
}

function fill(r: any, o: any, made: unknown[]): void {
  if (!ArrayIsArray(r)) return;
  switch (r[0]) {
    case OBJECT:
      for (let i = 0; i < r[1].length; i++) setOwn(o, string(r[1][i]), made[r[2][i]]);
      return;
    case ARRAY:
      for (let i = 0; i < r[2].length; i++) setOwn(o, string(r[2][i]), made[r[3][i]]);
      return;
    case MAP:
      for (let i = 1; i < r.length; i += 2) MapPrototypeSet(o, made[r[i]], made[r[i + 1]]);
      return;
    case SET:
      for (let i = 1; i < r.length; i++) SetPrototypeAdd(o, made[r[i]]);
      return;
    case ERROR:
      if (r[4] >= 0) hide(o, "cause", made[r[4]]);
      for (let i = 0; i < r[5].length; i++) setOwn(o, string(r[5][i]), made[r[6][i]]);
  }
}

defineGlobals({
  structuredClone(value: unknown, options: any = undefined): unknown {
    needArgs(arguments.length, 1, "structuredClone");
    if (options !== undefined && options !== null && typeof options !== "object" && typeof options !== "function") {
      throw new TypeError_("The options argument must be an object");
    }
    const transfer = options?.transfer;
    return structuredCloneOf(value, transfer === undefined ? [] : iterate(transfer, "transfer"));
  },
});
