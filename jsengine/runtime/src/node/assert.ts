// node:assert and node:assert/strict.

import {
  ErrorCaptureStackTrace, Error_, FunctionPrototypeCall, ObjectAssign, ObjectDefineProperty, ObjectIs, ObjectKeys, RegExpPrototypeExec, StringPrototypeSlice, TypeError_,
  setOwn,
} from "../primordials.ts";
import { tidy } from "./names.ts";
import { register } from "../modules.ts";
import { coded, invalidArgType, missingArgs } from "./errors.ts";
import { deepEqual, type Mode } from "./deep_equal.ts";
import { inspect } from "./util.ts";

export class AssertionError extends Error {
  constructor(options: any) {
    if (options === null || typeof options !== "object") throw invalidArgType("options", "object", options);
    const generated = options.message === undefined;
    super(generated ? generate(options) : `${options.message}`);
    setOwn(this, "generatedMessage", generated);
    setOwn(this, "code", "ERR_ASSERTION");
    setOwn(this, "actual", options.actual);
    setOwn(this, "expected", options.expected);
    setOwn(this, "operator", options.operator);
    ErrorCaptureStackTrace(this, options.stackStartFn ?? AssertionError);
  }
  override toString(): string {
    return `${this.name} [${(this as any).code}]: ${this.message}`;
  }
}
ObjectDefineProperty(AssertionError.prototype, "name", { __proto__: null, value: "AssertionError", writable: true, configurable: true, enumerable: false } as any);

const words: any = {
  __proto__: null,
  deepStrictEqual: "Expected values to be strictly deep-equal:", strictEqual: "Expected values to be strictly equal:", deepEqual: "Expected values to be loosely deep-equal:",
  notDeepStrictEqual: 'Expected "actual" not to be strictly deep-equal to:', notStrictEqual: 'Expected "actual" to be strictly unequal to:',
  notDeepEqual: 'Expected "actual" not to be loosely deep-equal to:',
};

function generate(o: any): string {
  const op = o.operator;
  const a = inspect(o.actual), b = inspect(o.expected);
  switch (op) {
    case "strictEqual": case "deepStrictEqual": case "deepEqual":
      if (a === b) return `${op === "strictEqual" ? "Values have same structure but are not reference-equal" : words[op]}\n\n${a}\n`;
      if (op === "strictEqual" && short(a) && short(b)) return `${words[op]}\n\n${a} !== ${b}\n`;
      if (op === "deepEqual") return `${words[op]}\n\n${a}\n\nshould loosely deep-equal\n\n${b}`;
      return `${words[op]}\n${diff(a, b)}`;
    case "notStrictEqual": case "notDeepStrictEqual": case "notDeepEqual":
      return short(a) ? `${words[op]} ${a}` : `${words[op]}\n\n${a}\n`;
    case "==": case "!=":
      return `${cut(a)} ${op} ${cut(b)}`;
  }
  return "Failed";
}

function cut(s: string): string {
  return s.length > 128 ? `${StringPrototypeSlice(s, 0, 125)}...` : s;
}

function short(s: string): boolean {
  if (s.length > 60) return false;
  for (let i = 0; i < s.length; i++) if (s[i] === "\n") return false;
  return true;
}

// diff shows two printed values line by line.
function diff(a: string, b: string): string {
  const la = lines(a), lb = lines(b);
  let out = "+ actual - expected\n";
  let i = 0, j = 0;
  while (i < la.length || j < lb.length) {
    if (i < la.length && j < lb.length && la[i] === lb[j]) {
      out += `\n  ${la[i]}`;
      i++;
      j++;
      continue;
    }
    // The nearest line where both go on alike.
    let di = la.length, dj = lb.length;
    search: for (let d = 1; d < 40; d++) {
      for (let k = 0; k <= d; k++) {
        if (i + k < la.length && j + d - k < lb.length && la[i + k] === lb[j + d - k]) {
          di = i + k;
          dj = j + d - k;
          break search;
        }
      }
    }
    for (; i < di; i++) out += `\n+ ${la[i]}`;
    for (; j < dj; j++) out += `\n- ${lb[j]}`;
  }
  return `${out}\n`;
}

function lines(s: string): string[] {
  const out: string[] = [];
  let from = 0;
  for (let i = 0; i <= s.length; i++) {
    if (i < s.length && s[i] !== "\n") continue;
    out[out.length] = StringPrototypeSlice(s, from, i);
    from = i + 1;
  }
  return out;
}

function fail(actual: any, expected: any, message: any, operator: string, stackStartFn: any): never {
  if (message instanceof Error_) throw message;
  throw new AssertionError({ actual, expected, message, operator, stackStartFn });
}

function truthy(fn: any, count: number, value: any, message: any): void {
  if (value) return;
  if (count === 0) {
    const e = new AssertionError({ message: "No value argument passed to `assert.ok()`", actual: value, expected: true, operator: "==", stackStartFn: fn });
    setOwn(e, "generatedMessage", true);
    throw e;
  }
  if (message instanceof Error_) throw message;
  const generated = message === undefined;
  const e = new AssertionError({ actual: value, expected: true, message: generated ? "The expression evaluated to a falsy value" : message, operator: "==", stackStartFn: fn });
  setOwn(e, "generatedMessage", generated);
  throw e;
}

