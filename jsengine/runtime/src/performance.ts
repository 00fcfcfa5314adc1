// performance, navigator, reportError and globalThis.host.

import {
  ArrayIsArray,
  ArrayPrototypeFilter,
  ArrayPrototypeIncludes,
  ArrayPrototypePush,
  ArrayPrototypeShift,
  ArrayPrototypeSlice,
  ArrayPrototypeSort,
  Error_,
  FinalizationRegistry_,
  FunctionPrototypeCall,
  JSONParse,
  JSONStringify,
  ObjectDefineProperty,
  ObjectFreeze,
  ObjectGetOwnPropertyDescriptor,
  StringPrototypeSlice,
  TypeError_,
  own,
  plain,
  setOwn,
  uncurryThis,
} from "./primordials.ts";
import { OP } from "buntime:ops";
import { DOMException, needArgs } from "./errors.ts";
import { Event, EventTarget, dispatch } from "./events.ts";
import { defineGetter, defineGlobal, defineGlobals, named, webInterface } from "./globals.ts";
import { inspectAs } from "./inspect.ts";
import { inspect } from "./node/inspect.ts";
import { coded, invalidArgType, missingArgs, validateFunction, validateNumber, validateObject } from "./node/errors.ts";
import { asNode } from "./mode.ts";
import { bunVersion, nodeVersion, startTime } from "./process.ts";
import { structuredCloneOf } from "./structured-clone.ts";
import { setImmediate } from "./timers.ts";

const token = {};

let detailOf!: (e: PerformanceEntry) => unknown;
let startOf!: (e: PerformanceEntry) => number;
let nameOf!: (e: PerformanceEntry) => string;
let typeOf!: (e: PerformanceEntry) => string;
let durationOf!: (e: PerformanceEntry) => number;

function illegal(): Error {
  return coded(TypeError_, "ERR_ILLEGAL_CONSTRUCTOR", "Illegal constructor");
}

class PerformanceEntry {
  #name: string;
  #entryType: string;
  #startTime: number;
  #duration: number;
  #detail: unknown;

