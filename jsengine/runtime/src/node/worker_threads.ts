// node:worker_threads, and the Web's Worker: threads of a program, each a sandbox of
// its own. They share the program's files, limits and network, and of memory what is in SharedArrayBuffers.

import {
  ArrayIsArray, ArrayPrototypePush, Error_, MathMax, Number_, ObjectDefineProperty, ObjectKeys, PromiseResolve, RegExpPrototypeExec, SafeMap, StringPrototypeStartsWith,
  SafeWeakSet, SymbolFor, TypeError_, globalObject, hide, mapEntries, setOwn, uncurryThis, withResolvers,
} from "../primordials.ts";
import { OP } from "buntime:ops";
import { CloseEvent, ErrorEvent, Event, EventTarget, MessageEvent, eventHandler, fire } from "../events.ts";
import { defineGlobals, webInterface } from "../globals.ts";
import { builtin, register } from "../modules.ts";
import { asNode } from "../mode.ts";
import { asWorker, cwd, entryPath, process, shareEnvironment } from "../process.ts";
import { keepAlive, soon } from "../timers.ts";
import { markUntransferable, pack, uncloneable, unpack } from "../structured-clone.ts";
import { ERROR, EXIT, ONLINE, OUTPUT, BroadcastChannel, MessageChannel, MessagePort, attach, drainThen, endpointOf, isMessagePort, joinThreads, receiveOn, threadEvents } from "../web/messaging.ts";
import { blobAt, bytesOfBlob } from "../web/blob.ts";
import { coded, invalidArgType } from "./errors.ts";
import { EventEmitter } from "./events.ts";
import { refuse } from "./unavailable.ts";

const emit = uncurryThis(EventEmitter.prototype.emit);

// A Thread is a worker that this program started and that did not end.
interface Thread {
  id: number;
  port: MessagePort;
  ref: boolean;
  runs: boolean; // it said that it does
  failure: { error: unknown } | undefined;
  online(): void;
  output(fd: string, bytes: Uint8Array): void;
  failed(error: unknown): void;
  exit(code: number): void;
}

const threads: Map<number, Thread> = new SafeMap();
const threadChannel = "\0thread"; // as in ops_ports.go

// What a worker was given; undefined in the first thread.
interface Given {
  id: number;
  port: MessagePort;
  data: unknown;
  limits: object;
}
let given: Given | undefined;
let environmentData: Map<unknown, unknown> | undefined;
const SHARE_ENV = SymbolFor("nodejs.worker_threads.SHARE_ENV");

interface Start {
  entry: string;
  code?: string | undefined; // to run instead of a file
  module?: boolean; // the code is a module
  data?: unknown;
  transfer?: unknown[];
  env: unknown;
  argv: string[];
  limits: any;
  name: string;
  stdin: boolean;
}

// begin starts a worker; the caller says what its events do.
function begin(s: Start, events: Omit<Thread, "id" | "port" | "ref" | "runs" | "failure">): Thread {
  const share = s.env === SHARE_ENV;
  if (share) shareEnvironment();
  const env: Record<string, string> = {};
  const from: any = share ? {} : s.env ?? process.env;
  const names = ObjectKeys(from);
  for (let i = 0; i < names.length; i++) setOwn(env, names[i]!, `${from[names[i]!]}`);
  const shared = environmentData === undefined ? undefined : mapEntries(environmentData);
  const script = s.code !== undefined && !s.module ? s.code : undefined;
  const memory = MathMax(0, (+s.limits.maxOldGenerationSizeMb || 0) + (+s.limits.maxYoungGenerationSizeMb || 0));
  const packed = pack([s.data, shared, s.limits, share, script, s.name], s.transfer ?? [], null, endpointOf);
  const options = { entry: s.entry, code: script !== undefined ? ";" : s.code, language: script !== undefined ? "js" : "", args: s.argv, env, dir: cwd(), memory, noInput: !s.stdin };
  const got: [number, number] = host.sync(OP["worker.start"]!, options, packed.values, packed.ports, packed.buffers);
  const t: Thread = { ...events, id: got[0], port: attach(got[1]), ref: true, runs: false, failure: undefined };
  threads.set(t.id, t);
  keepAlive(1);
  threadEvents(hear, toThread);
  joinThreads();
  host.sync(OP["channel.join"]!, threadChannel, true);
  return t;
}

