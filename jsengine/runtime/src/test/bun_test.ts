// bun:test, and the command `bun test`.

import {
  ArrayPrototypeJoin, ArrayPrototypePush, ArrayPrototypeSlice, ArrayPrototypeSort, Error_, MathMax, NumberPrototypeToFixed, ObjectDefineProperty, ObjectSetPrototypeOf, ParseInt,
  PromisePrototypeThen, ReflectApply, RegExpPrototypeExec, RegExpPrototypeTest, RegExp_, StringPrototypeIncludes, StringPrototypeIndexOf,
  StringPrototypePadStart, StringPrototypeRepeat, StringPrototypeReplaceAll, StringPrototypeSlice, StringPrototypeSplit, StringPrototypeStartsWith, TypeError_, withResolvers,
} from "../primordials.ts";
import { defineGlobals } from "../globals.ts";
import { errorText, inspect } from "../inspect.ts";
import { builtin, register } from "../modules.ts";
import { bunVersion, cwd, process, takeErrors } from "../process.ts";
import { internalTimer } from "../timers.ts";
import { tidy } from "../node/names.ts";
import { expect, expectTypeOf } from "./expect.ts";
import { junit, type Case, type Suite } from "./junit.ts";
import { callerPlace, jest, mock, onSetTimeout, setSystemTime, spyOn, vi } from "./mock.ts";
import { saveSnapshots, snapshots } from "./snapshot.ts";
import { state, type Running } from "./state.ts";
import { rowsOf, titleOf } from "./title.ts";

const revision = "a7733435c"; // Bun's, which the header names

type Hook = { run: (...args: any[]) => unknown; timeout: number };
const hookNames = ["beforeAll", "beforeEach", "afterEach", "afterAll"] as const;
type HookName = (typeof hookNames)[number];

interface Flags {
  only?: boolean;
  skip?: boolean;
  todo?: boolean;
  failing?: boolean;
  concurrent?: boolean;
}

interface Group {
  name: string;
  parent: Group | undefined;
  line: number; // of its definition; 0: nobody asks
  flags: Flags;
  items: (Group | Test)[];
  hooks: Record<HookName, Hook[]>;
}

interface Test {
  name: string;
  parent: Group;
  line: number;
  flags: Flags;
  run: ((...args: any[]) => unknown) | undefined;
  args: any[];
  timeout: number;
  retry: number;
  repeats: number;
  assertions: number; // of its last run
  made?: Case; // for the report
}

function isGroup(x: Group | Test): x is Group {
  return "items" in x;
}

function newGroup(name: string, parent: Group | undefined, flags: Flags, line = 0): Group {
  return { name, parent, line, flags, items: [], hooks: { beforeAll: [], beforeEach: [], afterEach: [], afterAll: [] } };
}

let collecting: Group | undefined; // where definitions go; undefined: none may be made
let active = false; // `bun test` runs
let placed = false; // where tests are defined is asked for
let defaultTimeout = 5000;
let allConcurrent = false;

// place is the line of the program that defines something.
function place(): number {
  return placed ? (callerPlace()?.[1] ?? 0) : 0;
}

function needRunner(name: string): void {
  if (!active) throw new Error_(`Cannot use ${name} outside of the test runner. Run "bun test" to run tests.`);
}

function where(name: string): Group {
  needRunner(name);
  if (collecting === undefined) throw new Error_(`Cannot call ${name}() inside a test. Call it inside describe() instead.`);
  return collecting;
}

// shownName is what errors call a definer of a name.
function shownName(name: string, flags: Flags): string {
  return name + (flags.skip ? ".skip" : flags.todo ? ".todo" : flags.only ? ".only" : flags.failing ? ".failing" : flags.concurrent ? ".concurrent" : "");
}

// options are what follows a title in any order: a function, a time or options.
function options(name: string, rest: any[], optional: boolean): { run: any; timeout: number; retry: number; repeats: number } {
  const out = { run: undefined as any, timeout: -1, retry: defaultRetry, repeats: 0 };
  for (let i = 0; i < rest.length; i++) {
    const r = rest[i];
    if (typeof r === "function") out.run = r;
    else if (typeof r === "number") out.timeout = r;
    else if (r !== null && typeof r === "object") {
      const given = (key: string): number | undefined => {
        const v = r[key];
        if (v !== undefined && typeof v !== "number") throw new Error_(`${name}() expects ${key} to be a number`);
        return v;
      };
      const retry = given("retry"), repeats = given("repeats");
      if (retry && repeats) throw new Error_(`${name}(): Cannot set both retry and repeats`);
      out.timeout = given("timeout") ?? out.timeout;
      out.retry = retry ?? out.retry;
      out.repeats = repeats ?? 0;
    } else if (r !== undefined && r !== null && out.run === undefined && i === rest.length - 1) break;
    else if (r !== undefined && r !== null) throw new Error_(`${name}() expects a number, object, or undefined as the third argument`);
  }
  if (out.run === undefined && !(optional && rest[0] === undefined)) throw new Error_(`${name} expects a function as the second argument`);
  return out;
}
let defaultRetry = 0;

