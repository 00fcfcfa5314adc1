// Bun.color: colours of CSS in the notations that programs want.

import {
  ArrayIsArray, ArrayPrototypeIncludes, MathAbs, MathFloor, MathMax, MathMin, MathPow, MathRound, NumberIsNaN, NumberPrototypeToPrecision, NumberPrototypeToString, ParseInt, RegExpPrototypeExec,
  SafeMap, StringPrototypePadStart, StringPrototypeSplit, StringPrototypeToLowerCase, StringPrototypeToUpperCase, StringPrototypeTrim, mapEntries,
} from "../primordials.ts";
import { badInput } from "./input.ts";

const MathFround = Math.fround;
const MathCos = Math.cos;
const MathSin = Math.sin;
const MathAtan2 = Math.atan2;
const MathCbrt = Math.cbrt;
const MathSqrt = Math.sqrt;
const PI = Math.PI;

// The names of CSS, and their values.
const names: Map<string, number> = new SafeMap();
{
  const list = "aliceblue f0f8ff antiquewhite faebd7 aqua 00ffff aquamarine 7fffd4 azure f0ffff beige f5f5dc bisque ffe4c4 black 000000 blanchedalmond ffebcd blue 0000ff blueviolet 8a2be2 brown a52a2a burlywood deb887 cadetblue 5f9ea0 chartreuse 7fff00 chocolate d2691e coral ff7f50 cornflowerblue 6495ed cornsilk fff8dc crimson dc143c cyan 00ffff darkblue 00008b darkcyan 008b8b darkgoldenrod b8860b darkgray a9a9a9 darkgreen 006400 darkgrey a9a9a9 darkkhaki bdb76b darkmagenta 8b008b darkolivegreen 556b2f darkorange ff8c00 darkorchid 9932cc darkred 8b0000 darksalmon e9967a darkseagreen 8fbc8f darkslateblue 483d8b darkslategray 2f4f4f darkslategrey 2f4f4f darkturquoise 00ced1 darkviolet 9400d3 deeppink ff1493 deepskyblue 00bfff dimgray 696969 dimgrey 696969 dodgerblue 1e90ff firebrick b22222 floralwhite fffaf0 forestgreen 228b22 fuchsia ff00ff gainsboro dcdcdc ghostwhite f8f8ff gold ffd700 goldenrod daa520 gray 808080 green 008000 greenyellow adff2f grey 808080 honeydew f0fff0 hotpink ff69b4 indianred cd5c5c indigo 4b0082 ivory fffff0 khaki f0e68c lavender e6e6fa lavenderblush fff0f5 lawngreen 7cfc00 lemonchiffon fffacd lightblue add8e6 lightcoral f08080 lightcyan e0ffff lightgoldenrodyellow fafad2 lightgray d3d3d3 lightgreen 90ee90 lightgrey d3d3d3 lightpink ffb6c1 lightsalmon ffa07a lightseagreen 20b2aa lightskyblue 87cefa lightslategray 778899 lightslategrey 778899 lightsteelblue b0c4de lightyellow ffffe0 lime 00ff00 limegreen 32cd32 linen faf0e6 magenta ff00ff maroon 800000 mediumaquamarine 66cdaa mediumblue 0000cd mediumorchid ba55d3 mediumpurple 9370db mediumseagreen 3cb371 mediumslateblue 7b68ee mediumspringgreen 00fa9a mediumturquoise 48d1cc mediumvioletred c71585 midnightblue 191970 mintcream f5fffa mistyrose ffe4e1 moccasin ffe4b5 navajowhite ffdead navy 000080 oldlace fdf5e6 olive 808000 olivedrab 6b8e23 orange ffa500 orangered ff4500 orchid da70d6 palegoldenrod eee8aa palegreen 98fb98 paleturquoise afeeee palevioletred db7093 papayawhip ffefd5 peachpuff ffdab9 peru cd853f pink ffc0cb plum dda0dd powderblue b0e0e6 purple 800080 rebeccapurple 663399 red ff0000 rosybrown bc8f8f royalblue 4169e1 saddlebrown 8b4513 salmon fa8072 sandybrown f4a460 seagreen 2e8b57 seashell fff5ee sienna a0522d silver c0c0c0 skyblue 87ceeb slateblue 6a5acd slategray 708090 slategrey 708090 snow fffafa springgreen 00ff7f steelblue 4682b4 tan d2b48c teal 008080 thistle d8bfd8 tomato ff6347 turquoise 40e0d0 violet ee82ee wheat f5deb3 white ffffff whitesmoke f5f5f5 yellow ffff00 yellowgreen 9acd32".split(" ");
  for (let i = 0; i < list.length; i += 2) names.set(list[i]!, parseInt(list[i + 1]!, 16));
}
// The shortest name of a value, where it is shorter than its hexadecimal digits.
const short: Map<number, string> = new SafeMap();
{
  const all = mapEntries(names);
  for (let i = 0; i < all.length; i++) {
    const name = all[i]![0], v = all[i]![1];
    const three = [16, 8, 0].every((s) => ((v >> s) & 15) === ((v >> (s + 4)) & 15));
    const have = short.get(v);
    if (name.length <= (three ? 4 : 7) && (name.length < (three ? 4 : 7) || !three) && (have === undefined || name.length < have.length)) short.set(v, name);
  }
}

