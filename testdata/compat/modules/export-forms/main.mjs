import anon from "./anon.mjs"; import cls from "./cls.mjs"; import arrow from "./arrow.mjs";
console.log(anon.name, cls.name, arrow.name);
import * as star from "./star.mjs"; console.log(Object.keys(star).join(), star.only1, star.own);
for (const [name, f] of Object.entries({
  ambiguous: () => import("./bad-ambiguous.mjs"), missing: () => import("./bad-missing.mjs"), missingDefault: () => import("./bad-default.mjs"), duplicate: () => import("./bad-dup.mjs"), undeclared: () => import("./bad-undeclared.mjs"), circular: () => import("./bad-circular.mjs"),
})) try { await f(); console.log(name, "ok"); } catch (e) { console.log(name, e.name); }
import { "string name" as str } from "./str.mjs"; console.log(str, Object.keys(await import("./str.mjs")));
import { default as d2, a as b } from "./many.mjs"; console.log(d2, b);
import {} from "./side.mjs"; import "./side.mjs"; console.log(globalThis.side);
import { destr, rest, deep } from "./many.mjs"; console.log(destr, rest, deep);
export default class { static s = 1; } import { default as me } from "./main.mjs"; console.log(typeof me);
console.log(typeof this, typeof require, typeof module, typeof exports, typeof __filename, typeof arguments);
