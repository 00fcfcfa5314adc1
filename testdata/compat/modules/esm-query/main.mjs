import { n as one } from "./count.mjs?a";
import { n as two } from "./count.mjs?b=1&c";
import { n as three } from "./count.mjs#frag";
import { n as again } from "./count.mjs?a";
console.log(one, two, three, again);
const m = await import("./count.mjs?a");
console.log(m.n, m.url.slice(m.url.lastIndexOf("/")));
for (const s of ["?b=1&c", "#frag", "", "?x#y"]) {
  const m = await import("./count.mjs" + s);
  console.log(m.n, m.url.slice(m.url.lastIndexOf("/")), m.file, m.same);
}
console.log((await import("./count.mjs?")).url.endsWith("count.mjs?"));
const { createRequire } = await import("node:module");
try { createRequire(import.meta.url)("./count.mjs?a"); } catch (e) { console.log(e.code); }
