// Intl.NumberFormat and Intl.PluralRules, English.

import {
  ArrayPrototypeIndexOf, ArrayPrototypePush, BigIntPrototypeToString, BigInt_, MathAbs, NumberIsNaN, Number_, ObjectDefineProperty, ObjectIs, ObjectKeys, RangeError_, RegExpPrototypeExec,
  StringPrototypeIndexOf, StringPrototypePadEnd, StringPrototypePadStart, StringPrototypeRepeat, StringPrototypeSlice, StringPrototypeToUpperCase, StringPrototypeTrim, String_, TypeError_,
} from "../primordials.ts";
import { type Part, choice, dress, join, number, optionsObject, resolve } from "./locale.ts";

// Decimal is an exact decimal number: 0.DIGITS × 10^point.
export interface Decimal {
  negative: boolean;
  digits: string; // without zeros at either end; "" is zero
  point: number;
}

// decimal reads what JavaScript prints of a number, or a numeric string.
export function decimal(text: string): Decimal | undefined {
  const m = RegExpPrototypeExec(/^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/, StringPrototypeTrim(text));
  if (m === null || (m[2] === "" && (m[3] === undefined || m[3] === ""))) return undefined;
  const whole = m[2] as string;
  const fraction = (m[3] ?? "") as string;
  return trimmed({ negative: m[1] === "-", digits: whole + fraction, point: whole.length + (m[4] === undefined ? 0 : Number_(m[4])) });
}

function trimmed(d: Decimal): Decimal {
  let from = 0;
  let to = d.digits.length;
  while (from < to && d.digits[from] === "0") from++;
  while (to > from && d.digits[to - 1] === "0") to--;
  return { negative: d.negative, digits: StringPrototypeSlice(d.digits, from, to), point: to === from ? 0 : d.point - from };
}

// cut keeps n of a number's digits (n may be negative), rounding by mode.
function cut(d: Decimal, n: number, mode: string): Decimal {
  if (n >= d.digits.length) return d;
  const rest = n < 0 ? "0" + d.digits : StringPrototypeSlice(d.digits, n);
  const kept = n <= 0 ? "" : StringPrototypeSlice(d.digits, 0, n);
  const more = n < 0 ? false : rest.length > 1;
  const first = n < 0 ? 0 : Number_(rest[0]);
  const half = first > 5 || (first === 5 && more) ? 1 : first === 5 ? 0 : -1;
  const odd = kept !== "" && Number_(kept[kept.length - 1]) % 2 === 1;
  let up: boolean;
  switch (mode) {
    case "ceil": up = !d.negative; break;
    case "floor": up = d.negative; break;
    case "expand": up = true; break;
    case "trunc": up = false; break;
    case "halfCeil": up = half > 0 || (half === 0 && !d.negative); break;
    case "halfFloor": up = half > 0 || (half === 0 && d.negative); break;
    case "halfTrunc": up = half > 0; break;
    case "halfEven": up = half > 0 || (half === 0 && odd); break;
    default: up = half >= 0;
  }
  if (!up) return trimmed({ negative: d.negative, digits: kept, point: d.point });
  const size = n < 0 ? 0 : n;
  let digits = "";
  let carry = 1;
  for (let i = size - 1; i >= 0; i--) {
    const v = Number_(kept[i]) + carry;
    carry = v > 9 ? 1 : 0;
    digits = (v % 10) + digits;
  }
  if (carry === 1) return trimmed({ negative: d.negative, digits: "1" + digits, point: d.point + 1 + (n < 0 ? -n : 0) });
  return trimmed({ negative: d.negative, digits, point: d.point });
}

