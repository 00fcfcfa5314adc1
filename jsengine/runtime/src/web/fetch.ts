// fetch, Headers, Request and Response.

import {
  ArrayIsArray, ArrayPrototypeIncludes, ArrayPrototypeIndexOf, ArrayPrototypeJoin, ArrayPrototypePush, ArrayPrototypeSort, ArrayPrototypeSplice, ErrorPrototypeGetStack, Error_, FunctionPrototypeCall, FunctionPrototypeSymbolHasInstance, JSONParse, JSONStringify, NumberIsNaN, ObjectDefineProperty, ObjectPrototypePropertyIsEnumerable, ObjectHasOwn,
  PromiseReject, RangeError_, ReflectOwnKeys, RegExpPrototypeExec, StringPrototypeCharCodeAt, StringPrototypeIncludes, StringPrototypeIndexOf, StringPrototypeReplace, StringPrototypeSlice,
  StringPrototypeStartsWith, StringPrototypeToLowerCase, StringPrototypeToUpperCase, SymbolAsyncIterator, SymbolIterator, TypeError_,
  TypedArrayPrototypeGetLength, TypedArrayPrototypeGetSymbolToStringTag, TypedArrayPrototypeSet, TypedArrayPrototypeSubarray, Uint8Array_, getterOf, globalObject, hide, iterate, own, setOwn, then, withResolvers,
} from "../primordials.ts";
import { OP } from "buntime:ops";
import { defineGlobal, defineGlobals, webInterface } from "../globals.ts";
import { inspect, inspectAs } from "../inspect.ts";
import { DOMException } from "../errors.ts";
import { coded as codedError } from "../node/errors.ts";
import { blobAt, blobOf, blobSource, bufferBytes, exact, isBlob, join, sizeText } from "./blob.ts";
import { decodeForm, encodeForm, isFormData } from "./formdata.ts";
import { forEachPair, iterable, iterators } from "./iterators.ts";
import { ReadableStream, cancelStream, errorStream, isDisturbed, isLocked, isReadableStream, lockStream, makeReadable, proxyOf, readChunks, teeStream } from "./streams.ts";
import { URL, URLSearchParams, hrefOf } from "../url.ts";
import { uncloneable } from "../structured-clone.ts";
import { mimeText } from "../node/mime.ts";
import { errnoOf } from "../node/system_errors.ts";
import { asNode } from "../mode.ts";
import { fetched } from "../performance.ts";
import { isToken } from "../text.ts";
import { connectPath, deliver, listenedOn, listenerOn, type Answer, type Listener } from "../serve.ts";

// ---- Headers ----

const badValue = /[\0\r\n]|[^\0-\xff]/;
const wide = /[^\0-\xff]/;
const edges = /^[\t\n\r ]+|[\t\n\r ]+$/g;

// byteString throws for what WebIDL cannot make a ByteString of.
function byteString(s: string): void {
  if (host.headerText(s) !== 0) return;
  const m: any = RegExpPrototypeExec(wide, s);
  if (m !== null) throw new TypeError_(`Cannot convert argument to a ByteString because the character at index ${m.index} has a value of ${StringPrototypeCharCodeAt(s, m.index)} which is greater than 255.`);
}

function headerName(name: any, method: string): string {
  const s = `${name}`;
  if (!isToken(s)) throw new TypeError_(`Headers.${method}: ${JSONStringify(s)} is an invalid header name.`);
  return StringPrototypeToLowerCase(s);
}

function headerValue(name: string, value: any): string {
  let s = `${value}`;
  if (host.headerText(s) !== 0) return s;
  s = StringPrototypeReplace(s, edges, "");
  if (RegExpPrototypeExec(badValue, s) !== null) throw new TypeError_(`Headers: ${JSONStringify(s)} is an invalid value of header ${JSONStringify(name)}.`);
  return s;
}

const headersIterator = iterators("Headers");

let isHeaders: (v: any) => boolean;
export let headerList: (h: any) => [string, string][];
let givenNames: (h: any) => any;
let setGuard: (h: any, immutable: boolean) => void;

// Kept is what was found out of a list of headers: the pairs of each name among the first ones, and all in order, when there were so many.
interface Kept {
  pairs: any;
  counted: number;
  sorted: [string, string][] | undefined;
  length: number;
}

const newKept = (): Kept => ({ __proto__: null, pairs: { __proto__: null }, counted: 0, sorted: undefined, length: 0 }) as any;

