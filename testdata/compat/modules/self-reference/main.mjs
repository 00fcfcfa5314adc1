import { createRequire } from "node:module";
import self from "@me/self";
import sub from "@me/self/sub";
const require = createRequire(import.meta.url);
console.log(self, sub, require("@me/self"), require("@me/self/sub"));
for (const f of [() => import("@me/self/none"), async () => require("@me/self/none"), () => import("noexports"), () => import("@me/self/main.mjs")]) {
  try { console.log(await f()); } catch (e) { console.log(e.name, e.code, e.message); }
}
console.log((await import("./deep/in.mjs")).default);
console.log(require("./deep/in.cjs"));
try { console.log((await import("./noexports/x.mjs")).default); } catch (e) { console.log(e.name, e.code, e.message); }
try { console.log(require("./noexports/x.cjs")); } catch (e) { console.log(e.name, e.code); }
