// Statement: all, get, values, run, iterate, as, raw, columns, finalize.
import { Database } from "bun:sqlite";
const show = (label: string, fn: () => unknown) => {
  try { console.log(label, fn()); } catch (e: any) { console.log(label, e.name, e.message); }
};
const db = new Database(":memory:");
show("create", () => db.run("create table u (id integer primary key, name text, age real)"));
const insert = db.prepare("insert into u (name, age) values (?, ?)");
show("run", () => insert.run("ann", 30));
show("run 2", () => insert.run("bob", 41.5));
show("run 3", () => insert.run("cyd", null));
show("all", () => db.query("select * from u").all());
show("get", () => db.query("select * from u where id = ?").get(2));
show("get none", () => db.query("select * from u where id = 99").get());
show("all none", () => db.query("select * from u where id = 99").all());
show("values", () => db.query("select * from u").values());
show("values of insert", () => db.query("insert into u (name) values ('dan')").values());
show("raw", () => db.query("select x'00ff' as b, name from u limit 1").raw());
show("iterate", () => [...db.query("select name from u").iterate()]);
show("for of", () => { const out: any[] = []; for (const row of db.query("select id from u") as any) { out.push(row); if (out.length === 2) break; } return out; });
class User { id!: number; name!: string; get upper() { return this.name.toUpperCase(); } }
show("as", () => db.query("select * from u").as(User).all().map((u) => [u instanceof User, u.upper]));
show("as get", () => db.query("select * from u").as(User).get()!.upper);
const q = db.query("select id, name as title, age, 1 + 1 from u");
show("columnNames", () => q.columnNames);
q.all();
show("columnTypes", () => q.columnTypes);
show("declaredTypes", () => q.declaredTypes);
show("changes", () => db.run("update u set age = 1 where id > 2"));
show("delete", () => db.run("delete from u where id = 1"));
show("lastInsertRowid", () => typeof insert.run("eve", 1).lastInsertRowid);
show("multiple", () => db.run("insert into u (name) values ('f'); insert into u (name) values ('g')"));
show("exec", () => db.exec("create table v (x); insert into v values (1)"));
show("multi query", () => db.query("select 1 as a; select 2 as b").get());
show("empty", () => db.query("").get());
show("comment", () => db.run("-- nothing"));
show("duplicate columns", () => db.query("select 1 as a, 2 as a").get());
show("returning", () => db.query("insert into u (name) values ('h') returning name").all());
q.finalize();
show("finalized", () => q.all());
show("constraint", () => db.run("insert into u (id) values (2)"));
show("no table", () => db.query("select * from nowhere"));
show("syntax", () => db.query("selec 1"));
show("no such column", () => db.prepare("select zzz from u"));
