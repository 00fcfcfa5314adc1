import { createRequire } from "node:module"; import Module from "module"; import path from "node:path"; import { pathToFileURL } from "node:url";
const dir = import.meta.dirname; const require = createRequire(import.meta.url);
console.log(require("./a.cjs"), createRequire(import.meta.filename)("./a.cjs"), createRequire(new URL(import.meta.url))("./a.cjs"), createRequire(pathToFileURL(dir + "/sub/"))("./a.cjs"), createRequire(dir + "/sub/none.js")("./a.cjs"), createRequire(dir + "/sub/")("../a.cjs"));
for (const v of ["./rel", "", "http://x/y", 5, undefined, null, {}, new URL("http://x/")]) try { createRequire(v); console.log("ok"); } catch (e) { console.log(e.name, e.code, e.message.split("\n")[0]); }
console.log(typeof require.resolve, require.main, Object.keys(require).join(), require.resolve("./a.cjs") === path.join(dir, "a.cjs"), require.cache === Module._cache, Module.createRequire === createRequire);
console.log(createRequire("/nowhere/x.js").resolve.paths("p").slice(0, 2)); console.log(require("node:path") === path, require("./data.json").v, require("pkg"), createRequire(dir + "/sub/x.js")("pkg"));
try { require("./nope"); } catch (e) { console.log(e.code, e.requireStack.map((s) => path.basename(s))); } console.log(require("./parent.cjs"));
