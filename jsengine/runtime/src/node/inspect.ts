// util.inspect and util.format, to the byte as Node prints.
//
// What console prints in a program that runs as Bun would is ../inspect.ts; what
// both share are the printers of runtime classes (inspectAs) and the symbol of
// custom inspect functions.

import {
  ArrayBufferPrototypeGetDetached, ArrayIsArray, ArrayPrototypeIncludes, ArrayPrototypeIndexOf, ArrayPrototypeJoin, ArrayPrototypePush, ArrayPrototypeSlice, ArrayPrototypeSort, ArrayPrototypeSplice,
  ArrayPrototypeUnshift, BigIntPrototypeToString, BigIntPrototypeValueOf, BooleanPrototypeValueOf, DatePrototypeGetTime, DatePrototypeToISOString, DatePrototypeToString,
  ErrorPrototype, ErrorPrototypeToString, FunctionPrototypeCall, FunctionPrototypeSymbolHasInstance, JSONStringify, MathFloor, MathMax, MathMin, MathRound, MathTrunc, NumberIsFinite, NumberIsNaN,
  NumberPrototypeToString, NumberPrototypeValueOf, Number_, ObjectGetOwnPropertyDescriptor, ObjectGetOwnPropertyNames, ObjectGetOwnPropertySymbols, ObjectGetPrototypeOf, ObjectHasOwn,
  ObjectIs, ObjectKeys, ObjectPrototypeIsPrototypeOf, ObjectPrototypePropertyIsEnumerable, ParseFloat, ParseInt, RegExpPrototypeExec, RegExpPrototypeGetFlags, RegExpPrototypeGetSource, SafeMap, SafeSet,
  StringPrototypeCharCodeAt, StringPrototypeEndsWith, StringPrototypeIncludes, StringPrototypeIndexOf, StringPrototypePadEnd, StringPrototypePadStart, StringPrototypeRepeat, StringPrototypeSlice,
  StringPrototypeStartsWith, StringPrototypeToLowerCase, StringPrototypeToUpperCase, StringPrototypeValueOf, String_, SymbolPrototypeToString, SymbolPrototypeValueOf, SymbolToPrimitive,
  SymbolToStringTag, TypedArrayPrototypeGetLength, TypedArrayPrototypeGetSymbolToStringTag, Uint8Array_, globalObject, setOwn,
} from "../primordials.ts";
import { custom, printerOf } from "../inspect.ts";
import { stringWidth, stripANSI } from "../width.ts";

const MathSqrt = Math.sqrt;

// Context is one call of inspect: its options and where it stands.
interface Context {
  [option: string]: any;
  showHidden: boolean;
  depth: number | null;
  colors: boolean;
  customInspect: boolean;
  showProxy: boolean | number;
  maxArrayLength: number;
  maxStringLength: number;
  breakLength: number;
  compact: boolean | number;
  sorted: boolean | ((a: string, b: string) => number);
  getters: boolean | "get" | "set";
  numericSeparator: boolean;
  stylize: (text: string, style: string) => string;
  seen: object[];
  circular: Map<object, number> | undefined;
  indentation: number;
  currentDepth: number;
  budget: number; // characters left; without any, nothing more is nested
  userOptions: any;
}

// defaults are the options of a call that gives none; inspect.defaultOptions changes them.
export const defaults: any = {
  showHidden: false, depth: 2, colors: false, customInspect: true, showProxy: false, maxArrayLength: 100, maxStringLength: 10000, breakLength: 80, compact: 3, sorted: false, getters: false,
  numericSeparator: false,
};
const optionNames = ObjectKeys(defaults);

export const colors: any = {
  __proto__: null, reset: [0, 0], bold: [1, 22], dim: [2, 22], italic: [3, 23], underline: [4, 24], blink: [5, 25], inverse: [7, 27], hidden: [8, 28], strikethrough: [9, 29], doubleunderline: [21, 24],
  black: [30, 39], red: [31, 39], green: [32, 39], yellow: [33, 39], blue: [34, 39], magenta: [35, 39], cyan: [36, 39], white: [37, 39],
  bgBlack: [40, 49], bgRed: [41, 49], bgGreen: [42, 49], bgYellow: [43, 49], bgBlue: [44, 49], bgMagenta: [45, 49], bgCyan: [46, 49], bgWhite: [47, 49], framed: [51, 54], overlined: [53, 55],
  gray: [90, 39], redBright: [91, 39], greenBright: [92, 39], yellowBright: [93, 39], blueBright: [94, 39], magentaBright: [95, 39], cyanBright: [96, 39], whiteBright: [97, 39],
  bgGray: [100, 49], bgRedBright: [101, 49], bgGreenBright: [102, 49], bgYellowBright: [103, 49], bgBlueBright: [104, 49], bgMagentaBright: [105, 49], bgCyanBright: [106, 49], bgWhiteBright: [107, 49],
};

export const styles: any = {
  __proto__: null, special: "cyan", number: "yellow", bigint: "yellow", boolean: "yellow", undefined: "grey", null: "bold", string: "green", symbol: "green", date: "magenta", regexp: "red", module: "underline",
};

function alias(name: string, of: string): void {
  Object.defineProperty(colors, name, {
    __proto__: null,
    get() {
      return this[of];
    },
    set(v: any) {
      this[of] = v;
    },
    configurable: true,
    enumerable: false,
  } as any);
}
alias("grey", "gray");
alias("blackBright", "gray");
alias("bgGrey", "bgGray");
alias("bgBlackBright", "bgGray");
alias("crossedout", "strikethrough");
alias("strikeThrough", "strikethrough");
alias("crossedOut", "strikethrough");
alias("conceal", "hidden");
alias("faint", "dim");
alias("swapcolors", "inverse");
alias("swapColors", "inverse");
alias("doubleUnderline", "doubleunderline");

function noColor(text: string): string {
  return text;
}

function withColor(text: string, style: string): string {
  const name = styles[style];
  const c = name === undefined ? undefined : colors[name];
  return c === undefined ? text : `\u001b[${c[0]}m${text}\u001b[${c[1]}m`;
}

const ObjectPrototype = Object.prototype;

// printers for classes that Node shows in its own way, by prototype.
const nodePrinters: Map<object, (v: any, c: Context, depth: number) => string | undefined> = new SafeMap();

// nodeInspectAs says how Node prints instances of a runtime class: given the context
// and the depth, it returns the text. Options are read as inspect's.
export function nodeInspectAs(cls: Function, print: (v: any, options: Context, depth: number) => string | undefined): void {
  nodePrinters.set(cls.prototype, print);
}

