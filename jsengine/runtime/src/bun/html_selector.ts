// Selectors of HTMLRewriter: those that can be decided where an element begins.

import {
  ArrayPrototypePush, Error_, MapPrototypeGet, MapPrototypeSet, ParseInt, RegExpPrototypeExec, SafeMap, StringFromCodePoint, StringPrototypeCharCodeAt, StringPrototypeEndsWith, StringPrototypeIncludes,
  StringPrototypeIndexOf, StringPrototypeReplace, StringPrototypeSlice, StringPrototypeSplit, StringPrototypeStartsWith, StringPrototypeToLowerCase, hide,
} from "../primordials.ts";

// rewriterError is an error of HTMLRewriter's own.
export function rewriterError(message: string): Error {
  const e = new Error_(message);
  hide(e, "name", "HTMLRewriterError");
  return e;
}

// Node is an element that is open, or begins.
export class Node {
  name: string; // in lower case
  parent: Node | undefined;
  attribute: (name: string) => string | undefined;
  index = 0; // among the children of its parent, from 1
  typeIndex = 0; // among those of its name
  #children = 0;
  #types: Map<string, number> | undefined;
  constructor(name: string, parent: Node | undefined, attribute: (name: string) => string | undefined) {
    this.name = name;
    this.parent = parent;
    this.attribute = attribute;
    if (parent === undefined) return;
    this.index = ++parent.#children;
    const types = (parent.#types ??= new SafeMap<string, number>());
    this.typeIndex = ((MapPrototypeGet(types, name) as number | undefined) ?? 0) + 1;
    MapPrototypeSet(types, name, this.typeIndex);
  }
}

type Test = (n: Node) => boolean;

// Complex is compounds, and how each hangs together with the one before it.
interface Complex {
  tests: Test[][];
  child: boolean[]; // the compound before is the parent's, not any ancestor's
}

// Selector is a list of them: an element matches if one does.
export type Selector = Complex[];

export function matches(s: Selector, n: Node): boolean {
  for (let i = 0; i < s.length; i++) if (from(s[i]!, s[i]!.tests.length - 1, n)) return true;
  return false;
}

function from(c: Complex, i: number, n: Node): boolean {
  const tests = c.tests[i]!;
  for (let k = 0; k < tests.length; k++) if (!tests[k]!(n)) return false;
  if (i === 0) return true;
  // The node without a parent is the document.
  for (let p = n.parent; p !== undefined && p.parent !== undefined; p = p.parent) {
    if (from(c, i - 1, p)) return true;
    if (c.child[i]) return false;
  }
  return false;
}

const empty = "The selector is empty.";
const unexpected = "Unexpected token in selector.";
const end = "Unexpected end of selector.";
const pseudo = "Unsupported pseudo-class or pseudo-element in selector.";
const identifier = /^(?:--|-?(?:[A-Za-z_\u0080-\uffff]|\\[^\n]))(?:[\w\-\u0080-\uffff]|\\[0-9A-Fa-f]{1,6}[ \t\n]?|\\[^\n])*/;
const escaped = /\\(?:([0-9A-Fa-f]{1,6})[ \t\n]?|([^\n]))/g;

function plain(s: string): string {
  return StringPrototypeIndexOf(s, "\\") < 0 ? s : StringPrototypeReplace(s, escaped, (_: string, hex: string | undefined, c: string) => {
    if (hex === undefined) return c;
    const n = ParseInt(hex, 16);
    return n === 0 || n > 0x10ffff ? "\ufffd" : StringFromCodePoint(n);
  });
}

// maxDepth bounds :not() within :not().
const maxDepth = 32;

// parseSelector reads a selector, or throws why it cannot be one.
export function parseSelector(text: string): Selector {
  // A comment parts words and is no space.
  const p = new Parser(StringPrototypeReplace(StringPrototypeReplace(text, /\0/g, "\ufffd"), /\/\*[^]*?(?:\*\/|$)/g, "\0"));
  return p.list(0);
}

class Parser {
  s: string;
  at = 0;
  constructor(s: string) {
    this.s = s;
  }

