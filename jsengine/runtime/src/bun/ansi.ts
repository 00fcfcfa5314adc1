// Bun's functions on text for terminals: its width, its escape sequences, lines of a width.

import {
  ArrayPrototypeJoin, ArrayPrototypePush, MathFloor, RegExpPrototypeExec, StringPrototypeCharCodeAt, StringPrototypeCodePointAt, StringPrototypeIndexOf, StringPrototypeNormalize,
  StringPrototypeReplaceAll, StringPrototypeSlice, StringPrototypeSplit, StringPrototypeTrim, Uint32Array_, TypedArrayPrototypeGetLength,
} from "../primordials.ts";

// Unicode's ranges of characters that are ambiguous and wide, by how far each bound is from the last.
const ambiguous = ranges([161,0,3,0,3,1,2,0,3,1,2,4,2,4,2,3,7,0,10,0,7,1,6,3,5,0,2,2,2,1,3,0,2,1,4,3,2,0,2,0,3,0,16,0,2,0,8,0,11,1,4,0,6,2,5,0,7,3,2,0,4,3,2,0,5,1,19,1,4,0,99,0,2,0,2,0,2,0,2,0,2,0,2,0,2,0,117,0,16,0,99,0,3,0,2,2,2,0,3,0,8,3,2,0,2,0,33,111,34,16,2,6,8,16,2,6,56,0,15,63,2,0,7103,0,3,3,2,1,3,1,3,2,2,3,9,0,2,1,2,0,6,0,3,0,54,0,11,0,2,3,40,0,87,0,2,0,4,0,10,0,3,0,11,1,4,0,5,0,40,1,7,3,2,11,5,9,16,0,7,9,31,1,25,0,2,0,19,0,25,0,2,1,4,1,3,0,4,0,2,0,4,0,5,0,3,3,3,0,2,0,2,5,2,0,6,3,5,1,11,0,4,0,6,0,14,1,3,3,3,1,3,1,19,1,3,1,14,0,4,0,12,0,26,0,83,0,334,137,2,96,5,35,13,15,3,3,11,1,2,6,9,1,3,1,5,1,3,1,5,2,3,0,3,3,17,3,10,0,22,1,3,0,5,1,13,0,2,0,34,0,2,0,30,1,2,2,2,3,2,1,2,0,47,1,32,0,7,7,2,4,2,12,2,0,5,1,2,6,3,0,2,3,2,1,2,1,62,0,57,9,983,3,1775,7,42417,8447,1281,15,494,0,61699,10,6,29,3,57,7,29,2,1,11,17]);
const wide = ranges([4352,95,4539,1,14,1,191,3,4,0,3,0,522,1,22,1,51,11,44,0,20,0,14,0,9,1,18,1,6,1,9,0,6,0,22,0,8,1,2,0,5,0,3,0,8,0,5,1,29,0,36,0,2,0,5,2,2,0,62,2,25,0,15,0,860,1,52,0,5,0,811,25,2,88,13,213,27,11,5,62,3,85,3,102,6,42,2,93,2,83,13,46,2,39,9,7023,65,22156,4,54,1178,28,644,11171,8541,511,785,9,23,34,2,18,2,3,150,95,128,6,28666,4,12,1,15,6135,9,1237,43,8,8936,3,2,6,2,1,2,290,16,0,30,2,3,0,15,3,9,395,15625,0,203,0,191,0,3,9,102,2,14,43,5,8,8,1,15,5,155,32,13,8,2,69,2,21,13,42,5,4,13,16,4,0,4,70,2,0,2,186,3,62,14,3,2,23,19,0,27,1,14,0,87,84,49,69,7,0,4,2,3,2,5,3,12,1,8,8,228,11,5,0,284,46,2,9,2,184,113,12,4,8,8,45,2,6,9,13,5,8,8,8]);

function ranges(deltas: number[]): Uint32Array {
  const out = new Uint32Array_(deltas.length);
  let at = 0;
  for (let i = 0; i < deltas.length; i++) out[i] = at += deltas[i]!;
  return out;
}

function within(list: Uint32Array, p: number): boolean {
  let lo = 0, hi = TypedArrayPrototypeGetLength(list) / 2;
  while (lo < hi) {
    const mid = (lo + hi) >> 1;
    if (p > list[2 * mid + 1]!) lo = mid + 1;
    else hi = mid;
  }
  return 2 * lo < TypedArrayPrototypeGetLength(list) && p >= list[2 * lo]!;
}

const marks = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
const pictographic = /^\p{Extended_Pictographic}$/u;

