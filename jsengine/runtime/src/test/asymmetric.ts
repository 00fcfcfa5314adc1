// expect.any and its like: values that equal many.

import {
  ArrayIsArray, ArrayPrototypeJoin, ArrayPrototypePush, MathAbs, MathPow, ObjectKeys, RegExp_, RegExpPrototypeExec, ReflectApply, StringPrototypeIncludes,
} from "../primordials.ts";
import { deepEqual, type Mode } from "../node/deep_equal.ts";

// Asymmetric equals what its test says.
export class Asymmetric {
  #test: (v: any) => boolean;
  #text: (print: (v: unknown) => string) => string;

  constructor(test: (v: any) => boolean, text: (print: (v: unknown) => string) => string) {
    this.#test = test;
    this.#text = text;
  }
  asymmetricMatch(v: unknown): boolean {
    return this.#test(v);
  }
  toAsymmetricMatcher(): string {
    return this.#text((x) => `${x as any}`);
  }
  static textOf(v: object, print: (v: unknown) => string): string | undefined {
    return #text in v ? (v as Asymmetric).#text(print) : undefined;
  }
}

export function asymmetricText(v: object, print: (v: unknown) => string): string | undefined {
  return Asymmetric.textOf(v, print);
}

function isAsymmetric(v: any): boolean {
  return v !== null && typeof v === "object" && typeof v.asymmetricMatch === "function";
}

// Tests of equality that a program added with expect.addEqualityTesters.
export const testers: ((a: unknown, b: unknown) => boolean | undefined)[] = [];

function special(a: any, b: any): boolean | undefined {
  const x = isAsymmetric(a), y = isAsymmetric(b);
  if (y && !x) return !!b.asymmetricMatch(a);
  if (x && !y) return !!a.asymmetricMatch(b);
  for (let i = 0; i < testers.length; i++) {
    const r = ReflectApply(testers[i]!, { equals }, [a, b, testers]);
    if (r !== undefined) return !!r;
  }
  return undefined;
}

export function equals(a: unknown, b: unknown, mode: Mode = "bun"): boolean {
  return deepEqual(a, b, mode, special);
}

// matches reports whether received has all that expected has, at any depth.
export function matches(received: any, expected: any): boolean {
  if (isAsymmetric(expected)) return !!expected.asymmetricMatch(received);
  if (expected === null || typeof expected !== "object" || received === null || typeof received !== "object") return equals(received, expected);
  if (ArrayIsArray(expected)) {
    if (!ArrayIsArray(received) || received.length !== expected.length) return false;
    for (let i = 0; i < expected.length; i++) if (!matches(received[i], expected[i])) return false;
    return true;
  }
  const kind = host.classOf(expected);
  if (kind !== "Object") return equals(received, expected);
  const keys = ObjectKeys(expected);
  for (let i = 0; i < keys.length; i++) {
    if (!(keys[i]! in received) || !matches(received[keys[i]!], expected[keys[i]!])) return false;
  }
  return true;
}

function isA(v: any, Class: any): boolean {
  switch (Class) {
    case String:
      return typeof v === "string" || v instanceof String;
    case Number:
      return typeof v === "number" || v instanceof Number;
    case Boolean:
      return typeof v === "boolean" || v instanceof Boolean;
    case BigInt:
      return typeof v === "bigint";
    case Symbol:
      return typeof v === "symbol";
    case Function:
      return typeof v === "function";
    case Object:
      return typeof v === "object" && v !== null;
    case Array:
      return ArrayIsArray(v);
  }
  return v instanceof Class;
}

function has(list: any, v: unknown): boolean {
  if (!ArrayIsArray(list)) return false;
  for (let i = 0; i < list.length; i++) if (equals(list[i], v)) return true;
  return false;
}

function makers(not: boolean): Record<string, (...args: any[]) => Asymmetric> {
  const make = (test: (v: any) => boolean, text: (print: (v: unknown) => string) => string): Asymmetric =>
    not ? new Asymmetric((v) => !test(v), (p) => `Not${text(p)}`) : new Asymmetric(test, text);
  return {
    any(Class: any): Asymmetric {
      if (typeof Class !== "function") throw new TypeError("any() expects to be passed a constructor function. Please pass one or use anything() to match any object.");
      return make((v) => isA(v, Class), () => `Any<${Class.name}>`);
    },
    anything: () => make((v) => v !== null && v !== undefined, () => "Anything"),
    arrayContaining: (want: unknown[]) =>
      make((v) => {
        for (let i = 0; i < want.length; i++) if (!has(v, want[i])) return false;
        return ArrayIsArray(v);
      }, (p) => `ArrayContaining ${p(want)}`),
    objectContaining: (want: any) => make((v) => {
      if (v === null || typeof v !== "object") return false;
      const keys = ObjectKeys(want);
      for (let i = 0; i < keys.length; i++) if (!(keys[i]! in v) || !equals(v[keys[i]!], want[keys[i]!])) return false;
      return true;
    }, (p) => `ObjectContaining ${p(want)}`),
    stringContaining: (want: string) => make((v) => typeof v === "string" && StringPrototypeIncludes(v, want), (p) => `StringContaining ${p(want)}`),
    stringMatching: (want: any) =>
      make((v) => typeof v === "string" && RegExpPrototypeExec(new RegExp_(want), v) !== null, (p) => `StringMatching ${p(want)}`),
    closeTo: (want: number, digits = 2) =>
      make((v) => typeof v === "number" && (v === want || MathAbs(v - want) < MathPow(10, -digits) / 2), (p) => `NumberCloseTo ${p(want)} (${digits} digits)`),
  };
}

export const asymmetric = makers(false);
export const notAsymmetric = makers(true);

// customAsymmetric makes expect.name(...) of a matcher that a program added.
export function customAsymmetric(name: string, run: (v: unknown, args: unknown[]) => any, args: unknown[]): Asymmetric {
  return new Asymmetric((v) => {
    const r = run(v, args);
    return !!(r && r.pass);
  }, (print) => {
    const parts: string[] = [];
    for (let i = 0; i < args.length; i++) ArrayPrototypePush(parts, print(args[i]));
    return `${name}<${ArrayPrototypeJoin(parts, ", ")}>`;
  });
}
