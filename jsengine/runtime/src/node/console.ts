// Console as Node has it: node:console's class, and what the global console is in
// a program that runs as Node would.

import {
  ArrayIsArray, ArrayPrototypePush, ErrorCaptureStackTrace, FunctionPrototypeSymbolHasInstance, NumberPrototypeToFixed, ObjectDefineProperty, ObjectHasOwn, ObjectKeys,
  ReflectOwnKeys, SafeMap, StringPrototypeIndexOf, StringPrototypePadStart, StringPrototypeRepeat, StringPrototypeSlice, SymbolHasInstance, SymbolToStringTag, TypeError_, plain, FunctionPrototypeCall,
} from "../primordials.ts";
import { register } from "../modules.ts";
import { console, setNodeConsole } from "../console.ts";
import { emitWarning } from "../process.ts";
import { stringWidth } from "../width.ts";
import { coded, invalidArgType, invalidArgValue, validateInteger } from "./errors.ts";
import { format, inspect } from "./inspect.ts";

// State is what one console keeps.
interface State {
  write: (error: boolean, text: string) => void;
  options: (error: boolean) => any; // of inspect
  indent: string;
  step: number;
  counts: Map<string, number>;
  timers: Map<string, number>;
}

function emit(s: State, error: boolean, text: string): void {
  if (s.indent !== "") {
    let out = s.indent;
    let from = 0;
    for (let at; (at = StringPrototypeIndexOf(text, "\n", from)) >= 0; from = at + 1) out += StringPrototypeSlice(text, from, at + 1) + s.indent;
    text = out + StringPrototypeSlice(text, from);
  }
  s.write(error, `${text}\n`);
}

function print(s: State, error: boolean, args: unknown[]): void {
  emit(s, error, format(args, s.options(error)));
}

function pad(n: number): string {
  return StringPrototypePadStart(`${n}`, 2, "0");
}

// duration is how a timer's time is told.
function duration(ms: number): string {
  let hours = 0, minutes = 0, seconds = 0;
  if (ms >= 1000) {
    if (ms >= 60_000) {
      if (ms >= 3_600_000) {
        hours = (ms - (ms % 3_600_000)) / 3_600_000;
        ms %= 3_600_000;
      }
      minutes = (ms - (ms % 60_000)) / 60_000;
      ms %= 60_000;
    }
    seconds = ms / 1000;
  }
  if (hours !== 0 || minutes !== 0) {
    const fixed = NumberPrototypeToFixed(seconds, 3);
    const dot = StringPrototypeIndexOf(fixed, ".");
    const tail = `${StringPrototypePadStart(StringPrototypeSlice(fixed, 0, dot), 2, "0")}`;
    return hours !== 0 ? `${hours}:${pad(minutes)}:${tail} (h:mm:ss)` : `${minutes}:${tail}${StringPrototypeSlice(fixed, dot)} (m:ss.mmm)`;
  }
  if (seconds !== 0) return `${NumberPrototypeToFixed(seconds, 3)}s`;
  return `${+NumberPrototypeToFixed(ms, 3)}ms`;
}

function timer(s: State, label: string, method: string, rest: unknown[] | undefined): boolean {
  const start = s.timers.get(label);
  if (start === undefined) {
    emitWarning(`No such label '${label}' for console.${method}`);
    return false;
  }
  const text = duration(host.now() - start);
  if (rest === undefined || rest.length === 0) print(s, false, ["%s: %s", label, text]);
  else {
    const args: unknown[] = ["%s: %s", label, text];
    for (let i = 0; i < rest.length; i++) ArrayPrototypePush(args, rest[i]);
    print(s, false, args);
  }
  return true;
}

