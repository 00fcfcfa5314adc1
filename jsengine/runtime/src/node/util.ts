// node:util, and util.types.

import {
  ArrayBufferIsView, ArrayIsArray, ArrayPrototypePush, Error_, FunctionPrototypeCall, MapPrototypeSet, Map_, ObjectAssign, ObjectDefineProperty, ObjectDefineProperties,
  ObjectGetOwnPropertyDescriptors, ObjectGetPrototypeOf, ObjectKeys, ObjectSetPrototypeOf, ReflectApply, ReflectConstruct, SafeSet, StringPrototypeIndexOf,
  StringPrototypeSlice, StringPrototypeStartsWith, StringPrototypeToUpperCase, StringPrototypeToWellFormed, SymbolFor, TypedArrayPrototypeGetSymbolToStringTag,
  globalObject, setOwn, withResolvers, own,
} from "../primordials.ts";
import { cryptoKeyHandle } from "../web/subtle.ts";
import { isKeyObject } from "./crypto.ts";
import { tidy } from "./names.ts";
import { register } from "../modules.ts";
import { custom } from "../inspect.ts";
import { colors, defaults, format as formatArgs, inspect, styles } from "./inspect.ts";
import { MIMEParams, MIMEType } from "./mime.ts";
import { parseArgs } from "./parse_args.ts";
import { systemErrors } from "./system_errors.ts";
import { emitWarning, process } from "../process.ts";
import { nextTick } from "../timers.ts";
import { stripANSI } from "../width.ts";
import { coded, invalidArgType, invalidArgValue, outOfRange, validateFunction, validateObject, validateString } from "./errors.ts";
import { deepEqual } from "./deep_equal.ts";

const promisifyCustom = SymbolFor("nodejs.util.promisify.custom");

function checkFunction(v: unknown, name: string): void {
  validateFunction(v, name);
}

// promisifyArgs names the values of callbacks that take more than one: the promise's value is an object of them.
export const promisifyArgs = Symbol("customPromisifyArgs");

function promisify(original: any): any {
  checkFunction(original, "original");
  const given = original[promisifyCustom];
  if (given) {
    validateFunction(given, "util.promisify.custom");
    ObjectDefineProperty(given, promisifyCustom, { __proto__: null, value: given, enumerable: false, writable: false, configurable: true } as any);
    return given;
  }
  const names: string[] | undefined = original[promisifyArgs];
  const fn = function (this: any, ...args: any[]): Promise<any> {
    const { promise, resolve, reject } = withResolvers();
    ArrayPrototypePush(args, (err: any, value: any, ...more: any[]) => {
      if (err) reject(err);
      else if (names !== undefined && more.length > 0) {
        const out: any = {};
        setOwn(out, names[0]!, value);
        for (let i = 1; i < names.length && i <= more.length; i++) setOwn(out, names[i]!, more[i - 1]);
        resolve(out);
      } else resolve(value);
    });
    try {
      ReflectApply(original, this, args);
    } catch (e) {
      reject(e);
    }
    return promise;
  };
  ObjectSetPrototypeOf(fn, ObjectGetPrototypeOf(original));
  ObjectDefineProperty(fn, promisifyCustom, { __proto__: null, value: fn, enumerable: false, writable: false, configurable: true } as any);
  return ObjectDefineProperties(fn, ObjectGetOwnPropertyDescriptors(original));
}
setOwn(promisify, "custom", promisifyCustom);

function callbackify(original: any): any {
  validateFunction(original, "original");
  const fn = function (this: any, ...args: any[]): void {
    const cb = args.length > 0 ? args[args.length - 1] : undefined;
    validateFunction(cb, "last argument");
    args.length--;
    const self = this;
    const settle = async (p: any): Promise<void> => {
      let value: any;
      try {
        value = await p;
      } catch (e: any) {
        if (!e) {
          const wrapped = coded(Error_, "ERR_FALSY_VALUE_REJECTION", "Promise was rejected with falsy value");
          setOwn(wrapped, "reason", e);
          e = wrapped;
        }
        nextTick(() => FunctionPrototypeCall(cb, self, e));
        return;
      }
      nextTick(() => FunctionPrototypeCall(cb, self, null, value));
    };
    void settle(ReflectApply(original, this, args));
  };
  const descriptors: any = ObjectGetOwnPropertyDescriptors(original);
  if (typeof descriptors.length?.value === "number") descriptors.length.value++;
  if (typeof descriptors.name?.value === "string") descriptors.name.value += "Callbackified";
  const keys = ObjectKeys(descriptors);
  for (let i = 0; i < keys.length; i++) ObjectSetPrototypeOf(descriptors[keys[i]!], null);
  ObjectDefineProperties(fn, descriptors);
  return fn;
}

