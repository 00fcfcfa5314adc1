// Intl.DurationFormat, English.

import { ArrayPrototypePush, BigInt_, Number_, RangeError_, StringPrototypePadStart, StringPrototypeSlice, String_, TypeError_ } from "../primordials.ts";
import { type Part, choice, dress, join, number, optionsObject, resolve } from "./locale.ts";
import { NumberFormat } from "./number.ts";
import { ListFormat } from "./others.ts";

// Fields are a duration's, by their names; one at least is not zero if sign is not.
export type Fields = Record<string, number>;

// How a duration is read of what a program gives; temporal.ts fills it in.
export const durations: { read(v: any): Fields } = { read: () => ({}) };

interface DurationPart extends Part {
  unit?: string;
}

const units = ["years", "months", "weeks", "days", "hours", "minutes", "seconds", "milliseconds", "microseconds", "nanoseconds"];
const clock = 4; // the units from here on may be written as numbers
const fractions = 7; // and these as a part of the one before
const texts = ["long", "short", "narrow"];

interface Unit {
  style: string; // "fractional": a part of the unit before
  display: string;
}

export class DurationFormat {
  #o: any; // locale, numberingSystem, style, fractionalDigits
  #units: Unit[] = [];

  constructor(locales?: any, options?: any) {
    const name = "DurationFormat";
    const locale = resolve(locales);
    if (options !== undefined && (typeof options !== "object" || options === null) && typeof options !== "function") throw new TypeError_("options is not an object");
    options = optionsObject(options);
    const style = choice(options, "style", ["long", "short", "narrow", "digital"], "short", name);
    this.#o = { locale, numberingSystem: "latn", style };
    let before = "";
    for (let i = 0; i < units.length; i++) {
      const unit = this.#unit(options, i, style, before);
      ArrayPrototypePush(this.#units, unit);
      if (i >= clock && i < units.length - 1) before = unit.style;
    }
    this.#o.fractionalDigits = number(options, "fractionalDigits", 0, 9, undefined);
  }

  // unit is what the options say of the unit i; before is the style of the one before it.
  #unit(options: any, i: number, base: string, before: string): Unit {
    const name = units[i]!;
    const service = "DurationFormat";
    const numeric = before === "numeric" || before === "2-digit" || before === "fractional";
    let style = choice(options, name, i < clock ? texts : i < fractions ? ["long", "short", "narrow", "numeric", "2-digit"] : ["long", "short", "narrow", "numeric"], undefined, service);
    let display = "always";
    if (style === undefined) {
      if (base === "digital") {
        style = i < clock ? "short" : "numeric";
        if (i < clock || i >= fractions) display = "auto";
      } else if (numeric) {
        style = "numeric";
        if (i !== clock + 1 && i !== clock + 2) display = "auto";
      } else {
        style = base;
        display = "auto";
      }
    }
    if (style === "numeric" && i >= fractions) {
      style = "fractional";
      display = "auto";
    }
    display = choice(options, `${name}Display`, ["auto", "always"], display, service);
    if (style === "fractional" && display === "always") throw new RangeError_(`${name}Display can't be "always" with this style`);
    if (before === "fractional" && style !== "fractional") throw new RangeError_(`${name} can't have the style "${style}" after a fraction`);
    if ((before === "numeric" || before === "2-digit") && style !== "fractional" && style !== "numeric" && style !== "2-digit") throw new RangeError_(`${name} can't have the style "${style}" after a number`);
    if ((i === clock + 1 || i === clock + 2) && (before === "numeric" || before === "2-digit")) style = "2-digit";
    return { style, display };
  }