interface Color {
  r: number; // 0 to 255
  g: number;
  b: number;
  a: number; // 0 to 255
  exact: Three | undefined; // of 0 to 1, before they were rounded
  css: string | undefined; // as it is written, if not by r, g and b
}

function rgb(r: number, g: number, b: number, a = 255): Color {
  return { r, g, b, a, exact: undefined, css: undefined };
}

function byte(n: number): number {
  return n <= 0 || NumberIsNaN(n) ? 0 : n >= 255 ? 255 : MathRound(n);
}

function amount(text: string, of: number): number {
  if (text === "none") return 0;
  return text[text.length - 1] === "%" ? (ParseFloat(text) / 100) * of : ParseFloat(text);
}
const ParseFloat = parseFloat;

function angle(text: string): number {
  const m = RegExpPrototypeExec(/^([+-]?[\d.]+(?:e[+-]?\d+)?)(deg|rad|grad|turn)?$/, text);
  if (m === null) return NaN;
  const n = +m[1];
  return m[2] === "rad" ? (n * 180) / PI : m[2] === "grad" ? n * 0.9 : m[2] === "turn" ? n * 360 : n;
}

function hslToRgb(h: number, s: number, l: number): Three {
  const f = (n: number): number => {
    const k = (((n + h / 30) % 12) + 12) % 12;
    return l - s * MathMin(l, 1 - l) * MathMax(-1, MathMin(k - 3, MathMin(9 - k, 1)));
  };
  return [f(0), f(8), f(4)];
}

// What follows is computed in numbers of 32 bits, as Bun does: the digits that hsl() prints depend on it.
const F = MathFround;
const PI32 = F(PI);
type Three = [number, number, number];

function power(a: number, b: number): number {
  return F(MathPow(a, b));
}

function gamma(v: number): number {
  const a = MathAbs(v);
  return a > F(0.0031308) ? (v < 0 ? -1 : 1) * F(F(F(1.055) * power(a, F(1 / F(2.4)))) - F(0.055)) : F(F(12.92) * v);
}

function linear(v: number): number {
  const a = MathAbs(v);
  return a < F(0.04045) ? F(v / F(12.92)) : (v < 0 ? -1 : 1) * power(F(F(a + F(0.055)) / F(1.055)), F(2.4));
}

function times(m: number[], v: Three): Three {
  const row = (i: number): number => F(F(F(F(m[i]!) * v[0]) + F(F(m[i + 1]!) * v[1])) + F(F(m[i + 2]!) * v[2]));
  return [row(0), row(3), row(6)];
}