function inherits(ctor: any, superCtor: any): void {
  if (ctor === undefined || ctor === null) throw invalidArgType("ctor", "function", ctor);
  if (superCtor === undefined || superCtor === null) throw invalidArgType("superCtor", "function", superCtor);
  if (superCtor.prototype === undefined) throw invalidArgType("superCtor.prototype", "object", superCtor.prototype);
  ObjectDefineProperty(ctor, "super_", { __proto__: null, value: superCtor, writable: true, configurable: true } as any);
  ObjectSetPrototypeOf(ctor.prototype, superCtor.prototype);
}

const warnedCodes: Set<string> = new SafeSet();

function deprecate(fn: any, message: string, code?: string, modifyPrototype = true): any {
  if (code !== undefined) validateString(code, "code");
  let warned = false;
  const deprecated = function (this: any, ...args: any[]): any {
    if (!warned) {
      warned = true;
      if (code === undefined || !warnedCodes.has(code)) {
        if (code !== undefined) warnedCodes.add(code);
        emitWarning(message, "DeprecationWarning", code);
      }
    }
    return new.target ? ReflectConstruct(fn, args, new.target === deprecated ? fn : new.target) : ReflectApply(fn, this, args);
  };
  if (modifyPrototype) {
    ObjectSetPrototypeOf(deprecated, fn);
    if (fn.prototype) deprecated.prototype = fn.prototype;
  }
  return deprecated;
}
ObjectDefineProperty(deprecate, "length", { __proto__: null, value: 4, configurable: true } as any);

setOwn(inspect, "custom", custom);
setOwn(inspect, "colors", colors);
setOwn(inspect, "styles", styles);
ObjectDefineProperty(inspect, "defaultOptions", {
  __proto__: null,
  get() {
    return defaults;
  },
  set(options: any) {
    validateObject(options, "options");
    ObjectAssign(defaults, options);
  },
  enumerable: false,
  configurable: true,
} as any);
ObjectDefineProperty(inspect, "length", { __proto__: null, value: 2, configurable: true } as any);

function format(...args: any[]): string {
  return formatArgs(args);
}

function formatWithOptions(options: any, ...args: any[]): string {
  if (options === null || typeof options !== "object") throw invalidArgType("inspectOptions", "object", options);
  return formatArgs(args, options);
}

const kind = (v: any): string => (v !== null && (typeof v === "object" || typeof v === "function") ? host.classOf(v) : "");
const is = (name: string) => (v: any): boolean => kind(v) === name;
const typed = (name: string) => (v: any): boolean => TypedArrayPrototypeGetSymbolToStringTag(v) === name;

