// util.MIMEType and util.MIMEParams.

import { SafeMap, StringPrototypeIndexOf, StringPrototypeSlice, StringPrototypeToLowerCase, SymbolIterator, TypeError_, mapEntries } from "../primordials.ts";
import { coded } from "./errors.ts";

const spaces = " \t\n\r\f\v";

function isToken(c: string): boolean {
  return (c >= "a" && c <= "z") || (c >= "A" && c <= "Z") || (c >= "0" && c <= "9") || StringPrototypeIndexOf("!#$%&'*+-.^_`|~", c) >= 0;
}

function isQuotable(c: string): boolean {
  return c === "\t" || (c >= " " && c <= "~") || (c >= "\u0080" && c <= "\u00ff");
}

// firstBad is the index of the first character that does not fit, or -1.
function firstBad(s: string, fits: (c: string) => boolean): number {
  for (let i = 0; i < s.length; i++) if (!fits(s[i]!)) return i;
  return -1;
}

function bad(what: string, s: string, at: number): Error {
  return coded(TypeError_, "ERR_INVALID_MIME_SYNTAX", `The MIME syntax for a ${what} in ${quote(s)} is invalid${at < 0 ? "" : ` at ${at}`}`);
}

function quote(s: string): string {
  return `"${s}"`;
}

function trim(s: string, start: boolean): string {
  let from = 0, to = s.length;
  if (start) while (from < to && StringPrototypeIndexOf(spaces, s[from]!) >= 0) from++;
  while (to > from && StringPrototypeIndexOf(spaces, s[to - 1]!) >= 0) to--;
  return StringPrototypeSlice(s, from, to);
}

let dataOf!: (p: MIMEParams) => Map<string, string>;

export class MIMEParams {
  #data: Map<string, string> = new SafeMap();
  static {
    dataOf = (p) => p.#data;
  }
  delete(name: any): void {
    this.#data.delete(`${name}`);
  }
  get(name: any): string | null {
    return this.#data.get(`${name}`) ?? null;
  }
  has(name: any): boolean {
    return this.#data.has(`${name}`);
  }
  set(name: any, value: any): void {
    name = `${name}`;
    value = `${value}`;
    const n = firstBad(name, isToken);
    if (name === "" || n >= 0) throw bad("parameter name", name, n);
    const v = firstBad(value, isQuotable);
    if (v >= 0) throw bad("parameter value", value, v);
    this.#data.set(name, value);
  }
  *entries(): Generator<[string, string]> {
    const list = mapEntries(this.#data);
    for (let i = 0; i < list.length; i++) yield list[i]!;
  }
  *keys(): Generator<string> {
    const list = mapEntries(this.#data);
    for (let i = 0; i < list.length; i++) yield list[i]![0];
  }
  *values(): Generator<string> {
    const list = mapEntries(this.#data);
    for (let i = 0; i < list.length; i++) yield list[i]![1];
  }
  toString(): string {
    return paramsText(this.#data);
  }
  toJSON(): string {
    return this.toString();
  }
}
Object.defineProperty(MIMEParams.prototype, SymbolIterator, { __proto__: null, value: MIMEParams.prototype.entries, configurable: true, writable: true } as any);

function paramsText(data: Map<string, string>): string {
  const list = mapEntries(data);
  let out = "";
  for (let i = 0; i < list.length; i++) {
    let value = list[i]![1];
    if (value === "" || firstBad(value, isToken) >= 0) {
      let escaped = "";
      for (let j = 0; j < value.length; j++) escaped += (value[j] === '"' || value[j] === "\\" ? "\\" : "") + value[j];
      value = `"${escaped}"`;
    }
    out += `${i > 0 ? ";" : ""}${list[i]![0]}=${value}`;
  }
  return out;
}

function parseParams(s: string, into: Map<string, string>): void {
  let at = 0;
  while (at < s.length) {
    while (at < s.length && StringPrototypeIndexOf(spaces, s[at]!) >= 0) at++;
    let end = at;
    while (end < s.length && s[end] !== ";" && s[end] !== "=") end++;
    const name = StringPrototypeToLowerCase(StringPrototypeSlice(s, at, end));
    at = end;
    if (at >= s.length) break;
    if (s[at] === ";") {
      at++;
      continue;
    }
    at++;
    let value = "";
    if (s[at] === '"') {
      at++;
      while (at < s.length && s[at] !== '"') {
        if (s[at] === "\\" && at + 1 < s.length) at++;
        value += s[at++];
      }
      while (at < s.length && s[at] !== ";") at++;
    } else {
      const semi = StringPrototypeIndexOf(s, ";", at);
      end = semi < 0 ? s.length : semi;
      value = trim(StringPrototypeSlice(s, at, end), false);
      at = end;
      if (value === "") {
        at++;
        continue;
      }
    }
    at++;
    if (name !== "" && firstBad(name, isToken) < 0 && firstBad(value, isQuotable) < 0 && !into.has(name)) into.set(name, value);
  }
}

let textOf: (m: MIMEType) => string;

// mimeText is a media type as it is written, or "" if it is none.
export function mimeText(s: string): string {
  try {
    return textOf(new MIMEType(s));
  } catch {
    return "";
  }
}

export class MIMEType {
  #type: string;
  #subtype: string;
  #params = new MIMEParams();
  constructor(input: any) {
    const s = trim(`${input}`, true);
    const slash = StringPrototypeIndexOf(s, "/");
    const type = slash < 0 ? s : StringPrototypeSlice(s, 0, slash);
    const t = firstBad(type, isToken);
    if (type === "" || slash < 0 || t >= 0) throw bad("type", s, t);
    this.#type = StringPrototypeToLowerCase(type);
    const semi = StringPrototypeIndexOf(s, ";", slash);
    const raw = StringPrototypeSlice(s, slash + 1, semi < 0 ? s.length : semi);
    const subtype = trim(raw, false);
    const b = firstBad(subtype, isToken);
    if (subtype === "" || b >= 0) throw bad("subtype", s, b < 0 ? b : slash + 1 + b);
    this.#subtype = StringPrototypeToLowerCase(subtype);
    if (semi >= 0) parseParams(StringPrototypeSlice(s, semi + 1), dataOf(this.#params));
  }
  get type(): string {
    return this.#type;
  }
  set type(v: any) {
    v = `${v}`;
    const at = firstBad(v, isToken);
    if (v === "" || at >= 0) throw bad("type", v, at);
    this.#type = StringPrototypeToLowerCase(v);
  }
  get subtype(): string {
    return this.#subtype;
  }
  set subtype(v: any) {
    v = `${v}`;
    const at = firstBad(v, isToken);
    if (v === "" || at >= 0) throw bad("subtype", v, at);
    this.#subtype = StringPrototypeToLowerCase(v);
  }
  get essence(): string {
    return `${this.#type}/${this.#subtype}`;
  }
  get params(): MIMEParams {
    return this.#params;
  }
  static {
    textOf = (m) => {
      const params = paramsText(dataOf(m.#params));
      return `${m.#type}/${m.#subtype}${params === "" ? "" : `;${params}`}`;
    };
  }
  toString(): string {
    return textOf(this);
  }
  toJSON(): string {
    return this.toString();
  }
}
