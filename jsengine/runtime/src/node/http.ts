// node:http and node:https: a client on fetch's side of the host, and servers on the
// program's inbound-request event.

import {
  ArrayIsArray, ArrayPrototypeFilter, ArrayPrototypeIncludes, ArrayPrototypeJoin, ArrayPrototypePush, DatePrototypeToUTCString, Date_, DecodeURIComponent, Error_, FunctionPrototypeCall, MathFloor, MathMin, NumberIsInteger, ObjectDefineProperty, ObjectGetOwnPropertyDescriptor, ObjectKeys, ObjectSetPrototypeOf, RangeError_, ReflectOwnKeys,
  RegExpPrototypeExec, String_, StringPrototypeIndexOf, StringPrototypeSlice, StringPrototypeSplit, StringPrototypeStartsWith, StringPrototypeToLowerCase, StringPrototypeToUpperCase, StringPrototypeTrim, SymbolAsyncDispose, TypeError_,
  TypedArrayPrototypeGetLength, TypedArrayPrototypeGetSymbolToStringTag, TypedArrayPrototypeSlice, Uint8Array_, hide, iterate, own, plain, setOwn, then, uncurryThis, withResolvers,
} from "../primordials.ts";
import { OP } from "buntime:ops";
import { register } from "../modules.ts";
import { named } from "../globals.ts";
import { isA, method, tidy } from "./names.ts";
import { EventEmitter } from "./events.ts";
import { Duplex, Readable, Stream, Writable } from "./stream.ts";
import { nextTick, setImmediate, setTimeout, clearTimeout } from "../timers.ts";
import { join } from "../web/blob.ts";
import { systemError } from "../web/fetch.ts";
import { ReadableStream, ReadableStreamDefaultReader, isReadableStream, makeReadable } from "../web/streams.ts";
import { URL } from "../url.ts";
import { isToken } from "../text.ts";
import { METHODS, badChar, speak, type Connection } from "./http1.ts";
import { observed, publishNode } from "../performance.ts";
import { close, connectPath, connectionRefused, deliver, dial, dialPath, keep, listen, listenedOn, listenerOn, pathError, reset, type Handler, type Incoming, type Listener, type Outgoing } from "../serve.ts";
import { chmod } from "./fs_common.ts";
import { abortError, coded, invalidArgType, invalidArgValue, outOfRange, received, validateAbortSignal, validateBoolean, validateDuration, validateFunction, validateInteger, validateString } from "./errors.ts";
import { viewBytes, wrap, encode, normalizeEncoding } from "./buffer.ts";

export const STATUS_CODES: any = {
  100: "Continue", 101: "Switching Protocols", 102: "Processing", 103: "Early Hints", 200: "OK", 201: "Created", 202: "Accepted", 203: "Non-Authoritative Information", 204: "No Content", 205: "Reset Content", 206: "Partial Content", 207: "Multi-Status", 208: "Already Reported", 226: "IM Used",
  300: "Multiple Choices", 301: "Moved Permanently", 302: "Found", 303: "See Other", 304: "Not Modified", 305: "Use Proxy", 307: "Temporary Redirect", 308: "Permanent Redirect",
  400: "Bad Request", 401: "Unauthorized", 402: "Payment Required", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 406: "Not Acceptable", 407: "Proxy Authentication Required", 408: "Request Timeout", 409: "Conflict", 410: "Gone", 411: "Length Required", 412: "Precondition Failed", 413: "Payload Too Large", 414: "URI Too Long", 415: "Unsupported Media Type", 416: "Range Not Satisfiable", 417: "Expectation Failed", 418: "I'm a Teapot", 421: "Misdirected Request", 422: "Unprocessable Entity", 423: "Locked", 424: "Failed Dependency", 425: "Too Early", 426: "Upgrade Required", 428: "Precondition Required", 429: "Too Many Requests", 431: "Request Header Fields Too Large", 451: "Unavailable For Legal Reasons",
  500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout", 505: "HTTP Version Not Supported", 506: "Variant Also Negotiates", 507: "Insufficient Storage", 508: "Loop Detected", 509: "Bandwidth Limit Exceeded", 510: "Not Extended", 511: "Network Authentication Required",
};

export function validateHeaderName(name: any, label?: string): void {
  if (typeof name !== "string" || !name || !isToken(name)) throw coded(TypeError_, "ERR_INVALID_HTTP_TOKEN", `${label || "Header name"} must be a valid HTTP token ["${name}"]`);
}

export function validateHeaderValue(name: any, value: any): void {
  if (value === undefined) throw coded(TypeError_, "ERR_HTTP_INVALID_HEADER_VALUE", `Invalid value "${value}" for header "${name}"`);
  if (RegExpPrototypeExec(badChar, `${value}`) !== null) throw coded(TypeError_, "ERR_INVALID_CHAR", `Invalid character in header content ["${name}"]`);
}

const on = uncurryThis(EventEmitter.prototype.on);
const read = uncurryThis(Readable.prototype.on); // a listener for data makes it flow
const off = uncurryThis(Readable.prototype.removeListener);
const emit = uncurryThis(EventEmitter.prototype.emit);
const push = uncurryThis(Readable.prototype.push);
const destroyStream = uncurryThis(Readable.prototype.destroy);
const write = uncurryThis(Writable.prototype.write);
const getReader = uncurryThis((ReadableStream as any).prototype.getReader);
const readerRead = uncurryThis((ReadableStreamDefaultReader as any).prototype.read);
const readerCancel = uncurryThis((ReadableStreamDefaultReader as any).prototype.cancel);

// socket is what a request's or response's connection looks like: there is none, but
// programs ask it for addresses and set options on it.
function socket(remote?: { address: string; port: number; family: string }, local = 0): any {
  const s: any = new Duplex({
    read() {},
    write(_: any, __: any, cb: any) {
      cb();
    },
  });
  const fields: any = {
    remoteAddress: remote?.address, remotePort: remote?.port, remoteFamily: remote?.family, localAddress: "127.0.0.1", localPort: local, encrypted: undefined, connecting: false, timeout: 0, bytesRead: 0, bytesWritten: 0,
    setTimeout(ms: any, cb?: any) {
      s.timeout = ms;
      if (typeof cb === "function") on(s, "timeout", cb);
      return s;
    },
    setNoDelay: () => s, setKeepAlive: () => s, ref: () => s, unref: () => s,
    address: () => ({ address: "127.0.0.1", family: "IPv4", port: local }),
  };
  const keys = ObjectKeys(fields);
  for (let i = 0; i < keys.length; i++) hide(s, keys[i]!, fields[keys[i]!]);
  return s;
}

// connection is a pair of sockets: what is written to one is read from the other, a
// turn of the event loop later, as over a network.
function connection(port: number): [client: any, server: any] {
  const ends: any[] = [], waiting: any[] = [], over = [false, false];
  const finish = (i: number): void => {
    if (over[i]) return;
    over[i] = true;
    push(ends[i], null);
  };
  for (let i = 0; i < 2; i++) {
    const other = 1 - i;
    const s = socket({ address: "127.0.0.1", port: i === 0 ? port : 50000, family: "IPv4" }, i === 0 ? 50000 : port);
    hide(s, "_read", () => {
      const go = waiting[other];
      waiting[other] = undefined;
      if (go !== undefined) nextTick(go);
    });
    hide(s, "_write", (chunk: any, _: any, cb: any) => {
      s.bytesWritten += TypedArrayPrototypeGetLength(chunk);
      setImmediate(() => {
        if (over[other] || push(ends[other], chunk)) cb();
        else waiting[i] = cb;
      });
    });
    hide(s, "_final", (cb: any) => {
      setImmediate(() => finish(other));
      cb();
    });
    hide(s, "_destroy", (e: any, cb: any) => {
      const go = waiting[other];
      waiting[other] = undefined;
      if (go !== undefined) nextTick(go);
      over[i] = true;
      setImmediate(() => finish(other));
      cb(e);
    });
    ends[i] = s;
  }
  on(ends[0], "end", () => {
    if (!ends[0].writableEnded) ends[0].end();
  });
  return [ends[0], ends[1]];
}

// ---- IncomingMessage ----

const single = ["age", "authorization", "content-length", "content-type", "etag", "expires", "from", "host", "if-modified-since", "if-unmodified-since", "last-modified", "location", "max-forwards", "proxy-authorization", "referer", "retry-after", "server", "user-agent"];

function addHeader(headers: any, name: string, value: string): void {
  const key = StringPrototypeToLowerCase(name);
  if (key === "set-cookie") {
    if (headers[key] === undefined) setOwn(headers, key, [value]);
    else ArrayPrototypePush(headers[key], value);
  } else if (headers[key] === undefined) setOwn(headers, key, value);
  else if (!ArrayPrototypeIncludes(single, key)) headers[key] = `${headers[key]}${key === "cookie" ? "; " : ", "}${value}`;
}

