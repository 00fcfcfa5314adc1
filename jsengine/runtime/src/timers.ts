// Timers, immediates and the next-tick queue.
//
// All of it lives in guest memory, so that it survives parking: one heap ordered
// by due time, then by creation. The host is told when to call next; one call
// runs one callback, so that the engine's jobs run between any two callbacks.

import {
  ArrayPrototypePush,
  MathTrunc,
  ObjectDefineProperty,
  PromiseReject,
    SafeMap,
  String_,
  SymbolDispose,
  SymbolFor,
  TypeError_,
  SymbolToPrimitive,
  globalObject,
  own,
  uncurryThis,
  withResolvers,
} from "./primordials.ts";
import { defineGlobals, named } from "./globals.ts";
import { applyIn, captured } from "./async_context.ts";
import { register } from "./modules.ts";
import { inspectAs } from "./inspect.ts";
import { abortError, coded, invalidArgType, validateAbortSignal, validateBoolean, validateFunction, validateObject } from "./node/errors.ts";
import { asNode } from "./mode.ts";
import { emitWarning } from "./process.ts";

type Callback = (...args: any[]) => any;

// A Timer is in the heap while index >= 0.
interface Timer {
  due: number; // milliseconds of host.now()
  seq: number; // creation or refresh order
  index: number; // place in the heap, -1: not in it
  delay: number; // as given, or 1
  repeat: boolean;
  ref: boolean;
  callback: Callback | null; // null: cleared
  args: unknown[];
  object: object | null; // `this` of the callback
  context: unknown; // what it carries along
}

// Pending is what an Immediate stands for.
interface Pending {
  callback: Callback | null;
  args: unknown[];
  ref: boolean;
  object: object | null;
  context: unknown;
}

const maxDelay = 0x7fffffff;

// running is the Timeout or Immediate whose callback is under way.
let running: object | null = null;

export function current(): object | null {
  return running;
}

// timerHook hears of what is begun, for async_hooks.
let timerHook: ((type: string, resource: object) => void) | null = null;
// aroundHook hears of a callback of the event loop before it runs, and after.
let aroundHook: ((resource: object, after: boolean) => void) | null = null;

export function setTimerHook(hook: typeof timerHook, around: typeof aroundHook): void {
  timerHook = hook;
  aroundHook = around;
}

const heap: Timer[] = [];
let seq = 0;
let immediates: Pending[] = [];
let refs = 0; // ref'd timers in the heap and ref'd immediates that wait

// The turn of the loop that is under way: its timers, then its immediates.
const idle = 0;
const inTimers = 1;
const inImmediates = 2;
let phase = idle;
let phaseNow = 0; // timers due until then
let phaseSeq = 0; // and created until then
let batch: Pending[] = []; // the immediates of this turn
let batchAt = 0;

// before reports whether a runs before b. It costs the same whether two timers of one turn
// got the same time or not.
function before(a: Timer, b: Timer): boolean {
  return a.seq < b.seq ? a.due <= b.due : a.due < b.due;
}

function up(i: number): void {
  const t = heap[i]!;
  while (i > 0) {
    const parent = (i - 1) >> 1;
    const p = heap[parent]!;
    if (!before(t, p)) break;
    heap[i] = p;
    p.index = i;
    i = parent;
  }
  heap[i] = t;
  t.index = i;
}

function down(i: number): void {
  const t = heap[i]!;
  const n = heap.length;
  for (;;) {
    let child = 2 * i + 1;
    if (child >= n) break;
    if (child + 1 < n && before(heap[child + 1]!, heap[child]!)) child++;
    const c = heap[child]!;
    if (!before(c, t)) break;
    heap[i] = c;
    c.index = i;
    i = child;
  }
  heap[i] = t;
  t.index = i;
}

function insert(t: Timer): void {
  // A delay of 1 ms, which is also what 0 means, is due in the next turn whatever the clock's grain.
  t.due = t.delay < 2 ? host.now() : host.now() + MathTrunc(t.delay);
  t.seq = ++seq;
  ArrayPrototypePush(heap, t);
  up(heap.length - 1);
  if (t.ref) refs++;
}

function remove(t: Timer): void {
  const i = t.index;
  if (i < 0) return;
  t.index = -1;
  if (t.ref) refs--;
  const last = heap[heap.length - 1]!;
  heap.length--;
  if (last === t) return;
  heap[i] = last;
  last.index = i;
  down(i);
  up(last.index);
}

// arm tells the host when to call onTurn next.
function arm(): void {
  if (phase !== idle || immediates.length > 0) host.setTimers(0, refs);
  else host.setTimers(heap.length > 0 ? heap[0]!.due : -1, refs);
}

