module.exports = "pkg cjs";
