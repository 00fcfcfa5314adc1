// process: what a program was given, how it ends, and its standard streams.
//
// Imported before node/events.ts and timers.ts, which import from here.

import {
  ArrayIsArray,
  ArrayPrototypePush,
  BigInt_,
  Error_,
  ErrorCaptureStackTrace,
  ErrorPrototypeGetStack,
  MathFloor,
  MathRound,
  MathTrunc,
  NumberIsInteger,
  ObjectDefineProperty,
  ObjectHasOwn,
  ObjectFreeze,
  ObjectKeys,
  ObjectSetPrototypeOf,
  ObjectCreate,
  Proxy_,
  ParseInt,
  RangeError_,
  RegExpPrototypeExec,
  ReflectDefineProperty,
  ReflectDeleteProperty,
  ReflectGetOwnPropertyDescriptor,
  ReflectHas,
  ReflectOwnKeys,
  StringPrototypeIndexOf,
  StringPrototypeRepeat,
  StringPrototypeSlice,
  StringPrototypeStartsWith,
  String_,
  SymbolToStringTag,
  TypeError_,
  setOwn,
  uncurryThis,
  own,
  globalObject, hide,
} from "./primordials.ts";
import { OP } from "buntime:ops";
import { defineGlobal, named } from "./globals.ts";
import { asNode } from "./mode.ts";
import { builtin, register } from "./modules.ts";
import { framesOf, inspect } from "./inspect.ts";
import { inspect as nodeInspect } from "./node/inspect.ts";
import { binding } from "./node/binding.ts";
import { environmentFlags } from "./node/environment_flags.ts";
import { EventEmitter, observe } from "./node/events.ts";
import { coded, invalidArgType, invalidArgValue, validateString } from "./node/errors.ts";
import { rejectedText, thrownFor } from "./rejection.ts";
import { call, nextTick, queueJob, stopTicks } from "./timers.ts";

export const nodeVersion = "20.20.2"; // whose behaviour node:* follows
export const bunVersion = "1.4.5"; // whose behaviour console and Bun.* follow

const emit = uncurryThis(EventEmitter.prototype.emit);
const listenerCount = uncurryThis(EventEmitter.prototype.listenerCount);

// info asks the host once for what it knows of this instance.
let cachedInfo: any;
function info(): any {
  return (cachedInfo ??= host.sync(OP["process.info"]!));
}

let workingDir: string | undefined;

// cwd is the working directory, an absolute guest path.
export function cwd(): string {
  return (workingDir ??= host.sync(OP["process.cwd"]!) as string);
}

function execPath(): string {
  return asNode() ? "/usr/local/bin/node" : "/usr/local/bin/bun";
}

// startTime is when the program began, in milliseconds since 1970.
export function startTime(): number {
  return info().startTime;
}

// entryPath is the absolute guest path of the entry module.
export function entryPath(): string {
  return host.sync(OP["process.entry"]!);
}

function processConstructor(this: unknown): unknown {
  return this;
}
const proto: any = ObjectCreate(EventEmitter.prototype, {
  constructor: { __proto__: null, value: processConstructor, writable: true, configurable: true },
} as any);
ObjectDefineProperty(processConstructor, "name", { __proto__: null, value: "process", configurable: true } as any);
ObjectSetPrototypeOf(processConstructor.prototype, proto);

export const process: any = ObjectCreate(proto);
ObjectDefineProperty(process, SymbolToStringTag, { __proto__: null, value: "process", configurable: true } as any);

// fixed defines properties that are the same in every instance.
function fixed(values: Record<string, unknown>): void {
  const keys = ObjectKeys(values);
  for (let i = 0; i < keys.length; i++) setOwn(process, keys[i]!, values[keys[i]!]);
}

// lazy defines a property whose value belongs to an instance: made when first read, then an ordinary one.
function lazy(name: string, make: () => unknown): void {
  ObjectDefineProperty(process, name, {
    __proto__: null,
    get() {
      const value = make();
      setOwn(process, name, value);
      return value;
    },
    set(value: unknown) {
      setOwn(process, name, value);
    },
    enumerable: true,
    configurable: true,
  } as any);
}

let exitCode: number | undefined;
let exiting = false;

function toExitCode(v: unknown): number | undefined {
  if (v === undefined || v === null) return undefined;
  const n = typeof v === "string" && v !== "" && NumberIsInteger(+v) ? +v : v;
  if (typeof n !== "number") throw invalidArgType("code", "number", v);
  if (!NumberIsInteger(n)) throw coded(RangeError_, "ERR_OUT_OF_RANGE", `The value of "code" is out of range. It must be an integer. Received ${inspect(v)}`);
  return n;
}

ObjectDefineProperty(process, "exitCode", {
  __proto__: null,
  get() {
    return exitCode;
  },
  set(v: unknown) {
    exitCode = toExitCode(v);
    host.setExitCode((exitCode ?? 0) & 255);
  },
  enumerable: true,
  configurable: false,
} as any);

