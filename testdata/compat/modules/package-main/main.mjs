import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
const both = async (name) => {
  for (const [how, f] of [["import", async () => (await import(name)).default], ["require", async () => require(name)]]) {
    try { console.log(name, how, await f()); } catch (e) { console.log(name, how, e.name, e.code, e.message.split("\n")[0]); }
  }
};
for (const s of ["exact", "noext", "slash", "dir", "indexjs", "indexjson", "missingmain", "nomainatall", "modulefield", "nopkg", "exact/sub.js", "exact/sub", "exact/dir", "exact/dir/index.js", "exact/package.json", "mjsmain", "dotmain", "file.js", "emptymain", "@scope/pkg", "@scope/pkg/sub.js", "@scope/none", "@scope"]) await both(s);
