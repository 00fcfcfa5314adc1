import { init, parse } from "es-module-lexer";

await init;
const source = `import { a } from "asdf"; import d, * as ns from './x.js';
export const p = 5, q = await import("dyn" + 1); export default function f() {} export { a as "string name" };
import json from "./data.json" with { type: "json" }; console.log(import.meta.url); // import "not this"
const r = /import "nor this"/; const t = \`\${import("in a template")}\`;`;
const [imports, exports, facade, module] = parse(source, "name.js");
for (const i of imports) console.log(i.n, i.t, i.d, source.slice(i.s, i.e), i.se);
console.log(exports.map((e) => [e.n, e.ln, source.slice(e.s, e.e)]), facade, module);
try { parse("import { from 'x", "bad.js"); } catch (e) { console.log(e.name, e.message, e.idx); }
const long = Array.from({ length: 2000 }, (_, i) => `import x${i} from "m${i}"; export const y${i} = x${i};`).join("\n");
const [many, names] = parse(long);
console.log(many.length, names.length, many[1999].n, names[1999].n);
