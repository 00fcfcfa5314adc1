// Bun.spawn, Bun.spawnSync and Bun.which.

import {
  ArrayIsArray, ArrayPrototypePush, ArrayPrototypeSlice, BigInt_, Error_, JSONParse, NumberIsInteger, ObjectDefineProperty, PromisePrototypeThen, StringPrototypeIncludes, SymbolAsyncDispose, TypeError_,
  TypedArrayPrototypeGetLength, TypedArrayPrototypeSet, Uint8Array_, own, setOwn, withResolvers, hide,
} from "../primordials.ts";
import { process } from "../process.ts";
import { nextTick, setTimeout, clearTimeout } from "../timers.ts";
import { Blob, blobSource, bufferBytes, exact, isBlob, join } from "../web/blob.ts";
import { bodyBytes, isBody } from "../web/fetch.ts";
import { isReadableStream, makeReadable, readChunks } from "../web/streams.ts";
import * as f from "../node/fs_common.ts";
import { targetOf } from "./file.ts";
import { wrap } from "../node/buffer.ts";
import { coded, invalidArgType } from "../node/errors.ts";
import { Child, Messages, checkMessage, directory, environment, nameOf, numberOf, runSync, which as find, type Start } from "../node/child.ts";

interface Plan {
  start: Start;
  options: any;
  input: (() => Promise<Uint8Array | undefined> | Uint8Array) | undefined; // what to write, then the end
  stream: any; // to write, piece by piece
  opened: number[]; // descriptors to close once the program has them
  kill: number;
}

function signalNumber(v: any): number {
  const n = v === undefined || v === null ? 15 : numberOf(v);
  if (n === undefined) throw coded(TypeError_, "ERR_UNKNOWN_SIGNAL", `Unknown signal: ${v}`);
  return n;
}

// plan reads the arguments of spawn and spawnSync.
function plan(cmd: any, options: any, sync: boolean): Plan {
  if (!ArrayIsArray(cmd)) {
    if (cmd === null || typeof cmd !== "object") throw invalidArgType("cmd", "Array", cmd);
    options = cmd;
    cmd = cmd.cmd;
    if (!ArrayIsArray(cmd)) throw invalidArgType("cmd", "Array", cmd);
  }
  const o: any = { __proto__: null, ...options };
  if (cmd.length === 0) throw coded(TypeError_, "ERR_INVALID_ARG_TYPE", "cmd must not be empty");
  const args: string[] = [];
  for (let i = 0; i < cmd.length; i++) {
    const s = `${cmd[i]}`;
    if (StringPrototypeIncludes(s, "\0")) throw coded(TypeError_, "ERR_INVALID_ARG_VALUE", `The argument 'args[${i}]' must be a string without null bytes. Received ${JSON.stringify(s)}`);
    ArrayPrototypePush(args, s);
  }
  const file = args[0]!;
  if (o.argv0 != null) args[0] = `${o.argv0}`;
  const kill = signalNumber(o.killSignal);
  const p: Plan = { start: { file, args, env: environment(o.env), cwd: directory(o.cwd ?? undefined), stdio: [], ipc: typeof o.ipc === "function", advanced: o.serialization !== "json" }, options: o, input: undefined, stream: undefined, opened: [], kill };
  const given = ArrayIsArray(o.stdio) ? o.stdio : [o.stdin === undefined ? null : o.stdin, o.stdout === undefined ? "pipe" : o.stdout, o.stderr === undefined ? (sync ? "pipe" : "inherit") : o.stderr];
  for (let i = 0; i < 3; i++) ArrayPrototypePush(p.start.stdio, stdio(p, given[i], i));
  return p;
}

function stdio(p: Plan, v: any, i: number): string | number {
  if (v === null || v === undefined || v === "ignore") return "ignore";
  if (v === "pipe" || v === "overlapped") return "pipe";
  if (v === "inherit") return i;
  if (typeof v === "number" && NumberIsInteger(v) && v >= 0) return v;
  const target = targetOf(v);
  if (target !== undefined) {
    if (typeof target === "number") return target;
    const fd = f.open(target, i === 0 ? "r" : "w");
    ArrayPrototypePush(p.opened, fd);
    return fd;
  }
  if (i === 0) {
    if (isBlob(v)) p.input = () => blobSource(v).read(0, blobSource(v).size());
    else if (isBody(v)) p.input = () => bodyBytes(v);
    else if (isReadableStream(v)) p.stream = v;
    else {
      const b = bufferBytes(v);
      if (b === undefined) throw coded(TypeError_, "ERR_INVALID_ARG_TYPE", "stdin must be 'pipe', 'inherit', 'ignore', a file, a Blob, a Response, a ReadableStream or bytes");
      p.input = () => b;
    }
    return "pipe";
  }
  throw coded(TypeError_, "ERR_INVALID_ARG_TYPE", `${i === 1 ? "stdout" : "stderr"} must be 'pipe', 'inherit', 'ignore', a descriptor or a file`);
}

