// The Intl object, and the methods of other objects that format as it does.

import {
  ArrayPrototypeSort, BigIntPrototypeValueOf, DatePrototypeGetTime, DatePrototypeToString, DatePrototypeToTimeString, NumberIsNaN, NumberPrototypeValueOf, ObjectDefineProperty, ObjectKeys, RangeError_, ReflectConstruct,
  StringPrototypeNormalize, StringPrototypeToLowerCase, StringPrototypeToUpperCase, String_, SymbolToStringTag, TypeError_, globalObject, hide,
} from "../primordials.ts";
import { OP } from "buntime:ops";
import { defineGlobal } from "../globals.ts";
import { canonical } from "./locale.ts";
import { NumberFormat, PluralRules, currencyNames, unitNames } from "./number.ts";
import { DateTimeFormat, localZoneName } from "./datetime.ts";
import { DurationFormat } from "./duration.ts";
import { Collator, DisplayNames, ListFormat, Locale, RelativeTimeFormat, Segmenter, compareText } from "./others.ts";

// callable makes a class callable without new, as these three are.
function callable(cls: any, name: string): any {
  const f = {
    [name]: function (this: any, locales?: any, options?: any): any {
      return ReflectConstruct(cls, [locales, options], new.target ?? f);
    },
  }[name] as any;
  f.prototype = cls.prototype;
  ObjectDefineProperty(f, "prototype", { __proto__: null, writable: false } as any);
  ObjectDefineProperty(f, "length", { __proto__: null, value: 0, configurable: true } as any);
  hide(f, "supportedLocalesOf", cls.supportedLocalesOf);
  hide(cls.prototype, "constructor", f);
  return f;
}

const Intl: any = {};
const parts: any = {
  __proto__: null, Collator: callable(Collator, "Collator"), DateTimeFormat: callable(DateTimeFormat, "DateTimeFormat"), DisplayNames, DurationFormat, ListFormat, Locale, NumberFormat: callable(NumberFormat, "NumberFormat"), PluralRules,
  RelativeTimeFormat, Segmenter,
  getCanonicalLocales: (locales: any) => canonical(locales),
  supportedValuesOf(key: any): string[] {
    switch (String_(key)) {
      case "calendar": return ["gregory", "iso8601"];
      case "collation": return ["default"];
      case "currency": return sorted(ObjectKeys(currencyNames));
      case "numberingSystem": return ["latn"];
      case "timeZone": return host.sync(OP["intl.zones"]!);
      case "unit": return sorted(ObjectKeys(keyed(unitNames)));
    }
    throw new RangeError_(`Invalid key : ${String_(key)}`);
  },
};
function keyed(names: string[]): any {
  const o: any = { __proto__: null };
  for (let i = 0; i < names.length; i++) o[names[i]!] = true;
  return o;
}
function sorted(list: string[]): string[] {
  return ArrayPrototypeSort(list);
}
{
  const keys = ObjectKeys(parts);
  for (let i = 0; i < keys.length; i++) hide(Intl, keys[i]!, parts[keys[i]!]);
}
ObjectDefineProperty(Intl, SymbolToStringTag, { __proto__: null, value: "Intl", configurable: true } as any);
defineGlobal("Intl", Intl);
export { Intl };

function method(o: any, name: string, fn: any, length = 0): void {
  ObjectDefineProperty(fn, "name", { __proto__: null, value: name, configurable: true } as any);
  ObjectDefineProperty(fn, "length", { __proto__: null, value: length, configurable: true } as any);
  hide(o, name, fn);
}
let lastLocale: string | undefined;
let lastCompare: (a: string, b: string) => number;

// Methods of a class, whose `this` is what they are called with.
class methods {
  static number(this: any, locales?: any, options?: any): string {
    return new NumberFormat(locales, options).format(NumberPrototypeValueOf(this));
  }
  static bigint(this: any, locales?: any, options?: any): string {
    return new NumberFormat(locales, options).format(BigIntPrototypeValueOf(this));
  }
  static date(this: any, locales?: any, options?: any): string {
    return dateText(this, locales, options, "any");
  }
  static dateOnly(this: any, locales?: any, options?: any): string {
    return dateText(this, locales, options, "date");
  }
  static timeOnly(this: any, locales?: any, options?: any): string {
    return dateText(this, locales, options, "time");
  }
  static dateString(this: any): string {
    return withZone(this, DatePrototypeToString(this));
  }
  static timeString(this: any): string {
    return withZone(this, DatePrototypeToTimeString(this));
  }
  static compare(this: any, other?: any, locales?: any, options?: any): number {
    if (this === undefined || this === null) throw new TypeError_("String.prototype.localeCompare called on null or undefined");
    const a = String_(this);
    const b = String_(other);
    if (locales === undefined && options === undefined) return compareText(StringPrototypeNormalize(a), StringPrototypeNormalize(b), 0);
    if (options !== undefined || typeof locales !== "string") return new Collator(locales, options).compare(a, b);
    // Of a locale alone, which a sort names for each pair, the last one's rules are kept.
    if (locales !== lastLocale) {
      lastCompare = new Collator(locales).compare;
      lastLocale = locales;
    }
    return lastCompare(a, b);
  }
  static lower(this: any, locales?: any): string {
    if (this === undefined || this === null) throw new TypeError_("String.prototype.toLocaleLowerCase called on null or undefined");
    canonical(locales);
    return StringPrototypeToLowerCase(this);
  }
  static upper(this: any, locales?: any): string {
    if (this === undefined || this === null) throw new TypeError_("String.prototype.toLocaleUpperCase called on null or undefined");
    canonical(locales);
    return StringPrototypeToUpperCase(this);
  }
}
function dateText(d: any, locales: any, options: any, defaults: string): string {
  const t = DatePrototypeGetTime(d);
  if (NumberIsNaN(t)) return "Invalid Date";
  return new DateTimeFormat(locales, options, defaults).format(t);
}
// withZone adds the name of the zone, which the engine leaves out.
function withZone(d: any, text: string): string {
  const t = DatePrototypeGetTime(d);
  return NumberIsNaN(t) ? text : `${text} (${localZoneName(t)})`;
}
method(globalObject.Date.prototype, "toString", methods.dateString);
method(globalObject.Date.prototype, "toTimeString", methods.timeString);
method(globalObject.Number.prototype, "toLocaleString", methods.number);
method(globalObject.BigInt.prototype, "toLocaleString", methods.bigint);
method(globalObject.Date.prototype, "toLocaleString", methods.date);
method(globalObject.Date.prototype, "toLocaleDateString", methods.dateOnly);
method(globalObject.Date.prototype, "toLocaleTimeString", methods.timeOnly);
method(globalObject.String.prototype, "localeCompare", methods.compare, 1);
method(globalObject.String.prototype, "toLocaleLowerCase", methods.lower);
method(globalObject.String.prototype, "toLocaleUpperCase", methods.upper);
