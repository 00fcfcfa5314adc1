// Intl.DateTimeFormat, English and Swedish, in the Gregorian calendar and that of ISO 8601, for every time zone.

import {
  ArrayPrototypePush, DateNow, DatePrototypeGetTime, Date_, MathAbs, MathFloor, MathTrunc, NumberIsNaN, Number_, RangeError_, RegExpPrototypeExec, StringPrototypePadStart, StringPrototypeSlice,
  StringPrototypeToLowerCase, StringPrototypeToUpperCase, String_, TypeError_,
} from "../primordials.ts";
import { OP } from "buntime:ops";
import { process } from "../process.ts";
import { type Part, canonical, choice, dress, isSwedish, join, number, optionsObject, pick } from "./locale.ts";

const months = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const swedishMonths = ["januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november", "december"];
const swedishShortMonths = ["jan.", "feb.", "mars", "apr.", "maj", "juni", "juli", "aug.", "sep.", "okt.", "nov.", "dec."];
const swedishDays = ["söndag", "måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag"];

// Zone is a zone at a time; the offset is in seconds, and holds from one time until before
// another. inUse is the name in use, of which its own may be an alias.
export type Zone = [name: string, offset: number, abbreviation: string, summer: boolean, from: number, until: number, inUse: string];

export function zoneAt(name: string, ms: number): Zone | null {
  if (name === "UTC") return ["UTC", 0, "UTC", false, -Infinity, Infinity, "UTC"];
  const m = RegExpPrototypeExec(/^([+-])(\d\d)(?::?(\d\d))?$/, name);
  if (m !== null) {
    const minutes = Number_(m[2]) * 60 + Number_(m[3] ?? 0);
    if (Number_(m[2]) > 23 || Number_(m[3] ?? 0) > 59) return null;
    const fixed = `${m[1]}${m[2]}:${m[3] ?? "00"}`;
    return [fixed, (m[1] === "-" ? -minutes : minutes) * 60, "", false, -Infinity, Infinity, fixed];
  }
  return host.sync(OP["intl.zone"]!, name, ms);
}

// localZone is the zone of a program's environment.
function localZone(): string {
  const tz = process.env.TZ;
  if (typeof tz === "string" && tz !== "" && tz !== "UTC") {
    const z = zoneAt(tz, 0);
    if (z !== null) return z[0];
  }
  return "UTC";
}

// localOffset tells a Date what local time is.
export function localOffset(ms: number): [minutes: number, from: number, until: number] {
  const z = zoneAt(localZone(), ms);
  return z === null ? [0, 1, 0] : [MathTrunc(z[1] / 60), z[4], z[5]];
}

// localZoneName is what a program's zone is called at a time, in full.
export function localZoneName(ms: number): string {
  return zoneName(zoneAt(localZone(), ms)!, "long");
}

// Names of zones as English-speakers say them: [standard, summer], and short ones where they are used.
const american: any = { __proto__: null, EST: ["Eastern", "EDT"], CST: ["Central", "CDT"], MST: ["Mountain", "MDT"], PST: ["Pacific", "PDT"], AKST: ["Alaska", "AKDT"] };
const americanZones = /^(America|US|Canada)\//;
const longNames: any = {
  __proto__: null, CET: ["Central European Standard Time", "Central European Summer Time"], EET: ["Eastern European Standard Time", "Eastern European Summer Time"], WET: ["Western European Standard Time", "Western European Summer Time"],
  MSK: ["Moscow Standard Time", "Moscow Summer Time"], JST: ["Japan Standard Time", "Japan Daylight Time"], KST: ["Korean Standard Time", "Korean Daylight Time"], HKT: ["Hong Kong Standard Time", "Hong Kong Summer Time"],
  PKT: ["Pakistan Standard Time", "Pakistan Summer Time"], SAST: ["South Africa Standard Time", "South Africa Standard Time"], EAT: ["East Africa Time", "East Africa Time"], WAT: ["West Africa Standard Time", "West Africa Summer Time"],
  CAT: ["Central Africa Time", "Central Africa Time"], WIB: ["Western Indonesia Time", "Western Indonesia Time"], NZST: ["New Zealand Standard Time", "New Zealand Daylight Time"], AEST: ["Australian Eastern Standard Time", "Australian Eastern Daylight Time"],
  ACST: ["Australian Central Standard Time", "Australian Central Daylight Time"], AWST: ["Australian Western Standard Time", "Australian Western Daylight Time"], HST: ["Hawaii-Aleutian Standard Time", "Hawaii-Aleutian Daylight Time"],
  AST: ["Atlantic Standard Time", "Atlantic Daylight Time"], NST: ["Newfoundland Standard Time", "Newfoundland Daylight Time"],
};
const summerOf: any = { __proto__: null, CEST: "CET", EEST: "EET", WEST: "WET", NZDT: "NZST", AEDT: "AEST", ACDT: "ACST", ADT: "AST", NDT: "NST", EDT: "EST", CDT: "CST", MDT: "MST", PDT: "PST", AKDT: "AKST" };

