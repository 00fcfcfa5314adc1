// Event, EventTarget and their kin, AbortController and AbortSignal.

import {
  ArrayPrototypePush,
  ArrayPrototypeSplice,
  FunctionPrototypeCall,
  ObjectDefineProperty,
  ObjectGetOwnPropertyDescriptor,
  ObjectKeys,
  SafeMap,
  SafeSet,
  TypeError_,
  globalObject,
  iterate,
  mapKeys,
  setValues,
} from "./primordials.ts";
import { DOMException, illegalInvocation, needArgs, needNamed } from "./errors.ts";
import { defineGlobals, webInterface } from "./globals.ts";
import { inspectAs } from "./inspect.ts";
import { asNode } from "./mode.ts";
import { internalTimer, nextTick } from "./timers.ts";
import { invalidArgType, validateInteger } from "./node/errors.ts";

interface EventState {
  type: string;
  bubbles: boolean;
  cancelable: boolean;
  composed: boolean;
  canceled: boolean;
  stop: boolean;
  stopImmediate: boolean;
  passive: boolean;
  dispatching: boolean;
  trusted: boolean;
  target: EventTarget | null;
  currentTarget: EventTarget | null;
  timeStamp: number;
}

let stateOf!: (e: Event) => EventState; // throws for what is not an Event
let isEvent!: (v: unknown) => v is Event;

export class Event {
  #s: EventState;