// toMultiple rounds to a multiple of increment of units at so many decimal places.
function toMultiple(d: Decimal, places: number, increment: number, mode: string): Decimal {
  // In tenths of a unit, of which half an increment is a whole number.
  const size = d.point + places + 1;
  const tenths = BigInt_(size <= 0 ? "0" : StringPrototypePadEnd(StringPrototypeSlice(d.digits, 0, size), size, "0"));
  const step = BigInt_(increment * 10);
  const rest = 2n * (tenths % step);
  const more = d.digits.length > size;
  // The quotient as a decimal, whose fraction is a digit on its side of a half.
  const fraction = rest > step || (rest === step && more) ? 9 : rest === step ? 5 : rest > 0n || more ? 1 : 0;
  const quotient = BigIntPrototypeToString(tenths / step);
  const q = trimmed({ negative: d.negative, digits: `${quotient}${fraction}`, point: quotient.length });
  const r = cut(q, q.point, mode);
  const units = BigIntPrototypeToString(BigInt_(StringPrototypePadEnd(r.digits, r.point, "0")) * BigInt_(increment));
  return trimmed({ negative: d.negative, digits: units, point: units.length - places });
}

const currencies: any = {
  __proto__: null, USD: "$", EUR: "€", GBP: "£", JPY: "¥", INR: "₹", CNY: "CN¥", KRW: "₩", BRL: "R$", CAD: "CA$", AUD: "A$", MXN: "MX$", NZD: "NZ$", HKD: "HK$", ILS: "₪", VND: "₫", TWD: "NT$", XAF: "FCFA", XOF: "F\u202fCFA",
  PHP: "₱", XCD: "EC$", XPF: "CFPF",
};
const narrow: any = {
  __proto__: null,
  AFN: "؋", AMD: "֏", AOA: "Kz", ARS: "$", AUD: "$", AZN: "₼", BAM: "KM", BBD: "$", BDT: "৳", BMD: "$", BND: "$", BOB: "Bs", BSD: "$", BWP: "P", BZD: "$", CAD: "$", CLP: "$", CNY: "¥", COP: "$", CRC: "₡", CUC: "$", CUP: "$",
  CZK: "Kč", DKK: "kr", DOP: "$", EGP: "E£", FJD: "$", FKP: "£", GEL: "₾", GHS: "GH₵", GIP: "£", GNF: "FG", GTQ: "Q", GYD: "$", HKD: "$", HNL: "L", HRK: "kn", HUF: "Ft", IDR: "Rp", ISK: "kr", JMD: "$", KGS: "⃀", KHR: "៛",
  KMF: "CF", KPW: "₩", KYD: "$", KZT: "₸", LAK: "₭", LBP: "L£", LKR: "Rs", LRD: "$", MGA: "Ar", MMK: "K", MNT: "₮", MUR: "Rs", MXN: "$", MYR: "RM", NAD: "$", NGN: "₦", NIO: "C$", NOK: "kr", NPR: "Rs", NZD: "$", PKR: "Rs",
  PLN: "zł", PYG: "₲", RON: "lei", RUB: "₽", RWF: "RF", SBD: "$", SEK: "kr", SGD: "$", SHP: "£", SRD: "$", SSP: "£", STN: "Db", SYP: "£", THB: "฿", TOP: "T$", TRY: "₺", TTD: "$", TWD: "$", UAH: "₴", UYU: "$", XCD: "$", XCG: "Cg.",
  ZAR: "R", ZMW: "ZK",
};

// symbolOf is what a currency is called where a locale is spoken.
function symbolOf(locale: string, currency: string): string {
  const american = currencies[currency] ?? currency;
  switch (locale) {
    case "en": case "en-US":
      return american;
    case "en-AU":
      return currency === "AUD" ? "$" : currency === "SCR" ? "Rs" : currency === "XPF" ? "CFP" : currency;
  }
  if ((locale === "en-CA" && currency === "CAD") || (locale === "en-NZ" && currency === "NZD")) return "$";
  if (locale === "en-ZA" && currency === "ZAR") return "R";
  return currency === "USD" && locale !== "en-IN" ? "US$" : currency === "JPY" ? "JP¥" : american;
}