function gmt(offset: number, long: boolean): string {
  if (offset === 0) return "GMT";
  const sign = offset < 0 ? "-" : "+";
  const a = MathAbs(offset);
  const h = MathFloor(a / 3600);
  const m = MathFloor(a / 60) % 60;
  const s = a % 60;
  const two = (n: number): string => StringPrototypePadStart(String_(n), 2, "0");
  let text = `GMT${sign}${long ? two(h) : h}`;
  if (long || m !== 0 || s !== 0) text += `:${two(m)}`;
  if (s !== 0) text += `:${two(s)}`;
  return text;
}

function zoneName(zone: Zone, style: string): string {
  const [name, offset, abbreviation, summer] = zone;
  if (style === "shortOffset" || style === "longOffset") return gmt(offset, style === "longOffset");
  const standard = summerOf[abbreviation] ?? abbreviation;
  if (name === "UTC" || name === "Etc/UTC") return style === "long" || style === "longGeneric" ? "Coordinated Universal Time" : name === "UTC" || style === "short" ? "UTC" : "GMT";
  const us = RegExpPrototypeExec(americanZones, name) !== null ? american[standard] : undefined;
  switch (style) {
    case "short":
      if (us !== undefined) return abbreviation;
      if (standard === "HST" && name === "Pacific/Honolulu") return "HST";
      return gmt(offset, false);
    case "long":
      if (us !== undefined) return `${us[0]} ${summer ? "Daylight" : "Standard"} Time`;
      if (name === "Europe/London" || name === "GB") return summer ? "British Summer Time" : "Greenwich Mean Time";
      if (name === "Europe/Dublin") return summer ? "Irish Standard Time" : "Greenwich Mean Time";
      if (abbreviation === "IST" && offset === 19800) return "India Standard Time";
      if (abbreviation === "CST" && offset === 28800) return name === "Asia/Taipei" ? "Taipei Standard Time" : "China Standard Time";
      if (abbreviation === "GMT") return "Greenwich Mean Time";
      if (name === "America/Sao_Paulo") return "Brasilia Standard Time";
      if (name === "Asia/Singapore") return "Singapore Standard Time";
      if (name === "Asia/Dubai") return "Gulf Standard Time";
      if (longNames[standard] !== undefined && standard !== "CST") return longNames[standard][summer ? 1 : 0];
      return gmt(offset, true);
    case "shortGeneric":
      if (us !== undefined) return StringPrototypeSlice(abbreviation, 0, abbreviation.length - 2) + "T";
      return gmt(offset, false);
    default:
      if (us !== undefined) return `${us[0]} Time`;
      if (longNames[standard] !== undefined && standard !== "CST") return longNames[standard][0];
      return gmt(offset, true);
  }
}

const fields = ["weekday", "era", "year", "month", "day", "dayPeriod", "hour", "minute", "second", "fractionalSecondDigits"];

interface Local {
  year: number; // astronomical
  month: number; // from 0
  day: number;
  weekday: number;
  hour: number;
  minute: number;
  second: number;
  ms: number;
}

function local(ms: number, offset: number): Local {
  const t = ms + offset * 1000;
  const dayNumber = MathFloor(t / 86400000);
  const rest = t - dayNumber * 86400000;
  // Days since 0000-03-01, in eras of 400 years.
  const z = dayNumber + 719468;
  const era = MathFloor(z / 146097);
  const doe = z - era * 146097;
  const yoe = MathFloor((doe - MathFloor(doe / 1460) + MathFloor(doe / 36524) - MathFloor(doe / 146096)) / 365);
  const doy = doe - (365 * yoe + MathFloor(yoe / 4) - MathFloor(yoe / 100));
  const mp = MathFloor((5 * doy + 2) / 153);
  const month = mp < 10 ? mp + 2 : mp - 10;
  return {
    year: yoe + era * 400 + (month <= 1 ? 1 : 0), month, day: doy - MathFloor((153 * mp + 2) / 5) + 1, weekday: (((dayNumber + 4) % 7) + 7) % 7,
    hour: MathFloor(rest / 3600000), minute: MathFloor(rest / 60000) % 60, second: MathFloor(rest / 1000) % 60, ms: MathFloor(rest) % 1000,
  };
}

// ofLocal finds the time that a clock without a zone shows, in a zone.
export function ofLocal(y: number, m: number, d: number, h: number, min: number, s: number, ms: number, zone: string): number {
  const utc = Date_.UTC(y, m, d, h, min, s, ms);
  const first = zoneAt(zone, utc)![1] * 1000;
  const second = zoneAt(zone, utc - first)![1] * 1000;
  return utc - second;
}

