// console: log, info and debug to standard output, the rest to standard error.

import {
  ArrayIsArray,
  ArrayPrototypeIndexOf,
  ArrayPrototypePush,
  ErrorCaptureStackTrace,
  NumberPrototypeToFixed,
  NumberPrototypeToString,
  ReflectApply,
  ObjectDefineProperty,
  ObjectHasOwn,
  ReflectGetOwnPropertyDescriptor,
  ReflectOwnKeys,
  SafeMap,
  StringPrototypeCharCodeAt,
  StringPrototypeRepeat,
  StringPrototypeIndexOf,
    SymbolToStringTag,
  plain,
} from "./primordials.ts";
import { defineGlobal } from "./globals.ts";
import { depthOption, formatArgs, inspect } from "./inspect.ts";
import { asNode } from "./mode.ts";
import { stripANSI } from "./width.ts";

let indent = 0; // levels of console.group

// nodeMethods are console's in a program that runs as Node would.
let nodeMethods: Record<string, (...args: any[]) => any>;

export function setNodeConsole(methods: Record<string, (...args: any[]) => any>): void {
  nodeMethods = methods;
}

const counts: Map<string, number> = new SafeMap();
const timers: Map<string, number> = new SafeMap();

function print(fd: 1 | 2, args: unknown[]): void {
  // The short way: one string or number, no group.
  if (indent === 0 && args.length === 1) {
    const v = args[0];
    if (typeof v === "string") {
      host.write(fd, v + "\n");
      return;
    }
    if (typeof v === "number" && v !== 0) {
      host.write(fd, NumberPrototypeToString(v) + "\n");
      return;
    }
  }
  if (asNode()) ReflectApply(nodeMethods[fd === 1 ? "log" : "warn"]!, undefined, args);
  else line(fd, formatArgs(args, indent));
}

// line writes text in the current group.
function line(fd: 1 | 2, text: string): void {
  host.write(fd, indent === 0 ? text + "\n" : StringPrototypeRepeat("  ", indent) + text + "\n");
}

// named labels a count or a timer.
function labelOf(label: unknown): string {
  return label === undefined ? "default" : `${label as any}`;
}

function elapsed(label: string, start: number, args: unknown[]): void {
  const ms = host.now() - start;
  const took = ms >= 1000 ? `${NumberPrototypeToFixed(ms / 1000, 2)}s` : `${NumberPrototypeToFixed(ms, 2)}ms`;
  let text = `[${took}] ${label}`;
  if (args.length > 1) text += " " + formatArgs(args, indent, 1);
  line(2, text);
}

// methods holds what console offers. They are methods of an object literal, so that none is a constructor.
const methods = {
  log(...args: unknown[]): void {
    print(1, args);
  },
  info(...args: unknown[]): void {
    print(1, args);
  },
  debug(...args: unknown[]): void {
    print(1, args);
  },
  error(...args: unknown[]): void {
    print(2, args);
  },
  warn(...args: unknown[]): void {
    print(2, args);
  },
  trace(...args: unknown[]): void {
    const e: { stack?: string } = plain();
    ErrorCaptureStackTrace(e, methods.trace);
    const text = formatArgs(args, indent);
    const frames = typeof e.stack === "string" ? e.stack : "";
    const at = StringPrototypeIndexOf(frames, "    at ");
    line(2, `Trace${text === "" ? "" : `: ${text}`}${at < 0 ? "" : `\n${trimEnd(frames, at)}`}`);
  },
  assert(condition?: unknown, ...args: unknown[]): void {
    if (condition) return;
    if (args.length === 0) line(2, "Assertion failed");
    else print(2, args);
  },
  dir(value?: unknown, options?: unknown): void {
    line(1, inspect(value, { indent, depth: depthOption(options) }));
  },
  dirxml(...args: unknown[]): void {
    print(1, args);
  },
  group(...args: unknown[]): void {
    if (args.length > 0) print(1, args);
    indent++;
  },
  groupCollapsed(...args: unknown[]): void {
    if (args.length > 0) print(1, args);
    indent++;
  },
  groupEnd(): void {
    if (indent > 0) indent--;
  },
  count(label?: unknown): void {
    const l = labelOf(label);
    const n = (counts.get(l) ?? 0) + 1;
    counts.set(l, n);
    line(1, `${l}: ${n}`);
  },
  countReset(label?: unknown): void {
    counts.delete(labelOf(label));
  },
  time(label?: unknown): void {
    const l = labelOf(label);
    if (!timers.has(l)) timers.set(l, host.now());
  },
  timeLog(...args: unknown[]): void {
    const l = labelOf(args[0]);
    const start = timers.get(l);
    if (start !== undefined) elapsed(l, start, args);
  },
  timeEnd(label?: unknown): void {
    const l = labelOf(label);
    const start = timers.get(l);
    if (start === undefined) return;
    timers.delete(l);
    elapsed(l, start, []);
  },
  timeStamp(): void {},
  profile(): void {},
  profileEnd(): void {},
  clear(): void {},
  table(data?: unknown, columns?: unknown): void {
    if (data === null || typeof data !== "object") print(1, [data]);
    else host.write(1, table(data, ArrayIsArray(columns) ? columns : undefined));
  },
  write(...args: unknown[]): number {
    let n = 0;
    for (let i = 0; i < args.length; i++) {
      const v = args[i];
      const data = typeof v === "string" || host.buffer(v) !== undefined ? (v as any) : `${v as any}`;
      n += typeof data === "string" ? host.utf8Length(data) : host.buffer(data)![2];
      host.write(1, data);
    }
    return n;
  },
};

