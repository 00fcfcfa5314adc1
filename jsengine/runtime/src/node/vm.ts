// node:vm.
//
// A context is a realm of its own in the same instance: ECMAScript's builtins,
// and the properties of the program's object as its globals. It is no boundary,
// as it is none in Node: what is boxed in is the program as a whole.

import {
  ArrayIsArray, ArrayPrototypeIndexOf, ArrayPrototypePush, ErrorPrototypeGetStack, ObjectDefineProperty, ObjectGetPrototypeOf, ObjectIsExtensible, ReflectApply, RegExpPrototypeExec, RegExpPrototypeTest,
  SafeWeakMap, StringPrototypeRepeat, StringPrototypeSplit, SyntaxError_, isObject,
} from "../primordials.ts";
import { register } from "../modules.ts";
import { Intl } from "../intl/index.ts";
import { Temporal } from "../intl/temporal.ts";
import { WebAssembly } from "../web/wasm.ts";
import { Buffer, viewBytes } from "./buffer.ts";
import { invalidArgType, invalidArgValue, outOfRange, validateBoolean, validateObject, validateString } from "./errors.ts";
import { tidy } from "./names.ts";
import { refuse } from "./unavailable.ts";

interface Realm {
  run: (source: string, filename: string, line: number, timeout: number | undefined) => unknown;
  compile: typeof host.compile;
  drain: ((timeout: number | undefined) => void) | undefined;
}

const here: Realm = {
  run: (source, filename, line, timeout) => host.evalScript(source, filename, line, timeout),
  compile: (source, filename, params, map) => host.compile(source, filename, params, map),
  drain: undefined,
};

// A realm is kept in a private field of the program's object, so that the collector finds both or neither.
class Stamped {
  constructor(o: object) {
    return o;
  }
}
class Context extends Stamped {
  #realm: Realm;
  constructor(o: object, realm: Realm) {
    super(o);
    this.#realm = realm;
  }
  static realmOf(o: any): Realm | undefined {
    return #realm in o ? (o as any).#realm : frozen.get(o);
  }
}
const frozen: WeakMap<object, Realm> = new SafeWeakMap(); // of objects that take no field

const nothing = "{}";
// V8's contexts have a console that only its debugger shows.
const prelude = `(given) => {
Object.defineProperty(globalThis, "console", { __proto__: null, writable: true, configurable: true, value: {
  log() ${nothing}, warn() ${nothing}, error() ${nothing}, info() ${nothing}, debug() ${nothing}, dir() ${nothing}, dirxml() ${nothing}, table() ${nothing}, trace() ${nothing},
  group() ${nothing}, groupCollapsed() ${nothing}, groupEnd() ${nothing}, clear() ${nothing}, count() ${nothing}, countReset() ${nothing}, assert() ${nothing},
  time() ${nothing}, timeLog() ${nothing}, timeEnd() ${nothing}, profile() ${nothing}, profileEnd() ${nothing}, timeStamp() ${nothing},
} });
for (const name in given) Object.defineProperty(globalThis, name, { __proto__: null, value: given[name], writable: true, configurable: true });
}`;
// What this library has instead of the engine is of the program's own realm: only a context that is no boundary to it gets
// that, because its globals are a new object or inherit from one of the program's.
const shared = { Intl, Temporal, WebAssembly };

function realmOf(v: any, name: string): Realm {
  const realm = isObject(v) ? Context.realmOf(v) : undefined;
  if (realm === undefined) throw invalidArgType(name, name === "contextifiedObject" ? "an vm.Context" : "Context", v);
  return realm;
}

function createContext(object: any = {}, options: any = {}): object {
  const own = object === constants.DONT_CONTEXTIFY; // the context's global object is what the program gets
  if (own) object = undefined;
  else if (!isObject(object)) throw invalidArgType("object", "object", object);
  else if (Context.realmOf(object) !== undefined) return object;
  validateObject(options, "options");
  const { name = "VM Context", origin, codeGeneration, microtaskMode } = options;
  validateString(name, "options.name");
  if (origin !== undefined) validateString(origin, "options.origin");
  if (codeGeneration !== undefined) validateObject(codeGeneration, "options.codeGeneration");
  const strings = codeGeneration?.strings ?? true, wasm = codeGeneration?.wasm ?? true;
  validateBoolean(strings, "options.codeGeneration.strings");
  validateBoolean(wasm, "options.codeGeneration.wasm");
  if (microtaskMode !== undefined && microtaskMode !== "afterEvaluate") {
    throw invalidArgValue("options.microtaskMode", microtaskMode, "must be one of: 'afterEvaluate', undefined");
  }
  const made = host.realm(object, strings, prelude, own || ObjectGetPrototypeOf(object) !== null ? shared : {});
  const realm = { run: made[0], compile: made[1], drain: microtaskMode === "afterEvaluate" ? made[2] : undefined };
  if (own) object = realm.run("globalThis", "", 1, undefined);
  if (ObjectIsExtensible(object)) new Context(object, realm);
  else frozen.set(object, realm);
  return object;
}

