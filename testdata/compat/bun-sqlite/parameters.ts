// Parameters: positional, numbered, named in three spellings, strict.
import { Database } from "bun:sqlite";
const show = (label: string, fn: () => unknown) => {
  try { console.log(label, fn()); } catch (e: any) { console.log(label, e.name, e.message); }
};
const db = new Database(":memory:");
show("positional", () => db.query("select ? as a, ? as b").get(1, 2));
show("array", () => db.query("select ? as a, ? as b").get([1, 2] as any));
show("numbered", () => db.query("select ?2 as a, ?1 as b").get("x", "y"));
show("$", () => db.query("select $a as a, $b as b").get({ $a: 1, $b: 2 }));
show(":", () => db.query("select :a as a").get({ ":a": 1 }));
show("@", () => db.query("select @a as a").get({ "@a": 1 }));
show("without prefix", () => db.query("select $a as a").get({ a: 1 } as any));
show("missing named", () => db.query("select $a as a, $b as b").get({ $a: 1 }));
show("too few", () => db.query("select ? as a, ? as b").get(1));
show("too many", () => db.query("select ? as a").get(1, 2));
show("none", () => db.query("select ? as a").get());
show("extra named", () => db.query("select $a as a").get({ $a: 1, $zzz: 2 }));
const strict = new Database(":memory:", { strict: true });
show("strict", () => strict.query("select $a as a, :b as b, @c as c").get({ a: 1, b: 2, c: 3 } as any));
show("strict missing", () => strict.query("select $a as a, $b as b").get({ a: 1 } as any));
show("paramsCount", () => db.prepare("select ?, ?, $x").paramsCount);
show("query reuse", () => db.query("select 1") === db.query("select 1"));
show("prepare reuse", () => db.prepare("select 1") === db.prepare("select 1"));
const s = db.query("select ? as v");
show("again", () => [s.get(1), s.get("two"), s.get()]);
show("toString", () => db.query("select ? as a, $b as b").toString());
const p = db.prepare("select ? as v", 5 as any);
show("prepare with parameters", () => p.get());
show("repeated name", () => db.query("select $a as x, $a as y").get({ $a: 3 }));
show("unused", () => db.query("select 1 as x").get({ $a: 3 } as any));