export class Headers {
  #list: [string, string][] = []; // grows outside of this class, too, but nothing else of it changes there
  #kept: Kept | undefined = undefined; // what was found out of the list
  #given: any = undefined; // names as they were given, which Node prints, by those in lower case
  #immutable = false;
  static {
    isHeaders = (v) => #list in v;
    headerList = (h) => h.#list;
    givenNames = (h) => h.#given;
    setGuard = (h, immutable) => {
      h.#immutable = immutable;
    };
  }
  constructor(init?: any) {
    if (init === undefined || (init === null && !asNode())) return;
    if ((typeof init !== "object" && typeof init !== "function") || init === null) throw new TypeError_("Headers constructor: init must be an object or a sequence");
    if (#list in init && !ObjectHasOwn(init, SymbolIterator)) {
      const from = (init as Headers).#list;
      const given = (init as Headers).#given;
      if (given !== undefined) this.#given = { __proto__: null, ...given };
      for (let i = 0; i < from.length; i++) ArrayPrototypePush(this.#list, [from[i]![0], from[i]![1]]);
      return;
    }
    if (init[SymbolIterator] !== undefined) {
      const all = iterate<any>(init, "Headers init");
      for (let i = 0; i < all.length; i++) {
        const pair = ArrayIsArray(all[i]) ? all[i] : iterate<any>(all[i], "Headers init pair");
        if (pair.length !== 2) throw new TypeError_("Headers constructor: each pair must have a name and a value");
        this.append(pair[0], pair[1]);
      }
      return;
    }
    // WebIDL converts all of a record before any of it is looked at.
    const given: [string, string][] = [];
    const keys = ReflectOwnKeys(init);
    for (let i = 0; i < keys.length; i++) {
      if (!ObjectPrototypePropertyIsEnumerable(init, keys[i]!)) continue;
      if (typeof keys[i] === "symbol") throw new TypeError_("Headers contructor: init is a symbol, which cannot be converted to a DOMString.");
      byteString(keys[i] as string);
      const value = init[keys[i]!];
      if (value === undefined && !asNode()) continue; // Bun leaves it out
      const text = `${value}`;
      byteString(text);
      ArrayPrototypePush(given, [keys[i] as string, text]);
    }
    for (let i = 0; i < given.length; i++) this.append(given[i]![0], given[i]![1]);
  }
  #check(): void {
    if (this.#immutable) throw new TypeError_("Headers are immutable");
  }
  // pairs are those of n in the list. Those of a long list are kept, so that thousands of names cost no search each.
  #pairs(n: string): [string, string][] {
    const list = this.#list;
    if (list.length < 32) {
      if (this.#kept !== undefined && this.#kept.counted > 0) this.#kept = undefined;
      const out: [string, string][] = [];
      for (let i = 0; i < list.length; i++) if (list[i]![0] === n) ArrayPrototypePush(out, list[i]!);
      return out;
    }
    const kept = (this.#kept ??= newKept());
    for (; kept.counted < list.length; kept.counted++) {
      const pair = list[kept.counted]!;
      const others = kept.pairs[pair[0]];
      if (others === undefined) kept.pairs[pair[0]] = [pair];
      else ArrayPrototypePush(others, pair);
    }
    return kept.pairs[n] ?? [];
  }
  // name keeps how the name n was given, the first time or again.
  #name(n: string, given: any, again: boolean): void {
    if (given === n && this.#given === undefined) return;
    if (!again && this.#pairs(n).length > 0) return;
    this.#given ??= { __proto__: null };
    this.#given[n] = typeof given === "string" ? given : n;
  }
  append(name: any, value: any): void {
    const n = headerName(name, "append");
    const v = headerValue(n, value);
    this.#check();
    this.#name(n, name, false);
    ArrayPrototypePush(this.#list, [n, v]);
  }
  set(name: any, value: any): void {
    const n = headerName(name, "set");
    const v = headerValue(n, value);
    this.#check();
    this.#name(n, name, true);
    const pairs = this.#pairs(n);
    if (this.#kept !== undefined) this.#kept.sorted = undefined;
    if (pairs.length === 0) ArrayPrototypePush(this.#list, [n, v]);
    else {
      pairs[0]![1] = v;
      this.#remove(n, pairs, 1);
    }
  }
  // remove takes the pairs of n from the given one on out of the list.
  #remove(n: string, pairs: [string, string][], from: number): void {
    for (let i = from; i < pairs.length; i++) ArrayPrototypeSplice(this.#list, ArrayPrototypeIndexOf(this.#list, pairs[i]!), 1);
    const kept = this.#kept;
    if (kept === undefined || pairs.length === from) return;
    kept.sorted = undefined;
    if (kept.counted === 0) return;
    kept.counted -= pairs.length - from;
    if (from === 0) delete kept.pairs[n];
    else pairs.length = from;
  }
  delete(name: any): void {
    const n = headerName(name, "delete");
    this.#check();
    this.#remove(n, this.#pairs(n), 0);
  }
  get(name: any): string | null {
    const n = headerName(name, "get");
    const pairs = this.#pairs(n);
    let out: string | null = null;
    for (let i = 0; i < pairs.length; i++) {
      const value = pairs[i]![1];
      out = out === null ? value : `${out}${n === "cookie" ? "; " : ", "}${value}`;
    }
    return out;
  }
  has(name: any): boolean {
    return this.#pairs(headerName(name, "has")).length > 0;
  }
  getSetCookie(): string[] {
    const out: string[] = [];
    for (let i = 0; i < this.#list.length; i++) if (this.#list[i]![0] === "set-cookie") ArrayPrototypePush(out, this.#list[i]![1]);
    return out;
  }
  getAll(name: any): string[] {
    const n = headerName(name, "getAll");
    if (n !== "set-cookie") throw new TypeError_('Only "set-cookie" is supported.');
    return this.getSetCookie();
  }
  get count(): number {
    return this.#sorted().length;
  }
  toJSON(): Record<string, any> {
    const out: any = {};
    const list = this.#sorted();
    for (let i = 0; i < list.length; i++) {
      if (list[i]![0] === "set-cookie") setOwn(out, "set-cookie", this.getSetCookie());
      else setOwn(out, list[i]![0], list[i]![1]);
    }
    return out;
  }
  #sorted(): [string, string][] {
    const kept = (this.#kept ??= newKept());
    if (kept.sorted !== undefined && kept.length === this.#list.length) return kept.sorted;
    const out: [string, string][] = [];
    const seen: any = { __proto__: null };
    for (let i = 0; i < this.#list.length; i++) {
      const n = this.#list[i]![0];
      if (n === "set-cookie") {
        ArrayPrototypePush(out, this.#list[i]);
        continue;
      }
      if (seen[n]) continue;
      seen[n] = true;
      ArrayPrototypePush(out, [n, FunctionPrototypeCall(getHeader, this, n)]);
    }
    kept.length = this.#list.length;
    return (kept.sorted = ArrayPrototypeSort(out, (a: any, b: any) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0)));
  }
  entries(): any {
    return headersIterator(() => this.#sorted(), "entries");
  }
  keys(): any {
    return headersIterator(() => this.#sorted(), "keys");
  }
  values(): any {
    return headersIterator(() => this.#sorted(), "values");
  }
  forEach(fn: any, self?: any): void {
    forEachPair(() => this.#sorted(), fn, self, this);
  }
}
const getHeader = Headers.prototype.get;
webInterface(Headers, "Headers");
iterable(Headers, "entries");
const headersToJSON = Headers.prototype.toJSON;

// shownHeaders is what Node prints of headers: names as they were given first, in that order.
export function shownHeaders(headers: any): object {
  const list = headerList(headers);
  const given = givenNames(headers);
  const names: any = { __proto__: null };
  const out: any = {};
  for (let i = 0; i < list.length; i++) {
    const h = list[i]!;
    const n = h[0];
    if (names[n] === undefined) setOwn(out, (names[n] = given?.[n] ?? n), h[1]);
    else setOwn(out, names[n], `${out[names[n]]}${n === "cookie" ? "; " : ", "}${h[1]}`);
  }
  return out;
}
inspectAs(Headers, "Headers", (h) => FunctionPrototypeCall(headersToJSON, h), true);

function headerOf(list: [string, string][], name: string): string | null {
  for (let i = 0; i < list.length; i++) if (list[i]![0] === name) return list[i]![1];
  return null;
}

// ---- Bodies ----

// A body: bytes in memory, or a stream. type is the Content-Type it implies.
interface Body {
  bytes: Uint8Array | undefined;
  stream: any; // a ReadableStream, made when asked
  type: string | null;
  used: boolean;
  aborted?: boolean; // before it was read
}

function copyOf(b: Uint8Array): Uint8Array {
  const out = new Uint8Array_(TypedArrayPrototypeGetLength(b));
  TypedArrayPrototypeSet(out, b);
  return out;
}

function bodyOf(v: any): Body | null {
  if (v === null || v === undefined) return null;
  const memory = (bytes: Uint8Array, type: string | null): Body => ({ bytes, stream: undefined, type, used: false });
  if (typeof v === "object") {
    const b = bufferBytes(v);
    if (b !== undefined) return memory(copyOf(b), null);
    if (isBlob(v)) {
      const src = blobSource(v);
      return memory(src.read(0, src.size()), v.type || null);
    }
    if (isFormData(v)) {
      const f = encodeForm(v);
      return memory(f.bytes, f.type);
    }
    if (v instanceof URLSearchParams) return memory(host.utf8Encode(FunctionPrototypeCall(paramsToString, v)), "application/x-www-form-urlencoded;charset=UTF-8");
    if (isReadableStream(v)) {
      if (isDisturbed(v) || isLocked(v)) throw new TypeError_("Response body object should not be disturbed or locked");
      return { bytes: undefined, stream: v, type: null, used: false };
    }
    if (typeof v[SymbolAsyncIterator] === "function") return { bytes: undefined, stream: fromIterable(v), type: null, used: false };
  }
  // Bun's: an async generator function gives the body.
  if (typeof v === "function" && host.classOf(v) === "AsyncGeneratorFunction") return { bytes: undefined, stream: fromIterable(v()), type: null, used: false };
  // Bun runs an async generator function for its chunks.
  if (typeof v === "function" && !asNode() && FunctionPrototypeSymbolHasInstance(AsyncGeneratorFunction, v)) return { bytes: undefined, stream: fromIterable(v()), type: null, used: false };
  return memory(host.utf8Encode(`${v}`), "text/plain;charset=UTF-8");
}
const AsyncGeneratorFunction: any = Object.getPrototypeOf(async function* () {}).constructor;
const paramsToString = URLSearchParams.prototype.toString;
const fromIterable = ReadableStream.from;

function streamOf(b: Body): any {
  if (b.stream === undefined) {
    const bytes = b.bytes!;
    b.bytes = undefined;
    let sent = false;
    b.stream = makeReadable({
      pull(c) {
        if (!sent && TypedArrayPrototypeGetLength(bytes) > 0) c.enqueue(bytes);
        sent = true;
        c.close();
      },
    }, true);
  }
  return b.stream;
}

function bodyUsed(b: Body | null): boolean {
  return b !== null && (b.used || (b.stream !== undefined && isDisturbed(b.stream)));
}

function bodyLocked(b: Body): boolean {
  return b.stream !== undefined && isLocked(b.stream);
}

// Read is what was read of a body: an object that no then of a guest's is looked for in.
interface Read {
  bytes: Uint8Array;
}

const readOf = (bytes: Uint8Array): Read => ({ __proto__: null, bytes }) as any;

// chunkBytes are the bytes of a chunk of a body's stream: Node takes nothing but a Uint8Array.
function chunkBytes(chunk: any): Uint8Array {
  const bytes = typeof chunk === "string" ? host.utf8Encode(chunk) : bufferBytes(chunk);
  if (bytes === undefined || (asNode() && TypedArrayPrototypeGetSymbolToStringTag(chunk) !== "Uint8Array")) throw new TypeError_("Received non-Uint8Array chunk");
  return bytes;
}

// consume reads a body to its end, once.
async function consume(b: Body | null): Promise<Read> {
  if (b === null) return readOf(new Uint8Array_(0));
  if (bodyUsed(b) || bodyLocked(b)) throw asNode() ? new TypeError_("Body is unusable: Body has already been read") : coded("ERR_BODY_ALREADY_USED", "Body already used");
  b.used = true;
  if (b.aborted) throw new DOMException("The operation was aborted.", "AbortError");
  if (b.stream === undefined) return readOf(b.bytes!);
  const pieces: Uint8Array[] = [];
  await own(readChunks(b.stream, (chunk) => {
    ArrayPrototypePush(pieces, chunkBytes(chunk));
  }));
  return readOf(join(pieces));
}

function coded(code: string, message: string): Error {
  const e = new TypeError_(message);
  setOwn(e, "code", code);
  return e;
}

function cloneBody(b: Body | null): Body | null {
  if (b === null) return null;
  if (bodyUsed(b) || bodyLocked(b)) throw new TypeError_("Body is disturbed or locked");
  if (b.stream === undefined) return { bytes: copyOf(b.bytes!), stream: undefined, type: b.type, used: false };
  const two = teeStream(b.stream);
  b.stream = two[0];
  return { bytes: undefined, stream: two[1], type: b.type, used: false };
}

// mixin adds the methods of Body to a class whose instances' body and type state gives.
function mixin(cls: any, state: (o: any) => { body: Body | null; headers: any }): void {
  const proto = cls.prototype;
  const method = (name: string, use: (bytes: Uint8Array, type: string) => any): void => {
    const fn = {
      [name](this: any): Promise<any> {
        let st: { body: Body | null; headers: any };
        try {
          st = state(this);
        } catch (e) {
          return PromiseReject(e);
        }
        return (async () => {
          const type = headerOf(headerList(st.headers), "content-type") ?? "";
          return use((await own(consume(st.body))).bytes, type);
        })();
      },
    }[name]!;
    ObjectDefineProperty(proto, name, { __proto__: null, value: fn, writable: true, enumerable: true, configurable: true } as any);
  };
  method("text", (b) => host.utf8Decode(b));
  method("json", (b) => JSONParse(host.utf8Decode(b)));
  method("arrayBuffer", (b) => exact(b));
  method("bytes", (b) => b);
  method("blob", (b, type) => blobOf(b, mimeText(type)));
  method("formData", (b, type) => decodeForm(b, type));
  ObjectDefineProperty(proto, "body", { __proto__: null, enumerable: true, configurable: true, get(this: any) {
    const b = state(this).body;
    if (b === null) return null;
    if (b.used && b.stream === undefined) {
      // Its bytes were read: what is left is a stream that is closed, and locked by who read it.
      b.stream = makeReadable({ pull: (c) => c.close() }, true);
      lockStream(b.stream);
    }
    return streamOf(b);
  } } as any);
  ObjectDefineProperty(proto, "bodyUsed", { __proto__: null, enumerable: true, configurable: true, get(this: any) {
    return bodyUsed(state(this).body);
  } } as any);
}

// ---- Request ----

const normalMethods = { __proto__: null, DELETE: 1, GET: 1, HEAD: 1, OPTIONS: 1, POST: 1, PUT: 1 } as any;

interface RequestState {
  method: string;
  url: string;
  headers: any;
  body: Body | null;
  redirect: string;
  signal: any;
  input: any; // other members, as given
  blob: any; // what a blob: URL stood for
  called?: Error; // made where fetch was called
  unix?: string; // the path of the socket to send it to, as Bun's fetch takes it
}

let reqState: (r: any) => RequestState;
let isRequest: (r: any) => boolean;

const usernameOf = getterOf(URL.prototype, "username");
const passwordOf = getterOf(URL.prototype, "password");

function parseURL(input: any): string {
  let u: any;
  try {
    u = new URL(`${input}`);
  } catch (e) {
    const err: any = new TypeError_(`Failed to parse URL from ${input}`, { __proto__: null, cause: e } as any);
    if (!asNode()) setOwn(err, "code", "ERR_INVALID_URL");
    throw err;
  }
  if (usernameOf(u) || passwordOf(u)) throw new TypeError_(`Request cannot be constructed from a URL that includes credentials: ${input}`);
  return hrefOf(u);
}

// given reports whether an option is; to Bun null is none.
function given(value: any): boolean {
  return value !== undefined && (value !== null || asNode());
}

// choice is an option of a Request: one of list, or undefined if it is not given.
// Bun looks at some of them only.
function choice(init: any, name: string, list: string[], checked = true): string | undefined {
  const value = init[name];
  if (!given(value)) return undefined;
  const s = `${value}`;
  if (ArrayPrototypeIncludes(list, s) || !(checked || asNode())) return s;
  if (asNode()) throw new TypeError_(`Request constructor: ${s} is not an accepted type. Expected one of ${ArrayPrototypeJoin(list, ", ")}.`);
  let text = "";
  for (let i = 0; i < list.length; i++) text += `${i === 0 ? "" : i === list.length - 1 ? " or " : ", "}'${list[i]}'`;
  throw codedError(TypeError_, "ERR_INVALID_ARG_TYPE", `${name} must be one of ${text}`);
}

const referrerPolicies = [
  "", "no-referrer", "no-referrer-when-downgrade", "same-origin", "origin", "strict-origin", "origin-when-cross-origin", "strict-origin-when-cross-origin", "unsafe-url",
];
const cacheModes = ["default", "no-store", "reload", "no-cache", "force-cache", "only-if-cached"];

// referrerOf is the URL that referrer means, in Node; Bun takes what it is given.
function referrerOf(referrer: any): string {
  const s = `${referrer}`;
  if (!asNode() || s === "") return s;
  try {
    return hrefOf(new URL(s) as any);
  } catch (e) {
    throw new TypeError_(`Referrer "${s}" is not a valid URL.`, { __proto__: null, cause: e } as any);
  }
}

// options are the members of a Request that say how it is sent, from init and the
// Request that it is made from.
function options(init: any, from: RequestState | undefined): { redirect: string; input: any } {
  const referrerPolicy = choice(init, "referrerPolicy", referrerPolicies, false);
  const mode = choice(init, "mode", asNode() ? ["navigate", "same-origin", "no-cors", "cors"] : ["same-origin", "no-cors", "cors", "navigate"]);
  const credentials = choice(init, "credentials", ["omit", "same-origin", "include"], false);
  const cache = choice(init, "cache", cacheModes);
  const redirect = choice(init, "redirect", ["follow", "manual", "error"]);
  if (asNode()) choice(init, "duplex", ["half"]);
  const old = asNode() && ReflectOwnKeys(init).length > 0 ? undefined : from?.input; // with any option these are as new
  const input = {
    cache: cache ?? from?.input.cache ?? "default", credentials: credentials ?? from?.input.credentials ?? "same-origin", mode: mode ?? from?.input.mode ?? "cors",
    referrer: old?.referrer ?? "about:client", referrerPolicy: referrerPolicy ?? old?.referrerPolicy ?? "",
    integrity: given(init.integrity) ? `${init.integrity}` : from?.input.integrity ?? "", keepalive: !!(init.keepalive ?? from?.input.keepalive ?? false),
  };
  if (given(init.referrer)) input.referrer = referrerOf(init.referrer);
  if (asNode()) {
    if (init.window != null) throw new TypeError_("'window' option 'client' must be null");
    if (mode === "navigate") throw new TypeError_("Request constructor: invalid request mode navigate.");
    if (input.cache === "only-if-cached" && input.mode !== "same-origin") throw new TypeError_("'only-if-cached' can be set only with 'same-origin' mode");
  }
  return { redirect: redirect ?? from?.redirect ?? "follow", input };
}

export class Request {
  #s: RequestState;
  static {
    reqState = (r) => r.#s;
    isRequest = (r) => r !== null && typeof r === "object" && #s in r;
  }
  constructor(source: any, init?: any) {
    if (arguments.length === 0) throw new TypeError_("Request constructor: 1 argument required");
    if (init === null || init === undefined) init = { __proto__: null };
    else if (typeof init !== "object" && typeof init !== "function") throw new TypeError_("Request constructor: init must be an object");
    const from: RequestState | undefined = isRequest(source) ? (source as Request).#s : undefined;
    const url = from === undefined ? parseURL(source) : from.url;
    const { redirect, input } = options(init, from);
    let method = from?.method ?? "GET";
    if (init.method !== undefined) {
      method = `${init.method}`;
      if (!isToken(method)) throw new TypeError_(`'${method}' is not a valid HTTP method.`);
      const upper = StringPrototypeToUpperCase(method);
      if (upper === "CONNECT" || upper === "TRACE" || upper === "TRACK") throw new TypeError_(`'${method}' HTTP method is unsupported.`);
      if (normalMethods[upper]) method = upper;
    }
    if (asNode() && init.mode !== undefined && input.mode === "no-cors" && method !== "GET" && method !== "HEAD" && method !== "POST") throw new TypeError_(`'${method} is unsupported in no-cors mode.`);
    const headers = new Headers(init.headers !== undefined ? init.headers : from?.headers);
    let signal = from?.signal;
    if (init.signal !== undefined) {
      signal = init.signal;
      if (signal !== null && (typeof signal !== "object" || !("aborted" in signal))) throw new TypeError_("Request constructor: signal is not an AbortSignal.");
    }
    let body: Body | null = null;
    if (init.body !== undefined && init.body !== null) {
      if (method === "GET" || method === "HEAD") throw new TypeError_("Request with GET/HEAD method cannot have body.");
      body = bodyOf(init.body);
      if (body!.bytes === undefined && init.duplex === undefined && asNode()) throw new TypeError_("RequestInit: duplex option is required when sending a body.");
      if (body!.type !== null && headerOf(headerList(headers), "content-type") === null) headers.append("content-type", body!.type);
    } else if (from !== undefined && from.body !== null) {
      if (bodyUsed(from.body) || bodyLocked(from.body)) throw new TypeError_("Cannot construct a Request with a Request object that has already been used.");
      const { bytes, stream, type } = from.body;
      body = { bytes, stream: stream === undefined ? undefined : proxyOf(stream), type, used: false };
      from.body.used = true;
    }
    this.#s = {
      method, url, headers, body, redirect, signal: signal ?? undefined,
      blob: from !== undefined ? from.blob : StringPrototypeStartsWith(url, "blob:") ? blobAt(url) : undefined,
      input,
    };
  }
  get method(): string { return this.#s.method; }
  get url(): string { return this.#s.url; }
  get headers(): any { return this.#s.headers; }
  get redirect(): string { return this.#s.redirect; }
  get signal(): any {
    this.#s.signal ??= new globalObject.AbortController().signal;
    return this.#s.signal;
  }
  get cache(): string { return this.#s.input.cache; }
  get credentials(): string { return this.#s.input.credentials; }
  get destination(): string { return ""; }
  get duplex(): string { return "half"; }
  get integrity(): string { return this.#s.input.integrity; }
  get keepalive(): boolean { return this.#s.input.keepalive; }
  get mode(): string { return this.#s.input.mode; }
  get referrer(): string { return this.#s.input.referrer; }
  get referrerPolicy(): string { return this.#s.input.referrerPolicy; }
  clone(): any {
    const s = this.#s;
    const body = cloneBody(s.body);
    const copy = new Request(s.url, { method: s.method, headers: s.headers, redirect: s.redirect, signal: s.signal, ...s.input });
    copy.#s.body = body;
    copy.#s.blob = s.blob;
    return copy;
  }
}
mixin(Request, (r) => reqState(r));
webInterface(Request, "Request");
inspectAs(Request, "Request", (r) => ({ method: reqState(r).method, url: reqState(r).url, headers: reqState(r).headers }), false, (r) => {
  const s = reqState(r);
  return withBody("Request", s.body, [["method", s.method], ["url", s.url], ["headers", s.headers]]);
});

// withBody is a Request or Response as Bun prints it: its fields, then its body.
function withBody(name: string, body: Body | null, fields: [string, unknown][]): string {
  const size = body?.bytes === undefined ? 0 : TypedArrayPrototypeGetLength(body.bytes);
  let out = `${name} (${sizeText(size)}) {`;
  for (let i = 0; i < fields.length; i++) {
    let v: any = fields[i]![1];
    // The type that a text implies is not among the headers until somebody looks.
    if (fields[i]![0] === "headers" && body?.type === "text/plain;charset=UTF-8" && headerOf(headerList(v), "content-type") === body.type) {
      const list = headerList(v);
      v = new Headers();
      for (let j = 0; j < list.length; j++) if (list[j]![0] !== "content-type") ArrayPrototypePush(headerList(v), list[j]);
    }
    out += `${i === 0 ? "" : ","}\n  ${fields[i]![0]}: ${inspect(v, { indent: 1, quote: true })}`;
  }
  const comma = name === "Request" ? "" : ",";
  if (body?.stream !== undefined) out += `${comma}\n  ${inspect(body.stream, { indent: 1 })}`;
  else if (size > 0) out += `${comma}\n  Blob (${sizeText(size)})`;
  return `${out}\n}`;
}

// ---- Response ----

interface ResponseState {
  type: string;
  status: number;
  statusText: string;
  url: string;
  redirected: boolean;
  headers: any;
  body: Body | null;
  json?: boolean; // made by Response.json, which also gave the type
}

let isResponse: (v: any) => boolean;
let resState: (r: any) => ResponseState;
const internal: any = { __proto__: null };

function nullBody(status: number): boolean {
  return status === 101 || status === 103 || status === 204 || status === 205 || status === 304;
}

const reason = /^[\t\x20-\x7e\x80-\xff]*$/;

export class Response {
  #s: ResponseState;
  static {
    isResponse = (v) => v !== null && typeof v === "object" && #s in v;
    resState = (r) => r.#s;
  }
  constructor(body?: any, init?: any) {
    if (body === internal) {
      this.#s = init;
      return;
    }
    if (typeof init === "number") init = { status: init };
    if (init === undefined || init === null) init = {};
    else if (typeof init !== "object" && typeof init !== "function") throw new TypeError_("Response constructor: init must be an object");
    let status = 200;
    if (init.status !== undefined) {
      status = +init.status;
      if (NumberIsNaN(status) || status !== (status | 0) || status < 200 || status > 599) {
        if (status !== 101) throw new RangeError_(`init["status"] must be in the range of 200 to 599, inclusive.`);
      }
    }
    const statusText = init.statusText === undefined ? "" : `${init.statusText}`;
    if (RegExpPrototypeExec(reason, statusText) === null) throw new TypeError_("Invalid statusText");
    const headers = new Headers(init.headers);
    const b = bodyOf(body);
    if (b !== null) {
      if (nullBody(status)) throw new TypeError_(`Response constructor: Invalid response status code ${status}`);
      if (b.type !== null && headerOf(headerList(headers), "content-type") === null) headers.append("content-type", b.type);
    }
    this.#s = { type: "default", status, statusText, url: "", redirected: false, headers, body: b };
  }
  get type(): string { return this.#s.type; }
  get url(): string { return this.#s.url; }
  get redirected(): boolean { return this.#s.redirected; }
  get status(): number { return this.#s.status; }
  get ok(): boolean { return this.#s.status >= 200 && this.#s.status <= 299; }
  get statusText(): string { return this.#s.statusText; }
  get headers(): any { return this.#s.headers; }
  clone(): any {
    const s = this.#s;
    const body = cloneBody(s.body);
    const headers = new Headers(s.headers);
    return new Response(internal, { type: s.type, status: s.status, statusText: s.statusText, url: s.url, redirected: s.redirected, headers, body, json: s.json });
  }
  static error(): any {
    const headers = new Headers();
    setGuard(headers, true);
    return new Response(internal, { type: "error", status: 0, statusText: "", url: "", redirected: false, headers, body: null });
  }
  static redirect(url: any, status: any = 302): any {
    let init: any;
    if (status !== null && typeof status === "object") {
      init = status;
      status = init.status ?? 302;
    }
    status = +status;
    if (status !== 301 && status !== 302 && status !== 303 && status !== 307 && status !== 308) throw new RangeError_(`Invalid status code ${status}`);
    let href: string;
    try {
      href = hrefOf(new URL(`${url}`));
    } catch (e) {
      if (asNode()) throw new TypeError_(`Failed to parse URL from ${url}`, { __proto__: null, cause: e } as any);
      href = `${url}`; // Bun takes a path
    }
    const headers = new Headers(init?.headers);
    headers.set("location", href);
    setGuard(headers, true);
    return new Response(internal, { type: "default", status, statusText: "", url: "", redirected: false, headers, body: null });
  }
  static json(data: any, init?: any): any {
    const text = JSONStringify(data);
    if (text === undefined) throw new TypeError_("Value is not JSON serializable");
    if (typeof init === "number") init = { status: init };
    const headers = new Headers(init?.headers);
    const implied = headerOf(headerList(headers), "content-type") === null;
    if (implied) headers.append("content-type", "application/json");
    const r = new Response(text, { status: init?.status, statusText: init?.statusText, headers });
    r.#s.json = implied;
    return r;
  }
}
mixin(Response, (r) => resState(r));
webInterface(Response, "Response");
uncloneable("Request", isRequest);
uncloneable("Response", isResponse);
uncloneable("Headers", isHeaders);
inspectAs(Response, "Response", (r) => {
  const s = resState(r);
  return { ok: s.status >= 200 && s.status <= 299, url: s.url, status: s.status, statusText: s.statusText, headers: s.headers, redirected: s.redirected, bodyUsed: bodyUsed(s.body) };
}, false, (r) => {
  const s = resState(r);
  return withBody("Response", s.body, [["ok", s.status >= 200 && s.status <= 299], ["url", s.url], ["status", s.status], ["statusText", s.statusText], ["headers", s.headers], ["redirected", s.redirected], ["bodyUsed", bodyUsed(s.body)]]);
});

// ---- fetch ----

// Where is a request on its way: its URL, and an error made where fetch was called.
interface Where {
  url: string;
  unix?: string;
  called?: Error;
}

// failed is the TypeError that fetch rejects with: in Node "fetch failed", with a cause
// that says why; in Bun the reason itself. What the policy refused says so in both.
const prefix = "fetch failed: ";
function failed(cause: any, where: Where): Error {
  const said = typeof cause?.message === "string" ? cause.message : "";
  const code: string | undefined = typeof cause?.code === "string" ? cause.code : undefined;
  const bare = StringPrototypeStartsWith(said, prefix) ? StringPrototypeSlice(said, prefix.length) : said;
  let e: any;
  if (code === "ERR_CAPABILITY_DENIED" || StringPrototypeStartsWith(said, "terminated")) {
    e = new TypeError_(StringPrototypeStartsWith(said, "terminated") ? said : `fetch failed: ${bare}`, { __proto__: null, cause } as any);
    if (code !== undefined) setOwn(e, "code", code);
  } else if (asNode()) e = new TypeError_("fetch failed", { __proto__: null, cause: nodeCause(cause, code, bare) } as any);
  else {
    e = new TypeError_(bunMessage(cause, code, bare, where));
    if (code !== undefined) {
      setOwn(e, "code", code);
      setOwn(e, "path", where.url);
      if (isDNS(code)) {
        setOwn(e, "syscall", "getaddrinfo");
        setOwn(e, "hostname", cause.hostname);
      }
      setOwn(e, "errno", isDNS(code) ? errnoOf(code) : 0);
    }
  }
  return called(e, where);
}

// brokenOff is the error of a body whose server broke off the connection.
function brokenOff(e: any, where: Where): any {
  if (e?.code !== "ECONNRESET") return e;
  return asNode() ? new TypeError_("terminated", { __proto__: null, cause: nodeCause(e, "ECONNRESET", "") } as any) : failed(e, where);
}

function isDNS(code: string): boolean {
  return code === "ENOTFOUND" || code === "EAI_AGAIN";
}

// nodeCause is the error of the system's that is behind a failure, as Node has it.
function nodeCause(cause: any, code: string | undefined, bare: string): any {
  if (code === undefined) return new Error_(bare);
  let e: any;
  if (code === "ECONNRESET" && cause.syscall === undefined) {
    e = new Error_("other side closed");
    setOwn(e, "name", "SocketError");
    setOwn(e, "code", "UND_ERR_SOCKET");
    return e;
  }
  e = systemError(cause);
  if (e === undefined) {
    e = new Error_(bare);
    setOwn(e, "code", code);
  }
  return e;
}

// systemError is Node's error of the call of the system that an error of the host says has failed, if it does.
export function systemError({ code, syscall, hostname, port }: any): Error | undefined {
  const errno = errnoOf(code);
  if (syscall === undefined || errno === undefined) return undefined;
  const e: any = new Error_(syscall === "getaddrinfo" ? `getaddrinfo ${code} ${hostname}` : syscall === "connect" ? `connect ${code} ${hostname}:${port}` : `${syscall} ${code}`);
  setOwn(e, "errno", errno);
  setOwn(e, "code", code);
  setOwn(e, "syscall", syscall);
  if (syscall === "getaddrinfo") setOwn(e, "hostname", hostname);
  else if (syscall === "connect") {
    setOwn(e, "address", hostname);
    setOwn(e, "port", port);
  }
  return e;
}

const verbose = "For more information, pass `verbose: true` in the second argument to fetch()";

function bunMessage(cause: any, code: string | undefined, bare: string, { url, unix }: Where): string {
  if (unix !== undefined && (code === "ENOENT" || code === "ECONNREFUSED")) return `${code}: Was there a typo in the url or port?`;
  switch (code) {
    case "ECONNREFUSED":
      return "ECONNREFUSED: Unable to connect. Is the computer able to access the url?";
    case "ECONNRESET":
      return `ECONNRESET: The socket connection was closed unexpectedly. ${verbose}`;
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `getaddrinfo ${code} ${cause.hostname}`;
    case "UnexpectedRedirect":
      return `UnexpectedRedirect fetching "${url}". ${verbose}`;
  }
  return `fetch failed: ${bare}`;
}

// called gives an error of the host's, which has no stack, that of fetch's caller.
function called(e: any, where: Where): any {
  const text: unknown = where.called === undefined ? undefined : ErrorPrototypeGetStack(where.called);
  if (typeof text !== "string") return e;
  const frame = "\n    at ";
  let value = `TypeError: ${e.message}`;
  for (let at = StringPrototypeIndexOf(text, frame); at >= 0; ) {
    const next = StringPrototypeIndexOf(text, frame, at + 1);
    value += `${frame}async ${StringPrototypeSlice(text, at + frame.length, next < 0 ? text.length : next)}`;
    at = next;
  }
  hide(e, "stack", value);
  return e;
}

function abortReason(signal: any): any {
  const r = signal.reason;
  return r === undefined ? new DOMException("The operation was aborted.", "AbortError") : r;
}

const dataURL = /^data:([^,]*),([\s\S]*)$/i;

function fetchData(s: RequestState): any {
  const { url, method } = s;
  const hash = StringPrototypeIndexOf(url, "#");
  const m = RegExpPrototypeExec(dataURL, hash < 0 ? url : StringPrototypeSlice(url, 0, hash));
  if (m === null) throw failed(new Error_("failed to fetch the data URL"), s);
  let type = StringPrototypeReplace(m[1] as string, edges, "");
  let bytes = percentDecode(m[2]);
  const base64 = /; *base64$/i;
  if (RegExpPrototypeExec(base64, type) !== null) {
    type = StringPrototypeReplace(type, base64, "");
    const b = host.base64DecodeStrict(host.latin1Decode(bytes));
    if (b === null) throw failed(new Error_("failed to fetch the data URL"), s);
    bytes = b;
  }
  if (StringPrototypeStartsWith(type, ";")) type = `text/plain${type}`;
  type = mimeText(type);
  if (type === "") type = "text/plain;charset=US-ASCII";
  const headers = new Headers([["content-type", type]]);
  setGuard(headers, true);
  return new Response(internal, { type: "basic", status: 200, statusText: "OK", url, redirected: false, headers, body: method === "HEAD" ? null : { bytes, stream: undefined, type, used: false } });
}

function fetchBlob(s: RequestState): any {
  const blob: any = s.blob;
  if (blob === undefined || s.method !== "GET") throw failed(new Error_(`no blob for ${s.url}`), s);
  const headers = new Headers([["content-length", `${blobSource(blob).size()}`], ["content-type", blob.type]]);
  setGuard(headers, true);
  const bytes = blobSource(blob).read(0, blobSource(blob).size());
  return new Response(internal, { type: "basic", status: 200, statusText: "OK", url: s.url, redirected: false, headers, body: { bytes, stream: undefined, type: blob.type, used: false } });
}

function percentDecode(s: string): Uint8Array {
  const b = host.utf8Encode(s);
  if (!StringPrototypeIncludes(s, "%")) return b;
  const n = TypedArrayPrototypeGetLength(b);
  const out = new Uint8Array_(n);
  let w = 0;
  for (let r = 0; r < n; r++) {
    if (b[r] === 37 && r + 2 < n) {
      const hi = nibble(b[r + 1]!), lo = nibble(b[r + 2]!);
      if (hi >= 0 && lo >= 0) {
        out[w++] = hi * 16 + lo;
        r += 2;
        continue;
      }
    }
    out[w++] = b[r]!;
  }
  const exactly = new Uint8Array_(w);
  for (let i = 0; i < w; i++) exactly[i] = out[i]!;
  return exactly;
}

function nibble(c: number): number {
  if (c >= 48 && c <= 57) return c - 48;
  c |= 32;
  return c >= 97 && c <= 102 ? c - 87 : -1;
}

// bodyStream pulls a response's body from the host, one piece per read.
function bodyStream(id: number, signal: any, b: Body, where: Where, ended: (size: number) => void): any {
  let over = false;
  let size = 0;
  let reading = -1; // the host operation that reads
  const end = (): void => {
    if (over) return;
    over = true;
    if (signal !== undefined) signal.removeEventListener("abort", onAbort);
    host.sync(OP["fetch.close"]!, id);
  };
  const onAbort = (): void => {
    if (over) return;
    const e = abortReason(signal);
    b.aborted = true;
    end();
    if (reading >= 0) host.cancel(reading);
    errorStream(stream, e);
  };
  const stream = makeReadable({
    async pull(c) {
      const p = host.async(OP["fetch.read"]!, id);
      reading = host.asyncId();
      let chunk: Uint8Array | null;
      try {
        chunk = await own(p);
      } catch (e) {
        end();
        throw failed(e, where);
      } finally {
        reading = -1;
      }
      host.sync(OP["fetch.pay"]!);
      if (over) return;
      if (chunk === null) {
        over = true;
        if (signal !== undefined) signal.removeEventListener("abort", onAbort);
        ended(size);
        c.close();
      } else {
        size += TypedArrayPrototypeGetLength(chunk);
        c.enqueue(chunk);
      }
    },
    cancel() {
      end();
      if (reading >= 0) host.cancel(reading);
    },
  }, true);
  if (signal !== undefined) signal.addEventListener("abort", onAbort);
  return stream;
}

interface OwnServer {
  listener: Listener;
  host: string;
  target: string;
}

// ownServer is the server of this program that a URL names, if it is one; null: one that is closed.
function ownServer(url: string): OwnServer | undefined | null {
  if (!StringPrototypeStartsWith(url, "http:")) return undefined;
  const u: any = new URL(url);
  const port = portOf(u);
  const listener = listenerOn(hostnameOf(u), port === "" ? 80 : +port);
  if (listener === undefined) return listenedOn(hostnameOf(u), +port) ? null : undefined;
  return { listener, host: hostOf(u), target: pathOf(u) + searchOf(u) };
}
const portOf = getterOf(URL.prototype, "port"), hostnameOf = getterOf(URL.prototype, "hostname"), hostOf = getterOf(URL.prototype, "host");
const pathOf = getterOf(URL.prototype, "pathname"), searchOf = getterOf(URL.prototype, "search");

function refused(s: RequestState): Error {
  const u: any = new URL(s.url);
  return failed({ __proto__: null, message: "", code: "ECONNREFUSED", syscall: "connect", hostname: hostnameOf(u), port: +portOf(u) }, s);
}

// unexpected is a redirect that the request does not follow.
function unexpected(s: RequestState): Error {
  return failed({ __proto__: null, message: "unexpected redirect", code: asNode() ? undefined : "UnexpectedRedirect" }, s);
}

// fetchOwn is fetch from a server of this program: nothing leaves it.
async function fetchOwn(s: RequestState, to: OwnServer, flat: string[], body: Uint8Array | undefined, signal: any, redirects: number): Promise<any> {
  const headers: string[] = ["Host", to.host, "Connection", "keep-alive"];
  if (headerOf(headerList(s.headers), "user-agent") === null) ArrayPrototypePush(headers, "User-Agent", "buntime");
  if (headerOf(headerList(s.headers), "accept-encoding") === null) ArrayPrototypePush(headers, "Accept-Encoding", "gzip, deflate, br, zstd");
  for (let i = 0; i < flat.length; i++) ArrayPrototypePush(headers, flat[i]!);
  if (body !== undefined && headerOf(headerList(s.headers), "content-length") === null) ArrayPrototypePush(headers, "Content-Length", `${TypedArrayPrototypeGetLength(body)}`);
  let stop: (reason: any) => void = () => {};
  const onAbort = (): void => {
    const e = abortReason(signal);
    stop(e);
    if (answer?.body !== undefined && !isLocked(answer.body)) errorStream(answer.body, e);
  };
  let answer: Answer | undefined;
  if (signal !== undefined) signal.addEventListener("abort", onAbort);
  const t = new Timer(s.url);
  try {
    answer = await own(deliver(to.listener, { method: s.method, target: to.target, headers, body: body ?? null }, (f) => {
      stop = f;
    }));
  } catch (e) {
    throw signal?.aborted ? abortReason(signal) : failed(e, s);
  }
  t.answered();
  const got = new Headers();
  const list = headerList(got);
  for (let i = 0; i < answer.headers.length; i += 2) ArrayPrototypePush(list, [StringPrototypeToLowerCase(answer.headers[i]!), answer.headers[i + 1]!]);
  setGuard(got, true);
  const { status } = answer;
  const location = status === 301 || status === 302 || status === 303 || status === 307 || status === 308 ? headerOf(list, "location") : null;
  if (location !== null && s.redirect !== "manual") {
    if (s.redirect === "error") throw unexpected(s);
    if (redirects >= 20) throw failed(new Error_("redirect count exceeded"), s);
    host.markHandled(cancelStream(answer.body, undefined));
    const next = hrefOf(new URL(location, s.url));
    const drop = status === 303 || ((status === 301 || status === 302) && s.method === "POST");
    const init: any = { method: drop ? "GET" : s.method, headers: s.headers, redirect: s.redirect, signal };
    if (!drop && body !== undefined) init.body = body;
    const r = new Request(next, init);
    reqState(r).called = s.called;
    const res = await own(fetchWith(reqState(r), redirects + 1));
    resState(res).redirected = true;
    return res;
  }
  let b: Body | null = { bytes: undefined, stream: answer.body, type: null, used: false };
  if (nullBody(status) || s.method === "HEAD") {
    host.markHandled(cancelStream(answer.body, undefined));
    b = null;
    t.ended(0);
  } else {
    answer.ended = t.ended;
    answer.broken = (e) => brokenOff(e, s);
    const coding = headerOf(list, "content-encoding");
    if (coding !== null) b.stream = decoded(answer.body, coding);
  }
  return new Response(internal, { type: "basic", status, statusText: answer.statusText, url: s.url, redirected: false, headers: got, body: b });
}

// decoded is set by what can decompress.
let decoded: (stream: any, coding: string) => any = (stream) => stream;
export function decodeWith(f: typeof decoded): void {
  decoded = f;
}

const conditions = ["if-modified-since", "if-none-match", "if-unmodified-since", "if-match", "if-range"];

async function fetchWith(s: RequestState, redirects = 0): Promise<any> {
  const signal = s.signal;
  if (signal?.aborted) {
    const e = abortReason(signal);
    if (s.body?.stream !== undefined && !isLocked(s.body.stream)) host.markHandled(cancelStream(s.body.stream, e));
    throw e;
  }
  if (StringPrototypeStartsWith(s.url, "data:")) return fetchData(s);
  if (StringPrototypeStartsWith(s.url, "blob:")) return fetchBlob(s);
  if (!StringPrototypeStartsWith(s.url, "http:") && !StringPrototypeStartsWith(s.url, "https:")) throw failed(asNode() ? new Error_("unknown scheme") : new Error_(`the scheme of ${s.url} is neither http nor https`), s);
  const own_ = s.unix === undefined ? ownServer(s.url) : undefined;
  if (own_ === null) throw refused(s);
  let body: Uint8Array | undefined;
  // A stream is sent as it comes; a server of this program's own gets it whole.
  const stream = s.body !== null && s.body.stream !== undefined && own_ === undefined ? takeStream(s.body) : undefined;
  if (s.body !== null && stream === undefined) body = (await own(consume(s.body))).bytes;
  if (signal?.aborted) throw abortReason(signal);
  const list = headerList(s.headers);
  const flat: string[] = [];
  for (let i = 0; i < list.length; i++) ArrayPrototypePush(flat, list[i]![0], list[i]![1]);
  if (headerOf(list, "accept") === null) ArrayPrototypePush(flat, "accept", "*/*");
  // Fetch, HTTP-network-or-cache fetch: a condition of the program's own is no cache's.
  for (let i = 0; i < conditions.length; i++) {
    if (headerOf(list, conditions[i]!) === null) continue;
    if (headerOf(list, "pragma") === null) ArrayPrototypePush(flat, "pragma", "no-cache");
    if (headerOf(list, "cache-control") === null) ArrayPrototypePush(flat, "cache-control", "no-cache");
    break;
  }
  if (own_ !== undefined) return fetchOwn(s, own_, flat, body, signal, redirects);
  let connection: number | undefined;
  try {
    if (s.unix !== undefined) connection = connectPath(s.unix);
  } catch (e) {
    throw failed(e, s);
  }
  const upload: number | undefined = stream === undefined ? undefined : host.sync(OP["fetch.upload"]!);
  const t = new Timer(s.url);
  const call = host.async(OP["fetch.start"]!, s.method, s.url, flat, body, s.redirect, upload, undefined, connection);
  const op = host.asyncId();
  const done = withResolvers<any>();
  let aborted = false;
  const onAbort = (): void => {
    aborted = true;
    done.reject(abortReason(signal));
    host.cancel(op);
  };
  if (signal !== undefined) signal.addEventListener("abort", onAbort);
  void then(call, (v) => {
    if (aborted) host.sync(OP["fetch.close"]!, v.id); // nobody will read it
    else done.resolve(v);
  }, (e: any) => done.reject(e?.message === "unexpected redirect" ? unexpected(s) : failed(e, s)));
  if (upload !== undefined) host.markHandled(then(send(stream, upload, () => (signal?.aborted ? abortReason(signal) : undefined)), () => undefined, (e) => {
    if (aborted) return;
    aborted = true; // what it was to answer is of no use
    done.reject(failed(e, s));
    host.cancel(op);
  }));
  let r: any;
  try {
    r = await own(done.promise);
  } finally {
    if (signal !== undefined) signal.removeEventListener("abort", onAbort);
  }
  t.answered();
  host.sync(OP["fetch.pay"]!);
  const headers = new Headers();
  const raw = r.headers;
  const to = headerList(headers);
  for (let i = 0; i < raw.length; i += 2) ArrayPrototypePush(to, [StringPrototypeToLowerCase(raw[i]), raw[i + 1]]);
  setGuard(headers, true);
  let b: Body | null = { bytes: undefined, stream: undefined, type: null, used: false, aborted: false };
  if (nullBody(r.status) || s.method === "HEAD") {
    host.sync(OP["fetch.close"]!, r.id);
    b = null;
    t.ended(0);
  } else b.stream = bodyStream(r.id, signal, b, s, t.ended);
  return new Response(internal, { type: "basic", status: r.status, statusText: r.statusText, url: r.url, redirected: r.redirected, headers, body: b });
}

// Timer takes the times of a request, for performance. Whatever the host did for it, looking up a name for one,
// counts as a part of the request.
class Timer {
  #url: string;
  #start = host.now();
  #answered = 0;
  constructor(url: string) {
    this.#url = url;
  }
  answered(): void {
    this.#answered = host.now();
  }
  // ended tells that the body was read, size bytes of it.
  ended = (size: number): void => {
    const start = this.#start;
    fetched(this.#url, {
      startTime: start, endTime: host.now(), redirectStartTime: 0, redirectEndTime: 0, postRedirectStartTime: start, finalServiceWorkerStartTime: 0, finalNetworkRequestStartTime: start, finalNetworkResponseStartTime: this.#answered,
      finalConnectionTimingInfo: { __proto__: null, domainLookupStartTime: start, domainLookupEndTime: start, connectionStartTime: start, connectionEndTime: start, secureConnectionStartTime: start }, encodedBodySize: size, decodedBodySize: size,
    });
  };
}

// takeStream marks a body as used and returns its stream.
function takeStream(b: Body): any {
  if (bodyUsed(b) || bodyLocked(b)) throw new TypeError_("Body is unusable: Body has already been read");
  b.used = true;
  return b.stream;
}

const uploadPiece = 64 << 10;
const enough: any = { __proto__: null };

// send writes a stream to the host, piece by piece, each when the one before was taken, and cancels
// it when the host wants no more. It rejects with what the stream fails with.
async function send(stream: any, upload: number, reason: () => any): Promise<void> {
  try {
    await own(readChunks(stream, async (chunk) => {
      const b = chunkBytes(chunk);
      const n = TypedArrayPrototypeGetLength(b);
      for (let at = 0; at < n; at += uploadPiece) {
        const more: boolean = await own(host.async(OP["fetch.write"]!, upload, TypedArrayPrototypeSubarray(b, at, at + uploadPiece < n ? at + uploadPiece : n)));
        host.sync(OP["fetch.pay"]!);
        if (!more) throw enough;
      }
    }));
  } catch (e) {
    host.sync(OP["fetch.end"]!, upload, false);
    host.markHandled(cancelStream(stream, e === enough ? reason() : e));
    if (e !== enough) throw e;
    return;
  }
  host.sync(OP["fetch.end"]!, upload, true);
}

function fetch(input: any, init?: any): Promise<any> {
  try {
    const s = reqState(new Request(input, init));
    s.called = new Error_();
    if (!asNode() && typeof init?.unix === "string" && init.unix !== "") s.unix = init.unix;
    return fetchWith(s);
  } catch (e) {
    return PromiseReject(e);
  }
}

setOwn(fetch, "preconnect", function preconnect() {});
defineGlobal("fetch", fetch);
defineGlobals({ Headers, Request, Response });

export { fetch };

// isBody and bodyBytes are for what takes a Response or Request as data.
export function isBody(v: any): boolean {
  return isResponse(v) || isRequest(v);
}

export async function bodyBytes(v: any): Promise<Uint8Array> {
  return (await own(consume(isRequest(v) ? reqState(v).body : resState(v).body))).bytes;
}

// responseHead is the status and the type of a Response; undefined for anything else.
export function responseHead(v: any): [status: number, type: string | null] | undefined {
  if (!isResponse(v)) return undefined;
  const s = resState(v);
  return [s.status, headerOf(headerList(s.headers), "content-type")];
}

// What servers need of requests and responses.

export interface ResponseParts {
  status: number;
  statusText: string;
  headers: [string, string][];
  bytes: Uint8Array | undefined;
  stream: any; // or null
  json: boolean; // made by Response.json, which also gave the type
}

// takeResponse takes a Response apart and marks its body as used; undefined for anything else.
export function takeResponse(r: any): ResponseParts | undefined {
  let s: ResponseState;
  try {
    s = resState(r);
  } catch {
    return undefined;
  }
  const b = s.body;
  if (b !== null && (bodyUsed(b) || bodyLocked(b))) throw coded("ERR_BODY_ALREADY_USED", "Body already used");
  if (b !== null) b.used = true;
  return { status: s.status, statusText: s.statusText, headers: headerList(s.headers), bytes: b?.bytes, stream: b === null || b.bytes !== undefined ? null : b.stream, json: s.json === true };
}

// makeRequest makes a Request that came in.
export function makeRequest(method: string, url: string, headers: string[], body: Uint8Array | null | any, signal: any): any {
  const r = new Request(url, { signal });
  const s = reqState(r);
  s.method = method;
  s.url = url;
  const list = headerList(s.headers);
  for (let i = 0; i < headers.length; i += 2) ArrayPrototypePush(list, [StringPrototypeToLowerCase(headers[i]!), headers[i + 1]!]);
  if (body !== null) s.body = isReadableStream(body) ? { bytes: undefined, stream: body, type: null, used: false } : { bytes: body, stream: undefined, type: null, used: false };
  return r;
}

// cloneResponse is r.clone() by the library's own method.
export function cloneResponse(r: any): any {
  return FunctionPrototypeCall(responseClone, r);
}
const responseClone = Response.prototype.clone;
