// node:child_process: programs of the session's shell, and JavaScript in sandboxes of their own.

import {
  ArrayIsArray, ArrayPrototypeConcat, ArrayPrototypeIncludes, ArrayPrototypeJoin, ArrayPrototypePush, ArrayPrototypeSlice, Error_, RegExpPrototypeExec, ErrorCaptureStackTrace, NumberIsInteger, ObjectAssign, ObjectDefineProperty,
  ObjectKeys, ObjectSetPrototypeOf, Promise_, RangeError_, StringPrototypeIncludes, StringPrototypeSlice, SymbolFor, StringPrototypeStartsWith, TypeError_, TypedArrayPrototypeSubarray, FunctionPrototypeCall, SymbolDispose, setOwn, hide,
} from "../primordials.ts";
import { register, builtin } from "../modules.ts";
import { asNode } from "../mode.ts";
import { onChannel, process } from "../process.ts";
import { nextTick, setTimeout, setImmediate, clearTimeout } from "../timers.ts";
import { EventEmitter } from "./events.ts";
import { pathOfURL } from "../url.ts";
import { provide } from "./binding.ts";
import { abortError, brief, coded, invalidArgType, invalidArgValue, outOfRange, validateAbortSignal, validateBoolean, validateFunction, validateObject, validateString } from "./errors.ts";
import { Child, Messages, checkMessage, directory, environment, nameOf, numberOf, readable, runSync, spawnError, writable, type Start } from "./child.ts";

const mebibyte = 1024 * 1024;

function noNull(v: string, name: string): void {
  if (StringPrototypeIncludes(v, "\0")) throw invalidArgValue(name, v, "must be a string without null bytes");
}

function signalOf(signal: any, what?: string): number {
  if (what !== undefined && typeof signal !== "string" && typeof signal !== "number") throw invalidArgType(what, ["string", "number"], signal);
  const n = numberOf(signal);
  if (n === undefined) throw coded(TypeError_, "ERR_UNKNOWN_SIGNAL", `Unknown signal: ${signal}`);
  return n;
}

// pathOf is a path given as string, Buffer or URL.
function pathOf(v: any, name: string): string {
  const u = pathOfURL(v);
  if (u !== undefined) return u;
  if (typeof v === "string") {
    noNull(v, name);
    return v;
  }
  if (host.buffer(v) !== undefined) return host.utf8Decode(v);
  throw invalidArgType(name, ["string", "Buffer", "URL"], v);
}

// requestOf is the request that Node's inner spawn functions are told.
function requestOf(o: any): Request {
  const args = ArrayIsArray(o.args) ? o.args : [];
  const r = request(o.file, ArrayPrototypeSlice(args, 1), { __proto__: null, ...o, shell: false, argv0: args.length > 0 ? `${args[0]}` : undefined });
  if (ArrayIsArray(o.envPairs)) {
    r.start.env = [];
    for (let i = 0; i < o.envPairs.length; i++) {
      const pair = `${o.envPairs[i]}`;
      noNull(pair, "options.envPairs");
      ArrayPrototypePush(r.start.env, pair);
    }
  }
  return r;
}

// told is what Node's inner spawn functions are told of a request. Packages put
// functions of their own in their place, to change every program's environment.
function told(r: Request): any {
  return { ...r.options, file: r.start.file, args: r.args, envPairs: r.start.env };
}

interface Request {
  start: Start;
  options: any;
  args: string[]; // spawnargs
  kill: number;
}

