// Errors as Node and the Web platform make them.

import {
  Error_,
  ErrorCaptureStackTrace,
  ObjectDefineProperty,
  RangeError_,
  TypeError_,
  globalObject,
} from "./primordials.ts";

// DOMException is the engine's own class.
export const DOMException: { new (message?: string, name?: string): Error } = globalObject.DOMException;

// withCode gives an error Node's `code` (an own, enumerable property, as Node has it) and returns it.
export function withCode<E extends Error>(e: E, code: string): E & { code: string } {
  ObjectDefineProperty(e, "code", { __proto__: null, value: code, writable: true, enumerable: true, configurable: true } as any);
  return e as any;
}

// typeError, rangeError and nodeError make errors that carry a code.
export function typeError(code: string, message: string): TypeError {
  return withCode(new TypeError_(message), code);
}

export function rangeError(code: string, message: string): RangeError {
  return withCode(new RangeError_(message), code);
}

export function nodeError(code: string, message: string): Error {
  return withCode(new Error_(message), code);
}

// invalidArgType is Node's ERR_INVALID_ARG_TYPE: expected reads "of type string", "an instance of Buffer".
export function invalidArgType(name: string, expected: string, actual: unknown): TypeError {
  return typeError("ERR_INVALID_ARG_TYPE", `The "${name}" argument must be ${expected}. Received ${received(actual)}`);
}

// outOfRange is Node's ERR_OUT_OF_RANGE.
export function outOfRange(name: string, range: string, actual: unknown): RangeError {
  return rangeError("ERR_OUT_OF_RANGE", `The value of "${name}" is out of range. It must be ${range}. Received ${describe(actual)}`);
}

// received describes a value the way Node's argument errors end.
export function received(v: unknown): string {
  if (v === null || v === undefined) return `${v as any}`;
  if (typeof v === "function") return `function ${v.name}`;
  if (typeof v === "object") {
    const ctor = (v as any).constructor;
    if (typeof ctor === "function" && ctor.name) return `an instance of ${ctor.name}`;
    return "an object without a constructor";
  }
  return `type ${typeof v} (${describe(v)})`;
}

function describe(v: unknown): string {
  if (typeof v === "string") return v.length > 28 ? `'${cut(v)}...'` : `'${v}'`;
  if (typeof v === "bigint") return `${v}n`;
  if (typeof v === "symbol" || typeof v === "object" || typeof v === "function") return typeof v;
  return `${v as any}`;
}

function cut(v: string): string {
  let out = "";
  for (let i = 0; i < 25; i++) out += v[i];
  return out;
}

// hideFrames drops the frames of fn and what it called from an error's stack.
export function hideFrames<E extends Error>(e: E, fn: Function): E {
  ErrorCaptureStackTrace(e, fn);
  return e;
}