// announce emits an event by the method that the program may have put in the place of
// EventEmitter's, as packages do that want to hear of every end.
function announce(event: string, code: number): void {
  if (ObjectHasOwn(process, "emit")) process.emit(event, code);
  else emit(process, event, code);
}

// emitExit runs the listeners of "exit", once, and returns the code they left: that given, if the end had begun and is one by an error. For a top-level await that nothing
// will settle, code 13, Node tells them 0.
function emitExit(code: number, byItself = false): number {
  if (!exiting) {
    exiting = true;
    if ((exitCode === undefined && !(byItself && asNode())) || code !== 0) exitCode = code;
    if (process._events?.exit === undefined && !ObjectHasOwn(process, "emit")) return (exitCode ?? 0) & 255; // nobody listens
    process._exiting = true;
    if (byItself) stopTicks(); // of what the listeners queue only jobs run
    try {
      announce("exit", code === 13 && asNode() ? 0 : (exitCode ?? 0));
    } catch (e) {
      host.write(2, uncaughtText(e));
      return 1;
    }
    return (exitCode ?? 0) & 255;
  }
  return (code || (exitCode ?? 0)) & 255;
}

// uncaughtText is what standard error shows for an error that nothing caught: as Node and Bun do, the line of the program's source that it comes from, the error,
// and in Node its version. It does not throw.
function uncaughtText(e: unknown): string {
  try {
    const kind = host.classOf(e), error = kind === "Error" || kind === "DOMException";
    if (!asNode()) return `${error ? sourceOf(e, kind) : "Uncaught "}${inspect(e, { quote: true })}\n`;
    const text = nodeInspect(e, { depth: 5, customInspect: false });
    return `${error ? sourceOf(e, kind) + unbracketed(e, text) : `Uncaught ${text}`}\n\nNode.js ${process.version}\n`;
  } catch {
    return "Uncaught exception that cannot be printed\n";
  }
}

// unbracketed is how an error was inspected, without the brackets that stand where there are no frames: Node has some of its own there, and its code before them.
function unbracketed(e: any, text: string): string {
  const stack: unknown = ErrorPrototypeGetStack(e);
  if (typeof stack !== "string" || !StringPrototypeStartsWith(text, `[${stack}]`)) return text;
  const rest = StringPrototypeSlice(text, stack.length + 2);
  const code = ReflectGetOwnPropertyDescriptor(e, "code")?.value;
  const coded = typeof code === "string" && StringPrototypeStartsWith(code, "ERR_") && StringPrototypeStartsWith(stack, "Error: ");
  return (coded ? `Error [${code}]${StringPrototypeSlice(stack, 5)}` : stack) + rest;
}

// sourceOf is the line that an error's first frame is on, with a mark below the place; "" if it is not known.
function sourceOf(e: any, kind: string): string {
  if (kind !== "Error") return "";
  const stack = ErrorPrototypeGetStack(e), own = ReflectGetOwnPropertyDescriptor(e, "stack");
  if (own !== undefined && own.value !== stack) return ""; // a stack that the program made says what it wants
  const from = typeof stack === "string" ? framesOf(stack) : -1;
  if (from < 0) return "";
  const to = StringPrototypeIndexOf(stack, "\n", from);
  const at = RegExpPrototypeExec(/(\/[^\n]+|\[eval\]|\[stdin\]):(\d+):(\d+)\)?$/, StringPrototypeSlice(stack, from, to < 0 ? stack.length : to));
  if (at === null) return "";
  // The path begins after the name of the function, in brackets, or after "at".
  const open = StringPrototypeIndexOf(at[1], " (/");
  const path = open < 0 ? at[1] : StringPrototypeSlice(at[1], open + 2);
  const line: string | undefined = host.sync(OP["module.line"]!, path, +at[2]);
  if (line === undefined) return "";
  const column = +at[3] - 1;
  if (column > line.length) return "";
  let mark = "";
  for (let i = 0; i < column; i++) mark += line[i] === "\t" ? "\t" : " ";
  if (asNode()) return `${path}:${at[2]}\n${line}\n${mark}^\n\n`;
  const margin = `${at[2]} | `;
  return `${margin}${line}\n${StringPrototypeRepeat(" ", margin.length)}${mark}^\n`;
}

let capture: ((e: unknown) => void) | null = null;

// domains takes an error that nothing caught and reports whether it was its own; set by node:domain at its first use.
let domains: ((e: unknown) => boolean) | null = null;

// tests takes an error that nothing caught, while a test runner runs; see takeErrors.
let tests: ((e: unknown) => void) | null = null;

// takeErrors gives every error that nothing caught to f, from now on.
export function takeErrors(f: (e: unknown) => void): void {
  tests = f;
}

export function onceUncaught(f: (e: unknown) => boolean): void {
  domains = f;
}


// unheard gets what was not caught, for the listeners of the global object; set from
// their first on. It reports whether one took it on itself.
let unheard: ((error: unknown, origin: string, promise?: Promise<unknown>) => boolean) | null = null;

export function listenUncaught(f: (error: unknown, origin: string, promise?: Promise<unknown>) => boolean): void {
  unheard = f;
}

