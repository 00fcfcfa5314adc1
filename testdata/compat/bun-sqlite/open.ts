// Opening: options, files, constants, close, serialize.
import { Database, constants, SQLiteError } from "bun:sqlite";
import * as fs from "node:fs";
import sqlite from "bun:sqlite";

const show = (label: string, fn: () => unknown) => {
  try { console.log(label, fn()); } catch (e: any) { console.log(label, e.name, e.code ?? "", e.message); }
};
show("default export", () => sqlite === Database || (sqlite as any).Database === Database);
const mem = new Database();
show("filename", () => mem.filename);
show("memory", () => new Database(":memory:").filename);
show("empty", () => new Database("").filename);
show("missing readonly", () => new Database("missing.sqlite", { readonly: true }));
show("missing no create", () => new Database("missing.sqlite", { create: false, readwrite: true }));
show("exists before", () => fs.existsSync("app.sqlite"));
const db = new Database("app.sqlite", { create: true });
db.run("create table t (a integer primary key, b text)");
db.run("insert into t (b) values (?), (?)", ["one", "two"]);
show("exists after", () => fs.existsSync("app.sqlite"));
show("handle", () => typeof db.handle);
show("inTransaction", () => db.inTransaction);
db.close();
show("closed", () => db.query("select 1").get());
show("close twice", () => db.close());
const ro = new Database("app.sqlite", { readonly: true });
show("read", () => ro.query("select * from t").all());
show("write", () => ro.run("insert into t (b) values ('x')"));
ro.close(true);
const again = Database.open("app.sqlite");
show("open", () => again.query("select count(*) as n from t").get());
const bytes = again.serialize();
show("serialized", () => [bytes instanceof Uint8Array, bytes.length % 4096, new TextDecoder().decode(bytes.subarray(0, 15))]);
const copy = Database.deserialize(bytes);
copy.run("insert into t (b) values ('three')");
show("deserialized", () => [copy.query("select count(*) as n from t").get(), again.query("select count(*) as n from t").get()]);
show("constants", () => [constants.SQLITE_OPEN_READONLY, constants.SQLITE_OPEN_CREATE, constants.SQLITE_FCNTL_PERSIST_WAL]);
show("not a database", () => { fs.writeFileSync("bad.sqlite", "this is not a database, whatever it is named, at all"); return new Database("bad.sqlite").query("select * from sqlite_master").all(); });
show("error class", () => { try { again.query("nonsense"); } catch (e: any) { return [e instanceof SQLiteError, e instanceof Error, e.name, e.errno, e.code, e.message]; } });
show("directory", () => { fs.mkdirSync("dir"); return new Database("dir"); });
{
  using d = new Database("used.sqlite");
  d.run("create table u (x)");
}
show("disposed", () => fs.existsSync("used.sqlite"));
