// Children: processes that this program starts, for node:child_process and Bun.

import {
  ArrayPrototypePush, Error_, JSONParse, JSONStringify, ObjectKeys, TypeError_, setOwn, hide,
} from "../primordials.ts";
import { OP } from "buntime:ops";
import { builtin } from "../modules.ts";
import { cwd, process } from "../process.ts";
import { call, nextTick } from "../timers.ts";
import { coded, invalidArgType } from "./errors.ts";
import { errnoOf } from "./system_errors.ts";

// numberOf is the number of a signal; undefined: there is none of that name or number.
export function numberOf(signal: any): number | undefined {
  const all = builtin("node:os")!.constants.signals;
  if (typeof signal === "number") return nameOf(signal) === null ? undefined : signal;
  if (typeof signal !== "string") return undefined;
  const n = all[signal];
  return typeof n === "number" ? n : undefined;
}

// nameOf is the name of a signal's number, or null.
export function nameOf(number: number): string | null {
  const all = builtin("node:os")!.constants.signals;
  const keys = ObjectKeys(all);
  for (let i = 0; i < keys.length; i++) if (all[keys[i]!] === number) return keys[i]!;
  return null;
}

// spawnError is how Node words that a program did not start.
export function spawnError(code: string, syscall: string, path: string, args: string[]): any {
  const e: any = new Error_(`${syscall} ${code}`);
  setOwn(e, "errno", errnoOf(code) ?? errnoOf("UNKNOWN"));
  setOwn(e, "code", code);
  setOwn(e, "syscall", syscall);
  setOwn(e, "path", path);
  setOwn(e, "spawnargs", args);
  return e;
}

export interface Start {
  file: string;
  args: string[];
  env: string[];
  cwd: string;
  stdio: (string | number)[]; // of 0, 1 and 2: "pipe", "ignore" or a descriptor
  ipc: boolean;
  advanced: boolean; // messages are structured clones; else JSON
}

// environment is env as a program gets it.
export function environment(env: any): string[] {
  const from = env ?? process.env;
  const list: string[] = [];
  for (const k in from) if (from[k] !== undefined) ArrayPrototypePush(list, `${k}=${from[k]}`);
  return list;
}

// directory is the absolute path of a working directory.
export function directory(dir: string | undefined): string {
  return dir === undefined || dir === "" ? cwd() : builtin("node:path")!.resolve(cwd(), dir);
}

