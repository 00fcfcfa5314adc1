const show = (v: any) => (v === undefined ? "undefined" : typeof v === "string" ? v : typeof v === "bigint" ? `${v}n` : typeof v === "symbol" ? String(v) : typeof v === "function" ? `function ${v.name}` : Object.is(v, -0) ? "-0" : typeof v === "number" ? String(v) : JSON.stringify(v));
const fail = (e: any) => `! ${e?.name} ${e?.code} ${e?.message}`;
const t = (name: string, f: () => any) => { let s; try { s = show(f()); } catch (e) { s = fail(e); } console.log(`${name}: ${s}`); };
const cases: [string, string[]][] = [["*.ts", ["a.ts", "a.js", "x/a.ts", ".ts", ".a.ts"]], ["**/*.ts", ["a.ts", "x/a.ts", "x/y/a.ts", "a.js"]], ["a?c", ["abc", "ac", "a/c"]], ["[a-c].txt", ["a.txt", "d.txt"]], ["[!a].txt", ["a.txt", "b.txt"]], ["[^a].txt", ["a.txt", "b.txt"]], ["{a,b}.ts", ["a.ts", "b.ts", "c.ts"]], ["{a,b/**}/c", ["a/c", "b/x/c", "b/c"]], ["!a.ts", ["a.ts", "b.ts"]], ["a\\*b", ["a*b", "axb"]], ["**", ["a", "a/b", ""]], ["a/**", ["a", "a/", "a/b", "a/b/c"]], ["a/**/b", ["a/b", "a/x/b", "a/x/y/b"]], ["", ["", "a"]], ["*", ["a", "a/b", "", ".a"]], ["é*", ["éa", "e"]], ["{a,{b,c}}d", ["ad", "bd", "cd"]], ["[[:alpha:]]", ["a", ":"]], ["a{1..3}", ["a1", "a1..3"]], ["**/", ["a/", "a"]], ["./a", ["a", "./a"]], ["a[", ["a["]], ["???", ["abc", "😀a"]]];
for (const [g, list] of cases) t(g, () => list.map((s) => new Bun.Glob(g).match(s)));
t("bad", () => new Bun.Glob(5 as any));
t("match bad", () => new Bun.Glob("*").match(5 as any));
t("no new", () => (Bun.Glob as any)("*"));
t("inspect", () => typeof Bun.inspect(new Bun.Glob("*")));
