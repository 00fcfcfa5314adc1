// node:net and node:tls. Programs reach the network by fetch alone, so a
// connection is one to a server of the program itself, or is refused; what needs no
// network works.

import {
  ArrayIsArray, ArrayPrototypeJoin, ArrayPrototypePush, BigInt_, Error_, FunctionPrototypeCall, ObjectDefineProperty, ObjectFreeze, ObjectKeys, ObjectSetPrototypeOf, RangeError_, RegExpPrototypeExec, SafeMap,
  StringPrototypeEndsWith, StringPrototypeIncludes, StringPrototypeIndexOf, StringPrototypeSlice, StringPrototypeSplit, StringPrototypeStartsWith, StringPrototypeToLowerCase, TypeError_, setOwn,
} from "../primordials.ts";
import { register } from "../modules.ts";
import { tidy } from "./names.ts";
import { EventEmitter } from "./events.ts";
import { Duplex } from "./stream.ts";
import { nextTick, setTimeout, clearTimeout } from "../timers.ts";
import { isLocal, listen, close as closePort, keep, addressInUse } from "../serve.ts";
import { badPort, listenArgs, serverBase } from "./http.ts";
import { coded, invalidArgType, invalidArgValue, outOfRange, validateFunction, validateInteger, validateString } from "./errors.ts";
import { Buffer } from "./buffer.ts";
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
    const mapped = fam === "ipv6" && n >> 32n === 0xffffn ? n & 0xffffffffn : undefined;
    for (let i = 0; i < this.#rules.length; i++) {
      const r = this.#rules[i]!;
      if (r.family === fam && r.from <= n && n <= r.to) return true;
      if (mapped !== undefined && r.family === "ipv4" && r.from <= mapped && mapped <= r.to) return true;
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

const servers: Map<number, any> = new SafeMap<number, any>();

// deniedConnection is what a connection out of the program fails with.
export function deniedConnection(what: string, hostname: string, port: number): Error {
  const e = coded(Error_, "ERR_CAPABILITY_DENIED", `${what} connections are not possible in this sandbox (${hostname}:${port}): use fetch, node:http or node:https`);
  setOwn(e, "syscall", "connect");
  setOwn(e, "address", hostname);
  setOwn(e, "port", port);
  return e;
}

function hide(o: any, key: PropertyKey, value: any): void {
  ObjectDefineProperty(o, key, { __proto__: null, value, writable: true, configurable: true, enumerable: false } as any);
}

function isA(o: any, cls: any): boolean {
  return o instanceof cls;
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

// Socket is one end of a connection inside the program.
export function Socket(this: any, options?: any): any {
  if (!isA(this, Socket)) return new (Socket as any)(options);
  FunctionPrototypeCall(Duplex, this, { allowHalfOpen: options?.allowHalfOpen ?? false, emitClose: false, autoDestroy: true });
  const fields: any = { connecting: false, _host: null, timeout: undefined, _bytesRead: 0, _bytes: 0, _ends: noEnds };
  const keys = ObjectKeys(fields);
  for (let i = 0; i < keys.length; i++) hide(this, keys[i]!, fields[keys[i]!]);
  hide(this, "_peer", undefined);
  hide(this, "_pending", undefined);
  hide(this, "_timer", undefined);
}
ObjectSetPrototypeOf(Socket.prototype, Duplex.prototype);
ObjectSetPrototypeOf(Socket, Duplex);

function method(cls: any, name: string, fn: any): void {
  setOwn(cls.prototype, name, fn);
}
function accessor(cls: any, name: string, get: (this: any) => any): void {
  ObjectDefineProperty(cls.prototype, name, { __proto__: null, get, configurable: true, enumerable: false } as any);
}
accessor(Socket, "bytesWritten", function () {
  return this._bytes;
});
accessor(Socket, "bytesRead", function () {
  return this._bytesRead;
});
accessor(Socket, "bufferSize", function () {
  return this.writableLength;
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
  return this._peer === undefined || this.connecting;
});
accessor(Socket, "readyState", function () {
  if (this.connecting) return "opening";
  if (this.readable && this.writable) return "open";
  if (this.readable) return "readOnly";
  return this.writable ? "writeOnly" : "closed";
});
method(Socket, "_read", function (this: any) {
  const w = this._waiting;
  if (w) {
    hide(this, "_waiting", undefined);
    w();
  }
});
method(Socket, "_write", function (this: any, chunk: any, _: any, cb: any) {
  if (this.connecting || this._peer === undefined) {
    hide(this, "_pending", () => this._write(chunk, _, cb));
    if (!this.connecting && this._peer === undefined && this._ended !== true) cb(coded(Error_, "EPIPE", "This socket has been ended by the other party"));
    return;
  }
  const peer = this._peer;
  this._bytes += chunk.length;
  touch(this);
  nextTick(() => {
    if (peer.destroyed || peer.readableEnded) return cb();
    peer._bytesRead += chunk.length;
    touch(peer);
    if (peer.push(Buffer.from(chunk))) cb();
    else hide(peer, "_waiting", cb);
  });
});
method(Socket, "_final", function (this: any, cb: any) {
  if (this.connecting) {
    hide(this, "_pending", () => this._final(cb));
    return;
  }
  const peer = this._peer;
  nextTick(() => {
    if (peer !== undefined && !peer.destroyed) peer.push(null);
    cb();
  });
});
method(Socket, "_destroy", function (this: any, e: any, cb: any) {
  clearTimeout(this._timer);
  this.connecting = false;
  const peer = this._peer;
  hide(this, "_ended", true);
  cb(e);
  nextTick(() => this.emit("close", !!e)); // after the error
  if (peer !== undefined && !peer.destroyed && !peer.readableEnded) nextTick(() => peer.push(null));
  this._server?._left(this);
});
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
  if (typeof ms !== "number") throw invalidArgType("msecs", "number", ms);
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
method(Socket, "ref", function (this: any) { return this; });
method(Socket, "unref", function (this: any) { return this; });
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

function normalized(args: any[]): [any, any] {
  if (ArrayIsArray(args[0])) return [args[0][0], args[0][1]];
  const cb = typeof args[args.length - 1] === "function" ? args[args.length - 1] : null;
  const first = args[0];
  if (first !== null && typeof first === "object") return [first, cb];
  if (typeof first === "string" && !(+first >= 0)) return [{ path: first }, cb];
  const o: any = { port: first };
  if (typeof args[1] === "string") setOwn(o, "host", args[1]);
  return [o, cb];
}

function connectSocket(s: any, o: any, cb: any): any {
  if (o.path !== undefined) {
    if (cb) s.once("connect", cb);
    s.connecting = true;
    nextTick(() => s.destroy(deniedConnection("Unix domain", o.path, 0)));
    return s;
  }
  if (o.host !== undefined && o.host !== null) validateString(o.host, "hostname");
  const port = o.port;
  if (port === undefined) throw coded(TypeError_, "ERR_MISSING_ARGS", 'The "options" or "port" or "path" argument must be specified');
  if (typeof port !== "number" && typeof port !== "string") throw invalidArgType("options.port", ["number", "string"], port);
  if (!(+port >= 0 && +port < 65536)) throw coded(RangeError_, "ERR_SOCKET_BAD_PORT", `Port should be >= 0 and < 65536. Received type ${typeof port} (${typeof port === "string" ? `'${port}'` : port}).`);
  if (cb) s.once("connect", cb);
  const hostname = o.host ?? "localhost";
  s.connecting = true;
  const began = host.now();
  nextTick(() => {
    if (s.destroyed) return;
    const server = isLocal(hostname) ? servers.get(+port) : undefined;
    if (server === undefined) {
      s.destroy(deniedConnection("raw", hostname, +port));
      return;
    }
    const other = new (Socket as any)({ allowHalfOpen: server.allowHalfOpen });
    const mine = 50000 + ephemeral++ % 10000;
    const ends: [any, any, number, number][] = [[s, other, +port, mine], [other, s, mine, +port]];
    for (let i = 0; i < 2; i++) {
      const e = ends[i]!;
      e[0]._peer = e[1];
      e[0]._ends = { remoteAddress: "127.0.0.1", remotePort: e[2], remoteFamily: "IPv4", localAddress: "127.0.0.1", localPort: e[3], localFamily: "IPv4" };
      e[0].connecting = false;
    }
    hide(other, "_server", server);
    server._sockets++;
    if (observed("net")) publishNode("net", "connect", began, { host: "127.0.0.1", port: +port });
    server.emit("connection", other);
    s.emit("connect");
    s.emit("ready");
    const p = s._pending;
    hide(s, "_pending", undefined);
    p?.();
  });
  return s;
}

export function connect(...args: any[]): any {
  const [o, cb] = normalized(args);
  return connectSocket(new (Socket as any)(o), o, cb);
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
  if (a.cb !== undefined) this.once("listening", a.cb);
  try {
    if (a.port < 0) throw coded(Error_, "ERR_CAPABILITY_DENIED", `listening on the socket ${a.host} is not possible in this sandbox: listen on a port`);
    // HTTP that comes in finds no HTTP server here.
    this._l = listen(a.port, a.host ?? "::", (_req, out) => out.fail(undefined));
  } catch (e: any) {
    nextTick(() => this.emit("error", e.code === "EADDRINUSE" ? addressInUse(a.host ?? "::", a.port) : e));
    return this;
  }
  hide(this, "_host", a.host);
  servers.set(this._l.port, this);
  nextTick(() => {
    if (this._l !== undefined) this.emit("listening");
  });
  return this;
});
method(Server, "address", function (this: any) {
  if (this._l === undefined) return null;
  const h = this._host;
  return h === undefined || h === "::" ? { address: "::", family: "IPv6", port: this._l.port } : { address: h === "localhost" ? "127.0.0.1" : h, family: "IPv4", port: this._l.port };
});
method(Server, "close", function (this: any, cb?: any) {
  if (this._l === undefined) {
    if (typeof cb === "function") this.once("close", () => cb(coded(Error_, "ERR_SERVER_NOT_RUNNING", "Server is not running.")));
  } else {
    if (typeof cb === "function") this.once("close", () => cb());
    servers.delete(this._l.port);
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
hide(Server.prototype, "_left", function (this: any) {
  this._sockets--;
  over(this);
});
method(Server, "getConnections", function (this: any, cb: any) {
  nextTick(cb, null, this._sockets);
});
method(Server, "ref", function (this: any) {
  if (this._l !== undefined) keep(this._l, true);
  return this;
});
method(Server, "unref", function (this: any) {
  if (this._l !== undefined) keep(this._l, false);
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

// ---- tls ----

function certError(reason: string, hostname: string, cert: any): Error {
  const e = coded(Error_, "ERR_TLS_CERT_ALTNAME_INVALID", `Hostname/IP does not match certificate's altnames: ${reason}`);
  setOwn(e, "reason", reason);
  setOwn(e, "host", hostname);
  setOwn(e, "cert", cert);
  return e;
}

function labels(s: string): string[] {
  return StringPrototypeSplit(StringPrototypeToLowerCase(StringPrototypeEndsWith(s, ".") ? StringPrototypeSlice(s, 0, -1) : s), ".") as string[];
}

function matches(hostname: string[], pattern: string, wildcards: boolean): boolean {
  const p = labels(pattern);
  if (p.length !== hostname.length) return false;
  for (let i = 1; i < p.length; i++) if (p[i] !== hostname[i]) return false;
  if (p[0] === hostname[0]) return true;
  if (!wildcards || !StringPrototypeIncludes(p[0]!, "*") || p.length <= 2) return false;
  const star = StringPrototypeIndexOf(p[0]!, "*");
  const before = StringPrototypeSlice(p[0]!, 0, star), after = StringPrototypeSlice(p[0]!, star + 1);
  return before.length + after.length <= hostname[0]!.length && StringPrototypeStartsWith(hostname[0]!, before) && StringPrototypeEndsWith(hostname[0]!, after);
}

function checkServerIdentity(hostname: any, cert: any): Error | undefined {
  hostname = `${hostname}`;
  const alt: string | undefined = cert.subjectaltname;
  const dns: string[] = [], ips: string[] = [];
  if (alt) {
    const list = StringPrototypeSplit(alt, ", ") as string[];
    for (let i = 0; i < list.length; i++) {
      if (StringPrototypeStartsWith(list[i]!, "DNS:")) ArrayPrototypePush(dns, StringPrototypeSlice(list[i]!, 4));
      else if (StringPrototypeStartsWith(list[i]!, "IP Address:")) ArrayPrototypePush(ips, StringPrototypeSlice(list[i]!, 11));
    }
  }
  const name = StringPrototypeEndsWith(hostname, ".") ? StringPrototypeSlice(hostname, 0, -1) : hostname;
  let reason: string;
  if (isIP(name) !== 0) {
    for (let i = 0; i < ips.length; i++) if (ips[i] === name) return undefined;
    reason = `IP: ${name} is not in the cert's list: ${ArrayPrototypeJoin(ips, ", ")}`;
  } else if (dns.length > 0 || cert.subject?.CN) {
    const parts = labels(name);
    if (dns.length > 0) {
      for (let i = 0; i < dns.length; i++) if (matches(parts, dns[i]!, true)) return undefined;
      reason = `Host: ${name}. is not in the cert's altnames: ${alt}`;
    } else {
      const cn = ArrayIsArray(cert.subject.CN) ? cert.subject.CN : [cert.subject.CN];
      for (let i = 0; i < cn.length; i++) if (matches(parts, cn[i], true)) return undefined;
      reason = `Host: ${name}. is not cert's CN: ${cert.subject.CN}`;
    }
  } else reason = "Cert does not contain a DNS name";
  return certError(reason, hostname, cert);
}

function SecureContext(this: any): any {
  setOwn(this, "context", {});
}

function createSecureContext(options: any = {}): any {
  const versions = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];
  const check = (v: any, name: string): void => {
    if (v === undefined) return;
    for (let i = 0; i < versions.length; i++) if (versions[i] === v) return;
    throw coded(TypeError_, "ERR_TLS_INVALID_PROTOCOL_VERSION", `"${v}" is not a valid ${name} TLS protocol version`);
  };
  check(options.minVersion, "minimum");
  check(options.maxVersion, "maximum");
  return new (SecureContext as any)();
}

function TLSSocket(this: any, _socket?: any, options?: any): any {
  if (!isA(this, TLSSocket)) return new (TLSSocket as any)(_socket, options);
  FunctionPrototypeCall(Socket, this, options);
  setOwn(this, "encrypted", true);
  setOwn(this, "authorized", false);
}
ObjectSetPrototypeOf(TLSSocket.prototype, Socket.prototype);
ObjectSetPrototypeOf(TLSSocket, Socket);
{
  const names = ["getPeerCertificate", "getCipher", "getProtocol", "getSession", "getEphemeralKeyInfo", "getTLSTicket", "renegotiate", "setServername", "setMaxSendFragment", "enableTrace", "disableRenegotiation", "isSessionReused"];
  for (let i = 0; i < names.length; i++) method(TLSSocket, names[i]!, () => undefined);
}

function tlsConnect(...args: any[]): any {
  const [o, cb] = normalized(args);
  const s = new (TLSSocket as any)(undefined, o);
  if (cb) s.once("secureConnect", cb);
  s.connecting = true;
  nextTick(() => s.destroy(deniedConnection("TLS", o.host ?? "localhost", +o.port)));
  return s;
}

function TLSServer(this: any, options?: any, handler?: any): any {
  if (!isA(this, TLSServer)) return new (TLSServer as any)(options, handler);
  if (typeof options === "function") {
    handler = options;
    options = {};
  }
  FunctionPrototypeCall(Server, this, options);
  if (handler) this.on("secureConnection", handler);
}
ObjectSetPrototypeOf(TLSServer.prototype, Server.prototype);
ObjectSetPrototypeOf(TLSServer, Server);
method(TLSServer, "listen", () => {
  throw coded(Error_, "ERR_CAPABILITY_DENIED", "TLS is not for programs of this sandbox: listen with node:http, what is in front of it speaks TLS");
});
method(TLSServer, "addContext", () => {});
method(TLSServer, "setSecureContext", () => {});
method(TLSServer, "getTicketKeys", () => Buffer.alloc(48));
method(TLSServer, "setTicketKeys", () => {});

const suites = ["aes128-gcm-sha256", "aes128-sha", "aes128-sha256", "aes256-gcm-sha384", "aes256-sha", "aes256-sha256", "ecdhe-ecdsa-aes128-gcm-sha256", "ecdhe-ecdsa-aes256-gcm-sha384", "ecdhe-rsa-aes128-gcm-sha256", "ecdhe-rsa-aes256-gcm-sha384", "tls_aes_128_gcm_sha256", "tls_aes_256_gcm_sha384", "tls_chacha20_poly1305_sha256"];

function convertALPNProtocols(protocols: any, into: any): void {
  if (!ArrayIsArray(protocols)) {
    into.ALPNProtocols = Buffer.from(protocols);
    return;
  }
  const parts: any[] = [];
  for (let i = 0; i < protocols.length; i++) {
    const b = Buffer.from(protocols[i]);
    if (b.length > 255) throw outOfRange("The byte length of the protocol at index " + i + " exceeds the maximum length.", "<= 255", b.length);
    ArrayPrototypePush(parts, Buffer.from([b.length]), b);
  }
  into.ALPNProtocols = Buffer.concat(parts);
}

const tls: any = {
  CLIENT_RENEG_LIMIT: 3, CLIENT_RENEG_WINDOW: 600,
  DEFAULT_CIPHERS: "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES256-GCM-SHA384",
  DEFAULT_ECDH_CURVE: "auto", DEFAULT_MIN_VERSION: "TLSv1.2", DEFAULT_MAX_VERSION: "TLSv1.3", getCiphers: () => {
    const out: string[] = [];
    for (let i = 0; i < suites.length; i++) ArrayPrototypePush(out, suites[i]!);
    return out;
  },
  rootCertificates: ObjectFreeze([]), convertALPNProtocols, checkServerIdentity, createSecureContext, SecureContext, TLSSocket, Server: TLSServer,
  createServer: (o?: any, h?: any) => new (TLSServer as any)(o, h), connect: tlsConnect, createSecurePair: () => {
    throw coded(Error_, "ERR_CAPABILITY_DENIED", "TLS connections are not possible in this sandbox: use fetch or node:https");
  },
};
register(["node:tls", "tls"], () => tidy(tls));
