// expect, as bun:test has it: the same matchers, messages and oddities.

import {
  ArrayIsArray, ArrayPrototypeIncludes, ArrayPrototypeJoin, ArrayPrototypePush, ArrayPrototypeSlice, DatePrototypeGetTime, ErrorCaptureStackTrace,
  Error_, FunctionPrototypeToString, MathAbs, MathPow, NumberIsFinite, NumberIsInteger, NumberIsNaN, NumberIsSafeInteger, ObjectAssign, ObjectDefineProperty, ObjectIs,
  ObjectKeys, ObjectValues, ReflectApply, RegExpPrototypeExec, RegExp_, StringPrototypeEndsWith, StringPrototypeIncludes,
  StringPrototypeReplaceAll, StringPrototypeSplit, StringPrototypeStartsWith, StringPrototypeTrim, SymbolIterator, TypeError_, hasOwn, iterate, setOwn,
} from "../primordials.ts";
import { inspect } from "../inspect.ts";
import { asymmetric, customAsymmetric, equals, matches, notAsymmetric, testers } from "./asymmetric.ts";
import { compared, difference, pretty } from "./format.ts";
import { mockOf } from "./mock.ts";
import { matchInline, matchSnapshot } from "./snapshot.ts";
import { state } from "./state.ts";

// show is a value as most messages have it.
function show(v: unknown): string {
  return inspect(v, { quote: true });
}

interface Call {
  not: boolean;
  args: any[];
  title: (sig: string) => string; // the first line of a message
  thrown?: { value: unknown }; // what .rejects gave: a matcher of thrown errors takes it for thrown
}

// A Matcher says whether it holds, and what a failure shows.
interface Verdict {
  pass: boolean;
  sig?: string; // of the message, if not the matcher's own
  body: () => string;
}

type Matcher = (received: any, call: Call) => Verdict;

const matchers: Record<string, [sig: string, run: Matcher]> = { __proto__: null } as any;

function define(name: string, sig: string, run: Matcher): void {
  matchers[name] = [sig, run];
}

function bad(message: string): never {
  throw new Error_(message);
}

// one is a matcher without arguments.
function one(name: string, test: (v: any) => boolean, body?: string): void {
  define(name, "", (v) => ({ pass: test(v), body: () => `${body === undefined ? "" : `${body}\n\n`}Received: ${show(v)}` }));
}

define("toBe", "expected", (v, { args, not }) => ({
  pass: ObjectIs(v, args[0]),
  body: () => {
    const want = args[0];
    if (not) return `Expected: not ${show(want)}`;
    if (typeof v === "string" && typeof want === "string") return compared(want, v);
    const a = show(want), b = show(v);
    return `Expected: ${a}\nReceived: ${a === b && typeof v === "object" ? "serializes to the same string" : b}`;
  },
}));

function equality(name: string, mode: "bun" | "bunStrict"): void {
  define(name, "expected", (v, { args, not }) => ({
    pass: equals(v, args[0], mode),
    body: () => (not ? `Expected: not ${pretty(args[0])}` : compared(args[0], v)),
  }));
}
equality("toEqual", "bun");
equality("toStrictEqual", "bunStrict");
define("toMatchObject", "expected", (v, { args, not }) => {
  if (v === null || typeof v !== "object") bad("Received value must be an object");
  if (args[0] === null || typeof args[0] !== "object") bad("Expected value must be a non-null object");
  return { pass: matches(v, args[0]), body: () => (not ? `Expected: not ${pretty(args[0])}` : compared(args[0], v)) };
});

one("toBeTruthy", (v) => !!v);
one("toBeFalsy", (v) => !v);
one("toBeNull", (v) => v === null);
one("toBeUndefined", (v) => v === undefined);
one("toBeDefined", (v) => v !== undefined);
one("toBeNaN", (v) => typeof v === "number" && NumberIsNaN(v));
one("toBeNil", (v) => v === null || v === undefined);
one("toBeArray", (v) => ArrayIsArray(v));
one("toBeBoolean", (v) => typeof v === "boolean");
one("toBeTrue", (v) => v === true);
one("toBeFalse", (v) => v === false);
one("toBeNumber", (v) => typeof v === "number");
one("toBeInteger", (v) => NumberIsInteger(v));
one("toBeObject", (v) => (typeof v === "object" && v !== null) || typeof v === "function");
one("toBeFinite", (v) => NumberIsFinite(v));
one("toBePositive", (v) => typeof v === "number" && NumberIsFinite(v) && v > 0);
one("toBeNegative", (v) => typeof v === "number" && NumberIsFinite(v) && v < 0);
one("toBeString", (v) => typeof v === "string" || host.classOf(v) === "String");
one("toBeFunction", (v) => typeof v === "function");
one("toBeSymbol", (v) => typeof v === "symbol");
one("toBeDate", (v) => host.classOf(v) === "Date");
one("toBeValidDate", (v) => host.classOf(v) === "Date" && !NumberIsNaN(DatePrototypeGetTime(v)));
one("toBeEven", (v) => (typeof v === "bigint" ? v % 2n === 0n : NumberIsInteger(v) && v % 2 === 0));
one("toBeOdd", (v) => (typeof v === "bigint" ? v % 2n !== 0n : NumberIsInteger(v) && v % 2 !== 0));
one("toBeEmptyObject", (v) => v !== null && typeof v === "object" && !ArrayIsArray(v) && ObjectKeys(v).length === 0);
one("toBeEmpty", (v) => {
  if (typeof v === "string" || ArrayIsArray(v)) return v.length === 0;
  if (v === null || typeof v !== "object") return bad("Expected value to be a string, object, or iterable");
  if (typeof v.size === "number") return v.size === 0;
  if (typeof v.length === "number") return v.length === 0;
  if (typeof v[SymbolIterator] === "function") return iterate(v).length === 0;
  return ObjectKeys(v).length === 0;
}, "Expected value to be empty");

