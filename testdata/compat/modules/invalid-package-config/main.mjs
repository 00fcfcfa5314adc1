import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
const both = async (name) => {
  for (const [how, f] of [["import", () => import(name)], ["require", async () => require(name)]]) {
    try { const m = await f(); console.log(name, how, m.default ?? m); } catch (e) { console.log(name, how, e.name, e.code, e.message.split(/[.:] /)[0]); }
  }
};
for (const s of ["broken", "broken/sub.js", "array", "string", "emptyfile", "./in-broken/a.js", "./in-broken/a.mjs"]) await both(s);
