// Bun.serve, on the program's inbound-request event.

import {
  ArrayPrototypeIndexOf, ArrayPrototypePush, ArrayPrototypeSplice, DecodeURIComponent, Error_, FunctionPrototypeCall, NumberIsInteger, ObjectDefineProperty, ObjectKeys, PromiseResolve, Date_, DatePrototypeToUTCString,
  StringPrototypeIndexOf, StringPrototypeSlice, StringPrototypeSplit, StringPrototypeStartsWith, StringPrototypeToLowerCase, SymbolAsyncDispose, SymbolDispose, SymbolToStringTag, TypeError_,
  TypedArrayPrototypeGetLength, TypedArrayPrototypeSet, Uint8Array_, globalObject, SafeMap, SafeSet, SafeWeakMap, own, plain, setOwn, setValues, then, withResolvers, attempt,
} from "../primordials.ts";
import { AbortController, abortSignal } from "../events.ts";
import { errorText } from "../inspect.ts";
import { Request, Response, cloneResponse, makeRequest, takeResponse } from "../web/fetch.ts";
import { bufferBytes, exact } from "../web/blob.ts";
import { readChunks } from "../web/streams.ts";
import { URL } from "../url.ts";
import { close, keep, listen, type Incoming, type Listener, type Outgoing } from "../serve.ts";
import { coded, outOfRange } from "../node/errors.ts";
import { errnoOf, messageOf } from "../node/system_errors.ts";
import { process } from "../process.ts";
import { clearImmediate, setImmediate } from "../timers.ts";
import { wrap } from "../node/buffer.ts";

const usage = `Bun.serve() needs either:

  - A routes object:
     routes: {
       "/path": {
         GET: (req) => new Response("Hello")
       }
     }

  - Or a fetch handler:
     fetch: (req) => {
       return new Response("Hello")
     }

Learn more at https://bun.com/docs/api/http`;

const routeUsage = `Bun.serve() expects 'routes' to be an object shaped like:

  {
    "/path": {
      GET: (req) => new Response("Hello"),
      POST: (req) => new Response("Hello"),
    },
    "/path2/:param": new Response("Hello"),
    "/path3/:param1/:param2": (req) => new Response("Hello")
  }

Learn more at https://bun.com/docs/api/http`;

const badArg = (message: string): Error => coded(TypeError_, "ERR_INVALID_ARG_TYPE", message);

interface Route {
  parts: string[]; // ":name", "*" at the end, or text
  rank: number[]; // of each part: 0 text, 1 parameter, 2 wildcard
  value: any; // a Response, a function, or an object by method
}

interface Config {
  fetch: any;
  error: any;
  routes: Route[];
  websocket: any;
  maxBody: number;
}

function routesOf(routes: any): Route[] {
  const list: Route[] = [];
  if (routes === undefined) return list;
  if (routes === null || typeof routes !== "object") throw badArg(routeUsage);
  const paths = ObjectKeys(routes);
  for (let i = 0; i < paths.length; i++) {
    const path = paths[i]!;
    const value = routes[path];
    if (!StringPrototypeStartsWith(path, "/")) throw badArg(`Invalid route ${JSON_(path)}. Path must start with '/'`);
    if (value === false) continue;
    if (value === null || (typeof value !== "object" && typeof value !== "function")) throw badArg(routeUsage);
    const parts = StringPrototypeSplit(StringPrototypeSlice(path, 1), "/") as string[];
    const rank: number[] = [];
    for (let j = 0; j < parts.length; j++) ArrayPrototypePush(rank, parts[j] === "*" ? 2 : StringPrototypeStartsWith(parts[j]!, ":") ? 1 : 0);
    ArrayPrototypePush(list, { parts, rank, value });
  }
  return list;
}

function JSON_(s: string): string {
  return `"${s}"`;
}

