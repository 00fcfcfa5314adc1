// bun:sqlite.

import {
  ArrayBufferIsView, ArrayIsArray, ArrayPrototypePush, BigIntPrototypeToString, Error_, MapPrototypeGet, MapPrototypeSet, MathMax, NumberIsSafeInteger, Number_, ObjectCreate, ObjectDefineProperty,
  ObjectHasOwn, ObjectKeys, RangeError_, ReflectApply, SafeMap, StringPrototypeSlice, StringPrototypeTrim, SymbolDispose, SymbolIterator, TypeError_, mapValues, hide,
} from "../primordials.ts";
import { register } from "../modules.ts";
import { aggregateOf } from "../node/sqlite.ts";
import { bufferBytes } from "../web/blob.ts";
import { Connection, Ints, Prepared, codeName, row, slice } from "../sqlite/core.ts";

class SQLiteError extends Error_ {
  errno!: number;
  code!: string | undefined;
  byteOffset!: number;
  constructor(message: string) {
    super(message);
  }
}
hide(SQLiteError.prototype, "name", "SQLiteError");

function makeError(code: number, message: string): Error {
  if (code === 0) return new Error_(message);
  const e = new SQLiteError(message);
  e.errno = code;
  e.code = codeName(code);
  e.byteOffset = -1;
  return e;
}

const constants = {
  SQLITE_OPEN_READONLY: 1, SQLITE_OPEN_READWRITE: 2, SQLITE_OPEN_CREATE: 4, SQLITE_OPEN_DELETEONCLOSE: 8, SQLITE_OPEN_EXCLUSIVE: 16, SQLITE_OPEN_AUTOPROXY: 32, SQLITE_OPEN_URI: 64, SQLITE_OPEN_MEMORY: 128,
  SQLITE_OPEN_MAIN_DB: 256, SQLITE_OPEN_TEMP_DB: 512, SQLITE_OPEN_TRANSIENT_DB: 1024, SQLITE_OPEN_MAIN_JOURNAL: 2048, SQLITE_OPEN_TEMP_JOURNAL: 4096, SQLITE_OPEN_SUBJOURNAL: 8192,
  SQLITE_OPEN_SUPER_JOURNAL: 16384, SQLITE_OPEN_NOMUTEX: 32768, SQLITE_OPEN_FULLMUTEX: 65536, SQLITE_OPEN_SHAREDCACHE: 131072, SQLITE_OPEN_PRIVATECACHE: 262144, SQLITE_OPEN_WAL: 524288,
  SQLITE_OPEN_NOFOLLOW: 16777216, SQLITE_OPEN_EXRESCODE: 33554432, SQLITE_PREPARE_PERSISTENT: 1, SQLITE_PREPARE_NORMALIZE: 2, SQLITE_PREPARE_NO_VTAB: 4, SQLITE_DESERIALIZE_READONLY: 4,
  SQLITE_FCNTL_LOCKSTATE: 1, SQLITE_FCNTL_GET_LOCKPROXYFILE: 2, SQLITE_FCNTL_SET_LOCKPROXYFILE: 3, SQLITE_FCNTL_LAST_ERRNO: 4, SQLITE_FCNTL_SIZE_HINT: 5, SQLITE_FCNTL_CHUNK_SIZE: 6,
  SQLITE_FCNTL_FILE_POINTER: 7, SQLITE_FCNTL_SYNC_OMITTED: 8, SQLITE_FCNTL_WIN32_AV_RETRY: 9, SQLITE_FCNTL_PERSIST_WAL: 10, SQLITE_FCNTL_OVERWRITE: 11, SQLITE_FCNTL_VFSNAME: 12,
  SQLITE_FCNTL_POWERSAFE_OVERWRITE: 13, SQLITE_FCNTL_PRAGMA: 14, SQLITE_FCNTL_BUSYHANDLER: 15, SQLITE_FCNTL_TEMPFILENAME: 16, SQLITE_FCNTL_MMAP_SIZE: 18, SQLITE_FCNTL_TRACE: 19,
  SQLITE_FCNTL_HAS_MOVED: 20, SQLITE_FCNTL_SYNC: 21, SQLITE_FCNTL_COMMIT_PHASETWO: 22, SQLITE_FCNTL_WAL_BLOCK: 24, SQLITE_FCNTL_ZIPVFS: 25, SQLITE_FCNTL_RBU: 26, SQLITE_FCNTL_VFS_POINTER: 27,
  SQLITE_FCNTL_JOURNAL_POINTER: 28, SQLITE_FCNTL_PDB: 30, SQLITE_FCNTL_BEGIN_ATOMIC_WRITE: 31, SQLITE_FCNTL_COMMIT_ATOMIC_WRITE: 32, SQLITE_FCNTL_ROLLBACK_ATOMIC_WRITE: 33,
  SQLITE_FCNTL_LOCK_TIMEOUT: 34, SQLITE_FCNTL_DATA_VERSION: 35, SQLITE_FCNTL_SIZE_LIMIT: 36, SQLITE_FCNTL_CKPT_DONE: 37, SQLITE_FCNTL_RESERVE_BYTES: 38, SQLITE_FCNTL_CKPT_START: 39,
  SQLITE_FCNTL_EXTERNAL_READER: 40, SQLITE_FCNTL_CKSM_FILE: 41, SQLITE_FCNTL_RESET_CACHE: 42,
};