function setRef(t: Thread, ref: boolean): void {
  if (t.ref === ref || !threads.has(t.id)) return;
  t.ref = ref;
  keepAlive(ref ? 1 : -1);
}

// hear gets what the host says of a thread.
function hear(kind: number, id: number, name: string, body: any): void {
  const t = threads.get(id);
  if (t === undefined) return;
  switch (kind) {
    case ONLINE:
      t.runs = true;
      soon(() => t.online());
      return;
    case OUTPUT:
      host.sync(OP["worker.printed"]!, id, body.byteLength);
      soon(() => t.output(name, body));
      return;
    case ERROR:
      t.failure = { error: body === undefined ? coded(Error_, "ERR_WORKER_UNSERIALIZABLE_ERROR", "Serializing an uncaught exception failed") : unpack(body, [], []) };
      return;
    case EXIT:
      drainThen(t.port, () => {
        if (t.failure !== undefined) t.failed(t.failure.error);
        if (t.ref) keepAlive(-1);
        t.ref = false;
        threads.delete(id);
        host.sync(OP["worker.ended"]!, id);
        t.exit(body);
      });
  }
}

function toThread(from: number, data: unknown): void {
  soon(() => emit(process, "workerMessage", data, from));
}

// startWorker prepares a program that is a worker; it does nothing in another.
export function startWorker(): void {
  const info = host.sync(OP["worker.info"]!);
  if (info === undefined) return;
  const got = host.sync(OP["worker.data"]!);
  const ports: MessagePort[] = [];
  for (let i = 0; i < got[2].length; i++) ArrayPrototypePush(ports, attach(got[2][i]));
  const data = unpack(got[1], ports, got[3]) as any[];
  given = { id: info.threadId, port: attach(got[0]), data: data[0], limits: data[2] };
  if (data[1] !== undefined) {
    environmentData = new SafeMap();
    for (let i = 0; i < data[1].length; i++) environmentData.set(data[1][i][0], data[1][i][1]);
  }
  asWorker(fail);
  threadEvents(hear, toThread);
  joinThreads();
  host.sync(OP["channel.join"]!, threadChannel, true);
  if (data[3]) shareEnvironment();
  if (!asNode()) asWebWorker(given.port, data[5]);
  host.sync(OP["worker.online"]!);
  if (data[4] === undefined) {
    if (!info.eval && !builtin("node:fs")!.existsSync(entryPath())) throw coded(Error_, "MODULE_NOT_FOUND", `Cannot find module '${entryPath()}'`);
    return;
  }
  const path = `${cwd()}/[worker eval]`;
  const require = builtin("node:module")!.createRequire(path);
  const module = { exports: {}, id: "[worker eval]", filename: path, loaded: false, children: [], paths: [] };
  defineGlobals({ require, module, exports: module.exports, __filename: "[worker eval]", __dirname: "." });
  host.evalScript(data[4], "[worker eval]");
}

// fail tells the parent of the error that ends this worker.
function fail(error: unknown): void {
  try {
    const p = pack(error, [], null, endpointOf, true);
    if (p.buffers.length > 0) throw error; // nothing goes with it
    host.sync(OP["worker.fail"]!, p.values);
  } catch {
    host.sync(OP["worker.fail"]!, pack(coded(Error_, "ERR_WORKER_UNSERIALIZABLE_ERROR", "Serializing an uncaught exception failed"), [], null, endpointOf, true).values);
  }
}

