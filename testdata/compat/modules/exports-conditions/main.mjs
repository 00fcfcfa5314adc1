import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
const both = async (name) => {
  for (const [how, f] of [["import", async () => (await import(name)).default], ["require", async () => require(name)]]) {
    try { const v = await f(); console.log(name, how, typeof v === "string" ? v : JSON.stringify(v)); }
    catch (e) { console.log(name, how, e.name, e.code, e.message); }
  }
};
await both("cond");
await both("cond/nested");
await both("cond/order");
await both("cond/default-first");
await both("cond/array");
await both("cond/array-cond");
await both("cond/null");
await both("cond/only-browser");
await both("cond/only-import");
await both("cond/only-require");
await both("cond/empty");
await both("cond/node-addons");
await both("cond/module-sync");
await both("cond/missing-target");
await both("cond/none");
await both("cond/package.json");
