// WebAssembly: the JavaScript interface, over the engine's own interpreter
// (jsengine/engine/wasm.c), so that a program's modules are data of its sandbox.

import {
  ArrayPrototypePush,
  ErrorPrototype,
  Error_,
  MathTrunc,
  NumberIsFinite,
  ObjectCreate,
  ObjectDefineProperty,
  ObjectGetOwnPropertyDescriptor,
  ObjectSetPrototypeOf,
  RangeError_,
  ReflectConstruct,
  ReflectOwnKeys,
  SymbolToStringTag,
  TypeError_,
  own, hide, isObject,
} from "../primordials.ts";
import { defineGlobal, named } from "../globals.ts";
import { className, inspectAs } from "../inspect.ts";
import { coded, invalidArgType } from "../node/errors.ts";
import { crosses, modules } from "../structured-clone.ts";
import { bodyBytes, responseHead } from "./fetch.ts";

// What host.wasm does, by its first argument: the order is that of wasmrun.c.
const enum Op {
  Init, Kind, Module, Validate, Imports, Exports, Customs, Instance, InstanceExports,
  Memory, Buffer, Grow, Table, Length, Get, Set, TableGrow, TableType, Global, Value, SetValue, GlobalType, IsFunction, Bytes,
}
const enum Kind { Module, Instance, Memory, Table, Global }

const valueTypes = { __proto__: null, i32: 0, i64: 1, f32: 2, f64: 3, anyfunc: 4, externref: 5 } as any;
const FUNC = 4, EXTERN = 5;
const notFunction = "function-typed object must be null (if nullable) or a Wasm function object";

function fail(who: string, what: string): TypeError {
  return new TypeError_(`${who}: ${what}`);
}

function need(v: unknown, kind: Kind, name: string, who: string): void {
  if (host.wasm(Op.Kind, v) !== kind) throw fail(who, `Receiver is not a WebAssembly.${name}`);
}

function constructed(target: unknown, name: string): void {
  if (target === undefined) throw fail(`WebAssembly.${name}()`, `WebAssembly.${name} must be invoked with 'new'`);
}

// born gives an object the prototype of a subclass that is constructed.
function born(o: object, target: any, base: unknown): object {
  if (target === base) return o;
  const proto = target.prototype;
  return isObject(proto) ? ObjectSetPrototypeOf(o, proto) : o;
}

// uint32 converts as WebIDL's [EnforceRange] unsigned long.
function uint32(v: any, who: string, what: string): number {
  const n = MathTrunc(+v);
  if (!NumberIsFinite(n)) throw fail(who, `${what} must be convertible to a valid number`);
  if (n < 0) throw fail(who, `${what} must be non-negative`);
  if (n > 0xffffffff) throw fail(who, `${what} must be in the unsigned long range`);
  return n;
}

// limits reads a descriptor's size and, unless it is -1, its bound.
function limits(d: any, who: string, mostInitial: number, mostMaximum: number): [initial: number, maximum: number] {
  let v = d.initial;
  if (v === undefined) throw fail(who, "Property 'initial' is required");
  const initial = uint32(v, who, "Property 'initial'");
  if (initial > mostInitial) throw new RangeError_(`${who}: Property 'initial': value ${initial} is above the upper bound ${mostInitial}`);
  v = d.maximum;
  if (v === undefined) return [initial, -1];
  const maximum = uint32(v, who, "Property 'maximum'");
  if (maximum < initial) throw new RangeError_(`${who}: Property 'maximum': value ${maximum} is below the lower bound ${initial}`);
  if (maximum > mostMaximum) throw new RangeError_(`${who}: Property 'maximum': value ${maximum} is above the upper bound ${mostMaximum}`);
  return [initial, maximum];
}

// source checks that v has bytes and returns how many.
function source(v: unknown, who: string, or = ""): number {
  const b = host.buffer(v);
  if (b === undefined) throw fail(who, `Argument 0 must be a buffer source${or}`);
  return b[2];
}

function compileNow(bytes: any, who: string): object {
  if (source(bytes, who) === 0) throw new CompileError(`${who}: BufferSource argument is empty`);
  return host.wasm(Op.Module, bytes, who);
}

// imported reads what a module imports, in its order.
function imported(module: object, imports: any, who: string): unknown[] {
  if (imports !== undefined && !isObject(imports)) throw fail(who, "Argument 1 must be an object");
  const list = host.wasm(Op.Imports, module), values: unknown[] = [];
  if (list.length > 0 && imports === undefined) throw fail(who, "Imports argument must be present and must be an object");
  for (let i = 0; i < list.length; i++) {
    const from = (imports as any)[list[i][0]];
    if (!isObject(from)) throw fail(who, `Import #${i} module="${list[i][0]}" error: module is not an object or function`);
    ArrayPrototypePush(values, (from as any)[list[i][1]]);
  }
  return values;
}