export function IncomingMessage(this: any, sock?: any): any {
  FunctionPrototypeCall(Readable, this, { highWaterMark: 65536 });
  const fields: any = {
    httpVersionMajor: null, httpVersionMinor: null, httpVersion: null, complete: false, rawHeaders: [], rawTrailers: [], joinDuplicateHeaders: null, aborted: false, upgrade: null, url: "", method: null, statusCode: null, statusMessage: null,
    client: sock, socket: sock, _consumed: false,
  };
  const keys = ObjectKeys(fields);
  for (let i = 0; i < keys.length; i++) setOwn(this, keys[i]!, fields[keys[i]!]);
  hide(this, "_headers", undefined);
  hide(this, "_trailers", undefined);
  hide(this, "_source", undefined);
  hide(this, "_reader", undefined);
  hide(this, "_whenDone", undefined);
}
ObjectSetPrototypeOf(IncomingMessage.prototype, Readable.prototype);
ObjectSetPrototypeOf(IncomingMessage, Readable);

function accessor(cls: any, name: string, get: (this: any) => any, set?: (this: any, v: any) => void): void {
  ObjectDefineProperty(cls.prototype, name, { __proto__: null, get, set, configurable: true, enumerable: false } as any);
}

accessor(IncomingMessage, "headers", function () {
  if (this._headers === undefined) {
    const h = {};
    for (let i = 0; i < this.rawHeaders.length; i += 2) addHeader(h, this.rawHeaders[i], this.rawHeaders[i + 1]);
    this._headers = h;
  }
  return this._headers;
}, function (v) {
  this._headers = v;
});
function distinct(raw: string[]): any {
  const h: any = plain();
  for (let i = 0; i < raw.length; i += 2) {
    const key = StringPrototypeToLowerCase(raw[i]!);
    if (h[key] === undefined) h[key] = [];
    ArrayPrototypePush(h[key], raw[i + 1]!);
  }
  return h;
}
accessor(IncomingMessage, "headersDistinct", function () {
  return distinct(this.rawHeaders);
});
accessor(IncomingMessage, "trailers", function () {
  if (this._trailers === undefined) {
    const h = {};
    for (let i = 0; i < this.rawTrailers.length; i += 2) addHeader(h, this.rawTrailers[i], this.rawTrailers[i + 1]);
    this._trailers = h;
  }
  return this._trailers;
}, function (v) {
  this._trailers = v;
});
accessor(IncomingMessage, "trailersDistinct", function () {
  return distinct(this.rawTrailers);
});
accessor(IncomingMessage, "connection", function () {
  return this.socket;
}, function (v) {
  this.socket = v;
});
method(IncomingMessage, "setTimeout", function (this: any, ms: any, cb?: any) {
  this.socket?.setTimeout(ms, cb);
  return this;
});
method(IncomingMessage, "_read", function (this: any) {
  const src = this._source;
  const end = (): void => {
    this.complete = true;
    this._whenDone?.();
    this.push(null);
  };
  if (src === undefined) return; // a message of the program's own, which pushes what is in it
  if (src === null) return end();
  if (!isReadableStream(src)) {
    this._source = null;
    if (TypedArrayPrototypeGetLength(src) > 0) this.push(wrap(src));
    else end();
    return;
  }
  this._reader ??= getReader(src);
  void then(readerRead(this._reader), (r: any) => {
    if (r.done) end();
    else this.push(wrap(r.value));
  }, (e) => {
    if (this.destroyed) return;
    this.aborted = true;
    emit(this, "aborted");
    destroyStream(this, e);
  });
});
method(IncomingMessage, "_destroy", function (this: any, err: any, cb: any) {
  if (!this.complete && !this.readableEnded && isReadableStream(this._source)) {
    this.aborted = true;
    const gone = err ?? reset();
    this._reader ??= getReader(this._source);
    host.markHandled(readerCancel(this._reader, gone));
    if (!err && this.statusCode !== null) emit(this, "aborted");
  }
  // Who does not listen is not told, as in Node.
  nextTick(() => cb(this.listenerCount("error") > 0 ? err : null));
});
method(IncomingMessage, "_addHeaderLines", () => {});
method(IncomingMessage, "_dump", function (this: any) {
  this.resume();
});

// ---- OutgoingMessage ----

const kHeaders = "_kHeaders";

export function OutgoingMessage(this: any, options?: any): any {
  FunctionPrototypeCall(Stream, this);
  const state = new (Writable as any).WritableState({ highWaterMark: options?.highWaterMark ?? 16384, autoDestroy: options?.autoDestroy ?? true }, this, false);
  ObjectSetPrototypeOf(state, stateMethods);
  hide(this, "_writableState", state);
  const fields: any = { chunkedEncoding: false, shouldKeepAlive: true, maxRequestsOnConnectionReached: false, useChunkedEncodingByDefault: true, sendDate: false, _hasBody: true, finished: false, _header: null, socket: null, strictContentLength: false };
  const keys = ObjectKeys(fields);
  for (let i = 0; i < keys.length; i++) setOwn(this, keys[i]!, fields[keys[i]!]);
  hide(this, kHeaders, plain());
  hide(this, "_trailerList", []);
  hide(this, "_onlyChunk", -1);
}
// As in Node it is no Writable, but a stream of its own kind that does all that a Writable does.
const stateMethods: any = copied((Writable as any).WritableState.prototype, { __proto__: null });
const outgoingBase: any = copied(Writable.prototype, { __proto__: Stream.prototype });
ObjectSetPrototypeOf(OutgoingMessage.prototype, outgoingBase);
ObjectSetPrototypeOf(OutgoingMessage, Stream);
{
  const own = ["closed", "cork", "destroy", "errored", "uncork", "writableCorked", "writableEnded", "writableFinished", "writableHighWaterMark", "writableLength", "writableNeedDrain", "writableObjectMode"];
  for (let i = 0; i < own.length; i++) ObjectDefineProperty(OutgoingMessage.prototype, own[i]!, ObjectGetOwnPropertyDescriptor(Writable.prototype, own[i]!)!);
}

// copied puts all of an object's own properties but its constructor on another.
function copied(from: any, to: any): any {
  const keys = ReflectOwnKeys(from);
  for (let i = 0; i < keys.length; i++) if (keys[i] !== "constructor") ObjectDefineProperty(to, keys[i]!, ObjectGetOwnPropertyDescriptor(from, keys[i]!)!);
  return to;
}

accessor(OutgoingMessage, "headersSent", function () {
  return this._header !== null;
});
accessor(OutgoingMessage, "connection", function () {
  return this.socket;
}, function (v) {
  this.socket = v;
});
accessor(OutgoingMessage, "_headers", function () {
  return this.getHeaders();
});

function sent(what: string): Error {
  return coded(Error_, "ERR_HTTP_HEADERS_SENT", `Cannot ${what} headers after they are sent to the client`);
}