function trimEnd(s: string, from: number): string {
  let out = "";
  let end = s.length;
  while (end > from && s[end - 1] === "\n") end--;
  for (let i = from; i < end; i++) out += s[i];
  return out;
}

// table draws rows of data with a column for the index, one per key, and one for values that are not objects.
export function table(data: object, only: unknown[] | undefined, colors = false): string {
  const names: string[] = [""];
  const rows: string[][] = [];
  let values = -1; // index of the column "Values"
  const cellText = (v: unknown): string => inspect(v, { singleLine: true, depth: 2, colors });

  const put = (row: string[], name: string, text: string): void => {
    let at = ArrayPrototypeIndexOf(names, name, 1);
    if (at < 0) {
      at = names.length;
      ArrayPrototypePush(names, name);
    }
    row[at] = text;
  };
  const addRow = (label: string, value: unknown): void => {
    const row: string[] = [label];
    ArrayPrototypePush(rows, row);
    if (value !== null && typeof value === "object") {
      if (only !== undefined) {
        for (let i = 0; i < only.length; i++) {
          const key = `${only[i] as any}`;
          const d = ReflectGetOwnPropertyDescriptor(value, key);
          if (d !== undefined) put(row, key, cell(d));
          else put(row, key, "");
        }
        return;
      }
      const keys = ReflectOwnKeys(value);
      for (let i = 0; i < keys.length; i++) {
        const key = keys[i]!;
        const d = ReflectGetOwnPropertyDescriptor(value, key)!;
        if (typeof key === "string" && d.enumerable) put(row, key, cell(d));
      }
    } else {
      row[0] = label;
      ArrayPrototypePush(plainValues, { row, text: cellText(value) });
    }
  };
  const cell = (d: PropertyDescriptor): string => (ObjectHasOwn(d, "value") ? cellText(d.value) : "[Getter]");
  const plainValues: { row: string[]; text: string }[] = [];

  const kind = host.classOf(data);
  if (kind === "Map" || kind === "Set") {
    const entries = host.previewEntries(data)![0];
    if (kind === "Map") {
      ArrayPrototypePush(names, "Key");
      for (let i = 0; i < entries.length; i += 2) {
        const row: string[] = [`${i / 2}`, cellText(entries[i])];
        ArrayPrototypePush(rows, row);
        ArrayPrototypePush(plainValues, { row, text: cellText(entries[i + 1]) });
      }
    } else {
      for (let i = 0; i < entries.length; i++) addRow(`${i}`, entries[i]);
    }
  } else {
    const keys = ReflectOwnKeys(data);
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]!;
      const d = ReflectGetOwnPropertyDescriptor(data, key);
      if (typeof key !== "string" || d === undefined || !d.enumerable) continue;
      addRow(key, ObjectHasOwn(d, "value") ? d.value : undefined);
    }
  }
  if (plainValues.length > 0) {
    values = names.length;
    ArrayPrototypePush(names, "Values");
    for (let i = 0; i < plainValues.length; i++) plainValues[i]!.row[values] = plainValues[i]!.text;
  }

  const columns = (t: string): number => textWidth(colors ? stripANSI(t) : t);
  const widths: number[] = [];
  for (let c = 0; c < names.length; c++) {
    let w = c === 0 ? 1 : textWidth(names[c]!);
    for (let r = 0; r < rows.length; r++) {
      const t = rows[r]![c];
      if (t !== undefined) {
        const n = columns(t);
        if (n > w) w = n;
      }
    }
    ArrayPrototypePush(widths, w + 2);
  }
  const rule = (left: string, mid: string, right: string): string => {
    let s = left;
    for (let c = 0; c < widths.length; c++) s += (c > 0 ? mid : "") + StringPrototypeRepeat("─", widths[c]!);
    return s + right + "\n";
  };
  const drawRow = (cells: readonly (string | undefined)[]): string => {
    let s = "│";
    for (let c = 0; c < widths.length; c++) {
      const t = cells[c] ?? "";
      s += ` ${t}${StringPrototypeRepeat(" ", widths[c]! - 1 - columns(t))}│`;
    }
    return s + "\n";
  };
  if (colors) {
    names[0] = " ";
    for (let c = 0; c < names.length; c++) names[c] = `\u001b[0m\u001b[1m${names[c]!}\u001b[0m`;
  }
  let out = rule("┌", "┬", "┐") + drawRow(names) + rule("├", "┼", "┤");
  for (let r = 0; r < rows.length; r++) out += drawRow(rows[r]!);
  return out + rule("└", "┴", "┘");
}