// request checks the arguments of spawn and spawnSync, in Node's order.
function request(file: any, args: any, options: any): Request {
  validateString(file, "file");
  if (file.length === 0) throw invalidArgValue("file", file, "cannot be empty");
  noNull(file, "file");
  if (ArrayIsArray(args)) args = ArrayPrototypeSlice(args);
  else if (args === undefined || args === null) args = [];
  else if (typeof args !== "object") throw invalidArgType("args", "object", args);
  else {
    options = args;
    args = [];
  }
  for (let i = 0; i < args.length; i++) {
    args[i] = `${args[i]}`;
    noNull(args[i], `args[${i}]`);
  }
  if (options === undefined) options = {};
  else validateObject(options, "options");
  const o: any = { __proto__: null, ...options };
  if (o.cwd != null) o.cwd = pathOf(o.cwd, "options.cwd");
  if (o.detached != null) validateBoolean(o.detached, "options.detached");
  if (o.uid != null && !(NumberIsInteger(o.uid) && o.uid === (o.uid | 0))) throw invalidArgType("options.uid", "int32", o.uid);
  if (o.gid != null && !(NumberIsInteger(o.gid) && o.gid === (o.gid | 0))) throw invalidArgType("options.gid", "int32", o.gid);
  if (o.shell != null && typeof o.shell !== "boolean" && typeof o.shell !== "string") throw invalidArgType("options.shell", ["boolean", "string"], o.shell);
  if (o.argv0 != null) validateString(o.argv0, "options.argv0");
  if (o.windowsHide != null) validateBoolean(o.windowsHide, "options.windowsHide");
  if (o.timeout != null && !(NumberIsInteger(o.timeout) && o.timeout >= 0)) throw outOfRange("timeout", "an unsigned integer", o.timeout);
  let argv0: string = o.argv0 ?? file;
  if (o.shell) {
    const line = ArrayPrototypeJoin(ArrayPrototypeConcat([file], args), " ");
    file = typeof o.shell === "string" ? o.shell : "/bin/sh";
    argv0 = o.argv0 ?? file;
    args = ["-c", line];
  }
  const argv = ArrayPrototypeConcat([argv0], args);
  const env = environment(o.env);
  for (let i = 0; i < env.length; i++) noNull(env[i]!, `options.env`);
  return {
    start: { file, args: argv, env, cwd: directory(o.cwd ?? undefined), stdio: [], ipc: false, advanced: o.serialization === "advanced" },
    options: o, args: argv, kill: o.killSignal != null ? signalOf(o.killSignal, "options.killSignal") : 15,
  };
}

// stdioOf is what each of the standard streams is: "pipe", "ignore" or a descriptor; and where the channel is.
function stdioOf(stdio: any, sync: boolean): { list: (string | number)[]; ipc: number } {
  if (stdio === undefined || stdio === null) stdio = "pipe";
  if (typeof stdio === "string") {
    if (stdio !== "ignore" && stdio !== "pipe" && stdio !== "overlapped" && stdio !== "inherit") throw invalidArgValue("stdio", stdio);
    stdio = stdio === "inherit" ? [0, 1, 2] : [stdio, stdio, stdio];
  } else if (!ArrayIsArray(stdio)) throw invalidArgValue("stdio", stdio);
  const list: (string | number)[] = [];
  let ipc = -1;
  for (let i = 0; i < stdio.length || i < 3; i++) {
    const v = stdio[i];
    let what: string | number;
    if (v === undefined || v === null) what = i < 3 ? "pipe" : "ignore";
    else if (v === "ignore") what = "ignore";
    else if (v === "pipe" || v === "overlapped") what = "pipe";
    else if (v === "inherit") what = i;
    else if (v === "ipc") {
      if (sync) throw coded(Error_, "ERR_IPC_SYNC_FORK", "IPC cannot be used with synchronous forks");
      if (ipc !== -1) throw coded(Error_, "ERR_IPC_ONE_PIPE", "Child process can have only one IPC pipe");
      ipc = i;
      what = "ignore";
    } else if (typeof v === "number") what = v;
    else if (typeof v === "object" && typeof v.fd === "number") what = v.fd;
    else throw invalidArgValue("stdio", v);
    if (i > 2 && what === "pipe") throw coded(Error_, "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM", `a pipe as descriptor ${i} of a child is not available: use stdio 0 to 2, or a channel ("ipc")`);
    ArrayPrototypePush(list, what);
  }
  return { list, ipc };
}