method(OutgoingMessage, "setHeader", function (this: any, name: any, value: any) {
  if (this._header !== null) throw sent("set");
  validateHeaderName(name);
  if (ArrayIsArray(value)) for (let i = 0; i < value.length; i++) validateHeaderValue(name, value[i]);
  else validateHeaderValue(name, value);
  this[kHeaders][StringPrototypeToLowerCase(name)] = [name, value];
  return this;
});
method(OutgoingMessage, "setHeaders", function (this: any, headers: any) {
  if (this._header !== null) throw sent("set");
  if (!headers || ArrayIsArray(headers) || typeof headers.keys !== "function" || typeof headers.get !== "function") throw invalidArgType("headers", ["Headers", "Map"], headers);
  const all = iterate<any>(headers, "headers");
  for (let i = 0; i < all.length; i++) this.setHeader(all[i][0], all[i][1]);
  return this;
});
method(OutgoingMessage, "appendHeader", function (this: any, name: any, value: any) {
  if (this._header !== null) throw sent("append");
  validateHeaderName(name);
  const list = ArrayIsArray(value) ? value : [value];
  for (let i = 0; i < list.length; i++) validateHeaderValue(name, list[i]);
  const key = StringPrototypeToLowerCase(name);
  const old = this[kHeaders][key];
  if (old === undefined) {
    this[kHeaders][key] = [name, value];
    return this;
  }
  const all: any[] = [];
  const before = ArrayIsArray(old[1]) ? old[1] : [old[1]];
  for (let i = 0; i < before.length; i++) ArrayPrototypePush(all, before[i]);
  for (let i = 0; i < list.length; i++) ArrayPrototypePush(all, list[i]);
  this[kHeaders][key] = [old[0], all];
  return this;
});
method(OutgoingMessage, "getHeader", function (this: any, name: any) {
  validateString(name, "name");
  return this[kHeaders][StringPrototypeToLowerCase(name)]?.[1];
});
method(OutgoingMessage, "getHeaderNames", function (this: any) {
  return ObjectKeys(this[kHeaders]);
});
method(OutgoingMessage, "getRawHeaderNames", function (this: any) {
  const out: string[] = [];
  const keys = ObjectKeys(this[kHeaders]);
  for (let i = 0; i < keys.length; i++) ArrayPrototypePush(out, this[kHeaders][keys[i]!][0]);
  return out;
});
method(OutgoingMessage, "getHeaders", function (this: any) {
  const out: any = plain();
  const keys = ObjectKeys(this[kHeaders]);
  for (let i = 0; i < keys.length; i++) out[keys[i]!] = this[kHeaders][keys[i]!][1];
  return out;
});
method(OutgoingMessage, "hasHeader", function (this: any, name: any) {
  validateString(name, "name");
  return this[kHeaders][StringPrototypeToLowerCase(name)] !== undefined;
});
method(OutgoingMessage, "removeHeader", function (this: any, name: any) {
  validateString(name, "name");
  if (this._header !== null) throw sent("remove");
  delete this[kHeaders][StringPrototypeToLowerCase(name)];
});
method(OutgoingMessage, "addTrailers", function (this: any, headers: any) {
  const keys = ObjectKeys(headers);
  for (let i = 0; i < keys.length; i++) {
    const pair = ArrayIsArray(headers) ? headers[i] : [keys[i], headers[keys[i]!]];
    validateHeaderName(pair[0], "Trailer name");
    validateHeaderValue(pair[0], pair[1]);
    ArrayPrototypePush(this._trailerList, pair[0], `${pair[1]}`);
  }
});
method(OutgoingMessage, "flushHeaders", function (this: any) {
  if (this._header === null) this._implicitHeader();
  this._flushed?.();
});
method(OutgoingMessage, "setTimeout", function (this: any, _ms: any, cb?: any) {
  if (cb) on(this, "timeout", cb);
  return this;
});
method(OutgoingMessage, "_implicitHeader", function (this: any) {
  throw coded(Error_, "ERR_METHOD_NOT_IMPLEMENTED", "The _implicitHeader() method is not implemented");
});
method(OutgoingMessage, "pipe", function (this: any) {
  const e = coded(Error_, "ERR_STREAM_CANNOT_PIPE", "Cannot pipe, not readable");
  emit(this, "error", e);
});
method(OutgoingMessage, "write", function (this: any, chunk: any, enc?: any, cb?: any) {
  if (chunk === null) throw coded(TypeError_, "ERR_STREAM_NULL_VALUES", "May not write null values to stream");
  if (typeof chunk !== "string" && TypedArrayPrototypeGetSymbolToStringTag(chunk) !== "Uint8Array") throw invalidArgType("chunk", ["string", "Buffer", "Uint8Array"], chunk);
  if (this._header === null && !this.destroyed && !this.writableEnded) this._implicitHeader();
  return FunctionPrototypeCall(writableWrite, this, chunk, enc, cb);
});
const writableWrite = Writable.prototype.write;
method(OutgoingMessage, "end", function (this: any, chunk?: any, enc?: any, cb?: any) {
  if (typeof chunk === "function") {
    cb = chunk;
    chunk = enc = undefined;
  } else if (typeof enc === "function") {
    cb = enc;
    enc = undefined;
  }
  if (this._header === null && this._onlyChunk === -1 && this.writableLength === 0 && !this.writableEnded) {
    if (typeof chunk === "string") this._onlyChunk = TypedArrayPrototypeGetLength(encode(chunk, normalizeEncoding(enc) ?? "utf8"));
    else if (chunk == null) this._onlyChunk = 0;
    else {
      const b = viewBytes(chunk);
      if (b !== undefined) this._onlyChunk = TypedArrayPrototypeGetLength(b);
    }
  }
  this.finished = true;
  if (typeof cb === "function" && !this.writableEnded) {
    this.once("finish", cb);
    cb = undefined;
  }
  FunctionPrototypeCall(writableEnd, this, chunk, enc, cb);
  return this;
});
const { end: writableEnd, destroy: writableDestroy } = Writable.prototype;

// flat is the list of headers as they go out.
function flat(self: any): string[] {
  const out: string[] = [];
  const keys = ObjectKeys(self[kHeaders]);
  for (let i = 0; i < keys.length; i++) {
    const name: string = self[kHeaders][keys[i]!][0], value: any = self[kHeaders][keys[i]!][1];
    if (ArrayIsArray(value)) {
      if (keys[i] === "cookie") ArrayPrototypePush(out, name, ArrayPrototypeJoin(value, "; "));
      else for (let j = 0; j < value.length; j++) ArrayPrototypePush(out, name, `${value[j]}`);
    } else ArrayPrototypePush(out, name, `${value}`);
  }
  return out;
}

// ---- ServerResponse ----

export function ServerResponse(this: any, req: any, options?: any): any {
  FunctionPrototypeCall(OutgoingMessage, this, options);
  if (req?.method === "HEAD") this._hasBody = false;
  setOwn(this, "req", req);
  this.sendDate = true;
  setOwn(this, "statusCode", 200);
  setOwn(this, "statusMessage", undefined);
  hide(this, "_out", undefined);
}
ObjectSetPrototypeOf(ServerResponse.prototype, OutgoingMessage.prototype);
ObjectSetPrototypeOf(ServerResponse, OutgoingMessage);

setOwn(ServerResponse.prototype, "statusCode", 200);
setOwn(ServerResponse.prototype, "statusMessage", undefined);
method(ServerResponse, "_implicitHeader", function (this: any) {
  this.writeHead(this.statusCode);
});
method(ServerResponse, "writeHead", function (this: any, status: any, message?: any, headers?: any) {
  if (this._header !== null) throw coded(Error_, "ERR_HTTP_HEADERS_SENT", "Cannot write headers after they are sent to the client");
  const original = status;
  status |= 0;
  if (status < 100 || status > 999) throw coded(RangeError_, "ERR_HTTP_INVALID_STATUS_CODE", `Invalid status code: ${original}`);
  if (typeof message === "string") this.statusMessage = message;
  else {
    this.statusMessage ??= STATUS_CODES[status] || "unknown";
    headers ??= message;
  }
  this.statusCode = status;
  if (headers) {
    if (ArrayIsArray(headers)) {
      if (headers.length > 0 && ArrayIsArray(headers[0])) for (let i = 0; i < headers.length; i++) this.appendHeader(headers[i][0], headers[i][1]);
      else {
        if (headers.length % 2 !== 0) throw coded(TypeError_, "ERR_INVALID_ARG_VALUE", `The argument 'headers' is invalid. Received [Array]`);
        for (let i = 0; i < headers.length; i += 2) this.removeHeader(headers[i]);
        for (let i = 0; i < headers.length; i += 2) this.appendHeader(headers[i], headers[i + 1]);
      }
    } else {
      const keys = ObjectKeys(headers);
      for (let i = 0; i < keys.length; i++) if (keys[i]) this.setHeader(keys[i], headers[keys[i]!]);
    }
  }
  if (RegExpPrototypeExec(badChar, this.statusMessage) !== null) throw coded(TypeError_, "ERR_INVALID_CHAR", 'Invalid character in statusMessage ["statusMessage"]');
  const bodiless = status === 204 || status === 304 || (status >= 100 && status < 200);
  if (bodiless) this._hasBody = false;
  const list = flat(this);
  const has = this[kHeaders];
  // Before HTTP/1.1 the end of the connection is that of an answer whose length nobody gave.
  if (!this.useChunkedEncodingByDefault && has["content-length"] === undefined) this.shouldKeepAlive = false;
  if (this.sendDate && has.date === undefined) ArrayPrototypePush(list, "Date", DatePrototypeToUTCString(new Date_()));
  if (has.connection === undefined) {
    const wait = this.req?.socket?.server?.keepAliveTimeout ?? 5000;
    if (!this.shouldKeepAlive) ArrayPrototypePush(list, "Connection", "close");
    else if (wait > 0) ArrayPrototypePush(list, "Connection", "keep-alive", "Keep-Alive", `timeout=${MathFloor(wait / 1000)}`);
    else ArrayPrototypePush(list, "Connection", "keep-alive");
  }
  if (!bodiless && this.useChunkedEncodingByDefault && has["content-length"] === undefined && has["transfer-encoding"] === undefined) {
    if (this._onlyChunk >= 0) {
      if (this._hasBody) ArrayPrototypePush(list, "Content-Length", `${this._onlyChunk}`);
    } else if (this._hasBody) {
      this.chunkedEncoding = true;
      ArrayPrototypePush(list, "Transfer-Encoding", "chunked");
    }
  }
  this._header = `HTTP/1.1 ${status} ${this.statusMessage}\r\n`;
  this._out?.head(status, this.statusMessage, list);
  return this;
});
setOwn(ServerResponse.prototype, "writeHeader", ServerResponse.prototype.writeHead);
method(ServerResponse, "_write", function (this: any, chunk: any, _: any, cb: any) {
  if (this._header === null) this._implicitHeader();
  const p = this._hasBody ? this._out?.write(bytesCopy(chunk)) : undefined;
  if (p === undefined) cb();
  else void then(p, () => cb(), cb);
});
method(ServerResponse, "_final", function (this: any, cb: any) {
  if (this._header === null) this._implicitHeader();
  this._out?.end(this._trailerList);
  cb();
});
method(ServerResponse, "_destroy", function (this: any, err: any, cb: any) {
  // The reason stays with the server, and is no event there but for a write after the end, as in Node.
  if (!this.writableFinished) this._out?.fail(undefined);
  cb(err?.code === "ERR_STREAM_WRITE_AFTER_END" ? err : null);
});
method(ServerResponse, "assignSocket", function (this: any, s: any) {
  this.socket = s;
});
method(ServerResponse, "detachSocket", function (this: any) {
  this.socket = null;
});
method(ServerResponse, "writeContinue", function (this: any, cb?: any) {
  this._out?.info?.(100, []);
  if (typeof cb === "function") nextTick(cb);
});
method(ServerResponse, "writeProcessing", function (this: any) {
  this._out?.info?.(102, []);
});
method(ServerResponse, "writeEarlyHints", function (this: any, hints: any, cb?: any) {
  if (hints === null || typeof hints !== "object") throw invalidArgType("hints", "object", hints);
  const list: string[] = [];
  const keys = ObjectKeys(hints);
  for (let i = 0; i < keys.length; i++) ArrayPrototypePush(list, keys[i]!, `${ArrayIsArray(hints[keys[i]!]) ? ArrayPrototypeJoin(hints[keys[i]!], ", ") : hints[keys[i]!]}`);
  this._out?.info?.(103, list);
  if (typeof cb === "function") nextTick(cb);
});