// inWorker gets what ends a worker; set where the program is one.
let inWorker: ((e: unknown) => void) | null = null;

export function isWorker(): boolean {
  return inWorker !== null;
}

export function asWorker(failed: (e: unknown) => void): void {
  inWorker = failed;
  const refuse = (name: string): void =>
    setOwn(process, name, { [name]: (): never => { throw coded(TypeError_, "ERR_WORKER_UNSUPPORTED_OPERATION", `process.${name}() is not supported in workers`); } }[name]);
  const names = ["abort", "chdir", "initgroups", "setegid", "seteuid", "setgid", "setgroups", "setuid"];
  for (let i = 0; i < names.length; i++) refuse(names[i]!);
}

let given: string[] | undefined;

// flags are node's options: those of NODE_OPTIONS as it was at the start, then those of the command line, which outdo them.
function flags(): string[] {
  if (given !== undefined) return given;
  given = [];
  if (!asNode()) return given;
  const env = host.sync(OP["process.env"]!);
  const text: string = env.NODE_OPTIONS ?? "";
  for (let at = 0; at < text.length; ) {
    let to = StringPrototypeIndexOf(text, " ", at);
    if (to < 0) to = text.length;
    if (to > at) ArrayPrototypePush(given, StringPrototypeSlice(text, at, to));
    at = to + 1;
  }
  const args: string[] = host.sync(OP["process.execArgv"]!);
  for (let i = 0; i < args.length; i++) ArrayPrototypePush(given, args[i]!);
  return given;
}

// flagged reports whether --name was given, and not --no-name behind it.
function flagged(name: string, unless = false): boolean {
  const all = flags();
  for (let i = all.length - 1; i >= 0; i--) {
    if (all[i] === `--${name}`) return true;
    if (all[i] === `--no-${name}`) return false;
  }
  return unless;
}

let rejections: string | undefined;

// rejectionMode is what --unhandled-rejections says, "throw" if nothing.
function rejectionMode(): string {
  if (rejections !== undefined) return rejections;
  let mode = "throw";
  const flag = "--unhandled-rejections";
  const args = flags();
  for (let i = 0; i < args.length; i++) {
    if (args[i] === flag && i + 1 < args.length) mode = args[++i]!;
    else if (StringPrototypeStartsWith(args[i]!, `${flag}=`)) mode = StringPrototypeSlice(args[i]!, flag.length + 1);
  }
  return (rejections = mode);
}

let warned = 0; // rejections that a warning was of

// warnOfRejection warns as Node does when it does not end a program for a rejection that nobody handled.
function warnOfRejection(reason: any): void {
  const type = "UnhandledPromiseRejectionWarning";
  const id = ++warned;
  emitWarning(rejectedText(reason), type);
  emitWarning("Unhandled promise rejection. This error originated either by throwing inside of an async function without a catch block, or by rejecting a promise which was not handled with .catch(). " +
    "To terminate the node process on unhandled promise rejection, use the CLI flag `--unhandled-rejections=strict` (see https://nodejs.org/api/cli.html#cli_unhandled_rejections_mode). " +
    `(rejection id: ${id})`, type);
}

// onUncaught, onBeforeExit, onExit and onHandled are hooks of the engine: see host.d.ts.
export function onUncaught(error: unknown, origin: "uncaughtException" | "unhandledRejection", promise?: Promise<unknown>): string | undefined {
  const reason = error;
  try {
    if (unheard !== null && unheard(error, origin, promise)) return undefined;
    if (origin === "unhandledRejection") {
      const mode = rejectionMode();
      if (mode === "strict") queueJob(() => {
        if (!emit(process, "unhandledRejection", reason, promise)) warnOfRejection(reason);
      });
      else {
        const taken = emit(process, "unhandledRejection", error, promise);
        if (mode === "warn" || (mode === "warn-with-error-code" && !taken)) warnOfRejection(error);
        if (mode === "warn-with-error-code" && !taken) process.exitCode = 1;
        if (taken || mode !== "throw") return undefined;
      }
      if (asNode()) error = thrownFor(error, onUncaught);
    }
    if (domains !== null && domains(error)) return undefined;
    if (tests !== null) {
      tests(error);
      return undefined;
    }
    emit(process, "uncaughtExceptionMonitor", error, origin);
    if (capture !== null) {
      capture(error);
      return undefined;
    }
    if (emit(process, "uncaughtException", error, origin)) return undefined;
  } catch (e) {
    error = e; // a listener's own error ends the program
  }
  if (inWorker === null) return uncaughtText(error);
  inWorker(error); // its parent is told
  return "";
}

export function onHandled(promise: Promise<unknown>): void {
  // The handler itself is queued after this returns, and runs first.
  queueJob(() => queueJob(() => {
    unheard?.(undefined, "rejectionHandled", promise);
    emit(process, "rejectionHandled", promise);
  }));
}

export function onBeforeExit(code: number): void {
  if (process._events?.beforeExit !== undefined || ObjectHasOwn(process, "emit")) announce("beforeExit", exitCode ?? code);
}

export function onExit(code: number): number {
  return emitExit(code, true);
}

