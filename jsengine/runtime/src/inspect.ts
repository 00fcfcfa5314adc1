// Printing values as Bun's console does.
//
// Nothing here runs guest code except what Bun runs too: a function under
// Symbol.for("nodejs.util.inspect.custom"), and the name, message, stack and
// cause of an error. Getters are named, not called; proxies show their target.

import {
  ArrayPrototypeIncludes,
  ArrayPrototypePush,
  ArrayPrototypeReverse,
  ArrayPrototypeSort,
  ObjectGetPrototypeOf,
  ErrorPrototype,
  ErrorPrototypeGetStack,
  BigIntPrototypeToString,
  MathTrunc,
  BooleanPrototypeValueOf,
  BigIntPrototypeValueOf,
  DatePrototypeGetTime,
  DatePrototypeToISOString,
  FunctionPrototypeCall,
  NumberIsNaN,
  NumberPrototypeValueOf,
  JSONStringify,
  ObjectHasOwn,
  ObjectPrototypePropertyIsEnumerable,
  ReflectGetOwnPropertyDescriptor,
  ReflectGetPrototypeOf,
  ReflectOwnKeys,
  RegExpPrototypeGetSource,
  SafeMap,
  SafeSet,
  StringPrototypeCharCodeAt,
  StringPrototypeIndexOf,
  StringPrototypeLastIndexOf,
  StringPrototypeRepeat,
  StringPrototypeSlice,
  StringPrototypeStartsWith,
  StringPrototypeToUpperCase,
  StringPrototypeValueOf,
  SymbolFor,
  SymbolPrototypeToString,
  SymbolPrototypeValueOf,
  SymbolToStringTag,
  TypedArrayPrototypeGetLength,
  TypedArrayPrototypeGetSymbolToStringTag,
  Uint8Array_,
  plain,
  RegExpPrototypeExec,
  RegExpPrototypeGetFlags,
} from "./primordials.ts";

const ObjectPrototype = Object.prototype;
const FunctionPrototype = Function.prototype;
const ArrayPrototype = Array.prototype;

// custom is Node's symbol for an object's own inspect function.
export const custom = SymbolFor("nodejs.util.inspect.custom");

// Options of inspect; Bun.inspect and console.dir pass what the guest gave.
export interface InspectOptions {
  depth?: number; // levels of nesting shown; Infinity for all
  indent?: number; // levels of indentation of every line after the first
  singleLine?: boolean; // all on one line, as in the cells of console.table
  quote?: boolean; // strings at top level are quoted
  colors?: boolean; // with escape sequences
  sorted?: boolean; // properties by name
}

interface ClassPrinter {
  name: string;
  fields: (self: any) => Record<string, unknown> | string; // a string is printed as it is
  quoteKeys: boolean;
  text: ((self: any) => string) | undefined; // as Bun prints it, where that differs
}

const printers: Map<object, ClassPrinter> = new SafeMap();

// inspectAs makes instances of a runtime class print as `Name { field: value, … }`,
// from what fields returns, instead of the methods and accessors of its prototype; a string
// is printed as it is. With quoteKeys the fields are a guest's own keys, in quotes. With text
// Bun's console prints that.
export function inspectAs(cls: Function, name: string, fields: (self: any) => Record<string, unknown> | string, quoteKeys = false, text?: (self: any) => string): void {
  printers.set(cls.prototype, { name, fields, quoteKeys, text });
}

// printerOf is the printer of a class of the runtime library, by its prototype.
export function printerOf(proto: object): { name: string; fields: (self: any) => Record<string, unknown> | string } | undefined {
  return printers.get(proto);
}

// inspect returns what console.log prints for a value.
export function inspect(value: unknown, options?: InspectOptions): string {
  const f = new Formatter(options === undefined ? undefined : { __proto__: null, ...options } as InspectOptions);
  f.value(value);
  return f.out;
}

// formatArgs returns the line (without newline) that console.log prints for its arguments.
export function formatArgs(args: readonly unknown[], indent: number, start = 0): string {
  // The formatter is reused: making one costs as much as printing a small value. A call that
  // comes while it is in use (from a custom inspect function), or after one that threw, makes another.
  const f = spare ?? new Formatter(undefined);
  spare = null;
  f.indent = indent;
  for (let i = start; i < args.length; ) {
    if (i > start) f.out += " ";
    const v = args[i++];
    if (typeof v === "string" && i < args.length && StringPrototypeIndexOf(v, "%") >= 0) i = f.template(v, args, i);
    else f.value(v);
  }
  const out = f.out;
  f.out = "";
  f.line = 0;
  spare = f;
  return out;
}