// ChildProcess is callable without new by nobody but us, and has state that programs cannot reach.
export const ChildProcess: any = function ChildProcess(this: any): void {
  FunctionPrototypeCall(EventEmitter, this);
  setOwn(this, "_closesNeeded", 1);
  setOwn(this, "_closesGot", 0);
  setOwn(this, "connected", false);
  setOwn(this, "signalCode", null);
  setOwn(this, "exitCode", null);
  setOwn(this, "killed", false);
  setOwn(this, "spawnfile", null);
};
ObjectSetPrototypeOf(ChildProcess.prototype, EventEmitter.prototype);
ObjectSetPrototypeOf(ChildProcess, EventEmitter);

function maybeClose(c: any): void {
  c._closesGot++;
  if (c._closesGot === c._closesNeeded) {
    (c._handle as Child | null)?.forget();
    c.emit("close", c.exitCode, c.signalCode);
  }
}

function started(c: any, r: Request): void {
  const o = r.options;
  const { list, ipc } = stdioOf(o.stdio, false);
  r.start.stdio = [list[0]!, list[1]!, list[2]!];
  r.start.ipc = ipc >= 0;
  setOwn(c, "spawnfile", r.start.file);
  setOwn(c, "spawnargs", r.args);
  let child: Child | null = null;
  let failed: any;
  try {
    child = new Child(r.start);
  } catch (e: any) {
    const code = e?.code;
    if (code !== "ENOENT" && code !== "EACCES" && code !== "EAGAIN" && code !== "E2BIG" && code !== "EMFILE") throw e;
    failed = spawnError(code, `spawn ${r.start.file}`, r.start.file, ArrayPrototypeSlice(r.args, 1));
    if (code === "E2BIG") throw failed;
  }
  hide(c, "_handle", child);
  setOwn(c, "pid", child?.pid);
  const streams: any[] = [];
  for (let i = 0; i < list.length; i++) {
    let s: any = null;
    if (list[i] === "pipe") {
      s = child === null ? dead(i) : i === 0 ? writable(child) : readable(child, i);
      if (i > 0) {
        c._closesNeeded++;
        s.on("close", () => maybeClose(c));
      }
    }
    ArrayPrototypePush(streams, s);
  }
  setOwn(c, "stdin", streams[0]);
  setOwn(c, "stdout", streams[1]);
  setOwn(c, "stderr", streams[2]);
  setOwn(c, "stdio", streams);
  if (child === null) {
    nextTick(() => {
      c.exitCode = failed.errno;
      for (let i = 0; i < 3; i++) streams[i]?.destroy();
      c.emit("error", failed);
      maybeClose(c);
    });
    return;
  }
  if (ipc >= 0) {
    c._closesNeeded++;
    connect(c, child.id, r.start.advanced);
  }
  child.wait((code, signal) => {
    if (signal !== null) c.signalCode = signal;
    else c.exitCode = code;
    c.stdin?.destroy();
    c.emit("exit", c.exitCode, c.signalCode);
    nextTick(() => {
      for (let i = 1; i < 3; i++) if (streams[i]?.readable) streams[i].resume();
    });
    maybeClose(c);
  });
  nextTick(() => c.emit("spawn"));
}

// dead is a stream of a program that did not start.
function dead(i: number): any {
  const { Readable, Writable } = builtin("node:stream")!;
  const destroy = (e: any, cb: any): void => void setImmediate(cb, e); // it closes after who hears of the error could go on
  return i === 0 ? new Writable({ __proto__: null, write: (_c: any, _e: any, cb: any) => cb(), destroy }) : new Readable({ __proto__: null, read(): void {}, destroy });
}

// isInternal reports whether a message is Node's own, as those of a cluster are.
function isInternal(v: any): boolean {
  return v !== null && typeof v === "object" && typeof v.cmd === "string" && StringPrototypeStartsWith(v.cmd, "NODE_");
}

