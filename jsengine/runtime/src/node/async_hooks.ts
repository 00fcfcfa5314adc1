// node:async_hooks.
//
// AsyncLocalStorage rests on the engine, which carries one value through jobs and
// promises: a map of the stores, copied when one changes. Asynchronous ids are
// given when asked for, and the hooks of createHook see what this library begins and runs
// (resources, timers, immediates, ticks), not the engine's promises.

import {
  ArrayPrototypeIndexOf, ArrayPrototypePush, ArrayPrototypeSlice, ArrayPrototypeSplice, FunctionPrototypeBind, ObjectDefineProperty, ObjectFreeze, RangeError_, ReflectApply, SafeMap, SafeWeakMap, TypeError_, mapEntries,
} from "../primordials.ts";
import { applyIn, captured, useContext } from "../async_context.ts";
import { register } from "../modules.ts";
import { current, setTimerHook } from "../timers.ts";
import { after, before, made, onPromises, resolved } from "./promise_hooks.ts";
import { EventEmitter } from "./events.ts";
import { coded, validateFunction, validateString } from "./errors.ts";
import { tidy } from "./names.ts";

type Frame = Map<AsyncLocalStorage, unknown>;

function copyWithout(als: AsyncLocalStorage): Frame {
  const frame: Frame = new SafeMap();
  const old = host.asyncContext() as Frame | undefined;
  if (old !== undefined) {
    const entries = mapEntries(old);
    for (let i = 0; i < entries.length; i++) if (entries[i]![0] !== als) frame.set(entries[i]![0], entries[i]![1]);
  }
  return frame;
}

let stored = false; // some AsyncLocalStorage was used

export class AsyncLocalStorage {
  #enabled = false;

  static bind(fn: any): any {
    return AsyncResource.bind(fn);
  }
  static snapshot(): any {
    return AsyncLocalStorage.bind((fn: any, ...args: any[]) => ReflectApply(fn, undefined, args));
  }
  disable(): void {
    this.#enabled = false;
  }
  enterWith(store: unknown): void {
    this.#enabled = stored = true;
    useContext();
    const frame = copyWithout(this);
    frame.set(this, store);
    host.setAsyncContext(frame);
  }
  run(store: unknown, fn: any, ...args: any[]): any {
    this.#enabled = stored = true;
    useContext();
    const outer = host.asyncContext() as Frame | undefined;
    const frame = copyWithout(this);
    frame.set(this, store);
    host.setAsyncContext(frame);
    try {
      return ReflectApply(fn, null, args);
    } finally {
      host.setAsyncContext(outer);
    }
  }
  exit(fn: any, ...args: any[]): any {
    const outer = host.asyncContext();
    const enabled = this.#enabled;
    useContext();
    host.setAsyncContext(copyWithout(this));
    try {
      return ReflectApply(fn, null, args);
    } finally {
      host.setAsyncContext(outer);
      this.#enabled = enabled;
    }
  }
  getStore(): unknown {
    return this.#enabled ? (host.asyncContext() as Frame | undefined)?.get(this) : undefined;
  }
}

// Ids of what runs: of a resource's scope, else of the timer or immediate under way.
let lastId = 1;
const ids: WeakMap<object, number> = new SafeWeakMap();
let scope: AsyncResource | undefined;

function idOf(o: object): number {
  let id = ids.get(o);
  if (id === undefined) {
    id = ++lastId;
    ids.set(o, id);
  }
  return id;
}

function executionAsyncId(): number {
  if (scope !== undefined) return scope.asyncId();
  const o = current();
  return o === null ? 1 : idOf(o);
}

function triggerAsyncId(): number {
  return scope !== undefined ? scope.triggerAsyncId() : current() === null ? 0 : 1;
}

const topLevel = {};

function executionAsyncResource(): object {
  return scope ?? current() ?? topLevel;
}

interface Hook {
  init?: (id: number, type: string, trigger: number, resource: object) => void;
  before?: (id: number) => void;
  after?: (id: number) => void;
  destroy?: (id: number) => void;
  promiseResolve?: (id: number) => void;
}

const hooks: Hook[] = [];

function each(f: (h: Hook) => void): void {
  const all = ArrayPrototypeSlice(hooks) as Hook[];
  for (let i = 0; i < all.length; i++) f(all[i]!);
}

// began tells the hooks of something asynchronous.
function began(type: string, resource: object): void {
  const id = idOf(resource);
  const trigger = executionAsyncId();
  each((h) => h.init?.(id, type, trigger, resource));
}

// around tells the hooks of a callback of the event loop, which runs next or has run.
function around(resource: object, ended: boolean): void {
  const id = idOf(resource);
  each((h) => (ended ? h.after : h.before)?.(id));
}

// promised tells the hooks of promises.
function promised(type: number, promise: object, parent: object | undefined): void {
  const id = idOf(promise);
  switch (type) {
    case made: {
      const trigger = parent === undefined ? executionAsyncId() : idOf(parent);
      return each((h) => h.init?.(id, "PROMISE", trigger, promise));
    }
    case before:
      return each((h) => h.before?.(id));
    case after:
      return each((h) => h.after?.(id));
    case resolved:
      return each((h) => h.promiseResolve?.(id));
  }
}
let stopPromises: (() => void) | undefined;