// inspect is util.inspect.
export function inspect(value: unknown, options?: any, depth?: any, color?: any): string {
  const c: Context = { __proto__: null, ...defaults, stylize: noColor, seen: [], circular: undefined, indentation: 0, currentDepth: 0, budget: 2 ** 27, userOptions: undefined } as any;
  if (depth !== undefined) c.depth = depth;
  if (color !== undefined) c.colors = color;
  if (typeof options === "boolean") c.showHidden = options;
  else if (options) {
    const keys = ObjectKeys(options);
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]!;
      if (ObjectHasOwn(defaults, key) || key === "stylize") c[key] = options[key];
      else c.userOptions ??= options;
    }
  }
  if (c.colors && c.stylize === noColor) c.stylize = withColor;
  if (c.maxArrayLength === null) c.maxArrayLength = Infinity;
  if (c.maxStringLength === null) c.maxStringLength = Infinity;
  return formatValue(c, value, 0, false);
}

export function userOptions(c: any): any {
  const out: any = {};
  for (let i = 0; i < optionNames.length; i++) setOwn(out, optionNames[i]!, c[optionNames[i]!]);
  setOwn(out, "stylize", c.stylize);
  if (c.userOptions !== undefined) {
    const keys = ObjectKeys(c.userOptions);
    for (let i = 0; i < keys.length; i++) if (!ObjectHasOwn(defaults, keys[i]!)) setOwn(out, keys[i]!, c.userOptions[keys[i]!]);
  }
  return out;
}

const classOf = (v: unknown): string => host.classOf(v);

function formatValue(c: Context, value: any, depth: number, typed: boolean): string {
  if (value === null) return c.stylize("null", "null");
  if (typeof value !== "object" && typeof value !== "function") return primitive(c.stylize, value, c);
  const context = value;
  const proxy = host.proxyDetails(value);
  if (proxy !== undefined) {
    if (proxy[0] === null) return c.stylize("<Revoked Proxy>", "special");
    if (c.showProxy) return formatProxy(c, proxy, depth);
    do value = host.proxyDetails(value)![0];
    while (value !== null && host.proxyDetails(value) !== undefined);
    if (value === null) return c.stylize("<Revoked Proxy>", "special");
  }
  if (c.customInspect) {
    const maybe = value[custom];
    if (typeof maybe === "function" && maybe !== inspect && !(value.constructor && value.constructor.prototype === value)) {
      const left = c.depth === null ? null : c.depth - depth;
      const out = FunctionPrototypeCall(maybe, context, left, userOptions(c), inspect);
      if (out !== context) return typeof out !== "object" ? indentLines(`${out}`, c.indentation) : formatValue(c, out, depth, false);
    } else {
      const known = runtimeClass(c, value, depth);
      if (known !== undefined) return known;
    }
  }
  if (ArrayPrototypeIncludes(c.seen, value)) {
    let index = 1;
    if (c.circular === undefined) {
      c.circular = new SafeMap();
      c.circular.set(value, index);
    } else {
      const known = c.circular.get(value);
      if (known === undefined) {
        index = c.circular.size + 1;
        c.circular.set(value, index);
      } else index = known;
    }
    return c.stylize(`[Circular *${index}]`, "special");
  }
  return formatRaw(c, value, depth, typed);
}

// runtimeClass prints an instance of a class of the runtime library.
function runtimeClass(c: Context, value: any, depth: number): string | undefined {
  let proto = ObjectGetPrototypeOf(value);
  for (let i = 0; i < 4 && proto !== null && proto !== ObjectPrototype; i++) {
    const print = nodePrinters.get(proto);
    if (print !== undefined) return print(value, c, depth);
    const p = printerOf(proto);
    if (p !== undefined) {
      let fields: any;
      try {
        fields = p.fields(value);
      } catch {
        return undefined; // an object that only inherits from the class
      }
      if (typeof fields === "string") return fields;
      const name = constructorName(value, c, depth) ?? p.name;
      if (c.depth !== null && depth > c.depth) return c.stylize(`[${name}]`, "special");
      return fieldsText(c, name, fields, depth);
    }
    if (host.proxyDetails(proto) !== undefined) return undefined;
    proto = ObjectGetPrototypeOf(proto);
  }
  return undefined;
}

// fieldsText prints `Name { field: value, … }`.
export function fieldsText(c: any, name: string, fields: object, depth: number): string {
  const keys = ObjectKeys(fields);
  if (keys.length === 0) return `${name} {}`;
  ArrayPrototypePush(c.seen, fields);
  c.currentDepth = depth + 1;
  const output: string[] = [];
  for (let i = 0; i < keys.length; i++) ArrayPrototypePush(output, formatProperty(c, fields, depth + 1, keys[i]!, 0));
  c.seen.length--;
  return reduce(c, output, "", [`${name} {`, "}"], 0, depth + 1, undefined);
}

// nested prints a value one level below what is being printed.
export function nested(c: any, value: unknown, depth: number): string {
  return formatValue(c, value, depth + 1, false);
}

function formatProxy(c: Context, proxy: [any, any], depth: number): string {
  if (c.depth !== null && depth > c.depth) return c.stylize("Proxy [Array]", "special");
  c.indentation += 2;
  const res = [formatValue(c, proxy[0], depth + 1, false), formatValue(c, proxy[1], depth + 1, false)];
  c.indentation -= 2;
  return reduce(c, res, "", ["Proxy [", "]"], 2, depth + 1, undefined);
}

const builtInNames: Set<string> = new SafeSet();
{
  const names = ObjectGetOwnPropertyNames(globalObject);
  for (let i = 0; i < names.length; i++) if (RegExpPrototypeExec(/^[A-Z][a-zA-Z0-9]+$/, names[i]!) !== null) builtInNames.add(names[i]!);
}

function isInstance(v: any, f: any): boolean {
  try {
    return FunctionPrototypeSymbolHasInstance(f, v);
  } catch {
    return false;
  }
}

export function constructorName(start: any, c: Context, depth: number, protoProps?: string[]): string | null {
  let first: any;
  let o = start;
  while (o) {
    const d = ObjectGetOwnPropertyDescriptor(o, "constructor");
    if (d !== undefined && typeof d.value === "function" && d.value.name !== "" && isInstance(start, d.value)) {
      if (protoProps !== undefined && (first !== o || !builtInNames.has(d.value.name))) addProtoProps(c, start, first || start, depth, protoProps);
      return String_(d.value.name);
    }
    o = ObjectGetPrototypeOf(o);
    if (first === undefined) first = o;
  }
  if (first === null) return null;
  const kind = (classOf(start) === "Object" && host.makerName(first)) || classOf(start);
  if (c.depth !== null && depth > c.depth) return `${kind} <Complex prototype>`;
  const base = constructorName(first, c, depth + 1, protoProps);
  if (base === null) return `${kind} <${inspect(first, { ...userOptions(c), customInspect: false, depth: -1 })}>`;
  return `${kind} <${base}>`;
}