function charOf(s: string, i: number, p: number): string {
  return StringPrototypeSlice(s, i, p > 0xffff ? i + 2 : i + 1);
}

// codeWidth is how many columns a character takes by itself.
function codeWidth(s: string, i: number, p: number, wideAmbiguous: boolean): number {
  if (p < 0x20 || (p >= 0x7f && p < 0xa0)) return 0;
  if (p < 0x7f) return 1;
  if (p === 0xad || (p >= 0xd800 && p <= 0xdfff)) return 0;
  if (within(wide, p)) return 2;
  if (p >= 0x300 && (p >= 0xfe00 && p <= 0xfe0f || RegExpPrototypeExec(marks, charOf(s, i, p)) !== null)) return 0;
  return wideAmbiguous && within(ambiguous, p) ? 2 : 1;
}

// sequenceEnd is where the escape sequence that begins at i ends; i if none does.
function sequenceEnd(s: string, i: number): number {
  const c = StringPrototypeCharCodeAt(s, i);
  let at = i + 1;
  let next = StringPrototypeCharCodeAt(s, at);
  if (c === 0x9b) next = 0x5b;
  else if (c !== 0x1b) return i;
  else at++;
  if (next === 0x5b) { // [ parameters, intermediates, a final character
    for (let k = StringPrototypeCharCodeAt(s, at); k >= 0x20 && k <= 0x3f; k = StringPrototypeCharCodeAt(s, ++at));
    return at < s.length ? at + 1 : at;
  }
  if (next === 0x5d || next === 0x50 || next === 0x58 || next === 0x5e || next === 0x5f) { // up to BEL or ST
    for (; at < s.length; at++) {
      const k = StringPrototypeCharCodeAt(s, at);
      if (k === 7 || k === 0x9c) return at + 1;
      if (k === 0x1b && StringPrototypeCharCodeAt(s, at + 1) === 0x5c) return at + 2;
    }
    return at;
  }
  if (next >= 0x20 && next <= 0x2f) { // intermediates and a final character
    for (let k = StringPrototypeCharCodeAt(s, at); k >= 0x20 && k <= 0x2f; k = StringPrototypeCharCodeAt(s, ++at));
    return at < s.length ? at + 1 : at;
  }
  return at < s.length ? at : s.length;
}

function mayEscape(s: string): boolean {
  return StringPrototypeIndexOf(s, "\u001b") >= 0 || StringPrototypeIndexOf(s, "\u009b") >= 0;
}

export function stripANSI(text: any): string {
  const s = `${text}`;
  if (!mayEscape(s)) return s;
  let out = "";
  let from = 0;
  for (let i = 0; i < s.length; ) {
    const end = sequenceEnd(s, i);
    if (end === i) i++;
    else {
      out += StringPrototypeSlice(s, from, i);
      from = i = end;
    }
  }
  return out + StringPrototypeSlice(s, from);
}

// cluster is one character as it is seen: where it ends, and how many columns it takes.
interface Cluster {
  end: number;
  width: number;
}

function clusterAt(s: string, i: number, wideAmbiguous: boolean, into: Cluster): void {
  const p: number = StringPrototypeCodePointAt(s, i);
  let at = i + (p > 0xffff ? 2 : 1);
  let width = codeWidth(s, i, p, wideAmbiguous);
  if (p >= 0x1f1e6 && p <= 0x1f1ff) { // two letters are a flag
    const q = at < s.length ? StringPrototypeCodePointAt(s, at) : 0;
    width = 1;
    if (q >= 0x1f1e6 && q <= 0x1f1ff) {
      at += 2;
      width = 2;
    }
  } else if (p >= 0x80 || (at < s.length && StringPrototypeCharCodeAt(s, at) >= 0x80)) {
    const picture = p >= 0xa9 && RegExpPrototypeExec(pictographic, charOf(s, i, p)) !== null;
    while (at < s.length) {
      const q: number = StringPrototypeCodePointAt(s, at);
      if (q < 0x80) break;
      if (q === 0xfe0f) {
        if (picture || (at < s.length - 1 && StringPrototypeCharCodeAt(s, at + 1) === 0x20e3)) width = 2;
        at++;
      } else if (q === 0x200d) {
        at++;
        const r = at < s.length ? StringPrototypeCodePointAt(s, at) : 0;
        if (picture && r >= 0xa9 && RegExpPrototypeExec(pictographic, charOf(s, at, r)) !== null) at += r > 0xffff ? 2 : 1;
      } else if (picture && q >= 0x1f3fb && q <= 0x1f3ff) at += 2;
      else if (q >= 0x300 && !within(wide, q) && codeWidth(s, at, q, false) === 0 && !(q >= 0xd800 && q <= 0xdfff)) at += q > 0xffff ? 2 : 1;
      else break;
    }
  }
  into.end = at;
  into.width = width;
}