function pair(n: number): void {
  if (n < 2) throw missingArgs(["actual", "expected"]);
}

const assert: any = function assert(...args: any[]): void {
  truthy(assert, args.length, args[0], args[1]);
};
const ok: any = function ok(...args: any[]): void {
  truthy(ok, args.length, args[0], args[1]);
};
const equal: any = function equal(...a: any[]): void {
  pair(a.length);
  if (!(a[0] == a[1] || (a[0] !== a[0] && a[1] !== a[1]))) fail(a[0], a[1], a[2], "==", equal);
};
const notEqual: any = function notEqual(...a: any[]): void {
  pair(a.length);
  if (a[0] == a[1] || (a[0] !== a[0] && a[1] !== a[1])) fail(a[0], a[1], a[2], "!=", notEqual);
};
const strictEqual: any = function strictEqual(...a: any[]): void {
  pair(a.length);
  if (!ObjectIs(a[0], a[1])) fail(a[0], a[1], a[2], "strictEqual", strictEqual);
};
const notStrictEqual: any = function notStrictEqual(...a: any[]): void {
  pair(a.length);
  if (ObjectIs(a[0], a[1])) fail(a[0], a[1], a[2], "notStrictEqual", notStrictEqual);
};

function deep(name: string, mode: Mode, want: boolean): any {
  const fn: any = {
    [name](...a: any[]): void {
      pair(a.length);
      if (deepEqual(a[0], a[1], mode) !== want) fail(a[0], a[1], a[2], name, fn);
    },
  }[name];
  return fn;
}
const deepEqualLoose = deep("deepEqual", "loose", true), notDeepEqual = deep("notDeepEqual", "loose", false);
const deepStrictEqual = deep("deepStrictEqual", "strict", true), notDeepStrictEqual = deep("notDeepStrictEqual", "strict", false);

const failNow: any = function fail(message?: any): never {
  if (message instanceof Error_) throw message;
  const e = new AssertionError({ message: message === undefined ? "Failed" : message, operator: "fail", stackStartFn: failNow });
  setOwn(e, "generatedMessage", message === undefined);
  throw e;
};

// matches holds a thrown value to what was expected: a class, a regular expression, a function or an object of properties.
function matches(actual: any, expected: any, message: any, fn: any): void {
  if (host.classOf(expected) === "RegExp") {
    const text = `${actual}`;
    if (RegExpPrototypeExec(expected, text) !== null) return;
    fail(actual, expected, message ?? `The input did not match the regular expression ${inspect(expected)}. Input:\n\n${inspect(text)}\n`, fn.name, fn);
  }
  if (typeof expected === "object") {
    if (actual === null || typeof actual !== "object") fail(actual, expected, message, fn.name, fn);
    const keys = ObjectKeys(expected);
    if (expected instanceof Error_) keys[keys.length] = "name", (keys[keys.length] = "message");
    else if (keys.length === 0) throw coded(TypeError_, "ERR_INVALID_ARG_VALUE", `The argument 'error' may not be an empty object. Received {}`);
    for (let i = 0; i < keys.length; i++) {
      const k = keys[i]!;
      if (typeof actual[k] === "string" && host.classOf(expected[k]) === "RegExp" && RegExpPrototypeExec(expected[k], actual[k]) !== null) continue;
      if (!(k in actual) || !deepEqual(actual[k], expected[k], "strict")) {
        const a: any = {}, b: any = {};
        for (let j = 0; j < keys.length; j++) {
          if (keys[j]! in actual) setOwn(a, keys[j]!, actual[keys[j]!]);
          setOwn(b, keys[j]!, expected[keys[j]!]);
        }
        if (message instanceof Error_) throw message;
        const e = new AssertionError({ actual: a, expected: b, message, operator: "deepStrictEqual", stackStartFn: fn });
        setOwn(e, "actual", actual);
        setOwn(e, "expected", expected);
        setOwn(e, "operator", fn.name);
        throw e;
      }
    }
    return;
  }
  if (expected.prototype !== undefined && actual instanceof expected) return;
  if (expected === Error || (typeof expected === "function" && expected.prototype instanceof Error_)) {
    fail(actual, expected, message ?? `The error is expected to be an instance of "${expected.name}". Received ${actual?.constructor?.name ? `"${actual.constructor.name}"` : inspect(actual)}${actual?.message !== undefined ? `\n\nError message:\n\n${actual.message}` : ""}`, fn.name, fn);
  }
  if (FunctionPrototypeCall(expected, {}, actual) !== true) {
    fail(actual, expected, message ?? `The ${expected.name ? `"${expected.name}" ` : ""}validation function is expected to return "true".`, fn.name, fn);
  }
}

const nothing: any = { __proto__: null };

