// Node's coded errors: the same classes, codes and words, since programs match on them.

import {
  ArrayIsArray, ArrayPrototypePush, ErrorPrototypeGetStack, Error_, JSONStringify, RangeError_, ReflectDeleteProperty, String_,
  StringPrototypeEndsWith, StringPrototypeIncludes, StringPrototypeStartsWith, StringPrototypeToLowerCase, StringPrototypeReplace, StringPrototypeSlice, SymbolPrototypeToString,
  TypeError_, setOwn, hide,
} from "../primordials.ts";
import { asNode } from "../mode.ts";
import { inspect } from "./inspect.ts";

// bare are the codes of errors that Node makes in C++: no name of theirs has the code.
const bare = {
  __proto__: null, ERR_CRYPTO_INVALID_AUTH_TAG: 1, ERR_CRYPTO_INVALID_DIGEST: 1, ERR_CRYPTO_INVALID_IV: 1, ERR_CRYPTO_INVALID_KEYLEN: 1, ERR_CRYPTO_INVALID_SCRYPT_PARAMS: 1,
  ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH: 1, ERR_CRYPTO_UNKNOWN_CIPHER: 1, ERR_CRYPTO_UNKNOWN_DH_GROUP: 1, ERR_ENCODING_INVALID_ENCODED_DATA: 1, ERR_INVALID_ADDRESS: 1,
  ERR_INVALID_TRANSFER_OBJECT: 1, ERR_INVALID_URL: 1,
} as any;

// coded returns an error of class Base with Node's code on it. In Node its stack begins with the code as well, in Bun only its text does.
export function coded(Base: any, code: string, message: string): any {
  const e = new Base(message);
  setOwn(e, "code", code);
  if (bare[code] && (asNode() || code === "ERR_INVALID_URL")) return e;
  hide(e, "toString", codedToString);
  if (asNode() && StringPrototypeStartsWith(code, "ERR_")) headed(e, `${Base === TypeError_ ? "TypeError" : Base === RangeError_ ? "RangeError" : "Error"} [${code}]`);
  return e;
}

// headed makes e's stack begin with name, which e does not keep.
export function headed(e: any, name: string): void {
  hide(e, "name", name);
  ErrorPrototypeGetStack(e); // has the engine write the first line
  ReflectDeleteProperty(e, "name");
}

function codedToString(this: any): string {
  return `${this.name} [${this.code}]: ${this.message}`;
}

// brief prints a value in an error message.
export function brief(v: unknown): string {
  switch (typeof v) {
    case "string": {
      const s = v.length > 128 ? StringPrototypeSlice(v, 0, 128) + "..." : v;
      return !StringPrototypeIncludes(s, "'") ? "'" + StringPrototypeSlice(escape(s), 1, -1) + "'" : escape(s);
    }
    case "bigint": return `${v}n`;
    case "symbol": return SymbolPrototypeToString(v);
    case "number": return v === 0 && 1 / v < 0 ? "-0" : `${v}`;
    case "function":
    case "object":
      if (v !== null) return shown(v);
  }
  return String_(v);
}

function shown(v: object): string {
  const s = inspect(v);
  return s.length > 128 ? StringPrototypeSlice(s, 0, 128) + "..." : s;
}

function escape(s: string): string {
  let out = StringPrototypeReplace(JSONStringify(s), /\\u00([01][0-9a-f])/g, "\\x$1") as string;
  if (StringPrototypeIncludes(s, '"') && !StringPrototypeIncludes(s, "'")) {
    let plain = "";
    for (let i = 0; i < out.length; i++) {
      if (out[i] === "\\") {
        plain += out[i + 1] === '"' ? '"' : "\\" + out[i + 1];
        i++;
      } else plain += out[i];
    }
    out = plain;
  }
  return out;
}

function nameOf(f: any): string {
  try {
    const n = f.name;
    return typeof n === "string" ? n : "";
  } catch {
    return "";
  }
}

// received describes an argument as Node's messages end.
export function received(v: any): string {
  if (v == null) return ` Received ${v}`;
  if (typeof v === "function") return ` Received function ${nameOf(v)}`;
  if (typeof v === "object") {
    let name = "";
    try {
      name = v.constructor?.name;
    } catch {
      // A getter or a proxy that throws: it has no name for us.
    }
    return name && typeof name === "string" ? ` Received an instance of ${name}` : " Received [Object: null prototype] {}";
  }
  let text = brief(v);
  if (text.length > 28) text = StringPrototypeSlice(text, 0, 25) + "...";
  return ` Received type ${typeof v} (${text})`;
}

const types = { __proto__: null, string: 1, function: 1, number: 1, object: 1, boolean: 1, bigint: 1, symbol: 1 } as any;

function list(words: string[]): string {
  const n = words.length;
  if (n === 1) return words[0]!;
  if (n === 2) return `${words[0]} or ${words[1]}`;
  let out = "";
  for (let i = 0; i < n - 1; i++) out += words[i] + ", ";
  return `${out}or ${words[n - 1]}`;
}