interface WarningOptions {
  type?: string;
  code?: string;
  detail?: string;
}

// emitWarning is process.emitWarning: the listeners of "warning" get it in the next tick, or standard error does.
export function emitWarning(warning: string | Error, type?: string | WarningOptions | Function, code?: string | Function): void {
  let name = "Warning";
  let detail: string | undefined;
  let warningCode: string | undefined = typeof code === "string" ? code : undefined;
  if (typeof type === "string") name = type;
  else if (type !== null && typeof type === "object" && !ArrayIsArray(type)) {
    const o = type as WarningOptions;
    name = o.type || "Warning";
    warningCode = o.code;
    if (typeof o.detail === "string") detail = o.detail;
  } else if (type !== undefined && typeof type !== "function") throw invalidArgType("type", "string", type);
  let w: any;
  if (typeof warning === "string") {
    w = new Error_(warning);
    hide(w, "name", String_(name));
    if (warningCode !== undefined) setOwn(w, "code", warningCode);
    if (detail !== undefined) setOwn(w, "detail", detail);
    ErrorCaptureStackTrace(w, emitWarning);
  } else if (host.classOf(warning) === "Error") w = warning;
  else throw invalidArgType("warning", ["string", "Error"], warning);
  if (w.name === "DeprecationWarning") {
    if (undeprecated()) return;
    if (process.throwDeprecation ?? flagged("throw-deprecation")) {
      nextTick(() => {
        throw w;
      });
      return;
    }
  }
  nextTick(deliverWarning, w);
}

// traceHinted tells that standard error has heard how to see where warnings come from.
let traceHinted = false;

function undeprecated(): boolean {
  return process.noDeprecation ?? !flagged("deprecation", true);
}

// silenced reports whether options or the environment say that standard error hears nothing of w.
function silenced(w: any): boolean {
  if (process.noProcessWarnings) return true;
  if (!asNode()) return false;
  if (!flagged("warnings", true) || host.sync(OP["process.env"]!).NODE_NO_WARNINGS === "1") return true;
  const all = flags();
  for (let i = 0; i < all.length; i++) if (all[i] === `--disable-warning=${w.code}` || all[i] === `--disable-warning=${w.name}`) return true;
  return w.name === "DeprecationWarning" && undeprecated();
}

function deliverWarning(w: any): void {
  if (!silenced(w)) {
    const old = w.name === "DeprecationWarning";
    let text = `(node:${ourselves()[0]}) ${w.code ? `[${w.code}] ` : ""}`;
    const trace = process.traceProcessWarnings || flagged("trace-warnings") || (old && (process.traceDeprecation ?? flagged("trace-deprecation")));
    text += trace && w.stack ? `${w.stack}\n` : `${w.name}: ${w.message}\n`;
    if (w.detail) text += `${w.detail}\n`;
    if (asNode() && !trace && !traceHinted) {
      traceHinted = true;
      text += `(Use \`node --trace-${old ? "deprecation" : "warnings"} ...\` to show where the warning was created)\n`;
    }
    host.write(2, text);
  }
  emit(process, "warning", w);
}

// self is what the session knows this program by: number, parent, and whether it has a channel to who started it.
let self: [pid: number, ppid: number, channel: boolean, advanced: boolean] | undefined;
function ourselves(): [pid: number, ppid: number, channel: boolean, advanced: boolean] {
  if (self === undefined) {
    self = host.sync(OP["proc.self"]!) as [number, number, boolean, boolean];
    if (self[0] === 0) self = [1, 0, self[2], self[3]]; // a program that is no process of a session's shell
  }
  return self;
}

// environment copies what the program was given; what guests assign becomes a string, as in Node.
function environment(): object {
  const given = host.sync(OP["process.env"]!);
  const target: any = {};
  const keys = ObjectKeys(given);
  for (let i = 0; i < keys.length; i++) setOwn(target, keys[i]!, given[keys[i]!]);
  envTarget = target;
  return new Proxy_(target, (envHandler = {
    __proto__: null,
    set(o: any, key: PropertyKey, value: unknown) {
      if (typeof key === "symbol") throw new TypeError_("Cannot convert a Symbol value to a string");
      if (typeof value === "symbol") throw new TypeError_("Cannot convert a Symbol value to a string");
      setOwn(o, key, `${value as any}`);
      if (key === "TZ") host.zone();
      envChanged?.(key as string, o[key]);
      return true;
    },
    defineProperty(o: any, key: PropertyKey, d: PropertyDescriptor) {
      if (!ObjectHasOwn(d, "value")) throw coded(TypeError_, "ERR_INVALID_OBJECT_DEFINE_PROPERTY", "'process.env' does not accept an accessor(getter/setter) descriptor");
      if (!d.configurable || !d.writable || !d.enumerable) throw coded(TypeError_, "ERR_INVALID_OBJECT_DEFINE_PROPERTY", "'process.env' only accepts a configurable, writable, and enumerable data descriptor");
      const done = ReflectDefineProperty(o, key, { __proto__: null, value: `${d.value}`, writable: true, enumerable: true, configurable: true } as any);
      if (key === "TZ") host.zone();
      envChanged?.(key as string, o[key]);
      return done;
    },
    deleteProperty(o: any, key: PropertyKey) {
      if (key === "TZ") host.zone();
      return ReflectDeleteProperty(o, key);
    },
  } as any));
}

