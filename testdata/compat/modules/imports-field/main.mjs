import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
const both = async (name) => {
  for (const [how, f] of [["import", async () => (await import(name)).default], ["require", async () => require(name)]]) {
    try { const v = await f(); console.log(name, how, typeof v === "string" ? v : typeof v); } catch (e) { console.log(name, how, e.name, e.code, e.message); }
  }
};
for (const s of ["#a", "#cond", "#dep", "#dep/sub", "#builtin", "#pattern/x", "#pattern/deep/x.cjs", "#missing", "#null", "#", "#/x", "#up", "#array", "#self", "#other-hash", "#slash/"]) await both(s);
console.log((await import("./sub/inner.mjs")).default);
try { await import("./scoped/inner.mjs"); } catch (e) { console.log(e.name, e.code, e.message); }
console.log(import.meta.resolve("#a").split("/").pop()); try { import.meta.resolve("#builtin"); } catch (e) { console.log(e.code); }
