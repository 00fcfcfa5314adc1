console.log("main starting");
const a = require("./a.cjs"), b = require("./b.cjs");
console.log("in main, a.done = %j, b.done = %j", a.done, b.done);
const r = require("./replace1.cjs"); console.log(r());
const m = require("./main-again.cjs"); console.log(m);
console.log(Object.keys(require("./proxy1.cjs")));
exports.late = 1;