function title(name: string, v: any, optional: boolean): string {
  if (v === undefined && optional) return "";
  if (typeof v === "function") return v.name;
  if (typeof v === "string" || typeof v === "number") return `${v}`;
  throw new Error_(`${name}() expects first argument to be a named class, named function, number, or string`);
}

function addTest(flags: Flags, label: any, rest: any[], args: any[]): void {
  const parent = where("test");
  const name = shownName("test", flags), optional = flags.skip === true || flags.todo === true;
  const o = options(name, rest, optional);
  ArrayPrototypePush(parent.items, { name: title(name, label, optional), parent, line: place(), flags, run: o.run, args, timeout: o.timeout, retry: o.retry, repeats: o.repeats, assertions: 0 });
}

function addGroup(flags: Flags, label: any, rest: any[], args: any[]): void {
  const parent = where("describe");
  const name = shownName("describe", flags), optional = flags.skip === true || flags.todo === true || typeof label === "function";
  const o = options(name, rest, optional);
  const g = newGroup(typeof label === "function" && o.run === undefined ? "" : title(name, label, optional), parent, flags, place());
  const run = o.run ?? (typeof label === "function" ? label : undefined);
  ArrayPrototypePush(parent.items, g);
  if (run === undefined) return;
  collecting = g;
  try {
    const r = ReflectApply(run, undefined, args);
    if (host.promiseState(r) !== undefined) ArrayPrototypePush(loading, r);
  } finally {
    collecting = parent;
  }
}
const loading: Promise<unknown>[] = []; // asynchronous groups

type Add = (flags: Flags, label: any, rest: any[], args: any[]) => void;

// definer makes test or describe: a function whose variants are on its prototype.
function definer(name: string, add: Add, flags: Flags): any {
  const f: any = {
    [name](label: any, ...rest: any[]): void {
      add(flags, label, rest, []);
    },
  }[name];
  const proto = { __proto__: Function.prototype };
  const variant = (key: string, more: Flags): void => {
    let made: any;
    ObjectDefineProperty(proto, key, {
      __proto__: null,
      get: () => (made ??= definer(name, add, { ...flags, ...more })),
      enumerable: true,
      configurable: true,
    } as any);
  };
  variant("only", { only: true });
  variant("skip", { skip: true });
  variant("todo", { todo: true });
  variant("concurrent", { concurrent: true });
  variant("serial", { concurrent: false });
  if (name === "test") variant("failing", { failing: true });
  const method = (key: string, value: unknown): void => {
    ObjectDefineProperty(proto, key, { __proto__: null, value, writable: true, enumerable: true, configurable: true } as any);
  };
  const when = (yes: boolean, more: Flags): any => (yes ? definer(name, add, { ...flags, ...more }) : f);
  method("if", { if: (c: unknown) => when(!c, { skip: true }) }.if);
  method("skipIf", { skipIf: (c: unknown) => when(!!c, { skip: true }) }.skipIf);
  method("todoIf", { todoIf: (c: unknown) => when(!!c, { todo: true }) }.todoIf);
  if (name === "test") method("failingIf", { failingIf: (c: unknown) => when(!!c, { failing: true }) }.failingIf);
  method("each", {
    each(table: any) {
      const rows = rowsOf(table);
      return (label: any, ...rest: any[]): void => {
        for (let i = 0; i < rows.length; i++) add(flags, typeof label === "string" ? titleOf(label, table[i], i) : label, rest, rows[i]!);
      };
    },
  }.each);
  ObjectSetPrototypeOf(f, proto);
  return f;
}

const test = definer("test", addTest, {});
const describe = definer("describe", addGroup, {});

function hook(name: HookName): any {
  return {
    [name](run: any, opts?: any): void {
      needRunner(name);
      if (typeof run !== "function") throw new TypeError_(`${name}() expects a function as the first argument`);
      const g = collecting ?? hookTarget;
      if (g === undefined) throw new Error_(`Cannot call ${name}() inside a test. Call it inside describe() instead.`);
      ArrayPrototypePush(g.hooks[name], { run, timeout: typeof opts === "number" ? opts : (opts?.timeout ?? -1) });
    },
  }[name];
}
let hookTarget: Group | undefined;