  format(duration: any): string {
    return join(this.#parts(durations.read(duration)));
  }
  formatToParts(duration: any): DurationPart[] {
    return this.#parts(durations.read(duration));
  }
  resolvedOptions(): any {
    const { locale, numberingSystem, style, fractionalDigits } = this.#o;
    const out: any = { locale, numberingSystem, style };
    for (let i = 0; i < units.length; i++) {
      const unit = this.#units[i]!;
      out[units[i]!] = unit.style === "fractional" ? "numeric" : unit.style;
      out[`${units[i]}Display`] = unit.display;
    }
    if (fractionalDigits !== undefined) out.fractionalDigits = fractionalDigits;
    return out;
  }

  #parts(d: Fields): DurationPart[] {
    const groups: DurationPart[][] = [];
    let negative = false;
    for (let i = 0; i < units.length; i++) negative ||= d[units[i]!]! < 0;
    let signed = true; // nothing had the sign yet
    for (let i = 0; i < units.length; i++) {
      const { style, display } = this.#units[i]!;
      if (style === "numeric" || style === "2-digit") {
        const group = this.#numbers(d, i, negative, signed);
        if (group.length > 0) ArrayPrototypePush(groups, group);
        break;
      }
      const fractional = i >= fractions - 1 && i < units.length - 1 && this.#units[i + 1]!.style === "fractional";
      let value: any = fractional ? sum(d, i) : d[units[i]!]!;
      if (!isZero(value) || display === "always") {
        const options: any = { __proto__: null, style: "unit", unit: one(i), unitDisplay: style, ...(fractional ? this.#digits() : null) };
        if (!signed) options.signDisplay = "never";
        else if (isZero(value) && negative) value = -0;
        signed = false;
        ArrayPrototypePush(groups, this.#written(options, value, i));
      }
      if (fractional) break;
    }
    return this.#listed(groups);
  }

  // numbers are hours, minutes and seconds, or the last of them from first on, as a clock has them.
  #numbers(d: Fields, first: number, negative: boolean, signed: boolean): DurationPart[] {
    const out: DurationPart[] = [];
    const seconds = sum(d, clock + 2);
    const shown = (i: number, value: any): boolean => !isZero(value) || this.#units[i]!.display === "always";
    const hasHours = first === clock && shown(clock, d.hours);
    const hasSeconds = shown(clock + 2, seconds);
    const hasMinutes = first <= clock + 1 && ((hasHours && hasSeconds) || shown(clock + 1, d.minutes));
    const put = (i: number, value: any, after: boolean, extra: any): void => {
      if (after) ArrayPrototypePush(out, { type: "literal", value: ":" });
      const options: any = { __proto__: null, useGrouping: false, ...extra };
      if (this.#units[i]!.style === "2-digit") options.minimumIntegerDigits = 2;
      if (!signed) options.signDisplay = "never";
      else if (isZero(value) && negative) value = -0;
      signed = false;
      const parts = this.#written(options, value, i);
      for (let k = 0; k < parts.length; k++) ArrayPrototypePush(out, parts[k]);
    };
    if (hasHours) put(clock, d.hours, false, null);
    if (hasMinutes) put(clock + 1, d.minutes, hasHours, null);
    if (hasSeconds) put(clock + 2, seconds, hasMinutes, this.#digits());
    return out;
  }

  // digits are NumberFormat's options for a fraction.
  #digits(): any {
    const n = this.#o.fractionalDigits;
    return { minimumFractionDigits: n ?? 0, maximumFractionDigits: n ?? 9, roundingMode: "trunc" };
  }

  #written(options: any, value: any, i: number): DurationPart[] {
    const parts: DurationPart[] = new NumberFormat(this.#o.locale, options).formatToParts(value);
    const out: DurationPart[] = [];
    for (let k = 0; k < parts.length; k++) ArrayPrototypePush(out, { type: parts[k]!.type, value: parts[k]!.value, unit: one(i) });
    return out;
  }

  #listed(groups: DurationPart[][]): DurationPart[] {
    const strings: string[] = [];
    for (let i = 0; i < groups.length; i++) ArrayPrototypePush(strings, join(groups[i]!));
    const { locale, style } = this.#o;
    const parts = new ListFormat(locale, { type: "unit", style: style === "digital" ? "short" : style }).formatToParts(strings);
    const out: DurationPart[] = [];
    let next = 0;
    for (let i = 0; i < parts.length; i++) {
      if (parts[i]!.type !== "element") {
        ArrayPrototypePush(out, parts[i]);
        continue;
      }
      const group = groups[next++]!;
      for (let k = 0; k < group.length; k++) ArrayPrototypePush(out, group[k]);
    }
    return out;
  }
}
dress(DurationFormat, "DurationFormat");

// one is the name of one of the unit i.
function one(i: number): string {
  return StringPrototypeSlice(units[i]!, 0, -1);
}

// sum is the unit i, seconds at least, with those below it as its fraction: a number, or what one
// could not hold as text.
function sum(d: Fields, i: number): number | string {
  let rest = 0n;
  for (let k = i; k < units.length; k++) rest = rest * 1000n + BigInt_(d[units[k]!]!);
  let scale = 1n;
  for (let k = i + 1; k < units.length; k++) scale *= 1000n;
  const negative = rest < 0n;
  if (negative) rest = -rest;
  if (rest % scale === 0n && rest / scale < 0x20000000000000n) return (negative ? -1 : 1) * Number_(rest / scale);
  const digits = String_(rest % scale);
  return `${negative ? "-" : ""}${String_(rest / scale)}.${StringPrototypePadStart(digits, 3 * (units.length - 1 - i), "0")}`;
}

function isZero(v: any): boolean {
  return v === 0;
}