function order(name: string, sign: string, holds: (a: any, b: any) => boolean): void {
  define(name, "expected", (v, { args, not }) => {
    const number = (x: unknown): boolean => typeof x === "number" || typeof x === "bigint";
    if (!number(v) || !number(args[0])) bad("Expected and actual values must be numbers or bigints");
    return { pass: holds(v, args[0]), body: () => `Expected: ${not ? "not " : ""}${sign} ${show(args[0])}\nReceived: ${show(v)}` };
  });
}
order("toBeGreaterThan", ">", (a, b) => a > b);
order("toBeGreaterThanOrEqual", ">=", (a, b) => a >= b);
order("toBeLessThan", "<", (a, b) => a < b);
order("toBeLessThanOrEqual", "<=", (a, b) => a <= b);

define("toBeCloseTo", "expected, precision", (v, { args, not }) => {
  const want = args[0], precision = args[1] ?? 2;
  if (typeof v !== "number" || typeof want !== "number") bad("Expected and received values must be numbers");
  const limit = MathPow(10, -precision) / 2, d = MathAbs(v - want);
  return {
    pass: v === want || d < limit,
    body: () => `Expected: ${not ? "not " : ""}${show(want)}\nReceived: ${show(v)}\n\nExpected precision: ${precision}\nExpected difference: < ${limit}\nReceived difference: ${d}`,
  };
});
define("toBeWithin", "start, end", (v, { args, not }) => {
  if (typeof args[0] !== "number" || typeof args[1] !== "number") bad("toBeWithin() requires the start and end arguments to be numbers");
  return {
    pass: typeof v === "number" && v >= args[0] && v < args[1],
    body: () => `Expected: ${not ? "not " : ""}between ${show(args[0])} (inclusive) and ${show(args[1])} (exclusive)\nReceived: ${show(v)}`,
  };
});

function listOf(v: any): any[] | undefined {
  if (ArrayIsArray(v)) return v;
  if (v !== null && typeof v === "object" && typeof v[SymbolIterator] === "function") return iterate(v);
  return undefined;
}

const notList = "Received value must be an array type, or both received and expected values must be strings.";

