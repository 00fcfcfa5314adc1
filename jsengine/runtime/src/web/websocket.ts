// WebSocket, and EventSource.

import {
  ArrayBufferIsView, ArrayIsArray, ArrayPrototypeIndexOf, ArrayPrototypeJoin, ArrayPrototypePush, ArrayPrototypeShift, Number_, ObjectDefineProperty, PromisePrototypeThen, RegExpPrototypeExec, StringPrototypeIndexOf, StringPrototypeSlice,
  StringPrototypeStartsWith, StringPrototypeToLowerCase, String_, Uint8Array_, iterate,
} from "../primordials.ts";
import { OP } from "buntime:ops";
import { DOMException, needArgs } from "../errors.ts";
import { CloseEvent, Event, EventTarget, MessageEvent, eventHandler, fire } from "../events.ts";
import { defineGlobals, webInterface } from "../globals.ts";
import { asNode } from "../mode.ts";
import { deliver, listenerOn, type Listener } from "../serve.ts";
import { setTimeout, clearTimeout, nextTick } from "../timers.ts";
import { TextDecoder, isToken } from "../text.ts";
import { URL } from "../url.ts";
import { Blob, bufferBytes, exact } from "./blob.ts";
import { Headers, fetch } from "./fetch.ts";
import { cancelStream } from "./streams.ts";

// Peer is the other end of a WebSocket within the program.
interface Peer {
  message(data: any): void; // text or bytes
  closed(code: number, reason: string): void;
}

export class WebSocket extends EventTarget {
  #url: string;
  #state = 0;
  #id = 0;
  #protocol = "";
  #binary = "blob";
  #buffered = 0;
  #queue: [data: any, size: number][] = [];
  #sending = false;
  #peer: Peer | undefined; // the other end, if it is in this program
  #closing: [code: number, reason: string] | undefined;