function expectThrown(actual: any, expected: any, message: any, fn: any): void {
  if (typeof expected === "string") {
    message = expected;
    expected = undefined;
  }
  if (expected !== undefined && expected !== null && typeof expected !== "object" && typeof expected !== "function") throw invalidArgType("error", ["Function", "Error", "RegExp", "Object"], expected);
  if (actual === nothing) {
    const name = expected?.name ? ` (${expected.name})` : "";
    const what = fn === rejects ? "rejection" : "exception";
    fail(undefined, expected, `Missing expected ${what}${name}${message ? `: ${message}` : "."}`, fn.name, fn);
  }
  if (expected !== undefined && expected !== null) matches(actual, expected, message, fn);
}

function expectNone(actual: any, expected: any, message: any, fn: any): void {
  if (actual === nothing) return;
  if (typeof expected === "string") {
    message = expected;
    expected = undefined;
  }
  if (!expected || (typeof expected === "function" && actual instanceof expected) || (host.classOf(expected) === "RegExp" && RegExpPrototypeExec(expected, `${actual}`) !== null)) {
    const what = fn === doesNotReject ? "rejection" : "exception";
    fail(actual, expected, `Got unwanted ${what}${message ? `: ${message}` : "."}\nActual message: "${actual?.message}"`, fn.name, fn);
  }
  throw actual;
}

function thrownBy(fn: any): any {
  if (typeof fn !== "function") throw invalidArgType("fn", "function", fn);
  try {
    fn();
  } catch (e) {
    return e;
  }
  return nothing;
}

async function rejectedBy(p: any): Promise<any> {
  if (typeof p === "function") {
    p = p();
    if (p === null || typeof p !== "object" || typeof p.then !== "function") throw coded(TypeError_, "ERR_INVALID_RETURN_VALUE", `Expected instance of Promise to be returned from the "promiseFn" function but got ${typeof p}.`);
  } else if (p === null || typeof p !== "object" || typeof p.then !== "function") throw invalidArgType("promiseFn", ["function", "Promise"], p);
  try {
    await p;
  } catch (e) {
    return e;
  }
  return nothing;
}

const throws: any = function throws(fn: any, expected?: any, message?: any): void {
  expectThrown(thrownBy(fn), expected, message, throws);
};
const doesNotThrow: any = function doesNotThrow(fn: any, expected?: any, message?: any): void {
  expectNone(thrownBy(fn), expected, message, doesNotThrow);
};
const rejects: any = async function rejects(p: any, expected?: any, message?: any): Promise<void> {
  expectThrown(await rejectedBy(p), expected, message, rejects);
};
const doesNotReject: any = async function doesNotReject(p: any, expected?: any, message?: any): Promise<void> {
  expectNone(await rejectedBy(p), expected, message, doesNotReject);
};

const ifError: any = function ifError(err: any): void {
  if (err === null || err === undefined) return;
  let message = "ifError got unwanted exception: ";
  message += typeof err === "object" && typeof err.message === "string" ? (err.message.length === 0 && err.constructor ? err.constructor.name : err.message) : inspect(err);
  const e = new AssertionError({ actual: err, expected: null, operator: "ifError", message, stackStartFn: ifError });
  setOwn(e, "generatedMessage", true);
  throw e;
};

function matchWith(name: string, want: boolean): any {
  const fn: any = {
    [name](text: any, re: any, message?: any): void {
      if (host.classOf(re) !== "RegExp") throw invalidArgType("regexp", "RegExp", re);
      if (typeof text === "string" && (RegExpPrototypeExec(re, text) !== null) === want) return;
      if (message instanceof Error_) throw message;
      const generated = message === undefined;
      const words = typeof text !== "string"
        ? `The "string" argument must be of type string. Received type ${typeof text} (${inspect(text)})`
        : `${want ? "The input did not match the regular expression " : "The input was expected to not match the regular expression "}${inspect(re)}. Input:\n\n${inspect(text)}\n`;
      const e = new AssertionError({ actual: text, expected: re, message: generated ? words : message, operator: name, stackStartFn: fn });
      setOwn(e, "generatedMessage", generated);
      throw e;
    },
  }[name];
  return fn;
}

ObjectAssign(assert, {
  fail: failNow, AssertionError, ok, equal, notEqual, deepEqual: deepEqualLoose, notDeepEqual, deepStrictEqual, notDeepStrictEqual, strictEqual, notStrictEqual,
  throws, rejects, doesNotThrow, doesNotReject, ifError, match: matchWith("match", true), doesNotMatch: matchWith("doesNotMatch", false),
});
const strict: any = function strict(...args: any[]): void {
  truthy(strict, args.length, args[0], args[1]);
};
ObjectAssign(strict, assert, { equal: strictEqual, deepEqual: deepStrictEqual, notEqual: notStrictEqual, notDeepEqual: notDeepStrictEqual });
assert.strict = strict;
strict.strict = strict;

register(["node:assert", "assert"], () => tidy(assert));
register(["node:assert/strict", "assert/strict"], () => tidy(strict));
