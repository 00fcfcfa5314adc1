const show = (...v) => console.log(v.map((x) => (typeof x === "string" ? x : JSON.stringify(x))).join(" | "));
const attempt = (f) => { try { return f(); } catch (e) { return `${e.name} ${e.code ?? ""}`; } };
for (const q of ["", "?", "?a=1&b=2", "a", "a=", "=a", "&&a=b&&", "a=b=c", "a+b=c+d", "%61=%62", "a=%", "a=%zz&b=%E2%82%AC", "%FF=x", "é=ü", "a=1&a=2&a=3", "x=\ud800", "a=b;c=d", "a%00b=1"]) {
  const p = new URLSearchParams(q);
  show(q, [...p], p.toString(), p.size);
}
show(new URLSearchParams({ a: 1, b: "x y", c: null }).toString());
show(new URLSearchParams([["a", "1"], ["b", "2"]]).toString(), new URLSearchParams(new Map([["k", "v"]])).toString());
show(new URLSearchParams(new URLSearchParams("q=1")).toString(), new URLSearchParams(undefined).toString());
show(attempt(() => new URLSearchParams([["a"]])), attempt(() => new URLSearchParams([1])));
const p = new URLSearchParams("b=2&a=1&c=3&a=0");
p.sort(); show(p.toString());
p.append("d", "4"); p.delete("a", "0"); show(p.toString());
p.set("b", "9"); p.set("new", "n"); show(p.toString(), p.has("b"), p.has("b", "9"), p.has("b", "2"), p.get("zz"), p.getAll("a"));
p.delete("a"); show([...p.keys()], [...p.values()], [...p.entries()]);
p.forEach((v, k, self) => show(k, v, self === p));
const u = new URL("https://example.com/path?x=1&y=2#z");
u.searchParams.append("k", "v w"); show(u.href);
u.search = "?p=q"; show([...u.searchParams], u.href);
u.searchParams.delete("p"); show(u.href, u.search);
u.href = "https://other.example/?n=1"; show([...u.searchParams], u.searchParams === u.searchParams);
u.searchParams.set("é", "ü&="); show(u.href);
show(new URLSearchParams("~!*()'-._ \u00a0").toString());
show(Object.prototype.toString.call(p), Object.prototype.toString.call(p.entries()), typeof p[Symbol.iterator], p[Symbol.iterator] === p.entries);
for (const k of p.keys()) { p.append("loop", k); if (p.size > 6) break; }
show(p.toString());