function each(v: Three, f: (n: number) => number): Three {
  return [f(v[0]), f(v[1]), f(v[2])];
}

// Matrices of CSS Color 4; XYZ is that of D65, but where it says D50.
const linearOfXYZ = [3.2409699419045226, -1.537383177570094, -0.4986107602930034, -0.9692436362808796, 1.8759675015077202, 0.04155505740717559, 0.05563007969699366, -0.20397695888897652, 1.0569715142428786];
const xyzOfLinear = [0.41239079926595934, 0.357584339383878, 0.1804807884018343, 0.21263900587151027, 0.715168678767756, 0.07219231536073371, 0.01933081871559182, 0.11919477979462598, 0.9505321522496607];
const xyzOfD50 = [0.9554734527042182, -0.023098536874261423, 0.0632593086610217, -0.028369706963208136, 1.0099954580058226, 0.021041398966943008, 0.012314001688319899, -0.020507696433477912, 1.3303659366080753];
const lmsOfXYZ = [0.8190224432164319, 0.3619062562801221, -0.12887378261216414, 0.0329836671980271, 0.9292868468965546, 0.03614466816999844, 0.048177199566046255, 0.26423952494422764, 0.6335478258136937];
const xyzOfLMS = [1.2268798733741557, -0.5578149965554813, 0.28139105017721583, -0.04057576262431372, 1.1122868293970594, -0.07171106666151701, -0.07637294974672142, -0.4214933239627914, 1.5869240244272418];
const oklabOfLMS = [0.2104542553, 0.793617785, -0.0040720468, 1.9779984951, -2.428592205, 0.4505937099, 0.0259040371, 0.7827717662, -0.808675766];
const lmsOfOklab = [0.9999999984505198, 0.39633779217376786, 0.2158037580607588, 1.0000000088817608, -0.10556134232365635, -0.0638541747717059, 1.0000000546724108, -0.08948418209496575, -1.2914855378640917];

function labToRgb(l: number, a: number, b: number): Three {
  const k = F(24389 / 27), e = F(216 / 24389);
  const fy = F(F(l + 16) / 116), fx = F(F(a / 500) + fy), fz = F(fy - F(b / 200));
  const part = (f: number): number => (power(f, 3) > e ? power(f, 3) : F(F(F(116 * f) - 16) / k));
  const y = l > F(k * e) ? power(fy, 3) : F(l / k);
  return each(times(linearOfXYZ, times(xyzOfD50, [F(part(fx) * F(0.3457 / 0.3585)), y, F(part(fz) * F((1 - 0.3457 - 0.3585) / 0.3585))])), gamma);
}

function oklabToRgb(v: Three): Three {
  return each(times(linearOfXYZ, times(xyzOfLMS, each(times(lmsOfOklab, v), (n) => power(n, 3)))), gamma);
}

function rgbToOklab(v: Three): Three {
  return times(oklabOfLMS, each(times(lmsOfXYZ, times(xyzOfLinear, each(v, linear))), (n) => F(MathCbrt(n))));
}

// rectangular is a colour of lightness, chroma and hue in degrees by its two axes.
function rectangular(l: number, c: number, h: number): Three {
  const r = F(F(h * PI32) / 180);
  return [l, F(c * F(MathCos(r))), F(c * F(MathSin(r)))];
}

function inside(v: Three): boolean {
  return v[0] >= 0 && v[0] <= 1 && v[1] >= 0 && v[1] <= 1 && v[2] >= 0 && v[2] <= 1;
}

