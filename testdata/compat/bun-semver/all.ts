const show = (v: any) => (v === undefined ? "undefined" : typeof v === "string" ? v : typeof v === "bigint" ? `${v}n` : typeof v === "symbol" ? String(v) : typeof v === "function" ? `function ${v.name}` : Object.is(v, -0) ? "-0" : typeof v === "number" ? String(v) : JSON.stringify(v));
const fail = (e: any) => `! ${e?.name} ${e?.code} ${e?.message}`;
const t = (name: string, f: () => any) => { let s; try { s = show(f()); } catch (e) { s = fail(e); } console.log(`${name}: ${s}`); };
const s = Bun.semver;
for (const [v, r] of [["1.2.3", "^1.0.0"], ["1.2.3", "~1.2.0"], ["2.0.0", "^1.0.0"], ["1.2.3", ">=1.0.0 <2.0.0"], ["1.2.3", "1.x"], ["1.2.3", "*"], ["1.2.3", "1.2.3 - 2.0.0"], ["1.2.3", "^2 || ^1"], ["1.0.0-beta.1", "^1.0.0-beta"], ["1.0.0-beta.1", "^1.0.0"], ["0.2.5", "^0.2.0"], ["0.3.0", "^0.2.0"], ["0.0.3", "^0.0.3"], ["1.2.3", "=1.2.3"], ["v1.2.3", "1.2.3"], ["1.2.3", "latest"], ["1.2.3", ""], ["1.2.3+b", "1.2.3"], ["bad", "*"], ["1.2.3", ">1.2.3"], ["1.2.4-rc.1", ">1.2.3"], ["10.0.0", ">9"]] as const) t(`${v} in ${r}`, () => s.satisfies(v, r));
for (const [a, b] of [["1.0.0", "2.0.0"], ["2.0.0", "1.0.0"], ["1.0.0", "1.0.0"], ["1.0.0-a", "1.0.0"], ["1.0.0-alpha.1", "1.0.0-alpha.2"], ["1.0.0-alpha", "1.0.0-beta"], ["1.0.0-1", "1.0.0-a"], ["1.0.0+x", "1.0.0+y"], ["1.10.0", "1.9.0"], ["1.0.0-alpha.10", "1.0.0-alpha.9"]] as const) t(`${a} <=> ${b}`, () => s.order(a, b));
t("sort", () => ["1.10.0", "1.2.0", "1.0.0-rc", "1.0.0"].sort(s.order));
t("bad order", () => s.order("x", "1.0.0"));
t("no args", () => (s.satisfies as any)());
