// What Intl.DisplayNames says that the host's names do not, of calendars, fields of dates, and what was renamed since.

import { RangeError_, RegExpPrototypeExec, StringPrototypeEndsWith, StringPrototypeIndexOf, StringPrototypeSlice, StringPrototypeSplit, StringPrototypeToLowerCase, StringPrototypeToUpperCase } from "../primordials.ts";
import { OP } from "buntime:ops";
import { canonical } from "./locale.ts";

const calendars: any = {
  __proto__: null, buddhist: "Buddhist", chinese: "Chinese", coptic: "Coptic", dangi: "Dangi", ethioaa: "Ethiopic Amete Alem", "ethiopic-amete-alem": "Ethiopic Amete Alem", ethiopic: "Ethiopic", gregory: "Gregorian",
  hebrew: "Hebrew", indian: "Indian National", islamic: "Hijri", japanese: "Japanese", persian: "Persian", roc: "Minguo",
};
const moreCalendars: any = {
  __proto__: null, "islamic-civil": "Hijri Calendar (tabular, civil epoch)", "islamic-rgsa": "Hijri Calendar (Saudi Arabia, sighting)", "islamic-tbla": "Hijri Calendar (tabular, astronomical epoch)",
  "islamic-umalqura": "Hijri Calendar (Umm al-Qura)", iso8601: "Gregorian Calendar (ISO 8601 Weeks)",
};
const dateTimeFields: any = {
  __proto__: null, era: "era", year: "year", quarter: "quarter", month: "month", weekOfYear: "week", weekday: "day of the week", day: "day", dayPeriod: "AM/PM", hour: "hour", minute: "minute", second: "second", timeZoneName: "time zone",
};
const shortFields: any = { __proto__: null, year: "yr.", quarter: "qtr.", month: "mo.", weekOfYear: "wk.", weekday: "day of wk.", hour: "hr.", minute: "min.", second: "sec.", timeZoneName: "zone" };
const currencies: any = {
  __proto__: null, AED: "United Arab Emirates Dirham", DEM: "German Mark", FRF: "French Franc", HRK: "Croatian Kuna", SLE: "Sierra Leonean Leone", VES: "Venezuelan Bolívar", XAU: "Gold", XCD: "East Caribbean Dollar",
  XDR: "Special Drawing Rights", XTS: "Testing Currency Code", XXX: "Unknown Currency", ZWL: "Zimbabwean Dollar (2009–2024)",
};
const regions: any = { __proto__: null, SZ: "Eswatini", MO: "Macao SAR China", MK: "North Macedonia", TR: "Türkiye", XA: "Pseudo-Accents", "001": "world" };
const shortRegions: any = { __proto__: null, US: "US", GB: "UK", UN: "UN", HK: "Hong Kong", MO: "Macao", PS: "Palestine" };
const scripts: any = { __proto__: null, Hans: "Simplified", Hant: "Traditional", Aran: "Nastaliq" };
const languages: any = { __proto__: null, und: "", no: "Norwegian" };
const variants: any = { __proto__: null, valencia: "Valencian", "1996": "German orthography of 1996", posix: "Computer", pinyin: "Pinyin romanization" };
// dialects have names of their own: a language with a script or a region.
const dialects = " en-US en-GB en-AU en-CA fr-CA fr-CH zh-Hans zh-Hant pt-BR pt-PT es-419 es-MX es-ES de-AT de-CH nl-BE ar-001 fa-AF ro-MD sw-CD nds-NL ";

// notThere is what of() throws for what is no code.
function notThere(): never {
  throw new RangeError_("invalid_argument");
}

export function currencyName(code: string): string | undefined {
  if (RegExpPrototypeExec(/^[A-Za-z]{3}$/, code) === null) notThere();
  return currencies[StringPrototypeToUpperCase(code)];
}

export function calendarName(code: string): string | undefined {
  if (RegExpPrototypeExec(/^[a-z\d]{3,8}(?:-[a-z\d]{3,8})*$/i, code) === null) notThere();
  return moreCalendars[code] ?? (calendars[code] === undefined ? undefined : `${calendars[code]} Calendar`);
}

export function fieldName(code: string, style: string, locale: string): string {
  const long: string | undefined = dateTimeFields[code];
  if (long === undefined) notThere();
  if (code === "dayPeriod" && locale !== "en" && locale !== "en-US") return locale === "en-CA" ? "a.m./p.m." : "am/pm";
  if (style === "long") return long;
  const short: string = shortFields[code] ?? long;
  const plain = style === "narrow" || (locale !== "en" && locale !== "en-US");
  return plain && (code !== "weekday" || (locale !== "en" && locale !== "en-US")) && StringPrototypeEndsWith(short, ".") ? StringPrototypeSlice(short, 0, short.length - 1) : short;
}