// onTurn runs the next callback that is due and says when to come back.
export function onTurn(now: number): void {
  if (phase === idle) {
    phase = inTimers;
    phaseNow = now;
    phaseSeq = seq;
  }
  if (phase === inTimers) {
    const t = heap.length > 0 ? heap[0] : undefined; // a hole would be looked up in Object.prototype
    // The order first: what it excludes must cost the same whatever the time is.
    if (t !== undefined && t.seq <= phaseSeq && t.due <= phaseNow) {
      runTimer(t);
      arm();
      return;
    }
    phase = inImmediates;
    batch = immediates;
    batchAt = 0;
    immediates = [];
  }
  while (batchAt < batch.length) {
    const m = batch[batchAt++]!;
    const callback = m.callback;
    if (callback === null) continue;
    m.callback = null;
    if (m.ref) refs--;
    call(callback, m.object, m.args, m.context);
    break;
  }
  if (batchAt >= batch.length) {
    batch = [];
    phase = idle;
  }
  arm();
}

function runTimer(t: Timer): void {
  remove(t);
  const callback = t.callback!;
  call(callback, t.object, t.args, t.context);
  if (t.callback === null || t.index >= 0) return; // cleared or refreshed by the callback
  if (t.repeat) insert(t);
  else done(t);
}

// call runs a callback of the event loop, then the ticks it queued; the engine's jobs follow.
export function call(callback: Callback, self: unknown, args: readonly unknown[], context?: unknown): void {
  ticking = true; // no job is needed for what the callback queues
  running = (self ?? null) as object | null;
  if (aroundHook !== null) tellAround(false);
  try {
    applyIn(context, callback, self, args);
  } catch (e) {
    applyIn(context, host.uncaught, undefined, [e]);
  }
  if (aroundHook !== null) tellAround(true);
  runTicks();
  running = null;
}

function tellAround(after: boolean): void {
  if (!running) return;
  try {
    aroundHook!(running, after);
  } catch (e) {
    host.uncaught(e);
  }
}

// withTicks runs f, then the ticks it queued.
export function withTicks<T>(f: () => T): T {
  if (ticking) return f();
  ticking = true;
  try {
    return f();
  } finally {
    runTicks();
  }
}

interface Tick {
  callback: Callback;
  args: unknown[];
  context: unknown;
}

let ticks: Tick[] = [];
let ticking = false; // something that runs the ticks is under way or queued
// queueJob is queueMicrotask.
export const queueJob: (f: () => void) => void = globalObject.queueMicrotask;
defineGlobals({
  queueMicrotask(callback: () => void): void {
    validateFunction(callback, "callback");
    if (timerHook !== null) timerHook("Microtask", { callback });
    queueJob(callback);
  },
});

// nextTick runs callback before the event loop goes on.
export function nextTick(callback: Callback, ...args: unknown[]): void {
  validateFunction(callback, "callback");
  const tick: Tick = { callback, args, context: captured() };
  ArrayPrototypePush(ticks, tick);
  if (timerHook !== null) timerHook("TickObject", tick);
  if (!ticking) {
    ticking = true;
    queueJob(startTicks);
  }
}

// stopTicks lets no tick run that is queued from now on.
export function stopTicks(): void {
  ticking = true;
}

// startTicks runs the ticks from a job: in Node once all other jobs have run, in Bun at once.
function startTicks(): void {
  if (asNode() && host.jobsPending()) queueJob(startTicks);
  else runTicks();
}

function runTicks(): void {
  while (ticks.length > 0) {
    const now = ticks;
    ticks = [];
    for (let i = 0; i < now.length; i++) {
      const t = now[i]!;
      try {
        applyIn(t.context, t.callback, undefined, t.args);
      } catch (e) {
        host.uncaught(e);
      }
    }
  }
  ticking = false;
}

// Timeouts by id, for those whose id a guest asked for.
const byId: Map<number, Timeout> = new SafeMap();
let lastId = 0;

function done(t: Timer): void {
  t.callback = null;
  t.args = [];
  forget(t.object as Timeout);
}

// Access to a Timeout's private fields, kept off the class since guests reach it through an instance.
let isTimeout!: (v: unknown) => v is Timeout;
let timerOf!: (o: Timeout) => Timer;
let forget!: (o: Timeout) => void;

class Timeout {
  #timer: Timer;
  #id = ++lastId;
  #shared = false; // in byId