function widthOf(s: string, wideAmbiguous: boolean): number {
  let n = 0;
  const c: Cluster = { end: 0, width: 0 };
  for (let i = 0; i < s.length; i = c.end) {
    clusterAt(s, i, wideAmbiguous, c);
    n += c.width;
  }
  return n;
}

export function stringWidth(text?: any, options?: any): number {
  if (text === undefined) return 0;
  let s = `${text}`;
  if (RegExpPrototypeExec(/^[\x20-\x7e]*$/, s) !== null) return s.length;
  const o = options !== null && typeof options === "object" ? options : undefined;
  if (o?.countAnsiEscapeCodes !== true) s = stripANSI(s);
  return widthOf(s, o?.ambiguousIsNarrow === false);
}

// ---- lines ----

// The codes that end a style, by the code that begins it.
function closing(code: number): number {
  if (code === 1 || code === 2) return 22;
  if (code >= 3 && code <= 9) return code === 5 || code === 6 ? 25 : 20 + code;
  if ((code >= 30 && code <= 38) || (code >= 90 && code <= 97)) return 39;
  if ((code >= 40 && code <= 48) || (code >= 100 && code <= 107)) return 49;
  return code === 53 ? 55 : 0;
}

// Pieces are a text cut into what is seen and what is not.
interface Piece {
  text: string;
  width: number; // -1: an escape sequence
}

function pieces(s: string): Piece[] {
  const out: Piece[] = [];
  const c: Cluster = { end: 0, width: 0 };
  for (let i = 0; i < s.length; ) {
    const end = sequenceEnd(s, i);
    if (end > i) {
      ArrayPrototypePush(out, { text: StringPrototypeSlice(s, i, end), width: -1 });
      i = end;
    } else {
      clusterAt(s, i, false, c);
      ArrayPrototypePush(out, { text: StringPrototypeSlice(s, i, c.end), width: c.width });
      i = c.end;
    }
  }
  return out;
}

// Lines collects rows of at most a width.
class Lines {
  rows: string[] = [""];
  widths: number[] = [0];
  columns: number;
  constructor(columns: number) {
    this.columns = columns;
  }
  get width(): number {
    return this.widths[this.widths.length - 1]!;
  }
  add(text: string, width: number): void {
    this.rows[this.rows.length - 1] += text;
    this.widths[this.widths.length - 1]! += width;
  }
  next(): void {
    ArrayPrototypePush(this.rows, "");
    ArrayPrototypePush(this.widths, 0);
  }
  // cut adds a word, broken wherever a row is full.
  cut(list: Piece[]): void {
    for (let i = 0; i < list.length; i++) {
      const p = list[i]!;
      if (p.width < 0) {
        this.add(p.text, 0);
        continue;
      }
      if (this.width + p.width > this.columns && this.width > 0) this.next();
      this.add(p.text, p.width);
    }
  }
}

function trimmed(row: string): string {
  const list = pieces(row);
  let last = list.length;
  while (last > 0 && (list[last - 1]!.width < 0 || list[last - 1]!.text === " ")) last--;
  let out = "";
  for (let i = 0; i < list.length; i++) if (i < last || list[i]!.width < 0) out += list[i]!.text;
  return out;
}

function wrapLine(line: string, columns: number, hard: boolean, wordWrap: boolean, trim: boolean): string[] {
  if (trim && StringPrototypeTrim(line) === "") return [""];
  const words = StringPrototypeSplit(line, " ");
  const out = new Lines(columns);
  for (let i = 0; i < words.length; i++) {
    const list = pieces(words[i]!);
    let width = 0;
    for (let j = 0; j < list.length; j++) if (list[j]!.width > 0) width += list[j]!.width;
    if (i > 0) {
      if (out.width >= columns && (!wordWrap || !trim)) out.next();
      if (out.width > 0 || !trim) out.add(" ", 1);
    }
    if (hard && width > columns) {
      const left = columns - out.width;
      const here = 1 + MathFloor((width - left - 1) / columns);
      if (MathFloor((width - 1) / columns) < here) out.next();
      out.cut(list);
      continue;
    }
    if (out.width + width > columns && out.width > 0 && width > 0) {
      if (!wordWrap && out.width < columns) {
        out.cut(list);
        continue;
      }
      out.next();
    }
    if (out.width + width > columns && !wordWrap) {
      out.cut(list);
      continue;
    }
    out.add(words[i]!, width);
  }
  if (trim) for (let i = 0; i < out.rows.length; i++) out.rows[i] = trimmed(out.rows[i]!);
  return out.rows;
}