// connect gives o what both ends of a channel have.
export function connect(o: any, id: number, advanced: boolean): Messages {
  const m = new Messages(id, advanced, (v) => o.emit(isInternal(v) ? "internalMessage" : "message", v, undefined), () => {
    o.connected = false;
    setOwn(o, "channel", null);
    o.emit("disconnect");
    if (id !== 0) maybeClose(o);
  });
  setOwn(o, "connected", true);
  setOwn(o, "channel", { ref: () => m.ref(), unref: () => m.unref() });
  setOwn(o, "send", function send(message: any, handle?: any, options?: any, cb?: any): boolean {
    checkMessage(message, arguments.length);
    if (typeof handle === "function") cb = handle;
    else if (typeof options === "function") cb = options;
    else if (options !== undefined) validateObject(options, "options");
    if (cb === undefined) cb = (e: any) => { if (e) o.emit("error", e); };
    else validateFunction(cb, "callback");
    return m.send(message, cb);
  });
  setOwn(o, "disconnect", function disconnect(): void {
    if (!m.open) {
      o.emit("error", coded(Error_, "ERR_IPC_DISCONNECTED", "IPC channel is already disconnected"));
      return;
    }
    o.connected = false;
    m.disconnect();
  });
  if (id !== 0) m.receive();
  return m;
}

const methods = {
  kill(this: any, signal?: any): boolean {
    const n = signal === 0 ? 0 : signalOf(signal === undefined || signal === null ? "SIGTERM" : signal);
    const child: Child | null = this._handle ?? null;
    if (child === null || child.ended) return false;
    if (!child.signal(n)) return false;
    if (n > 0) this.killed = true;
    return true;
  },
  ref(this: any): void {
    (this._handle as Child | null)?.ref();
  },
  unref(this: any): void {
    (this._handle as Child | null)?.unref();
  },
  spawn(this: any, o: any): number {
    validateObject(o, "options");
    started(this, requestOf(o));
    return 0;
  },
};
const methodNames = ObjectKeys(methods);
for (let i = 0; i < methodNames.length; i++) hide(ChildProcess.prototype, methodNames[i]!, (methods as any)[methodNames[i]!]);
hide(ChildProcess.prototype, SymbolDispose, function (this: any): void {
  if (!this.killed) this.kill();
});

export function spawn(file: any, args?: any, options?: any): any {
  const r = request(file, args, options);
  const o = r.options;
  if (o.signal !== undefined) validateAbortSignal(o.signal, "options.signal");
  const c = new ChildProcess();
  if (c.spawn === methods.spawn) started(c, r);
  else c.spawn(told(r));
  if (o.timeout > 0) {
    let timer: any = setTimeout(() => {
      timer = null;
      c.kill(r.kill);
    }, o.timeout);
    c.once("exit", () => {
      if (timer !== null) clearTimeout(timer);
    });
  }
  if (o.signal !== undefined) {
    const signal = o.signal;
    const abort = (): void => {
      if (c.kill(r.kill)) c.emit("error", abortError(signal.reason));
    };
    if (signal.aborted) nextTick(abort);
    else {
      signal.addEventListener("abort", abort, { __proto__: null, once: true });
      c.once("exit", () => signal.removeEventListener("abort", abort));
    }
  }
  return c;
}

function checkMaxBuffer(v: any): void {
  if (v != null && !(typeof v === "number" && v >= 0)) throw outOfRange("options.maxBuffer", "a positive number", v);
}

// genericError is Node's error of a program that ended badly.
function genericError(message: string, props: any): any {
  const e: any = new Error_(message);
  ErrorCaptureStackTrace(e, genericError);
  const keys = ObjectKeys(props);
  for (let i = 0; i < keys.length; i++) setOwn(e, keys[i]!, props[keys[i]!]);
  return e;
}

function concat(chunks: any[]): any {
  return builtin("node:buffer")!.Buffer.concat(chunks);
}

