const short = (v) => JSON.stringify(v, (k, x) => (typeof x === "string" ? x.replaceAll(__dirname, "~") : x));
console.log(short([module.id, module.filename, module.path, module.loaded, module.children.length]), module.parent, module.paths.length > 0, short(module.paths[0]));
console.log(Object.keys(module).join()); console.log(require.main === module, require.main.filename === __filename, module.exports === exports, this === exports, typeof module.require, arguments.length);
const child = require("./child.cjs"); console.log(short(child));
console.log(module.children.length, short(module.children[0].id), module.children[0].loaded, module.children[0].parent === module);
console.log(module.require("./child.cjs") === child, module.isPreloading); try { module.require(""); } catch (e) { console.log(e.code, e.message); }
console.log([typeof exports, typeof require, typeof module, typeof __filename, typeof __dirname].join(), arguments[0] === exports, arguments[1] === require, arguments[3] === __filename);
console.log(module.constructor.name, module instanceof require("module"), Object.prototype.toString.call(module)); exports.x = 1; module.exports = { y: 2 }; exports.z = 3; console.log(require("./main.cjs"));
console.log((function () { return typeof this; })(), delete globalThis.nothing, (() => { undeclared = 5; return undeclared; })()); var top = 1; console.log(globalThis.top); function fn() {} console.log(globalThis.fn, typeof new.target);
setTimeout(() => console.log(module.loaded), 0); console.log(require("./late.cjs").done); console.log(__filename.split("/").pop(), __dirname === require("path").dirname(__filename)); console.log(require.toString().length > 0, typeof require.extensions, Object.keys(require.extensions).join());
try { eval("new.target"); console.log("ok"); } catch (e) { console.log(e.name); } try { console.log(new Function("return typeof require")()); } catch (e) { console.log(e.name); }
console.log(globalThis.module, globalThis.exports, globalThis.require); const { x, ...others } = require("./props.cjs"); console.log(x, others);
