// Bun.listen and Bun.connect. They stand on the operations of node:net, and reach what that reaches: servers of the
// execution, at a port or a path.

import {
  Error_, FunctionPrototypeCall, MathMin, NumberIsInteger, RangeError_, SafeSet, SymbolDispose, SymbolToStringTag, TypedArrayPrototypeGetLength, TypedArrayPrototypeSubarray, Uint8Array_, setOwn, setValues, then, withResolvers,
} from "../primordials.ts";
import { OP } from "buntime:ops";
import { errorText } from "../inspect.ts";
import { clearTimeout, nextTick, setImmediate, setTimeout } from "../timers.ts";
import { exact } from "../web/blob.ts";
import { close, isLocal, keep, listen as listenAt, socketPath, type Arrival, type Listener as Port } from "../serve.ts";
import { encode, normalizeEncoding, wrap } from "../node/buffer.ts";
import { coded, outOfRange, received } from "../node/errors.ts";
import { deniedConnection } from "../node/net.ts";
import { errnoOf, messageOf } from "../node/system_errors.ts";
import { badInput, inputBytes } from "./input.ts";

// names are those of the handlers, and Bun's own for them.
const names: [name: string, own: string][] = [
  ["open", "onOpen"], ["close", "onClose"], ["data", "onData"], ["drain", "onWritable"], ["timeout", "onTimeout"], ["connectError", "onConnectError"], ["end", "onEnd"], ["error", "onError"], ["handshake", "onHandshake"],
];

// Handlers are what all sockets of a listener, or one that was connected, call.
interface Handlers {
  of: any;
  binaryType: string;
}

function handlersOf(given: any): Handlers {
  if (given === null || (typeof given !== "object" && typeof given !== "function")) throw badInput("SocketHandler must be an object");
  const of: any = { __proto__: null };
  for (let i = 0; i < names.length; i++) {
    const [name, own] = names[i]!;
    const f = given[name] ?? undefined;
    if (f !== undefined && typeof f !== "function") throw badInput(`Expected "${own}" callback to be a function`);
    of[name] = f;
  }
  if (of.data === undefined && of.drain === undefined) throw badInput('Expected at least "data" or "drain" callback');
  const { binaryType = "buffer" } = given;
  if (typeof binaryType !== "string") throw badInput("SocketHandler.binaryType must be a string");
  if (binaryType !== "arraybuffer" && binaryType !== "buffer" && binaryType !== "uint8array") throw badInput('SocketHandler.binaryType must be "arraybuffer", "buffer", or "uint8array"');
  return { of, binaryType };
}

// Options are what both take.
interface Options {
  handlers: Handlers;
  path: string | undefined;
  hostname: string;
  port: number;
  halfOpen: boolean;
  tls: boolean;
  data: any;
}

function optionsOf(o: any, what: string): Options {
  if (o === null || typeof o !== "object") throw badInput(what);
  if (o.socket === undefined) throw badInput("SocketOptions.socket is required");
  const handlers = handlersOf(o.socket);
  const { unix } = o;
  if (unix !== undefined && unix !== null && typeof unix !== "string") throw badInput("SocketOptions.unix must be a string");
  const path = unix || undefined;
  const hostname = `${o.hostname ?? o.host ?? ""}`;
  let port = 0;
  if (path === undefined) {
    if (hostname === "") throw badInput('Expected either "hostname" or "unix"');
    if (o.port === undefined || o.port === null) throw badInput('Missing "port"');
    port = +o.port;
    if (!NumberIsInteger(port)) throw coded(RangeError_, "ERR_OUT_OF_RANGE", `SocketOptions.port must be an integer (received ${port})`);
    if (port < 0 || port > 65535) throw coded(RangeError_, "ERR_OUT_OF_RANGE", `SocketOptions.port must be in the range [0, 65535] (received ${port})`);
  }
  return { handlers, path, hostname, port, halfOpen: !!o.allowHalfOpen, tls: !!o.tls, data: o.data };
}

// lost is the error of a connection that broke.
function lost(e: any, syscall: string): Error {
  const out: any = new Error_(`${e.code}: ${messageOf(e.code)}, ${syscall}`);
  setOwn(out, "syscall", syscall);
  setOwn(out, "errno", errnoOf(e.code));
  setOwn(out, "code", e.code);
  return out;
}