function onTestFinished(f: () => unknown): void {
  if (state.running === undefined) throw new Error_("Cannot call onTestFinished() here. It cannot be called outside of a test.");
  ArrayPrototypePush(state.running.finished, f);
}

function setDefaultTimeout(ms: unknown): void {
  needRunner("setDefaultTimeout");
  if (typeof ms !== "number" || !(ms >= 0)) throw new TypeError_("setTimeout() expects a number (milliseconds)");
  defaultTimeout = ms;
}

const api: any = tidy({
  afterAll: hook("afterAll"),
  afterEach: hook("afterEach"),
  beforeAll: hook("beforeAll"),
  beforeEach: hook("beforeEach"),
  describe,
  expect,
  expectTypeOf,
  it: test,
  jest,
  mock,
  onTestFinished,
  setDefaultTimeout,
  setSystemTime,
  spyOn,
  test,
  vi,
  xdescribe: definer("describe", addGroup, { skip: true }),
  xit: definer("test", addTest, { skip: true }),
  xtest: definer("test", addTest, { skip: true }),
});
register(["bun:test"], () => api);
onSetTimeout(setDefaultTimeout);

// The run.

interface Options {
  filters: string[];
  files: string[]; // by name, whatever they are called
  pattern: any;
  bail: number;
  todo: boolean;
  only: boolean;
  rerun: number;
  timed: boolean; // the time of a test was given
  retried: boolean;
  pass: boolean; // without tests
  quiet: boolean; // failures only
  dots: boolean;
  junit: boolean;
  outfile: string; // of the report
  root: string; // where tests are looked for
  preload: string[];
}

const stats = { pass: 0, skip: 0, todo: 0, fail: 0, filtered: 0, errors: 0, ran: 0, files: 0 };
const sources = /[._](?:test|spec)\.(?:[cm]?[jt]s|[jt]sx)$/;
const maxFiles = 100000; // entries of folders that are looked at

function say(text: string): void {
  host.write(2, text);
}

function took(since: number): string {
  return `[${NumberPrototypeToFixed(host.now() - since, 2)}ms]`;
}

class Bailed extends Error_ {}
class Late extends Error_ {}

// within waits for what run returns, no longer than ms.
async function within(run: () => unknown, ms: number): Promise<void> {
  const r: any = run();
  if (r === null || (typeof r !== "object" && typeof r !== "function") || typeof r.then !== "function") return;
  if (ms <= 0) {
    await r;
    return;
  }
  const late = withResolvers();
  const stop = internalTimer(() => late.reject(new Late()), ms, true);
  interrupt = late.reject;
  try {
    PromisePrototypeThen((async () => late.resolve(await r))(), undefined, late.reject);
    await late.promise;
  } finally {
    interrupt = undefined;
    stop();
  }
}
let interrupt: ((e: unknown) => void) | undefined; // fails what is waited for
let stray: unknown[] = []; // errors that nothing caught, of the test that runs

// called is a function of a test's, with done if it takes one more argument than it gets.
function called(run: (...args: any[]) => unknown, args: any[]): () => unknown {
  if (run.length <= args.length) return () => ReflectApply(run, undefined, args);
  return () => {
    const d = withResolvers();
    const done = (e?: unknown): void => {
      if (e === undefined || e === null) d.resolve();
      else d.reject(e);
    };
    const list = ArrayPrototypeSlice(args);
    ArrayPrototypePush(list, done);
    const r: any = ReflectApply(run, undefined, list);
    if (host.promiseState(r) !== undefined) PromisePrototypeThen(r, undefined, d.reject);
    return d.promise;
  };
}

// excerpt is the source around the place of an error's first frame, with a mark below it; "" if there is none.
function excerpt(e: any): string {
  let m: any, lines: string[];
  try {
    m = RegExpPrototypeExec(/\n    at (?:[^\n]*\()?(\/[^\n]*?):(\d+):(\d+)\)?(?:\n|$)/, `${e.stack}`);
    if (m === null) return "";
    lines = StringPrototypeSplit(builtin("node:fs")!.readFileSync(m[1], "utf8"), "\n");
  } catch {
    return "";
  }
  const line = +m[2], column = +m[3], width = m[2].length;
  if (line > lines.length || lines[line - 1]!.length > 1024) return "";
  let out = "";
  for (let n = MathMax(1, line - 5); n <= line; n++) out += `${StringPrototypePadStart(`${n}`, width)} | ${StringPrototypeSlice(lines[n - 1], 0, 1024)}\n`;
  return `${out}${StringPrototypeRepeat(" ", width + 3 + column - 1)}^\n`;
}