  static {
    isTimeout = (v: unknown): v is Timeout => typeof v === "object" && v !== null && #timer in v;
    timerOf = (o) => o.#timer;
    forget = (o) => {
      if (o.#shared) byId.delete(o.#id);
    };
    inspectAs(Timeout, "Timeout", (o: Timeout) => ({ id: o.#id, delay: o.#timer.delay, repeat: o.#timer.repeat }));
  }

  constructor(timer: Timer) {
    this.#timer = timer;
  }

  ref(): this {
    const t = this.#timer;
    if (!t.ref) {
      t.ref = true;
      if (t.index >= 0) refs++;
      arm();
    }
    return this;
  }

  unref(): this {
    const t = this.#timer;
    if (t.ref) {
      t.ref = false;
      if (t.index >= 0) refs--;
      arm();
    }
    return this;
  }

  hasRef(): boolean {
    return this.#timer.ref;
  }

  refresh(): this {
    const t = this.#timer;
    if (t.callback !== null) {
      remove(t);
      insert(t);
      arm();
    }
    return this;
  }

  close(): this {
    clear(this.#timer);
    return this;
  }

  // What Node's own fields tell those who look at them.
  get _idleTimeout(): number {
    return this.#timer.callback === null ? -1 : this.#timer.delay;
  }

  get _onTimeout(): Callback | null {
    return this.#timer.callback;
  }

  get _repeat(): number | null {
    return this.#timer.repeat ? this.#timer.delay : null;
  }

  get _destroyed(): boolean {
    return this.#timer.callback === null;
  }

  [SymbolToPrimitive](): number {
    if (!this.#shared && this.#timer.callback !== null) {
      this.#shared = true;
      byId.set(this.#id, this);
    }
    return this.#id;
  }
}

function clear(t: Timer): void {
  if (t.callback === null) return;
  remove(t);
  done(t);
  arm();
}

function clearTimer(handle: unknown): void {
  if (isTimeout(handle)) {
    clear(timerOf(handle));
  } else if (typeof handle === "number" || typeof handle === "string") {
    const o = byId.get(+handle);
    if (o !== undefined) clear(timerOf(o));
  }
}

function start(callback: unknown, after: unknown, args: unknown[], repeat: boolean): Timeout {
  validateFunction(callback, "callback");
  let delay = +(after as any);
  if (!(delay >= 1 && delay <= maxDelay)) {
    if (delay > maxDelay) {
      emitWarning(`${delay} does not fit into a 32-bit signed integer.\nTimeout duration was set to 1.`, "TimeoutOverflowWarning");
    }
    delay = 1;
  }
  const t: Timer = { due: 0, seq: 0, index: -1, delay, repeat, ref: true, callback, args, object: null, context: captured() };
  const o = new Timeout(t);
  t.object = o;
  if (timerHook !== null) timerHook("Timeout", o);
  insert(t);
  arm();
  return o;
}

// internalTimer runs a callback of the runtime's own once, after delay milliseconds; the result cancels it.
export function internalTimer(callback: () => void, delay: number, ref: boolean): () => void {
  const o = start(callback, delay > maxDelay ? maxDelay : delay, [], false);
  const t = timerOf(o);
  if (!ref) {
    t.ref = false;
    refs--;
    arm();
  }
  return () => clear(t);
}

// soon runs a callback of the runtime's own in the next turn of the loop, if something keeps the program alive until then.
export function soon(callback: Callback): void {
  ArrayPrototypePush(immediates, { callback, args: [], ref: false, object: null, context: captured() });
  arm();
}

// keepAlive adds n, which may be negative, to the things that keep the program alive.
export function keepAlive(n: number): void {
  refs += n;
  arm();
}

let isImmediate!: (v: unknown) => v is Immediate;
let pendingOf!: (o: Immediate) => Pending;

class Immediate {
  #pending: Pending;

  static {
    isImmediate = (v: unknown): v is Immediate => typeof v === "object" && v !== null && #pending in v;
    pendingOf = (o) => o.#pending;
    inspectAs(Immediate, "Immediate", () => ({}));
  }

  constructor(p: Pending) {
    this.#pending = p;
  }

  ref(): this {
    const p = this.#pending;
    if (!p.ref) {
      p.ref = true;
      if (p.callback !== null) refs++;
      arm();
    }
    return this;
  }

  unref(): this {
    const p = this.#pending;
    if (p.ref) {
      p.ref = false;
      if (p.callback !== null) refs--;
      arm();
    }
    return this;
  }

  hasRef(): boolean {
    return this.#pending.ref;
  }
}

function dispose(cls: Function, clear: (o: any) => void): void {
  const method = {
    [SymbolDispose](this: unknown) {
      clear(this);
    },
  }[SymbolDispose as any];
  ObjectDefineProperty(cls.prototype, SymbolDispose, { __proto__: null, value: method, writable: true, configurable: true } as any);
}

function clearPending(handle: unknown): void {
  if (!isImmediate(handle)) {
    // Node marks whatever it is given, and this module's code is strict.
    if (handle && typeof handle !== "object" && typeof handle !== "function" && asNode()) {
      throw new TypeError_(`Cannot create property '_destroyed' on ${typeof handle} '${String_(handle)}'`);
    }
    return;
  }
  const p = pendingOf(handle);
  if (p.callback === null) return;
  p.callback = null;
  p.args = [];
  if (p.ref) refs--;
  arm();
}

named(Timeout, "Timeout");
named(Immediate, "Immediate");
dispose(Timeout, clearTimer);
dispose(Immediate, clearPending);

const globals = {
  setTimeout(callback: Callback, delay?: number, ...args: unknown[]): Timeout {
    return start(callback, delay, args, false);
  },
  setInterval(callback: Callback, delay?: number, ...args: unknown[]): Timeout {
    return start(callback, delay, args, true);
  },
  setImmediate(callback: Callback, ...args: unknown[]): Immediate {
    validateFunction(callback, "callback");
    const p: Pending = { callback, args, ref: true, object: null, context: captured() };
    const o = new Immediate(p);
    p.object = o;
    if (timerHook !== null) timerHook("Immediate", o);
    ArrayPrototypePush(immediates, p);
    refs++;
    arm();
    return o;
  },
  clearTimeout(handle?: unknown): void {
    clearTimer(handle);
  },
  clearInterval(handle?: unknown): void {
    clearTimer(handle);
  },
  clearImmediate(handle?: unknown): void {
    clearPending(handle);
  },
};
defineGlobals(globals);

export const { setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate } = globals;

// sleep settles after delay milliseconds with value, or rejects when the signal aborts.
function sleep(begin: (f: () => void) => object, end: (o: object) => void, value: unknown, options: any): Promise<unknown> {
  const signal = options?.signal;
  const ref = options?.ref;
  try {
    if (options !== undefined) validateObject(options, "options");
    validateAbortSignal(signal, "options.signal");
    if (ref !== undefined) validateBoolean(ref, "options.ref");
  } catch (e) {
    return PromiseReject(e);
  }
  if (signal?.aborted) return PromiseReject(abortError(signal.reason));
  const { promise, resolve, reject } = withResolvers();
  const o: any = begin(() => {
    signal?.removeEventListener("abort", aborted);
    resolve(value);
  });
  const aborted = (): void => {
    end(o);
    reject(abortError(signal.reason));
  };
  if (ref === false) isTimeout(o) ? timeoutUnref(o) : immediateUnref(o);
  signal?.addEventListener("abort", aborted, { once: true });
  return promise;
}

const timeoutUnref = uncurryThis(Timeout.prototype.unref);
const immediateUnref = uncurryThis(Immediate.prototype.unref);

const promises = {
  setTimeout(delay?: number, value?: unknown, options?: unknown): Promise<unknown> {
    if (delay !== undefined && typeof delay !== "number") return PromiseReject(invalidArgType("delay", "number", delay));
    return sleep((f) => start(f, delay, [], false), clearTimer, value, options);
  },
  setImmediate(value?: unknown, options?: unknown): Promise<unknown> {
    return sleep((f) => setImmediate(f), clearPending, value, options);
  },
  async *setInterval(delay?: number, value?: unknown, options?: any): AsyncGenerator<unknown> {
    for (;;) {
      await own(sleep((f) => start(f, delay, [], false), clearTimer, undefined, options));
      yield value;
    }
  },
  scheduler: null as unknown as Scheduler,
};

class Scheduler {
  constructor(key?: unknown) {
    if (key !== schedulerKey) throw coded(TypeError_, "ERR_ILLEGAL_CONSTRUCTOR", "Illegal constructor");
  }
  wait(delay: number, options?: unknown): Promise<unknown> {
    return promises.setTimeout(delay, undefined, options);
  }
  yield(): Promise<unknown> {
    return promises.setImmediate();
  }
}
const schedulerKey = {};
promises.scheduler = new Scheduler(schedulerKey);

const promisified = SymbolFor("nodejs.util.promisify.custom");
ObjectDefineProperty(setTimeout, promisified, { __proto__: null, value: promises.setTimeout, enumerable: true, configurable: true } as any);
ObjectDefineProperty(setImmediate, promisified, { __proto__: null, value: promises.setImmediate, enumerable: true, configurable: true } as any);

// Timers of old: an item is its own timer, which calls its _onTimeout.
const legacy = {
  enroll(item: any, delay: unknown): void {
    legacy.unenroll(item);
    item._idleTimeout = +(delay as any);
  },
  unenroll(item: any): void {
    clearTimeout(item._legacyTimer);
    item._legacyTimer = undefined;
    item._idleTimeout = -1;
  },
  active(item: any): void {
    clearTimeout(item._legacyTimer);
    item._legacyTimer = item._idleTimeout >= 0 ? setTimeout(() => item._onTimeout?.(), item._idleTimeout) : undefined;
  },
  _unrefActive(item: any): void {
    legacy.active(item);
    item._legacyTimer?.unref();
  },
};

register(["node:timers", "timers"], () => ({ ...globals, ...legacy, promises }));
register(["node:timers/promises", "timers/promises"], () => promises);