function notFound(p: Plan, e: any): any {
  if (e?.code !== "ENOENT") return e;
  const out: any = new Error_(`Executable not found in $PATH: "${p.start.file}"`);
  setOwn(out, "code", "ENOENT");
  setOwn(out, "errno", -2);
  setOwn(out, "path", p.start.file);
  return out;
}

function closeAll(p: Plan): void {
  for (let i = 0; i < p.opened.length; i++) f.close(p.opened[i]!);
}

function usage(): any {
  return {
    contextSwitches: { voluntary: 0, involuntary: 0 }, cpuTime: { user: BigInt_(0), system: BigInt_(0), total: BigInt_(0) }, maxRSS: 0,
    messages: { sent: 0, received: 0 }, ops: { in: 0, out: 0 }, shmSize: 0, signalCount: 0, swapCount: 0,
  };
}

// output is a pipe from a child as a ReadableStream, with Bun's methods on it.
function output(child: Child, fd: number, done: () => void): any {
  const s = makeReadable({
    pull(c) {
      const r = withResolvers<void>();
      child.read(fd, (b, e) => {
        if (e !== undefined) c.error(e);
        else if (b!.byteLength === 0) {
          c.close();
          done();
        } else c.enqueue(b);
        r.resolve();
      });
      return r.promise;
    },
    cancel() {
      child.close(fd);
      done();
    },
  });
  const bytes = async (): Promise<Uint8Array> => {
    const pieces: Uint8Array[] = [];
    await own(readChunks(s, (c) => { ArrayPrototypePush(pieces, c); }));
    return join(pieces);
  };
  hide(s, "bytes", bytes);
  hide(s, "text", async () => host.utf8Decode(await own(bytes())));
  hide(s, "json", async () => JSONParse(host.utf8Decode(await own(bytes()))));
  hide(s, "arrayBuffer", async () => exact(await own(bytes())));
  hide(s, "blob", async () => new Blob([await own(bytes())]));
  return s;
}