// Steps of compact notation: [power of ten, its name].
type Steps = readonly (readonly [number, string])[];
const long: Steps = [[0, ""], [3, " thousand"], [6, " million"], [9, " billion"], [12, " trillion"]];
const short: Steps = [[0, ""], [3, "K"], [6, "M"], [9, "B"], [12, "T"]];
const british: Steps = [[0, ""], [3, "k"], [6, "m"], [9, "bn"], [12, "tn"]];
const indianLong: Steps = [[0, ""], [3, " thousand"], [5, "\u202flakh"], [7, "\u202fcrore"]];
const indian: Steps = [[0, ""], [3, "K"], [5, "L"], [7, "Cr"], [10, "KCr"], [12, "LCr"]];

function stepsOf(locale: string, display: string): Steps {
  if (locale === "en-IN") return display === "long" ? indianLong : indian;
  return display === "long" ? long : locale === "en-GB" ? british : short;
}

const noDecimals = ["JPY", "KRW", "VND", "CLP", "ISK", "PYG", "UGX", "XAF", "XOF", "XPF", "RWF", "KMF", "GNF", "DJF", "BIF", "VUV"];
const threeDecimals = ["BHD", "KWD", "OMR", "JOD", "TND", "IQD", "LYD"];
// The last word of a name takes the plural's s, but for those given as pairs.
export const currencyNames: any = {
  __proto__: null, USD: "US dollar", EUR: "euro", GBP: "British pound", JPY: ["Japanese yen", "Japanese yen"], CHF: "Swiss franc", CAD: "Canadian dollar", AUD: "Australian dollar", NZD: "New Zealand dollar",
  CNY: ["Chinese yuan", "Chinese yuan"], INR: "Indian rupee", MXN: "Mexican peso", BRL: ["Brazilian real", "Brazilian reals"], KRW: ["South Korean won", "South Korean won"], RUB: "Russian ruble", TRY: ["Turkish lira", "Turkish Lira"],
  SEK: ["Swedish krona", "Swedish kronor"], NOK: ["Norwegian krone", "Norwegian kroner"], DKK: ["Danish krone", "Danish kroner"], PLN: ["Polish zloty", "Polish zlotys"], CZK: ["Czech koruna", "Czech korunas"],
  HUF: "Hungarian forint", ILS: "Israeli new shekel", SGD: "Singapore dollar", HKD: "Hong Kong dollar", TWD: "New Taiwan dollar", THB: ["Thai baht", "Thai baht"], ZAR: ["South African rand", "South African rand"], PHP: "Philippine peso",
  IDR: "Indonesian rupiah", MYR: "Malaysian ringgit", VND: ["Vietnamese dong", "Vietnamese dong"], AED: "UAE dirham", SAR: "Saudi riyal", EGP: "Egyptian pound", NGN: "Nigerian naira", UAH: "Ukrainian hryvnia", ARS: "Argentine peso",
  CLP: "Chilean peso", COP: "Colombian peso", PKR: "Pakistani rupee", BDT: "Bangladeshi taka", KES: "Kenyan shilling", ISK: ["Icelandic króna", "Icelandic krónur"], RON: ["Romanian leu", "Romanian lei"], BGN: ["Bulgarian lev", "Bulgarian leva"],
};

function decimalsOf(currency: string): number {
  return ArrayPrototypeIndexOf(noDecimals, currency) >= 0 ? 0 : ArrayPrototypeIndexOf(threeDecimals, currency) >= 0 ? 3 : 2;
}