  list(depth: number): Selector {
    const out: Selector = [];
    for (;;) {
      ArrayPrototypePush(out, this.complex(depth));
      if (this.s[this.at] !== ",") break;
      this.at++;
    }
    if (this.at < this.s.length && (depth === 0 || this.s[this.at] !== ")")) throw rewriterError(unexpected);
    return out;
  }

  space(): boolean {
    let any = false;
    for (;;) {
      const c = this.s[this.at];
      if (c === " " || c === "\t" || c === "\n" || c === "\r" || c === "\f") any = true;
      else if (c !== "\0") return any;
      this.at++;
    }
  }

  identifier(): string | undefined {
    const m = RegExpPrototypeExec(identifier, StringPrototypeSlice(this.s, this.at));
    if (m === null) return undefined;
    this.at += m[0].length;
    return plain(m[0]);
  }

  complex(depth: number): Complex {
    const c: Complex = { tests: [], child: [] };
    this.space();
    let child = false;
    for (;;) {
      const tests = this.compound(depth);
      if (tests === undefined) throw rewriterError(c.tests.length === 0 ? empty : "Dangling combinator in selector.");
      ArrayPrototypePush(c.tests, tests);
      ArrayPrototypePush(c.child, child);
      const apart = this.space();
      const next = this.s[this.at];
      if (next === undefined || next === "," || (next === ")" && depth > 0)) return c;
      if (next === "+" || next === "~") throw rewriterError(`Unsupported combinator \`${next}\` in selector.`);
      child = next === ">";
      if (child) {
        this.at++;
        this.space();
      } else if (!apart || next === "|") throw rewriterError(unexpected);
    }
  }

  // compound is undefined if there is none.
  compound(depth: number): Test[] | undefined {
    const tests: Test[] = [];
    const begin = this.at;
    this.type(tests);
    for (;;) {
      const c = this.s[this.at];
      if (c === "#") {
        const was = this.at++;
        const id = this.identifier();
        if (id === undefined) {
          this.at = was;
          break;
        }
        ArrayPrototypePush(tests, (n: Node) => n.attribute("id") === id);
      } else if (c === ".") {
        if (RegExpPrototypeExec(/\d/, this.s[this.at + 1] ?? "") !== null) break; // a number
        this.at++;
        const name = this.identifier();
        if (name === undefined) throw rewriterError(this.at >= this.s.length ? end : "Invalid or unescaped class name in selector.");
        ArrayPrototypePush(tests, (n: Node) => hasWord(n.attribute("class"), name, false));
      } else if (c === "[") {
        this.at++;
        ArrayPrototypePush(tests, this.attribute());
      } else if (c === ":") {
        this.at++;
        ArrayPrototypePush(tests, this.pseudo(depth));
      } else break;
    }
    return this.at === begin ? undefined : tests;
  }

  type(tests: Test[]): void {
    const namespaces = "Selectors with explicit namespaces are not supported.";
    let name = this.identifier();
    const bar = (): boolean => this.s[this.at] === "|" && RegExpPrototypeExec(/^\|(?:\*|[^=|\s])/, StringPrototypeSlice(this.s, this.at, this.at + 2)) !== null;
    if (name !== undefined && bar()) throw rewriterError(namespaces);
    if (name === undefined && this.s[this.at] === "*") {
      this.at++;
      name = "*";
    }
    if ((name === undefined || name === "*") && bar()) {
      this.at++;
      name = this.identifier();
      if (name === undefined && this.s[this.at] === "*") this.at++;
    }
    if (name === undefined || name === "*") return;
    const lower = StringPrototypeToLowerCase(name);
    ArrayPrototypePush(tests, (n: Node) => n.name === lower);
  }

