// node:net. Programs reach the network by fetch alone, so a connection is one to a
// server of the program itself or of another of the same execution, at a port or a
// path, or is refused; what needs no network works.

import {
  ArrayIsArray, ArrayPrototypePush, BigInt_, Error_, FunctionPrototypeCall, ObjectDefineProperty, ObjectFreeze, ObjectKeys, ObjectSetPrototypeOf, RangeError_, RegExpPrototypeExec,
  StringPrototypeIncludes, StringPrototypeIndexOf, StringPrototypeSlice, StringPrototypeSplit, StringPrototypeToLowerCase, StringPrototypeTrim, TypeError_, TypedArrayPrototypeSubarray, hide, setOwn,
} from "../primordials.ts";
import { register } from "../modules.ts";
import { isA, method, tidy } from "./names.ts";
import { EventEmitter } from "./events.ts";
import { Duplex, addAbortSignal } from "./stream.ts";
import { nextTick, setTimeout, clearTimeout } from "../timers.ts";
import { OP } from "buntime:ops";
import { isLocal, listenerOn, close as closePort, connectionRefused, pathError, socketPath, useSockets, type Listener } from "../serve.ts";
import { speak } from "./http1.ts";
import { addressOf, alreadyListening, badPort, closeWith, holds, listenArgs, listenError, open as openListener, serverBase } from "./http.ts";
import { lookup, lookupOptions } from "./dns.ts";
import { coded, invalidArgType, invalidArgValue, outOfRange, received, validateAbortSignal, validateBoolean, validateDuration, validateFunction, validateInteger, validateNumber, validateString } from "./errors.ts";
import { Buffer, wrap } from "./buffer.ts";
import { observed, publishNode } from "../performance.ts";

// ---- addresses ----

const v4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)$/;

export function isIPv4(s: any): boolean {
  return RegExpPrototypeExec(v4, `${s}`) !== null;
}

// groups are the eight numbers of an IPv6 address, or undefined.
function groups(s: string): number[] | undefined {
  const double = StringPrototypeIndexOf(s, "::");
  if (double >= 0 && StringPrototypeIndexOf(s, "::", double + 1) >= 0) return undefined;
  const part = (t: string, last: boolean): number[] | undefined => {
    if (t === "") return [];
    const out: number[] = [];
    const list = StringPrototypeSplit(t, ":") as string[];
    for (let i = 0; i < list.length; i++) {
      if (last && i === list.length - 1 && StringPrototypeIncludes(list[i]!, ".")) {
        if (!isIPv4(list[i])) return undefined;
        const b = StringPrototypeSplit(list[i]!, ".") as string[];
        ArrayPrototypePush(out, +b[0]! * 256 + +b[1]!, +b[2]! * 256 + +b[3]!);
        continue;
      }
      if (RegExpPrototypeExec(/^[0-9a-fA-F]{1,4}$/, list[i]!) === null) return undefined;
      ArrayPrototypePush(out, +`0x${list[i]}`);
    }
    return out;
  };
  if (double < 0) {
    const all = part(s, true);
    return all !== undefined && all.length === 8 ? all : undefined;
  }
  const head = part(StringPrototypeSlice(s, 0, double), false), tail = part(StringPrototypeSlice(s, double + 2), true);
  if (head === undefined || tail === undefined || head.length + tail.length > 7) return undefined;
  const out: number[] = [];
  for (let i = 0; i < head.length; i++) ArrayPrototypePush(out, head[i]!);
  for (let i = head.length + tail.length; i < 8; i++) ArrayPrototypePush(out, 0);
  for (let i = 0; i < tail.length; i++) ArrayPrototypePush(out, tail[i]!);
  return out;
}

export function isIPv6(s: any): boolean {
  const t = `${s}`;
  const zone = StringPrototypeIndexOf(t, "%");
  if (zone >= 0 && RegExpPrototypeExec(/^[0-9a-zA-Z-.:]{1,}$/, StringPrototypeSlice(t, zone + 1)) === null) return false;
  return groups(zone < 0 ? t : StringPrototypeSlice(t, 0, zone)) !== undefined;
}