const red = 31, green = 32, yellow = 33, blue = 34, magenta = 35, cyan = 36, dim = 2;

// Line breaks with the indentation of the first levels.
const newlines: readonly string[] = ["\n", "\n  ", "\n    ", "\n      ", "\n        ", "\n          "];

class Formatter {
  out = "";
  indent: number;
  depth = 0;
  maxDepth: number;
  singleLine: boolean;
  quote: boolean;
  colors: boolean;
  sorted: boolean;
  line = 0; // estimated length of the current line
  stack: object[] = []; // what is being printed, outermost first

  constructor(options: InspectOptions | undefined) {
    this.indent = options?.indent ?? 0;
    this.maxDepth = options?.depth ?? 2;
    this.singleLine = options?.singleLine ?? false;
    this.quote = options?.quote ?? false;
    this.colors = options?.colors ?? false;
    this.sorted = options?.sorted ?? false;
  }

  // template writes a format string with the arguments it takes, and returns the index of the first it left.
  template(s: string, args: readonly unknown[], next: number): number {
    let from = 0;
    for (let i = 0; i < s.length - 1 && next <= args.length; i++) {
      if (s[i] !== "%") continue;
      const c = s[i + 1];
      if (c === "%") {
        this.text(StringPrototypeSlice(s, from, i + 1));
        from = i + 2;
        i++;
        continue;
      }
      if (next >= args.length || StringPrototypeIndexOf("sdifoOjc", c) < 0) continue;
      this.text(StringPrototypeSlice(s, from, i));
      from = i + 2;
      i++;
      this.directive(c!, args[next++]);
    }
    this.text(StringPrototypeSlice(s, from));
    return next;
  }

  directive(c: string, v: any): void {
    switch (c) {
      case "s":
        if (typeof v === "symbol") this.text(SymbolPrototypeToString(v));
        else if (typeof v === "object" && v !== null && typeof v.toString !== "function") this.nested(v);
        else this.text(`${v}`);
        return;
      case "d":
      case "i":
      case "f":
        if (typeof v === "bigint") this.text(`${v}n`);
        else if (typeof v === "symbol" || (typeof v === "object" && v !== null)) this.text("NaN");
        else this.text(number(c === "f" ? +v : MathTrunc(+v)));
        return;
      case "j":
        this.text(`${json(v)}`);
        return;
      case "o":
      case "O": {
        this.nested(v);
        return;
      }
      case "c":
        return; // styles are for colours, and there are none
    }
  }

  nested(v: unknown): void {
    const quote = this.quote;
    this.quote = true;
    this.value(v);
    this.quote = quote;
  }

  text(s: string): void {
    this.out += s;
    this.line += s.length;
  }

  // tint writes text in a colour of the terminal's, if there are colours.
  tint(color: number, s: string): void {
    this.out += this.colors ? `\u001b[0m\u001b[${color}m${s}\u001b[0m` : s;
    this.line += s.length;
  }

  resetLine(): void {
    this.line = this.indent * 2;
  }

  goodTimeForNewline(): boolean {
    if (this.line > 80) {
      this.resetLine();
      return true;
    }
    return false;
  }

  newline(): void {
    this.out += this.indent < newlines.length ? newlines[this.indent]! : "\n" + StringPrototypeRepeat("  ", this.indent);
  }

  comma(): void {
    this.tint(dim, ",");
  }

  value(v: unknown): void {
    switch (typeof v) {
      case "string":
        this.string(v);
        return;
      case "number":
        this.tint(yellow, number(v));
        return;
      case "boolean":
        this.tint(yellow, `${v}`);
        return;
      case "undefined":
        this.tint(dim, "undefined");
        return;
      case "bigint":
        this.tint(yellow, `${BigIntPrototypeToString(v)}n`);
        return;
      case "symbol":
        this.tint(blue, SymbolPrototypeToString(v));
        return;
    }
    if (v === null) {
      this.tint(yellow, "null");
      return;
    }
    this.object(v as object);
  }

  string(s: string): void {
    if (this.colors) this.tint(green, this.quote ? quoted(s) : s);
    else {
      this.line += s.length;
      this.out += this.quote ? quoted(s) : s;
    }
  }