  attribute(): Test {
    this.space();
    if (this.at >= this.s.length) throw rewriterError(end);
    const given = this.identifier();
    if (given === undefined) throw rewriterError("Missing attribute name in attribute selector.");
    const name = StringPrototypeToLowerCase(given);
    this.space();
    const c = this.s[this.at];
    if (c === undefined || c === "]") {
      this.at++;
      return (n) => n.attribute(name) !== undefined;
    }
    const m = RegExpPrototypeExec(/^[~|^$*]?=/, StringPrototypeSlice(this.s, this.at, this.at + 2));
    if (m === null) throw rewriterError("Unexpected token in the attribute selector.");
    this.at += m[0].length;
    this.space();
    let value: string;
    const quote = this.s[this.at];
    if (quote === undefined || quote === "]") throw rewriterError(end);
    if (quote === '"' || quote === "'") {
      const from = ++this.at;
      while (this.at < this.s.length && this.s[this.at] !== quote) this.at += this.s[this.at] === "\\" ? 2 : 1;
      value = plain(StringPrototypeSlice(this.s, from, this.at));
      this.at++;
    } else {
      const word = this.identifier();
      if (word === undefined) throw rewriterError("Unexpected token in the attribute selector.");
      value = word;
    }
    this.space();
    let fold = false;
    const flag = this.s[this.at];
    if (flag !== undefined && flag !== "]") {
      const word = StringPrototypeToLowerCase(this.identifier() ?? "");
      if (word !== "i" && word !== "s") throw rewriterError(unexpected);
      fold = word === "i";
      this.space();
      if (this.at < this.s.length && this.s[this.at] !== "]") throw rewriterError(unexpected);
    }
    this.at++;
    const op = m[0][0];
    if (fold) value = StringPrototypeToLowerCase(value);
    return (n) => {
      let v = n.attribute(name);
      if (v === undefined) return false;
      if (fold) v = StringPrototypeToLowerCase(v) as string;
      switch (op) {
        case "=": return v === value;
        case "~": return hasWord(v, value, true);
        case "|": return v === value || StringPrototypeStartsWith(v, `${value}-`);
        case "^": return StringPrototypeStartsWith(v, value);
        case "$": return StringPrototypeEndsWith(v, value);
      }
      return StringPrototypeIncludes(v, value);
    };
  }

  pseudo(depth: number): Test {
    const name = StringPrototypeToLowerCase(this.identifier() ?? "");
    const called = this.s[this.at] === "(";
    if (!called) {
      if (name === "first-child") return (n) => n.index === 1;
      if (name === "first-of-type") return (n) => n.typeIndex === 1;
      throw rewriterError(pseudo);
    }
    if (name === "not") {
      if (depth >= maxDepth) throw rewriterError(unexpected);
      this.at++;
      const list = this.list(depth + 1);
      this.at++;
      return (n) => !matches(list, n);
    }
    if (name !== "nth-child" && name !== "nth-of-type") throw rewriterError(pseudo);
    const close = StringPrototypeIndexOf(this.s, ")", this.at);
    const until = close < 0 ? this.s.length : close;
    const formula = StringPrototypeToLowerCase(StringPrototypeReplace(StringPrototypeSlice(this.s, this.at + 1, until), /^\s+|\s+$/g, ""));
    this.at = until + 1;
    if (formula === "") throw rewriterError(end);
    const m = RegExpPrototypeExec(/^(?:(even)|(odd)|([+-]?\d*)n(?:\s*([+-])\s*(\d+))?|([+-]?\d+))$/, formula);
    if (m === null) throw rewriterError(unexpected);
    let a = 0, b = 0;
    if (m[1] !== undefined) a = 2;
    else if (m[2] !== undefined) a = 2, b = 1;
    else if (m[6] !== undefined) b = +m[6];
    else {
      a = m[3] === "" || m[3] === "+" ? 1 : m[3] === "-" ? -1 : +m[3];
      if (m[5] !== undefined) b = m[4] === "-" ? -m[5] : +m[5];
    }
    const child = name === "nth-child";
    return (n) => {
      const i = (child ? n.index : n.typeIndex) - b;
      return a === 0 ? i === 0 : i % a === 0 && i / a >= 0;
    };
  }
}

// hasWord reports whether a list that is parted by spaces has a word.
function hasWord(list: string | undefined, word: string, check: boolean): boolean {
  if (list === undefined || (check && (word === "" || RegExpPrototypeExec(/\s/, word) !== null))) return false;
  if (StringPrototypeIndexOf(list, word) < 0) return false;
  const words = StringPrototypeSplit(list, /[ \t\n\f\r]+/);
  for (let i = 0; i < words.length; i++) if (words[i] === word) return true;
  return false;
}

// isLetter reports whether a UTF-16 unit is a letter of ASCII.
export function isLetter(s: string, at: number): boolean {
  const c = StringPrototypeCharCodeAt(s, at) | 32;
  return c >= 97 && c <= 122;
}