const methodsOf = (s: State): Record<string, (...a: any[]) => any> => {
  const log = (...args: unknown[]): void => print(s, false, args);
  const warn = (...args: unknown[]): void => print(s, true, args);
  const label = (l: unknown = "default"): string => `${l as any}`;
  const m: Record<string, (...a: any[]) => any> = {
    log,
    warn,
    dir: (value: unknown, options?: any) => emit(s, false, inspect(value, { customInspect: false, ...s.options(false), ...options })),
    time: (l?: unknown) => {
      const name = label(l);
      if (s.timers.has(name)) emitWarning(`Label '${name}' already exists for console.time()`);
      else s.timers.set(name, host.now());
    },
    timeEnd: (l?: unknown) => {
      const name = label(l);
      if (timer(s, name, "timeEnd()", undefined)) s.timers.delete(name);
    },
    timeLog: (l?: unknown, ...rest: unknown[]) => {
      timer(s, label(l), "timeLog()", rest);
    },
    trace: (...args: unknown[]) => {
      const e: any = { name: "Trace", message: format(args, s.options(true)) };
      ErrorCaptureStackTrace(e, m.trace);
      const stack = typeof e.stack === "string" ? e.stack : "";
      const at = StringPrototypeIndexOf(stack, "    at ");
      emit(s, true, `Trace${e.message === "" ? "" : `: ${e.message}`}${at < 0 ? "" : `\n${StringPrototypeSlice(stack, at)}`}`);
    },
    assert: (ok: unknown, ...args: unknown[]) => {
      if (ok) return;
      if (args.length === 0) return warn("Assertion failed");
      args[0] = `Assertion failed: ${args[0] as any}`;
      print(s, true, args);
    },
    clear: () => {},
    count: (l?: unknown) => {
      const name = label(l);
      const n = (s.counts.get(name) ?? 0) + 1;
      s.counts.set(name, n);
      emit(s, false, `${name}: ${n}`);
    },
    countReset: (l?: unknown) => {
      const name = label(l);
      if (!s.counts.delete(name)) emitWarning(`Count for '${name}' does not exist`);
    },
    group: (...args: unknown[]) => {
      if (args.length > 0) print(s, false, args);
      s.indent += StringPrototypeRepeat(" ", s.step);
    },
    groupEnd: () => {
      s.indent = StringPrototypeSlice(s.indent, 0, s.indent.length - s.step);
    },
    table: (data?: unknown, columns?: unknown) => {
      if (columns !== undefined && !ArrayIsArray(columns)) throw invalidArgType("properties", "Array", columns);
      if (data === null || typeof data !== "object") return log(data);
      emit(s, false, table(data, columns as any, s.options(false)));
    },
  };
  const out: Record<string, (...a: any[]) => any> = {
    log, warn, dir: m.dir!, time: m.time!, timeEnd: m.timeEnd!, timeLog: m.timeLog!, trace: m.trace!, assert: m.assert!, clear: m.clear!, count: m.count!, countReset: m.countReset!, group: m.group!, groupEnd: m.groupEnd!,
    table: m.table!, debug: log, info: log, dirxml: log, error: warn, groupCollapsed: m.group!,
  };
  return out;
};

const indexHead = "(index)", keyHead = "Key", valuesHead = "Values", iterationHead = "(iteration index)";

