// Intl.Collator, RelativeTimeFormat, ListFormat, Segmenter, DisplayNames and Locale, English.

import {
  ArrayPrototypeIndexOf, ArrayPrototypePush, IteratorPrototype, MathAbs, NumberIsFinite, Number_, ObjectDefineProperty, ObjectIs, RangeError_, RegExpPrototypeExec, StringPrototypeEndsWith,
  StringPrototypeSlice, StringPrototypeSplit, StringPrototypeToLowerCase, StringPrototypeToUpperCase, String_, SymbolIterator, TypeError_, iterate,
} from "../primordials.ts";
import { OP } from "buntime:ops";
import { calendarName, currencyName, fieldName, isRightToLeft, languageName, regionName, scriptName, weekOf } from "./names.ts";
import { NumberFormat, currencyNames } from "./number.ts";
import { type Part, canonical, choice, dress, join, optionsObject, pick, resolve, setLocaleClass } from "./locale.ts";

// compareText compares as English does. flags are the host's.
export function compareText(a: string, b: string, flags: number): number {
  if (a === b) return 0;
  return host.sync(OP["intl.compare"]!, a, b, flags);
}

export class Collator {
  #o: any;
  #flags = 0;
  #bound: any;

  constructor(locales?: any, options?: any) {
    const list = canonical(locales);
    let locale = pick(list);
    options = optionsObject(options);
    const usage = choice(options, "usage", ["sort", "search"], "sort", "Collator");
    // What the locale's extension asks for is part of the locale, unless an option says otherwise.
    const kf = extension(list, "kf");
    const kn = extension(list, "kn");
    const byCase = ["upper", "lower", "false"];
    const numeric = options.numeric === undefined ? kn !== undefined && kn !== "false" : !!options.numeric;
    const caseFirst = choice(options, "caseFirst", byCase, kf !== undefined && ArrayPrototypeIndexOf(byCase, kf) >= 0 ? kf : "false", "Collator");
    const asked = (kf !== undefined && kf === caseFirst ? `-kf-${kf}` : "") + (kn !== undefined && (kn !== "false") === numeric ? (numeric ? "-kn" : "-kn-false") : "");
    if (asked !== "") locale += `-u${asked}`;
    const sensitivity = choice(options, "sensitivity", ["base", "accent", "case", "variant"], "variant", "Collator");
    const ignorePunctuation = !!options.ignorePunctuation;
    this.#o = { locale, usage, sensitivity, ignorePunctuation, collation: "default", numeric, caseFirst };
    if (numeric) this.#flags |= 1;
    if (sensitivity === "base" || sensitivity === "accent") this.#flags |= 2;
    if (sensitivity === "base" || sensitivity === "case") this.#flags |= 4;
  }
  get compare(): any {
    void this.#o;
    return (this.#bound ??= (a: any, b: any) => {
      a = String_(a);
      b = String_(b);
      if (this.#o.ignorePunctuation) {
        a = bare(a);
        b = bare(b);
      }
      if (this.#o.caseFirst === "upper" && a !== b && StringPrototypeToLowerCase(a) === StringPrototypeToLowerCase(b)) return -compareText(a, b, this.#flags);
      return compareText(a, b, this.#flags);
    });
  }
  resolvedOptions(): any {
    return { ...this.#o };
  }
}
dress(Collator, "Collator");

// extension is the value of a key in the first locale's extension: "" if it has none, undefined if the key is not there.
function extension(list: string[], key: string): string | undefined {
  if (list.length === 0) return undefined;
  const words: string[] = StringPrototypeSplit(list[0]!, "-");
  for (let i = ArrayPrototypeIndexOf(words, "u") + 1; i > 0 && i < words.length && words[i] !== "x"; i++) {
    if (words[i] === key) return words[i + 1] !== undefined && words[i + 1]!.length > 2 ? words[i + 1] : "";
  }
  return undefined;
}

function bare(s: string): string {
  let out = "";
  for (let i = 0; i < s.length; i++) if (RegExpPrototypeExec(/[\p{P}\s]/u, s[i]!) === null) out += s[i];
  return out;
}

const relativeUnits = ["second", "minute", "hour", "day", "week", "month", "quarter", "year"];
const shortUnits: any = { __proto__: null, second: ["sec.", "sec."], minute: ["min.", "min."], hour: ["hr.", "hr."], day: ["day", "days"], week: ["wk.", "wk."], month: ["mo.", "mo."], quarter: ["qtr.", "qtrs."], year: ["yr.", "yr."] };
// Elsewhere than in the United States short units have no period, and an s for many in some places.
const plainUnits: any = { __proto__: null, second: "sec", minute: "min", hour: "hr", day: "day", week: "wk", month: "mo", quarter: "qtr", year: "yr" };
const narrowUnits: any = { __proto__: null, second: "s", minute: "min", hour: "h", day: "d", week: "w", month: "mo", quarter: "q", year: "y" };

export class RelativeTimeFormat {
  #locale: string;
  #style: string;
  #numeric: string;
  #f = new NumberFormat("en");

  constructor(locales?: any, options?: any) {
    this.#locale = resolve(locales);
    options = optionsObject(options);
    this.#style = choice(options, "style", ["long", "short", "narrow"], "long", "RelativeTimeFormat");
    this.#numeric = choice(options, "numeric", ["always", "auto"], "always", "RelativeTimeFormat");
  }
  format(value: any, unit: any): string {
    return join(this.#parts(value, unit, "format"));
  }
  formatToParts(value: any, unit: any): any[] {
    return this.#parts(value, unit, "formatToParts");
  }
  resolvedOptions(): any {
    return { locale: this.#locale, style: this.#style, numeric: this.#numeric, numberingSystem: "latn" };
  }
  #parts(value: any, unit: any, method: string): any[] {
    const n = Number_(value);
    unit = String_(unit);
    const name = StringPrototypeEndsWith(unit, "s") ? StringPrototypeSlice(unit, 0, unit.length - 1) : unit;
    if (ArrayPrototypeIndexOf(relativeUnits, name) < 0) throw new RangeError_(`Invalid unit argument for Intl.RelativeTimeFormat.prototype.${method}() '${unit}'`);
    if (!NumberIsFinite(n)) throw new RangeError_(`Value need to be finite number for Intl.RelativeTimeFormat.prototype.${method}()`);
    const past = n < 0 || ObjectIs(n, -0);
    if (this.#numeric === "auto" && (n === 0 || n === 1 || n === -1)) {
      let text: string | undefined;
      const abroad = this.#locale !== "en" && this.#locale !== "en-US" && this.#style !== "long" && name !== "quarter";
      const short = abroad ? plainUnits[name] : this.#style === "long" ? name : name === "day" || this.#style !== "long" ? (name === "day" ? name : (shortUnits[name]![0] as string)) : name;
      if (name === "second") text = n === 0 ? "now" : undefined;
      else if (name === "day") text = n === 0 ? "today" : n === 1 ? "tomorrow" : "yesterday";
      else if (name === "minute" || name === "hour") text = n === 0 ? `this ${name}` : undefined;
      else text = `${n === 0 ? "this" : n === 1 ? "next" : "last"} ${short}`;
      if (text !== undefined) return [{ type: "literal", value: text }];
    }
    const parts = this.#f.formatToParts(MathAbs(n));
    const number = join(parts);
    const one = number === "1";
    let label: string;
    const abroad = this.#locale !== "en" && this.#locale !== "en-US";
    switch (abroad && this.#style !== "long" ? "abroad" : this.#style) {
      case "abroad": {
        const many = name === "day" || this.#locale === "en-CA" || (this.#locale === "en-AU" && name !== "month");
        label = name === "day" && this.#locale === "en-CA" && this.#style === "narrow" ? "d" : ` ${plainUnits[name]}${many && !one ? "s" : ""}`;
        break;
      }
      case "short": label = " " + shortUnits[name]![one ? 0 : 1]; break;
      case "narrow": label = narrowUnits[name] === "min" ? "m" : narrowUnits[name]; if (name === "minute") label = past ? "min" : "min"; break;
      default: label = ` ${name}${one ? "" : "s"}`;
    }
    if (this.#style === "narrow" && name === "minute" && !abroad) label = "m";
    const out: any[] = [];
    if (!past) ArrayPrototypePush(out, { type: "literal", value: "in " });
    for (let i = 0; i < parts.length; i++) ArrayPrototypePush(out, { type: parts[i]!.type, value: parts[i]!.value, unit: name });
    ArrayPrototypePush(out, { type: "literal", value: past ? label + " ago" : label });
    return out;
  }
}
dress(RelativeTimeFormat, "RelativeTimeFormat");

export class ListFormat {
  #o: any;
  constructor(locales?: any, options?: any) {
    const locale = resolve(locales);
    options = optionsObject(options);
    const type = choice(options, "type", ["conjunction", "disjunction", "unit"], "conjunction", "ListFormat");
    const style = choice(options, "style", ["long", "short", "narrow"], "long", "ListFormat");
    this.#o = { locale, type, style };
  }
  format(list: any): string {
    return join(this.formatToParts(list));
  }
  formatToParts(list: any): Part[] {
    const { locale, type, style } = this.#o;
    const items: string[] = [];
    if (list !== undefined) {
      const all = iterate<any>(list, "list");
      for (let i = 0; i < all.length; i++) {
        if (typeof all[i] !== "string") throw new TypeError_("Iterable yielded a non-String value");
        ArrayPrototypePush(items, all[i]);
      }
    }
    // Only American English has a comma before the last of three, and shortens the word.
    const american = locale === "en" || locale === "en-US";
    const word = type === "disjunction" ? "or" : style === "long" || !american ? "and" : "&";
    let between = ", ";
    let last: string;
    let pair: string;
    if (type === "unit") {
      between = style === "narrow" ? " " : ", ";
      last = between;
      pair = between;
    } else if (style === "narrow" && type === "conjunction") {
      last = ", ";
      pair = ", ";
    } else {
      last = american ? `, ${word} ` : ` ${word} `;
      pair = ` ${word} `;
    }
    const out: Part[] = [];
    for (let i = 0; i < items.length; i++) {
      if (i > 0) ArrayPrototypePush(out, { type: "literal", value: items.length === 2 ? pair : i === items.length - 1 ? last : between });
      ArrayPrototypePush(out, { type: "element", value: items[i]! });
    }
    return out;
  }
  resolvedOptions(): any {
    return { ...this.#o };
  }
}
dress(ListFormat, "ListFormat");

class Segments {
  #text: string;
  #words: boolean;
  #ends: number[];
  constructor(text: string, granularity: string) {
    this.#text = text;
    this.#words = granularity === "word";
    this.#ends = host.sync(OP["intl.segment"]!, text, granularity);
  }
  #at(i: number): any {
    const end = this.#ends[i]!;
    const start = i === 0 ? 0 : MathAbs(this.#ends[i - 1]!);
    const s: any = { segment: StringPrototypeSlice(this.#text, start, MathAbs(end)), index: start, input: this.#text };
    if (this.#words) s.isWordLike = end > 0;
    return s;
  }
  containing(index?: any): any {
    let n = Number_(index);
    n = n !== n ? 0 : n - (n % 1);
    if (n < 0 || n >= this.#text.length) return undefined;
    let lo = 0;
    let hi = this.#ends.length - 1;
    while (lo < hi) {
      const mid = (lo + hi) >> 1;
      if (MathAbs(this.#ends[mid]!) > n) hi = mid;
      else lo = mid + 1;
    }
    return this.#at(lo);
  }
  iterator(): any {
    let i = 0;
    const next = (): any => i < this.#ends.length ? { value: this.#at(i++), done: false } : { value: undefined, done: true };
    return { __proto__: IteratorPrototype, next };
  }
}
ObjectDefineProperty(Segments.prototype, SymbolIterator, {
  __proto__: null,
  value(this: Segments) {
    return this.iterator();
  },
  writable: true, configurable: true, enumerable: false,
} as any);

export class Segmenter {
  #locale: string;
  #granularity: string;
  constructor(locales?: any, options?: any) {
    this.#locale = resolve(locales);
    this.#granularity = choice(optionsObject(options), "granularity", ["grapheme", "word", "sentence"], "grapheme", "Segmenter");
  }
  segment(text: any): any {
    return new Segments(String_(text), this.#granularity);
  }
  resolvedOptions(): any {
    return { locale: this.#locale, granularity: this.#granularity };
  }
}
dress(Segmenter, "Segmenter");

export class DisplayNames {
  #o: any;
  constructor(locales: any, options: any) {
    const locale = resolve(locales);
    if (options === undefined) throw new TypeError_("Cannot convert undefined or null to object");
    options = optionsObject(options);
    const style = choice(options, "style", ["narrow", "short", "long"], "long", "DisplayNames");
    const type = choice(options, "type", ["language", "region", "script", "currency", "calendar", "dateTimeField"], undefined, "DisplayNames");
    if (type === undefined) throw new TypeError_('Required option "type" must not be undefined');
    const fallback = choice(options, "fallback", ["code", "none"], "code", "DisplayNames");
    this.#o = { locale, style, type, fallback };
    const display = choice(options, "languageDisplay", ["dialect", "standard"], "dialect", "DisplayNames");
    if (type === "language") this.#o.languageDisplay = display;
  }
  of(code: any): string | undefined {
    code = String_(code);
    let name: string | null | undefined;
    const { type, style, locale } = this.#o;
    if (type === "currency") {
      name = currencyName(code);
      const n = currencyNames[StringPrototypeToUpperCase(code)];
      const text: string | undefined = name !== undefined || n === undefined ? undefined : typeof n === "string" ? n : n[0];
      if (text !== undefined) {
        const words = StringPrototypeSplit(text, " ");
        name = "";
        for (let i = 0; i < words.length; i++) name += (i > 0 ? " " : "") + StringPrototypeToUpperCase(words[i]![0]) + StringPrototypeSlice(words[i]!, 1);
      }
    } else if (type === "language") name = languageName(code, style, this.#o.languageDisplay === "dialect");
    else if (type === "region") name = regionName(code, style);
    else if (type === "script") name = scriptName(code);
    else name = type === "calendar" ? calendarName(code) : fieldName(code, style, locale);
    if (name === null || name === undefined || name === "") return this.#o.fallback === "code" ? (code === "und" ? "root" : code) : undefined;
    return name;
  }
  resolvedOptions(): any {
    return { ...this.#o };
  }
}
dress(DisplayNames, "DisplayNames");

export class Locale {
  #tag: string;
  #base: string;
  #given: string; // with what is not told apart
  #o: any;
  static is(v: any): boolean {
    return typeof v === "object" && v !== null && #tag in v;
  }
  static tag(v: Locale): string {
    return v.#tag;
  }
  constructor(tag: any, options?: any) {
    if (typeof tag !== "string" && (typeof tag !== "object" || tag === null)) throw new TypeError_("First argument to Intl.Locale constructor can't be empty or missing");
    const text = Locale.is(tag) ? (tag as Locale).#tag : String_(tag);
    const list = canonical(text);
    this.#given = list[0]!;
    const m = StringPrototypeSplit(list[0]!, "-u-") as string[];
    options = optionsObject(options);
    let base = m[0]!;
    const part = (i: RegExp): string | undefined => (RegExpPrototypeExec(i, base) as any)?.[1];
    const language = options.language === undefined ? part(/^([a-zA-Z]{2,8})/)! : String_(options.language);
    const script = options.script === undefined ? part(/-([A-Z][a-z]{3})(?:-|$)/) : String_(options.script);
    const region = options.region === undefined ? part(/-([A-Z]{2}|\d{3})(?:-|$)/) : String_(options.region);
    base = language + (script === undefined ? "" : `-${script}`) + (region === undefined ? "" : `-${region}`);
    this.#base = base;
    const ext: any = { __proto__: null, ca: undefined, co: undefined, hc: undefined, kf: undefined, kn: undefined, nu: undefined };
    if (m[1] !== undefined) {
      const words = StringPrototypeSplit(m[1], "-") as string[];
      for (let i = 0; i < words.length; i++) if (words[i]!.length === 2) ext[words[i]!] = words[i + 1] !== undefined && words[i + 1]!.length > 2 ? words[i + 1] : "";
    }
    if (options.calendar !== undefined) ext.ca = String_(options.calendar);
    if (options.collation !== undefined) ext.co = String_(options.collation);
    if (options.hourCycle !== undefined) ext.hc = choice(options, "hourCycle", ["h11", "h12", "h23", "h24"], undefined, "Locale");
    if (options.caseFirst !== undefined) ext.kf = String_(options.caseFirst);
    if (options.numeric !== undefined) ext.kn = options.numeric ? "" : "false";
    if (options.numberingSystem !== undefined) ext.nu = String_(options.numberingSystem);
    const keys = ["ca", "co", "hc", "kf", "kn", "nu"];
    let u = "";
    for (let i = 0; i < keys.length; i++) if (ext[keys[i]!] !== undefined) u += `-${keys[i]}${ext[keys[i]!] === "" ? "" : `-${ext[keys[i]!]}`}`;
    this.#tag = u === "" ? base : `${base}-u${u}`;
    this.#o = { language, script, region, ...ext };
  }
  get baseName(): string { return this.#base; }
  get language(): string { return this.#o.language; }
  get script(): string | undefined { return this.#o.script; }
  get region(): string | undefined { return this.#o.region; }
  get calendar(): string | undefined { return this.#o.ca; }
  get collation(): string | undefined { return this.#o.co; }
  get hourCycle(): string | undefined { return this.#o.hc; }
  get caseFirst(): string | undefined { return this.#o.kf; }
  get numeric(): boolean { return this.#o.kn !== undefined && this.#o.kn !== "false"; }
  get numberingSystem(): string | undefined { return this.#o.nu; }
  get weekInfo(): any { return this.getWeekInfo(); }
  get textInfo(): any { return this.getTextInfo(); }
  getWeekInfo(): any {
    const given = RegExpPrototypeExec(/-u(?:-[a-z\d]+)*?-rg-([a-z]{2})zzzz/i, this.#given);
    const first = RegExpPrototypeExec(/-u(?:-[a-z\d]+)*?-fw-([a-z]{3})/i, this.#given);
    return weekOf(given !== null ? StringPrototypeToUpperCase(given[1]) : this.#likely(1).#o.region ?? "001", first === null ? undefined : first[1]);
  }
  getTextInfo(): any {
    return { direction: isRightToLeft(this.#o.script ?? this.#likely(1).#o.script ?? "Latn") ? "rtl" : "ltr" };
  }
  maximize(): Locale { return this.#likely(1); }
  minimize(): Locale { return this.#likely(2); }
  // likely adds (1) or takes away (2) what is likely of the base; the rest of the tag stays.
  #likely(how: number): Locale {
    return new Locale((host.sync(OP["intl.locale"]!, this.#base, how) ?? this.#base) + StringPrototypeSlice(this.#tag, this.#base.length));
  }
  toString(): string { return this.#tag; }
}
dress(Locale, "Locale");
setLocaleClass((v) => Locale.is(v), (v) => Locale.tag(v));