define("toContain", "expected", (v, { args, not }) => {
  let pass = false;
  const list = listOf(v);
  if (list !== undefined) {
    for (let i = 0; i < list.length; i++) if (ObjectIs(list[i], args[0]) || list[i] === args[0]) pass = true;
  } else if (typeof v === "string" && typeof args[0] === "string") pass = StringPrototypeIncludes(v, args[0]);
  else bad(notList);
  return { pass, body: () => `Expected to ${not ? "not " : ""}contain: ${show(args[0])}\nReceived: ${show(v)}` };
});
define("toContainEqual", "expected", (v, { args, not }) => {
  let pass = false;
  const list = listOf(v);
  if (list !== undefined) {
    for (let i = 0; i < list.length; i++) if (equals(list[i], args[0])) pass = true;
  } else if (typeof v === "string" && typeof args[0] === "string") pass = StringPrototypeIncludes(v, args[0]);
  else bad(notList);
  return { pass, body: () => `Expected to ${not ? "not " : ""}contain: ${show(args[0])}\nReceived: ${show(v)}` };
});
define("toHaveLength", "expected", (v, { args, not }) => {
  const n = v?.length ?? (typeof v === "object" && v !== null ? (v.size ?? v.byteLength) : undefined);
  if (typeof args[0] !== "number" || !NumberIsInteger(args[0]) || args[0] < 0) bad(`Expected value must be a non-negative integer: ${show(args[0])}`);
  if (typeof n !== "number") bad(`Received value does not have a length property: ${show(v)}`);
  return { pass: n === args[0], body: () => (not ? `Expected length: not ${args[0]}` : `Expected length: ${args[0]}\nReceived length: ${n}`) };
});
define("toMatch", "expected", (v, { args, not }) => {
  if (typeof v !== "string") bad(`Received value must be a string: ${show(v)}`);
  const want = args[0];
  if (typeof want !== "string" && host.classOf(want) !== "RegExp") bad(`Expected value must be a string or regular expression: ${show(want)}`);
  return {
    pass: typeof want === "string" ? StringPrototypeIncludes(v, want) : RegExpPrototypeExec(new RegExp_(want), v) !== null,
    body: () => `Expected substring or pattern: ${not ? "not " : ""}${show(want)}\nReceived: ${show(v)}`,
  };
});
define("toBeInstanceOf", "expected", (v, { args, not }) => {
  if (typeof args[0] !== "function") bad(`Expected value must be a function: ${show(args[0])}`);
  return { pass: v instanceof args[0], body: () => `Expected constructor: ${not ? "not " : ""}${show(args[0])}\nReceived value: ${show(v)}` };
});
const typeNames = ["function", "object", "bigint", "boolean", "number", "string", "symbol", "undefined"];
define("toBeTypeOf", "", (v, { args, not }) => {
  if (!ArrayPrototypeIncludes(typeNames, args[0])) {
    throw new TypeError_("toBeTypeOf() requires a valid type string argument ('function', 'object', 'bigint', 'boolean', 'number', 'string', 'symbol', 'undefined')");
  }
  return { pass: typeof v === args[0], body: () => `Expected type: ${not ? "not " : ""}${show(args[0])}\nReceived type: ${show(typeof v)}\nReceived value: ${show(v)}` };
});
define("toBeArrayOfSize", "", (v, { args }) => ({ pass: ArrayIsArray(v) && v.length === args[0], body: () => `Received: ${show(v)}` }));
define("toBeOneOf", "expected", (v, { args, not }) => {
  const list = listOf(args[0]) ?? bad("Expected value must be an array or iterable");
  let pass = false;
  for (let i = 0; i < list.length; i++) if (equals(v, list[i])) pass = true;
  return { pass, body: () => `Expected to ${not ? "not " : ""}be one of: ${show(args[0])}\nReceived: ${show(v)}` };
});

function textual(name: string, words: string, holds: (v: string, want: string) => boolean): void {
  define(name, "expected", (v, { args, not }) => {
    if (typeof args[0] !== "string") bad(`${name}() requires the first argument to be a string`);
    return { pass: typeof v === "string" && holds(v, args[0]), body: () => `Expected to ${not ? "not " : ""}${words}: ${show(args[0])}\nReceived: ${show(v)}` };
  });
}
textual("toInclude", "include", (v, want) => StringPrototypeIncludes(v, want));
textual("toStartWith", "start with", (v, want) => StringPrototypeStartsWith(v, want));
textual("toEndWith", "end with", (v, want) => StringPrototypeEndsWith(v, want));
define("toIncludeRepeated", "expected", (v, { args, not }) => {
  if (typeof args[0] !== "string" || args[0] === "") bad("toIncludeRepeated() requires the first argument to be a non-empty string");
  const n = typeof v === "string" ? StringPrototypeSplit(v, args[0]).length - 1 : 0;
  return { pass: n === args[1], body: () => `Expected to ${not ? "not " : ""}include: ${show(args[0])} ${args[1]} times \nReceived: ${show(v)}` };
});
define("toEqualIgnoringWhitespace", "expected", (v, { args, not }) => {
  if (typeof args[0] !== "string") bad("toEqualIgnoringWhitespace() requires the first argument to be a string");
  const bare = (s: string): string => {
    let out = "";
    for (let i = 0; i < s.length; i++) if (StringPrototypeTrim(s[i]) !== "") out += s[i];
    return out;
  };
  return { pass: typeof v === "string" && bare(v) === bare(args[0]), body: () => `Expected: ${not ? "not " : ""}${show(args[0])}\nReceived: ${show(v)}` };
});
define("toSatisfy", "expected", (v, { args, not }) => {
  if (typeof args[0] !== "function") bad("toSatisfy() argument must be a function");
  return { pass: !!args[0](v), body: () => `Expected: ${not ? "not " : ""}${show(args[0])}\nReceived: ${show(v)}` };
});