function table(data: any, columns: string[] | undefined, options: any): string {
  const cell = (v: any): string => {
    let depth = 0;
    if (v !== null && typeof v === "object" && !ArrayIsArray(v) && ObjectKeys(v).length > 2) depth = -1;
    return inspect(v, { ...options, maxArrayLength: 3, breakLength: Infinity, depth });
  };
  const kind = host.classOf(data);
  if (kind === "Map" || kind === "Map Iterator") {
    const [entries, pairs] = host.previewEntries(data)!;
    if (kind === "Map" || pairs) {
      const index: string[] = [], keys: string[] = [], values: string[] = [];
      for (let i = 0; i < entries.length; i += 2) {
        ArrayPrototypePush(index, `${i / 2}`);
        ArrayPrototypePush(keys, cell(entries[i]));
        ArrayPrototypePush(values, cell(entries[i + 1]));
      }
      return draw([iterationHead, keyHead, valuesHead], [index, keys, values]);
    }
  }
  if (kind === "Set" || kind === "Set Iterator" || kind === "Map Iterator") {
    const entries = host.previewEntries(data)![0];
    const index: string[] = [], values: string[] = [];
    for (let i = 0; i < entries.length; i++) {
      ArrayPrototypePush(index, `${i}`);
      ArrayPrototypePush(values, cell(entries[i]));
    }
    return draw([iterationHead, valuesHead], [index, values]);
  }
  const byKey: Record<string, string[]> = plain();
  const order: string[] = [];
  const plainValues: string[] = [];
  let hasValues = false;
  const index = ObjectKeys(data);
  for (let i = 0; i < index.length; i++) {
    const row = data[index[i]!];
    const simple = row === null || (typeof row !== "function" && typeof row !== "object");
    if (simple && columns === undefined) {
      hasValues = true;
      while (plainValues.length < i) ArrayPrototypePush(plainValues, "");
      ArrayPrototypePush(plainValues, cell(row));
      continue;
    }
    const keys: string[] = columns ?? ObjectKeys(row);
    for (let j = 0; j < keys.length; j++) {
      const key = keys[j]!;
      if (byKey[key] === undefined) {
        byKey[key] = [];
        ArrayPrototypePush(order, key);
      }
      while (byKey[key]!.length < i) ArrayPrototypePush(byKey[key]!, "");
      ArrayPrototypePush(byKey[key]!, !simple && ObjectHasOwn(row, key) ? cell(row[key]) : "");
    }
  }
  const heads: string[] = [indexHead];
  const cols: string[][] = [index];
  for (let i = 0; i < order.length; i++) {
    ArrayPrototypePush(heads, order[i]);
    ArrayPrototypePush(cols, byKey[order[i]!]);
  }
  if (hasValues) {
    ArrayPrototypePush(heads, valuesHead);
    ArrayPrototypePush(cols, plainValues);
  }
  return draw(heads, cols);
}

function draw(heads: string[], cols: string[][]): string {
  const widths: number[] = [];
  let rows = 0;
  for (let i = 0; i < heads.length; i++) {
    let w = stringWidth(heads[i]!);
    const n = cols[i]!.length;
    if (n > rows) rows = n;
    for (let j = 0; j < n; j++) {
      const x = stringWidth(cols[i]![j]!);
      if (x > w) w = x;
    }
    ArrayPrototypePush(widths, w + 2);
  }
  const rule = (left: string, mid: string, right: string): string => {
    let s = left;
    for (let i = 0; i < widths.length; i++) s += (i > 0 ? mid : "") + StringPrototypeRepeat("─", widths[i]!);
    return s + right;
  };
  const row = (cells: (i: number) => string): string => {
    let s = "│";
    for (let i = 0; i < widths.length; i++) {
      const text = cells(i);
      s += ` ${text}${StringPrototypeRepeat(" ", widths[i]! - 1 - stringWidth(text))}│`;
    }
    return s;
  };
  let out = `${rule("┌", "┬", "┐")}\n${row((i) => heads[i]!)}\n${rule("├", "┼", "┤")}\n`;
  for (let r = 0; r < rows; r++) out += `${row((i) => (r < cols[i]!.length ? cols[i]![r]! : ""))}\n`;
  return out + rule("└", "┴", "┘");
}

// The global console of a program that runs as Node would.
const nothing = {};
setNodeConsole(methodsOf({ write: (error, text) => host.write(error ? 2 : 1, text), options: () => nothing, indent: "", step: 2, counts: new SafeMap(), timers: new SafeMap() }));

const instances = Symbol("console");