// addProtoProps lists what showHidden shows of the prototypes that are not built in.
function addProtoProps(c: Context, main: any, o: any, depth: number, output: string[]): void {
  let level = 0;
  let seen: any;
  do {
    if (level !== 0 || main === o) {
      o = ObjectGetPrototypeOf(o);
      if (o === null) break;
      const d = ObjectGetOwnPropertyDescriptor(o, "constructor");
      if (d !== undefined && typeof d.value === "function" && builtInNames.has(d.value.name)) break;
    }
    if (level === 0) seen = new SafeSet();
    else {
      const above = ownKeys(main, true);
      for (let i = 0; i < above.length; i++) seen.add(above[i]);
    }
    const keys: PropertyKey[] = ownKeys(o, true);
    ArrayPrototypePush(c.seen, main);
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]!;
      if (key === "constructor" || ObjectHasOwn(main, key) || (level !== 0 && seen.has(key))) continue;
      const d = ObjectGetOwnPropertyDescriptor(o, key)!;
      if (typeof d.value === "function") continue;
      const text = formatProperty(c, o, depth, key, 0, d, main);
      ArrayPrototypePush(output, c.colors ? `\u001b[2m${text}\u001b[22m` : text);
    }
    c.seen.length--;
  } while (++level !== 3);
}

function prefix(name: string | null, tag: string, fallback: string, size = ""): string {
  if (name === null) {
    if (tag !== "" && fallback !== tag) return `[${fallback}${size}: null prototype] [${tag}] `;
    return `[${fallback}${size}: null prototype] `;
  }
  if (tag !== "" && name !== tag) return `${name}${size} [${tag}] `;
  return `${name}${size} `;
}

function ownKeys(v: any, hidden: boolean): PropertyKey[] {
  const symbols = ObjectGetOwnPropertySymbols(v);
  let keys: PropertyKey[];
  if (hidden) keys = ObjectGetOwnPropertyNames(v);
  else {
    try {
      keys = ObjectKeys(v);
    } catch {
      keys = ObjectGetOwnPropertyNames(v); // a module with bindings that are not initialised yet
    }
  }
  for (let i = 0; i < symbols.length; i++) if (hidden || ObjectPrototypePropertyIsEnumerable(v, symbols[i])) ArrayPrototypePush(keys, symbols[i]);
  return keys;
}

function isIndex(k: PropertyKey): boolean {
  if (typeof k !== "string" || k.length === 0 || k.length > 10) return false;
  for (let i = 0; i < k.length; i++) {
    const x = StringPrototypeCharCodeAt(k, i);
    if (x < 48 || x > 57) return false;
  }
  return k === "0" || k[0] !== "0";
}

function nonIndexKeys(v: any, hidden: boolean): PropertyKey[] {
  const keys = hidden ? ObjectGetOwnPropertyNames(v) : ObjectKeys(v);
  const out: PropertyKey[] = [];
  // Indices come first.
  let lo = 0, hi = keys.length;
  while (lo < hi) {
    const mid = (lo + hi) >> 1;
    if (isIndex(keys[mid]!)) lo = mid + 1;
    else hi = mid;
  }
  for (let i = lo; i < keys.length; i++) ArrayPrototypePush(out, keys[i]);
  const symbols = ObjectGetOwnPropertySymbols(v);
  for (let i = 0; i < symbols.length; i++) if (hidden || ObjectPrototypePropertyIsEnumerable(v, symbols[i])) ArrayPrototypePush(out, symbols[i]);
  return out;
}

type Formatter = (depth: number) => string[];
const none: Formatter = () => [];

