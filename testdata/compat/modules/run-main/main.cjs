// What starts another program: ts-node and its like.
const Module = require("node:module");
const path = require("node:path");
console.log("starting", require.main === module);
process.argv.splice(1, 1, path.join(__dirname, "program.cjs"));
Module.runMain();
console.log("started", process.mainModule === require.main, process.mainModule.filename.endsWith("program.cjs"));
