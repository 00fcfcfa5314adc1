// node:test, and the command `node --test`.

import {
  ArrayPrototypePush, ArrayPrototypeShift, ArrayPrototypeSlice, ArrayPrototypeSort, Error_, ObjectAssign,
  ObjectKeys, PromisePrototypeThen, ReflectApply, RegExpPrototypeExec, SafeMap, StringPrototypeIndexOf, StringPrototypeSlice,
  StringPrototypeStartsWith, hasOwn, setOwn, withResolvers,
} from "../primordials.ts";
import { fileURL } from "../cjs.ts";
import { builtin, register } from "../modules.ts";
import { inspect } from "../node/inspect.ts";
import { validateFunction, validateNumber } from "../node/errors.ts";
import { tidy } from "../node/names.ts";
import { refuse as absent } from "../node/unavailable.ts";
import { cwd, process, takeErrors } from "../process.ts";
import { internalTimer, nextTick } from "../timers.ts";
import { callerPlace } from "./mock.ts";
import { MockTracker } from "./node_mock.ts";
import { checkConcurrency, longest, runOptions, shardOf, type Config } from "./node_options.ts";
import { dot, failure, spec, tap, testFailure, type EventData, type Place, type Report } from "./node_report.ts";

const AbortController_: any = (globalThis as any).AbortController;

type HookName = "before" | "after" | "beforeEach" | "afterEach";
type Hook = (...args: any[]) => any;

// Root is a run: where its events go, and what it counts.
class Root {
  test: Test;
  config: Config;
  sink: (type: string, data: EventData) => void;
  counters = { tests: 0, suites: 0, passed: 0, failed: 0, cancelled: 0, skipped: 0, todo: 0, topLevel: 0 };
  began = host.now();
  afterRan = false;
  loading = false; // files are still to run

  constructor(config: Config, sink: (type: string, data: EventData) => void) {
    this.config = config;
    this.sink = sink;
    this.test = new Test(this, undefined, "<root>", {}, () => undefined, undefined, false);
  }
  // finish ends the run when all that it waits for is done.
  async finish(): Promise<void> {
    const t = this.test;
    t.cancelRest(stuck);
    await this.after();
    t.report();
    this.sink("test:plan", { nesting: 0, count: this.counters.topLevel });
    const c = this.counters;
    const lines: [string, number][] = [
      ["tests", c.tests], ["suites", c.suites], ["pass", c.passed], ["fail", c.failed], ["cancelled", c.cancelled], ["skipped", c.skipped], ["todo", c.todo],
      ["duration_ms", milliseconds(this.began)],
    ];
    for (let i = 0; i < t.diagnostics.length; i++) this.sink("test:diagnostic", { nesting: 0, message: t.diagnostics[i]! });
    for (let i = 0; i < lines.length; i++) this.sink("test:diagnostic", { nesting: 0, message: `${lines[i]![0]} ${lines[i]![1]}` });
    this.sink("test:end", { nesting: 0 });
  }
  async after(): Promise<void> {
    if (this.afterRan) return;
    this.afterRan = true;
    try {
      await this.test.runHooks("after", this.test.context());
    } catch (e) {
      this.counters.failed++;
      ArrayPrototypePush(this.test.diagnostics, `Error: the after hook of the run failed: ${inspect(e)}`);
    }
  }
  get failed(): boolean {
    return this.counters.failed > 0 || this.counters.cancelled > 0;
  }
}

const aborted = "The operation was aborted";
const stuck = "Promise resolution is still pending but the event loop has already resolved";

function milliseconds(since: number): number {
  return Math.round((host.now() - since) * 1e6) / 1e6;
}

interface Options {
  skip?: unknown;
  todo?: unknown;
  only?: unknown;
  timeout?: unknown;
  signal?: any;
  concurrency?: unknown;
  plan?: unknown;
}

// Whose code runs: carried along, as AsyncLocalStorage does.
let running: any;
function storage(): any {
  return (running ??= new (builtin("node:async_hooks")!.AsyncLocalStorage)());
}

