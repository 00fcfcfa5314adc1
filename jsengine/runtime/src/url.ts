// URL and URLSearchParams by the URL Standard, and node:url.
//
// The host parses; an object keeps the serialized URL and where its parts are.

import {
  ArrayIsArray,
  DecodeURIComponent,
  ArrayPrototypeJoin,
  ArrayPrototypePush,
  ArrayPrototypeSort,
  FunctionPrototypeCall,
  JSONStringify,
  ObjectDefineProperty,
  ObjectKeys,
  ObjectPrototypePropertyIsEnumerable,
  ObjectSetPrototypeOf,
  ReflectGetOwnPropertyDescriptor,
  ReflectOwnKeys,
  StringFromCharCode,
  StringPrototypeCharCodeAt,
  StringPrototypeEndsWith,
  StringPrototypeIncludes,
  StringPrototypeIndexOf,
  StringPrototypeSlice,
  StringPrototypeStartsWith,
  StringPrototypeToLowerCase,
  StringPrototypeToWellFormed,
  SymbolIterator,
  SymbolToStringTag,
  TypeError_,
  TypedArrayPrototypeSubarray,
  iterate,
  setOwn,
} from "./primordials.ts";
import { OP } from "buntime:ops";
import { fileURL } from "./cjs.ts";
import { illegalInvocation, needNamed } from "./errors.ts";
import { uncloneable } from "./structured-clone.ts";
import { defineGlobals, webInterface } from "./globals.ts";
import { inspectAs } from "./inspect.ts";
import { register } from "./modules.ts";
import { asNode } from "./mode.ts";
import { cwd } from "./process.ts";
import { coded, invalidArgType } from "./node/errors.ts";

// Parts: the href, then offsets into it. See ops_url.go.
type Parts = [string, ...number[]];
const protocolEnd = 1;
const userStart = 2;
const userEnd = 3;
const passEnd = 4;
const hostStart = 5;
const hostEnd = 6;
const portEnd = 7;
const pathStart = 8;
const searchStart = 9;
const searchEnd = 10;
const hashStart = 11;

function slice(p: Parts, from: number, to: number): string {
  return StringPrototypeSlice(p[0], p[from], p[to]);
}

let partsOf!: (u: URL) => Parts; // throws for what is not a URL
let setParts!: (u: URL, p: Parts) => void;
let isURL!: (v: unknown) => v is URL;
let makeURL!: (p: Parts) => URL;

const made = {};

function parse(url: unknown, base: unknown): Parts | null {
  return host.sync(OP["url.parse"]!, `${url as any}`, base === undefined ? undefined : `${base as any}`);
}

export class URL {
  #parts: Parts;
  #params: URLSearchParams | null = null;

