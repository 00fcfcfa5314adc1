// What bun:sqlite, node:sqlite and better-sqlite3 share: connections and
// statements by the host's numbers, and the functions of the program that SQL
// calls.

import { ArrayPrototypePush, IteratorPrototype, NumberIsSafeInteger, Number_, ObjectDefineProperty, ReflectApply } from "../primordials.ts";
import { OP } from "buntime:ops";

// Codes has the names of SQLite's result codes, extended ones included.
const codes: any = {
  __proto__: null, 1: "ERROR", 2: "INTERNAL", 3: "PERM", 4: "ABORT", 5: "BUSY", 6: "LOCKED", 7: "NOMEM", 8: "READONLY", 9: "INTERRUPT", 10: "IOERR", 11: "CORRUPT", 12: "NOTFOUND", 13: "FULL",
  14: "CANTOPEN", 15: "PROTOCOL", 16: "EMPTY", 17: "SCHEMA", 18: "TOOBIG", 19: "CONSTRAINT", 20: "MISMATCH", 21: "MISUSE", 22: "NOLFS", 23: "AUTH", 24: "FORMAT", 25: "RANGE", 26: "NOTADB",
  257: "ERROR_MISSING_COLLSEQ", 513: "ERROR_RETRY", 769: "ERROR_SNAPSHOT", 261: "BUSY_RECOVERY", 517: "BUSY_SNAPSHOT", 773: "BUSY_TIMEOUT", 262: "LOCKED_SHAREDCACHE", 264: "READONLY_RECOVERY",
  520: "READONLY_CANTLOCK", 776: "READONLY_ROLLBACK", 1032: "READONLY_DBMOVED", 1288: "READONLY_CANTINIT", 1544: "READONLY_DIRECTORY", 266: "IOERR_READ", 522: "IOERR_SHORT_READ", 778: "IOERR_WRITE",
  1034: "IOERR_FSYNC", 1546: "IOERR_TRUNCATE", 1802: "IOERR_FSTAT", 2058: "IOERR_UNLOCK", 2570: "IOERR_DELETE", 3082: "IOERR_NOMEM", 3850: "IOERR_LOCK", 4106: "IOERR_CLOSE", 267: "CORRUPT_VTAB",
  523: "CORRUPT_SEQUENCE", 779: "CORRUPT_INDEX", 270: "CANTOPEN_NOTEMPDIR", 526: "CANTOPEN_ISDIR", 782: "CANTOPEN_FULLPATH", 275: "CONSTRAINT_CHECK", 531: "CONSTRAINT_COMMITHOOK",
  787: "CONSTRAINT_FOREIGNKEY", 1043: "CONSTRAINT_FUNCTION", 1299: "CONSTRAINT_NOTNULL", 1555: "CONSTRAINT_PRIMARYKEY", 1811: "CONSTRAINT_TRIGGER", 2067: "CONSTRAINT_UNIQUE", 2323: "CONSTRAINT_VTAB",
  2579: "CONSTRAINT_ROWID", 2835: "CONSTRAINT_PINNED", 3091: "CONSTRAINT_DATATYPE", 516: "ABORT_ROLLBACK",
};

// codeName is what a result code is called: "SQLITE_CONSTRAINT_UNIQUE".
export function codeName(code: number): string {
  return "SQLITE_" + (codes[code] ?? codes[code & 255] ?? "ERROR");
}

// How integers come out of SQL.
export const enum Ints {
  Numbers = 0, // rounded
  BigInts = 1,
  Checked = 2, // numbers, or an error
}

// Changes is what a statement that is over did: rows changed, all rows changed by
// the connection, and the last row inserted.
export type Changes = [changes: number, total: number, row: bigint];

// Fn is a function of the program that SQL calls.
export interface Fn {
  call(args: unknown[]): unknown;
  step?(group: number, args: unknown[], inverse: boolean): void;
  value?(group: number): unknown;
  final?(group: number): void;
  // Of a virtual table: rows begins those of one table in a slot and returns the first,
  // next the next one; null is the end. An array in a row stands for what SQL cannot
  // hold, and why throws because of it.
  rows?(slot: number, args: unknown[]): unknown[] | null;
  next?(slot: number): unknown[] | null;
  why?(slot: number, column: number): never;
  connect?(args: unknown[]): unknown[];
}

// Connection is an open database.
export class Connection {
  id: number;
  fns: Fn[] = [];
  // makeError makes an API's error of SQLite's code and message; code 0 is a use that is not allowed now.
  makeError: (code: number, message: string) => Error;

  constructor(path: string, readOnly: boolean, create: boolean, noDoubleQuotes: boolean, foreignKeys: boolean, makeError: (code: number, message: string) => Error) {
    this.makeError = makeError;
    this.id = this.run("sqlite.open", [path, readOnly, create, noDoubleQuotes, foreignKeys]);
  }

  // run runs an operation, and the functions that it asks for.
  run(op: string, args: unknown[]): any {
    let failed = false;
    let thrown: any;
    try {
      let answer = this.#sync(op, args);
      while (answer !== undefined && answer !== null && answer[0] === "call") {
        let failure: string | null = null;
        let value: any;
        try {
          value = this.#call(answer[1], answer[2], answer[3], answer[4]);
        } catch (e) {
          failed = true;
          thrown = e;
          failure = "the function threw";
        }
        answer = this.#sync("sqlite.resume", [this.id, failure, value]);
      }
      return answer;
    } catch (e: any) {
      if (failed) throw thrown;
      throw e;
    }
  }

