import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
const both = async (name) => {
  for (const [how, f] of [["import", () => import(name)], ["require", async () => require(name)]]) {
    try { const m = await f(); console.log(name, how, m.default ?? m); } catch (e) { console.log(name, how, e.name, e.code, e.message); }
  }
};
for (const s of ["sugar", "sugar/x", "sugar/package.json", "sugar-array", "mixed", "mixed/a", "numeric", "bad-target", "bad-target/up", "bad-target/abs", "bad-target/mods", "bad-target/bare",
  "bad-target/num", "bad-target/dots", "bad-target/dir", "bad-target/bool", "false", "empty-object", "null-exports", "null-exports/sub.js", "wrong-type"]) await both(s);
