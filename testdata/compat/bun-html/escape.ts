const show = (v: any) => (v === undefined ? "undefined" : typeof v === "string" ? v : typeof v === "bigint" ? `${v}n` : typeof v === "symbol" ? String(v) : typeof v === "function" ? `function ${v.name}` : Object.is(v, -0) ? "-0" : typeof v === "number" ? String(v) : JSON.stringify(v));
const fail = (e: any) => `! ${e?.name} ${e?.code} ${e?.message}`;
const t = (name: string, f: () => any) => { let s; try { s = show(f()); } catch (e) { s = fail(e); } console.log(`${name}: ${s}`); };
for (const v of ["<a href=\"x\">'&'</a>", "", "plain", "a".repeat(40) + "<", "é<€>😀&", "\ud800<", 5, 1.5, true, null, undefined, {}, [1, "<"], { toString: () => "<o>" }, 10n] as any[]) t("escape", () => Bun.escapeHTML(v));
t("none", () => (Bun.escapeHTML as any)());
t("symbol", () => Bun.escapeHTML(Symbol("x") as any));
