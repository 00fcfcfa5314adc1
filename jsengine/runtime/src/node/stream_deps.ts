// What the bundled readable-stream works with instead of its own helpers: intrinsics
// captured before any guest code runs, and Node 20's errors. bundle.go makes its
// imports read the variable that this file sets, so import it first.

import * as p from "../primordials.ts";
import { AbortController, AbortSignal } from "../events.ts";
import { outputs } from "../process.ts";
import { nextTick } from "../timers.ts";
import { inspect } from "./inspect.ts";
import { isBlob, Blob } from "../web/blob.ts";
import { Buffer, viewBytes, wrap } from "./buffer.ts";
import { EventEmitter } from "./events.ts";
import { StringDecoder } from "./string_decoder.ts";
import { abortError, coded, invalidArgType, invalidArgValue, outOfRange, received, validateFunction } from "./errors.ts";

const { ArrayPrototypePush, Error_, TypeError_ } = p;

type Fn = (...args: any[]) => any;

const SafeSet = p.SafeSet;

const primordials: any = {
  __proto__: null,
  AggregateError: p.AggregateError_, Array: p.Array_, Boolean: p.Boolean_, Error: p.Error_, Number: p.Number_, Promise: p.Promise_, SafeSet, String: p.String_, Symbol: p.Symbol_, Uint8Array: p.Uint8Array_,
  ArrayIsArray: p.ArrayIsArray, ArrayPrototypeIncludes: p.ArrayPrototypeIncludes, ArrayPrototypeIndexOf: p.ArrayPrototypeIndexOf, ArrayPrototypeJoin: p.ArrayPrototypeJoin,
  ArrayPrototypeMap: p.ArrayPrototypeMap, ArrayPrototypePop: p.ArrayPrototypePop, ArrayPrototypePush, ArrayPrototypeSlice: p.ArrayPrototypeSlice,
  FunctionPrototypeCall: p.FunctionPrototypeCall, FunctionPrototypeSymbolHasInstance: p.FunctionPrototypeSymbolHasInstance, MathFloor: p.MathFloor,
  NumberIsInteger: p.NumberIsInteger, NumberIsNaN: p.NumberIsNaN, NumberMAX_SAFE_INTEGER: p.NumberMAX_SAFE_INTEGER, NumberMIN_SAFE_INTEGER: -p.NumberMAX_SAFE_INTEGER, NumberParseInt: p.ParseInt,
  ObjectDefineProperties: p.ObjectDefineProperties, ObjectDefineProperty: p.ObjectDefineProperty, ObjectGetOwnPropertyDescriptor: p.ObjectGetOwnPropertyDescriptor, ObjectKeys: p.ObjectKeys, ObjectSetPrototypeOf: p.ObjectSetPrototypeOf,
  PromisePrototypeCatch: (promise: any, fn: Fn) => settle(promise, undefined, fn), PromisePrototypeThen: settle, PromiseReject: p.PromiseReject, PromiseResolve: p.PromiseResolve,
  ReflectApply: p.ReflectApply, RegExpPrototypeTest: (r: RegExp, s: string) => p.RegExpPrototypeExec(r, s) !== null,
  StringPrototypeSlice: p.StringPrototypeSlice, StringPrototypeToLowerCase: p.StringPrototypeToLowerCase, StringPrototypeToUpperCase: p.StringPrototypeToUpperCase, StringPrototypeTrim: p.StringPrototypeTrim,
  SymbolFor: p.SymbolFor, SymbolAsyncIterator: p.SymbolAsyncIterator, SymbolHasInstance: p.SymbolHasInstance, SymbolIterator: p.SymbolIterator, SymbolDispose: p.SymbolDispose, SymbolAsyncDispose: p.SymbolAsyncDispose,
  TypedArrayPrototypeSet: p.TypedArrayPrototypeSet,
};

