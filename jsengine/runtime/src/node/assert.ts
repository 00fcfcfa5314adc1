// node:assert and node:assert/strict.

import {
  ObjectDefineProperty,
  Error_, FunctionPrototypeCall, ObjectAssign, ObjectIs, ObjectKeys, RegExpPrototypeExec, TypeError_,
  setOwn,
} from "../primordials.ts";
import { tidy } from "./names.ts";
import { register } from "../modules.ts";
import { coded, invalidArgType, missingArgs } from "./errors.ts";
import { deepEqual, type Mode } from "./deep_equal.ts";
import { asNode } from "../mode.ts";
import { calledAs } from "./called.ts";
import { AssertionError } from "./assertion_error.ts";
import { CallTracker } from "./call_tracker.ts";
import { inspect } from "./util.ts";

export { AssertionError };

function fail(actual: any, expected: any, message: any, operator: string, stackStartFn: any): never {
  if (message instanceof Error_) throw message;
  throw new AssertionError({ actual, expected, message, operator, stackStartFn });
}

// mismatch is fail with words of ours, if there is no message.
function mismatch(actual: any, expected: any, message: any, words: () => string, fn: any): never {
  if (message) fail(actual, expected, message, fn.name, fn);
  const e = new AssertionError({ actual, expected, message: words(), operator: fn.name, stackStartFn: fn });
  setOwn(e, "generatedMessage", true);
  throw e;
}

function truthy(fn: any, count: number, value: any, message: any): void {
  if (value) return;
  if (count === 0) {
    const e = new AssertionError({ message: "No value argument passed to `assert.ok()`", actual: value, expected: true, operator: "==", stackStartFn: fn });
    setOwn(e, "generatedMessage", true);
    throw e;
  }
  if (message instanceof Error_) throw message;
  const generated = message === undefined || message === null;
  const called = generated && asNode() ? calledAs(fn) : undefined;
  if (called !== undefined) message = `The expression evaluated to a falsy value:\n\n  ${called}\n`;
  const e = new AssertionError({ actual: value, expected: true, message, operator: "==", stackStartFn: fn });
  setOwn(e, "generatedMessage", generated);
  throw e;
}

function pair(n: number): void {
  if (n < 2) throw missingArgs(["actual", "expected"]);
}

const ok: any = function ok(...args: any[]): void {
  truthy(ok, args.length, args[0], args[1]);
};
const assert: any = ok; // as in Node, whose module is ok itself
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

// failNow is assert.fail; what it is given beyond a message is of older programs.
const failNow: any = function fail(...args: any[]): never {
  const message = args.length <= 1 ? at(args, 0) : at(args, 2);
  if (args.length > 1) {
    if (message instanceof Error_) throw message;
    throw new AssertionError({ actual: args[0], expected: args[1], operator: args.length === 2 ? "!=" : at(args, 3) ?? "fail", stackStartFn: at(args, 4) ?? failNow, message });
  }
  if (message instanceof Error_) throw message;
  const e = new AssertionError({ message: message === undefined ? "Failed" : message, operator: "fail", stackStartFn: failNow });
  setOwn(e, "generatedMessage", message === undefined);
  throw e;
};

class Comparison {}

// matches holds a thrown value to what was expected: a class, a regular expression, a function or an object of properties.
function matches(actual: any, expected: any, message: any, fn: any): void {
  if (host.classOf(expected) === "RegExp") {
    const text = `${actual}`;
    if (RegExpPrototypeExec(expected, text) !== null) return;
    mismatch(actual, expected, message, () => `The input did not match the regular expression ${inspect(expected)}. Input:\n\n${inspect(text)}\n`, fn);
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
        const a: any = new Comparison(), b: any = new Comparison();
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
    mismatch(actual, expected, message, () => `The error is expected to be an instance of "${expected.name}". Received ${actual?.constructor?.name ? `"${actual.constructor.name}"` : inspect(actual)}${actual?.message !== undefined ? `\n\nError message:\n\n${actual.message}` : ""}`, fn);
  }
  const got = FunctionPrototypeCall(expected, {}, actual);
  if (got !== true) {
    const caught = host.classOf(actual) === "Error" ? `\n\nCaught error:\n\n${actual}` : "";
    mismatch(actual, expected, message, () => `The ${expected.name ? `"${expected.name}" ` : ""}validation function is expected to return "true". Received ${inspect(got)}${caught}`, fn);
  }
}

