import { win32 as w } from "node:path";
const show = (v) => (v === undefined ? "undefined" : typeof v === "string" ? v : typeof v === "bigint" ? `${v}n` : typeof v === "symbol" ? String(v) : typeof v === "function" ? `function ${v.name}` : Object.is(v, -0) ? "-0" : typeof v === "number" ? String(v) : JSON.stringify(v));
const fail = (e) => `! ${e?.name} ${e?.code} ${e?.message}`;
const t = (name, f) => { let s; try { s = show(f()); } catch (e) { s = fail(e); } console.log(`${name}: ${s}`); };
t("sep", () => [w.sep, w.delimiter]);
for (const p of ["", "C:\\", "C:", "C:\\a\\b.txt", "C:a", "\\\\server\\share\\x", "a/b\\c", "\\a", "C:/a/../b", "..\\a", "//x/y/z", "file:stream"]) { t(`dirname ${p}`, () => w.dirname(p)); t(`basename ${p}`, () => w.basename(p)); t(`normalize ${p}`, () => w.normalize(p)); t(`parse ${p}`, () => w.parse(p)); t(`isAbsolute ${p}`, () => w.isAbsolute(p)); t(`extname ${p}`, () => w.extname(p)); }
t("join", () => [w.join("C:\\a", "..", "b"), w.join("\\\\s", "h"), w.join("a", "b/c"), w.join("C:", "x")]);
t("resolve", () => [w.resolve("C:\\a", "b"), w.resolve("C:\\a", "D:\\b", "c"), w.resolve("C:\\a", "\\x")]);
t("relative", () => [w.relative("C:\\a\\b", "C:\\a\\c"), w.relative("C:\\a", "D:\\a"), w.relative("C:\\A", "c:\\a\\b")]);
t("format", () => w.format({ dir: "C:\\a", base: "b" }));
t("toNamespacedPath", () => [w.toNamespacedPath("C:\\a"), w.toNamespacedPath("\\\\s\\h\\x"), w.toNamespacedPath("a".repeat(0))]);
