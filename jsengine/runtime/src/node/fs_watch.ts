// fs.watch, fs.watchFile and fs.promises.watch. A sandbox's files change by its own programs alone, of which there may
// be several (workers, child processes), so watchers look from time to time: less often the more names they watch.

import {
  ArrayPrototypePush, ArrayPrototypeShift, FunctionPrototypeCall, ObjectSetPrototypeOf, SafeMap, StringPrototypeIndexOf, StringPrototypeLastIndexOf, StringPrototypeSlice, mapKeys, own, setOwn, withResolvers,
} from "../primordials.ts";
import { OP } from "buntime:ops";
import { named } from "../globals.ts";
import { internalTimer, nextTick } from "../timers.ts";
import { abortError, invalidArgValue, validateAbortSignal, validateBoolean, validateFunction, validateInteger, validateObject } from "./errors.ts";
import { normalizeEncoding } from "./buffer.ts";
import { EventEmitter } from "./events.ts";
import * as f from "./fs_common.ts";

const interval = 100; // milliseconds, and one more for each ten names
const maxNames = 8192; // of one watcher

// What is compared of a file: its identity, size and times.
function markOf(p: string, quiet: boolean): string | undefined {
  const r: number[] | undefined = host.sync(OP["fs.stat"]!, f.absolute(p), p, true, quiet);
  if (r === undefined) return undefined;
  const folder = (r[1]! & 0o170000) === 0o040000;
  return folder ? `d${r[7]}` : `${r[7]} ${r[8]} ${r[12]} ${r[13]} ${r[14]} ${r[15]}`;
}

function watchError(e: any, path: string): any {
  if (typeof e?.syscall !== "string") return e;
  const text = StringPrototypeSlice(e.message, e.code.length + 2, StringPrototypeIndexOf(e.message, `, ${e.syscall}`));
  const out = f.errno(e.code, e.errno, text, "watch", path);
  setOwn(out, "filename", path);
  return out;
}

// look lists what is watched: names below path and their marks; "" is path itself.
function look(path: string, recursive: boolean): Map<string, string> {
  const out: Map<string, string> = new SafeMap();
  const top = markOf(path, false)!;
  if (top[0] !== "d") {
    out.set("", top);
    return out;
  }
  const folders = [""];
  for (let d = 0; d < folders.length; d++) {
    const dir = folders[d] === "" ? path : `${path}/${folders[d]}`;
    const list: any[] = host.sync(OP["fs.readdir"]!, f.absolute(dir), dir);
    if (out.size + list.length / 2 > maxNames) {
      throw f.errno("ENOSPC", -28, `System limit for number of file watchers reached (${maxNames} names)`, "watch", path);
    }
    for (let i = 0; i < list.length; i += 2) {
      const name = folders[d] === "" ? list[i] : `${folders[d]}/${list[i]}`;
      const mark = markOf(`${path}/${name}`, true);
      out.set(name, mark ?? "gone");
      if (recursive && list[i + 1] === 2) ArrayPrototypePush(folders, name);
    }
  }
  return out;
}

// Rounds calls poll when interval milliseconds are over, once for each start.
class Rounds {
  #poll: () => void;
  #interval: () => number;
  #ref: boolean;
  #cancel: (() => void) | null = null;
  constructor(poll: () => void, interval: () => number, ref: boolean) {
    this.#poll = poll;
    this.#interval = interval;
    this.#ref = ref;
  }
  get waiting(): boolean {
    return this.#cancel !== null;
  }
  start(): void {
    this.#cancel = internalTimer(() => {
      this.#cancel = null;
      this.#poll();
    }, this.#interval(), this.#ref);
  }
  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }
  setRef(ref: boolean): void {
    if (this.#ref === ref || this.#cancel === null) return;
    this.#ref = ref;
    this.#cancel();
    this.start();
  }
}