let envTarget: any;
let envHandler: any;
let envChanged: ((name: string, value: string | undefined) => void) | null = null;

// shareEnvironment makes process.env that of all threads which share it.
export function shareEnvironment(): void {
  if (envChanged !== null) return;
  if (process.env === undefined || envTarget === undefined) return; // a program that replaced it shares nothing
  const now: Record<string, string> = {};
  const names = ObjectKeys(envTarget);
  for (let i = 0; i < names.length; i++) setOwn(now, names[i]!, envTarget[names[i]!]);
  host.sync(OP["env.share"]!, now);
  let version = 0;
  const refresh = (): void => {
    const got = host.sync(OP["env.get"]!, version);
    if (got === undefined) return;
    version = got[0];
    const old = ObjectKeys(envTarget);
    for (let i = 0; i < old.length; i++) delete envTarget[old[i]!];
    const vars = ObjectKeys(got[1]);
    for (let i = 0; i < vars.length; i++) setOwn(envTarget, vars[i]!, got[1][vars[i]!]);
  };
  envChanged = (name, value) => host.sync(OP["env.set"]!, name, value);
  setOwn(envHandler, "get", (o: any, key: PropertyKey) => (refresh(), o[key]));
  setOwn(envHandler, "has", (o: any, key: PropertyKey) => (refresh(), ReflectHas(o, key)));
  setOwn(envHandler, "ownKeys", (o: any) => (refresh(), ReflectOwnKeys(o)));
  setOwn(envHandler, "getOwnPropertyDescriptor", (o: any, key: PropertyKey) => (refresh(), ReflectGetOwnPropertyDescriptor(o, key)));
  setOwn(envHandler, "deleteProperty", (o: any, key: PropertyKey) => {
    if (typeof key === "string") host.sync(OP["env.set"]!, key);
    if (key === "TZ") host.zone();
    return ReflectDeleteProperty(o, key);
  });
}

function hrtime(previous?: [number, number]): [number, number] {
  const now = host.now();
  let s = MathFloor(now / 1000);
  let ns = MathRound((now - s * 1000) * 1e6);
  if (previous !== undefined) {
    if (!ArrayIsArray(previous)) throw invalidArgType("time", "Array", previous);
    if (previous.length !== 2) throw coded(RangeError_, "ERR_OUT_OF_RANGE", `The value of "time" is out of range. It must be 2. Received ${previous.length}`);
    s -= previous[0]!;
    ns -= previous[1]!;
    if (ns < 0) {
      s--;
      ns += 1e9;
    }
  }
  return [s, ns];
}

const hrtimeMethods = {
  bigint(): bigint {
    return BigInt_(MathRound(host.now() * 1e6));
  },
  rss(): number {
    return host.sync(OP["process.memory"]!).used;
  },
};

// outputs are process.stdout and process.stderr once a program asked for them; what is piped into them does not end them.
export const outputs: { 1: any; 2: any } = { 1: undefined, 2: undefined };

// outputStream is process.stdout or process.stderr: writes are synchronous.
function outputStream(fd: 1 | 2): any {
  const { Writable } = builtin("node:stream")!;
  const s = new Writable({
    __proto__: null,
    decodeStrings: false,
    emitClose: false,
    autoDestroy: false,
    write(chunk: any, encoding: any, cb: () => void): void {
      host.write(fd, typeof chunk === "string" && encoding !== "utf8" && encoding !== "utf-8" ? builtin("node:buffer")!.Buffer.from(chunk, encoding) : chunk);
      cb();
    },
  });
  const keys = ObjectKeys(terminal);
  for (let i = 0; i < keys.length; i++) hide(s, keys[i]!, (terminal as any)[keys[i]!]);
  setOwn(s, "fd", fd);
  setOwn(s, "_type", "pipe");
  setOwn(s, "_isStdio", true); // by which the streams of old know that they do not end it
  outputs[fd] = s;
  return s;
}

const terminal = {
  getColorDepth(): number {
    return 1;
  },
  hasColors(): boolean {
    return false;
  },
  _destroy(_: unknown, cb: (e?: unknown) => void): void {
    cb();
  },
};

// inputStream is process.stdin: what comes, as it comes, when somebody reads it.
function inputStream(): any {
  const { Readable } = builtin("node:stream")!;
  const { Buffer } = builtin("node:buffer")!;
  let reading = false;
  const pull = async (): Promise<void> => {
    if (reading) return;
    reading = true;
    const b: Uint8Array = await own(host.async(OP["stdin.read"]!, 65536));
    reading = false;
    s.push(b.byteLength === 0 ? null : Buffer.from(b.buffer, b.byteOffset, b.byteLength)); // guest-safe: the stream is the guest's own
  };
  const s = new Readable({
    __proto__: null,
    highWaterMark: 65536,
    read(): void {
      pull();
    },
  });
  hide(s, "setRawMode", () => s);
  hide(s, "ref", () => s);
  hide(s, "unref", () => s);
  setOwn(s, "fd", 0);
  return s;
}

