// Mock functions, spies and what else bun:test calls jest and vi.

import {
  ArrayPrototypePush, ArrayPrototypeShift, ErrorCaptureStackTrace, Error_, ObjectAssign, ObjectDefineProperty, ObjectGetOwnPropertyDescriptor,
  ObjectGetPrototypeOf, PromiseReject, PromiseResolve, ReflectApply, SafeSet, SafeWeakMap, TypeError_, setValues, DateNow, Date_,
} from "../primordials.ts";
import { mockKey, mockModule } from "../modules.ts";
import { Clock, timeOf } from "./clock.ts";
import { state } from "./state.ts";

interface Mock {
  calls: any[][];
  results: { type: string; value: unknown }[];
  contexts: any[];
  instances: any[];
  invocationCallOrder: number[];
  lastCall?: any[];
}

interface Data {
  mock: Mock;
  implementation: ((...args: any[]) => any) | undefined;
  shown: ((...args: any[]) => any) | undefined; // what getMockImplementation tells
  once: ((...args: any[]) => any)[];
  name: string;
  restore: (() => void) | undefined; // of a spy
}

const datas: WeakMap<object, Data> = new SafeWeakMap();
const all: Set<any> = new SafeSet(); // every mock function
const spies: Set<any> = new SafeSet(); // those to restore

let order = 0;

// mockOf is what a mock function recorded; undefined for another value.
export function mockOf(v: unknown): Mock | undefined {
  return typeof v === "function" ? datas.get(v)?.mock : undefined;
}

function fresh(): Mock {
  const m: any = { calls: [], results: [], contexts: [], instances: [], invocationCallOrder: [] };
  ObjectDefineProperty(m, "lastCall", {
    __proto__: null,
    get: () => m.calls[m.calls.length - 1],
    enumerable: true,
    configurable: true,
  } as any);
  return m;
}

function make(base: ((...args: any[]) => any) | undefined): any {
  const data: Data = { mock: fresh(), implementation: base, shown: base, once: [], name: base?.name || "", restore: undefined };
  // A method: as in Bun, it is no constructor.
  const f: any = {
    mock(this: any, ...args: any[]): unknown {
      const m = data.mock;
      ArrayPrototypePush(m.calls, args);
      ArrayPrototypePush(m.contexts, this);
      ArrayPrototypePush(m.invocationCallOrder, ++order);
      const result = { type: "incomplete", value: undefined as unknown };
      ArrayPrototypePush(m.results, result);
      const run = data.once.length > 0 ? (ArrayPrototypeShift(data.once) as any) : data.implementation;
      try {
        const value = run === undefined ? undefined : ReflectApply(run, this, args);
        result.type = "return";
        result.value = value;
        return value;
      } catch (e) {
        result.type = "throw";
        result.value = e;
        throw e;
      }
    },
  }.mock;
  ObjectDefineProperty(f, "name", { __proto__: null, value: data.name, configurable: true } as any);
  ObjectDefineProperty(f, "length", { __proto__: null, value: base?.length ?? 0, configurable: true } as any);
  datas.set(f, data);
  all.add(f);
  ObjectDefineProperty(f, "mock", { __proto__: null, get: () => data.mock, enumerable: false, configurable: true } as any);
  const always = (g: any): any => {
    data.implementation = g;
    data.shown = undefined;
    return f;
  };
  const methods: any = {
    mockClear() {
      data.mock = fresh();
      return f;
    },
    mockReset() {
      data.mock = fresh();
      data.once = [];
      data.implementation = undefined;
      data.shown = undefined;
      return f;
    },
    mockRestore() {
      methods.mockReset();
      if (data.restore !== undefined) data.restore();
      return f;
    },
    mockImplementation(g: any) {
      data.implementation = g;
      data.shown = g;
      return f;
    },
    mockImplementationOnce(g: any) {
      ArrayPrototypePush(data.once, g);
      return f;
    },
    mockReturnValue: (v: unknown) => always(() => v),
    mockReturnValueOnce: (v: unknown) => methods.mockImplementationOnce(() => v),
    mockResolvedValue: (v: unknown) => always(() => PromiseResolve(v)),
    mockResolvedValueOnce: (v: unknown) => methods.mockImplementationOnce(() => PromiseResolve(v)),
    mockRejectedValue: (v: unknown) => always(() => PromiseReject(v)),
    mockRejectedValueOnce: (v: unknown) => methods.mockImplementationOnce(() => PromiseReject(v)),
    mockReturnThis: () =>
      always(function (this: unknown) {
        return this;
      }),
    mockName(name: string) {
      data.name = name;
      ObjectDefineProperty(f, "name", { __proto__: null, value: `${name}`, configurable: true } as any);
      return f;
    },
    getMockName: () => data.name,
    getMockImplementation: () => data.shown,
    withImplementation(g: any, callback: any) {
      const was = data.implementation, once = data.once;
      data.implementation = g;
      data.once = [];
      const back = (): void => {
        data.implementation = was;
        data.once = once;
      };
      let r: any;
      try {
        r = callback();
      } catch (e) {
        back();
        throw e;
      }
      if (host.promiseState(r) === undefined) {
        back();
        return undefined;
      }
      return (async () => {
        try {
          await r;
        } finally {
          back();
        }
      })();
    },
  };
  const keys = Object.keys(methods);
  for (let i = 0; i < keys.length; i++) ObjectDefineProperty(f, keys[i]!, { __proto__: null, value: methods[keys[i]!], writable: true, configurable: true } as any);
  ObjectDefineProperty(f, Symbol.dispose, { __proto__: null, value: () => methods.mockRestore(), configurable: true } as any);
  return f;
}