  object(v: object): void {
    let kind = host.classOf(v);
    while (kind === "Proxy") {
      const target: object | null = host.proxyDetails(v)![0];
      if (target === null) {
        this.text("<Revoked Proxy>");
        return;
      }
      v = target;
      kind = host.classOf(v);
    }
    if (this.customised(v)) return;
    switch (kind) {
      case "String": {
        const s = StringPrototypeValueOf(v);
        if (s === "") this.text('[String: ""]');
        else this.string(s);
        return;
      }
      case "Number": {
        const n = NumberPrototypeValueOf(v);
        this.tint(yellow, `[Number: ${n}]`);
        return;
      }
      case "Boolean":
        this.tint(yellow, `[Boolean: ${BooleanPrototypeValueOf(v)}]`);
        return;
      case "BigInt":
        this.text(`[BigInt: ${BigIntPrototypeValueOf(v)}n]`);
        return;
      case "Symbol":
        this.text(`[Symbol: ${SymbolPrototypeToString(SymbolPrototypeValueOf(v))}]`);
        return;
      case "RegExp":
        this.tint(red, regExp(v));
        return;
      case "Date":
        this.tint(magenta, date(v));
        return;
      case "Promise":
        this.promise(v);
        return;
      case "Generator":
      case "AsyncGenerator":
        this.out += "{}";
        return;
      case "WeakMap":
      case "WeakSet":
        this.out += `${kind} {}`;
        return;
      case "ArrayBuffer":
      case "SharedArrayBuffer":
      case "DataView":
        this.bytes(v, kind);
        return;
    }
    if (typeof v === "function") {
      if (this.colors) this.tint(cyan, functionText(v));
      else this.out += functionText(v);
      return;
    }
    if (TypedArrayPrototypeGetSymbolToStringTag(v) !== undefined) {
      this.typedArray(v as Uint8Array);
      return;
    }
    if (ArrayPrototypeIncludes(this.stack, v)) {
      this.out += "[Circular]";
      return;
    }
    ArrayPrototypePush(this.stack, v);
    switch (kind) {
      case "Array":
      case "Arguments":
        this.array(v as unknown[], kind === "Arguments");
        break;
      case "Map":
      case "Set":
        this.collection(v, kind);
        break;
      case "Map Iterator":
      case "Set Iterator":
        this.iterator(v, kind === "Map Iterator" ? "MapIterator" : "SetIterator");
        break;
      case "Error":
      case "DOMException":
        this.error(v);
        break;
      default:
        this.plain(v);
    }
    this.stack.length--;
  }

  // customised prints what the object's own inspect function, or a runtime class's, says.
  customised(v: object): boolean {
    const fn = (v as any)[custom];
    if (typeof fn === "function") {
      const options = plain();
      options.depth = this.maxDepth - this.depth;
      options.colors = this.colors;
      options.showHidden = false;
      options.compact = 3;
      options.breakLength = 80;
      options.stylize = (s: unknown) => `${s}`;
      const r = FunctionPrototypeCall(fn, v, this.maxDepth - this.depth, { ...options }, publicInspect);
      if (typeof r === "string") this.out += r;
      else if (r !== v) this.value(r);
      else this.plain(v);
      return true;
    }
    let proto = ReflectGetPrototypeOf(v);
    if (proto === ObjectPrototype || proto === ArrayPrototype) return false;
    for (let i = 0; i < 4 && proto !== null && proto !== ObjectPrototype; i++) {
      const c = printers.get(proto);
      if (c !== undefined) {
        this.fields(v, c);
        return true;
      }
      if (host.classOf(proto) === "Proxy") return false;
      proto = ReflectGetPrototypeOf(proto);
    }
    return false;
  }

  fields(v: object, c: ClassPrinter): void {
    const name = className(v) || c.name;
    let fields: Record<string, unknown> | string;
    try {
      fields = c.text !== undefined ? c.text(v) : c.fields(v);
    } catch {
      this.out += `${name} {}`; // an object that only inherits from the class
      return;
    }
    if (typeof fields === "string") {
      this.out += this.indent === 0 || c.text === undefined ? fields : indentLines(fields, StringPrototypeRepeat("  ", this.indent));
      return;
    }
    if (ArrayPrototypeIncludes(this.stack, v)) {
      this.out += "[Circular]";
      return;
    }
    if (this.depth > this.maxDepth) {
      this.text(`[${name} ...]`);
      return;
    }
    ArrayPrototypePush(this.stack, v);
    const p = new Properties(this, () => `${name} `);
    const keys = ReflectOwnKeys(fields);
    for (let i = 0; i < keys.length; i++) p.data(keys[i]!, fields[keys[i] as string], c.quoteKeys);
    if (!p.end()) this.out += name === "FormData" ? "{}" : `${name} {}`; // as Bun prints it
    this.stack.length--;
  }