// asWebWorker gives a worker's globals what the Web's workers have.
function asWebWorker(port: MessagePort, name: string): void {
  const target = new EventTarget();
  const { addEventListener, removeEventListener, dispatchEvent } = EventTarget.prototype;
  const add = uncurryThis(addEventListener), remove = uncurryThis(removeEventListener), send = uncurryThis(dispatchEvent);
  let listening = 0;
  const on = uncurryThis(addEventListener);
  const pass = (e: any): void => {
    fire(target, new MessageEvent(e.type, { __proto__: null, data: e.data, ports: e.ports }));
  };
  const listen = (): void => {
    if (listening++ === 0) on(port, "message", pass);
  };
  const handlers: Record<string, any> = { onmessage: null, onmessageerror: null, onerror: null };
  const types = ["message", "messageerror", "error"];
  for (let i = 0; i < types.length; i++) {
    const type = types[i]!;
    const call = (e: Event): void => handlers[`on${type}`](e);
    ObjectDefineProperty(globalObject, `on${type}`, {
      __proto__: null,
      get: () => handlers[`on${type}`],
      set(f: unknown) {
        const had = handlers[`on${type}`] !== null;
        handlers[`on${type}`] = typeof f === "function" ? f : null;
        const has = handlers[`on${type}`] !== null;
        if (has && !had) {
          add(target, type, call);
          if (type === "message") listen();
        } else if (had && !has) remove(target, type, call);
      },
      enumerable: true,
      configurable: true,
    } as any);
  }
  defineGlobals({
    name,
    postMessage(message: unknown, options?: unknown): void {
      uncurryThis(MessagePort.prototype.postMessage)(port, message, options);
    },
    close(): void {
      process.exit(0);
    },
    addEventListener(type: string, listener: unknown, options?: unknown): void {
      if (`${type}` === "message") listen();
      add(target, type, listener, options);
    },
    removeEventListener(type: string, listener: unknown, options?: unknown): void {
      remove(target, type, listener, options);
    },
    dispatchEvent(e: Event): boolean {
      return send(target, e);
    },
  });
}

// pathOf is the file of a worker's script, as Node or the Web names it.
function pathOf(filename: any, web: boolean): string {
  const url = builtin("node:url")!;
  const path = builtin("node:path")!;
  if (typeof filename === "object" && filename !== null && typeof filename.href === "string") {
    if (filename.protocol !== "file:") throw coded(TypeError_, "ERR_INVALID_URL_SCHEME", "The URL must be of scheme file");
    return url.fileURLToPath(filename);
  }
  if (typeof filename !== "string") throw invalidArgType("filename", ["string", "URL"], filename);
  if (!asNode() || web) {
    if (StringPrototypeStartsWith(filename, "file:")) return url.fileURLToPath(filename);
    return path.resolve(cwd(), filename);
  }
  if (path.isAbsolute(filename) || RegExpPrototypeExec(/^\.\.?[\\/]/, filename) !== null) return path.resolve(cwd(), filename);
  throw coded(
    TypeError_, "ERR_WORKER_PATH",
    `The worker script or module filename must be an absolute path or a relative path starting with './' or '../'.${StringPrototypeStartsWith(filename, "file://") ? " Wrap file:// URLs with `new URL`." : ""} Received "${filename}"`,
  );
}

// textOf is the program in a data: or blob: URL, or undefined for another name.
function textOf(filename: any): string | undefined {
  const name: unknown = typeof filename === "object" && filename !== null ? filename.href : filename;
  if (typeof name !== "string") return undefined;
  if (StringPrototypeStartsWith(name, "blob:")) {
    const b = blobAt(name);
    if (b === undefined) throw coded(TypeError_, "ERR_INVALID_URL", "Invalid URL");
    return host.utf8Decode(bytesOfBlob(b));
  }
  if (!StringPrototypeStartsWith(name, "data:")) return undefined;
  const parts = RegExpPrototypeExec(/^data:([^,]*),([\s\S]*)$/, name) as any;
  if (parts === null) throw coded(TypeError_, "ERR_INVALID_URL", "Invalid URL");
  const text = globalObject.decodeURIComponent(parts[2]);
  return RegExpPrototypeExec(/;\s*base64\s*$/i, parts[1]) !== null ? host.utf8Decode(host.base64Decode(text)) : text;
}