// mock makes a mock function of a function, or of a value that it returns.
export const mock: any = {
  fn(base?: any): any {
    if (base !== undefined && typeof base !== "function") return make(() => base);
    return make(base);
  },
}.fn;

// spyOn replaces a method, or an accessor's value, by a mock function that calls it.
export function spyOn(object: any, key: PropertyKey): any {
  if ((typeof object !== "object" && typeof object !== "function") || object === null) throw new TypeError_("spyOn(target, prop) expects a target object and a property key");
  const own = ObjectGetOwnPropertyDescriptor(object, key);
  let d = own;
  for (let o = object; d === undefined && o !== null; o = ObjectGetPrototypeOf(o)) d = ObjectGetOwnPropertyDescriptor(o, key);
  const was = object[key];
  if (typeof was === "function" && datas.has(was)) return was;
  const f = make(typeof was === "function" ? was : d === undefined ? undefined : () => was);
  if (own !== undefined && !own.configurable && !own.writable) throw new TypeError_(`Cannot spy the ${String(key)} property because it is read only`);
  const accessor = d !== undefined && typeof was !== "function";
  if (accessor) ObjectDefineProperty(object, key, { __proto__: null, get: f, set: d!.set, enumerable: d!.enumerable, configurable: true } as any);
  else if (own !== undefined && !own.configurable) object[key] = f;
  else ObjectDefineProperty(object, key, { __proto__: null, value: f, writable: true, enumerable: d?.enumerable ?? true, configurable: true } as any);
  const data = datas.get(f)!;
  data.restore = () => {
    spies.delete(f);
    data.restore = undefined;
    if (own === undefined) delete object[key];
    else if (own.configurable || accessor) ObjectDefineProperty(object, key, own);
    else object[key] = was;
  };
  spies.add(f);
  return f;
}

function restoreAll(): void {
  const list = setValues(spies);
  for (let i = list.length - 1; i >= 0; i--) (list[i] as any).mockRestore();
}
function clearAll(): void {
  const list = setValues(all);
  for (let i = 0; i < list.length; i++) (list[i] as any).mockClear();
}
function resetAll(): void {
  const list = setValues(all);
  for (let i = 0; i < list.length; i++) (list[i] as any).mockReset();
}