  array(v: unknown[], isArguments: boolean): void {
    const length = v.length;
    if (length === 0) {
      this.text("[]");
      return;
    }
    if (this.depth > this.maxDepth) {
      this.text("[Array ...]");
      return;
    }
    let multiline = length > 10;
    this.indent++;
    this.depth++;
    this.line += 2;
    const quote = this.quote;
    this.quote = true;

    const first = ReflectGetOwnPropertyDescriptor(v, 0);
    multiline = multiline || (first !== undefined && !isSimple(first)) || this.goodTimeForNewline();
    if (!this.singleLine && multiline) {
      this.resetLine();
      this.out += "[";
      this.newline();
      this.line++;
    } else {
      this.out += "[ ";
      this.line += 2;
    }
    let empty = -1; // where the run of holes began
    if (first === undefined) empty = 0;
    else this.slot(first);

    let shown = 1;
    for (let i = 1; i < length; i++) {
      const d = ReflectGetOwnPropertyDescriptor(v, i);
      if (d === undefined) {
        if (empty < 0) empty = i;
        const next = nextIndex(v, i);
        i = next - 1;
        continue;
      }
      if (shown >= 100) {
        this.comma();
        this.line = 0;
        this.newline();
        this.out += `... ${length - i} more items`;
        break;
      }
      shown++;
      if (empty >= 0) {
        if (this.holes(empty, i)) multiline = true;
        empty = -1;
      }
      if (this.separate()) multiline = true;
      this.slot(d);
    }
    if (empty >= 0 && this.holes(empty, length)) multiline = true;

    if (!isArguments) this.extraKeys(v);
    this.quote = quote;
    this.indent--;
    this.depth--;
    if (!this.singleLine && (multiline || this.goodTimeForNewline())) {
      this.resetLine();
      this.newline();
      this.out += "]";
      this.resetLine();
      this.line++;
    } else {
      this.text(" ]");
    }
  }

  // separate begins the next element of an array; true if on a new line.
  separate(): boolean {
    this.comma();
    if (!this.singleLine && this.goodTimeForNewline()) {
      this.newline();
      return true;
    }
    this.out += " ";
    this.line++;
    return false;
  }

  // holes prints a run of holes; true if on a new line.
  holes(from: number, to: number): boolean {
    const broke = from > 0 && this.separate();
    const n = to - from;
    if (n === 1) this.out += "empty item";
    else {
      this.line += ("" + n).length;
      this.out += `${n} x empty items`;
    }
    return broke;
  }

