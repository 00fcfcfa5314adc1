// node:events.

import {
  ArrayPrototypePush, ArrayPrototypeShift, ArrayPrototypeSlice, ArrayPrototypeSplice, ArrayPrototypeUnshift, Error_, FunctionPrototypeCall,
  ObjectDefineProperty, ObjectGetPrototypeOf, PromiseReject, PromiseResolve, ReflectApply, ReflectOwnKeys, String_,
  SymbolAsyncDispose, SymbolAsyncIterator, SymbolDispose, SymbolFor, Symbol_, SafeWeakMap, plain, setOwn, then, withResolvers, hide,
} from "../primordials.ts";
import { tidy } from "./names.ts";
import { register } from "../modules.ts";
import { inspect } from "./inspect.ts";
import { abortError, coded, invalidArgType, validateAbortSignal, validateFunction, validateInteger, validateNumber } from "./errors.ts";
import { targetListeners } from "../events.ts";
import { emitWarning } from "../process.ts";
import { nextTick } from "../timers.ts";

const kCapture: unique symbol = Symbol_("kCapture") as any;
const kShapeMode: unique symbol = Symbol_("shapeMode") as any; // Node's: whether a class made _events itself; programs print it
const kErrorMonitor: unique symbol = Symbol_("events.errorMonitor") as any;
const kRejection = SymbolFor("nodejs.rejection");
const kWarned = Symbol_("warned");

let defaultMax = 10;
let captureDefault = false;

// EventEmitter is a function, not a class: older code calls it on its own objects.
export const EventEmitter: any = function EventEmitter(this: any, options?: any) {
  init(this, options);
};

function init(self: any, options?: any): void {
  const proto = ObjectGetPrototypeOf(self);
  if (self._events === undefined || (proto !== null && self._events === proto._events)) {
    setOwn(self, kShapeMode, false);
    setOwn(self, "_events", plain());
    setOwn(self, "_eventsCount", 0);
  } else setOwn(self, kShapeMode, true);
  setOwn(self, "_maxListeners", self._maxListeners || undefined);
  if (options?.captureRejections !== undefined) {
    if (typeof options.captureRejections !== "boolean") throw invalidArgType("options.captureRejections", "boolean", options.captureRejections);
    setOwn(self, kCapture, options.captureRejections);
  } else setOwn(self, kCapture, captureDefault);
}

function events(self: any): any {
  let e = self._events;
  if (e === undefined) {
    e = plain();
    setOwn(self, "_events", e);
    setOwn(self, "_eventsCount", 0);
  }
  return e;
}

function maxOf(self: any): number {
  return self._maxListeners === undefined ? defaultMax : self._maxListeners;
}

function checkListener(listener: unknown): void {
  validateFunction(listener, "listener");
}

// process is told of what is listened to on it, whatever programs did to the events about that.
let observed: any;
let listened: (type: PropertyKey) => void;
let unlistened: (type: PropertyKey) => void;
export function observe(emitter: any, on: typeof listened, off: typeof unlistened): void {
  observed = emitter;
  listened = on;
  unlistened = off;
}

function add(self: any, type: PropertyKey, listener: any, prepend: boolean): any {
  checkListener(listener);
  if (self === observed) listened(type);
  let e = events(self);
  if (e.newListener !== undefined) {
    self.emit("newListener", type, listener.listener ?? listener);
    e = events(self);
  }
  const old = e[type];
  if (old === undefined) {
    e[type] = listener;
    ++self._eventsCount;
    return self;
  }
  let list = old;
  if (typeof old === "function") list = e[type] = prepend ? [listener, old] : [old, listener];
  else if (prepend) ArrayPrototypeUnshift(old, listener);
  else ArrayPrototypePush(old, listener);
  const max = maxOf(self);
  if (max > 0 && list.length > max && !list[kWarned]) {
    hide(list, kWarned, true);
    const name = self.constructor?.name ?? "EventEmitter";
    const w: any = new Error_(`Possible EventEmitter memory leak detected. ${list.length} ${String_(type)} listeners added to [${name}]. MaxListeners is ${max}. Use emitter.setMaxListeners() to increase limit`);
    hide(w, "name", "MaxListenersExceededWarning");
    setOwn(w, "emitter", self);
    setOwn(w, "type", type);
    setOwn(w, "count", list.length);
    emitWarning(w);
  }
  return self;
}