// callerFile is the file whose code called into the library.
export function callerPlace(): [file: string, line: number, column: number] | undefined {
  const holder: { stack?: string } = {};
  ErrorCaptureStackTrace(holder);
  const m = /\n\s+at (?:.*\()?(?:file:\/\/)?(\/.*?)(?:\?run=\d+)?:(\d+):(\d+)\)?(?:\n|$)/.exec(`\n${holder.stack}`);
  return m === null ? undefined : [m[1]!, +m[2]!, +m[3]!];
}

function moduleOf(specifier: string, factory: any): unknown {
  if (typeof specifier !== "string") throw new TypeError_("mock(module, fn) requires a module name string");
  if (typeof factory !== "function") throw new TypeError_("mock(module, fn) requires a function");
  const place = callerPlace();
  const key = mockKey(specifier, place === undefined ? state.file : place[0]);
  const use = (exports: any): void => {
    if (exports === null || typeof exports !== "object") throw new TypeError_("mock(module, fn) requires a function that returns an object");
    mockModule(key, exports);
  };
  const made = factory();
  if (host.promiseState(made) === undefined) return use(made);
  return (async () => use(await made))();
}

ObjectAssign(mock, { module: moduleOf, restore: restoreAll, clearAllMocks: clearAll });

// Time.

const clock = new Clock();
const timerApis = ["Date", "setTimeout", "setInterval", "setImmediate"];
let frozenOnly = false; // only Date is set

export function setSystemTime(time?: unknown): void {
  if (time === undefined) {
    if (clock.installed && !frozenOnly) clock.now = DateNow();
    else clock.uninstall();
    return;
  }
  const now = timeOf(time);
  if (clock.installed) clock.now = now;
  else {
    frozenOnly = true;
    clock.install(["Date"], now);
  }
}

function needTimers(name: string): void {
  if (!clock.installed || frozenOnly) throw new Error_(`Fake timers are not active. Call useFakeTimers() before ${name}().`);
}

const timers: any = {
  useFakeTimers(options?: any) {
    const now = options?.now === undefined ? (clock.installed ? clock.now : DateNow()) : timeOf(options.now);
    clock.uninstall();
    frozenOnly = false;
    clock.install(timerApis, now);
    return jest;
  },
  useRealTimers() {
    clock.uninstall();
    return jest;
  },
  isFakeTimers: () => clock.installed && !frozenOnly,
  setSystemTime(time?: unknown) {
    setSystemTime(time);
    return jest;
  },
  getRealSystemTime: () => DateNow(),
  now: () => (clock.installed ? clock.now : Date_.now()),
  getTimerCount: () => clock.count,
  clearAllTimers() {
    clock.clear();
    return jest;
  },
  advanceTimersByTime(ms: number) {
    needTimers("advanceTimersByTime");
    clock.advance(+ms || 0);
    return jest;
  },
  advanceTimersToNextTimer(steps = 1) {
    needTimers("advanceTimersToNextTimer");
    for (let i = 0; i < steps; i++) clock.toNext();
    return jest;
  },
  runAllTimers() {
    needTimers("runAllTimers");
    clock.all();
    return jest;
  },
  runOnlyPendingTimers() {
    needTimers("runOnlyPendingTimers");
    clock.pending();
    return jest;
  },
};

export const jest: any = {
  fn: mock,
  spyOn,
  mock: moduleOf,
  restoreAllMocks: restoreAll,
  clearAllMocks: clearAll,
  resetAllMocks: resetAll,
  setTimeout: (ms: number) => setTimeoutDefault(ms),
  ...timers,
};
export const vi: any = { ...jest, module: moduleOf };

let setTimeoutDefault: (ms: number) => void = () => undefined;
export function onSetTimeout(f: (ms: number) => void): void {
  setTimeoutDefault = f;
}

