// node:test's mock.

import {
  ArrayIsArray, ArrayPrototypePush, ArrayPrototypeSlice, ErrorCaptureStackTrace, Error_, ObjectDefineProperty, ObjectGetOwnPropertyDescriptor, ObjectGetPrototypeOf,
  Proxy_, ReflectApply, ReflectConstruct, ReflectGet, SafeMap, SafeWeakMap,
} from "../primordials.ts";
import { coded, invalidArgType, invalidArgValue, validateFunction, validateInteger, validateObject } from "../node/errors.ts";
import { inspectAs } from "../inspect.ts";
import { Clock, timeOf } from "./clock.ts";

interface State {
  calls: object[];
  implementation: any;
  original: any;
  once: Map<number, any>;
  restore: (() => void) | undefined;
  times: number;
}
const states: WeakMap<object, State> = new SafeWeakMap();

export class MockFunctionContext {
  get calls(): object[] {
    return ArrayPrototypeSlice(states.get(this)!.calls);
  }
  callCount(): number {
    return states.get(this)!.calls.length;
  }
  mockImplementation(implementation: any): void {
    validateFunction(implementation, "implementation");
    states.get(this)!.implementation = implementation;
  }
  mockImplementationOnce(implementation: any, onCall?: number): void {
    validateFunction(implementation, "implementation");
    const s = states.get(this)!, next = s.calls.length;
    const call = onCall ?? next;
    validateInteger(call, "onCall", next);
    s.once.set(call, implementation);
  }
  restore(): void {
    const s = states.get(this)!;
    if (s.restore !== undefined) s.restore();
    s.restore = undefined;
    s.implementation = s.original;
  }
  resetCalls(): void {
    states.get(this)!.calls = [];
  }
}

function nextImplementation(s: State): any {
  const n = s.calls.length;
  const once = s.once.get(n);
  if (once !== undefined) {
    s.once.delete(n);
    return once;
  }
  if (n >= s.times) return s.original;
  return s.implementation;
}

function makeMock(original: any, implementation: any, times: number): { fn: any; context: MockFunctionContext; state: State } {
  const context = new MockFunctionContext();
  const s: State = { calls: [], implementation, original, once: new SafeMap(), restore: undefined, times };
  states.set(context, s);
  const record = (args: unknown[], target: unknown, self: unknown, run: () => unknown): unknown => {
    let result: unknown, error: unknown, thrown = false;
    try {
      result = run();
    } catch (e) {
      thrown = true;
      error = e;
    }
    const stack = new Error_();
    ErrorCaptureStackTrace(stack);
    ArrayPrototypePush(s.calls, { arguments: args, error, result, stack, target, this: target === undefined ? self : result });
    if (thrown) throw error;
    return result;
  };
  const fn = new Proxy_(original, {
    __proto__: null,
    apply(_t: any, self: unknown, args: unknown[]): unknown {
      const f = nextImplementation(s);
      return record(args, undefined, self, () => ReflectApply(f, self, args));
    },
    construct(_t: any, args: unknown[], target: any): any {
      const f = nextImplementation(s);
      return record(args, target, undefined, () => ReflectConstruct(f, args, target));
    },
    get(t: any, key: PropertyKey, receiver: unknown): unknown {
      return key === "mock" ? context : ReflectGet(t, key, receiver);
    },
  } as any);
  return { fn, context, state: s };
}

const timerNames = ["setInterval", "setTimeout", "setImmediate", "Date"];

export class MockTimers {
  #clock = new Clock();

  enable(options: any = {}): void {
    validateObject(options, "options");
    if (this.#clock.installed) throw coded(Error_, "ERR_INVALID_STATE", "Invalid state: MockTimers is already enabled!");
    const { now = 0, apis = timerNames } = options;
    if (!ArrayIsArray(apis)) throw invalidArgType("options.apis", "Array", apis);
    for (let i = 0; i < apis.length; i++) {
      let known = false;
      for (let j = 0; j < timerNames.length; j++) if (timerNames[j] === apis[i]) known = true;
      if (!known) throw invalidArgValue("options.apis", apis[i], `option ${apis[i]} is not supported`);
    }
    this.#clock.install(apis, timeOf(now));
  }
  #needed(): void {
    if (!this.#clock.installed) {
      throw coded(Error_, "ERR_INVALID_STATE", "Invalid state: You should enable MockTimers first by calling the .enable function");
    }
  }
  tick(time = 1): void {
    this.#needed();
    if (time < 0) throw invalidArgValue("time", "positive integer", `${time}`);
    this.#clock.advance(time);
  }
  runAll(): void {
    this.#needed();
    this.#clock.all();
  }
  setTime(time = 0): void {
    this.#needed();
    if (typeof time !== "number") throw invalidArgType("time", "number", time);
    if (time < 0) throw invalidArgValue("time", time, "must be a positive integer");
    const d = time - this.#clock.now;
    if (d > 0) this.#clock.advance(d);
    else this.#clock.now = time;
  }
  reset(): void {
    if (this.#clock.installed) this.#clock.uninstall();
  }
}

interface MethodOptions {
  getter?: boolean;
  setter?: boolean;
  times?: number;
}

export class MockTracker {
  #mocks: MockFunctionContext[] = [];
  #timers: MockTimers | undefined;