export const types: any = {
  isExternal: () => false,
  isDate: is("Date"),
  isArgumentsObject: is("Arguments"),
  isBigIntObject: is("BigInt"),
  isBooleanObject: is("Boolean"),
  isNumberObject: is("Number"),
  isStringObject: is("String"),
  isSymbolObject: is("Symbol"),
  isBoxedPrimitive: (v: any) => {
    const k = kind(v);
    return k === "BigInt" || k === "Boolean" || k === "Number" || k === "String" || k === "Symbol";
  },
  isNativeError: (v: any) => kind(v) === "Error",
  isRegExp: is("RegExp"),
  isAsyncFunction: (v: any) => {
    const k = kind(v);
    return k === "AsyncFunction" || k === "AsyncGeneratorFunction";
  },
  isGeneratorFunction: (v: any) => {
    const k = kind(v);
    return k === "GeneratorFunction" || k === "AsyncGeneratorFunction";
  },
  isGeneratorObject: (v: any) => {
    const k = kind(v);
    return k === "Generator" || k === "AsyncGenerator";
  },
  isPromise: is("Promise"),
  isMap: is("Map"),
  isSet: is("Set"),
  isMapIterator: is("Map Iterator"),
  isSetIterator: is("Set Iterator"),
  isWeakMap: is("WeakMap"),
  isWeakSet: is("WeakSet"),
  isArrayBuffer: is("ArrayBuffer"),
  isDataView: is("DataView"),
  isSharedArrayBuffer: is("SharedArrayBuffer"),
  isProxy: (v: any) => host.proxyDetails(v) !== undefined,
  isModuleNamespaceObject: is("Module"),
  isAnyArrayBuffer: (v: any) => {
    const k = kind(v);
    return k === "ArrayBuffer" || k === "SharedArrayBuffer";
  },
  isCryptoKey: (v: any) => cryptoKeyHandle(v) !== undefined,
  isKeyObject: (v: any) => isKeyObject(v),
  isArrayBufferView: (v: any) => ArrayBufferIsView(v),
  isTypedArray: (v: any) => TypedArrayPrototypeGetSymbolToStringTag(v) !== undefined,
};
{
  const names = ["Uint8Array", "Uint8ClampedArray", "Uint16Array", "Uint32Array", "Int8Array", "Int16Array", "Int32Array", "Float32Array", "Float64Array", "BigInt64Array", "BigUint64Array"];
  for (let i = 0; i < names.length; i++) types[`is${names[i]}`] = typed(names[i]!);
}

function styleText(formats: any, text: string): string {
  validateString(text, "text");
  const list = ArrayIsArray(formats) ? formats : [formats];
  let out = text;
  for (let i = list.length - 1; i >= 0; i--) {
    const c = typeof list[i] === "string" ? colors[list[i]] : undefined;
    if (c === undefined) {
      const names = ObjectKeys(colors);
      let of = "";
      for (let j = 0; j < names.length; j++) of += `${j > 0 ? ", " : ""}'${names[j]}'`;
      throw invalidArgValue("format", list[i], `must be one of: ${of}`);
    }
    // A single format is left out where standard output is no terminal.
    if (ArrayIsArray(formats)) out = `\u001b[${c[0]}m${out}\u001b[${c[1]}m`;
  }
  return out;
}

function debuglog(set: string, cb?: any): any {
  const name = StringPrototypeToUpperCase(`${set}`);
  const enabled = (): boolean => {
    const list = `,${StringPrototypeToUpperCase(`${process.env.NODE_DEBUG ?? ""}`)},`;
    return StringPrototypeIndexOf(list, `,${name},`) >= 0;
  };
  const log: any = (...args: any[]) => {
    if (enabled()) host.write(2, `${name} ${process.pid}: ${formatArgs(args)}\n`);
  };
  ObjectDefineProperty(log, "enabled", { __proto__: null, get: enabled, configurable: true, enumerable: true } as any);
  if (typeof cb === "function") cb(log);
  return log;
}

// systemErrorName is libuv's name of an error number.
function systemErrorName(err: any): string {
  if (typeof err !== "number") throw invalidArgType("err", "number", err);
  if (err >= 0 || err % 1 !== 0) throw outOfRange("err", "a negative integer", err);
  for (let i = 0; i < systemErrors.length; i++) if (systemErrors[i]![0] === err) return systemErrors[i]![1];
  return `Unknown system error ${err}`;
}

function systemErrorMap(): Map<number, [string, string]> {
  const out = new Map_<number, [string, string]>();
  for (let i = 0; i < systemErrors.length; i++) MapPrototypeSet(out, systemErrors[i]![0], [systemErrors[i]![1], systemErrors[i]![2]]);
  return out;
}

