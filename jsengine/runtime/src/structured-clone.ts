// structuredClone.

import {
  AggregateError_,
  ArrayBuffer_,
  ArrayBufferPrototypeGetByteLength,
  ArrayBufferPrototypeGetDetached,
  ArrayBufferPrototypeGetMaxByteLength,
  ArrayBufferPrototypeGetResizable,
  ArrayBufferPrototypeTransfer,
  ArrayPrototypeIncludes,
  ArrayPrototypePush,
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
  ReflectDefineProperty,
  ReflectGetOwnPropertyDescriptor,
  RegExpPrototypeGetSource,
  RegExp_,
  SafeMap,
  SetPrototypeAdd,
  Set_,
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
  setOwn,
} from "./primordials.ts";
import { DOMException, needArgs } from "./errors.ts";
import { defineGlobals } from "./globals.ts";

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


// cloneable says how structuredClone copies objects of a runtime class, which recognises its own by kind:
// kind(v) is called for plain-looking objects and returns undefined for those that are not its.
const recognisers: ((v: object) => (() => unknown) | undefined)[] = [];
export function cloneable(recognise: (v: object) => (() => unknown) | undefined): void {
  ArrayPrototypePush(recognisers, recognise);
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
      return refuse(`function ${typeof v.name === "string" ? v.name : ""}`);
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
    case "Object":
    case "Arguments": {
      const out = {};
      seen.set(v, out);
      copyKeys(v, out, seen);
      return out;
    }
  }
  return refuse(`#<${kind}>`);
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
      return new DataView_(clone(b[0], seen), b[1], b[2]);
    }
  }
  const name = TypedArrayPrototypeGetSymbolToStringTag(v);
  if (name !== undefined) {
    const b = host.buffer(v)!;
    return new views[name](clone(b[0], seen), b[1], TypedArrayPrototypeGetLength(v));
  }
  if (kind === "Object") {
    for (let i = 0; i < recognisers.length; i++) {
      const make = recognisers[i]!(v);
      if (make !== undefined) return make() as object;
    }
  }
  return undefined;
}

function cloneBuffer(v: ArrayBuffer): ArrayBuffer {
  if (ArrayBufferPrototypeGetDetached(v)) refuse("An ArrayBuffer that is detached");
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
  if (message !== undefined && ObjectHasOwn(message, "value")) hidden(out, "message", `${message.value}`);
  const stack = v.stack;
  if (typeof stack === "string") hidden(out, "stack", stack);
  const cause = ReflectGetOwnPropertyDescriptor(v, "cause");
  if (cause !== undefined && ObjectHasOwn(cause, "value")) hidden(out, "cause", clone(cause.value, seen));
  return out;
}

function hidden(o: object, key: string, value: unknown): void {
  ReflectDefineProperty(o, key, { __proto__: null, value, writable: true, enumerable: false, configurable: true } as any);
}

// structuredCloneOf copies value and detaches the buffers in transfer.
export function structuredCloneOf(value: unknown, transfer: unknown[]): any {
  const seen: Map<object, unknown> = new SafeMap();
  for (let i = 0; i < transfer.length; i++) {
    const b: any = transfer[i];
    if (host.classOf(b) !== "ArrayBuffer") throw new DOMException("Value not transferable", "DataCloneError");
    if (ArrayBufferPrototypeGetDetached(b)) throw new DOMException("An ArrayBuffer is detached and could not be cloned.", "DataCloneError");
    if (ArrayPrototypeIncludes(transfer, b, i + 1)) throw new DOMException("ArrayBuffer occurs in the transfer list more than once", "DataCloneError");
  }
  const out = clone(value, seen);
  // The copies are made; what was transferred becomes unusable only when nothing can fail any more.
  for (let i = 0; i < transfer.length; i++) {
    if (!ArrayBufferPrototypeGetDetached(transfer[i] as ArrayBuffer)) ArrayBufferPrototypeTransfer(transfer[i], 0);
  }
  return out;
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