function once(self: any, type: PropertyKey, listener: any): any {
  validateFunction(listener, "listener");
  let fired = false;
  const name = "bound onceWrapper"; // Node's, which programs print
  const wrapped: any = { [name]: function (...args: any[]) {
    if (fired) return undefined;
    fired = true;
    self.removeListener(type, wrapped);
    return ReflectApply(listener, self, args);
  } }[name];
  setOwn(wrapped, "listener", listener);
  return wrapped;
}

function caught(self: any, result: any, type: PropertyKey, args: any[]): void {
  let method: any;
  try {
    method = result.then;
    if (typeof method !== "function") return;
    FunctionPrototypeCall(method, result, undefined, (err: unknown) => {
      nextTick(() => {
        const own = self[kRejection];
        if (typeof own === "function") {
          const all: any[] = [err, type];
          for (let i = 0; i < args.length; i++) ArrayPrototypePush(all, args[i]);
          ReflectApply(own, self, all);
          return;
        }
        const prev = self[kCapture];
        try {
          setOwn(self, kCapture, false);
          self.emit("error", err);
        } finally {
          setOwn(self, kCapture, prev);
        }
      });
    });
  } catch (err) {
    self.emit("error", err);
  }
}

const proto: any = EventEmitter.prototype;

function method(o: any, name: PropertyKey, fn: any): void {
  ObjectDefineProperty(fn, "name", { __proto__: null, value: typeof name === "string" ? name : "", configurable: true } as any);
  ObjectDefineProperty(o, name, { __proto__: null, value: fn, writable: true, configurable: true, enumerable: true } as any);
}

setOwn(proto, "_events", undefined);
setOwn(proto, "_eventsCount", 0);
setOwn(proto, "_maxListeners", undefined);

method(proto, "setMaxListeners", function setMaxListeners(this: any, n: number) {
  validateNumber(n, "setMaxListeners", 0);
  setOwn(this, "_maxListeners", n);
  return this;
});

method(proto, "getMaxListeners", function (this: any) {
  return maxOf(this);
});

method(proto, "emit", function emit(this: any, type: PropertyKey, ...args: any[]): boolean {
  const e = this._events;
  if (type === "error") {
    if (e !== undefined && e[kErrorMonitor] !== undefined) {
      const all: any[] = [kErrorMonitor];
      for (let i = 0; i < args.length; i++) ArrayPrototypePush(all, args[i]);
      ReflectApply(this.emit, this, all);
    }
    if (e === undefined || e.error === undefined) {
      const err = args[0];
      if (err instanceof Error_) throw err;
      const text = inspect(err);
      const bad = coded(Error_, "ERR_UNHANDLED_ERROR", `Unhandled error. (${text})`);
      setOwn(bad, "context", err);
      throw bad;
    }
  }
  const handler = e === undefined ? undefined : e[type];
  if (handler === undefined) return false;
  const capture = this[kCapture] === true;
  if (typeof handler === "function") {
    const r = ReflectApply(handler, this, args);
    if (capture && r !== undefined && r !== null) caught(this, r, type, args);
    return true;
  }
  const list = ArrayPrototypeSlice(handler);
  for (let i = 0; i < list.length; i++) {
    const r = ReflectApply(list[i], this, args);
    if (capture && r !== undefined && r !== null) caught(this, r, type, args);
  }
  return true;
});

const addListener = function (this: any, type: PropertyKey, listener: any) {
  return add(this, type, listener, false);
};
method(proto, "addListener", addListener);
setOwn(proto, "on", addListener);
method(proto, "prependListener", function (this: any, type: PropertyKey, listener: any) {
  return add(this, type, listener, true);
});
method(proto, "once", function (this: any, type: PropertyKey, listener: any) {
  this.on(type, once(this, type, listener));
  return this;
});
method(proto, "prependOnceListener", function (this: any, type: PropertyKey, listener: any) {
  this.prependListener(type, once(this, type, listener));
  return this;
});

