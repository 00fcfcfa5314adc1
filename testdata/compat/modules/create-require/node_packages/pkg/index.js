module.exports = "pkg";
