const show = (v: any) => (v === undefined ? "undefined" : typeof v === "string" ? v : typeof v === "bigint" ? `${v}n` : typeof v === "symbol" ? String(v) : typeof v === "function" ? `function ${v.name}` : Object.is(v, -0) ? "-0" : typeof v === "number" ? String(v) : JSON.stringify(v));
const fail = (e: any) => `! ${e?.name} ${e?.code} ${e?.message}`;
const t = (name: string, f: () => any) => { let s; try { s = show(f()); } catch (e) { s = fail(e); } console.log(`${name}: ${s}`); };
for (const v of ["", "abc", "日本", "é", "e\u0301", "😀", "👨‍👩‍👧", "🇫🇷", "\u001b[31mred\u001b[0m", "a\tb", "a\nb", "\u200b", "ｆｕｌｌ", "한국", "☃", "☃️", "\u001b]8;;http://x\u0007link\u001b]8;;\u0007", "👍🏽", "½", "\u00ad", "\u{1F468}\u200D", "1️⃣", "ا", "ก็"]) t(JSON.stringify(v), () => [Bun.stringWidth(v), Bun.stringWidth(v, { countAnsiEscapeCodes: true }), Bun.stringWidth(v, { ambiguousIsNarrow: false })]);
t("none", () => (Bun.stringWidth as any)());
t("number", () => Bun.stringWidth(123 as any));
t("long", () => Bun.stringWidth("x".repeat(1000) + "日"));
