// Module.wrap that a package replaced wraps what is required.
const Module = require('module');
const fs = require('fs');
fs.writeFileSync('zz-wrapped.js', 'exports.given = typeof given === "undefined" ? "nothing" : given; exports.file = __filename.endsWith("zz-wrapped.js");');
const load = () => { delete require.cache[require.resolve('./zz-wrapped.js')]; return require('./zz-wrapped.js'); };
const { wrap } = Module;
console.log(load());
Module.wrap = (script) => wrap('const given = "wrapped";' + script);
console.log(load());
const m = new Module(require.resolve('./zz-wrapped.js'), module);
m.load(m.id);
console.log(m.exports);
Module.wrap = wrap;
console.log(load());
fs.rmSync('zz-wrapped.js');