function asObject(v: any): any {
  if ((typeof v !== "object" && typeof v !== "function") || v === null) bad(`Expected value must be an object\nReceived: ${show(v)}`);
  return v;
}
function holds(list: unknown[], v: unknown): boolean {
  for (let i = 0; i < list.length; i++) if (equals(list[i], v)) return true;
  return false;
}
function keyed(name: string, words: string, test: (v: any, want: any) => boolean, received: (v: any) => unknown = (v) => v): void {
  define(name, "expected", (v, { args, not }) => ({
    pass: test(v, args[0]),
    body: () => `Expected to ${not ? "not " : ""}${words}: ${show(args[0])}\nReceived: ${show(received(v))}`,
  }));
}
const each = (want: any, test: (w: any) => boolean): boolean => {
  for (let i = 0; i < want.length; i++) if (!test(want[i])) return false;
  return true;
};
const some = (want: any, test: (w: any) => boolean): boolean => {
  for (let i = 0; i < want.length; i++) if (test(want[i])) return true;
  return false;
};
keyed("toContainKey", "contain", (v, want) => hasOwn(asObject(v), want));
keyed("toContainKeys", "contain", (v, want) => each(want, (w) => hasOwn(asObject(v), w)));
keyed("toContainAllKeys", "contain all keys", (v, want) => ObjectKeys(asObject(v)).length === want.length && each(want, (w) => hasOwn(v, w)), ObjectKeys);
keyed("toContainAnyKeys", "contain", (v, want) => some(want, (w) => hasOwn(asObject(v), w)));
keyed("toContainValue", "contain", (v, want) => holds(ObjectValues(asObject(v)), want));
keyed("toContainValues", "contain", (v, want) => each(want, (w) => holds(ObjectValues(asObject(v)), w)));
keyed("toContainAllValues", "contain all values", (v, want) => {
  const values = ObjectValues(asObject(v));
  return values.length === want.length && each(want, (w) => holds(values, w));
});
keyed("toContainAnyValues", "contain any of the following values", (v, want) => some(want, (w) => holds(ObjectValues(asObject(v)), w)));

// pathOf is a property path ("a[0].b", or a list) as its keys.
function pathOf(path: any): PropertyKey[] {
  if (ArrayIsArray(path)) return path as PropertyKey[];
  if (typeof path !== "string") return bad(`Expected path must be a string or an array: ${show(path)}`);
  if (path === "") return [""];
  const out: string[] = [];
  let key = "";
  for (let i = 0; i < path.length; i++) {
    const c = path[i]!;
    if (c === "." || c === "[" || c === "]") {
      if (key !== "" || (c === "." && (i === 0 || path[i - 1] === "."))) ArrayPrototypePush(out, key);
      key = "";
    } else key += c;
  }
  if (key !== "") ArrayPrototypePush(out, key);
  return out;
}
define("toHaveProperty", "path", (v, { args, not }) => {
  if (v === undefined || v === null) bad("Received value must not be null nor undefined");
  const path = pathOf(args[0]);
  let at: any = v, found = true;
  for (let i = 0; i < path.length && found; i++) {
    found = at !== undefined && at !== null && (typeof at === "object" || typeof at === "function" ? path[i]! in at : at[path[i]!] !== undefined);
    if (found) at = at[path[i]!];
  }
  const valued = args.length > 1;
  return {
    sig: valued ? "path, value" : "path",
    pass: found && (!valued || equals(at, args[1])),
    body: () => {
      if (!found) return `Expected path: ${show(args[0])}\n\n${valued ? `Expected value: ${show(args[1])}\n\n` : ""}Unable to find property`;
      if (not) return `Expected path: not ${show(args[0])}\n\n${valued ? `Expected value: not ${show(args[1])}` : `Received value: ${show(at)}`}`;
      return compared(args[1], at);
    },
  };
});

// Errors.

function throwing(name: string): void {
  define(name, "expected", (v, call) => {
    const { args, not } = call;
    const sig = args.length === 0 || args[0] === undefined ? "" : "expected";
    let thrown = false, error: any, value: any;
    if (call.thrown !== undefined) {
      thrown = true;
      error = v;
    } else {
      if (typeof v !== "function") bad("Expected value must be a function");
      try {
        value = v();
        const p = settled(value);
        if (p !== undefined && p[0] === "rejected") {
          thrown = true;
          error = p[1];
        }
      } catch (e) {
        thrown = true;
        error = e;
      }
    }
    const want = args[0];
    const message = error !== null && (typeof error === "object" || typeof error === "function") && "message" in error ? error.message : error;
    const missing = `Received function did not throw\nReceived value: ${show(value)}`;
    if (sig === "") {
      return {
        sig,
        pass: thrown,
        body: () => {
          if (!not) return missing;
          const isError = error !== null && typeof error === "object" && typeof error.name === "string";
          return isError ? `Error name: ${show(error.name)}\nError message: ${show(error.message)}` : `Thrown value: ${show(error)}`;
        },
      };
    }
    let pass: boolean, head: string, got = (): string => `Received message: ${show(message)}`;
    if (typeof want === "string") {
      pass = thrown && StringPrototypeIncludes(`${message}`, want);
      head = `Expected substring: ${not ? "not " : ""}${show(want)}`;
    } else if (host.classOf(want) === "RegExp") {
      pass = thrown && RegExpPrototypeExec(new RegExp_(want), `${message}`) !== null;
      head = `Expected pattern: ${not ? "not " : ""}${show(want)}`;
    } else if (typeof want === "function") {
      pass = thrown && error instanceof want;
      head = `Expected constructor: ${not ? "not " : ""}${want.name}`;
      got = () => (not ? got0() : `Received constructor: ${error?.constructor?.name ?? typeof error}\n\n${got0()}`);
    } else if (want !== null && typeof want === "object" && typeof want.asymmetricMatch === "function") {
      pass = thrown && equals(error, want);
      head = `Expected value: ${not ? "not " : ""}${pretty(want)}`;
      got = () => `Received value: ${show(error)}`;
    } else if (want !== null && typeof want === "object") {
      pass = thrown && equals(message, want.message);
      head = `Expected message: ${not ? "not " : ""}${show(want.message)}`;
    } else return bad(`Expected value must be string or Error: ${show(want)}`);
    const got0 = (): string => `Received message: ${show(message)}`;
    return { sig, pass, body: () => (thrown ? `${head}\n${got()}` : `${head}\n\n${missing}`) };
  });
}
throwing("toThrow");
throwing("toThrowError");

