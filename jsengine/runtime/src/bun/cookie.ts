// Bun.Cookie and Bun.CookieMap.

import {
  ArrayIsArray, ArrayPrototypePush, ArrayPrototypeValues, DateNow, DateParse, Date_, DatePrototypeGetTime, DatePrototypeToUTCString, DecodeURIComponent, EncodeURIComponent, FunctionPrototypeCall, NumberIsFinite, NumberIsNaN, ObjectKeys,
  RegExpPrototypeExec, StringPrototypeIndexOf, StringPrototypeSlice, StringPrototypeSplit, StringPrototypeToLowerCase, StringPrototypeTrim, SafeMap, SymbolIterator,
  TypeError_, iterate, mapEntries, mapKeys, mapValues, setOwn,
} from "../primordials.ts";
import { inspectAs } from "../inspect.ts";
import { isToken } from "../text.ts";

interface Fields {
  name: string;
  value: string;
  domain?: string;
  path?: string;
  expires?: Date;
  maxAge?: number;
  secure: boolean;
  httpOnly: boolean;
  partitioned: boolean;
  sameSite: string;
}

function checkName(name: string): string {
  if (!isToken(name)) throw new TypeError_("Invalid cookie name: contains invalid characters");
  return name;
}

function checkPart(v: any, what: string): string {
  const s = `${v}`;
  if (RegExpPrototypeExec(/[\x00-\x1f\x7f;]/, s) !== null) throw new TypeError_(`Invalid cookie ${what}: contains invalid characters`);
  return s;
}

function sameSiteOf(v: any): string {
  const s = StringPrototypeToLowerCase(`${v}`);
  if (s !== "strict" && s !== "lax" && s !== "none") throw new TypeError_("Invalid sameSite value. Must be 'strict', 'lax', or 'none'");
  return s;
}

function expiresOf(v: any): Date | undefined {
  if (v === undefined || v === null) return undefined;
  const ms = host.classOf(v) === "Date" ? DatePrototypeGetTime(v) : typeof v === "number" ? v * 1000 : DateParse(`${v}`);
  if (NumberIsNaN(ms) || !NumberIsFinite(ms)) throw new TypeError_("expires must be a valid Date (or Number)");
  return new Date_(ms);
}

function fieldsOf(name: any, value: any, o: any): Fields {
  const f: Fields = { name: checkName(`${name}`), value: `${value}`, path: "/", secure: false, httpOnly: false, partitioned: false, sameSite: "lax" };
  if (o === undefined || o === null) return f;
  if (typeof o !== "object") throw new TypeError_("Options must be an object");
  if (o.domain !== undefined && o.domain !== null) f.domain = checkPart(o.domain, "domain");
  if (o.path !== undefined && o.path !== null) f.path = checkPart(o.path, "path");
  f.expires = expiresOf(o.expires);
  if (o.maxAge !== undefined && o.maxAge !== null) f.maxAge = +o.maxAge;
  f.secure = !!o.secure;
  f.httpOnly = !!o.httpOnly;
  f.partitioned = !!o.partitioned;
  if (o.sameSite !== undefined && o.sameSite !== null) f.sameSite = sameSiteOf(o.sameSite);
  return f;
}

// parse reads a Set-Cookie header.
function parse(text: string): Fields {
  const parts = StringPrototypeSplit(text, ";");
  const eq = StringPrototypeIndexOf(parts[0]!, "=");
  if (eq <= 0) throw new TypeError_("Invalid cookie string: no '=' found");
  const f = fieldsOf(StringPrototypeTrim(StringPrototypeSlice(parts[0]!, 0, eq)), unescape(StringPrototypeTrim(StringPrototypeSlice(parts[0]!, eq + 1))), undefined);
  for (let i = 1; i < parts.length; i++) {
    const part: string = parts[i]!;
    const at = StringPrototypeIndexOf(part, "=");
    const key = StringPrototypeToLowerCase(StringPrototypeTrim(at < 0 ? part : StringPrototypeSlice(part, 0, at)));
    const value = at < 0 ? "" : StringPrototypeTrim(StringPrototypeSlice(part, at + 1));
    if (key === "domain") f.domain = StringPrototypeToLowerCase(value);
    else if (key === "path") f.path = value[0] === "/" ? value : "/";
    else if (key === "expires") {
      const ms = DateParse(value);
      if (!NumberIsNaN(ms)) f.expires = new Date_(ms);
    } else if (key === "max-age") {
      if (RegExpPrototypeExec(/^-?\d+$/, value) !== null) f.maxAge = +value;
    } else if (key === "secure") f.secure = true;
    else if (key === "httponly") f.httpOnly = true;
    else if (key === "partitioned") f.partitioned = true;
    else if (key === "samesite") {
      const s = StringPrototypeToLowerCase(value);
      if (s === "strict" || s === "lax" || s === "none") f.sameSite = s;
    }
  }
  return f;
}

