import path from "node:path";
const show = (v) => (v === undefined ? "undefined" : typeof v === "string" ? v : typeof v === "bigint" ? `${v}n` : typeof v === "symbol" ? String(v) : typeof v === "function" ? `function ${v.name}` : Object.is(v, -0) ? "-0" : typeof v === "number" ? String(v) : JSON.stringify(v));
const fail = (e) => `! ${e?.name} ${e?.code} ${e?.message}`;
const t = (name, f) => { let s; try { s = show(f()); } catch (e) { s = fail(e); } console.log(`${name}: ${s}`); };
t("keys", () => Object.keys(path).sort().join(" "));
t("posix win32", () => [path.posix === path, path.win32.win32 === path.win32, path.sep, path.delimiter]);
for (const p of ["", ".", "/", "//", "/a", "a/b/", "/a/b.txt", "a//b", "./a", "../a", "a/.b", "a/b.", "/a/b/..c"]) { t(`dirname ${p}`, () => path.dirname(p)); t(`basename ${p}`, () => path.basename(p)); t(`extname ${p}`, () => path.extname(p)); t(`normalize ${p}`, () => path.normalize(p)); t(`parse ${p}`, () => path.parse(p)); t(`isAbsolute ${p}`, () => path.isAbsolute(p)); }
t("basename suffix", () => [path.basename("a.html", ".html"), path.basename("a.html", "a.html"), path.basename("aaa", "a"), path.basename("/x/", "x"), path.basename("a", "")]);
t("join", () => [path.join(), path.join(""), path.join("a", "", "b"), path.join("/a", "../../b"), path.join("a", "..", ".."), path.join("a/", "/b"), path.join(".", "x")]);
t("resolve", () => [path.resolve("/a", "b", "../c"), path.resolve("/a", "/b", "c"), path.resolve("/", ""), path.resolve("/a/b/", "./c/")]);
t("relative", () => [path.relative("/a/b/c", "/a/d"), path.relative("/a", "/a"), path.relative("/a/b", "/a/b/c"), path.relative("/a", "/ab"), path.relative("/", "/x")]);
t("format", () => [path.format({ dir: "/a", base: "b.c" }), path.format({ root: "/", name: "n", ext: ".e" }), path.format({ name: "n", ext: "e" }), path.format({ dir: "/", root: "/", base: "x" }), path.format({})]);
t("normalize", () => [path.normalize("/a/./b/../c//d/"), path.normalize("../../a"), path.normalize("a/../.."), path.normalize("/..")]);
t("toNamespacedPath", () => path.toNamespacedPath("/a"));
for (const f of ["join", "resolve", "normalize", "dirname", "basename", "extname", "isAbsolute", "parse", "relative", "format"]) t(`${f} bad`, () => path[f](5, 6));
t("basename bad ext", () => path.basename("a", 1));