// mapped is the colour that sRGB has for one that it may not have, by CSS Color 4: of less chroma, until cutting it off shows no difference.
function mapped(v: Three): Three {
  if (inside(v)) return v;
  const epsilon = F(0.00001), noticed = F(0.02);
  const lab = rgbToOklab(v), l = lab[0];
  if (l > F(1 - epsilon)) return [1, 1, 1];
  if (l < epsilon) return [0, 0, 0];
  let h = F(F(F(MathAtan2(lab[2], lab[1])) * 180) / PI32);
  if (h < 0) h = F(h + 360);
  const cut = (n: number): number => (n < 0 ? 0 : n > 1 ? 1 : n);
  const near = (x: Three, y: Three): boolean => {
    const dl = F(x[0] - y[0]), da = F(x[1] - y[1]), db = F(x[2] - y[2]);
    return F(MathSqrt(F(F(F(dl * dl) + F(da * da)) + F(db * db)))) < noticed;
  };
  let low = 0, high = F(MathSqrt(F(F(lab[1] * lab[1]) + F(lab[2] * lab[2])))), chroma = high;
  for (;;) {
    const at = rectangular(l, chroma, h), rgb = oklabToRgb(at);
    if (inside(rgb)) low = chroma;
    else {
      const clipped = each(rgb, cut);
      if (near(rgbToOklab(clipped), at)) return clipped;
      high = chroma;
    }
    chroma = F(F(low + high) / 2);
    // There may be no number between the two.
    if (!(F(high - low) > epsilon) || chroma === low || chroma === high) return rgb;
  }
}

function exactly(v: Three, alpha: number, css: string | undefined): Color {
  if (css !== undefined) v = mapped(v);
  const c = rgb(byte(v[0] * 255), byte(v[1] * 255), byte(v[2] * 255), byte(alpha * 255));
  if (css !== undefined) c.exact = v;
  c.css = css;
  return c;
}