function shown(e: unknown): string {
  if (e !== null && typeof e === "object" && (host.classOf(e) === "Error" || host.classOf(e) === "DOMException")) {
    const text = StringPrototypeReplaceAll(errorText(e, 0), "\n    at ", "\n      at ");
    return `${excerpt(e)}${StringPrototypeStartsWith(text, "Error: ") ? `error: ${StringPrototypeSlice(text, 7)}` : text}\n`;
  }
  return `error: ${inspect(e)}\n`;
}

function fullName(t: Test | Group, separator: string): string {
  const names: string[] = [];
  for (let x: Test | Group | undefined = t; x !== undefined && x.parent !== undefined; x = x.parent) if (x.name !== "") names.unshift(x.name);
  return ArrayPrototypeJoin(names, separator);
}

function chain(t: Test): Group[] {
  const out: Group[] = [];
  for (let g: Group | undefined = t.parent; g !== undefined; g = g.parent) out.unshift(g);
  return out;
}

function inherits(t: Test | Group, flag: "skip" | "todo"): boolean {
  for (let x: Test | Group | undefined = t; x !== undefined; x = x.parent) if (x.flags[flag]) return true;
  return false;
}

function hasOnly(g: Group): boolean {
  for (let i = 0; i < g.items.length; i++) if (g.items[i]!.flags.only || (isGroup(g.items[i]!) && hasOnly(g.items[i] as Group))) return true;
  return false;
}

class Run {
  #o: Options;
  #selected: Set<Test> = new Set();
  suites: Suite[] = []; // of the files

  constructor(o: Options) {
    this.#o = o;
  }

