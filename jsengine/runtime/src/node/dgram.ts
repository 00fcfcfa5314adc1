// node:dgram. What is sent goes to sockets of the programs of the same execution, or nowhere: nothing leaves it.

import {
  ArrayBufferIsView, ArrayIsArray, ArrayPrototypePush, Error_, FunctionPrototypeCall, ObjectSetPrototypeOf, RangeError_, StringPrototypeSlice, StringPrototypeStartsWith, StringPrototypeToLowerCase, StringPrototypeTrim,
  SymbolAsyncDispose, TypeError_, TypedArrayPrototypeGetLength, TypedArrayPrototypeSubarray, hide, setOwn, uncurryThis, withResolvers,
} from "../primordials.ts";
import { OP } from "buntime:ops";
import { register } from "../modules.ts";
import { isLocal } from "../serve.ts";
import { nextTick } from "../timers.ts";
import { join } from "../web/blob.ts";
import { viewBytes, wrap } from "./buffer.ts";
import { lookup } from "./dns.ts";
import { coded, invalidArgType, missingArgs, received, validateAbortSignal, validateFunction, validateNumber, validateString } from "./errors.ts";
import { EventEmitter } from "./events.ts";
import { isA, method, tidy } from "./names.ts";
import { deniedConnection, isIP, isIPv6 } from "./net.ts";
import { errnoOf } from "./system_errors.ts";

const on = uncurryThis(EventEmitter.prototype.on);
const once = uncurryThis(EventEmitter.prototype.once);
const emit = uncurryThis(EventEmitter.prototype.emit);

const bufferTypes = ["string", "Buffer", "TypedArray", "DataView"];
const bufferSize = 212992; // bytes that wait for a socket: jsengine's datagramBuffer

// State is what a socket keeps for itself.
interface State {
  bound: "no" | "soon" | "yes" | "closed";
  id: number; // the host's
  port: number;
  address: string;
  peer: { address: string; port: number } | "soon" | undefined;
  waiting: (() => void)[]; // what is done when it is bound
  receiving: number; // the operation that waits for the next; -1: none does
  refs: boolean;
  reuse: boolean;
  only6: boolean;
  lookup: any;
}

function failure(code: string, syscall: string): Error {
  const e = coded(Error_, code, `${syscall} ${code}`);
  setOwn(e, "errno", errnoOf(code));
  setOwn(e, "syscall", syscall);
  return e;
}

function failureAt(code: string, syscall: string, address: string, port: number): Error {
  const e: any = new Error_(`${syscall} ${code} ${address}:${port}`);
  setOwn(e, "errno", errnoOf(code));
  setOwn(e, "code", code);
  setOwn(e, "syscall", syscall);
  setOwn(e, "address", address);
  setOwn(e, "port", port);
  return e;
}

export function Socket(this: any, type: any, listener?: any): any {
  if (!isA(this, Socket)) return new (Socket as any)(type, listener);
  FunctionPrototypeCall(EventEmitter, this);
  let options: any = { __proto__: null };
  if (type !== null && typeof type === "object") {
    options = type;
    type = options.type;
  }
  if (type !== "udp4" && type !== "udp6") throw coded(TypeError_, "ERR_SOCKET_BAD_TYPE", "Bad socket type specified. Valid types are: udp4, udp6");
  if (options.lookup !== undefined) validateFunction(options.lookup, "lookup");
  setOwn(this, "type", type);
  const state: State = { bound: "no", id: -1, port: 0, address: "", peer: undefined, waiting: [], receiving: -1, refs: true, reuse: !!options.reuseAddr, only6: !!options.ipv6Only, lookup: options.lookup };
  hide(this, "_u", state);
  if (typeof listener === "function") on(this, "message", listener);
  const { signal } = options;
  if (signal === undefined) return;
  validateAbortSignal(signal, "options.signal");
  const abort = (): void => {
    if (state.bound !== "closed") this.close();
  };
  if (signal.aborted) nextTick(abort);
  else signal.addEventListener("abort", abort, { __proto__: null, once: true });
}
ObjectSetPrototypeOf(Socket.prototype, EventEmitter.prototype);
ObjectSetPrototypeOf(Socket, EventEmitter);

// open is the state of a socket that is not closed.
function open(s: any): State {
  const u: State = s._u;
  if (u.bound === "closed") throw coded(Error_, "ERR_SOCKET_DGRAM_NOT_RUNNING", "Not running");
  return u;
}

