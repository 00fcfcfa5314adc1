// node:querystring.

import {
  ArrayIsArray, ArrayPrototypePush, DecodeURIComponent, EncodeURIComponent, NumberIsFinite, ObjectKeys, StringPrototypeCharCodeAt, StringPrototypeIncludes, StringPrototypeIndexOf,
  StringPrototypeReplace, StringPrototypeSlice, StringPrototypeSplit, URIError_, Uint8Array_, plain,
} from "../primordials.ts";
import { tidy } from "./names.ts";
import { register } from "../modules.ts";
import { wrap } from "./buffer.ts";
import { coded } from "./errors.ts";

function escape(v: any): string {
  const text = `${v}`;
  try {
    return EncodeURIComponent(text);
  } catch {
    throw coded(URIError_, "ERR_INVALID_URI", "URI malformed");
  }
}

function unescapeBuffer(s: string): any {
  const bytes: number[] = [];
  for (let i = 0; i < s.length; i++) {
    const c = StringPrototypeCharCodeAt(s, i);
    if (c === 37 && i + 2 < s.length) {
      const n = +`0x${StringPrototypeSlice(s, i + 1, i + 3)}`;
      if (n === n) {
        ArrayPrototypePush(bytes, n);
        i += 2;
        continue;
      }
    }
    ArrayPrototypePush(bytes, c & 255);
  }
  const out = new Uint8Array_(bytes.length);
  for (let i = 0; i < bytes.length; i++) out[i] = bytes[i]!;
  return wrap(out);
}

function unescape(s: string): string {
  try {
    return DecodeURIComponent(s);
  } catch {
    const b = unescapeBuffer(s);
    return host.utf8Decode(b, false, true);
  }
}

function primitive(v: any): string {
  if (typeof v === "string") return v;
  if (typeof v === "number" && NumberIsFinite(v)) return `${v}`;
  if (typeof v === "bigint") return `${v}`;
  if (typeof v === "boolean") return v ? "true" : "false";
  return "";
}

export function stringify(o: any, sep: any = "&", eq: any = "=", options?: any): string {
  const enc = typeof options?.encodeURIComponent === "function" ? options.encodeURIComponent : qs.escape;
  if (o === null || typeof o !== "object") return "";
  sep = sep || "&";
  eq = eq || "=";
  const keys = ObjectKeys(o);
  let out = "";
  for (let i = 0; i < keys.length; i++) {
    const k = enc(primitive(keys[i]));
    const v = o[keys[i]!];
    if (ArrayIsArray(v)) for (let j = 0; j < v.length; j++) out += `${out === "" ? "" : sep}${k}${eq}${enc(primitive(v[j]))}`;
    else out += `${out === "" ? "" : sep}${k}${eq}${enc(primitive(v))}`;
  }
  return out;
}

export function parse(s: any, sep: any = "&", eq: any = "=", options?: any): any {
  const out = plain<any>();
  if (typeof s !== "string" || s.length === 0) return out;
  const dec = typeof options?.decodeURIComponent === "function" ? options.decodeURIComponent : qs.unescape;
  const safe = (t: string): string => {
    t = StringPrototypeReplace(t, /\+/g, " ");
    if (!StringPrototypeIncludes(t, "%") && dec === unescape) return t;
    try {
      return dec(t);
    } catch {
      return unescape(t);
    }
  };
  const max = typeof options?.maxKeys === "number" ? options.maxKeys : 1000;
  const fields: string[] = StringPrototypeSplit(s, `${sep || "&"}`);
  for (let i = 0; i < fields.length; i++) {
    if (max > 0 && i >= max) break;
    const f = fields[i]!;
    if (f === "") continue;
    const at = StringPrototypeIndexOf(f, `${eq || "="}`);
    const k = safe(at < 0 ? f : StringPrototypeSlice(f, 0, at)), v = at < 0 ? "" : safe(StringPrototypeSlice(f, at + `${eq || "="}`.length));
    if (out[k] === undefined) out[k] = v;
    else if (ArrayIsArray(out[k])) ArrayPrototypePush(out[k], v);
    else out[k] = [out[k], v];
  }
  return out;
}

const qs: any = { escape, unescape, unescapeBuffer, stringify, encode: stringify, parse, decode: parse };

register(["node:querystring", "querystring"], () => tidy(qs));