  // What is to run of a file: tests that are only, or in groups that are, if there are any.
  #select(g: Group, only: boolean, inOnly: boolean): void {
    const narrower = inOnly && hasOnly(g);
    for (let i = 0; i < g.items.length; i++) {
      const x = g.items[i]!;
      if (isGroup(x)) this.#select(x, only, (inOnly && !narrower) || !!x.flags.only);
      else if (!only || x.flags.only || (inOnly && !narrower)) this.#selected.add(x);
    }
  }
  #runs(t: Test): boolean {
    return this.#selected.has(t) && !inherits(t, "skip") && !(inherits(t, "todo") && !(this.#o.todo && t.run !== undefined)) && this.#named(t);
  }
  #named(t: Test): boolean {
    return this.#o.pattern === undefined || RegExpPrototypeTest(this.#o.pattern, fullName(t, " "));
  }
  #any(g: Group): boolean {
    for (let i = 0; i < g.items.length; i++) {
      const x = g.items[i]!;
      if (isGroup(x) ? this.#any(x) : this.#runs(x)) return true;
    }
    return false;
  }

  // file runs the tests of a file; again: how often it was run before.
  async file(path: string, label: string, outer: Group, again: number): Promise<void> {
    stats.files++;
    say(`\n${label}:\n`);
    const root = newGroup("", outer, {});
    collecting = root;
    state.file = path;
    stray = [];
    try {
      await host.import(again === 0 ? path : `${path}?again=${again}`, path);
      for (let i = 0; i < loading.length; i++) await loading[i];
    } catch (e) {
      this.#between(e);
    } finally {
      collecting = undefined;
      loading.length = 0;
    }
    for (let i = 0; i < stray.length; i++) this.#between(stray[i]);
    this.#selected = new Set();
    this.#select(root, this.#o.only || hasOnly(root), false);
    try {
      await this.#group(root);
    } finally {
      saveSnapshots(path);
      if (this.#o.junit) ArrayPrototypePush(this.suites, { name: label, line: 0, items: this.#reported(root) });
    }
  }
  #between(e: unknown): void {
    stats.errors++;
    say(`\n# Unhandled error between tests\n-------------------------------\n${shown(e)}-------------------------------\n\n`);
  }

  async hooks(list: Hook[]): Promise<void> {
    for (let i = 0; i < list.length; i++) await within(called(list[i]!.run, []), list[i]!.timeout < 0 ? defaultTimeout : list[i]!.timeout);
  }

  async #group(g: Group): Promise<void> {
    const any = this.#any(g);
    let failed: { e: unknown } | undefined;
    if (any) {
      try {
        await this.hooks(g.hooks.beforeAll);
      } catch (e) {
        failed = { e };
      }
    }
    for (let i = 0; i < g.items.length; ) {
      const x = g.items[i]!;
      if (isGroup(x)) {
        if (failed !== undefined) this.#failAll(x, failed.e);
        else await this.#group(x);
        i++;
        continue;
      }
      const batch: Promise<void>[] = [];
      while (i < g.items.length && !isGroup(g.items[i]!) && this.#concurrent(g.items[i] as Test) && failed === undefined && batch.length < 20) {
        ArrayPrototypePush(batch, this.#test(g.items[i++] as Test));
      }
      for (let j = 0; j < batch.length; j++) await batch[j];
      if (batch.length > 0) continue;
      if (failed !== undefined && this.#runs(x)) this.#failed(x, failed.e, host.now());
      else await this.#test(x);
      i++;
    }
    if (any) {
      try {
        await this.hooks(g.hooks.afterAll);
      } catch (e) {
        this.#between(e);
      }
    }
  }
  #concurrent(t: Test): boolean {
    if (!this.#runs(t)) return false;
    for (let x: Test | Group | undefined = t; x !== undefined; x = x.parent) if (x.flags.concurrent !== undefined) return x.flags.concurrent;
    return allConcurrent;
  }
  #failAll(g: Group, e: unknown): void {
    for (let i = 0; i < g.items.length; i++) {
      const x = g.items[i]!;
      if (isGroup(x)) this.#failAll(x, e);
      else if (this.#runs(x)) this.#failed(x, e, host.now());
    }
  }
  #line(kind: string, t: Test, since?: number): void {
    if (this.#o.dots) return say(kind === "fail" ? "X" : ".");
    if (this.#o.quiet && kind !== "fail") return;
    say(`(${kind}) ${fullName(t, " > ")}${since === undefined ? "" : ` ${took(since)}`}\n`);
  }
  #record(t: Test, since: number, how: Partial<Case>): void {
    if (!this.#o.junit) return;
    const groups: string[] = [];
    for (let g: Group | undefined = t.parent; g !== undefined; g = g.parent) if (g.name !== "") ArrayPrototypePush(groups, g.name);
    t.made = { name: t.name, groups, line: t.line, ms: host.now() - since, assertions: t.assertions, ...how };
  }
  #reported(g: Group): (Suite | Case)[] {
    const out: (Suite | Case)[] = [];
    for (let i = 0; i < g.items.length; i++) {
      const x = g.items[i]!;
      if (isGroup(x)) {
        const items = this.#reported(x);
        if (items.length > 0) ArrayPrototypePush(out, { name: x.name, line: x.line, items });
        continue;
      }
      if (x.made !== undefined) ArrayPrototypePush(out, x.made);
    }
    return out;
  }
  #failed(t: Test, e: unknown, since: number): void {
    stats.fail++;
    stats.ran++;
    this.#record(t, since, { failure: failure(e) });
    if (e instanceof Late) {
      this.#line("fail", t, since);
      say(`  ^ this test timed out after ${t.timeout < 0 ? defaultTimeout : t.timeout}ms.\n`);
    } else if (e instanceof Passed) {
      this.#line("fail", t, since);
      say("  ^ this test is marked as failing but it passed. Remove `.failing` if tested behavior now works\n");
    } else {
      say(e instanceof Miscounted ? `AssertionError: ${e.message}\n` : shown(e));
      this.#line("fail", t, since);
    }
    if (this.#o.bail > 0 && stats.fail >= this.#o.bail) throw new Bailed();
  }

  async #test(t: Test): Promise<void> {
    if (!this.#selected.has(t)) {
      // Left out by another that is only.
      if (this.#named(t)) return;
    }
    if (!this.#named(t)) {
      stats.filtered++;
      return;
    }
    if (!this.#runs(t)) {
      const kind = inherits(t, "skip") ? "skip" : "todo";
      stats[kind]++;
      stats.ran++;
      this.#record(t, host.now(), { skipped: kind });
      this.#line(kind, t);
      return;
    }
    const began = host.now();
    for (let n = 0; n <= t.repeats; n++) {
      let error: { e: unknown } | undefined;
      for (let tries = 0; tries <= t.retry; tries++) {
        error = await this.#once(t);
        if (error === undefined) break;
      }
      if (t.flags.failing) error = error === undefined ? { e: new Passed() } : undefined;
      if (inherits(t, "todo")) {
        // A todo that is run and fails stays one.
        if (error !== undefined) {
          stats.todo++;
          stats.ran++;
          this.#record(t, began, { skipped: "todo" });
          return this.#line("todo", t);
        }
        error = { e: new Error_("this test is marked as todo but passes. Remove `.todo` or check that test is correct.") };
      }
      if (error !== undefined) return this.#failed(t, error.e, began);
    }
    stats.pass++;
    stats.ran++;
    this.#record(t, began, {});
    this.#line("pass", t, began);
  }
  // once runs a test with its hooks; undefined if it passed.
  async #once(t: Test): Promise<{ e: unknown } | undefined> {
    const running: Running = { name: fullName(t, " "), file: state.file, assertions: 0, expected: undefined, any: false, finished: [] };
    state.running = running;
    stray = [];
    const groups = chain(t);
    let error: { e: unknown } | undefined;
    try {
      for (let i = 0; i < groups.length; i++) await this.hooks(groups[i]!.hooks.beforeEach);
      await within(called(t.run!, t.args), t.timeout < 0 ? defaultTimeout : t.timeout);
      if (running.expected !== undefined && running.expected !== running.assertions) {
        throw new Miscounted(`expected ${counted(running.expected)}, but test ended with ${counted(running.assertions)}`);
      }
      if (running.any && running.assertions === 0) throw new Miscounted("received 0 assertions, but expected at least one assertion to be called");
    } catch (e) {
      error = { e };
    }
    for (let i = groups.length - 1; i >= 0; i--) {
      try {
        await this.hooks(groups[i]!.hooks.afterEach);
      } catch (e) {
        error ??= { e };
      }
    }
    for (let i = 0; i < running.finished.length; i++) {
      try {
        await running.finished[i]!();
      } catch (e) {
        error ??= { e };
      }
    }
    if (stray.length > 0) error ??= { e: stray[0] };
    state.running = undefined;
    t.assertions = running.assertions;
    return error;
  }
}