class Test {
  root: Root;
  parent: Test | undefined;
  name: string;
  suite: boolean;
  fn: (...args: any[]) => any;
  place: Place | undefined;
  nesting: number;
  number = 0; // among its siblings
  hooks: Record<HookName, Hook[]> = { before: [], after: [], beforeEach: [], afterEach: [] };
  children: Test[] = [];
  queue: Test[] = []; // subtests that wait for those before them
  running = 0;
  concurrency: number;
  timeout: number;
  skip: unknown;
  todo: unknown;
  only: boolean;
  runOnly: boolean;
  diagnostics: string[] = [];
  events: (() => void)[] = []; // of subtests, until this one may report
  reported = false; // its start
  nextReport = 1; // the number of the subtest that may report next
  finished = false;
  passed = false;
  cancelled = false;
  error: any;
  duration = 0;
  began = 0;
  failedChildren = 0;
  beforeRan = false;
  planned: number | undefined;
  asserted = 0;
  mock: MockTracker | undefined;
  abort: any;
  signal: any;
  done = withResolvers<void>();
  made: any; // its context

  constructor(root: Root, parent: Test | undefined, name: string, options: Options, fn: any, place: Place | undefined, suite: boolean) {
    this.root = root;
    this.parent = parent;
    this.suite = suite;
    this.fn = fn;
    this.name = name;
    this.place = place;
    this.nesting = parent === undefined ? -1 : parent.nesting + 1;
    this.skip = options.skip || undefined;
    this.todo = options.todo || undefined;
    this.only = !!options.only;
    this.runOnly = parent === undefined ? root.config.only : parent.runOnly && !this.only;
    const inherited = parent === undefined ? root.config.timeout : Infinity;
    this.timeout = inherited;
    if (options.timeout !== undefined && options.timeout !== null && options.timeout !== Infinity) {
      validateNumber(options.timeout, "options.timeout", 0, longest);
      this.timeout = options.timeout as number;
    } else if (parent !== undefined && options.timeout === undefined && root.config.timeout !== Infinity) this.timeout = root.config.timeout;
    const c = options.concurrency;
    this.concurrency = parent?.suite ? parent.concurrency : 1;
    checkConcurrency(c);
    if (typeof c === "number") this.concurrency = c;
    else if (c === true) this.concurrency = suite ? Infinity : 4;
    else if (c === false) this.concurrency = 1;
    if (options.plan !== undefined) this.planned = options.plan as number;
    this.signal = options.signal;
    if (parent !== undefined) {
      ArrayPrototypePush(parent.children, this);
      this.number = parent.children.length;
      const patterns = root.config.patterns;
      if (patterns.length > 0 && !suite && !this.#named(patterns)) this.skip = "test name does not match pattern";
      if (parent.runOnly && !this.only && !suite) this.skip = "'only' option not set";
      if (parent.skip !== undefined && parent.suite && this.skip === undefined) this.skip = parent.skip;
    }
  }
  #named(patterns: any[]): boolean {
    for (let t: Test | undefined = this; t !== undefined && t.parent !== undefined; t = t.parent) {
      for (let i = 0; i < patterns.length; i++) if (RegExpPrototypeExec(patterns[i], t.name) !== null) return true;
    }
    return false;
  }
  get fullName(): string {
    let out = this.name;
    for (let t = this.parent; t !== undefined && t.parent !== undefined; t = t.parent) out = `${t.name} > ${out}`;
    return out;
  }
  context(): any {
    return (this.made ??= this.suite ? new SuiteContext(this) : new TestContext(this));
  }

  // add makes a subtest, which starts when those before it are done.
  add(name: unknown, options: unknown, fn: unknown, overrides: Options, suite: boolean): Test {
    if (typeof name === "function") {
      fn = name;
      options = undefined;
      name = undefined;
    } else if (name !== null && typeof name === "object") {
      fn = options;
      options = name;
      name = undefined;
    } else if (typeof options === "function") {
      fn = options;
      options = undefined;
    }
    const body: any = typeof fn === "function" ? fn : () => undefined;
    const title = typeof name === "string" && name !== "" ? name : body.name || "<anonymous>";
    const at = callerPlace();
    const t = new Test(this.root, this, title, { ...(options as any), ...overrides }, body, at === undefined ? undefined : { file: at[0], line: at[1], column: at[2] }, suite);
    if (this.planned !== undefined && !this.suite) this.asserted++;
    if (suite && t.skip === undefined) {
      // The code of a suite runs at once, and defines what is in it.
      try {
        const r: any = storage().run(t, () => ReflectApply(body, t.context(), [t.context()]));
        if (host.promiseState(r) !== undefined) t.#body = r;
      } catch (e) {
        t.error = failure(e, "testCodeFailure");
      }
    }
    ArrayPrototypePush(this.queue, t);
    if (this.finished) {
      t.fail(failure("test could not be started because its parent finished", "parentAlreadyFinished"));
      t.end();
    } else if (!this.suite) this.startNext();
    return t;
  }
  #body: Promise<unknown> | undefined; // of an asynchronous suite