function configOf(o: any): Config {
  if (o === null || typeof o !== "object") throw badArg("Bun.serve expects an object");
  if (o.fetch !== undefined && typeof o.fetch !== "function") throw badArg("Expected fetch() to be a function");
  if (o.error !== undefined && typeof o.error !== "function") throw badArg("Expected error to be a function");
  const routes = routesOf(o.routes ?? o.static);
  if (o.fetch === undefined && routes.length === 0) throw badArg(usage);
  return { fetch: o.fetch, error: o.error, routes, websocket: o.websocket, maxBody: typeof o.maxRequestBodySize === "number" ? o.maxRequestBodySize : 134217728 };
}

// better reports whether route a is more exact than b.
function better(a: Route, b: Route): boolean {
  for (let i = 0; i < a.rank.length && i < b.rank.length; i++) if (a.rank[i] !== b.rank[i]) return a.rank[i]! < b.rank[i]!;
  return a.rank.length > b.rank.length;
}

function match(r: Route, parts: string[]): any {
  const params: any = plain();
  const n = r.parts.length;
  for (let i = 0; i < n; i++) {
    if (r.rank[i] === 2 && i === n - 1) return parts.length > i ? params : undefined;
    if (i >= parts.length) return undefined;
    if (r.rank[i] === 1) {
      if (parts[i] === "") return undefined;
      let v = parts[i]!;
      try {
        v = DecodeURIComponent(v);
      } catch {
        // Not an escape: as it is.
      }
      params[StringPrototypeSlice(r.parts[i]!, 1)] = v;
    } else if (r.parts[i] !== parts[i]) return undefined;
  }
  return parts.length === n ? params : undefined;
}

const remotes = new SafeWeakMap<any, Incoming>();
const upgrades = new SafeWeakMap<any, { incoming: Incoming; done: boolean }>();

let ids = 0;

// pathFailed is the error of listening at the path of a Unix-domain socket; cause is the host's.
export function pathFailed(cause: any, path: string): Error {
  if (errnoOf(cause.code) === undefined) return cause;
  const code: string = cause.code === "EINVAL" && path[0] !== "\0" ? "ENAMETOOLONG" : cause.code;
  const e: any = new Error_(`${code}: ${messageOf(code)}, listen '${path}'`);
  setOwn(e, "code", code);
  setOwn(e, "path", path);
  setOwn(e, "syscall", "listen");
  setOwn(e, "errno", errnoOf(code));
  return e;
}