const removeListener = function (this: any, type: PropertyKey, listener: any) {
  checkListener(listener);
  const e = this._events;
  if (e === undefined) return this;
  const list = e[type];
  if (list === undefined) return this;
  if (list === listener || list.listener === listener) {
    this._eventsCount -= 1;
    if (this._eventsCount === 0) this._events = plain();
    else delete e[type];
    if (this === observed) unlistened(type);
    if (e.removeListener) this.emit("removeListener", type, list.listener ?? listener);
  } else if (typeof list !== "function") {
    let at = -1;
    for (let i = list.length - 1; i >= 0; i--) {
      if (list[i] === listener || list[i].listener === listener) {
        at = i;
        break;
      }
    }
    if (at < 0) return this;
    if (at === 0) ArrayPrototypeShift(list);
    else ArrayPrototypeSplice(list, at, 1);
    if (list.length === 1) e[type] = list[0];
    if (this === observed) unlistened(type);
    if (e.removeListener !== undefined) this.emit("removeListener", type, listener.listener ?? listener);
  }
  return this;
};
method(proto, "removeListener", removeListener);
setOwn(proto, "off", removeListener);

method(proto, "removeAllListeners", function removeAllListeners(this: any, type?: PropertyKey) {
  const e = this._events;
  if (e === undefined) return this;
  if (e.removeListener === undefined) {
    if (arguments.length === 0) {
      this._events = plain();
      this._eventsCount = 0;
    } else if (e[type!] !== undefined) {
      if (--this._eventsCount === 0) this._events = plain();
      else delete e[type!];
      if (this === observed) unlistened(type!);
    }
    return this;
  }
  if (arguments.length === 0) {
    const keys = ReflectOwnKeys(e);
    for (let i = 0; i < keys.length; i++) if (keys[i] !== "removeListener") this.removeAllListeners(keys[i]);
    this.removeAllListeners("removeListener");
    this._events = plain();
    this._eventsCount = 0;
    return this;
  }
  const list = e[type!];
  if (typeof list === "function") this.removeListener(type, list);
  else if (list !== undefined) for (let i = list.length - 1; i >= 0; i--) this.removeListener(type, list[i]);
  return this;
});

function listenersOf(self: any, type: PropertyKey, unwrap: boolean): any[] {
  const list = self._events?.[type];
  if (list === undefined) return [];
  if (typeof list === "function") return [unwrap ? list.listener || list : list];
  const out: any[] = [];
  for (let i = 0; i < list.length; i++) ArrayPrototypePush(out, unwrap ? list[i].listener || list[i] : list[i]);
  return out;
}

method(proto, "listeners", function (this: any, type: PropertyKey) {
  return listenersOf(this, type, true);
});
method(proto, "rawListeners", function (this: any, type: PropertyKey) {
  return listenersOf(this, type, false);
});
method(proto, "listenerCount", function listenerCount(this: any, type: PropertyKey, listener?: any): number {
  const list = this._events?.[type];
  if (list === undefined) return 0;
  if (typeof list === "function") return listener == null || listener === list || listener === list.listener ? 1 : 0;
  if (listener == null) return list.length;
  let n = 0;
  for (let i = 0; i < list.length; i++) if (list[i] === listener || list[i].listener === listener) n++;
  return n;
});
method(proto, "eventNames", function (this: any): PropertyKey[] {
  return this._eventsCount > 0 ? ReflectOwnKeys(this._events) : [];
});

// subscribe and unsubscribe work on emitters of both kinds.
function subscribe(target: any, name: PropertyKey, listener: any, oneTime = false): void {
  if (typeof target.on === "function") {
    if (oneTime) target.once(name, listener);
    else target.on(name, listener);
  } else if (typeof target.addEventListener === "function") target.addEventListener(name, listener, { __proto__: null, once: oneTime });
  else throw invalidArgType("emitter", "EventEmitter", target);
}

