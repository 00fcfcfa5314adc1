import fs, { existsSync } from "node:fs"; import * as ns from "fs"; import { syncBuiltinESMExports } from "node:module";
console.log(existsSync("./main.mjs"), ns.existsSync === fs.existsSync, ns.default === fs);
fs.existsSync = () => "patched"; console.log(existsSync("x"), fs.existsSync("x")); syncBuiltinESMExports(); console.log(existsSync("x"), ns.existsSync("x"));
fs.brandNew = 1; delete fs.readvSync; syncBuiltinESMExports(); console.log(ns.brandNew, typeof ns.readvSync, (await import("node:fs")).existsSync("x"));
console.log(Object.keys(ns).includes("default"), Object.keys(ns).length > 50);
