const short = (k) => k.replace(__dirname, "~");
require("./a"); console.log(Object.keys(require.cache).map(short));
const key = require.resolve("./a"); const m = require.cache[key];
console.log(m.id === key, m.filename === key, m.loaded, m.exports.n, m.children.length, m.constructor === require("module"), m instanceof module.constructor);
console.log(require("./a") === require("./a"), require("./a").n); delete require.cache[key]; console.log(require("./a").n, require("./a").n);
require.cache[key] = { exports: "faked" }; console.log(require("./a"));
require.cache[key].exports = { replaced: true }; console.log(require("./a"));
delete require.cache[key]; const b = require("./b"); console.log(b.a.n, short(Object.keys(require.cache).pop()));
console.log(require.cache === require("module")._cache, require("./b").cache === require.cache, Object.getPrototypeOf(require.cache));
for (const k of Object.keys(require.cache)) if (k !== __filename) delete require.cache[k];
console.log(Object.keys(require.cache).map(short), require("./a").n);
require.cache.custom = { exports: 1, loaded: true }; try { require("custom"); } catch (e) { console.log(e.code); }
require("./json.json").x = 2; console.log(require("./json.json").x); delete require.cache[require.resolve("./json.json")]; console.log(require("./json.json").x);
try { require("./throws"); } catch {} console.log(Object.keys(require.cache).some((k) => k.endsWith("throws.js")));
console.log(require.cache[__filename] === module, require.cache[__filename].loaded, "builtin" in require.cache, Object.keys(require.cache).includes("fs"));
const Module = require("module"); const fake = new Module("/fake/x.js"); fake.exports = "from fake"; fake.loaded = true; require.cache["/fake/x.js"] = fake; try { console.log(require("/fake/x.js")); } catch (e) { console.log(e.code); }
require("./parent").child; const p = require.cache[require.resolve("./parent")]; console.log(p.children.map((c) => short(c.id)), short(p.parent.id), module.children.length > 2);
import("./esm.mjs").then((e) => { console.log(e.default, Object.keys(require.cache).some((k) => k.endsWith("esm.mjs"))); require("./esm.mjs"); console.log(Object.keys(require.cache).some((k) => k.endsWith("esm.mjs"))); });