// Mocks.

function calls(v: any): any {
  const m = mockOf(v);
  if (m === undefined) bad(`Expected value must be a mock function: ${show(v)}`);
  return m;
}
const alias = (name: string, of: string): void => {
  matchers[name] = matchers[of]!;
};
const times = (n: number | string, got: number, not: boolean): string => `Expected number of calls: ${not ? "not " : ""}${n}\nReceived number of calls: ${got}`;
define("toHaveBeenCalled", "", (v, { not }) => {
  const n = calls(v).calls.length;
  return { pass: n > 0, body: () => (not ? `Expected number of calls: 0\nReceived number of calls: ${n}` : times(">= 1", n, false)) };
});
define("toHaveBeenCalledOnce", "expected", (v, { not }) => {
  const n = calls(v).calls.length;
  return { pass: n === 1, body: () => times(1, n, not) };
});
define("toHaveBeenCalledTimes", "expected", (v, { args, not }) => {
  const n = calls(v).calls.length;
  return { pass: n === args[0], body: () => times(show(args[0]), n, not) };
});
define("toHaveBeenCalledWith", "...expected", (v, { args, not }) => {
  const all = calls(v).calls;
  let pass = false;
  for (let i = 0; i < all.length; i++) if (equals(all[i], args)) pass = true;
  return {
    pass,
    body: () => {
      if (not) return `Expected mock function not to have been called with: ${show(args)}\nBut it was.`;
      if (all.length === 0) return `Expected: ${show(args)}\nBut it was not called.`;
      if (all.length === 1) return compared(args, all[0]);
      let list = "";
      for (let i = 0; i < all.length && i < 10; i++) list += `\n              ${i + 1}: ${show(all[i])}`;
      return `    Expected: ${show(args)}\n    Received:${list}\n\n    Number of calls: ${all.length}`;
    },
  };
});
define("toHaveBeenLastCalledWith", "...expected", (v, { args, not }) => {
  const all = calls(v).calls, last = all[all.length - 1];
  return {
    pass: all.length > 0 && equals(last, args),
    body: () => (all.length === 0 ? `Expected: ${show(args)}\nBut it was not called.` : not ? `Expected last call not to be with: ${show(args)}\nBut it was.` : compared(args, last)),
  };
});
define("toHaveBeenNthCalledWith", "n, ...expected", (v, { args, not }) => {
  const n = args[0], want = ArrayPrototypeSlice(args, 1), all = calls(v).calls;
  if (!NumberIsInteger(n) || n < 1) bad("toHaveBeenNthCalledWith() requires a positive integer argument");
  return {
    pass: n <= all.length && equals(all[n - 1], want),
    body: () => {
      if (n > all.length) return `Expected call #${n}: ${show(want)}\nBut it was only called ${all.length} times.`;
      return `Call #${n}:\n${not ? `Expected: not ${show(want)}` : compared(want, all[n - 1])}`;
    },
  };
});
const returned = (v: any): any[] => {
  const results = calls(v).results, out: any[] = [];
  for (let i = 0; i < results.length; i++) if (results[i].type === "return") ArrayPrototypePush(out, results[i].value);
  return out;
};
const returns = (n: string, got: number, all: number): string =>
  `Expected number of succesful returns: ${n}\nReceived number of succesful returns:    ${got}\nReceived number of calls:                ${all}`;
