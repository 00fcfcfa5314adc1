// The source text of a call, which messages of assertions show.

import {
  ArrayPrototypeJoin, ErrorCaptureStackTrace, RegExpPrototypeExec, SafeMap, StringPrototypeIncludes, StringPrototypeIndexOf, StringPrototypeSlice, StringPrototypeSplit,
} from "../primordials.ts";
import { readFile } from "./fs_common.ts";

const texts: Map<string, string | undefined> = new SafeMap();

// calledAs is how the code that called fn, which is running, says so; undefined if that is not in a file.
export function calledAs(fn: Function): string | undefined {
  const holder: { stack?: unknown } = {};
  ErrorCaptureStackTrace(holder, fn);
  // The first frame: a native one has no place.
  const m = typeof holder.stack !== "string" ? null : RegExpPrototypeExec(/^[^\n]*(?:\n\s+at (?:call|apply) \(native\))*\n\s+at (?:[^\n]*\()?(?:file:\/\/)?(\/[^\n]*?)(?:\?run=\d+)?:(\d+):(\d+)\)?(?:\n|$)/, holder.stack);
  if (m === null) return undefined;
  const key = `${m[1]}:${m[2]}:${m[3]}`;
  if (!texts.has(key)) texts.set(key, readCall(m[1], +m[2]!, +m[3]!));
  return texts.get(key);
}

function readCall(file: string, line: number, column: number): string | undefined {
  let source: string;
  try {
    source = readFile(file, "utf8");
  } catch {
    return undefined;
  }
  let lineStart = 0;
  for (let i = 1; i < line; i++) {
    lineStart = StringPrototypeIndexOf(source, "\n", lineStart) + 1;
    if (lineStart === 0) return undefined;
  }
  const at = lineStart + column - 1;
  const start = calleeStart(source, at, lineStart);
  const end = callEnd(source, at);
  if (end < 0) return undefined;
  // The lines that follow lose as much of their indentation as the call has.
  const lines: string[] = StringPrototypeSplit(StringPrototypeSlice(source, start, end), "\n");
  for (let i = 1; i < lines.length; i++) {
    let n = 0;
    while (n < start - lineStart && (lines[i]![n] === " " || lines[i]![n] === "\t")) n++;
    lines[i] = `  ${StringPrototypeSlice(lines[i]!, n)}`;
  }
  return ArrayPrototypeJoin(lines, "\n");
}

const isName = (c: string | undefined): boolean => c !== undefined && RegExpPrototypeExec(/[\w$\u0080-\uffff]/, c) !== null;

// calleeStart goes back from where a call is, the last name of what is called or a bracket, to where that begins.
function calleeStart(s: string, at: number, lineStart: number): number {
  let i = at;
  while (i > lineStart) {
    const c = s[i - 1]!;
    if (c === ".") i -= s[i - 2] === "?" ? 2 : 1;
    else if (isName(c)) {
      if (!isName(s[i]) && s[i] !== "." && s[i] !== "?" && s[i] !== "[" && s[i] !== "(") break;
      i--;
    } else if ((c === ")" || c === "]") && (s[i] === "." || s[i] === "?" || s[i] === "[" || s[i] === "(")) {
      let depth = 0;
      let j = i - 1;
      for (; j >= lineStart; j--) {
        if (s[j] === ")" || s[j] === "]") depth++;
        else if ((s[j] === "(" || s[j] === "[") && --depth === 0) break;
      }
      if (j < lineStart) break;
      i = j;
    } else break;
  }
  return i;
}

// callEnd is behind the arguments of the call at a place; -1 if they do not end.
function callEnd(s: string, at: number): number {
  let last = ""; // significant character before
  let depth = 0;
  for (let i = at; i < s.length;) {
    const c = s[i]!;
    const next = skip(s, i, last);
    if (next > i) {
      if (c !== " " && c !== "\n" && s[i + 1] !== "*") last = c;
      i = next;
      continue;
    }
    if (c === "(" || c === "[" || c === "{") depth++;
    else if (c === ")" || c === "]" || c === "}") {
      if (--depth < 0) return -1;
      if (depth === 0 && c === ")") return i + 1;
    } else if (depth === 0 && (c === ";" || c === ",")) return -1;
    if (c !== " " && c !== "\t" && c !== "\n" && c !== "\r") last = c;
    i++;
  }
  return -1;
}

// skip is behind the string, template, comment or regular expression that begins at i, or i.
function skip(s: string, i: number, last: string): number {
  const c = s[i]!;
  if (c === "/" && (s[i + 1] === "/" || s[i + 1] === "*")) {
    const line = s[i + 1] === "/";
    const end = StringPrototypeIndexOf(s, line ? "\n" : "*/", i + 2);
    return end < 0 ? s.length : line ? end : end + 2;
  }
  const pattern = c === "/" && (last === "" || StringPrototypeIncludes("(,=:[!&|?{};+-*%~^<>", last));
  if (c !== '"' && c !== "'" && c !== "`" && !pattern) return i;
  let inClass = false;
  for (let j = i + 1; j < s.length; j++) {
    if (s[j] === "\\") j++;
    else if (c === "`" && s[j] === "$" && s[j + 1] === "{") j = braceEnd(s, j + 1);
    else if (pattern && s[j] === "[") inClass = true;
    else if (pattern && s[j] === "]") inClass = false;
    else if (s[j] === c && !inClass) return j + 1;
  }
  return s.length;
}

// braceEnd is where the brace at i is closed.
function braceEnd(s: string, i: number): number {
  let last = "";
  let depth = 0;
  while (i < s.length) {
    const next = skip(s, i, last);
    if (next > i) {
      i = next;
      continue;
    }
    if (s[i] === "{") depth++;
    else if (s[i] === "}" && --depth === 0) return i;
    last = s[i]!;
    i++;
  }
  return i;
}