// Sink is Subprocess.stdin: what is written goes to the child in order.
class FileSink {
  #child: Child;
  #queue: [Uint8Array, (n: number) => void][] = [];
  #writing = false;
  #closing: ((n: number) => void) | undefined;
  #ended = false;
  #total = 0;
  constructor(child: Child) {
    this.#child = child;
  }
  #pump(): void {
    if (this.#writing) return;
    if (this.#queue.length === 0) {
      if (this.#closing !== undefined) {
        this.#child.close(0);
        this.#closing(this.#total);
        this.#closing = undefined;
      }
      return;
    }
    const [bytes, done] = this.#queue[0]!;
    this.#queue = ArrayPrototypeSlice(this.#queue, 1);
    this.#writing = true;
    this.#child.write(bytes, (e) => {
      this.#writing = false;
      if (e !== undefined) this.#queue = [];
      done(bytes.byteLength);
      this.#pump();
    });
  }
  start(): void {}
  write(chunk: any): number {
    if (this.#ended) return 0;
    const b = typeof chunk === "string" ? host.utf8Encode(chunk) : bufferBytes(chunk);
    if (b === undefined) throw new TypeError_("write() expects a string, ArrayBufferView, or ArrayBuffer");
    const n = TypedArrayPrototypeGetLength(b);
    const copy = new Uint8Array_(n);
    TypedArrayPrototypeSet(copy, b);
    this.#total += n;
    ArrayPrototypePush(this.#queue, [copy, () => {}]);
    this.#pump();
    return n;
  }
  flush(): number {
    return 0;
  }
  end(): Promise<number> {
    const r = withResolvers<number>();
    if (this.#ended) {
      r.resolve(0);
      return r.promise;
    }
    this.#ended = true;
    this.#closing = r.resolve;
    this.#pump();
    return r.promise;
  }
  ref(): void {}
  unref(): void {}
}

class Subprocess {
  #child: Child;
  #exit = withResolvers<number>();
  #code: number | null = null;
  #signal: string | null = null;
  #kill: number;
  #messages: Messages | undefined;
  #open = 0;
  stdin: any;
  stdout: any;
  stderr: any;
  constructor(p: Plan) {
    const o = p.options;
    try {
      this.#child = new Child(p.start);
    } catch (e) {
      throw notFound(p, e);
    } finally {
      closeAll(p);
    }
    const child = this.#child;
    this.#kill = p.kill;
    const done = (): void => {
      this.#open--;
      this.#forget();
    };
    if (p.start.stdio[0] === "pipe") {
      const sink = new FileSink(child);
      if (p.input !== undefined) {
        const v = p.input();
        const feed = (b: any): void => {
          sink.write(b ?? new Uint8Array_(0));
          sink.end();
        };
        if (host.promiseState(v) === undefined) feed(v);
        else PromisePrototypeThen(v as any, feed, () => sink.end());
      } else if (p.stream !== undefined) {
        PromisePrototypeThen(readChunks(p.stream, (c) => { sink.write(c); }), () => sink.end(), () => sink.end());
      } else this.stdin = sink;
    }
    for (let i = 1; i < 3; i++) {
      if (p.start.stdio[i] !== "pipe") continue;
      this.#open++;
      if (i === 1) this.stdout = output(child, 1, done);
      else this.stderr = output(child, 2, done);
    }
    if (p.start.ipc) {
      this.#messages = new Messages(child.id, p.start.advanced, (m) => o.ipc(m, this, undefined), () => {
        if (typeof o.onDisconnect === "function") o.onDisconnect(true);
      });
      this.#messages.receive();
    }
    let timer: any = null;
    let abort: any;
    child.wait((code, signal) => {
      if (timer !== null) clearTimeout(timer);
      if (abort !== undefined) o.signal.removeEventListener("abort", abort);
      this.#code = signal === null ? code : null;
      this.#signal = signal;
      this.#forget();
      this.#exit.resolve(code);
      if (typeof o.onExit === "function") o.onExit(this, this.#code, signal, undefined);
    });
    if (o.timeout > 0) timer = setTimeout(() => child.signal(p.kill), o.timeout);
    if (o.signal != null) {
      abort = () => child.signal(p.kill);
      if (o.signal.aborted) nextTick(abort);
      else o.signal.addEventListener("abort", abort, { __proto__: null, once: true });
    }
  }
  #forget(): void {
    if (this.#child.ended && this.#open === 0) this.#child.forget();
  }
  get pid(): number {
    return this.#child.pid;
  }
  get exited(): Promise<number> {
    return this.#exit.promise;
  }
  get exitCode(): number | null {
    return this.#code;
  }
  get signalCode(): string | null {
    return this.#signal;
  }
  get killed(): boolean {
    return this.#child.ended;
  }
  get readable(): any {
    return this.stdout;
  }
  get writable(): any {
    return this.stdin;
  }
  get stdio(): any[] {
    return [null, null, null];
  }
  get connected(): boolean {
    return this.#messages?.open ?? false;
  }
  kill(signal?: any): void {
    this.#child.signal(signal === undefined ? this.#kill : signalNumber(signal));
  }
  ref(): void {
    this.#child.ref();
  }
  unref(): void {
    this.#child.unref();
  }
  send(message: any): void {
    checkMessage(message, arguments.length);
    if (this.#messages === undefined) throw new Error_("Subprocess.send() can only be used if an IPC channel is open.");
    this.#messages.send(message);
  }
  disconnect(): void {
    this.#messages?.disconnect();
  }
  resourceUsage(): any {
    return this.#child.ended ? usage() : undefined;
  }
}
ObjectDefineProperty(Subprocess.prototype, SymbolAsyncDispose, {
  __proto__: null,
  value: async function (this: any): Promise<void> {
    if (!this.killed) this.kill();
    await own(this.exited);
  },
  writable: true, configurable: true,
} as any);

export function spawn(cmd: any, options?: any): any {
  return new Subprocess(plan(cmd, options, false));
}

export function spawnSync(cmd: any, options?: any): any {
  const p = plan(cmd, options, true);
  if (p.start.ipc || p.stream !== undefined) throw coded(TypeError_, "ERR_INVALID_ARG_VALUE", "spawnSync takes neither a stream nor a channel: use Bun.spawn");
  let input: any = null;
  if (p.start.stdio[0] === "pipe") {
    input = p.input === undefined ? new Uint8Array_(0) : p.input();
    if (host.promiseState(input) !== undefined) throw coded(TypeError_, "ERR_INVALID_ARG_TYPE", "spawnSync cannot wait for a Response: use Bun.spawn");
  }
  const o = p.options;
  let r: ReturnType<typeof runSync>;
  try {
    r = runSync(p.start, input, o.timeout > 0 ? o.timeout : 0, typeof o.maxBuffer === "number" ? o.maxBuffer : Infinity, p.kill);
  } catch (e) {
    throw notFound(p, e);
  } finally {
    closeAll(p);
  }
  const signal = r[2] === 0 ? null : nameOf(r[2]);
  const result: any = {
    stdout: r[3] === null ? undefined : wrap(r[3]), stderr: r[4] === null ? undefined : wrap(r[4]), exitCode: signal === null ? r[1] : null, success: signal === null && r[1] === 0, resourceUsage: usage(), pid: r[0],
  };
  if (signal !== null) setOwn(result, "signalCode", signal);
  if (r[5] === "ETIMEDOUT") setOwn(result, "exitedDueToTimeout", true);
  if (r[5] === "ENOBUFS") {
    setOwn(result, "exitedDueToMaxBuffer", true);
    result.success = false;
  }
  return result;
}

export function which(name: any, options?: any): string | null {
  if (name === undefined) return null;
  if (typeof name !== "string") throw invalidArgType("command", "string", name);
  if (name === "") return null;
  const path = options?.PATH ?? process.env.PATH ?? "/usr/local/bin:/usr/bin:/bin";
  return find(name, directory(options?.cwd), `${path}`);
}
