// Locales, options and names that the parts of Intl share. English is the only
// language there is, but for dates in Swedish, which programs ask for because its
// dates are those of ISO 8601; any well-formed locale is understood, and resolves to English.

import {
  ArrayPrototypeIndexOf, ArrayPrototypePush, NumberIsNaN, Number_, ObjectDefineProperty, Object_, RangeError_, StringPrototypeIndexOf, StringPrototypeSlice,
  StringPrototypeStartsWith, String_, SymbolToStringTag, TypeError_, hide, } from "../primordials.ts";
import { OP } from "buntime:ops";

const supported: readonly string[] = ["en", "en-US", "en-GB", "en-CA", "en-AU", "en-NZ", "en-IE", "en-IN", "en-ZA"];

// canonical gives the canonical form of a list of locales; it throws for what is none.
export function canonical(locales: any): string[] {
  const out: string[] = [];
  if (locales === undefined) return out;
  if (locales === null) throw new TypeError_("Cannot convert undefined or null to object");
  const list: any = typeof locales === "string" || isLocale(locales) ? [locales] : Object_(locales);
  const n = Number_(list.length);
  for (let i = 0; i < n; i++) {
    let tag = list[i];
    if (typeof tag !== "string" && (typeof tag !== "object" || tag === null)) throw new TypeError_("Incorrect locale information provided");
    tag = isLocale(tag) ? localeTag(tag) : String_(tag);
    const plain = tag === "en-US" || tag === "en" ? tag : host.sync(OP["intl.locale"]!, tag, 0);
    if (plain === null) throw new RangeError_("Incorrect locale information provided");
    if (ArrayPrototypeIndexOf(out, plain) < 0) ArrayPrototypePush(out, plain);
  }
  return out;
}

let isLocale: (v: any) => boolean = () => false;
let localeTag: (v: any) => string = () => "";
export function setLocaleClass(is: (v: any) => boolean, tag: (v: any) => string): void {
  isLocale = is;
  localeTag = tag;
}

// base drops a tag's extensions.
function base(tag: string): string {
  const at = StringPrototypeIndexOf(tag, "-u-");
  return at < 0 ? tag : StringPrototypeSlice(tag, 0, at);
}

// resolve gives the locale that is used for a list.
export function resolve(locales: any): string {
  return pick(canonical(locales));
}

// isSwedish reports whether a locale is one of Swedish.
export function isSwedish(tag: string): boolean {
  return tag === "sv" || StringPrototypeStartsWith(tag, "sv-");
}

// pick gives the first English locale of a canonical list, or Swedish one if the service has it.
export function pick(list: string[], swedish = false): string {
  for (let i = 0; i < list.length; i++) {
    const tag = base(list[i]!);
    if (swedish && isSwedish(tag)) return tag === "sv-SE" ? tag : "sv";
    if (ArrayPrototypeIndexOf(supported, tag) >= 0) return tag;
    if (tag === "en" || StringPrototypeStartsWith(tag, "en-")) return "en";
  }
  return "en-US";
}

// supportedLocalesOf lists those of locales that are English, or Swedish.
export function supportedLocalesOf(locales: any, swedish = false): string[] {
  const list = canonical(locales);
  const out: string[] = [];
  for (let i = 0; i < list.length; i++) {
    const tag = base(list[i]!);
    if (tag === "en" || StringPrototypeStartsWith(tag, "en-") || (swedish && isSwedish(tag))) ArrayPrototypePush(out, list[i]);
  }
  return out;
}

// choice reads an option that is one of some strings.
export function choice(options: any, name: string, values: readonly string[] | undefined, otherwise: any, service: string): any {
  let v = options?.[name];
  if (v === undefined) return otherwise;
  v = String_(v);
  if (values !== undefined && ArrayPrototypeIndexOf(values, v) < 0) throw new RangeError_(`Value ${v} out of range for Intl.${service} options property ${name}`);
  return v;
}

// number reads an option that is a whole number within bounds.
export function number(options: any, name: string, min: number, max: number, otherwise: any): any {
  let v = options?.[name];
  if (v === undefined) return otherwise;
  v = Number_(v);
  if (NumberIsNaN(v) || v < min || v > max) throw new RangeError_(`${name} value is out of range.`);
  return v - (v % 1);
}

export function optionsObject(options: any): any {
  if (options === undefined) return { __proto__: null };
  if (options === null) throw new TypeError_("Cannot convert undefined or null to object");
  return Object_(options);
}

// dress gives a class of Intl the shape that they have.
export function dress(cls: any, name: string, swedish = false): any {
  const full = `Intl.${name}`;
  ObjectDefineProperty(cls, "name", { __proto__: null, value: name, configurable: true } as any);
  ObjectDefineProperty(cls.prototype, SymbolToStringTag, { __proto__: null, value: full, configurable: true } as any);
  const of = { supportedLocalesOf: (locales: any) => supportedLocalesOf(locales, swedish) };
  hide(cls, "supportedLocalesOf", of.supportedLocalesOf);
  return cls;
}

export interface Part {
  type: string;
  value: string;
}

// join makes text of parts.
export function join(parts: Part[]): string {
  let s = "";
  for (let i = 0; i < parts.length; i++) s += parts[i]!.value;
  return s;
}