// report prints what nobody handles. The program goes on, as in Bun.
function report(e: any): void {
  host.setExitCode(1);
  host.write(2, `${e !== null && typeof e === "object" ? errorText(e, 0) : e}\n`);
}

function call(s: any, h: Handlers, name: string, arg?: any): void {
  const f = h.of[name];
  if (f === undefined) return;
  try {
    const r: any = FunctionPrototypeCall(f, s, s, arg);
    if (host.promiseState(r) !== undefined) host.markHandled(then(r, () => undefined, report));
  } catch (e) {
    if (h.of.error === undefined || name === "error") report(e);
    else call(s, h, "error", e);
  }
}

// dataOf is what write and end take: [data], [data, encoding] or [data, byteOffset, byteLength].
function dataOf(data: any, offset: any, length: any): Uint8Array {
  if (data === undefined) return nothing;
  const encoding = typeof data === "string" && typeof offset === "string" ? normalizeEncoding(offset) : undefined;
  const all = encoding === undefined ? inputBytes(data) : encode(data, encoding);
  if (all === undefined) throw badInput(`The "data" argument must be of type string, buffer, or blob.${received(data)}`);
  if (typeof offset !== "number") return all;
  const n = TypedArrayPrototypeGetLength(all);
  if (!(offset >= 0 && offset <= n)) throw outOfRange("byteOffset", `>= 0 and <= ${offset >= 0 ? n : 9007199254740991}`, offset);
  length ??= n - offset;
  if (!(length >= 0 && length <= n - offset)) throw outOfRange("byteLength", `>= 0 and <= ${n - offset}`, length);
  return TypedArrayPrototypeSubarray(all, offset, offset + length);
}
const nothing = new Uint8Array_(0);

// Ends are the ports of a connection; of one at a path there are none.
interface Ends {
  local: number;
  remote: number;
}

let opened: (s: TCPSocket) => void; // tells a new one that it is open

