// node:util, and util.types.

import {
  ArrayBufferIsView, ArrayIsArray, ArrayPrototypePush, ArrayPrototypeSlice, Error_, FunctionPrototypeCall, ObjectDefineProperty, ObjectDefineProperties,
  ObjectGetOwnPropertyDescriptors, ObjectGetPrototypeOf, ObjectKeys, ObjectSetPrototypeOf, ReflectApply, StringPrototypeIndexOf, StringPrototypeReplace,
  StringPrototypeSlice, StringPrototypeStartsWith, StringPrototypeToUpperCase, StringPrototypeToWellFormed, SymbolFor, TypeError_, TypedArrayPrototypeGetSymbolToStringTag,
  globalObject, plain, setOwn, withResolvers, hasOwn,
} from "../primordials.ts";
import { tidy } from "./names.ts";
import { register } from "../modules.ts";
import { setNodeFormat } from "../console.ts";
import { custom, depthOption, formatArgs, inspect as inspectValue } from "../inspect.ts";
import { emitWarning, process } from "../process.ts";
import { nextTick } from "../timers.ts";
import { coded, invalidArgType, invalidArgValue, validateAbortSignal, validateFunction, validateObject, validateString } from "./errors.ts";
import { deepEqual } from "./deep_equal.ts";

const promisifyCustom = SymbolFor("nodejs.util.promisify.custom");

function checkFunction(v: unknown, name: string): void {
  validateFunction(v, name);
}