function createHook(callbacks: any): any {
  const names = ["init", "before", "after", "destroy", "promiseResolve"];
  for (let i = 0; i < names.length; i++) {
    const f = callbacks[names[i]!];
    if (f !== undefined && typeof f !== "function") throw coded(TypeError_, "ERR_ASYNC_CALLBACK", `hook.${names[i]} must be a function`);
  }
  const own: Hook = { init: callbacks.init, before: callbacks.before, after: callbacks.after, destroy: callbacks.destroy, promiseResolve: callbacks.promiseResolve };
  const hook = {
    enable(): any {
      if (ArrayPrototypeIndexOf(hooks, own) < 0) ArrayPrototypePush(hooks, own);
      setTimerHook(began, around);
      stopPromises ??= onPromises(promised);
      return hook;
    },
    disable(): any {
      const at = ArrayPrototypeIndexOf(hooks, own);
      if (at >= 0) ArrayPrototypeSplice(hooks, at, 1);
      if (hooks.length > 0) return hook;
      setTimerHook(null, null);
      stopPromises?.();
      stopPromises = undefined;
      return hook;
    },
  };
  return hook;
}

export class AsyncResource {
  #id = ++lastId;
  #trigger: number;
  #context = captured();

  constructor(type: any, options: any = {}) {
    validateString(type, "type");
    let trigger = options;
    if (typeof options !== "number") trigger = options?.triggerAsyncId;
    if (trigger === undefined) trigger = executionAsyncId();
    else if (typeof trigger !== "number" || trigger % 1 !== 0 || trigger < -1) throw coded(RangeError_, "ERR_INVALID_ASYNC_ID", `Invalid triggerAsyncId value: ${trigger}`);
    this.#trigger = trigger;
    ids.set(this, this.#id);
    // As in Node 20, whose AsyncLocalStorage is a hook.
    if (type.length === 0 && (stored || hooks.length > 0)) throw coded(TypeError_, "ERR_ASYNC_TYPE", `Invalid name for async "type": ${type}`);
    if (hooks.length > 0) {
      const id = this.#id;
      each((h) => h.init?.(id, type, trigger, this));
    }
  }
  runInAsyncScope(fn: any, self?: unknown, ...args: any[]): any {
    const outer = scope;
    scope = this;
    const id = this.#id;
    if (hooks.length > 0) each((h) => h.before?.(id));
    try {
      return applyIn(this.#context, fn, self, args);
    } finally {
      scope = outer;
      if (hooks.length > 0) each((h) => h.after?.(id));
    }
  }
  emitDestroy(): this {
    const id = this.#id;
    if (hooks.length > 0) each((h) => h.destroy?.(id));
    return this;
  }
  asyncId(): number {
    return this.#id;
  }
  triggerAsyncId(): number {
    return this.#trigger;
  }
  bind(fn: any, self?: unknown): any {
    validateFunction(fn, "fn");
    const resource = this;
    const bound = self === undefined
      ? function (this: unknown, ...args: any[]): any {
          return resource.runInAsyncScope(fn, this, ...args);
        }
      : FunctionPrototypeBind(AsyncResource.prototype.runInAsyncScope, resource, fn, self);
    ObjectDefineProperty(bound, "length", { __proto__: null, value: fn.length, configurable: true } as any);
    return bound;
  }
  static bind(fn: any, type?: any, self?: unknown): any {
    validateFunction(fn, "fn");
    return new AsyncResource(type || fn.name || "bound-anonymous-fn").bind(fn, self);
  }
}

// EventEmitterAsyncResource of node:events runs its listeners where it was made.
class EventEmitterReferencingAsyncResource extends AsyncResource {
  eventEmitter: any;
  constructor(emitter: any, type: string, options: any) {
    super(type, options);
    this.eventEmitter = emitter;
  }
}

class EventEmitterAsyncResource extends EventEmitter {
  #resource: EventEmitterReferencingAsyncResource;
  constructor(options?: any) {
    let name: any;
    if (typeof options === "string") {
      name = options;
      options = undefined;
    } else {
      name = options?.name;
      if (new.target === EventEmitterAsyncResource) validateString(name, "options.name");
      name ??= new.target.name;
    }
    super(options);
    this.#resource = new EventEmitterReferencingAsyncResource(this, name, options);
  }
  emit(event: any, ...args: any[]): boolean {
    return this.#resource.runInAsyncScope(super.emit, this, event, ...args);
  }
  emitDestroy(): void {
    this.#resource.emitDestroy();
  }
  get asyncId(): number {
    return this.#resource.asyncId();
  }
  get triggerAsyncId(): number {
    return this.#resource.triggerAsyncId();
  }
  get asyncResource(): any {
    return this.#resource;
  }
}
ObjectDefineProperty(EventEmitter, "EventEmitterAsyncResource", { __proto__: null, value: EventEmitterAsyncResource, writable: true, enumerable: true, configurable: true } as any);

const providers: any = { __proto__: null };
{
  const names = ["NONE", "DIRHANDLE", "DNSCHANNEL", "ELDHISTOGRAM", "FILEHANDLE", "FSEVENTWRAP", "FSREQCALLBACK", "GETADDRINFOREQWRAP", "HTTPCLIENTREQUEST", "HTTPINCOMINGMESSAGE", "MESSAGEPORT", "PROCESSWRAP", "PROMISE", "TCPWRAP", "TLSWRAP", "WORKER", "ZLIB", "Timeout", "Immediate", "TickObject"];
  for (let i = 0; i < names.length; i++) providers[names[i]!] = i;
}

register(["node:async_hooks", "async_hooks"], () => tidy({ AsyncLocalStorage, AsyncResource, asyncWrapProviders: ObjectFreeze(providers), createHook, executionAsyncId, executionAsyncResource, triggerAsyncId }));
