import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
const both = async (name) => {
  for (const [how, f] of [["import", async () => (await import(name)).default], ["require", async () => require(name)]]) {
    try { console.log(name, how, await f()); } catch (e) { console.log(name, how, e.name, e.code, e.message); }
  }
};
for (const s of ["p/features/x", "p/features/deep/y", "p/features/x.cjs", "p/features/private/z", "p/features/private-ok", "p/ext/x.js", "p/ext/deep/y.js",
  "p/mid/x/end", "p/long/aa/x", "p/long/a/x", "p/star/x", "p/features/", "p/features", "p/lib/x.cjs", "p/exact*", "p/cond/x", "p/twice/x", "p/nul/x", "p/features/../x", "p/features/node_modules/x", "p/features/%2e%2e/x"]) await both(s);