function formatRaw(c: Context, value: any, depth: number, typed: boolean): string {
  let keys: PropertyKey[] = [];
  let protoProps: string[] | undefined;
  if (c.showHidden && (c.depth === null || depth <= c.depth)) protoProps = [];
  const name = constructorName(value, c, depth, protoProps);
  if (protoProps !== undefined && protoProps.length === 0) protoProps = undefined;
  let tag = TypedArrayPrototypeGetSymbolToStringTag(value) ?? value[SymbolToStringTag];
  if (typeof tag !== "string" || (tag !== "" && (c.showHidden ? ObjectHasOwn(value, SymbolToStringTag) : ObjectPrototypePropertyIsEnumerable(value, SymbolToStringTag)))) tag = "";
  let base = "";
  let formatter: Formatter = none;
  let braces: [string, string] = ["", ""];
  let type = 0; // of the keys: 0 an object's, 2 those of an array beside its elements
  const kind = classOf(value);
  let found = true;
  if (ArrayIsArray(value)) {
    keys = nonIndexKeys(value, c.showHidden);
    braces = [`${name !== "Array" || tag !== "" ? prefix(name, tag, "Array", `(${value.length})`) : ""}[`, "]"];
    if (value.length === 0 && keys.length === 0 && protoProps === undefined) return `${braces[0]}]`;
    type = 2;
    formatter = (d) => formatArray(c, value, d);
  } else if (kind === "Set" || kind === "Map") {
    const entries = host.previewEntries(value)![0];
    const size = kind === "Set" ? entries.length : entries.length / 2;
    const p = prefix(name, tag, kind, `(${size})`);
    keys = ownKeys(value, c.showHidden);
    if (size === 0 && keys.length === 0 && protoProps === undefined) return `${p}{}`;
    braces = [`${p}{`, "}"];
    formatter = kind === "Set" ? (d) => formatSet(c, entries, d) : (d) => formatMap(c, entries, d);
  } else if (TypedArrayPrototypeGetSymbolToStringTag(value) !== undefined) {
    keys = nonIndexKeys(value, c.showHidden);
    const size = TypedArrayPrototypeGetLength(value);
    braces = [`${prefix(name, tag, name === null ? TypedArrayPrototypeGetSymbolToStringTag(value)! : "", `(${size})`)}[`, "]"];
    if (size === 0 && keys.length === 0 && !c.showHidden) return `${braces[0]}]`;
    type = 2;
    formatter = (d) => formatTyped(c, value, size, d);
  } else if (kind === "Map Iterator" || kind === "Set Iterator") {
    keys = ownKeys(value, c.showHidden);
    const of = kind === "Map Iterator" ? "Map" : "Set";
    let t = tag;
    if (t !== `${of} Iterator`) {
      if (t !== "") t += "] [";
      t += `${of} Iterator`;
    }
    const [entries, pairs] = host.previewEntries(value)!;
    braces = [`[${t}] {`, "}"];
    if (pairs) braces[0] = `[${StringPrototypeSlice(t, 0, -9)} Entries] {`;
    formatter = (d) => formatEntries(c, entries, pairs, d);
  } else found = false;

  if (!found) {
    keys = ownKeys(value, c.showHidden);
    braces = ["{", "}"];
    if (name === "Object" && kind !== "Error") {
      if (kind === "Arguments") braces[0] = "[Arguments] [";
      else if (tag !== "") braces[0] = `${prefix(name, tag, "Object")}{`;
      if (kind === "Arguments") {
        braces = ["[Arguments] {", "}"];
      }
      if (keys.length === 0 && protoProps === undefined) return `${braces[0]}}`;
    } else if (typeof value === "function") {
      base = functionBase(value, name, tag);
      if (keys.length === 0 && protoProps === undefined) return c.stylize(base, "special");
    } else if (kind === "RegExp") {
      base = `/${RegExpPrototypeGetSource(value)}/${RegExpPrototypeGetFlags(value)}`;
      const p = prefix(name, tag, "RegExp");
      if (p !== "RegExp ") base = `${p}${base}`;
      if ((keys.length === 0 && protoProps === undefined) || (c.depth !== null && depth > c.depth)) return c.stylize(base, "regexp");
    } else if (kind === "Date") {
      base = NumberIsNaN(DatePrototypeGetTime(value)) ? DatePrototypeToString(value) : DatePrototypeToISOString(value);
      const p = prefix(name, tag, "Date");
      if (p !== "Date ") base = `${p}${base}`;
      if (keys.length === 0 && protoProps === undefined) return c.stylize(base, "date");
    } else if (kind === "Error" || kind === "DOMException" || ObjectPrototypeIsPrototypeOf(ErrorPrototype, value)) {
      base = formatError(c, value, name, tag, keys);
      if (keys.length === 0 && protoProps === undefined) return base;
    } else if (kind === "ArrayBuffer" || kind === "SharedArrayBuffer") {
      const p = prefix(name, tag, kind);
      if (!typed) formatter = () => bufferBytes(c, value);
      else if (keys.length === 0 && protoProps === undefined) return `${p}{ byteLength: ${formatNumber(c.stylize, host.buffer(value)?.[2] ?? 0, false)} }`;
      braces[0] = `${p}{`;
      ArrayPrototypeUnshift(keys, "byteLength");
    } else if (kind === "DataView") {
      braces[0] = `${prefix(name, tag, "DataView")}{`;
      ArrayPrototypeUnshift(keys, "byteLength", "byteOffset", "buffer");
    } else if (kind === "Promise") {
      braces[0] = `${prefix(name, tag, "Promise")}{`;
      formatter = (d) => formatPromise(c, value, d);
    } else if (kind === "WeakSet" || kind === "WeakMap") {
      braces[0] = `${prefix(name, tag, kind)}{`;
      formatter = (d) => (c.showHidden ? formatWeak(c, value, d) : [c.stylize("<items unknown>", "special")]);
    } else if (kind === "Module") {
      braces[0] = `${prefix(name, tag, "Module")}{`;
      const names = keys;
      keys = [];
      formatter = (d) => formatModule(c, value, names, d);
    } else if (kind === "Number" || kind === "String" || kind === "Boolean" || kind === "BigInt" || kind === "Symbol") {
      base = boxed(c, value, kind, name, tag);
      if (kind === "String") keys = afterIndices(keys);
      if (keys.length === 0 && protoProps === undefined) return c.stylize === noColor ? base : c.stylize(base, StringPrototypeToLowerCase(kind));
    } else {
      const shown = (kind === "Generator" || kind === "AsyncGenerator") && (name === null || name === "GeneratorFunctionPrototype" || name === "") ? "Object" : name;
      if (keys.length === 0 && protoProps === undefined) return `${prefix(shown, tag, "Object")}{}`;
      braces[0] = `${prefix(shown, tag, "Object")}{`;
    }
  }
  if (c.depth !== null && depth > c.depth) {
    const text = StringPrototypeSlice(prefix(name, tag, ArrayIsArray(value) ? "Array" : "Object"), 0, -1);
    return c.stylize(name === null ? text : `[${text}]`, "special");
  }
  depth++;
  ArrayPrototypePush(c.seen, value);
  c.currentDepth = depth;
  let output = formatter(depth);
  for (let i = 0; i < keys.length; i++) ArrayPrototypePush(output, formatProperty(c, value, depth, keys[i]!, type));
  if (protoProps !== undefined) for (let i = 0; i < protoProps.length; i++) ArrayPrototypePush(output, protoProps[i]);
  if (c.circular !== undefined) {
    const index = c.circular.get(value);
    if (index !== undefined) {
      const reference = c.stylize(`<ref *${index}>`, "special");
      if (c.compact !== true) base = base === "" ? reference : `${reference} ${base}`;
      else braces[0] = `${reference} ${braces[0]}`;
    }
  }
  c.seen.length--;
  if (c.sorted) {
    const order = c.sorted === true ? undefined : c.sorted;
    if (type === 0) ArrayPrototypeSort(output, order);
    else if (keys.length > 1) {
      const tail = ArrayPrototypeSort(ArrayPrototypeSlice(output, output.length - keys.length), order);
      output = ArrayPrototypeSlice(output, 0, output.length - keys.length);
      for (let i = 0; i < tail.length; i++) ArrayPrototypePush(output, tail[i]);
    }
  }
  const text = reduce(c, output, base, braces, type, depth, value);
  c.budget -= text.length;
  if (c.budget < 0) c.depth = -1;
  return text;
}

function functionBase(f: any, name: string | null, tag: string): string {
  if (host.isClass(f)) {
    let base = `class ${(ObjectHasOwn(f, "name") && f.name) || "(anonymous)"}`;
    if (name !== "Function" && name !== null) base += ` [${name}]`;
    if (tag !== "" && name !== tag) base += ` [${tag}]`;
    if (name !== null) {
      const parent = ObjectGetPrototypeOf(f).name;
      if (parent) base += ` extends ${parent}`;
    } else base += " extends null";
    return `[${base}]`;
  }
  const type = classOf(f);
  let base = `[${type}`;
  if (name === null) base += " (null prototype)";
  base += f.name === "" ? " (anonymous)" : `: ${f.name}`;
  base += "]";
  if (name !== type && name !== null) base += ` ${name}`;
  if (tag !== "" && name !== tag) base += ` [${tag}]`;
  return base;
}

function stackText(e: any): string {
  return e.stack ? String_(e.stack) : ErrorPrototypeToString(e);
}