// [short, narrow, long singular, long plural]; % is where the number is, if not before.
const units: any = {
  __proto__: null, acre: [" ac", "ac", " acre", " acres"], bit: [" bit", "bit", " bit", " bits"], byte: [" byte", "B", " byte", " bytes"], celsius: ["°C", "°C", " degree Celsius", " degrees Celsius"], centimeter: [" cm", "cm", " centimeter", " centimeters"],
  day: [" day", "d", " day", " days"], degree: [" deg", "°", " degree", " degrees"], fahrenheit: ["°F", "°", " degree Fahrenheit", " degrees Fahrenheit"], "fluid-ounce": [" fl oz", "fl oz", " fluid ounce", " fluid ounces"], foot: [" ft", "′", " foot", " feet"],
  gallon: [" gal", "gal", " gallon", " gallons"], gigabit: [" Gb", "Gb", " gigabit", " gigabits"], gigabyte: [" GB", "GB", " gigabyte", " gigabytes"], gram: [" g", "g", " gram", " grams"], hectare: [" ha", "ha", " hectare", " hectares"],
  hour: [" hr", "h", " hour", " hours"], inch: [" in", "″", " inch", " inches"], kilobit: [" kb", "kb", " kilobit", " kilobits"], kilobyte: [" kB", "kB", " kilobyte", " kilobytes"], kilogram: [" kg", "kg", " kilogram", " kilograms"],
  kilometer: [" km", "km", " kilometer", " kilometers"], liter: [" L", "L", " liter", " liters"], megabit: [" Mb", "Mb", " megabit", " megabits"], megabyte: [" MB", "MB", " megabyte", " megabytes"], meter: [" m", "m", " meter", " meters"],
  microsecond: [" μs", "μs", " microsecond", " microseconds"], mile: [" mi", "mi", " mile", " miles"], milliliter: [" mL", "mL", " milliliter", " milliliters"], millimeter: [" mm", "mm", " millimeter", " millimeters"], millisecond: [" ms", "ms", " millisecond", " milliseconds"],
  minute: [" min", "m", " minute", " minutes"], month: [" mth", "m", " month", " months"], nanosecond: [" ns", "ns", " nanosecond", " nanoseconds"], ounce: [" oz", "oz", " ounce", " ounces"], percent: ["%", "%", " percent", " percent"],
  petabyte: [" PB", "PB", " petabyte", " petabytes"], pound: [" lb", "#", " pound", " pounds"], second: [" sec", "s", " second", " seconds"], stone: [" st", "st", " stone", " stones"], terabit: [" Tb", "Tb", " terabit", " terabits"],
  terabyte: [" TB", "TB", " terabyte", " terabytes"], week: [" wk", "w", " week", " weeks"], yard: [" yd", "yd", " yard", " yards"], year: [" yr", "y", " year", " years"],
};
const plurals: any = { __proto__: null, day: " days", month: " mths", week: " wks", year: " yrs", byte: " byte" };
export const unitNames = ObjectKeys(units);

const compounds: any = {
  __proto__: null, "kilometer-per-hour": [" km/h", "km/h", " kilometer per hour", " kilometers per hour"], "mile-per-hour": [" mph", "mph", " mile per hour", " miles per hour"], "meter-per-second": [" m/s", "m/s", " meter per second", " meters per second"],
  "mile-per-gallon": [" mpg", "mpg", " mile per gallon", " miles per gallon"],
};

function unit(name: string): string[] | undefined {
  const known = units[name] ?? compounds[name];
  if (known !== undefined) return known;
  const at = StringPrototypeIndexOf(name, "-per-");
  if (at < 0) return undefined;
  const a = units[StringPrototypeSlice(name, 0, at)];
  const b = units[StringPrototypeSlice(name, at + 5)];
  if (a === undefined || b === undefined) return undefined;
  return [`${a[0]}/${StringPrototypeTrim(b[1])}`, `${a[1]}/${StringPrototypeTrim(b[1])}`, `${a[2]} per${b[2]}`, `${a[3]} per${b[2]}`];
}

const increments = [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 2500, 5000];
const modes = ["ceil", "floor", "expand", "trunc", "halfCeil", "halfFloor", "halfExpand", "halfTrunc", "halfEven"];

export class NumberFormat {
  #o: any;
  #bound: any;