function execFileOf(file: any, args: any, options: any, callback: any): any {
  const o: any = { __proto__: null, encoding: "utf8", timeout: 0, maxBuffer: mebibyte, killSignal: "SIGTERM", cwd: null, env: null, shell: false, ...options };
  if (o.timeout != null && !(NumberIsInteger(o.timeout) && o.timeout >= 0)) throw outOfRange("timeout", "an unsigned integer", o.timeout);
  checkMaxBuffer(o.maxBuffer);
  if (o.killSignal != null) signalOf(o.killSignal, "options.killSignal");
  const c = spawn(file, args, { cwd: o.cwd, env: o.env, shell: o.shell, signal: o.signal, uid: o.uid, gid: o.gid, windowsHide: o.windowsHide, argv0: o.argv0 });
  const { Buffer } = builtin("node:buffer")!;
  const encoding = o.encoding && Buffer.isEncoding(o.encoding) ? o.encoding : null;
  const kept: any[][] = [[], []];
  const sizes = [0, 0];
  let killed = false;
  let exited = false;
  let problem: any = null;
  let timer: any = null;
  const output = (i: number): any => (encoding === null ? concat(kept[i]!) : ArrayPrototypeJoin(kept[i]!, ""));
  const finish = (code: any, signal: any): void => {
    if (exited) return;
    exited = true;
    if (timer !== null) clearTimeout(timer);
    if (typeof callback !== "function") return;
    const stdout = output(0), stderr = output(1);
    if (problem === null && code === 0 && signal === null) {
      callback(null, stdout, stderr);
      return;
    }
    const cmd = args.length > 0 ? `${file} ${ArrayPrototypeJoin(args, " ")}` : file;
    if (problem === null) problem = genericError(`Command failed: ${cmd}\n${stderr}`, { code, killed: c.killed || killed, signal });
    setOwn(problem, "cmd", cmd);
    callback(problem, stdout, stderr);
  };
  const kill = (): void => {
    c.stdout?.destroy();
    c.stderr?.destroy();
    killed = true;
    try {
      c.kill(o.killSignal);
    } catch (e) {
      problem = e;
      finish(null, null);
    }
  };
  if (o.timeout > 0) {
    timer = setTimeout(() => {
      timer = null;
      kill();
    }, o.timeout);
  }
  const names = ["stdout", "stderr"];
  for (let i = 0; i < 2; i++) {
    const s = c[names[i]!];
    if (!s) continue;
    if (encoding !== null) s.setEncoding(encoding);
    s.on("data", (chunk: any) => {
      const room = o.maxBuffer - sizes[i]!;
      sizes[i]! += chunk.length;
      if (sizes[i]! > o.maxBuffer) {
        ArrayPrototypePush(kept[i]!, typeof chunk === "string" ? StringPrototypeSlice(chunk, 0, room) : TypedArrayPrototypeSubarray(chunk, 0, room));
        problem = coded(RangeError_, "ERR_CHILD_PROCESS_STDIO_MAXBUFFER", `${names[i]} maxBuffer length exceeded`);
        kill();
      } else ArrayPrototypePush(kept[i]!, chunk);
    });
  }
  c.addListener("close", finish);
  c.addListener("error", (e: any) => {
    problem = e;
    c.stdout?.destroy();
    c.stderr?.destroy();
    finish(null, null);
  });
  return c;
}

export function execFile(file: any, args: any, options: any, callback: any): any {
  if (args != null && ArrayIsArray(args)) args = ArrayPrototypeSlice(args);
  else if (args != null && typeof args === "object") {
    callback = options;
    options = args;
    args = null;
  } else if (args != null && typeof args === "function") {
    callback = args;
    options = null;
    args = null;
  }
  if (args == null) args = [];
  if (typeof options === "function") callback = options;
  else if (options != null) validateObject(options, "options");
  if (options == null || typeof options === "function") options = {};
  if (callback != null) validateFunction(callback, "callback");
  if (options.argv0 != null) validateString(options.argv0, "options.argv0");
  return execFileOf(file, args, options, callback);
}

export function exec(command: any, options: any, callback: any): any {
  validateString(command, "command");
  noNull(command, "command");
  if (typeof options === "function") {
    callback = options;
    options = undefined;
  }
  const o = { ...options };
  o.shell = typeof o.shell === "string" ? o.shell : true;
  return execFile(command, o, callback, undefined);
}

