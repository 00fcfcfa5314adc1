// HTTP/1.1 over a socket: the servers' side of it, for clients that speak HTTP themselves. It is as strict as Node's
// parser: a message that two readers could end at different places is refused.

import {
  ArrayPrototypeIncludes, ArrayPrototypePush, Error_, ParseInt, RegExpPrototypeExec, StringPrototypeEndsWith, StringPrototypeIncludes, StringPrototypeIndexOf, StringPrototypeSlice, StringPrototypeSplit, StringPrototypeStartsWith, StringPrototypeToLowerCase,
  StringPrototypeTrim, TypedArrayPrototypeGetLength, TypedArrayPrototypeIndexOf, TypedArrayPrototypeSlice, TypedArrayPrototypeSubarray, Uint8Array_, setOwn, uncurryThis, withResolvers,
} from "../primordials.ts";
import { clearTimeout, setTimeout } from "../timers.ts";
import { isToken } from "../text.ts";
import { makeReadable } from "../web/streams.ts";
import { join } from "../web/blob.ts";
import { asked, serveFrames } from "../web/frames.ts";
import type { Incoming, Outgoing } from "../serve.ts";
import { coded } from "./errors.ts";
import { wrap } from "./buffer.ts";
import { EventEmitter } from "./events.ts";
import { Duplex } from "./stream.ts";

export const METHODS: string[] = [
  "ACL", "BIND", "CHECKOUT", "CONNECT", "COPY", "DELETE", "GET", "HEAD", "LINK", "LOCK", "M-SEARCH", "MERGE", "MKACTIVITY", "MKCALENDAR", "MKCOL", "MOVE", "NOTIFY", "OPTIONS", "PATCH", "POST", "PROPFIND", "PROPPATCH", "PURGE", "PUT", "QUERY",
  "REBIND", "REPORT", "SEARCH", "SOURCE", "SUBSCRIBE", "TRACE", "UNBIND", "UNLINK", "UNLOCK", "UNSUBSCRIBE",
];

export const badChar = /[^\t\x20-\x7e\x80-\xff]/;

// Rules are how a server wants its connections served. Times are in milliseconds, 0 means none.
export interface Rules {
  maxHead: number; // bytes of a request's target, and of its headers' names and values
  maxHeaders: number; // those after them are left out; 0 means no limit
  maxRequests: number; // of a connection; 0 means no limit
  headersTimeout: number;
  requestTimeout: number;
  keepAliveTimeout: number;
}

// Server is who takes the requests of a connection.
export interface Server {
  rules(): Rules;
  request(req: Incoming, out: Outgoing): void;
  // leaves takes a request that wants to leave HTTP, with the socket and what was read of it already; or returns false.
  leaves(req: { method: string; target: string; headers: string[] }, socket: any, rest: Uint8Array): boolean;
  failed(e: any, socket: any): void; // what came is not HTTP, or came too slowly
  closed(): void;
}

// Connection is one that the program's server talks HTTP on.
export interface Connection {
  idle(): boolean; // no request is in hand
  end(): void;
  destroy(): void;
}

const on = uncurryThis(EventEmitter.prototype.on);
const once = uncurryThis(EventEmitter.prototype.once);
const off = uncurryThis(EventEmitter.prototype.removeListener);
const read = uncurryThis(Duplex.prototype.on); // a listener for data makes it flow
const write = uncurryThis(Duplex.prototype.write);
const end = uncurryThis(Duplex.prototype.end);
const destroy = uncurryThis(Duplex.prototype.destroy);
const pause = uncurryThis(Duplex.prototype.pause);
const resume = uncurryThis(Duplex.prototype.resume);

const ahead = 65536; // bytes that wait for a reader before the socket has to
const maxExtensions = 16384; // bytes of a chunk's extensions
const nothing = new Uint8Array_(0);

class Refusal {
  code: string;
  reason: string;
  constructor(code: string, reason: string) {
    this.code = code;
    this.reason = reason;
  }
}

