// How node:test reports: the events of a run, and what tap, spec and dot make of them.

import {
  ArrayPrototypeJoin, ArrayPrototypePop, ArrayPrototypePush, ArrayPrototypeShift, ArrayPrototypeUnshift, DatePrototypeToISOString, Error_, ObjectEntries,
  RegExpPrototypeExec, SafeSet, SafeWeakSet, StringPrototypeRepeat, StringPrototypeReplaceAll, StringPrototypeSlice, StringPrototypeSplit, StringPrototypeStartsWith, hasOwn, setOwn,
} from "../primordials.ts";
import { fileURL } from "../cjs.ts";
import { builtin } from "../modules.ts";
import { coded } from "../node/errors.ts";
import { inspect } from "../node/inspect.ts";
import { cwd } from "../process.ts";

export const testFailure = "ERR_TEST_FAILURE";

export interface Place {
  file: string;
  line: number;
  column: number;
}

export interface EventData {
  name?: string;
  nesting: number;
  testNumber?: number;
  details?: { duration_ms: number; type?: string; error?: any };
  skip?: string | boolean;
  todo?: string | boolean;
  count?: number;
  message?: string;
  file?: string;
  line?: number;
  column?: number;
}

export type Report = (type: string, data: EventData) => string;

function indent(nesting: number): string {
  return StringPrototypeRepeat("    ", nesting);
}

function escape(s: string): string {
  let out = StringPrototypeReplaceAll(s, "\\", "\\\\");
  out = StringPrototypeReplaceAll(out, "#", "\\#");
  out = StringPrototypeReplaceAll(out, "\n", "\\n");
  return StringPrototypeReplaceAll(out, "\r", "\\r");
}

function isError(v: unknown): boolean {
  return v !== null && typeof v === "object" && host.classOf(v) === "Error";
}

function assertion(v: any): boolean {
  return v !== null && typeof v === "object" && "expected" in v && "actual" in v;
}

// failures are what a run made of what tests threw: the last frame of those is a test's function.
const failures = new SafeWeakSet();

// failure is the error of a test that failed with what it threw.
export function failure(error: any, failureType: string): any {
  const message = typeof error === "string" ? error : error !== null && typeof error === "object" && typeof error.message === "string" ? error.message : inspect(error);
  const e = coded(Error_, testFailure, message);
  setOwn(e, "failureType", failureType);
  setOwn(e, "cause", error);
  failures.add(e);
  return e;
}

// frames are a stack's lines after "at ", as Node words them.
function frames(stack: string, ofTest: boolean): string[] {
  const lines = StringPrototypeSplit(stack, "\n") as string[], out: string[] = [];
  const loaded = builtin("node:module")!._cache;
  let last = -1;
  for (let i = 0; i < lines.length; i++) {
    const m = RegExpPrototypeExec(/^ {4}at (?:(.*) \()?(.*?)(:\d+:\d+)?\)?$/, lines[i]!);
    if (m === null) continue;
    const [, name, path, place = ""] = m as any;
    const at = path[0] === "/" && !hasOwn(loaded, path) ? fileURL(path) + place : path + place;
    last = name === "<anonymous>" || name === undefined ? out.length : -1;
    ArrayPrototypePush(out, last >= 0 ? at : `${name} (${at})`);
  }
  if (ofTest && last >= 0) out[last] = `TestContext.<anonymous> (${out[last]})`;
  return out;
}

function yaml(at: string, name: string | null, value: any, seen: Set<unknown>): string {
  if (value === undefined) return "";
  const prefix = `${at}  ${name}:`;
  if (value === null) return `${prefix} ~\n`;
  if (typeof value !== "object") {
    if (typeof value !== "string") return `${prefix} ${inspect(value)}\n`;
    const lines = StringPrototypeSplit(value, "\n") as string[];
    if (lines.length === 1) return `${prefix} ${inspect(value)}\n`;
    let out = `${prefix} |-\n`;
    for (let i = 0; i < lines.length; i++) out += `${at}    ${lines[i]}\n`;
    return out;
  }
  seen.add(value);
  let out = "", inner = at;
  const error = isError(value);
  if (name !== null) {
    out += prefix;
    if (host.classOf(value) === "Date") out += ` ${DatePrototypeToISOString(value)}`;
    out += "\n";
    inner += "  ";
  }
  const entries = ObjectEntries(value);
  for (let i = 0; i < entries.length; i++) {
    const key = entries[i]![0], v = entries[i]![1];
    if (error && (key === "cause" || key === "code")) continue;
    out += seen.has(v) && typeof v === "object" && v !== null ? `${inner}  ${key}: <Circular>\n` : yaml(inner, key, v, seen);
  }
  if (error) out += details(at, value, seen);
  return out;
}

function details(at: string, e: any, seen: Set<unknown>): string {
  let message = e.message ?? "<unknown error>", name = e.name, code = e.code, stack: unknown, of = e;
  if (code === testFailure && (e.failureType === "testCodeFailure" || e.failureType === "hookFailed" || e.failureType === "uncaughtException" || e.failureType === "unhandledRejection")) {
    const cause = e.cause;
    code = cause?.code ?? code;
    name = cause?.name ?? name;
    message = cause?.message ?? message;
    stack = cause?.stack ?? e.stack;
    if (assertion(cause)) of = cause;
  }
  let out = yaml(at, "error", message, seen);
  if (code) out += yaml(at, "code", code, seen);
  if (name && name !== "Error") out += yaml(at, "name", name, seen);
  if (assertion(of)) {
    out += yaml(at, "expected", of.expected, seen) + yaml(at, "actual", of.actual, seen);
    if (of.operator) out += yaml(at, "operator", of.operator, seen);
  }
  if (typeof stack === "string") {
    const list = frames(stack, failures.has(e));
    if (list.length > 0) out += `${at}  stack: |-\n${at}    ${ArrayPrototypeJoin(list, `\n${at}    `)}\n`;
  }
  return out;
}

