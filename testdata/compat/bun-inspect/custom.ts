const show = (v: any) => (v === undefined ? "undefined" : typeof v === "string" ? v : typeof v === "bigint" ? `${v}n` : typeof v === "symbol" ? String(v) : typeof v === "function" ? `function ${v.name}` : Object.is(v, -0) ? "-0" : typeof v === "number" ? String(v) : JSON.stringify(v));
const fail = (e: any) => `! ${e?.name} ${e?.code} ${e?.message}`;
const t = (name: string, f: () => any) => { let s; try { s = show(f()); } catch (e) { s = fail(e); } console.log(`${name}: ${s}`); };
const i = (v: any, o?: any) => console.log(Bun.inspect(v, o));
t("symbol", () => Bun.inspect.custom === Symbol.for("nodejs.util.inspect.custom"));
i({ [Bun.inspect.custom]() { return "custom text"; } }); i({ [Bun.inspect.custom]() { return { x: 1 }; } }); i([{ [Bun.inspect.custom]() { return "in list"; } }]); i({ k: { [Bun.inspect.custom](d: number) { return `d${d}`; } } });
i({ [Bun.inspect.custom](d: number, o: any, f: any) { return [typeof d, typeof o, typeof f, typeof o.stylize].join(); } }); class C { [Symbol.for("nodejs.util.inspect.custom")]() { return "class custom"; } } i(new C()); console.log(new C(), [new C()]); i({ [Bun.inspect.custom]() { return 5; } }); i({ [Bun.inspect.custom]: "not function" });
t("throws", () => Bun.inspect({ [Bun.inspect.custom]() { throw new Error("bad custom"); } }));
