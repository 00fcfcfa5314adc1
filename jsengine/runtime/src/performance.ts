// performance, navigator, reportError and globalThis.host.

import {
  ArrayPrototypeFilter,
  ArrayPrototypePush,
  ArrayPrototypeSlice,
  ArrayPrototypeSort,
  JSONParse,
  JSONStringify,
  ObjectFreeze,
  TypeError_,
  own,
  plain,
} from "./primordials.ts";
import { OP } from "buntime:ops";
import { DOMException, needArgs } from "./errors.ts";
import { EventTarget } from "./events.ts";
import { defineGetter, defineGlobal, defineGlobals, webInterface } from "./globals.ts";
import { inspectAs } from "./inspect.ts";
import { register } from "./modules.ts";
import { bunVersion, startTime } from "./process.ts";
import { structuredCloneOf } from "./structured-clone.ts";

const token = {};

let detailOf!: (e: PerformanceEntry) => unknown;
let startOf!: (e: PerformanceEntry) => number;
let nameOf!: (e: PerformanceEntry) => string;
let typeOf!: (e: PerformanceEntry) => string;

class PerformanceEntry {
  #name: string;
  #entryType: string;
  #startTime: number;
  #duration: number;
  #detail: unknown;

  static {
    inspectAs(PerformanceEntry, "PerformanceEntry", (e: PerformanceEntry) => e.toJSON());
    detailOf = (e) => e.#detail;
    startOf = (e) => e.#startTime;
    nameOf = (e) => e.#name;
    typeOf = (e) => e.#entryType;
  }

  constructor(t: unknown, name: string, entryType: string, start: number, duration: number, detail: unknown) {
    if (t !== token) throw new TypeError_("Illegal constructor");
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

class PerformanceMark extends PerformanceEntry {
  constructor(name: string, options: any = undefined) {
    needArgs(arguments.length, 1, "PerformanceMark");
    const start = options?.startTime;
    if (start !== undefined && !(+start >= 0)) throw new TypeError_("startTime must not be negative");
    const detail = options?.detail;
    super(token, `${name}`, "mark", start === undefined ? host.now() : +start, 0, detail === undefined ? null : structuredCloneOf(detail, []));
  }

  get detail(): unknown {
    return detailOf(this);
  }
}

class PerformanceMeasure extends PerformanceEntry {
  get detail(): unknown {
    return detailOf(this);
  }
}

let timeline: PerformanceEntry[] = [];

// markTime is the time a measure's start or end stands for: a number, or the last mark of that name.
function markTime(v: unknown): number {
  if (typeof v === "number") return v;
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
    needArgs(arguments.length, 1, "mark");
    const m = new PerformanceMark(name, options);
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
    return inOrder(timeline);
  }
  getEntriesByName(name: string, type: string | undefined = undefined): PerformanceEntry[] {
    return inOrder(ArrayPrototypeFilter(timeline, (e: PerformanceEntry) => nameOf(e) === `${name}` && (type === undefined || typeOf(e) === type)));
  }
  getEntriesByType(type: string): PerformanceEntry[] {
    return inOrder(ArrayPrototypeFilter(timeline, (e: PerformanceEntry) => typeOf(e) === `${type}`));
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
  performance,
  reportError(error: unknown): void {
    needArgs(arguments.length, 1, "reportError");
    host.uncaught(error);
  },
});
register(["node:perf_hooks", "perf_hooks"], () => ({ performance, Performance, PerformanceEntry, PerformanceMark, PerformanceMeasure, constants: plain() }));

class Navigator {
  constructor(t: unknown) {
    if (t !== token) throw new TypeError_("Illegal constructor");
  }
  get userAgent(): string {
    return `Bun/${bunVersion} (buntime)`;
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
inspectAs(Navigator, "Navigator", () => ({ userAgent: `Bun/${bunVersion} (buntime)`, hardwareConcurrency: 1, language: "en-US", platform: "Linux x86_64" }));
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
