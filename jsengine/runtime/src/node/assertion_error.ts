// AssertionError and its messages, as Node words them.

import {
  ArrayPrototypeJoin, ArrayPrototypePush, ErrorCaptureStackTrace, ErrorPrototypeGetStack, Error_, ObjectAssign, ObjectCreate, ObjectDefineProperty, ObjectGetPrototypeOf, StringPrototypeEndsWith, StringPrototypeIndexOf,
  StringPrototypeRepeat, StringPrototypeSlice, setOwn, hide, isObject,
} from "../primordials.ts";
import { invalidArgType } from "./errors.ts";
import { inspect } from "./inspect.ts";

const words: any = {
  __proto__: null,
  deepStrictEqual: "Expected values to be strictly deep-equal:", strictEqual: "Expected values to be strictly equal:", strictEqualObject: 'Expected "actual" to be reference-equal to "expected":',
  deepEqual: "Expected values to be loosely deep-equal:", notDeepStrictEqual: 'Expected "actual" not to be strictly deep-equal to:', notStrictEqual: 'Expected "actual" to be strictly unequal to:',
  notStrictEqualObject: 'Expected "actual" not to be reference-equal to "expected":', notDeepEqual: 'Expected "actual" not to be loosely deep-equal to:',
  notIdentical: "Values have same structure but are not reference-equal:", notDeepEqualUnequal: "Expected values not to be loosely deep-equal:",
};

function shown(v: unknown): string {
  return inspect(v, { __proto__: null, compact: false, customInspect: false, depth: 1000, maxArrayLength: Infinity, showHidden: false, showProxy: false, sorted: true, getters: true });
}

function split(s: string): string[] {
  const out: string[] = [];
  let from = 0;
  for (let at; (at = StringPrototypeIndexOf(s, "\n", from)) >= 0; from = at + 1) ArrayPrototypePush(out, StringPrototypeSlice(s, from, at));
  ArrayPrototypePush(out, StringPrototypeSlice(s, from));
  return out;
}

// cut shortens what is longer than fifty lines.
function cut(lines: string[]): string[] {
  if (lines.length > 50) {
    lines[46] = "...";
    lines.length = 47;
  }
  return lines;
}

// diff shows two printed values line by line: what only one has with a sign, and of what both have the lines nearby.
function diff(actual: any, expected: any, operator: string, message?: unknown): string {
  const text = shown(actual);
  const a = split(text), b = split(shown(expected));
  let indicator = "", end = "", other = "", out = "";
  let skipped = false;
  let i = 0;
  if (operator === "strictEqual" && ((typeof actual === "object" && actual !== null && typeof expected === "object" && expected !== null) || (typeof actual === "function" && typeof expected === "function"))) operator = "strictEqualObject";
  const head = message ? `${message}` : words[operator];
  if (a.length === 1 && b.length === 1 && a[0] !== b[0]) {
    const size = a[0]!.length + b[0]!.length;
    if (size <= 12) {
      if ((typeof actual !== "object" || actual === null) && (typeof expected !== "object" || expected === null) && (actual !== 0 || expected !== 0)) return `${head}\n\n${a[0]} !== ${b[0]}\n`;
    } else if (operator !== "strictEqualObject" && size < 80) {
      const min = a[0]!.length < b[0]!.length ? a[0]!.length : b[0]!.length;
      while (i < min && a[0]![i] === b[0]![i]) i++;
      if (i > 2) {
        indicator = `\n  ${StringPrototypeRepeat(" ", i)}^`;
        i = 0;
      }
    }
  }
  // Lines at the end that both have.
  while (a.length > 0 && b.length > 0 && a[a.length - 1] === b[b.length - 1]) {
    if (i++ < 3) end = `\n  ${a[a.length - 1]}${end}`;
    else other = a[a.length - 1]!;
    a.length--;
    b.length--;
  }
  const max = a.length > b.length ? a.length : b.length;
  if (max === 0) return `${words.notIdentical}\n\n${ArrayPrototypeJoin(cut(split(text)), "\n")}\n`;
  if (i >= 5) {
    end = `\n...${end}`;
    skipped = true;
  }
  if (other !== "") {
    end = `\n  ${other}${end}`;
    other = "";
  }
  let printed = 0, identical = 0;
  const title = `${head}\n+ actual - expected`;
  const longer = a.length < max ? b : a;
  const min = a.length < max ? a.length : b.length;
  // tail prints the last of the lines both have, before those that differ.
  const tail = (lines: string[]): void => {
    if (identical > 2) {
      if (identical > 3) {
        if (identical === 5) {
          out += `\n  ${lines[i - 3]}`;
          printed++;
        } else if (identical > 5) {
          out += "\n...";
          skipped = true;
        }
        out += `\n  ${lines[i - 2]}`;
        printed++;
      }
      out += `\n  ${lines[i - 1]}`;
      printed++;
    }
    identical = 0;
  };
  for (i = 0; i < max; i++) {
    if (i >= min) {
      tail(longer);
      if (longer === a) out += `\n+ ${a[i]}`;
      else other += `\n- ${b[i]}`;
      printed++;
    } else {
      const want = b[i]!;
      let got = a[i]!;
      // A comma alone is no difference.
      let differs = got !== want && (!StringPrototypeEndsWith(got, ",") || StringPrototypeSlice(got, 0, -1) !== want);
      if (differs && StringPrototypeEndsWith(want, ",") && StringPrototypeSlice(want, 0, -1) === got) {
        differs = false;
        got += ",";
      }
      if (differs) {
        tail(a);
        out += `\n+ ${got}`;
        other += `\n- ${want}`;
        printed += 2;
      } else {
        out += other;
        other = "";
        if (++identical <= 2) {
          out += `\n  ${got}`;
          printed++;
        }
      }
    }
    if (printed > 50 && i < max - 2) return `${title} ... Lines skipped\n${out}\n...${other}\n...`;
  }
  return `${title}${skipped ? " ... Lines skipped" : ""}\n${out}${other}${end}${indicator}`;
}