  static {
    partsOf = (u) => {
      if (typeof u !== "object" || u === null || !(#parts in u)) throw illegalInvocation("URL");
      return u.#parts;
    };
    setParts = (u, p) => {
      u.#parts = p;
      if (u.#params !== null) fill(u.#params, searchOf(p));
    };
    isURL = (v): v is URL => typeof v === "object" && v !== null && #parts in v;
    makeURL = (p) => new URL(made as any, p);
  }

  constructor(url: string, base: any = undefined) {
    if ((url as unknown) === made) {
      this.#parts = base;
      return;
    }
    needNamed(arguments.length, "url");
    const input = `${url}`;
    const p = parse(input, base);
    if (p === null) throw invalidURL(input, base);
    this.#parts = p;
  }

  static canParse(url: string, base: any = undefined): boolean {
    needNamed(arguments.length, "url");
    return parse(url, base) !== null;
  }

  static parse(url: string, base: any = undefined): URL | null {
    needNamed(arguments.length, "url");
    const p = parse(url, base);
    return p === null ? null : makeURL(p);
  }

  get href(): string {
    return this.#parts[0];
  }
  set href(v: string) {
    const input = `${v}`;
    const p = parse(input, undefined);
    if (p === null) throw invalidURL(input, undefined);
    setParts(this, p);
  }

  get origin(): string {
    return originOf(this.#parts);
  }

  get protocol(): string {
    return StringPrototypeSlice(this.#parts[0], 0, this.#parts[protocolEnd]);
  }
  set protocol(v: string) {
    change(this, "protocol", v);
  }

  get username(): string {
    return slice(this.#parts, userStart, userEnd);
  }
  set username(v: string) {
    change(this, "username", v);
  }

  get password(): string {
    const p = this.#parts;
    return p[passEnd]! > p[userEnd]! ? StringPrototypeSlice(p[0], p[userEnd]! + 1, p[passEnd]) : "";
  }
  set password(v: string) {
    change(this, "password", v);
  }

  get host(): string {
    return slice(this.#parts, hostStart, portEnd);
  }
  set host(v: string) {
    change(this, "host", v);
  }

  get hostname(): string {
    return slice(this.#parts, hostStart, hostEnd);
  }
  set hostname(v: string) {
    change(this, "hostname", v);
  }

  get port(): string {
    const p = this.#parts;
    return p[portEnd]! > p[hostEnd]! ? StringPrototypeSlice(p[0], p[hostEnd]! + 1, p[portEnd]) : "";
  }
  set port(v: string) {
    change(this, "port", v);
  }

  get pathname(): string {
    return slice(this.#parts, pathStart, searchStart);
  }
  set pathname(v: string) {
    change(this, "pathname", v);
  }

  get search(): string {
    return searchOf(this.#parts);
  }
  set search(v: string) {
    change(this, "search", v);
  }

  get searchParams(): URLSearchParams {
    if (this.#params === null) {
      this.#params = linked(this, searchOf(this.#parts));
    }
    return this.#params;
  }

  get hash(): string {
    const p = this.#parts;
    return p[0].length - p[hashStart]! <= 1 ? "" : StringPrototypeSlice(p[0], p[hashStart]);
  }
  set hash(v: string) {
    change(this, "hash", v);
  }

  toString(): string {
    return this.#parts[0];
  }

  toJSON(): string {
    return this.#parts[0];
  }
}

function searchOf(p: Parts): string {
  return p[searchEnd]! - p[searchStart]! <= 1 ? "" : slice(p, searchStart, searchEnd);
}

function change(u: URL, part: string, value: unknown): void {
  const p = partsOf(u);
  setParts(u, host.sync(OP["url.set"]!, p[0], part, `${value as any}`));
}

function originOf(p: Parts): string {
  const protocol = StringPrototypeSlice(p[0], 0, p[protocolEnd]);
  switch (protocol) {
    case "http:":
    case "https:":
    case "ws:":
    case "wss:":
    case "ftp:":
      return `${protocol}//${slice(p, hostStart, portEnd)}`;
    case "blob:": {
      const inner = parse(slice(p, pathStart, searchStart), undefined);
      if (inner === null) return "null";
      const of = StringPrototypeSlice(inner[0], 0, inner[protocolEnd]);
      return of === "http:" || of === "https:" ? originOf(inner) : "null";
    }
  }
  return "null";
}

function invalidURL(input: string, base: unknown): TypeError {
  const e = coded(TypeError_, "ERR_INVALID_URL", "Invalid URL");
  setOwn(e, "input", input);
  if (base !== undefined) setOwn(e, "base", `${base as any}`);
  return e;
}

// URLSearchParams

let isParams!: (v: any) => boolean;
let listOf!: (p: URLSearchParams) => string[]; // name, value, name, value, …
let fill!: (p: URLSearchParams, search: string) => void;
let linked!: (u: URL, search: string) => URLSearchParams;
let changed!: (p: URLSearchParams) => void;

export class URLSearchParams {
  #list: string[] = [];
  #url: URL | null = null;

  static {
    isParams = (v) => #list in v;
    listOf = (p) => {
      if (typeof p !== "object" || p === null || !(#list in p)) throw illegalInvocation("URLSearchParams");
      return p.#list;
    };
    fill = (p, search) => {
      p.#list = parseQuery(search, StringPrototypeStartsWith(search, "?") ? 1 : 0);
    };
    linked = (u, search) => {
      const p = new URLSearchParams();
      fill(p, search);
      p.#url = u;
      return p;
    };
    changed = (p) => {
      const u = p.#url;
      if (u === null) return;
      p.#url = null; // the list is what it is; do not parse it again
      const s = serialize(p.#list);
      const parts = partsOf(u);
      const next: Parts = host.sync(OP["url.set"]!, parts[0], "search", s);
      const list = p.#list;
      setParts(u, next);
      p.#list = list;
      p.#url = u;
    };
  }

  constructor(init: any = "") {
    if (init === null && asNode()) return;
    if (init === null || (typeof init !== "object" && typeof init !== "function")) {
      fill(this, `${init}`);
      return;
    }
    if (init[SymbolIterator] !== undefined && init[SymbolIterator] !== null) {
      if (#list in init && (init as any)[SymbolIterator] === entries) {
        const from = (init as URLSearchParams).#list;
        for (let i = 0; i < from.length; i++) ArrayPrototypePush(this.#list, from[i]!);
        return;
      }
      const pairs = iterate<any>(init, "Query");
      for (let i = 0; i < pairs.length; i++) {
        const item = pairs[i];
        if (item === null || (typeof item !== "object" && typeof item !== "function")) throw notTuple();
        const pair = iterate<any>(item, "Each query pair");
        if (pair.length !== 2) throw notTuple();
        ArrayPrototypePush(this.#list, usv(pair[0]), usv(pair[1]));
      }
      return;
    }
    const keys = ReflectOwnKeys(init);
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]!;
      if (!ObjectPrototypePropertyIsEnumerable(init, key)) continue;
      if (typeof key === "symbol") throw new TypeError_("Cannot convert a Symbol value to a string");
      const name = usv(key);
      const value = usv(init[key]);
      const at = this.#find(name);
      if (at >= 0) this.#list[at + 1] = value;
      else ArrayPrototypePush(this.#list, name, value);
    }
  }

  #find(name: string): number {
    const l = this.#list;
    for (let i = 0; i < l.length; i += 2) if (l[i] === name) return i;
    return -1;
  }

  get size(): number {
    return this.#list.length / 2;
  }

  append(name: string, value: string): void {
    listOf(this);
    needNamed(arguments.length, "name", "value");
    ArrayPrototypePush(this.#list, usv(name), usv(value));
    changed(this);
  }

  delete(name: string, value: any = undefined): void {
    listOf(this);
    needNamed(arguments.length, "name");
    const n = usv(name);
    const v = value === undefined ? undefined : usv(value);
    const l = this.#list;
    const kept: string[] = [];
    for (let i = 0; i < l.length; i += 2) {
      if (l[i] !== n || (v !== undefined && l[i + 1] !== v)) ArrayPrototypePush(kept, l[i]!, l[i + 1]!);
    }
    this.#list = kept;
    changed(this);
  }

  get(name: string): string | null {
    const l = listOf(this);
    needNamed(arguments.length, "name");
    const at = this.#find(usv(name));
    return at < 0 ? null : l[at + 1]!;
  }

  getAll(name: string): string[] {
    const l = listOf(this);
    needNamed(arguments.length, "name");
    const n = usv(name);
    const out: string[] = [];
    for (let i = 0; i < l.length; i += 2) if (l[i] === n) ArrayPrototypePush(out, l[i + 1]!);
    return out;
  }

  has(name: string, value: any = undefined): boolean {
    const l = listOf(this);
    needNamed(arguments.length, "name");
    const n = usv(name);
    const v = value === undefined ? undefined : usv(value);
    for (let i = 0; i < l.length; i += 2) if (l[i] === n && (v === undefined || l[i + 1] === v)) return true;
    return false;
  }

  set(name: string, value: string): void {
    const l = listOf(this);
    needNamed(arguments.length, "name", "value");
    const n = usv(name);
    const v = usv(value);
    const at = this.#find(n);
    if (at < 0) ArrayPrototypePush(l, n, v);
    else {
      l[at + 1] = v;
      const kept: string[] = [];
      for (let i = 0; i < l.length; i += 2) if (i <= at || l[i] !== n) ArrayPrototypePush(kept, l[i]!, l[i + 1]!);
      this.#list = kept;
    }
    changed(this);
  }

  sort(): void {
    const l = listOf(this);
    const pairs: [string, string][] = [];
    for (let i = 0; i < l.length; i += 2) ArrayPrototypePush(pairs, [l[i]!, l[i + 1]!]);
    ArrayPrototypeSort(pairs, (a: [string, string], b: [string, string]) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
    const sorted: string[] = [];
    for (let i = 0; i < pairs.length; i++) ArrayPrototypePush(sorted, pairs[i]![0], pairs[i]![1]);
    this.#list = sorted;
    changed(this);
  }

  forEach(callback: (value: string, name: string, params: URLSearchParams) => void, thisArg: unknown = undefined): void {
    listOf(this);
    if (typeof callback !== "function") throw invalidArgType("callback", "function", callback);
    for (let i = 0; i < this.#list.length; i += 2) FunctionPrototypeCall(callback, thisArg, this.#list[i + 1]!, this.#list[i]!, this);
  }

  entries(): object {
    return new ParamsIterator(this, 2);
  }

  keys(): object {
    return new ParamsIterator(this, 0);
  }

  values(): object {
    return new ParamsIterator(this, 1);
  }

  toString(): string {
    return serialize(listOf(this));
  }

  toJSON(): Record<string, string | string[]> {
    return grouped(listOf(this));
  }
}

// grouped is what Bun shows: a value, or the values if a name occurs more than once.
function grouped(l: string[]): Record<string, string | string[]> {
  const out: any = {};
  for (let i = 0; i < l.length; i += 2) {
    const old = ReflectGetOwnPropertyDescriptor(out, l[i]!)?.value;
    if (old === undefined) setOwn(out, l[i]!, l[i + 1]!);
    else if (ArrayIsArray(old)) ArrayPrototypePush(old, l[i + 1]!);
    else setOwn(out, l[i]!, [old, l[i + 1]!]);
  }
  return out;
}

const entries = URLSearchParams.prototype.entries;
ObjectDefineProperty(URLSearchParams.prototype, SymbolIterator, { __proto__: null, value: entries, writable: true, configurable: true } as any);

const IteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));

// restOf is what an iterator has yet to give, for inspect.
let restOf!: (it: any) => unknown[];

class ParamsIterator {
  static {
    restOf = (it) => {
      const out: unknown[] = [];
      const l = listOf(it.#params);
      for (let i = it.#at; i < l.length; i += 2) ArrayPrototypePush(out, it.#what === 2 ? [l[i], l[i + 1]] : l[i + it.#what]);
      return out;
    };
  }

  #params: URLSearchParams;
  #what: 0 | 1 | 2;
  #at = 0;

  constructor(params: URLSearchParams, what: 0 | 1 | 2) {
    listOf(params);
    this.#params = params;
    this.#what = what;
  }

  next(): { value: unknown; done: boolean } {
    const l = listOf(this.#params);
    const i = this.#at;
    if (i >= l.length) return { value: undefined, done: true };
    this.#at = i + 2;
    return { value: this.#what === 2 ? [l[i], l[i + 1]] : l[i + this.#what], done: false };
  }
}
ObjectSetPrototypeOf(ParamsIterator.prototype, IteratorPrototype);
delete (ParamsIterator.prototype as any).constructor;
ObjectDefineProperty(ParamsIterator.prototype, SymbolToStringTag, { __proto__: null, value: "URLSearchParams Iterator", configurable: true } as any);

export { ParamsIterator, restOf };

function notTuple(): TypeError {
  return coded(TypeError_, "ERR_INVALID_TUPLE", "Each query pair must be an iterable [name, value] tuple");
}

// usv converts to a string without lone surrogates.
function usv(v: unknown): string {
  return StringPrototypeToWellFormed(`${v as any}`);
}

// parseQuery parses application/x-www-form-urlencoded text from an index on.
export function parseQuery(s: string, from: number): string[] {
  const out: string[] = [];
  let start = from;
  while (start <= s.length) {
    let end = StringPrototypeIndexOf(s, "&", start);
    if (end < 0) end = s.length;
    if (end > start) {
      const eq = StringPrototypeIndexOf(s, "=", start);
      if (eq < 0 || eq >= end) ArrayPrototypePush(out, decode(StringPrototypeSlice(s, start, end)), "");
      else ArrayPrototypePush(out, decode(StringPrototypeSlice(s, start, eq)), decode(StringPrototypeSlice(s, eq + 1, end)));
    }
    start = end + 1;
  }
  return out;
}

function hexValue(c: number): number {
  if (c >= 48 && c <= 57) return c - 48;
  c |= 32;
  return c >= 97 && c <= 102 ? c - 87 : -1;
}

// decode turns "+" into a space and %xx into bytes of UTF-8.
function decode(s: string): string {
  if (StringPrototypeIndexOf(s, "%") < 0) {
    if (StringPrototypeIndexOf(s, "+") < 0) return usv(s);
    let out = "";
    for (let i = 0; i < s.length; i++) out += s[i] === "+" ? " " : s[i];
    return usv(out);
  }
  return percentDecode(s, true);
}

function percentDecode(s: string, plus: boolean): string {
  const b = host.utf8Encode(s);
  let n = 0;
  for (let i = 0; i < b.length; i++) {
    let c = b[i]!;
    if (c === 0x25 && i + 2 < b.length) {
      const hi = hexValue(b[i + 1]!);
      const lo = hexValue(b[i + 2]!);
      if (hi >= 0 && lo >= 0) {
        c = hi * 16 + lo;
        i += 2;
      }
    } else if (c === 0x2b && plus) c = 0x20;
    b[n++] = c;
  }
  return host.utf8Decode(TypedArrayPrototypeSubarray(b, 0, n), false, true);
}

const hexDigits = "0123456789ABCDEF";

// serialize is application/x-www-form-urlencoded text of a list.
export function serialize(l: string[]): string {
  let out = "";
  for (let i = 0; i < l.length; i += 2) out += `${i > 0 ? "&" : ""}${encode(l[i]!)}=${encode(l[i + 1]!)}`;
  return out;
}

function encode(s: string): string {
  let i = 0;
  for (; i < s.length; i++) if (!isPlain(StringPrototypeCharCodeAt(s, i))) break;
  if (i === s.length) return s;
  const b = host.utf8Encode(s);
  let out = "";
  for (i = 0; i < b.length; i++) {
    const c = b[i]!;
    if (isPlain(c)) out += StringFromCharCode(c);
    else if (c === 0x20) out += "+";
    else out += "%" + hexDigits[c >> 4]! + hexDigits[c & 15]!;
  }
  return out;
}

function isPlain(c: number): boolean {
  return (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || (c >= 48 && c <= 57) || c === 42 || c === 45 || c === 46 || c === 95;
}

webInterface(URL, "URL");
webInterface(URLSearchParams, "URLSearchParams");
uncloneable("URL", isURL);
uncloneable("URLSearchParams", isParams);
defineGlobals({ URL, URLSearchParams });
inspectAs(URL, "URL", bunText);

// fieldsOf is what a URL is printed with; it throws for what is none.
export function fieldsOf(u: URL): Record<string, unknown> {
  const p = partsOf(u);
  return {
    href: p[0], origin: originOf(p), protocol: StringPrototypeSlice(p[0], 0, p[protocolEnd]), username: slice(p, userStart, userEnd),
    password: p[passEnd]! > p[userEnd]! ? StringPrototypeSlice(p[0], p[userEnd]! + 1, p[passEnd]) : "", host: slice(p, hostStart, portEnd), hostname: slice(p, hostStart, hostEnd),
    port: p[portEnd]! > p[hostEnd]! ? StringPrototypeSlice(p[0], p[hostEnd]! + 1, p[portEnd]) : "", pathname: slice(p, pathStart, searchStart), search: searchOf(p),
    searchParams: new URLSearchParams(searchOf(p)), hash: p[0].length - p[hashStart]! <= 1 ? "" : StringPrototypeSlice(p[0], p[hashStart]),
  };
}

// bunText is a URL as Bun's console prints it: as Node does, in single quotes, but not indented where it is nested.
function bunText(u: URL): string {
  const fields = fieldsOf(u);
  const query = listOf(fields.searchParams as URLSearchParams);
  let params = "URLSearchParams {";
  for (let i = 0; i < query.length; i += 2) params += `${i > 0 ? "," : ""} ${single(query[i]!)} => ${single(query[i + 1]!)}`;
  params += query.length > 0 ? " }" : "}";
  let out = "URL {\n";
  const names = ObjectKeys(fields);
  for (let i = 0; i < names.length; i++) out += `  ${names[i]}: ${names[i] === "searchParams" ? params : single(fields[names[i]!] as string)}${i < names.length - 1 ? "," : ""}\n`;
  return out + "}";
}
inspectAs(URLSearchParams, "URLSearchParams", (p: URLSearchParams) => grouped(listOf(p)), true);

// single puts a string in single quotes, or in double ones if it contains a single one.
function single(s: string): string {
  return StringPrototypeIncludes(s, "'") ? JSONStringify(s) : `'${StringPrototypeSlice(JSONStringify(s), 1, -1)}'`;
}

// node:url

function fileURLToPath(url: unknown): string {
  let p: Parts | null;
  if (typeof url === "string") {
    p = parse(url, undefined);
    if (p === null) throw invalidURL(url, undefined);
  } else if (isURL(url)) p = partsOf(url);
  else throw invalidArgType("path", ["string", "URL"], url);
  if (StringPrototypeSlice(p[0], 0, p[protocolEnd]) !== "file:") throw coded(TypeError_, "ERR_INVALID_URL_SCHEME", "The URL must be of scheme file");
  if (p[hostEnd]! > p[hostStart]!) throw coded(TypeError_, "ERR_INVALID_FILE_URL_HOST", 'File URL host must be "localhost" or empty on linux');
  const path = slice(p, pathStart, searchStart);
  if (StringPrototypeIncludes(StringPrototypeToLowerCase(path), "%2f")) throw coded(TypeError_, "ERR_INVALID_FILE_URL_PATH", "File URL path must not include encoded / characters");
  return StringPrototypeIndexOf(path, "%") < 0 ? path : percentDecode(path, false);
}

// pathOfURL is what file APIs take for a path: a file: URL's path, or undefined for what is not a URL object.
export function pathOfURL(v: unknown): string | undefined {
  return isURL(v) ? fileURLToPath(v) : undefined;
}

export { isURL };

// hrefOf is the URL's own text, whatever a guest did to its prototype.
export function hrefOf(u: URL): string {
  return partsOf(u)[0];
}

// parseURL parses; null for what is no URL.
export function parseURL(url: string, base?: string): URL | null {
  const p = parse(url, base);
  return p === null ? null : makeURL(p);
}

function pathToFileURL(path: unknown): URL {
  if (typeof path !== "string") throw invalidArgType("path", "string", path);
  let full = resolvePath(path);
  if (StringPrototypeEndsWith(path, "/") && !StringPrototypeEndsWith(full, "/")) full += "/";
  return makeURL(parse(fileURL(full), undefined)!);
}

// resolvePath makes a path absolute and normal, as path.resolve does.
function resolvePath(path: string): string {
  const from = StringPrototypeStartsWith(path, "/") ? path : `${cwd()}/${path}`;
  const out: string[] = [];
  let start = 0;
  while (start <= from.length) {
    let end = StringPrototypeIndexOf(from, "/", start);
    if (end < 0) end = from.length;
    const segment = StringPrototypeSlice(from, start, end);
    if (segment === "..") out.length = out.length > 0 ? out.length - 1 : 0;
    else if (segment !== "" && segment !== ".") ArrayPrototypePush(out, segment);
    start = end + 1;
  }
  return `/${ArrayPrototypeJoin(out, "/")}`;
}

// format serializes a URL object, leaving parts out as its options say.
function format(url: unknown, options: any = undefined): string {
  if (typeof url === "string") return url;
  if (!isURL(url)) throw invalidArgType("urlObject", ["string", "URL"], url);
  const p = partsOf(url);
  const auth = options?.auth ?? true;
  const fragment = options?.fragment ?? true;
  const search = options?.search ?? true;
  const end = !fragment ? p[hashStart]! : p[0].length;
  let out = StringPrototypeSlice(p[0], 0, p[userStart]);
  let name = slice(p, hostStart, hostEnd);
  if (options?.unicode && name !== "") name = host.sync(OP["url.domainToUnicode"]!, name);
  if (auth) out += slice(p, userStart, hostStart);
  out += name + slice(p, hostEnd, searchStart);
  if (search) out += slice(p, searchStart, searchEnd);
  return out + StringPrototypeSlice(p[0], p[hashStart], end);
}

// urlToHttpOptions reads what looks like a URL by its properties, as Node does for all.
function urlToHttpOptions(url: any): object {
  if (!isURL(url)) {
    const { hostname, port, username, password, pathname, search } = url;
    const options: any = {
      __proto__: null, ...url, protocol: url.protocol, hostname: typeof hostname === "string" && StringPrototypeStartsWith(hostname, "[") ? StringPrototypeSlice(hostname, 1, -1) : hostname,
      hash: url.hash, search, pathname, path: `${pathname || ""}${search || ""}`, href: url.href,
    };
    if (port !== "") setOwn(options, "port", +port);
    if (username || password) setOwn(options, "auth", `${DecodeURIComponent(username)}:${DecodeURIComponent(password)}`);
    return options;
  }
  const p = partsOf(url);
  const hostname = slice(p, hostStart, hostEnd);
  const options: any = {
    __proto__: null,
    protocol: StringPrototypeSlice(p[0], 0, p[protocolEnd]),
    hostname: StringPrototypeStartsWith(hostname, "[") ? StringPrototypeSlice(hostname, 1, -1) : hostname,
    hash: p[0].length - p[hashStart]! <= 1 ? "" : StringPrototypeSlice(p[0], p[hashStart]),
    search: searchOf(p),
    pathname: slice(p, pathStart, searchStart),
    path: `${slice(p, pathStart, searchStart)}${searchOf(p)}`,
    href: p[0],
  };
  if (p[portEnd]! > p[hostEnd]!) setOwn(options, "port", +StringPrototypeSlice(p[0], p[hostEnd]! + 1, p[portEnd]));
  if (p[hostStart]! > p[userStart]!) {
    const user = percentDecode(slice(p, userStart, userEnd), false);
    const password = p[passEnd]! > p[userEnd]! ? percentDecode(StringPrototypeSlice(p[0], p[userEnd]! + 1, p[passEnd]), false) : "";
    setOwn(options, "auth", `${user}:${password}`);
  }
  return options;
}

register(["node:url", "url"], () => ({
  URL,
  URLSearchParams,
  domainToASCII(domain: unknown): string {
    return host.sync(OP["url.domainToASCII"]!, `${domain as any}`);
  },
  domainToUnicode(domain: unknown): string {
    return host.sync(OP["url.domainToUnicode"]!, `${domain as any}`);
  },
  fileURLToPath,
  format,
  pathToFileURL,
  urlToHttpOptions,
}));