  constructor(url: any, protocols: any = []) {
    needArgs(arguments.length, 1, "WebSocket");
    super();
    let u: any;
    try {
      u = new URL(`${url}`);
    } catch {
      throw new DOMException(`Invalid url for WebSocket ${String_(url)}`, "SyntaxError");
    }
    if (u.protocol === "http:") u.protocol = "ws:";
    if (u.protocol === "https:") u.protocol = "wss:";
    if ((u.protocol !== "ws:" && u.protocol !== "wss:") || u.hash !== "") throw new DOMException(`Invalid url for WebSocket ${String_(url)}`, "SyntaxError");
    const list: string[] = [];
    // Bun and undici take an object of options as well.
    if (typeof protocols === "object" && protocols !== null && !ArrayIsArray(protocols) && protocols.protocols !== undefined) protocols = protocols.protocols;
    if (typeof protocols === "string") ArrayPrototypePush(list, protocols);
    else if (ArrayIsArray(protocols)) {
      const given = iterate(protocols as any[]);
      for (let i = 0; i < given.length; i++) ArrayPrototypePush(list, `${given[i]}`);
    }
    for (let i = 0; i < list.length; i++) {
      if (!isToken(list[i]!) || ArrayPrototypeIndexOf(list, list[i]) !== i) throw new DOMException(`Invalid or repeated protocol '${list[i]}'`, "SyntaxError");
    }
    this.#url = u.href;
    const local = u.protocol === "ws:" ? listenerOn(u.hostname, u.port === "" ? 80 : +u.port) : undefined;
    if (local !== undefined) this.#connect(local, u, list);
    else PromisePrototypeThen(host.async(OP["ws.open"]!, this.#url, list), (r: any) => this.#opened(r[0], r[1]), () => this.#failed());
  }

  // #connect opens a WebSocket to a server of the program itself.
  #connect(l: Listener, u: any, protocols: string[]): void {
    const key = new Uint8Array_(16);
    host.random(key);
    const headers = ["Host", u.host, "Connection", "Upgrade", "Upgrade", "websocket", "Sec-WebSocket-Version", "13", "Sec-WebSocket-Key", host.base64Encode(key)];
    if (protocols.length > 0) ArrayPrototypePush(headers, "Sec-WebSocket-Protocol", ArrayPrototypeJoin(protocols, ", "));
    let accepted = false;
    const accept = (peer: Peer & { client(c: Peer): void }, given: any): void => {
      accepted = true;
      const chosen = given === undefined || given === null ? null : new Headers(given).get("sec-websocket-protocol");
      nextTick(() => {
        this.#protocol = chosen ?? protocols[0] ?? "";
        this.#peer = peer;
        if (this.#state === 0) {
          this.#state = 1;
          fire(this, new Event("open"));
        }
        peer.client({
          message: (m) => nextTick(() => {
            if (this.#state === 1) this.#take(m);
          }),
          closed: (code, reason) => nextTick(() => this.#over(code, reason)),
        });
        if (this.#closing !== undefined) this.#pump();
      });
    };
    const answer = deliver(l, { method: "GET", target: `${u.pathname}${u.search}`, headers, body: null, upgrade: { accept } });
    const refused = (): void => {
      if (!accepted && this.#state !== 3) this.#failed();
    };
    PromisePrototypeThen(answer, (a: any) => {
      host.markHandled(cancelStream(a.body, undefined));
      refused();
    }, refused);
  }
  // #over ends a WebSocket within the program.
  #over(code: number, reason: string): void {
    if (this.#state === 3) return;
    const open = this.#state === 1;
    this.#state = 3;
    this.#peer = undefined;
    if (code === 1006 && open) fire(this, new Event("error"));
    fire(this, new CloseEvent("close", { code, reason, wasClean: code !== 1006 }));
  }

  #opened(id: number, protocol: string): void {
    this.#id = id;
    this.#protocol = protocol;
    this.#read();
    if (this.#state === 2) { // closed meanwhile
      this.#bye();
      return;
    }
    this.#state = 1;
    fire(this, new Event("open"));
  }
  #failed(): void {
    this.#state = 3;
    fire(this, new Event("error"));
    fire(this, new CloseEvent("close", { code: 1006, reason: "", wasClean: false }));
  }
  #read(): void {
    PromisePrototypeThen(host.async(OP["ws.read"]!, this.#id), (m: any) => {
      host.sync(OP["fetch.pay"]!);
      if (ArrayIsArray(m)) {
        const open = this.#state;
        this.#state = 3;
        if (!m[2] && open === 1) fire(this, new Event("error"));
        fire(this, new CloseEvent("close", { code: m[0], reason: m[1], wasClean: m[2] }));
        return;
      }
      this.#read();
      if (this.#state === 1) this.#take(m);
    }, () => this.#failed());
  }
  // #take gives a message to who listens.
  #take(m: any): void {
    let data: any = m;
    if (typeof m !== "string") data = this.#binary === "arraybuffer" ? exact(m) : this.#binary === "blob" ? new Blob([m]) : m;
    fire(this, new MessageEvent("message", { data, origin: new URL(this.#url).origin }));
  }
  #bye(): void {
    const [code, reason] = this.#closing!;
    PromisePrototypeThen(host.async(OP["ws.close"]!, this.#id, code, reason), () => {}, () => {});
  }
  // #post gives all that waits to the other end within the program, and then that this end closes.
  #post(peer: Peer): void {
    for (let next = ArrayPrototypeShift(this.#queue) as [any, number] | undefined; next !== undefined; next = ArrayPrototypeShift(this.#queue) as [any, number] | undefined) {
      const [data, size] = [next[0], next[1]];
      this.#buffered -= size;
      nextTick(() => peer.message(typeof data === "string" ? data : new Uint8Array_(data)));
    }
    const closing = this.#closing;
    if (closing === undefined) return;
    nextTick(() => {
      const code = closing[0] === 0 ? (asNode() ? 1005 : 1000) : closing[0];
      peer.closed(code, closing[1]);
      this.#over(code, closing[1]);
    });
  }
  #pump(): void {
    if (this.#peer !== undefined) {
      this.#post(this.#peer);
      return;
    }
    if (this.#sending) return;
    const next = ArrayPrototypeShift(this.#queue) as [any, number] | undefined;
    if (next === undefined) {
      if (this.#closing !== undefined && this.#id !== 0) this.#bye();
      return;
    }
    this.#sending = true;
    const done = () => {
      this.#sending = false;
      this.#buffered -= next[1];
      this.#pump();
    };
    PromisePrototypeThen(host.async(OP["ws.write"]!, this.#id, next[0]), done, done);
  }

  send(data: any): void {
    needArgs(arguments.length, 1, "WebSocket.send");
    if (this.#state === 0) throw new DOMException("WebSocket is still connecting", "InvalidStateError");
    if (this.#state !== 1) return;
    if (data instanceof Blob) {
      PromisePrototypeThen(data.arrayBuffer(), (b: any) => this.send(b), () => {});
      return;
    }
    let m: any;
    let size: number;
    if (ArrayBufferIsView(data) || host.classOf(data) === "ArrayBuffer" || host.classOf(data) === "SharedArrayBuffer") {
      m = exact(bufferBytes(data)!);
      size = m.byteLength;
    } else {
      m = `${data}`;
      size = host.utf8Length(m);
    }
    this.#buffered += size;
    ArrayPrototypePush(this.#queue, [m, size]);
    this.#pump();
  }
  close(code?: any, reason?: any): void {
    if (code !== undefined) {
      code = Number_(code);
      // Bun lets the protocol's own codes pass.
      const own = !asNode() && code > 1000 && code < 1016 && code !== 1004 && code !== 1005 && code !== 1006 && code !== 1015;
      if (code !== 1000 && !own && !(code >= 3000 && code <= 4999)) throw new DOMException("The close code must be 1000 or in the range 3000 to 4999", "InvalidAccessError");
    }
    reason = reason === undefined ? "" : `${reason}`;
    if (host.utf8Length(reason) > 123) throw new DOMException("The close reason must not be longer than 123 bytes", "SyntaxError");
    if (this.#state >= 2) return;
    this.#closing = [code ?? (reason === "" ? 0 : 1000), reason];
    const was = this.#state;
    this.#state = 2;
    if (was === 1 && !this.#sending) this.#pump();
  }
  terminate(): void {
    this.close();
  }
  get url(): string { return this.#url; }
  get readyState(): number { return this.#state; }
  get protocol(): string { return this.#protocol; }
  get extensions(): string { return ""; }
  get bufferedAmount(): number { return this.#buffered; }
  get binaryType(): string { return this.#binary; }
  set binaryType(v: any) {
    if (v === "blob" || v === "arraybuffer" || v === "nodebuffer" || v === "uint8array") this.#binary = v;
  }
}

function constants(cls: any, values: Record<string, number>): void {
  for (const key in values) {
    const d = { __proto__: null, value: values[key], enumerable: true } as any;
    ObjectDefineProperty(cls, key, d);
    ObjectDefineProperty(cls.prototype, key, d);
  }
}
constants(WebSocket, { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 });
webInterface(WebSocket, "WebSocket");
eventHandler(WebSocket, "open");
eventHandler(WebSocket, "message");
eventHandler(WebSocket, "error");
eventHandler(WebSocket, "close");

// EventSource reads a stream of events, and connects again when it breaks.
export class EventSource extends EventTarget {
  #url: string;
  #credentials: boolean;
  #state = 0;
  #last = "";
  #retry = 3000;
  #reader: any;
  #timer: any;

  constructor(url: any, init?: any) {
    needArgs(arguments.length, 1, "EventSource");
    super();
    try {
      this.#url = new URL(`${url}`).href;
    } catch {
      throw new DOMException(`Invalid URL for EventSource ${String_(url)}`, "SyntaxError");
    }
    this.#credentials = !!init?.withCredentials;
    this.#connect();
  }

  #connect(): void {
    const headers: any = { accept: "text/event-stream", "cache-control": "no-cache" };
    if (this.#last !== "") headers["last-event-id"] = this.#last;
    PromisePrototypeThen(fetch(this.#url, { headers }), (r: any) => {
      if (this.#state === 2) {
        r.body?.cancel();
        return;
      }
      const type = r.headers.get("content-type") ?? "";
      if (r.status !== 200 || !StringPrototypeStartsWith(StringPrototypeToLowerCase(type), "text/event-stream")) {
        this.#state = 2;
        r.body?.cancel();
        fire(this, new Event("error"));
        return;
      }
      this.#state = 1;
      fire(this, new Event("open"));
      this.#reader = r.body.getReader();
      this.#read(new TextDecoder(), "", { data: "", has: false, type: "" }, new URL(r.url).origin);
    }, () => this.#again());
  }
  #again(): void {
    if (this.#state === 2) return;
    this.#state = 0;
    fire(this, new Event("error"));
    if ((this.#state as number) !== 2) this.#timer = setTimeout(() => this.#connect(), this.#retry);
  }
  #read(decoder: any, rest: string, e: { data: string; has: boolean; type: string }, origin: string): void {
    PromisePrototypeThen(this.#reader.read(), (c: any) => {
      if (this.#state === 2) return;
      if (c.done) {
        this.#again();
        return;
      }
      let text = rest + decoder.decode(c.value, { stream: true });
      for (;;) {
        const m = RegExpPrototypeExec(/\r\n|\n|\r(?=[^])/, text);
        if (m === null) break;
        const line = StringPrototypeSlice(text, 0, m.index);
        text = StringPrototypeSlice(text, m.index + m[0].length);
        if (line === "") {
          if (e.has) fire(this, new MessageEvent(e.type === "" ? "message" : e.type, { data: StringPrototypeSlice(e.data, 0, e.data.length - 1), lastEventId: this.#last, origin }));
          e = { data: "", has: false, type: "" };
          if ((this.#state as number) === 2) return;
          continue;
        }
        const colon = StringPrototypeIndexOf(line, ":");
        if (colon === 0) continue;
        const field = colon < 0 ? line : StringPrototypeSlice(line, 0, colon);
        let value = colon < 0 ? "" : StringPrototypeSlice(line, colon + 1);
        if (value[0] === " ") value = StringPrototypeSlice(value, 1);
        if (field === "data") {
          e.data += value + "\n";
          e.has = true;
        } else if (field === "event") e.type = value;
        else if (field === "id" && StringPrototypeIndexOf(value, "\0") < 0) this.#last = value;
        else if (field === "retry" && RegExpPrototypeExec(/^\d+$/, value) !== null) this.#retry = Number_(value);
      }
      this.#read(decoder, text, e, origin);
    }, () => this.#again());
  }
  close(): void {
    this.#state = 2;
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#reader?.cancel();
  }
  get url(): string { return this.#url; }
  get withCredentials(): boolean { return this.#credentials; }
  get readyState(): number { return this.#state; }
}
constants(EventSource, { CONNECTING: 0, OPEN: 1, CLOSED: 2 });
webInterface(EventSource, "EventSource");
eventHandler(EventSource, "open");
eventHandler(EventSource, "message");
eventHandler(EventSource, "error");

defineGlobals({ WebSocket, EventSource });