// promised is what util.promisify makes of exec and execFile.
function promised(orig: any): any {
  return (...args: any[]): any => {
    let child: any;
    const p: any = new Promise_((resolve, reject) => {
      ArrayPrototypePush(args, (e: any, stdout: any, stderr: any) => {
        if (e !== null) {
          setOwn(e, "stdout", stdout);
          setOwn(e, "stderr", stderr);
          reject(e);
        } else resolve({ stdout, stderr });
      });
      child = orig(...args);
    });
    setOwn(p, "child", child);
    return p;
  };
}
const promisify = SymbolFor("nodejs.util.promisify.custom");
ObjectDefineProperty(exec, promisify, { __proto__: null, value: promised(exec), enumerable: false } as any);
ObjectDefineProperty(execFile, promisify, { __proto__: null, value: promised(execFile), enumerable: false } as any);

// inputOf is what a synchronous call writes to the program.
function inputOf(input: any): Uint8Array | null {
  if (input === undefined || input === null) return null;
  if (typeof input === "string") return host.utf8Encode(input);
  if (host.buffer(input) !== undefined) return input;
  throw invalidArgType("options.stdio[0]", ["string", "Buffer", "TypedArray", "DataView"], input);
}

const spawnSyncBinding: any = { spawn: (o: any): any => runHere(requestOf(o)) };
const spawnHere = spawnSyncBinding.spawn;
provide("spawn_sync", () => spawnSyncBinding);

function runRequest(r: Request): any {
  return spawnSyncBinding.spawn === spawnHere ? runHere(r) : spawnSyncBinding.spawn(told(r));
}

function runHere(r: Request): any {
  const o = r.options;
  checkMaxBuffer(o.maxBuffer);
  const { list } = stdioOf(o.stdio, true);
  let input = inputOf(o.input);
  if (input !== null) list[0] = "pipe";
  if (list[0] === "pipe" && input === null) input = host.utf8Encode("");
  r.start.stdio = [list[0]!, list[1]!, list[2]!];
  let got: ReturnType<typeof runSync>;
  const failure = (code: string): any => spawnError(code, `spawnSync ${r.start.file}`, r.start.file, ArrayPrototypeSlice(r.args, 1));
  try {
    got = runSync(r.start, input, o.timeout ?? 0, o.maxBuffer ?? mebibyte, r.kill);
  } catch (e: any) {
    if (typeof e?.code !== "string" || e.code === "ERR_ACCESS_DENIED" || typeof e.errno !== "number") throw e;
    return { status: null, signal: null, output: null, pid: 0, stdout: null, stderr: null, error: failure(e.code) };
  }
  const { Buffer } = builtin("node:buffer")!;
  const encoding = o.encoding && o.encoding !== "buffer" ? o.encoding : null;
  const output: any[] = [null];
  for (let i = 1; i < list.length; i++) {
    const b: any = i < 3 ? got[2 + i] : null;
    ArrayPrototypePush(output, b === null || list[i] !== "pipe" ? null : encoding === null ? Buffer.from(b.buffer, b.byteOffset, b.byteLength) : Buffer.from(b.buffer, b.byteOffset, b.byteLength).toString(encoding));
  }
  const result: any = {
    status: got[2] === 0 ? got[1] : null, signal: got[2] === 0 ? null : nameOf(got[2]), output, pid: got[0], stdout: output[1], stderr: output[2],
  };
  if (got[5] !== "") setOwn(result, "error", failure(got[5]));
  return result;
}

export function spawnSync(file: any, args?: any, options?: any): any {
  const r = request(file, args, options);
  checkMaxBuffer(r.options.maxBuffer);
  return runRequest(r);
}
ObjectDefineProperty(spawnSync, "length", { __proto__: null, value: 3, configurable: true } as any);
ObjectDefineProperty(spawn, "length", { __proto__: null, value: 3, configurable: true } as any);