class Passed extends Error_ {}
class Miscounted extends Error_ {}

// failure is how the report tells an error.
function failure(e: any): Case["failure"] {
  if (e instanceof Late) return { type: "TimeoutError", message: "Test timed out", text: "" };
  if (e instanceof Passed) return { type: "AssertionError", message: "test marked with .failing() did not throw", text: "" };
  if (e === null || typeof e !== "object" || host.classOf(e) !== "Error") return { type: "AssertionError", message: inspect(e), text: "" };
  const type = typeof e.name !== "string" || e.name === "Error" || e instanceof Miscounted ? "AssertionError" : e.name;
  const message = `${e.message}`;
  return { type, message, text: `${type}: ${message}\n` };
}

function counted(n: number): string {
  return `${n} assertion${n === 1 ? "" : "s"}`;
}

function parse(argv: string[]): Options {
  const o: Options = { filters: [], files: [], pattern: undefined, bail: 0, todo: false, only: false, rerun: 1, timed: false, retried: false, pass: false, quiet: false, dots: false, junit: false, outfile: "", root: ".", preload: [] };
  const names: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const a = argv[i]!;
    const at = StringPrototypeIndexOf(a, "=");
    const name = StringPrototypeStartsWith(a, "-") && at > 0 ? StringPrototypeSlice(a, 0, at) : a;
    const given = at > 0 && name !== a ? StringPrototypeSlice(a, at + 1) : undefined;
    const value = (): string => given ?? argv[++i] ?? refuse(`The argument '${name}' requires a value but none was supplied.`);
    const integer = (): number => {
      const v = value(), n = ParseInt(v, 10);
      return n >= 0 ? n : refuse(`Invalid ${name}: "${v}"`);
    };
    switch (name) {
      case "--timeout":
        defaultTimeout = integer();
        o.timed = true;
        break;
      case "-u":
      case "--update-snapshots":
        state.update = true;
        break;
      case "--rerun-each":
        o.rerun = integer();
        break;
      case "--retry":
        defaultRetry = integer();
        o.retried = true;
        break;
      case "--todo":
        o.todo = true;
        break;
      case "--only":
        o.only = true;
        break;
      case "--pass-with-no-tests":
        o.pass = true;
        break;
      case "--concurrent":
        allConcurrent = true;
        break;
      case "--bail":
        o.bail = given === undefined ? 1 : integer();
        break;
      case "-t":
      case "--test-name-pattern":
        try {
          o.pattern = new RegExp_(value());
        } catch {
          refuse("--test-name-pattern expects a valid regular expression but received an invalid one");
        }
        break;
      case "--only-failures":
        o.quiet = true;
        break;
      case "--dots":
        o.dots = true;
        break;
      case "--reporter":
        switch (value()) {
          case "dots":
            o.dots = true;
            break;
          case "junit":
            o.junit = true;
            break;
          default:
            refuse(`unsupported reporter format '${given ?? argv[i]}'. Available options: 'junit' (for XML test results), 'dots'`);
        }
        break;
      case "--reporter-outfile":
        o.outfile = value();
        break;
      case "--preload":
      case "-r":
        ArrayPrototypePush(o.preload, value());
        break;
      case "--coverage":
        refuse("--coverage is not available: the engine does not count what code ran");
        break;
      case "--seed":
      case "--max-concurrency":
      case "--coverage-reporter":
      case "--coverage-dir":
      case "--path-ignore-patterns":
        value();
        break;
      default:
        if (!StringPrototypeStartsWith(a, "-")) ArrayPrototypePush(names, a);
    }
  }
  for (let i = 0; i < names.length; i++) {
    if (StringPrototypeStartsWith(names[i]!, "./") || StringPrototypeStartsWith(names[i]!, "/") || StringPrototypeStartsWith(names[i]!, "../")) ArrayPrototypePush(o.files, names[i]!);
    else ArrayPrototypePush(o.filters, names[i]!);
  }
  return o;
}