  // extraKeys prints an array's properties that are not indices.
  extraKeys(v: object): void {
    this.goodTimeForNewline(); // as Bun does, so that a long last line is not broken after
    const keys = ownNonIndexKeys(v);
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]!;
      if (key === "length" || key === "constructor") continue;
      this.comma();
      if (!this.singleLine && this.goodTimeForNewline()) this.newline();
      else {
        this.out += " ";
        this.line++;
      }
      this.key(key);
      this.slot(ReflectGetOwnPropertyDescriptor(v, key)!);
    }
  }

  // slot prints a property: its value, or which accessors it has.
  slot(d: PropertyDescriptor): void {
    if (ObjectHasOwn(d, "value")) this.value(d.value);
    else {
      const which = d.get !== undefined ? (d.set !== undefined ? "[Getter/Setter]" : "[Getter]") : "[Setter]";
      if (this.colors) this.tint(cyan, which);
      else this.out += which;
    }
  }

  key(key: PropertyKey, quote = false): void {
    if (this.colors) return this.colouredKey(key, quote);
    if (typeof key === "symbol") {
      const s = SymbolPrototypeToString(key);
      this.line += s.length + 3;
      this.out += `[${s}]: `;
    } else if (!quote && isIdentifier(key as string)) {
      this.line += (key as string).length + 1;
      this.out += `${key as string}: `;
    } else {
      this.line += (key as string).length + 2;
      this.out += `${quoted(key as string)}: `;
    }
  }

  colouredKey(key: PropertyKey, quote: boolean): void {
    const colon = "\u001b[2m:\u001b[0m ";
    if (typeof key === "symbol") {
      const s = SymbolPrototypeToString(key);
      this.line += s.length + 3;
      this.out += `\u001b[0m\u001b[2m[\u001b[0m\u001b[34m${s}\u001b[0m\u001b[2m]:\u001b[0m `;
    } else if (!quote && isIdentifier(key as string)) {
      this.line += (key as string).length + 1;
      this.out += `\u001b[0m${key as string}${colon}`;
    } else {
      this.line += (key as string).length + 2;
      this.out += `\u001b[0m\u001b[32m${quoted(key as string)}\u001b[0m${colon}`;
    }
  }

  plain(v: object): void {
    if (this.depth > this.maxDepth) {
      if (this.singleLine) this.out += " ";
      else if (this.goodTimeForNewline()) {
        this.newline();
        this.resetLine();
      }
      this.out += "[Object ...]";
      return;
    }
    const name = (): string => {
      const n = className(v);
      if (n === "Object") return ReflectGetPrototypeOf(v) === null ? "[Object: null prototype] " : "";
      return n === "" ? "" : `${n} `;
    };
    const p = new Properties(this, name);
    let seen: Set<PropertyKey> | undefined; // needed where there is more than one level
    let o: object | null = v;
    for (let i = 0; i < 5 && o !== null && o !== ObjectPrototype && o !== FunctionPrototype; i++) {
      if (i > 0 && host.classOf(o) === "Proxy") break;
      const keys = this.sorted ? sortedKeys(o) : ReflectOwnKeys(o);
      const next: object | null = ReflectGetPrototypeOf(o);
      if (seen === undefined && next !== ObjectPrototype && next !== null) seen = new SafeSet();
      for (let j = 0; j < keys.length; j++) {
        const key = keys[j]!;
        if (key === "constructor" || key === "__proto__" || key === SymbolToStringTag) continue;
        if (seen !== undefined) {
          if (seen.has(key)) continue;
          seen.add(key);
        }
        const d = ReflectGetOwnPropertyDescriptor(o, key);
        if (d !== undefined) p.property(key, d);
      }
      o = next;
    }
    if (!p.end()) this.out += `${name()}{}`;
  }

  collection(v: object, kind: "Map" | "Set"): void {
    const entries = host.previewEntries(v)![0];
    const n = kind === "Map" ? entries.length / 2 : entries.length;
    if (n === 0) {
      this.out += `${kind} {}`;
      return;
    }
    if (this.depth > this.maxDepth) {
      this.text(`[${kind} ...]`);
      return;
    }
    this.out += `${kind}(${n}) {`;
    this.open();
    for (let i = 0; i < entries.length; i++) {
      this.entry(i > 0);
      this.value(entries[i]);
      if (kind === "Map") {
        this.out += ": ";
        this.value(entries[++i]);
      }
      if (!this.singleLine) this.comma();
    }
    this.close();
  }

  iterator(v: object, name: string): void {
    const preview = host.previewEntries(v)!;
    const entries = preview[0];
    const pairs = preview[1];
    this.out += `${name} { `;
    if (entries.length === 0) {
      this.out += "}";
      return;
    }
    this.open();
    for (let i = 0; i < entries.length; i++) {
      this.entry(i > 0);
      if (pairs) {
        this.value([entries[i], entries[i + 1]]);
        i++;
      } else this.value(entries[i]);
      if (!this.singleLine) this.comma();
    }
    this.close();
  }

  open(): void {
    this.indent++;
    this.depth++;
    ArrayPrototypePush(this.quotes, this.quote);
    this.quote = true;
  }

  entry(more: boolean): void {
    if (!this.singleLine) this.newline();
    else this.out += more ? ", " : " ";
  }

  close(): void {
    this.indent--;
    this.depth--;
    this.quote = this.quotes[this.quotes.length - 1]!;
    this.quotes.length--;
    if (this.singleLine) this.out += " ";
    else this.newline();
    this.out += "}";
  }

  quotes: boolean[] = [];

  promise(v: object): void {
    if (!this.singleLine && this.goodTimeForNewline()) this.newline();
    const state = host.promiseState(v)![0];
    this.out += `Promise { <${state === "fulfilled" ? "resolved" : state}> }`;
  }

  typedArray(v: Uint8Array): void {
    let name = TypedArrayPrototypeGetSymbolToStringTag(v)!;
    if (name === "Uint8Array" && className(v) === "Buffer") name = "Buffer";
    this.elements(name, v, TypedArrayPrototypeGetLength(v));
  }

  bytes(v: object, kind: string): void {
    const b = host.buffer(v);
    if (b === undefined) {
      this.out += `${kind}(0) []`;
      return;
    }
    this.elements(kind, new Uint8Array_(b[0] as ArrayBuffer, b[1], b[2]), b[2]);
  }

  elements(name: string, v: ArrayLike<number | bigint>, length: number): void {
    let s = `${name}(${length}) [`;
    for (let i = 0; i < length; i++) {
      const x = v[i]!;
      s += i > 0 ? ", " : " ";
      s += typeof x === "bigint" ? `${x}n` : `${x}`;
    }
    this.out += length > 0 ? s + " ]" : s + "]";
  }

  error(v: object): void {
    this.out += errorText(v, this.indent);
    const quote = this.quote;
    this.quote = true;
    const p = new Properties(this, () => " ");
    const keys = ReflectOwnKeys(v);
    const header = errorHeaderKeys(v);
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]!;
      if (ArrayPrototypeIncludes(header, key) || !ObjectPrototypePropertyIsEnumerable(v, key)) continue;
      p.property(key, ReflectGetOwnPropertyDescriptor(v, key)!);
    }
    const cause = ReflectGetOwnPropertyDescriptor(v, "cause");
    if (cause !== undefined) p.labelled("[cause]", cause);
    const errors = ReflectGetOwnPropertyDescriptor(v, "errors");
    if (errors !== undefined && !errors.enumerable) p.labelled("[errors]", errors);
    p.end();
    this.quote = quote;
  }
}