function parse(text: string): Color | undefined {
  const s = StringPrototypeToLowerCase(StringPrototypeTrim(text));
  if (s === "transparent") return rgb(0, 0, 0, 0);
  const named = names.get(s);
  if (named !== undefined) return rgb(named >> 16, (named >> 8) & 255, named & 255);
  if (s[0] === "#") {
    const m = RegExpPrototypeExec(/^#([0-9a-f]{3,8})$/, s);
    if (m === null || s.length === 6 || s.length === 8) return undefined;
    const h: string = m[1];
    const wide = h.length > 4;
    const part = (i: number): number => (wide ? ParseInt(h[2 * i]! + h[2 * i + 1]!, 16) : ParseInt(h[i]! + h[i]!, 16));
    return rgb(part(0), part(1), part(2), h.length === 4 || h.length === 8 ? part(3) : 255);
  }
  const m = RegExpPrototypeExec(/^(rgba?|hsla?|hwb|lab|lch|oklab|oklch)\(([^()]*)\)$/, s);
  if (m === null) return undefined;
  const list = StringPrototypeSplit(StringPrototypeTrim(m[2]), /\s*[,/]\s*|\s+/);
  if (list.length < 3 || list.length > 4) return undefined;
  for (let i = 0; i < list.length; i++) if (list[i] !== "none" && RegExpPrototypeExec(/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?(?:%|deg|rad|grad|turn)?$/, list[i]!) === null) return undefined;
  const p0: string = list[0]!, p1: string = list[1]!, p2: string = list[2]!;
  const alpha = list[3] === undefined ? 1 : MathMax(0, MathMin(1, amount(list[3]!, 1)));
  switch (m[1]) {
    case "rgb": case "rgba": return rgb(byte(amount(p0, 255)), byte(amount(p1, 255)), byte(amount(p2, 255)), byte(alpha * 255));
    case "hsl": case "hsla": return exactly(hslToRgb(angle(p0), amount(p1, 1) > 1 && p1[p1.length - 1] !== "%" ? amount(p1, 1) / 100 : amount(p1, 1), amount(p2, 1) > 1 && p2[p2.length - 1] !== "%" ? amount(p2, 1) / 100 : amount(p2, 1)), alpha, undefined);
    case "hwb": {
      const w = amount(p1, 1), b = amount(p2, 1);
      if (w + b >= 1) return exactly([w / (w + b), w / (w + b), w / (w + b)], alpha, undefined);
      const c = hslToRgb(angle(p0), 1, 0.5);
      return exactly([c[0] * (1 - w - b) + w, c[1] * (1 - w - b) + w, c[2] * (1 - w - b) + w], alpha, undefined);
    }
    case "lab": return exactly(labToRgb(F(F(amount(p0, 1)) * 100), F(amount(p1, 125)), F(amount(p2, 125))), alpha, s);
    case "lch": {
      const v = rectangular(F(F(amount(p0, 1)) * 100), F(amount(p1, 150)), F(angle(p2)));
      return exactly(labToRgb(v[0], v[1], v[2]), alpha, s);
    }
    case "oklab": return exactly(oklabToRgb([F(amount(p0, 1)), F(amount(p1, 0.4)), F(amount(p2, 0.4))]), alpha, s);
  }
  return exactly(oklabToRgb(rectangular(F(amount(p0, 1)), F(amount(p1, 0.4)), F(angle(p2)))), alpha, s);
}

function member(v: any): number {
  if (typeof v !== "number") throw badInput("Expected r, g and b to be numbers for 'color'.");
  return MathMin(255, MathMax(0, v - (v % 1)));
}

function colorOf(v: any): Color | undefined {
  if (typeof v === "string") return parse(v);
  if (typeof v === "number") {
    const n = v >>> 0;
    return rgb((n >> 16) & 255, (n >> 8) & 255, n & 255);
  }
  if (v !== null && typeof v === "object") {
    if (ArrayIsArray(v)) {
      if (v.length < 3 || v.length > 4) throw badInput("Expected array length 3 or 4");
      return rgb(member(v[0]), member(v[1]), member(v[2]), v.length === 4 ? member(v[3]) : 255);
    }
    const a = v.a === undefined ? 255 : typeof v.a === "number" ? MathFloor(MathMax(0, MathMin(1, v.a)) * 255) : 255;
    return rgb(member(v.r), member(v.g), member(v.b), a);
  }
  throw badInput("Expected input to be a string, number, or object for 'color'.");
}

function hex2(n: number): string {
  return StringPrototypePadStart(NumberPrototypeToString(n, 16), 2, "0");
}

// single is a number as one of 32 bits prints.
function single(n: number): string {
  n = MathFround(n);
  for (let p = 1; p < 9; p++) {
    const t = NumberPrototypeToPrecision(n, p);
    if (MathFround(+t) === n) return `${+t}`;
  }
  return `${+NumberPrototypeToPrecision(n, 9)}`;
}

function css(c: Color): string {
  if (c.css !== undefined) return c.css;
  const value = (c.r << 16) | (c.g << 8) | c.b;
  if (c.a === 255) {
    const name = short.get(value);
    if (name !== undefined) return name;
  }
  const full = hex2(c.r) + hex2(c.g) + hex2(c.b) + (c.a === 255 ? "" : hex2(c.a));
  let half = "";
  for (let i = 0; i < full.length; i += 2) {
    if (full[i] !== full[i + 1]) return `#${full}`;
    half += full[i];
  }
  return `#${half}`;
}

function hsl(c: Color): string {
  const v: number[] = c.exact !== undefined ? [F(c.exact[0]), F(c.exact[1]), F(c.exact[2])] : [F(c.r / 255), F(c.g / 255), F(c.b / 255)];
  const r = v[0]!, g = v[1]!, b = v[2]!;
  const max = MathMax(r, g, b), min = MathMin(r, g, b);
  const l = F(F(max + min) / 2), d = F(max - min);
  let h = 0, s = 0;
  if (d !== 0) {
    s = l === 0 || l === 1 ? 0 : F(F(max - l) / MathMin(l, F(1 - l)));
    h = max === r ? F(F(F(g - b) / d) + (g < b ? 6 : 0)) : max === g ? F(F(F(b - r) / d) + 2) : F(F(F(r - g) / d) + 4);
    h = F(h * 60);
  }
  return `hsl(${single(h)}, ${single(F(s * 100))}%, ${single(F(l * 100))}%)`;
}

const levels = [0, 95, 135, 175, 215, 255];

// ansi256 is the nearest of a terminal's 256 colours: of its cube, or of its greys.
function ansi256(c: Color): number {
  const level = (n: number): number => (n < 48 ? 0 : n < 114 ? 1 : MathFloor((n - 35) / 40));
  const x = level(c.r), y = level(c.g), z = level(c.b);
  const far = (r: number, g: number, b: number): number => (r - c.r) * (r - c.r) + (g - c.g) * (g - c.g) + (b - c.b) * (b - c.b);
  const cube = far(levels[x]!, levels[y]!, levels[z]!);
  const mean = MathFloor((c.r + c.g + c.b) / 3);
  const grey = mean > 238 ? 23 : MathMax(0, MathFloor((mean - 3) / 10));
  const v = 8 + 10 * grey;
  return cube > 0 && far(v, v, v) < cube ? 232 + grey : 16 + 36 * x + 6 * y + z;
}

// Which of the 16 colours each of the 256 is nearest to, as digits of base 16.
const sixteen = "0123456789abcdef0444cc2644cc2264cc2226ccaaaaecaaaaae1544cc3844cc2264cc2226ccaaaaecaaaaae1154cc1154cc3384cc2226ccaaaaecaaaaae1115cc1115cc1115cc3337ccaaaaecaaaaae9999dc9999dc9999dc9999dcbbbb7caaaaae99999d99999d99999d99999d99999dbbbbbf000000888888777777ffffff";

const formats = ["[r,g,b,a]", "[rgb]", "[rgba]", "{r,g,b}", "{rgb}", "{rgba}", "ansi_256", "ansi-256", "ansi_16", "ansi-16", "ansi_16m", "ansi-16m", "ansi-24bit", "ansi-truecolor", "ansi", "ansi256", "css", "hex", "HEX", "hsl", "lab", "number", "rgb", "rgba"];

export function color(...args: any[]): any {
  const format = args[1] === undefined ? "css" : args[1];
  if (typeof format !== "string" || !ArrayPrototypeIncludes(formats, format)) {
    let list = "";
    for (let i = 0; i < formats.length; i++) list += `${i === 0 ? "" : i === formats.length - 1 ? " or " : ", "}'${formats[i]}'`;
    throw badInput(`format must be one of ${list}`);
  }
  const c = colorOf(args[0]);
  if (c === undefined) return null;
  switch (format) {
    case "css": return css(c);
    case "hex": return `#${hex2(c.r)}${hex2(c.g)}${hex2(c.b)}`;
    case "HEX": return StringPrototypeToUpperCase(`#${hex2(c.r)}${hex2(c.g)}${hex2(c.b)}`);
    case "number": return c.r * 65536 + c.g * 256 + c.b;
    case "rgb": return `rgb(${c.r}, ${c.g}, ${c.b})`;
    case "rgba": return `rgba(${c.r}, ${c.g}, ${c.b}, ${single(c.a / 255)})`;
    case "hsl": return hsl(c);
    case "lab": return css(c);
    case "[rgb]": return [c.r, c.g, c.b];
    case "[rgba]": case "[r,g,b,a]": return [c.r, c.g, c.b, c.a];
    case "{rgb}": case "{r,g,b}": return { r: c.r, g: c.g, b: c.b };
    case "{rgba}": return { r: c.r, g: c.g, b: c.b, a: MathFround(c.a / 255) };
    case "ansi-256": case "ansi_256": case "ansi256": return `\u001b[38;5;${ansi256(c)}m`;
    case "ansi-16": case "ansi_16": {
      const n = ParseInt(sixteen[ansi256(c)]!, 16);
      return `\u001b[${n < 8 ? 30 + n : 82 + n}m`;
    }
  }
  return `\u001b[38;2;${c.r};${c.g};${c.b}m`;
}
