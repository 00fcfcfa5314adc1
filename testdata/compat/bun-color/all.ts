const show = (v: any) => (v === undefined ? "undefined" : typeof v === "string" ? v : typeof v === "bigint" ? `${v}n` : typeof v === "symbol" ? String(v) : typeof v === "function" ? `function ${v.name}` : Object.is(v, -0) ? "-0" : typeof v === "number" ? String(v) : JSON.stringify(v));
const fail = (e: any) => `! ${e?.name} ${e?.code} ${e?.message}`;
const t = (name: string, f: () => any) => { let s; try { s = show(f()); } catch (e) { s = fail(e); } console.log(`${name}: ${s}`); };
for (const v of ["red", "#f00", "#ff000080", "rgb(255, 0, 0)", "rgba(1,2,3,0.5)", "hsl(0, 100%, 50%)", "transparent", "nope", 0xff0000, [1, 2, 3], [1, 2, 3, 128], { r: 1, g: 2, b: 3 }, { r: 1, g: 2, b: 3, a: 0.5 }, "rebeccapurple", "lab(50% 40 59.5)", ""] as any[]) for (const f of ["css", "hex", "HEX", "number", "rgb", "rgba", "hsl", "[rgb]", "[rgba]", "{rgb}", "{rgba}", "ansi-16m", "ansi-256", "ansi-16"] as any[]) t(`${JSON.stringify(v)} ${f}`, () => JSON.stringify(Bun.color(v, f)));
t("default", () => Bun.color("red"));
t("bad format", () => Bun.color("red", "nope" as any));
t("none", () => (Bun.color as any)());
