// assert.CallTracker.

import { ArrayPrototypePush, ArrayPrototypeSlice, Error_, ObjectDefineProperty, ReflectApply, SafeWeakMap, SafeSet, TypeError_, setValues } from "../primordials.ts";
import { AssertionError } from "./assertion_error.ts";
import { coded, invalidArgValue, validateInteger } from "./errors.ts";

interface Check {
  expected: number;
  calls: { thisArg: unknown; arguments: unknown[] }[];
  name: string;
  stack: Error;
}

export class CallTracker {
  #checks: Set<Check> = new SafeSet();
  #tracked: WeakMap<object, Check> = new SafeWeakMap();

  #check(fn: any): Check {
    const c = typeof fn === "function" ? this.#tracked.get(fn) : undefined;
    if (c === undefined) throw invalidArgValue("tracked", fn, "is not a tracked function");
    return c;
  }
  reset(fn?: any): void {
    if (fn !== undefined) {
      this.#check(fn).calls = [];
      return;
    }
    const all = setValues(this.#checks);
    for (let i = 0; i < all.length; i++) all[i]!.calls = [];
  }
  getCalls(fn: any): any[] {
    return ArrayPrototypeSlice(this.#check(fn).calls);
  }
  calls(fn?: any, expected: any = 1): any {
    if (typeof fn === "number") {
      expected = fn;
      fn = () => {};
    } else if (fn === undefined) fn = () => {};
    validateInteger(expected, "expected", 1);
    if (typeof fn !== "function") throw coded(TypeError_, "ERR_INVALID_ARG_TYPE", 'The "fn" argument must be of type function.');
    const check: Check = { expected, calls: [], name: fn.name || "calls", stack: new Error_() };
    this.#checks.add(check);
    const tracked = function (this: unknown, ...args: any[]): any {
      ArrayPrototypePush(check.calls, { thisArg: this, arguments: args });
      return ReflectApply(fn, this, args);
    };
    ObjectDefineProperty(tracked, "length", { __proto__: null, value: fn.length, configurable: true } as any);
    ObjectDefineProperty(tracked, "name", { __proto__: null, value: fn.name, configurable: true } as any);
    this.#tracked.set(tracked, check);
    return tracked;
  }
  report(): any[] {
    const out: any[] = [];
    const all = setValues(this.#checks);
    for (let i = 0; i < all.length; i++) {
      const c = all[i]!;
      if (c.calls.length === c.expected) continue;
      ArrayPrototypePush(out, {
        message: `Expected the ${c.name} function to be executed ${c.expected} time(s) but was executed ${c.calls.length} time(s).`,
        actual: c.calls.length, expected: c.expected, operator: c.name, stack: c.stack,
      });
    }
    return out;
  }
  verify(): void {
    const errors = this.report();
    if (errors.length === 0) return;
    throw new AssertionError({ message: errors.length === 1 ? errors[0].message : "Functions were not called the expected number of times", details: errors });
  }
}