define("toHaveReturned", "", (v, { not }) => {
  const n = returned(v).length;
  return { pass: n > 0, body: () => returns(not ? "0" : ">= 1", n, calls(v).calls.length) };
});
define("toHaveReturnedTimes", "expected", (v, { args, not }) => {
  const n = returned(v).length;
  return { pass: n === args[0], body: () => returns(`${not ? "not " : ""}${show(args[0])}`, n, calls(v).calls.length) };
});
define("toHaveReturnedWith", "expected", (v, { args, not }) => {
  const all = returned(v);
  return {
    pass: holds(all, args[0]),
    body: () => {
      if (not) return `Expected mock function not to have returned: ${show(args[0])}\nBut it did.`;
      if (all.length === 1) return `Expected: ${show(args[0])}\nReceived: ${show(all[0])}`;
      return `Expected: ${show(args[0])}\nReceived: ${show(all)}\n\nNumber of calls: ${calls(v).calls.length}`;
    },
  };
});
define("toHaveLastReturnedWith", "expected", (v, { args, not }) => {
  const r = calls(v).results, last = r[r.length - 1];
  return {
    pass: last !== undefined && last.type === "return" && equals(last.value, args[0]),
    body: () => (last === undefined ? "The mock function was not called." : `Expected: ${not ? "not " : ""}${show(args[0])}\nReceived: ${show(last.value)}`),
  };
});
define("toHaveNthReturnedWith", "n, expected", (v, { args, not }) => {
  if (!NumberIsInteger(args[0]) || args[0] < 1) bad("toHaveNthReturnedWith() n must be a positive integer");
  const r = calls(v).results, it = r[args[0] - 1];
  return {
    pass: it !== undefined && it.type === "return" && equals(it.value, args[1]),
    body: () => (it === undefined ? `The mock function was called ${r.length} times.` : `Call #${args[0]}:\nExpected: ${not ? "not " : ""}${show(args[1])}\nReceived: ${show(it.value)}`),
  };
});
alias("toBeCalled", "toHaveBeenCalled");
alias("toBeCalledTimes", "toHaveBeenCalledTimes");
alias("toBeCalledWith", "toHaveBeenCalledWith");
alias("lastCalledWith", "toHaveBeenLastCalledWith");
alias("nthCalledWith", "toHaveBeenNthCalledWith");
alias("toReturn", "toHaveReturned");
alias("toReturnTimes", "toHaveReturnedTimes");
alias("toReturnWith", "toHaveReturnedWith");
alias("lastReturnedWith", "toHaveLastReturnedWith");
alias("nthReturnedWith", "toHaveNthReturnedWith");

// Snapshots.

function noNot(call: Call, name: string): void {
  if (call.not) bad(`Matcher error: ${name} is incompatible with .not`);
}
// snapshotText is received with what properties match in their place.
function withProperties(v: any, properties: any): any {
  if (properties === null || typeof properties !== "object") return v;
  if (typeof properties.asymmetricMatch === "function") return properties;
  if (v === null || typeof v !== "object") return v;
  const out: any = ArrayIsArray(v) ? ArrayPrototypeSlice(v) : ObjectAssign({}, v);
  const keys = ObjectKeys(properties);
  for (let i = 0; i < keys.length; i++) setOwn(out, keys[i]!, withProperties(v[keys[i]!], properties[keys[i]!]));
  return out;
}
function snapshotBody(want: string, got: string): () => string {
  return () => (StringPrototypeIncludes(want, "\n") || StringPrototypeIncludes(got, "\n") ? difference(want, got) : `Expected: ${want}\nReceived: ${got}`);
}
function thrownBy(v: any, call: Call): string {
  if (call.thrown === undefined) {
    if (typeof v !== "function") bad("Expected value must be a function");
    try {
      const r = settled(v());
      if (r === undefined || r[0] !== "rejected") return bad("Matcher error: Received function did not throw");
      return pretty((r[1] as any)?.message ?? r[1]);
    } catch (e: any) {
      return pretty(e?.message ?? e);
    }
  }
  return pretty(v?.message ?? v);
}
define("toMatchSnapshot", "expected", (v, call) => {
  noNot(call, "toMatchSnapshot");
  let [properties, hint] = [call.args[0], call.args[1]];
  if (typeof properties === "string") [properties, hint] = [undefined, properties];
  if (properties !== undefined && !matches(v, properties)) {
    return { pass: false, sig: "propertyMatchers", body: () => `Expected propertyMatchers to match properties from received object\n\nReceived: ${show(v)}` };
  }
  const got = pretty(withProperties(v, properties));
  const want = matchSnapshot(got, hint);
  return { pass: want === undefined, body: snapshotBody(want ?? "", got) };
});
define("toMatchInlineSnapshot", "expected", (v, call) => {
  noNot(call, "toMatchInlineSnapshot");
  let [properties, inline] = [call.args[0], call.args[1]];
  if (typeof properties === "string") [properties, inline] = [undefined, properties];
  if (properties !== undefined && !matches(v, properties)) {
    return { pass: false, sig: "propertyMatchers", body: () => `Expected propertyMatchers to match properties from received object\n\nReceived: ${show(v)}` };
  }
  const got = pretty(withProperties(v, properties));
  const want = matchInline(got, inline, properties !== undefined, "toMatchInlineSnapshot");
  return { pass: want === undefined, body: snapshotBody(want ?? "", got) };
});
define("toThrowErrorMatchingSnapshot", "hint", (v, call) => {
  noNot(call, "toThrowErrorMatchingSnapshot");
  const got = thrownBy(v, call);
  const want = matchSnapshot(got, call.args[0]);
  return { pass: want === undefined, body: snapshotBody(want ?? "", got) };
});
define("toThrowErrorMatchingInlineSnapshot", "expected", (v, call) => {
  noNot(call, "toThrowErrorMatchingInlineSnapshot");
  const got = thrownBy(v, call);
  const want = matchInline(got, call.args[0], false, "toThrowErrorMatchingInlineSnapshot");
  return { pass: want === undefined, body: snapshotBody(want ?? "", got) };
});