// styled closes what a row leaves open, and opens it again in the next.
function styled(rows: string[]): string {
  let open = 0;
  let style = "";
  let link = "";
  let out = "";
  for (let i = 0; i < rows.length; i++) {
    if (i > 0) out += "\n" + style + (link === "" ? "" : link);
    out += rows[i]!;
    const list = mayEscape(rows[i]!) ? pieces(rows[i]!) : [];
    for (let j = 0; j < list.length; j++) {
      if (list[j]!.width >= 0) continue;
      const t = list[j]!.text;
      const m = RegExpPrototypeExec(/^\u001b\[(\d+)(?:;[\d;]*)?m$/, t);
      if (m !== null) {
        const end = closing(+m[1]);
        open = end;
        style = end === 0 ? "" : t;
      } else if (StringPrototypeIndexOf(t, "\u001b]8;") === 0) link = RegExpPrototypeExec(/^\u001b\]8;[^;]*;(\u0007|\u001b\\)$/, t) !== null ? "" : t;
    }
    if (i < rows.length - 1) {
      if (link !== "") out += "\u001b]8;;\u0007";
      if (open !== 0) out += `\u001b[${open}m`;
    }
  }
  return out;
}

export function wrapAnsi(text: any, columns: any, options?: any): string {
  const s = `${text}`;
  const width = +columns;
  if (!(width > 0) || width === Infinity) return s;
  const lines = StringPrototypeSplit(StringPrototypeReplaceAll(StringPrototypeNormalize(s), "\r\n", "\n"), "\n");
  const rows: string[] = [];
  for (let i = 0; i < lines.length; i++) {
    const more = wrapLine(lines[i]!, width, options?.hard === true, options?.wordWrap !== false, options?.trim !== false);
    for (let j = 0; j < more.length; j++) ArrayPrototypePush(rows, more[j]!);
  }
  return mayEscape(s) ? styled(rows) : ArrayPrototypeJoin(rows, "\n");
}

// sliceAnsi is the part of a text between two columns, with the styles that hold there.
export function sliceAnsi(text: any, start: any = 0, end?: any, ellipsis?: any): string {
  const s = `${text}`;
  const list = pieces(s);
  let total = 0;
  for (let i = 0; i < list.length; i++) if (list[i]!.width > 0) total += list[i]!.width;
  const clamp = (v: any, dflt: number): number => {
    const n = v === undefined ? dflt : +v;
    if (!(n === n)) return 0;
    return n < 0 ? (total + n > 0 ? MathFloor(total + n) : 0) : n < total ? MathFloor(n) : total;
  };
  const from = clamp(start, 0);
  let to = clamp(end, total);
  const dots = typeof ellipsis === "string" && to < total ? ellipsis : "";
  if (dots !== "") to -= stringWidth(dots);
  let out = "";
  let at = 0;
  const styles: [number, string][] = [];
  let begun = false;
  for (let i = 0; i < list.length; i++) {
    const p = list[i]!;
    if (p.width < 0) {
      const m = RegExpPrototypeExec(/^\u001b\[(\d+)(?:;[\d;]*)?m$/, p.text);
      if (m !== null && at < to) {
        const code = +m[1];
        const stop = closing(code);
        let kept = 0;
        for (let j = 0; j < styles.length; j++) if (code !== 0 && (stop !== 0 ? styles[j]![0] !== stop : styles[j]![0] !== code)) styles[kept++] = styles[j]!;
        styles.length = kept;
        if (stop !== 0) ArrayPrototypePush(styles, [stop, p.text]);
      }
      if (begun && at < to) out += p.text;
      continue;
    }
    if (at >= from && at + p.width <= to && (p.width > 0 || at < to)) {
      if (!begun) for (let j = 0; j < styles.length; j++) out += styles[j]![1];
      begun = true;
      out += p.text;
    }
    at += p.width;
    if (at >= to) break;
  }
  if (dots !== "" && at >= to) out += dots;
  if (begun) for (let j = styles.length - 1; j >= 0; j--) out += `\u001b[${styles[j]![0]}m`;
  return out;
}