// Properties prints the braces and the properties of one object.
class Properties {
  f: Formatter;
  name: () => string;
  n = 0;
  quote = false;

  constructor(f: Formatter, name: () => string) {
    this.f = f;
    this.name = name;
  }

  property(key: PropertyKey, d: PropertyDescriptor): void {
    this.begin();
    this.f.key(key);
    this.f.slot(d);
  }

  data(key: PropertyKey, value: unknown, quoteKey: boolean): void {
    this.begin();
    this.f.key(key, quoteKey);
    this.f.value(value);
  }

  labelled(label: string, d: PropertyDescriptor): void {
    this.begin();
    this.f.text(`${label}: `);
    this.f.slot(d);
  }

  begin(): void {
    const f = this.f;
    if (this.n++ > 0) {
      f.comma();
      if (f.singleLine) {
        f.out += " ";
        f.line++;
      } else {
        f.newline();
        f.resetLine();
      }
      return;
    }
    f.out += this.name();
    f.line = f.indent * 2 + 1;
    f.indent++;
    f.depth++;
    this.quote = f.quote;
    f.quote = true;
    if (f.singleLine) f.out += "{ ";
    else {
      f.out += "{";
      f.newline();
    }
  }

  // end closes the braces; false if there was nothing to print.
  end(): boolean {
    const f = this.f;
    if (this.n === 0) return false;
    f.quote = this.quote;
    f.depth--;
    f.indent--;
    if (f.singleLine) {
      f.line += 2;
      f.out += " }";
    } else {
      f.comma();
      f.newline();
      f.out += "}";
      f.line++;
    }
    return true;
  }
}

// publicInspect is the inspect function that a custom inspect function gets as its third argument.
const publicInspect = {
  inspect(value: unknown, options?: any): string {
    return inspect(value, { depth: depthOption(options), quote: true });
  },
}.inspect;

// depthOption reads a guest's `depth` option: null and Infinity mean no limit.
export function depthOption(options: any): number | undefined {
  if (options === null || typeof options !== "object") return undefined;
  const d = options.depth;
  if (d === null) return Infinity;
  return typeof d === "number" && !NumberIsNaN(d) ? d : undefined;
}

// stackOf is an error's stack: what it, or a class of its own, says; else what the
// engine says, whatever a guest put in Error.prototype.
export function stackOf(e: object): unknown {
  for (let o: object | null = e; o !== null; o = ObjectGetPrototypeOf(o)) {
    if (o === ErrorPrototype) return ErrorPrototypeGetStack(e);
    if (ReflectGetOwnPropertyDescriptor(o, "stack") !== undefined) break;
  }
  return (e as any).stack;
}