function isContext(object: unknown): boolean {
  if (!isObject(object)) throw invalidArgType("object", "object", object);
  return Context.realmOf(object) !== undefined;
}

interface Source {
  code: string;
  filename: string;
  line: number;
}

function sourceOf(code: unknown, options: any): Source {
  const text = `${code as any}`;
  if (typeof options === "string") return { code: text, filename: options, line: 1 };
  validateObject(options, "options");
  const { filename = "evalmachine.<anonymous>", lineOffset = 0, columnOffset = 0, cachedData } = options;
  validateString(filename, "options.filename");
  offset(lineOffset, "options.lineOffset");
  offset(columnOffset, "options.columnOffset");
  if (cachedData !== undefined && viewBytes(cachedData) === undefined) {
    throw invalidArgType("options.cachedData", ["Buffer", "TypedArray", "DataView"], cachedData);
  }
  // A script that never says import() never asks for it; one that does gets a rejection.
  const { importModuleDynamically: importer } = options;
  if (importer !== undefined && typeof importer !== "symbol" && typeof importer !== "function") throw invalidArgType("options.importModuleDynamically", "function", importer);
  return { code: text, filename, line: lineOffset + 1 };
}

function offset(v: unknown, name: string): void {
  if (typeof v !== "number") throw invalidArgType(name, "number", v);
  if ((v | 0) !== v) throw outOfRange(name, "an integer", v);
}

function timeoutOf(options: any): number | undefined {
  if (options === undefined || typeof options === "string") return undefined;
  validateObject(options, "options");
  const { timeout, displayErrors, breakOnSigint } = options;
  if (timeout !== undefined) {
    if (typeof timeout !== "number") throw invalidArgType("options.timeout", "number", timeout);
    if (timeout % 1 !== 0) throw outOfRange("options.timeout", "an integer", timeout);
    if (timeout < 1 || timeout > 4294967295) throw outOfRange("options.timeout", ">= 1 && <= 4294967295", timeout);
  }
  if (displayErrors !== undefined) validateBoolean(displayErrors, "options.displayErrors");
  if (breakOnSigint !== undefined) validateBoolean(breakOnSigint, "options.breakOnSigint");
  return timeout;
}

function runIn(realm: Realm, s: Source, timeout: number | undefined): unknown {
  const value = realm.run(s.code, s.filename, s.line, timeout);
  if (realm.drain !== undefined) realm.drain(timeout);
  return value;
}

function placeOf(e: any): any {
  return RegExpPrototypeExec(/\n    at [^\n]*?:(\d+):(\d+)/, ErrorPrototypeGetStack(e) ?? "");
}

// decorate puts the place of a syntax error before its stack, as Node does.
function decorate(e: any, s: Source): void {
  const at = placeOf(e);
  if (at === null) return;
  const line = StringPrototypeSplit(s.code, "\n")[at[1] - s.line];
  if (line === undefined) return;
  ObjectDefineProperty(e, "stack", {
    __proto__: null,
    value: `${s.filename}:${at[1]}\n${line}\n${StringPrototypeRepeat(" ", at[2] - 1)}^\n\n${ErrorPrototypeGetStack(e)}`,
    writable: true,
    configurable: true,
  } as any);
}

class ContextifyScript {
  // Nothing is kept of compiled code: there is nothing to hand out.
  createCachedData(): any {
    return Buffer.alloc(0);
  }
}

class Script extends ContextifyScript {
  #source: Source;
  cachedDataRejected?: boolean;
  sourceMapURL?: string;