// configure takes what bunfig.toml says of tests, if the command line does not.
function configure(o: Options, given: any): void {
  if (given === null || typeof given !== "object") return;
  const setting = (key: string, type: "string" | "boolean" | "number"): any => {
    const v = given[key];
    if (v === undefined || (typeof v === type && !(v < 0))) return v;
    return refuse(`bunfig.toml: test.${key} is no ${type}${type === "number" ? " of at least 0" : ""}`);
  };
  o.root = setting("root", "string") ?? o.root;
  o.quiet ||= setting("onlyFailures", "boolean") ?? false;
  if (o.rerun <= 1) o.rerun = setting("rerunEach", "number") ?? o.rerun; // one run is what is had without a flag
  if (!o.timed) defaultTimeout = setting("timeout", "number") ?? defaultTimeout;
  if (!o.retried) defaultRetry = setting("retry", "number") ?? defaultRetry;
  if (given.reporter?.dots === true) o.dots = true;
  if (typeof given.reporter?.junit === "string" && !o.junit) {
    o.junit = true;
    o.outfile = given.reporter.junit;
  }
  const list = typeof given.preload === "string" ? [given.preload] : (given.preload ?? []);
  for (let i = 0; i < list.length; i++) ArrayPrototypePush(o.preload, list[i]);
}

function refuse(message: string): never {
  say(`error: ${message}\n`);
  return host.exit(1);
}

// discover finds the test files of a folder, in the order of their names; how many files it looked at.
function discover(dir: string, found: string[]): number {
  const fs = builtin("node:fs")!;
  let looked = 0, left = maxFiles;
  const walk = (at: string): void => {
    const entries: any[] = ArrayPrototypeSort(fs.readdirSync(at, { withFileTypes: true }), (a: any, b: any) => (a.name < b.name ? -1 : 1));
    const folders: string[] = [];
    for (let i = 0; i < entries.length; i++) {
      if (--left < 0) refuse(`there are more than ${maxFiles} files in ${dir}: name those to test`);
      const e = entries[i], path = `${at === "/" ? "" : at}/${e.name}`;
      if (e.isDirectory()) {
        if (e.name !== "node_modules" && !StringPrototypeStartsWith(e.name, ".")) ArrayPrototypePush(folders, path);
      } else if (RegExpPrototypeExec(sources, e.name) !== null) {
        looked++;
        ArrayPrototypePush(found, path);
      }
    }
    for (let i = 0; i < folders.length; i++) walk(folders[i]!);
  };
  walk(dir);
  return looked;
}

const hint = 'Tests need ".test", "_test_", ".spec" or "_spec_" in the filename (ex: "MyApp.test.ts")\n\nLearn more about bun test: https://bun.com/docs/cli/test\n';