  get timers(): MockTimers {
    return (this.#timers ??= new MockTimers());
  }
  fn(original: any = function () {}, implementation: any = original, options: any = {}): any {
    if (original !== null && typeof original === "object") {
      options = original;
      original = function () {};
      implementation = original;
    } else if (implementation !== null && typeof implementation === "object") {
      options = implementation;
      implementation = original;
    }
    validateFunction(original, "original");
    validateFunction(implementation, "implementation");
    validateObject(options, "options");
    const times = options.times ?? Infinity;
    if (times !== Infinity) validateInteger(times, "options.times", 1);
    const m = makeMock(original, implementation, times);
    ArrayPrototypePush(this.#mocks, m.context);
    return m.fn;
  }
  method(object: any, name: any, implementation?: any, options: MethodOptions = {}): any {
    if (typeof name !== "string" && typeof name !== "symbol") throw invalidArgType("methodName", ["string", "symbol"], name);
    if (typeof object !== "function") validateObject(object, "object");
    if (implementation !== null && typeof implementation === "object") {
      options = implementation;
      implementation = undefined;
    }
    validateObject(options, "options");
    const { getter = false, setter = false, times = Infinity } = options;
    if (getter && setter) throw invalidArgValue("options.setter", setter, "cannot be used with 'options.getter'");
    const own = ObjectGetOwnPropertyDescriptor(object, name);
    let d = own;
    for (let o = object; d === undefined && o !== null; o = ObjectGetPrototypeOf(o)) d = ObjectGetOwnPropertyDescriptor(o, name);
    const original: any = getter ? d?.get : setter ? d?.set : d?.value;
    if (typeof original !== "function") throw invalidArgValue("methodName", original, "must be a method");
    if (implementation === undefined) implementation = original;
    validateFunction(implementation, "implementation");
    if (times !== Infinity) validateInteger(times, "options.times", 1);
    const m = makeMock(original, implementation, times);
    ArrayPrototypePush(this.#mocks, m.context);
    const next: any = { __proto__: null, configurable: d!.configurable, enumerable: d!.enumerable };
    if (getter || setter) {
      next.get = getter ? m.fn : d!.get;
      next.set = setter ? m.fn : d!.set;
    } else {
      next.value = m.fn;
      next.writable = d!.writable;
    }
    ObjectDefineProperty(object, name, next);
    m.state.restore = () => {
      if (own === undefined) delete object[name];
      else ObjectDefineProperty(object, name, own);
    };
    return m.fn;
  }
  getter(object: any, name: any, implementation?: any, options: any = {}): any {
    if (implementation !== null && typeof implementation === "object") return this.getter(object, name, undefined, implementation);
    if (options.getter === false) throw invalidArgValue("options.getter", options.getter, "cannot be false");
    return this.method(object, name, implementation, { ...options, getter: true });
  }
  setter(object: any, name: any, implementation?: any, options: any = {}): any {
    if (implementation !== null && typeof implementation === "object") return this.setter(object, name, undefined, implementation);
    if (options.setter === false) throw invalidArgValue("options.setter", options.setter, "cannot be false");
    return this.method(object, name, implementation, { ...options, setter: true });
  }
  // reset restores everything and forgets it.
  reset(): void {
    this.restoreAll();
    if (this.#timers !== undefined) this.#timers.reset();
    this.#mocks = [];
  }
  restoreAll(): void {
    for (let i = this.#mocks.length - 1; i >= 0; i--) this.#mocks[i]!.restore();
  }
}

inspectAs(MockTracker, "MockTracker", () => ({}));
