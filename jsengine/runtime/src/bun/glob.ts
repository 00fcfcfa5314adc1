// Bun.Glob: patterns of paths, matched in time proportional to pattern and path.

import {
  ArrayPrototypePop, ArrayPrototypePush, ArrayPrototypeValues, Error_, MathAbs, ObjectDefineProperty, ParseInt, ReflectConstruct, RegExpPrototypeExec, SafeMap, SafeSet, StringFromCodePoint, StringPrototypeCodePointAt, StringPrototypeSlice,
  StringPrototypeSplit, StringPrototypeStartsWith, SymbolAsyncIterator, TypeError_, own, setValues,
} from "../primordials.ts";
import { named } from "../globals.ts";
import { coded } from "../node/errors.ts";
import { laterCall } from "../node/later.ts";
import * as f from "../node/fs_common.ts";
import { badInput } from "./input.ts";
import { inspectAs } from "../inspect.ts";

const maxBraces = 64; // levels of braces
const maxStates = 1 << 16;

// State is one of the automaton's: it takes a character, or leads on without one.
interface State {
  char: number; // a code point, or one of those below
  set: number[] | undefined; // of a class: pairs of bounds
  out: number; // the next state; -1: the end
  also: number; // another next state without a character; -1: none
}
const ANY = -1; // but a slash
const ALL = -2; // any character
const SET = -3;
const NOTSET = -4;
const GO = -5; // no character

class Automaton {
  states: State[] = [];
  chars: number[] = [];
  escaped: boolean[] = [];
  closes: Map<number, number> = new SafeMap(); // where the brace that opens here is closed
  start: number;
  negated = false;

