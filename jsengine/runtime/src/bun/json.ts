// Bun.JSON5, Bun.JSONC and Bun.JSONL.

import {
  ArrayIsArray, ArrayPrototypeIncludes, ArrayPrototypePush, Error_, JSONParse, NumberIsFinite, ObjectKeys, ParseInt, RegExpPrototypeExec, StringFromCharCode,
  StringPrototypeCharCodeAt, StringPrototypeIndexOf, StringPrototypeRepeat, StringPrototypeSlice, StringPrototypeTrim, SyntaxError_, TypeError_, setOwn, NumberPrototypeToString, NumberPrototypeValueOf, StringPrototypeValueOf, BooleanPrototypeValueOf,
} from "../primordials.ts";
import { badInput, inputText } from "./input.ts";

// maxDepth bounds how deep values nest.
const maxDepth = 512;

const white = /^[\t\v\f \u00a0\ufeff\n\r\u2028\u2029\u1680\u2000-\u200a\u202f\u205f\u3000]$/;
const numeral = /^(?:0[xX]([0-9a-fA-F]+)|((?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)/;
const idStart = /^[$_\p{L}\p{Nl}]$/u;
const idPart = /^[$_\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}\u200c\u200d]$/u;
const escapes: any = { __proto__: null, b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v", "0": "\0" };

class Reader {
  s: string;
  at = 0;
  depth = 0;
  what: string; // the format, in errors
  constructor(s: string, what: string) {
    this.s = s;
    this.what = what;
  }
  fail(why: string): never {
    throw new SyntaxError_(`${this.what} Parse error: ${why}`);
  }
  // skip passes over white space and comments.
  skip(): void {
    for (;;) {
      const c = this.s[this.at];
      if (c === undefined) return;
      if (c === "/" && this.s[this.at + 1] === "/") {
        while (this.at < this.s.length && !lineEnd(this.s[this.at]!)) this.at++;
      } else if (c === "/" && this.s[this.at + 1] === "*") {
        const end = StringPrototypeIndexOf(this.s, "*/", this.at + 2);
        if (end < 0) this.fail('Expected "*/" to terminate multi-line comment');
        this.at = end + 2;
      } else if (c <= " " ? c === " " || c === "\n" || c === "\t" || c === "\r" || c === "\v" || c === "\f" : c >= "\u00a0" && RegExpPrototypeExec(white, c) !== null) this.at++;
      else return;
    }
  }
  value(): any {
    this.skip();
    const c = this.s[this.at];
    if (c === undefined) this.fail("Unexpected end of input");
    if (c === "{" || c === "[") {
      if (++this.depth > maxDepth) this.fail(`values are nested too deep, at most ${maxDepth}`);
      this.at++;
      const v = c === "{" ? this.object() : this.array();
      this.depth--;
      return v;
    }
    if (c === '"' || c === "'") return this.string();
    if ((c >= "0" && c <= "9") || c === "." || c === "+" || c === "-") return this.number();
    const word = this.word();
    switch (word) {
      case "null": return null;
      case "true": return true;
      case "false": return false;
      case "Infinity": return Infinity;
      case "NaN": return NaN;
    }
    return this.fail(word === "" ? "Unexpected character" : "Unexpected token");
  }
  word(): string {
    let out = "";
    for (let first = true; ; first = false) {
      let c: string;
      let end = this.at;
      if (this.s[this.at] === "\\" && this.s[this.at + 1] === "u") {
        c = this.hex(this.at + 2, 4);
        end = this.at + 6;
      } else {
        const code = StringPrototypeCharCodeAt(this.s, this.at);
        end = this.at + (code >= 0xd800 && code <= 0xdbff ? 2 : 1);
        c = StringPrototypeSlice(this.s, this.at, end);
      }
      if (c === "" || RegExpPrototypeExec(first ? idStart : idPart, c) === null) return out;
      out += c;
      this.at = end;
    }
  }
  hex(at: number, n: number): string {
    const digits = StringPrototypeSlice(this.s, at, at + n);
    if (digits.length !== n || RegExpPrototypeExec(/^[0-9a-fA-F]+$/, digits) === null) this.fail("Invalid escape");
    return StringFromCharCode(ParseInt(digits, 16));
  }
  number(): number {
    let sign = 1;
    const c = this.s[this.at];
    if (c === "+" || c === "-") {
      if (c === "-") sign = -1;
      this.at++;
    }
    const rest = StringPrototypeSlice(this.s, this.at, this.at + 400);
    if (rest[0] === "I" || rest[0] === "N") {
      const word = this.word();
      if (word === "Infinity") return sign * Infinity;
      if (word === "NaN") return NaN;
      this.fail("Invalid number");
    }
    const m = RegExpPrototypeExec(numeral, rest);
    if (m === null) this.fail(rest[0] === "0" ? "Invalid hex number" : "Invalid number");
    const after = this.s[this.at + m[0].length];
    if (after !== undefined && after >= "0" && after <= "9") {
      if (m[0].length < 390) this.fail("Leading zeros are not allowed in JSON5");
      this.fail("a number of more than 390 characters");
    }
    if (after !== undefined && RegExpPrototypeExec(idPart, after) !== null) this.fail(m[0] === "0" && (after === "x" || after === "X") ? "Invalid hex number" : "Invalid number");
    this.at += m[0].length;
    return sign * (m[1] !== undefined ? ParseInt(m[1], 16) : +m[0]);
  }
  string(): string {
    const quote = this.s[this.at++]!;
    let out = "";
    let from = this.at;
    for (;;) {
      const c = this.s[this.at];
      if (c === undefined || c === "\n" || c === "\r") this.fail("Unterminated string");
      if (c === quote) {
        out += StringPrototypeSlice(this.s, from, this.at++);
        return out;
      }
      if (c !== "\\") {
        this.at++;
        continue;
      }
      out += StringPrototypeSlice(this.s, from, this.at);
      const e = this.s[this.at + 1];
      if (e === undefined) this.fail("Unterminated string");
      this.at += 2;
      if (e === "x") {
        out += this.hex(this.at, 2);
        this.at += 2;
      } else if (e === "u") {
        out += this.hex(this.at, 4);
        this.at += 4;
      } else if (lineEnd(e)) {
        if (e === "\r" && this.s[this.at] === "\n") this.at++;
      } else if (e >= "1" && e <= "9") this.fail("Invalid escape");
      else out += escapes[e] ?? e;
      from = this.at;
    }
  }
  object(): any {
    const o: any = {};
    for (;;) {
      this.skip();
      const c = this.s[this.at];
      if (c === "}") {
        this.at++;
        return o;
      }
      if (c === undefined) this.fail("Unexpected end of input");
      const key = c === '"' || c === "'" ? this.string() : this.word();
      if (key === "" && c !== '"' && c !== "'") this.fail("Unexpected character");
      this.skip();
      if (this.s[this.at] !== ":") this.fail("Expected ':' after object key");
      this.at++;
      setOwn(o, key, this.value());
      this.more("}");
    }
  }
  array(): any[] {
    const out: any[] = [];
    for (;;) {
      this.skip();
      if (this.s[this.at] === "]") {
        this.at++;
        return out;
      }
      ArrayPrototypePush(out, this.value());
      this.more("]");
    }
  }
  // more passes over what stands between elements.
  more(end: string): void {
    this.skip();
    const c = this.s[this.at];
    if (c === ",") this.at++;
    else if (c !== end) this.fail(c === undefined ? "Unexpected end of input" : "Unexpected token");
  }
  whole(): any {
    const v = this.value();
    this.skip();
    if (this.at < this.s.length) this.fail(`Unexpected token after ${this.what} value`);
    return v;
  }
}

function lineEnd(c: string): boolean {
  return c === "\n" || c === "\r" || c === "\u2028" || c === "\u2029";
}

function textOf(v: any): string {
  if (v === undefined || v === null || typeof v === "symbol") throw badInput("input must be a string, ArrayBuffer, ArrayBufferView or Blob");
  return inputText(v) ?? `${v}`;
}

// ---- stringify ----

const plainKey = /^[A-Za-z_$][\w$]*$/;

function quoted(s: string): string {
  let out = "'";
  for (let i = 0; i < s.length; i++) {
    const c = s[i]!;
    const code = StringPrototypeCharCodeAt(s, i);
    if (c === "'" || c === "\\") out += `\\${c}`;
    else if (c === "\n") out += "\\n";
    else if (c === "\r") out += "\\r";
    else if (c === "\t") out += "\\t";
    else if (c === "\b") out += "\\b";
    else if (c === "\f") out += "\\f";
    else if (c === "\v") out += "\\v";
    else if (c === "\0") out += "\\0";
    else if (code < 0x20) out += `\\x${code < 16 ? "0" : ""}${NumberPrototypeToString(code, 16)}`;
    else if (code === 0x2028 || code === 0x2029) out += code === 0x2028 ? "\\u2028" : "\\u2029";
    else out += c;
  }
  return `${out}'`;
}

// gapOf is the indentation that a space argument asks for.
export function gapOf(space: any): string {
  if (typeof space === "number") return StringPrototypeRepeat(" ", space >= 1 ? (space > 10 ? 10 : space - (space % 1)) : 0);
  return typeof space === "string" ? StringPrototypeSlice(space, 0, 10) : "";
}

// unboxed is the primitive that an object of a primitive's class holds.
export function unboxed(v: any): any {
  if (v === null || typeof v !== "object") return v;
  const kind = host.classOf(v);
  return kind === "Number" ? NumberPrototypeValueOf(v) : kind === "String" ? StringPrototypeValueOf(v) : kind === "Boolean" ? BooleanPrototypeValueOf(v) : v;
}

function stringify5(v: any, gap: string, indent: string, stack: any[]): string | undefined {
  v = unboxed(v);
  switch (typeof v) {
    case "string": return quoted(v);
    case "number": return v === 0 ? "0" : NumberIsFinite(v) ? `${v}` : v !== v ? "NaN" : v > 0 ? "Infinity" : "-Infinity";
    case "boolean": return v ? "true" : "false";
    case "bigint": throw new Error_("JSON5.stringify cannot serialize BigInt");
    case "undefined": case "function": case "symbol": return undefined;
  }
  if (v === null) return "null";
  if (ArrayPrototypeIncludes(stack, v)) throw new Error_("Converting circular structure to JSON5");
  if (stack.length >= maxDepth) throw new Error_(`values are nested too deep, at most ${maxDepth}`);
  ArrayPrototypePush(stack, v);
  const inner = indent + gap;
  const list = ArrayIsArray(v);
  let out = "";
  const add = (item: string): void => {
    out += gap === "" ? (out === "" ? item : `,${item}`) : `\n${inner}${item},`;
  };
  if (list) for (let i = 0; i < v.length; i++) add(stringify5(v[i], gap, inner, stack) ?? "null");
  else {
    const keys = ObjectKeys(v);
    for (let i = 0; i < keys.length; i++) {
      const k = keys[i]!;
      const text = stringify5(v[k], gap, inner, stack);
      if (text === undefined) continue;
      const word = RegExpPrototypeExec(plainKey, k) !== null || (StringPrototypeIndexOf(k, "\\") < 0 && RegExpPrototypeExec(idAll, k) !== null);
      add(`${word ? k : quoted(k)}:${gap === "" ? "" : " "}${text}`);
    }
  }
  stack.length--;
  const open = list ? "[" : "{", close = list ? "]" : "}";
  return gap === "" || out === "" ? open + out + close : `${open}${out}\n${indent}${close}`;
}
const idAll = /^[$_\p{L}\p{Nl}][$_\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}\u200c\u200d]*$/u;

export const JSON5 = {
  parse: (input?: any): any => new Reader(textOf(input), "JSON5").whole(),
  stringify(value?: any, replacer?: any, space?: any): string | undefined {
    if (replacer !== undefined && replacer !== null) throw new Error_("JSON5.stringify does not support the replacer argument");
    return stringify5(value, gapOf(space), "", []);
  },
};

export const JSONC = {
  parse(input?: any): any {
    if (input === undefined || input === null) throw badInput("input must be a string");
    return new Reader(textOf(input), "JSONC").whole();
  },
};

// ---- lines ----

interface Chunk {
  values: any[];
  read: number;
  done: boolean;
  error: any;
}

function lines(s: string): Chunk {
  const values: any[] = [];
  let read = 0;
  let error: any = null;
  let at = 0;
  let done = true;
  while (at < s.length) {
    const end = StringPrototypeIndexOf(s, "\n", at);
    const line = StringPrototypeSlice(s, at, end < 0 ? s.length : end);
    if (StringPrototypeTrim(line) !== "") {
      try {
        ArrayPrototypePush(values, JSONParse(line));
      } catch {
        done = false;
        // The last line may still go on.
        if (end >= 0) error = new SyntaxError_("Failed to parse JSONL");
        break;
      }
      let last = line.length;
      while (line[last - 1] === "\r" || line[last - 1] === " " || line[last - 1] === "\t") last--;
      read = at + last;
    }
    if (end < 0) break;
    at = end + 1;
  }
  return { values, read, done, error };
}

export const JSONL = {
  parse(input?: any): any[] {
    if (input === undefined || input === null) throw new TypeError_("JSONL.parse requires a string argument");
    const r = lines(textOf(input));
    if (r.error !== null && r.values.length === 0) throw r.error;
    return r.values;
  },
  parseChunk(input?: any, start: any = 0, end?: any): Chunk {
    if (input === undefined || input === null) throw new TypeError_("JSONL.parseChunk requires a string argument");
    const text = textOf(input);
    const from = +start > 0 ? +start : 0;
    const r = lines(StringPrototypeSlice(text, from, end === undefined ? text.length : +end));
    r.read += from;
    return r;
  },
};