// errorText is an error's name, message and stack, later lines indented; never throws.
export function errorText(e: object, indent: number): string {
  let stack = "";
  try {
    const s = stackOf(e);
    if (typeof s === "string") stack = s;
  } catch {
    // A guest's getter threw: print without stack.
  }
  const header = errorHeader(e);
  const at = framesOf(stack);
  let text: string;
  if (stack === "" || stack === header) text = `[${header}]`;
  else if (at >= 0 && headed(e, stack, at, header)) text = `${header}\n${trimNewlines(StringPrototypeSlice(stack, at))}`;
  else text = trimNewlines(stack);
  return indent === 0 ? text : indentLines(text, StringPrototypeRepeat("  ", indent));
}

function errorHeader(e: object): string {
  let name = "Error";
  let message = "";
  try {
    const n = (e as any).name;
    if (typeof n === "string" && n !== "") name = n;
    const m = (e as any).message;
    if (m !== undefined) message = `${m}`;
  } catch {
    // A guest's getter threw: print what is known.
  }
  return message === "" ? name : `${name}: ${message}`;
}

// errorHeaderKeys are the own properties that errorText shows already.
function errorHeaderKeys(e: object): PropertyKey[] {
  const name = ReflectGetOwnPropertyDescriptor(e, "name");
  const keys: PropertyKey[] = ["stack", "message", "cause"];
  if (name !== undefined && typeof name.value === "string") keys[3] = "name";
  return keys;
}

// framesOf returns where the frames of a stack begin: the lines at its end that say "at"; -1 without any.
export function framesOf(stack: string): number {
  let at = -1;
  for (let end = stack.length; end > 0; ) {
    const from = StringPrototypeLastIndexOf(stack, "\n", end - 1) + 1;
    if (from < end) {
      if (!StringPrototypeStartsWith(stack, "    at ", from) && !(from === 0 && StringPrototypeStartsWith(stack, "at "))) break;
      at = from;
    }
    end = from - 1;
  }
  return at;
}

// headed reports whether what stands before a stack's frames is a header that the error's name and message of now replace:
// none, the one the engine wrote, or a captured one that lacks the name.
function headed(e: object, stack: string, at: number, header: string): boolean {
  if (at === 0) return true;
  // Exact, also for a message that itself ends in lines like frames.
  if (StringPrototypeStartsWith(stack, header) && stack[header.length] === "\n") return false;
  const own = ReflectGetOwnPropertyDescriptor(e, "stack");
  if (own === undefined) return true;
  const colon = StringPrototypeIndexOf(header, ":");
  const name = colon < 0 ? header : StringPrototypeSlice(header, 0, colon);
  return own.enumerable === false && name !== "Error" && !StringPrototypeStartsWith(stack, name); // a plain Error's stack may be the program's own
}

function trimNewlines(s: string): string {
  let end = s.length;
  while (end > 0 && s[end - 1] === "\n") end--;
  return end === s.length ? s : StringPrototypeSlice(s, 0, end);
}

function indentLines(s: string, prefix: string): string {
  let out = "";
  let from = 0;
  for (;;) {
    const at = StringPrototypeIndexOf(s, "\n", from);
    if (at < 0) return out + StringPrototypeSlice(s, from);
    out += StringPrototypeSlice(s, from, at + 1) + prefix;
    from = at + 1;
  }
}

// isSimple reports whether a property prints as a primitive, which lets an array start on the same line.
function isSimple(d: PropertyDescriptor): boolean {
  if (!ObjectHasOwn(d, "value")) return false;
  const v = d.value;
  if (v === null || (typeof v !== "object" && typeof v !== "function")) return true;
  switch (host.classOf(v)) {
    case "RegExp":
    case "String":
    case "Number":
    case "Boolean":
      return true;
  }
  return false;
}

// nextIndex finds the next own index of a sparse array from i on, without visiting each hole.
function nextIndex(v: unknown[], i: number): number {
  if (i + 1 < v.length && ObjectHasOwn(v, i + 1)) return i + 1;
  const keys = ReflectOwnKeys(v);
  let lo = 0;
  let hi = keys.length; // indices come first, ascending
  while (lo < hi) {
    const mid = (lo + hi) >> 1;
    const k = keys[mid]!;
    const n = typeof k === "string" && isIndex(k) ? +k : v.length;
    if (n > i) hi = mid;
    else lo = mid + 1;
  }
  const k = keys[lo];
  return typeof k === "string" && isIndex(k) ? +k : v.length;
}

function isIndex(key: string): boolean {
  if (key === "" || key.length > 10) return false;
  for (let i = 0; i < key.length; i++) {
    const c = StringPrototypeCharCodeAt(key, i);
    if (c < 48 || c > 57) return false;
  }
  return true;
}

