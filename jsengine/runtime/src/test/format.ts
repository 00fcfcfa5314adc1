// Values as snapshots and differences show them.

import {
  ArrayBufferIsView, ArrayIsArray, ArrayPrototypeJoin, ArrayPrototypePush, ArrayPrototypeSort, DatePrototypeGetTime, DatePrototypeToISOString, MathMax, NumberIsNaN, ObjectIs, ObjectKeys,
  ObjectGetOwnPropertySymbols, ObjectGetPrototypeOf, ObjectPrototypePropertyIsEnumerable, RegExpPrototypeToString, StringPrototypeRepeat,
  StringPrototypeSplit, String_, SymbolPrototypeToString, TypedArrayPrototypeGetLength, mapEntries, setValues,
} from "../primordials.ts";
import { className } from "../inspect.ts";
import { asymmetricText } from "./asymmetric.ts";

const maxNesting = 64;

// pretty is a value over as many lines as it takes.
export function pretty(v: any): string {
  return text(v, 0, []);
}

function quoted(s: string): string {
  return `"${s}"`;
}

function text(v: any, depth: number, above: object[]): string {
  switch (typeof v) {
    case "string":
      return quoted(v);
    case "number":
      return ObjectIs(v, -0) ? "-0" : `${v}`;
    case "bigint":
      return `${v}n`;
    case "symbol":
      return SymbolPrototypeToString(v);
    case "function":
      return v.name && typeof v.name === "string" ? `[Function: ${v.name}]` : "[Function]";
    case "object":
      break;
    default:
      return String_(v);
  }
  if (v === null) return "null";
  const special = asymmetricText(v, (x) => text(x, depth, above));
  if (special !== undefined) return special;
  for (let i = 0; i < above.length; i++) if (above[i] === v) return "[Circular]";
  const kind = host.classOf(v);
  if (depth > maxNesting) return `[${kind}]`;
  switch (kind) {
    case "Date": {
      const t = DatePrototypeGetTime(v);
      return NumberIsNaN(t) ? "Date { NaN }" : DatePrototypeToISOString(v);
    }
    case "RegExp":
      return RegExpPrototypeToString(v);
    case "Error":
    case "DOMException":
      return `[${v.name}: ${v.message}]`;
    case "Promise":
      return "Promise {}";
    case "WeakMap":
    case "WeakSet":
      return `${kind} {}`;
  }
  ArrayPrototypePush(above, v);
  const out = block(v, kind, depth, above);
  above.length--;
  return out;
}

function block(v: any, kind: string, depth: number, above: object[]): string {
  const inner = (x: unknown): string => text(x, depth + 1, above);
  const items: string[] = [];
  let open = "{", close = "}", head = "";
  if (ArrayIsArray(v)) {
    open = "[";
    close = "]";
    for (let i = 0; i < v.length; i++) ArrayPrototypePush(items, inner(v[i]));
  } else if (kind === "Map") {
    head = "Map ";
    const entries = mapEntries(v as Map<unknown, unknown>);
    for (let i = 0; i < entries.length; i++) ArrayPrototypePush(items, `${inner(entries[i]![0])} => ${inner(entries[i]![1])}`);
  } else if (kind === "Set") {
    head = "Set ";
    const values = setValues(v as Set<unknown>);
    for (let i = 0; i < values.length; i++) ArrayPrototypePush(items, inner(values[i]));
  } else if (ArrayBufferIsView(v) && kind !== "DataView") {
    head = `${className(v)} `;
    open = "[";
    close = "]";
    const n = TypedArrayPrototypeGetLength(v);
    for (let i = 0; i < n; i++) ArrayPrototypePush(items, inner((v as any)[i]));
  } else {
    const proto = ObjectGetPrototypeOf(v);
    const name = proto === null ? "Object" : className(v);
    if (proto !== null && name !== "Object" && name !== "") head = `${name} `;
    const keys: PropertyKey[] = ArrayPrototypeSort(ObjectKeys(v)) as PropertyKey[];
    const symbols = ObjectGetOwnPropertySymbols(v);
    for (let i = 0; i < symbols.length; i++) if (ObjectPrototypePropertyIsEnumerable(v, symbols[i])) ArrayPrototypePush(keys, symbols[i]);
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]!;
      ArrayPrototypePush(items, `${typeof key === "symbol" ? SymbolPrototypeToString(key) : quoted(key as string)}: ${inner(v[key])}`);
    }
  }
  if (items.length === 0) return `${head}${open}${close}`;
  const pad = StringPrototypeRepeat("  ", depth);
  let out = `${head}${open}\n`;
  for (let i = 0; i < items.length; i++) out += `${pad}  ${items[i]},\n`;
  return `${out}${pad}${close}`;
}

const maxCells = 250_000; // of the table that finds what two texts share

// difference shows two texts line by line.
export function difference(expected: string, received: string): string {
  const a = StringPrototypeSplit(expected, "\n") as string[], b = StringPrototypeSplit(received, "\n") as string[];
  const out: string[] = [];
  // What they begin and end with in common needs no search.
  let start = 0, end = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) ArrayPrototypePush(out, `  ${a[start++]}`);
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const n = a.length - start - end, m = b.length - start - end;
  const known = n * m <= maxCells;
  // The longest common subsequence, by the lengths of those of all ends.
  const lengths: number[] = [];
  if (known) {
    for (let i = 0; i < (n + 1) * (m + 1); i++) ArrayPrototypePush(lengths, 0);
    for (let i = n - 1; i >= 0; i--) {
      for (let j = m - 1; j >= 0; j--) {
        const at = i * (m + 1) + j;
        lengths[at] = a[start + i] === b[start + j] ? lengths[at + m + 2]! + 1 : MathMax(lengths[at + m + 1]!, lengths[at + 1]!);
      }
    }
  }
  let minus = 0, plus = 0;
  for (let i = 0, j = 0; i < n || j < m; ) {
    const at = i * (m + 1) + j;
    if (known && i < n && j < m && a[start + i] === b[start + j]) {
      ArrayPrototypePush(out, `  ${a[start + i]}`);
      i++;
      j++;
    } else if (i < n && (j === m || !known || lengths[at + m + 1]! >= lengths[at + 1]!)) {
      ArrayPrototypePush(out, `- ${a[start + i++]}`);
      minus++;
    } else {
      ArrayPrototypePush(out, `+ ${b[start + j++]}`);
      plus++;
    }
  }
  for (let i = end; i > 0; i--) ArrayPrototypePush(out, `  ${a[a.length - i]}`);
  return `${ArrayPrototypeJoin(out, "\n")}\n\n- Expected  - ${minus}\n+ Received  + ${plus}`;
}

// compared is what a failure shows of two values.
export function compared(expected: unknown, received: unknown): string {
  const a = pretty(expected), b = pretty(received);
  return a.length + b.length > 0 && (hasLines(a) || hasLines(b)) ? difference(a, b) : `Expected: ${a}\nReceived: ${b}`;
}

function hasLines(s: string): boolean {
  for (let i = 0; i < s.length; i++) if (s[i] === "\n") return true;
  return false;
}