// invalidArgType is ERR_INVALID_ARG_TYPE; expected names types ("string") and classes ("Buffer").
export function invalidArgType(name: string, expected: string | string[], actual: unknown): Error {
  const want: string[] = typeof expected === "string" ? [expected] : expected;
  const prims: string[] = [], classes: string[] = [], other: string[] = [];
  for (let i = 0; i < want.length; i++) {
    const w = want[i]!;
    if (types[w]) ArrayPrototypePush(prims, w);
    else if (w[0]! >= "A" && w[0]! <= "Z" && !StringPrototypeIncludes(w, " ") && !StringPrototypeIncludes(w, "[")) ArrayPrototypePush(classes, w);
    else ArrayPrototypePush(other, w);
  }
  let msg = StringPrototypeEndsWith(name, " argument") ? `The ${name} ` : `The "${name}" ${StringPrototypeIncludes(name, ".") ? "property" : "argument"} `;
  msg += "must be ";
  if (prims.length) msg += `${prims.length > 1 ? "one of type" : "of type"} ${list(prims)}`;
  if (prims.length && (classes.length || other.length)) msg += " or ";
  if (classes.length) msg += `an instance of ${list(classes)}`;
  if (classes.length && other.length) msg += " or ";
  if (other.length === 1 && !StringPrototypeIncludes(other[0]!, "an ") && StringPrototypeToLowerCase(other[0]!) !== other[0]) msg += "an ";
  if (other.length) msg += other.length > 1 ? `one of ${list(other)}` : other[0];
  return coded(TypeError_, "ERR_INVALID_ARG_TYPE", `${msg}.${received(actual)}`);
}

// invalidArgValue is ERR_INVALID_ARG_VALUE.
export function invalidArgValue(name: string, value: unknown, reason = "is invalid", Base: any = TypeError_): Error {
  const what = StringPrototypeIncludes(name, ".") ? "property" : "argument";
  return coded(Base, "ERR_INVALID_ARG_VALUE", `The ${what} '${name}' ${reason}. Received ${brief(value)}`);
}

function grouped(v: number | bigint): string {
  const s = `${v}`;
  const start = s[0] === "-" ? 1 : 0;
  let out = "";
  let i = s.length;
  for (; i >= start + 4; i -= 3) out = `_${StringPrototypeSlice(s, i - 3, i)}${out}`;
  return `${StringPrototypeSlice(s, 0, i)}${out}`;
}

// outOfRange is ERR_OUT_OF_RANGE.
export function outOfRange(name: string, range: string, value: any): Error {
  let got: string;
  if (typeof value === "number" && value % 1 === 0 && (value > 4294967296 || value < -4294967296)) got = grouped(value);
  else if (typeof value === "bigint") got = (value > 4294967296n || value < -4294967296n ? grouped(value) : `${value}`) + "n";
  else got = brief(value);
  return coded(RangeError_, "ERR_OUT_OF_RANGE", `The value of "${name}" is out of range. It must be ${range}. Received ${got}`);
}

// missingArgs is ERR_MISSING_ARGS.
export function missingArgs(names: string[]): Error {
  let text = "The ";
  for (let i = 0; i < names.length; i++) text += (i === 0 ? "" : i === names.length - 1 ? " and " : ", ") + `"${names[i]}"`;
  return coded(TypeError_, "ERR_MISSING_ARGS", `${text} argument${names.length > 1 ? "s" : ""} must be specified`);
}

export function validateString(v: unknown, name: string): asserts v is string {
  if (typeof v !== "string") throw invalidArgType(name, "string", v);
}

export function validateFunction(v: unknown, name: string): asserts v is (...a: any[]) => any {
  if (typeof v !== "function") throw invalidArgType(name, "function", v);
}

export function validateObject(v: unknown, name: string): void {
  if (v === null || typeof v !== "object" || ArrayIsArray(v)) throw invalidArgType(name, "object", v);
}

export function validateBoolean(v: unknown, name: string): void {
  if (typeof v !== "boolean") throw invalidArgType(name, "boolean", v);
}

// validateInteger checks for an integer between min and max, both included.
export function validateInteger(v: unknown, name: string, min = -9007199254740991, max = 9007199254740991): asserts v is number {
  if (typeof v !== "number") throw invalidArgType(name, "number", v);
  if (v % 1 !== 0) throw outOfRange(name, "an integer", v);
  if (v < min || v > max) throw outOfRange(name, `>= ${min} && <= ${max}`, v);
}

export function validateNumber(v: unknown, name: string, min?: number, max?: number): asserts v is number {
  if (typeof v !== "number") throw invalidArgType(name, "number", v);
  if ((min !== undefined && v < min) || (max !== undefined && v > max) || ((min !== undefined || max !== undefined) && v !== v)) {
    throw outOfRange(name, `${min !== undefined ? `>= ${min}` : ""}${min !== undefined && max !== undefined ? " && " : ""}${max !== undefined ? `<= ${max}` : ""}`, v);
  }
}

// validateDuration checks a time to wait, in milliseconds.
export function validateDuration(v: unknown, name: string): asserts v is number {
  validateNumber(v, name);
  if (!((v as number) >= 0 && (v as number) < Infinity)) throw outOfRange(name, "a non-negative finite number", v);
}

export function validateAbortSignal(v: any, name: string): void {
  if (v !== undefined && (v === null || typeof v !== "object" || !("aborted" in v))) throw invalidArgType(name, "AbortSignal", v);
}

// The class of such errors in Node, which prints them by its name.
class AbortError extends Error_ {}

// abortError is what Node's own operations reject with when their signal aborts.
export function abortError(cause?: unknown): Error {
  const Base = asNode() ? AbortError : Error_;
  const e = cause === undefined ? new Base("The operation was aborted") : new Base("The operation was aborted", { __proto__: null, cause } as any);
  if (!asNode()) hide(e, "name", "AbortError");
  setOwn(e, "code", "ABORT_ERR");
  if (asNode()) setOwn(e, "name", "AbortError");
  return e;
}