// plainText joins parts with a plain space before AM and PM, as V8 does for format().
function plainText(parts: Part[]): string {
  let s = "";
  for (let i = 0; i < parts.length; i++) s += parts[i]!.value === "\u202f" ? " " : parts[i]!.value;
  return s;
}

type RangePart = Part & { source: string };

// rangeOf joins the parts of two times, of which the first head parts and the last tail parts are shared.
function rangeOf(x: Part[], y: Part[], head: number, tail: number, dash: string): RangePart[] {
  const out: RangePart[] = [];
  const put = (list: Part[], from: number, to: number, source: string): void => {
    for (let i = from; i < to; i++) ArrayPrototypePush(out, { ...list[i]!, source });
  };
  if (join(x) === join(y)) {
    put(x, 0, x.length, "shared");
    return out;
  }
  put(x, 0, head, "shared");
  put(x, head, x.length - tail, "startRange");
  ArrayPrototypePush(out, { type: "literal", value: dash, source: "shared" });
  put(y, head, y.length - tail, "endRange");
  put(y, y.length - tail, y.length, "shared");
  return out;
}

function isRange(parts: RangePart[]): boolean {
  for (let i = 0; i < parts.length; i++) if (parts[i]!.source !== "shared") return true;
  return false;
}

// tail is how many parts two times end with that are the same, of some types, from a literal on.
function tail(x: Part[], y: Part[], types: RegExp): number {
  let n = 0;
  let whole = 0;
  while (n < x.length && n < y.length) {
    const p = x[x.length - 1 - n]!;
    const q = y[y.length - 1 - n]!;
    if (p.type !== q.type || p.value !== q.value || (p.type === "literal" ? p.value === ":" : RegExpPrototypeExec(types, p.type) === null)) break;
    n++;
    if (p.type === "literal") whole = n;
  }
  return whole;
}

// narrow writes hours of half a day without a zero in front: ranges have no other.
function narrow(parts: Part[], o: any): Part[] {
  if (!o.hour12) return parts;
  for (let i = 0; i < parts.length; i++) if (parts[i]!.type === "hour" && parts[i]!.value.length > 1 && parts[i]!.value[0] === "0") parts[i] = { type: "hour", value: StringPrototypeSlice(parts[i]!.value, 1) };
  return parts;
}

// withoutComma has no comma behind the day of the week, where ranges have none.
function withoutComma(parts: Part[], locale: string): void {
  if (locale !== "en-GB" && locale !== "en-AU" && locale !== "en-IN") return;
  for (let i = 1; i < parts.length; i++) if (parts[i - 1]!.type === "weekday") parts[i] = { type: "literal", value: " " };
}

// filled writes days and months with two digits, as ranges have them where the day is first.
function filled(parts: Part[], locale: string): Part[] {
  if (locale === "en" || locale === "en-US" || locale === "en-CA") return parts;
  for (let i = 0; i < parts.length; i++) if (parts[i]!.type === "day" || (parts[i]!.type === "month" && parts[i]!.value.length === 1)) parts[i] = { type: parts[i]!.type, value: StringPrototypePadStart(parts[i]!.value, 2, "0") };
  return parts;
}

const styles = ["full", "long", "medium", "short"];

// temporal is filled in by temporal.ts: a DateTimeFormat that formats Temporal objects, and
// what is one.
export const temporal: { Format: any; is(v: any): boolean } = { Format: undefined, is: () => false };

// calendarOf is the calendar that options or the first locale's extension ask for, of the two there are.
function calendarOf(list: string[], wanted: any): string {
  if (wanted !== undefined) {
    wanted = String_(wanted);
    if (RegExpPrototypeExec(/^[a-z\d]{3,8}(-[a-z\d]{3,8})*$/i, wanted) === null) throw new RangeError_(`Invalid calendar : ${wanted}`);
  } else if (list.length > 0) {
    wanted = (RegExpPrototypeExec(/-u(?:-[a-z\d]+)*?-ca-([a-z\d]{3,8})/, list[0]!) as any)?.[1];
  }
  return wanted !== undefined && StringPrototypeToLowerCase(wanted) === "iso8601" ? "iso8601" : "gregory";
}

export class DateTimeFormat {
  #o: any; // as resolvedOptions gives it
  #given: any; // the options
  #bound: any;
  #temporal: any; // formats Temporal objects; made when it is needed