  constructor(pattern: string) {
    const all: number[] = [];
    for (let i = 0; i < pattern.length; ) {
      const p: number = StringPrototypeCodePointAt(pattern, i);
      ArrayPrototypePush(all, p);
      i += p > 0xffff ? 2 : 1;
    }
    let from = 0;
    while (all[from] === 33) { // !
      this.negated = !this.negated;
      from++;
    }
    for (let i = from; i < all.length; i++) {
      const escape = all[i] === 92 && i + 1 < all.length;
      if (escape) i++;
      ArrayPrototypePush(this.chars, all[i]!);
      ArrayPrototypePush(this.escaped, escape);
    }
    const open: number[] = [];
    for (let i = 0; i < this.chars.length; i++) {
      if (this.is(i, 123)) ArrayPrototypePush(open, i);
      else if (this.is(i, 125) && open.length > 0) this.closes.set(ArrayPrototypePop(open), i);
    }
    this.start = this.sequence(0, this.chars.length, this.add(GO, -1), 0);
  }
  is(i: number, c: number): boolean {
    return this.chars[i] === c && !this.escaped[i];
  }
  add(char: number, out: number, also = -1, set?: number[]): number {
    if (this.states.length >= maxStates) throw new Error_(`the pattern needs more than ${maxStates} states`);
    ArrayPrototypePush(this.states, { char, set, out, also });
    return this.states.length - 1;
  }
  // sequence makes the states of chars[from:to], which lead to next. It works from the end.
  sequence(from: number, to: number, next: number, depth: number): number {
    const items: [number, number][] = [];
    for (let i = from; i < to; ) {
      let end = i + 1;
      if (this.is(i, 91)) end = this.classEnd(i, to);
      else if (this.is(i, 123)) {
        const close = this.closes.get(i);
        if (close !== undefined && close < to) end = close + 1;
      } else if (this.is(i, 42)) while (end < to && this.is(end, 42)) end++;
      ArrayPrototypePush(items, [i, end]);
      i = end;
    }
    for (let k = items.length - 1; k >= 0; k--) {
      const i = items[k]![0], end = items[k]![1];
      if (this.is(i, 42)) next = this.stars(i, end, next);
      else if (this.is(i, 63)) next = this.add(ANY, next);
      else if (this.is(i, 91) && end > i + 1) next = this.charClass(i, end, next);
      else if (this.is(i, 123) && end > i + 1) next = this.braces(i, end - 1, next, depth);
      else next = this.add(this.chars[i]!, next);
    }
    return next;
  }
  stars(i: number, end: number, next: number): number {
    const before = this.chars[i - 1], after = this.chars[end];
    const component = end - i === 2 && (before === undefined || before === 47 || before === 123 || before === 44) && (after === undefined || after === 47 || after === 125 || after === 44);
    if (!component) {
      const loop = this.add(GO, next);
      this.states[loop]!.also = this.add(ANY, loop);
      return loop;
    }
    // Any number of components, also none: then the slash that follows is left out.
    const loop = this.add(GO, next);
    this.states[loop]!.also = this.add(ALL, loop);
    let entry = loop;
    const skips: number[] = [];
    this.afterSlash(next, skips, 0);
    for (let k = 0; k < skips.length; k++) entry = this.add(GO, entry, skips[k]!);
    return entry;
  }
  afterSlash(state: number, out: number[], depth: number): void {
    if (state < 0 || depth > 2 * maxBraces) return;
    const s = this.states[state]!;
    if (s.char === 47) ArrayPrototypePush(out, s.out);
    else if (s.char === GO) {
      this.afterSlash(s.out, out, depth + 1);
      if (s.also >= 0) this.afterSlash(s.also, out, depth + 1);
    }
  }
  classEnd(i: number, to: number): number {
    let at = i + 1;
    if (this.is(at, 33) || this.is(at, 94)) at++;
    if (this.is(at, 93)) at++;
    for (; at < to; at++) if (this.is(at, 93)) return at + 1;
    return i + 1; // no end: the bracket is itself
  }
  charClass(i: number, end: number, next: number): number {
    let at = i + 1;
    const not = this.is(at, 33) || this.is(at, 94);
    if (not) at++;
    const set: number[] = [];
    for (; at < end - 1; at++) {
      const low = this.chars[at]!;
      let high = low;
      if (this.is(at + 1, 45) && at + 2 < end - 1) {
        high = this.chars[at + 2]!;
        at += 2;
      }
      ArrayPrototypePush(set, low);
      ArrayPrototypePush(set, high);
    }
    return this.add(not ? NOTSET : SET, next, -1, set);
  }
  braces(open: number, close: number, next: number, depth: number): number {
    if (depth >= maxBraces) throw new Error_(`braces are nested too deep, at most ${maxBraces}`);
    const parts: [number, number][] = [];
    let from = open + 1;
    for (let i = open + 1; i <= close; i++) {
      if (i < close && this.is(i, 123)) {
        const inner = this.closes.get(i);
        if (inner !== undefined) i = inner;
      } else if (i === close || this.is(i, 44)) {
        ArrayPrototypePush(parts, [from, i]);
        from = i + 1;
      }
    }
    const starts: number[] = [];
    if (parts.length === 1 && this.range(open + 1, close, next, starts)) {
      if (starts.length === 0) return next;
    } else for (let k = 0; k < parts.length; k++) ArrayPrototypePush(starts, this.sequence(parts[k]![0], parts[k]![1], next, depth + 1));
    let entry = starts[starts.length - 1]!;
    for (let k = starts.length - 2; k >= 0; k--) entry = this.add(GO, starts[k]!, entry);
    return entry;
  }
  // range makes the states of {1..3}; false if it is none.
  range(from: number, to: number, next: number, starts: number[]): boolean {
    let text = "";
    for (let i = from; i < to && text.length < 64; i++) text += StringFromCodePoint(this.chars[i]!);
    const m = RegExpPrototypeExec(/^(?:(-?\d{1,9})\.\.(-?\d{1,9})|([a-zA-Z])\.\.([a-zA-Z]))$/, text);
    if (m === null) return false;
    const numbers = m[1] !== undefined;
    const a: number = numbers ? ParseInt(m[1], 10) : StringPrototypeCodePointAt(m[3], 0);
    const b: number = numbers ? ParseInt(m[2], 10) : StringPrototypeCodePointAt(m[4], 0);
    if (MathAbs(a - b) > 4096) throw new Error_("a range of more than 4096 alternatives");
    for (let v = a; ; v += a < b ? 1 : -1) {
      const word = numbers ? `${v}` : StringFromCodePoint(v);
      let s = next;
      for (let i = word.length - 1; i >= 0; i--) s = this.add(StringPrototypeCodePointAt(word, i), s);
      ArrayPrototypePush(starts, s);
      if (v === b) return true;
    }
  }
  takes(s: State, c: number): boolean {
    switch (s.char) {
      case ANY: return c !== 47;
      case ALL: return true;
      case SET: case NOTSET: {
        if (c === 47) return false;
        let inside = false;
        for (let i = 0; i < s.set!.length; i += 2) if (c >= s.set![i]! && c <= s.set![i + 1]!) inside = true;
        return inside === (s.char === SET);
      }
    }
    return s.char === c;
  }
  match(text: string): boolean {
    const marks: number[] = [];
    for (let i = 0; i < this.states.length; i++) ArrayPrototypePush(marks, -1);
    let now: number[] = [], then: number[] = [];
    let step = 0;
    let ended = false;
    // reach adds a state, and those that it leads to without a character.
    const stack: number[] = [];
    const reach = (list: number[], state: number): void => {
      ArrayPrototypePush(stack, state);
      while (stack.length > 0) {
        const i: number = ArrayPrototypePop(stack);
        if (i < 0 || marks[i] === step) continue;
        marks[i] = step;
        const s = this.states[i]!;
        if (s.char !== GO) {
          ArrayPrototypePush(list, i);
          continue;
        }
        if (s.out < 0) ended = true;
        ArrayPrototypePush(stack, s.out);
        ArrayPrototypePush(stack, s.also);
      }
    };
    reach(now, this.start);
    for (let i = 0; i < text.length; ) {
      const c: number = StringPrototypeCodePointAt(text, i);
      i += c > 0xffff ? 2 : 1;
      step++;
      ended = false;
      then.length = 0;
      for (let k = 0; k < now.length; k++) {
        const s = this.states[now[k]!]!;
        if (this.takes(s, c)) reach(then, s.out);
      }
      const swap = now;
      now = then;
      then = swap;
      if (now.length === 0 && !ended) break;
    }
    return ended !== this.negated;
  }
}