function tapLine(status: string, d: EventData): string {
  let line = `${indent(d.nesting)}${status} ${d.testNumber}`;
  if (d.name) line += ` ${escape(`- ${d.name}`)}`;
  if (d.skip !== undefined) line += ` # SKIP${typeof d.skip === "string" && d.skip !== "" ? ` ${escape(d.skip)}` : ""}`;
  else if (d.todo !== undefined) line += ` # TODO${typeof d.todo === "string" && d.todo !== "" ? ` ${escape(d.todo)}` : ""}`;
  const at = indent(d.nesting), seen: Set<unknown> = new SafeSet();
  let text = `${at}  ---\n${yaml(at, "duration_ms", d.details!.duration_ms, seen)}${yaml(at, "type", d.details!.type, seen)}`;
  if (status === "not ok" && d.file !== undefined) text += yaml(at, "location", `${d.file}:${d.line}:${d.column}`, seen);
  if (d.details!.error !== undefined) text += yaml(at, null, d.details!.error, seen);
  return `${line}\n${text}${at}  ...\n`;
}

export function tap(): Report {
  let started = false;
  return (type, d) => {
    let out = "";
    if (!started) {
      started = true;
      out = "TAP version 13\n";
    }
    switch (type) {
      case "test:start":
        return `${out}${indent(d.nesting)}# Subtest: ${escape(d.name!)}\n`;
      case "test:pass":
        return out + tapLine("ok", d);
      case "test:fail":
        return out + tapLine("not ok", d);
      case "test:plan":
        return `${out}${indent(d.nesting)}1..${d.count}\n`;
      case "test:diagnostic":
        return `${out}${indent(d.nesting)}# ${escape(d.message!)}\n`;
    }
    return out;
  };
}

const symbols: Record<string, string> = { __proto__: null, "test:fail": "\u2716 ", "test:pass": "\u2714 ", "test:diagnostic": "\u2139 " } as any;

// errorOf is what a report shows of a failure: what the test threw.
function errorOf(e: any): unknown {
  return e?.code === testFailure ? (e.cause ?? e) : e;
}

function relative(file: string): string {
  const dir = cwd();
  return StringPrototypeStartsWith(file, `${dir}/`) ? StringPrototypeSlice(file, dir.length + 1) : file;
}

export function spec(): Report {
  const stack: EventData[] = [], reported: EventData[] = [], failed: EventData[] = [];
  const pad = (nesting: number): string => StringPrototypeRepeat("  ", nesting);
  const test = (type: string, d: EventData, prefix: string, at: string, parent: boolean): string => {
    let symbol = symbols[type]!, title = `${d.name} (${d.details!.duration_ms}ms)`;
    if (d.skip !== undefined) {
      symbol = "\ufe63 ";
      title += ` # ${typeof d.skip === "string" && d.skip !== "" ? d.skip : "SKIP"}`;
    } else if (d.todo !== undefined) title += ` # ${typeof d.todo === "string" && d.todo !== "" ? d.todo : "TODO"}`;
    let error = "";
    const e = d.details!.error;
    if (e !== undefined && !(parent && e.failureType === "subtestsFailed")) {
      error = `\n${at}  ${StringPrototypeReplaceAll(inspect(errorOf(e), { breakLength: Infinity }), "\n", `\n${at}  `)}\n`;
    }
    return `${prefix}${at}${symbol}${title}${error}\n`;
  };
  return (type, d) => {
    switch (type) {
      case "test:start":
        ArrayPrototypeUnshift(stack, d);
        return "";
      case "test:pass":
      case "test:fail": {
        ArrayPrototypeShift(stack);
        let prefix = "";
        while (stack.length > 0) {
          const parent = ArrayPrototypePop(stack) as EventData;
          ArrayPrototypeUnshift(reported, parent);
          prefix += `${pad(parent.nesting)}\u25b6 ${parent.name}\n`;
        }
        let parent = false;
        if (reported.length > 0 && reported[0]!.nesting === d.nesting && reported[0]!.name === d.name) {
          ArrayPrototypeShift(reported);
          parent = true;
        }
        if (type === "test:fail" && d.details!.error?.failureType !== "subtestsFailed") ArrayPrototypePush(failed, d);
        return test(type, d, prefix, pad(d.nesting), parent);
      }
      case "test:diagnostic":
        return `${pad(d.nesting)}${symbols[type]}${d.message}\n`;
      case "test:end": {
        if (failed.length === 0) return "";
        let out = `\n${symbols["test:fail"]}failing tests:\n`;
        for (let i = 0; i < failed.length; i++) {
          const f = failed[i]!;
          out += `\n${f.file === undefined ? "" : `test at ${relative(f.file)}:${f.line}:${f.column}\n`}${test("test:fail", f, "", "", false)}`;
        }
        return StringPrototypeSlice(out, 0, -1);
      }
    }
    return "";
  };
}

export function dot(): Report {
  let n = 0;
  return (type, d) => {
    if (type === "test:end") return n % 20 === 0 ? "" : "\n";
    if ((type !== "test:pass" && type !== "test:fail") || d.details!.type === "suite") return "";
    return `${type === "test:pass" ? "." : "X"}${++n % 20 === 0 ? "\n" : ""}`;
  };
}