// sortedKeys are an object's own keys by name, symbols last.
function sortedKeys(o: object): PropertyKey[] {
  const keys = ReflectOwnKeys(o);
  const names: PropertyKey[] = [];
  const symbols: PropertyKey[] = [];
  for (let i = 0; i < keys.length; i++) ArrayPrototypePush(typeof keys[i] === "symbol" ? symbols : names, keys[i]);
  ArrayPrototypeSort(names, (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0));
  for (let i = 0; i < symbols.length; i++) ArrayPrototypePush(names, symbols[i]);
  return names;
}

function ownNonIndexKeys(v: object): PropertyKey[] {
  const keys = ReflectOwnKeys(v);
  const out: PropertyKey[] = [];
  // Indices come first, so look from the end.
  for (let i = keys.length - 1; i >= 0; i--) {
    const key = keys[i]!;
    if (typeof key === "string" && isIndex(key)) break;
    ArrayPrototypePush(out, key);
  }
  return ArrayPrototypeReverse(out);
}

// className is the name an object prints under: its constructor's, unless that is Object and it has a string tag.
export function className(v: object): string {
  if (ReflectGetPrototypeOf(v) === ObjectPrototype && !ObjectHasOwn(v, "constructor") && !ObjectHasOwn(v, SymbolToStringTag)) return "Object";
  let name: string | undefined = constructorName(v);
  if (name === undefined) {
    let proto = ReflectGetPrototypeOf(v);
    for (let i = 0; i < 100 && proto !== null && name === undefined && host.classOf(proto) !== "Proxy"; i++) {
      name = constructorName(proto);
      proto = ReflectGetPrototypeOf(proto);
    }
  }
  if (name !== undefined && name !== "Object") return name;
  let o: object | null = v;
  for (let i = 0; i < 100 && o !== null && host.classOf(o) !== "Proxy"; i++) {
    const d = ReflectGetOwnPropertyDescriptor(o, SymbolToStringTag);
    if (d !== undefined) return typeof d.value === "string" ? d.value : "Object";
    o = ReflectGetPrototypeOf(o);
  }
  return "Object";
}

function constructorName(o: object): string | undefined {
  const c = ReflectGetOwnPropertyDescriptor(o, "constructor")?.value;
  return typeof c === "function" ? functionName(c) : undefined;
}

function functionName(f: Function): string {
  const d = host.classOf(f) === "Proxy" ? undefined : ReflectGetOwnPropertyDescriptor(f, "name");
  return d !== undefined && typeof d.value === "string" ? d.value : "";
}

function functionText(f: Function): string {
  const name = functionName(f);
  if (ReflectGetOwnPropertyDescriptor(f, "prototype")?.writable === false) {
    const base = ReflectGetPrototypeOf(f);
    const parent = typeof base === "function" && base !== FunctionPrototype ? functionName(base) : "";
    return `[class ${name === "" ? "(anonymous)" : name}${parent === "" ? "" : ` extends ${parent}`}]`;
  }
  const kind = host.classOf(f);
  return name === "" ? `[${kind}]` : `[${kind}: ${name}]`;
}

function regExp(v: object): string {
  return `/${RegExpPrototypeGetSource(v)}/${RegExpPrototypeGetFlags(v)}`;
}

function date(v: object): string {
  return NumberIsNaN(DatePrototypeGetTime(v)) ? "Invalid Date" : DatePrototypeToISOString(v);
}

function number(n: number): string {
  return n === 0 && 1 / n < 0 ? "-0" : "" + n;
}

function json(v: unknown): string | undefined {
  try {
    return JSONStringify(v);
  } catch {
    return "[Circular]";
  }
}

const identifier = /^[A-Za-z_$][\w$]*$/;

function isIdentifier(s: string): boolean {
  return RegExpPrototypeExec(identifier, s) !== null;
}

// quoted is a string as a JSON literal, with control characters in upper-case hexadecimal.
function quoted(s: string): string {
  const j = JSONStringify(s);
  if (StringPrototypeIndexOf(j, "\\u00") < 0) return j;
  let out = "";
  for (let i = 0; i < j.length; i++) {
    if (j[i] !== "\\") {
      out += j[i];
    } else if (j[i + 1] === "u" && j[i + 2] === "0") {
      out += "\\u" + StringPrototypeToUpperCase(StringPrototypeSlice(j, i + 2, i + 6));
      i += 5;
    } else {
      out += j[i]! + j[++i]!;
    }
  }
  return out;
}

let spare: Formatter | null = new Formatter(undefined);
