// better-sqlite3, by its name: the package itself is a native addon, which a
// sandbox cannot load.

import {
  ArrayPrototypeIncludes, BigInt_, MapPrototypeDelete, MapPrototypeGet, MapPrototypeSet, ObjectKeys, SafeMap, uncurryThis,
  ArrayBufferIsView, ArrayIsArray, ArrayPrototypePush, Error_, Number_, ObjectDefineProperty, ObjectGetPrototypeOf, ObjectHasOwn, Object_, RangeError_, ReflectApply, SafeWeakMap,
  StringPrototypeSlice, StringPrototypeTrim, TypeError_, WeakMapPrototypeGet, WeakMapPrototypeSet, hide, 
} from "../primordials.ts";
import { OP } from "buntime:ops";
import { register } from "../modules.ts";
import { wrap } from "./buffer.ts";
import { laterCall } from "./later.ts";
import { aggregateOf, numbers } from "./sqlite.ts";
import { bufferBytes } from "../web/blob.ts";
import { type Fn, Connection, Ints, Prepared, codeName, iterator, row, slice } from "../sqlite/core.ts";

class SqliteError extends Error_ {
  code: string;
  constructor(message: any, code: any) {
    if (typeof code !== "string") throw new TypeError_("Expected second argument to be a string");
    super(`${message}`);
    this.code = code;
    ObjectDefineProperty(this, "code", { __proto__: null, value: code, writable: true, configurable: true, enumerable: true } as any);
  }
}
hide(SqliteError.prototype, "name", "SqliteError");

function makeError(code: number, message: string): Error {
  return code === 0 ? new TypeError_(message) : new SqliteError(message, codeName(code));
}

const cannotBind = "SQLite3 can only bind numbers, strings, bigints, buffers, and null";

function bindable(v: any): any {
  switch (typeof v) {
    case "string":
    case "number":
      return v;
    case "bigint":
      if (v < -9223372036854775808n || v > 9223372036854775807n) throw new RangeError_("The bound string, buffer, or bigint is too big");
      return v;
    case "undefined":
      return null;
    case "object":
      if (v === null) return null;
      if (ArrayBufferIsView(v)) return bufferBytes(v);
  }
  throw new TypeError_(cannotBind);
}

// Kept is the inside of a Database.
interface Kept {
  c: Connection | undefined;
  iterating: number;
  busy: number; // functions and tables of the program that SQL is calling
  safe: boolean;
  verbose: any;
}
const kept: WeakMap<object, Kept> = new SafeWeakMap<object, Kept>();
const objectPrototype = Object_.prototype;

function inside(db: any): Kept {
  const k = WeakMapPrototypeGet(kept, db) as Kept | undefined;
  if (k === undefined) throw new TypeError_("Illegal invocation");
  return k;
}

function open(db: any): Connection {
  const k = inside(db);
  if (k.c === undefined) throw new TypeError_("The database connection is not open");
  return k.c;
}

function busy(): Error {
  return new TypeError_("This database connection is busy executing a query");
}

// ready is open for what a function called by SQL may not do.
function ready(db: any): Connection {
  const c = open(db);
  if (inside(db).busy > 0) throw busy();
  return c;
}

function idle(db: any): Connection {
  const c = ready(db);
  if (inside(db).iterating > 0) throw busy();
  return c;
}

// guarded is f as SQL calls it: meanwhile the connection is busy.
function guarded(db: any, f: (...args: any[]) => any): (...args: any[]) => any {
  const k = inside(db);
  return (...args: any[]): any => {
    k.busy++;
    try {
      return ReflectApply(f, undefined, args);
    } finally {
      k.busy--;
    }
  };
}

class Statement {
  database: any;
  source: string;
  reader: boolean;
  readonly: boolean;
  #p: Prepared;
  #mode = "";
  #safe: boolean;
  #bound = false;
  #busy = false;

  constructor(db: any, p: Prepared, sql: string) {
    this.#p = p;
    this.#safe = inside(db).safe;
    this.database = db;
    this.source = sql;
    this.reader = p.width > 0;
    this.readonly = p.readOnly;
    ObjectDefineProperty(this, "database", { __proto__: null, value: db, enumerable: true } as any);
  }
  get busy(): boolean {
    return this.#busy;
  }