// settle is then() of a promise that may be the guest's own.
function settle(promise: any, ok: Fn | undefined, bad?: Fn): any {
  return p.then(promise, ok ?? ((v: any) => v), bad);
}

function E(code: string, message: string | Fn, Base: any = Error_): Fn {
  return function (this: any, ...args: any[]) {
    return coded(Base, code, typeof message === "string" ? message : p.ReflectApply(message, undefined, args));
  };
}

// expected is Node's list of types as this library's errors spell it.
function expected(want: any): string[] {
  const list: any[] = p.ArrayIsArray(want) ? want : [want];
  const out: string[] = [];
  for (let i = 0; i < list.length; i++) {
    const w = list[i];
    ArrayPrototypePush(out, w === "Function" || (w === "Object" && list.length === 1) ? p.StringPrototypeToLowerCase(w) : w);
  }
  return out;
}

const codes: any = {
  __proto__: null,
  ERR_INVALID_ARG_TYPE: function (name: string, want: any, actual: any) {
    return invalidArgType(name, expected(want), actual);
  },
  ERR_INVALID_ARG_VALUE: function (name: string, value: any, reason?: string) {
    return invalidArgValue(name, value, reason);
  },
  ERR_OUT_OF_RANGE: function (name: string, range: string, value: any) {
    return outOfRange(name, range, value);
  },
  ERR_INVALID_RETURN_VALUE: E("ERR_INVALID_RETURN_VALUE", (input: string, name: string, value: any) => {
    const type = typeof value === "object" && value?.constructor?.name ? `an instance of ${value.constructor.name}` : p.StringPrototypeSlice(received(value), 10);
    return `Expected ${input} to be returned from the "${name}" function but got ${type}.`;
  }, TypeError_),
  ERR_MISSING_ARGS: E("ERR_MISSING_ARGS", (name: string) => `The "${name}" argument must be specified`, TypeError_),
  ERR_MULTIPLE_CALLBACK: E("ERR_MULTIPLE_CALLBACK", "Callback called multiple times"),
  ERR_METHOD_NOT_IMPLEMENTED: E("ERR_METHOD_NOT_IMPLEMENTED", (name: string) => `The ${name} method is not implemented`),
  ERR_STREAM_ALREADY_FINISHED: E("ERR_STREAM_ALREADY_FINISHED", (name: string) => `Cannot call ${name} after a stream was finished`),
  ERR_STREAM_CANNOT_PIPE: E("ERR_STREAM_CANNOT_PIPE", "Cannot pipe, not readable"),
  ERR_STREAM_DESTROYED: E("ERR_STREAM_DESTROYED", (name: string) => `Cannot call ${name} after a stream was destroyed`),
  ERR_STREAM_NULL_VALUES: E("ERR_STREAM_NULL_VALUES", "May not write null values to stream", TypeError_),
  ERR_STREAM_PREMATURE_CLOSE: E("ERR_STREAM_PREMATURE_CLOSE", "Premature close"),
  ERR_STREAM_PUSH_AFTER_EOF: E("ERR_STREAM_PUSH_AFTER_EOF", "stream.push() after EOF"),
  ERR_STREAM_UNSHIFT_AFTER_END_EVENT: E("ERR_STREAM_UNSHIFT_AFTER_END_EVENT", "stream.unshift() after end event"),
  ERR_STREAM_WRITE_AFTER_END: E("ERR_STREAM_WRITE_AFTER_END", "write after end"),
  ERR_UNKNOWN_ENCODING: E("ERR_UNKNOWN_ENCODING", (name: string) => `Unknown encoding: ${name}`, TypeError_),
  ERR_ILLEGAL_CONSTRUCTOR: E("ERR_ILLEGAL_CONSTRUCTOR", "Illegal constructor", TypeError_),
  ERR_SOCKET_BAD_PORT: E("ERR_SOCKET_BAD_PORT", (name: string, port: any) => `${name} should be >= 0 and < 65536. Received ${received(port)}.`, p.RangeError_),
  ERR_UNKNOWN_SIGNAL: E("ERR_UNKNOWN_SIGNAL", (name: string) => `Unknown signal: ${name}`, TypeError_),
};