function unsubscribe(target: any, name: PropertyKey, listener: any): void {
  if (typeof target.removeListener === "function") target.removeListener(name, listener);
  else if (typeof target.removeEventListener === "function") target.removeEventListener(name, listener);
}

function onceEvent(emitter: any, name: PropertyKey, options: any = {}): Promise<any[]> {
  const signal = options?.signal;
  try {
    validateAbortSignal(signal, "options.signal");
  } catch (e) {
    return PromiseReject(e);
  }
  if (signal?.aborted) return PromiseReject(abortError(signal.reason));
  const { promise, resolve, reject } = withResolvers<any[]>();
  const onError = (err: unknown) => {
    unsubscribe(emitter, name, onEvent);
    if (signal != null) unsubscribe(signal, "abort", onAbort);
    reject(err);
  };
  const onEvent = (...args: any[]) => {
    if (typeof emitter.removeListener === "function") emitter.removeListener("error", onError);
    if (signal != null) unsubscribe(signal, "abort", onAbort);
    resolve(args);
  };
  const onAbort = () => {
    unsubscribe(emitter, name, onEvent);
    unsubscribe(emitter, "error", onError);
    reject(abortError(signal.reason));
  };
  try {
    subscribe(emitter, name, onEvent, true);
    if (name !== "error" && typeof emitter.once === "function") emitter.once("error", onError);
    if (signal != null) subscribe(signal, "abort", onAbort, true);
  } catch (e) {
    reject(e);
  }
  return promise;
}

function onEvents(emitter: any, name: PropertyKey, options: any = {}): any {
  const signal = options?.signal;
  validateAbortSignal(signal, "options.signal");
  if (signal?.aborted) throw abortError(signal.reason);
  const high = options?.highWaterMark ?? options?.highWatermark ?? 9007199254740991;
  validateInteger(high, "options.highWaterMark", 1);
  const low = options?.lowWaterMark ?? options?.lowWatermark ?? 1;
  validateInteger(low, "options.lowWaterMark", 1);
  const queue: any[] = [];
  let paused = false;
  const waiting: any[] = [];
  let error: any = null;
  let failed = false, done = false;
  const closers: PropertyKey[] = [];
  const closeList = options?.close;
  if (closeList) for (let i = 0; i < closeList.length; i++) ArrayPrototypePush(closers, closeList[i]);

  const push = (...args: any[]) => {
    const w = ArrayPrototypeShift(waiting);
    if (w !== undefined) w.resolve({ value: args, done: false });
    else {
      ArrayPrototypePush(queue, args);
      if (!paused && queue.length > high) {
        paused = true;
        emitter.pause();
      }
    }
  };
  const fail = (err: unknown) => {
    const w = ArrayPrototypeShift(waiting);
    if (w !== undefined) w.reject(err);
    else {
      failed = true;
      error = err;
    }
    close();
  };
  const onAbort = () => fail(abortError(signal.reason));
  const close = (): Promise<any> => {
    unsubscribe(emitter, name, push);
    unsubscribe(emitter, "error", fail);
    for (let i = 0; i < closers.length; i++) unsubscribe(emitter, closers[i]!, close);
    if (signal != null) unsubscribe(signal, "abort", onAbort);
    done = true;
    for (let w = ArrayPrototypeShift(waiting); w !== undefined; w = ArrayPrototypeShift(waiting)) w.resolve({ value: undefined, done: true });
    return PromiseResolve({ value: undefined, done: true });
  };
  const iterator: any = {
    next(): Promise<any> {
      if (queue.length > 0) {
        const value = ArrayPrototypeShift(queue);
        if (paused && queue.length < low) {
          emitter.resume();
          paused = false;
        }
        return PromiseResolve({ value, done: false });
      }
      if (failed) {
        failed = false;
        const e = error;
        error = null;
        return PromiseReject(e);
      }
      if (done) return PromiseResolve({ value: undefined, done: true });
      const w = withResolvers();
      ArrayPrototypePush(waiting, w);
      return w.promise;
    },
    return: close,
    throw(err: unknown) {
      if (!(err instanceof Error_)) throw invalidArgType("EventEmitter.AsyncIterator", "Error", err);
      fail(err);
    },
    [SymbolAsyncIterator]() {
      return iterator;
    },
    [SymbolAsyncDispose]() {
      return then(close(), () => undefined);
    },
  };
  subscribe(emitter, name, push);
  if (name !== "error" && typeof emitter.on === "function") emitter.on("error", fail);
  for (let i = 0; i < closers.length; i++) subscribe(emitter, closers[i]!, close);
  if (signal != null) subscribe(signal, "abort", onAbort, true);
  return iterator;
}

