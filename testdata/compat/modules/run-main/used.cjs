module.exports = [require.main === module, require.main.filename.endsWith("program.cjs")];
