import { fail } from "./failure.ts";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const UNITS: Record<string, number> = { second: 1, minute: 60, hour: 3600, day: 86400, week: 604800, month: 2629746, year: 31556952 };

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
  if (text === "yesterday") return here(now() - 86400);
  const ago = /^(\d+|an?|one|two|three)[ .](second|minute|hour|day|week|month|year)s?([ .]ago)?$/.exec(text);
  if (ago) return here(now() - ({ a: 1, an: 1, one: 1, two: 2, three: 3 }[ago[1]!] ?? Number(ago[1])) * UNITS[ago[2]!]!);
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
    const parsed = Date.parse(text);
    if (Number.isNaN(parsed)) fail(`invalid date format: ${text}`);
    return here(Math.floor(parsed / 1000));
  }
  const [y, mo, d, h, mi, s] = parts as [number, number, number, number, number, number];
  if (at === undefined) return here(Math.floor(new Date(y, mo, d, h, mi, s).getTime() / 1000));
  const tz = at === "Z" ? "+0000" : at.replace(":", "");
  return { time: Date.UTC(y, mo, d, h, mi, s) / 1000 - minutes(tz) * 60, zone: tz };
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