export function isIP(s: any): number {
  return isIPv4(s) ? 4 : isIPv6(s) ? 6 : 0;
}

function number(address: string): bigint {
  if (isIPv4(address)) {
    const b = StringPrototypeSplit(address, ".") as string[];
    return BigInt_(((+b[0]! * 256 + +b[1]!) * 256 + +b[2]!) * 256 + +b[3]!);
  }
  const g = groups(address)!;
  let n = 0n;
  for (let i = 0; i < 8; i++) n = (n << 16n) | BigInt_(g[i]!);
  return n;
}

function family(f: any): string {
  if (f === undefined) return "ipv4";
  validateString(f, "family");
  const low = StringPrototypeToLowerCase(f);
  if (low !== "ipv4" && low !== "ipv6") throw invalidArgValue("options.family", f);
  return low;
}

function checkAddress(a: any, f: string, name = "address"): string {
  if (isSocketAddress(a)) return a.address;
  validateString(a, name);
  if (f === "ipv4" ? !isIPv4(a) : !isIPv6(a)) throw coded(Error_, "ERR_INVALID_ADDRESS", "Invalid socket address");
  return a;
}

let isSocketAddress: (v: any) => boolean;

class SocketAddress {
  #address: string;
  #port: number;
  #family: string;
  #flowlabel: number;
  static {
    isSocketAddress = (v) => v !== null && typeof v === "object" && #address in v;
  }
  constructor(options: any = {}) {
    if (options === null || typeof options !== "object") throw invalidArgType("options", "object", options);
    this.#family = family(options.family);
    this.#address = checkAddress(options.address ?? (this.#family === "ipv4" ? "127.0.0.1" : "::"), this.#family, "options.address");
    const { port = 0, flowlabel = 0 } = options;
    if (typeof port !== "number" || port < 0 || port > 65535) throw badPort(port);
    validateInteger(flowlabel, "options.flowlabel", 0, 1048575);
    this.#port = port;
    this.#flowlabel = flowlabel;
  }
  get address(): string { return this.#address; }
  get port(): number { return this.#port; }
  get family(): string { return this.#family; }
  get flowlabel(): number { return this.#family === "ipv4" ? 0 : this.#flowlabel; }
  toJSON(): any {
    return { address: this.address, port: this.port, family: this.family, flowlabel: this.flowlabel };
  }
}

interface Rule {
  family: string;
  from: bigint;
  to: bigint;
  text: string;
}

class BlockList {
  #rules: Rule[] = [];
  #add(f: string, from: bigint, to: bigint, text: string): void {
    const rest: Rule[] = [{ family: f, from, to, text }];
    for (let i = 0; i < this.#rules.length; i++) ArrayPrototypePush(rest, this.#rules[i]!);
    this.#rules = rest;
  }
  addAddress(address: any, f?: any): void {
    const fam = isSocketAddress(address) ? address.family : family(f);
    const a = checkAddress(address, fam);
    this.#add(fam, number(a), number(a), `Address: ${fam === "ipv4" ? "IPv4" : "IPv6"} ${a}`);
  }
  addRange(start: any, end: any, f?: any): void {
    const fam = isSocketAddress(start) ? start.family : family(f);
    const a = checkAddress(start, fam, "start"), b = checkAddress(end, fam, "end");
    if (number(a) > number(b)) throw coded(TypeError_, "ERR_INVALID_ARG_VALUE", `The argument 'start' must come before end. Received SocketAddress { address: '${a}', port: 0, family: '${fam}', flowlabel: 0 }`);
    this.#add(fam, number(a), number(b), `Range: ${fam === "ipv4" ? "IPv4" : "IPv6"} ${a}-${b}`);
  }
  addSubnet(net: any, prefix: any, f?: any): void {
    const fam = isSocketAddress(net) ? net.family : family(f);
    const a = checkAddress(net, fam, "network");
    const bits = fam === "ipv4" ? 32 : 128;
    if (typeof prefix !== "number") throw invalidArgType("prefix", "number", prefix);
    if (prefix % 1 !== 0) throw outOfRange("prefix", "an integer", prefix);
    if (prefix < 0 || prefix > bits) throw outOfRange("prefix", `>= 0 && <= ${bits}`, prefix);
    const rest = BigInt_(bits - prefix);
    const from = (number(a) >> rest) << rest;
    this.#add(fam, from, from + (1n << rest) - 1n, `Subnet: ${fam === "ipv4" ? "IPv4" : "IPv6"} ${a}/${prefix}`);
  }
  check(address: any, f?: any): boolean {
    const fam = isSocketAddress(address) ? address.family : family(f);
    let a: string;
    try {
      a = checkAddress(address, fam);
    } catch (e: any) {
      if (e.code === "ERR_INVALID_ADDRESS") return false;
      throw e;
    }
    const n = number(a);
    // An IPv4 address is one in IPv6 as well.
    const mapped = fam === "ipv4" ? n | (0xffffn << 32n) : n >> 32n === 0xffffn ? n & 0xffffffffn : undefined;
    for (let i = 0; i < this.#rules.length; i++) {
      const r = this.#rules[i]!;
      if (r.family === fam && r.from <= n && n <= r.to) return true;
      if (mapped !== undefined && r.family !== fam && r.from <= mapped && mapped <= r.to) return true;
    }
    return false;
  }
  get rules(): string[] {
    const out: string[] = [];
    for (let i = 0; i < this.#rules.length; i++) ArrayPrototypePush(out, this.#rules[i]!.text);
    return out;
  }
}

// ---- sockets ----

// deniedConnection is what a connection out of the program fails with.
export function deniedConnection(what: string, hostname: string, port: number): Error {
  const e = coded(Error_, "ERR_CAPABILITY_DENIED", `${what} connections are not possible in this sandbox (${hostname}:${port}): use fetch, node:http or node:https`);
  setOwn(e, "syscall", "connect");
  setOwn(e, "address", hostname);
  setOwn(e, "port", port);
  return e;
}

// Ends are the addresses of a connection.
interface Ends {
  remoteAddress?: string;
  remotePort?: number;
  remoteFamily?: string;
  localAddress?: string;
  localPort?: number;
  localFamily?: string;
}
const noEnds: Ends = ObjectFreeze({ remoteAddress: undefined, remotePort: undefined, remoteFamily: undefined, localAddress: undefined, localPort: undefined, localFamily: undefined });

// Link is what connects a socket to its other end.
interface Link {
  write(s: any, chunk: any, cb: (e?: any) => void): void;
  end(): void; // nothing more is written
  close(s: any): void;
  read(s: any): void; // s has room for more
  ref(on: boolean): void; // whether waiting for more keeps the program alive
}

// Near is a link to a socket of the program.
class Near implements Link {
  #peer: any;
  #waiting: (() => void) | undefined; // the other end has more
  constructor(peer: any) {
    this.#peer = peer;
  }
  write(_: any, chunk: any, cb: (e?: any) => void): void {
    const peer = this.#peer;
    nextTick(() => {
      if (peer.destroyed || peer.readableEnded) return cb();
      peer._bytesRead += chunk.length;
      touch(peer);
      if (peer.push(Buffer.from(chunk))) cb();
      else peer._link.#waiting = cb;
    });
  }
  end(): void {
    const peer = this.#peer;
    nextTick(() => {
      if (!peer.destroyed) ended(peer);
    });
  }
  close(): void {
    const peer = this.#peer;
    if (!peer.destroyed && !peer.readableEnded) nextTick(ended, peer);
  }
  read(): void {
    const w = this.#waiting;
    this.#waiting = undefined;
    w?.();
  }
  ref(): void {}
}

// Far is a link to another program's socket, which the host has the number of.
class Far implements Link {
  #id: number;
  #reading = -1; // the operation that waits for more
  #refs = true;
  constructor(id: number) {
    this.#id = id;
  }
  write(_: any, chunk: any, cb: (e?: any) => void): void {
    let n = 0;
    try {
      n = host.sync(OP["net.put"]!, this.#id, chunk); // also if the program ends now
    } catch (e) {
      return cb(lost(e, "write"));
    }
    if (n === chunk.length) return cb();
    host.start(OP["net.write"]!, (e: any) => cb(e === undefined ? undefined : lost(e, "write")), this.#id, TypedArrayPrototypeSubarray(chunk, n));
  }
  end(): void {
    host.sync(OP["net.end"]!, this.#id);
  }
  close(): void {
    if (this.#reading >= 0) host.cancel(this.#reading);
    host.sync(OP["net.close"]!, this.#id);
  }
  read(s: any): void {
    if (this.#reading >= 0 || s.destroyed || s.readableEnded) return;
    this.#reading = host.start(OP["net.read"]!, (e: any, b: any) => {
      this.#reading = -1;
      if (s.destroyed) return;
      if (e !== undefined) s.destroy(lost(e, "read"));
      else if (b === null) ended(s);
      else {
        s._bytesRead += b.length;
        touch(s);
        if (s.push(wrap(b))) this.read(s);
      }
    }, this.#id);
    if (!this.#refs) host.unref(this.#reading);
  }
  ref(on: boolean): void {
    this.#refs = on;
    if (this.#reading < 0) return;
    if (on) host.ref(this.#reading);
    else host.unref(this.#reading);
  }
}

// lost is the error of a connection that the host gave up.
function lost(e: any, syscall: string): Error {
  const out = coded(Error_, e.code, `${syscall} ${e.code}`);
  setOwn(out, "errno", e.code === "EPIPE" ? -32 : e.code === "ENOBUFS" ? -105 : -104);
  setOwn(out, "syscall", syscall);
  return out;
}

// Socket is one end of a connection inside the execution.
export function Socket(this: any, options?: any): any {
  if (!isA(this, Socket)) return new (Socket as any)(options);
  FunctionPrototypeCall(Duplex, this, { allowHalfOpen: options?.allowHalfOpen ?? false, emitClose: false, autoDestroy: true });
  const fields: any = { connecting: false, _host: null, timeout: undefined, _bytesRead: 0, _bytes: 0, _ends: noEnds };
  const keys = ObjectKeys(fields);
  for (let i = 0; i < keys.length; i++) hide(this, keys[i]!, fields[keys[i]!]);
  hide(this, "_link", undefined);
  hide(this, "_pending", undefined);
  hide(this, "_timer", undefined);
  if (options?.signal !== undefined) {
    validateAbortSignal(options.signal, "signal");
    addAbortSignal(options.signal, this);
  }
}
ObjectSetPrototypeOf(Socket.prototype, Duplex.prototype);
ObjectSetPrototypeOf(Socket, Duplex);

function accessor(cls: any, name: string, get: (this: any) => any): void {
  ObjectDefineProperty(cls.prototype, name, { __proto__: null, get, configurable: true, enumerable: false } as any);
}
// What waits to be written counts, as in Node; _bytes has what is under way, if it is.
accessor(Socket, "bytesWritten", function () {
  const w = this._writableState;
  return this._bytes + w.length - (this.connecting ? 0 : w.writelen);
});
accessor(Socket, "bytesRead", function () {
  return this._bytesRead;
});
accessor(Socket, "bufferSize", function () {
  return this._link === undefined ? undefined : this.writableLength;
});
{
  const names = ObjectKeys(noEnds);
  for (let i = 0; i < names.length; i++) accessor(Socket, names[i]!, function () {
    return this._ends[names[i]!];
  });
  // As in Node, where they do more than those of Duplex.
  const own: ("end" | "pause" | "read" | "resume")[] = ["end", "pause", "read", "resume"];
  for (let i = 0; i < own.length; i++) method(Socket, own[i]!, Duplex.prototype[own[i]!]);
}
accessor(Socket, "pending", function () {
  return this._link === undefined || this.connecting;
});
accessor(Socket, "readyState", function () {
  if (this.connecting) return "opening";
  if (this.readable && this.writable) return "open";
  if (this.readable) return "readOnly";
  return this.writable ? "writeOnly" : "closed";
});
method(Socket, "_read", function (this: any) {
  this._link?.read(this);
});
method(Socket, "_write", function (this: any, chunk: any, _: any, cb: any) {
  if (this.connecting || this._link === undefined) {
    if (this.connecting) hide(this, "_pending", () => this._write(chunk, _, cb));
    else cb(coded(Error_, "ERR_SOCKET_CLOSED", "Socket is closed"));
    return;
  }
  this._bytes += chunk.length;
  touch(this);
  this._link.write(this, chunk, cb);
});
method(Socket, "_final", function (this: any, cb: any) {
  if (this.connecting) {
    hide(this, "_pending", () => this._final(cb));
    return;
  }
  this._link?.end();
  nextTick(cb);
});
method(Socket, "_destroy", function (this: any, e: any, cb: any) {
  clearTimeout(this._timer);
  this.connecting = false;
  cb(e);
  nextTick(() => this.emit("close", !!e)); // after the error
  this._link?.close(this);
  this._server?._left(this);
});
// ended tells a socket that nothing more comes: it is over at once if nothing waits to be read.
function ended(s: any): void {
  s.push(null);
  s.read(0);
}
function touch(s: any): void {
  if (!s.timeout) return;
  clearTimeout(s._timer);
  const t: any = setTimeout(() => {
    s.emit("timeout");
  }, s.timeout);
  t.unref();
  hide(s, "_timer", t);
}

method(Socket, "setTimeout", function (this: any, ms: any, cb?: any) {
  validateDuration(ms, "msecs");
  if (cb !== undefined) {
    validateFunction(cb, "callback");
    if (ms === 0) this.removeListener("timeout", cb);
    else this.once("timeout", cb);
  }
  this.timeout = ms;
  clearTimeout(this._timer);
  touch(this);
  return this;
});
method(Socket, "setNoDelay", function (this: any) { return this; });
method(Socket, "setKeepAlive", function (this: any) { return this; });
method(Socket, "ref", function (this: any) {
  this._link?.ref(true);
  return this;
});
method(Socket, "unref", function (this: any) {
  this._link?.ref(false);
  return this;
});
method(Socket, "address", function (this: any) {
  return this.localPort === undefined ? {} : { address: this.localAddress, family: this.localFamily, port: this.localPort };
});
method(Socket, "destroySoon", function (this: any) {
  if (this.writable) this.end();
  if (this.writableFinished) this.destroy();
  else this.once("finish", this.destroy);
});
method(Socket, "resetAndDestroy", function (this: any) {
  return this.destroy();
});

let ephemeral = 0;

method(Socket, "connect", function (this: any, ...args: any[]) {
  const [o, cb] = normalized(args);
  return connectSocket(this, o, cb);
});

export function normalized(args: any[]): [any, any] {
  if (ArrayIsArray(args[0])) return [args[0][0], args[0][1]];
  const cb = typeof args[args.length - 1] === "function" ? args[args.length - 1] : null;
  const first = args[0];
  if (first !== null && typeof first === "object") return [first, cb];
  if (typeof first === "string" && !(+first >= 0)) return [{ path: first }, cb];
  const o: any = { port: first };
  if (typeof args[1] === "string") setOwn(o, "host", args[1]);
  return [o, cb];
}

// checkConnect checks the options of a connection to a host and returns its port.
export function checkConnect(o: any): number {
  const { port, localAddress, localPort } = o;
  if (port === undefined && o.path == null) throw coded(TypeError_, "ERR_MISSING_ARGS", 'The "options" or "port" or "path" argument must be specified');
  if (localAddress && isIP(localAddress) === 0) throw coded(TypeError_, "ERR_INVALID_IP_ADDRESS", `Invalid IP address: ${localAddress}`);
  if (localPort) validateNumber(localPort, "options.localPort");
  if (port !== undefined) {
    if (typeof port !== "number" && typeof port !== "string") throw invalidArgType("options.port", ["number", "string"], port);
    if ((typeof port === "string" && StringPrototypeTrim(port) === "") || !(+port >= 0 && +port < 65536) || +port % 1 !== 0) {
      throw coded(RangeError_, "ERR_SOCKET_BAD_PORT", `Port should be >= 0 and < 65536.${received(port)}.`);
    }
  }
  if (o.autoSelectFamily != null) validateBoolean(o.autoSelectFamily, "options.autoSelectFamily");
  if (o.autoSelectFamilyAttemptTimeout != null) validateInteger(o.autoSelectFamilyAttemptTimeout, "options.autoSelectFamilyAttemptTimeout", 1, 2147483647);
  return port === undefined ? 0 : +port;
}

function connectSocket(s: any, o: any, cb: any): any {
  if (o.path) {
    validateString(o.path, "options.path");
    if (cb) s.once("connect", cb);
    s.connecting = true;
    nextTick(openPath, s, o.path);
    return s;
  }
  const port = checkConnect(o);
  const hostname = o.host || "localhost";
  const began = host.now();
  if (cb) s.once("connect", cb);
  s.connecting = true;
  if (isIP(hostname) !== 0) nextTick(open, s, hostname, hostname, port, began);
  else find(s, o, hostname, port, began);
  return s;
}

// find looks up a name's addresses and opens a connection to one of them. The names of hosts out of the program
// are not looked up, as no connection can be opened to them.
function find(s: any, o: any, hostname: any, port: number, began: number): void {
  if (o.lookup != null) validateFunction(o.lookup, "options.lookup");
  const dns: any = { family: o.family, hints: o.hints || 0 };
  const one = o.family === 4 || o.family === 6;
  if (!one && dns.hints === 0) dns.hints = 32; // ADDRCONFIG
  const all = !one && (o.autoSelectFamily ?? auto) && !o.localAddress;
  if (all) setOwn(dns, "all", true);
  const failed = (e: any): void => nextTick(() => s.destroy(e));
  const take = (e: any, list: any, f: any): void => {
    if (!s.connecting) return;
    const found: any[] = e ? [] : all ? list : [{ address: list, family: f }];
    if (e) s.emit("lookup", e, undefined, undefined, hostname);
    let first: string | undefined;
    for (let i = 0; i < found.length; i++) {
      const { address, family } = found[i];
      s.emit("lookup", null, address, family, hostname);
      if (isIP(address) === 0) e ??= coded(TypeError_, "ERR_INVALID_IP_ADDRESS", `Invalid IP address: ${address}`);
      else if (family !== 4 && family !== 6) e ??= coded(RangeError_, "ERR_INVALID_ADDRESS_FAMILY", `Invalid address family: ${family} ${hostname}:${port}`);
      else first ??= address;
    }
    if (!s.connecting) return;
    if (first !== undefined) open(s, hostname, first, port, began);
    else failed(e ?? coded(TypeError_, "ERR_INVALID_IP_ADDRESS", "Invalid IP address: undefined"));
  };
  if (o.lookup != null) o.lookup(hostname, dns, take);
  else if (typeof hostname === "string" && !isLocal(hostname)) {
    lookupOptions(hostname, dns);
    failed(deniedConnection("raw", hostname, port));
  } else lookup(hostname, dns, take);
}

// link makes a socket the end at port mine of a connection to port theirs.
function link(s: any, l: Link, mine: number, theirs: number): void {
  s._link = l;
  s._ends = { localAddress: "127.0.0.1", localPort: mine, localFamily: "IPv4", remoteAddress: "127.0.0.1", remotePort: theirs, remoteFamily: "IPv4" };
  s.connecting = false;
}

// linkPath makes a socket an end of a connection that has no ports.
function linkPath(s: any, l: Link): void {
  s._link = l;
  s.connecting = false;
}

// serve gives a connection to the server that listens.
function serve(l: Listener, s: any): void {
  if (l.raw !== undefined) l.raw(s);
  else speak(s, plainServer(l));
}
function accepted(l: Listener): any {
  return new (Socket as any)({ allowHalfOpen: l.halfOpen ?? l.raw === undefined });
}

// far connects a socket to the server of another program, or to who listens at a path. It throws if there is none.
function far(s: any, at: number | string): void {
  const r = host.sync(OP["net.connect"]!, typeof at === "string" ? socketPath(at) : at);
  if (typeof at === "string") linkPath(s, new Far(r[0]));
  else link(s, new Far(r[0]), r[1], at);
}

// open connects a socket to the server that listens at an address.
function open(s: any, hostname: string, address: string, port: number, began: number): void {
  if (s.destroyed) return;
  const l = listenerOn(address, port);
  let other: any;
  if (l !== undefined) {
    other = accepted(l);
    const mine = 50000 + ephemeral++ % 10000;
    link(s, new Near(other), mine, port);
    link(other, new Near(s), port, mine);
  } else if (isLocal(address)) {
    try {
      far(s, port);
    } catch (e: any) {
      s.destroy(e.code === "ECONNREFUSED" ? connectionRefused(address, port) : lost(e, "connect"));
      return;
    }
  } else {
    s.destroy(deniedConnection("raw", hostname, port));
    return;
  }
  if (observed("net")) publishNode("net", "connect", began, { host: address, port });
  if (l !== undefined) serve(l, other);
  connected(s);
}

// connected tells a socket that it is.
function connected(s: any): void {
  s.emit("connect");
  s.emit("ready");
  const p = s._pending;
  hide(s, "_pending", undefined);
  p?.();
  if (!s.isPaused()) s._link?.read(s); // whoever wants it asked before there was a connection
}

// openPath connects a socket to who listens at a path.
function openPath(s: any, path: string): void {
  if (s.destroyed) return;
  try {
    far(s, path);
  } catch (e) {
    s.destroy(pathError(e, "connect", path));
    return;
  }
  connected(s);
}

useSockets({
  take(l, a) {
    const end = new Far(a.connection);
    if (l === undefined) {
      end.close();
      return;
    }
    const s = accepted(l);
    if (l.path === undefined) link(s, end, a.port, a.remotePort);
    else linkPath(s, end);
    serve(l, s);
    if (!s.isPaused()) s._link.read(s); // whoever wants it asked before there was a connection
  },
  dial(at) {
    const s = new (Socket as any)();
    try {
      far(s, at);
      return s;
    } catch {
      return undefined;
    }
  },
});

// plainServer serves connections to a listener that is no server of node:http or node:net.
function plainServer(l: Listener): any {
  return {
    rules: () => ({ maxHead: 16384, maxHeaders: 0, maxRequests: 0, headersTimeout: 60000, requestTimeout: 300000, keepAliveTimeout: 10000 }),
    request: l.handler,
    leaves: () => false,
    failed: (_: any, s: any) => s.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n", () => s.destroy()),
    closed() {},
  };
}

export function connect(...args: any[]): any {
  const [o, cb] = normalized(args);
  const s = new (Socket as any)(o);
  if (o.timeout) s.setTimeout(o.timeout);
  return connectSocket(s, o, cb);
}

export function Server(this: any, options?: any, handler?: any): any {
  if (!isA(this, Server)) return new (Server as any)(options, handler);
  FunctionPrototypeCall(EventEmitter, this);
  if (typeof options === "function") {
    handler = options;
    options = {};
  } else if (options == null) options = {};
  else if (typeof options !== "object") throw invalidArgType("options", "object", options);
  if (handler != null) {
    validateFunction(handler, "connectionListener");
    this.on("connection", handler);
  }
  setOwn(this, "allowHalfOpen", options.allowHalfOpen || false);
  setOwn(this, "pauseOnConnect", !!options.pauseOnConnect);
  setOwn(this, "maxConnections", undefined);
  hide(this, "_l", undefined);
  hide(this, "_sockets", 0);
  hide(this, "_closing", false);
}
ObjectSetPrototypeOf(Server.prototype, EventEmitter.prototype);
ObjectSetPrototypeOf(Server, EventEmitter);
accessor(Server, "listening", function () {
  return this._l !== undefined;
});
method(Server, "listen", function (this: any, ...args: any[]) {
  const a = listenArgs(args);
  closeWith(this, a.options.signal);
  if (this._l !== undefined) throw alreadyListening();
  if (a.cb !== undefined) this.once("listening", a.cb);
  try {
    // HTTP that comes in finds no HTTP server here.
    this._l = openListener(this, a, (_req, out) => out.fail(undefined));
  } catch (e: any) {
    nextTick(() => this.emit("error", listenError(a, e)));
    return this;
  }
  hide(this, "_host", a.host);
  this._l.halfOpen = this.allowHalfOpen;
  this._l.raw = (s: any) => accept(this, s);
  nextTick(() => {
    if (this._l !== undefined) this.emit("listening");
  });
  return this;
});
method(Server, "address", function (this: any) {
  return addressOf(this);
});
method(Server, "close", function (this: any, cb?: any) {
  if (this._l === undefined) {
    if (typeof cb === "function") this.once("close", () => cb(coded(Error_, "ERR_SERVER_NOT_RUNNING", "Server is not running.")));
  } else {
    if (typeof cb === "function") this.once("close", () => cb());
    closePort(this._l);
    this._l = undefined;
  }
  this._closing = true;
  over(this);
  return this;
});
function over(server: any): void {
  if (!server._closing || server._sockets > 0) return;
  server._closing = false;
  nextTick(() => server.emit("close"));
}
// accept gives a new connection to a server, unless it has as many as it wants.
function accept(server: any, s: any): void {
  if (server.maxConnections && server._sockets >= server.maxConnections) {
    server.emit("drop", s._ends);
    s.destroy();
    return;
  }
  hide(s, "_server", server);
  hide(s, "server", server);
  server._sockets++;
  if (server.pauseOnConnect) s.pause();
  server.emit("connection", s);
}

hide(Server.prototype, "_left", function (this: any) {
  this._sockets--;
  over(this);
});
method(Server, "getConnections", function (this: any, cb: any) {
  nextTick(cb, null, this._sockets);
});
method(Server, "ref", function (this: any) {
  holds(this, true);
  return this;
});
method(Server, "unref", function (this: any) {
  holds(this, false);
  return this;
});

export function createServer(options?: any, handler?: any): any {
  if (options !== undefined && typeof options !== "function" && (options === null || typeof options !== "object")) throw invalidArgType("options", "object", options);
  return new (Server as any)(options, handler);
}

let auto = true, autoTimeout = 250;
const net: any = {
  _createServerHandle: () => {
    throw coded(Error_, "ERR_CAPABILITY_DENIED", "server handles are not possible in this sandbox");
  },
  _normalizeArgs: (args: any[]) => normalized(args), _setSimultaneousAccepts: () => {}, BlockList, SocketAddress, connect, createConnection: connect, createServer, isIP, isIPv4, isIPv6, Server, Socket, Stream: Socket,
  getDefaultAutoSelectFamily: () => auto,
  setDefaultAutoSelectFamily(v: any): void {
    if (typeof v !== "boolean") throw invalidArgType("value", "boolean", v);
    auto = v;
  },
  getDefaultAutoSelectFamilyAttemptTimeout: () => autoTimeout,
  setDefaultAutoSelectFamilyAttemptTimeout(v: any): void {
    validateInteger(v, "value", 1);
    autoTimeout = v < 10 ? 10 : v;
  },
};
ObjectSetPrototypeOf(serverBase, Server.prototype);
register(["node:net", "net"], () => tidy(net));
