import { createRequire } from "node:module";
import top from "top";
import only from "only-root";
console.log(top, only);
const inner = await import("./a/b/inner.mjs");
console.log(inner.top, inner.only, inner.mid);
console.log(createRequire(import.meta.url)("./a/b/inner.cjs"));
const { default: viaPackage } = await import("nests");
console.log(viaPackage);
for (const s of ["nothing", "nothing/sub", "@scope/nothing", "@scope/nothing/sub", "hidden"]) {
  try { await import(s); } catch (e) { console.log(e.name, e.code, e.message); }
  try { createRequire(import.meta.url)(s); } catch (e) { console.log(e.name, e.code, e.message.split("\n")[0]); }
}
const r = createRequire(import.meta.dirname + "/a/b/x.js");
console.log(r.resolve.paths("x").map((p) => p.replace(import.meta.dirname, "~")).slice(0, 3));
console.log(r.resolve.paths("./x").map((p) => p.replace(import.meta.dirname, "~")), r.resolve.paths("fs"));