// Those of the engine and of Node's parts are what programs compare to learn of features.
const parts = { quickjs: "0.17.0", modules: "115", unicode: "17.0", v8: "11.3.244.8-node.38", uv: "1.46.0", zlib: "1.3.1", openssl: "3.0.19", ares: "1.34.6" };

const methods = {
  cwd,
  chdir(directory: unknown): void {
    validateString(directory, "directory");
    const path = builtin("node:path")!;
    const to: string = path.resolve(directory);
    const stat = builtin("node:fs")!.statSync(to, { throwIfNoEntry: false });
    if (stat === undefined || !stat.isDirectory()) {
      const e = stat === undefined
        ? coded(Error_, "ENOENT", `ENOENT: no such file or directory, chdir '${cwd()}' -> '${directory}'`)
        : coded(Error_, "ENOTDIR", `ENOTDIR: not a directory, chdir '${cwd()}' -> '${directory}'`);
      setOwn(e, "errno", stat === undefined ? -2 : -20);
      setOwn(e, "syscall", "chdir");
      setOwn(e, "path", cwd());
      setOwn(e, "dest", directory);
      throw e;
    }
    workingDir = to;
  },
  exit(code?: unknown): never {
    const n = toExitCode(code);
    if (n !== undefined) exitCode = n;
    const left = emitExit(exitCode ?? 0);
    if (process.reallyExit !== methods.reallyExit) process.reallyExit(left);
    host.exit(left);
  },
  reallyExit(code?: unknown): never {
    host.exit((toExitCode(code) ?? exitCode ?? 0) & 255);
  },
  abort(): never {
    host.sync(OP["proc.kill"]!, ourselves()[0], 6);
    host.exit(134);
  },
  kill(target: unknown, signal?: unknown): boolean {
    if (typeof target !== "number") throw invalidArgType("pid", "number", target);
    const name = signal === undefined ? "SIGTERM" : signal;
    const number = name === 0 ? 0 : numberOf(name);
    if (number === undefined) throw coded(TypeError_, "ERR_UNKNOWN_SIGNAL", `Unknown signal: ${name as any}`);
    const pid = ourselves()[0];
    if (target !== pid && target !== 0) {
      if (NumberIsInteger(target) && host.sync(OP["proc.kill"]!, target, number)) return true;
      const e = coded(Error_, "ESRCH", "kill ESRCH");
      setOwn(e, "errno", -3);
      setOwn(e, "syscall", "kill");
      throw e;
    }
    if (number === 0) return true;
    if (typeof name === "string" && listenerCount(process, name) > 0) {
      nextTick(() => emit(process, name, name, number));
      return true;
    }
    host.sync(OP["proc.kill"]!, pid, number);
    host.exit(128 + number);
  },
  nextTick,
  emitWarning,
  hrtime,
  uptime(): number {
    return host.now() / 1000;
  },
  memoryUsage(): object {
    const m = host.sync(OP["process.memory"]!);
    return { rss: m.used, heapTotal: m.used, heapUsed: m.used, external: 0, arrayBuffers: 0 };
  },
  constrainedMemory(): number {
    return host.sync(OP["process.memory"]!).limit;
  },
  availableMemory(): number {
    const m = host.sync(OP["process.memory"]!);
    return m.limit - m.used;
  },
  cpuUsage(previous?: any): object {
    if (previous !== undefined) {
      if (previous === null || typeof previous !== "object") throw invalidArgType("prevValue", "object", previous);
      if (typeof previous.user !== "number") throw invalidArgType("prevValue.user", "number", previous.user);
      if (!(previous.user >= 0 && previous.user <= 9007199254740991)) throw invalidArgValue("prevValue.user", previous.user, "is invalid", RangeError_);
      if (typeof previous.system !== "number") throw invalidArgType("prevValue.system", "number", previous.system);
      if (!(previous.system >= 0 && previous.system <= 9007199254740991)) throw invalidArgValue("prevValue.system", previous.system, "is invalid", RangeError_);
    }
    const user = MathTrunc(host.sync(OP["process.cpu"]!));
    return { user: user - (previous?.user ?? 0), system: 0 };
  },
  getBuiltinModule(name: unknown): unknown {
    validateString(name, "id");
    return builtin(name);
  },
  setUncaughtExceptionCaptureCallback(fn: unknown): void {
    if (fn !== null && typeof fn !== "function") throw invalidArgType("fn", ["function", "null"], fn);
    capture = fn as any;
  },
  hasUncaughtExceptionCaptureCallback(): boolean {
    return capture !== null;
  },
  // Stacks are mapped always: this is only what a program reads back.
  setSourceMapsEnabled(on: unknown): void {
    if (typeof on !== "boolean") throw invalidArgType("val", "boolean", on);
    process.sourceMapsEnabled = on;
  },
  umask(mask?: unknown): number {
    const old = mode;
    if (mask !== undefined) {
      let n = mask;
      if (typeof mask === "string") {
        if (RegExpPrototypeExec(/^[0-7]+$/, mask) === null) throw invalidArgValue("mask", mask, "must be a 32-bit unsigned integer or an octal string");
        n = ParseInt(mask, 8);
      }
      if (typeof n !== "number") throw invalidArgType("mask", "number", mask);
      mode = n & 0o777;
    }
    return old;
  },
  resourceUsage(): object {
    const cpu = MathTrunc(host.sync(OP["process.cpu"]!));
    return {
      userCPUTime: cpu, systemCPUTime: 0, maxRSS: MathTrunc(host.sync(OP["process.memory"]!).used / 1024), sharedMemorySize: 0, unsharedDataSize: 0, unsharedStackSize: 0, minorPageFault: 0,
      majorPageFault: 0, swappedOut: 0, fsRead: 0, fsWrite: 0, ipcSent: 0, ipcReceived: 0, signalsCount: 0, voluntaryContextSwitches: 0, involuntaryContextSwitches: 0,
    };
  },
  getActiveResourcesInfo(): string[] {
    return [];
  },
  loadEnvFile(path: unknown = ".env"): void {
    const values = builtin("node:util")!.parseEnv(builtin("node:fs")!.readFileSync(path, "utf8"));
    const keys = ObjectKeys(values);
    for (let i = 0; i < keys.length; i++) if (!ObjectHasOwn(process.env, keys[i]!)) process.env[keys[i]!] = values[keys[i]!];
  },
  dlopen(_module: unknown, filename: unknown): never {
    if (typeof filename === "string" && !builtin("node:fs")!.existsSync(filename)) {
      throw coded(Error_, "ERR_DLOPEN_FAILED", `${filename}: cannot open shared object file: No such file or directory`);
    }
    throw coded(Error_, "ERR_DLOPEN_FAILED", "process.dlopen is not available: sandboxes load no native code");
  },
  binding(name: unknown): any {
    const found = binding(`${name as any}`);
    if (found === undefined) throw new Error_(`No such module: ${name as any}`);
    return found;
  },
  assert(ok: unknown, message?: string): void {
    if (!ok) throw coded(Error_, "ERR_ASSERTION", message || "assertion error");
  },
  openStdin(): any {
    process.stdin.resume();
    return process.stdin;
  },
  setuid: setId("setuid", true),
  seteuid: setId("seteuid", true),
  setgid: setId("setgid", false),
  setegid: setId("setegid", false),
  setgroups(groups: unknown): void {
    if (!ArrayIsArray(groups)) throw invalidArgType("groups", "Array", groups);
    throw notPermitted("setgroups");
  },
  initgroups(user: unknown, group: unknown): void {
    if (typeof user !== "number" && typeof user !== "string") throw invalidArgType("user", ["number", "string"], user);
    if (typeof group !== "number" && typeof group !== "string") throw invalidArgType("extraGroup", ["number", "string"], group);
    throw notPermitted("initgroups");
  },
  getuid(): number {
    return 1000;
  },
  geteuid(): number {
    return 1000;
  },
  getgid(): number {
    return 1000;
  },
  getegid(): number {
    return 1000;
  },
  getgroups(): number[] {
    return [1000];
  },
};