function AbortError(message?: string, options?: any): any {
  if (options !== undefined && typeof options !== "object") throw invalidArgType("options", "object", options);
  const e: any = abortError(options?.cause);
  if (message !== undefined) p.ReflectDefineProperty(e, "message", { __proto__: null, value: message, writable: true, configurable: true, enumerable: false } as any);
  return e;
}

function aggregateTwoErrors(inner: any, outer: any): any {
  if (!inner || !outer || inner === outer) return inner || outer;
  if (p.ArrayIsArray(outer.errors)) {
    ArrayPrototypePush(outer.errors, inner);
    return outer;
  }
  const e: any = new p.AggregateError_([outer, inner], outer.message);
  p.setOwn(e, "code", outer.code);
  return e;
}

const AsyncFunction: any = p.ObjectGetPrototypeOf(async function () {}).constructor;

export function addAbortListener(signal: any, listener: Fn): any {
  if (signal === undefined) throw invalidArgType("signal", "AbortSignal", signal);
  validateFunction(listener, "listener");
  if (signal.aborted) nextTick(() => listener());
  else signal.addEventListener("abort", listener, { __proto__: null, once: true });
  return { __proto__: null, [p.SymbolDispose]: () => signal.removeEventListener("abort", listener) };
}

const promisify: any = {};
p.setOwn(promisify, "custom", p.SymbolFor("nodejs.util.promisify.custom"));

streamDeps = {
  __proto__: null,
  primordials,
  errors: { __proto__: null, AbortError, aggregateTwoErrors, hideStackFrames: (fn: Fn) => fn, codes },
  util: {
    __proto__: null,
    AggregateError: p.AggregateError_,
    kEmptyObject: p.ObjectFreeze({ __proto__: null }),
    once(callback: Fn) {
      let called = false;
      return function (this: any, ...args: any[]) {
        if (called) return;
        called = true;
        p.ReflectApply(callback, this, args);
      };
    },
    createDeferredPromise: p.withResolvers,
    promisify,
    debuglog: () => () => {},
    inspect,
    types: { __proto__: null, isAsyncFunction: (f: any) => p.FunctionPrototypeSymbolHasInstance(AsyncFunction, f), isArrayBufferView: p.ArrayBufferIsView },
    isBlob,
    deprecate: (fn: Fn) => fn,
    addAbortListener,
    AbortSignalAny: (signals: any[]) => (signals.length === 1 ? signals[0] : (AbortSignal as any).any(signals)),
  },
  process: {
    __proto__: null,
    nextTick,
    // Those that a program has: to compare with, not to make.
    get stdout() {
      return outputs[1];
    },
    get stderr() {
      return outputs[2];
    },
  },
  buffer: { __proto__: null, Buffer, Blob },
  events: { __proto__: null, EventEmitter, addAbortListener },
  string_decoder: { __proto__: null, StringDecoder },
  "abort-controller": { __proto__: null, AbortController, AbortSignal },
  // What bundle.go writes for calls of methods of functions and arrays.
  call: p.FunctionPrototypeCall,
  apply: p.ReflectApply,
  push: ArrayPrototypePush,
  shift: p.ArrayPrototypeShift,
  splice: p.ArrayPrototypeSplice,
  bind: p.FunctionPrototypeBind,
  isView: p.ArrayBufferIsView,
  from: Buffer.from,
  isEncoding: Buffer.isEncoding,
  allocUnsafe: Buffer.allocUnsafe,
  len: (v: any) => (p.TypedArrayPrototypeGetSymbolToStringTag(v) === undefined ? v.length : p.TypedArrayPrototypeGetLength(v)),
  asBuffer: (v: any) => wrap(viewBytes(v)!),
};
