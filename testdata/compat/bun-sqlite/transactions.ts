// Transactions: transaction(), its modes, nesting as savepoints, errors.
import { Database } from "bun:sqlite";
const show = (label: string, fn: () => unknown) => {
  try { console.log(label, fn()); } catch (e: any) { console.log(label, e.name, e.message); }
};
const db = new Database(":memory:");
db.run("create table t (v integer unique)");
const count = () => (db.query("select count(*) as n from t").get() as any).n;
const insert = db.prepare("insert into t values (?)");
const many = db.transaction((values: number[]) => {
  for (const v of values) insert.run(v);
  return values.length;
});
show("returns", () => many([1, 2, 3]));
show("count", count);
show("rolls back", () => many([4, 5, 1]));
show("count", count);
show("deferred", () => many.deferred([10]));
show("immediate", () => many.immediate([11]));
show("exclusive", () => many.exclusive([12]));
const outer = db.transaction((fail: boolean) => {
  insert.run(100);
  try { many([101, 1]); } catch (e: any) { console.log("inner:", e.message); }
  if (fail) throw new Error("outer failed");
  return db.inTransaction;
});
show("nested", () => outer(false));
show("count", count);
show("outer fails", () => outer(true));
show("count", count);
show("after", () => db.inTransaction);
db.run("begin");
show("manual", () => [db.inTransaction, insert.run(200).changes]);
db.run("rollback");
show("rolled back", () => db.query("select * from t where v = 200").all());
show("savepoints", () => { db.run("savepoint a"); insert.run(300); db.run("savepoint b"); insert.run(301); db.run("rollback to b"); db.run("release a"); return db.query("select v from t where v >= 300").values(); });
show("this", () => { const o = { f: db.transaction(function (this: any, x: number) { return [this === o, x]; }) }; return o.f(1); });
show("not a function", () => db.transaction(5 as any));
show("commit without", () => db.run("commit"));
show("begin twice", () => { db.run("begin"); try { db.run("begin"); } finally { db.run("rollback"); } });
show("foreign keys", () => { db.run("pragma foreign_keys = on"); db.run("create table p (id integer primary key)"); db.run("create table c (p references p(id))"); return db.run("insert into c values (9)"); });
show("async", () => db.transaction(async () => 1)() instanceof Promise);
