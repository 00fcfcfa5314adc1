// The one event that all servers of a program sit on: a request comes in, from the
// program itself or from outside, or a connection of another program, and goes to who
// listens on its port.

import {
  ArrayPrototypePush, Error_, MapPrototypeGetSize, SafeMap, SafeSet, StringPrototypeIncludes, StringPrototypeLastIndexOf, StringPrototypeSlice, StringPrototypeToLowerCase, TypedArrayPrototypeGetLength, mapValues, own, setOwn, withResolvers,
} from "./primordials.ts";
import { OP } from "buntime:ops";
import { join } from "./web/blob.ts";
import { makeReadable } from "./web/streams.ts";
import { nextTick } from "./timers.ts";
import { coded } from "./node/errors.ts";
import { absolute } from "./node/fs_common.ts";
import { errnoOf, messageOf } from "./node/system_errors.ts";

// Incoming is a request. headers is a flat list of names, as they were written, and values.
export interface Incoming {
  method: string;
  target: string; // path and query
  headers: string[];
  body: Uint8Array | null | any; // bytes, a ReadableStream, or null
  remote: { address: string; port: number; family: string };
  upgrade?: any; // the other end of a WebSocket, if the client asks for one
  socket?: any; // the connection, if it is one of node:net, with the version of HTTP that is spoken on it,
  version?: string;
  keepAlive?: boolean; // whether more requests may come on it,
  trailers?: string[]; // and what came after the body, when that was read
  onGone(fn: () => void): void; // the client went away before the answer was whole
}

// Outgoing takes an answer. write returns a promise when the client is behind.
export interface Outgoing {
  head(status: number, statusText: string, headers: string[]): void;
  write(bytes: Uint8Array): Promise<void> | undefined;
  end(trailers?: string[]): void;
  fail(e: any): void; // the answer is broken off
  info?(status: number, headers: string[]): void;
}

export type Handler = (req: Incoming, out: Outgoing) => void;

export interface Listener {
  port: number; // of a Unix-domain socket a number that is none
  path: string | undefined; // of a Unix-domain socket, as it was given
  host: string;
  handler: Handler;
  refs: boolean;
  raw?: (socket: any) => void; // takes the other end of a node:net socket that connects
  halfOpen?: boolean; // of those sockets
  take?: (a: Arrival) => void; // takes connections as the host has them, the program's own too
  upgrade?: (req: { method: string; target: string; headers: string[] }) => any; // the client's end of a connection that leaves HTTP, or undefined
}

const listeners: Map<number, Listener> = new SafeMap<number, Listener>();
let accepting = -1; // the host operation that waits for requests from outside

export function addressInUse(host: string, port: number): Error {
  const e: any = new Error_(`listen EADDRINUSE: address already in use ${host}:${port}`);
  setOwn(e, "code", "EADDRINUSE");
  setOwn(e, "errno", -98);
  setOwn(e, "syscall", "listen");
  setOwn(e, "address", host);
  setOwn(e, "port", port);
  return e;
}

// pathError is the error of a system call on the Unix-domain socket at a path, as Node has it; e is the host's.
export function pathError(e: any, syscall: "listen" | "connect", path: string): Error {
  const errno = errnoOf(e.code);
  if (errno === undefined) return e;
  const code: string = syscall === "listen" && e.code === "ENOENT" ? "EACCES" : e.code; // as of libuv
  const out: any = new Error_(syscall === "listen" ? `listen ${code}: ${messageOf(code)} ${path}` : `connect ${code} ${path}`);
  if (syscall === "listen") setOwn(out, "code", code); // in Node's order
  setOwn(out, "errno", errnoOf(code));
  setOwn(out, "code", code);
  setOwn(out, "syscall", syscall);
  setOwn(out, "address", path);
  if (syscall === "listen") setOwn(out, "port", -1);
  return out;
}

// connectionRefused is the error of a connection to a port of this machine on which nobody listens.
export function connectionRefused(address: string, port: number): Error {
  const e: any = new Error_(`connect ECONNREFUSED ${address}:${port}`);
  setOwn(e, "errno", -111);
  setOwn(e, "code", "ECONNREFUSED");
  setOwn(e, "syscall", "connect");
  setOwn(e, "address", address);
  setOwn(e, "port", port);
  return e;
}

const longestPath = 108; // bytes of the path of a Unix-domain socket

// socketPath is where the Unix-domain socket of a path is: an absolute one, or a name that begins with NUL and is in no
// file system. It throws EINVAL.
export function socketPath(path: string): string {
  const abstract = path[0] === "\0";
  if (host.utf8Length(path) > longestPath || (!abstract && StringPrototypeIncludes(path, "\0"))) throw coded(Error_, "EINVAL", "EINVAL");
  return abstract ? path : absolute(path);
}

// listen opens a port, 0 means any, or a Unix-domain socket at a path. It throws EADDRINUSE, for a path whatever making a
// file throws.
export function listen(at: number | string, hostname: string, handler: Handler): Listener {
  const path = typeof at === "string" ? at : undefined;
  let port: number;
  try {
    port = host.sync(OP["serve.listen"]!, path === undefined ? at : socketPath(path), true, group);
  } catch (e: any) {
    throw path === undefined && e.code === "EADDRINUSE" ? addressInUse(hostname, at as number) : e;
  }
  const l: Listener = { port, path, host: hostname, handler, refs: true };
  listeners.set(port, l);
  accept();
  told?.(l);
  return l;
}