class Server {
  #c: Config;
  #l: Listener;
  #id: string;
  #dev: boolean;
  #host: string;
  #active = 0;
  #idle: any[] = [];
  #aborts: Set<any> = new SafeSet();
  #sockets: Set<any> = new SafeSet();
  #topics: Map<string, Set<any>> = new SafeMap();
  #stopped = false;
  constructor(c: Config, o: any) {
    this.#c = c;
    const path = typeof o.unix === "string" && o.unix !== "" ? o.unix : undefined;
    let port = o.port ?? process.env.BUN_PORT ?? process.env.PORT ?? 3000;
    if (typeof port === "string") port = +port;
    if (!NumberIsInteger(port) || port < 0 || port > 65535) throw outOfRange("options.port", ">= 0 and <= 65535", port);
    this.#host = path === undefined ? o.hostname ?? "localhost" : "localhost";
    this.#dev = o.development !== undefined ? !!o.development : process.env.NODE_ENV !== "production";
    this.#id = o.id ?? `server-${++ids}`;
    try {
      this.#l = listen(path ?? port, this.#host, (req, out) => void this.#serve(req, out));
    } catch (cause: any) {
      if (path !== undefined) throw pathFailed(cause, path);
      const e: any = new Error_(`Failed to start server. Is port ${port} in use?`);
      setOwn(e, "code", "EADDRINUSE");
      setOwn(e, "errno", 0);
      setOwn(e, "syscall", "listen");
      throw e;
    }
  }
  get port(): number | undefined { return this.#l.path === undefined ? this.#l.port : undefined; }
  get hostname(): string | undefined { return this.#l.path === undefined ? this.#host : undefined; }
  // #at is the host, and port if there is one, of what has none.
  get #at(): string { return this.#l.path === undefined ? `${this.#host}:${this.#l.port}` : this.#host; }
  get development(): boolean { return this.#dev; }
  get id(): string { return this.#id; }
  get protocol(): string { return "http"; }
  get address(): any { return this.#l.path ?? { address: "127.0.0.1", family: "IPv4", port: this.#l.port }; }
  get url(): any {
    const { path } = this.#l;
    if (path === undefined) return new URL(`http://${this.#host === "0.0.0.0" ? "localhost" : this.#host}:${this.#l.port}/`);
    return new URL(path[0] === "\0" ? `abstract://${StringPrototypeSlice(path, 1)}/` : `unix://${path}`);
  }
  get pendingRequests(): number { return this.#active; }
  get pendingWebSockets(): number { return setValues(this.#sockets).length; }
  #match(path: string, method: string): { value: any; params: any } | undefined {
    const parts = StringPrototypeSplit(StringPrototypeSlice(path, 1), "/") as string[];
    let best: Route | undefined, params: any, value: any;
    for (let i = 0; i < this.#c.routes.length; i++) {
      const r = this.#c.routes[i]!;
      const p = match(r, parts);
      if (p === undefined) continue;
      let v = r.value;
      if (typeof v === "object" && !(v instanceof Response)) {
        v = v[method] ?? (method === "HEAD" ? v.GET : undefined);
        if (v === undefined) continue;
      }
      if (best === undefined || better(r, best)) {
        best = r;
        params = p;
        value = v;
      }
    }
    return best === undefined ? undefined : { value, params };
  }
  // #answer is the Response to a request, or undefined if a WebSocket took it.
  async #answer(req: any, path: string): Promise<any> {
    try {
      const m = this.#match(path, req.method);
      let v: any;
      if (m !== undefined) {
        if (typeof m.value === "function") {
          ObjectDefineProperty(req, "params", { __proto__: null, value: m.params, writable: true, enumerable: true, configurable: true } as any);
          v = FunctionPrototypeCall(m.value, this, req, this);
        } else return cloneResponse(m.value);
      } else if (this.#c.fetch !== undefined) v = FunctionPrototypeCall(this.#c.fetch, this, req, this);
      else return new Response(null, { status: 404 });
      return v !== null && typeof v === "object" ? await v : v;
    } catch (e) {
      if (this.#c.error !== undefined) {
        try {
          const v = FunctionPrototypeCall(this.#c.error, this, e);
          const r = v !== null && typeof v === "object" ? await v : v;
          if (r instanceof Response) return r;
        } catch (e2) {
          report(e2);
        }
      } else report(e);
      return new Response("Something went wrong!", { status: 500 });
    }
  }
  async #serve(inc: Incoming, out: Outgoing): Promise<void> {
    const abort = new AbortController();
    const entry = { abort, out };
    inc.onGone(() => abortSignal(abort.signal, undefined));
    this.#aborts.add(entry);
    this.#active++;
    try {
      if (inc.body !== null && bufferBytes(inc.body) !== undefined && TypedArrayPrototypeGetLength(inc.body) > this.#c.maxBody) {
        out.head(413, "Payload Too Large", []);
        return out.end();
      }
      let hostname = this.#at;
      for (let i = 0; i < inc.headers.length; i += 2) if (StringPrototypeToLowerCase(inc.headers[i]!) === "host") hostname = inc.headers[i + 1]!;
      const req = makeRequest(inc.method, `http://${hostname}${inc.target}`, inc.headers, inc.body, abort.signal);
      remotes.set(req, inc);
      const up = { incoming: inc, done: false };
      upgrades.set(req, up);
      const q = StringPrototypeIndexOf(inc.target, "?");
      const r = await own(this.#answer(req, q < 0 ? inc.target : StringPrototypeSlice(inc.target, 0, q)));
      if (up.done) return out.end(); // a WebSocket has its own ways
      await own(send(r, inc, out));
    } catch (e) {
      out.fail(e);
    } finally {
      this.#aborts.delete(entry);
      this.#active--;
      if (this.#active === 0 && this.#stopped) this.#wake();
    }
  }
  #wake(): void {
    for (let i = 0; i < this.#idle.length; i++) this.#idle[i]!.resolve();
    this.#idle = [];
  }
  stop(closeActive?: boolean): Promise<void> {
    if (!this.#stopped) {
      this.#stopped = true;
      close(this.#l);
    }
    if (closeActive) {
      const all = setValues(this.#aborts);
      for (let i = 0; i < all.length; i++) {
        abortSignal(all[i].abort.signal, undefined);
        all[i].out.fail(undefined);
      }
      const sockets = setValues(this.#sockets);
      for (let i = 0; i < sockets.length; i++) sockets[i].terminate();
    }
    if (this.#active === 0) return PromiseResolve();
    const d = withResolvers<void>();
    ArrayPrototypePush(this.#idle, d);
    return d.promise;
  }
  reload(o: any): this {
    this.#c = configOf(o);
    return this;
  }
  fetch(input: any, init?: any): any {
    return attempt(() => {
      const req = typeof input === "string" && StringPrototypeStartsWith(input, "/") ? new Request(`http://${this.#at}${input}`, init) : input instanceof Request && init === undefined ? input : new Request(input, init);
      const u = new URL(req.url);
      return this.#answer(req, u.pathname);
    });
  }
  requestIP(req: any): any {
    const inc = remotes.get(req);
    return inc?.remote.address === undefined ? null : { address: inc.remote.address, family: inc.remote.family, port: inc.remote.port };
  }
  timeout(): void {}
  ref(): this {
    keep(this.#l, true);
    return this;
  }
  unref(): this {
    keep(this.#l, false);
    return this;
  }
  upgrade(req: any, options?: any): boolean {
    const up = upgrades.get(req);
    if (up === undefined || up.done || up.incoming.upgrade === undefined) return false;
    if (this.#c.websocket === undefined) throw new TypeError_('To enable websocket support, set the "websocket" object in Bun.serve({})');
    up.done = true;
    const ws = new ServerWebSocket(socketKey, this.#c.websocket, options?.data, up.incoming, this.#topics, (s: any) => this.#sockets.delete(s));
    this.#sockets.add(ws);
    up.incoming.upgrade.accept(ws.peer(), options?.headers);
    ws.opened();
    return true;
  }
  publish(topic: string, data: any): number {
    return publish(this.#topics, topic, data, undefined);
  }
  subscriberCount(topic: string): number {
    const set = this.#topics.get(topic);
    return set === undefined ? 0 : setValues(set).length;
  }
  [SymbolDispose](): void {
    void this.stop(true);
  }
  [SymbolAsyncDispose](): Promise<void> {
    return this.stop(true);
  }
  get [SymbolToStringTag](): string {
    return this.#dev ? "DebugHTTPServer" : "HTTPServer";
  }
}

function publish(topics: Map<string, Set<any>>, topic: string, data: any, except: any): number {
  const set = topics.get(topic);
  if (set === undefined) return 0;
  const all = setValues(set);
  let n = 0;
  for (let i = 0; i < all.length; i++) if (all[i] !== except) n += all[i].send(data);
  return n;
}

function report(e: any): void {
  host.setExitCode(1);
  host.write(2, `${e !== null && typeof e === "object" ? errorText(e, 0) : e}\n`);
}

const phrases: any = { __proto__: null, 200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 206: "Partial Content", 301: "Moved Permanently", 302: "Found", 303: "See Other", 304: "Not Modified", 307: "Temporary Redirect", 308: "Permanent Redirect", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 409: "Conflict", 410: "Gone", 413: "Payload Too Large", 418: "I'm a Teapot", 422: "Unprocessable Entity", 429: "Too Many Requests", 500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway", 503: "Service Unavailable" };

async function send(r: any, inc: Incoming, out: Outgoing): Promise<void> {
  const p = takeResponse(r);
  if (p === undefined) {
    out.head(204, "No Content", []);
    return out.end();
  }
  const headers: string[] = [];
  let date = false, length = false, type = false;
  for (let i = 0; i < p.headers.length; i++) {
    const name = p.headers[i]![0];
    if (name === "date") date = true;
    if (name === "content-length") length = true;
    if (name === "content-type") type = true;
    let value = p.headers[i]![1];
    if (name === "content-type" && value === "text/plain;charset=UTF-8") value = "text/plain;charset=utf-8"; // as Bun sends what it implied
    if (name === "content-type" && p.json && value === "application/json") value = "application/json;charset=utf-8";
    ArrayPrototypePush(headers, name, value);
  }
  if (!type && p.bytes !== undefined && TypedArrayPrototypeGetLength(p.bytes) > 0) ArrayPrototypePush(headers, "content-type", "application/octet-stream");
  if (!date) ArrayPrototypePush(headers, "date", DatePrototypeToUTCString(new Date_()));
  if (p.bytes !== undefined || p.stream === null) {
    const n = p.bytes === undefined ? 0 : TypedArrayPrototypeGetLength(p.bytes);
    if (!length && p.status !== 204 && p.status !== 304) ArrayPrototypePush(headers, "content-length", `${n}`);
    out.head(p.status, phrases[p.status] ?? "HM", headers);
    if (n > 0 && inc.method !== "HEAD") await own(out.write(p.bytes!) ?? PromiseResolve());
    return out.end();
  }
  // What a stream gives before the event loop turns goes out with its length, if it is all.
  let first: Uint8Array[] | undefined = [];
  let size = 0;
  const head = (): void => {
    clearImmediate(turn);
    const early = first;
    first = undefined;
    if (early === undefined) return;
    out.head(p.status, phrases[p.status] ?? "HM", headers);
    for (let i = 0; i < early.length; i++) out.write(early[i]!);
  };
  const turn = setImmediate(head);
  try {
    await own(readChunks(p.stream, (chunk) => {
      const b = typeof chunk === "string" ? host.utf8Encode(chunk) : bufferBytes(chunk);
      if (b === undefined) throw new TypeError_("Received non-Uint8Array chunk");
      if (first === undefined) return out.write(b);
      ArrayPrototypePush(first, b);
      size += TypedArrayPrototypeGetLength(b);
      if (size > maxFirst) head();
      return undefined;
    }));
    if (first !== undefined && !length) ArrayPrototypePush(headers, "content-length", `${size}`);
  } finally {
    head();
  }
  out.end();
}

const maxFirst = 65536; // bytes

// ---- WebSockets ----

const socketKey: any = { __proto__: null };

// Peer is one end of a WebSocket inside the process.
export interface Peer {
  message(data: any): void; // text or bytes
  closed(code: number, reason: string): void;
}

class ServerWebSocket {
  #h: any;
  #most: number; // bytes of a message
  #state = 1;
  #client: Peer | undefined;
  #waiting: any[] = [];
  #topics: Map<string, Set<any>>;
  #mine: string[] = [];
  #gone: (s: any) => void;
  #remote: string;
  #closed: [number, string] = [1006, ""];
  data: any;
  binaryType = "nodebuffer";
  constructor(k: any, handlers: any, data: any, inc: Incoming, topics: Map<string, Set<any>>, gone: (s: any) => void) {
    if (k !== socketKey) throw coded(TypeError_, "ERR_ILLEGAL_CONSTRUCTOR", "Illegal constructor");
    this.#h = handlers;
    const most = handlers.maxPayloadLength;
    this.#most = typeof most === "number" ? most : 16 << 20;
    this.data = data;
    this.#topics = topics;
    this.#gone = gone;
    this.#remote = inc.remote.address;
  }
  get readyState(): number { return this.#state; }
  get remoteAddress(): string { return this.#remote; }
  get subscriptions(): string[] { return this.#mine; }
  #call(name: string, a?: any, b?: any): void {
    const f = this.#h[name];
    if (typeof f !== "function") return;
    try {
      const r = FunctionPrototypeCall(f, this.#h, this, a, b);
      if (r !== null && typeof r === "object") void then(r, () => {}, report);
    } catch (e) {
      report(e);
    }
  }
  peer(): Peer & { client(c: Peer): void } {
    return {
      client: (c) => {
        this.#client = c;
        for (let i = 0; i < this.#waiting.length; i++) c.message(this.#waiting[i]);
        this.#waiting = [];
        if (this.#state === 3) c.closed(this.#closed[0], this.#closed[1]);
      },
      message: (d) => {
        if (this.#state !== 1) return;
        if ((typeof d === "string" ? host.utf8Length(d) : TypedArrayPrototypeGetLength(d)) > this.#most) {
          this.#client?.closed(1009, "Received too big message");
          this.#end(1006, "Received too big message");
          return;
        }
        this.#call("message", typeof d === "string" ? d : this.binaryType === "arraybuffer" ? exact(d) : this.binaryType === "uint8array" ? d : wrap(d));
      },
      closed: (code, reason) => this.#end(code, reason),
    };
  }
  opened(): void {
    this.#call("open");
  }
  #end(code: number, reason: string): void {
    if (this.#state === 3) return;
    this.#state = 3;
    this.#closed = [code, reason];
    while (this.#mine.length) this.unsubscribe(this.#mine[0]!);
    this.#gone(this);
    this.#call("close", code, reason);
  }
  send(d: any): number {
    if (this.#state !== 1) return 0;
    const b = typeof d === "string" ? d : bufferBytes(d);
    if (b === undefined) throw new TypeError_("send expects a string, ArrayBufferView or ArrayBuffer");
    const m = typeof b === "string" ? b : copyBytes(b);
    if (this.#client === undefined) ArrayPrototypePush(this.#waiting, m);
    else this.#client.message(m);
    return typeof b === "string" ? host.utf8Length(b) : TypedArrayPrototypeGetLength(b);
  }
  sendText(d: string): number { return this.send(`${d}`); }
  sendBinary(d: any): number { return this.send(d); }
  ping(): number { return 0; }
  pong(): number { return 0; }
  cork(f: any): any { return f(this); }
  close(code = 1000, reason = ""): void {
    if (this.#state !== 1) return;
    this.#client?.closed(code, reason);
    this.#end(code, reason);
  }
  terminate(): void {
    this.#client?.closed(1006, "");
    this.#end(1006, "");
  }
  subscribe(topic: string): void {
    let set = this.#topics.get(topic);
    if (set === undefined) this.#topics.set(topic, (set = new SafeSet<any>()));
    if (!set.has(this)) ArrayPrototypePush(this.#mine, topic);
    set.add(this);
  }
  unsubscribe(topic: string): void {
    this.#topics.get(topic)?.delete(this);
    const i = ArrayPrototypeIndexOf(this.#mine, topic);
    if (i >= 0) ArrayPrototypeSplice(this.#mine, i, 1);
  }
  isSubscribed(topic: string): boolean {
    return ArrayPrototypeIndexOf(this.#mine, topic) >= 0;
  }
  publish(topic: string, d: any): number {
    return publish(this.#topics, topic, d, this);
  }
}

function copyBytes(b: Uint8Array): Uint8Array {
  const copy = new Uint8Array_(TypedArrayPrototypeGetLength(b));
  TypedArrayPrototypeSet(copy, b);
  return copy;
}

export function serve(o: any): any {
  return new Server(configOf(o), o);
}

// serveDefault serves the default export of a program's entry if it is a server's configuration, and says so.
export function serveDefault(o: any): void {
  if (o === globalObject || (typeof o.fetch !== "function" && o.app === undefined) || typeof o.stop === "function") return;
  const s = serve(o);
  host.write(1, `Started ${s.development ? "development " : ""}server: ${s.protocol}://${s.hostname}:${s.port}\n`);
}