  static {
    inspectAs(PerformanceEntry, "PerformanceEntry", (e: PerformanceEntry) =>
      (typeOf(e) === "mark" || typeOf(e) === "measure" || typeOf(e) === "function" ? withDetail(e) : { name: e.#name, entryType: e.#entryType, startTime: e.#startTime, duration: e.#duration }));
    detailOf = (e) => e.#detail;
    startOf = (e) => e.#startTime;
    nameOf = (e) => e.#name;
    typeOf = (e) => e.#entryType;
    durationOf = (e) => e.#duration;
  }

  constructor(t: unknown, name: string, entryType: string, start: number, duration: number, detail: unknown) {
    if (t !== token) throw illegal();
    this.#name = name;
    this.#entryType = entryType;
    this.#startTime = start;
    this.#duration = duration;
    this.#detail = detail;
  }

  get name(): string {
    return this.#name;
  }
  get entryType(): string {
    return this.#entryType;
  }
  get startTime(): number {
    return this.#startTime;
  }
  get duration(): number {
    return this.#duration;
  }
  toJSON(): Record<string, unknown> {
    return { name: this.#name, entryType: this.#entryType, startTime: this.#startTime, duration: this.#duration };
  }
}

function withDetail(e: PerformanceEntry): Record<string, unknown> {
  return { name: nameOf(e), entryType: typeOf(e), startTime: startOf(e), duration: durationOf(e), detail: detailOf(e) };
}

function invalidTimestamp(t: unknown): Error {
  return coded(TypeError_, "ERR_PERFORMANCE_INVALID_TIMESTAMP", `${t as any} is not a valid timestamp`);
}

function invalidMeasure(why: string): Error {
  return coded(TypeError_, "ERR_PERFORMANCE_MEASURE_INVALID_OPTIONS", why);
}

class PerformanceMark extends PerformanceEntry {
  constructor(name: string, options: any = undefined) {
    if (arguments.length === 0) throw missingArgs(["name"]);
    name = `${name}`;
    if (options !== undefined && options !== null) validateObject(options, "options");
    const start = options?.startTime ?? host.now();
    validateNumber(start, "startTime");
    if (start < 0) throw invalidTimestamp(start);
    const detail = options?.detail ?? null;
    super(token, name, "mark", start, 0, detail === null ? null : structuredCloneOf(detail, []));
  }

  get detail(): unknown {
    return detailOf(this);
  }
  toJSON(): Record<string, unknown> {
    return withDetail(this);
  }
}

class PerformanceMeasure extends PerformanceEntry {
  get detail(): unknown {
    return detailOf(this);
  }
  toJSON(): Record<string, unknown> {
    return withDetail(this);
  }
}

// PerformanceNodeEntry is what Node itself measures: detail is what of.
class PerformanceNodeEntry extends PerformanceEntry {
  get detail(): unknown {
    return detailOf(this);
  }
  toJSON(): Record<string, unknown> {
    return withDetail(this);
  }
}

// Timing is what fetch knows of a request: times are those of host.now(). The names are the Fetch standard's.
export interface Timing {
  startTime: number;
  endTime: number;
  redirectStartTime?: number;
  redirectEndTime?: number;
  postRedirectStartTime?: number;
  finalServiceWorkerStartTime?: number;
  finalNetworkRequestStartTime?: number;
  finalNetworkResponseStartTime?: number;
  finalConnectionTimingInfo?: any;
  encodedBodySize?: number;
  decodedBodySize?: number;
}

// The members of a PerformanceResourceTiming, in the order of its JSON, and where they come from.
const resourceMembers: [string, (t: Timing, r: Resource) => unknown][] = [
  ["initiatorType", (_, r) => r.initiator],
  ["nextHopProtocol", (t) => t.finalConnectionTimingInfo?.ALPNNegotiatedProtocol],
  ["workerStart", (t) => t.finalServiceWorkerStartTime],
  ["redirectStart", (t) => t.redirectStartTime],
  ["redirectEnd", (t) => t.redirectEndTime],
  ["fetchStart", (t) => t.postRedirectStartTime],
  ["domainLookupStart", (t) => t.finalConnectionTimingInfo?.domainLookupStartTime],
  ["domainLookupEnd", (t) => t.finalConnectionTimingInfo?.domainLookupEndTime],
  ["connectStart", (t) => t.finalConnectionTimingInfo?.connectionStartTime],
  ["connectEnd", (t) => t.finalConnectionTimingInfo?.connectionEndTime],
  ["secureConnectionStart", (t) => t.finalConnectionTimingInfo?.secureConnectionStartTime],
  ["requestStart", (t) => t.finalNetworkRequestStartTime],
  ["responseStart", (t) => t.finalNetworkResponseStartTime],
  ["responseEnd", (t) => t.endTime],
  ["transferSize", (t, r) => (r.cache === "local" ? 0 : r.cache === "validated" ? headSize : (t.encodedBodySize ?? 0) + headSize)],
  ["encodedBodySize", (t) => t.encodedBodySize],
  ["decodedBodySize", (t) => t.decodedBodySize],
];
const headSize = 300; // bytes that the standard counts for a response's head

interface Resource {
  timing: Timing;
  initiator: string;
  cache: string;
}

class PerformanceResourceTiming extends PerformanceEntry {
  #r: Resource;
  static {
    const of = (e: PerformanceResourceTiming): Resource => e.#r;
    for (let i = 0; i < resourceMembers.length; i++) {
      const name = resourceMembers[i]![0], member = resourceMembers[i]![1];
      const getter = {
        get [name]() {
          const r = of(this as any);
          return member(r.timing, r);
        },
      };
      ObjectDefineProperty(this.prototype, name, ObjectGetOwnPropertyDescriptor(getter, name)!);
    }
    inspectAs(this, "PerformanceResourceTiming", (e: PerformanceResourceTiming) => e.toJSON());
  }
  constructor(t: unknown, name: string, r: Resource) {
    super(t, name, "resource", r?.timing.startTime, r?.timing.endTime - r?.timing.startTime, null);
    this.#r = r;
  }
  toJSON(): Record<string, unknown> {
    const out: any = { name: nameOf(this), entryType: "resource", startTime: startOf(this), duration: durationOf(this) };
    for (let i = 0; i < resourceMembers.length; i++) setOwn(out, resourceMembers[i]![0], resourceMembers[i]![1](this.#r.timing, this.#r));
    return out;
  }
}

let resources: PerformanceEntry[] = []; // at most maxResources
let maxResources = 250;
let excess: PerformanceEntry[] = []; // those that found no room, until the program was told

// markResource makes an entry of a request that is over, as the Resource Timing standard has it.
function markResource(name: string, r: Resource): PerformanceResourceTiming {
  const e = new PerformanceResourceTiming(token, name, r);
  publish(e);
  if (resources.length < maxResources && excess.length === 0) ArrayPrototypePush(resources, e);
  else {
    ArrayPrototypePush(excess, e);
    if (excess.length === 1) setImmediate(resourcesFull);
  }
  return e;
}

function resourcesFull(): void {
  while (excess.length > 0) {
    const before = excess.length;
    dispatch(performance, new Event("resourcetimingbufferfull"));
    while (excess.length > 0 && resources.length < maxResources) ArrayPrototypePush(resources, ArrayPrototypeShift(excess));
    if (excess.length >= before) excess = [];
  }
}

// fetched tells of a fetch that is over: url is what was asked for.
export function fetched(url: string, timing: Timing): void {
  markResource(url, { timing, initiator: "fetch", cache: "" });
}

// ---- observers ----

const observable = ObjectFreeze(["dns", "function", "gc", "http", "http2", "mark", "measure", "net", "resource"]);

class PerformanceObserverEntryList {
  #entries: PerformanceEntry[];
  constructor(t: unknown, entries: PerformanceEntry[]) {
    if (t !== token) throw illegal();
    this.#entries = inOrder(entries);
  }
  getEntries(): PerformanceEntry[] {
    return ArrayPrototypeSlice(this.#entries);
  }
  getEntriesByType(type: string): PerformanceEntry[] {
    if (arguments.length === 0) throw missingArgs(["type"]);
    return ofType(this.#entries, `${type}`);
  }
  getEntriesByName(name: string, type: string | undefined = undefined): PerformanceEntry[] {
    if (arguments.length === 0) throw missingArgs(["name"]);
    return byName(this.#entries, `${name}`, type);
  }
}

interface Observer {
  callback: Function;
  self: any;
  types: string[];
  multiple: boolean | undefined; // observes entryTypes, or a type at a time
  buffer: PerformanceEntry[];
}

let observers: Observer[] = [];
let waiting: Observer[] = []; // those that will be called
let observerOf: (o: any) => Observer;

function wake(o: Observer): void {
  if (ArrayPrototypeIncludes(waiting, o)) return;
  ArrayPrototypePush(waiting, o);
  if (waiting.length > 1) return;
  setImmediate(() => {
    const all = waiting;
    waiting = [];
    for (let i = 0; i < all.length; i++) {
      const o = all[i]!;
      const list = o.buffer;
      o.buffer = [];
      try {
        FunctionPrototypeCall(o.callback as any, undefined, new PerformanceObserverEntryList(token, list), o.self);
      } catch (e) {
        host.uncaught(e);
      }
    }
  });
}

// publish gives an entry to those that observe its type.
function publish(e: PerformanceEntry): void {
  for (let i = 0; i < observers.length; i++) {
    const o = observers[i]!;
    if (!ArrayPrototypeIncludes(o.types, typeOf(e))) continue;
    ArrayPrototypePush(o.buffer, e);
    wake(o);
  }
}

class PerformanceObserver {
  #o: Observer;
  static {
    observerOf = (o) => o.#o;
  }
  constructor(callback: any) {
    validateFunction(callback, "callback");
    this.#o = { callback, self: this, types: [], multiple: undefined, buffer: [] };
  }
  observe(options: any = {}): void {
    validateObject(options, "options");
    const { entryTypes, type, buffered } = options;
    if (entryTypes === undefined && type === undefined) throw missingArgs(["options.entryTypes", "options.type"]);
    if (entryTypes != null && type != null) {
      throw coded(TypeError_, "ERR_INVALID_ARG_VALUE", `The property 'options.entryTypes' options.entryTypes can not set with options.type together. Received ${inspect(entryTypes)}`);
    }
    const o = this.#o;
    const multiple = type === undefined;
    if (o.multiple !== undefined && o.multiple !== multiple) throw new DOMException(`PerformanceObserver can not change to ${multiple ? "multiple observations" : "single observation"}`, "InvalidModificationError");
    o.multiple = multiple;
    if (multiple) {
      if (!ArrayIsArray(entryTypes)) throw invalidArgType("options.entryTypes", "string[]", entryTypes);
      o.types = [];
      for (let i = 0; i < entryTypes.length; i++) if (ArrayPrototypeIncludes(observable, entryTypes[i])) ArrayPrototypePush(o.types, entryTypes[i]);
    } else {
      if (!ArrayPrototypeIncludes(observable, type)) return;
      ArrayPrototypePush(o.types, type);
      if (buffered) {
        const before = inOrder(ofType(recorded(), type));
        for (let i = 0; i < before.length; i++) ArrayPrototypePush(o.buffer, before[i]);
        wake(o);
      }
    }
    if (ArrayPrototypeIncludes(o.types, "gc")) watchCollections();
    if (o.types.length === 0) this.disconnect();
    else if (!ArrayPrototypeIncludes(observers, o)) ArrayPrototypePush(observers, o);
  }
  disconnect(): void {
    const o = this.#o;
    observers = ArrayPrototypeFilter(observers, (x: Observer) => x !== o);
    waiting = ArrayPrototypeFilter(waiting, (x: Observer) => x !== o);
    o.buffer = [];
    o.types = [];
    o.multiple = undefined;
  }
  takeRecords(): PerformanceEntry[] {
    const list = this.#o.buffer;
    this.#o.buffer = [];
    return list;
  }
  static get supportedEntryTypes(): readonly string[] {
    return observable;
  }
}
inspectAs(PerformanceObserver, "PerformanceObserver", (v) => {
  const o = observerOf(v);
  return { connected: ArrayPrototypeIncludes(observers, o), pending: ArrayPrototypeIncludes(waiting, o), entryTypes: o.types, buffer: o.buffer };
});

function ofType(list: PerformanceEntry[], type: string): PerformanceEntry[] {
  return ArrayPrototypeFilter(list, (e: PerformanceEntry) => typeOf(e) === type);
}

function byName(list: PerformanceEntry[], name: string, type: string | undefined): PerformanceEntry[] {
  return ArrayPrototypeFilter(list, (e: PerformanceEntry) => nameOf(e) === name && (type === undefined || type === null || typeOf(e) === type));
}

let timeline: PerformanceEntry[] = []; // marks and measures

function recorded(): PerformanceEntry[] {
  const all = ArrayPrototypeSlice(timeline);
  for (let i = 0; i < resources.length; i++) ArrayPrototypePush(all, resources[i]!);
  return all;
}

// markTime is the time a measure's start or end stands for: a number, or the last mark of that name.
function markTime(v: unknown): number {
  if (typeof v === "number") {
    if (v < 0) throw invalidTimestamp(v);
    return v;
  }
  const name = `${v as any}`;
  for (let i = timeline.length - 1; i >= 0; i--) {
    if (typeOf(timeline[i]!) === "mark" && nameOf(timeline[i]!) === name) return startOf(timeline[i]!);
  }
  throw new DOMException(`The "${name}" performance mark has not been set`, "SyntaxError");
}

function inOrder(list: PerformanceEntry[]): PerformanceEntry[] {
  return ArrayPrototypeSort(ArrayPrototypeSlice(list), (a: PerformanceEntry, b: PerformanceEntry) => startOf(a) - startOf(b));
}

function without(type: string, name: unknown): void {
  timeline = ArrayPrototypeFilter(timeline, (e: PerformanceEntry) => typeOf(e) !== type || (name !== undefined && nameOf(e) !== `${name as any}`));
}

class Performance extends EventTarget {
  constructor(t: unknown) {
    if (t !== token) throw new TypeError_("Illegal constructor");
    super();
  }

  get timeOrigin(): number {
    return startTime();
  }
  now(): number {
    return host.now();
  }
  mark(name: string, options: any = undefined): PerformanceMark {
    if (arguments.length === 0) throw missingArgs(["name"]);
    const m = new PerformanceMark(name, options);
    publish(m);
    ArrayPrototypePush(timeline, m);
    return m;
  }
  measure(name: string, startOrOptions: any = undefined, endMark: any = undefined): PerformanceMeasure {
    needArgs(arguments.length, 1, "measure");
    let start = 0;
    let end: number;
    let detail: unknown = null;
    if (startOrOptions !== null && typeof startOrOptions === "object") {
      const o = startOrOptions;
      if (endMark !== undefined) throw invalidMeasure("endMark must not be specified");
      if (o.start !== undefined && o.end !== undefined && o.duration !== undefined) throw invalidMeasure("Must not have options.start, options.end, and options.duration specified");
      if (o.detail !== undefined) detail = structuredCloneOf(o.detail, []);
      if (o.end !== undefined) end = markTime(o.end);
      else if (o.start !== undefined && o.duration !== undefined) end = markTime(o.start) + +o.duration;
      else end = host.now();
      if (o.start !== undefined) start = markTime(o.start);
      else if (o.duration !== undefined && o.end !== undefined) start = end - +o.duration;
    } else {
      end = endMark === undefined ? host.now() : markTime(endMark);
      if (startOrOptions !== undefined) start = markTime(startOrOptions);
    }
    const m = new PerformanceMeasure(token, `${name}`, "measure", start, end - start, detail);
    publish(m);
    ArrayPrototypePush(timeline, m);
    return m;
  }
  clearMarks(name: string | undefined = undefined): void {
    without("mark", name);
  }
  clearMeasures(name: string | undefined = undefined): void {
    without("measure", name);
  }
  getEntries(): PerformanceEntry[] {
    return inOrder(recorded());
  }
  getEntriesByName(name: string, type: string | undefined = undefined): PerformanceEntry[] {
    return inOrder(byName(recorded(), `${name}`, type));
  }
  getEntriesByType(type: string): PerformanceEntry[] {
    return inOrder(ofType(recorded(), `${type}`));
  }
  clearResourceTimings(name: string | undefined = undefined): void {
    resources = name === undefined ? [] : ArrayPrototypeFilter(resources, (e: PerformanceEntry) => nameOf(e) !== `${name}`);
  }
  setResourceTimingBufferSize(maxSize: number): void {
    if (arguments.length === 0) throw missingArgs(["maxSize"]);
    maxResources = maxSize >>> 0;
  }
  toJSON(): Record<string, unknown> {
    return { timeOrigin: this.timeOrigin };
  }
}

const performance = new Performance(token);
inspectAs(Performance, "Performance", () => ({ timeOrigin: startTime() }));

defineGlobals({
  Performance: webInterface(Performance, "Performance"),
  PerformanceEntry: webInterface(PerformanceEntry, "PerformanceEntry"),
  PerformanceMark: webInterface(PerformanceMark, "PerformanceMark"),
  PerformanceMeasure: webInterface(PerformanceMeasure, "PerformanceMeasure"),
  PerformanceObserver: webInterface(PerformanceObserver, "PerformanceObserver"),
  PerformanceObserverEntryList: named(webInterface(PerformanceObserverEntryList, "PerformanceObserverEntryList"), "PerformanceObserverEntryList", 0),
  PerformanceResourceTiming: webInterface(PerformanceResourceTiming, "PerformanceResourceTiming"),
  performance,
  reportError(error: unknown): void {
    needArgs(arguments.length, 1, "reportError");
    host.uncaught(error);
  },
});

// What node:perf_hooks has of it.
export { performance };
export const web = { Performance, PerformanceEntry: PerformanceEntry as any, PerformanceMark, PerformanceMeasure, PerformanceObserver, PerformanceObserverEntryList, PerformanceResourceTiming };

let collections: FinalizationRegistry<undefined> | undefined; // made when somebody observes them
let watched = false;

// watchCollections makes garbage that only a collection finds, a cycle, and is told when it is gone. How long
// that took the engine does not say.
function watchCollections(): void {
  if (watched) return;
  collections ??= new FinalizationRegistry_(() => {
    watched = false;
    if (!observed("gc")) return;
    publishNode("gc", "gc", host.now(), { kind: 4, flags: 0 }); // NODE_PERFORMANCE_GC_MAJOR
    watchCollections();
  });
  const garbage: any = {};
  garbage.self = garbage;
  registerFinal(collections, garbage, undefined);
  watched = true;
}
const registerFinal = uncurryThis(FinalizationRegistry_.prototype.register);

// observed reports whether anybody observes entries of a type.
export function observed(type: string): boolean {
  for (let i = 0; i < observers.length; i++) if (ArrayPrototypeIncludes(observers[i]!.types, type)) return true;
  return false;
}

// publishNode tells of something of Node's that began at start and is over now.
export function publishNode(type: string, name: string, start: number, detail: unknown): void {
  publish(new PerformanceNodeEntry(token, name, type, start, host.now() - start, detail));
}

// markResourceTiming is Node's way for a client of HTTP to tell of a request that is over.
export function markResourceTiming(timing: Timing, url: unknown, initiator: string, _global: unknown, cache: string): PerformanceResourceTiming {
  if (cache !== "" && cache !== "local") throw coded(Error_, "ERR_INTERNAL_ASSERTION", "cache must be an empty string or 'local'");
  return markResource(`${url}`, { timing, initiator, cache });
}

const userAgent = () => (asNode() ? "Node.js/" + StringPrototypeSlice(nodeVersion, 0, 2) : `Bun/${bunVersion} (buntime)`);
class Navigator {
  constructor(t: unknown) {
    if (t !== token) throw new TypeError_("Illegal constructor");
  }
  get userAgent(): string {
    return userAgent();
  }
  get hardwareConcurrency(): number {
    return 1;
  }
  get language(): string {
    return "en-US";
  }
  get languages(): readonly string[] {
    return languages;
  }
  get platform(): string {
    return "Linux x86_64";
  }
}
const languages = ObjectFreeze(["en-US"]);
inspectAs(Navigator, "Navigator", () => ({ userAgent: userAgent(), hardwareConcurrency: 1, language: "en-US", platform: "Linux x86_64" }));
defineGlobal("Navigator", webInterface(Navigator, "Navigator"));
defineGlobal("navigator", new Navigator(token));

// defineHost puts the embedding program's functions on globalThis.host; without any there is no such property.
// `await host.price(x)` sends x as JSON and settles with what the function returned.
export function defineHost(): void {
  defineGetter("host", () => {
    const names: string[] = host.sync(OP["host.names"]!);
    const functions: Record<string, Function> = plain();
    for (let i = 0; i < names.length; i++) functions[names[i]!] = hostFunction(names[i]!);
    return ObjectFreeze(functions);
  });
}

function hostFunction(name: string): Function {
  return {
    async [name](arg?: unknown): Promise<unknown> {
      const text = arg === undefined ? "null" : JSONStringify(arg);
      if (text === undefined) throw new TypeError_(`The argument of host.${name} is not JSON`);
      const result: string = await own(host.async(OP["host.call"]!, name, text));
      return JSONParse(result);
    },
  }[name]!;
}