function notPermitted(syscall: string): Error {
  const e = coded(Error_, "EPERM", `EPERM: operation not permitted, ${syscall}`);
  setOwn(e, "errno", -1);
  setOwn(e, "syscall", syscall);
  return e;
}

// setId is a setuid or setgid: a sandbox has one user and one group.
function setId(name: string, user: boolean): (id: unknown) => void {
  return named((id: unknown): void => {
    if (typeof id !== "number" && typeof id !== "string") throw invalidArgType("id", ["number", "string"], id);
    if (typeof id === "string") throw coded(Error_, "ERR_UNKNOWN_CREDENTIAL", `${user ? "User" : "Group"} identifier does not exist: ${id}`);
    if (id !== 1000) throw notPermitted(name);
  }, name, 1);
}

let mode = 0o22;

// numberOf is the number of a signal, given by name or number.
function numberOf(signal: unknown): number | undefined {
  const all = builtin("node:os")!.constants.signals;
  if (typeof signal === "number") return signal > 0 && signal < 32 ? signal : undefined;
  return typeof signal === "string" ? all[signal] : undefined;
}

// Signals that a program listens for do not end it: each is an event. What the program that started this one sends is one, too.
let signalled = 0; // the operation that waits for the next signal
function nextSignal(): void {
  signalled = host.start(OP["proc.nextSignal"]!, (e: any, n: any) => {
    if (e !== undefined) return;
    nextSignal();
    const all = builtin("node:os")!.constants.signals;
    const names = ObjectKeys(all);
    for (let i = 0; i < names.length; i++) {
      if (all[names[i]!] === n) {
        call(emit as any, undefined, [process, names[i]!, names[i]!, n]);
        return;
      }
    }
  });
  host.unref(signalled);
}