function bytesCopy(chunk: any): Uint8Array {
  return join([viewBytes(chunk)!, noBytes]);
}
const noBytes = host.utf8Encode("");

// ---- Server ----

export function Server(this: any, options?: any, handler?: any): any {
  if (!isA(this, Server)) return new (Server as any)(options, handler);
  if (typeof options === "function") {
    handler = options;
    options = {};
  } else if (options == null) options = {};
  else if (typeof options !== "object") throw invalidArgType("options", "object", options);
  const { maxHeaderSize, uniqueHeaders } = options;
  if (maxHeaderSize !== undefined) validateInteger(maxHeaderSize, "maxHeaderSize", 0);
  flag(options, "insecureHTTPParser");
  const number = (name: string, dflt: number): number => {
    const v = options[name];
    if (v === undefined) return dflt;
    validateInteger(v, name, 0);
    return v;
  };
  const requestTimeout = number("requestTimeout", 300000);
  const headersTimeout = number("headersTimeout", MathMin(60000, requestTimeout));
  if (requestTimeout > 0 && headersTimeout > requestTimeout) throw outOfRange("headersTimeout", "<= requestTimeout", headersTimeout);
  const keepAliveTimeout = number("keepAliveTimeout", 5000);
  const connectionsCheckingInterval = number("connectionsCheckingInterval", 30000);
  flag(options, "requireHostHeader");
  flag(options, "joinDuplicateHeaders");
  flag(options, "rejectNonStandardBodyWrites");
  if (ArrayIsArray(uniqueHeaders)) checkNames(uniqueHeaders);
  FunctionPrototypeCall(EventEmitter, this);
  const fields: any = { maxHeadersCount: null, maxRequestsPerSocket: 0, timeout: 0, keepAliveTimeout, headersTimeout, requestTimeout, connectionsCheckingInterval };
  const keys = ObjectKeys(fields);
  for (let i = 0; i < keys.length; i++) setOwn(this, keys[i]!, fields[keys[i]!]);
  hide(this, "_l", undefined);
  hide(this, "_active", 0);
  hide(this, "_closing", undefined);
  hide(this, "_outs", []);
  hide(this, "_connections", []);
  hide(this, "_maxHead", maxHeaderSize || 16384);
  hide(this, "_needHost", options.requireHostHeader ?? true);
  hide(this, "_req", options.IncomingMessage ?? IncomingMessage);
  hide(this, "_res", options.ServerResponse ?? ServerResponse);
  if (handler !== undefined) on(this, "request", handler);
  on(this, "connection", connectionListener);
}

function flag(options: any, name: string): void {
  if (options[name] !== undefined) validateBoolean(options[name], `options.${name}`);
}

// checkNames throws what Node does for a name of a header that is no text.
function checkNames(headers: any): void {
  for (let i = 0; i < headers.length; i++) headers[i].toLowerCase();
}