// resolve finds the address of a name: that of this machine, as nothing is sent to others.
function resolve(s: any, name: any, f: (e: any, address: string) => void): void {
  const six = s.type === "udp6", u: State = s._u;
  if (u.lookup !== undefined) u.lookup(name || (six ? "::1" : "127.0.0.1"), six ? 6 : 4, f);
  else if (!name) nextTick(f, null, six ? "::1" : "127.0.0.1");
  else if (isIP(name) !== 0) nextTick(f, null, name);
  else if (isLocal(name)) lookup(name, six ? 6 : 4, f);
  else nextTick(f, denied(name, 0));
}

function denied(address: string, port: number): Error {
  const e = deniedConnection("UDP", address, port);
  setOwn(e, "syscall", "send");
  return e;
}

// local is which of the machine's addresses an address is: 4, 6, or 0 if none.
function local(address: string): number {
  const low = StringPrototypeToLowerCase(address);
  if (StringPrototypeStartsWith(low, "::ffff:")) return isLocal(StringPrototypeSlice(low, 7)) ? 4 : 0;
  return isLocal(low) ? (isIPv6(low) ? 6 : 4) : 0;
}

function checkPort(port: any, zero: boolean): number {
  const n = typeof port === "number" || (typeof port === "string" && StringPrototypeTrim(port) !== "") ? +port : -1;
  if (n !== n >>> 0 || n > 65535 || (n === 0 && !zero)) throw coded(RangeError_, "ERR_SOCKET_BAD_PORT", `Port should be ${zero ? ">=" : ">"} 0 and < 65536.${received(port)}.`);
  return n;
}

method(Socket, "bind", function (this: any, port?: any, address?: any, cb?: any) {
  const u = open(this);
  if (u.bound !== "no") throw coded(Error_, "ERR_SOCKET_ALREADY_BOUND", "Socket is already bound");
  if (typeof port === "function") {
    cb = port;
    port = 0;
  } else if (typeof address === "function") {
    cb = address;
    address = undefined;
  }
  if (port !== null && typeof port === "object") {
    address = port.address;
    port = port.port;
  }
  if (typeof address === "function") address = undefined;
  u.bound = "soon";
  if (typeof cb === "function") once(this, "listening", cb);
  const n = checkPort(port || 0, true);
  resolve(this, address || (this.type === "udp6" ? "::" : "0.0.0.0"), (e, ip) => {
    if (u.bound !== "soon") return;
    const kind = e ? 0 : local(ip);
    try {
      if (e) throw e;
      if (kind === 0) throw failureAt("EADDRNOTAVAIL", "bind", ip, n);
      if (isIPv6(ip) !== (this.type === "udp6")) throw failureAt("EINVAL", "bind", ip, n);
      const r = host.sync(OP["udp.bind"]!, n, kind === 4 || (ip === "::" && !u.only6), kind === 6, u.reuse);
      u.id = r[0];
      u.port = r[1];
    } catch (err: any) {
      u.bound = "no";
      u.waiting = [];
      emit(this, "error", err.syscall === undefined && errnoOf(err.code) !== undefined ? failureAt(err.code, "bind", ip, n) : err);
      return;
    }
    u.bound = "yes";
    u.address = ip;
    receive(this, u);
    emit(this, "listening");
    const list = u.waiting;
    u.waiting = [];
    for (let i = 0; i < list.length; i++) list[i]!();
  });
  return this;
});

// whenBound calls f when a socket is bound, which it is now if nobody did it.
function whenBound(s: any, u: State, f: () => void): void {
  if (u.bound === "no") s.bind({ port: 0 });
  if (u.bound === "yes") f();
  else ArrayPrototypePush(u.waiting, f);
}

function receive(s: any, u: State): void {
  u.receiving = host.start(OP["udp.receive"]!, (e: any, r: any) => {
    u.receiving = -1;
    if (u.bound === "closed" || e !== undefined) return;
    receive(s, u);
    const six = r[2], from = { address: six ? "::1" : s.type === "udp6" ? "::ffff:127.0.0.1" : "127.0.0.1", family: s.type === "udp6" ? "IPv6" : "IPv4", port: r[1], size: TypedArrayPrototypeGetLength(r[0]) };
    if (u.peer !== undefined && (u.peer === "soon" || u.peer.port !== from.port)) return;
    emit(s, "message", wrap(r[0]), from);
  }, u.id);
  if (!u.refs) host.unref(u.receiving);
}