class TCPSocket {
  #data: any;
  #h: Handlers;
  #id: number; // the host's; -1: it is closed
  #ends: Ends | undefined;
  #halfOpen: boolean;
  #listener: any; // undefined: it was connected
  #reading = -1; // the operation that waits for more
  #refs = true;
  #paused = false;
  #held: (() => void) | undefined; // what came while it was paused
  #ended = false; // nothing more comes
  #shut = false; // nothing more is written
  #draining = false; // an operation waits for room
  #written = 0;
  #timeout = 0; // milliseconds
  #timer: any;
  #gone: (s: any) => void;
  constructor(id: number, o: Options, ends: Ends | undefined, listener: any, gone: (s: any) => void) {
    this.#h = o.handlers;
    this.#id = id;
    this.#ends = ends;
    this.#halfOpen = o.halfOpen;
    this.#listener = listener;
    this.#gone = gone;
    this.#data = o.data;
  }
  static {
    opened = (s) => {
      call(s, s.#h, "open");
      s.#read();
    };
  }
  get data(): any { return this.#data; }
  set data(v: any) { this.#data = v; }
  get listener(): any { return this.#listener; }
  get readyState(): number { return this.#id < 0 ? -1 : 1; }
  get bytesWritten(): number { return this.#written; }
  get authorized(): boolean { return false; }
  get remoteAddress(): string | undefined { return this.#ends && "127.0.0.1"; }
  get remotePort(): number | undefined { return this.#ends?.remote; }
  get remoteFamily(): string | undefined { return this.#ends && "IPv4"; }
  get localAddress(): string | undefined { return this.#ends && "127.0.0.1"; }
  get localPort(): number | undefined { return this.#id < 0 ? -1 : this.#ends?.local; }
  get localFamily(): string | undefined { return this.#ends && "IPv4"; }
  #read(): void {
    if (this.#id < 0 || this.#reading >= 0 || this.#paused) return;
    this.#reading = host.start(OP["net.read"]!, (e: any, b: any) => {
      this.#reading = -1;
      const go = (): void => this.#came(e, b);
      if (this.#paused) this.#held = go;
      else go();
    }, this.#id);
    if (!this.#refs) host.unref(this.#reading);
  }
  #came(e: any, b: any): void {
    if (this.#id < 0) return;
    if (e !== undefined) return this.#end(lost(e, "read"));
    if (b === null) {
      this.#ended = true;
      if (!this.#shut) call(this, this.#h, "end");
      if (!this.#halfOpen || this.#shut) this.#end(undefined);
      return;
    }
    this.#touch();
    const { binaryType } = this.#h;
    call(this, this.#h, "data", binaryType === "arraybuffer" ? exact(b) : binaryType === "uint8array" ? b : wrap(b));
    this.#read();
  }
  // #end closes it for the program; what is on its way still is sent, and rest after it.
  #end(e: any, rest: Uint8Array = nothing): void {
    const id = this.#id;
    if (id < 0) return;
    this.#id = -1;
    clearTimeout(this.#timer);
    if (this.#reading >= 0) host.cancel(this.#reading);
    const over = (): void => void host.sync(OP["net.close"]!, id);
    if (TypedArrayPrototypeGetLength(rest) > 0) host.start(OP["net.write"]!, over, id, rest);
    else over();
    this.#gone(this);
    call(this, this.#h, "close", e);
  }
  // #put writes what there is room for. What the other end, which is closed, does not get any more is taken, as by a kernel.
  #put(b: Uint8Array): number {
    this.#touch();
    let n = 0;
    try {
      n = host.sync(OP["net.put"]!, this.#id, b);
    } catch (e) {
      if (this.#ended) nextTick(() => this.#end(lost(e, "write"))); // else its end is yet to be read
      return TypedArrayPrototypeGetLength(b);
    }
    this.#written += n;
    return n;
  }
  write(data?: any, offset?: any, length?: any): number {
    const b = dataOf(data, offset, length);
    if (this.#id < 0 || this.#shut) return -1;
    const n = this.#put(b);
    if (n < TypedArrayPrototypeGetLength(b) && !this.#draining) {
      this.#draining = true;
      host.start(OP["net.write"]!, (e: any) => {
        this.#draining = false;
        if (this.#id < 0) return;
        if (e !== undefined) this.#end(lost(e, "write"));
        else call(this, this.#h, "drain");
      }, this.#id, nothing);
    }
    return n;
  }
  end(data?: any, offset?: any, length?: any): number {
    const b = dataOf(data, offset, length);
    if (this.#id < 0) return -1;
    const size = TypedArrayPrototypeGetLength(b);
    if (this.#shut || size === 0) {
      this.#end(undefined);
      return this.#shut ? -1 : 0;
    }
    const n = this.#put(b);
    this.#written += size - n;
    this.#end(undefined, TypedArrayPrototypeSubarray(b, n));
    return size;
  }
  flush(): void {}
  shutdown(): void {
    if (this.#id < 0 || this.#shut) return;
    this.#shut = true;
    host.sync(OP["net.end"]!, this.#id);
  }
  close(): void {
    this.#end(undefined);
  }
  terminate(): void {
    this.#end(undefined);
  }
  pause(): void {
    this.#paused = true;
  }
  resume(): void {
    this.#paused = false;
    const go = this.#held;
    this.#held = undefined;
    if (go !== undefined) nextTick(go);
    else this.#read();
  }
  timeout(seconds?: any): void {
    if (seconds < 0) throw new Error_("Timeout must be a positive integer");
    this.#timeout = seconds > 0 ? MathMin(seconds * 1000, 2147483647) : 0;
    clearTimeout(this.#timer);
    this.#touch();
  }
  #touch(): void {
    if (this.#timeout === 0 || this.#id < 0) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => call(this, this.#h, "timeout"), this.#timeout);
    this.#timer.unref();
  }
  setNoDelay(): boolean { return this.#id >= 0; }
  setKeepAlive(): boolean { return this.#id >= 0; }
  reload(o?: any): void {
    if (o === null || typeof o !== "object") throw new Error_("Expected options object");
    if (o.socket === undefined) throw new Error_('Expected "socket" option');
    reload(this.#h, o.socket);
  }
  ref(): void {
    this.#refs = true;
    if (this.#reading >= 0) host.ref(this.#reading);
  }
  unref(): void {
    this.#refs = false;
    if (this.#reading >= 0) host.unref(this.#reading);
  }
  [SymbolDispose](): void {
    this.#end(undefined);
  }
  get [SymbolToStringTag](): string { return "TCPSocket"; }
}
// reload gives the sockets that have h other handlers.
function reload(h: Handlers, given: any): void {
  const next = handlersOf(given);
  h.of = next.of;
  h.binaryType = next.binaryType;
}

class Listener {
  #data: any;
  #o: Options;
  #port: Port;
  #open: Set<TCPSocket> = new SafeSet<TCPSocket>();
  constructor(o: Options) {
    this.#o = o;
    this.#data = o.data;
    this.#port = listenAt(o.path ?? o.port, o.hostname, (_req, out) => out.fail(undefined));
    this.#port.take = (a) => this.#take(a);
  }
  #take(a: Arrival): void {
    const o = { ...this.#o, data: this.#data };
    const s = new TCPSocket(a.connection, o, o.path === undefined ? { local: a.port, remote: a.remotePort } : undefined, this, (gone) => this.#open.delete(gone));
    this.#open.add(s);
    opened(s);
  }
  get data(): any { return this.#data; }
  set data(v: any) { this.#data = v; }
  get hostname(): string | undefined { return this.#o.path === undefined ? this.#o.hostname : undefined; }
  get port(): number | undefined { return this.#o.path === undefined ? this.#port.port : undefined; }
  get unix(): string | undefined { return this.#o.path; }
  ref(): void {
    keep(this.#port, true);
  }
  unref(): void {
    keep(this.#port, false);
  }
  reload(o?: any): void {
    if (o === null || typeof o !== "object") throw badInput("Expected options object");
    if (o.socket === undefined) throw new Error_('Expected "socket" object');
    reload(this.#o.handlers, o.socket);
  }
  stop(closeActive?: any): void {
    close(this.#port);
    if (!closeActive) return;
    const all = setValues(this.#open);
    for (let i = 0; i < all.length; i++) all[i]!.close();
  }
  [SymbolDispose](): void {
    this.stop(true);
  }
  get [SymbolToStringTag](): string { return "Listener"; }
}
// As in Bun they have no constructor: only listen and connect make them.
delete (TCPSocket.prototype as any).constructor;
delete (Listener.prototype as any).constructor;

function listen(given: any): any {
  const o = optionsOf(given, "Expected object");
  if (o.tls) throw coded(Error_, "ERR_CAPABILITY_DENIED", "TLS is not for programs of this sandbox: listen without, what is in front of it speaks TLS");
  try {
    return new Listener(o);
  } catch (e: any) {
    const errno = errnoOf(e.code);
    if (errno === undefined) throw e;
    const out: any = new Error_(`Failed to listen at ${o.path ?? o.hostname}`);
    setOwn(out, "syscall", "listen");
    setOwn(out, "errno", -errno);
    setOwn(out, "address", o.path ?? o.hostname);
    if (o.path === undefined) setOwn(out, "port", o.port);
    setOwn(out, "code", e.code);
    throw out;
  }
}

// connect opens a connection: at once, and tells so later, as one that goes over a network.
function connect(given: any): Promise<any> {
  const o = optionsOf(given, "Expected options object");
  const done = withResolvers<any>();
  setImmediate(() => {
    let r: [number, number];
    try {
      if (o.tls || (o.path === undefined && !isLocal(o.hostname))) throw deniedConnection(o.tls ? "TLS" : "raw", o.path ?? o.hostname, o.port);
      r = host.sync(OP["net.connect"]!, o.path === undefined ? o.port : socketPath(o.path));
    } catch (e: any) {
      const failure = failedToConnect(e);
      call(new TCPSocket(-1, o, undefined, undefined, () => {}), o.handlers, "connectError", failure);
      done.reject(failure);
      return;
    }
    const s = new TCPSocket(r[0], o, o.path === undefined ? { local: r[1], remote: o.port } : undefined, undefined, () => {});
    opened(s);
    done.resolve(s);
  });
  return done.promise;
}

function failedToConnect(e: any): any {
  const errno = errnoOf(e.code);
  if (errno === undefined) return e;
  const out: any = new Error_("Failed to connect");
  setOwn(out, "code", e.code);
  setOwn(out, "syscall", "connect");
  setOwn(out, "errno", errno);
  return out;
}

export { connect, listen };