function instantiateNow(module: object, imports: unknown, who: string): object {
  return host.wasm(Op.Instance, module, imported(module, imports, who), who);
}

// nativeError makes a class like ECMAScript's own of errors, which may be called without new.
function nativeError(name: string): any {
  const E: any = function (message: unknown, options: unknown): unknown {
    return ReflectConstruct(Error_, [message, options], new.target ?? E);
  };
  ObjectSetPrototypeOf(E, Error_);
  finish(E, name, ObjectCreate(ErrorPrototype), 1);
  hide(E.prototype, "name", name);
  hide(E.prototype, "message", "");
  return E;
}

function finish(C: any, name: string, proto: object, length: number): void {
  ObjectDefineProperty(C, "name", { __proto__: null, value: name, configurable: true } as any);
  ObjectDefineProperty(C, "length", { __proto__: null, value: length, configurable: true } as any);
  ObjectDefineProperty(C, "prototype", { __proto__: null, value: proto, writable: false, enumerable: false, configurable: false } as any);
  hide(proto, "constructor", C);
}

const CompileError = nativeError("CompileError");
const LinkError = nativeError("LinkError");
const RuntimeError = nativeError("RuntimeError");

function Module(this: unknown, bytes: unknown): object {
  constructed(new.target, "Module");
  return born(compileNow(bytes, "WebAssembly.Module()"), new.target, Module);
}

function moduleOf(v: unknown, who: string): object {
  if (host.wasm(Op.Kind, v) !== Kind.Module) throw fail(who, "Argument 0 must be a WebAssembly.Module");
  return v as object;
}

function Instance(this: unknown, module: unknown, imports: unknown): object {
  const who = "WebAssembly.Instance()";
  constructed(new.target, "Instance");
  return born(instantiateNow(moduleOf(module, who), imports, who), new.target, Instance);
}

function Memory(this: unknown, descriptor: any): object {
  const who = "WebAssembly.Memory()";
  constructed(new.target, "Memory");
  if (!isObject(descriptor)) throw fail(who, "Argument 0 must be a memory descriptor");
  const [initial, maximum] = limits(descriptor, who, 65536, 65536);
  if ((descriptor as any).shared) {
    if (maximum < 0) throw fail(who, "If shared is true, maximum property should be defined.");
    throw fail(who, "shared memories are not supported");
  }
  const m = host.wasm(Op.Memory, initial, maximum);
  if (m === undefined) throw new RangeError_(`${who}: could not allocate memory`);
  return born(m, new.target, Memory);
}

function Table(this: unknown, descriptor: any, init: unknown): object {
  const who = "WebAssembly.Table()";
  constructed(new.target, "Table");
  if (!isObject(descriptor)) throw fail(who, "Argument 0 must be a table descriptor");
  const type = valueTypes[`${(descriptor as any).element}`];
  if (type !== FUNC && type !== EXTERN) throw fail(who, "Descriptor property 'element' must be a WebAssembly reference type");
  const [initial, maximum] = limits(descriptor, who, 10000000, 0xffffffff);
  if (type === FUNC && init !== undefined && !isReference(init)) {
    throw fail(who, `Argument 2 must be undefined or a value of type compatible with the type of the new table: ${notFunction}.`);
  }
  const t = host.wasm(Op.Table, 0, maximum, type);
  const value = type === FUNC && init === undefined ? null : init;
  if (host.wasm(Op.TableGrow, t, initial, value) === undefined) throw new RangeError_(`${who}: could not allocate table`);
  return born(t, new.target, Table);
}

// isReference reports whether a value may stand in a table of functions.
function isReference(v: unknown): boolean {
  return v === null || host.wasm(Op.IsFunction, v);
}

function Global(this: unknown, descriptor: any, value: unknown): object {
  const who = "WebAssembly.Global()";
  constructed(new.target, "Global");
  if (!isObject(descriptor)) throw fail(who, "Argument 0 must be a global descriptor");
  const mutable = !!(descriptor as any).mutable;
  const type = valueTypes[`${(descriptor as any).value}`];
  if (type === undefined) throw fail(who, "Descriptor property 'value' must be a WebAssembly type");
  if (value === undefined && (type !== EXTERN || arguments.length < 2)) value = type === 1 ? 0n : type < FUNC ? 0 : null;
  if (type === FUNC && !isReference(value)) throw fail(who, notFunction);
  return born(host.wasm(Op.Global, type, mutable, value), new.target, Global);
}