interface ScanOptions {
  cwd: string;
  dot: boolean;
  absolute: boolean;
  follow: boolean;
  onlyFiles: boolean;
}

function scanOptions(o: any): ScanOptions {
  const out: ScanOptions = { cwd: f.absolute("."), dot: false, absolute: false, follow: false, onlyFiles: true };
  if (o === undefined || o === null) return out;
  if (typeof o === "string") {
    out.cwd = f.absolute(o);
    return out;
  }
  if (typeof o !== "object") throw badInput("GlobScanOptions must be an object");
  if (o.cwd !== undefined) {
    if (typeof o.cwd !== "string") throw badInput("cwd must be a string");
    out.cwd = f.absolute(o.cwd);
  }
  out.dot = o.dot === true;
  out.absolute = o.absolute === true;
  out.follow = o.followSymlinks === true;
  out.onlyFiles = o.onlyFiles !== false;
  return out;
}

// scan walks a folder by the components of a pattern.
function scan(pattern: string, o: ScanOptions): string[] {
  if (StringPrototypeStartsWith(pattern, "/")) {
    o.cwd = "/";
    o.absolute = true;
    pattern = StringPrototypeSlice(pattern, 1);
  } else f.readdir(o.cwd); // a folder that is not there is an error
  const parts = StringPrototypeSplit(pattern, "/");
  const words: (Automaton | undefined)[] = []; // undefined: **
  for (let i = 0; i < parts.length; i++) {
    if (parts[i] === "" || (parts[i] === "." && i < parts.length - 1)) continue;
    ArrayPrototypePush(words, parts[i] === "**" ? undefined : new Automaton(parts[i]!));
  }
  const found: Set<string> = new SafeSet();
  const seen: Set<string> = new SafeSet();
  // What is still to be looked at: a folder, by its path from cwd, and the component that is next.
  const todo: [string, number][] = [["", 0]];
  while (todo.length > 0) {
    const at: [string, number] = ArrayPrototypePop(todo);
    const dir = at[0], k = at[1];
    const mark = `${k} ${dir}`;
    if (seen.has(mark) || k >= words.length) continue;
    seen.add(mark);
    const last = k === words.length - 1;
    let entries: any[];
    try {
      entries = f.readdir(dir === "" ? o.cwd : `${o.cwd}/${dir}`, { withFileTypes: true });
    } catch {
      continue;
    }
    const word = words[k];
    if (word === undefined && !last) ArrayPrototypePush(todo, [dir, k + 1]);
    for (let i = 0; i < entries.length; i++) {
      const name: string = entries[i].name;
      if (name[0] === "." && !o.dot && !(word !== undefined && word.chars[0] === 46)) continue;
      const path = dir === "" ? name : `${dir}/${name}`;
      let folder: boolean = entries[i].isDirectory();
      let file: boolean = entries[i].isFile();
      if (entries[i].isSymbolicLink()) {
        if (o.follow) {
          const st = f.stat(`${o.cwd}/${path}`, { throwIfNoEntry: false });
          folder = st !== undefined && st.isDirectory() && !inside(o.cwd, path);
          file = st !== undefined && st.isFile();
        }
      }
      if (word !== undefined && !word.match(name)) continue;
      if (last && (file || !o.onlyFiles)) found.add(path);
      if (folder) ArrayPrototypePush(todo, [path, word === undefined ? k : k + 1]);
    }
  }
  const out: string[] = [];
  const list = setValues(found);
  for (let i = 0; i < list.length; i++) ArrayPrototypePush(out, o.absolute ? (o.cwd === "/" ? `/${list[i]}` : `${o.cwd}/${list[i]}`) : list[i]);
  return out;
}

