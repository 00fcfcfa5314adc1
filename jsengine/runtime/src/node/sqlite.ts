// node:sqlite, as Node 24 has it.

import {
  ArrayBufferIsView, ArrayPrototypePush, BigInt_, Error_, MapPrototypeDelete, MapPrototypeGet, MapPrototypeHas, MapPrototypeSet, Number_, ObjectDefineProperty, ObjectKeys, PromiseReject,
  RangeError_, ReflectApply, ReflectConstruct, SafeMap, setOwn, StringPrototypeIncludes, StringPrototypeSlice, SymbolDispose, TypeError_, TypedArrayPrototypeGetSymbolToStringTag, hide,
} from "../primordials.ts";
import { register } from "../modules.ts";
import { coded, invalidArgType } from "./errors.ts";
import { laterCall } from "./later.ts";
import { bufferBytes } from "../web/blob.ts";
import { Connection, Ints, Prepared, type Fn, iterator, row, rowId, slice } from "../sqlite/core.ts";

const messages: any = { __proto__: null };

function makeError(code: number, message: string): Error {
  if (code === 0) return coded(Error_, "ERR_INVALID_STATE", message);
  // Made by Node's C++: the code is a property, and neither in the stack nor in the text.
  const e: any = new Error_(message);
  setOwn(e, "code", "ERR_SQLITE_ERROR");
  e.errcode = code;
  e.errstr = messages[code & 255] ?? message;
  return e;
}
{
  const all: any = {
    1: "SQL logic error", 2: "unknown error", 3: "access permission denied", 4: "query aborted", 5: "database is locked", 6: "database table is locked", 7: "out of memory",
    8: "attempt to write a readonly database", 9: "interrupted", 10: "disk I/O error", 11: "database disk image is malformed", 12: "unknown operation", 13: "database or disk is full",
    14: "unable to open database file", 15: "locking protocol", 17: "database schema has changed", 18: "string or blob too big", 19: "constraint failed", 20: "datatype mismatch",
    21: "bad parameter or other API misuse", 23: "authorization denied", 25: "column index out of range", 26: "file is not a database",
  };
  const keys = ObjectKeys(all);
  for (let i = 0; i < keys.length; i++) messages[keys[i]!] = all[keys[i]!];
}

const state = (message: string): Error => coded(Error_, "ERR_INVALID_STATE", message);

function pathOf(path: any): string {
  const bad = (): Error => coded(TypeError_, "ERR_INVALID_ARG_TYPE", 'The "path" argument must be a string, Uint8Array, or URL without null bytes.');
  let text: string;
  if (typeof path === "string") text = path;
  else if (ArrayBufferIsView(path) && TypedArrayPrototypeGetSymbolToStringTag(path) === "Uint8Array") text = host.utf8Decode(path as any);
  else if (typeof path === "object" && path !== null && typeof path.href === "string") {
    if (path.protocol !== "file:") throw coded(TypeError_, "ERR_INVALID_URL_SCHEME", "The URL must be of scheme file:");
    text = path.href;
  } else throw bad();
  if (StringPrototypeIncludes(text, "\0")) throw bad();
  return text;
}

// option reads a boolean option.
function option(options: any, name: string, otherwise: boolean): boolean {
  const v = options?.[name];
  if (v === undefined) return otherwise;
  if (typeof v !== "boolean") throw coded(TypeError_, "ERR_INVALID_ARG_TYPE", `The "options.${name}" argument must be a boolean.`);
  return v;
}

interface Reading {
  bigints: boolean;
  arrays: boolean;
  bare: boolean;
  unknown: boolean;
}

const secret: any = { __proto__: null };

class StatementSync {
  #db!: DatabaseSync;
  #p!: Prepared;
  #sql!: string;
  #how!: Reading;
  #gone = false;