let group = ""; // whose programs listen on the same ports
let told: ((l: Listener) => void) | undefined;
// shareListeners lets what listens from now on have its ports with the programs of a group; each is told to f.
export function shareListeners(of: string, f: (l: Listener) => void): void {
  group = of;
  told = f;
}

// close takes no more requests.
export function close(l: Listener): void {
  if (listeners.get(l.port) !== l) return;
  listeners.delete(l.port);
  had.add(l.port);
  host.sync(OP["serve.listen"]!, l.port, false);
  if (MapPrototypeGetSize(listeners) === 0 && accepting >= 0) {
    host.cancel(accepting);
    host.unref(accepting);
    accepting = -1;
  } else hold();
}

// keep says whether a listener keeps the program alive.
export function keep(l: Listener, on: boolean): void {
  l.refs = on;
  hold();
}

function hold(): void {
  if (accepting < 0) return;
  let any = false;
  const all = mapValues(listeners);
  for (let i = 0; i < all.length; i++) if (all[i]!.refs) any = true;
  if (any) host.ref(accepting);
  else host.unref(accepting);
}

function accept(): void {
  if (accepting < 0) {
    const id = host.start(OP["serve.accept"]!, (error: any, r: any) => {
      if (accepting === id) accepting = -1;
      if (MapPrototypeGetSize(listeners) > 0) accept();
      if (error !== undefined) return;
      if (r.connection === undefined) outside(r);
      else connected(r);
    });
    accepting = id;
  }
  hold();
}

// Arrival is a connection of another program.
export interface Arrival {
  connection: number;
  port: number;
  remotePort: number;
}

// Sockets are what makes sockets of connections with other programs.
interface Sockets {
  take(l: Listener | undefined, a: Arrival): void;
  dial(at: number | string): any; // undefined if no other program listens
}
let sockets: Sockets;
export function useSockets(s: Sockets): void {
  sockets = s;
}

function connected(a: Arrival): void {
  const l = listeners.get(a.port);
  if (l?.take !== undefined) l.take(a);
  else sockets.take(l, a);
}

// dial returns a socket to the server of another program, if the name is this machine's and one listens there.
export function dial(name: string, port: number): any {
  return isLocal(name) ? sockets.dial(port) : undefined;
}

// dialPath returns a socket to who listens at the path of a Unix-domain socket, of this program or of another, if
// somebody does.
export function dialPath(path: string): any {
  return sockets.dial(path);
}

// connectPath is the host's number of a connection to a Unix-domain socket. It throws what connect(2) fails with.
export function connectPath(path: string): number {
  return host.sync(OP["net.connect"]!, socketPath(path))[0];
}

// outside serves a request that the host delivered.
function outside(r: any): void {
  const l = listeners.get(r.port);
  if (l === undefined) {
    host.sync(OP["serve.end"]!, r.id, true);
    return;
  }
  let over = false;
  const gone: (() => void)[] = [];
  const watch = host.start(OP["serve.gone"]!, () => {
    if (over) return;
    over = true;
    for (let i = 0; i < gone.length; i++) gone[i]!();
  }, r.id);
  host.unref(watch);
  let body: any = null;
  if (r.body) {
    body = makeReadable({
      async pull(c) {
        const b: Uint8Array | null = await own(host.async(OP["serve.read"]!, r.id));
        if (b === null) c.close();
        else c.enqueue(b);
      },
    }, true);
  }
  const colon = StringPrototypeLastIndexOf(r.remote, ":");
  const address = colon < 0 ? r.remote : StringPrototypeSlice(r.remote, 0, colon);
  const stop = (failed: boolean): void => {
    if (over) return;
    over = true;
    host.cancel(watch);
    void last.run(() => host.sync(OP["serve.end"]!, r.id, failed));
  };
  const last = new Chain();
  l.handler(
    { method: r.method, target: r.target, headers: r.headers, body, remote: { address, port: colon < 0 ? 0 : +StringPrototypeSlice(r.remote, colon + 1), family: "IPv4" }, onGone: (fn) => ArrayPrototypePush(gone, fn) },
    {
      head(status, statusText, headers) {
        if (!over) host.sync(OP["serve.head"]!, r.id, status, statusText, headers);
      },
      write(bytes) {
        if (over) return undefined;
        return last.run(() => host.async(OP["serve.write"]!, r.id, bytes));
      },
      end: () => stop(false),
      fail: () => stop(true),
    },
  );
}

// Chain runs one thing after the other, whether those before failed or not.
class Chain {
  #last: Promise<any> | undefined;
  run(f: () => any): Promise<any> {
    const before = this.#last;
    const p = (async () => {
      if (before !== undefined) {
        try {
          await own(before);
        } catch {
          // Whoever wrote it was told.
        }
      }
      const v = f();
      return v !== undefined && v !== null && typeof v === "object" ? await own(v) : v;
    })();
    host.markHandled(p);
    this.#last = p;
    return p;
  }
}

