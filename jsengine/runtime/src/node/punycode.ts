// node:punycode: RFC 3492.

import { ArrayPrototypeJoin, ArrayPrototypePush, ArrayPrototypeSplice, MathFloor, RangeError_, StringFromCodePoint, StringPrototypeCharCodeAt, StringPrototypeCodePointAt, StringPrototypeIndexOf, StringPrototypeLastIndexOf, StringPrototypeSlice, StringPrototypeStartsWith, StringPrototypeToLowerCase } from "../primordials.ts";
import { register } from "../modules.ts";
import { tidy } from "./names.ts";

const base = 36, tMin = 1, tMax = 26, skew = 38, damp = 700, initialBias = 72, initialN = 128, maxInt = 2147483647;

function fail(message: string): never {
  throw new RangeError_(message);
}
const overflow = "Overflow: input needs wider integers to process";

function codePoints(s: string): number[] {
  const out: number[] = [];
  for (let i = 0; i < s.length; i++) {
    const p: number = StringPrototypeCodePointAt(s, i);
    if (p > 0xffff) i++;
    ArrayPrototypePush(out, p);
  }
  return out;
}

function text(points: readonly number[]): string {
  let out = "";
  for (let i = 0; i < points.length; i++) out += StringFromCodePoint(points[i]!);
  return out;
}

function adapt(delta: number, points: number, first: boolean): number {
  let k = 0;
  delta = first ? MathFloor(delta / damp) : delta >> 1;
  delta += MathFloor(delta / points);
  for (; delta > (base - tMin) * tMax >> 1; k += base) delta = MathFloor(delta / (base - tMin));
  return MathFloor(k + ((base - tMin + 1) * delta) / (delta + skew));
}

function threshold(k: number, bias: number): number {
  return k <= bias ? tMin : k >= bias + tMax ? tMax : k - bias;
}

function decode(input: string): string {
  input = `${input}`;
  const output: number[] = [];
  let i = 0, n = initialN, bias = initialBias;
  let basic = StringPrototypeLastIndexOf(input, "-");
  if (basic < 0) basic = 0;
  for (let j = 0; j < basic; j++) {
    const c = StringPrototypeCharCodeAt(input, j);
    if (c >= 0x80) fail("Illegal input >= 0x80 (not a basic code point)");
    ArrayPrototypePush(output, c);
  }
  for (let at = basic > 0 ? basic + 1 : 0; at < input.length; ) {
    const old = i;
    for (let w = 1, k = base; ; k += base) {
      if (at >= input.length) fail("Invalid input");
      const c = StringPrototypeCharCodeAt(input, at++);
      const digit = c >= 48 && c < 58 ? c - 22 : c >= 65 && c < 91 ? c - 65 : c >= 97 && c < 123 ? c - 97 : base;
      if (digit >= base) fail("Invalid input");
      if (digit > MathFloor((maxInt - i) / w)) fail(overflow);
      i += digit * w;
      const t = threshold(k, bias);
      if (digit < t) break;
      if (w > MathFloor(maxInt / (base - t))) fail(overflow);
      w *= base - t;
    }
    const size = output.length + 1;
    bias = adapt(i - old, size, old === 0);
    if (MathFloor(i / size) > maxInt - n) fail(overflow);
    n += MathFloor(i / size);
    i %= size;
    ArrayPrototypeSplice(output, i++, 0, n);
  }
  return text(output);
}

const digits = "abcdefghijklmnopqrstuvwxyz0123456789";

function encode(input: string): string {
  const points = codePoints(`${input}`);
  let out = "";
  for (let i = 0; i < points.length; i++) if (points[i]! < 0x80) out += StringFromCodePoint(points[i]!);
  const basic = out.length;
  let handled = basic;
  if (basic > 0) out += "-";
  let n = initialN, delta = 0, bias = initialBias;
  while (handled < points.length) {
    let m = maxInt;
    for (let i = 0; i < points.length; i++) if (points[i]! >= n && points[i]! < m) m = points[i]!;
    if (m - n > MathFloor((maxInt - delta) / (handled + 1))) fail(overflow);
    delta += (m - n) * (handled + 1);
    n = m;
    for (let i = 0; i < points.length; i++) {
      const p = points[i]!;
      if (p < n && ++delta > maxInt) fail(overflow);
      if (p !== n) continue;
      let q = delta;
      for (let k = base; ; k += base) {
        const t = threshold(k, bias);
        if (q < t) break;
        out += digits[t + ((q - t) % (base - t))];
        q = MathFloor((q - t) / (base - t));
      }
      out += digits[q];
      bias = adapt(delta, handled + 1, handled === basic);
      delta = 0;
      handled++;
    }
    delta++;
    n++;
  }
  return out;
}

// labels applies f to each label of a domain name; what stands before an @ stays.
function labels(domain: string, f: (label: string) => string): string {
  const at = StringPrototypeIndexOf(domain, "@");
  const local = at < 0 ? "" : StringPrototypeSlice(domain, 0, at + 1);
  const rest: string = at < 0 ? domain : StringPrototypeSlice(domain, at + 1);
  const parts: string[] = [];
  let label = "";
  for (let i = 0; i < rest.length; i++) {
    const c = rest[i]!;
    if (c === "." || c === "\u3002" || c === "\uff0e" || c === "\uff61") {
      ArrayPrototypePush(parts, f(label));
      label = "";
    } else label += c;
  }
  ArrayPrototypePush(parts, f(label));
  return local + ArrayPrototypeJoin(parts, ".");
}

function ascii(s: string): boolean {
  for (let i = 0; i < s.length; i++) if (StringPrototypeCharCodeAt(s, i) > 0x7f) return false;
  return true;
}

register(["node:punycode", "punycode"], () =>
  tidy({
    version: "2.1.0",
    ucs2: tidy({ decode: (s: string) => codePoints(s), encode: (points: number[]) => text(points) }),
    decode,
    encode,
    toASCII: (input: string) => labels(input, (s) => (ascii(s) ? s : `xn--${encode(s)}`)),
    toUnicode: (input: string) => labels(input, (s) => (StringPrototypeStartsWith(s, "xn--") ? decode(StringPrototypeToLowerCase(StringPrototypeSlice(s, 4))) : s)),
  }));