// textWidth is how many columns of a terminal a string takes.
function textWidth(s: string): number {
  let n = 0;
  for (let i = 0; i < s.length; i++) {
    const c = StringPrototypeCharCodeAt(s, i);
    if (c < 0x300) n++;
    else if (c >= 0xdc00 && c <= 0xdfff) continue; // counted with its first half
    else if (c >= 0xd800 && c <= 0xdbff) n += 2;
    else if (c <= 0x36f || c === 0x200d || (c >= 0xfe00 && c <= 0xfe0f)) continue;
    else if ((c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) || (c >= 0xac00 && c <= 0xd7a3) || (c >= 0xf900 && c <= 0xfaff) || (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60) || (c >= 0xffe0 && c <= 0xffe6)) n += 2;
    else n++;
  }
  return n;
}

// method is one of console's. Those that print as Bun and Node each do ask which is meant; print asks
// for itself, after the short way, since asking costs a call of the host.
function method(name: string): Function {
  const bun: Function = (methods as any)[name];
  if (name === "log" || name === "info" || name === "debug" || name === "error" || name === "warn" || name === "write") return bun;
  return {
    [name](...args: unknown[]): unknown {
      const node = asNode() ? nodeMethods[name] : undefined;
      if (node === undefined) return ReflectApply(bun, undefined, args);
      const out = ReflectApply(node, undefined, args);
      if (name === "group" || name === "groupCollapsed") indent++;
      else if (name === "groupEnd" && indent > 0) indent--;
      return out;
    },
  }[name]!;
}

const console: Record<string, unknown> = {};
const methodNames = ReflectOwnKeys(methods) as string[];
for (let i = 0; i < methodNames.length; i++) {
  const name = methodNames[i]!;
  // write is Bun's alone: who lists the methods as Node has them does not see it.
  ObjectDefineProperty(console, name, { __proto__: null, value: method(name), writable: true, enumerable: name !== "write", configurable: true } as any);
}
ObjectDefineProperty(console, SymbolToStringTag, { __proto__: null, value: "console", configurable: true } as any);
defineGlobal("console", console);

export { console };