  constructor(code: unknown, options: any = {}) {
    super();
    this.#source = sourceOf(code, options);
    // Compiled here for its errors; each realm compiles it again.
    try {
      host.checkScript(this.#source.code, this.#source.filename, this.#source.line);
    } catch (e) {
      decorate(e, this.#source);
      throw e;
    }
    if (typeof options === "object" && options.cachedData !== undefined) this.cachedDataRejected = false;
    const map = RegExpPrototypeExec(/\/\/[#@] sourceMappingURL=(\S+)\s*$/, this.#source.code);
    this.sourceMapURL = map === null ? undefined : map[1];
  }
  runInThisContext(options: any = undefined): unknown {
    return runIn(here, this.#source, timeoutOf(options));
  }
  runInContext(contextifiedObject: any, options: any = undefined): unknown {
    const realm = realmOf(contextifiedObject, "contextifiedObject");
    return runIn(realm, this.#source, timeoutOf(options));
  }
  runInNewContext(contextObject: any = {}, options: any = {}): unknown {
    return this.runInContext(createContext(contextObject, contextOptions(options)), options);
  }
}

function contextOptions(options: any): object {
  if (options === undefined || typeof options === "string") return {};
  validateObject(options, "options");
  return {
    name: options.contextName,
    origin: options.contextOrigin,
    codeGeneration: options.contextCodeGeneration,
    microtaskMode: options.microtaskMode,
  };
}

function runInContext(code: unknown, contextifiedObject: any, options: any = undefined): unknown {
  const realm = realmOf(contextifiedObject, "contextifiedObject");
  return runIn(realm, sourceOf(code, options ?? {}), timeoutOf(options));
}

function runInNewContext(code: unknown, contextObject: any = undefined, options: any = undefined): unknown {
  if (contextObject !== undefined && !isObject(contextObject)) throw invalidArgType("object", "object", contextObject);
  return runInContext(code, createContext(contextObject, contextOptions(options)), options);
}

function runInThisContext(code: unknown, options: any = undefined): unknown {
  return runIn(here, sourceOf(code, options ?? {}), timeoutOf(options));
}

const identifier = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u;

function compileFunction(code: unknown, params: any = undefined, options: any = {}): Function {
  validateString(code, "code");
  if (params !== undefined) {
    if (!ArrayIsArray(params)) throw invalidArgType("params", "Array", params);
    for (let i = 0; i < params.length; i++) validateString(params[i], `params[${i}]`);
  }
  validateObject(options, "options");
  const { filename = "", parsingContext, contextExtensions = [] } = options;
  validateString(filename, "options.filename");
  if (!ArrayIsArray(contextExtensions)) throw invalidArgType("options.contextExtensions", "Array", contextExtensions);
  for (let i = 0; i < contextExtensions.length; i++) {
    if (!isObject(contextExtensions[i])) throw invalidArgType(`options.contextExtensions[${i}]`, "object", contextExtensions[i]);
  }
  const realm = parsingContext === undefined ? here : realmOf(parsingContext, "options.parsingContext");
  const names: string[] = [];
  for (let i = 0; i < (params?.length ?? 0); i++) {
    if (!RegExpPrototypeTest(identifier, params[i])) realm.run(`(${params[i]}) => {}`, filename, 1, undefined);
    ArrayPrototypePush(names, params[i]);
  }
  try {
    host.checkScript(`(function () {${code}\n})`, filename, 1);
  } catch (e) {
    // V8 has no brace after the body: what it says there is said of the code's end, unless the code has one too many.
    if (placeOf(e)?.[1] !== `${StringPrototypeSplit(code, "\n").length + 1}`) throw e;
    let closed = true;
    try {
      host.checkScript(`function f() {${code}\n`, filename, 1);
    } catch {
      closed = false;
    }
    throw new SyntaxError_(closed ? "Unexpected token '}'" : "Unexpected end of input");
  }
  try {
    // No text that closes the function can be the body of both of these.
    host.checkScript(`function f() {${code}\n}`, filename, 1);
    host.checkScript(`({ f() {${code}\n} })`, filename, 1);
  } catch {
    throw new SyntaxError_("Unexpected token '}'");
  }
  if (contextExtensions.length === 0) return realm.compile(code, filename, names);
  // Scopes around the function: each object is one.
  let scopes = "", heads = "";
  const extra: string[] = [];
  for (let i = 0; i < contextExtensions.length; i++) {
    let name = `scope${i}`;
    while (ArrayPrototypeIndexOf(names, name) >= 0) name += "_";
    ArrayPrototypePush(extra, name);
    scopes += `with (${name}) `;
  }
  for (let i = 0; i < names.length; i++) heads += (i === 0 ? "" : ", ") + names[i];
  const make = realm.compile(`${scopes}return function (${heads}) {${code}\n};`, filename, extra);
  return ReflectApply(make, undefined, contextExtensions) as Function;
}

const constants = Object.freeze({
  __proto__: null,
  USE_MAIN_CONTEXT_DEFAULT_LOADER: Symbol("vm_dynamic_import_main_context_default"),
  DONT_CONTEXTIFY: Symbol("vm_context_no_contextify"),
});

function measureMemory(): never {
  return refuse("measureMemory of node:vm", "the engine does not count memory by context; process.memoryUsage() has the whole program's");
}

register(["node:vm", "vm"], () => {
  const exports: any = tidy({
    Script,
    createContext,
    createScript: (code: unknown, options: any) => new Script(code, options),
    runInContext,
    runInNewContext,
    runInThisContext,
    isContext,
    compileFunction,
    measureMemory,
    constants,
  });
  return exports;
});
