// FormData, and multipart/form-data both ways.

import {
  ArrayPrototypePush, RegExpPrototypeExec, StringPrototypeIndexOf, StringPrototypeReplace, StringPrototypeSlice, StringPrototypeSplit, StringPrototypeToLowerCase,
  StringPrototypeTrim, TypeError_, TypedArrayPrototypeGetBuffer, TypedArrayPrototypeGetByteOffset, TypedArrayPrototypeGetLength, TypedArrayPrototypeIndexOf, Uint8Array_,
} from "../primordials.ts";
import { defineGlobals, webInterface } from "../globals.ts";
import { inspectAs } from "../inspect.ts";
import { uncloneable } from "../structured-clone.ts";
import { Blob, File, blobSource, isBlob, join } from "./blob.ts";
import { forEachPair, iterable, iterators } from "./iterators.ts";

const iterator = iterators("FormData");

function entryValue(value: any, filename: any, given: boolean): any {
  if (!isBlob(value)) {
    if (given) throw new TypeError_("FormData: a file name needs a Blob");
    return wellFormed(`${value}`);
  }
  if (value instanceof File && !given) return value;
  return new File([value], given ? `${filename}` : value instanceof File ? value.name : "blob", { type: value.type, lastModified: value instanceof File ? value.lastModified : undefined });
}

function wellFormed(s: string): string {
  return host.utf8Decode(host.utf8Encode(s), false, true);
}

export let isFormData: (v: any) => boolean;
let pairs: (f: any) => [string, any][];

