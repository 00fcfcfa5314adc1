import cjs from "./a.cjs";
import { value } from "./b.mjs";
console.log(cjs, value);
import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
console.log(require("./c.cjs").viaImport instanceof Promise, await require("./c.cjs").viaImport);
