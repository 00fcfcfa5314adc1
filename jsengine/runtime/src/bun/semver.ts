// Bun.semver: versions and ranges as npm has them.

import { ArrayPrototypePush, MathMin, RegExpPrototypeExec, StringPrototypeIndexOf, StringPrototypeReplace, StringPrototypeSlice, StringPrototypeSplit, StringPrototypeTrim } from "../primordials.ts";

interface Version {
  n: [number, number, number];
  pre: string[];
}

// A version as it stands in a range: what is missing or x is -1.
interface Partial {
  n: [number, number, number];
  pre: string[];
}

const full = /^[v=\s]*(\d{1,16})\.(\d{1,16})\.(\d{1,16})(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/;
const part = /^[v=\s]*(\d{1,16}|[xX*])?(?:\.(\d{1,16}|[xX*]))?(?:\.(\d{1,16}|[xX*]))?(?:-?([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/;

function parse(s: string): Version | undefined {
  const m = RegExpPrototypeExec(full, StringPrototypeTrim(s));
  if (m === null) return undefined;
  return { n: [+m[1], +m[2], +m[3]], pre: m[4] === undefined ? [] : StringPrototypeSplit(m[4], ".") };
}

function number(s: string | undefined): number {
  return s === undefined || s === "" || s === "x" || s === "X" || s === "*" ? -1 : +s;
}

function partial(s: string): Partial | undefined {
  const m = RegExpPrototypeExec(part, s);
  if (m === null) return undefined;
  const a = number(m[1]), b = a < 0 ? -1 : number(m[2]), c = b < 0 ? -1 : number(m[3]);
  return { n: [a, b, c], pre: c < 0 || m[4] === undefined ? [] : StringPrototypeSplit(m[4], ".") };
}

function compareIds(a: string, b: string): number {
  const x = RegExpPrototypeExec(/^\d+$/, a) !== null, y = RegExpPrototypeExec(/^\d+$/, b) !== null;
  if (x !== y) return x ? -1 : 1;
  if (x) return +a < +b ? -1 : +a > +b ? 1 : 0;
  return a < b ? -1 : a > b ? 1 : 0;
}

function compare(a: Version, b: Version): number {
  for (let i = 0; i < 3; i++) if (a.n[i] !== b.n[i]) return a.n[i]! < b.n[i]! ? -1 : 1;
  if (a.pre.length === 0 || b.pre.length === 0) return a.pre.length === b.pre.length ? 0 : a.pre.length === 0 ? 1 : -1;
  for (let i = 0; i < MathMin(a.pre.length, b.pre.length); i++) {
    const c = compareIds(a.pre[i]!, b.pre[i]!);
    if (c !== 0) return c;
  }
  return a.pre.length === b.pre.length ? 0 : a.pre.length < b.pre.length ? -1 : 1;
}

// A range's alternative is what holds of a version: each comparison, as [operator, version].
type Comparison = [op: string, v: Version];

function at(a: number, b: number, c: number, pre: string[] = []): Version {
  return { n: [a, b, c], pre };
}

// below ends what a caret or tilde allows: prereleases of the next are not in it.
const zero = ["0"];

function comparisons(op: string, p: Partial, out: Comparison[]): void {
  const a = p.n[0], b = p.n[1], c = p.n[2];
  const low = at(a < 0 ? 0 : a, b < 0 ? 0 : b, c < 0 ? 0 : c, p.pre);
  const next = a < 0 ? undefined : b < 0 ? at(a + 1, 0, 0, zero) : at(a, b + 1, 0, zero);
  const push = (o: string, v: Version): void => {
    ArrayPrototypePush(out, [o, v]);
  };
  switch (op) {
    case "^":
      if (a < 0) return;
      push(">=", low);
      push("<", a > 0 || b < 0 ? at(a + 1, 0, 0, zero) : b > 0 || c < 0 ? at(0, b + 1, 0, zero) : at(0, 0, c + 1, zero));
      return;
    case "~": case "~>":
      if (next === undefined) return;
      push(">=", low);
      push("<", next);
      return;
    case ">":
      if (a < 0) push("<", at(0, 0, 0, zero));
      else if (c < 0) push(">=", b < 0 ? at(a + 1, 0, 0) : at(a, b + 1, 0));
      else push(">", low);
      return;
    case "<":
      if (a < 0) push("<", at(0, 0, 0, zero));
      else push("<", c < 0 ? at(low.n[0], low.n[1], 0, zero) : low);
      return;
    case ">=":
      if (a >= 0) push(">=", low);
      return;
    case "<=":
      if (a < 0) return;
      if (c < 0) push("<", next!);
      else push("<=", low);
      return;
    default:
      if (a < 0) return;
      if (c < 0) {
        push(">=", low);
        push("<", next!);
      } else push("=", low);
  }
}

// alternative reads one, without "||"; undefined if it is no range.
function alternative(text: string): Comparison[] | undefined {
  const out: Comparison[] = [];
  const hyphen = RegExpPrototypeExec(/^\s*(\S+)\s+-\s+(\S+)\s*$/, text);
  if (hyphen !== null) {
    const from = partial(hyphen[1]), to = partial(hyphen[2]);
    if (from === undefined || to === undefined) return undefined;
    comparisons(">=", from, out);
    comparisons("<=", to, out);
    return out;
  }
  const words = StringPrototypeSplit(StringPrototypeTrim(StringPrototypeReplace(text, /(>=|<=|[<>=^]|~>?)\s+/g, "$1")), /\s+/);
  for (let i = 0; i < words.length; i++) {
    const m = RegExpPrototypeExec(/^(>=|<=|~>|[<>=^~])?(.*)$/, words[i]!);
    const p = partial(m[2]);
    if (p === undefined) return undefined;
    comparisons(m[1] ?? "", p, out);
  }
  return out;
}

function holds(v: Version, list: Comparison[]): boolean {
  for (let i = 0; i < list.length; i++) {
    const op = list[i]![0];
    const c = compare(v, list[i]![1]);
    if (!(op === ">" ? c > 0 : op === ">=" ? c >= 0 : op === "<" ? c < 0 : op === "<=" ? c <= 0 : c === 0)) return false;
  }
  if (v.pre.length === 0) return true;
  // A prerelease is only in a range that names one of the same version.
  for (let i = 0; i < list.length; i++) {
    const w = list[i]![1];
    if (w.pre.length > 0 && w.pre !== zero && w.n[0] === v.n[0] && w.n[1] === v.n[1] && w.n[2] === v.n[2]) return true;
  }
  return false;
}

export const semver = {
  satisfies(version?: any, range?: any): boolean {
    if (version === undefined || range === undefined) return false;
    const v = parse(`${version}`);
    if (v === undefined) return false;
    const text = `${range}`;
    let from = 0;
    for (;;) {
      const bar = StringPrototypeIndexOf(text, "||", from);
      const one = bar < 0 ? StringPrototypeSlice(text, from) : StringPrototypeSlice(text, from, bar);
      const list = alternative(one);
      // As Bun has it, what is no range is a tag, which any version may have.
      if (list === undefined ? v.pre.length === 0 : holds(v, list)) return true;
      if (bar < 0) return false;
      from = bar + 2;
    }
  },
  order(a?: any, b?: any): number {
    const x = parse(`${a}`), y = parse(`${b}`);
    if (x === undefined || y === undefined) return `${a}` < `${b}` ? -1 : `${a}` > `${b}` ? 1 : 0;
    return compare(x, y);
  },
};