export class FormData {
  #list: [string, any][] = [];
  static {
    isFormData = (v) => v !== null && typeof v === "object" && #list in v;
    pairs = (f) => f.#list;
  }
  constructor(form?: any) {
    if (form !== undefined) throw new TypeError_("FormData constructor: there are no forms here");
  }
  append(name: any, value: any, filename?: any): void {
    ArrayPrototypePush(this.#list, [wellFormed(`${name}`), entryValue(value, filename, arguments.length > 2 && filename !== undefined)]);
  }
  set(name: any, value: any, filename?: any): void {
    const key = wellFormed(`${name}`);
    const v = entryValue(value, filename, arguments.length > 2 && filename !== undefined);
    const out: [string, any][] = [];
    let done = false;
    for (let i = 0; i < this.#list.length; i++) {
      if (this.#list[i]![0] !== key) ArrayPrototypePush(out, this.#list[i]);
      else if (!done) {
        ArrayPrototypePush(out, [key, v]);
        done = true;
      }
    }
    if (!done) ArrayPrototypePush(out, [key, v]);
    this.#list = out;
  }
  delete(name: any): void {
    const key = `${name}`;
    const out: [string, any][] = [];
    for (let i = 0; i < this.#list.length; i++) if (this.#list[i]![0] !== key) ArrayPrototypePush(out, this.#list[i]);
    this.#list = out;
  }
  get(name: any): any {
    const key = `${name}`;
    for (let i = 0; i < this.#list.length; i++) if (this.#list[i]![0] === key) return this.#list[i]![1];
    return null;
  }
  getAll(name: any): any[] {
    const key = `${name}`;
    const out: any[] = [];
    for (let i = 0; i < this.#list.length; i++) if (this.#list[i]![0] === key) ArrayPrototypePush(out, this.#list[i]![1]);
    return out;
  }
  has(name: any): boolean {
    const key = `${name}`;
    for (let i = 0; i < this.#list.length; i++) if (this.#list[i]![0] === key) return true;
    return false;
  }
  entries(): any {
    return iterator(() => this.#list, "entries");
  }
  keys(): any {
    return iterator(() => this.#list, "keys");
  }
  values(): any {
    return iterator(() => this.#list, "values");
  }
  forEach(fn: any, self?: any): void {
    forEachPair(() => this.#list, fn, self, this);
  }
}
webInterface(FormData, "FormData");
iterable(FormData, "entries");
defineGlobals({ FormData });
uncloneable("FormData", isFormData);
inspectAs(FormData, "FormData", (f) => {
  const out: any = { __proto__: null };
  const list = pairs(f);
  for (let i = 0; i < list.length; i++) out[list[i]![0]] = list[i]![1];
  return out;
});

function escapeName(s: string, file: boolean): string {
  if (!file) s = StringPrototypeReplace(s, /\r\n|\r|\n/g, "\r\n");
  return StringPrototypeReplace(StringPrototypeReplace(StringPrototypeReplace(s, /\r/g, "%0D"), /\n/g, "%0A"), /"/g, "%22");
}

// encodeForm returns a form as multipart/form-data, and its type with the boundary.
export function encodeForm(form: any): { bytes: Uint8Array; type: string } {
  const random = new Uint8Array_(16);
  host.random(random);
  const boundary = `----formdata-${host.hexEncode(random)}`;
  const pieces: Uint8Array[] = [];
  const list = pairs(form);
  for (let i = 0; i < list.length; i++) {
    const name = list[i]![0], value = list[i]![1];
    let head = `--${boundary}\r\nContent-Disposition: form-data; name="${escapeName(name, false)}"`;
    if (typeof value === "string") {
      ArrayPrototypePush(pieces, host.utf8Encode(`${head}\r\n\r\n${StringPrototypeReplace(value, /\r\n|\r|\n/g, "\r\n")}\r\n`));
      continue;
    }
    head += `; filename="${escapeName(value.name, true)}"\r\nContent-Type: ${value.type || "application/octet-stream"}\r\n\r\n`;
    const src = blobSource(value);
    ArrayPrototypePush(pieces, host.utf8Encode(head), src.read(0, src.size()), host.utf8Encode("\r\n"));
  }
  ArrayPrototypePush(pieces, host.utf8Encode(`--${boundary}--\r\n`));
  return { bytes: join(pieces), type: `multipart/form-data; boundary=${boundary}` };
}

function find(b: Uint8Array, needle: Uint8Array, from: number): number {
  const n = TypedArrayPrototypeGetLength(b), m = TypedArrayPrototypeGetLength(needle);
  for (let i = from; i + m <= n; i++) {
    i = TypedArrayPrototypeIndexOf(b, needle[0], i);
    if (i < 0 || i + m > n) return -1;
    let j = 1;
    while (j < m && b[i + j] === needle[j]) j++;
    if (j === m) return i;
  }
  return -1;
}

function part(b: Uint8Array, from: number, to: number): Uint8Array {
  return new Uint8Array_(TypedArrayPrototypeGetBuffer(b), TypedArrayPrototypeGetByteOffset(b) + from, to - from);
}

const param = (name: string) => new RegExp(`(?:^|;)\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^;\\s]*))`, "i");
const boundaryParam = param("boundary"), nameParam = param("name"), fileParam = param("filename");

function paramOf(re: RegExp, s: string): string | undefined {
  const m = RegExpPrototypeExec(re, s);
  if (m === null) return undefined;
  return m[1] !== undefined ? StringPrototypeReplace(StringPrototypeReplace(StringPrototypeReplace(m[1], /%22/g, '"'), /%0D/gi, "\r"), /%0A/gi, "\n") : m[2];
}

// decodeForm reads a body of multipart/form-data or application/x-www-form-urlencoded.
export function decodeForm(bytes: Uint8Array, type: string): any {
  const low = StringPrototypeToLowerCase(type);
  const form = new FormData();
  if (StringPrototypeIndexOf(low, "application/x-www-form-urlencoded") === 0) {
    const fields = StringPrototypeSplit(host.utf8Decode(bytes, false, true), "&");
    for (let i = 0; i < fields.length; i++) {
      if (fields[i] === "") continue;
      const eq = StringPrototypeIndexOf(fields[i], "=");
      form.append(unescape(eq < 0 ? fields[i] : StringPrototypeSlice(fields[i], 0, eq)), eq < 0 ? "" : unescape(StringPrototypeSlice(fields[i], eq + 1)));
    }
    return form;
  }
  if (StringPrototypeIndexOf(low, "multipart/form-data") !== 0) throw new TypeError_("Content-Type is not one of multipart/form-data and application/x-www-form-urlencoded");
  const boundary = paramOf(boundaryParam, type);
  if (!boundary) throw new TypeError_("multipart/form-data without a boundary");
  const bad = (): Error => new TypeError_("the body is not valid multipart/form-data");
  const line = host.utf8Encode(`--${boundary}`);
  const next = host.utf8Encode(`\r\n--${boundary}`);
  const blank = host.utf8Encode("\r\n\r\n");
  let at = find(bytes, line, 0);
  if (at < 0) throw bad();
  at += TypedArrayPrototypeGetLength(line);
  for (;;) {
    if (bytes[at] === 45 && bytes[at + 1] === 45) return form;
    if (bytes[at] !== 13 || bytes[at + 1] !== 10) throw bad();
    const headEnd = find(bytes, blank, at);
    if (headEnd < 0) throw bad();
    const end = find(bytes, next, headEnd + 2);
    if (end < 0) throw bad();
    const headers = StringPrototypeSplit(host.utf8Decode(part(bytes, at + 2, headEnd)), "\r\n");
    let name: string | undefined, file: string | undefined, ctype = "";
    for (let i = 0; i < headers.length; i++) {
      const colon = StringPrototypeIndexOf(headers[i], ":");
      if (colon < 0) throw bad();
      const key = StringPrototypeToLowerCase(StringPrototypeSlice(headers[i], 0, colon)), value = StringPrototypeTrim(StringPrototypeSlice(headers[i], colon + 1));
      if (key === "content-disposition") {
        name = paramOf(nameParam, value);
        file = paramOf(fileParam, value);
      } else if (key === "content-type") ctype = value;
    }
    if (name === undefined) throw bad();
    const body = part(bytes, headEnd + 4 < end ? headEnd + 4 : end, end);
    if (file !== undefined) form.append(name, new Blob([body], { type: ctype || "text/plain" }), file);
    else form.append(name, host.utf8Decode(body));
    at = end + TypedArrayPrototypeGetLength(next);
  }
}

// unescape decodes %XX and + as forms have them.
function unescape(s: string): string {
  const out = host.utf8Encode(StringPrototypeReplace(s, /\+/g, " "));
  const n = TypedArrayPrototypeGetLength(out);
  let w = 0;
  for (let r = 0; r < n; r++) {
    let c = out[r]!;
    if (c === 37 && r + 2 < n) {
      const hi = nibble(out[r + 1]!), lo = nibble(out[r + 2]!);
      if (hi >= 0 && lo >= 0) {
        c = hi * 16 + lo;
        r += 2;
      }
    }
    out[w++] = c;
  }
  return host.utf8Decode(part(out, 0, w), false, true);
}

function nibble(c: number): number {
  if (c >= 48 && c <= 57) return c - 48;
  c |= 32;
  return c >= 97 && c <= 102 ? c - 87 : -1;
}