define("pass", "", (_v, { args }) => ({ pass: true, body: () => `${args[0] ?? "passes by .pass() assertion"}` }));

// settled is the state of a promise, after the jobs that wait were run; undefined: it is none, or it waits for more than jobs.
function settled(p: unknown): [state: string, value: unknown] | undefined {
  let s = host.promiseState(p);
  if (s === undefined) return undefined;
  if (s[0] === "pending") {
    host.drain();
    s = host.promiseState(p)!;
    if (s[0] === "pending") return undefined;
  }
  if (s[0] === "rejected") host.markHandled(p as Promise<unknown>);
  return s;
}

function count(): void {
  state.calls++;
  if (state.running !== undefined) state.running.assertions++;
}

class Expect {
  #value: any;
  #label: string | undefined;
  #not = false;
  #promise = ""; // "resolves", "rejects"

  constructor(value: unknown, label: string | undefined) {
    this.#value = value;
    this.#label = label;
  }
  #with(not: boolean, promise: string): Expect {
    const e = new Expect(this.#value, this.#label);
    e.#not = not;
    e.#promise = promise;
    return e;
  }
  get not(): Expect {
    return this.#with(!this.#not, this.#promise);
  }
  get resolves(): Expect {
    return this.#with(this.#not, "resolves");
  }
  get rejects(): Expect {
    return this.#with(this.#not, "rejects");
  }

  // run calls test with the received value: at once, or when its promise settles.
  static run(self: Expect, name: string, sig: string, test: (received: unknown, thrown: boolean) => unknown): unknown {
    count();
    const kind = self.#promise;
    if (kind === "") return test(self.#value, false);
    const fail = (body: string): never => Expect.fail(self, `expect(received).${kind}${self.#not ? ".not" : ""}.${name}(${sig})`, body);
    const value = self.#value;
    if (host.promiseState(value) === undefined) return fail(`Expected promise\nReceived: ${show(value)}`);
    const done = (s: [string, unknown]): unknown => {
      if (s[0] === "fulfilled" && kind === "rejects") return fail(`Expected promise that rejects\nReceived promise that resolved: Promise { <resolved> }`);
      if (s[0] === "rejected" && kind === "resolves") return fail(`Expected promise that resolves\nReceived promise that rejected: Promise { <rejected> }`);
      return test(s[1], s[0] === "rejected");
    };
    const s = settled(value);
    if (s !== undefined) return done(s);
    return waitFor(value, done);
  }
  static fail(self: Expect, title: string, body: string): never {
    throw new Error_(`${self.#label === undefined ? title : self.#label}\n\n${body}\n`);
  }
  static notOf(self: Expect): boolean {
    return self.#not;
  }
  static promiseOf(self: Expect): string {
    return self.#promise;
  }
}

async function waitFor(p: Promise<unknown>, done: (s: [string, unknown]) => unknown): Promise<unknown> {
  let s: [string, unknown];
  try {
    s = ["fulfilled", await p];
  } catch (e) {
    s = ["rejected", e];
  }
  return done(s);
}

function method(name: string, f: (this: Expect, ...args: any[]) => unknown): void {
  ObjectDefineProperty(f, "name", { __proto__: null, value: name, configurable: true } as any);
  ObjectDefineProperty(Expect.prototype, name, { __proto__: null, value: f, writable: true, configurable: true } as any);
}

const names = ObjectKeys(matchers);
for (let i = 0; i < names.length; i++) {
  const name = names[i]!, sig = matchers[name]![0], run = matchers[name]![1];
  method(name, function (this: Expect, ...args: any[]): unknown {
    return Expect.run(this, name, sig, (received, thrown) => {
      const not = Expect.notOf(this);
      const title = (s: string): string => `expect(received)${not ? ".not" : ""}.${name}(${s})`;
      const call: Call = { not, args, title };
      if (thrown) call.thrown = { value: received };
      const v = run(received, call);
      if (v.pass !== not) return undefined;
      return Expect.fail(this, title(v.sig ?? sig), v.body());
    });
  });
}
method("fail", function (this: Expect, message?: unknown): unknown {
  return Expect.run(this, "fail", "", () => {
    if (Expect.notOf(this)) return undefined;
    return Expect.fail(this, "expect(received).not.fail()", `${message ?? "fails by .fail() assertion"}`);
  });
});

// parameters are the names a matcher gives to what follows the received value.
function parameters(f: Function): string {
  const m = RegExpPrototypeExec(/\(([^)]*)\)/, FunctionPrototypeToString(f));
  if (m === null) return "";
  const parts = StringPrototypeSplit(m[1], ",") as string[], out: string[] = [];
  for (let i = 1; i < parts.length; i++) ArrayPrototypePush(out, StringPrototypeTrim(StringPrototypeSplit(parts[i], "=")[0]));
  return ArrayPrototypeJoin(out, ", ");
}

