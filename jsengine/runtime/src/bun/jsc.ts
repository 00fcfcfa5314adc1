// bun:jsc and bun:ffi: what they can do without JavaScriptCore and without native code; the rest says why it is missing.

import { RegExpPrototypeTest, SharedArrayBuffer_, TypeError_, TypedArrayPrototypeGetLength, TypedArrayPrototypeSet, Uint8Array_, setOwn } from "../primordials.ts";
import { OP } from "buntime:ops";
import { builtin, register } from "../modules.ts";
import { inspect } from "../inspect.ts";
import { zoneAt } from "../intl/datetime.ts";
import { process } from "../process.ts";
import { tidy } from "../node/names.ts";
import { viewBytes, wrap } from "../node/buffer.ts";
import { bufferBytes } from "../web/blob.ts";
import { badInput } from "./input.ts";
import { refuse } from "../node/unavailable.ts";

function memory(): any {
  return host.sync(OP["process.memory"]!);
}

const jsc: any = {
  serialize(value: any, options?: any): any {
    const bytes = viewBytes(builtin("node:v8")!.serialize(value))!;
    const n = TypedArrayPrototypeGetLength(bytes);
    if (options?.binaryType === "nodebuffer") return wrap(bytes);
    const shared = new SharedArrayBuffer_(n);
    TypedArrayPrototypeSet(new Uint8Array_(shared), bytes);
    return shared;
  },
  deserialize(value: any): any {
    const b = bufferBytes(value);
    if (b === undefined) throw badInput("First argument must be an ArrayBuffer");
    const copy = new Uint8Array_(TypedArrayPrototypeGetLength(b));
    TypedArrayPrototypeSet(copy, b);
    return builtin("node:v8")!.deserialize(copy);
  },
  describe: (value: any): string => inspect(value),
  describeArray: (value: any): string => inspect(value),
  heapSize: (): number => memory().used,
  heapStats: (): any => ({ heapSize: memory().used, heapCapacity: memory().limit, extraMemorySize: 0, objectCount: 0, protectedObjectCount: 0, globalObjectCount: 1, protectedGlobalObjectCount: 1, objectTypeCounts: {}, protectedObjectTypeCounts: {} }),
  memoryUsage: (): any => ({ current: memory().used, peak: memory().used, currentCommit: memory().used, peakCommit: memory().used, pageFaults: 0 }),
  isRope: (_value: any): boolean => false,
  fullGC: (): number => memory().used,
  edenGC: (): number => memory().used,
  gcAndSweep: (): number => memory().used,
  callerSourceOrigin: (): string => "",
  estimateShallowMemoryUsageOf: (_value: any): number => 0,
  getRandomSeed: (): number => 0,
  drainMicrotasks(): void {
    host.drain();
  },
  setTimeZone: (zone: any): string => setTimeZone(zone),
  setTimezone: (zone: any): string => setTimeZone(zone),
};

// setTimeZone makes a zone that of this program, as setting TZ does.
function setTimeZone(zone: any): string {
  if (typeof zone !== "string") throw new TypeError_("setTimeZone requires a timezone string");
  const found = zoneAt(zone === "" ? "UTC" : zone, 0);
  if (found === null || RegExpPrototypeTest(/^[+-]/, zone)) throw new TypeError_(`Invalid timezone: "${zone}"`);
  process.env.TZ = zone;
  return zone === "" ? "" : found[0] === "UTC" ? "Etc/UTC" : found[0];
}

function absent(exports: any, module: string, names: string[], why: string): void {
  for (let i = 0; i < names.length; i++) {
    const name = names[i]!;
    setOwn(exports, name, { [name]: (): never => refuse(`${module}'s ${name}`, why) }[name]);
  }
}

absent(jsc, "bun:jsc", ["jscDescribe", "generateHeapSnapshotForDebugging", "getProtectedObjects", "noFTL", "noInline", "noOSRExitFuzzing", "numberOfDFGCompiles", "optimizeNextInvocation", "profile", "reoptimizationRetryCount", "releaseWeakRefs", "setRandomSeed", "startRemoteDebugger", "startSamplingProfiler", "samplingProfilerStackTraces", "totalCompileTime", "percentAvailableMemoryInUse", "codeCoverageForFile"],
  "it steers JavaScriptCore, and programs run in another engine here");
register(["bun:jsc"], () => tidy(jsc));

const types = ["char", "int8_t", "i8", "uint8_t", "u8", "int16_t", "i16", "uint16_t", "u16", "int32_t", "i32", "int", "uint32_t", "u32", "int64_t", "i64", "uint64_t", "u64", "double", "f64", "float", "f32", "bool", "ptr", "pointer", "void", "cstring", "i64_fast", "u64_fast", "function", "napi_env", "napi_value", "buffer"];
const numbers = [0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 12, 12, 13, 14, 15, 16, 17, 18, 19, 20];
const ffi: any = { FFIType: {}, suffix: "so" };
for (let i = 0; i < types.length; i++) setOwn(ffi.FFIType, types[i]!, numbers[i]);
const native = "sandboxes run no native code; a package in JavaScript or node:sqlite may do instead";
absent(ffi, "bun:ffi", ["dlopen", "linkSymbols", "ptr", "toArrayBuffer", "toBuffer", "viewSource", "cc", "read", "native"], native);
const classes = ["CFunction", "CString", "JSCallback"];
for (let i = 0; i < classes.length; i++) {
  const name = classes[i]!;
  setOwn(ffi, name, { [name]: function (): never {
    return refuse(`bun:ffi's ${name}`, native);
  } }[name]);
}
register(["bun:ffi"], () => ffi);
