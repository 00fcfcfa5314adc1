// Columns that text takes on a terminal, and text without its escape sequences.

import { RegExpPrototypeExec, StringPrototypeCodePointAt, StringPrototypeIncludes, StringPrototypeNormalize, StringPrototypeReplace } from "./primordials.ts";

const ansi = /[\u001B\u009B][[\]()#;?]*(?:(?:(?:(?:;[-a-zA-Z\d\/\#&.:=?%@~_]+)*|[a-zA-Z\d]+(?:;[-a-zA-Z\d\/\#&.:=?%@~_]*)*)?(?:\u0007|\u001B\u005C|\u009C))|(?:(?:\d{1,4}(?:;\d{0,4})*)?[\dA-PR-TZcf-nq-uy=><~]))/g;

// stripANSI removes escape sequences.
export function stripANSI(s: string): string {
  return StringPrototypeIncludes(s, "\u001b") || StringPrototypeIncludes(s, "\u009b") ? StringPrototypeReplace(s, ansi, "") : s;
}

// stringWidth is how many columns a string takes, escape sequences left out if strip.
export function stringWidth(s: string, strip = true): number {
  if (RegExpPrototypeExec(/^[\x20-\x7e]*$/, s) !== null) return s.length;
  if (strip) s = stripANSI(s);
  s = StringPrototypeNormalize(s, "NFC");
  let n = 0;
  for (let i = 0; i < s.length; i++) {
    const p: number = StringPrototypeCodePointAt(s, i);
    if (p > 0xffff) i++;
    if (fullWidth(p)) n += 2;
    else if (!zeroWidth(p)) n++;
  }
  return n;
}

export function fullWidth(p: number): boolean {
  return p >= 0x1100 && (p <= 0x115f || p === 0x2329 || p === 0x232a || (p >= 0x2e80 && p <= 0x3247 && p !== 0x303f) || (p >= 0x3250 && p <= 0x4dbf) || (p >= 0x4e00 && p <= 0xa4c6) || (p >= 0xa960 && p <= 0xa97c) ||
    (p >= 0xac00 && p <= 0xd7a3) || (p >= 0xf900 && p <= 0xfaff) || (p >= 0xfe10 && p <= 0xfe19) || (p >= 0xfe30 && p <= 0xfe6b) || (p >= 0xff01 && p <= 0xff60) || (p >= 0xffe0 && p <= 0xffe6) ||
    (p >= 0x1b000 && p <= 0x1b001) || (p >= 0x1f200 && p <= 0x1f251) || (p >= 0x1f300 && p <= 0x1f64f) || (p >= 0x1f900 && p <= 0x1f9ff) || (p >= 0x20000 && p <= 0x3fffd));
}

export function zeroWidth(p: number): boolean {
  return p <= 0x1f || (p >= 0x7f && p <= 0x9f) || (p >= 0x300 && p <= 0x36f) || (p >= 0x200b && p <= 0x200f) || (p >= 0x20d0 && p <= 0x20ff) || (p >= 0xfe00 && p <= 0xfe0f) || (p >= 0xfe20 && p <= 0xfe2f) || (p >= 0xe0100 && p <= 0xe01ef);
}
