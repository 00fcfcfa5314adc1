import { fail } from "./failure.ts";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const UNITS: Record<string, number> = { second: 1, minute: 60, hour: 3600, day: 86400, week: 604800 };
const NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

export const now = () => Math.floor(Date.now() / 1000);

/** zone writes minutes east of Greenwich as "+0200". */
function zone(minutes: number): string {
  const m = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${String(Math.floor(m / 60)).padStart(2, "0")}${String(m % 60).padStart(2, "0")}`;
}

function minutes(zone: string): number {
  const m = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3, 5));
  return zone[0] === "-" ? -m : m;
}

/** parseDate reads a date as people give them to git. Nothing is now. */
export function parseDate(text?: string): { time: number; zone: string } {
  const here = (time: number) => ({ time, zone: zone(-new Date(time * 1000).getTimezoneOffset()) });
  if (text === undefined || text === "" || text === "now") return here(now());
  const raw = /^@?(\d{5,})(?: ([+-]\d{4}))?$/.exec(text);
  if (raw) return { time: Number(raw[1]), zone: raw[2] ?? "+0000" };
  // "2026-01-02T03:04:05+0200", "2026-01-02", "Fri Jan 2 03:04:05 2026 +0200".
  const iso = /^(\d{4})[-./](\d\d?)[-./](\d\d?)(?:[T ](\d\d):(\d\d)(?::(\d\d))?(?:\.\d+)?)?\s*(Z|[+-]\d\d:?\d\d)?$/.exec(text);
  const worded = /^(?:\w{3},? )?(?:(\w{3}) (\d\d?)|(\d\d?) (\w{3}))(?: (\d{4}))? (\d\d):(\d\d)(?::(\d\d))?(?: (\d{4}))? ?(Z|[+-]\d{4})?$/.exec(text);
  let parts: (number | undefined)[];
  let at: string | undefined;
  if (iso) {
    const clock = new Date();
    const time = iso[4] === undefined ? [clock.getHours(), clock.getMinutes(), clock.getSeconds()] : [Number(iso[4]), Number(iso[5]), Number(iso[6] ?? 0)];
    parts = [Number(iso[1]), Number(iso[2]) - 1, Number(iso[3]), ...time];
    at = iso[7];
  } else if (worded && MONTHS.includes(worded[1] ?? worded[4]!)) {
    const year = Number(worded[5] ?? worded[9] ?? new Date().getFullYear());
    parts = [year, MONTHS.indexOf(worded[1] ?? worded[4]!), Number(worded[2] ?? worded[3]), Number(worded[6]), Number(worded[7]), Number(worded[8] ?? 0)];
    at = worded[10];
  } else {
    return here(roughly(text) ?? fail(`invalid date format: ${text}`));
  }
  const [y, mo, d, h, mi, s] = parts as [number, number, number, number, number, number];
  if (at === undefined) return here(Math.floor(new Date(y, mo, d, h, mi, s).getTime() / 1000));
  const tz = at === "Z" ? "+0000" : at.replace(":", "");
  return { time: Date.UTC(y, mo, d, h, mi, s) / 1000 - minutes(tz) * 60, zone: tz };
}

/** roughly reads words such as "2 weeks ago" or "yesterday 5pm", or gives nothing if it knows none of them. */
function roughly(text: string): number | undefined {
  const present = new Date(now() * 1000);
  let d = new Date(present);
  let number = 0; // one that no word came for yet
  let month = false; // one was named, and its day is still to come
  let known = false;
  const back = (seconds: number) => (d = new Date(d.getTime() - seconds * 1000));
  const clock = (hour: number, minute = 0, second = 0) => d.setHours(hour, minute, second, 0);
  for (const [word] of text.toLowerCase().matchAll(/\d+:\d+(?::\d+)?|\d+[-/.]\d+[-/.]\d+|\d+|[a-z]+/g)) {
    const parts = word.split(/[-:/.]/).map(Number) as [number, number, number];
    const named = (list: string[]) => (word.length >= 3 ? list.findIndex((n) => n.toLowerCase() === word.slice(0, 3)) : -1);
    const unit = word.replace(/s$/, "");
    if (/^\d+$/.test(word) || NUMBERS.includes(word)) {
      const n = NUMBERS.includes(word) ? NUMBERS.indexOf(word) : Number(word);
      if (n >= 1970 && n < 2100) d.setFullYear(n);
      else if (month && n <= 31) d.setDate(n), (month = false);
      else number = n;
      continue;
    }
    if (word.includes(":")) clock(...parts);
    else if (/^\d{4}\D/.test(word)) d.setFullYear(parts[0], parts[1] - 1, parts[2]);
    else if (/\D/.test(word) && /\d/.test(word)) d.setFullYear(parts[2], ...((word.includes("/") ? [parts[0] - 1, parts[1]] : [parts[1] - 1, parts[0]]) as [number, number]));
    else if (word === "last") number = 1;
    else if (UNITS[unit]) {
      back(number * UNITS[unit]);
      number = 0;
    } else if (unit === "month" || unit === "year") {
      d.setMonth(d.getMonth() - number * (unit === "year" ? 12 : 1));
      number = 0;
    } else if (word === "am" || word === "pm") {
      clock((number % 12) + (word === "pm" ? 12 : 0));
      number = 0;
    } else if (word === "yesterday") back(86400);
    else if (word === "never") return 0;
    else if (word === "noon" || word === "midnight" || word === "tea") {
      const hour = { noon: 12, midnight: 0, tea: 17 }[word];
      if (d.getHours() < hour) back(86400);
      clock(hour);
    } else if (named(DAYS) >= 0) {
      const days = d.getDay() - named(DAYS);
      back(Math.max(days + 7 * (number - (days > 0 ? 1 : 0)), 0) * 86400);
      number = 0;
    } else if (named(MONTHS) >= 0) {
      month = number < 1 || number > 31;
      d.setMonth(named(MONTHS), month ? 1 : number);
      number = 0;
    } else if (word !== "today") continue;
    known = true;
  }
  // A day without a year is the last there was.
  if (d.getTime() - present.getTime() > 86400_000 && !/\d{4}/.test(text)) d.setFullYear(d.getFullYear() - 1);
  return known ? Math.floor(d.getTime() / 1000) : undefined;
}

const two = (n: number) => String(n).padStart(2, "0");

/** age says how long ago a time was. */
export function age(time: number): string {
  const s = now() - time;
  const say = (n: number, unit: string) => `${n} ${unit}${n === 1 ? "" : "s"} ago`;
  if (s < 0) return "in the future";
  if (s < 90) return say(s, "second");
  const round = (unit: number) => Math.floor((s + unit / 2) / unit);
  if (round(60) < 90) return say(round(60), "minute");
  if (round(3600) < 36) return say(round(3600), "hour");
  const days = round(86400);
  if (days < 14) return say(days, "day");
  if (days < 70) return say(Math.floor((days + 3) / 7), "week");
  if (days < 365) return say(Math.floor((days + 15) / 30), "month");
  if (days < 1825) {
    const months = Math.floor((days * 12 * 2 + 365) / (365 * 2));
    const years = Math.floor(months / 12);
    return months % 12 ? `${years} year${years > 1 ? "s" : ""}, ${say(months % 12, "month")}` : say(years, "year");
  }
  return say(Math.floor((days + 183) / 365), "year");
}

/** showDate writes a time in one of git's styles; format:… takes what strftime does. */
export function showDate({ time, zone: at }: { time: number; zone: string }, style = "default"): string {
  style = style.replace(/^format-local:(.*)$/s, "format:$1-local").replace(/^local$/, "default-local");
  if (style.endsWith("-local")) at = zone(-new Date(time * 1000).getTimezoneOffset());
  const local = style.endsWith("-local");
  const d = new Date((time + minutes(at) * 60) * 1000);
  const date = `${d.getUTCFullYear()}-${two(d.getUTCMonth() + 1)}-${two(d.getUTCDate())}`;
  const clock = `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}`;
  const day = DAYS[d.getUTCDay()]!;
  const month = MONTHS[d.getUTCMonth()]!;
  const kind = style.replace(/-local$/, "");
  if (kind.startsWith("format:")) return strftime(kind.slice(7), d, time, at);
  switch (kind) {
    case "relative":
    case "human":
      return age(time);
    case "short":
      return date;
    case "iso":
    case "iso8601":
      return `${date} ${clock} ${at}`;
    case "iso-strict":
    case "iso8601-strict":
      return `${date}T${clock}${at.slice(0, 3)}:${at.slice(3)}`;
    case "rfc":
    case "rfc2822":
      return `${day}, ${d.getUTCDate()} ${month} ${d.getUTCFullYear()} ${clock} ${at}`;
    case "unix":
      return String(time);
    case "raw":
      return `${time} ${at}`;
    case "default":
      return `${day} ${month} ${d.getUTCDate()} ${clock} ${d.getUTCFullYear()}${local ? "" : ` ${at}`}`;
  }
  return fail(`unknown date format ${style}`);
}

function strftime(format: string, d: Date, time: number, at: string): string {
  const full = (list: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat("en-US", { timeZone: "UTC", ...list }).format(d);
  const yearDay = Math.floor((d.getTime() - Date.UTC(d.getUTCFullYear(), 0, 1)) / 86400000);
  const thursday = new Date(d.getTime() + (3 - ((d.getUTCDay() + 6) % 7)) * 86400000); // of the same week, whose year it is
  return format.replace(/%(.)/g, (all, c: string) => {
    switch (c) {
      case "c": return strftime("%a %b %e %H:%M:%S %Y", d, time, at);
      case "x":
      case "D": return strftime("%m/%d/%y", d, time, at);
      case "X": return strftime("%T", d, time, at);
      case "r": return strftime("%I:%M:%S %p", d, time, at);
      case "C": return two(Math.floor(d.getUTCFullYear() / 100));
      case "k": return String(d.getUTCHours()).padStart(2);
      case "l": return String(d.getUTCHours() % 12 || 12).padStart(2);
      case "U": return two(Math.floor((yearDay + 7 - d.getUTCDay()) / 7));
      case "W": return two(Math.floor((yearDay + 7 - ((d.getUTCDay() + 6) % 7)) / 7));
      case "G": return String(thursday.getUTCFullYear());
      case "g": return two(thursday.getUTCFullYear() % 100);
      case "V": return two(1 + Math.floor((thursday.getTime() - Date.UTC(thursday.getUTCFullYear(), 0, 1)) / 604800000));
      case "Z": return "";
      case "Y": return String(d.getUTCFullYear());
      case "y": return two(d.getUTCFullYear() % 100);
      case "m": return two(d.getUTCMonth() + 1);
      case "d": return two(d.getUTCDate());
      case "e": return String(d.getUTCDate()).padStart(2);
      case "H": return two(d.getUTCHours());
      case "I": return two(d.getUTCHours() % 12 || 12);
      case "M": return two(d.getUTCMinutes());
      case "S": return two(d.getUTCSeconds());
      case "p": return d.getUTCHours() < 12 ? "AM" : "PM";
      case "a": return DAYS[d.getUTCDay()]!;
      case "A": return full({ weekday: "long" });
      case "b":
      case "h": return MONTHS[d.getUTCMonth()]!;
      case "B": return full({ month: "long" });
      case "F": return `${d.getUTCFullYear()}-${two(d.getUTCMonth() + 1)}-${two(d.getUTCDate())}`;
      case "T": return `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}`;
      case "R": return `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}`;
      case "j": return String(yearDay + 1).padStart(3, "0");
      case "u": return String(d.getUTCDay() || 7);
      case "w": return String(d.getUTCDay());
      case "s": return String(time);
      case "z": return at;
      case "n": return "\n";
      case "t": return "\t";
      case "%": return "%";
    }
    return all;
  });
}
