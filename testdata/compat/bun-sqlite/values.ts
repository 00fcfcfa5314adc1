// Values in and out: integers, floats, text, blobs, null, booleans, bigint.
import { Database } from "bun:sqlite";
const show = (label: string, fn: () => unknown) => {
  try { console.log(label, fn()); } catch (e: any) { console.log(label, e.name, e.message); }
};
const db = new Database(":memory:");
const one = (sql: string, ...p: any[]) => db.query(sql).get(...p);
show("null", () => one("select null as v"));
show("int", () => one("select 42 as v, -7 as w, 0 as z"));
show("float", () => one("select 1.5 as v, 1e300 as w, -0.25 as z"));
show("text", () => one("select 'héllo 🚀' as v, '' as w"));
show("blob", () => one("select x'010203' as v, x'' as w"));
show("big ints", () => one("select 9007199254740991 as a, 9007199254740993 as b, -9223372036854775808 as c"));
show("typeof in", () => [1, 1.5, "s", new Uint8Array([1]), null, true, false, 10n, undefined].map((v) => { try { return (one("select typeof(?) as t, ? as v", v as any, v as any) as any); } catch (e: any) { return e.message; } }));
show("bigint", () => one("select ? as v", 9223372036854775807n));
show("bigint too big", () => one("select ? as v", 9223372036854775808n));
show("nan", () => one("select ? as v", NaN));
show("infinity", () => one("select ? as v", Infinity));
show("negative zero", () => Object.is((one("select ? as v", -0) as any).v, -0));
show("int as real", () => one("select typeof(?) as t", 3.0));
show("large int", () => one("select typeof(?) as t, ? as v", 2 ** 40, 2 ** 40));
show("array buffer", () => one("select ? as v", new Uint8Array([5, 6, 7]).buffer as any));
show("buffer", () => one("select ? as v", Buffer.from("abc")));
show("typed array", () => one("select ? as v", new Uint16Array([1, 256]) as any));
show("object", () => one("select ? as v", { a: 1 } as any));
show("date", () => one("select ? as v", new Date(0) as any));
show("symbol", () => one("select ? as v", Symbol("x") as any));
show("nul in text", () => (one("select ? as v", "a\0b") as any).v.length);
show("lone surrogate", () => (one("select ? as v", "\ud800") as any).v);
show("long text", () => (one("select ? as v", "x".repeat(100000)) as any).v.length);
const safe = new Database(":memory:", { safeIntegers: true });
show("safe integers", () => safe.query("select 1 as a, 9007199254740993 as b, 1.5 as c").get());
show("safe out of range", () => safe.query("select ? as v").get(2n ** 70n));
