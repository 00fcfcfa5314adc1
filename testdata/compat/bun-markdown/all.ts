const show = (v: any) => (v === undefined ? "undefined" : typeof v === "string" ? v : typeof v === "bigint" ? `${v}n` : typeof v === "symbol" ? String(v) : typeof v === "function" ? `function ${v.name}` : Object.is(v, -0) ? "-0" : typeof v === "number" ? String(v) : JSON.stringify(v));
const fail = (e: any) => `! ${e?.name} ${e?.code} ${e?.message}`;
const t = (name: string, f: () => any) => { let s; try { s = show(f()); } catch (e) { s = fail(e); } console.log(`${name}: ${s}`); };
const md = (Bun as any).markdown;
for (const s of ["# Title", "text *em* **strong** `code`", "- a\n- b", "1. x\n2. y", "> quote", "```js\ncode <x>\n```", "[link](http://x \"t\") ![img](i.png)", "a | b\n--|--\n1 | 2", "---", "~~del~~", "line  \nbreak", "<b>html</b>", "- [x] done\n- [ ] todo", "http://auto.link", "a\\*b", ""]) t(JSON.stringify(s), () => JSON.stringify(md.html(s)));