// withoutStack is an error whose stack is not compared.
function withoutStack(e: any): any {
  const copy = ObjectAssign(ObjectCreate(ObjectGetPrototypeOf(e)), e);
  ObjectDefineProperty(copy, "message", { __proto__: null, value: e.message } as any);
  return copy;
}

function generate(o: any): string {
  const op: string = o.operator;
  let { actual, expected } = o;
  if (actual instanceof Error_ && expected instanceof Error_) {
    actual = withoutStack(actual);
    expected = withoutStack(expected);
  }
  if (op === "deepStrictEqual" || op === "strictEqual") return diff(actual, expected, op);
  if (op === "notDeepStrictEqual" || op === "notStrictEqual") {
    const base = op === "notStrictEqual" && isObject(actual) ? words.notStrictEqualObject : words[op];
    const lines = cut(split(shown(actual)));
    if (lines.length === 1) return `${base}${lines[0]!.length > 5 ? "\n\n" : " "}${lines[0]}`;
    return `${base}\n\n${ArrayPrototypeJoin(lines, "\n")}\n`;
  }
  let text = shown(actual), other = shown(expected);
  const known = words[op];
  if (op === "notDeepEqual" && text === other) {
    text = `${known}\n\n${text}`;
    return text.length > 1024 ? `${StringPrototypeSlice(text, 0, 1021)}...` : text;
  }
  if (text.length > 512) text = `${StringPrototypeSlice(text, 0, 509)}...`;
  if (other.length > 512) other = `${StringPrototypeSlice(other, 0, 509)}...`;
  if (op === "deepEqual") return `${known}\n\n${text}\n\nshould loosely deep-equal\n\n${other}`;
  if (op === "notDeepEqual") return `${words.notDeepEqualUnequal}\n\n${text}\n\nshould not loosely deep-equal\n\n${other}`;
  return `${text} ${op} ${other}`;
}

export class AssertionError extends Error {
  constructor(options: any) {
    if (options === null || typeof options !== "object") throw invalidArgType("options", "object", options);
    const { message, operator, actual, expected } = options;
    const given = message !== undefined && message !== null;
    super(given ? (operator === "deepStrictEqual" || operator === "strictEqual" ? diff(actual, expected, operator, message) : `${message}`) : generate(options));
    setOwn(this, "generatedMessage", !message);
    hide(this, "name", "AssertionError [ERR_ASSERTION]");
    setOwn(this, "code", "ERR_ASSERTION");
    if (options.details !== undefined) {
      setOwn(this, "actual", undefined);
      setOwn(this, "expected", undefined);
      setOwn(this, "operator", undefined);
      for (let i = 0; i < options.details.length; i++) {
        setOwn(this, `message ${i}`, options.details[i].message);
        setOwn(this, `actual ${i}`, options.details[i].actual);
        setOwn(this, `expected ${i}`, options.details[i].expected);
        setOwn(this, `operator ${i}`, options.details[i].operator);
      }
    } else {
      setOwn(this, "actual", actual);
      setOwn(this, "expected", expected);
      setOwn(this, "operator", operator);
    }
    // The stack begins with the code, as that of Node's own errors.
    ErrorCaptureStackTrace(this, options.stackStartFn || options.stackStartFunction || AssertionError);
    ErrorPrototypeGetStack(this); // has the engine write the first line
    this.name = "AssertionError";
  }
  override toString(): string {
    return `${this.name} [${(this as any).code}]: ${this.message}`;
  }
}
hide(AssertionError.prototype, "name", "AssertionError");