  #sync(op: string, args: unknown[]): any {
    const all = [OP[op]!];
    for (let i = 0; i < args.length; i++) ArrayPrototypePush(all, args[i]);
    try {
      return ReflectApply(host.sync, undefined, all);
    } catch (e: any) {
      if (typeof e?.sqlite === "number") throw this.makeError(e.sqlite, e.message);
      throw e;
    }
  }

  #call(index: number, kind: number, group: number, args: unknown[]): unknown {
    const fn = this.fns[index]!;
    switch (kind) {
      case 0:
        return fn.call(args);
      case 1:
      case 2:
        fn.step!(group, args, kind === 2);
        return null;
      case 3:
        return fn.value!(group);
      case 5:
        return fn.rows!(group, args);
      case 6:
        return fn.next!(group);
      case 7:
        return fn.connect!(args);
      case 8:
        return fn.why!(group, Number_(args[0]));
      default:
        fn.final!(group);
        return null;
    }
  }

  // define makes fn known to SQL; kind is 0 for a function, 1 for an aggregate, 2 for one that is a window function as well.
  define(name: string, fn: Fn, args: number, deterministic: boolean, directOnly: boolean, kind: number): void {
    this.run("sqlite.function", [this.id, name, this.fns.length, args, deterministic, directOnly, kind]);
    ArrayPrototypePush(this.fns, fn);
  }

  // table makes fn known to SQL as a virtual table, or with columns null as a module of them.
  table(name: string, fn: Fn, parameters: string[], columns: string[] | null, directOnly: boolean): void {
    this.run("sqlite.table", [this.id, name, this.fns.length, parameters, columns, directOnly]);
    ArrayPrototypePush(this.fns, fn);
  }

  exec(sql: string): Changes {
    return this.run("sqlite.exec", [this.id, sql]);
  }

  prepare(sql: string): Prepared | null {
    const a = this.run("sqlite.prepare", [this.id, sql]);
    return a === null ? null : new Prepared(this, a);
  }

  state(): [inTransaction: boolean, readOnly: boolean, path: string | null] {
    return this.run("sqlite.state", [this.id]);
  }

  close(): void {
    this.run("sqlite.close", [this.id]);
  }
}

// ColumnInfo is what sqlite.columns says of one column.
export type ColumnInfo = [name: string, database: string | null, table: string | null, column: string | null, type: string | null];

// Prepared is a prepared statement.
export class Prepared {
  db: Connection;
  id: number;
  tail: string;
  params: string[]; // with their prefix; "" for one without a name
  width: number;
  readOnly: boolean;
  kept = false; // not reset when it is over
  #columns: ColumnInfo[] | undefined;

  constructor(db: Connection, a: any[]) {
    this.db = db;
    this.id = a[0];
    this.tail = a[1];
    this.params = a[2];
    this.width = a[3];
    this.readOnly = a[4];
  }

  columns(): ColumnInfo[] {
    return (this.#columns ??= this.db.run("sqlite.columns", [this.id]));
  }

  names(): string[] {
    const c = this.columns();
    const names: string[] = [];
    for (let i = 0; i < c.length; i++) ArrayPrototypePush(names, c[i]![0]);
    return names;
  }

  // start binds values and resets; clear forgets what was bound before.
  bind(values: unknown[], clear: boolean, doubles: boolean): void {
    this.db.run("sqlite.bind", [this.id, values, clear, doubles]);
  }

  // step returns up to most rows, flat, and whether the statement is over.
  step(most: number, ints: Ints): { over: boolean; values: any[]; changes: Changes | undefined } {
    const a = this.db.run("sqlite.step", [this.id, undefined, false, false, most, ints, this.kept]);
    return { over: a[0], values: a[1], changes: a[0] ? [a[2], a[3], a[4]] : undefined };
  }

  // rows calls take with the flat values of each row, to the end.
  rows(ints: Ints, take: (values: any[], at: number) => void): Changes {
    for (;;) {
      const { over, values, changes } = this.step(1000, ints);
      if (this.width > 0) for (let i = 0; i < values.length; i += this.width) take(values, i);
      if (over) return changes!;
    }
  }

  reset(): void {
    this.db.run("sqlite.reset", [this.id]);
  }

  expanded(): string {
    return this.db.run("sqlite.expanded", [this.id]);
  }

  finalize(): void {
    this.db.run("sqlite.finalize", [this.id]);
  }
}

// row makes an object of a row's values; later columns of the same name win.
export function row(into: any, names: string[], values: any[], at: number): any {
  for (let i = 0; i < names.length; i++) {
    ObjectDefineProperty(into, names[i]!, { __proto__: null, value: values[at + i], writable: true, enumerable: true, configurable: true } as any);
  }
  return into;
}

// slice copies a row's values.
export function slice(values: any[], at: number, width: number): any[] {
  const out: any[] = [];
  for (let i = 0; i < width; i++) ArrayPrototypePush(out, values[at + i]);
  return out;
}

// rowId gives the last row inserted as a number, or a bigint if asked or if it needs one.
export function rowId(row: bigint, bigints: boolean): number | bigint {
  if (bigints) return row;
  const n = Number_(row);
  return NumberIsSafeInteger(n) ? n : row;
}

// iterator makes an iterator of a statement's rows; make makes its results.
export function iterator(next: () => any, close: () => void, make: (done: boolean, value: any) => any): any {
  const it: any = {
    __proto__: IteratorPrototype,
    next,
    return(value?: any) {
      close();
      return make(true, value);
    },
  };
  return it;
}