function promisify(original: any): any {
  checkFunction(original, "original");
  const own = original[promisifyCustom];
  if (own) {
    validateFunction(own, "util.promisify.custom");
    ObjectDefineProperty(own, promisifyCustom, { __proto__: null, value: own, enumerable: false, writable: false, configurable: true } as any);
    return own;
  }
  const fn = function (this: any, ...args: any[]): Promise<any> {
    const { promise, resolve, reject } = withResolvers();
    ArrayPrototypePush(args, (err: any, value: any) => {
      if (err) reject(err);
      else resolve(value);
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
  ObjectDefineProperties(fn, ObjectGetOwnPropertyDescriptors(original));
  return fn;
}
setOwn(promisify, "custom", promisifyCustom);

function callbackify(original: any): any {
  validateFunction(original, "original");
  return function (this: any, ...args: any[]): void {
    const cb = args[args.length - 1];
    validateFunction(cb, "last argument");
    args.length--;
    const self = this;
    void (async () => {
      let value: any;
      try {
        value = await ReflectApply(original, self, args);
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
    })();
  };
}

function inherits(ctor: any, superCtor: any): void {
  if (ctor === undefined || ctor === null) throw invalidArgType("ctor", "function", ctor);
  if (superCtor === undefined || superCtor === null) throw invalidArgType("superCtor", "function", superCtor);
  if (superCtor.prototype === undefined) throw invalidArgType("superCtor.prototype", "object", superCtor.prototype);
  ObjectDefineProperty(ctor, "super_", { __proto__: null, value: superCtor, writable: true, configurable: true } as any);
  ObjectSetPrototypeOf(ctor.prototype, superCtor.prototype);
}

function deprecate(fn: any, message: string, code?: string): any {
  let warned = false;
  const deprecated = function (this: any, ...args: any[]): any {
    if (!warned) {
      warned = true;
      emitWarning(message, "DeprecationWarning", code);
    }
    return new.target ? Reflect.construct(fn, args, new.target) : ReflectApply(fn, this, args);
  };
  ObjectSetPrototypeOf(deprecated, fn);
  if (fn.prototype) deprecated.prototype = fn.prototype;
  return deprecated;
}

function inspect(value: any, options?: any): string {
  const o: any = { __proto__: null, quote: true };
  const depth = options !== null && typeof options === "object" ? depthOption(options) : undefined;
  if (depth !== undefined) o.depth = depth;
  return inspectValue(value, o);
}
setOwn(inspect, "custom", custom);
setOwn(inspect, "defaultOptions", { showHidden: false, depth: 2, colors: false, customInspect: true, showProxy: false, maxArrayLength: 100, maxStringLength: 10000, breakLength: 128, compact: 3, sorted: false, getters: false, numericSeparator: false });
setOwn(inspect, "colors", plain());
setOwn(inspect, "styles", plain());

function format(...args: any[]): string {
  return formatArgs(args, 0);
}

setNodeFormat((args) => formatArgs(args, 0));

function formatWithOptions(options: any, ...args: any[]): string {
  validateObject(options, "inspectOptions");
  return formatArgs(args, 0);
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
  isCryptoKey: () => false,
  isKeyObject: () => false,
  isArrayBufferView: (v: any) => ArrayBufferIsView(v),
  isTypedArray: (v: any) => TypedArrayPrototypeGetSymbolToStringTag(v) !== undefined,
};
{
  const names = ["Uint8Array", "Uint8ClampedArray", "Uint16Array", "Uint32Array", "Int8Array", "Int16Array", "Int32Array", "Float16Array", "Float32Array", "Float64Array", "BigInt64Array", "BigUint64Array"];
  for (let i = 0; i < names.length; i++) types[`is${names[i]}`] = typed(names[i]!);
}

const ansi = /[\u001B\u009B][[\]()#;?]*(?:(?:(?:(?:;[-a-zA-Z\d\/\#&.:=?%@~_]+)*|[a-zA-Z\d]+(?:;[-a-zA-Z\d\/\#&.:=?%@~_]*)*)?(?:\u0007|\u001B\u005C|\u009C))|(?:(?:\d{1,4}(?:;\d{0,4})*)?[\dA-PR-TZcf-nq-uy=><~]))/g;

const styles: any = {
  __proto__: null, reset: [0, 0], bold: [1, 22], dim: [2, 22], italic: [3, 23], underline: [4, 24], blink: [5, 25], inverse: [7, 27], hidden: [8, 28], strikethrough: [9, 29],
  black: [30, 39], red: [31, 39], green: [32, 39], yellow: [33, 39], blue: [34, 39], magenta: [35, 39], cyan: [36, 39], white: [37, 39], gray: [90, 39], grey: [90, 39],
  bgBlack: [40, 49], bgRed: [41, 49], bgGreen: [42, 49], bgYellow: [43, 49], bgBlue: [44, 49], bgMagenta: [45, 49], bgCyan: [46, 49], bgWhite: [47, 49],
};

function styleText(formats: any, text: string): string {
  validateString(text, "text");
  const list = ArrayIsArray(formats) ? formats : [formats];
  let out = text;
  for (let i = list.length - 1; i >= 0; i--) {
    const c = styles[list[i]];
    if (c === undefined) throw invalidArgValue("format", list[i]);
    out = `\u001b[${c[0]}m${out}\u001b[${c[1]}m`;
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
    if (enabled()) host.write(2, `${name} ${process.pid}: ${formatArgs(args, 0)}\n`);
  };
  ObjectDefineProperty(log, "enabled", { __proto__: null, get: enabled, configurable: true, enumerable: true } as any);
  if (typeof cb === "function") cb(log);
  return log;
}

// parseArgs as node:util's, without tokens.
function parseArgs(config: any = {}): any {
  const options = config.options ?? {};
  const strict = config.strict ?? true, positionalsAllowed = config.allowPositionals ?? !strict, negative = config.allowNegative ?? false;
  const args: string[] = config.args ? ArrayPrototypeSlice(config.args) : ArrayPrototypeSlice(process.argv, 2);
  const values: any = plain();
  const positionals: string[] = [];
  const names = ObjectKeys(options);
  for (let i = 0; i < names.length; i++) {
    const t = options[names[i]!].type;
    if (t !== "string" && t !== "boolean") throw invalidArgType(`options.${names[i]}.type`, ["('string|boolean')"], t);
  }
  const byShort = (s: string): string => {
    for (let i = 0; i < names.length; i++) if (options[names[i]!].short === s) return names[i]!;
    return s;
  };
  const store = (name: string, value: any, shown: string): void => {
    let key = name;
    let negated = false;
    if (negative && StringPrototypeStartsWith(name, "no-") && !hasOwn(options, name)) {
      key = StringPrototypeSlice(name, 3);
      negated = true;
    }
    const known = hasOwn(options, key) ? options[key] : undefined;
    if (strict) {
      if (known === undefined) {
        const hint = positionalsAllowed ? `. To specify a positional argument starting with a '-', place it at the end of the command after '--', as in '-- "${shown}"` : "";
        throw coded(TypeError_, "ERR_PARSE_ARGS_UNKNOWN_OPTION", `Unknown option '${shown}'${hint}`);
      }
      if (known.type === "string" && typeof value !== "string") throw coded(TypeError_, "ERR_PARSE_ARGS_INVALID_OPTION_VALUE", `Option '${known.short ? `-${known.short}, ` : ""}--${key} <value>' argument missing`);
      if (known.type === "boolean" && value !== undefined) throw coded(TypeError_, "ERR_PARSE_ARGS_INVALID_OPTION_VALUE", `Option '${known.short ? `-${known.short}, ` : ""}--${key}' does not take an argument`);
    }
    const v = value === undefined ? !negated : value;
    if (known?.multiple) {
      values[key] ??= [];
      ArrayPrototypePush(values[key], v);
    } else values[key] = v;
  };
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === "--") {
      for (i++; i < args.length; i++) ArrayPrototypePush(positionals, args[i]);
      break;
    }
    if (StringPrototypeStartsWith(arg, "--")) {
      const eq = StringPrototypeIndexOf(arg, "=");
      const name = StringPrototypeSlice(arg, 2, eq > 2 ? eq : undefined);
      let value: string | undefined = eq > 2 ? StringPrototypeSlice(arg, eq + 1) : undefined;
      if (value === undefined && hasOwn(options, name) && options[name].type === "string" && i + 1 < args.length) value = args[++i];
      store(name, value, `--${name}`);
    } else if (arg.length > 1 && arg[0] === "-") {
      for (let j = 1; j < arg.length; j++) {
        const name = byShort(arg[j]!);
        if (hasOwn(options, name) && options[name].type === "string") {
          let value: string | undefined = j + 1 < arg.length ? StringPrototypeSlice(arg, j + 1) : undefined;
          if (value === undefined && i + 1 < args.length) value = args[++i];
          store(name, value, `-${arg[j]}`);
          break;
        }
        store(name, undefined, `-${arg[j]}`);
      }
    } else ArrayPrototypePush(positionals, arg);
  }
  if (strict && !positionalsAllowed && positionals.length > 0) {
    throw coded(TypeError_, "ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL", `Unexpected argument '${positionals[0]}'. This command does not take positional arguments`);
  }
  for (let i = 0; i < names.length; i++) if (values[names[i]!] === undefined && options[names[i]!].default !== undefined) values[names[i]!] = options[names[i]!].default;
  return { values, positionals };
}

function aborted(signal: any, resource: any): Promise<void> {
  validateAbortSignal(signal, "signal");
  if (signal === undefined) throw invalidArgType("signal", "AbortSignal", signal);
  validateObject(resource, "resource");
  const { promise, resolve } = withResolvers<void>();
  if (signal.aborted) resolve();
  else signal.addEventListener("abort", () => resolve(), { __proto__: null, once: true });
  return promise;
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
  log: (...args: any[]) => host.write(1, `${formatArgs(args, 0)}\n`),
  parseArgs,
  promisify,
  stripVTControlCharacters: (s: string) => {
    validateString(s, "str");
    return StringPrototypeReplace(s, ansi, "");
  },
  styleText,
  toUSVString: (s: any) => StringPrototypeToWellFormed(`${s}`),
  types,
};

register(["node:util", "util"], () => {
  exports.TextDecoder = globalObject.TextDecoder;
  exports.TextEncoder = globalObject.TextEncoder;
  return tidy(exports);
});
register(["node:util/types", "util/types"], () => tidy(types));

export { inspect, format };