function bytesOf(v: any, name = "buffer"): Uint8Array {
  if (typeof v === "string") return host.utf8Encode(v);
  if (!ArrayBufferIsView(v)) throw invalidArgType(name, bufferTypes, v);
  return viewBytes(v)!;
}

function slice(v: any, offset: any, length: any): Uint8Array {
  const b = bytesOf(v), n = TypedArrayPrototypeGetLength(b);
  offset = offset >>> 0;
  length = length >>> 0;
  const outside = offset > n ? "offset" : offset + length > n ? "length" : undefined;
  if (outside !== undefined) throw coded(RangeError_, "ERR_BUFFER_OUT_OF_BOUNDS", `"${outside}" is outside of buffer bounds`);
  return TypedArrayPrototypeSubarray(b, offset, offset + length);
}

function listOf(buffer: any): Uint8Array {
  if (!ArrayIsArray(buffer)) return bytesOf(buffer);
  const list: Uint8Array[] = [];
  for (let i = 0; i < buffer.length; i++) {
    if (typeof buffer[i] !== "string" && !ArrayBufferIsView(buffer[i])) throw invalidArgType("buffer list arguments", bufferTypes, buffer);
    ArrayPrototypePush(list, bytesOf(buffer[i]));
  }
  return join(list);
}

method(Socket, "send", function (this: any, buffer: any, offset?: any, length?: any, port?: any, address?: any, cb?: any) {
  const state: State = this._u;
  const connected = typeof state.peer === "object";
  if (!connected) {
    if (address || (port && typeof port !== "function")) buffer = slice(buffer, offset, length);
    else {
      cb = port;
      port = offset;
      address = length;
    }
  } else {
    if (typeof length === "number") {
      buffer = slice(buffer, offset, length);
      if (typeof port === "function") {
        cb = port;
        port = null;
      }
    } else cb = offset;
    if (port || address) throw coded(Error_, "ERR_SOCKET_DGRAM_IS_CONNECTED", "Already connected");
  }
  const data = listOf(buffer);
  if (!connected) port = checkPort(port, false);
  if (typeof address === "function") {
    cb = address;
    address = undefined;
  } else if (address != null) validateString(address, "address");
  if (typeof cb !== "function") cb = undefined;
  const u = open(this);
  const fail = (e: any, told: boolean): void => {
    if (cb !== undefined) nextTick(cb, e);
    else if (told) nextTick(() => emit(this, "error", e));
  };
  const go = (e: any, ip: string): void => {
    if (e) return fail(e, true);
    if (u.bound === "closed") return;
    const kind = local(ip);
    if (kind === 0) return fail(denied(ip, port), true);
    if (kind === 6 && this.type === "udp4") return fail(failureAt("EINVAL", "send", ip, port), false);
    try {
      host.sync(OP["udp.send"]!, u.id, port, kind === 6, data);
    } catch (err: any) {
      return fail(errnoOf(err.code) === undefined ? err : failureAt(err.code, "send", address ?? ip, port), false);
    }
    if (cb !== undefined) nextTick(cb, null, TypedArrayPrototypeGetLength(data));
  };
  whenBound(this, u, () => {
    if (typeof u.peer === "object") {
      port = u.peer.port;
      go(null, u.peer.address);
    } else resolve(this, address, go);
  });
});
// sendto is send with everything said.
method(Socket, "sendto", function (this: any, buffer: any, offset: any, length: any, port: any, address: any, cb?: any) {
  validateNumber(offset, "offset");
  validateNumber(length, "length");
  validateNumber(port, "port");
  validateString(address, "address");
  this.send(buffer, offset, length, port, address, cb);
});

