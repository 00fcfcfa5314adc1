// Shell patterns on paths, for path.matchesGlob: *, ?, [a-z], {a,b}, {1..3} and ** for any folders.

import {
  ArrayPrototypePush, ArrayPrototypeSlice, ParseInt, RegExpPrototypeExec, StringPrototypeCharCodeAt, StringPrototypeReplace, StringPrototypeSlice, StringPrototypeSplit, StringPrototypeStartsWith,
} from "../primordials.ts";
import { emitWarning } from "../process.ts";
import { validateString } from "./errors.ts";

let warned = false;

export function matchesGlob(path: string, pattern: string, windows: boolean): boolean {
  if (!warned) {
    warned = true;
    emitWarning("glob is an experimental feature and might change at any time", "ExperimentalWarning");
  }
  validateString(path, "path");
  validateString(pattern, "pattern");
  if (windows) path = StringPrototypeReplace(path, /\\/g, "/");
  pattern = StringPrototypeReplace(pattern, /\\/g, "/"); // no escapes, as in Node
  const names = segments(path);
  const all = expand(pattern);
  for (let i = 0; i < all.length; i++) if (matchPath(names, segments(all[i]!))) return true;
  return false;
}

// segments splits a path; doubled slashes count once, a leading one is an empty name.
function segments(path: string): string[] {
  const raw: string[] = StringPrototypeSplit(path, "/");
  const out: string[] = [];
  for (let i = 0; i < raw.length; i++) if (raw[i] !== "" || i === 0 || i === raw.length - 1) ArrayPrototypePush(out, raw[i]!);
  return out;
}

// expand makes all patterns that the first braces of one stand for.
function expand(pattern: string): string[] {
  for (let i = 0; i < pattern.length; i++) {
    if (pattern[i] !== "{") continue;
    const parts: string[] = [];
    let depth = 0, from = i + 1, end = -1;
    for (let j = i; j < pattern.length && end < 0; j++) {
      const c = pattern[j]!;
      if (c === "{") depth++;
      else if (c === "}" && --depth === 0) end = j;
      else if (c === "," && depth === 1) {
        ArrayPrototypePush(parts, StringPrototypeSlice(pattern, from, j));
        from = j + 1;
      }
    }
    if (end < 0) break; // never closed: a brace like any other character
    ArrayPrototypePush(parts, StringPrototypeSlice(pattern, from, end));
    const alternatives = parts.length === 1 ? range(parts[0]!) : parts;
    if (alternatives === undefined) continue;
    const head = StringPrototypeSlice(pattern, 0, i), tail = StringPrototypeSlice(pattern, end + 1);
    const out: string[] = [];
    for (let k = 0; k < alternatives.length; k++) {
      const more = expand(head + alternatives[k]! + tail);
      for (let m = 0; m < more.length; m++) ArrayPrototypePush(out, more[m]!);
    }
    return out;
  }
  return [pattern];
}

// range is what the inside of {1..5} stands for, or undefined for what is no range.
function range(inside: string): string[] | undefined {
  const r = RegExpPrototypeExec(/^(-?\d{1,6})\.\.(-?\d{1,6})$/, inside);
  if (r === null) return undefined;
  const a = ParseInt(r[1]!, 10), b = ParseInt(r[2]!, 10);
  const out: string[] = [];
  for (let i = a; a <= b ? i <= b : i >= b; i += a <= b ? 1 : -1) ArrayPrototypePush(out, `${i}`);
  return out;
}

// matchPath compares names with patterns from the back of the last ** that was seen: no more than names times patterns steps.
function matchPath(names: string[], patterns: string[]): boolean {
  if (names.length > 1 && names[names.length - 1] === "" && patterns[patterns.length - 1] !== "") names = ArrayPrototypeSlice(names, 0, -1); // "a/" is "a"
  let n = 0, p = 0, star = -1, at = 0;
  while (n < names.length) {
    if (p < patterns.length && patterns[p] === "**") {
      star = p++;
      at = n;
    } else if (p < patterns.length && matchName(names[n]!, patterns[p]!)) {
      n++;
      p++;
    } else if (star >= 0 && !hidden(names[at]!)) {
      p = star + 1;
      n = ++at;
    } else return false;
  }
  return p === patterns.length; // a ** at the end stands for a name at least
}

function hidden(name: string): boolean {
  return StringPrototypeStartsWith(name, ".");
}

// matchName compares one name with a pattern without slashes.
function matchName(name: string, pattern: string): boolean {
  if (hidden(name) && pattern[0] !== "." && pattern !== name) return false;
  if ((name === "." || name === "..") && pattern !== name) return false;
  if (name === "" && pattern !== "") return false;
  let n = 0, p = 0, star = -1, at = 0;
  while (n < name.length) {
    const size = p < pattern.length ? one(name, n, pattern, p) : 0;
    if (p < pattern.length && pattern[p] === "*") {
      star = p++;
      at = n;
    } else if (size > 0) {
      n++;
      p += size;
    } else if (star >= 0) {
      p = star + 1;
      n = ++at;
    } else return false;
  }
  while (p < pattern.length && pattern[p] === "*") p++;
  return p === pattern.length;
}

// one is the length of the part of a pattern that stands for name[n], or 0 if it does not.
function one(name: string, n: number, pattern: string, p: number): number {
  const c = pattern[p]!;
  if (c === "?") return 1;
  if (c !== "[") return c === name[n] ? 1 : 0;
  const code = StringPrototypeCharCodeAt(name, n);
  let i = p + 1, found = false;
  const not = pattern[i] === "!" || pattern[i] === "^";
  if (not) i++;
  for (let first = true; i < pattern.length && (first || pattern[i] !== "]"); first = false) {
    const low = StringPrototypeCharCodeAt(pattern, i);
    let high = low;
    if (pattern[i + 1] === "-" && i + 2 < pattern.length && pattern[i + 2] !== "]") {
      high = StringPrototypeCharCodeAt(pattern, i + 2);
      i += 2;
    }
    if (code >= low && code <= high) found = true;
    i++;
  }
  if (i >= pattern.length) return name[n] === "[" ? 1 : 0; // never closed
  return found !== not ? i + 1 - p : 0;
}