function Console(this: any, options: any, stderr?: any, ignoreErrors?: any): any {
  if (!new.target) return new (Console as any)(options, stderr, ignoreErrors);
  if (!options || typeof options.write === "function") options = { stdout: options, stderr, ignoreErrors };
  const { stdout, stderr: errors = stdout, ignoreErrors: ignore = true, colorMode = "auto", inspectOptions, groupIndentation } = options;
  if (!stdout || typeof stdout.write !== "function") throw coded(TypeError_, "ERR_CONSOLE_WRITABLE_STREAM", "Console expects a writable stream instance for stdout");
  if (!errors || typeof errors.write !== "function") throw coded(TypeError_, "ERR_CONSOLE_WRITABLE_STREAM", "Console expects a writable stream instance for stderr");
  if (colorMode !== "auto" && colorMode !== true && colorMode !== false) throw invalidArgValue("colorMode", colorMode, "must be one of: 'auto', true, false");
  if (groupIndentation !== undefined) validateInteger(groupIndentation, "groupIndentation", 0, 1000);
  if (inspectOptions !== undefined) {
    if (inspectOptions === null || typeof inspectOptions !== "object") throw invalidArgType("options.inspectOptions", "object", inspectOptions);
    if (inspectOptions.colors !== undefined && options.colorMode !== undefined) throw coded(TypeError_, "ERR_INCOMPATIBLE_OPTION_PAIR", 'Option "options.inspectOptions.color" cannot be used in combination with option "colorMode"');
  }
  const colored = (stream: any): boolean => (colorMode === "auto" ? Boolean(stream.isTTY) && (typeof stream.getColorDepth !== "function" || stream.getColorDepth() > 2) : colorMode);
  const state: State = {
    write: (error, text) => {
      const stream = error ? errors : stdout;
      if (!ignore) {
        stream.write(text);
        return;
      }
      const once = (): void => {};
      try {
        if (typeof stream.once === "function" && stream.listenerCount?.("error") === 0) stream.once("error", once);
        stream.write(text, once);
      } catch {
        // Errors of the stream are ignored, as the option says.
      } finally {
        stream.removeListener?.("error", once);
      }
    },
    options: (error) => inspectOptions ?? (colored(error ? errors : stdout) ? { colors: true } : nothing),
    indent: "", step: groupIndentation ?? 2, counts: new SafeMap(), timers: new SafeMap(),
  };
  const methods = methodsOf(state);
  const proto = new.target.prototype;
  const keys = ObjectKeys(methods);
  for (let i = 0; i < keys.length; i++) {
    // A subclass's own methods win over Node's.
    if (proto !== (Console as any).prototype && ObjectHasOwn(proto, keys[i]!)) continue;
    const fn = methods[keys[i]!]!;
    ObjectDefineProperty(fn, "name", { __proto__: null, value: keys[i], configurable: true } as any);
    ObjectDefineProperty(this, keys[i]!, { __proto__: null, value: fn, writable: true, enumerable: true, configurable: true } as any);
  }
  ObjectDefineProperty(this, instances, { __proto__: null, value: true } as any);
  ObjectDefineProperty(this, SymbolToStringTag, { __proto__: null, value: "console", configurable: true } as any);
}
ObjectDefineProperty(Console, SymbolHasInstance, {
  __proto__: null,
  value: function (this: any, v: any) {
    return v !== null && typeof v === "object" && (v[instances] === true || v === console || FunctionPrototypeCall(FunctionPrototypeSymbolHasInstance as any, this, v) === true);
  },
} as any);
{
  const names = ReflectOwnKeys(methodsOf({ write: () => {}, options: () => nothing, indent: "", step: 2, counts: new SafeMap(), timers: new SafeMap() }));
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string;
    ObjectDefineProperty((Console as any).prototype, name, { __proto__: null, value: { [name](): void {} }[name], writable: true, enumerable: true, configurable: true } as any);
  }
}
// What V8's console has besides: there is no debugger to show other contexts, nor stacks of tasks.
const more: any = {
  context: () => console,
  createTask(name: unknown): object {
    if (typeof name !== "string" || name === "") throw new TypeError_("First argument must be a non-empty string.");
    return { run: (f: () => unknown) => f() };
  },
};
ObjectDefineProperty(console, "context", { __proto__: null, value: more.context, writable: true, enumerable: true, configurable: true } as any);
ObjectDefineProperty(console, "createTask", { __proto__: null, value: more.createTask, writable: true, enumerable: true, configurable: true } as any);
ObjectDefineProperty(console, "Console", { __proto__: null, value: Console, writable: true, enumerable: true, configurable: true } as any);

register(["node:console", "console"], () => console as any);
