// What SQLite can do: JSON, FTS5, CTEs, windows, dates, upsert, WAL, pragmas, rtree, math.
import { Database } from "bun:sqlite";
const show = (label: string, fn: () => unknown) => {
  try { console.log(label, fn()); } catch (e: any) { console.log(label, e.name, e.message); }
};
const db = new Database("features.sqlite");
const all = (sql: string, ...p: any[]) => db.query(sql).values(...p);
show("json", () => all(`select json_extract('{"a":[1,{"b":2}]}', '$.a[1].b'), json_array(1,'x',null), '{"k":"v"}' ->> '$.k'`));
show("json_each", () => all(`select key, value from json_each('[10,20]')`));
show("json_group", () => all(`select json_group_array(value) from json_each('[3,4]')`));
show("json bad", () => all(`select json('{')`));
show("fts5", () => { db.run("create virtual table d using fts5(title, body)"); db.run("insert into d values ('cats', 'the quick cat jumps'), ('dogs', 'a lazy dog sleeps')"); return all("select title, snippet(d, 1, '[', ']', '…', 5) from d where d match 'cat OR jumps' order by rank"); });
show("fts5 prefix", () => all("select title from d where d match 'sle*'"));
show("cte", () => all("with recursive f(n, a, b) as (select 1, 0, 1 union all select n + 1, b, a + b from f where n < 10) select a from f"));
show("window", () => all("select value, sum(value) over (order by key), row_number() over () from json_each('[5,6,7]')"));
show("dates", () => all("select date('2024-02-28', '+2 days'), strftime('%Y-%j', '2024-12-31'), julianday('2000-01-01'), unixepoch('1970-01-02')"));
show("upsert", () => { db.run("create table k (k primary key, n)"); const s = db.prepare("insert into k values (?, 1) on conflict (k) do update set n = n + 1 returning n"); return [s.values("a"), s.values("a"), s.values("b")]; });
show("wal", () => all("pragma journal_mode = wal"));
show("after wal", () => { db.run("insert into k values ('w', 9)"); return all("select n from k where k = 'w'"); });
show("user_version", () => { db.run("pragma user_version = 7"); return all("pragma user_version"); });
show("table_info", () => all("pragma table_info(k)"));
show("generated", () => { db.run("create table g (a, b as (a * 2) stored)"); db.run("insert into g (a) values (21)"); return all("select * from g"); });
show("strict table", () => { db.run("create table s (n integer) strict"); return db.run("insert into s values ('x')"); });
show("check", () => { db.run("create table ch (n check (n > 0))"); return db.run("insert into ch values (-1)"); });
show("trigger", () => { db.run("create trigger tr after insert on g begin insert into k values ('tr', new.a); end"); db.run("insert into g (a) values (5)"); return all("select n from k where k = 'tr'"); });
show("view", () => { db.run("create view vw as select k from k order by k"); return all("select * from vw"); });
show("collate", () => all("select 'a' = 'A' collate nocase, 'b' < 'A', 'b' < 'A' collate nocase"));
show("like glob", () => all("select 'abc' like 'A%', 'abc' glob 'a*', 'abc' regexp 'b'"));
show("math", () => all("select sqrt(16), pow(2, 10), floor(-1.5), pi() > 3"));
show("printf", () => all("select printf('%05.1f|%x|%s', 3.14159, 255, 'z')"));
show("explain", () => all("explain query plan select * from k where k = 'a'").length > 0);
show("attach", () => { db.run("attach ':memory:' as other"); db.run("create table other.x (y)"); return all("select name from other.sqlite_master"); });
show("vacuum", () => db.run("vacuum").changes >= 0);
show("integrity", () => all("pragma integrity_check"));
show("big", () => { db.run("create table big (n integer, s text)"); const s = db.prepare("insert into big values (?, ?)"); db.transaction(() => { for (let i = 0; i < 2000; i++) s.run(i, "row " + i); })(); return all("select count(*), sum(n), max(s) from big"); });
show("load extension", () => db.loadExtension("anything"));
show("fileControl", () => typeof db.fileControl);
show("limits", () => all("select length(zeroblob(1000000))"));