export function regionName(code: string, style: string): string | undefined {
  if (RegExpPrototypeExec(/^(?:[A-Za-z]{2}|\d{3})$/, code) === null) notThere();
  if (RegExpPrototypeExec(/[a-z]/, code) !== null) return undefined;
  return (style !== "long" ? shortRegions[code] : undefined) ?? regions[code] ?? host.sync(OP["intl.name"]!, "region", code) ?? undefined;
}

export function scriptName(code: string): string | undefined {
  if (RegExpPrototypeExec(/^[A-Za-z]{4}$/, code) === null) notThere();
  if (RegExpPrototypeExec(/^[A-Z][a-z]{3}$/, code) === null) return undefined;
  return scripts[code] ?? host.sync(OP["intl.name"]!, "script", code) ?? undefined;
}

// languageName is the name of a dialect, if that is wanted and there is one, or of the language, and what else a tag says in
// parentheses.
export function languageName(code: string, style: string, dialect: boolean): string | undefined {
  if (RegExpPrototypeExec(/^(?:[a-z]{2,3}|[a-z]{5,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?(?:-(?:[a-z\d]{5,8}|\d[a-z\d]{3}))*$/i, code) === null) notThere();
  const words: string[] = StringPrototypeSplit(canonical(code)[0]!, "-");
  let language = words[0]!;
  let script: string | undefined;
  let region: string | undefined;
  const rest: string[] = [];
  for (let i = 1; i < words.length; i++) {
    const w = words[i]!;
    if (i === 1 && RegExpPrototypeExec(/^[A-Z][a-z]{3}$/, w) !== null) script = w;
    else if (rest.length === 0 && region === undefined && RegExpPrototypeExec(/^(?:[A-Z]{2}|\d{3})$/, w) !== null) region = w;
    else if (w.length > 2) rest[rest.length] = w; // not the u and va before posix
  }
  if (dialect) {
    if (script !== undefined && region === undefined && StringPrototypeIndexOf(dialects, ` ${language}-${script} `) >= 0) {
      language += `-${script}`;
      script = undefined;
    } else if (script === undefined && region !== undefined && StringPrototypeIndexOf(dialects, ` ${language}-${region} `) >= 0) {
      language += `-${region}`;
      region = undefined;
    }
  }
  let name: string | undefined;
  if (style !== "long") name = language === "en-US" ? "US English" : language === "en-GB" ? "UK English" : language === "az" ? "Azeri" : undefined;
  name ??= languages[language] ?? host.sync(OP["intl.name"]!, "language", language);
  if (name === undefined || name === null || name === "") return undefined;
  let more = "";
  const add = (s: string): void => {
    more += more === "" ? s : `, ${s}`;
  };
  if (script !== undefined) add(scriptName(script) ?? script);
  if (region !== undefined) add(regionName(region, style) ?? region);
  for (let i = 0; i < rest.length; i++) add(variants[StringPrototypeToLowerCase(rest[i]!)] ?? StringPrototypeToUpperCase(rest[i]!));
  return more === "" ? name : `${name} (${more})`;
}

// Weeks: where they begin on another day than Monday, and where other days than Saturday and Sunday are free.
const fromSunday = " AG AS BD BR BS BT BW BZ CA CO DM DO ET GT GU HK HN ID IL IN JM JP KE KH KR LA MH MM MO MT MX MZ NI NP PA PE PH PK PR PT PY SA SG SV TH TT TW UM US VE VI WS YE ZA ZW ";
const fromSaturday = " AF BH DJ DZ EG IQ IR JO KW LY OM QA SD SY ";

export function weekOf(region: string, first: string | undefined): { firstDay: number; weekend: number[] } {
  const at = ` ${region} `;
  const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
  let firstDay = region === "MV" ? 5 : StringPrototypeIndexOf(fromSunday, at) >= 0 ? 7 : StringPrototypeIndexOf(fromSaturday, at) >= 0 ? 6 : 1;
  for (let i = 0; i < 7; i++) if (days[i] === first) firstDay = i + 1;
  const weekend = region === "AF" ? [4, 5] : region === "IR" ? [5] : region === "IN" || region === "UG" ? [7] : StringPrototypeIndexOf(" BH DZ EG IL IQ JO KW LY QA SA SD SY YE ", at) >= 0 ? [5, 6] : [6, 7];
  return { firstDay, weekend };
}

// isRightToLeft tells a script that is written from the right.
export function isRightToLeft(script: string): boolean {
  return StringPrototypeIndexOf(" Adlm Arab Aran Hebr Mand Mend Nkoo Rohg Samr Syrc Thaa Yezi ", ` ${script} `) >= 0;
}