// isLocal reports whether a host name means this machine.
export function isLocal(name: string): boolean {
  name = StringPrototypeToLowerCase(name);
  return name === "localhost" || name === "127.0.0.1" || name === "0.0.0.0" || name === "[::1]" || name === "::1" || name === "[::]" || name === "::";
}

// listenerOn is who listens on a port of this program and takes what comes from it without the host, if the name is
// this machine's.
export function listenerOn(name: string, port: number): Listener | undefined {
  const l = MapPrototypeGetSize(listeners) > 0 && isLocal(name) ? listeners.get(port) : undefined;
  return l?.take === undefined ? l : undefined;
}

const had: Set<number> = new SafeSet<number>(); // ports on which the program once listened

// listenedOn reports whether a port was the program's own and is closed.
export function listenedOn(name: string, port: number): boolean {
  return had.has(port) && isLocal(name);
}

// Answer is what deliver settles with.
export interface Answer {
  status: number;
  statusText: string;
  headers: string[];
  body: any; // a ReadableStream
  trailers: string[]; // filled when the body is at its end
  ended?: (size: number) => void; // called when the body was read, size bytes of it
  broken?: (e: any) => any; // makes the error that the body fails with, of what broke it off
}

const ahead = 65536; // bytes of an answer that wait for their reader before write makes wait

let clientPort = 0;
let inHand = 0;
const maxInHand = 256;

// deliver sends a request of the program's own to l. cancel is called back with a function
// that breaks it off; info gets 1xx answers.
export function deliver(l: Listener, req: { method: string; target: string; headers: string[]; body: any; upgrade?: any }, cancel?: (stop: (reason: any) => void) => void, info?: (status: number, headers: string[]) => void): Promise<Answer> {
  if (inHand >= maxInHand) {
    const e = withResolvers<Answer>();
    e.reject(coded(Error_, "ERR_TOO_MANY_OPERATIONS", `too many requests of the program to itself: ${maxInHand} are in hand`));
    return e.promise;
  }
  inHand++;
  const done = withResolvers<Answer>();
  const gone: (() => void)[] = [];
  const queue: Uint8Array[] = [];
  let size = 0, total = 0;
  let ended = false, over = false, failure: any, headSent = false;
  let drained: any, wanted: any;
  const trailers: string[] = [];
  const finish = (): void => {
    if (over) return;
    over = true;
    inHand--;
  };
  const broken = (reason: any): void => {
    if (over) return;
    finish();
    failure = reason;
    ended = true;
    for (let i = 0; i < gone.length; i++) gone[i]!();
    drained?.resolve();
    wanted?.resolve();
    if (!headSent) done.reject(reason);
  };
  const stream = makeReadable({
    async pull(c) {
      if (queue.length === 0 && !ended) {
        wanted = withResolvers();
        await own(wanted.promise);
        wanted = undefined;
      }
      if (failure !== undefined) throw answer.broken === undefined ? failure : answer.broken(failure);
      if (queue.length > 0) {
        const all = join(queue);
        total += size;
        queue.length = 0;
        size = 0;
        c.enqueue(all);
        drained?.resolve();
        drained = undefined;
      }
      if (ended && queue.length === 0) {
        answer.ended?.(total);
        c.close();
      }
    },
    cancel(reason) {
      broken(reason ?? reset());
    },
  }, true);
  cancel?.(broken);
  const answer: Answer = { status: 0, statusText: "", headers: [], body: stream, trailers };
  const out: Outgoing = {
    head(status, statusText, headers) {
      if (headSent || over) return;
      headSent = true;
      answer.status = status;
      answer.statusText = statusText;
      answer.headers = headers;
      done.resolve(answer);
    },
    write(bytes) {
      if (over) return undefined;
      const n = TypedArrayPrototypeGetLength(bytes);
      if (n === 0) return undefined;
      ArrayPrototypePush(queue, bytes);
      size += n;
      wanted?.resolve();
      if (size < ahead) return undefined;
      drained ??= withResolvers();
      return drained.promise;
    },
    end(t) {
      if (t !== undefined) for (let i = 0; i < t.length; i++) ArrayPrototypePush(trailers, t[i]!);
      ended = true;
      finish();
      wanted?.resolve();
    },
    fail(e) {
      broken(e ?? reset(headSent ? "aborted" : undefined));
    },
    info(status, headers) {
      info?.(status, headers);
    },
  };
  const incoming: Incoming = {
    method: req.method, target: req.target, headers: req.headers, body: req.body, upgrade: req.upgrade,
    remote: { address: "127.0.0.1", port: 50000 + clientPort++ % 10000, family: "IPv4" },
    onGone: (fn) => ArrayPrototypePush(gone, fn),
  };
  nextTick(() => l.handler(incoming, out));
  return done.promise;
}

// reset is the error of a connection that was broken off.
export function reset(message = "socket hang up"): Error {
  const e: any = new Error_(message);
  setOwn(e, "code", "ECONNRESET");
  return e;
}