// connectionListener serves HTTP on a socket: one of node:net's, or any stream that reads and writes.
function connectionListener(this: any, s: any): void {
  const server = this;
  hide(s, "server", server);
  server._active++;
  let c: Connection;
  c = speak(s, {
    rules: () => ({
      maxHead: server._maxHead, maxHeaders: server.maxHeadersCount ?? 1000, maxRequests: server.maxRequestsPerSocket,
      headersTimeout: server.headersTimeout, requestTimeout: server.requestTimeout, keepAliveTimeout: server.keepAliveTimeout,
    }),
    request: (inc, out) => serve(server, inc, out),
    leaves(head, s, rest) {
      const event = head.method === "CONNECT" ? "connect" : "upgrade";
      if (server.listenerCount(event) === 0) return false;
      const req = incoming(server, s, head);
      req.upgrade = true;
      emit(server, event, req, s, wrap(rest));
      return true;
    },
    failed(e, s) {
      if (emit(server, "clientError", e, s)) return;
      if (!s.writable) {
        destroyStream(s, undefined);
        return;
      }
      const status = e.code === "HPE_HEADER_OVERFLOW" ? 431 : e.code === "HPE_CHUNK_EXTENSIONS_OVERFLOW" ? 413 : e.code === "ERR_HTTP_REQUEST_TIMEOUT" ? 408 : 400;
      s.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n\r\n`, () => destroyStream(s, undefined));
    },
    closed() {
      server._active--;
      server._connections = ArrayPrototypeFilter(server._connections, (x: Connection) => x !== c);
      settled(server);
    },
  });
  ArrayPrototypePush(server._connections, c);
}
// serverBase has what a Server inherits in Node; net.ts puts its own Server above it.
export const serverBase: any = { __proto__: EventEmitter.prototype };
function Base(): void {}
Base.prototype = serverBase;
ObjectSetPrototypeOf(Server.prototype, serverBase);
ObjectSetPrototypeOf(Server, EventEmitter);

accessor(Base, "listening", function () {
  return this._l !== undefined;
});

export function badPort(port: any): Error {
  return coded(RangeError_, "ERR_SOCKET_BAD_PORT", `options.port should be >= 0 and < 65536.${received(port)}.`);
}

// Place is where listen() is to listen: at a path if there is one, else on a port.
interface Place {
  port: number;
  path: string | undefined;
  host: string | undefined;
  cb: any;
  options: any;
}

export function listenArgs(args: any[]): Place {
  const cb = typeof args[args.length - 1] === "function" ? args[args.length - 1] : undefined;
  let port: any = args[0], hostname: any, options: any = {};
  if (typeof port === "function" || port === undefined || port === null) port = 0;
  else if (typeof port === "object") {
    options = port;
    hostname = options.host;
    if (options.port === undefined && options.path === undefined && options.fd === undefined && options.signal === undefined) {
      throw coded(TypeError_, "ERR_INVALID_ARG_VALUE", `The argument 'options' must have the property "port" or "path". Received {}`);
    }
    port = options.port;
    if (port === undefined && options.path !== undefined) {
      if (typeof options.path !== "string" || options.path === "") throw invalidArgValue("options", options);
      return { port: 0, path: options.path, host: undefined, cb, options };
    }
    port ??= 0;
  } else if (typeof port === "string" && !(+port >= 0)) return { port: 0, path: port, host: undefined, cb, options };
  else if (typeof args[1] === "string") hostname = args[1];
  const n = typeof port === "string" && StringPrototypeTrim(port) !== "" ? +port : port;
  if (typeof n !== "number" || !NumberIsInteger(n) || n < 0 || n > 65535) throw badPort(port);
  return { port: n, path: undefined, host: hostname, cb, options };
}

// open lets a server listen at a place; listenError is what it threw, as Node has it.
export function open(server: any, a: Place, handler: Handler): Listener {
  const l = a.path === undefined ? listen(a.port, a.host ?? "::", handler) : listen(a.path, "", handler);
  if (server._unref) keep(l, false);
  if (a.path !== undefined) hide(server, "_pipeName", a.path);
  const { readableAll, writableAll } = a.options;
  if (a.path !== undefined && a.path[0] !== "\0" && (readableAll || writableAll)) chmod(a.path, 0o755 | (readableAll ? 0o444 : 0) | (writableAll ? 0o222 : 0));
  return l;
}

// holds says whether a server keeps the program alive, one that does not listen yet as well.
export function holds(server: any, on: boolean): void {
  hide(server, "_unref", !on);
  if (server._l !== undefined) keep(server._l, on);
}
export function listenError(a: Place, e: any): Error {
  return a.path === undefined ? e : pathError(e, "listen", a.path);
}

// addressOf is what the address() of a server returns.
export function addressOf(server: any): any {
  const l: Listener | undefined = server._l;
  if (l === undefined) return server._pipeName ?? null; // which Node does not forget
  if (l.path !== undefined) return l.path;
  const h = server._host;
  return h === undefined || h === "::" ? { address: "::", family: "IPv6", port: l.port } : { address: h === "localhost" ? "127.0.0.1" : h, family: "IPv4", port: l.port };
}

// closeWith closes a server when a signal that listen() got says so.
export function closeWith(server: any, signal: any): void {
  if (signal === undefined) return;
  validateAbortSignal(signal, "options.signal");
  const abort = (): void => void server.close();
  if (signal.aborted) return nextTick(abort);
  signal.addEventListener("abort", abort, { __proto__: null, once: true });
  server.once("close", () => signal.removeEventListener("abort", abort));
}

export function alreadyListening(): Error {
  return coded(Error_, "ERR_SERVER_ALREADY_LISTEN", "Listen method has been called more than once without closing.");
}

method(Base, "listen", function (this: any, ...args: any[]) {
  const a = listenArgs(args);
  closeWith(this, a.options.signal);
  if (this._l !== undefined) throw alreadyListening();
  if (a.cb !== undefined) this.once("listening", a.cb);
  try {
    this._l = open(this, a, (req, out) => serve(this, req, out));
    this._l.upgrade = (head: any) => upgrade(this, head);
    this._l.halfOpen = true;
    this._l.raw = (s: any) => {
      if (this.maxConnections && this._active >= this.maxConnections) {
        emit(this, "drop", s._ends);
        s.destroy();
      } else emit(this, "connection", s);
    };
  } catch (e) {
    nextTick(() => emit(this, "error", listenError(a, e)));
    return this;
  }
  hide(this, "_host", a.host);
  nextTick(() => {
    if (this._l !== undefined) emit(this, "listening");
  });
  return this;
});
method(Base, "address", function (this: any) {
  return addressOf(this);
});
method(Server, "close", function (this: any, cb?: any) {
  if (this._l === undefined) {
    if (typeof cb === "function") nextTick(cb, coded(Error_, "ERR_SERVER_NOT_RUNNING", "Server is not running."));
    return this;
  }
  close(this._l);
  this._l = undefined;
  if (typeof cb === "function") this.once("close", () => cb());
  this._closing = true;
  closeIdle(this);
  settled(this);
  return this;
});

function closeIdle(server: any): void {
  const all: Connection[] = server._connections;
  for (let i = 0; i < all.length; i++) if (all[i]!.idle()) all[i]!.destroy();
}

function settled(server: any): void {
  if (!server._closing || server._active > 0) return;
  server._closing = false;
  nextTick(() => emit(server, "close"));
}

method(Server, "closeAllConnections", function (this: any) {
  const outs = this._outs;
  this._outs = [];
  for (let i = 0; i < outs.length; i++) outs[i].fail(undefined);
  const all: Connection[] = this._connections;
  for (let i = 0; i < all.length; i++) all[i]!.destroy();
});
method(Server, "closeIdleConnections", function (this: any) {
  closeIdle(this);
});
method(Base, "getConnections", function (this: any, cb: any) {
  nextTick(cb, null, this._active);
});
method(Server, "setTimeout", function (this: any, ms: any, cb?: any) {
  this.timeout = ms;
  if (typeof cb === "function") on(this, "timeout", cb);
  return this;
});
method(Base, "ref", function (this: any) {
  holds(this, true);
  return this;
});
method(Base, "unref", function (this: any) {
  holds(this, false);
  return this;
});
hide(Server.prototype, SymbolAsyncDispose, function (this: any) {
  const d = withResolvers();
  this.close((e: any) => (e ? d.reject(e) : d.resolve()));
  return d.promise;
});

interface Head {
  method: string;
  target: string;
  headers: string[];
}

// incoming is a request that came to a server over the connection s.
function incoming(server: any, s: any, head: Head, version = "1.1"): any {
  const req = new server._req(s);
  req.httpVersionMajor = +version[0]!;
  req.httpVersionMinor = +version[2]!;
  req.httpVersion = version;
  req.method = head.method;
  req.url = head.target;
  req.rawHeaders = head.headers;
  return req;
}

// serve gives a request to a server's listeners.
function serve(server: any, inc: Incoming, out: Outgoing): void {
  const s = inc.socket ?? socket(inc.remote, server._l?.port ?? 0);
  const req = incoming(server, s, inc, inc.version);
  req._source = inc.body;
  req._whenDone = () => {
    if (inc.trailers !== undefined) req.rawTrailers = inc.trailers;
  };
  const res = new server._res(req);
  res.socket = s;
  res._out = out;
  if (inc.keepAlive === false || RegExpPrototypeExec(/(?:^|\W)close(?:$|\W)/i, req.headers.connection ?? "") !== null) res.shouldKeepAlive = false;
  if (inc.version !== undefined && inc.version !== "1.1") res.useChunkedEncodingByDefault = false;
  if (observed("http")) {
    const began = host.now();
    on(res, "finish", () => publishNode("http", "HttpRequest", began, {
      req: { method: req.method, url: req.url, headers: req.headers },
      res: { statusCode: res.statusCode, statusMessage: res.statusMessage, headers: res.getHeaders() },
    }));
  }
  hide(s, "_httpMessage", res);
  hide(s, "server", server);
  const counted = inc.socket === undefined ? 1 : 0; // a connection counts for all its requests
  server._active += counted;
  ArrayPrototypePush(server._outs, out);
  let over = false;
  const done = (): void => {
    if (over) return;
    over = true;
    server._active -= counted;
    server._outs = ArrayPrototypeFilter(server._outs, (x: Outgoing) => x !== out);
    settled(server);
  };
  on(res, "close", done);
  inc.onGone(() => {
    done();
    if (!req.complete) {
      req.aborted = true;
      emit(req, "aborted");
      on(req, "error", () => {});
    }
    destroyStream(res, undefined);
    if (counted === 0 || !req.complete) destroyStream(req, reset("aborted"));
    else emit(req, "close");
  });
  if (inc.socket !== undefined && inc.body === null) req.complete = true;
  if (counted === 1) {
    on(s, "close", () => {
      if (!res.writableFinished) destroyStream(res, undefined);
    });
    // A request that its server destroys breaks off the connection.
    on(req, "close", () => {
      if (!req.readableEnded && !res.writableFinished) destroyStream(res, undefined);
    });
  } else if (server._needHost && inc.version === "1.1" && req.headers.host === undefined) {
    res.writeHead(400, ["Connection", "close"]);
    res.end();
    return;
  }
  const { expect } = req.headers;
  if (expect !== undefined && req.httpVersionMinor === 1) {
    if (RegExpPrototypeExec(/(?:^|\W)100-continue(?:$|\W)/i, expect) === null) {
      if (!emit(server, "checkExpectation", req, res)) {
        res.writeHead(417);
        res.end();
      }
      return;
    }
    if (server.listenerCount("checkContinue") > 0) {
      emit(server, "checkContinue", req, res);
      return;
    }
    res.writeContinue();
  }
  if (!emit(server, "request", req, res)) res.end();
}

// upgrade gives a request that wants to leave HTTP to a server that takes such,
// and returns the client's end of the connection.
function upgrade(server: any, head: Head): any {
  if (server.listenerCount("upgrade") === 0) return undefined;
  const [client, s] = connection(server._l.port);
  const req = incoming(server, s, head);
  req.upgrade = true;
  hide(s, "server", server);
  server._active++;
  on(s, "close", () => {
    server._active--;
    settled(server);
  });
  nextTick(() => emit(server, "upgrade", req, s, wrap(new Uint8Array_(0))));
  return client;
}

export function createServer(options?: any, handler?: any): any {
  if (typeof options !== "function" && options !== undefined && options !== null && typeof options !== "object") throw invalidArgType("options", "object", options);
  if (handler !== undefined) validateFunction(handler, "requestListener");
  return new (Server as any)(options, handler);
}

// ---- Agent ----

export function Agent(this: any, options?: any): any {
  if (!isA(this, Agent)) return new (Agent as any)(options);
  FunctionPrototypeCall(EventEmitter, this);
  const o: any = { __proto__: null, ...options };
  if (o.noDelay === undefined) o.noDelay = true;
  o.path = null;
  if (o.scheduling !== undefined && o.scheduling !== "fifo" && o.scheduling !== "lifo") throw coded(TypeError_, "ERR_INVALID_ARG_VALUE", `The argument 'scheduling' must be one of: 'fifo', 'lifo'. Received '${o.scheduling}'`);
  if (o.maxTotalSockets !== undefined) {
    if (typeof o.maxTotalSockets !== "number") throw invalidArgType("maxTotalSockets", "number", o.maxTotalSockets);
    if (!(o.maxTotalSockets >= 1)) throw outOfRange("maxTotalSockets", ">= 1", o.maxTotalSockets);
  }
  // Classes of packages that inherit from this one have setters for these two.
  this.defaultPort = 80;
  this.protocol = "http:";
  const fields: any = {
    options: o, requests: plain(), sockets: plain(), freeSockets: plain(), keepAliveMsecs: o.keepAliveMsecs || 1000, keepAlive: o.keepAlive || false, maxSockets: o.maxSockets || Infinity, maxFreeSockets: o.maxFreeSockets || 256,
    scheduling: o.scheduling || "lifo", maxTotalSockets: o.maxTotalSockets ?? Infinity, totalSocketCount: 0,
  };
  const keys = ObjectKeys(fields);
  for (let i = 0; i < keys.length; i++) setOwn(this, keys[i]!, fields[keys[i]!]);
}
ObjectSetPrototypeOf(Agent.prototype, EventEmitter.prototype);
ObjectSetPrototypeOf(Agent, EventEmitter);
method(Agent, "getName", function (this: any, o: any = {}) {
  let name = `${o.host || "localhost"}:${o.port || ""}:${o.localAddress || ""}`;
  if (o.family === 4 || o.family === 6) name += `:${o.family}`;
  if (o.socketPath) name += `:${o.socketPath}`;
  return name;
});
method(Agent, "destroy", () => {});
method(Agent, "createConnection", () => {
  throw coded(Error_, "ERR_CAPABILITY_DENIED", "raw connections are not possible in this sandbox: requests go out as fetch sends them");
});
method(Agent, "addRequest", () => {});
method(Agent, "keepSocketAlive", () => true);
method(Agent, "reuseSocket", () => {});
method(Agent, "removeSocket", () => {});
method(Agent, "createSocket", () => {});

function AgentS(this: any, options?: any): any {
  if (!isA(this, AgentS)) return new (AgentS as any)(options);
  FunctionPrototypeCall(Agent, this, options);
  this.defaultPort = 443;
  this.protocol = "https:";
  setOwn(this, "maxCachedSessions", this.options.maxCachedSessions ?? 100);
}
ObjectSetPrototypeOf(AgentS.prototype, Agent.prototype);
ObjectSetPrototypeOf(AgentS, Agent);
method(AgentS, "getName", function (this: any, o: any = {}) {
  return FunctionPrototypeCall(Agent.prototype.getName, this, o) + `:::::::::::::::${o.servername && o.servername !== o.host ? `:${o.servername}` : ""}:::::`;
});

const global = { http: new (Agent as any)({ keepAlive: true, scheduling: "lifo", timeout: 5000 }), https: new (AgentS as any)({ keepAlive: true, scheduling: "lifo", timeout: 5000 }) };

// ---- ClientRequest ----

const badPath = /[^\x21-\xff]/;

function urlOptions(u: any): any {
  const o: any = {
    protocol: u.protocol, hostname: StringPrototypeStartsWith(u.hostname, "[") ? StringPrototypeSlice(u.hostname, 1, -1) : u.hostname, hash: u.hash, search: u.search, pathname: u.pathname, path: `${u.pathname || ""}${u.search || ""}`, href: u.href,
  };
  if (u.port !== "") setOwn(o, "port", +u.port);
  if (u.username || u.password) setOwn(o, "auth", `${DecodeURIComponent(u.username)}:${DecodeURIComponent(u.password)}`);
  return o;
}

// askedByHTTPS reads a property of an agent as node:https does: agents of packages that
// are for both protocols look for that name among their callers.
const askedByHTTPS: any = host.compile("return agent[name]", "node:https", ["agent", "name"], undefined);

export function ClientRequest(this: any, input: any, options?: any, cb?: any, secure = false): any {
  if (!isA(this, ClientRequest)) return new (ClientRequest as any)(input, options, cb, secure);
  if (typeof input === "string") input = urlOptions(new URL(input));
  else if (input instanceof URL) input = urlOptions(input);
  else {
    cb = options;
    options = input;
    input = null;
  }
  if (typeof options === "function") {
    cb = options;
    options = input || {};
  } else options = { ...(input || {}), ...options };
  let agent = options.agent;
  const standard = secure ? global.https : httpModule.globalAgent;
  if (agent === false) agent = new (secure ? (AgentS as any) : (Agent as any))();
  else if (agent === null || agent === undefined) agent = standard;
  else if (typeof agent.addRequest !== "function") throw invalidArgType("options.agent", ["Agent-like Object", "undefined", "false"], agent);
  const spoken = (secure ? askedByHTTPS(agent, "protocol") : agent.protocol) || (secure ? "https:" : "http:");
  const protocol = options.protocol || spoken;
  if (options.path) {
    const path = String_(options.path);
    if (RegExpPrototypeExec(badPath, path) !== null) throw coded(TypeError_, "ERR_UNESCAPED_CHARACTERS", "Request path contains unescaped characters");
  }
  if (protocol !== spoken) throw coded(TypeError_, "ERR_INVALID_PROTOCOL", `Protocol "${protocol}" not supported. Expected "${spoken}"`);
  const checkHost = (v: any, name: string): any => {
    if (v !== null && v !== undefined && typeof v !== "string") throw invalidArgType(`options.${name}`, ["string", "undefined", "null"], v);
    return v;
  };
  const hostname = checkHost(options.hostname, "hostname") || checkHost(options.host, "host") || "localhost";
  let verb = options.method;
  if (verb !== null && verb !== undefined && typeof verb !== "string") throw invalidArgType("options.method", "string", verb);
  if (verb) {
    if (!isToken(verb)) throw coded(TypeError_, "ERR_INVALID_HTTP_TOKEN", `Method must be a valid HTTP token ["${verb}"]`);
    verb = StringPrototypeToUpperCase(verb);
  } else verb = "GET";
  const { insecureHTTPParser, maxHeaderSize } = options;
  if (maxHeaderSize !== undefined) validateInteger(maxHeaderSize, "maxHeaderSize", 0);
  if (insecureHTTPParser !== undefined) validateBoolean(insecureHTTPParser, "options.insecureHTTPParser");
  FunctionPrototypeCall(OutgoingMessage, this, { autoDestroy: false });
  const socketPath = options.socketPath ?? agent.options?.socketPath;
  if (socketPath) validateString(socketPath, "options.path");
  const port = options.port || options.defaultPort || (secure ? askedByHTTPS(agent, "defaultPort") : agent.defaultPort);
  const fields: any = { agent, socketPath, maxHeaderSize, insecureHTTPParser, method: verb, path: options.path || "/", host: hostname, protocol, timeout: options.timeout, aborted: false, res: null, upgradeOrConnect: false, parser: null, maxHeadersCount: null, reusedSocket: false };
  const keys = ObjectKeys(fields);
  for (let i = 0; i < keys.length; i++) setOwn(this, keys[i]!, fields[keys[i]!]);
  this.useChunkedEncodingByDefault = !(verb === "GET" || verb === "HEAD" || verb === "DELETE" || verb === "OPTIONS" || verb === "TRACE" || verb === "CONNECT");
  this.shouldKeepAlive = agent.keepAlive || (agent === global.http);
  if (options.agent === false) this.shouldKeepAlive = false;
  hide(this, "_port", port);
  hide(this, "_pieces", []);
  hide(this, "_stop", undefined);
  hide(this, "_timer", undefined);
  hide(this, "_bodyStream", undefined);
  hide(this, "_inPieces", false);
  hide(this, "_started", false);
  if (cb) this.once("response", cb);
  const headers = options.headers;
  if (headers) {
    if (ArrayIsArray(headers)) {
      if (ArrayIsArray(headers[0])) for (let i = 0; i < headers.length; i++) this.appendHeader(headers[i][0], headers[i][1]);
      else for (let i = 0; i + 1 < headers.length; i += 2) this.appendHeader(headers[i], headers[i + 1]);
    } else {
      const names = ObjectKeys(headers);
      for (let i = 0; i < names.length; i++) this.setHeader(names[i], headers[names[i]!]);
    }
  }
  if (options.setHost !== false && !this.hasHeader("host")) {
    const shown = StringPrototypeIndexOf(hostname, ":") >= 0 && !StringPrototypeStartsWith(hostname, "[") ? `[${hostname}]` : hostname;
    this.setHeader("Host", port && +port !== agent.defaultPort ? `${shown}:${port}` : shown);
  }
  if (options.auth && !this.hasHeader("authorization")) this.setHeader("Authorization", `Basic ${host.base64Encode(host.utf8Encode(`${options.auth}`))}`);
  const signal = options.signal;
  if (signal) {
    const abort = (): void => void this.destroy(abortError(signal.reason));
    if (signal.aborted) nextTick(abort);
    else signal.addEventListener("abort", abort, { __proto__: null, once: true });
  }
  if (options.timeout) this.setTimeout(options.timeout);
  const s = socket(socketPath ? undefined : { address: hostname, port: +port, family: "IPv4" });
  this.socket = s;
  if (this.hasHeader("expect")) this.flushHeaders();
  nextTick(() => {
    if (!this.destroyed) emit(this, "socket", s);
  });
}
ObjectSetPrototypeOf(ClientRequest.prototype, OutgoingMessage.prototype);
ObjectSetPrototypeOf(ClientRequest, OutgoingMessage);

method(ClientRequest, "_implicitHeader", function (this: any) {
  this._header = `${this.method} ${this.path} HTTP/1.1\r\n`;
});
method(ClientRequest, "destroy", function (this: any, e?: any) {
  return FunctionPrototypeCall(writableDestroy, this, e);
});
method(ClientRequest, "_flushed", function (this: any) {
  if (StringPrototypeToLowerCase(`${this.getHeader("expect") ?? ""}`) !== "100-continue") inPieces(this);
  else if (ownServer(this) !== undefined) {
    this._inPieces = true;
    start(this);
  } else nextTick(() => emit(this, "continue")); // a server outside gets the request whole
});
method(ClientRequest, "_write", function (this: any, chunk: any, _: any, cb: any) {
  if (this._header === null) this._implicitHeader();
  const b = bytesCopy(chunk);
  if (this._bodyStream !== undefined) this._bodyStream.enqueue(b);
  else {
    ArrayPrototypePush(this._pieces, b);
    if (this._onlyChunk === -1) inPieces(this);
  }
  cb();
});
method(ClientRequest, "_final", function (this: any, cb: any) {
  if (this._header === null) this._implicitHeader();
  if (this._bodyStream !== undefined) this._bodyStream.close();
  else start(this);
  cb();
});
method(ClientRequest, "setTimeout", function (this: any, ms: any, cb?: any) {
  validateDuration(ms, "msecs");
  if (typeof cb === "function") this.once("timeout", cb);
  this.timeout = ms;
  clearTimeout(this._timer);
  if (ms > 0) {
    const t: any = setTimeout(() => {
      emit(this, "timeout");
    }, ms);
    t.unref();
    this._timer = t;
  }
  return this;
});
method(ClientRequest, "setNoDelay", () => {});
method(ClientRequest, "setSocketKeepAlive", () => {});
method(ClientRequest, "clearTimeout", function (this: any, cb?: any) {
  return this.setTimeout(0, cb);
});
method(ClientRequest, "onSocket", () => {});
method(ClientRequest, "abort", function (this: any) {
  if (this.aborted) return;
  this.aborted = true;
  nextTick(() => emit(this, "abort"));
  this.destroy();
});
method(ClientRequest, "_destroy", function (this: any, err: any, cb: any) {
  clearTimeout(this._timer);
  const stopped = this._stop;
  this._stop = undefined;
  if (!this.res) {
    if (!err && !this._answered) err = reset();
  } else if (!this.res.readableEnded && !this.res.complete) destroyStream(this.res, err ?? reset("aborted"));
  stopped?.(err ?? reset());
  nextTick(cb, err);
});

function connectError(e: any, req: any): any {
  const cause = e?.cause ?? e;
  if (typeof cause?.code === "string") {
    if (cause.code === "ECONNREFUSED" && cause.syscall === undefined) return connectionRefused(req.host, +req._port);
    return systemError(cause) ?? cause;
  }
  return cause instanceof Error_ ? cause : e;
}

// ownServer is the server of the program that a request goes to, if it is one on a port.
function ownServer(req: any): Listener | undefined {
  return req.protocol === "http:" && !req.socketPath ? listenerOn(req.host, +req._port) : undefined;
}

// inPieces sends a request soon, before its end is known, if it is to a server of
// the program. What goes out is collected first.
function inPieces(req: any): void {
  if (req._inPieces) return;
  req._inPieces = true;
  nextTick(() => {
    if (!req.writableEnded && ownServer(req) !== undefined) start(req);
  });
}

// unread is the body of a request whose server wants no more of it.
const unread: any = { __proto__: null, enqueue() {}, close() {} };

// start sends a request: to a server of the program, or out.
function start(req: any): void {
  if (req._started || req.destroyed) return;
  req._started = true;
  if (observed("http")) hide(req, "_began", host.now());
  const headers = flat(req);
  if (!req.hasHeader("connection")) ArrayPrototypePush(headers, "Connection", req.shouldKeepAlive ? "keep-alive" : "close");
  const expects = !req.writableEnded;
  const bytes = join(req._pieces);
  const n = TypedArrayPrototypeGetLength(bytes);
  const local = ownServer(req);
  const sized = req.hasHeader("content-length") || req.hasHeader("transfer-encoding");
  if (local !== undefined && req._inPieces && req.useChunkedEncodingByDefault && !sized) {
    req.chunkedEncoding = true;
    ArrayPrototypePush(headers, "Transfer-Encoding", "chunked");
  } else if (!expects && (n > 0 || req.useChunkedEncodingByDefault) && !sized) ArrayPrototypePush(headers, "Content-Length", `${n}`);
  if (local !== undefined) {
    if (req.hasHeader("upgrade") && local.upgrade !== undefined) {
      const s = local.upgrade({ method: req.method, target: req.path, headers });
      if (s !== undefined) {
        upgraded(req, s);
        return;
      }
    }
    let body: any = n > 0 ? bytes : null;
    if ((expects || req._inPieces) && (req.useChunkedEncodingByDefault || sized || n > 0)) {
      body = makeReadable({
        start: (c: any) => {
          req._bodyStream = c;
          for (let i = 0; i < req._pieces.length; i++) c.enqueue(req._pieces[i]);
          if (!expects) c.close();
        },
        cancel() {
          req._bodyStream = unread;
        },
      } as any, true);
    }
    void then(deliver(local, { method: req.method, target: req.path, headers, body }, (stop) => {
      req._stop = stop;
    }, (status, list) => nextTick(() => {
      if (status === 100) emit(req, "continue");
      const h = {};
      for (let i = 0; i < list.length; i += 2) addHeader(h, list[i]!, list[i + 1]!);
      emit(req, "information", { statusCode: status, statusMessage: STATUS_CODES[status], httpVersion: "1.1", httpVersionMajor: 1, httpVersionMinor: 1, headers: h, rawHeaders: list });
    })), (a) => answered(req, a.status, a.statusText, a.headers, a.body, a.trailers), (e) => failed(req, e));
    return;
  }
  if (req.protocol === "http:" && req.hasHeader("upgrade")) {
    const s = req.socketPath ? dialPath(req.socketPath) : dial(req.host, +req._port);
    if (s !== undefined) {
      let head = `${req.method} ${req.path} HTTP/1.1\r\n`;
      for (let i = 0; i < headers.length; i += 2) head += `${headers[i]}: ${headers[i + 1]}\r\n`;
      write(s, join([host.latin1Encode(`${head}\r\n`), bytes]));
      upgraded(req, s);
      return;
    }
  }
  if (req.protocol === "http:" && !req.socketPath && listenedOn(req.host, +req._port)) {
    const e = connectionRefused("127.0.0.1", +req._port);
    nextTick(() => failed(req, e));
    return;
  }
  let connection: number | undefined; // to the socket at a path
  if (req.socketPath) {
    try {
      connection = connectPath(req.socketPath);
    } catch (e) {
      nextTick(() => failed(req, pathError(e, "connect", req.socketPath)));
      return;
    }
  }
  const name = StringPrototypeIndexOf(req.host, ":") >= 0 && !StringPrototypeStartsWith(req.host, "[") ? `[${req.host}]` : req.host;
  const out: string[] = [];
  let once: true | undefined; // the connection is for this request alone
  for (let i = 0; i < headers.length; i += 2) {
    const key = StringPrototypeToLowerCase(headers[i]!);
    if ((key === "host" && connection === undefined) || key === "connection" || key === "transfer-encoding" || key === "keep-alive" || key === "expect" || key === "te" || key === "upgrade") {
      if (key === "connection" && StringPrototypeToLowerCase(headers[i + 1]!) === "close") once = true;
      continue;
    }
    ArrayPrototypePush(out, headers[i]!, headers[i + 1]!);
  }
  if (!req.hasHeader("accept-encoding")) ArrayPrototypePush(out, "Accept-Encoding", "identity");
  const call = host.async(OP["fetch.start"]!, req.method, `${req.protocol}//${name}:${req._port}${req.path}`, out, n > 0 ? bytes : undefined, "manual", undefined, once, connection);
  const op = host.asyncId();
  let id = -1;
  req._stop = () => {
    if (id < 0) host.cancel(op);
    else host.sync(OP["fetch.close"]!, id);
  };
  void then(call, (r: any) => {
    if (req.destroyed) {
      host.sync(OP["fetch.close"]!, r.id);
      return;
    }
    id = r.id;
    host.sync(OP["fetch.pay"]!);
    const body = makeReadable({
      async pull(c) {
        const b: Uint8Array | null = await own(host.async(OP["fetch.read"]!, id));
        host.sync(OP["fetch.pay"]!);
        if (b === null) c.close();
        else c.enqueue(b);
      },
      cancel() {
        host.sync(OP["fetch.close"]!, id);
      },
    }, true);
    const raw: string[] = [];
    for (let i = 0; i < r.headers.length; i += 2) ArrayPrototypePush(raw, canonical(r.headers[i]), r.headers[i + 1]);
    answered(req, r.status, r.statusText, raw, body, []);
  }, (e) => failed(req, connectError(e, req)));
}

// canonical is a header's name as servers write it; the host has it in small letters.
function canonical(name: string): string {
  let out = "";
  for (let i = 0; i < name.length; i++) out += i === 0 || name[i - 1] === "-" ? StringPrototypeToUpperCase(name[i]!) : name[i];
  return out;
}

function failed(req: any, e: any): void {
  if (req.destroyed) return;
  hide(req, "_answered", true);
  destroyStream(req, e);
}

const maxHead = 16384; // bytes of an answer's head, as Node has it

// upgraded waits for the answer to a request that wants to leave HTTP: the
// connection, or an answer as any other.
function upgraded(req: any, s: any): void {
  req.socket = s;
  req._stop = () => void destroyStream(s, undefined);
  let got: Uint8Array = new Uint8Array_(0);
  const over = (): void => failed(req, reset());
  const take = (chunk: Uint8Array): void => {
    got = join([got, chunk]);
    const text = host.latin1Decode(got);
    const end = StringPrototypeIndexOf(text, "\r\n\r\n");
    if (end < 0) {
      if (TypedArrayPrototypeGetLength(got) > maxHead) {
        destroyStream(s, undefined);
        failed(req, coded(Error_, "HPE_HEADER_OVERFLOW", "Parse Error: Header overflow"));
      }
      return;
    }
    off(s, "data", take);
    off(s, "close", over);
    s.readableFlowing = null;
    const lines = StringPrototypeSplit(StringPrototypeSlice(text, 0, end), "\r\n");
    const first = RegExpPrototypeExec(/^HTTP\/1\.[01] (\d{3}) ?(.*)$/, lines[0]!);
    if (first === null) {
      destroyStream(s, undefined);
      failed(req, coded(Error_, "HPE_INVALID_CONSTANT", "Parse Error: Expected HTTP/"));
      return;
    }
    const headers: string[] = [];
    for (let i = 1; i < lines.length; i++) {
      const colon = StringPrototypeIndexOf(lines[i]!, ":");
      if (colon > 0) ArrayPrototypePush(headers, StringPrototypeSlice(lines[i]!, 0, colon), StringPrototypeTrim(StringPrototypeSlice(lines[i]!, colon + 1)));
    }
    const rest = TypedArrayPrototypeSlice(got, end + 4);
    if (first[1] !== "101") {
      answered(req, +first[1]!, first[2]!, headers, remainder(s, rest), []);
      return;
    }
    const res = response(s, 101, first[2]!, headers);
    res.upgrade = true;
    setOwn(res, "req", req);
    req.res = res;
    req.upgradeOrConnect = true;
    clearTimeout(req._timer);
    req._stop = undefined;
    hide(req, "_answered", true);
    if (emit(req, "upgrade", res, s, wrap(rest))) destroyStream(req, undefined);
    else {
      destroyStream(s, undefined);
      failed(req, reset());
    }
  };
  read(s, "data", take);
  on(s, "close", over);
}

// remainder is the body of an answer on a connection of its own: all that comes.
function remainder(s: any, first: Uint8Array): any {
  return makeReadable({
    start(c: any) {
      let open = true;
      const stop = (): void => {
        if (open) c.close();
        open = false;
      };
      if (TypedArrayPrototypeGetLength(first) > 0) c.enqueue(first);
      read(s, "data", (chunk: Uint8Array) => open && c.enqueue(chunk));
      on(s, "end", stop);
      on(s, "close", stop);
    },
    cancel() {
      destroyStream(s, undefined);
    },
  } as any, true);
}

// response is what came to a client over the connection s.
function response(s: any, status: number, text: string, headers: string[]): any {
  const res = new (IncomingMessage as any)(s);
  res.httpVersionMajor = res.httpVersionMinor = 1;
  res.httpVersion = "1.1";
  res.statusCode = status;
  res.statusMessage = text;
  res.rawHeaders = headers;
  return res;
}

function answered(req: any, status: number, text: string, headers: string[], body: any, trailers: string[]): void {
  if (req.destroyed) return;
  const res = response(req.socket, status, text, headers);
  res._source = req.method === "HEAD" || status === 204 || status === 304 ? null : body;
  res._whenDone = () => {
    res.rawTrailers = trailers;
  };
  setOwn(res, "req", req);
  req.res = res;
  if (req._began !== undefined) {
    publishNode("http", "HttpClient", req._began, {
      req: { method: req.method, url: `${req.protocol}//${req.host}${req.path}`, headers: req.getHeaders() },
      res: { statusCode: status, statusMessage: text, headers: res.headers },
    });
  }
  const over = (): void => {
    if (res.complete && !req.writableFinished && !req.destroyed) {
      on(req, "finish", over);
      return;
    }
    clearTimeout(req._timer);
    req._stop = undefined;
    if (!req.destroyed) destroyStream(req, undefined);
  };
  on(res, "end", over);
  on(res, "close", over);
  if (!emit(req, "response", res)) res.resume();
}

export function request(a: any, b?: any, c?: any): any {
  return new (ClientRequest as any)(a, b, c);
}

export function get(a: any, b?: any, c?: any): any {
  const r = request(a, b, c);
  r.end();
  return r;
}

function secureArgs(a: any, b: any, c: any): any {
  let o: any = {};
  if (typeof a === "string") o = urlOptions(new URL(a));
  else if (a instanceof URL) o = urlOptions(a);
  else {
    c = b;
    b = a;
  }
  if (typeof b === "function") {
    c = b;
    b = {};
  }
  return { options: { ...o, ...b }, cb: c };
}

function requestS(a: any, b?: any, c?: any): any {
  const r = secureArgs(a, b, c);
  return new (ClientRequest as any)(r.options, r.cb, undefined, true);
}

function getS(a: any, b?: any, c?: any): any {
  const r = requestS(a, b, c);
  r.end();
  return r;
}

function ServerS(this: any, options?: any, handler?: any): any {
  if (!isA(this, ServerS)) return new (ServerS as any)(options, handler);
  FunctionPrototypeCall(Server, this, options, handler);
}
ObjectSetPrototypeOf(ServerS.prototype, Server.prototype);
ObjectSetPrototypeOf(ServerS, Server);
method(ServerS, "listen", () => {
  throw coded(Error_, "ERR_CAPABILITY_DENIED", "TLS is not for programs of this sandbox: listen with node:http, what is in front of it speaks TLS");
});

const httpModule: any = {
  _connectionListener: connectionListener, METHODS, STATUS_CODES, Agent, ClientRequest, IncomingMessage, OutgoingMessage, Server, ServerResponse, createServer, validateHeaderName: named(validateHeaderName, "wrappedFn"), validateHeaderValue: named(validateHeaderValue, "wrappedFn"), get, request,
  setMaxIdleHTTPParsers(max: any): void {
    validateInteger(max, "max", 1);
  },
  maxHeaderSize: 16384, globalAgent: global.http,
};
register(["node:http", "http"], () => tidy(httpModule));
register(["node:https", "https"], () => tidy({ Agent: AgentS, globalAgent: global.https, Server: ServerS, createServer: (o?: any, h?: any) => new (ServerS as any)(o, h), get: getS, request: requestS }));