  constructor(locales?: any, options?: any) {
    const name = "NumberFormat";
    const locale = resolve(locales);
    options = optionsObject(options);
    const o: any = { __proto__: null, locale, numberingSystem: "latn" };
    o.style = choice(options, "style", ["decimal", "percent", "currency", "unit"], "decimal", name);
    let currency = choice(options, "currency", undefined, undefined, name);
    if (currency !== undefined && RegExpPrototypeExec(/^[A-Za-z]{3}$/, currency) === null) throw new RangeError_(`Invalid currency code : ${currency}`);
    if (o.style === "currency" && currency === undefined) throw new TypeError_("Currency code is required with currency style.");
    const display = choice(options, "currencyDisplay", ["code", "symbol", "narrowSymbol", "name"], "symbol", name);
    const sign = choice(options, "currencySign", ["standard", "accounting"], "standard", name);
    const unitName = choice(options, "unit", undefined, undefined, name);
    if (unitName !== undefined && unit(unitName) === undefined) throw new RangeError_(`Invalid unit argument for Intl.NumberFormat() '${unitName}'`);
    if (o.style === "unit" && unitName === undefined) throw new TypeError_("Unit is required with unit style.");
    const unitDisplay = choice(options, "unitDisplay", ["short", "narrow", "long"], "short", name);
    if (o.style === "currency") {
      currency = StringPrototypeToUpperCase(currency);
      o.currency = currency;
      o.currencyDisplay = display;
      o.currencySign = sign;
    }
    if (o.style === "unit") {
      o.unit = unitName;
      o.unitDisplay = unitDisplay;
    }
    const notation = choice(options, "notation", ["standard", "scientific", "engineering", "compact"], "standard", name);
    o.minimumIntegerDigits = number(options, "minimumIntegerDigits", 1, 21, 1);
    const minF = options.minimumFractionDigits;
    const maxF = options.maximumFractionDigits;
    const minS = options.minimumSignificantDigits;
    const maxS = options.maximumSignificantDigits;
    const mode = choice(options, "roundingMode", modes, "halfExpand", name);
    const increment = number(options, "roundingIncrement", 1, 5000, 1);
    if (ArrayPrototypeIndexOf(increments, increment) < 0) throw new RangeError_("roundingIncrement value is out of range.");
    const zeros = choice(options, "trailingZeroDisplay", ["auto", "stripIfInteger"], "auto", name);
    const priority = choice(options, "roundingPriority", ["auto", "morePrecision", "lessPrecision"], "auto", name);
    let standardMin = o.style === "currency" && notation === "standard" ? decimalsOf(currency) : 0;
    let standardMax = o.style === "currency" && notation === "standard" ? decimalsOf(currency) : o.style === "percent" ? 0 : 3;
    if (increment !== 1) standardMax = standardMin;
    if (minS !== undefined || maxS !== undefined) {
      o.minimumSignificantDigits = number(options, "minimumSignificantDigits", 1, 21, 1);
      o.maximumSignificantDigits = number(options, "maximumSignificantDigits", o.minimumSignificantDigits, 21, 21);
    } else if (minF !== undefined || maxF !== undefined || notation !== "compact") {
      let lo = number(options, "minimumFractionDigits", 0, 100, undefined);
      let hi = number(options, "maximumFractionDigits", 0, 100, undefined);
      if (lo === undefined) lo = hi === undefined || hi >= standardMin ? standardMin : hi;
      if (hi === undefined) hi = standardMax > lo ? standardMax : lo;
      if (lo > hi) throw new RangeError_("maximumFractionDigits value is out of range.");
      o.minimumFractionDigits = lo;
      o.maximumFractionDigits = hi;
    } else {
      o.compactRounding = true;
    }
    if (increment !== 1) {
      if (o.maximumFractionDigits === undefined || priority !== "auto") throw new TypeError_("RoundingType is not fractionDigits");
      if (o.maximumFractionDigits !== o.minimumFractionDigits) throw new RangeError_("maximumFractionDigits not equal to minimumFractionDigits");
    }
    let grouping = options.useGrouping;
    if (grouping === undefined) grouping = notation === "compact" ? "min2" : "auto";
    else if (grouping === true || grouping === "true" || grouping === "false") grouping = grouping === true ? "always" : "auto";
    else if (grouping === false || grouping === null || grouping === 0 || grouping === "") grouping = false;
    else if (ArrayPrototypeIndexOf(["min2", "auto", "always"], String_(grouping)) < 0) throw new RangeError_(`Value ${String_(grouping)} out of range for Intl.NumberFormat options property useGrouping`);
    o.useGrouping = grouping;
    o.notation = notation;
    if (notation === "compact") o.compactDisplay = choice(options, "compactDisplay", ["short", "long"], "short", name);
    o.signDisplay = choice(options, "signDisplay", ["auto", "never", "always", "exceptZero", "negative"], "auto", name);
    o.roundingMode = mode;
    o.roundingIncrement = increment;
    o.trailingZeroDisplay = zeros;
    o.roundingPriority = priority;
    this.#o = o;
  }