// checked is the output of a program that ended well, or throws.
function checked(r: any, cmd: string, inherit: boolean): any {
  if (inherit && r.stderr) process.stderr.write(r.stderr);
  let e: any;
  if (r.error) {
    e = r.error;
    ObjectAssign(e, { ...r, error: e });
  } else if (r.status !== 0) {
    let message = `Command failed: ${cmd}`;
    if (r.stderr && r.stderr.length > 0) message += `\n${r.stderr}`;
    e = genericError(message, r);
  }
  if (e !== undefined) throw e;
  return r.stdout;
}

export function execSync(command: any, options: any): any {
  validateString(command, "command");
  const o = { ...options };
  o.shell = typeof o.shell === "string" ? o.shell : true;
  return checked(runRequest(request(command, [], o)), command, !o.stdio);
}

export function execFileSync(file: any, args: any, options: any): any {
  if (args != null && !ArrayIsArray(args) && typeof args === "object") {
    options = args;
    args = [];
  }
  const r = request(file, args, options);
  const given = ArrayIsArray(args) ? args : [];
  return checked(runRequest(r), ArrayPrototypeJoin(ArrayPrototypeConcat([r.options.argv0 || file], given), " "), !r.options.stdio);
}

// ownOptions are the options that this program was started with, for its like: without the text
// that it is, if it came as one.
function ownOptions(): string[] {
  const given: string[] = process.execArgv, out: string[] = [];
  for (let i = 0; i < given.length; i++) {
    if (RegExpPrototypeExec(/^(-e|--eval|-p|--print|-pe)$/, given[i]!) !== null) i++;
    else if (RegExpPrototypeExec(/^--(eval|print)=/, given[i]!) === null) ArrayPrototypePush(out, given[i]!);
  }
  return out;
}

export function fork(modulePath: any, args: any = [], options?: any): any {
  const file = pathOf(modulePath, "modulePath");
  if (args == null) args = [];
  else if (typeof args === "object" && !ArrayIsArray(args)) {
    options = args;
    args = [];
  } else if (!ArrayIsArray(args)) throw invalidArgValue("args", args);
  if (options != null) validateObject(options, "options");
  const o: any = { ...options };
  if (o.execPath !== undefined) noNull(`${o.execPath}`, "options.execPath");
  const execArgv = o.execArgv === undefined || o.execArgv === null || o.execArgv === process.execArgv ? ownOptions() : o.execArgv;
  if (typeof o.stdio === "string") {
    if (o.stdio !== "ignore" && o.stdio !== "pipe" && o.stdio !== "overlapped" && o.stdio !== "inherit") throw invalidArgValue("stdio", o.stdio);
    o.stdio = [o.stdio, o.stdio, o.stdio, "ipc"];
  } else if (!ArrayIsArray(o.stdio)) {
    const how = o.silent ? "pipe" : "inherit";
    o.stdio = [how, how, how, "ipc"];
  } else if (!ArrayPrototypeIncludes(o.stdio, "ipc")) throw coded(Error_, "ERR_CHILD_PROCESS_IPC_REQUIRED", `Forked processes must have an IPC channel, missing value 'ipc' in options.stdio`);
  if (o.serialization !== undefined && o.serialization !== "json" && o.serialization !== "advanced") throw coded(TypeError_, "ERR_INVALID_ARG_VALUE", `The property 'options.serialization' must be one of: undefined, 'json', 'advanced'. Received ${brief(o.serialization)}`);
  o.shell = false;
  return spawn(o.execPath ?? (asNode() ? "node" : "bun"), ArrayPrototypeConcat(ArrayPrototypeConcat(execArgv, [file]), args), o);
}

onChannel((advanced) => connect(process, 0, advanced));

export function _forkChild(): void {}

const exports: any = { _forkChild, ChildProcess, exec, execFile, execFileSync, execSync, fork, spawn, spawnSync };
const exported = ObjectKeys(exports);
for (let i = 0; i < exported.length; i++) ObjectDefineProperty(exports[exported[i]!], "name", { __proto__: null, value: exported[i]!, configurable: true } as any); // the bundler may have changed it
register(["node:child_process", "child_process"], () => exports);
