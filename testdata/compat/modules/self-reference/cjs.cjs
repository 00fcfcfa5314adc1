module.exports = "self cjs";