  #start(args: any[], write: boolean): Prepared {
    if (write) idle(this.database);
    else ready(this.database);
    if (this.#busy) throw new TypeError_("This statement is busy executing a query");
    const p = this.#p;
    if (this.#bound) {
      if (args.length > 0) throw new TypeError_("This statement already has bound parameters");
      p.reset();
    } else this.#bind(args);
    const verbose = inside(this.database).verbose;
    if (verbose !== undefined) verbose(p.expanded());
    return p;
  }
  #bind(args: any[]): void {
    const p = this.#p;
    const given: any[] = [];
    let named: any;
    for (let i = 0; i < args.length; i++) {
      const a = args[i];
      if (ArrayIsArray(a)) {
        for (let j = 0; j < a.length; j++) ArrayPrototypePush(given, bindable(a[j]));
      } else if (typeof a === "object" && a !== null && !ArrayBufferIsView(a)) {
        const proto = ObjectGetPrototypeOf(a);
        if (proto !== objectPrototype && proto !== null) throw new TypeError_(cannotBind);
        if (named !== undefined) throw new TypeError_("You cannot specify named parameters in two different objects");
        named = a;
      } else ArrayPrototypePush(given, bindable(a));
    }
    const values: any[] = [];
    let at = 0;
    let missing = false, anyNamed = false;
    for (let i = 0; i < p.params.length; i++) {
      const name = p.params[i]!;
      if (name === "") {
        if (at < given.length) ArrayPrototypePush(values, given[at]);
        else missing = true;
        at++;
        continue;
      }
      anyNamed = true;
      const bare = StringPrototypeSlice(name, 1);
      if (named === undefined) {
        missing = true;
        continue;
      }
      if (!ObjectHasOwn(named, bare)) throw new RangeError_(`Missing named parameter "${bare}"`);
      ArrayPrototypePush(values, bindable(named[bare]));
    }
    if (at < given.length) throw new RangeError_("Too many parameter values were provided");
    if (missing) throw anyNamed && named === undefined ? new TypeError_("Missing named parameters") : new RangeError_("Too few parameter values were provided");
    p.bind(values, true, true);
  }
  #row(names: string[], values: any[], at: number): any {
    switch (this.#mode) {
      case "pluck":
        return this.#value(values[at]);
      case "raw": {
        const out = slice(values, at, names.length);
        for (let i = 0; i < out.length; i++) out[i] = this.#value(out[i]);
        return out;
      }
      case "expand": {
        const out: any = {};
        const columns = this.#p.columns();
        for (let i = 0; i < columns.length; i++) {
          const table = columns[i]![2] ?? "$";
          if (!ObjectHasOwn(out, table)) ObjectDefineProperty(out, table, { __proto__: null, value: {}, writable: true, enumerable: true, configurable: true } as any);
          row(out[table], [names[i]!], [this.#value(values[at + i])], 0);
        }
        return out;
      }
    }
    const out = row({}, names, values, at);
    for (let i = 0; i < names.length; i++) if (ArrayBufferIsView(values[at + i])) out[names[i]!] = this.#value(values[at + i]);
    return out;
  }
  #value(v: any): any {
    return ArrayBufferIsView(v) ? wrap(v as Uint8Array) : v;
  }
  #ints(): Ints {
    return this.#safe ? Ints.BigInts : Ints.Numbers;
  }
  #reads(): void {
    if (!this.reader) throw new TypeError_("This statement does not return data. Use run() instead");
  }

  run(...args: any[]): any {
    const p = this.#start(args, true);
    const c = p.rows(Ints.Numbers, () => {});
    return { changes: this.reader ? 0 : c[0], lastInsertRowid: this.#safe ? c[2] : Number_(c[2]) };
  }
  get(...args: any[]): any {
    this.#reads();
    const p = this.#start(args, !this.readonly);
    const names = p.names();
    const { over, values } = p.step(1, this.#ints());
    if (!over) p.reset();
    return values.length === 0 ? undefined : this.#row(names, values, 0);
  }
  all(...args: any[]): any[] {
    this.#reads();
    const p = this.#start(args, !this.readonly);
    const names = p.names();
    const out: any[] = [];
    p.rows(this.#ints(), (values, at) => ArrayPrototypePush(out, this.#row(names, values, at)));
    return out;
  }
  iterate(...args: any[]): any {
    this.#reads();
    const p = this.#start(args, !this.readonly);
    const k = inside(this.database);
    const names = p.names();
    let isOpen = true;
    k.iterating++;
    this.#busy = true;
    const end = () => {
      if (!isOpen) return;
      isOpen = false;
      k.iterating--;
      this.#busy = false;
      if (k.c !== undefined) p.reset();
    };
    const result = (done: boolean, value: any): any => ({ value, done });
    return iterator(
      () => {
        if (!isOpen) return result(true, undefined);
        let values: any[];
        try {
          values = p.step(1, this.#ints()).values;
        } catch (e) {
          end();
          throw e;
        }
        if (values.length === 0) {
          end();
          return result(true, undefined);
        }
        return result(false, this.#row(names, values, 0));
      },
      end,
      result,
    );
  }
  #set(mode: string, on: any): this {
    this.#reads();
    if (on === undefined) on = true;
    if (typeof on !== "boolean") throw new TypeError_("Expected first argument to be a boolean");
    if (on) this.#mode = mode;
    else if (this.#mode === mode) this.#mode = "";
    return this;
  }
  pluck(on?: any): this {
    return this.#set("pluck", on);
  }
  raw(on?: any): this {
    return this.#set("raw", on);
  }
  expand(on?: any): this {
    return this.#set("expand", on);
  }
  safeIntegers(on?: any): this {
    if (on !== undefined && typeof on !== "boolean") throw new TypeError_("Expected first argument to be a boolean");
    this.#safe = on ?? true;
    return this;
  }
  bind(...args: any[]): this {
    if (this.#bound) throw new TypeError_("The bind() method can only be invoked once per statement object");
    idle(this.database);
    this.#bind(args);
    this.#bound = true;
    return this;
  }
  columns(): any[] {
    this.#reads();
    const columns = this.#p.columns();
    const out: any[] = [];
    for (let i = 0; i < columns.length; i++) {
      const c = columns[i]!;
      ArrayPrototypePush(out, { name: c[0], column: c[3], table: c[2], database: c[1], type: c[4] });
    }
    return out;
  }
}

function bool(options: any, name: string): boolean {
  const v = options?.[name];
  if (v === undefined) return false;
  if (typeof v !== "boolean") throw new TypeError_(`Expected the "${name}" option to be a boolean`);
  return v;
}

function Database(this: any, name?: any, options?: any): any {
  if (new.target === undefined) return new (Database as any)(name, options);
  let data: Uint8Array | undefined;
  if (ArrayBufferIsView(name)) {
    data = bufferBytes(name);
    name = ":memory:";
  }
  if (name === undefined || name === null) name = "";
  if (typeof name !== "string") throw new TypeError_("Expected first argument to be a string");
  if (options === undefined || options === null) options = {};
  if (typeof options !== "object") throw new TypeError_("Expected second argument to be an options object");
  const file: string = StringPrototypeTrim(name);
  const memory = file === "" || file === ":memory:";
  const readonly = bool(options, "readonly");
  const must = bool(options, "fileMustExist");
  const verbose = options.verbose;
  if (verbose !== undefined && verbose !== null && typeof verbose !== "function") throw new TypeError_('Expected the "verbose" option to be a function');
  if (readonly && memory && data === undefined) throw new TypeError_("In-memory/temporary databases cannot be readonly");
  let c: Connection;
  try {
    c = new Connection(file, readonly && !memory, !readonly && !must, false, true, makeError);
  } catch (e: any) {
    if (!memory && !readonly && !must && e?.code === "SQLITE_CANTOPEN" && !directoryExists(file)) throw new TypeError_("Cannot open database because the directory does not exist");
    throw e;
  }
  c.exec("PRAGMA cache_size = -16000"); // as the package is built
  if (data !== undefined) c.run("sqlite.deserialize", [c.id, data]);
  WeakMapPrototypeSet(kept, this, { c, iterating: 0, busy: 0, safe: false, verbose: verbose ?? undefined });
  const fixed = (key: string, value: any) => ObjectDefineProperty(this, key, { __proto__: null, value, enumerable: true } as any);
  fixed("name", name);
  fixed("memory", memory);
  fixed("readonly", readonly);
  return this;
}

function directoryExists(file: string): boolean {
  let end = file.length;
  while (end > 0 && file[end - 1] !== "/") end--;
  if (end <= 1) return true;
  try {
    host.sync(OP["fs.stat"]!, StringPrototypeSlice(file, 0, end));
    return true;
  } catch {
    return false;
  }
}

const methods: any = {
  get open(): boolean {
    return inside(this).c !== undefined;
  },
  get inTransaction(): boolean {
    return inside(this).c !== undefined && open(this).state()[0];
  },
  prepare(this: any, sql: any): Statement {
    if (typeof sql !== "string") throw new TypeError_("Expected first argument to be a string");
    const c = ready(this);
    const p = c.prepare(sql);
    if (p === null) throw new RangeError_("The supplied SQL string contains no statements");
    if (StringPrototypeTrim(p.tail) !== "") {
      let more: Prepared | null = null;
      try {
        more = c.prepare(p.tail);
      } finally {
        if (more !== null) more.finalize();
      }
      if (more !== null) {
        p.finalize();
        throw new RangeError_("The supplied SQL string contains more than one statement");
      }
    }
    return new Statement(this, p, sql);
  },
  exec(this: any, sql: any): any {
    if (typeof sql !== "string") throw new TypeError_("Expected first argument to be a string");
    const c = idle(this);
    const verbose = inside(this).verbose;
    if (verbose !== undefined) verbose(sql);
    c.exec(sql);
    return this;
  },
  transaction(this: any, fn: any): any {
    if (typeof fn !== "function") throw new TypeError_("Expected first argument to be a function");
    const db = this;
    const point = "`\t_bs3.\t`";
    const make = (begin: string) =>
      function (this: any, ...args: any[]): any {
        const c = ready(db);
        const nested = c.state()[0];
        c.exec(nested ? `SAVEPOINT ${point}` : begin);
        try {
          const result = ReflectApply(fn, this, args);
          if (result !== null && typeof result === "object" && typeof (result as any).then === "function") throw new TypeError_("Transaction function cannot return a promise");
          c.exec(nested ? `RELEASE ${point}` : "COMMIT");
          return result;
        } catch (e) {
          if (c.state()[0]) {
            if (nested) c.exec(`ROLLBACK TO ${point}; RELEASE ${point}`);
            else c.exec("ROLLBACK");
          }
          throw e;
        }
      };
    const all: any = { default: make("BEGIN"), deferred: make("BEGIN DEFERRED"), immediate: make("BEGIN IMMEDIATE"), exclusive: make("BEGIN EXCLUSIVE") };
    const names = ["default", "deferred", "immediate", "exclusive"];
    for (let i = 0; i < 4; i++) {
      const f = all[names[i]!];
      for (let j = 0; j < 4; j++) ObjectDefineProperty(f, names[j]!, { __proto__: null, value: all[names[j]!] } as any);
      ObjectDefineProperty(f, "database", { __proto__: null, value: db, enumerable: true } as any);
    }
    return all.default;
  },
  pragma(this: any, text: any, options?: any): any {
    if (typeof text !== "string") throw new TypeError_("Expected first argument to be a string");
    if (options !== undefined && (typeof options !== "object" || options === null)) throw new TypeError_("Expected second argument to be an options object");
    const simple = bool(options, "simple");
    const p = idle(this).prepare(`PRAGMA ${text}`);
    if (p === null) return undefined;
    try {
      const names = p.names();
      const out: any[] = [];
      p.rows(inside(this).safe ? Ints.BigInts : Ints.Numbers, (values, at) => ArrayPrototypePush(out, simple ? values[at] : row({}, names, values, at)));
      return simple ? out[0] : out;
    } finally {
      p.finalize();
    }
  },
  function(this: any, name: any, options: any, fn?: any): any {
    if (typeof options === "function" && fn === undefined) {
      fn = options;
      options = {};
    }
    if (typeof name !== "string") throw new TypeError_("Expected first argument to be a string");
    if (typeof fn !== "function") throw new TypeError_("Expected last argument to be a function");
    if (typeof options !== "object" || options === null) throw new TypeError_("Expected second argument to be an options object");
    if (name === "") throw new TypeError_("User-defined function name cannot be an empty string");
    const varargs = bool(options, "varargs");
    const safe = options.safeIntegers ?? inside(this).safe;
    idle(this).define(name, { call: guarded(this, (args) => returned(name, ReflectApply(fn, undefined, given(args, safe)))) }, varargs ? -1 : fn.length, bool(options, "deterministic"), bool(options, "directOnly"), 0);
    return this;
  },
  aggregate(this: any, name: any, options: any): any {
    if (typeof name !== "string") throw new TypeError_("Expected first argument to be a string");
    if (typeof options !== "object" || options === null) throw new TypeError_("Expected second argument to be an options object");
    if (name === "") throw new TypeError_("User-defined function name cannot be an empty string");
    const { step, inverse, result } = options;
    const start = "start" in options ? options.start : null;
    if (typeof step !== "function") throw new TypeError_('Missing required option "step"');
    const varargs = bool(options, "varargs");
    const safe = options.safeIntegers ?? inside(this).safe;
    // A step that returns nothing changed its total in place.
    const keep = (f: any) => f === undefined ? undefined : (total: any, ...rest: any[]) => {
      const all: any[] = [total];
      for (let i = 0; i < rest.length; i++) ArrayPrototypePush(all, ArrayBufferIsView(rest[i]) ? wrap(rest[i]) : rest[i]);
      const next = ReflectApply(f, undefined, all);
      return next === undefined ? total : next;
    };
    const arity = (f: any): number => f === undefined ? 0 : f.length - 1;
    const n = arity(step) > arity(inverse) ? arity(step) : arity(inverse);
    const fns = aggregateOf(start, keep(step), keep(inverse), result, safe, (v) => returned(name, v));
    fns.step = guarded(this, fns.step!);
    fns.value = guarded(this, fns.value!);
    idle(this).define(name, fns, varargs ? -1 : n < 0 ? 0 : n, bool(options, "deterministic"), bool(options, "directOnly"), inverse === undefined ? 1 : 2);
    return this;
  },
  table(this: any, name: any, factory: any): any {
    if (typeof name !== "string") throw new TypeError_("Expected first argument to be a string");
    if (name === "") throw new TypeError_("Virtual table module name cannot be an empty string");
    const tables = new Tables(this, name);
    const fn: Fn = {
      call: () => null,
      rows: guarded(this, (slot, args) => tables.rows(slot, args)),
      next: guarded(this, (slot) => tables.next(slot)),
      why: guarded(this, (slot, column) => tables.why(slot, column)) as any,
    };
    if (typeof factory === "object" && factory !== null) {
      const t = tables.parse(factory, "used");
      tables.add(t);
      idle(this).table(name, fn, t.parameters, t.columns, t.directOnly);
      return this;
    }
    if (typeof factory !== "function") throw new TypeError_("Expected second argument to be a function or a table definition object");
    fn.connect = guarded(this, (args) => {
      const rest: any[] = [];
      for (let i = 3; i < args.length; i++) ArrayPrototypePush(rest, args[i]);
      const def = ReflectApply(factory, { module: args[0], database: args[1], table: args[2] }, rest);
      if (typeof def !== "object" || def === null) throw new TypeError_(`Virtual table module "${name}" did not return a table definition object`);
      const t = tables.parse(def, "returned");
      const answer: any[] = [BigInt_(tables.add(t)), t.directOnly ? 1n : 0n, BigInt_(t.parameters.length)];
      for (let i = 0; i < t.parameters.length; i++) ArrayPrototypePush(answer, t.parameters[i]);
      for (let i = 0; i < t.columns.length; i++) ArrayPrototypePush(answer, t.columns[i]);
      return answer;
    });
    idle(this).table(name, fn, [], null, false);
    return this;
  },
  loadExtension(this: any, name: any): never {
    if (typeof name !== "string") throw new TypeError_("Expected first argument to be a string");
    throw new SqliteError(`${name}.so: cannot open shared object file: No such file or directory`, "SQLITE_ERROR");
  },
  serialize(this: any, options?: any): any {
    const attached = options?.attached;
    if (attached !== undefined && attached !== "main") throw makeError(1, `unknown database ${attached}`);
    const c = idle(this);
    return wrap(c.run("sqlite.serialize", [c.id]));
  },
  backup(this: any, name: any, options?: any): Promise<any> {
    return laterCall(() => {
      if (typeof name !== "string") throw new TypeError_("Expected first argument to be a string");
      if (options !== undefined && (typeof options !== "object" || options === null)) throw new TypeError_("Expected second argument to be an options object");
      if (!directoryExists(name)) throw new TypeError_("Cannot save backup because the directory does not exist");
      const c = ready(this);
      return { totalPages: c.run("sqlite.backup", [c.id, name]), remainingPages: 0 };
    }, []);
  },
  defaultSafeIntegers(this: any, on?: any): any {
    if (on !== undefined && typeof on !== "boolean") throw new TypeError_("Expected first argument to be a boolean");
    inside(this).safe = on ?? true;
    return this;
  },
  unsafeMode(this: any, on?: any): any {
    if (on !== undefined && typeof on !== "boolean") throw new TypeError_("Expected first argument to be a boolean");
    return this;
  },
  close(this: any): any {
    const k = inside(this);
    if (k.c !== undefined) {
      idle(this).close();
      k.c = undefined;
    }
    return this;
  },
};
{
  const d = Object.getOwnPropertyDescriptors(methods) as any;
  const keys = Object.keys(d);
  for (let i = 0; i < keys.length; i++) ObjectDefineProperty(Database.prototype, keys[i]!, { ...d[keys[i]!], enumerable: false });
}

// given makes arguments what better-sqlite3 gives a function: blobs are Buffers.
function given(args: unknown[], safe: boolean): any[] {
  const out = numbers(args, safe) as any[];
  for (let i = 0; i < out.length; i++) if (ArrayBufferIsView(out[i])) out[i] = wrap(out[i]);
  return out;
}

const generatorFunctionPrototype = ObjectGetPrototypeOf(function* () {});
const generatorNext = uncurryThis(generatorFunctionPrototype.prototype.next);

// TableDef is the definition of a virtual table.
interface TableDef {
  rows: any;
  columns: string[];
  parameters: string[];
  safe: boolean | undefined;
  directOnly: boolean;
}

// strings copies an array of strings, or returns undefined.
function strings(v: any): string[] | undefined {
  if (!ArrayIsArray(v)) return undefined;
  const out: string[] = [];
  for (let i = 0; i < v.length; i++) {
    if (typeof v[i] !== "string") return undefined;
    ArrayPrototypePush(out, v[i]);
  }
  return out;
}

function unique(list: string[]): boolean {
  const seen: any = { __proto__: null };
  for (let i = 0; i < list.length; i++) {
    if (seen[list[i]!]) return false;
    seen[list[i]!] = true;
  }
  return true;
}

// Tables are the virtual tables of one module, and those of them that SQL is reading.
class Tables {
  #db: any;
  #module: string;
  #all: TableDef[] = [];
  #open: Map<number, { table: TableDef; rows: any; row: any[] }> = new SafeMap<number, any>();

  constructor(db: any, module: string) {
    this.#db = db;
    this.#module = module;
  }

  add(t: TableDef): number {
    ArrayPrototypePush(this.#all, t);
    return this.#all.length - 1;
  }

  parse(def: any, verb: string): TableDef {
    const what = (text: string) => `Virtual table module "${this.#module}" ${verb} a table definition ${text}`;
    if (!ObjectHasOwn(def, "rows")) throw new TypeError_(what('without a "rows" property'));
    if (!ObjectHasOwn(def, "columns")) throw new TypeError_(what('without a "columns" property'));
    const rows = def.rows;
    if (typeof rows !== "function" || ObjectGetPrototypeOf(rows) !== generatorFunctionPrototype) throw new TypeError_(what('with an invalid "rows" property (should be a generator function)'));
    const columns = strings(def.columns);
    if (columns === undefined) throw new TypeError_(what('with an invalid "columns" property (should be an array of strings)'));
    if (!unique(columns)) throw new TypeError_(what("with duplicate column names"));
    if (columns.length === 0) throw new RangeError_(what("with zero columns"));
    let parameters: string[] | undefined = [];
    if (ObjectHasOwn(def, "parameters")) parameters = strings(def.parameters);
    else {
      const n = rows.length;
      if (typeof n !== "number" || n % 1 !== 0 || n < 0) throw new TypeError_("Expected function.length to be a positive integer");
      for (let i = 1; i <= n && i <= 33; i++) ArrayPrototypePush(parameters, `$${i}`);
    }
    if (parameters === undefined) throw new TypeError_(what('with an invalid "parameters" property (should be an array of strings)'));
    if (!unique(parameters)) throw new TypeError_(what("with duplicate parameter names"));
    if (parameters.length > 32) throw new RangeError_(what("with more than the maximum number of 32 parameters"));
    for (let i = 0; i < parameters.length; i++) {
      if (ArrayPrototypeIncludes(columns, parameters[i])) throw new TypeError_(what(`with column "${parameters[i]}" which was ambiguously defined as both a column and parameter`));
    }
    const flag = (name: string): boolean | undefined => {
      if (!ObjectHasOwn(def, name)) return undefined;
      if (typeof def[name] !== "boolean") throw new TypeError_(what(`with an invalid "${name}" property (should be a boolean)`));
      return def[name];
    };
    return { rows, columns, parameters, safe: flag("safeIntegers"), directOnly: flag("directOnly") ?? false };
  }

  rows(slot: number, args: any[]): any[] | null {
    const table = this.#all[Number_(args[0])]!;
    const values = given(slice(args, 1, args.length - 1), table.safe ?? inside(this.#db).safe);
    for (let i = 0; i < values.length; i++) if (values[i] === null) values[i] = undefined;
    MapPrototypeSet(this.#open, slot, { table, rows: ReflectApply(table.rows, undefined, values), row: [] });
    return this.next(slot);
  }

  next(slot: number): any[] | null {
    const o = MapPrototypeGet(this.#open, slot) as any;
    let result: any;
    try {
      result = generatorNext(o.rows);
    } catch (e) {
      MapPrototypeDelete(this.#open, slot);
      throw e;
    }
    if (result.done) {
      MapPrototypeDelete(this.#open, slot);
      return null;
    }
    o.row = this.#row(o.table, result.value);
    const out: any[] = [];
    for (let i = 0; i < o.row.length; i++) {
      const v = o.row[i];
      ArrayPrototypePush(out, valid(v) ? (v === undefined ? null : ArrayBufferIsView(v) ? bufferBytes(v) : v) : []);
    }
    return out;
  }

  #row(t: TableDef, row: any): any[] {
    const what = (text: string) => new TypeError_(`Virtual table module "${this.#module}" yielded ${text}`);
    if (ArrayIsArray(row)) {
      if (row.length !== t.columns.length) throw what("a row with an incorrect number of columns");
      return slice(row, 0, row.length);
    }
    if (typeof row !== "object" || row === null) throw what("something that isn't a valid row object");
    const keys = ObjectKeys(row);
    for (let i = 0; i < keys.length; i++) if (!ArrayPrototypeIncludes(t.columns, keys[i])) throw what(`a row with an undeclared column "${keys[i]}"`);
    if (keys.length !== t.columns.length) throw what("a row with missing columns");
    const out: any[] = [];
    for (let i = 0; i < t.columns.length; i++) ArrayPrototypePush(out, row[t.columns[i]!]);
    return out;
  }

  why(slot: number, column: number): never {
    const v = (MapPrototypeGet(this.#open, slot) as any)?.row[column];
    if (typeof v === "bigint") throw new RangeError_(`Virtual table module "${this.#module}" yielded a bigint that was too big`);
    throw new TypeError_(`Virtual table module "${this.#module}" yielded an invalid value`);
  }
}

// valid is whether SQL can hold v.
function valid(v: any): boolean {
  switch (typeof v) {
    case "undefined":
    case "number":
    case "string":
      return true;
    case "bigint":
      return v >= -9223372036854775808n && v <= 9223372036854775807n;
    case "object":
      return v === null || ArrayBufferIsView(v);
  }
  return false;
}

function returned(name: string, v: any): any {
  switch (typeof v) {
    case "undefined":
      return null;
    case "number":
    case "string":
      return v;
    case "bigint":
      if (v < -9223372036854775808n || v > 9223372036854775807n) throw new RangeError_(`User-defined function ${name}() returned a bigint that was too big`);
      return v;
    case "object":
      if (v === null) return null;
      if (ArrayBufferIsView(v)) return bufferBytes(v);
  }
  throw new TypeError_(`User-defined function ${name}() returned an invalid value`);
}

(Database as any).SqliteError = SqliteError;
(Database as any).default = Database;

register(["better-sqlite3"], () => Database as any);
