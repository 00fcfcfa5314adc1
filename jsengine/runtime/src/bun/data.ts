// Bun.TOML and Bun.YAML: the host reads, the library writes.

import {
  ArrayIsArray, ArrayPrototypePush, Error_, JSONParse, NumberIsNaN, NumberPrototypeToString, ObjectKeys, RegExpPrototypeExec, SafeMap, SafeSet, StringPrototypeCharCodeAt, StringPrototypeIndexOf,
  StringPrototypePadStart, StringPrototypeRepeat, StringPrototypeSlice, StringPrototypeToLowerCase, setOwn,
} from "../primordials.ts";
import { OP } from "buntime:ops";
import { badInput, inputText } from "./input.ts";
import { gapOf, unboxed } from "./json.ts";
import { stringifyTOML } from "./toml.ts";

// made is the value that the host's text stands for: shared values and NaN are strings that begin with NUL.
function made(text: string): any {
  const o = JSONParse(text);
  if (StringPrototypeIndexOf(text, "\\u0000") < 0) return o.v;
  const shared: any[] = o.t;
  const value = (v: any): any => {
    if (typeof v === "string") {
      if (StringPrototypeCharCodeAt(v, 0) !== 0) return v;
      return v[1] === "r" ? shared[+StringPrototypeSlice(v, 2)] : v[1] === "n" ? NaN : StringPrototypeSlice(v, 2);
    }
    if (v !== null && typeof v === "object") fill(v);
    return v;
  };
  const fill = (v: any): void => {
    const keys = ObjectKeys(v);
    for (let i = 0; i < keys.length; i++) setOwn(v, keys[i]!, value(v[keys[i]!]));
  };
  for (let i = 0; i < shared.length; i++) fill(shared[i]);
  return value(o.v);
}

function textOf(v: any): string {
  const s = inputText(v);
  if (s === undefined) throw badInput("input must be a string, ArrayBuffer, ArrayBufferView or Blob");
  return s;
}

export const TOML = {
  parse: (input?: any): any => made(host.sync(OP["bun.toml"]!, textOf(input))),
  stringify: (value?: any, _replacer?: any, _space?: any): string | undefined => stringifyTOML(value),
};

// ---- writing YAML ----