class FSWatcher {
  #path: string;
  #recursive: boolean;
  #encoding: any;
  #seen: Map<string, string>;
  #rounds: Rounds;
  constructor(path: string, o: any) {
    FunctionPrototypeCall(EventEmitter, this);
    this.#path = path;
    this.#recursive = o.recursive === true;
    this.#encoding = o.encoding;
    try {
      this.#seen = look(path, this.#recursive);
    } catch (e) {
      throw watchError(e, path);
    }
    this.#rounds = new Rounds(() => this.#poll(), () => interval + this.#seen.size / 10, o.persistent !== false);
    this.#rounds.start();
  }
  #poll(): void {
    let now: Map<string, string>;
    try {
      now = look(this.#path, this.#recursive);
    } catch (e: any) {
      if (e.code !== "ENOENT") {
        (this as any).emit("error", watchError(e, this.#path));
        return;
      }
      now = new SafeMap(); // it was removed, and may come again
    }
    const before = this.#seen;
    this.#seen = now;
    this.#rounds.start();
    const old = mapKeys(before);
    for (let i = 0; i < old.length; i++) if (!now.has(old[i]!)) this.#tell("rename", old[i]!);
    const names = mapKeys(now);
    for (let i = 0; i < names.length; i++) {
      const was = before.get(names[i]!), is = now.get(names[i]!)!;
      if (was === is) continue;
      if (was === undefined) this.#tell("rename", names[i]!);
      if (is[0] !== "d") this.#tell("change", names[i]!);
    }
  }
  #tell(type: string, name: string): void {
    if (!this.#rounds.waiting) return; // closed by a listener
    const shown = name === "" ? StringPrototypeSlice(this.#path, StringPrototypeLastIndexOf(this.#path, "/") + 1) : name;
    (this as any).emit("change", type, f.named(shown, this.#encoding));
  }
  ref(): this {
    this.#rounds.setRef(true);
    return this;
  }
  unref(): this {
    this.#rounds.setRef(false);
    return this;
  }
  start(): void {}
  close(): void {
    if (!this.#rounds.waiting) return;
    this.#rounds.stop();
    nextTick(() => (this as any).emit("close"));
  }
}
ObjectSetPrototypeOf(FSWatcher.prototype, EventEmitter.prototype);
ObjectSetPrototypeOf(FSWatcher, EventEmitter);

// readOptions reads what watch and promises.watch take.
function readOptions(options: any): any {
  const o = f.optionsArg(options, { __proto__: null, encoding: "utf8" });
  if (o.persistent !== undefined) validateBoolean(o.persistent, "options.persistent");
  if (o.recursive !== undefined) validateBoolean(o.recursive, "options.recursive");
  return o;
}

export const watch = named((filename: any, options?: any, listener?: any): any => {
  if (typeof options === "function") {
    listener = options;
    options = undefined;
  }
  const o = readOptions(options);
  const w: any = new FSWatcher(f.pathArg(filename, "filename"), o);
  if (listener !== undefined) w.on("change", listener);
  if (o.signal) {
    const stop = (): void => w.close();
    if (o.signal.aborted) nextTick(stop);
    else {
      o.signal.addEventListener("abort", stop, { __proto__: null, once: true });
      w.once("close", () => o.signal.removeEventListener("abort", stop));
    }
  }
  return w;
}, "watch", 3);

const maxQueue = 2048; // of events that nobody took

// asyncWatch is fs.promises.watch.
export async function* asyncWatch(filename: any, options: any = {}): AsyncGenerator<any> {
  const path = f.pathArg(filename, "filename");
  validateObject(options, "options");
  validateAbortSignal(options.signal, "options.signal");
  const { encoding } = options;
  // Node names the value as the option here.
  if (encoding && encoding !== "buffer" && normalizeEncoding(encoding) === undefined) throw invalidArgValue(`${encoding}`, "encoding", "is invalid encoding");
  const o = readOptions(options);
  const signal = o.signal;
  if (signal?.aborted) throw abortError(signal.reason);
  const w: any = new FSWatcher(path, o);
  const queue: any[] = [];
  let wake: any = null;
  let failure: any;
  const ring = (): void => {
    const waiting = wake;
    wake = null;
    waiting?.resolve();
  };
  const fail = (e: any): void => {
    failure = e;
    ring();
  };
  const aborted = (): void => fail(abortError(signal.reason));
  w.on("change", (eventType: string, name: any) => {
    if (queue.length < maxQueue) ArrayPrototypePush(queue, { __proto__: null, eventType, filename: name });
    ring();
  });
  w.on("error", fail);
  signal?.addEventListener("abort", aborted, { __proto__: null, once: true });
  try {
    for (;;) {
      while (queue.length > 0) yield ArrayPrototypeShift(queue);
      if (failure !== undefined) throw failure;
      wake = withResolvers();
      await own(wake.promise);
    }
  } finally {
    w.close();
    signal?.removeEventListener("abort", aborted);
  }
}

// StatWatcher is what watchFile returns: one for all who watch a path.
class StatWatcher {
  #path: string;
  #bigint: boolean;
  #last: any;
  #rounds: Rounds;
  constructor(path: string, o: any) {
    FunctionPrototypeCall(EventEmitter, this);
    this.#path = path;
    this.#bigint = o.bigint === true;
    this.#rounds = new Rounds(() => this.#poll(), () => o.interval, o.persistent !== false);
    const now = this.#look();
    this.#last = now ?? f.noStats(this.#bigint);
    // A file that is not there is told of once.
    if (now === undefined) nextTick(() => this.#rounds.waiting && (this as any).emit("change", this.#last, this.#last));
    this.#rounds.start();
  }
  #look(): any {
    try {
      return f.stat(this.#path, { throwIfNoEntry: false, bigint: this.#bigint });
    } catch {
      return undefined;
    }
  }
  #poll(): void {
    const before = this.#last;
    const now = this.#look() ?? f.noStats(this.#bigint);
    this.#last = now;
    this.#rounds.start();
    if (before.ino !== now.ino || before.size !== now.size || before.mode !== now.mode || before.mtimeMs !== now.mtimeMs || before.ctimeMs !== now.ctimeMs) {
      (this as any).emit("change", now, before);
    }
  }
  ref(): this {
    this.#rounds.setRef(true);
    return this;
  }
  unref(): this {
    this.#rounds.setRef(false);
    return this;
  }
  stop(): void {
    this.#rounds.stop();
    nextTick(() => (this as any).emit("stop"));
  }
}
ObjectSetPrototypeOf(StatWatcher.prototype, EventEmitter.prototype);
ObjectSetPrototypeOf(StatWatcher, EventEmitter);

const watched: Map<string, any> = new SafeMap(); // by absolute path

export const watchFile = named((filename: any, options?: any, listener?: any): any => {
  if (typeof options === "function") {
    listener = options;
    options = undefined;
  }
  const path = f.pathArg(filename, "filename");
  const o: any = { interval: 5007, persistent: true, ...options };
  validateFunction(listener, "listener");
  validateInteger(o.interval, "interval", 0, 4294967295);
  const key = f.absolute(path);
  let w = watched.get(key);
  if (w === undefined) {
    w = new StatWatcher(path, o);
    watched.set(key, w);
  }
  w.addListener("change", listener);
  return w;
}, "watchFile", 3);

export const unwatchFile = named((filename: any, listener?: any): void => {
  const key = f.absolute(f.pathArg(filename, "filename"));
  const w = watched.get(key);
  if (w === undefined) return;
  if (typeof listener === "function") w.removeListener("change", listener);
  else w.removeAllListeners("change");
  if (w.listenerCount("change") === 0) {
    watched.delete(key);
    w.stop();
  }
}, "unwatchFile", 2);
