exports.done = false; const b = require("./b.cjs");
console.log("in a, b.done = %j", b.done, b.seen); exports.done = true;