function limitsOf(o: any): object {
  const limit = (name: string, otherwise: number): number => (typeof o?.[name] === "number" ? o[name] : otherwise);
  return { maxYoungGenerationSizeMb: limit("maxYoungGenerationSizeMb", 0), maxOldGenerationSizeMb: limit("maxOldGenerationSizeMb", 0), codeRangeSizeMb: limit("codeRangeSizeMb", 0), stackSizeMb: limit("stackSizeMb", 4) };
}

function argvOf(v: any): string[] {
  const out: string[] = [];
  if (v === undefined || v === null) return out;
  if (!ArrayIsArray(v)) throw invalidArgType("options.argv", "Array", v);
  for (let i = 0; i < v.length; i++) ArrayPrototypePush(out, `${v[i]}`);
  return out;
}

function envOf(v: any): unknown {
  if (v !== undefined && v !== null && typeof v !== "object" && v !== SHARE_ENV) {
    throw invalidArgType("options.env", ["object", "undefined", "null", "worker_threads.SHARE_ENV"], v);
  }
  return v;
}

const postOn = uncurryThis(MessagePort.prototype.postMessage);
const listenOn = uncurryThis(MessagePort.prototype.on);
const unrefPort = uncurryThis(MessagePort.prototype.unref);

class NodeWorker extends EventEmitter {
  #thread: Thread | null;
  #exit: { promise: Promise<unknown>; resolve: (v?: unknown) => void } | null = null;
  #early = false; // terminated before it ran
  #limits: object;
  #streams: any[] = [];
  stdin: any = null;
  performance = { eventLoopUtilization: (): object => ({ idle: 0, active: 0, utilization: 0 }) };