function formatError(c: Context, e: any, name: string | null, tag: string, keys: PropertyKey[]): string {
  const errorName = e.name != null ? String_(e.name) : "Error";
  let stack = stackText(e);
  while (StringPrototypeEndsWith(stack, "\n")) stack = StringPrototypeSlice(stack, 0, -1);
  // V8's errors have their stack before all else.
  const own = ArrayPrototypeIndexOf(keys, "stack");
  if (own > 0) {
    ArrayPrototypeSplice(keys, own, 1);
    ArrayPrototypeUnshift(keys, "stack");
  }
  if (!c.showHidden && keys.length !== 0) {
    const said = ["name", "message", "stack"];
    for (let i = 0; i < said.length; i++) {
      const at = ArrayPrototypeIndexOf(keys, said[i]);
      if (at >= 0 && StringPrototypeIncludes(stack, String_(e[said[i]!]))) ArrayPrototypeSplice(keys, at, 1);
    }
  }
  if ("cause" in e && (keys.length === 0 || !ArrayPrototypeIncludes(keys, "cause"))) ArrayPrototypePush(keys, "cause");
  if (ArrayIsArray(e.errors) && (keys.length === 0 || !ArrayPrototypeIncludes(keys, "errors"))) ArrayPrototypePush(keys, "errors");
  stack = improve(stack, name, errorName, tag);
  let pos = (e.message && StringPrototypeIndexOf(stack, e.message)) || -1;
  if (pos !== -1) pos += e.message.length;
  const at = StringPrototypeIndexOf(stack, "\n    at", pos);
  if (at === -1) stack = `[${stack}]`;
  else stack = StringPrototypeSlice(stack, 0, at + 1) + frames(c, e, StringPrototypeSlice(stack, at + 1));
  return c.indentation === 0 ? stack : indentLines(stack, c.indentation);
}

// improve makes a stack begin with the class of the error, where the name does not say it.
function improve(stack: string, className: string | null, name: string, tag: string): string {
  let len = name.length;
  if (className === null || (StringPrototypeEndsWith(name, "Error") && StringPrototypeStartsWith(stack, name) && (stack.length === len || stack[len] === ":" || stack[len] === "\n"))) {
    let fallback = "Error";
    if (className === null) {
      const start = RegExpPrototypeExec(/^([A-Z][a-z_ A-Z0-9[\]()-]+)(?::|\n\s+at)/, stack) ?? RegExpPrototypeExec(/^([a-z_A-Z0-9-]*Error)$/, stack);
      fallback = (start && start[1]) || "";
      len = fallback.length;
      fallback ||= "Error";
    }
    const p = StringPrototypeSlice(prefix(className, tag, fallback), 0, -1);
    if (name !== p) {
      if (StringPrototypeIncludes(p, name)) stack = len === 0 ? `${p}: ${stack}` : `${p}${StringPrototypeSlice(stack, len)}`;
      else stack = `${p} [${name}]${StringPrototypeSlice(stack, len)}`;
    }
  }
  return stack;
}

// frames are a stack's lines; those it shares with its cause's are told by their number.
function frames(c: Context, e: any, text: string): string {
  let cause: any;
  try {
    cause = e.cause;
  } catch {
    return text; // a getter that throws
  }
  if (cause === null || cause === undefined || classOf(cause) !== "Error") return text;
  const causeStack = stackText(cause);
  const at = StringPrototypeIndexOf(causeStack, "\n    at");
  if (at === -1) return text;
  const a = lines(text), b = lines(StringPrototypeSlice(causeStack, at + 1));
  for (let i = 0; i < a.length - 3; i++) {
    const pos = ArrayPrototypeIndexOf(b, a[i]);
    if (pos === -1) continue;
    const rest = b.length - pos;
    if (rest <= 3) continue;
    const max = MathMin(rest, a.length - i);
    let len = 1;
    while (len < max && a[i + len] === b[pos + len]) len++;
    if (len > 3) {
      ArrayPrototypeSplice(a, i + 1, len - 2, c.stylize(`    ... ${len - 2} lines matching cause stack trace ...`, "undefined"));
      break;
    }
  }
  return ArrayPrototypeJoin(a, "\n");
}

// lines splits text at line feeds.
function lines(s: string): string[] {
  const out: string[] = [];
  let from = 0;
  for (;;) {
    const at = StringPrototypeIndexOf(s, "\n", from);
    if (at < 0) break;
    ArrayPrototypePush(out, StringPrototypeSlice(s, from, at));
    from = at + 1;
  }
  ArrayPrototypePush(out, StringPrototypeSlice(s, from));
  return out;
}

export function indentLines(s: string, n: number): string {
  return n === 0 || !StringPrototypeIncludes(s, "\n") ? s : ArrayPrototypeJoin(lines(s), `\n${StringPrototypeRepeat(" ", n)}`);
}

const boxedValue: any = {
  __proto__: null, Number: NumberPrototypeValueOf, String: StringPrototypeValueOf, Boolean: BooleanPrototypeValueOf, BigInt: BigIntPrototypeValueOf, Symbol: SymbolPrototypeValueOf,
};

function boxed(c: Context, value: any, kind: string, name: string | null, tag: string): string {
  let base = `[${kind}`;
  if (kind !== name) base += name === null ? " (null prototype)" : ` (${name})`;
  base += `: ${primitive(noColor, boxedValue[kind](value), c)}]`;
  if (tag !== "" && tag !== name) base += ` [${tag}]`;
  return base;
}

function afterIndices(keys: PropertyKey[]): PropertyKey[] {
  const out: PropertyKey[] = [];
  for (let i = 0; i < keys.length; i++) if (!isIndex(keys[i]!)) ArrayPrototypePush(out, keys[i]);
  return out;
}

function more(n: number): string {
  return `... ${n} more item${n > 1 ? "s" : ""}`;
}

function formatArray(c: Context, value: any[], depth: number): string[] {
  const length = value.length;
  const max = MathMin(MathMax(0, c.maxArrayLength), length);
  const output: string[] = [];
  for (let i = 0; i < max; i++) {
    if (!ObjectHasOwn(value, i)) return formatHoles(c, value, depth, max, output, i);
    ArrayPrototypePush(output, formatProperty(c, value, depth, i, 1));
  }
  if (length > max) ArrayPrototypePush(output, more(length - max));
  return output;
}

function formatHoles(c: Context, value: any[], depth: number, max: number, output: string[], i: number): string[] {
  const keys = ObjectKeys(value);
  let index = i;
  for (; i < keys.length && output.length < max; i++) {
    const key = keys[i]!;
    if (!isIndex(key) || +key > 4294967294) break;
    if (+key !== index) {
      const n = +key - index;
      ArrayPrototypePush(output, c.stylize(`<${n} empty item${n > 1 ? "s" : ""}>`, "undefined"));
      index = +key;
      if (output.length === max) break;
    }
    ArrayPrototypePush(output, formatProperty(c, value, depth, key, 1));
    index++;
  }
  const rest = value.length - index;
  if (output.length !== max) {
    if (rest > 0) ArrayPrototypePush(output, c.stylize(`<${rest} empty item${rest > 1 ? "s" : ""}>`, "undefined"));
  } else if (rest > 0) ArrayPrototypePush(output, more(rest));
  return output;
}

