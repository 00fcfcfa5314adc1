// module.SourceMap: a source map of version 3, read and asked.

import { ArrayIsArray, ArrayPrototypePush, ArrayPrototypeSlice, ArrayPrototypeSort, StringPrototypeCharCodeAt } from "../primordials.ts";
import { validateObject } from "./errors.ts";

// An entry: generated line and column, then source, line and column there, and a name; all from zero.
type Entry = [line: number, column: number, source?: string, sourceLine?: number, sourceColumn?: number, name?: string];

// digitOf reads a digit of base64, and -1 from anything else.
function digitOf(code: number): number {
  if (code >= 65 && code <= 90) return code - 65;
  if (code >= 97 && code <= 122) return code - 71;
  if (code >= 48 && code <= 57) return code + 4;
  return code === 43 ? 62 : code === 47 ? 63 : -1;
}

function copyOf(map: any): any {
  validateObject(map, "payload");
  const copy = { ...map };
  if (ArrayIsArray(map.sources)) copy.sources = ArrayPrototypeSlice(map.sources);
  if (ArrayIsArray(map.sourcesContent)) copy.sourcesContent = ArrayPrototypeSlice(map.sourcesContent);
  if (ArrayIsArray(map.names)) copy.names = ArrayPrototypeSlice(map.names);
  return copy;
}

// read adds the entries of one map, whose generated text begins at line and column.
function read(into: Entry[], map: any, line: number, column: number): void {
  const { sources, names, mappings } = map;
  let source = 0, sourceLine = 0, sourceColumn = 0, name = 0;
  const text = `${mappings}`;
  const fields = [0, 0, 0, 0, 0];
  let n = 0, value = 0, shift = 1, begun = false;
  for (let i = 0; i <= text.length; i++) {
    const code = i < text.length ? StringPrototypeCharCodeAt(text, i) : 59;
    if (code !== 44 && code !== 59) {
      const digit = digitOf(code);
      if (digit < 0) continue;
      begun = true;
      value += (digit & 31) * shift;
      shift *= 32;
      if ((digit & 32) !== 0) continue;
      if (n < 5) fields[n++] = value % 2 === 1 ? -(value - 1) / 2 : value / 2;
      value = 0;
      shift = 1;
      continue;
    }
    if (begun) {
      column += fields[0]!;
      if (n < 4) ArrayPrototypePush(into, [line, column]);
      else {
        source += fields[1]!;
        sourceLine += fields[2]!;
        sourceColumn += fields[3]!;
        if (n === 5) name += fields[4]!;
        ArrayPrototypePush(into, [line, column, sources[source], sourceLine, sourceColumn, n === 5 ? names?.[name] : undefined]);
      }
    }
    n = 0;
    value = 0;
    shift = 1;
    begun = false;
    if (code === 59) {
      line++;
      column = 0;
    }
  }
}

export class SourceMap {
  #payload: any;
  #entries: Entry[] = [];
  #lineLengths: number[] | undefined;

  constructor(payload: any, options: any = undefined) {
    this.#payload = copyOf(payload);
    const { sections } = this.#payload;
    if (sections) {
      for (let i = 0; i < sections.length; i++) read(this.#entries, sections[i].map, sections[i].offset.line, sections[i].offset.column);
    } else read(this.#entries, this.#payload, 0, 0);
    ArrayPrototypeSort(this.#entries, (a: Entry, b: Entry) => a[0] - b[0] || a[1] - b[1]);
    const lengths = options?.lineLengths;
    if (ArrayIsArray(lengths) && lengths.length > 0) this.#lineLengths = lengths;
  }
  get payload(): any {
    return copyOf(this.#payload);
  }
  get lineLengths(): number[] | undefined {
    return this.#lineLengths === undefined ? undefined : ArrayPrototypeSlice(this.#lineLengths);
  }
  // findEntry returns the last entry at or before a place of the generated text, both from zero.
  findEntry(line: number, column: number): any {
    let low = 0, high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const e = this.#entries[middle]!;
      if (line < e[0] || (line === e[0] && column < e[1])) high = middle;
      else low = middle + 1;
    }
    if (low === 0) return {};
    const e = this.#entries[low - 1]!;
    return { generatedLine: e[0], generatedColumn: e[1], originalSource: e[2], originalLine: e[3], originalColumn: e[4], name: e[5] };
  }
  // findOrigin is findEntry for a place of a stack, which counts from one.
  findOrigin(lineNumber: number, columnNumber: number): any {
    const e = this.findEntry(lineNumber - 1, columnNumber - 1);
    if (e.originalSource === undefined) return {};
    return {
      name: e.name, fileName: e.originalSource,
      lineNumber: e.originalLine + lineNumber - e.generatedLine, columnNumber: e.originalColumn + columnNumber - e.generatedColumn,
    };
  }
}