function refused(name: string): any {
  return function (): never {
    throw fail(`WebAssembly.${name}()`, "exceptions of WebAssembly are not supported");
  };
}
const Tag = refused("Tag");
const Exception = refused("Exception");

const members: [C: any, name: string, statics: object, proto: object][] = [
  [Module, "Module", {
    imports(module: unknown): object[] {
      const list = host.wasm(Op.Imports, moduleOf(module, "WebAssembly.Module.imports()")), out: object[] = [];
      for (let i = 0; i < list.length; i++) ArrayPrototypePush(out, { module: list[i][0], name: list[i][1], kind: list[i][2] });
      return out;
    },
    exports(module: unknown): object[] {
      const list = host.wasm(Op.Exports, moduleOf(module, "WebAssembly.Module.exports()")), out: object[] = [];
      for (let i = 0; i < list.length; i++) ArrayPrototypePush(out, { name: list[i][0], kind: list[i][1] });
      return out;
    },
    customSections(module: unknown, name: unknown): ArrayBuffer[] {
      const who = "WebAssembly.Module.customSections()";
      const m = moduleOf(module, who);
      if (name === undefined) throw fail(who, "Argument 1 is required");
      return host.wasm(Op.Customs, m, `${name as any}`);
    },
  }, {}],
  [Instance, "Instance", {}, {
    get exports(): object {
      need(this, Kind.Instance, "Instance", "WebAssembly.Instance.exports");
      return host.wasm(Op.InstanceExports, this);
    },
  }],
  [Table, "Table", {}, {
    get length(): number {
      need(this, Kind.Table, "Table", "WebAssembly.Table.length");
      return host.wasm(Op.Length, this);
    },
    grow(this: unknown, delta: unknown, value: unknown): number {
      const who = "WebAssembly.Table.grow()";
      need(this, Kind.Table, "Table", who);
      const n = uint32(delta, who, "Argument 0"), old = host.wasm(Op.Length, this);
      let init = value;
      if (!host.wasm(Op.TableType, this)) {
        if (init === undefined) init = null;
        if (!isReference(init)) throw fail(who, `Argument 1 is invalid: ${notFunction}`);
      }
      if (host.wasm(Op.TableGrow, this, n, init) === undefined) throw new RangeError_(`${who}: failed to grow table by ${n}`);
      return old;
    },
    set(this: unknown, index: unknown, value: unknown): void {
      const who = "WebAssembly.Table.set()";
      need(this, Kind.Table, "Table", who);
      const i = uint32(index, who, "Argument 0");
      let v = value;
      if (!host.wasm(Op.TableType, this)) {
        if (arguments.length < 2) v = null;
        if (i < host.wasm(Op.Length, this) && !isReference(v)) throw fail(who, `Argument 1 is invalid for table: ${notFunction}`);
      }
      host.wasm(Op.Set, this, i, v);
    },
    get(this: unknown, index: unknown): unknown {
      const who = "WebAssembly.Table.get()";
      need(this, Kind.Table, "Table", who);
      return host.wasm(Op.Get, this, uint32(index, who, "Argument 0"));
    },
  }],
  [Memory, "Memory", {}, {
    grow(this: unknown, delta: unknown): number {
      const who = "WebAssembly.Memory.grow()";
      need(this, Kind.Memory, "Memory", who);
      const old = host.wasm(Op.Grow, this, uint32(delta, who, "Argument 0"));
      if (old < 0) throw new RangeError_(`${who}: Maximum memory size exceeded`);
      return old;
    },
    get buffer(): ArrayBuffer {
      need(this, Kind.Memory, "Memory", "WebAssembly.Memory.buffer");
      return host.wasm(Op.Buffer, this);
    },
  }],
  [Global, "Global", {}, {
    valueOf(this: unknown): unknown {
      need(this, Kind.Global, "Global", "WebAssembly.Global.valueOf()");
      return host.wasm(Op.Value, this);
    },
    get value(): unknown {
      need(this, Kind.Global, "Global", "get WebAssembly.Global.value");
      return host.wasm(Op.Value, this);
    },
    set value(v: unknown) {
      const who = "set WebAssembly.Global.value";
      need(this, Kind.Global, "Global", who);
      const type = host.wasm(Op.GlobalType, this);
      if ((type & 1) === 0) throw fail(who, "Can't set the value of an immutable global.");
      if (arguments.length === 0) throw fail(who, "Argument 0 is required");
      if (type & 2 && !isReference(v)) throw fail(who, notFunction);
      host.wasm(Op.SetValue, this, v);
    },
  }],
  [Tag, "Tag", {}, {}],
  [Exception, "Exception", {}, {}],
];