function unescape(s: string): string {
  if (StringPrototypeIndexOf(s, "%") < 0) return s;
  try {
    return DecodeURIComponent(s);
  } catch {
    return s;
  }
}

const key: any = { __proto__: null };
let stateOf: (c: any) => Fields;
let isCookie: (c: any) => boolean;

export class Cookie {
  #f: Fields;
  static {
    stateOf = (c) => c.#f;
    isCookie = (c) => c !== null && typeof c === "object" && #f in c;
  }
  constructor(name: any, value?: any, options?: any) {
    if (name === key) this.#f = value;
    else if (name !== null && typeof name === "object") this.#f = fieldsOf(name.name, name.value, name);
    else if (value === undefined) {
      if (typeof name !== "string") throw new TypeError_("A cookie needs a name and a value");
      this.#f = parse(name);
    } else this.#f = fieldsOf(name, value, options);
  }
  static parse(text: any): Cookie {
    return new Cookie(key, parse(`${text}`));
  }
  static from(name: any, value?: any, options?: any): Cookie {
    return new Cookie(name, value ?? "", options);
  }
  get name(): string {
    return this.#f.name;
  }
  get value(): string {
    return this.#f.value;
  }
  set value(v: any) {
    this.#f.value = `${v}`;
  }
  get domain(): string | null {
    return this.#f.domain ?? null;
  }
  set domain(v: any) {
    this.#f.domain = v === null || v === undefined ? undefined : checkPart(v, "domain");
  }
  get path(): string {
    return this.#f.path ?? "/";
  }
  set path(v: any) {
    this.#f.path = checkPart(v, "path");
  }
  get expires(): Date | undefined {
    return this.#f.expires;
  }
  set expires(v: any) {
    this.#f.expires = expiresOf(v);
  }
  get maxAge(): number | undefined {
    return this.#f.maxAge;
  }
  set maxAge(v: any) {
    this.#f.maxAge = v === undefined || v === null ? undefined : +v;
  }
  get secure(): boolean {
    return this.#f.secure;
  }
  set secure(v: any) {
    this.#f.secure = !!v;
  }
  get httpOnly(): boolean {
    return this.#f.httpOnly;
  }
  set httpOnly(v: any) {
    this.#f.httpOnly = !!v;
  }
  get sameSite(): string {
    return this.#f.sameSite;
  }
  set sameSite(v: any) {
    this.#f.sameSite = sameSiteOf(v);
  }
  get partitioned(): boolean {
    return this.#f.partitioned;
  }
  set partitioned(v: any) {
    this.#f.partitioned = !!v;
  }
  isExpired(): boolean {
    const f = this.#f;
    if (f.maxAge !== undefined) return f.maxAge <= 0;
    return f.expires !== undefined && DatePrototypeGetTime(f.expires) <= DateNow();
  }
  toString(): string {
    return header(this.#f);
  }
  serialize(): string {
    return header(this.#f);
  }
  toJSON(): any {
    return jsonOf(this.#f);
  }
}

function jsonOf(f: Fields): any {
  const o: any = {};
  setOwn(o, "name", f.name);
  setOwn(o, "value", f.value);
  if (f.domain !== undefined) setOwn(o, "domain", f.domain);
  setOwn(o, "path", f.path ?? "/");
  if (f.expires !== undefined) setOwn(o, "expires", f.expires);
  if (f.maxAge !== undefined) setOwn(o, "maxAge", f.maxAge);
  setOwn(o, "secure", f.secure);
  setOwn(o, "sameSite", f.sameSite);
  setOwn(o, "httpOnly", f.httpOnly);
  setOwn(o, "partitioned", f.partitioned);
  return o;
}
inspectAs(Cookie, "Cookie", (c) => jsonOf(stateOf(c)));

function header(f: Fields): string {
  let s = `${f.name}=${EncodeURIComponent(f.value)}`;
  if (f.domain !== undefined && f.domain !== "") s += `; Domain=${f.domain}`;
  if (f.path !== undefined && f.path !== "") s += `; Path=${f.path}`;
  if (f.expires !== undefined) s += `; Expires=${DatePrototypeToUTCString(f.expires)}`;
  if (f.maxAge !== undefined) s += `; Max-Age=${f.maxAge}`;
  if (f.secure) s += "; Secure";
  if (f.httpOnly) s += "; HttpOnly";
  if (f.partitioned) s += "; Partitioned";
  return `${s}; SameSite=${f.sameSite === "strict" ? "Strict" : f.sameSite === "none" ? "None" : "Lax"}`;
}

let allOf: (m: any) => any;

// CookieMap is the cookies of a request, with what is to be set in the response.
export class CookieMap {
  #given: Map<string, string> = new SafeMap();
  #changed: Map<string, Fields> = new SafeMap(); // a value of "" with a date of 1970 deletes
  constructor(init?: any) {
    if (init === undefined || init === null) return;
    if (typeof init === "string") {
      const parts = StringPrototypeSplit(init, ";");
      for (let i = 0; i < parts.length; i++) {
        const eq = StringPrototypeIndexOf(parts[i]!, "=");
        if (eq <= 0) continue;
        const name = StringPrototypeTrim(StringPrototypeSlice(parts[i]!, 0, eq));
        if (!this.#given.has(name)) this.#given.set(name, unescape(StringPrototypeTrim(StringPrototypeSlice(parts[i]!, eq + 1))));
      }
    } else if (typeof init !== "object") throw new TypeError_("Expected an object, an array of pairs or a string");
    else if (ArrayIsArray(init) || typeof init[SymbolIterator] === "function") {
      const pairs = iterate<any>(init, "init");
      for (let i = 0; i < pairs.length; i++) this.#given.set(`${pairs[i][0]}`, `${pairs[i][1]}`);
    } else {
      const keys = ObjectKeys(init);
      for (let i = 0; i < keys.length; i++) this.#given.set(keys[i]!, `${init[keys[i]!]}`);
    }
  }
  #all(): Map<string, string> {
    const out: Map<string, string> = new SafeMap();
    const changed = mapEntries(this.#changed);
    for (let i = 0; i < changed.length; i++) if (!gone(changed[i]![1])) out.set(changed[i]![0], changed[i]![1].value);
    const given = mapEntries(this.#given);
    for (let i = 0; i < given.length; i++) if (!this.#changed.has(given[i]![0])) out.set(given[i]![0], given[i]![1]);
    return out;
  }
  get size(): number {
    return mapKeys(this.#all()).length;
  }
  get(name: any): string | null {
    return this.#all().get(`${name}`) ?? null;
  }
  has(name: any): boolean {
    return this.#all().has(`${name}`);
  }
  set(name: any, value?: any, options?: any): void {
    const f = isCookie(name) ? stateOf(name) : name !== null && typeof name === "object" ? fieldsOf(name.name, name.value, name) : fieldsOf(name, value, options);
    this.#changed.delete(f.name);
    this.#changed.set(f.name, f);
  }
  delete(name: any, options?: any): void {
    const o = name !== null && typeof name === "object" ? name : options;
    const f = fieldsOf(o === name ? name.name : name, "", undefined);
    if (o?.domain !== undefined) f.domain = checkPart(o.domain, "domain");
    if (o?.path !== undefined) f.path = checkPart(o.path, "path");
    f.expires = new Date_(0);
    this.#changed.delete(f.name);
    this.#changed.set(f.name, f);
  }
  toSetCookieHeaders(): string[] {
    const out: string[] = [];
    const list = mapValues(this.#changed);
    for (let i = 0; i < list.length; i++) ArrayPrototypePush(out, header(list[i]!));
    return out;
  }
  toJSON(): any {
    const o: any = {};
    const list = mapEntries(this.#all());
    for (let i = 0; i < list.length; i++) setOwn(o, list[i]![0], list[i]![1]);
    return o;
  }
  static {
    const toJSON = this.prototype.toJSON;
    allOf = (m) => FunctionPrototypeCall(toJSON, m);
  }
  forEach(fn: any, thisArg?: any): void {
    const list = mapEntries(this.#all());
    for (let i = 0; i < list.length; i++) FunctionPrototypeCall(fn, thisArg, list[i]![1], list[i]![0], this);
  }
  entries(): any {
    return ArrayPrototypeValues(mapEntries(this.#all()));
  }
  keys(): any {
    return ArrayPrototypeValues(mapKeys(this.#all()));
  }
  values(): any {
    return ArrayPrototypeValues(mapValues(this.#all()));
  }
  [SymbolIterator](): any {
    return this.entries();
  }
}
inspectAs(CookieMap, "CookieMap", (m) => allOf(m), true);

function gone(f: Fields): boolean {
  return f.value === "" && f.expires !== undefined && DatePrototypeGetTime(f.expires) === 0;
}