// Child is a child that runs.
export class Child {
  id: number;
  pid: number;
  ended = false;
  #wait = 0;
  #reads = [0, 0, 0]; // under way, by fd
  #last = [0, 0, 0]; // operation of the read under way, by fd; 0: none
  #idle = [false, false, false]; // whether reading keeps nobody alive, by fd
  #due: [number, () => void] | null = null;
  constructor(o: Start) {
    const r: [number, number] = host.sync(OP["proc.start"]!, o);
    this.id = r[0];
    this.pid = r[1];
  }
  // wait calls done at the end, after what is being read of it by then.
  wait(done: (code: number, signal: string | null) => void): void {
    this.#wait = host.start(OP["proc.wait"]!, (e: any, r: any) => {
      this.ended = true;
      if (e !== undefined) return;
      this.#due = [r[2], () => call(done, undefined, [r[0], r[1] === 0 ? null : nameOf(r[1])])];
      this.#settle();
    }, this.id);
  }
  #settle(): void {
    const due = this.#due;
    if (due === null || (due[0] & 2 && this.#reads[1]! > 0) || (due[0] & 4 && this.#reads[2]! > 0)) return;
    this.#due = null;
    due[1]();
  }
  ref(): void {
    if (!this.ended) host.ref(this.#wait);
  }
  unref(): void {
    if (!this.ended) host.unref(this.#wait);
  }
  signal(n: number): boolean {
    return host.sync(OP["proc.signal"]!, this.id, n);
  }
  // read calls done with the next bytes of a pipe, none at the end.
  read(fd: number, done: (bytes: Uint8Array | undefined, error: any) => void): void {
    this.#reads[fd]!++;
    this.#last[fd] = host.start(OP["proc.read"]!, (e: any, b: any) => {
      this.#last[fd] = 0;
      call(done, undefined, [b, e]);
      this.#reads[fd]!--;
      if (this.#due !== null) this.#due[0] &= ~(1 << fd); // one is enough: what comes next is another's
      this.#settle();
    }, this.id, fd);
    if (this.#idle[fd]) host.unref(this.#last[fd]!);
  }
  // hold says whether reading a pipe keeps the program alive.
  hold(fd: number, on: boolean): void {
    this.#idle[fd] = !on;
    const id = this.#last[fd]!;
    if (id !== 0) on ? host.ref(id) : host.unref(id);
  }
  write(bytes: Uint8Array, done: (error: any) => void): void {
    host.start(OP["proc.write"]!, (e: any) => call(done, undefined, [e]), this.id, bytes);
  }
  close(fd: number): void {
    host.sync(OP["proc.close"]!, this.id, fd);
  }
  forget(): void {
    host.sync(OP["proc.forget"]!, this.id);
  }
}

// readable is a pipe from a child as a stream of Node.
export function readable(child: Child, fd: number): any {
  const { Readable } = builtin("node:stream")!;
  const { Buffer } = builtin("node:buffer")!;
  let reading = false;
  const s = new Readable({
    __proto__: null,
    highWaterMark: 65536,
    read(): void {
      if (reading) return;
      reading = true;
      child.read(fd, (b, e) => {
        reading = false;
        if (e !== undefined) s.destroy(e);
        else s.push(b!.byteLength === 0 ? null : Buffer.from(b!.buffer, b!.byteOffset, b!.byteLength)); // guest-safe: the stream is the guest's own
      });
    },
    destroy(error: any, cb: any): void {
      child.close(fd);
      cb(error);
    },
  });
  const hold = (on: boolean) => (): any => {
    child.hold(fd, on);
    return s;
  };
  hide(s, "ref", hold(true));
  hide(s, "unref", hold(false));
  return s;
}

// writable is a pipe to a child as a stream of Node.
export function writable(child: Child): any {
  const { Writable } = builtin("node:stream")!;
  const s = new Writable({
    __proto__: null,
    decodeStrings: true,
    write(chunk: any, _encoding: any, cb: any): void {
      child.write(chunk, (e) => cb(e));
    },
    final(cb: any): void {
      child.close(0);
      cb();
    },
    destroy(error: any, cb: any): void {
      child.close(0);
      cb(error);
    },
  });
  hide(s, "ref", () => s);
  hide(s, "unref", () => s);
  return s;
}

// Messages is one end of a channel between two programs: a child's number, or 0 for the program that started this one.
export class Messages {
  open = true;
  #id: number;
  #receiving = 0;
  #started = false;
  #message: (m: any) => void;
  #end: () => void;
  #advanced: boolean;
  constructor(id: number, advanced: boolean, message: (m: any) => void, end: () => void) {
    this.#id = id;
    this.#advanced = advanced;
    this.#message = message;
    this.#end = end;
  }
  // receive begins to take messages; until then they wait.
  receive(): void {
    if (this.#started) return;
    this.#started = true;
    this.#next();
  }
  #next(): void {
    this.#receiving = host.start(OP["proc.receive"]!, (e: any, m: any) => {
      if (e !== undefined || m === undefined) {
        if (this.open) {
          this.open = false;
          call(this.#end, undefined, []);
        }
        return;
      }
      this.#next();
      let value: any;
      try {
        value = typeof m === "string" ? JSONParse(m) : builtin("node:v8")!.deserialize(m);
      } catch {
        return; // the other program sends what it likes
      }
      call(this.#message, undefined, [value]);
    }, this.#id);
    if (this.#idle) host.unref(this.#receiving);
  }
  #idle = false;
  ref(): void {
    this.#idle = false;
    if (this.#started && this.open) host.ref(this.#receiving);
  }
  unref(): void {
    this.#idle = true;
    if (this.#started && this.open) host.unref(this.#receiving);
  }
  // send reports an error to done, if something is wrong.
  send(message: any, done?: (e: any) => void): boolean {
    let e: any;
    let sent = false;
    if (!this.open) e = coded(Error_, "ERR_IPC_CHANNEL_CLOSED", "Channel closed");
    else {
      const data = this.#advanced ? builtin("node:v8")!.serialize(message) : JSONStringify(message);
      const r = host.sync(OP["proc.send"]!, this.#id, data === undefined ? "null" : data);
      if (r === undefined) e = coded(Error_, "ERR_IPC_CHANNEL_CLOSED", "Channel closed");
      else if (r === false) e = coded(Error_, "ENOBUFS", "write ENOBUFS: the other program has not received 4194304 bytes of messages");
      else sent = true;
    }
    if (done !== undefined) nextTick(done, e ?? null);
    return sent;
  }
  disconnect(): void {
    if (!this.open) return;
    this.open = false;
    nextTick(() => {
      try {
        this.#end();
      } finally {
        host.sync(OP["proc.disconnect"]!, this.#id); // the other end hears of it after this one
      }
    });
  }
}

export function checkMessage(message: any, given: number): void {
  if (given === 0) throw coded(TypeError_, "ERR_MISSING_ARGS", 'The "message" argument must be specified');
  if (message !== null && typeof message !== "string" && typeof message !== "object" && typeof message !== "number" && typeof message !== "boolean") {
    throw message === undefined ? coded(TypeError_, "ERR_MISSING_ARGS", 'The "message" argument must be specified') : invalidArgType("message", ["string", "object", "number", "boolean"], message);
  }
}

// runSync runs a program to its end: [pid, code, signal, stdout, stderr, why].
export function runSync(o: Start, input: Uint8Array | null, timeout: number, maxBuffer: number, kill: number): [number, number, number, Uint8Array | null, Uint8Array | null, string] {
  return host.sync(OP["proc.run"]!, o, input, timeout, maxBuffer === Infinity ? -1 : maxBuffer, kill);
}

// which is where a program is found by its name, or null.
export function which(name: string, dir: string, path: string): string | null {
  return host.sync(OP["proc.which"]!, name, dir, path);
}


