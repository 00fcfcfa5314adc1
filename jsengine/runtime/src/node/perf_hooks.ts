// node:perf_hooks: what Node adds to the web's performance, and its histograms.

import {
  ArrayPrototypeSort, BigInt_, FunctionPrototypeCall, MathFloor, MathLog2, MathMax, MathPow, NumberIsNaN, Number_, ObjectDefineProperty, ReflectApply,
  ReflectConstruct, SafeMap, mapEntries, hide,
} from "../primordials.ts";
import { register } from "../modules.ts";
import { markResourceTiming, observed, performance, publishNode, web } from "../performance.ts";
import { startTime } from "../process.ts";
import { internalTimer } from "../timers.ts";
import { invalidArgType, outOfRange, validateFunction, validateInteger, validateNumber, validateObject } from "./errors.ts";
import { tidy } from "./names.ts";

// Histogram counts values in buckets that are exact to a number of digits, as HdrHistogram does.
class Histogram {
  #counts: Map<number, number> = new SafeMap(); // by the lowest value of a bucket
  #half: number; // values below 2^(half+1) have buckets of their own
  #highest: number;
  #total = 0;
  #min = Infinity;
  #max = 0;
  #exceeds = 0;
  #last = -1; // when recordDelta was called

  constructor(highest: number, figures: number) {
    this.#highest = highest;
    let magnitude = 0;
    while (MathPow(2, magnitude) < 2 * MathPow(10, figures)) magnitude++;
    this.#half = magnitude - 1;
  }
  #size(v: number): number {
    const n = MathFloor(MathLog2(v)) - this.#half;
    return n > 0 ? MathPow(2, n) : 1;
  }
  #low(v: number): number {
    if (v < 1) return 0;
    const size = this.#size(v);
    return v - (v % size);
  }
  #high(v: number): number {
    return v < 1 ? 0 : this.#low(v) + this.#size(v) - 1;
  }
  #add(v: number, n: number): void {
    if (v > this.#highest) {
      this.#exceeds += n;
      return;
    }
    const low = this.#low(v);
    this.#counts.set(low, (this.#counts.get(low) ?? 0) + n);
    this.#total += n;
    if (v < this.#min) this.#min = v;
    if (v > this.#max) this.#max = v;
  }
  static take(h: Histogram, v: number): void {
    h.#add(v, 1);
  }
  #sorted(): [number, number][] {
    return ArrayPrototypeSort(mapEntries(this.#counts), (a: [number, number], b: [number, number]) => a[0] - b[0]);
  }
  #middle(low: number): number {
    return low + MathFloor(this.#size(MathMax(low, 1)) / 2);
  }
  #at(p: number): number {
    let want = MathFloor((p / 100) * this.#total + 0.5);
    if (want < 1) want = 1;
    const all = this.#sorted();
    for (let i = 0, n = 0; i < all.length; i++) {
      n += all[i]![1];
      if (n >= want) return this.#high(all[i]![0]);
    }
    return 0;
  }
  #checked(p: unknown): number {
    validateNumber(p, "percentile");
    if (NumberIsNaN(p) || p <= 0 || p > 100) throw outOfRange("percentile", "> 0 && <= 100", p);
    return p;
  }
  #percentiles<V>(value: (v: number) => V): Map<number, V> {
    const out: Map<number, V> = new SafeMap();
    if (this.#total === 0) {
      out.set(100, value(0));
      return out;
    }
    out.set(0, value(this.#at(0.0001)));
    for (let p = 50, step = 25; ; p += step, step /= 2) {
      const v = this.#at(p);
      if (v >= this.#high(this.#max) || step < 0.001) break;
      out.set(p, value(v));
    }
    out.set(100, value(this.#high(this.#max)));
    return out;
  }

  get count(): number {
    return this.#total;
  }
  get countBigInt(): bigint {
    return BigInt_(this.#total);
  }
  get min(): number {
    return this.#total === 0 ? 9223372036854776000 : this.#low(this.#min);
  }
  get minBigInt(): bigint {
    return this.#total === 0 ? 9223372036854775807n : BigInt_(this.#low(this.#min));
  }
  get max(): number {
    return this.#high(this.#max);
  }
  get maxBigInt(): bigint {
    return BigInt_(this.#high(this.#max));
  }
  get mean(): number {
    const all = mapEntries(this.#counts);
    let sum = 0;
    for (let i = 0; i < all.length; i++) sum += this.#middle(all[i]![0]) * all[i]![1];
    return this.#total === 0 ? NaN : sum / this.#total;
  }
  get stddev(): number {
    if (this.#total === 0) return NaN;
    const mean = this.mean, all = mapEntries(this.#counts);
    let sum = 0;
    for (let i = 0; i < all.length; i++) sum += MathPow(this.#middle(all[i]![0]) - mean, 2) * all[i]![1];
    return MathPow(sum / this.#total, 0.5);
  }
  get exceeds(): number {
    return this.#exceeds;
  }
  get exceedsBigInt(): bigint {
    return BigInt_(this.#exceeds);
  }
  percentile(percentile: number): number {
    return this.#at(this.#checked(percentile));
  }
  percentileBigInt(percentile: number): bigint {
    return BigInt_(this.#at(this.#checked(percentile)));
  }
  get percentiles(): Map<number, number> {
    return this.#percentiles((v) => v);
  }
  get percentilesBigInt(): Map<number, bigint> {
    return this.#percentiles((v) => BigInt_(v));
  }
  reset(): void {
    this.#counts = new SafeMap();
    this.#total = this.#max = this.#exceeds = 0;
    this.#min = Infinity;
  }
  toJSON(): object {
    const p: any = {};
    const all = mapEntries(this.percentiles);
    for (let i = 0; i < all.length; i++) p[all[i]![0]] = all[i]![1];
    return { count: this.count, min: this.min, max: this.max, mean: this.mean, exceeds: this.exceeds, stddev: this.stddev, percentiles: p };
  }
  static record(h: Histogram, v: unknown): void {
    if (typeof v === "bigint") {
      if (v < 1n || v > 9007199254740991n) throw outOfRange("val", ">= 1 && <= 9007199254740991", v);
      v = Number_(v);
    } else validateInteger(v, "val", 1);
    h.#add(v as number, 1);
  }
  static delta(h: Histogram): void {
    const now = host.now();
    if (h.#last >= 0) h.#add(MathMax(1, MathFloor((now - h.#last) * 1e6)), 1);
    h.#last = now;
  }
  static merge(h: Histogram, other: unknown): void {
    if (other === null || typeof other !== "object" || !(#counts in other)) throw invalidArgType("other", "RecordableHistogram", other);
    const all = mapEntries((other as Histogram).#counts);
    for (let i = 0; i < all.length; i++) h.#add(all[i]![0], all[i]![1]);
  }
}

class RecordableHistogram extends Histogram {
  record(val: unknown): void {
    Histogram.record(this, val);
  }
  recordDelta(): void {
    Histogram.delta(this);
  }
  add(other: unknown): void {
    Histogram.merge(this, other);
  }
}

function createHistogram(options: any = {}): RecordableHistogram {
  validateObject(options, "options");
  const { lowest = 1, highest = 9007199254740991, figures = 3 } = options;
  const checked = (v: unknown, name: string, min: number, max: number): number => {
    if (typeof v === "bigint") v = Number_(v);
    validateInteger(v, name, min, max);
    return v;
  };
  const low = checked(lowest, "options.lowest", 1, 9007199254740991);
  const high = checked(highest, "options.highest", 2 * low, 9007199254740991);
  validateInteger(figures, "options.figures", 1, 5);
  return new RecordableHistogram(high, figures);
}

// A histogram of how late timers are, in nanoseconds.
class ELDHistogram extends Histogram {
  #resolution: number;
  #stop: (() => void) | undefined;
  constructor(resolution: number) {
    super(3.6e12, 3);
    this.#resolution = resolution;
  }
  #sample(): void {
    const began = host.now();
    this.#stop = internalTimer(() => {
      Histogram.take(this, MathMax(1, MathFloor((host.now() - began) * 1e6)));
      this.#sample();
    }, this.#resolution, false);
  }
  enable(): boolean {
    if (this.#stop !== undefined) return false;
    this.#sample();
    return true;
  }
  disable(): boolean {
    if (this.#stop === undefined) return false;
    this.#stop();
    this.#stop = undefined;
    return true;
  }
}

function monitorEventLoopDelay(options: any = {}): ELDHistogram {
  validateObject(options, "options");
  const { resolution = 10 } = options;
  validateInteger(resolution, "options.resolution", 1);
  return new ELDHistogram(resolution);
}

class PerformanceNodeTiming {
  get name(): string {
    return "node";
  }
  get entryType(): string {
    return "node";
  }
  get startTime(): number {
    return 0;
  }
  get duration(): number {
    return host.now();
  }
  toJSON(): object {
    return {
      name: "node", entryType: "node", startTime: 0, duration: host.now(), nodeStart: 0, v8Start: 0, bootstrapComplete: 0, environment: 0, loopStart: 0, loopExit: -1, idleTime: 0,
    };
  }
}
const milestones = ["nodeStart", "v8Start", "bootstrapComplete", "environment", "loopStart", "idleTime"];
for (let i = 0; i < milestones.length; i++) ObjectDefineProperty(PerformanceNodeTiming.prototype, milestones[i]!, { __proto__: null, get: () => 0, enumerable: true, configurable: true } as any);
ObjectDefineProperty(PerformanceNodeTiming.prototype, "loopExit", { __proto__: null, get: () => -1, enumerable: true, configurable: true } as any);
const nodeTiming = new PerformanceNodeTiming();

// The event loop is the host's: how long it waited is not told.
function eventLoopUtilization(): object {
  return { idle: 0, active: 0, utilization: 0 };
}

function timerify(fn: any, options: any = {}): any {
  validateFunction(fn, "fn");
  validateObject(options, "options");
  const { histogram } = options;
  if (histogram !== undefined && (histogram === null || typeof histogram !== "object" || typeof histogram.record !== "function")) {
    throw invalidArgType("options.histogram", "RecordableHistogram", histogram);
  }
  const done = (args: unknown[], start: number): void => {
    const took = host.now() - start;
    if (histogram !== undefined) histogram.record(MathMax(1, MathFloor(took * 1e6)));
    if (observed("function")) publishNode("function", fn.name, start, args);
  };
  function timerified(this: unknown, ...args: unknown[]): unknown {
    const start = host.now();
    const result: any = new.target ? ReflectConstruct(fn, args, fn) : ReflectApply(fn, this, args);
    if (!new.target && result !== null && typeof result === "object" && typeof result.finally === "function") {
      return FunctionPrototypeCall(result.finally, result, () => done(args, start));
    }
    done(args, start);
    return result;
  }
  ObjectDefineProperty(timerified, "length", { __proto__: null, value: fn.length, configurable: true } as any);
  ObjectDefineProperty(timerified, "name", { __proto__: null, value: `timerified ${fn.name}`, configurable: true } as any);
  return timerified;
}

const extra: any = tidy({
  eventLoopUtilization,
  timerify,
  toJSON: () => ({ nodeTiming: nodeTiming.toJSON(), timeOrigin: startTime(), eventLoopUtilization: eventLoopUtilization() }),
  markResourceTiming,
});
const names = ["eventLoopUtilization", "timerify", "toJSON", "markResourceTiming"];
for (let i = 0; i < names.length; i++) {
  hide(performance, names[i]!, extra[names[i]!]);
}
hide(performance, "nodeTiming", nodeTiming);

const constants: any = {};
const gc: [string, number][] = [
  ["GC_MAJOR", 4], ["GC_MINOR", 1], ["GC_INCREMENTAL", 8], ["GC_WEAKCB", 16], ["GC_FLAGS_NO", 0], ["GC_FLAGS_CONSTRUCT_RETAINED", 2], ["GC_FLAGS_FORCED", 4],
  ["GC_FLAGS_SYNCHRONOUS_PHANTOM_PROCESSING", 8], ["GC_FLAGS_ALL_AVAILABLE_GARBAGE", 16], ["GC_FLAGS_ALL_EXTERNAL_MEMORY", 32], ["GC_FLAGS_SCHEDULE_IDLE", 64],
];
const entryTypes = ["ENTRY_TYPE_GC", "ENTRY_TYPE_HTTP", "ENTRY_TYPE_HTTP2", "ENTRY_TYPE_NET", "ENTRY_TYPE_DNS"];
const moments = ["TIME_ORIGIN_TIMESTAMP", "TIME_ORIGIN", "ENVIRONMENT", "NODE_START", "V8_START", "LOOP_START", "LOOP_EXIT", "BOOTSTRAP_COMPLETE"];
for (let i = 0; i < gc.length; i++) ObjectDefineProperty(constants, `NODE_PERFORMANCE_${gc[i]![0]}`, { __proto__: null, value: gc[i]![1], enumerable: true } as any);
for (let i = 0; i < entryTypes.length; i++) ObjectDefineProperty(constants, `NODE_PERFORMANCE_${entryTypes[i]!}`, { __proto__: null, value: i } as any);
for (let i = 0; i < moments.length; i++) ObjectDefineProperty(constants, `NODE_PERFORMANCE_MILESTONE_${moments[i]!}`, { __proto__: null, value: i } as any);

register(["node:perf_hooks", "perf_hooks"], () => ({ ...web, monitorEventLoopDelay, createHistogram, performance, constants }));