const expected = "Binding expected string, TypedArray, boolean, number, bigint or null";

// bindable makes a value one that crosses to SQL.
function bindable(v: any, safe: boolean): any {
  switch (typeof v) {
    case "undefined":
      return null;
    case "string":
    case "number":
    case "boolean":
      return v;
    case "bigint":
      if (v < -9223372036854775808n || v > 9223372036854775807n) {
        if (safe) throw new RangeError_(`BigInt value '${BigIntPrototypeToString(v)}' is out of range`);
        const low = v & 0xffffffffffffffffn;
        return low >= 0x8000000000000000n ? low - 0x10000000000000000n : low;
      }
      return v;
    case "object":
      if (v === null) return null;
      if (ArrayBufferIsView(v) || host.classOf(v) === "ArrayBuffer" || host.classOf(v) === "SharedArrayBuffer") return bufferBytes(v);
  }
  throw new TypeError_(expected);
}

class Statement {
  #db: Database;
  #p: Prepared | undefined;
  #sql: string;
  #as: any;
  #safe: boolean;
  #types: any[] | undefined;

  constructor(db: Database, p: Prepared, sql: string, safe: boolean) {
    this.#db = db;
    this.#p = p;
    this.#sql = sql;
    this.#safe = safe;
  }

  static isFinal(s: Statement): boolean {
    return s.#p === undefined;
  }