  static options(f: NumberFormat): any {
    return f.#o;
  }

  get format(): any {
    void this.#o;
    return (this.#bound ??= (v: any) => join(this.#parts(v)));
  }
  formatToParts(v?: any): Part[] {
    return this.#parts(v);
  }
  formatRange(a: any, b: any): string {
    if (a === undefined || b === undefined) throw new TypeError_("start or end is undefined");
    const x = join(this.#parts(a));
    const y = join(this.#parts(b));
    if (x === y) return `~${x}`;
    // A sign stands with both numbers, which are then apart.
    return RegExpPrototypeExec(/^[-$€£¥]|%$/, x) !== null ? `${x} – ${y}` : `${x}–${y}`;
  }
  resolvedOptions(): any {
    const o = { ...this.#o };
    if (o.compactRounding) {
      delete o.compactRounding;
      o.minimumFractionDigits = 0;
      o.maximumFractionDigits = 0;
      o.minimumSignificantDigits = 1;
      o.maximumSignificantDigits = 2;
      o.roundingPriority = "morePrecision";
    }
    return o;
  }

  #round(d: Decimal): Decimal {
    const o = this.#o;
    if (o.maximumSignificantDigits !== undefined) return cut(d, o.maximumSignificantDigits, o.roundingMode);
    if (o.compactRounding) return d.point > 1 ? cut(d, d.point, o.roundingMode) : cut(d, 2, o.roundingMode);
    if (o.roundingIncrement !== 1) return toMultiple(d, o.maximumFractionDigits, o.roundingIncrement, o.roundingMode);
    return cut(d, d.point + o.maximumFractionDigits, o.roundingMode);
  }

  #parts(v: any): Part[] {
    const o = this.#o;
    let d: Decimal | undefined;
    let special = "";
    if (typeof v === "object" && v !== null) v = typeof v.valueOf() === "bigint" ? v.valueOf() : Number_(v);
    if (typeof v === "bigint") d = decimal(BigIntPrototypeToString(v));
    else {
      const n = Number_(v);
      if (typeof v === "string" && MathAbs(n) < Infinity) d = decimal(v); // exactly, but for what no number is as large or small as
      if (d !== undefined && n === 0) d = { negative: d.negative, digits: "", point: 0 };
    }
    if (d === undefined) {
      const n = Number_(v);
      if (NumberIsNaN(n)) special = "NaN";
      else if (MathAbs(n) === Infinity) {
        special = "∞";
        d = { negative: n < 0, digits: "1", point: 1 };
      } else {
        d = decimal(String_(n))!;
        if (ObjectIs(n, -0)) d.negative = true;
      }
    }
    const out: Part[] = [];
    const put = (type: string, value: string) => { if (value !== "") ArrayPrototypePush(out, { type, value }); };
    let negative = d !== undefined && d.negative;
    let zero = false;
    const body: Part[] = [];
    const add = (type: string, value: string) => { if (value !== "") ArrayPrototypePush(body, { type, value }); };
    let text = "";
    let one = false;
    const african = o.locale === "en-ZA";
    if (special !== "") add(special === "NaN" ? "nan" : "infinity", special);
    else {
      if (o.style === "percent") d = d!.digits === "" ? d! : { ...d!, point: d!.point + 2 };
      let power = 0;
      let suffix = "";
      if (o.notation === "compact") {
        const steps = stepsOf(o.locale, o.compactDisplay);
        let step = 0;
        while (step + 1 < steps.length && d!.digits !== "" && d!.point > steps[step + 1]![0]) step++;
        const r = this.#round({ ...d!, point: d!.point - steps[step]![0] });
        if (step + 1 < steps.length && r.point + steps[step]![0] > steps[step + 1]![0]) step++;
        power = steps[step]![0];
        suffix = steps[step]![1];
      } else if (o.notation !== "standard") {
        power = d!.digits === "" ? 0 : d!.point - 1;
        if (o.notation === "engineering") power -= ((power % 3) + 3) % 3;
      }
      const r = this.#round({ ...d!, point: d!.digits === "" ? 0 : d!.point - power });
      zero = r.digits === "";
      let whole: string;
      let fraction: string;
      if (r.point <= 0) {
        whole = "";
        fraction = StringPrototypeRepeat("0", r.digits === "" ? 0 : -r.point) + r.digits;
      } else if (r.digits.length <= r.point) {
        whole = StringPrototypePadEnd(r.digits, r.point, "0");
        fraction = "";
      } else {
        whole = StringPrototypeSlice(r.digits, 0, r.point);
        fraction = StringPrototypeSlice(r.digits, r.point);
      }
      whole = StringPrototypePadStart(whole, o.minimumIntegerDigits, "0");
      if (o.minimumSignificantDigits !== undefined) {
        const have = zero ? 1 : r.point > 0 ? (r.digits.length > r.point ? r.digits.length : r.point) : r.digits.length;
        if (have < o.minimumSignificantDigits) fraction += StringPrototypeRepeat("0", o.minimumSignificantDigits - have);
      } else if (!o.compactRounding) fraction = StringPrototypePadEnd(fraction, o.minimumFractionDigits, "0");
      if (o.trailingZeroDisplay === "stripIfInteger" && RegExpPrototypeExec(/[^0]/, fraction) === null) fraction = "";
      text = fraction === "" ? whole : `${whole}.${fraction}`;
      one = text === "1" && o.notation === "standard";
      const group = o.useGrouping !== false && o.notation !== "scientific" && (whole.length > 4 || (whole.length === 4 && o.useGrouping !== "min2"));
      if (group) {
        // The last group has three digits; those before it have two in India, but accountants count in millions.
        const size = o.locale === "en-IN" && o.currencySign !== "accounting" ? 2 : 3;
        const head = whole.length - 3;
        for (let from = 0, to = head % size || size; from < head; from = to, to += size) {
          add("integer", StringPrototypeSlice(whole, from, to));
          add("group", african ? "\u00a0" : ",");
        }
        add("integer", StringPrototypeSlice(whole, head));
      } else add("integer", whole);
      if (fraction !== "") {
        add("decimal", african ? "," : ".");
        add("fraction", fraction);
      }
      if (o.notation === "scientific" || o.notation === "engineering") {
        add("exponentSeparator", o.locale === "en-AU" ? "e" : "E");
        if (power < 0) add("exponentMinusSign", "-");
        add("exponentInteger", String_(MathAbs(power)));
      }
      if (suffix !== "") {
        if (suffix[0] === " " || suffix[0] === "\u202f") {
          add("literal", suffix[0]);
          add("compact", StringPrototypeSlice(suffix, 1));
        } else add("compact", suffix);
      }
    }
    let sign = "";
    switch (o.signDisplay) {
      case "never": break;
      case "always": sign = negative ? "-" : "+"; break;
      case "exceptZero": sign = zero || special === "NaN" ? "" : negative ? "-" : "+"; break;
      case "negative": sign = negative && !zero ? "-" : ""; break;
      default: sign = negative ? "-" : "";
    }
    const accounting = o.style === "currency" && o.currencySign === "accounting" && sign === "-";
    if (accounting) put("literal", "(");
    else if (sign !== "") put(sign === "-" ? "minusSign" : "plusSign", sign);
    if (o.style === "currency" && o.currencyDisplay !== "name") {
      const symbol = o.currencyDisplay === "code" ? o.currency : o.currencyDisplay === "narrowSymbol" ? (narrow[o.currency] ?? currencies[o.currency] ?? o.currency) : symbolOf(o.locale, o.currency);
      put("currency", symbol);
      if (RegExpPrototypeExec(/[A-Za-z]$/, symbol) !== null) put("literal", "\u00a0");
    }
    for (let i = 0; i < body.length; i++) ArrayPrototypePush(out, body[i]);
    if (o.style === "currency" && o.currencyDisplay === "name") {
      put("literal", " ");
      const n = currencyNames[o.currency];
      put("currency", n === undefined ? o.currency : typeof n === "string" ? (one ? n : n + "s") : n[one ? 0 : 1]);
    }
    if (o.style === "percent") put("percentSign", "%");
    if (o.style === "unit") {
      const u = unit(o.unit)!;
      let label = o.unitDisplay === "long" ? u[one ? 2 : 3]! : o.unitDisplay === "narrow" ? u[1]! : one ? u[0]! : (plurals[o.unit] ?? u[0]!);
      if (label[0] === " ") {
        put("literal", " ");
        label = StringPrototypeSlice(label, 1);
      }
      put(o.unit === "percent" ? "percentSign" : "unit", label);
    }
    if (accounting) put("literal", ")");
    return out;
  }
}
dress(NumberFormat, "NumberFormat");

export class PluralRules {
  #f: NumberFormat;
  #type: string;
  #locale: string;

  constructor(locales?: any, options?: any) {
    this.#locale = resolve(locales);
    options = optionsObject(options);
    this.#type = choice(options, "type", ["cardinal", "ordinal"], "cardinal", "PluralRules");
    this.#f = new NumberFormat("en", {
      __proto__: null, minimumIntegerDigits: options.minimumIntegerDigits, minimumFractionDigits: options.minimumFractionDigits, maximumFractionDigits: options.maximumFractionDigits,
      minimumSignificantDigits: options.minimumSignificantDigits, maximumSignificantDigits: options.maximumSignificantDigits, useGrouping: false,
    });
  }
  select(v: any): string {
    const n = Number_(v);
    const text = this.#f.format(MathAbs(n));
    if (this.#type === "cardinal") return text === "1" ? "one" : "other";
    const t = MathAbs(n) % 100;
    const u = t % 10;
    if (n % 1 !== 0) return "other";
    if (u === 1 && t !== 11) return "one";
    if (u === 2 && t !== 12) return "two";
    if (u === 3 && t !== 13) return "few";
    return "other";
  }
  selectRange(_a: any, b: any): string {
    return this.#type === "cardinal" ? "other" : this.select(b);
  }
  resolvedOptions(): any {
    const o = NumberFormat.options(this.#f);
    const out: any = { locale: this.#locale, type: this.#type, minimumIntegerDigits: o.minimumIntegerDigits };
    const keys = ["minimumFractionDigits", "maximumFractionDigits", "minimumSignificantDigits", "maximumSignificantDigits"];
    for (let i = 0; i < keys.length; i++) if (o[keys[i]!] !== undefined) ObjectDefineProperty(out, keys[i]!, { __proto__: null, value: o[keys[i]!], writable: true, enumerable: true, configurable: true } as any);
    out.pluralCategories = this.#type === "cardinal" ? ["one", "other"] : ["few", "one", "two", "other"];
    return out;
  }
}
dress(PluralRules, "PluralRules");