  startNext(): void {
    while (this.queue.length > 0 && this.running < this.concurrency) {
      const t = ArrayPrototypeShift(this.queue) as Test;
      if (t.finished) continue;
      this.running++;
      void t.start();
    }
  }
  async start(): Promise<void> {
    await undefined;
    try {
      await this.#run();
    } catch (e) {
      this.fail(e);
    }
    this.end();
  }
  fail(e: any): void {
    if (this.error !== undefined) return;
    this.error = e?.code === testFailure ? e : failure(e, "testCodeFailure");
    const type = this.error.failureType;
    this.cancelled = type === "cancelledByParent" || type === "testTimeoutFailure" || type === "testAborted";
  }

  async #run(): Promise<void> {
    this.began = host.now();
    const parent = this.parent!;
    if (this.skip !== undefined) {
      this.passed = true;
      return;
    }
    await parent.runBefore();
    const chain: Test[] = [];
    for (let t: Test | undefined = parent; t !== undefined; t = t.parent) chain.unshift(t);
    const ctx = this.context();
    if (this.suite) {
      await this.#suite(ctx);
      return;
    }
    try {
      for (let i = 0; i < chain.length; i++) await chain[i]!.runHooks("beforeEach", ctx);
      await this.#within(() => this.#call(ctx));
      if (this.planned !== undefined && this.planned !== this.asserted) {
        throw failure(`plan expected ${this.planned} assertions but received ${this.asserted}`, "testCodeFailure");
      }
    } catch (e) {
      this.fail(e);
    }
    this.cancelRest();
    for (let i = chain.length - 1; i >= 0; i--) {
      try {
        await chain[i]!.runHooks("afterEach", ctx);
      } catch (e) {
        this.fail(e);
      }
    }
    try {
      await this.runHooks("after", ctx);
    } catch (e) {
      this.fail(e);
    }
    if (this.mock !== undefined) this.mock.reset();
    if (this.error === undefined && this.failedChildren > 0) this.fail(subtestsFailed(this.failedChildren));
    this.passed = this.error === undefined;
  }
  async #suite(ctx: any): Promise<void> {
    try {
      if (this.error !== undefined) throw this.error;
      await this.#within(async () => {
        if (this.#body !== undefined) await this.#body;
        await this.runBefore();
        this.startNext();
        for (let i = 0; i < this.children.length; i++) await this.children[i]!.done.promise;
      });
    } catch (e) {
      this.fail(e);
    }
    this.cancelRest();
    if (this.beforeRan || this.children.length === 0) {
      try {
        await this.runHooks("after", ctx);
      } catch (e) {
        this.fail(e);
      }
    }
    if (this.error === undefined && this.failedChildren > 0) this.fail(subtestsFailed(this.failedChildren));
    this.passed = this.error === undefined;
  }
  #call(ctx: any): any {
    return storage().run(this, () => {
      if (this.fn.length < 2) return ReflectApply(this.fn, ctx, [ctx]);
      const d = withResolvers();
      let called = false;
      const r = ReflectApply(this.fn, ctx, [ctx, (e?: unknown) => {
        if (called) return this.fail(failure("callback invoked multiple times", "multipleCallbackInvocations"));
        called = true;
        if (e) d.reject(e);
        else d.resolve();
      }]);
      if (host.promiseState(r) !== undefined) throw failure("passed a callback but also returned a Promise", "callbackAndPromisePresent");
      return d.promise;
    });
  }
  // within waits for what run returns, until the test's time is over or its signal aborts.
  async #within(run: () => any): Promise<void> {
    const end = withResolvers();
    this.interrupt = end.reject;
    const stop = this.timeout === Infinity ? undefined : internalTimer(() => {
      this.#abort();
      end.reject(failure(`test timed out after ${this.timeout}ms`, "testTimeoutFailure"));
    }, this.timeout, true);
    if (this.signal !== undefined && this.signal !== null) {
      const stop = (): void => end.reject(failure(aborted, "testAborted"));
      if (this.signal.aborted) stop();
      else this.signal.addEventListener("abort", stop, { once: true });
    }
    try {
      const r = run();
      if (r !== null && typeof r === "object" && typeof r.then === "function") {
        PromisePrototypeThen((async () => end.resolve(await r))(), undefined, end.reject);
        await end.promise;
      }
    } finally {
      this.interrupt = undefined;
      if (stop !== undefined) stop();
    }
  }
  interrupt: ((e: unknown) => void) | undefined;
  #abort(): void {
    if (this.abort !== undefined) this.abort.abort();
  }

  async runBefore(): Promise<void> {
    if (this.beforeRan) return this.#before;
    this.beforeRan = true;
    this.#before = (async () => {
      if (this.parent !== undefined) await this.parent.runBefore();
      await this.runHooks("before", this.context());
    })();
    return this.#before;
  }
  #before: Promise<void> | undefined;

  async runHooks(name: HookName, ctx: any): Promise<void> {
    const list = this.hooks[name];
    for (let i = 0; i < list.length; i++) {
      const run = list[i]!;
      try {
        if (run.length < 2) {
          const r = storage().run(this, () => ReflectApply(run, ctx, [ctx]));
          if (host.promiseState(r) !== undefined) await r;
        } else {
          const d = withResolvers();
          storage().run(this, () => ReflectApply(run, ctx, [ctx, (e?: unknown) => (e ? d.reject(e) : d.resolve())]));
          await d.promise;
        }
      } catch (e) {
        throw failure(e, "hookFailed");
      }
    }
  }
  addHook(name: HookName, run: unknown): void {
    validateFunction(run, "fn");
    ArrayPrototypePush(this.hooks[name], run);
  }
  cancelRest(why = "test did not finish before its parent and was cancelled"): void {
    for (let i = 0; i < this.children.length; i++) {
      const c = this.children[i]!;
      if (c.finished) continue;
      c.fail(failure(why, "cancelledByParent"));
      if (c.interrupt !== undefined) c.interrupt(c.error);
      c.end();
    }
  }
  // end makes the test's result final.
  end(): void {
    if (this.finished) return;
    this.cancelRest();
    this.finished = true;
    if (this.error !== undefined) this.passed = false;
    this.duration = this.began === 0 ? 0 : milliseconds(this.began);
    this.#abort();
    const parent = this.parent!, root = this.root;
    if (!this.passed && this.todo === undefined) parent.failedChildren++;
    this.#count(root);
    parent.running--;
    parent.reportNext();
    this.done.resolve();
    if (!parent.finished) parent.startNext();
    if (parent === root.test && parent.running === 0 && parent.queue.length === 0 && parent.hooks.after.length > 0) void root.after();
  }
  #count(root: Root): void {
    const c = root.counters;
    if (this.nesting === 0) c.topLevel++;
    if (this.suite) {
      c.suites++;
      return;
    }
    if (this.skip !== undefined) c.skipped++;
    else if (this.todo !== undefined) c.todo++;
    else if (this.cancelled) c.cancelled++;
    else if (!this.passed) c.failed++;
    else c.passed++;
    c.tests++;
  }

  // reportNext reports the subtests that are finished, in their order.
  reportNext(): void {
    if (this.parent !== undefined && !this.#mayReport()) return;
    while (this.nextReport <= this.children.length && this.children[this.nextReport - 1]!.finished) {
      this.children[this.nextReport - 1]!.report();
      this.nextReport++;
    }
  }
  // A test may report its subtests while all before it have reported.
  #mayReport(): boolean {
    const p = this.parent!;
    return p.nextReport === this.number && (p.parent === undefined || p.#mayReport());
  }
  #start(): void {
    if (this.reported || this.parent === undefined) return;
    this.reported = true;
    this.parent.#start();
    this.root.sink("test:start", this.#data());
  }
  #data(): EventData {
    const d: EventData = { nesting: this.nesting, name: this.name };
    if (this.place !== undefined) ObjectAssign(d, this.place);
    return d;
  }
  report(): void {
    if (this.parent === undefined) return;
    const sink = this.root.sink;
    this.#start();
    this.reportNext();
    while (this.nextReport <= this.children.length) this.children[this.nextReport++ - 1]!.report();
    if (this.children.length > 0) sink("test:plan", { nesting: this.nesting + 1, count: this.children.length });
    const d = this.#data();
    d.testNumber = this.number;
    d.details = { duration_ms: this.duration };
    if (this.suite) d.details.type = "suite";
    if (this.error !== undefined) d.details.error = this.error;
    if (this.skip !== undefined) d.skip = this.skip as any;
    else if (this.todo !== undefined) d.todo = this.todo as any;
    sink(this.passed ? "test:pass" : "test:fail", d);
    for (let i = 0; i < this.diagnostics.length; i++) sink("test:diagnostic", { nesting: this.nesting, message: this.diagnostics[i]! });
  }
}

