exports.done = false; const a = require("./a.cjs"); exports.seen = Object.keys(a).join();
console.log("in b, a.done = %j", a.done, module.parent.filename.endsWith("a.cjs")); exports.done = true;