  constructor(filename: any, options: any = {}) {
    super();
    options ??= {};
    if (options.execArgv && !ArrayIsArray(options.execArgv)) throw invalidArgType("options.execArgv", "Array", options.execArgv);
    const argv = argvOf(options.argv);
    let entry: string;
    let code: string | undefined;
    let module = false;
    if (options.eval) {
      if (typeof filename !== "string") throw coded(TypeError_, "ERR_INVALID_ARG_VALUE", "The property 'options.eval' must be false when 'filename' is not a string. Received true");
      entry = `${cwd()}/[worker eval]`;
      code = filename;
      module = !asNode() && RegExpPrototypeExec(/^\s*(import|export)\b/m, filename) !== null;
    } else {
      code = typeof filename === "string" && asNode() ? undefined : textOf(filename);
      module = true;
      entry = code === undefined ? pathOf(filename, false) : `${cwd()}/[worker].mjs`;
    }
    const env = envOf(options.env);
    this.#limits = limitsOf(options.resourceLimits);
    const name = options.name === undefined ? "" : `${options.name}`;
    const transfer: unknown[] = options.transferList ?? [];
    const t = begin(
      { entry, code, module, data: options.workerData, transfer, env, argv, limits: this.#limits, name, stdin: !!options.stdin },
      {
        online: () => emit(this, "online"),
        output: (fd, bytes) => this.#output(+fd, bytes, fd === "1" ? options.stdout : options.stderr),
        failed: (e) => emit(this, "error", e),
        exit: (c) => {
          if (this.#early) c = 0;
          this.#thread = null;
          for (let i = 1; i <= 2; i++) this.#streams[i]?.push(null);
          soon(() => {
            emit(this, "exit", c);
            this.#exit?.resolve(c);
          });
          keepAlive(1); // until the event was told
          soon(() => keepAlive(-1));
        },
      },
    );
    this.#thread = t;
    listenOn(t.port, "message", (m: unknown) => emit(this, "message", m));
    listenOn(t.port, "messageerror", (e: unknown) => emit(this, "messageerror", e));
    unrefPort(t.port);
    if (options.stdout) this.#stream(1);
    if (options.stderr) this.#stream(2);
    if (options.stdin) {
      const { Writable } = builtin("node:stream")!;
      const { Buffer } = builtin("node:buffer")!;
      const input = (b: Uint8Array | undefined, done: (e?: unknown) => void): void => {
        try {
          host.sync(OP["worker.input"]!, t.id, b);
        } catch (e) {
          done(e);
          return;
        }
        done();
      };
      this.stdin = new Writable({
        __proto__: null,
        write: (chunk: any, encoding: any, done: any) => input(typeof chunk === "string" ? Buffer.from(chunk, encoding) : chunk, done),
        final: (done: any) => input(undefined, done),
      });
    }
  }

  #stream(fd: number): any {
    let s = this.#streams[fd];
    if (s === undefined) {
      const { Readable } = builtin("node:stream")!;
      s = new Readable({ __proto__: null, read(): void {} });
      setOwn(this.#streams, fd, s);
      if (this.#thread === null) s.push(null);
    }
    return s;
  }

  #output(fd: number, bytes: Uint8Array, kept: unknown): void {
    const { Buffer } = builtin("node:buffer")!;
    this.#streams[fd]?.push(Buffer.from(bytes));
    if (kept) return;
    host.write(fd as 1 | 2, bytes);
  }

  get stdout(): any {
    return this.#stream(1);
  }
  get stderr(): any {
    return this.#stream(2);
  }
  get threadId(): number {
    return this.#thread?.id ?? -1;
  }
  get resourceLimits(): object {
    return this.#thread === null ? {} : this.#limits;
  }
  postMessage(message: unknown, transfer?: unknown): void {
    if (this.#thread !== null) postOn(this.#thread.port, message, transfer);
  }
  terminate(): Promise<unknown> {
    if (this.#thread === null) return PromiseResolve(undefined);
    setRef(this.#thread, true);
    host.sync(OP["worker.terminate"]!, this.#thread.id);
    this.#early = !this.#thread.runs;
    this.#exit ??= withResolvers();
    return this.#exit.promise;
  }
  ref(): void {
    if (this.#thread !== null) setRef(this.#thread, true);
  }
  unref(): void {
    if (this.#thread !== null) setRef(this.#thread, false);
  }
  getHeapSnapshot(): never {
    return refuse("Worker's getHeapSnapshot", "the engine takes no snapshots of its heap");
  }
}
ObjectDefineProperty(NodeWorker, "name", { __proto__: null, value: "Worker", configurable: true } as any);

// Worker is the Web's, with what Bun adds.
export class Worker extends EventTarget {
  #thread: Thread | null;

  constructor(script: any, options: any = undefined) {
    super();
    options ??= {};
    const code = textOf(script);
    const entry = code === undefined ? pathOf(typeof script === "string" ? script : `${script}`, true) : `${cwd()}/[worker].ts`;
    const t = begin(
      { entry, code, module: true, data: options.workerData, env: envOf(options.env), argv: argvOf(options.argv), limits: limitsOf(options.resourceLimits), name: options.name === undefined ? "" : `${options.name}`, stdin: false },
      {
        online: () => fire(this, new Event("open")),
        output: (fd, bytes) => host.write(+fd as 1 | 2, bytes),
        failed: (e: any) => fire(this, new ErrorEvent("error", { __proto__: null, error: e, message: host.classOf(e) === "Error" ? `${e.name}: ${e.message}` : `${e}`, cancelable: true })),
        exit: (code) => {
          this.#thread = null;
          fire(this, new CloseEvent("close", { __proto__: null, code }));
        },
      },
    );
    this.#thread = t;
    const listen = uncurryThis(EventTarget.prototype.addEventListener);
    const pass = (e: any): void => {
      fire(this, new MessageEvent(e.type, { __proto__: null, data: e.data, ports: e.ports }));
    };
    listen(t.port, "message", pass);
    listen(t.port, "messageerror", pass);
    unrefPort(t.port);
    if (options.ref === false) setRef(t, false);
  }

  get threadId(): number {
    return this.#thread?.id ?? -1;
  }
  postMessage(message: unknown, options: unknown = undefined): void {
    if (this.#thread !== null) postOn(this.#thread.port, message, options);
  }
  terminate(): void {
    if (this.#thread !== null) host.sync(OP["worker.terminate"]!, this.#thread.id);
  }
  ref(): void {
    if (this.#thread !== null) setRef(this.#thread, true);
  }
  unref(): void {
    if (this.#thread !== null) setRef(this.#thread, false);
  }
}
webInterface(Worker, "Worker");
const workerEvents = ["message", "messageerror", "error", "open", "close"];
for (let i = 0; i < workerEvents.length; i++) eventHandler(Worker, workerEvents[i]!);
defineGlobals({ Worker });

// marked are objects of classes that a program said are not to be cloned; plain objects are cloned all the same.
let marked: WeakSet<object> | null = null;

function markAsUncloneable(v: unknown): void {
  if ((typeof v !== "object" || v === null) && typeof v !== "function") return;
  if (marked === null) {
    const all = (marked = new SafeWeakSet<object>());
    uncloneable("Object", (o) => all.has(o));
  }
  marked.add(v as object);
}

register(["node:worker_threads", "worker_threads"], () => {
  const exports: any = {
    BroadcastChannel,
    MessageChannel,
    MessagePort,
    SHARE_ENV,
    Worker: NodeWorker,
    getEnvironmentData(key: unknown): unknown {
      return environmentData?.get(key);
    },
    setEnvironmentData(key: unknown, value: unknown): void {
      environmentData ??= new SafeMap();
      if (value === undefined) environmentData.delete(key);
      else environmentData.set(key, value);
    },
    markAsUntransferable(v: unknown): void {
      if ((typeof v === "object" && v !== null) || typeof v === "function") markUntransferable(v as object);
    },
    moveMessagePortToContext(port: unknown): never {
      if (!isMessagePort(port)) throw coded(TypeError_, "ERR_INVALID_ARG_TYPE", 'The "port" argument must be a MessagePort instance');
      return refuse("node:worker_threads's moveMessagePortToContext", "ports belong to the context of their thread; post the messages to it");
    },
    async postMessageToThread(threadId: unknown, value: unknown, transferList?: unknown): Promise<void> {
      const id = Number_(threadId);
      if (id === (given?.id ?? 0)) throw coded(Error_, "ERR_WORKER_MESSAGING_SAME_THREAD", "Cannot sent a message to the same thread");
      const transfer = ArrayIsArray(transferList) ? transferList : [];
      const p = pack(value, transfer, null, endpointOf);
      if (!host.sync(OP["thread.post"]!, id, p.values, p.ports, p.buffers)) {
        throw coded(Error_, "ERR_WORKER_MESSAGING_FAILED", "Cannot find the destination thread or listener");
      }
    },
    receiveMessageOnPort: receiveOn,
  };
  const perThread: Record<string, () => unknown> = {
    isMainThread: () => given === undefined,
    parentPort: () => given?.port ?? null,
    resourceLimits: () => given?.limits ?? {},
    threadId: () => given?.id ?? 0,
    workerData: () => given?.data ?? null,
  };
  const names = ObjectKeys(perThread);
  for (let i = 0; i < names.length; i++) ObjectDefineProperty(exports, names[i]!, { __proto__: null, get: perThread[names[i]!], enumerable: true, configurable: true } as any);
  hide(exports, "markAsUncloneable", markAsUncloneable); // Node 20 has none: it is there by its name, and in no list
  return exports;
});
