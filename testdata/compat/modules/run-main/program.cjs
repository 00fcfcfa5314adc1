console.log("program", require.main === module, module.id, module.parent, process.argv.length, __filename.endsWith("program.cjs"));
console.log(require("./used.cjs"));