  static {
    stateOf = (e) => {
      if (typeof e !== "object" || e === null || !(#s in e)) throw illegalInvocation("Event");
      return e.#s;
    };
    isEvent = (v): v is Event => typeof v === "object" && v !== null && #s in v;
  }

  constructor(type: string, init: any = undefined) {
    needNamed(arguments.length, "type");
    const name = `${type}`;
    const options = dictionary(init);
    this.#s = {
      type: name,
      bubbles: !!options.bubbles,
      cancelable: !!options.cancelable,
      composed: !!options.composed,
      canceled: false,
      stop: false,
      stopImmediate: false,
      passive: false,
      dispatching: false,
      trusted: false,
      target: null,
      currentTarget: null,
      timeStamp: host.now(),
    };
  }

  get type(): string {
    return this.#s.type;
  }
  get target(): EventTarget | null {
    return this.#s.target;
  }
  get srcElement(): EventTarget | null {
    return this.#s.target;
  }
  get currentTarget(): EventTarget | null {
    return this.#s.currentTarget;
  }
  get eventPhase(): number {
    return this.#s.dispatching ? 2 : 0;
  }
  get bubbles(): boolean {
    return this.#s.bubbles;
  }
  get cancelable(): boolean {
    return this.#s.cancelable;
  }
  get composed(): boolean {
    return this.#s.composed;
  }
  get defaultPrevented(): boolean {
    return this.#s.canceled;
  }
  get returnValue(): boolean {
    return !this.#s.canceled;
  }
  set returnValue(v: boolean) {
    if (!v) cancel(this.#s);
  }
  get cancelBubble(): boolean {
    return this.#s.stop;
  }
  set cancelBubble(v: boolean) {
    if (v) this.#s.stop = true;
  }
  get isTrusted(): boolean {
    return this.#s.trusted;
  }
  get timeStamp(): number {
    return this.#s.timeStamp;
  }
  composedPath(): EventTarget[] {
    const s = this.#s;
    return s.dispatching && s.currentTarget !== null ? [s.currentTarget] : [];
  }
  preventDefault(): void {
    cancel(this.#s);
  }
  stopPropagation(): void {
    this.#s.stop = true;
  }
  stopImmediatePropagation(): void {
    this.#s.stop = true;
    this.#s.stopImmediate = true;
  }
  initEvent(type: string, bubbles = false, cancelable = false): void {
    const s = this.#s;
    if (s.dispatching) return;
    s.type = `${type}`;
    s.bubbles = !!bubbles;
    s.cancelable = !!cancelable;
    s.canceled = s.stop = s.stopImmediate = false;
  }
}

const phases = ["NONE", "CAPTURING_PHASE", "AT_TARGET", "BUBBLING_PHASE"];
for (let i = 0; i < phases.length; i++) {
  const d = { __proto__: null, value: i, enumerable: true } as any;
  ObjectDefineProperty(Event, phases[i]!, d);
  ObjectDefineProperty(Event.prototype, phases[i]!, d);
}

function cancel(s: EventState): void {
  if (s.cancelable && !s.passive) s.canceled = true;
}

// dictionary reads a WebIDL dictionary argument.
export function dictionary(init: unknown): any {
  if (init === undefined || init === null) return { __proto__: null };
  if (typeof init !== "object" && typeof init !== "function") throw new TypeError_("The options argument must be an object");
  return init;
}

function eventFields(e: Event): Record<string, unknown> {
  const s = stateOf(e);
  return {
    type: s.type,
    target: s.target,
    currentTarget: s.currentTarget,
    bubbles: s.bubbles,
    cancelable: s.cancelable,
    composed: s.composed,
    defaultPrevented: s.canceled,
    timeStamp: s.timeStamp,
    isTrusted: s.trusted,
  };
}

export class CustomEvent extends Event {
  #detail: unknown;

  constructor(type: string, init: any = undefined) {
    needNamed(arguments.length, "type");
    super(type, init);
    this.#detail = dictionary(init).detail ?? null;
  }

  get detail(): unknown {
    return this.#detail;
  }
}

export class ErrorEvent extends Event {
  #message: string;
  #filename: string;
  #lineno: number;
  #colno: number;
  #error: unknown;

  constructor(type: string, init: any = undefined) {
    needNamed(arguments.length, "type");
    super(type, init);
    const o = dictionary(init);
    this.#message = o.message === undefined ? "" : `${o.message}`;
    this.#filename = o.filename === undefined ? "" : `${o.filename}`;
    this.#lineno = o.lineno >>> 0;
    this.#colno = o.colno >>> 0;
    this.#error = o.error;
  }

  get message(): string {
    return this.#message;
  }
  get filename(): string {
    return this.#filename;
  }
  get lineno(): number {
    return this.#lineno;
  }
  get colno(): number {
    return this.#colno;
  }
  get error(): unknown {
    return this.#error;
  }
}

// messageData is the data of a MessageEvent.
export let messageData!: (e: any) => unknown;
export let isMessageEvent!: (e: object) => boolean;

export class MessageEvent extends Event {
  #data: unknown;
  #origin: string;
  #lastEventId: string;
  #source: unknown;
  #ports: readonly unknown[];

  static {
    messageData = (e) => e.#data;
    isMessageEvent = (e) => #data in e;
  }

  constructor(type: string, init: any = undefined) {
    needArgs(arguments.length, 1, "MessageEvent");
    super(type, init);
    const o = dictionary(init);
    this.#data = o.data === undefined ? null : o.data;
    this.#origin = o.origin === undefined ? "" : `${o.origin}`;
    this.#lastEventId = o.lastEventId === undefined ? "" : `${o.lastEventId}`;
    this.#source = o.source ?? null;
    this.#ports = o.ports === undefined ? [] : iterate(o.ports, "ports");
  }

  get data(): unknown {
    return this.#data;
  }
  get origin(): string {
    return this.#origin;
  }
  get lastEventId(): string {
    return this.#lastEventId;
  }
  get source(): unknown {
    return this.#source;
  }
  get ports(): readonly unknown[] {
    return this.#ports;
  }
}

export class CloseEvent extends Event {
  #code: number;
  #reason: string;
  #wasClean: boolean;

  constructor(type: string, init: any = undefined) {
    needNamed(arguments.length, "type");
    super(type, init);
    const o = dictionary(init);
    this.#code = o.code === undefined ? 0 : o.code & 0xffff;
    this.#reason = o.reason === undefined ? "" : `${o.reason}`;
    this.#wasClean = !!o.wasClean;
  }

  get code(): number {
    return this.#code;
  }
  get reason(): string {
    return this.#reason;
  }
  get wasClean(): boolean {
    return this.#wasClean;
  }
}

interface Listener {
  callback: any;
  capture: boolean;
  once: boolean;
  passive: boolean;
  removed: boolean;
  handler: boolean; // set through an on… attribute
}

export let listenersOf!: (t: EventTarget) => Map<string, Listener[]>; // throws for what is not an EventTarget

// targetListeners are the callbacks that wait for events of a type, or undefined for what is no event target.
export function targetListeners(t: any, type: PropertyKey): any[] | undefined {
  let map: Map<string, Listener[]>;
  try {
    map = listenersOf(t);
  } catch {
    return undefined;
  }
  const out: any[] = [];
  const list = map.get(type as string);
  if (list !== undefined) for (let i = 0; i < list.length; i++) ArrayPrototypePush(out, list[i]!.callback);
  return out;
}

// Watched is a list of listeners whose owner wants to know how many there are for a type.
interface Watched {
  changed?: (type: string, count: number) => void;
}

// watchListeners calls changed when the number of t's listeners for a type changes.
export function watchListeners(t: EventTarget, changed: (type: string, count: number) => void): void {
  (listenersOf(t) as Watched).changed = changed;
}

// listenerCountOf is how many listeners of t wait for a type; listenedTypes are the types that any waits for.
export function listenerCountOf(t: EventTarget, type: string): number {
  return listenersOf(t).get(type)?.length ?? 0;
}

export function listenedTypes(t: EventTarget): string[] {
  return mapKeys(listenersOf(t));
}

export class EventTarget {
  #listeners: Map<string, Listener[]> = new SafeMap();

  static {
    listenersOf = (t) => {
      if (typeof t !== "object" || t === null || !(#listeners in t)) throw illegalInvocation("EventTarget");
      return t.#listeners;
    };
  }

  addEventListener(type: string, callback: any, options: any = undefined): void {
    const map = listenersOf(this);
    needNamed(arguments.length, "type", "listener");
    const o = typeof options === "boolean" ? { capture: options } : dictionary(options);
    const capture = !!o.capture, once = !!o.once, passive = !!o.passive, signal = o.signal;
    if (signal !== undefined && !isSignal(signal)) throw invalidArgType("options.signal", "AbortSignal", signal);
    if (callback === null || callback === undefined) return;
    if (typeof callback !== "function" && typeof callback !== "object") throw invalidArgType("listener", "EventListener", callback);
    if (signal !== undefined && isAborted(signal)) return;
    const l = listen(map, `${type}`, callback, capture, once, passive, false);
    if (l !== undefined && signal !== undefined) onAbort(signal, () => unlisten(map, `${type}`, l));
  }

  removeEventListener(type: string, callback: any, options: any = undefined): void {
    const map = listenersOf(this);
    needNamed(arguments.length, "type", "listener");
    const capture = typeof options === "boolean" ? options : !!dictionary(options).capture;
    const list = map.get(`${type}`);
    if (list === undefined) return;
    for (let i = 0; i < list.length; i++) {
      const l = list[i]!;
      if (l.callback === callback && l.capture === capture && !l.handler) {
        unlisten(map, `${type}`, l);
        return;
      }
    }
  }

  dispatchEvent(event: Event): boolean {
    listenersOf(this);
    if (!isEvent(event)) throw invalidArgType("event", "Event", event);
    const s = stateOf(event);
    if (s.dispatching) throw new DOMException("The event is already being dispatched", "InvalidStateError");
    s.trusted = false;
    return dispatch(this, event);
  }
}

function listen(map: Map<string, Listener[]>, type: string, callback: any, capture: boolean, once: boolean, passive: boolean, handler: boolean): Listener | undefined {
  let list = map.get(type);
  if (list === undefined) {
    list = [];
    map.set(type, list);
  }
  for (let i = 0; i < list.length; i++) {
    const l = list[i]!;
    if (l.callback === callback && l.capture === capture && !l.handler && !handler) return undefined;
  }
  const l: Listener = { callback, capture, once, passive, removed: false, handler };
  ArrayPrototypePush(list, l);
  (map as Watched).changed?.(type, list.length);
  return l;
}

function unlisten(map: Map<string, Listener[]>, type: string, l: Listener): void {
  const list = map.get(type);
  if (list === undefined) return;
  for (let i = 0; i < list.length; i++) {
    if (list[i] === l) {
      l.removed = true;
      ArrayPrototypeSplice(list, i, 1);
      break;
    }
  }
  if (list.length === 0) map.delete(type);
  (map as Watched).changed?.(type, list.length);
}

// dispatch runs the listeners of target for an event; false if it was canceled. What a listener throws is uncaught.
export function dispatch(target: EventTarget, event: Event): boolean {
  const s = stateOf(event);
  const map = listenersOf(target);
  s.target = target;
  const list = map.get(s.type);
  if (list !== undefined) {
    s.currentTarget = target;
    s.dispatching = true;
    const now: Listener[] = [];
    for (let i = 0; i < list.length; i++) if (list[i]!.capture) ArrayPrototypePush(now, list[i]!);
    for (let i = 0; i < list.length; i++) if (!list[i]!.capture) ArrayPrototypePush(now, list[i]!);
    for (let i = 0; i < now.length && !s.stopImmediate; i++) {
      const l = now[i]!;
      if (l.removed) continue;
      if (l.once) unlisten(map, s.type, l);
      s.passive = l.passive && !asNode(); // in Node 20 they cancel like others
      try {
        if (typeof l.callback === "function") {
          const r = FunctionPrototypeCall(l.callback, target, event);
          if (l.handler && r === false) cancel(s);
        } else {
          const f = l.callback.handleEvent;
          if (typeof f !== "function") throw new TypeError_("listener.handleEvent is not a function");
          FunctionPrototypeCall(f, l.callback, event);
        }
      } catch (e) {
        if (asNode()) nextTick(host.uncaught, e);
        else host.uncaught(e);
      }
      s.passive = false;
    }
    s.dispatching = false;
    s.currentTarget = null;
  }
  s.stop = s.stopImmediate = false;
  return !s.canceled;
}

// fire dispatches an event that the platform made.
export function fire(target: EventTarget, event: Event): boolean {
  stateOf(event).trusted = true;
  return dispatch(target, event);
}

// eventHandler defines an on… attribute of an interface.
export function eventHandler(cls: Function, type: string): void {
  const find = (t: EventTarget): Listener | undefined => {
    const list = listenersOf(t).get(type);
    if (list === undefined) return undefined;
    for (let i = 0; i < list.length; i++) if (list[i]!.handler) return list[i];
    return undefined;
  };
  const name = `on${type}`;
  const accessors = {
    get [name](): unknown {
      return find(this as any)?.callback ?? null;
    },
    set [name](v: unknown) {
      const self: EventTarget = this as any;
      const l = find(self);
      const callback = typeof v === "function" || (typeof v === "object" && v !== null) ? v : null;
      if (l !== undefined) {
        if (callback === null) unlisten(listenersOf(self), type, l);
        else l.callback = callback;
      } else if (callback !== null) listen(listenersOf(self), type, callback, false, false, false, true);
    },
  };
  const d = ObjectGetOwnPropertyDescriptor(accessors, name)!;
  ObjectDefineProperty(cls.prototype, name, { __proto__: null, get: d.get, set: d.set, enumerable: true, configurable: true } as any);
}

interface SignalState {
  aborted: boolean;
  reason: unknown;
  algorithms: Set<() => void>;
  sources: AbortSignal[]; // of AbortSignal.any
  dependents: Set<AbortSignal>;
}

let signalOf!: (s: AbortSignal) => SignalState;
let isSignal!: (v: unknown) => v is AbortSignal;
const token = {};

export class AbortSignal extends EventTarget {
  #s: SignalState = { aborted: false, reason: undefined, algorithms: new SafeSet(), sources: [], dependents: new SafeSet() };

  static {
    signalOf = (s) => {
      if (typeof s !== "object" || s === null || !(#s in s)) throw illegalInvocation("AbortSignal");
      return s.#s;
    };
    isSignal = (v): v is AbortSignal => typeof v === "object" && v !== null && #s in v;
  }

  constructor(t: unknown = undefined) {
    if (t !== token) throw new TypeError_("Illegal constructor");
    super();
  }

  get aborted(): boolean {
    return signalOf(this).aborted;
  }
  get reason(): unknown {
    return signalOf(this).reason;
  }
  throwIfAborted(): void {
    const s = signalOf(this);
    if (s.aborted) throw s.reason;
  }

  static abort(reason: unknown = abortReason()): AbortSignal {
    const signal = new AbortSignal(token);
    const s = signalOf(signal);
    s.aborted = true;
    s.reason = reason;
    return signal;
  }

  static timeout(milliseconds: number): AbortSignal {
    needArgs(arguments.length, 1, "AbortSignal.timeout");
    const ms = +milliseconds;
    if (asNode()) validateInteger(milliseconds, "delay", 0, 4294967295);
    if (!(ms >= 0 && ms <= 9007199254740991)) throw new TypeError_("milliseconds must be between 0 and 2^53 - 1");
    const signal = new AbortSignal(token);
    internalTimer(() => abortSignal(signal, new DOMException(asNode() ? "The operation was aborted due to timeout" : "The operation timed out.", "TimeoutError")), ms, false);
    return signal;
  }

  static any(signals: Iterable<AbortSignal>): AbortSignal {
    needArgs(arguments.length, 1, "AbortSignal.any");
    const list = iterate(signals, "signals");
    const result = new AbortSignal(token);
    for (let i = 0; i < list.length; i++) {
      if (!isSignal(list[i])) throw new TypeError_(`signals[${i}] is not an AbortSignal`);
    }
    const r = signalOf(result);
    for (let i = 0; i < list.length; i++) {
      const s = signalOf(list[i]!);
      if (s.aborted) {
        r.aborted = true;
        r.reason = s.reason;
        return result;
      }
    }
    for (let i = 0; i < list.length; i++) {
      const s = signalOf(list[i]!);
      if (s.sources.length === 0) {
        ArrayPrototypePush(r.sources, list[i]!);
        s.dependents.add(result);
      }
      for (let j = 0; j < s.sources.length; j++) {
        ArrayPrototypePush(r.sources, s.sources[j]!);
        signalOf(s.sources[j]!).dependents.add(result);
      }
    }
    return result;
  }
}

function abortReason(): Error {
  return new DOMException("This operation was aborted", "AbortError");
}

// abortSignal aborts a signal, and those of AbortSignal.any that depend on it.
export function abortSignal(signal: AbortSignal, reason: unknown): void {
  const s = signalOf(signal);
  if (s.aborted) return;
  s.aborted = true;
  s.reason = reason;
  const dependents: AbortSignal[] = [];
  const all = setValues(s.dependents);
  for (let i = 0; i < all.length; i++) {
    const d = signalOf(all[i]!);
    if (d.aborted) continue;
    d.aborted = true;
    d.reason = reason;
    ArrayPrototypePush(dependents, all[i]!);
  }
  runAbort(signal);
  for (let i = 0; i < dependents.length; i++) runAbort(dependents[i]!);
}

function runAbort(signal: AbortSignal): void {
  const s = signalOf(signal);
  const algorithms = setValues(s.algorithms);
  s.algorithms.clear();
  for (let i = 0; i < algorithms.length; i++) algorithms[i]!();
  fire(signal, new Event("abort"));
}

// onAbort runs fn when the signal aborts, before its listeners, and returns a function that takes it back.
// For a signal that is aborted already, or something that is no AbortSignal, it does nothing.
export function onAbort(signal: AbortSignal, fn: () => void): () => void {
  if (!isSignal(signal)) return () => {};
  const s = signalOf(signal);
  if (s.aborted) return () => {};
  s.algorithms.add(fn);
  return () => {
    s.algorithms.delete(fn);
  };
}

// isAborted and reasonOf read a signal whatever a guest did to its prototype.
export function isAborted(signal: AbortSignal): boolean {
  return signalOf(signal).aborted;
}

export function reasonOf(signal: AbortSignal): unknown {
  return signalOf(signal).reason;
}

export { isSignal as isAbortSignal };

// newSignal makes a signal that the runtime aborts with abortSignal.
export function newSignal(): AbortSignal {
  return new AbortSignal(token);
}

export class AbortController {
  #signal = new AbortSignal(token);

  get signal(): AbortSignal {
    return this.#signal;
  }

  abort(reason: unknown = undefined): void {
    abortSignal(this.#signal, reason === undefined ? abortReason() : reason);
  }
}

eventHandler(AbortSignal, "abort");
inspectAs(Event, "Event", eventFields);
inspectAs(CustomEvent, "CustomEvent", (e: CustomEvent) => ({ ...eventFields(e), detail: e.detail }));
inspectAs(ErrorEvent, "ErrorEvent", (e: ErrorEvent) => ({ type: stateOf(e).type, message: e.message, error: e.error }));
inspectAs(MessageEvent, "MessageEvent", (e: MessageEvent) => ({ type: stateOf(e).type, data: e.data }));
inspectAs(AbortSignal, "AbortSignal", (s: AbortSignal) => ({ aborted: signalOf(s).aborted, reason: signalOf(s).reason }));
inspectAs(EventTarget, "EventTarget", (t: EventTarget) => (listenersOf(t), {}));
inspectAs(AbortController, "AbortController", (c: AbortController) => ({ signal: c.signal }));

const interfaces: Record<string, Function> = { Event, CustomEvent, ErrorEvent, MessageEvent, CloseEvent, EventTarget, AbortSignal, AbortController };
const names = ObjectKeys(interfaces);
for (let i = 0; i < names.length; i++) webInterface(interfaces[names[i]!]!, names[i]!);
defineGlobals(interfaces);
defineGlobals({ self: globalObject });