  #statement(): Prepared {
    if (this.#p === undefined) throw new Error_("Statement has finalized");
    return this.#p;
  }
  #ints(): Ints {
    return this.#safe ? Ints.BigInts : Ints.Numbers;
  }

  // start binds what a method was given; with nothing, what was bound before stays.
  #start(args: any[]): Prepared {
    const p = this.#statement();
    if (args.length === 0) {
      p.reset();
      return p;
    }
    const first = args[0];
    const named = args.length === 1 && typeof first === "object" && first !== null && !ArrayIsArray(first) && !ArrayBufferIsView(first) && host.classOf(first) === "Object";
    if (args.length === 1 && ArrayIsArray(first)) args = first;
    const values: any[] = [];
    const params = p.params;
    if (named) {
      const strict = Database.isStrict(this.#db);
      for (let i = 0; i < params.length; i++) {
        const name = params[i]!;
        const bare = StringPrototypeSlice(name, 1);
        let key: string | undefined;
        if (strict) {
          if (ObjectHasOwn(first, bare)) key = bare;
          else throw new Error_(`Missing parameter "${bare}"`);
        } else {
          key = name !== "" && ObjectHasOwn(first, name) ? name : name !== "" && ObjectHasOwn(first, bare) ? bare : undefined;
        }
        ArrayPrototypePush(values, key === undefined ? null : bindable(first[key], this.#safe));
      }
    } else {
      if (args.length === 1 && typeof first === "object" && first !== null && !ArrayIsArray(first)) bindable(first, this.#safe);
      if (args.length !== params.length) throw new Error_(`SQLite query expected ${params.length} values, received ${args.length}`);
      for (let i = 0; i < args.length; i++) ArrayPrototypePush(values, bindable(args[i], this.#safe));
    }
    p.bind(values, true, false);
    return p;
  }

  #object(): any {
    return this.#as === undefined ? {} : ObjectCreate(this.#as);
  }

  get(...args: any[]): any {
    const p = this.#start(args);
    const names = p.names();
    const { over, values } = p.step(1, this.#ints());
    if (!over) p.reset();
    if (values.length === 0) return null;
    this.#seen(values, 0);
    return row(this.#object(), names, values, 0);
  }
  all(...args: any[]): any[] {
    const p = this.#start(args);
    const names = p.names();
    const out: any[] = [];
    p.rows(this.#ints(), (values, at) => {
      if (out.length === 0) this.#seen(values, at);
      ArrayPrototypePush(out, row(this.#object(), names, values, at));
    });
    return out;
  }
  values(...args: any[]): any[][] {
    const p = this.#start(args);
    const out: any[][] = [];
    p.rows(this.#ints(), (values, at) => {
      if (out.length === 0) this.#seen(values, at);
      ArrayPrototypePush(out, slice(values, at, p.width));
    });
    return out;
  }
  raw(...args: any[]): any[][] {
    const rows: any[][] = ReflectApply(this.values, this, args);
    for (let i = 0; i < rows.length; i++) {
      for (let j = 0; j < rows[i]!.length; j++) {
        const v = rows[i]![j];
        if (v !== null && typeof v !== "object") rows[i]![j] = host.utf8Encode(`${v}`);
      }
    }
    return rows;
  }
  run(...args: any[]): any {
    const p = this.#start(args);
    return changesOf(p.rows(this.#ints(), () => {}), this.#safe);
  }
  *iterate(...args: any[]): Generator<any> {
    const p = this.#start(args);
    const names = p.names();
    let open = true;
    try {
      for (;;) {
        const { over, values } = p.step(1, this.#ints());
        if (over) open = false;
        if (values.length > 0) yield row(this.#object(), names, values, 0);
        if (over) return;
      }
    } finally {
      if (open && this.#p !== undefined) p.reset();
    }
  }
  as(cls: any): this {
    if (typeof cls !== "function") throw new TypeError_("Expected class to be a constructor");
    this.#as = cls.prototype;
    return this;
  }
  safeIntegers(on?: boolean): any {
    if (on === undefined) return this.#safe;
    this.#safe = !!on;
    return this;
  }
  finalize(): void {
    if (this.#p === undefined) return;
    this.#p.finalize();
    this.#p = undefined;
  }
  toString(): string {
    return this.#p === undefined ? this.#sql : this.#p.expanded();
  }
  get native(): any {
    return this;
  }
  // reader is whether it has rows to give.
  get reader(): boolean {
    return this.#statement().width > 0;
  }
  get readonly(): boolean {
    return this.#statement().readOnly;
  }
  toJSON(): any {
    return { sql: this.toString(), isFinalized: this.isFinalized, paramsCount: this.paramsCount, columnNames: this.columnNames };
  }
  get isFinalized(): boolean {
    return this.#p === undefined;
  }
  get paramsCount(): number {
    return this.#statement().params.length;
  }
  get columnNames(): string[] {
    return this.#statement().names();
  }
  get columnTypes(): any[] {
    const p = this.#statement();
    if (this.#types === undefined) {
      if (!p.readOnly) throw new Error_("columnTypes is not available for non-read-only statements (INSERT, UPDATE, DELETE, etc.)");
      this.get();
    }
    return this.#types ?? [];
  }
  get declaredTypes(): any[] {
    const columns = this.#statement().columns();
    if (this.#types === undefined) throw new Error_("Statement must be executed before accessing declaredTypes");
    const out: any[] = [];
    for (let i = 0; i < columns.length; i++) ArrayPrototypePush(out, columns[i]![4]);
    return out;
  }

  #seen(values: any[], at: number): void {
    if (this.#types !== undefined) return;
    const width = this.#p!.width;
    const types: any[] = [];
    for (let i = 0; i < width; i++) {
      const v = values[at + i];
      let type: any = "NULL";
      if (typeof v === "string") type = "TEXT";
      else if (typeof v === "bigint") type = "INTEGER";
      else if (typeof v === "number") type = this.#p!.columns()[i]![4] === "REAL" || !NumberIsSafeInteger(v) ? "FLOAT" : "INTEGER";
      else if (v !== null) type = "BLOB";
      ArrayPrototypePush(types, type);
    }
    this.#types = types;
  }
}
hide(Statement.prototype, SymbolIterator, Statement.prototype.iterate);
ObjectDefineProperty(Statement.prototype, SymbolDispose, {
  __proto__: null,
  value(this: Statement) {
    this.finalize();
  },
  writable: true,
  configurable: true,
  enumerable: false,
} as any);

// jsValues are the arguments of a function of the program: integers are numbers, unless it asks for bigints.
function jsValues(args: unknown[], safe: boolean): unknown[] {
  const out: unknown[] = [];
  for (let i = 0; i < args.length; i++) ArrayPrototypePush(out, typeof args[i] === "bigint" && !safe ? Number_(args[i]) : args[i]);
  return out;
}

// sqlValue is what such a function returned, as SQL has it.
function sqlValue(name: string, v: any): any {
  switch (typeof v) {
    case "undefined":
      return null;
    case "boolean":
      return v ? 1n : 0n;
    case "string":
    case "number":
    case "bigint":
      return bindable(v, false);
    case "object":
      if (v === null) return null;
      if (ArrayBufferIsView(v) || host.classOf(v) === "ArrayBuffer") return bufferBytes(v);
  }
  throw new TypeError_(`User-defined function ${name}() returned an invalid value`);
}

function changesOf(c: [number, number, bigint], safe: boolean): any {
  return { changes: c[0], lastInsertRowid: safe ? c[2] : Number_(c[2]) };
}

const maxCached = 20; // statements that query() keeps, as Bun's

class Database {
  #c: Connection | undefined;
  #cache: Map<string, Statement> = new SafeMap<string, Statement>();
  #safe = false;
  #strict = false;
  filename: string;

  constructor(filename?: any, options?: any) {
    let readonly = false;
    let create = true;
    if (typeof options === "number") {
      readonly = (options & constants.SQLITE_OPEN_READONLY) !== 0;
      create = (options & constants.SQLITE_OPEN_CREATE) !== 0;
    } else if (typeof options === "object" && options !== null) {
      this.#safe = !!options.safeIntegers;
      this.#strict = !!options.strict;
      readonly = !!options.readonly || !!options.readOnly;
      create = options.create === undefined ? !readonly && !options.readwrite : !!options.create;
    } else if (options !== undefined) {
      throw new TypeError_(`Expected options to be an object or a number`);
    }
    let data: Uint8Array | undefined;
    if (filename === undefined || filename === null) filename = ":memory:";
    else if (ArrayBufferIsView(filename)) {
      data = bufferBytes(filename);
      filename = ":memory:";
    } else if (typeof filename !== "string") throw new TypeError_(`Expected 'filename' to be a string, got '${typeof filename}'`);
    const name: string = StringPrototypeTrim(filename);
    this.#c = new Connection(name, readonly && name !== "" && name !== ":memory:", create, false, false, makeError);
    this.filename = name;
    if (data !== undefined) this.#c.run("sqlite.deserialize", [this.#c.id, data]);
  }

  static isStrict(db: Database): boolean {
    return db.#strict;
  }
  static open(filename?: any, options?: any): Database {
    return new Database(filename, options);
  }
  static deserialize(bytes: any, options?: any): Database {
    const data = bufferBytes(bytes);
    if (data === undefined) throw new TypeError_("Expected a TypedArray or ArrayBuffer");
    const db = new Database(":memory:", typeof options === "object" ? options : undefined);
    db.#c!.run("sqlite.deserialize", [db.#c!.id, data]);
    return db;
  }
  static setCustomSQLite(): boolean {
    throw new Error_("SQLite is built in: setCustomSQLite() is not available in a sandbox");
  }

  #open(): Connection {
    if (this.#c === undefined) throw new RangeError_("Cannot use a closed database");
    return this.#c;
  }
  get handle(): number {
    return this.#c === undefined ? -1 : this.#c.id;
  }
  get inTransaction(): boolean {
    return this.#c === undefined ? false : this.#open().state()[0];
  }

  #prepare(sql: any, params: any[]): Statement {
    const c = this.#open();
    if (typeof sql !== "string") throw new TypeError_(`Expected SQL query to be a string`);
    if (sql === "") throw new Error_("SQL query cannot be empty.");
    const p = c.prepare(sql);
    if (p === null) throw new Error_("Query contained no valid SQL statement; likely empty query.");
    p.kept = true; // until it is used again: an EXPLAIN that query() keeps refuses VACUUM
    const s = new Statement(this, p, sql, this.#safe);
    if (params.length > 0) {
      const given = params.length === 1 && ArrayIsArray(params[0]) ? params[0] : params;
      const values: any[] = [];
      for (let i = 0; i < given.length; i++) ArrayPrototypePush(values, bindable(given[i], this.#safe));
      p.bind(values, true, false);
    }
    return s;
  }
  prepare(sql: any, ...params: any[]): Statement {
    return this.#prepare(sql, params);
  }
  query(sql: any): Statement {
    this.#open();
    if (typeof sql !== "string") throw new TypeError_(`Expected 'query' to be a string, got '${typeof sql}'`);
    const kept = MapPrototypeGet(this.#cache, sql) as Statement | undefined;
    if (kept !== undefined && !Statement.isFinal(kept)) return kept;
    const s = this.#prepare(sql, []);
    if ((this.#cache as any).size < maxCached) MapPrototypeSet(this.#cache, sql, s);
    return s;
  }
  run(sql: any, ...params: any[]): any {
    const c = this.#open();
    if (typeof sql !== "string") throw new TypeError_("Expected SQL to be a string");
    if (params.length === 0) {
      if (StringPrototypeTrim(sql) === "") throw new Error_("SQL query cannot be empty.");
      let any = false;
      let rest = sql;
      let changes: [number, number, bigint] | undefined;
      let before: number | undefined;
      while (rest !== "") {
        const p = c.prepare(rest);
        if (p === null) break;
        any = true;
        try {
          before ??= c.run("sqlite.exec", [c.id, ""])[1] as number;
          changes = p.rows(Ints.Numbers, () => {});
        } finally {
          p.finalize();
        }
        rest = p.tail;
      }
      if (!any) throw new Error_("Query contained no valid SQL statement; likely empty query.");
      return changesOf([changes![1] - before!, 0, changes![2]], this.#safe);
    }
    const s = this.#prepare(sql, []);
    try {
      return ReflectApply(s.run, s, params);
    } finally {
      s.finalize();
    }
  }
  clearQueryCache(): void {
    const kept = mapValues(this.#cache) as Statement[];
    for (let i = 0; i < kept.length; i++) kept[i]!.finalize();
    this.#cache = new SafeMap<string, Statement>();
  }
  function(name: any, ...rest: any[]): this {
    const c = this.#open();
    if (typeof name !== "string") throw new TypeError_("Expected first argument to be a string");
    const fn = rest[rest.length - 1];
    if (typeof fn !== "function") throw new TypeError_("Expected last argument to be a function");
    const o = rest.length > 1 ? rest[0] : undefined;
    const varargs = !!o?.varargs;
    c.define(name, { call: (args) => sqlValue(name, ReflectApply(fn, undefined, jsValues(args, !!o?.safeIntegers))) }, varargs ? -1 : fn.length, !!o?.deterministic, !!o?.directOnly, 0);
    return this;
  }
  aggregate(name: any, options?: any): this {
    const c = this.#open();
    if (typeof name !== "string") throw new TypeError_("Expected first argument to be a string");
    if (options === null || typeof options !== "object") throw new TypeError_("Expected second argument to be an options object");
    const { start, step, inverse, result } = options;
    if (typeof step !== "function") throw new TypeError_('Missing required option "step"');
    const all = aggregateOf(start, step, inverse, result, !!options.safeIntegers, (v) => sqlValue(name, v));
    c.define(name, all, options.varargs ? -1 : MathMax(step.length - 1, 0), !!options.deterministic, !!options.directOnly, typeof inverse === "function" ? 2 : 1);
    return this;
  }
  exec(sql: any, ...params: any[]): any {
    const all: any[] = [sql];
    for (let i = 0; i < params.length; i++) ArrayPrototypePush(all, params[i]);
    return ReflectApply(this.run, this, all);
  }
  transaction(fn: any): any {
    if (typeof fn !== "function") throw new TypeError_("Expected first argument to be a function");
    const db = this;
    const make = (begin: string) =>
      function (this: any, ...args: any[]): any {
        const c = db.#open();
        const nested = c.state()[0];
        const point = "`\t_bs3.\t`";
        c.exec(nested ? `SAVEPOINT ${point}` : begin);
        const undo = () => {
          if (!c.state()[0]) return; // SQLite rolled back by itself
          if (nested) {
            c.exec(`ROLLBACK TO ${point}`);
            c.exec(`RELEASE ${point}`);
          } else c.exec("ROLLBACK");
        };
        let result: any;
        try {
          result = ReflectApply(fn, this, args);
          c.exec(nested ? `RELEASE ${point}` : "COMMIT");
        } catch (e) {
          undo();
          throw e;
        }
        return result;
      };
    const run = make("BEGIN");
    const modes: any = { __proto__: null, default: run, deferred: make("BEGIN DEFERRED"), immediate: make("BEGIN IMMEDIATE"), exclusive: make("BEGIN EXCLUSIVE") };
    const names = ["default", "deferred", "immediate", "exclusive"];
    for (let i = 0; i < names.length; i++) {
      const keys = ObjectKeys(modes);
      for (let j = 0; j < keys.length; j++) ObjectDefineProperty(modes[names[i]!], keys[j]!, { __proto__: null, value: modes[keys[j]!], enumerable: false, configurable: true } as any);
      ObjectDefineProperty(modes[names[i]!], "database", { __proto__: null, value: db, enumerable: false, configurable: true } as any);
    }
    return run;
  }
  serialize(name?: string): any {
    const c = this.#open();
    if (name !== undefined && name !== "main") throw makeError(1, `unknown database ${name}`);
    return c.run("sqlite.serialize", [c.id]);
  }
  loadExtension(name: any): never {
    throw new Error_(`${name}.so: cannot open shared object file: No such file or directory`);
  }
  fileControl(..._args: any[]): number {
    this.#open();
    return 0;
  }
  close(_throw?: boolean): void {
    if (this.#c === undefined) return;
    const kept = mapValues(this.#cache) as Statement[];
    for (let i = 0; i < kept.length; i++) kept[i]!.finalize();
    this.#c.close();
    this.#c = undefined;
  }
}
ObjectDefineProperty(Database.prototype, SymbolDispose, {
  __proto__: null,
  value(this: Database) {
    this.close();
  },
  writable: true,
  configurable: true,
  enumerable: false,
} as any);
(Database as any).Database = Database;
(Database as any).Statement = Statement;
(Database as any).SQLiteError = SQLiteError;
(Database as any).constants = constants;

register(["bun:sqlite"], () => ({ __esModule: true, Database, Statement, constants, SQLiteError, native: undefined, default: Database }));