method(Socket, "connect", function (this: any, port: any, address?: any, cb?: any) {
  const n = checkPort(port, false);
  if (typeof address === "function") {
    cb = address;
    address = "";
  } else if (address === undefined) address = "";
  validateString(address, "address");
  const u = open(this);
  if (u.peer !== undefined) throw coded(Error_, "ERR_SOCKET_DGRAM_IS_CONNECTED", "Already connected");
  u.peer = "soon";
  if (typeof cb === "function") once(this, "connect", cb);
  whenBound(this, u, () => resolve(this, address, (e, ip) => {
    if (u.bound === "closed") return;
    if (e || local(ip) === 0) {
      u.peer = undefined;
      const err = e ?? denied(ip, n);
      nextTick(() => {
        if (typeof cb === "function") {
          this.removeListener("connect", cb);
          cb(err);
        } else emit(this, "error", err);
      });
      return;
    }
    u.peer = { address: ip, port: n };
    nextTick(() => emit(this, "connect"));
  }));
});
function notConnected(): Error {
  return coded(Error_, "ERR_SOCKET_DGRAM_NOT_CONNECTED", "Not connected");
}
method(Socket, "disconnect", function (this: any) {
  if (typeof this._u.peer !== "object") throw notConnected();
  this._u.peer = undefined;
});
method(Socket, "remoteAddress", function (this: any) {
  const { peer } = open(this);
  if (typeof peer !== "object") throw notConnected();
  return { address: peer.address, family: isIPv6(peer.address) ? "IPv6" : "IPv4", port: peer.port };
});
method(Socket, "address", function (this: any) {
  const u = open(this);
  if (u.bound !== "yes") throw failure("EBADF", "getsockname");
  return { address: u.address, family: this.type === "udp6" ? "IPv6" : "IPv4", port: u.port };
});
method(Socket, "close", function (this: any, cb?: any) {
  if (typeof cb === "function") on(this, "close", cb);
  const u = open(this);
  // What waits to be sent goes first.
  if (u.bound === "soon" && u.waiting.length > 0) {
    ArrayPrototypePush(u.waiting, () => this.close());
    return this;
  }
  u.bound = "closed";
  if (u.receiving >= 0) host.cancel(u.receiving);
  if (u.id >= 0) host.sync(OP["udp.close"]!, u.id);
  nextTick(() => emit(this, "close"));
  return this;
});
hide(Socket.prototype, SymbolAsyncDispose, function (this: any) {
  const d = withResolvers<void>();
  if (this._u.bound === "closed") d.resolve();
  else this.close(() => d.resolve());
  return d.promise;
});
method(Socket, "ref", function (this: any) {
  const u: State = this._u;
  u.refs = true;
  if (u.receiving >= 0) host.ref(u.receiving);
  return this;
});
method(Socket, "unref", function (this: any) {
  const u: State = this._u;
  u.refs = false;
  if (u.receiving >= 0) host.unref(u.receiving);
  return this;
});

// The options of a socket are checked, and change nothing here.
function option(name: string, check?: (v: any) => string | undefined): void {
  method(Socket, name, function (this: any, v: any) {
    const code = check?.(v);
    if (open(this).bound !== "yes") throw failure("EBADF", name);
    if (code !== undefined) throw failure(code, name);
    return name === "setBroadcast" ? undefined : v;
  });
}
const ttl = (low: number) => (v: any): string | undefined => {
  validateNumber(v, "ttl");
  return v < low || v > 255 ? "EINVAL" : undefined;
};
option("setBroadcast");
option("setTTL", ttl(1));
option("setMulticastTTL", ttl(0));
option("setMulticastLoopback");
method(Socket, "setMulticastInterface", function (this: any, address: any) {
  open(this);
  validateString(address, "interfaceAddress");
});
// No interface of the sandbox has groups.
function membership(name: string): void {
  method(Socket, name, function (this: any, address: any) {
    open(this);
    if (!address) throw missingArgs(["multicastAddress"]);
    throw failure(isIP(address) === 0 ? "EINVAL" : "ENODEV", name);
  });
}
membership("addMembership");
membership("dropMembership");
// sourceMembership is that of one source in a group.
function sourceMembership(name: string): void {
  method(Socket, name, function (this: any, source: any, group: any) {
    open(this);
    validateString(source, "sourceAddress");
    validateString(group, "groupAddress");
    throw failure(isIP(source) === 0 || isIP(group) === 0 ? "EINVAL" : "ENODEV", name);
  });
}
sourceMembership("addSourceSpecificMembership");
sourceMembership("dropSourceSpecificMembership");
method(Socket, "getRecvBufferSize", () => bufferSize);
method(Socket, "getSendBufferSize", () => bufferSize);
method(Socket, "setRecvBufferSize", (size: any) => checkSize(size));
method(Socket, "setSendBufferSize", (size: any) => checkSize(size));
function checkSize(size: any): void {
  if (typeof size !== "number" || size !== size >>> 0) throw coded(TypeError_, "ERR_SOCKET_BAD_BUFFER_SIZE", "Buffer size must be a positive integer");
}
method(Socket, "getSendQueueSize", () => 0);
method(Socket, "getSendQueueCount", () => 0);

function createSocket(type: any, listener?: any): any {
  return new (Socket as any)(type, listener);
}

register(["node:dgram", "dgram"], () => tidy({ createSocket, Socket }));