const utils = {
  stringify: (v: unknown) => pretty(v),
  printReceived: (v: unknown) => pretty(v),
  printExpected: (v: unknown) => pretty(v),
  diff: (a: unknown, b: unknown) => compared(a, b),
  RECEIVED_COLOR: (s: string) => s,
  EXPECTED_COLOR: (s: string) => s,
  matcherHint: (name: string, received = "received", expected = "expected", options: any = {}) =>
    `expect(${received})${options?.isNot ? ".not" : ""}${options?.promise ? `.${options.promise}` : ""}.${StringPrototypeReplaceAll(name, ".", "")}(${expected})`,
};

function extend(added: any): void {
  if (added === null || typeof added !== "object") throw new TypeError_("expect.extend requires an object");
  const keys = ObjectKeys(added);
  for (let i = 0; i < keys.length; i++) {
    const name = keys[i]!, f = added[name];
    if (typeof f !== "function") throw new TypeError_(`expect.extend: \`${name}\` is not a valid matcher. Must be a function, is "${typeof f}"`);
    const context = (self: Expect | undefined): object => ({
      isNot: self !== undefined && Expect.notOf(self),
      promise: self === undefined ? "" : Expect.promiseOf(self),
      expand: false,
      equals: (a: unknown, b: unknown) => equals(a, b),
      utils,
      currentTestName: state.running?.name,
      testPath: state.file,
    });
    method(name, function (this: Expect, ...args: any[]): unknown {
      return Expect.run(this, name, parameters(f), (received) => {
        const not = Expect.notOf(this);
        const judge = (r: any): undefined => {
          if (r === null || typeof r !== "object" || !("pass" in r)) {
            throw new Error_(`Unexpected return from matcher function \`${name}\`.\nMatcher functions should return an object in the following format:\n  {message?: string | function, pass: boolean}\n'${show(r)}' was returned`);
          }
          if (!!r.pass !== not) return undefined;
          const message = typeof r.message === "function" ? r.message() : (r.message ?? "No message was specified for this matcher.");
          const e = new Error_(`expect(received).${name}(${parameters(f)})\n\n${message}`);
          ErrorCaptureStackTrace(e);
          throw e;
        };
        const result: any = ReflectApply(f, context(this), [received, ...args]);
        if (host.promiseState(result) === undefined) return judge(result);
        const s = settled(result);
        if (s === undefined) return waitFor(result, (r) => judgeSettled(r, judge));
        return judgeSettled(s, judge);
      });
    });
    const asym = (...args: any[]): unknown => customAsymmetric(name, (v, a) => ReflectApply(f, context(undefined), [v, ...a]), args);
    setOwn(expect, name, asym);
    setOwn(expect.not, name, (...args: any[]) => customAsymmetric(`not.${name}`, (v, a) => {
      const r: any = ReflectApply(f, context(undefined), [v, ...a]);
      return { pass: !r?.pass };
    }, args));
  }
}

function judgeSettled(s: [string, unknown], judge: (r: unknown) => undefined): undefined {
  if (s[0] === "rejected") throw s[1];
  return judge(s[1]);
}

// expect makes an assertion about a value; label takes the place of a message's first line.
export const expect: any = {
  expect(value?: unknown, label?: string): Expect {
    return new Expect(value, label);
  },
}.expect;

class UnreachableError extends Error_ {}
ObjectDefineProperty(UnreachableError.prototype, "name", { __proto__: null, value: "UnreachableError", writable: true, configurable: true } as any);

const statics = {
  extend,
  assertions(n: unknown): void {
    if (!NumberIsSafeInteger(n) || (n as number) < 0) bad(`Expected value must be a non-negative integer: ${show(n)}`);
    if (state.running !== undefined) state.running.expected = n as number;
  },
  hasAssertions(): void {
    if (state.running !== undefined) state.running.any = true;
  },
  unreachable(message: unknown = "reached unreachable code"): never {
    throw message instanceof Error_ ? message : new UnreachableError(`${message as any}`);
  },
  addEqualityTesters(list: any): void {
    for (let i = 0; i < list.length; i++) ArrayPrototypePush(testers, list[i]);
  },
  addSnapshotSerializer(): never {
    return bad("addSnapshotSerializer is not available: snapshots have the format of Bun's");
  },
};
ObjectAssign(expect, asymmetric, statics);
setOwn(expect, "not", ObjectAssign({}, notAsymmetric));

// expectTypeOf checks types, which only a compiler does: everything of it does nothing.
export const expectTypeOf: any = (() => {
  const nothing: any = new Proxy(function () {}, {
    get: (_t, key) => (key === "then" || typeof key === "symbol" ? undefined : nothing),
    apply: () => nothing,
  });
  return () => nothing;
})();