// parseEnv reads the text of a .env file.
export function parseEnv(content: string): Record<string, string> {
  validateString(content, "content");
  const out: Record<string, string> = {};
  const n = content.length;
  let i = 0;
  const blank = (c: string | undefined): boolean => c === " " || c === "\t" || c === "\r";
  while (i < n) {
    while (i < n && (blank(content[i]) || content[i] === "\n")) i++;
    const eol = StringPrototypeIndexOf(content, "\n", i);
    const end = eol < 0 ? n : eol;
    if (content[i] === "#") {
      i = end;
      continue;
    }
    const equals = StringPrototypeIndexOf(content, "=", i);
    if (equals < 0 || equals > end) {
      i = end + 1;
      continue;
    }
    let key = StringPrototypeSlice(content, i, equals);
    while (key.length > 0 && blank(key[key.length - 1])) key = StringPrototypeSlice(key, 0, -1);
    if (StringPrototypeStartsWith(key, "export ")) key = StringPrototypeSlice(key, 7);
    let at = equals + 1;
    while (at < end && blank(content[at])) at++;
    const quote = content[at];
    let value = "";
    const close = quote === '"' || quote === "'" || quote === "`" ? StringPrototypeIndexOf(content, quote, at + 1) : -1;
    if (close > 0) {
      value = StringPrototypeSlice(content, at + 1, close);
      if (quote === '"') {
        let text = "";
        for (let j = 0; j < value.length; j++) {
          if (value[j] === "\\" && value[j + 1] === "n") {
            text += "\n";
            j++;
          } else text += value[j];
        }
        value = text;
      }
      const next = StringPrototypeIndexOf(content, "\n", close);
      i = next < 0 ? n : next + 1;
    } else {
      const hash = StringPrototypeIndexOf(content, "#", at);
      value = StringPrototypeSlice(content, at, hash >= 0 && hash < end ? hash : end);
      while (value.length > 0 && blank(value[value.length - 1])) value = StringPrototypeSlice(value, 0, -1);
      i = end + 1;
    }
    if (key !== "") setOwn(out, key, value);
  }
  return out;
}

async function aborted(signal: any, resource: any): Promise<any> {
  if (signal === undefined || signal === null || typeof signal !== "object" || !("aborted" in signal)) throw invalidArgType("signal", "AbortSignal", signal);
  validateObject(resource, "resource");
  const { promise, resolve } = withResolvers();
  if (signal.aborted) return undefined;
  signal.addEventListener("abort", (event: any) => resolve(event), { __proto__: null, once: true });
  return own(promise);
}

const exports: any = {
  _extend: (target: any, source: any) => {
    if (source === null || typeof source !== "object") return target;
    const keys = ObjectKeys(source);
    for (let i = keys.length - 1; i >= 0; i--) target[keys[i]!] = source[keys[i]!];
    return target;
  },
  aborted,
  callbackify,
  debug: debuglog,
  debuglog,
  deprecate,
  format,
  formatWithOptions,
  getSystemErrorMap: systemErrorMap,
  getSystemErrorName: systemErrorName,
  inherits,
  inspect,
  isArray: ArrayIsArray,
  isDeepStrictEqual: (a: any, b: any) => deepEqual(a, b, "strict"),
  isBoolean: (v: any) => typeof v === "boolean",
  isBuffer: (v: any) => globalObject.Buffer.isBuffer(v),
  isDate: types.isDate,
  isError: (v: any) => types.isNativeError(v) || v instanceof Error_,
  isFunction: (v: any) => typeof v === "function",
  isNull: (v: any) => v === null,
  isNullOrUndefined: (v: any) => v === null || v === undefined,
  isNumber: (v: any) => typeof v === "number",
  isObject: (v: any) => v !== null && typeof v === "object",
  isPrimitive: (v: any) => v === null || (typeof v !== "object" && typeof v !== "function"),
  isRegExp: types.isRegExp,
  isString: (v: any) => typeof v === "string",
  isSymbol: (v: any) => typeof v === "symbol",
  isUndefined: (v: any) => v === undefined,
  log: (...args: any[]) => host.write(1, `${formatArgs(args)}\n`),
  MIMEParams,
  MIMEType,
  parseArgs,
  parseEnv,
  promisify,
  stripVTControlCharacters: (s: string) => {
    validateString(s, "str");
    return stripANSI(s);
  },
  styleText,
  transferableAbortController: () => new globalObject.AbortController(),
  transferableAbortSignal: (signal: any) => {
    if (signal === null || typeof signal !== "object" || !("aborted" in signal)) throw invalidArgType("signal", "AbortSignal", signal);
    return signal;
  },
  toUSVString: (s: any) => StringPrototypeToWellFormed(`${s}`),
  types,
};

register(["node:util", "util", "node:sys", "sys"], () => {
  exports.TextDecoder = globalObject.TextDecoder;
  exports.TextEncoder = globalObject.TextEncoder;
  return tidy(exports);
});
register(["node:util/types", "util/types"], () => tidy(types));

export { inspect, format };