// bytesOf is what a Response has, once it is there and is one of WebAssembly.
async function bytesOf(given: unknown): Promise<Uint8Array> {
  const response: any = await (host.promiseState(given) !== undefined ? own(given as Promise<unknown>) : given);
  const head = responseHead(response);
  if (head === undefined) throw invalidArgType("source", "an instance of Response or an Promise resolving to Response", response);
  if (head[1] !== "application/wasm") {
    throw coded(TypeError_, "ERR_WEBASSEMBLY_RESPONSE", `WebAssembly response has unsupported MIME type '${head[1] ?? ""}'`);
  }
  if (head[0] < 200 || head[0] > 299) throw coded(TypeError_, "ERR_WEBASSEMBLY_RESPONSE", `WebAssembly response has status code ${head[0]}`);
  return own(bodyBytes(response));
}

async function compile(bytes: unknown): Promise<object> {
  const module = compileNow(bytes, "WebAssembly.compile()");
  await undefined;
  return module;
}

async function instantiate(bytes: unknown, imports: unknown): Promise<object> {
  const who = "WebAssembly.instantiate()";
  if (host.wasm(Op.Kind, bytes) === Kind.Module) {
    await undefined;
    return instantiateNow(bytes as object, imports, who);
  }
  source(bytes, who, " or a WebAssembly.Module object");
  if (imports !== undefined && !isObject(imports)) throw fail(who, "Argument 1 must be an object");
  const module = compileNow(bytes, who);
  await undefined;
  return { module, instance: instantiateNow(module, imports, who) };
}

async function compileStreaming(response: unknown): Promise<object> {
  return host.wasm(Op.Module, await own(bytesOf(response)), "WebAssembly.compileStreaming()");
}

async function instantiateStreaming(response: unknown, imports: unknown): Promise<object> {
  if (imports !== undefined && !isObject(imports)) throw fail("WebAssembly.instantiateStreaming()", "Argument 1 must be an object");
  const module = host.wasm(Op.Module, await own(bytesOf(response)), "WebAssembly.instantiateStreaming()");
  return { module, instance: instantiateNow(module, imports, "WebAssembly.instantiate()") };
}

const functions = {
  compile: (bytes: unknown): Promise<object> => compile(bytes),
  validate(bytes: unknown): boolean {
    source(bytes, "WebAssembly.validate()");
    return host.wasm(Op.Validate, bytes);
  },
  instantiate: (bytes: unknown, imports: unknown): Promise<object> => instantiate(bytes, imports),
  compileStreaming: (response: unknown): Promise<object> => compileStreaming(response),
  instantiateStreaming: (response: unknown, imports: unknown): Promise<object> => instantiateStreaming(response, imports),
};

function describe(to: object, from: object): void {
  const keys = ReflectOwnKeys(from);
  for (let i = 0; i < keys.length; i++) ObjectDefineProperty(to, keys[i]!, ObjectGetOwnPropertyDescriptor(from, keys[i]!)!);
}

const WebAssembly: any = {};
ObjectDefineProperty(WebAssembly, SymbolToStringTag, { __proto__: null, value: "WebAssembly", configurable: true } as any);
describe(WebAssembly, functions);
for (let i = 0; i < members.length; i++) {
  const [C, name, statics, own] = members[i]!, proto = {};
  finish(C, name, proto, 1);
  describe(C, statics);
  describe(proto, own);
  ObjectDefineProperty(proto, SymbolToStringTag, { __proto__: null, value: `WebAssembly.${name}`, configurable: true } as any);
  hide(WebAssembly, name, C);
  inspectAs(C, name, (self) => {
    if (host.wasm(Op.Kind, self) < 0) throw fail(name, "no object of this class");
    return `${className(self)} [WebAssembly.${name}] {}`;
  });
}
named(functions.instantiate, "instantiate", 1);
named(functions.instantiateStreaming, "instantiateStreaming", 1);
named(Table.prototype.grow, "grow", 1);
named(Table.prototype.set, "set", 1);
hide(WebAssembly, "CompileError", CompileError);
hide(WebAssembly, "LinkError", LinkError);
hide(WebAssembly, "RuntimeError", RuntimeError);
host.wasm(Op.Init, [Module.prototype, Instance.prototype, Memory.prototype, Table.prototype, Global.prototype, CompileError.prototype, LinkError.prototype, RuntimeError.prototype]);
modules((module) => host.wasm(Op.Module, module, "structuredClone()"));
// Another thread compiles a module again.
crosses({
  name: "WebAssembly.Module",
  write: (v) => (host.wasm(Op.Kind, v) === Kind.Module ? host.wasm(Op.Bytes, v) : undefined),
  read: (bytes) => host.wasm(Op.Module, bytes, "postMessage()"),
});
defineGlobal("WebAssembly", WebAssembly);
export { WebAssembly };