const words: any = { __proto__: null, null: 1, true: 1, false: 1, yes: 1, no: 1, on: 1, off: 1, y: 1, n: 1 };
const numberLike = /^(?:[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?|0x[0-9a-fA-F]+|0o[0-7]+)$/;
const special = /^[!&*|>%@`?\-[\]{},#'":<.~ ]|[,[\]{}#'"\x00-\x1f\x7f\x85\u2028\u2029\ufeff]|:(?: |$)|\s$/;
const cased = /^(?:[a-z]+|[A-Z][a-z]*|[A-Z]+)$/;
const escapes: any = { __proto__: null, "\0": "\\0", "\x07": "\\a", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\v": "\\v", "\f": "\\f", "\r": "\\r", "\x1b": "\\e", '"': '\\"', "\\": "\\\\", "\x85": "\\N", "\xa0": "\\_", "\u2028": "\\L", "\u2029": "\\P" };

function scalar(s: string): string {
  const word = RegExpPrototypeExec(cased, s);
  const reserved = s === "" || (s[0] === "~" && s.length === 1) || (word !== null && s.length <= 5 && words[StringPrototypeToLowerCase(s)] === 1);
  if (!reserved && RegExpPrototypeExec(numberLike, s) === null && (RegExpPrototypeExec(special, s) === null || (s[0] === "~" && s.length > 1 && RegExpPrototypeExec(special, StringPrototypeSlice(s, 1)) === null))) return s;
  let out = '"';
  for (let i = 0; i < s.length; i++) {
    const c = s[i]!;
    const code = StringPrototypeCharCodeAt(s, i);
    const e = escapes[c];
    if (e !== undefined && c !== "\xa0") out += e;
    else if (code < 0x20 || code === 0x7f) out += `\\x${StringPrototypePadStart(NumberPrototypeToString(code, 16), 2, "0")}`;
    else if (code === 0xfeff) out += "\\uFEFF";
    else out += c;
  }
  return `${out}"`;
}

const maxDepth = 512;

class Writer {
  gap: string;
  names: Map<object, string> = new SafeMap(); // of the anchors
  written: Set<object> = new SafeSet();
  constructor(gap: string) {
    this.gap = gap;
  }
  // name finds what is used more than once, and names it after where it is first.
  name(root: any): void {
    const seen: Map<object, string> = new SafeMap();
    const taken: Set<string> = new SafeSet();
    let items = 0;
    const walk = (v: any, at: string, depth: number): void => {
      v = unboxed(v);
      if (v === null || typeof v !== "object") return;
      if (depth > maxDepth) throw new Error_(`values are nested too deep, at most ${maxDepth}`);
      const first = seen.get(v);
      if (first !== undefined) {
        if (this.names.has(v)) return;
        let name = first === "" ? `item${items++}` : RegExpPrototypeExec(/^[A-Za-z0-9_-]+$/, first) === null ? "value" : first;
        for (let i = 1; taken.has(name); i++) name = `${first === "" ? "item" : name}${i}`;
        taken.add(name);
        this.names.set(v, name);
        return;
      }
      seen.set(v, at);
      if (ArrayIsArray(v)) for (let i = 0; i < v.length; i++) walk(v[i], "", depth + 1);
      else {
        const keys = ObjectKeys(v);
        for (let i = 0; i < keys.length; i++) walk(v[keys[i]!], keys[i]!, depth + 1);
      }
    };
    walk(root, "root", 0);
  }
  // simple is the text of what is no container, or undefined for what has none.
  simple(v: any): string | undefined {
    switch (typeof v) {
      case "string": return scalar(v);
      case "number": return NumberIsNaN(v) ? ".nan" : v === Infinity ? ".inf" : v === -Infinity ? "-.inf" : v === 0 && 1 / v < 0 ? "-0" : `${v}`;
      case "boolean": return v ? "true" : "false";
      case "bigint": throw new Error_("YAML.stringify cannot serialize BigInt");
    }
    return v === null ? "null" : undefined;
  }
  // anchor is what stands before a container: "*name" if it was written before, "&name" or "".
  anchor(v: object): string {
    const name = this.names.get(v);
    if (name === undefined) return "";
    if (this.written.has(v)) return `*${name}`;
    this.written.add(v);
    return `&${name}`;
  }
  members(v: any): [string | undefined, any][] {
    const out: [string | undefined, any][] = [];
    const list = ArrayIsArray(v);
    const keys = list ? [] : ObjectKeys(v);
    const n = list ? v.length : keys.length;
    for (let i = 0; i < n; i++) {
      const item = unboxed(list ? v[i] : v[keys[i]!]);
      if (item === undefined || typeof item === "function" || typeof item === "symbol") continue;
      ArrayPrototypePush(out, [list ? undefined : scalar(keys[i]!), item]);
    }
    return out;
  }
  flow(v: any): string {
    const s = this.simple(v);
    if (s !== undefined) return s;
    const a = this.anchor(v);
    if (a[0] === "*") return a;
    const list = this.members(v);
    let out = "";
    for (let i = 0; i < list.length; i++) out += `${i > 0 ? "," : ""}${list[i]![0] === undefined ? "" : `${list[i]![0]}: `}${this.flow(list[i]![1])}`;
    return `${a === "" ? "" : `${a} `}${ArrayIsArray(v) ? `[${out}]` : `{${out}}`}`;
  }
  // block is the lines of a value, of which the first begins where the writer stands.
  block(v: any, indent: string): string {
    const s = this.simple(v);
    if (s !== undefined) return s;
    const a = this.anchor(v);
    if (a[0] === "*") return a;
    const head = a === "" ? "" : `${a}\n${indent}`;
    const list = this.members(v);
    if (list.length === 0) return head + (ArrayIsArray(v) ? "[]" : "{}");
    let out = "";
    for (let i = 0; i < list.length; i++) {
      const key = list[i]![0], item = list[i]![1];
      if (i > 0) out += `\n${indent}`;
      if (key === undefined) out += `- ${this.block(item, `${indent}  `)}`;
      else {
        const inner = indent + this.gap;
        const plain = item === null || typeof item !== "object" || (!this.names.has(item) && this.members(item).length === 0);
        out += plain ? `${key}: ${this.block(item, inner)}` : `${key}:\n${inner}${this.block(item, inner)}`;
      }
    }
    return head + out;
  }
}

export const YAML = {
  parse(input?: any): any {
    return made(host.sync(OP["bun.yaml"]!, inputText(input) ?? `${input}`));
  },
  stringify(value?: any, replacer?: any, space?: any): string | undefined {
    if (replacer !== undefined && replacer !== null) throw new Error_("YAML.stringify does not support the replacer argument");
    value = unboxed(value);
    if (value === undefined || typeof value === "function" || typeof value === "symbol") return undefined;
    const gap = gapOf(space);
    const w = new Writer(typeof space === "string" ? StringPrototypeRepeat(StringPrototypeIndexOf(gap, "\t") === 0 ? "\t" : " ", gap.length) : gap);
    w.name(value);
    return gap === "" ? w.flow(value) : w.block(value, "");
  },
};