  constructor(locales?: any, options?: any, defaults?: string) {
    const name = "DateTimeFormat";
    const list = canonical(locales);
    const locale = pick(list, true);
    options = optionsObject(options);
    const o: any = { locale, calendar: calendarOf(list, options.calendar), numberingSystem: "latn" };
    const hour12 = options.hour12;
    let cycle = choice(options, "hourCycle", ["h11", "h12", "h23", "h24"], undefined, name);
    let zone = options.timeZone;
    if (zone === undefined) zone = localZone();
    else {
      zone = String_(zone);
      const z = zoneAt(zone, 0);
      if (z === null) throw new RangeError_(`Invalid time zone specified: ${zone}`);
      zone = z[0] === "Etc/UTC" || z[0] === "Etc/GMT" || z[0] === "GMT" || z[0] === "UCT" || z[0] === "Etc/UCT" || z[0] === "Zulu" ? "UTC" : z[0];
    }
    o.timeZone = zone;
    const given: any = {
      __proto__: null,
      weekday: choice(options, "weekday", ["narrow", "short", "long"], undefined, name), era: choice(options, "era", ["narrow", "short", "long"], undefined, name),
      year: choice(options, "year", ["2-digit", "numeric"], undefined, name), month: choice(options, "month", ["2-digit", "numeric", "narrow", "short", "long"], undefined, name),
      day: choice(options, "day", ["2-digit", "numeric"], undefined, name), dayPeriod: choice(options, "dayPeriod", ["narrow", "short", "long"], undefined, name),
      hour: choice(options, "hour", ["2-digit", "numeric"], undefined, name), minute: choice(options, "minute", ["2-digit", "numeric"], undefined, name),
      second: choice(options, "second", ["2-digit", "numeric"], undefined, name), fractionalSecondDigits: number(options, "fractionalSecondDigits", 1, 3, undefined),
      timeZoneName: choice(options, "timeZoneName", ["short", "long", "shortOffset", "longOffset", "shortGeneric", "longGeneric"], undefined, name),
    };
    choice(options, "formatMatcher", ["basic", "best fit"], "best fit", name);
    const dateStyle = choice(options, "dateStyle", styles, undefined, name);
    const timeStyle = choice(options, "timeStyle", styles, undefined, name);
    if (dateStyle !== undefined || timeStyle !== undefined) {
      for (let i = 0; i < fields.length; i++) if (given[fields[i]!] !== undefined) throw new TypeError_(`Can't set option ${fields[i]} when ${dateStyle !== undefined ? "dateStyle" : "timeStyle"} is used`);
      if (given.timeZoneName !== undefined) throw new TypeError_(`Can't set option timeZoneName when ${dateStyle !== undefined ? "dateStyle" : "timeStyle"} is used`);
      if (defaults === "date" && timeStyle !== undefined) throw new TypeError_("Invalid option : timeStyle");
      if (defaults === "time" && dateStyle !== undefined) throw new TypeError_("Invalid option : dateStyle");
    }
    this.#given = { ...given, calendar: o.calendar, dateStyle, timeStyle, hour12, hourCycle: cycle, timeZone: zone };
    const hasDate = given.weekday !== undefined || given.year !== undefined || given.month !== undefined || given.day !== undefined;
    const hasTime = given.dayPeriod !== undefined || given.hour !== undefined || given.minute !== undefined || given.second !== undefined || given.fractionalSecondDigits !== undefined;
    if (dateStyle === undefined && timeStyle === undefined) {
      const needDate = defaults === "time" ? false : defaults === "date" || defaults === "any" ? (defaults === "date" ? !hasDate : !hasDate && !hasTime) : !hasDate && !hasTime;
      const needTime = defaults === "time" ? !hasTime : defaults === "any" ? !hasDate && !hasTime : false;
      if (needDate) given.year = given.month = given.day = "numeric";
      if (needTime) given.hour = given.minute = given.second = "numeric";
    }
    if (given.hour !== undefined || timeStyle !== undefined) {
      const twelve = locale !== "en-GB" && locale !== "en-IE" && locale !== "en-ZA" && !isSwedish(locale);
      if (hour12 !== undefined) cycle = hour12 ? "h12" : "h23";
      else if (cycle === undefined) cycle = twelve ? "h12" : "h23";
      o.hourCycle = cycle;
      o.hour12 = cycle === "h12" || cycle === "h11";
    }
    const order = ["weekday", "era", "year", "month", "day", "dayPeriod", "hour", "minute", "second", "fractionalSecondDigits", "timeZoneName"];
    for (let i = 0; i < order.length; i++) if (given[order[i]!] !== undefined) o[order[i]!] = given[order[i]!];
    if (o.hour !== undefined && o.minute !== undefined) o.minute = "2-digit";
    if (o.minute !== undefined && o.second !== undefined) {
      o.second = "2-digit";
      o.minute = "2-digit";
    }
    if (o.hour !== undefined && !o.hour12) o.hour = "2-digit";
    if (dateStyle !== undefined) o.dateStyle = dateStyle;
    if (timeStyle !== undefined) o.timeStyle = timeStyle;
    this.#o = o;
  }