function refuse(code: string, reason: string): never {
  throw new Refusal(`HPE_${code}`, reason);
}

// has reports whether a list of a header's tokens has one.
function has(value: string, name: string): boolean {
  const list = StringPrototypeSplit(StringPrototypeToLowerCase(value), ",") as string[];
  for (let i = 0; i < list.length; i++) if (StringPrototypeTrim(list[i]!) === name) return true;
  return false;
}

const versions = ["0.9", "1.0", "1.1", "2.0"];

// Head is a request's, as it is read.
interface Head {
  method: string;
  target: string;
  version: string;
  headers: string[];
  length: number; // of the body; -1 means none was given
  coding: string | undefined; // Transfer-Encoding
  connection: string;
  upgrade: boolean;
}

function requestLine(line: string): Head {
  const space = StringPrototypeIndexOf(line, " ");
  const method = space < 0 ? line : StringPrototypeSlice(line, 0, space);
  if (space < 0 || !ArrayPrototypeIncludes(METHODS, method)) refuse("INVALID_METHOD", "Invalid method encountered");
  const next = StringPrototypeIndexOf(line, " ", space + 1);
  const target = StringPrototypeSlice(line, space + 1, next < 0 ? line.length : next);
  if (RegExpPrototypeExec(method === "CONNECT" ? /^[a-zA-Z0-9[]/ : /^[/*a-zA-Z]/, target) === null) refuse("INVALID_URL", "Unexpected char in url schema");
  if (RegExpPrototypeExec(/[^\x21-\x7e]/, target) !== null) refuse("INVALID_URL", "Invalid char in url path");
  let version = "0.9";
  if (next >= 0) {
    const m = RegExpPrototypeExec(/^HTTP\/(.*)$/, StringPrototypeSlice(line, next + 1));
    if (m === null) refuse("INVALID_CONSTANT", "Expected HTTP/, RTSP/ or ICE/");
    version = m[1]!;
    if (!ArrayPrototypeIncludes(versions, version)) refuse("INVALID_VERSION", "Invalid HTTP version");
  }
  return { method, target, version, headers: [], length: -1, coding: undefined, connection: "", upgrade: false };
}

// headerLine is a header's name and value.
function headerLine(line: string, first: boolean): [string, string] {
  if (line[0] === " " || line[0] === "\t") refuse("INVALID_HEADER_TOKEN", first ? "Unexpected space after start line" : "Unexpected whitespace after header value");
  const colon = StringPrototypeIndexOf(line, ":");
  const name = colon < 0 ? line : StringPrototypeSlice(line, 0, colon);
  if (colon < 0 || !isToken(name)) refuse("INVALID_HEADER_TOKEN", "Invalid header token");
  const value = (RegExpPrototypeExec(/^[ \t]*(.*?)[ \t]*$/s, StringPrototypeSlice(line, colon + 1)) as any)[1];
  if (RegExpPrototypeExec(badChar, value) !== null) refuse("INVALID_HEADER_TOKEN", "Invalid header value char");
  return [name, value];
}

// framed takes what a header says of where the request ends.
function framed(head: Head, name: string, value: string): void {
  switch (StringPrototypeToLowerCase(name)) {
    case "content-length":
      if (head.length >= 0) refuse("UNEXPECTED_CONTENT_LENGTH", "Duplicate Content-Length");
      if (head.coding !== undefined) refuse("INVALID_CONTENT_LENGTH", "Content-Length can't be present with Transfer-Encoding");
      if (value === "") refuse("INVALID_CONTENT_LENGTH", "Empty Content-Length");
      if (RegExpPrototypeExec(/^\d+$/, value) === null) refuse("INVALID_CONTENT_LENGTH", "Invalid character in Content-Length");
      head.length = +value;
      if (head.length > 9007199254740991) refuse("INVALID_CONTENT_LENGTH", "Content-Length overflow");
      return;
    case "transfer-encoding":
      if (head.length >= 0) refuse("INVALID_TRANSFER_ENCODING", "Transfer-Encoding can't be present with Content-Length");
      if (head.coding !== undefined && has(head.coding, "chunked")) refuse("INVALID_TRANSFER_ENCODING", "Invalid `Transfer-Encoding` header value");
      head.coding = head.coding === undefined ? value : `${head.coding}, ${value}`;
      return;
    case "connection":
      head.connection = head.connection === "" ? value : `${head.connection}, ${value}`;
      return;
    case "upgrade":
      head.upgrade = true;
  }
}

// isChunked reports whether a request's body comes in chunks: no other coding can be its last.
function isChunked(coding: string | undefined): boolean {
  if (coding === undefined) return false;
  const low = StringPrototypeToLowerCase(coding);
  const list = StringPrototypeSplit(low, ",") as string[];
  for (let i = 0; i < list.length; i++) if (StringPrototypeTrim(list[i]!) === "chunked" && i < list.length - 1) refuse("INVALID_TRANSFER_ENCODING", "Invalid `Transfer-Encoding` header value");
  if (StringPrototypeTrim(list[list.length - 1]!) !== "chunked") refuse("INVALID_TRANSFER_ENCODING", "Request has invalid `Transfer-Encoding`");
  return true;
}

type State = "line" | "headers" | "length" | "size" | "chunk" | "chunkEnd" | "trailers" | "answer" | "off";

// speak serves a connection, and returns how to end it.
export function speak(s: any, server: Server): Connection {
  const rules = server.rules();
  let state: State = "line";
  let buffer: Uint8Array = nothing, at = 0; // what was not read yet begins at at
  let parsed = 0; // bytes before it
  let head: Head, size = 0; // of the head
  let left = 0; // bytes of the body or chunk that are to come
  let trailers: string[] = [];
  let requests = 0, answering = false, last = false, paused = false;
  let body: any, wanted = false, discard = false; // body is who takes the body of the request in hand
  let gone: (() => void)[] = [];
  let timer: any;

  const after = (ms: number, fn: () => void): void => {
    clearTimeout(timer);
    timer = undefined;
    if (!(ms > 0)) return;
    timer = setTimeout(fn, ms);
    timer.unref();
  };
  const slow = (): void => fail(coded(Error_, "ERR_HTTP_REQUEST_TIMEOUT", "Request timeout"));

  // stop reads no more.
  const stop = (): void => {
    state = "off";
    clearTimeout(timer);
    buffer = nothing;
    at = 0;
  };
  const lost = (): void => {
    const fns = gone, taker = body;
    gone = [];
    body = undefined;
    answering = false;
    for (let i = 0; i < fns.length; i++) fns[i]!();
    taker?.error(coded(Error_, "ECONNRESET", "aborted"));
  };
  const fail = (e: any): void => {
    if (state === "off") return;
    stop();
    lost();
    server.failed(e, s);
  };
  const broken = (code: string, reason: string): void => {
    const e = coded(Error_, code, code === "HPE_INVALID_EOF_STATE" ? "Parse Error" : `Parse Error: ${reason}`);
    setOwn(e, "reason", reason);
    setOwn(e, "bytesParsed", parsed + at);
    setOwn(e, "rawPacket", wrap(TypedArrayPrototypeSlice(buffer)));
    fail(e);
  };

  // line takes the next line; undefined if it is not there yet.
  const line = (what: string): string | undefined => {
    const lf = TypedArrayPrototypeIndexOf(buffer, 10, at);
    const stop = lf < 0 ? TypedArrayPrototypeGetLength(buffer) : lf;
    if (what === "chunk size") {
      if (stop - at > maxExtensions + 32) refuse("CHUNK_EXTENSIONS_OVERFLOW", "Chunk extensions overflow");
    } else if (stop - at > rules.maxHead + 1024) refuse("HEADER_OVERFLOW", "Header overflow");
    if (lf < 0) return undefined;
    const text = host.latin1Decode(TypedArrayPrototypeSubarray(buffer, at, stop));
    if (!StringPrototypeEndsWith(text, "\r")) {
      if (what === "version") refuse("INVALID_VERSION", "Expected CRLF after version");
      refuse("CR_EXPECTED", `Missing expected CR after ${what}`);
    }
    const out = StringPrototypeSlice(text, 0, -1);
    if (StringPrototypeIncludes(out, "\r")) refuse("LF_EXPECTED", `Missing expected LF after ${what}`);
    at = stop + 1;
    return out;
  };
  // early refuses what cannot become a method, before its line is whole.
  const early = (): void => {
    const part = host.latin1Decode(TypedArrayPrototypeSubarray(buffer, at, at + 32));
    const m = RegExpPrototypeExec(/^([^ \r]*)([ \r])/, part);
    if (m !== null && m[2] === " " && ArrayPrototypeIncludes(METHODS, m[1])) return;
    for (let i = 0; i < METHODS.length; i++) if (StringPrototypeStartsWith(METHODS[i]!, part)) return;
    refuse("INVALID_METHOD", "Invalid method encountered");
  };

  const count = (n: number): void => {
    size += n;
    if (size > rules.maxHead) refuse("HEADER_OVERFLOW", "Header overflow");
  };

  // step reads on, and reports whether there may be more to read.
  const step = (): boolean => {
    switch (state) {
      case "line": {
        if (at >= TypedArrayPrototypeGetLength(buffer)) return false;
        if (timer === undefined || requests > 0) after(rules.headersTimeout, slow);
        const text = line("version");
        if (text === undefined) {
          early();
          return false;
        }
        if (text === "") return true;
        size = 0;
        head = requestLine(text);
        count(head.target.length);
        state = "headers";
        return true;
      }
      case "headers": {
        const text = line("header value");
        if (text === undefined) return false;
        if (text === "") {
          begin();
          return true;
        }
        const pair = headerLine(text, head.headers.length === 0);
        count(pair[0].length + pair[1].length);
        framed(head, pair[0], pair[1]);
        if (rules.maxHeaders === 0 || head.headers.length < 2 * rules.maxHeaders) ArrayPrototypePush(head.headers, pair[0], pair[1]);
        return true;
      }
      case "size": {
        const text = line("chunk size");
        if (text === undefined) return false;
        const semi = StringPrototypeIndexOf(text, ";");
        const digits = semi < 0 ? text : StringPrototypeSlice(text, 0, semi);
        if (RegExpPrototypeExec(/^[0-9a-fA-F]+$/, digits) === null || RegExpPrototypeExec(badChar, text) !== null) refuse("INVALID_CHUNK_SIZE", "Invalid character in chunk size");
        left = ParseInt(digits, 16);
        if (left > 9007199254740991) refuse("INVALID_CHUNK_SIZE", "Chunk size overflow");
        if (text.length - digits.length > maxExtensions) refuse("CHUNK_EXTENSIONS_OVERFLOW", "Chunk extensions overflow");
        state = left === 0 ? "trailers" : "chunk";
        return true;
      }
      case "length":
      case "chunk": {
        const n = TypedArrayPrototypeGetLength(buffer) - at;
        if (n === 0 || (!wanted && !discard)) return false;
        const piece = TypedArrayPrototypeSlice(buffer, at, at + (n < left ? n : left));
        const taken = TypedArrayPrototypeGetLength(piece);
        at += taken;
        left -= taken;
        const whole = left === 0;
        if (whole) state = state === "chunk" ? "chunkEnd" : "answer";
        if (!discard) {
          wanted = false;
          body.enqueue(piece);
        }
        if (whole && state === "answer") complete();
        return true;
      }
      case "chunkEnd": {
        if (TypedArrayPrototypeGetLength(buffer) - at < 2) return false;
        if (buffer[at] !== 13) refuse(buffer[at] === 10 ? "CR_EXPECTED" : "STRICT", buffer[at] === 10 ? "Missing expected CR after chunk data" : "Expected LF after chunk data");
        if (buffer[at + 1] !== 10) refuse("STRICT", "Expected LF after chunk data");
        at += 2;
        state = "size";
        return true;
      }
      case "trailers": {
        const text = line("header value");
        if (text === undefined) return false;
        if (text === "") {
          state = "answer";
          complete();
          return true;
        }
        const pair = headerLine(text, trailers.length === 0);
        count(pair[0].length + pair[1].length);
        ArrayPrototypePush(trailers, pair[0], pair[1]);
        return true;
      }
      case "answer":
        // What follows waits for the answer, unless it cannot be a request.
        if (at >= TypedArrayPrototypeGetLength(buffer)) return false;
        if (last) refuse("CLOSED_CONNECTION", "Data after `Connection: close`");
        if (buffer[at] !== 13 && buffer[at] !== 10) early();
    }
    return false;
  };

  let running = false;
  const run = (): void => {
    if (running) return; // what calls it is called by it: it goes on there
    running = true;
    try {
      while (step()) {
        // It goes on until it needs more.
      }
    } catch (e) {
      if (!(e instanceof Refusal)) throw e;
      broken(e.code, e.reason);
    } finally {
      running = false;
    }
    if (at > 0) {
      parsed += at;
      buffer = TypedArrayPrototypeSlice(buffer, at);
      at = 0;
    }
    const full = state !== "off" && TypedArrayPrototypeGetLength(buffer) > ahead;
    if (full !== paused) {
      paused = full;
      if (full) pause(s);
      else resume(s);
    }
  };

  // complete is called when a request was read to its end.
  const complete = (): void => {
    body?.close();
    body = undefined;
    if (!answering) next();
  };
  // next waits for another request, or ends the connection.
  const next = (): void => {
    gone = [];
    if (last) {
      end(s);
      stop();
      return;
    }
    state = "line";
    after(rules.keepAliveTimeout, () => destroy(s));
    run();
  };

  // begin gives a request, whose head was read, to the server.
  const begin = (): void => {
    const h = head;
    const chunked = isChunked(h.coding);
    const leaving = h.method === "CONNECT" || (h.upgrade && has(h.connection, "upgrade"));
    if (leaving) {
      const rest = TypedArrayPrototypeSlice(buffer, at);
      off(s, "data", take);
      if (server.leaves({ method: h.method, target: h.target, headers: h.headers }, s, rest)) {
        stop();
        off(s, "end", over);
        off(s, "error", fail);
        return;
      }
      read(s, "data", take);
      if (h.method === "CONNECT") {
        stop();
        destroy(s);
        return;
      }
    }
    requests++;
    if ((h.version !== "1.1" && !(h.version === "1.0" && has(h.connection, "keep-alive"))) || has(h.connection, "close") || (rules.maxRequests > 0 && requests >= rules.maxRequests)) last = true;
    after(rules.requestTimeout, slow);
    left = h.length > 0 ? h.length : 0;
    discard = wanted = false;
    trailers = [];
    answering = true;
    let stream: any = null;
    body = undefined;
    if (chunked || left > 0) {
      state = chunked ? "size" : "length";
      stream = makeReadable({
        start(c) {
          body = c;
        },
        pull() {
          wanted = true;
          run();
        },
        cancel() {
          discard = true;
          run();
        },
      }, true);
    } else state = "answer";
    const ws = leaving && h.method === "GET" ? asked(h.headers) : undefined;
    const upgrade = ws === undefined ? undefined : {
      accept(peer: any, given: any): void {
        const rest = TypedArrayPrototypeSlice(buffer, at);
        stop();
        off(s, "data", take);
        off(s, "end", over);
        serveFrames(s, rest, ws, given, peer);
      },
    };
    server.request({
      method: h.method, target: h.target, headers: h.headers, body: stream, upgrade, remote: { address: s.remoteAddress, port: s.remotePort, family: s.remoteFamily }, socket: s, version: h.version, keepAlive: !last, trailers,
      onGone: (fn) => ArrayPrototypePush(gone, fn),
    }, answer(h));
  };

  // answer is how the request h is answered.
  const answer = (h: Head): Outgoing => {
    let chunked = false, bodiless = false, over = false;
    const send = (text: string): void => void write(s, wrap(host.latin1Encode(text)));
    const headText = (status: number, text: string, headers: string[]): string => {
      let out = `HTTP/1.1 ${status} ${text}\r\n`;
      for (let i = 0; i < headers.length; i += 2) out += `${headers[i]}: ${headers[i + 1]}\r\n`;
      return `${out}\r\n`;
    };
    return {
      head(status, text, headers) {
        if (over || state === "off") return;
        const list: string[] = [];
        let length = false, connection = false;
        for (let i = 0; i < headers.length; i += 2) {
          const name = StringPrototypeToLowerCase(headers[i]!);
          if (name === "transfer-encoding") {
            if (h.version === "1.0" || h.version === "0.9") continue;
            chunked = has(headers[i + 1]!, "chunked");
          } else if (name === "content-length") length = true;
          else if (name === "connection") {
            connection = true;
            if (has(headers[i + 1]!, "close")) last = true;
          }
          ArrayPrototypePush(list, headers[i]!, headers[i + 1]!);
        }
        bodiless = h.method === "HEAD" || status === 204 || status === 304;
        if (!bodiless && !length && !chunked) {
          if (h.version === "1.1") {
            chunked = true;
            ArrayPrototypePush(list, "Transfer-Encoding", "chunked");
          } else last = true;
        }
        if (!connection) ArrayPrototypePush(list, "Connection", last ? "close" : "keep-alive");
        send(headText(status, text, list));
      },
      write(bytes) {
        const n = TypedArrayPrototypeGetLength(bytes);
        if (over || bodiless || n === 0 || state === "off") return undefined;
        const piece = chunked ? join([host.latin1Encode(`${n.toString(16)}\r\n`), bytes, host.latin1Encode("\r\n")]) : bytes;
        if (write(s, wrap(piece))) return undefined;
        const d = withResolvers<void>();
        const go = (): void => {
          off(s, "drain", go);
          off(s, "close", go);
          d.resolve();
        };
        on(s, "drain", go);
        on(s, "close", go);
        return d.promise;
      },
      end(list) {
        if (over || state === "off") return;
        over = true;
        if (chunked && !bodiless) {
          let text = "0\r\n";
          if (list !== undefined) for (let i = 0; i < list.length; i += 2) text += `${list[i]}: ${list[i + 1]}\r\n`;
          send(`${text}\r\n`);
        }
        answering = false;
        gone = [];
        if (state === "answer") next();
        else { // nobody reads what is left of the request
          discard = true;
          run();
        }
      },
      fail() {
        if (over || state === "off") return;
        over = true;
        destroy(s);
      },
      info(status, headers) {
        if (!over && state !== "off") send(headText(status, status === 100 ? "Continue" : status === 102 ? "Processing" : "Early Hints", headers));
      },
    };
  };

  const take = (chunk: Uint8Array): void => {
    if (state === "off") return;
    buffer = TypedArrayPrototypeGetLength(buffer) === 0 ? chunk : join([buffer, chunk]);
    run();
  };
  const idle = (): boolean => state === "line" && TypedArrayPrototypeGetLength(buffer) === 0;
  const over = (): void => {
    if (state === "off" || state === "answer" || idle()) end(s);
    else broken("HPE_INVALID_EOF_STATE", "Invalid EOF state");
  };
  after(rules.headersTimeout, slow);
  read(s, "data", take);
  on(s, "end", over);
  on(s, "error", fail); // the other end is gone
  once(s, "close", () => {
    stop();
    lost();
    server.closed();
  });
  return { idle, end: () => void end(s), destroy: () => void destroy(s) };
}