// inside reports whether a link leads to a folder that it is in.
function inside(cwd: string, path: string): boolean {
  const real = f.realpath(`${cwd}/${path}`);
  return StringPrototypeStartsWith(`${cwd}/${path}/`, real === "/" ? "/" : `${real}/`);
}

class GlobClass {
  #pattern: string;
  #automaton: Automaton | undefined;
  constructor(pattern: any) {
    if (typeof pattern !== "string") throw badInput("pattern must be a string");
    this.#pattern = pattern;
  }
  match(str: any): boolean {
    if (typeof str !== "string") throw badInput("str must be a string");
    return (this.#automaton ??= new Automaton(this.#pattern)).match(str);
  }
  scanSync(options?: any): any {
    return ArrayPrototypeValues(scan(this.#pattern, scanOptions(options)));
  }
  scan(options?: any): any {
    const o = scanOptions(options);
    const pattern = this.#pattern;
    let found: Promise<string[]> | undefined;
    let i = 0;
    return {
      async next(): Promise<any> {
        found ??= laterCall(scan, [pattern, o]);
        const list = await own(found);
        return i < list.length ? { value: list[i++], done: false } : { value: undefined, done: true };
      },
      async return(value?: any): Promise<any> {
        i = Infinity;
        return { value, done: true };
      },
      [SymbolAsyncIterator](): any {
        return this;
      },
    };
  }
  static {
    inspectAs(this, "Glob", (g) => {
      void g.#pattern;
      return {};
    });
  }
}

function construct(this: any, pattern: any): any {
  if (new.target === undefined) throw coded(TypeError_, "ERR_ILLEGAL_CONSTRUCTOR", "Glob constructor cannot be invoked without 'new'");
  return ReflectConstruct(GlobClass, [pattern], new.target);
}

// Glob is a function, so that a call without new says what is wrong, as Bun's does.
export const Glob: any = named(construct, "Glob", 1);
ObjectDefineProperty(Glob, "prototype", { __proto__: null, value: GlobClass.prototype, writable: false } as any);
ObjectDefineProperty(GlobClass.prototype, "constructor", { __proto__: null, value: Glob, writable: true, configurable: true } as any);