  get format(): any {
    void this.#o;
    return (this.#bound ??= (date?: any) => this.#isTemporal(date) ? this.#temporal.format(date) : plainText(this.#parts(date)));
  }
  formatToParts(date?: any): Part[] {
    return this.#isTemporal(date) ? this.#temporal.formatToParts(date) : this.#parts(date);
  }
  // isTemporal tells a Temporal object, for which it makes what formats it.
  #isTemporal(date: any): boolean {
    if (typeof date !== "object" || date === null || host.classOf(date) === "Date" || !temporal.is(date)) return false;
    this.#temporal ??= new temporal.Format(this.#o.locale, this.#given);
    return true;
  }
  formatRange(a: any, b: any): string {
    if (a === undefined || b === undefined) throw new TypeError_("startDate or endDate cannot be undefined");
    if (this.#isTemporal(a) || this.#isTemporal(b)) return this.#temporal.formatRange(a, b);
    const parts = this.#range(a, b);
    return isRange(parts) ? join(parts) : plainText(parts);
  }
  formatRangeToParts(a: any, b: any): any[] {
    if (this.#isTemporal(a) || this.#isTemporal(b)) return this.#temporal.formatRangeToParts(a, b);
    return this.#range(a, b);
  }
  // range says what two times share once: the date of two times of a day, the half of a day, the zone; the month and the
  // year of two days. Of what says too little, more is said: of times of two days the day.
  #range(a: any, b: any): RangePart[] {
    const o = this.#o;
    const x = this.#parts(a);
    const y = this.#parts(b);
    if (isSwedish(o.locale) || o.calendar === "iso8601") return rangeOf(x, y, 0, 0, "\u2009–\u2009");
    const f = this.#components();
    const s = this.#local(a);
    const e = this.#local(b);
    const hasDate = f.weekday !== undefined || f.year !== undefined || f.month !== undefined || f.day !== undefined;
    const sameYear = s.year === e.year;
    const sameMonth = sameYear && s.month === e.month;
    const timed = f.hour !== undefined || f.minute !== undefined || f.second !== undefined || f.fractionalSecondDigits !== undefined || f.dayPeriod !== undefined;
    const dash = o.locale === "en-CA" ? "–" : "\u2009–\u2009";
    if (join(x) === join(y) && (hasDate || (sameMonth && s.day === e.day))) return rangeOf(x, y, 0, 0, dash);
    if (o.dateStyle === "full" && (!timed || o.locale === "en-AU")) {
      withoutComma(x, o.locale);
      withoutComma(y, o.locale);
    }
    if (!timed) {
      if (f.day !== undefined && ((f.month === undefined && !sameMonth) || (f.year === undefined && !sameYear))) {
        const more = this.#with({ __proto__: null, ...f, month: f.month ?? "numeric", year: f.year ?? (sameYear ? undefined : "numeric") }, o.locale === "en-CA" ? "en-US" : o.locale === "en-ZA" ? "en-AU" : o.locale);
        return rangeOf(filled(more.#parts(a), o.locale), filled(more.#parts(b), o.locale), 0, 0, dash);
      }
      const text = f.month === "long" || f.month === "short" || f.month === "narrow";
      const us = o.locale === "en-US" || o.locale === "en";
      const close = !us && o.locale !== "en-GB" && f.weekday === undefined && f.era === undefined;
      if (text) {
        const monthFirst = sameMonth && f.weekday === undefined && x[0]!.type === "month";
        return rangeOf(x, y, monthFirst ? 2 : 0, tail(x, y, /^(?:month|year|era)$/), close && sameMonth && x[0]!.type === "day" ? "–" : dash);
      }
      if ((o.locale === "en-CA" || o.locale === "en-ZA") && f.month !== undefined && f.day !== undefined && f.year !== undefined) {
        const other = this.#with(f, o.locale === "en-CA" ? "en-US" : "en-AU");
        return rangeOf(filled(other.#parts(a), o.locale), filled(other.#parts(b), o.locale), 0, 0, dash);
      }
      if (f.month !== undefined && f.day !== undefined) return rangeOf(filled(x, o.locale), filled(y, o.locale), 0, 0, dash);
      return rangeOf(x, y, 0, tail(x, y, /^era$/), close && f.month === undefined && (f.day === undefined || f.year === undefined) ? "–" : dash);
    }
    if (!sameMonth || s.day !== e.day) {
      let more: DateTimeFormat = this;
      if (o.dateStyle === "full") return rangeOf(x, y, 0, 0, dash);
      if (f.year === undefined && f.month === undefined && f.day === undefined) more = this.#with({ __proto__: null, ...f, day: "numeric", month: hasDate && sameMonth ? undefined : "numeric", year: hasDate && sameYear ? undefined : "numeric" });
      else if (f.year === undefined && !sameYear) more = this.#with({ __proto__: null, ...f, year: "numeric" });
      return rangeOf(narrow(more.#parts(a), o), narrow(more.#parts(b), o), 0, 0, dash);
    }
    // Two times of one day.
    const time = this.#with({ __proto__: null, ...f, weekday: undefined, era: undefined, year: undefined, month: undefined, day: undefined });
    const i = narrow(time.#parts(a), o);
    const j = narrow(time.#parts(b), o);
    let out: RangePart[];
    if (f.hour !== undefined && f.second === undefined && f.fractionalSecondDigits === undefined) {
      const shared = tail(i, j, /^(?:dayPeriod|timeZoneName)$/);
      const half = o.hour12 && shared > 0 && (s.hour < 12) === (e.hour < 12);
      const us = o.locale === "en-US" || o.locale === "en";
      out = rangeOf(i, j, 0, shared, us ? dash : !o.hour12 || (half && f.minute === undefined && f.dayPeriod === undefined) ? "–" : dash);
    } else out = rangeOf(i, j, 0, 0, dash);
    if (!hasDate) return out;
    const date = o.dateStyle === "short" ? this.#with({ __proto__: null, dateStyle: "short" }) : this.#with({ __proto__: null, weekday: f.weekday, era: f.era, year: f.year, month: f.month, day: f.day });
    const whole = date.#parts(a);
    const all: RangePart[] = [];
    for (let k = 0; k < whole.length; k++) ArrayPrototypePush(all, { ...whole[k]!, source: "shared" });
    ArrayPrototypePush(all, { type: "literal", value: ", ", source: "shared" });
    for (let k = 0; k < out.length; k++) ArrayPrototypePush(all, out[k]);
    return all;
  }
  // components are the fields that the styles stand for, or those that there are.
  #components(): any {
    const o = this.#o;
    if (o.dateStyle === undefined && o.timeStyle === undefined) {
      return {
        __proto__: null, weekday: o.weekday, era: o.era, year: o.year, month: o.month, day: o.day, dayPeriod: o.dayPeriod, hour: o.hour, minute: o.minute, second: o.second,
        fractionalSecondDigits: o.fractionalSecondDigits, timeZoneName: o.timeZoneName,
      };
    }
    const f: any = { __proto__: null };
    if (o.dateStyle !== undefined) {
      f.year = f.day = "numeric";
      f.month = o.dateStyle === "short" ? "numeric" : o.dateStyle === "medium" ? "short" : "long";
      if (o.dateStyle === "full") f.weekday = "long";
    }
    if (o.timeStyle !== undefined) {
      f.hour = f.minute = "numeric";
      if (o.timeStyle !== "short") f.second = "numeric";
      if (o.timeStyle === "long" || o.timeStyle === "full") f.timeZoneName = o.timeStyle === "long" ? "short" : "long";
    }
    return f;
  }
  #with(options: any, locale = this.#o.locale): DateTimeFormat {
    const { timeZone, calendar, hourCycle } = this.#o;
    return new DateTimeFormat(locale, { __proto__: null, timeZone, calendar, hourCycle, ...options });
  }
  #local(date: any): Local {
    const ms = host.classOf(date) === "Date" ? DatePrototypeGetTime(date) : Number_(date);
    return local(ms, zoneAt(this.#o.timeZone, ms)![1]);
  }
  resolvedOptions(): any {
    return { ...this.#o };
  }

  #parts(date: any): Part[] {
    const o = this.#o;
    let ms: number;
    if (date === undefined) ms = DateNow();
    else ms = host.classOf(date) === "Date" ? DatePrototypeGetTime(date) : Number_(date);
    if (NumberIsNaN(ms) || MathAbs(ms) > 8.64e15) throw new RangeError_("Invalid time value");
    const zone = zoneAt(o.timeZone, ms)!;
    const t = local(ms, zone[1]);
    const two = (n: number): string => StringPrototypePadStart(String_(n), 2, "0");

    // What the styles stand for.
    let f = o;
    const swedish = isSwedish(o.locale);
    const yearFirst = o.locale === "en-CA" || o.locale === "en-ZA" || swedish; // in a whole date of numbers
    let at = swedish ? " " : ", ";
    const atLong = swedish ? " kl. " : " at ";
    if (o.dateStyle !== undefined || o.timeStyle !== undefined) {
      f = { __proto__: null, locale: o.locale, calendar: o.calendar, hour12: o.hour12, hourCycle: o.hourCycle };
      const gb = o.locale === "en-GB" || o.locale === "en-AU" || o.locale === "en-NZ" || o.locale === "en-IE" || o.locale === "en-IN" || o.locale === "en-ZA";
      switch (o.dateStyle) {
        case "full": f.weekday = "long"; f.year = f.day = "numeric"; f.month = "long"; at = atLong; break;
        case "long": f.year = f.day = "numeric"; f.month = "long"; at = atLong; break;
        case "medium": f.year = f.day = "numeric"; f.month = "short"; break;
        case "short":
          f.year = (gb && o.locale !== "en-IN" && o.locale !== "en-AU") || yearFirst || o.calendar === "iso8601" ? "numeric" : "2-digit";
          f.month = f.day = (gb && o.locale !== "en-AU") || yearFirst ? "2-digit" : "numeric";
      }
      if (o.timeStyle !== undefined) {
        f.hour = o.calendar === "iso8601" ? "2-digit" : "numeric";
        f.minute = "2-digit";
        if (o.timeStyle !== "short") f.second = "2-digit";
        if (o.timeStyle === "full") f.timeZoneName = "long";
        if (o.timeStyle === "long") f.timeZoneName = "short";
      }
    } else if (o.month === "long" && o.hour !== undefined) at = atLong;
    else if (o.weekday !== undefined && o.day === undefined && o.month === undefined && o.year === undefined && o.hour !== undefined && o.timeZoneName === undefined && (o.minute !== undefined || o.hour12)) at = " ";

    const out: Part[] = [];
    const put = (type: string, value: string): void => void ArrayPrototypePush(out, { type, value });
    const lit = (value: string): void => {
      if (out.length > 0) put("literal", value);
    };

    // The date.
    const bc = t.year <= 0;
    const yearNumber = bc ? 1 - t.year : t.year;
    const year = f.year === "2-digit" ? two(MathAbs(yearNumber) % 100) : String_(yearNumber);
    const textual = f.month === "long" || f.month === "short" || f.month === "narrow";
    const dayFirst = f.locale === "en-GB" || f.locale === "en-AU" || f.locale === "en-NZ" || f.locale === "en-IE" || f.locale === "en-IN" || f.locale === "en-ZA" || swedish;
    const shortMonth = (): string => swedish ? swedishShortMonths[t.month]! : dayFirst && t.month === 8 ? "Sept" : StringPrototypeSlice(months[t.month]!, 0, 3);
    const month = f.month === "long" ? (swedish ? swedishMonths : months)[t.month]! : f.month === "short" ? shortMonth() : f.month === "narrow" ? months[t.month]![0]! : f.month === "2-digit" ? two(t.month + 1) : String_(t.month + 1);
    const wideDay = f.locale === "en-ZA" && textual && (f.month === "short" || o.dateStyle !== undefined || (f.weekday !== undefined && f.year === undefined));
    const day = f.day === "2-digit" || wideDay ? two(t.day) : String_(t.day);
    const w = (swedish ? swedishDays : days)[t.weekday]!;
    const weekday = f.weekday === "long" ? w : f.weekday === "short" ? StringPrototypeSlice(w, 0, swedish && t.weekday === 4 ? 4 : 3) : swedish ? StringPrototypeToUpperCase(w[0]!) : w[0]!;
    const iso = f.calendar === "iso8601" && (f.year !== undefined || f.month !== undefined);
    const era = (): void => put("era", swedish ? (f.era === "long" ? (bc ? "före Kristus" : "efter Kristus") : bc ? "f.Kr." : "e.Kr.") : f.era === "long" ? (bc ? "Before Christ" : "Anno Domini") : f.era === "narrow" ? (bc ? "B" : "A") : bc ? "BC" : "AD");
    if (iso) {
      // From the largest to the smallest: 2026-11-29, or 2026 November 29, Sunday.
      const between = textual ? " " : "-";
      if (f.era !== undefined) {
        era();
        put("literal", " ");
      }
      const start = out.length;
      if (f.year !== undefined) put("year", year);
      if (f.month !== undefined) {
        if (out.length > start) put("literal", between);
        put("month", textual ? month : two(t.month + 1));
      }
      if (f.day !== undefined) {
        put("literal", between);
        put("day", textual ? day : two(t.day));
      }
      if (f.weekday !== undefined) {
        put("literal", ", ");
        put("weekday", weekday);
      }
    } else if (f.weekday !== undefined) {
      if (f.day !== undefined && f.month === undefined && f.year === undefined) {
        const american = !dayFirst && f.locale !== "en-CA";
        put(american ? "day" : "weekday", american ? day : weekday);
        lit(" ");
        put(american ? "weekday" : "day", american ? weekday : day);
      } else {
        put("weekday", weekday);
        let comma = true;
        if (textual) {
          switch (f.locale) {
            case "en-GB": comma = f.year !== undefined; break;
            case "en-IE": comma = f.year === undefined; break;
            case "en-AU": comma = f.weekday !== "long" || o.dateStyle !== undefined; break;
            default: comma = !swedish;
          }
        }
        if (f.month !== undefined || f.day !== undefined || f.year !== undefined) lit(comma ? ", " : " ");
      }
    }
    if (!iso && !(f.weekday !== undefined && f.day !== undefined && f.month === undefined && f.year === undefined)) {
      if (textual) {
        if (dayFirst && f.day !== undefined) {
          put("day", day);
          put("literal", " ");
          put("month", month);
          const indian = f.locale === "en-IN" && f.month === "short" && f.weekday !== undefined;
          if (f.year !== undefined) put("literal", indian ? ", " : " ");
        } else {
          put("month", month);
          if (f.day !== undefined) {
            put("literal", " ");
            put("day", day);
          }
          if (f.year !== undefined) put("literal", f.day !== undefined ? ", " : " ");
        }
        if (f.year !== undefined) put("year", year);
      } else if (yearFirst && f.year !== undefined && (f.locale !== "en-ZA" || f.day !== undefined)) {
        const between = f.locale === "en-ZA" ? "/" : "-";
        put("year", year);
        if (f.month !== undefined) {
          put("literal", between);
          put("month", two(t.month + 1));
        }
        if (f.day !== undefined) {
          put("literal", between);
          put("day", two(t.day));
        }
      } else {
        let wideDay = false;
        let wideMonth = false;
        if (f.year !== undefined && f.day !== undefined) {
          wideDay = f.locale === "en-GB" || (f.locale === "en-AU" && f.year === "numeric");
          wideMonth = wideDay || f.locale === "en-NZ";
        } else if (f.year !== undefined) wideMonth = dayFirst;
        else if (f.month !== undefined && f.day !== undefined) wideDay = wideMonth = f.locale === "en-GB" || f.locale === "en-IN" || f.locale === "en-ZA" || f.locale === "en-CA";
        const d: Part = { type: "day", value: wideDay ? two(t.day) : day };
        const m: Part = { type: "month", value: wideMonth && f.month !== undefined ? two(t.month + 1) : month };
        const order: Part[] = [];
        if (dayFirst && (f.locale !== "en-ZA" || f.year !== undefined)) {
          if (f.day !== undefined) ArrayPrototypePush(order, d);
          if (f.month !== undefined) ArrayPrototypePush(order, m);
        } else {
          if (f.month !== undefined) ArrayPrototypePush(order, m);
          if (f.day !== undefined) ArrayPrototypePush(order, d);
        }
        if (f.year !== undefined) ArrayPrototypePush(order, { type: "year", value: year });
        for (let i = 0; i < order.length; i++) {
          if (i > 0) put("literal", f.locale === "en-CA" ? "-" : "/");
          ArrayPrototypePush(out, order[i]);
        }
      }
    }
    if (!iso && f.era !== undefined) {
      if (out.length > 0) put("literal", " ");
      era();
    }

    // The time.
    const hasTime = f.hour !== undefined || f.minute !== undefined || f.second !== undefined || f.fractionalSecondDigits !== undefined || f.dayPeriod !== undefined;
    if (hasTime) {
      lit(at);
      const start = out.length;
      const sep = (s: string): void => {
        if (out.length > start) put("literal", s);
      };
      if (f.hour !== undefined) {
        let h = t.hour;
        if (f.hourCycle === "h12") h = h % 12 === 0 ? 12 : h % 12;
        else if (f.hourCycle === "h11") h = h % 12;
        else if (f.hourCycle === "h24") h = h === 0 ? 24 : h;
        put("hour", f.hour === "2-digit" || !f.hour12 ? two(h) : String_(h));
      }
      if (f.minute !== undefined) {
        sep(":");
        put("minute", f.hour !== undefined || f.second !== undefined ? two(t.minute) : String_(t.minute));
      }
      if (f.second !== undefined) {
        sep(":");
        put("second", f.minute !== undefined ? two(t.second) : String_(t.second));
      }
      if (f.fractionalSecondDigits !== undefined) {
        sep(swedish || f.locale === "en-ZA" ? "," : ".");
        put("fractionalSecond", StringPrototypeSlice(StringPrototypePadStart(String_(t.ms), 3, "0"), 0, f.fractionalSecondDigits));
      }
      if (f.dayPeriod !== undefined && (f.hour === undefined || f.hour12)) {
        sep(" ");
        put("dayPeriod", t.hour < 6 || t.hour >= 21 ? "at night" : t.hour < 12 ? "in the morning" : t.hour === 12 ? "noon" : t.hour < 18 ? "in the afternoon" : "in the evening");
      } else if (f.hour !== undefined && f.hour12) {
        sep("\u202f");
        const pm = t.hour >= 12;
        put("dayPeriod", swedish ? (pm ? "em" : "fm") : f.locale === "en-US" || f.locale === "en" ? (pm ? "PM" : "AM") : f.locale === "en-CA" ? (pm ? "p.m." : "a.m.") : pm ? "pm" : "am");
      }
    }
    if (f.timeZoneName !== undefined) {
      lit(hasTime || swedish ? " " : ", ");
      put("timeZoneName", zoneName(zone, f.timeZoneName));
    }
    return out;
  }
}
dress(DateTimeFormat, "DateTimeFormat", true);