const nothing: any = { __proto__: null };

function expectThrown(actual: any, expected: any, message: any, fn: any, count: number): void {
  if (typeof expected === "string") {
    if (count >= 3) throw invalidArgType("error", ["function", "Error", "RegExp", "Object"], expected);
    const ambiguous = (what: string): Error => coded(TypeError_, "ERR_AMBIGUOUS_ARGUMENT", `The "error/message" argument is ambiguous. ${what} is identical to the message.`);
    if (typeof actual === "object" && actual !== null && actual !== nothing) {
      if (actual.message === expected) throw ambiguous(`The error message "${actual.message}"`);
    } else if (actual === expected) throw ambiguous(`The error "${actual}"`);
    message = expected;
    expected = undefined;
  }
  if (expected !== undefined && expected !== null && typeof expected !== "object" && typeof expected !== "function") throw invalidArgType("error", ["function", "Error", "RegExp", "Object"], expected);
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

const at = (args: any[], i: number): any => (i < args.length ? args[i] : undefined);

function thrownBy(fn: any): any {
  if (typeof fn !== "function") throw invalidArgType("fn", "function", fn);
  try {
    fn();
  } catch (e) {
    return e;
  }
  return nothing;
}

function returned(v: any): string {
  if (v !== null && typeof v === "object" && v.constructor?.name) return `an instance of ${v.constructor.name}`;
  return v === null || v === undefined ? `${v}` : `type ${typeof v} (${inspect(v)})`;
}

async function rejectedBy(p: any): Promise<any> {
  if (typeof p === "function") {
    p = p();
    if (p === null || typeof p !== "object" || typeof p.then !== "function") throw coded(TypeError_, "ERR_INVALID_RETURN_VALUE", `Expected instance of Promise to be returned from the "promiseFn" function but got ${returned(p)}.`);
  } else if (p === null || typeof p !== "object" || typeof p.then !== "function") throw invalidArgType("promiseFn", ["function", "Promise"], p);
  try {
    await p;
  } catch (e) {
    return e;
  }
  return nothing;
}

const throws: any = function throws(fn: any, ...args: any[]): void {
  expectThrown(thrownBy(fn), at(args, 0), at(args, 1), throws, args.length + 1);
};
const doesNotThrow: any = function doesNotThrow(fn: any, ...args: any[]): void {
  expectNone(thrownBy(fn), at(args, 0), at(args, 1), doesNotThrow);
};
const rejects: any = async function rejects(p: any, ...args: any[]): Promise<void> {
  expectThrown(await rejectedBy(p), at(args, 0), at(args, 1), rejects, args.length + 1);
};
const doesNotReject: any = async function doesNotReject(p: any, ...args: any[]): Promise<void> {
  expectNone(await rejectedBy(p), at(args, 0), at(args, 1), doesNotReject);
};

const ifError: any = function ifError(err: any): void {
  if (err === null || err === undefined) return;
  let message = "ifError got unwanted exception: ";
  message += typeof err === "object" && typeof err.message === "string" ? (err.message.length === 0 && err.constructor ? err.constructor.name : err.message) : inspect(err);
  const e = new AssertionError({ actual: err, expected: null, operator: "ifError", message, stackStartFn: ifError });
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
  throws, rejects, doesNotThrow, doesNotReject, ifError, match: matchWith("match", true), doesNotMatch: matchWith("doesNotMatch", false), CallTracker,
});
const strict: any = function strict(...args: any[]): void {
  truthy(strict, args.length, args[0], args[1]);
};
ObjectAssign(strict, assert, { equal: strictEqual, deepEqual: deepStrictEqual, notEqual: notStrictEqual, notDeepEqual: notDeepStrictEqual });
{
  const lengths: [any, number][] = [[equal, 3], [notEqual, 3], [strictEqual, 3], [notStrictEqual, 3], [deepEqualLoose, 3], [notDeepEqual, 3], [deepStrictEqual, 3], [notDeepStrictEqual, 3], [failNow, 5]];
  for (let i = 0; i < lengths.length; i++) ObjectDefineProperty(lengths[i]![0], "length", { __proto__: null, value: lengths[i]![1], configurable: true } as any);
}
assert.strict = strict;
strict.strict = strict;

register(["node:assert", "assert"], () => tidy(assert));
register(["node:assert/strict", "assert/strict"], () => tidy(strict));