let messages: any; // the channel
let connector: ((advanced: boolean) => any) | undefined; // set by node:child_process when the image is made

export function onChannel(f: (advanced: boolean) => any): void {
  connector = f;
}

function channel(): any {
  if (messages === undefined) {
    messages = ourselves()[2] ? connector!(ourselves()[3]) : null;
  }
  return messages;
}

function watches(event: unknown): boolean {
  return event === "message" || event === "disconnect";
}

function listened(event: unknown): void {
  if (watches(event)) {
    const m = channel();
    if (m === null) return;
    m.receive();
    m.ref();
    return;
  }
  if (typeof event !== "string" || event[0] !== "S" || event[1] !== "I" || event[2] !== "G") return;
  const n = numberOf(event);
  if (n === undefined || !host.sync(OP["proc.handle"]!, n, true)) return;
  if (signalled === 0) nextSignal();
}

function unlistened(event: unknown): void {
  if (watches(event)) {
    if (messages && listenerCount(process, "message") === 0 && listenerCount(process, "disconnect") === 0) messages.unref();
    return;
  }
  if (typeof event !== "string" || event[0] !== "S" || event[1] !== "I" || event[2] !== "G") return;
  const n = numberOf(event);
  if (n !== undefined && listenerCount(process, event) === 0) host.sync(OP["proc.handle"]!, n, false);
}
observe(process, listened, unlistened);

// What a program has if another started it with a channel; without one these are undefined.
const ofChannel = ["send", "disconnect", "channel", "connected"];
for (let i = 0; i < ofChannel.length; i++) {
  const name = ofChannel[i]!;
  ObjectDefineProperty(process, name, {
    __proto__: null,
    get() {
      if (channel() === null) return undefined;
      return process[name]; // connecting made it an ordinary property
    },
    set(value: unknown) {
      setOwn(process, name, value);
    },
    enumerable: false,
    configurable: true,
  } as any);
}

fixed(methods);
hide(hrtime, "bigint", hrtimeMethods.bigint);
hide(methods.memoryUsage, "rss", hrtimeMethods.rss);
fixed({
  version: `v${nodeVersion}`,
  arch: "x64",
  platform: "linux",
  sourceMapsEnabled: false,
  release: ObjectFreeze({ name: "node", lts: "Iron" }),
  debugPort: 9229,
  domain: null,
  report: {
    writeReport(): never {
      throw coded(Error_, "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM", "process.report.writeReport() is not available in this sandbox: it would tell of the host");
    },
    getReport(): object {
      return { header: { reportVersion: 3, nodejsVersion: process.version, arch: process.arch, platform: process.platform, commandLine: process.argv, cwd: cwd() } };
    },
    directory: "", filename: "", compact: false, excludeNetwork: false, signal: "SIGUSR2", reportOnFatalError: false, reportOnSignal: false, reportOnUncaughtException: false,
  },
  config: ObjectFreeze({ target_defaults: ObjectFreeze({}), variables: ObjectFreeze({}) }),
  features: ObjectFreeze({
    inspector: false,
    debug: false,
    uv: false,
    ipv6: true,
    tls_alpn: false,
    tls_sni: false,
    tls_ocsp: false,
    tls: false,
    cached_builtins: true,
    require_module: true,
  }),
});
ReflectDefineProperty(proto, "isBun", { __proto__: null, get: () => (asNode() ? undefined : true), enumerable: false, configurable: true } as any);
ReflectDefineProperty(proto, "revision", { __proto__: null, get: () => (asNode() ? undefined : "0000000000000000000000000000000000000000"), enumerable: false, configurable: true } as any);
ReflectDefineProperty(proto, "browser", { __proto__: null, get: () => (asNode() ? undefined : false), enumerable: false, configurable: true } as any);
lazy("pid", () => ourselves()[0]);
lazy("ppid", () => ourselves()[1]);
lazy("title", () => (asNode() ? "node" : "bun"));
lazy("execPath", execPath);
lazy("versions", () => ObjectFreeze(asNode() ? { node: nodeVersion, ...parts } : { node: nodeVersion, bun: bunVersion, ...parts }));
lazy("argv0", () => (asNode() ? "node" : "bun"));
lazy("argv", () => {
  const argv: string[] = info().unnamed ? [execPath()] : [execPath(), entryPath()];
  const given: string[] = host.sync(OP["process.argv"]!);
  for (let i = 0; i < given.length; i++) ArrayPrototypePush(argv, given[i]!);
  return argv;
});
lazy("execArgv", () => host.sync(OP["process.execArgv"]!));
lazy("env", environment);
lazy("allowedNodeEnvironmentFlags", environmentFlags);
lazy("moduleLoadList", () => []);
lazy("stdout", () => outputStream(1));
lazy("stderr", () => outputStream(2));
lazy("stdin", inputStream);

defineGlobal("process", process);
defineGlobal("global", globalObject);
// Bun's global object has no tag.
ObjectDefineProperty(globalObject, SymbolToStringTag, { __proto__: null, get: () => (asNode() ? "global" : undefined), enumerable: false, configurable: true } as any);
register(["node:process", "process"], () => process);