function subtestsFailed(n: number): any {
  return failure(`${n} subtest${n > 1 ? "s" : ""} failed`, "subtestsFailed");
}

class SuiteContext {
  #suite: Test;
  constructor(s: Test) {
    this.#suite = s;
  }
  get signal(): any {
    return signalOf(this.#suite);
  }
  get name(): string {
    return this.#suite.name;
  }
  get fullName(): string {
    return this.#suite.fullName;
  }
}

function signalOf(t: Test): any {
  return (t.abort ??= new AbortController_()).signal;
}

class TestContext {
  #test: Test;
  #assert: any;
  constructor(t: Test) {
    this.#test = t;
  }
  get signal(): any {
    return signalOf(this.#test);
  }
  get name(): string {
    return this.#test.name;
  }
  get fullName(): string {
    return this.#test.fullName;
  }
  get error(): any {
    return this.#test.error ?? null;
  }
  get passed(): boolean {
    return this.#test.passed;
  }
  get mock(): MockTracker {
    return (this.#test.mock ??= new MockTracker());
  }
  get assert(): any {
    if (this.#assert !== undefined) return this.#assert;
    const assert = builtin("node:assert")!, out: any = {}, keys = ObjectKeys(assert), t = this.#test;
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]!, f = assert[key];
      if (typeof f !== "function" || key === "AssertionError" || key === "CallTracker" || key === "strict") continue;
      setOwn(out, key, (...args: any[]) => {
        t.asserted++;
        return ReflectApply(f, assert, args);
      });
    }
    this.#assert = out;
    return out;
  }
  diagnostic(message: string): void {
    ArrayPrototypePush(this.#test.diagnostics, message);
  }
  plan(count: number): void {
    if (this.#test.planned !== undefined) throw failure("cannot set plan more than once", "testCodeFailure");
    this.#test.planned = count;
    this.#test.asserted = 0;
  }
  runOnly(value: unknown): void {
    this.#test.runOnly = !!value;
  }
  skip(message?: string): void {
    this.#test.skip = message || true;
  }
  todo(message?: string): void {
    this.#test.todo = message || true;
  }
  test(name: unknown, options: unknown, fn: unknown): Promise<void> {
    return this.#test.add(name, options, fn, {}, false).done.promise;
  }
  before(fn: unknown): void {
    this.#test.addHook("before", fn);
    // The test runs already: it is before what follows.
    this.#test.beforeRan = false;
    void this.#test.runBefore();
  }
  after(fn: unknown): void {
    this.#test.addHook("after", fn);
  }
  beforeEach(fn: unknown): void {
    this.#test.addHook("beforeEach", fn);
  }
  afterEach(fn: unknown): void {
    this.#test.addHook("afterEach", fn);
  }
}

// The program's own run: it begins with its first test, and ends when nothing else keeps the program alive.

let main: Root | undefined;
let held = ""; // of the report, until the tick's end

const reporters: Record<string, () => Report> = { __proto__: null, tap, spec, dot } as any;

function mainRoot(): Root {
  if (main !== undefined) return main;
  return begin({ only: false, patterns: [], timeout: Infinity }, tap());
}

function write(text: string): void {
  if (text === "") return;
  if (held === "") nextTick(flush);
  held += text;
}
function flush(): void {
  const text = held;
  held = "";
  if (text !== "") host.write(1, text);
}

function begin(config: Config, report: Report): Root {
  const root = new Root(config, (type, data) => write(report(type, data)));
  main = root;
  takeErrors((e) => {
    const t = runningTest(root.test);
    if (t === undefined) {
      ArrayPrototypePush(root.test.diagnostics, `Warning: An error that nothing caught: ${inspect(e)}`);
      root.counters.failed++;
      return;
    }
    const f = failure(e, "uncaughtException");
    if (t.interrupt !== undefined) t.interrupt(f);
    t.fail(f);
  });
  let ended = false;
  const finish = async (): Promise<void> => {
    if (ended) return;
    if (root.loading) return root.test.cancelRest(stuck); // files wait for those tests
    ended = true;
    await root.finish();
    flush();
    if (root.failed) process.exitCode = 1;
  };
  process.on("beforeExit", finish);
  process.on("exit", () => {
    flush();
    if (root.failed && !process.exitCode) process.exitCode = 1;
  });
  return root;
}

// runningTest is the innermost test that has begun and not ended.
function runningTest(t: Test): Test | undefined {
  for (let i = 0; i < t.children.length; i++) {
    const c = t.children[i]!;
    if (c.finished || c.began === 0) continue;
    return runningTest(c) ?? c;
  }
  return undefined;
}

function where(): Test {
  const t: Test | undefined = running === undefined ? undefined : storage().getStore();
  return t !== undefined && !t.finished && t.parent !== undefined ? t : mainRoot().test;
}

function define(suite: boolean, overrides: Options): any {
  return (name?: unknown, options?: unknown, fn?: unknown): Promise<void> | undefined => {
    const parent = where();
    const t = parent.add(name, options, fn, overrides, suite);
    return parent.suite ? undefined : t.done.promise;
  };
}

function definer(suite: boolean): any {
  const f = define(suite, {});
  const more: Options[] = [{ skip: true }, { todo: true }, { only: true }];
  for (let i = 0; i < more.length; i++) setOwn(f, ObjectKeys(more[i]!)[0]!, define(suite, more[i]!));
  return f;
}

const test = definer(false);
const it = definer(false);
const suite = definer(true);

function hook(name: HookName): any {
  return (fn: unknown): void => where().addHook(name, fn);
}

const mock = new MockTracker();

// testFiles are the files that `node --test` takes when it is given none.
function testFiles(dir: string): string[] {
  const fs = builtin("node:fs")!, found: string[] = [];
  let left = 100000;
  const walk = (at: string, inTest: boolean): void => {
    const entries: any[] = ArrayPrototypeSort(fs.readdirSync(at, { withFileTypes: true }), (a: any, b: any) => (a.name < b.name ? -1 : 1));
    for (let i = 0; i < entries.length; i++) {
      if (--left < 0) throw new Error_(`there are more than 100000 files in ${dir}: name those to test`);
      const e = entries[i], path = `${at === "/" ? "" : at}/${e.name}`;
      if (e.isDirectory()) {
        if (e.name !== "node_modules") walk(path, inTest || e.name === "test");
        continue;
      }
      const m = RegExpPrototypeExec(/^(.*)\.[cm]?js$/, e.name);
      if (m !== null && (inTest || RegExpPrototypeExec(/^test$|^test-.+|.+[.\-_]test$/, m[1]) !== null)) ArrayPrototypePush(found, path);
    }
  };
  walk(dir, false);
  return found;
}

const runs: Map<string, number> = new SafeMap(); // of files: a module runs again under another URL

// load runs a file.
function load(file: string): Promise<unknown> {
  const n = runs.get(file) ?? 0;
  runs.set(file, n + 1);
  if (n === 0) return host.import(file, file);
  delete builtin("node:module")!._cache[file];
  return host.import(`${fileURL(file)}?run=${n}`, file);
}

// runFiles runs files one after another in root, whose tests are theirs, until signal aborts.
async function runFiles(root: Root, files: string[], signal?: any): Promise<void> {
  const outer = main;
  main = root;
  root.loading = true;
  for (let i = 0; i < files.length && !signal?.aborted; i++) {
    const file = files[i]!;
    const began = host.now();
    let error: any;
    try {
      await load(file);
    } catch (e) {
      error = e;
      host.write(2, `${inspect(e)}\n`);
    }
    if (error !== undefined) {
      const t = new Test(root, root.test, file, {}, () => undefined, { file, line: 1, column: 1 }, false);
      t.began = began;
      root.test.running++;
      t.fail(failure("test failed", "testCodeFailure"));
      t.end();
    }
    for (let j = 0; j < root.test.children.length; j++) await root.test.children[j]!.done.promise;
  }
  root.loading = false;
  main = outer;
}

// run is node:test's run: the events of the tests of files, as a stream of objects.
function run(options: any = {}): any {
  const o = runOptions(options);
  const { Readable } = builtin("node:stream")!;
  const stream = new Readable({ objectMode: true, read() {} });
  const root = new Root(o, (type, data) => {
    stream.emit(type, data);
    stream.push({ __proto__: null, type, data });
  });
  const path = builtin("node:path")!, files: string[] = [];
  const given = o.part(o.files ?? testFiles(cwd()));
  for (let i = 0; i < given.length; i++) ArrayPrototypePush(files, path.resolve(cwd(), given[i]));
  void (async () => {
    await undefined;
    if (o.setup) await o.setup(stream);
    if (o.signal !== undefined) o.signal.addEventListener("abort", () => root.test.cancelRest(aborted), { once: true });
    await runFiles(root, files, o.signal);
    await root.finish();
    stream.push(null);
  })();
  return stream;
}

// command is `node --test`: its arguments are the program's.
async function command(): Promise<void> {
  const argv: string[] = ArrayPrototypeSlice(process.argv, 2), names: string[] = [], patterns: string[] = [];
  let reporter = "tap", only = false, timeout = Infinity, shard: unknown;
  for (let i = 0; i < argv.length; i++) {
    const a = argv[i]!, at = StringPrototypeIndexOf(a, "=");
    const name = StringPrototypeStartsWith(a, "--") && at > 0 ? StringPrototypeSlice(a, 0, at) : a;
    const value = (): string => (name !== a ? StringPrototypeSlice(a, at + 1) : (argv[++i] ?? refuse(`${name} requires an argument`)));
    switch (name) {
      case "--test-name-pattern":
        ArrayPrototypePush(patterns, value());
        break;
      case "--test-reporter":
        reporter = value();
        if (!hasOwn(reporters, reporter)) refuse(`--test-reporter has tap, spec and dot here, not ${inspect(reporter)}`);
        break;
      case "--test-only":
        only = true;
        break;
      case "--test-timeout":
        timeout = +value();
        if (!(timeout >= 0)) refuse("--test-timeout must be a number of milliseconds");
        break;
      case "--test-shard":
        shard = shardOf(value());
        break;
      case "--test-concurrency":
      case "--test-reporter-destination":
        value();
        break;
      case "--experimental-test-coverage":
        refuse("--experimental-test-coverage is not available: the engine does not count what code ran");
        break;
      default:
        ArrayPrototypePush(names, a);
    }
  }
  const o = runOptions({ only, testNamePatterns: patterns, timeout, shard });
  const root = begin(o, reporters[reporter]!());
  const path = builtin("node:path")!, fs = builtin("node:fs")!;
  const files = names.length === 0 ? testFiles(cwd()) : [];
  for (let i = 0; i < names.length; i++) {
    const file: string = path.resolve(cwd(), names[i]!);
    const stat = fs.statSync(file, { throwIfNoEntry: false });
    if (stat === undefined) refuse(`Could not find '${file}'`, "");
    if (stat.isDirectory()) {
      const more = testFiles(file);
      for (let j = 0; j < more.length; j++) ArrayPrototypePush(files, more[j]!);
    } else ArrayPrototypePush(files, file);
  }
  await runFiles(root, o.part(files));
}

function refuse(message: string, prefix = "node: "): never {
  host.write(2, `${prefix}${message}\n`);
  return host.exit(prefix === "" ? 1 : 9);
}

register(["node:test"], () => {
  tidy({ test, it, suite });
  const all = { after: hook("after"), afterEach: hook("afterEach"), before: hook("before"), beforeEach: hook("beforeEach"), describe: suite, it, mock, only: test.only, run, skip: test.skip, suite, test, todo: test.todo };
  tidy(all);
  const exports: any = test;
  const keys = ObjectKeys(all);
  for (let i = 0; i < keys.length; i++) setOwn(exports, keys[i]!, (all as any)[keys[i]!]);
  return exports;
});
register(["buntime:node-test"], () => ({ run: command }));
register(["node:test/reporters"], () => {
  const stream = (make: () => Report): any =>
    async function* (source: AsyncIterable<{ type: string; data: EventData }>) {
      const report = make();
      for await (const { type, data } of source) yield report(type, data);
      yield report("test:end", { nesting: 0 });
    };
  return tidy({
    tap: stream(tap), spec: stream(spec), dot: stream(dot),
    junit: (): never => absent("the junit reporter of node:test", "the reporters here are tap, spec and dot"),
    // It prints coverage, which is not measured here: nothing.
    lcov: new (builtin("node:stream")!.Transform)({ writableObjectMode: true, transform: (_event: unknown, _encoding: unknown, done: () => void) => done() }),
  });
});