function formatSet(c: Context, values: unknown[], depth: number): string[] {
  const max = MathMin(MathMax(0, c.maxArrayLength), values.length);
  const output: string[] = [];
  c.indentation += 2;
  for (let i = 0; i < max; i++) ArrayPrototypePush(output, formatValue(c, values[i], depth, false));
  if (values.length > max) ArrayPrototypePush(output, more(values.length - max));
  c.indentation -= 2;
  return output;
}

function formatMap(c: Context, entries: unknown[], depth: number): string[] {
  const size = entries.length / 2;
  const max = MathMin(MathMax(0, c.maxArrayLength), size);
  const output: string[] = [];
  c.indentation += 2;
  for (let i = 0; i < max; i++) ArrayPrototypePush(output, `${formatValue(c, entries[2 * i], depth, false)} => ${formatValue(c, entries[2 * i + 1], depth, false)}`);
  if (size > max) ArrayPrototypePush(output, more(size - max));
  c.indentation -= 2;
  return output;
}

// formatWeak lists a WeakMap's or WeakSet's members in the order of their text: they have none of their own.
function formatWeak(c: Context, value: object, depth: number): string[] {
  const [entries, pairs] = host.previewEntries(value)!;
  const step = pairs ? 2 : 1;
  const size = entries.length / step;
  const max = MathMin(MathMax(0, c.maxArrayLength), size);
  const output: string[] = [];
  c.indentation += 2;
  for (let i = 0; i < max; i++) {
    const key = formatValue(c, entries[step * i], depth, false);
    ArrayPrototypePush(output, pairs ? `${key} => ${formatValue(c, entries[step * i + 1], depth, false)}` : key);
  }
  c.indentation -= 2;
  ArrayPrototypeSort(output);
  if (size > max) ArrayPrototypePush(output, more(size - max));
  return output;
}

function formatEntries(c: Context, entries: unknown[], pairs: boolean, depth: number): string[] {
  if (!pairs) return formatSet(c, entries, depth);
  const size = entries.length / 2;
  const max = MathMin(MathMax(0, c.maxArrayLength), size);
  const output: string[] = [];
  c.indentation += 2;
  for (let i = 0; i < max; i++) {
    const pair = [formatValue(c, entries[2 * i], depth, false), formatValue(c, entries[2 * i + 1], depth, false)];
    ArrayPrototypePush(output, reduce(c, pair, "", ["[", "]"], 2, depth, undefined));
  }
  if (size > max) ArrayPrototypePush(output, more(size - max));
  c.indentation -= 2;
  return output;
}

function formatTyped(c: Context, value: any, length: number, depth: number): string[] {
  const max = MathMin(MathMax(0, c.maxArrayLength), length);
  const output: string[] = [];
  for (let i = 0; i < max; i++) {
    const v = value[i];
    ArrayPrototypePush(output, typeof v === "bigint" ? formatBigInt(c.stylize, v, c.numericSeparator) : formatNumber(c.stylize, v, c.numericSeparator));
  }
  if (length > max) ArrayPrototypePush(output, more(length - max));
  if (c.showHidden) {
    c.indentation += 2;
    const hidden = ["BYTES_PER_ELEMENT", "length", "byteLength", "byteOffset", "buffer"];
    for (let i = 0; i < hidden.length; i++) ArrayPrototypePush(output, `[${hidden[i]}]: ${formatValue(c, value[hidden[i]!], depth, true)}`);
    c.indentation -= 2;
  }
  return output;
}

function bufferBytes(c: Context, value: any): string[] {
  const b = host.buffer(value);
  if (b === undefined || (classOf(value) === "ArrayBuffer" && ArrayBufferPrototypeGetDetached(value))) return [c.stylize("(detached)", "special")];
  const bytes = new Uint8Array_(b[0] as ArrayBuffer, b[1], b[2]);
  let text = hexBytes(bytes, MathMin(MathMax(0, c.maxArrayLength), b[2]));
  const rest = b[2] - c.maxArrayLength;
  if (rest > 0) text += ` ... ${rest} more byte${rest > 1 ? "s" : ""}`;
  return [`${c.stylize("[Uint8Contents]", "special")}: <${text}>`];
}

// hexBytes prints the first n bytes, with blanks between them.
export function hexBytes(bytes: Uint8Array, n: number): string {
  let text = "";
  for (let i = 0; i < n; i++) text += (i > 0 ? " " : "") + (bytes[i]! < 16 ? "0" : "") + NumberPrototypeToString(bytes[i], 16);
  return text;
}

function formatPromise(c: Context, value: any, depth: number): string[] {
  const [state, result] = host.promiseState(value)!;
  if (state === "pending") return [c.stylize("<pending>", "special")];
  c.indentation += 2;
  const text = formatValue(c, result, depth, false);
  c.indentation -= 2;
  return [state === "rejected" ? `${c.stylize("<rejected>", "special")} ${text}` : text];
}

function formatModule(c: Context, value: any, names: PropertyKey[], depth: number): string[] {
  const output: string[] = [];
  for (let i = 0; i < names.length; i++) {
    try {
      ArrayPrototypePush(output, formatProperty(c, value, depth, names[i]!, 0));
    } catch {
      // A binding in its dead zone.
      ArrayPrototypePush(output, `${String_(names[i])}: ${c.stylize("<uninitialized>", "special")}`);
    }
  }
  return output;
}

const plainKey = /^[a-zA-Z_][a-zA-Z_0-9]*$/;