  constructor(key?: any, db?: DatabaseSync, p?: Prepared, sql?: string, how?: Reading) {
    if (key !== secret) throw coded(TypeError_, "ERR_ILLEGAL_CONSTRUCTOR", "Illegal constructor");
    this.#db = db!;
    this.#p = p!;
    this.#sql = sql!;
    this.#how = how!;
  }
  static drop(s: StatementSync): void {
    s.#gone = true;
  }

  #statement(): Prepared {
    if (this.#gone || !this.#db.isOpen) throw state("statement has been finalized");
    return this.#p;
  }
  #ints(): Ints {
    return this.#how.bigints ? Ints.BigInts : Ints.Checked;
  }

  #start(args: any[]): Prepared {
    const p = this.#statement();
    const values: any[] = [];
    for (let i = 0; i < p.params.length; i++) ArrayPrototypePush(values, null);
    const taken: any = { __proto__: null };
    let first = 0;
    const named = args[0];
    if (typeof named === "object" && named !== null && !ArrayBufferIsView(named) && host.classOf(named) !== "ArrayBuffer" && host.classOf(named) !== "Array" && host.classOf(named) !== "Date" && args.length > 0) {
      first = 1;
      const keys = ObjectKeys(named);
      for (let k = 0; k < keys.length; k++) {
        const key = keys[k]!;
        let at = -1;
        let many = false;
        for (let i = 0; i < p.params.length; i++) {
          const name = p.params[i]!;
          if (name === key) at = i;
          else if (this.#how.bare && name !== "" && StringPrototypeSlice(name, 1) === key) {
            many = many || (at >= 0 && p.params[at] !== name);
            if (at < 0) at = i;
          }
        }
        if (many) throw state(`Cannot create bare named parameter '${key}' because of conflicting names '${p.params[at]}' and others.`);
        if (at < 0) {
          if (this.#how.unknown) continue;
          throw state(`Unknown named parameter '${key}'`);
        }
        for (let i = 0; i < p.params.length; i++) {
          if (p.params[i] === p.params[at]) {
            values[i] = this.#bindable(named[key], i + 1);
            taken[i] = true;
          }
        }
      }
    }
    let at = 0;
    for (let i = first; i < args.length; i++) {
      while (at < values.length && p.params[at] !== "") at++;
      const value = this.#bindable(args[i], at + 1);
      if (at >= values.length) throw makeError(25, "column index out of range");
      values[at] = value;
      at++;
    }
    p.bind(values, true, true);
    return p;
  }

  #bindable(v: any, at: number): any {
    switch (typeof v) {
      case "string":
      case "number":
        return v;
      case "boolean":
        return v;
      case "bigint":
        if (v < -9223372036854775808n || v > 9223372036854775807n) throw coded(TypeError_, "ERR_INVALID_ARG_VALUE", "BigInt value is too large to bind.");
        return v;
      case "object":
        if (v === null) return null;
        if (ArrayBufferIsView(v) || host.classOf(v) === "ArrayBuffer") return bufferBytes(v);
    }
    throw coded(TypeError_, "ERR_INVALID_ARG_TYPE", `Provided value cannot be bound to SQLite parameter ${at}.`);
  }

  #row(names: string[], values: any[], at: number): any {
    return this.#how.arrays ? slice(values, at, names.length) : row({ __proto__: null }, names, values, at);
  }

  all(...args: any[]): any[] {
    const p = this.#start(args);
    const names = p.names();
    const out: any[] = [];
    p.rows(this.#ints(), (values, at) => ArrayPrototypePush(out, this.#row(names, values, at)));
    return out;
  }
  get(...args: any[]): any {
    const p = this.#start(args);
    const names = p.names();
    const { over, values } = p.step(1, this.#ints());
    if (!over) p.reset();
    return values.length === 0 ? undefined : this.#row(names, values, 0);
  }
  run(...args: any[]): any {
    const p = this.#start(args);
    const c = p.rows(Ints.Numbers, () => {});
    return { changes: this.#how.bigints ? BigInt_(c[0]) : c[0], lastInsertRowid: rowId(c[2], this.#how.bigints) };
  }
  iterate(...args: any[]): any {
    const p = this.#start(args);
    const names = p.names();
    let open = true;
    const result = (done: boolean, value: any): any => ({ __proto__: null, done, value });
    return iterator(
      () => {
        if (!open) return result(true, null);
        if (this.#gone || !this.#db.isOpen) throw state("statement has been finalized");
        const { over, values } = p.step(1, this.#ints());
        if (values.length === 0) {
          open = false;
          return result(true, null);
        }
        if (over) open = false;
        return result(false, this.#row(names, values, 0));
      },
      () => {
        if (open && this.#db.isOpen) p.reset();
        open = false;
      },
      () => result(true, null),
    );
  }
  columns(): any[] {
    const columns = this.#statement().columns();
    const out: any[] = [];
    for (let i = 0; i < columns.length; i++) {
      const c = columns[i]!;
      ArrayPrototypePush(out, { __proto__: null, column: c[3], database: c[1], name: c[0], table: c[2], type: c[4] });
    }
    return out;
  }
  setReadBigInts(on: any): void {
    this.#how.bigints = flag(on, "readBigInts");
  }
  setReturnArrays(on: any): void {
    this.#how.arrays = flag(on, "returnArrays");
  }
  setAllowBareNamedParameters(on: any): void {
    this.#how.bare = flag(on, "allowBareNamedParameters");
  }
  setAllowUnknownNamedParameters(on: any): void {
    this.#how.unknown = flag(on, "enabled");
  }
  get sourceSQL(): string {
    this.#statement();
    return this.#sql;
  }
  get expandedSQL(): string {
    return this.#statement().expanded();
  }
}

function flag(v: any, name: string): boolean {
  if (typeof v !== "boolean") throw coded(TypeError_, "ERR_INVALID_ARG_TYPE", `The "${name}" argument must be a boolean.`);
  return v;
}

class DatabaseSync {
  #path: string;
  #c: Connection | undefined;
  #options: any;
  #how: Reading;

  constructor(path?: any, options?: any) {
    this.#path = pathOf(path);
    if (options !== undefined && (typeof options !== "object" || options === null)) throw coded(TypeError_, "ERR_INVALID_ARG_TYPE", 'The "options" argument must be an object.');
    const open = option(options, "open", true);
    this.#options = {
      readOnly: option(options, "readOnly", false),
      fk: option(options, "enableForeignKeyConstraints", true),
      dqs: option(options, "enableDoubleQuotedStringLiterals", false),
    };
    this.#how = {
      bigints: option(options, "readBigInts", false),
      arrays: option(options, "returnArrays", false),
      bare: option(options, "allowBareNamedParameters", true),
      unknown: option(options, "allowUnknownNamedParameters", false),
    };
    option(options, "allowExtension", false);
    if (open) this.open();
  }

  #open(): Connection {
    if (this.#c === undefined) throw state("database is not open");
    return this.#c;
  }
  static connection(db: DatabaseSync): Connection {
    return db.#open();
  }
  open(): void {
    if (this.#c !== undefined) throw state("database is already open");
    const o = this.#options;
    this.#c = new Connection(this.#path, o.readOnly, true, !o.dqs, o.fk, makeError);
  }
  close(): void {
    this.#open().close();
    this.#c = undefined;
  }
  exec(sql: any): void {
    const c = this.#open();
    if (typeof sql !== "string") throw coded(TypeError_, "ERR_INVALID_ARG_TYPE", 'The "sql" argument must be a string.');
    c.exec(sql);
  }
  prepare(sql: any, options?: any): StatementSync {
    const c = this.#open();
    if (typeof sql !== "string") throw coded(TypeError_, "ERR_INVALID_ARG_TYPE", 'The "sql" argument must be a string.');
    const p = c.prepare(sql);
    if (p === null) throw coded(TypeError_, "ERR_INVALID_ARG_VALUE", "The SQL query contains no statements.");
    const how = {
      bigints: option(options, "readBigInts", this.#how.bigints),
      arrays: option(options, "returnArrays", this.#how.arrays),
      bare: option(options, "allowBareNamedParameters", this.#how.bare),
      unknown: option(options, "allowUnknownNamedParameters", this.#how.unknown),
    };
    return new (StatementSync as any)(secret, this, p, sql, how);
  }
  function(name: any, options?: any, fn?: any): void {
    const c = this.#open();
    if (typeof name !== "string") throw coded(TypeError_, "ERR_INVALID_ARG_TYPE", 'The "name" argument must be a string.');
    if (fn === undefined && typeof options !== "object") {
      fn = options;
      options = undefined;
    }
    if (typeof fn !== "function") throw coded(TypeError_, "ERR_INVALID_ARG_TYPE", 'The "function" argument must be a function.');
    const bigints = option(options, "useBigIntArguments", false);
    const varargs = option(options, "varargs", false);
    const deterministic = option(options, "deterministic", false);
    const direct = option(options, "directOnly", false);
    c.define(name, { call: (args) => result(apply(fn, args, bigints)) }, varargs ? -1 : fn.length, deterministic, direct, 0);
  }
  aggregate(name: any, options: any): void {
    const c = this.#open();
    if (typeof name !== "string") throw coded(TypeError_, "ERR_INVALID_ARG_TYPE", 'The "name" argument must be a string.');
    if (typeof options !== "object" || options === null) throw coded(TypeError_, "ERR_INVALID_ARG_TYPE", 'The "options" argument must be an object.');
    const { start, step, inverse } = options;
    if (start === undefined) throw coded(TypeError_, "ERR_INVALID_ARG_TYPE", 'The "options.start" argument must be a function or a primitive value.');
    if (typeof step !== "function") throw coded(TypeError_, "ERR_INVALID_ARG_TYPE", 'The "options.step" argument must be a function.');
    const bigints = option(options, "useBigIntArguments", false);
    const varargs = option(options, "varargs", false);
    const direct = option(options, "directOnly", false);
    const deterministic = option(options, "deterministic", false);
    const finish = options.result;
    c.define(name, aggregateOf(start, step, inverse, finish, bigints, result), varargs ? -1 : (step.length > 0 ? step.length - 1 : 0), deterministic, direct, typeof inverse === "function" ? 2 : 1);
  }
  location(name?: any): string | null {
    const c = this.#open();
    if (name !== undefined && typeof name !== "string") throw coded(TypeError_, "ERR_INVALID_ARG_TYPE", 'The "dbName" argument must be a string.');
    return c.state()[2];
  }
  get isOpen(): boolean {
    return this.#c !== undefined;
  }
  get isTransaction(): boolean {
    return this.#open().state()[0];
  }
  loadExtension(): never {
    this.#open();
    throw state("extension loading is not allowed");
  }
  enableLoadExtension(on?: any): void {
    this.#open();
    if (on) throw state("Cannot enable extension loading because it was disabled at database creation.");
  }
  createSession(): never {
    this.#open();
    throw coded(Error_, "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM", "Sessions and changesets are not in this build of SQLite: keep a table of changes with triggers instead");
  }
  applyChangeset(): never {
    return this.createSession();
  }
  setAuthorizer(): never {
    this.#open();
    throw coded(Error_, "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM", "setAuthorizer() is not available: the sandbox authorizes statements itself");
  }
}
ObjectDefineProperty(DatabaseSync.prototype, SymbolDispose, {
  __proto__: null,
  value(this: DatabaseSync) {
    if (this.isOpen) this.close();
  },
  writable: true,
  configurable: true,
  enumerable: false,
} as any);

// apply calls a function of the program with arguments as they come from SQL: integers as bigints.
export function apply(fn: any, args: unknown[], bigints: boolean): any {
  return ReflectApply(fn, undefined, numbers(args, bigints));
}

// numbers makes integers numbers, unless bigints are asked for.
export function numbers(args: unknown[], bigints: boolean): unknown[] {
  const out: unknown[] = [];
  for (let i = 0; i < args.length; i++) {
    let v = args[i];
    if (typeof v === "bigint" && !bigints) {
      if (v > 9007199254740991n || v < -9007199254740991n) throw coded(RangeError_, "ERR_OUT_OF_RANGE", `Value is too large to be represented as a JavaScript number: ${v}`);
      v = Number_(v);
    }
    ArrayPrototypePush(out, v);
  }
  return out;
}

function result(v: any): any {
  switch (typeof v) {
    case "undefined":
      return null;
    case "string":
    case "number":
      return v;
    case "bigint":
      if (v >= -9223372036854775808n && v <= 9223372036854775807n) return v;
      throw coded(RangeError_, "ERR_OUT_OF_RANGE", "BigInt value is too large for SQLite");
    case "object":
      if (v === null) return null;
      if (ArrayBufferIsView(v) || host.classOf(v) === "ArrayBuffer") return bufferBytes(v as any);
      if (host.classOf(v) === "Promise") throw makeError(1, "Asynchronous user-defined functions are not supported");
  }
  throw makeError(1, "Returned JavaScript value cannot be converted to a SQLite value");
}

// aggregateOf keeps what groups have accumulated.
export function aggregateOf(start: any, step: any, inverse: any, finish: any, bigints: boolean, convert: (v: any) => any): Fn {
  const groups: Map<number, any> = new SafeMap<number, any>();
  const held = (group: number): any => {
    if (!MapPrototypeHas(groups, group)) MapPrototypeSet(groups, group, typeof start === "function" ? start() : start);
    return MapPrototypeGet(groups, group);
  };
  return {
    call: () => null,
    step(group, args, back) {
      const all: unknown[] = [held(group)];
      const rest = numbers(args, bigints);
      for (let i = 0; i < rest.length; i++) ArrayPrototypePush(all, rest[i]);
      MapPrototypeSet(groups, group, ReflectApply(back ? inverse : step, undefined, all));
    },
    value(group) {
      const v = held(group);
      return convert(typeof finish === "function" ? finish(v) : v);
    },
    final(group) {
      MapPrototypeDelete(groups, group);
    },
  };
}

// backup copies a database to a file.
function backup(db: any, path: any, options?: any): Promise<number> {
  let c: Connection;
  let to: string;
  try {
    c = DatabaseSync.connection(db);
    to = pathOf(path);
    if (options !== undefined && (typeof options !== "object" || options === null)) throw invalidArgType("options", "object", options);
  } catch (e) {
    return PromiseReject(e);
  }
  return laterCall(() => c.run("sqlite.backup", [c.id, to]), []);
}

class Session {
  constructor() {
    throw coded(TypeError_, "ERR_ILLEGAL_CONSTRUCTOR", "Illegal constructor");
  }
}

const constants = {
  SQLITE_CHANGESET_DATA: 1, SQLITE_CHANGESET_NOTFOUND: 2, SQLITE_CHANGESET_CONFLICT: 3, SQLITE_CHANGESET_CONSTRAINT: 4, SQLITE_CHANGESET_FOREIGN_KEY: 5,
  SQLITE_CHANGESET_OMIT: 0, SQLITE_CHANGESET_REPLACE: 1, SQLITE_CHANGESET_ABORT: 2,
};

// Node's own says what is wrong when it is called without new, with a code.
function DatabaseSyncFunction(this: any, path?: any, options?: any): any {
  if (new.target === undefined) throw coded(TypeError_, "ERR_CONSTRUCT_CALL_REQUIRED", "Cannot call constructor without `new`");
  return ReflectConstruct(DatabaseSync, [path, options], new.target);
}
DatabaseSyncFunction.prototype = DatabaseSync.prototype;
ObjectDefineProperty(DatabaseSyncFunction, "name", { __proto__: null, value: "DatabaseSync", configurable: true } as any);
hide(DatabaseSync.prototype, "constructor", DatabaseSyncFunction);

register(["node:sqlite"], () => ({ DatabaseSync: DatabaseSyncFunction, Session, StatementSync, backup, constants }));