function addAbortListener(signal: any, listener: any): any {
  if (signal === undefined) throw invalidArgType("signal", "AbortSignal", signal);
  validateAbortSignal(signal, "signal");
  validateFunction(listener, "listener");
  let remove: (() => void) | undefined;
  if (signal.aborted) nextTick(() => listener());
  else {
    signal.addEventListener("abort", listener, { __proto__: null, once: true });
    remove = () => signal.removeEventListener("abort", listener);
  }
  return { __proto__: null, [SymbolDispose]: () => remove?.() };
}

// Limits of event targets, which warn of nothing here.
const targetMax: WeakMap<object, number> = new SafeWeakMap();

function isEventTarget(v: any): boolean {
  return v !== null && typeof v === "object" && targetListeners(v, "") !== undefined;
}

setOwn(EventEmitter, "EventEmitter", EventEmitter);
setOwn(EventEmitter, "errorMonitor", kErrorMonitor);
setOwn(EventEmitter, "usingDomains", false);
setOwn(EventEmitter, "captureRejectionSymbol", kRejection);
method(EventEmitter, "once", onceEvent);
method(EventEmitter, "on", onEvents);
method(EventEmitter, "addAbortListener", addAbortListener);
method(EventEmitter, "init", function (this: any, options: any) {
  init(this, options);
});
method(EventEmitter, "getEventListeners", function getEventListeners(target: any, type: PropertyKey) {
  if (typeof target?.listeners === "function") return target.listeners(type);
  const own = targetListeners(target, type);
  if (own !== undefined) return own;
  throw invalidArgType("emitter", ["EventEmitter", "EventTarget"], target);
});
method(EventEmitter, "getMaxListeners", function (target: any) {
  if (typeof target?.getMaxListeners === "function") return target.getMaxListeners();
  if (isEventTarget(target)) return targetMax.get(target) ?? defaultMax;
  throw invalidArgType("emitter", ["EventEmitter", "EventTarget"], target);
});
method(EventEmitter, "setMaxListeners", function setMaxListeners(n: number = defaultMax, ...targets: any[]) {
  validateNumber(n, "setMaxListeners", 0);
  if (targets.length === 0) defaultMax = n;
  for (let i = 0; i < targets.length; i++) {
    if (isEventTarget(targets[i])) targetMax.set(targets[i], n);
    else if (typeof targets[i]?.setMaxListeners === "function") targets[i].setMaxListeners(n);
    else throw invalidArgType("eventTargets", ["EventEmitter", "EventTarget"], targets[i]);
  }
});
method(EventEmitter, "listenerCount", function listenerCount(emitter: any, type: PropertyKey) {
  return typeof emitter.listenerCount === "function" ? emitter.listenerCount(type) : FunctionPrototypeCall(proto.listenerCount, emitter, type);
});
ObjectDefineProperty(EventEmitter, "defaultMaxListeners", {
  __proto__: null,
  enumerable: true,
  get: () => defaultMax,
  set(n: number) {
    validateNumber(n, "defaultMaxListeners", 0);
    defaultMax = n;
  },
} as any);
ObjectDefineProperty(EventEmitter, "captureRejections", {
  __proto__: null,
  enumerable: true,
  get: () => captureDefault,
  set(v: boolean) {
    if (typeof v !== "boolean") throw invalidArgType("EventEmitter.captureRejections", "boolean", v);
    captureDefault = v;
  },
} as any);

register(["node:events", "events"], () => tidy(EventEmitter));