// formatProperty prints one property; type 1 is an element of an array, which has no key.
function formatProperty(c: Context, value: any, depth: number, key: PropertyKey, type: number, given?: PropertyDescriptor, original: any = value): string {
  let text: string;
  let extra = " ";
  const d: any = given ?? ObjectGetOwnPropertyDescriptor(value, key) ?? { __proto__: null, value: value[key], configurable: true, enumerable: true };
  if (d.value !== undefined) {
    const diff = c.compact !== true || type !== 0 ? 2 : 3;
    c.indentation += diff;
    text = formatValue(c, d.value, depth, false);
    if (diff === 3 && c.breakLength < stringWidth(text, c.colors)) extra = `\n${StringPrototypeRepeat(" ", c.indentation)}`;
    c.indentation -= diff;
  } else if (d.get !== undefined) {
    const label = d.set !== undefined ? "Getter/Setter" : "Getter";
    const s = c.stylize;
    if (c.getters && (c.getters === true || (c.getters === "get" && d.set === undefined) || (c.getters === "set" && d.set !== undefined))) {
      try {
        const v = FunctionPrototypeCall(d.get, original);
        c.indentation += 2;
        if (v === null) text = `${s(`[${label}:`, "special")} ${s("null", "null")}${s("]", "special")}`;
        else if (typeof v === "object") text = `${s(`[${label}]`, "special")} ${formatValue(c, v, depth, false)}`;
        else text = `${s(`[${label}:`, "special")} ${primitive(s, v, c)}${s("]", "special")}`;
        c.indentation -= 2;
      } catch (e: any) {
        text = `${s(`[${label}:`, "special")} <Inspection threw (${e.message})>${s("]", "special")}`;
      }
    } else text = s(`[${label}]`, "special");
  } else if (d.set !== undefined) text = c.stylize("[Setter]", "special");
  else text = c.stylize("undefined", "undefined");
  if (type === 1) return text;
  let name: string;
  if (typeof key === "symbol") name = `[${c.stylize(escaped(SymbolPrototypeToString(key), -1), "symbol")}]`;
  else if (key === "__proto__") name = "['__proto__']";
  else if (d.enumerable === false) name = `[${escaped(String_(key), -1)}]`;
  else if (RegExpPrototypeExec(plainKey, key as string) !== null) name = c.stylize(key as string, "name");
  else name = c.stylize(quoted(String_(key)), "string");
  return `${name}:${extra}${text}`;
}

function primitive(style: (s: string, k: string) => string, v: any, c: Context): string {
  switch (typeof v) {
    case "string": {
      let trailer = "";
      if (v.length > c.maxStringLength) {
        const rest = v.length - c.maxStringLength;
        v = StringPrototypeSlice(v, 0, c.maxStringLength);
        trailer = `... ${rest} more character${rest > 1 ? "s" : ""}`;
      }
      if (c.compact !== true && v.length > 16 && v.length > c.breakLength - c.indentation - 4 && StringPrototypeIncludes(v, "\n")) {
        const parts = lines(v as string);
        const out: string[] = [];
        for (let i = 0; i < parts.length; i++) {
          const last = i === parts.length - 1;
          if (!last || parts[i] !== "") ArrayPrototypePush(out, style(quoted(last ? parts[i]! : `${parts[i]}\n`), "string"));
        }
        return ArrayPrototypeJoin(out, ` +\n${StringPrototypeRepeat(" ", c.indentation + 2)}`) + trailer;
      }
      return style(quoted(v), "string") + trailer;
    }
    case "number":
      return formatNumber(style, v, c.numericSeparator);
    case "bigint":
      return formatBigInt(style, v, c.numericSeparator);
    case "boolean":
      return style(`${v}`, "boolean");
    case "undefined":
      return style("undefined", "undefined");
  }
  return style(SymbolPrototypeToString(v), "symbol");
}

function separated(s: string): string {
  const start = s[0] === "-" ? 1 : 0;
  let out = "";
  let i = s.length;
  for (; i >= start + 4; i -= 3) out = `_${StringPrototypeSlice(s, i - 3, i)}${out}`;
  return `${StringPrototypeSlice(s, 0, i)}${out}`;
}

function separatedFraction(s: string): string {
  let out = "";
  let i = 0;
  for (; i < s.length - 3; i += 3) out += `${StringPrototypeSlice(s, i, i + 3)}_`;
  return i === 0 ? s : `${out}${StringPrototypeSlice(s, i)}`;
}

function formatNumber(style: (s: string, k: string) => string, n: number, separator: boolean): string {
  if (!separator) return style(ObjectIs(n, -0) ? "-0" : `${n}`, "number");
  const whole = MathTrunc(n);
  const text = `${whole}`;
  if (whole === n) return style(!NumberIsFinite(n) || StringPrototypeIncludes(text, "e") ? text : separated(text), "number");
  if (NumberIsNaN(n)) return style(text, "number");
  return style(`${separated(text)}.${separatedFraction(StringPrototypeSlice(`${n}`, text.length + 1))}`, "number");
}

function formatBigInt(style: (s: string, k: string) => string, n: bigint, separator: boolean): string {
  const text = BigIntPrototypeToString(n);
  return style(`${separator ? separated(text) : text}n`, "bigint");
}

const escapes: any = { __proto__: null, 8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r", 39: "\\'", 92: "\\\\" };

// quoted is a string as a literal, in the quotes that need the least escaping.
export function quoted(s: string): string {
  let quote = "'";
  if (StringPrototypeIncludes(s, "'")) {
    if (!StringPrototypeIncludes(s, '"')) quote = '"';
    else if (!StringPrototypeIncludes(s, "`") && !StringPrototypeIncludes(s, "${")) quote = "`";
  }
  return `${quote}${escaped(s, quote === "'" ? 39 : -1)}${quote}`;
}

// escaped writes control characters, lone surrogates, backslashes and the quote as escapes.
function escaped(s: string, quote: number): string {
  let out = "";
  let from = 0;
  for (let i = 0; i < s.length; i++) {
    const p = StringPrototypeCharCodeAt(s, i);
    let e: string;
    if (p === quote || p === 92 || p < 32 || (p > 126 && p < 160)) e = escapes[p] ?? `\\x${p < 16 ? "0" : ""}${StringPrototypeToUpperCase(NumberPrototypeToString(p, 16))}`;
    else if (p >= 0xd800 && p <= 0xdfff) {
      if (p <= 0xdbff && i + 1 < s.length) {
        const q = StringPrototypeCharCodeAt(s, i + 1);
        if (q >= 0xdc00 && q <= 0xdfff) {
          i++;
          continue;
        }
      }
      e = `\\u${NumberPrototypeToString(p, 16)}`;
      out += StringPrototypeSlice(s, from, i) + e;
      from = i + 1;
      continue;
    } else continue;
    out += StringPrototypeSlice(s, from, i) + e;
    from = i + 1;
  }
  return from === 0 ? s : out + StringPrototypeSlice(s, from);
}

function fits(c: Context, output: string[], start: number, base: string): boolean {
  let total = output.length + start;
  if (total + output.length > c.breakLength) return false;
  for (let i = 0; i < output.length; i++) {
    total += c.colors ? stripANSI(output[i]!).length : output[i]!.length;
    if (total > c.breakLength) return false;
  }
  return base === "" || !StringPrototypeIncludes(base, "\n");
}

// reduce puts the parts of an object on one line or on several.
export function reduce(c: Context, output: string[], base: string, braces: [string, string], type: number, depth: number, value: any): string {
  if (c.compact !== true) {
    if (typeof c.compact === "number" && c.compact >= 1) {
      const entries = output.length;
      if (type === 2 && entries > 6) output = group(c, output, value);
      if (c.currentDepth - depth < c.compact && entries === output.length) {
        const start = output.length + c.indentation + braces[0].length + base.length + 10;
        if (fits(c, output, start, base)) {
          const joined = ArrayPrototypeJoin(output, ", ");
          if (!StringPrototypeIncludes(joined, "\n")) return `${base ? `${base} ` : ""}${braces[0]} ${joined} ${braces[1]}`;
        }
      }
    }
    const indentation = `\n${StringPrototypeRepeat(" ", c.indentation)}`;
    return `${base ? `${base} ` : ""}${braces[0]}${indentation}  ${ArrayPrototypeJoin(output, `,${indentation}  `)}${indentation}${braces[1]}`;
  }
  if (fits(c, output, 0, base)) return `${braces[0]}${base ? ` ${base}` : ""} ${ArrayPrototypeJoin(output, ", ")} ${braces[1]}`;
  const indentation = StringPrototypeRepeat(" ", c.indentation);
  const ln = base === "" && braces[0].length === 1 ? " " : `${base ? ` ${base}` : ""}\n${indentation}  `;
  return `${braces[0]}${ln}${ArrayPrototypeJoin(output, `,\n${indentation}  `)} ${braces[1]}`;
}

// group puts more than six elements of an array into columns.
function group(c: Context, output: string[], value: any): string[] {
  let total = 0, longest = 0;
  let count = output.length;
  if (c.maxArrayLength < output.length) count--; // the line that says how many more there are
  const widths: number[] = [];
  for (let i = 0; i < count; i++) {
    const len = stringWidth(output[i]!, c.colors);
    ArrayPrototypePush(widths, len);
    total += len + 2;
    if (longest < len) longest = len;
  }
  const width = longest + 2;
  if (!(width * 3 + c.indentation < c.breakLength && (total / width > 5 || longest <= 6))) return output;
  const biased = MathMax(width - 3 - MathSqrt(width - total / output.length), 1);
  const columns = MathMin(MathRound(MathSqrt(2.5 * biased * count) / biased), MathFloor((c.breakLength - c.indentation) / width), (c.compact as number) * 4, 15);
  if (columns <= 1) return output;
  const tmp: string[] = [];
  const columnWidths: number[] = [];
  for (let i = 0; i < columns; i++) {
    let w = 0;
    for (let j = i; j < count; j += columns) if (widths[j]! > w) w = widths[j]!;
    ArrayPrototypePush(columnWidths, w + 2);
  }
  let right = true; // numbers stand at the right
  if (value !== undefined) {
    for (let i = 0; i < output.length && right; i++) {
      const type = i < value.length ? typeof value[i] : "";
      right = type === "number" || type === "bigint";
    }
  }
  for (let i = 0; i < count; i += columns) {
    const max = MathMin(i + columns, count);
    let line = "";
    let j = i;
    for (; j < max - 1; j++) {
      const pad = columnWidths[j - i]! + output[j]!.length - widths[j]!;
      line += (right ? StringPrototypePadStart : StringPrototypePadEnd)(`${output[j]}, `, pad, " ");
    }
    line += right ? StringPrototypePadStart(output[j], columnWidths[j - i]! + output[j]!.length - widths[j]! - 2, " ") : output[j];
    ArrayPrototypePush(tmp, line);
  }
  if (c.maxArrayLength < output.length) ArrayPrototypePush(tmp, output[count]);
  return tmp;
}

// format is util.format.
export function format(args: readonly unknown[], options?: any): string {
  const first = args.length > 0 ? args[0] : undefined;
  let a = 0;
  let out = "";
  let join = "";
  if (typeof first === "string") {
    if (args.length === 1) return first;
    let last = 0;
    for (let i = 0; i < first.length - 1; i++) {
      if (first[i] !== "%") continue;
      const next = first[++i]!;
      if (a + 1 !== args.length) {
        let text: string;
        switch (next) {
          case "s": {
            const v: any = args[++a];
            if (typeof v === "number") text = formatNumber(noColor, v, options?.numericSeparator);
            else if (typeof v === "bigint") text = formatBigInt(noColor, v, options?.numericSeparator);
            else if (typeof v !== "object" || v === null || !builtInToString(v)) text = String_(v);
            else text = inspect(v, { ...options, depth: 0, colors: false, compact: 3 });
            break;
          }
          case "j":
            text = stringify(args[++a]);
            break;
          case "d": {
            const v: any = args[++a];
            text = typeof v === "bigint" ? formatBigInt(noColor, v, options?.numericSeparator) : formatNumber(noColor, typeof v === "symbol" ? NaN : Number_(v), options?.numericSeparator);
            break;
          }
          case "O":
            text = inspect(args[++a], options);
            break;
          case "o":
            text = inspect(args[++a], { ...options, showHidden: true, showProxy: true, depth: 4 });
            break;
          case "i": {
            const v: any = args[++a];
            text = typeof v === "bigint" ? formatBigInt(noColor, v, options?.numericSeparator) : formatNumber(noColor, typeof v === "symbol" ? NaN : ParseInt(v), options?.numericSeparator);
            break;
          }
          case "f": {
            const v: any = args[++a];
            text = formatNumber(noColor, typeof v === "symbol" ? NaN : ParseFloat(v), options?.numericSeparator);
            break;
          }
          case "c":
            a++;
            text = "";
            break;
          case "%":
            out += StringPrototypeSlice(first, last, i);
            last = i + 1;
            continue;
          default:
            continue;
        }
        if (last !== i - 1) out += StringPrototypeSlice(first, last, i - 1);
        out += text;
        last = i + 1;
      } else if (next === "%") {
        out += StringPrototypeSlice(first, last, i);
        last = i + 1;
      }
    }
    if (last !== 0) {
      a++;
      join = " ";
      if (last < first.length) out += StringPrototypeSlice(first, last);
    }
  }
  while (a < args.length) {
    const v = args[a++];
    out += join;
    out += typeof v !== "string" ? inspect(v, options) : v;
    join = " ";
  }
  return out;
}

function builtInToString(v: any): boolean {
  const proxy = host.proxyDetails(v);
  if (proxy !== undefined) {
    if (proxy[0] === null) return true;
    v = proxy[0];
  }
  // What is looked for up the chain: the methods that are there and not the object's own.
  const text = typeof v.toString === "function", primitive = typeof v[SymbolToPrimitive] === "function";
  if (!text && !primitive) return true;
  if ((text && ObjectHasOwn(v, "toString")) || (primitive && ObjectHasOwn(v, SymbolToPrimitive))) return false;
  let pointer = v;
  do pointer = ObjectGetPrototypeOf(pointer);
  while (!(text && ObjectHasOwn(pointer, "toString")) && !(primitive && ObjectHasOwn(pointer, SymbolToPrimitive)));
  const d = ObjectGetOwnPropertyDescriptor(pointer, "constructor");
  return d !== undefined && typeof d.value === "function" && builtInNames.has(d.value.name);
}

function stringify(v: unknown): string {
  try {
    return JSONStringify(v)!;
  } catch (e: any) {
    if (classOf(e) === "Error" && StringPrototypeIncludes(`${e.message}`, "circular")) return "[Circular]";
    throw e;
  }
}