async function run(): Promise<void> {
  const began = host.now();
  active = true;
  state.ci = !!process.env.CI && process.env.CI !== "false" && process.env.CI !== "0";
  defineGlobals({
    describe, it: test, test, expect, expectTypeOf, beforeAll: api.beforeAll, beforeEach: api.beforeEach, afterEach: api.afterEach, afterAll: api.afterAll, jest, vi,
    xit: api.xit, xtest: api.xtest, xdescribe: api.xdescribe, onTestFinished, setDefaultTimeout,
  });
  process.env.NODE_ENV ??= "test";
  register(["@jest/globals", "vitest"], () => api); // other runners' names for the same
  host.write(1, `bun test v${bunVersion} (${revision})\n`);
  const o = parse(ArrayPrototypeSlice(process.argv, 2));
  const dir = cwd(), path = builtin("node:path")!, fs = builtin("node:fs")!;
  const config: string = path.join(dir, "bunfig.toml");
  if (fs.existsSync(config)) configure(o, builtin("bun")!.TOML.parse(fs.readFileSync(config, "utf8"))?.test);
  if (o.junit && o.outfile === "") refuse("--reporter=junit requires --reporter-outfile [file] to specify where to save the XML report");
  placed = o.junit;
  const files: string[] = [];
  for (let i = 0; i < o.files.length; i++) {
    const name: string = path.resolve(dir, o.files[i]!);
    const stat = fs.statSync(name, { throwIfNoEntry: false });
    if (stat === undefined) {
      say(`Test filter "${o.files[i]}" had no matches\n`);
      host.exit(1);
    }
    if (stat.isDirectory()) discover(name, files);
    else ArrayPrototypePush(files, name);
  }
  if (o.files.length === 0 || o.filters.length > 0) {
    const all: string[] = [];
    const looked = discover(path.resolve(dir, o.root), all);
    let matched = false;
    for (let i = 0; i < all.length; i++) {
      const relative: string = path.relative(dir, all[i]!);
      let fits = o.filters.length === 0;
      for (let j = 0; j < o.filters.length; j++) if (StringPrototypeIncludes(relative, o.filters[j]!)) fits = true;
      if (fits) {
        matched = true;
        ArrayPrototypePush(files, all[i]!);
      }
    }
    if (!matched && files.length === 0) {
      if (looked === 0 || o.filters.length === 0) say(`No tests found!\n\n${hint}`);
      else {
        say("The following filters did not match any test files:\n");
        for (let j = 0; j < o.filters.length; j++) say(` ${o.filters[j]}\n`);
        say(`${looked} file${looked === 1 ? " was" : "s were"} searched ${took(began)}\n\nnote: ${hint}`);
      }
      host.exit(o.pass ? 0 : 1);
    }
  }
  const outer = newGroup("", undefined, {});
  takeErrors((e) => {
    if (interrupt !== undefined) interrupt(e);
    else ArrayPrototypePush(stray, e);
  });
  const r = new Run(o);
  let bailed = false;
  try {
    hookTarget = outer;
    for (let i = 0; i < o.preload.length; i++) await host.import(o.preload[i]!, `${dir}/[test]`);
    hookTarget = undefined;
    await r.hooks(outer.hooks.beforeAll);
    for (let n = 0; n < o.rerun; n++) for (let i = 0; i < files.length; i++) await r.file(files[i]!, path.relative(dir, files[i]!), outer, n);
    await r.hooks(outer.hooks.afterAll);
  } catch (e) {
    if (!(e instanceof Bailed)) {
      stats.errors++;
      say(shown(e));
    } else bailed = true;
  }
  if (o.junit) {
    try {
      const out: string = path.resolve(dir, o.outfile);
      fs.mkdirSync(path.dirname(out), { recursive: true });
      fs.writeFileSync(out, junit(r.suites, builtin("node:os")!.hostname()));
    } catch (e) {
      refuse(`the JUnit report cannot be written: ${(e as Error).message}`);
    }
  }
  report(o, bailed, began);
}

function report(o: Options, bailed: boolean, began: number): never {
  const ran = `Ran ${stats.ran} test${stats.ran === 1 ? "" : "s"} across ${stats.files} file${stats.files === 1 ? "" : "s"}. ${took(began)}\n`;
  if (bailed) {
    say(`${ran}Bailed out after ${o.bail} failure${o.bail === 1 ? "" : "s"}\n`);
    return host.exit(1);
  }
  if (o.pattern !== undefined && stats.ran === 0) {
    say(`\nerror: regex ${inspect(o.pattern.source, { quote: true })} matched 0 tests. Searched ${stats.files} file${stats.files === 1 ? "" : "s"} (skipping ${stats.filtered} tests) ${took(began)}\n`);
    return host.exit(o.pass ? 0 : 1);
  }
  let text = `\n ${stats.pass} pass\n`;
  if (stats.filtered > 0) text += ` ${stats.filtered} filtered out\n`;
  if (stats.skip > 0) text += ` ${stats.skip} skip\n`;
  if (stats.todo > 0) text += ` ${stats.todo} todo\n`;
  text += ` ${stats.fail} fail\n`;
  if (stats.errors > 0) text += ` ${stats.errors} error${stats.errors === 1 ? "" : "s"}\n`;
  const s: string[] = [];
  if (snapshots.passed > 0) ArrayPrototypePush(s, `${snapshots.passed} passed`);
  if (snapshots.added > 0) ArrayPrototypePush(s, `${snapshots.added} added`);
  if (snapshots.updated > 0) ArrayPrototypePush(s, `${snapshots.updated} updated`);
  if (snapshots.failed > 0) ArrayPrototypePush(s, `${snapshots.failed} failed`);
  if (s.length > 0) text += `snapshots: ${ArrayPrototypeJoin(s, ", ")}\n`;
  if (state.calls > 0) text += ` ${state.calls} expect() calls\n`;
  say(text + ran);
  return host.exit(stats.fail > 0 || stats.errors > 0 ? 1 : 0);
}

// What the command `bun test` runs.
register(["buntime:test"], () => ({ run }));

